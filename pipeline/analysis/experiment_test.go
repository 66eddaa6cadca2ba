package analysis

import (
	"math"
	"testing"

	"tradeoff/stats/hypothesis"
)

// drawn are people who were told something at random, and how willing they are; a
// telling that works among the old only, where onlyOld is set.
func drawn(t testing.TB, n int, onlyOld bool) *People {
	p, r := somePeople(t, n)
	answers := []Answer{{Code: "1", Label: "No", Score: 1}, {Code: "2", Label: "Yes", Score: 2, Top: true}}
	told := p.ask(Question{Name: "told", Measures: "communication", Randomized: true, Answers: []Answer{{Code: "1", Label: "Told"}, {Code: "0", Label: "Not told"}}}, []string{""},
		func(int, int) uint8 { return uint8(r.IntN(2)) })
	p.ask(Question{Name: "willing", Measures: "sharing", Ordered: true, Answers: answers}, []string{""}, func(row, _ int) uint8 {
		chance := 0.3
		if told.Items[0].Codes[0][row] == 0 && (!onlyOld || p.Segments[1].Of[row] == 2) {
			chance = 0.6
		}
		switch {
		case r.IntN(20) == 0:
			return None
		case r.Float64() < chance:
			return 1
		}
		return 0
	})
	return p
}

// The effect of a draw is the difference of two weighted shares, counted row by
// row, and its standard error that of the design-based test of two groups.
func TestEffectIsTheDifferenceOfTheArms(t *testing.T) {
	p := drawn(t, 900, false)
	tables, err := experiments(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "told.effect")
	told, willing := p.Questions[0].Items[0].Codes[0], p.Questions[1].Items[0].Codes[0]
	for j, c := range p.Columns {
		var yes, all [2]float64
		y, group := make([]float64, p.Rows()), make([]int, p.Rows())
		for i, w := range p.Design.Weights() {
			y[i], group[i] = math.NaN(), int(told[i])
			if willing[i] == None || !c.In[i] {
				continue
			}
			y[i] = float64(willing[i])
			all[told[i]] += w
			yes[told[i]] += w * y[i]
		}
		for k := range 2 {
			if got := table.Cells[k][j].Estimate; math.Abs(got-yes[k]/all[k]) > 1e-12 {
				t.Errorf("%s: %s is %v, want %v", c.Label, table.Rows[k].Label, got, yes[k]/all[k])
			}
		}
		lift := table.Cells[2][j]
		test, err := hypothesis.TwoSample(p.Design.Domain(c.In), y, group)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(lift.Estimate+test.Estimate) > 1e-12 || math.Abs(lift.SE-test.SE) > 1e-12 {
			t.Errorf("%s: the effect is %v with SE %v; two samples give %v and %v", c.Label, lift.Estimate, lift.SE, -test.Estimate, test.SE)
		}
	}
}

// A message that works on the old only is found to differ by age, and not by sex;
// one that works on all is not. The draw is found to be even.
func TestDifferencesOfAnEffectAreFound(t *testing.T) {
	for _, onlyOld := range []bool{false, true} {
		tables, err := experiments(drawn(t, 3000, onlyOld))
		if err != nil {
			t.Fatal(err)
		}
		differ := map[string]float64{}
		table := find(t, tables, "told.differ")
		for i, r := range table.Rows {
			differ[r.Code] = table.Cells[i][0].Estimate
		}
		if got := differ["differ.1.age"] < 0.001; got != onlyOld {
			t.Errorf("works on the old only: %v; chance of the differences by age %v", onlyOld, differ["differ.1.age"])
		}
		if differ["differ.1.sex"] < 0.05 {
			t.Errorf("chance of the differences by sex %v", differ["differ.1.sex"])
		}
		balance := find(t, tables, "told.balance")
		for i, r := range balance.Rows {
			if balance.Cells[i][0].Estimate < 0.05 {
				t.Errorf("the arms differ in %s: %v", r.Label, balance.Cells[i][0].Estimate)
			}
		}
	}
}

// Without a draw nothing is said of effects, and arms of few people say nothing.
func TestEffectsNeedADrawAndPeople(t *testing.T) {
	p := drawn(t, 900, false)
	p.Questions[0].Randomized = false
	if tables, err := experiments(p); err != nil || len(tables) != 0 {
		t.Errorf("%d tables of what nobody drew (%v)", len(tables), err)
	}
	p = drawn(t, 50, false)
	if tables, err := experiments(p); err != nil || len(tables) != 0 {
		t.Errorf("%d tables of arms of 25 people (%v)", len(tables), err)
	}
}
