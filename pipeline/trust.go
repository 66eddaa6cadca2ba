package pipeline

import (
	"fmt"

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
		if !e.custodians(c, n[0].t, e.inLoop(n[0])) {
			f, ok := e.byLoop(n[0], "Trust")
			tell(c, f, ok)
		}
		e.stepOfTrust(c, n[0].t)
		e.segments(c, n[0], "trust")
		e.dotsByLoop(c, n[0], "trust-by-"+e.loopName(n[0].t), "Who is trusted with personal data")
		e.likertByLoop(c, n[0].t, "trust-answers-by-"+e.loopName(n[0].t), "How far trust goes")
	}
	if list := indicators(others); len(list) > 0 {
		if !e.custodians(c, list[0].t, inList(list)) {
			f, ok := e.headline(list[0])
			tell(c, f, ok)
			if len(list) > 1 {
				f, ok := byItem(list, "Trusted most")
				tell(c, f, ok)
			}
		}
		e.stepOfTrust(c, list[0].t)
		if len(loops) == 0 {
			e.segments(c, list[0], "trust")
			e.dotsBySegment(c, list[0], "trust-by-segment", "Who trusts")
		}
	}
}

// custodians says who is trusted most and least, and how sure the order is; false
// if there is no ranking.
func (e *evidence) custodians(c *reports.Chapter, t *crosstab.Table, share func(string) (indicator, int, bool)) bool {
	ranks := e.modelled(t.Question + ".ranks")
	if ranks == nil {
		return false
	}
	claim(c, []*crosstab.Table{ranks})
	r := ranking{ranks, share}
	first, ok := r.first("is trusted most with personal data")
	tell(c, first, ok)
	last, said := r.last("is trusted least")
	tell(c, last, said)
	e.drawChances(c, r, "trust-ranks", "How sure the ranking is")
	return ok
}

// stepOfTrust says what a step of trust is worth in what people would share.
func (e *evidence) stepOfTrust(c *reports.Chapter, t *crosstab.Table) {
	step := e.modelled(t.Question + ".step")
	if step == nil {
		return
	}
	claim(c, []*crosstab.Table{step})
	for _, x := range []struct{ code, when, which, cause string }{
		{"within", "Of two that the same person rates", "with the one that they trust a step more", "This compares people with themselves, and does not show what would happen if trust were raised."},
		{"across", "Of two people", "if they trust a step more", "This compares different people, who differ in other ways too: it does not show what would happen if trust were raised."},
	} {
		n := indicator{step, rowOf(step, x.code), ""}
		if n.row < 0 || !firm(n.total()) || !n.total().HasCI {
			continue
		}
		var text string
		switch cell := n.total(); {
		case cell.Low > 0:
			text = fmt.Sprintf("%s, %s more would be shared %s %s.", x.when, n.figure(0), x.which, n.interval(0))
		case cell.High < 0:
			text = fmt.Sprintf("%s, %s less would be shared %s %s.", x.when, n.figure(0), x.which, n.interval(0))
		default:
			text = fmt.Sprintf("%s, no more and no less would be shared %s, beyond chance: the difference is %s.", x.when, x.which, n.hedged(0))
		}
		tell(c, reports.Finding{Text: text + " " + x.cause, Refs: []reports.Ref{n.ref(0)}}, true)
	}
}
