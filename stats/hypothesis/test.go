package hypothesis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats/dist"
)

// A Test is the outcome of a test that several numbers obey a hypothesis
// together.
type Test struct {
	Method    string  // for people
	Statistic float64 // F, or chi-squared where DenDF is infinite
	NumDF     float64 // degrees of freedom of the hypothesis
	DenDF     float64 // degrees of freedom of the design; +Inf = chi-squared
	P         float64 // NaN = there is no test
}

// newTest is the test of a statistic that has the F distribution, or, for
// infinite den, the chi-squared distribution. Without degrees of freedom there is
// no test.
func newTest(method string, statistic, num, den float64) Test {
	t := Test{Method: method, Statistic: statistic, NumDF: num, DenDF: den, P: math.NaN()}
	switch {
	case math.IsNaN(statistic) || !(num > 0) || !(den > 0):
	case math.IsInf(den, 1):
		t.P = dist.ChiSquaredTail(statistic, num)
	default:
		t.P = dist.FTail(statistic, num, den)
	}
	return t
}

// A TTest is the outcome of a test that one number (a mean, a difference, a
// slope) has a given value.
type TTest struct {
	Name     string  // of the number, for people
	Estimate float64 // in the unit of the answers
	Null     float64 // value under the hypothesis
	SE       float64
	T        float64 // (Estimate - Null) / SE
	DF       float64 // +Inf = the normal distribution
	P        float64 // two-sided; NaN = there is no test
}

// rounding is the share of the size of the numbers at which a standard error is
// rounding noise: the number has no variance in the design.
const rounding = 1e-12

// newTTest is a t test. scale is the size of the numbers behind the estimate,
// against which a standard error may be rounding noise; then, or without
// degrees of freedom, there is no test.
func newTTest(name string, estimate, null, se, df, scale float64) TTest {
	t := TTest{Name: name, Estimate: estimate, Null: null, SE: se, DF: df, T: math.NaN(), P: math.NaN()}
	if !(se > rounding*scale) {
		return t
	}
	t.T = (estimate - null) / se
	if df > 0 && !math.IsNaN(t.T) {
		t.P = dist.TTwoSided(t.T, df)
	}
	return t
}

// Interval is the confidence interval of the number at a level of, say, 0.95:
//
//	Estimate -+ t(DF) SE
//
// NaN without degrees of freedom or estimate. R: confint of svyttest, which is
// infinite at one degree of freedom. TestOracle: 08_tests.
func (t TTest) Interval(level float64) (low, high float64) {
	if !(t.DF > 0) {
		return math.NaN(), math.NaN()
	}
	half := dist.TQuantile(1-level, t.DF) * t.SE
	return t.Estimate - half, t.Estimate + half
}

// singular is the condition number from which a correlation matrix counts as
// singular.
const singular = 1e12

// wald is v' V^-1 v, the squared distance of v from zero. NaN where V is
// singular, that is where numbers depend on each other or one has no variance,
// and where there is no number. V is made a correlation matrix first, so that
// units do not matter.
func wald(v []float64, cov mat.Symmetric) float64 {
	n := len(v)
	if n == 0 {
		return math.NaN()
	}
	r, x := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		si := math.Sqrt(cov.At(i, i))
		if !(si > 0) {
			return math.NaN()
		}
		x.SetVec(i, v[i]/si)
		for j := i; j < n; j++ {
			r.SetSym(i, j, cov.At(i, j)/(si*math.Sqrt(cov.At(j, j))))
		}
	}
	var c mat.Cholesky
	if !c.Factorize(r) || !(c.Cond() < singular) {
		return math.NaN()
	}
	var y mat.VecDense
	if err := c.SolveVecTo(&y, x); err != nil {
		return math.NaN()
	}
	return mat.Dot(x, &y)
}

func mustLen(what string, n, rows int) {
	if n != rows {
		panic(fmt.Sprintf("hypothesis: %d %s for %d rows", n, what, rows))
	}
}
