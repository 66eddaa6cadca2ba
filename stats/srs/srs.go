package srs

import (
	"fmt"
	"math"
	"slices"

	"tradeoff/stats/dist"
)

// A Test is the outcome of a test. What a test does not have is NaN.
type Test struct {
	Statistic float64 // t, F, X^2, W, ...: the function says which
	DF, DF2   float64 // degrees of freedom; DF2 is F's denominator
	P         float64 // under the null hypothesis, on the side(s) of Options.Alternative
	Estimate  float64 // what is tested: a difference, a ratio, a correlation, ...
	Low, High float64 // confidence interval of Estimate
	N         int     // answers (pairs, blocks) that counted
	Exact     bool    // P is from the exact distribution, not from an approximation
}

// noTest is a Test without an answer yet.
func noTest(n int) Test {
	nan := math.NaN()
	return Test{Statistic: nan, DF: nan, DF2: nan, P: nan, Estimate: nan, Low: nan, High: nan, N: n}
}

// An Alternative is what a test looks for.
type Alternative int

const (
	TwoSided Alternative = iota // the estimate differs from the null value
	Less                        // it is smaller
	Greater                     // it is larger
)

// Options of tests; the zero value is right for most. Functions say which of
// them they heed.
type Options struct {
	// Alternative decides the tail of P. Intervals are one-sided to match: from
	// or to the end of the range.
	Alternative Alternative

	// Level of confidence of the interval, 0.5 < Level < 1; 0 means 0.95.
	Level float64

	// Exact asks for the exact distribution where the sample is small enough;
	// Test.Exact says whether it was.
	Exact bool

	// Uncorrected leaves the continuity correction out, which keeps a normal or
	// chi-squared approximation of counts from being too significant.
	Uncorrected bool
}

// level is the level of confidence.
func (o Options) level() float64 {
	switch {
	case o.Level == 0:
		return 0.95
	case !(o.Level > 0.5 && o.Level < 1):
		panic(fmt.Sprintf("srs: a level of confidence of %g", o.Level))
	}
	return o.Level
}

// tail is the probability of each end that an interval leaves out.
func (o Options) tail() float64 {
	if o.Alternative == TwoSided {
		return (1 - o.level()) / 2
	}
	return 1 - o.level()
}

// p chooses between the tails of a distribution.
func (o Options) p(lower, upper float64) float64 {
	switch o.Alternative {
	case Less:
		return lower
	case Greater:
		return upper
	}
	if math.IsNaN(lower) || math.IsNaN(upper) {
		return math.NaN()
	}
	return math.Min(1, 2*math.Min(lower, upper))
}

// normal is the p of a normal deviate.
func (o Options) normal(z float64) float64 { return o.p(dist.NormalTail(-z), dist.NormalTail(z)) }

// student is the p of a t.
func (o Options) student(t, df float64) float64 { return o.p(dist.TTail(-t, df), dist.TTail(t, df)) }

// corrected is a deviation less half a step towards the null value.
func (o Options) corrected(deviation float64) float64 {
	switch {
	case o.Uncorrected:
		return deviation
	case o.Alternative == Greater:
		return deviation - 0.5
	case o.Alternative == Less:
		return deviation + 0.5
	case deviation == 0:
		return 0
	}
	return deviation - math.Copysign(0.5, deviation)
}

// interval is estimate -+ half, one-sided between the ends of the range.
func (o Options) interval(estimate, half, least, most float64) (low, high float64) {
	low, high = math.Max(least, estimate-half), math.Min(most, estimate+half)
	switch o.Alternative {
	case Less:
		low = least
	case Greater:
		high = most
	}
	return low, high
}

// mustLen panics on slices of different length.
func mustLen(a, b int) {
	if a != b {
		panic(fmt.Sprintf("srs: slices of %d and %d answers", a, b))
	}
}

// known are the numbers that are not missing, in a new slice.
func known(y []float64) []float64 {
	k := make([]float64, 0, len(y))
	for _, v := range y {
		if !math.IsNaN(v) {
			k = append(k, v)
		}
	}
	return k
}

// complete are the rows where no column is missing, in new columns.
func complete(columns ...[]float64) [][]float64 {
	out := make([][]float64, len(columns))
	if len(columns) == 0 {
		return out
	}
	for j, c := range columns {
		mustLen(len(c), len(columns[0]))
		out[j] = make([]float64, 0, len(c))
	}
rows:
	for i := range columns[0] {
		for _, c := range columns {
			if math.IsNaN(c[i]) {
				continue rows
			}
		}
		for j, c := range columns {
			out[j] = append(out[j], c[i])
		}
	}
	return out
}

// moments are the mean and the sum of squares around it, which is 0 where all are
// equal: rounding must not make them vary.
func moments(y []float64) (mean, squares float64) {
	if len(y) > 0 && !slices.ContainsFunc(y, func(v float64) bool { return v != y[0] }) {
		return y[0], 0
	}
	for _, v := range y {
		mean += v
	}
	mean /= float64(len(y))
	for _, v := range y {
		squares += (v - mean) * (v - mean)
	}
	return mean, squares
}

// groups are the answers of each group that has any: group numbers from 0, -1
// for none.
func groups(y []float64, group []int) [][]float64 {
	mustLen(len(y), len(group))
	var all [][]float64
	for i, g := range group {
		if g < 0 || math.IsNaN(y[i]) {
			continue
		}
		for len(all) <= g {
			all = append(all, nil)
		}
		all[g] = append(all[g], y[i])
	}
	filled := all[:0]
	for _, g := range all {
		if len(g) > 0 {
			filled = append(filled, g)
		}
	}
	return filled
}
