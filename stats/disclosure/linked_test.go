package disclosure

import (
	"testing"

	"tradeoff/stats/crosstab"
)

// groups are columns of Total and groups of so many people.
func groups(people ...int) (out []crosstab.Column) {
	for j, n := range people {
		c := crosstab.Column{Group: "age", Label: string(rune('a' + j)), Base: crosstab.Base{Unweighted: n, People: n}, Status: crosstab.OK}
		if j == 0 {
			c.Group, c.Label = "", "Total"
		}
		out = append(out, c)
	}
	return out
}

// shares are cells of so many people.
func shares(counts ...int) (out []crosstab.Cell) {
	for _, n := range counts {
		out = append(out, crosstab.Cell{Status: crosstab.OK, Estimate: 0.25, Count: n})
	}
	return out
}

// asked is the table of a question with a net of 3 people in its first group: that and
// the net of its neighbour are hidden.
func asked() *crosstab.Table {
	t := &crosstab.Table{ID: "q", Columns: groups(300, 100, 100, 100), Sums: []crosstab.Sum{{Total: 0, Parts: []int{1, 2, 3}}}}
	t.Rows = []crosstab.Row{{Kind: crosstab.Proportion, Code: "1"}, {Kind: crosstab.Proportion, Code: "2"}, {Kind: crosstab.NetRow, Codes: []string{"1"}}}
	t.Cells = [][]crosstab.Cell{shares(63, 3, 20, 40), shares(237, 97, 80, 60), shares(63, 3, 20, 40)}
	return t
}

// hiddenIn says which cells of a row are hidden, a letter each: x or dot.
func hiddenIn(t *crosstab.Table, row int) string {
	out := ""
	for _, c := range t.Cells[row] {
		if c.Status == crosstab.Suppressed {
			out += "x"
			continue
		}
		out += "."
	}
	return out
}

// A row of a model is hidden where what it is made of is, and one that is made of a
// column of its own wherever that column is; others stay. The order of the tables does
// not matter.
func TestWhatIsMadeOfAHiddenFigureIsHidden(t *testing.T) {
	net := crosstab.Figure{Table: "q", Kind: crosstab.NetRow}
	first, third := net, net
	first.Group, first.Label = "age", "b"
	third.Group, third.Label = "age", "d"
	m := &crosstab.Table{ID: "m", Model: true, Columns: groups(300, 100, 100, 100)}
	for _, of := range [][]crosstab.Figure{nil, {net}, {first}, {third}, {{Table: "q", Kind: crosstab.Mean}}, {{Table: "none", Kind: crosstab.NetRow}}} {
		m.Rows = append(m.Rows, crosstab.Row{Kind: crosstab.Coefficient, Of: of})
		m.Cells = append(m.Cells, shares(300, 100, 100, 100))
	}
	q := asked()
	Protect([]*crosstab.Table{m, q}, Rules{Group: 10, Answer: 5})
	if got := hiddenIn(q, 2); got != ".xx." {
		t.Fatalf("of the question's net %s is hidden: it is no test", got)
	}
	for i, want := range []string{"....", ".xx.", "xxxx", "....", "....", "...."} {
		if got := hiddenIn(m, i); got != want {
			t.Errorf("row %d: %s is hidden, want %s", i, got, want)
		}
	}
}

// Two halves of a printed figure are hidden together, in a group where one is small and
// in the neighbour that hides it.
func TestRowsOfTheSameFiguresAreHiddenTogether(t *testing.T) {
	of := []crosstab.Figure{{Table: "q", Kind: crosstab.NetRow}}
	m := &crosstab.Table{ID: "m", Model: true, Multi: true, Columns: groups(300, 100, 100, 100), Sums: []crosstab.Sum{{Total: 0, Parts: []int{1, 2, 3}}},
		Rows:  []crosstab.Row{{Kind: crosstab.Proportion, Label: "these", Of: of}, {Kind: crosstab.Proportion, Label: "others", Of: of}, {Kind: crosstab.Proportion, Label: "else"}},
		Cells: [][]crosstab.Cell{shares(53, 3, 20, 30), shares(90, 30, 30, 30), shares(90, 30, 30, 30)}}
	Protect([]*crosstab.Table{m}, Rules{Group: 10, Answer: 5})
	for i, want := range []string{".xx.", ".xx.", "...."} {
		if got := hiddenIn(m, i); got != want {
			t.Errorf("row %d: %s is hidden, want %s", i, got, want)
		}
	}
}

// A difference behind which few people stand hides the shares that it is of.
func TestADifferenceOfFewHidesItsShares(t *testing.T) {
	of := []crosstab.Figure{{Table: "q", Kind: crosstab.NetRow}}
	m := &crosstab.Table{ID: "m", Model: true, Multi: true, Columns: groups(300, 100, 100, 100), Sums: []crosstab.Sum{{Total: 0, Parts: []int{1, 2, 3}}},
		Rows:  []crosstab.Row{{Kind: crosstab.Proportion, Of: of}, {Kind: crosstab.Difference, Of: of}},
		Cells: [][]crosstab.Cell{shares(90, 30, 30, 30), shares(9, 2, 20, 30)}}
	Protect([]*crosstab.Table{m}, Rules{Group: 10, Answer: 5})
	for i := range m.Rows {
		if got := hiddenIn(m, i); got != ".xx." {
			t.Errorf("row %d: %s is hidden, want .xx.", i, got)
		}
	}
}

// A column that is hidden for its neighbour's sake is hidden in a model of the same
// people as well, whatever neighbours it has there, and in one of the same question for
// fewer people; in one of another question it is not.
func TestColumnsOfTheSamePeopleAreHidden(t *testing.T) {
	nested := &crosstab.Table{ID: "q", Question: "q", Columns: groups(300, 8, 112, 80, 100), Sums: []crosstab.Sum{{Total: 0, Parts: []int{1, 2, 3, 4}}},
		Rows: []crosstab.Row{{Kind: crosstab.Mean}}, Cells: [][]crosstab.Cell{shares(300, 8, 112, 80, 100)}}
	model := func(question string, people ...int) *crosstab.Table {
		return &crosstab.Table{ID: "m", Question: question, Model: true, Columns: groups(people...), Rows: []crosstab.Row{{Kind: crosstab.Coefficient}}, Cells: [][]crosstab.Cell{shares(people...)}}
	}
	same, fewer, others := model("", 300, 8, 112, 80, 100), model("q", 290, 20, 108, 70, 92), model("", 290, 20, 108, 70, 92)
	Protect([]*crosstab.Table{fewer, nested, same, others}, Rules{Group: 10, Answer: 5})
	if got := hiddenIn(nested, 0); got != ".x.x." {
		t.Fatalf("of the question %s is hidden: it is no test", got)
	}
	if got := hiddenIn(same, 0); got != ".x.x." {
		t.Errorf("of the same people %s is hidden, want .x.x.", got)
	}
	if got := hiddenIn(fewer, 0); got != ".x.x." {
		t.Errorf("of the same question %s is hidden, want .x.x.", got)
	}
	if got := hiddenIn(others, 0); got != "....." {
		t.Errorf("of other people %s is hidden", got)
	}
}

// A column whose base is a figure that is hidden is hidden.
func TestAColumnOfAHiddenNumberIsHidden(t *testing.T) {
	q := asked()
	shown := &crosstab.Table{ID: "m", Model: true, Columns: groups(300, 97, 80), Rows: []crosstab.Row{{Kind: crosstab.Coefficient}}, Cells: [][]crosstab.Cell{shares(300, 97, 80)}}
	shown.Columns[1].Of = []crosstab.Figure{{Table: "q", Kind: crosstab.Proportion, Code: "2", Group: "age", Label: "b"}}
	shown.Columns[2].Of = []crosstab.Figure{{Table: "q", Kind: crosstab.Proportion, Code: "2", Group: "age", Label: "d"}}
	Protect([]*crosstab.Table{shown, q}, Rules{Group: 10, Answer: 5})
	if got := hiddenIn(q, 1); got != ".xx." {
		t.Fatalf("of the question %s is hidden: it is no test", got)
	}
	if got := hiddenIn(shown, 0); got != ".x." {
		t.Errorf("%s is hidden, want .x.", got)
	}
}
