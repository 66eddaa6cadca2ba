package latent

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// likeliest is the shares that maximise sum_s p_s log m_s, m = D' pi, from those
// of BCH: the same, if none is negative. The function is concave, and less sum pi
// has its maximum where sum pi = 1, so Newton's method needs no constraint but
// pi >= 0:
//
//	gradient_t = sum_s p_s D_ts/m_s - 1      K_tr = sum_s p_s D_ts D_rs / m_s^2
func likeliest(bch, p []float64, D *mat.Dense) []float64 {
	if slices.Min(bch) >= 0 {
		return bch
	}
	pi := make([]float64, len(p))
	for t := range pi {
		pi[t] = 1 / float64(len(p))
	}
	for range 500 {
		for t := range pi {
			if pi[t] < 1e-10 {
				pi[t] = 0
			}
		}
		gradient, K := slope(pi, p, D)
		inverse := inverseWhere(pi, K)
		if inverse == nil {
			return nil
		}
		step := product(inverse, gradient).RawVector().Data
		if floats.Norm(step, math.Inf(1)) > 1e-13 {
			pi = walk(pi, step, p, D)
		} else if !reviveShare(pi, gradient) {
			rescale(pi, 0, len(pi), 1) // without rounding, so that 1 is 1
			return pi
		}
	}
	return pi
}

// walk takes a step, shortened so that no share falls below a tenth of itself, and
// the likelihood, less the sum of the shares, does not fall.
func walk(pi, step, p []float64, D *mat.Dense) []float64 {
	factor := 1.0
	for t, d := range step {
		if d < 0 {
			factor = min(factor, 0.9*pi[t]/-d)
		}
	}
	height := func(pi []float64) float64 {
		h := -floats.Sum(pi)
		for s, m := range product(D.T(), pi).RawVector().Data {
			if p[s] > 0 {
				h += p[s] * math.Log(m)
			}
		}
		return h
	}
	low := height(pi) - 1e-14
	for {
		next := slices.Clone(pi)
		floats.AddScaled(next, factor, step)
		if height(next) >= low || factor < 1e-10 {
			return next
		}
		factor /= 2
	}
}

// slope is the gradient and minus the second derivatives.
func slope(pi, p []float64, D *mat.Dense) (gradient []float64, K *mat.SymDense) {
	C := len(pi)
	gradient, K = make([]float64, C), mat.NewSymDense(C, nil)
	for s := range C {
		m := 0.0
		for t := range C {
			m += pi[t] * D.At(t, s)
		}
		if p[s] == 0 || m == 0 {
			continue
		}
		column := mat.NewVecDense(C, mat.Col(nil, s, D))
		for t := range C {
			gradient[t] += p[s] * column.AtVec(t) / m
		}
		K.SymRankOne(K, p[s]/m/m, column)
	}
	for t := range gradient {
		gradient[t]--
	}
	return gradient, K
}

// inverseWhere is the inverse of K among classes with a share, zero elsewhere; nil
// if there is none.
func inverseWhere(pi []float64, K *mat.SymDense) *mat.Dense {
	C := len(pi)
	part := mat.DenseCopyOf(K)
	for t := range C {
		for r := range C {
			if pi[t] == 0 || pi[r] == 0 {
				part.Set(t, r, indicator(t == r))
			}
		}
	}
	var inverse mat.Dense
	if inverse.Inverse(part) != nil {
		return nil
	}
	for t := range C {
		if pi[t] == 0 {
			inverse.Set(t, t, 0)
		}
	}
	return &inverse
}

// reviveShare gives a small share to a class of none with which the likelihood
// would rise.
func reviveShare(pi, gradient []float64) bool {
	for t, g := range gradient {
		if pi[t] == 0 && g > 1e-9 {
			pi[t] = 1e-3
			return true
		}
	}
	return false
}

// derivatives of each share by p_s and by D_ts. Of pi = M p,
//
//	dpi = M dp - M dD' pi
//
// and where maximum likelihood has set shares to zero, of the others by the
// equations that they meet, sum_s p_s D_ts / m_s = 1,
//
//	dpi = K^-1 [sum_s D_s/m_s dp_s + sum_s p_s/m_s dD_s - sum_s p_s D_s/m_s^2 sum_r pi_r dD_rs]
func (t *third) derivatives(pi, p []float64) (byP [][]float64, byD []*mat.Dense) {
	C := len(pi)
	if !slices.Contains(pi, 0) {
		for c := range C {
			alpha := mat.Row(nil, c, t.M)
			beta := mat.NewDense(C, C, nil)
			beta.Apply(func(a, s int, _ float64) float64 { return -pi[a] * alpha[s] }, beta)
			byP, byD = append(byP, alpha), append(byD, beta)
		}
		return byP, byD
	}
	_, K := slope(pi, p, t.D)
	inverse := inverseWhere(pi, K)
	m := product(t.D.T(), pi)
	for c := range C {
		alpha, beta := make([]float64, C), mat.NewDense(C, C, nil)
		for s := range C {
			if m.AtVec(s) == 0 {
				continue // nobody of these classes is assigned to s
			}
			for r := range C {
				alpha[s] += inverse.At(c, r) * t.D.At(r, s) / m.AtVec(s)
			}
			for a := range C {
				beta.Set(a, s, (inverse.At(c, a)-pi[a]*alpha[s])*p[s]/m.AtVec(s))
			}
		}
		byP, byD = append(byP, alpha), append(byD, beta)
	}
	return byP, byD
}
