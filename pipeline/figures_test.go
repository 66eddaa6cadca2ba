package pipeline

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/reports/tidy"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
)

// An address is where a figure stands in results.csv.
type address struct{ table, category, banner, segment string }

// A row is one line of a results file by the names of its columns; numbers are
// read when asked for.
type row map[string]string

func (r row) number(t testing.TB, column string) float64 {
	t.Helper()
	if r[column] == "" {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(r[column], 64)
	if err != nil {
		t.Fatalf("%s of %s: %v", column, r["table"], err)
	}
	return v
}

// figures are the rows of a results.csv by address.
type figures map[address]row

// tidyRows reads a CSV file with a header.
func tidyRows(t testing.TB, b []byte) []row {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]row, 0, len(lines)-1)
	for _, l := range lines[1:] {
		r := row{}
		for i, name := range lines[0] {
			r[name] = l[i]
		}
		rows = append(rows, r)
	}
	return rows
}

func figuresOf(t testing.TB, results []byte) figures {
	t.Helper()
	f := figures{}
	for _, r := range tidyRows(t, results) {
		at := address{r["table"], r["category"], r["banner"], r["segment"]}
		if _, twice := f[at]; twice {
			t.Fatalf("results.csv has two rows for %v", at)
		}
		f[at] = r
	}
	return f
}

// runInto runs a study and returns its folder.
func runInto(t testing.TB, s Source, o Options) (folder string, sum *Summary) {
	t.Helper()
	if o.Out == "" {
		o.Out = t.TempDir()
	}
	sum, err := Run(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return sum.Folder, sum
}

func fileOf(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// beforeProtection are the figures of a study as estimated, with nothing
// hidden; they are never published.
func beforeProtection(t testing.TB, s Source) figures {
	t.Helper()
	r := newRun(s, Options{})
	defer r.close()
	if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}, {"estimating", r.estimate}}); err != nil {
		t.Fatal(err)
	}
	disclosure.Protect(r.tables, disclosure.Rules{}) // hides nothing, and takes the unprinted columns off
	b, err := tidy.Results(&reports.Report{Tables: r.tables})
	if err != nil {
		t.Fatal(err)
	}
	return figuresOf(t, b)
}

// A figure heads its bases with what those of its table count.
func TestFiguresSayWhatTheirBasesCount(t *testing.T) {
	e := &evidence{tables: []*crosstab.Table{{ID: "rated", Loop: true}, {ID: "asked"}}}
	for table, want := range map[string]string{"rated": "Ratings", "asked": "People"} {
		e.sketches = nil
		e.draw(&reports.Chapter{Number: 1}, "a", "", "", table, charts.Dots{})
		e.draw(&reports.Chapter{Number: 1}, "b", "", "", table, charts.Likert{})
		e.draw(&reports.Chapter{Number: 1}, "c", "", "", table, charts.Quadrants{})
		got := [3]string{e.sketches[0].chart.(charts.Dots).Bases, e.sketches[1].chart.(charts.Likert).Bases, e.sketches[2].chart.(charts.Quadrants).Bases}
		if got != [3]string{want, want, want} {
			t.Errorf("%s: %q", table, got)
		}
	}
}
