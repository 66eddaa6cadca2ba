package pipeline

import (
	"fmt"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) contradiction(c *reports.Chapter) {
	var t *crosstab.Table
	for _, x := range e.tables {
		if x.ID == "contradiction" {
			t = x
		}
	}
	if t == nil {
		c.Missing = "It takes questions with top answers that measure expectation, and others that measure concern; the study lacks one of the two."
		return
	}
	claim(c, []*crosstab.Table{t})
	both := indicator{t, 0, ""}
	wants, worries := indicator{t, t.RowOf(crosstab.NetRow, "Want it"), ""}, indicator{t, t.RowOf(crosstab.NetRow, "Worry"), ""}
	if firm(both.total()) && firm(wants.total()) && firm(worries.total()) {
		chance := wants.total().Estimate * worries.total().Estimate
		text := fmt.Sprintf("%s want personalized service and worry about the data it takes.", both.hedged(0))
		text += fmt.Sprintf(" %s want it and %s worry;", wants.figure(0), worries.figure(0))
		switch d := points(both.total().Estimate, chance); {
		case d == 0:
			text += " that is just the overlap that there would be if wanting it had nothing to do with worrying."
		case d < 0:
			text += fmt.Sprintf(" if wanting it had nothing to do with worrying, %s would do both, %s more.", percent(chance), pointsOf(-d))
		default:
			text += fmt.Sprintf(" if wanting it had nothing to do with worrying, %s would do both, %s fewer.", percent(chance), pointsOf(d))
		}
		tell(c, reports.Finding{Text: text, Refs: []reports.Ref{both.ref(0), wants.ref(0), worries.ref(0)}}, true)
	}
	e.segments(c, both, "doing both")
	q := charts.Quadrants{Title: "Wanting personal service, and worrying about data", Subtitle: e.subtitle(t), Note: e.note(t)}
	copy(q.Names[:], quadrants)
	for k := range q.Names {
		q.Total[k] = *t.Cell(k, 0)
	}
	for _, s := range e.plan.segments {
		g, ok := groupOf(t, s.name)
		if !ok {
			continue
		}
		for j := g.First; j < g.First+g.N; j++ {
			row := charts.QuadrantRow{Label: t.Columns[j].Label, Group: s.label, Base: t.Columns[j].Base.Unweighted}
			for k := range row.Cells {
				row.Cells[k] = *t.Cell(k, j)
			}
			q.Rows = append(q.Rows, row)
		}
	}
	e.draw(c, "contradiction-quadrants", q.Title, t.Notes[len(t.Notes)-1], t.ID, q)
}
