package exports

import (
	"iter"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// scan streams the rows of all files, one file after the other. A file that
// can be skipped as a whole is not opened again.
func (p *pooler) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	vars := make([]*data.Variable, len(names))
	fields := make([]arrow.Field, len(names))
	for k, n := range names {
		vars[k] = p.book.Variable(n)
		fields[k] = arrow.Field{Name: n, Type: columns.ArrowType(vars[k].Type), Nullable: true}
	}
	return func(yield func(data.Batch, error) bool) {
		before := int64(0) // rows of the files before
		for i, s := range p.surveys {
			rows := s.Files[0].Rows
			if skip.Rows(before, rows) {
				before += rows
				continue
			}
			var inFile data.Skip
			if skip != nil {
				inFile = func(b, n int64) bool { return skip(before+b, n) }
			}
			own, places := p.own(i, names)
			end := int64(0)
			for b, err := range s.BatchesBut(own, inFile) {
				if err != nil {
					yield(data.Batch{}, err)
					return
				}
				columns := make([]arrow.Array, len(names))
				for k, v := range vars {
					if places[k] < 0 {
						columns[k] = array.MakeArrayOfNull(memory.DefaultAllocator, fields[k].Type, int(b.Record.NumRows()))
						continue
					}
					columns[k] = p.columns[v.Name].parts[i].as(v.Type, b.Record.Column(places[k]))
				}
				b.Record = array.NewRecord(schemaOf(fields, columns), columns, b.Record.NumRows())
				b.File = i
				end = b.Before + b.Record.NumRows()
				b.Before += before
				if !yield(b, nil) {
					return
				}
			}
			before += max(end, rows)
		}
	}
}

// schemaOf is the schema of a batch: columns may be coded in one and not in
// another.
func schemaOf(fields []arrow.Field, columns []arrow.Array) *arrow.Schema {
	own := slices.Clone(fields)
	for k, c := range columns {
		own[k].Type = c.DataType()
	}
	return arrow.NewSchema(own, nil)
}

// own picks the names that a file has and says at which place each is read,
// -1 for those that it lacks. Where it has none of them, its first variable
// is read to count the rows.
func (p *pooler) own(i int, names []string) (own []string, places []int) {
	places = make([]int, len(names))
	for k, n := range names {
		places[k] = -1
		if p.columns[n].parts[i] != nil {
			places[k] = len(own)
			own = append(own, n)
		}
	}
	if own == nil {
		own = p.surveys[i].Codebook.Names()[:1]
	}
	return own, places
}

// as is a column of one file in the type of the pooled variable.
func (part *part) as(kind data.Type, c arrow.Array) arrow.Array {
	if part.variable.Type == kind {
		return c
	}
	if c.NullN() == c.Len() {
		return array.MakeArrayOfNull(memory.DefaultAllocator, columns.ArrowType(kind), c.Len())
	}
	c = data.Plain(c)
	if kind == data.Number {
		return part.coded(c.(*array.String))
	}
	b := array.NewStringBuilder(memory.DefaultAllocator)
	for i := range c.Len() {
		switch c := c.(type) {
		case *array.Float64:
			if c.IsValid(i) {
				b.Append(data.Code(c.Value(i)))
				continue
			}
		case *array.Timestamp:
			if c.IsValid(i) {
				b.Append(data.Moment(int64(c.Value(i))))
				continue
			}
		}
		b.AppendNull()
	}
	return b.NewArray()
}

// coded is a column of labels as their codes.
func (part *part) coded(c *array.String) arrow.Array {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	for i := range c.Len() {
		if c.IsValid(i) {
			b.Append(part.codes[c.Value(i)])
		} else {
			b.AppendNull()
		}
	}
	return b.NewArray()
}
