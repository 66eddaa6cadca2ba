package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) exchange(c *reports.Chapter) {
	tables := e.measure("benefit")
	if len(tables) == 0 {
		e.missing(c, "benefit")
		return
	}
	claim(c, tables)
	list := indicators(tables)
	e.byQuestion(c, list, "What would earn data")
	for _, t := range tables {
		if sets := e.modelled(t.Question + ".sets"); sets != nil {
			claim(c, []*crosstab.Table{sets})
			e.sets(c, sets)
		}
	}
	if len(list) > 0 {
		e.segments(c, highest(list), "wanting it in return")
	}
	for _, q := range questionsOf(tables) {
		e.willingFor(c, e.modelled(q+".willing"))
		for _, t := range e.measure("sharing") {
			if x := e.modelled(q + "." + t.Question); x != nil && x.Chapter == "" {
				e.benefitsForData(c, x)
			}
		}
	}
	for _, q := range questionsOf(append(tables, e.measure("sharing")...)) {
		e.price(c, e.modelled(q+".price"))
	}
}

// questionsOf are the names of the questions behind some tables.
func questionsOf(tables []*crosstab.Table) []string {
	var out []string
	for _, t := range tables {
		if !slices.Contains(out, t.Question) {
			out = append(out, t.Question)
		}
	}
	return out
}

// willingFor says for which benefit those who want it are most ahead in willingness
// to share.
func (e *evidence) willingFor(c *reports.Chapter, t *crosstab.Table) {
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	d := charts.Dots{Title: "Willing to share, with each benefit wanted and without", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, KeepOrder: true, Axis: "willing to share"}
	best := -1
	for i, r := range t.Rows {
		if !strings.HasSuffix(r.Code, ".gap") {
			continue
		}
		benefit, _, _ := strings.Cut(r.Label, ": ")
		for k, name := range []string{"Want it", "Do not"} {
			d.Rows = append(d.Rows, charts.Dot{Label: name, Group: benefit, Base: t.Columns[0].Base.Unweighted, Cell: *t.Cell(i-2+k, 0)})
		}
		if x := t.Cell(i, 0); firm(x) && firm(t.Cell(i-1, 0)) && firm(t.Cell(i-2, 0)) && (best < 0 || x.Estimate > t.Cell(best, 0).Estimate) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	with, without, gap := indicator{t, best - 2, ""}, indicator{t, best - 1, ""}, indicator{t, best, ""}
	benefit, _, _ := strings.Cut(t.Rows[best].Label, ": ")
	text := fmt.Sprintf("Among those who want %s, %s %s (%s); among the others %s:", inQuotes(benefit), with.hedged(0), e.would(), e.toldBy(), without.hedged(0))
	switch x := gap.total(); {
	case x.Low > 0:
		text += fmt.Sprintf(" %s more %s, the most that any benefit sets apart. This compares people who want it with those who do not, and does not show what offering it would change.", gap.figure(0), gap.interval(0))
	case x.High < 0:
		text += fmt.Sprintf(" %s fewer %s. No benefit goes with more willingness.", gap.figure(0), gap.interval(0))
	default:
		text += fmt.Sprintf(" %s, which chance alone could make. No benefit sets the willing apart.", gap.moreOrFewer(0))
	}
	tell(c, reports.Finding{Text: text, Refs: []reports.Ref{with.ref(0), without.ref(0), gap.ref(0)}}, true)
	e.draw(c, "exchange-willing", d.Title, "Lines are 95% intervals. The base is of both groups together: those who want a benefit, and those who do not.", t.ID, d)
}

// benefitsForData says which data go with which benefit.
func (e *evidence) benefitsForData(c *reports.Chapter, t *crosstab.Table) {
	claim(c, []*crosstab.Table{t})
	var parts []string
	var refs []reports.Ref
	m := charts.Matrix{Title: "Which benefit goes with which data", Subtitle: e.subtitle(t), Note: e.note(t)}
	for _, x := range t.Columns[1:] {
		m.Columns = append(m.Columns, x.Label)
	}
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		m.Rows, m.Cells, m.RowTotals = append(m.Rows, r.Label), append(m.Cells, t.Cells[i][1:]), append(m.RowTotals, t.Cells[i][0])
		order := ranked(len(t.Columns)-1, func(j int) *crosstab.Cell { return n.cell(1 + j) })
		if len(order) > 0 && len(parts) < 2 {
			j := 1 + order[0]
			parts = append(parts, fmt.Sprintf("%s would be shared most by those who want %s, %s", inQuotes(r.Label), inQuotes(t.Columns[j].Label), n.hedged(j)))
			refs = append(refs, n.ref(j))
		}
	}
	if parts != nil {
		tell(c, reports.Finding{Text: strings.Join(parts, "; ") + ". Many want several, so that benefits close together say little.", Refs: refs}, true)
	}
	e.draw(c, "exchange-data-"+t.ID[strings.LastIndex(t.ID, ".")+1:], m.Title, "Share of those who want a benefit who would share each kind of data.", t.ID, m)
}

// price says what people want to be paid, or would pay.
func (e *evidence) price(c *reports.Chapter, t *crosstab.Table) {
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	mean, median := indicator{t, rowOf(t, "mean"), ""}, indicator{t, rowOf(t, "median"), ""}
	if !firm(mean.total()) || !firm(median.total()) {
		return
	}
	tell(c, reports.Finding{Text: fmt.Sprintf("Asked “%s”, half of the people name %s %s or less; the mean is %s %s.", mean.question(), median.figure(0), median.interval(0), mean.figure(0), mean.interval(0)),
		Refs: []reports.Ref{mean.ref(0), median.ref(0)}}, true)
	e.dotsBySegment(c, median, "exchange-price-"+t.Question, "What people name as a price")
}

// sets says which set of benefits reaches most people: the smallest after which
// one more adds less than five points.
func (e *evidence) sets(c *reports.Chapter, t *crosstab.Table) {
	best := func(k int) indicator { return indicator{t, rowOf(t, fmt.Sprint("best", k)), ""} }
	size := 1
	for best(size+1).row >= 0 && firm(best(size+1).total()) && best(size+1).total().Estimate-best(size).total().Estimate >= 0.05 {
		size++
	}
	n := best(size)
	if n.row < 0 || !firm(n.total()) {
		return
	}
	_, what, _ := strings.Cut(t.Rows[n.row].Label, ": ")
	refs := []reports.Ref{n.ref(0)}
	text := fmt.Sprintf("The %s benefits that together reach most people are %s: %s would give data for at least one of them.", strings.ToLower(countWord(size)), and(strings.Split(what, " + ")), n.hedged(0))
	if size == 1 {
		text = fmt.Sprintf("One benefit alone reaches most people: %s, %s.", what, n.hedged(0))
	}
	if lead := (indicator{t, rowOf(t, fmt.Sprint("lead", size)), ""}); lead.row >= 0 && firm(lead.total()) {
		refs = append(refs, lead.ref(0))
		if lead.total().Low > 0 {
			text += fmt.Sprintf(" The next best set of that size reaches %s fewer %s.", lead.figure(0), lead.interval(0))
		} else {
			text += fmt.Sprintf(" Another set of that size does about as well: the difference is %s.", lead.hedged(0))
		}
	}
	tell(c, reports.Finding{Text: text, Refs: refs}, true)
	d := charts.Dots{Title: "How many people a set of benefits reaches", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, KeepOrder: true, Axis: "reached"}
	for k := 1; best(k).row >= 0; k++ {
		n := best(k)
		d.Rows = append(d.Rows, charts.Dot{Label: t.Rows[n.row].Label, Base: t.Columns[0].Base.Unweighted, Cell: *n.total()})
	}
	e.draw(c, "exchange-sets", d.Title, "Lines are 95% intervals. Each set is the best of its size.", t.ID, d)
}
