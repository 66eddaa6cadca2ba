package hypothesis

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// OneSample tests that the mean m of y is null:
//
//	t = (m - null) / SE(m),  df = Design.DF - 1
//
// on the design of the rows with a value. y has a length of rows, NaN is missing;
// y of 0 and 1 tests a share. The df are R's: one less than those of the design,
// as if the mean had been fitted beside the strata; Estimates.Test has all of them.
//
// Without a row, where all values are equal, or without degrees of freedom P is
// NaN. Errors are those of the design's estimate. Cochran (1977), chapter 2;
// R: svyttest(y ~ 0), which gives no answer where values are missing.
// TestOracle: 08_tests.
func OneSample(d *stats.Design, y []float64, null float64) (TTest, error) {
	mustLen("values", len(y), d.Rows())
	d = d.Domain(present(y))
	e, err := d.Estimate(stats.Mean(nil, y))
	if err != nil {
		return TTest{}, err
	}
	m := e.Value[0]
	return newTTest("mean", m, null, e.SE(0), e.DF-1, math.Abs(m)), nil
}

// TwoSample tests that the means of y in two groups are equal:
//
//	t = (m_1 - m_0) / SE,  SE^2 = V(m_0) + V(m_1) - 2 Cov(m_0, m_1),  df = Design.DF - 1
//
// on the design of the rows in either group with a value: groups that share PSUs
// need no special care. group is 0 or 1, -1 for rows in neither (missing, or
// another group); Estimate is the mean of group 1 less that of group 0. y has a
// length of rows, NaN is missing; y of 0 and 1 compares shares.
//
// With an empty group, without variance in both, or without degrees of freedom P
// is NaN. It panics on another code. Errors are those of the design's estimate.
// Binder (1983), as the slope of a regression on the group; R: svyttest(y ~
// group). TestOracle: 08_tests, 10_calibration, 11_replicates; TestTwoSampleIsSlope.
func TwoSample(d *stats.Design, y []float64, group []int) (TTest, error) {
	mustLen("values", len(y), d.Rows())
	mustLen("groups", len(group), d.Rows())
	mustBeTwo(group)
	in := present(y)
	for i, g := range group {
		in[i] = in[i] && g >= 0
	}
	d = d.Domain(in)
	e, err := d.Estimate(stats.By(group, 2, stats.Mean(nil, y))...)
	if err != nil {
		return TTest{}, err
	}
	e.DF--
	t := Compare(e, 0, 1)
	t.Name = "difference of means"
	return t, nil
}

// mustBeTwo panics on the code of a third group.
func mustBeTwo(group []int) {
	for _, g := range group {
		if g < -1 || g > 1 {
			panic(fmt.Sprintf("hypothesis: group %d of two; groups are 0 and 1, -1 for neither", g))
		}
	}
}

// present marks the rows where no value is missing.
func present(columns ...[]float64) []bool {
	in := make([]bool, len(columns[0]))
	for i := range in {
		in[i] = true
		for _, y := range columns {
			in[i] = in[i] && !math.IsNaN(y[i])
		}
	}
	return in
}

// AllEqual tests that numbers estimated together, such as the means of groups,
// are all equal:
//
//	F = (c v)' (c V c')^-1 (c v) / (k-1),  df k-1 and DF-(k-1)
//
// with c the differences of each number from the first (any other basis gives the
// same). It is the design's analysis of variance. e holds k numbers with their
// covariance, as of Design.Estimate(stats.By(...)...) or Columns; numbers that do
// not exist (NaN) are left out.
//
// With fewer than two numbers, where differences depend on each other or have no
// variance, and where DF-(k-1) is not positive P is NaN. R: regTermTest(svyglm(y ~
// group), ~group). TestAllEqual.
func AllEqual(e *stats.Estimates) Test {
	const method = "Wald F of equal means"
	var at []int
	for k, v := range e.Value {
		if !math.IsNaN(v) {
			at = append(at, k)
		}
	}
	var c [][]float64
	for _, k := range at[min(1, len(at)):] {
		row := make([]float64, e.Len())
		row[at[0]], row[k] = -1, 1
		c = append(c, row)
	}
	num := float64(len(c))
	den := e.DF - num
	diff := e.Contrast(nil, c...)
	size := 0.0
	for _, k := range at {
		size = math.Max(size, math.Abs(e.Value[k]))
	}
	for k := range diff.Value {
		if !(diff.SE(k) > rounding*size) {
			return newTest(method, math.NaN(), num, den)
		}
	}
	return newTest(method, wald(diff.Value, diff.Cov)/num, num, den)
}
