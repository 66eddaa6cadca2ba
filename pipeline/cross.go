package pipeline

import (
	"fmt"
	"slices"

	"tradeoff/data/study"
	"tradeoff/pipeline/analysis"
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

// figure is where a table of its own has the people on the side: that of a single
// question with one item. nil where it takes several to tell.
func (s side) figure() []crosstab.Figure {
	if len(s) != 1 || s[0].q.loop != nil || s[0].q.spec.Type == study.Multi || len(s[0].q.items) != 1 {
		return nil
	}
	return []crosstab.Figure{{Table: s[0].q.spec.Name, Kind: crosstab.NetRow}}
}

// A cross is the counter of the quadrants.
type cross struct {
	want, worry side
	first       int // its codes in a block
	sum         *crosstab.Accumulator
	answered    int
	scratch     [4][]uint16
}

// newCross finds the questions of the two sides; nil if one has none.
func newCross(counters []*counter) *cross {
	x := &cross{want: sideOf(counters, want), worry: sideOf(counters, worry)}
	if len(x.want) == 0 || len(x.worry) == 0 {
		return nil
	}
	return x
}

// sideOf counts the questions that put people on the side of a measure.
func sideOf(counters []*counter, measure string) side {
	var asked []*question
	for _, c := range counters {
		asked = append(asked, c.q)
	}
	asked = onSide(asked, measure)
	return slices.DeleteFunc(slices.Clone(counters), func(c *counter) bool { return !slices.Contains(asked, c.q) })
}

// onSide finds the questions that put people on the side of a measure. Questions with
// nets of their own are left out where there are others: the top of a scale says what
// it measures, a net may say something near it.
func onSide(asked []*question, measure string) []*question {
	var all, scales []*question
	for _, q := range asked {
		multi := q.spec.Type == study.Multi
		if q.spec.Measures != measure || q.top() == nil && !multi || q.spec.Separator != "" || q.wide() {
			continue
		}
		all = append(all, q)
		if q.spec.Top > 0 || multi {
			scales = append(scales, q)
		}
	}
	if scales == nil {
		return all
	}
	return scales
}

// top is the set of places in a question's first net: its top answers, or the
// net that the study names. nil if it has none.
func (q *question) top() map[int16]bool {
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

// add counts the answers of the respondents of a block on a side: how many, and
// how many of them in the top answers.
func (s side) add(k *counting, n int, hits, tries []uint16) {
	for _, c := range s {
		block := k.blockOf(c)
		turns := c.loopCount()
		if c.q.spec.Type == study.Multi {
			for l := range turns { // whether any is ticked says it all
				hit(block.Codes[c.first+(len(c.sums)-1)*turns+l][:n], map[int16]bool{1: true}, hits, tries)
			}
			continue
		}
		top := c.q.top()
		for i := range len(c.sums) * turns {
			hit(block.Codes[c.first+i][:n], top, hits, tries)
		}
	}
}

// hit counts the answers of one column of codes.
func hit(codes []uint8, top map[int16]bool, hits, tries []uint16) {
	var is [256]uint16
	for p := range top {
		is[p] = 1
	}
	for i, v := range codes {
		if v != crosstab.NoCode {
			tries[i]++
			hits[i] += is[v]
		}
	}
}

// add codes the quadrants of the respondents of a block.
func (x *cross) add(k *counting, n int) {
	for i := range x.scratch {
		x.scratch[i] = resize(x.scratch[i], n)
		clear(x.scratch[i])
	}
	wh, wt, ch, ct := x.scratch[0], x.scratch[1], x.scratch[2], x.scratch[3]
	x.want.add(k, n, wh, wt)
	x.worry.add(k, n, ch, ct)
	codes := k.block.Codes[x.first][:n]
	for i := range codes {
		codes[i] = crosstab.NoCode
		if wt[i] == 0 || ct[i] == 0 || k.block.Place[i] < 0 {
			continue
		}
		codes[i] = 0
		if 2*wh[i] < wt[i] {
			codes[i] += 2
		}
		if 2*ch[i] < ct[i] {
			codes[i]++
		}
		x.answered++
	}
}

// table estimates the quadrants by the banner.
func (x *cross) table(p *plan, f *frame, b banner) (*crosstab.Table, error) {
	var asked []string
	for _, c := range x.want {
		asked = append(asked, c.q.text)
	}
	said := analysis.OfService(asked).Replace
	t := &crosstab.Table{ID: "contradiction", Question: "contradiction", Chapter: "contradiction", Title: said("Wanting personal service and worrying about data"),
		Text:     said("Who wants personalized service, and who worries about personal data"),
		BaseText: "All who answered both", Columns: append([]crosstab.Column(nil), b.columns...), Groups: b.groups, Sums: b.sums}
	var specs []crosstab.StatSpec
	add := func(r crosstab.Row, codes ...int16) {
		t.Rows = append(t.Rows, r)
		specs = append(specs, crosstab.StatSpec{Kind: r.Kind, Codes: codes})
	}
	wants, worries := x.want.figure(), x.worry.figure()
	for i, name := range quadrants {
		add(crosstab.Row{Kind: crosstab.Proportion, Label: said(name), Code: string(rune('1' + i)), Of: slices.Concat(wants, worries)}, int16(i))
	}
	add(crosstab.Row{Kind: crosstab.NetRow, Label: said("Want it"), Codes: []string{"1", "2"}, Of: wants}, 0, 1)
	add(crosstab.Row{Kind: crosstab.NetRow, Label: "Worry", Codes: []string{"1", "3"}, Of: worries}, 0, 2)
	res, err := x.sum.Estimate(request(p, f, b, 1, specs))
	if err != nil {
		return nil, err
	}
	p.fill(t, res)
	t.Cells, t.Comparisons = res.Cells, res.Comparisons
	t.Notes = append(t.Notes, fmt.Sprintf(said("Somebody wants personalized service when at least half of the answers to %s are in the top answers; somebody worries by the same rule for %s."),
		and(x.want.questions()), and(x.worry.questions())))
	return t, nil
}
