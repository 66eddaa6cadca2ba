package xpt

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// What haven wrote in both versions is read as haven reads it (oracle.json, by
// testdata/make.R), but for one number: haven writes 7e75 as the greatest there
// is, 7fffffffffffffff, and reads that as infinite. It is 16^63 less 16^49, and
// the float64 nearest to that is 16^63, 2^252.
func TestOracle(t *testing.T) {
	var oracle map[string]map[string][]*string
	readertest.JSON(t, "testdata/oracle.json", &oracle)
	for _, version := range []string{"v5", "v8"} {
		b, err := os.ReadFile(filepath.Join("testdata", version+".xpt"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(data.FromBytes(version+".xpt", b))
		if err != nil {
			t.Fatal(err)
		}
		if len(oracle[version]) != len(s.Codebook.Variables) {
			t.Fatalf("%s: %d variables, haven has %d", version, len(s.Codebook.Variables), len(oracle[version]))
		}
		got, err := readertest.Values(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range s.Codebook.Variables {
			want := make([]any, len(oracle[version][v.Name]))
			for k, x := range oracle[version][v.Name] {
				want[k] = oracleValue(t, x, v.Type)
			}
			if diff := cmp.Diff(want, got[i]); diff != "" {
				t.Errorf("%s, %s: %s", version, v.Name, diff)
			}
		}
		town, answer := s.Codebook.Variable("town"), s.Codebook.Variable("answer")
		if diff := cmp.Diff([]string{".a", ".z"}, answer.Missing.Codes); diff != "" || answer.Label != "How comfortable are you?" {
			t.Errorf("%s: %s %q", version, diff, answer.Label)
		}
		if want := map[string]int{"v5": 13, "v8": 4*34 + 3*2}[version]; len(town.Label) != want {
			t.Errorf("%s: the label %q has %d letters, want %d", version, town.Label, len(town.Label), want)
		}
	}
}

// oracleValue is a value of the oracle as batches have it.
func oracleValue(t *testing.T, x *string, kind data.Type) any {
	switch {
	case x == nil:
		return nil
	case kind == data.Text:
		return *x
	case *x == "Inf":
		return 0x1p252
	}
	v, ok := data.ParseCode(*x)
	if !ok {
		t.Fatal(strconv.Quote(*x))
	}
	if kind == data.Time {
		return int64(v)
	}
	return v
}
