package analysis

import (
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/multivariate"
)

// overlap says how many would want service and worry if the one had nothing to do
// with the other, and how far from that those are who do both.
func overlap(p *People) ([]*crosstab.Table, error) {
	wants, worries := p.side("expectation"), p.side("concern")
	if wants == nil || worries == nil {
		return nil, nil
	}
	both := make([]float64, p.Rows())
	for i := range both {
		both[i] = wants[i] * worries[i]
	}
	b := p.banner(crosstab.Table{ID: "contradiction.chance", Question: "contradiction", Title: p.ofService().Replace("Wanting and worrying, beside chance"),
		Text: "How many do both, and how many would if the one had nothing to do with the other", BaseText: "All who answered both"}, answered(both))
	cells, err := p.byColumn(b.t, 3, func(d *stats.Design) ([]crosstab.Cell, error) {
		e, err := d.Estimate(multivariate.Overlap(wants, worries))
		if err != nil {
			return nil, err
		}
		made := []crosstab.Cell{p.probability(e, multivariate.OverlapChance, 0), p.cell(e, multivariate.OverlapExcess, 0), p.ratio(e, multivariate.OverlapLift, 0)}
		for k := range made {
			made[k].Count = fewest(d, wants, worries) // any of these figures tells the quadrants of the others
		}
		return made, nil
	})
	if err != nil {
		return nil, err
	}
	var of []crosstab.Figure
	for _, quadrant := range []string{"1", "2", "3", "4"} {
		of = append(of, crosstab.Figure{Table: "contradiction", Kind: crosstab.Proportion, Code: quadrant})
	}
	b.row(crosstab.Row{Kind: crosstab.Probability, Label: "Would do both by chance", Code: "chance", Of: of}, cells[0]...)
	b.row(crosstab.Row{Kind: crosstab.Difference, Label: "Do both, less chance", Code: "excess", Of: of}, cells[1]...)
	b.row(crosstab.Row{Kind: crosstab.Ratio, Label: "Do both, times chance", Code: "lift", Of: of}, cells[2]...)
	b.note(p.ofService().Replace("By chance is the share who want it") + " times the share who worry: how many would do both if the one had nothing to do with the other.")
	return []*crosstab.Table{b.t}, nil
}

// fewest is how many people of a domain are in the smallest quadrant that is not
// empty, with all who want and worry at all, if not in all they were asked about.
func fewest(d *stats.Design, wants, worries []float64) int {
	var n [4]int
	for i, w := range d.Weights() {
		if both := math.Ceil(wants[i]) + 2*math.Ceil(worries[i]); w != 0 && !math.IsNaN(both) {
			n[int(both)]++
		}
	}
	least := 0
	for _, x := range n {
		if x > 0 && (least == 0 || x < least) {
			least = x
		}
	}
	return least
}

// byColumn makes the cells of some rows, column by column of the banner; columns
// without anybody in the base have none.
func (p *People) byColumn(t *crosstab.Table, rows int, cells func(*stats.Design) ([]crosstab.Cell, error)) ([][]crosstab.Cell, error) {
	out := make([][]crosstab.Cell, rows)
	for k := range out {
		out[k] = make([]crosstab.Cell, len(p.Columns))
	}
	for j, c := range p.Columns {
		made := make([]crosstab.Cell, rows)
		for k := range made {
			made[k] = none()
		}
		if !c.Unprinted && t.Columns[j].Base.Unweighted > 0 {
			var err error
			if made, err = cells(p.All.Domain(c.In)); err != nil {
				return nil, err
			}
		}
		for k := range out {
			out[k][j] = made[k]
		}
	}
	return out, nil
}
