package analysis

import (
	"fmt"
	"math"
	"slices"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/model"
)

// custodians ranks what people rated for trust: the industries of a loop, or the
// items of a list.
func custodians(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, q := range p.Measuring("trust") {
		if !q.tops() || q.Loop != nil && len(q.Items) > 1 {
			continue
		}
		things, thin := p.rated(q)
		t, err := p.ranks(crosstab.Table{ID: q.Name + ".ranks", Question: q.Name, Title: "Trust, ranked", Text: q.Text,
			BaseText: "All who rated at least one"}, things, thin)
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}

// trustAndSharing says what people who trust would share: by industry, where the
// same loop asks for both, and what a step of trust is worth.
func trustAndSharing(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, q := range p.Measuring("trust") {
		score := q.scores()
		if score == nil || len(q.Items) != 1 {
			continue
		}
		inside := false
		for _, s := range p.Measuring("sharing") {
			if q.Loop == nil || s.Loop == nil || s.Loop.Name != q.Loop.Name || !s.tops() || !s.Multi && len(s.Items) > 1 {
				continue
			}
			would := s.given()
			tables, err := p.insideLoop(q, s, score, would)
			if err != nil {
				return nil, err
			}
			out, inside = append(out, tables...), true
			break
		}
		if inside {
			continue
		}
		t, err := p.acrossPeople(q, score)
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}

// scores are the scores of the answers of a scale, by turn and row, NaN for none;
// nil if answers have none.
func (q *Question) scores() [][]float64 {
	some := false
	for _, a := range q.Answers {
		some = some || !math.IsNaN(a.Score)
	}
	if !some || q.Multi {
		return nil
	}
	var out [][]float64
	for _, codes := range q.Items[0].Codes {
		y := make([]float64, len(codes))
		for i, c := range codes {
			y[i] = math.NaN()
			if c != None {
				y[i] = q.Answers[c].Score
			}
		}
		out = append(out, y)
	}
	return out
}

// given is the share of the items that somebody would share, or whether they would,
// by turn and row: 0 to 1, NaN for no answer.
func (q *Question) given() [][]float64 {
	turns := len(q.Items[0].Codes)
	out := make([][]float64, turns)
	for turn := range turns {
		var codes [][]uint8
		for _, it := range q.Items {
			if !it.None {
				codes = append(codes, it.Codes[turn])
			}
		}
		t := tally("", q, codes...)
		for i, n := range t.of {
			t.count[i] /= n // 0/0 is NaN: no answer
		}
		out[turn] = t.count
	}
	return out
}

// insideLoop are the tables of trust and sharing that the same people were asked
// for about the same things.
func (p *People) insideLoop(q, s *Question, score, would [][]float64) ([]*crosstab.Table, error) {
	what := "the share of the kinds of data that they would share"
	if !s.Multi {
		what = "the share who would share"
	}
	base := make([]bool, p.Rows())
	for i := range base {
		n := 0
		for turn := range score {
			if !math.IsNaN(score[turn][i]) && !math.IsNaN(would[turn][i]) {
				n++
			}
		}
		base[i] = n > 1
	}
	step, err := p.step(crosstab.Table{ID: q.Name + ".step", Question: q.Name, Title: "What a step of trust is worth", Text: q.Text,
		BaseText: "All who rated two or more"}, base, "within", func(d *stats.Design) (*stats.Estimates, error) {
		return d.Estimate(model.Within([]string{"trust"}, would, score))
	})
	if err != nil || step == nil {
		return nil, err
	}
	step.note("Of two things that the same person rates, by how many points " + what + " is higher for the one that they trust one step of the scale more, beyond what everybody shares more with it (a linear regression with a constant for every person and every thing). It compares people with themselves; it does not show what would happen if trust were raised.")
	step.inKinds(s)
	around, err := p.around(q, s, would, what)
	if err != nil || around == nil {
		return []*crosstab.Table{step.t}, err
	}
	return []*crosstab.Table{around, step.t}, nil
}

// inKinds adds to the step within people, of the share of the kinds of data, how many
// kinds that is; not where some were asked about a part of them only.
func (b *builder) inKinds(s *Question) {
	var kinds float64
	var codes [][]uint8
	for _, it := range s.Items {
		if !it.None {
			kinds++
		}
	}
	if !s.Multi {
		return
	}
	for turn := range s.Items[0].Codes {
		codes = codes[:0]
		for _, it := range s.Items {
			if !it.None {
				codes = append(codes, it.Codes[turn])
			}
		}
		if slices.ContainsFunc(tally("", s, codes...).of, func(n float64) bool { return n > 0 && n < kinds }) {
			return
		}
	}
	row := len(b.t.Rows) - 1
	cells := slices.Clone(b.t.Cells[row])
	for j := range cells {
		c := &cells[j]
		c.Estimate, c.SE, c.Low, c.High = kinds*c.Estimate, kinds*c.SE, kinds*c.Low, kinds*c.High
	}
	b.row(crosstab.Row{Kind: crosstab.Coefficient, Label: fmt.Sprintf("The same in kinds of data, of %.0f", kinds), Code: "kinds", Of: b.t.Rows[row].Of}, cells...)
}

// around places the things by trust and by what people would share with them,
// against the mean of the things.
func (p *People) around(q, s *Question, would [][]float64, what string) (*crosstab.Table, error) {
	if !q.tops() {
		return nil, nil
	}
	things, _ := p.rated(q)
	var names []string
	var y, x [][]float64
	var of [2][][]crosstab.Figure // where the tables have what each thing is trusted, and given
	base := make([]bool, p.Rows())
	for turn, label := range q.Loop.Items {
		trusted := tally(label, q, q.Items[0].Codes[turn])
		shared := thing{label: label, count: make([]float64, p.Rows()), of: make([]float64, p.Rows())}
		for i, v := range would[turn] {
			base[i] = base[i] || trusted.of[i] > 0 || !math.IsNaN(v) // of what few rated too: else it would tell how few
			if !math.IsNaN(v) {
				shared.count[i], shared.of[i] = v, 1
			}
		}
		if p.raters(trusted) < p.Small {
			continue
		}
		names = append(names, label, label)
		var given []crosstab.Figure
		for _, it := range s.Items {
			given = append(given, s.inTurn(s.figure(it), turn))
		}
		of[0], of[1] = append(of[0], []crosstab.Figure{q.inTurn(q.figure(q.Items[0]), turn)}), append(of[1], given)
		y, x = append(y, trusted.count, shared.count), append(x, trusted.of, shared.of)
	}
	if len(names) < 4 {
		return nil, nil
	}
	e, err := p.Design.Domain(base).Estimate(stats.Ratio(names, y, x))
	if err != nil {
		return nil, err
	}
	b := p.total(crosstab.Table{ID: q.Name + "." + s.Name, Question: q.Name, Title: "Trust and what people would share", Text: q.Text,
		BaseText: "All who rated at least one"}, base)
	n := len(names) / 2
	for k := range n {
		b.thing(e, k, n, names[2*k], p.raters(things[k]), of)
	}
	for v, which := range []struct{ code, label string }{{"mean.trust", "Mean of all: trusted"}, {"mean.shared", "Mean of all: would be given"}} {
		mean := make([]float64, 2*n)
		for j := range n {
			mean[2*j+v] = 1 / float64(n)
		}
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: which.label, Code: which.code, Of: slices.Concat(of[v]...)}, p.cell(e.Contrast([]string{which.label}, mean), 0, 0))
	}
	b.note("Given is " + what + ". Each is also said against the mean of all of them, with the covariance of ratings by the same people. The correlation is that of the two estimates, for the ellipse around both.")
	return b.t, nil
}

// thing adds the rows of one of n things whose shares of trust and of sharing stand
// side by side in e. What one is above the mean of all tells that mean, and so is made
// of all.
func (b *builder) thing(e *stats.Estimates, k, n int, label string, people int, of [2][][]crosstab.Figure) {
	for v, which := range []struct{ code, label string }{{"trust", "trusted"}, {"shared", "would be given"}} {
		i := 2*k + v
		c := b.p.cell(e, i, people)
		c.Low, c.High = max(0, c.Low), min(1, c.High)
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: label + ": " + which.label, Code: fmt.Sprintf("%s.%d", which.code, k+1), Of: of[v][k]}, c)
		against := make([]float64, 2*n)
		for j := range n {
			against[2*j+v] = -1 / float64(n)
		}
		against[i]++
		b.row(crosstab.Row{Kind: crosstab.Difference, Label: label + ": " + which.label + ", less the mean of all", Code: fmt.Sprintf("more.%s.%d", which.code, k+1), Of: slices.Concat(of[v]...)},
			b.p.cell(e.Contrast([]string{label}, against), 0, people))
	}
	r := e.Cov.At(2*k, 2*k+1) / (e.SE(2*k) * e.SE(2*k+1))
	c := b.p.made(r, math.NaN(), 0, 0, 0, people)
	b.row(crosstab.Row{Kind: crosstab.Coefficient, Label: label + ": correlation of the two estimates", Code: fmt.Sprint("correlation.", k+1), Of: slices.Concat(of[0][k], of[1][k])}, c)
}

// step is a table of what a step of trust is worth, the last number of slope, by the
// columns of the banner; nil if too few people are in it.
func (p *People) step(t crosstab.Table, base []bool, code string, slope func(*stats.Design) (*stats.Estimates, error)) (*builder, error) {
	b := p.banner(t, base)
	if b.t.Columns[0].Base.People < p.Small {
		return nil, nil
	}
	cells := make([]crosstab.Cell, len(p.Columns))
	for j, c := range p.Columns {
		if cells[j] = none(); c.Unprinted || b.t.Columns[j].Base.People < p.Small {
			continue
		}
		e, err := slope(p.All.Domain(c.In).Domain(base))
		if err != nil {
			return nil, err
		}
		cells[j] = p.cell(e, e.Len()-1, 0)
	}
	b.row(crosstab.Row{Kind: crosstab.Effect, Label: "One step more of trust", Code: code}, cells...)
	return b, nil
}

// acrossPeople compares people who trust more with those who trust less, where
// trust and sharing are not asked about the same things.
func (p *People) acrossPeople(q *Question, score [][]float64) (*crosstab.Table, error) {
	var s *Question
	for _, x := range p.Measuring("sharing") {
		if x.tops() && (s == nil || s.Loop != nil && x.Loop == nil) {
			s = x
		}
	}
	if s == nil {
		return nil, nil
	}
	trust, would := means(score), means(s.given())
	base := make([]bool, p.Rows())
	for i := range base {
		base[i] = !math.IsNaN(trust[i] + would[i])
	}
	m, err := model.New(model.Spec{Outcome: would, Data: model.Data{"trust": model.Numeric(trust)}, Terms: []model.Term{{"trust"}}})
	if err != nil {
		return nil, err
	}
	b, err := p.step(crosstab.Table{ID: q.Name + ".step", Question: q.Name, Title: "What a step of trust is worth", Text: q.Text,
		BaseText: "All who answered both questions"}, base, "across", func(d *stats.Design) (*stats.Estimates, error) {
		f, err := m.Fit(d)
		if err != nil {
			return nil, err
		}
		return f.Estimates, nil
	})
	if err != nil || b == nil {
		return nil, err
	}
	b.note("By how many points more people would share who trust one step of the scale more (a linear regression). It compares different people, who differ in other ways than trust as well.")
	return b.t, nil
}

// means are the means over turns, NaN for nobody.
func means(turns [][]float64) []float64 {
	out := make([]float64, len(turns[0]))
	for i := range out {
		sum, n := 0.0, 0.0
		for _, y := range turns {
			if !math.IsNaN(y[i]) {
				sum += y[i]
				n++
			}
		}
		out[i] = sum / n // 0/0 is NaN: no answer
	}
	return out
}
