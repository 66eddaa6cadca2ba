package analysis

import (
	"regexp"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// willingFor says how many of those who want a benefit in return are willing to
// share, how many of the others, and the difference, by the banner.
func willingFor(p *People) ([]*crosstab.Table, error) {
	o := p.willingness()
	var out []*crosstab.Table
	for _, q := range p.offering() {
		if o == nil {
			break
		}
		b := p.banner(crosstab.Table{ID: q.Name + ".willing", Question: q.Name, Title: "Willing to share, with each benefit wanted and without", Text: q.Text,
			BaseText: "All who answered", Multi: true}, answered(q.score()))
		for _, it := range q.Items {
			if it.None {
				continue
			}
			if err := b.beside(it.Key, it.Label, "want it", "do not", ticked(it.Codes[0]), o.y, append(o.figures(), q.figure(it))); err != nil {
				return nil, err
			}
		}
		b.note(o.among())
		b.note("This is what people say who want a benefit, beside those who do not. Who wants it may be more willing anyway: the difference is not what offering it would change.")
		out = append(out, b.t)
	}
	return out, nil
}

// benefitsForData crosses benefits with data: of those who want a benefit, the share
// who would share each kind of data. In a loop it is the share of their ratings.
func benefitsForData(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, q := range p.offering() {
		for _, s := range p.Measuring("sharing") {
			data := s.keyFigures()
			if len(data) < 2 || !data[0].share {
				continue
			}
			t, err := p.benefitsFor(q, s, data)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// benefitsFor has a row for each kind of data, and a column for Total and each
// benefit.
func (p *People) benefitsFor(q, s *Question, data []keyFigure) (*crosstab.Table, error) {
	b := p.total(crosstab.Table{ID: q.Name + "." + s.Name, Question: q.Name, Title: "Which benefit goes with which data", Text: s.Text, BaseText: "All who answered both, by the benefit that they want"}, data[0].asked())
	domains := []*stats.Design{p.Design}
	for _, it := range q.Items {
		if it.None {
			continue
		}
		wants := truth(ticked(it.Codes[0]))
		x := crosstab.Column{Group: "benefit", Label: it.Label, Wave: b.t.Columns[0].Wave, Base: p.base(both(p.Columns[0].In, wants), data[0].asked()),
			Of: p.inTotal([]crosstab.Figure{q.figure(it)})}
		x.Status = p.status(x.Base)
		b.t.Columns = append(b.t.Columns, x)
		domains = append(domains, p.Design.Domain(wants))
	}
	b.t.Groups = []crosstab.Group{{Name: "benefit", Label: "Benefit wanted", First: 1, N: len(domains) - 1}}
	for _, k := range data {
		var cells []crosstab.Cell
		for _, d := range domains {
			e, err := d.Estimate(stats.Ratio([]string{""}, [][]float64{k.y}, [][]float64{k.n}))
			if err != nil {
				return nil, err
			}
			cell := p.probability(e, 0, 0)
			for i, w := range d.Weights() {
				if w != 0 && k.y[i] > 0 {
					cell.Count++
					cell.WeightedCount += w
				}
			}
			cells = append(cells, cell)
		}
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: k.label, Code: k.key, Of: []crosstab.Figure{k.of}}, cells...)
	}
	b.note("Somebody who wants several benefits stands in the column of each. In a loop shares are of ratings. What goes together is not what the one would buy of the other.")
	return b.t, nil
}

// offering are the questions that people tick benefits in, once.
func (p *People) offering() []*Question {
	var out []*Question
	for _, q := range p.Measuring("benefit") {
		if q.Multi && q.Loop == nil && p.base(p.Columns[0].In, answered(q.score())).People >= p.Small {
			out = append(out, q)
		}
	}
	return out
}

// both tells who is in two groups.
func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && b[i]
	}
	return out
}

// money finds the units of a price.
var money = regexp.MustCompile(`(?i)[€$£¥₹]|\b(eur|usd|gbp|chf|cad|aud|jpy|brl|inr|cny|sek|nok|dkk|pln|euros?|dollars?|pounds?|pence|francs?|yen|reais|rupees?|yuan|kron(a|or|er)|zloty|pesos?|cents?)\b`)

// prices are the sums of money that people name for their data: mean and median by
// the banner.
func prices(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, q := range p.Questions {
		if q.Measures != "benefit" && q.Measures != "sharing" || len(q.Items) != 1 || q.Items[0].Values == nil || !money.MatchString(q.Unit) {
			continue
		}
		y := q.Items[0].Values[0]
		b := p.banner(crosstab.Table{ID: q.Name + ".price", Question: q.Name, Title: "The price of privacy: " + q.short(), Text: q.Text, BaseText: "All who named a sum", Unit: q.Unit}, answered(y))
		if b.t.Columns[0].Base.People < p.Small {
			continue
		}
		cells, err := p.byColumn(b.t, 2, func(d *stats.Design) ([]crosstab.Cell, error) {
			mean, err := d.Estimate(stats.Mean([]string{""}, y))
			if err != nil {
				return nil, err
			}
			median, err := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{Level: p.Level}, []string{""}, y)
			if err != nil {
				return nil, err
			}
			m := median.Each[0]
			return []crosstab.Cell{p.cell(mean, 0, 0), p.made(m.Value, m.SE, m.Low, m.High, m.DF, 0)}, nil
		})
		if err != nil {
			return nil, err
		}
		of := []crosstab.Figure{q.mean(q.Items[0])}
		b.row(crosstab.Row{Kind: crosstab.Mean, Label: "Mean (" + q.Unit + ")", Code: "mean", Of: of}, cells[0]...)
		b.row(crosstab.Row{Kind: crosstab.Median, Label: "Median (" + q.Unit + ")", Code: "median", Of: of}, cells[1]...)
		b.note("A few who name very large sums pull the mean up; half of the people name no more than the median.")
		out = append(out, b.t)
	}
	return out, nil
}
