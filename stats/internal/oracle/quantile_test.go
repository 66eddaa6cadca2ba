package oracle_test

import (
	"math"
	"sort"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/dist"
	"tradeoff/stats/internal/oracle"
)

func init() {
	register("quantile", quantiles)
	register("by_quantile", byQuantile)
}

var rules = map[string]stats.QuantileRule{
	"math": beforeStep(stats.Inverse, false), "hf1": beforeStep(stats.Inverse, false), "school": beforeStep(stats.Averaged, false), "hf2": beforeStep(stats.Averaged, false), "hf3": beforeStep(stats.EvenStep, true),
	"hf4": stats.HF4, "hf5": stats.HF5, "hf6": stats.HF6, "hf7": stats.HF7, "hf8": stats.HF8, "hf9": stats.HF9,
	"shahvaish": rShahVaish,
}

// beforeStep is a rule with R's fault: before the first step of F it gives the
// second smallest value. Everywhere else it is the rule of the library.
func beforeStep(rule stats.QuantileRule, distinctValues bool) stats.QuantileRule {
	return func(x, w []float64) func(p float64) float64 {
		of, first, W := rule(x, w), 0.0, sumOf(w)
		next := 0 // the second value: of rows, but hf3 is over distinct ones
		for next < len(x) && (next == 0 || distinctValues && x[next] == x[0]) {
			first += w[next]
			next++
		}
		return func(p float64) float64 {
			if p >= 0 && p < first/W-1e-10 && next < len(x) {
				return x[next]
			}
			return of(p)
		}
	}
}

// rShahVaish is R's rule with its fault: half of the weight itself, where the
// rest is in weights scaled to a mean of 1. R puts the points, which then go up
// and down, in order, with the values of equal points averaged.
func rShahVaish(x, w []float64) func(p float64) float64 {
	n := float64(len(x))
	type point struct{ p, x float64 }
	points := make([]point, len(x))
	c, mean := 0.0, sumOf(w)/n
	for k := range x {
		c += w[k] / mean
		points[k] = point{(c + 0.5 - w[k]/2) / (n + 1), x[k]}
	}
	sort.SliceStable(points, func(i, j int) bool { return points[i].p < points[j].p })
	return func(p float64) float64 {
		if !(p >= 0 && p <= 1) {
			return math.NaN()
		}
		k := sort.Search(len(points), func(k int) bool { return points[k].p > p+1e-10 })
		return points[max(k, 1)-1].x
	}
}

// nudged is a rule whose value at p, and only there, is that at p + by, or times
// 1 + by: what rounding makes of a quantile on a step, or on a value.
func nudged(rule stats.QuantileRule, at, by, times float64) stats.QuantileRule {
	return func(x, w []float64) func(p float64) float64 {
		of := rule(x, w)
		return func(p float64) float64 {
			if p == at {
				q := of(math.Max(0, math.Min(1, p+by)))
				return q + times*math.Max(1, math.Abs(q))
			}
			return of(p)
		}
	}
}

func quantiles(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	p := c.Params
	vars := p.Get("vars").Texts()
	names, y := variables(f, vars)
	rule := rules[p.Get("qrule").Text()]
	o := stats.QuantileOptions{Rule: rule, Method: stats.IntervalMethod(p.Get("interval_type").Text()), Level: 1 - p.Get("alpha").Float()}
	switch {
	case o.Method == "quantile":
		o.Method = stats.IntervalReplicates
	case d.Replicates() != nil:
		o.Method = stats.IntervalMean // R ignores the type
	}
	if df := p.Get("df"); df.Text() != "degf" {
		o.DF = df.Float()
	}
	probs := p.Get("probs").Floats()
	q, err := stats.Quantiles(d, probs, o, names, y...)
	if err != nil {
		t.Fatal(err)
	}
	c.Near(t, "df", d.DF(), c.Expect.Get("df").Float(), 0)
	for v, name := range vars {
		for k, want := range c.Expect.Get(name).List() {
			at := v*len(probs) + k
			compareQuantile(t, c, d, f, o, vars, v, want, q.Each[at])
			c.Same(t, name+" on a step", q.OnStep[at], want.Get("on_step").Bool())
			if se := q.Joint.SE(at); !math.IsNaN(se) {
				c.Near(t, name+" joint SE", se, math.Abs(q.Each[at].SE), 0) // R's shahvaish turns intervals round
			}
		}
	}
}

// compareQuantile compares one quantile with its interval. Where rounding
// decides in R, one of the possible answers has to agree.
func compareQuantile(t *testing.T, c *oracle.Case, d *stats.Design, f *oracle.Frame, o stats.QuantileOptions, vars []string, v int, want oracle.Value, got stats.Interval) {
	t.Helper()
	p, name := want.Get("p").Float(), vars[v]+" "+want.Get("p").Text()
	if o.Method == stats.IntervalScore {
		scoreInterval(t, c, d, f, o, vars[v], want, got)
		return
	}
	candidates := []stats.Interval{got}
	nudge := func(by, times float64) {
		o := o
		o.Rule = nudged(o.Rule, p, by, times)
		_, y := variables(f, vars)
		q, err := stats.Quantiles(d, []float64{p}, o, nil, y...)
		if err != nil {
			t.Fatal(err)
		}
		candidates = append(candidates, q.Each[v])
	}
	if want.Get("on_step").Bool() {
		nudge(2e-10, 0)
		nudge(-2e-10, 0)
	}
	if want.Get("rounding_sensitive").Bool() {
		nudge(0, -1e-11)
		nudge(0, 1e-11)
	}
	best := got
	for _, one := range candidates {
		if agrees(one.Value, want.Get("quantile").Float()) && (want.Get("degenerate_interval").Bool() || agrees(one.Low, want.Get("lower").Float()) && agrees(one.High, want.Get("upper").Float())) {
			best = one
			break
		}
	}
	c.Near(t, name, best.Value, want.Get("quantile").Float(), 0)
	if want.Get("degenerate_interval").Bool() {
		c.Check(t, name+" has no interval", best.Degenerate)
		return
	}
	if !want.Has("se") && !want.Has("lower") && !want.Has("upper") && c.Params.Get("qrule").Text() != "" && !hasInterval(c) {
		return // asked without an interval
	}
	scale := math.Abs(best.Value)
	c.Near(t, name+" low", best.Low, want.Get("lower").Float(), scale)
	c.Near(t, name+" high", best.High, want.Get("upper").Float(), scale)
	c.Near(t, name+" SE", best.SE, want.Get("se").Float(), 0)
}

// hasInterval reports whether any quantile of the case has an interval.
func hasInterval(c *oracle.Case) bool {
	for _, name := range c.Params.Get("vars").Texts() {
		for _, q := range c.Expect.Get(name).List() {
			if q.Has("upper") || q.Has("lower") {
				return true
			}
		}
	}
	return false
}

func agrees(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b))
}

// scoreInterval compares score intervals. R looks for the bound by root finding,
// which ends on this or on that side of the step, and then reads the unweighted
// share of rows at or below it as a weighted share. With that done to our bounds
// R's must come out.
func scoreInterval(t *testing.T, c *oracle.Case, d *stats.Design, f *oracle.Frame, o stats.QuantileOptions, name string, want oracle.Value, got stats.Interval) {
	t.Helper()
	at := name + " " + want.Get("p").Text()
	c.Near(t, at, got.Value, want.Get("quantile").Float(), 0)
	y := f.Floats(name)
	var x, w []float64
	for i, weight := range d.Weights() {
		if weight != 0 {
			x, w = append(x, y[i]), append(w, weight)
		}
	}
	sort.Sort(&pairs{x, w})
	of := o.Rule(x, w)
	read := func(bound float64) []float64 {
		atMost := sort.SearchFloat64s(x, math.Nextafter(bound, math.Inf(1)))
		below := sort.SearchFloat64s(x, bound)
		n := float64(len(x))
		return []float64{of(float64(atMost) / n), of(float64(below) / n)}
	}
	low, high := read(got.Low), read(got.High)
	c.Check(t, at+" low", low[0] == want.Get("lower").Float() || low[1] == want.Get("lower").Float())
	c.Check(t, at+" high", high[0] == want.Get("upper").Float() || high[1] == want.Get("upper").Float())
	se := (want.Get("upper").Float() - want.Get("lower").Float()) / (got.High - got.Low) * got.SE
	c.Near(t, at+" SE", se, want.Get("se").Float(), 0)
	c.Near(t, at+" SE times 2t", got.SE*2*dist.TQuantile(1-o.Level, got.DF), got.High-got.Low, 0)
}

// pairs sorts two slices by the first.
type pairs struct{ x, w []float64 }

func (p *pairs) Len() int           { return len(p.x) }
func (p *pairs) Less(i, j int) bool { return p.x[i] < p.x[j] }
func (p *pairs) Swap(i, j int) {
	p.x[i], p.x[j] = p.x[j], p.x[i]
	p.w[i], p.w[j] = p.w[j], p.w[i]
}

func byQuantile(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	p := c.Params
	vars := p.Get("vars").Texts()
	group, n := groupsOf(c, f, p.Get("by").Texts())
	o := stats.QuantileOptions{Rule: rules[p.Get("qrule").Text()]}
	_, y := variables(f, vars)
	q, err := stats.QuantilesBy(d, group, n, p.Get("probs").Floats(), o, nil, y[0])
	if err != nil {
		t.Fatal(err)
	}
	est, se := c.Expect.Get("est").Floats(), c.Expect.Get("se").Floats()
	for k, name := range c.Expect.Get("names").Texts() {
		c.Near(t, name, q.Each[k].Value, est[k], 0)
		c.Near(t, name+" SE", q.Each[k].SE, se[k], 0)
		c.Near(t, name+" joint SE", q.Joint.SE(k), se[k], 0)
	}
}
