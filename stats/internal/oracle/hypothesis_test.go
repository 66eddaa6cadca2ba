package oracle_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"tradeoff/stats/dist"
	"tradeoff/stats/hypothesis"
	"tradeoff/stats/internal/oracle"
)

func init() {
	register("chisq", chisq)
	register("gofchisq", gofchisq)
	register("ttest", ttest)
	register("ranktest", ranktest)
	register("pairwise", pairwise)
	register("p_adjust", pAdjust)
}

// smallest is the p value below which R's own digits end.
const smallest = 1e-12

// rubenTail is the exact p of the cases with more contrasts than PSUs, some of whose
// deltas are zero: the oracle's own series in R over the positive ones.
var rubenTail = map[string]float64{
	"rep/brr_loop/chisq":     0.150185777364432,
	"rep/brr_loop_mse/chisq": 0.150202431994605,
	"rep/fay30_loop/chisq":   0.149687745391392,
	"rep/fay50_loop/chisq":   0.149415123109978,
}

// chisq answers all statistics of svychisq and the pieces behind them.
func chisq(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	row, rows := f.Codes(c.Params.Get("row").Text())
	col, cols := f.Codes(c.Params.Get("col").Text())
	a, err := hypothesis.Independence(d, row, col)
	if err != nil {
		t.Fatal(err)
	}
	want := c.Expect
	c.Tol = min(c.Tol, 1e-9)
	compareTable(t, c, a, rows, cols)
	c.Near(t, "rows", a.N, want.Get("N_rows").Float(), 0)
	c.Near(t, "nu", a.Nu, want.Get("nu").Float(), 0)
	c.Near(t, "X2", a.X2, want.Get("X2_pearson").Float(), 0)
	deltas := want.Get("delta_eigenvalues").Floats()
	c.Same(t, "number of deltas", len(a.Deltas), len(deltas))
	sum := 0.0
	for k, delta := range deltas {
		c.Near(t, fmt.Sprintf("delta %d", k+1), a.Deltas[k], delta, deltas[0])
		sum += a.Deltas[k]
	}
	c.Near(t, "sum of deltas", sum, want.Get("trace_delta").Float(), 0)
	c.Near(t, "mean delta", sum/float64(len(deltas)), want.Get("first_order_correction").Float(), 0)

	second := a.SecondOrder()
	c.Near(t, "second order p", second.P, want.Get("p_second_order_chisq").Float(), smallest)
	exact := want.Get("p_lincom_exact").Float()
	if rubenTail[c.ID] != 0 {
		exact = rubenTail[c.ID]
	}
	c.Near(t, "exact p", a.Exact().P, exact, smallest)
	first := a.FirstOrder()
	first.Statistic = a.X2 // R prints what it does not compare
	for name, test := range map[string]hypothesis.Test{
		"F": a.F(), "Chisq": first, "Wald": a.Wald(), "adjWald": a.AdjustedWald(),
	} {
		compareTest(t, c, name, test)
	}
	// R's lincom is the saddlepoint where its exact method is not installed.
	for _, name := range []string{"saddlepoint", "lincom"} {
		saddlepoint(t, c, name, a)
	}
}

// saddlepoint compares to 1e-6, because R finds the root to 1e-8 of its own size.
// Where the df of the denominator are a whole number up to rounding, R may cut them
// to the next lower one: then the same by hand is the answer.
func saddlepoint(t *testing.T, c *oracle.Case, name string, a *hypothesis.Association) {
	t.Helper()
	const tol = 1e-6
	got, want := a.Saddlepoint(), c.Expect.Get(name)
	if want.Has("error") {
		c.Check(t, name+": R stops at eigenvalues of zero, which are complex by rounding; Exact must answer", rubenTail[c.ID] != 0)
		return
	}
	c.Near(t, name, got.Statistic, want.Get("statistic").Float(), 0)
	p := want.Get("p").Float()
	if whole := math.Round(got.DenDF); math.Abs(got.DenDF-whole) < 1e-9*whole && math.Abs(got.P/p-1) > tol {
		df := make([]float64, len(a.Deltas))
		for k := range df {
			df[k] = 1
		}
		got.P = dist.ChiSquaredSumSaddlepoint(0, append(slices.Clone(a.Deltas), -a.X2/whole), append(df, whole-1))
	}
	c.NearTol(t, name+" p", got.P, p, smallest, tol)
}

func compareTest(t *testing.T, c *oracle.Case, name string, got hypothesis.Test) {
	t.Helper()
	want := c.Expect.Get(name)
	if message := want.Get("error").Text(); message != "" {
		c.Check(t, name+": R stops, so there must be no p: "+message, math.IsNaN(got.P))
		return
	}
	c.Near(t, name, got.Statistic, want.Get("statistic").Float(), 0)
	c.Near(t, name+" p", got.P, want.Get("p").Float(), smallest)
	for k, df := range want.Get("parameter").Floats() {
		c.Near(t, name+" df", []float64{got.NumDF, got.DenDF}[k], df, 0)
	}
}

// compareTable compares the shares of a table, by the levels of both questions.
// Rows and columns without weight are not in ours.
func compareTable(t *testing.T, c *oracle.Case, a *hypothesis.Association, rows, cols []string) {
	t.Helper()
	got := map[[2]string]float64{}
	for i, r := range a.Rows {
		for j, k := range a.Cols {
			got[[2]string{rows[r], cols[k]}] = a.Shares[i][j]
		}
	}
	want := c.Expect.Get("proportions")
	for i, r := range want.Get("rows").Texts() {
		for j, k := range want.Get("cols").Texts() {
			c.Near(t, "share of "+r+"/"+k, got[[2]string{r, k}], want.Get("p").Matrix()[i][j], 1e-3)
		}
	}
}

// sortedFit is what R makes of gof/loop/country when the countries are renamed so
// that their names are in order, by the case's own call. With its own names R sorts
// the given shares by name and takes the eigenvalues at the wrong expectations.
var sortedFit = struct {
	scale, df, p float64
	lambda       []float64
}{31879.7520895339475828, 2.8819066354259064, 2.8039685267918893e-07, []float64{
	4.8167073371227809e+04, 1.8338468669103811e+04, 1.4311808086281466e+04, 7.3466789640230836e+03, 3.7104399919246098e+03, 0,
}}

func gofchisq(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	codes, levels := f.Codes(c.Params.Get("var").Text())
	fit, err := hypothesis.GoodnessOfFit(d, codes, c.Params.Get("p").Floats())
	if err != nil {
		t.Fatal(err)
	}
	got, want := fit.Totals(), c.Expect
	scale, df, p := want.Get("scale").Float(), want.Get("df").Float(), want.Get("p").Float()
	lambda := want.Get("lambda").Floats()
	if !slices.IsSorted(levels) {
		c.Same(t, "case with unsorted levels", c.ID, "gof/loop/country")
		scale, df, p, lambda = sortedFit.scale, sortedFit.df, sortedFit.p, sortedFit.lambda
	}
	c.Near(t, "statistic", got.X2, want.Get("statistic").Float(), 0)
	c.Near(t, "scale", got.Scale, scale, 0)
	c.Near(t, "df", got.DF, df, 0)
	c.Near(t, "p", got.P, p, smallest)
	for k, l := range lambda {
		c.Near(t, "lambda", got.Lambda[k], l, math.Max(lambda[0], 1e-9))
	}
	if math.IsNaN(got.P) {
		c.Check(t, "no variance, so no F test", math.IsNaN(fit.F().P))
	}
}

func ttest(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	y := f.Floats(c.Params.Get("y").Text())
	var got hypothesis.TTest
	var err error
	if c.Params.Has("group") {
		group, _ := f.Codes(c.Params.Get("group").Text())
		got, err = hypothesis.TwoSample(d, y, group)
	} else {
		got, err = hypothesis.OneSample(d, y, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	compareT(t, c, got, c.Expect)
	c.Near(t, "SE", got.SE, c.Expect.Get("se").Float(), 0)
	low, high := got.Interval(0.95)
	ci := c.Expect.Get("ci").Floats()
	c.Near(t, "low", low, ci[0], got.SE)
	c.Near(t, "high", high, ci[1], got.SE)
}

func compareT(t *testing.T, c *oracle.Case, got hypothesis.TTest, want oracle.Value) {
	t.Helper()
	c.Near(t, "t", got.T, want.Get("t").Float(), 1)
	c.Near(t, "df", got.DF, want.Get("df").Float(), 0)
	c.Near(t, "p", got.P, want.Get("p").Float(), smallest)
	if want.Has("estimate") {
		c.Near(t, "estimate", got.Estimate, want.Get("estimate").Float(), got.SE)
	}
	if want.Has("degf") {
		c.Near(t, "df of the design", got.DF+1, want.Get("degf").Float(), 0)
	}
}

func ranktest(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	y := f.Floats(c.Params.Get("y").Text())
	group, groups := f.Codes(c.Params.Get("group").Text())
	o := hypothesis.RankOptions{Scores: map[string]hypothesis.Scores{
		"wilcoxon": hypothesis.Wilcoxon, "KruskalWallis": hypothesis.Wilcoxon,
		"vanderWaerden": hypothesis.VanDerWaerden, "median": hypothesis.MedianOfGroups,
	}[c.Params.Get("test").Text()]}
	k, err := hypothesis.KSampleRankTest(d, y, group, o)
	if err != nil {
		t.Fatal(err)
	}
	c.Near(t, "p of k samples", k.P, c.Expect.Get("p").Float(), smallest)
	if c.Expect.Has("chisq") {
		c.Near(t, "chisq", k.Statistic*k.NumDF, c.Expect.Get("chisq").Float(), 0)
		c.Near(t, "ndf", k.NumDF, c.Expect.Get("ndf").Float(), 0)
		c.Near(t, "ddf", k.DenDF, c.Expect.Get("ddf").Float(), 0)
		c.Near(t, "df of the design", k.DenDF+k.NumDF, c.Expect.Get("degf").Float(), 0)
		return
	}
	c.Same(t, "groups", len(groups), 2)
	got, err := hypothesis.RankTest(d, y, group, o)
	if err != nil {
		t.Fatal(err)
	}
	compareT(t, c, got, c.Expect)
}

func pairwise(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	y := f.Floats(c.Params.Get("y").Text())
	codes, values := f.Codes(c.Params.Get("group").Text())
	want := c.Expect
	place := map[string]int{}
	columns := make([][]bool, 0, len(values))
	names := want.Get("groups").Texts()
	for k, g := range names {
		place[g] = k
		in := make([]bool, f.N)
		for i, code := range codes {
			in[i] = code >= 0 && values[code] == g
		}
		columns = append(columns, in)
	}
	e, err := hypothesis.Columns(d, names, y, columns...)
	if err != nil {
		t.Fatal(err)
	}
	for k, m := range want.Get("means").Floats() {
		c.Near(t, "mean of "+names[k], e.Value[k], m, 0)
	}
	pairs := hypothesis.Pairs(e)
	c.Same(t, "pairs", len(pairs), len(want.Get("pairs").List()))
	for k, w := range want.Get("pairs").List() {
		p := pairs[k]
		c.Same(t, "pair", names[p.A]+"/"+names[p.B], w.Get("a").Text()+"/"+w.Get("b").Text())
		c.Near(t, "difference", p.Estimate, w.Get("diff_b_minus_a").Float(), p.SE)
		c.Near(t, "SE", p.SE, w.Get("se").Float(), 0)
		c.Near(t, "t", p.T, w.Get("t").Float(), 1)
		c.Near(t, "p", p.P, w.Get("p").Float(), smallest)
		c.Near(t, "df", p.DF, want.Get("df").Float(), 0)
	}
	for name, correction := range corrections {
		family := hypothesis.PairFamily("pairs of groups", correction, pairs)
		for k, p := range want.Get("adjusted").Get(name).Floats() {
			c.Near(t, name, family.Adjusted[k], p, smallest)
		}
	}
	for _, w := range want.Get("svyttest").List() {
		group := make([]int, f.N)
		for i := range group {
			group[i] = -1
			if columns[place[w.Get("a").Text()]][i] {
				group[i] = 0
			}
			if columns[place[w.Get("b").Text()]][i] {
				group[i] = 1
			}
		}
		got, err := hypothesis.TwoSample(d, y, group)
		if err != nil {
			t.Fatal(err)
		}
		if w.Has("t") {
			compareT(t, c, got, w)
		}
	}
}

// corrections by R's name.
var corrections = map[string]hypothesis.Correction{
	"none": hypothesis.Uncorrected, "bonferroni": hypothesis.Bonferroni, "holm": hypothesis.Holm, "hochberg": hypothesis.Hochberg,
	"hommel": hypothesis.Hommel, "BH": hypothesis.BenjaminiHochberg, "BY": hypothesis.BenjaminiYekutieli,
}

func pAdjust(t *testing.T, c *oracle.Case) {
	p := c.Params.Get("p").Floats()
	for _, name := range c.Expect.Keys() {
		got := hypothesis.Adjust(p, corrections[name])
		for k, want := range c.Expect.Get(name).Floats() {
			c.Near(t, name, got[k], want, 0)
		}
	}
}
