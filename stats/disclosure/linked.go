package disclosure

import (
	"slices"

	"tradeoff/stats/crosstab"
)

// What one table hides another may tell: a change from wave to wave and one of the two
// waves give the other, shares in two halves of a group give that of the group. So
// tables that are made of others come after them, and
//
//   - a cell that is made of a hidden figure is hidden;
//   - rows that are made of the same figures are hidden together, for each is what the
//     others leave of a figure that is printed;
//   - a column of the same people as one that is hidden elsewhere is hidden: two tables
//     that gave a small group different neighbours would give it away together. So is one
//     of a model whose question hides the group, though fewer people are in the model, and
//     one whose base is a hidden figure.
//
// What is hidden here then holds all that is hidden there, so that both tables together
// tell no more than the ones that came first.

// A told is what tables that are protected already hide.
type told struct {
	tables  map[string]*crosstab.Table
	columns map[columnKey]bool
	groups  map[groupKey]bool
}

// A groupKey is a group of a question, in whichever of its tables.
type groupKey struct{ question, group, parent, label string }

func groupOf(t *crosstab.Table, c crosstab.Column) groupKey {
	return groupKey{t.Question, c.Group, c.Parent, c.Label}
}

// add takes a table that is protected.
func (t *told) add(x *crosstab.Table) {
	t.tables[x.ID] = x
	for _, c := range x.Columns {
		if !x.Model && c.Status == crosstab.Suppressed {
			t.groups[groupOf(x, c)] = true
		}
	}
}

// A columnKey is the people in a column: the same in every table with the same base.
type columnKey struct {
	group, parent, label, wave string
	base, people               int
}

func keyOf(c crosstab.Column) columnKey {
	return columnKey{c.Group, c.Parent, c.Label, c.Wave, c.Base.Unweighted, c.Base.People}
}

// rounds are the tables in the order of their protection: those of questions, those
// of questions or models that are made of these or of nothing, and models made of any.
func rounds(tables []*crosstab.Table) [3][]*crosstab.Table {
	var out [3][]*crosstab.Table
	for _, t := range tables {
		made := slices.ContainsFunc(t.Rows, func(r crosstab.Row) bool { return len(r.Of) > 0 }) ||
			slices.ContainsFunc(t.Columns, func(c crosstab.Column) bool { return len(c.Of) > 0 })
		round := 0
		if made {
			round++
		}
		if t.Model {
			round++
		}
		out[round] = append(out[round], t)
	}
	return out
}

// followColumns hides the columns of people whose column is hidden elsewhere, or whose
// number is.
func (g *grid) followColumns() {
	for j, c := range g.t.Columns {
		number := func(f crosstab.Figure) bool { return g.told.hides(f, c) }
		if g.told.columns[keyOf(c)] || g.t.Model && g.told.groups[groupOf(g.t, c)] || slices.ContainsFunc(c.Of, number) {
			g.conceal(address{-1, j})
		}
	}
}

// linked follows other tables and keeps rows together, and returns the counts that are
// hidden for it in shown columns: others must not give them away.
func (g *grid) linked() []address {
	before := make([][]bool, len(g.hide))
	for i := range before {
		before[i] = slices.Clone(g.hide[i])
	}
	g.follow()
	g.together()
	var out []address
	for i, r := range g.t.Rows {
		for j := range g.t.Columns {
			if counted(r) && g.hide[i][j] && !before[i][j] {
				out = append(out, address{i, j})
			}
		}
	}
	return out
}

// follow hides what is made of a hidden figure.
func (g *grid) follow() {
	for i, r := range g.t.Rows {
		for _, f := range r.Of {
			for j, c := range g.t.Columns {
				g.hide[i][j] = g.hide[i][j] || g.told.hides(f, c)
			}
		}
	}
}

// hides reports whether a figure is hidden that a cell of a column is made of.
func (t *told) hides(f crosstab.Figure, c crosstab.Column) bool {
	in := t.tables[f.Table]
	if in == nil || c.Unprinted {
		return false
	}
	row := slices.IndexFunc(in.Rows, func(r crosstab.Row) bool { return r.Kind == f.Kind && r.Code == f.Code })
	if row < 0 {
		return false
	}
	if f.Label != "" {
		c.Group, c.Parent, c.Label = f.Group, "", f.Label
	}
	j := slices.IndexFunc(in.Columns, func(x crosstab.Column) bool {
		return x.Group == c.Group && x.Parent == c.Parent && x.Label == c.Label
	})
	return j >= 0 && in.Cells[row][j].Status == crosstab.Suppressed
}

// together hides rows that are made of the same figures where one of them is hidden,
// and reports whether it hid any.
func (g *grid) together() bool {
	again := false
	for i, r := range g.t.Rows {
		if len(r.Of) == 0 {
			continue
		}
		for k, other := range g.t.Rows {
			if k == i || !slices.Equal(r.Of, other.Of) {
				continue
			}
			for j, hidden := range g.hide[i] {
				if hidden && !g.hide[k][j] {
					g.hide[k][j], again = true, true
				}
			}
		}
	}
	return again
}
