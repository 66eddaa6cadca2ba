package hypothesis

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/dist"
)

// RaoScott is Pearson's statistic of a table on a survey design, with its
// distribution under the hypothesis,
//
//	X2 ~ sum over k of delta_k chi-squared(1)
//
// where the deltas, Rao and Scott's generalised design effects, are 1 in a simple
// random sample (Rao and Scott 1981, theorem 1). The methods are approximations to
// the tail of that sum, F the one to use. All of them have a P of NaN where the
// table has fewer than two categories, where no share has any variance (it was
// fixed by stratification or calibration), and without degrees of freedom of the
// design.
type RaoScott struct {
	X2     float64   // Pearson's statistic of the estimated shares times N
	N      float64   // rows of the domain (Design.DomainRows), those with a missing answer as well, as in R; deltas rise with it as X2 does, so p values do not depend on it
	Deltas []float64 // largest first; their number is the df of the table
	Nu     float64   // degrees of freedom of the variance: PSUs less strata

	exactDen bool // F distributions in place of chi-squareds in Exact and Saddlepoint
}

// noDelta is the delta at which the variance is rounding noise.
const noDelta = 1e-16

// newRaoScott fills in what comes from the design.
func newRaoScott(d *stats.Design) RaoScott {
	r := RaoScott{N: float64(d.DomainRows()), Nu: d.UnitsLessStrata(), exactDen: true}
	if d.Replicates() != nil {
		r.Nu, r.exactDen = d.DF(), false
	}
	return r
}

// sums are sum delta and sum delta^2; ok is false where there is no test.
func (r *RaoScott) sums() (tr, tr2 float64, ok bool) {
	for _, l := range r.Deltas {
		tr += l
		tr2 += l * l
	}
	return tr, tr2, tr > noDelta && r.Nu > 0 && !math.IsNaN(r.X2)
}

// F is the second-order corrected test, the default,
//
//	F = X2 / sum delta,  df0 = (sum delta)^2 / sum delta^2 and df0 nu
//
// Rao and Scott (1984); Thomas and Rao (1987) for F and its denominator. R: svychisq(statistic = "F"). TestOracle: 06, 07, 10, 11.
func (r *RaoScott) F() Test {
	const method = "Rao-Scott second-order F"
	tr, tr2, ok := r.sums()
	if !ok {
		return newTest(method, math.NaN(), math.NaN(), math.NaN())
	}
	df := tr * tr / tr2
	return newTest(method, r.X2/tr, df, df*r.Nu)
}

// FirstOrder is the first-order corrected test: X2 over the mean delta as a
// chi-squared on the df of the table. Too bold where deltas differ much. Rao and
// Scott (1981); R: svychisq(statistic = "Chisq"), which prints X2 itself as the
// statistic. TestOracle: 06, 07, 10, 11.
func (r *RaoScott) FirstOrder() Test {
	const method = "Rao-Scott first-order chi-squared"
	tr, _, ok := r.sums()
	if !ok {
		return newTest(method, math.NaN(), math.NaN(), math.NaN())
	}
	k := float64(len(r.Deltas))
	return newTest(method, r.X2/(tr/k), k, math.Inf(1))
}

// SecondOrder is the second-order corrected test without a denominator: X2 sum
// delta / sum delta^2 as a chi-squared on df0 degrees of freedom (Satterthwaite).
// Rao and Scott (1981). It is F where the design has very many PSUs. TestOracle:
// 06, 07, 10, 11.
func (r *RaoScott) SecondOrder() Test {
	const method = "Rao-Scott second-order chi-squared"
	tr, tr2, ok := r.sums()
	if !ok {
		return newTest(method, math.NaN(), math.NaN(), math.NaN())
	}
	return newTest(method, r.X2*tr/tr2, tr*tr/tr2, math.Inf(1))
}

// Exact is the exact tail of the sum of chi-squareds, each over the same
// chi-squared on df0 nu degrees of freedom; with replicate weights, as in R, over
// nothing. Deltas that are zero, as some are with more contrasts than PSUs, do not
// count; R stops where rounding makes them complex. The statistic is X2. R:
// svychisq(statistic = "lincom") with package CompQuadForm, to 1e-7. TestOracle:
// 06, 07, 10, 11.
func (r *RaoScott) Exact() Test {
	t := Test{Method: "Rao-Scott exact sum of chi-squareds"}
	return r.sum(t, func(deltas []float64, den float64) float64 {
		return dist.FSumTail(r.X2, deltas, nil, den)
	})
}

// Saddlepoint is the saddlepoint approximation to Exact, and Satterthwaite's right
// at the mean, where there is none. It is here to agree with R, which cuts the df
// of the denominator to a whole number; Exact costs no more. R:
// svychisq(statistic = "saddlepoint"). TestOracle: 06, 07, 10, 11.
func (r *RaoScott) Saddlepoint() Test {
	t := Test{Method: "Rao-Scott saddlepoint"}
	return r.sum(t, func(deltas []float64, den float64) float64 {
		a, x, df := slices.Clone(deltas), r.X2, make([]float64, len(deltas))
		for k := range df {
			df[k] = 1
		}
		if !math.IsInf(den, 1) {
			a, df, x = append(a, -x/den), append(df, math.Floor(den*(1+1e-12))), 0 // rounding must not cost a whole df
		}
		p := dist.ChiSquaredSumSaddlepoint(x, a, df)
		if math.IsNaN(p) {
			p = dist.FSumSatterthwaite(r.X2, deltas, nil, den)
		}
		return p
	})
}

// sum is a test by a tail of the sum of chi-squareds.
func (r *RaoScott) sum(t Test, tail func(deltas []float64, den float64) float64) Test {
	tr, tr2, ok := r.sums()
	t.Statistic, t.NumDF, t.DenDF, t.P = r.X2, math.NaN(), math.NaN(), math.NaN()
	if !ok {
		return t
	}
	t.NumDF = tr * tr / tr2
	t.DenDF = math.Inf(1)
	if r.exactDen {
		t.DenDF = t.NumDF * r.Nu
	}
	var deltas []float64
	for _, l := range r.Deltas {
		if l > rounding*r.Deltas[0] {
			deltas = append(deltas, l)
		}
	}
	t.P = tail(deltas, t.DenDF)
	return t
}

// deltas are the eigenvalues of B^-1 A for symmetric A and B, largest first.
// Directions in which B is nothing are left out: contrasts of cells that are all
// empty, on which R stops.
func deltas(a, b *mat.SymDense) []float64 {
	var eb mat.EigenSym
	if missing(a) || missing(b) || !eb.Factorize(b, true) {
		return []float64{math.NaN()}
	}
	size := eb.Values(nil)
	var u mat.Dense
	eb.VectorsTo(&u)
	n, first := len(size), 0
	for first < n && size[first] <= rounding*size[n-1] {
		first++
	}
	k := n - first
	if k == 0 {
		return nil
	}
	half := mat.DenseCopyOf(u.Slice(0, n, first, n)) // B^-1/2
	for j := range k {
		s := 1 / math.Sqrt(size[first+j])
		for i := range n {
			half.Set(i, j, half.At(i, j)*s)
		}
	}
	var ab, m mat.Dense
	ab.Mul(a, half)
	m.Mul(half.T(), &ab)
	return eigenvalues(symmetric(&m))
}

// missing reports whether a matrix holds a NaN, as the covariance of estimates that
// do not exist does.
func missing(m mat.Matrix) bool { return math.IsNaN(mat.Sum(m)) }

// eigenvalues of a symmetric matrix, largest first; a single NaN where it holds one.
func eigenvalues(s *mat.SymDense) []float64 {
	var e mat.EigenSym
	if missing(s) || !e.Factorize(s, false) {
		return []float64{math.NaN()}
	}
	values := e.Values(nil)
	slices.Reverse(values)
	return values
}
