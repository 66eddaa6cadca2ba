package stats

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Standardized estimates means as they would be if the cells (age bands, say)
// had given shares of the population: direct standardisation, which compares
// countries or waves as if they were equally old,
//
//	m = sum_c pi_c m_c     m_c = sum_c w y / sum_c w
//	u = pi_c (y - m_c) / sum_c w        for rows of cell c
//
// cells is the number of the cell of each row, from 0, -1 for none; shares has
// the share pi_c of each cell, or its count in any unit: they are divided by
// their sum. y are columns of a length of rows, of 0 and 1 for proportions; rows
// where one of them is missing (NaN), or without a cell, are left out of all. In
// the unit of y; degrees of freedom are the design's. Wrap it in By to compare
// groups, with their covariance:
//
//	e, err := d.Estimate(stats.By(country, 6, stats.Standardized(nil, age, shares, trust))...)
//	difference := e.Contrast(nil, []float64{1, -1, 0, 0, 0, 0})
//
// A cell that has a share but no rows in the domain makes the estimate NaN:
// nobody there says what the mean of the cell is. EmptyCells names them; join
// them to neighbours. Cells with a share of 0 do not count. A cell where all y
// are equal adds no variance; the shares themselves have none. At and Linearize
// return an error for shares that are negative, missing, or add up to zero. They
// panic for slices of other lengths and a cell without a share.
//
// Klein and Schoenborn (2001), "direct" age adjustment. R: svystandardize,
// then svymean or svyby; R drops a share without rows and so changes the
// standard. TestStandardizedIsPostStratified; TestOracle: 15_misc.
func Standardized(names []string, cells []int, shares []float64, y ...[]float64) Statistic {
	return standardized{names, cells, shares, y}
}

type standardized struct {
	names  []string
	cells  []int
	shares []float64
	y      [][]float64
}

func (s standardized) Names() []string { return s.names }

func (s standardized) At(w []float64) ([]float64, error) {
	m, _, err := s.Linearize(w)
	return m, err
}

func (s standardized) Linearize(w []float64) ([]float64, [][]float64, error) {
	pi, err := normalShares(s.shares)
	if err != nil {
		return nil, nil, err
	}
	mustHaveShares(s.cells, len(w), len(pi))
	w = used(w, s.y...)
	W := cellSums(w, nil, s.cells, len(pi))
	m, u := make([]float64, len(s.y)), make([][]float64, len(s.y))
	for k, y := range s.y {
		u[k] = make([]float64, len(w))
		mean := cellSums(w, y, s.cells, len(pi))
		for c, p := range pi {
			if p == 0 {
				continue
			}
			mean[c] /= W[c] // NaN where there is nobody
			m[k] += p * mean[c]
		}
		if math.IsNaN(m[k]) || math.IsInf(m[k], 0) {
			m[k] = math.NaN()
			continue
		}
		for i, c := range s.cells {
			if w[i] != 0 && c >= 0 && pi[c] > 0 {
				u[k][i] = pi[c] * (y[i] - mean[c]) / W[c]
			}
		}
	}
	return m, u, nil
}

// cellSums are sums of w y, or of w, over the rows of each cell.
func cellSums(w, y []float64, cells []int, n int) []float64 {
	s := make([]float64, n)
	for i, c := range cells {
		if w[i] == 0 || c < 0 {
			continue
		}
		if y == nil {
			s[c] += w[i]
		} else {
			s[c] += w[i] * y[i]
		}
	}
	return s
}

// normalShares are shares that add up to 1.
func normalShares(shares []float64) ([]float64, error) {
	total := 0.0
	for c, p := range shares {
		if math.IsNaN(p) || math.IsInf(p, 0) || p < 0 {
			return nil, fmt.Errorf("the share of cell %d is %g; a share of the standard population is zero or more", c, p)
		}
		total += p
	}
	if total == 0 {
		return nil, fmt.Errorf("the shares of the standard population add up to zero; give each cell its share or its count")
	}
	pi := slices.Clone(shares)
	for c := range pi {
		pi[c] /= total
	}
	return pi, nil
}

// mustHaveShares panics unless there are as many cells as rows, each with one of
// n shares.
func mustHaveShares(cells []int, rows, n int) {
	mustLen("cells", len(cells), rows)
	for _, c := range cells {
		if c >= n {
			panic(fmt.Sprintf("stats: cell %d of %d shares", c, n))
		}
	}
}

// An EmptyCell is a cell of the standard population that has a share but no
// respondents in a group. Both are numbered from 0.
type EmptyCell struct{ Group, Cell int }

// EmptyCells lists the cells with a share above 0 whose weights add up to zero
// in a group, by group, then cell: those without rows. w are weights, zero for
// rows that do not count; groups is the number of the group of each row, nil for one group; cells
// and shares as for Standardized. A group without any row is not listed: there
// is nothing to standardise. TestEmptyCells.
func EmptyCells(w []float64, cells []int, shares []float64, groups []int) []EmptyCell {
	mustHaveShares(cells, len(w), len(shares))
	if groups == nil {
		groups = make([]int, len(w))
	}
	mustLen("groups", len(groups), len(w))
	cell, n := groupedCells(cells, groups, len(shares))
	sums := cellSums(w, nil, cell, n*len(shares))
	var empty []EmptyCell
	for g := range n {
		of := sums[g*len(shares):][:len(shares)]
		if !slices.ContainsFunc(of, func(W float64) bool { return W != 0 }) {
			continue
		}
		for c, W := range of {
			if W == 0 && shares[c] > 0 {
				empty = append(empty, EmptyCell{g, c})
			}
		}
	}
	return empty
}

// groupedCells number the cells of all groups, group by group; n is the number
// of groups.
func groupedCells(cells, groups []int, size int) (cell []int, n int) {
	cell = make([]int, len(cells))
	for i, g := range groups {
		cell[i] = -1
		if g >= 0 && cells[i] >= 0 {
			cell[i] = g*size + cells[i]
			n = max(n, g+1)
		}
	}
	return cell, n
}

// An EmptyCellsError says which cells of the standard population have no
// respondents.
type EmptyCellsError struct{ Cells []EmptyCell }

// Error names the first cells by their numbers.
func (e *EmptyCellsError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of the standard population without respondents", plural(len(e.Cells), "cell", "cells"))
	for k, c := range e.Cells {
		if k == 20 {
			fmt.Fprintf(&b, ", and %d more", len(e.Cells)-k)
			break
		}
		if k == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "cell %d of group %d", c.Cell, c.Group)
	}
	b.WriteString("; join them to neighbouring cells, or leave the group out")
	return b.String()
}

// Standardize is the design with weights under which the cells have given
// shares of the population within every group, and every group keeps its sum of
// weights: post-stratification to the standard,
//
//	w* = w pi_c W_g / W_gc
//
// with W_g and W_gc the sums of weights of a group and of its cell c. Any
// statistic of a group is then one of a population with the standard's shares,
// and variances take out of linearised values their weighted means by group and
// cell, because the standard has no variance. In an estimate over several groups
// the sizes of the groups count as known, as in R. To join groups by other sizes,
// take a Contrast of theirs.
//
// cells, shares as for Standardized; groups is the number of the group of each
// row, from 0, -1 for none; nil is one group. Rows without a cell or a group are
// left out. Take a Domain of the rows with answers first: what is missing
// afterwards changes the shares again. Replicate weights are standardised as the
// weights are, each to the same sums; a replicate that misses a cell misses its
// share. The error is an *EmptyCellsError for cells
// without respondents, and says so of shares that are negative, missing or add
// up to zero.
//
// R: svystandardize, with excluding.missing for that Domain; R drops the share
// of an empty cell, and its variance is wrong where rows have a weight of zero (see
// weight.PostStratify). TestStandardizedRank, TestStandardizedIsPostStratified; TestOracle: 15_misc.
func (d *Design) Standardize(cells []int, shares []float64, groups []int) (*Design, error) {
	pi, err := normalShares(shares)
	if err != nil {
		return nil, err
	}
	mustHaveShares(cells, d.n, len(shares))
	if groups == nil {
		groups = make([]int, d.n)
	}
	mustLen("groups", len(groups), d.n)
	cell, n := groupedCells(cells, groups, len(pi))
	in := make([]bool, d.n)
	for i, c := range cell {
		in[i] = c >= 0
	}
	dom := d.Domain(in)
	if empty := EmptyCells(dom.weights, cells, shares, groups); empty != nil {
		return nil, &EmptyCellsError{empty}
	}
	target := make([]float64, n*len(pi))
	for j, W := range cellSums(dom.weights, nil, cell, len(target)) {
		for c, p := range pi {
			target[j/len(pi)*len(pi)+c] += W * p
		}
	}
	w := toSums(dom.weights, cell, target)
	out := dom.WithWeights(w, cellMeans{cell, w, cellSums(w, nil, cell, len(target))})
	if d.reps != nil {
		r := *dom.reps
		r.Weights = make([][]float64, len(dom.reps.Weights))
		for k, old := range dom.reps.Weights {
			r.Weights[k] = toSums(old, cell, target)
		}
		out.setReplicates(r)
	}
	return out, nil
}

// toSums are weights in proportion to the old ones within cells, and with given
// sums of cells.
func toSums(old []float64, cell []int, target []float64) []float64 {
	sums := cellSums(old, nil, cell, len(target))
	w := make([]float64, len(old))
	for i, x := range old {
		if c := cell[i]; x != 0 && c >= 0 {
			w[i] = x * (target[c] / sums[c])
		}
	}
	return w
}

// cellMeans is an Adjustment that takes the weighted mean of its cell out of
// every linearised value.
type cellMeans struct {
	cell []int
	w    []float64 // after the adjustment
	sums []float64 // of w, by cell
}

func (a cellMeans) Residuals(z []float64) {
	total := make([]float64, len(a.sums))
	for i, c := range a.cell {
		if c >= 0 {
			total[c] += z[i]
		}
	}
	for i, c := range a.cell {
		if c >= 0 && a.w[i] != 0 {
			z[i] -= a.w[i] * (total[c] / a.sums[c])
		}
	}
}
