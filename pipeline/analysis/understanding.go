package analysis

import (
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// Beside ends the titles of their tables, behind the name of the question.
const Beside = ", beside willingness and trust"

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
		b := p.banner(crosstab.Table{ID: q.Name + ".with", Question: q.Name, Title: q.Label + Beside, Text: q.Text,
			BaseText: "All who answered", Multi: true}, answered(top))
		of := q.figure(q.Items[0])
		if o != nil {
			if err := b.beside("willing", o.label(), "top answers", "all others", top, o.y, append(o.figures(), of)); err != nil {
				return nil, err
			}
			b.note(o.among())
		}
		if trust != nil {
			if err := b.beside("trust", "Trust", "top answers", "all others", top, trust.positive(), append((&outcome{q: trust}).figures(), of)); err != nil {
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
// the others, and the difference; both get a name. of is where the tables have how many
// it holds in, and how many have the trait: the rows are parts of these, and any of
// them tells the quadrants of the others.
func (b *builder) beside(code, label, those, others string, top, y []float64, of []crosstab.Figure) error {
	p := b.p
	var cells [2][]crosstab.Cell
	var half [2][]float64
	for k := range half {
		half[k] = make([]float64, len(y))
		for i, v := range y {
			half[k][i] = math.NaN()
			if top[i] == float64(1-k) {
				half[k][i] = v
			}
		}
		var err error
		if cells[k], err = p.portions(half[k]); err != nil {
			return err
		}
	}
	mean, in := stats.Mean([]string{""}, y), [2][]bool{answered(half[0]), answered(half[1])}
	halves := []stats.Statistic{stats.In(in[0], mean), stats.In(in[1], mean)}
	gap := make([]crosstab.Cell, len(p.Columns))
	for j, c := range p.Columns {
		n := min(p.base(c.In, in[0]).People, p.base(c.In, in[1]).People)
		if n < p.Small || c.Unprinted {
			cells[0][j], cells[1][j], gap[j] = unsaid(cells[0][j]), unsaid(cells[1][j]), unsaid(crosstab.Cell{Count: fewest(p.All.Domain(c.In), top, y)})
			continue
		}
		e, err := p.All.Domain(c.In).Estimate(halves...)
		if err != nil {
			return err
		}
		gap[j] = p.cell(e.Contrast([]string{""}, []float64{1, -1}), 0, n)
		gap[j].Count = fewest(p.All.Domain(c.In), top, y)
	}
	b.ofBoth(&gap[0], answered(top), answered(y))
	b.row(crosstab.Row{Kind: crosstab.Proportion, Label: label + ": " + those, Code: code + ".top", Of: of}, cells[0]...)
	b.row(crosstab.Row{Kind: crosstab.Proportion, Label: label + ": " + others, Code: code + ".rest", Of: of}, cells[1]...)
	b.row(crosstab.Row{Kind: crosstab.Difference, Label: label + ": difference", Code: code + ".gap", Of: of}, gap...)
	return nil
}

// ofBoth gives a cell of Total those who answered two questions as its base, unless so few
// answered only one of the two that the bases would tell how many.
func (b *builder) ofBoth(c *crosstab.Cell, one, other []bool) {
	in := b.p.Columns[0].In
	all := b.p.base(in, both(one, other))
	for _, x := range []crosstab.Base{b.t.Columns[0].Base, b.p.base(in, one), b.p.base(in, other)} {
		if alone := x.People - all.People; alone > 0 && alone < b.p.Small {
			return
		}
	}
	c.Base = &all
}
