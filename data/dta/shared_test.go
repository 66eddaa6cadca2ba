package dta

import (
	"errors"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
)

// open opens a file that must be readable.
func open(t testing.TB, path string) *data.Survey {
	t.Helper()
	in, err := data.FromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	s, err := Open(in)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

// values reads variables case by case: float64, string, int64 seconds, or nil.
func values(s *data.Survey, variables []string) ([][]any, error) {
	if variables == nil {
		variables = s.Codebook.Names()
	}
	out := make([][]any, len(variables))
	next := int64(1)
	for b, err := range s.Batches(variables) {
		if err != nil {
			return out, err
		}
		if b.First != next || b.Before != next-1 {
			return out, errors.New("a batch does not begin where the one before it ended")
		}
		next += b.Record.NumRows()
		for i := range out {
			out[i] = append(out[i], columnValues(b, i)...)
		}
	}
	return out, nil
}

func columnValues(b data.Batch, i int) []any {
	c := data.Plain(b.Record.Column(i))
	out := make([]any, c.Len())
	for k := range out {
		if c.IsNull(k) {
			continue
		}
		switch c := c.(type) {
		case *array.Float64:
			out[k] = c.Value(k)
		case *array.String:
			out[k] = string([]byte(c.Value(k))) // a copy: the batch is released
		case *array.Timestamp:
			out[k] = int64(c.Value(k))
		default:
			panic("unexpected array type " + c.DataType().Name())
		}
	}
	return out
}
