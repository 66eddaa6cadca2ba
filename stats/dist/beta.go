package dist

import "math"

// BetaCDF is the lower tail P(B <= x) of the beta distribution, the
// regularised incomplete beta function
//
//	I_x(a, b) = 1/B(a, b) integral from 0 to x of t^(a-1) (1-t)^(b-1) dt
//
// It holds its digits where it is small; BetaTail does where this is near 1. It
// is 0 for x <= 0 and 1 for x >= 1; a or b of 0 puts all of B at 0 or 1, and of
// +Inf likewise. By the continued fraction of Abramowitz and Stegun (1964),
// 26.5.8, as DiDonato and Morris (1992, TOMS 708) contract it, behind a factor
// in the form of Loader (2000, Fast and accurate computation of binomial
// probabilities): both keep their digits for a, b to 1e8 and beyond, where
// gonum's RegIncBeta is down to 7. R: pbeta.
// TestOracle: dist/beta; TestBetaIdentities.
func BetaCDF(x, a, b float64) float64 {
	if p, ok := betaEdge(x, a, b); ok {
		return p
	}
	return incBeta(a, b, x, 1-x)
}

// BetaTail is the upper tail P(B > x) = 1 - I_x(a, b), holding its digits where
// it is small. Otherwise as BetaCDF. R: pbeta(lower.tail = FALSE).
// TestBetaIdentities.
func BetaTail(x, a, b float64) float64 {
	if p, ok := betaEdge(x, a, b); ok {
		return 1 - p
	}
	return incBeta(b, a, 1-x, x)
}

// betaEdge is the lower tail where the distribution is a point, or x outside.
func betaEdge(x, a, b float64) (p float64, ok bool) {
	switch {
	case math.IsNaN(x) || !(a >= 0 && b >= 0) || a == b && (a == 0 || math.IsInf(a, 1)):
		return math.NaN(), true
	case x < 0:
		return 0, true
	case x >= 1 || a == 0 || math.IsInf(b, 1):
		return 1, true
	case x == 0 || b == 0 || math.IsInf(a, 1):
		return 0, true
	}
	return 0, false
}

// BetaQuantile is the x with P(B <= x) = p, 0 <= p <= 1. Exact binomial
// intervals are such (Clopper and Pearson 1934). a and b must be positive; a of
// 0 gives 0 and b of 0 gives 1, so that the interval of 0 of n begins at 0 and
// that of n of n ends at 1. R: qbeta. TestOracle: dist/beta; TestQuantiles.
func BetaQuantile(p, a, b float64) float64 {
	switch {
	case !(p >= 0 && p <= 1 && a >= 0 && b >= 0) || a == b && (a == 0 || math.IsInf(a, 1)):
		return math.NaN()
	case p == 0 || a == 0 || math.IsInf(b, 1):
		return 0
	case p == 1 || b == 0 || math.IsInf(a, 1):
		return 1
	}
	if BetaCDF(0.5, a, b) >= p {
		return betaQuantile(p, 1-p, a, b)
	}
	return 1 - betaQuantile(1-p, p, b, a)
}

// betaQuantile is a quantile of at most 1/2, p below and q above.
func betaQuantile(p, q, a, b float64) float64 {
	density := func(x float64) float64 { return betaFactor(a, b, x, 1-x) / (x * (1 - x)) }
	if p <= q {
		return root(p, 0.5, +1, func(x float64) float64 { return incBeta(a, b, x, 1-x) }, density)
	}
	return root(q, 0.5, -1, func(x float64) float64 { return incBeta(b, a, 1-x, x) }, density)
}

// incBeta is I_x(a, b) for y = 1-x, 0 < x, y < 1 and positive a, b. Both of x
// and y are asked for because the difference from 1 loses digits.
func incBeta(a, b, x, y float64) float64 {
	// Past the mean from the other side; but near an end, where the fraction for
	// the other would need 1/sqrt(x) rounds, always from there.
	first, last := x*(b+1) < 0.05, y*(a+1) < 0.05
	if last || !first && x*b > y*a {
		return 1 - betaSmall(b, a, y, x)
	}
	return betaSmall(a, b, x, y)
}

// betaSmall is incBeta below the mean of the distribution, where the continued
// fraction is quick, about sqrt(max(a, b)) rounds:
//
//	I = x^a y^b / B(a,b) 1/(q_0 + p_1/(q_1 + p_2/(q_2 + ...)))
//	p_m = (a+m-1) (a+b+m-1) m (b-m) x^2 / (a+2m-1)^2
//	q_m = m + m (b-m) x / (a+2m-1) + (a+m) (ay - bx + 1 + m (1+y)) / (a+2m+1)
//
// from the front (Lentz 1976). ay - bx is the only difference in it.
func betaSmall(a, b, x, y float64) float64 {
	f := betaFactor(a, b, x, y)
	if f == 0 {
		return 0
	}
	below := a*y - b*x
	c := a * (below + 1) / (a + 1)
	h, d := 1/c, 0.0
	for m := 1.0; m < 1e7; m++ {
		g := a + 2*m - 1
		p := (a + m - 1) / g * ((a + b + m - 1) / g) * m * (b - m) * x * x
		q := m + m*(b-m)*x/g + (a+m)*(below+1+m*(1+y))/(g+2)
		d = 1 / (q + p*d)
		c = q + p/c
		h /= c * d
		if math.Abs(c*d-1) < 1e-15 {
			break
		}
	}
	return math.Min(1, f*h)
}

// betaFactor is x^a y^b / B(a, b). With p = a/(a+b) and s = stirling,
//
//	sqrt(ab / (2 pi (a+b))) exp(s(a+b) - s(a) - s(b) + a log(x/p) + b log(y/(1-p)))
//
// where log(x/p) is taken without its first term, x/p - 1: a times it and b
// times that of y add up to zero.
func betaFactor(a, b, x, y float64) float64 {
	n := a + b
	difference := x*b - y*a // n (x - p)
	e := stirling(n) - stirling(a) - stirling(b) + powerLess(a, x*n/a, difference/a) + powerLess(b, y*n/b, -difference/b)
	return math.Sqrt(a/n*b/(2*math.Pi)) * math.Exp(e)
}

// powerLess is a (log r - e), where r = 1 + e.
func powerLess(a, r, e float64) float64 {
	if math.Abs(e) < 0.3 {
		return a * log1pMinus(e)
	}
	return a * (math.Log(r) - e)
}
