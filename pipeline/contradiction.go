package pipeline

import (
	"fmt"
	"math"

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
	f := reports.Finding{Text: fmt.Sprintf("%s want personal service (%s) and worry about their data as well (%s). %s want it, and %s worry.", both.hedged(0), e.sideWords(want), e.sideWords(worry), wants.figure(0), worries.figure(0)),
		Refs: []reports.Ref{both.ref(0), wants.ref(0), worries.ref(0)}}
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
		f.Text += fmt.Sprintf(" Whoever wants it tends to be who worries: both are %s more than the %s that there would be if the one had nothing to do with the other.", excess.hedged(0), chance.figure(0))
	case x.High < 0:
		f.Text += fmt.Sprintf(" Whoever wants it tends to be who does not worry: both are %s fewer than the %s that there would be if the one had nothing to do with the other.", excess.hedged(0), chance.figure(0))
	case math.Round(100*x.Estimate) == 0:
		f.Text += fmt.Sprintf(" No link between the two is shown, as whoever wants it worries about as often as others: if the one had nothing to do with the other, %s would do both, too: %s.", chance.figure(0), excess.moreOrFewer(0))
	default:
		f.Text += fmt.Sprintf(" No link between the two is shown beyond chance: if the one had nothing to do with the other, %s would do both; there are %s.", chance.figure(0), excess.moreOrFewer(0))
	}
	if x := excess.total(); crosses(x, 0) && both.total().Estimate >= manyAtOnce {
		f.Text += " The two sit side by side in the same people."
	}
	return f, true
}

// manyAtOnce is the share from which wanting and worrying are said to sit side by side.
const manyAtOnce = 1.0 / 3

// sideWords quotes the questions that put people on the side of a measure.
func (e *evidence) sideWords(measure string) string {
	var texts []string
	for _, q := range onSide(e.plan.asked, measure) {
		texts = append(texts, q.text)
	}
	return quotes(texts, longestQuote)
}
