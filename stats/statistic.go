package stats

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A Statistic is K numbers that rows and their weights determine. Implement it
// to estimate something new; Design.Estimate does the rest.
type Statistic interface {
	// At computes the K numbers with weights w, of a length of rows: zero for
	// rows that are outside, negative ones where a calibration made them. A
	// number that does not exist is NaN. The error is for what no weights could
	// mend (a model that cannot be fitted). w must not be changed. With replicate
	// weights At is called by several goroutines at once, and w is used again after.
	At(w []float64) ([]float64, error)

	// Linearize computes the same numbers, and for each its linearised values u,
	// the derivatives of the number by the weights of the rows: a length of rows
	// for each of the K, zero or anything for rows of weight zero, never NaN
	// where the weight is not zero.
	// A statistic without one returns ErrNotLinear.
	Linearize(w []float64) (theta []float64, u [][]float64, err error)
}

// ErrNotLinear says that a statistic has no linearised values: its standard
// error needs a design with replicate weights.
var ErrNotLinear = errors.New("this statistic has standard errors from replicate weights only; make replicates of the design")

// A reference is a Statistic that knows the variance it would have in a simple
// random sample with replacement of as many rows, the denominator of deff.
// It comes with the number of rows and the sum of weights in it.
type reference interface {
	simple(w []float64) []srs
}

// srs is what a simple random sample with replacement would be: the variance of
// an estimate, its rows, and the size of the population.
type srs struct {
	v    float64
	n, N float64
}

// fixed is a Statistic of which something stays as it is in the whole sample
// while replicates vary, such as the n of n/(n-1).
type fixed interface{ fix(w []float64) Statistic }

// named is a Statistic that names its numbers.
type named interface{ Names() []string }

// Estimate computes statistics, together, with the covariance of everything with
// everything else:
//
//	linearisation  Cov = variance of the totals of z = w u, over all stages
//	replicates     Cov = Scale sum RScales (theta_r - c)(theta_r - c)'
//
// Rows outside of the domain weigh zero. df: of the rows with a weight, PSUs
// minus strata (see Design.DF). A design with negative weights is fine. The
// error is that of the first statistic that fails.
//
// Statistics that are about part of the rows are wrapped by In, so that the
// covariance of domains comes out as well.
func (d *Design) Estimate(statistics ...Statistic) (*Estimates, error) {
	e := &Estimates{DF: d.DF()}
	if d.reps != nil {
		return e, d.replicate(e, statistics)
	}
	var z []column
	for _, s := range statistics {
		p := d.part(s)
		w := p.of(d.weights)
		theta, u, err := p.Linearize(w)
		if err != nil {
			return nil, err
		}
		e.append(s, theta, p, w)
		for _, values := range u {
			z = append(z, p.column(values, w))
		}
	}
	e.Cov = d.linear(z).SymDense
	for k, v := range e.Value { // no estimate, no variance
		if math.IsNaN(v) {
			for j := range e.Value {
				e.Cov.SetSym(k, j, math.NaN())
			}
		}
	}
	return e, nil
}

// weighted is w u, and zero wherever w is.
func weighted(u, w []float64) []float64 {
	z := make([]float64, len(w))
	for i, x := range w {
		if x != 0 {
			z[i] = x * u[i]
		}
	}
	return z
}

// append adds the numbers of a statistic, which were computed of its part with
// weights w.
func (e *Estimates) append(s Statistic, theta []float64, p part, w []float64) {
	first := len(e.Value)
	e.Value = append(e.Value, theta...)
	simple := sync.OnceValue(func() []srs { // few ask for it
		out := make([]srs, len(theta))
		for k := range out {
			out[k] = srs{math.NaN(), math.NaN(), math.NaN()}
		}
		if r, ok := p.Statistic.(reference); ok {
			copy(out, r.simple(w))
		}
		return out
	})
	for k := range theta {
		e.simple = append(e.simple, func() srs { return simple()[k] })
	}
	names := make([]string, len(theta))
	if n, ok := s.(named); ok {
		copy(names, n.Names())
	}
	for k := range names {
		if names[k] == "" {
			names[k] = fmt.Sprintf("#%d", first+k+1)
		}
	}
	e.Names = append(e.Names, names...)
}

// replicate computes statistics with every set of replicate weights.
func (d *Design) replicate(e *Estimates, statistics []Statistic) error {
	parts := make([]part, len(statistics))
	for k, s := range statistics {
		p := d.part(s)
		w := p.of(d.weights)
		theta, err := p.At(w)
		if err != nil {
			return err
		}
		e.append(s, theta, p, w)
		if f, ok := p.Statistic.(fixed); ok {
			p.Statistic = f.fix(w)
		}
		parts[k] = p
	}
	e.Replicates = make([][]float64, len(d.reps.Weights))
	errs := make([]error, len(e.Replicates))
	parallel(len(e.Replicates), func(r int) {
		for _, p := range parts {
			theta, err := p.At(p.of(d.reps.Weights[r]))
			if err != nil {
				errs[r] = fmt.Errorf("replicate %d: %w", r+1, err)
				return
			}
			e.Replicates[r] = append(e.Replicates[r], theta...)
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	v, lost := d.reps.variance(e.Value, e.Replicates)
	e.Cov, e.Lost, e.reps = v.SymDense, lost, d.reps
	return nil
}

// parallel calls do(0) to do(n-1) from as many goroutines as there are
// processors. Calls do not share a sum, so the numbers do not depend on how many.
func parallel(n int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}

// In is a statistic of the rows that are in, so that several domains can be
// estimated together. Rows outside weigh zero. PSUs of a stratum that the domain
// does not reach count with zeros, as in Design.Domain, whose standard errors are
// the same, except under LonelyAverage and LonelyDomains: there a domain by
// itself counts the strata that it reaches, and In those of the design (as R's
// svyby does with covmat = TRUE). A row that a statistic leaves out because a value
// is missing counts as reached there, and in R does not: take a Domain of the rows
// with values to have R's number. TestOracle: 04_domains, 06_lonely_psu.
func In(in []bool, s Statistic) Statistic { return inside{len(in), marked(in), new(sync.Pool), s} }

type inside struct {
	n     int        // rows of the design
	rows  []int32    // those inside, in order; nil = all
	masks *sync.Pool // of *[]float64, for the weights of replicates
	Statistic
}

// mask sets m to the weights inside, and zero outside.
func (s inside) mask(m, w []float64) []float64 {
	mustLen("marks of a domain", s.n, len(w))
	if s.rows == nil {
		copy(m, w)
		return m
	}
	clear(m)
	for _, i := range s.rows {
		m[i] = w[i]
	}
	return m
}

func (s inside) At(w []float64) ([]float64, error) {
	m, _ := s.masks.Get().(*[]float64)
	if m == nil || len(*m) != len(w) {
		m = &[]float64{}
		*m = make([]float64, len(w))
	}
	defer s.masks.Put(m)
	return s.Statistic.At(s.mask(*m, w))
}

func (s inside) Linearize(w []float64) ([]float64, [][]float64, error) {
	m := s.mask(make([]float64, len(w)), w)
	theta, u, err := s.Statistic.Linearize(m)
	for _, column := range u {
		for i, x := range m {
			if x == 0 {
				column[i] = 0
			}
		}
	}
	return theta, u, err
}

func (s inside) simple(w []float64) []srs {
	if r, ok := s.Statistic.(reference); ok {
		return r.simple(s.mask(make([]float64, len(w)), w))
	}
	return nil
}

func (s inside) fix(w []float64) Statistic {
	if f, ok := s.Statistic.(fixed); ok {
		s.Statistic = f.fix(s.mask(make([]float64, len(w)), w))
	}
	return s
}

func (s inside) Names() []string {
	if n, ok := s.Statistic.(named); ok {
		return n.Names()
	}
	return nil
}

// By is a statistic in each of n groups, in order: group is the number of the
// group of each row from 0; a row of -1 is in none. A group without a row has
// means of NaN. It panics for a group of n or more. R: svyby(covmat = TRUE). TestOracle: 04_domains, 05_contrasts.
func By(group []int, n int, s Statistic) []Statistic {
	rows := make([][]int32, n)
	for g := range rows {
		rows[g] = []int32{} // nil would be all
	}
	for i, g := range group {
		if g >= n {
			panic(fmt.Sprintf("stats: group %d of %d", g, n))
		}
		if g >= 0 {
			rows[g] = append(rows[g], int32(i))
		}
	}
	by, masks := make([]Statistic, n), new(sync.Pool)
	for g := range by {
		by[g] = inside{len(group), rows[g], masks, s}
	}
	return by
}

// used is the weights of the rows where none of the columns is missing (NaN);
// others weigh zero.
func used(w []float64, columns ...[]float64) []float64 {
	var m []float64
	for _, y := range columns {
		mustLen("values", len(y), len(w))
		for i, v := range y {
			if math.IsNaN(v) && w[i] != 0 {
				if m == nil {
					m = slices.Clone(w)
				}
				m[i] = 0
			}
		}
	}
	if m == nil {
		return w
	}
	return m
}

// Cross joins classifications: the cell of each row in all of them at once, the
// last changing fastest, and the number of cells. n are the numbers of groups of
// each; a row that is in no group (-1) of one is in no cell. Domains of country
// by age by industry are By of their cells. It panics for a group of n or more.
// TestCross checks it by hand.
func Cross(n []int, groups ...[]int) (cell []int, cells int) {
	if len(n) != len(groups) || len(groups) == 0 {
		panic(fmt.Sprintf("stats: %d numbers of groups for %d classifications", len(n), len(groups)))
	}
	cell, cells = make([]int, len(groups[0])), 1
	for k, group := range groups {
		mustLen("groups", len(group), len(cell))
		cells *= n[k]
		for i, g := range group {
			switch {
			case g >= n[k]:
				panic(fmt.Sprintf("stats: group %d of %d", g, n[k]))
			case g < 0 || cell[i] < 0:
				cell[i] = -1
			default:
				cell[i] = cell[i]*n[k] + g
			}
		}
	}
	return cell, cells
}
