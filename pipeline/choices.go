package pipeline

import (
	"fmt"
	"strings"

	"tradeoff/charts"
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

// choices adds the figure under other choices to its chapter, and the sentence
// whether it depends on them.
func (e *evidence) choices(c *reports.Chapter) {
	x := e.choicesOf(c.Key)
	if x == nil || x.Chapter != "" {
		return
	}
	claim(c, []*crosstab.Table{x})
	f, ok := depends(x)
	tell(c, f, ok)
	e.drawChoices(c, x)
}

// choicesOf is the table of a chapter's first figure under other choices, nil if there
// is none.
func (e *evidence) choicesOf(chapter string) *crosstab.Table {
	if chapter == "contradiction" {
		return e.modelled("contradiction.choices")
	}
	for _, t := range e.tables {
		if t.Model || t.Measures == "" || t.Measures != measureOf(chapter) {
			continue
		}
		if x := e.modelled(t.Question + ".choices"); x != nil && x.Chapter == "" {
			return x
		}
	}
	return nil
}

// depends says whether a figure depends on the choices: whether one of them takes it
// out of its published interval.
func depends(t *crosstab.Table) (reports.Finding, bool) {
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
		text := fmt.Sprintf("%s %s", lower(n.label), n.figure(0))
		refs = append(refs, n.ref(0))
		if x := n.total().Estimate; x < published.total().Low || x > published.total().High {
			outside = append(outside, text)
		} else {
			inside = append(inside, text)
		}
	}
	what := strings.TrimPrefix(t.Title, "The same figure under other choices: ")
	switch {
	case len(refs) == 1:
		return reports.Finding{}, false
	case len(outside) == 0:
		return reports.Finding{Text: fmt.Sprintf("Choices of the analyst do not decide the figure for %s: %s as published; %s. All lie inside its interval.", what, published.hedged(0), and(inside)), Refs: refs}, true
	}
	text := fmt.Sprintf("The figure for %s depends on choices of the analyst: %s as published, but %s.", what, published.hedged(0), and(outside))
	if len(inside) > 0 {
		text += fmt.Sprintf(" Inside its interval stay: %s.", and(inside))
	}
	return reports.Finding{Text: text, Refs: refs}, true
}

// drawChoices draws the strip of a figure under other choices.
func (e *evidence) drawChoices(c *reports.Chapter, t *crosstab.Table) {
	n := indicator{t, 0, ""}
	if !firm(n.total()) {
		return
	}
	d := charts.Dots{Title: "The same figure under other choices of the analyst", Subtitle: e.subtitle(t), Note: e.note(t), Percent: n.share(), KeepOrder: true, Axis: t.Rows[0].Label,
		Reference: n.total(), ReferenceLabel: t.Rows[0].Label}
	for i, r := range t.Rows {
		d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Base: t.Columns[0].Base.Unweighted, Cell: *t.Cell(i, 0)})
	}
	e.draw(c, c.Key+"-choices", d.Title, "Lines are 95% intervals. The base is that of the published figure.", t.ID, d)
}

// methods is the chapter on method: what the answers are worth. The facts stand
// beside it, on the page of method in detail.
func (e *evidence) methods(c *reports.Chapter) {
	t := e.modelled("quality")
	if t == nil {
		c.Missing = "No question can be checked for answers in doubt. A battery of four items on one scale shows who gave them all the same answer; measures: duration, of a number, who was fast. Design, weights and tests are described below, under Method in detail."
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
		tell(c, reports.Finding{Text: fmt.Sprintf("%s: %s of respondents. They are in all figures.", r.Label, n.hedged(0)), Refs: []reports.Ref{n.ref(0)}, Minor: true}, true)
	}
	if !said {
		c.Missing = "The checks for answers in doubt found nobody, or too few to be shown. Design, weights and tests are described below, under Method in detail."
	}
}
