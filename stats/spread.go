package stats

import (
	"math"

	"tradeoff/stats/dist"
)

// This file estimates variances, standard deviations, covariances and
// correlations.

// Spread is a Statistic of squares and products of variables. Variance,
// StandardDeviation, Covariance and Correlation make it.
type Spread struct {
	kind  spreadKind
	names []string
	y     [][]float64
	rows  int // n of n/(n-1); 0 = rows with weight and values
}

type spreadKind int

const (
	variances spreadKind = iota
	deviations
	covariances
	correlations
)

// Variance estimates variances in the population,
//
//	S^2 = n/(n-1) sum w (y - m)^2 / sum w        u = (n/(n-1) (y - m)^2 - S^2) / sum w
//
// m is the weighted mean and n the number of rows with weight and values; the
// mean adds nothing to u, because S^2 does not change with it at first order.
// Several variables are estimated together; rows where one of them is missing
// (NaN) are left out of all. In squared units of y; df are the design's. 0, with
// a variance of 0, where all values are equal; NaN for fewer than two rows.
// Särndal, Swensson and Wretman (1992), section 5.9.
//
// R's svyvar agrees on complete data. Where values are missing its n counts
// those rows as well, unless the design has replicate weights, with which it
// counts rows of weight zero: Rows gives that n. TestOracle: 01_means, 04_domains, 09_correlation, 10, 11.
func Variance(names []string, y ...[]float64) Spread {
	return Spread{kind: variances, names: names, y: y}
}

// StandardDeviation estimates S, the root of Variance,
//
//	u = u(S^2) / 2S
//
// in units of y. Both S and its standard error are 0 where all values are equal.
// NaN for fewer than two rows, and where negative calibrated weights make S^2
// negative. Rows, missing values and df are those of Variance. R: the root of
// svyvar, with svycontrast. TestStandardDeviation.
func StandardDeviation(names []string, y ...[]float64) Spread {
	return Spread{kind: deviations, names: names, y: y}
}

// Covariance estimates the covariance matrix of the variables,
//
//	S_xy = n/(n-1) sum w (x - m_x)(y - m_y) / sum w
//	u    = (n/(n-1) (x - m_x)(y - m_y) - S_xy) / sum w
//
// as a list of its upper triangle with the diagonal, row by row; Pair gives the
// place of a pair. Units are products of those of the variables. Everything
// else is as in Variance. R: svyvar. TestOracle: 01_means, 09_correlation, 10, 11.
func Covariance(names []string, y ...[]float64) Spread {
	return Spread{kind: covariances, names: names, y: y}
}

// Correlation estimates Pearson correlations in the population,
//
//	r = S_xy / (S_x S_y)        u = (z_x z_y - r (z_x^2 + z_y^2)/2) / sum w
//
// with z the standardised variables (y - m)/S, without n/(n-1), which cancels.
// The list is that of Covariance: the upper triangle with the diagonal, which is
// 1 without variance, so that every variable has its place (Pair). -1 to 1; NaN
// where a variable does not vary, or its squares are too large for a number. Rows,
// missing values and df are as in
// Variance. CorrelationInterval gives intervals inside -1 to 1. Binder (1983).
//
// R has no such function; the correlation of svyvar with the delta method agrees
// by linearisation (cor_se_delta of 09_correlation, 01, 10). With replicate
// weights every replicate has its own r here, whose variance differs a little
// from the delta method. TestOracle, TestCorrelationReplicates.
func Correlation(names []string, y ...[]float64) Spread {
	return Spread{kind: correlations, names: names, y: y}
}

// Rows is the statistic with n rows in n/(n-1), whatever the rows with values.
func (s Spread) Rows(n int) Spread {
	s.rows = n
	return s
}

// Pair is the place of variables i and j, in either order, in the list that
// Covariance and Correlation estimate.
func (s Spread) Pair(i, j int) int {
	i, j = min(i, j), max(i, j)
	return i*len(s.y) - i*(i-1)/2 + j - i
}

// pairs calls f with every number's variables, in order.
func (s Spread) pairs(f func(k, i, j int)) {
	k := 0
	for i := range s.y {
		last := i
		if s.kind >= covariances {
			last = len(s.y) - 1
		}
		for j := i; j <= last; j++ {
			f(k, i, j)
			k++
		}
	}
}

func (s Spread) len() int {
	if s.kind >= covariances {
		return len(s.y) * (len(s.y) + 1) / 2
	}
	return len(s.y)
}

// Names are those of the variables, or "x ~ y" for pairs; "" where they have none.
func (s Spread) Names() []string {
	names := make([]string, s.len())
	s.pairs(func(k, i, j int) {
		switch {
		case max(i, j) >= len(s.names):
		case s.kind >= covariances:
			names[k] = s.names[i] + " ~ " + s.names[j]
		default:
			names[k] = s.names[i]
		}
	})
	return names
}

// fix keeps n at the whole sample while replicates vary.
func (s Spread) fix(w []float64) Statistic {
	if s.rows == 0 {
		s.rows = count(used(w, s.y...))
	}
	return s
}

// count is the number of rows with weight.
func count(w []float64) int {
	n := 0
	for _, x := range w {
		if x != 0 {
			n++
		}
	}
	return n
}

// At implements Statistic.
func (s Spread) At(w []float64) ([]float64, error) {
	in := used(w, s.y...)
	W, dev := centred(in, s.y)
	c := s.correction(in)
	theta := make([]float64, s.len())
	s.pairs(func(k, i, j int) { theta[k] = s.value(in, dev[i], dev[j], W, c, i == j) })
	return theta, nil
}

// correction is n/(n-1); NaN for fewer than two rows.
func (s Spread) correction(in []float64) float64 {
	n := s.rows
	if n == 0 {
		n = count(in)
	}
	if n < 2 {
		return math.NaN()
	}
	return float64(n) / float64(n-1)
}

// centred are the sum of weights and the deviations from the means, exactly zero
// for a variable that does not vary.
func centred(in []float64, ys [][]float64) (W float64, dev [][]float64) {
	for _, x := range in {
		W += x
	}
	dev = make([][]float64, len(ys))
	for k, y := range ys {
		dev[k] = make([]float64, len(in))
		if !varies(in, y) {
			continue
		}
		m := meanOf(in, y, W)
		for i, x := range in {
			if x != 0 {
				dev[k][i] = y[i] - m
			}
		}
	}
	return W, dev
}

// varies reports whether rows with weight hold more than one value.
func varies(in, y []float64) bool {
	first := -1
	for i, x := range in {
		switch {
		case x == 0:
		case first < 0:
			first = i
		case y[i] != y[first]:
			return true
		}
	}
	return false
}

// moment is sum w a b / sum w.
func moment(in, a, b []float64, W float64) float64 {
	s := 0.0
	for i, x := range in {
		s += x * a[i] * b[i]
	}
	if W == 0 {
		return math.NaN()
	}
	return s / W
}

// value is one number, of the deviations a and b.
func (s Spread) value(in, a, b []float64, W, c float64, same bool) float64 {
	switch s.kind {
	case deviations:
		return math.Sqrt(c * moment(in, a, a, W))
	case correlations:
		scale := math.Sqrt(moment(in, a, a, W)) * math.Sqrt(moment(in, b, b, W))
		switch {
		case !(scale > 0) || math.IsInf(scale, 1) || math.IsNaN(c):
			return math.NaN()
		case same:
			return 1
		}
		return max(-1, min(1, moment(in, a, b, W)/scale))
	default:
		return c * moment(in, a, b, W)
	}
}

// Linearize implements Statistic.
func (s Spread) Linearize(w []float64) ([]float64, [][]float64, error) {
	in := used(w, s.y...)
	W, dev := centred(in, s.y)
	c := s.correction(in)
	theta := make([]float64, s.len())
	u := make([][]float64, s.len())
	s.pairs(func(k, i, j int) {
		theta[k] = s.value(in, dev[i], dev[j], W, c, i == j)
		u[k] = make([]float64, len(w))
		if !math.IsNaN(theta[k]) {
			s.linear(u[k], in, dev[i], dev[j], W, c, theta[k])
		}
	})
	return theta, u, nil
}

// linear fills in the linearised values of one number.
func (s Spread) linear(u, in, a, b []float64, W, c, theta float64) {
	var of func(a, b float64) float64
	switch s.kind {
	case deviations:
		if theta == 0 {
			return
		}
		of = func(a, b float64) float64 { return (c*a*b - theta*theta) / (2 * theta) }
	case correlations:
		sa, sb := math.Sqrt(moment(in, a, a, W)), math.Sqrt(moment(in, b, b, W))
		of = func(a, b float64) float64 {
			a, b = a/sa, b/sb
			return a*b - theta*(a*a+b*b)/2
		}
	default:
		of = func(a, b float64) float64 { return c*a*b - theta }
	}
	for i, x := range in {
		if x != 0 {
			u[i] = of(a[i], b[i]) / W
		}
	}
}

// CorrelationInterval is the confidence interval of number k, a correlation, on
// Fisher's scale,
//
//	tanh( artanh r -+ t(df) SE / (1 - r^2) )
//
// which stays inside -1 to 1; level is, say, 0.95. df are the design's. NaN
// without degrees of freedom, and at -1 and 1, where the scale ends and no
// interval exists. It panics for a level that does not lie between 0 and 1. Fisher (1921) for the scale; the standard error is the
// design's, by the delta method. R: svycontrast of atanh. TestCorrelationInterval.
func (e *Estimates) CorrelationInterval(k int, level float64) (low, high float64) {
	mustLevel(level)
	r := e.Value[k]
	if !(e.DF > 0) || !(math.Abs(r) < 1) {
		return math.NaN(), math.NaN()
	}
	half := dist.TQuantile(1-level, e.DF) * e.SE(k) / (1 - r*r)
	z := math.Atanh(r)
	return math.Tanh(z - half), math.Tanh(z + half)
}
