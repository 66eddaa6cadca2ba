package triples

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// Every column of the shared files holds what PSPP reads at these positions;
// testdata/pspp.py says how the figures were made.
func TestPSPP(t *testing.T) {
	var oracle map[string]struct {
		Rows    int64
		Columns map[string]struct {
			N         int
			Sum, Rows float64
			SHA256    string
		}
	}
	readertest.JSON(t, "testdata/pspp.json", &oracle)
	for path, want := range oracle {
		t.Run(path, func(t *testing.T) {
			in, err := data.FromFile(sharedtest.Path(t, path))
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			s, err := Open(in)
			if err != nil {
				t.Fatal(err)
			}
			if s.Rows() != want.Rows || len(s.Codebook.Variables) != len(want.Columns) {
				t.Errorf("%d rows of %d variables, want %d of %d", s.Rows(), len(s.Codebook.Variables), want.Rows, len(want.Columns))
			}
			for name, got := range readertest.Cells(t, s) {
				n, sum, rows := figures64(got)
				w := want.Columns[name]
				if w.SHA256 != "" {
					h := sha256.Sum256([]byte(strings.Join(got, "\n") + "\n"))
					if n != w.N || hex.EncodeToString(h[:]) != w.SHA256 {
						t.Errorf("%s: %d texts, want %d; or they differ", name, n, w.N)
					}
				} else if near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }; n != w.N || !near(sum, w.Sum) || !near(rows, w.Rows) {
					t.Errorf("%s: %d values, sums %v and %v; want %d, %v and %v", name, n, sum, rows, w.N, w.Sum, w.Rows)
				}
			}
		})
	}
}

// figures64 are the number of values, their sum, and that of value times row.
func figures64(values []string) (n int, sum, rows float64) {
	for i, s := range values {
		if s == "" {
			continue
		}
		n++
		if v, err := strconv.ParseFloat(s, 64); err == nil {
			sum += v
			rows += float64(i+1) * v
		}
	}
	return n, sum, rows
}

// The facts of the README of the shared surveys.
func TestSamples(t *testing.T) {
	for _, c := range []struct {
		file            string
		rows, variables int
		sets            int
	}{{"sample-1.sss", 3, 8, 2}, {"sample-3.sss", 98, 200, 0}, {"sample-4.sss", 10, 3, 0}} {
		in, err := data.FromFile(sharedtest.Path(t, "surveys/triple-s", c.file))
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		s, err := Open(in)
		if err != nil {
			t.Fatal(err)
		}
		n := len(s.Codebook.Variables)
		for _, set := range s.Codebook.Sets {
			n -= len(set.Variables) - 1
		}
		if int(s.Rows()) != c.rows || n != c.variables || len(s.Codebook.Sets) != c.sets {
			t.Errorf("%s: %d cases of %d variables with %d sets, want %d of %d with %d", c.file, s.Rows(), n, len(s.Codebook.Sets), c.rows, c.variables, c.sets)
		}
	}
}
