package weight

import (
	"math"
	"strings"
	"testing"

	"tradeoff/stats"
)

// One case of each thing that can be wrong, and the words for it.
func TestCheck(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 8, Weights: []float64{1, 1, 1, 1, 1, 1, 1, 0}})
	if err != nil {
		t.Fatal(err)
	}
	age := Margin{Name: "age", Labels: []string{"18-34", "35-54", "55+", "80+"}, Of: []int{0, 0, 0, 1, 1, 1, 2, 3}, Targets: []float64{.4, .4, .2, 0}}
	of := func(targets ...float64) Margin {
		m := age
		m.Targets = targets
		return m
	}
	gender := Margin{Name: "gender", Labels: []string{"female", "male"}, Of: []int{0, 1, 0, 1, 0, 1, 0, 0}, Targets: []float64{.5, .5}}
	old := Margin{Name: "old", Labels: []string{"no", "yes"}, Of: []int{0, 0, 0, 0, 0, 0, 1, 1}, Targets: []float64{.8, .2}}
	unknown := gender
	unknown.Of = []int{0, 1, 0, 1, 0, -1, -1, -1}
	for _, c := range []struct {
		margins []Margin
		o       Options
		kind    Kind
		fault   bool
		text    string
	}{
		{nil, Options{}, NoTarget, true, "there is nothing to weight by"},
		{[]Margin{of()}, Options{}, NoTarget, true, "age: it has no targets"},
		{[]Margin{of(.4, .4, -.2, 0)}, Options{}, BadTarget, true, "age, 55+: the target is -0.2"},
		{[]Margin{of(.4, .4, math.Inf(1), 0)}, Options{}, BadTarget, true, "age, 55+: the target is +Inf"},
		{[]Margin{of(0, 0, 0, 0)}, Options{}, BadTarget, true, "age: all targets are zero"},
		{[]Margin{of(.4, .4, .1, 0)}, Options{}, SharesSum, true, "age: the targets add up to 0.9; shares add up to 1"},
		{[]Margin{of(400, 400, 200, 0), {Name: "gender", Of: gender.Of, Targets: []float64{500, 600}}}, Options{}, TotalsDisagree, true, "gender: the targets add up to 1100, those of age to 1000"},
		{[]Margin{of(400, 400, 200, 0), {Name: "gender", Of: gender.Of, Targets: []float64{500, 600}}}, Options{Unfinished: true}, TotalsDisagree, false, "the last margin wins"},
		{[]Margin{unknown}, Options{}, NoCategory, true, "gender: 2 rows have no category"},
		{[]Margin{of(.3, .4, .2, .1)}, Options{}, ZeroWeights, true, "age, 80+: the target is 10%, but all of its 1 row weighs zero"},
		{[]Margin{of(.4, .6, 0, 0)}, Options{}, NoTarget, true, "age, 55+: 1 respondent is in it, but the target is zero"},
		{[]Margin{{Name: "region", Labels: []string{"north", "south"}, Of: make([]int, 8), Targets: []float64{.7, .3}}}, Options{}, NoRespondents, true, "region, south: the target is 30%, but nobody is in it"},
		{[]Margin{age}, Options{}, SmallBase, false, "age, 18-34: its 40% rest on 3 respondents"},
		{[]Margin{age, gender}, Options{}, EmptyCells, false, "age × gender: 1 combination is without respondents, the first 55+ × male"},
		{[]Margin{age, old}, Options{}, Redundant, false, "old: it follows from age"},
		{[]Margin{age, {Name: "old", Labels: old.Labels, Of: old.Of, Targets: []float64{.7, .3}}}, Options{}, Contradiction, true, "old, no: the target is 4.9, but the targets of age make it 5.6"},
	} {
		ps := Check(d, c.margins, c.o)
		found := false
		for _, p := range ps {
			found = found || p.Kind == c.kind && p.Fault == c.fault && strings.Contains(p.String(), c.text)
		}
		if !found {
			t.Errorf("%s: got %v", c.text, ps)
		}
		if _, _, err := Rake(d, c.margins, c.o); (err != nil) != c.fault {
			t.Errorf("%s: Rake says %v", c.text, err)
		}
	}
	// Total settles what shares and counts leave open.
	_, r, err := Rake(d, []Margin{of(40, 40, 20, 0), {Name: "gender", Of: gender.Of, Targets: []float64{5, 6}}}, Options{Total: 70})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sum", r.After.Sum, 70, 1e-12)
	near(t, "female", r.Margins[1].Categories[0].After, 5./11, 1e-11)
	// Targets typed to seven digits agree, and are met.
	typed := []Margin{of(.4, .4, .2, 0), {Name: "old", Labels: old.Labels, Of: old.Of, Targets: []float64{.8000003, .1999997}}}
	if _, r, err := Rake(d, typed, Options{}); err != nil || !r.Met {
		t.Errorf("typed targets: %v", err)
	}
	if p := Check(d, []Margin{age}, Options{Total: -1}); p[0].Kind != BadTarget {
		t.Errorf("a negative total: %v", p)
	}
	negative := d.WithWeights([]float64{1, 1, 1, 1, 1, 1, -1, 0}, nil)
	if p := Check(negative, []Margin{age}, Options{}); p[0].Kind != NegativeWeight {
		t.Errorf("negative weights: %v", p)
	}
	none := d.Domain(make([]bool, 8))
	if p := Check(none, []Margin{age}, Options{}); p[0].Kind != ZeroWeights {
		t.Errorf("no weights: %v", p)
	}
}

// A category of 30 respondents is not small, one of 29 is.
func TestCheckSmallBase(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 59})
	if err != nil {
		t.Fatal(err)
	}
	m := Margin{Name: "gender", Of: make([]int, 59), Targets: []float64{.5, .5}}
	for i := range 30 {
		m.Of[i] = 1
	}
	if p := Check(d, []Margin{m}, Options{}); len(p) != 1 || p[0].Kind != SmallBase || p[0].Category != "1" {
		t.Errorf("got %v", p)
	}
}

// Three margins that contradict each other only together: rows 0 and 1 tell a
// and b apart in the same way as c does.
func TestContradiction(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 4})
	if err != nil {
		t.Fatal(err)
	}
	// Rows are 00, 01, 10, 11 of a and b without 11: c counts a and b together.
	a := Margin{Name: "a", Of: []int{0, 0, 1, 0}, Targets: []float64{.7, .3}}
	b := Margin{Name: "b", Of: []int{0, 1, 0, 0}, Targets: []float64{.7, .3}}
	c := Margin{Name: "c", Of: []int{0, 1, 1, 0}, Targets: []float64{.5, .5}}
	if p := Check(d, []Margin{a, b, c}, Options{}); p.faults() != nil {
		t.Fatalf("no pair of them contradicts itself: %v", p)
	}
	_, _, err = Rake(d, []Margin{a, b, c}, Options{})
	if kindOf(t, err) != Contradiction {
		t.Errorf("got %v", err)
	}
	c.Targets = []float64{.4, .6}
	if _, _, err = Rake(d, []Margin{a, b, c}, Options{}); err != nil {
		t.Errorf("targets that agree: %v", err)
	}
}

func TestProblems(t *testing.T) {
	var p Problems
	for i := range 25 {
		p.fault(BadTarget, "age", itoa(i), "bad")
	}
	lines := strings.Split(p.Error(), "\n")
	if len(lines) != 21 || lines[0] != "age, 0: bad" || lines[20] != "and 5 more" {
		t.Errorf("got %d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

func TestWithin(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 6, Weights: []float64{1, 2, 3, 4, 5, 5}})
	if err != nil {
		t.Fatal(err)
	}
	country := Margin{Name: "country", Labels: []string{"France", "Japan"}, Of: []int{0, 0, 1, 1, 1, -1}}
	age := Margin{Name: "age", Labels: []string{"-34", "35+"}, Of: []int{0, 1, 0, 1, 1, 1}}
	shares := [][]float64{{.5, .5}, {.2, .8}}
	m, err := Within(d, country, age, shares)
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "countries keep their shares", m.Targets, []float64{.1, .1, .16, .64}, 1e-14)
	country.Targets = []float64{60, 40}
	if m, err = Within(d, country, age, shares); err != nil {
		t.Fatal(err)
	}
	nearAll(t, "countries have targets", m.Targets, []float64{30, 30, 8, 32}, 1e-14)
	if m.Name != "country × age" || m.Labels[2] != "Japan × -34" || m.Of[4] != 3 || m.Of[5] != -1 {
		t.Errorf("margin: %+v", m)
	}
	_, err = Within(d, country, age, [][]float64{{.5, .5}, {.2, .7}})
	if kindOf(t, err) != SharesSum {
		t.Errorf("got %v", err)
	}
}
