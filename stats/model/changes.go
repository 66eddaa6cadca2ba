package model

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"tradeoff/stats"
)

// A Move takes people from somewhere to somewhere else. Both are data of all rows, of
// the variables that are not as people have them; nil is as they are.
type Move struct{ From, To Data }

// Changes estimates, in each of some groups of rows, by how much the mean of the
// outcome changes if everybody there is moved from x to x',
//
//	C = sum w (m(x' b) - m(x b)) / sum w
//
// Trust moves from where each person has it to a step higher, and no higher than the
// scale; age from everybody young to everybody old. All else stays as it is. The sums
// are over the rows of a group, marked with a length of rows, in which all variables are
// known before and after every move, whatever is missing of the outcome. The estimates
// come by group and move, each by itself. As in Margins they vary because the
// coefficients do, and because the people averaged over are a sample; the coefficients
// are those of everybody in the fit. Units of the outcome, df of the design; NaN in a
// group without rows. With each set of replicate weights the model is fitted anew.
//
// Errors: the model has no such variable, or it has other levels; the data say nothing
// about people who are moved so, because columns were dropped. It panics where lengths
// differ. Stata: margins, at(generate()) vce(unconditional). TestChanges,
// TestChangesOneByOne, TestDerivatives; package analysis of the pipeline holds them
// against R.
func (f *Fit) Changes(groups [][]bool, moves []Move) ([][]*stats.Estimates, error) {
	c, err := f.changes(groups, moves)
	if err != nil {
		return nil, err
	}
	out := make([][]*stats.Estimates, len(groups))
	if f.design.Replicates() != nil { // all together, so that the model is fitted once to each
		e, err := f.design.Estimate(c.along(moves...))
		if err != nil {
			return nil, err
		}
		for g := range groups {
			out[g] = apart(e, g*len(moves), len(moves))
		}
		return out, nil
	}
	if c.linear, err = c.linearized(f.design.Weights()); err != nil {
		return nil, err
	}
	for _, m := range moves { // one after the other: each takes its room
		one := c.along(m)
		for from := 0; from < len(groups); from += atOnce {
			one.groups = c.groups[from:min(from+atOnce, len(groups))]
			e, err := f.design.Estimate(one)
			if err != nil {
				return nil, err
			}
			for g, x := range apart(e, 0, e.Len()) {
				out[from+g] = append(out[from+g], x)
			}
		}
	}
	return out, nil
}

// Moved are the changes of one group as a Statistic, to estimate together with others, or
// in a design whose rows are not those of the model. With each set of weights the model is
// fitted anew; it is NaN where that fails. Errors as in Changes. TestMoved.
func (f *Fit) Moved(group []bool, moves []Move) (stats.Statistic, error) {
	c, err := f.changes([][]bool{group}, moves)
	if err != nil {
		return nil, err
	}
	return c.along(moves...), nil
}

// atOnce is how many groups are estimated together. They have a covariance matrix,
// which nobody asked for.
const atOnce = 8

// apart are some numbers of an estimate, each by itself.
func apart(e *stats.Estimates, first, n int) []*stats.Estimates {
	out := make([]*stats.Estimates, n)
	for k := range out {
		one := make([]float64, e.Len())
		one[first+k] = 1
		out[k] = e.Contrast(nil, one)
	}
	return out
}

// changes is the Statistic of Changes, group after group.
type changes struct {
	fit    *Fit
	x      []float64 // the design matrix of people as they are
	known  []bool    // rows with all variables, before and after every move
	rows   []int     // those of any group
	groups [][]int   // rows of each
	paths  []path
	linear *linear // at the weights of the design, nil = not worked out
}

// A path is a move as what it adds to the design matrix.
type path struct{ from, to shift }

// A shift is what is added to some columns of the design matrix, row by row; of no
// columns nobody moves.
type shift struct {
	columns []int
	dx      []float64
}

// changes finds the rows.
func (f *Fit) changes(groups [][]bool, moves []Move) (changes, error) {
	n := len(f.model.y)
	c := changes{fit: f, known: f.plan.complete(f.model.data, n)}
	c.x = f.plan.matrix(f.model.data, c.known)
	for _, m := range moves {
		for _, end := range []Data{m.From, m.To} {
			if err := c.reaches(end); err != nil {
				return c, err
			}
		}
	}
	counted := make([]bool, n)
	for _, in := range groups {
		if len(in) != n {
			panic(fmt.Sprintf("model: a group has marks of %d rows, not %d", len(in), n))
		}
		var rows []int
		for i, ok := range c.known {
			if ok && in[i] && !math.IsNaN(f.model.offsetOf(i)) {
				rows = append(rows, i)
				counted[i] = true
			}
		}
		c.groups = append(c.groups, rows)
	}
	for i, ok := range counted {
		if ok {
			c.rows = append(c.rows, i)
		}
	}
	return c, nil
}

// reaches leaves out the rows that are not known at an end of a move, and finds fault
// with an end of which the model says nothing.
func (c changes) reaches(end Data) error {
	if err := c.fit.takes(end); err != nil {
		return err
	}
	data, w := c.moved(end), c.fit.design.Weights()
	c.fit.plan.rows(data, len(w))
	for _, column := range end {
		for i := range c.known {
			c.known[i] = c.known[i] && !column.missing(i)
		}
	}
	counts := slices.Clone(c.known)
	for i, v := range w {
		counts[i] = counts[i] && v != 0
	}
	return c.fit.says(data, counts)
}

// moved is the data at an end of a move.
func (c changes) moved(end Data) Data {
	data := maps.Clone(c.fit.model.data)
	maps.Copy(data, end)
	return data
}

// along are these changes of some moves.
func (c changes) along(moves ...Move) changes {
	c.paths = nil
	for _, m := range moves {
		c.paths = append(c.paths, path{c.shift(m.From), c.shift(m.To)})
	}
	return c
}

// shift is an end of a move as what it adds to the design matrix.
func (c changes) shift(end Data) shift {
	var s shift
	for j, atoms := range c.fit.plan.columns {
		for _, a := range atoms {
			if _, ok := end[a.name]; ok {
				s.columns = append(s.columns, j)
				break
			}
		}
	}
	if len(s.columns) == 0 {
		return s
	}
	s.dx = c.fit.plan.only(s.columns).matrix(c.moved(end), c.known)
	P := len(c.fit.plan.columns)
	for i := range c.known {
		for k, j := range s.columns {
			s.dx[i*len(s.columns)+k] -= c.x[i*P+j]
		}
	}
	return s
}

// At averages with weights w.
func (c changes) At(w []float64) ([]float64, error) {
	b, err := coefficients{c.fit}.At(w)
	if err != nil || math.IsNaN(b[0]) {
		return nans(len(c.groups) * len(c.paths)), err
	}
	means := make([]float64, len(c.groups)*len(c.paths))
	e := c.predictors(w, b)
	for k, p := range c.paths {
		from, to := c.predict(w, b, e, p.from), c.predict(w, b, e, p.to)
		for g, rows := range c.groups {
			sum, W := 0.0, 0.0
			for _, i := range rows {
				sum += w[i] * (to.mean[i] - from.mean[i])
				W += w[i]
			}
			means[g*len(c.paths)+k] = sum / W
		}
	}
	return means, nil
}

// Linearize adds what the coefficients and the people averaged over contribute.
func (c changes) Linearize(w []float64) ([]float64, [][]float64, error) {
	l := c.linear
	if l == nil {
		var err error
		if l, err = c.linearized(w); err != nil {
			return nil, nil, err
		}
	}
	means, u := nans(len(c.groups)*len(c.paths)), make([][]float64, len(c.groups)*len(c.paths))
	for k := range u {
		u[k] = make([]float64, len(w))
	}
	if l.e == nil {
		return means, u, nil
	}
	P := len(l.b)
	for k, p := range c.paths {
		from, to := c.predict(w, l.b, l.e, p.from), c.predict(w, l.b, l.e, p.to)
		for g, rows := range c.groups {
			at := g*len(c.paths) + k
			var gradient []float64
			means[at], gradient = c.average(w, rows, p, from, to, u[at])
			for i, v := range w {
				if v != 0 && gradient != nil {
					u[at][i] += floats.Dot(gradient, l.u[i*P:(i+1)*P])
				}
			}
		}
	}
	return means, u, nil
}

// A linear is what all changes share at some weights: the coefficients and their
// linearised values row by row, and the linear predictors of people as they are, nil
// where the model has no solution.
type linear struct{ b, u, e []float64 }

func (c changes) linearized(w []float64) (*linear, error) {
	b, columns, err := coefficients{c.fit}.Linearize(w)
	if err != nil || math.IsNaN(b[0]) {
		return &linear{b: b}, err
	}
	l := &linear{b: b, u: make([]float64, len(w)*len(b)), e: c.predictors(w, b)}
	for j, column := range columns {
		for i, v := range column {
			l.u[i*len(b)+j] = v
		}
	}
	return l, nil
}

// predictors are the linear predictors of the rows of all groups with weight.
func (c changes) predictors(w, b []float64) []float64 {
	e, P := make([]float64, len(w)), len(b)
	for _, i := range c.rows {
		if w[i] != 0 {
			e[i] = floats.Dot(c.x[i*P:(i+1)*P], b) + c.fit.model.offsetOf(i)
		}
	}
	return e
}

// predicted is what a model says of rows: the mean of the outcome and its slope;
// anything in rows of no group or without weight.
type predicted struct{ mean, slope []float64 }

// predict is what coefficients b say of the rows of all groups after a shift from the
// linear predictors e.
func (c changes) predict(w, b, e []float64, s shift) predicted {
	p, J := predicted{make([]float64, len(w)), make([]float64, len(w))}, len(s.columns)
	for _, i := range c.rows {
		if w[i] == 0 {
			continue
		}
		then := e[i]
		for q, j := range s.columns {
			then += s.dx[i*J+q] * b[j]
		}
		x := c.fit.model.link.at(then)
		p.mean[i], p.slope[i] = x.mean, x.slope
	}
	return p
}

// average is how much a move changes the mean in a group, and the derivatives of that
// by the coefficients; u gets its linearised values with the coefficients as they are.
// A group without weight has NaN.
func (c changes) average(w []float64, rows []int, p path, from, to predicted, u []float64) (mean float64, gradient []float64) {
	sum, W, P := 0.0, 0.0, len(c.fit.plan.columns)
	gradient = make([]float64, P)
	for _, i := range rows {
		if w[i] == 0 {
			continue
		}
		W += w[i]
		sum += w[i] * (to.mean[i] - from.mean[i])
		floats.AddScaled(gradient, w[i]*(to.slope[i]-from.slope[i]), c.x[i*P:(i+1)*P])
		p.to.add(gradient, i, w[i]*to.slope[i])
		p.from.add(gradient, i, -w[i]*from.slope[i])
	}
	if W == 0 {
		return math.NaN(), nil
	}
	mean = sum / W
	floats.Scale(1/W, gradient)
	for _, i := range rows {
		u[i] = (to.mean[i] - from.mean[i] - mean) / W
	}
	return mean, gradient
}

// add adds f times the shift of a row.
func (s shift) add(gradient []float64, row int, f float64) {
	for q, j := range s.columns {
		gradient[j] += f * s.dx[row*len(s.columns)+q]
	}
}

// takes finds fault with variables that people are given.
func (f *Fit) takes(given Data) error {
	for v, c := range given {
		if !slices.Contains(f.plan.used, v) {
			return fmt.Errorf("the model has no variable %q", v)
		}
		if err := f.plan.sameLevels(v, c); err != nil {
			return err
		}
	}
	return nil
}

// says finds fault with rows that the model says nothing about, because columns were
// dropped.
func (f *Fit) says(data Data, rows []bool) error {
	if len(f.basis.lost) == 0 {
		return nil
	}
	x, columns := f.model.plan.matrix(data, rows), len(f.model.plan.columns)
	for i, counts := range rows {
		if j, ok := f.basis.estimable(x[i*columns : (i+1)*columns]); counts && !ok {
			return fmt.Errorf("%s has no coefficient, as no row tells it from the columns before; the data say nothing about people who are given this", f.model.plan.names[j])
		}
	}
	return nil
}
