package logit

import (
	"math"
	"testing"
)

// Expit mirrors around 0, Softplus is its integral, and neither overflows.
func TestLogit(t *testing.T) {
	for _, x := range []float64{-800, -40, -2, -0.1, 0, 0.3, 5, 40, 800} {
		if got := Expit(x) + Expit(-x); math.Abs(got-1) > 1e-15 {
			t.Errorf("%g and its mirror add up to %g", x, got)
		}
		if got := Softplus(x) - Softplus(-x); math.Abs(got-x) > 1e-12 {
			t.Errorf("softplus of %g: %g above that of the mirror", x, got)
		}
		const h = 1e-5
		if slope := (Softplus(x+h) - Softplus(x-h)) / (2 * h); math.Abs(slope-Expit(x)) > 1e-6 {
			t.Errorf("softplus rises by %g at %g, expit is %g", slope, x, Expit(x))
		}
	}
	// log(1 + 1) and log(1 + e), and 1/(1 + 1/3) where the odds are 3.
	for x, want := range map[float64]float64{0: math.Ln2, 1: 1.3132616875182228} {
		if got := Softplus(x); math.Abs(got-want) > 1e-15 {
			t.Errorf("softplus of %g: %g", x, got)
		}
	}
	if got := Expit(math.Log(3)); math.Abs(got-0.75) > 1e-15 {
		t.Errorf("odds of 3: %g", got)
	}
}
