package charts

import (
	"strings"
	"testing"

	"tradeoff/stats/crosstab"
)

// A chart whose rows have no base has no column of bases.
func TestDotsWithoutBases(t *testing.T) {
	for base, want := range map[int]bool{0: false, 250: true} {
		d, err := Dots{Title: "T", Percent: true, Rows: []Dot{{Label: "One", Base: base, Cell: crosstab.Cell{Estimate: 0.4}}}}.Draw()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(d.SVG), ">Base<"); got != want {
			t.Errorf("base %d: a column of bases is %v", base, got)
		}
	}
}
