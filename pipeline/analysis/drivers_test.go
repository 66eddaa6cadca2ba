package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/model"
)

// movers are people whose willingness follows trust and a number of other answers,
// logit P = -1 + b trust, with trust of 0 to 4, and more of it among women where
// more is set.
func movers(t testing.TB, n, others int, b, more float64) *People {
	p, r := somePeople(t, n)
	scale := func(n int) []Answer {
		var out []Answer
		for k := range n {
			out = append(out, Answer{Code: fmt.Sprint(k), Label: fmt.Sprint(k), Score: float64(k), Top: k >= n-1})
		}
		return out
	}
	trust := p.ask(Question{Name: "trust", Label: "Trust", Measures: "trust", Ordered: true, Answers: scale(5)}, []string{""}, func(int, int) uint8 { return uint8(r.IntN(5)) })
	for k := range others {
		name := fmt.Sprint("other", k)
		p.ask(Question{Name: name, Label: name, Measures: []string{"communication", "expertise", "concern"}[k%3], Ordered: true, Answers: scale(4)}, []string{""}, func(int, int) uint8 { return uint8(r.IntN(4)) })
	}
	p.ask(Question{Name: "willing", Label: "Willing", Measures: "sharing", Ordered: true, Answers: scale(2)}, []string{""}, func(row, _ int) uint8 {
		slope := b
		if p.Segments[0].Of[row] == 1 {
			slope += more
		}
		if r.Float64() < 1/(1+math.Exp(1-slope*float64(trust.Items[0].Codes[0][row]))) {
			return 1
		}
		return 0
	})
	return p
}

// Odds ratios and effects are those of package model fitted to the same rows by
// hand; R's survey is the reference of that package.
func TestDriversAreThoseOfTheModel(t *testing.T) {
	p := movers(t, 2000, 2, 0.5, 0)
	tables, err := drivers(p)
	if err != nil {
		t.Fatal(err)
	}
	data, terms := model.Data{}, []model.Term(nil)
	for _, q := range p.Questions[:3] {
		x := make([]float64, p.Rows())
		for i, c := range q.Items[0].Codes[0] {
			x[i] = float64(c)
		}
		data[q.Name] = model.Numeric(x)
		terms = append(terms, model.Term{q.Name})
	}
	for _, s := range p.Segments {
		codes := make([]int, p.Rows())
		for i, g := range s.Of {
			codes[i] = int(g)
		}
		data[s.Name] = model.Factor(codes, s.Groups)
		terms = append(terms, model.Term{s.Name})
	}
	y := make([]float64, p.Rows())
	for i, c := range p.Questions[3].Items[0].Codes[0] {
		y[i] = float64(c)
	}
	m, err := model.New(model.Spec{Outcome: y, Data: data, Terms: terms, Family: model.Binomial})
	if err != nil {
		t.Fatal(err)
	}
	fit, err := m.Fit(p.Design)
	if err != nil {
		t.Fatal(err)
	}
	odds := find(t, tables, "willing.odds")
	if len(odds.Rows) != fit.Len()-1 {
		t.Fatalf("%d odds ratios, the model has %d coefficients", len(odds.Rows), fit.Len())
	}
	for k, row := range odds.Rows {
		x, low, high := model.Exponentiate(fit.Estimates, k+1, 0.95) // after the intercept
		c := odds.Cells[k][0]
		if math.Abs(c.Estimate/x-1) > 1e-9 || math.Abs(c.Low/low-1) > 1e-9 || math.Abs(c.High/high-1) > 1e-9 {
			t.Errorf("%s: %v (%v to %v), want %v (%v to %v)", row.Label, c.Estimate, c.Low, c.High, x, low, high)
		}
	}
	effects := find(t, tables, "willing.effects")
	age, err := fit.Effects("age")
	if err != nil {
		t.Fatal(err)
	}
	up := make([]float64, p.Rows())
	for i, c := range p.Questions[0].Items[0].Codes[0] {
		up[i] = float64(min(c+1, 4))
	}
	changes, err := fit.Changes([][]bool{p.Columns[0].In}, []model.Move{{To: model.Data{"trust": model.Numeric(up)}}})
	if err != nil {
		t.Fatal(err)
	}
	for at, e := range map[string]*stats.Estimates{"trust": changes[0][0], "segment.age=Middle": age} {
		c := cellOf(t, effects, at, 0)
		if math.Abs(c.Estimate-e.Value[0]) > 1e-12 || math.Abs(c.SE-e.SE(0)) > 1e-12 {
			t.Errorf("%s: %v with SE %v, want %v with %v", at, c.Estimate, c.SE, e.Value[0], e.SE(0))
		}
	}
}

// The coefficients that willingness was drawn from lie in the intervals, as do those
// by group where a driver counts for more among women, which is then found.
func TestDriversFindWhatMoves(t *testing.T) {
	for _, more := range []float64{0, 0.6} {
		tables, err := drivers(movers(t, 6000, 3, 0.4, more))
		if err != nil {
			t.Fatal(err)
		}
		chance := map[string]float64{}
		meetings := find(t, tables, "willing.meetings")
		for i, r := range meetings.Rows {
			chance[r.Code] = meetings.Cells[i][0].Estimate
		}
		if got := chance["trust:segment.sex"] < 0.001; got != (more > 0) {
			t.Errorf("women %v more: the chance is %v", more, chance["trust:segment.sex"])
		}
		if more == 0 {
			c := find(t, tables, "willing.odds").Cells[0][0]
			if c.Low > math.Exp(0.4) || c.High < math.Exp(0.4) {
				t.Errorf("the odds ratio of trust is %v to %v, and was %v", c.Low, c.High, math.Exp(0.4))
			}
			continue
		}
		groups := find(t, tables, "willing.bygroup")
		for i, want := range []float64{math.Exp(0.4), math.Exp(0.4 + more)} {
			if c := groups.Cells[i][0]; c.Low > want || c.High < want {
				t.Errorf("%s: %v to %v, and was %v", groups.Rows[i].Label, c.Low, c.High, want)
			}
		}
	}
}

// What a model cannot hold is left out, with the reason; the rest is as without it.
func TestDriversThatCannotBeHeld(t *testing.T) {
	p := movers(t, 2000, 1, 0.5, 0)
	plain, err := drivers(p)
	if err != nil {
		t.Fatal(err)
	}
	answers := p.Questions[0].Answers
	trust, willing := p.Questions[0].Items[0].Codes[0], p.Questions[2].Items[0].Codes[0]
	for name, code := range map[string]func(row, item int) uint8{
		"copy":  func(i, _ int) uint8 { return trust[i] },
		"same":  func(int, int) uint8 { return 3 },
		"rare":  func(i, _ int) uint8 { return []uint8{1, 2, None, None}[i%4] },
		"tells": func(i, _ int) uint8 { return 4 * willing[i] },
	} {
		p.Questions = p.Questions[:3]
		p.ask(Question{Name: name, Label: name, Measures: "behaviour", Ordered: true, Answers: answers}, []string{""}, code)
		tables, err := drivers(p)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a, b := find(t, plain, "willing.odds"), find(t, tables, "willing.odds")
		if len(a.Rows) != len(b.Rows) || math.Abs(a.Cells[0][0].Estimate-b.Cells[0][0].Estimate) > 1e-12 {
			t.Errorf("%s: the model is another", name)
		}
		said := false
		for _, n := range b.Notes {
			said = said || (strings.HasPrefix(n, leftOut) || strings.HasPrefix(n, exactly)) && strings.Contains(n, name)
		}
		if !said {
			t.Errorf("%s: no note says why it is left out: %q", name, b.Notes)
		}
	}
}

// What tells the willing without exception has no odds ratio, but counts: who was told
// everything explains all that there is to explain (R^2 of y by itself is 1). Where
// nothing else is left there is still that table, and its note.
func TestExactDriversCount(t *testing.T) {
	p := movers(t, 2000, 1, 0.5, 0)
	answers, willing := p.Questions[0].Answers, p.Questions[2].Items[0].Codes[0]
	p.ask(Question{Name: "tells", Label: "Tells", Measures: "behaviour", Ordered: true, Answers: answers}, []string{""}, func(i, _ int) uint8 { return 4 * willing[i] })
	for _, alone := range []bool{false, true} {
		if alone {
			p.Questions, p.Segments = p.Questions[2:], nil
		}
		tables, err := drivers(p)
		if err != nil {
			t.Fatal(err)
		}
		x := find(t, tables, "willing.importance")
		if all := cellOf(t, x, "all", 0); math.Abs(all.Estimate-1) > 1e-9 {
			t.Errorf("y explains %v of itself", all.Estimate)
		}
		if c := cellOf(t, x, "tells", 0); !(c.Estimate > 0.8) {
			t.Errorf("its share is %v", c.Estimate)
		}
		if !slices.Contains(x.Notes, exactly+"Tells.") {
			t.Errorf("no note says so: %q", x.Notes)
		}
		if alone != (len(tables) == 1) {
			t.Errorf("%d tables", len(tables))
		}
	}
}

// A person's score is the mean of the answers given, and the share of the turns
// with a top answer, counted by hand.
func TestScoresByHand(t *testing.T) {
	q := &Question{Ordered: true, Answers: []Answer{{Score: 1}, {Score: 2}, {Score: 3, Top: true}, {Score: math.NaN()}},
		Items: []Item{{Codes: [][]uint8{{0, 2, None}, {2, None, None}}}, {Codes: [][]uint8{{1, 3, None}, {2, 3, None}}}}}
	ticks := &Question{Multi: true, Items: []Item{{Codes: [][]uint8{{1, 0, None}, {None, 1, None}}}, {Codes: [][]uint8{{1, 0, None}, {None, 0, None}}}, {None: true, Codes: [][]uint8{{0, 1, None}, {None, 0, None}}}}}
	for _, c := range []struct {
		what string
		got  []float64
		want []float64
	}{
		{"mean score", q.score(), []float64{(1 + 3 + 2 + 3) / 4.0, 3, math.NaN()}},
		{"share of top answers", q.positive(), []float64{0.5, 1.0 / 3, math.NaN()}},
		{"boxes", ticks.score(), []float64{2, 0.5, math.NaN()}},
		{"share with any box", ticks.positive(), []float64{1, 0.5, math.NaN()}},
	} {
		for i := range c.want {
			if c.got[i] != c.want[i] && !(math.IsNaN(c.got[i]) && math.IsNaN(c.want[i])) {
				t.Errorf("%s of row %d is %v, want %v", c.what, i, c.got[i], c.want[i])
			}
		}
	}
}

// With replicate weights, and where few units were drawn, there is a model of fewer
// people or drivers, or none, and no failure.
func TestDriversOfThinDesigns(t *testing.T) {
	p := movers(t, 400, 3, 0.5, 0)
	in := make([]bool, p.Rows())
	for i := range in {
		in[i] = i < 60 // 3 units of one stratum
	}
	p.Design = p.Design.Domain(in)
	p.Columns[0].In = in
	if _, err := drivers(p); err != nil {
		t.Error(err)
	}
	big, _ := somePeople(t, 5000)
	r := stats.Replicates{Scale: 1}
	for range 900 {
		r.Weights = append(r.Weights, big.Design.Weights())
		r.RScales = append(r.RScales, 1)
	}
	if got := thinned(big.Design.WithReplicates(r), mostRows).Base(); got*901 > mostRows || got < 1000 {
		t.Errorf("%d of 5000 people with 900 sets of weights are fitted", got)
	}
}

// The work on 100,000 people, ten questions and two segments.
func BenchmarkDrivers(b *testing.B) {
	p := movers(b, 100_000, 10, 0.5, 0)
	d, err := stats.NewDesign(stats.Sampling{Rows: p.Rows(), Weights: p.Design.Weights()}) // people are the PSUs: there is room for all drivers
	if err != nil {
		b.Fatal(err)
	}
	p.Design, p.All = d, d
	b.ReportAllocs()
	for b.Loop() {
		if _, err := drivers(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.Rows())*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}

// A step of a number is a round one near the standard deviation, which of the halves 0
// and 2k is k; of whole numbers it is never less than 1.
func TestAStepOfANumberIsRound(t *testing.T) {
	p, _ := somePeople(t, 400)
	for size, want := range map[float64]string{1.13: "one more", 1.5: "2 hours more", 3: "2 hours more", 4: "5 hours more", 23.4: "20 hours more", 4567: "5000 hours more", 0.0456: "0.05 hours more", 0.25: "0.2 hours more", 0.5: "one more", 9.96: "10 hours more", 0: "one more"} {
		x := make([]float64, p.Rows())
		for i := range x {
			x[i] = 2 * size * float64(i%2)
		}
		w := make([]float64, p.Rows())
		for i := range w {
			w[i] = 1
		}
		d, err := stats.NewDesign(stats.Sampling{Rows: p.Rows(), Weights: w})
		if err != nil {
			t.Fatal(err)
		}
		steps, got := stepped(d, x, "hours")
		if got != want {
			t.Errorf("a step of a number with a standard deviation of %v is %s, want %s", size, got, want)
		}
		var n float64
		if _, err := fmt.Sscan(strings.Replace(got, "one", "1", 1), &n); err != nil || math.Abs((steps[1]-steps[0])*n-2*size) > 1e-12 {
			t.Errorf("%s: from 0 to %v are %v steps", got, 2*size, steps[1]-steps[0])
		}
	}
	if got := roundStep(math.NaN()); got != 1 {
		t.Errorf("a step of what has no spread is %v", got)
	}
}
