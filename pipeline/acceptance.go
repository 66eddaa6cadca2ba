package pipeline

import (
	"fmt"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// acceptance says how far people accept a service beside what it takes of them,
// where both were asked on one scale.
func (e *evidence) acceptance(c *reports.Chapter) {
	for _, asked := range e.measure(want) {
		t := e.modelled(asked.Question + ".acceptance")
		if t == nil || t.Chapter != "" {
			continue
		}
		claim(c, []*crosstab.Table{t})
		e.acceptedMore(c, t)
		e.aheadByGroup(c, t)
		e.drawAcceptance(c, t)
	}
}

// acceptedMore says how many accept the service more than all that it takes, and what the
// person in the middle, the median, gives to each.
func (e *evidence) acceptedMore(c *reports.Chapter, t *crosstab.Table) {
	service := indicator{t, rowOf(t, "service"), ""}
	var takes []indicator
	for i, r := range t.Rows {
		if r.Kind == crosstab.Median && i != service.row {
			takes = append(takes, indicator{t, i, ""})
		}
	}
	label := func(n indicator) string { return inQuotes(t.Rows[n.row].Label) }
	above := indicator{t, rowOf(t, "above"), ""}
	if len(takes) == 1 {
		above.row = len(t.Rows) - 1
	}
	if firm(above.total()) {
		var names []string
		for _, n := range takes {
			names = append(names, label(n))
		}
		text := fmt.Sprintf("%s of people accept %s more than what it takes of them: %s.", above.hedged(0), label(service), and(names))
		tell(c, reports.Finding{Text: text, Refs: []reports.Ref{above.ref(0)}}, true)
	}
	if !firm(service.total()) {
		return
	}
	parts, refs := []string{label(service) + " " + scored(service.total())}, []reports.Ref{service.ref(0)}
	var level []string
	for k, n := range takes {
		gap := indicator{t, service.row + len(takes) + 1 + k, ""}
		if !firm(n.total()) || !firm(gap.total()) || !gap.total().HasCI {
			continue
		}
		parts, refs = append(parts, label(n)+" "+scored(n.total())), append(refs, n.ref(0))
		if crosses(gap.total(), 0) {
			level = append(level, label(n))
		}
	}
	if len(parts) > 1 {
		text := fmt.Sprintf("On a scale from 0 (the lowest answer) to 100 (the highest), people typically give %s.", and(parts))
		if level != nil {
			text += fmt.Sprintf(" The difference between %s and %s may be chance.", label(service), and(level))
		}
		tell(c, reports.Finding{Text: text, Refs: refs}, true)
	}
}

// aheadByGroup says for each group of the first segment by how much the service is ahead of
// what it takes, where it is so in all of them beyond chance.
func (e *evidence) aheadByGroup(c *reports.Chapter, t *crosstab.Table) {
	g, ok := e.firstGroup(t)
	if !ok || g.N > mostNamed {
		return
	}
	var said []string
	var refs []reports.Ref
	for i, r := range t.Rows {
		takes, gap := strings.CutPrefix(r.Code, "gap.")
		if !gap {
			continue
		}
		var by []string
		for j := g.First; j < g.First+g.N; j++ {
			n := indicator{t, i, ""}
			x := n.cell(j)
			if !firm(x) || !x.HasCI || x.Low <= 0 {
				return
			}
			by, refs = append(by, fmt.Sprintf("%.0f points (%.0f to %.0f) in %s", x.Estimate, x.Low, x.High, t.Columns[j].Label)), append(refs, n.ref(j))
		}
		said = append(said, fmt.Sprintf("ahead of %s by %s", inQuotes(t.Rows[rowOf(t, "takes."+takes)].Label), and(by)))
	}
	if said != nil {
		tell(c, reports.Finding{Text: fmt.Sprintf("On that scale %s are %s.", inQuotes(t.Rows[rowOf(t, "service")].Label), strings.Join(said, "; ")), After: true, Refs: refs}, true)
	}
}

// firstGroup is the first segment of the study that a table has.
func (e *evidence) firstGroup(t *crosstab.Table) (crosstab.Group, bool) {
	for _, s := range e.plan.segments {
		if g, ok := groupOf(t, s.name); ok {
			return g, true
		}
	}
	return crosstab.Group{}, false
}

// scored prints a score of 0 to 100, with its interval.
func scored(c *crosstab.Cell) string {
	if !c.HasCI {
		return fmt.Sprintf("%.0f", c.Estimate)
	}
	return fmt.Sprintf("%.0f (%.0f–%.0f)", c.Estimate, c.Low, c.High)
}

// drawAcceptance draws the median scores of Total and of the first segment.
func (e *evidence) drawAcceptance(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "The service, and what it takes", Subtitle: "What people typically give (the median), from 0 to 100", Note: e.note(t), Axis: "score, 0 to 100", KeepOrder: true, Whole: true}
	add := func(group string, j int) {
		for i, r := range t.Rows {
			if r.Kind == crosstab.Median {
				d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Group: group, Base: t.Columns[j].Base.Unweighted, Cell: *t.Cell(i, j)})
			}
		}
	}
	add("Total", 0)
	if g, ok := e.firstGroup(t); ok {
		for j := g.First; j < g.First+g.N; j++ {
			add(t.Columns[j].Label, j)
		}
	}
	e.draw(c, "sharing-acceptance-"+t.Question, d.Title, "Lines are 95% intervals. A score is the mean of a person's answers, 0 for the lowest answer and 100 for the highest.", t.ID, d)
}
