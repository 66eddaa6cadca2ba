package stats

import (
	"fmt"
	"math"
	"sync"
)

// Replicates are weights of replicate samples. Package replicate makes them from
// a design; producers of public files supply them. The variance of an estimate
// theta is
//
//	V = Scale sum_r RScales_r (theta_r - c)(theta_r - c)'
//
// with theta_r the estimate with the weights of replicate r, and c the mean of
// theta_r over replicates with a positive RScales, or theta itself under MSE
// (Wolter 2007; R: svrepdesign). A replicate in which an estimate does not exist
// is left out of its variance.
type Replicates struct {
	Weights [][]float64 // by replicate, then row; whole weights, not multipliers
	Scale   float64
	RScales []float64 // by replicate; nil = 1
	MSE     bool      // centre at the estimate, not at the mean of the replicates
	DF      float64   // degrees of freedom; 0 = rank of the weights less 1
	Kind    string    // how they were made, for the method page
}

// WithReplicates is the design with replicate weights, from which variances are
// then computed. It panics if there are none, lengths differ, or DF is below 0.
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
	if !(r.DF >= 0) {
		panic(fmt.Sprintf("stats: %g degrees of freedom", r.DF))
	}
	c := *d
	if d.in != nil {
		r = r.domain(d.rows)
	}
	c.setReplicates(r)
	return &c
}

// Replicates are the replicate weights of the design, nil if it has none. Do not
// change them.
func (d *Design) Replicates() *Replicates { return d.reps }

// setReplicates puts replicates in place. Their rank takes long, so it is worked
// out when first asked for, and once.
func (d *Design) setReplicates(r Replicates) {
	d.reps = &r
	w, st := d.weights, &d.stages[0]
	d.rank = sync.OnceValue(func() float64 {
		if r.DF > 0 {
			return r.DF
		}
		return float64(rank(r.Weights, w, st) - 1)
	})
}

// domain is the replicates with weight zero outside.
func (r Replicates) domain(rows []int32) Replicates {
	c := r
	c.Weights = make([][]float64, len(r.Weights))
	for k, w := range r.Weights {
		c.Weights[k] = make([]float64, len(w))
		for _, i := range rows {
			c.Weights[k][i] = w[i]
		}
	}
	return c
}

// variance is the covariance matrix of replicate estimates around their centre,
// and the number of replicates in which a number had no estimate. Such a
// replicate is left out of the variance of that number and of its covariances,
// not of those of other numbers (another domain, say). A number without an
// estimate, or without one in any replicate, has the variance NaN.
func (r *Replicates) variance(theta []float64, replicates [][]float64) (v symmetric, lost int) {
	centre, known := r.centre(theta, replicates)
	v = newSymmetric(len(theta))
	e := make([]float64, len(theta))
	for i, t := range replicates {
		missing := false
		for k, x := range t {
			e[k] = x - centre[k]
			if math.IsNaN(x) {
				e[k], missing = 0, true
			}
		}
		if missing {
			lost++
		}
		v.add(r.Scale*r.RScales[i], e)
	}
	for k := range theta {
		if math.IsNaN(theta[k]) || known[k] == 0 {
			for j := range theta {
				v.SetSym(k, j, math.NaN())
			}
		}
	}
	return v, lost
}

// centre is what replicate estimates are measured from, and how many there are
// of each number.
func (r *Replicates) centre(theta []float64, replicates [][]float64) (centre []float64, known []int) {
	sum, n := make([]float64, len(theta)), make([]int, len(theta))
	known = make([]int, len(theta))
	for i, t := range replicates {
		for k, x := range t {
			if math.IsNaN(x) {
				continue
			}
			known[k]++
			if r.RScales[i] > 0 {
				n[k]++
				sum[k] += x
			}
		}
	}
	if r.MSE {
		return theta, known
	}
	for k := range sum {
		sum[k] /= float64(max(n[k], 1))
	}
	return sum, known
}
