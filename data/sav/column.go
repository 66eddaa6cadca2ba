package sav

import (
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A column collects the values of one variable for a batch.
type column interface {
	name() string
	size() int     // bytes of a value at most
	reserve(n int) // makes room for n cases
	// append adds the values of a chunk, or says what is wrong with the
	// value in its case k.
	append(c *chunk) (k int, wrong string)
	array() arrow.Array // what has been collected; the column is empty afterwards
}

func newColumn(d *dictionary, f *field, text *decoder) column {
	switch f.kind {
	case data.Text:
		t := &texts{field: f, text: text, plain: array.NewStringBuilder(memory.DefaultAllocator)}
		if len(f.records) == 1 { // values of very long strings would take too much memory
			t.values = &textCoder{codes: map[string]uint8{}}
		}
		return t
	case data.Time:
		return &times{field: f, dict: d, plain: array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"})}
	}
	return &numbers{field: f, dict: d, values: newCoder(d)}
}

// numbers are coded as long as a scan meets few different ones, and floats from
// there on.
type numbers struct {
	*field
	dict   *dictionary
	values *coder // nil: too many different values for codes
	codes  []uint8
	floats []float64
	nulls  []int // places among floats that are null
}

func (c *numbers) name() string { return c.field.name }
func (c *numbers) size() int    { return 8 }

func (c *numbers) reserve(n int) {
	if c.values != nil {
		c.codes = slices.Grow(c.codes, n)
	} else {
		c.floats = slices.Grow(c.floats, n)
	}
}

func (c *numbers) append(rows *chunk) (k int, wrong string) {
	if c.values != nil {
		n := len(c.codes)
		c.codes = slices.Grow(c.codes, rows.n)[:n+rows.n]
		if c.values.code(c.codes[n:], rows, c.records[0].element) {
			return 0, ""
		}
		c.expand(c.codes[:n])
	}
	return c.appendFloats(rows)
}

// expand gives up codes.
func (c *numbers) expand(codes []uint8) {
	c.floats = make([]float64, len(codes), cap(c.codes))
	for k, code := range codes {
		if code == data.NoCode {
			c.nulls = append(c.nulls, k)
		} else {
			c.floats[k] = c.values.values[code]
		}
	}
	c.codes, c.values = nil, nil
}

func (c *numbers) appendFloats(rows *chunk) (k int, wrong string) {
	n := len(c.floats)
	c.floats = slices.Grow(c.floats, rows.n)[:n+rows.n]
	e := c.records[0].element
	for k := range rows.n {
		v, ok := c.dict.number(c.dict.inMemory(rows.word(k, e)))
		switch {
		case !ok:
			c.floats[n+k] = 0
			c.nulls = append(c.nulls, n+k)
		case math.IsInf(v, 0):
			return k, "the value is infinite, expected a number or system-missing; set it to missing and export again"
		default:
			c.floats[n+k] = v
		}
	}
	return 0, ""
}

func (c *numbers) array() arrow.Array {
	if c.values != nil {
		codes := c.codes
		c.codes = nil
		return data.Coded(codes, nullsIn(codes), c.values.array())
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

// times are points in time.
type times struct {
	*field
	dict  *dictionary
	plain *array.TimestampBuilder
}

func (c *times) name() string       { return c.field.name }
func (c *times) size() int          { return 8 }
func (c *times) reserve(n int)      { c.plain.Reserve(n) }
func (c *times) array() arrow.Array { return c.plain.NewArray() }

// maxTime is the farthest point in time that is taken for one, in seconds:
// 30 million years. Beyond it seconds are no longer exact.
const maxTime = 1 << 50

func (c *times) append(rows *chunk) (k int, wrong string) {
	c.plain.Reserve(rows.n)
	for k := range rows.n {
		v, ok := c.dict.number(c.dict.inMemory(rows.word(k, c.records[0].element)))
		switch {
		case !ok:
			c.plain.UnsafeAppendBoolToBitmap(false)
		case math.Abs(v) > maxTime:
			return k, fmt.Sprintf("the value is %g seconds after 1582, which is no date; mend it or set it to missing and export again", v)
		default:
			c.plain.UnsafeAppend(arrow.Timestamp(c.value(v)))
		}
	}
	return 0, ""
}

// texts are coded as long as a scan meets few different ones, and strings from
// there on.
type texts struct {
	*field
	text    *decoder
	values  *textCoder // nil: too many different values for codes, or too long ones
	codes   []uint8
	plain   *array.StringBuilder
	scratch []byte // a very long string put together
}

func (c *texts) name() string { return c.field.name }
func (c *texts) size() int    { return 8 * elementsOf(c.width) }

func (c *texts) reserve(n int) {
	if c.values != nil {
		c.codes = slices.Grow(c.codes, n)
	} else {
		c.plain.Reserve(n)
	}
}

func (c *texts) append(rows *chunk) (k int, wrong string) {
	for k := range rows.n {
		t := trimPadding(c.bytes(rows, k))
		if c.values != nil {
			code, ok := c.values.code(t, c.text)
			if ok {
				c.codes = append(c.codes, code)
				continue
			}
			c.expand()
		}
		switch {
		case len(t) == 0:
			c.plain.AppendNull()
		case isASCII(t):
			c.plain.BinaryBuilder.Append(t)
		default:
			c.plain.Append(c.text.text(t))
		}
	}
	return 0, ""
}

// expand gives up codes.
func (c *texts) expand() {
	c.plain.Reserve(cap(c.codes))
	for _, code := range c.codes {
		if code == data.NoCode {
			c.plain.AppendNull()
		} else {
			c.plain.Append(c.values.values[code])
		}
	}
	c.codes, c.values = nil, nil
}

func (c *texts) array() arrow.Array {
	if c.values == nil {
		return c.plain.NewArray()
	}
	codes := c.codes
	c.codes = nil
	return data.Coded(codes, nullsIn(codes), c.values.array())
}

// bytes are the bytes of the string in case k.
func (c *texts) bytes(rows *chunk, k int) []byte {
	if r := c.records[0]; len(c.records) == 1 {
		return rows.bytes(k, r.element, rows.trim(k, r.element, r.width))
	}
	c.scratch = slices.Grow(c.scratch[:0], c.width)
	for _, r := range c.records {
		c.scratch = append(c.scratch, rows.bytes(k, r.element, min(r.width, segmentBytes))...)
	}
	return c.scratch[:min(len(c.scratch), c.width)]
}
