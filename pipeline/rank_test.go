package pipeline

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// How open a first place is, is said in words that fit its chance.
func TestFirstPlaceIsSaidByItsChance(t *testing.T) {
	for _, c := range []struct {
		chance float64
		said   string
	}{
		{0.97, "First place is nearly sure, with a chance of 97%."},
		{0.7, "Address may still be first, as the lead is within chance; but the odds favour Phone, with a chance of 70%."},
		{0.52, "the chance that it is Phone in truth is about even, 52%."},
		{0.3, "the chance that it is Phone in truth is only 30%."},
	} {
		tables := itemTables(0.02, 0.03)
		ranks := tables[3]
		ranks.Rows = append(ranks.Rows, crosstab.Row{Kind: crosstab.Probability, Label: "Phone: chance of place 1", Code: "chance.1.1"})
		ranks.Cells = append(ranks.Cells, []crosstab.Cell{{Status: crosstab.OK, Estimate: c.chance}})
		f, ok := ranking{ranks, inList(indicators(tables[:3]))}.first("Shared most")
		if !ok || !strings.HasSuffix(f.Text, c.said) {
			t.Errorf("of a chance of %.2f it is said: %s", c.chance, f.Text)
		}
		checkFinding(t, &reports.Report{Tables: tables}, f)
	}
}

// What people do with data is said in the words of the question: they share, they
// accept, or they say yes; of several questions, with the name of each. Of 400 people one
// in four ticks A, three in four B, and half C.
func TestSharingIsSaidInTheWordsOfItsQuestion(t *testing.T) {
	lines := []string{"a,b,c,x,y"}
	for i := range 400 {
		lines = append(lines, [4]string{"1,0,1,1,0", "0,1,0,1,1", "0,1,1,1,1", "0,1,0,0,1"}[i%4])
	}
	const kinds = "questions:\n  kinds: {text: %q, label: Kinds, columns: [a, b, c], items: {a: A, b: B, c: C}, type: multi, yes: [1], measures: sharing}\n"
	for question, want := range map[string]string{
		"Which of these would you share?":             "Shared most readily: B, 75%",
		"Which of these uses do you find ACCEPTABLE?": "Accepted most: B, 75%",
		"Welche dieser Daten?":                        "Most say yes to: B, 75%",
	} {
		if _, said := chapterOf(t, asking(t, fmt.Sprintf(kinds, question), lines...), "sharing"); !strings.HasPrefix(said, want) {
			t.Errorf("%s: %s", question, said)
		}
	}
	const more = "  more: {text: What would you accept?, label: Others, columns: [x, y], items: {x: X, y: Y}, type: multi, yes: [1], measures: sharing}\n"
	_, said := chapterOf(t, asking(t, fmt.Sprintf(kinds, "Would you share?")+more, lines...), "sharing")
	for _, want := range []string{"Of “Kinds”, shared most readily: B, 75%", "Of “Kinds”, held back most", "Of “Others”, accepted most: X, 75%"} {
		if !strings.Contains(said, want) {
			t.Errorf("it is not said %q: %s", want, said)
		}
	}
}

// A step of trust has an example where two answers are one apart in score, and none where
// the study gives them others.
func TestStepOfTrustByExample(t *testing.T) {
	lines := []string{"trust,give"}
	for i := range 400 {
		lines = append(lines, fmt.Sprintf("%d,%d", 1+i%3, 1+max(0, i%3-i/9%2)))
	}
	const study = `questions:
  trust: {column: trust, text: Do you trust us?, measures: trust, scale: {1: No, 2: Some, 3: Yes}, top: 1%s}
  give: {column: give, text: Would you share?, measures: sharing, scale: {1: No, 2: Maybe, 3: Yes}, top: 2}
`
	for scores, want := range map[string]string{"": "up the scale of trust, say from “Some” to “Yes”, willingness to share is ", ", scores: {1: 0, 2: 50, 3: 100}": "up the scale of trust, willingness to share is "} {
		if _, said := chapterOf(t, asking(t, fmt.Sprintf(study, scores), lines...), "trust"); !strings.Contains(said, want) {
			t.Errorf("%s: %s", scores, said)
		}
	}
}
