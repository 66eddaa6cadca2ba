// Package disclosure hides what would tell on people.
//
// In: the tables of a report, as estimated. Steps: groups below the smallest
// shown are hidden; answers that fewer people gave than the smallest shown are
// hidden; then, wherever a total, a net or the rest of a group would let a
// hidden number be worked out by subtraction, the smallest neighbour is hidden
// too, until every such sum holds at least two hidden numbers that together
// reach the threshold, and no cell with too few people can be solved from all
// the sums of its table together. Hidden cells lose every value: what comes after sees
// only what may be published. Out: the same tables, and how much was hidden.
//
// It protects each table against its own totals: small counts cannot be worked
// out exactly. It does not relate different tables, editions of a report or
// outside knowledge to each other, and people who are in none of the groups of
// a segment are no group to it: where two did not give their age, Total less
// all ages tells their answers.
package disclosure

import (
	"slices"
	"strings"

	"tradeoff/stats"
)

// Rules are the thresholds, both counts of people.
type Rules struct {
	Group  int // smallest group shown
	Answer int // smallest answer shown within a group
}

// A Summary counts what was hidden.
type Summary struct {
	Columns   int // columns of tables hidden because the group is small, or to protect one that is
	Cells     int // shown columns' cells that were hidden
	Primary   int // of Cells: too few people
	Secondary int // of Cells: hidden so that others cannot be worked out
	All       int // all cells of all tables
}

// Protect hides in place.
func Protect(tables []*stats.Table, rules Rules) Summary {
	var s Summary
	for _, t := range tables {
		g := &grid{t: t, rules: rules}
		g.protect(&s)
	}
	return s
}

// A grid is one table under protection. Row -1 stands for the base.
type grid struct {
	t       *stats.Table
	rules   Rules
	columns []line // sums over columns that hold in every row
	colHide []bool
	hide    [][]bool
}

// A line is a sum that a reader can work out: the first is the total of the
// others.
type line []int

func (g *grid) protect(s *Summary) {
	t := g.t
	g.columns = columnLines(t)
	g.hideColumns()
	g.hide = make([][]bool, len(t.Rows))
	for i := range t.Rows {
		g.hide[i] = make([]bool, len(t.Columns))
		for j := range t.Columns {
			s.All++
			g.hide[i][j] = g.colHide[j]
			if !g.colHide[j] && g.sensitive(i, j) {
				g.hide[i][j] = true
				s.Primary++
			}
		}
	}
	primary := g.primary()
	for g.rowPass() || g.columnPass() || g.meanPass() || g.solvePass(primary) {
	}
	g.apply(s)
}

// columnLines finds the columns that add up to another: the groups of a
// segment to the total, nested groups to the group around them and to the
// inner group by itself, the wave of the tables to the total.
func columnLines(t *stats.Table) []line {
	var lines []line
	nested := map[string]map[string]line{}
	var nestedNames []string
	find := func(group, label string) []int {
		var at []int
		for j, c := range t.Columns {
			if c.Label == label && c.Parent == "" && c.Group != group && c.Group != "wave" && c.Group != "" {
				at = append(at, j)
			}
		}
		return at
	}
	for _, gr := range t.Groups {
		members := make(line, 0, gr.N+1)
		for j := gr.First; j < gr.First+gr.N; j++ {
			members = append(members, j)
		}
		if len(members) == 0 {
			continue
		}
		c := t.Columns[gr.First]
		switch {
		case c.Group == "wave" && t.Columns[0].Wave != "all":
			for _, j := range members {
				if t.Columns[j].Wave == t.Columns[0].Wave {
					lines = append(lines, line{0, j})
				}
			}
		case c.Parent == "":
			lines = append(lines, append(line{0}, members...))
		default:
			for _, p := range find(gr.Name, c.Parent) {
				lines = append(lines, append(line{p}, members...))
			}
			if nested[gr.Name] == nil {
				nested[gr.Name] = map[string]line{}
				nestedNames = append(nestedNames, gr.Name)
			}
			for _, j := range members {
				label := t.Columns[j].Label
				nested[gr.Name][label] = append(nested[gr.Name][label], j)
			}
		}
	}
	for _, name := range nestedNames {
		labels := make([]string, 0, len(nested[name]))
		var all line
		for l, js := range nested[name] {
			labels = append(labels, l)
			all = append(all, js...)
		}
		slices.Sort(labels)
		slices.Sort(all)
		for _, l := range labels {
			for _, p := range find(name, l) {
				lines = append(lines, append(line{p}, nested[name][l]...))
			}
		}
		lines = append(lines, append(line{0}, all...))
	}
	return lines
}

// hideColumns hides small groups, and as many more as it takes that none can
// be subtracted from a total.
func (g *grid) hideColumns() {
	t := g.t
	g.colHide = make([]bool, len(t.Columns))
	for j, c := range t.Columns {
		g.colHide[j] = c.Base.People > 0 && c.Base.People < g.rules.Group
	}
	size := func(j int) int { return t.Columns[j].Base.People }
	for again := true; again; {
		again = false
		for _, l := range g.columns {
			again = g.close(l, size, g.rules.Group, func(j int) bool { return g.colHide[j] }, func(j int) { g.colHide[j] = true }) || again
		}
	}
}

// close hides one more member of a line if what is hidden on it could be
// worked out, and reports whether it did. The total is hidden last.
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
		if hidden(j) || size(j) == 0 {
			continue
		}
		if best < 0 || l[0] == best || k > 0 && size(j) < size(best) {
			best = j
		}
	}
	if best < 0 {
		if n >= 2 {
			return false // only zeros are left: they add nothing
		}
		for _, j := range slices.Backward(l) {
			if j >= 0 && !hidden(j) {
				best = j
				break
			}
		}
		if best < 0 {
			return false
		}
	}
	hide(best)
	return true
}

// counted reports whether a row counts people.
func counted(r stats.Row) bool { return r.Kind == stats.Proportion || r.Kind == stats.NetRow }

// sensitive reports whether too few people stand behind a cell, or, where the
// base gives it away, behind its opposite.
func (g *grid) sensitive(i, j int) bool {
	t := g.t
	if !counted(t.Rows[i]) {
		return false
	}
	n := g.count(i, j)
	few := func(n int) bool { return n > 0 && n < g.rules.Answer }
	if few(n) {
		return true
	}
	opposite := t.Columns[j].Base.Unweighted - n
	return few(opposite) && (g.binary() || t.Rows[i].Kind == stats.NetRow)
}

func (g *grid) count(i, j int) int { return g.t.Cells[i][j].Count }

// binary reports whether every row is a yes-or-no of its own, as in a
// tick-all question.
func (g *grid) binary() bool {
	sum, base := 0, 0
	for i, r := range g.t.Rows {
		if r.Kind == stats.Proportion {
			sum += g.count(i, 0)
		}
	}
	base = g.t.Columns[0].Base.Unweighted
	return sum != base
}

// rowPass closes the sums that hold within a column: answers add to the base,
// the parts of a net to the net.
func (g *grid) rowPass() bool {
	t := g.t
	var answers line
	for i, r := range t.Rows {
		if r.Kind == stats.Proportion {
			answers = append(answers, i)
		}
	}
	again := false
	for j := range t.Columns {
		if g.colHide[j] {
			continue
		}
		size := func(i int) int { return g.count(i, j) }
		hidden := func(i int) bool { return g.hide[i][j] }
		hide := func(i int) { g.hide[i][j] = true }
		if !g.binary() {
			// The base is printed, so the answers close without a total of their own.
			again = g.close(append(line{-1}, answers...), func(i int) int {
				if i < 0 {
					return 0
				}
				return size(i)
			}, g.rules.Answer, func(i int) bool { return i >= 0 && hidden(i) }, hide) || again
			for i, r := range t.Rows {
				if r.Kind != stats.NetRow {
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
				again = g.close(in, size, g.rules.Answer, hidden, hide) || again
				if len(out) > 1 {
					again = g.close(out, size, g.rules.Answer, hidden, hide) || again
				}
			}
		}
	}
	return again
}

// columnPass closes the sums that hold within a row.
func (g *grid) columnPass() bool {
	again := false
	for i := range g.t.Rows {
		threshold := g.rules.Answer
		size := func(j int) int { return g.count(i, j) }
		if !counted(g.t.Rows[i]) {
			threshold = 0
			size = func(j int) int { return g.t.Columns[j].Base.Unweighted }
		}
		for _, l := range g.columns {
			again = g.close(l, size, threshold, func(j int) bool { return g.hide[i][j] }, func(j int) { g.hide[i][j] = true }) || again
		}
	}
	return again
}

// meanPass hides means and deviations of columns with a hidden answer: with
// all other answers known, a mean gives it away.
func (g *grid) meanPass() bool {
	again := false
	for j := range g.t.Columns {
		some := false
		for i, r := range g.t.Rows {
			some = some || counted(r) && g.hide[i][j]
		}
		for i, r := range g.t.Rows {
			if some && !counted(r) && !g.hide[i][j] {
				g.hide[i][j] = true
				again = true
			}
		}
	}
	return again
}

// apply empties what is hidden, in cells, columns, comparisons and letters.
func (g *grid) apply(s *Summary) {
	t := g.t
	some := false
	for j := range t.Columns {
		if g.colHide[j] {
			t.Columns[j].Status = stats.Suppressed
			t.Columns[j].Base = stats.Base{}
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
			t.Cells[i][j] = stats.Cell{Status: stats.Suppressed}
			some = true
		}
	}
	s.Secondary = s.Cells - s.Primary
	if !some {
		return
	}
	for k := range t.Comparisons {
		c := &t.Comparisons[k]
		if g.hide[c.Row][c.A] || c.B >= 0 && g.hide[c.Row][c.B] {
			*c = stats.Comparison{Row: c.Row, A: c.A, B: c.B, Status: stats.Suppressed}
		}
	}
	g.unmark()
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
		if c.Status == stats.Suppressed {
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
