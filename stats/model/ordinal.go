package model

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// An OrdinalSpec describes a cumulative model of an outcome in ordered
// categories, y = 0 to K-1 for levels 1 to K,
//
//	g(P(y <= k)) = t_k - x b,    t_0 < t_1 < ... < t_K-2
//
// With the logit link it is the model of proportional odds: a positive b makes
// higher categories likelier, and exp(b) is the ratio of the odds of being above
// a threshold, whichever (McCullagh 1980).
type OrdinalSpec struct {
	Outcome []int    // category of each row; -1 is missing
	Levels  []string // names of the categories in order, two or more
	Data    Data     // the variables
	Terms   []Term   // effects in order; thresholds take the place of the intercept
	Link    Link     // Logit (or ""), Probit, Cloglog, Loglog
}

// An Ordinal is an OrdinalSpec with its design matrix. It is never changed, and
// safe for concurrent use.
type Ordinal struct {
	y        []int
	levels   []string
	link     Link
	data     Data
	plan     *plan // with an intercept
	x        []float64
	complete []bool
}

// NewOrdinal checks a spec and makes its design matrix as New does. It panics on
// other links, fewer than two levels, and columns that differ in length.
// TestOracle: 13; TestOrdinalLinks, TestSpecErrors, TestMisuse.
func NewOrdinal(s OrdinalSpec) (*Ordinal, error) {
	switch s.Link {
	case "":
		s.Link = Logit
	case Logit, Probit, Cloglog, Loglog:
	default:
		panic(fmt.Sprintf("model: no ordinal link is called %q", s.Link))
	}
	if len(s.Levels) < 2 {
		panic("model: an ordinal outcome has two levels or more")
	}
	o := &Ordinal{y: Factor(s.Outcome, s.Levels).codes, levels: s.Levels, link: s.Link, data: s.Data}
	var err error
	if o.plan, err = newPlan(s.Terms, true, s.Data); err != nil {
		return nil, err
	}
	n := o.plan.rows(s.Data, len(s.Outcome))
	o.complete = o.plan.complete(s.Data, n)
	o.x = o.plan.matrix(s.Data, o.complete)
	for i, y := range o.y {
		o.complete[i] = o.complete[i] && y >= 0
	}
	return o, nil
}

// used is the weights of complete rows; others weigh zero.
func (o *Ordinal) used(w []float64) []float64 {
	if len(w) != len(o.y) {
		panic(fmt.Sprintf("model: %d rows in the design, %d in the model", len(w), len(o.y)))
	}
	u := make([]float64, len(w))
	for i, v := range w {
		if o.complete[i] {
			u[i] = v
		}
	}
	return u
}

// An OrdinalFit is the slopes b and then the thresholds t of an Ordinal in a
// design, with their covariance. Thresholds are named by the categories they
// part, "low|medium". DF of its Estimates is the design's, among rows without a
// missing value, less the number of slopes, as in R.
type OrdinalFit struct {
	*stats.Estimates
	Aliased  []string // columns without a slope, because those before determine them
	Slopes   int      // how many of the numbers are slopes
	Base     int      // rows with weight and without a missing value
	Deviance float64  // -2 sum w log P, weights scaled to a mean of 1 over the rows used

	model   *Ordinal
	design  *stats.Design
	basis   *basis    // the constant first
	plan    *plan     // of the columns kept, the constant included
	weights []float64 // those that at solves
	at      *ordinalSolution
}

// Fit estimates slopes and thresholds by maximising sum w log P(y),
//
//	u = A^-1 d log P/d(b, t),    A = -sum w d2 log P
//
// with the exact second derivatives, to machine precision. Coefficients are on
// the scale of the link, per unit of their column. df = design df - slopes.
// Rows with a missing value are left out as outside of the domain. Columns
// that others determine are left out and listed in Aliased. Errors: no row with
// weight; a category without one (join it to the next); *SeparatedError where
// columns part high from low without exception; ErrNotFitted. A replicate in
// which the model cannot be fitted is left out and counted in Lost.
//
// R's svyolr stops at 1e-5 and has a Hessian of finite differences; its
// "cloglog" is the Loglog here, 1 - exp(-exp()) being that of MASS's polr. R:
// svyolr. TestOracle: 13; TestOrdinalBinary, TestOrdinalLinks.
func (o *Ordinal) Fit(d *stats.Design) (*OrdinalFit, error) {
	w := o.used(d.Weights())
	f := &OrdinalFit{model: o, design: d, weights: w}
	counts := make([]int, len(o.levels))
	for i, v := range w {
		if v != 0 {
			f.Base++
			counts[o.y[i]]++
		}
	}
	if f.Base == 0 {
		return nil, errors.New("no row has a weight and no missing value; nothing can be fitted")
	}
	for k, n := range counts {
		if n == 0 {
			return nil, fmt.Errorf("no row has the outcome %q; join it to the category next to it", o.levels[k])
		}
	}
	f.basis = newBasis(o.x, len(o.plan.columns), w)
	f.plan = o.plan.only(f.basis.keep)
	f.Slopes = f.basis.p - 1
	for j, name := range o.plan.names {
		if !slices.Contains(f.basis.keep, j) {
			f.Aliased = append(f.Aliased, name)
		}
	}
	var err error
	if f.at, err = o.solve(f.basis, w, nil); err != nil {
		return nil, err
	}
	f.Deviance = -2 * f.at.likelihood * float64(f.Base) / floats.Sum(w) / f.basis.scale
	dropped := false
	for i, v := range d.Weights() {
		dropped = dropped || v != 0 && !o.complete[i]
	}
	if dropped {
		d = d.Domain(o.complete)
	}
	if f.Estimates, err = d.Estimate(f.Coefficients()); err != nil {
		return nil, err
	}
	f.DF = d.DF() - float64(f.Slopes)
	return f, nil
}

// ordinalSolution has slopes in the basis and thresholds beside them.
type ordinalSolution struct {
	g          []float64
	eta        []float64 // Z g of each row, without the constant
	thresholds []float64 // for eta
	inverse    *mat.Dense
	likelihood float64 // with the basis' weights
}

// ordinalIteration is the state of Newton's method. Parameters are slopes in the
// basis without its constant, then thresholds.
type ordinalIteration struct {
	o        *Ordinal
	b        *basis
	w        []float64 // scaled
	negative bool
	p, q     int // slopes, thresholds
	theta    []float64
	eta      []float64
}

func (o *Ordinal) solve(b *basis, w []float64, start *ordinalSolution) (*ordinalSolution, error) {
	it := ordinalIteration{o: o, b: b, w: make([]float64, len(w)), p: b.p - 1, q: len(o.levels) - 1}
	for i, v := range w {
		it.w[i] = v * b.scale
		it.negative = it.negative || v < 0
	}
	it.theta, it.eta = make([]float64, it.p+it.q), make([]float64, len(w))
	if start != nil {
		copy(it.theta, start.g)
		copy(it.theta[it.p:], start.thresholds)
		it.linear(it.theta, it.eta)
	} else if !it.begin() {
		return nil, ErrNotFitted
	}
	return it.run()
}

// begin puts thresholds at the shares of the categories.
func (it *ordinalIteration) begin() bool {
	share := make([]float64, it.q+1)
	for i, v := range it.w {
		if v != 0 {
			share[it.o.y[i]] += v
		}
	}
	W, up := floats.Sum(share), 0.0
	for k := range it.q {
		up += share[k]
		it.theta[it.p+k] = it.o.link.of(up / W)
	}
	return it.ordered(it.theta)
}

func (it *ordinalIteration) ordered(theta []float64) bool {
	for k := it.p; k < len(theta); k++ {
		if math.IsNaN(theta[k]) || math.IsInf(theta[k], 0) || k > it.p && !(theta[k] > theta[k-1]) {
			return false
		}
	}
	return true
}

// linear is Z g without the constant.
func (it *ordinalIteration) linear(theta, eta []float64) {
	it.b.times(append([]float64{0}, theta[:it.p]...), nil, eta)
}

// ends are the thresholds around category y, less the linear predictor.
func (it *ordinalIteration) ends(theta []float64, y int, eta float64) (b, a float64) {
	b, a = math.Inf(-1), math.Inf(1)
	if y > 0 {
		b = theta[it.p+y-1] - eta
	}
	if y < it.q {
		a = theta[it.p+y] - eta
	}
	return b, a
}

func (it *ordinalIteration) likelihood(theta, eta []float64) float64 {
	sum := 0.0
	for i, v := range it.w {
		if v != 0 {
			b, a := it.ends(theta, it.o.y[i], eta[i])
			sum += v * math.Log(it.o.link.difference(b, a, it.o.link.ends(a), it.o.link.ends(b)))
		}
	}
	return sum
}

// derivatives are the score and the information, minus the second derivatives.
func (it *ordinalIteration) derivatives() (*mat.Dense, []float64) {
	n := len(it.w)
	f, s := make([]float64, n), make([]float64, n)
	// by linear predictor: l_e = -(da + db), l_ee = daa + dbb + 2 dadb
	size := it.p + it.q
	information, score := mat.NewDense(size, size, nil), make([]float64, size)
	cross := mat.NewDense(it.q, it.b.p, nil) // thresholds by columns of the basis
	add := func(k, l int, v float64) {
		information.Set(it.p+k, it.p+l, information.At(it.p+k, it.p+l)-v)
	}
	for i, v := range it.w {
		if v == 0 {
			continue
		}
		y := it.o.y[i]
		b, a := it.ends(it.theta, y, it.eta[i])
		d := it.o.link.between(b, a)
		s[i], f[i] = -v*(d.da+d.db), -v*(d.daa+d.dbb+2*d.dadb)
		z := it.b.z[i*it.b.p : (i+1)*it.b.p]
		if y < it.q {
			score[it.p+y] += v * d.da
			add(y, y, v*d.daa)
			floats.AddScaled(cross.RawRowView(y), v*(d.daa+d.dadb), z)
		}
		if y > 0 {
			score[it.p+y-1] += v * d.db
			add(y-1, y-1, v*d.dbb)
			floats.AddScaled(cross.RawRowView(y-1), v*(d.dbb+d.dadb), z)
		}
		if y > 0 && y < it.q {
			add(y, y-1, v*d.dadb)
			add(y-1, y, v*d.dadb)
		}
	}
	slopes, sums := it.b.sums(f, s)
	for i := range it.p {
		score[i] = sums[i+1]
		for j := range it.p {
			information.Set(i, j, slopes.At(i+1, j+1))
		}
		for k := range it.q {
			information.Set(i, it.p+k, cross.At(k, i+1))
			information.Set(it.p+k, i, cross.At(k, i+1))
		}
	}
	return information, score
}

func (it *ordinalIteration) run() (*ordinalSolution, error) {
	size := len(it.theta)
	likelihood := it.likelihood(it.theta, it.eta)
	last := math.Inf(1)
	root := math.Sqrt(float64(len(it.w)))
	for k := range maxIterations {
		information, score := it.derivatives()
		inverse := invert(information)
		if inverse == nil {
			return nil, it.why(it.theta)
		}
		var step mat.VecDense
		step.MulVec(inverse, mat.NewVecDense(size, score))
		move := step.RawVector().Data
		length := floats.Norm(move, math.Inf(1))
		if k >= 8 {
			if err := it.separated(move); err != nil {
				return nil, err
			}
		}
		next, ok := it.halve(move, likelihood)
		if !ok {
			if length > 1e-7*root {
				return nil, it.why(move)
			}
			return it.done(likelihood)
		}
		likelihood = next
		reach := root + floats.Norm(it.theta, math.Inf(1))
		if length <= 1e-15*reach || length <= 1e-10*reach && length >= last/2 {
			return it.done(likelihood)
		}
		last = length
	}
	return nil, it.why(it.theta)
}

// halve goes along a step, or half of it and so on, to where the likelihood is
// no smaller and thresholds are in order.
func (it *ordinalIteration) halve(move []float64, likelihood float64) (float64, bool) {
	theta, eta := make([]float64, len(move)), make([]float64, len(it.eta))
	for f := 1.0; f > 1e-10; f /= 2 {
		for j := range theta {
			theta[j] = it.theta[j] + f*move[j]
		}
		if !it.ordered(theta) {
			continue
		}
		it.linear(theta, eta)
		l := it.likelihood(theta, eta)
		if l >= likelihood-1e-11*(math.Abs(likelihood)+1) || it.negative && !math.IsNaN(l) {
			it.theta, it.eta = theta, eta
			return l, true
		}
	}
	return likelihood, false
}

func (it *ordinalIteration) done(likelihood float64) (*ordinalSolution, error) {
	information, _ := it.derivatives()
	s := &ordinalSolution{g: it.theta[:it.p], thresholds: it.theta[it.p:], eta: it.eta, inverse: invert(information), likelihood: likelihood}
	if s.inverse == nil {
		return nil, it.why(it.theta)
	}
	return s, nil
}

func (it *ordinalIteration) why(move []float64) error {
	if err := it.separated(move); err != nil {
		return err
	}
	return ErrNotFitted
}

// separated is that of iteration: the upper threshold of a row moves up from its
// linear predictor or stays, the lower one moves down or stays.
func (it *ordinalIteration) separated(move []float64) error {
	eta := make([]float64, len(it.eta))
	it.linear(move, eta)
	most := floats.Norm(eta, math.Inf(1))
	if most < 1e-3 {
		return nil
	}
	for i, v := range it.w {
		if v == 0 {
			continue
		}
		down, up := it.ends(move, it.o.y[i], eta[i])
		wrong := up < -1e-6*most || down > 1e-6*most
		if wrong || v < 0 {
			return nil
		}
	}
	b := it.b.coefficients(append([]float64{0}, move[:it.p]...))
	sizes := make([]float64, len(b))
	for j := 1; j < len(b); j++ {
		for i := 1; i <= j; i++ { // without the constant
			sizes[j] = math.Hypot(sizes[j], it.b.r.At(i, j))
		}
		sizes[j] *= math.Abs(b[j])
	}
	e := &SeparatedError{}
	for j := 1; j < len(b); j++ {
		if sizes[j] > 1e-5*floats.Max(sizes) {
			e.Columns = append(e.Columns, it.o.plan.names[it.b.keep[j]])
		}
	}
	return e
}

// Coefficients are slopes and thresholds as a Statistic, to estimate together
// with others of the design.
func (f *OrdinalFit) Coefficients() stats.Statistic { return ordinalCoefficients{f} }

type ordinalCoefficients struct{ *OrdinalFit }

// Names are those of the slopes, and of the categories that thresholds part.
func (c ordinalCoefficients) Names() []string {
	names := slices.Clone(c.plan.names[1:])
	for k := 1; k < len(c.model.levels); k++ {
		names = append(names, c.model.levels[k-1]+"|"+c.model.levels[k])
	}
	return names
}

// solution is that with weights w, nil if there is none.
func (c ordinalCoefficients) solution(w []float64) *ordinalSolution {
	w = c.model.used(w)
	if slices.Equal(w, c.weights) {
		return c.OrdinalFit.at
	}
	seen := make([]bool, len(c.model.levels))
	for i, v := range w {
		if v != 0 {
			seen[c.model.y[i]] = true
		}
	}
	if slices.Contains(seen, false) {
		return nil
	}
	s, err := c.model.solve(c.basis, w, c.OrdinalFit.at)
	if err != nil {
		return nil
	}
	return s
}

// back turns values by slopes in the basis and thresholds into those by b and t,
// in place: b = R'^-1 g with R' the basis without its constant, and thresholds
// take up the constants of the columns, t + (r0 b)/r00.
func (c ordinalCoefficients) back(theta []float64) []float64 {
	b := c.basis.coefficients(append([]float64{0}, theta[:c.Slopes]...))
	shift := 0.0
	for j := 1; j < len(b); j++ {
		shift += c.basis.r.At(0, j) * b[j]
	}
	shift /= c.basis.r.At(0, 0)
	copy(theta, b[1:])
	for k := c.Slopes; k < len(theta); k++ {
		theta[k] += shift
	}
	return theta
}

func (c ordinalCoefficients) values(s *ordinalSolution) []float64 {
	return c.back(slices.Concat(s.g, s.thresholds))
}

// At fits the model with weights w.
func (c ordinalCoefficients) At(w []float64) ([]float64, error) {
	s := c.solution(w)
	if s == nil {
		return nans(c.Slopes + len(c.model.levels) - 1), nil
	}
	return c.values(s), nil
}

// Linearize is A^-1 times the scores of the rows.
func (c ordinalCoefficients) Linearize(w []float64) ([]float64, [][]float64, error) {
	size := c.Slopes + len(c.model.levels) - 1
	u := make([][]float64, size)
	for k := range u {
		u[k] = make([]float64, len(w))
	}
	s := c.solution(w)
	if s == nil {
		return nans(size), u, nil
	}
	bread := mat.NewDense(size, size, nil)
	for j := range size { // columns of the inverse, taken back
		bread.SetCol(j, c.back(mat.Col(nil, j, s.inverse)))
	}
	bread.Scale(c.basis.scale, bread)
	it := ordinalIteration{o: c.model, p: c.Slopes, q: size - c.Slopes}
	theta := slices.Concat(s.g, s.thresholds)
	score := make([]float64, size)
	p := c.basis.p
	for i, v := range c.model.used(w) {
		if v == 0 {
			continue
		}
		clear(score)
		y := c.model.y[i]
		b, a := it.ends(theta, y, s.eta[i])
		d := c.model.link.between(b, a)
		floats.AddScaled(score[:it.p], -(d.da + d.db), c.basis.z[i*p+1:(i+1)*p])
		if y < it.q {
			score[it.p+y] += d.da
		}
		if y > 0 {
			score[it.p+y-1] += d.db
		}
		for k := range u {
			u[k][i] = floats.Dot(bread.RawRowView(k), score)
		}
	}
	return c.values(s), u, nil
}

// Wald tests that all slopes of some terms are zero, as Fit.Wald does; df is
// that of the fit. R: regTermTest. TestOrdinalWald.
func (f *OrdinalFit) Wald(terms ...Term) WaldTest {
	index := f.plan.index(terms)
	for k := range index {
		index[k]-- // the constant is none of the estimates
	}
	return wald(f.Estimates, index, f.DF)
}

// Predict estimates the share of each category among people with the variables
// of data,
//
//	P_k = F(t_k - x b) - F(t_k-1 - x b)
//
// by the delta method: for each row of data the K shares in order, with the
// covariance of all. Shares of a row add up to 1. NaN for rows with a missing
// variable, and for those that the model says nothing about because columns
// were dropped. df as in the fit. Errors as in Fit.Predict. R: predict of
// MASS's polr, which has no standard errors. TestOrdinalPredict.
func (f *OrdinalFit) Predict(data Data) (*stats.Estimates, error) {
	if err := f.plan.checkNew(data); err != nil {
		return nil, err
	}
	n := f.plan.rows(data, -1)
	if n < 0 {
		n = 1
	}
	known := f.plan.complete(data, n)
	x := f.plan.matrix(data, known)
	all := f.model.plan.matrix(data, known)
	P, columns := f.basis.p, len(f.model.plan.columns)
	var names []string
	var gradients [][]float64
	for i := range n {
		row := x[i*P+1 : (i+1)*P]
		if _, ok := f.basis.estimable(all[i*columns : (i+1)*columns]); !ok || !known[i] {
			row = nans(P - 1)
		}
		for k := range f.model.levels {
			names = append(names, f.model.levels[k])
			_, gradient := f.share(row, f.Value, k)
			gradients = append(gradients, gradient)
		}
	}
	e := f.Contrast(names, gradients...)
	K := len(f.model.levels)
	for i := range n {
		for k := range K {
			at := i*K + k
			row := x[i*P+1 : (i+1)*P]
			if math.IsNaN(e.Value[at]) {
				continue
			}
			e.Value[at], _ = f.share(row, f.Value, k)
			for r := range e.Replicates {
				e.Replicates[r][at], _ = f.share(row, f.Estimates.Replicates[r], k)
			}
		}
	}
	return e, nil
}

// share is the probability of category k and its gradient by b and t.
func (f *OrdinalFit) share(x, theta []float64, k int) (p float64, gradient []float64) {
	it := ordinalIteration{p: f.Slopes, q: len(f.model.levels) - 1}
	eta := floats.Dot(x, theta[:f.Slopes])
	b, a := it.ends(theta, k, eta)
	s := f.model.link.between(b, a)
	gradient = make([]float64, len(theta))
	floats.AddScaled(gradient[:it.p], -s.p*(s.da+s.db), x)
	if k < it.q {
		gradient[it.p+k] += s.p * s.da
	}
	if k > 0 {
		gradient[it.p+k-1] += s.p * s.db
	}
	return s.p, gradient
}
