package pipeline

import (
	"fmt"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Rankings by ratings of the same people: of industries by trust, of kinds of data
// by who would share them. The order is said with what the data leave open of it.

// A ranking is a table of ranks with the figures that it ranks.
type ranking struct {
	t     *crosstab.Table
	share func(label string) (n indicator, col int, ok bool) // the share behind a name
}

// at is the row of a place, from 1; -1 after the last.
func (r ranking) at(place int) int { return rowOf(r.t, fmt.Sprint("rank.", place)) }

func (r ranking) name(place int) string { return r.t.Rows[r.at(place)].Label }

// places is how many things are ranked.
func (r ranking) places() int {
	n := 0
	for r.at(n+1) >= 0 {
		n++
	}
	return n
}

// less is the difference between the things of two places.
func (r ranking) less(a, b int) (indicator, bool) {
	n := indicator{r.t, rowOf(r.t, fmt.Sprintf("less.%d.%d", a, b)), ""}
	return n, n.row >= 0 && firm(n.total()) && n.total().HasCI
}

// nearlySure is the chance from which a first place is called so.
const nearlySure = 0.95

// chance is the chance of the first place.
func (r ranking) chance(place int) (indicator, bool) {
	n := indicator{r.t, rowOf(r.t, fmt.Sprintf("chance.%d.1", place)), ""}
	return n, n.row >= 0 && firm(n.total())
}

// said is the share behind a place, if it may be said.
func (r ranking) said(place int) (figure string, ref reports.Ref, ok bool) {
	n, col, ok := r.share(r.name(place))
	if !ok || !firm(n.cell(col)) {
		return "", reports.Ref{}, false
	}
	said := n.hedged(col)
	switch {
	case !n.share():
	case col > 0:
		said = fmt.Sprintf("by %s of those who rated it", said)
	case n.t.Loop:
		said = fmt.Sprintf("in %s of ratings", said)
	default:
		said = fmt.Sprintf("by %s of people", said)
	}
	return said, n.ref(col), true
}

// level lists the places that cannot be told from the first.
func (r ranking) level(places int) []int {
	var out []int
	for place := 2; place <= places; place++ {
		if n, ok := r.less(1, place); ok && n.total().Low <= 0 {
			out = append(out, place)
		}
	}
	return out
}

// first says which thing has the highest share: "Trusted most: Banking". The name
// stands alone, so that no word has to agree with it in number.
func (r ranking) first(most string) (reports.Finding, bool) {
	places := r.places()
	figure, ref, ok := r.said(1)
	if places < 2 || !ok {
		return reports.Finding{}, false
	}
	next, ok := r.less(1, 2)
	if !ok {
		return reports.Finding{}, false
	}
	refs := []reports.Ref{ref}
	text := fmt.Sprintf("%s: %s, %s.", most, r.name(1), figure)
	level := r.level(places)
	switch {
	case len(level) == 0:
		refs = append(refs, next.ref(0))
		text += fmt.Sprintf(" The lead over the next, %s, is %s.", r.name(2), next.hedged(0))
	case len(level) == places-1:
		text += " Any of the others may just as well be first: all leads over them are within chance."
	default:
		c, ok := r.chance(1)
		if ok {
			refs = append(refs, c.ref(0))
		}
		text += " " + r.open(level, c, ok)
	}
	return reports.Finding{Text: text, Refs: refs}, true
}

// open says how open the first place is, beside those that cannot be told from the
// first, in words that fit its chance.
func (r ranking) open(level []int, c indicator, ok bool) string {
	var all []string
	for _, place := range level {
		all = append(all, r.name(place))
	}
	others, first := list(all, mostNamed), r.name(1)
	if !ok {
		return fmt.Sprintf("%s may just as well be first: the lead is within chance.", others)
	}
	switch p := c.total().Estimate; {
	case p >= nearlySure:
		return fmt.Sprintf("First place is nearly sure, with a chance of %s.", c.figure(0))
	case p >= 0.6:
		return fmt.Sprintf("%s may still be first, as the lead is within chance; but the odds favour %s, with a chance of %s.", others, first, c.figure(0))
	case p >= 0.4:
		return fmt.Sprintf("%s may just as well be first: the lead is within chance, and the chance that it is %s in truth is about even, %s.", others, first, c.figure(0))
	}
	return fmt.Sprintf("%s may be first as well: the leads are within chance, and the chance that it is %s in truth is only %s.", others, first, c.figure(0))
}

// last says which thing has the lowest share; in brief without the share itself, where
// the distance to the next is beyond chance and tells enough.
func (r ranking) last(least string, brief bool) (reports.Finding, bool) {
	places := r.places()
	if places < 3 {
		return reports.Finding{}, false
	}
	figure, ref, ok := r.said(places)
	n, tested := r.less(places-1, places)
	if !ok || !tested {
		return reports.Finding{}, false
	}
	text := fmt.Sprintf("%s: %s", least, r.name(places))
	clear := n.total().Low > 0
	var refs []reports.Ref
	if !clear || !brief {
		text, refs = text+", "+figure, append(refs, ref)
	}
	if clear {
		text += fmt.Sprintf(", %s below the next, %s.", n.hedged(0), r.name(places-1))
		return reports.Finding{Text: text, Refs: append(refs, n.ref(0))}, true
	}
	var names []string
	for place := places - 1; place > 0; place-- {
		if n, ok := r.less(place, places); ok && n.total().Low <= 0 {
			names = append(names, r.name(place))
		}
	}
	text += fmt.Sprintf(". Just as well it may be %s: they are no further apart than chance allows.", either(names))
	return reports.Finding{Text: text, Refs: refs}, true
}

// inLoop finds the share of a thing among the columns of its loop.
func (e *evidence) inLoop(n indicator) func(string) (indicator, int, bool) {
	g, ok := e.loopGroup(n.t)
	return func(label string) (indicator, int, bool) {
		for j := g.First; ok && j < g.First+g.N; j++ {
			if n.t.Columns[j].Label == label {
				return n, j, true
			}
		}
		return n, 0, false
	}
}

// inList finds the share of a thing among figures by item.
func inList(list []indicator) func(string) (indicator, int, bool) {
	return func(label string) (indicator, int, bool) {
		for _, n := range list {
			if n.label == label || strings.HasSuffix(n.label, ": "+label) {
				return n, 0, true
			}
		}
		return indicator{}, 0, false
	}
}

// drawChances draws the chance of every place as a matrix of thing by place.
func (e *evidence) drawChances(c *reports.Chapter, r ranking, id, title string) {
	places := r.places()
	m := charts.Matrix{Title: title, Subtitle: e.subtitle(r.t), Note: e.note(r.t)}
	for place := range places {
		m.Columns = append(m.Columns, fmt.Sprint(place+1))
	}
	for i := 1; i <= places; i++ {
		var row []crosstab.Cell
		for place := 1; place <= places; place++ {
			k := rowOf(r.t, fmt.Sprintf("chance.%d.%d", i, place))
			if k < 0 {
				return // too many for the chance of every place
			}
			row = append(row, *r.t.Cell(k, 0))
		}
		m.Rows, m.Cells = append(m.Rows, r.name(i)), append(m.Cells, row)
	}
	e.draw(c, id, title, "The chance of each place, 1 the highest, from all shares together with the covariance of ratings by the same people.", r.t.ID, m)
}
