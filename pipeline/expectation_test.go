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
	say := func(table *crosstab.Table, with, without string, want bool) {
		t.Helper()
		f, matters, ok := whoRates(table, "firm")
		saysOf(t, table, f, ok, with, without)
		if matters != want {
			t.Errorf("it matters: %v, %s", matters, f.Text)
		}
	}
	say(standingTable(0.10, 0.03), "Who rated which firm makes a difference: if the same people had rated all, the share of Shops would be 4 points (3 to 5) lower. Allowing for that, above the average of the 2 are Banks, by 10 points (7 to 13); below it Shops, by 10 points (7 to 13).", "no difference", true)
	say(standingTable(-0.10, 0.03), "above the average of the 2 are Shops|below it Banks", "", true)
	table := standingTable(0.02, 0.03)
	say(table, "none differs from the average of the 2 beyond chance; the highest, Banks, is off by 2 points", "above the average", true)
	table.Cells[3][0] = around(0.04, 0.01)
	say(table, "higher", "lower", true)
	table.Cells[3][0] = around(0.04, 0.05)
	say(table, "not sure", "higher", true)
	table.Cells[3][0].Status = crosstab.Suppressed
	say(table, "Who rated which firm makes no difference to speak of: if the same people had rated all, no share would move by as much as half a point. None differs", "Allowing", false)
	table.Cells[0][0].Status = crosstab.LowBase
	say(table, "half a point.", "average", false)
	table.Cells[2][0].Status = crosstab.Suppressed
	if f, _, ok := whoRates(table, "firm"); ok {
		t.Errorf("hidden cells say %s", f.Text)
	}
}

// What people say of a service is worded by its question: to accept it is not to want it.
func TestWishIsInTheWordsOfTheQuestion(t *testing.T) {
	for text, want := range map[string]wish{
		"How much do you expect it?":         {"Expected most", "expecting personalized service", "Who expects personalized service"},
		"How acceptable is it?":              {"Accepted most", "accepting personalized service", "Who accepts personalized service"},
		"Which of these do you want?":        {"Wanted most", "wanting personalized service", "Who wants personalized service"},
		"Do you agree that service is good?": {"Most agree with", "agreeing", "Who agrees"},
		"How useful is it?":                  {"Most say yes to", "the share of “Very”", "Who says so"},
	} {
		table := &crosstab.Table{Text: text, Rows: []crosstab.Row{{Kind: crosstab.Proportion, Label: "Very"}}}
		if got := wishIn(indicator{table, 0, ""}); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
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
	saysOf(t, table, f[0], true, "Who says yes to one of the three things asked about tends, though only moderately, to say yes to the others. What goes together most: “pair0,1”; least: “pair0,2”.", "0.33")
	const under = "In figures: on a scale from 0, not at all, to 1, in full, they go together to 0.33 (0.29 to 0.37) on average, the closest two to 0.50 (0.45 to 0.55), the least close to 0.20 (0.15 to 0.25)."
	if f[0].Asked != under {
		t.Errorf("under it stands %s", f[0].Asked)
	}
	table, f = say(around(0.5, 0.05), around(0.2, 0.05), around(0.3, 0.05), around(0.33, 0.04), around(0.3, 0.4))
	saysOf(t, table, f[0], true, "to say yes to the others", "most:")
	table, f = say(around(-0.5, 0.05), around(-0.2, 0.05), around(-0.3, 0.05), around(-0.33, 0.04), around(0.3, 0.4))
	saysOf(t, table, f[0], true, "to say no to the others", "yes to the others")
	if want := "to −0.33 (−0.37 to −0.29) on average; below 0 is against each other."; !strings.Contains(f[0].Asked, want) {
		t.Errorf("under it stands %s, want %s", f[0].Asked, want)
	}
	table, f = say(around(0.1, 0.15), around(-0.1, 0.15), around(0, 0.15), around(0.01, 0.1), around(0.2, 0.4))
	saysOf(t, table, f[0], true, "neither more nor less often, as far as can be told", "tends")
	low := around(0.33, 0.04)
	low.Status = crosstab.LowBase
	if _, f = say(around(0.5, 0.05), around(0.2, 0.05), around(0.3, 0.05), low, around(0.3, 0.1)); len(f) != 0 {
		t.Errorf("a low base says %s", f[0].Text)
	}
}
