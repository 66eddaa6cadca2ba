package analysis

import "math"

// An offer is something that people would share, or a benefit that they want for it.
type offer struct {
	key, label string // key is "" for the question as a whole
	none       bool   // "none of these"
	y          []float64
}

// offers are the items of a question with top answers or boxes: the share of the
// turns in which somebody gave a top answer or ticked the box, NaN for no answer.
func (q *Question) offers() []offer {
	if !q.Multi && !q.hasTop() {
		return nil
	}
	var out []offer
	for _, it := range q.Items {
		o := offer{it.Key, it.Label, it.None, q.averageOf(it)}
		if len(q.Items) == 1 {
			o.key, o.label = "", q.Text
		}
		out = append(out, o)
	}
	return out
}

// averageOf is the share of somebody's turns in which an item has a top answer or a
// tick, NaN for no answer.
func (q *Question) averageOf(it Item) []float64 {
	var sum, n []float64
	for _, codes := range it.Codes {
		y := ticked(codes)
		if !q.Multi {
			y = q.topped(codes)
		}
		if sum == nil {
			sum, n = make([]float64, len(y)), make([]float64, len(y))
		}
		for i, v := range y {
			if !math.IsNaN(v) {
				sum[i] += v
				n[i]++
			}
		}
	}
	for i := range sum {
		sum[i] /= n[i] // 0/0: no answer
	}
	return sum
}
