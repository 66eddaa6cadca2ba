package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/quality"
	"tradeoff/stats/weight"
)

// trimmedAt is the bound of trimmed weights, a multiple of their median.
const trimmedAt = 3

// choices says what the first figure of each measure, and that of the question on
// willingness, would be if the analyst had chosen otherwise: without weights, with
// trimmed ones, without respondents whose answers are in doubt. The first row,
// published, is the figure as the report has it. Of a question with items it is the
// highest, which the chapters begin with. Where a draw decided who got a message, what
// that changes stands for all questions on communication; and the first figure's change
// from wave to wave is one of these figures too.
func choices(p *People) ([]*crosstab.Table, error) {
	doubts := p.doubts(p.Design)
	o := p.willingness()
	seen := map[string]bool{}
	out, err := p.effectOtherwise(o, doubts)
	if err != nil {
		return nil, err
	}
	seen["communication"] = out != nil
	for _, q := range p.Questions {
		if !q.ofPeople() || seen[q.Measures] && (o == nil || o.q != q) {
			continue
		}
		figures := q.keyFigures()
		if figures == nil {
			continue
		}
		seen[q.Measures] = true
		f, err := p.highest(figures)
		if err != nil {
			return nil, err
		}
		t, err := p.choice(crosstab.Table{ID: q.Name + ".choices", Question: q.Name, Title: OtherChoices + f.prefix() + q.heading(), Text: q.Text, BaseText: "All who answered"}, p.recount(f),
			besides(doubts, func(x *Question) bool { return x == q }))
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	since, err := p.changeOtherwise()
	return append(out, since...), err
}

// A recount is a figure that can be made again, of a design with other weights or people.
type recount struct {
	kind   crosstab.RowKind
	design *stats.Design     // as published
	asked  []bool            // whom of it the figure is of
	of     []crosstab.Figure // that it would tell
	waves  bool              // it compares waves, whose weights need not be on one scale
	make   func(*stats.Design) (crosstab.Cell, error)
}

// recount is a key figure of the people of Total.
func (p *People) recount(f *keyFigure) recount {
	return recount{kind: f.kind(), design: p.Design, asked: f.asked(), of: []crosstab.Figure{f.of},
		make: func(d *stats.Design) (crosstab.Cell, error) { return p.level(d, f) }}
}

// highest is the key figure that is highest in Total, the first of several that are.
func (p *People) highest(figures []keyFigure) (*keyFigure, error) {
	var most float64
	best := 0
	for k := range figures {
		c, err := p.level(p.Design, &figures[k])
		if err != nil {
			return nil, err
		}
		if k == 0 || c.Estimate > most {
			best, most = k, c.Estimate
		}
	}
	return &figures[best], nil
}

// OtherChoices begins the titles of these tables.
const OtherChoices = "The same figure under other choices: "

// A choice is a row of them that is made elsewhere, of the people in a base.
type choice struct {
	code, label string
	cell        crosstab.Cell
	base        []bool
}

// besides are the doubts but for those of the batteries that a figure is made of: who
// answers these alike is told by the answers that the figure counts.
func besides(doubts []doubt, own func(*Question) bool) []doubt {
	return slices.DeleteFunc(slices.Clone(doubts), func(x doubt) bool { return x.battery != nil && own(x.battery) })
}

// mostDoubted is the largest share of the people of a figure that a choice leaves out.
const mostDoubted = 0.2

// choice is the table of one figure, with rows made elsewhere at its end; nil where
// there is nothing to choose.
func (p *People) choice(t crosstab.Table, f recount, doubts []doubt, more ...choice) (*crosstab.Table, error) {
	d := f.design.Domain(f.asked)
	if d.Base() < p.Small {
		return nil, nil
	}
	b := p.total(t, nil)
	column := &b.t.Columns[0]
	column.Base = p.base(here(d), nil)
	column.Status = p.status(column.Base)
	add := func(code, label string, d *stats.Design, base []bool, without ...crosstab.Figure) error {
		c, err := f.make(d)
		if err == nil {
			b.rebase(&c, base)
			b.row(crosstab.Row{Kind: f.kind, Label: label, Code: code, Partial: base != nil, Of: append(slices.Clone(f.of), without...)}, c)
		}
		return err
	}
	if err := add("published", "As published", f.design, nil); err != nil {
		return nil, err
	}
	if weighted(d) {
		plain, err := unweighted(f.design)
		if err != nil {
			return nil, err
		}
		if err := add("unweighted", "Counting every person the same", plain, nil); err != nil {
			return nil, err
		}
	}
	if weighted(d) && !f.waves {
		trimmed, r, err := weight.Trim(d, weight.Trimming{Upper: trimmedAt, Of: weight.OfMedian})
		if err != nil {
			return nil, err
		}
		if r.Trimmed > 0 {
			if err := add("trimmed", fmt.Sprintf("Counting nobody more than %d times the usual", trimmedAt), trimmed, nil); err != nil {
				return nil, err
			}
		}
	}
	var many []string
	o := p.willingness()
	for _, x := range doubts {
		keep := make([]bool, len(x.flag.Set))
		out := 0
		for i, set := range x.flag.Set {
			keep[i] = !set
			if set && d.Weights()[i] != 0 {
				out++
			}
		}
		kept := d.Domain(keep).Base()
		if out == 0 || kept < p.Small {
			continue
		}
		if float64(kept) < (1-mostDoubted)*float64(d.Base()) {
			many = append(many, x.who())
			continue
		}
		if p.tellsFew(x, d, o) {
			continue
		}
		if err := add("without."+x.code, "Without "+x.who(), f.design.Domain(keep), both(keep, here(d)), crosstab.Figure{Table: "quality", Kind: crosstab.Proportion, Code: x.code}); err != nil {
			return nil, err
		}
	}
	for _, x := range more {
		b.rebase(&x.cell, both(p.Columns[0].In, x.base))
		b.row(crosstab.Row{Kind: crosstab.Probability, Label: x.label, Code: x.code}, x.cell)
	}
	if len(b.t.Rows) == 1 {
		return nil, nil
	}
	if many != nil {
		b.note("No row leaves out " + strings.Join(many, "; ") + ": that is more than a fifth of the people.")
	}
	b.note("Each row is the same figure, with one choice made otherwise. None is truer than the others: the first follows the study file. Weights are not made anew where people are left out.")
	return b.t, nil
}

// tellsFew tells whether the people whom a doubt leaves out of a figure, beside those in
// doubt of another, count few: of a wave, of an arm, of who did not answer. Others are
// Total, which the table of checks is of, and those who said whether they are willing.
func (p *People) tellsFew(x doubt, d *stats.Design, o *outcome) bool {
	figure := here(d)
	others := [][]bool{here(p.Design)}
	if o != nil {
		others = append(others, both(others[0], answered(o.y)))
	}
	for _, other := range others {
		if p.few(x.without(figure, other)) || p.few(x.without(other, figure)) {
			return true
		}
	}
	return false
}

// few tells of a number of people that is not shown.
func (p *People) few(n int) bool { return n > 0 && n < p.Shown }

// without counts who fails a check of some people who are not among others.
func (x doubt) without(some, others []bool) int {
	n := 0
	for i, set := range x.flag.Set {
		if set && some[i] && !others[i] {
			n++
		}
	}
	return n
}

// rebase gives a cell of Total these people; nil are those of the column.
func (b *builder) rebase(c *crosstab.Cell, people []bool) {
	if people == nil {
		return
	}
	if x := b.p.base(people, nil); x != b.t.Columns[0].Base {
		c.Base = &x
	}
}

// here marks the people in the domain of a design.
func here(d *stats.Design) []bool {
	w := d.Weights()
	in := make([]bool, len(w))
	for i := range w {
		in[i] = w[i] != 0
	}
	return in
}

// weighted tells whether weights differ.
func weighted(d *stats.Design) bool {
	first := 0.0
	for _, w := range d.Weights() {
		if w == 0 {
			continue
		}
		if first == 0 {
			first = w
		}
		if math.Abs(w-first) > 1e-9*first {
			return true
		}
	}
	return false
}

// unweighted is the design with a weight of 1 for everybody in it: the strata and
// PSUs of the first stage, and nothing of what weights were made to agree with.
func unweighted(d *stats.Design) (*stats.Design, error) {
	psu, stratum := d.PSU()
	s := stats.Stage{Units: make([]int, len(psu)), Strata: make([]int, len(psu))}
	w := make([]float64, len(psu))
	for i, u := range psu {
		s.Units[i], s.Strata[i] = int(u), int(stratum[u])
		w[i] = 1
	}
	plain, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w, Stages: []stats.Stage{s}, Lonely: d.Lonely()})
	if err != nil {
		return nil, err
	}
	return plain.Domain(here(d)), nil
}

// level is a key figure of a domain; the interval of a share is made on the logit
// scale and stays inside 0 to 1.
func (p *People) level(d *stats.Design, f *keyFigure) (crosstab.Cell, error) {
	d = d.Domain(f.asked())
	e, err := d.Estimate(stats.Ratio(nil, [][]float64{f.y}, [][]float64{f.n}))
	if err != nil {
		return crosstab.Cell{}, err
	}
	c := p.cell(e, 0, 0)
	if f.share {
		c = p.probability(e, 0, 0)
	}
	for i, w := range d.Weights() {
		if w != 0 && (f.y[i] != 0 || !f.share) {
			c.Count++
		}
	}
	if d.Base() < p.Low && c.Status == crosstab.OK {
		c.Status = crosstab.LowBase
	}
	return c, nil
}

// A doubt is a check of the answers, and what those did who fail it.
type doubt struct {
	code, label string
	flag        *quality.Flag
	battery     *Question // whose items have the same answer; nil for other checks
}

// copied is the code of the check for the same answers as somebody else.
const copied = "copies"

// who names those who fail a check.
func (x doubt) who() string { return "those who " + lowered(x.label) }

// A battery has that many items, and answers to choose from, at least: with fewer, the
// same answer throughout is a plain view that many honest people hold.
const (
	longBattery = 4
	finePoints  = 5
)

// doubts are the checks that the questions allow: the same answer to all items of a
// battery, a fast interview where a question measures its duration, the same answers
// as somebody else. They look at the people in the domain of a design.
func (p *People) doubts(d *stats.Design) []doubt {
	here := d.Weights()
	var out []doubt
	var all [][]float64
	for _, q := range p.Questions {
		battery := q.battery(here)
		all = append(all, battery...)
		if len(battery) >= longBattery && q.Ordered && q.points() >= finePoints {
			out = append(out, doubt{"straight." + q.Name, "Gave one answer to everything in " + q.short(), quality.StraightLining(battery, longBattery), q})
		}
		if q.Measures == duration && q.Answers == nil && !q.Multi && q.Loop == nil {
			out = append(out, doubt{"fast", "Took less than two fifths of the usual time", quality.Speeding(only(q.Items[0].Values[0], here), 0), nil})
		}
	}
	if len(all) >= 20 { // fewer answers repeat by chance
		out = append(out, doubt{copied, "Repeat the answers of an earlier respondent throughout", quality.Duplicates(all, 20), nil})
	}
	return out
}

// points is how many answers a scale has.
func (q *Question) points() int {
	n := 0
	for _, a := range q.Answers {
		if !math.IsNaN(a.Score) {
			n++
		}
	}
	return n
}

// battery are the codes of the items of a question outside of loops, NaN for those
// who did not answer or are not here.
func (q *Question) battery(here []float64) [][]float64 {
	if q.Loop != nil {
		return nil
	}
	var out [][]float64
	for _, it := range q.Items {
		for _, codes := range it.Codes {
			x := make([]float64, len(codes))
			for i, c := range codes {
				x[i] = float64(c)
				if c == None {
					x[i] = math.NaN()
				}
			}
			out = append(out, only(x, here))
		}
	}
	return out
}

// only is a column with NaN for those who are not here.
func only(x, here []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i]
		if here[i] == 0 {
			out[i] = math.NaN()
		}
	}
	return out
}

// checks counts who fails each check of the answers.
func checks(p *People) ([]*crosstab.Table, error) {
	doubts := p.doubts(p.Design)
	if len(doubts) == 0 || p.Design.Base() < p.Small {
		return nil, nil
	}
	b := p.banner(crosstab.Table{ID: "quality", Question: "quality", Title: "Answers in doubt", Text: "Respondents whose answers suggest that they did not read the questions, or are in the data twice.",
		BaseText: "All respondents, with those who could not be checked", Multi: true}, nil)
	for _, x := range doubts {
		y := make([]float64, p.Rows())
		for i, set := range x.flag.Set {
			if set {
				y[i] = 1
			}
		}
		cells := make([]crosstab.Cell, len(p.Columns))
		for j, c := range p.Columns {
			cells[j] = none()
			if c.Unprinted || c.Group == "wave" { // those of earlier waves were not checked
				continue
			}
			var err error
			if cells[j], err = p.share(p.All.Domain(c.In), y); err != nil {
				return nil, err
			}
		}
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: x.label, Code: x.code}, cells...)
	}
	b.note(fmt.Sprintf("The same answer to all items may be an honest one; it is looked at where there are %d items or more, with %d answers or more to choose from, which make that rare.", longBattery, finePoints))
	b.note("Nobody was left out for these answers. The tables of other choices say what the first figures would be without them, but for figures of those very items, where that leaves out more than a fifth of the people, and where it would tell of few.")
	return []*crosstab.Table{b.t}, nil
}
