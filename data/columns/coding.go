package columns

import (
	"bytes"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A Dictionary is the numbers that codes stand for, in the order in which they
// were met.
type Dictionary struct {
	Values []float64
	built  *array.Float64 // of the first built.Len() values
}

// Add gives a number that has none the next code; false if there are too many.
func (d *Dictionary) Add(v float64) (code uint8, ok bool) {
	if len(d.Values) == data.MaxCodes {
		return 0, false
	}
	d.Values = append(d.Values, v)
	return uint8(len(d.Values) - 1), true
}

// Array is the numbers met so far, the same array as long as there are no more.
func (d *Dictionary) Array() *array.Float64 {
	if d.built == nil || d.built.Len() < len(d.Values) {
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		b.AppendValues(d.Values, nil)
		d.built = b.NewFloat64Array()
	}
	return d.built
}

// Coded is data.Coded of codes whose nulls are yet to be counted.
func Coded(codes []uint8, values arrow.Array) arrow.Array {
	return data.Coded(codes, bytes.Count(codes, []byte{data.NoCode}), values)
}

// A Coding is rows of numbers: codes of a dictionary, or the numbers themselves
// from where there were too many for one.
type Coding struct {
	Dictionary *Dictionary // nil: numbers
	codes      []uint8
	floats     []float64
	nulls      []int // places among floats that are null
}

// NewCoding makes a coding without rows.
func NewCoding() Coding { return Coding{Dictionary: &Dictionary{}} }

// Coded reports whether the rows are codes.
func (c *Coding) Coded() bool { return c.Dictionary != nil }

// Reserve makes room for n rows.
func (c *Coding) Reserve(n int) {
	if c.Coded() {
		c.codes = slices.Grow(c.codes, n)
	} else {
		c.floats = slices.Grow(c.floats, n)
	}
}

// Codes adds n rows and returns their codes, to be written.
func (c *Coding) Codes(n int) []uint8 {
	at := len(c.codes)
	c.codes = slices.Grow(c.codes, n)[:at+n]
	return c.codes[at:]
}

// Floats adds n rows and returns their numbers, to be written.
func (c *Coding) Floats(n int) []float64 {
	at := len(c.floats)
	c.floats = slices.Grow(c.floats, n)[:at+n]
	return c.floats[at:]
}

// SetNull makes row k of the last n, which are numbers, a null.
func (c *Coding) SetNull(k, n int) {
	at := len(c.floats) - n + k
	c.floats[at] = 0
	c.nulls = append(c.nulls, at)
}

// Expand gives up codes: rows become numbers, but for the last n, which are taken
// back.
func (c *Coding) Expand(n int) {
	codes := c.codes[:len(c.codes)-n]
	c.floats = make([]float64, len(codes), cap(c.codes)+1)
	for k, code := range codes {
		if code == data.NoCode {
			c.nulls = append(c.nulls, k)
		} else {
			c.floats[k] = c.Dictionary.Values[code]
		}
	}
	c.codes, c.Dictionary = nil, nil
}

// Array is the rows; there are none afterwards.
func (c *Coding) Array() arrow.Array {
	if c.Coded() {
		codes := c.codes
		c.codes = nil
		return Coded(codes, c.Dictionary.Array())
	}
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Float64Traits.CastToBytes(c.floats))}
	if len(c.nulls) > 0 {
		valid := make([]byte, bitutil.BytesForBits(int64(len(c.floats))))
		bitutil.SetBitsTo(valid, 0, int64(len(c.floats)), true)
		for _, k := range c.nulls {
			bitutil.ClearBit(valid, k)
		}
		buffers[0] = memory.NewBufferBytes(valid)
	}
	d := array.NewData(arrow.PrimitiveTypes.Float64, len(c.floats), buffers, nil, len(c.nulls), 0)
	defer d.Release()
	c.floats, c.nulls = nil, c.nulls[:0]
	return array.NewFloat64Data(d)
}
