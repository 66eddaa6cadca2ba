package dta

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// Limits of long strings: bytes of one, which is longer than any open answer,
// and of all those in a batch.
const (
	maxLong      = 1 << 20
	maxLongBytes = 32 << 20
)

// A longReader looks the long strings of a scan up. A batch ends early where
// they take more than maxLongBytes: many cases may share one long string, so the
// file's size is no bound.
type longReader struct {
	dict    *dictionary
	columns []*longTexts
	index   *index
	used    int64 // bytes of the long strings in the batch
}

// begin begins a batch.
func (r *longReader) begin() { r.used = 0 }

// fit finds the long strings of a chunk, and cuts it behind the last case whose
// strings still fit into the batch; full says that it did.
func (r *longReader) fit(c *chunk) (full bool, err error) {
	for _, col := range r.columns {
		col.found = col.found[:0]
	}
	if len(r.columns) == 0 {
		return false, nil
	}
	for k := range c.n {
		inCase := int64(0)
		for _, col := range r.columns {
			g, wrong, err := r.find(col, c, k)
			if err != nil {
				return false, err
			}
			if wrong != "" {
				return false, &data.Fault{File: r.dict.in.Name(), Row: c.first + int64(k) + 1, Unit: "case", Column: col.name(), Found: wrong}
			}
			col.found = append(col.found, g)
			inCase += g.size
			if inCase > maxLongBytes {
				return false, &data.Fault{File: r.dict.in.Name(), Row: c.first + int64(k) + 1, Unit: "case", Column: col.name(), Found: fmt.Sprintf("the long strings of this case take more than %d bytes; leave variables out", maxLongBytes)}
			}
		}
		r.used += inCase
		if r.used > maxLongBytes {
			c.n, full = k+1, true
			c.b = c.b[:c.n*c.width]
			return full, nil
		}
	}
	return false, nil
}

// find looks up the long string of a case; of size 0 for none.
func (r *longReader) find(col *longTexts, c *chunk, k int) (g longString, wrong string, err error) {
	at := k*c.width + int(col.offset)
	ref := r.dict.referenceIn(c.b[at : at+8])
	if ref.v == 0 || ref.o == 0 { // the empty string; Stata writes both as 0
		return g, "", nil
	}
	g, ok, err := r.index.find(ref)
	switch {
	case err != nil:
		return g, "", err
	case !ok:
		return g, fmt.Sprintf("the value refers to the long string of variable %d in case %d, which is not in the file: %s", ref.v, ref.o, again), nil
	case g.binary:
		return longString{}, "", nil
	case g.size > maxLong:
		return g, fmt.Sprintf("the text is %d bytes long, more than the %d that are read; shorten it or leave the variable out", g.size, maxLong), nil
	}
	return g, "", nil
}

// longTexts are the values of a variable of long strings.
type longTexts struct {
	*variable
	reader *longReader
	text   *decoder
	found  []longString // of the chunk
	plain  *array.StringBuilder
}

func (r *longReader) newColumn(v *variable, text *decoder) *longTexts {
	c := &longTexts{variable: v, reader: r, text: text, plain: array.NewStringBuilder(memory.DefaultAllocator)}
	r.columns = append(r.columns, c)
	return c
}

func (c *longTexts) name() string       { return c.variable.name }
func (c *longTexts) size() int64        { return 64 }
func (c *longTexts) Reserve(n int)      { c.plain.Reserve(n); c.found = slices.Grow(c.found, n) }
func (c *longTexts) Array() arrow.Array { return c.plain.NewArray() }

func (c *longTexts) append(rows *chunk) (k int, wrong string) {
	for k, g := range c.found {
		if g.size == 0 {
			c.plain.AppendNull()
			continue
		}
		b, err := c.reader.dict.strls.bytes(g)
		if err != nil {
			return k, err.Error()
		}
		if t := c.text.text(b); t == "" {
			c.plain.AppendNull()
		} else {
			c.plain.Append(t)
		}
	}
	return 0, ""
}
