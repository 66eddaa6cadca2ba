package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// This file holds the one variance function of linearisation. With z_i = w_i u_i
// the weighted linearised values, z_hj their totals over unit j of stratum h,
//
//	V = sum_h (1-f_h) n_h/(n_h-1) sum_j (z_hj - z_h)(z_hj - z_h)'
//	    + sum_hj f_h V_hj
//
// where z_h is the mean of z_hj over all n_h units of the stratum in the sample,
// whether the domain reaches them or not, and V_hj the same formula inside unit
// hj at the next stage (Cochran 1977, chapters 5 and 11; Woodruff 1971;
// Bellhouse 1985). Without fpc f_h = 0 and later stages vanish.
//
// TestOracle checks it against R's svyrecvar: 01_means, 04_domains, 06_lonely.

// symmetric is a symmetric matrix in the making.
type symmetric struct{ *mat.SymDense }

func newSymmetric(k int) symmetric {
	if k == 0 {
		return symmetric{&mat.SymDense{}}
	}
	return symmetric{mat.NewSymDense(k, nil)}
}

// add adds f x x'.
func (s symmetric) add(f float64, x []float64) {
	if f != 0 && len(x) > 0 {
		blas64.Syr(f, blas64.Vector{N: len(x), Data: x, Inc: 1}, s.RawSymmetric())
	}
}

// linear is the variance of totals of z, columns of a length of rows. The
// columns are changed: adjustments take out of them what they made certain.
func (d *Design) linear(z [][]float64) symmetric {
	K := len(z)
	// The last adjustment comes first: what it leaves is a linear function of the
	// weights that the one before it made, and so on down to the first. R takes
	// them in the order in which they were made, which is not the derivative.
	for _, a := range slices.Backward(d.adjusted) {
		for _, column := range z {
			a.Residuals(column)
		}
	}
	v := newSymmetric(K)
	for k := range d.stages {
		st := &d.stages[k]
		totals := make([]float64, len(st.stratum)*K)
		reached := make([]bool, len(st.stratum)) // units that the domain reaches
		for i, u := range st.unit {
			reached[u] = reached[u] || d.counts(i)
		}
		for c, column := range z {
			for i, u := range st.unit {
				totals[int(u)*K+c] += column[i]
			}
		}
		d.addStage(v, st, totals, reached, K)
	}
	return v
}

// addStage adds the variance between the units of one stage.
func (d *Design) addStage(v symmetric, st *stage, totals []float64, reached []bool, K int) {
	mean := make([]float64, len(st.strata)*K)
	reaches := make([]int, len(st.strata)) // units that the domain reaches
	for u, h := range st.stratum {
		if reached[u] {
			reaches[h]++
		}
		for c := range K {
			mean[int(h)*K+c] += totals[u*K+c] / float64(st.strata[h].n)
		}
	}
	scale := d.scales(st, reaches)
	e := make([]float64, K)
	for u, h := range st.stratum {
		if scale[h] == 0 {
			continue
		}
		copy(e, totals[u*K:][:K])
		if !d.uncentred(&st.strata[h], reaches[h]) {
			for c := range e {
				e[c] -= mean[int(h)*K+c]
			}
		}
		v.add(scale[h], e)
	}
}

// uncentred reports whether the units of a stratum are measured from the mean of
// the sample, where linearised values are zero.
func (d *Design) uncentred(h *stratum, reaches int) bool {
	if d.lonely != LonelyAdjust {
		return false
	}
	return h.n == 1 || d.domains && reaches == 1
}

// scales are the factors of the squares of each stratum: (1-f) n/(n-1), times
// the sampled shares of the stages before; NaN where LonelyAverage has no
// stratum to average.
func (d *Design) scales(st *stage, reaches []int) []float64 {
	scale := make([]float64, len(st.strata))
	parents := 0
	for _, h := range st.strata {
		parents = max(parents, int(h.parent)+1)
	}
	all, known := make([]int, parents), make([]int, parents)
	for i := range st.strata {
		h := &st.strata[i]
		missing := d.lonely == LonelyAverage && (h.isLonely() || d.domains && reaches[i] == 1 && h.n > 1 && h.left > full)
		if reaches[i] > 0 {
			all[h.parent]++
			if !missing {
				known[h.parent]++
			}
		}
		switch {
		case h.left <= full || missing:
		case h.n > 1:
			scale[i] = h.factor * h.left * float64(h.n) / float64(h.n-1)
		case d.lonely == LonelyAdjust:
			scale[i] = h.factor * h.left
		}
	}
	if d.lonely == LonelyAverage {
		for i := range scale {
			p := st.strata[i].parent
			switch {
			case all[p] == known[p]:
			case known[p] == 0:
				scale[i] = math.NaN()
			default:
				scale[i] *= float64(all[p]) / float64(known[p])
			}
		}
	}
	return scale
}
