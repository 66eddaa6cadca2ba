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
	much, who := "How much people worry", "Who worries"
	if slices.ContainsFunc(list, indicator.ownNet) { // which need not be worry
		much = "What people answer"
	}
	if first.ownNet() {
		who = netByGroup(first)
	}
	e.likert(c, tables, "concern", much)
	e.dotsBySegment(c, first, "concern-by-segment", who)
	e.alike(c, tables)
	e.scale(c, e.modelled("concern.scale"))
	e.styles(c, e.modelled("concern.style"))
}

// netByGroup is the title of a figure that shows a net by group.
func netByGroup(n indicator) string { return inQuotes(n.t.Rows[n.row].Label) + ", by group" }

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
		if ok && !f.Minor { // else there is no difference that the mix could explain
			f, ok = alikeShift(x, k)
			tell(c, f, ok)
		}
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

// alikeOf names what is compared: the question, or the item of it.
func alikeOf(t *crosstab.Table, k int) string {
	_, of, _ := strings.Cut(t.Title, ": ")
	if i := rowOf(t, fmt.Sprint("raw", k)); i >= 0 {
		if item, ok := strings.CutSuffix(t.Rows[i].Label, ": As answered"); ok {
			of = item
		}
	}
	return inQuotes(of)
}

// alikeTitle adds by what, and what is made the same.
func alikeTitle(t *crosstab.Table, k int) string {
	how, _, _ := strings.Cut(t.Title, ": ")
	return alikeOf(t, k) + " " + lower(how)
}

// mixOf is what has the same mix in each group: "age".
func mixOf(t *crosstab.Table) string {
	how, _, _ := strings.Cut(t.Title, ": ")
	_, mix, _ := strings.Cut(how, analysis.SameMix)
	return mix
}

// alikeApart says which groups stand out once all have the same mix.
func alikeApart(t *crosstab.Table, k int) (reports.Finding, bool) {
	apart, high, low, ok := ends(t, fmt.Sprint("apart", k))
	share := indicator{t, rowOf(t, fmt.Sprint("alike", k)), ""}
	if !ok || share.row < 0 || !firm(share.cell(high)) || !firm(share.cell(low)) {
		return reports.Finding{}, false
	}
	label := func(j int) string { return t.Columns[j].Label }
	part := func(j int) string {
		side := "above"
		switch x := math.Round(100 * apart.cell(j).Estimate); {
		case x == 0:
			side = "off"
		case x < 0:
			side = "below"
		}
		return fmt.Sprintf("for %s, %s, %s %s their average %s", label(j), share.hedged(j), apart.figure(j), side, apart.eitherWay(j, "above", "below"))
	}
	start := fmt.Sprintf("If the mix of %s were the same everywhere, the share for %s would, by %s,", mixOf(t), alikeOf(t, k), lower(t.Groups[0].Label))
	f := reports.Finding{Refs: []reports.Ref{share.ref(high), share.ref(low)}}
	switch {
	case share.cell(high).Estimate == share.cell(low).Estimate:
		f.Refs, f.Minor = f.Refs[:1], true
		f.Text = fmt.Sprintf("%s be the same: %s.", start, share.hedged(high))
	case told(apart.cell(high)) || told(apart.cell(low)):
		f.Refs = []reports.Ref{share.ref(high), apart.ref(high), share.ref(low), apart.ref(low)}
		f.Text = fmt.Sprintf("%s be highest %s, and lowest %s.", start, part(high), part(low))
	case t.Groups[0].N == 2:
		f.Minor = true
		f.Text = fmt.Sprintf("%s be %s for %s and %s for %s: a difference that may be chance.", start, share.hedged(high), label(high), share.hedged(low), label(low))
	default:
		f.Minor = true
		f.Text = fmt.Sprintf("%s lie from %s to %s: differences that may be chance.", start, share.figure(low), share.figure(high))
	}
	var left []string
	for j, g := 0, t.Groups[0]; j < g.N; j++ {
		if c := t.Columns[g.First+j]; !firm(share.cell(g.First+j)) && (c.Status == crosstab.Suppressed || c.Base.People > 0) {
			left = append(left, c.Label)
		}
	}
	f.Text += notCompared(left)
	return f, true
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
	x, mix, where := n.cell(most), mixOf(t), t.Columns[most].Label
	way := "higher"
	if x.Estimate < 0 {
		way = "lower"
	}
	would := fmt.Sprintf("with the same mix, the share for %s would be %s %s %s than it is", where, n.figure(most), way, n.eitherWay(most, "higher", "lower"))
	f := reports.Finding{Refs: []reports.Ref{n.ref(most)}}
	switch {
	case math.Abs(x.Estimate) < 0.015:
		f.Text = fmt.Sprintf("The mix of %s explains little of this: making it the same moves %s.", mix, hardly(n, where, most))
	case !told(x):
		f.Text = fmt.Sprintf("Whether the mix of %s explains a part of this is not sure: %s.", mix, would)
	default:
		f.Text = fmt.Sprintf("The mix of %s explains a part of this: %s.", mix, would)
	}
	return f, true
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
	text, refs := fmt.Sprintf("On a scale of concern from 0, none, to 100, the most, people stand at %s on average.", mean.hedged(0)), []reports.Ref{mean.ref(0)}
	all := 0
	var seen []int
	var compared []*crosstab.Cell
	for _, s := range e.plan.segments {
		g, ok := groupOf(t, s.name)
		for j := g.First; ok && j < g.First+g.N; j++ {
			if all++; firm(apart.cell(j)) && firm(mean.cell(j)) {
				seen, compared = append(seen, j), append(compared, apart.cell(j))
			}
		}
	}
	most := -1
	for i, out := range e.standOut(compared, 0, func(c *crosstab.Cell) float64 { return c.Estimate / c.SE }) {
		if j := seen[i]; out && (most < 0 || math.Abs(apart.cell(j).Estimate) > math.Abs(apart.cell(most).Estimate)) {
			most = j
		}
	}
	switch {
	case seen == nil:
		text += " No group has enough people to be compared with that."
	case most >= 0:
		text += fmt.Sprintf(" Furthest from that is %s, at %s: %s.", t.Columns[most].Label, mean.hedged(most), onScale(apart, most, "higher", "lower", ""))
		refs = append(refs, mean.ref(most), apart.ref(most))
	default:
		text += " No group differs from that beyond chance."
	}
	if seen != nil && len(seen) < all {
		text += " Groups that are hidden, or of too few people, are not compared."
	}
	tell(c, reports.Finding{Text: text, Asked: asked(mean), Refs: refs}, true)
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
	figures := fmt.Sprintf("as answered, concern in %s is %s; beside how high the same people answer everything, it is %s", where, onScale(raw, most, "above", "below", " the average"), onScale(own, most, "above", "below", " it"))
	said := ""
	switch {
	case !told(a):
		said = "Nobody stands out in how strong concern is: %s."
	case told(b) && (a.Estimate > 0) != (b.Estimate > 0):
		said = "Habits of answering turn it around, so the order is not safe: %s."
	case told(b) && math.Abs(b.Estimate) <= shrunk*math.Abs(a.Estimate):
		said = "Habits of answering seem to explain a part of this, not all: %s."
	case told(b):
		said = "Habits of answering do not explain it away: %s."
	default:
		said = "Habits of answering may be all of it: %s, which is within chance."
	}
	return reports.Finding{Text: fmt.Sprintf(said, figures), Refs: refs}, true
}

// shrunk is what may be left of a difference for it to be said to be explained in part.
const shrunk = 2.0 / 3

// onScale prints a difference on a scale from 0 to 100 with its interval, "5.0 points
// below the average (2.3 to 7.7)": what cannot be told from none says so in words.
func onScale(n indicator, col int, up, down, of string) string {
	c, way := n.cell(col), up
	if c.Estimate < 0 {
		way = down
	}
	said := fmt.Sprintf("%.1f %s %s%s", math.Abs(c.Estimate), n.t.Unit, way, of)
	low, high := math.Abs(c.Low), math.Abs(c.High)
	switch {
	case !c.HasCI:
		return said
	case crosses(c, 0):
		return fmt.Sprintf("%s (from %.1f %s to %.1f %s)", said, low, down, high, up)
	}
	return fmt.Sprintf("%s (%.1f to %.1f)", said, min(low, high), max(low, high))
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
