package exports

import (
	"bytes"
	"iter"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
	"tradeoff/data/columnar"
	"tradeoff/data/columns"
	"tradeoff/data/sav"
)

// text is a file in memory.
func text(name, content string) *data.Input { return data.FromBytes(name, []byte(content)) }

// survey opens inputs that must open.
func survey(t testing.TB, keep []string, inputs ...*data.Input) *data.Survey {
	t.Helper()
	s, err := Open(inputs, keep)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// crafted is one variable of a crafted file: numbers for "1", nulls for "".
type crafted struct {
	data.Variable
	values []string
}

// batches makes one batch of crafted columns.
func batches(crafts []crafted) (data.Codebook, iter.Seq2[data.Batch, error]) {
	var book data.Codebook
	fields := make([]arrow.Field, len(crafts))
	arrays := make([]arrow.Array, len(crafts))
	for i, c := range crafts {
		book.Variables = append(book.Variables, c.Variable)
		fields[i] = arrow.Field{Name: c.Name, Type: columns.ArrowType(c.Type), Nullable: true}
		b := array.NewBuilder(memory.DefaultAllocator, fields[i].Type)
		for _, v := range c.values {
			if v == "" {
				b.AppendNull()
			} else if err := b.AppendValueFromString(v); err != nil {
				panic(err)
			}
		}
		arrays[i] = b.NewArray()
	}
	rec := array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(len(crafts[0].values)))
	return book, func(yield func(data.Batch, error) bool) { yield(data.Batch{Record: rec, First: 1}, nil) }
}

// savFile is a crafted SPSS file.
func savFile(t testing.TB, name string, columns ...crafted) *data.Input {
	t.Helper()
	book, rows := batches(columns)
	var out bytes.Buffer
	if err := sav.Write(&out, &book, rows, sav.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	return data.FromBytes(name, out.Bytes())
}

// parquetFile is a crafted Parquet file.
func parquetFile(t testing.TB, name string, columns ...crafted) *data.Input {
	t.Helper()
	book, rows := batches(columns)
	var out bytes.Buffer
	if err := columnar.WriteParquet(&out, book, rows); err != nil {
		t.Fatal(err)
	}
	return data.FromBytes(name, out.Bytes())
}

// dropped lists the variables that were left out, "name: reason".
func dropped(s *data.Survey) []string {
	var out []string
	for _, d := range s.Codebook.Dropped {
		out = append(out, d.Name+": "+d.Reason)
	}
	return out
}

// noted reports whether a note holds the words.
func noted(s *data.Survey, words string) bool {
	return strings.Contains(strings.Join(s.Codebook.Notes, "\n"), words)
}
