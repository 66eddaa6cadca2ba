package oracle_test

import (
	"fmt"
	"testing"

	"tradeoff/stats/dist"
	"tradeoff/stats/internal/oracle"
)

func init() {
	register("dist", distribution)
	register("dist_chisqsum", chiSquaredSum)
}

// distribution checks tails and quantiles of the named distributions; the
// parameters tell which it is.
func distribution(t *testing.T, c *oracle.Case) {
	p, e := c.Params, c.Expect
	// compare applies f to every element of one list and expects another.
	compare := func(what, in, out string, f func(x float64) float64) {
		xs := e.Get(in)
		if in == "q" {
			xs = p.Get(in)
		}
		want := e.Get(out).Floats()
		for i, x := range xs.Floats() {
			c.Near(t, fmt.Sprintf("%s of %g", what, x), f(x), want[i], 0)
		}
	}
	df, d1, d2 := p.Get("df").Float(), p.Get("df1").Float(), p.Get("df2").Float()
	a, b := p.Get("a").Float(), p.Get("b").Float()
	switch {
	case p.Has("q"):
		compare("lower tail", "q", "lower", func(x float64) float64 { return dist.NormalTail(-x) })
		compare("upper tail", "q", "upper", dist.NormalTail)
		compare("quantile", "p", "quantile", dist.NormalQuantile)
	case p.Has("df1"):
		compare("F tail", "x", "upper", func(x float64) float64 { return dist.FTail(x, d1, d2) })
		compare("F quantile", "p", "quantile", func(p float64) float64 { return dist.FQuantile(1-p, d1, d2) })
	case p.Has("a"):
		compare("beta", "x", "lower", func(x float64) float64 { return dist.BetaCDF(x, a, b) })
		compare("beta quantile", "p", "quantile", func(p float64) float64 { return dist.BetaQuantile(p, a, b) })
	case c.ID == fmt.Sprintf("dist/t_df_%g", df):
		compare("t tail", "x", "upper", func(x float64) float64 { return dist.TTail(x, df) })
		compare("t quantile", "p", "quantile", func(p float64) float64 { return dist.TQuantile(2*(1-p), df) })
	default:
		compare("chi-squared tail", "x", "upper", func(x float64) float64 { return dist.ChiSquaredTail(x, df) })
		compare("chi-squared quantile", "p", "quantile", func(p float64) float64 { return dist.ChiSquaredQuantile(1-p, df) })
	}
}

// chiSquaredSum checks the sums of chi-squareds with weights.
func chiSquaredSum(t *testing.T, c *oracle.Case) {
	weights, e := c.Params.Get("a").Floats(), c.Expect
	const ddf = 31.5 // of all cases, as their call says
	for i, x := range e.Get("x").Floats() {
		near := func(what string, got float64) {
			c.Near(t, fmt.Sprintf("%s, x = %g", what, x), got, e.Get(what).Floats()[i], 0)
		}
		near("exact", dist.ChiSquaredSumTail(x, weights, nil))
		near("exact_over_chisq_ddf", dist.FSumTail(x, weights, nil, ddf))
		near("saddlepoint", dist.ChiSquaredSumSaddlepoint(x, weights, nil))
		near("satterthwaite", dist.ChiSquaredSumSatterthwaite(x, weights, nil))
	}
}
