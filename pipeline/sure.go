package pipeline

import (
	"fmt"
	"math"

	"tradeoff/reports"
)

// How sure the figures of a chapter are, in words for people who read nothing else.

// sure says how far chance may have moved the figures that the sentences of a chapter
// stand on: half the widest interval of each kind, in points. "" where none is a share.
func (e *evidence) sure(c *reports.Chapter) string {
	kinds := []struct {
		name string
		half float64
	}{{"shares of everybody", 0}, {"other shares", 0}, {"differences", 0}}
	for _, f := range c.Findings {
		for _, ref := range f.Refs {
			t := e.tableOf(ref.Table)
			x, k := t.Cell(ref.Row, ref.Column), t.Rows[ref.Row].Kind
			if !x.HasCI || !reports.IsPercent(k) && !reports.IsPoints(k) {
				continue
			}
			at := 0
			switch {
			case reports.IsPoints(k):
				at = 2
			case ref.Column > 0 || t.Model && t.ID != "quality":
				at = 1
			}
			kinds[at].half = max(kinds[at].half, 100*(x.High-x.Low)/2)
		}
	}
	var said []string
	for _, k := range kinds {
		if n := int(math.Ceil(k.half)); n > 0 {
			said = append(said, fmt.Sprintf("%s by up to %s", k.name, pointsOf(n)))
		}
	}
	if said == nil {
		return ""
	}
	return fmt.Sprintf("How sure: chance may have moved %s, either way (95%% intervals).", and(said)) + e.notDrawn()
}
