package srs

import (
	"errors"
	"math"
	"slices"
)

// ErrTooLarge says that a table has too many others of the same margins to go
// through; ChiSquared is good then.
var ErrTooLarge = errors.New("too many tables have these margins for Fisher's exact test; use the chi-squared test")

// Fisher tests whether rows and columns of a table of counts are independent,
// exactly: among all tables with the same margins, P is the probability of those
// that are not more likely than this one (to a relative 1e-7, so that rounding
// does not part equals).
//
// For 2 by 2, Estimate is the odds ratio n_11 n_22/(n_12 n_21), not that of the
// counts but the conditional maximum likelihood estimate, at which the mean of
// n_11 in Fisher's noncentral hypergeometric distribution is n_11; Low and High
// are where one tail of it is half of what the level leaves out. They are 0 and
// +Inf at the ends of what the margins allow. With an Alternative, about the
// odds ratio, P is one tail. Larger tables have P only, and heed no Alternative.
//
// P is 1 with fewer than two rows or columns that have anyone. Heeds Alternative,
// Level. Fails with ErrTooLarge. Fisher 1935; larger tables: Mehta and Patel
// 1983. R: fisher.test, which finds the odds ratio and its interval to about 5
// digits. TestOracle: fisher; TestFisherBrute.
func Fisher(table [][]int, o Options) (Test, error) {
	var row, column []int
	n := 0
	for i, counts := range table {
		mustLen(len(counts), len(table[0]))
		row = append(row, 0)
		column = append(column, make([]int, len(counts)-len(column))...)
		for j, count := range counts {
			row[i] += count
			column[j] += count
			n += count
		}
	}
	r := noTest(n)
	r.Exact = true
	if len(row) == 2 && len(column) == 2 {
		fisher2x2(&r, table[0][0], row[0], row[1], column[0], o)
		return r, nil
	}
	p, err := fisherP(table, row, column)
	r.P = p
	return r, err
}

// fisher2x2 tests x of a table where the first column has k of m and n.
func fisher2x2(r *Test, x, m, n, k int, o Options) {
	low, high := max(0, k-n), min(k, m)
	logs := make([]float64, 0, high-low+1) // of the probabilities at odds ratio 1
	for u := low; u <= high; u++ {
		logs = append(logs, logChoose(m, u)+logChoose(n, k-u))
	}
	h := hypergeometric{low, logs}
	if p := h.at(0); o.Alternative == TwoSided {
		r.P = 0
		for _, q := range p {
			if q <= p[x-low]*(1+1e-7) {
				r.P += q
			}
		}
		r.P = math.Min(1, r.P)
	} else {
		r.P = o.p(h.tails(0, x))
	}
	if low == high {
		return // nothing is known of the odds ratio
	}
	r.Estimate = h.odds(x)
	r.Low, r.High = 0, math.Inf(1)
	if x > low && o.Alternative != Less {
		r.Low = math.Exp(bisect(func(l float64) float64 { _, upper := h.tails(l, x); return upper - o.tail() }))
	}
	if x < high && o.Alternative != Greater {
		r.High = math.Exp(bisect(func(l float64) float64 { lower, _ := h.tails(l, x); return o.tail() - lower }))
	}
}

// hypergeometric is Fisher's noncentral hypergeometric distribution of the
// numbers from low on, by the logarithm of the odds ratio.
type hypergeometric struct {
	low  int
	logs []float64
}

func (h hypergeometric) at(logOdds float64) []float64 {
	p := make([]float64, len(h.logs))
	most := math.Inf(-1)
	for i, l := range h.logs {
		p[i] = l + logOdds*float64(i)
		most = math.Max(most, p[i])
	}
	sum := 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - most)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

func (h hypergeometric) mean(logOdds float64) float64 {
	m := 0.0
	for i, p := range h.at(logOdds) {
		m += p * float64(h.low+i)
	}
	return m
}

// tails are P(X <= x) and P(X >= x).
func (h hypergeometric) tails(logOdds float64, x int) (lower, upper float64) {
	for i, p := range h.at(logOdds) {
		if h.low+i <= x {
			lower += p
		}
		if h.low+i >= x {
			upper += p
		}
	}
	return lower, upper
}

// odds is the odds ratio at which the mean is x, 0 or +Inf at the ends.
func (h hypergeometric) odds(x int) float64 {
	switch x {
	case h.low:
		return 0
	case h.low + len(h.logs) - 1:
		return math.Inf(1)
	}
	return math.Exp(bisect(func(l float64) float64 { return h.mean(l) - float64(x) }))
}

// bisect is where a rising function crosses zero.
func bisect(f func(x float64) float64) float64 {
	low, high := -1.0, 1.0
	for f(low) > 0 {
		low *= 2
	}
	for f(high) < 0 {
		high *= 2
	}
	for {
		x := low + (high-low)/2
		if x == low || x == high {
			return x
		}
		if f(x) < 0 {
			low = x
		} else {
			high = x
		}
	}
}

func logFactorial(n int) float64 {
	g, _ := math.Lgamma(float64(n) + 1)
	return g
}

func logChoose(n, k int) float64 { return logFactorial(n) - logFactorial(k) - logFactorial(n-k) }

// fisherP goes through the tables with given margins column by column. A node
// is what rows still have to place; it does not matter in which order rows are,
// nor how a node was reached, but for the probability so far (the past). The
// logarithm of a table's probability is, but for a constant, the sum of -log x!
// over its cells. Where even the most likely rest of a table leaves it at most as
// likely as the one observed, all rests count, and their total is known; where
// even the least likely makes it more likely, none does.
func fisherP(table [][]int, row, column []int) (float64, error) {
	n := 0
	for _, r := range row {
		n += r
	}
	f := fisherTables{logs: make([]float64, n+1)}
	for x := range f.logs {
		f.logs[x] = logFactorial(x)
	}
	observed := 0.0
	for _, counts := range table {
		for _, x := range counts {
			observed -= f.logs[x]
		}
	}
	if len(row) > len(column) {
		row, column = column, row
	}
	column = slices.Clone(column)
	slices.Sort(column)
	f.column, f.bound = column, make([]map[string][2]float64, len(column))
	for s := range f.bound {
		f.bound[s] = map[string][2]float64{}
	}
	start := slices.Clone(row)
	slices.Sort(start)
	all := f.total(0, start)
	limit := observed + 1e-7
	p := 0.0

	// Nodes are kept in the order in which they come up, so that sums do not
	// depend on the order of a map.
	type node struct {
		rest []int
		past []past
		at   map[int64]int
	}
	level := []*node{{rest: start, past: []past{{0, 1}}}}
	for s := range column {
		var next []*node
		place := map[string]*node{}
		for _, from := range level {
			bound, err := f.bounds(s, from.rest)
			if err != nil {
				return math.NaN(), err
			}
			var open []past
			for _, h := range from.past {
				switch {
				case h.log+bound[1] <= limit:
					p += h.ways * math.Exp(h.log+f.total(s, from.rest)-all)
				case h.log+bound[0] <= limit:
					open = append(open, h)
				}
			}
			if len(open) == 0 {
				continue
			}
			f.fill(from.rest, column[s], func(rest []int, log float64) bool {
				k := key(rest)
				to := place[k]
				if to == nil {
					to = &node{rest: slices.Clone(rest), at: map[int64]int{}}
					place[k] = to
					next = append(next, to)
				}
				f.work += len(open)
				for _, h := range open {
					r := int64(math.Round((h.log + log) * 1e9))
					if i, ok := to.at[r]; ok {
						to.past[i].ways += h.ways
						continue
					}
					to.at[r] = len(to.past)
					to.past = append(to.past, past{h.log + log, h.ways})
				}
				return f.work <= fisherWork
			})
			if f.work > fisherWork {
				return math.NaN(), ErrTooLarge
			}
		}
		level = next
	}
	return math.Min(1, p), nil
}

// fisherWork is how many steps are few enough, about a second.
const fisherWork = 1e7

// past is a probability so far and how many ways lead to it.
type past struct{ log, ways float64 }

// fisherTables are the columns to fill, and per number of columns done and node
// the least and the largest logarithm of the rest.
type fisherTables struct {
	logs   []float64 // of factorials
	column []int
	bound  []map[string][2]float64
	work   int
}

// total is the logarithm of the sum over all tables of prod 1/x!.
func (f *fisherTables) total(s int, rest []int) float64 {
	n, l := 0, 0.0
	for _, r := range rest {
		n += r
		l -= f.logs[r]
	}
	for _, c := range f.column[s:] {
		l -= f.logs[c]
	}
	return l + f.logs[n]
}

func (f *fisherTables) bounds(s int, rest []int) ([2]float64, error) {
	if s >= len(f.column)-1 { // the last column takes what is left
		l := 0.0
		for _, r := range rest {
			l -= f.logs[r]
		}
		return [2]float64{l, l}, nil
	}
	k := key(rest)
	if b, ok := f.bound[s][k]; ok {
		return b, nil
	}
	b := [2]float64{math.Inf(1), math.Inf(-1)}
	var failed error
	f.fill(rest, f.column[s], func(left []int, log float64) bool {
		if f.work++; f.work > fisherWork {
			failed = ErrTooLarge
			return false
		}
		var r [2]float64
		r, failed = f.bounds(s+1, left)
		b[0], b[1] = math.Min(b[0], r[0]+log), math.Max(b[1], r[1]+log)
		return failed == nil
	})
	f.bound[s][k] = b
	return b, failed
}

// fill calls each with every way of placing n in rows that have room: what is
// left, sorted, and the sum of -log x!; until it says that is enough.
func (f *fisherTables) fill(room []int, n int, each func(left []int, log float64) bool) {
	left := slices.Clone(room)
	sorted := make([]int, len(room))
	var place func(i, n, after int, log float64) bool
	place = func(i, n, after int, log float64) bool {
		if i == len(room)-1 {
			left[i] = room[i] - n
			copy(sorted, left)
			slices.Sort(sorted)
			return each(sorted, log-f.logs[n])
		}
		after -= room[i]
		for x := max(0, n-after); x <= min(n, room[i]); x++ {
			left[i] = room[i] - x
			if !place(i+1, n-x, after, log-f.logs[x]) {
				return false
			}
		}
		return true
	}
	after := 0
	for _, r := range room {
		after += r
	}
	place(0, n, after, 0)
}

// key is a node as a map's key.
func key(rest []int) string {
	b := make([]byte, 0, 4*len(rest))
	for _, r := range rest {
		b = append(b, byte(r>>24), byte(r>>16), byte(r>>8), byte(r))
	}
	return string(b)
}
