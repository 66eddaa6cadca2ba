package oracle_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats/internal/oracle"
	"tradeoff/stats/srs"
)

func init() {
	for stat, run := range map[string]func(*testing.T, *oracle.Case){
		"fisher": srsFisher, "chisq_plain": srsChiSquared, "mcnemar": srsMcNemar, "two_sample": srsTwoSample,
		"signed_rank": srsSignedRank, "kruskal": srsKruskal, "anova": srsAnova, "friedman": srsFriedman,
		"correlation": srsCorrelation, "correlation_matrix": srsCorrelations, "correlation_weighted": srsWeighted,
		"polychoric": srsPolychoric, "quantile_plain": srsQuantile, "binomial": srsBinomial, "prop_groups": srsProportions,
	} {
		register(stat, run)
	}
}

// expectation compares numbers by their name in the case, if it has them.
func expectation(t *testing.T, c *oracle.Case) func(name string, got ...float64) {
	return func(name string, got ...float64) {
		t.Helper()
		if !c.Expect.Has(name) {
			return
		}
		want := c.Expect.Get(name).Floats()
		c.Same(t, name+": how many", len(got), len(want))
		for i := range min(len(got), len(want)) {
			c.Near(t, fmt.Sprintf("%s[%d]", name, i), got[i], want[i], 0)
		}
	}
}

func counts(table [][]float64) [][]int {
	n := make([][]int, len(table))
	for i, row := range table {
		for _, x := range row {
			n[i] = append(n[i], int(x))
		}
	}
	return n
}

func flat(table [][]float64) (all []float64) {
	for _, row := range table {
		all = append(all, row...)
	}
	return all
}

func entries(m mat.Symmetric) (all []float64) {
	for i := range m.SymmetricDim() {
		for j := range m.SymmetricDim() {
			all = append(all, m.At(i, j))
		}
	}
	return all
}

// exactOdds are the odds ratio and the ends of its interval to 17 digits (40
// digits of mpmath, bisection). R's uniroot stops 1e-4 from the root, of the
// odds ratio or of its inverse, whichever is below 1.
var exactOdds = map[string][3]float64{
	"fisher/tea":   {6.4083196581996743, 0.21173559544657857, 626.24353058881404},
	"fisher/small": {15.465819716920986, 1.0088492079476902, 1059.6394950862817},
	"fisher/zero":  {0, 0, 0.82575553951981666},
	"fisher/big":   {0.48411312888115905, 0.26375002515071529, 0.88052414781392553},
}

func srsFisher(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	table := counts(c.Params.Get("table").Matrix())
	test := func(o srs.Options) srs.Test {
		r, err := srs.Fisher(table, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	two := test(srs.Options{})
	near("p", two.P)
	if len(table)*len(table[0]) > 4 {
		return
	}
	near("p_less", test(srs.Options{Alternative: srs.Less}).P)
	near("p_greater", test(srs.Options{Alternative: srs.Greater}).P)
	exact, ok := exactOdds[c.ID]
	if own := c.Expect.Get("odds_exact").Floats(); own != nil {
		exact, ok = [3]float64(own), true
	}
	c.Check(t, "an exact odds ratio for "+c.ID, ok)
	inR := append(c.Expect.Get("odds_ratio_conditional_mle").Floats(), c.Expect.Get("ci").Floats()...)
	for i, got := range []float64{two.Estimate, two.Low, two.High} {
		c.Near(t, fmt.Sprintf("odds ratio and interval[%d]", i), got, exact[i], 0)
		below1 := func(x float64) float64 { return math.Min(x, 1/x) }
		c.Check(t, fmt.Sprintf("R's odds ratio and interval[%d] %g is 1e-4 from %g", i, inR[i], got), math.Abs(below1(got)-below1(inR[i])) < 1.3e-4)
	}
}

func srsChiSquared(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	table := c.Params.Get("table").Matrix()
	a, yates := srs.ChiSquared(table, srs.Options{Uncorrected: true}), srs.ChiSquared(table, srs.Options{})
	near("x2", a.Statistic)
	near("df", a.DF)
	near("p", a.P)
	near("x2_yates", yates.Statistic)
	near("p_yates", yates.P)
	near("expected", flat(a.Expected)...)
	near("residuals", flat(a.Pearson)...)
	near("std_residuals", flat(a.Residuals)...)
	near("cramers_v", a.Estimate)
	near("g2", a.G2)
}

func srsMcNemar(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	table := counts(c.Params.Get("table").Matrix())
	corrected, plain := srs.McNemar(table, srs.Options{}), srs.McNemar(table, srs.Options{Uncorrected: true})
	near("x2_corrected", corrected.Statistic)
	near("p_corrected", corrected.P)
	near("x2", plain.Statistic)
	near("p", plain.P)
}

func srsTwoSample(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	x, y := c.Params.Get("x").Floats(), c.Params.Get("y").Floats()
	w := srs.RankSum(x, y, srs.Options{})
	near("W", w.Statistic)
	near("p_normal_corrected", w.P)
	near("p_normal", srs.RankSum(x, y, srs.Options{Uncorrected: true}).P)
	near("p_less", srs.RankSum(x, y, srs.Options{Alternative: srs.Less}).P)
	exact := srs.RankSum(x, y, srs.Options{Exact: true})
	near("p_exact", exact.P)
	c.Check(t, "Exact says so when it is", exact.Exact == (len(x)+len(y) <= 100) && !w.Exact)
	welch, pooled, f := srs.Welch(x, y, srs.Options{}), srs.Pooled(x, y, srs.Options{}), srs.VarianceRatio(x, y, srs.Options{})
	near("welch_t", welch.Statistic)
	near("welch_df", welch.DF)
	near("welch_p", welch.P)
	near("welch_ci", welch.Low, welch.High)
	near("pooled_t", pooled.Statistic)
	near("pooled_p", pooled.P)
	near("f_var", f.Statistic)
	near("f_var_p", f.P)
}

func srsSignedRank(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	x, y := c.Params.Get("x").Floats(), c.Params.Get("y").Floats()
	v := srs.SignedRank(x, y, srs.Options{})
	near("V", v.Statistic)
	near("p_normal_corrected", v.P)
	near("p_exact", srs.SignedRank(x, y, srs.Options{Exact: true}).P)
}

// grouped are the answers and groups of a case.
func grouped(c *oracle.Case) ([]float64, []int) {
	f := c.Frame(c.Params.Get("data").Text())
	group, _ := f.Codes(c.Params.Get("group").Text())
	return f.Floats(c.Params.Get("y").Text()), group
}

func srsKruskal(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	k := srs.KruskalWallis(grouped(c))
	near("H", k.Statistic)
	near("df", k.DF)
	near("p", k.P)
}

func srsAnova(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	a, w := srs.OneWay(grouped(c)), srs.WelchOneWay(grouped(c))
	near("F", a.Statistic)
	near("df", a.DF, a.DF2)
	near("p", a.P)
	near("welch_F", w.Statistic)
	near("welch_df", w.DF, w.DF2)
	near("welch_p", w.P)
}

func srsFriedman(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	f := srs.Friedman(c.Params.Get("matrix").Matrix())
	near("Q", f.Statistic)
	near("df", f.DF)
	near("p", f.P)
}

func srsCorrelation(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	x, y := c.Params.Get("x").Floats(), c.Params.Get("y").Floats()
	exact := srs.Options{Exact: true}
	p, s, k := srs.Pearson(x, y, srs.Options{}), srs.Spearman(x, y, srs.Options{}), srs.Kendall(x, y, srs.Options{})
	near("n", float64(p.N))
	near("pearson", p.Estimate)
	near("pearson_t", p.Statistic)
	near("pearson_p", p.P)
	near("pearson_ci_fisher_z", p.Low, p.High)
	near("spearman", s.Estimate)
	near("spearman_S", s.Statistic)
	near("spearman_p_t_approx", s.P)
	near("spearman_p_exact", srs.Spearman(x, y, exact).P)
	near("kendall", k.Estimate)
	near("kendall_z", k.Statistic)
	near("kendall_p_normal", k.P)
	near("kendall_p_exact", srs.Kendall(x, y, exact).P)
}

// columnsOf are the variables of a case.
func columnsOf(c *oracle.Case) (columns [][]float64) {
	f := c.Frame(c.Params.Get("data").Text())
	for _, name := range c.Params.Get("vars").Texts() {
		columns = append(columns, f.Floats(name))
	}
	return columns
}

func srsCorrelations(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	columns := columnsOf(c)
	for name, kind := range map[string]srs.Kind{"pearson": srs.PearsonR, "spearman": srs.SpearmanRho, "kendall": srs.KendallTau} {
		r, _ := srs.Correlations(kind, false, columns...)
		near(name, entries(r)...)
	}
	r, n := srs.Correlations(srs.PearsonR, true, columns...)
	near("pairwise", entries(r)...)
	var all []float64
	for _, row := range n {
		for _, x := range row {
			all = append(all, float64(x))
		}
	}
	near("n_pairwise", all...)
	r, n = srs.Correlations(srs.PearsonR, false, columns...)
	near("complete", entries(r)...)
	near("n_complete", float64(n[0][0]))
}

func srsWeighted(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	columns := columnsOf(c)
	w := c.Frame(c.Params.Get("data").Text()).Floats(c.Params.Get("weights").Text())
	near("pearson", entries(srs.WeightedPearson(w, columns...))...)
	near("spearman_midrank", entries(srs.WeightedSpearman(w, columns...))...)
}

// srsPolychoric leaves polycor_full_ml out, which is another estimate;
// polycor_two_step is good to four digits, and rho to all of them.
func srsPolychoric(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	l := srs.Polychoric(c.Params.Get("table").Matrix())
	near("rho", l.Rho)
	near("row_thresholds", l.Rows...)
	near("col_thresholds", l.Columns...)
	c.Check(t, "within 1e-4 of polycor", math.Abs(l.Rho-c.Expect.Get("polycor_two_step").Float()) < 1e-4)
}

func srsQuantile(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	x, probs := c.Params.Get("x").Floats(), c.Params.Get("probs").Floats()
	for kind := 1; kind <= 9; kind++ {
		near(fmt.Sprintf("type%d", kind), srs.Quantile(kind, x, probs...)...)
	}
	near("ecdf", srs.ECDF(x, c.Expect.Get("ecdf_at").Floats()...)...)
	near("mad", srs.MAD(x))
	quartiles := srs.Quantile(7, x, 0.25, 0.75)
	near("iqr7", quartiles[1]-quartiles[0])
}

func srsBinomial(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	x, n := c.Params.Get("x").Int(), c.Params.Get("n").Int()
	b := srs.BinomialTest(x, n, 0.5, srs.Options{})
	near("clopper_pearson", b.Low, b.High)
	if p := c.Expect.Get("p_half").Float(); p == 0 { // R takes 1 minus its terms; the number is below 1e-300
		c.Check(t, "p_half is next to nothing", b.P < 1e-300)
	} else {
		near("p_half", b.P)
	}
	for name, method := range map[string]srs.Method{"clopper_pearson": srs.ClopperPearson, "wilson": srs.Wilson, "wilson_corrected": srs.WilsonCorrected} {
		low, high := srs.BinomialInterval(method, float64(x), float64(n), 0.95)
		near(name, low, high)
	}
}

func srsProportions(t *testing.T, c *oracle.Case) {
	near := expectation(t, c)
	x, n := c.Params.Get("x").Floats(), c.Params.Get("n").Floats()
	two, four := srs.Proportions(x[:2], n[:2], srs.Options{Uncorrected: true}), srs.Proportions(x, n, srs.Options{})
	near("two_x2", two.Statistic)
	near("two_p", two.P)
	near("two_ci", two.Low, two.High)
	near("four_x2", four.Statistic)
	near("four_df", four.DF)
	near("four_p", four.P)
}
