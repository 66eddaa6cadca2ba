package readertest

import (
	"runtime"
	"testing"
)

// Damage lets read have the bytes of a whole file with each one changed, to all
// that changes names for the byte at a place, and then the file cut at each place.
// read may take most bytes of memory, on average.
func Damage(t testing.TB, whole []byte, changes func(at int) []byte, most uint64, read func(b []byte)) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := uint64(0)
	for i, was := range whole {
		for _, now := range changes(i) {
			if now == was {
				continue
			}
			whole[i] = now
			read(whole)
			n++
		}
		whole[i] = was
		read(whole[:i])
		n++
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / n; each > most {
		t.Errorf("a damaged file of %d bytes took %d bytes of memory on average, more than %d", len(whole), each, most)
	}
}
