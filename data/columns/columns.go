// Package columns collects the values that a reader meets row by row into the
// columns of a batch.
//
// In: numbers, texts and points in time, one after the other (Numbers, Texts,
// Times). Out: arrays as data.Survey wants them: coded (data.Coded) as long as a
// scan meets few different values, plain from there on. A column is empty after
// each Array and keeps what it knows about codes, so that the dictionaries of
// consecutive batches are the same.
//
// Numbers is a Coding that finds the code of each number. Readers that know it
// from the bytes of the file, for many rows at once, use Coding itself, and Words
// to remember which bytes have which code (coding.go, words.go).
//
// Letters finds out in which encoding a file's texts are (letters.go). Ahead reads
// blocks of rows while others are worked on (ahead.go).
package columns

import (
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A Column can be made into an array.
type Column interface {
	Reserve(n int) // makes room for n rows
	Null()
	Array() arrow.Array // what has been collected; the column is empty afterwards
}

// New makes the column of a variable of that type: *Numbers, *Texts or *Times.
func New(t data.Type) Column {
	switch t {
	case data.Text:
		return NewTexts(nil)
	case data.Time:
		return NewTimes()
	}
	return NewNumbers()
}

// Numbers collects the values of a variable of type data.Number.
type Numbers struct {
	Coding
	small  [256]uint8 // codes of the numbers 0 to 255, NoCode for those not met
	others map[uint64]uint8
}

// NewNumbers makes an empty column.
func NewNumbers() *Numbers {
	c := &Numbers{Coding: NewCoding(), others: map[uint64]uint8{}}
	for i := range c.small {
		c.small[i] = data.NoCode
	}
	return c
}

// Add adds a number, which is finite. Zero has no sign.
func (c *Numbers) Add(v float64) {
	if c.Coded() {
		if i := uint8(v); float64(i) == v && c.small[i] != data.NoCode {
			c.codes = append(c.codes, c.small[i])
			return
		}
		if code, ok := c.code(v); ok {
			c.codes = append(c.codes, code)
			return
		}
		c.Expand(0)
		c.others = nil
	}
	c.floats = append(c.floats, v)
}

// Null adds a row without a value.
func (c *Numbers) Null() {
	if c.Coded() {
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
	code, ok := c.Dictionary.Add(v + 0)
	if !ok {
		return 0, false
	}
	c.others[bits] = code
	if i := uint8(v); float64(i) == v {
		c.small[i] = code
	}
	return code, true
}

// maxCodedText is how many bytes a coded text has at most: dictionaries of
// longer ones would take much memory and save little.
const maxCodedText = 256

// Texts collects the values of a variable of type data.Text.
type Texts struct {
	decode func([]byte) string // of texts in a file's own encoding; nil: they are UTF-8
	coded  bool
	known  map[string]uint8 // by the bytes in the file
	values []string
	built  *array.String // of the first built.Len() values
	codes  []uint8
	plain  *array.StringBuilder
}

// NewTexts makes an empty column. decode turns texts that are not all ASCII into
// UTF-8; nil: they are.
func NewTexts(decode func([]byte) string) *Texts {
	return &Texts{decode: decode, coded: true, known: map[string]uint8{}, plain: array.NewStringBuilder(memory.DefaultAllocator)}
}

// Reserve makes room for n rows.
func (c *Texts) Reserve(n int) {
	if c.coded {
		c.codes = slices.Grow(c.codes, n)
	} else {
		c.plain.Reserve(n)
	}
}

// Add adds a text without blanks at its end; an empty one is a null.
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
	if c.decode == nil || IsASCII(b) {
		c.plain.BinaryBuilder.Append(b)
	} else {
		c.plain.Append(c.decode(b))
	}
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
	if len(c.known) == data.MaxCodes || len(b) > maxCodedText {
		return 0, false
	}
	value, code := string(b), -1
	if c.decode != nil {
		if !IsASCII(b) {
			value = c.decode(b)
		}
		code = slices.Index(c.values, value) // letters that are none look the same
	}
	if code < 0 {
		code = len(c.values)
		c.values = append(c.values, value)
	}
	c.known[string(b)] = uint8(code)
	return uint8(code), true
}

// expand gives up codes.
func (c *Texts) expand() {
	c.plain.Reserve(cap(c.codes))
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
	c.codes = nil
	return Coded(codes, c.built)
}

// Times collects the values of a variable of type data.Time.
type Times struct{ b *array.TimestampBuilder }

// NewTimes makes an empty column.
func NewTimes() *Times {
	return &Times{array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"})}
}

// MaxTime is the farthest point in time that is taken for one, in seconds: 30
// million years. Beyond it seconds are no longer exact.
const MaxTime = 1 << 50

// Reserve makes room for n rows.
func (c *Times) Reserve(n int) { c.b.Reserve(n) }

// Add adds a point in time in seconds since 1970.
func (c *Times) Add(seconds int64) { c.b.Append(arrow.Timestamp(seconds)) }

// Null adds a row without a value.
func (c *Times) Null() { c.b.AppendNull() }

// Array is the times collected.
func (c *Times) Array() arrow.Array { return c.b.NewArray() }
