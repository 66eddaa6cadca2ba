package sav

import (
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A column collects the values of one variable for a batch.
type column interface {
	name() string
	size() int     // bytes of a value at most
	Reserve(n int) // makes room for n cases
	// append adds the values of a chunk, or says what is wrong with the
	// value in its case k.
	append(c *chunk) (k int, wrong string)
	Array() arrow.Array // what has been collected; the column is empty afterwards
}

func newColumn(d *dictionary, f *field, text *decoder) column {
	switch f.kind {
	case data.Text:
		return &texts{field: f, Texts: columns.NewTexts(text.text)}
	case data.Time:
		return &times{field: f, Times: columns.NewTimes(), dict: d}
	}
	c := &numbers{field: f, Coding: columns.NewCoding(), dict: d}
	c.coder = newCoder(d, c.Dictionary)
	return c
}

// numbers are coded as long as a scan meets few different ones, and floats from
// there on.
type numbers struct {
	*field
	columns.Coding
	dict  *dictionary
	coder *coder
}

func (c *numbers) name() string { return c.field.name }
func (c *numbers) size() int    { return 8 }

func (c *numbers) append(rows *chunk) (k int, wrong string) {
	if c.Coded() {
		if c.coder.code(c.Codes(rows.n), rows, c.records[0].element) {
			return 0, ""
		}
		c.Expand(rows.n)
	}
	floats, e := c.Floats(rows.n), c.records[0].element
	for k := range floats {
		v, ok := c.dict.number(c.dict.inMemory(rows.word(k, e)))
		switch {
		case !ok:
			c.SetNull(k, rows.n)
		case math.IsInf(v, 0):
			return k, "the value is infinite, expected a number or system-missing; set it to missing and export again"
		default:
			floats[k] = v
		}
	}
	return 0, ""
}

// times are points in time.
type times struct {
	*field
	*columns.Times
	dict *dictionary
}

func (c *times) name() string { return c.field.name }
func (c *times) size() int    { return 8 }

func (c *times) append(rows *chunk) (k int, wrong string) {
	for k := range rows.n {
		v, ok := c.dict.number(c.dict.inMemory(rows.word(k, c.records[0].element)))
		switch {
		case !ok:
			c.Null()
		case math.Abs(v) > columns.MaxTime:
			return k, fmt.Sprintf("the value is %g seconds after 1582, which is no date; mend it or set it to missing and export again", v)
		default:
			c.Add(int64(c.value(v)))
		}
	}
	return 0, ""
}

// texts are strings.
type texts struct {
	*field
	*columns.Texts
	scratch []byte // a very long string put together
}

func (c *texts) name() string { return c.field.name }
func (c *texts) size() int    { return 8 * elementsOf(c.width) }

func (c *texts) append(rows *chunk) (k int, wrong string) {
	for k := range rows.n {
		c.Add(trimPadding(c.bytes(rows, k)))
	}
	return 0, ""
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
