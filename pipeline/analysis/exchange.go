package analysis

import (
	"fmt"
	"strings"

	"tradeoff/stats/crosstab"
	"tradeoff/stats/turf"
)

// mostBenefits is the size of the largest set of benefits that is looked for.
const mostBenefits = 4

// benefits finds the sets of benefits that reach most people (TURF): for each size
// the best set, the next best, and the difference between them. The sets are those
// of Total; the columns say what the same sets reach there.
func benefits(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, q := range p.Measuring("benefit") {
		if !q.Multi || q.Loop != nil {
			continue
		}
		var items [][]float64
		var labels []string
		var of []crosstab.Figure
		for _, it := range q.Items {
			if !it.None {
				items = append(items, ticked(it.Codes[0]))
				labels = append(labels, it.Label)
				of = append(of, q.figure(it))
			}
		}
		if len(items) < 3 {
			continue
		}
		base := answered(items[0])
		for _, y := range items[1:] { // a set can reach those who were offered all of it
			base = both(base, answered(y))
		}
		b := p.banner(crosstab.Table{ID: q.Name + ".sets", Question: q.Name, Title: "Sets of benefits that reach most people", Text: q.Text,
			BaseText: "All who answered", Multi: true}, base)
		if b.t.Columns[0].Base.People < p.Small {
			continue
		}
		for k := 1; k <= min(mostBenefits, len(items)-1); k++ {
			best, err := turf.Best(p.Design.Domain(base), items, k, turf.Options{Keep: 2})
			if err != nil {
				return nil, err
			}
			if err := b.reach(items, labels, of, best.Sets); err != nil {
				return nil, err
			}
			if !best.Exact {
				b.note(fmt.Sprintf("There are too many sets of %d to try them all; a better one is possible.", k))
			}
		}
		b.note("Somebody is reached by a set who chose at least one of its benefits. Each set was chosen because it reached most people in this sample, so its reach is a little too good; the difference to the next best set says how safe the choice is.")
		out = append(out, b.t)
	}
	return out, nil
}

// reach adds the rows of the best set of a size, and of the next best; of is where the
// tables have the share of each item.
func (b *builder) reach(items [][]float64, labels []string, of []crosstab.Figure, sets []turf.Set) error {
	var reached [][]float64
	var all []crosstab.Figure
	for i, s := range sets[:min(2, len(sets))] {
		var names []string
		var made []crosstab.Figure
		for _, k := range s.Items {
			names, made = append(names, labels[k]), append(made, of[k])
		}
		all = append(all, made...)
		name := fmt.Sprintf("Best %d: %s", len(s.Items), strings.Join(names, " + "))
		code := fmt.Sprintf("best%d", len(s.Items))
		if i == 1 {
			name, code = fmt.Sprintf("Next best %d: %s", len(s.Items), strings.Join(names, " + ")), fmt.Sprintf("next%d", len(s.Items))
		}
		y := turf.Reached(1, items, s.Items)
		cells, err := b.p.shares(y)
		if err != nil {
			return err
		}
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: name, Code: code, Of: made}, cells...)
		reached = append(reached, y)
	}
	if len(reached) < 2 {
		return nil
	}
	cells, err := b.p.differences(reached[0], reached[1])
	if err != nil {
		return err
	}
	b.row(crosstab.Row{Kind: crosstab.Difference, Label: fmt.Sprintf("Best %d less next best", len(sets[0].Items)), Code: fmt.Sprintf("lead%d", len(sets[0].Items)), Of: all}, cells...)
	return nil
}
