package dta

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"tradeoff/data/columns"
)

// A column collects the values of one variable for a batch.
type column interface {
	name() string
	size() int64   // bytes of a value at most
	Reserve(n int) // makes room for n cases
	// append adds the values of a chunk, or says what is wrong with the
	// value in its case k.
	append(c *chunk) (k int, wrong string)
	Array() arrow.Array // what has been collected; the column is empty afterwards
}

// gather writes the value of each case as it stands in the file, its bytes in
// the file's order, to dst.
func (d *dictionary) gather(dst []uint64, v *variable, c *chunk) {
	at := int(v.offset)
	switch v.storage {
	case int8s:
		for k := range dst {
			dst[k] = uint64(c.b[at])
			at += c.width
		}
	case int16s:
		for k := range dst {
			dst[k] = uint64(d.order.Uint16(c.b[at:]))
			at += c.width
		}
	case int32s, floats:
		for k := range dst {
			dst[k] = uint64(d.order.Uint32(c.b[at:]))
			at += c.width
		}
	default:
		for k := range dst {
			dst[k] = d.order.Uint64(c.b[at:])
			at += c.width
		}
	}
}

// numbers are coded as long as a scan meets few different ones, and floats from
// there on.
type numbers struct {
	*variable
	columns.Coding
	dict  *dictionary
	coder *coder
	raw   []uint64
}

// maxCoders is how many columns of a scan are coded: each takes a few thousand
// bytes, and a file may have more than a hundred thousand variables.
const maxCoders = 1 << 13

// newNumbers makes one of n columns.
func newNumbers(d *dictionary, v *variable, n int) *numbers {
	c := &numbers{variable: v, dict: d}
	if n <= maxCoders {
		c.Coding = columns.NewCoding()
		c.coder = newCoder(d, v, c.Dictionary)
	}
	return c
}

func (c *numbers) name() string { return c.variable.name }
func (c *numbers) size() int64  { return 8 }

func (c *numbers) append(rows *chunk) (k int, wrong string) {
	if c.Coded() && c.storage == int8s {
		c.coder.codeBytes(c.Codes(rows.n), rows.b[c.offset:], rows.width)
		return 0, ""
	}
	c.raw = slices.Grow(c.raw[:0], rows.n)[:rows.n]
	c.dict.gather(c.raw, c.variable, rows)
	if c.Coded() {
		if c.coder.code(c.Codes(rows.n), c.raw) {
			return 0, ""
		}
		c.Expand(rows.n)
	}
	floats := c.Floats(rows.n)
	for k, r := range c.raw {
		x, s := c.dict.decodeNumber(c.storage, r)
		if floats[k] = x; s == missing {
			c.SetNull(k, rows.n)
		}
	}
	return 0, ""
}

// times are points in time.
type times struct {
	*variable
	*columns.Times
	dict *dictionary
	raw  []uint64
}

func (c *times) name() string { return c.variable.name }
func (c *times) size() int64  { return 8 }

func (c *times) append(rows *chunk) (k int, wrong string) {
	c.raw = slices.Grow(c.raw[:0], rows.n)[:rows.n]
	c.dict.gather(c.raw, c.variable, rows)
	for k, r := range c.raw {
		x, s := c.dict.decodeNumber(c.storage, r)
		if s != present {
			c.Null()
			continue
		}
		t := c.date.seconds(x)
		if math.Abs(t) > columns.MaxTime {
			return k, fmt.Sprintf("the value %g is no date in the format %s; mend it or set it to missing and export again", x, c.format)
		}
		c.Add(int64(t))
	}
	return 0, ""
}

// texts are strings of a fixed width.
type texts struct {
	*variable
	*columns.Texts
}

func (c *texts) name() string { return c.variable.name }
func (c *texts) size() int64  { return c.width }

func (c *texts) append(rows *chunk) (k int, wrong string) {
	for k := range rows.n {
		at := k*rows.width + int(c.offset)
		c.Add(bytes.TrimRight(terminated(rows.b[at:at+int(c.width)]), " "))
	}
	return 0, ""
}
