package por

import (
	"fmt"
	"math"

	"tradeoff/data"
	"tradeoff/data/columns"
	"tradeoff/data/sav"
)

// stretchCases is how many cases make a stretch, which a scan can step over.
const stretchCases = 1 << 16

// A reader reads case after case.
type reader struct {
	*window
	d     *dictionary
	sinks []sink // one for each variable of the file
	text  []byte // of a string that is not ASCII
}

// A sink is where the values of a variable go: nowhere, or to a column.
type sink struct {
	width   int
	column  columns.Column // nil: the variable was not asked for
	numbers *columns.Numbers
	texts   *columns.Texts
	times   *columns.Times
}

// newReader starts at the first case, without columns.
func (d *dictionary) newReader() *reader {
	r := &reader{window: newWindow(d.in, d.flat), d: d, sinks: make([]sink, len(d.fields))}
	for i, f := range d.fields {
		r.sinks[i].width = f.width
	}
	r.seek(d.start)
	return r
}

// fill sends the values of variable i to a column.
func (r *reader) fill(i int, c columns.Column) {
	s := &r.sinks[i]
	s.column = c
	s.numbers, _ = c.(*columns.Numbers)
	s.texts, _ = c.(*columns.Texts)
	s.times, _ = c.(*columns.Times)
}

// more reports whether another case follows; wrong says what is there instead
// of one or of the end.
func (r *reader) more() (more bool, wrong string) {
	b := r.need(1)
	switch {
	case len(b) == 0:
		return false, "the file ends without the letter Z that must stand behind the last case: it was cut short; export it again or copy it anew"
	case b[0] != 'Z':
		return true, ""
	}
	for end := r.place(); len(b) > 0; {
		for _, x := range b {
			if x != 'Z' && x != ' ' && x != 0 && x != noSign || r.place()-end > maxFilling {
				return false, "the letter Z ends the cases here, but something follows it: " + again
			}
		}
		r.at += len(b)
		b = r.need(1)
	}
	return false, ""
}

// next reads a case; column is where it is wrong, -1 for nowhere.
func (r *reader) next() (column int, wrong string) {
	for i := range r.sinks {
		s := &r.sinks[i]
		switch {
		case s.width > 0:
			wrong = r.nextText(s)
		case s.column == nil:
			wrong = r.skipNumber()
		default:
			wrong = r.nextNumber(s)
		}
		if wrong != "" {
			return i, wrong
		}
	}
	return -1, ""
}

// number reads a number behind blanks.
func (w *window) number() (v float64, missing bool, wrong string) {
	b := w.need(maxToken)
	for skipped := 0; len(b) > 0 && b[0] == ' '; skipped++ {
		if skipped > maxBlanks {
			return 0, false, "nothing but blanks"
		}
		w.at++
		b = w.need(maxToken)
	}
	v, missing, n, wrong := number(b)
	w.at += n
	return v, missing, wrong
}

// nextNumber adds the next number to a column.
func (r *reader) nextNumber(s *sink) (wrong string) {
	if b := r.b[r.at:]; len(b) > 1 { // most are one digit or missing
		if b[1] == '/' && digit[b[0]] != 0xff && s.numbers != nil {
			s.numbers.Add(float64(digit[b[0]]))
			r.at += 2
			return ""
		}
		if b[0] == '*' && b[1] == '.' {
			s.column.Null()
			r.at += 2
			return ""
		}
	}
	v, missing, wrong := r.window.number()
	switch {
	case wrong != "":
		return wrong
	case missing:
		s.column.Null()
	case math.IsInf(v, 0):
		return "a number too large to be one"
	case s.numbers != nil:
		s.numbers.Add(v)
	case math.Abs(v) > columns.MaxTime:
		return fmt.Sprintf("%g seconds after 1582, which is no date", v)
	default:
		s.times.Add(int64(math.Floor(v)) - sav.Epoch)
	}
	return ""
}

// skipNumber steps over the next number without working it out.
func (r *reader) skipNumber() string {
	b := r.b[r.at:]
	if len(b) > 1 && (b[1] == '/' && digit[b[0]] != 0xff || b[0] == '*' && b[1] == '.') {
		r.at += 2
		return ""
	}
	digits, points := 0, 0
	for i, x := range b[:min(len(b), exactDigits)] { // numbers without an exponent are not too large
		switch {
		case digit[x] != 0xff:
			digits++
			continue
		case x == '.' && points == 0:
			points++
			continue
		case x == '-' && i == 0:
			continue
		case x == '/' && digits > 0:
			r.at += i + 1
			return ""
		}
		break
	}
	v, _, wrong := r.window.number()
	if wrong == "" && math.IsInf(v, 0) {
		wrong = "a number too large to be one"
	}
	return wrong
}

// nextText adds the next string to a column, if there is one.
func (r *reader) nextText(s *sink) (wrong string) {
	v, missing, wrong := r.window.number()
	switch {
	case wrong != "":
		return wrong
	case missing || v < 0 || v != math.Trunc(v) || v > maxString:
		return fmt.Sprintf("a text of %g characters", v)
	}
	n := int(v)
	b := r.need(n)
	if len(b) < n {
		return cut
	}
	r.at += n
	b = columns.Trim(b[:n])
	if len(b) > s.width {
		return fmt.Sprintf("a text of %d characters in a variable of %d", len(b), s.width)
	}
	switch {
	case s.texts == nil:
		r.d.look(b)
	case isASCII(b):
		s.texts.Add(b)
	default:
		r.text = append(r.text[:0], r.d.chars.text(b)...)
		s.texts.Add(r.text)
	}
	return ""
}

// look remembers what text beyond ASCII looks like. Scans, which may run at once,
// come here when that is known and change nothing.
func (d *dictionary) look(b []byte) {
	if d.cases == 0 && !isASCII(b) {
		d.beyond = true
		d.chars.letters.See(b)
	}
}

// countCases walks through the cases and notes where stretches begin.
func (d *dictionary) countCases() error {
	r := d.newReader()
	cases := int64(0)
	for {
		more, wrong := r.more()
		if wrong != "" {
			return d.caseFault(cases+1, "", wrong)
		}
		if !more {
			d.cases = cases
			return nil
		}
		if cases%stretchCases == 0 {
			d.marks = append(d.marks, r.mark())
		}
		if i, wrong := r.next(); wrong != "" {
			return d.valueFault(cases+1, i, wrong)
		}
		cases++
	}
}

func (d *dictionary) caseFault(number int64, column, found string) *data.Fault {
	return &data.Fault{File: d.in.Name(), Row: number, Unit: "case", Column: column, Found: found}
}

// valueFault is the fault of a value that could not be read.
func (d *dictionary) valueFault(number int64, i int, found string) *data.Fault {
	name := columns.Visible(d.fields[i].name)
	if found == cut {
		return d.caseFault(number, name, "the file ends inside this case: it was cut short; export it again or copy it anew")
	}
	return d.caseFault(number, name, "found "+found+": "+again)
}
