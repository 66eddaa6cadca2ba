package dist

import "math"

// root is the x > 0 at which a probability that goes up (direction 1) or down
// (-1) with x has the value p, 0 < p < 1. Newton's method for log x on the
// logarithm of the probability, which is nearly straight far out, inside a
// bracket that grows from start. 0 where x is below 1e-300.
func root(p, start float64, direction float64, probability, density func(x float64) float64) float64 {
	below := func(x float64) bool { return (probability(x)-p)*direction < 0 }
	low, high := start, start
	for !below(low) {
		if high, low = low, low/4; low < 1e-300 {
			return 0
		}
	}
	for factor := 4.0; low == high || below(high); factor *= factor {
		if low, high = high, high*factor; math.IsInf(high, 1) {
			return high
		}
	}
	x := math.Sqrt(low) * math.Sqrt(high)
	for range 200 {
		is := probability(x)
		if (is-p)*direction < 0 {
			low = x
		} else {
			high = x
		}
		next := x * math.Exp(-direction*math.Log(is/p)*is/(x*density(x)))
		if math.Abs(next-x) <= 1e-9*x { // squared, that is nothing
			return next
		}
		if !(next > low && next < high) {
			next = math.Sqrt(low) * math.Sqrt(high)
		}
		x = next
	}
	return x
}
