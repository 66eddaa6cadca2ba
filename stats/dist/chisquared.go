package dist

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// ChiSquaredTail is the upper tail P(X > x) of chi-squared with df degrees of
// freedom, the regularised incomplete gamma function Q(df/2, x/2) (Abramowitz
// and Stegun 1964, 26.4.19). It is 1 for x below 0; X is 0 with df = 0 and
// infinite with df = +Inf. R: pchisq(lower.tail = FALSE). TestOracle:
// dist/chisq; TestTails.
func ChiSquaredTail(x, df float64) float64 {
	if p, ok := chiSquaredEdge(x, df); ok {
		return 1 - p
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// ChiSquaredCDF is the lower tail P(X <= x), which holds its digits where it is
// small. Otherwise as ChiSquaredTail. R: pchisq. TestOracle: dist/chisq.
func ChiSquaredCDF(x, df float64) float64 {
	if p, ok := chiSquaredEdge(x, df); ok {
		return p
	}
	return mathext.GammaIncReg(df/2, x/2)
}

func chiSquaredEdge(x, df float64) (p float64, ok bool) {
	switch {
	case math.IsNaN(x) || !(df >= 0) || math.IsInf(x, 1) && math.IsInf(df, 1):
		return math.NaN(), true
	case x < 0 || math.IsInf(df, 1):
		return 0, true
	case df == 0 || math.IsInf(x, 1):
		return 1, true
	case x == 0:
		return 0, true
	}
	return 0, false
}

// ChiSquaredQuantile is the x with P(X > x) = tail, 0 <= tail <= 1: 3.84 for a
// tail of 0.05 and df = 1. +Inf for a tail of 0, and 0 for 1. R: qchisq(
// lower.tail = FALSE). TestOracle: dist/chisq; TestQuantiles.
func ChiSquaredQuantile(tail, df float64) float64 {
	switch {
	case !(tail >= 0 && tail <= 1 && df >= 0):
		return math.NaN()
	case df == 0 || tail == 1:
		return 0
	case tail == 0 || math.IsInf(df, 1):
		return math.Inf(1)
	}
	density := func(x float64) float64 {
		// x^(a-1) e^-x / Gamma(a) at x/2, by Loader's form (see betaFactor)
		a, half := df/2, x/2
		e := (half - a) / a
		return math.Sqrt(a/(2*math.Pi)) * math.Exp(powerLess(a, half/a, e)-stirling(a)) / x
	}
	if tail > 0.5 {
		return root(1-tail, df, +1, func(x float64) float64 { return ChiSquaredCDF(x, df) }, density)
	}
	return root(tail, df, -1, func(x float64) float64 { return ChiSquaredTail(x, df) }, density)
}
