package oracle_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
	"tradeoff/stats/model"
)

func init() {
	register("glm", glm)
	register("olr", ordinal)
	register("predmeans", predictiveMeans)
}

// formula reads a formula of R as far as the cases need it: sums of names,
// products by * and :, I() of arithmetic, and - 1.
type formula struct {
	outcome     string
	terms       []model.Term
	noIntercept bool
}

func formulaOf(text string) (f formula) {
	left, right, ok := strings.Cut(text, "~")
	if !ok {
		right, left = left, ""
	}
	f.outcome = strings.TrimSpace(left)
	if r, ok := strings.CutSuffix(strings.TrimSpace(right), "- 1"); ok {
		right, f.noIntercept = r, true
	}
	for _, part := range strings.Split(right, "+") {
		part = strings.TrimSpace(part)
		if part == "1" {
			continue
		}
		if a, b, ok := strings.Cut(part, " * "); ok && !strings.HasPrefix(part, "I(") {
			f.terms = append(f.terms, model.Term{a}, model.Term{b}, model.Term{a, b})
			continue
		}
		f.terms = append(f.terms, strings.Split(strings.ReplaceAll(part, " / ", "/"), ":"))
	}
	return f
}

// dataOf are the variables of a formula.
func dataOf(f *oracle.Frame, terms []model.Term) model.Data {
	d := model.Data{}
	for _, t := range terms {
		for _, v := range t {
			d[v] = columnOf(f, v)
		}
	}
	return d
}

func columnOf(f *oracle.Frame, v string) model.Column {
	if inner, ok := strings.CutPrefix(v, "I("); ok {
		e, err := parser.ParseExpr(strings.TrimSuffix(inner, ")"))
		if err != nil {
			panic(err)
		}
		return model.Numeric(arithmetic(f, e))
	}
	if f.Levels(v) != nil {
		return model.Factor(f.Codes(v))
	}
	return model.Numeric(f.Floats(v))
}

// arithmetic evaluates products and quotients of columns and numbers.
func arithmetic(f *oracle.Frame, e ast.Expr) []float64 {
	x := make([]float64, f.N)
	switch e := e.(type) {
	case *ast.Ident:
		return f.Floats(e.Name)
	case *ast.BasicLit:
		v, err := strconv.ParseFloat(e.Value, 64)
		if err != nil {
			panic(err)
		}
		for i := range x {
			x[i] = v
		}
	case *ast.BinaryExpr:
		a, b := arithmetic(f, e.X), arithmetic(f, e.Y)
		for i := range x {
			if x[i] = a[i] * b[i]; e.Op == token.QUO {
				x[i] = a[i] / b[i]
			}
		}
	default:
		panic("unknown arithmetic")
	}
	return x
}

var families = map[string]model.Family{"gaussian": model.Gaussian, "quasibinomial": model.Binomial, "quasipoisson": model.Poisson}

func modelOf(t *testing.T, c *oracle.Case, f *oracle.Frame, fm formula) *model.Model {
	t.Helper()
	m, err := model.New(model.Spec{
		Outcome: f.Floats(fm.outcome), Data: dataOf(f, fm.terms), Terms: fm.terms, NoIntercept: fm.noIntercept,
		Family: families[c.Params.Get("family").Text()], Link: model.Link(c.Params.Get("link").Text()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func glm(t *testing.T, c *oracle.Case) {
	if failed(t, c) {
		return
	}
	if c.Params.Get("family").Text() == "gaussian" {
		c.Tol = 1e-9 // in others R's naive covariance is an iteration behind
	}
	d, f := designOf(t, c)
	m := modelOf(t, c, f, formulaOf(c.Params.Get("formula").Text()))
	fit, err := m.Fit(d)
	if err != nil {
		t.Fatal(err)
	}
	want := c.Expect
	se := want.Get("se").Floats()
	for k, name := range want.Get("names").Texts() {
		c.Same(t, "name", rName(fit.Names[k]), name)
	}
	compareCoefficients(t, c, fit.Estimates)
	c.Near(t, "df", fit.DF, want.Get("df_residual").Float(), 0)
	c.Near(t, "degf", d.DF(), want.Get("degf").Float(), 0)
	for k := range se {
		tt, p := fit.Test(k, 0)
		c.Near(t, "t", tt, want.Get("t").Floats()[k], 1)
		c.Near(t, "p", p, want.Get("p").Floats()[k], 1e-12)
		low, high := fit.Interval(k, 0.95)
		ci := want.Get("ci_wald_t").Matrix()[k]
		c.Near(t, "low", low, ci[0], se[k])
		c.Near(t, "high", high, ci[1], se[k])
	}
	naive := want.Get("naive_cov_unscaled").Matrix()
	c.Cov(t, "naive", fit.Naive.At, naive, fit.Value)
	c.Near(t, "deviance", fit.Deviance, want.Get("deviance").Float(), 0)
	c.Near(t, "null deviance", fit.NullDeviance, want.Get("null_deviance").Float(), 0)
	c.Same(t, "base", fit.Base, want.Get("n_used").Int())
	compareDispersion(t, c, d, f, fit)
	if r := want.Get("pseudo_r2"); !r.Null() {
		cs, n := fit.PseudoR2()
		c.Near(t, "Cox-Snell", cs, r.Get("cox_snell").Float(), 1e-3)
		c.Near(t, "Nagelkerke", n, r.Get("nagelkerke").Float(), 1e-3)
	}
	if a := want.Get("aic_lumley_scott"); !a.Null() {
		c.Near(t, "AIC", fit.AIC().Value, a.Get("AIC").Float(), 0)
		c.Near(t, "effective parameters", fit.AIC().Parameters, a.Get("eff_p").Float(), 0)
		c.Near(t, "mean design effect", fit.AIC().DesignEff, a.Get("deltabar").Float(), 0)
	}
	if want.Has("predict") {
		comparePrediction(t, c, f, fit)
	}
	for _, test := range want.Get("term_tests").List() {
		compareTermTest(t, c, f, d, fit, test)
	}
}

// rName is R's name of a column.
func rName(name string) string { return strings.ReplaceAll(name, "=", "") }

func compareCoefficients(t *testing.T, c *oracle.Case, e *stats.Estimates) {
	t.Helper()
	coef, se := c.Expect.Get("coef").Floats(), c.Expect.Get("se").Floats()
	if e.Len() != len(coef) {
		t.Fatalf("%d coefficients, expected %d", e.Len(), len(coef))
	}
	for k := range coef {
		c.Near(t, e.Names[k], e.Value[k], coef[k], se[k])
		c.SE(t, e.Names[k]+" SE", e.SE(k), se[k], coef[k])
	}
	c.Cov(t, "vcov", e.Cov.At, c.Expect.Get("vcov").Matrix(), e.Value)
}

// compareDispersion compares the variance of Pearson residuals. R's is another
// number in two situations, and comes out from the fitted means there: with
// replicate weights it is n times the mean square, which is no variance, and
// where rows are left out it is scaled by the ratio of the mean weight of the
// rows left to that of all.
func compareDispersion(t *testing.T, c *oracle.Case, d *stats.Design, f *oracle.Frame, fit *model.Fit) {
	t.Helper()
	want := c.Expect.Get("dispersion").Float()
	y := f.Floats(formulaOf(c.Params.Get("formula").Text()).outcome)
	fitted := fit.Fitted()
	square, used, all := 0.0, 0.0, 0.0
	for i, w := range d.Weights() {
		all += w
		m := fitted[i]
		if w == 0 || math.IsNaN(m) || math.IsNaN(y[i]) {
			continue
		}
		v := 1.0
		if c.Params.Get("family").Text() == "quasibinomial" {
			v = m * (1 - m)
		}
		square += w * (y[i] - m) * (y[i] - m) / v
		used += w
	}
	if d.Replicates() != nil {
		c.Near(t, "mean square of Pearson residuals", square/used*float64(f.N), want, 0)
		return
	}
	c.Near(t, "dispersion", fit.Dispersion*(used/float64(fit.Base))/(all/float64(d.Base())), want, 0)
}

func comparePrediction(t *testing.T, c *oracle.Case, f *oracle.Frame, fit *model.Fit) {
	t.Helper()
	rows := c.Params.Get("newdata").List()
	data := model.Data{}
	for _, v := range rows[0].Keys() {
		if levels := f.Levels(v); levels != nil {
			var codes []int
			for _, r := range rows {
				for k, l := range levels {
					if l == r.Get(v).Text() {
						codes = append(codes, k)
					}
				}
			}
			data[v] = model.Factor(codes, levels)
			continue
		}
		var x []float64
		for _, r := range rows {
			x = append(x, r.Get(v).Float())
		}
		data[v] = model.Numeric(x)
	}
	p, err := fit.Predict(nil, data)
	if err != nil {
		t.Fatal(err)
	}
	want := c.Expect.Get("predict")
	for k := range rows {
		c.Near(t, "link", p.Link.Value[k], want.Get("link").Floats()[k], p.Link.SE(k))
		c.Near(t, "link SE", p.Link.SE(k), want.Get("link_se").Floats()[k], 0)
		c.Near(t, "response", p.Response.Value[k], want.Get("response").Floats()[k], 0)
		c.Near(t, "response SE", p.Response.SE(k), want.Get("response_se").Floats()[k], 0)
	}
	c.Cov(t, "response", p.Response.Cov.At, want.Get("response_vcov").Matrix(), p.Response.Value)
}

func compareTermTest(t *testing.T, c *oracle.Case, f *oracle.Frame, d *stats.Design, fit *model.Fit, want oracle.Value) {
	t.Helper()
	terms := formulaOf(want.Get("term").Text()).terms
	w := fit.Wald(terms...)
	c.Near(t, "F", w.F, want.Get("wald_F").Float(), 0)
	c.Near(t, "df", w.NumDF, want.Get("df").Float(), 0)
	c.Near(t, "ddf", w.DenDF, want.Get("ddf").Float(), 0)
	c.Near(t, "p of F", w.P, want.Get("wald_p").Float(), 1e-12)
	if !want.Has("lrt_chisq") {
		return
	}
	ww := fit.WorkingWald(terms...)
	c.Near(t, "working Wald", ww.ChiSquared, want.Get("working_wald_chisq").Float(), 0)
	c.NearTol(t, "p of working Wald", ww.Saddlepoint(), want.Get("working_wald_p_saddlepoint").Float(), 1e-12, saddleTol)
	lr, err := fit.LikelihoodRatio(terms...)
	if err != nil {
		t.Fatal(err)
	}
	for k, l := range want.Get("lrt_lambda").Floats() {
		c.Near(t, "lambda", lr.Lambda[k], l, 0)
	}
	if c.Expect.Get("na_dropped").Int() > 0 && missingAmong(f, terms) {
		// R fits the smaller model to more rows than the larger one. Its number
		// comes out from that model; on the rows of the larger one the exact
		// number is that of the working Wald test for a Gaussian model.
		if c.Params.Get("family").Text() == "gaussian" {
			c.Near(t, "LRT on the same rows", lr.ChiSquared, want.Get("working_wald_chisq").Float(), 0)
		}
		lr.ChiSquared = onMoreRows(t, c, f, d, terms) - fit.Deviance
	}
	c.Near(t, "LRT", lr.ChiSquared, want.Get("lrt_chisq").Float(), lr.Lambda[0])
	c.NearTol(t, "p by saddlepoint", lr.Saddlepoint(), want.Get("lrt_p_saddlepoint").Float(), 1e-12, saddleTol)
	c.Near(t, "p by saddlepoint, exact root", lr.Saddlepoint(), want.Get("lrt_p_saddlepoint_exact_root").Float(), 1e-12)
	c.Near(t, "p by Satterthwaite", lr.Satterthwaite(), want.Get("lrt_p_satterthwaite").Float(), 1e-12)
	if want.Has("lrt_p_exact") {
		c.Near(t, "p", lr.P(), want.Get("lrt_p_exact").Float(), 1e-12)
	}
}

// saddleTol is for R's own saddlepoint p, whose root is good to 1e-8 only, and
// which truncates the denominator df.
const saddleTol = 1e-6

func missingAmong(f *oracle.Frame, terms []model.Term) bool {
	for _, t := range terms {
		for _, v := range t {
			if f.Levels(v) == nil && !complete(f.Floats(v))[0] {
				return true
			}
			for _, s := range f.Texts(v) {
				if s == "" {
					return true
				}
			}
		}
	}
	return false
}

// onMoreRows is the deviance without some terms, on all rows that have the other
// variables.
func onMoreRows(t *testing.T, c *oracle.Case, f *oracle.Frame, d *stats.Design, without []model.Term) float64 {
	t.Helper()
	fm := formulaOf(c.Params.Get("formula").Text())
	var left []model.Term
	for _, term := range fm.terms {
		if term.String() != without[0].String() || len(without) > 1 {
			left = append(left, term)
		}
	}
	fm.terms = left
	fit, err := modelOf(t, c, f, fm).Fit(d)
	if err != nil {
		t.Fatal(err)
	}
	return fit.Deviance
}

func ordinal(t *testing.T, c *oracle.Case) {
	c.Tol = 1e-9
	d, f := designOf(t, c)
	fm := formulaOf(c.Params.Get("formula").Text())
	codes, levels := f.Codes(fm.outcome)
	m, err := model.NewOrdinal(model.OrdinalSpec{Outcome: codes, Levels: levels, Data: dataOf(f, fm.terms), Terms: fm.terms})
	if err != nil {
		t.Fatal(err)
	}
	fit, err := m.Fit(d)
	if err != nil {
		t.Fatal(err)
	}
	for k, name := range c.Expect.Get("names").Texts() {
		c.Same(t, "name", rName(fit.Names[k]), name)
	}
	compareCoefficients(t, c, fit.Estimates)
	c.Near(t, "df", fit.DF, c.Expect.Get("df_residual").Float(), 0)
	c.Near(t, "deviance", fit.Deviance, c.Expect.Get("deviance").Float(), 0)
	// svyolr itself stops early and differentiates numerically.
	r := c.Expect.Get("r_svyolr")
	for k, v := range r.Get("coef").Floats() {
		c.Check(t, "coefficients near those of svyolr", math.Abs(fit.Value[k]-v) < 1e-3*fit.SE(k))
	}
	for k, v := range r.Get("se").Floats() {
		c.Check(t, "standard errors near those of svyolr", math.Abs(fit.SE(k)-v) < 1e-3*v)
	}
	c.Check(t, "a likelihood as high as that of svyolr", fit.Deviance <= r.Get("deviance").Float()+1e-9)
}

func predictiveMeans(t *testing.T, c *oracle.Case) {
	if c.Params.Get("family").Text() == "gaussian" {
		c.Tol = 1e-9
	}
	d, f := designOf(t, c)
	fm := formulaOf(c.Params.Get("adjust_formula").Text())
	group := c.Params.Get("group").Text()
	fm.terms = append(fm.terms, model.Term{group})
	fit, err := modelOf(t, c, f, fm).Fit(d)
	if err != nil {
		t.Fatal(err)
	}
	m, err := fit.Margins(group)
	if err != nil {
		t.Fatal(err)
	}
	want := c.Expect
	at := map[string]int{}
	for k, name := range m.Names {
		at[name] = k
	}
	var order []int // of the expectation: by name
	for _, g := range want.Get("groups").Texts() {
		order = append(order, at[g])
	}
	// R adds the two parts of the variance.
	sum := func(i, j int) float64 {
		return m.FromCoefficients.At(order[i], order[j]) + m.FromCovariates.At(order[i], order[j])
	}
	for k, v := range want.Get("est").Floats() {
		c.Near(t, m.Names[order[k]], m.Value[order[k]], v, 0)
		c.Near(t, m.Names[order[k]]+" SE", math.Sqrt(sum(k, k)), want.Get("se").Floats()[k], 0)
	}
	c.Cov(t, "vcov", sum, want.Get("vcov").Matrix(), m.Value)
	c.Cov(t, "coefficients", func(i, j int) float64 { return m.FromCoefficients.At(order[i], order[j]) }, want.Get("vcov_from_coefficients").Matrix(), m.Value)
	c.Cov(t, "covariates", func(i, j int) float64 { return m.FromCovariates.At(order[i], order[j]) }, want.Get("vcov_from_covariate_distribution").Matrix(), m.Value)
	c.Near(t, "df", m.DF, want.Get("df").Float(), 0)
}
