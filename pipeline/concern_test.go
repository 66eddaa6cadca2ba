package pipeline

import (
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// byCountry gives a table two countries beside Total, with the cells of each row.
func byCountry(t *crosstab.Table, cells ...[2]crosstab.Cell) *crosstab.Table {
	t.Title = "By country, with the same mix of age: Worry"
	t.Groups = []crosstab.Group{{Name: "country", Label: "Country", First: 1, N: 2}}
	for _, label := range []string{"Japan", "Peru"} {
		c := t.Columns[0]
		c.Group, c.Label = "country", label
		t.Columns = append(t.Columns, c)
	}
	for i := range cells {
		t.Cells[i] = append(t.Cells[i], cells[i][:]...)
	}
	return t
}

func none3() []crosstab.Cell {
	return []crosstab.Cell{{Status: crosstab.NotApplicable}, {Status: crosstab.NotApplicable}, {Status: crosstab.NotApplicable}}
}

func two(a, b, half float64) [2]crosstab.Cell {
	return [2]crosstab.Cell{around(a, half), around(b, half)}
}

// alikeTable has shares of two countries, what they are from their average, and what
// standardizing moved.
func alikeTable(peru, half, shift float64) *crosstab.Table {
	t := modelTable("worry.standardized", crosstab.Difference, []string{"alike0", "apart0", "shift0"}, none3()...)
	t.Rows[0].Kind = crosstab.Proportion
	return byCountry(t, two(0.5-peru, 0.5+peru, half), two(-peru, peru, half), two(0.001, shift, 0.01))
}

func TestStandardizedFollowsItsCells(t *testing.T) {
	say := func(table *crosstab.Table, with, without string) {
		t.Helper()
		f, ok := alikeApart(table, 0, "worry", true)
		saysOf(t, table, f, ok, with, without)
	}
	say(alikeTable(0.1, 0.03, -0.04), "The mix of age explains a part of this, not all: for Peru, the same mix makes it 4 points lower (3 to 5).", "hides")
	say(alikeTable(0.1, 0.03, 0.04), "The mix of age hides a part of this: for Peru, the same mix makes it 4 points higher (3 to 5).|worry would, by country, range from 60% (57–63%) for Peru down to 40% (37–43%) for Japan: more than chance explains.", "at most")
	say(alikeTable(-0.1, 0.03, -0.04), "4 points lower|range from 60% (57–63%) for Japan down to 40% (37–43%) for Peru", "higher")
	say(alikeTable(0.1, 0.03, 0.002), "The mix of age explains next to nothing of this. With the same mix everywhere, worry", "a part")
	table := alikeTable(0.1, 0.03, 0.03)
	table.Cells[2][2].Low, table.Cells[2][2].High = -0.01, 0.07
	say(table, "Whether the mix of age explains any of this is not sure. With", "not all")
	table.Cells[2][2].Status = crosstab.Suppressed
	say(table, "What the mix of age explains of this cannot be told. With", "a part")
	table = alikeTable(0.02, 0.03, 0.04)
	say(table, "The mix of age may explain this: with the same mix everywhere, differences in worry by country (48% to 52%) may be chance.", "range")
	if f, ok := alikeApart(table, 0, "worry", false); ok {
		t.Errorf("of no difference it says %s", f.Text)
	}
	table.Cells[1][1].Status = crosstab.LowBase
	if f, ok := alikeApart(table, 0, "worry", true); ok {
		t.Errorf("a low base says %s", f.Text)
	}
}

// Of a grid the item that most worry about is compared.
func TestStandardizedTakesItsItem(t *testing.T) {
	x := modelTable("worry.standardized", crosstab.Proportion, []string{"raw0", "raw1", "alike1", "apart1"}, around(0.4, 0.02), around(0.6, 0.02), none3()[0], none3()[0])
	x.Rows[3].Kind = crosstab.Difference
	byCountry(x, two(0.4, 0.4, 0.1), two(0.6, 0.6, 0.1), two(0.5, 0.7, 0.03), two(-0.1, 0.1, 0.03))
	f, ok := alikeApart(x, alikeItem(x), "worry (“Spying”)", false)
	saysOf(t, x, f, ok, "worry (“Spying”) would, by country, range from 70% (67–73%) for Peru", "Theft")
	x.Cells[0][0].Estimate = 0.7
	if alikeItem(x) != 0 {
		t.Error("the item that most worry about is not taken")
	}
}

func TestStyleFollowsItsCells(t *testing.T) {
	table := func(raw, own, half float64) *crosstab.Table {
		x := modelTable("concern.style", crosstab.Coefficient, []string{"rawapart", "ownapart"}, none3()[:2]...)
		x.Unit = "points"
		return byCountry(x, two(-raw, raw, half), two(-own, own, half))
	}
	say := func(x *crosstab.Table, with, without string) {
		t.Helper()
		f, ok := beside(x)
		saysOf(t, x, f, ok, with, without)
	}
	say(table(8, 6, 2), "do not explain it away: compared with how high the same people answer everything, concern in Peru is 6.0 above the average (4.0 to 8.0); as answered, it is 8.0 above the average (6.0 to 10.0).", "chance")
	say(table(9, 6, 2), "seem to explain a part of this, not all", "explain it away") // a third of it
	say(table(9, 6.1, 2), "do not explain it away", "a part")
	say(table(-8, -6, 2), "do not explain it away|Japan", "Peru")
	say(table(8, 1, 2), "may be all of it|1.0 above the average (from 1.0 below to 3.0 above), which may be chance; as answered", "explain it away")
	say(table(8, -6, 2), "turn it around|6.0 below the average", "explain it away")
	say(table(1, 6, 2), "Nobody stands out|1.0 above the average (from 1.0 below to 3.0 above).", "Habits")
	x := table(8, 6, 2)
	x.Cells[1][2].Status = crosstab.LowBase
	if f, ok := beside(x); ok {
		t.Errorf("a low base says %s", f.Text)
	}
}

func TestScaleFollowsItsCells(t *testing.T) {
	say := func(apart, se float64) (*crosstab.Table, []reports.Finding) {
		x := modelTable("concern.scale", crosstab.Mean, []string{"mean", "apart"}, around(60, 1), none3()[0])
		x.Rows[1].Kind, x.Unit = crosstab.Coefficient, "points"
		byCountry(x, two(60, 60+apart, 2), two(0, apart, 2))
		x.Cells[1][2].SE, x.Cells[1][2].DF = se, 1000
		var c reports.Chapter
		e := &evidence{plan: &plan{study: &study.Study{}, segments: []*segment{{name: "country", label: "Country"}}}}
		c.Number = 1
		e.scale(&c, x)
		return x, c.Findings
	}
	x, f := say(9, 1)
	saysOf(t, x, f[0], true, "people stand at 60.0 (59.0–61.0) on average. Furthest from that is Peru, at 69.0 (67.0–71.0).", "")
	x, f = say(-9, 1)
	saysOf(t, x, f[0], true, "Furthest from that is Peru, at 51.0 (49.0–53.0).", "")
	x, f = say(1, 1)
	saysOf(t, x, f[0], true, "No group differs from that beyond chance.", "compared")
	x, f = say(2.1, 1) // p 0.036, of two groups 0.072
	saysOf(t, x, f[0], true, "No group differs from that beyond chance.", "Furthest")
	x.Cells[1][2].Status, x.Cells[0][2].Status = crosstab.LowBase, crosstab.LowBase
	var c reports.Chapter
	e := &evidence{plan: &plan{study: &study.Study{}, segments: []*segment{{name: "country", label: "Country"}}}}
	e.scale(&c, x)
	saysOf(t, x, c.Findings[0], true, "No group that can be compared differs from that beyond chance.", "Peru")
}
