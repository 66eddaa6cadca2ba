package srs

import (
	"math"

	"tradeoff/stats/dist"
)

// An Association is the outcome of ChiSquared.
type Association struct {
	Test                  // X^2 and its P; Estimate is Cramér's V
	G2, G2P   float64     // likelihood ratio statistic 2 sum O log(O/E), and its P
	Expected  [][]float64 // E = row total x column total / N
	Pearson   [][]float64 // (O - E)/sqrt E
	Residuals [][]float64 // (O - E)/sqrt(E (1 - row share) (1 - column share)), about normal
}

// ChiSquared tests whether rows and columns of a table of counts are
// independent:
//
//	X^2 = sum (|O - E| - c)^2 / E,   E = row total x column total / N
//
// chi-squared on (rows - 1)(columns - 1) degrees of freedom; c is Yates's
// correction, min(1/2, |O - E|), in tables of 2 by 2, 0 otherwise or with
// Uncorrected. Estimate is Cramér's V, sqrt(X^2/N / (min(rows, columns) - 1)) of
// the X^2 without correction, 0 to 1 (in 2 by 2 the size of phi), without an
// interval. G2 and the residuals are without correction. table has a row each;
// rows and columns without anyone do not count (R makes X^2 NaN there). NaN with
// fewer than two rows or columns. Heeds Uncorrected. Pearson 1900; Yates 1934;
// residuals: Haberman 1973; V: Cramér 1946. R: chisq.test. TestOracle:
// chisq_plain.
func ChiSquared(table [][]float64, o Options) Association {
	row, column, n := margins(table)
	rows, columns := filled(row), filled(column)
	a := Association{Test: noTest(int(n)), G2: math.NaN(), G2P: math.NaN()}
	yates := rows == 2 && columns == 2 && !o.Uncorrected
	x2, plain, g2 := 0.0, 0.0, 0.0
	for i, counts := range table {
		expected, pearson, residuals := make([]float64, len(counts)), make([]float64, len(counts)), make([]float64, len(counts))
		for j, count := range counts {
			e := row[i] * column[j] / n
			d := count - e
			expected[j], pearson[j] = e, d/math.Sqrt(e)
			residuals[j] = pearson[j] / math.Sqrt((1-row[i]/n)*(1-column[j]/n))
			if !(e > 0) {
				continue
			}
			plain += d * d / e
			if yates {
				d = math.Abs(d) - math.Min(0.5, math.Abs(d))
			}
			x2 += d * d / e
			if count > 0 {
				g2 += 2 * count * math.Log(count/e)
			}
		}
		a.Expected, a.Pearson, a.Residuals = append(a.Expected, expected), append(a.Pearson, pearson), append(a.Residuals, residuals)
	}
	if rows < 2 || columns < 2 {
		return a
	}
	a.Statistic, a.DF, a.G2 = x2, float64((rows-1)*(columns-1)), math.Max(0, g2)
	a.P, a.G2P = dist.ChiSquaredTail(x2, a.DF), dist.ChiSquaredTail(a.G2, a.DF)
	a.Estimate = math.Sqrt(plain / n / float64(min(rows, columns)-1))
	return a
}

// margins are the sums of a table by row and column, and over all.
func margins(table [][]float64) (row, column []float64, n float64) {
	row = make([]float64, len(table))
	for i, counts := range table {
		if i == 0 {
			column = make([]float64, len(counts))
		}
		mustLen(len(counts), len(column))
		for j, count := range counts {
			row[i] += count
			column[j] += count
			n += count
		}
	}
	return row, column, n
}

// filled counts the sums that are not zero.
func filled(sums []float64) int {
	k := 0
	for _, s := range sums {
		if s > 0 {
			k++
		}
	}
	return k
}

// McNemar tests whether the same people answer two questions (or one question
// twice) alike: in a square table, whether changes between every two answers go
// both ways equally often. For two answers
//
//	X^2 = (|n_12 - n_21| - 1)^2 / (n_12 + n_21)
//
// chi-squared on 1 degree of freedom, without the 1 with Uncorrected; with Exact
// from the binomial distribution of n_12 of n_12 + n_21. With more answers X^2
// is the sum of (n_ij - n_ji)^2/(n_ij + n_ji) over all pairs with a change
// (Bowker), on as many degrees of freedom; R counts pairs without one too.
// Estimate is n_12/(n_12 + n_21) of two answers, 1/2 if there is no difference,
// with its Clopper-Pearson interval. NaN if nobody changes. Heeds Alternative
// with Exact, Level, Exact, Uncorrected. McNemar 1947; Edwards 1948 (correction);
// Bowker 1948. R: mcnemar.test. TestOracle: mcnemar; TestMcNemar.
func McNemar(table [][]int, o Options) Test {
	n, x2, df := 0, 0.0, 0
	for i := range table {
		mustLen(len(table[i]), len(table))
		for j, count := range table[i] {
			n += count
			if changes := count + table[j][i]; j > i && changes > 0 {
				d := math.Abs(float64(count - table[j][i]))
				if len(table) == 2 && !o.Uncorrected {
					d = math.Max(0, d-1)
				}
				x2 += d * d / float64(changes)
				df++
			}
		}
	}
	r := noTest(n)
	if df == 0 {
		return r
	}
	r.Statistic, r.DF = x2, float64(df)
	r.P = dist.ChiSquaredTail(x2, r.DF)
	if len(table) == 2 {
		b := BinomialTest(table[0][1], table[0][1]+table[1][0], 0.5, o)
		r.Estimate, r.Low, r.High = b.Estimate, b.Low, b.High
		if o.Exact {
			r.Exact, r.P = true, b.P
		}
	}
	return r
}
