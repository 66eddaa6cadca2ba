package pipeline

import (
	"testing"

	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
)

// indexOf is a question by age, and its indices.
func indexOf() (shares, indices *crosstab.Table) {
	columns := func() []crosstab.Column {
		out := []crosstab.Column{{Label: "Total", Status: crosstab.OK}}
		for _, l := range []string{"18-24", "25-34", "35+"} {
			out = append(out, crosstab.Column{Group: "age", Label: l, Status: crosstab.OK, Base: crosstab.Base{Unweighted: 300, People: 300}})
		}
		return out
	}
	cell := func(x, half float64) crosstab.Cell {
		return crosstab.Cell{Status: crosstab.OK, Estimate: x, SE: half / 2, DF: 1000, Low: x - half, High: x + half, HasCI: true}
	}
	shares = &crosstab.Table{ID: "want", Question: "want", Measures: "expectation", Columns: columns(), Rows: []crosstab.Row{{Kind: crosstab.NetRow, Label: "Top 2", Box: true}},
		Cells: [][]crosstab.Cell{{cell(0.5, 0.02), cell(0.6, 0.02), cell(0.5, 0.02), cell(0.4, 0.02)}}}
	indices = &crosstab.Table{ID: "want.index", Question: "want", Model: true, Columns: columns(), Rows: []crosstab.Row{{Kind: crosstab.Index, Label: "Index", Code: "index."}},
		Cells: [][]crosstab.Cell{{{Status: crosstab.OK, Estimate: 100}, cell(120, 5), cell(100, 5), cell(80, 5)}}}
	return shares, indices
}

// An index is hidden where its share is, and nowhere else; a hidden total hides all,
// and so does a table without shares.
func TestIndicesAreHiddenWhereTheSharesAre(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(shares *crosstab.Table)
		want [4]bool // hidden
	}{
		"nothing":  {func(*crosstab.Table) {}, [4]bool{}},
		"a cell":   {func(s *crosstab.Table) { s.Cells[0][1].Status = crosstab.Suppressed }, [4]bool{1: true}},
		"a column": {func(s *crosstab.Table) { s.Columns[2].Status = crosstab.Suppressed }, [4]bool{2: true}},
		"absent":   {func(s *crosstab.Table) { s.Columns[3].Label = "other" }, [4]bool{3: true}},
		"total":    {func(s *crosstab.Table) { s.Cells[0][0].Status = crosstab.Suppressed }, [4]bool{true, true, true, true}},
		"no net":   {func(s *crosstab.Table) { s.Rows[0].Kind = crosstab.Proportion }, [4]bool{true, true, true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			shares, indices := indexOf()
			c.do(shares)
			var hidden disclosure.Summary
			hideIndices([]*crosstab.Table{shares, indices}, &hidden)
			n := 0
			for j, want := range c.want {
				got := indices.Cells[0][j]
				if (got.Status == crosstab.Suppressed) != want || want && got.Estimate != 0 {
					t.Errorf("column %d: %+v", j, got)
				}
				if want {
					n++
				}
			}
			if hidden.Cells != n {
				t.Errorf("%d cells are said to be hidden, %d are", hidden.Cells, n)
			}
			if name == "a column" && (indices.Columns[2].Base.Unweighted != 0 || hidden.Columns != 1) {
				t.Error("the base of a hidden column stands")
			}
		})
	}
}
