package model

import (
	"errors"
	"fmt"
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

func (o *Ordinal) used(w []float64) []float64 { return used(w, o.complete) }

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

	// Naive is the inverse of the observed information with weights scaled in the
	// same way: the covariance if rows were drawn independently and with equal
	// weights. The ratio of Cov to it is the design effect on the model.
	Naive *mat.SymDense

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
	for _, j := range o.plan.besides(f.basis.keep) {
		f.Aliased = append(f.Aliased, o.plan.names[j])
	}
	var err error
	if f.at, err = o.solve(f.basis, w, nil); err != nil {
		return nil, err
	}
	f.Deviance = f.deviance(f.at)
	f.Naive = f.naive()
	d = completeOnly(d, o.complete)
	if f.Estimates, err = d.Estimate(f.Coefficients()); err != nil {
		return nil, err
	}
	f.DF = d.DF() - float64(f.Slopes)
	return f, nil
}

// unit takes weights to a mean of 1 over the rows used, from those of the basis.
func (f *OrdinalFit) unit() float64 {
	return float64(f.Base) / floats.Sum(f.weights) / f.basis.scale
}

func (f *OrdinalFit) deviance(s *ordinalSolution) float64 { return -2 * s.likelihood * f.unit() }

// naive is the inverse of the information, by b and t.
func (f *OrdinalFit) naive() *mat.SymDense {
	c := ordinalCoefficients{f}
	half := c.rows(f.at.inverse)
	v := symmetric(c.rows(half.T()))
	v.ScaleSym(1/f.unit(), v)
	return v
}

// Coefficients are slopes and thresholds as a Statistic, to estimate together
// with others of the design. TestDerivatives.
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

// rows takes the columns of a square matrix back.
func (c ordinalCoefficients) rows(m mat.Matrix) *mat.Dense {
	n, _ := m.Dims()
	out := mat.NewDense(n, n, nil)
	for j := range n {
		out.SetCol(j, c.back(mat.Col(nil, j, m)))
	}
	return out
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
	bread := c.rows(s.inverse)
	bread.Scale(c.basis.scale, bread)
	it := ordinalIteration{o: c.model, p: c.Slopes, q: size - c.Slopes}
	theta := slices.Concat(s.g, s.thresholds)
	score := make([]float64, size)
	basis := c.basis.at(weighted(c.model.used(w)))
	for j, i := range basis.rows {
		clear(score)
		y := c.model.y[i]
		b, a := it.ends(theta, y, s.eta[i])
		d := c.model.link.between(b, a)
		floats.AddScaled(score[:it.p], -(d.da + d.db), basis.row(j)[1:])
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
	index := f.slopes(terms)
	if certain(f.Estimates, naive{f.Naive, 1}, index) {
		return noTest(len(index), f.DF)
	}
	return wald(f.Estimates, index, f.DF)
}

// slopes are the places of the slopes of some terms.
func (f *OrdinalFit) slopes(terms []Term) []int {
	index := f.plan.index(terms)
	for k := range index {
		index[k]-- // the constant is none of the estimates
	}
	return index
}

// LikelihoodRatio tests that all slopes of some terms are zero by how much worse
// the model fits without them, as Fit.LikelihoodRatio does,
//
//	X^2 = Deviance without - Deviance with,   both on the rows of this fit
//
// df is that of the fit. Lambda is nil, and p NaN, where the terms have no slope or
// the covariance is missing. Errors: the smaller model cannot be fitted. It panics
// if the model has no such term. Lumley and Scott (2014), Australian and New
// Zealand Journal of Statistics 56. R's regTermTest has it for svyglm only.
// TestOrdinalTermTests.
func (f *OrdinalFit) LikelihoodRatio(terms ...Term) (*WorkingTest, error) {
	index := f.slopes(terms)
	t := working(f.Estimates, naive{f.Naive, 1}, index)
	if len(index) == 0 {
		return t, nil
	}
	o := *f.model
	keep := f.plan.besides(f.plan.index(terms))
	o.plan = f.plan.only(keep)
	o.x = o.plan.matrix(o.data, o.complete)
	s, err := o.solve(newBasis(o.x, len(keep), f.weights), f.weights, nil)
	if err != nil {
		return nil, fmt.Errorf("without %v: %w", terms, err)
	}
	t.ChiSquared = f.deviance(s) - f.Deviance
	return t, nil
}

// WorkingWald is LikelihoodRatio without another fit, from the curvature at the
// estimate, X^2 = b' Naive^-1 b. TestOrdinalTermTests.
func (f *OrdinalFit) WorkingWald(terms ...Term) *WorkingTest {
	return workingWald(f.Estimates, naive{f.Naive, 1}, f.slopes(terms))
}
