package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradeoff/data/study"
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
		{e.contradiction, "contradiction.chance", "excess", set(0.08, 0.05, 0.11), "neither more nor less often", "Whoever wants service worries more often than others: 8 points more (5 to 11) do both than if the two were unrelated."},
		{e.contradiction, "contradiction.chance", "excess", set(-0.08, -0.11, -0.05), "neither more nor less often", "Whoever wants service worries less often than others: 8 points fewer (5 to 11) do both than if the two were unrelated."},
		{e.contradiction, "contradiction.chance", "excess", set(-0.04, -0.05, -0.03), "neither more nor less often", "Whoever wants service worries a little less often than others: 4 points fewer"},
		{e.contradiction, "contradiction.chance", "excess", set(-0.02, -0.04, 0.01), "neither more nor less often", "cannot be told: 2 points fewer (from 4 fewer to 1 more) do both than if the two were unrelated, which may be chance."},
		{e.contradiction, "contradiction.chance", "excess", lowBaseOf, "neither more nor less often", ""},
		{e.contradiction, "contradiction.chance", "chance", suppressed, "neither more nor less often", ""},
		{e.contradiction, "contradiction.classes", "class2", suppressed, "People who answer alike form four classes", ""},
		{e.contradiction, "contradiction.classes", "class2", set(0.23, 0.16, 0.28), "23% (16–34%)", "quite unsure"},
		{e.contradiction, "contradiction.rand", "agreement", set(0.9, 0.85, 0.95), "hardly agree: do not mix them", "two ways to sort people, which here mostly agree."},
		{e.contradiction, "contradiction.rand", "agreement", set(0.5, 0.4, 0.6), "hardly agree: do not mix them", "which here agree in part only: do not mix them."},
		{e.contradiction, "contradiction.rand", "agreement", lowBaseOf, "two ways to sort people", ""},
		{e.exchange, "benefits.willing", "time.gap", set(0.5, -0.02, 0.9), "(20 to 27) more, the largest such", "which chance alone could make"},
		{e.exchange, "benefits.willing", "time.gap", set(0.5, 0.4, 0.6), "23.4 points (20 to 27) more", "50 points (40 to 60) more"},
		{func(c *reports.Chapter) { e.benefitsForData(c, e.modelled("benefits.share")) }, "benefits.share", "location", func(c *crosstab.Cell) { c.High = 0.99 }, "Those who want “Early access to new things” in return would share “Location”", ""},
		{e.exchange, "benefits.sets", "lead3", unsure, "The next best three reach 2 points (1 to 3) fewer.", "The next best three may reach as many: 2 points fewer here (from 20 more to 30 fewer)."},
		{e.exchange, "benefits.willing", "time.top", lowBaseOf, "want “Saved time” in return, 54.8%", ""},
	})
	guide := e.modelled("contradiction.profiles")
	const guided = "All four classes would soonest share “Postal address”: 57% (49–64%) of their ratings in class 3, the most, and 29% (25–34%) in class 2, the fewest. " +
		"In return, all classes but class 2 most want “Discounts”: 74% (63–83%) in class 3, the most, and 51% (42–60%) in class 4, the fewest. In class 2, about as many choose “Nothing would”, 41% (34–48%), as “Discounts”, 36% (30–43%)."
	if said := texts(e.contradiction); !strings.Contains(said, guided) {
		t.Errorf("of what the classes would accept it is not said that %s:\n%s", guided, said)
	}
	guide.Columns[4].Status = crosstab.LowBase
	if said := texts(e.contradiction); !strings.Contains(said, "Classes 1, 2 and 3 would soonest share") || !strings.Contains(said, "classes 1 and 3 most want “Discounts”") || strings.Contains(said, "in class 4, the") {
		t.Errorf("a class on a low base is spoken of:\n%s", said)
	}
	types := e.tableOf("contradiction.types")
	if said := texts(e.contradiction); !strings.Contains(said, "(“resigned cynics”)") {
		t.Errorf("nothing is said of the types:\n%s", said)
	}
	suppressed(types.Cell(0, 0))
	if said := texts(e.contradiction); strings.Contains(said, "(“resigned cynics”)") {
		t.Error("types of which one is hidden are spoken of")
	}
}

// A price is said with its median and mean, and not on a low base. Sums of 1 to 20
// come round in turn: half of the people name 10 or less, and the mean is 10.5. Of 400,
// 0.5 -+ 1.97 sqrt(0.25/399) is 0.451 to 0.549, above the 0.45 who name 9 or less and
// below the 0.55 who name 11 or less; 1.97 standard errors of the mean are 0.57.
func TestPriceIsSaid(t *testing.T) {
	for n, want := range map[int]string{400: "half of those who name a sum say 10.0 euro (10.0–11.0) or less; on average they say 10.5 euro (9.9–11.1)", 60: ""} {
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
				if c.Key == "exchange" && strings.Contains(f.Text, "half of those who name a sum") {
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

// profilesOf are classes with their shares of three items: two kinds of data and a benefit,
// and of who wants nothing.
func profilesOf(codes []string, classes ...[]crosstab.Cell) *crosstab.Table {
	x := modelTable("contradiction.profiles", crosstab.Probability, codes, make([]crosstab.Cell, len(codes))...)
	x.Columns[0].Status = crosstab.OK
	for i, code := range codes {
		x.Rows[i].Label, x.Rows[i].Pinned = code[strings.LastIndex(code, ".")+1:], strings.HasSuffix(code, "Nothing")
	}
	for k, cells := range classes {
		x.Columns = append(x.Columns, crosstab.Column{Group: "class", Label: fmt.Sprintf("Class %d: more worry", k+1), Status: crosstab.OK, Base: crosstab.Base{Unweighted: 200, People: 200}})
		for i := range cells {
			x.Cells[i] = append(x.Cells[i], cells[i])
		}
	}
	return x
}

// What classes would accept is said together where the same thing comes first, and else of
// each; that they differ only where their intervals do not touch.
func TestWhatClassesWouldAccept(t *testing.T) {
	codes := []string{"sharing.give.Name", "sharing.give.Phone", "benefit.gain.Money", "benefit.gain.Nothing"}
	class := func(name, phone, money, nothing, half float64) []crosstab.Cell {
		return []crosstab.Cell{around(name, half), around(phone, half), around(money, half), around(nothing, half)}
	}
	for _, c := range []struct {
		classes [][]crosstab.Cell
		want    string
	}{
		{[][]crosstab.Cell{class(0.6, 0.3, 0.5, 0.1, 0.02), class(0.4, 0.3, 0.48, 0.1, 0.02)},
			"Both classes most often say yes to “Name”: 60% (58–62%) in class 1 and 40% (38–42%) in class 2. In return, both classes most want “Money”, in no class clearly more often than in another: 48% to 50%."},
		{[][]crosstab.Cell{class(0.6, 0.3, 0.5, 0.1, 0.1), class(0.4, 0.3, 0.2, 0.5, 0.1)},
			"Both classes most often say yes to “Name”, in no class clearly more often than in another: 40% to 60%. In return, those in class 1 most want “Money”, 50% (40–60%). In class 2, more choose “Nothing”, 50% (40–60%), than “Money”, 20% (10–30%)."},
		{[][]crosstab.Cell{class(0.6, 0.3, 0.5, 0.1, 0.02), class(0.2, 0.3, 0.4, 0.41, 0.02), class(0.5, 0.3, 0.6, 0.1, 0.02)},
			"Those in class 1 most often say yes to “Name”, 60% (58–62%); those in class 2 most often say yes to “Phone”, 30% (28–32%); those in class 3 most often say yes to “Name”, 50% (48–52%). In return, all classes but class 2 most want “Money”: 60% (58–62%) in class 3 and 50% (48–52%) in class 1. In class 2, about as many choose “Nothing”, 41% (39–43%), as “Money”, 40% (38–42%)."},
	} {
		x := profilesOf(codes, c.classes...)
		f, ok := (&evidence{}).accepted(x)
		if !ok || f.Text != c.want {
			t.Errorf("it is said that %s\nwant %s", f.Text, c.want)
		}
		checkFinding(t, &reports.Report{Tables: []*crosstab.Table{x}}, f)
	}
	if f, ok := (&evidence{}).accepted(profilesOf([]string{"sign1"}, []crosstab.Cell{around(0.5, 0.1)})); ok {
		t.Errorf("without anything to accept it is said that %s", f.Text)
	}
}

// A class is told by what more or fewer of its people are, which is no share of people who
// are it; and a figure by classes is said to be another thing than one by the rule.
func TestClassesAreNoSharesOfTheRule(t *testing.T) {
	sizes := modelTable("contradiction.classes", crosstab.Probability, []string{"class1", "class2"}, around(0.7, 0.05), around(0.3, 0.05))
	sizes.Rows[0].Label, sizes.Rows[1].Label = "Class 1: more want service, fewer trust", "Class 2: like everybody"
	f, ok := classesFound(sizes)
	saysOf(t, sizes, f, ok, "People who answer alike form two classes. Compared with everybody, in class 1, 70% (65–75%) of people, more want service and fewer trust; in class 2, 30% (25–35%), as many do each.", "unsure")

	x := modelTable("contradiction.choices", crosstab.Proportion, []string{"published", "unweighted", "classes"}, around(0.5, 0.02), around(0.51, 0.02), around(0.7, 0.03))
	x.Title, x.Rows[1].Label = "The same figure under other choices: wanting service and worrying", "Without weights"
	e := &evidence{plan: &plan{asked: []*question{{spec: study.Question{Measures: want, Type: study.Multi}, text: "Which of these do you want?"}}}}
	say := func(with, without string) {
		t.Helper()
		f, ok := e.depends(x)
		saysOf(t, x, f, ok, with, without)
	}
	const that = " are in a class where most want service and most worry: not all of them do both, and some in the other classes do, so that this does not speak against the first figure."
	say("Counted in another way, the 50% (48–52%) for wanting service and worrying stays inside its brackets, at 51%. Beside it, 70% (67–73%) of people"+that, "less sure")
	x.Cells[2][0] = around(0.6, 0.15)
	say("Beside it, 60% (45–75%) of people, which is much less sure,"+that, "matters")
	x.Cells[1][0].Status = crosstab.Suppressed
	say("wanting service and worrying goes by a rule. Beside it, ", "brackets")
	x.Cells[2][0].Status = crosstab.Suppressed
	if f, ok := e.depends(x); ok {
		t.Errorf("of nothing else it says %s", f.Text)
	}
}
