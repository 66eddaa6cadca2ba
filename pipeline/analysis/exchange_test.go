package analysis

import (
	"math"
	"testing"
)

// The best set of each size reaches more of Total than every other set: all are
// tried, and their reach is counted row by row.
func TestBenefitsReachMost(t *testing.T) {
	p, r := somePeople(t, 500)
	labels := []string{"a", "b", "c", "d", "e"}
	q := p.ask(Question{Name: "benefits", Measures: "benefit", Multi: true}, labels, func(row, k int) uint8 {
		if row%17 == 0 {
			return None
		}
		if r.IntN(10) < k+2 {
			return 1
		}
		return 0
	})
	tables, err := benefits(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "benefits.sets")
	w := p.Design.Weights()
	reach := func(set int) float64 {
		sum, all := 0.0, 0.0
		for i := range w {
			if q.Items[0].Codes[0][i] == None {
				continue
			}
			all += w[i]
			for k := range labels {
				if set&(1<<k) != 0 && q.Items[k].Codes[0][i] == 1 {
					sum += w[i]
					break
				}
			}
		}
		return sum / all
	}
	for size := 1; size <= 4; size++ {
		best, next := 0.0, 0.0
		for set := range 1 << len(labels) {
			n := 0
			for k := range labels {
				n += set >> k & 1
			}
			if n != size {
				continue
			}
			if x := reach(set); x > best {
				best, next = x, best
			} else if x > next {
				next = x
			}
		}
		rows := table.Cells[3*(size-1):]
		for k, want := range []float64{best, next, best - next} {
			if got := rows[k][0].Estimate; math.Abs(got-want) > 1e-12 {
				t.Errorf("size %d: %s is %v, want %v", size, table.Rows[3*(size-1)+k].Label, got, want)
			}
		}
	}
}
