package pipeline

import (
	"fmt"
	"slices"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) sharing(c *reports.Chapter) {
	tables := e.measure("sharing")
	if len(tables) == 0 {
		e.missing(c, "sharing")
		return
	}
	claim(c, tables)
	loops, others := split(tables)
	for _, t := range loops {
		if !t.Multi {
			continue
		}
		list := indicators([]*crosstab.Table{t})
		f, ok := e.byItem(list, "Shared most readily")
		tell(c, f, ok)
		if mean := t.RowOf(crosstab.Mean, "Mean number chosen"); mean >= 0 {
			n := indicator{t, mean, ""}
			f, ok := e.byLoop(n, fmt.Sprintf("Of the %d kinds of data, people would share most with", len(list)), "fewest with")
			tell(c, f, ok)
		}
		e.sensitive(c, list)
		e.permissions(c, t, list)
		e.segments(c, indicator{t, t.RowOf(crosstab.NetRow, "Any of these"), ""}, "sharing anything")
		break
	}
	e.otherSharing(c, others)
	e.otherRanks(c, tables)
	e.control(c)
	e.acceptance(c)
	e.consent(c)
}

// control says how far people feel in control of what is known of them.
func (e *evidence) control(c *reports.Chapter) {
	tables := e.measure("control")
	claim(c, tables)
	for _, n := range indicators(tables) {
		f, ok := e.headline(n)
		tell(c, f, ok)
	}
}

// otherSharing says what was asked about sharing outside of loops.
func (e *evidence) otherSharing(c *reports.Chapter, others []*crosstab.Table) {
	list := indicators(others)
	if len(list) == 0 {
		return
	}
	e.byQuestion(c, list, "Shared most readily")
	e.sensitive(c, list)
	if len(c.Figures) > 0 {
		return
	}
	e.segments(c, highest(list), "willingness to share")
	e.dotsBySegment(c, highest(list), "sharing-by-segment", "Who would share")
}

// sensitive says which kind of data people would share least, question by question,
// and draws how sure the order of all kinds of the first is.
func (e *evidence) sensitive(c *reports.Chapter, list []indicator) {
	var questions []string
	for _, n := range list {
		ranks := e.modelled(n.t.Question + ".ranks")
		if ranks == nil || slices.Contains(questions, n.t.Question) {
			continue
		}
		questions = append(questions, n.t.Question)
		claim(c, []*crosstab.Table{ranks})
		of := slices.DeleteFunc(slices.Clone(list), func(x indicator) bool { return x.t.Question != n.t.Question })
		r := ranking{ranks, inList(of)}
		f, ok := r.last("Least shared, and so taken as the most sensitive")
		f.Asked = asked(of...)
		tell(c, f, ok)
		if len(questions) == 1 {
			e.drawChances(c, r, "sharing-sensitivity", "From the data shared most readily to the most sensitive")
		}
	}
}

// otherRanks claims the rankings of questions that no sentence speaks of.
func (e *evidence) otherRanks(c *reports.Chapter, tables []*crosstab.Table) {
	for _, q := range questionsOf(tables) {
		if ranks := e.modelled(q + ".ranks"); ranks != nil && ranks.Chapter != c.Key {
			claim(c, []*crosstab.Table{ranks})
		}
	}
}

// permissions draws data type by industry, as a customer would set it.
func (e *evidence) permissions(c *reports.Chapter, t *crosstab.Table, list []indicator) {
	g, ok := e.loopGroup(t)
	if !ok {
		return
	}
	m := charts.Matrix{Title: "What people would share, and with whom", Subtitle: e.subtitle(t), Note: e.note(t)}
	for j := g.First; j < g.First+g.N; j++ {
		m.Columns = append(m.Columns, t.Columns[j].Label)
	}
	for _, n := range list {
		m.Rows = append(m.Rows, n.label)
		var row []crosstab.Cell
		for j := g.First; j < g.First+g.N; j++ {
			row = append(row, *n.cell(j))
		}
		m.Cells = append(m.Cells, row)
		m.RowTotals = append(m.RowTotals, *n.total())
	}
	m.ColumnTotalsLabel = "Any of these"
	any := indicator{t, t.RowOf(crosstab.NetRow, "Any of these"), ""}
	for j := g.First; j < g.First+g.N; j++ {
		m.ColumnTotals = append(m.ColumnTotals, *any.cell(j))
	}
	e.draw(c, "sharing-permissions", m.Title, "", t.ID, m)
}
