package weight

import (
	"math"
	"testing"

	"tradeoff/stats"
)

// Two post-stratifications, the second of which undoes part of the first: the
// residuals, last first, are the derivative by the weights before both.
func TestOrder(t *testing.T) {
	s := newSample(11, 60)
	ms := s.margins()
	d, z := influence(t, s.d, s.trust, func(w []float64) (*stats.Design, error) {
		d, _, err := PostStratify(s.design(t, w), counted(ms[0], 200), false)
		if err != nil {
			return nil, err
		}
		d, _, err = PostStratify(d, counted(ms[2], 200), false)
		return d, err
	})
	// The variance takes them in that order too: it is that of a total of z.
	u := make([]float64, len(z))
	for i := range u {
		u[i] = z[i] / s.d[i]
	}
	got, want := estimate(t, d, stats.Total(nil, s.trust)), estimate(t, s.design(t, s.d), stats.Total(nil, u))
	near(t, "SE", got.SE(0), want.SE(0), 1e-12)
	// Non-response before post-stratification.
	responded := make([]bool, 60)
	for i := range responded {
		responded[i] = i%3 != 1
	}
	cells := Margin{Name: "country", Of: s.country, Labels: ms[1].Labels}
	influence(t, s.d, s.trust, func(w []float64) (*stats.Design, error) {
		d, _, err := Nonresponse(s.design(t, w), responded, cells, Cells{MinBase: 1})
		if err != nil {
			return nil, err
		}
		d, _, err = PostStratify(d, counted(ms[2], 200), false)
		return d, err
	})
}

// counted has targets as counts, which do not move with the weights.
func counted(m Margin, total float64) Margin {
	m.Targets = append([]float64(nil), m.Targets...)
	for c := range m.Targets {
		m.Targets[c] *= total
	}
	return m
}

func TestPostStratify(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 5, Weights: []float64{1, 2, 3, 4, 0}})
	if err != nil {
		t.Fatal(err)
	}
	age := Margin{Name: "age", Labels: []string{"18-34", "35+", "none"}, Of: []int{0, 0, 1, 1, 2}, Targets: []float64{60, 140, 0}}
	out, r, err := PostStratify(d, age, false)
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights", out.Weights(), []float64{20, 40, 60, 80, 0}, 1e-14)
	if r.Margins[0].Categories[0].Target != 0.3 || !r.Met {
		t.Errorf("report: %+v", r)
	}
	age.Targets = []float64{60, 130, 10} // nobody with a weight
	_, _, err = PostStratify(d, age, false)
	if kindOf(t, err) != ZeroWeights {
		t.Errorf("a post-stratum of weight zero: %v", err)
	}
	out, r, err = PostStratify(d, age, true)
	if err != nil || r.Notes[len(r.Notes)-1].Kind != NoRespondents {
		t.Fatalf("partial: %v, %v", r, err)
	}
	nearAll(t, "partial", out.Weights(), []float64{20, 40, 130. * 3 / 7, 130. * 4 / 7, 0}, 1e-14)
	age.Targets = nil
	if _, _, err = PostStratify(d, age, false); kindOf(t, err) != NoTarget {
		t.Errorf("without targets: %v", err)
	}
	// A share that is kept: 3 of 10 stay 3 of 10, the rest is split by the targets.
	age = Margin{Name: "age", Of: []int{0, 0, 1, 2, 2}, Targets: []float64{math.NaN(), .25, .75}}
	out, _, err = PostStratify(d, age, false)
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "a kept share", out.Weights(), []float64{1, 2, 1.75, 5.25, 0}, 1e-14)
}

// Rows of weight zero change nothing. The standard error is R's without them; with
// them R has 0.472 for the mean.
func TestPostStratifyZeroWeights(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{
		Rows:    8,
		Weights: []float64{1, 2, 3, 1, 2, 0, 2, 0},
		Stages:  []stats.Stage{{Units: []int{1, 1, 2, 2, 3, 3, 4, 4}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	d, _, err = PostStratify(d, Margin{Name: "country", Of: []int{0, 0, 1, 1, 0, 0, 1, 1}, Targets: []float64{30, 20}}, false)
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{1, 4, 2, 8, 5, 70, 3, 80}
	e := estimate(t, d, stats.Mean(nil, y), stats.Total(nil, y))
	near(t, "mean", e.Value[0], 3.6133333333333333, 1e-12)
	near(t, "SE of the mean", e.SE(0), 0.47586919390934951, 1e-12)
	near(t, "SE of the total", e.SE(1), 23.793459695467476, 1e-12)
}
