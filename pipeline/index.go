package pipeline

import (
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
)

// Indices to the total: an index times the total is the share, so that each is hidden
// where the share is.

// hideIndices hides what the tables of the questions hide, and counts it.
func hideIndices(tables []*crosstab.Table, hidden *disclosure.Summary) {
	for _, t := range tables {
		if !t.Model || t.ID != t.Question+".index" {
			continue
		}
		for i := range t.Rows {
			shares := sharesOf(tables, t, i)
			for j := range t.Columns {
				k := shares.column(t.Columns[j])
				if c := &t.Columns[j]; (k < 0 || shares.t.Columns[k].Status == crosstab.Suppressed) && c.Status != crosstab.Suppressed {
					c.Status, c.Base = crosstab.Suppressed, crosstab.Base{}
					hidden.Columns++
				}
				hide := k < 0 || reports.Shown(shares.t, shares.row, 0) == crosstab.Suppressed || reports.Shown(shares.t, shares.row, k) == crosstab.Suppressed
				if cell := t.Cell(i, j); hide && cell.Status != crosstab.Suppressed {
					*cell = crosstab.Cell{Status: crosstab.Suppressed}
					hidden.Cells++
				}
			}
		}
	}
}

// column finds a column of another table among those of an indicator's, -1 for none.
func (n indicator) column(c crosstab.Column) int {
	if n.t == nil {
		return -1
	}
	return slices.IndexFunc(n.t.Columns, func(x crosstab.Column) bool { return x.Parent == "" && x.Group == c.Group && x.Label == c.Label })
}

// sharesOf are the shares behind a row of indices; without a table if there are none.
func sharesOf(tables []*crosstab.Table, t *crosstab.Table, row int) indicator {
	id := strings.TrimSuffix(t.Question+strings.TrimPrefix(t.Rows[row].Code, "index"), ".")
	for _, x := range tables {
		if x.ID != id || x.Model {
			continue
		}
		if net := x.RowOf(crosstab.NetRow, ""); net >= 0 {
			return indicator{x, net, ""}
		}
	}
	return indicator{}
}

// index draws how often the groups give a top answer beside all.
func (e *evidence) index(c *reports.Chapter, of indicator) {
	t := e.modelled(of.t.Question + ".index")
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	n := indicator{t, 0, ""}
	if i := slices.IndexFunc(t.Rows, func(r crosstab.Row) bool { return of.t.Item != "" && r.Label == of.t.Item }); i >= 0 {
		n.row = i
	}
	d := charts.Dots{Title: "More and less often than all", Subtitle: of.question(), Note: e.note(t), Axis: "index: 100 = like all", Whole: true, KeepOrder: true,
		Reference: &crosstab.Cell{Status: crosstab.OK, Estimate: 100}, ReferenceLabel: "All"}
	for _, g := range t.Groups {
		for j := g.First; j < g.First+g.N; j++ {
			d.Rows = append(d.Rows, charts.Dot{Label: t.Columns[j].Label, Group: g.Label, Base: t.Columns[j].Base.Unweighted, Cell: *n.cell(j)})
		}
	}
	if len(d.Rows) > 0 {
		e.draw(c, "expectation-index", d.Title, "How often each gives the answers counted, beside all: 118 is 18% more often, 82 is 18% less often. Lines are 95% intervals; one that crosses 100 could be chance.", t.ID, d)
	}
}
