package crosstab

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// tallied is a sample of persons, or of persons in PSUs, as blocks hold it.
type tallied struct {
	design  *Design
	layout  *Layout
	answers []int
	rows    Rows
	cell    []int32
	block   Block
}

// drawTallied makes up respondents in places and their codes.
func drawTallied(t *rapid.T) *tallied {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	n := rapid.IntRange(1, 3000).Draw(t, "rows")
	strata, cells := 1+r.IntN(4), 1+r.IntN(rapid.SampledFrom([]int{1, 4, 40, 4000}).Draw(t, "cells"))
	psus := rapid.SampledFrom([]int{0, 0, 1, 5, 300}).Draw(t, "psus")
	s := &tallied{layout: &Layout{}, cell: make([]int32, n)}
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

// tally counts the sample in blocks of some rows.
func (s *tallied) tally(rows, threads int) []*Accumulator {
	t := NewTally(s.design, s.layout, s.answers)
	for a := 0; a < len(s.cell); a += rows {
		t.Add(s.block.part(a, min(a+rows, len(s.cell))), threads)
	}
	return t.Accumulators()
}

// byKey counts one question row by row.
func (s *tallied) byKey(q int) *Accumulator {
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

// A tally counts what row by row counts, and the same bits on any number of
// threads.
func TestTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawTallied(t)
		rows := rapid.IntRange(1, len(s.cell)+100).Draw(t, "block")
		one, many := s.tally(rows, 1), s.tally(rows, rapid.IntRange(2, 9).Draw(t, "threads"))
		for q := range s.answers {
			if !bytes.Equal(encode(t, one[q]), encode(t, many[q])) {
				t.Fatalf("question %d: threads give other bits", q)
			}
			same(t, "row by row", one[q], s.byKey(q))
		}
	})
}
