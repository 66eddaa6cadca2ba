package sheet

import (
	"testing"

	"pgregory.net/rapid"
)

// A short text has the code that the dictionary gives it, under its kind, or none, in
// whatever order numbers of a workbook and texts are met; and once a text has been learnt,
// those of its kind are known.
func TestShortsAgainstDictionary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d := newShorts(unknown), newDictionary()
		known := map[string]Kind{}
		for range rapid.IntRange(1, 60).Draw(t, "cells") {
			b := []byte(rapid.SampledFrom([]string{"0", "7", "x", "12", "07", "ab", "123"}).Draw(t, "text"))
			k := rapid.SampledFrom([]Kind{Plain, Quoted, Number, Date, Failed}).Draw(t, "kind")
			code, want := s.code(b, k), d.find(b, k)
			if code != unknown && code != want {
				t.Fatalf("%q of kind %d has code %d, in the dictionary %d", b, k, code, want)
			}
			if last, ok := known[string(b)]; ok && last == k && code == unknown {
				t.Fatalf("%q of kind %d was learnt and is unknown", b, k)
			}
			if want == unknown {
				d.add(b, k)
				want = d.find(b, k)
			}
			s.learn(b, k, want)
			if len(b) == 1 && s.holds(k) {
				known[string(b)] = k
			}
		}
	})
}
