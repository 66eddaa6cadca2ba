package sav

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// epoch is 14 October 1582, where SPSS begins to count, in seconds before 1970.
const epoch = 12219379200

// A field is a variable as analysts know it: one record, or all the segments
// of a very long string.
type field struct {
	records     []*record
	place       int // of its first record among the records
	name        string
	kind        data.Type
	width       int // bytes of a string, 0 for a number
	level       data.Level
	longLabels  []longLabel
	longMissing [][]byte
}

type longLabel struct{ code, label []byte }

// resolve joins the records to variables and the codebook. The fields stand in
// the order of the codebook's variables.
func (d *dictionary) resolve() (data.Codebook, []*field, error) {
	if d.inString() {
		name := visible(d.records[len(d.records)-1].short)
		return data.Codebook{}, nil, fault(d.in, name, "the dictionary ends inside the string variable: %s", again)
	}
	if len(d.records) == 0 {
		return data.Codebook{}, nil, fault(d.in, "", "the file has no variables; export it again")
	}
	guess := d.chooseEncoding()
	fields, err := d.joinSegments()
	if err != nil {
		return data.Codebook{}, nil, err
	}
	for _, f := range fields {
		f.name = d.decode([]byte(f.records[0].short))
	}
	d.applyLongNames(fields)
	if err := d.index(fields); err != nil {
		return data.Codebook{}, nil, err
	}
	d.applyLevels(fields)
	d.applyLongLabels()
	d.applyLongMissing()

	book := data.Codebook{Variables: make([]data.Variable, len(fields))}
	for i, f := range fields {
		if book.Variables[i], err = d.variable(f); err != nil {
			return data.Codebook{}, nil, err
		}
	}
	book.Sets = d.readSets()
	book.Weight = d.weightName(fields)
	if guess != "" && d.hasText(fields) {
		d.note("%s", guess)
	}
	book.Notes = d.notes
	return book, fields, nil
}

// chooseEncoding settles the decoder. Where the file names no encoding that is
// known it returns a note that says what was assumed.
func (d *dictionary) chooseEncoding() string {
	name := visible(string(trimPadding(d.ext[extEncoding])))
	charset, sure := chooseCharset(name, d.charCode)
	if sure {
		d.text = newDecoder(charset)
		return ""
	}
	d.text = newDecoder(charmap.Windows1252)
	if name != "" {
		return d.in.Name() + ": the file names the encoding " + name + ", which is not known here; text was read as windows-1252. Check letters with accents."
	}
	return d.in.Name() + ": the file does not say in which encoding its text is; it was read as windows-1252. Check letters with accents."
}

// hasText reports whether the encoding matters: there is a string variable, or
// a label with letters beyond ASCII.
func (d *dictionary) hasText(fields []*field) bool {
	for _, f := range fields {
		if f.width > 0 || !columns.IsASCII(f.records[0].label) {
			return true
		}
		if l := f.records[0].labels; l != nil {
			for _, text := range l.labels {
				if !columns.IsASCII(text) {
					return true
				}
			}
		}
	}
	return false
}

// decode turns bytes into text and remembers whether some were no letters.
func (d *dictionary) decode(b []byte) string {
	s := d.text.text(b)
	if strings.ContainsRune(s, '\uFFFD') {
		d.badText = true
	}
	return s
}

// upper is the form in which names are compared.
func upper(s string) string { return strings.ToUpper(s) }

// Lengths in the storage of very long strings: a segment holds 255 bytes, but
// a string gets as many segments as if each held 252.
const (
	segmentBytes  = 255
	segmentCounts = 252
)

// joinSegments makes one field of each variable record, and one of all the
// segments of a very long string.
func (d *dictionary) joinSegments() ([]*field, error) {
	widths := d.veryLong()
	fields := make([]*field, 0, len(d.records))
	for i := 0; i < len(d.records); {
		r := d.records[i]
		f := &field{records: []*record{r}, place: i, width: r.width, kind: data.Number}
		switch {
		case r.width > 0:
			f.kind = data.Text
		case r.format.isDate():
			f.kind = data.Time
		}
		if w, ok := widths[upper(r.short)]; ok && r.width > 0 {
			n := (w + segmentCounts - 1) / segmentCounts
			if n > len(d.records)-i {
				return nil, fault(d.in, visible(r.short), "the string is said to be %d bytes wide in %d segments, but only %d variable records follow: %s", w, n, len(d.records)-i-1, again)
			}
			f.records, f.width = d.records[i:i+n], w
			for _, s := range f.records {
				if s.width == 0 {
					return nil, fault(d.in, visible(r.short), "the string is said to be %d bytes wide in %d segments, but variable %s among them is a number: %s", w, n, visible(s.short), again)
				}
			}
		}
		fields = append(fields, f)
		i += len(f.records)
	}
	return fields, nil
}

// index makes the lookup by name and refuses names that are empty or stand
// twice.
func (d *dictionary) index(fields []*field) error {
	var faults data.Faults
	d.lookup = make(map[string]*field, 2*len(fields))
	for _, f := range fields {
		d.lookup[upper(d.decode([]byte(f.records[0].short)))] = f
	}
	seen := make(map[string]int, len(fields))
	for i, f := range fields {
		if f.name == "" {
			faults = append(faults, fault(d.in, "", "variable %d has no name: %s", i+1, again))
			continue
		}
		if first, twice := seen[f.name]; twice {
			faults = append(faults, fault(d.in, visible(f.name), "variables %d and %d both have this name; rename one of them and export again", first+1, i+1))
			continue
		}
		seen[f.name] = i
		d.lookup[upper(f.name)] = f
	}
	return faults.Err()
}

// weightName is the variable that the header names as the weight.
func (d *dictionary) weightName(fields []*field) string {
	if d.weight == 0 {
		return ""
	}
	r := d.at(d.weight)
	for _, f := range fields {
		if r == f.records[0] && f.kind == data.Number {
			return f.name
		}
	}
	d.note("%s: the header names variable %d as the weight, which is not a number among the %d places of the file; the file's own weight is ignored.", d.in.Name(), d.weight, len(d.elements))
	return ""
}

// variable is the codebook's entry for a field.
func (d *dictionary) variable(f *field) (data.Variable, error) {
	r := f.records[0]
	d.badText = false
	v := data.Variable{Name: f.name, Label: d.decode(r.label), Type: f.kind, Level: f.level, Format: r.format.String()}
	if f.kind == data.Text {
		v.Format = "A" + strconv.Itoa(f.width)
	}
	v.Labels = d.valueLabels(f)
	missing, err := d.missing(f)
	if err != nil {
		return v, err
	}
	v.Missing = missing
	if d.badText {
		d.note("%s: variable %s: its name, label or codes hold bytes that are no letters in the file's encoding; each is shown as \uFFFD.", d.in.Name(), f.name)
	}
	return v, nil
}

// valueLabels are the labels of a field, from record 3 or, for long strings,
// 7/21.
func (d *dictionary) valueLabels(f *field) []data.ValueLabel {
	if len(f.longLabels) > 0 {
		return d.decodeLabels(f, len(f.longLabels), func(i int) ([]byte, []byte) { return f.longLabels[i].code, f.longLabels[i].label })
	}
	l := f.records[0].labels
	if l == nil {
		return nil
	}
	// Variables that share a record share the slice: a thousand grid items
	// with one scale cost one list.
	if _, done := l.shared[f.kind]; !done {
		l.shared[f.kind] = d.decodeLabels(f, len(l.codes), func(i int) ([]byte, []byte) { return l.codes[i][:], l.labels[i] })
	}
	return slices.Clip(l.shared[f.kind])
}

// decodeLabels turns n pairs of bytes into value labels. The first of a code
// counts; a label for the system-missing value has nothing to stand on.
func (d *dictionary) decodeLabels(f *field, n int, at func(int) (code, label []byte)) []data.ValueLabel {
	labels := make([]data.ValueLabel, 0, n)
	seen := make(map[string]bool, n)
	for i := range n {
		b, label := at(i)
		var code string
		if f.kind == data.Text {
			code = d.decode(b)
		} else {
			v, ok := d.number(d.order.Uint64(b))
			if !ok {
				continue
			}
			code = f.code(v)
		}
		if !seen[code] {
			seen[code] = true
			labels = append(labels, data.ValueLabel{Code: code, Label: d.decode(label)})
		}
	}
	return labels
}

// number is a stored number, or false if it is missing.
func (d *dictionary) number(bits uint64) (float64, bool) {
	v := math.Float64frombits(bits)
	if bits == d.sysmis || bits == defaultSysmis || math.IsNaN(v) {
		return 0, false
	}
	return v, true
}

// code is the canonical code of a number in this field.
func (f *field) code(v float64) string { return data.Code(f.value(v)) }

// value shifts points in time to seconds since 1970.
func (f *field) value(v float64) float64 {
	if f.kind == data.Time {
		return math.Floor(v) - epoch
	}
	return v
}

// Numbers that stand for LOWEST and HIGHEST in a missing range.
var (
	lowest  = math.Nextafter(-math.MaxFloat64, 0)
	highest = math.MaxFloat64
)

// missing is the declaration of missing values of a field.
func (d *dictionary) missing(f *field) (data.Missing, error) {
	var m data.Missing
	r := f.records[0]
	if f.kind == data.Text && r.ranged {
		d.note("%s: variable %s is a string but declares a range of missing values; the declaration is ignored.", d.in.Name(), f.name)
		return m, nil
	}
	if f.kind == data.Text {
		for _, b := range r.missing {
			m.Codes = append(m.Codes, d.decode(b[:]))
		}
		for _, b := range f.longMissing {
			m.Codes = append(m.Codes, d.decode(b))
		}
		return m, nil
	}
	discrete := r.missing
	if r.ranged {
		low := math.Float64frombits(d.order.Uint64(r.missing[0][:]))
		high := math.Float64frombits(d.order.Uint64(r.missing[1][:]))
		if !(low <= high) {
			return m, fault(d.in, f.name, "the range of missing values goes from %g to %g, expected the lower end first; mend the declaration and export again", low, high)
		}
		m.HasRange, m.Low, m.High = true, math.Inf(-1), math.Inf(1)
		if low > lowest {
			m.Low = f.value(low)
		}
		if high < highest {
			m.High = f.value(high)
		}
		discrete = r.missing[2:]
	}
	for _, b := range discrete {
		if v, ok := d.number(d.order.Uint64(b[:])); ok {
			m.Codes = append(m.Codes, f.code(v))
		}
	}
	return m, nil
}

// levelOf is the level of measurement of record 7/11.
func levelOf(n int32) data.Level {
	switch n {
	case 1:
		return data.Nominal
	case 2:
		return data.Ordinal
	case 3:
		return data.Scale
	}
	return data.LevelUnknown
}
