package analysis

import (
	"fmt"
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// mostTogether is how many answers are held against each other at most.
const mostTogether = 10

// A rating is the answers to one item, as numbers: scores, or 1 for a box that was
// ticked.
type rating struct {
	label string
	of    *Question
	from  crosstab.Figure // where the streamed tables have its mean or, of a box, its share
	y     []float64       // NaN for no answer
}

// scales are the items of questions outside of loops whose answers are numbers on
// the same footing: scales, and, with ticks, the boxes of tick-all questions.
func scales(questions []*Question, ticks bool) []rating {
	var out []rating
	for _, q := range questions {
		if q.Loop != nil || q.Multi && !ticks || !q.Multi && !q.Ordered {
			continue
		}
		for _, it := range q.Items {
			if it.None || it.Codes == nil {
				continue
			}
			r := rating{label: it.Label, of: q, from: q.mean(it)}
			if r.label == "" {
				r.label = q.Text
			}
			if q.Multi {
				r.y, r.from = ticked(it.Codes[0]), q.figure(it)
			} else {
				r.y = q.scored(it.Codes[0])
			}
			out = append(out, r)
		}
	}
	return out
}

// scored are the scores of answers; NaN for those without.
func (q *Question) scored(codes []uint8) []float64 {
	out := make([]float64, len(codes))
	for i, c := range codes {
		out[i] = math.NaN()
		if c != None {
			out[i] = q.Answers[c].Score
		}
	}
	return out
}

// together finds which expectations go together: correlations of the answers to
// them, pair by pair, their average, and how much the closest pair is above the
// loosest.
func together(p *People) ([]*crosstab.Table, error) {
	all := scales(p.Measuring("expectation"), true)
	items := all[:min(len(all), mostTogether)]
	if len(items) < 3 {
		return nil, nil
	}
	var columns [][]float64
	for _, it := range items {
		columns = append(columns, it.y)
	}
	base := everyAnswer(columns)
	q := items[0].of
	b := p.total(crosstab.Table{ID: "expectation.together", Question: q.Name, Title: "Which expectations go together", Text: q.Text,
		BaseText: "All who answered each"}, base)
	if b.t.Columns[0].Base.People < p.Small {
		return nil, nil
	}
	c := stats.Correlation(nil, columns...)
	e, err := p.Design.Domain(base).Estimate(c)
	if err != nil {
		return nil, err
	}
	var pairs []int
	average := make([]float64, e.Len())
	for i := range items {
		for j := range i {
			k := c.Pair(j, i)
			if math.IsNaN(e.Value[k]) {
				return nil, nil // somebody's answers are all alike
			}
			pairs = append(pairs, k)
			average[k] = 1
			low, high := e.CorrelationInterval(k, p.Level)
			b.row(crosstab.Row{Kind: crosstab.Coefficient, Code: fmt.Sprintf("pair%d,%d", j, i), Label: items[j].label + " + " + items[i].label},
				p.made(e.Value[k], e.SE(k), low, high, e.DF, 0))
		}
	}
	for k := range average {
		average[k] /= float64(len(pairs))
	}
	b.row(crosstab.Row{Kind: crosstab.Coefficient, Code: "average", Label: "Average of all pairs"}, p.cell(e.Contrast(nil, average), 0, 0))
	b.lead(e, pairs)
	b.note("Correlations of the answers of the same people: 1 if whoever says more to the one always says more to the other, 0 if the one tells nothing of the other.")
	if len(all) > len(items) {
		b.note(fmt.Sprintf("The first %d of %d expectations are compared.", len(items), len(all)))
	}
	return []*crosstab.Table{b.t}, nil
}

// lead adds how much the closest pair is above the loosest.
func (b *builder) lead(e *stats.Estimates, pairs []int) {
	high, low := pairs[0], pairs[0]
	for _, k := range pairs {
		if e.Value[k] > e.Value[high] {
			high = k
		}
		if e.Value[k] < e.Value[low] {
			low = k
		}
	}
	if high == low {
		return
	}
	c := make([]float64, e.Len())
	c[high], c[low] = 1, -1
	n := len(pairs) * (len(pairs) - 1) / 2
	b.row(crosstab.Row{Kind: crosstab.Coefficient, Code: "lead", Label: "Closest pair less loosest"}, b.p.atOnce(e.Contrast(nil, c), 0, n, 0))
	b.note(fmt.Sprintf("The interval of the closest pair less the loosest allows for their being picked out of %d pairs (Bonferroni).", len(pairs)))
}

// everyAnswer tells who has a value in all columns.
func everyAnswer(columns [][]float64) []bool {
	out := make([]bool, len(columns[0]))
	for i := range out {
		out[i] = true
		for _, y := range columns {
			out[i] = out[i] && !math.IsNaN(y[i])
		}
	}
	return out
}
