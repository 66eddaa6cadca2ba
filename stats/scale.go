package stats

import (
	"math"

	"tradeoff/stats/dist"
)

// LogitInterval is the confidence interval of number k, a share, on the scale of
// logits,
//
//	expit( logit p -+ t(df) SE / (p (1 - p)) )
//
// which stays inside 0 to 1: of shares that are made of others, or of a model, where
// Proportion has no rows to count. level is, say, 0.95. df are the design's. NaN
// without degrees of freedom, and unless p lies between 0 and 1. It panics for a
// level that does not lie between 0 and 1. R: svyciprop(method = "xlogit").
// TestScaledIntervals.
func (e *Estimates) LogitInterval(k int, level float64) (low, high float64) {
	p := e.Value[k]
	if !(p > 0 && p < 1) {
		return math.NaN(), math.NaN()
	}
	expit := func(y float64) float64 { return 1 / (1 + math.Exp(-y)) }
	return e.scaled(level, math.Log(p/(1-p)), e.SE(k)/(p*(1-p)), expit)
}

// LogInterval is the confidence interval of number k, a ratio, on the scale of
// logarithms,
//
//	exp( log r -+ t(df) SE / r )
//
// which stays above 0. level is, say, 0.95. df are the design's. NaN without degrees
// of freedom, and unless r is above 0. It panics for a level that does not lie
// between 0 and 1. R: exp(confint()) of svycontrast of the logarithm.
// TestScaledIntervals.
func (e *Estimates) LogInterval(k int, level float64) (low, high float64) {
	r := e.Value[k]
	if !(r > 0) {
		return math.NaN(), math.NaN()
	}
	return e.scaled(level, math.Log(r), e.SE(k)/r, math.Exp)
}

// scaled is an interval on a scale, brought back from it.
func (e *Estimates) scaled(level, value, se float64, from func(float64) float64) (low, high float64) {
	mustLevel(level)
	if !(e.DF > 0) {
		return math.NaN(), math.NaN()
	}
	half := dist.TQuantile(1-level, e.DF) * se
	return from(value - half), from(value + half)
}
