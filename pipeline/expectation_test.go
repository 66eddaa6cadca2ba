package pipeline

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// modelTable is a table of a model with a row for each code, and a cell each.
func modelTable(id string, kind crosstab.RowKind, codes []string, cells ...crosstab.Cell) *crosstab.Table {
	t := &crosstab.Table{ID: id, Model: true, Columns: []crosstab.Column{{Label: "Total", Base: crosstab.Base{Unweighted: 500, People: 500}}}}
	for i, code := range codes {
		t.Rows = append(t.Rows, crosstab.Row{Kind: kind, Code: code, Label: code})
		t.Cells = append(t.Cells, []crosstab.Cell{cells[i]})
	}
	return t
}

// around is a cell with an interval of so much on both sides.
func around(x, half float64) crosstab.Cell {
	return crosstab.Cell{Status: crosstab.OK, Estimate: x, Low: x - half, High: x + half, HasCI: true}
}

// saysOf checks a finding against its cells and for words that it must and must not
// hold.
func saysOf(t *testing.T, table *crosstab.Table, f reports.Finding, ok bool, with, without string) {
	t.Helper()
	if !ok {
		t.Fatal("nothing is said")
	}
	checkFinding(t, &reports.Report{Tables: []*crosstab.Table{table}}, f)
	for _, w := range strings.Split(with, "|") {
		if !strings.Contains(f.Text, w) {
			t.Errorf("does not say %q: %s", w, f.Text)
		}
	}
	if without != "" && strings.Contains(f.Text, without) {
		t.Errorf("says %q: %s", without, f.Text)
	}
}

// standingTable has two turns, the first so much above their average.
func standingTable(above, half float64) *crosstab.Table {
	t := modelTable("q.adjusted", crosstab.Difference, []string{"apart0", "apart1", "shift0", "shift1"}, around(above, half), around(-above, half), around(0.002, 0.01), around(-0.04, 0.01))
	for k, name := range []string{"Banks", "Shops"} {
		t.Rows = append(t.Rows, crosstab.Row{Kind: crosstab.Proportion, Code: fmt.Sprint("raw", k), Label: name + ", as rated"})
		t.Cells = append(t.Cells, []crosstab.Cell{around(0.5, 0.05)})
	}
	return t
}

// A difference that is turned around, lost in its interval, or of a low base turns,
// softens or silences the sentence.
func TestStandingFollowsItsCells(t *testing.T) {
	table := standingTable(0.10, 0.03)
	f, ok := standsOut(table)
	saysOf(t, table, f, ok, "above the average of the 2 would be Banks, by 10 points (7 to 13)|below it Shops, by 10 points", "")
	table = standingTable(-0.10, 0.03)
	f, ok = standsOut(table)
	saysOf(t, table, f, ok, "above the average of the 2 would be Shops|below it Banks", "")
	table = standingTable(0.02, 0.03)
	f, ok = standsOut(table)
	saysOf(t, table, f, ok, "none of the 2 would differ from their average beyond chance|Banks", "above the average")
	table.Cells[0][0].Status = crosstab.LowBase
	if f, ok := standsOut(table); ok {
		t.Errorf("a low base says %s", f.Text)
	}

	f, ok = whoRates(table)
	saysOf(t, table, f, ok, "Who rates what matters|Shops|4 points|lower", "hardly")
	table.Cells[3][0] = around(0.04, 0.01)
	f, ok = whoRates(table)
	saysOf(t, table, f, ok, "higher", "lower")
	table.Cells[3][0] = around(0.04, 0.05)
	f, ok = whoRates(table)
	saysOf(t, table, f, ok, "not sure", "higher")
	table.Cells[3][0].Status = crosstab.Suppressed
	f, ok = whoRates(table)
	saysOf(t, table, f, ok, "hardly matters|no share by as much as half a point.", "moves most")
	table.Cells[2][0].Status = crosstab.Suppressed
	if f, ok := whoRates(table); ok {
		t.Errorf("hidden cells say %s", f.Text)
	}
}

func TestTogetherFollowsItsCells(t *testing.T) {
	codes := []string{"pair0,1", "pair0,2", "pair1,2", "average", "lead"}
	say := func(cells ...crosstab.Cell) (*crosstab.Table, []reports.Finding) {
		table := modelTable("expectation.together", crosstab.Coefficient, codes, cells...)
		var c reports.Chapter
		(&evidence{}).together(&c, table)
		return table, c.Findings
	}
	table, f := say(around(0.5, 0.05), around(0.2, 0.05), around(0.3, 0.05), around(0.33, 0.04), around(0.3, 0.1))
	saysOf(t, table, f[0], true, "go together|0.33 (0.29 to 0.37)|Closest are “pair0,1”, to 0.50|loosest “pair0,2”, to 0.20", "No two")
	table, f = say(around(0.5, 0.05), around(0.2, 0.05), around(0.3, 0.05), around(0.33, 0.04), around(0.3, 0.4))
	saysOf(t, table, f[0], true, "Expectations go together", "Closest")
	table, f = say(around(-0.5, 0.05), around(-0.2, 0.05), around(-0.3, 0.05), around(-0.33, 0.04), around(0.3, 0.4))
	saysOf(t, table, f[0], true, "exclude each other|−0.33 (−0.37 to −0.29)", "tends to want")
	table, f = say(around(0.1, 0.15), around(-0.1, 0.15), around(0, 0.15), around(0.01, 0.1), around(0.2, 0.4))
	saysOf(t, table, f[0], true, "says nothing", "go together:")
	low := around(0.33, 0.04)
	low.Status = crosstab.LowBase
	if _, f = say(around(0.5, 0.05), around(0.2, 0.05), around(0.3, 0.05), low, around(0.3, 0.1)); len(f) != 0 {
		t.Errorf("a low base says %s", f[0].Text)
	}
}
