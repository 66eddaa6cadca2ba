package analysis

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// trends says of each key figure by how much it changed: from the wave before, and
// since the first wave that asked for it, as it is and as if all waves were composed
// like the last. Codes of the rows begin with step, since, step.same and since.same,
// and end with the item: "step", "since:sold". The figures themselves stand in the
// streamed tables.
func trends(p *People) ([]*crosstab.Table, error) {
	if len(p.Waves) < 2 {
		return nil, nil
	}
	var out []*crosstab.Table
	for _, q := range p.Questions {
		if !q.ofPeople() {
			continue
		}
		t, err := p.trend(q)
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}

// trend is the table of one question, nil where fewer than two waves have enough
// people who answered it.
func (p *People) trend(q *Question) (*crosstab.Table, error) {
	figures := q.keyFigures()
	if figures == nil {
		return nil, nil
	}
	b := p.across("wave", crosstab.Table{ID: q.Name + ".trend", Question: q.Name, Title: "Change from wave to wave: " + lowered(q.heading()), Text: q.Text,
		BaseText: "All who answered"}, figures[0].asked())
	some, like := false, ""
	for i := range figures {
		f := &figures[i]
		s := p.series(f, p.All)
		if len(s.waves) < 2 {
			continue
		}
		some = true
		raw, err := s.estimate(p.Across)
		if err != nil {
			return nil, err
		}
		b.changes(s, raw, "", "")
		same, of, err := s.composed()
		if err != nil {
			return nil, err
		}
		if same != nil {
			like = of
			b.changes(s, same, ".same", ", as if all waves were composed like the last by "+of)
		}
	}
	if !some {
		return nil, nil
	}
	b.note("A change is the difference of two waves before rounding. Its interval knows which respondents answered in both.")
	if like != "" {
		b.note("Rows that say so are standardized: every wave has the " + like + " of the last one. Where they differ from the rows above, part of the change is in who answered.")
	}
	if p.Every > 1 {
		b.note(fmt.Sprintf("Made of one in every %d respondents; the figures themselves are of all.", p.Every))
	}
	return b.t, nil
}

// changeOtherwise is the change of the first figure that two waves asked for, since the
// first of them, under other choices; nil without one. Of boxes it is the one ticked most.
// Who answers in every wave may well answer alike, and is not left out for it.
func (p *People) changeOtherwise() ([]*crosstab.Table, error) {
	if len(p.Waves) < 2 {
		return nil, nil
	}
	for _, q := range p.Questions {
		figures := q.keyFigures()
		if !q.ofPeople() || figures == nil {
			continue
		}
		f := &figures[0]
		if q.Multi {
			var err error
			if f, err = p.highest(figures); err != nil {
				return nil, err
			}
		}
		s := p.series(f, p.All)
		if len(s.waves) < 2 {
			continue
		}
		first, last := s.waves[0], s.waves[len(s.waves)-1]
		asked := make([]bool, p.Rows())
		for i, g := range s.group() {
			asked[i] = g == first || g == last
		}
		since := crosstab.Figure{Table: q.Name + ".trend", Kind: f.change(), Code: "since" + f.suffix(), Group: "wave", Label: p.Waves[last]}
		doubts := slices.DeleteFunc(p.doubts(p.All), func(x doubt) bool { return x.code == copied })
		t, err := p.choice(crosstab.Table{ID: q.Name + ".trend.choices", Question: q.Name, Title: OtherChoices + "change since " + p.Waves[first] + " of " + f.prefix() + q.heading(), Text: q.Text, BaseText: "All answers of both waves"},
			recount{kind: f.change(), design: p.Across, asked: asked, of: []crosstab.Figure{since, s.in(first), s.in(last)}, waves: true,
				make: func(d *stats.Design) (crosstab.Cell, error) {
					s := p.series(f, d)
					if !slices.Contains(s.waves, first) || !slices.Contains(s.waves, last) {
						return none(), nil
					}
					e, err := s.estimate(d)
					if err != nil {
						return crosstab.Cell{}, err
					}
					return s.change(e, first, last), nil
				}}, besides(doubts, func(x *Question) bool { return x == q }))
		if t == nil || err != nil {
			return nil, err
		}
		return []*crosstab.Table{t}, nil
	}
	return nil, nil
}

// heading is what a question is called in a title.
func (q *Question) heading() string {
	if text := strings.Join(strings.Fields(q.Text), " "); len([]rune(text)) <= 80 {
		return "“" + text + "”"
	}
	return q.short()
}

// short is what a question is called in a label, in quotes; a label that is its wording
// has them already.
func (q *Question) short() string {
	name := cmp.Or(q.Label, q.Name)
	if strings.HasPrefix(name, "“") {
		return name
	}
	return "“" + name + "”"
}

// A series is a key figure in the waves that asked for it of enough people.
type series struct {
	p       *People
	f       *keyFigure
	waves   []int // in order
	base    []int // by wave: people who answered
	counted []int // by wave: people behind the figure
}

// series is that of the people of a design.
func (p *People) series(f *keyFigure, d *stats.Design) *series {
	s := &series{p: p, f: f, base: make([]int, len(p.Waves)), counted: make([]int, len(p.Waves))}
	w := d.Weights()
	for i, wave := range p.Wave {
		if wave < 0 || w[i] == 0 || f.n[i] == 0 {
			continue
		}
		s.base[wave]++
		if f.y[i] != 0 || !f.share {
			s.counted[wave]++
		}
	}
	for k, n := range s.base {
		if n >= p.Small {
			s.waves = append(s.waves, k)
		}
	}
	return s
}

// group is the wave of each row, -1 for those that are not compared.
func (s *series) group() []int {
	compared := make([]bool, len(s.p.Waves))
	for _, k := range s.waves {
		compared[k] = true
	}
	out := make([]int, len(s.p.Wave))
	for i, k := range s.p.Wave {
		out[i] = -1
		if k >= 0 && compared[k] && s.f.n[i] > 0 {
			out[i] = int(k)
		}
	}
	return out
}

// A trendEstimate is a figure in every wave, with what its differences need.
type trendEstimate struct {
	*stats.Estimates
	design *stats.Design
	group  []int
}

// estimate is the figure in every wave, with the covariance between waves.
func (s *series) estimate(d *stats.Design) (*trendEstimate, error) {
	group := s.group()
	d = d.Domain(within(group))
	e, err := d.Estimate(stats.By(group, len(s.p.Waves), stats.Ratio(nil, [][]float64{s.f.y}, [][]float64{s.f.n}))...)
	return &trendEstimate{e, d, group}, err
}

func within(group []int) []bool {
	in := make([]bool, len(group))
	for i, g := range group {
		in[i] = g >= 0
	}
	return in
}

// composed is the figure in every wave as if each were composed like the last, by
// age and country where these are segments, else by the first two; by one of them
// where the last wave has groups that another has nobody in. nil where that
// leaves none.
func (s *series) composed() (*trendEstimate, string, error) {
	for _, by := range s.p.compositions() {
		e, err := s.standardized(by)
		var empty *stats.EmptyCellsError
		if errors.As(err, &empty) {
			continue
		}
		var names []string
		for _, x := range by {
			names = append(names, lowered(x.Label))
		}
		return e, strings.Join(names, " × "), err
	}
	return nil, "", nil
}

// compositions are the segments to standardize to, the finest first.
func (p *People) compositions() [][]*Segment {
	var by []*Segment
	for _, name := range []string{"age", "country"} {
		if s := p.Segment(name); s != nil {
			by = append(by, s)
		}
	}
	for i := range p.Segments {
		if s := &p.Segments[i]; len(by) < 2 && s.Name != "age" && s.Name != "country" {
			by = append(by, s)
		}
	}
	switch len(by) {
	case 0:
		return nil
	case 1:
		return [][]*Segment{by}
	}
	return [][]*Segment{by, by[:1], by[1:]}
}

// standardized is the figure in every wave with the last wave's shares of groups.
func (s *series) standardized(by []*Segment) (*trendEstimate, error) {
	group := s.group()
	cell, cells := make([]int, len(group)), 1
	for _, x := range by {
		for i, g := range x.Of {
			if g < 0 || cell[i] < 0 {
				cell[i] = -1
				continue
			}
			cell[i] = cell[i]*len(x.Groups) + int(g)
		}
		cells *= len(x.Groups)
	}
	for i := range group {
		if cell[i] < 0 {
			group[i] = -1
		}
	}
	shares := make([]float64, cells)
	last := s.waves[len(s.waves)-1]
	some := false
	for i, w := range s.p.Across.Weights() {
		if group[i] == last {
			shares[cell[i]] += w
			some = some || w > 0
		}
	}
	if !some {
		return nil, &stats.EmptyCellsError{}
	}
	d, err := s.p.Across.Domain(within(group)).Standardize(cell, shares, group)
	if err != nil {
		return nil, err
	}
	e, err := d.Estimate(stats.By(group, len(s.p.Waves), stats.Ratio(nil, [][]float64{s.f.y}, [][]float64{s.f.n}))...)
	return &trendEstimate{e, d, group}, err
}

// changes adds the rows of the changes from the wave before and since the first.
func (b *builder) changes(s *series, e *trendEstimate, code, how string) {
	suffix := s.f.suffix()
	of := []crosstab.Figure{s.f.of}
	for _, k := range s.waves {
		of = append(of, s.in(k))
	}
	first := s.waves[0]
	step := b.against(s, e, func(k int) int { return k - 1 })
	since := b.against(s, e, func(int) int { return first })
	b.row(crosstab.Row{Kind: s.f.change(), Label: s.f.prefix() + "change from the wave before" + how, Code: "step" + code + suffix, Of: of}, step...)
	b.row(crosstab.Row{Kind: s.f.change(), Label: s.f.prefix() + "change since " + b.p.Waves[first] + how, Code: "since" + code + suffix, Of: of}, since...)
}

// suffix ends the codes of the rows of an item.
func (f *keyFigure) suffix() string {
	if f.key == "" {
		return ""
	}
	return ":" + f.key
}

// in is the figure in a wave, where the streamed tables have it.
func (s *series) in(wave int) crosstab.Figure {
	x := s.f.of
	x.Group, x.Label = "wave", s.p.Waves[wave]
	return x
}

// against compares every wave with another; where the tables are of the last wave
// Total is that wave's.
func (b *builder) against(s *series, e *trendEstimate, other func(int) int) []crosstab.Cell {
	cells := make([]crosstab.Cell, len(b.t.Columns))
	cells[0] = none()
	for k := range s.p.Waves {
		c := &cells[1+k]
		switch j := other(k); {
		case s.base[k] == 0:
			*c = crosstab.Cell{Status: crosstab.NotAsked}
		case j < 0 || j == k || s.base[k] < s.p.Small || s.base[j] < s.p.Small:
			*c = none()
		default:
			*c = s.change(e, j, k)
		}
	}
	if b.t.Columns[0].Wave == b.t.Columns[len(cells)-1].Wave {
		cells[0] = cells[len(cells)-1]
	}
	return cells
}

// change is the difference of wave k from wave j, on the df of these two.
func (s *series) change(e *trendEstimate, j, k int) crosstab.Cell {
	row := make([]float64, e.Len())
	row[j], row[k] = -1, 1
	in := make([]bool, len(e.group))
	for i, g := range e.group {
		in[i] = g == j || g == k
	}
	x := e.Contrast(nil, row)
	df := e.design.Domain(in).DF()
	low, high := x.IntervalDF(0, s.p.Level, df)
	c := s.p.made(x.Value[0], x.SE(0), low, high, df, 0)
	c.Count = min(s.counted[j], s.counted[k])
	if c.Status == crosstab.OK && min(s.base[j], s.base[k]) < s.p.Low {
		c.Status = crosstab.LowBase
	}
	return c
}

// across begins a table with Total and the columns of a segment, or of the waves, of
// the people in a base.
func (p *People) across(segment string, t crosstab.Table, base []bool) *builder {
	t.Model = true
	at := map[int]int{} // column here by column of the banner
	add := func(j int) {
		c := p.Columns[j].Column
		c.Letter, c.Rest = "", false
		c.Base = p.base(p.Columns[j].In, base)
		c.Status = p.status(c.Base)
		at[j] = len(t.Columns)
		t.Columns = append(t.Columns, c)
	}
	add(0)
	for _, g := range p.Groups {
		if g.Name == segment && p.Columns[g.First].Parent == "" {
			t.Groups = []crosstab.Group{{Name: g.Name, Label: g.Label, First: 1, N: g.N}}
			for j := g.First; j < g.First+g.N; j++ {
				add(j)
			}
		}
	}
	for j, c := range p.Columns {
		if c.Unprinted && c.Group == segment {
			add(j)
		}
	}
	for _, sum := range p.Sums {
		if x, ok := moved(sum, at); ok {
			t.Sums = append(t.Sums, x)
		}
	}
	return &builder{p, &t}
}

// moved is a sum in the columns of another table, if it has them all.
func moved(s crosstab.Sum, at map[int]int) (crosstab.Sum, bool) {
	total, ok := at[s.Total]
	out := crosstab.Sum{Total: total}
	for _, j := range s.Parts {
		k, here := at[j]
		ok = ok && here
		out.Parts = append(out.Parts, k)
	}
	return out, ok
}

// lowered makes the first letter small.
func lowered(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}
