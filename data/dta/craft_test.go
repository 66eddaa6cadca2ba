package dta

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// A craft is a data set to be written byte by byte, as the descriptions of the
// releases in Stata's manual ([P] File formats .dta and its predecessors) have
// it. It shares no table with the reader.
type craft struct {
	release   int
	order     binary.ByteOrder
	label     string
	variables []craftVariable
	rows      [][]any
	tables    []craftTable
	chars     []craftChar
	longs     []craftLong
	wrongMap  bool // all places in the map are zero, as some writers leave them
}

// A craftVariable is of type b, i, l, f, d, s (with a width), L (strL) or a
// (alias).
type craftVariable struct {
	name, format, label, table string
	kind                       byte
	width                      int
}

type craftTable struct {
	name   string
	codes  []int
	labels []string
}

type craftChar struct{ of, name, text string }

// A craftRef is the reference of a case to a long string.
type craftRef struct{ v, o int }

type craftLong struct {
	craftRef
	binary bool
	text   string
}

// A craftMissing is a missing value: 0 for ".", 'a' to 'z'.
type craftMissing byte

// out collects bytes.
type out struct {
	bytes.Buffer
	order binary.ByteOrder
}

func (o *out) number(size int, v int64) {
	b := make([]byte, 8)
	if o.order == binary.BigEndian {
		binary.BigEndian.PutUint64(b, uint64(v))
		o.Write(b[8-size:])
		return
	}
	binary.LittleEndian.PutUint64(b, uint64(v))
	o.Write(b[:size])
}

// field writes a text padded with NUL.
func (o *out) field(size int, s string) {
	b := make([]byte, size)
	copy(b, s)
	o.Write(b)
}

func (c *craft) bytes() []byte {
	o := &out{order: c.order}
	if c.release >= 117 {
		c.tagged(o)
	} else {
		c.old(o)
	}
	return o.Bytes()
}

// by is the value for the newest release not above the data set's; values come
// as pairs of release and value, oldest first.
func (c *craft) by(pairs ...int) int {
	v := 0
	for i := 0; i < len(pairs); i += 2 {
		if c.release >= pairs[i] {
			v = pairs[i+1]
		}
	}
	return v
}

func (c *craft) old(o *out) {
	order := byte(2)
	if c.order == binary.BigEndian {
		order = 1
	}
	o.Write([]byte{byte(c.release), order, 1, 0})
	o.number(2, int64(len(c.variables)))
	o.number(4, int64(len(c.rows)))
	o.field(c.by(104, 32, 108, 81), c.label)
	if c.release >= 105 {
		o.field(18, "22 Nov 2026 12:00")
	}
	for _, v := range c.variables {
		switch {
		case c.release >= 111 && v.kind == 's':
			o.WriteByte(byte(v.width))
		case c.release >= 111:
			o.WriteByte(map[byte]byte{'b': 251, 'i': 252, 'l': 253, 'f': 254, 'd': 255}[v.kind])
		case v.kind == 's':
			o.WriteByte(byte(127 + v.width))
		default:
			o.WriteByte(v.kind)
		}
	}
	c.descriptors(o, func(string) {})
	for _, ch := range c.chars {
		if c.release < 105 {
			break
		}
		o.WriteByte(1)
		o.number(c.by(105, 2, 110, 4), int64(2*c.nameSize()+len(ch.text)+1))
		c.char(o, ch)
	}
	if c.release >= 105 {
		o.Write(make([]byte, 1+c.by(105, 2, 110, 4)))
	}
	c.data(o)
	for _, t := range c.tables {
		if c.release < 108 {
			c.shortTable(o, t)
		} else {
			c.table(o, t)
		}
	}
}

func (c *craft) nameSize() int { return c.by(104, 9, 110, 33, 118, 129) }

// descriptors writes what stands between the types and the characteristics.
func (c *craft) descriptors(o *out, tag func(string)) {
	tag("<varnames>")
	for _, v := range c.variables {
		o.field(c.nameSize(), v.name)
	}
	tag("</varnames><sortlist>")
	o.Write(make([]byte, (len(c.variables)+1)*c.wide(2, 4)))
	tag("</sortlist><formats>")
	for _, v := range c.variables {
		o.field(c.by(104, 7, 105, 12, 114, 49, 118, 57), v.format)
	}
	tag("</formats><value_label_names>")
	for _, v := range c.variables {
		o.field(c.nameSize(), v.table)
	}
	tag("</value_label_names><variable_labels>")
	for _, v := range c.variables {
		o.field(c.by(104, 32, 108, 81, 118, 321), v.label)
	}
	tag("</variable_labels>")
}

// wide is the second value in releases for many variables.
func (c *craft) wide(narrow, wide int) int {
	if c.release == 119 || c.release == 121 {
		return wide
	}
	return narrow
}

func (c *craft) char(o *out, ch craftChar) {
	o.field(c.nameSize(), ch.of)
	o.field(c.nameSize(), ch.name)
	o.WriteString(ch.text + "\x00")
}

func (c *craft) tagged(o *out) {
	tag := func(s string) { o.WriteString(s) }
	var places [14]int
	tag("<stata_dta><header><release>")
	o.WriteString(string([]byte{'0' + byte(c.release/100), '0' + byte(c.release/10%10), '0' + byte(c.release%10)}))
	tag("</release><byteorder>")
	if c.order == binary.BigEndian {
		tag("MSF")
	} else {
		tag("LSF")
	}
	tag("</byteorder><K>")
	o.number(c.wide(2, 4), int64(len(c.variables)))
	tag("</K><N>")
	o.number(c.by(117, 4, 118, 8), int64(len(c.rows)))
	tag("</N><label>")
	o.number(c.by(117, 1, 118, 2), int64(len(c.label)))
	tag(c.label + "</label><timestamp>")
	o.number(1, 17)
	tag("22 Nov 2026 12:00</timestamp></header>")
	places[1] = o.Len()
	tag("<map>")
	mapAt := o.Len()
	o.Write(make([]byte, 8*14))
	tag("</map>")
	places[2] = o.Len()
	tag("<variable_types>")
	for _, v := range c.variables {
		if v.kind == 's' {
			o.number(2, int64(v.width))
			continue
		}
		o.number(2, map[byte]int64{'b': 65530, 'i': 65529, 'l': 65528, 'f': 65527, 'd': 65526, 'L': 32768, 'a': 65525}[v.kind])
	}
	tag("</variable_types>")
	places[3] = o.Len()
	c.descriptors(o, tag)
	places[8] = o.Len()
	tag("<characteristics>")
	for _, ch := range c.chars {
		tag("<ch>")
		o.number(4, int64(2*c.nameSize()+len(ch.text)+1))
		c.char(o, ch)
		tag("</ch>")
	}
	tag("</characteristics>")
	places[9] = o.Len()
	tag("<data>")
	c.data(o)
	tag("</data>")
	places[10] = o.Len()
	tag("<strls>")
	for _, l := range c.longs {
		c.long(o, l)
	}
	tag("</strls>")
	places[11] = o.Len()
	tag("<value_labels>")
	for _, t := range c.tables {
		tag("<lbl>")
		c.table(o, t)
		tag("</lbl>")
	}
	tag("</value_labels>")
	places[12] = o.Len()
	tag("</stata_dta>")
	places[13] = o.Len()
	if c.wrongMap {
		return
	}
	m := &out{order: c.order}
	for _, p := range places {
		m.number(8, int64(p))
	}
	copy(o.Bytes()[mapAt:], m.Bytes())
}

func (c *craft) long(o *out, l craftLong) {
	o.WriteString("GSO")
	o.number(4, int64(l.v))
	o.number(c.by(117, 4, 118, 8), int64(l.o))
	if l.binary {
		o.WriteByte(129)
		o.number(4, int64(len(l.text)))
		o.WriteString(l.text)
		return
	}
	o.WriteByte(130)
	o.number(4, int64(len(l.text)+1))
	o.WriteString(l.text + "\x00")
}

func (c *craft) data(o *out) {
	for _, row := range c.rows {
		for i, x := range row {
			c.cell(o, c.variables[i], x)
		}
	}
}

func (c *craft) cell(o *out, v craftVariable, x any) {
	switch x := x.(type) {
	case string:
		o.field(v.width, x)
	case craftRef:
		n := c.wide(2, 3)
		if c.release == 117 {
			n = 4
		}
		o.number(n, int64(x.v))
		o.number(8-n, int64(x.o))
	case craftMissing:
		c.missing(o, v.kind, x)
	case int:
		c.value(o, v.kind, float64(x))
	case float64:
		c.value(o, v.kind, x)
	}
}

func (c *craft) value(o *out, kind byte, x float64) {
	switch kind {
	case 'b':
		o.number(1, int64(x))
	case 'i':
		o.number(2, int64(x))
	case 'l':
		o.number(4, int64(x))
	case 'f':
		o.number(4, int64(math.Float32bits(float32(x))))
	case 'd':
		o.number(8, int64(math.Float64bits(x)))
	}
}

// missing writes the values that the manual lists: from release 113 on "." of a
// byte is 101 and .a 102; before, it is the greatest number of the type.
func (c *craft) missing(o *out, kind byte, m craftMissing) {
	step := int64(0)
	if m != 0 {
		step = int64(m-'a') + 1
	}
	switch {
	case kind == 'f':
		o.number(4, 0x7f000000+0x800*step)
	case kind == 'd':
		o.number(8, 0x7fe0000000000000+0x10000000000*step)
	case c.release < 113:
		o.number(map[byte]int{'b': 1, 'i': 2, 'l': 4}[kind], map[byte]int64{'b': 127, 'i': 32767, 'l': 2147483647}[kind])
	default:
		o.number(map[byte]int{'b': 1, 'i': 2, 'l': 4}[kind], map[byte]int64{'b': 101, 'i': 32741, 'l': 2147483621}[kind]+step)
	}
}

func (c *craft) table(o *out, t craftTable) {
	size := 8
	for _, l := range t.labels {
		size += 8 + len(l) + 1
	}
	o.number(4, int64(size))
	o.field(c.by(108, 9, 110, 33, 118, 129), t.name)
	o.Write(make([]byte, 3))
	o.number(4, int64(len(t.codes)))
	o.number(4, int64(size-8-8*len(t.codes)))
	at := 0
	for _, l := range t.labels {
		o.number(4, int64(at))
		at += len(l) + 1
	}
	for _, code := range t.codes {
		o.number(4, int64(code))
	}
	for _, l := range t.labels {
		o.WriteString(l + "\x00")
	}
}

func (c *craft) shortTable(o *out, t craftTable) {
	o.number(2, int64(len(t.codes)))
	o.field(9, t.name)
	o.WriteByte(0)
	for _, code := range t.codes {
		o.number(2, int64(code))
	}
	for _, l := range t.labels {
		o.field(8, l)
	}
}

// read opens crafted bytes and reads all cases.
func read(t testing.TB, b []byte) (*data.Survey, [][]any) {
	t.Helper()
	s, err := Open(data.FromBytes("crafted.dta", b))
	if err != nil {
		t.Fatal(err)
	}
	got, err := readertest.Values(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s, got
}
