package analysis

import (
	"fmt"
	"math"
	"slices"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/multivariate"
)

// What the scales of this file take: items that make one at least, and items of
// other kinds that tell how high somebody answers.
const (
	fewestItems   = 3
	fewestAnswers = 8 // of scales of at least so many points:
	fewestPoints  = 4
)

// points are the answers to a scale from 0, its lowest, to 100, its highest.
func (r rating) points() []float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, a := range r.of.Answers {
		if !math.IsNaN(a.Score) {
			low, high = min(low, a.Score), max(high, a.Score)
		}
	}
	out := make([]float64, len(r.y))
	for i, v := range r.y {
		out[i] = math.NaN()
		if high > low {
			out[i] = 100 * (v - low) / (high - low)
		}
	}
	return out
}

// averaged is the mean of the points of somebody's answers; NaN for who answered
// fewer than half.
func averaged(items []rating) []float64 {
	out := make([]float64, len(items[0].y))
	n := make([]int, len(out))
	for _, it := range items {
		for i, v := range it.points() {
			if !math.IsNaN(v) {
				out[i] += v
				n[i]++
			}
		}
	}
	for i := range out {
		if 2*n[i] < len(items) {
			out[i] = math.NaN()
		} else {
			out[i] /= float64(n[i])
		}
	}
	return out
}

// worries are the items that make the scale of concern: those of the first question
// that has enough, else of all together; nil if they are too few.
func (p *People) worries() []rating {
	for _, q := range p.Measuring("concern") {
		if items := scales([]*Question{q}, false); len(items) >= fewestItems {
			return items
		}
	}
	if items := scales(p.Measuring("concern"), false); len(items) >= fewestItems {
		return items
	}
	return nil
}

// meansOf are where the streamed tables have the means of some items.
func meansOf(items []rating) []crosstab.Figure {
	var out []crosstab.Figure
	for _, it := range items {
		out = append(out, it.from)
	}
	return out
}

// inTotal are figures of Total, whatever column is made of them.
func (p *People) inTotal(of []crosstab.Figure) []crosstab.Figure {
	out := slices.Clone(of)
	for k := range out {
		out[k].Label = p.Columns[0].Label
	}
	return out
}

// concerns is a scale of concern by the banner: its mean, what that is above the
// mean of everybody, and how far its items measure one thing.
func concerns(p *People) ([]*crosstab.Table, error) {
	items := p.worries()
	if items == nil {
		return nil, nil
	}
	y := averaged(items)
	q := items[0].of
	b := p.banner(crosstab.Table{ID: "concern.scale", Question: q.Name, Title: "Scale of concern", Text: q.Text, Unit: "points",
		BaseText: "All who answered at least half"}, answered(y))
	if b.t.Columns[0].Base.People < p.Small {
		return nil, nil
	}
	var means, apart, alpha []crosstab.Cell
	total := stats.In(p.Columns[0].In, stats.Mean([]string{""}, y))
	for j, c := range p.Columns {
		m, a := none(), none()
		if n := b.t.Columns[j].Base.Unweighted; n > 0 && !c.Unprinted {
			e, err := p.All.Estimate(stats.In(c.In, stats.Mean([]string{""}, y)), total)
			if err != nil {
				return nil, err
			}
			e.DF = p.All.Domain(c.In).DF()
			m = p.cell(e, 0, n)
			if j > 0 {
				a = p.cell(e.Contrast(nil, []float64{1, -1}), 0, n)
			}
		}
		means, apart, alpha = append(means, m), append(apart, a), append(alpha, none())
	}
	var columns [][]float64
	for _, it := range items {
		columns = append(columns, it.points())
	}
	e, err := p.Design.Estimate(multivariate.Alpha(columns...))
	if err != nil {
		return nil, err
	}
	alpha[0] = p.cell(e, 0, 0)
	of := meansOf(items)
	b.row(crosstab.Row{Kind: crosstab.Mean, Code: "mean", Label: "Mean, 0 to 100", Of: of}, means...)
	b.row(crosstab.Row{Kind: crosstab.Coefficient, Code: "apart", Label: "Mean less that of everybody", Of: append(p.inTotal(of), of...)}, apart...)
	b.row(crosstab.Row{Kind: crosstab.Coefficient, Code: "alpha", Label: "Cronbach's alpha"}, alpha...)
	b.note(fmt.Sprintf("The mean of somebody's answers to %d items, the lowest answer 0 and the highest 100. Cronbach's alpha, which has no unit, says how far they measure one thing: near 1 they do.", len(items)))
	return []*crosstab.Table{b.t}, nil
}

// styles compares concern by country beside how high the same people answer: some
// tend to high answers whatever is asked, and such habits differ by country.
func styles(p *People) ([]*crosstab.Table, error) {
	items := p.worries()
	_, by := p.compared()
	if items == nil || by == nil {
		return nil, nil
	}
	var all []rating
	others := false
	for _, r := range scales(p.Questions, false) {
		if len(r.of.Answers) >= fewestPoints {
			all = append(all, r)
			others = others || r.of.Measures != "concern"
		}
	}
	if len(all) < fewestAnswers || !others {
		return nil, nil
	}
	raw, own := averaged(items), averaged(all)
	centred := make([]float64, len(raw))
	for i := range raw {
		centred[i] = raw[i] - own[i]
		if math.IsNaN(centred[i]) {
			raw[i] = math.NaN()
		}
	}
	q := items[0].of
	b := p.across(by.Name, crosstab.Table{ID: "concern.style", Question: q.Name, Title: "Concern beside how high the same people answer", Text: q.Text, Unit: "points",
		BaseText: "All who answered at least half of the scales"}, answered(raw))
	if len(b.t.Groups) == 0 || b.t.Columns[0].Base.People < p.Small {
		return nil, nil
	}
	for _, x := range []struct {
		code, label string
		kind        crosstab.RowKind
		y           []float64
	}{{"raw", "As answered, 0 to 100", crosstab.Mean, raw}, {"own", "Above their own average answer", crosstab.Coefficient, centred}} {
		if err := b.means(crosstab.Row{Kind: x.kind, Code: x.code, Label: x.label, Of: meansOf(items)}, x.y, by); err != nil {
			return nil, err
		}
	}
	b.note(fmt.Sprintf("Some people give high answers whatever they are asked, in some countries more than in others. So concern is also measured from each person's own average over %d scales of all subjects, each from 0 to 100. This takes away such habits, and with them what people truly share about all subjects; where the two ways disagree, the order of countries is not safe.", len(all)))
	b.note("Intervals of differences from the average hold for all at once (Bonferroni).")
	return []*crosstab.Table{b.t}, nil
}

// means adds the means of Total and of the groups of a segment as a row, and what each
// is above the average of the groups.
func (b *builder) means(r crosstab.Row, y []float64, by *Segment) error {
	n := len(by.Groups)
	group := make([]int, len(by.Of))
	for i, g := range by.Of {
		group[i] = int(g)
	}
	e, err := b.p.Design.Domain(answered(y)).Estimate(append(stats.By(group, n, stats.Mean([]string{""}, y)), stats.Mean([]string{""}, y))...)
	if err != nil {
		return err
	}
	base := func(col int) int { return b.t.Columns[col].Base.Unweighted }
	var there []int
	for g := range n {
		if base(1+g) >= b.p.Small {
			there = append(there, g)
		}
	}
	means, apart := []crosstab.Cell{b.p.cell(e, n, base(0))}, []crosstab.Cell{none()}
	for g := range n {
		m, a := none(), none()
		if base(1+g) > 0 {
			m = b.p.cell(e, g, base(1+g))
		}
		if base(1+g) >= b.p.Small && len(there) > 1 {
			c := make([]float64, n+1)
			for _, other := range there {
				c[other] -= 1 / float64(len(there))
			}
			c[g]++
			a = b.p.atOnce(e.Contrast(nil, c), 0, len(there), base(1+g))
		}
		means, apart = append(means, m), append(apart, a)
	}
	b.row(r, b.filled(means)...)
	b.row(crosstab.Row{Kind: crosstab.Coefficient, Code: r.Code + "apart", Label: r.Label + ": less average of all", Of: r.Of}, b.filled(apart)...)
	return nil
}
