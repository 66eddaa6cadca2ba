package pipeline

import (
	"cmp"
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
	list := indicators(slices.DeleteFunc(slices.Clone(tables), func(t *crosstab.Table) bool { return e.modelled(t.Question+".price") != nil }))
	e.byQuestion(c, list, "Wanted most in return for data")
	for _, t := range tables {
		if sets := e.modelled(t.Question + ".sets"); sets != nil {
			claim(c, []*crosstab.Table{sets})
			e.sets(c, sets)
		}
	}
	if len(list) > 0 {
		n, what := highest(list), "it"
		if len(list) > 1 {
			what = inQuotes(n.label)
		}
		n.label = "" // said already
		e.segments(c, n, fmt.Sprintf("wanting %s in return", what))
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
	d := charts.Dots{Title: "Willing to share, with each benefit wanted and without", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, KeepOrder: true, NoBases: true, Axis: "willing to share"}
	best := -1
	for i, r := range t.Rows {
		if !strings.HasSuffix(r.Code, ".gap") {
			continue
		}
		benefit := wantedIn(r)
		for k, name := range []string{"Want it", "Do not"} {
			d.Rows = append(d.Rows, charts.Dot{Label: name, Group: benefit, Cell: *t.Cell(i-2+k, 0)})
		}
		if x := t.Cell(i, 0); firm(x) && firm(t.Cell(i-1, 0)) && firm(t.Cell(i-2, 0)) && (best < 0 || x.Estimate > t.Cell(best, 0).Estimate) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	with, without, gap := indicator{t, best - 2, ""}, indicator{t, best - 1, ""}, indicator{t, best, ""}
	benefit := wantedIn(t.Rows[best])
	round := roundingOf(gap.total().Estimate, with, 0, without, 0)
	text := fmt.Sprintf("Among those who want %s in return, %s %s, among the others %s: ", inQuotes(benefit), round.hedged(with, 0), e.would(), round.hedged(without, 0))
	switch x := gap.total(); {
	case x.Low > 0:
		text += fmt.Sprintf("%s more, the largest such difference of all benefits here. That does not prove that offering it makes anybody more willing.", round.hedged(gap, 0))
	case x.High < 0:
		text += fmt.Sprintf("%s fewer. No benefit goes with more willingness.", round.hedged(gap, 0))
	default:
		text += fmt.Sprintf("%s, which chance alone could make. No benefit sets the willing apart.", round.within(gap.moreOrFewer(0), gap, 0))
	}
	tell(c, reports.Finding{Text: text, Asked: e.willingAsked() + answeredBoth(gap), Refs: []reports.Ref{with.ref(0), without.ref(0), gap.ref(0)}}, true)
	e.draw(c, "exchange-willing", d.Title, "Lines are 95% intervals.", t.ID, d)
}

// wantedIn is the benefit that a row on those who want it is about.
func wantedIn(r crosstab.Row) string {
	return r.Label[:max(0, strings.LastIndex(r.Label, ": "))]
}

// benefitsForData says which data go with which benefit: those kinds that people who want
// some benefit would share more of than everybody, by most, with intervals apart.
func (e *evidence) benefitsForData(c *reports.Chapter, t *crosstab.Table) {
	claim(c, []*crosstab.Table{t})
	var found []indicator // with the column of the benefit
	var best []int
	m := charts.Matrix{Title: "Which benefit goes with which data", Subtitle: e.subtitle(t), Note: e.note(t)}
	for _, x := range t.Columns[1:] {
		m.Columns = append(m.Columns, x.Label)
	}
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		m.Rows, m.Cells, m.RowTotals = append(m.Rows, r.Label), append(m.Cells, t.Cells[i][1:]), append(m.RowTotals, t.Cells[i][0])
		order := ranked(len(t.Columns)-1, func(j int) *crosstab.Cell { return n.cell(1 + j) })
		if len(order) > 0 && firm(n.total()) && n.total().HasCI && n.cell(1+order[0]).HasCI && n.cell(1+order[0]).Low > n.total().High {
			found, best = append(found, n), append(best, 1+order[0])
		}
	}
	lead := func(k int) float64 { return found[k].cell(best[k]).Estimate - found[k].total().Estimate }
	order := make([]int, len(found))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lead(b), lead(a)) })
	inLoop := slices.ContainsFunc(e.measure("sharing"), func(x *crosstab.Table) bool { return x.Loop && t.ID == t.Question+"."+x.Question })
	var said []int // benefits: one that goes with two kinds of data is said once
	text := ""
	var refs []reports.Ref
	for _, k := range order {
		n, j := found[k], best[k]
		if len(said) == 2 || slices.Contains(said, j) {
			continue
		}
		benefit, data := inQuotes(t.Columns[j].Label), inQuotes(t.Rows[n.row].Label)
		if inLoop {
			text += fmt.Sprintf("Those who want %s in return would share %s in %s of their ratings, everybody in %s. ", benefit, data, n.hedged(j), n.figure(0))
		} else {
			text += fmt.Sprintf("Of those who want %s in return %s would share %s, of everybody %s. ", benefit, n.hedged(j), data, n.figure(0))
		}
		said, refs = append(said, j), append(refs, n.ref(j), n.ref(0))
	}
	if said != nil {
		tell(c, reports.Finding{Text: text + "That does not prove that such an offer makes them share more.", Refs: refs}, true)
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
	text := fmt.Sprintf("%s: half of those who name a sum say %s or less", e.shortly(t), median.hedged(0))
	if mean.total().Low > median.total().High {
		text += fmt.Sprintf(". A few large sums pull the average up to %s.", mean.hedged(0))
	} else {
		text += fmt.Sprintf("; on average they say %s.", mean.hedged(0))
	}
	tell(c, reports.Finding{Text: text, Asked: asked(median), Refs: []reports.Ref{median.ref(0), mean.ref(0)}}, true)
	e.dotsBySegment(c, median, "exchange-price-"+t.Question, "Half of those who name a sum say this or less")
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
	names := what
	if parts := strings.Split(what, " + "); len(parts) == size { // no label has a plus of its own
		names = and(parts)
	}
	next, reaches := fmt.Sprintf("The next best %s", strings.ToLower(countWord(size))), "reach"
	text := fmt.Sprintf("%s of people want at least one of %s.", n.hedged(0), names)
	if size == 1 {
		text, next, reaches = fmt.Sprintf("%s alone is wanted by %s of people.", names, n.hedged(0)), "The next best", "reaches"
	}
	if lead := (indicator{t, rowOf(t, fmt.Sprint("lead", size)), ""}); lead.row >= 0 && firm(lead.total()) {
		refs = append(refs, lead.ref(0))
		if lead.total().Low > 0 {
			text += fmt.Sprintf(" %s %s %s fewer.", next, reaches, lead.hedged(0))
		} else {
			text += fmt.Sprintf(" %s may reach as many: %s fewer here %s.", next, lead.figure(0), lead.eitherWay(0, "fewer", "more"))
		}
	}
	tell(c, reports.Finding{Text: text, Asked: answerers(n), Refs: refs}, true)
	d := charts.Dots{Title: "How many people a set of benefits reaches", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, KeepOrder: true, Axis: "reached"}
	for k := 1; best(k).row >= 0; k++ {
		n := best(k)
		d.Rows = append(d.Rows, charts.Dot{Label: t.Rows[n.row].Label, Base: t.Columns[0].Base.Unweighted, Cell: *n.total()})
	}
	e.draw(c, "exchange-sets", d.Title, "Lines are 95% intervals. Each set is the one of its size that reaches most.", t.ID, d)
}
