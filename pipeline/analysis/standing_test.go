package analysis

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"tradeoff/stats"
)

// Shares adjusted for who rates, and their distance from the average, as R's svyglm
// has them on ratings below each other; shares as rated as R's svyby.
func TestStandingIsR(t *testing.T) {
	p, r := answers(t)
	tables, err := standing(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "rate.adjusted")
	for k := range 4 {
		adjusted, raw, apart, shift := cellOf(t, table, fmt.Sprint("adjusted", k), 0), cellOf(t, table, fmt.Sprint("raw", k), 0), cellOf(t, table, fmt.Sprint("apart", k), 0), cellOf(t, table, fmt.Sprint("shift", k), 0)
		agrees(t, "adjusted", adjusted.Estimate, r.Adjusted.Value[k])
		agrees(t, "as rated", raw.Estimate, r.Raw.Value[k])
		agrees(t, "SE as rated", raw.SE, r.Raw.SE[k])
		agrees(t, "apart", apart.Estimate, r.Apart[k].Value)
		agrees(t, "SE apart", apart.SE, r.Apart[k].SE)
		agrees(t, "shift", shift.Estimate, r.Adjusted.Value[k]-r.Raw.Value[k])
		if raw.Low < 0 || raw.High > 1 || adjusted.Low < 0 || adjusted.High > 1 {
			t.Errorf("intervals %v to %v, %v to %v leave 0 to 1", raw.Low, raw.High, adjusted.Low, adjusted.High)
		}
	}
	ratings, people := 0, map[int]bool{}
	for _, codes := range p.Questions[0].Items[0].Codes {
		for i, c := range codes {
			if c != None {
				ratings++
				people[i] = true
			}
		}
	}
	if b := table.Columns[0].Base; b.Unweighted != ratings || b.People != len(people) {
		t.Errorf("a base of %d ratings by %d people, want %d by %d", b.Unweighted, b.People, ratings, len(people))
	}
}

// Ratings as rows of a design of their own, in which a person is the sampling unit,
// have the standard errors of ratings in the design of the people.
func TestRatingsCountAsTheirPerson(t *testing.T) {
	p, _ := answers(t)
	plain, err := stats.NewDesign(stats.Sampling{Rows: p.Rows(), Weights: p.Design.Weights()})
	if err != nil {
		t.Fatal(err)
	}
	p.Design = plain
	r, every := p.ratings(p.Questions[0], 1<<30)
	if every != 1 {
		t.Fatalf("one of %d people", every)
	}
	rows, err := stats.NewDesign(stats.Sampling{Rows: len(r.top), Weights: r.spread(plain.Weights()), Stages: []stats.Stage{{Units: r.person}}})
	if err != nil {
		t.Fatal(err)
	}
	in := make([]bool, p.Rows())
	for _, i := range r.person {
		in[i] = true
	}
	people := float64(0)
	for _, is := range in {
		if is {
			people++
		}
	}
	got, err := plain.Estimate(r.of(stats.Mean(nil, r.top)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := rows.Estimate(stats.Mean(nil, r.top))
	if err != nil {
		t.Fatal(err)
	}
	// Who rated nothing is a unit of the one design and not of the other.
	n := float64(p.Rows())
	se := want.SE(0) * math.Sqrt((people-1)/people*n/(n-1))
	if math.Abs(got.Value[0]-want.Value[0]) > 1e-14 || math.Abs(got.SE(0)-se) > 1e-14 {
		t.Errorf("%v with SE %v, want %v with %v", got.Value[0], got.SE(0), want.Value[0], se)
	}
}

// What few rated has no figures, which is said, and is in the base; one thing alone has no average to stand out
// from.
func TestStandingNeedsRatings(t *testing.T) {
	p, _ := answers(t)
	q := p.Questions[0]
	thin := func(turn, keep int) {
		codes := slices.Clone(q.Items[0].Codes[turn])
		for i := range codes {
			if codes[i] != None && keep == 0 {
				codes[i] = None
			} else if codes[i] != None {
				keep--
			}
		}
		q.Items[0].Codes[turn] = codes
	}
	thin(1, p.Small-1)
	tables, err := standing(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "rate.adjusted")
	if len(table.Rows) != 3*4 || !slices.Contains(table.Notes, "What fewer than 30 people rated is in the model and has no figures.") {
		t.Errorf("%d rows, notes %q", len(table.Rows), table.Notes)
	}
	cellOf(t, table, "apart3", 0)
	thin(2, 0)
	thin(3, 0)
	if tables, err = standing(p); err != nil || len(tables) != 0 {
		t.Errorf("%d tables, %v", len(tables), err)
	}
}

// Who is in no group of a segment is in one of their own, and everybody counts.
func TestStandingKeepsPeopleWithoutGroup(t *testing.T) {
	p, _ := answers(t)
	for i := range p.Segments[0].Of {
		if i%5 == 0 {
			p.Segments[0].Of[i] = -1
		}
	}
	r, _ := p.ratings(p.Questions[0], 1<<30)
	codes, groups := r.segment(p.Segments[0])
	if !slices.Equal(groups, []string{"Young", "Middle", "Old", "none"}) {
		t.Errorf("groups %q", groups)
	}
	for k, i := range r.person {
		if want := int(p.Segments[0].Of[i]); codes[k] != want && !(want < 0 && codes[k] == 3) {
			t.Fatalf("rating %d is in group %d, want %d", k, codes[k], want)
		}
	}
	tables, err := standing(p)
	if err != nil {
		t.Fatal(err)
	}
	if c := cellOf(t, find(t, tables, "rate.adjusted"), "shift0", 0); c.Estimate == 0 || math.Abs(c.Estimate) > 0.05 {
		t.Errorf("adjusting moves by %v", c.Estimate)
	}
}

// Thinning takes one of every so many people with all their ratings.
func TestRatingsAreBounded(t *testing.T) {
	p, _ := answers(t)
	all, _ := p.ratings(p.Questions[0], 1<<30)
	few, every := p.ratings(p.Questions[0], len(all.top)/3)
	if every < 3 || len(few.top) > len(all.top)/2 {
		t.Errorf("%d of %d ratings, one of %d people", len(few.top), len(all.top), every)
	}
	for k, i := range few.person {
		if (i+1)%every != 0 || k > 0 && i < few.person[k-1] {
			t.Fatalf("rating %d is by person %d", k, i)
		}
	}
}

func BenchmarkStanding(b *testing.B) {
	p, r := somePeople(b, 100_000)
	turns := make([][]uint8, 8)
	for k := range turns {
		turns[k] = make([]uint8, p.Rows())
		for i := range turns[k] {
			turns[k][i] = None
			if r.IntN(8) < 3 {
				turns[k][i] = uint8(r.IntN(2))
			}
		}
	}
	p.Questions = []*Question{{Name: "q", Measures: "expectation", Answers: []Answer{{}, {Top: true}}, Items: []Item{{Codes: turns}}, Loop: &Loop{Items: []string{"a", "b", "c", "d", "e", "f", "g", "h"}}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := standing(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.Rows())*float64(b.N)/b.Elapsed().Seconds(), "respondents/s")
}
