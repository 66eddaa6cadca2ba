package model

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"tradeoff/stats"
)

// Changes estimates, in each of some groups of rows, by how much the mean of the
// outcome changes if everybody there is moved,
//
//	C = sum w (m(x' b) - m(x b)) / sum w
//
// A move is data of all rows, of the variables that it changes: each person's trust a
// step higher and no higher than the scale. All else stays as it is. The sums are over
// the rows of a group, marked with a length of rows, in which all variables are known
// before and after every move, whatever is missing of the outcome. The estimates come
// by group and move, each by itself. As in Margins they vary because the coefficients
// do, and because the people averaged over are a sample; the coefficients are those of
// everybody in the fit. Units of the outcome, df of the design; NaN in a group without
// rows. With each set of replicate weights the model is fitted anew.
//
// Errors: the model has no such variable, or it has other levels; the data say nothing
// about people who are moved so, because columns were dropped. It panics where lengths
// differ. Stata: margins, at(generate()) vce(unconditional). TestChanges,
// TestChangesOneByOne, TestDerivatives; package analysis of the pipeline holds them
// against R.
func (f *Fit) Changes(groups [][]bool, moves []Data) ([][]*stats.Estimates, error) {
	c, err := f.changes(groups, moves)
	if err != nil {
		return nil, err
	}
	out := make([][]*stats.Estimates, len(groups))
	if f.design.Replicates() != nil { // all together, so that the model is fitted once to each
		e, err := f.design.Estimate(c)
		if err != nil {
			return nil, err
		}
		for g := range groups {
			out[g] = apart(e, g*len(moves), len(moves))
		}
		return out, nil
	}
	if c.known, err = c.linear(f.design.Weights()); err != nil {
		return nil, err
	}
	for g := range groups {
		for k := 0; k < len(moves); k += atOnce {
			part := c
			part.groups, part.first, part.moves = c.groups[g:g+1], k, c.moves[k:min(k+atOnce, len(moves))]
			e, err := f.design.Estimate(part)
			if err != nil {
				return nil, err
			}
			out[g] = append(out[g], apart(e, 0, e.Len())...)
		}
	}
	return out, nil
}

// atOnce is how many moves are estimated together. They have a covariance matrix, which
// nobody asked for.
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
	groups [][]int   // their rows
	moves  []shift
	first  int     // place of the first of these moves in known
	known  *linear // of the weights of the design, nil = not worked out yet
}

// A shift is what a move adds to some columns of the design matrix, row by row.
type shift struct {
	columns []int
	dx      []float64
}

// changes finds the rows and the shifts.
func (f *Fit) changes(groups [][]bool, moves []Data) (changes, error) {
	n := len(f.model.y)
	known := f.plan.complete(f.model.data, n)
	c := changes{fit: f, x: f.plan.matrix(f.model.data, known)}
	now := slices.Clone(known)
	for _, m := range moves {
		if err := f.canMove(m); err != nil {
			return c, err
		}
		moved, then := maps.Clone(f.model.data), slices.Clone(now)
		maps.Copy(moved, m)
		f.plan.rows(moved, n)
		for _, column := range m {
			for i := range then {
				then[i] = then[i] && !column.missing(i)
			}
		}
		if err := f.says(moved, then); err != nil {
			return c, err
		}
		c.moves = append(c.moves, c.shift(m, moved, then))
		for i, ok := range then {
			known[i] = known[i] && ok
		}
	}
	for _, in := range groups {
		if len(in) != n {
			panic(fmt.Sprintf("model: a group has marks of %d rows, not %d", len(in), n))
		}
		var rows []int
		for i, ok := range known {
			if ok && in[i] && !math.IsNaN(f.model.offsetOf(i)) {
				rows = append(rows, i)
			}
		}
		c.groups = append(c.groups, rows)
	}
	return c, nil
}

// canMove finds fault with the variables of a move.
func (f *Fit) canMove(move Data) error {
	for v, c := range move {
		if !slices.Contains(f.plan.used, v) {
			return fmt.Errorf("the model has no variable %q", v)
		}
		if err := f.plan.sameLevels(v, c); err != nil {
			return err
		}
	}
	return nil
}

// shift is a move as what it adds to the design matrix.
func (c changes) shift(move, moved Data, known []bool) shift {
	var s shift
	for j, atoms := range c.fit.plan.columns {
		for _, a := range atoms {
			if _, ok := move[a.name]; ok {
				s.columns = append(s.columns, j)
				break
			}
		}
	}
	s.dx = c.fit.plan.only(s.columns).matrix(moved, known)
	P := len(c.fit.plan.columns)
	for i := range known {
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
		return nans(len(c.groups) * len(c.moves)), err
	}
	means := make([]float64, len(c.groups)*len(c.moves))
	now := c.predict(w, b, nil, shift{})
	for k, m := range c.moves {
		then := c.predict(w, b, now.e, m)
		for g, rows := range c.groups {
			sum, W := 0.0, 0.0
			for _, i := range rows {
				sum += w[i] * (then.mean[i] - now.mean[i])
				W += w[i]
			}
			means[g*len(c.moves)+k] = sum / W
		}
	}
	return means, nil
}

// Linearize adds what the coefficients and the people averaged over contribute.
func (c changes) Linearize(w []float64) ([]float64, [][]float64, error) {
	l := c.known
	if l == nil {
		var err error
		if l, err = c.linear(w); err != nil {
			return nil, nil, err
		}
	}
	means, u := nans(len(c.groups)*len(c.moves)), make([][]float64, len(c.groups)*len(c.moves))
	for k := range u {
		u[k] = make([]float64, len(w))
	}
	if l.then == nil {
		return means, u, nil
	}
	P := len(l.b)
	for k, m := range c.moves {
		for g, rows := range c.groups {
			at := g*len(c.moves) + k
			var gradient []float64
			means[at], gradient = c.average(w, rows, m, l.now, l.then[c.first+k], u[at])
			for i, v := range w {
				if v != 0 && gradient != nil {
					u[at][i] += floats.Dot(gradient, l.u[i*P:(i+1)*P])
				}
			}
		}
	}
	return means, u, nil
}

// A linear is what all groups share at some weights: the coefficients and their
// linearised values row by row, and what they say of people as they are and moved; that
// is nil where the model has no solution.
type linear struct {
	b, u []float64
	now  predicted
	then []predicted
}

func (c changes) linear(w []float64) (*linear, error) {
	b, columns, err := coefficients{c.fit}.Linearize(w)
	if err != nil || math.IsNaN(b[0]) {
		return &linear{b: b}, err
	}
	l := &linear{b: b, u: make([]float64, len(w)*len(b)), now: c.predict(w, b, nil, shift{})}
	for j, column := range columns {
		for i, v := range column {
			l.u[i*len(b)+j] = v
		}
	}
	for _, m := range c.moves {
		l.then = append(l.then, c.predict(w, b, l.now.e, m))
	}
	return l, nil
}

// predicted is what a model says of rows: the linear predictor, the mean of the
// outcome and its slope; anything in rows of no group or without weight.
type predicted struct{ e, mean, slope []float64 }

// predict is what coefficients b say of the rows of all groups after a shift from the
// linear predictor e; nil is before any.
func (c changes) predict(w, b, e []float64, m shift) predicted {
	n, P, J := len(w), len(b), len(m.columns)
	p := predicted{make([]float64, n), make([]float64, n), make([]float64, n)}
	done := make([]bool, n) // people are in several groups
	for _, rows := range c.groups {
		for _, i := range rows {
			if w[i] == 0 || done[i] {
				continue
			}
			done[i] = true
			if e == nil {
				p.e[i] = floats.Dot(c.x[i*P:(i+1)*P], b) + c.fit.model.offsetOf(i)
			} else {
				p.e[i] = e[i]
				for q, j := range m.columns {
					p.e[i] += m.dx[i*J+q] * b[j]
				}
			}
			x := c.fit.model.link.at(p.e[i])
			p.mean[i], p.slope[i] = x.mean, x.slope
		}
	}
	return p
}

// average is how much a move changes the mean in a group, and the derivatives of that
// by the coefficients; u gets its linearised values with the coefficients as they are.
// A group without weight has NaN.
func (c changes) average(w []float64, rows []int, m shift, now, then predicted, u []float64) (mean float64, gradient []float64) {
	sum, W, J := 0.0, 0.0, len(m.columns)
	P := len(c.fit.plan.columns)
	gradient = make([]float64, P)
	for _, i := range rows {
		if w[i] == 0 {
			continue
		}
		W += w[i]
		sum += w[i] * (then.mean[i] - now.mean[i])
		floats.AddScaled(gradient, w[i]*(then.slope[i]-now.slope[i]), c.x[i*P:(i+1)*P])
		for q, j := range m.columns {
			gradient[j] += w[i] * then.slope[i] * m.dx[i*J+q]
		}
	}
	if W == 0 {
		return math.NaN(), nil
	}
	mean = sum / W
	floats.Scale(1/W, gradient)
	for _, i := range rows {
		u[i] = (then.mean[i] - now.mean[i] - mean) / W
	}
	return mean, gradient
}

// says finds fault with data that the model says nothing about, because columns were
// dropped.
func (f *Fit) says(data Data, known []bool) error {
	if len(f.basis.lost) == 0 {
		return nil
	}
	x, columns := f.model.plan.matrix(data, known), len(f.model.plan.columns)
	for i, w := range f.design.Weights() {
		if j, ok := f.basis.estimable(x[i*columns : (i+1)*columns]); w != 0 && known[i] && !ok {
			return fmt.Errorf("%s has no coefficient, as no row tells it from the columns before; the data say nothing about people who are moved so", f.model.plan.names[j])
		}
	}
	return nil
}
