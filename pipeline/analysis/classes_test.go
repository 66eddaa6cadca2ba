package analysis

import (
	"math"
	"slices"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/latent"
)

// twoKinds are people of two kinds, of whom one wants service and worries and the
// other does neither, with six signs; the first kind shares more.
func twoKinds(t testing.TB, n int) (*People, []bool) {
	t.Helper()
	p, r := somePeople(t, n)
	scale := []Answer{{Label: "No"}, {Label: "Yes", Top: true}}
	first := make([]bool, n)
	for i := range first {
		first[i] = r.IntN(10) < 6
	}
	code := func(chance int) func(row, _ int) uint8 {
		return func(row, _ int) uint8 {
			c := 10 - chance
			if first[row] {
				c = chance
			}
			switch x := r.IntN(40); {
			case x == 0:
				return None
			case x%10 < c:
				return 1
			}
			return 0
		}
	}
	p.ask(Question{Name: "want", Measures: "expectation", Answers: scale, Side: true}, []string{"time", "known", "quick"}, code(9))
	p.ask(Question{Name: "worry", Measures: "concern", Answers: scale, Side: true}, []string{"sold", "stolen", "seen"}, code(8))
	p.ask(Question{Name: "trust", Measures: "trust", Answers: scale, Side: true}, []string{""}, code(5))
	p.ask(Question{Name: "share", Measures: "sharing", Multi: true}, []string{"card", "phone"}, code(7))
	return p, first
}

// What the tables of the classes say is what package latent says of the same signs:
// sizes, answers, shares by segment and means of what is shared, with their
// standard errors. The two kinds are found.
func TestClassesAreThoseOfTheSigns(t *testing.T) {
	p, first := twoKinds(t, 1500)
	tables, err := latentClasses(p)
	if err != nil {
		t.Fatal(err)
	}
	sizes, profiles := find(t, tables, "contradiction.classes"), find(t, tables, "contradiction.profiles")
	var items []latent.Item
	for _, q := range p.Questions[:3] {
		for _, it := range q.Items {
			codes := make([]int, p.Rows())
			for i, c := range it.Codes[0] {
				codes[i] = int(c)
				if c == None {
					codes[i] = -1
				}
			}
			items = append(items, latent.Item{Labels: []string{"no", "yes"}, Codes: codes})
		}
	}
	s, err := latent.Fit(p.Design, items, 2, latent.Options{Starts: classStarts, Seed: classSeed})
	if err != nil {
		t.Fatal(err)
	}
	if len(sizes.Rows) != 2 {
		t.Fatalf("%d classes are found in two kinds of people", len(sizes.Rows))
	}
	same := func(what string, c *crosstab.Cell, e *stats.Estimates, k int) {
		t.Helper()
		if math.Abs(c.Estimate-e.Value[k]) > 1e-9 || math.Abs(c.SE-e.SE(k)) > 1e-9 || !(c.Low < c.Estimate && c.Estimate < c.High) {
			t.Errorf("%s: %+v, want %v with a standard error of %v", what, *c, e.Value[k], e.SE(k))
		}
	}
	e := estimated(t, p, s)
	for c := range 2 {
		same("size", sizes.Cell(c, 0), e, s.Size(c))
		for k := range items {
			same(profiles.Rows[k].Label, profiles.Cell(k, 1+c), e, s.Probability(k, c, 1))
		}
	}
	ages := make([]int, p.Rows())
	for i, g := range p.Segment("age").Of {
		ages[i] = int(g)
	}
	shares := s.Shares(latent.Item{Labels: p.Segment("age").Groups, Codes: ages}, latent.ThreeStep{ML: true})
	e = estimated(t, p, shares)
	for j, col := range p.Columns {
		if col.Group == "age" {
			for c := range 2 {
				same(col.Label, sizes.Cell(c, j), e, shares.Place(j-p.Groups[1].First, c))
			}
		}
	}
	card := slices.IndexFunc(profiles.Rows, func(r crosstab.Row) bool { return r.Code == "sharing.share.card" })
	e = estimated(t, p, s.Means(latent.ThreeStep{}, nil, ticked(p.Questions[3].Items[0].Codes[0])))
	for c := range 2 {
		same("card", profiles.Cell(card, 1+c), e, c)
	}

	w, large, all := p.Design.Weights(), 0.0, 0.0
	for i, f := range first {
		all += w[i]
		if f {
			large += w[i]
		}
	}
	if c := sizes.Cell(0, 0); !(c.Low < large/all && large/all < c.High) {
		t.Errorf("the larger kind is %v of all, and its class %v to %v", large/all, c.Low, c.High)
	}
	if got := profiles.Columns[1].Label; got != "Class 1: more want service, more worry" {
		t.Errorf("those who want service and worry are called %q", got)
	}
	if c := profiles.Cell(card, 1); !(c.Low < 0.7 && 0.7 < c.High) {
		t.Errorf("seven in ten of them would share, and their class %v to %v", c.Low, c.High)
	}
}

// The types within a class add up, and so do the classes of a segment; the index of
// agreement lies between chance and identity.
func TestClassesAndTypes(t *testing.T) {
	p, _ := twoKinds(t, 1500)
	tables, err := latentClasses(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"contradiction.agreement", "contradiction.classes"} {
		table := find(t, tables, id)
		for j, c := range table.Columns {
			sum := 0.0
			for i := range table.Rows {
				sum += table.Cell(i, j).Estimate
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Errorf("%s, %s: the shares add up to %v", id, c.Label, sum)
			}
		}
	}
	crossed := find(t, tables, "contradiction.agreement")
	if n := crossed.Columns[1].Base.Unweighted + crossed.Columns[2].Base.Unweighted; n != crossed.Columns[0].Base.Unweighted {
		t.Errorf("the classes have %d people, Total %d", n, crossed.Columns[0].Base.Unweighted)
	}
	if c := find(t, tables, "contradiction.rand").Cell(0, 0); !(c.Estimate > 0 && c.Estimate < 1) {
		t.Errorf("the index of agreement is %v", c.Estimate)
	}
}

// Who does both by the classes is who is in one whose signs are mostly top answers:
// here the first kind, whose size the class estimates; by the rule it is the share of
// the quadrant. Both stand in the strip of other choices.
func TestBothByRuleAndByClasses(t *testing.T) {
	p, _ := twoKinds(t, 1500)
	tables, err := latentClasses(p)
	if err != nil {
		t.Fatal(err)
	}
	strip, sizes := find(t, tables, "contradiction.choices"), find(t, tables, "contradiction.classes")
	by := func(code string) *crosstab.Cell {
		i := slices.IndexFunc(strip.Rows, func(r crosstab.Row) bool { return r.Code == code })
		if i < 0 {
			t.Fatalf("no row %s", code)
		}
		return strip.Cell(i, 0)
	}
	if got, want := by("classes"), sizes.Cell(0, 0); math.Abs(got.Estimate-want.Estimate) > 1e-12 || math.Abs(got.SE-want.SE) > 1e-12 {
		t.Errorf("by classes %+v, the class is %+v", got, want)
	}
	wants, worries := p.side("expectation"), p.side("concern")
	both := make([]float64, p.Rows())
	for i := range both {
		both[i] = wants[i] * worries[i]
	}
	e := estimated(t, p, stats.Mean([]string{"both"}, both))
	if got := by("published"); math.Abs(got.Estimate-e.Value[0]) > 1e-12 || math.Abs(got.SE-e.SE(0)) > 1e-12 {
		t.Errorf("by the rule %+v, want %v with a standard error of %v", got, e.Value[0], e.SE(0))
	}
	by("unweighted")
}

// Too few signs, or answers that form no classes, make no table.
func TestNoClasses(t *testing.T) {
	p, r := somePeople(t, 400)
	scale := []Answer{{Label: "No"}, {Label: "Yes", Top: true}}
	toss := func(int, int) uint8 { return uint8(r.IntN(2)) }
	p.ask(Question{Name: "want", Measures: "expectation", Answers: scale, Side: true}, []string{"a", "b"}, toss)
	if tables, err := latentClasses(p); err != nil || tables != nil {
		t.Errorf("two signs make %v, %v", tables, err)
	}
	p.ask(Question{Name: "worry", Measures: "concern", Answers: scale, Side: true}, []string{"a", "b", "c"}, toss)
	tables, err := latentClasses(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range tables {
		if x.ID != "contradiction.choices" || x.RowOf(crosstab.Probability, "") >= 0 {
			t.Errorf("coins make %s, %v", x.ID, x.Rows)
		}
	}
}

func estimated(t *testing.T, p *People, s stats.Statistic) *stats.Estimates {
	t.Helper()
	e, err := p.Design.Estimate(s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
