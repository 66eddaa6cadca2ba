package multivariate

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// AdjustedRand estimates how far two ways to sort the same people into groups agree,
// where the groups of one have no counterpart in the other: privacy types by a rule,
// and classes found in the answers. Of pairs of people, it compares how many are
// together in both with how many chance would put together,
//
//	R = (S - A B) / ((A + B)/2 - A B)    S = sum p_ij^2, A = sum p_i.^2, B = sum p_.j^2
//	u = (dS - B dA - A dB - R ((dA + dB)/2 - B dA - A dB)) / ((A + B)/2 - A B)
//
// with dS = 2 (p_ij - S)/W, dA = 2 (p_i. - A)/W, dB = 2 (p_.j - B)/W for a row in
// groups i and j, W the sum of weights and p the weighted shares. a and b are codes
// from 0, -1 for missing; rows where one is missing are left out. Without a unit: 1
// is the same groups, 0 what chance gives. Degrees of freedom: the design's.
//
// It counts pairs in the population, a person with itself included, where the
// formula for a sample of n (Hubert and Arabie 1985, equation 5) counts pairs of
// two; the two differ by an order of 1/n. NaN without rows, and where all are in
// one group in both. The same groups have a standard error of 0.
//
// TestAdjustedRand has an example by hand, and that formula on many people.
func AdjustedRand(a, b []int) stats.Statistic {
	if len(a) != len(b) {
		panic(fmt.Sprintf("multivariate: %d and %d codes to compare", len(a), len(b)))
	}
	s := adjustedRand{a: a, b: b}
	for i := range a {
		s.first, s.second = max(s.first, a[i]+1), max(s.second, b[i]+1)
	}
	return s
}

type adjustedRand struct {
	a, b          []int
	first, second int // groups of each
}

func (adjustedRand) Names() []string { return []string{"adjusted Rand index"} }

// pairing is the index with its parts.
type pairing struct {
	index, S, A, B, span, sum float64
	both                      []float64 // shares by group of both
	first, second             []float64
}

func (s adjustedRand) solve(w []float64) pairing {
	g := pairing{both: make([]float64, s.first*s.second), first: make([]float64, s.first), second: make([]float64, s.second)}
	for i, a := range s.a {
		if b := s.b[i]; w[i] != 0 && a >= 0 && b >= 0 {
			g.sum += w[i]
			g.both[a*s.second+b] += w[i]
		}
	}
	for k := range g.both {
		g.both[k] /= g.sum
		g.first[k/s.second] += g.both[k]
		g.second[k%s.second] += g.both[k]
	}
	g.S, g.A, g.B = squares(g.both), squares(g.first), squares(g.second)
	g.span = (g.A+g.B)/2 - g.A*g.B
	g.index = (g.S - g.A*g.B) / g.span
	if g.span == 0 {
		g.index = math.NaN()
	}
	return g
}

func squares(p []float64) (sum float64) {
	for _, x := range p {
		sum += x * x
	}
	return sum
}

func (s adjustedRand) At(w []float64) ([]float64, error) { return []float64{s.solve(w).index}, nil }

func (s adjustedRand) Linearize(w []float64) ([]float64, [][]float64, error) {
	g := s.solve(w)
	u := make([]float64, len(w))
	if !math.IsNaN(g.index) {
		for i, a := range s.a {
			b := s.b[i]
			if w[i] == 0 || a < 0 || b < 0 {
				continue
			}
			dS, dA, dB := 2*(g.both[a*s.second+b]-g.S), 2*(g.first[a]-g.A), 2*(g.second[b]-g.B)
			chance := g.B*dA + g.A*dB
			u[i] = (dS - chance - g.index*((dA+dB)/2-chance)) / (g.span * g.sum)
		}
	}
	return []float64{g.index}, [][]float64{u}, nil
}
