package tidy

import (
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// A comparison is one row of the tests: a test, and the table it stands in.
type comparison struct {
	t *crosstab.Table
	*crosstab.Comparison
	status crosstab.Status // as published
}

func comparisons(r *reports.Report) []comparison {
	var all []comparison
	for _, t := range r.Tables {
		for i := range t.Comparisons {
			c := &t.Comparisons[i]
			all = append(all, comparison{t, c, testStatus(t, c)})
		}
	}
	return all
}

// testStatus is suppressed when any part is hidden: the difference and one
// estimate give the other away.
func testStatus(t *crosstab.Table, c *crosstab.Comparison) crosstab.Status {
	status := crosstab.OK
	for _, s := range []crosstab.Status{c.Status, shown(t, c.Row, c.A), shown(t, c.Row, c.B)} {
		if s == crosstab.Suppressed {
			return s
		}
		if s != "" && s != crosstab.OK {
			status = s
		}
	}
	return status
}

func shown(t *crosstab.Table, row, col int) crosstab.Status {
	if col < 0 { // the rest of the total
		return crosstab.OK
	}
	return reports.Shown(t, row, col)
}

func testColumns(meta reports.Meta, tests reports.Tests) []column[comparison] {
	return []column[comparison]{
		{name: "table", text: func(c comparison) string { return c.t.ID }},
		{name: "question", text: func(c comparison) string { return c.t.Question }},
		{name: "item", text: func(c comparison) string { return c.t.Item }},
		{name: "category", text: func(c comparison) string { return c.t.Rows[c.Row].Label }},
		{name: "statistic", text: func(c comparison) string { return string(c.t.Rows[c.Row].Kind) }},
		{name: "wave", text: func(c comparison) string { return c.t.Columns[c.A].Wave }},
		{name: "banner", text: func(c comparison) string { return bannerName(c.t.Columns[c.A]) }},
		{name: "segment_a", text: func(c comparison) string { return c.t.Columns[c.A].Segment() }},
		{name: "segment_b", text: func(c comparison) string {
			if c.B < 0 {
				return "rest of total"
			}
			return c.t.Columns[c.B].Segment()
		}},
		{name: "estimate_a", real: ofTest(func(c comparison) float64 { return c.EstimateA })},
		{name: "estimate_b", real: ofTest(func(c comparison) float64 { return c.EstimateB })},
		{name: "difference", real: ofTest(func(c comparison) float64 { return c.Difference })},
		{name: "se", real: ofTest(func(c comparison) float64 { return c.SE })},
		{name: "df", real: ofTest(func(c comparison) float64 { return c.DF })},
		{name: "t", real: ofTest(func(c comparison) float64 { return c.T })},
		{name: "p", real: ofTest(func(c comparison) float64 { return c.P })},
		{name: "level", real: func(c comparison) (float64, bool) {
			switch {
			case !c.shown() || !isNumber(c.P) || c.P >= tests.Loose && c.P >= tests.Strict:
				return 0, false
			case c.P < tests.Strict:
				return tests.Strict, true
			}
			return tests.Loose, true
		}},
		{name: "method", text: func(comparison) string { return simulated(meta, tests.Method) }},
		{name: "status", text: func(c comparison) string { return string(c.status) }},
	}
}

func (c comparison) shown() bool { return reports.HasNumber(c.status) }

func ofTest(of func(comparison) float64) func(comparison) (float64, bool) {
	return func(c comparison) (float64, bool) {
		x := of(c)
		return x, c.shown() && isNumber(x)
	}
}
