package pipeline

import (
	"fmt"
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
	if len(list) > 1 {
		f, ok := byItem(list, "What would earn data")
		tell(c, f, ok)
	}
	for _, t := range tables {
		if sets := e.modelled(t.Question + ".sets"); sets != nil {
			claim(c, []*crosstab.Table{sets})
			e.sets(c, sets)
		}
	}
	if len(list) > 0 {
		e.segments(c, list[0], "wanting it in return")
	}
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
