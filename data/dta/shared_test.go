package dta

import (
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// open opens a file that must be readable.
func open(t testing.TB, path string) *data.Survey {
	t.Helper()
	s, err := Open(readertest.Input(t, path))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}
