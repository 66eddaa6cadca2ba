package smallarea

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"tradeoff/stats"
	"tradeoff/stats/internal/logit"
)

// A Group is a classification of the cells whose levels have random effects:
// country, age band, country x age.
type Group struct {
	Name  string
	Level []int // of each cell, from 0
}

// A MultilevelFit is a logistic model of counts in cells.
type MultilevelFit struct {
	Beta          []float64   // fixed effects, in the order of x, on the logit scale
	SD            []float64   // standard deviation of the effects of each group
	Effects       [][]float64 // by group, then level: the modes
	LogLikelihood float64     // Laplace's approximation, without the binomial coefficients
	P             []float64   // modelled share of each cell, 0 to 1

	rows [][]float64   // of each cell: x, then the scaled indicators of the effects
	cov  *mat.SymDense // of fixed and scaled random effects
}

// Multilevel fits, to y_c yeses of n_c people in cell c,
//
//	logit p_c = x_c'beta + sum_g b_g,level(c),   b_g,l ~ N(0, sigma_g^2)
//
// by maximising Laplace's approximation to the likelihood over beta and sigma.
// Levels with few people are pulled towards the others, cells without any get
// their levels' effects.
//
// yes and n have a length of cells and need not be whole (see EffectiveCells); x
// is by covariate, then cell, with a column of ones for the intercept. Cells
// with n = 0 count for nothing but get a P. A sigma of zero says that the levels
// do not differ as far as the data can tell.
//
// Errors: y outside of 0 to n, nobody or everybody says yes, a covariate that
// others determine or that is missing, covariates that separate those who say yes
// from those who say no (a coefficient would be infinite), no convergence. It panics for slices of
// different length and levels below 0. Gelman and Hill (2007), section 14.1; R:
// lme4::glmer with nAGQ = 1, with which TestMultilevel compares it.
func Multilevel(yes, n []float64, x [][]float64, groups []Group) (*MultilevelFit, error) {
	m := &multilevel{yes: yes, n: n, x: x, groups: groups}
	if err := m.check(); err != nil {
		return nil, err
	}
	best, err := m.maximise()
	if err != nil {
		return nil, err
	}
	f := m.fit(best)
	for c, share := range f.P {
		if m.n[c] > 0 && math.Abs(share-0.5) > 0.5-separated {
			return nil, fmt.Errorf("cell %d has a modelled share of %g: the covariates separate those who say yes from those who say no; leave the covariate out that does, or make it a group", c+1, math.Round(share))
		}
	}
	return f, nil
}

// separated is the distance from 0 or 1 at which a share is there, but for the
// step at which the search stopped.
const separated = 1e-8

// multilevel is the model in the making. Parameters are sigma of every group,
// then beta; effects are sigma u with u standard normal.
type multilevel struct {
	yes, n []float64
	x      [][]float64
	groups []Group
	levels []int // number of levels of each group
	u      []float64
}

func (m *multilevel) check() error {
	C := len(m.n)
	mustLen("yeses", len(m.yes), C)
	for _, c := range m.x {
		mustLen("covariates", len(c), C)
		for cell, v := range c {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("cell %d has a covariate of %g; every cell needs all covariates", cell+1, v)
			}
		}
	}
	all, said := 0.0, 0.0
	for c, n := range m.n {
		if !(n >= 0) || !(m.yes[c] >= 0) || m.yes[c] > n*(1+1e-12) {
			return fmt.Errorf("cell %d has %g yeses of %g; a count lies between 0 and its base", c+1, m.yes[c], n)
		}
		all, said = all+n, said+m.yes[c]
	}
	if said == 0 || said == all {
		return errors.New("nobody or everybody says yes; there is nothing to model")
	}
	for _, g := range m.groups {
		mustLen("levels of "+g.Name, len(g.Level), C)
		if l := slices.Min(g.Level); l < 0 {
			panic(fmt.Sprintf("smallarea: level %d of %s", l, g.Name))
		}
		m.levels = append(m.levels, slices.Max(g.Level)+1)
	}
	q := 0
	for _, l := range m.levels {
		q += l
	}
	m.u = make([]float64, q)
	x := mat.NewSymDense(max(1, len(m.x)), nil)
	for r := range m.x {
		for s := r; s < len(m.x); s++ {
			for c, n := range m.n {
				if n > 0 {
					x.SetSym(r, s, x.At(r, s)+m.x[r][c]*m.x[s][c])
				}
			}
		}
	}
	var chol mat.Cholesky
	if len(m.x) > 0 && (!chol.Factorize(x) || chol.Cond() > 1e13) {
		return errors.New("a covariate is determined by the others; leave one out")
	}
	return nil
}

// maximise climbs, by quasi-Newton steps with numerical derivatives, from a large
// and a small spread of the effects, and takes the higher end. The surface is
// smooth, but bounded at sigma = 0, where its mirror image continues it.
func (m *multilevel) maximise() ([]float64, error) {
	p := optimize.Problem{Func: func(par []float64) float64 { return -m.laplace(par) }}
	p.Grad = func(gradient, par []float64) {
		fd.Gradient(gradient, p.Func, par, &fd.Settings{Formula: fd.Central})
	}
	var best []float64
	value := math.Inf(1)
	for _, sigma := range []float64{1, 0.2} {
		start := make([]float64, len(m.groups)+len(m.x))
		for g := range m.groups {
			start[g] = sigma
		}
		// Where rounding leaves nothing to gain the line search fails, which is the
		// usual end; whether it is one the gradient says.
		r, err := optimize.Minimize(p, start, &optimize.Settings{GradientThreshold: 1e-6, MajorIterations: 1000}, &optimize.BFGS{})
		if r == nil {
			return nil, fmt.Errorf("the multilevel model does not converge: %w", err)
		}
		gradient := make([]float64, len(start))
		p.Grad(gradient, r.X)
		if floats.Norm(gradient, math.Inf(1)) < 1e-4 && r.F < value {
			best, value = r.X, r.F
		}
	}
	if best == nil {
		return nil, errors.New("the multilevel model does not converge; leave out covariates, or groups with few levels")
	}
	for g := range m.groups {
		best[g] = math.Abs(best[g])
		zero := slices.Clone(best)
		zero[g] = 0
		if -m.laplace(zero) <= value+1e-9 {
			best = zero
		}
	}
	return best, nil
}

// linear is the linear predictor of a cell.
func (m *multilevel) linear(par []float64, c int) float64 {
	eta, first := 0.0, 0
	for k, x := range m.x {
		eta += par[len(m.groups)+k] * x[c]
	}
	for g, group := range m.groups {
		eta += par[g] * m.u[first+group.Level[c]]
		first += m.levels[g]
	}
	return eta
}

// penalised is the log-likelihood given the effects less their penalty.
func (m *multilevel) penalised(par []float64) float64 {
	l := 0.0
	for c, n := range m.n {
		if n > 0 {
			eta := m.linear(par, c)
			l += m.yes[c]*eta - n*logit.Softplus(eta)
		}
	}
	for _, u := range m.u {
		l -= u * u / 2
	}
	return l
}

// hessian is the information about u and its gradient.
func (m *multilevel) hessian(par []float64) (h *mat.SymDense, gradient *mat.VecDense) {
	q := len(m.u)
	h, gradient = mat.NewSymDense(q, nil), mat.NewVecDense(q, nil)
	at := make([]int, len(m.groups))
	for c, n := range m.n {
		if n == 0 {
			continue
		}
		p := logit.Expit(m.linear(par, c))
		w, e := n*p*(1-p), m.yes[c]-n*p
		first := 0
		for g, group := range m.groups {
			at[g] = first + group.Level[c]
			first += m.levels[g]
		}
		for g, i := range at {
			gradient.SetVec(i, gradient.AtVec(i)+par[g]*e)
			for k, j := range at[:g+1] {
				h.SetSym(i, j, h.At(i, j)+w*par[g]*par[k])
			}
		}
	}
	for i, u := range m.u {
		h.SetSym(i, i, h.At(i, i)+1)
		gradient.SetVec(i, gradient.AtVec(i)-u)
	}
	return h, gradient
}

// laplace is the approximate log-likelihood of the parameters: the penalised one
// at its mode over u, by Newton steps, less half the log determinant there.
func (m *multilevel) laplace(par []float64) float64 {
	clear(m.u) // the same steps for the same parameters
	if len(m.u) == 0 {
		return m.penalised(par)
	}
	l := m.penalised(par)
	var chol mat.Cholesky
	for range 100 {
		h, gradient := m.hessian(par)
		if !chol.Factorize(h) {
			return math.Inf(-1)
		}
		step := mat.NewVecDense(len(m.u), nil)
		if chol.SolveVecTo(step, gradient) != nil {
			return math.Inf(-1)
		}
		old, before := slices.Clone(m.u), l
		for f := 1.0; ; f /= 2 {
			for i := range m.u {
				m.u[i] = old[i] + f*step.AtVec(i)
			}
			if l = m.penalised(par); l >= before-1e-14*math.Abs(before) || f < 1e-10 {
				break
			}
		}
		if mat.Norm(step, 2) < 1e-10*(1+math.Sqrt(float64(len(m.u)))) {
			break
		}
	}
	h, _ := m.hessian(par)
	if !chol.Factorize(h) {
		return math.Inf(-1)
	}
	return l - chol.LogDet()/2
}

// fit works out effects, shares and the covariance of everything given sigma.
func (m *multilevel) fit(par []float64) *MultilevelFit {
	f := &MultilevelFit{LogLikelihood: m.laplace(par)}
	G := len(m.groups)
	f.SD, f.Beta = slices.Clone(par[:G]), slices.Clone(par[G:])
	first := 0
	for g, l := range m.levels {
		effects := make([]float64, l)
		for i := range effects {
			effects[i] = par[g] * m.u[first+i]
		}
		f.Effects = append(f.Effects, effects)
		first += l
	}
	p, K := len(m.x), len(m.x)+len(m.u)
	information := mat.NewSymDense(K, nil)
	for i := range m.u {
		information.SetSym(p+i, p+i, 1)
	}
	for c, n := range m.n {
		row := make([]float64, K)
		for k, x := range m.x {
			row[k] = x[c]
		}
		first := p
		for g, group := range m.groups {
			row[first+group.Level[c]] = par[g]
			first += m.levels[g]
		}
		f.rows = append(f.rows, row)
		share := logit.Expit(m.linear(par, c))
		f.P = append(f.P, share)
		information.SymRankOne(information, n*share*(1-share), mat.NewVecDense(K, row))
	}
	f.cov = mat.NewSymDense(K, nil)
	var chol mat.Cholesky
	if chol.Factorize(information) && chol.InverseTo(f.cov) == nil {
		return f
	}
	for i := range K {
		for j := i; j < K; j++ {
			f.cov.SetSym(i, j, math.NaN())
		}
	}
	return f
}

// Poststratify estimates the share of yes in an area from the model, by the
// population of each of its cells,
//
//	P = sum_c N_c p_c / sum_c N_c
//
// with a standard error by the delta method from the joint covariance of fixed
// and random effects given their standard deviations: what is not known about
// the latter is left out, so it is somewhat too small where groups have few
// levels. population has a length of cells, zero outside of the area; NaN if it
// is all zero. The interval is symmetric on the logit scale at a level of, say,
// 0.95, with normal quantiles left to the caller: half width z SE/(P(1-P)).
// Park, Gelman and Bafumi (2004), Political Analysis 12, 375. TestPoststratify.
func (f *MultilevelFit) Poststratify(population []float64) (share, se float64) {
	mustLen("populations", len(population), len(f.P))
	N := 0.0
	for _, n := range population {
		N += n
	}
	if N == 0 {
		return math.NaN(), math.NaN()
	}
	K, _ := f.cov.Dims()
	gradient := mat.NewVecDense(K, nil)
	for c, n := range population {
		if n != 0 {
			share += n / N * f.P[c]
			gradient.AddScaledVec(gradient, n/N*f.P[c]*(1-f.P[c]), mat.NewVecDense(K, f.rows[c]))
		}
	}
	return share, math.Sqrt(mat.Inner(gradient, f.cov, gradient))
}

// EffectiveCells turns weighted answers into the counts that Multilevel takes,
// so that weights enter and precision is not overstated: in each of k cells
//
//	n* = n / deff,  y* = n* (sum w y / sum w)
//
// with deff = 1 + CV^2 of the weights over the whole sample (Kish). y is 0 or 1,
// NaN is left out; cell is the cell of each row from 0, -1 is in none. Clusters
// beyond the weights are not in deff; multiply n* and y* down by their design
// effect if they matter. Ghitza and Gelman (2013), American Journal of Political
// Science 57, 762. TestEffectiveCells checks it by hand.
func EffectiveCells(d *stats.Design, y []float64, cell []int, k int) (yes, n []float64) {
	mustLen("answers", len(y), d.Rows())
	mustLen("cells of rows", len(cell), d.Rows())
	yes, n = make([]float64, k), make([]float64, k)
	weight := make([]float64, k)
	rows, s, s2 := 0.0, 0.0, 0.0
	for i, w := range d.Weights() {
		if cell[i] >= k {
			panic(fmt.Sprintf("smallarea: cell %d of %d", cell[i], k))
		}
		if c := cell[i]; c >= 0 && w != 0 && !math.IsNaN(y[i]) {
			n[c]++
			weight[c] += w
			yes[c] += w * y[i]
			rows, s, s2 = rows+1, s+w, s2+w*w
		}
	}
	for c := range n {
		if n[c] > 0 {
			n[c] *= s * s / s2 / rows
			yes[c] = math.Min(n[c], n[c]*yes[c]/weight[c])
		}
	}
	return yes, n
}
