package dist

import (
	"fmt"
	"math"
	"math/cmplx"
)

// ChiSquaredSumTail is the upper tail P(Q > x) of a sum of independent
// chi-squareds with weights,
//
//	Q = sum a_j X_j,   X_j chi-squared with dfs[j] degrees of freedom
//
// which is what Pearson's X^2 follows in a complex sample, a_j the generalised
// design effects (Rao and Scott 1981). Weights may be negative, and are scaled
// by nothing; dfs nil means 1 each. Terms without weight or df do not count.
//
// The probability is exact, to about 12 digits of itself however small: it is
// the integral of the moment generating function M along a line past a positive
// c in the plane,
//
//	P = 1/(2 pi i) integral of M(z) exp(-z x)/z dz,   M(z) = prod (1 - 2 a_j z)^(-df_j/2)
//
// where c minimises the integrand on the real axis, so that nothing cancels
// (the saddlepoint, Daniels 1987; Helstrom 1996), and the line bends to where
// the integrand falls off. The lower tail is that of -x with weights of
// opposite sign. Fewer digits are left where all df together are below 0.1 and x
// is 0, and where df go beyond 1e7. Without a term Q is 0. NaN for a NaN, an
// infinite weight or df, and a negative df. R: CompQuadForm::davies and
// farebrother, which give an absolute accuracy. TestOracle: dist/chisq_sum, chisq
// (p_lincom_exact); TestSumClosedForm, TestSumImhof, TestSumEdges.
func ChiSquaredSumTail(x float64, weights, dfs []float64) float64 {
	return newSum(weights, dfs).tail(x)
}

// FSumTail is the upper tail of such a sum over an independent chi-squared per
// degree of freedom, P(Q / (X_ddf/ddf) > x), for a covariance estimated on ddf
// degrees of freedom: P(Q - x/ddf X_ddf > 0), a sum with one negative weight.
// ddf may be a fraction; +Inf is ChiSquaredSumTail. With one weight of 1 it is
// FTail(x/df, df, ddf). TestOracle: dist/chisq_sum, chisq; TestFSum.
func FSumTail(x float64, weights, dfs []float64, ddf float64) float64 {
	s, at := newSum(weights, dfs).over(x, ddf)
	return s.tail(at)
}

// A sum is of chi-squareds with weights.
type sum struct {
	a, df []float64 // a not 0, df positive
	wrong bool      // NaN or negative df among them
}

func newSum(weights, dfs []float64) sum {
	if dfs != nil && len(dfs) != len(weights) {
		panic(fmt.Sprintf("dist: %d degrees of freedom for %d weights", len(dfs), len(weights)))
	}
	var s sum
	for j, a := range weights {
		df := 1.0
		if dfs != nil {
			df = dfs[j]
		}
		s.add(a, df)
	}
	return s
}

func (s *sum) add(a, df float64) {
	if math.IsNaN(a) || math.IsInf(a, 0) || !(df >= 0) || math.IsInf(df, 1) {
		s.wrong = true
	}
	if a != 0 && df != 0 {
		s.a, s.df = append(s.a, a), append(s.df, df)
	}
}

// over is Q - x/ddf X, which is above 0 where Q / (X/ddf) is above x. Where x or
// ddf is infinite it is Q, and at stays at x.
func (s sum) over(x, ddf float64) (difference sum, at float64) {
	if math.IsInf(ddf, 1) || math.IsInf(x, 0) {
		return s, x
	}
	s.wrong = s.wrong || !(ddf > 0)
	s.add(-x/ddf, ddf)
	return s, 0
}

// scaled is the sum and x over the largest weight.
func (s sum) scaled(x float64) (sum, float64) {
	most := 0.0
	for _, a := range s.a {
		most = math.Max(most, math.Abs(a))
	}
	scaled := sum{a: make([]float64, len(s.a)), df: s.df}
	for j, a := range s.a {
		scaled.a[j] = a / most
	}
	return scaled, x / most
}

// strip is the interval of real z around 0 where M exists.
func (s sum) strip() (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	for _, a := range s.a {
		if a > 0 {
			high = math.Min(high, 1/(2*a))
		} else {
			low = math.Max(low, 1/(2*a))
		}
	}
	return low, high
}

// tail is P(Q > x).
func (s sum) tail(x float64) float64 {
	if s.wrong || math.IsNaN(x) {
		return math.NaN()
	}
	low, high := s.strip()
	switch {
	case math.IsInf(high, 1) && x >= 0 || math.IsInf(x, 1): // no positive weight
		return 0
	case math.IsInf(low, -1) && x <= 0 || math.IsInf(x, -1): // no negative weight
		return 1
	}
	s, x = s.scaled(x)
	if x < s.mean() { // the smaller tail, in which nothing cancels
		return 1 - s.negative().upper(-x)
	}
	return s.upper(x)
}

func (s sum) mean() float64 {
	m := 0.0
	for j, a := range s.a {
		m += a * s.df[j]
	}
	return m
}

// negative is -Q.
func (s sum) negative() sum {
	n := sum{a: make([]float64, len(s.a)), df: s.df}
	for j, a := range s.a {
		n.a[j] = -a
	}
	return n
}

// upper is P(Q > x) for x of at least the mean.
func (s sum) upper(x float64) float64 {
	_, high := s.strip()
	c := s.saddle(x, high)
	if c >= high { // a float64 cannot tell them apart: x is 1e15 times the weights
		return 0
	}
	return s.integral(x, c, high)
}

// saddle is the c between 0 and high where log M(c) - cx - log c is smallest.
// A few digits of it are enough.
func (s sum) saddle(x, high float64) float64 {
	rises := func(c float64) bool {
		slope := -x - 1/c
		for j, a := range s.a {
			slope += s.df[j] * a / (1 - 2*a*c)
		}
		return slope > 0
	}
	low := 0.0
	if math.IsInf(high, 1) {
		for high = 1; !rises(high); high *= 2 {
		}
	}
	top := high
	for {
		c := low + (high-low)/2
		if high-low <= 0.01*math.Min(low, top-c) || c == low || c == high {
			return c
		}
		if rises(c) {
			high = c
		} else {
			low = c
		}
	}
}

// integral is 1/(2 pi i) times the integral of M(z) exp(-zx)/z along a line
// through c that bends to where the integrand falls off: to the right with x >
// 0, by exp(-zx), to the left with x < 0. With a term of many degrees of freedom
// and a small weight, as good as a constant, it may have to bend the other way
// first; it is straight if neither serves.
func (s sum) integral(x, c, high float64) float64 {
	bends := []float64{1, -1, 0}
	if x < 0 || x == 0 && s.skewness(c) < 0 {
		bends[0], bends[1] = -1, 1
	}
	for _, bend := range bends {
		if p, ok := s.along(x, c, high, bend); ok {
			return math.Min(1, p)
		}
	}
	return math.NaN()
}

// skewness has the sign of the third derivative of log M.
func (s sum) skewness(c float64) float64 {
	third := 0.0
	for j, a := range s.a {
		g := a / (1 - 2*a*c)
		third += s.df[j] * g * g * g
	}
	return third
}

// along integrates on a hyperbola
//
//	z = m + k sin(t + iu),   u from -Inf to Inf
//
// through c, which opens to the right, 30 degrees off the vertical, if bend is
// 1, to the left if it is -1, and is a straight line if it is 0. M has cuts on
// the real axis only, so the integrand is smooth for every t between -pi/2 and
// pi/2 as long as the foci m-k and m+k lie between 0 and high, and the
// trapezoidal rule gains digits in proportion to the number of points
// (Trefethen and Weideman 2014, SIAM Review 56, section 15). Not ok where the
// integrand rises.
func (s sum) along(x, c, high, bend float64) (p float64, ok bool) {
	left, right := c, high-c // what there is room for
	switch bend {
	case 1:
		right = math.Min(right, left/3)
		left = 3 * right
	case -1:
		left = math.Min(left, right/3)
		right = 3 * left
	default:
		left = math.Min(left, right)
		right = left
	}
	m, k := c+(right-left)/2, (left+right)/2
	sin := (left - right) / (left + right)
	cos := math.Sqrt(1 - sin*sin)

	top := real(s.logM(complex(c, 0))) - c*x
	if top < -760 {
		return 0, true
	}
	ok = true
	at := func(u float64) float64 {
		cosh, sinh := math.Cosh(u), math.Sinh(u)
		z := complex(m+k*sin*cosh, k*cos*sinh)
		dz := complex(k*cos*cosh, -k*sin*sinh) // over i
		e := cmplx.Exp(s.logM(z)-complex(top, 0)-z*complex(x, 0)) / z
		if !(cmplx.Abs(e)*c < 4) {
			ok = false
			return 0
		}
		return real(e * dz)
	}
	p = math.Exp(top) / math.Pi * trapezoid(at)
	return p, ok
}

// logM is the logarithm of the moment generating function.
func (s sum) logM(z complex128) complex128 {
	var l complex128
	for j, a := range s.a {
		e := complex(-2*a, 0) * z
		x, y := real(e), imag(e)
		var size float64 // log |1+e|
		if math.Abs(x)+math.Abs(y) < 0.5 {
			size = math.Log1p(2*x+x*x+y*y) / 2
		} else {
			size = math.Log(math.Hypot(1+x, y))
		}
		l -= complex(s.df[j]/2*size, s.df[j]/2*math.Atan2(y, 1+x))
	}
	return l
}

// trapezoid is the integral of an analytic function from 0 to infinity which is
// symmetric around 0, by the trapezoidal rule with ever smaller steps. Halving
// doubles the number of digits, so a difference of 1e-9 means that the last sum
// is right to rounding.
func trapezoid(f func(u float64) float64) float64 {
	h := 0.5
	peak := math.Abs(f(0))
	sum := f(0) / 2
	// points adds the values at every other point, until nothing comes any more.
	points := func(first, step float64) float64 {
		s, small := 0.0, 0
		for u := first; u < 700 && small < 4; u += step {
			v := f(u)
			s += v
			peak = math.Max(peak, math.Abs(v))
			if small++; math.Abs(v) > 1e-18*peak {
				small = 0
			}
		}
		return s
	}
	sum += points(h, h)
	for range 8 {
		old := sum * h
		sum += points(h/2, h)
		h /= 2
		if math.Abs(sum*h-old) <= 1e-9*math.Abs(old) {
			break
		}
	}
	return sum * h
}
