package analysis

import (
	"fmt"
	"math"
	"slices"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// mostItems is how many items of a question are standardized at most.
const mostItems = 12

// alikeInAge compares concern by country as if all had the same ages: the shares
// of the top answers as they are and standardized to the ages of everybody, what
// the one is above the other, and what the standardized share is above the average
// of all countries. Where there are no segments age and country, the first two that
// there are take their place.
func alikeInAge(p *People) ([]*crosstab.Table, error) {
	of, by := p.compared()
	if by == nil {
		return nil, nil
	}
	var out []*crosstab.Table
	for _, q := range p.Measuring("concern") {
		if q.Loop != nil || q.Multi || !q.hasTops() {
			continue
		}
		t, err := p.standardizedOf(q, of, by)
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}

// compared are the segment that people are made alike in, and the one whose groups
// are compared: age and country, or the first that there are; nil for none.
func (p *People) compared() (of, by *Segment) {
	of, by = p.Segment("age"), p.Segment("country")
	for i := range p.Segments {
		s := &p.Segments[i]
		switch {
		case len(s.Groups) < 2 || s == of || s == by:
		case of == nil:
			of = s
		case by == nil:
			by = s
		}
	}
	if of == nil || by == nil || len(of.Groups) < 2 || len(by.Groups) < 2 {
		return nil, nil
	}
	return of, by
}

// SameMix stands in the title of a standardized table between the segment that it
// compares and what has the same mix in its groups.
const SameMix = ", with the same mix of "

func (p *People) standardizedOf(q *Question, of, by *Segment) (*crosstab.Table, error) {
	alike := lowered(of.Label)
	b := p.across(by.Name, crosstab.Table{ID: q.Name + ".standardized", Question: q.Name, Title: "By " + lowered(by.Label) + SameMix + alike + ": " + q.Label, Text: q.Text,
		BaseText: "All who answered"}, answered(q.topped(q.Items[0].Codes[0])))
	if len(b.t.Groups) == 0 || b.t.Columns[0].Base.People < p.Small {
		return nil, nil
	}
	cells, shares := make([]int, p.Rows()), make([]float64, len(of.Groups))
	for i, w := range p.Design.Weights() {
		cells[i] = int(of.Of[i])
		if cells[i] >= 0 {
			shares[cells[i]] += w
		}
	}
	if slices.Max(shares) == 0 {
		return nil, nil
	}
	for k, it := range q.Items[:min(len(q.Items), mostItems)] {
		if err := b.alike(k, it.Label, q.figure(it), q.topped(it.Codes[0]), cells, shares, by); err != nil {
			return nil, err
		}
	}
	b.note(fmt.Sprintf("Standardized: the share that there would be if the mix of %s were the same in each, that of everybody in the report, whose shares are taken as known. It allows for %s alone.", alike, alike))
	b.note("Intervals of differences from the average hold for all at once (Bonferroni). A figure is left out where a group of the mix has nobody who answered.")
	if len(q.Items) > mostItems {
		b.note(fmt.Sprintf("The first %d of %d items are standardized.", mostItems, len(q.Items)))
	}
	return b.t, nil
}

// alike adds the rows of an item; of is where the tables have its share.
func (b *builder) alike(k int, label string, of crosstab.Figure, y []float64, cells []int, shares []float64, by *Segment) error {
	n := len(by.Groups)
	group := make([]int, len(by.Of))
	for i, g := range by.Of {
		group[i] = int(g)
	}
	d := b.p.Design.Domain(answered(y))
	e, err := d.Estimate(append(stats.By(group, n, stats.Standardized([]string{""}, cells, shares, y)), stats.By(group, n, stats.Mean([]string{""}, y))...)...)
	if err != nil {
		return err
	}
	total, err := b.p.share(d, y)
	if err != nil {
		return err
	}
	people := make([]int, n)
	for i, w := range d.Weights() {
		if w != 0 && group[i] >= 0 {
			people[group[i]]++
		}
	}
	var there []int
	var all []crosstab.Figure
	for g := range n {
		if !math.IsNaN(e.Value[g]) && people[g] >= b.p.Small {
			there = append(there, g)
			x := of
			x.Group, x.Label = by.Name, by.Groups[g]
			all = append(all, x)
		}
	}
	rows := [4][]crosstab.Cell{{total}, {none()}, {none()}, {none()}}
	for g := range n {
		cells := [4]crosstab.Cell{none(), none(), none(), none()}
		if people[g] > 0 {
			cells[0] = b.p.probability(e, n+g, people[g])
		}
		if slices.Contains(there, g) {
			shift, apart := make([]float64, 2*n), make([]float64, 2*n)
			shift[g], shift[n+g] = 1, -1
			for _, other := range there {
				apart[other] -= 1 / float64(len(there))
			}
			apart[g]++
			c := e.Contrast(nil, shift, apart)
			cells[1], cells[2] = b.p.probability(e, g, people[g]), b.p.cell(c, 0, people[g])
			if len(there) > 1 {
				cells[3] = b.p.atOnce(c, 1, len(there), people[g])
			}
		}
		for r := range rows {
			rows[r] = append(rows[r], cells[r])
		}
	}
	if label != "" {
		label += ": "
	}
	for r, row := range []crosstab.Row{
		{Kind: crosstab.Proportion, Code: "raw", Label: "As answered", Of: []crosstab.Figure{of}},
		{Kind: crosstab.Proportion, Code: "alike", Label: "Standardized", Of: []crosstab.Figure{of}},
		{Kind: crosstab.Difference, Code: "shift", Label: "Standardized less as answered", Of: []crosstab.Figure{of}},
		{Kind: crosstab.Difference, Code: "apart", Label: "Standardized less average of all", Of: all},
	} {
		row.Code, row.Label = fmt.Sprint(row.Code, k), label+row.Label
		b.row(row, b.filled(rows[r])...)
	}
	return nil
}

// filled adds what is not there to the cells of a row: columns that are not printed.
func (b *builder) filled(cells []crosstab.Cell) []crosstab.Cell {
	for len(cells) < len(b.t.Columns) {
		cells = append(cells, none())
	}
	return cells
}
