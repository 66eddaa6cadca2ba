package srs

import (
	"math"

	"tradeoff/stats/dist"
)

// OneSample tests whether the mean of y, or of differences in pairs, is null:
//
//	t = (m - null) / (s/sqrt n),   s^2 = sum (y - m)^2 / (n-1)
//
// on n-1 degrees of freedom. Estimate is m, in the unit of y, with its interval
// m -+ t s/sqrt n. NaN but for Estimate with fewer than two answers, or if all
// are equal. Heeds Alternative, Level. Student 1908. R: t.test(y, mu = null).
// TestOneSample.
func OneSample(y []float64, null float64, o Options) Test {
	y = known(y)
	n := float64(len(y))
	m, ss := moments(y)
	return o.t(len(y), m, null, math.Sqrt(ss/(n-1)/n), n-1)
}

// Welch tests whether two groups have the same mean, their variances being what
// they are:
//
//	t = (m_x - m_y) / sqrt(s_x^2/n_x + s_y^2/n_y)
//
// with Welch and Satterthwaite's degrees of freedom. Estimate is m_x - m_y with
// its interval. NaN but for Estimate if a group has fewer than two answers or
// neither varies. Heeds Alternative, Level. Welch 1938; 1947, Biometrika 34. R:
// t.test(x, y). TestOracle: two_sample.
func Welch(x, y []float64, o Options) Test {
	x, y = known(x), known(y)
	n, m := float64(len(x)), float64(len(y))
	mx, sx := moments(x)
	my, sy := moments(y)
	vx, vy := sx/(n-1)/n, sy/(m-1)/m
	v := vx + vy
	return o.t(len(x)+len(y), mx-my, 0, math.Sqrt(v), v*v/(vx*vx/(n-1)+vy*vy/(m-1)))
}

// Pooled is Welch's test where both groups have one variance, on n_x + n_y - 2
// degrees of freedom:
//
//	t = (m_x - m_y) / (s sqrt(1/n_x + 1/n_y))
//
// A group of one answer is enough. R: t.test(x, y, var.equal = TRUE).
// TestOracle: two_sample.
func Pooled(x, y []float64, o Options) Test {
	x, y = known(x), known(y)
	n, m := float64(len(x)), float64(len(y))
	mx, sx := moments(x)
	my, sy := moments(y)
	return o.t(len(x)+len(y), mx-my, 0, math.Sqrt((sx+sy)/(n+m-2)*(1/n+1/m)), n+m-2)
}

// t is a test of an estimate with a standard error.
func (o Options) t(n int, estimate, null, se, df float64) Test {
	r := noTest(n)
	r.Estimate = estimate
	if !(se > 0) || !(df > 0) {
		return r
	}
	r.Statistic, r.DF = (estimate-null)/se, df
	r.P = o.student(r.Statistic, df)
	r.Low, r.High = o.interval(estimate, dist.TQuantile(2*o.tail(), df)*se, math.Inf(-1), math.Inf(1))
	return r
}

// VarianceRatio tests whether two groups have the same variance, F = s_x^2 /
// s_y^2 on n_x - 1 and n_y - 1 degrees of freedom, which is right for normal
// answers only. Estimate is F with its interval. NaN if a group has fewer than
// two answers or does not vary. Heeds Alternative, Level. Snedecor 1934. R:
// var.test. TestOracle: two_sample.
func VarianceRatio(x, y []float64, o Options) Test {
	x, y = known(x), known(y)
	_, sx := moments(x)
	_, sy := moments(y)
	r := noTest(len(x) + len(y))
	d1, d2 := float64(len(x)-1), float64(len(y)-1)
	if !(sx > 0 && sy > 0) {
		return r
	}
	f := sx / d1 / (sy / d2)
	r.Statistic, r.Estimate, r.DF, r.DF2 = f, f, d1, d2
	r.P = o.p(dist.FTail(1/f, d2, d1), dist.FTail(f, d1, d2))
	r.Low, r.High = f/dist.FQuantile(o.tail(), d1, d2), f*dist.FQuantile(o.tail(), d2, d1)
	switch o.Alternative {
	case Less:
		r.Low = 0
	case Greater:
		r.High = math.Inf(1)
	}
	return r
}

// OneWay tests whether several groups have the same mean, their variances being
// equal (analysis of variance): with N answers in k groups,
//
//	F = (sum n_g (m_g - m)^2 / (k-1)) / (sum (y - m_g)^2 / (N-k))
//
// on k-1 and N-k degrees of freedom. group is the number of the group of each
// answer, from 0, -1 for none; groups without an answer do not count. Estimate
// is the share of the variance between groups (eta squared), without an
// interval. NaN for one group, or if no group varies. Heeds no option. Fisher
// 1925. R: oneway.test(var.equal = TRUE). TestOracle: anova.
func OneWay(y []float64, group []int) Test {
	gs := groups(y, group)
	k, n, mean := float64(len(gs)), 0.0, 0.0
	within := 0.0
	for _, g := range gs {
		m, ss := moments(g)
		n += float64(len(g))
		mean += float64(len(g)) * m
		within += ss
	}
	mean /= n
	between := 0.0
	for _, g := range gs {
		m, _ := moments(g)
		between += float64(len(g)) * (m - mean) * (m - mean)
	}
	r := noTest(int(n))
	if between+within > 0 {
		r.Estimate = between / (between + within)
	}
	if k < 2 || n <= k || within == 0 {
		return r
	}
	r.DF, r.DF2 = k-1, n-k
	r.Statistic = between / r.DF / (within / r.DF2)
	r.P = dist.FTail(r.Statistic, r.DF, r.DF2)
	return r
}

// WelchOneWay is OneWay with a variance of its own for each group. With w_g =
// n_g/s_g^2, W their sum, and m the mean of means weighted by w_g,
//
//	F = sum w_g (m_g - m)^2 / ((k-1) (1 + 2 (k-2) h)),   h = sum (1 - w_g/W)^2/(n_g-1) / (k^2-1)
//
// on k-1 and 1/(3h) degrees of freedom. NaN for one group, and if a group has one
// answer or does not vary. Welch 1951, Biometrika 38. R: oneway.test.
// TestOracle: anova.
func WelchOneWay(y []float64, group []int) Test {
	gs := groups(y, group)
	k := float64(len(gs))
	n, sum, mean := 0, 0.0, 0.0
	ms, ws := make([]float64, len(gs)), make([]float64, len(gs))
	for g, ys := range gs {
		m, ss := moments(ys)
		ms[g], ws[g] = m, float64(len(ys))*float64(len(ys)-1)/ss
		n += len(ys)
		sum += ws[g]
		mean += ws[g] * m
	}
	mean /= sum
	f, h := 0.0, 0.0
	for g, w := range ws {
		f += w * (ms[g] - mean) * (ms[g] - mean)
		h += (1 - w/sum) * (1 - w/sum) / float64(len(gs[g])-1)
	}
	r := noTest(n)
	h /= k*k - 1
	if k < 2 || math.IsNaN(f) || math.IsNaN(h) || math.IsInf(h, 0) {
		return r
	}
	r.DF, r.DF2 = k-1, 1/(3*h)
	r.Statistic = f / r.DF / (1 + 2*(k-2)*h)
	r.P = dist.FTail(r.Statistic, r.DF, r.DF2)
	return r
}
