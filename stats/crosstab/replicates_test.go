package crosstab

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
)

// library answers statistics of a sample by package stats, whose rows are people;
// the mean of ratings by people is a ratio.
type library struct {
	*refSample
	design *stats.Design
	people []refRow
}

// people are the first row of each.
func (s *refSample) people() (people []refRow) {
	for _, r := range s.rows {
		if int(r.person) == len(people) {
			people = append(people, r)
		}
	}
	return people
}

func columnOf(req Request, c int) func(cell int32) bool {
	if req.Columns[c].In == nil {
		return func(int32) bool { return true }
	}
	return req.Columns[c].In
}

func (l library) estimate(t *rapid.T, s ...stats.Statistic) *stats.Estimates {
	e, err := l.design.Estimate(s...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// mean of an answer among the rows that are in.
func (l library) mean(st StatSpec, in func(cell int32) bool) stats.Statistic {
	y, n := make([]float64, len(l.people)), make([]float64, len(l.people))
	for i, r := range l.rows {
		if v, ok := l.answer(i, st); ok && in(r.cell) {
			y[r.person] += v
			n[r.person]++
		}
	}
	return stats.Ratio(nil, [][]float64{y}, [][]float64{n})
}

// check compares the cells and comparisons of a result with the library.
func (l library) check(t *rapid.T, req Request, r *Result) {
	const tol = 1e-10
	for s, st := range req.Stats {
		for c := range req.Columns {
			cell := r.Cells[s][c]
			if st.Kind == SD || cell.Status == NotAsked || cell.Status == NotApplicable {
				continue // tested beside the plain implementation
			}
			what := fmt.Sprintf("statistic %d (%s), column %d", s, st.Kind, c)
			e := l.estimate(t, l.mean(st, columnOf(req, c)))
			near(t, what, cell.Estimate, e.Value[0], tol, 1e-3)
			if se := e.SE(0); !math.IsNaN(se) {
				near(t, what+": SE", cell.SE, se, tol, 0.01) // a variance of zero is rounding noise in rows
			}
		}
	}
	for _, x := range r.Comparisons {
		st := req.Stats[x.Row]
		a, total := columnOf(req, x.A), columnOf(req, 0)
		b := func(cell int32) bool { return total(cell) && !a(cell) }
		if x.B >= 0 {
			b = columnOf(req, x.B)
		}
		what := fmt.Sprintf("statistic %d (%s), columns %d and %d", x.Row, st.Kind, x.A, x.B)
		both := l.estimate(t, l.mean(st, a), l.mean(st, b))
		e := both.Contrast(nil, []float64{1, -1})
		near(t, what, x.Difference, e.Value[0], tol, 1e-3)
		near(t, what+": SE", x.SE, e.SE(0), tol, 1+both.SE(0)+both.SE(1)) // a difference loses what its terms share, a calibration all but residuals of numbers around 1
	}
}

// drawReplicates makes up replicate weights of a sample, by person: bootstraps,
// half-samples, and any numbers. Some leave out many rows.
func (s *refSample) drawReplicates(t *rapid.T) (r Replicates, weights [][]float64) {
	r.N = rapid.IntRange(2, 12).Draw(t, "replicates")
	r.Scale = rapid.SampledFrom([]float64{0.1, 1, 2.5}).Draw(t, "scale")
	r.MSE = rapid.Bool().Draw(t, "mse")
	r.DF = float64(rapid.SampledFrom([]int{0, 0, 3, 20}).Draw(t, "df"))
	factor := rapid.SampledFrom([]float64{0, 0, 1, 1, 1.5, 2, 0.5})
	if rapid.Bool().Draw(t, "rscales") {
		r.RScales = rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0.5, 1, 2}), r.N, r.N).Draw(t, "of replicates")
	}
	people := s.people()
	for range r.N {
		w := make([]float64, len(people))
		for i, row := range people {
			w[i] = row.w * factor.Draw(t, "factor")
		}
		w[0] = people[0].w // a replicate has some weight
		weights = append(weights, w)
	}
	return r, weights
}

// withReplicates are rows with replicate weights.
func (s *refSample) withReplicates(r Rows, weights [][]float64, a, b int) Rows {
	for _, row := range s.rows[a:b] {
		for _, w := range weights {
			r.Replicates = append(r.Replicates, w[row.person])
		}
	}
	return r
}

// Totals of replicates give what package stats gives for rows: shares, means of
// scores and of values, columns that overlap, the rest of the Total, replicates
// in which a column has nobody.
func TestReplicatesAreStats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		s.kind, s.opt.FPC = rapid.SampledFrom([]unitKind{rowUnits, personUnits}).Draw(t, "persons"), nil
		for i, r := range s.rows {
			s.rows[i].w = s.people()[r.person].w
		}
		reps, weights := s.drawReplicates(t)
		cut := rapid.IntRange(0, len(s.rows)).Draw(t, "cut")
		var census Census
		for _, p := range [][2]int{{0, cut}, {cut, len(s.rows)}} {
			var part Census
			rows, _, _, _ := s.chunk(p[0], p[1])
			part.Add(s.withReplicates(rows, weights, p[0], p[1]))
			census.Merge(&part)
		}
		opt := s.opt
		opt.Replicates = &reps
		d, err := census.Design(opt)
		if err != nil {
			t.Fatal(err)
		}
		a := NewAccumulator(d)
		for _, p := range [][2]int{{0, cut}, {cut, len(s.rows)}} {
			part := NewAccumulator(d)
			rows, cell, code, value := s.chunk(p[0], p[1])
			part.Add(s.withReplicates(rows, weights, p[0], p[1]), cell, code, value)
			a.Merge(part)
		}
		encoded, err := a.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back := NewAccumulator(d)
		if err := back.UnmarshalBinary(encoded); err != nil {
			t.Fatal(err)
		}
		if again, err := back.MarshalBinary(); err != nil || !bytes.Equal(again, encoded) {
			t.Fatalf("encoded again, other bytes (%v)", err)
		}
		if len(a.keys) > 0 && back.UnmarshalBinary(encoded[:len(encoded)-8]) == nil {
			t.Fatal("decoded totals that are cut short")
		}

		people := s.people()
		w := make([]float64, len(people))
		for i, row := range people {
			w[i] = row.w
		}
		plain, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w, Lonely: stats.LonelyRemove})
		if err != nil {
			t.Fatal(err)
		}
		lib := library{s, plain.WithReplicates(stats.Replicates{Weights: weights, Scale: reps.Scale, RScales: reps.RScales, MSE: reps.MSE, DF: reps.DF}), people}
		near(t, "df", float64(d.DF()), lib.design.DF(), 0, 0)
		req := drawRequest(t)
		r, err := a.Estimate(req)
		if err != nil {
			t.Fatal(err)
		}
		lib.check(t, req, r)
		for _, cells := range r.Cells {
			for _, c := range cells {
				if c.Status != NotAsked && c.Status != NotApplicable && c.DF != lib.design.DF() {
					t.Fatalf("df %g, expected %g", c.DF, lib.design.DF())
				}
			}
		}
		again, err := back.Estimate(req)
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Fatalf("other bits after decoding (%v)", err)
		}
	})
}

// What is wrong with replicate weights is said, all together.
func TestReplicateFaults(t *testing.T) {
	nan := math.NaN()
	for name, tt := range map[string]struct {
		weight, reps []float64
		want         string
	}{
		"missing":          {[]float64{1, 1}, []float64{1, nan, 2, 0}, "1 replicate weight is missing or infinite"},
		"beside weight":    {[]float64{1, 0}, []float64{1, 1, 2, 0}, "1 row has a weight of zero, but replicate weights that are not"},
		"an empty column":  {[]float64{1, 1}, []float64{1, 0, 2, 0}, "the weights of replicate 2 add up to zero"},
		"no weight at all": {[]float64{0, 0}, []float64{0, 0, 0, 0}, "all weights are zero"},
	} {
		var c Census
		c.Add(Rows{Weight: tt.weight, Replicates: tt.reps})
		_, err := c.Design(DesignOptions{Replicates: &Replicates{N: 2, Scale: 1}})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A stratum with a single PSU is no fault where replicates make the variance.
func TestReplicatesWithoutStrata(t *testing.T) {
	var c Census
	c.Add(Rows{Stratum: []int32{0, 1, 1}, Replicates: []float64{1, 2, 2, 1, 0, 1}})
	d, err := c.Design(DesignOptions{Replicates: &Replicates{N: 2, Scale: 1}})
	if err != nil || d.DF() != 1 {
		t.Errorf("df %d, error %v", d.DF(), err)
	}
}

// Totals with replicate weights are not told apart by strata and PSUs.
func TestReplicatesByCell(t *testing.T) {
	var c Census
	rows := Rows{Stratum: []int32{0, 1, 1}, PSU: []int32{0, 1, 2}, Replicates: []float64{1, 2, 2, 1, 0, 1}}
	c.Add(rows)
	d, err := c.Design(DesignOptions{Replicates: &Replicates{N: 2, Scale: 1}})
	if err != nil {
		t.Fatal(err)
	}
	a := NewAccumulator(d)
	a.Add(rows, []int32{0, 0, 0}, []int16{1, 1, 1}, nil)
	a.contents().each(func(at *content) {
		if at.unit != (unit{0, none, none}) || at.cell != 0 || at.sums[0].n != 3 || !slices.Equal(at.reps[0], []float64{3, 4}) {
			t.Errorf("%+v", at)
		}
	})
	if len(a.keys) != 1 {
		t.Errorf("%d keys, not 1", len(a.keys))
	}
}

// The rank is that of the rows also where they are many times as many as
// replicates, and in any order: a jackknife of 6 PSUs in 2 strata has rank 5
// (6 columns, of which those of the strata have the sum in common).
func TestReplicateRank(t *testing.T) {
	for _, sorted := range []bool{true, false} {
		var rows Rows
		const n = 6000
		for i := range n {
			psu := i % 6
			if sorted {
				psu = i / (n / 6)
			}
			w := 1 + float64(i%7)
			rows.Weight = append(rows.Weight, w)
			for r := range 6 {
				f := 1.0
				if r/3 == psu/3 {
					f = 1.5
				}
				if r == psu {
					f = 0
				}
				rows.Replicates = append(rows.Replicates, w*f)
			}
		}
		var c Census
		c.Add(rows)
		d, err := c.Design(DesignOptions{Replicates: &Replicates{N: 6, Scale: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if d.DF() != 4 {
			t.Errorf("df %d, not 4", d.DF())
		}
	}
}

// drawBlocks makes up respondents in places with replicate weights, the answers
// to some questions, and how they are cut into blocks.
func drawBlocks(t *rapid.T) (d *Design, l *Layout, answers []int, blocks []*Block) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	n := rapid.IntRange(1, 300).Draw(t, "respondents")
	R := rapid.IntRange(1, 20).Draw(t, "replicates")
	answers = rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 2, 5, 254}), 1, 5).Draw(t, "answers")
	cells := rapid.SampledFrom([]int{1, 3, 50}).Draw(t, "cells")
	l = &Layout{}
	var c Census
	for n > 0 {
		rows := rapid.IntRange(1, n).Draw(t, "rows of the block")
		n -= rows
		b := &Block{Codes: make([][]uint8, len(answers))}
		for range rows {
			b.Place = append(b.Place, l.Number(0, none, int32(r.IntN(cells+1)-1)))
			w := []float64{0, 0.5, 1.1, 3}[r.IntN(4)]
			if len(blocks) == 0 && len(b.Weight) == 0 {
				w = 1
			}
			b.Weight = append(b.Weight, w)
			for range R {
				b.Replicates = append(b.Replicates, w*r.Float64())
			}
			for q, k := range answers {
				code := uint8(r.IntN(k + 1))
				if int(code) == k {
					code = NoCode
				}
				b.Codes[q] = append(b.Codes[q], code)
			}
		}
		c.Add(Rows{Weight: b.Weight, Replicates: b.Replicates})
		blocks = append(blocks, b)
	}
	d, err := c.Design(DesignOptions{Replicates: &Replicates{N: R, Scale: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return d, l, answers, blocks
}

// A tally adds up replicate weights as accumulators do row by row, and to the
// same bits on any number of threads.
func TestReplicateTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, l, answers, blocks := drawBlocks(t)
		want := make([]*Accumulator, len(answers))
		for q := range want {
			want[q] = NewAccumulator(d)
			for _, b := range blocks {
				cell, code := make([]int32, len(b.Place)), make([]int16, len(b.Place))
				for i, p := range b.Place {
					cell[i], code[i] = none, int16(b.Codes[q][i])
					if p >= 0 {
						cell[i] = l.places[p].cell
					}
					if code[i] == NoCode {
						code[i] = none
					}
				}
				want[q].Add(Rows{Weight: b.Weight, Replicates: b.Replicates}, cell, code, nil)
			}
		}
		var first [][]byte
		for threads := 1; threads <= 3; threads++ {
			tally := NewTally(d, l, answers)
			for _, b := range blocks {
				tally.Add(b, threads)
			}
			for q, a := range tally.Accumulators() {
				encoded, err := a.MarshalBinary()
				if err != nil {
					t.Fatal(err)
				}
				if threads == 1 {
					first = append(first, encoded)
				} else if !bytes.Equal(encoded, first[q]) {
					t.Fatalf("question %d: other bits on %d threads", q, threads)
				}
				if len(a.keys) != len(want[q].keys) {
					t.Fatalf("question %d: %d totals, expected %d", q, len(a.keys), len(want[q].keys))
				}
				mine, theirs := a.order(), want[q].order()
				for i := range mine {
					if a.keys[mine[i]] != want[q].keys[theirs[i]] || a.sums[mine[i]].n != want[q].sums[theirs[i]].n {
						t.Fatalf("question %d: totals of %+v, expected %+v", q, a.keys[mine[i]], want[q].keys[theirs[i]])
					}
					for k, v := range want[q].reps[theirs[i]] {
						near(t, "sum of a replicate", a.reps[mine[i]][k], v, 1e-12, 0)
					}
				}
			}
		}
	})
}

// BenchmarkReplicates counts 40 questions of respondents in 576 cells, with 80
// replicate weights and with the weight alone.
func BenchmarkReplicates(b *testing.B) {
	const questions = 40
	for _, R := range []int{0, 80} {
		b.Run(fmt.Sprintf("%d", R), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			var opt DesignOptions
			rows := Rows{Weight: []float64{1, 1}}
			if R > 0 {
				opt.Replicates = &Replicates{N: R, Scale: 1, DF: float64(R)}
				rows.Replicates = make([]float64, 2*R)
				for k := range rows.Replicates {
					rows.Replicates[k] = 1
				}
			}
			var c Census
			c.Add(rows)
			d, err := c.Design(opt)
			if err != nil {
				b.Fatal(err)
			}
			l := &Layout{}
			for cell := range int32(576) {
				l.Number(0, none, cell)
			}
			answers := slices.Concat(slices.Repeat([]int{5}, 30), slices.Repeat([]int{2}, 10))
			t := NewTally(d, l, answers)
			n := t.BlockRows(0)
			block := &Block{Codes: make([][]uint8, questions)}
			for range n {
				block.Place = append(block.Place, int32(r.IntN(576)))
				block.Weight = append(block.Weight, 0.5+r.Float64())
				for range R {
					block.Replicates = append(block.Replicates, 0.5+r.Float64())
				}
				for q, k := range answers {
					code := uint8(r.IntN(k))
					if k == 5 && r.IntN(20) == 0 {
						code = NoCode
					}
					block.Codes[q] = append(block.Codes[q], code)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				t.Add(block, 1)
			}
			b.ReportMetric(float64(n)*questions*float64(b.N)/b.Elapsed().Seconds()/1e6, "Manswers/s")
		})
	}
}
