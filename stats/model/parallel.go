package model

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// Parallel tests the assumption of the model that slopes are the same at every
// threshold: it fits a model of its own to each, y above k against y up to k,
// and tests that their slopes are equal,
//
//	F = d' V^-1 d / q,   d = slopes of threshold 2, ..., K-1 less those of the first
//
// with V the joint design-based covariance of all thresholds' slopes, q = (K-2)
// times the slopes, and the df of the fit (Brant 1990, Biometrics 46, with the
// covariance of the design in place of that of independent rows). The test is of
// all slopes; Contrast of the Estimates returned, a column for each threshold
// and slope, tests some. NaN with two categories, without slopes, and where V has
// no inverse: fewer PSUs than differences, or slopes that are fixed by calibration. Errors: the model of a threshold
// cannot be fitted, for example because outcomes are separated at it.
// TestParallel.
func (f *OrdinalFit) Parallel() (WaldTest, *stats.Estimates, error) {
	o := f.model
	d := f.design.Domain(o.complete)
	var each []stats.Statistic
	for k := range len(o.levels) - 1 {
		s, err := f.threshold(d, k)
		if err != nil {
			return WaldTest{}, nil, fmt.Errorf("above %s: %w", o.levels[k], err)
		}
		each = append(each, s)
	}
	e, err := d.Estimate(each...)
	if err != nil {
		return WaldTest{}, nil, err
	}
	return f.parallel(e), e, nil
}

// threshold is the coefficients of the binary model of y above k.
func (f *OrdinalFit) threshold(d *stats.Design, k int) (stats.Statistic, error) {
	o := f.model
	y := make([]float64, len(o.y))
	for i, c := range o.y {
		switch {
		case c < 0:
			y[i] = math.NaN()
		case c > k:
			y[i] = 1
		}
	}
	// 1 - F(t - xb) is the mirrored link at xb - t.
	link := map[Link]Link{Logit: Logit, Probit: Probit, Cloglog: Loglog, Loglog: Cloglog}[o.link]
	m := &Model{y: y, family: Binomial, link: link, observed: true, constant: true, data: o.data, plan: o.plan, x: o.x, complete: o.complete}
	b, err := m.Fit(d)
	if err != nil {
		return nil, err
	}
	return b.Coefficients(), nil
}

// parallel compares the slopes of the thresholds after the first with it.
func (f *OrdinalFit) parallel(e *stats.Estimates) WaldTest {
	P := f.Slopes + 1
	var rows [][]float64
	n := naive{f.Naive, 1}
	for k := 1; k < e.Len()/P; k++ {
		for j := 1; j < P; j++ {
			if n.none(e.Var(k*P+j) / f.Naive.At(j-1, j-1)) {
				return noTest((e.Len()/P-1)*f.Slopes, f.DF)
			}
			row := make([]float64, e.Len())
			row[j], row[k*P+j] = -1, 1
			rows = append(rows, row)
		}
	}
	c := e.Contrast(nil, rows...)
	index := make([]int, len(rows))
	for i := range index {
		index[i] = i
	}
	return wald(c, index, f.DF)
}
