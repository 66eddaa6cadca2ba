package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// A chapter that says something says what it lacks; with the measure that this takes the
// line is gone. One without findings says why, and nothing more.
func TestChaptersSayWhatTheyLack(t *testing.T) {
	asked := []crosstab.Column{{Label: "Total", Status: crosstab.OK}}
	e := &evidence{plan: &plan{study: &study.Study{}}, tables: []*crosstab.Table{{ID: "t", Measures: "trust", Columns: asked}}}
	c := reports.Chapter{Key: "trust", Findings: []reports.Finding{{Text: "said"}}, Missing: "Before."}
	e.lacks(&c)
	if want := "Before. Which industry is trusted most; whether people share more with those they trust: no question of this survey is counted for that."; c.Missing != want {
		t.Errorf("says %q, want %q", c.Missing, want)
	}
	e.tables = append(e.tables, &crosstab.Table{ID: "s", Measures: "sharing", Columns: asked}, &crosstab.Table{ID: "l", Measures: "trust", Loop: true, Columns: asked})
	c.Missing = ""
	if e.lacks(&c); c.Missing != "" {
		t.Errorf("with both it says %q", c.Missing)
	}
	empty := reports.Chapter{Key: "sharing"}
	if e.lacks(&empty); !strings.HasPrefix(empty.Missing, "Too few people answered") {
		t.Errorf("a chapter without findings says %q", empty.Missing)
	}
	empty.Missing = "Not asked."
	if e.lacks(&empty); empty.Missing != "Not asked." {
		t.Errorf("a chapter that says why it is empty says %q", empty.Missing)
	}
	for _, p := range chapterParts {
		known := slices.ContainsFunc(chapterList[:], func(c chapterPlan) bool { return c.key == p.chapter })
		if !known || p.measure != "loop" && p.measure != "randomized" && !strings.HasPrefix(p.takes, "measures: "+p.measure) {
			t.Errorf("%+v", p)
		}
	}
}

// A draw is not said to be missing where one question is one, and neither is a question on
// sharing that has no top answers; what people drew is not said to be an answer of theirs.
func TestWhatWasAskedIsNotSaidToBeMissing(t *testing.T) {
	lines := []string{"told,share,trust"}
	for i := range 300 {
		lines = append(lines, fmt.Sprintf("%d,%d,%d", i%2, 1+i/2%2, 1+i/4%2))
	}
	const drawn = "  told: {column: told, text: Was told why, measures: communication, answers: {1: Told, 0: Not told}, randomized: true}\n"
	r := asking(t, "questions:\n"+drawn+"  share: {column: share, text: Do you share?, measures: sharing, answers: {1: \"No\", 2: \"Yes\"}}\n", lines...)
	c, said := chapterOf(t, r, "communication")
	if want := "Some people were told what others were not, by a random draw, but this survey has no figure for how willing people are to share, so it does not tell what that changed."; said != "" || c.Missing != want {
		t.Errorf("of a draw it says %q, and that it lacks %q", said, c.Missing)
	}
	if c, _ := chapterOf(t, r, "drivers"); c.Missing != "This survey asked about sharing, but none of the answers counts as being willing to share, so it does not tell what goes with that." {
		t.Errorf("of sharing it says %q", c.Missing)
	}
	r = asking(t, "questions:\n"+drawn+"  share: {column: share, text: Do you share?, measures: sharing, answers: {1: \"No\", 2: \"Yes\"}, top: 1}\n", lines...)
	if c, said := chapterOf(t, r, "communication"); !strings.HasPrefix(said, "“Was told why”: of those “Told”, 50% (") || strings.Contains(c.Missing, "at random") || !strings.HasPrefix(c.Findings[0].Asked, "Drawn at random: 150 “Told” and 150 “Not told”. Asked: “Do you share?”") {
		t.Errorf("of a draw with its effect it says %q, under it %q, and that it lacks %q", said, c.Findings[0].Asked, c.Missing)
	}
}

// The maker of a study is told which chapters stay empty, which lack a part, and what
// would fill them; of one that has all nothing is said.
func TestMakersAreToldWhatChaptersTake(t *testing.T) {
	asked := []crosstab.Column{{Label: "Total", Status: crosstab.OK}}
	e := &evidence{plan: &plan{study: &study.Study{}}, tables: []*crosstab.Table{{ID: "t", Measures: "trust", Loop: true, Columns: asked}, {ID: "w", Measures: "concern", Columns: asked}}}
	said := map[string]string{}
	for _, f := range e.wants() {
		said[f.Label] += f.Value
	}
	for label, want := range map[string]string{
		"Chapter Concern":     "",
		"Chapter Trust":       "does not say whether people share more with those they trust; that takes measures: sharing",
		"Chapter Exchange":    "stays empty; it takes measures: benefit",
		"Chapter Trend":       "stays empty; it takes two waves, and wave: with the column that tells them apart",
		"Chapter Expectation": "stays empty; it takes measures: expectation",
	} {
		if said[label] != want {
			t.Errorf("%s is said to be %q, want %q", label, said[label], want)
		}
	}
}

// How sure a chapter is, is said by the widest intervals of its first sentence and of the
// others, small groups left out; of people who were not drawn at random with a word on that.
func TestChaptersSayHowSureTheyAre(t *testing.T) {
	shares := modelTable("want", crosstab.Proportion, []string{"a", "b"}, around(0.5, 0.013), around(0.3, 0.021))
	shares.Model = false
	e := &evidence{plan: &plan{study: &study.Study{Probability: true}}, tables: []*crosstab.Table{shares, modelTable("gap", crosstab.Difference, []string{"d"}, around(0.1, 0.058))}}
	c := &reports.Chapter{}
	if got := e.sure(c); got != "" {
		t.Errorf("a chapter without findings is %q", got)
	}
	c.Findings = []reports.Finding{{Refs: []reports.Ref{{Table: "want"}, {Table: "want", Row: 1}}}, {Refs: []reports.Ref{{Table: "gap"}}}}
	const want = "Chance may have moved the figures of the first sentence by up to 3 points, either way, others here by up to 6 points, and seldom by more."
	if got := e.sure(c); got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	groups := modelTable("groups", crosstab.Proportion, []string{"a"}, around(0.5, 0.013))
	groups.Model = false
	groups.Columns = append(groups.Columns, crosstab.Column{Label: "Women"}, crosstab.Column{Label: "Few"})
	few := around(0.5, 0.2)
	few.Status = crosstab.LowBase
	groups.Cells[0] = append(groups.Cells[0], around(0.5, 0.09), few)
	e.tables, c.Tables = append(e.tables, groups), []string{"groups"}
	if got := e.sure(c); !strings.Contains(got, "others here, such as those of groups, by up to 9 points") {
		t.Errorf("with groups it says %q", got)
	}
	c.Tables = nil
	// Where parts come first, only figures that a sentence says count, and the lines of the parts are named.
	e.tables = append(e.tables, modelTable("parts", crosstab.Importance, []string{"a"}, around(0.5, 0.2)),
		modelTable("steps", crosstab.Effect, []string{"a", "b"}, around(0.1, 0.15), around(0.08, 0.02)))
	drivers := &reports.Chapter{Findings: []reports.Finding{{Text: "One stands out.", Refs: []reports.Ref{{Table: "parts"}, {Table: "steps"}}}, {Text: "8 points more", Refs: []reports.Ref{{Table: "steps", Row: 1}}}}}
	if got := e.sure(drivers); got != "What is said to stand out does so beyond chance. How far chance may have moved a figure, its brackets say, and for how much each thing counts the lines in the first chart." {
		t.Errorf("of parts it says %q", got)
	}
	e.plan.study.Probability = false
	if got := e.sure(c); !strings.HasPrefix(got, want+" ") || !strings.Contains(got, "not drawn at random") {
		t.Errorf("of people not drawn at random it says %q", got)
	}
}

// A question, or an item, whose table would have the name of one of the report's own
// is refused with a word.
func TestTablesOfOneNameAreRefused(t *testing.T) {
	row := func(i int) string { return fmt.Sprintf("%d,%d,%d,%d", i, 1+i%5, 1+i%4, 1+i%3) }
	scale := ", scale: [1, 2, 3, 4, 5], top: 2"
	for name, c := range map[string]struct{ questions, says string }{
		"a cross":  {"contradiction: {column: a, measures: expectation" + scale + "}, b: {column: b, measures: concern" + scale + "}", "questions: another table called contradiction; give this question"},
		"a model":  {"want: {columns: [a, index], type: grid, measures: expectation" + scale + "}", "another table called want.index; give item index of this question"},
		"editions": {"editions: {column: a" + scale + "}", "another table called editions; give this question"},
		"no clash": {"worry: {column: a, measures: concern" + scale + "}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := runText(t, "id,a,b,index", 400, row, "respondent: id\nquestions: {"+c.questions+"}\n")
			says := strings.TrimPrefix(c.says, "questions: ")
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
				t.Errorf("ends with %v, want %q", err, says)
			}
		})
	}
}
