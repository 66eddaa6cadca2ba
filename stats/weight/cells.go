package weight

import "math"

// cells are the combinations of codes that rows with a weight have. What
// calibrations compute is the same for all rows of a cell.
type cells struct {
	of    []int32   // cell of each row, in order of first appearance; -1 = no weight
	first []int     // a row of each cell
	sum   []float64 // of the weights of the rows of each cell
}

// newCells finds the combinations of codes, column after column.
func newCells(w []float64, columns ...[]int) *cells {
	c := &cells{of: make([]int32, len(w))}
	for i, x := range w {
		if x == 0 {
			c.of[i] = -1
		}
	}
	type key struct {
		cell int32
		code int
	}
	for _, column := range columns {
		next := map[key]int32{}
		for i, cell := range c.of {
			if cell < 0 {
				continue
			}
			k := key{cell, column[i]}
			id, ok := next[k]
			if !ok {
				id = int32(len(next))
				next[k] = id
			}
			c.of[i] = id
		}
	}
	for i, cell := range c.of {
		if int(cell) == len(c.first) {
			c.first = append(c.first, i)
		}
	}
	c.sum = c.sums(w)
	return c
}

// sums are the sums of other weights by cell.
func (c *cells) sums(w []float64) []float64 {
	s := make([]float64, len(c.first))
	for i, cell := range c.of {
		if cell >= 0 {
			s[cell] += w[i]
		}
	}
	return s
}

// means are the means of x by cell, weighted by w.
func (c *cells) means(w, x []float64) []float64 {
	m := make([]float64, len(c.first))
	for i, cell := range c.of {
		if cell >= 0 {
			m[cell] += w[i] * x[i] / c.sum[cell]
		}
	}
	return m
}

// numbered gives whole numbers to the values of a column, in order of first
// appearance among the rows with a weight.
func numbered(x, w []float64) []int {
	codes, seen := make([]int, len(x)), map[uint64]int{}
	for i, v := range x {
		if w[i] == 0 {
			continue
		}
		k := math.Float64bits(v + 0) // -0 is 0
		id, ok := seen[k]
		if !ok {
			id = len(seen)
			seen[k] = id
		}
		codes[i] = id
	}
	return codes
}
