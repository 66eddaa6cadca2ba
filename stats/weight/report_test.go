package weight

import (
	"math"
	"testing"

	"tradeoff/stats"
)

// By hand: 1, 2, 3, 4 have deff 4 x 30 / 100.
func TestDescribe(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 5, Weights: []float64{4, 2, 0, 3, 1}})
	if err != nil {
		t.Fatal(err)
	}
	s := Describe(d)
	want := Spread{Base: 4, Sum: 10, Min: 1, P1: 1, P5: 1, P25: 1, Median: 2, P75: 3, P95: 4, P99: 4, Max: 4, Mean: 2.5, Deff: 1.2, EffectiveBase: 4 / 1.2, RatioMaxMin: 4}
	if s != want {
		t.Errorf("got %+v", s)
	}
	none := Describe(d.Domain(make([]bool, 5)))
	if none.Base != 0 || !math.IsNaN(none.Median) || !math.IsNaN(none.Deff) || !math.IsNaN(none.Mean) {
		t.Errorf("no rows: %+v", none)
	}
}

// Percentiles of 200 weights 1 to 200 are their places.
func TestDescribePercentiles(t *testing.T) {
	w := make([]float64, 200)
	for i := range w {
		w[i] = float64(200 - i)
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: 200, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	s := Describe(d)
	got := []float64{s.Min, s.P1, s.P5, s.P25, s.Median, s.P75, s.P95, s.P99, s.Max, s.Mean, s.RatioMaxMin}
	nearAll(t, "percentiles", got, []float64{1, 2, 10, 50, 100, 150, 190, 198, 200, 100.5, 200}, 0)
}

// Age is weighted by, use of a service is not: its shares move with age.
func TestCompare(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 4})
	if err != nil {
		t.Fatal(err)
	}
	age := Margin{Name: "age", Labels: []string{"young", "old"}, Of: []int{0, 0, 0, 1}, Targets: []float64{200, 200}}
	uses := Margin{Name: "uses", Labels: []string{"no", "yes"}, Of: []int{1, 1, 0, 0}}
	out, r, err := PostStratify(d, age, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Margins) != 1 {
		t.Errorf("%d margins", len(r.Margins))
	}
	b := Compare(d, out, age, uses)
	c := b[0].Categories[1]
	if c.Label != "old" || c.Base != 1 || c.Before != .25 || c.Target != .5 || math.Abs(c.After-.5) > 1e-15 {
		t.Errorf("age: %+v", c)
	}
	before, after := b[0].Imbalance()
	near(t, "imbalance before", before, .25, 1e-15)
	near(t, "imbalance after", after, 0, 1e-15)
	c = b[1].Categories[1]
	if c.Before != .5 || !math.IsNaN(c.Target) {
		t.Errorf("uses: %+v", c)
	}
	near(t, "uses after", c.After, 1./3, 1e-15)
	before, after = b[1].Imbalance()
	near(t, "no target before", before, 0, 0)
	near(t, "moved", after, 1./6, 1e-15)
}
