package srs

import (
	"fmt"
	"math"

	"tradeoff/stats/dist"
)

// BinomialTest tests whether x of n is a share of null, exactly: P is the
// probability of all numbers that are not more likely than x (to a relative
// 1e-7), or with an Alternative that of one tail. Estimate is x/n, 0 to 1, with
// its Clopper-Pearson interval; Statistic is x. NaN without n. Heeds
// Alternative, Level. Clopper and Pearson 1934. R: binom.test. TestOracle:
// binomial; TestBinomialSum.
func BinomialTest(x, n int, null float64, o Options) Test {
	if x < 0 || x > n || !(null >= 0 && null <= 1) {
		panic(fmt.Sprintf("srs: %d of %d against a share of %g", x, n, null))
	}
	r := noTest(n)
	if n == 0 {
		return r
	}
	r.Exact, r.Statistic, r.Estimate = true, float64(x), float64(x)/float64(n)
	if o.Alternative == TwoSided {
		r.P = binomialP(x, n, null)
	} else {
		r.P = o.p(binomialTails(x, n, null))
	}
	r.Low, r.High = clopperPearson(float64(x), float64(n), o.tail())
	switch o.Alternative {
	case Less:
		r.Low = 0
	case Greater:
		r.High = 1
	}
	return r
}

// binomialTails are P(X <= x) and P(X >= x) (Abramowitz and Stegun 1964, 26.5.24).
func binomialTails(x, n int, p float64) (lower, upper float64) {
	return dist.BetaTail(p, float64(x+1), float64(n-x)), dist.BetaCDF(p, float64(x), float64(n-x+1))
}

// binomialP adds the tail of x and the part of the other that is not more
// likely than x.
func binomialP(x, n int, p float64) float64 {
	if p == 0 || p == 1 {
		if float64(x) == p*float64(n) {
			return 1
		}
		return 0
	}
	log := func(x int) float64 {
		return logChoose(n, x) + float64(x)*math.Log(p) + float64(n-x)*math.Log1p(-p)
	}
	limit := log(x) + 1e-7
	lower, upper := binomialTails(x, n, p)
	mean := float64(n) * p
	switch {
	case float64(x) == mean:
		return 1
	case float64(x) < mean: // the first number from above the mean that is likely enough
		from, to := int(math.Ceil(mean)), n+1
		for from < to {
			if m := (from + to) / 2; log(m) <= limit {
				to = m
			} else {
				from = m + 1
			}
		}
		if from <= n {
			_, other := binomialTails(from, n, p)
			lower += other
		}
		return math.Min(1, lower)
	}
	from, to := -1, int(math.Floor(mean))
	for from < to {
		if m := (from + to + 1) / 2; log(m) <= limit {
			from = m
		} else {
			to = m - 1
		}
	}
	if from >= 0 {
		other, _ := binomialTails(from, n, p)
		upper += other
	}
	return math.Min(1, upper)
}

// A Method makes an interval of a share.
type Method int

const (
	// ClopperPearson holds its level at every share, and is too wide for it:
	// where the binomial tails are half of what the level leaves out (1934).
	ClopperPearson Method = iota
	// Wilson inverts the score test (1927): near the level on average, good for
	// small n. R: prop.test(correct = FALSE).
	Wilson
	// WilsonCorrected has a continuity correction of 1/(2n) (Newcombe 1998,
	// method 4), about as wide as ClopperPearson. R: prop.test, which leaves the
	// correction smaller where |x - n/2| < 1/2.
	WilsonCorrected
	// AgrestiCoull is Wald's of z^2/2 more on either side (1998).
	AgrestiCoull
	// Jeffreys takes quantiles of Beta(x + 1/2, n - x + 1/2), from 0 at x = 0 and
	// to 1 at x = n (Brown, Cai and DasGupta 2001).
	Jeffreys
	// Wald is p -+ z sqrt(p(1-p)/n): known, and far below its level for shares
	// near 0 or 1, where it is a point. For comparison only.
	Wald
)

// BinomialInterval is an interval of the share x/n at a level of, say, 0.95. x
// and n may be fractions, as with an effective base. It stays within 0 and 1;
// NaN without n. TestOracle: binomial; TestIntervals.
func BinomialInterval(m Method, x, n, level float64) (low, high float64) {
	if !(level > 0 && level < 1) || x < 0 || x > n {
		panic(fmt.Sprintf("srs: an interval for %g of %g at a level of %g", x, n, level))
	}
	tail := (1 - level) / 2
	z := -dist.NormalQuantile(tail)
	p := x / n
	switch {
	case !(n > 0):
		return math.NaN(), math.NaN()
	case m == ClopperPearson:
		return clopperPearson(x, n, tail)
	case m == Wilson:
		return wilson(p, p, n, z)
	case m == WilsonCorrected:
		return wilson(p-0.5/n, p+0.5/n, n, z)
	case m == AgrestiCoull:
		n += z * z
		return wald((x+z*z/2)/n, n, z)
	case m == Jeffreys:
		low, high = 0, 1
		if x > 0 {
			low = dist.BetaQuantile(tail, x+0.5, n-x+0.5)
		}
		if x < n {
			high = 1 - dist.BetaQuantile(tail, n-x+0.5, x+0.5)
		}
		return low, high
	case m == Wald:
		return wald(p, n, z)
	}
	panic(fmt.Sprintf("srs: no method %d", m))
}

func clopperPearson(x, n, tail float64) (low, high float64) {
	return dist.BetaQuantile(tail, x, n-x+1), 1 - dist.BetaQuantile(tail, n-x, x+1)
}

// wilson is the interval around shares for the lower and the upper end.
func wilson(below, above, n, z float64) (low, high float64) {
	low, high = 0, 1
	h := z * z / (2 * n)
	if below > 0 {
		low = (below + h - z*math.Sqrt(below*(1-below)/n+h/(2*n))) / (1 + 2*h)
	}
	if above < 1 {
		high = (above + h + z*math.Sqrt(above*(1-above)/n+h/(2*n))) / (1 + 2*h)
	}
	return math.Max(0, low), math.Min(1, high)
}

func wald(p, n, z float64) (low, high float64) {
	half := z * math.Sqrt(p*(1-p)/n)
	return math.Max(0, p-half), math.Min(1, p+half)
}

// Proportions tests whether k groups, x[g] of n[g] each, have the same share:
//
//	X^2 = sum (|x - n p| - c)^2/(n p) + the same of n - x,   p = sum x / sum n
//
// chi-squared on k-1 degrees of freedom; c is Yates's correction, min(1/2, |d|/
// sum 1/n) for two groups that differ by d, 0 otherwise or with Uncorrected. For
// two groups Estimate is d = x_1/n_1 - x_2/n_2, -1 to 1, with the interval d -+
// (z sqrt(sum p_g(1-p_g)/n_g) + c sum 1/n), and heeds Alternative, Level. NaN if
// a group is empty or all answers are the same. R: prop.test. TestOracle:
// prop_groups; TestProportions.
func Proportions(x, n []float64, o Options) Test {
	mustLen(len(x), len(n))
	var sx, sn, inverse, variance float64
	for g := range x {
		sx += x[g]
		sn += n[g]
		inverse += 1 / n[g]
		variance += x[g] / n[g] * (1 - x[g]/n[g]) / n[g]
	}
	r := noTest(int(sn))
	d, c := 0.0, 0.0
	if len(x) == 2 {
		d = x[0]/n[0] - x[1]/n[1]
		r.Estimate = d
		if !o.Uncorrected {
			c = math.Min(0.5, math.Abs(d)/inverse)
		}
		z := -dist.NormalQuantile(o.tail())
		r.Low, r.High = o.interval(d, z*math.Sqrt(variance)+c*inverse, -1, 1)
	}
	p := sx / sn
	if len(x) < 2 || !(p > 0 && p < 1) || math.IsInf(inverse, 0) {
		return r
	}
	r.Statistic, r.DF = 0, float64(len(x)-1)
	for g := range x {
		e := math.Abs(x[g]-n[g]*p) - c
		r.Statistic += e * e / (n[g] * p * (1 - p))
	}
	r.P = dist.ChiSquaredTail(r.Statistic, r.DF)
	if len(x) == 2 && o.Alternative != TwoSided {
		r.P = o.normal(math.Copysign(math.Sqrt(r.Statistic), d))
	}
	return r
}
