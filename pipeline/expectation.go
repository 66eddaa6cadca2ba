package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) expectation(c *reports.Chapter) {
	tables := e.measure(want)
	if len(tables) == 0 {
		e.missing(c, want)
		return
	}
	claim(c, tables)
	loops, others := split(tables)
	inLoop, items := indicators(loops), indicators(others)
	if len(inLoop) > 0 {
		most := "Personalized service is expected most from"
		if n := inLoop[0]; n.share() && firm(n.total()) {
			most = fmt.Sprintf("Personalized service is expected in %s of ratings, most from", n.hedged(0))
		}
		f, ok := e.byLoop(inLoop[0], most, "least from")
		if n := inLoop[0]; ok && n.share() && firm(n.total()) {
			f.Refs = append(f.Refs, n.ref(0))
		}
		tell(c, f, ok)
	}
	e.byWords(c, items, func(n indicator) string { return wishIn(n).most })
	all := append(inLoop[:len(inLoop):len(inLoop)], items...)
	if len(all) > 0 {
		e.segments(c, highest(all), wishIn(highest(all)).doing)
		e.index(c, highest(all))
	}
	if len(inLoop) > 0 {
		e.dotsByLoop(c, inLoop[0], "expectation-by-"+e.loopName(inLoop[0].t), "Where personalized service is expected")
		e.standing(c, inLoop[0].t)
	}
	if len(all) > 0 {
		who := wishIn(highest(all)).who
		if n := highest(all); n.ownNet() {
			who = netByGroup(n)
		}
		e.dotsBySegment(c, highest(all), "expectation-by-segment", who)
	}
	e.likert(c, others, "expectation", "What people say of service")
	e.together(c, e.modelled("expectation.together"))
}

// A wish is how people say yes to a question on service: to accept a service is not to
// want it.
type wish struct {
	most  string // begins a ranking of its items
	doing string // in a sentence
	who   string // title of a figure
}

// wishIn is in the words of a question; where these do not tell, in its answers.
func wishIn(n indicator) wish {
	words := strings.ToLower(wording(n.t) + n.answer())
	has := func(said ...string) bool {
		return slices.ContainsFunc(said, func(w string) bool { return strings.Contains(words, w) })
	}
	switch {
	case has("accept"):
		return wish{assentTo(n.t).most, "accepting personalized service", "Who accepts personalized service"}
	case has("expect"):
		return wish{"Expected most", "expecting personalized service", "Who expects personalized service"}
	case has("want", "wish", "would like", "prefer"):
		return wish{"Wanted most", "wanting personalized service", "Who wants personalized service"}
	case has("agree"):
		return wish{"Most agree with", "agreeing", "Who agrees"}
	}
	return wish{assentTo(n.t).most, "the share of " + n.answer(), "Who says so"}
}

// A turnRow is a row of a model's table whose code ends with a number, that of a turn.
type turnRow struct {
	indicator
	place int
}

// turnRows are the firm figures of rows whose code is a word and a number,
// largest first.
func turnRows(t *crosstab.Table, code string, col int) []turnRow {
	var all, out []turnRow
	for i, r := range t.Rows {
		if rest, ok := strings.CutPrefix(r.Code, code); ok {
			if k, err := strconv.Atoi(rest); err == nil {
				all = append(all, turnRow{indicator{t, i, ""}, k})
			}
		}
	}
	for _, i := range ranked(len(all), func(i int) *crosstab.Cell { return all[i].cell(col) }) {
		out = append(out, all[i])
	}
	return out
}

// standing says which turns of a loop stand out when the same people rate all, and
// what difference it makes who rates them.
func (e *evidence) standing(c *reports.Chapter, rated *crosstab.Table) {
	t := e.modelled(rated.Question + ".adjusted")
	g, ok := e.loopGroup(rated)
	if t == nil || !ok {
		return
	}
	claim(c, []*crosstab.Table{t})
	f, matters, ok := whoRates(t, lower(g.Label))
	tell(c, f, ok)
	if !matters {
		return // the two dots of every pair would agree
	}
	d := charts.Dots{Title: "Expected service, if the same people rated all", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, KeepOrder: true, Axis: "in the top answers"}
	for _, n := range turnRows(t, "adjusted", 0) {
		raw := indicator{t, rowOf(t, fmt.Sprint("raw", n.place)), ""}
		for _, x := range []struct {
			label string
			of    indicator
		}{{"Adjusted", n.indicator}, {"As rated", raw}} {
			d.Rows = append(d.Rows, charts.Dot{Label: x.label, Group: turnName(t, n.place), Base: x.of.total().Count, Cell: *x.of.total()})
		}
	}
	if len(d.Rows) > 0 {
		e.draw(c, "expectation-adjusted", d.Title, "Lines are 95% intervals. Adjusted: as if the same people had rated all; where the two dots of a pair agree, it makes no difference who rates.", t.ID, d)
	}
}

// turnName is what the turn of that number is called.
func turnName(t *crosstab.Table, place int) string {
	return strings.TrimSuffix(t.Rows[rowOf(t, fmt.Sprint("raw", place))].Label, ", as rated")
}

// mostNamed is how many are named on each side of an average.
const mostNamed = 3

// aboveBelow names the turns above and below the average of all if the same people rated
// all.
func aboveBelow(t *crosstab.Table) (said string, refs []reports.Ref) {
	turns := turnRows(t, "apart", 0)
	if len(turns) < 2 {
		return "", nil
	}
	var above, below []string
	name := func(to *[]string, n turnRow) {
		switch len(*to) {
		case mostNamed:
			return
		case 0:
			*to = append(*to, turnName(t, n.place)+", by "+n.hedged(0))
		default:
			*to = append(*to, fmt.Sprintf("%s (%s)", turnName(t, n.place), n.figure(0)))
		}
		refs = append(refs, n.ref(0))
	}
	for i := range turns {
		if n := turns[i]; n.total().HasCI && n.total().Low > 0 {
			name(&above, n)
		}
		if n := turns[len(turns)-1-i]; n.total().HasCI && n.total().High < 0 {
			name(&below, n)
		}
	}
	average := fmt.Sprintf("the average of the %d", len(turns))
	switch {
	case len(above) > 0 && len(below) > 0:
		return fmt.Sprintf("above %s are %s; below it %s", average, and(above), and(below)), refs
	case len(above) > 0:
		return fmt.Sprintf("above %s are %s; none is below it beyond chance", average, and(above)), refs
	case len(below) > 0:
		return fmt.Sprintf("below %s are %s; none is above it beyond chance", average, and(below)), refs
	}
	n := turns[0]
	return fmt.Sprintf("none differs from %s beyond chance; the highest, %s, is off by %s", average, turnName(t, n.place), strings.TrimSpace(n.figure(0)+" "+n.eitherWay(0, "above", "below"))), []reports.Ref{n.ref(0)}
}

// whoRates says how much it matters who rates what, and which turns stand out when the
// same people rate all; matters is false where that hardly makes a difference.
func whoRates(t *crosstab.Table, thing string) (f reports.Finding, matters, ok bool) {
	turns := turnRows(t, "shift", 0)
	if len(turns) == 0 {
		return f, false, false
	}
	most := turns[0]
	for _, n := range turns {
		if math.Abs(n.total().Estimate) > math.Abs(most.total().Estimate) {
			most = n
		}
	}
	x, where, refs := most.total(), turnName(t, most.place), []reports.Ref{most.ref(0)}
	matters = true
	text, then := "", "allowing for that, "
	switch {
	case math.Abs(x.Estimate) < 0.015:
		matters, then = false, ""
		text = fmt.Sprintf("Who rated which %s makes no difference to speak of: if the same people had rated all, %s.", thing, hardly(most.indicator, where, 0))
	case x.Low > 0:
		text = fmt.Sprintf("Who rated which %s makes a difference: if the same people had rated all, the share of %s would be %s higher.", thing, where, most.hedged(0))
	case x.High < 0:
		text = fmt.Sprintf("Who rated which %s makes a difference: if the same people had rated all, the share of %s would be %s lower.", thing, where, most.hedged(0))
	default:
		text = fmt.Sprintf("Whether it makes a difference who rated which %s is not sure: if the same people had rated all, the share of %s would move most, by %s %s.", thing, where, most.figure(0), most.eitherWay(0, "up", "down"))
	}
	if said, of := aboveBelow(t); said != "" {
		text, refs = text+" "+upper(then+said)+".", append(refs, of...)
	}
	return reports.Finding{Text: text, Refs: refs}, matters, true
}

// together says which expectations go together.
func (e *evidence) together(c *reports.Chapter, t *crosstab.Table) {
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	average := indicator{t, rowOf(t, "average"), ""}
	if !firm(average.total()) || !average.total().HasCI {
		return
	}
	refs := []reports.Ref{average.ref(0)}
	much := ""
	switch x := math.Abs(average.total().Estimate); {
	case x < 0.3: // what Cohen calls a medium correlation
		much = ", though only a little,"
	case x < 0.5: // and a large one
		much = ", though only moderately,"
	}
	things := 2
	for n := len(pairsOf(t)); things*(things-1)/2 < n; things++ { // each pair of them has a row
	}
	text := fmt.Sprintf("Who says yes to one of the %s things asked about ", inWords(things))
	switch x := average.total(); {
	case x.Low > 0:
		text += "tends" + much + " to say yes to the others."
	case x.High < 0:
		text += "tends" + much + " to say no to the others."
	default:
		text += "says yes to the others neither more nor less often, as far as can be told."
	}
	scale := fmt.Sprintf("on a scale from 0, not at all, to 1, in full, they go together to %s on average", average.hedged(0))
	if average.total().Estimate < 0 {
		scale += "; below 0 is against each other"
	}
	pairs := pairsOf(t)
	lead := indicator{t, rowOf(t, "lead"), ""}
	if lead.row >= 0 && firm(lead.total()) && len(pairs) > 1 && lead.total().Low > 0 {
		closest, loosest := pairs[0], pairs[len(pairs)-1]
		text += fmt.Sprintf(" What goes together most: %s; least: %s.", pairWords(closest), pairWords(loosest))
		scale += fmt.Sprintf(", the closest two to %s, the least close to %s", closest.hedged(0), loosest.hedged(0))
		refs = append(refs, closest.ref(0), loosest.ref(0))
	}
	under := answerers(average)
	if _, others := split(e.measure(want)); len(questionsOf(others)) == 1 {
		under = asked(average)
	}
	tell(c, reports.Finding{Text: text, Asked: strings.TrimSpace(under + inFigures + scale + "."), Refs: refs}, true)
}

// pairWords names the two of a pair.
func pairWords(n indicator) string {
	label := n.t.Rows[n.row].Label
	two := strings.Split(label, " + ")
	if len(two) != 2 { // a label has a plus of its own
		return inQuotes(label)
	}
	return inQuotes(two[0]) + " and " + inQuotes(two[1])
}

// hardly says how little the figure moves that moves most, which is by less than one
// and a half points.
func hardly(n indicator, where string, col int) string {
	if math.Abs(n.cell(col).Estimate) < 0.005 {
		return "no share would move by as much as half a point"
	}
	return fmt.Sprintf("no share would move by two points, that of %s most, by %s %s", where, n.figure(col), n.eitherWay(col, "up", "down"))
}

// pairsOf are the correlations of pairs, closest first.
func pairsOf(t *crosstab.Table) []indicator {
	var all, out []indicator
	for i, r := range t.Rows {
		if strings.HasPrefix(r.Code, "pair") {
			all = append(all, indicator{t, i, ""})
		}
	}
	for _, i := range ranked(len(all), func(i int) *crosstab.Cell { return all[i].total() }) {
		out = append(out, all[i])
	}
	return out
}
