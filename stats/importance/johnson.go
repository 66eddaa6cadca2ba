package importance

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// Johnson estimates the relative weights of predictors in the linear model of y:
// predictors are replaced by the uncorrelated variables nearest to them, whose
// squared coefficients divide R^2, and these are handed back by their squared
// correlations with the predictors,
//
//	L = R^(1/2)    b = L^-1 r    weight_j = sum_k L_jk^2 b_k^2
//
// with R the weighted correlations of the predictors and r theirs with y. y and the
// columns of x have a length of rows; rows where any is missing (NaN) are left out. The
// numbers are R^2, the m weights, which add up to it, and the m shares of R^2, all 0
// to 1. Linearised values are those of the formula, through the derivative of the
// square root of a matrix. Degrees of freedom: the design's.
//
// The weights are close to LMG, equal to it for two predictors, and take no time for any
// number of predictors: the number here is limited only by memory. A
// predictor of several columns has the sum of their weights, which depends a little on
// the choice of columns (which level of a factor is left out), unlike LMG: give all
// indicators, so that no level is special. Columns that are sums of others are fine,
// as L^-1 is the generalised inverse; columns that do not vary have weight 0. All
// numbers are NaN without rows and where y does not vary; shares are NaN where R^2
// is 0.
//
// Johnson (2000); Thomas, Zumbo, Kwan and Schweitzer (2014) say
// where they are weak: copies of a predictor share its weight. R: yhat::rlw.
// TestOracle: 19_relimp; TestLinearized.
func Johnson(y []float64, x ...Predictor) stats.Statistic {
	return linear{newModel(y, x), divideJohnson, math.MaxInt}
}

// root is the spectral decomposition of the correlations of predictors, their
// square root L, and its singular values s.
type root struct {
	v *mat.Dense
	s []float64 // 0 where columns are sums of others
	l *mat.Dense
}

// rootOf is the root of R without row and column 0, which are y's.
func rootOf(r *mat.SymDense) root {
	p := r.SymmetricDim() - 1
	q := root{v: new(mat.Dense), s: make([]float64, p), l: mat.NewDense(p, p, nil)}
	var e mat.EigenSym
	if !e.Factorize(r.SliceSym(1, p+1), true) {
		panic("importance: no eigenvalues of finite correlations")
	}
	e.VectorsTo(q.v)
	for a, value := range e.Values(nil) {
		if value > tolerance {
			q.s[a] = math.Sqrt(value)
		}
	}
	var scaled mat.Dense
	scaled.Apply(func(_, a int, x float64) float64 { return x * q.s[a] }, q.v)
	q.l.Mul(&scaled, q.v.T())
	return q
}

// solve is L^-1 x, with the generalised inverse.
func (q root) solve(x []float64) []float64 {
	out := make([]float64, len(x))
	for a, s := range q.s {
		if s == 0 {
			continue
		}
		t := 0.0
		for j, v := range x {
			t += q.v.At(j, a) * v
		}
		for j := range out {
			out[j] += q.v.At(j, a) * t / s
		}
	}
	return out
}

func divideJohnson(r *mat.SymDense, group []int, predictors int, gradients bool) ([]float64, []*mat.SymDense) {
	p := len(group)
	parts := make([]float64, predictors)
	var g []*mat.SymDense
	if gradients {
		for range predictors {
			g = append(g, mat.NewSymDense(p+1, nil))
		}
	}
	if p == 0 {
		return parts, g
	}
	q := rootOf(r)
	xy := make([]float64, p)
	for j := range xy {
		xy[j] = r.At(0, j+1)
	}
	b := q.solve(xy)
	for j, of := range group {
		for k, v := range b {
			l := q.l.At(j, k)
			parts[of] += l * l * v * v
		}
		if gradients {
			q.addGradient(g[of], j, b)
		}
	}
	return parts, g
}

// addGradient adds the gradient of weight_j by the correlations. With h_k = 2
// L_jk^2 b_k
//
//	d weight_j = sum_k 2 L_jk b_k^2 dL_jk + h'db
//
// In the axes of the eigenvectors, where s are the square roots of the eigenvalues,
// dL_ac = dR_ac / (s_a + s_c) and, from L b = r, db_a = (dr_a - sum_c dL_ac b_c) /
// s_a. Axes with s = 0 have no b, but turn:  db_a = sum_c dL_ac b_c / s_c.
func (q root) addGradient(g *mat.SymDense, j int, b []float64) {
	p := len(b)
	h, direct := mat.NewVecDense(p, nil), mat.NewVecDense(p, nil)
	for k, v := range b {
		l := q.l.At(j, k)
		h.SetVec(k, 2*l*l*v)
		direct.SetVec(k, 2*l*v*v)
	}
	var ha, ba, da mat.VecDense // in the axes
	ha.MulVec(q.v.T(), h)
	ba.MulVec(q.v.T(), mat.NewVecDense(p, b))
	da.MulVec(q.v.T(), direct)
	ga, gr := mat.NewDense(p, p, nil), mat.NewVecDense(p, nil)
	for a, s := range q.s {
		if s > 0 {
			gr.SetVec(a, ha.AtVec(a)/s)
		}
		for c, other := range q.s {
			if s+other == 0 {
				continue
			}
			d := q.v.At(j, a) * da.AtVec(c)
			switch {
			case s > 0:
				d -= ha.AtVec(a) / s * ba.AtVec(c)
			case other > 0:
				d += ha.AtVec(a) * ba.AtVec(c) / other
			}
			ga.Set(a, c, d/(s+other))
		}
	}
	var back, whole mat.Dense
	back.Mul(q.v, ga)
	whole.Mul(&back, q.v.T())
	var y mat.VecDense
	y.MulVec(q.v, gr)
	for i := range p {
		g.SetSym(0, i+1, g.At(0, i+1)+y.AtVec(i)/2) // both triangles together are dr
		for k := i; k < p; k++ {
			g.SetSym(i+1, k+1, g.At(i+1, k+1)+(whole.At(i, k)+whole.At(k, i))/2)
		}
	}
}
