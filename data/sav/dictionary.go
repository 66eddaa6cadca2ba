package sav

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"tradeoff/data"
)

// A dictionary is what the file says before the first case, mostly still as
// bytes: the encoding is known only when the last record has been read.
type dictionary struct {
	in          *data.Input
	order       binary.ByteOrder
	compression int32
	weight      int32   // place of the weight among the elements, counted from 1; 0 for none
	cases       int64   // as promised by the header until countCases has counted
	bias        float64 // what byte-compressed numbers are shifted by
	sysmis      uint64  // bits of the system-missing value
	start       int64   // where the cases begin
	marks       []mark  // where stretches of cases begin in byte-compressed files

	records  []*record         // one for each variable record, string segments included
	elements []*record         // the record that each 8 bytes of a case belong to; nil inside a string
	ext      map[int32][]byte  // bodies of the extension records that are used, by subtype
	levels   []int32           // body of record 7/11
	charCode int32             // character code of record 7/3
	lookup   map[string]*field // fields by upper-case long and short name
	text     *decoder
	notes    []string
	badText  bool // a decoded field held bytes that are no letters
}

// A record is one variable record: a number, a string of up to 255 bytes, or a
// segment of a very long string.
type record struct {
	element int // place of its first 8 bytes in a case, counted from 0
	width   int // bytes of a string, 0 for a number
	short   string
	label   []byte
	missing [][8]byte
	ranged  bool // missing[0] and missing[1] are the ends of a range
	format  printFormat
	labels  *labelRecord
}

// A labelRecord holds the value labels of a pair of records 3 and 4, which
// belong to one or more variables.
type labelRecord struct {
	codes  [][8]byte
	labels [][]byte
	shared map[data.Type][]data.ValueLabel // decoded, by the type of the variable
}

// Types of record after the header.
const (
	recVariable   = 2
	recLabels     = 3
	recLabelled   = 4
	recDocuments  = 6
	recExtension  = 7
	recDictionary = 999
)

// readDictionary reads the header and every record up to the first case.
func readDictionary(in *data.Input) (*dictionary, error) {
	d := &dictionary{in: in, ext: map[int32][]byte{}, sysmis: defaultSysmis}
	c := newCursor(in)
	d.readHeader(c)
	for done := false; !done && c.fault == nil; {
		at := c.pos
		switch kind := c.int32("a record of the dictionary"); kind {
		case recVariable:
			d.readVariable(c)
		case recLabels:
			d.readLabels(c)
		case recLabelled:
			c.fail("", "the record at byte %d says which variables have value labels, but no labels come before it: %s", at, again)
		case recDocuments:
			n := c.count(80, "the number of document lines")
			c.skip(int64(n)*80, "the document lines")
		case recExtension:
			d.readExtension(c)
		case recDictionary:
			c.int32("the end of the dictionary")
			done = true
		default:
			c.fail("", "the record at byte %d has type %d, expected 2, 3, 4, 6, 7 or 999: %s", at, kind, again)
		}
	}
	if c.fault != nil {
		return nil, c.fault
	}
	d.start = c.pos
	return d, nil
}

// variableSize is the length of a variable record behind its type;
// continuation, in the place of its width, says that it only makes room for 8
// more bytes of the string before it.
const (
	variableSize = 28
	continuation = -1
)

// readVariable reads a variable record.
func (d *dictionary) readVariable(c *cursor) {
	at := c.pos
	b := c.bytes(variableSize, "", "a variable record")
	if b == nil {
		return
	}
	word := func(i int) int32 { return int32(c.order.Uint32(b[4*i:])) }
	r := &record{
		element: len(d.elements),
		width:   int(word(0)),
		format:  printFormat(uint32(word(3))),
		short:   string(trimPadding(b[20:28])),
	}
	name := visible(r.short)
	missing := word(2)
	switch {
	case word(0) == continuation:
		d.readContinuation(c)
		r = nil // it has no label and no missing values of its own, but may have their bytes
	case r.width < 0 || r.width > 255:
		c.fail(name, "the variable record at byte %d has type %d, expected 0 for a number or 1 to 255 for the width of a string: %s", at, r.width, again)
	case missing < -3 || missing > 3:
		c.fail(name, "the variable record at byte %d declares %d missing values, expected -3 to 3: %s", at, missing, again)
	case d.inString():
		c.fail(name, "the variable record at byte %d stands where the string variable %s should go on: %s", at, visible(d.records[len(d.records)-1].short), again)
	default:
		d.records = append(d.records, r)
		d.elements = append(d.elements, r)
	}
	d.readVariableTail(c, r, name, word(1) != 0, missing)
}

// readContinuation notes 8 more bytes of the string variable before it.
func (d *dictionary) readContinuation(c *cursor) {
	if !d.inString() {
		c.fail("", "the variable record before byte %d continues a string, but no string of more than 8 bytes comes before it: %s", c.pos, again)
		return
	}
	d.elements = append(d.elements, nil)
}

// inString reports whether the last string still lacks continuation records.
func (d *dictionary) inString() bool {
	if len(d.records) == 0 {
		return false
	}
	last := d.records[len(d.records)-1]
	return len(d.elements)-last.element < elementsOf(last.width)
}

// elementsOf is how many runs of 8 bytes a value takes.
func elementsOf(width int) int { return max(1, (width+7)/8) }

// readVariableTail reads the label and the missing values that follow a
// variable record; r is nil if they belong to nothing.
func (d *dictionary) readVariableTail(c *cursor, r *record, name string, labelled bool, missing int32) {
	if labelled {
		n := int64(c.int32("the length of a variable label"))
		label := c.bytes(n, name, "the variable label")
		c.skip(padding(n, 4), "the variable label")
		if r != nil {
			r.label = label
		}
	}
	count := missing
	if count < 0 {
		count = -count
	}
	b := c.bytes(8*int64(count), name, "the missing values")
	if r == nil || b == nil {
		return
	}
	r.ranged = missing < -1
	for ; len(b) > 0; b = b[8:] {
		r.missing = append(r.missing, [8]byte(b))
	}
}

// padding is how many bytes fill n up to a multiple of unit.
func padding(n, unit int64) int64 { return (unit - n%unit) % unit }

// readLabels reads a record of value labels and the record after it, which
// says whose they are.
func (d *dictionary) readLabels(c *cursor) {
	n := c.count(16, "the number of value labels")
	l := &labelRecord{shared: map[data.Type][]data.ValueLabel{}}
	for i := 0; i < n && c.fault == nil; i++ {
		b := c.bytes(9, "", "a value label")
		if b == nil {
			return
		}
		size := int64(b[8])
		l.codes = append(l.codes, [8]byte(b))
		l.labels = append(l.labels, c.bytes(size, "", "a value label"))
		c.skip(padding(1+size, 8), "a value label")
	}
	at := c.pos
	if kind := c.int32("the record that says which variables have value labels"); kind != recLabelled {
		c.fail("", "the record at byte %d has type %d, expected 4, which says which variables have the value labels before it: %s", at, kind, again)
		return
	}
	places := c.count(4, "the number of variables with value labels")
	for i := 0; i < places && c.fault == nil; i++ {
		place := c.int32("a variable with value labels")
		r := d.at(place)
		if r == nil {
			c.fail("", "the record at byte %d gives value labels to variable %d, but the places of variables run from 1 to %d and not inside a string: %s", at, place, len(d.elements), again)
			return
		}
		if r.labels != nil {
			d.note("%s: variable %s has two sets of value labels; the later one is used.", d.in.Name(), visible(r.short))
		}
		r.labels = l
	}
}

// at is the record that begins at a place among the elements, counted from 1,
// or nil.
func (d *dictionary) at(place int32) *record {
	if place < 1 || int(place) > len(d.elements) {
		return nil
	}
	return d.elements[place-1]
}

// note keeps a sentence for the codebook. A file that gives thousands of
// reasons is described well enough by the first fifty.
func (d *dictionary) note(format string, args ...any) {
	if len(d.notes) < 50 {
		d.notes = append(d.notes, fmt.Sprintf(format, args...))
	}
}

// visible makes raw bytes of a name fit for a message.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// trimLine cuts line ends off a piece of an extension record.
func trimLine(b []byte) []byte { return bytes.Trim(b, "\r\n\x00") }
