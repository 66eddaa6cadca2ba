package pipeline

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Chapters read the protected tables and say what they show: findings in
// plain sentences, a figure or two, and the tables behind them. A study
// without a chapter's measures gets a line that says what is missing.

// chapters builds the chapters of the report.
func (e *evidence) chapters() ([]reports.Chapter, error) {
	build := []struct {
		key, title, question string
		fill                 func(*reports.Chapter)
	}{
		{"expectation", "Expectation", "Who expects personalized service, and from whom?", e.expectation},
		{"concern", "Concern", "Who believes or worries that they are tracked?", e.concern},
		{"contradiction", "Contradiction", "Who wants both, personal service and privacy?", e.contradiction},
		{"trust", "Trust", "Who is trusted with personal data?", e.trust},
		{"sharing", "Sharing", "Which data would people share, and with whom?", e.sharing},
	}
	var out []reports.Chapter
	for i, b := range build {
		c := reports.Chapter{Number: i + 1, Key: b.key, Title: b.title, Question: b.question}
		b.fill(&c)
		out = append(out, c)
	}
	return out, e.drawAll(out)
}

// claim marks the tables as a chapter's own.
func claim(c *reports.Chapter, tables []*crosstab.Table) {
	for _, t := range tables {
		t.Chapter = c.Key
		c.Tables = append(c.Tables, t.ID)
	}
}

// missing says what a chapter lacks: questions, or answers to them.
func (e *evidence) missing(c *reports.Chapter, measure string) {
	for _, t := range e.tables {
		if t.Measures == measure {
			c.Missing = "The questions on this were not answered by the people whom the tables speak of."
			return
		}
	}
	c.Missing = fmt.Sprintf("The study maps no question to %s. Add measures: %s to the questions that ask about it, and this chapter fills itself.", measure, measure)
}

func tell(c *reports.Chapter, f reports.Finding, ok bool) {
	if ok {
		c.Findings = append(c.Findings, f)
	}
}

// A sketch is a figure that is still to be drawn: its chapter, its place there,
// and what draws it.
type sketch struct {
	chapter, place int
	chart          interface {
		Draw() (charts.Drawing, error)
	}
}

// drawAll draws the figures of all chapters, several at a time.
func (e *evidence) drawAll(chapters []reports.Chapter) error {
	drawings := make([]charts.Drawing, len(e.sketches))
	var g errgroup.Group
	g.SetLimit(or(e.threads, runtime.GOMAXPROCS(0)))
	for i, s := range e.sketches {
		g.Go(func() (err error) {
			if drawings[i], err = s.chart.Draw(); err != nil {
				return fmt.Errorf("figure %s: %w", chapters[s.chapter].Figures[s.place].ID, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, s := range e.sketches {
		f, d := &chapters[s.chapter].Figures[s.place], drawings[i]
		f.Alt, f.SVG, f.PNG = d.Alt, d.SVG, d.PNG
		if len(d.Missing) > 0 {
			e.warnings = append(e.warnings, fmt.Sprintf("figure %s: the PNG has no glyphs for %q; the SVG and the page show them", f.ID, string(d.Missing)))
		}
	}
	return nil
}

// draw adds a figure to a chapter, to be drawn with all others.
func (e *evidence) draw(c *reports.Chapter, id, title, caption, table string, chart interface {
	Draw() (charts.Drawing, error)
}) {
	e.sketches = append(e.sketches, sketch{c.Number - 1, len(c.Figures), chart})
	c.Figures = append(c.Figures, reports.Figure{ID: id, Title: title, Caption: caption, Table: table})
}

// split tells tables asked in a loop from the others.
func split(tables []*crosstab.Table) (loops, others []*crosstab.Table) {
	for _, t := range tables {
		if t.Loop {
			loops = append(loops, t)
		} else {
			others = append(others, t)
		}
	}
	return loops, others
}

func (e *evidence) expectation(c *reports.Chapter) {
	tables := e.measure(want)
	if len(tables) == 0 {
		e.missing(c, want)
		return
	}
	claim(c, tables)
	loops, others := split(tables)
	if n := indicators(loops); len(n) > 0 {
		f, ok := e.byLoop(n[0], "Expected personalization")
		tell(c, f, ok)
	}
	items := indicators(others)
	if f, ok := byItem(items, "Wanted most"); ok {
		tell(c, f, ok)
	} else if len(items) > 0 && len(loops) == 0 {
		f, ok := e.headline(items[0])
		tell(c, f, ok)
	}
	if n := append(indicators(loops), items...); len(n) > 0 {
		e.segments(c, n[0], "expecting it")
	}
	for _, n := range indicators(loops)[:min(1, len(indicators(loops)))] {
		e.dotsByLoop(c, n, "expectation-by-"+e.loopName(n.t), "Where personalized service is expected")
	}
	e.likert(c, others, "expectation", "What people expect")
}

func (e *evidence) concern(c *reports.Chapter) {
	tables := e.measure(worry)
	if len(tables) == 0 {
		e.missing(c, worry)
		return
	}
	claim(c, tables)
	list := indicators(tables)
	if len(list) == 0 {
		return
	}
	f, ok := e.headline(list[0])
	tell(c, f, ok)
	if len(list) > 1 {
		f, ok := byItem(list, "What worries most")
		tell(c, f, ok)
	}
	e.segments(c, list[0], "concern")
	e.likert(c, tables, "concern", "How much people worry")
	e.dotsBySegment(c, list[0], "concern-by-segment", "Who worries")
}

func (e *evidence) contradiction(c *reports.Chapter) {
	var t *crosstab.Table
	for _, x := range e.tables {
		if x.ID == "contradiction" {
			t = x
		}
	}
	if t == nil {
		c.Missing = "It takes questions with top answers that measure expectation, and others that measure concern; the study lacks one of the two."
		return
	}
	claim(c, []*crosstab.Table{t})
	both := indicator{t, 0, ""}
	wants, worries := indicator{t, t.RowOf(crosstab.NetRow, "Want it"), ""}, indicator{t, t.RowOf(crosstab.NetRow, "Worry"), ""}
	if firm(both.total()) && firm(wants.total()) && firm(worries.total()) {
		chance := wants.total().Estimate * worries.total().Estimate
		text := fmt.Sprintf("%s want personalized service and worry about the data it takes.", both.hedged(0))
		text += fmt.Sprintf(" %s want it and %s worry;", wants.figure(0), worries.figure(0))
		switch d := points(both.total().Estimate, chance); {
		case d == 0:
			text += " that is just the overlap that there would be if wanting it had nothing to do with worrying."
		case d < 0:
			text += fmt.Sprintf(" if wanting it had nothing to do with worrying, %s would do both, %s more.", percent(chance), pointsOf(-d))
		default:
			text += fmt.Sprintf(" if wanting it had nothing to do with worrying, %s would do both, %s fewer.", percent(chance), pointsOf(d))
		}
		tell(c, reports.Finding{Text: text, Refs: []reports.Ref{both.ref(0), wants.ref(0), worries.ref(0)}}, true)
	}
	e.segments(c, both, "doing both")
	q := charts.Quadrants{Title: "Wanting personal service, and worrying about data", Subtitle: e.subtitle(t), Note: e.note(t)}
	copy(q.Names[:], quadrants)
	for k := range q.Names {
		q.Total[k] = *t.Cell(k, 0)
	}
	for _, s := range e.plan.segments {
		g, ok := groupOf(t, s.name)
		if !ok {
			continue
		}
		for j := g.First; j < g.First+g.N; j++ {
			row := charts.QuadrantRow{Label: t.Columns[j].Label, Group: s.label, Base: t.Columns[j].Base.Unweighted}
			for k := range row.Cells {
				row.Cells[k] = *t.Cell(k, j)
			}
			q.Rows = append(q.Rows, row)
		}
	}
	e.draw(c, "contradiction-quadrants", q.Title, t.Notes[len(t.Notes)-1], t.ID, q)
}

func pointsOf(n int) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

func (e *evidence) trust(c *reports.Chapter) {
	tables := e.measure("trust")
	if len(tables) == 0 {
		e.missing(c, "trust")
		return
	}
	claim(c, tables)
	loops, others := split(tables)
	if n := indicators(loops); len(n) > 0 {
		f, ok := e.byLoop(n[0], "Trust")
		tell(c, f, ok)
		e.segments(c, n[0], "trust")
		e.dotsByLoop(c, n[0], "trust-by-"+e.loopName(n[0].t), "Who is trusted with personal data")
		e.likertByLoop(c, n[0].t, "trust-answers-by-"+e.loopName(n[0].t), "How far trust goes")
	}
	if list := indicators(others); len(list) > 0 {
		f, ok := e.headline(list[0])
		tell(c, f, ok)
		if len(list) > 1 {
			f, ok := byItem(list, "Trusted most")
			tell(c, f, ok)
		}
		if len(loops) == 0 {
			e.segments(c, list[0], "trust")
			e.dotsBySegment(c, list[0], "trust-by-segment", "Who trusts")
			return
		}
	}
}

func (e *evidence) sharing(c *reports.Chapter) {
	tables := e.measure("sharing")
	if len(tables) == 0 {
		e.missing(c, "sharing")
		return
	}
	claim(c, tables)
	loops, others := split(tables)
	for _, t := range loops {
		if !t.Multi {
			continue
		}
		list := indicators([]*crosstab.Table{t})
		f, ok := byItem(list, "Shared most readily")
		tell(c, f, ok)
		if mean := t.RowOf(crosstab.Mean, "Mean number chosen"); mean >= 0 {
			n := indicator{t, mean, ""}
			f, ok := e.byLoop(n, fmt.Sprintf("The number of the %d kinds of data that people would share", len(list)))
			tell(c, f, ok)
		}
		e.permissions(c, t, list)
		e.segments(c, indicator{t, t.RowOf(crosstab.NetRow, "Any of these"), ""}, "sharing anything")
		break
	}
	list := indicators(others)
	if len(list) == 0 {
		return
	}
	if len(list) > 1 {
		f, ok := byItem(list, "Shared most readily")
		tell(c, f, ok)
	} else {
		f, ok := e.headline(list[0])
		tell(c, f, ok)
	}
	if len(c.Figures) > 0 {
		return
	}
	e.segments(c, list[0], "willingness to share")
	e.dotsBySegment(c, list[0], "sharing-by-segment", "Who would share")
}

// permissions draws data type by industry, as a customer would set it.
func (e *evidence) permissions(c *reports.Chapter, t *crosstab.Table, list []indicator) {
	g, ok := e.loopGroup(t)
	if !ok {
		return
	}
	m := charts.Matrix{Title: "What people would share, and with whom", Subtitle: e.subtitle(t), Note: e.note(t)}
	for j := g.First; j < g.First+g.N; j++ {
		m.Columns = append(m.Columns, t.Columns[j].Label)
	}
	for _, n := range list {
		m.Rows = append(m.Rows, n.label)
		var row []crosstab.Cell
		for j := g.First; j < g.First+g.N; j++ {
			row = append(row, *n.cell(j))
		}
		m.Cells = append(m.Cells, row)
		m.RowTotals = append(m.RowTotals, *n.total())
	}
	m.ColumnTotalsLabel = "Any of these"
	any := indicator{t, t.RowOf(crosstab.NetRow, "Any of these"), ""}
	for j := g.First; j < g.First+g.N; j++ {
		m.ColumnTotals = append(m.ColumnTotals, *any.cell(j))
	}
	e.draw(c, "sharing-permissions", m.Title, "", t.ID, m)
}

// headline says the figure of an indicator in a sentence.
func (e *evidence) headline(n indicator) (reports.Finding, bool) {
	if !firm(n.total()) {
		return reports.Finding{}, false
	}
	text := n.question()
	var said string
	switch {
	case n.t.Multi:
		said = fmt.Sprintf("%s choose “%s” when asked “%s”.", n.hedged(0), n.label, text)
	case n.t.Rows[n.row].Kind == crosstab.NetRow && !n.t.Rows[n.row].Box:
		said = fmt.Sprintf("%s: %s (“%s”).", n.hedged(0), lower(n.t.Rows[n.row].Label), text)
	case n.share():
		said = fmt.Sprintf("%s say %s when asked “%s”.", n.hedged(0), n.answer(), text)
	default:
		said = fmt.Sprintf("On average %s: “%s”.", n.hedged(0), text)
	}
	return reports.Finding{Text: said, Refs: []reports.Ref{n.ref(0)}}, true
}

// segments adds what an indicator shows by the first two segments that split
// people, and by wave.
func (e *evidence) segments(c *reports.Chapter, n indicator, what string) {
	if n.label != "" && !n.t.Loop && (len(e.measure(n.t.Measures)) > 1 || n.t.Multi) {
		what += " (“" + n.label + "”)"
	}
	said := 0
	for _, s := range e.plan.segments {
		if said == 2 || s.loop != nil || len(s.nest) > 0 {
			continue
		}
		if f, ok := e.byGroup(n, s, what); ok {
			tell(c, f, ok)
			said++
		}
	}
	f, ok := e.byWave(n, what)
	tell(c, f, ok)
}

// byWave says what changed from the wave before to the last.
func (e *evidence) byWave(n indicator, what string) (reports.Finding, bool) {
	g, ok := groupOf(n.t, "wave")
	if !ok || e.plan.waves == nil || g.N < 2 {
		return reports.Finding{}, false
	}
	now, before := g.First+g.N-1, g.First+g.N-2
	if !firm(n.cell(now)) || !firm(n.cell(before)) {
		return reports.Finding{}, false
	}
	label := func(j int) string { return n.t.Columns[j].Label }
	refs := []reports.Ref{n.ref(before), n.ref(now)}
	differ, tested := e.apart(n.t, n.row, before, now)
	if !tested {
		return reports.Finding{}, false
	}
	if !differ {
		return reports.Finding{Text: fmt.Sprintf("From %s to %s, %s did not change beyond chance (%s, %s).", label(before), label(now), what, n.figure(before), n.figure(now)), Refs: refs}, true
	}
	verb := "rose"
	if n.cell(now).Estimate < n.cell(before).Estimate {
		verb = "fell"
	}
	return reports.Finding{Text: fmt.Sprintf("From %s to %s, %s %s from %s to %s.", label(before), label(now), what, verb, n.figure(before), n.figure(now)), Refs: refs}, true
}

// loopName names the loop of a table in an identifier.
func (e *evidence) loopName(t *crosstab.Table) string {
	if g, ok := e.loopGroup(t); ok {
		return g.Name
	}
	return "segment"
}

// dotsByLoop ranks the items of a loop.
func (e *evidence) dotsByLoop(c *reports.Chapter, n indicator, id, title string) {
	g, ok := e.loopGroup(n.t)
	if !ok {
		return
	}
	d := e.dots(n, title)
	for _, i := range append(ranked(g.N, func(i int) *crosstab.Cell { return n.cell(g.First + i) }), e.rest(n, g)...) {
		j := g.First + i
		d.Rows = append(d.Rows, charts.Dot{Label: n.t.Columns[j].Label, Base: n.t.Columns[j].Base.Unweighted, Cell: *n.cell(j)})
	}
	e.draw(c, id, title, "Lines are 95% intervals; where two overlap widely, the order is not sure.", n.t.ID, d)
}

// rest lists the columns of a group that ranked leaves out, in banner order.
func (e *evidence) rest(n indicator, g crosstab.Group) []int {
	var out []int
	for i := range g.N {
		if !firm(n.cell(g.First + i)) {
			out = append(out, i)
		}
	}
	return out
}

// dotsBySegment shows an indicator by every simple segment, in banner order.
func (e *evidence) dotsBySegment(c *reports.Chapter, n indicator, id, title string) {
	d := e.dots(n, title)
	d.KeepOrder = true
	for _, s := range e.plan.segments {
		g, ok := groupOf(n.t, s.name)
		if !ok {
			continue
		}
		for j := g.First; j < g.First+g.N; j++ {
			d.Rows = append(d.Rows, charts.Dot{Label: n.t.Columns[j].Label, Group: s.label, Base: n.t.Columns[j].Base.Unweighted, Cell: *n.cell(j)})
		}
	}
	if len(d.Rows) == 0 {
		return
	}
	e.draw(c, id, title, "Lines are 95% intervals.", n.t.ID, d)
}

func (e *evidence) dots(n indicator, title string) charts.Dots {
	d := charts.Dots{Title: title, Subtitle: n.question(), Note: e.note(n.t), Percent: n.share(), Unit: n.t.Unit}
	d.Axis = n.t.Rows[n.row].Label
	if firm(n.total()) {
		d.Reference, d.ReferenceLabel = n.total(), "Total"
	}
	return d
}

// likert shows scales side by side: a row per table, the answers diverging
// from the middle. Tables on other answers than the first are left out.
func (e *evidence) likert(c *reports.Chapter, tables []*crosstab.Table, id, title string) {
	var rows []*crosstab.Table
	for _, t := range tables {
		if !t.Loop && !t.Multi && t.RowOf(crosstab.Mean, "Mean") >= 0 && len(answers(t)) >= 2 && (len(rows) == 0 || sameAnswers(rows[0], t)) {
			rows = append(rows, t)
		}
	}
	if len(rows) == 0 {
		return
	}
	t := rows[0]
	l := charts.Likert{Title: title, Subtitle: e.subtitle(t), Note: e.note(t), Neutral: middle(t), NetLabel: upperName(t)}
	l.Categories = labels(t, answers(t))
	if len(rows) == 1 { // one question: by segment
		e.likertRows(&l, t)
	} else {
		for _, x := range rows {
			label := x.Item
			if label == "" {
				label = x.Title
			}
			l.Rows = append(l.Rows, charts.LikertRow{Label: label, Base: x.Columns[0].Base.Unweighted, Shares: shares(x, 0)})
		}
	}
	e.draw(c, id+"-answers", title, "", t.ID, l)
}

func (e *evidence) likertRows(l *charts.Likert, t *crosstab.Table) {
	l.Rows = append(l.Rows, charts.LikertRow{Label: "Total", Base: t.Columns[0].Base.Unweighted, Shares: shares(t, 0)})
	for _, s := range e.plan.segments {
		g, ok := groupOf(t, s.name)
		if !ok {
			continue
		}
		for j := g.First; j < g.First+g.N; j++ {
			l.Rows = append(l.Rows, charts.LikertRow{Label: t.Columns[j].Label, Group: s.label, Base: t.Columns[j].Base.Unweighted, Shares: shares(t, j)})
		}
	}
}

// likertByLoop shows a scale by the items of its loop, largest net first.
func (e *evidence) likertByLoop(c *reports.Chapter, t *crosstab.Table, id, title string) {
	g, ok := e.loopGroup(t)
	places := answers(t)
	if !ok || len(places) < 2 || t.Multi {
		return
	}
	l := charts.Likert{Title: title, Subtitle: e.subtitle(t), Note: e.note(t), Neutral: middle(t), NetLabel: upperName(t), Categories: labels(t, places)}
	n := indicators([]*crosstab.Table{t})[0]
	for _, i := range append(ranked(g.N, func(i int) *crosstab.Cell { return n.cell(g.First + i) }), e.rest(n, g)...) {
		j := g.First + i
		l.Rows = append(l.Rows, charts.LikertRow{Label: t.Columns[j].Label, Base: t.Columns[j].Base.Unweighted, Shares: shares(t, j)})
	}
	e.draw(c, id, title, "", t.ID, l)
}

// answers are the rows of a scale's answers, lowest first, don't know left out.
func answers(t *crosstab.Table) []int {
	var out []int
	for i, r := range t.Rows {
		if r.Kind == crosstab.Proportion && !r.Pinned {
			out = append(out, i)
		}
	}
	return out
}

func labels(t *crosstab.Table, rows []int) []string {
	var out []string
	for _, i := range rows {
		out = append(out, t.Rows[i].Label)
	}
	return out
}

func shares(t *crosstab.Table, col int) []crosstab.Cell {
	var out []crosstab.Cell
	for _, i := range answers(t) {
		out = append(out, *t.Cell(i, col))
	}
	return out
}

func sameAnswers(a, b *crosstab.Table) bool {
	return strings.Join(labels(a, answers(a)), "\x00") == strings.Join(labels(b, answers(b)), "\x00")
}

// middle is the place of the neutral answer: the middle one of an odd number.
func middle(t *crosstab.Table) int {
	if n := len(answers(t)); n%2 == 1 {
		return n / 2
	}
	return -1
}

// upperName is the name that the study gives to the upper half of a scale, ""
// if it has none.
func upperName(t *crosstab.Table) string {
	var upper []string
	places := answers(t)
	for _, i := range places[(len(places)+1)/2:] {
		upper = append(upper, t.Rows[i].Code)
	}
	slices.Sort(upper)
	for _, r := range t.Rows {
		if r.Kind == crosstab.NetRow && !r.Box && slices.Equal(slices.Sorted(slices.Values(r.Codes)), upper) {
			return r.Label
		}
	}
	return ""
}

// subtitle of a figure: the question.
func (e *evidence) subtitle(t *crosstab.Table) string {
	return strings.Join(strings.Fields(t.Text), " ")
}

// whom says who a figure speaks of.
func (e *evidence) whom(t *crosstab.Table) string {
	b := t.Columns[0].Base
	text := fmt.Sprintf("%s: %s.", t.BaseText, plural(b.Unweighted, baseUnit(t)))
	if t.Loop {
		text = fmt.Sprintf("%s: %s by %s.", t.BaseText, plural(b.Unweighted, "rating"), plural(b.People, "respondent"))
	}
	if e.plan.study.Design.Weight != "" {
		text += " Weighted."
	}
	return text
}

func baseUnit(t *crosstab.Table) string {
	if t.Loop {
		return "rating"
	}
	return "respondent"
}

// note stands under a drawn figure, which travels without its page.
func (e *evidence) note(t *crosstab.Table) string {
	var parts []string
	if e.plan.study.Simulated {
		parts = append(parts, "SIMULATED DATA")
	}
	source := e.plan.study.Title
	if e.plan.study.Population != "" {
		source += ", " + e.plan.study.Population
	}
	if w := t.Columns[0].Wave; w != "all" && w != "" {
		source += ", " + w
	}
	parts = append(parts, source, e.whom(t))
	return strings.Join(parts, ". ")
}

// headlines are the five findings that the report opens with: each chapter's
// first, then their second ones, then the plainest figures of other questions.
func (e *evidence) headlines(chapters []reports.Chapter) []reports.Finding {
	const n = 5
	var out []reports.Finding
	for k := 0; k < 8 && len(out) < n; k++ {
		for _, c := range chapters {
			if k < len(c.Findings) && len(out) < n {
				out = append(out, c.Findings[k])
			}
		}
	}
	for _, t := range e.tables {
		if len(out) >= n {
			break
		}
		if t.Chapter != "" {
			continue
		}
		for _, x := range indicators([]*crosstab.Table{t}) {
			if f, ok := e.headline(x); ok && len(out) < n && !math.IsNaN(x.total().Estimate) {
				out = append(out, f)
				break
			}
		}
	}
	return out
}
