package analysis

import (
	"fmt"
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// An outcome is whether people are willing to share.
type outcome struct {
	q *Question
	y []float64 // 1 = willing, 0 = not; in a loop the share of the ratings; NaN outside of the base
}

// willingness is what drivers and messages are held against: the top answers of
// the first question on sharing that is asked once, else whether anything is
// ticked in one, else the share of a person's ratings in a loop in which one or the
// other is so. It is nil where no question has top answers or boxes.
func (p *People) willingness() *outcome {
	for _, want := range []func(*Question) bool{
		func(q *Question) bool { return q.Loop == nil && q.hasTop() },
		func(q *Question) bool { return q.Loop == nil && q.Multi },
		func(q *Question) bool { return q.Loop != nil && (q.Multi || q.hasTop()) },
	} {
		for _, q := range p.Measuring("sharing") {
			if want(q) {
				return &outcome{q, q.positive()}
			}
		}
	}
	return nil
}

// figures are where the streamed tables say how many are willing, item by item; nil where
// none does. Of a tick-all question they are all but those who tick that they would share
// nothing.
func (o *outcome) figures() []crosstab.Figure {
	if o.q.Loop != nil {
		return nil
	}
	var out []crosstab.Figure
	for _, it := range o.q.Items {
		if !o.q.Multi || len(o.q.Items) == 1 || it.None {
			out = append(out, o.q.figure(it))
		}
	}
	return out
}

// Labels of rows that say how many are willing, by what is counted: people, people who
// would share anything, parts of what each was asked about, or ratings.
const (
	Willing       = "Willing to share"
	WillingSome   = "Would share something"
	WillingPart   = "Things asked about that would be shared"
	WillingRating = "Ratings that would share"
)

// label is what a row of the outcome is called.
func (o *outcome) label() string {
	switch {
	case o.q.Loop != nil:
		return WillingRating
	case o.q.Multi:
		return WillingSome
	case len(o.q.Items) > 1:
		return WillingPart
	}
	return Willing
}

// among says whom the outcome counts, for a footnote.
func (o *outcome) among() string {
	switch {
	case o.q.Loop != nil:
		return "Willingness is the share of a person's ratings in which the top answers were given, or something would be shared."
	case o.q.Multi:
		return "Willing are those who would share at least one of the things asked about."
	case len(o.q.Items) > 1:
		return fmt.Sprintf("Willingness is the share of a person's answers on the %d things asked about that are top answers.", len(o.q.Items))
	}
	return "Willing are those who gave one of the top answers."
}

// hasTop tells whether a question has top answers.
func (q *Question) hasTop() bool {
	for _, a := range q.Answers {
		if a.Top {
			return !q.Multi
		}
	}
	return false
}

// positive is the share of somebody's items and turns that have a top answer; of a
// tick-all question the share of the turns in which anything is ticked. It is NaN
// for who answered none.
func (q *Question) positive() []float64 {
	if q.Multi {
		return q.perTurn(func(ticks float64) float64 { return min(ticks, 1) })
	}
	return q.averaged(func(c uint8) float64 {
		if q.Answers[c].Top {
			return 1
		}
		return 0
	})
}

// averaged is the mean of what a function makes of somebody's answers to all items
// in all turns; an answer of NaN is none.
func (q *Question) averaged(of func(uint8) float64) []float64 {
	var sum, n []float64
	for _, it := range q.Items {
		for _, codes := range it.Codes {
			if sum == nil {
				sum, n = make([]float64, len(codes)), make([]float64, len(codes))
			}
			for i, c := range codes {
				if c == None {
					continue
				}
				if v := of(c); !math.IsNaN(v) {
					sum[i] += v
					n[i]++
				}
			}
		}
	}
	for i := range sum {
		sum[i] /= n[i] // 0/0: answered none
	}
	return sum
}

// perTurn is the mean over the turns that somebody answered of what a function
// makes of the number of boxes ticked in one; "none of these" is no box.
func (q *Question) perTurn(of func(ticks float64) float64) []float64 {
	rows, turns := len(q.Items[0].Codes[0]), len(q.Items[0].Codes)
	sum, n := make([]float64, rows), make([]float64, rows)
	ticks, asked := make([]float64, rows), make([]bool, rows)
	for turn := range turns {
		clear(ticks)
		clear(asked)
		for _, it := range q.Items {
			for i, c := range it.Codes[turn] {
				asked[i] = asked[i] || c != None
				if c == 1 && !it.None {
					ticks[i]++
				}
			}
		}
		for i, x := range asked {
			if x {
				sum[i] += of(ticks[i])
				n[i]++
			}
		}
	}
	for i := range sum {
		sum[i] /= n[i] // 0/0: answered none
	}
	return sum
}

// portions are shares of what is not only all or nothing in a person, such as the
// share of somebody's ratings: means, with intervals that end at 0 and 1.
func (p *People) portions(y []float64) ([]crosstab.Cell, error) {
	whole := true
	for _, v := range y {
		whole = whole && (v == 0 || v == 1 || math.IsNaN(v))
	}
	if whole {
		return p.shares(y)
	}
	out, base := make([]crosstab.Cell, len(p.Columns)), answered(y)
	for j, c := range p.Columns {
		if out[j] = none(); c.Unprinted {
			continue
		}
		d := p.All.Domain(c.In)
		e, err := d.Estimate(stats.Mean([]string{""}, y))
		if err != nil {
			return nil, err
		}
		cell := p.cell(e, 0, p.base(c.In, base).People)
		cell.Low, cell.High, cell.Count = max(cell.Low, 0), min(cell.High, 1), 0
		w := d.Weights()
		for i, v := range y {
			if w[i] != 0 && v > 0 {
				cell.Count++
				cell.WeightedCount += w[i]
			}
		}
		out[j] = cell
	}
	return out, nil
}

// score is where somebody stands on a question: the mean score of the items and
// turns answered, the number of boxes ticked, or the number itself; NaN for who
// has none.
func (q *Question) score() []float64 {
	switch {
	case q.Multi:
		return q.perTurn(func(ticks float64) float64 { return ticks })
	case q.Answers == nil:
		return q.Items[0].Values[0]
	}
	return q.averaged(func(c uint8) float64 { return q.Answers[c].Score })
}
