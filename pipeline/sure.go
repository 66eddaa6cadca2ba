package pipeline

import (
	"fmt"
	"math"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// How sure the figures of a chapter are, in words for people who read nothing else.

// sure says how far chance may have moved the figures that the sentences of a chapter
// stand on: the longer side of the widest interval of each kind, in points. "" where none
// is a share.
func (e *evidence) sure(c *reports.Chapter) string {
	if c.Key == "method" {
		return e.worth()
	}
	const everybody, group, other, difference = 0, 1, 2, 3
	names := [...]string{"percentages of everybody", "percentages of a group", "other percentages", "differences"}
	var sides [len(names)]float64
	kinds := 0 // of percentages
	for _, f := range c.Findings {
		for _, ref := range f.Refs {
			t := e.tableOf(ref.Table)
			x, k := t.Cell(ref.Row, ref.Column), t.Rows[ref.Row].Kind
			if !x.HasCI || !reports.IsPercent(k) && !reports.IsPoints(k) {
				continue
			}
			at := everybody
			switch {
			case reports.IsPoints(k):
				at = difference
			case ref.Column > 0:
				at = group
			case k == crosstab.Probability || k == crosstab.Importance:
				at = other
			}
			if sides[at] == 0 && at != difference {
				kinds++
			}
			sides[at] = max(sides[at], 100*(x.High-x.Estimate), 100*(x.Estimate-x.Low))
		}
	}
	var said []string
	for k, side := range sides {
		name := names[k]
		if k != difference && kinds == 1 {
			name = "percentages"
		}
		if n := int(math.Ceil(side - 1e-9)); n > 0 {
			said = append(said, fmt.Sprintf("%s by up to %s", name, pointsOf(n)))
		}
	}
	if said == nil {
		return ""
	}
	return fmt.Sprintf("How sure: chance alone may have moved %s, either way, and seldom by more.", and(said)) + e.notDrawn()
}

// worth says what weighting leaves of the certainty of the answers, and what is hidden.
func (e *evidence) worth() string {
	text := "How sure: everybody counts the same, as nothing was weighted."
	if w := e.weighting; w != nil {
		whole := ""
		if latest(e.plan) {
			whole = " of all waves together"
		}
		text = fmt.Sprintf("How sure: weights make some people count for more than others, and that costs certainty: the %s%s tell as much as about %s who count the same (an efficiency of %s).",
			plural(int(math.Round(w.Effective/w.Efficiency)), "respondent"), whole, thousands(int(math.Round(w.Effective))), percent(w.Efficiency))
	}
	group, answer := shownFrom(e.plan.study)
	text += fmt.Sprintf(" To protect people, nothing is shown of groups of fewer than %d, and no answer that fewer than %d gave", group, answer)
	var took []string
	if n := e.hidden.Columns; n > 0 {
		took = append(took, plural(n, "whole column")+" of tables")
	}
	if n := e.hidden.Cells; n > 0 {
		took = append(took, plural(n, "figure"))
	}
	if took == nil {
		took = []string{"nothing"}
	}
	return fmt.Sprintf("%s; here that hides %s.", text, and(took))
}
