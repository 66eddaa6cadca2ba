package pipeline

import (
	"fmt"
	"math"
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

// nearlySure is the chance, as it is printed, from which a place is called so.
const nearlySure = 95

// chance is the chance that the thing which has a place by estimate has it in truth.
func (r ranking) chance(place int) (n indicator, sure, ok bool) {
	n = indicator{r.t, rowOf(r.t, fmt.Sprintf("chance.%d.%d", place, place)), ""}
	if n.row < 0 || !firm(n.total()) {
		return n, false, false
	}
	return n, math.Round(100*n.total().Estimate) >= nearlySure, true
}

// nearly says that a place is nearly sure, with its chance unless that is printed as
// certainty: "First place of Banking". Brackets of two shares may overlap where it is: what
// their people have in common goes out of the difference.
func (n indicator) nearly(place string) (string, []reports.Ref) {
	if said := n.figure(0); said != "100%" {
		return fmt.Sprintf(" %s is nearly sure, with a chance of %s: the same people answered on each, so that small differences tell.", place, said), []reports.Ref{n.ref(0)}
	}
	return fmt.Sprintf(" %s is nearly sure.", place), nil
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
	text, refs := fmt.Sprintf("%s: %s, %s.", most, r.name(1), figure), []reports.Ref{ref}
	verdict, of := r.verdict("", plainly)
	if verdict == "" {
		verdict, of = fmt.Sprintf(" The lead over the next, %s, is %s.", r.name(2), next.hedged(0)), []reports.Ref{next.ref(0)}
	}
	return reports.Finding{Text: text + verdict, Refs: append(refs, of...)}, true
}

// verdict says how sure the first place is, in words that fit its chance, beside those
// that cannot be told from the first: "" where all can. Of says whose place that is, where it
// is not plain.
func (r ranking) verdict(of string, say func(string) string) (text string, refs []reports.Ref) {
	places := r.places()
	level := r.level(places)
	if level == nil {
		return "", nil
	}
	c, sure, ok := r.chance(1)
	switch {
	case sure:
		return c.nearly("First place" + of)
	case len(level) == places-1 && places > 2:
		return " Any of the others may just as well be first.", nil
	}
	var names []string
	for _, place := range level {
		names = append(names, say(r.name(place)))
	}
	first, others, may := say(r.name(1)), either(names), "may be first as well"
	switch {
	case len(names) == 1:
		may = "may just as well be first"
	case len(names) > mostNamed:
		others = list(names, mostNamed)
	}
	if !ok {
		return fmt.Sprintf(" %s %s.", others, may), nil
	}
	switch p := c.total().Estimate; {
	case p >= 0.6:
		text = fmt.Sprintf(" %s may still be first, but the odds favour %s, with a chance of %s.", others, first, c.figure(0))
	case p >= 0.4:
		text = fmt.Sprintf(" %s %s: the chance that it is %s in truth is %s.", others, may, first, c.figure(0))
	default:
		text = fmt.Sprintf(" %s %s: the chance that it is %s in truth is only %s.", others, may, first, c.figure(0))
	}
	return text, []reports.Ref{c.ref(0)}
}

// last says which thing has the lowest share, and how sure that is.
func (r ranking) last(least string) (reports.Finding, bool) {
	places := r.places()
	if places < 3 {
		return reports.Finding{}, false
	}
	figure, ref, ok := r.said(places)
	n, tested := r.less(places-1, places)
	if !ok || !tested {
		return reports.Finding{}, false
	}
	text, refs := fmt.Sprintf("%s: %s, %s", least, r.name(places), figure), []reports.Ref{ref}
	if n.total().Low > 0 {
		return reports.Finding{Text: fmt.Sprintf("%s, %s below the next, %s.", text, n.hedged(0), r.name(places-1)), Refs: append(refs, n.ref(0))}, true
	}
	doubt, of := r.lastPlace("", plainly)
	return reports.Finding{Text: text + "." + doubt, Refs: append(refs, of...)}, true
}

// between names the neighbours, between the first place and the last, that cannot be told
// apart and of which neither is nearly sure of its place: with them the bands of ties are said.
func (r ranking) between() (reports.Finding, bool) {
	var pairs []string
	var refs []reports.Ref
	for place := 2; place+2 <= r.places(); place++ {
		n, ok := r.less(place, place+1)
		_, sure, _ := r.chance(place)
		_, next, _ := r.chance(place + 1)
		if !ok || n.total().Low > 0 || sure || next {
			continue
		}
		pairs, refs = append(pairs, fmt.Sprintf("%s and %s (%s apart)", r.name(place), r.name(place+1), n.figure(0))), append(refs, n.ref(0))
	}
	text := fmt.Sprintf("Between these, neighbours that may stand the other way round: %s.", and(pairs))
	return reports.Finding{Text: text, Refs: refs, Minor: true, After: true}, pairs != nil
}

// lastPlace says how sure the last place is: "" where it lies beyond chance below the next, or
// where no ranking tells.
func (r ranking) lastPlace(of string, say func(string) string) (string, []reports.Ref) {
	places := r.places()
	if n, ok := r.less(places-1, places); !ok || n.total().Low > 0 {
		return "", nil
	}
	if c, sure, _ := r.chance(places); sure {
		return c.nearly("Last place" + of)
	}
	var names []string
	for place := places - 1; place > 0; place-- {
		if n, ok := r.less(place, places); ok && n.total().Low <= 0 {
			names = append(names, say(r.name(place)))
		}
	}
	others := either(names)
	if len(names) > mostNamed {
		others = list(names, mostNamed)
	}
	return fmt.Sprintf(" %s may just as well be last.", others), nil
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
	e.draw(c, id, title, "How likely each place is, 1 the highest.", r.t.ID, m)
}
