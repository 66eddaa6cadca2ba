package pipeline

import (
	"fmt"
	"math"

	"tradeoff/charts"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) contradiction(c *reports.Chapter) {
	t := e.tableOf("contradiction")
	if t == nil {
		c.Missing = e.neverBoth()
		e.privacyTypes(c)
		e.latentClasses(c)
		return
	}
	claim(c, []*crosstab.Table{t})
	both := indicator{t, 0, ""}
	f, ok := e.overlap(c, t)
	tell(c, f, ok)
	e.segments(c, both, "doing both")
	q := charts.Quadrants{Title: t.Title, Subtitle: e.subtitle(t), Note: e.note(t)}
	for k := range q.Names {
		q.Names[k] = t.Rows[k].Label
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
	if len(q.Rows) > 0 { // without segments there are no groups to draw
		e.draw(c, "contradiction-quadrants", q.Title, "", t.ID, q)
	}
	e.privacyTypes(c)
	e.latentClasses(c)
}

// neverBoth says why nobody can tell how many do both.
func (e *evidence) neverBoth() string {
	wants, worries := e.measure(want) != nil, e.measure(worry) != nil
	switch {
	case worries && !wants:
		return "This survey asked about worry, but not whether people want personal service, so nobody can say how many do both."
	case wants && !worries:
		return "This survey asked about personal service, but not whether people worry about their data, so nobody can say how many do both."
	}
	return silence["contradiction"]
}

// overlap says how many do both, and whether that is more than chance would give.
func (e *evidence) overlap(c *reports.Chapter, t *crosstab.Table) (reports.Finding, bool) {
	both, wants, worries := indicator{t, 0, ""}, indicator{t, t.RowOf(crosstab.NetRow, ""), ""}, indicator{t, t.RowOf(crosstab.NetRow, "Worry"), ""}
	if !firm(both.total()) || !firm(wants.total()) || !firm(worries.total()) {
		return reports.Finding{}, false
	}
	said := analysis.OfService(e.sideTexts(want)).Replace
	f := reports.Finding{Text: fmt.Sprintf(said("%s want personal service and worry about their data as well. In all, %s want it and %s worry."), both.hedged(0), wants.figure(0), worries.figure(0)),
		Asked: fmt.Sprintf("%s %s Counted: who gives these answers to at least half of what was asked on each. %s", e.sideAsked(want, "service"), e.sideAsked(worry, "worry"), answerers(both)),
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
	f.Refs = append(f.Refs, excess.ref(0))
	much := ""
	if math.Abs(excess.total().Estimate) < little {
		much = "a little "
	}
	switch x := excess.total(); {
	case x.Low > 0:
		f.Text += fmt.Sprintf(said(" Whoever wants service")+" worries %smore often than others: %s do both than if the two were unrelated.", much, excess.moreOrFewer(0))
	case x.High < 0:
		f.Text += fmt.Sprintf(said(" Whoever wants service")+" worries %sless often than others: %s do both than if the two were unrelated.", much, excess.moreOrFewer(0))
	case math.Round(100*x.Estimate) == 0:
		f.Text += said(" Whoever wants service") + " worries neither more nor less often than others, as far as can be told."
	default:
		f.Text += fmt.Sprintf(said(" Whether those who want service")+" worry more or less often than others cannot be told: %s do both than if the two were unrelated, which may be chance.", excess.moreOrFewer(0))
	}
	return f, true
}

// sideTexts are the questions that put people on the side of a measure.
func (e *evidence) sideTexts(measure string) []string {
	var out []string
	for _, q := range onSide(e.plan.asked, measure) {
		out = append(out, q.text)
	}
	return out
}

// mostSides is how many questions that put people on a side are quoted.
const mostSides = 2

// sideAsked quotes the questions that put people on the side of a measure, with the
// answers that do.
func (e *evidence) sideAsked(measure, on string) string {
	var said []string
	asked := onSide(e.plan.asked, measure)
	for _, q := range asked[:min(mostSides, len(asked))] {
		text := cite(q.text, longestAsked)
		for _, n := range indicators(e.measure(measure)) {
			if answers := countedOf([]indicator{n}); n.t.Question == q.spec.Name && answers != "" {
				text += " (" + answers + ")"
				break
			}
		}
		said = append(said, text)
	}
	if more := len(asked) - len(said); more > 0 {
		said = append(said, plural(more, "more question"))
	}
	return stopped("Asked on " + on + ": " + and(said))
}
