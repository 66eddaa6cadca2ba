package pipeline

import (
	"context"
	"strings"
	"testing"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// protected runs the sample as far as its protected tables.
func protected(t *testing.T) *evidence {
	t.Helper()
	r := newRun(Sample(), Options{})
	t.Cleanup(r.close)
	err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count},
		{"estimating", r.estimate}, {"protecting", r.protect}})
	if err != nil {
		t.Fatal(err)
	}
	return &evidence{plan: r.plan, tables: r.tables}
}

// texts are what a chapter says.
func texts(fill func(*reports.Chapter)) string {
	c := reports.Chapter{Number: 1, Key: "test"}
	fill(&c)
	var out []string
	for _, f := range c.Findings {
		out = append(out, f.Text)
	}
	return strings.Join(out, "\n")
}

// with changes a cell of Total while something is looked at.
func with(t *testing.T, e *evidence, table, code string, change func(*crosstab.Cell), look func()) {
	t.Helper()
	x := e.modelled(table)
	if x == nil || rowOf(x, code) < 0 {
		t.Fatalf("no row %s in table %s", code, table)
	}
	c := x.Cell(rowOf(x, code), 0)
	was := *c
	change(c)
	look()
	*c = was
}

func lowBaseOf(c *crosstab.Cell)  { c.Status = crosstab.LowBase }
func suppressed(c *crosstab.Cell) { *c = crosstab.Cell{Status: crosstab.Suppressed} }

// flipped is the same estimate on the other side of zero.
func flipped(c *crosstab.Cell) { c.Estimate, c.Low, c.High = -c.Estimate, -c.High, -c.Low }

// unsure is an estimate whose interval holds zero.
func unsure(c *crosstab.Cell) { c.Low, c.High = -0.2, 0.3 }

// Sentences of trust and sharing follow their cells: a difference that is flipped is
// said the other way round, one that is unsure as unsure, and one that is hidden or on
// a low base not at all.
func TestTrustAndSharingSayWhatTheirCellsSay(t *testing.T) {
	if testing.Short() {
		t.Skip("a run of the sample")
	}
	e := protected(t)
	saysWhatCellsSay(t, e, []change{
		{e.trust, "trust.ranks", "less.1.2", func(c *crosstab.Cell) { c.Estimate, c.Low, c.High = 0.1, 0.05, 0.15 }, "Health may just as well be first", "The lead over the next, Health, is 10 points (5 to 15)."},
		{e.trust, "trust.ranks", "chance.1.1", func(c *crosstab.Cell) { c.Estimate = 0.96 }, "Health may just as well be first", "First place is nearly sure, with a chance of 96%: the same people answered on each, so that small differences tell."},
		{e.trust, "trust.ranks", "less.1.2", suppressed, "Trusted most", ""},
		{e.trust, "trust.ranks", "less.7.8", unsure, "13 points (7 to 19) below the next", "by 18% (15–20%) of those who rated it. Last place is nearly sure.\n"},
		{e.trust, "trust.ranks", "chance.1.1", suppressed, "in truth is 54%", "Health may just as well be first.\n"},
		{e.trust, "trust.share", "more.trust.4", flipped, "People trust Banking more than average, by 17 points (14 to 20), and would share more there: 40% of the 5 kinds of data, 8 points more than average (6 to 9).", ""},
		{e.trust, "trust.share", "more.shared.3", unsure, "People trust Media less than average, by 21 points (18 to 23), and would share less there: 20% of the 5 kinds of data, 12 points less than average (10 to 13).", ""},
		{e.trust, "trust.share", "shared.4", lowBaseOf, "People trust Banking more than average", ""},
		{e.trust, "trust.step", "kinds", flipped, "on average the same person would share 0.35 more (0.32 to 0.38) of the 5 kinds of data", "Whom people trust more they would give less: with one answer up the scale of trust, say from “Somewhat” to “Much”, on average the same person would share 0.35 fewer (0.32 to 0.38) of the 5 kinds"},
		{e.trust, "trust.step", "kinds", unsure, "Whom people trust more they would give more", "neither more nor less beyond chance: with one answer up the scale of trust, say from “Somewhat” to “Much”, on average the same person would share 0.35 more (from 0.20 fewer to 0.30 more)"},
		{e.trust, "trust.step", "kinds", suppressed, "0.35 more", "say from “Somewhat” to “Much”, 7 points more (6 to 8) would share."},
		{e.trust, "trust.step", "within", lowBaseOf, "one answer up the scale of trust", ""},
		{e.sharing, "share.ranks", "chance.1.1", func(c *crosstab.Cell) { c.Estimate = 0.94 }, "First place of Postal address is nearly sure, with a chance of 98%: the same people answered on each, so that small differences tell.", "Phone number may still be first, but the odds favour Postal address, with a chance of 94%."},
		{e.sharing, "share.ranks", "less.4.5", unsure, "with a chance of 98%: the same people answered on each, so that small differences tell.\n", "with a chance of 98%: the same people answered on each, so that small differences tell. Last place of Search history is nearly sure.\n"},
		{e.sharing, "click.consent", "gap.1", flipped, "16.3 points (13 to 19) more do it than are willing", "16.3 points (13 to 19) fewer do it than are willing"},
		{e.sharing, "click.consent", "gap.1", unsure, "16.3 points (13 to 19) more", "the two do not differ beyond chance"},
		{e.sharing, "click.consent", "gap.1", lowBaseOf, "when asked “How often do you click", ""},
		{e.sharing, "click.consent", "despite.1", suppressed, "when asked “How often do you click", ""},
		{e.sharing, "permissions.share", "gap.1", flipped, "6 points (3 to 8) fewer", "6 points (3 to 8) more"},
		{e.sharing, "skipped.consent", "difference", unsure, ": 0.23 fewer (0.15 to 0.31).", "those who say that they are willing to share have 0.8 questions (0.7–0.8) on average, the others 1.0 questions (0.9–1.0): 0.23 fewer (from 0.20 fewer to 0.30 more), which chance alone could make."},
		{e.sharing, "skipped.consent", "no", suppressed, "on average, the others 1.0 questions", ""},
	})
}

// Of a grid of deeds people give an answer on an item; of a question without items the
// answers themselves.
func TestDeedsAreAnswers(t *testing.T) {
	item := modelTable("deeds.cookies", crosstab.NetRow, []string{"top"}, around(0.5, 0.02))
	item.Model, item.Question, item.Item, item.Measures, item.Text = false, "deeds", "Delete cookies", "behaviour", "How often do you ..."
	item.Columns[0].Status = crosstab.OK
	item.Rows = append(item.Rows, crosstab.Row{Kind: crosstab.Proportion, Code: "5", Label: "Always"})
	item.Cells = append(item.Cells, item.Cells[0])
	item.Rows[0].Box, item.Rows[0].Codes = true, []string{"5"}
	e := &evidence{tables: []*crosstab.Table{item}}
	did := modelTable("deeds.consent", crosstab.Proportion, []string{"did"}, around(0.5, 0.02))
	did.Text = "How often do you ..."
	for label, want := range map[string]string{
		"Delete cookies":      "answer “Always” on “Delete cookies” when asked “How often do you ...”",
		"“Often” or “Always”": "answer “Often” or “Always” when asked “How often do you ...”",
	} {
		did.Rows[0].Label = label
		if got := e.doing(indicator{did, 0, ""}); got != want {
			t.Errorf("people %s, want %s", got, want)
		}
	}
}
