package analysis

import (
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// understandings say what goes with understanding or reading a policy: how many of
// those who give the top answers are willing to share, and trust, beside all
// others, in every column of the banner.
func understandings(p *People) ([]*crosstab.Table, error) {
	o := p.willingness()
	var trust *Question
	for _, q := range p.Measuring("trust") {
		if q.hasTop() {
			trust = q
			break
		}
	}
	var out []*crosstab.Table
	for _, q := range p.Measuring("communication") {
		if q.Loop != nil || len(q.Items) != 1 || !q.hasTop() {
			continue
		}
		top := q.topped(q.Items[0].Codes[0])
		b := p.banner(crosstab.Table{ID: q.Name + ".with", Question: q.Name, Title: q.Label + ", beside willingness and trust", Text: q.Text,
			BaseText: "All who answered"}, answered(top))
		if o != nil {
			if err := b.beside("willing", o.label(), "top answers", "all others", top, o.y); err != nil {
				return nil, err
			}
			b.note(o.among())
		}
		if trust != nil {
			if err := b.beside("trust", "Trust", "top answers", "all others", top, trust.positive()); err != nil {
				return nil, err
			}
			b.note("Trust is the share of a person's answers that are top answers.")
		}
		if len(b.t.Rows) == 0 {
			continue
		}
		b.note("People were not drawn to understand more or less: what goes with it need not come from it.")
		out = append(out, b.t)
	}
	return out, nil
}

// beside adds the share of the people with a trait in whom something holds, that of
// the others, and the difference; both get a name.
func (b *builder) beside(code, label, those, others string, top, y []float64) error {
	p := b.p
	var cells [2][]crosstab.Cell
	var of [2][]float64
	for k := range of {
		of[k] = make([]float64, len(y))
		for i, v := range y {
			of[k][i] = math.NaN()
			if top[i] == float64(1-k) {
				of[k][i] = v
			}
		}
		var err error
		if cells[k], err = p.portions(of[k]); err != nil {
			return err
		}
	}
	mean, in := stats.Mean([]string{""}, y), [2][]bool{answered(of[0]), answered(of[1])}
	halves := []stats.Statistic{stats.In(in[0], mean), stats.In(in[1], mean)}
	gap := make([]crosstab.Cell, len(p.Columns))
	for j, c := range p.Columns {
		n := min(p.base(c.In, in[0]).People, p.base(c.In, in[1]).People)
		if n < p.Small || c.Unprinted {
			cells[0][j], cells[1][j], gap[j] = none(), none(), none()
			continue
		}
		e, err := p.All.Domain(c.In).Estimate(halves...)
		if err != nil {
			return err
		}
		gap[j] = p.cell(e.Contrast([]string{""}, []float64{1, -1}), 0, n)
		gap[j].Count = min(cells[0][j].Count, cells[1][j].Count) // hidden where one of the shares is
	}
	b.row(crosstab.Row{Kind: crosstab.Proportion, Label: label + ": " + those, Code: code + ".top"}, cells[0]...)
	b.row(crosstab.Row{Kind: crosstab.Proportion, Label: label + ": " + others, Code: code + ".rest"}, cells[1]...)
	b.row(crosstab.Row{Kind: crosstab.Difference, Label: label + ": difference", Code: code + ".gap"}, gap...)
	return nil
}
