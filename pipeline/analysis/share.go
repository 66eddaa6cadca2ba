package analysis

import (
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// shares are the cells of a row that says a share in every column of the banner:
// y is 1 for those counted, 0 for others in the base, NaN outside of it.
func (p *People) shares(y []float64) ([]crosstab.Cell, error) {
	out := make([]crosstab.Cell, len(p.Columns))
	for j, c := range p.Columns {
		if c.Unprinted {
			out[j] = none()
			continue
		}
		var err error
		if out[j], err = p.share(p.All.Domain(c.In), y); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// share is a share of a domain, with an interval that stays inside 0 to 1.
func (p *People) share(d *stats.Design, y []float64) (crosstab.Cell, error) {
	x, err := stats.Proportion(d, y, stats.ProportionOptions{Level: p.Level})
	if err != nil {
		return crosstab.Cell{}, err
	}
	c := p.made(x.Value, x.SE, x.Low, x.High, x.DF, 0)
	if x.Base < p.Low && c.Status == crosstab.OK {
		c.Status = crosstab.LowBase
	}
	w := d.Weights()
	for i, v := range y {
		if w[i] != 0 && v == 1 {
			c.Count++
			c.WeightedCount += w[i]
		}
	}
	return c, nil
}

// differences are the cells of a row that says by how much one share is above
// another of the same people, in every column of the banner.
func (p *People) differences(a, b []float64) ([]crosstab.Cell, error) {
	out := make([]crosstab.Cell, len(p.Columns))
	for j, c := range p.Columns {
		if c.Unprinted {
			out[j] = none()
			continue
		}
		e, err := p.All.Domain(c.In).Estimate(stats.Mean([]string{"a", "b"}, a, b))
		if err != nil {
			return nil, err
		}
		out[j] = p.cell(e.Contrast([]string{"a - b"}, []float64{1, -1}), 0, 0)
	}
	return out, nil
}

// ticked is 1 for those who ticked an item, 0 for others in its base, NaN outside
// of it.
func ticked(codes []uint8) []float64 {
	out := make([]float64, len(codes))
	for i, c := range codes {
		switch c {
		case None:
			out[i] = math.NaN()
		case 1:
			out[i] = 1
		}
	}
	return out
}

// topped is 1 for the top answers of a question, 0 for the others, NaN outside of
// its base.
func (q *Question) topped(codes []uint8) []float64 {
	out := make([]float64, len(codes))
	for i, c := range codes {
		switch {
		case c == None:
			out[i] = math.NaN()
		case q.Answers[c].Top:
			out[i] = 1
		}
	}
	return out
}

// answered tells who has a value.
func answered(y []float64) []bool {
	out := make([]bool, len(y))
	for i, v := range y {
		out[i] = !math.IsNaN(v)
	}
	return out
}
