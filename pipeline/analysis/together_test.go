package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// Correlations of pairs as R has them from svyvar by the delta method.
func TestTogetherIsR(t *testing.T) {
	p, r := answers(t)
	tables, err := together(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "expectation.together")
	sum, high, low := 0.0, -1.0, 1.0
	for _, pair := range r.Pairs {
		c := cellOf(t, table, fmt.Sprintf("pair%d,%d", pair.I, pair.J), 0)
		agrees(t, "correlation", c.Estimate, pair.Value)
		agrees(t, "SE", c.SE, pair.SE)
		sum, high, low = sum+pair.Value, max(high, pair.Value), min(low, pair.Value)
	}
	agrees(t, "average", cellOf(t, table, "average", 0).Estimate, sum/6)
	lead := cellOf(t, table, "lead", 0)
	agrees(t, "lead", lead.Estimate, high-low)
	if one := 2 * 2.08 * lead.SE; lead.High-lead.Low < 1.3*one {
		t.Errorf("the interval of the lead is %v wide: it does not allow for 15 differences", lead.High-lead.Low)
	}
}

// Questions with a single item each are held against each other too, boxes as 1 and
// 0; fewer than three, or somebody's answer that is everybody's, makes no table.
func TestTogetherTakesAnyQuestions(t *testing.T) {
	p, r := somePeople(t, 400)
	labels := []string{"a", "b", "none of these"}
	boxes := p.ask(Question{Name: "boxes", Measures: "expectation", Multi: true}, labels, func(int, int) uint8 { return uint8(r.IntN(2)) })
	boxes.Items[2].None = true
	if tables, err := together(p); err != nil || len(tables) != 0 {
		t.Errorf("%d tables of two boxes, %v", len(tables), err)
	}
	scale := []Answer{{Score: 1}, {Score: 2}, {Score: math.NaN()}}
	p.ask(Question{Name: "one", Text: "How much?", Measures: "expectation", Ordered: true, Answers: scale}, []string{""}, func(row, _ int) uint8 { return boxes.Items[0].Codes[0][row] })
	tables, err := together(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "expectation.together")
	if c := cellOf(t, table, "pair0,2", 0); math.Abs(c.Estimate-1) > 1e-12 {
		t.Errorf("an answer and its copy correlate by %v", c.Estimate)
	}
	if !strings.HasSuffix(table.Rows[1].Label, "How much?") {
		t.Errorf("a question without items is called %q", table.Rows[1].Label)
	}
	p.ask(Question{Name: "alike", Measures: "expectation", Ordered: true, Answers: scale}, []string{""}, func(int, int) uint8 { return 1 })
	if tables, err = together(p); err != nil || len(tables) != 0 {
		t.Errorf("%d tables with an answer that all gave, %v", len(tables), err)
	}
}

// Only so many are held against each other, and the table says so.
func TestTogetherIsBounded(t *testing.T) {
	p, r := somePeople(t, 300)
	p.ask(Question{Name: "q", Measures: "expectation", Multi: true}, strings.Split("abcdefghijkl", ""), func(int, int) uint8 { return uint8(r.IntN(2)) })
	tables, err := together(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "expectation.together")
	if len(table.Rows) != 45+2 || !slices.Contains(table.Notes, "The first 10 of 12 expectations are compared.") {
		t.Errorf("%d rows, notes %q", len(table.Rows), table.Notes)
	}
}
