package analysis

import (
	"tradeoff/stats/crosstab"
)

// sensitivity ranks the kinds of data by how many would share them, over all that
// they were asked to share them with.
func sensitivity(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	for _, q := range p.Measuring("sharing") {
		if !q.tops() {
			continue
		}
		things, thin := p.kinds(q)
		t, err := p.ranks(crosstab.Table{ID: q.Name + ".ranks", Question: q.Name, Title: "Ranked by how many say yes", Text: q.Text,
			BaseText: "All who answered"}, things, thin)
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}
