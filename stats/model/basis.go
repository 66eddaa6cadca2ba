package model

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// aliasTolerance is the share of its length that a column must have left,
// beside the columns before it, to count as one of its own. R's glm has 1e-11
// by default, lm 1e-7. A column between is the sum of others up to rounding of
// the data more often than it is news.
const aliasTolerance = 1e-9

// A basis is a design matrix in coordinates in which its columns are orthogonal
// under the weights,
//
//	X = Z R        (QR of sqrt(w) X)
//
// so that the normal equations of every iteration, and of every replicate, are
// well-conditioned: coefficients g = R b in place of b, and no digits are lost
// to incomes beside 0/1 columns. Columns that others determine are dropped.
type basis struct {
	x     []float64 // X, of all rows
	all   int       // columns of X
	p     int
	keep  []int         // columns of X
	r     *mat.TriDense // p x p
	rows  []int32       // those with weight, in order
	z     []float64     // Z, rows x p
	scale float64       // of weights, so that they add up to the number of rows with weight
	lost  []lost        // columns that were dropped
}

// lost is a column that those kept determine: sum of c times them, on every row
// with weight.
type lost struct {
	column int
	c      []float64
}

// newBasis needs at least one row with weight.
func newBasis(x []float64, columns int, w []float64) *basis {
	b := &basis{x: x, all: columns, rows: weighted(w)}
	total := 0.0
	for _, i := range b.rows {
		total += math.Abs(w[i])
	}
	b.scale = float64(len(b.rows)) / total
	a := mat.NewDense(max(len(b.rows), columns), columns, nil)
	for k, i := range b.rows {
		root := math.Sqrt(math.Abs(w[i]) * b.scale)
		row := a.RawRowView(k)
		for j, v := range x[int(i)*columns:][:columns] {
			row[j] = root * v
		}
	}
	first := triangle(a)
	b.keep = independent(first)
	b.p = len(b.keep)
	if b.p == 0 {
		return b
	}
	kept := mat.NewDense(columns, b.p, nil)
	for k, j := range b.keep {
		for i := range columns {
			kept.Set(i, k, first.At(i, j))
		}
	}
	r := triangle(kept)
	b.r = mat.NewTriDense(b.p, mat.Upper, nil)
	for i := range b.p {
		for j := i; j < b.p; j++ {
			b.r.SetTri(i, j, r.At(i, j))
		}
	}
	b.findLost(first, kept)
	b.z = b.coordinates(b.rows)
	return b
}

// coordinates are Z of some rows.
func (b *basis) coordinates(rows []int32) []float64 {
	z := make([]float64, 0, len(rows)*b.p)
	for _, i := range rows {
		x := b.x[int(i)*b.all:][:b.all]
		for _, j := range b.keep {
			z = append(z, x[j])
		}
	}
	blas64.Trsm(blas.Right, blas.NoTrans, 1, b.r.RawTriangular(), blas64.General{Rows: len(rows), Cols: b.p, Stride: b.p, Data: z})
	return z
}

// findLost works out how the columns kept make the others.
func (b *basis) findLost(all, kept *mat.Dense) {
	var qr mat.QR
	qr.Factorize(kept)
	_, columns := all.Dims()
	for j := range columns {
		if slices.Contains(b.keep, j) {
			continue
		}
		var c mat.VecDense
		if qr.SolveVecTo(&c, false, all.ColView(j)) == nil {
			length := mat.Norm(all.ColView(j), 2)
			for k := range b.p { // what rounding leaves of a column that has no part in it
				if math.Abs(c.AtVec(k))*mat.Norm(kept.ColView(k), 2) <= aliasTolerance*length {
					c.SetVec(k, 0)
				}
			}
			b.lost = append(b.lost, lost{j, c.RawVector().Data})
		} else {
			b.lost = append(b.lost, lost{j, nans(b.p)})
		}
	}
}

// estimable reports whether a row of all columns keeps to what made columns
// lost, so that its linear predictor does not depend on which was dropped, and
// if not which column stands in the way.
func (b *basis) estimable(row []float64) (column int, ok bool) {
	for _, l := range b.lost {
		made, size := 0.0, math.Abs(row[l.column])
		for k, j := range b.keep {
			made += l.c[k] * row[j]
			size += math.Abs(l.c[k] * row[j])
		}
		if !(math.Abs(row[l.column]-made) <= 1e-6*size) {
			return l.column, false
		}
	}
	return 0, true
}

// triangle is R of the QR decomposition, columns x columns.
func triangle(a *mat.Dense) *mat.Dense {
	var qr mat.QR
	qr.Factorize(a)
	var r mat.Dense
	qr.RTo(&r)
	_, c := a.Dims()
	return r.Slice(0, c, 0, c).(*mat.Dense)
}

// independent are the columns that those before do not determine.
func independent(r *mat.Dense) (keep []int) {
	n, columns := r.Dims()
	var kept []*mat.VecDense // orthonormal
	for j := range columns {
		v := mat.VecDenseCopyOf(r.ColView(j))
		length := mat.Norm(v, 2)
		for range 2 {
			for _, q := range kept {
				v.AddScaledVec(v, -mat.Dot(q, v), q)
			}
		}
		if left := mat.Norm(v, 2); left > aliasTolerance*length && len(kept) < n {
			v.ScaleVec(1/left, v)
			kept = append(kept, v)
			keep = append(keep, j)
		}
	}
	return keep
}

// matrix is rows from (inclusive) to (exclusive) of Z.
func (b *basis) matrix(from, to int) blas64.General {
	return blas64.General{Rows: to - from, Cols: b.p, Stride: b.p, Data: b.z[from*b.p:]}
}

// at is the basis on some rows, in order.
func (b *basis) at(rows []int32) *basis {
	if slices.Equal(rows, b.rows) {
		return b
	}
	c, k := *b, 0
	c.rows, c.z = rows, make([]float64, 0, len(rows)*b.p)
	for _, i := range rows {
		for k < len(b.rows) && b.rows[k] < i {
			k++
		}
		if k == len(b.rows) || b.rows[k] != i { // a row that had no weight
			c.z = b.coordinates(rows)
			break
		}
		c.z = append(c.z, b.row(k)...)
	}
	return &c
}

// row is Z of one of the rows.
func (b *basis) row(k int) []float64 { return b.z[k*b.p : (k+1)*b.p] }

// times is Z g + offset; offset nil is zero.
func (b *basis) times(g, offset, out []float64) {
	if offset == nil {
		clear(out)
	} else {
		copy(out, offset)
	}
	blas64.Gemv(blas.NoTrans, 1, b.matrix(0, len(b.rows)), vector(g), 1, vector(out))
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// sums are sum f z z' and sum s z over rows.
func (b *basis) sums(f, s []float64) (information *mat.Dense, score []float64) {
	const block = 256 // rows, few enough for the cache
	scaled := blas64.General{Cols: b.p, Stride: b.p, Data: make([]float64, block*b.p)}
	information = mat.NewDense(b.p, b.p, nil)
	score = make([]float64, b.p)
	for from := 0; from < len(b.rows); from += block {
		to := min(from+block, len(b.rows))
		z := b.matrix(from, to)
		scaled.Rows = to - from
		for i := range scaled.Rows {
			v := f[from+i]
			for j, x := range z.Data[i*b.p : (i+1)*b.p] {
				scaled.Data[i*b.p+j] = v * x
			}
		}
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, z, scaled, 1, information.RawMatrix())
		blas64.Gemv(blas.Trans, 1, z, vector(s[from:to]), 1, vector(score))
	}
	return information, score
}

// coefficients is b = R^-1 g.
func (b *basis) coefficients(g []float64) []float64 {
	out := append([]float64(nil), g...)
	blas64.Trsv(blas.NoTrans, b.r.RawTriangular(), vector(out))
	return out
}

// of is g = R b, of coefficients.
func (b *basis) of(coefficients []float64) []float64 {
	out := append([]float64(nil), coefficients...)
	blas64.Trmv(blas.NoTrans, b.r.RawTriangular(), vector(out))
	return out
}

// back is R^-1 m for a matrix of p rows.
func (b *basis) back(m mat.Matrix) *mat.Dense {
	out := mat.DenseCopyOf(m)
	blas64.Trsm(blas.Left, blas.NoTrans, 1, b.r.RawTriangular(), out.RawMatrix())
	return out
}

// covariance is R^-1 m R^-T.
func (b *basis) covariance(m mat.Matrix) *mat.SymDense {
	half := b.back(m)
	return symmetric(b.back(half.T()))
}

// symmetric is a square matrix made symmetric.
func symmetric(m *mat.Dense) *mat.SymDense {
	n, _ := m.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, (m.At(i, j)+m.At(j, i))/2)
		}
	}
	return s
}

// invert is the inverse of a symmetric matrix, which negative weights may have
// made indefinite; nil if it has none.
func invert(a *mat.Dense) *mat.Dense {
	if !finite(a) {
		return nil
	}
	var lu mat.LU
	lu.Factorize(a)
	if !(lu.Cond() < 1e14) {
		return nil
	}
	var inverse mat.Dense
	if err := lu.SolveTo(&inverse, false, identity(a.RawMatrix().Rows)); err != nil {
		return nil
	}
	return &inverse
}

// finite reports whether all numbers of a matrix are.
func finite(a mat.Matrix) bool {
	s := mat.Sum(a)
	return !math.IsNaN(s) && !math.IsInf(s, 0)
}

func identity(n int) *mat.DiagDense {
	return mat.NewDiagDense(n, slices.Repeat([]float64{1}, n))
}
