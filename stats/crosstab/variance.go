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

func (e *estimation) newVectors() vectors {
	n := e.C * e.S
	return vectors{make([]float64, n), make([]float64, n), *newTouched(e.C)}
}

// reset empties the vectors of the columns that were touched.
func (v *vectors) reset(s int) {
	for _, c := range v.columns {
		clear(v.z[int(c)*s : int(c+1)*s])
		clear(v.b[int(c)*s : int(c+1)*s])
	}
	v.clear()
}

// covariances fills e.v for all wanted pairs, before LonelyAverage, and counts
// PSUs and strata of the domains.
func (e *estimation) covariances() {
	for k := range e.v {
		e.v[k] = make([]float64, len(e.pairs)*e.S)
	}
	e.noiseZ, e.noiseB = make([]float64, e.C*e.S), make([]float64, e.C*e.S)
	inverse := e.inverseWeights()
	w := newWalk(e, inverse)
	e.from.each(w.add)
	w.finish()
	if !e.design.Clustered() {
		if e.loop != nil {
			e.addLoop(inverse)
		} else {
			e.addSquares(inverse)
		}
	}
	if w.cal != nil {
		w.cal.finish()
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

// addSquares adds the squares of rows that are sampling units to the covariances.
// For a pair of columns c and d the rows in both add
//
//	sum w^2 (y-p_c+e)(y-p_d+e) = sum w^2 (u+y-p_c)(u+y-p_d) + (sum w^2 e^2 - u^2 sum w^2)
//
// where e is the value around its origin y and u its mean, weighted by w^2;
// for scores both are zero.
func (e *estimation) addSquares(inverse []float64) {
	squares := newGrid(len(e.pairs), e.K, e.squares.values != nil)
	for i := range e.cells {
		if !e.cells[i].persons {
			for _, p := range e.cells[i].pairs {
				squares.addLine(p, int32(i), &e.squares)
			}
		}
	}
	for i := range squares.sums {
		if t := squares.at(i); t.w2 > 0 {
			e.addSquare(i/e.K, int32(i%e.K), &t, inverse)
		}
	}
}

// addSquare adds the squares of an answer to those of a pair of columns.
func (e *estimation) addSquare(p int, k int32, t *totals, inverse []float64) {
	pr := &e.pairs[p]
	for s := range e.stats {
		st := &e.stats[s]
		if !st.in[k] {
			continue
		}
		y, m := st.of(k, t)
		u := m.w2e / t.w2
		spread := math.Max(0, m.w2ee-u*m.w2e)
		i, j, v := int(pr.c)*e.S+s, int(pr.d)*e.S+s, p*e.S+s
		zc, zd := (y+u-e.p[i])*inverse[i], (y+u-e.p[j])*inverse[j]
		e.v[zz][v] += t.w2*zc*zd + spread*inverse[i]*inverse[j]
		if pr.rest {
			b := inverse[s]
			e.v[zb][v] += t.w2 * zc * b
			e.v[bz][v] += t.w2 * b * zd
			e.v[bb][v] += t.w2 * b * b
		}
	}
}

// centre takes the mean of the stratum out of the covariances, and remembers
// what it took from the variances.
func (e *estimation) centre(stratum *vectors, scale float64) {
	if scale != 0 {
		e.eachPair(&stratum.touched, func(p int32) { e.product(p, stratum, -scale) })
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
