package por

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/data/sav"
)

// psppBook is the dictionary that testdata/make.sps describes.
func psppBook() []data.Variable {
	scale := []data.ValueLabel{{Code: "1", Label: "Not at all"}, {Code: "5", Label: "Very"}, {Code: "97", Label: "Don't know"}, {Code: "98", Label: "Refused"}}
	return []data.Variable{
		{Name: "Q1", Label: "How comfortable are you, 1 to 5?", Labels: scale, Format: "F2.0", Missing: data.Missing{HasRange: true, Low: 97, High: 99}},
		{Name: "Q2", Labels: scale, Format: "F2.0", Missing: data.Missing{Codes: []string{"8", "9"}}},
		{Name: "W", Label: "Weight", Format: "F13.6", Missing: data.Missing{Codes: []string{"1000000"}}},
		{Name: "THIRD", Format: "F21.15", Missing: data.Missing{HasRange: true, Low: math.Inf(-1), High: -1}},
		{Name: "TOWN", Label: "Town, if told", Type: data.Text, Format: "A20", Labels: []data.ValueLabel{{Code: "dk", Label: "Does not know"}}, Missing: data.Missing{Codes: []string{"dk"}}},
		{Name: "D", Type: data.Time, Format: "DATE11"},
		{Name: "T", Type: data.Time, Format: "DATETIME20"},
		{Name: "DUR", Format: "TIME8"},
		{Name: "ONE", Type: data.Text, Format: "A1", Labels: []data.ValueLabel{{Code: "a", Label: "Alpha"}, {Code: "b", Label: "Beta"}}},
	}
}

func openFile(t *testing.T, name string) *data.Survey {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(data.FromBytes(name, b))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What PSPP wrote is read as its syntax says, weight and all. PSPP 1.6.2 writes
// a range of missing values up to HIGHEST with its wrong end (weighted.por),
// which is said.
func TestReadsPSPP(t *testing.T) {
	for name, want := range map[string]data.Codebook{
		"plain.por": {Variables: psppBook()},
		"pspp.por":  {Variables: psppBook()},
		"weighted.por": {Variables: psppBook(), Weight: "W", Notes: []string{
			"weighted.por: variable Q1: its missing values begin above all numbers. PSPP writes a range up to HIGHEST so, and its start is lost; list the missing values in the study."}},
	} {
		if want.Weight != "" {
			want.Variables[0].Missing = data.Missing{}
		}
		if diff := cmp.Diff(want, openFile(t, name).Codebook); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// The values are those that haven, R's foreign and PSPP read (oracle.json, by
// testdata/read.R). They differ in two numbers, where all three multiply by a
// rounded power of 30 and we take the float64 nearest to the digits, as rational
// arithmetic gives it (Python's fractions): .3L39AO is 0.123456, not
// 0.12345600000000001, and 1D0QFHII7R-72 is 2.0000000000000176e-300, of which they
// get ten digits because no float64 holds 30^-212.
func TestOracle(t *testing.T) {
	var oracle map[string]map[string][]*string
	readertest.JSON(t, "testdata/oracle.json", &oracle)
	s := openFile(t, "pspp.por")
	got, err := readertest.Values(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(oracle) != 3 {
		t.Fatalf("%d readers in the oracle, want 3", len(oracle))
	}
	for reader, variables := range oracle {
		for i, v := range s.Codebook.Variables {
			want := make([]any, len(variables[v.Name]))
			for k, x := range variables[v.Name] {
				want[k] = oracleValue(t, x, v.Type, reader)
			}
			switch v.Name {
			case "W":
				want[0] = 0.123456
			case "THIRD":
				want[5] = 2.0000000000000176e-300
			}
			if diff := cmp.Diff(want, got[i]); diff != "" {
				t.Errorf("%s, %s: %s", reader, v.Name, diff)
			}
		}
	}
}

// oracleValue is a value of the oracle as batches have it. R's foreign leaves
// dates as they are in the file.
func oracleValue(t *testing.T, x *string, kind data.Type, reader string) any {
	if x == nil {
		return nil
	}
	if kind == data.Text {
		return *x
	}
	v, err := strconv.ParseFloat(*x, 64)
	if err != nil {
		t.Fatal(err)
	}
	if kind == data.Number {
		return v
	}
	if reader == "foreign" {
		v -= sav.Epoch
	}
	return int64(v)
}
