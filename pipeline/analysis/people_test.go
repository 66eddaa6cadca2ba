package analysis

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// somePeople are n invented people in 4 strata and 20 PSUs, with weights, two
// segments and no questions yet. Total is everybody.
func somePeople(t testing.TB, n int) (*People, *rand.Rand) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 7))
	strata, units, weights := make([]int, n), make([]int, n), make([]float64, n)
	sex, age := Segment{Name: "sex", Label: "Sex", Groups: []string{"Men", "Women"}}, Segment{Name: "age", Label: "Age", Groups: []string{"Young", "Middle", "Old"}}
	for i := range n {
		strata[i], units[i], weights[i] = i*4/n, i*20/n, 0.5+r.Float64()
		sex.Of, age.Of = append(sex.Of, int16(r.IntN(2))), append(age.Of, int16(r.IntN(3)))
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: weights, Stages: []stats.Stage{{Strata: strata, Units: units}}})
	if err != nil {
		t.Fatal(err)
	}
	return peopleOf(d, sex, age), r
}

// peopleOf are the people of a design, in segments and in a banner of them. Total is
// everybody.
func peopleOf(d *stats.Design, segments ...Segment) *People {
	p := &People{Design: d, All: d, Every: 1, Segments: segments, Level: 0.95, Small: 30, Low: 100}
	p.Columns = []Column{{crosstab.Column{Label: "Total", Wave: "all"}, slices.Repeat([]bool{true}, d.Rows())}}
	for _, s := range p.Segments {
		p.Groups = append(p.Groups, crosstab.Group{Name: s.Name, Label: s.Label, First: len(p.Columns), N: len(s.Groups)})
		sum := crosstab.Sum{Total: 0}
		for g, label := range s.Groups {
			in := make([]bool, d.Rows())
			for i, x := range s.Of {
				in[i] = int(x) == g
			}
			sum.Parts = append(sum.Parts, len(p.Columns))
			p.Columns = append(p.Columns, Column{crosstab.Column{Group: s.Name, Label: label, Wave: "all"}, in})
		}
		p.Sums = append(p.Sums, sum)
	}
	return p
}

// ask adds a question whose items have codes drawn by a function of row and item.
func (p *People) ask(q Question, items []string, code func(row, item int) uint8) *Question {
	for k, label := range items {
		codes := make([]uint8, p.Rows())
		for i := range codes {
			codes[i] = code(i, k)
		}
		q.Items = append(q.Items, Item{Key: label, Label: label, Codes: [][]uint8{codes}})
	}
	p.Questions = append(p.Questions, &q)
	return &q
}

// find is the table of that name.
func find(t *testing.T, tables []*crosstab.Table, id string) *crosstab.Table {
	t.Helper()
	for _, x := range tables {
		if x.ID == id {
			return x
		}
	}
	t.Fatalf("no table %s", id)
	return nil
}

// A share of top answers is what package stats says of the column, and counts who
// is behind it.
func TestSharesAreThoseOfTheColumn(t *testing.T) {
	p, r := somePeople(t, 600)
	q := p.ask(Question{Name: "trust", Answers: []Answer{{Label: "No"}, {Label: "Some"}, {Label: "Much", Top: true}}}, []string{""}, func(int, int) uint8 {
		if r.IntN(10) == 0 {
			return None
		}
		return uint8(r.IntN(3))
	})
	y := q.topped(q.Items[0].Codes[0])
	cells, err := p.shares(y)
	if err != nil {
		t.Fatal(err)
	}
	b := p.total(crosstab.Table{ID: "x"}, answered(y))
	b.row(crosstab.Row{Kind: crosstab.Proportion}, cells[0])
	base := 0
	for j, c := range p.Columns {
		e, err := p.Design.Domain(c.In).Estimate(stats.Mean([]string{""}, y))
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for i, in := range c.In {
			if in && y[i] == 1 {
				count++
			}
			if j == 0 && !math.IsNaN(y[i]) {
				base++
			}
		}
		if math.Abs(cells[j].Estimate-e.Value[0]) > 1e-15 || math.Abs(cells[j].SE-e.SE(0)) > 1e-15 || cells[j].Count != count || cells[j].Low < 0 || cells[j].High > 1 {
			t.Errorf("%s: %+v, want %v with SE %v of %d", c.Label, cells[j], e.Value[0], e.SE(0), count)
		}
	}
	if got := b.t.Columns[0].Base; got.Unweighted != base || got.People != base {
		t.Errorf("the base is %+v, want %d", got, base)
	}
}
