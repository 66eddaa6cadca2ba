package dta

import (
	"slices"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A coder numbers the different values of a numeric variable in the order in
// which a scan meets them.
type coder struct {
	dict    *dictionary
	storage storage
	met     *columns.Dictionary
	bytes   *[256]uint16   // codes of a variable of one byte, and taken
	words   *columns.Words // codes of any other
}

// taken is a bit that no code has.
const taken = 1 << 8

func newCoder(d *dictionary, v *variable, met *columns.Dictionary) *coder {
	c := &coder{dict: d, storage: v.storage, met: met}
	if v.storage == int8s {
		c.bytes = new([256]uint16)
	} else {
		c.words = new(columns.Words)
	}
	return c
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
		code, ok := c.words.Find(r)
		if !ok {
			if code, ok = c.meet(r); !ok {
				return false
			}
			if !c.words.Add(r, code) {
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
	if i := slices.Index(c.met.Values, v); i >= 0 { // minus zero is zero
		return uint16(i), true
	}
	next, ok := c.met.Add(v)
	return uint16(next), ok
}
