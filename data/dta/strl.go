package dta

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"sort"

	"tradeoff/data"
)

// longStrings are the strings of type strL. A case refers to one by the numbers
// of a variable and a case, usually its own; equal strings may share one.
type longStrings struct {
	dict       *dictionary
	begin, end int64 // of the section, behind its tag
}

// A reference names a long string; zero is the empty string.
type reference struct {
	o uint64 // case
	v uint32 // variable
}

func (r reference) compare(other reference) int {
	if c := cmp.Compare(r.o, other.o); c != 0 {
		return c
	}
	return cmp.Compare(r.v, other.v)
}

// A longString is where one stands.
type longString struct {
	reference
	binary bool
	at     int64 // of its first byte
	size   int64 // without the NUL that ends text
}

// Types of a long string.
const (
	gsoBinary = 129
	gsoText   = 130
)

// longHead is the length of what comes before the bytes of a long string: GSO,
// variable, case, type, length.
func (d *dictionary) longHead() int64 { return 3 + 4 + d.layout.strlO + 1 + 4 }

// each walks through all long strings in the file's order.
func (l *longStrings) each(f func(longString) error) error {
	c := newCursor(l.dict.in)
	c.order = l.dict.order
	c.seek(l.begin)
	for c.fault == nil && c.pos < l.end {
		g := l.read(c)
		if c.fault != nil {
			break
		}
		if err := f(g); err != nil {
			return err
		}
	}
	if c.fault != nil {
		return c.fault
	}
	return nil
}

// read reads where a long string stands, and passes over it.
func (l *longStrings) read(c *cursor) (g longString) {
	at, o := c.pos, l.dict.layout.strlO
	b := c.bytes(l.dict.longHead(), "the beginning of a long string")
	if c.fault != nil {
		return g
	}
	kind, size := b[7+o], int64(c.order.Uint32(b[8+o:]))
	if string(b[:3]) != "GSO" || kind != gsoBinary && kind != gsoText {
		c.fail("", "at byte %d there is no long string where the format has one: %s", at, again)
		return g
	}
	g = longString{reference: reference{v: c.order.Uint32(b[3:]), o: whole(c.order, b[7:7+o])}, binary: kind == gsoBinary, at: c.pos, size: size}
	if c.skip(size, "a long string"); c.pos > l.end {
		c.fail("", "the long string at byte %d reaches beyond the section of long strings: %s", at, again)
	}
	if kind == gsoText && g.size > 0 {
		g.size-- // its NUL
	}
	return g
}

// referenceIn is the reference in a case: the variable's number in the first
// bytes, the case's in the rest.
func (d *dictionary) referenceIn(b []byte) reference {
	v, o := make([]byte, 4), make([]byte, 8)
	n := d.layout.strlV
	if d.isBig() {
		copy(v[4-n:], b[:n])
		copy(o[n:], b[n:])
	} else {
		copy(v, b[:n])
		copy(o, b[n:])
	}
	return reference{v: d.order.Uint32(v), o: d.order.Uint64(o)}
}

func (d *dictionary) isBig() bool { return d.order == binary.BigEndian }

// Limits of the index: a block of long strings in order of their references
// takes one entry; where they are in no order, each takes one.
const (
	blockSize  = 64
	maxEntries = 1 << 22
)

// An index finds long strings. Writers put them in the order of cases, so it
// keeps where every 64th stands, and the block that was used last.
type index struct {
	strings *longStrings
	sorted  bool
	starts  []longString // the first of each block, or all of them in order
	block   []longString
	current int // block that is in memory, -1 for none
	cursor  *cursor
}

// newIndex reads through the section.
func (l *longStrings) newIndex() (*index, error) {
	x := &index{strings: l, sorted: true, current: -1}
	n, last := 0, reference{}
	err := l.each(func(g longString) error {
		if n > 0 && g.compare(last) <= 0 {
			x.sorted = false
			return errUnsorted
		}
		if n%blockSize == 0 {
			x.starts = append(x.starts, g)
		}
		n, last = n+1, g.reference
		return nil
	})
	if err == errUnsorted {
		err = x.all()
	}
	return x, err
}

// errUnsorted ends the walk through long strings that are in no order.
var errUnsorted = errors.New("in no order")

// all indexes every long string.
func (x *index) all() error {
	x.starts = nil
	err := x.strings.each(func(g longString) error {
		if len(x.starts) == maxEntries {
			return fault(x.strings.dict.in, "", "more than %d long strings are in no order, which is too many to look up; save the file again with Stata", maxEntries)
		}
		x.starts = append(x.starts, g)
		return nil
	})
	slices.SortStableFunc(x.starts, func(a, b longString) int { return a.compare(b.reference) })
	return err
}

// find is the long string that a reference names.
func (x *index) find(r reference) (g longString, ok bool, err error) {
	among := x.starts
	if x.sorted {
		k := sort.Search(len(x.starts), func(i int) bool { return x.starts[i].compare(r) > 0 }) - 1
		if k < 0 {
			return g, false, nil
		}
		if k != x.current {
			if err := x.load(k); err != nil {
				return g, false, err
			}
		}
		among = x.block
	}
	i, ok := slices.BinarySearchFunc(among, r, func(g longString, r reference) int { return g.compare(r) })
	if !ok {
		return g, false, nil
	}
	return among[i], true, nil
}

// load reads the places of a block.
func (x *index) load(k int) error {
	l := x.strings
	if x.cursor == nil {
		x.cursor = newCursor(l.dict.in)
		x.cursor.order = l.dict.order
	}
	x.current, x.block = -1, x.block[:0]
	x.cursor.seek(x.starts[k].at - l.dict.longHead())
	for len(x.block) < blockSize && x.cursor.pos < l.end {
		g := l.read(x.cursor)
		if x.cursor.fault != nil {
			return x.cursor.fault
		}
		x.block = append(x.block, g)
	}
	x.current = k
	return nil
}

// bytes are those of a long string, up to a NUL.
func (l *longStrings) bytes(g longString) ([]byte, error) {
	b := make([]byte, g.size)
	if _, err := l.dict.in.ReadAt(b, g.at); err != nil && err != io.EOF {
		return nil, &data.Fault{File: l.dict.in.Name(), Found: "a long string could not be read: " + err.Error()}
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return b, nil
}
