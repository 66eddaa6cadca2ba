package triples

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"golang.org/x/text/encoding"

	"tradeoff/data"
)

// A column collects the answers to one variable for a batch: one array, or one
// for each value asked for of a multiple answer.
type column interface {
	add(r *row) outcome
	arrays() []arrow.Array // what has been collected; empty afterwards
}

// A numberColumn is coded as long as few different numbers are met, and floats
// from there on.
type numberColumn struct {
	*variable
	coder  *coder // nil: too many
	codes  []uint8
	floats *array.Float64Builder
}

func (c *numberColumn) add(r *row) outcome {
	cell := r.cell(c.variable)
	if c.coder == nil {
		return c.float(cell)
	}
	code, _, is, full := c.coder.code(cell)
	switch {
	case full:
		c.expand()
		return c.float(cell)
	case is == wrong:
		return wrong
	}
	c.codes = append(c.codes, code)
	return given
}

func (c *numberColumn) float(cell []byte) outcome {
	v, is := c.parse(trim(cell))
	switch is {
	case wrong:
		return wrong
	case empty:
		c.floats.AppendNull()
	case given:
		c.floats.Append(v)
	}
	return given
}

// expand gives up codes.
func (c *numberColumn) expand() {
	c.floats = array.NewFloat64Builder(memory.DefaultAllocator)
	for _, code := range c.codes {
		if code == data.NoCode {
			c.floats.AppendNull()
		} else {
			c.floats.Append(c.coder.values[code])
		}
	}
	c.codes, c.coder = nil, nil
}

func (c *numberColumn) arrays() []arrow.Array {
	if c.coder == nil {
		return []arrow.Array{c.floats.NewArray()}
	}
	codes := c.codes
	c.codes = make([]uint8, 0, len(codes))
	return []arrow.Array{coded(codes, c.coder.array())}
}

func coded(codes []uint8, values arrow.Array) arrow.Array {
	return data.Coded(codes, bytes.Count(codes, []byte{data.NoCode}), values)
}

// A dateColumn holds points in time.
type dateColumn struct {
	*variable
	times *array.TimestampBuilder
}

func (c *dateColumn) add(r *row) outcome {
	v, is := c.parse(trim(r.cell(c.variable)))
	switch is {
	case wrong:
		return wrong
	case empty:
		c.times.AppendNull()
	case given:
		c.times.Append(arrow.Timestamp(v))
	}
	return given
}

func (c *dateColumn) arrays() []arrow.Array { return []arrow.Array{c.times.NewArray()} }

// A textColumn is coded as long as few different texts are met, and strings from
// there on.
type textColumn struct {
	*variable
	charset *encoding.Decoder
	values  []string
	places  map[string]uint8 // by the bytes in the file; nil: too many
	built   *array.String
	codes   []uint8
	strings *array.StringBuilder
}

// maxCoded is the longest text that is coded.
const maxCoded = 256

func (c *textColumn) add(r *row) outcome {
	cell := bytes.TrimRight(r.cell(c.variable), " ")
	switch {
	case c.places != nil && len(cell) == 0:
		c.codes = append(c.codes, data.NoCode)
	case c.places != nil && c.code(cell):
	default:
		c.expand()
		if len(cell) == 0 {
			c.strings.AppendNull()
		} else {
			c.strings.Append(c.text(cell))
		}
	}
	return given
}

// code adds the code of a text, unless there are too many.
func (c *textColumn) code(cell []byte) bool {
	code, ok := c.places[string(cell)]
	if !ok {
		if len(c.places) == data.MaxCodes || len(cell) > maxCoded {
			return false
		}
		text := c.text(cell)
		i := slices.Index(c.values, text) // letters that are none look the same
		if i < 0 {
			i = len(c.values)
			c.values = append(c.values, text)
		}
		code = uint8(i)
		c.places[string(cell)] = code
	}
	c.codes = append(c.codes, code)
	return true
}

// text is a cell in UTF-8.
func (c *textColumn) text(cell []byte) string {
	switch {
	case isASCII(cell):
		return string(cell)
	case c.charset != nil:
		if u, err := c.charset.Bytes(cell); err == nil {
			cell = u
		}
	}
	return string(bytes.ToValidUTF8(cell, []byte(string(utf8.RuneError))))
}

// expand gives up codes.
func (c *textColumn) expand() {
	if c.places == nil {
		return
	}
	for _, code := range c.codes {
		if code == data.NoCode {
			c.strings.AppendNull()
		} else {
			c.strings.Append(c.values[code])
		}
	}
	c.codes, c.places = nil, nil
}

func (c *textColumn) arrays() []arrow.Array {
	if c.places == nil {
		return []arrow.Array{c.strings.NewArray()}
	}
	if c.built == nil || c.built.Len() < len(c.values) {
		b := array.NewStringBuilder(memory.DefaultAllocator)
		b.AppendValues(c.values, nil)
		c.built = b.NewStringArray()
	}
	codes := c.codes
	c.codes = make([]uint8, 0, len(codes))
	return []arrow.Array{coded(codes, c.built)}
}

// A tickColumn holds, for each value asked for, whether it was ticked.
type tickColumn struct {
	*variable
	asked []int // places in variable.ticked
	on    []uint8
	codes [][]uint8 // as asked
	bits  arrow.Array
}

func (c *tickColumn) add(r *row) outcome {
	if !c.spread {
		c.addBits(r.cell(c.variable))
		return given
	}
	is := c.read(r, c.on, nil)
	for i, k := range c.asked {
		on := c.on[k]
		if is == empty {
			on = data.NoCode
		}
		c.codes[i] = append(c.codes[i], on)
	}
	if is == wrong {
		return wrong
	}
	return given
}

// addBits is add for bits, which the audit has found to be such: only those asked
// for are looked at.
func (c *tickColumn) addBits(cell []byte) {
	if len(cell) == 0 || cell[0] == ' ' && len(trim(cell)) == 0 {
		for i := range c.codes {
			c.codes[i] = append(c.codes[i], data.NoCode)
		}
		return
	}
	for i, k := range c.asked {
		on := uint8(0)
		if p := c.ticked[k].place; p < len(cell) && cell[p] == '1' {
			on = 1
		}
		c.codes[i] = append(c.codes[i], on)
	}
}

func (c *tickColumn) arrays() []arrow.Array {
	out := make([]arrow.Array, len(c.asked))
	for i, codes := range c.codes {
		out[i] = coded(codes, c.bits)
		c.codes[i] = make([]uint8, 0, len(codes))
	}
	return out
}

// bits are the values 0 and 1, which are their own codes.
func bits() arrow.Array {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.AppendValues([]float64{0, 1}, nil)
	return b.NewArray()
}
