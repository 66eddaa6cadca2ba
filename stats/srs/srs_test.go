package srs_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats/dist"
	"tradeoff/stats/srs"
)

// reporter is a *testing.T or a *rapid.T.
type reporter interface {
	Helper()
	Errorf(string, ...any)
}

// near fails if two numbers differ by more than tol, relative to the second or 1e-3.
func near(t reporter, what string, got, want, tol float64) {
	t.Helper()
	if got == want || math.IsNaN(got) && math.IsNaN(want) {
		return
	}
	if !(math.Abs(got-want) <= tol*math.Max(math.Abs(want), 1e-3)) {
		t.Errorf("%s: got %.15g, expected %.15g", what, got, want)
	}
}

var inf, nan = math.Inf(1), math.NaN()

var (
	trust  = []float64{4, 7, 5, 6, 8, 3, 5, 9, 2, 6}
	worry  = []float64{2, 3, 3, 5, 1, 4, 6}
	plain  = srs.Options{}
	exact  = srs.Options{Exact: true}
	less   = srs.Options{Alternative: srs.Less}
	more   = srs.Options{Alternative: srs.Greater}
	simple = srs.Options{Uncorrected: true}
)

// TestOneSample and what the oracle does not ask of the other tests: one-sided
// p and intervals, levels. Expected numbers from R 4.2.2: t.test(x, mu = 4),
// t.test(x, y), var.test, mcnemar.test, binom.test, prop.test, cor.test.
func TestOneSample(t *testing.T) {
	check := func(what string, got, want float64) { t.Helper(); near(t, what, got, want, 1e-12) }
	r := srs.OneSample(trust, 4, plain)
	check("t", r.Statistic, 2.182820625327)
	check("p", r.P, 0.0569123064188882)
	check("low", r.Low, 3.94548117933924)
	check("high", r.High, 7.05451882066076)
	r = srs.OneSample(trust, 4, srs.Options{Alternative: srs.Greater, Level: 0.9})
	check("one-sided p", r.P, 0.0284561532094441)
	check("one-sided low", r.Low, 4.54960440472099)
	check("one-sided high", r.High, inf)
	r = srs.Welch(trust, worry, less)
	check("Welch p", r.P, 0.977482041117938)
	check("Welch low", r.Low, -inf)
	check("Welch high", r.High, 3.73129684888394)
	r = srs.VarianceRatio(trust, worry, srs.Options{Alternative: srs.Greater, Level: 0.9})
	check("F p", r.P, 0.29217930937017)
	check("F low", r.Low, 0.540771665158541)
	check("F high", r.High, inf)
	r = srs.VarianceRatio(trust, worry, plain)
	check("F interval, low", r.Low, 0.289578963578124)
	check("F interval, high", r.High, 6.90923250217545)
	check("F interval, less", srs.VarianceRatio(trust, worry, less).Low, 0)
	r = srs.Pearson(trust[:7], worry, more)
	check("cor p", r.P, 0.782598253452041)
	check("cor low", r.Low, -0.831628974684668)
	check("cor high", r.High, 1)
}

// TestEquivalences: tests of two groups are those of several; tables are
// proportions; weights are repetitions; order, missing answers and a scale do
// not matter.
func TestEquivalences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 10), func(i int) float64 { return float64(i) }), 3, 25)
		x, y := answers.Draw(t, "x"), answers.Draw(t, "y")
		z := slices.Concat(x, []float64{nan}, y)
		group := make([]int, len(z))
		for i := range group {
			group[i] = 2 // and nobody in 1
			if i < len(x) {
				group[i] = 0
			}
		}
		pooled, welch := srs.Pooled(x, y, plain), srs.Welch(x, y, plain)
		if anova := srs.OneWay(z, group); pooled.P < 1 && anova.P < 1 {
			near(t, "anova F", anova.Statistic, pooled.Statistic*pooled.Statistic, 1e-9)
			near(t, "anova p", anova.P, pooled.P, 1e-9)
		}
		if w := srs.WelchOneWay(z, group); !math.IsNaN(w.P) {
			near(t, "Welch F", w.Statistic, welch.Statistic*welch.Statistic, 1e-9)
			near(t, "Welch df", w.DF2, welch.DF, 1e-9)
		}
		near(t, "Kruskal p", srs.KruskalWallis(z, group).P, srs.RankSum(x, y, simple).P, 1e-9)
		w, v := srs.RankSum(x, y, plain), srs.RankSum(y, x, plain)
		near(t, "W of both", w.Estimate+v.Estimate, 1, 1e-12)
		near(t, "p of both", w.P, v.P, 1e-12)
		near(t, "exact p of both", srs.RankSum(x, y, exact).P, srs.RankSum(y, x, exact).P, 1e-9)

		n := min(len(x), len(y))
		x, y = x[:n], y[:n]
		ones, twice := make([]float64, n), make([]float64, n)
		for i := range ones {
			ones[i], twice[i] = 1, float64(1+i%2)
		}
		if s := srs.Spearman(x, y, plain); s.N > 0 && !math.IsNaN(s.Estimate) {
			near(t, "weighted Spearman", srs.WeightedSpearman(ones, x, y).At(0, 1), s.Estimate, 1e-9)
			var rx, ry []float64
			for i := range x {
				for range int(twice[i]) {
					rx, ry = append(rx, x[i]), append(ry, y[i])
				}
			}
			near(t, "weights repeat, Pearson", srs.WeightedPearson(twice, x, y).At(0, 1), srs.Pearson(rx, ry, plain).Estimate, 1e-9)
			near(t, "weights repeat, Spearman", srs.WeightedSpearman(twice, x, y).At(0, 1), srs.Spearman(rx, ry, plain).Estimate, 1e-9)
		}
		rows := make([][]float64, n)
		for i := range rows {
			rows[i] = []float64{x[i], y[i]}
		}
		if f := srs.Friedman(rows); !math.IsNaN(f.P) { // of two columns the sign test
			up, down := 0, 0
			for i := range x {
				if x[i] > y[i] {
					up++
				} else if x[i] < y[i] {
					down++
				}
			}
			near(t, "Friedman", f.Statistic, srs.McNemar([][]int{{0, up}, {down, 0}}, simple).Statistic, 1e-9)
		}

		a, b := rapid.Float64Range(1, 50), rapid.Float64Range(1, 50)
		table := [][]float64{{math.Round(a.Draw(t, "a")), math.Round(b.Draw(t, "b"))}, {math.Round(a.Draw(t, "c")), math.Round(b.Draw(t, "d"))}}
		shares := func(o srs.Options) srs.Test {
			return srs.Proportions([]float64{table[0][0], table[1][0]}, []float64{table[0][0] + table[0][1], table[1][0] + table[1][1]}, o)
		}
		near(t, "proportions, corrected", shares(plain).P, srs.ChiSquared(table, plain).P, 1e-9)
		near(t, "proportions", shares(simple).P, srs.ChiSquared(table, simple).P, 1e-9)
	})
}

// TestExactTies: the exact p of rank tests is that of all divisions and signs.
func TestExactTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 4), func(i int) float64 { return float64(i) }), 2, 5)
		x, y := answers.Draw(t, "x"), answers.Draw(t, "y")
		alternative := rapid.SampledFrom([]srs.Alternative{srs.TwoSided, srs.Less, srs.Greater}).Draw(t, "alternative")
		o := srs.Options{Exact: true, Alternative: alternative}
		all := slices.Concat(x, y)
		statistic := func(x, y []float64) float64 {
			s := 0.0
			for _, a := range x {
				for _, b := range y {
					if a > b {
						s++
					} else if a == b {
						s += 0.5
					}
				}
			}
			return s
		}
		observed := statistic(x, y)
		var lower, upper, total float64
		count := func(s, observed float64) {
			total++
			if s <= observed {
				lower++
			}
			if s >= observed {
				upper++
			}
		}
		p := func() float64 {
			switch alternative {
			case srs.Less:
				return lower / total
			case srs.Greater:
				return upper / total
			}
			return math.Min(1, 2*math.Min(lower, upper)/total)
		}
		for set := range 1 << len(all) {
			var in, out []float64
			for i, v := range all {
				if set>>i&1 == 1 {
					in = append(in, v)
				} else {
					out = append(out, v)
				}
			}
			if len(in) == len(x) {
				count(statistic(in, out), observed)
			}
		}
		if r := srs.RankSum(x, y, o); r.Exact {
			near(t, "W", r.Statistic, observed, 0)
			near(t, "rank sum", r.P, p(), 1e-12)
		}

		n := min(len(x), len(y))
		walsh := func(d []float64) float64 { // V counts pairs of differences with a positive mean
			s := 0.0
			for i := range d {
				for j := range i + 1 {
					if m := d[i] + d[j]; m > 0 {
						s++
					} else if m == 0 {
						s += 0.5
					}
				}
			}
			return s
		}
		var d []float64
		for i := range n {
			if x[i] != y[i] {
				d = append(d, x[i]-y[i])
			}
		}
		lower, upper, total = 0, 0, 0
		for set := range 1 << len(d) {
			signed := slices.Clone(d)
			for i := range d {
				if set>>i&1 == 1 {
					signed[i] = -d[i]
				}
			}
			count(walsh(signed), walsh(d))
		}
		if r := srs.SignedRank(x[:n], y[:n], o); r.Exact {
			near(t, "V", r.Statistic, walsh(d), 0)
			near(t, "signed rank", r.P, p(), 1e-12)
		}
	})
}

// permutations calls each with all orders of n numbers.
func permutations(n int, each func(p []float64)) {
	p := make([]float64, n)
	for i := range p {
		p[i] = float64(i)
	}
	var swap func(k int)
	swap = func(k int) {
		if k == n {
			each(p)
			return
		}
		for i := k; i < n; i++ {
			p[k], p[i] = p[i], p[k]
			swap(k + 1)
			p[k], p[i] = p[i], p[k]
		}
	}
	swap(0)
}

// TestExactOrders: the exact p of rank correlations is that of all orders.
func TestExactOrders(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, 5, 6}, []float64{2, 1, 5, 3, 4, 6}
	for _, alternative := range []srs.Alternative{srs.TwoSided, srs.Less, srs.Greater} {
		o := srs.Options{Exact: true, Alternative: alternative}
		for name, f := range map[string]func(x, y []float64, o srs.Options) srs.Test{"Spearman": srs.Spearman, "Kendall": srs.Kendall} {
			observed := f(x, y, o)
			var lower, upper float64
			permutations(len(x), func(p []float64) {
				r := f(x, p, plain).Estimate
				if r <= observed.Estimate+1e-12 {
					lower++
				}
				if r >= observed.Estimate-1e-12 {
					upper++
				}
			})
			want := map[srs.Alternative]float64{srs.TwoSided: 2 * math.Min(lower, upper), srs.Less: lower, srs.Greater: upper}[alternative] / 720
			near(t, name, observed.P, want, 1e-12)
			if !observed.Exact || f([]float64{1, 1, 2, 3}, []float64{1, 2, 3, 4}, exact).Exact {
				t.Errorf("%s: exact without ties, and only then", name)
			}
		}
	}
}

// TestKendallNaive: Knight's count of pairs is that of going through them.
func TestKendallNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 6), func(i int) float64 { return float64(i) }), 3, 30)
		x, y := answers.Draw(t, "x"), answers.Draw(t, "y")
		n := min(len(x), len(y))
		s, ux, uy := 0.0, 0.0, 0.0
		for i := range n {
			for j := range i {
				dx, dy := x[i]-x[j], y[i]-y[j]
				switch {
				case dx*dy > 0:
					s++
				case dx*dy < 0:
					s--
				}
				if dx != 0 {
					ux++
				}
				if dy != 0 {
					uy++
				}
			}
		}
		near(t, "tau", srs.Kendall(x[:n], y[:n], plain).Estimate, s/math.Sqrt(ux*uy), 1e-12)
	})
}

// TestFisherBrute: p of Fisher's test is that of going through all tables.
func TestFisherBrute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(2, 3).Draw(t, "rows"), rapid.IntRange(2, 4).Draw(t, "columns")
		table := make([][]int, rows)
		row, column := make([]int, rows), make([]int, columns)
		for i := range table {
			for j := range columns {
				x := rapid.IntRange(0, 4).Draw(t, "count")
				table[i] = append(table[i], x)
				row[i] += x
				column[j] += x
			}
		}
		log := func(x int) float64 { g, _ := math.Lgamma(float64(x + 1)); return g }
		observed := 0.0
		for _, r := range table {
			for _, x := range r {
				observed -= log(x)
			}
		}
		all, extreme := 0.0, 0.0
		var place func(i, j int, l float64)
		place = func(i, j int, l float64) {
			if i == rows {
				if slices.Max(column) == 0 {
					all += math.Exp(l)
					if l <= observed+1e-9 {
						extreme += math.Exp(l)
					}
				}
				return
			}
			if j == columns {
				if row[i] == 0 {
					place(i+1, 0, l)
				}
				return
			}
			for x := range min(row[i], column[j]) + 1 {
				row[i], column[j] = row[i]-x, column[j]-x
				place(i, j+1, l-log(x))
				row[i], column[j] = row[i]+x, column[j]+x
			}
		}
		place(0, 0, 0)
		r, err := srs.Fisher(table, plain)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "p", r.P, extreme/all, 1e-10)
	})
	large := make([][]int, 8)
	for i := range large {
		large[i] = []int{40, 31, 52, 63, 24, 75, 36}
		large[i][i%7] += 5
	}
	if r, err := srs.Fisher(large, plain); !errors.Is(err, srs.ErrTooLarge) || !math.IsNaN(r.P) {
		t.Errorf("a large table: %v, %v", r.P, err)
	}
}

// TestMcNemar: three answers (R: mcnemar.test), the exact test is binomial.
func TestMcNemar(t *testing.T) {
	r := srs.McNemar([][]int{{20, 5, 3}, {8, 30, 4}, {2, 9, 25}}, plain)
	near(t, "Bowker", r.Statistic, 2.81538461538462, 1e-12)
	near(t, "Bowker p", r.P, 0.420973593337514, 1e-12)
	r = srs.McNemar([][]int{{20, 5}, {8, 30}}, exact)
	near(t, "exact", r.P, srs.BinomialTest(5, 13, 0.5, plain).P, 0)
	near(t, "share", r.Estimate, 5.0/13, 1e-15)
	near(t, "nobody changes", srs.McNemar([][]int{{3, 0}, {0, 4}}, plain).P, nan, 0)
	near(t, "a pair without changes", srs.McNemar([][]int{{3, 1, 0}, {2, 4, 0}, {0, 0, 1}}, plain).DF, 1, 0)
}

// TestBinomialSum: p adds up numbers that are not more likely (binom.test of R),
// and tails are sums.
func TestBinomialSum(t *testing.T) {
	near(t, "7 of 25", srs.BinomialTest(7, 25, 0.3, plain).P, 1, 1e-12)
	near(t, "12 of 25", srs.BinomialTest(12, 25, 0.3, plain).P, 0.0774870139821252, 1e-12)
	near(t, "2 of 40", srs.BinomialTest(2, 40, 0.12, plain).P, 0.225713320120661, 1e-12)
	r := srs.BinomialTest(7, 25, 0.3, less)
	near(t, "less", r.P, 0.511848543971344, 1e-12)
	near(t, "less, high", r.High, 0.462208921703645, 1e-12)
	near(t, "less, low", r.Low, 0, 0)
	near(t, "more, high", srs.BinomialTest(7, 25, 0.3, more).High, 1, 0)
	near(t, "share 0", srs.BinomialTest(0, 5, 0, plain).P, 1, 0)
	near(t, "not share 1", srs.BinomialTest(4, 5, 1, plain).P, 0, 0)
	near(t, "nobody", srs.BinomialTest(0, 0, 0.5, plain).P, nan, 0)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		p := rapid.Float64Range(0.01, 0.99).Draw(t, "p")
		at := func(x int) float64 {
			return math.Exp(log(n) - log(x) - log(n-x) + float64(x)*math.Log(p) + float64(n-x)*math.Log1p(-p))
		}
		sum := 0.0
		for y := range n + 1 {
			if at(y) <= at(x)*(1+1e-7) {
				sum += at(y)
			}
		}
		near(t, "p", srs.BinomialTest(x, n, p, plain).P, sum, 1e-9)
	})
}

func log(n int) float64 { g, _ := math.Lgamma(float64(n + 1)); return g }

// TestIntervals compares with Newcombe (1998, Statistics in Medicine 17, table
// I), four decimals, and checks what the other methods are defined by.
func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		m         srs.Method
		x, n      float64
		low, high float64
	}{
		{srs.Wald, 81, 263, 0.2522, 0.3638}, {srs.Wald, 15, 148, 0.0527, 0.1500},
		{srs.Wilson, 81, 263, 0.2553, 0.3662}, {srs.Wilson, 15, 148, 0.0624, 0.1605}, {srs.Wilson, 0, 20, 0, 0.1611}, {srs.Wilson, 1, 29, 0.0061, 0.1718},
		{srs.WilsonCorrected, 81, 263, 0.2535, 0.3682}, {srs.WilsonCorrected, 15, 148, 0.0598, 0.1644}, {srs.WilsonCorrected, 0, 20, 0, 0.2005}, {srs.WilsonCorrected, 1, 29, 0.0018, 0.1963},
		{srs.ClopperPearson, 81, 263, 0.2527, 0.3676}, {srs.ClopperPearson, 15, 148, 0.0578, 0.1617}, {srs.ClopperPearson, 0, 20, 0, 0.1684}, {srs.ClopperPearson, 1, 29, 0.0009, 0.1776},
	} {
		low, high := srs.BinomialInterval(c.m, c.x, c.n, 0.95)
		if math.Abs(low-c.low) > 0.5001e-4 || math.Abs(high-c.high) > 0.5001e-4 {
			t.Errorf("method %d, %g of %g: got %.6f to %.6f, Newcombe has %g to %g", c.m, c.x, c.n, low, high, c.low, c.high)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Float64Range(1, 500).Draw(t, "n")
		x := rapid.OneOf(rapid.SampledFrom([]float64{0, 1}), rapid.Float64Range(0.001, 0.999)).Draw(t, "share") * n
		level := rapid.Float64Range(0.5, 0.999).Draw(t, "level")
		wl, wh := srs.BinomialInterval(srs.Wilson, x, n, level)
		al, ah := srs.BinomialInterval(srs.AgrestiCoull, x, n, level)
		if al > wl+1e-12 || ah < wh-1e-12 { // same middle, never shorter (Agresti and Coull 1998)
			t.Errorf("Agresti-Coull %g to %g is not around Wilson %g to %g", al, ah, wl, wh)
		}
		if al > 0 && ah < 1 {
			near(t, "middle", al+ah, wl+wh, 1e-9)
		}
		jl, jh := srs.BinomialInterval(srs.Jeffreys, x, n, level)
		if x > 0 {
			near(t, "Jeffreys, low", dist.BetaCDF(jl, x+0.5, n-x+0.5), (1-level)/2, 1e-8)
		}
		if x < n && jh < 0.999 {
			near(t, "Jeffreys, high", dist.BetaTail(jh, x+0.5, n-x+0.5), (1-level)/2, 1e-8)
		}
		for m := srs.ClopperPearson; m <= srs.Wald; m++ { // shares and their complements
			low, high := srs.BinomialInterval(m, x, n, level)
			l, h := srs.BinomialInterval(m, n-x, n, level)
			near(t, "complement", low, 1-h, 1e-9)
			near(t, "complement", high, 1-l, 1e-9)
			if !(0 <= low && low <= high && high <= 1) {
				t.Errorf("method %d, %g of %g: %g to %g", m, x, n, low, high)
			}
		}
	})
}

// TestProportions: corrections, one side (R: prop.test), groups without an
// answer or all the same.
func TestProportions(t *testing.T) {
	r := srs.Proportions([]float64{15, 25}, []float64{50, 60}, plain)
	near(t, "X2", r.Statistic, 1.1396130952381, 1e-12)
	near(t, "p", r.P, 0.285734097277888, 1e-12)
	near(t, "low", r.Low, -0.313032559317227, 1e-12)
	near(t, "high", r.High, 0.0796992259838937, 1e-12)
	r = srs.Proportions([]float64{15, 25}, []float64{50, 60}, less)
	near(t, "less", r.P, 0.142867048638944, 1e-12)
	near(t, "less, low", r.Low, -1, 0)
	near(t, "less, high", r.High, 0.0510763003223148, 1e-12)
	near(t, "all", srs.Proportions([]float64{5, 7}, []float64{5, 7}, plain).P, nan, 0)
	near(t, "a group without answers", srs.Proportions([]float64{5, 0}, []float64{8, 0}, plain).P, nan, 0)
}

// TestPolychoric: with thresholds at the median rho is sin(2 pi (p_11 - 1/4))
// (Sheppard 1898); tables on one diagonal; empty rows; the SE of polycor 0.8-1.
func TestPolychoric(t *testing.T) {
	for _, rho := range []float64{-0.999, -0.95, -0.5, 0, 0.1, 0.7, 0.98, 0.9995} {
		p := 0.25 + math.Asin(rho)/(2*math.Pi)
		l := srs.Polychoric([][]float64{{p, 0.5 - p}, {0.5 - p, p}})
		near(t, "Sheppard", l.Rho, rho, 1e-11)
	}
	l := srs.Polychoric([][]float64{{18, 23, 13, 15, 6}, {32, 40, 68, 43, 15}, {42, 88, 103, 90, 43}, {25, 79, 116, 103, 47}, {6, 28, 63, 50, 34}})
	near(t, "SE", l.SE, 0.0299695184971637, 0.01) // of a Hessian by differences at the observed counts
	with := srs.Polychoric([][]float64{{18, 0, 23}, {0, 0, 0}, {32, 0, 68}})
	without := srs.Polychoric([][]float64{{18, 23}, {32, 68}})
	near(t, "empty rows and columns", with.Rho, without.Rho, 1e-12)
	near(t, "diagonal", srs.Polychoric([][]float64{{5, 0, 0}, {0, 7, 0}, {0, 0, 2}}).Rho, 1, 0)
	near(t, "other diagonal", srs.Polychoric([][]float64{{0, 5}, {7, 0}}).Rho, -1, 0)
	near(t, "one row", srs.Polychoric([][]float64{{5, 3}}).Rho, nan, 0)
	near(t, "nobody", srs.Polychoric(nil).Rho, nan, 0)
}

// TestCorners: no answers, one answer, all answers equal, and a perfect relation.
func TestCorners(t *testing.T) {
	same := []float64{3, 3, 3}
	var nobody []float64
	for what, r := range map[string]srs.Test{
		"one sample, nobody": srs.OneSample(nobody, 0, plain), "one sample, one": srs.OneSample([]float64{4}, 0, plain), "one sample, equal": srs.OneSample(same, 0, plain),
		"Welch, nobody": srs.Welch(nobody, trust, plain), "Welch, equal": srs.Welch(same, same, plain), "pooled, nobody": srs.Pooled(nobody, trust, plain),
		"variance, one": srs.VarianceRatio([]float64{4}, trust, plain), "variance, equal": srs.VarianceRatio(same, trust, plain),
		"anova, nobody": srs.OneWay(nobody, nil), "anova, one group": srs.OneWay(same, []int{0, 0, 0}), "anova, equal": srs.OneWay(same, []int{0, 1, 1}),
		"Welch anova, one": srs.WelchOneWay([]float64{1, 2, 3}, []int{0, 1, 1}), "Welch anova, equal": srs.WelchOneWay([]float64{1, 1, 2, 3}, []int{0, 0, 1, 1}), "Welch anova, nobody": srs.WelchOneWay(nobody, nil),
		"rank sum, nobody": srs.RankSum(nobody, trust, exact), "rank sum, equal": srs.RankSum(same, same, exact), "signed rank, equal": srs.SignedRank(same, same, exact),
		"Kruskal, one group": srs.KruskalWallis(trust, make([]int, 10)), "Kruskal, equal": srs.KruskalWallis(same, []int{0, 1, 1}),
		"Friedman, nobody": srs.Friedman(nil), "Friedman, one column": srs.Friedman([][]float64{{1}, {2}}), "Friedman, equal": srs.Friedman([][]float64{{1, 1}, {2, 2}}), "Friedman, missing": srs.Friedman([][]float64{{1, nan}}),
		"Pearson, equal": srs.Pearson(same, []float64{1, 2, 3}, plain), "Pearson, two": srs.Pearson([]float64{1, 2}, []float64{3, 5}, plain),
		"Spearman, equal": srs.Spearman(same, []float64{1, 2, 3}, exact), "Kendall, equal": srs.Kendall(same, []float64{1, 2, 3}, exact), "Kendall, nobody": srs.Kendall(nil, nil, plain),
		"chi-squared, one row": srs.ChiSquared([][]float64{{3, 4}}, plain).Test, "chi-squared, nobody": srs.ChiSquared(nil, plain).Test,
		"shares, one group": srs.Proportions([]float64{3}, []float64{5}, plain),
	} {
		if !math.IsNaN(r.P) {
			t.Errorf("%s: p is %g", what, r.P)
		}
	}
	tenths := []float64{0.1, 0.1, 0.1} // their sum over 3 is not 0.1
	for what, r := range map[string]float64{
		"one sample":         srs.OneSample(tenths, 0, plain).Statistic,
		"Welch":              srs.Welch(tenths, tenths, plain).Statistic,
		"one way":            srs.OneWay([]float64{0.1, 0.1, 0.1, 2, 2}, []int{0, 0, 0, 1, 1}).Statistic,
		"Pearson":            srs.Pearson(tenths, []float64{1, 2, 4}, plain).Estimate,
		"weighted":           srs.WeightedPearson([]float64{1, 2, 3}, tenths, []float64{1, 2, 4}).At(0, 1),
		"weighted by itself": srs.WeightedPearson([]float64{1, 2, 3}, tenths).At(0, 0),
	} {
		near(t, "equal but for rounding, "+what, r, nan, 0)
	}
	near(t, "perfect Pearson", srs.Pearson(trust, trust, plain).P, 0, 0)
	near(t, "perfect Pearson, t", srs.Pearson(trust, trust, plain).Statistic, inf, 0)
	near(t, "perfect Kendall", srs.Kendall(trust, trust, plain).Estimate, 1, 1e-15)
	one, _ := srs.Fisher([][]int{{3, 4}, {0, 0}}, plain)
	near(t, "Fisher, one row", one.P, 1, 1e-12)
	near(t, "Fisher, one row, odds ratio", one.Estimate, nan, 0)
	none, _ := srs.Fisher([][]int{{3, 4, 1}}, plain)
	near(t, "Fisher, one row of three", none.P, 1, 1e-12)
	empty := srs.ChiSquared([][]float64{{3, 0, 4}, {5, 0, 1}}, plain)
	near(t, "chi-squared, nobody in a column", empty.P, srs.ChiSquared([][]float64{{3, 4}, {5, 1}}, plain).P, 1e-12)
	near(t, "quantile of nobody", srs.Quantile(7, []float64{nan}, 0.5)[0], nan, 0)
	near(t, "quantile of 2", srs.Quantile(7, trust, 2)[0], nan, 0)
	near(t, "quantile of one", srs.Quantile(4, []float64{3}, 0.1)[0], 3, 0)
	near(t, "share of nobody", srs.ECDF(nil, 3)[0], nan, 0)
	near(t, "MAD of nobody", srs.MAD(nil), nan, 0)
	near(t, "rank of a missing value", srs.MidRanks([]float64{1, nan}, []float64{2, 3})[1], nan, 0)
	if n := srs.WeightedPearson([]float64{1, 1}).SymmetricDim(); n != 0 {
		t.Errorf("correlations of nothing: %d", n)
	}
	r, n := srs.Correlations(srs.PearsonR, true, same, []float64{1, nan, 2})
	near(t, "correlation without variation", r.At(0, 1), nan, 0)
	if n[0][1] != 2 || n[0][0] != 3 {
		t.Errorf("rows behind correlations: %v", n)
	}
	for what, f := range map[string]func(){
		"slices of different length":  func() { srs.Pearson(trust, worry, plain) },
		"groups of different length":  func() { srs.OneWay(trust, []int{1}) },
		"a level of 95":               func() { srs.OneSample(trust, 0, srs.Options{Level: 95}) },
		"an interval at a level of 0": func() { srs.BinomialInterval(srs.Wilson, 1, 2, 0) },
		"no such method":              func() { srs.BinomialInterval(99, 1, 2, 0.9) },
		"more than all":               func() { srs.BinomialTest(3, 2, 0.5, plain) },
		"quantiles of type 10":        func() { srs.Quantile(10, trust, 0.5) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", what)
				}
			}()
			f()
		}()
	}
}

// TestOptions: every option changes an outcome of the tests that heed it.
func TestOptions(t *testing.T) {
	y := trust[:7]
	for what, f := range map[string]func(o srs.Options) srs.Test{
		"one sample": func(o srs.Options) srs.Test { return srs.OneSample(trust, 5, o) },
		"Welch":      func(o srs.Options) srs.Test { return srs.Welch(trust, worry, o) },
		"Pooled":     func(o srs.Options) srs.Test { return srs.Pooled(trust, worry, o) },
		"variance":   func(o srs.Options) srs.Test { return srs.VarianceRatio(trust, worry, o) },
		"Pearson":    func(o srs.Options) srs.Test { return srs.Pearson(y, worry, o) },
		"binomial":   func(o srs.Options) srs.Test { return srs.BinomialTest(3, 9, 0.5, o) },
		"shares":     func(o srs.Options) srs.Test { return srs.Proportions([]float64{3, 6}, []float64{9, 8}, o) },
		"Fisher":     func(o srs.Options) srs.Test { r, _ := srs.Fisher([][]int{{8, 1}, {2, 5}}, o); return r },
	} {
		two, up, narrow := f(plain), f(more), f(srs.Options{Level: 0.8})
		if two.P == up.P || two.P == f(less).P || two.Low == up.Low || two.High == f(less).High || !(narrow.Low > two.Low && narrow.High < two.High) {
			t.Errorf("%s: %+v, %+v, %+v", what, two, up, narrow)
		}
	}
	for what, f := range map[string]func(o srs.Options) srs.Test{
		"rank sum":    func(o srs.Options) srs.Test { return srs.RankSum(trust, worry, o) },
		"signed rank": func(o srs.Options) srs.Test { return srs.SignedRank(y, worry, o) },
		"Spearman":    func(o srs.Options) srs.Test { return srs.Spearman([]float64{1, 2, 3, 4}, []float64{1, 3, 2, 4}, o) },
		"Kendall":     func(o srs.Options) srs.Test { return srs.Kendall([]float64{1, 2, 3, 4}, []float64{1, 3, 2, 4}, o) },
		"McNemar":     func(o srs.Options) srs.Test { return srs.McNemar([][]int{{4, 5}, {1, 6}}, o) },
	} {
		if f(plain).P == f(exact).P || f(exact).P == f(srs.Options{Exact: true, Alternative: srs.Greater}).P || !f(exact).Exact {
			t.Errorf("%s: %+v, %+v", what, f(plain), f(exact))
		}
	}
	for what, f := range map[string]func(o srs.Options) srs.Test{
		"rank sum":    func(o srs.Options) srs.Test { return srs.RankSum(trust, worry, o) },
		"signed rank": func(o srs.Options) srs.Test { return srs.SignedRank(y, worry, o) },
		"McNemar":     func(o srs.Options) srs.Test { return srs.McNemar([][]int{{4, 5}, {1, 6}}, o) },
		"table":       func(o srs.Options) srs.Test { return srs.ChiSquared([][]float64{{4, 5}, {1, 6}}, o).Test },
	} {
		if f(plain).P <= f(simple).P {
			t.Errorf("%s: %+v, %+v", what, f(plain), f(simple))
		}
	}
}

func BenchmarkKendall(b *testing.B) {
	x, y := make([]float64, 3000), make([]float64, 3000)
	for i := range x {
		x[i], y[i] = float64(i*7919%11), float64(i*104729%5)
	}
	for b.Loop() {
		srs.Kendall(x, y, plain)
	}
}

func BenchmarkFisher(b *testing.B) {
	for b.Loop() {
		if _, err := srs.Fisher([][]int{{10, 20, 30}, {20, 15, 12}, {8, 9, 30}}, plain); err != nil {
			b.Fatal(err)
		}
	}
}
