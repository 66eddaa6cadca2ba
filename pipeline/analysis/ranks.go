package analysis

import (
	"fmt"
	"slices"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/hypothesis"
)

// A thing is one of several that the same people were asked about: an industry of
// a loop, an item of a list. Slices go by row.
type thing struct {
	label string
	count []float64       // ratings, of those given, that count: top answers, ticks
	of    []float64       // ratings given
	from  crosstab.Figure // where the streamed tables have its share
}

// mostRanked is the number of things up to which a table says the chance of every
// place, and compares all pairs.
const mostRanked = 12

// rated are the turns of a loop question, or the items of a list, with its top
// answers. Things that too few people rated are left out, and named.
func (p *People) rated(q *Question) (things, thin []thing) {
	add := func(label string, codes []uint8, from crosstab.Figure) {
		t := tally(label, q, codes)
		t.from = from
		things = append(things, t)
	}
	switch {
	case q.Loop != nil:
		for turn, label := range q.Loop.Items {
			add(label, q.Items[0].Codes[turn], q.inTurn(q.figure(q.Items[0]), turn))
		}
	default:
		for _, it := range q.Items {
			if !it.None {
				add(it.Label, it.Codes[0], q.figure(it))
			}
		}
	}
	return p.thick(things)
}

// kinds are the items of a question, over all turns of its loop.
func (p *People) kinds(q *Question) (things, thin []thing) {
	for _, it := range q.Items {
		if !it.None {
			t := tally(it.Label, q, it.Codes...)
			t.from = q.figure(it)
			things = append(things, t)
		}
	}
	return p.thick(things)
}

// tally counts the top answers of a question, or its ticks, row by row.
func tally(label string, q *Question, turns ...[]uint8) thing {
	rows := len(turns[0])
	t := thing{label: label, count: make([]float64, rows), of: make([]float64, rows)}
	for _, codes := range turns {
		for i, c := range codes {
			if c == None {
				continue
			}
			t.of[i]++
			if q.counts(c) {
				t.count[i]++
			}
		}
	}
	return t
}

// counts reports whether an answer is a top one, or a tick.
func (q *Question) counts(code uint8) bool {
	if q.Multi {
		return code == 1
	}
	return q.Answers[code].Top
}

// tops reports whether answers can count at all.
func (q *Question) tops() bool {
	if q.Multi {
		return true
	}
	for _, a := range q.Answers {
		if a.Top {
			return true
		}
	}
	return false
}

// raters are the people of Total who rated a thing.
func (p *People) raters(t thing) int {
	n := 0
	for i, w := range p.Design.Weights() {
		if w != 0 && t.of[i] > 0 {
			n++
		}
	}
	return n
}

func (p *People) thick(all []thing) (things, thin []thing) {
	for _, t := range all {
		if p.raters(t) < p.Small {
			thin = append(thin, t)
			continue
		}
		things = append(things, t)
	}
	return things, thin
}

// ranks fills a table with the order of things by the share of ratings that count:
// the places that each may have, the chance of each place, and the differences
// between pairs. Their numbers in the codes are places by estimate, from 1. nil for
// fewer than two things.
func (p *People) ranks(t crosstab.Table, things, thin []thing) (*crosstab.Table, error) {
	if len(things) < 2 {
		return nil, nil
	}
	names, count, of := make([]string, len(things)), make([][]float64, len(things)), make([][]float64, len(things))
	base := make([]bool, p.Rows()) // with who rated only what is not ranked: else it would tell how few
	for k, x := range things {
		names[k], count[k], of[k] = x.label, x.count, x.of
	}
	for _, x := range slices.Concat(things, thin) {
		for i, n := range x.of {
			base[i] = base[i] || n > 0
		}
	}
	e, err := p.Design.Domain(base).Estimate(stats.Ratio(names, count, of))
	if err != nil {
		return nil, err
	}
	b := p.total(t, base)
	o := hypothesis.RankNumbers(e, p.Level)
	people, from := make([]int, len(things)), make([]crosstab.Figure, len(things))
	for k, x := range things {
		people[k], from[k] = p.raters(x), x.from
	}
	b.places(names, people, from, o)
	b.chances(names, people, from, o)
	b.pairs(names, people, from, o)
	for _, x := range thin {
		b.note(fmt.Sprintf("Not ranked: %s, which fewer than %d people rated.", x.label, p.Small))
	}
	return b.t, nil
}

// places says the place of everything, and from where to where it may be.
func (b *builder) places(names []string, people []int, from []crosstab.Figure, o hypothesis.Order) {
	for i, k := range o.Places {
		c := b.p.made(float64(i+1), 0, float64(o.Best[i]), float64(o.Worst[i]), 0, people[k])
		b.row(crosstab.Row{Kind: crosstab.Rank, Label: names[k], Code: fmt.Sprint("rank.", i+1), Of: []crosstab.Figure{from[k]}}, c)
	}
	b.note("A rank is a place, 1 the highest share. Its interval holds the places that the data leave open, all at once with 95% confidence: places of others that cannot be told from it.")
}

// chances says how likely each place is.
func (b *builder) chances(names []string, people []int, from []crosstab.Figure, o hypothesis.Order) {
	places := len(o.Places)
	if places > mostRanked {
		places = 1
	}
	for i, k := range o.Places {
		for place := range places {
			c := b.p.made(o.Chance[i][place], 0, 0, 0, 0, people[k])
			c.HasCI = false
			c.Low, c.High = c.Estimate, c.Estimate
			b.row(crosstab.Row{Kind: crosstab.Probability, Label: fmt.Sprintf("%s: chance of place %d", names[k], place+1), Code: fmt.Sprintf("chance.%d.%d", i+1, place+1), Of: []crosstab.Figure{from[k]}}, c)
		}
	}
	b.note("The chance of a place comes from 50,000 draws of all shares together, spread as the sample leaves them unsure, with the covariance of ratings by the same people.")
}

// pairs says how far things are apart.
func (b *builder) pairs(names []string, people []int, from []crosstab.Figure, o hypothesis.Order) {
	at := map[int]int{}
	for i, k := range o.Places {
		at[k] = i + 1
	}
	for _, x := range o.Pairs {
		if len(o.Places) > mostRanked && at[x.A] > 1 {
			continue
		}
		low, high := x.Interval(o.Individual)
		c := b.p.made(-x.Estimate, x.SE, -high, -low, x.DF, min(people[x.A], people[x.B]))
		b.row(crosstab.Row{Kind: crosstab.Difference, Label: names[x.A] + " less " + names[x.B], Code: fmt.Sprintf("less.%d.%d", at[x.A], at[x.B]), Of: []crosstab.Figure{from[x.A], from[x.B]}}, c)
	}
	note := "Intervals of the differences hold all together with 95% confidence (Bonferroni): they are wider than those of a single comparison."
	if len(o.Places) > mostRanked {
		note += " Of so many things the first is compared with each of the others, and has the chance of the first place only; the intervals allow for all pairs."
	}
	b.note(note)
}
