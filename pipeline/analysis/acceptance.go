package analysis

import (
	"math"
	"slices"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// acceptance sets how far people accept a service beside how far the same people
// accept what it takes of them, where a question on expectation and questions on
// sharing have the same answers. Kozyreva and others (2021) call the difference the
// acceptability gap.
func acceptance(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, service := range p.Measuring("expectation") {
		var takes []*Question
		for _, q := range p.Measuring("sharing") {
			if service.sameScale(q) {
				takes = append(takes, q)
			}
		}
		if len(takes) == 0 {
			continue
		}
		t, err := p.acceptanceOf(service, takes)
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}

// sameScale tells whether two questions are answered on the same scale.
func (q *Question) sameScale(other *Question) bool {
	if !q.Ordered || !other.Ordered || q.Multi || other.Multi || len(q.Answers) < 2 || len(q.Answers) != len(other.Answers) {
		return false
	}
	for i, a := range q.Answers {
		b := other.Answers[i]
		if a.Label != b.Label || a.Score != b.Score && !(math.IsNaN(a.Score) && math.IsNaN(b.Score)) {
			return false
		}
	}
	return true
}

// onScale is the mean of somebody's scores, from 0 for the lowest answer of the scale
// to 100 for the highest; NaN for who answered nothing.
func (q *Question) onScale() []float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, a := range q.Answers {
		if !math.IsNaN(a.Score) {
			low, high = min(low, a.Score), max(high, a.Score)
		}
	}
	out := q.averaged(func(c uint8) float64 { return 100 * (q.Answers[c].Score - low) / (high - low) })
	for i, y := range out {
		out[i] = math.Round(1e9*y) / 1e9 // equal means of thirds are equal numbers
	}
	return out
}

// means is where the tables have the mean of all that the scores of a question are made
// of: nil for several answers, whose mean tells none of them.
func (q *Question) means() []crosstab.Figure {
	if len(q.Items) > 1 || q.Loop != nil {
		return nil
	}
	return []crosstab.Figure{q.mean(q.Items[0])}
}

// acceptanceOf is the table of one service: the median score of the service and of
// each thing that it takes, the differences of these medians, and the share of
// people who accept the service more; nil for too few people. The median is the
// smallest score that half of the people do not exceed; intervals are Woodruff's.
func (p *People) acceptanceOf(service *Question, takes []*Question) (*crosstab.Table, error) {
	names, scores, of := []string{service.Label}, [][]float64{service.onScale()}, [][]crosstab.Figure{service.means()}
	for _, q := range takes {
		names, scores, of = append(names, q.Label), append(scores, q.onScale()), append(of, q.means())
	}
	base := make([]bool, p.Rows())
	for i := range base {
		base[i] = true
		for _, y := range scores {
			base[i] = base[i] && !math.IsNaN(y[i])
		}
	}
	b := p.banner(crosstab.Table{ID: service.Name + ".acceptance", Question: service.Name, Title: "How far people accept the service, and what it takes", Text: service.Text,
		BaseText: "All who answered both", Unit: "points of 100", Multi: true}, base)
	if b.t.Columns[0].Base.People < p.Small {
		return nil, nil
	}
	if err := b.medians(names, takes, scores, of); err != nil {
		return nil, err
	}
	for k, q := range takes {
		if err := b.above("above."+q.Name, names[0]+" score higher than "+names[k+1], base, scores[0], scores[k+1]); err != nil {
			return nil, err
		}
	}
	if len(takes) > 1 {
		if err := b.above("above", names[0]+" score higher than all of these", base, scores[0], scores[1:]...); err != nil {
			return nil, err
		}
	}
	b.note("A score is the mean of somebody's answers, 0 for the lowest answer and 100 for the highest; both scores are of the same people. That people accept a service and not what it takes does not say that they know what it takes.")
	return b.t, nil
}

// medians adds the median score of each question, and what those of the things taken
// are below that of the service; of is where the tables have the means of the answers.
func (b *builder) medians(names []string, takes []*Question, scores [][]float64, of [][]crosstab.Figure) error {
	medians, gaps := make([][]crosstab.Cell, len(scores)), make([][]crosstab.Cell, len(takes))
	for j, c := range b.p.Columns {
		people := b.t.Columns[j].Base.People
		if c.Unprinted || people == 0 {
			for k := range medians {
				medians[k] = append(medians[k], none())
			}
			for k := range gaps {
				gaps[k] = append(gaps[k], none())
			}
			continue
		}
		e, err := stats.Quantiles(b.p.All.Domain(c.In), []float64{0.5}, stats.QuantileOptions{Level: b.p.Level}, names, scores...)
		if err != nil {
			return err
		}
		for k, v := range e.Each {
			medians[k] = append(medians[k], b.p.made(v.Value, e.Joint.SE(k), v.Low, v.High, v.DF, people))
		}
		for k := range takes {
			l := make([]float64, len(scores))
			l[0], l[k+1] = 1, -1
			gaps[k] = append(gaps[k], b.p.cell(e.Joint.Contrast([]string{""}, l), 0, people))
		}
	}
	for k, name := range names {
		code := "service"
		if k > 0 {
			code = "takes." + takes[k-1].Name
		}
		b.row(crosstab.Row{Kind: crosstab.Median, Label: name, Code: code, Of: of[k]}, medians[k]...)
	}
	for k, q := range takes {
		b.row(crosstab.Row{Kind: crosstab.Coefficient, Label: names[0] + " less " + names[k+1], Code: "gap." + q.Name, Of: slices.Concat(of[0], of[k+1])}, gaps[k]...)
	}
	return nil
}

// above adds the share of people whose score lies above all of some others.
func (b *builder) above(code, label string, base []bool, score []float64, others ...[]float64) error {
	y := make([]float64, len(score))
	for i := range y {
		if !base[i] {
			y[i] = math.NaN()
			continue
		}
		y[i] = 1
		for _, o := range others {
			if score[i] <= o[i] {
				y[i] = 0
			}
		}
	}
	cells, err := b.p.shares(y)
	if err != nil {
		return err
	}
	b.row(crosstab.Row{Kind: crosstab.Proportion, Label: label, Code: code}, cells...)
	return nil
}
