package pipeline

import (
	"fmt"
	"math"
	"strings"

	"tradeoff/charts"
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
		if !e.custodians(c, n[0], e.inLoop(n[0])) {
			f, ok := e.byLoop(n[0], "Trust with personal data is highest for", "lowest for")
			tell(c, f, ok)
		}
		e.trustAndSharing(c, n[0].t)
		e.stepOfTrust(c, n[0].t)
		e.segments(c, n[0], "trust")
		e.dotsByLoop(c, n[0], "trust-by-"+e.loopName(n[0].t), "Who is trusted with personal data")
		e.likertByLoop(c, n[0].t, "trust-answers-by-"+e.loopName(n[0].t), "How far trust goes")
	}
	if list := indicators(others); len(list) > 0 {
		if !e.custodians(c, list[0], inList(list)) {
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
func (e *evidence) custodians(c *reports.Chapter, n indicator, share func(string) (indicator, int, bool)) bool {
	ranks := e.modelled(n.t.Question + ".ranks")
	if ranks == nil {
		return false
	}
	claim(c, []*crosstab.Table{ranks})
	r := ranking{ranks, share}
	first, ok := r.first("Trusted most")
	first.Asked = asked(n)
	tell(c, first, ok)
	last, said := r.last("Trusted least")
	tell(c, last, said)
	e.drawChances(c, r, "trust-ranks", "How sure the ranking is")
	return ok
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
		k   int
		how string
	}{{best, "Above the mean of all in trust and in what people would share: %s, in trust by %s %s, and in what they would share by %s %s."}, {worst, "Below the mean of all in trust and in what people would share: %s, in trust by %s %s, and in what they would share by %s %s."}} {
		if side.k > 0 {
			trust, given := at("trust", side.k), at("shared", side.k)
			text := fmt.Sprintf(side.how, d.Points[side.k-1].Label, trust.figure(0), trust.interval(0), given.figure(0), given.interval(0))
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
	for _, x := range []struct{ code, what, cause string }{
		{"within", "With a step more of trust in one than in another, the share of the kinds of data that the same person would share with it", "This compares people with themselves, and does not show what would happen if trust were raised."},
		{"across", "For each step that one person trusts more than another, willingness to share", "This compares different people, who differ in other ways too: it does not show what would happen if trust were raised."},
	} {
		n := indicator{step, rowOf(step, x.code), ""}
		if n.row < 0 || !firm(n.total()) || !n.total().HasCI {
			continue
		}
		var text string
		switch cell := n.total(); {
		case told(cell) && math.Round(100*cell.Estimate) == 0:
			text = fmt.Sprintf("%s differs by %s.", x.what, n.hedged(0))
		case cell.Low > 0:
			text = fmt.Sprintf("%s is %s higher %s.", x.what, n.figure(0), n.interval(0))
		case cell.High < 0:
			text = fmt.Sprintf("%s is %s lower %s.", x.what, n.figure(0), n.interval(0))
		default:
			text = fmt.Sprintf("%s does not differ beyond chance: %s.", x.what, n.moreOrFewer(0))
		}
		tell(c, reports.Finding{Text: text + " " + x.cause, Refs: []reports.Ref{n.ref(0)}}, true)
	}
}
