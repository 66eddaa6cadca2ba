package analysis

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"tradeoff/stats/crosstab"
)

// Shares with the same ages everywhere, and as answered, are those of R's
// svystandardize and svyby.
func TestStandardizedIsR(t *testing.T) {
	p, r := answers(t)
	tables, err := alikeInAge(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "worry.standardized")
	isAdjusted(t, table, "raw0", r.Plain, "alike0", "apart0", r.Standardized)
	for g := range 3 {
		agrees(t, "shift", cellOf(t, table, "shift0", 1+g).Estimate, r.Standardized.Value[g]-r.Plain.Value[g])
	}
}

// isAdjusted holds a figure of three countries as answered, the same figure adjusted, and
// how far that is from their mean against R.
func isAdjusted(t *testing.T, table *crosstab.Table, raw string, plain estimates, alike, apart string, adjusted estimates) {
	t.Helper()
	mean := 0.0
	for _, v := range adjusted.Value {
		mean += v / 3
	}
	for g := range 3 {
		a, b := cellOf(t, table, raw, 1+g), cellOf(t, table, alike, 1+g)
		agrees(t, "as answered", a.Estimate, plain.Value[g])
		agrees(t, "SE", a.SE, plain.SE[g])
		agrees(t, "adjusted", b.Estimate, adjusted.Value[g])
		agrees(t, "SE", b.SE, adjusted.SE[g])
		agrees(t, "apart", cellOf(t, table, apart, 1+g).Estimate, adjusted.Value[g]-mean)
	}
}

// A country in which an age has nobody has no standardized share, and the others
// are compared with each other.
func TestStandardizedLeavesOutEmptyAges(t *testing.T) {
	p, _ := answers(t)
	age, country := p.Segments[0].Of, p.Segments[1].Of
	for i := range age {
		if country[i] == 1 && age[i] == 2 {
			age[i] = 1
		}
	}
	tables, err := alikeInAge(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "worry.standardized")
	if c := cellOf(t, table, "alike0", 2); c.Status != "not_applicable" {
		t.Errorf("a country without an age has %v", c.Estimate)
	}
	if c := cellOf(t, table, "raw0", 2); c.Status != "ok" {
		t.Errorf("its share as answered is %s", c.Status)
	}
	a, b := cellOf(t, table, "apart0", 1), cellOf(t, table, "apart0", 3)
	if math.Abs(a.Estimate+b.Estimate) > 1e-12 || a.Estimate == 0 {
		t.Errorf("two countries are %v and %v from their average", a.Estimate, b.Estimate)
	}
}

// Any two segments will do; one alone will not.
func TestComparedSegments(t *testing.T) {
	p, _ := answers(t)
	p.Segments[0].Name, p.Segments[1].Name = "generation", "region"
	if of, by := p.compared(); of != &p.Segments[0] || by != &p.Segments[1] {
		t.Error("the first two segments are not taken")
	}
	p.Segments[1].Name = "age"
	if of, by := p.compared(); of != &p.Segments[1] || by != &p.Segments[0] {
		t.Error("age is not what people are made alike in")
	}
	p.Segments = p.Segments[:1]
	if tables, err := alikeInAge(p); err != nil || tables != nil {
		t.Errorf("%d tables of one segment, %v", len(tables), err)
	}
}

// The scale of concern, its alpha, and concern beside the answers of the same people
// are those of R.
func TestScaleOfConcernIsR(t *testing.T) {
	p, r := answers(t)
	tables, err := concerns(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "concern.scale")
	for g := range 3 {
		c := cellOf(t, table, "mean", 4+g) // Total and three ages stand before
		agrees(t, "scale", c.Estimate, r.Scale.Value[g])
		agrees(t, "SE", c.SE, r.Scale.SE[g])
		agrees(t, "apart", cellOf(t, table, "apart", 4+g).Estimate, r.Scale.Value[g]-cellOf(t, table, "mean", 0).Estimate)
	}
	agrees(t, "alpha", cellOf(t, table, "alpha", 0).Estimate, r.Alpha)
	if tables, err = styles(p); err != nil {
		t.Fatal(err)
	}
	table = find(t, tables, "concern.style")
	isAdjusted(t, table, "raw", r.Own, "own", "ownapart", r.Centred)
	agrees(t, "mean", cellOf(t, table, "raw", 0).Estimate, r.Mean)
}

// Somebody who answers everything higher worries no more by it.
func TestStyleIsTakenAway(t *testing.T) {
	p, r := somePeople(t, 600)
	scale := make([]Answer, 7)
	for k := range scale {
		scale[k] = Answer{Label: fmt.Sprint(k), Score: float64(k)}
	}
	women := p.Segments[0].Of
	draw := func(row, _ int) uint8 { return uint8(r.IntN(5)) + 2*uint8(women[row]) }
	items := []string{"a", "b", "c", "d"}
	p.ask(Question{Name: "worry", Measures: "concern", Ordered: true, Answers: scale}, items, draw)
	if tables, err := styles(p); err != nil || len(tables) != 0 {
		t.Errorf("%d tables of too few scales, %v", len(tables), err)
	}
	p.ask(Question{Name: "want", Measures: "expectation", Ordered: true, Answers: scale}, items, draw)
	p.Segments = slices.Concat(p.Segments[1:], p.Segments[:1]) // age, sex
	tables, err := styles(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "concern.style")
	if c := cellOf(t, table, "rawapart", 1); !(c.High < 0) {
		t.Errorf("men answer lower by %v", c.Estimate)
	}
	if c := cellOf(t, table, "ownapart", 1); c.Low > 0 || c.High < 0 {
		t.Errorf("men are %v off beside their own answers, from %v to %v", c.Estimate, c.Low, c.High)
	}
}
