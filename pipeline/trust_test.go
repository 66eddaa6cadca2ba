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
		{e.trust, "trust.ranks", "less.1.2", func(c *crosstab.Cell) { c.Estimate, c.Low, c.High = 0.1, 0.05, 0.15 }, "First place is open", "10 points ahead of the next"},
		{e.trust, "trust.ranks", "chance.1.1", func(c *crosstab.Cell) { c.Estimate = 0.96 }, "First place is open", "First place is nearly sure: its chance is 96%."},
		{e.trust, "trust.ranks", "less.1.2", suppressed, "Trusted most", ""},
		{e.trust, "trust.ranks", "less.7.8", unsure, "13 points (7 to 19) below the next", "Last place is open"},
		{e.trust, "trust.ranks", "chance.1.1", suppressed, "being first in truth", "the lead over"},
		{e.trust, "trust.share", "more.trust.4", flipped, "Above the mean of all in trust and in what people would share: Banking", ""},
		{e.trust, "trust.share", "more.shared.3", unsure, "Below the mean of all in trust and in what people would share: Media", ""},
		{e.trust, "trust.step", "within", flipped, "7 points higher (6 to 8)", "7 points lower (6 to 8)"},
		{e.trust, "trust.step", "within", unsure, "7 points higher", "does not differ beyond chance"},
		{e.trust, "trust.step", "within", lowBaseOf, "With a step more of trust in one", ""},
		{e.sharing, "share.ranks", "less.4.5", unsure, "9 points (7 to 10) below the next", "Last place is open"},
		{e.sharing, "click.consent", "gap.1", flipped, "16 points more", "16 points fewer"},
		{e.sharing, "click.consent", "gap.1", unsure, "That is 16 points more", "The two do not differ beyond chance"},
		{e.sharing, "click.consent", "gap.1", lowBaseOf, "when asked “How often do you click", ""},
		{e.sharing, "click.consent", "despite.1", suppressed, "when asked “How often do you click", ""},
		{e.sharing, "permissions.share", "gap.1", flipped, "6 points fewer", "6 points more"},
		{e.sharing, "skipped.consent", "difference", flipped, "less than those who do not", "more than those who do not"},
		{e.sharing, "skipped.consent", "difference", unsure, "less than those who do not", "no different beyond chance"},
		{e.sharing, "skipped.consent", "no", suppressed, "less than those who do not", ""},
	})
}
