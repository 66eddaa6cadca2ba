package pipeline

import (
	"tradeoff/reports"
)

func (e *evidence) concern(c *reports.Chapter) {
	tables := e.measure(worry)
	if len(tables) == 0 {
		e.missing(c, worry)
		return
	}
	claim(c, tables)
	list := indicators(tables)
	if len(list) == 0 {
		return
	}
	f, ok := e.headline(list[0])
	tell(c, f, ok)
	if len(list) > 1 {
		f, ok := byItem(list, "What worries most")
		tell(c, f, ok)
	}
	e.segments(c, list[0], "concern")
	e.likert(c, tables, "concern", "How much people worry")
	e.dotsBySegment(c, list[0], "concern-by-segment", "Who worries")
}
