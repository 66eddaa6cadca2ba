package columnar

import (
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
)

// input opens a file for the length of the test.
func input(t testing.TB, path string) *data.Input {
	t.Helper()
	in, err := data.FromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	return in
}

// cells reads a survey into strings, column by column; "" is a null. Times
// are seconds.
func cells(t testing.TB, s *data.Survey) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	next := int64(1)
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		if b.First != next {
			t.Fatalf("batch starts at row %d, want %d", b.First, next)
		}
		next += b.Record.NumRows()
		for i, name := range s.Codebook.Names() {
			out[name] = append(out[name], columnCells(data.Plain(b.Record.Column(i)))...)
		}
	}
	if rows := s.Files[0].Rows; rows != next-1 {
		t.Fatalf("the survey promises %d rows, %d came", rows, next-1)
	}
	return out
}

func columnCells(c arrow.Array) []string {
	out := make([]string, c.Len())
	for i := range out {
		if c.IsNull(i) {
			continue
		}
		switch a := c.(type) {
		case *array.Float64:
			out[i] = data.Code(a.Value(i))
		case *array.String:
			out[i] = a.Value(i)
		case *array.Timestamp:
			out[i] = data.Code(float64(a.Value(i)))
		}
	}
	return out
}
