package analysis

import (
	"tradeoff/stats/crosstab"
)

// ranked are the measures whose items are ranked, over all turns of a loop.
var ranked = [...]string{"sharing", "expectation", "concern", "benefit"}

// rankings rank the items of questions: kinds of data by how many would share them, what
// worries people, what they want. Sentences that say which is first say how sure it is.
func rankings(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, measure := range ranked {
		for _, q := range p.Measuring(measure) {
			if !q.tops() {
				continue
			}
			title := "Ranked by how many say yes"
			switch {
			case measure == "sharing":
			case q.Multi:
				title = "Ranked by how many chose each"
			default:
				title = "Ranked by how many give a top answer"
			}
			things, thin := p.kinds(q)
			t, err := p.ranks(crosstab.Table{ID: q.Name + ".ranks", Question: q.Name, Title: title, Text: q.Text,
				BaseText: "All who answered"}, things, thin)
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
