package oracle_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats/dist"
	"tradeoff/stats/internal/oracle"
	"tradeoff/stats/multivariate"
)

func init() {
	register("kappa", kappa)
	register("cronbach_alpha", cronbach)
	register("prcomp", prcomp)
	register("factanal", factanal)
	register("loglin", loglin)
}

func kappa(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	// The levels of the two may have names of their own, in the same order.
	a, levels := f.Codes(c.Params.Get("row").Text())
	b, others := f.Codes(c.Params.Get("col").Text())
	c.Same(t, "categories", len(levels), len(others))
	e := estimate(t, d, multivariate.Kappa(a, b, len(levels)))
	c.Near(t, "kappa", e.Value[0], c.Expect.Get("kappa").Float(), 0)
	c.SE(t, "SE", e.SE(0), c.Expect.Get("se").Float(), e.Value[0])
	c.Near(t, "df", e.DF, c.Expect.Get("df").Float(), 0)
}

func cronbach(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	_, items := variables(f, c.Params.Get("vars").Texts())
	e := estimate(t, d, multivariate.Alpha(items...))
	c.Near(t, "alpha", e.Value[0], c.Expect.Get("alpha").Float(), 0)
	if c.Expect.Has("r_svycralpha") {
		c.Near(t, "alpha by svycralpha", e.Value[0], c.Expect.Get("r_svycralpha").Float(), 0)
	}
}

// prcomp compares with the textbook's principal components, and those of
// svyprcomp with the components of what it takes for the columns.
func prcomp(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	names, x := variables(f, c.Params.Get("vars").Texts())
	c.Same(t, "names", strings.Join(names, " "), strings.Join(c.Expect.Get("names").Texts(), " "))
	scale := c.Params.Get("scale").Bool()
	p, err := multivariate.Components(d.Weights(), scale, x...)
	if err != nil {
		t.Fatal(err)
	}
	book := c.Expect.Get("textbook")
	e := estimate(t, d, multivariate.ComponentVariances(scale, x...))
	for k, v := range book.Get("variances").Floats() {
		c.Near(t, fmt.Sprintf("variance %d", k+1), p.Variances[k], v, 0)
		c.Near(t, fmt.Sprintf("variance %d as a statistic", k+1), e.Value[k], v, 0)
	}
	compareMatrix(t, c, "rotation", p.Rotation, book.Get("rotation"))

	// Columns times sqrt(weight/mean weight), then unweighted.
	w := d.Weights()
	mean := sumOf(w) / float64(len(w))
	one, y := make([]float64, len(w)), make([][]float64, len(x))
	for j := range x {
		y[j] = make([]float64, len(w))
		for i, v := range w {
			one[i] = 1
			y[j][i] = x[j][i] * math.Sqrt(v/mean)
		}
	}
	r, err := multivariate.Components(one, scale, y...)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range c.Expect.Get("sdev").Floats() {
		c.Near(t, "svyprcomp sdev", math.Sqrt(r.Variances[k]), v, 0)
	}
	for j, v := range c.Expect.Get("center").Floats() {
		c.Near(t, "svyprcomp center", r.Mean[j], v, 0)
	}
	for j, v := range c.Expect.Get("scale").Floats() {
		c.Near(t, "svyprcomp scale", r.Scale[j], v, 0)
	}
	compareMatrix(t, c, "svyprcomp rotation", r.Rotation, c.Expect.Get("rotation"))
}

// compareMatrix compares the elements of a matrix of numbers up to 1.
func compareMatrix(t *testing.T, c *oracle.Case, what string, got mat.Matrix, want oracle.Value) {
	t.Helper()
	for i, row := range want.Matrix() {
		for j, v := range row {
			c.Near(t, fmt.Sprintf("%s[%d,%d]", what, i, j), got.At(i, j), v, 1)
		}
	}
}

func factanal(t *testing.T, c *oracle.Case) {
	c.Tol = 1e-6 // R's optimiser came closer than the 1e-4 of the case
	d, f := designOf(t, c)
	_, x := variables(f, c.Params.Get("vars").Texts())
	k := c.Params.Get("factors").Int()
	none, err := multivariate.Factor(d.Weights(), k, multivariate.Unrotated, x...)
	if err != nil {
		t.Fatal(err)
	}
	turned, err := multivariate.Factor(d.Weights(), k, multivariate.Varimax, x...)
	if err != nil {
		t.Fatal(err)
	}
	for j, v := range c.Expect.Get("uniquenesses").Floats() {
		c.Near(t, "uniqueness", none.Uniqueness[j], v, 1)
	}
	compareMatrix(t, c, "loadings", none.Loadings, c.Expect.Get("loadings_unrotated"))
	compareMatrix(t, c, "varimax", turned.Loadings, c.Expect.Get("loadings_varimax"))
	c.Near(t, "criterion", none.Criterion, c.Expect.Get("criterion").Float(), 1e-3)
	c.Check(t, "the criterion must not be above R's, which stops earlier", none.Criterion <= c.Expect.Get("criterion").Float()+1e-12)
}

// tableOf reads formulas of + and *.
func tableOf(f *oracle.Frame, formulas ...string) (models []multivariate.Loglinear) {
	var names []string
	var categories []multivariate.Category
	split := func(s, by string) (parts []string) {
		for _, p := range strings.Split(s, by) {
			parts = append(parts, strings.TrimSpace(p))
		}
		return parts
	}
	var terms [][][]int
	for _, formula := range formulas {
		var of [][]int
		for _, term := range split(strings.TrimPrefix(formula, "~"), "+") {
			var set []int
			for _, name := range split(term, "*") {
				at := slices.Index(names, name)
				if at < 0 {
					at = len(names)
					names = append(names, name)
					codes, levels := f.Codes(name)
					categories = append(categories, multivariate.Category{Name: name, Codes: codes, Levels: len(levels)})
				}
				set = append(set, at)
			}
			of = append(of, set)
		}
		terms = append(terms, of)
	}
	for _, of := range terms {
		models = append(models, multivariate.Loglinear{Categories: categories, Terms: of})
	}
	return models
}

func loglin(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	m := tableOf(f, c.Params.Get("formula").Text(), c.Params.Get("formula_larger").Text())
	want := c.Expect
	for k, suffix := range []string{"", "_larger"} {
		c.Same(t, "names", strings.Join(m[k].Names(), " "), strings.Join(want.Get("names"+suffix).Texts(), " "))
		e := estimate(t, d, m[k])
		coef, se := want.Get("coef"+suffix).Floats(), want.Get("se"+suffix).Floats()
		// The shares of strata are known, and with them some coefficients. R's glm
		// stops before their SE is quite 0.
		known := make([]bool, len(coef))
		for j, v := range coef {
			c.Near(t, e.Names[j], e.Value[j], v, math.Abs(v))
			if known[j] = !(se[j] > 1e-8*math.Abs(v)); known[j] {
				c.Check(t, e.Names[j]+" SE must be 0", e.SE(j) < 1e-12*math.Abs(v))
			} else {
				c.SE(t, e.Names[j]+" SE", e.SE(j), se[j], v)
			}
		}
		if suffix == "" {
			for i, row := range want.Get("vcov").Matrix() {
				for j, v := range row {
					if !known[i] && !known[j] {
						c.Near(t, "vcov", e.Cov.At(i, j), v, se[i]*se[j])
					}
				}
			}
		}
	}
	test, err := multivariate.CompareLoglinear(d, m[0], m[1])
	if err != nil {
		t.Fatal(err)
	}
	c.Same(t, "df", test.DF, want.Get("df_difference").Int())
	c.Near(t, "deviance", test.Deviance.X2, want.Get("deviance_change").Float(), 0)
	c.Near(t, "score", test.Pearson.X2, want.Get("score_chisq").Float(), 0)
	lower := ofLower(test.Delta)
	one := make([]float64, test.DF)
	for k, v := range want.Get("delta_eigenvalues").Floats() {
		c.Near(t, "eigenvalue of the lower triangle", lower[k], v, 0)
		if test.DF == 1 {
			c.Near(t, "eigenvalue", test.Eigenvalues[k], v, 0)
		}
		one[k] = 1
	}
	compare := func(what string, got multivariate.TableTest, p oracle.Value, saddle float64) {
		c.Near(t, what+" first order", got.PFirst, p.Get("chisq_first_order").Float(), 0)
		c.Near(t, what+" second order, R's trace", secondOrder(got, test.Delta, d.DF()), p.Get("F_second_order").Float(), 0)
		if test.DF == 1 {
			c.Near(t, what+" second order", got.P, p.Get("F_second_order").Float(), 0)
		}
		c.Near(t, what+" saddlepoint", saddle, p.Get("saddlepoint").Float(), 0)
	}
	compare("deviance", test.Deviance, want.Get("deviance_p"), test.Deviance.PSaddle)
	compare("score", test.Pearson, want.Get("score_p"), dist.ChiSquaredSumSaddlepoint(test.Pearson.X2, lower, one))
}

// ofLower are the eigenvalues of a matrix taken for symmetric, read from its
// lower triangle, largest first: R's, and those that it uses for the saddlepoint
// of the score.
func ofLower(delta *mat.Dense) []float64 {
	n, _ := delta.Dims()
	lower := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			lower.SetSym(i, j, delta.At(i, j))
		}
	}
	var eigen mat.EigenSym
	eigen.Factorize(lower, false)
	values := eigen.Values(nil)
	slices.Reverse(values)
	return values
}

// secondOrder is the second-order p with R's trace of Delta^2: the sum of the
// squares of its elements, which is that trace only if Delta is symmetric.
func secondOrder(test multivariate.TableTest, delta *mat.Dense, df float64) float64 {
	trace := mat.Trace(delta)
	d := trace * trace / math.Pow(mat.Norm(delta, 2), 2)
	return dist.FTail(test.F, d, d*df)
}
