package weight

import (
	"math"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

func someRespond(s *sample) []bool {
	r := make([]bool, len(s.d))
	for i := range r {
		r[i] = (i*7+s.country[i]*5)%11 > 2+s.age[i]
	}
	return r
}

func TestNonresponse(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 7, Weights: []float64{1, 2, 3, 4, 5, 6, 0}})
	if err != nil {
		t.Fatal(err)
	}
	responded := []bool{true, false, true, true, false, true, true}
	cells := Margin{Name: "age", Labels: []string{"young", "middle", "old"}, Of: []int{0, 0, 0, 1, 1, 2, 2}}
	out, r, err := Nonresponse(d, responded, cells, Cells{MinBase: 1})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights", out.Weights(), []float64{1.5, 0, 4.5, 9, 0, 6, 0}, 1e-14)
	if c := r.Response[1]; c != (ResponseCell{"middle", 2, 1, 4. / 9, 9. / 4}) {
		t.Errorf("cell: %+v", c)
	}
	near(t, "sum", r.After.Sum, r.Before.Sum, 1e-14)
	// A factor of 9/4 is too large: middle joins young, whose rate 4/6 is nearer
	// to 4/9 than 1.
	out, r, err = Nonresponse(d, responded, cells, Cells{MinBase: 1, MaxFactor: 2})
	if err != nil {
		t.Fatal(err)
	}
	f := 15. / 8
	nearAll(t, "merged", out.Weights(), []float64{f, 0, 3 * f, 4 * f, 0, 6, 0}, 1e-14)
	if len(r.Notes) != 1 || r.Notes[0].Kind != Merged || r.Response[0].Label != "young + middle" || r.Response[0].Responded != 3 {
		t.Errorf("merged: %+v", r)
	}
	// By default every cell needs 30 respondents, so one cell is left.
	out, r, err = Nonresponse(d, responded, cells, Cells{})
	if err != nil {
		t.Fatal(err)
	}
	f = 21. / 14
	nearAll(t, "one cell", out.Weights(), []float64{f, 0, 3 * f, 4 * f, 0, 6 * f, 0}, 1e-14)
	if len(r.Response) != 1 || len(r.Notes) != 2 {
		t.Errorf("one cell: %+v", r)
	}
	_, _, err = Nonresponse(d, responded, cells, Cells{MaxFactor: 0.9})
	if kindOf(t, err) != BadBounds {
		t.Errorf("a factor below 1: %v", err)
	}
	_, _, err = Nonresponse(d, make([]bool, 7), cells, Cells{})
	if kindOf(t, err) != NoRespondents {
		t.Errorf("nobody: %v", err)
	}
	cells.Of = []int{0, -1, 0, 1, 1, 2, -1}
	_, _, err = Nonresponse(d, responded, cells, Cells{})
	if kindOf(t, err) != NoCategory {
		t.Errorf("no cell: %v", err)
	}
}

// The nearest response rate is the weighted one: of a, b and c as many people have
// answered, but with weights a has 1/4, b 3/4 and c 2/5, so that a joins c.
func TestNonresponseNearest(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 6, Weights: []float64{1, 3, 3, 1, 2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	cells := Margin{Name: "age", Labels: []string{"a", "b", "c"}, Of: []int{0, 0, 1, 1, 2, 2}}
	_, r, err := Nonresponse(d, []bool{true, false, true, false, true, false}, cells, Cells{MinBase: 1, MaxFactor: 3.5})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Response) != 2 || r.Response[0].Label != "a + c" || r.Response[1].Label != "b" {
		t.Errorf("cells: %+v", r.Response)
	}
}

// Classes hold as many people each, in order of the propensity: with one column
// that is different for all, three classes of twelve people have four each.
func TestPropensityClasses(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 12})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, 12)
	for i := range x {
		x[i] = float64(i * i)
	}
	responded := []bool{true, false, false, false, true, true, false, false, true, true, true, false}
	out, r, err := Propensity(d, responded, [][]float64{x}, Response{Classes: 3, Cells: Cells{MinBase: 1}})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights", out.Weights(), []float64{4, 0, 0, 0, 2, 2, 0, 0, 4. / 3, 4. / 3, 4. / 3, 0}, 1e-14)
	if r.Method != "response propensity, in classes" || len(r.Response) != 3 {
		t.Errorf("report: %+v", r)
	}
}

// A replicate in which the model separates respondents from the others uses the
// propensities of all, and a note counts it.
func TestPropensityReplicateWithoutFit(t *testing.T) {
	s := newSample(17, 40)
	x, responded, apart := make([]float64, 40), make([]bool, 40), make([]float64, 40)
	for i := range x {
		x[i], responded[i] = float64(i), i > 18 || i%3 == 0
		if apart[i] = s.d[i]; responded[i] != (i > 18) {
			apart[i] = 0
		}
	}
	d := s.design(t, s.d).WithReplicates(stats.Replicates{Weights: [][]float64{s.d, apart}, Scale: 1})
	out, r, err := Propensity(d, responded, [][]float64{x}, Response{})
	if err != nil {
		t.Fatal(err)
	}
	w, reps := out.Weights(), out.Replicates().Weights
	nearAll(t, "a replicate like the sample", reps[0], w, 1e-10)
	for i := range w {
		near(t, "a replicate without a fit", reps[1][i], apart[i]*w[i]/s.d[i], 1e-12)
	}
	if len(r.Notes) != 1 || r.Notes[0].Kind != Separated || !strings.HasPrefix(r.Notes[0].Text, "1 replicate is without a fit") {
		t.Errorf("notes: %v", r.Notes)
	}
}

// The residuals are the derivative, in cells and with a response model.
func TestNonresponseInfluence(t *testing.T) {
	s := newSample(12, 90)
	responded := someRespond(s)
	cells := Margin{Name: "country", Of: s.country, Labels: []string{"a", "b", "c", "d"}}
	influence(t, s.d, s.trust, func(w []float64) (*stats.Design, error) {
		d, _, err := Nonresponse(s.design(t, w), responded, cells, Cells{MinBase: 1})
		return d, err
	})
	influence(t, s.d, s.trust, func(w []float64) (*stats.Design, error) {
		d, _, err := Propensity(s.design(t, w), responded, append(stats.Indicators(s.age, 3), s.spend), Response{})
		return d, err
	})
}

// R 4.2.2: glm(resp ~ x, weights = d, family = quasibinomial), d/fitted.
func TestPropensity(t *testing.T) {
	s := &sample{psu: twelve.psu}
	d := s.design(t, twelve.d)
	responded := []bool{true, true, false, true, true, false, true, true, true, false, true, true}
	x := []float64{1, 2, 2, 3, 1, 3, 2, 1, 3, 3, 2, 1}
	out, r, err := Propensity(d, responded, [][]float64{x}, Response{})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights", out.Weights(), []float64{2.118758383322127, 3.583613822109405, 0, 6.549378616606030,
		1.589068787491595, 0, 2.389075881406270, 2.118758383322127, 5.730706289530277, 0, 2.389075881406270, 3.178137574983190}, 1e-12)
	if r.Method != "response propensity" {
		t.Errorf("report: %+v", r)
	}
	// A model of the cells themselves is Nonresponse.
	big := newSample(13, 120)
	who := someRespond(big)
	cells := Margin{Name: "age", Of: big.age, Labels: []string{"a", "b", "c"}}
	a, _, err := Propensity(big.design(t, big.d), who, stats.Indicators(big.age, 3), Response{})
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := Nonresponse(big.design(t, big.d), who, cells, Cells{MinBase: 1})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights of cells", a.Weights(), b.Weights(), 1e-10)
	mean := stats.Mean(nil, big.trust)
	near(t, "SE", estimate(t, a, mean).SE(0), estimate(t, b, mean).SE(0), 1e-9)
	// Three classes of a model with three propensities are the cells again.
	c, rep, err := Propensity(big.design(t, big.d), who, stats.Indicators(big.age, 3), Response{Classes: 120, Cells: Cells{MinBase: 1}})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights of classes", c.Weights(), b.Weights(), 1e-12)
	if len(rep.Response) != 3 {
		t.Errorf("%d classes", len(rep.Response))
	}
}

func TestPropensityCorners(t *testing.T) {
	s := newSample(14, 40)
	d := s.design(t, s.d)
	x := make([]float64, 40)
	half, all := make([]bool, 40), make([]bool, 40)
	for i := range x {
		x[i] = float64(i)
		half[i], all[i] = i >= 20, true
	}
	if _, _, err := Propensity(d, half, [][]float64{x}, Response{}); kindOf(t, err) != Separated {
		t.Errorf("separated: %v", err)
	}
	out, _, err := Propensity(d, all, [][]float64{x}, Response{})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "everybody", out.Weights(), s.d, 0)
	mean := stats.Mean(nil, s.trust)
	near(t, "SE of everybody", estimate(t, out, mean).SE(0), estimate(t, d, mean).SE(0), 1e-12)
	if _, _, err := Propensity(d, make([]bool, 40), nil, Response{}); kindOf(t, err) != NoRespondents {
		t.Errorf("nobody: %v", err)
	}
	x[3] = math.NaN()
	if _, _, err := Propensity(d, half, [][]float64{x}, Response{}); kindOf(t, err) != MissingValue {
		t.Errorf("missing: %v", err)
	}
	// Without columns it is one cell.
	out, _, err = Propensity(d, half, nil, Response{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sum", Describe(out).Sum, Describe(d).Sum, 1e-12)
}

// Replicates are adjusted anew: each keeps the sum of those who were asked.
func TestNonresponseReplicates(t *testing.T) {
	s := newSample(15, 80)
	d, err := replicate.Jackknife(s.design(t, s.d), replicate.JackknifeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	responded := someRespond(s)
	cells := Margin{Name: "age", Of: s.age, Labels: []string{"a", "b", "c"}}
	out, _, err := Nonresponse(d, responded, cells, Cells{MinBase: 1})
	if err != nil {
		t.Fatal(err)
	}
	model, _, err := Propensity(d, responded, stats.Indicators(s.age, 3), Response{})
	if err != nil {
		t.Fatal(err)
	}
	for k, w := range out.Replicates().Weights {
		nearAll(t, "cells", sumBy(cells.Of, cells.categories(), w), sumBy(cells.Of, cells.categories(), d.Replicates().Weights[k]), 1e-12)
		nearAll(t, "model", model.Replicates().Weights[k], w, 1e-9)
	}
}
