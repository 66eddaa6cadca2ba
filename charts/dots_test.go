package charts

import (
	"strings"
	"testing"

	"tradeoff/stats/crosstab"
)

// A chart of parts that no table counts has no column of bases.
func TestDotsWithoutBases(t *testing.T) {
	for _, none := range []bool{false, true} {
		d, err := Dots{Title: "T", Percent: true, NoBases: none, Rows: []Dot{{Label: "One", Base: 250, Cell: crosstab.Cell{Status: crosstab.OK, Estimate: 0.4}}}}.Draw()
		if err != nil {
			t.Fatal(err)
		}
		for _, said := range []string{">Base<", ">250<"} {
			if strings.Contains(string(d.SVG), said) == none {
				t.Errorf("without bases %v: %s is drawn %v", none, said, none)
			}
		}
	}
}
