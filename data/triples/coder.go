package triples

import (
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A coder numbers the different numbers of a variable in the order in which they
// are met. A cell of up to eight bytes is read once in each spelling.
type coder struct {
	parse  convert
	values []float64
	places map[float64]uint8
	built  *array.Float64 // of the first built.Len() values

	one   [256]uint16   // of cells of one byte: known | code
	keys  [slots]uint64 // the bytes of longer ones
	codes [slots]uint16 // known | code, 0 for a free slot
	taken int
}

const (
	known    = 1 << 8 // a bit that no code has
	slots    = 1 << 9
	maxTaken = slots * 3 / 4
	golden   = 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
)

func newCoder(p convert) *coder { return &coder{parse: p, places: map[float64]uint8{}} }

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
	slot := -1
	if len(cell) <= 8 {
		if slot = c.find(cell); c.codes[slot] != 0 {
			return uint8(c.codes[slot]), 0, given, false
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
		if len(c.values) == data.MaxCodes {
			return 0, v, given, true
		}
		code = uint8(len(c.values))
		c.places[v] = code
		c.values = append(c.values, v)
	}
	c.remember(cell, slot, code)
	return code, v, given, false
}

// find is the slot of a cell of up to eight bytes, or the free one where it
// belongs. No cell holds a byte that is 0, so no two have one key.
func (c *coder) find(cell []byte) int {
	key := keyOf(cell)
	i := int(key * golden >> 55)
	for c.codes[i] != 0 && c.keys[i] != key {
		i = (i + 1) % slots
	}
	return i
}

func keyOf(cell []byte) uint64 {
	key := uint64(0)
	for _, b := range cell {
		key = key<<8 | uint64(b)
	}
	return key
}

// remember keeps the code of a spelling, as long as there is room.
func (c *coder) remember(cell []byte, slot int, code uint8) {
	if len(cell) == 1 {
		c.one[cell[0]] = known | uint16(code)
	}
	if slot >= 0 && c.taken < maxTaken {
		c.keys[slot], c.codes[slot] = keyOf(cell), known|uint16(code)
		c.taken++
	}
}

// array is the values met so far, the same array as long as there are no more.
func (c *coder) array() *array.Float64 {
	if c.built == nil || c.built.Len() < len(c.values) {
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		b.AppendValues(c.values, nil)
		c.built = b.NewFloat64Array()
	}
	return c.built
}
