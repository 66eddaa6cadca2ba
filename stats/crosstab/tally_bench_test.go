package crosstab

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// work is what a large tracker asks of a tally.
type work struct {
	rows, strata, psus int // PSUs by stratum; 0 = persons
	shuffled           bool
	fives, twos        int // questions of five answers, 5 % missing, and of two
	answers            int // of the first; 0 = five
}

// make makes the work's respondents: 12 countries, 48 cells in each. PSUs stand
// one after the other unless they are shuffled.
func (w work) make(b *testing.B) (*Design, *Layout, []int, *Block) {
	r := rand.New(rand.NewPCG(1, 1))
	if w.answers == 0 {
		w.answers = 5
	}
	all := &Block{Place: make([]int32, w.rows), Weight: make([]float64, w.rows)}
	rows := Rows{Stratum: make([]int32, w.rows), Weight: all.Weight}
	if w.psus > 0 {
		rows.PSU = make([]int32, w.rows)
	}
	for i := range w.rows {
		rows.Stratum[i], all.Weight[i] = int32(r.IntN(w.strata)), 0.5+r.Float64()
		if w.psus > 0 {
			rows.PSU[i] = int32(i * w.strata * w.psus / w.rows)
			rows.Stratum[i] = rows.PSU[i] / int32(w.psus)
		}
	}
	if w.shuffled {
		r.Shuffle(w.rows, func(i, j int) {
			rows.Stratum[i], rows.Stratum[j] = rows.Stratum[j], rows.Stratum[i]
			rows.PSU[i], rows.PSU[j] = rows.PSU[j], rows.PSU[i]
		})
	}
	census := &Census{}
	census.Add(rows)
	d, err := census.Design(DesignOptions{Lonely: "remove"})
	if err != nil {
		b.Fatal(err)
	}
	l := &Layout{}
	for i, h := range rows.Stratum {
		all.Place[i] = l.Number(h, rows.psu(i), h*12/int32(w.strata)*48+int32(r.IntN(48)))
	}
	var answers []int
	for q := range w.fives + w.twos {
		codes, n, missing := make([]uint8, w.rows), w.answers, 5
		if q >= w.fives {
			n, missing = 2, 0
		}
		for i := range codes {
			codes[i] = uint8(r.IntN(n))
			if r.IntN(100) < missing {
				codes[i] = NoCode
			}
		}
		answers, all.Codes = append(answers, n), append(all.Codes, codes)
	}
	return d, l, answers, all
}

// part is rows first to last of a block.
func (b *Block) part(first, last int) *Block {
	p := &Block{Place: b.Place[first:last], Weight: b.Weight[first:last]}
	for _, c := range b.Codes {
		p.Codes = append(p.Codes, c[first:last])
	}
	return p
}

// bench counts the work, and where all is set goes through the totals too: those
// of respondents that are kept are made then.
func (w work) bench(b *testing.B, threads int, all bool) {
	d, l, answers, block := w.make(b)
	rows := NewTally(d, l, answers).BlockRows(0)
	var parts []*Block
	for first := 0; first < w.rows; first += rows {
		parts = append(parts, block.part(first, min(first+rows, w.rows)))
	}
	b.ReportAllocs()
	for b.Loop() {
		t := NewTally(d, l, answers)
		for _, p := range parts {
			t.Add(p, threads)
		}
		sums := t.Accumulators()
		if all {
			parallel(threads, func(thread int) {
				for q := thread; q < len(sums); q += threads {
					sums[q].contents().each(func(*content) {})
				}
			})
		}
	}
	n := float64(w.rows) * float64(len(answers)) * float64(b.N)
	b.ReportMetric(n/b.Elapsed().Seconds()/1e6, "Manswers/s")
	b.ReportMetric(float64(l.Len()), "places")
}

// BenchmarkTally counts a million respondents and 40 questions from memory.
func BenchmarkTally(b *testing.B) { benchmarkTally(b, false) }

// BenchmarkTallyTotals makes all totals as well.
func BenchmarkTallyTotals(b *testing.B) { benchmarkTally(b, true) }

func benchmarkTally(b *testing.B, all bool) {
	const rows = 1_000_000
	for _, c := range []struct {
		name string
		work work
	}{
		{"persons", work{rows: rows, strata: 48, fives: 30, twos: 10}},
		{"PSUs", work{rows: rows, strata: 48, psus: 20, fives: 30, twos: 10}},
		{"PSUs shuffled", work{rows: rows, strata: 48, psus: 20, shuffled: true, fives: 30, twos: 10}},
		{"small PSUs", work{rows: rows, strata: 1000, psus: 10, fives: 30, twos: 10}},
		{"small PSUs shuffled", work{rows: rows, strata: 1000, psus: 10, shuffled: true, fives: 30, twos: 10}},
		{"10 strata", work{rows: rows, strata: 10, fives: 30, twos: 10}},
		{"100 strata", work{rows: rows, strata: 100, fives: 30, twos: 10}},
		{"1000 strata", work{rows: rows, strata: 1000, fives: 30, twos: 10}},
		{"2 answers", work{rows: rows, strata: 48, fives: 40, answers: 2}},
		{"10 answers", work{rows: rows, strata: 48, fives: 40, answers: 10}},
		{"50 answers", work{rows: rows, strata: 48, fives: 40, answers: 50}},
	} {
		for threads := 1; threads <= 2; threads++ {
			b.Run(fmt.Sprintf("%s/threads=%d", c.name, threads), func(b *testing.B) { c.work.bench(b, threads, all) })
		}
	}
}

// BenchmarkEstimateTally counts one question of 500,000 respondents in 10,000
// PSUs of 1,000 strata, and estimates 57 columns with all comparisons.
func BenchmarkEstimateTally(b *testing.B) {
	d, l, answers, all := work{rows: 500_000, strata: 1000, psus: 10, fives: 1}.make(b)
	a := NewTally(d, l, answers)
	a.Add(all, 1)
	sums := a.Accumulators()[0]
	req := request()
	req.Stats = req.Stats[:9] // the others are of values
	for i := range req.Columns {
		if i > 0 {
			req.Columns[i].In = within(i)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		mustEstimate(b, sums, req)
	}
	b.ReportMetric(float64(len(req.Columns)*len(req.Stats))*float64(b.N)/b.Elapsed().Seconds(), "cells/s")
}

// within is a column of 8 industries, 6 ages and 36 of both with country: cells
// are country*48 + age*8 + industry.
func within(i int) func(cell int32) bool {
	c := int32(i)
	switch {
	case c <= 6:
		return func(cell int32) bool { return cell/8%6 == c-1 }
	case c <= 12:
		return func(cell int32) bool { return cell/96 == c-7 }
	case c <= 20:
		return func(cell int32) bool { return cell%8 == c-13 }
	}
	return func(cell int32) bool { return cell/96 == (c-21)/6 && cell/8%6 == (c-21)%6 }
}
