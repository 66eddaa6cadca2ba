package pipeline

import (
	"strings"
	"testing"

	"tradeoff/stats/crosstab"
)

// ratedOf is a table of one column: rows with code, label, estimate and half the width
// of the interval.
func ratedOf(kind crosstab.RowKind, rows ...any) *crosstab.Table {
	t := &crosstab.Table{ID: "share.rated.x", Question: "share", Model: true, Columns: []crosstab.Column{{Label: "Total", Status: crosstab.OK}}}
	for i := 0; i < len(rows); i += 4 {
		x, half := rows[i+2].(float64), rows[i+3].(float64)
		t.Rows = append(t.Rows, crosstab.Row{Kind: kind, Code: rows[i].(string), Label: rows[i+1].(string)})
		t.Cells = append(t.Cells, []crosstab.Cell{{Status: crosstab.OK, Estimate: x, Low: x - half, High: x + half, HasCI: true}})
	}
	return t
}

// The sentences on ratings follow their cells.
func TestRatedSaysWhatItsCellsSay(t *testing.T) {
	odds := func() *crosstab.Table {
		return ratedOf(crosstab.OddsRatio, "turn.industry=Retail", "Industry: Retail rather than Banking", 3.0, 0.5, "trust", "Trust: a step more", 1.9, 0.2, "worry", "Worry: a step more", 0.9, 0.2)
	}
	f, ok := ratedOdds(odds())
	if want := "multiplied like this: Trust, a step more, 1.9 (1.7–2.1). Odds are not shares: twice the odds is not twice as many. What"; !ok || !strings.Contains(f.Text, want) || len(f.Refs) != 1 {
		t.Errorf("says %q, want %q", f.Text, want)
	}
	x := odds()
	x.Cells[1][0].Low = 0.9
	if f, ok := ratedOdds(x); ok {
		t.Errorf("by chance it says %q", f.Text)
	}
	x = odds()
	x.Cells[1][0].Status = crosstab.Suppressed
	if f, ok := ratedOdds(x); ok {
		t.Errorf("hidden it says %q", f.Text)
	}

	alike := ratedOf(crosstab.Probability, "alike0", "Banking", 0.5, 0.02, "alike1", "Retail", 0.6, 0.02, "alike2", "Travel", 0.4, 0.02)
	f, ok = ratedAlike(alike)
	if want := "most would share with Retail, 60% (58–62%), and fewest with Travel, 40% (38–42%)"; !ok || !strings.Contains(f.Text, want) {
		t.Errorf("says %q, want %q", f.Text, want)
	}
	alike.Cells[1][0].Status = crosstab.LowBase
	if f, _ := ratedAlike(alike); !strings.Contains(f.Text, "most would share with Banking") {
		t.Errorf("on a low base it says %q", f.Text)
	}
	alike.Cells[2][0].Status = crosstab.Suppressed
	if f, ok := ratedAlike(alike); ok {
		t.Errorf("with one left it says %q", f.Text)
	}
}
