package disclosure

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"tradeoff/stats/crosstab"
)

// table makes a one-answer table of two segments and their crossing from
// counts by outer group, inner group and answer.
func table(counts [][][]int, net bool) *crosstab.Table {
	outer, inner, answers := len(counts), len(counts[0]), len(counts[0][0])
	t := &crosstab.Table{ID: "q"}
	columns := [][]int{make([]int, answers)}
	t.Columns = append(t.Columns, crosstab.Column{Label: "Total", Wave: "all"})
	add := func(group, parent, label string, of []int) {
		t.Columns = append(t.Columns, crosstab.Column{Group: group, Parent: parent, Label: label, Letter: "A", Wave: "all"})
		columns = append(columns, of)
	}
	sum := func(parts ...[]int) []int {
		s := make([]int, answers)
		for _, p := range parts {
			for i, n := range p {
				s[i] += n
			}
		}
		return s
	}
	var outers, inners [][]int
	for o := range outer {
		outers = append(outers, sum(counts[o]...))
	}
	for i := range inner {
		var parts [][]int
		for o := range outer {
			parts = append(parts, counts[o][i])
		}
		inners = append(inners, sum(parts...))
	}
	columns[0] = sum(outers...)
	t.Groups = append(t.Groups, crosstab.Group{Name: "outer", First: 1, N: outer}, crosstab.Group{Name: "inner", First: 1 + outer, N: inner})
	for o := range outer {
		add("outer", "", fmt.Sprint("o", o), outers[o])
	}
	for i := range inner {
		add("inner", "", fmt.Sprint("i", i), inners[i])
	}
	for o := range outer {
		t.Groups = append(t.Groups, crosstab.Group{Name: "nest", First: len(t.Columns), N: inner})
		for i := range inner {
			add("nest", fmt.Sprint("o", o), fmt.Sprint("i", i), counts[o][i])
		}
	}
	span := func(first, n, step int) (parts []int) {
		for k := range n {
			parts = append(parts, first+k*step)
		}
		return parts
	}
	nest := 1 + outer + inner
	t.Sums = append(t.Sums, crosstab.Sum{Total: 0, Parts: span(1, outer, 1)}, crosstab.Sum{Total: 0, Parts: span(1+outer, inner, 1)})
	for o := range outer {
		t.Sums = append(t.Sums, crosstab.Sum{Total: 1 + o, Parts: span(nest+o*inner, inner, 1)})
	}
	for i := range inner {
		t.Sums = append(t.Sums, crosstab.Sum{Total: 1 + outer + i, Parts: span(nest+i, outer, inner)})
	}
	row := func(r crosstab.Row, n func([]int) int) {
		t.Rows = append(t.Rows, r)
		var cells []crosstab.Cell
		for _, c := range columns {
			cells = append(cells, crosstab.Cell{Status: crosstab.OK, Count: n(c), Estimate: 0.5, SE: 0.1})
		}
		t.Cells = append(t.Cells, cells)
	}
	for a := range answers {
		row(crosstab.Row{Kind: crosstab.Proportion, Code: fmt.Sprint(a)}, func(c []int) int { return c[a] })
	}
	if net {
		row(crosstab.Row{Kind: crosstab.NetRow, Codes: []string{"0", "1"}}, func(c []int) int { return c[0] + c[1] })
		row(crosstab.Row{Kind: crosstab.Mean}, func(c []int) int { return sumOf(c) })
	}
	for j, c := range columns {
		n := sumOf(c)
		t.Columns[j].Base = crosstab.Base{Unweighted: n, People: n}
		t.Columns[j].Status = crosstab.OK
	}
	return t
}

func sumOf(c []int) int {
	n := 0
	for _, v := range c {
		n += v
	}
	return n
}

// An attacker who knows every printed count and base, and how the columns and
// rows of the table add up, can work out a hidden count exactly if and only if
// it is the same in all solutions: if its unit vector lies in the row space of
// the equations. The attack here is written apart from the code, with a rank
// by singular values.
func attack(before, after *crosstab.Table, outer, inner int) (open []string) {
	answers := 0
	for _, r := range before.Rows {
		if r.Kind == crosstab.Proportion {
			answers++
		}
	}
	index := map[[2]int]int{}
	id := func(row, col int) int {
		k := [2]int{row, col}
		if _, ok := index[k]; !ok {
			index[k] = len(index)
		}
		return index[k]
	}
	hidden := func(row, col int) bool {
		if row < 0 || row >= len(after.Rows) {
			return after.Columns[col].Status == crosstab.Suppressed
		}
		return after.Cells[row][col].Status == crosstab.Suppressed
	}
	var eqs []map[int]float64
	sum := func(total [2]int, parts ...[2]int) {
		e := map[int]float64{}
		if hidden(total[0], total[1]) {
			e[id(total[0], total[1])]--
		}
		for _, p := range parts {
			if hidden(p[0], p[1]) {
				e[id(p[0], p[1])]++
			}
		}
		if len(e) > 0 {
			eqs = append(eqs, e)
		}
	}
	rows := answers
	if len(before.Rows) > answers {
		rows++ // the net
	}
	for j := range before.Columns {
		var all [][2]int
		for a := range answers {
			all = append(all, [2]int{a, j})
		}
		sum([2]int{-1, j}, all...)
		if rows > answers {
			sum([2]int{answers, j}, all[0], all[1])
		}
	}
	for i := -1; i < rows; i++ {
		var os, is [][2]int
		for o := range outer {
			os = append(os, [2]int{i, 1 + o})
		}
		for k := range inner {
			is = append(is, [2]int{i, 1 + outer + k})
		}
		sum([2]int{i, 0}, os...)
		sum([2]int{i, 0}, is...)
		cell := func(o, k int) [2]int { return [2]int{i, 1 + outer + inner + o*inner + k} }
		for o := range outer {
			var parts [][2]int
			for k := range inner {
				parts = append(parts, cell(o, k))
			}
			sum(os[o], parts...)
		}
		for k := range inner {
			var parts [][2]int
			for o := range outer {
				parts = append(parts, cell(o, k))
			}
			sum(is[k], parts...)
		}
	}
	rank := func(extra int) int {
		n := len(eqs)
		if extra >= 0 {
			n++
		}
		m := mat.NewDense(n, len(index), nil)
		for r, e := range eqs {
			for c, v := range e {
				m.Set(r, c, v)
			}
		}
		if extra >= 0 {
			m.Set(n-1, extra, 1)
		}
		var svd mat.SVD
		if !svd.Factorize(m, mat.SVDNone) {
			panic("no decomposition")
		}
		k := 0
		for _, v := range svd.Values(nil) {
			if v > 1e-9 {
				k++
			}
		}
		return k
	}
	if len(eqs) == 0 {
		return nil
	}
	base := rank(-1)
	for i := range rows {
		for j := range before.Columns {
			n := before.Cells[i][j].Count
			if !hidden(i, j) || n == 0 || n >= 5 {
				continue
			}
			if rank(id(i, j)) == base {
				open = append(open, fmt.Sprintf("row %d column %d = %d", i, j, n))
			}
		}
	}
	return open
}

// picture prints counts, hidden ones with a star.
func picture(before, after *crosstab.Table) string {
	var b strings.Builder
	for j, c := range before.Columns {
		fmt.Fprintf(&b, "%d %s%s base %d", j, c.Parent, c.Label, c.Base.Unweighted)
		if after.Columns[j].Status == crosstab.Suppressed {
			b.WriteString("*")
		}
		b.WriteString(":")
		for i := range before.Rows {
			fmt.Fprintf(&b, " %d", before.Cells[i][j].Count)
			if after.Cells[i][j].Status == crosstab.Suppressed {
				b.WriteString("*")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestNoSmallCountCanBeSolved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		outer, inner, answers := rapid.IntRange(2, 4).Draw(t, "outer"), rapid.IntRange(2, 3).Draw(t, "inner"), rapid.IntRange(2, 5).Draw(t, "answers")
		counts := make([][][]int, outer)
		for o := range counts {
			counts[o] = make([][]int, inner)
			for i := range counts[o] {
				counts[o][i] = make([]int, answers)
				for a := range counts[o][i] {
					counts[o][i][a] = rapid.OneOf(rapid.IntRange(0, 60), rapid.IntRange(0, 8)).Draw(t, "n")
				}
			}
		}
		net := answers > 2 && rapid.Bool().Draw(t, "net")
		before, after := table(counts, net), table(counts, net)
		Protect([]*crosstab.Table{after}, Rules{Group: 10, Answer: 5})
		for i, r := range after.Rows {
			for j, c := range after.Cells[i] {
				small := counted(r) && before.Cells[i][j].Count > 0 && before.Cells[i][j].Count < 5
				group := before.Columns[j].Base.People > 0 && before.Columns[j].Base.People < 10
				if (small || group) && c.Status != crosstab.Suppressed {
					t.Fatalf("row %d column %d is shown: %d of %d", i, j, before.Cells[i][j].Count, before.Columns[j].Base.People)
				}
				if c.Status == crosstab.Suppressed && c != (crosstab.Cell{Status: crosstab.Suppressed}) {
					t.Fatalf("row %d column %d is hidden and holds %+v", i, j, c)
				}
			}
		}
		if open := attack(before, after, outer, inner); len(open) > 0 {
			t.Fatalf("an attacker works out %v of\n%s", open, picture(before, after))
		}
	})
}

func TestLettersOfHiddenColumnsGo(t *testing.T) {
	tab := table([][][]int{{{40, 40}, {30, 30}}, {{40, 41}, {3, 4}}}, false)
	tab.Columns[5].Letter, tab.Columns[6].Letter = "A", "B"
	tab.Columns[7].Letter, tab.Columns[8].Letter = "A", "B"
	tab.Cells[0][7] = crosstab.Cell{Status: crosstab.OK, Count: 40, Letters: "b", Tested: true}
	tab.Comparisons = []crosstab.Comparison{{Row: 0, A: 7, B: 8, EstimateA: 0.6, EstimateB: 0.4, P: 0.01, Status: crosstab.OK}}
	Protect([]*crosstab.Table{tab}, Rules{Group: 10, Answer: 5})
	if tab.Columns[8].Status != crosstab.Suppressed {
		t.Fatal("a group of 7 is shown")
	}
	if c := tab.Cells[0][7]; c.Letters != "" || c.Tested {
		t.Errorf("the neighbour keeps the mark %q of a hidden column", c.Letters)
	}
	if c := tab.Comparisons[0]; c.Status != crosstab.Suppressed || c.EstimateA != 0 || c.P != 0 {
		t.Errorf("a comparison with a hidden column says %+v", c)
	}
}

func TestNothingSmallNothingHidden(t *testing.T) {
	tab := table([][][]int{{{40, 0}, {30, 30}}, {{40, 41}, {50, 70}}}, false)
	if s := Protect([]*crosstab.Table{tab}, Rules{Group: 10, Answer: 5}); s.Cells+s.Columns != 0 {
		t.Errorf("hid %+v", s)
	}
	if math.Signbit(tab.Cells[0][0].Estimate) || tab.Cells[0][0].Estimate != 0.5 {
		t.Error("an estimate changed")
	}
}

// Twelve ratings may be by four people who gave three each; in a column where
// everybody rated once, five ratings are by five people.
func TestRatingsAreCountedByPeople(t *testing.T) {
	tab := table([][][]int{{{12, 90}, {40, 60}}, {{13, 80}, {50, 70}}}, false)
	tab.Loop, tab.PerPerson = true, 3
	for j := range tab.Columns {
		tab.Columns[j].Base.People = tab.Columns[j].Base.Unweighted / 3
	}
	Protect([]*crosstab.Table{tab}, Rules{Group: 10, Answer: 5})
	if tab.Cells[0][5].Status != crosstab.Suppressed {
		t.Error("12 ratings by as few as 4 people are shown")
	}
	once := table([][][]int{{{5, 90}, {40, 60}}, {{6, 80}, {50, 70}}}, false)
	once.Loop, once.PerPerson = true, 3
	if s := Protect([]*crosstab.Table{once}, Rules{Group: 10, Answer: 5}); s.Cells != 0 {
		t.Errorf("%d cells of people who rated once are hidden", s.Cells)
	}
}

// In a tick-all question the base gives away who did not tick, also where the
// ticks happen to add up to the base.
func TestWhoDidNotTickIsCountedToo(t *testing.T) {
	tab := table([][][]int{{{97, 3}, {60, 40}}, {{50, 50}, {50, 50}}}, false)
	tab.Multi = true
	Protect([]*crosstab.Table{tab}, Rules{Group: 10, Answer: 5})
	if tab.Cells[0][5].Status != crosstab.Suppressed || tab.Cells[1][5].Status != crosstab.Suppressed {
		t.Error("97 of 100 ticked and 3 of 100 ticked: one of the two is shown")
	}
}

// What a model says of fewer people than the smallest group goes, and the rest
// stays: its rows add up to nothing.
func TestOfModelsThinRowsAreHidden(t *testing.T) {
	m := &crosstab.Table{Model: true, Columns: []crosstab.Column{{Label: "Total", Base: crosstab.Base{Unweighted: 500, People: 500}},
		{Group: "age", Label: "18-24", Base: crosstab.Base{Unweighted: 9, People: 9}}, {Group: "age", Label: "25+", Base: crosstab.Base{Unweighted: 491, People: 491}}},
		Sums: []crosstab.Sum{{Total: 0, Parts: []int{1, 2}}}}
	for _, n := range []int{0, 9, 10} {
		m.Rows = append(m.Rows, crosstab.Row{Kind: crosstab.OddsRatio})
		m.Cells = append(m.Cells, []crosstab.Cell{{Status: crosstab.OK, Count: n, Estimate: 2}, {Status: crosstab.OK, Estimate: 3}, {Status: crosstab.OK, Estimate: 4}})
	}
	Protect([]*crosstab.Table{m}, Rules{Group: 10, Answer: 5})
	for i, want := range []crosstab.Status{crosstab.OK, crosstab.Suppressed, crosstab.OK} {
		if got := m.Cells[i][0]; got.Status != want || want == crosstab.Suppressed && got.Estimate != 0 {
			t.Errorf("row %d of Total is %+v, want %s", i, got, want)
		}
		for j := 1; j <= 2; j++ { // the small group, and its only neighbour
			if got := m.Cells[i][j]; got.Status != crosstab.Suppressed || m.Columns[j].Base.People != 0 {
				t.Errorf("row %d, column %d is %+v", i, j, got)
			}
		}
	}
}

// A figure without some of the people tells what those few answered, beside the figure of
// all: it goes where they are fewer than a group, or few of them gave an answer.
func TestOfModelsSmallRemaindersAreHidden(t *testing.T) {
	m := &crosstab.Table{Model: true, Columns: []crosstab.Column{{Label: "Total", Base: crosstab.Base{Unweighted: 500, People: 500}}}}
	want := []crosstab.Status{crosstab.OK}
	add := func(people, yes int, s crosstab.Status) {
		m.Rows = append(m.Rows, crosstab.Row{Kind: crosstab.Proportion, Partial: len(m.Rows) > 0})
		m.Cells = append(m.Cells, []crosstab.Cell{{Status: crosstab.OK, Count: yes, Base: &crosstab.Base{Unweighted: people, People: people}, Estimate: float64(yes) / float64(people)}})
		want = append(want, s)
	}
	add(500, 200, "")
	add(495, 199, crosstab.Suppressed) // five people
	add(480, 196, crosstab.Suppressed) // twenty, of whom four said yes
	add(480, 183, crosstab.Suppressed) // three said no
	add(480, 190, crosstab.OK)
	add(480, 200, crosstab.OK) // nobody said yes: a zero is no small count
	want = append(want[:1], want[2:]...)
	Protect([]*crosstab.Table{m}, Rules{Group: 10, Answer: 5})
	for i, s := range want {
		if got := m.Cells[i][0]; got.Status != s {
			t.Errorf("row %d is %+v, want %s", i, got, s)
		}
	}
}

// Shares of the people of a column are protected as ticks are, also in the table of a
// model: a small count takes another with it, and what speaks of both.
func TestSharesOfAModelAreProtected(t *testing.T) {
	m := &crosstab.Table{Model: true, Multi: true, Sums: []crosstab.Sum{{Total: 0, Parts: []int{1, 2, 3}}},
		Rows: []crosstab.Row{{Kind: crosstab.Proportion, Label: "do"}, {Kind: crosstab.Difference, Label: "do less say"}}}
	counts := []int{63, 3, 20, 40}
	cells := make([][]crosstab.Cell, 2)
	for j, n := range []int{300, 100, 100, 100} {
		m.Columns = append(m.Columns, crosstab.Column{Base: crosstab.Base{Unweighted: n, People: n}})
		cells[0] = append(cells[0], crosstab.Cell{Status: crosstab.OK, Estimate: float64(counts[j]) / float64(n), Count: counts[j]})
		cells[1] = append(cells[1], crosstab.Cell{Status: crosstab.OK, Estimate: 0.1, Count: n})
	}
	m.Cells = cells
	Protect([]*crosstab.Table{m}, Rules{Group: 10, Answer: 5})
	for i, want := range [][]crosstab.Status{{crosstab.OK, crosstab.Suppressed, crosstab.Suppressed, crosstab.OK}, {crosstab.OK, crosstab.Suppressed, crosstab.Suppressed, crosstab.OK}} {
		for j, status := range want {
			if got := m.Cells[i][j].Status; got != status {
				t.Errorf("row %d, column %d is %s, want %s", i, j, got, status)
			}
		}
	}
}

// Who answered a row, and who in the column was not asked it, are groups too: where either
// is small, the row is hidden; otherwise who did not tick is counted among those who
// answered. A few who were asked and have no answer are no group, as in other questions.
func TestRowsThatNotEverybodyWasAsked(t *testing.T) {
	for _, c := range []struct {
		asked, ticked   int
		partial, hidden bool
	}{
		{60, 30, true, false},
		{60, 57, true, true},   // three of those asked did not
		{94, 40, true, true},   // six were not asked
		{94, 40, false, false}, // six did not answer
		{94, 91, false, true},  // three of those who did answered no
		{7, 6, true, true},     // seven were asked
		{7, 6, false, true},    // seven answered
		{0, 0, true, false},    // nobody was: a gap
	} {
		base := crosstab.Base{Unweighted: c.asked, People: c.asked}
		m := &crosstab.Table{Multi: true, Rows: []crosstab.Row{{Kind: crosstab.Proportion, Partial: c.partial}},
			Columns: []crosstab.Column{{Base: crosstab.Base{Unweighted: 100, People: 100}}},
			Cells:   [][]crosstab.Cell{{{Status: crosstab.OK, Count: c.ticked, Base: &base}}}}
		Protect([]*crosstab.Table{m}, Rules{Group: 10, Answer: 5})
		if got := m.Cells[0][0]; (got.Status == crosstab.Suppressed) != c.hidden || c.hidden && got.Base != nil {
			t.Errorf("%d of %d: %+v, hidden should be %v", c.ticked, c.asked, got, c.hidden)
		}
	}
}
