package xpt

import (
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// FuzzOpen reads anything. It ends, does not panic, fails with faults alone, and
// what it reads is sound.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(everything(false).String()))
	f.Add([]byte(everything(true).String()))
	f.Add([]byte(newCraft(true, column{name: "S", width: 20}).cases("              1", "x                   ").String()))
	f.Fuzz(func(t *testing.T, b []byte) { check(t, b) })
}

// check opens a file and reads it if it can be.
func check(t *testing.T, b []byte) {
	t.Helper()
	s, err := Open(data.FromBytes("fuzz.xpt", b))
	readertest.Sound(t, s, err)
}
