package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Figures are drawn from protected tables: dots with intervals, scales side by
// side. What is hidden stays away.

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
	e.draw(c, id, title, "Lines are 95% intervals. Of many lines one or another may stand apart by chance alone; the sentences allow for that.", n.t.ID, d)
}

func (e *evidence) dots(n indicator, title string) charts.Dots {
	d := charts.Dots{Title: title, Subtitle: n.question(), Note: e.note(n.t), Percent: n.share(), Unit: n.t.Unit}
	if d.Axis = strings.TrimSuffix(n.t.Rows[n.row].Label, " ("+n.t.Unit+")"); n.t.Rows[n.row].Box {
		d.Axis = n.answer()
	}
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
	l := charts.Likert{Title: title, Subtitle: e.subtitle(t), Note: e.note(t), Neutral: middle(t)}
	l.NetLabel, l.NetFrom = upperNet(t)
	l.Categories = labels(t, answers(t))
	if len(rows) == 1 { // one question: by segment
		e.likertRows(&l, t)
	} else {
		l.Note = e.note(t, rows...)
		for _, x := range rows {
			label := x.Item
			if label == "" {
				label = x.Title
			}
			l.Rows = append(l.Rows, likertRow(x, 0, label, ""))
		}
	}
	e.draw(c, id+"-answers", title, "", t.ID, l)
}

// likertRow is a column of a scale, with its net as the table counts it.
func likertRow(t *crosstab.Table, col int, label, group string) charts.LikertRow {
	row := charts.LikertRow{Label: label, Group: group, Base: t.Columns[col].Base.Unweighted, Shares: shares(t, col)}
	if _, from := upperNet(t); from > 0 {
		row.Net = t.Cell(firstNet(t), col)
	}
	return row
}

func (e *evidence) likertRows(l *charts.Likert, t *crosstab.Table) {
	l.Rows = append(l.Rows, likertRow(t, 0, "Total", ""))
	for _, s := range e.plan.segments {
		g, ok := groupOf(t, s.name)
		if !ok {
			continue
		}
		for j := g.First; j < g.First+g.N; j++ {
			l.Rows = append(l.Rows, likertRow(t, j, t.Columns[j].Label, s.label))
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
	l := charts.Likert{Title: title, Subtitle: e.subtitle(t), Note: e.note(t), Neutral: middle(t), Categories: labels(t, places)}
	l.NetLabel, l.NetFrom = upperNet(t)
	n := indicators([]*crosstab.Table{t})[0]
	for _, i := range append(ranked(g.N, func(i int) *crosstab.Cell { return n.cell(g.First + i) }), e.rest(n, g)...) {
		j := g.First + i
		l.Rows = append(l.Rows, likertRow(t, j, t.Columns[j].Label, ""))
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

// upperNet is the net of the highest answers that the question's sentences speak of: its
// name, "" for a box, and the place of its first answer; 0 where there is none.
func upperNet(t *crosstab.Table) (name string, from int) {
	row := firstNet(t)
	if row < 0 {
		return "", 0
	}
	places := answers(t)
	for from, i := range places {
		if !slices.Contains(t.Rows[row].Codes, t.Rows[i].Code) {
			continue
		}
		if len(t.Rows[row].Codes) != len(places)-from || slices.ContainsFunc(places[from:], func(i int) bool { return !slices.Contains(t.Rows[row].Codes, t.Rows[i].Code) }) {
			return "", 0
		}
		if !t.Rows[row].Box {
			name = t.Rows[row].Label
		}
		return name, from
	}
	return "", 0
}

// subtitle of a figure: the question.
func (e *evidence) subtitle(t *crosstab.Table) string {
	return strings.Join(strings.Fields(t.Text), " ")
}

// whom says who a figure speaks of, drawn from a table and others of the same kind.
func (e *evidence) whom(t *crosstab.Table, others ...*crosstab.Table) string {
	b := t.Columns[0].Base
	few, many := b.Unweighted, b.Unweighted
	for _, x := range others {
		few, many = min(few, x.Columns[0].Base.Unweighted), max(many, x.Columns[0].Base.Unweighted)
	}
	text := fmt.Sprintf("%s: %s.", t.BaseText, plural(many, baseUnit(t)))
	switch {
	case few < many:
		text = fmt.Sprintf("%s: %s to %s, row by row.", t.BaseText, thousands(few), plural(many, baseUnit(t)))
	case t.Loop:
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
func (e *evidence) note(t *crosstab.Table, others ...*crosstab.Table) string {
	source := e.origin()
	if w := t.Columns[0].Wave; w != "all" && w != "" {
		source += ", " + w
	}
	return source + ". " + e.whom(t, others...)
}

// origin names the study, and says first where its data are simulated.
func (e *evidence) origin() string {
	text := e.plan.study.Title
	if e.plan.study.Simulated {
		text = "SIMULATED DATA. " + text
	}
	if e.plan.study.Population != "" {
		text += ", " + e.plan.study.Population
	}
	return text
}
