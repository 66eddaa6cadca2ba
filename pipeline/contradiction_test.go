package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// A change to a cell of a protected table, and what a chapter says before and after.
type change struct {
	fill        func(*reports.Chapter)
	table, code string
	change      func(*crosstab.Cell)
	before      string
	after       string // "" = nothing of it is said
}

// saysWhatCellsSay holds chapters to their cells, one change at a time.
func saysWhatCellsSay(t *testing.T, e *evidence, changes []change) {
	t.Helper()
	for _, c := range changes {
		if said := texts(c.fill); !strings.Contains(said, c.before) {
			t.Errorf("%s, %s: it is not said that %q:\n%s", c.table, c.code, c.before, said)
		}
		with(t, e, c.table, c.code, c.change, func() {
			said := texts(c.fill)
			if strings.Contains(said, c.before) {
				t.Errorf("%s, %s: it is still said that %q", c.table, c.code, c.before)
			}
			if c.after != "" && !strings.Contains(said, c.after) {
				t.Errorf("%s, %s: it is not said that %q:\n%s", c.table, c.code, c.after, said)
			}
		})
	}
}

// Sentences of contradiction and exchange follow their cells: an overlap that chance
// does not explain is said to be larger or smaller, a class on a low base or a hidden
// benefit is not said at all.
func TestContradictionAndExchangeSayWhatTheirCellsSay(t *testing.T) {
	if testing.Short() {
		t.Skip("a run of the sample")
	}
	e := protected(t)
	set := func(estimate, low, high float64) func(*crosstab.Cell) {
		return func(c *crosstab.Cell) { c.Estimate, c.Low, c.High = estimate, low, high }
	}
	saysWhatCellsSay(t, e, []change{
		{e.contradiction, "contradiction.chance", "excess", set(0.08, 0.05, 0.11), "neither more nor less often", "Whoever wants service worries more often than others: 8 points more (5 to 11) do both than if the two had nothing to do with each other."},
		{e.contradiction, "contradiction.chance", "excess", set(-0.08, -0.11, -0.05), "neither more nor less often", "Whoever wants service worries less often than others: 8 points fewer (5 to 11) do both than if the two had nothing to do with each other."},
		{e.contradiction, "contradiction.chance", "excess", set(-0.04, -0.05, -0.03), "neither more nor less often", "Whoever wants service worries a little less often than others: 4 points fewer"},
		{e.contradiction, "contradiction.chance", "excess", set(-0.02, -0.04, 0.01), "neither more nor less often", "cannot be told: 2 points fewer (from 4 fewer to 1 more) do both than if the two had nothing to do with each other, which may be chance."},
		{e.contradiction, "contradiction.chance", "excess", lowBaseOf, "neither more nor less often", ""},
		{e.contradiction, "contradiction.chance", "chance", suppressed, "neither more nor less often", ""},
		{e.contradiction, "contradiction.classes", "class2", suppressed, "people form four classes", ""},
		{e.contradiction, "contradiction.classes", "class2", set(0.23, 0.16, 0.28), "23% (16–34%)", "quite unsure"},
		{e.contradiction, "contradiction.rand", "agreement", set(0.9, 0.85, 0.95), "hardly agree, so do not mix them", "The two mostly agree: they agree to 0.90 (0.85 to 0.95)"},
		{e.contradiction, "contradiction.rand", "agreement", set(0.5, 0.4, 0.6), "hardly agree, so do not mix them", "agree in part, so do not mix them: they agree to 0.50"},
		{e.contradiction, "contradiction.rand", "agreement", lowBaseOf, "two ways here to sort people", ""},
		{e.exchange, "benefits.willing", "time.gap", set(0.5, -0.02, 0.9), "(20 to 27) more. Of all benefits this", "which chance alone could make"},
		{e.exchange, "benefits.willing", "time.gap", set(0.5, 0.4, 0.6), "23 points (20 to 27) more", "50 points (40 to 60) more"},
		{func(c *reports.Chapter) { e.benefitsForData(c, e.modelled("benefits.share")) }, "benefits.share", "location", func(c *crosstab.Cell) { c.High = 0.99 }, "“Location” would be shared most by those who want “Early access", ""},
		{e.exchange, "benefits.sets", "lead3", unsure, "No other three reach as many", "which may be chance"},
		{e.exchange, "benefits.willing", "time.top", lowBaseOf, "want “Saved time” in return, 55%", ""},
	})
	guide := e.modelled("contradiction.profiles")
	if said := texts(e.contradiction); !strings.Contains(said, "Those who want little service and worry little would") {
		t.Errorf("nothing is said of the fourth class:\n%s", said)
	}
	guide.Columns[4].Status = crosstab.LowBase
	if said := texts(e.contradiction); strings.Contains(said, "Those who want little service and worry little would") {
		t.Error("a class on a low base is spoken of")
	}
	types := e.tableOf("contradiction.types")
	if said := texts(e.contradiction); !strings.Contains(said, "are resigned cynics") {
		t.Errorf("nothing is said of the types:\n%s", said)
	}
	suppressed(types.Cell(0, 0))
	if said := texts(e.contradiction); strings.Contains(said, "are resigned cynics") {
		t.Error("types of which one is hidden are spoken of")
	}
}

// A price is said with its median and mean, and not on a low base. Sums of 1 to 20
// come round in turn: half of the people name 10 or less, and the mean is 10.5. Of 400,
// 0.5 -+ 1.97 sqrt(0.25/399) is 0.451 to 0.549, above the 0.45 who name 9 or less and
// below the 0.55 who name 11 or less; 1.97 standard errors of the mean are 0.57.
func TestPriceIsSaid(t *testing.T) {
	for n, want := range map[int]string{400: "half of the people name 10.0 euro (10.0–11.0) or less; the mean is 10.5 euro (9.9–11.1)", 60: ""} {
		dir := t.TempDir()
		var b strings.Builder
		b.WriteString("sum,wants\n")
		for i := range n {
			fmt.Fprintf(&b, "%d,%d\n", 1+i%20, i%2)
		}
		for name, text := range map[string]string{"data.csv": b.String(), "study.yaml": `study: Made
sources: [data.csv]
questions:
  sum: {column: sum, text: What would you want for it?, type: number, unit: euro, measures: sharing}
  wants: {column: wants, measures: benefit, answers: {0: No, 1: Yes}}
`} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		r := reportOf(t, FromPath(filepath.Join(dir, "study.yaml")))
		said := ""
		for _, c := range r.Chapters {
			for _, f := range c.Findings {
				if c.Key == "exchange" && strings.Contains(f.Text, "half of the people name") {
					said = f.Text
					checkFinding(t, r, f)
				}
			}
		}
		if !strings.Contains(said, want) || want == "" && said != "" {
			t.Errorf("of %d people it is said that %q, expected %q", n, said, want)
		}
	}
}

// Without segments there are no groups to draw: the report stands without the figure,
// which it has with one.
func TestQuadrantsNeedSegments(t *testing.T) {
	lines := [][]string{{"want", "worry", "group"}}
	for i := range 120 {
		lines = append(lines, []string{fmt.Sprint(1 + i%5), fmt.Sprint(1 + i/2%5), string("ab"[i/4%2])})
	}
	spec := "study: S\nsources: crowd.csv\nquestions:\n" +
		"  want: {column: want, measures: expectation, scale: {1: a, 2: b, 3: c, 4: d, 5: e}, top: 2}\n" +
		"  worry: {column: worry, measures: concern, scale: {1: a, 2: b, 3: c, 4: d, 5: e}, top: 2}\n"
	for _, segments := range []string{"", "segments:\n  group: {from: group}\n"} {
		r := reportOf(t, crowded(t, t.TempDir(), lines, spec+segments))
		drawn := slices.ContainsFunc(r.Chapters, func(c reports.Chapter) bool {
			return slices.ContainsFunc(c.Figures, func(f reports.Figure) bool { return f.ID == "contradiction-quadrants" })
		})
		if drawn != (segments != "") {
			t.Errorf("with %q the quadrants are drawn: %v", segments, drawn)
		}
	}
}
