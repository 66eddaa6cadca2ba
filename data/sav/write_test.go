package sav

import (
	"bytes"
	"encoding/json"
	"iter"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// survey makes a survey of columns of values (float64, string, int64 seconds,
// nil), in batches of the given size.
func survey(book data.Codebook, columns [][]any, size int) *data.Survey {
	rows := len(columns[0])
	scan := func(variables []string, _ data.Skip) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			for at := 0; at < rows; at += size {
				b := data.Batch{Record: recordOf(book, columns, variables, at, min(at+size, rows)), First: int64(at + 1), Before: int64(at)}
				if !yield(b, nil) {
					return
				}
			}
		}
	}
	return data.New(book, []data.File{{Path: "made", Format: "made", Rows: int64(rows), Unit: "row"}}, scan)
}

func recordOf(book data.Codebook, columns [][]any, variables []string, from, to int) arrow.Record {
	var fields []arrow.Field
	var arrays []arrow.Array
	for _, name := range variables {
		for i := range book.Variables {
			if v := &book.Variables[i]; v.Name == name {
				a := readertest.Array(v.Type, columns[i][from:to])
				fields, arrays = append(fields, arrow.Field{Name: name, Type: a.DataType(), Nullable: true}), append(arrays, a)
			}
		}
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(to-from))
}

// write writes a survey to bytes.
func write(t testing.TB, s *data.Survey, opts WriteOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, &s.Codebook, s.Batches(nil), opts); err != nil {
		t.Fatalf("Write: %v", err)
	}
	return b.Bytes()
}

// reopen opens written bytes.
func reopen(t testing.TB, b []byte) *data.Survey {
	t.Helper()
	s, err := Open(data.FromBytes("written.sav", b))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

// everything is a survey with all that a codebook can say.
func everything() (data.Codebook, [][]any) {
	long := strings.Repeat("äbc ", 200) + "end" // 1003 bytes, in 4 segments
	book := data.Codebook{
		Variables: []data.Variable{
			{Name: "resp_id", Label: "Befragter (äöü)", Type: data.Text, Level: data.Nominal, Format: "A12"},
			{Name: "design_weight", Type: data.Number, Format: "F10.4", Level: data.Scale},
			{Name: "q1_comfort", Label: "How comfortable?", Type: data.Number, Level: data.Ordinal, Format: "F2.0",
				Labels:  []data.ValueLabel{{Code: "1", Label: "not at all"}, {Code: "2", Label: "日本語"}, {Code: "98", Label: "don't know"}, {Code: "-0.5", Label: "minus a half"}},
				Missing: data.Missing{Codes: []string{"98", "99"}}},
			{Name: "score", Type: data.Number, Level: data.Scale, Missing: data.Missing{HasRange: true, Low: math.Inf(-1), High: -1, Codes: []string{"999"}}},
			{Name: "upper", Type: data.Number, Missing: data.Missing{HasRange: true, Low: 90, High: math.Inf(1)}},
			{Name: "code", Type: data.Text, Format: "A3", Labels: []data.ValueLabel{{Code: "DE", Label: "Germany"}, {Code: "UK", Label: "Britain"}}, Missing: data.Missing{Codes: []string{"NA"}}},
			{Name: "channel", Type: data.Text, Labels: []data.ValueLabel{{Code: "word of mouth", Label: "From friends"}, {Code: "süddeutsch", Label: "Süddeutsche Zeitung"}}, Missing: data.Missing{Codes: []string{"refused", "dk"}}},
			{Name: "opinion", Label: "In your own words", Type: data.Text},
			{Name: "day", Type: data.Time, Format: "DATE11", Missing: data.Missing{Codes: []string{"0"}}, Labels: []data.ValueLabel{{Code: "0", Label: "no date"}}},
			{Name: "stamp", Type: data.Time},
			{Name: "tick_a", Label: "A", Type: data.Number}, {Name: "tick_b", Label: "B", Type: data.Number},
			{Name: "first_choice", Type: data.Number}, {Name: "second_choice", Type: data.Number},
			{Name: "yes_a", Type: data.Text}, {Name: "yes_b", Type: data.Text},
		},
		Sets: []data.Set{
			{Name: "$ticks", Label: "Ticked ✓ all", Counted: "1", Variables: []string{"tick_a", "tick_b"}},
			{Name: "$choices", Label: "Choices", Variables: []string{"first_choice", "second_choice"}},
			{Name: "$yes", Label: "", Counted: "Yes", Variables: []string{"yes_a", "yes_b"}},
		},
		Weight: "design_weight",
	}
	columns := [][]any{
		{"r1", "r2", "ä3", nil, "r5"},
		{1.5, 0.25, 1e-300, 1.0, 2.0},
		{1.0, 2.0, 98.0, nil, 99.0},
		{-5.0, 0.1, 151.0, 152.0, -99.0},
		{1.0, 95.0, nil, 1e10, -1e10},
		{"DE", "UK", nil, "NA", "FR"},
		{"word of mouth", nil, "süddeutsch", "refused", "dk"},
		{long, nil, "short", strings.Repeat("x", 255), strings.Repeat("y", 256)},
		{int64(0), int64(86400), nil, int64(-12219292800), int64(1700006400)},
		{int64(1709251199), nil, int64(0), int64(-1), int64(1)},
		{1.0, 0.0, 1.0, nil, 0.0}, {0.0, 0.0, 1.0, nil, 1.0},
		{3.0, 1.0, nil, 2.0, 2.0}, {nil, 2.0, nil, 3.0, 1.0},
		{"Yes", nil, "Yes", "No", nil}, {nil, "Yes", "Yes", nil, "No"},
	}
	return book, columns
}

// TestRoundTrip writes a survey with every feature and reads the same back.
func TestRoundTrip(t *testing.T) {
	book, columns := everything()
	s := reopen(t, write(t, survey(book, columns, 2), WriteOptions{Name: "written.sav"}))
	got, err := readertest.Values(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(columns, got); diff != "" {
		t.Errorf("values (-written +read):\n%s", diff)
	}
	if s.Files[0].Rows != 5 {
		t.Errorf("Rows = %d, wrote 5", s.Files[0].Rows)
	}
	// What a file must say although the codebook did not: a print format.
	want := book
	want.Variables = append([]data.Variable(nil), book.Variables...)
	for name, format := range map[string]string{
		"score": "F8.2", "upper": "F8.0", "channel": "A13", "opinion": "A1003", "stamp": "DATETIME20", "tick_a": "F8.0",
		"tick_b": "F8.0", "first_choice": "F8.0", "second_choice": "F8.0", "yes_a": "A3", "yes_b": "A3",
	} {
		want.Variable(name).Format = format
	}
	if diff := cmp.Diff(want, s.Codebook); diff != "" {
		t.Errorf("codebook (-written +read):\n%s", diff)
	}
}

// TestRoundTripShared reads every readable shared file, writes it, and reads
// the same codebook and the same values back.
func TestRoundTripShared(t *testing.T) {
	for _, path := range readable(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			first := open(t, path)
			second := reopen(t, write(t, first, WriteOptions{Name: "written.sav"}))
			want, got := records(t, first), records(t, second)
			if len(want) != len(got) {
				t.Fatalf("%d batches, wrote %d", len(got), len(want))
			}
			for i := range want {
				if !array.RecordEqual(want[i], got[i]) {
					t.Errorf("batch %d of the second file is not that of the first", i+1)
				}
			}
			a, b := first.Codebook, second.Codebook
			a.Notes, b.Notes = nil, nil
			if diff := cmp.Diff(a, b); diff != "" {
				t.Errorf("codebook (-first +second):\n%.2000s", diff)
			}
		})
	}
}

// records are all the batches of a survey.
func records(t *testing.T, s *data.Survey) []arrow.Record {
	t.Helper()
	var rs []arrow.Record
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		b.Record.Retain()
		rs = append(rs, b.Record)
	}
	return rs
}

// readable lists the files that haven reads too.
func readable(t testing.TB) []string {
	var oracle findings
	readertest.JSON(t, "testdata/haven.json", &oracle)
	var paths []string
	for _, f := range oracle.Files {
		paths = append(paths, sharedtest.Path(t, f.File))
	}
	return paths
}

// TestWriteIsDeterministic: the same survey gives the same bytes, and the
// time of creation changes only where the header holds it.
func TestWriteIsDeterministic(t *testing.T) {
	book, columns := everything()
	a := write(t, survey(book, columns, 2), WriteOptions{})
	if b := write(t, survey(book, columns, 5), WriteOptions{}); !bytes.Equal(a, b) {
		t.Error("the size of the batches changes the file")
	}
	b := write(t, survey(book, columns, 2), WriteOptions{Label: "Wave 1", Created: time.Date(2024, 2, 29, 23, 59, 58, 0, time.UTC)})
	if got := string(b[92:115]); got != "29 Feb 2423:59:58Wave 1" {
		t.Errorf("the header says %q", got)
	}
	if !bytes.Equal(a[:92], b[:92]) || !bytes.Equal(a[176:], b[176:]) {
		t.Error("label and time of creation change more than their fields")
	}
}

// TestWriteNames: names that SPSS does not allow become allowed ones, each
// once, and the original stands in the label.
func TestWriteNames(t *testing.T) {
	names := []string{"How old are you?", "how old are you!", "1st", "to", "dotted.", strings.Repeat("é", 40), "LONGNAME1", "longname2", "ok"}
	want := []string{"How_old_are_you_", "how_old_are_you__2", "V1st", "to_", "dotted_", strings.Repeat("é", 32), "LONGNAME1", "longname2", "ok"}
	var book data.Codebook
	var columns [][]any
	for _, n := range names {
		book.Variables = append(book.Variables, data.Variable{Name: n, Type: data.Number})
		columns = append(columns, []any{1.0})
	}
	s := reopen(t, write(t, survey(book, columns, 1), WriteOptions{}))
	if diff := cmp.Diff(want, s.Codebook.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if got := s.Codebook.Variables[0].Label; got != "How old are you?" {
		t.Errorf("the original name is lost, the label is %q", got)
	}
	if got := s.Codebook.Variables[8].Label; got != "" {
		t.Errorf("a name that is kept needs no label, got %q", got)
	}
}

// TestWriteCutsLabels: labels beyond what the format holds are cut between
// letters, visibly.
func TestWriteCutsLabels(t *testing.T) {
	long := strings.Repeat("ä", 200)
	book := data.Codebook{Variables: []data.Variable{{Name: "q", Label: long, Type: data.Number, Labels: []data.ValueLabel{{Code: "1", Label: long}}}}}
	s := reopen(t, write(t, survey(book, [][]any{{1.0}}, 1), WriteOptions{}))
	want := strings.Repeat("ä", 126) + "…" // 252 + 3 bytes
	if v := s.Codebook.Variables[0]; v.Label != want || v.Labels[0].Label != want {
		t.Errorf("got labels %q and %q", v.Label, v.Labels[0].Label)
	}
}

// TestWriteFaults: a codebook or a value without a place in the format is said
// before anything is written.
func TestWriteFaults(t *testing.T) {
	number := func(v data.Variable) data.Variable { v.Name, v.Type = "q1", data.Number; return v }
	text := func(v data.Variable) data.Variable { v.Name, v.Type = "q1", data.Text; return v }
	for _, c := range []struct {
		variable data.Variable
		value    any
		want     string
	}{
		{number(data.Variable{Missing: data.Missing{Codes: []string{"6", "7", "8", "9"}}}), 1.0, "4 missing values"},
		{number(data.Variable{Missing: data.Missing{HasRange: true, Codes: []string{"8", "9"}}}), 1.0, "2 missing values"},
		{number(data.Variable{Missing: data.Missing{Codes: []string{"dk"}}}), 1.0, `"dk" is not a number`},
		{number(data.Variable{Labels: []data.ValueLabel{{Code: "a", Label: "A"}}}), 1.0, `"a" has a value label`},
		{number(data.Variable{Labels: []data.ValueLabel{{Code: "NaN", Label: "A"}}}), 1.0, `"NaN" has a value label`},
		{number(data.Variable{}), math.Inf(1), "infinite"},
		{text(data.Variable{Missing: data.Missing{HasRange: true}}), "x", "range of missing values"},
		{text(data.Variable{Missing: data.Missing{Codes: []string{"don't know"}}}), "x", "10 bytes"},
		{text(data.Variable{}), strings.Repeat("x", 32768), "32768 bytes"},
	} {
		var b bytes.Buffer
		s := survey(data.Codebook{Variables: []data.Variable{c.variable}}, [][]any{{c.value}}, 1)
		err := Write(&b, &s.Codebook, s.Batches(nil), WriteOptions{Name: "out.sav"})
		if !data.IsData(err) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "column q1") {
			t.Errorf("got %v, expected a fault of column q1 with %q", err, c.want)
		}
		if b.Len() > 0 {
			t.Errorf("%d bytes were written before %v", b.Len(), err)
		}
	}
}

// TestHavenReadsOurs lets haven read a file with every feature, and looks at
// what it found through the same comparison as TestHaven.
func TestHavenReadsOurs(t *testing.T) {
	if _, err := exec.LookPath("Rscript"); err != nil {
		t.Skip("Rscript is not installed, so haven cannot be asked")
	}
	book, columns := everything()
	// haven turns dates with value labels or missing values into numbers.
	book.Variable("day").Labels, book.Variable("day").Missing = nil, data.Missing{}
	dir := t.TempDir()
	for _, name := range []string{"ours.sav", "ours.zsav"} {
		if err := os.WriteFile(filepath.Join(dir, name), write(t, survey(book, columns, 3), WriteOptions{Name: name}), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("Rscript", "testdata/haven.R", dir, "ours.sav", "ours.zsav").Output()
	if err != nil {
		t.Skipf("haven or jsonlite is not installed: %v", err)
	}
	sameAsWritten(t, book, columns, out)
}

// TestPSPPReadsValues lets PSPP say all that it finds in a file with every feature.
func TestPSPPReadsValues(t *testing.T) {
	for _, program := range []string{"pspp", "python3"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed, so PSPP cannot be asked", program)
		}
	}
	book, columns := everything()
	book.Variable("channel").Missing = data.Missing{Codes: []string{"dk"}} // see TestPSPPReadsOurs
	dir := t.TempDir()
	for _, name := range []string{"ours.sav", "ours.zsav"} {
		if err := os.WriteFile(filepath.Join(dir, name), write(t, survey(book, columns, 3), WriteOptions{Name: name}), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("python3", "testdata/pspp.py", dir, "ours.sav", "ours.zsav").Output()
	if err != nil {
		t.Fatal(err)
	}
	sameAsWritten(t, book, columns, out)
}

// sameAsWritten compares what another program found in files with what we wrote.
func sameAsWritten(t *testing.T, book data.Codebook, columns [][]any, found []byte) {
	t.Helper()
	var oracle findings
	if err := json.Unmarshal(found, &oracle); err != nil {
		t.Fatalf("%v in %s", err, found)
	}
	if len(oracle.Files) != 2 {
		t.Fatalf("%d files", len(oracle.Files))
	}
	for _, f := range oracle.Files {
		if f.Rows != 5 || len(f.Variables) != len(book.Variables) {
			t.Fatalf("%s: %d rows, %d variables", f.File, f.Rows, len(f.Variables))
		}
		for i, found := range f.Variables {
			got, want := found.describe(t, oracle.Sets), describe(&book.Variables[i], columns[i])
			for field, want := range want {
				// A format is chosen by us where the codebook has none.
				if got, said := got[field]; said && got != want && field != "format" {
					t.Errorf("%s: %s: %s is %s, written was %s", f.File, book.Variables[i].Name, field, got, want)
				}
			}
		}
	}
}
