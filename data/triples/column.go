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
	// add takes the answers out of some rows, and returns which of them holds
	// none that can be read, -1 for none.
	add(rows []row) int
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

func (c *numberColumn) add(rows []row) int {
	for i := range rows {
		cell := rows[i].cell(c.variable)
		if c.coder != nil {
			code, _, is, full := c.coder.code(cell)
			if is == wrong {
				return i
			}
			if !full {
				c.codes = append(c.codes, code)
				continue
			}
			c.expand()
		}
		if c.float(cell) == wrong {
			return i
		}
	}
	return -1
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

func (c *dateColumn) add(rows []row) int {
	for i := range rows {
		v, is := c.parse(trim(rows[i].cell(c.variable)))
		switch is {
		case wrong:
			return i
		case empty:
			c.times.AppendNull()
		case given:
			c.times.Append(arrow.Timestamp(v))
		}
	}
	return -1
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

func (c *textColumn) add(rows []row) int {
	for i := range rows {
		c.addText(bytes.TrimRight(rows[i].cell(c.variable), " "))
	}
	return -1
}

func (c *textColumn) addText(cell []byte) {
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

func (c *tickColumn) add(rows []row) int {
	if !c.spread {
		c.addBits(rows)
		return -1
	}
	for i := range rows {
		is := c.read(&rows[i], c.on, nil)
		if is == wrong {
			return i
		}
		for j, k := range c.asked {
			on := c.on[k]
			if is == empty {
				on = data.NoCode
			}
			c.codes[j] = append(c.codes[j], on)
		}
	}
	return -1
}

// addBits is add for bits, which the audit has found to be such: only those asked
// for are looked at.
func (c *tickColumn) addBits(rows []row) {
	var cells [blockRows][]byte
	for i := range rows {
		if cell := rows[i].cell(c.variable); len(cell) > 0 && (cell[0] != ' ' || len(trim(cell)) > 0) {
			cells[i] = cell
		}
	}
	for j, k := range c.asked {
		place, codes := c.ticked[k].place, c.codes[j]
		for _, cell := range cells[:len(rows)] {
			on := uint8(0)
			switch {
			case cell == nil:
				on = data.NoCode
			case place < len(cell) && cell[place] == '1':
				on = 1
			}
			codes = append(codes, on)
		}
		c.codes[j] = codes
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
