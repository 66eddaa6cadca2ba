package columnar

import (
	"bytes"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// This file turns the record batches of an Arrow file into ours.

// A converter converts one record batch after the other.
type converter struct {
	file    *ipcFile
	vars    []data.Variable
	codings []recordCoding // by variable
}

// A recordCoding is the coding of a list of categories, which record batches
// share.
type recordCoding struct {
	of     arrow.ArrayData
	coding *coding // nil where they have no codes
}

// batches hands over one record batch of the file, before which so many rows
// stand, in batches of our size; it returns whether more are wanted.
func (c *converter) batches(rec arrow.Record, before int64, yield func(data.Batch, error) bool) (bool, error) {
	step := int64(rowsFor(len(c.vars)))
	for from := int64(0); from < rec.NumRows(); from += step {
		first := before + from + 1
		out, err := c.convert(rec, int(from), int(min(step, rec.NumRows()-from)), first)
		if err != nil {
			return true, err
		}
		if !yield(data.Batch{Record: out, First: first, Before: first - 1}, nil) {
			return false, nil
		}
	}
	return true, nil
}

// convert makes a batch of the n rows after from.
func (c *converter) convert(rec arrow.Record, from, n int, first int64) (out arrow.Record, err error) {
	f := &data.Fault{File: c.file.in.Name()}
	defer func() {
		if wrong := recover(); wrong != nil {
			f.Found = "the Arrow file is damaged (" + oneLine(wrong) + "); export it again"
			out, err = nil, f
		}
	}()
	made := make([]arrow.Array, len(c.vars))
	for k, v := range c.vars {
		if made[k] != nil { // with others of its column
			continue
		}
		f.Column = v.Name
		d := c.file.fields[v.Name]
		source := array.NewSlice(rec.Column(d.index), int64(from), int64(from+n))
		var bad int
		if d.multiple != nil {
			f.Column = d.name
			bad, err = c.lists(d, source, made)
		} else {
			made[k], bad, err = c.column(k, source)
		}
		if err != nil {
			f.Row, f.Unit, f.Found = first+int64(bad), "row", oneLine(err)
			return nil, f
		}
	}
	return record(c.vars, made, n), nil
}

// lists converts a column of lists into all variables that are made of it; it returns
// the index of a list that was refused.
func (c *converter) lists(d *field, source arrow.Array, made []arrow.Array) (bad int, err error) {
	t := columns.NewTicks(&d.multiple.answers)
	asked := map[int]columns.Column{}
	for k, v := range c.vars {
		if own := c.file.fields[v.Name]; own.multiple == d.multiple {
			asked[k] = t.Ask(own.item)
		}
	}
	if bad, err := d.ticks(source, t); err != nil {
		return bad, err
	}
	for k, column := range asked {
		made[k] = column.Array()
	}
	return -1, nil
}

// column converts one column: categories become codes where there are few of
// them, numbers are taken many at a time, other values one by one. It returns
// the index of a value that was refused.
func (c *converter) column(k int, source arrow.Array) (a arrow.Array, bad int, err error) {
	d := c.file.fields[c.vars[k].Name]
	if categories, ok := source.(*array.Dictionary); ok {
		if coding := c.coding(k, categories.Dictionary(), d.value); coding != nil {
			codes := coding.categories(categories)
			return data.Coded(codes, bytes.Count(codes, []byte{data.NoCode}), coding.values), -1, nil
		}
	}
	b := newBuilder(d.kind, source.Len())
	if d.kind == data.Number && source.NullN() < source.Len() && widen(b.numbers[:source.Len()], source) {
		if bad, err := finite(b.numbers[:source.Len()]); err != nil {
			return nil, bad, err
		}
		b.addNumbers(nil, source.Len())
		return b.coded(c.file.wholes), -1, nil
	}
	if bad, err := d.oneByOne(b, source); err != nil {
		return nil, bad, err
	}
	return b.coded(c.file.wholes), -1, nil
}

// oneByOne takes over all values of an array; it returns the index of one that
// was refused.
func (f *field) oneByOne(b *builder, a arrow.Array) (bad int, err error) {
	for i := range a.Len() {
		if a.IsNull(i) {
			b.null()
		} else if err := f.put(b, a, i); err != nil {
			return i, err
		}
	}
	return -1, nil
}

// coding is the coding of a list of categories of column k, nil where it has
// too many or one that is refused.
func (c *converter) coding(k int, categories arrow.Array, value *field) *coding {
	last := &c.codings[k]
	if last.of == categories.Data() {
		return last.coding
	}
	*last = recordCoding{of: categories.Data()}
	if categories.Len() > data.MaxCodes+1 || value.kind == data.Time {
		return nil
	}
	b := newBuilder(value.kind, categories.Len())
	if _, err := value.oneByOne(b, categories); err == nil {
		last.coding = newCoding(b)
	}
	return last.coding
}

// categories are the codes of a column of categories.
func (c *coding) categories(a *array.Dictionary) []uint8 {
	codes := make([]uint8, a.Len())
	n := a.Dictionary().Len()
	for i := range codes {
		if a.IsNull(i) {
			codes[i] = data.NoCode
			continue
		}
		at := a.GetValueIndex(i)
		if at < 0 || at >= n {
			panic(breaks("a row refers to category %d of %d", at, n))
		}
		codes[i] = c.codes[at]
	}
	return codes
}

// widen takes over numbers of any type that a Float64 holds, NaN for a null;
// it reports whether the array is of such a type. An array with fewer values
// than it promises panics.
func widen(to []float64, a arrow.Array) bool {
	switch x := a.(type) {
	case *array.Int8:
		widened(to, x.Int8Values())
	case *array.Int16:
		widened(to, x.Int16Values())
	case *array.Int32:
		widened(to, x.Int32Values())
	case *array.Int64:
		widened(to, x.Int64Values())
	case *array.Uint8:
		widened(to, x.Uint8Values())
	case *array.Uint16:
		widened(to, x.Uint16Values())
	case *array.Uint32:
		widened(to, x.Uint32Values())
	case *array.Uint64:
		widened(to, x.Uint64Values())
	case *array.Float32:
		widened(to, x.Float32Values())
	case *array.Float64:
		widened(to, x.Float64Values())
	default:
		return false
	}
	if a.NullN() > 0 {
		for i := range to {
			if a.IsNull(i) {
				to[i] = math.NaN()
			}
		}
	}
	return true
}

func widened[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64](to []float64, from []T) {
	for i := range to {
		to[i] = float64(from[i])
	}
}
