package por

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/columns"
	"tradeoff/data/sav"
)

// note keeps a sentence for the codebook. A file that gives thousands of
// reasons is described well enough by the first fifty.
func (d *dictionary) note(format string, args ...any) {
	if len(d.notes) < 50 {
		d.notes = append(d.notes, d.in.Name()+": "+fmt.Sprintf(format, args...))
	}
}

// resolve turns the fields into the codebook.
func (d *dictionary) resolve() (data.Codebook, error) {
	d.noteEncoding()
	book := data.Codebook{Variables: make([]data.Variable, len(d.fields))}
	seen := map[string]bool{}
	for i, f := range d.fields {
		v := d.variable(f)
		if seen[v.Name] {
			return book, fault(d.in, v.Name, "two variables have this name; rename one of them and export again")
		}
		seen[v.Name] = true
		book.Variables[i] = v
	}
	if len(d.weight) > 0 {
		f := d.lookup[strings.ToUpper(string(d.weight))]
		if f == nil || f.kind() != data.Number {
			d.note("the file names %q as its weight, which is no number among its variables; the file's own weight is ignored.", columns.Visible(d.weight))
		} else {
			book.Weight = d.chars.text(f.name)
		}
	}
	book.Notes = d.notes
	return book, nil
}

// noteEncoding says what bytes beyond ASCII were taken for.
func (d *dictionary) noteEncoding() {
	if d.beyond && !d.chars.ascii {
		d.note("the file is not in ASCII, and some of its text holds signs beyond it; they were read as the table in the file says, and shown as \uFFFD where it says nothing. Check letters with accents.")
	} else if said := d.chars.letters.Note("portable files"); d.chars.ascii && said != "" {
		d.note("%s", said)
	}
}

// kind is how the values of a field are stored in a batch.
func (f *field) kind() data.Type {
	if f.width > 0 {
		return data.Text
	}
	if _, point := sav.FormatWords(f.format[0], f.format[1], f.format[2]); point {
		return data.Time
	}
	return data.Number
}

// variable is the codebook's entry for a field.
func (d *dictionary) variable(f *field) data.Variable {
	v := data.Variable{Name: d.chars.text(f.name), Label: d.chars.text(f.label), Type: f.kind(), Missing: d.missing(f)}
	v.Format, _ = sav.FormatWords(f.format[0], f.format[1], f.format[2])
	if v.Type == data.Text {
		v.Format = "A" + strconv.Itoa(f.width)
	}
	if f.labels != nil {
		v.Labels = d.labels(f.labels, v.Type)
	}
	return v
}

// labels are the value labels of a record, each code once. Variables that share
// a record share the slice.
func (d *dictionary) labels(l *labelRecord, kind data.Type) []data.ValueLabel {
	if out, done := l.shared[kind]; done {
		return out
	}
	seen := map[string]bool{}
	var out []data.ValueLabel
	for i, code := range l.codes {
		if c, ok := d.code(code, kind); ok && !seen[c] {
			seen[c] = true
			out = append(out, data.ValueLabel{Code: c, Label: d.chars.text(l.labels[i])})
		}
	}
	l.shared[kind] = out
	return out
}

// code is the canonical code of a value; false for a missing one.
func (d *dictionary) code(v value, kind data.Type) (string, bool) {
	switch {
	case kind == data.Text:
		return d.chars.text(v.text), true
	case v.null:
		return "", false
	}
	return data.Code(shift(v.number, kind)), true
}

// shift moves points in time to seconds since 1970.
func shift(v float64, kind data.Type) float64 {
	if kind == data.Time {
		return math.Floor(v) - sav.Epoch
	}
	return v
}

// missing is the declaration of missing values of a field.
func (d *dictionary) missing(f *field) data.Missing {
	var m data.Missing
	kind := f.kind()
	for _, v := range f.missing {
		if c, ok := d.code(v, kind); ok {
			m.Codes = append(m.Codes, c)
		}
	}
	if f.ranged {
		m.HasRange, m.Low, m.High = true, shift(f.low, kind), shift(f.high, kind)
	}
	return m
}
