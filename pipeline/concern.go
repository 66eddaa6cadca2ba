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
	e.byWords(c, list, worryIn)
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

// worryIn begins a ranking of worries: people may agree with a statement that does not
// say that they worry.
func worryIn(n indicator) string {
	words := strings.ToLower(wording(n.t) + n.answer())
	if strings.Contains(words, "agree") && !strings.Contains(words, "worr") && !strings.Contains(words, "concern") {
		return "Most agree with"
	}
	return "What worries most"
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
		of := slices.DeleteFunc(indicators(tables), func(n indicator) bool { return n.t.Question != x.Question })
		what := e.subject(highest(of), "concern")
		differ, _ := e.spreads(highest(of))
		f, ok := alikeApart(x, k, what, slices.ContainsFunc(differ, func(s spread) bool { return s.s.name == x.Groups[0].Name }))
		if !ok {
			continue // no difference that the mix could explain
		}
		tell(c, f, true)
		by := lower(x.Groups[0].Label)
		e.pairs(c, x, charts.Dots{Title: fmt.Sprintf("%s by %s, with the same mix of %s", upper(what), by, mixOf(x)), Percent: true, Axis: "share, with the same mix of " + mixOf(x) + " and as answered"}, "concern-standardized",
			fmt.Sprintf("Lines are 95%% intervals. Where the two dots of a pair agree, the mix of %s makes no difference.", mixOf(x)), [2]string{"Same mix of " + mixOf(x), "As answered"}, [2]string{fmt.Sprint("alike", k), fmt.Sprint("raw", k)})
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

// anyTold reports whether any group is off the average beyond chance: then they differ.
func anyTold(n indicator, g crosstab.Group) bool {
	for j := g.First; j < g.First+g.N; j++ {
		if firm(n.cell(j)) && told(n.cell(j)) {
			return true
		}
	}
	return false
}

// alikeItem is the number of the item of a standardized table that most worry about.
func alikeItem(t *crosstab.Table) int {
	if all := turnRows(t, "raw", 0); len(all) > 0 {
		return all[0].place
	}
	return 0
}

// mixOf is what has the same mix in each group: "age".
func mixOf(t *crosstab.Table) string {
	how, _, _ := strings.Cut(t.Title, ": ")
	_, mix, _ := strings.Cut(how, analysis.SameMix)
	return mix
}

// alikeApart says how the groups differ once all have the same mix, and whether the mix
// explains a part of it: nothing where they do not differ either way.
func alikeApart(t *crosstab.Table, k int, what string, differ bool) (reports.Finding, bool) {
	apart, high, low, ok := ends(t, fmt.Sprint("apart", k))
	share := indicator{t, rowOf(t, fmt.Sprint("alike", k)), ""}
	if !ok || share.row < 0 || !firm(share.cell(high)) || !firm(share.cell(low)) {
		return reports.Finding{}, false
	}
	label := func(j int) string { return t.Columns[j].Label }
	f := reports.Finding{Refs: []reports.Ref{share.ref(high), share.ref(low)}}
	mix, by := mixOf(t), lower(t.Groups[0].Label)
	switch {
	case anyTold(apart, t.Groups[0]):
		f.Text = fmt.Sprintf("%s With the same mix everywhere, %s would range from %s for %s down to %s for %s: more than chance explains.", alikeShift(t, k, high, low, &f), what, share.hedged(high), label(high), share.hedged(low), label(low))
	case differ:
		f.Text = fmt.Sprintf("The mix of %s may explain the differences by %s: with the same mix everywhere, those in %s (%s to %s) may be chance.", mix, by, what, share.figure(low), share.figure(high))
	default:
		return reports.Finding{}, false
	}
	var left []int
	for j, g := 0, t.Groups[0]; j < g.N; j++ {
		if c := t.Columns[g.First+j]; !firm(share.cell(g.First+j)) && (c.Status == crosstab.Suppressed || c.Base.People > 0) {
			left = append(left, g.First+j)
		}
	}
	f.Text += sentenceOf(notCompared(share, left))
	return f, true
}

// alikeShift says what the mix does to the difference of two groups, of which the first is
// the higher with the same mix: it explains a part of it, or hides one. The shift of the two
// that is larger is added to what a finding stands on.
func alikeShift(t *crosstab.Table, k, high, low int, f *reports.Finding) string {
	n, mix, these := indicator{t, rowOf(t, fmt.Sprint("shift", k)), ""}, mixOf(t), "the differences by "+lower(t.Groups[0].Label)
	if n.row < 0 || !firm(n.cell(high)) || !firm(n.cell(low)) {
		return fmt.Sprintf("What the mix of %s explains of %s cannot be told.", mix, these)
	}
	most := high
	if math.Abs(n.cell(low).Estimate) > math.Abs(n.cell(high).Estimate) {
		most = low
	}
	x, does, way := n.cell(most), "explains a part of "+these+", not all", "higher"
	if n.cell(high).Estimate > n.cell(low).Estimate {
		does = "hides a part of " + these
	}
	if x.Estimate < 0 {
		way = "lower"
	}
	switch {
	case math.Abs(x.Estimate) < 0.015:
		return fmt.Sprintf("The mix of %s explains next to nothing of %s.", mix, these)
	case !told(x):
		return fmt.Sprintf("Whether the mix of %s explains any of %s is not sure.", mix, these)
	}
	f.Refs = append(f.Refs, n.ref(most))
	return fmt.Sprintf("The mix of %s %s: for %s, the same mix makes it %s %s %s.", mix, does, t.Columns[most].Label, n.figure(most), way, n.interval(most))
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
	at := func(j int) string { return fmt.Sprintf("%.1f %s", mean.cell(j).Estimate, mean.interval(j)) }
	const ends = "a scale from 0, not concerned at all, to 100, as concerned as can be"
	var text string
	refs := []reports.Ref{mean.ref(0)}
	all := 0
	var seen, left []int
	var held []*crosstab.Cell
	for _, s := range e.plan.segments {
		g, ok := groupOf(t, s.name)
		for j := g.First; ok && j < g.First+g.N; j++ {
			if all++; firm(apart.cell(j)) && firm(mean.cell(j)) {
				seen, held = append(seen, j), append(held, apart.cell(j))
			} else {
				left = append(left, j)
			}
		}
	}
	most := -1
	for i, out := range e.standOut(held, 0, func(c *crosstab.Cell) float64 { return c.Estimate / c.SE }) {
		if j := seen[i]; out && (most < 0 || math.Abs(apart.cell(j).Estimate) > math.Abs(apart.cell(most).Estimate)) {
			most = j
		}
	}
	compared := ""
	if len(seen) < all {
		compared = " that can be compared"
	}
	switch {
	case most >= 0:
		how := "stronger"
		if apart.cell(most).Estimate < 0 {
			how = "weaker"
		}
		text = fmt.Sprintf("Concern is %s than average for %s: %s on %s, against %s for all. No other group%s is as far from that.", how, t.Columns[most].Label, at(most), ends, at(0), compared)
		refs = append(refs, mean.ref(most))
	case all == 0:
		text = fmt.Sprintf("On %s, people stand at %s on average.", ends, at(0))
	case seen == nil:
		text = fmt.Sprintf("On %s, people stand at %s on average. No group has enough people to be compared with that.", ends, at(0))
	default:
		text = fmt.Sprintf("On %s, people stand at %s on average, and no group%s differs from that beyond chance.", ends, at(0), compared)
	}
	if seen != nil {
		text += sentenceOf(notCompared(mean, left))
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
	e.pairs(c, t, charts.Dots{Title: "Concern, as answered and allowing for habits of answering", Axis: "above or below the average of all, on the scale from 0 to 100"}, "concern-style",
		"Some people choose high answers to every question, others low ones; allowing for that compares each answer with the same person's answers to everything. Lines are 95% intervals, wider than those of the scale because they allow for looking at all groups.", [2]string{"As answered", "Allowing for habits"}, [2]string{"rawapart", "ownapart"})
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
	g := t.Groups[0]
	for j := g.First; j < g.First+g.N; j++ { // who stands out beyond chance comes first
		x, best := raw.cell(j), raw.cell(most)
		if firm(x) && told(x) && (!told(best) || math.Abs(x.Estimate) > math.Abs(best.Estimate)) {
			most = j
		}
	}
	if !firm(own.cell(most)) {
		return reports.Finding{}, false
	}
	a, b, where := raw.cell(most), own.cell(most), t.Columns[most].Label
	refs := []reports.Ref{raw.ref(most), own.ref(most)}
	chance := ""
	if told(a) && !told(b) {
		chance = ", which may be chance"
	}
	f := reports.Finding{Asked: answerers(raw), Refs: refs}
	figures := fmt.Sprintf("allowing for them, it is %s%s; as answered, %s", onScale(own, most), chance, onScale(raw, most))
	switch way, left := "higher", math.Abs(b.Estimate/a.Estimate); {
	case !told(a) && anyTold(own, g):
		f.Text = fmt.Sprintf("As answered, nobody stands out in how strong concern is; allowing for habits of answering, some groups do. For %s it is %s, not %s.", where, onScale(own, most), onScale(raw, most))
	case !told(a):
		f.Text = "Nobody stands out in how strong concern is, with or without habits of answering."
		f.Asked = strings.TrimSpace(f.Asked + inFigures + fmt.Sprintf("furthest from the average is %s: as answered, %s; allowing for habits of answering, %s.", where, onScale(raw, most), onScale(own, most)))
	case told(b) && (a.Estimate > 0) != (b.Estimate > 0):
		f.Text = fmt.Sprintf("Habits of answering turn it around for %s, so that the order is not safe: %s.", where, figures)
	case told(b) && left <= shrunk:
		much := "smaller"
		if math.Abs(left-0.5) < halfAbout {
			much = "about half as large"
		}
		f.Text = fmt.Sprintf("The distance of %s from the average is %s allowing for habits of answering, as some people choose high answers to everything and others low ones: it is then %s, not %s.", where, much, onScale(own, most), onScale(raw, most))
	case told(b):
		if b.Estimate < 0 {
			way = "lower"
		}
		f.Text = fmt.Sprintf("That concern is %s for %s is no mere habit of answering: %s.", way, where, figures)
	default:
		f.Text = fmt.Sprintf("What sets %s apart may be no more than habits of answering: %s.", where, figures)
	}
	return f, true
}

// halfAbout is how far from one half a ratio may be to be called about half.
const halfAbout = 0.1

// shrunk is what may be left of a difference for it to be said to be explained in part.
const shrunk = 2.0 / 3

// onScale prints how far a figure lies from an average on a scale from 0 to 100, with its
// interval, "5.0 below the average (2.3 to 7.7)": what cannot be told from none says so in
// words.
func onScale(n indicator, col int) string {
	c, way := n.cell(col), "above"
	if c.Estimate < 0 {
		way = "below"
	}
	said := fmt.Sprintf("%.1f %s the average", math.Abs(c.Estimate), way)
	low, high := math.Abs(c.Low), math.Abs(c.High)
	switch {
	case !c.HasCI:
		return said
	case crosses(c, 0):
		return fmt.Sprintf("%s (from %.1f below to %.1f above)", said, low, high)
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
