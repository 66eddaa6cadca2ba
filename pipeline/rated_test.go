package pipeline

import (
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// ratedOf is a table of one column: rows with code, label, estimate and half the width
// of the interval.
func ratedOf(kind crosstab.RowKind, rows ...any) *crosstab.Table {
	t := &crosstab.Table{ID: "share.rated.x", Question: "share", Model: true, Columns: []crosstab.Column{{Label: "Total", Status: crosstab.OK}}}
	for i := 0; i < len(rows); i += 4 {
		x, half := rows[i+2].(float64), rows[i+3].(float64)
		t.Rows = append(t.Rows, crosstab.Row{Kind: kind, Code: rows[i].(string), Label: rows[i+1].(string)})
		t.Cells = append(t.Cells, []crosstab.Cell{{Status: crosstab.OK, Estimate: x, Low: x - half, High: x + half, HasCI: true}})
	}
	return t
}

// The sentences on ratings follow their cells.
func TestRatedSaysWhatItsCellsSay(t *testing.T) {
	effects := func() *crosstab.Table {
		return ratedOf(crosstab.Effect, "turn.industry=Retail", "Industry: Retail rather than Banking", 0.3, 0.05, "trust", "Trust: one answer higher", 0.09, 0.02, "worry", "Worry: one answer higher", -0.01, 0.02, "control", "Control: one answer higher", -0.12, 0.03)
	}
	e := &evidence{}
	f, ok := e.ratedSteps(effects(), "industry by industry", nil)
	if want := "Asked industry by industry, among people alike in all else asked: with one answer higher on “Control”, 12 points fewer (9 to 15) of ratings would share; with one answer higher on “Trust”, 9 points more (7 to 11)."; !ok || f.Text != want || len(f.Refs) != 2 {
		t.Errorf("says %q, want %q", f.Text, want)
	}
	x := effects()
	x.Cells[1][0].Low, x.Cells[3][0].Status = -0.01, crosstab.Suppressed
	if f, ok := e.ratedSteps(x, "", nil); ok {
		t.Errorf("by chance and hidden it says %q", f.Text)
	}

	alike := ratedOf(crosstab.Probability, "alike0", "Banking", 0.5, 0.02, "alike1", "Retail", 0.6, 0.02, "alike2", "Travel", 0.4, 0.02)
	f, ok = ratedAlike(alike)
	if want := "they would share most often with Retail, in 60% (58–62%) of ratings, and least often with Travel, in 40% (38–42%)."; !ok || !strings.Contains(f.Text, want) {
		t.Errorf("says %q, want %q", f.Text, want)
	}
	alike.Cells[0][0].High = 0.59
	if f, _ := ratedAlike(alike); !strings.HasSuffix(f.Text, "The lead over Banking (50%) may be chance.") || len(f.Refs) != 3 {
		t.Errorf("of a second within reach it says %q", f.Text)
	}
	alike.Cells[1][0].Status = crosstab.LowBase
	if f, _ := ratedAlike(alike); !strings.Contains(f.Text, "they would share most often with Banking, in") {
		t.Errorf("on a low base it says %q", f.Text)
	}
	alike.Cells[2][0].Status = crosstab.Suppressed
	if f, ok := ratedAlike(alike); ok {
		t.Errorf("with one left it says %q", f.Text)
	}
}

// Beside the model of people it is said what goes another way rating by rating, and in one
// sentence that nothing does.
func TestRatedBesidePeople(t *testing.T) {
	rated := func() *crosstab.Table {
		return ratedOf(crosstab.Effect, "trust", "Trust: one answer higher", 0.09, 0.02, "control", "Control: one answer higher", -0.12, 0.03, "skill", "Skill: one answer higher", 0.2, 0.03)
	}
	people := ratedOf(crosstab.Effect, "trust", "Trust: one answer higher", 0.05, 0.02, "control", "Control: one answer higher", -0.03, 0.02, "skill", "Skill: one answer higher", 0.01, 0.03)
	people.ID = "share.effects"
	out := map[string]indicator{"trust": {people, 0, ""}, "control": {people, 1, ""}}
	for want, change := range map[string]func(*crosstab.Table){
		"Asked shop by shop, all that stands out goes the same way: with one answer higher on “Control”, 12 points fewer (9 to 15) of ratings would share.":                                                              func(*crosstab.Table) {},
		"Asked shop by shop, it is otherwise, among people alike in all else asked: with one answer higher on “Control”, 12 points more (9 to 15) of ratings would share.":                                               func(x *crosstab.Table) { flipped(&x.Cells[1][0]) },
		"Asked shop by shop, it is otherwise, among people alike in all else asked: with one answer higher on “Trust”, 1 point more (from 1 fewer to 3 more) of ratings would share.":                                    func(x *crosstab.Table) { x.Cells[0][0] = around(0.01, 0.02) },
		"Asked shop by shop, among people alike in all else asked: with one answer higher on “Skill”, 20 points more (17 to 23) of ratings would share; with one answer higher on “Control”, 12 points fewer (9 to 15).": func(x *crosstab.Table) { x.Cells[0][0].Status = crosstab.Suppressed },
	} {
		x := rated()
		change(x)
		f, ok := (&evidence{}).ratedSteps(x, "shop by shop", out)
		if !ok || f.Text != want {
			t.Errorf("says %q, want %q", f.Text, want)
		}
		checkFinding(t, &reports.Report{Tables: []*crosstab.Table{x}}, f)
	}
	delete(out, "control")
	if f, _ := (&evidence{}).ratedSteps(rated(), "shop by shop", out); !strings.HasPrefix(f.Text, "Asked shop by shop, it goes the same way: with one answer higher on “Trust”, 9 points more (7 to 11)") {
		t.Errorf("of one thing that stands out it says %q", f.Text)
	}
}

// That nothing counts for more in some groups is said once: under the sentence on ratings
// where it was said of people, and otherwise beside it.
func TestRatedSaysOnceThatGroupsAreAlike(t *testing.T) {
	asked := modelTable("share", crosstab.NetRow, []string{"top"}, around(0.5, 0.02))
	asked.Model, asked.Measures, asked.Text, asked.Loop = false, "sharing", "Would you share?", true
	asked.Columns[0].Status = crosstab.OK
	effects := ratedOf(crosstab.Effect, "trust", "Trust: one answer higher", 0.09, 0.02)
	effects.ID = "share.rated.effects"
	odds := ratedOf(crosstab.OddsRatio, "trust", "Trust: one answer higher", 1.5, 0.2)
	odds.ID = "share.rated.odds"
	tests := ratedOf(crosstab.PValue, "trust:segment.age", "Trust by Age", 0.4, 0.0)
	tests.ID = "share.rated.meetings"
	groups := ratedOf(crosstab.OddsRatio, "trust@segment.age=Young", "Trust: Young", 1.9, 0.2, "trust@segment.age=Old", "Trust: Old", 0.6, 0.1)
	groups.ID = "share.rated.bygroup"
	for _, x := range []*crosstab.Table{asked, effects, odds, tests, groups} {
		x.Question = "share"
	}
	e := &evidence{plan: &plan{study: &study.Study{}}, tables: []*crosstab.Table{asked, odds, effects, tests, groups}}
	say := func(level bool) (out []string) {
		var c reports.Chapter
		if !e.ratedDrivers(&c, nil, level) {
			t.Fatal("there is no model")
		}
		for _, f := range c.Findings {
			checkFinding(t, &reports.Report{Tables: e.tables}, f)
			out = append(out, f.Text+" / "+f.Asked)
		}
		return out
	}
	if got := say(true); len(got) != 1 || !strings.Contains(got[0], " / There is no sign here, either, that anything counts for more in one group than in another, by age. Asked: “Would you share?”") {
		t.Errorf("as of people it says %q", got)
	}
	const alone = "Asked one by one, there is no sign that “Trust” counts for more in one group than in another, by age. / 1 comparison, none beyond chance."
	if got := say(false); len(got) != 2 || strings.Contains(got[0], "no sign") || !strings.HasPrefix(got[1], alone) {
		t.Errorf("unlike people it says %q", got)
	}
	tests.Cells[0][0] = around(0.01, 0)
	if got := strings.Join(say(true), " "); !strings.Contains(got, "Asked one by one, whether “Trust” goes with more or fewer who are willing depends on age: for Young it goes with more, for Old with fewer.") || strings.Contains(got, "no sign") {
		t.Errorf("of a group that differs it says %q", got)
	}
}
