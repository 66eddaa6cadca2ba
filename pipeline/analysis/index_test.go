package analysis

import (
	"math"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// rated is a question that everybody answered about some of three things, with a
// chance of a top answer that grows with age.
func rated(t *testing.T, n int) (*People, *Question) {
	p, r := somePeople(t, n)
	q := &Question{Name: "rate", Text: "How much?", Measures: "expectation", Ordered: true, Answers: []Answer{{Label: "Little"}, {Label: "Much", Top: true}},
		Loop: &Loop{Name: "thing", Label: "Thing", Segment: "thing", Items: []string{"A", "B", "C"}}}
	it := Item{}
	for k := range 3 {
		codes := make([]uint8, n)
		for i := range codes {
			switch {
			case r.IntN(3) == 0:
				codes[i] = None
			case r.IntN(10) < 3+k+int(p.Segment("age").Of[i]):
				codes[i] = 1
			}
		}
		it.Codes = append(it.Codes, codes)
	}
	q.Items = []Item{it}
	p.Questions = append(p.Questions, q)
	return p, q
}

// An index is the share of the column over that of all; its variance is that of
// the linearised ratio of two ratios, which is worked out here by itself: with
// u = (y - p n)/N of either, 100 p1/p2 (u1/p1 - u2/p2) by person, summed in PSUs and
// compared within strata.
func TestIndicesAreRatiosOfShares(t *testing.T) {
	p, q := rated(t, 800)
	tables, err := indices(p)
	if err != nil {
		t.Fatal(err)
	}
	x := find(t, tables, "rate.index")
	if len(x.Columns) != 1+2+3+3 || x.Rows[0].Kind != crosstab.Index {
		t.Fatalf("%d columns, %v", len(x.Columns), x.Rows)
	}
	y, n := make([][]float64, 4), make([][]float64, 4) // by turn, and of all
	for k := range y {
		y[k], n[k] = make([]float64, p.Rows()), make([]float64, p.Rows())
	}
	for k, codes := range q.Items[0].Codes {
		for i, c := range codes {
			if c != None {
				for _, at := range []int{k, 3} {
					y[at][i] += float64(c)
					n[at][i]++
				}
			}
		}
	}
	w := p.Design.Weights()
	psu, stratum := p.Design.PSU()
	linear := func(in func(int) bool, k int) (float64, []float64) {
		sy, sn := 0.0, 0.0
		for i := range w {
			if in(i) {
				sy, sn = sy+w[i]*y[k][i], sn+w[i]*n[k][i]
			}
		}
		u := make([]float64, len(w))
		for i := range w {
			if in(i) {
				u[i] = w[i] * (y[k][i] - sy/sn*n[k][i]) / sn
			}
		}
		return sy / sn, u
	}
	everybody := func(int) bool { return true }
	total, v := linear(everybody, 3)
	for j, c := range x.Columns {
		in, k := everybody, 3
		switch c.Group {
		case "thing":
			k = int(c.Label[0] - 'A')
		case "":
		default:
			s := p.Segment(c.Group)
			in = func(i int) bool { return s.Groups[s.Of[i]] == c.Label }
		}
		part, u := linear(in, k)
		sums := map[int32]float64{}
		for i := range u {
			sums[psu[i]] += 100 * part / total * (u[i]/part - v[i]/total)
		}
		of := map[int32][]float64{}
		for k, s := range sums {
			of[stratum[k]] = append(of[stratum[k]], s)
		}
		variance := 0.0
		for _, list := range of {
			n, sum, squares := float64(len(list)), 0.0, 0.0
			for _, z := range list {
				sum += z
			}
			for _, z := range list {
				squares += (z - sum/n) * (z - sum/n)
			}
			variance += n / (n - 1) * squares
		}
		cell := x.Cell(0, j)
		if math.Abs(cell.Estimate-100*part/total) > 1e-9 {
			t.Errorf("%s: an index of %v, want %v", c.Label, cell.Estimate, 100*part/total)
		}
		if j == 0 {
			if cell.HasCI || math.Abs(cell.Estimate-100) > 1e-9 {
				t.Errorf("Total is %+v", *cell)
			}
			continue
		}
		if math.Abs(cell.SE-math.Sqrt(variance)) > 1e-9 || !(cell.Low < cell.Estimate && cell.Estimate < cell.High) {
			t.Errorf("%s: %+v, want a standard error of %v", c.Label, *cell, math.Sqrt(variance))
		}
	}
	old := x.Cell(0, 5)
	if x.Columns[5].Label != "Old" || !(old.Low > 100) || !(x.Cell(0, 3).High < 100) {
		t.Errorf("the old, who say it more, have %+v, the young %+v", *old, *x.Cell(0, 3))
	}
}

// Items of a grid have a row each, and no columns of turns.
func TestIndicesOfItems(t *testing.T) {
	p, r := somePeople(t, 400)
	q := p.ask(Question{Name: "want", Text: "What?", Measures: "expectation", Answers: []Answer{{Label: "No"}, {Label: "Yes", Top: true}}}, []string{"time", "known"},
		func(_, item int) uint8 { return uint8(r.IntN(2+item)) & 1 })
	tables, err := indices(p)
	if err != nil {
		t.Fatal(err)
	}
	x := find(t, tables, "want.index")
	if len(x.Rows) != 2 || x.Rows[0].Code != "index.time" || x.Rows[1].Label != "known" || len(x.Columns) != 6 {
		t.Fatalf("%v, %d columns", x.Rows, len(x.Columns))
	}
	f := q.keyFigures()[1]
	men, err := p.Design.Estimate(stats.In(p.Columns[1].In, stats.Mean(nil, f.each())), stats.Mean(nil, f.each()))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := x.Cell(1, 1).Estimate, 100*men.Value[0]/men.Value[1]; math.Abs(got-want) > 1e-9 {
		t.Errorf("men %v, want %v", got, want)
	}
}
