// Package derivative compares the linearised values of a statistic with its
// numerical derivatives by the weights. It is tooling for tests.
package derivative

import (
	"math"
	"testing"

	"tradeoff/stats"
)

// Check fails unless the numbers of At and Linearize agree, and every rows-th
// linearised value is the derivative of its number by the weight of the row,
//
//	u = (theta(w+h) - theta(w-h)) / 2h    h = step w
//
// within tol of the largest linearised value of the number, and rounding. Rows of
// weight zero are left out.
func Check(t testing.TB, s stats.Statistic, w []float64, step, tol float64, rows int) {
	t.Helper()
	theta, u, err := s.Linearize(w)
	if err != nil {
		t.Fatal(err)
	}
	at := must(t, s, w)
	largest := make([]float64, len(theta))
	for k := range theta {
		if !(math.Abs(at[k]-theta[k]) <= 1e-12*math.Max(1, math.Abs(theta[k]))) {
			t.Errorf("number %d: At says %.15g, Linearize %.15g", k, at[k], theta[k])
		}
		for i, x := range u[k] {
			if w[i] != 0 {
				largest[k] = math.Max(largest[k], math.Abs(x))
			}
		}
	}
	moved := append([]float64(nil), w...)
	for i := 0; i < len(w); i += rows {
		if w[i] == 0 {
			continue
		}
		h := step * w[i]
		moved[i] = w[i] + h
		up := must(t, s, moved)
		moved[i] = w[i] - h
		down := must(t, s, moved)
		moved[i] = w[i]
		for k := range theta {
			noise := 1e-14 * math.Max(1, math.Abs(theta[k])) / math.Abs(h)
			if d := (up[k] - down[k]) / (2 * h); !(math.Abs(d-u[k][i]) <= tol*largest[k]+noise) {
				t.Errorf("number %d, row %d: linearised value %.9g, derivative %.9g", k, i, u[k][i], d)
				return
			}
		}
	}
}

func must(t testing.TB, s stats.Statistic, w []float64) []float64 {
	t.Helper()
	theta, err := s.At(w)
	if err != nil {
		t.Fatal(err)
	}
	return theta
}
