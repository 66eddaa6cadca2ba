package disclosure

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"tradeoff/stats/crosstab"
)

// A small number is safe when people can be moved around the table, in
// thought, so that it changes and no printed number does: then an attacker
// cannot tell the two tables apart. A move is a change of every column that
// leaves all sums of columns as they are, times a change of rows: one answer
// more, another one fewer, and the nets that hold one of the two. The cheapest
// move through a cell is found over the columns; what it touches is hidden.

// Costs of hiding, in people: a zero hides nothing, for it cannot fall, and
// Total is what readers look at first.
const (
	zeroCost  = 1e3
	totalCost = 1e5
	freeCost  = 1e-3 // touching what is hidden already: short moves first
)

// shield hides the cheapest set of numbers that can move with p, and reports
// whether it hid any.
func (g *grid) shield(p address) bool {
	var best [][]address
	least := math.Inf(1)
	for _, rows := range g.rowMoves(p) {
		cost := make([]float64, len(g.t.Columns))
		for j := range cost {
			cost[j] = freeCost
			for _, i := range rows {
				cost[j] += g.cost(address{i, j})
			}
		}
		v, total := columnMove(len(cost), g.columns, p.col, cost)
		if v == nil || total >= least {
			continue
		}
		least, best = total, nil
		for j, by := range v {
			if by != 0 {
				var touched []address
				for _, i := range rows {
					touched = append(touched, address{i, j})
				}
				best = append(best, touched)
			}
		}
	}
	hid := false
	for _, touched := range best {
		for _, a := range touched {
			hid = hid || !g.hidden(a)
			g.conceal(a)
		}
	}
	return hid
}

// cost of hiding a number.
func (g *grid) cost(a address) float64 {
	if g.hidden(a) {
		return 0
	}
	c := float64(g.size(a))
	if a.row < 0 {
		c *= float64(len(g.t.Rows)) // its column goes with it
	}
	if c == 0 {
		c = zeroCost
	}
	if a.col == 0 {
		c += totalCost
	}
	return c
}

// conceal hides a number; a base takes its whole column along.
func (g *grid) conceal(a address) {
	if a.row < 0 {
		g.colHide[a.col] = true
		for i := range g.hide {
			g.hide[i][a.col] = true
		}
		return
	}
	g.hide[a.row][a.col] = true
}

// rowMoves lists the changes of rows that move p: for each other answer, the
// rows that change when people go from the one to the other.
func (g *grid) rowMoves(p address) [][]int {
	t := g.t
	if p.row < 0 || g.t.Multi {
		return [][]int{{p.row}}
	}
	in := func(net, answer int) bool { return slices.Contains(t.Rows[net].Codes, t.Rows[answer].Code) }
	var out [][]int
	answers := g.answers()
	if g.colHide[p.col] && t.Rows[p.row].Kind == crosstab.Proportion { // the base may move as well
		rows := []int{-1, p.row}
		for i, r := range t.Rows {
			if r.Kind == crosstab.NetRow && in(i, p.row) {
				rows = append(rows, i)
			}
		}
		out = append(out, rows)
	}
	for _, a := range answers {
		for _, b := range answers {
			rows := []int{a, b}
			for i, r := range t.Rows {
				if r.Kind == crosstab.NetRow && in(i, a) != in(i, b) {
					rows = append(rows, i)
				}
			}
			if a != b && (a == p.row || t.Rows[p.row].Kind == crosstab.NetRow && a < b && slices.Contains(rows, p.row)) {
				out = append(out, rows)
			}
		}
	}
	return out
}

// columnMove is a cheap change of n columns that adds one to column at and
// keeps every line a sum:
//
//	min Σ cost_j |v_j|  subject to  v_total = Σ v_parts for every line, v_at = 1
//
// It is found by iteratively reweighted least squares, whose every step is an
// exact move and which nears the sparse ones that the absolute values ask for.
// (The simplex method of gonum goes in circles on these: all lines but one
// have nothing on their right side.) It returns nil if there is no move.
func columnMove(n int, lines []line, at int, cost []float64) (v []float64, total float64) {
	var rows [][]float64
	for _, l := range lines {
		row := make([]float64, n)
		row[l[0]]--
		for _, j := range l[1:] {
			row[j]++
		}
		rows = append(rows, row)
	}
	rows = reduced(rows, n)
	one := make([]float64, n)
	one[at] = 1
	rows = append(rows, one)
	v = make([]float64, n)
	for j := range v {
		v[j] = 1
	}
	fit := newLeastSquares(rows)
	for eps := 1.0; eps > 1e-8; eps /= 2 {
		inverse := make([]float64, n) // of the weight of each column
		for j := range inverse {
			inverse[j] = (math.Abs(v[j]) + eps) / cost[j]
		}
		if v = fit.solve(inverse); v == nil {
			return nil, 0
		}
	}
	for j := range v {
		if math.Abs(v[j]) < touches {
			v[j] = 0
		}
		total += cost[j] * math.Abs(v[j])
	}
	return v, total
}

// touches is the least change that counts as one.
const touches = 1e-5

// leastSquares finds the v of least Σ v_j²/inverse_j with rows v = (0, ..., 0, 1):
//
//	v = D Aᵀ (A D Aᵀ)⁻¹ b,  D = diag(inverse)
//
// for one A and many D.
type leastSquares struct {
	rows  [][]float64
	terms [][]product // of A D Aᵀ, its upper triangle row by row
}

// A product of a sum: so many times inverse_j.
type product struct {
	j     int
	times float64
}

func newLeastSquares(rows [][]float64) *leastSquares {
	f := &leastSquares{rows: rows}
	for r := range rows {
		for c := r; c < len(rows); c++ {
			var terms []product
			for j, x := range rows[r] {
				if x != 0 && rows[c][j] != 0 {
					terms = append(terms, product{j, x * rows[c][j]})
				}
			}
			f.terms = append(f.terms, terms)
		}
	}
	return f
}

// solve returns nil where A D Aᵀ is not positive definite.
func (f *leastSquares) solve(inverse []float64) []float64 {
	k := len(f.rows)
	gram := make([]float64, k*k)
	next := 0
	for r := range k {
		for c := r; c < k; c++ {
			sum := 0.0
			for _, t := range f.terms[next] {
				sum += t.times * inverse[t.j]
			}
			gram[r*k+c] = sum
			next++
		}
	}
	// Rows are scaled to a unit diagonal: costs differ by many orders.
	scale := make([]float64, k)
	for r := range scale {
		scale[r] = 1 / math.Sqrt(gram[r*k+r])
	}
	for r := range k {
		for c := r; c < k; c++ {
			gram[r*k+c] = gram[r*k+c] * scale[r] * scale[c]
		}
	}
	// mat.Cholesky would work out its condition as well, which takes longer
	// than all the rest, and which nobody asks for here.
	root, ok := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Upper, N: k, Data: gram, Stride: k})
	if !ok {
		return nil
	}
	y := make([]float64, k)
	y[k-1] = scale[k-1]
	lapack64.Potrs(root, blas64.General{Rows: k, Cols: 1, Data: y, Stride: 1})
	v := make([]float64, len(inverse))
	for r, row := range f.rows {
		for j, x := range row {
			v[j] += inverse[j] * x * scale[r] * y[r]
		}
	}
	return v
}
