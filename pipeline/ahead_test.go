package pipeline

import (
	"errors"
	"iter"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// numbered yields n batches of one row, its number, in a Rows slice that is used
// again, and then an error.
func numbered(mem memory.Allocator, n int, failed error) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		rows := make([]int64, 1)
		b := array.NewRecordBuilder(mem, arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Float64}}, nil))
		defer b.Release()
		for i := range n {
			rows[0] = int64(i)
			b.Field(0).(*array.Float64Builder).Append(float64(i))
			r := b.NewRecord()
			more := yield(data.Batch{Record: r, Rows: rows}, nil)
			r.Release()
			if !more {
				return
			}
		}
		if failed != nil {
			yield(data.Batch{}, failed)
		}
	}
}

// Batches come in order with their own rows, an error comes last, a consumer may
// stop early, and no memory is left over.
func TestAhead(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	failed := errors.New("the file ends too early")
	for _, stop := range []int{0, 1, 7, 100} {
		seen := 0
		var err error
		for b, e := range ahead(numbered(mem, 20, failed)) {
			if seen == stop {
				break
			}
			if err = e; err != nil {
				break
			}
			if got := b.Record.Column(0).(*array.Float64).Value(0); got != float64(seen) || b.Row(0) != int64(seen) {
				t.Fatalf("batch %d holds %g and says row %d", seen, got, b.Row(0))
			}
			seen++
		}
		if want := min(stop, 20); seen != want || (err != nil) != (stop > 20) {
			t.Errorf("stopping at %d: %d batches, %v", stop, seen, err)
		}
	}
}
