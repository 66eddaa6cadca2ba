package stats_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
)

var proportionMethods = []stats.IntervalMethod{
	stats.IntervalMean, stats.IntervalLogit, stats.IntervalXLogit, stats.IntervalArcsine,
	stats.IntervalBeta, stats.IntervalWilson, stats.IntervalLikelihood,
}

func proportion(t interface {
	Helper()
	Fatal(...any)
}, d *stats.Design, y []float64, o stats.ProportionOptions) stats.Interval {
	t.Helper()
	v, err := stats.Proportion(d, y, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// yes is n rows of which the first k say yes.
func yes(k, n int) []float64 {
	y := make([]float64, n)
	for i := range k {
		y[i] = 1
	}
	return y
}

// 12 of 30 in a simple random sample: p = 0.4, V = 0.24/29, n_eff = 29. Every
// formula from its definition; t(29) = 2.04522964213270 and the beta quantiles
// are R's: qt(0.975, 29), qbeta(0.025, 11.6, 18.4), qbeta(0.975, 12.6, 17.4).
func TestProportion(t *testing.T) {
	d, y := simpleSample(t, 30, nil), yes(12, 30)
	const q = 2.04522964213270
	se := math.Sqrt(0.24 / 29)
	logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
	for _, m := range proportionMethods {
		v := proportion(t, d, y, stats.ProportionOptions{Method: m})
		near(t, "share", v.Value, 0.4, 1e-15)
		near(t, "SE", v.SE, se, 1e-14)
		near(t, "effective n", v.EffectiveN, 29, 1e-13)
		near(t, "df", v.DF, 29, 0)
		for _, side := range []float64{-1, 1} {
			p := v.Low
			if side > 0 {
				p = v.High
			}
			var got, want float64
			switch m {
			case stats.IntervalMean:
				got, want = (p-0.4)/se, side*q
			case stats.IntervalLogit, stats.IntervalXLogit:
				got, want = (logit(p)-logit(0.4))/(se/0.24), side*q
			case stats.IntervalArcsine:
				got, want = (math.Asin(math.Sqrt(p))-math.Asin(math.Sqrt(0.4)))*math.Sqrt(4*29), side*q
			case stats.IntervalWilson: // the p that a score test rejects at t
				got, want = (p-0.4)/math.Sqrt(p*(1-p)/29), side*q
			case stats.IntervalLikelihood: // twice the log likelihood of n-1 rows; naive over design variance is 29/30
				kl := 0.4*math.Log(0.4/p) + 0.6*math.Log(0.6/(1-p))
				got, want = 2*29*kl, q*q*30/29
			case stats.IntervalBeta:
				got, want = p, 0.2237883290285936
				if side > 0 {
					want = 0.5974399799928671
				}
			}
			near(t, string(m), got, want, 1e-11)
		}
	}
	// Options change the result.
	narrow := proportion(t, d, y, stats.ProportionOptions{Level: 0.8})
	normal := proportion(t, d, y, stats.ProportionOptions{DF: math.Inf(1)})
	usual := proportion(t, d, y, stats.ProportionOptions{})
	if !(narrow.Low > usual.Low && normal.Low > usual.Low && narrow.Level == 0.8 && math.IsInf(normal.DF, 1)) {
		t.Errorf("level or df do not count: %+v %+v", narrow, normal)
	}
}

// At 0 % and 100 % there is a one-sided bound: with equal weights and rows as
// PSUs n* = n, so that 0 of 30 goes up to 1 - 0.05^(1/30) = 0.0950, near 3/30.
func TestProportionCorners(t *testing.T) {
	nan := math.NaN()
	d := simpleSample(t, 30, nil)
	for _, m := range proportionMethods {
		none := proportion(t, d, yes(0, 30), stats.ProportionOptions{Method: m})
		near(t, "nobody, low", none.Low, 0, 0)
		near(t, "nobody, high", none.High, 1-math.Pow(0.05, 1.0/30), 1e-13)
		all := proportion(t, d, yes(30, 30), stats.ProportionOptions{Method: m})
		near(t, "everybody, low", all.Low, math.Pow(0.05, 1.0/30), 1e-13)
		near(t, "everybody, high", all.High, 1, 0)
		if !none.Degenerate || !all.Degenerate || none.EffectiveN != 30 || none.SE != 0 {
			t.Errorf("%+v %+v", none, all)
		}
	}
	// Five PSUs of four rows: n* = 20 (t(19)/t(4))^2 with t(19) = 2.093024 and
	// t(4) = 2.776445 (R: qt), 11.366.
	units := make([]int, 20)
	for i := range units {
		units[i] = i / 4
	}
	clusters, err := stats.NewDesign(stats.Sampling{Rows: 20, Stages: []stats.Stage{{Units: units}}})
	if err != nil {
		t.Fatal(err)
	}
	n := 20 * math.Pow(2.09302405440831/2.77644510519779, 2)
	near(t, "nobody in clusters", proportion(t, clusters, yes(0, 20), stats.ProportionOptions{}).High, 1-math.Pow(0.05, 1/n), 1e-13)
	// Unequal weights: Kish's effective base, 9^2/(4+4+16+1).
	unequal := simpleSample(t, 4, []float64{2, 2, 4, 1})
	near(t, "unequal weights", proportion(t, unequal, yes(0, 4), stats.ProportionOptions{}).EffectiveN, 81.0/25, 1e-14)

	// A share that the strata fix is certain.
	strata, err := stats.NewDesign(stats.Sampling{Rows: 8, Stages: []stats.Stage{{Strata: []int{0, 0, 0, 0, 1, 1, 1, 1}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range proportionMethods {
		v := proportion(t, strata, yes(4, 8), stats.ProportionOptions{Method: m})
		near(t, "a stratum, low", v.Low, 0.5, 1e-14)
		near(t, "a stratum, high", v.High, 0.5, 1e-14)
		if v.Degenerate || !math.IsInf(v.EffectiveN, 1) {
			t.Errorf("a stratum: %+v", v)
		}
		v = proportion(t, d, fill(30, nan), stats.ProportionOptions{Method: m})
		if v.Base != 0 || !math.IsNaN(v.Value) || !math.IsNaN(v.SE) || !math.IsNaN(v.Low) || !math.IsNaN(v.High) || v.Degenerate {
			t.Errorf("no answer: %+v", v)
		}
		one, err := stats.NewDesign(stats.Sampling{Rows: 4, Stages: []stats.Stage{{Units: []int{1, 1, 1, 1}}}, Lonely: stats.LonelyRemove})
		if err != nil {
			t.Fatal(err)
		}
		if v := proportion(t, one, yes(1, 4), stats.ProportionOptions{Method: m}); v.Value != 0.25 || !math.IsNaN(v.Low) {
			t.Errorf("one PSU: %+v", v)
		}
		if v := proportion(t, one, yes(0, 4), stats.ProportionOptions{Method: m}); !v.Degenerate || v.Low != 0 || !math.IsNaN(v.High) {
			t.Errorf("one PSU, nobody: %+v", v)
		}
		// Weights -1, 1, 1 carry the share of the first row to -1.
		negative := simpleSample(t, 3, nil).WithWeights([]float64{-1, 1, 1}, nil)
		v = proportion(t, negative, yes(1, 3), stats.ProportionOptions{Method: m})
		if v.Value != -1 || math.IsNaN(v.Low) == (m == stats.IntervalMean) {
			t.Errorf("%s of negative weights: %+v", m, v)
		}
	}
	// No df, but df given: beta, which takes the design's, has nothing to go by.
	alone, err := stats.NewDesign(stats.Sampling{Rows: 2, Stages: []stats.Stage{{Strata: []int{0, 1}}}, Lonely: stats.LonelyAdjust})
	if err != nil {
		t.Fatal(err)
	}
	if v := proportion(t, alone, yes(1, 2), stats.ProportionOptions{Method: stats.IntervalBeta, DF: 5}); !math.IsNaN(v.Low) || v.DF != 5 {
		t.Errorf("beta with df given: %+v", v)
	}
	if v := proportion(t, alone, yes(1, 2), stats.ProportionOptions{DF: 5}); math.IsNaN(v.Low) || v.DF != 5 {
		t.Errorf("logit with df given: %+v", v)
	}
	// arcsine is cut at 0 and 1, where R's folds back: asin sqrt 0.1 = 0.32 with a
	// half width of 2.26/6 = 0.38.
	if v := proportion(t, simpleSample(t, 10, nil), yes(1, 10), stats.ProportionOptions{Method: stats.IntervalArcsine}); v.Low != 0 {
		t.Errorf("arcsine: %+v", v)
	}
	// Missing answers, weights of zero and domains leave rows out.
	in := []bool{true, true, true, false}
	v := proportion(t, unequal.Domain(in), []float64{1, 0, nan, 7}, stats.ProportionOptions{})
	if v.Base != 2 || v.Value != 0.5 || v.DF != 2 {
		t.Errorf("a domain: %+v", v)
	}
	if _, err := stats.Proportion(unequal, []float64{1, 0, 2, 0}, stats.ProportionOptions{}); err == nil || !strings.Contains(err.Error(), "row 3 holds 2") {
		t.Errorf("a value of 2: %v", err)
	}
	for what, misuse := range map[string]func(){
		"method": func() { stats.Proportion(d, yes(1, 30), stats.ProportionOptions{Method: "?"}) },
		"score":  func() { stats.Proportion(d, yes(1, 30), stats.ProportionOptions{Method: stats.IntervalScore}) },
		"level":  func() { stats.Proportion(d, yes(1, 30), stats.ProportionOptions{Level: 95}) },
		"length": func() { stats.Proportion(d, yes(1, 3), stats.ProportionOptions{}) },
	} {
		mustPanic(t, what, misuse)
	}
}

// With replicates the logit has its own: without one row at a time of 1, 1, 1, 0,
// 0 the shares are 1/2, 1/2, 1/2, 3/4, 3/4, their logits 0 and log 3, and
// 4/5 sum (x - mean)^2 = 4/5 6/5 log(3)^2.
func TestProportionReplicates(t *testing.T) {
	d, y := withJackknife(simpleSample(t, 5, nil)), yes(3, 5)
	const q = 2.776445105197799 // R: qt(0.975, 4)
	v := proportion(t, d, y, stats.ProportionOptions{})
	logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
	near(t, "low", logit(v.Low), logit(0.6)-q*math.Sqrt(0.96)*math.Log(3), 1e-12)
	near(t, "high", logit(v.High), logit(0.6)+q*math.Sqrt(0.96)*math.Log(3), 1e-12)
	near(t, "SE, as without replicates", v.SE, math.Sqrt(0.24/4), 1e-14)
	x := proportion(t, d, y, stats.ProportionOptions{Method: stats.IntervalXLogit})
	near(t, "xlogit low", logit(x.Low), logit(0.6)-q*math.Sqrt(0.06)/0.24, 1e-12)

	// Without the one yes of four a replicate is all 0, and has no logit; the others
	// are all alike. The delta method has sqrt(V)/(p(1-p)) = 1/4 16/3.
	const q3 = 3.182446305284263 // R: qt(0.975, 3)
	v = proportion(t, withJackknife(simpleSample(t, 4, nil)), yes(1, 4), stats.ProportionOptions{})
	near(t, "SE with one yes", v.SE, 0.25, 1e-14)
	near(t, "low with one yes", logit(v.Low), logit(0.25)-q3*4/3, 1e-12)
	near(t, "high with one yes", logit(v.High), logit(0.25)+q3*4/3, 1e-12)
}

func fill(n int, v float64) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = v
	}
	return y
}

// The interval of no is that of yes from the other side, and all but mean stay
// inside 0 to 1 and hold the share.
func TestProportionSymmetry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAges(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), rapid.IntRange(24, 80).Draw(t, "rows"))
		d := s.design(t)
		limit := rapid.Float64Range(-1, 4).Draw(t, "limit")
		y, no := make([]float64, len(s.trust)), make([]float64, len(s.trust))
		for i, v := range s.trust {
			if v > limit {
				y[i] = 1
			}
			no[i] = 1 - y[i]
		}
		for _, m := range proportionMethods {
			a := proportion(t, d, y, stats.ProportionOptions{Method: m})
			b := proportion(t, d, no, stats.ProportionOptions{Method: m})
			near(t, string(m)+" low", a.Low, 1-b.High, 1e-11)
			near(t, string(m)+" high", a.High, 1-b.Low, 1e-11)
			if m != stats.IntervalMean && !(a.Low >= 0 && a.Low <= a.Value+1e-12 && a.High >= a.Value-1e-12 && a.High <= 1) {
				t.Errorf("%s: %+v", m, a)
			}
		}
	})
}

// In a simple random sample n is effective; where answers come in pairs half of
// it is: V = sum over n/2 pairs, n/2 / (n/2-1) (2/n)^2 n/2 p(1-p).
func TestEffectiveN(t *testing.T) {
	y := []float64{1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0}
	e, err := simpleSample(t, 12, nil).Estimate(stats.Mean(nil, y))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "simple", e.EffectiveN(0), 12, 1e-13)
	units := []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5}
	d, err := stats.NewDesign(stats.Sampling{Rows: 12, Stages: []stats.Stage{{Units: units}}})
	if err != nil {
		t.Fatal(err)
	}
	if e, err = d.Estimate(stats.Mean(nil, y), stats.Variance(nil, y)); err != nil {
		t.Fatal(err)
	}
	near(t, "pairs", e.EffectiveN(0), 5*12.0/11, 1e-13) // s^2 = p(1-p) 12/11, V = p(1-p)/5
	if !math.IsNaN(e.EffectiveN(1)) {
		t.Errorf("a variance has no reference, but an effective n of %g", e.EffectiveN(1))
	}
}

func BenchmarkProportion(b *testing.B) {
	d, y := simpleSample(b, 100_000, nil), yes(30_000, 100_000)
	for b.Loop() {
		if _, err := stats.Proportion(d, y, stats.ProportionOptions{Method: stats.IntervalBeta}); err != nil {
			b.Fatal(err)
		}
	}
}
