package weight

import (
	"fmt"
	"math"
	"slices"

	"tradeoff/stats"
)

// Reference is what bounds of weights are multiples of.
type Reference string

// What bounds can be multiples of.
const (
	OfWeight Reference = ""       // bounds are weights
	OfMean   Reference = "mean"   // of the weights before trimming
	OfMedian Reference = "median" // the same
)

// Trimming bounds weights. The zero value bounds nothing.
type Trimming struct {
	Lower, Upper float64   // 0 = none
	Of           Reference // what the bounds are multiples of
	Deff         float64   // an upper bound such that 1 + CV^2 of the weights is at most this; 0 = none

	// Strict trims again what goes out of bounds by taking the weight that others
	// lost, until nothing is outside. Deff is always strict.
	Strict bool
}

func (t Trimming) bounds() bool { return t.Lower != 0 || t.Upper != 0 || t.Deff != 0 }

// limits are the bounds as weights.
func (t Trimming) limits(w []float64, strict bool, p Problems) (lower, upper float64, found Problems) {
	lower, upper = math.Inf(-1), math.Inf(1)
	s := spread(nonzero(w))
	unit := 1.0
	switch t.Of {
	case OfWeight:
	case OfMean:
		unit = s.Mean
	case OfMedian:
		unit = s.Median
	default:
		panic(fmt.Sprintf("weight: bounds of weights are not multiples of %q", t.Of))
	}
	if t.Lower != 0 {
		lower = t.Lower * unit
	}
	if t.Upper != 0 {
		upper = t.Upper * unit
	}
	switch {
	case math.IsNaN(t.Lower) || math.IsNaN(t.Upper):
		p.fault(BadBounds, "", "", "bounds of %g and %g bound nothing; give numbers, 0 for none", t.Lower, t.Upper)
	case s.Base == 0:
		p.fault(ZeroWeights, "", "", "no row has a weight to trim")
	case t.Deff != 0 && !(t.Deff >= 1):
		p.fault(BadBounds, "", "", "a design effect of %.4g cannot be: 1 is that of equal weights", t.Deff)
	case lower >= upper:
		p.fault(BadBounds, "", "", "the lower bound of weights, %.6g, is not below the upper, %.6g", lower, upper)
	case strict && (s.Mean > upper || s.Mean < lower), s.Min > upper || s.Max < lower:
		p.fault(BadBounds, "", "", "weights of %.6g to %.6g cannot add up to what they do now: their mean is %.6g; choose bounds around it", lower, upper, s.Mean)
	}
	return lower, upper, p
}

// level finds what strict trimming to an upper bound U alone ends at,
//
//	min(U, w + a),   sum min(U, w + a) = sum w
//
// without trimming again and again.
type level struct {
	x            []float64 // weights that are not zero, sorted
	sum, squares []float64 // of the smallest
}

func newLevel(w []float64) *level {
	x := nonzero(w)
	slices.Sort(x)
	l := &level{x, make([]float64, len(x)+1), make([]float64, len(x)+1)}
	for i, v := range x {
		l.sum[i+1], l.squares[i+1] = l.sum[i]+v, l.squares[i]+v*v
	}
	return l
}

// at is a, and how many weights stay below the bound. The bound must not be
// below the mean.
func (l *level) at(upper float64) (a float64, below int) {
	n := len(l.x)
	below, _ = slices.BinarySearch(l.x, upper)
	for {
		if below == 0 { // all are equal to the bound
			return 0, 0
		}
		a = (l.sum[n] - float64(n-below)*upper - l.sum[below]) / float64(below)
		if l.x[below-1]+a <= upper {
			return a, below
		}
		below--
	}
}

// deff is 1 + CV^2 of what the bound ends at.
func (l *level) deff(upper float64) float64 {
	a, below := l.at(upper)
	n, k := float64(len(l.x)), float64(below)
	squares := l.squares[below] + 2*a*l.sum[below] + k*a*a + (n-k)*upper*upper
	return n * squares / (l.sum[len(l.x)] * l.sum[len(l.x)])
}

// capFor is the upper bound that brings deff down to a figure, +Inf where it is
// low enough already, by halving the interval between mean and maximum. A lower
// bound, which brings deff down further, is left aside.
func capFor(w []float64, deff float64) float64 {
	l := newLevel(w)
	n := len(l.x)
	low, high := l.sum[n]/float64(n), l.x[n-1]
	if !(l.deff(high) > deff) {
		return math.Inf(1)
	}
	for range 60 {
		if middle := low + (high-low)/2; l.deff(middle) > deff {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

// Trim brings weights into bounds: those outside go to the bound, and the others
// take, or give, what that changes, in equal parts, so that the sum stays. That
// may bring others out of bounds, which Strict trims again. Rows of weight zero
// stay. Strict bounds must leave the mean inside (kind BadBounds).
//
// The variance keeps what it knows of earlier calibrations; margins are not met
// any more, see the Report of Compare, or Rake with Options.Trim. That weights
// were trimmed by looking at them is not in the variance (Potter 1990). Replicate
// weights are multiplied by what trimming did to the main weight: bounds say
// nothing of a half-sample, where weights are double.
//
// R: trimWeights, which lifts rows of weight zero to the lower bound, and fails with
// replicate weights in version 4.1. TestOracle: 10 (trim/); TestTrim.
func Trim(d *stats.Design, t Trimming) (*stats.Design, *Report, error) {
	w := d.Weights()
	strict := t.Strict || t.Deff != 0
	lower, upper, p := t.limits(w, strict, nil)
	if p != nil {
		return nil, nil, p
	}
	if t.Deff != 0 {
		upper = min(upper, capFor(w, t.Deff))
	}
	after := trim(w, lower, upper, strict)
	out := d.WithWeights(after, nil)
	cut := factors(w, after)
	out = eachReplicate(d, out, func(r []float64) []float64 { return products(r, cut) })
	r := newReport("trimming", d, out)
	r.Trimmed, r.Moved = atBounds(w, after, lower, upper), moved(w, after)
	if n := outside(after, lower, upper); n > 0 {
		r.Notes.note(BadBounds, "", "", "%s out of bounds again, since they took what others lost; Strict trims again", number(n, "weight is", "weights are"))
	}
	return out, r, nil
}

// trim trims one set of weights, and leaves it as it is.
func trim(w []float64, lower, upper float64, strict bool) []float64 {
	w = slices.Clone(w)
	if strict && math.IsInf(lower, -1) && !math.IsInf(upper, 1) {
		a, _ := newLevel(w).at(upper)
		for i, x := range w {
			if x != 0 {
				w[i] = math.Min(upper, x+a)
			}
		}
		return w
	}
	n := len(nonzero(w))
	out := make([]bool, len(w))
	// What others take shrinks by the share of them from pass to pass, so rounding
	// ends this long before the limit.
	for range 10000 {
		cut, inside := 0.0, n
		for i, x := range w {
			out[i] = x != 0 && (x < lower || x > upper)
			if out[i] {
				w[i] = math.Max(lower, math.Min(x, upper))
				cut += x - w[i]
				inside--
			}
		}
		if inside == n {
			break
		}
		if inside > 0 {
			for i, x := range w {
				if x != 0 && !out[i] {
					w[i] += cut / float64(inside)
				}
			}
		}
		if !strict || inside == 0 {
			break
		}
	}
	return w
}

// outside counts the weights that are out of bounds by more than withinBounds.
func outside(w []float64, lower, upper float64) int {
	n := 0
	for _, x := range w {
		if x != 0 && (x-upper > withinBounds*math.Abs(upper) || lower-x > withinBounds*math.Abs(lower)) {
			n++
		}
	}
	return n
}

// atBounds counts the weights, or factors of weights, that bounds hold, among
// rows with a weight before.
func atBounds(before, w []float64, lower, upper float64) int {
	at := func(x, bound float64) bool {
		return !math.IsInf(bound, 0) && math.Abs(x-bound) <= withinBounds*math.Abs(bound)
	}
	n := 0
	for i, x := range w {
		if before[i] != 0 && (at(x, lower) || at(x, upper)) {
			n++
		}
	}
	return n
}

// moved is half the sum of what weights have changed by, as a share of the sum
// of weights.
func moved(before, after []float64) float64 {
	sum, change := 0.0, 0.0
	for i, x := range before {
		sum += x
		change += math.Abs(x - after[i])
	}
	return change / 2 / sum
}

func products(a, b []float64) []float64 {
	x := make([]float64, len(a))
	for i := range x {
		x[i] = a[i] * b[i]
	}
	return x
}

// factors are after/before, zero where there was no weight.
func factors(before, after []float64) []float64 {
	g := make([]float64, len(before))
	for i, x := range before {
		if x != 0 {
			g[i] = after[i] / x
		}
	}
	return g
}

func nonzero(w []float64) []float64 {
	var x []float64
	for _, v := range w {
		if v != 0 {
			x = append(x, v)
		}
	}
	return x
}
