package por

import (
	"bytes"
	"math"
	"strings"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A dictionary is what a file says before its first case, text still as bytes:
// whether it is UTF-8 is known only when all of it has been read.
type dictionary struct {
	in      *data.Input
	chars   *charset
	flat    flattener
	fields  []*field
	lookup  map[string]*field // by the name as it stands in the file
	weight  []byte
	start   mark
	cases   int64
	marks   []mark // of each stretch of cases
	maxText int    // bytes of the widest string
	beyond  bool   // text was met that is not ASCII
	notes   []string
}

// A field is a variable.
type field struct {
	name, label []byte
	width       int // bytes of a string, 0 for a number
	format      [3]int
	missing     []value
	low, high   float64
	ranged      bool
	labels      *labelRecord
}

// A value is a number, or a string as bytes.
type value struct {
	number float64
	text   []byte
	null   bool // the system-missing value
}

// A labelRecord holds value labels, which belong to one or more variables.
type labelRecord struct {
	codes  []value
	labels [][]byte
	shared map[data.Type][]data.ValueLabel // as words, by the type of the variable
}

// Limits that SPSS keeps, with room; they bound what damage can cost.
const (
	maxString = 1 << 15 // bytes of a string
	maxBlanks = 1 << 12 // blanks before a number: fifty empty lines
	// maxFilling is how many characters may fill a file behind its last case: a
	// line, but files that lay on tapes are filled to a block.
	maxFilling = 1 << 16
)

// A cursor walks through the dictionary. The first fault sticks: reads after it
// return nothing, and loops stop when fault is set.
type cursor struct {
	*window
	d     *dictionary
	fault *data.Fault
}

func (c *cursor) fail(column, format string, args ...any) {
	if c.fault == nil {
		c.fault = fault(c.in, column, format, args...)
	}
}

// readDictionary reads everything before the first case.
func readDictionary(in *data.Input) (*dictionary, error) {
	if in.Size == 0 {
		return nil, fault(in, "", "the file is empty; export it again")
	}
	head, err := in.Head(4 * int64(headerSize))
	if err != nil {
		return nil, fault(in, "", "the file cannot be read; check the disk or copy it again")
	}
	d := &dictionary{in: in, lookup: map[string]*field{}}
	var ok bool
	if d.chars, ok = readHeader(flatten(head, headerSize)); !ok {
		return nil, fault(in, "", "the header does not end in %s, so this is no SPSS portable file, or one whose lines were changed on the way; export it again or copy it anew (as binary, if by FTP)", magic)
	}
	d.flat = flattener{end: lineEnd(head), blank: ' '}
	if !d.chars.ascii {
		d.flat.table = &d.chars.toASCII
		d.flat.blank = byte(bytes.IndexByte(d.chars.toASCII[:], ' '))
	}
	c := &cursor{window: newWindow(in, d.flat), d: d}
	c.need(headerSize)
	c.at = headerSize
	d.readRecords(c)
	if c.fault != nil {
		return nil, c.fault
	}
	if c.err != nil {
		return nil, fault(in, "", "the file cannot be read; check the disk or copy it again")
	}
	if len(d.fields) == 0 {
		return nil, fault(in, "", "the file has no variables; export it again")
	}
	d.start = c.mark()
	return d, nil
}

// readRecords reads the records up to the first case. Each begins with a letter
// or a digit.
func (d *dictionary) readRecords(c *cursor) {
	d.readVersion(c)
	promised := -1
	for c.fault == nil {
		at := c.place()
		switch tag := c.tag(); tag {
		case '1', '2', '3': // product, author, remarks
			c.string("")
		case '4':
			promised = c.whole("", "the number of variables")
		case '5':
			c.whole("", "the precision of numbers")
		case '6':
			d.weight = c.string("")
		case '7':
			d.readVariable(c)
		case '8', '9', 'A', 'B', 'C':
			d.readAttribute(c, tag)
		case 'D':
			d.readLabels(c)
		case 'E':
			for n := c.whole("", "the number of document lines"); n > 0 && c.fault == nil; n-- {
				c.string("")
			}
		case 'F':
			if promised >= 0 && promised != len(d.fields) {
				c.fail("", "%d variables are promised, but %d are described: %s", promised, len(d.fields), again)
			}
			return
		default:
			c.fail("", "the record at character %d begins with %q, expected a digit from 1 to 9 or a letter from A to F: %s", at, columns.Visible([]byte{tag}), again)
		}
	}
}

// readVersion reads the letter A, a date and a time.
func (d *dictionary) readVersion(c *cursor) {
	if tag := c.tag(); tag != 'A' {
		c.fail("", "the portable format of this file is %q, expected A, the only one there is: %s", columns.Visible([]byte{tag}), again)
	}
	c.string("")
	c.string("")
}

// readVariable reads the width, the name and the formats of a variable.
func (d *dictionary) readVariable(c *cursor) {
	f := &field{width: c.whole("", "the width of a variable"), name: c.string("")}
	name := columns.Visible(f.name)
	for i := range 6 {
		n := c.whole(name, "a format of the variable")
		if i < len(f.format) { // the others are for writing
			f.format[i] = n
		}
	}
	if f.width > maxString {
		c.fail(name, "the string is said to be %d bytes wide: %s", f.width, again)
	}
	if c.fault != nil {
		return
	}
	if len(f.name) == 0 {
		c.fail("", "variable %d has no name: %s", len(d.fields)+1, again)
	}
	key := strings.ToUpper(string(f.name))
	if d.lookup[key] != nil {
		c.fail(name, "two variables have this name; rename one of them and export again")
	}
	d.lookup[key] = f
	d.fields = append(d.fields, f)
	d.maxText = max(d.maxText, f.width)
}

// readAttribute reads a missing value, a range of them or the label of the
// variable before.
func (d *dictionary) readAttribute(c *cursor, tag byte) {
	if len(d.fields) == 0 {
		c.fail("", "a label or a missing value stands before the first variable: %s", again)
		return
	}
	f := d.fields[len(d.fields)-1]
	name := columns.Visible(f.name)
	if tag >= '9' && tag <= 'B' && (f.width > 0 || f.ranged) {
		c.fail(name, "it has a range of missing values, which strings cannot have and numbers only once: %s", again)
	}
	switch tag {
	case 'C':
		f.label = c.string(name)
	case '8':
		f.missing = append(f.missing, c.value(f, "a missing value"))
		if len(f.missing) > 3 {
			c.fail(name, "it has more than three missing values: %s", again)
		}
	case '9':
		f.ranged, f.low, f.high = true, math.Inf(-1), c.number(name, "the end of a range of missing values")
	case 'A':
		f.ranged, f.low, f.high = true, c.number(name, "the start of a range of missing values"), math.Inf(1)
		if f.low >= math.MaxFloat64 {
			f.ranged = false
			d.note("variable %s: its missing values begin above all numbers. PSPP writes a range up to HIGHEST so, and its start is lost; list the missing values in the study.", name)
		}
	case 'B':
		f.ranged, f.low = true, c.number(name, "the start of a range of missing values")
		f.high = c.number(name, "the end of a range of missing values")
	}
	if f.ranged && c.fault == nil && !(f.low <= f.high) {
		c.fail(name, "the range of missing values goes from %g to %g, expected the lower end first; mend the declaration and export again", f.low, f.high)
	}
}

// readLabels reads value labels and whose they are.
func (d *dictionary) readLabels(c *cursor) {
	var first *field
	l := &labelRecord{shared: map[data.Type][]data.ValueLabel{}}
	for n := c.whole("", "the number of variables with value labels"); n > 0 && c.fault == nil; n-- {
		name := c.string("")
		f := d.lookup[strings.ToUpper(string(name))]
		switch {
		case c.fault != nil:
			return
		case f == nil:
			c.fail("", "value labels are given to %q, which is no variable of the file: %s", columns.Visible(name), again)
			return
		case first != nil && (first.width > 0) != (f.width > 0):
			c.fail(columns.Visible(name), "it shares value labels with %s, but one is a number and one a string: %s", columns.Visible(first.name), again)
			return
		}
		if f.labels != nil {
			d.note("variable %s has two sets of value labels; the later one is used.", columns.Visible(name))
		}
		if first == nil {
			first = f
		}
		f.labels = l
	}
	if first == nil {
		c.fail("", "value labels are given to no variable: %s", again)
		return
	}
	for n := c.whole("", "the number of value labels"); n > 0 && c.fault == nil; n-- {
		l.codes = append(l.codes, c.value(first, "a labelled value"))
		l.labels = append(l.labels, c.string(columns.Visible(first.name)))
	}
}

// tag is the character that a record begins with.
func (c *cursor) tag() byte {
	if c.fault != nil {
		return 0
	}
	b := c.need(1)
	if len(b) == 0 {
		c.fail("", "the file ends inside the dictionary: it was cut short; export it again or copy it anew")
		return 0
	}
	c.at++
	return b[0]
}

// read reads a number.
func (c *cursor) read(column, what string) (v float64, missing bool) {
	if c.fault != nil {
		return 0, false
	}
	v, missing, wrong := c.window.number()
	if wrong != "" {
		c.fail(column, "%s at character %d: found %s, expected digits of base 30 and a stroke: %s", what, c.place(), wrong, again)
	}
	return v, missing
}

// number reads a number that must be there.
func (c *cursor) number(column, what string) float64 {
	v, missing := c.read(column, what)
	if missing {
		c.fail(column, "%s is the system-missing value: %s", what, again)
	}
	return v
}

// whole reads a whole number from 0 on.
func (c *cursor) whole(column, what string) int {
	v := c.number(column, what)
	if c.fault == nil && (v < 0 || v != math.Trunc(v) || v > math.MaxInt32) {
		c.fail(column, "%s at character %d is %g, expected a whole number: %s", what, c.place(), v, again)
	}
	if c.fault != nil {
		return 0
	}
	return int(v)
}

// string reads a string: its length and its characters.
func (c *cursor) string(column string) []byte {
	n := c.whole(column, "the length of a text")
	if n > maxString {
		c.fail(column, "the text at character %d is said to have %d characters: %s", c.place(), n, again)
	}
	if c.fault != nil {
		return nil
	}
	b := c.need(n)
	if len(b) < n {
		c.fail(column, "the file ends inside a text of %d characters: it was cut short; export it again or copy it anew", n)
		return nil
	}
	c.at += n
	c.d.look(b[:n])
	return append([]byte(nil), columns.Trim(b[:n])...)
}

// value reads a value of a variable.
func (c *cursor) value(f *field, what string) value {
	if f.width > 0 {
		return value{text: c.string(columns.Visible(f.name))}
	}
	v, missing := c.read(columns.Visible(f.name), what)
	if math.IsInf(v, 0) {
		c.fail(columns.Visible(f.name), "%s is too large to be a number: %s", what, again)
	}
	return value{number: v, null: missing}
}
