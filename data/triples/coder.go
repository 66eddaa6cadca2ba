package triples

import (
	"tradeoff/data"
	"tradeoff/data/columns"
)

// A coder numbers the different numbers of a variable in the order in which they
// are met. A cell of up to eight bytes is read once in each spelling.
type coder struct {
	parse  convert
	met    *columns.Dictionary
	places map[float64]uint8
	one    [256]uint16        // of cells of one byte: known | code
	two    [others + 1]uint16 // the same of two, see pairOf
	words  columns.Words      // of the bytes of longer ones
	full   bool               // a number was met for which there was no code
}

const (
	known  = 1 << 8 // a bit that no code has
	others = 1<<10 - 1
)

func newCoder(p convert, met *columns.Dictionary) *coder {
	return &coder{parse: p, met: met, places: map[float64]uint8{}}
}

// known writes the codes of the answers in rows from one on, up to the first that was
// not met before in this spelling, and says which row that is.
func (c *coder) known(dst []uint8, b *block, v *variable, from int) int {
	if v.start == v.finish && b.plain() {
		return c.knownBytes(dst, b, v.start-1, from)
	}
	for i := from; i < len(dst); i++ {
		p := b.place(i, v.start, v.finish)
		cell, code := b.text[p.from:p.to], uint16(0)
		switch len(cell) {
		case 0:
			code = known | data.NoCode
		case 1:
			code = c.one[cell[0]]
		case 2:
			code = c.two[pairOf(cell[0], cell[1])]
		case 3, 4, 5, 6, 7, 8:
			if k, ok := c.words.Find(wordOf(cell)); ok {
				code = known | k
			}
		}
		if code == 0 {
			return i
		}
		dst[i] = uint8(code)
	}
	return len(dst)
}

// knownBytes is known for answers of one byte, as most are, so far behind the start of a
// row.
func (c *coder) knownBytes(dst []uint8, b *block, at, from int) int {
	text, rows := b.text, b.rows[:len(dst)]
	for i := from; i < len(dst); i++ {
		code := c.one[text[rows[i].from+at]]
		if code == 0 {
			return i
		}
		dst[i] = uint8(code)
	}
	return len(dst)
}

// pairOf is where two bytes stand in coder.two, if they are from the blank to the
// question mark; others stand where two question marks do, which are no number.
func pairOf(a, b byte) int {
	if a, b = a-' ', b-' '; a < 32 && b < 32 {
		return int(a)<<5 | int(b)
	}
	return others
}

// code is the code of a cell: data.NoCode for an empty one. full says that it is
// v, for which there is no code left.
func (c *coder) code(cell []byte) (code uint8, v float64, is outcome, full bool) {
	v, is = c.parse(trim(cell))
	switch is {
	case empty:
		c.learn(cell, data.NoCode)
		return data.NoCode, 0, empty, false
	case wrong:
		return 0, 0, wrong, false
	}
	code, met := c.places[v]
	if !met {
		if code, met = c.met.Add(v); !met {
			c.full = true
			return 0, v, given, true
		}
		c.places[v] = code
	}
	c.learn(cell, code)
	return code, v, given, false
}

// has reports whether a number has a code.
func (c *coder) has(v float64) bool {
	_, met := c.places[v]
	return met
}

// learn remembers the code of a spelling, as long as there is room.
func (c *coder) learn(cell []byte, code uint8) {
	switch {
	case len(cell) == 1:
		c.one[cell[0]] = known | uint16(code)
	case len(cell) == 2:
		if k := pairOf(cell[0], cell[1]); k < others {
			c.two[k] = known | uint16(code)
		}
	case len(cell) <= 8:
		c.words.Add(wordOf(cell), uint16(code))
	}
}

// wordOf is a cell of up to eight bytes. No cell holds a byte that is 0, so no
// two are one word.
func wordOf(cell []byte) uint64 {
	word := uint64(0)
	for _, b := range cell {
		word = word<<8 | uint64(b)
	}
	return word
}
