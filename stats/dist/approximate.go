package dist

import "math"

// ChiSquaredSumSatterthwaite approximates P(Q > x) of ChiSquaredSumTail by a
// multiple of one chi-squared with the same mean and variance,
//
//	P(X > x/g),  g = sum a^2 df / sum a df,  X with (sum a df)^2 / sum a^2 df degrees of freedom
//
// (Satterthwaite 1946; Rao and Scott's second-order correction). Exact for equal
// weights, good to a few percent of p around 0.05, too small further out. NaN
// unless the mean is positive. R: pchisqsum(method = "satterthwaite").
// TestOracle: dist/chisq_sum.
func ChiSquaredSumSatterthwaite(x float64, weights, dfs []float64) float64 {
	return FSumSatterthwaite(x, weights, dfs, math.Inf(1))
}

// FSumSatterthwaite is the same for FSumTail: F with the df of
// ChiSquaredSumSatterthwaite and ddf degrees of freedom at x / sum a df. R:
// pFsum(method = "satterthwaite"). TestFSum; TestOracle: 12_glm.
func FSumSatterthwaite(x float64, weights, dfs []float64, ddf float64) float64 {
	s := newSum(weights, dfs)
	mean, square := 0.0, 0.0
	for j, a := range s.a {
		mean += a * s.df[j]
		square += a * a * s.df[j]
	}
	if s.wrong || !(mean > 0) {
		return math.NaN()
	}
	return FTail(x/mean, mean*mean/square, ddf)
}

// ChiSquaredSumSaddlepoint approximates P(Q > x) of ChiSquaredSumTail by the
// saddlepoint (Kuonen 1999, Biometrika 86, equation 3): with K = log M and z the
// root of K'(z) = x,
//
//	P(Z > w + log(v/w)/w),  w = sign(z) sqrt(2 (zx - K(z))),  v = z sqrt K''(z)
//
// Its relative error is some percent, in the tail as well. There is no reason
// for it but to agree with others: ChiSquaredSumTail is exact and as quick. At
// the mean, for |z| below 1e-4 of the inverse of the largest weight, it is NaN,
// and outside of the range of Q 0 or 1. R: pchisqsum(method = "saddlepoint"),
// which finds z to 1e-8 only, in Satterthwaite's place there. TestOracle:
// dist/chisq_sum; TestSaddlepointCorners.
func ChiSquaredSumSaddlepoint(x float64, weights, dfs []float64) float64 {
	return newSum(weights, dfs).saddlepoint(x)
}

// FSumSaddlepoint is the same for FSumTail, as P(Q - x/ddf X_ddf > 0). R:
// pFsum(method = "saddlepoint"), which drops the fraction of the df of the last
// term and so moves p by up to a tenth; its number is that of
// ChiSquaredSumSaddlepoint at 0 with one more weight, -x/ddf, of floor(ddf)
// degrees of freedom. TestSaddlepointCorners.
func FSumSaddlepoint(x float64, weights, dfs []float64, ddf float64) float64 {
	s, at := newSum(weights, dfs).over(x, ddf)
	return s.saddlepoint(at)
}

func (s sum) saddlepoint(x float64) float64 {
	if s.wrong || math.IsNaN(x) {
		return math.NaN()
	}
	low, high := s.strip()
	switch {
	case math.IsInf(high, 1) && x >= 0 || math.IsInf(x, 1):
		return 0
	case math.IsInf(low, -1) && x <= 0 || math.IsInf(x, -1):
		return 1
	}
	z := s.slopeRoot(x, low, high)
	// zx - K(z) with x = K'(z): of each term df/2 (e - log(1+e)), 1+e = 1/(1-2az)
	w2, k2 := 0.0, 0.0
	most := 0.0
	for j, a := range s.a {
		g := a / (1 - 2*a*z)
		w2 -= s.df[j] * log1pMinus(2*z*g)
		k2 += 2 * s.df[j] * g * g
		most = math.Max(most, a)
	}
	if most == 0 { // only negative weights
		most = -1 / (2 * low)
	}
	if math.Abs(z*most) < 1e-4 {
		return math.NaN()
	}
	w, v := math.Copysign(math.Sqrt(w2), z), z*math.Sqrt(k2)
	return NormalTail(w + math.Log(v/w)/w)
}

// slopeRoot is the z with K'(z) = x between low and high, one of which may be
// infinite. K' rises.
func (s sum) slopeRoot(x, low, high float64) float64 {
	slope := func(z float64) (k1, k2 float64) {
		for j, a := range s.a {
			g := a / (1 - 2*a*z)
			k1 += s.df[j] * g
			k2 += 2 * s.df[j] * g * g
		}
		return k1 - x, k2
	}
	if math.IsInf(low, -1) {
		for low = -high; ; low *= 2 {
			if k, _ := slope(low); k < 0 {
				break
			}
		}
	}
	if math.IsInf(high, 1) {
		for high = -low; ; high *= 2 {
			if k, _ := slope(high); k > 0 {
				break
			}
		}
	}
	z := 0.0
	for range 400 {
		k1, k2 := slope(z)
		if k1 < 0 {
			low = z
		} else {
			high = z
		}
		next := z - k1/k2
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-z) <= 1e-16*math.Abs(z) || next == low && next == high {
			return next
		}
		z = next
	}
	return z
}
