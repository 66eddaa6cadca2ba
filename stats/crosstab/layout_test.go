package crosstab

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Totals by place are those by key, to the bit: encoded, merged in chunks, and
// when only some chunks were added by place.
func TestAddPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		n := rapid.IntRange(2, 200).Draw(t, "rows")
		cut := rapid.IntRange(0, n).Draw(t, "cut")
		strata, cells, codes := 1+r.IntN(4), 1+r.IntN(40), 1+r.IntN(6)
		stratum, cell, code, weight := make([]int32, n), make([]int32, n), make([]int16, n), make([]float64, n)
		for i := range n {
			stratum[i], cell[i] = int32(r.IntN(strata)), int32(r.IntN(cells+1)-1)
			code[i], weight[i] = int16(r.IntN(codes+1)-1), float64(r.IntN(4))/3
		}
		weight[0] = 1
		census := &Census{}
		census.Add(Rows{Stratum: stratum, Weight: weight})
		d, err := census.Design(DesignOptions{Strata: strata, Lonely: "remove"})
		if err != nil {
			t.Fatal(err)
		}
		layout, place := NewLayout(stratum, cell)
		byKey := func(a, b int) *Accumulator {
			x := NewAccumulator(d)
			x.Add(Rows{Stratum: stratum[a:b], Weight: weight[a:b]}, cell[a:b], code[a:b], nil)
			return x
		}
		byPlace := func(a, b int) *Accumulator {
			x := NewAccumulator(d)
			x.AddPlaces(layout, place[a:b], weight[a:b], code[a:b], codes)
			return x
		}
		encode := func(a *Accumulator) []byte {
			text, err := a.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		want := encode(byKey(0, n))
		if !bytes.Equal(encode(byPlace(0, n)), want) {
			t.Error("all rows by place differ")
		}
		inTwo := NewAccumulator(d)
		inTwo.AddPlaces(layout, place[:cut], weight[:cut], code[:cut], codes)
		inTwo.AddPlaces(layout, place[cut:], weight[cut:], code[cut:], codes)
		if !bytes.Equal(encode(inTwo), want) {
			t.Error("two calls differ from one")
		}
		a, b := byKey(0, cut), byKey(cut, n)
		a.Merge(b)
		c := byPlace(0, cut)
		c.Merge(byPlace(cut, n))
		mixed := byKey(0, cut)
		mixed.Merge(byPlace(cut, n))
		if want := encode(a); !bytes.Equal(encode(c), want) || !bytes.Equal(encode(mixed), want) {
			t.Error("chunks by place differ")
		}
	})
}

// Misuse panics instead of counting wrongly.
func TestAddPlacesMisuse(t *testing.T) {
	stratum, cell, weight := []int32{0, 0}, []int32{0, 1}, []float64{1, 1}
	census := &Census{}
	census.Add(Rows{Stratum: stratum, Weight: weight})
	d, err := census.Design(DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	layout, place := NewLayout(stratum, cell)
	for name, misuse := range map[string]func(a *Accumulator){
		"an answer beyond the codes": func(a *Accumulator) { a.AddPlaces(layout, place, weight, []int16{0, 2}, 2) },
		"lengths":                    func(a *Accumulator) { a.AddPlaces(layout, place, weight, []int16{0}, 2) },
		"both ways": func(a *Accumulator) {
			a.Add(Rows{Stratum: stratum, Weight: weight}, cell, []int16{0, 0}, nil)
			a.AddPlaces(layout, place, weight, []int16{0, 0}, 2)
		},
		"another number of codes": func(a *Accumulator) {
			a.AddPlaces(layout, place, weight, []int16{0, 0}, 2)
			a.AddPlaces(layout, place, weight, []int16{0, 0}, 3)
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			misuse(NewAccumulator(d))
		}()
	}
}

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

// BenchmarkPlaces counts 40 questions of 100,000 respondents in 2,304 places.
func BenchmarkPlaces(b *testing.B) {
	const n, questions = 100_000, 40
	r := rand.New(rand.NewPCG(1, 1))
	stratum, cell, weight := make([]int32, n), make([]int32, n), make([]float64, n)
	codes := make([][]int16, questions)
	for i := range n {
		country := r.IntN(12)
		stratum[i], cell[i], weight[i] = int32(4*country+r.IntN(4)), int32(country*48+r.IntN(48)), 0.5+r.Float64()
	}
	for q := range codes {
		codes[q] = make([]int16, n)
		for i := range n {
			codes[q][i] = int16(r.IntN(6) - 1)
		}
	}
	census := &Census{}
	census.Add(Rows{Stratum: stratum, Weight: weight})
	d, err := census.Design(DesignOptions{Strata: 48})
	if err != nil {
		b.Fatal(err)
	}
	layout, place := NewLayout(stratum, cell)
	b.ReportAllocs()
	for b.Loop() {
		for q := range codes {
			a := NewAccumulator(d)
			a.AddPlaces(layout, place, weight, codes[q], 5)
		}
	}
	b.ReportMetric(n*questions*float64(b.N)/b.Elapsed().Seconds()/1e6, "Manswers/s")
}

// A layout numbers places in order of appearance and finds each again.
func TestLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, known := &Layout{}, map[place]int32{}
		draw := func() place {
			id := rapid.Int32Range(-1, 40)
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

func ExampleNewLayout() {
	stratum, cell := []int32{1, 0, 1, 1}, []int32{2, 2, 0, 2}
	_, place := NewLayout(stratum, cell)
	fmt.Println(place)
	// Output: [0 1 2 0]
}
