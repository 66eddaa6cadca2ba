package charts

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"tradeoff/stats/crosstab"
)

// disguise gives every hidden cell another content.
func disguise(c crosstab.Cell, with float64) crosstab.Cell {
	if c.Status != crosstab.Suppressed {
		return c
	}
	return crosstab.Cell{Status: c.Status, Estimate: with, SE: with / 3, Low: with - 0.2, High: with + 0.7, HasCI: with > 0.5,
		DF: 7 * with, Deff: with, Count: int(100 * with), WeightedCount: with, Letters: "A", Note: fmt.Sprint(with)}
}

func disguiseAll(cells []crosstab.Cell, with float64) []crosstab.Cell {
	if cells == nil {
		return nil
	}
	out := make([]crosstab.Cell, len(cells))
	for i, c := range cells {
		out[i] = disguise(c, with)
	}
	return out
}

// other is the same chart with other numbers behind what is hidden, and other
// bases of rows of which nothing is shown.
func other(c drawer, with float64) drawer {
	switch c := c.(type) {
	case Likert:
		rows := append([]LikertRow(nil), c.Rows...)
		for i := range rows {
			rows[i].Shares = disguiseAll(rows[i].Shares, with)
			if rows[i].Net != nil {
				net := disguise(*rows[i].Net, with)
				rows[i].Net = &net
			}
			if countStatus(rows[i].Shares, crosstab.Suppressed) == len(rows[i].Shares) {
				rows[i].Base = int(with * 9)
			}
		}
		c.Rows = rows
		return c
	case Dots:
		rows := append([]Dot(nil), c.Rows...)
		for i := range rows {
			rows[i].Cell = disguise(rows[i].Cell, with)
			if rows[i].Cell.Status == crosstab.Suppressed {
				rows[i].Base = int(with * 9)
			}
		}
		c.Rows = rows
		if c.Reference != nil {
			ref := disguise(*c.Reference, with)
			c.Reference = &ref
		}
		return c
	case Quadrants:
		rows := append([]QuadrantRow(nil), c.Rows...)
		for i := range rows {
			rows[i].Cells = [4]crosstab.Cell(disguiseAll(rows[i].Cells[:], with))
			if countStatus(rows[i].Cells[:], crosstab.Suppressed) == 4 {
				rows[i].Base = int(with * 9)
			}
		}
		c.Rows, c.Total = rows, [4]crosstab.Cell(disguiseAll(c.Total[:], with))
		return c
	case Plane:
		points := append([]PlanePoint(nil), c.Points...)
		for i, q := range points {
			points[i] = PlanePoint{q.Label, disguise(q.X, with), disguise(q.Y, with), disguise(q.Correlation, with)}
		}
		c.Points = points
		for _, line := range []**crosstab.Cell{&c.X, &c.Y} {
			if *line != nil {
				cell := disguise(**line, with)
				*line = &cell
			}
		}
		return c
	case Trends:
		lines := append([]TrendLine(nil), c.Lines...)
		for i := range lines {
			lines[i].Cells = disguiseAll(lines[i].Cells, with)
		}
		c.Lines = lines
		return c
	case Matrix:
		cells := make([][]crosstab.Cell, len(c.Cells))
		for i := range cells {
			cells[i] = disguiseAll(c.Cells[i], with)
		}
		c.Cells, c.RowTotals, c.ColumnTotals = cells, disguiseAll(c.RowTotals, with), disguiseAll(c.ColumnTotals, with)
		return c
	}
	panic("unknown chart")
}

func countStatus(cells []crosstab.Cell, s crosstab.Status) (n int) {
	for _, c := range cells {
		if c.Status == s {
			n++
		}
	}
	return n
}

// What is hidden may be anything, even no number at all: not a byte changes.
func TestHiddenLeavesNoTrace(t *testing.T) {
	for _, s := range specimens() {
		want := layout(t, s.chart).svg()
		for _, with := range []float64{0, 0.003, 0.62, 1, -5, 4711, math.NaN(), math.Inf(1)} {
			if !bytes.Equal(layout(t, other(s.chart, with)).svg(), want) {
				t.Errorf("%s: the picture depends on what is hidden (%v)", s.name, with)
			}
		}
	}
	for _, s := range painted() {
		want, got := draw(t, s.chart), draw(t, other(s.chart, 0.62))
		if !bytes.Equal(got.SVG, want.SVG) || !bytes.Equal(got.PNG, want.PNG) || got.Alt != want.Alt {
			t.Errorf("%s: the chart, its image or its description depends on what is hidden", s.name)
		}
	}
}

// spreadOut is a cell that an ellipse can be drawn of.
func spreadOut(c crosstab.Cell) crosstab.Cell {
	c.SE, c.DF = 0.02, 40
	return c
}

// The same for any pattern of states, in every chart.
func TestHiddenLeavesNoTraceAnywhere(t *testing.T) {
	states := []crosstab.Status{crosstab.OK, crosstab.OK, crosstab.LowBase, crosstab.Suppressed, crosstab.Suppressed, crosstab.NotAsked, crosstab.NotApplicable}
	rapid.Check(t, func(t *rapid.T) {
		cells := func(n int) []crosstab.Cell {
			var out []crosstab.Cell
			for range n {
				c := ok(math.Round(rapid.Float64Range(0, 1).Draw(t, "share")*1000) / 1000 / float64(n))
				c.Status = rapid.SampledFrom(states).Draw(t, "state")
				out = append(out, c)
			}
			return out
		}
		rows := rapid.IntRange(1, 6).Draw(t, "rows")
		ref := cells(1)[0]
		likert := Likert{Categories: agreement, Neutral: rapid.IntRange(-1, 4).Draw(t, "neutral")}
		dots := Dots{Percent: rapid.Bool().Draw(t, "percent"), KeepOrder: rapid.Bool().Draw(t, "keep"), Reference: &ref}
		quadrants := Quadrants{Names: [4]string{"a", "b", "c", "d"}, Total: [4]crosstab.Cell(cells(4))}
		matrix := Matrix{Columns: agreement, RowTotals: cells(rows), ColumnTotals: cells(5), Switches: rapid.Bool().Draw(t, "switches")}
		trends := Trends{Percent: true, Waves: agreement, Marks: []TrendMark{{Wave: 2, Text: "T", Break: rapid.Bool().Draw(t, "break")}}}
		plane := Plane{X: &ref, Y: &ref}
		for i := range rows {
			label, group := fmt.Sprint("row ", i), rapid.SampledFrom([]string{"", "G", "H"}).Draw(t, "group")
			likert.Rows = append(likert.Rows, LikertRow{label, group, 50, cells(5), &cells(1)[0]})
			dots.Rows = append(dots.Rows, Dot{label, group, 50, cells(1)[0]})
			quadrants.Rows = append(quadrants.Rows, QuadrantRow{label, group, 50, [4]crosstab.Cell(cells(4))})
			matrix.Rows, matrix.Cells = append(matrix.Rows, label), append(matrix.Cells, cells(5))
			trends.Lines = append(trends.Lines, TrendLine{label, cells(5)})
			plane.Points = append(plane.Points, PlanePoint{label, spreadOut(cells(1)[0]), spreadOut(cells(1)[0]), cells(1)[0]})
		}
		for _, c := range []drawer{likert, dots, quadrants, matrix, trends, plane} {
			var got [2]*page
			for i, with := range []float64{0.02, 0.97} {
				p, err := other(c, with).(interface{ page() (*page, error) }).page()
				if err != nil {
					t.Fatal(err)
				}
				got[i] = p
			}
			if !bytes.Equal(got[0].svg(), got[1].svg()) {
				t.Fatalf("%T depends on what is hidden", c)
			}
		}
	})
}

// A hidden row stands last in its group wherever it was given, so that its
// place does not tell what the caller knew.
func TestHiddenRowsComeLast(t *testing.T) {
	c := Dots{Percent: true, Rows: []Dot{
		{Label: "hidden one", Cell: secret(0.99)}, {Label: "low", Cell: ok(0.2)},
		{Label: "hidden two", Cell: secret(0.01)}, {Label: "high", Cell: ok(0.8)},
	}}
	want := "high 80% (76–84); low 20% (16–24); hidden one not shown; hidden two not shown."
	if alt := draw(t, c).Alt; !strings.HasSuffix(alt, want) {
		t.Errorf("got  %s\nwant %s", alt, want)
	}
}

// Rows that print the same value keep the order given: ranking says no more
// than the numbers do.
func TestRankGoesByPrintedValue(t *testing.T) {
	c := Dots{Percent: true, Rows: []Dot{{Label: "A", Cell: ok(0.401)}, {Label: "B", Cell: ok(0.404)}, {Label: "C", Cell: ok(0.41)}}}
	alt := draw(t, c).Alt
	if c, a, b := strings.Index(alt, "C 41%"), strings.Index(alt, "A 40%"), strings.Index(alt, "B 40%"); c < 0 || a < c || b < a {
		t.Errorf("want C, A, B in %s", alt)
	}
}

// Shapes say no more than a tenth of a point: estimates that round to the same
// tenth give the same picture.
func TestDrawnFromRoundedValues(t *testing.T) {
	one := func(share float64) []byte {
		c := Dots{Percent: true, Rows: []Dot{{Label: "A", Cell: crosstab.Cell{Status: crosstab.OK, Estimate: share}}}}
		return draw(t, c).SVG
	}
	if !bytes.Equal(one(0.02631578947368421), one(0.0263)) { // 1 of 38
		t.Error("the exact value shows through")
	}
	if bytes.Equal(one(0.0263), one(0.0313)) {
		t.Error("values half a point apart look alike")
	}
}

// A status that this package does not know hides the cell.
func TestUnknownStatusIsHidden(t *testing.T) {
	for _, s := range []crosstab.Status{"", "withheld", "OK"} {
		f, err := proportions.look(crosstab.Cell{Status: s, Estimate: 0.4})
		if want := (figure{state: hidden, text: notShown}); err != nil || f != want {
			t.Errorf("status %q: %+v, %v", s, f, err)
		}
	}
}
