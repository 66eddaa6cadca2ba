// Package columns collects the values that a reader meets row by row into the
// columns of a batch.
//
// In: numbers, texts and points in time, one after the other. Out: arrays as
// data.Survey wants them: coded (data.Coded) as long as a scan meets few
// different values, plain from there on. A column is empty after each Array and
// keeps what it knows about codes, so that the dictionaries of consecutive
// batches are the same.
//
// Letters finds out in which encoding a file's texts are (letters.go).
//
// Readers of formats that store codes themselves (data/sav, data/columnar) are
// faster without it and do not use it.
package columns

import (
	"bytes"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A Column can be made into an array.
type Column interface {
	Null()
	Array() arrow.Array // what has been collected; the column is empty afterwards
}

// New makes the column of a variable of that type: *Numbers, *Texts or *Times.
func New(t data.Type) Column {
	switch t {
	case data.Text:
		return NewTexts()
	case data.Time:
		return NewTimes()
	}
	return NewNumbers()
}

// Numbers collects the values of a variable of type data.Number.
type Numbers struct {
	coded  bool
	small  [256]uint8 // codes of the numbers 0 to 255, NoCode for those not met
	others map[uint64]uint8
	values []float64
	built  *array.Float64 // of the first built.Len() values
	codes  []uint8
	floats []float64
	nulls  []int // places among floats that are null
}

// NewNumbers makes an empty column.
func NewNumbers() *Numbers {
	c := &Numbers{coded: true, others: map[uint64]uint8{}}
	for i := range c.small {
		c.small[i] = data.NoCode
	}
	return c
}

// Add adds a number, which is finite. Zero has no sign.
func (c *Numbers) Add(v float64) {
	if c.coded {
		if i := uint8(v); float64(i) == v && c.small[i] != data.NoCode {
			c.codes = append(c.codes, c.small[i])
			return
		}
		if code, ok := c.code(v); ok {
			c.codes = append(c.codes, code)
			return
		}
		c.expand()
	}
	c.floats = append(c.floats, v)
}

// Null adds a row without a value.
func (c *Numbers) Null() {
	if c.coded {
		c.codes = append(c.codes, data.NoCode)
		return
	}
	c.nulls = append(c.nulls, len(c.floats))
	c.floats = append(c.floats, 0)
}

// code is the code of a number, a new one for a number not met before; false
// if there are too many.
func (c *Numbers) code(v float64) (uint8, bool) {
	bits := math.Float64bits(v + 0) // -0 + 0 is 0
	if code, ok := c.others[bits]; ok {
		return code, true
	}
	if len(c.values) == data.MaxCodes {
		return 0, false
	}
	code := uint8(len(c.values))
	c.values = append(c.values, v+0)
	c.others[bits] = code
	if i := uint8(v); float64(i) == v {
		c.small[i] = code
	}
	return code, true
}

// expand gives up codes.
func (c *Numbers) expand() {
	c.floats = make([]float64, len(c.codes), cap(c.codes)+1)
	for k, code := range c.codes {
		if code == data.NoCode {
			c.nulls = append(c.nulls, k)
		} else {
			c.floats[k] = c.values[code]
		}
	}
	c.codes, c.values, c.others, c.coded = nil, nil, nil, false
}

// Array is the numbers collected.
func (c *Numbers) Array() arrow.Array {
	if c.coded {
		if c.built == nil || c.built.Len() < len(c.values) {
			b := array.NewFloat64Builder(memory.DefaultAllocator)
			b.AppendValues(c.values, nil)
			c.built = b.NewFloat64Array()
		}
		codes := c.codes
		c.codes = make([]uint8, 0, len(codes))
		return data.Coded(codes, bytes.Count(codes, []byte{data.NoCode}), c.built)
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
	c.floats, c.nulls = make([]float64, 0, len(c.floats)), nil
	return array.NewFloat64Data(d)
}

// maxCodedText is how many bytes a coded text has at most: dictionaries of
// longer ones would take much memory and save little.
const maxCodedText = 256

// Texts collects the values of a variable of type data.Text.
type Texts struct {
	coded  bool
	known  map[string]uint8
	values []string
	built  *array.String // of the first built.Len() values
	codes  []uint8
	plain  *array.StringBuilder
}

// NewTexts makes an empty column.
func NewTexts() *Texts {
	return &Texts{coded: true, known: map[string]uint8{}, plain: array.NewStringBuilder(memory.DefaultAllocator)}
}

// Add adds a text in UTF-8 without blanks at its end; an empty one is a null.
func (c *Texts) Add(b []byte) {
	if len(b) == 0 {
		c.Null()
		return
	}
	if c.coded {
		if code, ok := c.code(b); ok {
			c.codes = append(c.codes, code)
			return
		}
		c.expand()
	}
	c.plain.BinaryBuilder.Append(b)
}

// Null adds a row without a value.
func (c *Texts) Null() {
	if c.coded {
		c.codes = append(c.codes, data.NoCode)
	} else {
		c.plain.AppendNull()
	}
}

func (c *Texts) code(b []byte) (uint8, bool) {
	if code, ok := c.known[string(b)]; ok {
		return code, true
	}
	if len(c.values) == data.MaxCodes || len(b) > maxCodedText {
		return 0, false
	}
	code := uint8(len(c.values))
	c.values = append(c.values, string(b))
	c.known[c.values[code]] = code
	return code, true
}

// expand gives up codes.
func (c *Texts) expand() {
	c.plain.Reserve(len(c.codes) + 1)
	for _, code := range c.codes {
		if code == data.NoCode {
			c.plain.AppendNull()
		} else {
			c.plain.Append(c.values[code])
		}
	}
	c.codes, c.values, c.known, c.coded = nil, nil, nil, false
}

// Array is the texts collected.
func (c *Texts) Array() arrow.Array {
	if !c.coded {
		return c.plain.NewArray()
	}
	if c.built == nil || c.built.Len() < len(c.values) {
		b := array.NewStringBuilder(memory.DefaultAllocator)
		b.AppendValues(c.values, nil)
		c.built = b.NewStringArray()
	}
	codes := c.codes
	c.codes = make([]uint8, 0, len(codes))
	return data.Coded(codes, bytes.Count(codes, []byte{data.NoCode}), c.built)
}

// Times collects the values of a variable of type data.Time.
type Times struct{ b *array.TimestampBuilder }

// NewTimes makes an empty column.
func NewTimes() *Times {
	return &Times{array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"})}
}

// MaxTime is the farthest point in time that is taken for one, in seconds: 30
// million years.
const MaxTime = 1 << 50

// Add adds a point in time in seconds since 1970.
func (c *Times) Add(seconds int64) { c.b.Append(arrow.Timestamp(seconds)) }

// Null adds a row without a value.
func (c *Times) Null() { c.b.AppendNull() }

// Array is the times collected.
func (c *Times) Array() arrow.Array { return c.b.NewArray() }

// Batch makes a batch of the columns, each of n rows, that stand behind the
// first before rows of the survey; the columns are empty afterwards. The caller
// releases its Record.
func Batch(names []string, columns []Column, n, before int64) data.Batch {
	fields := make([]arrow.Field, len(columns))
	arrays := make([]arrow.Array, len(columns))
	for i, c := range columns {
		arrays[i] = c.Array()
		fields[i] = arrow.Field{Name: names[i], Type: arrays[i].DataType(), Nullable: true}
	}
	record := array.NewRecord(arrow.NewSchema(fields, nil), arrays, n)
	for _, a := range arrays {
		a.Release()
	}
	return data.Batch{Record: record, First: before + 1, Before: before}
}
