package tidy

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"pgregory.net/rapid"

	"tradeoff/reports"
	"tradeoff/reports/internal/reporttest"
	"tradeoff/stats/crosstab"
)

func must(t testing.TB) func([]byte, error) []byte {
	return func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// records reads a CSV as maps from column name to field.
func records(t testing.TB, b []byte) (header []string, rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range all[1:] {
		row := map[string]string{}
		for i, f := range fields {
			row[all[0][i]] = f
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

// small is a report short enough to read as a golden file: two tables, five
// columns.
func small() *reports.Report {
	r := reporttest.Report()
	r.Tables = r.Tables[2:4]
	for _, t := range r.Tables {
		t.Columns, t.Groups = t.Columns[:6], t.Groups[:1]
		for i := range t.Cells {
			t.Cells[i] = t.Cells[i][:6]
		}
		var kept []crosstab.Comparison
		for _, c := range t.Comparisons {
			if c.A < 6 && c.B < 6 {
				kept = append(kept, c)
			}
		}
		t.Comparisons = kept
	}
	return r
}

func TestGolden(t *testing.T) {
	r := small()
	reporttest.Golden(t, "results.csv", must(t)(Results(r)))
	reporttest.Golden(t, "tests.csv", must(t)(Tests(r)))
	reporttest.Golden(t, "run.json", must(t)(Run(reports.Run{Program: "tradeoff", Version: "1.0.0", Go: "go1.26", Notes: r.Meta.Notes,
		Sources: r.Meta.Sources, Options: map[string]any{"threads": 2, "formats": "html,xlsx"}, Counts: map[string]int{"tables": 2, "cells": 36}})))
}

// The order of the columns is the contract with scripts: DESIGN, "Tidy results".
func TestColumnsAreTheContract(t *testing.T) {
	const want = "chapter,table,question,item,category,statistic,wave,banner,segment,base_unweighted,base_weighted,base_effective," +
		"count_unweighted,count_weighted,estimate,se,ci_low,ci_high,df,deff,letters,status,note"
	got, _, _ := strings.Cut(string(must(t)(Results(small()))), "\n")
	if got != want {
		t.Errorf("header is\n%s, want\n%s", got, want)
	}
}

func TestNumbersReadBackToTheBit(t *testing.T) {
	r := small()
	_, rows := records(t, must(t)(Results(r)))
	all := cells(r)
	if len(rows) != len(all) {
		t.Fatalf("%d rows, want %d", len(rows), len(all))
	}
	for i, row := range rows {
		if row["estimate"] == "" {
			continue
		}
		got, err := strconv.ParseFloat(row["estimate"], 64)
		if want := all[i].value().Estimate; err != nil || got != want {
			t.Errorf("row %d: estimate %q, want %v", i, row["estimate"], want)
		}
	}
}

// Whatever is hidden, its row says only where it stands.
func TestHiddenRowsAreEmpty(t *testing.T) {
	const canary = 771239988 // written 7.71239988e+08 as a float64
	place := map[string]bool{"chapter": true, "table": true, "question": true, "item": true, "category": true,
		"statistic": true, "wave": true, "banner": true, "segment": true, "status": true}
	bases := map[string]bool{"base_unweighted": true, "base_weighted": true, "base_effective": true}
	rapid.Check(t, func(rt *rapid.T) {
		r := small()
		tab := r.Tables[0]
		col := rapid.IntRange(0, len(tab.Columns)-1).Draw(rt, "column")
		whole := rapid.Bool().Draw(rt, "whole column")
		for i := range tab.Rows {
			tab.Cells[i][col] = crosstab.Cell{Status: crosstab.OK, Estimate: canary, SE: canary, Low: canary, High: canary, HasCI: true, DF: canary, Deff: canary,
				Count: canary, WeightedCount: canary, Letters: "GGG", VsRest: 2, Tested: true, Note: "771239988"}
			if !whole {
				tab.Cells[i][col].Status = crosstab.Suppressed
			}
		}
		for i := range tab.Comparisons {
			if c := &tab.Comparisons[i]; c.A == col || c.B == col {
				c.EstimateA, c.EstimateB, c.Difference, c.SE, c.DF, c.T, c.P = canary, canary, canary, canary, canary, canary, canary
			}
		}
		if whole {
			tab.Columns[col].Status = crosstab.Suppressed
			tab.Columns[col].Base = crosstab.Base{Unweighted: canary, People: canary, Weighted: canary, Effective: canary}
		}
		results, tests := must(t)(Results(r)), must(t)(Tests(r))
		if bytes.Contains(results, []byte("7123998")) || bytes.Contains(tests, []byte("7123998")) {
			rt.Fatalf("a hidden number is in the files")
		}
		_, rows := records(t, results)
		hidden := 0
		for i, row := range rows {
			if row["status"] != "suppressed" {
				continue
			}
			hidden++
			for name, field := range row {
				if field != "" && !place[name] && !(name == "note" && field == "simulated data") && !(bases[name] && cells(r)[i].banner().Status != crosstab.Suppressed) {
					rt.Fatalf("row %d: %s is %q", i, name, field)
				}
			}
		}
		if hidden < len(tab.Rows) {
			rt.Fatalf("%d hidden rows, want at least %d", hidden, len(tab.Rows))
		}
		if b := must(t)(Parquet(r)); !sameAsCSV(t, b, rows) {
			rt.Fatalf("the Parquet file differs from the CSV")
		}
	})
}

func TestTestsOfHiddenPartsAreEmpty(t *testing.T) {
	_, rows := records(t, must(t)(Tests(small())))
	for i, row := range rows {
		numbers := row["estimate_a"] + row["estimate_b"] + row["difference"] + row["se"] + row["df"] + row["t"] + row["p"] + row["level"]
		if (row["status"] == "suppressed") != (numbers == "") {
			t.Errorf("row %d: status %s, numbers %q", i, row["status"], numbers)
		}
		if row["segment_a"] == "Another answer" && row["status"] != "suppressed" {
			t.Errorf("row %d: a test of a hidden column has status %s", i, row["status"])
		}
	}
}

// The levels are the report's own.
func TestLevelsFollowTheReport(t *testing.T) {
	r := small()
	count := func() (strict, loose int) {
		_, rows := records(t, must(t)(Tests(r)))
		for _, row := range rows {
			p, err := strconv.ParseFloat(row["p"], 64)
			if err != nil {
				continue
			}
			l, want := r.Tests.WithDefaults(), ""
			switch {
			case p < l.Strict:
				want = strconv.FormatFloat(l.Strict, 'g', -1, 64)
				strict++
			case p < l.Loose:
				want = strconv.FormatFloat(l.Loose, 'g', -1, 64)
				loose++
			}
			if row["level"] != want {
				t.Errorf("p %v: level %q, want %q", p, row["level"], want)
			}
		}
		return strict, loose
	}
	a, _ := count()
	r.Tests.Strict, r.Tests.Loose = 0.5, 0.9
	if b, _ := count(); b <= a {
		t.Errorf("a looser strict level marks %d tests, a tight one %d", b, a)
	}
}

func TestParquetHoldsWhatTheCSVHolds(t *testing.T) {
	r := reporttest.Report()
	_, rows := records(t, must(t)(Results(r)))
	if !sameAsCSV(t, must(t)(Parquet(r)), rows) {
		t.Error("the Parquet file differs from the CSV")
	}
}

// sameAsCSV reads a Parquet file back, column by column, and compares every
// value with the CSV's field.
func sameAsCSV(t testing.TB, b []byte, rows []map[string]string) bool {
	t.Helper()
	f, err := file.NewParquetReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.NumRows() != int64(len(rows)) {
		t.Errorf("%d rows, want %d", f.NumRows(), len(rows))
		return false
	}
	same := true
	for i := range f.MetaData().Schema.NumColumns() {
		name := f.MetaData().Schema.Column(i).Name()
		values := readColumn(t, f, i, len(rows))
		for j, row := range rows {
			if want := strings.TrimPrefix(row[name], "'"); values[j] != want {
				t.Errorf("row %d: %s is %q, want %q", j, name, values[j], want)
				same = false
			}
		}
	}
	return same
}

func readColumn(t testing.TB, f *file.Reader, i, n int) []string {
	t.Helper()
	chunk, err := f.RowGroup(0).Column(i)
	if err != nil {
		t.Fatal(err)
	}
	levels, out := make([]int16, n), make([]string, n)
	place := func(values []string) {
		for j, l := range levels {
			if l == 1 {
				out[j], values = values[0], values[1:]
			}
		}
	}
	var texts []string
	switch c := chunk.(type) {
	case *file.ByteArrayColumnChunkReader:
		values := make([]parquet.ByteArray, n)
		texts = read(t, c.ReadBatch, values, levels, func(v parquet.ByteArray) string { return string(v) })
	case *file.Int64ColumnChunkReader:
		texts = read(t, c.ReadBatch, make([]int64, n), levels, func(v int64) string { return strconv.FormatInt(v, 10) })
	case *file.Float64ColumnChunkReader:
		texts = read(t, c.ReadBatch, make([]float64, n), levels, func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) })
	default:
		t.Fatalf("column %d has type %T", i, c)
	}
	place(texts)
	return out
}

func read[T any](t testing.TB, batch func(int64, []T, []int16, []int16) (int64, int, error), values []T, levels []int16, say func(T) string) []string {
	t.Helper()
	var texts []string
	for done := 0; done < len(levels); {
		n, got, err := batch(int64(len(levels)-done), values, levels[done:], nil)
		if err != nil || n == 0 {
			t.Fatalf("read %d of %d: %v", done, len(levels), err)
		}
		for _, v := range values[:got] {
			texts = append(texts, say(v))
		}
		done += int(n)
	}
	return texts
}

func TestInert(t *testing.T) {
	// What OWASP lists for "CSV injection", and what must stay as it is.
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+cmd|x": "'+cmd|x", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "＝1+1": "'＝1+1",
		"": "", "Women": "Women", "-1": "-1", "+5": "+5", "18-24": "18-24", "a=b": "a=b", "-": "'-",
	} {
		if got := Inert(in); got != want {
			t.Errorf("Inert(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHostileLabels(t *testing.T) {
	r := reporttest.Hostile()
	b := must(t)(Results(r))
	_, rows := records(t, b)
	for i, row := range rows {
		for name, field := range row {
			if field != "" && strings.ContainsRune("=@+\t", rune(field[0])) {
				t.Errorf("row %d: %s begins a formula: %q", i, name, field)
			}
		}
	}
	if !sameText(t, must(t)(Parquet(r)), r) {
		t.Error("labels changed in the Parquet file")
	}
}

func sameText(t *testing.T, b []byte, r *reports.Report) bool {
	f, err := file.NewParquetReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := cells(r)
	for i, got := range readColumn(t, f, 4, len(all)) {
		if got != strings.ToValidUTF8(all[i].stub().Label, "\uFFFD") {
			return false
		}
	}
	return true
}

func TestSameBytesEveryTime(t *testing.T) {
	for name, f := range map[string]func(*reports.Report) ([]byte, error){"results": Results, "parquet": Parquet, "tests": Tests} {
		first := must(t)(f(reporttest.Report()))
		for range 5 {
			if !bytes.Equal(first, must(t)(f(reporttest.Report()))) {
				t.Errorf("%s: two writes differ", name)
			}
		}
	}
}

func TestRunHasNoNull(t *testing.T) {
	b := must(t)(Run(reports.Run{}))
	if bytes.Contains(b, []byte("null")) {
		t.Errorf("run.json holds null:\n%s", b)
	}
	var back reports.Run
	if err := json.Unmarshal(b, &back); err != nil {
		t.Error(err)
	}
}

// What is not a number is empty, never "NaN".
func TestNoNaN(t *testing.T) {
	r := small()
	for i := range r.Tables[0].Cells {
		c := &r.Tables[0].Cells[i][1]
		c.Estimate, c.SE, c.DF = math.NaN(), math.Inf(1), math.NaN()
	}
	r.Tables[0].Columns[1].Base.Effective = math.NaN()
	for i := range r.Tables[0].Comparisons {
		r.Tables[0].Comparisons[i].SE, r.Tables[0].Comparisons[i].P = math.NaN(), math.NaN()
	}
	if s := string(must(t)(Results(r))) + string(must(t)(Tests(r))); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
		t.Error("NaN or Inf in the files")
	}
}

func BenchmarkResults(b *testing.B) {
	r := reporttest.Big(60)
	b.ResetTimer()
	for b.Loop() {
		must(b)(Results(r))
	}
	b.ReportMetric(float64(len(cells(r)))*float64(b.N)/b.Elapsed().Seconds(), "cells/s")
}

func BenchmarkParquet(b *testing.B) {
	r := reporttest.Big(60)
	b.ResetTimer()
	for b.Loop() {
		must(b)(Parquet(r))
	}
	b.ReportMetric(float64(len(cells(r)))*float64(b.N)/b.Elapsed().Seconds(), "cells/s")
}
