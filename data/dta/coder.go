package dta

import (
	"slices"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A coder numbers the different values of a numeric variable in the order in
// which a scan meets them.
type coder struct {
	dict    *dictionary
	storage storage
	values  []float64
	bytes   *[256]uint16 // codes of a variable of one byte, and taken
	words   *words       // codes of any other
	built   *array.Float64
}

// maxCoders is how many columns of a scan are coded: each takes a few thousand
// bytes, and a file may have more than a hundred thousand variables.
const maxCoders = 1 << 13

// newCoder is a coder for one of n columns, nil for none.
func newCoder(d *dictionary, v *variable, n int) *coder {
	switch {
	case n > maxCoders:
		return nil
	case v.storage == int8s:
		return &coder{dict: d, storage: v.storage, bytes: new([256]uint16)}
	}
	return &coder{dict: d, storage: v.storage, words: new(words)}
}

// codeBytes writes the code of each byte, step bytes apart. A byte cannot have
// too many values: 255 are not missing in any release.
func (c *coder) codeBytes(dst []uint8, from []byte, step int) {
	at := 0
	for k := range dst {
		b := from[at]
		code := c.bytes[b]
		if code == 0 {
			met, _ := c.meet(uint64(b))
			code = met | taken
			c.bytes[b] = code
		}
		dst[k] = uint8(code)
		at += step
	}
}

// code writes the code of each value to dst, or says that not all of them can
// have one.
func (c *coder) code(dst []uint8, raw []uint64) bool {
	for k, r := range raw {
		code, ok := c.words.find(r)
		if !ok {
			if code, ok = c.meet(r); !ok {
				return false
			}
			if !c.words.add(r, code) {
				return false
			}
		}
		dst[k] = uint8(code)
	}
	return true
}

// meet gives a new value a code.
func (c *coder) meet(raw uint64) (code uint16, ok bool) {
	v, s := c.dict.decodeNumber(c.storage, raw)
	if s == missing {
		return data.NoCode, true
	}
	if i := slices.Index(c.values, v); i >= 0 { // minus zero is zero
		return uint16(i), true
	}
	if len(c.values) == data.MaxCodes {
		return 0, false
	}
	c.values = append(c.values, v)
	return uint16(len(c.values) - 1), true
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

// words are the codes of values as they stand in the file, hashed, with room
// for about twice as many as there are codes, so that few share a place.
type words struct {
	word [512]uint64
	code [512]uint16 // and taken, or 0
	n    int
}

const (
	taken    = 1 << 8
	hash     = 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
	maxWords = 384                // different patterns of bits may be missing
)

// find is the code of a word, if it has one.
func (w *words) find(word uint64) (code uint16, ok bool) {
	for i := word * hash >> 55; w.code[i] != 0; i = (i + 1) % uint64(len(w.word)) {
		if w.word[i] == word {
			return w.code[i] &^ taken, true
		}
	}
	return 0, false
}

// add takes a word that has no code yet, or says that there is no room.
func (w *words) add(word uint64, code uint16) bool {
	if w.n == maxWords {
		return false
	}
	i := word * hash >> 55
	for w.code[i] != 0 {
		i = (i + 1) % uint64(len(w.word))
	}
	w.word[i], w.code[i] = word, code|taken
	w.n++
	return true
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
