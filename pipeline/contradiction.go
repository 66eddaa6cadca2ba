package pipeline

import (
	"fmt"
	"math"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) contradiction(c *reports.Chapter) {
	t := e.tableOf("contradiction")
	if t == nil {
		c.Missing = silence[c.Key]
		e.privacyTypes(c)
		e.latentClasses(c)
		return
	}
	claim(c, []*crosstab.Table{t})
	both := indicator{t, 0, ""}
	f, ok := e.overlap(c, t)
	tell(c, f, ok)
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
	e.privacyTypes(c)
	e.latentClasses(c)
}

// overlap says how many do both, and whether that is more than chance would give.
func (e *evidence) overlap(c *reports.Chapter, t *crosstab.Table) (reports.Finding, bool) {
	both, wants, worries := indicator{t, 0, ""}, indicator{t, t.RowOf(crosstab.NetRow, "Want it"), ""}, indicator{t, t.RowOf(crosstab.NetRow, "Worry"), ""}
	if !firm(both.total()) || !firm(wants.total()) || !firm(worries.total()) {
		return reports.Finding{}, false
	}
	f := reports.Finding{Text: fmt.Sprintf("%s want personal service and worry about their data as well. In all, %s want it and %s worry.", both.hedged(0), wants.figure(0), worries.figure(0)),
		Asked: fmt.Sprintf("Asked on service: %s Asked on worry: %s Counted: who gives a top answer to at least half of what was asked on each. %s", stopped(e.sideWords(want)), stopped(e.sideWords(worry)), answerers(both)),
		Refs:  []reports.Ref{both.ref(0), wants.ref(0), worries.ref(0)}}
	beside := e.modelled(t.ID + ".chance")
	if beside == nil {
		return f, true
	}
	claim(c, []*crosstab.Table{beside})
	chance, excess := indicator{beside, rowOf(beside, "chance"), ""}, indicator{beside, rowOf(beside, "excess"), ""}
	if !firm(chance.total()) || !firm(excess.total()) || !excess.total().HasCI {
		return f, true
	}
	f.Refs = append(f.Refs, chance.ref(0), excess.ref(0))
	switch x := excess.total(); {
	case x.Low > 0:
		f.Text += fmt.Sprintf(" Whoever wants service worries more often than others: if the two had nothing to do with each other, %s would do both; they are %s.", chance.figure(0), excess.moreOrFewer(0))
	case x.High < 0:
		f.Text += fmt.Sprintf(" Whoever wants service worries less often than others: if the two had nothing to do with each other, %s would do both; they are %s.", chance.figure(0), excess.moreOrFewer(0))
	case math.Round(100*x.Estimate) == 0:
		f.Text += fmt.Sprintf(" Whoever wants service worries neither more nor less often than others, as far as can be told: if the two had nothing to do with each other, %s would do both as well (%s of difference, %s).", chance.figure(0), excess.figure(0), strings.Trim(excess.eitherWay(0, "more", "fewer"), "()"))
	default:
		f.Text += fmt.Sprintf(" Whether those who want service worry more or less often than others cannot be told: if the two had nothing to do with each other, %s would do both; they are %s, which may be chance.", chance.figure(0), excess.moreOrFewer(0))
	}
	return f, true
}

// sideWords quotes the questions that put people on the side of a measure.
func (e *evidence) sideWords(measure string) string {
	var texts []string
	for _, q := range onSide(e.plan.asked, measure) {
		texts = append(texts, q.text)
	}
	return quotes(texts)
}
