package analysis

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/model"
)

// Bounds of the model: ratings that it is fitted to, and columns of its segments.
const (
	mostRatings = 200_000
	mostGroups  = 40
)

// standing finds where an industry stands out in what is expected of it, as rated,
// and as it would be if the same people rated all: average predictions of a linear
// model of the top answers on industry and the segments of persons.
func standing(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, q := range p.Measuring("expectation") {
		if q.Loop == nil || q.Multi || len(q.Items) > 1 || !q.hasTops() {
			continue
		}
		t, err := p.standingOf(q)
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}

// hasTops tells whether some answers of a question are its top ones.
func (q *Question) hasTops() bool {
	return slices.ContainsFunc(q.Answers, func(a Answer) bool { return a.Top })
}

// standingOf is the table of a question in a loop, nil where fewer than two turns
// have enough ratings.
func (p *People) standingOf(q *Question) (*crosstab.Table, error) {
	most := mostRatings
	if r := p.Design.Replicates(); r != nil {
		most = 5 * mostRatings / (5 + len(r.Weights)) // it is fitted as often
	}
	r, every := p.ratings(q, most)
	turns, counts := r.enough(len(q.Loop.Items), p.Small)
	if len(turns) < 2 {
		return nil, nil
	}
	var labels []string
	for _, t := range turns {
		labels = append(labels, q.Loop.Items[t])
	}
	levels := labels
	if slices.Contains(r.turn, len(turns)) {
		levels = append(slices.Clone(labels), allOthers)
	}
	averages, by, err := p.averages(r, levels)
	if err != nil {
		return nil, err
	}
	e, err := p.Design.Estimate(append([]stats.Statistic{r.of(averages)}, r.each(len(levels))...)...)
	if err != nil {
		return nil, err
	}
	b := p.ofRatings(crosstab.Table{ID: q.Name + ".adjusted", Question: q.Name, Title: "Who stands out, adjusted for who rates them", Text: q.Text,
		BaseText: "All ratings"}, r)
	var of []crosstab.Figure
	for _, t := range turns {
		of = append(of, q.inTurn(q.figure(q.Items[0]), t))
	}
	b.stand(e, turns, labels, counts, of)
	if by != "" {
		b.note(fmt.Sprintf("Adjusted: the share that there would be if each were rated by the same people, alike in %s. It comes from a linear model of the top answers on what is rated and these segments; who has no group in one counts as a group. Adjusting takes away only what they explain.", by))
	}
	b.note(fmt.Sprintf("Intervals of differences from the average hold for all %d at once (Bonferroni), because one looks for those that stand out.", len(turns)))
	if len(turns) < len(q.Loop.Items) {
		b.note(fmt.Sprintf("What fewer than %d people rated is in the model and has no figures.", p.Small))
	}
	if every > 1 {
		b.note(fmt.Sprintf("The model takes one of every %d people.", every))
	}
	return b.t, nil
}

// averages are the average predictions of each turn, and the names of the segments
// that were adjusted for.
func (p *People) averages(r *ratings, labels []string) (stats.Statistic, string, error) {
	data, terms := model.Data{"turn": model.Factor(r.turn, labels)}, []model.Term{{"turn"}}
	var by []string
	columns := 0
	for k, s := range p.Segments {
		codes, groups := r.segment(s)
		if columns += len(groups) - 1; len(groups) < 2 || columns > mostGroups {
			continue
		}
		name := fmt.Sprint("segment", k)
		data[name], terms = model.Factor(codes, groups), append(terms, model.Term{name})
		by = append(by, s.Label)
	}
	m, err := model.New(model.Spec{Outcome: r.top, Data: data, Terms: terms})
	if err != nil {
		return nil, "", err
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(r.top), Weights: r.spread(p.Design.Weights())})
	if err != nil {
		return nil, "", err
	}
	fit, err := m.Fit(d)
	if err != nil {
		return nil, "", err
	}
	s, err := fit.Averages("turn")
	return s, strings.Join(by, ", "), err
}

// stand adds the rows of each turn: its share as rated and adjusted, what the one
// is above the other, and what it is above the average of all turns. The first half
// of the numbers of e are adjusted shares, the second those as rated, in each half those of
// the turns first; of is where the tables have them.
func (b *builder) stand(e *stats.Estimates, turns []int, labels []string, counts []int, of []crosstab.Figure) {
	n, raw := len(turns), e.Len()/2
	for k, t := range turns {
		shift, above := make([]float64, e.Len()), make([]float64, e.Len())
		for j := range n {
			above[j] = -1 / float64(n)
		}
		above[k]++
		shift[k], shift[raw+k] = 1, -1
		d := e.Contrast(nil, shift, above)
		row := func(kind crosstab.RowKind, code, label string, c crosstab.Cell, of ...crosstab.Figure) {
			b.row(crosstab.Row{Kind: kind, Code: fmt.Sprint(code, t), Label: labels[k] + label, Of: of}, c)
		}
		row(crosstab.Proportion, "raw", ", as rated", b.p.probability(e, raw+k, counts[k]), of[k])
		row(crosstab.Proportion, "adjusted", ", adjusted", b.p.probability(e, k, counts[k]), of[k])
		row(crosstab.Difference, "shift", ": adjusted less as rated", b.p.cell(d, 0, counts[k]), of[k])
		row(crosstab.Difference, "apart", ": adjusted less average of all", b.p.atOnce(d, 1, n, counts[k]), of...)
	}
}
