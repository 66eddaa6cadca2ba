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
	one    [256]uint16   // of cells of one byte: known | code
	words  columns.Words // of the bytes of longer ones
}

const known = 1 << 8 // a bit that no code has

func newCoder(p convert, met *columns.Dictionary) *coder {
	return &coder{parse: p, met: met, places: map[float64]uint8{}}
}

// code is the code of a cell: data.NoCode for an empty one. full says that it is
// v, for which there is no code left.
func (c *coder) code(cell []byte) (code uint8, v float64, is outcome, full bool) {
	if len(cell) == 1 {
		if k := c.one[cell[0]]; k != 0 {
			return uint8(k), 0, given, false
		}
	}
	cell = trim(cell)
	if len(cell) == 0 {
		return data.NoCode, 0, empty, false
	}
	word := uint64(0) // of no cell
	if len(cell) <= 8 {
		word = wordOf(cell)
		if k, ok := c.words.Find(word); ok {
			return uint8(k), 0, given, false
		}
	}
	v, is = c.parse(cell)
	switch is {
	case empty:
		return data.NoCode, 0, empty, false
	case wrong:
		return 0, 0, wrong, false
	}
	code, met := c.places[v]
	if !met {
		if code, met = c.met.Add(v); !met {
			return 0, v, given, true
		}
		c.places[v] = code
	}
	if len(cell) == 1 {
		c.one[cell[0]] = known | uint16(code)
	}
	if word != 0 {
		c.words.Add(word, uint16(code)) // as long as there is room
	}
	return code, v, given, false
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
