package disclosure

import (
	"math"
	"slices"

	"tradeoff/stats/crosstab"
)

// A cell can be worked out although every sum that it stands in holds another
// hidden number: two sums can share both. So the last word is an attacker's:
// all sums of the table are written as one system of equations in the hidden
// counts, and a count that the system determines is given another neighbour.

// An address is a count of the table; row -1 is the base.
type address struct{ row, col int }

func (g *grid) hidden(a address) bool {
	if a.row < 0 {
		return g.colHide[a.col]
	}
	return g.hide[a.row][a.col]
}

func (g *grid) size(a address) int {
	if a.row < 0 {
		return g.t.Columns[a.col].Base.Unweighted
	}
	return g.count(a.row, a.col)
}

// An equation says that signed counts add to nothing.
type equation []term

type term struct {
	at   address
	sign float64
}

// equations lists every sum of counts that holds in the table.
func (g *grid) equations() []equation {
	t := g.t
	var out []equation
	sum := func(total address, parts []address) {
		e := equation{{total, -1}}
		for _, p := range parts {
			e = append(e, term{p, 1})
		}
		out = append(out, e)
	}
	answers := g.answers()
	for j := range t.Columns {
		if g.t.Multi {
			continue
		}
		var all []address
		for _, a := range answers {
			all = append(all, address{a, j})
		}
		sum(address{-1, j}, all)
		for i, r := range t.Rows {
			if r.Kind != crosstab.NetRow {
				continue
			}
			var parts []address
			for _, a := range answers {
				if slices.Contains(r.Codes, t.Rows[a].Code) {
					parts = append(parts, address{a, j})
				}
			}
			sum(address{i, j}, parts)
		}
	}
	for _, l := range g.columns {
		for i := -1; i < len(t.Rows); i++ {
			if i >= 0 && !counted(t.Rows[i]) {
				continue
			}
			var parts []address
			for _, j := range l[1:] {
				parts = append(parts, address{i, j})
			}
			sum(address{i, l[0]}, parts)
		}
	}
	return out
}

// determined finds the hidden counts that the system gives away: those with a
// row of their own in its reduced form.
func (g *grid) determined(eqs []equation) map[address]bool {
	index := map[address]int{}
	var unknown []address
	var rows [][]float64
	for _, e := range eqs {
		var row []float64
		for _, t := range e {
			if !g.hidden(t.at) {
				continue
			}
			k, ok := index[t.at]
			if !ok {
				k = len(unknown)
				index[t.at] = k
				unknown = append(unknown, t.at)
			}
			for len(row) <= k {
				row = append(row, 0)
			}
			row[k] += t.sign
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	for i := range rows {
		rows[i] = append(rows[i], make([]float64, len(unknown)-len(rows[i]))...)
	}
	out := map[address]bool{}
	for _, row := range reduced(rows, len(unknown)) {
		only := -1
		for k, v := range row {
			if v == 0 {
				continue
			}
			if only >= 0 {
				only = -2
				break
			}
			only = k
		}
		if only >= 0 {
			out[unknown[only]] = true
		}
	}
	return out
}

// reduced brings a matrix to reduced row echelon form, in place.
func reduced(rows [][]float64, columns int) [][]float64 {
	const tiny = 1e-9
	at := 0
	for k := 0; k < columns && at < len(rows); k++ {
		best := at
		for i := at; i < len(rows); i++ {
			if math.Abs(rows[i][k]) > math.Abs(rows[best][k]) {
				best = i
			}
		}
		if math.Abs(rows[best][k]) < tiny {
			continue
		}
		rows[at], rows[best] = rows[best], rows[at]
		pivot := rows[at]
		scale := pivot[k]
		for c := k; c < columns; c++ {
			pivot[c] /= scale
		}
		for i, row := range rows {
			f := row[k]
			if i == at || f == 0 {
				continue
			}
			for c := k; c < columns; c++ {
				if pivot[c] != 0 {
					row[c] -= f * pivot[c]
					if math.Abs(row[c]) < tiny {
						row[c] = 0
					}
				}
			}
		}
		at++
	}
	return rows[:at]
}

// solvePass attacks the table, and gives every small number that falls the
// neighbours that hide it. It reports whether it hid anything.
func (g *grid) solvePass(small []address) bool {
	if len(small) == 0 {
		return false
	}
	again := false
	eqs := g.equations()
	open := g.determined(eqs)
	for _, p := range small {
		if open[p] && g.shield(p) {
			again = true
			open = g.determined(eqs)
		}
	}
	return again
}
