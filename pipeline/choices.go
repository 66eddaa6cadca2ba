package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Other choices: what the first figure of a chapter would be without weights, with
// trimmed ones, without answers in doubt, and whether that changes what is found.

// measureOf is what the first figure of a chapter measures, "" for other chapters.
func measureOf(chapter string) string {
	switch chapter {
	case "exchange":
		return "benefit"
	case "expectation", "concern", "trust", "sharing", "communication":
		return chapter
	}
	return ""
}

// choices adds figures under other choices to their chapter, the sentence whether each
// depends on them, and its strip.
func (e *evidence) choices(c *reports.Chapter) {
	for k, x := range e.choicesOf(c.Key) {
		claim(c, []*crosstab.Table{x})
		f, ok := e.depends(x)
		tell(c, f, ok)
		id := c.Key + "-choices"
		if k > 0 {
			id += "-" + x.Question
		}
		e.drawChoices(c, x, id)
	}
}

// choicesOf are the tables of a chapter's figures under other choices that no chapter
// has yet: of its first question, and of that on willingness.
func (e *evidence) choicesOf(chapter string) []*crosstab.Table {
	questions := []string{"contradiction"}
	if chapter != "contradiction" {
		questions = nil
		for _, t := range e.tables {
			if !t.Model && t.Measures != "" && t.Measures == measureOf(chapter) && !slices.Contains(questions, t.Question) {
				questions = append(questions, t.Question)
			}
		}
	}
	var out []*crosstab.Table
	for _, q := range questions {
		if x := e.modelled(q + ".choices"); x != nil && x.Chapter == "" {
			out = append(out, x)
		}
	}
	return out
}

// depends says whether a figure depends on the choices: whether one of them takes it
// out of its published interval.
func (e *evidence) depends(t *crosstab.Table) (reports.Finding, bool) {
	row := func(i int) indicator { return indicator{t, i, t.Rows[i].Label} }
	published := row(0)
	if !firm(published.total()) || !published.total().HasCI {
		return reports.Finding{}, false
	}
	refs := []reports.Ref{published.ref(0)}
	var inside, outside []string
	for i := 1; i < len(t.Rows); i++ {
		n := row(i)
		if !firm(n.total()) {
			continue
		}
		refs = append(refs, n.ref(0))
		if x := n.total().Estimate; x < published.total().Low || x > published.total().High {
			outside = append(outside, fmt.Sprintf("%s %s", lower(n.label), n.hedged(0)))
		} else {
			inside = append(inside, fmt.Sprintf("%s %s", lower(n.label), n.figure(0)))
		}
	}
	what := e.choiceOf(t)
	switch {
	case len(refs) == 1:
		return reports.Finding{}, false
	case len(outside) == 0:
		return reports.Finding{Text: fmt.Sprintf("Check: the figure for %s, %s, stays in its interval when it is counted otherwise: %s.", what, published.hedged(0), and(inside)), Refs: refs}, true
	}
	text := fmt.Sprintf("Check: the figure for %s, %s, leaves its interval when it is counted in another way: %s.", what, published.hedged(0), and(outside))
	if len(inside) > 0 {
		text += fmt.Sprintf(" It stays there: %s.", and(inside))
	}
	return reports.Finding{Text: text, Refs: refs}, true
}

// chosen is the figure of a table of other choices, as the table of its question has it.
func (e *evidence) chosen(t *crosstab.Table) (indicator, bool) {
	of := t.Rows[0].Of
	for _, x := range e.tables {
		if len(of) == 0 || x.ID != of[0].Table || x.Model || x.Measures == "" {
			continue
		}
		for _, n := range indicators([]*crosstab.Table{x}) {
			if n.kind() == of[0].Kind && (n.t.Rows[n.row].Code == of[0].Code || !n.t.Multi) {
				return n, true
			}
		}
	}
	return indicator{}, false
}

// choiceOf names the figure of a table of other choices: its question, its item and the
// answers that it counts.
func (e *evidence) choiceOf(t *crosstab.Table) string {
	if n, ok := e.chosen(t); ok {
		return n.named()
	}
	return strings.TrimPrefix(t.Title, analysis.OtherChoices)
}

// axisOf is the same beside the wording of the question.
func (e *evidence) axisOf(t *crosstab.Table) string {
	switch n, ok := e.chosen(t); {
	case !ok:
		return e.choiceOf(t)
	case n.t.Item != "":
		return n.t.Item + ": " + n.answer()
	case n.share():
		return n.answer()
	}
	return t.Rows[0].Label
}

// drawChoices draws the strip of a figure under other choices, each with the people
// that it stands on.
func (e *evidence) drawChoices(c *reports.Chapter, t *crosstab.Table, id string) {
	n := indicator{t, 0, ""}
	if !firm(n.total()) {
		return
	}
	d := charts.Dots{Title: "The same figure, counted in other ways", Subtitle: e.subtitle(t), Note: e.note(t), Percent: n.share(), KeepOrder: true, Axis: e.axisOf(t),
		Reference: n.total(), ReferenceLabel: t.Rows[0].Label}
	for i, r := range t.Rows {
		d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Base: t.BaseOf(i, 0).Unweighted, Cell: *t.Cell(i, 0)})
	}
	e.draw(c, id, d.Title, "Lines are 95% intervals. The figure is that for "+e.choiceOf(t)+".", t.ID, d)
}

// methods is the chapter on method: what the answers are worth. The facts stand
// beside it, on the page of method in detail.
func (e *evidence) methods(c *reports.Chapter) {
	t := e.modelled("quality")
	if t == nil {
		c.Missing = "Nothing in this survey shows who answered without care. How it was made is described below, under Method in detail."
		return
	}
	claim(c, []*crosstab.Table{t})
	said := false
	for i, r := range t.Rows {
		n := indicator{t, i, r.Label}
		if !firm(n.total()) || n.total().Estimate == 0 {
			continue
		}
		said = true
		tell(c, reports.Finding{Text: fmt.Sprintf("%s: %s of respondents. They may mean it, and are in all figures; checks in the chapters leave them out.", r.Label, n.hedged(0)), Refs: []reports.Ref{n.ref(0)}, Minor: true}, true)
	}
	if !said {
		c.Missing = "The checks for answers in doubt found nobody, or too few to be shown. How the survey was made is described below, under Method in detail."
	}
}
