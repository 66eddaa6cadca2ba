package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
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
	effects, alike, meetings, byGroup := named("effects"), named("alike"), named("meetings"), named("bygroup")
	var turn, under string
	for _, t := range e.measure("sharing") {
		if t.Question == odds.Question {
			turn, under = e.turnBy(t), put(indicators([]*crosstab.Table{t})...)
			break
		}
	}
	if effects != nil {
		f, ok := ratedSteps(effects, turn)
		f.Asked = strings.TrimSpace(under + " " + answerers(indicator{effects, 0, ""}))
		tell(c, f, ok)
	}
	if alike != nil {
		f, ok := ratedAlike(alike)
		f.Asked = strings.TrimSpace(under + " " + answerers(indicator{alike, 0, ""}))
		tell(c, f, ok)
		e.ratedFigure(c, alike)
	}
	if meetings != nil {
		e.meetings(c, meetings, byGroup, "Asked "+turn+", ")
	}
	return true
}

// turnBy says how a question in a loop was asked: "industry by industry".
func (e *evidence) turnBy(t *crosstab.Table) string {
	g, ok := e.loopGroup(t)
	if !ok || strings.Contains(g.Label, " ") {
		return "one by one"
	}
	return lower(g.Label) + " by " + lower(g.Label)
}

// ratedSteps says what a step more of what was rated goes with, the largest first.
func ratedSteps(t *crosstab.Table, turn string) (reports.Finding, bool) {
	var list []indicator
	for i, r := range t.Rows {
		if n := (indicator{t, i, ""}); n.beyond(0) && !strings.HasPrefix(r.Code, "turn.") && !strings.HasPrefix(r.Code, "segment.") {
			list = append(list, n)
		}
	}
	if list == nil {
		return reports.Finding{}, false
	}
	slices.SortStableFunc(list, func(a, b indicator) int {
		return cmp.Compare(math.Abs(b.total().Estimate), math.Abs(a.total().Estimate))
	})
	var said steps
	for _, n := range list[:min(mostDrivers, len(list))] {
		said.add(n, " of ratings would share")
	}
	return reports.Finding{Text: fmt.Sprintf("Asked %s, "+alikeElse+": %s. What goes with sharing need not cause it.", turn, strings.Join(said.said, "; ")), Refs: said.refs}, true
}

// ratedAlike says who would be given most and least if all else were alike.
func ratedAlike(t *crosstab.Table) (reports.Finding, bool) {
	order := ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	if len(order) < 2 {
		return reports.Finding{}, false
	}
	first, last := indicator{t, order[0], ""}, indicator{t, order[len(order)-1], ""}
	refs := []reports.Ref{first.ref(0), last.ref(0)}
	var level []string
	for _, i := range order[1 : len(order)-1] {
		if x := (indicator{t, i, ""}); x.total().High >= first.total().Low && len(level) < mostDrivers {
			level, refs = append(level, fmt.Sprintf("%s (%s)", t.Rows[i].Label, x.figure(0))), append(refs, x.ref(0))
		}
	}
	left := ""
	switch {
	case last.total().High >= first.total().Low:
		left, refs = " Their intervals overlap: little is left between them.", refs[:2]
	case level != nil:
		left = fmt.Sprintf(" The lead over %s may be chance.", either(level))
	}
	return reports.Finding{Text: fmt.Sprintf("If people had rated all of them, and answered everything else alike for all, they would share with %s in most ratings, %s, and with %s in fewest, %s.%s",
		t.Rows[first.row].Label, first.hedged(0), t.Rows[last.row].Label, last.hedged(0), left), Refs: refs}, true
}

// ratedFigure draws the adjusted shares.
func (e *evidence) ratedFigure(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "Who would be given data, if all else were alike", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, NoBases: true, Axis: "ratings in which something would be shared"}
	for i, r := range t.Rows {
		d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Cell: *t.Cell(i, 0)})
	}
	e.draw(c, "drivers-alike", d.Title, "As if people had rated all of them, and answered everything else alike for all. Lines are 95% intervals.", t.ID, d)
}
