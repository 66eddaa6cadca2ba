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

// Other choices: what the first figure of a chapter would be counting every person once, with
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
// out of its published interval, as far as these print.
func (e *evidence) depends(t *crosstab.Table) (reports.Finding, bool) {
	row := func(i int) indicator { return indicator{t, i, t.Rows[i].Label} }
	published := row(0)
	if !firm(published.total()) || !published.total().HasCI {
		return reports.Finding{}, false
	}
	var inside, outside, rough []indicator
	var ways []string
	classes := indicator{row: -1}
	for i := 1; i < len(t.Rows); i++ {
		n := row(i)
		switch {
		case !firm(n.total()):
			continue
		case t.Rows[i].Code == analysis.ByClasses:
			classes = n
			continue
		case !published.leftBy(n):
			inside = append(inside, n)
		case published.rougher(n):
			rough = append(rough, n)
		default:
			outside = append(outside, n)
		}
		ways = append(ways, fmt.Sprintf("%s %s", lower(n.label), n.figure(0)))
	}
	if ways == nil && classes.row < 0 {
		return reports.Finding{}, false
	}
	f := reports.Finding{Refs: []reports.Ref{published.ref(0)}}
	if ways != nil {
		f.Asked = "In other ways: " + strings.Join(ways, "; ") + "."
	}
	of := ""
	if n, ok := e.chosen(t); ok {
		of, f.Asked = ofRatings(n), asked(n)+" "+f.Asked
	}
	figure := fmt.Sprintf("the %s%s for %s", published.hedged(0), of, e.brieflyChosen(t))
	switch {
	case outside != nil:
		f.Text = fmt.Sprintf("How people are counted matters for %s: %s.", figure, each(outside, &f))
		if inside != nil {
			f.Text += fmt.Sprintf(" Counted %s it is %s.", otherWays(inside), span(inside, &f))
		}
	case inside != nil:
		f.Text = fmt.Sprintf("Counted %s, %s stays inside its brackets, at %s.", otherWays(inside), figure, span(inside, &f))
	case rough != nil:
		f.Text = fmt.Sprintf("No other way of counting is sure enough to hold against %s.", figure)
	default:
		f.Text = upper(figure) + " goes by a rule."
	}
	if rough != nil {
		f.Text += fmt.Sprintf(" One way is much less sure: %s.", each(rough, &f))
	}
	if classes.row >= 0 {
		f.Text += e.byClasses(published, classes, &f)
	}
	return f, true
}

// byClasses says what the figure of a rule is by classes of people, and why these are
// another thing.
func (e *evidence) byClasses(rule, classes indicator, f *reports.Finding) string {
	f.Refs = append(f.Refs, classes.ref(0))
	is := "it is"
	if rule.rougher(classes) {
		is = "it is much less sure,"
	}
	return analysis.OfService(e.sideTexts(want)).Replace(fmt.Sprintf(" By the classes, %s %s: that counts everybody in a class where most want service and most worry, also those in it who do not do both, and nobody in the others.", is, classes.hedged(0)))
}

// otherWays is how a figure is counted, too.
func otherWays(ways []indicator) string {
	if len(ways) == 1 {
		return "in another way"
	}
	return "in other ways"
}

// each says a figure way by way, and adds them to what the finding stands on.
func each(ways []indicator, f *reports.Finding) string {
	var parts []string
	for _, n := range ways {
		parts, f.Refs = append(parts, fmt.Sprintf("%s it is %s", lower(n.label), n.hedged(0))), append(f.Refs, n.ref(0))
	}
	return strings.Join(parts, "; ")
}

// span says from where to where a figure lies, and adds the two to what the finding
// stands on.
func span(ways []indicator, f *reports.Finding) string {
	low, high := ways[0], ways[0]
	for _, n := range ways[1:] {
		if n.total().Estimate < low.total().Estimate {
			low = n
		}
		if n.total().Estimate > high.total().Estimate {
			high = n
		}
	}
	f.Refs = append(f.Refs, low.ref(0))
	if low.figure(0) == high.figure(0) {
		return low.figure(0)
	}
	f.Refs = append(f.Refs, high.ref(0))
	return low.figure(0) + " to " + high.figure(0)
}

// leftBy tells whether a figure leaves this one's interval, and prints so.
func (n indicator) leftBy(x indicator) bool {
	as := func(v float64) string { return reports.Print(n.kind(), v) }
	c, v := n.total(), x.total().Estimate
	return v < c.Low && as(v) != as(c.Low) || v > c.High && as(v) != as(c.High)
}

// rougher tells of a figure that is so much less sure than this one that it does not
// speak against it, wherever it lies.
func (n indicator) rougher(x indicator) bool {
	c, v := n.total(), x.total()
	return v.HasCI && v.Low <= c.Estimate && c.Estimate <= v.High && v.High-v.Low > 2*(c.High-c.Low)
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

// brieflyChosen names the figure of a table of other choices without its question, which
// stands under the sentence.
func (e *evidence) brieflyChosen(t *crosstab.Table) string {
	switch n, ok := e.chosen(t); {
	case !ok:
		return strings.TrimPrefix(t.Title, analysis.OtherChoices)
	case n.t.Multi || n.ownNet():
		return inQuotes(n.t.Rows[n.row].Label)
	case n.t.Item != "":
		return inQuotes(n.t.Item)
	default:
		return e.shortly(n.t)
	}
}

// axisOf is the same beside the wording of the question.
func (e *evidence) axisOf(t *crosstab.Table) string {
	switch n, ok := e.chosen(t); {
	case !ok:
		return strings.TrimPrefix(t.Title, analysis.OtherChoices)
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
	d := charts.Dots{Title: fmt.Sprintf("Does the %s for %s hold, counted in other ways?", n.figure(0), e.brieflyChosen(t)), Subtitle: e.subtitle(t), Note: e.note(t), Percent: n.share(), KeepOrder: true, Axis: e.axisOf(t),
		Reference: n.total(), ReferenceLabel: t.Rows[0].Label}
	for i, r := range t.Rows {
		if !reports.HasNumber(reports.Shown(t, i, 0)) {
			continue
		}
		d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Base: t.BaseOf(i, 0).Unweighted, Cell: *t.Cell(i, 0)})
	}
	e.draw(c, id, d.Title, "Each row counts the same answers in another way; rows near the first say that it hardly matters which. Lines are 95% intervals.", t.ID, d)
}
