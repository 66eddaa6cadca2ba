package pipeline

import (
	"fmt"

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
		e.drawAcceptance(c, t)
	}
}

// acceptedMore says how many accept the service more than all that it takes, and how
// far what it takes lies from it in the middle of all people, the median.
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
	var parts []string
	refs := []reports.Ref{service.ref(0)}
	for k, n := range takes {
		gap := indicator{t, service.row + len(takes) + 1 + k, ""}
		if !firm(n.total()) || !firm(gap.total()) || !gap.total().HasCI {
			continue
		}
		x, how := gap.total(), ""
		switch {
		case x.Low > 0:
			how = scored(x.Estimate, x.Low, x.High) + " less"
		case x.High < 0:
			how = scored(-x.Estimate, -x.High, -x.Low) + " more"
		default:
			how = "about the same, as the difference is within chance: " + scored(-x.Estimate, -x.High, -x.Low)
		}
		parts, refs = append(parts, fmt.Sprintf("%s gets %s", label(n), how)), append(refs, gap.ref(0))
	}
	if parts != nil {
		text := fmt.Sprintf("On a scale from 0 (the lowest answer) to 100 (the highest) the person in the middle gives %s %.0f points; %s.", label(service), service.total().Estimate, and(parts))
		tell(c, reports.Finding{Text: text, Refs: refs}, true)
	}
}

// scored prints a difference of scores of 0 to 100.
func scored(x, low, high float64) string {
	return fmt.Sprintf("%.0f points (%.0f to %.0f)", x, low, high)
}

// drawAcceptance draws the median scores of Total and of the first segment.
func (e *evidence) drawAcceptance(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "The service, and what it takes", Subtitle: e.subtitle(t), Note: e.note(t), Axis: "median score, 0 to 100", KeepOrder: true}
	add := func(group string, j int) {
		for i, r := range t.Rows {
			if r.Kind == crosstab.Median {
				d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Group: group, Base: t.Columns[j].Base.Unweighted, Cell: *t.Cell(i, j)})
			}
		}
	}
	add("Total", 0)
	for _, s := range e.plan.segments {
		if g, ok := groupOf(t, s.name); ok {
			for j := g.First; j < g.First+g.N; j++ {
				add(t.Columns[j].Label, j)
			}
			break
		}
	}
	e.draw(c, "sharing-acceptance-"+t.Question, d.Title, "Lines are 95% intervals. A score is the mean of a person's answers, 0 for the lowest answer and 100 for the highest.", t.ID, d)
}
