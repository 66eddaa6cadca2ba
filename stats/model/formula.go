package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Column is a variable of the rows: a number each, or one of some levels.
type Column struct {
	values []float64
	codes  []int
	levels []string
}

// Numeric is a column of numbers; NaN is missing. The slice is not copied.
// TestDesignMatrix.
func Numeric(x []float64) Column { return Column{values: x} }

// Factor is a column of levels: the place of each row's level in levels, -1 if
// missing. The first level is the reference, from which coefficients measure the
// others. It panics if a code has no level. TestDesignMatrix, TestMisuse.
func Factor(codes []int, levels []string) Column {
	for i, c := range codes {
		if c < -1 || c >= len(levels) {
			panic(fmt.Sprintf("model: row %d has code %d of %d levels", i, c, len(levels)))
		}
	}
	return Column{codes: codes, levels: levels}
}

func (c Column) isFactor() bool { return c.levels != nil }

func (c Column) rows() int {
	if c.isFactor() {
		return len(c.codes)
	}
	return len(c.values)
}

func (c Column) missing(i int) bool {
	if c.isFactor() {
		return c.codes[i] < 0
	}
	return math.IsNaN(c.values[i])
}

// Data are columns by name.
type Data map[string]Column

// A Term is the product of the variables named: one for a main effect, several
// for an interaction.
type Term []string

// String joins the variables as R does, age:trust.
func (t Term) String() string { return strings.Join(t, ":") }

// same reports whether two terms have the same variables in any order.
func (t Term) same(o Term) bool {
	a, b := slices.Sorted(slices.Values(t)), slices.Sorted(slices.Values(o))
	return slices.Equal(a, b)
}

// An atom is a factor of a column of the design matrix: the variable itself, or
// 1 where it has a level.
type atom struct {
	name  string
	level int // -1 for a number
}

// A plan says how data become a design matrix. A column of it is a product of
// atoms; the intercept is the product of none.
type plan struct {
	terms   []Term
	columns [][]atom
	names   []string
	assign  []int // term of each column, -1 for the intercept
	used    []string
	levels  map[string][]string // of the factors used
}

// interceptName is the name of the column of ones, as in R.
const interceptName = "(Intercept)"

// newPlan codes terms as R's model.matrix does with treatment contrasts: a
// factor has a column for each level but the first, or for every level where
// the term without it is not in the model (and, without an intercept, in the
// first main effect of a factor).
func newPlan(terms []Term, intercept bool, data Data) (*plan, error) {
	p := &plan{terms: terms, levels: map[string][]string{}}
	if intercept {
		p.columns, p.names, p.assign = [][]atom{nil}, []string{interceptName}, []int{-1}
	}
	spare := !intercept // the level that an intercept would take is still free
	for k, t := range terms {
		if err := p.check(k, data); err != nil {
			return nil, err
		}
		columns, names := [][]atom{nil}, []string{""}
		for _, v := range t {
			c := data[v]
			if !slices.Contains(p.used, v) {
				p.used = append(p.used, v)
			}
			atoms, labels := []atom{{v, -1}}, []string{v}
			if c.isFactor() {
				p.levels[v] = c.levels
				full := len(t) > 1 && !p.hasMargin(t, v)
				if len(t) == 1 && spare {
					full, spare = true, false
				}
				atoms, labels = levelAtoms(v, c.levels, full)
			}
			columns, names = product(columns, names, atoms, labels)
		}
		p.columns, p.names = append(p.columns, columns...), append(p.names, names...)
		for range columns {
			p.assign = append(p.assign, k)
		}
	}
	return p, nil
}

// check finds fault with term k.
func (p *plan) check(k int, data Data) error {
	t := p.terms[k]
	if len(t) == 0 {
		return fmt.Errorf("a term has no variable; the intercept is there unless left out by NoIntercept")
	}
	for i, v := range t {
		c, ok := data[v]
		if !ok {
			return fmt.Errorf("term %s: there is no variable %q in the data", t, v)
		}
		if slices.Contains(t[:i], v) {
			return fmt.Errorf("term %s: %q occurs twice; for a square, add the squared column to the data", t, v)
		}
		if n := countInfinite(c.values); n > 0 {
			return fmt.Errorf("variable %s: %d of its values are infinite; make them missing, or take them back to a finite scale", v, n)
		}
	}
	for _, o := range p.terms[:k] {
		if t.same(o) {
			return fmt.Errorf("term %s occurs twice; leave one out", t)
		}
	}
	return nil
}

func countInfinite(x []float64) int {
	n := 0
	for _, v := range x {
		if math.IsInf(v, 0) {
			n++
		}
	}
	return n
}

// hasMargin reports whether the model has the term without variable v.
func (p *plan) hasMargin(t Term, v string) bool {
	margin := slices.DeleteFunc(slices.Clone(t), func(o string) bool { return o == v })
	return slices.ContainsFunc(p.terms, margin.same)
}

func levelAtoms(v string, levels []string, full bool) (atoms []atom, labels []string) {
	for l, label := range levels {
		if l > 0 || full {
			atoms, labels = append(atoms, atom{v, l}), append(labels, v+"="+label)
		}
	}
	return atoms, labels
}

// product crosses columns with atoms; the columns before change fastest.
func product(columns [][]atom, names []string, atoms []atom, labels []string) (crossed [][]atom, named []string) {
	for j, a := range atoms {
		for k, c := range columns {
			name := labels[j]
			if names[k] != "" {
				name = names[k] + ":" + name
			}
			crossed, named = append(crossed, append(slices.Clone(c), a)), append(named, name)
		}
	}
	return crossed, named
}

// only is the plan with some of its columns.
func (p *plan) only(keep []int) *plan {
	c := *p
	c.columns, c.names, c.assign = nil, nil, nil
	for _, j := range keep {
		c.columns, c.names, c.assign = append(c.columns, p.columns[j]), append(c.names, p.names[j]), append(c.assign, p.assign[j])
	}
	return &c
}

// rows is the common length of the columns that the plan uses; it panics if
// there is none. A plan without variables has n rows.
func (p *plan) rows(data Data, n int) int {
	for k, v := range p.used {
		if m := data[v].rows(); k == 0 && n < 0 {
			n = m
		} else if m != n {
			panic(fmt.Sprintf("model: variable %s has %d rows, not %d", v, m, n))
		}
	}
	return n
}

// complete marks the rows in which no variable of the plan is missing.
func (p *plan) complete(data Data, n int) []bool {
	ok := slices.Repeat([]bool{true}, n)
	for _, v := range p.used {
		c := data[v]
		for i := range ok {
			ok[i] = ok[i] && !c.missing(i)
		}
	}
	return ok
}

// matrix is the design matrix of n rows, row by row; zero in rows that are not
// complete.
func (p *plan) matrix(data Data, complete []bool) []float64 {
	P := len(p.columns)
	x := make([]float64, len(complete)*P)
	for j, atoms := range p.columns {
		for i, ok := range complete {
			if ok {
				x[i*P+j] = 1
			}
		}
		for _, a := range atoms {
			data[a.name].multiply(x, j, P, a.level)
		}
	}
	return x
}

// slopes is the derivative of the design matrix by a numeric variable.
func (p *plan) slopes(data Data, complete []bool, v string) []float64 {
	d := *p
	d.columns = make([][]atom, len(p.columns))
	for j, atoms := range p.columns {
		d.columns[j] = slices.DeleteFunc(slices.Clone(atoms), func(a atom) bool { return a.name == v })
	}
	x := d.matrix(data, complete)
	P := len(p.columns)
	for j := range p.columns {
		if len(d.columns[j]) == len(p.columns[j]) { // without v
			for i := range complete {
				x[i*P+j] = 0
			}
		}
	}
	return x
}

// multiply multiplies column j of x, of P columns, where it is not zero.
func (c Column) multiply(x []float64, j, P, level int) {
	for i := range c.rows() {
		at := i*P + j
		switch {
		case x[at] == 0:
		case level < 0:
			x[at] *= c.values[i]
		case c.codes[i] != level:
			x[at] = 0
		}
	}
}

// checkNew finds fault with data that a plan made for other data is to be
// applied to.
func (p *plan) checkNew(data Data) error {
	for _, v := range p.used {
		c, ok := data[v]
		if !ok {
			return fmt.Errorf("there is no variable %q in the data; the model needs it", v)
		}
		if err := p.sameLevels(v, c); err != nil {
			return err
		}
	}
	return nil
}

// sameLevels finds fault with a variable that has other levels than the plan's,
// or the same in another order.
func (p *plan) sameLevels(v string, c Column) error {
	if levels, factor := p.levels[v]; factor != c.isFactor() || factor && !slices.Equal(levels, c.levels) {
		return fmt.Errorf("variable %s: its levels are not those of the model; give it the same levels in the same order", v)
	}
	return nil
}
