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

// A chapter that says something says what it lacks, and which measure would fill it;
// with the measure the line is gone. One without findings says nothing more.
func TestChaptersSayWhatTheyLack(t *testing.T) {
	asked := []crosstab.Column{{Label: "Total", Status: crosstab.OK}}
	e := &evidence{plan: &plan{study: &study.Study{}}, tables: []*crosstab.Table{{ID: "t", Measures: "trust", Columns: asked}}}
	c := reports.Chapter{Key: "trust", Findings: []reports.Finding{{Text: "said"}}, Missing: "Before."}
	e.lacks(&c)
	if want := "Before. Not in this chapter: a ranking of industries takes a question that measures trust, asked in a loop of industries; trust beside what people would share takes questions on that: measures: sharing."; c.Missing != want {
		t.Errorf("says %q, want %q", c.Missing, want)
	}
	e.tables = append(e.tables, &crosstab.Table{ID: "s", Measures: "sharing", Columns: asked}, &crosstab.Table{ID: "l", Measures: "trust", Loop: true, Columns: asked})
	c.Missing = ""
	if e.lacks(&c); c.Missing != "" {
		t.Errorf("with both it says %q", c.Missing)
	}
	empty := reports.Chapter{Key: "sharing"}
	if e.lacks(&empty); empty.Missing != "" {
		t.Errorf("a chapter without findings says %q", empty.Missing)
	}
	keys := []string{"expectation", "contradiction", "trust", "sharing", "exchange", "drivers", "communication"}
	for _, p := range chapterParts {
		if !slices.Contains(keys, p.chapter) || p.measure != "loop" && !strings.HasSuffix(p.part, "measures: "+p.measure) {
			t.Errorf("%+v", p)
		}
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
