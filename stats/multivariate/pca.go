package multivariate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/internal/moment"
)

// PCA are the principal components of some columns: the directions, at right
// angles, along which people differ most.
type PCA struct {
	Rows      int        // rows with weight and all values
	Mean      []float64  // weighted, by column
	Scale     []float64  // weighted standard deviations (divisor n-1); nil unless columns were scaled
	Variances []float64  // of the components, largest first; they add up to the variance of all columns
	Rotation  *mat.Dense // columns by components: unit vectors
}

// Components estimates the principal components of columns: the eigenvalues and
// eigenvectors
//
//	S v = lambda v    S_jk = n/(n-1) sum w (x_j - m_j)(x_k - m_k) / sum w
//
// of the weighted covariance matrix or, with scale, of the correlation matrix,
// where every column counts as much whatever its unit. w are weights, x columns of
// their length; rows where any value is missing (NaN) are left out, and n is the
// number of the others. Variances are in squared units of the columns. The sign of
// a component is free: its loading of largest size is positive (the first such).
//
// Columns that are sums of others give components of variance 0. Equal
// variances leave the axes between them free. The error is for fewer than two rows,
// weights that add up to nothing, and, with scale, a column that does not vary.
//
// Jolliffe (2002), sections 1.1 and 2.3. R's svyprcomp is something else: it
// centres and scales columns after multiplying them by sqrt(w), which moves its
// centre away from the mean. prcomp agrees where weights are equal, princomp up
// to n/(n-1). TestOracle: 15_misc, textbook.
func Components(w []float64, scale bool, x ...[]float64) (*PCA, error) {
	return components(moment.Of(w, x), scale)
}

func components(m *moment.Moments, scale bool) (*PCA, error) {
	s, err := spread(m, scale)
	if err != nil {
		return nil, err
	}
	values, vectors, err := eigen(s)
	if err != nil {
		return nil, err
	}
	p := &PCA{Rows: m.Rows, Mean: m.Mean, Variances: values, Rotation: vectors}
	if scale {
		f := float64(m.Rows) / float64(m.Rows-1)
		for j := range m.Mean {
			p.Scale = append(p.Scale, math.Sqrt(f*m.Cov.At(j, j)))
		}
	}
	return p, nil
}

// spread is the covariance matrix with n/(n-1), or the correlation matrix.
func spread(m *moment.Moments, scale bool) (*mat.SymDense, error) {
	if m.Rows < 2 {
		return nil, fmt.Errorf("%s with weight and all values; a covariance needs two", plural(m.Rows, "row", "rows"))
	}
	k := m.Cov.SymmetricDim()
	for j := range k {
		switch v := m.Cov.At(j, j); {
		case math.IsNaN(v) || math.IsInf(v, 0) || v < 0:
			return nil, fmt.Errorf("column %d has no variance: its values or weights are infinite, or negative weights outweigh the others", j+1)
		case v == 0 && scale:
			return nil, fmt.Errorf("column %d does not vary; leave it out", j+1)
		}
	}
	if scale {
		return m.Correlation(), nil
	}
	s := mat.NewSymDense(k, nil)
	s.ScaleSym(float64(m.Rows)/float64(m.Rows-1), m.Cov)
	return s, nil
}

// eigen are eigenvalues, largest first, and eigenvectors with their sign fixed.
func eigen(s mat.Symmetric) ([]float64, *mat.Dense, error) {
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		return nil, nil, errors.New("the eigenvalues of the covariance matrix were not found; look for infinite values")
	}
	k := s.SymmetricDim()
	ascending := e.Values(nil)
	var v mat.Dense
	e.VectorsTo(&v)
	values, vectors := make([]float64, k), mat.NewDense(k, k, nil)
	noise := 1e-14 * math.Abs(ascending[k-1])
	for c := range k {
		from := k - 1 - c
		values[c] = ascending[from]
		if math.Abs(values[c]) < noise {
			values[c] = 0
		}
		sign := signOf(v.ColView(from))
		for j := range k {
			vectors.Set(j, c, sign*v.At(j, from))
		}
	}
	return values, vectors, nil
}

// signOf is the sign of the first element of largest size.
func signOf(v mat.Vector) float64 {
	largest := 0.0
	for j := range v.Len() {
		largest = math.Max(largest, math.Abs(v.AtVec(j)))
	}
	for j := range v.Len() {
		if x := v.AtVec(j); math.Abs(x) > largest*(1-1e-9) {
			return math.Copysign(1, x)
		}
	}
	return 1
}

// Scores places rows on the components: a column per component of
//
//	sum_j v_j (x_j - m_j)    divided by the scale, if there is one
//
// x are the columns that made p, or those of other people. NaN where a value is
// missing. Over the rows that made p, scores have weighted mean 0 and the
// variances of p. TestComponents.
func (p *PCA) Scores(x ...[]float64) [][]float64 {
	k := len(p.Mean)
	if len(x) != k {
		panic(fmt.Sprintf("multivariate: %d columns for components of %d", len(x), k))
	}
	scores := make([][]float64, k)
	for c := range scores {
		scores[c] = make([]float64, len(x[0]))
		for j, column := range x {
			f := p.Rotation.At(j, c)
			if p.Scale != nil {
				f /= p.Scale[j]
			}
			for i, v := range column {
				scores[c][i] += f * (v - p.Mean[j])
			}
		}
	}
	return scores
}

// ComponentVariances estimates the variances of all principal components of
// columns, largest first: the eigenvalues of Components, as a Statistic,
//
//	u = f ((v'e)^2 - v'Sv) / sum w                         covariances, f = n/(n-1)
//	u = ((v'z)^2 - lambda sum_j v_j^2 z_j^2) / sum w       correlations, with scale
//
// with e = x - m and z = e divided by the weighted standard deviation. Inputs,
// units and missing values are those of Components; n is held fixed. Degrees of
// freedom: the design's. The share of variance that one component takes is a
// Smooth function or, with scale, a Contrast of them: they add up to the number
// of columns then.
//
// Where two variances are equal, their order in the population is unknown, the
// larger estimate is too large on average and the standard errors are too small:
// read neighbours that lie within their standard errors together. Variances that
// are 0 because columns are sums of others have a standard error of 0. All are NaN
// where Components has an error.
//
// Anderson (1963) for the eigenvalues of normal samples; the linearised values are
// their derivatives. Not in R's survey. TestComponentVariances: the derivative by
// every weight.
func ComponentVariances(scale bool, x ...[]float64) stats.Statistic {
	return componentVariances{scale, x}
}

type componentVariances struct {
	scale bool
	x     [][]float64
}

func (s componentVariances) Names() []string {
	names := make([]string, len(s.x))
	for k := range names {
		names[k] = fmt.Sprintf("component %d", k+1)
	}
	return names
}

func (s componentVariances) At(w []float64) ([]float64, error) {
	p, err := Components(w, s.scale, s.x...)
	if err != nil {
		return s.none(), nil
	}
	return p.Variances, nil
}

func (s componentVariances) none() []float64 {
	return slices.Repeat([]float64{math.NaN()}, len(s.x))
}

func (s componentVariances) Linearize(w []float64) ([]float64, [][]float64, error) {
	m := moment.Of(w, s.x)
	p, err := components(m, s.scale)
	u := make([][]float64, len(s.x))
	if err != nil {
		for c := range u {
			u[c] = make([]float64, len(w))
		}
		return s.none(), u, nil
	}
	f := float64(m.Rows) / float64(m.Rows-1)
	r := m.Correlation()
	for c := range u {
		v := p.Rotation.ColView(c)
		g := mat.NewSymDense(len(s.x), nil)
		if s.scale {
			g.SymOuterK(1, v)
			u[c] = m.LinearizeCorrelation(g, r)
		} else {
			g.SymOuterK(f, v)
			u[c] = m.Linearize(g)
		}
	}
	return p.Variances, u, nil
}
