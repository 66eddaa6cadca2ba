package pipeline

import (
	"tradeoff/reports"
)

func (e *evidence) expectation(c *reports.Chapter) {
	tables := e.measure(want)
	if len(tables) == 0 {
		e.missing(c, want)
		return
	}
	claim(c, tables)
	loops, others := split(tables)
	if n := indicators(loops); len(n) > 0 {
		f, ok := e.byLoop(n[0], "Expected personalization")
		tell(c, f, ok)
	}
	items := indicators(others)
	if f, ok := byItem(items, "Wanted most"); ok {
		tell(c, f, ok)
	} else if len(items) > 0 && len(loops) == 0 {
		f, ok := e.headline(items[0])
		tell(c, f, ok)
	}
	if n := append(indicators(loops), items...); len(n) > 0 {
		e.segments(c, n[0], "expecting it")
	}
	for _, n := range indicators(loops)[:min(1, len(indicators(loops)))] {
		e.dotsByLoop(c, n, "expectation-by-"+e.loopName(n.t), "Where personalized service is expected")
	}
	e.likert(c, others, "expectation", "What people expect")
}
