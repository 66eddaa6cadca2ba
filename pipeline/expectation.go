package pipeline

import (
	"fmt"
	"math"
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
	e.byQuestion(c, items, "Wanted most")
	all := append(inLoop[:len(inLoop):len(inLoop)], items...)
	if len(all) > 0 {
		e.segments(c, highest(all), "expecting personalized service")
		e.index(c, highest(all), "personalized service is expected")
	}
	if len(inLoop) > 0 {
		e.dotsByLoop(c, inLoop[0], "expectation-by-"+e.loopName(inLoop[0].t), "Where personalized service is expected")
		e.standing(c, e.modelled(inLoop[0].t.Question+".adjusted"))
	}
	if len(all) > 0 {
		who := "Who expects personalized service"
		if n := highest(all); n.ownNet() {
			who = netByGroup(n)
		}
		e.dotsBySegment(c, highest(all), "expectation-by-segment", who)
	}
	e.likert(c, others, "expectation", "What people expect")
	e.together(c, e.modelled("expectation.together"))
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
func (e *evidence) standing(c *reports.Chapter, t *crosstab.Table) {
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	f, ok := standsOut(t)
	tell(c, f, ok)
	f, ok = whoRates(t)
	tell(c, f, ok)
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
		e.draw(c, "expectation-adjusted", d.Title, "Lines are 95% intervals. Adjusted: as if everybody had rated all; where the two dots of a pair agree, it makes no difference who rates.", t.ID, d)
	}
}

// turnName is what the turn of that number is called.
func turnName(t *crosstab.Table, place int) string {
	return strings.TrimSuffix(t.Rows[rowOf(t, fmt.Sprint("raw", place))].Label, ", as rated")
}

// mostNamed is how many are named on each side of an average.
const mostNamed = 3

// standsOut names the turns above and below the average of all, adjusted.
func standsOut(t *crosstab.Table) (reports.Finding, bool) {
	turns := turnRows(t, "apart", 0)
	if len(turns) < 2 {
		return reports.Finding{}, false
	}
	var above, below []string
	var refs []reports.Ref
	name := func(to *[]string, n turnRow) {
		if len(*to) < mostNamed {
			*to, refs = append(*to, turnName(t, n.place)+", by "+n.hedged(0)), append(refs, n.ref(0))
		}
	}
	for i := range turns {
		if n := turns[i]; n.total().HasCI && n.total().Low > 0 {
			name(&above, n)
		}
		if n := turns[len(turns)-1-i]; n.total().HasCI && n.total().High < 0 {
			name(&below, n)
		}
	}
	var text string
	switch {
	case len(above) > 0 && len(below) > 0:
		text = fmt.Sprintf("If the same people rated all, above the average of the %d would be %s; below it %s.", len(turns), and(above), and(below))
	case len(above) > 0:
		text = fmt.Sprintf("If the same people rated all, above the average of the %d would be %s; none is below it beyond chance.", len(turns), and(above))
	case len(below) > 0:
		text = fmt.Sprintf("If the same people rated all, below the average of the %d would be %s; none is above it beyond chance.", len(turns), and(below))
	default:
		n := turns[0]
		refs = append(refs, n.ref(0))
		text = fmt.Sprintf("If the same people rated all, none of the %d would differ from their average beyond chance; the highest, %s, is off by %s.", len(turns), turnName(t, n.place), strings.TrimSpace(n.figure(0)+" "+n.eitherWay(0, "above", "below")))
	}
	return reports.Finding{Text: text, Refs: refs}, true
}

// whoRates says how much it matters who rates what.
func whoRates(t *crosstab.Table) (reports.Finding, bool) {
	turns := turnRows(t, "shift", 0)
	if len(turns) == 0 {
		return reports.Finding{}, false
	}
	most := turns[0]
	for _, n := range turns {
		if math.Abs(n.total().Estimate) > math.Abs(most.total().Estimate) {
			most = n
		}
	}
	x := most.total()
	refs := []reports.Ref{most.ref(0)}
	switch {
	case math.Abs(x.Estimate) < 0.015:
		return reports.Finding{Text: fmt.Sprintf("Who rates what hardly matters: allowing for it moves %s.", hardly(most.indicator, turnName(t, most.place), 0)), Refs: refs}, true
	case x.Low > 0:
		return reports.Finding{Text: fmt.Sprintf("Who rates what matters: with the same people, the share of %s would be %s higher.", turnName(t, most.place), most.hedged(0)), Refs: refs}, true
	case x.High < 0:
		return reports.Finding{Text: fmt.Sprintf("Who rates what matters: with the same people, the share of %s would be %s lower.", turnName(t, most.place), most.hedged(0)), Refs: refs}, true
	}
	return reports.Finding{Text: fmt.Sprintf("Whether it matters who rates what is not sure: with the same people, the share of %s would move most, by %s %s.", turnName(t, most.place), most.figure(0), most.eitherWay(0, "up", "down")), Refs: refs}, true
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
	var text string
	switch x := average.total(); {
	case x.Low > 0:
		text = fmt.Sprintf("Expectations go together: whoever wants one of them tends to want the others. On a scale from 0, not at all, to 1, in full, they go together to %s on average.", average.hedged(0))
	case x.High < 0:
		text = fmt.Sprintf("Expectations exclude each other rather than go together: whoever wants one of them tends not to want the others. On a scale from 0, not at all, to −1, in full, it is %s on average.", average.hedged(0))
	default:
		text = fmt.Sprintf("Wanting one of these says nothing about wanting the others: on a scale from 0, not at all, to 1, in full, they go together to %s on average, which may be chance.", average.hedged(0))
	}
	pairs := pairsOf(t)
	lead := indicator{t, rowOf(t, "lead"), ""}
	if lead.row >= 0 && firm(lead.total()) && len(pairs) > 1 && lead.total().Low > 0 {
		closest, loosest := pairs[0], pairs[len(pairs)-1]
		text += fmt.Sprintf(" Closest are %s, to %s; loosest %s, to %s.", pairWords(closest), closest.hedged(0), pairWords(loosest), loosest.hedged(0))
		refs = append(refs, closest.ref(0), loosest.ref(0))
	}
	tell(c, reports.Finding{Text: text, Refs: refs}, true)
}

// pairWords names the two of a pair.
func pairWords(n indicator) string {
	var two []string
	for _, label := range strings.Split(n.t.Rows[n.row].Label, " + ") {
		two = append(two, inQuotes(label))
	}
	return and(two)
}

// hardly says how little the figure moves that moves most, which is by less than one
// and a half points.
func hardly(n indicator, where string, col int) string {
	if math.Abs(n.cell(col).Estimate) < 0.005 {
		return "no share by as much as half a point"
	}
	return fmt.Sprintf("no share by two points; that of %s moves most, by %s %s", where, n.figure(col), n.eitherWay(col, "up", "down"))
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
