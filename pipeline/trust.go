package pipeline

import (
	"tradeoff/reports"
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
		f, ok := e.byLoop(n[0], "Trust")
		tell(c, f, ok)
		e.segments(c, n[0], "trust")
		e.dotsByLoop(c, n[0], "trust-by-"+e.loopName(n[0].t), "Who is trusted with personal data")
		e.likertByLoop(c, n[0].t, "trust-answers-by-"+e.loopName(n[0].t), "How far trust goes")
	}
	if list := indicators(others); len(list) > 0 {
		f, ok := e.headline(list[0])
		tell(c, f, ok)
		if len(list) > 1 {
			f, ok := byItem(list, "Trusted most")
			tell(c, f, ok)
		}
		if len(loops) == 0 {
			e.segments(c, list[0], "trust")
			e.dotsBySegment(c, list[0], "trust-by-segment", "Who trusts")
			return
		}
	}
}
