package dta

import (
	"bytes"
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
	size() int64   // bytes of a value at most
	reserve(n int) // makes room for n cases
	// append adds the values of a chunk, or says what is wrong with the
	// value in its case k.
	append(c *chunk) (k int, wrong string)
	array() arrow.Array // what has been collected; the column is empty afterwards
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
	dict   *dictionary
	values *coder // nil: too many different values for codes
	raw    []uint64
	codes  []uint8
	floats []float64
	nulls  []int // places among floats that are null
}

func (c *numbers) name() string { return c.variable.name }
func (c *numbers) size() int64  { return 8 }

func (c *numbers) reserve(n int) {
	if c.values != nil {
		c.codes = slices.Grow(c.codes, n)
	} else {
		c.floats = slices.Grow(c.floats, n)
	}
}

func (c *numbers) append(rows *chunk) (k int, wrong string) {
	if c.values != nil && c.storage == int8s {
		n := len(c.codes)
		c.codes = slices.Grow(c.codes, rows.n)[:n+rows.n]
		c.values.codeBytes(c.codes[n:], rows.b[c.offset:], rows.width)
		return 0, ""
	}
	c.raw = slices.Grow(c.raw[:0], rows.n)[:rows.n]
	c.dict.gather(c.raw, c.variable, rows)
	if c.values != nil {
		n := len(c.codes)
		c.codes = slices.Grow(c.codes, rows.n)[:n+rows.n]
		if c.values.code(c.codes[n:], c.raw) {
			return 0, ""
		}
		c.expand(c.codes[:n])
	}
	c.appendFloats(c.raw)
	return 0, ""
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

func (c *numbers) appendFloats(raw []uint64) {
	n := len(c.floats)
	c.floats = slices.Grow(c.floats, len(raw))[:n+len(raw)]
	for k, r := range raw {
		x, s := c.dict.decodeNumber(c.storage, r)
		if s == missing {
			c.nulls = append(c.nulls, n+k)
		}
		c.floats[n+k] = x
	}
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

// nullsIn counts the rows without a code.
func nullsIn(codes []uint8) int { return bytes.Count(codes, []byte{data.NoCode}) }

// times are points in time.
type times struct {
	*variable
	dict  *dictionary
	raw   []uint64
	plain *array.TimestampBuilder
}

func newTimes(d *dictionary, v *variable) *times {
	return &times{variable: v, dict: d, plain: array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"})}
}

func (c *times) name() string       { return c.variable.name }
func (c *times) size() int64        { return 8 }
func (c *times) reserve(n int)      { c.plain.Reserve(n) }
func (c *times) array() arrow.Array { return c.plain.NewArray() }

func (c *times) append(rows *chunk) (k int, wrong string) {
	c.plain.Reserve(rows.n)
	c.raw = slices.Grow(c.raw[:0], rows.n)[:rows.n]
	c.dict.gather(c.raw, c.variable, rows)
	for k, r := range c.raw {
		x, s := c.dict.decodeNumber(c.storage, r)
		if s != present {
			c.plain.UnsafeAppendBoolToBitmap(false)
			continue
		}
		t := c.date.seconds(x)
		if math.Abs(t) > maxTime {
			return k, fmt.Sprintf("the value %g is no date in the format %s; mend it or set it to missing and export again", x, c.format)
		}
		c.plain.UnsafeAppend(arrow.Timestamp(t))
	}
	return 0, ""
}

// maxCoded is how wide strings may be that get codes: their values stay in
// memory for the whole scan.
const maxCoded = 255

// texts are coded as long as a scan meets few different ones, and strings from
// there on.
type texts struct {
	*variable
	text   *decoder
	values *textCoder // nil: too many different values for codes, or too long ones
	codes  []uint8
	plain  *array.StringBuilder
}

func newTexts(v *variable, text *decoder) *texts {
	t := &texts{variable: v, text: text, plain: array.NewStringBuilder(memory.DefaultAllocator)}
	if v.width <= maxCoded {
		t.values = &textCoder{codes: map[string]uint8{}}
	}
	return t
}

func (c *texts) name() string { return c.variable.name }
func (c *texts) size() int64  { return c.width }

func (c *texts) reserve(n int) {
	if c.values != nil {
		c.codes = slices.Grow(c.codes, n)
	} else {
		c.plain.Reserve(n)
	}
}

func (c *texts) append(rows *chunk) (k int, wrong string) {
	for k := range rows.n {
		at := k*rows.width + int(c.offset)
		t := bytes.TrimRight(terminated(rows.b[at:at+int(c.width)]), " ")
		if c.values != nil {
			if code, ok := c.values.code(t, c.text); ok {
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
