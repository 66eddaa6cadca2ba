package columnar

import (
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// cells are the readertest.Cells of a survey that holds as many rows as it
// promises, numbered from 1.
func cells(t testing.TB, s *data.Survey) map[string][]string {
	t.Helper()
	next := int64(1)
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		if b.First != next {
			t.Fatalf("batch starts at row %d, want %d", b.First, next)
		}
		next += b.Record.NumRows()
	}
	if rows := s.Files[0].Rows; rows != next-1 {
		t.Fatalf("the survey promises %d rows, %d came", rows, next-1)
	}
	return readertest.Cells(t, s)
}
