package hypothesis

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"tradeoff/stats"
)

// An Order is what numbers estimated together say of which is largest.
type Order struct {
	Places []int // places of the numbers, the largest first; those that do not exist are left out

	// Of each place in Places: the places that it may have in the population,
	// 1 the first, all at once at the level of RankNumbers.
	Best, Worst []int

	// Of each place in Places, the chance of each place, 0 to 1. Each row and each
	// column adds up to 1.
	Chance [][]float64

	Pairs      []Pair    // B - A for places A, B of the numbers, A before B in Places; P is not adjusted
	Adjusted   []float64 // P of the pairs by Bonferroni
	Level      float64   // at which the intervals of all pairs hold together
	Individual float64   // level of each interval by itself: 1 - (1 - Level)/pairs
}

// Draws of RankNumbers: a chance is then good to 0.4 percentage points. The seed
// is fixed, for the same numbers have the same chances.
const (
	rankDraws = 50_000
	rankSeed  = 0x7a6e
)

// RankNumbers ranks numbers estimated together, such as the trust in industries
// that the same people rated, with their covariance. Everything is about the
// numbers in the population, of which the estimates are not sure:
//
//	chance      share of draws v + sqrt(df/chi2(df)) L z in which a number has a place,
//	            L L' = V, z standard normal: places by numbers that are spread as the
//	            estimates are (a flat prior), 50,000 draws with a fixed seed
//	pairs       Compare of every two, with P adjusted by Bonferroni
//	best        1 + the numbers that are larger, by adjusted P < 1 - level
//	worst       k - the numbers that are smaller
//
// Best to Worst holds the true places of all numbers at once with probability level
// or more, because no pair is called wrongly with that probability (Al Mohamad,
// Goeman and van Zwet 2022, Biometrics 78; Klein, Wright and Wieczorek 2020, JRSS A
// 183). Chances say less than they seem to where many numbers are close: the largest
// of the sample is seldom the largest by as much. Equal estimates keep the order of
// the numbers.
//
// Numbers that do not exist (NaN) have no place. Numbers without variance are
// certain, and where two of them are equal neither is called larger. Without degrees
// of freedom draws are normal and no pair is called. level is, say, 0.95; it panics
// for one that does not lie between 0 and 1. TestRankNumbers, TestRankChances.
func RankNumbers(e *stats.Estimates, level float64) Order {
	if !(level > 0 && level < 1) {
		panic("hypothesis: a level lies between 0 and 1")
	}
	o := Order{Level: level}
	for k, v := range e.Value {
		if !math.IsNaN(v) {
			o.Places = append(o.Places, k)
		}
	}
	slices.SortStableFunc(o.Places, func(a, b int) int { return cmp.Compare(e.Value[b], e.Value[a]) })
	o.compare(e)
	o.chances(e)
	return o
}

// compare fills in the pairs and what they leave open of each place.
func (o *Order) compare(e *stats.Estimates) {
	n := len(o.Places)
	var p []float64
	for i, a := range o.Places {
		o.Best, o.Worst = append(o.Best, 1), append(o.Worst, n)
		for _, b := range o.Places[i+1:] {
			o.Pairs = append(o.Pairs, Pair{a, b, Compare(e, a, b)})
			p = append(p, o.Pairs[len(o.Pairs)-1].P)
		}
	}
	o.Adjusted = Adjust(p, Bonferroni)
	o.Individual = 1 - (1-o.Level)/float64(max(1, len(p)))
	at := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			if o.Adjusted[at] < 1-o.Level {
				o.Best[j]++
				o.Worst[i]--
			}
			at++
		}
	}
}

// chances draws the numbers and counts their places.
func (o *Order) chances(e *stats.Estimates) {
	n := len(o.Places)
	root := o.root(e)
	src := rand.NewPCG(rankSeed, uint64(n))
	normal := rand.New(src)
	counts := make([][]int, n)
	for i := range counts {
		counts[i] = make([]int, n)
	}
	z, x, order := make([]float64, n), make([]float64, n), make([]int, n)
	for range rankDraws {
		scale := 1.0
		if e.DF > 0 && !math.IsInf(e.DF, 0) {
			scale = math.Sqrt(e.DF / distuv.ChiSquared{K: e.DF, Src: src}.Rand())
		}
		for i := range z {
			z[i] = scale * normal.NormFloat64()
		}
		for i, k := range o.Places {
			order[i], x[i] = i, e.Value[k]
			for j := range z {
				x[i] += root.At(i, j) * z[j]
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[b], x[a]) })
		for place, i := range order {
			counts[i][place]++
		}
	}
	for _, c := range counts {
		row := make([]float64, n)
		for place, times := range c {
			row[place] = float64(times) / rankDraws
		}
		o.Chance = append(o.Chance, row)
	}
}

// root is a matrix whose product with its transpose is the covariance of the
// numbers that have a place; rounding may have left that a little below zero.
func (o *Order) root(e *stats.Estimates) *mat.Dense {
	n := len(o.Places)
	root := mat.NewDense(max(1, n), max(1, n), nil)
	if n == 0 {
		return root
	}
	v := mat.NewSymDense(n, nil)
	for i, a := range o.Places {
		for j, b := range o.Places[i:] {
			v.SetSym(i, i+j, e.Cov.At(a, b))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(v, true) {
		panic("hypothesis: a covariance matrix holds no number")
	}
	eigen.VectorsTo(root)
	for j, l := range eigen.Values(nil) {
		for i := range n {
			root.Set(i, j, root.At(i, j)*math.Sqrt(max(0, l)))
		}
	}
	return root
}
