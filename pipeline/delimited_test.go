package pipeline

import (
	"fmt"
	"strings"
	"testing"
)

// These tests run questions whose cells hold several answers. Expected counts
// are those of the rows that the tests write.

// TestSeveralAnswers: answers that hold the separator, lists as Python prints
// them, and texts that people wrote themselves.
func TestSeveralAnswers(t *testing.T) {
	cells := []string{"Mail, Injury (back, knee)", "Injury (back, knee)", "Phone,Mail", "['Phone', 'Injury (back, knee)']", "Phone, by foot", "by foot, by bike", ""}
	row := func(i int) string { return `"` + cells[i%len(cells)] + `"` }
	const question = "questions: {q: {column: q, separator: \",\", answers: [Phone, Mail, \"Injury (back, knee)\", Elsewhere]%s}}"
	f, _, err := runText(t, "q", 700, row, fmt.Sprintf(question, ", other: Elsewhere"))
	if err != nil {
		t.Fatal(err)
	}
	for answer, want := range map[string]float64{"Phone": 300, "Mail": 200, "Injury (back, knee)": 300, "Elsewhere": 200} {
		if r := f[address{"q", answer, "total", "Total"}]; r.number(t, "count_unweighted") != want || r.number(t, "base_unweighted") != 600 {
			t.Errorf("%s: %v of %v, want %v of 600", answer, r["count_unweighted"], r["base_unweighted"], want)
		}
	}
	if _, _, err = runText(t, "q", 700, row, fmt.Sprintf(question, "")); err == nil || !strings.Contains(err.Error(), `export.csv:6: column q: the answer "by foot" is not one of`) {
		t.Errorf("without other: %v", err)
	}
}

// TestUnclearCell: a cell that is known answers in two ways is no answer that
// anybody may choose between.
func TestUnclearCell(t *testing.T) {
	_, _, err := runText(t, "q", 100, func(i int) string { return []string{"Red", `"Red, Blue"`}[i%2] },
		`questions: {q: {column: q, separator: ",", answers: [Red, Blue, "Red, Blue"]}}`)
	if err == nil || !strings.Contains(err.Error(), "export.csv:3: column q: the cell can be read in two ways") {
		t.Error(err)
	}
}

// TestOther: texts that are not listed count as one answer where the study
// says so; a number that is not listed is a fault all the same.
func TestOther(t *testing.T) {
	text := func(i int) string { return []string{"Red", "Blue", fmt.Sprint("my colour ", i)}[i%3] }
	f, _, err := runText(t, "q", 300, text, "questions: {q: {column: q, answers: {Red: Red, Else: Another}, other: Else, missing: [Blue]}}")
	if err != nil {
		t.Fatal(err)
	}
	if r := f[address{"q", "Another", "total", "Total"}]; r.number(t, "count_unweighted") != 100 || r.number(t, "base_unweighted") != 200 {
		t.Errorf("%v", r)
	}
	_, _, err = runText(t, "q", 300, func(i int) string { return fmt.Sprint(i%3 + 1) }, "questions: {q: {column: q, answers: [1, 2], other: 2}}")
	if err == nil || !strings.Contains(err.Error(), `export.csv:4: column q: the answer "3" is not one of`) {
		t.Error(err)
	}
}
