package dist_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats/dist"
)

// exponentials is P(Q > x) for x > 0 where every chi-squared has 2 degrees of
// freedom, an exponential of mean 2: in partial fractions the sum over positive
// weights a_i of prod over others a_i/(a_i - a_j), times the tail of a_i.
func exponentials(a []float64, tail func(a float64) float64) float64 {
	p := 0.0
	for i, ai := range a {
		if ai < 0 {
			continue
		}
		c := 1.0
		for j, aj := range a {
			if j != i {
				c *= ai / (ai - aj)
			}
		}
		p += c * tail(ai)
	}
	return p
}

// TestSumClosedForm: exact tails of weights of both signs, down to 1e-290, with
// and without a denominator.
func TestSumClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a, df []float64
		step := 0.0
		for range rapid.IntRange(1, 6).Draw(t, "terms") { // apart, for the partial fractions
			step += rapid.Float64Range(0.5, 2).Draw(t, "step")
			sign := rapid.SampledFrom([]float64{-1, 1, 1}).Draw(t, "sign")
			a, df = append(a, sign*math.Exp(step)), append(df, 2)
		}
		most := slices.Max(a)
		if most < 0 {
			return
		}
		x := most * math.Exp(rapid.Float64Range(-3, 7).Draw(t, "log x"))
		if p := exponentials(a, func(a float64) float64 { return math.Exp(-x / (2 * a)) }); p > 1e-290 {
			near(t, "sum", dist.ChiSquaredSumTail(x, a, df), p, 1e-11)
		}
		ddf := math.Exp(rapid.Float64Range(-1, 16).Draw(t, "log ddf"))
		over := func(a float64) float64 { return math.Exp(-ddf / 2 * math.Log1p(x/(a*ddf))) }
		if p := exponentials(a, over); p > 1e-290 {
			near(t, "over another", dist.FSumTail(x, a, df, ddf), p, 1e-10)
		}
	})
}

// TestSumImhof compares with the table of Imhof (1961, Biometrika 48, table 1),
// four decimals.
func TestSumImhof(t *testing.T) {
	weights := []float64{0.6, 0.3, 0.1}
	for _, c := range []struct {
		df []float64
		x  float64
		p  float64
	}{
		{[]float64{1, 1, 1}, 0.1, 0.9458}, {[]float64{1, 1, 1}, 0.7, 0.5064}, {[]float64{1, 1, 1}, 2, 0.1240},
		{[]float64{2, 2, 2}, 2, 0.3998}, {[]float64{2, 2, 2}, 6, 0.0161},
		{[]float64{6, 4, 2}, 1, 0.9973}, {[]float64{6, 4, 2}, 5, 0.4353}, {[]float64{6, 4, 2}, 12, 0.0088},
		{[]float64{2, 4, 6}, 1, 0.9666}, {[]float64{2, 4, 6}, 3, 0.4196}, {[]float64{2, 4, 6}, 8, 0.0087},
	} {
		if p := dist.ChiSquaredSumTail(c.x, weights, c.df); math.Abs(p-c.p) > 0.5001e-4 {
			t.Errorf("df %v, x = %g: got %.6f, Imhof has %g", c.df, c.x, p, c.p)
		}
	}
}

// TestFSum: one weight gives chi-squared and F, equal weights add their degrees
// of freedom, order and scale do not matter, both tails add up to 1.
func TestFSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df := math.Exp(rapid.Float64Range(-1, 14).Draw(t, "log df"))
		ddf := math.Exp(rapid.Float64Range(-1, 14).Draw(t, "log ddf"))
		scale := math.Exp(rapid.Float64Range(-20, 20).Draw(t, "log scale"))
		k := math.Exp(rapid.Float64Range(-5, 4).Draw(t, "log x/df"))
		x := k * df * scale
		if p := dist.ChiSquaredTail(k*df, df); p > 1e-290 {
			near(t, "chi-squared", dist.ChiSquaredSumTail(x, []float64{scale}, []float64{df}), p, 1e-10)
			near(t, "split", dist.ChiSquaredSumTail(x, []float64{scale, scale}, []float64{0.3 * df, 0.7 * df}), p, 1e-10)
		}
		if p := dist.FTail(k, df, ddf); p > 1e-290 {
			near(t, "F", dist.FSumTail(x, []float64{scale}, []float64{df}, ddf), p, 1e-10)
		}
		a := rapid.SliceOfN(rapid.Float64Range(-3, 5), 1, 5).Draw(t, "weights")
		b := slices.Clone(a)
		slices.Reverse(b)
		for j := range b {
			b[j] *= scale
		}
		p := dist.ChiSquaredSumTail(k, a, nil)
		if p > 1e-290 {
			near(t, "order and scale", dist.ChiSquaredSumTail(k*scale, b, nil), p, 1e-10)
		}
		for j := range b {
			b[j] = -a[j]
		}
		near(t, "both tails", p+dist.ChiSquaredSumTail(-k, b, nil), 1, 1e-12)
	})
}

// TestSumEdges: no term, terms of one sign, x at the end, and what has no answer.
func TestSumEdges(t *testing.T) {
	two := []float64{1, 2}
	for what, c := range map[string][2]float64{
		"no term, below":            {dist.ChiSquaredSumTail(-1, nil, nil), 1},
		"no term, at 0":             {dist.ChiSquaredSumTail(0, []float64{0}, nil), 0},
		"no df":                     {dist.ChiSquaredSumTail(1, two, []float64{0, 0}), 0},
		"positive weights at 0":     {dist.ChiSquaredSumTail(0, two, nil), 1},
		"negative weights at 0":     {dist.ChiSquaredSumTail(0, []float64{-1}, nil), 0},
		"negative weight, below":    {dist.ChiSquaredSumTail(-3, []float64{-1}, nil), dist.ChiSquaredCDF(3, 1)},
		"at Inf":                    {dist.ChiSquaredSumTail(inf, []float64{1, -2}, nil), 0},
		"at -Inf":                   {dist.ChiSquaredSumTail(math.Inf(-1), []float64{1, -2}, nil), 1},
		"both signs, alike, at 0":   {dist.ChiSquaredSumTail(0, []float64{1, -1}, nil), 0.5},
		"far out, underflows":       {dist.ChiSquaredSumTail(1e9, two, nil), 0},
		"NaN":                       {dist.ChiSquaredSumTail(nan, two, nil), nan},
		"NaN weight":                {dist.ChiSquaredSumTail(1, []float64{nan}, nil), nan},
		"negative df":               {dist.ChiSquaredSumTail(1, two, []float64{1, -1}), nan},
		"over a constant":           {dist.FSumTail(3, two, nil, inf), dist.ChiSquaredSumTail(3, two, nil)},
		"over 0 df":                 {dist.FSumTail(3, two, nil, 0), nan},
		"over another, at Inf":      {dist.FSumTail(inf, two, nil, 3), 0},
		"over another, at 0":        {dist.FSumTail(0, two, nil, 3), 1},
		"over another, below 0":     {dist.FSumTail(-2, []float64{-1}, []float64{3}, 7), 1 - dist.FTail(2.0/3, 3, 7)},
		"Satterthwaite, mean 0":     {dist.ChiSquaredSumSatterthwaite(1, []float64{1, -1}, nil), nan},
		"Satterthwaite, one weight": {dist.FSumSatterthwaite(6, []float64{2}, []float64{3}, 9), dist.FTail(1, 3, 9)},
	} {
		near(t, what, c[0], c[1], 1e-12)
	}
	defer func() {
		if recover() == nil {
			t.Error("slices of different length did not panic")
		}
	}()
	dist.ChiSquaredSumTail(1, two, []float64{1})
}

// TestSaddlepointCorners: NaN at the mean, certain outside of the range, close
// to the exact tail elsewhere, on either side and with either sign.
func TestSaddlepointCorners(t *testing.T) {
	a := []float64{2, 1, 0.5}
	near(t, "at the mean", dist.ChiSquaredSumSaddlepoint(3.5, a, nil), nan, 0)
	near(t, "below 0", dist.ChiSquaredSumSaddlepoint(-1, a, nil), 1, 0)
	near(t, "at Inf", dist.ChiSquaredSumSaddlepoint(inf, a, nil), 0, 0)
	near(t, "no positive weight", dist.ChiSquaredSumSaddlepoint(1, []float64{-1}, nil), 0, 0)
	near(t, "over a constant", dist.FSumSaddlepoint(2, a, nil, inf), dist.ChiSquaredSumSaddlepoint(2, a, nil), 0)
	for _, x := range []float64{0.3, 2, 9, 40, 900} {
		near(t, "near exact", dist.ChiSquaredSumSaddlepoint(x, a, nil), dist.ChiSquaredSumTail(x, a, nil), 0.2)
		near(t, "near exact, denominator", dist.FSumSaddlepoint(x, a, nil, 12), dist.FSumTail(x, a, nil, 12), 0.2)
	}
	negative := []float64{-2, -1, -0.5}
	near(t, "the other sign", 1-dist.ChiSquaredSumSaddlepoint(-2, negative, nil), dist.ChiSquaredSumSaddlepoint(2, a, nil), 1e-12)
	// pFsum(12, c(1, 1, 1, 1), a, 31.5, method = "saddlepoint") of R's survey 4.1-1, root to 1e-5
	r := dist.ChiSquaredSumSaddlepoint(0, []float64{2.1, 1.3, 0.9, 0.2, -12 / 31.5}, []float64{1, 1, 1, 1, 31})
	near(t, "R drops the fraction", r, 0.06576271334, 1e-5)
}
