package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/model"
)

// sharers rate three of four industries, trust each, and would share with one by
//
//	logit P = -1 + b trust + (0, 0.5, 1, -0.5) + what the person is like
//
// with b larger by more for the last industry.
func sharers(t testing.TB, n int, b, more float64) (p *People, trust, share *Question) {
	p, r := somePeople(t, n)
	loop := &Loop{Name: "industry", Label: "Industry", Segment: "industry", Items: []string{"Banking", "Retail", "Health", "Travel"}}
	trust = &Question{Name: "trust", Label: "Trust", Text: "Trust?", Measures: "trust", Ordered: true, Loop: loop}
	for k := range 5 {
		trust.Answers = append(trust.Answers, Answer{Label: fmt.Sprint(k), Score: float64(k), Top: k > 2})
	}
	share = &Question{Name: "share", Label: "Share", Text: "Share?", Measures: "sharing", Loop: loop, Answers: []Answer{{Label: "No"}, {Label: "Yes", Top: true}}, Ordered: true}
	trust.Items, share.Items = []Item{{Codes: make([][]uint8, 4)}}, []Item{{Codes: make([][]uint8, 4)}}
	for k := range 4 {
		trust.Items[0].Codes[k], share.Items[0].Codes[k] = make([]uint8, n), make([]uint8, n)
	}
	shift := []float64{0, 0.5, 1, -0.5}
	for i := range n {
		like, skipped := r.NormFloat64()/2, r.IntN(4)
		for k := range 4 {
			trust.Items[0].Codes[k][i], share.Items[0].Codes[k][i] = None, None
			if k == skipped {
				continue
			}
			c := r.IntN(5)
			slope := b
			if k == 3 {
				slope += more
			}
			trust.Items[0].Codes[k][i], share.Items[0].Codes[k][i] = uint8(c), 0
			if r.Float64() < 1/(1+math.Exp(1-slope*float64(c)-shift[k]-like)) {
				share.Items[0].Codes[k][i] = 1
			}
		}
	}
	p.Questions = append(p.Questions, trust, share)
	return p, trust, share
}

// fitted fits a model.
func fitted(t *testing.T, d *stats.Design, spec model.Spec) *model.Fit {
	t.Helper()
	m, err := model.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	fit, err := m.Fit(d)
	if err != nil {
		t.Fatal(err)
	}
	return fit
}

// Odds ratios and points by rating are those of package model fitted by hand to rows of ratings
// in a design whose PSUs are the people's: the same numbers and standard errors.
func TestRatedDriversAreThoseOfTheModel(t *testing.T) {
	p, trust, share := sharers(t, 1200, 0.5, 0)
	tables, err := ratedDrivers(p)
	if err != nil {
		t.Fatal(err)
	}
	var y, x, w []float64
	var turn, psu, stratum, sex, age []int
	units, strata := p.Design.PSU()
	for i := range p.Rows() {
		for k := range 4 {
			if c := share.Items[0].Codes[k][i]; c != None {
				y, x, w = append(y, float64(c)), append(x, float64(trust.Items[0].Codes[k][i])), append(w, p.Design.Weights()[i])
				turn, psu, stratum = append(turn, k), append(psu, int(units[i])), append(stratum, int(strata[units[i]]))
				sex, age = append(sex, int(p.Segments[0].Of[i])), append(age, int(p.Segments[1].Of[i]))
			}
		}
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(y), Weights: w, Stages: []stats.Stage{{Strata: stratum, Units: psu}}})
	if err != nil {
		t.Fatal(err)
	}
	spec := model.Spec{Outcome: y, Family: model.Binomial, Terms: []model.Term{{"turn"}, {"trust"}, {"sex"}, {"age"}},
		Data: model.Data{"turn": model.Factor(turn, share.Loop.Items), "trust": model.Numeric(x), "sex": model.Factor(sex, p.Segments[0].Groups), "age": model.Factor(age, p.Segments[1].Groups)}}
	fit := fitted(t, d, spec)
	odds := find(t, tables, "share.rated.odds")
	if len(odds.Rows) != fit.Len()-1 {
		t.Fatalf("%d odds ratios, the model has %d coefficients", len(odds.Rows), fit.Len())
	}
	for k, row := range odds.Rows {
		want, low, high := model.Exponentiate(fit.Estimates, k+1, 0.95)
		c := odds.Cells[k][0]
		if math.Abs(c.Estimate/want-1) > 1e-9 || math.Abs(c.Low/low-1) > 1e-6 || math.Abs(c.High/high-1) > 1e-6 {
			t.Errorf("%s: %v (%v to %v), want %v (%v to %v)", row.Label, c.Estimate, c.Low, c.High, want, low, high)
		}
	}
	if b := odds.Columns[0].Base; !odds.Loop || b.Unweighted != len(y) || b.People != p.Rows() || odds.PerPerson != 3 {
		t.Errorf("the base is %+v of %d ratings by %d people", b, len(y), p.Rows())
	}
	averages, err := fit.Margins("turn")
	if err != nil {
		t.Fatal(err)
	}
	alike := find(t, tables, "share.rated.alike")
	for g, row := range alike.Rows {
		if c := alike.Cells[g][0]; row.Label != share.Loop.Items[g] || math.Abs(c.Estimate-averages.Value[g]) > 1e-9 {
			t.Errorf("%s: %+v, want %v", row.Label, c, averages.Value[g])
		}
	}
	// a step of trust in points, no higher than the answers go; R has the same of people
	// by themselves
	higher, all := make([]float64, len(x)), make([]bool, len(x))
	for i, v := range x {
		higher[i], all[i] = min(v+1, 4), true
	}
	// with the interactions that hold, which the drawn answers have by chance
	names := map[string]string{"turn.industry": "turn", "segment." + p.Segments[0].Name: "sex", "segment." + p.Segments[1].Name: "age"}
	for _, r := range find(t, tables, "share.rated.bygroup").Rows {
		group, _, _ := strings.Cut(strings.TrimPrefix(r.Code, "trust@"), "=")
		if term := (model.Term{"trust", names[group]}); !slices.ContainsFunc(spec.Terms, func(x model.Term) bool { return slices.Equal(x, term) }) {
			spec.Terms = append(spec.Terms, term)
		}
	}
	fit = fitted(t, d, spec)
	moved, err := fit.Changes([][]bool{all}, []model.Move{{To: model.Data{"trust": model.Numeric(higher)}}})
	if err != nil {
		t.Fatal(err)
	}
	effects := find(t, tables, "share.rated.effects")
	k := slices.IndexFunc(effects.Rows, func(r crosstab.Row) bool { return r.Code == "trust" })
	if c, want := effects.Cells[k][0], moved[0][0]; !effects.Loop || math.Abs(c.Estimate-want.Value[0]) > 1e-9 || math.Abs(c.SE/want.SE(0)-1) > 1e-6 {
		t.Errorf("a step of trust is %+v, want %v with a standard error of %v", c, want.Value[0], want.SE(0))
	}
}

// What the ratings were drawn from is found: the odds ratio of trust lies in its
// interval, and that trust counts for more in one industry is told where it is so.
func TestRatedDriversFindWhatMoves(t *testing.T) {
	for _, more := range []float64{0, 0.7} {
		p, _, _ := sharers(t, 4000, 0.5, more)
		tables, err := ratedDrivers(p)
		if err != nil {
			t.Fatal(err)
		}
		meetings := find(t, tables, "share.rated.meetings")
		at := slices.IndexFunc(meetings.Rows, func(r crosstab.Row) bool { return r.Code == "trust:turn.industry" })
		if at < 0 {
			t.Fatalf("no test of trust by industry among %v", meetings.Rows)
		}
		if chance := meetings.Cells[at][0].Estimate; (chance < 0.001) != (more > 0) {
			t.Errorf("more %v: the chance is %v", more, chance)
		}
		if more == 0 {
			odds := find(t, tables, "share.rated.odds")
			k := slices.IndexFunc(odds.Rows, func(r crosstab.Row) bool { return r.Code == "trust" })
			// people differ by more than the model knows of, which draws odds ratios to 1 a little
			if c := odds.Cells[k][0]; c.Low > math.Exp(0.5) || c.High < math.Exp(0.45) {
				t.Errorf("the odds ratio of trust is %v to %v, and was %v", c.Low, c.High, math.Exp(0.5))
			}
			continue
		}
		if groups := find(t, tables, "share.rated.bygroup"); !strings.Contains(groups.Rows[3].Label, "Travel") || groups.Cells[3][0].Low < groups.Cells[0][0].High {
			t.Errorf("%s %+v is not above %s %+v", groups.Rows[3].Label, groups.Cells[3][0], groups.Rows[0].Label, groups.Cells[0][0])
		}
	}
}

// A study that asks about sharing once has no model of ratings.
func TestNoRatedDrivers(t *testing.T) {
	if tables, err := ratedDrivers(movers(t, 300, 1, 0.5, 0)); err != nil || tables != nil {
		t.Errorf("%v, %v", tables, err)
	}
}
