package multivariate_test

import (
	"math"
	"testing"

	"tradeoff/stats/internal/derivative"
	"tradeoff/stats/multivariate"
)

// Of ten people five want it, six worry and four do both: chance would have 3.
func TestOverlap(t *testing.T) {
	want := []float64{1, 1, 1, 1, 1, 0, 0, 0, 0, 0, math.NaN(), 1}
	worry := []float64{1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1, math.NaN()}
	d := design(t, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1})
	e := estimate(t, d, multivariate.Overlap(want, worry))
	for k, x := range []float64{0.4, 0.3, 0.1, 4.0 / 3} {
		near(t, e.Names[k], e.Value[k], x, 1e-14)
	}
	w := []float64{1, 2, 0.5, 1, 3, 1, 0, 2, 1, -0.25, 1, 1}
	derivative.Check(t, multivariate.Overlap(want, worry), w, 1e-4, 1e-6, 1)
	nobody := make([]float64, len(want))
	e = estimate(t, d, multivariate.Overlap(nobody, worry))
	if !math.IsNaN(e.Value[multivariate.OverlapLift]) || e.Value[multivariate.OverlapExcess] != 0 {
		t.Errorf("nobody wants it, and the overlap is %v", e.Value)
	}
}

// Six people in the groups 2 1 / 0 3: S = 14/36, A = 18/36, B = 20/36, so that the
// index is (14/36 - 10/36) / (19/36 - 10/36) = 4/9.
func TestAdjustedRand(t *testing.T) {
	a := []int{0, 0, 0, 1, 1, 1, -1, 0}
	b := []int{0, 0, 1, 1, 1, 1, 1, -1}
	ones := []float64{1, 1, 1, 1, 1, 1, 1, 1}
	d := design(t, ones)
	near(t, "index", estimate(t, d, multivariate.AdjustedRand(a, b)).Value[0], 4.0/9, 1e-14)
	derivative.Check(t, multivariate.AdjustedRand(a, b), []float64{1, 2, 0.5, 1, 3, 1, 1, 1}, 1e-4, 1e-6, 1)

	// Hubert and Arabie's formula on a million times as many people.
	const times = 1e6
	pairs := func(n float64) float64 { return n * times * (n*times - 1) / 2 }
	S, A, B := pairs(2)+pairs(1)+pairs(3), 2*pairs(3), pairs(2)+pairs(4)
	chance := A * B / pairs(6)
	near(t, "of pairs", (S-chance)/((A+B)/2-chance), 4.0/9, 1e-5)

	same := estimate(t, d, multivariate.AdjustedRand(b, b))
	near(t, "the same groups", same.Value[0], 1, 1e-15)
	near(t, "the same groups, SE", same.SE(0), 0, 1e-15)
	one := make([]int, len(a))
	if e := estimate(t, d, multivariate.AdjustedRand(one, one)); !math.IsNaN(e.Value[0]) {
		t.Errorf("one group in both has an index of %v", e.Value[0])
	}
}
