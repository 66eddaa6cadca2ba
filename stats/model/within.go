package model

import (
	"math"

	"tradeoff/stats"
)

// Within is the coefficients of a linear regression inside of persons: what y
// differs by, between two things that the same person rates, for each unit that x
// differs by. Every person has a constant of their own, and so has every thing,
//
//	y_it = a_i + c_t + x_it b + e_it
//
// so neither what sets people apart nor what sets the things apart for everybody is
// in b. y is by thing, then row (a person each), x by variable, thing and row; a
// rating in which any of them is missing (NaN) is left out, and so are persons with a
// single one. With X the columns of x and of the things less their means over the
// ratings of each person,
//
//	A = sum w X_i' X_i     b = A^-1 sum w X_i' y_i     u_i = A^-1 X_i' (y_i - X_i b)
//
// so a person, or the PSU that it lies in, is one unit of the variance, as in R:
// svyglm(y ~ x + factor(thing) + factor(person), design with the person as PSU). In
// units of y per unit of x; df are the design's. A variable that does not vary within
// persons, or that the things and the variables before it determine (relative
// tolerance 1e-9), is NaN. names are those of the variables. It panics where lengths
// differ. Wooldridge (2010), section 10.5. TestWithin, TestWithinCorners.
func Within(names []string, y [][]float64, x ...[][]float64) stats.Statistic {
	must := func(n, want int) {
		if n != want {
			panic("model: names, variables and things of Within differ in length")
		}
	}
	must(len(names), len(x))
	for _, of := range x {
		must(len(of), len(y))
		for t := range of {
			must(len(of[t]), len(y[t]))
		}
	}
	return within{names, y, x}
}

type within struct {
	names []string
	y     [][]float64
	x     [][][]float64
}

// Names are those of the variables.
func (r within) Names() []string { return r.names }

// At implements stats.Statistic.
func (r within) At(w []float64) ([]float64, error) {
	f := r.fit(w)
	return f.b[len(f.b)-len(r.x):], nil
}

// Linearize implements stats.Statistic.
func (r within) Linearize(w []float64) ([]float64, [][]float64, error) {
	f := r.fit(w)
	things := len(f.b) - len(r.x)
	u := make([][]float64, len(r.x))
	for v := range u {
		u[v] = make([]float64, len(w))
	}
	for i := range w {
		if w[i] == 0 || !r.person(i, f.p) {
			continue
		}
		s := f.p.score(f.known)
		for v := range u {
			for k, c := range f.inverse[things+v] {
				u[v][i] += c * s[k]
			}
		}
	}
	return f.b[things:], u, nil
}

// A withinFit is what the weights make of the regression. Columns are the things
// but the first, then the variables.
type withinFit struct {
	b       []float64 // NaN = has none
	known   []float64 // the same with 0 for NaN
	inverse [][]float64
	p       *ratings
}

// fit solves the equations with weights w.
func (r within) fit(w []float64) withinFit {
	k := len(r.y) - 1 + len(r.x)
	f := withinFit{p: newRatings(len(r.y), k), b: make([]float64, k), known: make([]float64, k)}
	a, c := zeros(k), make([]float64, k)
	for i, weight := range w {
		if weight == 0 || !r.person(i, f.p) {
			continue
		}
		for t := range f.p.n {
			for j, xj := range f.p.x[t] {
				c[j] += weight * xj * f.p.y[t]
				for l := 0; l <= j; l++ {
					a[j][l] += weight * xj * f.p.x[t][l]
				}
			}
		}
	}
	for j := range a {
		for l := range j {
			a[l][j] = a[j][l]
		}
	}
	kept := swept(a)
	f.inverse = a
	for j := range f.b {
		for l := range c {
			f.known[j] += a[j][l] * c[l]
		}
		f.b[j] = f.known[j]
		if !kept[j] {
			f.b[j] = math.NaN()
		}
	}
	return f
}

// ratings are those of one person, less their means.
type ratings struct {
	n int // ratings
	y []float64
	x [][]float64 // by rating, then column
	s []float64
}

func newRatings(things, columns int) *ratings {
	p := &ratings{y: make([]float64, things), x: zeros(things), s: make([]float64, columns)}
	for t := range p.x {
		p.x[t] = make([]float64, columns)
	}
	return p
}

// person finds the ratings of a row; false if they say nothing.
func (r within) person(i int, p *ratings) bool {
	p.n = 0
	for t := range r.y {
		if r.rated(i, t, p) {
			p.n++
		}
	}
	if p.n < 2 {
		return false
	}
	center(p.y[:p.n])
	for j := range p.s {
		mean := 0.0
		for _, x := range p.x[:p.n] {
			mean += x[j] / float64(p.n)
		}
		for _, x := range p.x[:p.n] {
			x[j] -= mean
		}
	}
	return true
}

// rated reads one rating behind those that are there; false if a part is missing.
func (r within) rated(i, t int, p *ratings) bool {
	things := len(r.y) - 1
	p.y[p.n] = r.y[t][i]
	complete := !math.IsNaN(r.y[t][i])
	row := p.x[p.n]
	clear(row)
	if t > 0 {
		row[t-1] = 1
	}
	for v, x := range r.x {
		row[things+v] = x[t][i]
		complete = complete && !math.IsNaN(x[t][i])
	}
	return complete
}

// score is X' (y - X b).
func (p *ratings) score(b []float64) []float64 {
	clear(p.s)
	for t := range p.n {
		e := p.y[t]
		for j, x := range p.x[t] {
			e -= x * b[j]
		}
		for j, x := range p.x[t] {
			p.s[j] += x * e
		}
	}
	return p.s
}

// center takes the mean out.
func center(y []float64) {
	mean := 0.0
	for _, v := range y {
		mean += v / float64(len(y))
	}
	for i := range y {
		y[i] -= mean
	}
}

func zeros(n int) [][]float64 {
	a := make([][]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
	}
	return a
}

// swept inverts a symmetric matrix in place, column by column. A
// column that those before determine is not swept: its row and column become zero.
func swept(a [][]float64) (kept []bool) {
	const tolerance = 1e-9
	kept = make([]bool, len(a))
	first := make([]float64, len(a))
	for k := range a {
		first[k] = a[k][k]
	}
	for k := range a {
		d := a[k][k]
		if kept[k] = d > tolerance*first[k]; !kept[k] {
			continue
		}
		for i := range a {
			if i == k {
				continue
			}
			f := a[i][k] / d
			for j := range a {
				if j != k {
					a[i][j] -= f * a[k][j]
				}
			}
			a[i][k] = -f
		}
		for j := range a {
			if j != k {
				a[k][j] /= d
			}
		}
		a[k][k] = 1 / d
	}
	for k := range a {
		if !kept[k] {
			for i := range a {
				a[i][k], a[k][i] = 0, 0
			}
		}
	}
	return kept
}
