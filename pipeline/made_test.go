package pipeline

import (
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"tradeoff/internal/sharedtest"
	"tradeoff/stats/crosstab"
)

// A row of a model's table that can be worked out from figures of questions must say of
// which (Row.Of), or it would tell what is hidden there. This attack knows no table: it
// tries whether a row without it is a figure of the questions, what is left of one, the
// sum, difference, product or ratio of two, or a linear combination of the items of a
// grid, in all columns.

// A line is a row by its columns: NaN where it has no number.
type line struct {
	name string
	v    []float64
}

// An workedOut says from what a row can be worked out.
type workedOut struct{ row, from string }

// columnsIn are the columns of all tables, by whom they are of.
func columnsIn(tables map[string]*crosstab.Table) (keys []string) {
	for _, t := range tables {
		for _, c := range t.Columns {
			keys = append(keys, columnName(c))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func columnName(c crosstab.Column) string {
	return fmt.Sprint(c.Group, "/", c.Parent, "/", c.Label)
}

// lineOf is a row of a table by those columns.
func lineOf(t *crosstab.Table, i int, columns []string) line {
	l := line{fmt.Sprintf("%s %s %q", t.ID, t.Rows[i].Kind, t.Rows[i].Label), slices.Repeat([]float64{math.NaN()}, len(columns))}
	for j, c := range t.Columns {
		if x := t.Cells[i][j]; x.Status == crosstab.OK || x.Status == crosstab.LowBase {
			k, _ := slices.BinarySearch(columns, columnName(c))
			l.v[k] = x.Estimate
		}
	}
	return l
}

// varies tells whether a line has a number that is more than 0 or 1 by chance of its own.
func (l line) tells() bool {
	return slices.ContainsFunc(l.v, func(x float64) bool { return math.Abs(x) > 1e-6 && math.Abs(x-1) > 1e-6 })
}

// is tells whether a line is made of others everywhere; it must be somewhere.
func (l line) is(f func(k int) float64) bool {
	found := false
	for k, v := range l.v {
		if math.IsNaN(v) {
			continue
		}
		if x := f(k); !(math.Abs(x-v) <= 1e-11*max(1, math.Abs(v))) {
			return false
		}
		found = true
	}
	return found
}

// fromOne tries one figure, of all.
func (l line) fromOne(figures []line) string {
	for _, x := range figures {
		if l.is(func(k int) float64 { return x.v[k] }) || l.is(func(k int) float64 { return 1 - x.v[k] }) {
			return x.name
		}
	}
	return ""
}

// numbers is how many columns of a line have one.
func (l line) numbers() (n int) {
	for _, v := range l.v {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// table is the table of a line.
func (l line) table() string {
	id, _, _ := strings.Cut(l.name, " ")
	return id
}

// fromTwo tries two figures: products and ratios of two tables where there is more than one
// number to tell, since shares are ratios of small whole numbers, and among the millions of pairs of a
// study one is like a share of other people.
func (l line) fromTwo(figures []line) string {
	several := l.numbers() > 1
	for n, x := range figures {
		for _, y := range figures[:n] {
			for i, f := range []func(k int) float64{
				func(k int) float64 { return x.v[k] - y.v[k] },
				func(k int) float64 { return y.v[k] - x.v[k] },
				func(k int) float64 { return x.v[k] + y.v[k] },
				func(k int) float64 { return x.v[k] * y.v[k] },
				func(k int) float64 { return x.v[k] / y.v[k] },
				func(k int) float64 { return y.v[k] / x.v[k] },
			} {
				if (several || i < 3 || x.table() == y.table()) && l.is(f) {
					return x.name + " and " + y.name
				}
			}
		}
	}
	return ""
}

// fromGrid tries linear combinations of figures, with a constant, where there are
// columns enough to tell.
func (l line) fromGrid(figures []line) bool {
	var at []int
	for k, v := range l.v {
		if !math.IsNaN(v) && !slices.ContainsFunc(figures, func(x line) bool { return math.IsNaN(x.v[k]) }) {
			at = append(at, k)
		}
	}
	K := len(figures) + 1
	if len(at) < K+4 {
		return false
	}
	a, b := mat.NewDense(len(at), K, nil), mat.NewVecDense(len(at), nil)
	for i, k := range at {
		b.SetVec(i, l.v[k])
		a.Set(i, 0, 1)
		for j, x := range figures {
			a.Set(i, j+1, x.v[k])
		}
	}
	var solved, left mat.VecDense
	if solved.SolveVec(a, b) != nil {
		return false
	}
	left.MulVec(a, &solved)
	left.SubVec(&left, b)
	return mat.Norm(&left, math.Inf(1)) < 1e-9*mat.Norm(b, math.Inf(1))
}

// unsaid are the rows of models without Of that figures of questions tell.
func unsaid(tables map[string]*crosstab.Table) (out []workedOut, tried int) {
	columns := columnsIn(tables)
	var figures []line
	grids := map[string][]line{}
	for _, id := range slices.Sorted(maps.Keys(tables)) {
		t := tables[id]
		for i, r := range t.Rows {
			if x := lineOf(t, i, columns); !t.Model && r.Kind != crosstab.SD && x.tells() {
				figures = append(figures, x)
				grid := fmt.Sprint(t.Question, " ", r.Kind, " ", r.Code, " ", r.Codes)
				grids[grid] = append(grids[grid], x)
			}
		}
	}
	for _, t := range tables {
		for i, r := range t.Rows {
			x := lineOf(t, i, columns)
			if !t.Model || len(r.Of) > 0 || !x.tells() {
				continue
			}
			tried++
			if from := x.fromOne(figures); from != "" {
				out = append(out, workedOut{x.name, from})
				continue
			}
			if from := x.fromTwo(figures); from != "" {
				out = append(out, workedOut{x.name, from})
				continue
			}
			for grid, items := range grids {
				if len(items) > 1 && x.fromGrid(items) {
					out = append(out, workedOut{x.name, "the items of " + grid})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b workedOut) int { return strings.Compare(a.row, b.row) })
	return out, tried
}

func TestRowsThatFiguresTellSayOfWhich(t *testing.T) {
	studies := map[string]Source{"sample": Sample(), "tracker": trackerCrowd(t, t.TempDir(), 1)}
	for _, path := range surveyFiles(t) {
		studies[filepath.Base(path)] = FromPath(path)
	}
	for name, s := range studies {
		t.Run(name, func(t *testing.T) {
			if strings.HasSuffix(name, ".yaml") {
				few(t)
				sharedtest.Path(t, "surveys")
			}
			out, tried := unsaid(tablesOf(t, s, false))
			for _, x := range out {
				t.Errorf("%s can be worked out from %s: give its row Of", x.row, x.from)
			}
			t.Logf("%d rows tried", tried)
		})
	}
}
