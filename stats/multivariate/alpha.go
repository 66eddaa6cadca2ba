package multivariate

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/internal/moment"
)

// Alpha estimates Cronbach's alpha, how far k items measure one thing: the lower
// bound of the share of the variance of their sum that would come back if other
// items of the same kind were asked,
//
//	alpha = k/(k-1) (1 - sum_j S_jj / sum_jl S_jl)
//	u     = k/(k-1) (A s^2 - sum_j e_j^2) / (sum w  V)    e_j = x_j - m_j, s = sum_j e_j
//
// with S the weighted covariance matrix, V = sum_jl S_jl the variance of the sum,
// A = sum_j S_jj / V. items are columns of a length of rows, coded in one
// direction: turn items that ask the opposite around first. Rows where any is
// missing (NaN) are left out. Without a unit, at most 1, and negative where items
// contradict each other. Degrees of freedom: the design's.
//
// NaN with fewer than two items, without rows, where the sum does not vary, as
// when all answers are equal, and where negative weights leave no variances. Items that are copies of each other have 1,
// with a standard error of 0. A constant item stays in k and lowers alpha.
//
// Cronbach (1951), equation 2. R: svycralpha agrees, and has no standard error; on
// missing answers it fails. TestOracle: 15_misc; TestAlpha has a hand-made
// example, and the derivative of alpha by every weight.
func Alpha(items ...[]float64) stats.Statistic { return alpha{items} }

type alpha struct{ items [][]float64 }

func (alpha) Names() []string { return []string{"alpha"} }

func (s alpha) At(w []float64) ([]float64, error) {
	a, _, _ := s.solve(w)
	return []float64{a}, nil
}

// solve computes alpha and its gradient by the covariance matrix.
func (s alpha) solve(w []float64) (a float64, gradient *mat.SymDense, m *moment.Moments) {
	k := len(s.items)
	if k < 2 {
		return math.NaN(), nil, nil
	}
	m = moment.Of(w, s.items)
	items, total := mat.Trace(m.Cov), mat.Sum(m.Cov)
	if !(items > 0 && total > 1e-14*items) || math.IsInf(items, 1) || math.IsInf(total, 1) {
		return math.NaN(), nil, nil
	}
	f := float64(k) / float64(k-1)
	gradient = mat.NewSymDense(k, nil)
	for j := range k {
		for l := j; l < k; l++ {
			gradient.SetSym(j, l, f*items/(total*total))
		}
		gradient.SetSym(j, j, gradient.At(j, j)-f/total)
	}
	return f * (1 - items/total), gradient, m
}

func (s alpha) Linearize(w []float64) ([]float64, [][]float64, error) {
	a, gradient, m := s.solve(w)
	if math.IsNaN(a) {
		return []float64{a}, [][]float64{make([]float64, len(w))}, nil
	}
	return []float64{a}, [][]float64{m.Linearize(gradient)}, nil
}
