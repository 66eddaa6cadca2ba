package weight

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// basis spans the columns of x, by cell, so that
//
//	sum_p D_p b_p b_p' = 1
//
// with weights D of the cells. Columns that follow from others, such as the
// shares of a second margin, which add up to the same total, are no harm: the
// basis has the rank of x.
type basis struct {
	b    *mat.Dense // cells by rank
	back *mat.Dense // terms by rank: b = x back
	null *mat.Dense // terms by the rest: x null = 0; nil without
	rank int

	length []float64 // of the columns, of sqrt(D) x; 1 for empty ones
}

// rankTolerance is the share of the largest singular value, of columns of
// length 1, below which a direction counts as empty.
const rankTolerance = 1e-10

// newBasis factors sqrt(D) x, its columns scaled to length 1, as Q R and R as
// U S V'; x V/S is the basis. The singular values decide the rank, which a plain
// QR factorisation would not.
func newBasis(x *mat.Dense, D []float64) *basis {
	P, K := x.Dims()
	scale := make([]float64, K)
	for j := range K {
		for p := range P {
			scale[j] += D[p] * x.At(p, j) * x.At(p, j)
		}
		scale[j] = math.Sqrt(scale[j])
		if scale[j] == 0 {
			scale[j] = 1
		}
	}
	a := mat.NewDense(max(P, K), K, nil) // a factorisation wants no more columns than rows
	for p := range P {
		root := math.Sqrt(D[p])
		for j := range K {
			a.Set(p, j, root*x.At(p, j)/scale[j])
		}
	}
	var qr mat.QR
	qr.Factorize(a)
	var full, v mat.Dense
	qr.RTo(&full)
	var svd mat.SVD
	if !svd.Factorize(full.Slice(0, K, 0, K), mat.SVDFull) {
		panic("weight: no singular values of a finite matrix")
	}
	svd.VTo(&v)
	s := svd.Values(nil)
	b := &basis{length: scale}
	for b.rank < K && s[b.rank] > rankTolerance*s[0] {
		b.rank++
	}
	r := max(1, b.rank)
	b.back = mat.NewDense(K, r, nil)
	if b.rank < K {
		b.null = mat.NewDense(K, K-b.rank, nil)
	}
	for j := range K {
		for l := range K {
			if l < b.rank {
				b.back.Set(j, l, v.At(j, l)/s[l]/scale[j])
			} else {
				b.null.Set(j, l-b.rank, v.At(j, l)/scale[j])
			}
		}
	}
	b.b = mat.NewDense(P, r, nil)
	b.b.Mul(x, b.back)
	return b
}

// totals are population totals of the columns in terms of the basis.
func (b *basis) totals(t []float64) []float64 {
	out := make([]float64, b.rank)
	for j, v := range t {
		for l := range out {
			out[l] += v * b.back.At(j, l)
		}
	}
	return out
}

// contradiction is the term that takes the largest part in totals that
// contradict each other, -1 if none do. A dependency has rounding noise in the
// terms that take no part in it, which must not count where the others add up to
// nothing, as the total of an empty column does.
func (b *basis) contradiction(t []float64) int {
	if b.null == nil {
		return -1
	}
	noise := 0.0
	for j, v := range t {
		noise += 1e-12 * math.Abs(v) / b.length[j]
	}
	_, n := b.null.Dims()
	for l := range n {
		sum, size, largest, term := 0.0, 0.0, 0.0, -1
		for j, v := range t {
			part := v * b.null.At(j, l)
			sum += part
			size += math.Abs(part)
			if math.Abs(part) > largest {
				largest, term = math.Abs(part), j
			}
		}
		if math.Abs(sum) > rounding*size+noise {
			return term
		}
	}
	return -1
}
