package oracle_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/num/dual"

	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
)

func init() {
	register("ciprop", proportion)
	register("var", spread)
	register("by_var", func(t *testing.T, c *oracle.Case) {
		by(t, c, func(f *oracle.Frame, v []string) stats.Statistic {
			names, y := variables(f, v)
			return stats.Variance(names, y...)
		})
	})
}

// is marks rows in which a variable has a value, NaN where it is missing.
func is(f *oracle.Frame, name, value string) []float64 {
	y := make([]float64, f.N)
	for i, s := range f.Texts(name) {
		switch s {
		case "":
			y[i] = math.NaN()
		case value:
			y[i] = 1
		}
	}
	return y
}

// proportion answers intervals of shares. The exact ci is the target, not R's
// (r_ci), which stops early in logit and likelihood.
func proportion(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	p, want := c.Params, c.Expect
	o := stats.ProportionOptions{Method: stats.IntervalMethod(p.Get("method").Text()), Level: p.Get("level").Float()}
	if df := p.Get("df"); df.Text() != "degf" {
		o.DF = df.Float()
	}
	got, err := stats.Proportion(d, is(f, p.Get("var").Text(), p.Get("value").Text()), o)
	if err != nil {
		t.Fatal(err)
	}
	est, se := want.Get("est").Float(), want.Get("se").Float()
	c.Near(t, "share", got.Value, est, se)
	c.SE(t, "SE", got.SE, se, est)
	c.Near(t, "df", got.DF, want.Get("df").Float(), 0)
	c.Near(t, "level", got.Level, want.Get("level").Float(), 0)
	c.Same(t, "degenerate", got.Degenerate, want.Get("degenerate").Bool())
	if got.Degenerate {
		return
	}
	ci := want.Get("ci").Floats()
	c.Near(t, "low", got.Low, ci[0], 0)
	c.Near(t, "high", got.High, ci[1], 0)
	if want.Has("n_eff_raw") {
		c.Near(t, "effective n", got.EffectiveN, want.Get("n_eff_raw").Float(), 0)
	}
	if want.Has("n") {
		c.Same(t, "rows with an answer", got.Base, want.Get("n").Int())
	}
}

// spread answers variances and covariances, and the correlations in them.
func spread(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	p, want := c.Params, c.Expect
	names, y := variables(f, p.Get("vars").Texts())
	s := stats.Covariance(names, y...)
	if p.Get("na_rm").Bool() && d.Replicates() == nil {
		s = s.Rows(d.Base()) // R counts rows without a value, too
	}
	e := estimate(t, d, s)
	v, se := want.Get("matrix").Matrix(), want.Get("se").Matrix()
	c.Near(t, "df", d.DF(), want.Get("df").Float(), 0)
	if len(names) == 1 {
		v, se = [][]float64{want.Get("matrix").Floats()}, [][]float64{want.Get("se").Floats()}
		one := stats.Variance(names, y...)
		if p.Get("na_rm").Bool() && d.Replicates() == nil {
			one = one.Rows(d.Base())
		}
		e := estimate(t, d, one)
		c.Near(t, "variance", e.Value[0], v[0][0], 0)
		c.Near(t, "variance SE", e.SE(0), se[0][0], 0)
	}
	for i := range names {
		for j := range names {
			k := s.Pair(i, j)
			scale := math.Sqrt(v[i][i] * v[j][j])
			c.Near(t, e.Names[k], e.Value[k], v[i][j], scale)
			c.SE(t, e.Names[k]+" SE", e.SE(k), se[i][j], scale)
		}
	}
	if want.Has("cor") {
		correlation(t, c, d, names, y, e, s.Pair)
	}
}

// correlation compares correlations, and their standard errors by the delta
// method from the covariances in cov. With replicate weights Correlation has
// every replicate's own correlation, which is another variance.
func correlation(t *testing.T, c *oracle.Case, d *stats.Design, names []string, y [][]float64, cov *stats.Estimates, pair func(i, j int) int) {
	t.Helper()
	e := estimate(t, d, stats.Correlation(names, y...))
	r, se := c.Expect.Get("cor").Matrix(), c.Expect.Get("cor_se_delta").Matrix()
	for i := range names {
		for j := range names {
			k := pair(i, j)
			c.Near(t, "correlation "+e.Names[k], e.Value[k], r[i][j], 1)
			if i == j {
				c.Check(t, "SE of the diagonal", e.SE(k) == 0)
				continue
			}
			delta := cov.Smooth("r", ratioOfRoots(k, pair(i, i), pair(j, j)))
			c.Near(t, "delta SE "+e.Names[k], delta.SE(0), se[i][j], 0)
			if d.Replicates() == nil {
				c.Near(t, "SE "+e.Names[k], e.SE(k), se[i][j], 0)
			} else {
				c.Check(t, "SE from replicates near that of the delta method", math.Abs(e.SE(k)/se[i][j]-1) < 0.25)
			}
		}
	}
}

// ratioOfRoots is S_xy / sqrt(S_xx S_yy) of numbers by their places.
func ratioOfRoots(xy, xx, yy int) func(x []dual.Number) dual.Number {
	return func(x []dual.Number) dual.Number {
		return dual.Mul(x[xy], dual.PowReal(dual.Mul(x[xx], x[yy]), -0.5))
	}
}
