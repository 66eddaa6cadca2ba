package pipeline

import (
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// itemTables are three items of a grid with their ranking, in which the lead over the
// second is so much.
func itemTables(lead, half float64) []*crosstab.Table {
	var out []*crosstab.Table
	for k, item := range []string{"Age", "Phone", "Address"} {
		x := modelTable("share."+item, crosstab.NetRow, []string{"top"}, around([]float64{0.3, 0.5, 0.48}[k], 0.02))
		x.Model, x.Question, x.Item, x.Measures, x.Text = false, "share", item, "sharing", "Which of these would you share? "
		x.Rows[0].Label = "Would share"
		out = append(out, x)
	}
	ranks := modelTable("share.ranks", crosstab.Difference, []string{"rank.1", "rank.2", "rank.3", "less.1.2", "less.1.3"}, around(1, 0), around(2, 0), around(3, 0), around(lead, half), around(0.2, half))
	for i, name := range []string{"Phone", "Address", "Age"} {
		ranks.Rows[i].Label, ranks.Rows[i].Kind = name, crosstab.Rank
	}
	return append(out, ranks)
}

// A list of items quotes its question, gives the interval of its first, and says whether
// the lead may be chance.
func TestItemsAreSaidWithTheirQuestion(t *testing.T) {
	say := func(tables []*crosstab.Table) string {
		e := &evidence{tables: tables}
		f, ok := e.byItem(indicators(tables[:3]), "Shared most readily")
		if !ok {
			t.Fatal("nothing is said")
		}
		checkFinding(t, &reports.Report{Tables: tables}, f)
		return f.Text + " / " + f.Asked
	}
	const list, under = "Shared most readily: Phone, 50% (48–52%), Address (48%) and Age (30%).", " / Asked: “Which of these would you share?” Counted: “Would share”."
	if got := say(itemTables(0.02, 0.01)); got != list+under {
		t.Errorf("a clear lead: %s", got)
	}
	if got := say(itemTables(0.02, 0.03)); got != list+" Address may just as well be first."+under {
		t.Errorf("an open lead: %s", got)
	}
	tables := itemTables(0.02, 0.03)
	tables[0].Text, tables[0].Question = "And your age?", "age"
	if got := say(tables); !strings.Contains(got, "Asked: “And your age?” and 1 more question.") || strings.Contains(got, "first") {
		t.Errorf("two questions: %s", got)
	}
	if n := highest(indicators(itemTables(0, 0)[:3])); n.t.Item != "Phone" {
		t.Errorf("the highest item is %s", n.t.Item)
	}
}

// Of a list it is said how many have clearly more than half behind them, and which others may:
// Phone's interval lies above one half, and so does that of Address until it is made wider.
func TestMoreThanHalf(t *testing.T) {
	say := func(address, age crosstab.Cell) string {
		tables := itemTables(0.1, 0.01)[:3]
		tables[0].Cells[0][0], tables[1].Cells[0][0], tables[2].Cells[0][0] = age, around(0.7, 0.02), address
		f, ok := (&evidence{}).byItem(indicators(tables), "Shared most readily")
		if !ok {
			t.Fatal("nothing is said")
		}
		checkFinding(t, &reports.Report{Tables: tables}, f)
		return f.Text
	}
	for want, got := range map[string]string{
		" Each has more than half behind it.":                                              say(around(0.6, 0.02), around(0.55, 0.02)),
		" Two of the 3 have more than half behind them.":                                   say(around(0.6, 0.02), around(0.49, 0.02)),
		" Two of the 3 clearly have more than half behind them; Age (51%) may or may not.": say(around(0.6, 0.02), around(0.51, 0.02)),
		"Shared most readily: Phone, 70% (68–72%), Address (51%) and Age (30%).":           say(around(0.51, 0.02), around(0.3, 0.02)),
	} {
		if !strings.HasSuffix(got, want) {
			t.Errorf("it is not said %q: %s", want, got)
		}
	}
}

// The report opens with findings that say something: of those that find no difference
// with one at most, whatever their chapter.
func TestReportOpensWithFindings(t *testing.T) {
	var chapters []reports.Chapter
	for _, key := range []string{"a", "b", "c"} {
		chapters = append(chapters, reports.Chapter{Key: key, Findings: []reports.Finding{{Text: key + " level", Minor: true}, {Text: key + " first"}, {Text: key + " second"}}})
	}
	var said []string
	for _, f := range (&evidence{plan: &plan{}}).headlines(chapters) {
		said = append(said, f.Text)
	}
	if got, want := strings.Join(said, ", "), "a level, a first, b first, c first, a second"; got != want {
		t.Errorf("opens with %s, want %s", got, want)
	}
}

// What stands out surely counts for more than each of the four would if all counted alike,
// a quarter; it is named in the order of what each explains, with the clearest step of each.
func TestStoryFollowsItsCells(t *testing.T) {
	counts := modelTable("share.importance", crosstab.Importance, []string{"worry", "age", "trust", "habit", "all"},
		around(0.34, 0.05), around(0.2, 0.1), around(0.4, 0.1), around(0.1, 0.2), around(0.12, 0.02))
	effects := modelTable("share.effects", crosstab.Effect, []string{"trust: one answer higher", "worry: one answer higher", "Age: Old rather than Young", "Age: Middle rather than Young", "habit: one more of the 3"},
		around(0.05, 0.01), around(-0.08, 0.02), around(-0.03, 0.02), around(-0.02, 0.01), around(0.02, 0.01))
	for i, code := range []string{"trust", "worry", "segment.age=Old", "segment.age=Middle", "habit"} {
		effects.Rows[i].Code = code
	}
	counts.Rows[1].Code = "segment.age"
	e := &evidence{plan: &plan{study: &study.Study{}}}
	say := func(wants ...string) {
		t.Helper()
		var c reports.Chapter
		e.story(&c, counts, effects)
		e.certainty(&c, counts)
		var said []string
		for _, f := range c.Findings {
			checkFinding(t, &reports.Report{Tables: []*crosstab.Table{counts, effects}}, f)
			said = append(said, f.Text, "under it: "+f.Asked)
		}
		got := strings.Join(said, "\n")
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("says\n%s\nand not %q", got, want)
			}
		}
	}
	const none = " By itself, “worry” may tell as much; among people alike in all else asked, no clear difference is left."
	say("Two of the 4 things asked clearly stand out in telling who is willing to share: “trust” and “worry”. All else alike, the higher people answer on “trust”, the more are willing to share; the higher people answer on “worry”, the fewer are willing to share. Which of the two tells most is too close to call.\n",
		"Among people alike in all else asked: with one answer higher on “trust”, 5 points more (4 to 6) are willing to share; with one answer higher on “worry”, 8 points fewer (6 to 10). That things",
		"\nunder it: The points do not say which tells most: a step is not equally large on each.\n",
		"Beyond chance as well: for Old rather than Young (“Age”), 3 points fewer (1 to 5) are willing to share; with one more ticked of the 3 in “habit”, 2 points more (1 to 3); and 1 more, which the chart of points shows.\n",
		"All 4 things asked together explain 12% (10–14%) of the differences between people in who is willing to share. The rest is chance")
	counts.Cells[2][0] = around(0.6, 0.1)
	say("the fewer are willing to share. The first tells most.\n")
	effects.Cells[1][0], effects.Cells[3][0] = around(-0.01, 0.02), around(-0.01, 0.02)
	say("One of the 4 things asked clearly stands out in telling who is willing to share: “trust”. All else alike, the higher people answer on it, the more are willing to share."+none+"\n", "6) are willing to share. That things", "2 points more (1 to 3).\n")
	counts.Cells[0][0].Low, counts.Cells[2][0].Low = 0.25, 0.2
	say("None of the 4 things asked clearly stands out in telling who is willing to share.\n", "Beyond chance, among people alike in all else asked: with one answer higher on “trust”, 5 points")
	counts.Cells[0][0], counts.Cells[1][0], counts.Cells[2][0] = around(0.3, 0.02), around(0.28, 0.02), around(0.4, 0.02)
	effects.Cells[1][0] = around(-0.08, 0.02)
	say("the fewer are willing to share. The first tells most.\n")
	counts.Cells[0][0] = around(0.38, 0.02)
	say("Which of the first two tells most is too close to call.\n")
	counts.Cells[1][0] = around(0.37, 0.02)
	say("Which of these tells most is too close to call.\n")
}

// What makes no difference hardly matters where chance cannot hide much of one either, with
// each figure under it; else that is all that is said, and nothing of what differs by group.
func TestWhatHardlyMatters(t *testing.T) {
	counts := modelTable("share.importance", crosstab.Importance, []string{"trust", "worry", "skill", "all"}, around(0.5, 0.1), around(0.3, 0.1), around(0.2, 0.1), around(0.1, 0.02))
	effects := modelTable("share.effects", crosstab.Effect, []string{"trust: one answer higher", "worry: one more of the 3", "skill: one more"}, around(0.01, 0.023), around(-0.01, 0.012), around(0.02, 0.06))
	meetings := modelTable("share.meetings", crosstab.PValue, []string{"trust:segment.age", "worry:segment.age"}, around(0.5, 0), around(0.3, 0))
	for i, code := range []string{"trust", "worry", "skill"} {
		effects.Rows[i].Code = code
	}
	e := &evidence{plan: &plan{study: &study.Study{}}, tables: []*crosstab.Table{counts, effects, meetings}}
	say := func(want string) {
		t.Helper()
		var c reports.Chapter
		e.hardly(&c, counts, effects, meetings)
		if len(c.Findings) != 1 {
			t.Fatalf("%d findings", len(c.Findings))
		}
		checkFinding(t, &reports.Report{Tables: e.tables}, c.Findings[0])
		if got := c.Findings[0].Text + " / " + c.Findings[0].Asked; !strings.HasPrefix(got, want) {
			t.Errorf("says %q, want %q", got, want)
		}
	}
	say("“trust” and “worry” hardly matter, among people alike in all else asked: no difference is seen, and if there is one, a step on any of them goes with no more than 4 points, up or down. / With one answer higher on “trust”, 1 point more (from 1 fewer to 3 more); with one more ticked of the 3 in “worry”, 1 point fewer (")
	meetings.Cells[0][0] = around(0.01, 0)
	say("“worry” hardly matters, among people alike in all else asked: no difference is seen, and if there is one, a step on it goes with no more than 3 points, up or down.")
	effects.Cells[1][0] = around(-0.03, 0.01)
	say("No difference beyond chance, among people alike in all else asked: with one more of “skill”, 2 points more (from 4 fewer to 8 more).")
}

// Which way things go is said by what a step of each is, and both ways where they part.
func TestWaysFollowTheirCells(t *testing.T) {
	effects := modelTable("share.effects", crosstab.Effect, []string{"A: one answer higher", "B: one more of the 5", "C: 10 years more"}, around(0.1, 0.02), around(0.2, 0.02), around(0.05, 0.02))
	moves := func(rows ...int) (out []indicator) {
		for _, i := range rows {
			out = append(out, indicator{effects, i, ""})
		}
		return out
	}
	e := &evidence{}
	for _, c := range []struct {
		moves []indicator
		named int
		want  string
	}{
		{moves(1), 1, " All else alike, the more people tick in it, the more are willing to share."},
		{moves(1, 0), 2, " All else alike, the more people tick or the higher they answer on each, the more are willing to share."},
		{moves(2, 0), 2, " All else alike, the higher the number or the higher people answer on each, the more are willing to share."},
		{moves(0, 2), 3, " All else alike, the higher people answer or the higher the number on “A” and “C”, the more are willing to share."},
		{nil, 1, ""},
	} {
		if got := e.ways(c.moves, c.named); got != c.want {
			t.Errorf("says %q, want %q", got, c.want)
		}
	}
	flipped(&effects.Cells[0][0])
	if got, want := e.ways(moves(0, 1), 2), " All else alike, the more people tick in “B”, the more are willing to share; the higher people answer on “A”, the fewer are willing to share."; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
}

// Who leads a loop is picked out of all of its things, so a lead that the test of one
// pair finds, and that of all pairs together does not, is too close to call.
func TestLeadsAllowForTheirNumber(t *testing.T) {
	say := func(second float64) string {
		x := modelTable("rated", crosstab.NetRow, []string{"top"}, around(0.5, 0.01))
		x.Model, x.Loop, x.Groups = false, true, []crosstab.Group{{Name: "shop", First: 1, N: 4}}
		for j, name := range []string{"A", "B", "C", "D"} {
			x.Columns = append(x.Columns, crosstab.Column{Label: name, Base: crosstab.Base{Unweighted: 500, People: 500}})
			x.Cells[0] = append(x.Cells[0], around(0.6-0.05*float64(j), 0.02))
			for k := j + 1; k < 4; k++ {
				p := 0.001
				switch {
				case j == 0 && k == 1:
					p = second
				case j == 2:
					p = 0.04
				}
				x.Comparisons = append(x.Comparisons, crosstab.Comparison{A: j + 1, B: k + 1, P: p, Status: crosstab.OK})
			}
		}
		e := &evidence{plan: &plan{study: &study.Study{}, segments: []*segment{{name: "shop", loop: &loop{}}}}, tables: []*crosstab.Table{x}}
		f, ok := e.byLoop(indicators(e.tables)[0], "Most is", "least is")
		if !ok {
			t.Fatal("nothing is said")
		}
		checkFinding(t, &reports.Report{Tables: e.tables}, f)
		return f.Text
	}
	const tie = "it may as well be B with 55% (53–57%)."
	if got := say(0.03); !strings.Contains(got, tie) { // Holm: 2 x 0.03
		t.Errorf("of a lead with p 0.03 among six it says %q", got)
	}
	if got := say(0.02); strings.Contains(got, tie) { // 2 x 0.02
		t.Errorf("of a lead with p 0.02 among six it says %q", got)
	}
}

// A question that is too long for a sentence stands in full under it.
func TestLongQuestionsStandUnderTheSentence(t *testing.T) {
	x := modelTable("worry", crosstab.NetRow, []string{"top"}, around(0.5, 0.02))
	x.Model, x.Rows[0].Box = false, true
	say := func(text string) reports.Finding {
		x.Text = text
		f, ok := (&evidence{}).headline(indicators([]*crosstab.Table{x})[0])
		if !ok {
			t.Fatal("nothing is said")
		}
		return f
	}
	short, long := "Do you worry?", strings.Repeat("Do you worry about what companies know? ", 3)+"Or not?"
	if f := say(short); !strings.Contains(f.Text, "when asked “Do you worry?”") || strings.Contains(f.Asked, "Do you worry") {
		t.Errorf("a short question: %q, under it %q", f.Text, f.Asked)
	}
	if f := say(long); strings.Contains(f.Text, "asked") || !strings.HasPrefix(f.Asked, "Asked: “"+long+"”") {
		t.Errorf("a long question: %q, under it %q", f.Text, f.Asked)
	}
}

// An end of an interval that is printed as 0 and is none says so, so that the brackets tell
// on which side of chance a difference is.
func TestEndsThatAreNotZero(t *testing.T) {
	for want, c := range map[string]crosstab.Cell{
		"6 points (less than 1 to 12)":             {Estimate: -0.06, Low: -0.12, High: -0.003, HasCI: true},
		"3 points (from less than 1 down to 6 up)": {Estimate: 0.03, Low: -0.003, High: 0.06, HasCI: true},
		"3 points (from 0 to 6 up)":                {Estimate: 0.03, Low: 0, High: 0.06, HasCI: true},
		"3 points (1 to 6)":                        {Estimate: 0.03, Low: 0.01, High: 0.06, HasCI: true},
		"3 points (from 2 down to 6 up)":           {Estimate: 0.03, Low: -0.02, High: 0.06, HasCI: true},
		"0 points (from less than 1 down to 1 up)": {Estimate: 0.003, Low: -0.003, High: 0.01, HasCI: true},
		"less than 1 point (less than 1 to 1)":     {Estimate: 0.004, Low: 0.001, High: 0.007, HasCI: true},
	} {
		n := indicator{&crosstab.Table{Rows: []crosstab.Row{{Kind: crosstab.Difference}}, Cells: [][]crosstab.Cell{{c}}, Columns: []crosstab.Column{{}}}, 0, ""}
		if got := n.figure(0) + " " + n.eitherWay(0, "up", "down"); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}

// A bottom box says the contrary of what a question asks about, and the answer given most
// is another for every item: neither is ranked.
func TestNoRankingOfTheContrary(t *testing.T) {
	for name, c := range map[string]struct {
		row  crosstab.Row
		said bool
	}{
		"top boxes":          {crosstab.Row{Kind: crosstab.NetRow, Box: true, Label: "Top 2 (much, completely)"}, true},
		"a net of one's own": {crosstab.Row{Kind: crosstab.NetRow, Label: "Bottom line: trusted"}, true},
		"bottom boxes":       {crosstab.Row{Kind: crosstab.NetRow, Box: true, Label: "Bottom 2 (never, rarely)"}, false},
		"most given":         {crosstab.Row{Kind: crosstab.Proportion, Label: "Rarely"}, false},
		"yes":                {crosstab.Row{Kind: crosstab.Proportion, Label: "Yes"}, true},
	} {
		var tables []*crosstab.Table
		for k, item := range []string{"Press", "Banks", "Shops"} {
			x := modelTable("trust."+item, crosstab.NetRow, []string{"row"}, around(0.5-0.1*float64(k), 0.02))
			x.Model, x.Question, x.Item, x.Rows[0] = false, "trust", item, c.row
			tables = append(tables, x)
		}
		if f, ok := (&evidence{tables: tables}).byItem(indicators(tables), "Trusted most"); ok != c.said {
			t.Errorf("%s: it says %q", name, f.Text)
		}
	}
}

// Two shares whose rounded difference is not the one that is said have a decimal each, and so
// has the difference: 58.4 and 62.6 are 4.2 points apart, and 58 and 63 would be 5.
func TestSharesBesideTheirDifference(t *testing.T) {
	for want, x := range map[string][2]float64{"58.4% 62.6% 4.2 points (3 to 5)": {0.584, 0.626}, "41% 45% 4 points (3 to 5)": {0.41, 0.452}, "45% 41% 4 points (3 to 5)": {0.452, 0.41}, "57.8% 35.4% 22 points (21 to 23)": {0.57754, 0.35446}} {
		table := modelTable("told", crosstab.Proportion, []string{"one", "other", "more"}, around(x[0], 0.01), around(x[1], 0.01), around(x[1]-x[0], 0.01))
		table.Rows[2].Kind = crosstab.Difference
		a, b, more := indicator{table, 0, ""}, indicator{table, 1, ""}, indicator{table, 2, ""}
		round := roundingOf(more.total().Estimate, a, 0, b, 0)
		if got := round.figure(a, 0) + " " + round.figure(b, 0) + " " + round.within(more.hedged(0), more, 0); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}
