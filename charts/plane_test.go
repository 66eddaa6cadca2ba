package charts

import (
	"math"
	"testing"

	"tradeoff/stats/crosstab"
)

// An ellipse reaches as far as R's sqrt(2 * df / (df - 1) * qf(0.95, 2, df - 1)) says,
// in both directions, leans as the correlation does, and is cut at 0 and 1.
func TestEllipse(t *testing.T) {
	cell := func(v, se, df float64) crosstab.Cell { return crosstab.Cell{Estimate: v, SE: se, DF: df} }
	for _, c := range []struct{ df, radius float64 }{{10, 3.075529}, {2800, 2.449495}, {math.Inf(1), 2.447747}} {
		right, up, area := 0.0, 0.0, 0.0
		for _, q := range ellipse(cell(0.5, 0.02, c.df), cell(0.4, 0.01, c.df), 0.5) {
			right, up = max(right, q[0]-0.5), max(up, q[1]-0.4)
			area += (q[0] - 0.5) * (q[1] - 0.4)
		}
		if math.Abs(right/0.02-c.radius) > 1e-4 || math.Abs(up/0.01/c.radius-1) > 2e-3 || area <= 0 {
			t.Errorf("df %v: the ellipse reaches %v and %v standard errors, want %v; it leans by %v", c.df, right/0.02, up/0.01, c.radius, area)
		}
	}
	for _, q := range ellipse(cell(0.01, 0.02, 50), cell(0.99, 0.02, 50), 0) {
		if q[0] < 0 || q[1] > 1 {
			t.Errorf("the ellipse leaves 0 to 1: %v", q)
		}
	}
	if ellipse(cell(0.5, 0.02, 1), cell(0.5, 0.02, 1), 0) != nil || ellipse(cell(0.5, math.NaN(), 9), cell(0.5, 0.02, 9), 0) != nil {
		t.Error("there is an ellipse without degrees of freedom, or without a standard error")
	}
}
