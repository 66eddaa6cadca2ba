package pipeline

import (
	"fmt"

	"tradeoff/data/study"
	"tradeoff/stats/crosstab"
)

// The contradiction is a property of a person: who wants personalized service
// and worries about the data that it takes. A cross counts every respondent
// once in one of four quadrants, from all questions that measure the two.

// The measures of the two sides.
const (
	want  = "expectation"
	worry = "concern"
)

// quadrants in the order of the figure; places are 2*not want + not worry.
var quadrants = []string{"Want it and worry", "Want it, do not worry", "Do not want it, worry", "Neither want it nor worry"}

// A side is the questions of one measure. A person is on the side when at
// least half of the answers that she gave to them lie in the top answers; a
// tick-all question counts as one answer, given when anything is ticked.
type side []*counter

func (s side) questions() []string {
	var names []string
	for _, c := range s {
		names = append(names, "“"+c.q.text+"”")
	}
	return names
}

// scales leaves out questions with nets of their own where there are others:
// the top of a scale says what it measures, a net may say something near it.
func (s side) scales() side {
	var out side
	for _, c := range s {
		if c.q.spec.Top > 0 || c.q.spec.Type == study.Multi {
			out = append(out, c)
		}
	}
	if out == nil {
		return s
	}
	return out
}

// A cross is the counter of the quadrants.
type cross struct {
	want, worry side
	sum         *crosstab.Accumulator
	scratch     scratch
	answered    int
}

// newCross finds the questions of the two sides; nil if one has none.
func newCross(f *frame, counters []*counter) *cross {
	x := &cross{sum: crosstab.NewAccumulator(f.design)}
	for _, c := range counters {
		if c.top() == nil && c.q.spec.Type != study.Multi || c.q.spec.Separator != "" {
			continue
		}
		switch c.q.spec.Measures {
		case want:
			x.want = append(x.want, c)
		case worry:
			x.worry = append(x.worry, c)
		}
	}
	x.want, x.worry = x.want.scales(), x.worry.scales()
	if len(x.want) == 0 || len(x.worry) == 0 {
		return nil
	}
	x.scratch.code = make([][]int16, 1)
	return x
}

// top is the set of places in a question's first net: its top answers, or the
// net that the study names. nil if it has none.
func (c *counter) top() map[int16]bool {
	q := c.q
	places := q.box(q.spec.Top)
	if places == nil && len(q.spec.Nets) > 0 {
		places = q.net(q.spec.Nets[0])
	}
	if places == nil {
		return nil
	}
	set := map[int16]bool{}
	for _, p := range places {
		set[p] = true
	}
	return set
}

// share counts a person's answers on a side: how many, and how many in the
// top answers.
func (s side) share(tops []map[int16]bool, cols []column, i int) (hits, tries int) {
	for n, c := range s {
		if !c.eligible(cols, i) {
			continue
		}
		for l := range c.loops() {
			h, t := c.answersOf(tops[n], cols, i, l)
			hits += h
			tries += t
		}
	}
	return hits, tries
}

// answersOf looks at one question, or one turn of a loop, for share.
func (c *counter) answersOf(top map[int16]bool, cols []column, i, l int) (hits, tries int) {
	multi := c.q.spec.Type == study.Multi
	for k := range c.q.items {
		col := cols[c.columns[k][l]]
		if col.null(i) {
			continue
		}
		if multi {
			if c.without(col, i, k, l) == undeclared {
				tries = 1
				if c.q.items[k].yes[col.code(i)] && !c.q.items[k].none {
					hits = 1
				}
			}
			continue
		}
		if p := c.coders[k][l].place(col, i, c.declared[k][l]); p >= 0 {
			tries++
			if top[p] {
				hits++
			}
		}
	}
	return hits, tries
}

// add places the respondents of a batch.
func (x *cross) add(f *frame, cols []column, first, n int) {
	s := &x.scratch
	s.reset(n)
	tops := func(sd side) []map[int16]bool {
		out := make([]map[int16]bool, len(sd))
		for i, c := range sd {
			out[i] = c.top()
		}
		return out
	}
	wantTops, worryTops := tops(x.want), tops(x.worry)
	for i := range n {
		wh, wt := x.want.share(wantTops, cols, i)
		ch, ct := x.worry.share(worryTops, cols, i)
		if wt == 0 || ct == 0 {
			continue
		}
		code := int16(0)
		if 2*wh < wt {
			code += 2
		}
		if 2*ch < ct {
			code++
		}
		at := first + i
		s.take(f, at, f.combo[at])
		s.code[0] = append(s.code[0], code)
		x.answered++
	}
	if f.layout != nil {
		x.sum.AddPlaces(f.layout, s.place, s.weight, s.code[0], len(quadrants))
		return
	}
	x.sum.Add(s.rows(f, false), s.cell, s.code[0], nil)
}

// table estimates the quadrants by the banner.
func (x *cross) table(p *plan, f *frame, b banner) (*crosstab.Table, error) {
	t := &crosstab.Table{ID: "contradiction", Question: "contradiction", Chapter: "contradiction", Title: "Want it and worry",
		Text:     "Who wants personalized service, and who worries about personal data",
		BaseText: "All who answered both", Columns: append([]crosstab.Column(nil), b.columns...), Groups: b.groups, Sums: b.sums}
	var specs []crosstab.StatSpec
	add := func(r crosstab.Row, codes ...int16) {
		t.Rows = append(t.Rows, r)
		specs = append(specs, crosstab.StatSpec{Kind: r.Kind, Codes: codes})
	}
	for i, name := range quadrants {
		add(crosstab.Row{Kind: crosstab.Proportion, Label: name, Code: string(rune('1' + i))}, int16(i))
	}
	add(crosstab.Row{Kind: crosstab.NetRow, Label: "Want it", Codes: []string{"1", "2"}}, 0, 1)
	add(crosstab.Row{Kind: crosstab.NetRow, Label: "Worry", Codes: []string{"1", "3"}}, 0, 2)
	c := &counter{p: p, f: f}
	res, err := x.sum.Estimate(c.request(b, specs))
	if err != nil {
		return nil, err
	}
	c.fill(t, res)
	t.Cells, t.Comparisons = res.Cells, res.Comparisons
	t.Notes = append(t.Notes, fmt.Sprintf("Somebody wants personalized service when at least half of the answers to %s are in the top answers; somebody worries by the same rule for %s.",
		and(x.want.questions()), and(x.worry.questions())))
	return t, nil
}
