// Package moment has the weighted means and covariances of columns, and the
// linearised values of smooth functions of a covariance or correlation matrix.
// What rests on a covariance matrix (reliability, components, relative
// importance) needs no more than the gradient of its numbers.
package moment

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Moments are the weighted moments of the rows where no column is missing,
//
//	m_j = sum w x_j / sum w    S_jk = sum w (x_j - m_j)(x_k - m_k) / sum w
type Moments struct {
	Rows int     // rows with a weight and all values
	Sum  float64 // of their weights
	Mean []float64
	Cov  *mat.SymDense // divisor sum w

	w []float64 // zero where a value is missing
	x [][]float64
}

// Of computes the moments of columns, with weights of the same length. At least
// one column.
func Of(w []float64, x [][]float64) *Moments {
	m := &Moments{w: make([]float64, len(w)), x: x, Mean: make([]float64, len(x))}
	copy(m.w, w)
	for _, column := range x {
		if len(column) != len(w) {
			panic(fmt.Sprintf("moment: %d values for %d weights", len(column), len(w)))
		}
		for i, v := range column {
			if math.IsNaN(v) {
				m.w[i] = 0
			}
		}
	}
	for _, v := range m.w {
		if v != 0 {
			m.Rows++
			m.Sum += v
		}
	}
	m.centre()
	m.products()
	return m
}

// centre works the means out twice, the second time around the first result, so
// that large values lose no digits.
func (m *Moments) centre() {
	for range 2 {
		for j, column := range m.x {
			s := 0.0
			for i, v := range m.w {
				if v != 0 {
					s += v * (column[i] - m.Mean[j])
				}
			}
			m.Mean[j] += s / m.Sum
		}
	}
}

func (m *Moments) products() {
	K := len(m.x)
	sums, e := make([]float64, K*K), make([]float64, K)
	for i, v := range m.w {
		if v == 0 {
			continue
		}
		m.residual(i, e)
		for j, a := range e {
			row := sums[j*K : (j+1)*K]
			for k := j; k < K; k++ {
				row[k] += v * a * e[k]
			}
		}
	}
	m.Cov = mat.NewSymDense(K, nil)
	for j := range K {
		for k := j; k < K; k++ {
			m.Cov.SetSym(j, k, sums[j*K+k]/m.Sum)
		}
	}
	for j, mean := range m.Mean { // all equal, but for rounding
		if noise := 4e-16 * mean; math.Abs(m.Cov.At(j, j)) <= noise*noise {
			for k := range K {
				m.Cov.SetSym(j, k, 0*m.Cov.At(j, k))
			}
		}
	}
}

// residual is x - m of a row.
func (m *Moments) residual(i int, e []float64) {
	for j, column := range m.x {
		e[j] = column[i] - m.Mean[j]
	}
}

// Correlation is the matrix of S_jk / sqrt(S_jj S_kk). A column that does not
// vary has NaN with all others and with itself.
func (m *Moments) Correlation() *mat.SymDense {
	K := len(m.x)
	r := mat.NewSymDense(K, nil)
	for j := range K {
		for k := j; k < K; k++ {
			r.SetSym(j, k, m.Cov.At(j, k)/math.Sqrt(m.Cov.At(j, j)*m.Cov.At(k, k)))
		}
		if r.At(j, j) > 0 {
			r.SetSym(j, j, 1)
		}
	}
	return r
}

// Linearize are the linearised values of a number theta(S), given the matrix G
// of its gradient, d theta = sum_jk G_jk dS_jk:
//
//	u = (e' G e - tr G S) / sum w    e = x - m
//
// The mean drops out, because S does not move with it to first order.
func (m *Moments) Linearize(g mat.Symmetric) []float64 {
	trace := 0.0
	for j := range m.x {
		for k := range m.x {
			trace += g.At(j, k) * m.Cov.At(j, k)
		}
	}
	return m.quadratic(g, trace)
}

// LinearizeCorrelation is Linearize for a number theta(R) of the correlation
// matrix, d theta = sum_jk G_jk dR_jk. With z = e / sqrt(S_jj)
//
//	u = z' (G - D) z / sum w    D diagonal, D_jj = (G R)_jj
//
// Columns that do not vary do not count, whatever G has for them.
func (m *Moments) LinearizeCorrelation(g mat.Symmetric, r mat.Symmetric) []float64 {
	K := len(m.x)
	h := mat.NewSymDense(K, nil)
	for j := range K {
		d := 0.0
		for k := range K {
			d += g.At(j, k) * r.At(k, j)
		}
		for k := j; k < K; k++ {
			v := g.At(j, k)
			if j == k {
				v -= d
			}
			if scale := m.Cov.At(j, j) * m.Cov.At(k, k); scale != 0 {
				h.SetSym(j, k, v/math.Sqrt(scale))
			}
		}
	}
	return m.quadratic(h, 0)
}

// quadratic is (e' G e - c) / sum w by row.
func (m *Moments) quadratic(g mat.Symmetric, c float64) []float64 {
	K := len(m.x)
	a := make([]float64, K*K)
	for j := range K {
		a[j*K+j] = g.At(j, j)
		for k := j + 1; k < K; k++ {
			a[j*K+k] = 2 * g.At(j, k)
		}
	}
	u, e := make([]float64, len(m.w)), make([]float64, K)
	for i, v := range m.w {
		if v == 0 {
			continue
		}
		m.residual(i, e)
		s := -c
		for j, x := range e {
			t := 0.0
			for k := j; k < K; k++ {
				t += a[j*K+k] * e[k]
			}
			s += x * t
		}
		u[i] = s / m.Sum
	}
	return u
}
