package dist

import "math"

// TTwoSided is the two-sided tail probability P(|T| > |t|) of Student's t,
//
//	I_x(df/2, 1/2),  x = df / (df + t^2)
//
// with I the regularised incomplete beta function (Abramowitz and Stegun 1964,
// 26.7.1). It is not 1 minus a distribution function, so it holds its digits
// for the smallest p. df must be positive; +Inf is the normal distribution.
// TestOracle: dist/t; TestTails.
func TTwoSided(t, df float64) float64 {
	t = math.Abs(t)
	switch {
	case !(df > 0):
		return math.NaN()
	case df > 1e10:
		// The normal deviate of t (Hill 1970, CACM algorithm 395), whose next
		// term is below 1e-15.
		if !math.IsInf(df, 1) {
			t = math.Sqrt((df - 0.5) * math.Log1p(t*t/df))
		}
		return math.Erfc(t / math.Sqrt2)
	}
	return FTail(t*t, 1, df)
}

// TTail is the upper tail P(T > t) of Student's t; the lower is TTail(-t). R:
// pt(lower.tail = FALSE). Otherwise as TTwoSided. TestOracle: dist/t.
func TTail(t, df float64) float64 {
	if t < 0 {
		return 1 - TTwoSided(t, df)/2
	}
	return TTwoSided(t, df) / 2
}

// TQuantile is the t > 0 with P(|T| > t) = alpha, 0 < alpha < 1: 1.96 for an
// alpha of 0.05 and many df. gonum's own quantile goes wrong far out in the tail
// at large df. R: qt(1 - alpha/2). TestOracle: dist/t; TestQuantiles.
func TQuantile(alpha, df float64) float64 {
	switch {
	case !(alpha >= 0 && alpha <= 1 && df > 0):
		return math.NaN()
	case alpha == 0:
		return math.Inf(1)
	case alpha == 1:
		return 0
	case math.IsInf(df, 1):
		return -NormalQuantile(alpha / 2)
	case alpha > 0.5: // the middle, where the tail is flat: from its complement
		middle := func(t float64) float64 { return incBeta(0.5, df/2, t*t/(df+t*t), df/(df+t*t)) }
		return root(1-alpha, 1, +1, middle, func(t float64) float64 { return 2 * tDensity(t, df) })
	}
	tail := func(t float64) float64 { return TTwoSided(t, df) }
	return root(alpha, 1, -1, tail, func(t float64) float64 { return 2 * tDensity(t, df) })
}

// tDensity is the density of Student's t, in the form of betaFactor.
func tDensity(t, df float64) float64 {
	s := stirling((df+1)/2) - stirling(df/2)
	return math.Exp(s+df/2*math.Log1p(1/df)-0.5-(df+1)/2*math.Log1p(t*t/df)) / math.Sqrt(2*math.Pi)
}
