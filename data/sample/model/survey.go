package model

import (
	"iter"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// Survey is what a reader makes of an export of these people that keeps all
// labels. A blank is a null. The people must stay as they are while the survey
// is in use.
func Survey(people []*Person) *data.Survey {
	columns := map[string]Column{}
	for _, c := range Columns() {
		columns[c.Variable.Name] = c
	}
	files := []data.File{{Path: "simulated", Format: "simulated", Rows: int64(len(people)), Unit: "case"}}
	return data.New(Codebook(), files, func(names []string, _ data.Skip) iter.Seq2[data.Batch, error] {
		var asked []Column
		for _, n := range names {
			asked = append(asked, columns[n])
		}
		return func(yield func(data.Batch, error) bool) {
			for first := 0; first < len(people); first += batchRows {
				rows := people[first:min(first+batchRows, len(people))]
				rec := record(asked, rows)
				more := yield(data.Batch{Record: rec, First: int64(first + 1), Before: int64(first)}, nil)
				rec.Release()
				if !more {
					return
				}
			}
		}
	})
}

// batchRows is how many people a batch of Survey holds.
const batchRows = 4096

// record makes one Arrow column of each asked column.
func record(asked []Column, people []*Person) arrow.Record {
	fields := make([]arrow.Field, len(asked))
	arrays := make([]arrow.Array, len(asked))
	for i, c := range asked {
		arrays[i] = c.array(people)
		defer arrays[i].Release()
		fields[i] = arrow.Field{Name: c.Variable.Name, Type: arrays[i].DataType(), Nullable: true}
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(len(people)))
}

// array is the column of these people.
func (c Column) array(people []*Person) arrow.Array {
	if c.Text != nil {
		b := array.NewStringBuilder(memory.DefaultAllocator)
		defer b.Release()
		for _, p := range people {
			if s := c.Text(p); s != "" {
				b.Append(s)
			} else {
				b.AppendNull()
			}
		}
		return b.NewArray()
	}
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	defer b.Release()
	for _, p := range people {
		if v, asked := c.Number(p); asked {
			b.Append(v)
		} else {
			b.AppendNull()
		}
	}
	return b.NewArray()
}
