package srs

import (
	"cmp"
	"math"
	"slices"

	"tradeoff/stats/dist"
)

// order are the indices of y by size, ties in place.
func order(y []float64) []int {
	o := make([]int, len(y))
	for i := range o {
		o[i] = i
	}
	slices.SortStableFunc(o, func(a, b int) int { return cmp.Compare(y[a], y[b]) })
	return o
}

// ranks are ranks from 1, their mean for tied values, and the numbers of equal
// values.
func ranks(y []float64) (rank []float64, ties []float64) {
	o := order(y)
	rank = make([]float64, len(y))
	for i := 0; i < len(o); {
		j := i
		for j < len(o) && y[o[j]] == y[o[i]] {
			j++
		}
		for _, at := range o[i:j] {
			rank[at] = float64(i+j+1) / 2
		}
		ties = append(ties, float64(j-i))
		i = j
	}
	return rank, ties
}

// cubes is sum t^3 - t over ties.
func cubes(ties []float64) float64 {
	s := 0.0
	for _, t := range ties {
		s += t*t*t - t
	}
	return s
}

// RankSum tests whether answers of one group tend to be larger than those of
// another (Wilcoxon, Mann and Whitney):
//
//	W = pairs where x > y + pairs where x = y / 2
//
// Estimate is W/(n_x n_y), the probability that someone of x is above someone
// of y, 1/2 if there is no difference, without an interval. P from the normal
// distribution with the variance for ties,
//
//	n_x n_y/12 (N + 1 - sum (t^3 - t)/(N(N-1))),
//
// or, with Exact and N up to 100, from all ways to divide the ranks, ties as
// they are (Streitberg and Röhmel 1986). NaN if a group is empty or all answers
// are equal. Heeds Alternative, Exact, Uncorrected. Mann and Whitney 1947; ties:
// Lehmann 1975, section 1.4. R: wilcox.test(x, y), which has no exact P with
// ties. TestOracle: two_sample; TestExactTies.
func RankSum(x, y []float64, o Options) Test {
	x, y = known(x), known(y)
	n, m := len(x), len(y)
	r := noTest(n + m)
	rank, ties := ranks(slices.Concat(x, y))
	if n == 0 || m == 0 || len(ties) == 1 {
		return r
	}
	w := -float64(n*(n+1)) / 2
	for _, v := range rank[:n] {
		w += v
	}
	pairs, all := float64(n*m), float64(n+m)
	r.Statistic, r.Estimate = w, w/pairs
	if o.Exact && n+m <= 100 {
		r.Exact = true
		r.P = o.p(subsetTails(rank, n, w+float64(n*(n+1))/2))
		return r
	}
	sd := math.Sqrt(pairs / 12 * (all + 1 - cubes(ties)/(all*(all-1))))
	r.P = o.normal(o.corrected(w-pairs/2) / sd)
	return r
}

// subsetTails are P(S <= s) and P(S >= s) of the sum S of n ranks drawn at
// random. Twice a rank is a whole number.
func subsetTails(rank []float64, n int, s float64) (lower, upper float64) {
	total := 0
	for _, r := range rank {
		total += int(2 * r)
	}
	ways := make([][]float64, n+1) // of drawing k ranks of a sum
	for k := range ways {
		ways[k] = make([]float64, total+1)
	}
	ways[0][0] = 1
	for seen, r := range rank {
		v := int(2 * r)
		for k := min(seen+1, n); k > 0; k-- {
			for t := total; t >= v; t-- {
				ways[k][t] += ways[k-1][t-v]
			}
		}
	}
	return tails(ways[n], int(2*s))
}

// tails are the shares of ways up to s and from s on.
func tails(ways []float64, s int) (lower, upper float64) {
	all := 0.0
	for t, w := range ways {
		all += w
		if t <= s {
			lower += w
		}
		if t >= s {
			upper += w
		}
	}
	return lower / all, upper / all
}

// SignedRank tests whether differences in pairs are around zero (Wilcoxon):
// with ranks of |x - y| of the n pairs that differ,
//
//	V = sum of the ranks where x > y
//
// Estimate is V over the sum of ranks, 1/2 if there is no difference, without an
// interval. P from the normal distribution with the variance for ties,
//
//	n(n+1)(2n+1)/24 - sum (t^3 - t)/48,
//
// or, with Exact and n up to 200, from all 2^n signs, ties as they are. N is n.
// NaN if no pair differs. Heeds Alternative, Exact, Uncorrected. Wilcoxon 1945;
// Lehmann 1975, section 3.2. R: wilcox.test(paired = TRUE), which has no exact P
// with ties or zeros. TestOracle: signed_rank; TestExactTies.
func SignedRank(x, y []float64, o Options) Test {
	xy := complete(x, y)
	var size, differences []float64
	for i, v := range xy[0] {
		if d := v - xy[1][i]; d != 0 {
			differences, size = append(differences, d), append(size, math.Abs(d))
		}
	}
	r := noTest(len(size))
	if len(size) == 0 {
		return r
	}
	rank, ties := ranks(size)
	v := 0.0
	for i, d := range differences {
		if d > 0 {
			v += rank[i]
		}
	}
	n := float64(len(size))
	r.Statistic, r.Estimate = v, v/(n*(n+1)/2)
	if o.Exact && n <= 200 {
		r.Exact = true
		r.P = o.p(signTails(rank, v))
		return r
	}
	sd := math.Sqrt(n*(n+1)*(2*n+1)/24 - cubes(ties)/48)
	r.P = o.normal(o.corrected(v-n*(n+1)/4) / sd)
	return r
}

// signTails are P(V <= v) and P(V >= v) of the sum V of the ranks that a coin
// chooses.
func signTails(rank []float64, v float64) (lower, upper float64) {
	total := 0
	for _, r := range rank {
		total += int(2 * r)
	}
	p := make([]float64, total+1)
	p[0] = 1
	for _, r := range rank {
		step := int(2 * r)
		for t := total; t >= 0; t-- {
			p[t] /= 2
			if t >= step {
				p[t] += p[t-step] / 2
			}
		}
	}
	return tails(p, int(2*v))
}

// KruskalWallis tests whether answers of several groups tend to be of the same
// size: with ranks of all N answers, R_g their sum in group g,
//
//	H = (12/(N(N+1)) sum R_g^2/n_g - 3(N+1)) / (1 - sum (t^3 - t)/(N^3 - N))
//
// chi-squared on k-1 degrees of freedom. group as in OneWay. Estimate is H/(N-1)
// (epsilon squared), 0 to 1, without an interval. NaN for one group, or if all
// answers are equal. Heeds no option. Kruskal and Wallis 1952. R: kruskal.test.
// TestOracle: kruskal.
func KruskalWallis(y []float64, group []int) Test {
	gs := groups(y, group)
	rank, ties := ranks(slices.Concat(gs...))
	n := float64(len(rank))
	r := noTest(len(rank))
	if len(gs) < 2 || len(ties) < 2 {
		return r
	}
	h := 0.0
	for _, g := range gs {
		s := 0.0
		for _, v := range rank[:len(g)] {
			s += v - (n+1)/2 // from the middle, where nothing cancels
		}
		rank = rank[len(g):]
		h += s * s / float64(len(g))
	}
	r.Statistic = 12 / (n * (n + 1)) * h / (1 - cubes(ties)/(n*n*n-n))
	r.DF = float64(len(gs) - 1)
	r.P = dist.ChiSquaredTail(r.Statistic, r.DF)
	r.Estimate = r.Statistic / (n - 1)
	return r
}

// Friedman tests whether k things are rated alike by n people, who rate all of
// them: a row each, k columns. With ranks within rows and R_j their sums by
// column,
//
//	Q = 12 sum (R_j - n(k+1)/2)^2 / (n k (k+1) - sum (t^3 - t)/(k-1))
//
// chi-squared on k-1 degrees of freedom. Rows with a missing rating are left
// out; N is n. Estimate is Q/(n(k-1)), Kendall's coefficient of concordance W, 0
// to 1, without an interval. NaN without rows, with one column, or if all rate
// everything the same. Heeds no option. Friedman 1937. R: friedman.test.
// TestOracle: friedman.
func Friedman(rows [][]float64) Test {
	var sums []float64
	n, tied := 0, 0.0
	for _, row := range rows {
		mustLen(len(row), len(rows[0]))
		if slices.ContainsFunc(row, math.IsNaN) {
			continue
		}
		rank, ties := ranks(row)
		if sums == nil {
			sums = make([]float64, len(row))
		}
		for j, v := range rank {
			sums[j] += v
		}
		tied += cubes(ties)
		n++
	}
	r := noTest(n)
	k, rated := float64(len(sums)), float64(n)
	variance := rated*k*(k+1) - tied/(k-1)
	if k < 2 || !(variance > 0) {
		return r
	}
	q := 0.0
	for _, s := range sums {
		q += (s - rated*(k+1)/2) * (s - rated*(k+1)/2)
	}
	r.Statistic, r.DF = 12*q/variance, k-1
	r.P = dist.ChiSquaredTail(r.Statistic, r.DF)
	r.Estimate = r.Statistic / (rated * (k - 1))
	return r
}
