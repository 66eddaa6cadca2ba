package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/hypothesis"
)

// inWaves puts people into three waves of a panel: some of them are in several, and
// are then one unit of Across, in the stratum of their first wave. It returns who
// each row is.
func (p *People) inWaves(t testing.TB, r *rand.Rand) []int {
	t.Helper()
	n := p.Rows()
	p.Waves = []string{"2023", "2024", "2025"}
	p.Wave = make([]int16, n)
	who, strata := make([]int, n), make([]int, n)
	for i := range n {
		p.Wave[i] = int16(i * 3 / n)
		who[i], strata[i] = i, int(p.Wave[i])
		if before := i - n/3; before >= 0 && r.IntN(2) == 0 {
			who[i], strata[i] = who[before], strata[before]
		}
	}
	w := p.Design.Weights()
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: w, Stages: []stats.Stage{{Strata: strata, Units: who}}})
	if err != nil {
		t.Fatal(err)
	}
	p.Design, p.All, p.Across = d, d, d
	p.Groups = append(p.Groups, crosstab.Group{Name: "wave", Label: "Wave", First: len(p.Columns), N: 3})
	for k, label := range p.Waves {
		in := make([]bool, n)
		for i, x := range p.Wave {
			in[i] = int(x) == k
		}
		p.Columns = append(p.Columns, Column{crosstab.Column{Group: "wave", Label: label, Wave: label}, in})
	}
	return who
}

// cellOf is a cell of a table by its row's code.
func cellOf(t testing.TB, x *crosstab.Table, code string, column int) crosstab.Cell {
	t.Helper()
	for i, r := range x.Rows {
		if r.Code == code {
			return x.Cells[i][column]
		}
	}
	t.Fatalf("%s has no row %s", x.ID, code)
	return crosstab.Cell{}
}

// Changes are those of hypothesis.Waves, which is told who is the same person, and
// is held against other programs' paired and two-sample tests.
func TestTrendKnowsWhoIsTheSamePerson(t *testing.T) {
	p, r := somePeople(t, 900)
	who := p.inWaves(t, r)
	q := p.ask(Question{Name: "worry", Text: "How worried?", Measures: "concern", Answers: []Answer{{Label: "No"}, {Label: "Yes", Top: true}}}, []string{""}, func(i, _ int) uint8 {
		if who[i]%11 == 0 {
			return None
		}
		if r.IntN(4) > 0 { // mostly a matter of the person
			return uint8(who[i] % 2)
		}
		return uint8(r.IntN(2))
	})
	tables, err := trends(p)
	if err != nil {
		t.Fatal(err)
	}
	got := find(t, tables, "worry.trend")
	y := q.topped(q.Items[0].Codes[0])
	var waves []hypothesis.Wave
	var columns [][]float64
	w := p.Design.Weights()
	for k := range p.Waves {
		var of hypothesis.Wave
		var column []float64
		for i := range y {
			if int(p.Wave[i]) == k {
				of.IDs, of.Weights, column = append(of.IDs, who[i]), append(of.Weights, w[i]), append(column, y[i])
			}
		}
		waves, columns = append(waves, of), append(columns, column)
	}
	s, err := hypothesis.Stack(stats.LonelyFail, waves...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code   string
		column int
		a, b   int
	}{{"step", 2, 0, 1}, {"step", 3, 1, 2}, {"since", 2, 0, 1}, {"since", 3, 0, 2}} {
		want, err := s.Change(c.a, c.b, columns...)
		if err != nil {
			t.Fatal(err)
		}
		cell := cellOf(t, got, c.code, c.column)
		if math.Abs(cell.Estimate-want.Estimate) > 1e-12 || math.Abs(cell.SE-want.SE) > 1e-12 || math.Abs(cell.DF-want.DF) > 1e-9 {
			t.Errorf("%s in column %d is %v with SE %v on %v df, want %v with %v on %v", c.code, c.column, cell.Estimate, cell.SE, cell.DF, want.Estimate, want.SE, want.DF)
		}
	}
	if c := cellOf(t, got, "step", 1); c.Status != crosstab.NotApplicable {
		t.Errorf("the first wave has a change: %+v", c)
	}
}

// A wave that did not ask is a gap: it has no change, the next wave has none from
// it, and the change since the first wave passes over it.
func TestTrendLeavesGaps(t *testing.T) {
	p, r := somePeople(t, 900)
	p.inWaves(t, r)
	p.ask(Question{Name: "worry", Measures: "concern", Answers: []Answer{{Label: "No"}, {Label: "Yes", Top: true}}}, []string{""}, func(i, _ int) uint8 {
		if p.Wave[i] == 1 {
			return None
		}
		return uint8(r.IntN(2))
	})
	p.ask(Question{Name: "once", Measures: "concern", Answers: []Answer{{Label: "No"}, {Label: "Yes", Top: true}}}, []string{""}, func(i, _ int) uint8 {
		if p.Wave[i] != 2 {
			return None
		}
		return uint8(r.IntN(2))
	})
	tables, err := trends(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) != 1 {
		t.Fatalf("%d tables, want one: the other question was asked once", len(tables))
	}
	x := tables[0]
	for what, c := range map[string]crosstab.Cell{"step 2024": cellOf(t, x, "step", 2), "since 2024": cellOf(t, x, "since", 2)} {
		if c.Status != crosstab.NotAsked {
			t.Errorf("%s: %+v", what, c)
		}
	}
	if c := cellOf(t, x, "step", 3); c.Status != crosstab.NotApplicable {
		t.Errorf("2025 has a change from a wave that did not ask: %+v", c)
	}
	if c := cellOf(t, x, "since", 3); c.Status != crosstab.OK || !c.HasCI {
		t.Errorf("2025 has no change since 2023: %+v", c)
	}
}

// With answers that are a matter of age alone, and waves of other ages, all of the
// change is composition: standardized, it is zero. Counted by hand otherwise.
func TestTrendTakesOutComposition(t *testing.T) {
	p, r := somePeople(t, 1200)
	p.inWaves(t, r)
	age := &p.Segments[1]
	for i := range age.Of {
		age.Of[i] = 0
		if r.IntN(10) < 3+2*int(p.Wave[i]) {
			age.Of[i] = 2
		}
	}
	p.Segments[0].Of = make([]int16, p.Rows()) // all men: an empty group of no wave
	q := p.ask(Question{Name: "buys", Measures: "behaviour", Multi: true}, []string{"a", "b"}, func(i, k int) uint8 {
		return uint8(int(age.Of[i]/2)+k) % 2
	})
	tables, err := trends(p)
	if err != nil {
		t.Fatal(err)
	}
	x := find(t, tables, "buys.trend")
	w := p.Design.Weights()
	share := func(wave, item int) float64 {
		sum, all := 0.0, 0.0
		for i := range w {
			if int(p.Wave[i]) == wave {
				all += w[i]
				sum += w[i] * float64(q.Items[item].Codes[0][i])
			}
		}
		return sum / all
	}
	for k, item := range []string{"a", "b"} {
		c := cellOf(t, x, "since:"+item, 3)
		if want := share(2, k) - share(0, k); math.Abs(c.Estimate-want) > 1e-12 || math.Abs(want) < 0.1 {
			t.Errorf("%s: %v, want %v", item, c.Estimate, want)
		}
		if c := cellOf(t, x, "since.same:"+item, 3); math.Abs(c.Estimate) > 1e-12 {
			t.Errorf("%s: of one composition it is %v, want 0", item, c.Estimate)
		}
	}
}

// Ratings of a loop are one figure, over all turns.
func TestTrendOfALoop(t *testing.T) {
	p, r := somePeople(t, 600)
	p.inWaves(t, r)
	q := Question{Name: "trust", Measures: "trust", Answers: []Answer{{Label: "No"}, {Label: "Yes", Top: true}}, Loop: &Loop{Name: "brand", Items: []string{"A", "B"}}}
	codes := [][]uint8{make([]uint8, p.Rows()), make([]uint8, p.Rows())}
	for i := range p.Rows() {
		codes[0][i], codes[1][i] = uint8(r.IntN(2)), uint8(r.IntN(3))
		if codes[1][i] == 2 {
			codes[1][i] = None
		}
	}
	q.Items = []Item{{Key: "", Codes: codes}}
	p.Questions = append(p.Questions, &q)
	tables, err := trends(p)
	if err != nil {
		t.Fatal(err)
	}
	w := p.Design.Weights()
	level := func(wave int) float64 {
		sum, all := 0.0, 0.0
		for i := range w {
			for _, c := range codes {
				if int(p.Wave[i]) == wave && c[i] != None {
					sum += w[i] * float64(c[i])
					all += w[i]
				}
			}
		}
		return sum / all
	}
	if got, want := cellOf(t, find(t, tables, "trust.trend"), "step", 3).Estimate, level(2)-level(1); math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func BenchmarkTrends(b *testing.B) {
	const n = 99_999
	p, r := somePeople(b, n)
	p.inWaves(b, r)
	for k := range 10 {
		p.ask(Question{Name: fmt.Sprint("q", k), Measures: "concern", Answers: []Answer{{Label: "No"}, {Label: "Yes", Top: true}}}, []string{"a", "b", "c"}, func(int, int) uint8 { return uint8(r.IntN(2)) })
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := trends(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
}
