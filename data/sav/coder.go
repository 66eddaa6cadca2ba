package sav

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A coder numbers the different values of a numeric variable in the order in
// which a scan meets them.
type coder struct {
	dict   *dictionary
	values []float64
	ops    [256]uint16 // the code of each instruction, unknown until it is met, and always for literals
	words  words
	built  *array.Float64 // of the first built.Len() values
}

// unknown is a bit that no code has.
const unknown = 1 << 15

func newCoder(d *dictionary) *coder {
	c := &coder{dict: d}
	for i := range c.ops {
		c.ops[i] = unknown
	}
	c.words.add(d.inMemory(d.sysmis), data.NoCode)
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
		code, ok := c.words.atHome(word)
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
	if code, ok := c.words.find(word); ok {
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
	if math.IsInf(v, 0) || len(c.values) == data.MaxCodes {
		return 0, false
	}
	code = uint16(len(c.values))
	c.values = append(c.values, v)
	c.words.add(word, code)
	return code, true
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

// words are the codes of at most data.MaxCodes+1 words, hashed, with room for
// twice as many so that few share a place.
type words struct {
	word [2 * (data.MaxCodes + 1)]uint64
	code [2 * (data.MaxCodes + 1)]uint16 // and taken, or 0
}

const (
	taken = 1 << 8
	hash  = 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
)

// atHome is find for a word that stands where its hash says, as most do.
func (w *words) atHome(word uint64) (code uint16, ok bool) {
	i := word * hash >> 55
	return w.code[i] &^ taken, w.word[i] == word && w.code[i] != 0
}

// find is the code of a word, if it has one.
func (w *words) find(word uint64) (code uint16, ok bool) {
	for i := word * hash >> 55; w.code[i] != 0; i = (i + 1) % uint64(len(w.word)) {
		if w.word[i] == word {
			return w.code[i] &^ taken, true
		}
	}
	return 0, false
}

// add takes a word that has no code yet.
func (w *words) add(word uint64, code uint16) {
	i := word * hash >> 55
	for w.code[i] != 0 {
		i = (i + 1) % uint64(len(w.word))
	}
	w.word[i], w.code[i] = word, code|taken
}

// A textCoder numbers the different values of a text variable in the order in
// which a scan meets them.
type textCoder struct {
	values []string
	codes  map[string]uint8 // by the bytes in the file
	built  *array.String    // of the first built.Len() values
}

// code is the code of a text as it stands in the file, or false if there are
// too many already.
func (c *textCoder) code(t []byte, text *decoder) (code uint8, ok bool) {
	if len(t) == 0 {
		return data.NoCode, true
	}
	if code, ok := c.codes[string(t)]; ok {
		return code, true
	}
	if len(c.codes) == data.MaxCodes {
		return 0, false
	}
	value := text.text(t)
	i := slices.Index(c.values, value) // letters that are none look the same
	if i < 0 {
		i = len(c.values)
		c.values = append(c.values, value)
	}
	c.codes[string(t)] = uint8(i)
	return uint8(i), true
}

// array is the values met so far, the same array as long as there are no more.
func (c *textCoder) array() *array.String {
	if c.built == nil || c.built.Len() < len(c.values) {
		b := array.NewStringBuilder(memory.DefaultAllocator)
		b.AppendValues(c.values, nil)
		c.built = b.NewStringArray()
	}
	return c.built
}

// nullsIn counts the rows without a code.
func nullsIn(codes []uint8) int { return bytes.Count(codes, []byte{data.NoCode}) }
