package weight

import (
	"math"
	"slices"
	"strconv"

	"tradeoff/stats"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A Report says what an adjustment has done.
type Report struct {
	Method string
	Rounds int     // rounds of raking, or steps of Newton's method; 0 where it takes none
	Met    bool    // every target was reached, within the tolerance
	Gap    float64 // largest |reached/target - 1| over targets

	Before, After Spread // of the weights
	Factor        Spread // of weight after/weight before

	Negative int     // rows with a weight below zero
	Trimmed  int     // rows whose weight a bound holds
	Moved    float64 // weight that trimming took from some and gave to others, as a share of the sum

	Margins  []Balance      // shares before, targets and shares after
	Response []ResponseCell // of Nonresponse, and of Propensity with classes
	Notes    Problems       // what deserves a thought
}

// TrimmedShare is the share of rows whose weight a bound holds.
func (r *Report) TrimmedShare() float64 { return float64(r.Trimmed) / float64(r.After.Base) }

// newReport describes the weights before and after.
func newReport(method string, before, after *stats.Design) *Report {
	r := &Report{Method: method, Met: true, Before: Describe(before), After: Describe(after)}
	var g []float64
	w := after.Weights()
	for i, d := range before.Weights() {
		if d != 0 && w[i] != 0 {
			g = append(g, w[i]/d)
		}
		if w[i] < 0 {
			r.Negative++
		}
	}
	r.Factor = spread(g)
	return r
}

// A Spread is how weights, or factors of them, are distributed over rows where
// they are not zero. Every row counts once.
type Spread struct {
	Base                             int // rows
	Sum                              float64
	Min, P1, P5, P25, Median         float64
	P75, P95, P99, Max, Mean         float64
	Deff, EffectiveBase, RatioMaxMin float64
}

// Describe is the spread of the weights of a design:
//
//	deff = n sum w^2 / (sum w)^2 = 1 + CV^2     effective base = n / deff
//
// which is what unequal weights cost where they have nothing to do with the
// answers (Kish 1965, section 11.7; Kish 1992). It is not the design effect of
// an estimate, Estimates.Deff. Percentiles are the smallest value with at least
// that share of the rows. Everything is NaN without a row; deff is NaN where the
// weights add up to zero. TestOracle: 10 (weights), 15 (kish).
func Describe(d *stats.Design) Spread {
	return spread(nonzero(d.Weights()))
}

// spread describes values, which it sorts.
func spread(x []float64) Spread {
	s := Spread{Base: len(x)}
	for _, v := range x {
		s.Sum += v
	}
	slices.Sort(x)
	at := func(p float64) float64 {
		if len(x) == 0 {
			return math.NaN()
		}
		return x[max(0, int(math.Ceil(p*float64(len(x))))-1)]
	}
	n := float64(s.Base)
	s.Min, s.P1, s.P5, s.P25, s.Median = at(0), at(.01), at(.05), at(.25), at(.5)
	s.P75, s.P95, s.P99, s.Max, s.Mean = at(.75), at(.95), at(.99), at(1), s.Sum/n
	s.RatioMaxMin = s.Max / s.Min
	s.Deff, s.EffectiveBase = math.NaN(), math.NaN()
	if s.Sum != 0 {
		_, size := math.Frexp(s.Sum)
		unit := math.Ldexp(1, size-1) // squares of tiny or huge weights are 0 or infinite
		squares := 0.0
		for _, v := range x {
			squares += (v / unit) * (v / unit)
		}
		s.Deff = n * squares / ((s.Sum / unit) * (s.Sum / unit))
		s.EffectiveBase = n / s.Deff
	}
	return s
}

// A Balance is the shares of the categories of one variable.
type Balance struct {
	Name       string
	Categories []Category
}

// A Category is one category of a Balance. Shares are of the sum of weights of
// the rows that have a category.
type Category struct {
	Label         string
	Base          int // rows with a weight after
	Before, After float64
	Target        float64 // NaN where the variable was not weighted by
}

// Compare is the shares of variables before and after an adjustment, beside
// their targets: of those that were weighted by, and of those that were not
// (Targets nil), which show what the weights do to the rest. Shares are NaN
// where there is no weight. Targets that are counts are turned into shares.
// TestCompare.
func Compare(before, after *stats.Design, variables ...Margin) []Balance {
	var all []Balance
	for k := range variables {
		m := &variables[k]
		m.must(before.Rows())
		was, is := sharesOf(m, before.Weights()), sharesOf(m, after.Weights())
		target, sum := make([]float64, len(was)), 0.0
		if m.Targets != nil {
			target, _ = withKept(m, before.Weights())
		}
		for _, t := range target {
			sum += t
		}
		base := make([]int, len(was))
		for i, w := range after.Weights() {
			if w != 0 && m.Of[i] >= 0 {
				base[m.Of[i]]++
			}
		}
		b := Balance{Name: m.Name}
		for c := range was {
			b.Categories = append(b.Categories, Category{m.label(c), base[c], was[c], is[c], target[c] / sum})
		}
		all = append(all, b)
	}
	return all
}

// Imbalance is how far shares are from the targets, before and after: half the
// sum of the absolute differences, the share of people who would have to change
// category (dissimilarity; Duncan and Duncan 1955). Without targets, after is
// how far the adjustment has moved the shares, and before is zero.
func (b Balance) Imbalance() (before, after float64) {
	for _, c := range b.Categories {
		t := c.Target
		if math.IsNaN(t) {
			t = c.Before
		}
		before += math.Abs(c.Before-t) / 2
		after += math.Abs(c.After-t) / 2
	}
	return before, after
}
