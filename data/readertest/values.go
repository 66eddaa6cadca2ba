// Package readertest helps the tests of the readers of files: the values of a
// survey, what must hold of any survey that is read from bytes that nobody vouches
// for (sound.go), damage to every byte (damage.go), what other programs found
// (oracle.go, haven.R), and benchmarks (bench.go).
package readertest

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// Input opens a file for the length of the test.
func Input(t testing.TB, path string) *data.Input {
	t.Helper()
	in, err := data.FromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	return in
}

// Values reads variables, nil for all, case by case: float64, string, int64
// seconds, or nil. Cases are numbered without gaps from 1.
func Values(s *data.Survey, variables []string) ([][]any, error) {
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
			out[i] = append(out[i], Column(b, i)...)
		}
	}
	return out, nil
}

// Column is column i of a batch in the form of Values. It outlives the batch.
func Column(b data.Batch, i int) []any {
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
			out[k] = strings.Clone(c.Value(k))
		case *array.Timestamp:
			out[k] = int64(c.Value(k))
		default:
			panic("unexpected array type " + c.DataType().Name())
		}
	}
	return out
}

// Array is an array of values in the form of Values, for a survey that a test makes.
func Array(t data.Type, values []any) arrow.Array {
	var b array.Builder
	switch t {
	case data.Number:
		b = array.NewFloat64Builder(memory.DefaultAllocator)
	case data.Text:
		b = array.NewStringBuilder(memory.DefaultAllocator)
	case data.Time:
		b = array.NewTimestampBuilder(memory.DefaultAllocator, columns.Seconds)
	}
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			b.AppendNull()
		case float64:
			b.(*array.Float64Builder).Append(v)
		case string:
			b.(*array.StringBuilder).Append(v)
		case int64:
			b.(*array.TimestampBuilder).Append(arrow.Timestamp(v))
		}
	}
	return b.NewArray()
}

// Cells reads variables, none for all, as text, by their names: "" is a null,
// times are seconds.
func Cells(t testing.TB, s *data.Survey, names ...string) map[string][]string {
	t.Helper()
	if names == nil {
		names = s.Codebook.Names()
	}
	out := map[string][]string{}
	for b, err := range s.Batches(names) {
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			out[name] = append(out[name], ColumnCells(b, i)...)
		}
	}
	return out
}

// ColumnCells is column i of a batch in the form of Cells.
func ColumnCells(b data.Batch, i int) []string {
	values := Column(b, i)
	out := make([]string, len(values))
	for k, v := range values {
		out[k] = cell(v)
	}
	return out
}

func cell(v any) string {
	switch v := v.(type) {
	case float64:
		return data.Code(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return v
	}
	return ""
}

// Count reads variables, nil for all, and counts the rows.
func Count(s *data.Survey, variables []string) (rows int64, err error) {
	for b, err := range s.Batches(variables) {
		if err != nil {
			return rows, err
		}
		rows += b.Record.NumRows()
	}
	return rows, nil
}
