package analysis

import (
	"fmt"
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/hypothesis"
)

// An experiment is a question whose answer a draw decided.
type experiment struct {
	q    *Question
	arms []int // answers that enough people drew; the last is what the others are compared with
	of   []uint8
	y    []float64
}

// experiments say what a message does that a draw gave to some and not to others:
// the share who are willing in each arm and the differences, in every column of
// the banner; whether groups of people differ in it; and whether the draw made arms
// that are alike.
func experiments(p *People) ([]*crosstab.Table, error) {
	o := p.willingness()
	if o == nil {
		return nil, nil
	}
	var out []*crosstab.Table
	for _, x := range p.drawn(o) {
		for _, table := range []func(*People, *outcome) (*crosstab.Table, error){x.effect, x.differ, x.balance} {
			t, err := table(p, o)
			if err != nil {
				return nil, err
			}
			if t != nil {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// drawn are the experiments of which two arms have enough people.
func (p *People) drawn(o *outcome) []*experiment {
	var out []*experiment
	for _, q := range p.Measuring("communication") {
		if !q.Randomized || q.Multi || q.Loop != nil {
			continue
		}
		x := &experiment{q: q, of: q.Items[0].Codes[0], y: o.y}
		for a := range q.Answers {
			if x.people(p.Design, a, nil) >= p.Small {
				x.arms = append(x.arms, a)
			}
		}
		if len(x.arms) > 1 {
			out = append(out, x)
		}
	}
	return out
}

// in marks the people who drew an arm, of some.
func (x *experiment) in(arm int, of []bool) []bool {
	out := make([]bool, len(x.of))
	for i, c := range x.of {
		out[i] = int(c) == arm && (of == nil || of[i])
	}
	return out
}

// two marks the people who drew an arm or the last.
func (x *experiment) two(arm int) []bool {
	out := make([]bool, len(x.of))
	for i, c := range x.of {
		out[i] = int(c) == arm || int(c) == x.control()
	}
	return out
}

// drew is 1 for those who drew an arm, 0 for others.
func (x *experiment) drew(arm int) []float64 {
	out := make([]float64, len(x.of))
	for i, c := range x.of {
		if int(c) == arm {
			out[i] = 1
		}
	}
	return out
}

// drawn marks the people who drew any arm.
func (x *experiment) drawn() []bool {
	out := make([]bool, len(x.of))
	for i, c := range x.of {
		out[i] = c != None
	}
	return out
}

// answered marks those of them who said whether they are willing.
func (x *experiment) answered() []bool {
	out := x.drawn()
	for i, v := range x.y {
		out[i] = out[i] && !math.IsNaN(v)
	}
	return out
}

// people counts those of a domain who drew an arm and answered, of some.
func (x *experiment) people(d *stats.Design, arm int, of []bool) int {
	n := 0
	w := d.Weights()
	for i, in := range x.in(arm, of) {
		if in && w[i] != 0 && !math.IsNaN(x.y[i]) {
			n++
		}
	}
	return n
}

// control is the arm that the others are compared with.
func (x *experiment) control() int { return x.arms[len(x.arms)-1] }

// versus names a comparison.
func (x *experiment) versus(arm int) string {
	return fmt.Sprintf("%s compared with %s", x.q.Answers[arm].Label, x.q.Answers[x.control()].Label)
}

// effect says the share of the willing in every arm, and what it is above that of
// the last, by the columns of the banner.
func (x *experiment) effect(p *People, o *outcome) (*crosstab.Table, error) {
	b := p.banner(crosstab.Table{ID: x.q.Name + ".effect", Question: x.q.Name, Title: "What the draw changes: " + o.q.Label, Text: o.q.Text,
		BaseText: "All who were drawn and answered", Multi: true}, x.answered())
	of := x.figures(o)
	cells := make([][]crosstab.Cell, len(x.arms))
	for k, arm := range x.arms {
		y := make([]float64, len(x.y))
		for i, v := range x.y {
			if y[i] = math.NaN(); int(x.of[i]) == arm {
				y[i] = v
			}
		}
		var err error
		if cells[k], err = p.portions(y); err != nil {
			return nil, err
		}
		for j, c := range p.Columns {
			if x.people(p.All, arm, c.In) < p.Small {
				cells[k][j] = unsaid(cells[k][j])
			}
		}
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: o.label() + ": " + x.q.Answers[arm].Label, Code: "share." + x.q.Answers[arm].Code, Of: of}, cells[k]...)
	}
	last := cells[len(cells)-1]
	for k, arm := range x.arms[:len(x.arms)-1] {
		lift := make([]crosstab.Cell, len(p.Columns))
		for j, c := range p.Columns {
			lift[j] = none()
			if cells[k][j].Status == crosstab.NotApplicable || last[j].Status == crosstab.NotApplicable {
				continue
			}
			e, err := x.lifts(p.All.Domain(c.In), arm, [][]bool{c.In})
			if err != nil {
				return nil, err
			}
			lift[j] = p.cell(e, 0, min(x.people(p.All, arm, c.In), x.people(p.All, x.control(), c.In)))
			lift[j].Count = fewest(p.All.Domain(c.In).Domain(x.two(arm)), x.drew(arm), x.y)
		}
		b.row(crosstab.Row{Kind: crosstab.Difference, Label: x.versus(arm), Code: "lift." + x.q.Answers[arm].Code, Of: of}, lift...)
	}
	b.note(o.among() + " A draw decided who is in which arm, so that the difference between arms is caused by what was drawn, and chance. Columns with fewer than " + fmt.Sprint(p.Small) + " people in an arm are left empty.")
	return b.t, nil
}

// figures are those that the arms are parts of.
func (x *experiment) figures(o *outcome) []crosstab.Figure {
	of := o.figures()
	for _, a := range x.q.Answers {
		of = append(of, crosstab.Figure{Table: x.q.Name, Kind: crosstab.Proportion, Code: a.Code})
	}
	return of
}

// effectOtherwise is what the first message changes, its first arm compared with the
// last, under other choices; nil without a draw.
func (p *People) effectOtherwise(o *outcome, doubts []doubt) ([]*crosstab.Table, error) {
	if o == nil {
		return nil, nil
	}
	drawn := p.drawn(o)
	if len(drawn) == 0 {
		return nil, nil
	}
	x := drawn[0]
	arm := x.arms[0]
	asked := both(x.answered(), x.two(arm))
	effect := crosstab.Figure{Table: x.q.Name + ".effect", Kind: crosstab.Difference, Code: "lift." + x.q.Answers[arm].Code}
	t, err := p.choice(crosstab.Table{ID: x.q.Name + ".choices", Question: x.q.Name, Title: OtherChoices + x.versus(arm), Text: o.q.Text, BaseText: "All who were drawn and answered"},
		recount{kind: crosstab.Difference, design: p.Design, asked: asked, of: append([]crosstab.Figure{effect}, x.figures(o)...),
			make: func(d *stats.Design) (crosstab.Cell, error) {
				e, err := x.lifts(d, arm, [][]bool{nil})
				if err != nil {
					return crosstab.Cell{}, err
				}
				c := p.cell(e, 0, min(x.people(d, arm, nil), x.people(d, x.control(), nil)))
				c.Count = fewest(d.Domain(x.two(arm)), x.drew(arm), x.y)
				return c, nil
			}}, besides(doubts, func(q *Question) bool { return q == o.q }))
	if t == nil || err != nil {
		return nil, err
	}
	return []*crosstab.Table{t}, nil
}

// lifts are the differences between an arm and the last, in several groups of
// people, together.
func (x *experiment) lifts(d *stats.Design, arm int, groups [][]bool) (*stats.Estimates, error) {
	var means []stats.Statistic
	var names []string
	var rows [][]float64
	mean := stats.Mean([]string{""}, x.y)
	for g, in := range groups {
		means = append(means, stats.In(x.in(arm, in), mean), stats.In(x.in(x.control(), in), mean))
		names = append(names, fmt.Sprint(g))
		row := make([]float64, 2*len(groups))
		row[2*g], row[2*g+1] = 1, -1
		rows = append(rows, row)
	}
	e, err := d.Estimate(means...)
	if err != nil {
		return nil, err
	}
	return e.Contrast(names, rows...), nil
}

// tested are the segments whose groups are compared: all but the draw itself.
func (x *experiment) tested(p *People) []*Segment {
	var out []*Segment
	for k := range p.Segments {
		s := &p.Segments[k]
		if !follows(p.Design, s.Of, x.of) {
			out = append(out, s)
		}
	}
	return out
}

// follows tells whether the code of everybody in the domain tells the group: then
// the segment is the question over again.
func follows(d *stats.Design, groups []int16, codes []uint8) bool {
	group := map[uint8]int16{}
	w := d.Weights()
	for i, c := range codes {
		if w[i] == 0 || c == None {
			continue
		}
		if g, ok := group[c]; ok && g != groups[i] {
			return false
		}
		group[c] = groups[i]
	}
	return true
}

// differ tests, segment by segment, whether the difference between arms is the
// same in all groups. The tests are adjusted for their number.
func (x *experiment) differ(p *People, o *outcome) (*crosstab.Table, error) {
	var rows []crosstab.Row
	var tests []float64
	for _, arm := range x.arms[:len(x.arms)-1] {
		for _, s := range x.tested(p) {
			var groups [][]bool
			for g := range s.Groups {
				in := s.in(g)
				if x.people(p.Design, arm, in) >= p.Small && x.people(p.Design, x.control(), in) >= p.Small {
					groups = append(groups, in)
				}
			}
			if len(groups) < 2 {
				continue
			}
			e, err := x.lifts(p.Design, arm, groups)
			if err != nil {
				return nil, err
			}
			rows = append(rows, crosstab.Row{Kind: crosstab.PValue, Label: fmt.Sprintf("%s, by %s", x.versus(arm), s.Label),
				Code: "differ." + x.q.Answers[arm].Code + "." + s.Name})
			tests = append(tests, hypothesis.AllEqual(e).P)
		}
	}
	return p.chances(crosstab.Table{ID: x.q.Name + ".differ", Question: x.q.Name, Title: "Whether the effect differs between groups of people", Text: o.q.Text,
		BaseText: "All who were drawn and answered"}, x.answered(), rows, tests,
		"F tests that the difference between the arms is the same in all groups of a segment"), nil
}

// balance says how the arms differ in who they are, with a test for each segment.
func (x *experiment) balance(p *People, o *outcome) (*crosstab.Table, error) {
	var rows []crosstab.Row
	var tests []float64
	arms := make([]int, len(x.of))
	for i, c := range x.of {
		arms[i] = -1
		for k, a := range x.arms {
			if int(c) == a {
				arms[i] = k
			}
		}
	}
	for _, s := range x.tested(p) {
		groups := make([]int, len(s.Of))
		for i, g := range s.Of {
			groups[i] = int(g)
		}
		a, err := hypothesis.Independence(p.Design, arms, groups)
		if err != nil {
			return nil, err
		}
		rows = append(rows, crosstab.Row{Kind: crosstab.PValue, Label: "Arms alike in " + s.Label, Code: "alike." + s.Name})
		tests = append(tests, a.F().P)
	}
	return p.chances(crosstab.Table{ID: x.q.Name + ".balance", Question: x.q.Name, Title: "Whether the draw made arms that are alike", Text: x.q.Text,
		BaseText: "All who were drawn"}, x.drawn(), rows, tests,
		"Rao-Scott tests that arms have the same shares of the groups of a segment"), nil
}

// chances are a table of tests: the chance of differences as large as those
// observed if there were none, adjusted for the number of tests (Holm), among the people
// of a base. Tests that do not exist are left out; nil without any.
func (p *People) chances(t crosstab.Table, base []bool, rows []crosstab.Row, tests []float64, what string) *crosstab.Table {
	b := p.total(t, base)
	for k, adjusted := range hypothesis.Adjust(tests, hypothesis.Holm) {
		if math.IsNaN(adjusted) {
			continue
		}
		b.row(rows[k], p.made(adjusted, math.NaN(), math.NaN(), math.NaN(), math.NaN(), 0))
	}
	if len(b.t.Rows) == 0 {
		return nil
	}
	b.note(what + ". A figure is the p value, how rarely chance alone makes differences as large as these, adjusted for the number of tests (Holm): below 0.05 they are hard to put down to chance.")
	return b.t
}

// in marks the people of a group.
func (s *Segment) in(group int) []bool {
	out := make([]bool, len(s.Of))
	for i, g := range s.Of {
		out[i] = int(g) == group
	}
	return out
}
