package exports

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
)

// Counted by hand: q1 is 1, 1, 2, 98 (declared missing) and once empty; the
// mean of 1, 1 and 2 is 4/3.
func TestProfiles(t *testing.T) {
	in := parquetFile(t, "a.parquet",
		crafted{data.Variable{Name: "q1", Missing: data.Missing{Codes: []string{"98"}}}, []string{"1", "2", "", "98", "1"}},
		crafted{data.Variable{Name: "town", Type: data.Text, Missing: data.Missing{Codes: []string{"-"}}}, []string{"Köln", "Bonn", "-", "Bonn", ""}},
		crafted{data.Variable{Name: "day", Type: data.Time}, []string{"1970-01-02 00:00:00", "", "", "", ""}},
		crafted{data.Variable{Name: "range", Missing: data.Missing{HasRange: true, Low: 90, High: 99}}, []string{"-0", "0", "90", "99", "100"}},
		crafted{data.Variable{Name: "never"}, []string{"", "", "", "", ""}})
	got, err := Profiles(survey(t, nil, in))
	if err != nil {
		t.Fatal(err)
	}
	want := []data.Profile{
		{Recorded: 4, Null: 1, Missing: 1, Distinct: 3, Values: []data.Count{{Code: "1", N: 2}, {Code: "2", N: 1}, {Code: "98", N: 1}}, Min: 1, Max: 2, Mean: 4.0 / 3},
		{Recorded: 4, Null: 1, Missing: 1, Distinct: 3, Values: []data.Count{{Code: "Bonn", N: 2}, {Code: "-", N: 1}, {Code: "Köln", N: 1}}, Longest: 4},
		{Recorded: 1, Null: 4, Distinct: 1, Values: []data.Count{{Code: "86400", N: 1}}, Min: 86400, Max: 86400, Mean: 86400},
		{Recorded: 5, Missing: 2, Distinct: 4, Values: []data.Count{{Code: "0", N: 2}, {Code: "90", N: 1}, {Code: "99", N: 1}, {Code: "100", N: 1}}, Max: 100, Mean: 100.0 / 3},
		{Null: 5},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestProfilesStopCounting(t *testing.T) {
	var b strings.Builder
	b.WriteString("minutes,income\n")
	for i := range data.MaxDistinct + 5 {
		fmt.Fprintf(&b, "%d,%d\n", i%(data.MaxDistinct-1), 3*i)
	}
	got, err := Profiles(survey(t, nil, text("a.csv", b.String())))
	if err != nil {
		t.Fatal(err)
	}
	if p := got[0]; p.Distinct != data.MaxDistinct-1 || len(p.Values) != p.Distinct {
		t.Errorf("%d values of %d told apart, want all %d", len(p.Values), p.Distinct, data.MaxDistinct-1)
	}
	if p := got[1]; p.Distinct != data.MaxDistinct || p.Values != nil || p.Max != 3*(data.MaxDistinct+4) {
		t.Errorf("%d different values, %d listed, largest %v", p.Distinct, len(p.Values), p.Max)
	}
}
