package dist

import "math"

// FTail is the upper tail P(F > x) of the F distribution with d1 and d2 degrees
// of freedom,
//
//	I_y(d2/2, d1/2),  y = d2 / (d2 + d1 x)
//
// (Abramowitz and Stegun 1964, 26.6.2), which holds its digits for the smallest
// p; the lower tail is FTail(1/x, d2, d1). It is 1 for x <= 0. d2 = +Inf is
// chi-squared over its df, and d1 = +Inf the inverse of one. R: pf(lower.tail =
// FALSE). TestOracle: dist/F; TestTails.
func FTail(x, d1, d2 float64) float64 {
	switch {
	case math.IsNaN(x) || !(d1 > 0 && d2 > 0):
		return math.NaN()
	case x <= 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	case math.IsInf(d1, 1) && math.IsInf(d2, 1): // 1 for certain
		if x < 1 {
			return 1
		}
		return 0
	case math.IsInf(d2, 1):
		return ChiSquaredTail(d1*x, d1)
	case math.IsInf(d1, 1):
		return ChiSquaredCDF(d2/x, d2)
	}
	return incBeta(d2/2, d1/2, 1/(1+d1/d2*x), 1/(1+d2/d1/x))
}

// FQuantile is the x with P(F > x) = tail, 0 <= tail <= 1; +Inf for a tail of 0
// and 0 for 1. R: qf(lower.tail = FALSE). TestOracle: dist/F; TestQuantiles.
func FQuantile(tail, d1, d2 float64) float64 {
	switch {
	case !(tail >= 0 && tail <= 1 && d1 > 0 && d2 > 0):
		return math.NaN()
	case tail == 1:
		return 0
	case tail == 0:
		return math.Inf(1)
	case math.IsInf(d1, 1) && math.IsInf(d2, 1):
		return 1
	case math.IsInf(d2, 1):
		return ChiSquaredQuantile(tail, d1) / d1
	case tail > 0.5:
		return 1 / FQuantile(1-tail, d2, d1)
	case math.IsInf(d1, 1):
		return d2 / ChiSquaredQuantile(1-tail, d2)
	}
	density := func(x float64) float64 {
		return betaFactor(d1/2, d2/2, 1/(1+d2/d1/x), 1/(1+d1/d2*x)) / x
	}
	return root(tail, 1, -1, func(x float64) float64 { return FTail(x, d1, d2) }, density)
}
