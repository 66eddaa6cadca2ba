package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/charts"
	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) trust(c *reports.Chapter) {
	tables := e.measure("trust")
	if len(tables) == 0 {
		e.missing(c, "trust")
		return
	}
	claim(c, tables)
	loops, others := split(tables)
	if n := indicators(loops); len(n) > 0 {
		if !e.custodians(c, n[:1], e.inLoop(n[0])) {
			f, ok := e.byLoop(n[0], "Trust with personal data is highest for", "lowest for")
			tell(c, f, ok)
		}
		e.overall(c, n[0])
		e.trustAndSharing(c, n[0].t)
		e.stepOfTrust(c, n[0].t)
		e.segments(c, n[0], "trust")
		e.dotsByLoop(c, n[0], "trust-by-"+e.loopName(n[0].t), "Who is trusted with personal data")
		e.likertByLoop(c, n[0].t, "trust-answers-by-"+e.loopName(n[0].t), "How far trust goes")
	}
	if list := indicators(others); len(list) > 0 {
		if !e.custodians(c, list, inList(list)) {
			e.byQuestion(c, list, "Trusted most")
		}
		e.stepOfTrust(c, list[0].t)
		if len(loops) == 0 {
			e.segments(c, highest(list), "trust")
			e.dotsBySegment(c, highest(list), "trust-by-segment", "Who trusts")
		}
	}
}

// custodians says who is trusted most and least, and how sure the order is; false
// if there is no ranking.
func (e *evidence) custodians(c *reports.Chapter, list []indicator, share func(string) (indicator, int, bool)) bool {
	ranks := e.modelled(list[0].t.Question + ".ranks")
	if ranks == nil {
		return false
	}
	claim(c, []*crosstab.Table{ranks})
	r := ranking{ranks, share}
	first, ok := r.first("Trusted most")
	first.Asked = asked(slices.DeleteFunc(slices.Clone(list), func(n indicator) bool { return n.t.Question != list[0].t.Question })...)
	tell(c, first, ok)
	last, said := r.last("Trusted least")
	tell(c, last, said)
	between, ties := r.between()
	tell(c, between, ties && said)
	e.drawChances(c, r, "trust-ranks", "How sure the ranking is")
	return ok
}

// overall says the share over all things rated, which the groups of people are beside.
func (e *evidence) overall(c *reports.Chapter, n indicator) {
	if n.share() && firm(n.total()) {
		tell(c, reports.Finding{Text: fmt.Sprintf("Over all of them, people trust in %s of their ratings.", n.hedged(0)), Refs: []reports.Ref{n.ref(0)}}, true)
	}
}

// kindsOf is how many kinds of data the loop of trust asks about, 0 where it asks whether
// people would share at all.
func (e *evidence) kindsOf(trust *crosstab.Table) int {
	for _, t := range e.measure("sharing") {
		if t.Loop && t.Multi && e.loopName(t) == e.loopName(trust) {
			return len(indicators([]*crosstab.Table{t}))
		}
	}
	return 0
}

// stepUp is a step of a scale by example, ", say from “Some” to “Much”": to its lowest top
// answer, from the one before; "" where these two are not one apart in score.
func (e *evidence) stepUp(trust *crosstab.Table) string {
	i := slices.IndexFunc(e.plan.study.Questions, func(q study.Question) bool { return q.Name == trust.Question })
	top, rows := trust.RowOf(crosstab.NetRow, ""), answers(trust)
	if i < 0 || top < 0 {
		return ""
	}
	score := func(k int) float64 {
		code := trust.Rows[rows[k]].Code
		if x, ok := e.plan.study.Questions[i].Scores[code]; ok {
			return x
		}
		if x, err := strconv.ParseFloat(code, 64); err == nil {
			return x
		}
		return float64(k)
	}
	for k := 1; k < len(rows); k++ {
		if slices.Contains(trust.Rows[top].Codes, trust.Rows[rows[k]].Code) && score(k)-score(k-1) == 1 {
			return fmt.Sprintf(", say from %s to %s", inQuotes(trust.Rows[rows[k-1]].Label), inQuotes(trust.Rows[rows[k]].Label))
		}
	}
	return ""
}

// trustAndSharing draws what is trusted beside what would be given, and says what
// stands out from the mean in both.
func (e *evidence) trustAndSharing(c *reports.Chapter, of *crosstab.Table) {
	var t *crosstab.Table
	for _, x := range e.tables {
		if x.Model && x.Question == of.Question && rowOf(x, "mean.shared") >= 0 {
			t = x
		}
	}
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	cell := func(code string) crosstab.Cell { return *t.Cell(rowOf(t, code), 0) }
	x, y := cell("mean.trust"), cell("mean.shared")
	d := charts.Plane{Title: "Trust, and what people would share", Subtitle: e.subtitle(t), Note: e.note(t), XAxis: "Trusted: top answers", YAxis: "Given: share of the kinds of data that people would share",
		X: &x, Y: &y, ReferenceLabel: "average of all"}
	best, worst, at := 0, 0, func(which string, k int) indicator {
		return indicator{t, rowOf(t, fmt.Sprintf("more.%s.%d", which, k)), ""}
	}
	for k := 1; rowOf(t, fmt.Sprint("trust.", k)) >= 0; k++ {
		label, _, _ := strings.Cut(t.Rows[rowOf(t, fmt.Sprint("trust.", k))].Label, ": trusted")
		d.Points = append(d.Points, charts.PlanePoint{Label: label, X: cell(fmt.Sprint("trust.", k)), Y: cell(fmt.Sprint("shared.", k)), Correlation: cell(fmt.Sprint("correlation.", k))})
		switch trust, given := at("trust", k).total(), at("shared", k).total(); {
		case !firm(trust) || !firm(given) || !trust.HasCI || !given.HasCI:
		case trust.Low > 0 && given.Low > 0 && (best == 0 || trust.Estimate > at("trust", best).total().Estimate):
			best = k
		case trust.High < 0 && given.High < 0 && (worst == 0 || trust.Estimate < at("trust", worst).total().Estimate):
			worst = k
		}
	}
	for _, side := range []struct {
		k   int
		how string
	}{{best, "more"}, {worst, "less"}} {
		if side.k > 0 {
			f, ok := e.trustedAndGiven(t, side.k, side.how, e.kindsOf(of))
			tell(c, f, ok)
		}
	}
	e.draw(c, "trust-and-sharing", d.Title, "The true place lies almost certainly (95%) inside its ring; where two rings overlap widely, the order is not sure.", t.ID, d)
}

// trustedAndGiven says of one thing that it is trusted more than average, and given more
// of some kinds of data; or less.
func (e *evidence) trustedAndGiven(t *crosstab.Table, k int, how string, kinds int) (reports.Finding, bool) {
	row := func(code string) indicator { return indicator{t, rowOf(t, fmt.Sprintf("%s.%d", code, k)), ""} }
	shared, trusted, given := row("shared"), row("more.trust"), row("more.shared")
	if !firm(shared.total()) {
		return reports.Finding{}, false
	}
	name, _, _ := strings.Cut(t.Rows[row("trust").row].Label, ": trusted")
	would, of := fmt.Sprintf("would share %s there: %s", how, shared.figure(0)), fmt.Sprintf(" of the %d kinds of data", kinds)
	if kinds == 0 {
		would, of = fmt.Sprintf("%s would share there: %s", map[string]string{"more": "more", "less": "fewer"}[how], shared.figure(0)), ""
	}
	return reports.Finding{
		Text: fmt.Sprintf("People trust %s %s than average, by %s, and %s%s, %s %s.", name, how, trusted.hedged(0), would, of, given.figure(0), strings.TrimSpace(how+" than average "+given.interval(0))),
		Refs: []reports.Ref{trusted.ref(0), shared.ref(0), given.ref(0)},
	}, true
}

// stepOfTrust says what a step of trust is worth in what people would share: the same
// person by what they trust, or people by how far they trust.
func (e *evidence) stepOfTrust(c *reports.Chapter, t *crosstab.Table) {
	step := e.modelled(t.Question + ".step")
	if step == nil {
		return
	}
	claim(c, []*crosstab.Table{step})
	row := func(code string) (n indicator, ok bool) {
		n = indicator{step, rowOf(step, code), ""}
		return n, n.row >= 0 && firm(n.total()) && n.total().HasCI
	}
	up := "with one answer up the scale of trust" + e.stepUp(t)
	if n, ok := row("within"); ok {
		much := n.moreOrFewer(0) + " would share"
		if kinds, ok := row("kinds"); ok {
			n, much = kinds, fmt.Sprintf("on average the same person would share %s of the %d kinds of data", kinds.numberMore(), e.kindsOf(t))
		}
		said := "Whom people trust more they would give neither more nor less beyond chance"
		switch {
		case n.total().Low > 0:
			said = "Whom people trust more they would give more"
		case n.total().High < 0:
			said = "Whom people trust more they would give less"
		}
		text := fmt.Sprintf("%s: %s, %s. What would happen if trust were raised, this does not show.", said, up, much)
		under := "Each person's ratings are compared with each other, and not one person with another."
		if e.stepAmongDrivers(t) {
			under += fmt.Sprintf(" The chapter on drivers has another figure for a step of trust: it compares people with each other, and tells %s.", e.telling())
		}
		tell(c, reports.Finding{Text: text, Asked: strings.TrimSpace(under + " " + answerers(n)), Refs: []reports.Ref{n.ref(0)}}, true)
	}
	if n, ok := row("across"); ok {
		e.stepAcross(c, t, n, up)
	}
}

// stepAmongDrivers tells whether the chapter on drivers says a step of trust, too.
func (e *evidence) stepAmongDrivers(trust *crosstab.Table) bool {
	return slices.ContainsFunc(e.measure("sharing"), func(t *crosstab.Table) bool {
		effects := e.modelled(t.Question + ".effects")
		return effects != nil && rowOf(effects, trust.Question) >= 0
	})
}

// numberMore prints how many more or fewer a cell is: "0.35 more (0.32 to 0.38)".
func (n indicator) numberMore() string {
	c := n.total()
	word, low, high := "more", c.Low, c.High
	if c.Estimate < 0 {
		word, low, high = "fewer", -high, -low
	}
	number := func(x float64) string { return reports.Plain(n.kind(), x) }
	if crosses(c, 0) {
		return fmt.Sprintf("%s %s (from %s fewer to %s more)", number(math.Abs(c.Estimate)), word, number(-c.Low), number(c.High))
	}
	return fmt.Sprintf("%s %s (%s to %s)", number(math.Abs(c.Estimate)), word, number(low), number(high))
}

// stepAcross says how much more those share who trust more, and how much of it is left
// where the people compared are alike in their other answers.
func (e *evidence) stepAcross(c *reports.Chapter, trust *crosstab.Table, n indicator, up string) {
	asked := e.sharingOf()
	if asked == nil {
		return
	}
	words := assentTo(asked[0].t)
	who, much := "Those who trust more "+words.do, n.moreOrFewer(0)
	if len(asked) > 1 {
		who, much = "Those who trust more "+words.one, fmt.Sprintf("%s of the %d things asked about", n.moreOrFewer(0), len(asked))
	}
	switch cell := n.total(); {
	case cell.Low > 0:
		who += " more often"
	case cell.High < 0:
		who += " less often"
	default:
		who += " neither more nor less often, as far as can be told"
	}
	text, refs := fmt.Sprintf("%s: %s, %s.", who, up, much), []reports.Ref{n.ref(0)}
	if alike, ok := e.amongAlike(trust.Question); ok && len(asked) == 1 && alike.t.ID == asked[0].t.Question+".effects" {
		text += fmt.Sprintf(" Between people who are alike in their other answers it is %s, as the chapter on drivers tells.", alike.moreOrFewer(0))
		refs = append(refs, alike.ref(0))
	}
	tell(c, reports.Finding{Text: text + " What would happen if trust were raised, this does not show.", Asked: strings.TrimSpace(put(asked...) + " " + answerers(n)), Refs: refs}, true)
}

// sharingOf are the figures of the question on sharing that people are compared by who are
// not asked about sharing in the loop that trust is asked in: the first, or the first that
// is not in a loop.
func (e *evidence) sharingOf() []indicator {
	all := e.measure("sharing")
	i := slices.IndexFunc(all, func(t *crosstab.Table) bool { return !t.Loop && (t.Multi || t.RowOf(crosstab.NetRow, "") >= 0) })
	if i < 0 {
		i = slices.IndexFunc(all, func(t *crosstab.Table) bool { return t.Multi || t.RowOf(crosstab.NetRow, "") >= 0 })
	}
	if i < 0 {
		return nil
	}
	return indicators(slices.DeleteFunc(slices.Clone(all), func(t *crosstab.Table) bool { return t.Question != all[i].Question }))
}
