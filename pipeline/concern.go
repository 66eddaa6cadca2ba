package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

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
	first := highest(list)
	e.byQuestion(c, list, "What worries most")
	e.segments(c, first, "concern")
	e.likert(c, tables, "concern", "How much people worry")
	e.dotsBySegment(c, first, "concern-by-segment", "Who worries")
	e.alike(c, tables)
	e.scale(c, e.modelled("concern.scale"))
	e.styles(c, e.modelled("concern.style"))
}

// highest is the figure of the first question that is highest: of a grid, its item.
func highest(list []indicator) indicator {
	same := slices.DeleteFunc(slices.Clone(list), func(n indicator) bool { return n.t.Question != list[0].t.Question || n.kind() != list[0].kind() })
	if order := ranked(len(same), func(i int) *crosstab.Cell { return same[i].total() }); len(order) > 0 {
		return same[order[0]]
	}
	return list[0]
}

// alike claims the standardized tables, and says what the first shows.
func (e *evidence) alike(c *reports.Chapter, tables []*crosstab.Table) {
	said := map[string]bool{}
	for _, t := range tables {
		x := e.modelled(t.Question + ".standardized")
		if x == nil || said[x.ID] {
			continue
		}
		claim(c, []*crosstab.Table{x})
		if said[x.ID] = true; len(said) > 1 {
			continue
		}
		k := alikeItem(x)
		f, ok := alikeApart(x, k)
		tell(c, f, ok)
		f, ok = alikeShift(x, k)
		tell(c, f, ok)
		e.pairs(c, x, charts.Dots{Title: alikeTitle(x, k), Percent: true, Axis: "share, standardized and as answered"}, "concern-standardized",
			"Lines are 95% intervals. Where the two dots of a pair agree, the mix makes no difference.", [2]string{"Standardized", "As answered"}, [2]string{fmt.Sprint("alike", k), fmt.Sprint("raw", k)})
	}
}

// ends are the columns of a segment in which a row is highest and lowest; fewer than
// two firm ones are none.
func ends(t *crosstab.Table, code string) (n indicator, high, low int, ok bool) {
	n = indicator{t, rowOf(t, code), ""}
	if n.row < 0 || len(t.Groups) == 0 {
		return n, 0, 0, false
	}
	g := t.Groups[0]
	order := ranked(g.N, func(i int) *crosstab.Cell { return n.cell(g.First + i) })
	if len(order) < 2 {
		return n, 0, 0, false
	}
	return n, g.First + order[0], g.First + order[len(order)-1], true
}

// told reports whether a difference lies beyond chance.
func told(c *crosstab.Cell) bool { return c.HasCI && (c.Low > 0 || c.High < 0) }

// alikeItem is the number of the item of a standardized table that most worry about.
func alikeItem(t *crosstab.Table) int {
	if all := turnRows(t, "raw", 0); len(all) > 0 {
		return all[0].place
	}
	return 0
}

// alikeTitle names what is compared: the question, or the item of it.
func alikeTitle(t *crosstab.Table, k int) string {
	what, of, _ := strings.Cut(t.Title, ": ")
	if i := rowOf(t, fmt.Sprint("raw", k)); i >= 0 {
		if item, ok := strings.CutSuffix(t.Rows[i].Label, ": As answered"); ok {
			of = item
		}
	}
	if of == "" {
		return what
	}
	return what + " (" + inQuotes(of) + ")"
}

// alikeApart says which groups stand out once all have the same mix.
func alikeApart(t *crosstab.Table, k int) (reports.Finding, bool) {
	apart, high, low, ok := ends(t, fmt.Sprint("apart", k))
	share := indicator{t, rowOf(t, fmt.Sprint("alike", k)), ""}
	if !ok || share.row < 0 || !firm(share.cell(high)) || !firm(share.cell(low)) {
		return reports.Finding{}, false
	}
	label := func(j int) string { return t.Columns[j].Label }
	part := func(j int, where string) string {
		side := "above"
		switch x := math.Round(100 * apart.cell(j).Estimate); {
		case x == 0:
			side = "off"
		case x < 0:
			side = "below"
		}
		return fmt.Sprintf("%s in %s: %s, %s %s their average %s", where, label(j), share.hedged(j), apart.figure(j), side, apart.eitherWay(j, "above", "below"))
	}
	refs := []reports.Ref{share.ref(high), apart.ref(high), share.ref(low), apart.ref(low)}
	if share.cell(high).Estimate == share.cell(low).Estimate {
		return reports.Finding{Text: fmt.Sprintf("%s: the same in all, %s.", alikeTitle(t, k), share.hedged(high)), Refs: []reports.Ref{share.ref(high)}}, true
	}
	if !told(apart.cell(high)) && !told(apart.cell(low)) {
		text := fmt.Sprintf("none differs from the average beyond chance; all lie from %s to %s", share.figure(low), share.figure(high))
		if t.Groups[0].N == 2 {
			text = fmt.Sprintf("%s %s, %s %s: a difference that may be chance", label(high), share.hedged(high), label(low), share.hedged(low))
		}
		return reports.Finding{Text: alikeTitle(t, k) + ": " + text + ".", Refs: []reports.Ref{share.ref(high), share.ref(low)}, Minor: true}, true
	}
	return reports.Finding{Text: fmt.Sprintf("%s: it is %s; %s.", alikeTitle(t, k), part(high, "highest"), part(low, "lowest")), Refs: refs}, true
}

// alikeShift says how much the mix explains.
func alikeShift(t *crosstab.Table, k int) (reports.Finding, bool) {
	n, high, low, ok := ends(t, fmt.Sprint("shift", k))
	if !ok {
		return reports.Finding{}, false
	}
	most := high
	if math.Abs(n.cell(low).Estimate) > math.Abs(n.cell(high).Estimate) {
		most = low
	}
	x, where := n.cell(most), t.Columns[most].Label
	refs := []reports.Ref{n.ref(most)}
	switch {
	case math.Abs(x.Estimate) < 0.015:
		return reports.Finding{Text: fmt.Sprintf("The mix explains little of it: making it the same moves %s.", hardly(n, where, most)), Refs: refs}, true
	case !told(x):
		return reports.Finding{Text: fmt.Sprintf("Whether the mix explains some of it is not sure: making it the same moves the share of %s most, by %s %s.", where, n.figure(most), n.eitherWay(most, "up", "down")), Refs: refs}, true
	case x.Estimate > 0:
		return reports.Finding{Text: fmt.Sprintf("The mix explains some of it: were it the same, the share of %s would be %s higher.", where, n.hedged(most)), Refs: refs}, true
	}
	return reports.Finding{Text: fmt.Sprintf("The mix explains some of it: were it the same, the share of %s would be %s lower.", where, n.hedged(most)), Refs: refs}, true
}

// scale says where the scale of concern is highest, beyond chance.
func (e *evidence) scale(c *reports.Chapter, t *crosstab.Table) {
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	mean, apart := indicator{t, rowOf(t, "mean"), ""}, indicator{t, rowOf(t, "apart"), ""}
	if mean.row < 0 || apart.row < 0 || !firm(mean.total()) {
		return
	}
	text, refs := fmt.Sprintf("On a scale from 0 to 100, concern is %s on average.", mean.hedged(0)), []reports.Ref{mean.ref(0)}
	most, all := -1, 0
	var seen []string
	for _, s := range e.plan.segments {
		g, ok := groupOf(t, s.name)
		for j := g.First; ok && j < g.First+g.N; j++ {
			all++
			x := apart.cell(j)
			if !firm(x) || !firm(mean.cell(j)) {
				continue
			}
			seen = append(seen, t.Columns[j].Label)
			if told(x) && (most < 0 || math.Abs(x.Estimate) > math.Abs(apart.cell(most).Estimate)) {
				most = j
			}
		}
	}
	if len(seen) > 0 && len(seen) < all {
		text += fmt.Sprintf(" Only %s of %d groups can be compared with it (%s).", inWords(len(seen)), all, list(seen, mostNamed))
	}
	switch {
	case len(seen) == 0:
		text += " No group has enough people to be compared with it."
	case most >= 0:
		text += fmt.Sprintf(" Furthest from it is %s: %s, a difference of %s.", t.Columns[most].Label, mean.hedged(most), apart.hedged(most))
		refs = append(refs, mean.ref(most), apart.ref(most))
	case len(seen) < all:
		text += " None of these is told from it."
	default:
		text += " No group is told from it."
	}
	tell(c, reports.Finding{Text: text, Refs: refs}, true)
	e.dotsBySegment(c, mean, "concern-scale", "How strong concern is, from 0 to 100")
}

// styles says whether the order of countries holds beside how high the same people
// answer everything.
func (e *evidence) styles(c *reports.Chapter, t *crosstab.Table) {
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	f, ok := beside(t)
	tell(c, f, ok)
	e.pairs(c, t, charts.Dots{Title: "Concern, as answered and beside how high the same people answer", Axis: "above or below the average of all", Unit: t.Unit}, "concern-style",
		"Lines are 95% intervals that hold for all at once. Beside own answers: from each person's own average over all scales.", [2]string{"As answered", "Beside own answers"}, [2]string{"rawapart", "ownapart"})
}

// beside compares what stands out most as answered with the same beside people's own
// answers.
func beside(t *crosstab.Table) (reports.Finding, bool) {
	raw, high, low, ok := ends(t, "rawapart")
	own := indicator{t, rowOf(t, "ownapart"), ""}
	if !ok || own.row < 0 {
		return reports.Finding{}, false
	}
	most := high
	if math.Abs(raw.cell(low).Estimate) > math.Abs(raw.cell(high).Estimate) {
		most = low
	}
	if !firm(own.cell(most)) {
		return reports.Finding{}, false
	}
	a, b, where := raw.cell(most), own.cell(most), t.Columns[most].Label
	refs := []reports.Ref{raw.ref(most), own.ref(most)}
	figures := fmt.Sprintf("as answered, concern in %s is off the average by %s; beside how high the same people answer everything, by %s", where, offBy(raw, most), offBy(own, most))
	switch {
	case !told(a):
		return reports.Finding{Text: fmt.Sprintf("Nobody stands out in how strong concern is: %s.", figures), Refs: refs}, true
	case told(b) && (a.Estimate > 0) == (b.Estimate > 0):
		return reports.Finding{Text: fmt.Sprintf("Habits of answering do not explain it away: %s.", figures), Refs: refs}, true
	case told(b):
		return reports.Finding{Text: fmt.Sprintf("Habits of answering turn it around, so the order is not safe: %s.", figures), Refs: refs}, true
	}
	return reports.Finding{Text: fmt.Sprintf("Habits of answering may be all of it: %s, which is within chance.", figures), Refs: refs}, true
}

// offBy prints how far a group is off an average; what may be on either side of it says
// so in words.
func offBy(n indicator, col int) string {
	return strings.TrimSpace(n.figure(col) + " " + n.eitherWay(col, "above", "below"))
}

// pairs draws two rows of a table beside each other, by the groups of its segment.
func (e *evidence) pairs(c *reports.Chapter, t *crosstab.Table, d charts.Dots, id, caption string, names, codes [2]string) {
	if len(t.Groups) == 0 {
		return
	}
	d.Subtitle, d.Note, d.KeepOrder = e.subtitle(t), e.note(t), true
	g := t.Groups[0]
	for j := g.First; j < g.First+g.N; j++ {
		for k, code := range codes {
			d.Rows = append(d.Rows, charts.Dot{Label: names[k], Group: t.Columns[j].Label, Base: t.Columns[j].Base.Unweighted, Cell: *t.Cell(rowOf(t, code), j)})
		}
	}
	e.draw(c, id, d.Title, caption, t.ID, d)
}
