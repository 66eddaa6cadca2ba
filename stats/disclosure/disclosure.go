// Package disclosure hides what would tell on people.
//
// In: the tables of a report, as estimated. Steps, for each table:
//
//  1. Groups below the smallest shown are hidden, and answers that fewer people
//     gave than the smallest shown.
//  2. Where a sum of the table holds one of them, it must hold at least two
//     hidden numbers that together reach the threshold; else the smallest
//     neighbour is hidden as well (disclosure.go).
//  3. An attacker's view: all sums of the table are one system of equations in
//     the hidden numbers. A small number that the system determines is given
//     the cheapest set of neighbours that can move with it (solve.go, move.go).
//  4. Means and deviations of columns with a hidden answer are hidden, and the
//     letters and comparisons that speak of hidden numbers.
//
// The rows of a model add up to nothing: of these, what stands on fewer people
// than the smallest group is hidden, after step 1 for their columns. Where they are
// shares of the people of the column (Table.Multi) they are protected as answers are.
// A row that would tell figures of other tables names them (Row.Of), and is protected
// after these (linked.go): what is made of a hidden figure is hidden.
//
// Hidden cells lose every value: what comes after sees only what may be
// published. Out: the same tables, and how much was hidden.
//
// It protects each table against its own totals, and against what it is made of: small
// counts cannot be worked out exactly. It does not relate the tables of different
// questions, editions of a report or outside knowledge to each other, and people who are in none of the groups of
// a segment are no group to it: where two did not give their age, Total less
// all ages tells their answers.
package disclosure

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"tradeoff/stats/crosstab"
)

// Rules are the thresholds, counts of people.
type Rules struct {
	Group  int // smallest group shown
	Answer int // smallest answer shown within a group

	Threads int // tables protected at a time; 0 = as many as there are cores. It changes no result
}

// A Summary counts what was hidden.
type Summary struct {
	Columns int // columns of tables hidden because the group is small, or to protect one that is
	Cells   int // shown columns' cells that were hidden
	All     int // all cells of all tables
}

// Protect hides in place.
func Protect(tables []*crosstab.Table, rules Rules) Summary {
	told := &told{tables: map[string]*crosstab.Table{}, columns: map[columnKey]bool{}, groups: map[groupKey]bool{}}
	var all Summary
	for _, round := range rounds(tables) {
		for i, s := range protectAll(round, rules, told) {
			told.add(round[i])
			for _, c := range s.hidden {
				told.columns[c] = true
			}
			all.Columns += s.Columns
			all.Cells += s.Cells
			all.All += s.All
		}
	}
	return all
}

// A summary of one table also names its columns that were hidden.
type summary struct {
	Summary
	hidden []columnKey
}

// protectAll protects tables that are made of none of each other.
func protectAll(tables []*crosstab.Table, rules Rules, told *told) []summary {
	each := make([]summary, len(tables))
	var next atomic.Int64
	var wait sync.WaitGroup
	threads := rules.Threads
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	for range min(threads, len(tables)) {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(tables) {
					return
				}
				g := &grid{t: tables[i], rules: rules, told: told}
				g.protect(&each[i])
			}
		})
	}
	wait.Wait()
	return each
}

// A grid is one table under protection.
type grid struct {
	t       *crosstab.Table
	rules   Rules
	told    *told  // what other tables hide already
	columns []line // sums over columns that hold in every row
	colHide []bool
	hide    [][]bool
}

// A line is a sum that a reader can work out: the first is the total of the
// others.
type line []int

func (g *grid) protect(s *summary) {
	t := g.t
	for _, sum := range t.Sums {
		g.columns = append(g.columns, append(line{sum.Total}, sum.Parts...))
	}
	g.hide = make([][]bool, len(t.Rows))
	for i := range t.Rows {
		g.hide[i] = make([]bool, len(t.Columns))
		for _, c := range t.Columns {
			if !c.Unprinted {
				s.All++
			}
		}
	}
	g.hideColumns()
	if t.Model && !t.Multi {
		g.hideThin()
		g.follow()
		g.together()
	} else {
		small := append(g.hideAnswers(), g.linked()...)
		for g.rowPass(small) || g.columnPass(small) || g.solvePass(small) || g.together() {
		}
		g.hideMeans()
	}
	g.apply(s)
	g.strip()
}

// hideColumns hides small groups, and as many more as it takes that the size
// of none can be worked out.
func (g *grid) hideColumns() {
	t := g.t
	g.colHide = make([]bool, len(t.Columns))
	g.followColumns()
	var small []address
	for j, c := range t.Columns {
		few := c.Base.People > 0 && c.Base.People < g.rules.Group
		if few {
			small = append(small, address{-1, j})
		}
		if few || c.Unprinted {
			g.conceal(address{-1, j})
		}
	}
	if small == nil {
		return
	}
	hidden := func(j int) bool { return g.colHide[j] }
	hide := func(j int) { g.conceal(address{-1, j}) }
	size := func(j int) int { return t.Columns[j].Base.People }
	for again := true; again; {
		again = false
		for _, l := range g.columns {
			if g.holds(l, func(j int) address { return address{-1, j} }, small) {
				again = g.close(l, size, g.rules.Group, hidden, hide) || again
			}
		}
		again = again || g.solvePass(small)
	}
}

// hideAnswers hides the answers that too few people gave, and returns where
// they are, in hidden columns too: a column that was hidden for its neighbour's
// sake can be worked out, and then its small answers must not follow.
func (g *grid) hideAnswers() []address {
	var small []address
	for i := range g.t.Rows {
		for j := range g.t.Columns {
			if g.sensitive(i, j) {
				g.hide[i][j] = true
				small = append(small, address{i, j})
			}
		}
	}
	return small
}

// hideThin hides what a model says of fewer people than the smallest group, and of a part
// of them where the remainder is too small.
func (g *grid) hideThin() {
	for i := range g.t.Rows {
		for j := range g.t.Columns {
			if n := g.count(i, j); n > 0 && n < g.rules.Group || g.t.Rows[i].Partial && g.remainder(i, j) {
				g.hide[i][j] = true
			}
		}
	}
}

// holds reports whether a small number stands on a line.
func (g *grid) holds(l line, at func(int) address, small []address) bool {
	return slices.ContainsFunc(l, func(k int) bool { return k >= 0 && slices.Contains(small, at(k)) })
}

// close hides one more member of a line if what is hidden on it could be
// worked out, and reports whether it did: the smallest, the total of the line
// last.
func (g *grid) close(l line, size func(int) int, threshold int, hidden func(int) bool, hide func(int)) bool {
	n, sum := 0, 0
	for _, j := range l {
		if hidden(j) {
			n++
			sum += size(j)
		}
	}
	if n == 0 || n >= 2 && sum >= threshold || n == len(l) {
		return false
	}
	best := -1
	for k, j := range l {
		switch {
		case hidden(j) || size(j) == 0:
		case best < 0 || best == l[0] || k > 0 && size(j) < size(best):
			best = j
		}
	}
	if best < 0 {
		return false // only zeros are left, and they hide nothing
	}
	hide(best)
	return true
}

// counted reports whether a row counts people.
func counted(r crosstab.Row) bool { return r.Kind == crosstab.Proportion || r.Kind == crosstab.NetRow }

// sensitive reports whether too few people stand behind a cell, or, where the
// base gives it away, behind its opposite.
func (g *grid) sensitive(i, j int) bool {
	t := g.t
	n := g.count(i, j)
	if !counted(t.Rows[i]) {
		return t.Model && n > 0 && n < g.rules.Answer
	}
	// Where people gave several ratings, so many of them may be by few people.
	most := g.rules.Answer - 1
	if b := t.Columns[j].Base; b.People < b.Unweighted {
		most *= max(1, t.PerPerson)
	}
	few := func(n int) bool { return n > 0 && n <= most }
	if few(n) {
		return true
	}
	base := t.BaseOf(i, j)
	if others := t.Columns[j].Base.People - base.People; base.People > 0 && others > 0 && (base.People < g.rules.Group || t.Rows[i].Partial && others < g.rules.Group) {
		return true // few answered this row, or few were not asked it
	}
	return few(base.Unweighted-n) && (g.t.Multi || t.Rows[i].Kind == crosstab.NetRow)
}

// remainder reports whether the people who are in a figure of a model and not in one of
// a part of them are too few, or too few of them gave one answer: the two figures
// together would tell it. The figure of all of them is the first of that kind.
func (g *grid) remainder(i, j int) bool {
	t := g.t
	all := t.RowOf(t.Rows[i].Kind, "")
	whole, part := t.BaseOf(all, j), t.BaseOf(i, j)
	out := whole.People - part.People
	if all == i || out <= 0 {
		return false
	}
	most := g.rules.Answer - 1
	if whole.People < whole.Unweighted {
		most *= max(1, t.PerPerson)
	}
	few := func(n int) bool { return n > 0 && n <= most }
	yes := g.count(all, j) - g.count(i, j)
	return out < g.rules.Group || counted(t.Rows[i]) && (few(yes) || few(whole.Unweighted-part.Unweighted-yes))
}

func (g *grid) count(i, j int) int { return g.t.Cells[i][j].Count }

// rowPass closes the sums that hold within a column and a small number:
// answers add to the base, the parts of a net to the net.
func (g *grid) rowPass(small []address) bool {
	t := g.t
	if g.t.Multi {
		return false
	}
	answers := g.answers()
	again := false
	for j := range t.Columns {
		at := func(i int) address { return address{i, j} }
		size := func(i int) int { return g.count(i, j) }
		hidden := func(i int) bool { return g.hide[i][j] }
		hide := func(i int) { g.hide[i][j] = true }
		closing := func(l line) {
			if !g.colHide[j] && g.holds(l, at, small) {
				again = g.close(l, size, g.rules.Answer, hidden, hide) || again
			}
		}
		closing(answers) // the base is printed: they close without a total of their own
		for i, r := range t.Rows {
			if r.Kind != crosstab.NetRow {
				continue
			}
			in, out := line{i}, line{i}
			for _, a := range answers {
				if slices.Contains(r.Codes, t.Rows[a].Code) {
					in = append(in, a)
				} else {
					out = append(out, a)
				}
			}
			// A net gives away its parts, and through the base the others.
			closing(in)
			closing(out)
		}
	}
	return again
}

// answers are the rows of single answers.
func (g *grid) answers() line {
	var out line
	for i, r := range g.t.Rows {
		if r.Kind == crosstab.Proportion {
			out = append(out, i)
		}
	}
	return out
}

// columnPass closes the sums that hold within a row and a small number.
func (g *grid) columnPass(small []address) bool {
	again := false
	for i := range g.t.Rows {
		if !counted(g.t.Rows[i]) {
			continue
		}
		at := func(j int) address { return address{i, j} }
		for _, l := range g.columns {
			if g.holds(l, at, small) {
				again = g.close(l, func(j int) int { return g.count(i, j) }, g.rules.Answer,
					func(j int) bool { return g.hide[i][j] }, func(j int) { g.hide[i][j] = true }) || again
			}
		}
	}
	return again
}

// hideMeans hides means and deviations of columns with a hidden answer: with
// all other answers known, a mean gives it away.
func (g *grid) hideMeans() {
	for j := range g.t.Columns {
		some := false
		for i, r := range g.t.Rows {
			some = some || counted(r) && g.hide[i][j]
		}
		for i, r := range g.t.Rows {
			g.hide[i][j] = g.hide[i][j] || some && !counted(r)
		}
	}
}

// apply empties what is hidden, in cells, columns, comparisons and letters.
func (g *grid) apply(s *summary) {
	t := g.t
	some := false
	for j := range t.Columns {
		if g.colHide[j] && !t.Columns[j].Unprinted {
			s.hidden = append(s.hidden, keyOf(t.Columns[j]))
			t.Columns[j].Status = crosstab.Suppressed
			t.Columns[j].Base = crosstab.Base{}
			s.Columns++
			some = true
		}
	}
	for i := range t.Rows {
		for j := range t.Columns {
			if !g.hide[i][j] {
				continue
			}
			if !g.colHide[j] {
				s.Cells++
			}
			t.Cells[i][j] = crosstab.Cell{Status: crosstab.Suppressed}
			some = true
		}
	}
	if !some {
		return
	}
	for k := range t.Comparisons {
		c := &t.Comparisons[k]
		// The rest of the total and one group give the total away.
		if b := max(c.B, 0); g.hide[c.Row][c.A] || g.hide[c.Row][b] {
			*c = crosstab.Comparison{Row: c.Row, A: c.A, B: c.B, Status: crosstab.Suppressed}
		}
	}
	g.unmark()
}

// strip takes the unprinted columns off.
func (g *grid) strip() {
	t := g.t
	n := len(t.Columns)
	for n > 0 && t.Columns[n-1].Unprinted {
		n--
	}
	t.Columns = t.Columns[:n]
	for i := range t.Cells {
		t.Cells[i] = t.Cells[i][:n]
	}
	t.Sums = slices.DeleteFunc(slices.Clone(t.Sums), func(s crosstab.Sum) bool {
		return s.Total >= n || slices.ContainsFunc(s.Parts, func(j int) bool { return j >= n })
	})
}

// unmark takes the letters of hidden cells off the others of their group: a
// letter says that a hidden number is lower than a printed one.
func (g *grid) unmark() {
	t := g.t
	for i := range t.Rows {
		for _, gr := range t.Groups {
			for k := gr.First; k < gr.First+gr.N; k++ {
				if !g.hide[i][k] {
					continue
				}
				for j := gr.First; j < gr.First+gr.N; j++ {
					t.Cells[i][j].Letters = without(t.Cells[i][j].Letters, t.Columns[k].Letter, gr.N > 26)
				}
			}
		}
		for j := range t.Columns {
			t.Cells[i][j].Tested = false
		}
	}
	for _, c := range t.Comparisons {
		if c.Status == crosstab.Suppressed {
			if c.B < 0 {
				t.Cells[c.Row][c.A].VsRest = 0
			}
			continue
		}
		t.Cells[c.Row][c.A].Tested = true
		if c.B >= 0 {
			t.Cells[c.Row][c.B].Tested = true
		}
	}
}

// without removes a column's letter, of either case; letters of groups of more
// than 26 columns stand apart.
func without(letters, letter string, apart bool) string {
	sep := ""
	if apart {
		sep = " "
	}
	parts := strings.Split(letters, sep)
	parts = slices.DeleteFunc(parts, func(p string) bool { return strings.EqualFold(p, letter) })
	return strings.Join(parts, sep)
}
