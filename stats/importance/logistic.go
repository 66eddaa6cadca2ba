package importance

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/internal/logit"
	"tradeoff/stats/internal/moment"
)

// ErrNotBinary says that the outcome of a logistic model is not of 0 and 1.
var ErrNotBinary = errors.New("the outcome of a logistic model is 0 or 1; code it so, or take a linear model")

// Logistic estimates the relative weights of predictors in the logistic model of
// y, 0 or 1: Johnson's weights with standardised logistic coefficients,
//
//	logit P(y = 1) = a + sum_k b_k Z_k        Z = X R^(-1/2)
//	weight_j = sum_k L_jk^2 (b_k R_O / s)^2   L = R^(1/2)
//
// with X the standardised predictors, R their weighted correlations, fitted by
// maximum weighted likelihood; R_O^2 is the squared correlation of y with the fitted
// probabilities, and s the standard deviation of the fitted logits. y and the columns
// of x have a length of rows; rows where any is missing (NaN) are left out. The numbers
// are R_O^2, the m weights, which add up to it, and the m shares, all 0 to 1. A
// predictor of several columns has the sum of their weights.
//
// There are no linearised values: Linearize returns stats.ErrNotLinear, and standard
// errors need replicate weights. All numbers are NaN without rows, where all y are
// equal, and where predictors separate the ones from the zeros, so that the
// likelihood has no maximum; replicates without an estimate are left out of the
// variance. Shares are NaN where no predictor varies. Columns that are sums of others
// or do not vary are as in Johnson. The error is ErrNotBinary.
//
// Tonidandel and LeBreton (2010), with the standardised coefficients of Menard
// (2004). General dominance by a pseudo R^2 (Azen and Traxel 2009) is Shapley's, at the
// price of 2^m fits. R has no function; TestLogistic has figures by the authors'
// formulas from R's glm.
func Logistic(y []float64, x ...Predictor) stats.Statistic { return logistic{newModel(y, x)} }

type logistic struct{ model }

func (logistic) Linearize([]float64) ([]float64, [][]float64, error) {
	return nil, nil, stats.ErrNotLinear
}

func (s logistic) At(w []float64) ([]float64, error) {
	f, err := s.fit(w)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return s.none(), nil
	}
	parts := make([]float64, len(s.x))
	square := 0.0
	for _, b := range f.b {
		square += b * b // the variance of the logits
	}
	for j, of := range s.group {
		for k, b := range f.b {
			if l := f.root.l.At(j, k); square > 0 {
				parts[of] += l * l * b * b * f.r2 / square
			}
		}
	}
	return withShares(f.r2, parts), nil
}

// standardised are the coefficients of the predictors per standard deviation, NaN
// where there is no maximum.
func (s logistic) standardised(w []float64) []float64 {
	f, err := s.fit(w)
	if err != nil || f == nil {
		return slices.Repeat([]float64{math.NaN()}, len(s.group))
	}
	return f.root.solve(f.b)
}

// A logisticFit is a logistic model of the uncorrelated variables nearest to the
// predictors.
type logisticFit struct {
	root root
	b    []float64 // in the columns of Z
	r2   float64
}

// fit is nil where there is no maximum.
func (s logistic) fit(w []float64) (*logisticFit, error) {
	mo, r, ok := s.correlations(w)
	for i, v := range s.y {
		if w[i] != 0 && v != 0 && v != 1 && !math.IsNaN(v) {
			return nil, ErrNotBinary
		}
	}
	if !ok {
		return nil, nil
	}
	f := &logisticFit{b: make([]float64, len(s.group))}
	if len(s.group) == 0 {
		return f, nil
	}
	f.root = rootOf(r)
	z, y, weight := s.axes(w, mo, f.root)
	a := climb(z, y, weight)
	if a == nil {
		return nil, nil
	}
	// From the axes of the eigenvectors, one for each s > 0, to those of Z.
	axis := 0
	for c, size := range f.root.s {
		if size == 0 {
			continue
		}
		axis++
		for k := range f.b {
			f.b[k] += f.root.v.At(k, c) * a[axis]
		}
	}
	fitted := make([]float64, len(y))
	for i := range fitted {
		fitted[i] = logit.Expit(floats.Dot(a, z[i]))
	}
	both := moment.Of(weight, [][]float64{y, fitted}).Correlation()
	if c := both.At(0, 1); !math.IsNaN(c) {
		f.r2 = c * c
	}
	return f, nil
}

// axes are rows of 1 and the uncorrelated variables along the eigenvectors of the
// correlations, with variance 1, and the outcomes and weights of the rows.
func (s logistic) axes(w []float64, mo *moment.Moments, q root) (z [][]float64, y, weight []float64) {
	deviation := make([]float64, len(s.columns))
	for j := range deviation {
		deviation[j] = math.Sqrt(mo.Cov.At(j+1, j+1))
	}
	x := make([]float64, len(deviation))
	for i, yi := range s.y {
		missing := math.IsNaN(yi)
		for j, column := range s.columns {
			x[j] = 0
			missing = missing || math.IsNaN(column[i])
			if deviation[j] > 0 {
				x[j] = (column[i] - mo.Mean[j+1]) / deviation[j]
			}
		}
		if w[i] == 0 || missing {
			continue
		}
		row := []float64{1}
		for c, size := range q.s {
			if size == 0 {
				continue
			}
			t := 0.0
			for j, v := range x {
				t += q.v.At(j, c) * v
			}
			row = append(row, t/size)
		}
		z, y, weight = append(z, row), append(y, yi), append(weight, w[i])
	}
	return z, y, weight
}

// climb maximises the weighted likelihood of a logistic model by Newton's method,
// each step halved until the likelihood grows; nil if there is no maximum.
func climb(z [][]float64, y, w []float64) []float64 {
	K, total := len(z[0]), 0.0
	for _, v := range w {
		total += v
	}
	a := make([]float64, K)
	level := likelihood(z, y, w, a)
	for range 100 {
		score, info := mat.NewVecDense(K, nil), mat.NewSymDense(K, nil)
		g, h := score.RawVector().Data, info.RawSymmetric().Data
		for i, row := range z {
			p := logit.Expit(floats.Dot(a, row))
			for j, x := range row {
				g[j] += w[i] / total * (y[i] - p) * x
				for k := j; k < K; k++ {
					h[j*K+k] += w[i] / total * p * (1 - p) * x * row[k]
				}
			}
		}
		var c mat.Cholesky
		step := mat.NewVecDense(K, nil)
		if !c.Factorize(info) || c.Cond() > 1e12 || c.SolveVecTo(step, score) != nil {
			return nil
		}
		if mat.Norm(step, math.Inf(1)) < 1e-8 { // the next would be about its square
			for j := range a {
				a[j] += step.AtVec(j)
			}
			return a
		}
		next := make([]float64, K)
		for f := 1.0; f > 1e-10; f /= 2 {
			for j := range next {
				next[j] = a[j] + f*step.AtVec(j)
			}
			if l := likelihood(z, y, w, next); l >= level {
				level = l
				break
			}
		}
		a = next
	}
	return nil
}

// likelihood is sum w log P(y).
func likelihood(z [][]float64, y, w, a []float64) float64 {
	s := 0.0
	for i, row := range z {
		eta := floats.Dot(a, row)
		if y[i] == 0 {
			eta = -eta
		}
		s -= w[i] * logit.Softplus(-eta)
	}
	return s
}
