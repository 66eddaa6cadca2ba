package dist

import "math"

// log1pMinus is log(1+e) - e, without the cancellation of the first digits for
// small e:
//
//	log(1+e) - e = -e r + 2 (r^3/3 + r^5/5 + ...),  r = e/(2+e)
//
// by log(1+e) = 2 artanh r and e = 2r + e r.
func log1pMinus(e float64) float64 {
	if e < -0.4 || e > 0.6 {
		return math.Log1p(e) - e
	}
	r := e / (2 + e)
	s, power := 0.0, r
	for k := 3.0; ; k += 2 {
		power *= r * r
		next := s + power/k
		if next == s {
			return 2*s - e*r
		}
		s = next
	}
}

// stirling is what Stirling's formula leaves out of the logarithm of the gamma
// function, log Gamma(a) - ((a - 1/2) log a - a + log(2 pi)/2). Differences of
// log Gamma lose digits with the size of a; this is small and does not.
func stirling(a float64) float64 {
	if a < 16 {
		g, _ := math.Lgamma(a)
		return g - (a-0.5)*math.Log(a) + a - 0.5*math.Log(2*math.Pi)
	}
	// Abramowitz and Stegun 1964, 6.1.41
	q := 1 / (a * a)
	return (1.0/12 - q*(1.0/360-q*(1.0/1260-q*(1.0/1680-q*(1.0/1188-q*(691.0/360360-q/156)))))) / a
}
