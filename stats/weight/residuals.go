package weight

import (
	"errors"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// residuals is what a calibration leaves to the variance. With d the weights
// before (divided by the variance term of Calibration, if there is one), w those
// after, x the calibration variables and z = w u,
//
//	e = u - x b,   b = (sum d x x')^-1 sum d x u,   z becomes w e
//
// (Deville and Särndal 1992; Särndal, Swensson and Wretman 1992, result 6.6.1). Where x are the categories of one variable, x b is the mean of
// u in them, weighted by d (Valliant 1993). Rows that the calibration has given
// a weight of zero tell nothing of u, and are left out of b.
type residuals struct {
	cells *cells
	d, w  []float64
	basis *basis    // nil: every cell is a category by itself
	sum   []float64 // of d by cell

	category   []int // without a basis: of each cell
	categories int   // how many there are, those without a cell included
}

// newResiduals prepares residuals from the means of cells; give it a basis for
// those of a regression. variance is the term that d is divided by, nil = 1.
func newResiduals(c *cells, d, w, variance []float64) *residuals {
	r := &residuals{cells: c, d: make([]float64, len(d)), w: w}
	for i, v := range d {
		if w[i] == 0 {
			continue
		}
		r.d[i] = v
		if variance != nil {
			r.d[i] /= variance[i]
		}
	}
	r.sum = c.sums(r.d)
	return r
}

// on makes the regression one on x, by cell.
func (r *residuals) on(x *mat.Dense) *residuals {
	r.basis = newBasis(x, r.sum)
	return r
}

// Residuals makes weighted linearised values residuals, in place.
func (r *residuals) Residuals(z []float64) {
	fit := r.fit(r.products(z))
	for i, p := range r.cells.of {
		if p >= 0 && r.w[i] != 0 {
			z[i] -= r.w[i] * fit[p]
		}
	}
}

// products are sum d u by cell.
func (r *residuals) products(z []float64) []float64 {
	s := make([]float64, len(r.sum))
	for i, p := range r.cells.of {
		if p >= 0 && r.w[i] != 0 {
			s[p] += r.d[i] * (z[i] / r.w[i])
		}
	}
	return s
}

// fit is x b by cell.
func (r *residuals) fit(du []float64) []float64 {
	fit := make([]float64, len(du))
	if r.basis == nil {
		for p, s := range du {
			if r.sum[p] != 0 {
				fit[p] = s / r.sum[p]
			}
		}
		return fit
	}
	// A second time with what is left, for the digits that the first lost.
	left := append([]float64(nil), du...)
	for range 2 {
		c := r.scores(left)
		for p := range fit {
			f := floats.Dot(r.basis.b.RawRowView(p), c)
			fit[p] += f
			left[p] -= r.sum[p] * f
		}
	}
	return fit
}

// scores are the coefficients of the basis.
func (r *residuals) scores(du []float64) []float64 {
	_, n := r.basis.b.Dims()
	c := make([]float64, n)
	for p, s := range du {
		if s != 0 {
			for l, v := range r.basis.b.RawRowView(p) {
				c[l] += s * v
			}
		}
	}
	return c
}

// coefficients are b, by term.
func (r *residuals) coefficients(z []float64) []float64 {
	du := r.products(z)
	if r.basis == nil {
		b := make([]float64, r.categories)
		for p, mean := range r.fit(du) {
			b[r.category[p]] = mean
		}
		return b
	}
	c := r.scores(du)
	k, _ := r.basis.back.Dims()
	b := make([]float64, k)
	for j := range b {
		b[j] = floats.Dot(r.basis.back.RawRowView(j), c)
	}
	return b
}

// Precalibrated tells the variance of weights that were calibrated elsewhere to
// totals of the columns x (each with a length of rows), of a file whose producer
// weighted it; stats.Indicators makes columns of categories. The weights stay. Since
// those before are not known, the regression of the residuals uses the weights
// themselves (Lumley 2010, chapter 7; R: svydesign(calibrate.formula) from 4.2 on, without
// the column of ones that R adds; indicators of all categories span it).
//
// Without it, standard errors of what the weights were calibrated on are too
// large: a calibrated total has none. Replicate weights of a producer hold the
// calibration already, and do not need this.
//
// Errors, as Problems: no column, no row with a weight, negative weights (which
// leave no regression), a value that is missing in a row with a weight.
// TestPrecalibrated.
func Precalibrated(d *stats.Design, x ...[]float64) (*stats.Design, error) {
	terms := make([]Term, len(x))
	for j := range x {
		terms[j] = Term{Name: "column " + itoa(j+1), Values: x[j]}
	}
	w := d.Weights()
	var p Problems
	p.checkWeights(w)
	p.checkTerms(terms, w)
	if p != nil {
		return nil, p
	}
	c, m := design(terms, w)
	return d.WithWeights(w, newResiduals(c, w, w, nil).on(m)), nil
}

// TargetVariance estimates statistics on a design whose last adjustment is
// PostStratify, Rake or Calibrate, for targets that are estimates themselves,
// from a larger survey that is independent of this one:
//
//	Cov = residual covariance + B' V B
//
// with V the covariance matrix of the targets as totals of the population, in
// the order of the terms (categories within margins), and B the coefficients of
// the linearised values on the terms (Fuller 1998; Opsomer and Erciulescu 2021;
// svrep's calibrate_to_estimate does the same by replicates). df stay. The
// error is that of the statistics, or that the design has no such adjustment.
// TestTargetVariance.
func TargetVariance(d *stats.Design, v mat.Symmetric, s ...stats.Statistic) (*stats.Estimates, error) {
	as := d.Adjustments()
	var r *residuals
	if len(as) > 0 {
		r, _ = as[len(as)-1].(*residuals)
	}
	if r == nil {
		return nil, errors.New("the design is not calibrated; only targets can have a variance")
	}
	e, err := d.Estimate(s...)
	if err != nil {
		return nil, err
	}
	var B [][]float64
	for _, one := range s {
		_, u, err := one.Linearize(d.Weights())
		if err != nil {
			return nil, err
		}
		for _, column := range u {
			for i, w := range d.Weights() {
				if w == 0 {
					column[i] = 0
				}
				column[i] *= w
			}
			B = append(B, r.coefficients(column))
		}
	}
	K := v.SymmetricDim()
	for i := range B {
		if len(B[i]) != K {
			return nil, errors.New("the covariance of the targets is of " + number(K, "target", "targets") + ", the design is calibrated to " + itoa(len(B[i])))
		}
		for j := i; j < len(B); j++ {
			add := mat.Inner(mat.NewVecDense(K, B[i]), v, mat.NewVecDense(K, B[j]))
			e.Cov.SetSym(i, j, e.Cov.At(i, j)+add)
		}
	}
	return e, nil
}
