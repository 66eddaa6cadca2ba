package stats

import (
	"fmt"
	"math"
	"slices"
)

// Replicates are weights of replicate samples. Package replicate makes them from
// a design; producers of public files supply them. The variance of an estimate
// theta is
//
//	V = Scale sum_r RScales_r (theta_r - c)(theta_r - c)'
//
// with theta_r the estimate with the weights of replicate r, and c the mean of
// theta_r over replicates with a positive RScales, or theta itself under MSE
// (Wolter 2007; R: svrepdesign). A replicate for which the estimate does not
// exist is left out.
type Replicates struct {
	Weights [][]float64 // by replicate, then row; whole weights, not multipliers
	Scale   float64
	RScales []float64 // by replicate; nil = 1
	MSE     bool      // centre at the estimate, not at the mean of the replicates
	DF      float64   // degrees of freedom; 0 = rank of the weights less 1
	Kind    string    // how they were made, for the method page
}

// WithReplicates is the design with replicate weights, from which variances are
// then computed. It panics if there are none, or lengths differ.
func (d *Design) WithReplicates(r Replicates) *Design {
	if len(r.Weights) == 0 {
		panic("stats: no replicate weights")
	}
	for _, w := range r.Weights {
		mustLen("replicate weights", len(w), d.n)
	}
	if r.RScales == nil {
		r.RScales = make([]float64, len(r.Weights))
		for i := range r.RScales {
			r.RScales[i] = 1
		}
	}
	if len(r.RScales) != len(r.Weights) {
		panic(fmt.Sprintf("stats: %d scales for %d replicates", len(r.RScales), len(r.Weights)))
	}
	c := *d
	c.reps = &r
	if d.in != nil {
		c.reps = r.domain(d.in)
	}
	return &c
}

// Replicates are the replicate weights of the design, nil if it has none. Do not
// change them.
func (d *Design) Replicates() *Replicates { return d.reps }

// domain is the replicates with weight zero outside.
func (r *Replicates) domain(in []bool) *Replicates {
	c := *r
	c.Weights = make([][]float64, len(r.Weights))
	for k, w := range r.Weights {
		c.Weights[k] = slices.Clone(w)
		for i := range in {
			if !in[i] {
				c.Weights[k][i] = 0
			}
		}
	}
	return &c
}

// rankTolerance is the share of its length that a column of replicate weights
// must have left, beside the columns before it, to count for the rank; the
// number is R's.
const rankTolerance = 1e-5

// df is the rank of the weights less one.
func (r *Replicates) df() float64 {
	if r.DF > 0 {
		return r.DF
	}
	// Orthogonalise column after column, twice for accuracy.
	rank := 0
	var basis [][]float64
	for _, w := range r.Weights {
		v := slices.Clone(w)
		length := math.Sqrt(dot(v, v))
		for range 2 {
			for _, b := range basis {
				axpy(-dot(b, v), b, v)
			}
		}
		left := math.Sqrt(dot(v, v))
		if left > rankTolerance*length {
			rank++
			for i := range v {
				v[i] /= left
			}
			basis = append(basis, v)
		}
	}
	return float64(rank - 1)
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

func axpy(f float64, x, y []float64) {
	for i, v := range x {
		y[i] += f * v
	}
}

// variance is the covariance matrix of replicate estimates around their centre,
// and the number of replicates that had none.
func (r *Replicates) variance(theta []float64, replicates [][]float64) (v symmetric, lost int) {
	K := len(theta)
	ok := make([]bool, len(replicates))
	centre := make([]float64, K)
	n := 0
	for i, t := range replicates {
		ok[i] = !slices.ContainsFunc(t, math.IsNaN)
		if !ok[i] {
			lost++
		} else if r.RScales[i] > 0 {
			n++
			for k := range t {
				centre[k] += t[k]
			}
		}
	}
	if r.MSE {
		centre = theta
	} else {
		for k := range centre {
			if n > 0 {
				centre[k] /= float64(n)
			}
		}
	}
	v = newSymmetric(K)
	e := make([]float64, K)
	for i, t := range replicates {
		if !ok[i] {
			continue
		}
		for k := range e {
			e[k] = t[k] - centre[k]
		}
		v.add(r.Scale*r.RScales[i], e)
	}
	if lost == len(replicates) {
		v.fill(math.NaN())
	}
	return v, lost
}
