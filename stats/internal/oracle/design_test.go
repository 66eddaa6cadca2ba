package oracle_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
)

// steps make another design of a design, by the name of the step. Files of this
// folder register those of their topic.
var steps = map[string]func(t *testing.T, c *oracle.Case, step oracle.Value, d *stats.Design, f *oracle.Frame) *stats.Design{
	"subset": func(t *testing.T, c *oracle.Case, step oracle.Value, d *stats.Design, f *oracle.Frame) *stats.Design {
		return d.Domain(f.Where(step.Get("where").List()))
	},
}

func registerStep(op string, do func(t *testing.T, c *oracle.Case, step oracle.Value, d *stats.Design, f *oracle.Frame) *stats.Design) {
	if steps[op] != nil {
		panic("two ways to do the step " + op)
	}
	steps[op] = do
}

// designOf makes the design of a case, with all its steps.
func designOf(t *testing.T, c *oracle.Case) (*stats.Design, *oracle.Frame) {
	t.Helper()
	d, f, err := design(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range c.Design.Get("steps").List() {
		op := step.Get("op").Text()
		if steps[op] == nil {
			t.Fatalf("nothing does the step %q", op)
		}
		d = steps[op](t, c, step, d, f)
	}
	return d, f
}

// design makes the design of a case before its steps.
func design(c *oracle.Case) (*stats.Design, *oracle.Frame, error) {
	v := c.Design
	f := c.Frame(v.Get("data").Text())
	o := v.Get("options")
	s := stats.Sampling{
		Rows:           f.N,
		Lonely:         stats.Lonely(o.Get("lonely_psu").Text()),
		LonelyDomains:  o.Get("adjust_domain_lonely").Bool(),
		FirstStageOnly: o.Get("ultimate_cluster").Bool(),
		Unique:         !v.Get("nest").Bool(),
	}
	if name := v.Get("weights").Text(); name != "" {
		s.Weights = f.Floats(name)
	}
	ids, strata, fpc := v.Get("ids").Texts(), v.Get("strata").Texts(), v.Get("fpc").Texts()
	for k := range max(len(ids), len(strata), len(fpc), 1) {
		var g stats.Stage
		if k < len(ids) {
			g.Units, _ = f.Codes(ids[k])
		}
		if k < len(strata) {
			g.Strata, _ = f.Codes(strata[k])
		}
		if k < len(fpc) {
			g.FPC = f.Floats(fpc[k])
		}
		s.Stages = append(s.Stages, g)
	}
	if len(strata) > 0 {
		names := f.Values(strata[0])
		s.StratumNames = func(h int) string { return names[h] }
	}
	d, err := stats.NewDesign(s)
	return d, f, err
}

// failed answers the cases in which R stops because of the design.
func failed(t *testing.T, c *oracle.Case) bool {
	want := c.Expect.Get("error").Text()
	if !strings.Contains(want, "only one PSU") {
		return false
	}
	_, _, err := design(c)
	c.Check(t, "the design must be refused: "+want, err != nil)
	if err != nil {
		c.Check(t, "the refusal must speak of a single PSU: "+err.Error(), strings.Contains(err.Error(), "has a single PSU"))
	}
	return true
}

// variables are the columns of some variables: numbers as they are, factors by
// level. names are R's.
func variables(f *oracle.Frame, vars []string) (names []string, y [][]float64) {
	for _, v := range vars {
		if f.Levels(v) == nil {
			names, y = append(names, v), append(y, f.Floats(v))
			continue
		}
		codes, levels := f.Codes(v)
		y = append(y, stats.Indicators(codes, len(levels))...)
		for _, l := range levels {
			names = append(names, v+l)
		}
	}
	return names, y
}

// complete marks rows where no value is missing.
func complete(y ...[]float64) []bool {
	ok := make([]bool, len(y[0]))
	for i := range ok {
		ok[i] = !slices.ContainsFunc(y, func(c []float64) bool { return math.IsNaN(c[i]) })
	}
	return ok
}

func estimate(t *testing.T, d *stats.Design, s ...stats.Statistic) *stats.Estimates {
	t.Helper()
	e, err := d.Estimate(s...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func init() {
	register("mean", func(t *testing.T, c *oracle.Case) { several(t, c, stats.Mean) })
	register("total", func(t *testing.T, c *oracle.Case) { several(t, c, stats.Total) })
	register("ratio", ratio)
	register("table", table)
	register("by_mean", func(t *testing.T, c *oracle.Case) {
		by(t, c, func(f *oracle.Frame, v []string) stats.Statistic {
			names, y := variables(f, v)
			return stats.Mean(names, y...)
		})
	})
	register("by_total", func(t *testing.T, c *oracle.Case) {
		by(t, c, func(f *oracle.Frame, v []string) stats.Statistic {
			names, y := variables(f, v)
			return stats.Total(names, y...)
		})
	})
	register("by_ratio", func(t *testing.T, c *oracle.Case) {
		by(t, c, func(f *oracle.Frame, v []string) stats.Statistic {
			_, y := variables(f, v)
			_, x := variables(f, []string{c.Params.Get("denominator").Text()})
			return stats.Ratio(nil, y, x)
		})
	})
	register("contrast", contrast)
}

// several answers means or totals of several variables.
func several(t *testing.T, c *oracle.Case, statistic func([]string, ...[]float64) stats.Statistic) {
	if failed(t, c) {
		return
	}
	d, f := designOf(t, c)
	names, y := variables(f, c.Params.Get("vars").Texts())
	e := estimate(t, d, statistic(names, y...))
	if !c.Params.Get("na_rm").Bool() {
		// R's answer is NA where values are missing. Here such rows are left out,
		// each variable by itself.
		var each []stats.Statistic
		for k := range y {
			each = append(each, statistic(names[k:k+1], y[k]))
			c.Same(t, names[k]+" has missing values", missingIn(d, y[k:k+1]), math.IsNaN(c.Expect.Get("est").Floats()[k]))
		}
		e = estimate(t, d, each...)
	}
	compareEstimates(t, c, e, d)
	if c.Expect.Has("n") {
		c.Same(t, "rows with weight", d.Base(), c.Expect.Get("n_nonzero").Int())
		c.Near(t, "sum of weights", sumOf(d.Weights()), c.Expect.Get("sum_weights").Float(), 0)
	}
	deff, replace := c.Expect.Get("deff").Floats(), c.Expect.Get("deff_replace").Floats()
	for k := range deff {
		if !math.IsNaN(deff[k]) && !math.IsInf(c.Expect.Get("se").Floats()[k], 1) && e.SE(k) > 1e-9*math.Abs(e.Value[k]) {
			c.Near(t, names[k]+" deff", e.Deff(k, false), deff[k], 0)
			c.Near(t, names[k]+" deff with replacement", e.Deff(k, true), replace[k], 0)
		}
	}
}

func sumOf(w []float64) float64 {
	s := 0.0
	for _, x := range w {
		s += x
	}
	return s
}

// compareEstimates compares values, standard errors, covariances, df and
// intervals. What R does not have, because values are missing, is not compared.
func compareEstimates(t *testing.T, c *oracle.Case, e *stats.Estimates, d *stats.Design) {
	t.Helper()
	want := c.Expect
	est, se := want.Get("est").Floats(), want.Get("se").Floats()
	if len(est) != e.Len() {
		t.Fatalf("%d numbers, expected %d", e.Len(), len(est))
	}
	faulty := false
	for k, name := range want.Get("names").Texts() {
		if math.IsNaN(est[k]) {
			continue
		}
		if math.IsInf(se[k], 1) {
			// A fault of R: a later stage and a missing value in another variable
			// of the call make the SE of this one infinite. By itself it is finite,
			// and 04_domains has it as by/clus2/mean_stype.
			faulty = true
			c.Check(t, name+": the SE must be finite", e.SE(k) > 0 && !math.IsInf(e.SE(k), 0))
		}
		c.Near(t, name, e.Value[k], est[k], 0)
		if !faulty {
			c.SE(t, name+" SE", e.SE(k), se[k], est[k])
		}
	}
	if faulty {
		return
	}
	if want.Has("vcov") {
		c.Cov(t, "vcov", e.Cov.At, want.Get("vcov").Matrix(), est)
	}
	c.Near(t, "df", d.DF(), want.Get("df").Float(), 0)
	level := want.Get("level").Float()
	for k, ci := range want.Get("ci_t").Matrix() {
		if d.DF() > 0 && !math.IsNaN(est[k]) {
			low, high := e.IntervalDF(k, level, d.DF())
			c.Near(t, "low", low, ci[0], math.Max(se[k], math.Abs(est[k])))
			c.Near(t, "high", high, ci[1], math.Max(se[k], math.Abs(est[k])))
		}
	}
	for k, ci := range want.Get("ci_normal").Matrix() {
		if math.IsNaN(est[k]) {
			continue
		}
		low, high := e.IntervalDF(k, level, math.Inf(1))
		c.Near(t, "normal low", low, ci[0], math.Max(se[k], math.Abs(est[k])))
		c.Near(t, "normal high", high, ci[1], math.Max(se[k], math.Abs(est[k])))
	}
}

func ratio(t *testing.T, c *oracle.Case) {
	if failed(t, c) {
		return
	}
	d, f := designOf(t, c)
	_, y := variables(f, c.Params.Get("numerator").Texts())
	_, x := variables(f, c.Params.Get("denominator").Texts())
	var ys, xs [][]float64 // every numerator by every denominator
	for _, den := range x {
		for _, num := range y {
			ys, xs = append(ys, num), append(xs, den)
		}
	}
	compareEstimates(t, c, estimate(t, d, stats.Ratio(nil, ys, xs)), d)
}

// table answers the weighted counts of cells.
func table(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	vars := c.Params.Get("vars").Texts()
	cells, values := f.Cells(vars...)
	e := estimate(t, d, stats.Total(nil, stats.Indicators(cells, len(values))...))
	at := map[string]int{}
	for k, v := range values {
		at[strings.Join(v, "\x00")] = k
	}
	for _, cell := range c.Expect.Get("cells").List() {
		key := textsOf(cell, vars)
		c.Near(t, strings.Join(key, "/"), e.Value[at[strings.Join(key, "\x00")]], cell.Get("Freq").Float(), 0)
	}
	c.Near(t, "sum of weights", sumOf(d.Weights()), c.Expect.Get("sum_weights").Float(), 0)
	c.Same(t, "rows", d.Base(), c.Expect.Get("n").Int())
}

func textsOf(cell oracle.Value, vars []string) (s []string) {
	for _, v := range vars {
		s = append(s, cell.Get(v).Text())
	}
	return s
}

// groupsOf numbers the rows by the cells of an expectation.
func groupsOf(c *oracle.Case, f *oracle.Frame, vars []string) (group []int, n int) {
	group = make([]int, f.N)
	for i := range group {
		group[i] = -1
	}
	for k, cell := range c.Expect.Get("cells").List() {
		want := textsOf(cell, vars)
		for i := range group {
			same := true
			for j, v := range vars {
				same = same && f.Texts(v)[i] == want[j]
			}
			if same {
				group[i] = k
			}
		}
		n++
	}
	return group, n
}

// by answers a statistic in domains, together and one by one. A group without
// a value has no estimate, with R's na.rm or without.
func by(t *testing.T, c *oracle.Case, of func(f *oracle.Frame, vars []string) stats.Statistic) {
	if failed(t, c) {
		return
	}
	d, f := designOf(t, c)
	p, want := c.Params, c.Expect
	vars := p.Get("vars").Texts()
	group, n := groupsOf(c, f, p.Get("by").Texts())
	s := of(f, vars)
	e := estimate(t, d, stats.By(group, n, s)...)
	K := e.Len() / n
	order := make([]int, 0, e.Len()) // of the expectation: cells within statistics
	for k := range K {
		for g := range n {
			order = append(order, g*K+k)
		}
	}
	_, y := variables(f, vars)
	if den := p.Get("denominator").Text(); den != "" {
		y = append(y, f.Floats(den))
	}
	valid := complete(y...)
	est, se := want.Get("est").Floats(), want.Get("se").Floats()
	if len(est) != len(order) {
		t.Fatalf("%d numbers, expected %d", len(order), len(est))
	}
	cells := want.Get("cells").List()
	var domains []*stats.Design
	for g, cell := range cells {
		in := make([]bool, f.N)
		for i := range in {
			in[i] = group[i] == g
		}
		dom := d.Domain(in)
		domains = append(domains, dom)
		c.Same(t, "rows of the cell", dom.Base(), cell.Get("n").Int())
		c.Near(t, "sum of weights", sumOf(dom.Weights()), cell.Get("sum_w").Float(), 0)
		if cell.Has("df") {
			c.Near(t, "df of the domain", dom.DF(), cell.Get("df").Float(), 0)
		}
		if cell.Has("n_valid") {
			for i := range in {
				in[i] = in[i] && valid[i]
			}
			c.Same(t, "rows with values", d.Domain(in).Base(), cell.Get("n_valid").Int())
		}
	}
	deff := want.Get("deff").Floats()
	for at, k := range order {
		g := k / K
		name := want.Get("names").Texts()[at]
		if math.IsNaN(est[at]) && missingIn(domains[g], y) {
			c.Check(t, name+" has missing values", true)
			continue // R's NA without na.rm: the rows are left out here
		}
		c.Near(t, name, e.Value[k], est[at], se[at])
		alone := estimate(t, domains[g], s)
		c.SE(t, name+" SE, the domain by itself", alone.SE(k%K), se[at], est[at])
		if c.Design.Get("options").Get("lonely_psu").Text() != "average" && !c.Design.Get("options").Get("adjust_domain_lonely").Bool() {
			c.SE(t, name+" SE", e.SE(k), se[at], est[at])
		}
		if deff != nil {
			c.Near(t, name+" deff", alone.Deff(k%K, false), deff[at], 0)
		}
	}
	if want.Has("vcov") {
		c.Cov(t, "vcov", func(i, j int) float64 { return e.Cov.At(order[i], order[j]) }, want.Get("vcov").Matrix(), est)
	}
}

// missingIn reports whether a domain has rows without a value.
func missingIn(d *stats.Design, y [][]float64) bool {
	valid := complete(y...)
	for i, w := range d.Weights() {
		if w != 0 && !valid[i] {
			return true
		}
	}
	return false
}
