package sheet

import (
	"bytes"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A coding turns the codes of a column's texts into those of a coded array: the
// place of the value that a text stands for, data.NoCode for none.
type coding struct {
	texts  *dictionary
	codes  [256]uint8  // of the texts of the dictionary, and of data.NoCode
	asIs   bool        // every text has its own code
	values arrow.Array // the same in all batches
}

// newCoding makes the coding of a column from its texts; nil for a column
// that is better read plainly: of dates, or without a value.
func newCoding(c *column) *coding {
	g := &coding{texts: c.texts, asIs: true}
	g.codes[data.NoCode] = data.NoCode
	switch c.kind {
	case data.Number:
		g.codeNumbers(c)
	case data.Text:
		g.codeTexts(c)
	}
	if g.values == nil || g.values.Len() == 0 {
		return nil
	}
	for i := range g.texts.texts {
		g.asIs = g.asIs && int(g.codes[i]) == i
	}
	return g
}

// codeNumbers finds the different numbers, in the order in which they come.
func (g *coding) codeNumbers(c *column) {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	seen := map[float64]uint8{}
	for i, t := range g.texts.texts {
		v, _ := c.number(t.text, t.kind)
		g.codes[i] = place(seen, v, v == v, b.Append)
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

// array is a coded array of texts, by their codes, which it may keep.
func (g *coding) array(codes []uint8) arrow.Array {
	if !g.asIs {
		own := make([]uint8, len(codes))
		for i, code := range codes {
			own[i] = g.codes[code]
		}
		codes = own
	}
	return data.Coded(codes, bytes.Count(codes, []byte{data.NoCode}), g.values)
}
