package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// This file holds the one variance function of linearisation. With z_i = w_i u_i
// the weighted linearised values, z_hj their totals over unit j of stratum h,
//
//	V = sum_h (1-f_h) n_h/(n_h-1) sum_j (z_hj - z_h)(z_hj - z_h)'
//	    + sum_hj f_h V_hj
//
// where z_h is the mean of z_hj over all n_h units of the stratum in the sample,
// whether the domain reaches them or not, and V_hj the same formula inside unit
// hj at the next stage (Cochran 1977, chapters 5 and 11; Woodruff 1971;
// Bellhouse 1985). Without fpc f_h = 0 and later stages vanish.
//
// TestOracle checks it against R's svyrecvar: 01_means, 04_domains, 06_lonely.

// symmetric is a symmetric matrix in the making.
type symmetric struct{ *mat.SymDense }

func newSymmetric(k int) symmetric {
	if k == 0 {
		return symmetric{&mat.SymDense{}}
	}
	return symmetric{mat.NewSymDense(k, nil)}
}

// add adds f x x'.
func (s symmetric) add(f float64, x []float64) {
	switch {
	case f == 0 || len(x) == 0:
	case len(x) == 1:
		s.RawSymmetric().Data[0] += f * x[0] * x[0]
	default:
		blas64.Syr(f, blas64.Vector{N: len(x), Data: x, Inc: 1}, s.RawSymmetric())
	}
}

// A column is the weighted linearised values z of a number: of some rows, in
// order, and zero in others, or of all rows where rows is nil.
type column struct {
	rows []int32
	z    []float64
}

// linear is the variance of totals of z. The columns are changed: adjustments take
// out of them what they made certain.
func (d *Design) linear(z []column) symmetric {
	if len(d.adjusted) > 0 {
		d.adjust(z)
	}
	v := newSymmetric(len(z))
	for k := range d.stages {
		d.addStage(v, &d.stages[k], z)
	}
	return v
}

// adjust takes out of z what the calibrations of the weights made certain.
func (d *Design) adjust(z []column) {
	for c, column := range z {
		if column.rows != nil { // residuals are of everybody
			z[c].rows, z[c].z = nil, make([]float64, d.n)
			for j, i := range column.rows {
				z[c].z[i] = column.z[j]
			}
		}
	}
	// The last adjustment comes first: what it leaves is a linear function of the
	// weights that the one before it made, and so on down to the first. R takes
	// them in the order in which they were made, which is not the derivative.
	for _, a := range slices.Backward(d.adjusted) {
		for _, column := range z {
			a.Residuals(column.z)
		}
	}
}

// totals are the totals of z over those units of a stage, in order, that hold a row
// of a column, as many for each as there are columns; in other units all are zero.
func (st *stage) totals(z []column) (units []int32, totals []float64) {
	K := len(z)
	if st.ofRows() && oneDomain(z) {
		return st.rowTotals(z)
	}
	units, place := st.units(z)
	totals = make([]float64, len(units)*K)
	for k, c := range z {
		if c.rows == nil {
			for i, x := range c.z {
				totals[int(st.unit[i])*K+k] += x
			}
		}
		for j, i := range c.rows {
			totals[int(place[st.unit[i]])*K+k] += c.z[j]
		}
	}
	return units, totals
}

// ofRows reports whether every row is a unit. Units are numbered as they are met, so
// the unit has the number of its row.
func (st *stage) ofRows() bool { return len(st.stratum) == len(st.unit) }

// oneDomain reports whether the columns are known to be of the same rows.
func oneDomain(z []column) bool {
	for k := 1; k < len(z); k++ {
		if !z[k].sameRows(z[k-1]) {
			return false
		}
	}
	return len(z) > 0
}

// sameRows reports whether two columns share their list of rows.
func (c column) sameRows(o column) bool {
	if c.rows == nil || o.rows == nil {
		return c.rows == nil && o.rows == nil
	}
	return len(c.rows) == len(o.rows) && (len(c.rows) == 0 || &c.rows[0] == &o.rows[0])
}

// rowTotals are the totals where rows are units, of columns of the same rows: the
// columns side by side.
func (st *stage) rowTotals(z []column) (units []int32, totals []float64) {
	K := len(z)
	if units = z[0].rows; units == nil {
		units = st.unit
	}
	totals = make([]float64, len(units)*K)
	for k, c := range z {
		for j, x := range c.z {
			totals[j*K+k] = x
		}
	}
	return units, totals
}

// units are those that hold a row of a column, and the place of each unit among
// them.
func (st *stage) units(z []column) (units, place []int32) {
	place = make([]int32, len(st.stratum))
	n := 0
	for k, c := range z {
		if c.rows == nil {
			n = len(place)
			for u := range place {
				place[u] = 1
			}
			break
		}
		if k > 0 && c.sameRows(z[k-1]) {
			continue
		}
		for _, i := range c.rows {
			u := st.unit[i]
			n += int(1 - place[u])
			place[u] = 1
		}
	}
	units = make([]int32, 0, n)
	for u, there := range place {
		if there > 0 {
			place[u] = int32(len(units))
			units = append(units, int32(u))
		}
	}
	return units, place
}

// addStage adds the variance between the units of one stage. Units that no column
// reaches are all alike, as far from the mean of their stratum as it is from zero.
func (d *Design) addStage(v symmetric, st *stage, z []column) {
	K := len(z)
	units, totals := st.totals(z)
	mean := make([]float64, len(st.strata)*K)
	others := make([]int, len(st.strata)) // units of each stratum that no column reaches
	for h := range others {
		others[h] = st.strata[h].n
	}
	for j, u := range units {
		h := int(st.stratum[u])
		others[h]--
		for c, x := range totals[j*K:][:K] {
			mean[h*K+c] += x
		}
	}
	reaches := d.reached(st)
	scale, centred := d.scales(st, reaches), make([]bool, len(st.strata))
	for h := range others {
		for c := range K {
			mean[h*K+c] /= float64(st.strata[h].n)
		}
		if centred[h] = !d.uncentred(&st.strata[h], reaches[h]); centred[h] {
			v.add(scale[h]*float64(others[h]), mean[h*K:][:K])
		}
	}
	for j, u := range units {
		h, e := int(st.stratum[u]), totals[j*K:][:K]
		if centred[h] {
			for c := range e {
				e[c] -= mean[h*K+c]
			}
		}
		v.add(scale[h], e)
	}
}

// reached counts the units of each stratum that hold a row of the domain, where the
// treatment of lonely PSUs asks for it.
func (d *Design) reached(st *stage) []int {
	n := make([]int, len(st.strata))
	if d.lonely != LonelyAverage && !d.domains {
		return n
	}
	seen := make([]bool, len(st.stratum))
	for i, u := range st.unit {
		if d.counts(i) && !seen[u] {
			seen[u] = true
			n[st.stratum[u]]++
		}
	}
	return n
}

// uncentred reports whether the units of a stratum are measured from the mean of
// the sample, where linearised values are zero.
func (d *Design) uncentred(h *stratum, reaches int) bool {
	if d.lonely != LonelyAdjust {
		return false
	}
	return h.n == 1 || d.domains && reaches == 1
}

// scales are the factors of the squares of each stratum: (1-f) n/(n-1), times
// the sampled shares of the stages before; NaN where LonelyAverage has no
// stratum to average.
func (d *Design) scales(st *stage, reaches []int) []float64 {
	scale := make([]float64, len(st.strata))
	parents := 0
	for _, h := range st.strata {
		parents = max(parents, int(h.parent)+1)
	}
	all, known := make([]int, parents), make([]int, parents)
	for i := range st.strata {
		h := &st.strata[i]
		missing := d.lonely == LonelyAverage && (h.isLonely() || d.domains && reaches[i] == 1 && h.n > 1 && h.left > full)
		if reaches[i] > 0 {
			all[h.parent]++
			if !missing {
				known[h.parent]++
			}
		}
		switch {
		case h.left <= full || missing:
		case h.n > 1:
			scale[i] = h.factor * h.left * float64(h.n) / float64(h.n-1)
		case d.lonely == LonelyAdjust:
			scale[i] = h.factor * h.left
		}
	}
	if d.lonely == LonelyAverage {
		for i := range scale {
			p := st.strata[i].parent
			switch {
			case all[p] == known[p]:
			case known[p] == 0:
				scale[i] = math.NaN()
			default:
				scale[i] *= float64(all[p]) / float64(known[p])
			}
		}
	}
	return scale
}
