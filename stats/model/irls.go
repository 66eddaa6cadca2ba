package model

import (
	"errors"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A SeparatedError says that a combination of columns tells the outcomes apart
// without exception, so that the likelihood has no maximum: coefficients grow
// without end. It is about the data, not about the computation.
type SeparatedError struct {
	Columns []string // those that take part, in the order of the model
}

// Error says what to do.
func (e *SeparatedError) Error() string {
	switch {
	case slices.Equal(e.Columns, []string{interceptName}):
		return "all outcomes are the same, so the intercept is infinite; there is nothing to explain here"
	case len(e.Columns) == 1:
		return e.Columns[0] + " separates the outcomes without exception, so its coefficient is infinite; join levels, or leave the variable out"
	}
	return strings.Join(e.Columns, ", ") + " separate the outcomes without exception, so the coefficients are infinite; join levels, or leave the variable out"
}

// ErrNotFitted says that the equations of a model have no solution that could be
// found: negative weights or a link that does not fit.
var ErrNotFitted = errors.New("the model could not be fitted; choose another link, or fewer terms")

// maxIterations is enough for slow cases; most need five.
const maxIterations = 200

// A solution of sum w s(b) x = 0.
type solution struct {
	g        []float64  // coefficients in the basis
	eta      []float64  // of each row with weight
	inverse  *mat.Dense // of the information in the basis, expected unless the model says observed
	expected *mat.Dense // of the expected information
	deviance float64    // with scaled weights
}

// solve finds the coefficients by Fisher scoring with halved steps, until a step
// no longer makes a difference (Green 1984). w is zero in rows that do not
// count. start is a solution nearby, nil if there is none.
func (m *Model) solve(b *basis, w, start []float64) (*solution, error) {
	rows := weighted(w)
	n := len(rows)
	it := iteration{m: m, b: b.at(rows), w: at(w, rows), y: at(m.y, rows), offset: at(m.offset, rows), eta: make([]float64, n), next: make([]float64, n), f: make([]float64, n), s: make([]float64, n)}
	for i, v := range it.w {
		it.w[i] = v * b.scale
		it.negative = it.negative || v < 0
	}
	if start != nil {
		it.g = append([]float64(nil), start...)
		it.b.times(it.g, it.offset, it.eta)
		if !it.valid(it.eta) {
			start = nil
		}
	}
	if start == nil {
		it.begin()
	}
	s, err := it.run()
	if err != nil {
		return nil, err
	}
	s.eta = spread(s.eta, rows, len(w))
	return s, nil
}

// iteration is the state of solve, for the rows with weight alone.
type iteration struct {
	m        *Model
	b        *basis
	w        []float64 // scaled
	y        []float64
	offset   []float64 // nil = none
	negative bool
	g        []float64 // nil before the first step
	eta      []float64
	next     []float64
	f, s     []float64 // information and score of each row
	size     float64   // of a change that matters
}

func (it *iteration) offsetOf(i int) float64 {
	if it.offset == nil {
		return 0
	}
	return it.offset[i]
}

// begin sets the linear predictor near the outcomes, or near their mean where
// the link does not take the outcome.
func (it *iteration) begin() {
	it.g = nil
	constant := it.constant()
	for i, y := range it.y {
		e := it.m.link.of(it.m.family.start(y))
		if math.IsNaN(e) || math.IsInf(e, 0) {
			e = constant
		}
		it.eta[i] = e
	}
}

// constant is the linear predictor of the mean outcome.
func (it *iteration) constant() float64 {
	W, sum := 0.0, 0.0
	for i, v := range it.w {
		W += v
		sum += v * it.m.family.start(it.y[i])
	}
	return it.m.link.of(sum / W)
}

func (it *iteration) run() (*solution, error) {
	if it.g == nil {
		if err := it.first(); err != nil {
			return nil, err
		}
	}
	deviance, last := it.deviance(it.eta), math.Inf(1)
	for k := range maxIterations {
		it.rows(false)
		if k == 0 {
			it.setSize()
		}
		move := it.step()
		if move == nil {
			return nil, it.why(nil)
		}
		if k >= 8 {
			if err := it.separated(move); err != nil {
				return nil, err
			}
		}
		length := floats.Norm(move, math.Inf(1))
		moved := false
		if deviance, moved = it.halve(move, deviance); !moved {
			if length <= 1e-7*it.size { // as near as rounding lets it
				return it.done(deviance)
			}
			return nil, it.why(move)
		}
		reach := it.size + floats.Norm(it.g, math.Inf(1))
		if length <= 1e-15*reach || length <= 1e-10*reach && length >= last/2 || it.squares(length, last, reach) {
			return it.done(deviance)
		}
		last = length
	}
	return nil, it.why(nil)
}

// squares reports whether the step after one of a length would make no difference. With
// a canonical link scoring is Newton's method: each step is some constant times the square
// of the one before it, length = c last^2, so that the next is c length^2.
func (it *iteration) squares(length, last, reach float64) bool {
	newton := it.m.link == it.m.family.canonical() && !math.IsInf(last, 1) // before the first
	next := length / last * length / last * length
	return newton && length <= 1e-4*reach && length < last/4 && next <= 1e-17*reach
}

// step solves information times step = score; nil if there is no solution.
func (it *iteration) step() []float64 {
	information, score := it.b.sums(it.f, it.s)
	inverse := invert(information)
	if inverse == nil {
		return nil
	}
	step := mat.NewVecDense(it.b.p, nil)
	step.MulVec(inverse, mat.NewVecDense(it.b.p, score))
	return step.RawVector().Data
}

// first regresses the linear predictor that lies near the outcomes, to get one
// of the model.
func (it *iteration) first() error {
	it.rows(false)
	for i, e := range it.eta {
		it.s[i] += it.f[i] * (e - it.offsetOf(i))
	}
	if it.g = it.step(); it.g == nil {
		return ErrNotFitted
	}
	it.b.times(it.g, it.offset, it.eta)
	if !it.valid(it.eta) && !it.retreat() {
		return ErrNotFitted
	}
	return nil
}

// setSize works out how large the working response e + (y - m)/m' is, as a sum
// over rows like those of the basis. A step counts beside it.
func (it *iteration) setSize() {
	square, information, W := 0.0, 0.0, 0.0
	for i, f := range it.f {
		if f = math.Abs(f); f != 0 {
			z := it.eta[i] - it.offsetOf(i) + it.s[i]/it.f[i]
			square += f * z * z
			information += f
			W += math.Abs(it.w[i])
		}
	}
	it.size = 0
	if square > 0 {
		it.size = math.Sqrt(square / information * W)
	}
}

// rows works out score and information of the rows, times their weight.
func (it *iteration) rows(observed bool) {
	for i, v := range it.w {
		s, f := it.m.family.score(it.y[i], it.m.link.at(it.eta[i]), observed)
		it.s[i], it.f[i] = v*s, v*f
	}
}

func (it *iteration) valid(eta []float64) bool {
	for _, e := range eta {
		if !it.m.family.valid(it.m.link.at(e)) {
			return false
		}
	}
	return true
}

// retreat shrinks a first step that leaves the range of the mean towards a
// constant, which every family can have.
func (it *iteration) retreat() bool {
	constant := it.constant()
	// The constant in the basis, as far as the model has one.
	for i, v := range it.w {
		it.f[i], it.s[i] = math.Abs(v), math.Abs(v)*(constant-it.offsetOf(i))
	}
	home := it.step()
	if home == nil {
		return false
	}
	for range 40 {
		for j := range it.g {
			it.g[j] = (it.g[j] + home[j]) / 2
		}
		it.b.times(it.g, it.offset, it.eta)
		if it.valid(it.eta) {
			return true
		}
	}
	return false
}

// deviance is NaN where eta leaves the range of the mean.
func (it *iteration) deviance(eta []float64) float64 {
	d := 0.0
	for i, v := range it.w {
		p := it.m.link.at(eta[i])
		if !it.m.family.valid(p) {
			return math.NaN()
		}
		d += v * it.m.family.deviance(it.y[i], p)
	}
	return d
}

// halve goes along a step, or half of it and so on, to where the deviance is no
// larger. With negative weights it need not fall, so only the range of the mean
// counts.
func (it *iteration) halve(move []float64, deviance float64) (float64, bool) {
	g := make([]float64, len(it.g))
	for f := 1.0; f > 1e-10; f /= 2 {
		for j := range g {
			g[j] = it.g[j] + f*move[j]
		}
		it.b.times(g, it.offset, it.next)
		d := it.deviance(it.next)
		if d <= deviance+1e-11*(math.Abs(deviance)+1) || it.negative && !math.IsNaN(d) {
			it.g = g
			it.eta, it.next = it.next, it.eta
			return d, true
		}
	}
	return deviance, false
}

// done works out the information at the solution.
func (it *iteration) done(deviance float64) (*solution, error) {
	s := &solution{g: it.g, eta: it.eta, deviance: deviance}
	it.rows(false)
	information, score := it.b.sums(it.f, it.s)
	if !it.solved(score) {
		return nil, it.why(nil)
	}
	s.expected = invert(information)
	s.inverse = s.expected
	if it.m.observed {
		it.rows(true)
		information, _ = it.b.sums(it.f, it.s)
		s.inverse = invert(information)
	}
	if s.expected == nil || s.inverse == nil {
		return nil, it.why(nil)
	}
	return s, nil
}

// solved reports whether the equations hold: steps become short as well on the
// way to the edge of what a mean can be, where they do not.
func (it *iteration) solved(score []float64) bool {
	size := make([]float64, len(score)) // what cancellation and rounding may leave
	for i := range it.w {
		p := it.m.link.at(it.eta[i])
		z := it.b.row(i)
		rounding := math.Abs(it.eta[i])
		if it.m.family == Gaussian { // where the linear predictor may cancel to nothing, and f does not grow without end
			rounding = math.Abs(it.offsetOf(i))
			for k, v := range z {
				rounding += math.Abs(v * it.g[k])
			}
		}
		if p.slope != 0 {
			rounding += math.Abs((math.Abs(it.y[i]) + p.mean) / p.slope)
		}
		part := 1e-7*math.Abs(it.s[i]) + 1e-12*math.Abs(it.f[i])*rounding
		for k, v := range z {
			size[k] += part * math.Abs(v)
		}
	}
	for k, v := range score {
		if !(math.Abs(v) <= size[k]) {
			return false
		}
	}
	return true
}

// why is what keeps the iteration from its end.
func (it *iteration) why(move []float64) error {
	if move == nil && it.g != nil {
		move = it.g
	}
	if move != nil {
		if err := it.separated(move); err != nil {
			return err
		}
	}
	return ErrNotFitted
}

// separated looks at the direction in which the coefficients move after several
// steps. If it makes no row less likely, and some more likely for ever, the
// outcomes are separated (Albert and Anderson 1984; for counts Correia,
// Guimaraes and Zylkin 2020): rows with outcome 1 move up or stay, with 0 down
// or stay, others stay.
func (it *iteration) separated(move []float64) error {
	up, down := it.m.family.ends(it.m.link)
	if !up && !down {
		return nil
	}
	it.b.times(move, nil, it.next)
	most := 0.0
	for _, d := range it.next {
		most = math.Max(most, math.Abs(d))
	}
	if most < 1e-3 {
		return nil
	}
	for i, v := range it.w {
		d, y := it.next[i]/most, it.y[i]
		free := v > 0 && (up && y == 1 && d > 0 || down && y == 0 && d < 0)
		if !free && math.Abs(d) > 1e-6 {
			return nil
		}
	}
	return &SeparatedError{it.columns(move)}
}

// ends reports whether outcomes of 1, and of 0, are fitted by a linear predictor
// without end, upwards and downwards.
func (f Family) ends(l Link) (one, zero bool) {
	switch {
	case f == Binomial && (l == Logit || l == Probit || l == Cloglog || l == Loglog):
		return true, true
	case (f == Binomial || f == Poisson) && l == Log:
		return false, true
	}
	return false, false
}

// columns are those that a direction in the basis moves along. A column counts
// where it changes the linear predictor of some row.
func (it *iteration) columns(move []float64) (names []string) {
	b := it.b.coefficients(move)
	r := it.b.r
	sizes := make([]float64, len(b))
	for j := range b {
		for i := 0; i <= j; i++ { // length of column j of X
			sizes[j] = math.Hypot(sizes[j], r.At(i, j))
		}
		sizes[j] *= math.Abs(b[j])
	}
	most := floats.Max(sizes)
	for j, k := range it.b.keep {
		if sizes[j] > 1e-5*most {
			names = append(names, it.m.plan.names[k])
		}
	}
	return names
}
