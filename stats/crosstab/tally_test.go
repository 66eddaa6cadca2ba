package crosstab

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// respondents is a sample of persons, or of persons in PSUs, as blocks hold it.
type respondents struct {
	design  *Design
	layout  *Layout
	answers []int
	rows    Rows
	cell    []int32
	block   Block
	bytes   int // see tallyBytes
}

// drawRespondents makes up respondents in places and their codes.
func drawRespondents(t *rapid.T) *respondents {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	n := rapid.IntRange(1, 3000).Draw(t, "rows")
	strata, cells := 1+r.IntN(4), 1+r.IntN(rapid.SampledFrom([]int{1, 4, 40, 4000}).Draw(t, "cells"))
	psus := rapid.SampledFrom([]int{0, 0, 1, 5, 300}).Draw(t, "psus")
	s := &respondents{layout: &Layout{}, cell: make([]int32, n)}
	s.bytes = rapid.SampledFrom([]int{0, 1 << 12, 1 << 16, 1 << 20, tallyBytes}).Draw(t, "bytes")
	s.rows = Rows{Stratum: make([]int32, n), Weight: make([]float64, n)}
	if psus > 0 {
		s.rows.PSU = make([]int32, n)
	}
	for i := range n {
		s.rows.Stratum[i], s.cell[i] = int32(r.IntN(strata)), int32(r.IntN(cells+1)-1)
		if r.IntN(5) > 0 {
			s.rows.Weight[i] = math.Exp(r.NormFloat64())
		}
		if psus > 0 {
			s.rows.PSU[i] = s.rows.Stratum[i]*1000 + int32(r.IntN(psus))
		}
		s.block.Place = append(s.block.Place, s.layout.Number(s.rows.stratum(i), s.rows.psu(i), s.cell[i]))
	}
	s.rows.Weight[0] = 1
	s.block.Weight = s.rows.Weight
	for range rapid.IntRange(0, 12).Draw(t, "questions") {
		k := rapid.SampledFrom([]int{0, 1, 2, 2, 2, 3, 5, 5, 5, 9, 15, 16, 50, 127, 128, 254}).Draw(t, "answers")
		missing := rapid.SampledFrom([]float64{0, 0.05, 1}).Draw(t, "missing")
		codes := make([]uint8, n)
		for i := range codes {
			codes[i] = NoCode
			if k > 0 && r.Float64() >= missing {
				codes[i] = uint8(r.IntN(k))
			}
		}
		s.answers = append(s.answers, k)
		s.block.Codes = append(s.block.Codes, codes)
	}
	census := &Census{}
	census.Add(s.rows)
	d, err := census.Design(DesignOptions{Lonely: "remove"})
	if err != nil {
		t.Fatal(err)
	}
	s.design = d
	return s
}

// tally counts rows first to last in blocks of some rows.
func (s *respondents) tally(first, last, rows, threads int) []*Accumulator {
	t := newTally(s.design, s.layout, s.answers, s.bytes)
	for ; first < last; first += rows {
		t.Add(s.block.part(first, min(first+rows, last)), threads)
	}
	return t.Accumulators()
}

// byKey counts one question row by row.
func (s *respondents) byKey(q int) *Accumulator {
	code := make([]int16, len(s.cell))
	for i, c := range s.block.Codes[q] {
		code[i] = int16(c)
		if c == NoCode {
			code[i] = -1
		}
	}
	a := NewAccumulator(s.design)
	a.Add(s.rows, s.cell, code, nil)
	return a
}

func encode(t interface{ Fatal(...any) }, a *Accumulator) []byte {
	text, err := a.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// same fails unless two accumulators hold the same keys with the same counts,
// and sums that differ by rounding at most.
func same(t interface{ Fatalf(string, ...any) }, what string, got, want *Accumulator) {
	g, w := got.order(), want.order()
	if len(g) != len(w) {
		t.Fatalf("%s: %d keys, want %d", what, len(g), len(w))
	}
	for i := range w {
		k, s := want.keys[w[i]], want.totals(w[i])
		if got.keys[g[i]] != k {
			t.Fatalf("%s: key %+v, want %+v", what, got.keys[g[i]], k)
		}
		o := got.totals(g[i])
		if o.n != s.n || math.Abs(o.w-s.w) > 1e-12*s.w || math.Abs(o.w2-s.w2) > 1e-12*s.w2 {
			t.Fatalf("%s: %+v: %+v, want %+v", what, k, o, s)
		}
	}
}

// A tally counts what row by row counts, whether it keeps respondents or not,
// and the same bits on any number of threads. Its accumulators merge, and come
// back from their encoding.
func TestTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawRespondents(t)
		n := len(s.cell)
		rows := rapid.IntRange(1, n+100).Draw(t, "block")
		cut := rapid.IntRange(0, n).Draw(t, "cut")
		one, many := s.tally(0, n, rows, 1), s.tally(0, n, rows, rapid.IntRange(2, 9).Draw(t, "threads"))
		front, back := s.tally(0, cut, rows, 1), s.tally(cut, n, rows, 2)
		for q := range s.answers {
			want := s.byKey(q)
			same(t, "row by row", one[q], want)
			text := encode(t, one[q])
			if !bytes.Equal(text, encode(t, many[q])) {
				t.Fatalf("question %d: threads give other bits", q)
			}
			again := NewAccumulator(s.design)
			if err := again.UnmarshalBinary(text); err != nil || !bytes.Equal(encode(t, again), text) {
				t.Fatalf("question %d: encoded it is another (%v)", q, err)
			}
			front[q].Merge(back[q])
			same(t, "merged", front[q], want)
		}
	})
}

// What estimates are made of is what the totals by key are, in order.
func TestTallyInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawRespondents(t)
		for _, a := range s.tally(0, len(s.cell), 500, 1) {
			keys, sums := inOrder(a.contents())
			a.settle()
			again, twice := inOrder(a.contents())
			if !slices.Equal(again, keys) || !slices.Equal(twice, sums) {
				t.Fatalf("settled: %+v %+v, before %+v %+v", again, twice, keys, sums)
			}
			for i, at := range a.order() {
				if keys[i] != a.keys[at] || sums[i] != a.sums[at] {
					t.Fatalf("%d: %+v %+v, want %+v %+v", i, keys[i], sums[i], a.keys[at], a.sums[at])
				}
			}
			if len(keys) != len(a.keys) {
				t.Fatalf("%d keys, want %d", len(keys), len(a.keys))
			}
		}
	})
}

// inOrder lists the totals of each place by answer, those that are not empty.
func inOrder(c contents) (keys []key, totals []sums) {
	answers := c.answers()
	c.each(func(at *content) {
		var all [NoCode]sums
		for j, s := range at.sums {
			all[answers[at.codes[j]].code].add(s)
		}
		for code, s := range all {
			if s.n > 0 {
				keys = append(keys, key{at.stratum, at.psu, at.person, at.cell, int16(code), false})
				totals = append(totals, s)
			}
		}
	})
	return keys, totals
}

// A tally without blocks counts nobody.
func TestTallyEmpty(t *testing.T) {
	for _, bytes := range []int{0, tallyBytes} {
		l := &Layout{}
		l.Number(0, none, 0)
		a := newTally(&Design{}, l, []int{2}, bytes).Accumulators()[0]
		if keys, _ := inOrder(a.contents()); keys != nil {
			t.Errorf("%+v", keys)
		}
	}
}

// Misuse panics instead of counting wrongly.
func TestTallyMisuse(t *testing.T) {
	l, clustered := &Layout{}, &Layout{}
	l.Number(0, none, 0)
	clustered.Number(0, 0, 0)
	d := &Design{kind: rowUnits}
	for name, misuse := range map[string]func(bytes int){
		"a PSU in a design without": func(bytes int) { newTally(d, clustered, nil, bytes) },
		"255 answers":               func(bytes int) { newTally(d, l, []int{255}, bytes) },
		"lengths": func(bytes int) {
			newTally(d, l, []int{2}, bytes).Add(&Block{Place: []int32{0}, Weight: []float64{1}, Codes: [][]uint8{{0, 1}}}, 1)
		},
		"questions": func(bytes int) {
			newTally(d, l, []int{2}, bytes).Add(&Block{Place: []int32{0}, Weight: []float64{1}}, 1)
		},
		"rows by key": func(bytes int) {
			newTally(d, l, []int{2}, bytes).Accumulators()[0].Add(Rows{N: 1}, []int32{0}, []int16{0}, nil)
		},
	} {
		for _, bytes := range []int{0, tallyBytes} {
			mustPanic(t, name, func() { misuse(bytes) })
		}
	}
}

// Every code beyond the answers panics, and no other, wherever it stands.
func TestTallyBeyond(t *testing.T) {
	l := &Layout{}
	l.Number(0, none, 0)
	d := &Design{kind: rowUnits}
	const rows = 13
	for _, answers := range []int{0, 1, 2, 5, 126, 127, 128, 129, 200, 253, 254} {
		for code := range 256 {
			add := func(bytes int) {
				b := &Block{Place: make([]int32, rows), Weight: make([]float64, rows), Codes: [][]uint8{make([]uint8, rows), make([]uint8, rows), make([]uint8, rows)}}
				for q := range b.Codes {
					for i := range rows {
						b.Codes[q][i] = NoCode
					}
				}
				b.Codes[code%3][code%rows] = uint8(code)
				newTally(d, l, []int{answers, answers, answers}, bytes).Add(b, 1)
			}
			for _, bytes := range []int{0, tallyBytes} {
				if code < answers || code == NoCode {
					add(bytes)
				} else {
					mustPanic(t, "a code beyond", func() { add(bytes) })
				}
			}
		}
	}
}

func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", name)
		}
	}()
	f()
}

// TestTallyEqualsRowByRow: what a tally counted, or kept, gives what rows give.
func TestTallyEqualsRowByRow(t *testing.T) {
	kept := map[bool]int{}
	for range 5 {
		rapid.Check(t, func(t *rapid.T) {
			s := drawSample(t)
			if s.kind == personUnits {
				return // several rows a person
			}
			s.valued = false
			l, b, census := &Layout{}, &Block{}, &Census{}
			for i := range s.rows {
				r := &s.rows[i]
				r.person = int32(i)
				psu := int32(none)
				if s.kind == psuUnits {
					psu = r.psu
				}
				b.Place, b.Weight = append(b.Place, l.Number(r.stratum, psu, r.cell)), append(b.Weight, r.w)
			}
			codes := make([]uint8, len(s.rows))
			for i, r := range s.rows {
				if codes[i] = NoCode; r.code >= 0 {
					codes[i] = uint8(r.code)
				}
			}
			b.Codes = [][]uint8{codes}
			rows, _, _, _ := s.chunk(0, len(s.rows))
			census.Add(rows)
			d, err := census.Design(s.opt)
			if err != nil {
				t.Fatal(err)
			}
			req := drawRequest(t)
			req.Stats = req.Stats[:5] // the others are of values
			tally := newTally(d, l, []int{rapid.IntRange(3, 12).Draw(t, "answers")}, rapid.SampledFrom([]int{0, tallyBytes}).Draw(t, "bytes"))
			tally.Add(b, 1)
			kept[tally.kept != nil]++
			s.check(t, req, mustEstimate(t, tally.Accumulators()[0], req))
		})
	}
	if kept[true] == 0 || kept[false] == 0 {
		t.Errorf("kept or not: %v", kept)
	}
}
