package sample

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"tradeoff/data/sample/model"
)

// The table in README.md is that of the model: the sample's figures to the
// digit, the truth within what a smaller draw than Truth's can tell.
func TestReadmeTable(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	targets := model.Targets()
	estimate := func(seed uint64, perCountry int) []float64 {
		return model.Measure(targets, func(counts ...model.Count) []float64 {
			return model.Estimates(model.People(seed, perCountry), counts...)
		})
	}
	shipped, large := estimate(model.Seed, model.PerCountry), estimate(1<<41, 5_000)
	_, rest, _ := strings.Cut(string(readme), "|---|---:|---:|---|\n")
	for i, target := range targets {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if len(cells) != 4 || cells[0] != target.Says {
			t.Fatalf("line %d of the table is %q, want %q", i+1, line, target.Says)
		}
		var truth float64
		if _, err := fmt.Sscan(cells[1], &truth); err != nil {
			t.Fatalf("%s: %v", target.Says, err)
		}
		// 5,000 a country and wave: the largest standard error is 0.8 points.
		if math.Abs(truth-100*large[i]) > 2.4 {
			t.Errorf("%s: truth is %.1f in the table, %.1f in a draw of 90,000", target.Says, truth, 100*large[i])
		}
		if want := fmt.Sprintf("%.1f", 100*shipped[i]); cells[2] != want {
			t.Errorf("%s: sample is %s in the table, want %s", target.Says, cells[2], want)
		}
		if want := fmt.Sprintf("%.1f to %.1f", 100*target.Low, 100*target.High); cells[3] != want {
			t.Errorf("%s: bounds are %s in the table, want %s", target.Says, cells[3], want)
		}
	}
	if strings.HasPrefix(rest, "|") {
		t.Error("the table has more lines than there are targets")
	}
}
