package crosstab

import "math"

// This file holds the one variance function. Everything that is estimated
// arrives as linearised values of sampling units
//
//	z = w 1[in domain] (y - p) / sum w
//
// and leaves as covariances between columns,
//
//	Cov(c,d) = sum_h (1-f_h) n_h/(n_h-1) (sum_i z_ic z_id - Z_hc Z_hd / n_h)
//
// with n_h the PSUs of the stratum in the whole sample, whether they reach the
// domain or not (Cochran 1977, section 11.18; Woodruff 1971). It is tested
// against a row-by-row implementation and against R's survey.

// products of two columns, per statistic. The last three are kept only for
// comparisons with the rest, which need the share of the column in the Total
// as well: b = w 1[in domain] / sum of w in the Total.
const (
	zz = iota // z_c z_d
	zb        // z_c b_d
	bz        // b_c z_d
	bb        // b_c b_d
)

// vectors are z and b of every column and statistic, for one unit or stratum.
type vectors struct {
	z, b []float64
	touched
}

func (e *estimation) newVectors() *vectors {
	n := e.C * e.S
	return &vectors{make([]float64, n), make([]float64, n), *newTouched(e.C)}
}

// reset empties the vectors of the columns that were touched.
func (v *vectors) reset(s int) {
	for _, c := range v.columns {
		clear(v.z[int(c)*s : int(c+1)*s])
		clear(v.b[int(c)*s : int(c+1)*s])
	}
	v.clear()
}

// covariances fills e.v for all wanted pairs, before LonelyAverage.
func (e *estimation) covariances() {
	for k := range e.v {
		e.v[k] = make([]float64, len(e.pairs)*e.S)
	}
	for k := range e.scratch {
		e.scratch[k] = make([]float64, e.S)
	}
	e.noiseZ, e.noiseB = make([]float64, e.C*e.S), make([]float64, e.C*e.S)
	inverse := e.inverseWeights()
	stratum, unit := e.newVectors(), e.newVectors()
	el := newElements(e)
	var cal *calibrated
	if e.req.Calibration != nil {
		cal = newCalibrated(e, inverse)
		e.bins = e.req.Calibration.merged(e.bins)
	}
	for i := range e.bins {
		b := &e.bins[i]
		sh := e.design.share(b.key.stratum)
		switch {
		case b.code == everybody:
			cal.everybody(b, unit, stratum, sh.scale)
		case b.key.psu == none && b.key.person == none:
			stratum.add(e.cells[b.cell].columns)
			el.add(b, sh.scale)
		default:
			stratum.add(e.cells[b.cell].columns)
			unit.add(e.cells[b.cell].columns)
			e.addTotals(b, inverse, unit)
		}
		if cal != nil && b.code != everybody && b.key.psu == none {
			cal.cross(b, inverse, sh.scale)
		}
		unitEnds, _, stratumEnds := e.ends(i)
		if unitEnds && len(unit.columns) > 0 {
			e.addUnit(unit, sh.scale, stratum)
		}
		if stratumEnds {
			el.endStratum(inverse, stratum)
			e.centre(stratum, sh.scale*sh.centre)
		}
	}
	if e.loop != nil && !e.design.Clustered() {
		e.addLoop(inverse)
	} else {
		el.finish(inverse)
	}
	if cal != nil {
		cal.finish()
	}
	e.dropNoise()
}

// inverseWeights is 1 / sum w by column and statistic, 0 for an empty domain.
func (e *estimation) inverseWeights() []float64 {
	inv := make([]float64, e.C*e.S)
	for i := range inv {
		if d := e.domain(i/e.S, i%e.S); d.w > 0 {
			inv[i] = 1 / d.w
		}
	}
	return inv
}

// addTotals adds a bin to the totals of its sampling unit.
func (e *estimation) addTotals(b *bin, inverse []float64, unit *vectors) {
	// What the bin means to each statistic, once for all of its columns.
	S := e.S
	w, y, we := e.scratch[0][:S], e.scratch[1][:S], e.scratch[2][:S]
	for s := range e.stats {
		st := &e.stats[s]
		if !st.in[b.code] {
			w[s], y[s], we[s] = 0, 0, 0
			continue
		}
		t, m := st.of(b.code, &b.totals)
		w[s], y[s], we[s] = b.w, t, m.we
	}
	total := inverse[:S]
	for _, c := range e.cells[b.cell].columns {
		i := int(c) * S
		z, ub, p, inv := unit.z[i:][:S], unit.b[i:][:S], e.p[i:][:S], inverse[i:][:S]
		for s := range z {
			z[s] += (w[s]*(y[s]-p[s]) + we[s]) * inv[s]
			ub[s] += w[s] * total[s]
		}
	}
}

// addUnit adds the totals of a finished sampling unit to the covariances and
// to the totals of the stratum.
func (e *estimation) addUnit(unit *vectors, scale float64, stratum *vectors) {
	e.eachPair(unit.columns, func(p int32) { e.product(p, unit, scale) })
	for _, c := range unit.columns {
		for i := int(c) * e.S; i < int(c+1)*e.S; i++ {
			stratum.z[i] += unit.z[i]
			stratum.b[i] += unit.b[i]
		}
	}
	unit.reset(e.S)
}

// elements are the rows that are sampling units themselves, folded to answers
// before any statistic looks at them.
type elements struct {
	*estimation
	stratum []totals // of the stratum under way: column*K + code
	squares []totals // of all strata, times their scale: pair*K + code
}

func newElements(e *estimation) *elements {
	return &elements{e, make([]totals, e.C*e.K), make([]totals, len(e.pairs)*e.K)}
}

// add folds a bin.
func (el *elements) add(b *bin, scale float64) {
	place := &el.cells[b.cell]
	for _, c := range place.columns {
		el.estimation.add(&el.stratum[int(c)*el.K+int(b.code)], &b.totals)
	}
	if el.loop != nil {
		return // see addLoop
	}
	scaled := b.totals.scaled(scale)
	for _, p := range place.pairs {
		el.estimation.add(&el.squares[int(p)*el.K+int(b.code)], &scaled)
	}
}

// endStratum adds z and b of the rows to those of the stratum.
func (el *elements) endStratum(inverse []float64, stratum *vectors) {
	for _, c := range stratum.columns {
		folded := el.stratum[int(c)*el.K:][:el.K]
		for k := range folded {
			t := &folded[k]
			if t.n == 0 {
				continue
			}
			for s := range el.stats {
				st := &el.stats[s]
				if st.in[k] {
					y, m := st.of(int32(k), t)
					i := int(c)*el.S + s
					stratum.z[i] += (t.w*(y-el.p[i]) + m.we) * inverse[i]
					stratum.b[i] += t.w * inverse[s]
				}
			}
		}
		clear(folded)
	}
}

// finish adds the squares to the covariances. For a pair of columns c and d
// the rows in both add
//
//	sum w^2 (y-p_c+e)(y-p_d+e) = sum w^2 (u+y-p_c)(u+y-p_d) + (sum w^2 e^2 - u^2 sum w^2)
//
// where e is the value around its origin y and u its mean, weighted by w^2;
// for scores both are zero.
func (el *elements) finish(inverse []float64) {
	for p := range el.pairs {
		pr := &el.pairs[p]
		folded := el.squares[p*el.K:][:el.K]
		for k := range folded {
			t := &folded[k]
			if !(t.w2 > 0) {
				continue
			}
			for s := range el.stats {
				st := &el.stats[s]
				if !st.in[k] {
					continue
				}
				y, m := st.of(int32(k), t)
				u := m.w2e / t.w2
				spread := math.Max(0, m.w2ee-u*m.w2e)
				i, j, v := int(pr.c)*el.S+s, int(pr.d)*el.S+s, p*el.S+s
				zc, zd := (y+u-el.p[i])*inverse[i], (y+u-el.p[j])*inverse[j]
				el.v[zz][v] += t.w2*zc*zd + spread*inverse[i]*inverse[j]
				if pr.rest {
					b := inverse[s]
					el.v[zb][v] += t.w2 * zc * b
					el.v[bz][v] += t.w2 * b * zd
					el.v[bb][v] += t.w2 * b * b
				}
			}
		}
	}
}

// centre takes the mean of the stratum out of the covariances, and remembers
// what it took from the variances.
func (e *estimation) centre(stratum *vectors, scale float64) {
	if scale != 0 {
		e.eachPair(stratum.columns, func(p int32) { e.product(p, stratum, -scale) })
		for _, c := range stratum.columns {
			for i := int(c) * e.S; i < int(c+1)*e.S; i++ {
				e.noiseZ[i] += scale * stratum.z[i] * stratum.z[i]
				e.noiseB[i] += scale * stratum.b[i] * stratum.b[i]
			}
		}
	}
	stratum.reset(e.S)
}

// product adds scale times the products of two columns.
func (e *estimation) product(p int32, x *vectors, scale float64) {
	if scale == 0 {
		return
	}
	pr := &e.pairs[p]
	S := e.S
	zc, zd := x.z[int(pr.c)*S:][:S], x.z[int(pr.d)*S:][:S]
	v := e.v[zz][int(p)*S:][:S]
	for s := range v {
		v[s] += scale * zc[s] * zd[s]
	}
	if !pr.rest {
		return
	}
	bc, bd := x.b[int(pr.c)*S:][:S], x.b[int(pr.d)*S:][:S]
	vzb, vbz, vbb := e.v[zb][int(p)*S:][:S], e.v[bz][int(p)*S:][:S], e.v[bb][int(p)*S:][:S]
	for s := range v {
		vzb[s] += scale * zc[s] * bd[s]
		vbz[s] += scale * bc[s] * zd[s]
		vbb[s] += scale * bc[s] * bd[s]
	}
}

// A variance that is zero in theory (the share of a stratum in a stratified
// sample, answers that are all equal, two columns with the same answers by the
// same people) comes out as rounding error: about 1e-16 of the sum of squares
// that was centred, or the square of 1e-16 of the answers. noise and tiny leave
// room for sums of many terms, and no real variance is as small.
const (
	noise = 1e-12
	tiny  = 1e-24
)

// dropNoise works out below which variance there is only rounding error, and
// sets such variances to zero.
func (e *estimation) dropNoise() {
	for i := range e.noiseZ {
		v := &e.v[zz][i]
		e.noiseZ[i] = noise*(*v+e.noiseZ[i]) + tiny*(e.s2[i]+e.p[i]*e.p[i])
		e.noiseB[i] = noise*(e.v[bb][i]+e.noiseB[i]) + tiny
		if *v <= e.noiseZ[i] {
			*v = 0
		}
	}
}

// variance of a statistic in a column.
func (e *estimation) variance(c, s int) float64 {
	if e.reps != nil {
		return e.reps.variance(c*e.S + s)
	}
	d := e.domain(c, s)
	return e.v[zz][c*e.S+s] * e.averaged(d.strata, d.lonely)
}
