// Package tidy writes the published numbers for programs: results.csv and
// results.parquet with one row for every cell, tests.csv with one for every
// comparison, and run.json.
//
// In: a reports.Report, already protected. Steps: every cell becomes a row of
// named columns; what is hidden loses whatever could give it away; the rows
// are written as text or as Parquet. Out: the bytes of a file, the same bytes
// for the same report.
//
// Numbers keep their full precision here and are shares of 1, not percent.
// The package does not decide what is hidden.
package tidy

import (
	"math"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// A column of a results file. Exactly one of text, whole and real is set;
// whole and real say false where the row has no such number.
type column[R any] struct {
	name  string
	text  func(R) string
	whole func(R) (int64, bool)
	real  func(R) (float64, bool)
}

// A cell is one row of the results: a cell of a table, and where it stands.
type cell struct {
	t        *crosstab.Table
	row, col int
	status   crosstab.Status // as published
}

func (c cell) stub() crosstab.Row      { return c.t.Rows[c.row] }
func (c cell) banner() crosstab.Column { return c.t.Columns[c.col] }
func (c cell) value() *crosstab.Cell   { return c.t.Cell(c.row, c.col) }

// cells lists every cell of the report: tables in order, then rows, then
// columns.
func cells(r *reports.Report) []cell {
	var all []cell
	for _, t := range r.Tables {
		for i := range t.Rows {
			for j := range t.Columns {
				all = append(all, cell{t, i, j, reports.Shown(t, i, j)})
			}
		}
	}
	return all
}

// resultColumns are the columns of results.csv in the order that scripts rely
// on.
//
// Of a hidden cell nothing is printed but where it stands. Its base is printed
// as long as the column is not hidden itself: every row of the column shows it.
//
// Where the respondents are invented the note of every row says so: rows are
// copied out of files.
func resultColumns(meta reports.Meta) []column[cell] {
	return []column[cell]{
		{name: "chapter", text: func(c cell) string { return c.t.Chapter }},
		{name: "table", text: func(c cell) string { return c.t.ID }},
		{name: "question", text: func(c cell) string { return c.t.Question }},
		{name: "item", text: func(c cell) string { return c.t.Item }},
		{name: "category", text: func(c cell) string { return c.stub().Label }},
		{name: "statistic", text: func(c cell) string { return string(c.stub().Kind) }},
		{name: "wave", text: func(c cell) string { return c.banner().Wave }},
		{name: "banner", text: func(c cell) string { return bannerName(c.banner()) }},
		{name: "segment", text: func(c cell) string { return c.banner().Segment() }},
		{name: "base_unweighted", whole: func(c cell) (int64, bool) {
			return int64(c.base().Unweighted), c.banner().Status != crosstab.Suppressed
		}},
		{name: "base_weighted", real: ofBase(func(b crosstab.Base) float64 { return b.Weighted })},
		{name: "base_effective", real: ofBase(func(b crosstab.Base) float64 { return b.Effective })},
		{name: "count_unweighted", whole: func(c cell) (int64, bool) { return int64(c.value().Count), c.shown() }},
		{name: "count_weighted", real: ofCell(func(c cell) (float64, bool) { return c.value().WeightedCount, true })},
		{name: "estimate", real: ofCell(func(c cell) (float64, bool) { return c.value().Estimate, true })},
		{name: "se", real: ofCell(func(c cell) (float64, bool) {
			return c.value().SE, c.value().SE != 0 || c.stub().Kind != crosstab.SD
		})},
		{name: "ci_low", real: ofCell(func(c cell) (float64, bool) { return c.value().Low, c.value().HasCI })},
		{name: "ci_high", real: ofCell(func(c cell) (float64, bool) { return c.value().High, c.value().HasCI })},
		{name: "df", real: ofCell(func(c cell) (float64, bool) { return c.value().DF, c.value().DF != 0 })},
		{name: "deff", real: ofCell(func(c cell) (float64, bool) { return c.value().Deff, c.value().Deff != 0 })},
		{name: "letters", text: func(c cell) string { return c.text(c.value().Letters) }},
		{name: "status", text: func(c cell) string { return string(c.status) }},
		{name: "note", text: func(c cell) string { return simulated(meta, c.text(c.value().Note)) }},
	}
}

// simulated adds to a text that the data are invented, where they are.
func simulated(meta reports.Meta, text string) string {
	const word = "simulated data"
	switch {
	case !meta.Simulated:
		return text
	case text == "":
		return word
	}
	return text + "; " + word
}

func (c cell) base() crosstab.Base { return c.t.BaseOf(c.row, c.col) }

func (c cell) shown() bool { return reports.HasNumber(c.status) }

func (c cell) text(s string) string {
	if !c.shown() {
		return ""
	}
	return s
}

func ofBase(of func(crosstab.Base) float64) func(cell) (float64, bool) {
	return func(c cell) (float64, bool) {
		x := of(c.base())
		return x, c.banner().Status != crosstab.Suppressed && isNumber(x)
	}
}

func ofCell(of func(cell) (float64, bool)) func(cell) (float64, bool) {
	return func(c cell) (float64, bool) {
		x, ok := of(c)
		return x, ok && c.shown() && isNumber(x)
	}
}

// isNumber keeps NaN and infinities out of the files, where a program would
// read them as words or as zero.
func isNumber(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func bannerName(c crosstab.Column) string {
	if c.Group == "" {
		return "total"
	}
	return c.Group
}
