package sav

import (
	"encoding/binary"
	"math"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A coder numbers the different values of a numeric variable in the order in
// which a scan meets them.
type coder struct {
	dict  *dictionary
	met   *columns.Dictionary
	ops   [256]uint16 // the code of each instruction, unknown until it is met, and always for literals
	words columns.Words
}

// unknown is a bit that no code has.
const unknown = 1 << 15

func newCoder(d *dictionary, met *columns.Dictionary) *coder {
	c := &coder{dict: d, met: met}
	for i := range c.ops {
		c.ops[i] = unknown
	}
	c.words.Add(d.inMemory(d.sysmis), data.NoCode)
	return c
}

// code writes the code of element e of each case to dst, or says that not all
// of them can have one.
func (c *coder) code(dst []uint8, rows *chunk, e int) bool {
	if rows.ops == nil {
		return c.codeWords(dst, rows.words[8*e:], 8*rows.size)
	}
	ops, size, table := rows.ops[e:], rows.size, &c.ops
	met := uint16(0)
	at := 0
	for k := range dst {
		code := table[ops[at]]
		met |= code
		dst[k] = uint8(code)
		at += size
	}
	return met&unknown == 0 || c.codeOps(dst, rows, e)
}

// codeOps is code for instructions that are literals or new.
func (c *coder) codeOps(dst []uint8, rows *chunk, e int) bool {
	i := e
	for k := range dst {
		op := rows.ops[i]
		code := c.ops[op]
		if code == unknown {
			var ok bool
			if code, ok = c.codeOf(rows.word(k, e)); !ok {
				return false
			}
			if op != opLiteral {
				c.ops[op] = code
			}
		}
		dst[k] = uint8(code)
		i += rows.size
	}
	return true
}

// codeWords is code for words that lie step bytes apart.
func (c *coder) codeWords(dst []uint8, from []byte, step int) bool {
	at := 0
	for k := range dst {
		word := binary.LittleEndian.Uint64(from[at:])
		code, ok := c.words.AtHome(word)
		if !ok {
			if code, ok = c.codeOf(word); !ok {
				return false
			}
		}
		dst[k] = uint8(code)
		at += step
	}
	return true
}

// codeOf is the code of a number as it stands in the file. Numbers that are no
// answer at all, infinite ones, have none.
func (c *coder) codeOf(word uint64) (code uint16, ok bool) {
	if code, ok := c.words.Find(word); ok {
		return code, true
	}
	return c.meet(word)
}

// meet gives a new word a code.
func (c *coder) meet(word uint64) (code uint16, ok bool) {
	v, ok := c.dict.number(c.dict.inMemory(word))
	if !ok {
		return data.NoCode, true
	}
	if math.IsInf(v, 0) {
		return 0, false
	}
	next, ok := c.met.Add(v)
	if !ok {
		return 0, false
	}
	return uint16(next), c.words.Add(word, uint16(next))
}
