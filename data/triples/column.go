package triples

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"golang.org/x/text/encoding"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A column collects the answers to one variable for a batch: one array, or one
// for each value asked for of a multiple answer.
type column interface {
	// add takes the answers out of some rows, and returns which of them holds
	// none that can be read, -1 for none.
	add(b *block) int
	Reserve(n int)         // makes room for n rows
	arrays() []arrow.Array // what has been collected; empty afterwards
}

// A numberColumn is coded as long as few different numbers are met, and floats
// from there on.
type numberColumn struct {
	*variable
	columns.Coding
	coder *coder
}

func newNumberColumn(v *variable) *numberColumn {
	c := &numberColumn{variable: v, Coding: columns.NewCoding()}
	c.coder = newCoder(v.parse, c.Dictionary)
	return c
}

func (c *numberColumn) add(b *block) int {
	n := len(b.rows)
	if c.Coded() {
		i, full := c.code(c.Codes(n), b)
		if !full {
			return i
		}
		c.Expand(n)
	}
	floats := c.Floats(n)
	for i := range floats {
		v, is := c.parse(trim(b.cell(i, c.variable)))
		switch is {
		case wrong:
			return i
		case empty:
			c.SetNull(i, n)
		case given:
			floats[i] = v
		}
	}
	return -1
}

// code writes the code of each row to dst; full says that not all of them can have
// one. at is a row that cannot be read, -1 for none.
func (c *numberColumn) code(dst []uint8, b *block) (at int, full bool) {
	for i := 0; ; i++ {
		if i = c.coder.known(dst, b, c.variable, i); i == len(dst) {
			return -1, false
		}
		code, _, is, full := c.coder.code(b.cell(i, c.variable))
		if full || is == wrong {
			return i, full
		}
		dst[i] = code
	}
}

func (c *numberColumn) arrays() []arrow.Array { return []arrow.Array{c.Array()} }

// A dateColumn holds points in time.
type dateColumn struct {
	*variable
	*columns.Times
}

func (c *dateColumn) add(b *block) int {
	for i := range b.rows {
		v, is := c.parse(trim(b.cell(i, c.variable)))
		switch is {
		case wrong:
			return i
		case empty:
			c.Null()
		case given:
			c.Add(int64(v))
		}
	}
	return -1
}

func (c *dateColumn) arrays() []arrow.Array { return []arrow.Array{c.Array()} }

// A textColumn holds texts.
type textColumn struct {
	*variable
	*columns.Texts
}

func (c *textColumn) add(b *block) int {
	for i := range b.rows {
		c.Add(bytes.TrimRight(b.cell(i, c.variable), " "))
	}
	return -1
}

func (c *textColumn) arrays() []arrow.Array { return []arrow.Array{c.Array()} }

// decoder makes what turns a cell into UTF-8, for one scan.
func (f *dataFile) decoder() func(cell []byte) string {
	var charset *encoding.Decoder
	if f.charset != nil {
		charset = f.charset.NewDecoder()
	}
	return func(cell []byte) string {
		if charset != nil {
			if u, err := charset.Bytes(cell); err == nil {
				cell = u
			}
		}
		return string(bytes.ToValidUTF8(cell, []byte(string(utf8.RuneError))))
	}
}

// A tickColumn holds, for each value asked for, whether it was ticked.
type tickColumn struct {
	*variable
	asked []int // places in variable.ticked
	on    []uint8
	codes [][]uint8 // as asked
	bits  columns.Dictionary
}

func (c *tickColumn) Reserve(n int) {
	for i := range c.codes {
		c.codes[i] = slices.Grow(c.codes[i], n)
	}
}

func (c *tickColumn) add(b *block) int {
	if !c.spread {
		c.addBits(b)
		return -1
	}
	for i := range b.rows {
		is := c.read(b, i, c.on, nil)
		if is == wrong {
			return i
		}
		for j, k := range c.asked {
			on := c.on[k]
			if is == empty {
				on = data.NoCode
			}
			c.codes[j] = append(c.codes[j], on)
		}
	}
	return -1
}

// addBits is add for bits, which the audit has found to be such: only those asked
// for are looked at.
func (c *tickColumn) addBits(b *block) {
	var cells [blockRows][]byte
	for i := range b.rows {
		if cell := b.cell(i, c.variable); len(cell) > 0 && (cell[0] != ' ' || len(trim(cell)) > 0) {
			cells[i] = cell
		}
	}
	for j, k := range c.asked {
		place, codes := c.ticked[k].place, c.codes[j]
		for _, cell := range cells[:len(b.rows)] {
			on := uint8(0)
			switch {
			case cell == nil:
				on = data.NoCode
			case place < len(cell) && cell[place] == '1':
				on = 1
			}
			codes = append(codes, on)
		}
		c.codes[j] = codes
	}
}

func (c *tickColumn) arrays() []arrow.Array {
	out := make([]arrow.Array, len(c.asked))
	for i, codes := range c.codes {
		out[i] = columns.Coded(codes, c.bits.Array())
		c.codes[i] = nil
	}
	return out
}
