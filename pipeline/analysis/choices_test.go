package analysis

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// What other choices make of a figure is counted by hand: without weights, and
// without those who gave four items of another battery the same answer. The figure is
// that of the item that most give a top answer to, and each row stands on those whom it
// keeps. Neither the figure's own battery nor one that more than a fifth answered alike
// leaves people out, and one with four answers to choose from is not looked at.
func TestChoicesAreCounted(t *testing.T) {
	p, r := somePeople(t, 800)
	answers := []Answer{{Label: "1"}, {Label: "2"}, {Label: "3", Top: true}, {Label: "4"}, {Label: "5"}}
	battery := func(every int) func(i, k int) uint8 {
		return func(i, k int) uint8 {
			if i%every == 0 {
				return 2
			}
			return uint8((i + k*(1+r.IntN(2))) % 3)
		}
	}
	items := []string{"a", "b", "c", "d"}
	q := p.ask(Question{Name: "worries", Measures: "concern", Ordered: true, Answers: answers}, items, battery(20))
	habits := p.ask(Question{Name: "habits", Ordered: true, Answers: answers}, items, battery(7))
	p.ask(Question{Name: "easy", Ordered: true, Answers: answers}, items, battery(4))
	p.ask(Question{Name: "plain", Ordered: true, Answers: append(slices.Clone(answers[:4]), Answer{Label: "Don't know", Score: math.NaN()})}, items, battery(7))
	alike := func(q *Question, i int) bool {
		for _, it := range q.Items {
			if it.Codes[0][i] != q.Items[0].Codes[0][i] {
				return false
			}
		}
		return true
	}
	same := func(i int) bool { return alike(habits, i) }
	tables, err := choices(p)
	if err != nil {
		t.Fatal(err)
	}
	x := find(t, tables, "worries.choices")
	w := p.Design.Weights()
	top := func(k int, weight func(int) float64) float64 {
		sum, all := 0.0, 0.0
		for i := range w {
			all += weight(i)
			if q.Items[k].Codes[0][i] == 2 {
				sum += weight(i)
			}
		}
		return sum / all
	}
	most := 0
	for k := range q.Items {
		if weighted := func(i int) float64 { return w[i] }; top(k, weighted) > top(most, weighted) {
			most = k
		}
	}
	if most == 0 {
		t.Fatal("the first item must not be the highest")
	}
	figure := func(weight func(int) float64) float64 { return top(most, weight) }
	for code, weight := range map[string]func(int) float64{
		"published":  func(i int) float64 { return w[i] },
		"unweighted": func(int) float64 { return 1 },
		"without.straight.habits": func(i int) float64 {
			if same(i) {
				return 0
			}
			return w[i]
		},
	} {
		c := cellOf(t, x, code, 0)
		if want := figure(weight); math.Abs(c.Estimate-want) > 1e-12 || !c.HasCI {
			t.Errorf("%s is %v, want %v", code, c, want)
		}
	}
	kept := 0
	for i := range w {
		if !same(i) {
			kept++
		}
	}
	if b := cellOf(t, x, "without.straight.habits", 0).Base; b == nil || b.Unweighted != kept {
		t.Errorf("the row without them stands on %v, want %d", b, kept)
	}
	for _, r := range x.Rows {
		if r.Code == "without.straight.worries" || r.Code == "without.straight.easy" {
			t.Errorf("there is a row %s", r.Code)
		}
	}
	if !strings.HasPrefix(x.Notes[0], "No row leaves out those who gave one answer to everything in “easy”") || strings.Contains(x.Notes[0], "worries") {
		t.Errorf("the notes are %q", x.Notes)
	}
	found, err := checks(p)
	if err != nil {
		t.Fatal(err)
	}
	straight := 0.0
	total := 0.0
	for i := range w {
		total += w[i]
		if alike(q, i) {
			straight += w[i]
		}
	}
	for _, r := range find(t, found, "quality").Rows {
		if r.Code == "straight.plain" {
			t.Error("the same of four answers is in doubt")
		}
	}
	if c := cellOf(t, find(t, found, "quality"), "straight.worries", 0); math.Abs(c.Estimate-straight/total) > 1e-12 {
		t.Errorf("%v gave the same answer throughout, want %v", c.Estimate, straight/total)
	}
}

// A duration that a question measures shows who was fast: less than 0.4 of the
// median of 10 is less than 4.
func TestChecksKnowWhoWasFast(t *testing.T) {
	p, _ := somePeople(t, 400)
	minutes := make([]float64, p.Rows())
	for i := range minutes {
		minutes[i] = 10
		if i < 60 {
			minutes[i] = 3.9
		}
	}
	p.Questions = append(p.Questions, &Question{Name: "minutes", Measures: "duration", Items: []Item{{Values: [][]float64{minutes}}}})
	tables, err := checks(p)
	if err != nil {
		t.Fatal(err)
	}
	if c := cellOf(t, find(t, tables, "quality"), "fast", 0); c.Count != 60 {
		t.Errorf("%d were fast, want 60", c.Count)
	}
}

// How long the interview took is no figure of people: it has no other choices and no
// trend, as the same numbers have that measure something else.
func TestDurationIsNoFigureOfPeople(t *testing.T) {
	p, r := somePeople(t, 400)
	p.inWaves(t, r)
	numbers := make([]float64, p.Rows())
	for i := range numbers {
		numbers[i] = float64(1 + i%7)
	}
	for measure, want := range map[string]bool{"behaviour": true, "duration": false} {
		p.Questions = []*Question{{Name: "numbers", Measures: measure, Items: []Item{{Values: [][]float64{numbers}}}}}
		for name, tables := range map[string]func(*People) ([]*crosstab.Table, error){"choices": choices, "trend": trends} {
			found, err := tables(p)
			if err != nil {
				t.Fatal(err)
			}
			if (len(found) > 0) != want {
				t.Errorf("measures: %s: %d tables of %s", measure, len(found), name)
			}
		}
	}
}

// Differences under other choices are what the same analyses say where the study itself
// has no weights, or not those people: what a message changes, the first step that
// willingness goes with, the first change from wave to wave.
func TestDifferencesUnderOtherChoices(t *testing.T) {
	p := movers(t, 2000, 2, 0.5, 0)
	r := rand.New(rand.NewPCG(5, 6))
	p.inWaves(t, r)
	p.ask(Question{Name: "told", Measures: "communication", Randomized: true, Answers: []Answer{{Code: "1", Label: "Told"}, {Code: "0", Label: "Not told"}}}, []string{""},
		func(int, int) uint8 { return uint8(r.IntN(2)) })
	keep := make([]bool, p.Rows())
	for i := range keep {
		keep[i] = i%10 > 0
	}
	p.ask(Question{Name: "habits", Ordered: true, Answers: []Answer{{Label: "1"}, {Label: "2"}, {Label: "3"}, {Label: "4"}, {Label: "5"}}}, []string{"a", "b", "c", "d"}, func(i, k int) uint8 {
		if !keep[i] {
			return 0
		}
		return uint8(k % 2)
	})
	plain := *p
	psu, stratum := p.Design.PSU()
	s := stats.Stage{Units: make([]int, len(psu)), Strata: make([]int, len(psu))}
	for i := range psu {
		s.Units[i], s.Strata[i] = int(psu[i]), int(stratum[psu[i]])
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: p.Rows(), Weights: slices.Repeat([]float64{1}, p.Rows()), Stages: []stats.Stage{s}})
	if err != nil {
		t.Fatal(err)
	}
	plain.Design, plain.All, plain.Across = d, d, d
	some := *p
	some.Design = p.Design.Domain(keep)
	some.All, some.Across = some.Design, some.Design
	var all []*crosstab.Table
	for _, make := range []func(*People) ([]*crosstab.Table, error){choices, drivers} {
		tables, err := make(p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, tables...)
	}
	for _, x := range []struct {
		id, from, code string
		column         int
		make           func(*People) ([]*crosstab.Table, error)
	}{
		{"told.choices", "told.effect", "lift.1", 0, experiments},
		{"willing.effects.choices", "willing.effects", "trust", 0, drivers},
		{"trust.trend.choices", "trust.trend", "since", 3, trends},
	} {
		table := find(t, all, x.id)
		for code, of := range map[string]*People{"published": p, "unweighted": &plain, "without.straight.habits": &some} {
			tables, err := x.make(of)
			if err != nil {
				t.Fatal(err)
			}
			got, want := cellOf(t, table, code, 0), cellOf(t, find(t, tables, x.from), x.code, x.column)
			if !got.HasCI || math.Abs(got.Estimate-want.Estimate) > 1e-9 || math.Abs(got.SE-want.SE) > 1e-9 || math.Abs(got.Low-want.Low) > 1e-9 || math.Abs(got.High-want.High) > 1e-9 {
				t.Errorf("%s, %s: %v (%v to %v), want %v (%v to %v)", x.id, code, got.Estimate, got.Low, got.High, want.Estimate, want.Low, want.High)
			}
		}
		if got := table.Rows[0].Of[0]; got.Table != x.from || got.Code != x.code {
			t.Errorf("%s is made of %v", x.id, got)
		}
	}
}
