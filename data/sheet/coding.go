package sheet

import (
	"bytes"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A coding gives the texts of a column's cells the codes of a coded array:
// the place of the value that a text stands for, data.NoCode for none, and
// unknown for a text that the first pass has not seen.
type coding struct {
	one    [256]uint8  // of texts of one byte that stand in lines
	short  [256]uint8  // of all plain texts of one byte
	texts  *dictionary // of all texts
	codes  []uint8     // of the texts of the dictionary
	values arrow.Array // the same in all batches
}

// newCoding makes the coding of a column from its texts; nil for a column
// that is better read plainly: of dates, or without a value.
func newCoding(c *column, texts *dictionary) *coding {
	g := &coding{texts: texts, codes: make([]uint8, len(texts.texts))}
	switch c.kind {
	case data.Number:
		g.codeNumbers(c)
	case data.Text:
		g.codeTexts(c)
	}
	if g.values == nil || g.values.Len() == 0 {
		return nil
	}
	for i, code := range texts.one {
		if g.one[i] = unknown; code != unknown {
			g.one[i] = g.codes[code]
		}
		g.short[i] = unknown
		if code := texts.find([]byte{byte(i)}, Plain); code != unknown {
			g.short[i] = g.codes[code]
		}
	}
	return g
}

// codeNumbers finds the different numbers, in the order in which they come.
func (g *coding) codeNumbers(c *column) {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	seen := map[float64]uint8{}
	for i, t := range g.texts.texts {
		v, ok := parse(t.text, c.point)
		g.codes[i] = place(seen, v, ok, b.Append)
	}
	g.values = b.NewArray()
}

// codeTexts finds the different texts that the cells stand for.
func (g *coding) codeTexts(c *column) {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	seen := map[string]uint8{}
	for i, t := range g.texts.texts {
		v, ok := c.textOf(t.text, t.kind)
		g.codes[i] = place(seen, string(v), ok, b.Append)
	}
	g.values = b.NewArray()
}

// place is the code of a value, a new one for a value not seen before.
func place[V comparable](seen map[V]uint8, v V, ok bool, add func(V)) uint8 {
	if !ok {
		return data.NoCode
	}
	code, old := seen[v]
	if !old {
		code = uint8(len(seen))
		seen[v] = code
		add(v)
	}
	return code
}

// code is the code of a cell.
func (g *coding) code(b []byte, k Kind) uint8 {
	if len(b) == 0 {
		return data.NoCode
	}
	if len(b) == 1 && k <= Quoted {
		return g.short[b[0]]
	}
	code := g.texts.find(b, k)
	if code != unknown {
		code = g.codes[code]
	}
	return code
}

// array is a coded array of the codes, which it keeps.
func (g *coding) array(codes []uint8) arrow.Array {
	return data.Coded(codes, bytes.Count(codes, []byte{data.NoCode}), g.values)
}
