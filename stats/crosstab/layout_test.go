package crosstab

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A key is found whatever its size, by its word or by itself, and none is found
// twice.
func TestIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x index
		var keys []key
		known := map[key]int32{}
		for range rapid.IntRange(1, 200).Draw(t, "keys") {
			k := key{stratum: int32(rapid.IntRange(0, 40).Draw(t, "stratum")), psu: none, person: none,
				code: int16(rapid.SampledFrom([]int{0, 1, 5, 30, 600, 3000}).Draw(t, "code")), valued: rapid.Bool().Draw(t, "valued")}
			k.cell = int32(rapid.SampledFrom([]int{0, 3, 17, 900, 70_000, 2_000_000, 1 << 24}).Draw(t, "cell"))
			switch rapid.IntRange(0, 3).Draw(t, "units") {
			case 1:
				k.psu = int32(rapid.IntRange(0, 9).Draw(t, "psu"))
			case 2:
				k.person = int32(rapid.IntRange(0, 9).Draw(t, "person"))
			case 3:
				k.psu, k.person = int32(rapid.IntRange(0, 3).Draw(t, "psu")), int32(rapid.IntRange(0, 9).Draw(t, "person"))
			}
			want, ok := known[k]
			if !ok {
				want = -1
			}
			if got := x.find(&k, keys); got != want {
				t.Fatalf("%+v: slot %d, not %d", k, got, want)
			}
			if !ok {
				known[k] = int32(len(keys))
				x.put(&k, int32(len(keys)))
				keys = append(keys, k)
			}
		}
		for k, want := range known {
			if got := x.find(&k, keys); got != want {
				t.Fatalf("%+v: slot %d, not %d, at the end", k, got, want)
			}
		}
	})
}

// A layout numbers places in order of appearance and finds each again.
func TestLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, known := &Layout{}, map[place]int32{}
		draw := func() place {
			id := rapid.OneOf(rapid.Int32Range(-1, 40), rapid.Int32Range(math.MaxInt32-4000, math.MaxInt32))
			return place{max(0, id.Draw(t, "stratum")), id.Draw(t, "psu"), id.Draw(t, "cell")}
		}
		for range rapid.IntRange(0, 300).Draw(t, "rows") {
			p := draw()
			want, ok := known[p]
			if !ok {
				want = none
			}
			if got := l.Find(p.stratum, p.psu, p.cell); got != want {
				t.Fatalf("%+v: found at %d, not %d", p, got, want)
			}
			if p.cell >= 0 && !ok {
				want = int32(len(known))
				known[p] = want
			}
			if got := l.Number(p.stratum, p.psu, p.cell); got != want {
				t.Fatalf("%+v: number %d, not %d", p, got, want)
			}
		}
		if l.Len() != len(known) {
			t.Fatalf("%d places, want %d", l.Len(), len(known))
		}
		for p, want := range known {
			if got := l.Find(p.stratum, p.psu, p.cell); got != want {
				t.Fatalf("%+v: found at %d, not %d, at the end", p, got, want)
			}
		}
		places, order := l.sorted()
		for i, p := range order {
			if places[i] != l.places[p] {
				t.Fatalf("place %d is not number %d", i, p)
			}
		}
		if !slices.IsSortedFunc(places, comparePlaces) {
			t.Fatal("places out of order")
		}
	})
}
