package exports

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// labels makes value labels of "1=no", "2=yes".
func labels(pairs ...string) []data.ValueLabel {
	var out []data.ValueLabel
	for _, p := range pairs {
		code, label, _ := strings.Cut(p, "=")
		out = append(out, data.ValueLabel{Code: code, Label: label})
	}
	return out
}

// Three waves in three formats: the union of the variables in the order of
// their first appearance, nulls where a file lacks one, and labels from the
// first file that has any.
func TestPoolFormats(t *testing.T) {
	one := text("wave1.csv", "wave,q1,only1\n1,1,5\n1,2,5\n")
	two := savFile(t, "wave2.sav",
		crafted{data.Variable{Name: "q1", Label: "Do you worry?", Level: data.Nominal, Labels: labels("1=no", "2=yes"), Missing: data.Missing{Codes: []string{"9"}}}, []string{"2", "9"}},
		crafted{data.Variable{Name: "wave"}, []string{"2", "2"}},
		crafted{data.Variable{Name: "only2", Type: data.Text}, []string{"a", ""}})
	three := parquetFile(t, "wave3.parquet",
		crafted{data.Variable{Name: "wave"}, []string{"3"}},
		crafted{data.Variable{Name: "q1", Label: "Are you worried?", Labels: labels("2=Yes ", "3=maybe")}, []string{"3"}})
	s := survey(t, nil, one, two, three)
	want := map[string][]string{
		"wave": {"1", "1", "2", "2", "3"}, "q1": {"1", "2", "2", "9", "3"},
		"only1": {"5", "5", "", "", ""}, "only2": {"", "", "a", "", ""},
	}
	if diff := cmp.Diff(want, readertest.Cells(t, s)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"wave", "q1", "only1", "only2"}, s.Codebook.Names()); diff != "" {
		t.Error(diff)
	}
	q1 := s.Codebook.Variable("q1")
	if diff := cmp.Diff(labels("1=no", "2=yes", "3=maybe"), q1.Labels); diff != "" {
		t.Error(diff)
	}
	if q1.Label != "Do you worry?" || q1.Level != data.Nominal || !q1.Missing.Declares("9") {
		t.Errorf("q1 is %+v, want label, level and missing code of wave 2", q1)
	}
	for _, note := range []string{"wave1.csv lacks 1 of 4 variables, which are empty for its rows: only2.", "wave3.parquet lacks 2 of 4 variables, which are empty for its rows: only1, only2."} {
		if !noted(s, note) {
			t.Errorf("notes %q lack %q", s.Codebook.Notes, note)
		}
	}
	var places []string
	for b, err := range s.Batches([]string{"q1"}) {
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, s.Place(b, 0))
	}
	if diff := cmp.Diff([]string{"wave1.csv:2", "wave2.sav: case 1", "wave3.parquet: row 1"}, places); diff != "" {
		t.Error(diff)
	}
	// A variable that only the last file has is null in the rows of all others.
	if diff := cmp.Diff([]string{"", "", "a", "", ""}, readertest.Cells(t, s, "only2")["only2"]); diff != "" {
		t.Error(diff)
	}
}

func TestPoolConflictingLabels(t *testing.T) {
	one := savFile(t, "wave1.sav", crafted{data.Variable{Name: "q1", Labels: labels("1=no", "2=yes")}, []string{"1"}})
	two := savFile(t, "wave2.sav", crafted{data.Variable{Name: "q1", Labels: labels("1=yes", "2=no")}, []string{"1"}})
	_, err := Open([]*data.Input{one, two}, nil)
	want := `wave2.sav: column q1: answers have other codes than in wave1.sav: "yes" is 1 here and 2 there, "no" is 2 here and 1 there; if the mapping is right, write under sources in the study file: {file: wave2.sav, recode: {q1: {1: 2, 2: 1}}}`
	if err == nil || err.Error() != want || !data.IsData(err) {
		t.Errorf("%v\nwant\n%s", err, want)
	}
}

// Labels in one wave and codes in the other are the same answers.
func TestPoolLabelsAsCodes(t *testing.T) {
	one := savFile(t, "wave1.sav", crafted{data.Variable{Name: "q1", Labels: labels("1=No", "2=Yes", "3=Don't know")}, []string{"1", "3"}})
	two := text("wave2.csv", "q1\nyes\n no \nYes\nDon't know\n")
	s := survey(t, nil, one, two)
	if v := s.Codebook.Variable("q1"); v.Type != data.Number || len(v.Labels) != 3 {
		t.Errorf("q1 is %+v, want numbers with three labels", v)
	}
	if diff := cmp.Diff([]string{"1", "3", "2", "1", "2", "3"}, readertest.Cells(t, s)["q1"]); diff != "" {
		t.Error(diff)
	}
	if !noted(s, "q1 holds codes in wave1.sav and texts in wave2.csv; the texts are labels or codes and are read as the codes.") {
		t.Errorf("notes are %q", s.Codebook.Notes)
	}
}

func TestPoolNumbersAndTexts(t *testing.T) {
	s := survey(t, nil, text("a.csv", "q1,x\n1,1\n2.5,1\n"), text("b.csv", "q1,x\nnone,1\n2,1\n,1\n"))
	if v := s.Codebook.Variable("q1"); v.Type != data.Text {
		t.Errorf("q1 is %v, want text", v.Type)
	}
	if diff := cmp.Diff([]string{"1", "2.5", "none", "2", ""}, readertest.Cells(t, s)["q1"]); diff != "" {
		t.Error(diff)
	}
	if !noted(s, "q1 holds numbers in a.csv and texts in b.csv; all are read as texts.") {
		t.Errorf("notes are %q", s.Codebook.Notes)
	}
}

// A column without a value has no type of its own.
func TestPoolEmptyColumn(t *testing.T) {
	one := parquetFile(t, "a.parquet", crafted{data.Variable{Name: "q1", Type: data.Text}, []string{"", ""}}, crafted{data.Variable{Name: "x"}, []string{"1", "2"}})
	two := parquetFile(t, "b.parquet", crafted{data.Variable{Name: "q1"}, []string{"4"}}, crafted{data.Variable{Name: "x"}, []string{"3"}})
	s := survey(t, nil, one, two)
	if v := s.Codebook.Variable("q1"); v.Type != data.Number {
		t.Errorf("q1 is %v, want number", v.Type)
	}
	if diff := cmp.Diff([]string{"", "", "4"}, readertest.Cells(t, s)["q1"]); diff != "" {
		t.Error(diff)
	}
}

func TestPoolTimes(t *testing.T) {
	dates := parquetFile(t, "a.parquet", crafted{data.Variable{Name: "day", Type: data.Time}, []string{"1970-01-02 00:00:00", "1970-01-01 00:01:00"}})
	words := text("b.csv", "day,x\nyesterday,1\n1 May,2\n")
	s := survey(t, nil, dates, words)
	if diff := cmp.Diff([]string{"1970-01-02", "1970-01-01 00:01:00", "yesterday", "1 May"}, readertest.Cells(t, s)["day"]); diff != "" {
		t.Error(diff)
	}
	numbers := text("c.csv", "day,x\n3,1\n")
	_, err := Open([]*data.Input{dates, numbers}, nil)
	if err == nil || !strings.Contains(err.Error(), "c.csv: column day: the column holds numbers here and dates in a.parquet") {
		t.Errorf("%v, want a fault that names both files", err)
	}
}

func TestPoolMissingRanges(t *testing.T) {
	with := func(name string, low, high float64) *data.Input {
		return savFile(t, name, crafted{data.Variable{Name: "q1", Missing: data.Missing{HasRange: true, Low: low, High: high}}, []string{"1"}})
	}
	s := survey(t, nil, with("a.sav", 90, 99), text("b.csv", "q1\n95\n"), with("c.sav", 90, 99))
	if m := s.Codebook.Variable("q1").Missing; !m.Declares("95") || m.Declares("89") {
		t.Errorf("missing is %+v, want 90 to 99", m)
	}
	_, err := Open([]*data.Input{with("a.sav", 90, 99), with("b.sav", 80, math.Inf(1))}, nil)
	if err == nil || !strings.Contains(err.Error(), "b.sav: column q1: values from 80 to ") {
		t.Errorf("%v, want a fault that names the range", err)
	}
}

func TestPoolNotes(t *testing.T) {
	s := survey(t, nil, text("a.csv", "Q1,x\n1,1\n"), text("b.csv", "q1,x\n1,1\n"))
	if !noted(s, "The variables Q1 and q1 differ only in case or blanks and are kept apart") {
		t.Errorf("notes are %q", s.Codebook.Notes)
	}
}

// The faults of all files are told at once.
func TestFaultsOfAllFiles(t *testing.T) {
	_, err := Open([]*data.Input{text("a.sav", ""), text("b.csv", "x\n1\n"), text("c.parquet", "x\n1\n")}, nil)
	var faults data.Faults
	if !errors.As(err, &faults) || len(faults) != 2 || faults[0].File != "a.sav" || faults[1].File != "c.parquet" {
		t.Errorf("%v, want the faults of a.sav and c.parquet", err)
	}
}

// An identifier in one wave is left out of all, also where it is short.
func TestPoolDropsEverywhere(t *testing.T) {
	s := survey(t, nil, text("a.csv", "contact,x\nann@mail.example,1\nbob@mail.example,2\n"), text("b.csv", "contact,x\n1,1\n2,2\n"))
	if diff := cmp.Diff([]string{"contact: e-mail addresses"}, dropped(s)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"x"}, s.Codebook.Names()); diff != "" {
		t.Error(diff)
	}
}

func TestNoFileIsAMistake(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	_, _ = Open(nil, nil)
}
