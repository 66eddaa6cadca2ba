package charts_test

import (
	"fmt"
	"log"

	"tradeoff/charts"
	"tradeoff/stats/crosstab"
)

func share(v float64) crosstab.Cell { return crosstab.Cell{Status: crosstab.OK, Estimate: v} }

func shares(v ...float64) (cells []crosstab.Cell) {
	for _, s := range v {
		cells = append(cells, share(s))
	}
	return cells
}

func ExampleLikert() {
	d, err := charts.Likert{
		Title:      "Streaming is expected to know its users",
		Subtitle:   "“I expect this industry to know me.” Base: all ratings",
		Categories: []string{"Disagree", "Neither", "Agree", "Strongly agree"},
		Neutral:    1,
		Rows: []charts.LikertRow{
			{Label: "Streaming", Base: 812, Shares: shares(0.1, 0.2, 0.445, 0.255)},
			{Label: "Government", Base: 790, Shares: shares(0.6, 0.2, 0.15, 0.05)},
			{Label: "Police", Base: 4, Shares: make([]crosstab.Cell, 4)}, // no status: hidden
		},
	}.Draw()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Alt)
	// Output: Stacked bars around a middle line, 3 rows. Agree + Strongly agree: Streaming 70%; Government 20%; Police not shown.
}

func ExampleDots() {
	total := share(0.41)
	d, err := charts.Dots{
		Title: "Older people worry more", Axis: "Worry about being tracked", Percent: true,
		Rows: []charts.Dot{
			{Label: "18–34", Group: "Age", Base: 400, Cell: crosstab.Cell{Status: crosstab.OK, Estimate: 0.28, Low: 0.24, High: 0.32, HasCI: true}},
			{Label: "35–54", Group: "Age", Base: 6, Cell: crosstab.Cell{Status: crosstab.Suppressed, Estimate: 0.99}},
			{Label: "55+", Group: "Age", Base: 400, Cell: crosstab.Cell{Status: crosstab.OK, Estimate: 0.52, Low: 0.47, High: 0.57, HasCI: true}},
		},
		Reference: &total, ReferenceLabel: "Total",
	}.Draw()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Alt)
	// Output: Dots with intervals, 3 rows. Worry about being tracked: Age, 55+ 52% (47–57); Age, 18–34 28% (24–32); Age, 35–54 not shown; Total 41%.
}

func ExampleQuadrants() {
	d, err := charts.Quadrants{
		Title: "Four in ten want both",
		Names: [4]string{"want it and worry", "want it, do not worry", "do not want it, worry", "neither"},
		Total: [4]crosstab.Cell(shares(0.41, 0.22, 0.25, 0.12)),
		Rows:  []charts.QuadrantRow{{Label: "Germany", Base: 600, Cells: [4]crosstab.Cell(shares(0.4, 0.002, 0.588, 0.01))}},
	}.Draw()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Alt)
	// Output: Four tiles for the total and full bars by segment, 1 row. Total, want it and worry 41%, want it, do not worry 22%, do not want it, worry 25%, neither 12%; Germany, want it and worry 40%, want it, do not worry <1%, do not want it, worry 59%, neither 1%.
}

func ExampleMatrix() {
	d, err := charts.Matrix{
		Title: "Purchases are shared, addresses are not", Columns: []string{"Shops", "Banks"}, Rows: []string{"Purchases", "Address"},
		Cells:     [][]crosstab.Cell{shares(0.7, 0.5), {share(0.1), {Status: crosstab.NotAsked}}},
		RowTotals: shares(0.6, 0.1),
	}.Draw()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Alt)
	// Output: Heat map, 2 rows by 2 columns. Purchases, Shops 70%, Banks 50%, total 60%; Address, Shops 10%, Banks –, total 10%.
}

func ExamplePlane() {
	at := func(v float64) crosstab.Cell {
		return crosstab.Cell{Status: crosstab.OK, Estimate: v, SE: 0.02, Low: v - 0.04, High: v + 0.04, HasCI: true, DF: 300}
	}
	d, err := charts.Plane{
		Title: "Banks are trusted and given more", XAxis: "Trusted: top answers", YAxis: "Given: share of the kinds of data",
		Points: []charts.PlanePoint{
			{Label: "Banks", X: at(0.55), Y: at(0.4), Correlation: crosstab.Cell{Status: crosstab.OK, Estimate: 0.4}},
			{Label: "Radio", X: at(0.18), Y: crosstab.Cell{Status: crosstab.Suppressed}},
		},
	}.Draw()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Alt)
	// Output: Points in a plane with ellipses, 2 points. Across, Trusted: top answers; up, Given: share of the kinds of data: Banks 55% and 40%; Radio 18% and not shown.
}
