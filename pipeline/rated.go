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

// ratedDrivers tells of that model; false if there is none. Beside the model of people it
// says what is otherwise: out are the rows of the drivers that stand out there, and level
// tells that none of them counts for more in some groups.
func (e *evidence) ratedDrivers(c *reports.Chapter, out map[string]indicator, level bool) bool {
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
	var steps, groups reports.Finding
	var ok, none bool
	if effects != nil {
		steps, ok = e.ratedSteps(effects, turn, out)
		steps.Asked = strings.TrimSpace(under + " " + answerers(indicator{effects, 0, ""}))
	}
	if meetings != nil {
		groups, none = e.meetings(c, meetings, byGroup, "Asked "+turn+", ")
	}
	if none && level && ok {
		_, by, _ := strings.Cut(groups.Text, " counts for more ")
		steps.Asked, none = "There is no sign here, either, that anything counts for more "+by+" "+steps.Asked, false
	}
	tell(c, steps, ok)
	tell(c, groups, none)
	if alike != nil {
		f, ok := ratedAlike(alike)
		f.Asked = strings.TrimSpace(under + " " + answerers(indicator{alike, 0, ""}))
		tell(c, f, ok)
		e.ratedFigure(c, alike)
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

// stoodOut are the rows of the drivers that stand out in the model of people, by their
// names; none where there is no such model.
func (e *evidence) stoodOut(importance, people *crosstab.Table) map[string]indicator {
	out := map[string]indicator{}
	if importance == nil || people == nil {
		return out
	}
	_, rows := weighed(importance)
	for _, i := range rows {
		code := importance.Rows[i].Code
		if n, _ := clearest(people, code); n.row >= 0 && !e.randomized(code) {
			out[n.t.Rows[n.row].Code] = n
		}
	}
	return out
}

// ratedSteps says what a step more of what was rated goes with, the largest first; beside
// what stands out among people, what goes another way there, or else one thing that does
// not.
func (e *evidence) ratedSteps(t *crosstab.Table, turn string, among map[string]indicator) (reports.Finding, bool) {
	var list, same, other []indicator
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		if !firm(n.total()) || !n.total().HasCI || strings.HasPrefix(r.Code, "turn.") || strings.HasPrefix(r.Code, "segment.") {
			continue
		}
		beyond := n.beyond(0)
		if beyond {
			list = append(list, n)
		}
		if p, ok := among[r.Code]; ok && beyond && p.total().Estimate > 0 == (n.total().Estimate > 0) {
			same = append(same, n)
		} else if ok {
			other = append(other, n)
		}
	}
	lead, would, shown := fmt.Sprintf("Asked %s, "+alikeElse+": ", turn), " of ratings would share", mostDrivers
	switch {
	case other != nil:
		list, lead = other, fmt.Sprintf("Asked %s, it is otherwise, "+alikeElse+": ", turn)
	case same != nil && len(same) == len(among):
		list, lead, shown = same, fmt.Sprintf("Asked %s, it goes the same way: ", turn), 1
	}
	if list == nil {
		return reports.Finding{}, false
	}
	slices.SortStableFunc(list, func(a, b indicator) int {
		return cmp.Compare(math.Abs(b.total().Estimate), math.Abs(a.total().Estimate))
	})
	f := e.steps(lead, list[:min(shown, len(list))], would)
	f.Text += "."
	if shown == 1 && len(list) > 1 {
		f.Text = strings.Replace(f.Text, "it goes the same way", "all that stands out goes the same way", 1)
		for _, n := range list[1:] {
			f.Refs = append(f.Refs, n.ref(0))
		}
	}
	return f, true
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
	return reports.Finding{Text: fmt.Sprintf("If people had rated all of them, and answered everything else alike for all, they would share most often with %s, in %s of ratings, and least often with %s, in %s.%s",
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
