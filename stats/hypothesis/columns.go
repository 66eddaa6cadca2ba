package hypothesis

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// Columns estimates the mean of y in the columns of a banner, together, for
// Compare, Pairs and AllEqual. A column is the rows that are in it; columns may
// share rows, as those of a multi-answer question do, or contain each other. names
// (nil = numbers) go by column. y has a length of rows, NaN is missing; y of 0 and 1
// gives shares. A column without a value is NaN. See stats.Mean for the formula.
// TestOracle: 08_tests; TestOverlappingColumns.
func Columns(d *stats.Design, names []string, y []float64, columns ...[]bool) (*stats.Estimates, error) {
	if names == nil {
		names = make([]string, len(columns))
	}
	if len(names) != len(columns) {
		panic(fmt.Sprintf("hypothesis: %d names for %d columns", len(names), len(columns)))
	}
	var each []stats.Statistic
	for k, in := range columns {
		each = append(each, stats.In(in, stats.Mean(names[k:k+1], y)))
	}
	return d.Estimate(each...)
}

// Compare tests that two of several numbers estimated together are equal:
//
//	t = (v_b - v_a) / SE,  SE^2 = V_aa + V_bb - 2 V_ab,  df = e.DF
//
// The covariance takes care of PSUs, people and rows that both have: columns of a
// multi-answer banner, ratings by the same person, a part against the whole. In
// units of the numbers. The df are those of the whole design; TwoSample has those
// of the rows in either group.
//
// Where a number does not exist, the difference has no variance (one column twice,
// 0% or 100% in both), or without degrees of freedom P is NaN. Lumley (2010),
// section 5.2; R: svyby(covmat = TRUE) and svycontrast. TestOracle: 08_tests.
func Compare(e *stats.Estimates, a, b int) TTest {
	row := make([]float64, e.Len())
	row[a]--
	row[b]++
	diff := e.Contrast([]string{e.Names[b] + " - " + e.Names[a]}, row)
	size := math.Max(math.Abs(e.Value[a]), math.Abs(e.Value[b]))
	return newTTest(diff.Names[0], diff.Value[0], 0, diff.SE(0), e.DF, size)
}

// A Pair is the comparison of two columns.
type Pair struct {
	A, B int // places of the columns, A before B
	TTest
}

// Pairs compares every column with every later one, b - a, in the order (0,1),
// (0,2), ..., (1,2), ... P values are not adjusted: put them in a Family. See
// Compare. R: pairs of svyby with svycontrast. TestOracle: 08_tests.
func Pairs(e *stats.Estimates) []Pair {
	var pairs []Pair
	for a := range e.Len() {
		for b := a + 1; b < e.Len(); b++ {
			pairs = append(pairs, Pair{a, b, Compare(e, a, b)})
		}
	}
	return pairs
}

// PairFamily is a Family of pairs. TestFamily.
func PairFamily(name string, c Correction, pairs []Pair) Family {
	var tests []TTest
	for _, p := range pairs {
		tests = append(tests, p.TTest)
	}
	return FamilyOf(name, c, tests...)
}

// AgainstRest tests that a part of the sample has the mean of everybody else, which
// is the test of a column against the Total: the Total is a mixture of part and
// rest, so the two differ where part and rest do.
//
//	t = (m_part - m_rest) / SE,  df = Design.DF
//
// on the rows with a value. Part against whole, by Compare of Columns that overlap,
// tests the same: its difference is smaller by the share of the rest, and its t the
// same where that share is certain, nearly so elsewhere. part marks rows; a row with
// a value that is not in it is in the rest. y has a length of rows, NaN is missing.
//
// Where part or rest is empty, the difference has no variance, or without degrees
// of freedom P is NaN. Errors are those of the design's estimate. Displayr and
// SPSS's "complement". TestAgainstRest.
func AgainstRest(d *stats.Design, y []float64, part []bool) (TTest, error) {
	mustLen("marks of the part", len(part), d.Rows())
	mustLen("values", len(y), d.Rows())
	d = d.Domain(present(y))
	rest := make([]bool, len(part))
	for i, in := range part {
		rest[i] = !in
	}
	e, err := Columns(d, []string{"rest", "part"}, y, rest, part)
	if err != nil {
		return TTest{}, err
	}
	return Compare(e, 0, 1), nil
}
