package stats_test

import (
	"fmt"
	"math"
	"testing"

	"tradeoff/stats"
)

// The interval of a counted share is Proportion's on the same scale, which is R's;
// that of an odds is the ends of the share's, as odds: the two scales are one.
func TestScaledIntervals(t *testing.T) {
	y := []float64{1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0}
	d := simpleSample(t, len(y), nil)
	e := estimated(t, d, stats.Mean(nil, y))
	want, err := stats.Proportion(d, y, stats.ProportionOptions{Method: stats.IntervalXLogit, Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	low, high := e.LogitInterval(0, 0.95)
	near(t, "low", low, want.Low, 1e-14)
	near(t, "high", high, want.High, 1e-14)
	no := make([]float64, len(y))
	for i, v := range y {
		no[i] = 1 - v
	}
	odds := estimated(t, d, stats.Ratio(nil, [][]float64{y}, [][]float64{no}))
	from, to := odds.LogInterval(0, 0.95)
	near(t, "odds, low", from, low/(1-low), 1e-13)
	near(t, "odds, high", to, high/(1-high), 1e-13)
	for _, x := range []float64{0, 1} {
		same := make([]float64, len(y))
		for i := range same {
			same[i] = x
		}
		e := estimated(t, d, stats.Mean(nil, same))
		if low, high := e.LogitInterval(0, 0.95); !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("a share of %v has the interval %v to %v", x, low, high)
		}
		if low, _ := e.LogInterval(0, 0.95); x == 0 && !math.IsNaN(low) {
			t.Error("a ratio of 0 has an interval")
		}
	}
	lonely := estimated(t, simpleSample(t, 2, nil).Domain([]bool{true, false}), stats.Mean(nil, []float64{0.5, 0}))
	if low, _ := lonely.LogitInterval(0, 0.95); !math.IsNaN(low) {
		t.Error("a share has an interval without degrees of freedom")
	}
	if low, _ := lonely.LogInterval(0, 0.95); !math.IsNaN(low) {
		t.Error("a ratio has an interval without degrees of freedom")
	}
}

// A share near 0 has an interval that stays above it.
func ExampleEstimates_LogitInterval() {
	d, err := stats.NewDesign(stats.Sampling{Rows: 10})
	if err != nil {
		panic(err)
	}
	e, err := d.Estimate(stats.Mean(nil, []float64{1, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
	if err != nil {
		panic(err)
	}
	low, high := e.LogitInterval(0, 0.95)
	fmt.Printf("%.2f, %.2f to %.2f\n", e.Value[0], low, high)
	// Output: 0.10, 0.01 to 0.58
}

// How many worry for one who does not.
func ExampleEstimates_LogInterval() {
	d, err := stats.NewDesign(stats.Sampling{Rows: 10})
	if err != nil {
		panic(err)
	}
	worry := []float64{1, 1, 1, 1, 1, 1, 0, 0, 0, 0}
	calm := []float64{0, 0, 0, 0, 0, 0, 1, 1, 1, 1}
	e, err := d.Estimate(stats.Ratio(nil, [][]float64{worry}, [][]float64{calm}))
	if err != nil {
		panic(err)
	}
	low, high := e.LogInterval(0, 0.95)
	fmt.Printf("%.2f, %.2f to %.2f\n", e.Value[0], low, high)
	// Output: 1.50, 0.32 to 6.99
}
