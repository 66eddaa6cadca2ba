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
	table := alikeTable(0.1, 0.03, 0.04)
	f, ok := alikeApart(table, 0)
	saysOf(t, table, f, ok, "would, by country, be highest for Peru, 60%|10 points above their average (7 to 13)|lowest for Japan, 40%", "beyond chance")
	f, ok = alikeShift(table, 0)
	saysOf(t, table, f, ok, "The mix of age explains a part of this|Peru|4 points higher (3 to 5)", "lower")
	table = alikeTable(-0.1, 0.03, -0.04)
	f, ok = alikeApart(table, 0)
	saysOf(t, table, f, ok, "highest for Japan, 60%|lowest for Peru, 40%", "beyond chance")
	f, ok = alikeShift(table, 0)
	saysOf(t, table, f, ok, "lower", "higher")
	table = alikeTable(0.02, 0.03, 0.002)
	f, ok = alikeApart(table, 0)
	saysOf(t, table, f, ok, "the share for “Worry” would, by country, be 52% (49–55%) for Peru and 48% (45–51%) for Japan: a difference that may be chance", "highest")
	f, ok = alikeShift(table, 0)
	saysOf(t, table, f, ok, "The mix of age explains little of this|moves no share by as much as half a point.", "moves most")
	table.Cells[1][1].Status = crosstab.LowBase
	if f, ok := alikeApart(table, 0); ok {
		t.Errorf("a low base says %s", f.Text)
	}
	table.Cells[2][2].Status = crosstab.Suppressed
	if f, ok := alikeShift(table, 0); ok {
		t.Errorf("a hidden cell says %s", f.Text)
	}
}

// Of a grid the item that most worry about is compared, and named.
func TestStandardizedNamesItsItem(t *testing.T) {
	x := modelTable("worry.standardized", crosstab.Proportion, []string{"raw0", "raw1", "alike1", "apart1"}, around(0.4, 0.02), around(0.6, 0.02), none3()[0], none3()[0])
	x.Rows[0].Label, x.Rows[1].Label, x.Rows[3].Kind = "Theft: As answered", "Spying: As answered", crosstab.Difference
	byCountry(x, two(0.4, 0.4, 0.1), two(0.6, 0.6, 0.1), two(0.5, 0.7, 0.03), two(-0.1, 0.1, 0.03))
	k := alikeItem(x)
	f, ok := alikeApart(x, k)
	saysOf(t, x, f, ok, "the share for “Spying” would, by country, be highest for Peru, 70%", "Theft")
	x.Cells[0][0].Estimate = 0.7
	if alikeItem(x) != 0 {
		t.Error("the item that most worry about is not taken")
	}
	x.Cells[2][1], x.Cells[2][2] = around(1, 0), around(1, 0)
	f, ok = alikeApart(x, k)
	saysOf(t, x, f, ok, "be the same: 100%", "highest")
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
	say(table(8, 6, 2), "do not explain it away|Peru is 8.0 points above the average (6.0 to 10.0)|6.0 points above it (4.0 to 8.0)", "chance")
	say(table(9, 6, 2), "seem to explain a part of this, not all", "explain it away") // a third of it
	say(table(9, 6.1, 2), "do not explain it away", "a part")
	say(table(-8, -6, 2), "do not explain it away|Japan", "Peru")
	say(table(8, 1, 2), "may be all of it|within chance", "explain it away")
	say(table(8, -6, 2), "turn it around|6.0 points below it", "explain it away")
	say(table(1, 6, 2), "Nobody stands out|1.0 points above the average (from 1.0 below to 3.0 above)", "Habits")
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
	saysOf(t, x, f[0], true, "60.0 points (59.0–61.0)|Furthest from that is Peru, at 69.0 points|9.0 points higher (7.0 to 11.0)", "")
	x, f = say(-9, 1)
	saysOf(t, x, f[0], true, "Peru, at 51.0 points|9.0 points lower (7.0 to 11.0)", "")
	x, f = say(1, 1)
	saysOf(t, x, f[0], true, "No group differs from that beyond chance.", "not compared")
	x, f = say(2.1, 1) // p 0.036, of two groups 0.072
	saysOf(t, x, f[0], true, "No group differs from that beyond chance.", "Furthest")
	x.Cells[1][2].Status, x.Cells[0][2].Status = crosstab.LowBase, crosstab.LowBase
	var c reports.Chapter
	e := &evidence{plan: &plan{study: &study.Study{}, segments: []*segment{{name: "country", label: "Country"}}}}
	e.scale(&c, x)
	saysOf(t, x, c.Findings[0], true, "No group differs from that beyond chance. Groups that are hidden, or of too few people, are not compared.", "Peru")
}
