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
	say(alikeTable(0.1, 0.03, -0.04), "The mix of age explains a part of the differences by country, not all: for Peru, the same mix makes it 4 points lower (3 to 5).", "hides")
	say(alikeTable(0.1, 0.03, 0.04), "The mix of age hides a part of the differences by country: for Peru, the same mix makes it 4 points higher (3 to 5).|worry would range from 60% (57–63%) for Peru down to 40% (37–43%) for Japan: more than chance explains.", "at most")
	say(alikeTable(-0.1, 0.03, -0.04), "4 points lower|range from 60% (57–63%) for Japan down to 40% (37–43%) for Peru", "higher")
	say(alikeTable(0.1, 0.03, 0.002), "The mix of age explains next to nothing of the differences by country. With the same mix everywhere, worry", "a part")
	table := alikeTable(0.1, 0.03, 0.03)
	table.Cells[2][2].Low, table.Cells[2][2].High = -0.01, 0.07
	say(table, "Whether the mix of age explains any of the differences by country is not sure. With", "not all")
	table.Cells[2][2].Status = crosstab.Suppressed
	say(table, "What the mix of age explains of the differences by country cannot be told. With", "a part")
	table = alikeTable(0.02, 0.03, 0.04)
	say(table, "The mix of age may explain the differences by country: with the same mix everywhere, those in worry (48% to 52%) may be chance.", "range")
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
	saysOf(t, x, f, ok, "worry (“Spying”) would range from 70% (67–73%) for Peru", "Theft")
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
	say(table(8, 6, 2), "That concern is higher for Peru is no mere habit of answering: allowing for them, it is 6.0 above the average (4.0 to 8.0); as answered, 8.0 above the average (6.0 to 10.0).", "chance")
	say(table(9, 6, 2), "The distance of Peru from the average is smaller allowing for habits of answering, as some people choose high answers to everything and others low ones: it is then 6.0 above the average (4.0 to 8.0), not 9.0 above the average (7.0 to 11.0).", "no mere") // a third of it
	say(table(9, 4.5, 2), "The distance of Peru from the average is about half as large allowing", "smaller")
	say(table(9, 6.1, 2), "is no mere habit", "smaller")
	say(table(-8, -6, 2), "concern is higher for Japan", "Peru")
	say(table(8, 1, 2), "What sets Peru apart may be no more than habits of answering|1.0 above the average (from 1.0 below to 3.0 above), which may be chance; as answered", "no mere")
	say(table(8, -6, 2), "turn it around for Peru|6.0 below the average", "no mere")
	say(table(1, 6, 2), "As answered, nobody stands out in how strong concern is; allowing for habits of answering, some groups do. For Peru it is 6.0 above the average (4.0 to 8.0), not 1.0 above", "Nobody")
	say(table(1, 1.5, 2), "Nobody stands out in how strong concern is, with or without habits of answering.", "Peru")
	x := table(1, 1.5, 2)
	if f, _ := beside(x); f.Asked != "In figures: furthest from the average is Peru: as answered, 1.0 above the average (from 1.0 below to 3.0 above); allowing for habits of answering, 1.5 above the average (from 0.5 below to 3.5 above)." {
		t.Errorf("under it stands %s", f.Asked)
	}
	x = table(8, 6, 2)
	x.Cells[0][1], x.Cells[1][1] = around(-9, 2), around(-8, 2)
	say(x, "That concern is lower for Japan is no mere habit of answering", "higher")
	x = table(12, 6, 2) // Peru is closer to the average than Japan, and Japan not beyond chance
	x.Cells[0][1] = around(-13, 14)
	say(x, "The distance of Peru", "Japan")
	x = table(8, 6, 2)
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
	saysOf(t, x, f[0], true, "Concern is stronger than average for Peru: 69.0 (67.0–71.0) on a scale from 0, not concerned at all, to 100, as concerned as can be, against 60.0 (59.0–61.0) for all. No other group is as far from that.", "compared")
	x, f = say(-9, 1)
	saysOf(t, x, f[0], true, "Concern is weaker than average for Peru: 51.0 (49.0–53.0) on a scale", "")
	x, f = say(1, 1)
	saysOf(t, x, f[0], true, "people stand at 60.0 (59.0–61.0) on average, and no group differs from that beyond chance.", "compared")
	x, f = say(2.1, 1) // p 0.036, of two groups 0.072
	saysOf(t, x, f[0], true, "and no group differs from that beyond chance.", "than average")
	x.Cells[1][2].Status, x.Cells[0][2].Status = crosstab.LowBase, crosstab.LowBase
	var c reports.Chapter
	e := &evidence{plan: &plan{study: &study.Study{}, segments: []*segment{{name: "country", label: "Country"}}}}
	e.scale(&c, x)
	saysOf(t, x, c.Findings[0], true, "and no group that can be compared differs from that beyond chance. Not compared, with too few people: Peru.", "than average")
}
