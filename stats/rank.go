package stats

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// This file holds the rank of replicate weights, R's degrees of freedom plus 1.
// R's qr goes through the columns from the left and counts one if, beside those
// counted before it, it has more than 1e-5 of its length left. That takes
// rows x replicates^2 steps; short cuts leave the answer as it is.
//
//  1. The rank of a jackknife is known: one for every PSU with weight, less one
//     for every stratum of which all PSUs have weight but the first.
//  2. Rows of one PSU that are multiples of each other, as those of a new
//     replicate design are, become one row.
//  3. A random mixture of the rows has no more rank than the rows. If all its
//     columns count by a wide margin, so do those of the rows.
//  4. Otherwise an orthogonal transformation makes the matrix square.
//
// Only for the jackknife can R find less: where weights are so unequal that a
// PSU is lost in the tolerance.
//
// TestRank checks it; TestOracle: the df of 11_replicates.

const (
	rankTolerance = 1e-5 // R's
	rankMargin    = 1e-2 // far enough from the tolerance for a mixture, which keeps lengths to a factor of about 2
)

// rank is the rank of replicate weights, given by columns, w being the main
// weight of the rows and st their PSUs.
func rank(columns [][]float64, w []float64, st *stage) int {
	if n, ok := jackknifeRank(columns, w, st); ok {
		return n
	}
	if merged := mergeRows(columns, st.unit, len(st.stratum)); merged != nil {
		columns = merged
	}
	if n := len(columns); len(columns[0]) > 2*n {
		if independent(square(mixRows(columns)), rankMargin) == n {
			return n
		}
		columns = square(columns)
	}
	return independent(columns, rankTolerance)
}

// independent counts columns that have more than a share of their length left
// beside those counted before, by Gram and Schmidt, twice for accuracy.
func independent(columns [][]float64, tolerance float64) int {
	var basis [][]float64
	v := make([]float64, len(columns[0]))
	for _, w := range columns {
		copy(v, w)
		length := floats.Norm(v, 2)
		for range 2 {
			for _, b := range basis {
				floats.AddScaled(v, -floats.Dot(b, v), b)
			}
		}
		left := floats.Norm(v, 2)
		if left > tolerance*length && length > 0 {
			b := make([]float64, len(v))
			floats.ScaleTo(b, 1/left, v)
			basis = append(basis, b)
		}
	}
	return len(basis)
}

// jackknifeRank is the rank of jackknife replicates, if that is what they are:
// every column is the main weight but for the PSUs of one stratum of n, in which
// one at most weighs nothing and others n/(n-1) of their weight. PSUs that have
// no weight (outside of a domain) have no rows; their columns are there.
//
// With a PSUs of weight, F strata complete, and rows r_j of multipliers,
// sum c_j r_j = 0 needs c_j = 0 in strata that are not complete and a constant
// c_h in each that is, with sum n_h c_h = 0: the rank is a - max(F-1, 0).
func jackknifeRank(columns [][]float64, w []float64, st *stage) (int, bool) {
	rowsOf, inStratum := make([]int, len(st.stratum)), make([]int, len(st.strata)) // rows with weight
	for i, u := range st.unit {
		if w[i] != 0 {
			rowsOf[u]++
			inStratum[st.stratum[u]]++
		}
	}
	left := make([]int, len(st.stratum)) // columns that leave a PSU out
	about := make([]int, len(st.strata)) // columns about a stratum
	for _, column := range columns {
		h, changed, zeros, psu := int32(-1), 0, 0, int32(-1)
		for i, x := range column {
			if math.Abs(x-w[i]) <= 1e-12*math.Abs(w[i]) {
				continue
			}
			u := st.unit[i]
			s := st.stratum[u]
			if n := float64(st.strata[s].n); h >= 0 && h != s || w[i] == 0 || x != 0 && math.Abs(x-w[i]*n/(n-1)) > 1e-12*math.Abs(x) {
				return 0, false
			}
			h = s
			changed++
			if x == 0 {
				if psu >= 0 && psu != u {
					return 0, false
				}
				psu = u
				zeros++
			}
		}
		if h < 0 {
			continue
		}
		if changed != inStratum[h] || psu >= 0 && zeros != rowsOf[psu] {
			return 0, false
		}
		about[h]++
		if psu >= 0 {
			left[psu]++
		}
	}
	return countJackknife(st, rowsOf, left, about)
}

// countJackknife counts PSUs and complete strata, if every PSU with weight is
// left out once. PSUs that are never left out (sampled in full, or lonely) have
// one row in common, as a complete stratum of one.
func countJackknife(st *stage, rowsOf, left, about []int) (int, bool) {
	reached, psus, constant := make([]int, len(st.strata)), 0, 0
	for u, h := range st.stratum {
		switch {
		case rowsOf[u] == 0:
		case about[h] == 0:
			constant = 1
		case about[h] == st.strata[h].n && left[u] == 1:
			psus++
			reached[h]++
		default:
			return 0, false
		}
	}
	complete := constant
	for h, n := range reached {
		if n > 0 && n == st.strata[h].n {
			complete++
		}
	}
	return psus + constant - max(complete-1, 0), true
}

// mergeRows makes one row of those of a PSU, of their common length, where all
// are multiples of the first that is not zero; nil where some are not, or
// nothing is gained.
func mergeRows(columns [][]float64, unit []int32, units int) [][]float64 {
	if units == len(unit) {
		return nil
	}
	first := make([]int, units) // row of the PSU, -1 = none
	for u := range first {
		first[u] = -1
	}
	for _, w := range columns {
		for i, x := range w {
			if u := unit[i]; x != 0 && (first[u] < 0 || first[u] > i) {
				first[u] = i
			}
		}
	}
	multiple, known := make([]float64, len(unit)), make([]bool, len(unit))
	for _, w := range columns {
		for i, x := range w {
			f := first[unit[i]]
			if f < 0 {
				continue
			}
			if !known[i] && w[f] != 0 {
				multiple[i], known[i] = x/w[f], true
			}
			if math.Abs(x-multiple[i]*w[f]) > 1e-13*math.Abs(x) {
				return nil
			}
		}
	}
	length := make([]float64, units)
	for i, m := range multiple {
		length[unit[i]] += m * m
	}
	merged := make([][]float64, len(columns))
	for r, w := range columns {
		merged[r] = make([]float64, units)
		for u, f := range first {
			if f >= 0 {
				merged[r][u] = w[f] * math.Sqrt(length[u])
			}
		}
	}
	return merged
}

// mixRows adds every row, with a random sign, to one of twice as many rows as
// there are columns.
func mixRows(columns [][]float64) [][]float64 {
	random := rand.New(rand.NewPCG(1, 2))
	to, sign := make([]int, len(columns[0])), make([]float64, len(columns[0]))
	for i := range to {
		to[i], sign[i] = random.IntN(2*len(columns)), float64(2*random.IntN(2)-1)
	}
	mixed := make([][]float64, len(columns))
	for r, w := range columns {
		mixed[r] = make([]float64, 2*len(columns))
		for i, x := range w {
			mixed[r][to[i]] += sign[i] * x
		}
	}
	return mixed
}

// square is the triangular factor of a matrix, whose columns have the same
// lengths and angles. It takes the rows in blocks.
func square(columns [][]float64) [][]float64 {
	n, rows := len(columns), len(columns[0])
	var qr mat.QR
	var r mat.Dense
	block := mat.NewDense(4*n, n, nil)
	for at, keep := 0, 0; at < rows; keep = n {
		take := min(rows-at, 4*n-keep)
		for c, w := range columns {
			for i := range take {
				block.Set(keep+i, c, w[at+i])
			}
			for i := keep + take; i < 4*n; i++ {
				block.Set(i, c, 0)
			}
		}
		at += take
		qr.Factorize(block)
		r.Reset()
		qr.RTo(&r)
		block.Slice(0, n, 0, n).(*mat.Dense).Copy(r.Slice(0, n, 0, n))
	}
	out := make([][]float64, n)
	for c := range out {
		out[c] = mat.Col(nil, c, block.Slice(0, n, 0, n))
	}
	return out
}
