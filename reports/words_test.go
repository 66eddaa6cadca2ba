package reports

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats/crosstab"
)

func TestRoundHalfAwayFromZero(t *testing.T) {
	// By hand: decimal halves go away from zero, whichever side of them the
	// binary number lies.
	for _, c := range []struct {
		x      float64
		places int
		want   float64
	}{
		{0.285, 2, 0.29}, {0.125, 2, 0.13}, {-0.125, 2, -0.13}, {2.5, 0, 3}, {-2.5, 0, -3}, {0.5, 0, 1}, {1.005, 2, 1.01}, {2.675, 2, 2.68},
		{0.28496, 2, 0.28}, {0, 2, 0}, {1, 2, 1}, {1e18, 4, 1e18}, {12345678.25, 1, 12345678.3},
	} {
		if got := Round(c.x, c.places); got != c.want {
			t.Errorf("Round(%v, %d) = %v, want %v", c.x, c.places, got, c.want)
		}
	}
}

// What is stored prints the same as the estimate, lies next to it, and holds no
// more than four places.
func TestStoredPrintsTheSame(t *testing.T) {
	kinds := []crosstab.RowKind{crosstab.Proportion, crosstab.NetRow, crosstab.Mean, crosstab.SD, crosstab.Probability, crosstab.Importance,
		crosstab.Difference, crosstab.Effect, crosstab.OddsRatio, crosstab.Ratio, crosstab.Index, crosstab.Coefficient, crosstab.PValue}
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(rt, "kind")
		x := rapid.Float64Range(0, 1).Draw(rt, "share")
		switch {
		case IsPoints(kind):
			x = rapid.Float64Range(-1, 1).Draw(rt, "difference")
		case !IsPercent(kind):
			x = rapid.Float64Range(-100, 100).Draw(rt, "mean")
		}
		s := Stored(kind, x)
		if Print(kind, s) != Print(kind, x) {
			rt.Fatalf("%v is stored as %v, which prints %s instead of %s", x, s, Print(kind, s), Print(kind, x))
		}
		if math.Abs(s-x) > 1.01e-4 {
			rt.Fatalf("%v is stored as %v", x, s)
		}
		if s != Round(s, 4) {
			rt.Fatalf("%v is stored with more than four places: %v", x, s)
		}
	})
	// The case of the comment: 0.28496 is 28%, but 0.2850 would be 29%.
	if got := Stored(crosstab.Proportion, 0.28496); got != 0.2849 {
		t.Errorf("0.28496 is stored as %v, want 0.2849", got)
	}
	if got := Stored(crosstab.Proportion, 1e-9); got != 1e-4 {
		t.Errorf("1e-9 is stored as %v, want 0.0001", got)
	}
}

func TestPrint(t *testing.T) {
	for _, c := range []struct {
		kind crosstab.RowKind
		x    float64
		want string
	}{
		{crosstab.Proportion, 0, "–"}, {crosstab.Proportion, 0.0049, "<1%"}, {crosstab.Proportion, 0.005, "1%"}, {crosstab.NetRow, 0.425, "43%"}, {crosstab.Proportion, 1, "100%"},
		{crosstab.Mean, 3.145, "3.15"}, {crosstab.Mean, -0.5, "−0.50"}, {crosstab.Mean, -0.001, "0.00"}, {crosstab.SD, 0, "0.00"},
		{crosstab.Difference, 0.034, "+3"}, {crosstab.Effect, -0.125, "−13"}, {crosstab.Difference, -0.004, "0"}, {crosstab.Probability, 0.973, "97%"},
		{crosstab.OddsRatio, 1.005, "1.01"}, {crosstab.Index, 112.5, "113"}, {crosstab.Coefficient, -0.25, "−0.25"},
		{crosstab.PValue, 0.77, "0.77"}, {crosstab.PValue, 0.005, "0.01"}, {crosstab.PValue, 0.0049, "<0.01"}, {crosstab.PValue, 1, "1.00"},
	} {
		if got := Print(c.kind, c.x); got != c.want {
			t.Errorf("Print(%s, %v) = %q, want %q", c.kind, c.x, got, c.want)
		}
	}
}

// tiny is a table of Total and two groups: one of two columns, a nested one of
// one.
func tiny() *crosstab.Table {
	ok := crosstab.Cell{Status: crosstab.OK, Estimate: 0.4, Tested: true}
	return &crosstab.Table{
		Columns: []crosstab.Column{{Label: "Total", Status: crosstab.OK, Base: crosstab.Base{Unweighted: 200, People: 200, Weighted: 200, Effective: 200}},
			{Group: "sex", Label: "Women", Letter: "A", Status: crosstab.OK, Base: crosstab.Base{Unweighted: 100, People: 100, Weighted: 100, Effective: 100}},
			{Group: "sex", Label: "Men", Letter: "B", Status: crosstab.OK, Base: crosstab.Base{Unweighted: 100, People: 100, Weighted: 100, Effective: 100}}},
		Groups: []crosstab.Group{{Name: "sex", Label: "Sex", First: 1, N: 2}},
		Rows:   []crosstab.Row{{Kind: crosstab.Proportion, Label: "Yes"}},
		Cells:  [][]crosstab.Cell{{ok, ok, ok}},
	}
}

// A hidden column hides its cells even where a cell was left as it was.
func TestShownIsTheWorst(t *testing.T) {
	for _, c := range []struct{ column, cell, want crosstab.Status }{
		{crosstab.OK, crosstab.OK, crosstab.OK}, {crosstab.Suppressed, crosstab.OK, crosstab.Suppressed}, {crosstab.OK, crosstab.Suppressed, crosstab.Suppressed},
		{crosstab.LowBase, crosstab.OK, crosstab.LowBase}, {crosstab.LowBase, crosstab.Suppressed, crosstab.Suppressed}, {crosstab.NotAsked, crosstab.OK, crosstab.NotAsked},
		{crosstab.NotAsked, crosstab.Suppressed, crosstab.Suppressed}, {crosstab.OK, crosstab.NotApplicable, crosstab.NotApplicable},
	} {
		tab := tiny()
		tab.Columns[1].Status, tab.Cells[0][1].Status = c.column, c.cell
		if got := Shown(tab, 0, 1); got != c.want {
			t.Errorf("column %s, cell %s: shown as %s, want %s", c.column, c.cell, got, c.want)
		}
	}
	tab := tiny()
	tab.Cells[0][1].Estimate = math.NaN()
	if got := Text(tab, 0, 1); got != NotAskedMark {
		t.Errorf("NaN prints %q", got)
	}
}

func TestSignificance(t *testing.T) {
	set := func(f func(*crosstab.Table)) string { tab := tiny(); f(tab); return Significance(tab, 0, 1) }
	for want, got := range map[string]string{
		"":    set(func(*crosstab.Table) {}),
		"B ▲": set(func(t *crosstab.Table) { t.Cells[0][1].Letters, t.Cells[0][1].VsRest = "B", 2 }),
		"b":   set(func(t *crosstab.Table) { t.Cells[0][1].Letters = "b" }),
		"▽":   set(func(t *crosstab.Table) { t.Cells[0][1].VsRest = -1 }),
		"nt":  set(func(t *crosstab.Table) { t.Cells[0][1].Tested = false }),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for name, f := range map[string]func(*crosstab.Table){
		"hidden cell":   func(t *crosstab.Table) { t.Cells[0][1].Letters, t.Cells[0][1].Status = "B", crosstab.Suppressed },
		"hidden column": func(t *crosstab.Table) { t.Cells[0][1].Letters, t.Columns[1].Status = "B", crosstab.Suppressed },
		"deviation":     func(t *crosstab.Table) { t.Rows[0].Kind, t.Cells[0][1].Tested = crosstab.SD, false },
	} {
		if got := set(f); got != "" {
			t.Errorf("%s: got %q, want nothing", name, got)
		}
	}
	if tab := tiny(); Significance(tab, 0, 0) != "" {
		t.Error("Total carries a mark")
	}
}

// The legend explains the marks that are there, all of them, and no other.
func TestLegendFollowsTheTable(t *testing.T) {
	labels := func(tab *crosstab.Table) string {
		var s []string
		for _, f := range Legend(Tests{}, tab) {
			s = append(s, f.Label)
		}
		return strings.Join(s, "; ")
	}
	if got := labels(tiny()); got != "" {
		t.Errorf("a table without marks has the legend %q", got)
	}
	tab := tiny()
	tab.Cells[0][1].Letters, tab.Cells[0][1].VsRest = "Bc", -2
	tab.Cells[0][2].Tested = false
	tab.Columns[2].Status = crosstab.LowBase
	if got, want := labels(tab), "A, B, C; a, b, c; ▲ ▼; nt; *"; got != want {
		t.Errorf("legend %q, want %q", got, want)
	}
	tab.Columns[1].Status = crosstab.Suppressed
	tab.Cells[0][0].Estimate = 0
	if got, want := labels(tab), "nt; *; [c]; –"; got != want {
		t.Errorf("legend %q, want %q", got, want)
	}
}

func TestNotesSayTheReportsLevels(t *testing.T) {
	if got := TestNote(Tests{}); !strings.Contains(got, "95%") || !strings.Contains(got, "90%") || !strings.Contains(got, "fewer than 30 people") {
		t.Errorf("defaults: %s", got)
	}
	got := TestNote(Tests{Strict: 0.01, Loose: 0.025, Base: 50, Method: "exact test"}) + LowBaseNote(Tests{Low: 75})
	for _, want := range []string{"99%", "97.5%", "fewer than 50 people", "exact test", "fewer than 75 people"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
}

func TestCompared(t *testing.T) {
	tab := tiny()
	if got := Compared(tab); got != "A/B (Sex)" {
		t.Errorf("got %q", got)
	}
	tab.Cells[0][1].Tested, tab.Cells[0][2].Tested = false, false
	if got := Compared(tab); got != "" {
		t.Errorf("nothing was tested, got %q", got)
	}
	tab.Cells[0][0].Tested = false
	if got := strings.Join(TableTestNotes(Tests{}, tab), " "); got != "Columns of this table were not compared." {
		t.Errorf("got %q", got)
	}
}

// An unweighted report says its base once; a weighted one in all three ways; a
// loop says people beside ratings.
func TestBaseRows(t *testing.T) {
	names := func(tab *crosstab.Table) string {
		var s []string
		for _, b := range BaseRows(tab, IsWeighted([]*crosstab.Table{tab})) {
			s = append(s, b.Label)
		}
		return strings.Join(s, "; ")
	}
	tab := tiny()
	if got := names(tab); got != "Base" {
		t.Errorf("unweighted: %s", got)
	}
	tab.Columns[1].Base.Effective = 88.2
	if got := names(tab); got != "Unweighted base; Weighted base; Effective base" {
		t.Errorf("weighted: %s", got)
	}
	tab.Loop = true
	if got := names(tab); got != "Ratings (unweighted); People (unweighted); Weighted base; Effective base" {
		t.Errorf("loop: %s", got)
	}
}

func TestWording(t *testing.T) {
	for _, c := range []struct{ title, item, text, want string }{
		{"How worried are you?", "", "How worried are you?", ""},
		{"How worried are you", "", "How worried are you?", ""},
		{"How worried  are you?", "", "How worried\nare you?", ""},
		{"How worried are you?", "", "How worried are you? Choose one.", "Choose one."},
		{"Which do you use", "", "Which do you use: Choose all.", "Choose all."},
		{"What would you share?: Location", "Location", "What would you share?", ""},
		{"What would you share: Location", "Location", "What would you share? Choose all.", "Choose all."},
		{"How worried", "", "How worried are you?", "How worried are you?"}, // only its beginning
		{"Worry", "", "Worrying about it?", "Worrying about it?"},           // not even a word
		{"Worry: shops", "shops", "How worried are you?", "How worried are you?"},
		{"", "", "How worried are you?", "How worried are you?"},
		{"Worry", "", "", ""},
	} {
		if got := Wording(&crosstab.Table{Title: c.title, Item: c.item, Text: c.text}); got != c.want {
			t.Errorf("title %q, text %q: %q, want %q", c.title, c.text, got, c.want)
		}
	}
}

// A model of one column prints its intervals; a hidden cell has none.
func TestInterval(t *testing.T) {
	table := tiny()
	table.Model = true
	if HasIntervals(table) {
		t.Error("a table of several columns has no room for intervals")
	}
	table.Columns, table.Cells[0] = table.Columns[:1], table.Cells[0][:1]
	if HasIntervals(table) {
		t.Error("there are no intervals")
	}
	for _, c := range []struct {
		kind      crosstab.RowKind
		low, high float64
		want      string
	}{
		{crosstab.Proportion, 0, 0.0849, "0% to 8%"}, {crosstab.OddsRatio, 0.912, 1.1, "0.91 to 1.10"},
		{crosstab.Effect, -0.031, 0.02, "−3 to +2"}, {crosstab.Rank, 1, 2, "1 to 2"},
	} {
		table.Rows[0].Kind = c.kind
		table.Cells[0][0].HasCI, table.Cells[0][0].Low, table.Cells[0][0].High = true, c.low, c.high
		if got := Interval(table, 0, 0); got != c.want || !HasIntervals(table) {
			t.Errorf("%s: %q, want %q", c.kind, got, c.want)
		}
	}
	table.Cells[0][0].Status = crosstab.Suppressed
	if got := Interval(table, 0, 0); got != "" {
		t.Errorf("a hidden cell says %q", got)
	}
}

// Whether people were drawn at random stands where intervals are explained.
func TestSentenceKeySaysWhoWasDrawn(t *testing.T) {
	for random, want := range map[bool]string{true: "who does not take part", false: "people were not drawn at random"} {
		if key := SentenceKey(&Report{Meta: Meta{Probability: random}}); !strings.Contains(key[0], want) {
			t.Errorf("drawn at random %t: the first line is %q", random, key[0])
		}
	}
}
