package oracle_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
	"tradeoff/stats/weight"
)

func init() {
	register("weights", weights)
	register("by_mean_covariance", byCovariance)
	registerStep("postStratify", postStratifyAsR)
	registerStep("rake", must(rakeAsR))
	registerStep("calibrate", must(calibrate))
	registerStep("trimWeights", must(trimWeights))
}

type adjust func(step oracle.Value, d *stats.Design, f *oracle.Frame) (*stats.Design, *weight.Report, error)

// must is a step that does not fail.
func must(do adjust) func(t *testing.T, c *oracle.Case, step oracle.Value, d *stats.Design, f *oracle.Frame) *stats.Design {
	return func(t *testing.T, _ *oracle.Case, step oracle.Value, d *stats.Design, f *oracle.Frame) *stats.Design {
		out, _, err := do(step, d, f)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// marginOf is the margin of a step: its variables, crossed, with the counts of
// their cells.
func marginOf(v oracle.Value, f *oracle.Frame) weight.Margin {
	vars := v.Get("vars").Texts()
	m := weight.Margin{Name: strings.Join(vars, " × ")}
	var values [][]string
	m.Of, values = f.Cells(vars...)
	m.Targets = make([]float64, len(values))
	at := map[string]int{}
	for k, value := range values {
		m.Labels = append(m.Labels, strings.Join(value, " × "))
		at[strings.Join(value, "\x00")] = k
	}
	for _, cell := range v.Get("population").List() {
		m.Targets[at[strings.Join(textsOf(cell, vars), "\x00")]] = cell.Get("Freq").Float()
	}
	return m
}

func postStratify(step oracle.Value, d *stats.Design, f *oracle.Frame) (*stats.Design, *weight.Report, error) {
	return weight.PostStratify(d, marginOf(step, f), step.Get("partial").Bool())
}

// postStratifyAsR is postStratify with the residuals of several adjustments in
// the order of R, which is that of the adjustments: case
// post/loop/age_gender_twice expects it. The last must come first, which
// TestOrder of package weight shows by the derivative.
func postStratifyAsR(t *testing.T, c *oracle.Case, step oracle.Value, d *stats.Design, f *oracle.Frame) *stats.Design {
	out := must(postStratify)(t, c, step, d, f)
	if len(d.Adjustments()) == 0 {
		return out
	}
	before, _, err := design(c)
	if err != nil {
		t.Fatal(err)
	}
	return before.WithWeights(out.Weights(), inOrder(out.Adjustments()))
}

type inOrder []stats.Adjustment

func (all inOrder) Residuals(z []float64) {
	for _, a := range all {
		a.Residuals(z)
	}
}

func marginsOf(step oracle.Value, f *oracle.Frame) (ms []weight.Margin) {
	for _, m := range step.Get("margins").List() {
		ms = append(ms, marginOf(m, f))
	}
	return ms
}

// rake rakes to the end, or for as many rounds as R's rule gives: at most maxit,
// until no cell of the joint table changes by epsilon, of the sum of weights if
// it is below 1.
func rake(step oracle.Value, d *stats.Design, f *oracle.Frame) (*stats.Design, *weight.Report, error) {
	ms := marginsOf(step, f)
	epsilon, most := step.Get("epsilon").Float(), step.Get("maxit").Int()
	if most >= 100 {
		return weight.Rake(d, ms, weight.Options{})
	}
	return weight.Rake(d, ms, weight.Options{Rounds: roundsOfR(ms, d, epsilon, most), Unfinished: true})
}

func roundsOfR(ms []weight.Margin, d *stats.Design, epsilon float64, most int) int {
	if epsilon < 1 {
		epsilon *= sumOf(d.Weights())
	}
	table := func(d *stats.Design) map[[4]int]float64 {
		cells := map[[4]int]float64{}
		for i, w := range d.Weights() {
			var key [4]int
			for k := range ms {
				key[k] = ms[k].Of[i]
			}
			cells[key] += w
		}
		return cells
	}
	old := table(d)
	for round := 1; round <= most; round++ {
		next, _, err := weight.Rake(d, ms, weight.Options{Rounds: round, Unfinished: true})
		if err != nil {
			panic(err)
		}
		now, change := table(next), 0.0
		for key, w := range now {
			change = math.Max(change, math.Abs(w-old[key]))
		}
		if change < epsilon {
			return round
		}
		old = now
	}
	return most
}

// rakeAsR is rake with the variance of R's rake, which differs from the textbook
// (README, 11): it is what the cases after/rake expect. That Rake's own variance
// is the textbook's, weights and rakings_own check.
func rakeAsR(step oracle.Value, d *stats.Design, f *oracle.Frame) (*stats.Design, *weight.Report, error) {
	out, report, err := rake(step, d, f)
	if err != nil || d.Replicates() != nil {
		return out, report, err
	}
	variance := &varianceOfR{}
	// The weights after each margin of the last round; the last are those of all.
	last, _, err := weight.Rake(d, marginsOf(step, f), weight.Options{Rounds: report.Rounds - 1, Unfinished: true})
	if err != nil {
		return nil, nil, err
	}
	for _, m := range marginsOf(step, f) {
		if last, _, err = weight.PostStratify(last, m, false); err != nil {
			return nil, nil, err
		}
		variance.of = append(variance.of, m.Of)
		variance.w = append(variance.w, last.Weights())
	}
	return d.WithWeights(out.Weights(), variance), report, nil
}

// varianceOfR takes means of the categories out of linearised values, one margin
// after the other, ten times, without weights.
type varianceOfR struct {
	of [][]int
	w  [][]float64 // after each margin
}

func (v *varianceOfR) Residuals(z []float64) {
	for range 10 {
		for k, of := range v.of {
			sum, n := map[int]float64{}, map[int]float64{}
			for i, c := range of {
				if v.w[k][i] != 0 {
					sum[c] += z[i] / v.w[k][i]
					n[c]++
				}
			}
			for i, c := range of {
				if v.w[k][i] != 0 {
					z[i] -= v.w[k][i] * sum[c] / n[c]
				}
			}
		}
	}
}

func calibrate(step oracle.Value, d *stats.Design, f *oracle.Frame) (*stats.Design, *weight.Report, error) {
	o := weight.Calibration{
		Distance: weight.Distance(step.Get("calfun").Text()),
		ByPSU:    step.Has("aggregate_stage"),
	}
	if step.Has("lower") || step.Has("upper") {
		o.Bounds = &weight.Bounds{Lower: math.Inf(-1), Upper: math.Inf(1), OfWeight: step.Get("bounds_const").Bool()}
		if step.Has("lower") {
			o.Bounds.Lower = step.Get("lower").Float()
		}
		if step.Has("upper") {
			o.Bounds.Upper = step.Get("upper").Float()
		}
	}
	terms := termsOf(step, f)
	if coefficients := step.Get("variance_coef").Floats(); coefficients != nil {
		o.Variance = make([]float64, f.N)
		for j, v := range coefficients {
			for i, x := range terms[j].Values {
				o.Variance[i] += v * x
			}
		}
	}
	return weight.Calibrate(d, terms, o)
}

// termsOf are the columns of a model matrix with treatment contrasts, by their
// names in R: (Intercept), a variable, or a variable and its level.
func termsOf(step oracle.Value, f *oracle.Frame) (terms []weight.Term) {
	vars := strings.Split(strings.TrimPrefix(step.Get("formula").Text(), "~"), "+")
	totals := step.Get("population").Get("totals").Floats()
	for j, name := range step.Get("population").Get("terms").Texts() {
		t := weight.Term{Name: name, Total: totals[j]}
		switch {
		case name == "(Intercept)":
			t.Values = make([]float64, f.N)
			for i := range t.Values {
				t.Values[i] = 1
			}
		case f.Has(name):
			t.Values = f.Floats(name)
		default:
			for _, v := range vars {
				names, y := variables(f, []string{v})
				for k := range names {
					if names[k] == name {
						t.Values = y[k]
					}
				}
			}
		}
		terms = append(terms, t)
	}
	return terms
}

func trimWeights(step oracle.Value, d *stats.Design, f *oracle.Frame) (*stats.Design, *weight.Report, error) {
	o := weight.Trimming{Strict: step.Get("strict").Bool()}
	if step.Has("lower") {
		o.Lower = step.Get("lower").Float()
	}
	if step.Has("upper") {
		o.Upper = step.Get("upper").Float()
	}
	return weight.Trim(d, o)
}

// weights answers the weights after the steps, their spread, and means and
// totals with them.
func weights(t *testing.T, c *oracle.Case) {
	want := c.Expect
	if want.Has("error") {
		refused(t, c)
		return
	}
	d, f := designOf(t, c)
	var w []float64
	for i, x := range d.Weights() {
		if d.In() == nil || d.In()[i] {
			w = append(w, x)
		}
	}
	for i, x := range want.Get("weights").Floats() {
		c.Near(t, "weight", w[i], x, 0)
	}
	squares := 0.0
	for _, x := range w {
		squares += x * x
	}
	s := weight.Describe(d)
	c.Same(t, "rows", len(w), want.Get("n").Int())
	c.Near(t, "sum of squares", squares, want.Get("sum_sq").Float(), 0)
	c.Near(t, "sum", s.Sum, want.Get("sum").Float(), 0)
	c.Near(t, "min", s.Min, want.Get("min").Float(), 0)
	c.Near(t, "max", s.Max, want.Get("max").Float(), 0)
	c.Near(t, "deff", s.Deff, want.Get("kish_deff").Float(), 0)
	c.Near(t, "effective base", s.EffectiveBase, want.Get("n_eff").Float(), 0)
	c.Near(t, "effective base of the design", d.EffectiveBase(), want.Get("n_eff").Float(), 0)
	c.Near(t, "df", d.DF(), want.Get("df").Float(), 0)
	vars := c.Params.Get("vars").Texts()
	if vars == nil {
		return
	}
	names, y := variables(f, vars)
	mean, total := stats.Mean(names, y...), stats.Total(names, y...)
	compareBlock(t, c, "mean ", estimate(t, d, mean), d, want.Get("mean"))
	compareBlock(t, c, "total ", estimate(t, d, total), d, want.Get("total"))
	if want.Has("greg_mean_se") {
		own := ownDesign(t, c)
		m, s := estimate(t, own, mean), estimate(t, own, total)
		for k, se := range want.Get("greg_mean_se").Floats() {
			c.SE(t, names[k]+" textbook SE of the mean", m.SE(k), se, m.Value[k])
			c.SE(t, names[k]+" textbook SE of the total", s.SE(k), want.Get("greg_total_se").Floats()[k], s.Value[k])
		}
	}
}

// ownDesign is the design of a case with Rake's own variance.
func ownDesign(t *testing.T, c *oracle.Case) *stats.Design {
	t.Helper()
	d, f, err := design(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range c.Design.Get("steps").List() {
		if step.Get("op").Text() != "rake" {
			d = steps[step.Get("op").Text()](t, c, step, d, f)
			continue
		}
		if d, _, err = rake(step, d, f); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// compareBlock compares one of several blocks of estimates of a case.
func compareBlock(t *testing.T, c *oracle.Case, what string, e *stats.Estimates, d *stats.Design, want oracle.Value) {
	t.Helper()
	est, se := want.Get("est").Floats(), want.Get("se").Floats()
	for k, name := range want.Get("names").Texts() {
		c.Near(t, what+name, e.Value[k], est[k], 0)
		c.SE(t, what+name+" SE", e.SE(k), se[k], est[k])
		low, high := e.IntervalDF(k, want.Get("level").Float(), math.Inf(1))
		c.Near(t, what+name+" normal low", low, want.Get("ci_normal").Matrix()[k][0], math.Abs(est[k]))
		c.Near(t, what+name+" normal high", high, want.Get("ci_normal").Matrix()[k][1], math.Abs(est[k]))
		low, high = e.Interval(k, want.Get("level").Float())
		c.Near(t, what+name+" low", low, want.Get("ci_t").Matrix()[k][0], math.Abs(est[k]))
		c.Near(t, what+name+" high", high, want.Get("ci_t").Matrix()[k][1], math.Abs(est[k]))
	}
	c.Cov(t, what+"vcov", e.Cov.At, want.Get("vcov").Matrix(), est)
	c.Near(t, what+"df", d.DF(), want.Get("df").Float(), 0)
}

// refused answers the cases in which R stops, by the kind of problem.
func refused(t *testing.T, c *oracle.Case) {
	kinds := map[string]weight.Kind{
		"Some strata absent from sample: use partial=TRUE to ignore them.": weight.NoRespondents,
		"Strata in sample absent from population. This Can't Happen":       weight.NoTarget,
		"Calibration failed": weight.Unmet,
	}
	kind, ok := kinds[c.Expect.Get("error").Text()]
	if !ok {
		t.Fatalf("R stops with %q", c.Expect.Get("error").Text())
	}
	d, f, err := design(c)
	if err != nil {
		t.Fatal(err)
	}
	do := map[string]adjust{"postStratify": postStratify, "rake": rake, "calibrate": calibrate, "trimWeights": trimWeights}
	for _, step := range c.Design.Get("steps").List() {
		op := step.Get("op").Text()
		if do[op] == nil {
			d = steps[op](t, c, step, d, f)
			continue
		}
		d, _, err = do[op](step, d, f)
		var p weight.Problems
		if errors.As(err, &p) {
			c.Same(t, "kind of problem", p[0].Kind, kind)
			return
		}
	}
	t.Errorf("no problem was found: %s", c.Expect.Get("error").Text())
}

// byCovariance answers means in domains of a calibrated design with their
// covariance.
func byCovariance(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	_, y := variables(f, []string{c.Params.Get("var").Text()})
	group, values := f.Codes(c.Params.Get("by").Text())
	e := estimate(t, d, stats.By(group, len(values), stats.Mean(nil, y...))...)
	for g, name := range c.Expect.Get("names").Texts() {
		c.Same(t, "group", values[g], name)
		c.Near(t, name, e.Value[g], c.Expect.Get("est").Floats()[g], 0)
		c.SE(t, name+" SE", e.SE(g), c.Expect.Get("se").Floats()[g], e.Value[g])
	}
	c.Cov(t, "vcov", e.Cov.At, c.Expect.Get("vcov").Matrix(), c.Expect.Get("est").Floats())
	c.Near(t, "df", d.DF(), c.Expect.Get("df").Float(), 0)
}
