package model

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/dist"
)

// A WaldTest is a test that several coefficients are zero.
type WaldTest struct {
	F     float64 // statistic
	NumDF float64 // coefficients tested
	DenDF float64 // of the covariance
	P     float64
}

// Wald tests that all coefficients of some terms are zero,
//
//	F = b' V^-1 b / k     on k and df degrees of freedom
//
// with b the k coefficients that were kept, V their covariance and df that of
// the fit. NaN where V has no inverse (fewer PSUs than coefficients), where a
// coefficient has no variance but rounding (outcomes that are all equal or on a
// line, or fixed by calibration; R tests the noise), where the terms have no
// coefficient, and, for p, without degrees of freedom. With many terms and few PSUs
// V is poorly known and F too large: think of LikelihoodRatio. It panics if the
// model has no such term. R: regTermTest. TestOracle: 06, 10, 11, 12;
// TestNoVariance.
func (f *Fit) Wald(terms ...Term) WaldTest {
	index := f.plan.index(terms)
	if f.certain(index) {
		return noTest(len(index), f.DF)
	}
	return wald(f.Estimates, index, f.DF)
}

// A naive covariance is what that of coefficients would be if rows were drawn
// independently and with equal weights, for residuals of size 1. size is that of
// the outcomes, in the same unit.
type naive struct {
	cov  *mat.SymDense
	size float64
}

// rounding is the share of the size of outcomes at which residuals are rounding
// noise: a coefficient then has no variance.
const rounding = 1e-12

// none reports whether a design effect, a variance over the naive one, is noise.
func (n naive) none(effect float64) bool { return !(effect > rounding*rounding*n.size*n.size) }

// certain reports whether one of some coefficients has no variance.
func (f *Fit) certain(index []int) bool {
	return certain(f.Estimates, naive{f.Naive, f.size}, index)
}

func certain(e *stats.Estimates, n naive, index []int) bool {
	return slices.ContainsFunc(index, func(j int) bool { return n.none(e.Var(j) / n.cov.At(j, j)) })
}

func noTest(k int, ddf float64) WaldTest {
	return WaldTest{F: math.NaN(), NumDF: float64(k), DenDF: ddf, P: math.NaN()}
}

// index are the columns of some terms.
func (p *plan) index(terms []Term) (index []int) {
	for _, t := range terms {
		k := slices.IndexFunc(p.terms, t.same)
		if k < 0 {
			panic(fmt.Sprintf("model: the model has no term %s", t))
		}
		for j, of := range p.assign {
			if of == k && !slices.Contains(index, j) {
				index = append(index, j)
			}
		}
	}
	slices.Sort(index)
	return index
}

func wald(e *stats.Estimates, index []int, ddf float64) WaldTest {
	t := noTest(len(index), ddf)
	if len(index) == 0 {
		return t
	}
	b := make([]float64, len(index))
	for k, j := range index {
		b[k] = e.Value[j]
	}
	if q, ok := quadratic(b, part(e.Cov, index)); ok {
		t.F = q / t.NumDF
	}
	if ddf > 0 {
		t.P = dist.FTail(t.F, t.NumDF, ddf)
	}
	return t
}

// part is the rows and columns of a symmetric matrix at an index.
func part(v mat.Symmetric, index []int) *mat.SymDense {
	out := mat.NewSymDense(len(index), nil)
	for i, a := range index {
		for j := i; j < len(index); j++ {
			out.SetSym(i, j, v.At(a, index[j]))
		}
	}
	return out
}

// quadratic is b' v^-1 b. It is worked out on the scale of the standard errors.
func quadratic(b []float64, v *mat.SymDense) (float64, bool) {
	z, r, ok := standardise(b, v)
	var cholesky mat.Cholesky
	if !ok || !cholesky.Factorize(r) || cholesky.Cond() > 1e13 {
		return 0, false
	}
	var solved mat.VecDense
	if err := cholesky.SolveVecTo(&solved, z); err != nil {
		return 0, false
	}
	return mat.Dot(z, &solved), true
}

// standardise turns a covariance into a correlation, and b into b over its
// standard errors.
func standardise(b []float64, v *mat.SymDense) (z *mat.VecDense, r *mat.SymDense, ok bool) {
	n := len(b)
	z, r = mat.NewVecDense(n, nil), mat.NewSymDense(n, nil)
	for i := range n {
		si := math.Sqrt(v.At(i, i))
		if !(si > 0) || math.IsInf(si, 1) {
			return nil, nil, false
		}
		z.SetVec(i, b[i]/si)
		for j := i; j < n; j++ {
			r.SetSym(i, j, v.At(i, j)/si/math.Sqrt(v.At(j, j)))
		}
	}
	return z, r, true
}

// A WorkingTest compares two models by their working likelihood. In a sample
// with a design its statistic follows a sum of chi-squareds with weights Lambda,
// over a chi-squared per degree of freedom (Rao and Scott 1984; Lumley and Scott
// 2014).
type WorkingTest struct {
	ChiSquared float64
	Lambda     []float64 // descending: eigenvalues of Naive^-1 Cov, the design effects of what is tested
	DenDF      float64
}

// LikelihoodRatio tests that all coefficients of some terms are zero by how much
// worse the model fits without them,
//
//	X^2 = deviance without - deviance with,   both on the rows of this fit
//
// with weights scaled to a mean of 1. The model without is that without the
// columns. It is steadier than Wald where PSUs are few. Errors: the smaller
// model cannot be fitted. Lambda is nil, and p NaN, where the terms have no
// coefficient, the covariance is missing, or is rounding noise as in Wald. It panics
// if the model has no such term.
//
// R's regTermTest(method = "LRT") fits the smaller model to all rows in which
// the variables that are left have values, more rows than the larger one where
// a variable tested has missing values, which makes its difference of deviances
// wrong. Lumley and Scott (2014), Australian and New Zealand Journal of
// Statistics 56. TestOracle: 06, 10, 12; TestNoVariance.
func (f *Fit) LikelihoodRatio(terms ...Term) (*WorkingTest, error) {
	index := f.plan.index(terms)
	t := working(f.Estimates, naive{f.Naive, f.size}, index)
	if len(index) == 0 {
		return t, nil
	}
	deviance, err := f.without(index)
	if err != nil {
		return nil, fmt.Errorf("without %v: %w", terms, err)
	}
	t.ChiSquared = deviance - f.Deviance
	return t, nil
}

// besides are the columns of a plan but some.
func (p *plan) besides(index []int) (keep []int) {
	for j := range p.columns {
		if !slices.Contains(index, j) {
			keep = append(keep, j)
		}
	}
	return keep
}

// without is the deviance without some of the columns.
func (f *Fit) without(index []int) (float64, error) {
	keep := f.plan.besides(index)
	m := *f.model
	w := m.used(f.design.Weights())
	if len(keep) == 0 { // the offset alone
		m.constant = false
		less := *f
		less.model = &m
		return less.nullDeviance(w)
	}
	m.plan = f.plan.only(keep)
	m.x = m.plan.matrix(m.data, m.complete)
	b := newBasis(m.x, len(keep), w)
	s, err := m.solve(b, w, nil)
	if err != nil {
		return math.NaN(), err
	}
	return s.deviance * f.scale, nil
}

// WorkingWald is LikelihoodRatio without another fit, from the curvature at the
// estimate, X^2 = b' Naive^-1 b; the same for a Gaussian model with identity
// link. R: regTermTest(method = "WorkingWald"). TestOracle: 06, 10, 12.
func (f *Fit) WorkingWald(terms ...Term) *WorkingTest {
	return workingWald(f.Estimates, naive{f.Naive, f.size}, f.plan.index(terms))
}

func workingWald(e *stats.Estimates, n naive, index []int) *WorkingTest {
	t := working(e, n, index)
	b := make([]float64, len(index))
	for k, j := range index {
		b[k] = e.Value[j]
	}
	if len(index) > 0 {
		if q, ok := quadratic(b, part(n.cov, index)); ok {
			t.ChiSquared = q
		}
	}
	return t
}

// working is a test of some coefficients, without its statistic.
func working(e *stats.Estimates, n naive, index []int) *WorkingTest {
	t := &WorkingTest{ChiSquared: math.NaN(), DenDF: e.DF}
	if len(index) > 0 {
		t.Lambda = ratios(part(n.cov, index), part(e.Cov, index))
	}
	if len(t.Lambda) > 0 && n.none(t.Lambda[0]) {
		t.Lambda = nil
	}
	return t
}

// ratios are the eigenvalues of a^-1 v, descending: with a = L L', those of
// L^-1 v L^-T. nil if there are none.
func ratios(a, v *mat.SymDense) []float64 {
	var cholesky mat.Cholesky
	if !cholesky.Factorize(a) {
		return nil
	}
	var l mat.TriDense
	cholesky.LTo(&l)
	var half, full mat.Dense
	if half.Solve(&l, v) != nil || full.Solve(&l, half.T()) != nil {
		return nil
	}
	s := symmetric(&full)
	var eigen mat.EigenSym
	if !finite(s) || !eigen.Factorize(s, false) {
		return nil
	}
	values := eigen.Values(nil)
	slices.Reverse(values)
	return values
}

// P is the exact p of the test, P(sum lambda X / (X_ddf/ddf) > X^2). NaN without
// degrees of freedom or without Lambda. R approximates it; see Saddlepoint. TestOracle: 12
// (lrt_p_exact); TestTermTests.
func (t *WorkingTest) P() float64 { return t.tail(dist.FSumTail) }

// Satterthwaite is p by one F distribution with the mean and variance of the
// sum. NaN as P. R: lrt.approximation = "satterthwaite". TestOracle: 12.
func (t *WorkingTest) Satterthwaite() float64 { return t.tail(dist.FSumSatterthwaite) }

// Saddlepoint is p by the saddlepoint approximation, R's default, for those who
// compare; P is exact and as quick. NaN as P. TestOracle: 12.
func (t *WorkingTest) Saddlepoint() float64 { return t.tail(dist.FSumSaddlepoint) }

func (t *WorkingTest) tail(p func(x float64, weights, dfs []float64, ddf float64) float64) float64 {
	if t.Lambda == nil || !(t.DenDF > 0) || math.IsNaN(t.ChiSquared) {
		return math.NaN()
	}
	return p(t.ChiSquared, t.Lambda, nil, t.DenDF)
}
