package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"

	"tradeoff/stats/dist"
)

// A QuantileRule makes the quantile function of weighted values: x in ascending
// order, ties in the order of rows, and their weights, none of them zero. The
// function is NaN for p outside of 0 to 1, and for no values. Rules must not
// change x and w, and are called from several goroutines. With F_k the share of
// the weight in the first k values, W the sum of weights and w_n the last:
//
//	Inverse    smallest x with F >= p                          R: math, hf1
//	Averaged   as Inverse, but the mean of x_k and x_k+1
//	           where F_k = p                                   R: school, hf2
//	EvenStep   as Inverse over distinct values, but x_k+1
//	           where F_k = p and k is odd                      R: hf3
//	HF4        straight lines through F_k = c_k/W              R: hf4
//	HF5        ... (c_k - w_k/2)/W                             R: hf5
//	HF6        ... c_k/(W + w_n)                               R: hf6
//	HF7        ... c_k-1/(W - w_n)                             R: hf7
//	HF8        ... (c_k-1/3 + 2c_k/3)/(W + w_n/3)              R: hf8
//	HF9        ... (3c_k-1/8 + 5c_k/8)/(W + w_n/4)             R: hf9
//	ShahVaish  last x with (c_k + (1-w_k)/2)/(n+1) <= p,
//	           weights scaled to a mean of 1                   R: shahvaish
//
// with c_k = w_1 + ... + w_k. With equal weights HF4 to HF9 are types 4 to 9 of
// Hyndman and Fan (1996), HF6 that of SPSS, HF7 that of spreadsheets. Ends are
// flat: a p before the first point gives the smallest value, after the last the
// largest. Weights that a calibration has made negative bend F back; it is
// replaced by the largest rising function below it.
//
// A p within 1e-10 of a step of F is on it: sums of weights are never exact, and
// R, which compares them to the last bit, gives the one or the other.
//
// R differs: its math, school and hf3 rules give the second smallest value for p
// before the first step, hf4 runs on below the smallest value, and shahvaish
// takes weights partly as they are, so that it holds only where they average 1.
// EvenStep is what R calls hf3; type 3 of Hyndman and Fan, the nearest order
// statistic, it is not. TestOracle: 02_quantiles; TestRules, TestRuleCorners.
type QuantileRule func(x, w []float64) func(p float64) float64

// onStep is the distance of p from a step of F within which it is on it.
const onStep = 1e-10

// rising replaces f by the largest function below it that does not fall.
func rising(f []float64) []float64 {
	for k := len(f) - 2; k >= 0; k-- {
		f[k] = min(f[k], f[k+1])
	}
	return f
}

// cumulated are c_k.
func cumulated(w []float64) []float64 {
	c := make([]float64, len(w))
	s := 0.0
	for k, x := range w {
		s += x
		c[k] = s
	}
	return c
}

// distribution is F.
func distribution(w []float64) []float64 {
	f := cumulated(w)
	W := 0.0
	if len(f) > 0 {
		W = f[len(f)-1]
	}
	for k := range f {
		f[k] /= W
	}
	return rising(f)
}

// reach is the first k with f_k >= p, len(f) if there is none, and whether p is
// on that step.
func reach(f []float64, p float64) (k int, hit bool) {
	k = sort.Search(len(f), func(k int) bool { return f[k] >= p-onStep })
	return k, k < len(f) && f[k] <= p+onStep
}

// guard keeps p inside 0 to 1, and looks after no values.
func guard(x []float64, q func(p float64) float64) func(p float64) float64 {
	return func(p float64) float64 {
		if len(x) == 0 || !(p >= 0 && p <= 1) {
			return math.NaN()
		}
		return q(p)
	}
}

// stepped is a rule whose values are those of the sample; on is the value where
// p is on step k, which has one after it.
func stepped(x, f []float64, on func(k int) float64) func(p float64) float64 {
	return guard(x, func(p float64) float64 {
		k, hit := reach(f, p)
		switch {
		case k >= len(x)-1:
			return x[len(x)-1]
		case hit:
			return on(k)
		}
		return x[k]
	})
}

// Inverse is the inverse of the distribution function, the default; see
// QuantileRule. TestRules.
func Inverse(x, w []float64) func(p float64) float64 {
	return stepped(x, distribution(w), func(k int) float64 { return x[k] })
}

// Averaged is the median of school, half way between two values where p is on a
// step; see QuantileRule. TestRules.
func Averaged(x, w []float64) func(p float64) float64 {
	return stepped(x, distribution(w), func(k int) float64 { return x[k]/2 + x[k+1]/2 })
}

// EvenStep takes the even order statistic where p is on a step, R's hf3; see
// QuantileRule. TestRules.
func EvenStep(x, w []float64) func(p float64) float64 {
	var xs, ws []float64 // distinct values
	for k, v := range x {
		if k == 0 || v != x[k-1] {
			xs, ws = append(xs, v), append(ws, 0)
		}
		ws[len(ws)-1] += w[k]
	}
	return stepped(xs, distribution(ws), func(k int) float64 {
		if k%2 == 0 { // the first, third, ... value
			return xs[k+1]
		}
		return xs[k]
	})
}

// joined is a rule of straight lines through points (f_k, x_k), flat at the ends.
func joined(x, f []float64) func(p float64) float64 {
	return guard(x, func(p float64) float64 {
		k, hit := reach(f, p)
		switch {
		case k == len(x):
			return x[k-1]
		case k == 0 || hit || x[k] == x[k-1]:
			return x[k]
		}
		return x[k-1] + (x[k]-x[k-1])*((p-f[k-1])/(f[k]-f[k-1]))
	})
}

// points are (a c_k-1 + (1-a) c_k) / (W + b w_n).
func points(w []float64, a, b float64) []float64 {
	f := cumulated(w)
	if len(f) == 0 {
		return f
	}
	n := len(f) - 1
	W := f[n] + b*w[n]
	for k := range f {
		f[k] = (f[k] - a*w[k]) / W
	}
	return rising(f)
}

// HF4 joins the points c_k/W by straight lines; see QuantileRule. TestRules.
func HF4(x, w []float64) func(p float64) float64 { return joined(x, points(w, 0, 0)) }

// HF5 joins the points (c_k - w_k/2)/W by straight lines; see QuantileRule. TestRules.
func HF5(x, w []float64) func(p float64) float64 { return joined(x, points(w, 0.5, 0)) }

// HF6 joins the points c_k/(W + w_n) by straight lines; see QuantileRule. TestRules.
func HF6(x, w []float64) func(p float64) float64 { return joined(x, points(w, 0, 1)) }

// HF7 joins the points c_k-1/(W - w_n) by straight lines; see QuantileRule. TestRules.
func HF7(x, w []float64) func(p float64) float64 {
	if len(x) == 1 {
		return joined(x, []float64{0}) // 0/0 otherwise
	}
	return joined(x, points(w, 1, -1))
}

// HF8 joins the points (c_k-1/3 + 2c_k/3)/(W + w_n/3) by straight lines; see QuantileRule. TestRules.
func HF8(x, w []float64) func(p float64) float64 { return joined(x, points(w, 1.0/3, 1.0/3)) }

// HF9 joins the points (3c_k-1/8 + 5c_k/8)/(W + w_n/4) by straight lines; see QuantileRule. TestRules.
func HF9(x, w []float64) func(p float64) float64 { return joined(x, points(w, 0.375, 0.25)) }

// ShahVaish is the rule of Shah and Vaish (2006); see QuantileRule. TestRules.
func ShahVaish(x, w []float64) func(p float64) float64 {
	f := cumulated(w)
	n := float64(len(f))
	for k := range f {
		scale := n / f[len(f)-1] // the last is still a sum when its turn comes
		f[k] = (f[k]*scale + (1-w[k]*scale)/2) / (n + 1)
	}
	rising(f)
	return guard(x, func(p float64) float64 {
		k := sort.Search(len(f), func(k int) bool { return f[k] > p+onStep })
		return x[max(k, 1)-1]
	})
}

// ranked are values in ascending order, as rows.
type ranked struct {
	y     []float64
	order []int
}

// rankOf puts the rows with a value in order, ties in the order of rows.
func rankOf(y []float64) ranked {
	order := make([]int, 0, len(y))
	for i, v := range y {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(y[i], y[j]) })
	return ranked{y, order}
}

// weighed are the values with weight, in order, and their weights.
func (r ranked) weighed(w []float64) (x, v []float64) {
	x, v = make([]float64, 0, len(r.order)), make([]float64, 0, len(r.order))
	for _, i := range r.order {
		if w[i] != 0 {
			x, v = append(x, r.y[i]), append(v, w[i])
		}
	}
	return x, v
}

// Quantile estimates quantiles of variables, at each p of 0 to 1, by a rule; nil
// is Inverse. The numbers are those of the first variable, then the second, and
// so on. Rows where one of the variables is missing (NaN) are left out of all.
// In the unit of y; NaN without a row. It panics for a p outside of 0 to 1.
//
// It is for designs with replicate weights: quantiles have no derivative by the
// weights, so Linearize returns ErrNotLinear, and Quantiles makes intervals from
// the variance of shares instead. Estimating the density, which linearised values
// of a quantile would need, is not what R does, and depends on a bandwidth. With
// jackknife weights the variance is not consistent (Shao and Wu 1989). R:
// svyquantile, interval.type = "quantile". TestOracle: 11_replicates; TestQuantileReplicates.
func Quantile(names []string, rule QuantileRule, p []float64, y ...[]float64) Statistic {
	for _, p := range p {
		if !(p >= 0 && p <= 1) {
			panic(fmt.Sprintf("stats: a quantile is at 0 to 1, not at %g", p))
		}
	}
	if rule == nil {
		rule = Inverse
	}
	s := quantile{names: names, rule: rule, p: p, y: y}
	for _, v := range y {
		s.ranked = append(s.ranked, rankOf(v))
	}
	return s
}

type quantile struct {
	names  []string
	rule   QuantileRule
	p      []float64
	y      [][]float64
	ranked []ranked
}

// Names are those of the variables with the p behind them, such as "trust 0.5".
func (s quantile) Names() []string {
	var names []string
	for _, name := range s.names {
		for _, p := range s.p {
			names = append(names, fmt.Sprintf("%s %g", name, p))
		}
	}
	return names
}

func (s quantile) At(w []float64) ([]float64, error) {
	in := used(w, s.y...)
	q := make([]float64, 0, len(s.y)*len(s.p))
	for _, r := range s.ranked {
		x, v := r.weighed(in)
		of := s.rule(x, v)
		for _, p := range s.p {
			q = append(q, of(p))
		}
	}
	return q, nil
}

func (s quantile) Linearize([]float64) ([]float64, [][]float64, error) {
	return nil, nil, ErrNotLinear
}

// QuantileOptions say how quantiles and their intervals are made; the zero value
// is the inverse distribution function, with Woodruff's interval on the scale of
// the share itself, at 0.95.
type QuantileOptions struct {
	Rule   QuantileRule   // nil = Inverse
	Method IntervalMethod // scale of the interval; "" = IntervalMean
	Level  float64        // of confidence; 0 = 0.95
	DF     float64        // degrees of freedom of t; 0 = those of the domain's rows with a value; +Inf = normal distribution
}

// QuantileEstimates are quantiles with their intervals, and together.
type QuantileEstimates struct {
	Each   []Interval // in the order of Quantiles or QuantilesBy
	OnStep []bool     // p is within 1e-10 of a step of F: rules differ, and rounding decides in other programs

	// Joint has the same values and standard errors with their covariances, for
	// contrasts. Its DF are those of the design.
	Joint *Estimates
}

// Quantiles estimates quantiles of variables at each p of 0 to 1, with intervals.
// The order is that of the statistic Quantile, which says more of inputs.
//
// Intervals are Woodruff's (1952): the share of rows with y <= q has the interval
// of o.Method (see IntervalMethod), and the same rule turns its ends into
// quantiles. The standard error is
//
//	SE = (high - low) / 2t
//
// IntervalScore inverts the test of F(q) = p instead (Francisco and Fuller 1991):
// low is the smallest value that is not rejected as too small, and high the
// smallest from which all are rejected as too large. IntervalReplicates, for
// designs with replicate weights, is q -+ t SE. df are those of the rows with a
// value, of the domain.
//
// The covariance of two quantiles is that of their shares, brought to the scale
// of the standard errors,
//
//	Cov(q_k, q_l) = corr(F(q_k), F(q_l)) SE_k SE_l
//
// because near q a quantile moves against its share in proportion to it (Bahadur
// 1966; Francisco and Fuller 1991). R has no covariance of quantiles.
//
// An end of the share's interval outside of 0 to 1 has no quantile: that bound,
// and SE, are NaN. Where the share has no variance (q is the largest value, or
// all below it is a stratum) there is no interval: bounds and SE are NaN, and
// Degenerate is true. All is NaN without a row with a value, bounds without
// degrees of freedom. EffectiveN is that of the share. It panics for a p outside
// of 0 to 1, and where IntervalReplicates finds no replicate weights; the error
// is that of Design.Estimate.
//
// R: svyquantile. It ignores the scale on designs with replicate weights, and
// its score interval reads the unweighted share below the bound as a weighted
// one. Quantiles takes O(n log n) in rows, scores about O(n sqrt n). TestOracle:
// 02_quantiles, 10, 11; TestQuantileCorners.
func Quantiles(d *Design, p []float64, o QuantileOptions, names []string, y ...[]float64) (*QuantileEstimates, error) {
	o = o.checked(d)
	for _, v := range y {
		mustLen("values", len(v), d.n)
	}
	in := make([]bool, d.n)
	for i := range in {
		in[i] = !slices.ContainsFunc(y, func(v []float64) bool { return math.IsNaN(v[i]) })
	}
	domain := d.Domain(in)
	s := Quantile(names, o.Rule, p, y...).(quantile)
	each, shares, err := s.intervals(domain, o)
	if err != nil {
		return nil, err
	}
	each.join(s.Names(), shares)
	return each, nil
}

// QuantilesBy is Quantiles of one variable in each of n groups, group by group,
// numbered as in By: medians of segments, say, with the covariances between them.
// names are those of the groups. R: svyby with svyquantile, which has no
// covariances. TestOracle: 02_quantiles; TestQuantileCovariance.
func QuantilesBy(d *Design, group []int, n int, p []float64, o QuantileOptions, names []string, y []float64) (*QuantileEstimates, error) {
	o = o.checked(d)
	mustLen("groups", len(group), d.n)
	mustLen("values", len(y), d.n)
	s := Quantile(nil, o.Rule, p, y).(quantile)
	all := &QuantileEstimates{}
	var below []Statistic // the shares, all groups together
	for g := range n {
		in := make([]bool, d.n)
		for i := range in {
			in[i] = group[i] == g && !math.IsNaN(y[i])
		}
		each, _, err := s.intervals(d.Domain(in), o)
		if err != nil {
			return nil, err
		}
		all.Each = append(all.Each, each.Each...)
		all.OnStep = append(all.OnStep, each.OnStep...)
		below = append(below, In(in, Mean(nil, s.below(each.Each)...)))
	}
	if o.Method == IntervalReplicates {
		below = By(group, n, s)
	}
	shares, err := d.Estimate(below...)
	if err != nil {
		return nil, err
	}
	s.names = names
	all.join(s.Names(), shares)
	return all, nil
}

// checked fills in what an option means by nothing.
func (o QuantileOptions) checked(d *Design) QuantileOptions {
	if o.Method == "" {
		o.Method = IntervalMean
	}
	o.Method.must()
	if o.Method == IntervalReplicates && d.reps == nil {
		panic("stats: a design without replicate weights has no interval from replicates")
	}
	o.Level = levelOf(o.Level)
	return o
}

// intervals are the quantiles of rows with a value, which are all of the domain
// d, and their shares, or with IntervalReplicates the quantiles themselves.
func (s quantile) intervals(d *Design, o QuantileOptions) (*QuantileEstimates, *Estimates, error) {
	each := &QuantileEstimates{}
	for _, r := range s.ranked {
		x, w := r.weighed(d.weights)
		of, f := s.rule(x, w), distribution(w)
		for _, p := range s.p {
			each.Each = append(each.Each, Interval{Value: of(p), Level: o.Level, Base: len(x)})
			_, hit := reach(f, p)
			each.OnStep = append(each.OnStep, hit)
		}
	}
	e, err := d.Estimate(Mean(nil, s.below(each.Each)...))
	if err != nil {
		return nil, nil, err
	}
	shares := d.shares(e)
	if o.Method == IntervalReplicates {
		if e, err = d.Estimate(s); err != nil {
			return nil, nil, err
		}
	}
	for k := range each.Each {
		v := &each.Each[k]
		v.DF = dfOf(o.DF, e.DF)
		v.EffectiveN = shares[k].effective()
		shares[k].n = v.Base
		s.bounds(k, v, d, o, shares[k], e)
	}
	return each, e, nil
}

// below are the indicators of y <= q, a column for each quantile.
func (s quantile) below(each []Interval) [][]float64 {
	columns := make([][]float64, len(each))
	for k, v := range each {
		columns[k] = atMost(s.y[k/len(s.p)], v.Value)
	}
	return columns
}

func atMost(y []float64, q float64) []float64 {
	column := make([]float64, len(y))
	for i, v := range y {
		if v <= q {
			column[i] = 1
		}
	}
	return column
}

// bounds sets the interval and standard error of quantile k.
func (s quantile) bounds(k int, v *Interval, d *Design, o QuantileOptions, at share, e *Estimates) {
	v.SE, v.Low, v.High = math.NaN(), math.NaN(), math.NaN()
	if v.Base == 0 || !(v.DF > 0) {
		return
	}
	t := dist.TQuantile(1-o.Level, v.DF)
	r := s.ranked[k/len(s.p)]
	switch {
	case o.Method == IntervalReplicates:
		v.SE = e.SE(k)
		v.Low, v.High = v.Value-t*v.SE, v.Value+t*v.SE
		return
	case o.Method == IntervalScore:
		v.Low, v.High = d.scoreBounds(r, s.p[k%len(s.p)], v.Value, t)
	case at.isCertain():
		v.Degenerate = true
		return
	default:
		low, high := at.interval(o.Method, o.Level, v.DF)
		of := s.rule(r.weighed(d.weights))
		v.Low, v.High = of(low), of(high)
	}
	v.SE = (v.High - v.Low) / (2 * t)
}

// scoreBounds are the ends of what a test of F = p at t does not reject: the
// smallest value not rejected as too small, and the smallest from which all are
// rejected as too large. Values are tried outward from the quantile q until one
// is rejected at 2t, because the test does not change steadily. NaN where no
// value outside is rejected; that F is 1 for the largest is no evidence.
func (d *Design) scoreBounds(r ranked, p, q, t float64) (low, high float64) {
	x, _ := r.weighed(d.weights)
	x = slices.Compact(x)
	test := func(k int) float64 { // in units of t, below 0 for too small
		share, se := d.meanSE(atMost(r.y, x[k]))
		if share == p {
			return 0
		}
		return (share - p) / (t * se)
	}
	at, last := min(sort.SearchFloat64s(x, q), len(x)-1), len(x)-1
	low, high = math.NaN(), math.NaN()
	first := at
	for k := at - 1; k >= 0; k-- {
		z := test(k)
		if z >= -1 {
			first = k
		}
		if z < -2 {
			break
		}
	}
	if first > 0 {
		low = x[first]
	}
	from := at
	for k := at; k < last; k++ {
		z := test(k)
		if z <= 1 {
			from = k + 1
		}
		if z > 2 {
			break
		}
	}
	if from < last {
		high = x[from]
	}
	return low, high
}

// meanSE is the mean of y and its standard error.
func (d *Design) meanSE(y []float64) (m, se float64) {
	s := Mean(nil, y)
	if d.reps == nil {
		m, u, _ := s.Linearize(d.weights) // a mean has no error
		return m[0], math.Sqrt(d.linear([]column{{nil, weighted(u[0], d.weights)}}).At(0, 0))
	}
	theta, _ := s.At(d.weights)
	each := make([][]float64, len(d.reps.Weights))
	for k, w := range d.reps.Weights {
		each[k], _ = s.At(w)
	}
	v, _ := d.reps.variance(theta, each)
	return theta[0], math.Sqrt(v.At(0, 0))
}

// join makes Joint of the correlations of the shares.
func (e *QuantileEstimates) join(names []string, shares *Estimates) {
	K := len(e.Each)
	cov := newSymmetric(K)
	e.Joint = shares.derived(names, K)
	e.Joint.Replicates, e.Joint.reps, e.Joint.Lost, e.Joint.Cov = nil, nil, 0, cov.SymDense
	for k, v := range e.Each {
		e.Joint.Value[k] = v.Value
		for l := k; l < K; l++ {
			corr := shares.Cov.At(k, l) / (shares.SE(k) * shares.SE(l))
			if l == k {
				corr = 1
			}
			cov.SetSym(k, l, corr*v.SE*e.Each[l].SE)
		}
	}
}
