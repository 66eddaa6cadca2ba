package analysis

import (
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// Indices set the share of top answers of a group beside that of everybody:
//
//	100 p(group) / p(total)
//
// 100 is like all. Numerator and denominator have people in common, and the variance
// holds their covariance; the interval is made on the scale of logarithms.

// indices makes a table for each question on expectation: its items, or the one
// figure, by segment and by what was rated.
func indices(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, q := range p.Measuring("expectation") {
		if q.Multi || q.Answers == nil || !q.hasTop() {
			continue
		}
		t, err := p.indicesOf(q)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// A group is a column of a table of indices: people, and of a loop one turn or all.
type group struct {
	crosstab.Column
	in   []bool
	turn int // -1 for all
}

func (p *People) indicesOf(q *Question) (*crosstab.Table, error) {
	figures := q.keyFigures()
	groups, segments := p.groups(q)
	t := &crosstab.Table{ID: q.Name + ".index", Question: q.Name, Model: true, Title: "Index: " + q.heading(), Text: q.Text, BaseText: "All who answered", Groups: segments}
	asked := make([]bool, p.Rows())
	for k := range figures {
		for i, in := range figures[k].asked() {
			asked[i] = asked[i] || in
		}
	}
	for _, g := range groups {
		x := g.Column
		x.Letter, x.Rest = "", false
		x.Base = p.base(g.in, asked)
		if g.turn >= 0 {
			x.Base = p.base(g.in, answered(q.topped(q.Items[0].Codes[g.turn])))
		}
		x.Status = p.status(x.Base)
		t.Columns = append(t.Columns, x)
	}
	b := &builder{p, t}
	for k := range figures {
		f := &figures[k]
		cells := make([]crosstab.Cell, len(groups))
		for j, g := range groups {
			part := f
			if g.turn >= 0 {
				part = &keyFigure{share: true}
				part.add(q.topped(q.Items[k].Codes[g.turn]))
			}
			var err error
			if cells[j], err = p.index(part, g.in, f, j == 0); err != nil {
				return nil, err
			}
		}
		label := "Index"
		if f.key != "" {
			label = f.label
		}
		b.row(crosstab.Row{Kind: crosstab.Index, Label: label, Code: "index." + f.key, Of: append([]crosstab.Figure{f.of}, p.inTotal([]crosstab.Figure{f.of})...)}, cells...)
	}
	b.note("The share of top answers in the column over that of Total, times 100: 100 is like all, 120 is a share that is larger by a fifth. The interval knows that the people of the column are in Total too.")
	return t, nil
}

// groups are Total, the columns of segments, and the turns of a question's loop.
// Waves are left out: the chapter on the trend compares them.
func (p *People) groups(q *Question) (out []group, segments []crosstab.Group) {
	out = append(out, group{p.Columns[0].Column, p.Columns[0].In, -1})
	for _, s := range p.Groups {
		if s.Name == "wave" {
			continue
		}
		segments = append(segments, crosstab.Group{Name: s.Name, Label: s.Label, First: len(out), N: s.N})
		for _, c := range p.Columns[s.First : s.First+s.N] {
			out = append(out, group{c.Column, c.In, -1})
		}
	}
	if q.Loop == nil || q.Loop.Segment == "" || len(q.Items) > 1 {
		return out, segments
	}
	segments = append(segments, crosstab.Group{Name: q.Loop.Segment, Label: q.Loop.Label, First: len(out), N: len(q.Loop.Items)})
	for k, label := range q.Loop.Items {
		out = append(out, group{crosstab.Column{Group: q.Loop.Segment, Label: label, Wave: p.Columns[0].Wave}, p.Columns[0].In, k})
	}
	return out, segments
}

// index is the cell of a figure of some people over that of all. It stands on the
// smaller of those who gave a top answer and those who gave another.
func (p *People) index(part *keyFigure, in []bool, all *keyFigure, total bool) (crosstab.Cell, error) {
	of := func(f *keyFigure) stats.Statistic { return stats.Ratio(nil, [][]float64{f.y}, [][]float64{f.n}) }
	d := p.All.Domain(p.Columns[0].In)
	tops, rest := 0, 0
	for i, w := range d.Weights() {
		if w == 0 || !in[i] || part.n[i] == 0 {
			continue
		}
		if part.y[i] > 0 {
			tops++
		}
		if part.y[i] < part.n[i] {
			rest++
		}
	}
	if tops+rest == 0 {
		return none(), nil
	}
	e, err := d.Estimate(stats.In(in, of(part)), of(all))
	if err != nil {
		return crosstab.Cell{}, err
	}
	a, b := e.Value[0], e.Value[1]
	e = e.Contrast([]string{"index"}, []float64{100 / b, -100 * a / (b * b)}) // the derivatives: of its variance
	e.Value[0] = 100 * a / b
	low, high, se := math.NaN(), math.NaN(), math.NaN()
	if !total { // which is like itself
		se = e.SE(0)
		low, high = e.LogInterval(0, p.Level)
	}
	c := p.made(e.Value[0], se, low, high, e.DF, min(tops, rest))
	if c.Status == crosstab.LowBase {
		c.Status = crosstab.OK // the base of the column says whether it is low
	}
	return c, nil
}
