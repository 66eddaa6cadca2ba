package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
)

// Indices to the total: an index times the total is the share, so that each is hidden
// where the share is.

// hideIndices hides what the tables of the questions hide, and counts it.
func hideIndices(tables []*crosstab.Table, hidden *disclosure.Summary) {
	for _, t := range tables {
		if !t.Model || t.ID != t.Question+".index" {
			continue
		}
		for i := range t.Rows {
			shares := sharesOf(tables, t, i)
			for j := range t.Columns {
				k := shares.column(t.Columns[j])
				if c := &t.Columns[j]; (k < 0 || shares.t.Columns[k].Status == crosstab.Suppressed) && c.Status != crosstab.Suppressed {
					c.Status, c.Base = crosstab.Suppressed, crosstab.Base{}
					hidden.Columns++
				}
				hide := k < 0 || reports.Shown(shares.t, shares.row, 0) == crosstab.Suppressed || reports.Shown(shares.t, shares.row, k) == crosstab.Suppressed
				if cell := t.Cell(i, j); hide && cell.Status != crosstab.Suppressed {
					*cell = crosstab.Cell{Status: crosstab.Suppressed}
					hidden.Cells++
				}
			}
		}
	}
}

// column finds a column of another table among those of an indicator's, -1 for none.
func (n indicator) column(c crosstab.Column) int {
	if n.t == nil {
		return -1
	}
	return slices.IndexFunc(n.t.Columns, func(x crosstab.Column) bool { return x.Parent == "" && x.Group == c.Group && x.Label == c.Label })
}

// sharesOf are the shares behind a row of indices; without a table if there are none.
func sharesOf(tables []*crosstab.Table, t *crosstab.Table, row int) indicator {
	id := strings.TrimSuffix(t.Question+strings.TrimPrefix(t.Rows[row].Code, "index"), ".")
	for _, x := range tables {
		if x.ID != id || x.Model {
			continue
		}
		if net := x.RowOf(crosstab.NetRow, ""); net >= 0 {
			return indicator{x, net, ""}
		}
	}
	return indicator{}
}

// index says which groups lie most above and below all, and draws them.
func (e *evidence) index(c *reports.Chapter, of indicator, what string) {
	t := e.modelled(of.t.Question + ".index")
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	n := indicator{t, 0, ""}
	if of.ownNet() {
		what = inQuotes(of.t.Rows[of.row].Label) + " is answered"
	}
	if i := slices.IndexFunc(t.Rows, func(r crosstab.Row) bool { return of.t.Item != "" && r.Label == of.t.Item }); i >= 0 {
		n.row = i
		what = inQuotes(of.t.Item) + " is wanted"
	}
	f, ok := e.aboveAll(n, what)
	tell(c, f, ok)
	d := charts.Dots{Title: "Who expects more and who less than all", Subtitle: of.question(), Note: e.note(t), Axis: "index: 100 = like all", Whole: true, KeepOrder: true,
		Reference: &crosstab.Cell{Status: crosstab.OK, Estimate: 100}, ReferenceLabel: "All"}
	for _, g := range t.Groups {
		for j := g.First; j < g.First+g.N; j++ {
			d.Rows = append(d.Rows, charts.Dot{Label: t.Columns[j].Label, Group: g.Label, Base: t.Columns[j].Base.Unweighted, Cell: *n.cell(j)})
		}
	}
	if len(d.Rows) > 0 {
		e.draw(c, "expectation-index", d.Title, "The share of top answers over that of all, times 100. Lines are 95% intervals; one that crosses 100 could be chance.", t.ID, d)
	}
}

// aboveAll names the groups whose indices lie most above and below 100 beyond chance, and
// by how much: 118 is a share that is larger than that of all by 18% of it.
func (e *evidence) aboveAll(n indicator, what string) (reports.Finding, bool) {
	all := make([]*crosstab.Cell, len(n.t.Columns)-1)
	for j := range all {
		all[j] = n.cell(j + 1)
	}
	order := ranked(len(all), func(j int) *crosstab.Cell { return all[j] })
	if len(order) < 2 {
		return reports.Finding{}, false
	}
	var compared []*crosstab.Cell
	for _, j := range order {
		compared = append(compared, all[j])
	}
	// on the scale of logarithms, as their intervals are
	apart := e.standOut(compared, 100, func(c *crosstab.Cell) float64 { return math.Log(c.Estimate/100) * c.Estimate / c.SE })
	var above, below []string
	var refs []reports.Ref
	say := func(to *[]string, j int, word string) {
		if len(*to) == mostNamed {
			return
		}
		said := n.off(j + 1)
		if len(*to) == 0 {
			said += " " + word
		}
		*to, refs = append(*to, fmt.Sprintf("%s for %s", said, n.t.Columns[j+1].Label)), append(refs, n.ref(j+1))
	}
	for k, j := range order {
		if apart[k] && all[j].Estimate > 100 {
			say(&above, j, "more often")
		}
	}
	for k, j := range slices.Backward(order) {
		if apart[k] && all[j].Estimate < 100 {
			say(&below, j, "less often")
		}
	}
	switch {
	case above != nil && below != nil:
		return reports.Finding{Text: fmt.Sprintf("Compared with all, %s %s; %s.", what, and(above), and(below)), Refs: refs}, true
	case above != nil:
		return reports.Finding{Text: fmt.Sprintf("Compared with all, %s %s; nobody less often beyond chance.", what, and(above)), Refs: refs}, true
	case below != nil:
		return reports.Finding{Text: fmt.Sprintf("Compared with all, %s %s; nobody more often beyond chance.", what, and(below)), Refs: refs}, true
	}
	return reports.Finding{}, false // that nobody stands out, the sentences by group say
}

// off says how far an index lies from 100, in percent of the share of all: "18% (14–22%)".
func (n indicator) off(col int) string {
	c := n.cell(col)
	from := func(x float64) float64 { return math.Abs(math.Round(x) - 100) }
	low, high := min(from(c.Low), from(c.High)), max(from(c.Low), from(c.High))
	if low == 0 {
		return fmt.Sprintf("%.0f%% (%.0f–%.0f%%; hardly beyond chance)", from(c.Estimate), low, high)
	}
	return fmt.Sprintf("%.0f%% (%.0f–%.0f%%)", from(c.Estimate), low, high)
}
