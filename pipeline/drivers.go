package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/data/study"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// mostDrivers is how many drivers a sentence names.
const mostDrivers = 4

func (e *evidence) drivers(c *reports.Chapter) {
	var importance *crosstab.Table
	for _, t := range e.measure("sharing") {
		if importance = e.modelled(t.Question + ".importance"); importance != nil {
			break
		}
	}
	if importance == nil && e.ratedDrivers(c) {
		return
	}
	if importance == nil {
		c.Missing = e.noDrivers()
		return
	}
	named := func(id string) *crosstab.Table {
		t := e.modelled(importance.Question + id)
		if t != nil {
			claim(c, []*crosstab.Table{t})
		}
		return t
	}
	odds, effects, meetings, byGroup := named(".odds"), named(".effects"), named(".meetings"), named(".bygroup")
	claim(c, []*crosstab.Table{importance})
	order := e.weights(c, importance)
	if effects != nil {
		e.effects(c, effects, order)
	}
	if meetings != nil {
		e.meetings(c, meetings, byGroup)
	}
	if odds != nil {
		e.whatIf(c, named(".whatif"))
		e.forest(c, odds)
	} else {
		c.WhatIf = &reports.WhatIf{Missing: "There is no what-if: every driver tells some or all of the willing from the others without exception, and no model can hold one that does."}
	}
	e.importanceFigure(c, importance)
	e.ratedDrivers(c)
}

// noDrivers says why there is no model of willingness.
func (e *evidence) noDrivers() string {
	for _, d := range e.doubts {
		if d.Analysis == analysis.Drivers {
			return "No model tells what willingness to share goes with: " + d.Why + "."
		}
	}
	if tables, _ := e.willingness(); tables == nil {
		return silence["drivers"]
	}
	return "What willingness to share goes with cannot be told: too few other questions were asked, too few people answered all of them, or the figures are hidden to protect respondents."
}

// weights says how much of what the drivers explain is whose, and returns their
// codes, the first the weightiest.
func (e *evidence) weights(c *reports.Chapter, t *crosstab.Table) []string {
	all := indicator{t, rowOf(t, "all"), ""}
	order := ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	order = slices.DeleteFunc(order, func(i int) bool { return i == all.row })
	var codes, names, parts []string
	var refs []reports.Ref
	for k, i := range order {
		codes = append(codes, t.Rows[i].Code)
		n := indicator{t, i, ""}
		if k < 3 && n.total().Low > 0 {
			names, parts = append(names, inQuotes(t.Rows[i].Label)), append(parts, n.hedged(0))
			refs = append(refs, n.ref(0))
		}
	}
	if len(parts) > 0 && firm(all.total()) {
		text := fmt.Sprintf("How willing people are to share (%s) is told best by %s. Still, all %d drivers together explain %s of how people differ", e.toldBy(), and(names), len(order), all.hedged(0))
		if len(order) == 1 {
			text, refs = fmt.Sprintf("%s, the one driver of the model, explains %s of the differences between people in how willing they are to share (%s)", t.Rows[order[0]].Label, all.hedged(0), e.toldBy()), nil
		}
		text += "; the rest is chance, errors of measurement and what nobody asked."
		if len(order) > 1 {
			text += fmt.Sprintf(" Of what they explain, %s %s due to %s.", and(parts), map[bool]string{true: "is", false: "are"}[len(parts) == 1], those(len(parts)))
		}
		text += withoutException(t)
		tell(c, reports.Finding{Text: text, Refs: append(refs, all.ref(0))}, true)
	}
	return codes
}

// those points back at the first names of a list, in their order.
func those(n int) string {
	return [...]string{"", "the first", "these two in this order", "these three in this order"}[n]
}

// withoutException says which drivers have no odds ratios because they tell the willing
// from the others exactly.
func withoutException(t *crosstab.Table) string {
	for _, note := range t.Notes {
		if rest, ok := strings.CutPrefix(note, analysis.Exact); ok {
			names := strings.Split(strings.TrimSuffix(rest, "."), "; ")
			for k := range names {
				names[k] = inQuotes(names[k])
			}
			return fmt.Sprintf(" There are no odds ratios of %s, because the answers tell some or all of the willing from the others without exception.", and(names))
		}
	}
	return ""
}

// effects says what a step more of the weightiest drivers goes with, what a draw
// decided, and what makes no difference beyond chance.
func (e *evidence) effects(c *reports.Chapter, t *crosstab.Table, order []string) {
	place := func(i int) int {
		name, _, _ := strings.Cut(t.Rows[i].Code, "=")
		return slices.Index(order, name)
	}
	rows := ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	slices.Sort(rows)
	slices.SortStableFunc(rows, func(a, b int) int { return place(a) - place(b) })
	var goes, level []string
	var refs, levelRefs []reports.Ref
	for _, i := range rows {
		n := indicator{t, i, ""}
		group := strings.HasPrefix(t.Rows[i].Code, "segment.")
		switch {
		case !n.total().HasCI || e.randomized(t.Rows[i].Code):
		case crosses(n.total(), 0):
			if !group && len(level) < mostDrivers {
				level = append(level, fmt.Sprintf("%s, %s", strings.Replace(t.Rows[i].Label, ": ", ", ", 1), n.moreOrFewer(0)))
				levelRefs = append(levelRefs, n.ref(0))
			}
		case !group && len(goes) < mostDrivers:
			goes = append(goes, fmt.Sprintf("%s, %s", strings.Replace(t.Rows[i].Label, ": ", ", ", 1), n.moreOrFewer(0)))
			refs = append(refs, n.ref(0))
		}
	}
	if len(goes) > 0 {
		would := e.would()
		if len(c.Findings) == 0 { // else it is said before
			would += " (" + e.toldBy() + ")"
		}
		tell(c, reports.Finding{Text: fmt.Sprintf("With a step more of one thing, by everybody who can still take one, and all the rest alike, more or fewer %s: %s. These go with willingness; that they cause it is not shown.", would, strings.Join(goes, "; ")), Refs: refs}, true)
	}
	for _, i := range rows {
		n := indicator{t, i, ""}
		if !e.randomized(t.Rows[i].Code) || !n.total().HasCI || crosses(n.total(), 0) {
			continue
		}
		tell(c, reports.Finding{Text: fmt.Sprintf("One driver is a cause, because a draw decided it: %s, %s.", inGroup(t.Rows[i].Label), n.moreOrFewer(0)), Refs: []reports.Ref{n.ref(0)}}, true)
	}
	if len(level) > 0 {
		tell(c, reports.Finding{Text: "No difference beyond chance on average, with all the rest alike: " + strings.Join(level, "; ") + ".", Refs: levelRefs}, true)
	}
}

// inGroup is the label of a driver's group without the driver's name.
func inGroup(label string) string {
	if _, group, ok := strings.Cut(label, ": "); ok {
		return group
	}
	return label
}

// randomized tells whether a draw decided a driver.
func (e *evidence) randomized(code string) bool {
	name, _, _ := strings.Cut(code, "=")
	return slices.ContainsFunc(e.plan.study.Questions, func(q study.Question) bool { return q.Name == name && q.Randomized })
}

// meetings says where a driver counts for more in some groups than in others.
func (e *evidence) meetings(c *reports.Chapter, t, byGroup *crosstab.Table) {
	tested := ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	slices.Reverse(tested)
	said := false
	for _, i := range tested {
		p := indicator{t, i, ""}
		if p.total().Estimate >= strictChance || byGroup == nil {
			break
		}
		d, s, _ := strings.Cut(t.Rows[i].Code, ":")
		var rows []int
		for k, r := range byGroup.Rows {
			if strings.HasPrefix(r.Code, d+"@"+s+"=") && firm(byGroup.Cell(k, 0)) {
				rows = append(rows, k)
			}
		}
		if len(rows) < 2 {
			continue
		}
		slices.SortStableFunc(rows, func(a, b int) int {
			return cmp.Compare(byGroup.Cell(b, 0).Estimate, byGroup.Cell(a, 0).Estimate)
		})
		hi, lo := indicator{byGroup, rows[0], ""}, indicator{byGroup, rows[len(rows)-1], ""}
		group := func(n indicator) string {
			_, g, _ := strings.Cut(byGroup.Rows[n.row].Code, "=")
			return g
		}
		tell(c, reports.Finding{Text: fmt.Sprintf("%s differs: it multiplies the odds of being willing by %s for %s, and by %s for %s. So large a difference is hard to put down to chance (%s).",
			t.Rows[i].Label, hi.hedged(0), group(hi), lo.hedged(0), group(lo), chance(p.total(), "")), Refs: []reports.Ref{hi.ref(0), lo.ref(0), p.ref(0)}}, true)
		said = true
	}
	if !said && len(tested) > 0 && t.Cell(tested[0], 0).Estimate >= strictChance {
		p := indicator{t, tested[0], ""}
		text := fmt.Sprintf("No driver is found to count for more in some groups than in others, in %s", plural(len(tested), "test"))
		if p.total().Estimate < 2*strictChance {
			text += fmt.Sprintf(". The clearest is %s (%s).", t.Rows[tested[0]].Label, chance(p.total(), ""))
		} else {
			text += fmt.Sprintf(" (%s).", chance(p.total(), "smallest"))
		}
		tell(c, reports.Finding{Text: text, Refs: []reports.Ref{p.ref(0)}}, true)
	}
}

// forest draws the odds ratios, those of a segment together.
func (e *evidence) forest(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "What being willing to share goes with", Subtitle: e.subtitle(t), Note: e.note(t), Axis: "odds ratio: 1 = no difference, 2 = twice the odds", Ratio: true, KeepOrder: true,
		Reference: &crosstab.Cell{Status: crosstab.OK, Estimate: 1}, ReferenceLabel: "No difference"}
	for i, r := range t.Rows {
		group, label, ok := strings.Cut(r.Label, ": ")
		if !strings.HasPrefix(r.Code, "segment.") || !ok {
			group, label = "", r.Label
		}
		d.Rows = append(d.Rows, charts.Dot{Label: label, Group: group, Base: or(t.Cell(i, 0).Count, t.Columns[0].Base.Unweighted), Cell: *t.Cell(i, 0)})
	}
	if len(d.Rows) > 0 {
		e.draw(c, "drivers-odds", d.Title, "Each with all the others held alike. Lines are 95% intervals; one that crosses 1 could be chance. What goes with willingness need not cause it.", t.ID, d)
	}
}

// importanceFigure draws whose part of what is explained is how large.
func (e *evidence) importanceFigure(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "How much each counts in telling who is willing", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, Axis: "share of what all explain together"}
	for i, r := range t.Rows {
		if r.Code != "all" {
			d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Base: t.Columns[0].Base.Unweighted, Cell: *t.Cell(i, 0)})
		}
	}
	e.draw(c, "drivers-importance", d.Title, "Lines are 95% intervals.", t.ID, d)
}
