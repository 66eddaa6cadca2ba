package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/num/dual"

	"tradeoff/stats/dist"
)

// Estimates are numbers estimated together, with their covariance.
type Estimates struct {
	Names []string      // of each number, for people
	Value []float64     // NaN = does not exist
	Cov   *mat.SymDense // K x K, in squared units of the values
	DF    float64       // degrees of freedom of the design

	Replicates [][]float64 // by replicate, then number; nil without replicate weights
	Lost       int         // replicates in which a number had no estimate; its variance leaves them out

	reps   *Replicates
	simple []func() srs // of each number
}

// Len is how many numbers there are.
func (e *Estimates) Len() int { return len(e.Value) }

// Var is the variance of number k.
func (e *Estimates) Var(k int) float64 { return e.Cov.At(k, k) }

// SE is the standard error of number k. A variance that is zero in theory may be
// less than zero by rounding; its root is 0.
func (e *Estimates) SE(k int) float64 { return math.Sqrt(math.Max(0, e.Cov.At(k, k))) }

// SEs are all standard errors.
func (e *Estimates) SEs() []float64 {
	se := make([]float64, e.Len())
	for k := range se {
		se[k] = e.SE(k)
	}
	return se
}

// Interval is the confidence interval of number k,
//
//	value -+ t(df) SE
//
// at a level of, say, 0.95, on the df of the design. NaN without degrees of
// freedom. It panics for a level that does not lie between 0 and 1. Intervals of
// shares are Proportion's. R: confint(df = degf). TestCoverage, TestOnePSU.
func (e *Estimates) Interval(k int, level float64) (low, high float64) {
	return e.IntervalDF(k, level, e.DF)
}

// IntervalDF is Interval on other degrees of freedom; +Inf gives the normal
// distribution.
func (e *Estimates) IntervalDF(k int, level, df float64) (low, high float64) {
	mustLevel(level)
	if !(df > 0) {
		return math.NaN(), math.NaN()
	}
	half := dist.TQuantile(1-level, df) * e.SE(k)
	return e.Value[k] - half, e.Value[k] + half
}

// Test is the test that number k is null: t = (value - null)/SE, and the
// two-sided tail of Student's t with the df of the design. t is infinite where
// only the SE is zero, and NaN where both are; p is NaN without degrees of
// freedom. TestCrosstabIsThisLibrary, TestOnePSU.
func (e *Estimates) Test(k int, null float64) (t, p float64) {
	t = (e.Value[k] - null) / e.SE(k)
	if math.IsNaN(t) || !(e.DF > 0) {
		return t, math.NaN()
	}
	return t, dist.TTwoSided(t, e.DF)
}

// Contrast is linear combinations of the numbers, a row of c each: values c v,
// covariance c V c'. Numbers with a coefficient of zero do not matter, even
// where they do not exist. Where replicates were lost, the covariance is that of
// the contrasts in the replicates, because V has numbers from different ones; a
// replicate without a contrast is left out of its variance, as in R. R:
// svycontrast. TestContrastOfLostReplicates.
func (e *Estimates) Contrast(names []string, c ...[]float64) *Estimates {
	out := e.derived(names, len(c))
	for i, row := range c {
		mustLen("coefficients", len(row), e.Len())
		for k, f := range row {
			if f != 0 {
				out.Value[i] += f * e.Value[k]
			}
		}
	}
	out.delta(e, c)
	for r, theta := range e.Replicates {
		for i, row := range c {
			for k, f := range row {
				if f != 0 {
					out.Replicates[r][i] += f * theta[k]
				}
			}
		}
	}
	if e.reps != nil && e.Lost > 0 && len(e.Replicates) > 0 {
		v, lost := e.reps.variance(out.Value, out.Replicates)
		out.Cov, out.Lost = v.SymDense, lost
	}
	return out
}

// Smooth is a smooth function of the numbers, by the delta method: its gradient
// g comes with the value, by dual numbers, and the variance is g V g', that
// of Contrast. With replicate weights it is the same; Replicates holds the function
// of every replicate. R: svycontrast with a quoted expression. TestOracle: 05_contrasts.
func (e *Estimates) Smooth(name string, f func(x []dual.Number) dual.Number) *Estimates {
	out := e.derived([]string{name}, 1)
	at := func(theta []float64, k int) dual.Number {
		x := make([]dual.Number, len(theta))
		for j, v := range theta {
			x[j].Real = v
		}
		if k >= 0 {
			x[k].Emag = 1
		}
		return f(x)
	}
	gradient := make([]float64, e.Len())
	out.Value[0] = at(e.Value, -1).Real
	for k := range e.Value {
		gradient[k] = at(e.Value, k).Emag
	}
	line := e.Contrast(nil, gradient)
	out.Cov, out.Lost = line.Cov, line.Lost
	for r, theta := range e.Replicates {
		out.Replicates[r][0] = at(theta, -1).Real
	}
	return out
}

// derived makes room for k numbers that are made of these.
func (e *Estimates) derived(names []string, k int) *Estimates {
	out := &Estimates{Value: make([]float64, k), DF: e.DF, Lost: e.Lost, reps: e.reps}
	for i := range k {
		name := ""
		if i < len(names) {
			name = names[i]
		}
		if name == "" {
			name = fmt.Sprintf("#%d", i+1)
		}
		out.Names = append(out.Names, name)
		out.simple = append(out.simple, func() srs { return srs{math.NaN(), math.NaN(), math.NaN()} })
	}
	for range e.Replicates {
		out.Replicates = append(out.Replicates, make([]float64, k))
	}
	return out
}

// delta sets the covariance c V c', leaving out numbers with a coefficient of zero.
func (e *Estimates) delta(from *Estimates, c [][]float64) {
	v := newSymmetric(len(e.Value))
	e.Cov = v.SymDense
	for i := range e.Value {
		for j := i; j < len(e.Value); j++ {
			s := 0.0
			for k, a := range c[i] {
				for l, b := range c[j] {
					if a != 0 && b != 0 {
						s += a * b * from.Cov.At(k, l)
					}
				}
			}
			e.Cov.SetSym(i, j, s)
		}
	}
}

// Deff is the design effect of number k: its variance over that of a simple
// random sample of as many rows. The reference is with replacement, s^2/n, or
// without, s^2/n (1 - n/N) with N the sum of the weights of these rows, which
// says something only where weights add up to the population (Kish 1965, section
// 8.2). NaN for statistics without such a reference and where both variances are
// zero, +Inf where only the reference is. R: deff = "replace" and deff = TRUE; with
// replicate weights it counts rows of weight zero in n.
// TestOracle: 01_means, 04_domains.
func (e *Estimates) Deff(k int, replacement bool) float64 {
	s := e.simple[k]()
	if !replacement {
		s.v *= 1 - s.n/s.N
	}
	return e.Var(k) / s.v
}
