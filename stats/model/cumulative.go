package model

import "math"

// A slice is the probability that an ordinal outcome falls between two
// thresholds, F(a) - F(b), with what Newton's method needs of it: derivatives
// of its logarithm by a and by b, zero for a threshold at infinity.
type slice struct {
	p          float64
	da, db     float64
	daa, dbb   float64
	dadb       float64
	lowA, lowB float64 // F(a), F(b)
}

// between is the slice between b and a, b < a; either may be infinite.
func (l Link) between(b, a float64) slice {
	pa, pb := l.ends(a), l.ends(b)
	s := slice{lowA: pa.mean, lowB: pb.mean}
	s.p = l.difference(b, a, pa, pb)
	A, B := pa.slope/s.p, pb.slope/s.p
	s.da, s.db = A, -B
	s.daa, s.dbb = pa.curve/s.p-A*A, -pb.curve/s.p-B*B
	s.dadb = A * B
	return s
}

// ends is the link at a threshold that may be infinite.
func (l Link) ends(x float64) point {
	switch {
	case math.IsInf(x, 1):
		return point{mean: 1}
	case math.IsInf(x, -1):
		return point{rest: 1}
	}
	return l.at(x)
}

// difference is F(a) - F(b) without cancellation.
func (l Link) difference(b, a float64, pa, pb point) float64 {
	switch {
	case math.IsInf(b, -1):
		return pa.mean
	case math.IsInf(a, 1):
		return pb.rest
	}
	switch l {
	case Logit:
		return pa.mean * pb.rest * -math.Expm1(b-a)
	case Cloglog:
		return pb.rest * -math.Expm1(math.Exp(b)-math.Exp(a))
	case Loglog:
		return pa.mean * -math.Expm1(math.Exp(-a)-math.Exp(-b))
	}
	if b > 0 {
		return pb.rest - pa.rest
	}
	return pa.mean - pb.mean
}
