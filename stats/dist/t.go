package dist

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// TTwoSided is the two-sided tail probability P(|T| > |t|) of Student's t,
//
//	I_x(df/2, 1/2),  x = df / (df + t^2)
//
// with I the regularised incomplete beta function (Abramowitz and Stegun 1964,
// 26.7.1). It is not 1 minus a distribution function, so it holds its digits
// for the smallest p. df must be positive; +Inf is the normal distribution.
// TestTails checks it against R.
func TTwoSided(t, df float64) float64 {
	t = math.Abs(t)
	switch {
	case math.IsInf(t, 1):
		return 0
	case math.IsInf(df, 1):
		return math.Erfc(t / math.Sqrt2)
	case df > 1e5:
		// I loses digits to the logarithm of the gamma function here. The
		// normal deviate of t (Hill 1970, CACM algorithm 395), whose next
		// term is below 1e-15.
		a := df - 0.5
		y := a * math.Log1p(t*t/df)
		z := math.Sqrt(y) * (1 + (y+3)/(48*a*a))
		return math.Erfc(z / math.Sqrt2)
	}
	// Large p from the middle of the distribution, where t holds its digits;
	// small p from the tail.
	if p := 1 - mathext.RegIncBeta(0.5, df/2, t*t/(df+t*t)); p > 0.01 {
		return p
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}

// TQuantile is the t > 0 with P(|T| > t) = alpha, 0 < alpha < 1. gonum's own
// quantile goes wrong far out in the tail at large df, so this one solves for
// log t by Newton's method on the logarithm of the tail, which is nearly
// straight there, inside a bracket. TesTQuantiles checks it against R.
func TQuantile(alpha, df float64) float64 {
	if math.IsInf(df, 1) {
		return math.Sqrt2 * math.Erfinv(1-alpha)
	}
	low, high := 0.0, 1.0
	for TTwoSided(high, df) > alpha {
		low, high = high, 2*high
	}
	t := (low + high) / 2
	for range 200 {
		tail := TTwoSided(t, df)
		if tail > alpha {
			low = t
		} else {
			high = t
		}
		// d log tail / d log t = -2 t density / tail
		next := t * math.Exp(math.Log(tail/alpha)*tail/(2*t*tDensity(t, df)))
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-t) <= 1e-15*t {
			return next
		}
		t = next
	}
	return t
}

// tDensity is the density of Student's t.
func tDensity(t, df float64) float64 {
	a, _ := math.Lgamma((df + 1) / 2)
	b, _ := math.Lgamma(df / 2)
	return math.Exp(a-b-(df+1)/2*math.Log1p(t*t/df)) / math.Sqrt(df*math.Pi)
}
