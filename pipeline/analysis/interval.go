package analysis

import (
	"math"

	"gonum.org/v1/gonum/num/dual"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// Intervals that stay where their estimate can be: of probabilities on the scale of
// logits, of ratios on that of logarithms.

// probability is the cell of a share that is not counted but made, with an interval
// inside of 0 to 1; it has none at 0 and 1.
func (p *People) probability(e *stats.Estimates, k, people int) crosstab.Cell {
	return p.scaled(e, k, people,
		func(x dual.Number) dual.Number {
			return dual.Sub(dual.Log(x), dual.Log(dual.Sub(dual.Number{Real: 1}, x)))
		},
		func(y float64) float64 { return 1 / (1 + math.Exp(-y)) })
}

// ratio is the cell of a ratio, with an interval above 0.
func (p *People) ratio(e *stats.Estimates, k, people int) crosstab.Cell {
	return p.scaled(e, k, people, dual.Log, math.Exp)
}

// scaled is a cell whose interval is made on another scale and brought back.
func (p *People) scaled(e *stats.Estimates, k, people int, to func(dual.Number) dual.Number, from func(float64) float64) crosstab.Cell {
	on := e.Smooth("", func(x []dual.Number) dual.Number { return to(x[k]) })
	low, high := on.Interval(0, p.Level)
	if math.IsInf(on.Value[0], 0) {
		low, high = math.NaN(), math.NaN()
	}
	return p.made(e.Value[k], e.SE(k), from(low), from(high), e.DF, people)
}

// atOnce is the cell of one of n estimates of which the outstanding ones are looked
// for: its interval is so wide that all n hold together at the level (Bonferroni).
func (p *People) atOnce(e *stats.Estimates, k, n, people int) crosstab.Cell {
	low, high := e.Interval(k, 1-(1-p.Level)/float64(n))
	return p.made(e.Value[k], e.SE(k), low, high, e.DF, people)
}
