package por

import (
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// FuzzOpen reads anything. It ends, does not panic, fails with faults alone, and
// what it reads is sound.
func FuzzOpen(f *testing.F) {
	f.Add(everything().lines("\n"))
	f.Add(everything().lines(""))
	f.Add(newCraft().variable("S", 9, 1).put("F").text("K\xf6ln").put("C2/").lines("\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) { check(t, b) })
}

// check opens a file and reads it if it can be.
func check(t *testing.T, b []byte) {
	t.Helper()
	s, err := Open(data.FromBytes("fuzz.por", b))
	readertest.Sound(t, s, err)
}
