package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Other choices: what the first figure of a chapter would be counting every person the same, with
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
		if !ok { // no other figure that is sure enough to say or to draw
			continue
		}
		tell(c, f, true)
		id := c.Key + "-choices"
		if k > 0 {
			id += "-" + x.Question
		}
		e.drawChoices(c, x, id)
	}
}

// choicesOf are the tables of a chapter's figures under other choices that no chapter
// has yet: of its first question, and of that on willingness; of what a message changes, of
// the first step that willingness goes with, of the first change from wave to wave.
func (e *evidence) choicesOf(chapter string) []*crosstab.Table {
	var out []*crosstab.Table
	add := func(id string) {
		if x := e.modelled(id + ".choices"); x != nil && x.Chapter == "" && !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	if chapter == "contradiction" {
		add("contradiction")
	}
	for _, t := range e.tables {
		switch {
		case t.Model || t.Measures == "":
		case chapter == "drivers":
			add(t.Question + ".effects")
		case chapter == "trend":
			add(t.Question + ".trend")
		case t.Measures == measureOf(chapter):
			add(t.Question)
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
		ways = append(ways, fmt.Sprintf("%s %s", lower(n.label), n.against(published, n.figure(0))))
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
	} else if _, _, ok := e.difference(t); ok {
		f.Asked = answerers(published) + " " + f.Asked
	}
	figure := e.choiceSaid(t, published.hedged(0)+of)
	switch {
	case outside != nil:
		f.Text = fmt.Sprintf("How people are counted matters for %s: %s.", figure, each(published, outside, &f))
		if inside != nil {
			f.Text += fmt.Sprintf(" Counted %s it is %s.", otherWays(inside), span(published, inside, &f))
		}
	case inside != nil:
		f.Text = fmt.Sprintf("Counted %s, %s stays inside its brackets, at %s.", otherWays(inside), figure, span(published, inside, &f))
	case rough != nil:
		f.Text = fmt.Sprintf("No other way of counting is sure enough to hold against %s.", figure)
	default:
		f.Text = upper(figure) + " goes by a rule."
	}
	if rough != nil {
		f.Text += fmt.Sprintf(" One way is much less sure: %s.", each(published, rough, &f))
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
	less := ""
	if rule.rougher(classes) {
		less = ", which is much less sure,"
	}
	return analysis.OfService(e.sideTexts(want)).Replace(fmt.Sprintf(" Beside it, %s of people%s are in a class where most want service and most worry: not all of them do both, and some in the other classes do, so that this does not speak against the first figure.", classes.hedged(0), less))
}

// otherWays is how a figure is counted, too.
func otherWays(ways []indicator) string {
	if len(ways) == 1 {
		return "in another way"
	}
	return "in other ways"
}

// each says a figure way by way, and adds them to what the finding stands on.
func each(published indicator, ways []indicator, f *reports.Finding) string {
	var parts []string
	for _, n := range ways {
		parts, f.Refs = append(parts, fmt.Sprintf("%s it is %s", lower(n.label), n.against(published, n.hedged(0)))), append(f.Refs, n.ref(0))
	}
	return strings.Join(parts, "; ")
}

// span says from where to where a figure lies, and adds the two to what the finding
// stands on. A difference that is published below 0 is printed without its sign, and so
// is larger the lower it lies.
func span(published indicator, ways []indicator, f *reports.Finding) string {
	low, high := ways[0], ways[0]
	for _, n := range ways[1:] {
		if n.total().Estimate < low.total().Estimate {
			low = n
		}
		if n.total().Estimate > high.total().Estimate {
			high = n
		}
	}
	if reports.IsPoints(published.kind()) && published.total().Estimate < 0 {
		low, high = high, low
	}
	from, to := low.against(published, low.figure(0)), high.against(published, high.figure(0))
	f.Refs = append(f.Refs, low.ref(0))
	if from == to {
		return from
	}
	f.Refs = append(f.Refs, high.ref(0))
	if reports.IsPoints(published.kind()) {
		from = strings.TrimSuffix(strings.TrimSuffix(from, " points"), " point")
	}
	return from + " to " + to
}

// against adds to a difference that is said without its sign that it goes the other way
// than the one that is published.
func (n indicator) against(published indicator, said string) string {
	x := n.total().Estimate
	if reports.IsPoints(n.kind()) && x*published.total().Estimate < 0 && math.Round(100*x) != 0 {
		if said = n.figure(0) + " the other way"; crosses(n.total(), 0) {
			said += ", which may be chance"
		}
	}
	return said
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

// difference names the difference that a table of other choices is of: "change", "since
// 2023 in “Trust”"; false where it is of a figure.
func (e *evidence) difference(t *crosstab.Table) (what, of string, ok bool) {
	if len(t.Rows[0].Of) == 0 {
		return "", "", false
	}
	from := t.Rows[0].Of[0]
	x := e.table(from.Table)
	if x == nil {
		return "", "", false
	}
	row := slices.IndexFunc(x.Rows, func(r crosstab.Row) bool { return r.Kind == from.Kind && r.Code == from.Code })
	if row < 0 {
		return "", "", false
	}
	n := indicator{x, row, ""}
	switch {
	case from.Kind == crosstab.Effect:
		return "difference", n.taken(), true
	case strings.HasPrefix(from.Code, "lift."):
		_, _, first, second := arms(n)
		return "difference", fmt.Sprintf("between those %s and those %s", inQuotes(first), inQuotes(second)), true
	}
	for _, m := range e.movers() {
		if m.changes == x && "since"+m.key == from.Code {
			_, since, _ := strings.Cut(x.Rows[row].Label, "since ")
			return "change", fmt.Sprintf("since %s in %s", since, e.subjectOf(m)), true
		}
	}
	return "", "", false
}

// choiceSaid names the figure of a table of other choices in a sentence, with its number:
// "the 63% for “Trust”", "the change of 4 points since 2023 in “Trust”".
func (e *evidence) choiceSaid(t *crosstab.Table, figure string) string {
	if what, of, ok := e.difference(t); ok {
		return fmt.Sprintf("the %s of %s %s", what, figure, of)
	}
	return fmt.Sprintf("the %s for %s", figure, e.brieflyChosen(t))
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
		return e.unchosen(t)
	case n.t.Multi || n.ownNet():
		return inQuotes(n.t.Rows[n.row].Label)
	case n.t.Item != "":
		return inQuotes(n.t.Item)
	default:
		return e.shortly(n.t)
	}
}

// unchosen names a figure that no table of a question has.
func (e *evidence) unchosen(t *crosstab.Table) string {
	if what, of, ok := e.difference(t); ok {
		return fmt.Sprintf("the %s %s", what, of)
	}
	return strings.TrimPrefix(t.Title, analysis.OtherChoices)
}

// axisOf is the same beside the wording of the question.
func (e *evidence) axisOf(t *crosstab.Table) string {
	switch n, ok := e.chosen(t); {
	case !ok:
		return e.unchosen(t)
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
	d := charts.Dots{Title: fmt.Sprintf("Does %s hold, counted in other ways?", e.choiceSaid(t, n.figure(0))), Subtitle: e.subtitle(t), Note: e.note(t), Percent: n.share(), KeepOrder: true, Axis: e.axisOf(t),
		Reference: n.total(), ReferenceLabel: t.Rows[0].Label}
	shown := func(c crosstab.Cell) crosstab.Cell { return c }
	if reports.IsPoints(n.kind()) {
		c := inPoints(*n.total())
		shown, d.Reference, d.Unit, d.Whole = inPoints, &c, "points", true
	}
	for i, r := range t.Rows {
		if !reports.HasNumber(reports.Shown(t, i, 0)) {
			continue
		}
		d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Base: t.BaseOf(i, 0).Unweighted, Cell: shown(*t.Cell(i, 0))})
	}
	if len(d.Rows) < 2 {
		return
	}
	e.draw(c, id, d.Title, "Each row counts the same answers in another way; rows near the first say that it hardly matters which. Lines are 95% intervals.", t.ID, d)
}
