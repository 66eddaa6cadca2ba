package pipeline

import (
	"fmt"
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
	last, said := r.last("Trusted least", false)
	tell(c, last, said)
	e.drawChances(c, r, "trust-ranks", "How sure the ranking is")
	return ok
}

// overall says the share over all things rated, which the groups of people are beside.
func (e *evidence) overall(c *reports.Chapter, n indicator) {
	if n.share() && firm(n.total()) {
		tell(c, reports.Finding{Text: fmt.Sprintf("All of them taken together, people trust in %s of their ratings.", n.hedged(0)), Refs: []reports.Ref{n.ref(0)}}, true)
	}
}

// wouldShare is who would share so much more with what they trust more, "%s" for how
// much: more of the kinds of data that the same loop asks about, or more of the people.
func (e *evidence) wouldShare(trust *crosstab.Table, who string) string {
	for _, t := range e.measure("sharing") {
		if t.Loop && t.Multi && e.loopName(t) == e.loopName(trust) {
			return fmt.Sprintf("%s would share %%s of the %d kinds of data", who, len(indicators([]*crosstab.Table{t})))
		}
	}
	return "%s would share"
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
		X: &x, Y: &y, ReferenceLabel: "mean of all"}
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
		k                  int
		given, trust, some string
	}{{best, "more", "higher", "more"}, {worst, "less", "lower", "fewer"}} {
		if side.k > 0 {
			trust, given := at("trust", side.k), at("shared", side.k)
			share := fmt.Sprintf(e.wouldShare(of, "people"), given.hedged(0)+" "+side.some)
			text := fmt.Sprintf("Both trusted and given %s than average: %s. Trust is %s %s, and %s with it.", side.given, d.Points[side.k-1].Label, trust.hedged(0), side.trust, share)
			tell(c, reports.Finding{Text: text, Refs: []reports.Ref{trust.ref(0), given.ref(0)}}, true)
		}
	}
	e.draw(c, "trust-and-sharing", d.Title, "Each ellipse holds the true place with 95% confidence; where two overlap widely, the order is not sure.", t.ID, d)
}

// stepOfTrust says what a step of trust is worth in what people would share.
func (e *evidence) stepOfTrust(c *reports.Chapter, t *crosstab.Table) {
	step := e.modelled(t.Question + ".step")
	if step == nil {
		return
	}
	claim(c, []*crosstab.Table{step})
	for _, x := range []struct{ code, more, less, none, how, cause string }{
		{"within", "Whom people trust more they would give more", "Whom people trust more they would give less", "Whom people trust more they would give neither more nor less beyond chance",
			e.wouldShare(t, "the same person"),
			"Each person's ratings are compared with each other here, and not one person with another. What would happen if trust were raised, this does not show."},
		{"across", "Those who trust more are more willing to share", "Those who trust more are less willing to share", "Those who trust more are neither more nor less willing to share beyond chance",
			"willingness to share is %s",
			"Different people are compared here, who differ in other ways too. What would happen if trust were raised, this does not show."},
	} {
		n := indicator{step, rowOf(step, x.code), ""}
		if n.row < 0 || !firm(n.total()) || !n.total().HasCI {
			continue
		}
		up, down := "more", "fewer"
		if x.code == "across" {
			up, down = "higher", "lower"
		}
		said, much := x.none, n.moreOrFewer(0)
		switch cell := n.total(); {
		case cell.Low > 0:
			said, much = x.more, n.hedged(0)+" "+up
		case cell.High < 0:
			said, much = x.less, n.hedged(0)+" "+down
		}
		text := fmt.Sprintf("%s: with one answer up the scale of trust%s, %s. %s", said, e.stepUp(t), fmt.Sprintf(x.how, much), x.cause)
		tell(c, reports.Finding{Text: text, Refs: []reports.Ref{n.ref(0)}}, true)
	}
}
