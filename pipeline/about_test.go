package pipeline

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// asking is the report of a study of questions on made people: a line of the export for
// each of them, its first the names of the columns.
func asking(t *testing.T, study string, lines ...string) *reports.Report {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"data.csv": strings.Join(lines, "\n"), "study.yaml": "study: Made\nsources: [data.csv]\n" + study} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return reportOf(t, FromPath(filepath.Join(dir, "study.yaml")))
}

// chapterOf finds a chapter, and what it says, a finding a line.
func chapterOf(t *testing.T, r *reports.Report, key string) (c reports.Chapter, text string) {
	t.Helper()
	for _, x := range r.Chapters {
		if x.Key == key {
			c = x
		}
	}
	for _, f := range c.Findings {
		checkFinding(t, r, f)
		text += f.Text + "\n"
	}
	return c, text
}

// A mean share of several things is not said as a share of people. Of 400 people half
// would share both kinds of data and half one of the two: 75% of what was asked about.
func TestWillingnessOfPartsIsNotOfPeople(t *testing.T) {
	lines := []string{"a,b,trust,want"}
	for i := range 400 {
		lines = append(lines, fmt.Sprintf("2,%d,%d,%d", 1+i%2, 1+(i+i/7)%3, 1+i/2%2))
	}
	r := asking(t, `questions:
  give: {type: grid, text: Would you share this?, columns: [a, b], items: {a: Address, b: Location}, measures: sharing, scale: {1: No, 2: Yes}, top: 1}
  trust: {column: trust, text: Do you trust us?, measures: trust, scale: {1: No, 2: Some, 3: Yes}, top: 1}
  want: {column: want, text: Do you understand?, measures: communication, scale: {1: No, 2: Yes}, top: 1}
`, lines...)
	with, said := chapterOf(t, r, "communication")
	under := with.Findings[0].Asked
	if said != "No link beyond chance is seen between “Do you understand?” and willingness or trust.\n" || !strings.Contains(under, "75% (72–78%) of the things asked about would be shared, among the others") ||
		!strings.HasPrefix(under, "On willingness: “Would you share this?” Counted: “Yes”. Counted for each person: how many of these 2. On trust: “Do you trust us?” Counted: “Yes”. Answered: 400 respondents (base: all who answered both). In figures: among those who say “Yes” to “Do you understand?”, ") {
		t.Errorf("communication says %s and under it %s", said, under)
	}
	for _, key := range []string{"drivers", "communication", "exchange"} {
		if _, said := chapterOf(t, r, key); strings.Contains(said, "are willing to share") {
			t.Errorf("%s says of parts that people are willing: %s", key, said)
		}
	}
	c, said := chapterOf(t, r, "sharing")
	if !strings.HasPrefix(said, "Shared most readily: Address") {
		t.Errorf("sharing says %s", said)
	}
	if got, want := c.Findings[0].Asked, "Asked: “Would you share this?” Counted: “Yes”. Answered: 400 respondents."; got != want {
		t.Errorf("under it stands %q, want %q", got, want)
	}
	if c.About != "The respondents of this survey: 400 respondents answered." {
		t.Errorf("sharing is %q", c.About)
	}
}

// The question that sentences say willingness by is the one that the models take.
func TestWillingnessIsThatOfTheModels(t *testing.T) {
	e := protected(t)
	tables, label := e.willingness()
	if label != analysis.Willing || e.modelled(tables[0].Question+".odds") == nil {
		t.Errorf("willingness is told by %s, as %s, and has no model", tables[0].Question, label)
	}
}

// Where service was not asked about, types and classes of trust and worry still stand in
// the chapter on contradiction.
func TestTypesStandWithoutExpectation(t *testing.T) {
	lines := []string{"w,u"}
	for i := range 300 {
		lines = append(lines, fmt.Sprintf("%d,%d", 1+i%3, 1+i/5%3))
	}
	r := asking(t, `questions:
  worry: {column: w, text: Do you worry?, measures: concern, scale: {1: No, 2: Some, 3: Yes}, top: 1}
  trust: {column: u, text: Do you trust us?, measures: trust, scale: {1: No, 2: Some, 3: Yes}, top: 1}
`, lines...)
	c, said := chapterOf(t, r, "contradiction")
	if !strings.Contains(said, "people are of three types: 60% (54–65%) are in between: they worry and trust, or do neither (“pragmatists”)") || !strings.HasPrefix(c.Missing, "This survey asked about worry, but not whether people want personal service") {
		t.Errorf("it says %q, and that it lacks %q", said, c.Missing)
	}
}

// A chapter on drivers without a model says why: everybody gives the one driver the same
// answer.
func TestDriversSayWhyThereAreNone(t *testing.T) {
	lines := []string{"s,u"}
	for i := range 300 {
		lines = append(lines, fmt.Sprintf("%d,2", 1+i%2))
	}
	r := asking(t, `questions:
  share: {column: s, text: Would you share?, measures: sharing, scale: {1: No, 2: Yes}, top: 1}
  trust: {column: u, text: Do you trust us?, measures: trust, scale: {1: No, 2: Yes}, top: 1}
`, lines...)
	c, _ := chapterOf(t, r, "drivers")
	if want := "every driver was left out: “Do you trust us?” (all answers are alike)"; !strings.Contains(c.Missing, want) {
		t.Errorf("it says %q, and not %q", c.Missing, want)
	}
}

// Men weigh 1 and women 3: with 300 of each the efficiency of the
// weights is (300 + 900)² / (600 (300 + 2700)) = 0.8 = 1 / (1 + CV²), CV = 0.5 (Kish 1965,
// 11.7); men are half of the people and a quarter of the weights.
func TestWeightsBeforeAndAfter(t *testing.T) {
	lines := []string{"sex,w,q"}
	for i := range 600 {
		lines = append(lines, fmt.Sprintf("%d,%d,%d", 1+i%2, 1+2*(i%2), 1+i/2%2))
	}
	r := asking(t, `design: {weight: w}
segments: {sex: {from: sex, codes: {1: Men, 2: Women}}}
questions:
  q: {column: q, text: Do you?, answers: {1: Yes, 2: No}}
`, lines...)
	w := r.Method.Weighting
	if w == nil || w.Weight != "w" || w.Raked || w.Low != 1 || w.High != 3 || math.Abs(w.Effective-480) > 1e-9 || math.Abs(w.Efficiency-0.8) > 1e-12 || math.Abs(w.CV-0.5) > 1e-12 {
		t.Fatalf("weighting is %+v", w)
	}
	if len(w.Groups) != 2 || w.Groups[0] != (reports.WeightedGroup{Banner: "sex", Segment: "Men", Unweighted: 0.5, Weighted: 0.25}) {
		t.Errorf("groups are %+v", w.Groups)
	}
	said := ""
	for _, f := range append(r.Method.Bases, r.Method.Design...) {
		said += f.Label + ": " + f.Value + "\n"
	}
	for _, want := range []string{"Men 300 (50%, weighted 25%), Women 300 (50%, weighted 75%)", "480, a weighting efficiency of 80%"} {
		if !strings.Contains(said, want) {
			t.Errorf("the method page does not say %q:\n%s", want, said)
		}
	}
}

// Whom a chapter is about are those of its figures, not the part of them that a figure is
// counted again of.
func TestChaptersAreAboutThoseWhoAnswered(t *testing.T) {
	of := func(id string, people int) *crosstab.Table {
		x := modelTable(id, crosstab.Proportion, []string{"a"}, around(0.5, 0.02))
		x.Columns[0].Status, x.Columns[0].Base.People = crosstab.OK, people
		return x
	}
	e := &evidence{plan: &plan{study: &study.Study{}}, tables: []*crosstab.Table{of("want", 757), of("want.with", 740), of("want.choices", 709)}}
	for want, tables := range map[string][]string{"757 respondents answered.": {"want", "want.choices"}, "740 to 757 respondents answered, question by question.": {"want", "want.with", "want.choices"}} {
		c := &reports.Chapter{}
		for _, id := range tables {
			c.Findings = append(c.Findings, reports.Finding{Refs: []reports.Ref{{Table: id}}})
		}
		if got := e.about(c); got != "The respondents of this survey: "+want {
			t.Errorf("of %v it is %q, want %q", tables, got, want)
		}
	}
}

// Of two questions that are held against each other the sentence says how many answered both,
// but where so few left one of them out that two bases would tell of them.
func TestHowManyAnsweredBoth(t *testing.T) {
	for silent, want := range map[int]string{0: " Answered: 400 respondents (base: all who answered both).", 60: " Answered: 340 respondents (base: all who answered both).", 4: ""} {
		lines := []string{"knows,will"}
		for i := range 400 {
			will := fmt.Sprint(1 + i/2%3)
			if i < silent {
				will = ""
			}
			lines = append(lines, fmt.Sprintf("%d,%s", 1+i%3, will))
		}
		r := asking(t, `questions:
  knows: {column: knows, text: Do you understand it?, measures: communication, scale: {1: No, 2: Some, 3: Yes}, top: 1}
  will: {column: will, text: Are you willing?, measures: sharing, scale: {1: No, 2: Some, 3: Yes}, top: 1}
`, lines...)
		c, said := chapterOf(t, r, "communication")
		if len(c.Findings) == 0 || !strings.HasSuffix(c.Findings[0].Asked, "Compared with: “Are you willing?” Counted: “Yes”."+want) {
			t.Errorf("of %d who left one out it says %s, and under it %v", silent, said, c.Findings)
		}
	}
}
