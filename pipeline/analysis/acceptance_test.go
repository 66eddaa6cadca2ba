package analysis

import (
	"math"
	"sort"
	"testing"
)

// Medians are the smallest scores that half of the weight does not exceed, and the
// shares count who scores the service higher: both by hand, person by person.
func TestAcceptanceByHand(t *testing.T) {
	p, r := somePeople(t, 500)
	scale := []Answer{{Label: "No", Score: 1}, {Label: "Hardly", Score: 2}, {Label: "Rather", Score: 3}, {Label: "Yes", Score: 4, Top: true}, {Label: "Don't know", Score: math.NaN()}}
	draw := func(low int) func(row, item int) uint8 {
		return func(row, item int) uint8 {
			switch {
			case row%19 == 0:
				return None
			case r.IntN(12) == 0:
				return 4
			}
			return uint8(min(3, low+r.IntN(4)))
		}
	}
	service := p.ask(Question{Name: "service", Measures: "expectation", Ordered: true, Answers: scale}, []string{"a", "b", "c"}, draw(1))
	takes := p.ask(Question{Name: "my_data", Measures: "sharing", Ordered: true, Answers: scale}, []string{"x", "y"}, draw(0))
	p.ask(Question{Name: "other", Measures: "sharing", Ordered: true, Answers: scale[:4]}, []string{"z"}, draw(0))
	tables, err := acceptance(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) != 1 {
		t.Fatalf("%d tables", len(tables))
	}
	table := find(t, tables, "service.acceptance")

	thirds := func(q *Question, i int) (sum, n int) { // scores in thirds, and how many
		for _, it := range q.Items {
			if c := it.Codes[0][i]; c < 4 {
				sum, n = sum+int(c), n+1
			}
		}
		return sum, n
	}
	w := p.Design.Weights()
	for j, c := range p.Columns {
		type person struct{ a, b, w float64 }
		var people []person
		all, above := 0.0, 0.0
		for i := range w {
			s, n := thirds(service, i)
			x, m := thirds(takes, i)
			if n == 0 || m == 0 || !c.In[i] {
				continue
			}
			people = append(people, person{float64(s) / float64(n), float64(x) / float64(m), w[i]})
			all += w[i]
			if s*m > x*n {
				above += w[i]
			}
		}
		median := func(of func(person) float64) float64 {
			sort.Slice(people, func(i, k int) bool { return of(people[i]) < of(people[k]) })
			sum := 0.0
			for _, x := range people {
				if sum += x.w; sum >= all/2 {
					return 100 * of(x) / 3
				}
			}
			return math.NaN()
		}
		a, b := median(func(x person) float64 { return x.a }), median(func(x person) float64 { return x.b })
		for k, want := range []float64{a, b, a - b, above / all} {
			if got := table.Cells[k][j].Estimate; math.Abs(got-want) > 1e-8 {
				t.Errorf("%s of %s: %s is %v, by hand %v", table.ID, c.Label, table.Rows[k].Label, got, want)
			}
		}
		if table.Columns[j].Base.People != len(people) {
			t.Errorf("%s: base %d, by hand %d", c.Label, table.Columns[j].Base.People, len(people))
		}
		if g := table.Cells[2][j]; !g.HasCI || g.Low >= g.Estimate || g.High <= g.Estimate {
			t.Errorf("%s: the difference is %v", c.Label, g)
		}
	}
}
