package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/internal/derivative"
)

// trustAndWorry are eight answers in four PSUs of two strata. What R's svyvar
// and svycontrast make of them is in the tests below:
//
//	d <- svydesign(id = ~psu, strata = ~h, weights = ~w, data = ..., nest = TRUE)
func trustAndWorry(t interface{ Fatal(...any) }) (d *stats.Design, trust, worry []float64) {
	d, err := stats.NewDesign(stats.Sampling{
		Rows:    8,
		Weights: []float64{1, 2, 1, 3, 1, 2, 1.5, 2.5},
		Stages:  []stats.Stage{{Strata: []int{1, 1, 1, 1, 2, 2, 2, 2}, Units: []int{1, 1, 2, 2, 3, 3, 4, 4}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d, []float64{1, 2, 2, 3, 5, 4, 7, 3}, []float64{2, 1, 3, 3, 6, 4, 5, 5}
}

func estimated(t interface {
	Helper()
	Fatal(...any)
}, d *stats.Design, s ...stats.Statistic) *stats.Estimates {
	t.Helper()
	e, err := d.Estimate(s...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// R: svyvar(~trust + worry, d), with all its covariances.
func TestCovariance(t *testing.T) {
	d, trust, worry := trustAndWorry(t)
	s := stats.Covariance([]string{"trust", "worry"}, trust, worry)
	e := estimated(t, d, s)
	near(t, "variance of trust", e.Value[s.Pair(0, 0)], 2.87463556851312, 1e-14)
	near(t, "variance of worry", e.Value[s.Pair(1, 1)], 2.56559766763848, 1e-14)
	near(t, "as Variance", estimated(t, d, stats.Variance(nil, trust)).SE(0), e.SE(0), 1e-14)
	for i, row := range [][]float64{
		{1.94591695359475558, 0.72720775617406408, 1.0235635193651960},
		{0.72720775617406408, 0.79962378579937121, 1.2127863563720591},
		{1.02356351936519596, 1.21278635637205912, 1.8443349562283247},
	} {
		for j, want := range row {
			near(t, "vcov", e.Cov.At(i, j), want, 1e-13)
		}
	}
	if !slices.Equal(e.Names, []string{"trust ~ trust", "trust ~ worry", "worry ~ worry"}) || s.Pair(1, 0) != s.Pair(0, 1) {
		t.Error(e.Names)
	}
}

// R: svycontrast(svyvar(~trust, d), quote(sqrt(trust))).
func TestStandardDeviation(t *testing.T) {
	d, trust, _ := trustAndWorry(t)
	e := estimated(t, d, stats.StandardDeviation([]string{"trust"}, trust))
	near(t, "S", e.Value[0], 1.69547502739294864, 1e-14)
	near(t, "SE", e.SE(0), 0.41137771144211149, 1e-14)
	if e.Names[0] != "trust" {
		t.Error(e.Names)
	}
}

// R: the correlation in svyvar, and tanh(atanh(r) -+ qt(0.975, 2) se/(1-r^2)) of
// its delta method.
func TestCorrelationInterval(t *testing.T) {
	d, trust, worry := trustAndWorry(t)
	s := stats.Correlation(nil, trust, worry)
	e := estimated(t, d, s)
	k := s.Pair(0, 1)
	near(t, "r", e.Value[k], 0.69565708454199249, 1e-14)
	near(t, "SE", e.SE(k), 0.13602060829417179, 1e-14)
	low, high := e.CorrelationInterval(k, 0.95)
	near(t, "low", low, -0.26848881800999597, 1e-13)
	near(t, "high", high, 0.96352287289230854, 1e-13)
	if low, _ := e.CorrelationInterval(s.Pair(0, 0), 0.95); !math.IsNaN(low) {
		t.Error("the diagonal has an interval")
	}
	if low, _ := estimated(t, simpleSample(t, 2, nil).Domain([]bool{true, false}), stats.Mean(nil, []float64{0.5, 0})).CorrelationInterval(0, 0.95); !math.IsNaN(low) {
		t.Error("an interval without degrees of freedom")
	}
}

// With replicate weights r is computed anew in every replicate: here by the
// textbook formula without one row at a time, (n-1)/n sum (r_i - mean)^2.
func TestCorrelationReplicates(t *testing.T) {
	_, x, y := trustAndWorry(t)
	var rs []float64
	for i := range x {
		a, b := slices.Delete(slices.Clone(x), i, i+1), slices.Delete(slices.Clone(y), i, i+1)
		rs = append(rs, textbookCov(a, b)/math.Sqrt(textbookCov(a, a)*textbookCov(b, b)))
	}
	s := stats.Correlation(nil, x, y)
	e := estimated(t, withJackknife(simpleSample(t, 8, nil)), s)
	near(t, "variance", e.Var(s.Pair(0, 1)), 7.0/8*7*textbookCov(rs, rs), 1e-13)
}

// n/(n-1) is that of the whole sample in every replicate.
func TestVarianceReplicates(t *testing.T) {
	_, x, _ := trustAndWorry(t)
	var vs []float64
	for i := range x {
		a := slices.Delete(slices.Clone(x), i, i+1)
		vs = append(vs, textbookCov(a, a)*6/7*8/7)
	}
	d := withJackknife(simpleSample(t, 8, nil))
	near(t, "variance", estimated(t, d, stats.Variance(nil, x)).Var(0), 7.0/8*7*textbookCov(vs, vs), 1e-13)
	all := []bool{true, true, true, true, true, true, true, true}
	near(t, "in a group of all", estimated(t, d, stats.In(all, stats.Variance(nil, x))).Var(0), 7.0/8*7*textbookCov(vs, vs), 1e-13)
}

// textbookCov is sum (a - mean)(b - mean) / (n-1).
func textbookCov(a, b []float64) float64 {
	n, ma, mb, s := float64(len(a)), 0.0, 0.0, 0.0
	for i := range a {
		ma += a[i] / n
		mb += b[i] / n
	}
	for i := range a {
		s += (a[i] - ma) * (b[i] - mb)
	}
	return s / (n - 1)
}

func TestSpreadCorners(t *testing.T) {
	nan := math.NaN()
	d := simpleSample(t, 4, nil)
	kinds := map[string]func([]string, ...[]float64) stats.Spread{
		"variance": stats.Variance, "deviation": stats.StandardDeviation, "covariance": stats.Covariance, "correlation": stats.Correlation,
	}
	for name, kind := range kinds {
		for what, y := range map[string][]float64{"no value": {nan, nan, nan, nan}, "one value": {nan, 3, nan, nan}} {
			e := estimated(t, d, kind(nil, y))
			if !math.IsNaN(e.Value[0]) || !math.IsNaN(e.SE(0)) {
				t.Errorf("%s of %s: %g, SE %g", name, what, e.Value[0], e.SE(0))
			}
		}
		e := estimated(t, d, kind(nil, fill(4, 0.1)))
		if name == "correlation" {
			if !math.IsNaN(e.Value[0]) {
				t.Errorf("correlation of a constant: %g", e.Value[0])
			}
		} else if e.Value[0] != 0 || e.SE(0) != 0 {
			t.Errorf("%s of a constant: %g, SE %g", name, e.Value[0], e.SE(0))
		}
	}
	x, y := []float64{1, 2, 3, nan}, []float64{-1, -2, -3, 5}
	s := stats.Correlation(nil, x, y, []float64{2, 2, 2, 9})
	e := estimated(t, d, s)
	near(t, "a straight line down", e.Value[s.Pair(0, 1)], -1, 0)
	near(t, "its SE", e.SE(s.Pair(0, 1)), 0, 1e-15)
	if low, high := e.CorrelationInterval(s.Pair(0, 1), 0.95); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("interval at -1: %g to %g", low, high)
	}
	near(t, "the diagonal", e.Value[s.Pair(1, 1)], 1, 0)
	if !math.IsNaN(e.Value[s.Pair(0, 2)]) || !math.IsNaN(e.Value[s.Pair(2, 2)]) {
		t.Error("a constant correlates")
	}
	// Three rows with values, 4/3 for 3/2 by Rows.
	near(t, "variance of three", estimated(t, d, stats.Variance(nil, x)).Value[0], 1, 1e-15)
	near(t, "as R has it", estimated(t, d, stats.Variance(nil, x).Rows(4)).Value[0], 1*(4.0/3)/(3.0/2), 1e-15)
	// Weights -1, 1, 1 of 0, 1, 1: mean 2, sum w (y-m)^2 = -4 + 1 + 1.
	negative := simpleSample(t, 3, nil).WithWeights([]float64{-1, 1, 1}, nil)
	near(t, "negative weights", estimated(t, negative, stats.Variance(nil, []float64{0, 1, 1})).Value[0], -3, 1e-15)
	if v := estimated(t, negative, stats.StandardDeviation(nil, []float64{0, 1, 1})).Value[0]; !math.IsNaN(v) {
		t.Errorf("root of a negative variance: %g", v)
	}
	// Large values lose no digits: 1e9 + 0, 1, 2 has variance 1.
	near(t, "large values", estimated(t, simpleSample(t, 3, nil), stats.Variance(nil, []float64{1e9, 1e9 + 1, 1e9 + 2})).Value[0], 1, 1e-12)
	// Squares that no number holds leave no correlation, rather than one of 0.
	if r := estimated(t, simpleSample(t, 3, nil), stats.Correlation(nil, []float64{1e200, 2e200, 4e200}, []float64{1, 2, 3})).Value[1]; !math.IsNaN(r) {
		t.Errorf("correlation of values of 1e200: %g", r)
	}
	mustPanic(t, "lengths", func() { d.Estimate(stats.Variance(nil, []float64{1})) })
}

// Linearised values are derivatives by the weights.
func TestSpreadDerivatives(t *testing.T) {
	s := drawAges(rand.New(rand.NewPCG(1, 2)), 60)
	worry := make([]float64, len(s.trust))
	for i, v := range s.trust {
		worry[i] = 1 - v/2 + float64(s.age[i])*s.weight[i]
	}
	worry[3] = math.NaN()
	for _, spread := range []stats.Spread{
		stats.Variance(nil, s.trust, worry), stats.StandardDeviation(nil, s.trust), stats.Covariance(nil, s.trust, worry), stats.Correlation(nil, s.trust, worry),
	} {
		derivative.Check(t, spread, s.weight, 1e-4, 1e-6, 1)
	}
}

// Correlations do not depend on units, and are those of the covariances.
func TestSpreadProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAges(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), rapid.IntRange(24, 60).Draw(t, "rows"))
		worry := make([]float64, len(s.trust))
		for i, v := range s.trust {
			worry[i] = 1 - v/2 + float64(s.age[i])*s.weight[i]
		}
		d := s.design(t)
		a := rapid.Float64Range(0.1, 100).Draw(t, "a")
		scaled := make([]float64, len(worry))
		for i, v := range worry {
			scaled[i] = 7 - a*v
		}
		r, minus := stats.Correlation(nil, s.trust, worry), stats.Correlation(nil, s.trust, scaled)
		k := r.Pair(0, 1)
		e, f := estimated(t, d, r), estimated(t, d, minus)
		near(t, "r", f.Value[k], -e.Value[k], 1e-11)
		near(t, "SE", f.SE(k), e.SE(k), 1e-11)
		cov := stats.Covariance(nil, s.trust, worry)
		c := estimated(t, d, cov)
		near(t, "r by covariances", e.Value[k], c.Value[k]/math.Sqrt(c.Value[cov.Pair(0, 0)]*c.Value[cov.Pair(1, 1)]), 1e-12)
	})
}

func BenchmarkCorrelation(b *testing.B) {
	s := drawAges(rand.New(rand.NewPCG(1, 1)), 20_000)
	d := s.design(b)
	y := make([][]float64, 6)
	for k := range y {
		y[k] = make([]float64, len(s.trust))
		for i, v := range s.trust {
			y[k][i] = v + float64(i%(k+2))
		}
	}
	for b.Loop() {
		estimated(b, d, stats.Correlation(nil, y...))
	}
}
