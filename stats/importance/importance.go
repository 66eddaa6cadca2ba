package importance

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/internal/moment"
)

// A Predictor is a column, or several that count as one: the indicators of a
// factor, with or without the one for its first level.
type Predictor struct {
	Name    string
	Columns [][]float64
}

// A Method divides R^2 among predictors: LMG, Johnson or Logistic.
type Method func(y []float64, x ...Predictor) stats.Statistic

// A Driver is a predictor with its part of R^2.
type Driver struct {
	Name         string
	Part, PartSE float64 // of R^2; parts add up to it
	Share        float64 // of the parts, 0 to 1; shares add up to 1
	ShareSE      float64
	Sign         int     // of Beta; 0 where that is 0 or NaN
	Beta         float64 // standardised coefficient: of y (linear), or of the logit, per standard deviation of the predictor; NaN for several columns and without a model
	Correlation  float64 // with y; NaN for several columns
}

// A Result is a table of drivers.
type Result struct {
	Rows      int // rows with weight and all values
	R2, R2SE  float64
	Drivers   []Driver         // in the order of the predictors
	Estimates *stats.Estimates // R2, parts, shares, with their covariance and df
}

// Analyze divides what predictors explain of y among them, with standard errors by
// the design. y and the columns of x have a length of rows; rows where any is
// missing (NaN) are left out. Intervals and differences of drivers come from
// Estimates: number 0 is R2, 1 to m the parts, m+1 to 2m the shares; df is the
// design's. A sign that differs from the correlation's tells of suppression: look
// at such a driver before reporting it.
//
// Corner cases are those of the method. The error is stats.ErrNotLinear for
// Logistic on a design without replicate weights, and that of the method.
// ExampleAnalyze; TestOracle: 19_relimp.
func Analyze(d *stats.Design, method Method, y []float64, x ...Predictor) (*Result, error) {
	s := method(y, x...)
	e, err := d.Estimate(s)
	if err != nil {
		return nil, err
	}
	m := newModel(y, x)
	mo, r, ok := m.correlations(d.Weights())
	beta := make([]float64, len(m.group))
	if ok {
		beta = coefficients(r)
		if l, is := s.(logistic); is {
			beta = l.standardised(d.Weights())
		}
	}
	out := &Result{Rows: mo.Rows, R2: e.Value[0], R2SE: e.SE(0), Estimates: e}
	column := 0
	for g, p := range x {
		share := 1 + len(x) + g
		driver := Driver{
			Name: p.Name, Part: e.Value[1+g], PartSE: e.SE(1 + g), Share: e.Value[share], ShareSE: e.SE(share),
			Beta: math.NaN(), Correlation: math.NaN(),
		}
		if len(p.Columns) == 1 && ok {
			driver.Beta, driver.Correlation = beta[column], r.At(0, 1+column)
			switch {
			case driver.Beta > 0:
				driver.Sign = 1
			case driver.Beta < 0:
				driver.Sign = -1
			}
		}
		column += len(p.Columns)
		out.Drivers = append(out.Drivers, driver)
	}
	return out, nil
}

// model is an outcome and predictors.
type model struct {
	y       []float64
	x       []Predictor
	columns [][]float64 // of all predictors
	group   []int       // predictor of each column
}

func newModel(y []float64, x []Predictor) model {
	m := model{y: y, x: x}
	for g, p := range x {
		for _, column := range p.Columns {
			if len(column) != len(y) {
				panic(fmt.Sprintf("importance: %d values of %s for %d of the outcome", len(column), p.Name, len(y)))
			}
			m.columns, m.group = append(m.columns, column), append(m.group, g)
		}
	}
	return m
}

// Names are R2, the predictors, and the predictors' shares.
func (m model) Names() []string {
	names := []string{"R2"}
	for _, p := range m.x {
		names = append(names, p.Name)
	}
	for _, p := range m.x {
		names = append(names, "share of "+p.Name)
	}
	return names
}

// none is the answer where there is none.
func (m model) none() []float64 {
	return slices.Repeat([]float64{math.NaN()}, 2*len(m.x)+1)
}

// correlations are the moments and correlations of y and the columns, y first.
// Columns that do not vary explain nothing: their correlations are set to 0. ok
// is false without an outcome that varies.
func (m model) correlations(w []float64) (mo *moment.Moments, r *mat.SymDense, ok bool) {
	columns := append([][]float64{m.y}, m.columns...)
	mo = moment.Of(w, columns)
	r = mo.Correlation()
	if !(r.At(0, 0) == 1) {
		return mo, r, false
	}
	for j := 1; j < len(columns); j++ {
		if mo.Cov.At(j, j) == 0 {
			for k := range columns {
				r.SetSym(j, k, 0)
			}
		}
		for k := range j + 1 {
			if math.IsNaN(r.At(k, j)) {
				return mo, r, false // infinite values, or negative weights
			}
		}
	}
	return mo, r, true
}

// withShares adds the shares of R^2 to it and its parts: NaN where there is
// nothing to share.
func withShares(r2 float64, parts []float64) []float64 {
	theta := append([]float64{r2}, parts...)
	for _, p := range parts {
		theta = append(theta, p/r2)
	}
	return theta
}

// A division divides R^2 of a linear model, given the correlations of y and the
// columns, and the predictor of each column. With gradients, it also gives the
// gradient of each part by the correlations.
type division func(r *mat.SymDense, group []int, predictors int, gradients bool) (parts []float64, g []*mat.SymDense)

// linear is a statistic of a linear model, which depends on correlations alone.
type linear struct {
	model
	divide division
	most   int // predictors
}

func (s linear) At(w []float64) ([]float64, error) {
	theta, _, err := s.solve(w, false)
	return theta, err
}

func (s linear) Linearize(w []float64) ([]float64, [][]float64, error) { return s.solve(w, true) }

func (s linear) solve(w []float64, linearize bool) (theta []float64, u [][]float64, err error) {
	m := len(s.x)
	if m > s.most {
		return nil, nil, &TooManyError{m, s.most}
	}
	mo, r, ok := s.correlations(w)
	u = make([][]float64, 2*m+1)
	for k := range u {
		u[k] = make([]float64, len(w))
	}
	if !ok {
		return s.none(), u, nil
	}
	parts, g := s.divide(r, s.group, m, linearize)
	r2 := 0.0
	for _, p := range parts {
		r2 += p
	}
	if !linearize {
		return withShares(r2, parts), nil, nil
	}
	for k := range parts {
		u[1+k] = mo.LinearizeCorrelation(g[k], r)
		for i, v := range u[1+k] {
			u[0][i] += v
		}
	}
	for k := range parts {
		for i, v := range u[1+k] {
			if r2 != 0 {
				u[1+m+k][i] = (v - parts[k]/r2*u[0][i]) / r2
			}
		}
	}
	return withShares(r2, parts), u, nil
}

// tolerance is the share of its variance that a column must have left beside
// others to explain anything that they do not.
const tolerance = 1e-10

// coefficients are the standardised coefficients of the regression of y on the
// columns; 0 for columns that are sums of others before them.
func coefficients(r *mat.SymDense) []float64 {
	K := r.SymmetricDim()
	a := mat.DenseCopyOf(r)
	in := make([]bool, K)
	for j := 1; j < K; j++ {
		if a.At(j, j) > tolerance {
			sweep(a, j)
			in[j] = true
		}
	}
	beta := make([]float64, K-1)
	for j := 1; j < K; j++ {
		if in[j] {
			beta[j-1] = a.At(j, 0)
		}
	}
	return beta
}

// sweep regresses all columns of a cross-product matrix on column k (Goodnight
// 1979): with those of a set swept, the element of a column of the set and one
// outside is the coefficient of the regression of the second.
func sweep(a *mat.Dense, k int) {
	raw := a.RawMatrix()
	n, pivot := raw.Rows, a.At(k, k)
	row := raw.Data[k*n : (k+1)*n]
	for j := range row {
		row[j] /= pivot
	}
	for i := range n {
		if i == k {
			continue
		}
		other := raw.Data[i*n : (i+1)*n]
		f := other[k]
		for j, v := range row {
			other[j] -= f * v
		}
		other[k] = -f / pivot
	}
	row[k] = 1 / pivot
}

// A TooManyError says that a method cannot take so many predictors.
type TooManyError struct{ Predictors, Most int }

// Error says what to do.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("%d predictors are too many to go through all their subsets, %d are the most; join some, leave some out, or take Johnson's weights", e.Predictors, e.Most)
}
