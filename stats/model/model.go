package model

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/internal/moment"
)

// A Spec describes a generalised linear model of one outcome,
//
//	g(E y) = x b        Var y proportional to V(E y)
//
// Columns have a length of rows.
type Spec struct {
	Outcome     []float64 // y; NaN is missing
	Data        Data      // the variables
	Terms       []Term    // effects in order; none fits a constant
	NoIntercept bool      // leave the constant out
	Offset      []float64 // added to the linear predictor with coefficient 1; nil = none
	Family      Family    // V; "" = Gaussian
	Link        Link      // g; "" = the canonical link of the family

	// Observed takes the observed information for the bread of the variance, as
	// Stata does and as the derivative of the estimate demands, in place of the
	// expected one of R. They are the same for canonical links, and agree in
	// large samples where the model of the mean holds. TestObserved.
	Observed bool
}

// A Model is a Spec with its design matrix. It is never changed, and safe for
// concurrent use.
type Model struct {
	y        []float64
	family   Family
	link     Link
	observed bool
	offset   []float64 // nil = none
	constant bool      // has an intercept
	data     Data
	plan     *plan
	x        []float64 // n x columns, zero in rows that are not complete
	complete []bool    // rows with outcome and variables
}

// New checks a Spec and makes its design matrix. Factors have treatment
// contrasts (columns "age=35-54"), interactions the products of their columns
// ("age=35-54:trust"), coded as R's model.matrix codes them. The error names a
// variable that is not there, a term that occurs twice, infinite values, or
// outcomes that the family cannot have. It panics if columns differ in length.
// TestDesignMatrix.
func New(s Spec) (*Model, error) {
	if s.Family == "" {
		s.Family = Gaussian
	}
	if s.Link == "" {
		s.Link = s.Family.canonical()
	}
	mustKnow(s.Family, s.Link)
	m := &Model{y: s.Outcome, family: s.Family, link: s.Link, observed: s.Observed, offset: s.Offset, constant: !s.NoIntercept, data: s.Data}
	var err error
	if m.plan, err = newPlan(s.Terms, !s.NoIntercept, s.Data); err != nil {
		return nil, err
	}
	if len(m.plan.columns) == 0 {
		return nil, errors.New("a model without an intercept needs a term")
	}
	n := m.plan.rows(s.Data, len(s.Outcome))
	if s.Offset != nil && len(s.Offset) != n {
		panic(fmt.Sprintf("model: %d offsets for %d rows", len(s.Offset), n))
	}
	covariates := m.plan.complete(s.Data, n)
	m.complete = slices.Clone(covariates)
	wrong := 0
	for i, y := range m.y {
		m.complete[i] = m.complete[i] && !math.IsNaN(y) && !math.IsNaN(m.offsetOf(i))
		if !math.IsNaN(y) && !m.family.takes(y) {
			wrong++
		}
	}
	if wrong > 0 {
		lie := "outcomes lie"
		if wrong == 1 {
			lie = "outcome lies"
		}
		return nil, fmt.Errorf("%d %s outside what a %s model takes, %s; recode or choose another family", wrong, lie, m.family, m.family.outcomes())
	}
	m.x = m.plan.matrix(s.Data, covariates)
	return m, nil
}

func (m *Model) offsetOf(i int) float64 {
	if m.offset == nil {
		return 0
	}
	return m.offset[i]
}

// used is the weights of complete rows; others weigh zero.
func used(w []float64, complete []bool) []float64 {
	if len(w) != len(complete) {
		panic(fmt.Sprintf("model: %d rows in the design, %d in the model", len(w), len(complete)))
	}
	u := make([]float64, len(w))
	for i, v := range w {
		if complete[i] {
			u[i] = v
		}
	}
	return u
}

// completeOnly is the domain of complete rows, the design itself where no row
// with a weight is incomplete.
func completeOnly(d *stats.Design, complete []bool) *stats.Design {
	for i, v := range d.Weights() {
		if v != 0 && !complete[i] {
			return d.Domain(complete)
		}
	}
	return d
}

func (m *Model) used(w []float64) []float64 { return used(w, m.complete) }

// Columns are the names of the columns of the design matrix, those included
// that a Fit drops. TestDesignMatrix.
func (m *Model) Columns() []string { return m.plan.names }

// A Fit is the coefficients of a Model in a design, with their covariance. DF of
// its Estimates is the design's, among rows without a missing value, plus 1
// less the number of coefficients.
type Fit struct {
	*stats.Estimates
	Aliased []string // columns without a coefficient, because those before determine them

	// Naive is the inverse of the expected information with weights that are
	// scaled to a mean of 1: the covariance, up to the dispersion, if rows were
	// drawn independently and with equal weights. The ratio of Cov to it is the
	// design effect on the model.
	Naive *mat.SymDense

	Base         int     // rows with weight and without a missing value
	Deviance     float64 // sum w d, weights scaled to a mean of 1 over the rows with weight, those with missing values included (R: over all rows)
	NullDeviance float64 // that of a constant; without an intercept, of the offset alone

	// Dispersion is the variance of the Pearson residuals, n/(n-1) sum w (r -
	// mean r)^2 / sum w. R's summary multiplies it by the mean weight of the rows
	// used over that of all, and with replicate weights gives n sum w r^2 /
	// sum w.
	Dispersion float64

	model      *Model
	design     *stats.Design // with rows that have missing values
	basis      *basis
	plan       *plan     // of the columns kept
	weights    []float64 // those that at solves
	at         *solution
	scale      float64 // from scaled weights of the basis to those of Deviance
	likelihood float64 // sum of the scaled weights of rows used
	size       float64 // of outcomes and means, over the standard deviation that the family gives them
}

// Fit estimates the coefficients b, which solve
//
//	sum w s(b) x = 0,   s = (y - m) m'/V
//
// and their covariance by linearised values
//
//	u = A^-1 s x,   A = sum w x x' m'^2/V
//
// (Binder 1983), or from replicate weights. Rows where outcome, offset or a
// variable is missing are left out as outside of the domain. Coefficients are
// per unit of their column on the scale of the link. df = design df + 1 -
// coefficients; where none is left, intervals and p are NaN and the rest
// stands.
//
// Columns that those before determine (relative tolerance 1e-9) have no
// coefficient and are listed in Aliased, among them levels without a row in
// the domain. Where it is the first level of a factor that has no row, the last
// one that has is aliased and takes its place as the reference (in R the first
// that has; R drops empty levels). An outcome that is the same in all rows is fitted exactly by a
// Gaussian constant, or a Poisson one above 0, SE 0; for a yes that everyone gave, and wherever
// columns tell yes from no without exception, the error is a *SeparatedError
// that names the columns. Negative weights are fine as long as the equations
// have a solution. A replicate in which the model cannot be fitted is left out
// and counted in Lost. Errors: no row with weight; ErrNotFitted.
//
// The iteration goes on to machine precision. R's svyglm stops at a relative
// change in deviance of 1e-8, which is good for seven digits, and takes
// separated outcomes for coefficients around 20. It takes the df of replicate designs before rows with
// missing values are left out. R: svyglm. TestOracle: 06, 10, 11, 12;
// TestFamilies, TestScore, TestLongley, TestSeparated, TestNegativeWeights.
func (m *Model) Fit(d *stats.Design) (*Fit, error) { return m.FitFrom(d, nil) }

// FitFrom is Fit, begun at the solution of a model nearby, such as one of fewer terms or
// other rows: coefficients of the same name, 0 of others; nil is Fit. The solution is the
// same but for rounding. TestFitFrom.
func (m *Model) FitFrom(d *stats.Design, near *Fit) (*Fit, error) {
	w := m.used(d.Weights())
	f := &Fit{model: m, design: d, weights: w}
	for _, v := range w {
		if v != 0 {
			f.Base++
		}
	}
	if f.Base == 0 {
		return nil, errors.New("no row has a weight and no missing value; nothing can be fitted")
	}
	f.basis = newBasis(m.x, len(m.plan.columns), w)
	if f.basis.p == 0 {
		return nil, errors.New("all columns of the model are zero; nothing can be fitted")
	}
	f.plan = m.plan.only(f.basis.keep)
	for _, j := range m.plan.besides(f.basis.keep) {
		f.Aliased = append(f.Aliased, m.plan.names[j])
	}
	var err error
	if f.at, err = m.solve(f.basis, w, f.begin(near)); err != nil {
		return nil, err
	}
	d = completeOnly(d, m.complete)
	if f.Estimates, err = d.Estimate(f.Coefficients()); err != nil {
		return nil, err
	}
	f.DF = d.DF() + 1 - float64(f.basis.p)
	return f, f.describe(w)
}

// begin is the solution of a model nearby in the basis of this one; nil for none.
func (f *Fit) begin(near *Fit) []float64 {
	if near == nil {
		return nil
	}
	b := make([]float64, f.basis.p)
	for j, name := range f.plan.names {
		if k := slices.Index(near.plan.names, name); k >= 0 {
			b[j] = near.Value[k]
		}
	}
	return f.basis.of(b)
}

// describe works out what a fit says besides its coefficients.
func (f *Fit) describe(w []float64) error {
	rows, total := 0.0, 0.0
	for _, v := range f.design.Weights() {
		if v != 0 {
			rows++
			total += v
		}
	}
	f.scale = rows / total / f.basis.scale
	f.likelihood = floats.Sum(w) * rows / total
	f.Naive = f.basis.covariance(f.at.expected)
	f.Naive.ScaleSym(1/f.scale, f.Naive)
	f.Deviance = f.at.deviance * f.scale
	null, err := f.nullDeviance(w)
	f.NullDeviance = null
	r := make([]float64, len(w))
	f.size = 0
	for i, v := range w {
		if v != 0 {
			p, y := f.model.link.at(f.at.eta[i]), f.model.y[i]
			variance, _ := f.model.family.variance(p)
			if r[i] = y - p.mean; r[i] != 0 {
				r[i] /= math.Sqrt(variance)
			}
			if variance > 0 {
				f.size = max(f.size, (math.Abs(y)+math.Abs(p.mean))/math.Sqrt(variance))
			}
		}
	}
	f.Dispersion = variance(w, r)
	return err
}

// variance is n/(n-1) sum w (r - mean)^2 / sum w.
func variance(w, r []float64) float64 {
	m := moment.Of(w, [][]float64{r})
	n := float64(m.Rows)
	return m.Cov.At(0, 0) * n / (n - 1)
}

// nullDeviance is the deviance of a constant beside the offset.
func (f *Fit) nullDeviance(w []float64) (float64, error) {
	m := f.model
	if m.constant && m.offset != nil {
		one := *m
		one.plan = m.plan.only([]int{0})
		one.x = one.plan.matrix(nil, m.complete)
		b := newBasis(one.x, 1, w)
		s, err := one.solve(b, w, nil)
		if err != nil {
			return math.NaN(), err
		}
		return s.deviance * f.scale, nil
	}
	mean := 0.0
	if m.constant {
		W := 0.0
		for i, v := range w {
			if v != 0 {
				W += v
				mean += v * m.y[i]
			}
		}
		mean /= W
	}
	deviance := 0.0
	for i, v := range w {
		if v != 0 {
			p := point{mean: mean, rest: 1 - mean}
			if !m.constant {
				p = m.link.at(m.offsetOf(i))
			}
			deviance += v * m.family.deviance(m.y[i], p)
		}
	}
	return deviance * f.basis.scale * f.scale, nil
}

// Coefficients are the coefficients as a Statistic, to estimate together with
// others of the design. With each set of weights the model is fitted anew, from
// the solution of the whole; it is NaN where that fails. TestDerivatives,
// TestSeparatedReplicate.
func (f *Fit) Coefficients() stats.Statistic { return coefficients{f} }

type coefficients struct{ *Fit }

// Names are those of the columns kept.
func (c coefficients) Names() []string { return c.plan.names }

// At fits the model with weights w.
func (c coefficients) At(w []float64) ([]float64, error) {
	s := c.solution(w)
	if s == nil {
		return nans(c.basis.p), nil
	}
	return c.basis.coefficients(s.g), nil
}

// solution is that with weights w, nil if there is none.
func (c coefficients) solution(w []float64) *solution {
	w = c.model.used(w)
	if slices.Equal(w, c.weights) {
		return c.Fit.at
	}
	if !slices.ContainsFunc(w, func(v float64) bool { return v != 0 }) {
		return nil
	}
	s, err := c.model.solve(c.basis, w, c.Fit.at.g)
	if err != nil {
		return nil
	}
	return s
}

func nans(n int) []float64 {
	return slices.Repeat([]float64{math.NaN()}, n)
}

// Linearize is A^-1 s x of the rows.
func (c coefficients) Linearize(w []float64) ([]float64, [][]float64, error) {
	p, n := c.basis.p, len(w)
	u := make([][]float64, p)
	for k := range u {
		u[k] = make([]float64, n)
	}
	s := c.solution(w)
	if s == nil {
		return nans(p), u, nil
	}
	bread := c.basis.back(s.inverse)
	bread.Scale(c.basis.scale, bread)
	b := c.basis.at(weighted(c.model.used(w)))
	for j, i := range b.rows {
		score, _ := c.model.family.score(c.model.y[i], c.model.link.at(s.eta[i]), false)
		z := b.row(j)
		for k := range u {
			u[k][i] = score * floats.Dot(bread.RawRowView(k), z)
		}
	}
	return c.basis.coefficients(s.g), u, nil
}
