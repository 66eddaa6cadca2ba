package analysis

import (
	"fmt"
	"math"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// scaleOf are n answers, of which the upper two count.
func scaleOf(n int) []Answer {
	var out []Answer
	for i := range n {
		out = append(out, Answer{Code: fmt.Sprint(i + 1), Label: fmt.Sprint("answer ", i+1), Score: float64(i + 1), Top: i >= n-2})
	}
	return out
}

// askLoop adds a question in a loop of industries, whose codes are drawn by a function
// of row, item and turn.
func (p *People) askLoop(q Question, items, turns []string, code func(row, item, turn int) uint8) *Question {
	q.Loop = &Loop{Name: "industry", Label: "Industry", Items: turns}
	for k, label := range items {
		it := Item{Key: label, Label: label}
		for turn := range turns {
			codes := make([]uint8, p.Rows())
			for i := range codes {
				codes[i] = code(i, k, turn)
			}
			it.Codes = append(it.Codes, codes)
		}
		q.Items = append(q.Items, it)
	}
	p.Questions = append(p.Questions, &q)
	return &q
}

// industries are people who rate three of four industries: trust, and two kinds of data
// that they would share, the more so the more they trust.
func industries(t testing.TB) (*People, *Question, *Question) {
	p, r := somePeople(t, 800)
	names := []string{"Bank", "Shop", "Radio", "State"}
	trust := p.askLoop(Question{Name: "trust", Measures: "trust", Answers: scaleOf(5)}, []string{""}, names, func(row, _, turn int) uint8 {
		if row%4 == turn {
			return None
		}
		return uint8(min(4, max(0, r.IntN(5)+1-turn)))
	})
	share := p.askLoop(Question{Name: "share", Measures: "sharing", Multi: true}, []string{"phone", "address"}, names, func(row, item, turn int) uint8 {
		c := trust.Items[0].Codes[turn][row]
		switch {
		case c == None:
			return None
		case r.IntN(6) < int(c)+item:
			return 1
		}
		return 0
	})
	return p, trust, share
}

func rowNamed(t *testing.T, x *crosstab.Table, code string) crosstab.Cell {
	t.Helper()
	for i, r := range x.Rows {
		if r.Code == code {
			return x.Cells[i][0]
		}
	}
	t.Fatalf("table %s has no row %s", x.ID, code)
	return crosstab.Cell{}
}

// Industries are ranked by the weighted share of top answers among the ratings of
// each, counted here row by row; the difference of the first two and its standard
// error are those of rows stacked by hand, a rating each, with the same PSUs.
func TestCustodiansAreRanked(t *testing.T) {
	p, trust, _ := industries(t)
	tables, err := custodians(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "trust.ranks")
	w := p.Design.Weights()
	share := map[string]float64{}
	for turn, label := range trust.Loop.Items {
		top, all := 0.0, 0.0
		for i, c := range trust.Items[0].Codes[turn] {
			if c == None {
				continue
			}
			all += w[i]
			if c >= 3 {
				top += w[i]
			}
		}
		share[label] = top / all
	}
	for place := 1; place < 4; place++ {
		a, b := table.Rows[place-1].Label, table.Rows[place].Label
		if share[a] < share[b] {
			t.Errorf("place %d is %s with %v, before %s with %v", place, a, share[a], b, share[b])
		}
		if got := rowNamed(t, table, fmt.Sprintf("less.%d.%d", place, place+1)).Estimate; math.Abs(got-share[a]+share[b]) > 1e-12 {
			t.Errorf("%s less %s is %v, want %v", a, b, got, share[a]-share[b])
		}
	}
	got := rowNamed(t, table, "less.1.2")
	if want := stackedSE(t, p, trust, table.Rows[0].Label, table.Rows[1].Label); math.Abs(got.SE-want) > 1e-12 {
		t.Errorf("the SE of the difference is %v, of stacked ratings %v", got.SE, want)
	}
	if got.Count == 0 || got.HasCI && (got.Low > got.Estimate || got.High < got.Estimate) {
		t.Errorf("the difference is %+v", got)
	}
	if c := rowNamed(t, table, "rank.1"); c.Low != 1 || c.Estimate != 1 {
		t.Errorf("the first place is %+v", c)
	}
}

// stackedSE is the standard error of the difference of two shares in a design of
// ratings, a row each, whose PSUs are those of the people.
func stackedSE(t *testing.T, p *People, q *Question, a, b string) float64 {
	unit, stratum := p.Design.PSU()
	var weights, y []float64
	var strata, units, of []int
	for turn, label := range q.Loop.Items {
		for i, c := range q.Items[0].Codes[turn] {
			if c == None {
				continue
			}
			top := 0.0
			if c >= 3 {
				top = 1
			}
			k := -1
			switch label {
			case a:
				k = 0
			case b:
				k = 1
			}
			weights, y, of = append(weights, p.Design.Weights()[i]), append(y, top), append(of, k)
			strata, units = append(strata, int(stratum[unit[i]])), append(units, int(unit[i]))
		}
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(y), Weights: weights, Stages: []stats.Stage{{Strata: strata, Units: units}}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Estimate(stats.By(of, 2, stats.Mean([]string{""}, y))...)
	if err != nil {
		t.Fatal(err)
	}
	return e.Contrast([]string{""}, []float64{1, -1}).SE(0)
}

// What a step of trust is worth inside of people is the slope of demeaned ratings
// when nothing sets the industries apart: here trust and sharing are built so, with
// no chance in them.
func TestAStepOfTrust(t *testing.T) {
	p, _ := somePeople(t, 400)
	names := []string{"Bank", "Shop", "Radio"}
	p.askLoop(Question{Name: "trust", Measures: "trust", Answers: scaleOf(5)}, []string{""}, names, func(row, _, turn int) uint8 {
		return uint8((row + turn*(1+row%3)) % 5)
	})
	// Ten kinds of data: two more for each step, three more with the bank, and as many
	// as three more for some people.
	items := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"}
	share := p.askLoop(Question{Name: "share", Measures: "sharing", Multi: true}, items, names, func(row, item, turn int) uint8 {
		n := 2*((row+turn*(1+row%3))%5) + row%4
		if turn == 0 {
			n += 3
		}
		if item < n {
			return 1
		}
		return 0
	})
	tables, err := trustAndSharing(p)
	if err != nil {
		t.Fatal(err)
	}
	got := rowNamed(t, find(t, tables, "trust.step"), "within")
	if want := 2.0 / 14; math.Abs(got.Estimate-want) > 1e-12 || got.SE > 1e-9 {
		t.Errorf("a step is worth %v with SE %v, want %v without error", got.Estimate, got.SE, want)
	}
	if got := rowNamed(t, find(t, tables, "trust.step"), "kinds"); math.Abs(got.Estimate-2) > 1e-11 || got.SE > 1e-8 {
		t.Errorf("a step is worth %v kinds with SE %v, want 2 without error", got.Estimate, got.SE)
	}
	for i := range share.Items[13].Codes[1] { // the last kind was not asked about the shop
		share.Items[13].Codes[1][i] = None
	}
	if tables, err = trustAndSharing(p); err != nil {
		t.Fatal(err)
	}
	if table := find(t, tables, "trust.step"); len(table.Rows) != 1 {
		t.Errorf("of a part of the kinds it has %d rows", len(table.Rows))
	}
}

// Where sharing is asked about nothing in the loop, people are compared: the slope is
// that of the textbook, and is named so.
func TestAStepOfTrustAcrossPeople(t *testing.T) {
	p, r := somePeople(t, 400)
	trust := p.ask(Question{Name: "trust", Measures: "trust", Answers: scaleOf(5)}, []string{""}, func(int, int) uint8 { return uint8(r.IntN(5)) })
	willing := p.ask(Question{Name: "willing", Measures: "sharing", Answers: scaleOf(5)}, []string{""}, func(row, _ int) uint8 {
		return uint8(min(4, int(trust.Items[0].Codes[0][row])/2+r.IntN(4)))
	})
	tables, err := trustAndSharing(p)
	if err != nil {
		t.Fatal(err)
	}
	var n, sx, sy, sxx, sxy float64
	for i, w := range p.Design.Weights() {
		x, y := float64(trust.Items[0].Codes[0][i]), 0.0
		if willing.Items[0].Codes[0][i] >= 3 {
			y = 1
		}
		n, sx, sy, sxx, sxy = n+w, sx+w*x, sy+w*y, sxx+w*x*x, sxy+w*x*y
	}
	got := rowNamed(t, find(t, tables, "trust.step"), "across")
	if want := (sxy - sx*sy/n) / (sxx - sx*sx/n); math.Abs(got.Estimate-want) > 1e-12 || !got.HasCI {
		t.Errorf("a step is worth %+v, want %v", got, want)
	}
}

// Trust and sharing stand against the mean of the industries.
func TestTrustAndSharingByIndustry(t *testing.T) {
	p, _, _ := industries(t)
	tables, err := trustAndSharing(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "trust.share")
	for _, which := range []string{"trust", "shared"} {
		mean, above := 0.0, 0.0
		for k := 1; k <= 4; k++ {
			mean += rowNamed(t, table, fmt.Sprintf("%s.%d", which, k)).Estimate / 4
			above += rowNamed(t, table, fmt.Sprintf("more.%s.%d", which, k)).Estimate
		}
		for k := 1; k <= 4; k++ {
			got, want := rowNamed(t, table, fmt.Sprintf("more.%s.%d", which, k)).Estimate, rowNamed(t, table, fmt.Sprintf("%s.%d", which, k)).Estimate-mean
			if math.Abs(got-want) > 1e-12 {
				t.Errorf("%s of industry %d is %v above the mean, want %v", which, k, got, want)
			}
		}
		if math.Abs(above) > 1e-12 {
			t.Errorf("differences from the mean add up to %v", above)
		}
	}
	if r := rowNamed(t, table, "correlation.1").Estimate; r < -1 || r > 1 || r == 0 {
		t.Errorf("a correlation is %v", r)
	}
}

func BenchmarkTrust(b *testing.B) {
	p, r := somePeople(b, 100_000)
	names := []string{"Bank", "Shop", "Radio", "State", "Travel", "Health", "Telecoms", "Media"}
	p.askLoop(Question{Name: "trust", Measures: "trust", Answers: scaleOf(5)}, []string{""}, names, func(row, _, turn int) uint8 {
		if (row+turn)%8 > 2 {
			return None
		}
		return uint8(r.IntN(5))
	})
	p.askLoop(Question{Name: "share", Measures: "sharing", Multi: true}, []string{"a", "b", "c", "d", "e"}, names, func(row, _, turn int) uint8 {
		if (row+turn)%8 > 2 {
			return None
		}
		return uint8(r.IntN(2))
	})
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range []func(*People) ([]*crosstab.Table, error){custodians, trustAndSharing, rankings} {
			if _, err := f(p); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}
