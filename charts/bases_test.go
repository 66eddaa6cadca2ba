package charts

import (
	"strings"
	"testing"

	"tradeoff/stats/crosstab"
)

// The column of bases says what it counts, and "Base" where nobody says that.
func TestBasesSayWhatTheyCount(t *testing.T) {
	cell := crosstab.Cell{Status: crosstab.OK, Estimate: 0.25}
	for bases, want := range map[string]string{"": ">Base<", "Ratings": ">Ratings<"} {
		for kind, c := range map[string]interface{ Draw() (Drawing, error) }{
			"dots":      Dots{Title: "T", Percent: true, Bases: bases, Rows: []Dot{{Label: "One", Base: 250, Cell: cell}}},
			"likert":    Likert{Title: "T", Neutral: -1, Categories: []string{"No", "Yes"}, Bases: bases, Rows: []LikertRow{{Label: "One", Base: 250, Shares: []crosstab.Cell{cell, cell}}}},
			"quadrants": Quadrants{Title: "T", Bases: bases, Total: [4]crosstab.Cell{cell, cell, cell, cell}, Rows: []QuadrantRow{{Label: "One", Base: 250, Cells: [4]crosstab.Cell{cell, cell, cell, cell}}}},
		} {
			d, err := c.Draw()
			if err != nil {
				t.Fatal(err)
			}
			if svg := string(d.SVG); !strings.Contains(svg, want) || strings.Count(svg, ">Base<")+strings.Count(svg, ">Ratings<") != 1 {
				t.Errorf("%s of %q: no column %s", kind, bases, want)
			}
		}
	}
}
