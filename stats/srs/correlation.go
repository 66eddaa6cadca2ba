package srs

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats/dist"
	"tradeoff/stats/internal/moment"
)

// Pearson estimates and tests the correlation of two answers,
//
//	r = sum (x - m_x)(y - m_y) / sqrt(sum (x - m_x)^2 sum (y - m_y)^2),   t = r sqrt((n-2)/(1-r^2))
//
// on n-2 degrees of freedom, of the n pairs where neither is missing. The
// interval is Fisher's, tanh(artanh r -+ z/sqrt(n-3)), and needs 4 pairs.
// Estimate is NaN if an answer does not vary; t is infinite for r of 1 or -1.
// Heeds Alternative, Level. Fisher 1921. R: cor.test. TestOracle: cor.
func Pearson(x, y []float64, o Options) Test {
	xy := complete(x, y)
	n := len(xy[0])
	r := noTest(n)
	r.Estimate = pearson(xy[0], xy[1])
	if math.IsNaN(r.Estimate) || n < 3 {
		return r
	}
	r.DF = float64(n - 2)
	r.Statistic = r.Estimate * math.Sqrt(r.DF/(1-r.Estimate*r.Estimate))
	r.P = o.student(r.Statistic, r.DF)
	if n > 3 {
		low, high := o.interval(math.Atanh(r.Estimate), -dist.NormalQuantile(o.tail())/math.Sqrt(float64(n-3)), math.Inf(-1), math.Inf(1))
		r.Low, r.High = math.Tanh(low), math.Tanh(high)
	}
	return r
}

func pearson(x, y []float64) float64 {
	mx, sx := moments(x)
	my, sy := moments(y)
	if !(sx > 0 && sy > 0) {
		return math.NaN()
	}
	s := 0.0
	for i := range x {
		s += (x[i] - mx) * (y[i] - my)
	}
	return math.Max(-1, math.Min(1, s/math.Sqrt(sx*sy)))
}

// Spearman is Pearson's correlation of ranks, tied answers at their mean rank.
// Statistic is S = (n^3 - n)(1 - r)/6, the sum of squared differences of ranks if
// there are no ties. P from Student's t as for Pearson, or with Exact, up to 12
// pairs without ties, from all orders. No interval. Heeds Alternative, Exact.
// Spearman 1904. R: cor.test(method = "spearman"), exact to 9 pairs. TestOracle:
// cor; TestExactOrders.
func Spearman(x, y []float64, o Options) Test {
	xy := complete(x, y)
	rx, tx := ranks(xy[0])
	ry, ty := ranks(xy[1])
	n := len(rx)
	r := noTest(n)
	r.Estimate = pearson(rx, ry)
	if math.IsNaN(r.Estimate) || n < 3 {
		return r
	}
	f := float64(n)
	r.Statistic = (f*f*f - f) * (1 - r.Estimate) / 6
	if o.Exact && n <= 12 && len(tx) == n && len(ty) == n {
		r.Exact = true
		lower, upper := tails(squaredDifferences(n), int(math.Round(r.Statistic)))
		r.P = o.p(upper, lower) // a small S is a large correlation
		return r
	}
	r.DF = f - 2
	r.P = o.student(r.Estimate*math.Sqrt(r.DF/(1-r.Estimate*r.Estimate)), r.DF)
	return r
}

// squaredDifferences counts the orders of n things by the sum of their squared
// moves: those of the first k places by which things are on them.
func squaredDifferences(n int) []float64 {
	ways := make([][]float64, 1<<n)
	for set := range ways {
		ways[set] = make([]float64, (n*n*n-n)/3+1)
	}
	ways[0][0] = 1
	for set := range ways {
		k := 0
		for thing := range n {
			k += set >> thing & 1
		}
		for thing := range n {
			if set>>thing&1 == 0 {
				move := (k - thing) * (k - thing)
				to := ways[set|1<<thing]
				for s, w := range ways[set] {
					if w > 0 {
						to[s+move] += w
					}
				}
			}
		}
		if set != len(ways)-1 {
			ways[set] = nil
		}
	}
	return ways[len(ways)-1]
}

// Kendall estimates and tests tau-b, by the pairs of people who are in the same
// order in both answers (C) or in opposite ones (D):
//
//	tau = (C - D) / sqrt((n0 - n1)(n0 - n2)),   n0 = n(n-1)/2, n1, n2 pairs tied in x, y
//
// Statistic is z = (C - D)/sd, with the variance for ties. P from the normal
// distribution, without a continuity correction, or with Exact, up to 100 pairs
// without ties, from all orders. No interval. In n log n steps (Knight 1966).
// Heeds Alternative, Exact. Kendall 1938; 1970, section 4.3 (variance). R:
// cor.test(method = "kendall"). TestOracle: cor; TestKendallNaive,
// TestExactOrders.
func Kendall(x, y []float64, o Options) Test {
	xy := complete(x, y)
	r := noTest(len(xy[0]))
	k := kendall(xy[0], xy[1])
	r.Estimate = k.tau()
	if math.IsNaN(r.Estimate) || k.n < 3 {
		return r
	}
	n := float64(k.n)
	pairs := func(ties []float64, f func(t float64) float64) float64 {
		s := 0.0
		for _, t := range ties {
			s += t * (t - 1) * f(t)
		}
		return s
	}
	two := func(t float64) float64 { return t - 2 }
	five := func(t float64) float64 { return 2*t + 5 }
	v := (n*(n-1)*(2*n+5)-pairs(k.tx, five)-pairs(k.ty, five))/18 +
		2*tied(k.tx)*tied(k.ty)/(n*(n-1)) +
		pairs(k.tx, two)*pairs(k.ty, two)/(9*n*(n-1)*(n-2))
	r.Statistic = k.s / math.Sqrt(v)
	if o.Exact && k.n <= 100 && len(k.tx) == k.n && len(k.ty) == k.n {
		r.Exact = true
		r.P = o.p(tails(concordances(k.n), int(math.Round((n*(n-1)/2+k.s)/2))))
		return r
	}
	r.P = o.normal(r.Statistic)
	return r
}

// concordances are the shares of the orders of n things by their number of
// concordant pairs: the next thing makes 0 to k-1 more.
func concordances(n int) []float64 {
	p := make([]float64, n*(n-1)/2+1)
	p[0] = 1
	next := make([]float64, len(p))
	for k := 2; k <= n; k++ {
		window := 0.0
		for c := range k*(k-1)/2 + 1 {
			window += p[c]
			if c >= k {
				window -= p[c-k]
			}
			next[c] = window / float64(k)
		}
		p, next = next, p
	}
	return p
}

// orders is what tau is made of.
type orders struct {
	n      int
	s      float64   // concordant less discordant pairs
	tx, ty []float64 // numbers of equal values
}

func (k orders) tau() float64 {
	pairs := float64(k.n) * float64(k.n-1) / 2
	px, py := pairs-tied(k.tx), pairs-tied(k.ty)
	if !(px > 0 && py > 0) {
		return math.NaN()
	}
	return math.Max(-1, math.Min(1, k.s/math.Sqrt(px*py)))
}

// tied is the number of pairs within ties.
func tied(ties []float64) float64 {
	p := 0.0
	for _, t := range ties {
		p += t * (t - 1) / 2
	}
	return p
}

// kendall sorts by x, ties by y, and counts the pairs that sorting by y has to
// exchange: those are discordant.
func kendall(x, y []float64) orders {
	rx, tx := ranks(x)
	ry, ty := ranks(y)
	k := orders{n: len(x), tx: tx, ty: ty}
	at := make([]int, len(x))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int {
		if rx[a] != rx[b] {
			return int(2 * (rx[a] - rx[b]))
		}
		return int(2 * (ry[a] - ry[b]))
	})
	sorted, both := make([]float64, len(at)), 0.0
	run := 0 // pairs of the last value that are tied in both
	for i, j := range at {
		sorted[i] = ry[j]
		if run++; i > 0 && (rx[j] != rx[at[i-1]] || ry[j] != ry[at[i-1]]) {
			run = 1
		}
		both += float64(run - 1)
	}
	untied := float64(k.n)*float64(k.n-1)/2 + both - tied(tx) - tied(ty)
	k.s = untied - 2*exchanges(sorted, make([]float64, len(sorted)))
	return k
}

// exchanges sorts v by merging and counts the pairs in the wrong order.
func exchanges(v, buffer []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	h := len(v) / 2
	n := exchanges(v[:h], buffer[:h]) + exchanges(v[h:], buffer[h:])
	i, j := 0, h
	for k := range buffer {
		if j == len(v) || i < h && v[i] <= v[j] {
			buffer[k] = v[i]
			i++
		} else {
			buffer[k] = v[j]
			n += float64(h - i)
			j++
		}
	}
	copy(v, buffer)
	return n
}

// A Kind of correlation.
type Kind int

const (
	PearsonR    Kind = iota // linear: Pearson
	SpearmanRho             // of ranks: Spearman
	KendallTau              // of orders: Kendall
)

// Correlations is the matrix of correlations of columns of one length, with the
// numbers of rows behind each. Rows with a missing answer are left out: of all
// correlations, or, if pairwise, of those that need it; such a matrix may have
// negative eigenvalues. Without variation a correlation is NaN, also with itself.
// R: cor(use = "complete") and "pairwise". TestOracle: cor.
func Correlations(kind Kind, pairwise bool, columns ...[]float64) (r *mat.SymDense, n [][]int) {
	if len(columns) == 0 {
		return &mat.SymDense{}, nil
	}
	if !pairwise {
		columns = complete(columns...)
	}
	r, n = mat.NewSymDense(len(columns), nil), make([][]int, len(columns))
	for i := range columns {
		n[i] = make([]int, len(columns))
		for j := range i + 1 {
			xy := complete(columns[i], columns[j])
			n[i][j], n[j][i] = len(xy[0]), len(xy[0])
			r.SetSym(i, j, correlation(kind, xy[0], xy[1]))
		}
	}
	return r, n
}

func correlation(kind Kind, x, y []float64) float64 {
	switch kind {
	case SpearmanRho:
		rx, _ := ranks(x)
		ry, _ := ranks(y)
		return pearson(rx, ry)
	case KendallTau:
		return kendall(x, y).tau()
	}
	return pearson(x, y)
}

// WeightedPearson is the matrix of correlations of columns with sampling
// weights,
//
//	r = S_xy / sqrt(S_xx S_yy),   S_xy = sum w (x - m_x)(y - m_y),   m = sum w x / sum w
//
// which estimates those of the population, whatever the design; for standard
// errors see package stats. Rows with a missing answer or no weight are left
// out. NaN without variation. R: cov.wt(cor = TRUE). TestOracle: cor/weighted.
func WeightedPearson(w []float64, columns ...[]float64) *mat.SymDense {
	return weightedCorrelation(weightedRows(w, columns), false)
}

// WeightedSpearman is WeightedPearson of weighted ranks, the MidRanks. With
// equal weights it is Spearman. TestOracle: cor/weighted.
func WeightedSpearman(w []float64, columns ...[]float64) *mat.SymDense {
	return weightedCorrelation(weightedRows(w, columns), true)
}

// weightedRows are weights and columns of the complete rows with a weight.
func weightedRows(w []float64, columns [][]float64) [][]float64 {
	some := slices.Clone(w)
	for i, x := range some {
		if x == 0 {
			some[i] = math.NaN()
		}
	}
	return complete(append([][]float64{some}, columns...)...)
}

func weightedCorrelation(rows [][]float64, byRank bool) *mat.SymDense {
	w, columns := rows[0], rows[1:]
	if len(columns) == 0 {
		return &mat.SymDense{}
	}
	if byRank {
		for j, c := range columns {
			columns[j] = MidRanks(c, w)
		}
	}
	return moment.Of(w, columns).Correlation()
}

// MidRanks are weighted ranks: of each value the weight below it and half of the
// weight at it. With equal weights of 1 they are ranks less 1/2. Missing values
// and their weight are left out, and have NaN. TestOracle: cor/weighted.
func MidRanks(x, w []float64) []float64 {
	mustLen(len(x), len(w))
	o := slices.DeleteFunc(order(x), func(i int) bool { return math.IsNaN(x[i]) })
	rank := make([]float64, len(x))
	for i := range rank {
		rank[i] = math.NaN()
	}
	below := 0.0
	for i := 0; i < len(o); {
		at, j := 0.0, i
		for ; j < len(o) && x[o[j]] == x[o[i]]; j++ {
			at += w[o[j]]
		}
		for _, k := range o[i:j] {
			rank[k] = below + at/2
		}
		below += at
		i = j
	}
	return rank
}
