package multivariate

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// Kappa estimates Cohen's kappa, how far two classifications of the same people
// agree beyond what their margins would give by chance: two waves of a question,
// two coders, a rule and a latent class,
//
//	kappa = (o - e) / (1 - e)    o = sum_c p_cc    e = sum_c p_c. p_.c
//	u     = (d_ab - o) / (W (1 - e)) - (1 - kappa) (p_.a + p_b. - 2 e) / (W (1 - e))
//
// for a row of category a in the first and b in the second classification;
// d_ab = 1 where a = b; p are weighted shares, W the sum of weights. a and b are
// codes from 0 below categories (it panics for others), -1 for missing; rows where
// one is missing are left out. Categories mean the same in both, and those that neither uses do not
// matter. Without a unit: 1 is full agreement, 0 what chance gives, negative
// below. Degrees of freedom: the design's.
//
// NaN without rows, and where all are in one and the same category in both
// (e = 1): there is nothing to agree on. Full agreement has a standard error of 0.
//
// Cohen (1960), equation 1. R: svykappa agrees; it needs as many categories in
// one as in the other, and linearises with replicate weights, too, where every
// replicate has its own kappa here. TestOracle: 15_misc; TestKappa has an example
// by hand, with the standard error of Fleiss, Cohen and Everitt (1969).
func Kappa(a, b []int, categories int) stats.Statistic {
	if len(a) != len(b) {
		panic(fmt.Sprintf("multivariate: %d and %d codes to compare", len(a), len(b)))
	}
	for i, c := range a {
		if c >= categories || b[i] >= categories {
			panic(fmt.Sprintf("multivariate: row %d has codes %d and %d of %d categories", i, c, b[i], categories))
		}
	}
	return kappa{a, b, categories}
}

type kappa struct {
	a, b       []int
	categories int
}

func (kappa) Names() []string { return []string{"kappa"} }

// agreement is kappa with its parts.
type agreement struct {
	kappa, observed, expected, sum float64
	left                           float64   // 1 - expected, without cancellation
	first, second                  []float64 // shares of the categories
}

func (s kappa) solve(w []float64) agreement {
	if len(w) != len(s.a) {
		panic(fmt.Sprintf("multivariate: %d codes for %d weights", len(s.a), len(w)))
	}
	g := agreement{first: make([]float64, s.categories), second: make([]float64, s.categories)}
	for i, a := range s.a {
		b := s.b[i]
		if w[i] == 0 || a < 0 || b < 0 {
			continue
		}
		g.sum += w[i]
		g.first[a] += w[i]
		g.second[b] += w[i]
		if a == b {
			g.observed += w[i]
		}
	}
	g.observed /= g.sum
	for c := range g.first {
		g.first[c] /= g.sum
		g.second[c] /= g.sum
	}
	for c, p := range g.first {
		g.expected += p * g.second[c]
		for other, q := range g.second {
			if other != c {
				g.left += p * q
			}
		}
	}
	g.kappa = 1 - (1-g.observed)/g.left
	if g.left == 0 {
		g.kappa = math.NaN()
	}
	return g
}

func (s kappa) At(w []float64) ([]float64, error) { return []float64{s.solve(w).kappa}, nil }

func (s kappa) Linearize(w []float64) ([]float64, [][]float64, error) {
	g := s.solve(w)
	u := make([]float64, len(w))
	if !math.IsNaN(g.kappa) {
		scale := g.sum * g.left
		for i, a := range s.a {
			b := s.b[i]
			if w[i] == 0 || a < 0 || b < 0 {
				continue
			}
			agree := 0.0
			if a == b {
				agree = 1
			}
			u[i] = (agree - g.observed - (1-g.kappa)*(g.second[a]+g.first[b]-2*g.expected)) / scale
		}
	}
	return []float64{g.kappa}, [][]float64{u}, nil
}
