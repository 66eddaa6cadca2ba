package stats_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
)

var quantileRules = map[string]stats.QuantileRule{
	"Inverse": stats.Inverse, "Averaged": stats.Averaged, "EvenStep": stats.EvenStep,
	"HF4": stats.HF4, "HF5": stats.HF5, "HF6": stats.HF6, "HF7": stats.HF7, "HF8": stats.HF8, "HF9": stats.HF9,
	"ShahVaish": stats.ShahVaish,
}

// simpleSample is a simple random sample, drawn with replacement, of n rows.
func simpleSample(t interface{ Fatal(...any) }, n int, weights []float64) *stats.Design {
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: weights})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ones(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

// With equal weights the rules are types 1, 2 and 4 to 9 of Hyndman and Fan: the
// numbers are those of R's quantile(x, p, type = k). EvenStep takes the even
// order statistic where 7 p is whole; ShahVaish has the points k/(n+1).
func TestRules(t *testing.T) {
	x := []float64{3, 7, 8, 12, 20, 21, 30}
	p := []float64{0, 0.05, 0.1, 0.25, 0.333, 0.5, 0.75, 0.9, 1}
	for name, want := range map[string][]float64{
		"Inverse":   {3, 3, 3, 7, 8, 12, 21, 30, 30},
		"Averaged":  {3, 3, 3, 7, 8, 12, 21, 30, 30},
		"HF4":       {3, 3, 3, 6, 7.331, 10, 20.25, 23.7, 30},
		"HF5":       {3, 3, 3.8, 7.25, 7.831, 12, 20.75, 28.2, 30},
		"HF6":       {3, 3, 3, 7, 7.664, 12, 21, 30, 30},
		"HF7":       {3, 4.2, 5.4, 7.5, 7.998, 12, 20.5, 24.6, 30},
		"HF8":       {3, 3, 3 + 4.0/15, 7 + 1.0/6, 7.7753333333333333, 12, 20 + 5.0/6, 29.4, 30},
		"HF9":       {3, 3, 3.4, 7.1875, 7.78925, 12, 20.8125, 29.1, 30},
		"ShahVaish": {3, 3, 3, 7, 7, 12, 21, 30, 30},
	} {
		of := quantileRules[name](x, ones(7))
		for k, p := range p {
			near(t, name, of(p), want[k], 1e-14)
		}
	}
	// p n is whole: the step itself, the mean of both, the even one of both.
	for k, p := range []float64{1.0 / 7, 2.0 / 7, 3.0 / 7} {
		near(t, "Inverse", stats.Inverse(x, ones(7))(p), x[k], 0)
		near(t, "Averaged", stats.Averaged(x, ones(7))(p), (x[k]+x[k+1])/2, 0)
		near(t, "EvenStep", stats.EvenStep(x, ones(7))(p), []float64{7, 7, 12}[k], 0)
	}
}

// What every rule gives where there is little to choose from.
func TestRuleCorners(t *testing.T) {
	for name, rule := range quantileRules {
		if q := rule(nil, nil)(0.5); !math.IsNaN(q) {
			t.Errorf("%s of no values is %g", name, q)
		}
		for _, p := range []float64{0, 0.3, 1} {
			near(t, name+" of one value", rule([]float64{4}, []float64{2.5})(p), 4, 0)
			near(t, name+" of equal values", rule([]float64{0.1, 0.1, 0.1}, []float64{1, 2.5, 0.7})(p), 0.1, 0)
		}
		of := rule([]float64{1, 2, 4}, []float64{1, 1, 1})
		for _, p := range []float64{-0.1, 1.1, math.NaN()} {
			if q := of(p); !math.IsNaN(q) {
				t.Errorf("%s at %g is %g", name, p, q)
			}
		}
		near(t, name+" at 0", of(0), 1, 0)
		near(t, name+" at 1", of(1), 4, 0)
		// Before the first step, where R gives the second value.
		if name != "HF7" {
			near(t, name+" at 0.01", of(0.01), 1, 0)
		}
	}
	// F is 3/4, 1/2, 1 with a weight of -1: 1/2 is reached for good by 2.
	near(t, "a negative weight", stats.Inverse([]float64{1, 2, 3}, []float64{3, -1, 2})(0.6), 3, 0)
	near(t, "a negative weight", stats.Inverse([]float64{1, 2, 3}, []float64{3, -1, 2})(0.4), 1, 0)
}

// Weights that are whole numbers are as good as repeated rows for the rules that
// are the inverse of F, whatever is done at its steps; the order of rows and the
// scale of weights matter to none; quantiles rise with p and lie among the data.
func TestRuleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 12), func(v int) float64 { return float64(v) / 4 }), 1, 30).Draw(t, "x")
		slices.Sort(x)
		w := make([]float64, len(x))
		var repeated []float64
		for k := range w {
			w[k] = float64(rapid.IntRange(1, 5).Draw(t, "w"))
			for range int(w[k]) {
				repeated = append(repeated, x[k])
			}
		}
		scaled := slices.Clone(w)
		for k := range scaled {
			scaled[k] *= 0.37
		}
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		higher := rapid.Float64Range(p, 1).Draw(t, "higher p")
		for name, rule := range quantileRules {
			q := rule(x, w)(p)
			near(t, name+" with scaled weights", rule(x, scaled)(p), q, 1e-9)
			if q < x[0] || q > x[len(x)-1] {
				t.Errorf("%s at %g is %g, outside of %g to %g", name, p, q, x[0], x[len(x)-1])
			}
			if up := rule(x, w)(higher); up < q-1e-12 && name != "EvenStep" {
				t.Errorf("%s falls from %g at %g to %g at %g", name, q, p, up, higher)
			}
		}
		for _, name := range []string{"Inverse", "Averaged", "EvenStep"} {
			rule := quantileRules[name]
			near(t, name+" of repeated rows", rule(repeated, ones(len(repeated)))(p), rule(x, w)(p), 0)
		}
	})
}

func ascending(n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = float64(i + 1)
	}
	return y
}

// The median of 1 to 25 is 13, and F(13) = 0.52 has the standard error
// sqrt(0.52 0.48/24) = 0.102. With t = 2.064 its interval is 0.310 to 0.730:
// values 8 and 19. The other scales are R's svyquantile. For the score,
// |k/25 - 0.5| <= 2.064 sqrt(k/25 (1 - k/25)/24) holds for k = 8 to 17.
func TestWoodruff(t *testing.T) {
	y, d := ascending(25), simpleSample(t, 25, nil)
	for _, c := range []struct {
		method    stats.IntervalMethod
		low, high float64
	}{
		{"", 8, 19}, {stats.IntervalMean, 8, 19}, {stats.IntervalXLogit, 8, 18}, {stats.IntervalLogit, 8, 18},
		{stats.IntervalBeta, 8, 19}, {stats.IntervalArcsine, 8, 19}, {stats.IntervalScore, 8, 18},
	} {
		q, err := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Method: c.method}, nil, y)
		if err != nil {
			t.Fatal(err)
		}
		v := q.Each[0]
		near(t, "median", v.Value, 13, 0)
		near(t, string(c.method)+" low", v.Low, c.low, 0)
		near(t, string(c.method)+" high", v.High, c.high, 0)
		near(t, string(c.method)+" SE", v.SE, (c.high-c.low)/(2*2.063898561628021), 1e-12) // R: qt(0.975, 24)
		near(t, "df", v.DF, 24, 0)
		near(t, "effective n, n-1 because V = p(1-p)/(n-1)", v.EffectiveN, 24, 1e-12)
		if q.OnStep[0] || v.Degenerate || v.Base != 25 {
			t.Errorf("%+v", v)
		}
	}
	// Options change the result.
	wide, _ := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Level: 0.99}, nil, y)
	normal, _ := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{DF: math.Inf(1), Rule: stats.HF7}, nil, y)
	if wide.Each[0].Low >= 8 || normal.Each[0].DF != math.Inf(1) || normal.Each[0].Low == 8 {
		t.Errorf("level, df or rule do not count: %+v %+v", wide.Each[0], normal.Each[0])
	}
}

// In a simple random sample corr(F(a), F(b)) = sqrt(F(a)(1-F(b)) / (F(b)(1-F(a))))
// for a < b, which is the correlation of quantiles (Mosteller 1946). Quantiles of
// groups drawn separately are not correlated.
func TestQuantileCovariance(t *testing.T) {
	y := ascending(99)
	q, err := stats.Quantiles(simpleSample(t, 99, nil), []float64{0.25, 0.75}, stats.QuantileOptions{}, []string{"trust"}, y)
	if err != nil {
		t.Fatal(err)
	}
	a, b := 25.0/99, 75.0/99
	e := q.Joint
	near(t, "correlation", e.Cov.At(0, 1)/(e.SE(0)*e.SE(1)), math.Sqrt(a*(1-b)/(b*(1-a))), 1e-12)
	near(t, "SE", e.SE(0), q.Each[0].SE, 1e-14)
	if !slices.Equal(e.Names, []string{"trust 0.25", "trust 0.75"}) {
		t.Error(e.Names)
	}
	range2 := e.Contrast(nil, []float64{-1, 1})
	near(t, "interquartile range", range2.Value[0], 50, 0)

	country := make([]int, 99)
	for i := range country {
		country[i] = i % 2
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: 99, Stages: []stats.Stage{{Strata: country}}})
	if err != nil {
		t.Fatal(err)
	}
	by, err := stats.QuantilesBy(d, country, 2, []float64{0.5}, stats.QuantileOptions{}, []string{"DE", "FR"}, y)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "covariance of strata", by.Joint.Cov.At(0, 1), 0, 1e-12)
	near(t, "df of one", by.Each[0].DF, 49, 0)
	near(t, "df of both", by.Joint.DF, 97, 0)
	for g := range 2 {
		in := make([]bool, 99)
		for i := range in {
			in[i] = country[i] == g
		}
		alone, err := stats.Quantiles(d.Domain(in), []float64{0.5}, stats.QuantileOptions{}, nil, y)
		if err != nil {
			t.Fatal(err)
		}
		if by.Each[g] != alone.Each[0] {
			t.Errorf("group %d: %+v in the group, %+v in the domain", g, by.Each[g], alone.Each[0])
		}
	}
}

// The variance of a quantile by jackknife: theta of every sample less a row.
// n = 5, the medians of four by HF7 are 3.5, 3.5, 3, 2.5, 2.5, with mean 3, so that
// 4/5 (4 0.25) = 0.8.
func TestQuantileReplicates(t *testing.T) {
	y := ascending(5)
	d := withJackknife(simpleSample(t, 5, nil))
	s := stats.Quantile([]string{"trust"}, stats.HF7, []float64{0.5}, y)
	e, err := d.Estimate(s)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "variance", e.Var(0), 0.8, 1e-14)
	q, err := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Rule: stats.HF7, Method: stats.IntervalReplicates}, nil, y)
	if err != nil {
		t.Fatal(err)
	}
	low, high := e.Interval(0, 0.95)
	near(t, "low", q.Each[0].Low, low, 1e-14)
	near(t, "high", q.Each[0].High, high, 1e-14)
	near(t, "joint SE", q.Joint.SE(0), e.SE(0), 1e-14)
	by, err := stats.QuantilesBy(d, make([]int, 5), 1, []float64{0.5}, stats.QuantileOptions{Rule: stats.HF7, Method: stats.IntervalReplicates}, nil, y)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "SE of a group of all", by.Each[0].SE, e.SE(0), 1e-14)
	if _, err := simpleSample(t, 5, nil).Estimate(s); !errors.Is(err, stats.ErrNotLinear) {
		t.Errorf("without replicates: %v", err)
	}
	mean, err := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Method: stats.IntervalScore}, nil, y)
	if err != nil || math.IsNaN(mean.Each[0].Value) {
		t.Errorf("score with replicates: %+v, %v", mean, err)
	}
}

// withJackknife gives a design of rows the replicates of the jackknife, each
// without one row: scale (n-1)/n.
func withJackknife(d *stats.Design) *stats.Design {
	n := d.Rows()
	r := stats.Replicates{Scale: float64(n-1) / float64(n)}
	for i := range n {
		w := slices.Clone(d.Weights())
		for j := range w {
			w[j] *= float64(n) / float64(n-1)
		}
		w[i] = 0
		r.Weights = append(r.Weights, w)
	}
	return d.WithReplicates(r)
}

func TestQuantileCorners(t *testing.T) {
	nan := math.NaN()
	one := func(d *stats.Design, p float64, o stats.QuantileOptions, y ...float64) stats.Interval {
		t.Helper()
		q, err := stats.Quantiles(d, []float64{p}, o, nil, y)
		if err != nil {
			t.Fatal(err)
		}
		return q.Each[0]
	}
	d := simpleSample(t, 4, nil)
	if v := one(d, 0.5, stats.QuantileOptions{}, nan, nan, nan, nan); !math.IsNaN(v.Value) || !math.IsNaN(v.SE) || !math.IsNaN(v.Low) || v.Base != 0 || v.Degenerate {
		t.Errorf("no value: %+v", v)
	}
	for _, m := range []stats.IntervalMethod{"", stats.IntervalBeta, stats.IntervalScore} {
		if v := one(d, 0.5, stats.QuantileOptions{Method: m}, 2, 2, 2, 2); v.Value != 2 || !math.IsNaN(v.Low) || !math.IsNaN(v.High) {
			t.Errorf("equal values, %q: %+v", m, v)
		}
	}
	if v := one(d, 1, stats.QuantileOptions{}, 1, 2, 3, 4); v.Value != 4 || !v.Degenerate || !math.IsNaN(v.SE) {
		t.Errorf("the largest: %+v", v)
	}
	// F is 1/8 -+ 2.365 sqrt(1/8 7/8 / 7), -0.17 to 0.42: below is nothing, above the
	// fourth of eight.
	if v := one(simpleSample(t, 8, nil), 0, stats.QuantileOptions{}, 1, 2, 3, 4, 5, 6, 7, 8); v.Value != 1 || !math.IsNaN(v.Low) || v.High != 4 || !math.IsNaN(v.SE) {
		t.Errorf("the smallest: %+v", v)
	}
	if v := one(d, 0.5, stats.QuantileOptions{}, nan, 2, nan, nan); v.Value != 2 || v.Base != 1 || v.DF != 0 || !math.IsNaN(v.Low) {
		t.Errorf("one row: %+v", v)
	}
	if q, _ := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{}, nil, []float64{1, 2, 3, 4}); !q.OnStep[0] {
		t.Error("p = 0.5 of four rows is on a step")
	}
	zero := simpleSample(t, 4, []float64{0, 1, 1, 1})
	if v := one(zero, 0, stats.QuantileOptions{}, 1, 2, 3, 4); v.Value != 2 || v.Base != 3 {
		t.Errorf("a row of weight zero: %+v", v)
	}
	cluster, err := stats.NewDesign(stats.Sampling{Rows: 4, Stages: []stats.Stage{{Units: []int{1, 1, 1, 1}}}, Lonely: stats.LonelyRemove})
	if err != nil {
		t.Fatal(err)
	}
	if v := one(cluster, 0.5, stats.QuantileOptions{}, 1, 2, 3, 4); v.Value != 2 || !math.IsNaN(v.Low) || !math.IsNaN(v.SE) {
		t.Errorf("one PSU: %+v", v)
	}
	// A missing value leaves the row out for the other variable as well.
	q, err := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{}, nil, []float64{1, 2, 3, 4}, []float64{nan, 1, 1, 1})
	if err != nil || q.Each[0].Value != 3 || q.Each[0].Base != 3 {
		t.Errorf("a missing value in another variable: %+v, %v", q.Each[0], err)
	}
	for what, misuse := range map[string]func(){
		"p":      func() { stats.Quantiles(d, []float64{50}, stats.QuantileOptions{}, nil, ones(4)) },
		"level":  func() { stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Level: 95}, nil, ones(4)) },
		"method": func() { stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Method: "?"}, nil, ascending(4)) },
		"replicates": func() {
			stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Method: stats.IntervalReplicates}, nil, ones(4))
		},
		"length": func() { stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{}, nil, ones(3)) },
		"groups": func() { stats.QuantilesBy(d, make([]int, 3), 1, []float64{0.5}, stats.QuantileOptions{}, nil, ones(4)) },
	} {
		mustPanic(t, what, misuse)
	}
}

func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", what)
		}
	}()
	f()
}

// Quantiles follow the data: y times a and plus b, with a above zero, in other
// order and with other weights of the same shares.
func TestQuantileEquivariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAges(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), rapid.IntRange(40, 80).Draw(t, "rows"))
		a, b := rapid.Float64Range(0.1, 10).Draw(t, "a"), rapid.Float64Range(-5, 5).Draw(t, "b")
		o := stats.QuantileOptions{Method: rapid.SampledFrom([]stats.IntervalMethod{stats.IntervalMean, stats.IntervalLogit, stats.IntervalWilson, stats.IntervalScore}).Draw(t, "method")}
		p := []float64{0.25, 0.5, 0.8}
		get := func(s ageSample) []stats.Interval {
			q, err := stats.Quantiles(s.design(t), p, o, nil, s.trust)
			if err != nil {
				t.Fatal(err)
			}
			return q.Each
		}
		want := get(s)
		moved := s
		moved.trust = slices.Clone(s.trust)
		moved.weight = slices.Clone(s.weight)
		for i := range moved.trust {
			moved.trust[i] = a*moved.trust[i] + b
			moved.weight[i] *= 1000
		}
		for k, v := range get(moved) {
			nearOrNone(t, "value", v.Value, a*want[k].Value+b)
			nearOrNone(t, "low", v.Low, a*want[k].Low+b)
			nearOrNone(t, "high", v.High, a*want[k].High+b)
			nearOrNone(t, "SE", v.SE, a*want[k].SE)
		}
	})
}

// nearOrNone is near, with NaN equal to NaN.
func nearOrNone(t interface{ Errorf(string, ...any) }, what string, got, want float64) {
	if math.IsNaN(want) && math.IsNaN(got) {
		return
	}
	near(t, what, got, want, 1e-9)
}

func BenchmarkQuantiles(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	s := drawAges(r, 100_000)
	d := s.design(b)
	for b.Loop() {
		if _, err := stats.Quantiles(d, []float64{0.25, 0.5, 0.75}, stats.QuantileOptions{}, nil, s.trust); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuantileScore(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	s := drawAges(r, 10_000)
	d := s.design(b)
	for b.Loop() {
		if _, err := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Method: stats.IntervalScore}, nil, s.trust); err != nil {
			b.Fatal(err)
		}
	}
}
