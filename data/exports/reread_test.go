package exports

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// allKinds is a survey with each kind of column, label and missing value.
func allKinds() *drawn {
	long := strings.Repeat("In my own words, ", 40) + "é."
	scale := []data.ValueLabel{{Code: "1", Label: "Not at all"}, {Code: "5", Label: "Very"}, {Code: "97", Label: "Don't know"}, {Code: "98", Label: "Refused"}}
	return &drawn{
		book: data.Codebook{
			Weight: "weight",
			Variables: []data.Variable{
				{Name: "comfort", Label: "How comfortable are you?", Level: data.Ordinal, Labels: scale, Missing: data.Missing{Codes: []string{"97", "98"}}},
				{Name: "amount", Label: "What would you pay, in €?", Level: data.Scale, Missing: data.Missing{HasRange: true, Low: 900, High: 999}},
				{Name: "country", Label: "Country", Type: data.Text, Level: data.Nominal, Labels: []data.ValueLabel{{Code: "DE", Label: "Deutschland"}, {Code: "ÖS", Label: "Österreich"}}},
				{Name: "words", Label: "Why?", Type: data.Text, Level: data.Nominal},
				{Name: "day", Label: "Interview", Type: data.Time, Level: data.Scale},
				{Name: "weight", Label: "Weight", Level: data.Scale},
				{Name: "worry_a", Label: "Worried: sold", Level: data.Nominal}, {Name: "worry_b", Label: "Worried: leaked", Level: data.Nominal},
			},
			Sets: []data.Set{{Name: "$worry", Label: "Worries", Counted: "1", Variables: []string{"worry_a", "worry_b"}}},
		},
		rows: [][]any{
			{1.0, 12.5, "DE", long, int64(1771718400), 0.1 + 0.2, 1.0, 0.0},
			{97.0, 950.0, "ÖS", "NA", int64(1771804799), 1.5, 0.0, 1.0},
			{nil, math.Pi, nil, "\"quoted\", with a comma\nand a line", nil, 1e-9, nil, nil},
			{5.0, -1e15, "DE", nil, int64(-86400), 2.0, 1.0, 1.0},
			{98.0, nil, "DE", "007", int64(0), 1.0 / 3, 0.0, 0.0},
		},
	}
}

// What report convert writes is read by other programs as what it was: CSV by R's
// read.csv, .sav and .zsav by haven (PSPP is asked in data/sav), Parquet and Arrow by
// pyarrow. A program that is not installed is said.
func TestOthersReadOurs(t *testing.T) {
	d := allKinds()
	for _, c := range []struct{ name, program, script string }{
		{"out.csv", "Rscript", "reread.R"}, {"out.sav", "Rscript", "reread.R"}, {"out.zsav", "Rscript", "reread.R"},
		{"out.parquet", "python3", "reread.py"}, {"out.arrow", "python3", "reread.py"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := exec.LookPath(c.program); err != nil {
				t.Skipf("%s is not installed, so it cannot be asked", c.program)
			}
			path := filepath.Join(t.TempDir(), c.name)
			written, err := Write(context.Background(), path, d.survey(2), false)
			if err != nil || len(written.Differs) > 0 {
				t.Fatal(err, written)
			}
			out, err := exec.Command(c.program, filepath.Join("testdata", c.script), path).Output()
			if err != nil {
				t.Skipf("%s has not what it needs to read %s: %v", c.program, c.name, err)
			}
			var found []struct {
				Name  string
				Cells []string
			}
			if err := json.Unmarshal(out, &found); err != nil {
				t.Fatalf("%v in %s", err, out)
			}
			var names []string
			for i, f := range found {
				names = append(names, f.Name)
				if i >= len(d.book.Variables) {
					break
				}
				want := make([]string, len(d.rows))
				for k, row := range d.rows {
					want[k] = cellOf(row[i])
				}
				if diff := cmp.Diff(want, f.Cells); diff != "" {
					t.Errorf("%s (-written +%s): %s", f.Name, c.program, diff)
				}
			}
			if want := d.book.Names(); !slices.Equal(names, want) {
				t.Errorf("%s reads the variables %q, written were %q", c.program, names, want)
			}
		})
	}
}

// cellOf is a value as the scripts print it: numbers with 17 digits, times in seconds
// since 1970.
func cellOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return fmt.Sprint(v)
	}
	return readertest.Digits(v.(float64))
}
