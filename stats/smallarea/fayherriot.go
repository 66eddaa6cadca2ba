package smallarea

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A FayHerriotFit is an area-level model.
type FayHerriotFit struct {
	Beta, BetaSE []float64 // of the regression on x, in its order
	Between      float64   // sigma^2, the variance of areas around the regression
	Value        []float64 // estimate of each area
	MSE          []float64 // its mean squared error
	Own          []float64 // gamma: the share of the direct estimate in it, 0 to 1
	Synthetic    []float64 // the regression's prediction
}

// FayHerriot estimates the true value theta_i of every area from a direct
// estimate y_i with sampling variance psi_i and covariates x_i, in the model
//
//	y_i = theta_i + e_i,  theta_i = x_i'beta + v_i,  e_i ~ (0, psi_i), v_i ~ (0, sigma^2)
//	theta_i^ = gamma_i y_i + (1 - gamma_i) x_i'beta^,  gamma_i = sigma^2/(sigma^2 + psi_i)
//
// the empirical best linear unbiased predictor. sigma^2 maximises the restricted
// likelihood, not below zero. The mean squared error is
//
//	g1 + g2 + 2 g3
//	g1 = gamma psi
//	g2 = (1-gamma)^2 x'(X'V^-1 X)^-1 x
//	g3 = psi^2/(sigma^2+psi)^3 2/sum_j (sigma^2+psi_j)^-2
//
// direct and variance have a length of areas, x is by covariate, then area; give
// a column of ones for the intercept. An area without a direct estimate (NaN) has
// the regression's prediction with mean squared error sigma^2 + x'(X'V^-1 X)^-1 x.
// Where sigma^2 is zero no area's own estimate counts: areas do not differ beyond
// the regression as far as the data can tell.
//
// Direct estimates are taken as independent. Errors: fewer areas with an estimate
// than covariates plus one, a covariate that others determine or that is missing
// for an area, an infinite direct estimate, a sampling variance that is not
// positive (a share of 0 or 1 has an estimated variance of zero, which is wrong:
// see SmoothVariance). It panics without covariates, and for slices of different
// length. Units are those of the direct estimates; df: none, intervals are normal.
//
// Fay and Herriot (1979), Journal of the American Statistical Association 74,
// 269; mean squared error: Datta and Lahiri (2000), Statistica Sinica 10, 613;
// Rao and Molina (2015), section 6.2. R: sae::eblupFH and mseFH with
// REML; metafor::rma and blup fit the same model, and TestFayHerriot compares with them.
func FayHerriot(direct, variance []float64, x [][]float64) (*FayHerriotFit, error) {
	n, p := len(direct), len(x)
	mustLen("variances", len(variance), n)
	if p == 0 {
		panic("smallarea: a regression on nothing; give a column of ones for the intercept")
	}
	for _, c := range x {
		mustLen("covariates", len(c), n)
		for i, v := range c {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("area %d has a covariate of %g; every area needs all covariates, with a direct estimate or without", i+1, v)
			}
		}
	}
	m := &areaModel{x: x}
	for i, y := range direct {
		if math.IsNaN(y) {
			continue
		}
		if math.IsInf(y, 0) {
			return nil, fmt.Errorf("area %d has a direct estimate of %g; NaN where there is none", i+1, y)
		}
		if !(variance[i] > 0) || math.IsInf(variance[i], 1) {
			return nil, fmt.Errorf("area %d has a sampling variance of %g; it must be positive (smooth the variances of shares of 0 and 1, or leave the direct estimate out)", i+1, variance[i])
		}
		m.rows = append(m.rows, i)
		m.y, m.psi = append(m.y, y), append(m.psi, variance[i])
	}
	if len(m.rows) <= p {
		return nil, fmt.Errorf("%d areas have a direct estimate, too few for %d covariates", len(m.rows), p)
	}
	if !m.solve(0) {
		return nil, errors.New("a covariate is determined by the others; leave one out")
	}
	s2 := m.maximise()
	m.solve(s2)
	return m.fit(direct, variance, s2), nil
}

func mustLen(what string, n, want int) {
	if n != want {
		panic(fmt.Sprintf("smallarea: %d %s for %d areas", n, what, want))
	}
}

// areaModel holds the areas with a direct estimate, and the regression for one
// sigma^2.
type areaModel struct {
	rows   []int
	y, psi []float64
	x      [][]float64

	beta []float64
	inv  *mat.SymDense // (X'V^-1 X)^-1
}

// solve fits the regression by weighted least squares; false if X is singular.
func (m *areaModel) solve(s2 float64) bool {
	p := len(m.x)
	a, b := mat.NewSymDense(p, nil), mat.NewVecDense(p, nil)
	for k, i := range m.rows {
		w := 1 / (s2 + m.psi[k])
		for r := range p {
			b.SetVec(r, b.AtVec(r)+w*m.x[r][i]*m.y[k])
			for c := r; c < p; c++ {
				a.SetSym(r, c, a.At(r, c)+w*m.x[r][i]*m.x[c][i])
			}
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) || chol.Cond() > 1e13 {
		return false
	}
	beta := mat.NewVecDense(p, nil)
	if chol.SolveVecTo(beta, b) != nil {
		return false
	}
	m.inv = mat.NewSymDense(p, nil)
	if chol.InverseTo(m.inv) != nil {
		return false
	}
	m.beta = beta.RawVector().Data
	return true
}

// predict is x_i'beta, and x_i'(X'V^-1 X)^-1 x_i.
func (m *areaModel) predict(i int) (value, variance float64) {
	for r := range m.x {
		value += m.x[r][i] * m.beta[r]
		for c := range m.x {
			variance += m.x[r][i] * m.inv.At(r, c) * m.x[c][i]
		}
	}
	return value, variance
}

// score is twice the derivative of the restricted log-likelihood by sigma^2,
// y'PPy - tr P with P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1.
func (m *areaModel) score(s2 float64) float64 {
	m.solve(s2)
	s := 0.0
	for k, i := range m.rows {
		v := s2 + m.psi[k]
		fit, h := m.predict(i)
		e := m.y[k] - fit
		s += e*e/(v*v) - 1/v + h/(v*v)
	}
	return s
}

// likelihood is twice the restricted log-likelihood, up to a constant.
func (m *areaModel) likelihood(s2 float64) float64 {
	m.solve(s2)
	l := 0.0
	for k, i := range m.rows {
		v := s2 + m.psi[k]
		fit, _ := m.predict(i)
		l -= math.Log(v) + (m.y[k]-fit)*(m.y[k]-fit)/v
	}
	det, _ := mat.LogDet(m.inv)
	return l + det
}

// maximise finds the sigma^2 with the largest restricted likelihood: the best of
// a grid over all sizes that matter, then the root of the score beside it. With
// several maxima it finds the highest, unless two lie between neighbours of the
// grid.
func (m *areaModel) maximise() float64 {
	low, high := math.Inf(1), 0.0
	for k, y := range m.y {
		low = math.Min(low, m.psi[k])
		high = math.Max(high, math.Max(m.psi[k], (y-m.y[0])*(y-m.y[0])))
	}
	const steps = 200
	grid := []float64{0}
	for i := range steps + 1 {
		grid = append(grid, low*1e-6*math.Pow(10*high/(low*1e-6), float64(i)/steps))
	}
	best := 0
	for i, l := 0, math.Inf(-1); i < len(grid); i++ {
		if v := m.likelihood(grid[i]); v > l {
			best, l = i, v
		}
	}
	if best == 0 && m.score(0) <= 0 {
		return 0
	}
	a, b := grid[max(0, best-1)], grid[min(best+1, len(grid)-1)]
	for range 200 {
		middle := (a + b) / 2
		if middle == a || middle == b {
			break
		}
		if m.score(middle) > 0 {
			a = middle
		} else {
			b = middle
		}
	}
	return (a + b) / 2
}

func (m *areaModel) fit(direct, variance []float64, s2 float64) *FayHerriotFit {
	n := len(direct)
	f := &FayHerriotFit{
		Beta: m.beta, BetaSE: make([]float64, len(m.beta)), Between: s2,
		Value: make([]float64, n), MSE: make([]float64, n), Own: make([]float64, n), Synthetic: make([]float64, n),
	}
	for r := range f.BetaSE {
		f.BetaSE[r] = math.Sqrt(m.inv.At(r, r))
	}
	information := 0.0
	for _, psi := range m.psi {
		information += 1 / ((s2 + psi) * (s2 + psi))
	}
	for i, y := range direct {
		fit, h := m.predict(i)
		f.Synthetic[i], f.Value[i], f.MSE[i] = fit, fit, s2+h
		if math.IsNaN(y) {
			continue
		}
		psi := variance[i]
		gamma := s2 / (s2 + psi)
		f.Own[i] = gamma
		f.Value[i] = gamma*y + (1-gamma)*fit
		g3 := psi * psi / math.Pow(s2+psi, 3) * 2 / information
		f.MSE[i] = gamma*psi + (1-gamma)*(1-gamma)*h + 2*g3
	}
	return f
}

// SmoothVariance is the sampling variance of shares as FayHerriot wants it,
//
//	psi_i = deff p (1-p) / n_i
//
// with one share p for all, that of the whole sample, and an average design
// effect: what a cell's own answers say of its variance is too noisy, and
// nothing where nobody or everybody said yes. n is the unweighted base of each
// area; NaN where it is zero. A generalised variance function (Wolter 2007,
// chapter 7). TestSmoothVariance checks it by hand.
func SmoothVariance(p, deff float64, n []float64) []float64 {
	v := make([]float64, len(n))
	for i, m := range n {
		v[i] = math.NaN()
		if m > 0 {
			v[i] = deff * p * (1 - p) / m
		}
	}
	return v
}
