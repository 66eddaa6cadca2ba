package weight

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/internal/logit"
)

// A Term is a column and its total in the population: enrolled pupils of the
// school of each row, or 1 for all in a category.
type Term struct {
	Name   string
	Values []float64 // a length of rows; missing (NaN) only where the weight is zero
	Total  float64   // of the population
}

// Terms are the categories of margins, one column of 0 and 1 each, so that
// Calibrate can meet them beside numbers. Targets are counts or shares, as in
// Rake; total is what the population adds up to, 0 = see Options.Total. They
// span a column of ones. Faults of Check are the error. TestRake.
func Terms(d *stats.Design, total float64, margins ...Margin) ([]Term, error) {
	p, targets := check(d, margins, Options{Total: total})
	if err := p.faults(); err != nil {
		return nil, err
	}
	var ts []Term
	for k := range margins {
		m := &margins[k]
		for c, y := range stats.Indicators(m.Of, len(targets[k])) {
			ts = append(ts, Term{m.Name + ", " + m.label(c), y, targets[k][c]})
		}
	}
	return ts, nil
}

// Distance is how Calibrate measures how far weights move.
type Distance string

// Distances. F is the factor g = w/d as a function of v = x b; all have F(0) = 1
// and F'(0) = 1 (Deville and Särndal 1992).
const (
	Linear      Distance = "linear" // g = 1 + v: the regression estimator; weights may be negative
	Exponential Distance = "raking" // g = exp v: weights are positive; the same as Rake on categories
	Logit       Distance = "logit"  // g between bounds L < 1 < U, which it nears but never reaches
)

// Bounds hold g = weight after/weight before, or the weight itself. Either may
// be infinite.
type Bounds struct {
	Lower, Upper float64
	OfWeight     bool
}

// Calibration says how Calibrate works. The zero value is the regression
// estimator (GREG).
type Calibration struct {
	Distance Distance // "" = Linear
	Bounds   *Bounds  // nil = none; Logit needs them

	// Variance is the term c of the model, proportional to the variance of the
	// answers given x: the distance of a row is divided by it. nil = 1.
	Variance []float64

	// ByPSU gives one g to all rows of a first-stage unit. Their bounds hold
	// together, and Variance is their mean.
	ByPSU bool

	// Unfinished returns the nearest weights also where totals were not reached.
	// The Report says so; without it, that is an error.
	Unfinished bool
}

// Newton's method goes on until only rounding is left, for at most mostSteps; a
// total within withinTotal, as a share, is then met.
const (
	mostSteps   = 100
	withinTotal = 1e-10
)

// Calibrate gives weights w = d g whose totals of some columns are those of the
// population, and which are otherwise as near as can be to those before:
//
//	sum w x = t,   g_i = F(x_i b / c_i)
//
// with F of the Distance, cut off at the Bounds (Deville and Särndal 1992). b
// comes from Newton's method, in coordinates in which its first step is the
// solution for Linear without bounds; steps are halved until they do not lead
// away. Columns that follow from others are no harm. There is no column of ones
// unless there is a term, or categories (Terms), for it.
//
// Under ByPSU x and c are the means of the rows of each PSU, weighted by d
// (Lemaître and Dufour 1987; R takes unweighted means, which miss the totals
// where weights differ inside a PSU).
//
// Variance: residuals of the regression on x with weights d/c, times w (Deville
// and Särndal 1992). df are as in PostStratify; R's calibrate keeps those of the
// replicate weights before. Totals are in units of the columns.
//
// Errors, as Problems: a missing value, a term that is zero in all rows, totals
// that contradict each other, a Variance that is not positive, bounds without
// room, totals that cannot be met within bounds (kind Unmet; R stops as well, or
// goes on with force = TRUE). Without bounds Linear may give negative weights,
// which the Report counts, and which are fine for totals and means, not for
// quantiles. Sets of replicate weights are calibrated anew with the same bounds
// of g; a note says in how many totals were not met.
//
// R: calibrate. TestOracle: 10 (cal/, after/cal), 11 (repcal/, linear);
// TestCalibrate.
func Calibrate(d *stats.Design, terms []Term, o Calibration) (*stats.Design, *Report, error) {
	w := d.Weights()
	var p Problems
	p.checkWeights(w)
	if p == nil {
		p.checkTerms(terms, w)
		p.checkVariance(o.Variance, w)
		p.checkBounds(o, w)
	}
	if p != nil {
		return nil, nil, p
	}
	k := newCalibrator(d, terms, o)
	if k.checkRoom(&p); p != nil {
		return nil, nil, p
	}
	after, done, start := k.solve(w)
	if at := start.contradiction(k.totals); at >= 0 && !o.Unfinished {
		p.fault(Contradiction, terms[at].Name, "", "no weights reach its total and those of the other terms together, since it follows from them in the data, but not in the totals; leave it out or correct it")
		return nil, nil, p
	}
	if !done.met {
		k.unmet(done, &p, !o.Unfinished)
		if err := p.faults(); err != nil {
			return nil, nil, err
		}
	}
	out := d.WithWeights(after, newResiduals(k.cells, w, after, k.variance()).on(k.x))
	missed := 0
	out = eachReplicate(d, out, func(r []float64) []float64 {
		after, done, _ := k.solve(r)
		if !done.met {
			missed++
		}
		return after
	})
	if missed > 0 {
		p.note(Unmet, "", "", "%s of %d did not reach the totals", number(missed, "replicate", "replicates"), len(d.Replicates().Weights))
	}
	r := newReport("calibration, "+string(o.distance()), d, out)
	r.Rounds, r.Met, r.Gap, r.Notes = done.rounds, done.met, done.gap, p
	if o.Bounds != nil && o.Bounds.OfWeight {
		r.Trimmed = atBounds(w, after, o.Bounds.Lower, o.Bounds.Upper)
	} else if o.Bounds != nil {
		r.Trimmed = atBounds(w, factors(w, after), o.Bounds.Lower, o.Bounds.Upper)
	}
	return out, r, nil
}

func (o Calibration) distance() Distance {
	if o.Distance == "" {
		return Linear
	}
	return o.Distance
}

// checkTerms complains of columns that cannot be used.
func (ps *Problems) checkTerms(terms []Term, w []float64) {
	if len(terms) == 0 {
		ps.fault(NoTarget, "", "", "there is nothing to calibrate to; name a term")
	}
	for _, t := range terms {
		if len(t.Values) != len(w) {
			panic(fmt.Sprintf("weight: term %s has %d rows, the design %d", t.Name, len(t.Values), len(w)))
		}
		missing := 0
		zero := true
		for i, x := range t.Values {
			if w[i] == 0 {
				continue
			}
			if math.IsNaN(x) || math.IsInf(x, 0) {
				missing++
			}
			zero = zero && x == 0
		}
		switch {
		case missing > 0:
			ps.fault(MissingValue, t.Name, "", "%s no value; impute it, or give those a category of their own", number(missing, "row has", "rows have"))
		case math.IsNaN(t.Total) || math.IsInf(t.Total, 0):
			ps.fault(BadTarget, t.Name, "", "the total is %g; give a finite number", t.Total)
		case zero && t.Total != 0:
			ps.fault(NoRespondents, t.Name, "", "the total is %.10g, but nobody has any; merge it with another, in the data and in the totals", t.Total)
		}
	}
}

func (ps *Problems) checkVariance(v, w []float64) {
	if v == nil {
		return
	}
	if len(v) != len(w) {
		panic(fmt.Sprintf("weight: %d variances for %d rows", len(v), len(w)))
	}
	bad := 0
	for i, x := range v {
		if w[i] != 0 && !(x > 0 && !math.IsInf(x, 1)) {
			bad++
		}
	}
	if bad > 0 {
		ps.fault(MissingValue, "", "", "the variance term is missing or not positive in %s; give a number above 0", number(bad, "row", "rows"))
	}
}

func (ps *Problems) checkBounds(o Calibration, w []float64) {
	switch o.distance() {
	case Linear, Exponential, Logit:
	default:
		panic(fmt.Sprintf("weight: no distance is called %q", o.Distance))
	}
	b := o.Bounds
	switch {
	case b == nil && o.Distance == Logit:
		ps.fault(BadBounds, "", "", "logit calibration needs bounds, for instance 0.3 and 3 times the weight before")
	case b == nil:
	case !(b.Lower < b.Upper):
		ps.fault(BadBounds, "", "", "the lower bound, %.6g, is not below the upper, %.6g", b.Lower, b.Upper)
	case o.Distance == Logit:
		bad := 0
		for _, x := range w {
			if l, u := b.of(x); x != 0 && !(l < 1 && u > 1 && !math.IsInf(u-l, 0)) {
				bad++
			}
		}
		if bad > 0 {
			ps.fault(BadBounds, "", "", "logit calibration needs bounds on both sides of the weight before; they are not for %s", number(bad, "row", "rows"))
		}
	}
}

// of are the bounds of g of a row.
func (b *Bounds) of(d float64) (lower, upper float64) {
	switch {
	case b == nil:
		return math.Inf(-1), math.Inf(1)
	case b.OfWeight:
		return b.Lower / d, b.Upper / d
	}
	return b.Lower, b.Upper
}

// calibrator calibrates sets of weights of the same rows.
type calibrator struct {
	o      Calibration
	terms  []Term
	totals []float64
	cells  *cells
	x      *mat.Dense // terms by cell
	c      []float64  // the variance term by cell
	lower  []float64  // bounds of g by cell
	upper  []float64
}

func newCalibrator(d *stats.Design, terms []Term, o Calibration) *calibrator {
	w := d.Weights()
	k := &calibrator{o: o, terms: terms}
	for _, t := range terms {
		k.totals = append(k.totals, t.Total)
	}
	if o.ByPSU {
		psu, _ := d.PSU()
		k.byPSU(psu, w)
	} else {
		k.byRow(w)
	}
	for range k.cells.first {
		k.lower, k.upper = append(k.lower, math.Inf(-1)), append(k.upper, math.Inf(1))
	}
	for i, p := range k.cells.of {
		if p >= 0 {
			lower, upper := o.Bounds.of(w[i])
			k.lower[p], k.upper[p] = max(k.lower[p], lower), min(k.upper[p], upper)
		}
	}
	return k
}

// byRow makes cells of rows with the same values, variance and bounds.
func (k *calibrator) byRow(w []float64) {
	var more [][]int
	if k.o.Variance != nil {
		more = append(more, numbered(k.o.Variance, w))
	}
	if k.o.Bounds != nil && k.o.Bounds.OfWeight {
		more = append(more, numbered(w, w))
	}
	k.cells, k.x = design(k.terms, w, more...)
	for _, i := range k.cells.first {
		v := 1.0
		if k.o.Variance != nil {
			v = k.o.Variance[i]
		}
		k.c = append(k.c, v)
	}
}

// byPSU makes cells of PSUs, with the means of their rows.
func (k *calibrator) byPSU(psu []int32, w []float64) {
	code := make([]int, len(psu))
	for i, u := range psu {
		code[i] = int(u)
	}
	k.cells = newCells(w, code)
	k.x = mat.NewDense(len(k.cells.first), len(k.terms), nil)
	for j, t := range k.terms {
		k.x.SetCol(j, k.cells.means(w, t.Values))
	}
	k.c = slices.Repeat([]float64{1}, len(k.cells.first))
	if k.o.Variance != nil {
		k.c = k.cells.means(w, k.o.Variance)
	}
}

// variance is the variance term of each row, nil where it is 1.
func (k *calibrator) variance() []float64 {
	if k.o.Variance == nil {
		return nil
	}
	v := make([]float64, len(k.cells.of))
	for i, p := range k.cells.of {
		if p >= 0 {
			v[i] = k.c[p]
		}
	}
	return v
}

// checkRoom complains of PSUs that no g brings within the bounds of all rows.
func (k *calibrator) checkRoom(p *Problems) {
	bad := 0
	for c, lower := range k.lower {
		if lower > k.upper[c] {
			bad++
		}
	}
	if bad > 0 {
		p.fault(BadBounds, "", "", "%s weights so far apart that no factor brings all of them within the bounds; widen those, or calibrate row by row", number(bad, "PSU has", "PSUs have"))
	}
}

// design is the cells of rows with the same values, and the values.
func design(terms []Term, w []float64, more ...[]int) (*cells, *mat.Dense) {
	columns := more
	for _, t := range terms {
		columns = append(columns, numbered(t.Values, w))
	}
	c := newCells(w, columns...)
	x := mat.NewDense(len(c.first), len(terms), nil)
	for p, i := range c.first {
		for j, t := range terms {
			x.Set(p, j, t.Values[i])
		}
	}
	return c, x
}

// step is a point of Newton's method.
type step struct {
	at     []float64 // coordinates
	g      []float64 // by cell
	slope  []float64 // dg/dv by cell
	misfit []float64
	norm   float64 // of the misfit
	dual   float64 // what Newton's method maximises: its gradient is the misfit
}

// solve calibrates one set of weights.
func (k *calibrator) solve(d []float64) (w []float64, out done, b *basis) {
	D := k.cells.sums(d)
	over := make([]float64, len(D))
	for p := range D {
		over[p] = D[p] / k.c[p]
	}
	b = newBasis(k.x, over)
	t := b.totals(k.totals)
	size := math.Sqrt(floats.Dot(t, t))
	s := k.evaluate(b, D, t, make([]float64, b.rank))
	for out.rounds < mostSteps && s.norm > 1e-15*size {
		next, ok := k.newton(b, D, t, s)
		if !ok {
			break
		}
		out.rounds++
		small := next.norm <= withinTotal*size && next.norm > s.norm/2 // only rounding is left
		s = next
		if small {
			break
		}
	}
	w = make([]float64, len(d))
	for i, p := range k.cells.of {
		if p >= 0 {
			w[i] = d[i] * s.g[p]
		}
	}
	out.gap, out.at, out.reached = k.gap(D, s.g)
	out.met = out.gap <= withinTotal
	return w, out, b
}

// evaluate computes g and what is missing to the totals.
func (k *calibrator) evaluate(b *basis, D, t, at []float64) *step {
	s := &step{at: at, g: make([]float64, len(D)), slope: make([]float64, len(D)), misfit: append([]float64(nil), t...)}
	s.dual = floats.Dot(t, at)
	for p := range D {
		row := b.b.RawRowView(p)[:b.rank]
		value, slope, integral := k.factor(p, floats.Dot(row, at)/k.c[p])
		s.g[p], s.slope[p] = value, slope
		s.dual -= D[p] * k.c[p] * integral
		for l, v := range row {
			s.misfit[l] -= D[p] * value * v
		}
	}
	s.norm = math.Sqrt(floats.Dot(s.misfit, s.misfit))
	return s
}

// newton takes a step, halved until it raises the dual or lowers the misfit.
func (k *calibrator) newton(b *basis, D, t []float64, s *step) (*step, bool) {
	h := mat.NewSymDense(b.rank, nil)
	scaled := mat.NewDense(len(D), b.rank, nil)
	for p := range D {
		f := math.Sqrt(D[p] * s.slope[p] / k.c[p])
		for l, v := range b.b.RawRowView(p)[:b.rank] {
			scaled.Set(p, l, f*v)
		}
	}
	h.SymOuterK(1, scaled.T())
	direction := mat.NewVecDense(b.rank, nil)
	misfit := mat.NewVecDense(b.rank, s.misfit)
	var c mat.Cholesky
	// In these coordinates the matrix is 1 at the start. Where bounds hold so many
	// rows that it is singular, a share of that keeps the step finite.
	for ridge := 0.0; ; ridge = max(1e-6, 100*ridge) {
		m := mat.NewSymDense(b.rank, nil)
		m.CopySym(h)
		for l := range b.rank {
			m.SetSym(l, l, m.At(l, l)+ridge)
		}
		if c.Factorize(m) && c.Cond() < 1e12 {
			if err := c.SolveVecTo(direction, misfit); err == nil {
				break
			}
		}
		if ridge > 1 {
			return nil, false
		}
	}
	gain := mat.Dot(direction, misfit)
	for size := 1.0; size > 1e-9; size /= 2 {
		at := make([]float64, b.rank)
		for l := range at {
			at[l] = s.at[l] + size*direction.AtVec(l)
		}
		next := k.evaluate(b, D, t, at)
		if math.IsNaN(next.norm) || math.IsInf(next.norm, 0) {
			continue
		}
		if next.norm < s.norm*(1-1e-4*size) || next.dual > s.dual+1e-4*size*gain {
			return next, true
		}
	}
	return nil, false
}

// factor is g = F(v) of a cell, with its slope and integral.
func (k *calibrator) factor(p int, v float64) (g, slope, integral float64) {
	l, u := k.lower[p], k.upper[p]
	if k.o.Distance == Logit {
		a := (u - l) / ((1 - l) * (u - 1))
		z := a*v + math.Log((1-l)/(u-1))
		share := logit.Expit(z)
		return l + (u-l)*share, a * (u - l) * share * logit.Expit(-z), l*v + (u-l)/a*logit.Softplus(z)
	}
	free := func(v float64) (g, slope, integral float64) { return 1 + v, 1, v + v*v/2 }
	inverse := func(g float64) float64 { return g - 1 }
	if k.o.Distance == Exponential {
		free = func(v float64) (g, slope, integral float64) { e := math.Exp(v); return e, e, e }
		inverse = func(g float64) float64 { return math.Log(math.Max(0, g)) }
	}
	at := math.Max(inverse(l), math.Min(v, inverse(u)))
	g, slope, integral = free(at)
	switch {
	case v > at:
		return u, 0, integral + u*(v-at)
	case v < at:
		return l, 0, integral + l*(v-at)
	}
	return g, slope, integral
}

// gap is the largest distance of a total from what it should be, as a share of
// it (of the sum of absolute values, where that is more), and where.
func (k *calibrator) gap(D, g []float64) (worst float64, at int, reached float64) {
	for j, t := range k.totals {
		sum, absolute := 0.0, 0.0
		for p := range D {
			v := D[p] * g[p] * k.x.At(p, j)
			sum += v
			absolute += math.Abs(v)
		}
		size := math.Max(math.Abs(t), absolute)
		if size == 0 {
			continue
		}
		if gap := math.Abs(sum-t) / size; gap > worst {
			worst, at, reached = gap, j, sum
		}
	}
	return worst, at, reached
}

// unmet says which total is furthest off.
func (k *calibrator) unmet(d done, p *Problems, fault bool) {
	way := "it cannot be met together with the others; leave a term out, or merge categories"
	if b := k.o.Bounds; b != nil {
		way = fmt.Sprintf("no weights within bounds of %.4g and %.4g meet all; widen them, or leave a term out", b.Lower, b.Upper)
	}
	text := fmt.Sprintf("after %s the weights reach %.10g of %.10g: %s", number(d.rounds, "step", "steps"), d.reached, k.totals[d.at], way)
	*p = append(*p, Problem{Unmet, fault, k.terms[d.at].Name, "", text})
}
