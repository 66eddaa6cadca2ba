package hypothesis_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/dist"
	"tradeoff/stats/hypothesis"
	calibration "tradeoff/stats/weight"
)

// failer is what a test and a property test have in common.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

func near(t failer, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 1e-11*math.Max(1, math.Abs(want)) {
		t.Errorf("%s: got %.16g, expected %.16g", what, got, want)
	}
}

func none(t failer, what string, p float64) {
	t.Helper()
	if !math.IsNaN(p) {
		t.Errorf("%s: p is %g, but there is no test", what, p)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func design(s stats.Sampling) *stats.Design { return must(stats.NewDesign(s)) }

// simple is a simple random sample of n rows.
func simple(n int) *stats.Design { return design(stats.Sampling{Rows: n}) }

func columns(codes []int, n int) [][]bool {
	in := make([][]bool, n)
	for k := range in {
		for _, c := range codes {
			in[k] = append(in[k], c == k)
		}
	}
	return in
}

// sample draws a survey in strata and PSUs, with codes of a few answers.
type sample struct {
	*stats.Design
	how  stats.Sampling
	y    []float64
	a, b []int
}

func draw(t *rapid.T) sample {
	seed := rapid.Uint64().Draw(t, "seed")
	r := rand.New(rand.NewPCG(seed, 1))
	strata := rapid.IntRange(1, 4).Draw(t, "strata")
	var s sample
	var stratum, psu []int
	for h := range strata {
		for range 2 + r.IntN(4) {
			unit := len(psu)
			for range 3 + r.IntN(8) {
				stratum, psu = append(stratum, h), append(psu, unit)
				s.how.Weights = append(s.how.Weights, 0.5+r.Float64())
				s.y = append(s.y, float64(1+r.IntN(5)))
				s.a, s.b = append(s.a, r.IntN(3)), append(s.b, r.IntN(2))
			}
		}
	}
	s.how.Rows = len(psu)
	s.how.Stages = []stats.Stage{{Strata: stratum, Units: psu}}
	s.Design = design(s.how)
	return s
}

// In a simple random sample the deltas are all n/(n-1): X2/sum delta is Pearson's X2
// over its df, times (n-1)/n. The table is 12 8 5 / 6 9 20, whose X2 by hand, with
// margins 25, 35 and 18, 17, 25 of 60, is 8.9447...
func TestIndependenceSimpleSample(t *testing.T) {
	table := [][]int{{12, 8, 5}, {6, 9, 20}}
	var row, col []int
	for i, r := range table {
		for j, n := range r {
			for range n {
				row, col = append(row, i), append(col, j)
			}
		}
	}
	a := must(hypothesis.Independence(simple(60), row, col))
	x2 := 0.0
	for i, r := range table {
		for j, n := range r {
			e := []float64{25, 35}[i] * []float64{18, 17, 25}[j] / 60
			x2 += (float64(n) - e) * (float64(n) - e) / e
		}
	}
	near(t, "X2", a.X2, x2)
	for _, delta := range a.Deltas {
		near(t, "delta", delta, 60.0/59)
	}
	near(t, "F", a.F().Statistic, x2/2*59/60)
	near(t, "p of F", a.F().P, dist.FTail(x2/2*59/60, 2, 2*59))
	near(t, "p of equal deltas is exact", a.Exact().P, a.F().P)
	near(t, "first order", a.FirstOrder().P, dist.ChiSquaredTail(x2*59/60, 2))
	near(t, "second order", a.SecondOrder().P, a.FirstOrder().P)
}

// With two rows and two columns independence is one number, and the Wald test of
// it the adjusted one; the Rao-Scott F is a t test of the log odds ratio with X2 in
// place of its square. All tests of one delta agree with each other.
func TestIndependenceTwoByTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		row := slices.Clone(s.a)
		for i := range row {
			row[i] = min(row[i], 1)
		}
		a := must(hypothesis.Independence(s.Design, row, s.b))
		if len(a.Deltas) != 1 || a.Nu <= 0 || a.Deltas[0] < 1e-12 { // two PSUs may leave the association without variance
			return
		}
		near(t, "Wald", a.Wald().P, a.AdjustedWald().P)
		near(t, "F", a.F().Statistic, a.FirstOrder().Statistic)
		near(t, "exact", a.Exact().P, a.F().P)
		near(t, "df", a.F().DenDF, s.DF())
	})
}

// Rows and columns change places, codes are spread out, rows are shuffled, weights
// are multiplied: nothing changes but rounding.
func TestIndependenceInvariant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		a := must(hypothesis.Independence(s.Design, s.a, s.b))
		order := rand.New(rand.NewPCG(7, 7)).Perm(s.Rows())
		o := s.how
		o.Weights, o.Stages = nil, []stats.Stage{{}}
		var row, col []int
		for _, i := range order {
			o.Weights = append(o.Weights, 1000*s.how.Weights[i])
			o.Stages[0].Strata = append(o.Stages[0].Strata, s.how.Stages[0].Strata[i])
			o.Stages[0].Units = append(o.Stages[0].Units, s.how.Stages[0].Units[i])
			row, col = append(row, 3*s.b[i]+1), append(col, 10-s.a[i])
		}
		b := must(hypothesis.Independence(design(o), row, col))
		tests := func(a *hypothesis.Association) []hypothesis.Test {
			return []hypothesis.Test{a.F(), a.FirstOrder(), a.SecondOrder(), a.Exact(), a.Wald(), a.AdjustedWald()}
		}
		for k, x := range tests(a) {
			y := tests(b)[k]
			if math.IsNaN(x.P) && math.IsNaN(y.P) {
				continue
			}
			if math.Abs(x.P-y.P) > 1e-8*x.P {
				t.Errorf("%s: %g and %g", x.Method, x.P, y.P)
			}
		}
	})
}

// Counts that raking has fixed leave nothing to test but rounding noise.
func TestIndependenceFixed(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 9))
		n := 60 + r.IntN(300)
		how := stats.Sampling{Rows: n, Stages: []stats.Stage{{}}}
		var a, b, cell []int
		for i := range n {
			how.Weights, how.Stages[0].Units = append(how.Weights, 0.2+r.Float64()), append(how.Stages[0].Units, r.IntN(15+n/5))
			a, b = append(a, r.IntN(2)), append(b, r.IntN(2))
			cell = append(cell, 2*a[i]+b[i])
		}
		d, _, err := calibration.Rake(design(how), []calibration.Margin{{Name: "a × b", Of: cell, Targets: []float64{900, 1100 + 7*r.Float64(), 700, 1300}}}, calibration.Options{})
		if err != nil {
			t.Fatal(err)
		}
		tests := must(hypothesis.Independence(d, a, b))
		for _, x := range []hypothesis.Test{tests.F(), tests.FirstOrder(), tests.Exact(), tests.Saddlepoint(), tests.Wald(), tests.AdjustedWald()} {
			none(t, x.Method, x.P)
		}
		fit := must(hypothesis.GoodnessOfFit(d, cell, []float64{1, 1, 1, 1}))
		none(t, "fit", fit.F().P)
		none(t, "fit of totals", fit.Totals().P)
	}
}

func TestIndependenceCorners(t *testing.T) {
	all := func(t *testing.T, a *hypothesis.Association) {
		t.Helper()
		for _, test := range []hypothesis.Test{a.F(), a.FirstOrder(), a.SecondOrder(), a.Exact(), a.Saddlepoint(), a.Wald(), a.AdjustedWald()} {
			none(t, test.Method, test.P)
		}
	}
	zero := make([]int, 6)
	two := []int{0, 1, 0, 1, 0, 1}
	missing := []int{-1, -1, -1, -1, -1, -1}
	t.Run("a single cell", func(t *testing.T) {
		a := must(hypothesis.Independence(simple(6), zero, zero))
		near(t, "share", a.Shares[0][0], 1)
		all(t, a)
	})
	t.Run("a single row", func(t *testing.T) {
		a := must(hypothesis.Independence(simple(6), zero, two))
		near(t, "share", a.Shares[0][1], 0.5)
		all(t, a)
	})
	t.Run("nobody", func(t *testing.T) {
		a := must(hypothesis.Independence(simple(6), missing, two))
		if a.Base != 0 || len(a.Shares) != 0 {
			t.Errorf("base %d, shares %v", a.Base, a.Shares)
		}
		all(t, a)
	})
	t.Run("no degrees of freedom", func(t *testing.T) {
		d := design(stats.Sampling{Rows: 6, Stages: []stats.Stage{{Units: zero}}, Lonely: stats.LonelyRemove})
		a := must(hypothesis.Independence(d, []int{0, 0, 0, 1, 1, 1}, two))
		near(t, "nu", a.Nu, 0)
		all(t, a)
	})
	t.Run("no variance", func(t *testing.T) { // a census
		fpc := []float64{6, 6, 6, 6, 6, 6}
		d := design(stats.Sampling{Rows: 6, Stages: []stats.Stage{{FPC: fpc}}})
		all(t, must(hypothesis.Independence(d, []int{0, 0, 0, 1, 1, 1}, two)))
	})
	t.Run("an empty row and column", func(t *testing.T) {
		s := simple(24)
		with := must(hypothesis.Independence(s, slices.Concat(age[:12], []int{5, 5}, age[14:]), worried))
		drop := slices.Clone(age)
		drop[12], drop[13] = -1, -1
		without := must(hypothesis.Independence(s, drop, worried))
		w := slices.Repeat([]float64{1}, 24)
		w[12], w[13] = 0, 0
		zero := must(hypothesis.Independence(design(stats.Sampling{Rows: 24, Weights: w}), slices.Concat(age[:12], []int{5, 5}, age[14:]), worried))
		if !slices.Equal(with.Rows, []int{0, 1, 2, 5}) || !slices.Equal(zero.Rows, []int{0, 1, 2}) {
			t.Errorf("rows %v and %v", with.Rows, zero.Rows)
		}
		near(t, "a row without weight is a missing one", zero.F().P, without.F().P)
	})
	t.Run("a stratum without answers", func(t *testing.T) {
		// The stratum adds its PSUs to Nu and nothing to the variance.
		var stratum []int
		row, col := slices.Clone(age), slices.Clone(worried)
		for i := range age {
			stratum = append(stratum, i/12)
			if i >= 12 {
				row[i] = -1
			}
		}
		a := must(hypothesis.Independence(design(stats.Sampling{Rows: 24, Stages: []stats.Stage{{Strata: stratum}}}), row, col))
		b := must(hypothesis.Independence(simple(12), age[:12], worried[:12]))
		for k := range b.Deltas { // deltas per row, since N counts the missing
			near(t, "delta", a.Deltas[k]/a.N, b.Deltas[k]/b.N)
		}
		near(t, "F", a.F().Statistic, b.F().Statistic)
		near(t, "nu", a.Nu, 22)
	})
	t.Run("negative weights", func(t *testing.T) {
		w := slices.Repeat([]float64{1}, 24)
		w[0], w[1] = -4, -4 // both of age 0, worried
		a := must(hypothesis.Independence(simple(24).WithWeights(w, nil), age, worried))
		if a.Shares[0][1] >= 0 {
			t.Fatalf("share %g", a.Shares[0][1])
		}
		none(t, "F", a.F().P)
		none(t, "exact", a.Exact().P)
	})
	t.Run("an empty corner", func(t *testing.T) {
		// The contrast of four empty cells has no delta; R's svychisq stops at it. The
		// others are R's eigenvalues of ginv(denominator) %*% numerator, and X2 its
		// chisq.test.
		row := []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 0, 1, 2, 2, 2}
		col := []int{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 0, 0, 1, 2, 0}
		a := must(hypothesis.Independence(simple(len(row)), row, col))
		if len(a.Deltas) != 3 {
			t.Fatalf("deltas %v", a.Deltas)
		}
		for k, delta := range []float64{1.0625, 1.0625, 0.9625} {
			near(t, "delta", a.Deltas[k], delta)
		}
		near(t, "X2", a.X2, 8.2424242424242422)
		near(t, "F", a.F().Statistic, a.X2/(1.0625+1.0625+0.9625))
		none(t, "Wald", a.Wald().P)
	})
}

// R, with V of svymean(~factor(age)): X2, eigenvalues of N P0^-1 V, F and its p.
func TestFit(t *testing.T) {
	fit := must(hypothesis.GoodnessOfFit(survey(), age, []float64{40, 30, 30}))
	near(t, "X2", fit.X2, 0.45215485756026352)
	near(t, "delta", fit.Deltas[0], 1.32464245696251748)
	near(t, "delta", fit.Deltas[1], 1.08122342115574388)
	near(t, "F", fit.F().Statistic, 0.18793851381021900)
	near(t, "df", fit.F().NumDF, 1.97973376656146471)
	near(t, "df", fit.F().DenDF, 7.91893506624585886)
	near(t, "p", fit.F().P, 0.83026218424058085)
}

// Two shares are one: F is the square of the t test of that share, with the df of
// the design.
func TestFitTwoShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		fit := must(hypothesis.GoodnessOfFit(s.Design, s.b, []float64{0.6, 0.4}))
		e := must(s.Estimate(stats.Mean(nil, floats(s.b))))
		tt, p := e.Test(0, 0.4)
		if math.IsNaN(p) || e.SE(0) < 1e-9 {
			return
		}
		near(t, "F", fit.F().Statistic, tt*tt)
		near(t, "p", fit.F().P, p)
	})
}

func TestFitCorners(t *testing.T) {
	for _, given := range [][]float64{{1, 0}, {1, -1}, {1, math.NaN()}, {1, math.Inf(1)}} {
		if _, err := hypothesis.GoodnessOfFit(simple(2), []int{0, 1}, given); err == nil || !strings.Contains(err.Error(), "given share 2") {
			t.Errorf("%v: error %v", given, err)
		}
	}
	none(t, "nobody", must(hypothesis.GoodnessOfFit(simple(2), []int{-1, -1}, []float64{1, 1})).F().P)
	none(t, "nobody, totals", must(hypothesis.GoodnessOfFit(simple(2), []int{-1, -1}, []float64{1, 1})).Totals().P)
	none(t, "one share", must(hypothesis.GoodnessOfFit(simple(2), []int{0, 0}, []float64{1})).F().P)
	none(t, "everybody alike", must(hypothesis.GoodnessOfFit(simple(4), make([]int, 4), []float64{1, 1})).F().P)
	third := must(hypothesis.GoodnessOfFit(simple(6), []int{0, 1, 0, 1, 0, 1}, []float64{1, 1, 1}))
	near(t, "a category nobody chose", third.Shares[2], 0)
	near(t, "X2", third.X2, 6*3*(1.0/36+1.0/36+1.0/9))
	near(t, "delta of the others", third.Deltas[0], 6*3*(1.0/4)/5*2) // N/p0 times 2 p(1-p)/(n-1)
}

// The slope on a group of 0 and 1 is the difference of means.
func TestTwoSampleIsSlope(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		a, b := must(hypothesis.TwoSample(s.Design, s.y, s.b)), must(hypothesis.LinearTrend(s.Design, s.y, floats(s.b)))
		near(t, "estimate", a.Estimate, b.Estimate)
		near(t, "SE", a.SE, b.SE)
		near(t, "p", a.P, b.P)
	})
}

func TestMeanCorners(t *testing.T) {
	y := []float64{1, 2, 3, 4}
	group := []int{0, 0, 1, 1}
	nan := math.NaN()
	d := simple(4)
	t.Run("an empty group", func(t *testing.T) {
		a := must(hypothesis.TwoSample(d, y, make([]int, 4)))
		none(t, "mean", a.Estimate)
		none(t, "p", a.P)
	})
	t.Run("a group of one", func(t *testing.T) {
		// Its mean has no variance of its own; the other's remains: n/(n-1) sum (y-2)^2/9.
		a := must(hypothesis.TwoSample(d, y, []int{0, 0, 0, 1}))
		near(t, "difference", a.Estimate, 2)
		near(t, "SE", a.SE, math.Sqrt(4.0/3*2/9))
	})
	t.Run("all equal", func(t *testing.T) {
		a := must(hypothesis.TwoSample(d, []float64{.1, .1, .1, .1}, group))
		near(t, "difference", a.Estimate, 0)
		none(t, "p", a.P)
		none(t, "one sample", must(hypothesis.OneSample(d, []float64{.1, .1, .1, .1}, 0)).P)
		none(t, "trend", must(hypothesis.LinearTrend(d, []float64{.1, .1, .1, .1}, y)).P)
	})
	t.Run("all of one group and none of the other", func(t *testing.T) {
		a := must(hypothesis.TwoSample(d, []float64{0, 0, 1, 1}, group))
		near(t, "difference", a.Estimate, 1)
		none(t, "p", a.P)
	})
	t.Run("nobody", func(t *testing.T) {
		none(t, "p", must(hypothesis.OneSample(d, []float64{nan, nan, nan, nan}, 0)).P)
		none(t, "p", must(hypothesis.TwoSample(d, []float64{nan, nan, nan, nan}, group)).P)
		none(t, "p", must(hypothesis.LinearTrend(d, y, []float64{nan, nan, nan, nan})).P)
	})
	t.Run("no degrees of freedom", func(t *testing.T) {
		d := design(stats.Sampling{Rows: 4, Stages: []stats.Stage{{Units: []int{0, 0, 1, 1}}}})
		a := must(hypothesis.TwoSample(d, []float64{1, 2, 2, 4}, []int{0, 1, 0, 1}))
		near(t, "df", a.DF, 0)
		none(t, "p", a.P)
		low, high := a.Interval(0.95)
		none(t, "low", low)
		none(t, "high", high)
	})
	t.Run("one score", func(t *testing.T) {
		a := must(hypothesis.LinearTrend(d, y, []float64{.3, .3, .3, .3}))
		none(t, "slope", a.Estimate)
		none(t, "p", a.P)
	})
	t.Run("missing rows leave the test", func(t *testing.T) {
		a := must(hypothesis.TwoSample(simple(6), []float64{1, 2, nan, 3, 5, 9}, []int{0, 0, 0, 1, 1, -1}))
		near(t, "difference", a.Estimate, 2.5)
		near(t, "df", a.DF, 2)
	})
}

// R: regTermTest(svyglm(trust ~ factor(age)), ~factor(age)).
func TestAllEqual(t *testing.T) {
	d := survey()
	e := must(d.Estimate(stats.By(age, 3, stats.Mean(nil, trust))...))
	a := hypothesis.AllEqual(e)
	near(t, "F", a.Statistic, 24.126889000648382932)
	near(t, "p", a.P, 0.039798002847634489)
	// A group without people leaves the test.
	e = must(d.Estimate(stats.By(age, 4, stats.Mean(nil, trust))...))
	near(t, "p with an empty group", hypothesis.AllEqual(e).P, a.P)
	near(t, "df", hypothesis.AllEqual(e).NumDF, 2)
	none(t, "one group", hypothesis.AllEqual(must(d.Estimate(stats.By(make([]int, 24), 1, stats.Mean(nil, trust))...))).P)
	none(t, "no variance", hypothesis.AllEqual(must(d.Estimate(stats.By(worried, 2, stats.Mean(nil, floats(worried)))...))).P)
	none(t, "twice the same", hypothesis.AllEqual(must(d.Estimate(stats.Mean(nil, trust, trust)))).P)
}

// Of two groups, F is the square of t on the df of the design less one.
func TestAllEqualOfTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		a := must(hypothesis.TwoSample(s.Design, s.y, s.b))
		if math.IsNaN(a.P) {
			return
		}
		e := must(s.Estimate(stats.By(s.b, 2, stats.Mean(nil, s.y))...))
		near(t, "F", hypothesis.AllEqual(e).Statistic, a.T*a.T)
		near(t, "p", hypothesis.AllEqual(e).P, a.P)
	})
}

func TestRanks(t *testing.T) {
	d := survey()
	// R: svyranktest(trust ~ worried).
	a := must(hypothesis.RankTest(d, trust, worried, hypothesis.RankOptions{}))
	near(t, "estimate", a.Estimate, -0.4438580472364253571)
	near(t, "t", a.T, -7.4549385145343070036)
	near(t, "p", a.P, 0.0049968750173540848)
	// R, with ranks (below + half of the tied) / N by hand, and svytotal of the influence.
	m := must(hypothesis.RankTest(d, trust, worried, hypothesis.RankOptions{MidRanks: true}))
	near(t, "estimate", m.Estimate, -0.4327976625273923239)
	near(t, "SE", m.SE, 0.0596650367546158189)
	near(t, "p", m.P, 0.0054054569022209059)
}

// Ranks know only the order of answers; k samples of two are two samples; without
// ties or with equal weights mid-ranks are R's.
func TestRankProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		o := hypothesis.RankOptions{Scores: rapid.SampledFrom([]hypothesis.Scores{"", hypothesis.Wilcoxon, hypothesis.VanDerWaerden, hypothesis.MedianOfGroups}).Draw(t, "scores"), MidRanks: rapid.Bool().Draw(t, "mid")}
		a := must(hypothesis.RankTest(s.Design, s.y, s.b, o))
		cubed := slices.Clone(s.y)
		for i, y := range cubed {
			cubed[i] = y * y * y
		}
		near(t, "order alone", must(hypothesis.RankTest(s.Design, cubed, s.b, o)).T, a.T)
		if k := must(hypothesis.KSampleRankTest(s.Design, s.y, s.b, o)); !math.IsNaN(a.P) {
			near(t, "k samples", k.Statistic, a.T*a.T)
			near(t, "k samples", k.P, a.P)
		}
		distinct := slices.Clone(s.y)
		for i := range distinct {
			distinct[i] += float64(i) / 1e4
		}
		o.MidRanks = true
		mid := must(hypothesis.RankTest(s.Design, distinct, s.b, o))
		o.MidRanks = false
		near(t, "no ties", must(hypothesis.RankTest(s.Design, distinct, s.b, o)).Estimate, mid.Estimate)
		equal := design(stats.Sampling{Rows: s.Rows(), Stages: s.how.Stages})
		o.MidRanks = true
		mid = must(hypothesis.RankTest(equal, s.y, s.b, o))
		o.MidRanks = false
		near(t, "equal weights", must(hypothesis.RankTest(equal, s.y, s.b, o)).Estimate, mid.Estimate)
	})
}

// Without weights the mean ranks are those of the Wilcoxon test: R's rank sum W of
// 1.5 2.5 3.5 against 2 4 5 6 is 2 (pairs with x > y), so the mean ranks differ by
// (n/2)(1 - 2 W/12) = 3.5 (1 - 1/3) of 7.
func TestRankSimpleSample(t *testing.T) {
	a := must(hypothesis.RankTest(simple(7), []float64{1.5, 2.5, 3.5, 2, 4, 5, 6}, []int{0, 0, 0, 1, 1, 1, 1}, hypothesis.RankOptions{}))
	near(t, "difference", a.Estimate, 3.5*(1-2.0*2/12)/7)
}

// The median test, by hand: of answers 1 to 5 with ranks 0.1, 0.3, 0.5, 0.7 and 0.9
// only the last two score, so groups {1, 3, 5} and {2, 4} have 1/3 and 1/2.
func TestRankMedian(t *testing.T) {
	a := must(hypothesis.RankTest(simple(5), []float64{1, 2, 3, 4, 5}, []int{0, 1, 0, 1, 0}, hypothesis.RankOptions{Scores: hypothesis.MedianOfGroups}))
	near(t, "difference", a.Estimate, 1.0/2-1.0/3)
}

func TestRankCorners(t *testing.T) {
	d := simple(4)
	for _, o := range []hypothesis.RankOptions{{}, {Scores: hypothesis.VanDerWaerden}, {Scores: hypothesis.MedianOfGroups}} {
		none(t, "all equal", must(hypothesis.RankTest(d, make([]float64, 4), []int{0, 1, 0, 1}, o)).P)
		none(t, "empty group", must(hypothesis.RankTest(d, []float64{1, 2, 3, 4}, make([]int, 4), o)).P)
		none(t, "one group", must(hypothesis.KSampleRankTest(d, []float64{1, 2, 3, 4}, make([]int, 4), o)).P)
		none(t, "nobody", must(hypothesis.KSampleRankTest(d, []float64{1, 2, 3, 4}, []int{-1, -1, -1, -1}, o)).P)
	}
	group := slices.Clone(age)
	for i := range group {
		group[i] *= 2 // codes 1 and 3 are empty
	}
	near(t, "codes without people",
		must(hypothesis.KSampleRankTest(survey(), trust, group, hypothesis.RankOptions{})).P,
		must(hypothesis.KSampleRankTest(survey(), trust, age, hypothesis.RankOptions{})).P)
}

// R: the covariance by svytotal of the influence of both columns.
func TestOverlappingColumns(t *testing.T) {
	shops, banks := make([]bool, 24), make([]bool, 24)
	for i := range shops {
		shops[i], banks[i] = worried[i] == 1, age[i] >= 1
	}
	e := must(hypothesis.Columns(survey(), nil, trust, shops, banks))
	a := hypothesis.Compare(e, 0, 1)
	near(t, "difference", a.Estimate, 1.37010479867622736)
	near(t, "SE", a.SE, 0.11057503058833189)
	// A column with itself.
	e = must(hypothesis.Columns(survey(), nil, trust, shops, shops))
	none(t, "the same column", hypothesis.Compare(e, 0, 1).P)
	if n := len(hypothesis.Pairs(must(hypothesis.Columns(survey(), nil, trust)))); n != 0 {
		t.Errorf("%d pairs of no columns", n)
	}
}

// R: svyby(~trust, ~(age == 2), covmat = TRUE) and svycontrast.
func TestAgainstRest(t *testing.T) {
	part := columns(age, 3)[2]
	a := must(hypothesis.AgainstRest(survey(), trust, part))
	near(t, "difference", a.Estimate, 1.62659846547314579)
	near(t, "SE", a.SE, 0.39601457313472421)
	near(t, "p", a.P, 0.014763215800541676)
	none(t, "no rest", must(hypothesis.AgainstRest(survey(), trust, slices.Repeat([]bool{true}, 24))).P)
	none(t, "no part", must(hypothesis.AgainstRest(survey(), trust, make([]bool, 24))).P)
	// Where the share q of the part is certain, part less whole is (1-q) of part less
	// rest, with the same t: two strata, one of them the part.
	var stratum []int
	for i := range trust {
		stratum = append(stratum, i/12)
	}
	d := design(stats.Sampling{Rows: 24, Stages: []stats.Stage{{Strata: stratum}}})
	half := columns(stratum, 2)[1]
	e := must(hypothesis.Columns(d, nil, trust, slices.Repeat([]bool{true}, 24), half))
	whole, rest := hypothesis.Compare(e, 0, 1), must(hypothesis.AgainstRest(d, trust, half))
	near(t, "difference", whole.Estimate, rest.Estimate/2)
	near(t, "t", whole.T, rest.T)
}

// R: svycontrast of svyby, and svyglm(worried ~ x).
func TestTrend(t *testing.T) {
	d, y, scores := survey(), floats(worried), []float64{21, 30, 50}
	e := must(d.Estimate(stats.By(age, 3, stats.Mean(nil, y))...))
	a := hypothesis.Trend(e, scores)
	near(t, "slope", a.Estimate, -0.025402577426520065)
	near(t, "SE", a.SE, 0.005604283234611155)
	near(t, "p", a.P, 0.010555546005854177)
	// A shift of the scores does nothing, their unit goes into the slope; a group
	// without people leaves.
	near(t, "shift", hypothesis.Trend(e, []float64{121, 130, 150}).T, a.T)
	near(t, "unit", hypothesis.Trend(e, []float64{2.1, 3, 5}).Estimate, 10*a.Estimate)
	e = must(d.Estimate(stats.By(age, 4, stats.Mean(nil, y))...))
	near(t, "empty group", hypothesis.Trend(e, []float64{21, 30, 50, 1000}).P, a.P)
	none(t, "one score", hypothesis.Trend(e, []float64{1, 1, 1, 9}).P)
	none(t, "nobody", hypothesis.Trend(must(d.Domain(make([]bool, 24)).Estimate(stats.By(age, 3, stats.Mean(nil, y))...)), scores).P)
}

func TestLinearTrend(t *testing.T) {
	var x []float64
	for _, a := range age {
		x = append(x, []float64{21, 30, 50}[a])
	}
	a := must(hypothesis.LinearTrend(survey(), floats(worried), x))
	near(t, "slope", a.Estimate, -0.0254325047554566780)
	near(t, "SE", a.SE, 0.0058657265739291697)
	near(t, "p", a.P, 0.022634931057593111)
	near(t, "df", a.DF, 3)
	none(t, "on a line", must(hypothesis.LinearTrend(survey(), x, x)).P)
	// With replicate weights the slope is fitted anew.
	r := make([][]float64, 6)
	for k := range r {
		r[k] = slices.Clone(weight)
		for i := range r[k] {
			switch {
			case i/4 == k:
				r[k][i] = 0
			case i/12 == k/3:
				r[k][i] *= 1.5
			}
		}
	}
	j := must(hypothesis.LinearTrend(survey().WithReplicates(stats.Replicates{Weights: r, Scale: 2.0 / 3, DF: 4}), floats(worried), x))
	// R: as.svrepdesign(type = "JKn") and svyglm.
	near(t, "slope", j.Estimate, a.Estimate)
	near(t, "jackknife SE", j.SE, 0.0059828203637056132)
	near(t, "jackknife p", j.P, 0.0238573718144446112)
}

// In a large simple random sample without a trend, t^2 is the statistic of Cochran
// and Armitage, n r^2, to order 1/sqrt n.
func TestLinearTrendIsCochranArmitage(t *testing.T) {
	const n = 20000
	r := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float64, n), make([]float64, n)
	mx, my := 0.0, 0.0
	for i := range x {
		x[i] = float64(r.IntN(4))
		if r.Float64() < 0.3+0.005*x[i] {
			y[i] = 1
		}
		mx += x[i] / n
		my += y[i] / n
	}
	sxy, sxx := 0.0, 0.0
	for i := range x {
		sxy += (x[i] - mx) * (y[i] - my)
		sxx += (x[i] - mx) * (x[i] - mx)
	}
	armitage := sxy * sxy / (sxx * my * (1 - my))
	a := must(hypothesis.LinearTrend(simple(n), y, x))
	if math.Abs(a.T*a.T/armitage-1) > 0.02 {
		t.Errorf("t^2 %g, Cochran-Armitage %g", a.T*a.T, armitage)
	}
}

// With everybody in both waves and equal weights the change is R's paired t.test.
func TestWavesPanel(t *testing.T) {
	a, b := []float64{3, 4, 2, 5, 1, 4, 3, 2}, []float64{2, 5, 3, 5, 2, 5, 3, 4}
	ids, w := []int{1, 2, 3, 4, 5, 6, 7, 8}, slices.Repeat([]float64{1}, 8)
	s := must(hypothesis.Stack("", hypothesis.Wave{IDs: ids, Weights: w}, hypothesis.Wave{IDs: ids, Weights: w}))
	c := must(s.Change(0, 1, a, b))
	near(t, "t", c.T, 1.929612462469899370)
	near(t, "df", c.DF, 7)
	near(t, "p", c.P, 0.094976492435775148)
	if s.Shared(0, 1) != 8 {
		t.Errorf("%d shared", s.Shared(0, 1))
	}
}

// With nobody in both the SE is that of R's t.test(var.equal = FALSE); the df are
// those of the design, n_a + n_b - 2.
func TestWavesFresh(t *testing.T) {
	a, b := []float64{3, 4, 2, 5, 1, 4, 3, 2}, []float64{2, 5, 3, 5, 2, 5}
	wave := func(n, first int) hypothesis.Wave {
		var w hypothesis.Wave
		for i := range n {
			w.Weights = append(w.Weights, 1)
			if first > 0 {
				w.IDs = append(w.IDs, first+i)
			}
		}
		return w
	}
	for _, first := range []int{0, 100} { // without ids, and with
		s := must(hypothesis.Stack("", wave(8, first), wave(6, 10*first)))
		c := must(s.Change(0, 1, a, b))
		near(t, "t", c.T, 0.86641228135735870)
		near(t, "SE", c.SE, 0.76945662130070214)
		near(t, "df", c.DF, 12)
		if s.Shared(0, 1) != 0 {
			t.Errorf("%d shared", s.Shared(0, 1))
		}
	}
}

// A stack takes another design of its rows: with weights that are known to be
// calibrated to the size and the answers of both waves, the change is certain.
func TestWavesCalibrated(t *testing.T) {
	s := must(hypothesis.Stack("",
		hypothesis.Wave{IDs: []int{1, 2, 3, 4, 5}, Weights: []float64{1, 2, 1, 1.5, 1}},
		hypothesis.Wave{IDs: []int{4, 5, 6, 7}, Weights: []float64{1.2, 2, 1, 1}}))
	a, b := []float64{3, 4, 2, 5, 1}, []float64{2, 5, 3, 3}
	before := must(s.Change(0, 1, a, b))
	first, nothing := []float64{1, 1, 1, 1, 1}, []float64{0, 0, 0, 0}
	s.Design = must(calibration.Precalibrated(s.Design, s.Values(first, nothing), s.Values(a, nothing), s.Values(first, []float64{1, 1, 1, 1}), s.Values(a, b)))
	after := must(s.Change(0, 1, a, b))
	near(t, "change", after.Estimate, before.Estimate)
	near(t, "SE", after.SE, 0)
	none(t, "a change without variance", after.P)
	if in := s.In(1); !slices.Equal(in, []bool{false, false, false, false, false, true, true, true, true}) {
		t.Errorf("rows of the second wave: %v", in)
	}
	if !(before.SE > 0.1) {
		t.Errorf("SE %g of weights as they are", before.SE)
	}
}

// R: svydesign(~id, strata = ~fresh, ...), svyby(covmat = TRUE), svycontrast.
func TestWavesRotating(t *testing.T) {
	s := must(hypothesis.Stack("",
		hypothesis.Wave{Name: "spring", IDs: []int{1, 2, 3, 4, 5, 6, 7, 8}, Weights: []float64{1, 2, 1, 1.5, 1, 2, 1, 1}},
		hypothesis.Wave{Name: "autumn", IDs: []int{5, 6, 7, 8, 11, 12, 13, 14, 15}, Weights: []float64{1.2, 2, 1, 1, 1, 3, 1, 1, 2}}))
	a, b := []float64{3, 4, 2, 5, 1, 4, 3, 2}, []float64{2, 5, 3, 3, 4, 4, 1, 5, 3}
	c := must(s.Change(0, 1, a, b))
	near(t, "change", c.Estimate, 0.22943722943722955)
	near(t, "SE", c.SE, 0.46666998697848733)
	near(t, "df", c.DF, 11)
	near(t, "p", c.P, 0.63263170126505552)
	e := must(s.Estimate(a, b))
	near(t, "by Estimate", hypothesis.Compare(e, 0, 1).P, c.P)
}

// A respondent with several rows (ratings) is one unit, PSUs that stay are one
// unit, and a third wave changes nothing between the others.
func TestWavesUnits(t *testing.T) {
	w := []float64{1, 1, 1, 1}
	a, b := []float64{1, 3, 2, 5}, []float64{2, 2, 4, 5}
	rows := must(hypothesis.Stack("", hypothesis.Wave{IDs: []int{1, 1, 2, 3}, Weights: w}, hypothesis.Wave{IDs: []int{1, 1, 2, 3}, Weights: w}))
	if n := rows.Design.PSUs(); n != 3 {
		t.Errorf("%d units", n)
	}
	points := must(hypothesis.Stack("", hypothesis.Wave{PSUs: []int{1, 1, 2, 3}, Weights: w}, hypothesis.Wave{PSUs: []int{1, 1, 2, 3}, Weights: w}))
	near(t, "ids or PSUs", must(rows.Change(0, 1, a, b)).P, must(points.Change(0, 1, a, b)).P)

	wave := hypothesis.Wave{IDs: []int{1, 1, 2, 3}, Weights: w}
	three := must(hypothesis.Stack("", wave, wave, hypothesis.Wave{IDs: []int{3, 7, 8, 9}, Weights: w}))
	near(t, "a third wave", must(three.Change(0, 1, a, b, nil)).P, must(rows.Change(0, 1, a, b)).P)
}

// Those who enter are a stratum of their own, a single one of them is not; and PSUs
// of the same label in two strata are two.
func TestWavesStrata(t *testing.T) {
	w := []float64{1, 1, 1, 1}
	first := hypothesis.Wave{IDs: []int{1, 2, 3, 4}, Strata: []int{1, 1, 2, 2}, Weights: w}
	strata := func(second hypothesis.Wave) int {
		return must(hypothesis.Stack("", first, second)).Design.Strata()
	}
	for _, c := range []struct {
		ids, strata []int
		want        int
	}{
		{[]int{1, 2, 3, 4}, []int{1, 1, 2, 2}, 2},
		{[]int{1, 2, 3, 9}, []int{1, 1, 2, 2}, 2}, // one new: with the old
		{[]int{1, 2, 8, 9}, []int{1, 1, 2, 2}, 3},
		{[]int{5, 6, 8, 9}, []int{1, 1, 2, 2}, 4},
		{[]int{5, 6, 8, 9}, []int{3, 3, 3, 3}, 3},
	} {
		if got := strata(hypothesis.Wave{IDs: c.ids, Strata: c.strata, Weights: w}); got != c.want {
			t.Errorf("ids %v strata %v: %d strata, expected %d", c.ids, c.strata, got, c.want)
		}
	}
	// One at first, two later: they share a stratum.
	s := must(hypothesis.Stack("", hypothesis.Wave{IDs: []int{1}, Weights: w[:1]}, hypothesis.Wave{IDs: []int{2, 3}, Weights: w[:2]}))
	if s.Design.Strata() != 1 {
		t.Errorf("%d strata", s.Design.Strata())
	}
	p := must(hypothesis.Stack("", hypothesis.Wave{PSUs: []int{1, 2, 1, 2}, Strata: []int{1, 1, 2, 2}, Weights: w}))
	if p.Design.PSUs() != 4 {
		t.Errorf("%d PSUs", p.Design.PSUs())
	}
}

func TestWavesProblems(t *testing.T) {
	w := []float64{1, 1}
	_, err := hypothesis.Stack("", hypothesis.Wave{Name: "spring", IDs: []int{1, 2}, Strata: []int{1, 1}, Weights: w}, hypothesis.Wave{IDs: []int{2, 3}, Strata: []int{7, 1}, Weights: w})
	want := "respondent 2 is in stratum 1, PSU 0 of spring, but in stratum 7, PSU 0 of wave 2; give the strata and PSUs in which people were drawn first"
	if err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
	var ids, moved []int
	for i := range 30 {
		ids, moved = append(ids, i), append(moved, 1)
	}
	ones := slices.Repeat([]float64{1}, 30)
	_, err = hypothesis.Stack("", hypothesis.Wave{IDs: ids, Weights: ones}, hypothesis.Wave{IDs: ids, Strata: moved, Weights: ones})
	if err == nil || !strings.HasSuffix(err.Error(), "\nand 10 more") {
		t.Errorf("error %v", err)
	}
	if _, err := hypothesis.Stack("", hypothesis.Wave{Weights: w[:1]}); err == nil || !strings.Contains(err.Error(), "single PSU") {
		t.Errorf("error %v", err)
	}
	if _, err := hypothesis.Stack(stats.LonelyAdjust, hypothesis.Wave{Weights: w[:1]}); err != nil {
		t.Error(err)
	}
}

// R: prop.test(correct = FALSE) and t.test, of columns that share nobody.
func TestClassic(t *testing.T) {
	column := func(yes, n int) hypothesis.Column {
		return hypothesis.ColumnOf(append(slices.Repeat([]float64{1}, yes), make([]float64, n-yes)...), nil, nil)
	}
	a, b := column(30, 100), column(45, 110)
	z := hypothesis.ClassicProportions(a, b, hypothesis.ClassicOptions{Normal: true})
	near(t, "z", z.T, 1.647771681742199680)
	near(t, "p", z.P, 0.099399532161655438)
	u := hypothesis.ClassicProportions(a, b, hypothesis.ClassicOptions{Unpooled: true})
	near(t, "unpooled SE", u.SE, math.Sqrt(.3*.7/100+45.0/110*65/110/110))
	near(t, "df", u.DF, 208)
	near(t, "p", u.P, dist.TTwoSided(u.T, 208))

	m := hypothesis.ColumnOf([]float64{3, 4, 2, 5, 1, 4, 3, 2}, nil, nil)
	n := hypothesis.ColumnOf([]float64{2, 5, 3, 5, 2, 5}, nil, nil)
	student := hypothesis.ClassicMeans(m, n, hypothesis.ClassicOptions{})
	near(t, "Student t", student.T, 0.88525333627598080)
	near(t, "Student p", student.P, 0.39341328921959273)
	welch := hypothesis.ClassicMeans(m, n, hypothesis.ClassicOptions{Unpooled: true})
	near(t, "Welch t", welch.T, 0.86641228135735870)
	near(t, "Welch df", welch.DF, 9.98602432567115095)
	near(t, "Welch p", welch.P, 0.40659977790096191)
}

// A part against the whole: with the overlap the variance is that of the part by
// itself less that of the whole, p(1-p)(1/n - 1/N). Weights in other units change
// nothing; unequal ones only e.
func TestClassicOverlap(t *testing.T) {
	y := floats(worried)
	part := columns(age, 3)[2]
	whole, some := hypothesis.ColumnOf(y, nil, nil), hypothesis.ColumnOf(y, nil, part)
	a := hypothesis.ClassicProportions(some, whole, hypothesis.ClassicOptions{Overlap: some.EffectiveBase()})
	p := (whole.Mean*24 + some.Mean*float64(some.Base)) / (24 + float64(some.Base))
	near(t, "SE", a.SE, math.Sqrt(p*(1-p)*(1/float64(some.Base)-1.0/24)))
	near(t, "df", a.DF, 22)

	w := make([]float64, 24)
	for i := range w {
		w[i] = 1000 * weight[i]
	}
	c, k := hypothesis.ColumnOf(trust, weight, part), hypothesis.ColumnOf(trust, w, part)
	near(t, "mean", k.Mean, c.Mean)
	near(t, "variance", k.Variance, c.Variance)
	near(t, "effective base", k.EffectiveBase(), c.EffectiveBase())
	same := hypothesis.ColumnOf(y, weight, nil)
	none(t, "the same column", hypothesis.ClassicProportions(same, same, hypothesis.ClassicOptions{Overlap: same.EffectiveBase()}).P)
	none(t, "the same column", hypothesis.ClassicMeans(same, same, hypothesis.ClassicOptions{Overlap: same.EffectiveBase()}).P)
}

func TestClassicCorners(t *testing.T) {
	empty, one := hypothesis.ColumnOf(nil, nil, nil), hypothesis.ColumnOf([]float64{1}, nil, nil)
	some := hypothesis.ColumnOf([]float64{1, 0, 1, math.NaN()}, nil, nil)
	if some.Base != 3 {
		t.Errorf("base %d", some.Base)
	}
	for _, o := range []hypothesis.ClassicOptions{{}, {Unpooled: true}, {Normal: true}} {
		none(t, "empty column", hypothesis.ClassicProportions(empty, some, o).P)
		none(t, "empty column", hypothesis.ClassicMeans(empty, some, o).P)
		none(t, "one row", hypothesis.ClassicMeans(one, some, o).P)
		all := hypothesis.ColumnOf([]float64{1, 1, 1}, nil, nil)
		none(t, "100% in both", hypothesis.ClassicProportions(all, all, o).P)
		none(t, "all equal", hypothesis.ClassicMeans(all, all, o).P)
	}
}

// At the mean of the sum of chi-squareds there is no saddlepoint; Satterthwaite's p
// takes its place, exact for equal deltas.
func TestSaddlepointAtMean(t *testing.T) {
	r := hypothesis.RaoScott{X2: 3, N: 1, Deltas: []float64{1, 1, 1}, Nu: 10}
	near(t, "p", r.Saddlepoint().P, dist.ChiSquaredTail(3, 3))
	near(t, "exact p", r.Exact().P, dist.ChiSquaredTail(3, 3))
}

// Where nothing is to be found, 5% of tests find something at 5%. Answers depend on
// the PSU here, so Pearson's test of the same table finds twice as much or more. The bounds are
// three standard errors of 400 draws around 5%.
func TestLevel(t *testing.T) {
	if testing.Short() {
		t.Skip("simulation")
	}
	const draws, psus, size = 400, 30, 15
	r := rand.New(rand.NewPCG(11, 12))
	found := map[string]int{}
	var unit []int
	for i := range psus * size {
		unit = append(unit, i/size)
	}
	d := design(stats.Sampling{Rows: psus * size, Stages: []stats.Stage{{Units: unit}}})
	count := func(what string, p float64) {
		if p < 0.05 {
			found[what]++
		}
	}
	for range draws {
		row, col, y := make([]int, len(unit)), make([]int, len(unit)), make([]float64, len(unit))
		var a, b, level float64
		for i := range unit {
			if i%size == 0 {
				a, b, level = r.Float64(), r.Float64(), r.NormFloat64()
			}
			if r.Float64() < a {
				row[i] = 1 + r.IntN(2)
			}
			if r.Float64() < b {
				col[i] = 1
			}
			y[i] = math.Round(level + 2*r.NormFloat64())
		}
		table := must(hypothesis.Independence(d, row, col))
		count("F", table.F().P)
		count("exact", table.Exact().P)
		count("Pearson", dist.ChiSquaredTail(table.X2, 2))
		count("t", must(hypothesis.TwoSample(d, y, col)).P)
		count("ranks", must(hypothesis.KSampleRankTest(d, y, row, hypothesis.RankOptions{})).P)
		count("trend", must(hypothesis.LinearTrend(d, y, floats(row))).P)
	}
	const low, high = draws*0.05 - 3*4.36, draws*0.05 + 3*4.36 // sqrt(400 x 0.05 x 0.95) = 4.36
	for _, what := range []string{"F", "exact", "t", "ranks", "trend"} {
		if n := float64(found[what]); n < low || n > high {
			t.Errorf("%s finds something in %g of %d", what, n, draws)
		}
	}
	if n := found["Pearson"]; n < draws/10 {
		t.Errorf("Pearson finds something in %d of %d only", n, draws)
	}
}

func TestFamily(t *testing.T) {
	p := []float64{0.01, math.NaN(), 0.04, 0.03}
	f := hypothesis.NewFamily("trust by country", hypothesis.Holm, []string{"a", "b", "c", "d"}, p)
	for k, want := range []float64{0.03, math.NaN(), 0.06, 0.06} {
		near(t, f.Tests[k], f.Adjusted[k], want)
	}
	if got := f.Found(0.05); !slices.Equal(got, []int{0}) || f.Counted() != 3 {
		t.Errorf("found %v of %d", got, f.Counted())
	}
	if got := f.Footnote(); got != "p values are adjusted by the method of Holm over 3 tests (trust by country)." {
		t.Error(got)
	}
	one := hypothesis.NewFamily("one", hypothesis.Uncorrected, []string{"a"}, p[:1])
	if got := one.Footnote(); got != "p values of 1 test (one) are not adjusted for their number." {
		t.Error(got)
	}
	if n := len(hypothesis.Adjust(nil, hypothesis.Hommel)); n != 0 {
		t.Errorf("%d adjusted of none", n)
	}
}

// By hand: of p(1) to p(4) = 0.01, 0.02, 0.03, 0.5. A p at the level is not below
// it.
func TestAdjustByHand(t *testing.T) {
	p := []float64{0.03, 0.01, 0.5, 0.02}
	third := 1 + 1.0/2 + 1.0/3 + 1.0/4
	for c, want := range map[hypothesis.Correction][]float64{
		hypothesis.Uncorrected:        p,
		hypothesis.Bonferroni:         {0.12, 0.04, 1, 0.08},
		hypothesis.Holm:               {0.06, 0.04, 0.5, 0.06},
		hypothesis.Hochberg:           {0.06, 0.04, 0.5, 0.06},
		hypothesis.BenjaminiHochberg:  {0.04, 0.04, 0.5, 0.04},
		hypothesis.BenjaminiYekutieli: {0.04 * third, 0.04 * third, 1, 0.04 * third},
	} {
		for k, q := range hypothesis.Adjust(p, c) {
			near(t, string(c), q, want[k])
		}
	}
	f := hypothesis.NewFamily("x", hypothesis.Bonferroni, []string{"a", "b"}, []float64{0.025, 0.02})
	if got := f.Found(0.05); !slices.Equal(got, []int{1}) {
		t.Errorf("found %v", got)
	}
}

// Corrections are ordered: Hommel never above Hochberg, Hochberg never above Holm,
// Holm never above Bonferroni; none below p or above 1, and the order of p stays.
func TestAdjustOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 12).Draw(t, "p")
		adjusted := func(c hypothesis.Correction) []float64 { return hypothesis.Adjust(p, c) }
		chain := [][]float64{p, adjusted(hypothesis.Hommel), adjusted(hypothesis.Hochberg), adjusted(hypothesis.Holm), adjusted(hypothesis.Bonferroni)}
		fdr := [][]float64{p, adjusted(hypothesis.BenjaminiHochberg), adjusted(hypothesis.BenjaminiYekutieli)}
		for _, list := range [][][]float64{chain, fdr} {
			for k := range list[1:] {
				for i := range p {
					if list[k][i] > list[k+1][i]+1e-15 || list[k+1][i] > 1 {
						t.Fatalf("place %d: %v after %v", i, list[k+1], list[k])
					}
				}
			}
		}
		for _, q := range append(chain[1:], fdr[1:]...) {
			for i := range p {
				for j := range p {
					if p[i] < p[j] && q[i] > q[j] {
						t.Fatalf("%v are not in the order of %v", q, p)
					}
				}
			}
		}
	})
}

func TestMisuse(t *testing.T) {
	d := simple(2)
	two := []float64{1, 2}
	codes := []int{0, 1}
	for name, do := range map[string]func(){
		"codes of another length":   func() { hypothesis.Independence(d, codes, codes[:1]) },
		"values of another length":  func() { hypothesis.OneSample(d, two[:1], 0) },
		"a third group":             func() { hypothesis.TwoSample(d, two, []int{0, 2}) },
		"a third group of ranks":    func() { hypothesis.RankTest(d, two, []int{0, 2}, hypothesis.RankOptions{}) },
		"unknown scores":            func() { hypothesis.RankTest(d, two, codes, hypothesis.RankOptions{Scores: "x"}) },
		"unknown correction":        func() { hypothesis.Adjust(two, "x") },
		"a family without a name":   func() { hypothesis.NewFamily("", hypothesis.Holm, nil, nil) },
		"a code above the shares":   func() { hypothesis.GoodnessOfFit(d, codes, two[:1]) },
		"scores of another length":  func() { hypothesis.Trend(must(d.Estimate(stats.Mean(nil, two))), two) },
		"no waves":                  func() { hypothesis.Stack("") },
		"values of other waves":     func() { must(hypothesis.Stack("", hypothesis.Wave{Weights: two})).Values(two, two) },
		"values of another wave":    func() { must(hypothesis.Stack("", hypothesis.Wave{Weights: two})).Values(two[:1]) },
		"ids of another length":     func() { hypothesis.Stack("", hypothesis.Wave{Weights: two, IDs: codes[:1]}) },
		"a part of another length":  func() { hypothesis.AgainstRest(d, two, []bool{true}) },
		"names of other columns":    func() { hypothesis.Columns(d, []string{"a"}, two) },
		"weights of another length": func() { hypothesis.ColumnOf(two, two[:1], nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
}

func BenchmarkIndependence(b *testing.B) {
	const n = 100_000
	r := rand.New(rand.NewPCG(1, 1))
	s := stats.Sampling{Rows: n, Stages: []stats.Stage{{Strata: make([]int, n), Units: make([]int, n)}}}
	row, col := make([]int, n), make([]int, n)
	for i := range n {
		s.Stages[0].Strata[i], s.Stages[0].Units[i] = i%20, i%1000
		row[i], col[i] = r.IntN(6), r.IntN(5)
	}
	d := design(s)
	for b.Loop() {
		must(hypothesis.Independence(d, row, col))
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "respondents/s")
}

func BenchmarkRankTest(b *testing.B) {
	const n = 100_000
	r := rand.New(rand.NewPCG(1, 1))
	d := simple(n)
	y, group := make([]float64, n), make([]int, n)
	for i := range n {
		y[i], group[i] = float64(r.IntN(11)), r.IntN(2)
	}
	for b.Loop() {
		must(hypothesis.RankTest(d, y, group, hypothesis.RankOptions{}))
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "respondents/s")
}
