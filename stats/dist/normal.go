package dist

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// NormalTail is the upper tail P(Z > z) of the standard normal distribution,
// erfc(z/sqrt 2)/2. It holds its digits for large z; the lower tail is
// NormalTail(-z). At z = -Inf it is 1 and at +Inf 0. R: pnorm(z, lower.tail =
// FALSE). TestOracle: dist/normal; TestTails.
func NormalTail(z float64) float64 { return 0.5 * math.Erfc(z/math.Sqrt2) }

// NormalQuantile is the z with P(Z <= z) = p, 0 <= p <= 1; -Inf at 0 and +Inf
// at 1. The z that is exceeded with probability p is -NormalQuantile(p), which
// holds its digits for the smallest p where NormalQuantile(1-p) would not.
// Wichura's algorithm (1988, AS 241, by gonum) and a step of Newton's. R:
// qnorm. TestOracle: dist/normal; TestQuantiles.
func NormalQuantile(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0 || p == 1:
		return math.Inf(2*int(p) - 1)
	case p > 0.5:
		return -NormalQuantile(1 - p)
	}
	z := mathext.NormalQuantile(p)
	tail := NormalTail(-z)
	return z - math.Log(tail/p)*tail/normalDensity(z)
}

// normalDensity is exp(-z^2/2)/sqrt(2 pi).
func normalDensity(z float64) float64 {
	return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
}
