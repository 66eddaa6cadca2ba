package pipeline

import (
	"fmt"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Drivers rating by rating: what goes with being willing to share with one industry
// rather than another, from the model of stacked ratings.

// ratedDrivers tells of that model; false if there is none.
func (e *evidence) ratedDrivers(c *reports.Chapter) bool {
	var odds *crosstab.Table
	for _, t := range e.measure("sharing") {
		if odds = e.modelled(t.Question + ".rated.odds"); odds != nil {
			break
		}
	}
	if odds == nil {
		return false
	}
	named := func(id string) *crosstab.Table {
		t := e.modelled(odds.Question + ".rated." + id)
		if t != nil {
			claim(c, []*crosstab.Table{t})
		}
		return t
	}
	claim(c, []*crosstab.Table{odds})
	alike, meetings, byGroup := named("alike"), named("meetings"), named("bygroup")
	f, ok := ratedOdds(odds)
	tell(c, f, ok)
	if alike != nil {
		f, ok := ratedAlike(alike)
		tell(c, f, ok)
		e.ratedFigure(c, alike)
	}
	if meetings != nil {
		e.meetings(c, meetings, byGroup)
	}
	return true
}

// ratedOdds says what a step more of what was rated goes with, the largest first.
func ratedOdds(t *crosstab.Table) (reports.Finding, bool) {
	var parts []string
	var refs []reports.Ref
	for _, i := range ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) }) {
		n := indicator{t, i, ""}
		code := t.Rows[i].Code
		if strings.HasPrefix(code, "turn.") || strings.HasPrefix(code, "segment.") || !n.total().HasCI || crosses(n.total(), 1) || len(parts) == mostDrivers {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s, %s", strings.Replace(t.Rows[i].Label, ": ", ", ", 1), n.hedged(0)))
		refs = append(refs, n.ref(0))
	}
	if parts == nil {
		return reports.Finding{}, false
	}
	return reports.Finding{Text: "Rating by rating, with the same thing rated and all the rest alike, the odds of sharing something are multiplied like this: " + strings.Join(parts, "; ") + ". Odds are not shares: twice the odds is not twice as many. What goes with sharing need not cause it.", Refs: refs}, true
}

// ratedAlike says who would be given most and least if all else were alike.
func ratedAlike(t *crosstab.Table) (reports.Finding, bool) {
	order := ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	if len(order) < 2 {
		return reports.Finding{}, false
	}
	first, last := indicator{t, order[0], ""}, indicator{t, order[len(order)-1], ""}
	left := " What is left between them is not in what was asked."
	if last.total().High >= first.total().Low {
		left = " Their intervals overlap: little is left between them."
	}
	return reports.Finding{Text: fmt.Sprintf("If the same people rated all, and gave each the same other answers, most would share with %s, %s, and fewest with %s, %s.%s",
		t.Rows[first.row].Label, first.hedged(0), t.Rows[last.row].Label, last.hedged(0), left), Refs: []reports.Ref{first.ref(0), last.ref(0)}}, true
}

// ratedFigure draws the adjusted shares.
func (e *evidence) ratedFigure(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "Who would be given data, if all else were alike", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, Axis: "ratings in which something would be shared"}
	for i, r := range t.Rows {
		d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Base: t.Cell(i, 0).Count, Cell: *t.Cell(i, 0)})
	}
	e.draw(c, "drivers-alike", d.Title, "Lines are 95% intervals. Average predictions of the model of ratings: as if the same people had rated all and answered alike.", t.ID, d)
}
