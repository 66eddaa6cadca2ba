package pipeline

import (
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
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

// The sentence on indices follows its cells.
func TestAboveAllSaysWhatItsCellsSay(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(cells []crosstab.Cell)
		says string
	}{
		"both":         {func([]crosstab.Cell) {}, "Compared with all, it is expected 20% (15–25%) more often for 18-24; 20% (15–25%) less often for 35+."},
		"above":        {func(c []crosstab.Cell) { c[3].High = 101 }, "20% (15–25%) more often for 18-24; nobody less often beyond chance."},
		"below":        {func(c []crosstab.Cell) { c[1].Low = 99 }, "20% (15–25%) less often for 35+; nobody more often beyond chance."},
		"level":        {func(c []crosstab.Cell) { c[1].Low, c[3].High = 99, 101 }, ""},
		"hidden":       {func(c []crosstab.Cell) { c[1].Status = crosstab.Suppressed }, "20% (15–25%) less often for 35+"},
		"one of three": {func(c []crosstab.Cell) { c[1].SE, c[3].High = 10, 101 }, ""}, // log(1.2) is 2.19 of 10/120: p 0.029, of the two that are left 0.058
		"hardly":       {func(c []crosstab.Cell) { c[1].Low, c[3].High = 100.3, 101 }, "20% (0–25%; hardly beyond chance) more often for 18-24;"},
		"no base":      {func(c []crosstab.Cell) { c[1].Status, c[2].Status = crosstab.Suppressed, crosstab.LowBase }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, indices := indexOf()
			c.do(indices.Cells[0])
			f, ok := (&evidence{plan: &plan{study: &study.Study{}}}).aboveAll(indicator{indices, 0, ""}, "it is expected")
			if ok != (c.says != "") || !strings.Contains(f.Text, c.says) {
				t.Errorf("says %q, want %q", f.Text, c.says)
			}
			if ok {
				checkFinding(t, &reports.Report{Tables: []*crosstab.Table{indices}}, f)
			}
		})
	}
}
