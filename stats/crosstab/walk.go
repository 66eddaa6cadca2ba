package crosstab

import "cmp"

// A walk goes through the sampling units in order, adds up what each has in every
// column, and turns that into linearised values when the unit ends. Rows that are
// units themselves are added up to their stratum; addSquares has their squares.
type walk struct {
	*estimation
	inverse []float64
	at      unit
	share   share // of the stratum; unknown before the first unit
	begun   bool

	w, v          []float64 // of the unit, by column*K + answer: sum w, and sum w (value - origin in folded)
	inside        *touched  // columns of the unit
	unit, stratum vectors
	sum           []float64  // by mask: scratch
	reached       []*touched // by mask: columns that the unit reaches
	entered       []*touched // the same of the stratum
	cal           *calibrated
}

func newWalk(e *estimation, inverse []float64) *walk {
	w := &walk{estimation: e, inverse: inverse, inside: newTouched(e.C), unit: e.newVectors(), stratum: e.newVectors(),
		w: make([]float64, e.C*e.K), sum: make([]float64, len(e.masks))}
	if e.folded.values != nil {
		w.v = make([]float64, e.C*e.K)
	}
	for range e.masks {
		w.reached, w.entered = append(w.reached, newTouched(e.C)), append(w.entered, newTouched(e.C))
	}
	if e.req.Calibration != nil {
		w.cal = newCalibrated(e, inverse)
	}
	return w
}

// compareUnits orders sampling units by stratum and PSU.
func compareUnits(a, b unit) int {
	return cmp.Or(cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.psu, b.psu))
}

// add adds what a place holds.
func (w *walk) add(at *content) {
	columns := w.cells[w.cellOf(at)].columns
	if len(columns) == 0 {
		return
	}
	if u := at.sampled(); !w.begun || u != w.at {
		w.everybody(u)
		w.enter(u)
	}
	w.inside.add(columns)
	for _, c := range columns {
		to := w.w[int(c)*w.K:][:w.K]
		for j, k := range at.codes {
			to[k] += at.sums[j].w
		}
	}
	for j := range at.values {
		m := &at.values[j]
		for _, c := range columns {
			i := int(c)*w.K + int(at.codes[j])
			w.v[i] += m.we + at.sums[j].w*(m.origin-w.folded.values[i].origin)
		}
	}
}

// everybody adds what calibration takes out of all units up to and with u.
func (w *walk) everybody(u unit) {
	if w.cal == nil {
		return
	}
	for b := w.cal.next(u); b != nil; b = w.cal.next(u) {
		w.enter(b.unit)
		w.cal.everybody(b, &w.unit, &w.stratum, w.share.scale)
	}
}

// enter begins a unit, after the end of the one before.
func (w *walk) enter(u unit) {
	if w.begun && u == w.at {
		return
	}
	w.leave(u.stratum)
	w.at, w.begun, w.share = u, true, w.design.share(u.stratum)
}

// finish ends the last unit and stratum.
func (w *walk) finish() {
	if w.cal != nil && len(w.cal.left) > 0 {
		w.everybody(w.cal.left[len(w.cal.left)-1].unit)
	}
	w.leave(none)
}

// leave ends the unit, and the stratum unless the next unit lies in it.
func (w *walk) leave(next int32) {
	if !w.begun {
		return
	}
	for _, c := range w.inside.columns {
		w.linearise(c)
	}
	w.inside.clear()
	if !w.at.rows() {
		w.countUnit()
		w.eachPair(&w.unit.touched, func(p int32) { w.product(p, &w.unit, w.share.scale) })
	}
	for i, r := range w.reached {
		w.entered[i].add(r.columns)
		r.clear()
	}
	w.stratum.add(w.unit.columns)
	for _, c := range w.unit.columns {
		for i := int(c) * w.S; i < int(c+1)*w.S; i++ {
			w.stratum.z[i] += w.unit.z[i]
			w.stratum.b[i] += w.unit.b[i]
		}
	}
	w.unit.reset(w.S)
	if next != w.at.stratum {
		w.countStratum()
		w.centre(&w.stratum, w.share.scale*w.share.centre)
	}
}

// linearise turns what the unit has in a column into z and b,
//
//	z = sum over answers of W (y - p) / sum w,  sum_hits W - p sum W for a share
//
// W the weights of the unit, y the score, or the value around its origin.
func (w *walk) linearise(column int32) {
	c := int(column)
	in := w.w[c*w.K:][:w.K]
	one := []int32{column}
	w.unit.add(one)
	for i := range w.masks {
		sum := 0.0
		for _, k := range w.masks[i].codes {
			sum += in[k]
		}
		if w.sum[i] = sum; sum > 0 {
			w.reached[i].add(one)
		}
	}
	for s := range w.stats {
		st := &w.stats[s]
		sum := w.sum[st.mask]
		if sum == 0 {
			continue
		}
		i := c*w.S + s
		w.unit.z[i] += w.deviation(c, s, in, sum) * w.inverse[i]
		if w.rest {
			w.unit.b[i] += sum * w.inverse[s]
		}
	}
	clear(in)
	if w.v != nil {
		clear(w.v[c*w.K:][:w.K])
	}
}

// deviation is sum W (y - p) of a statistic in a column; in are W by answer, and
// sum is their sum.
func (w *walk) deviation(c, s int, in []float64, sum float64) (z float64) {
	st, p := &w.stats[s], w.p[c*w.S+s]
	switch {
	case st.share():
		for _, k := range st.hits {
			z += in[k]
		}
		z -= p * sum
	case st.Value:
		for _, k := range w.masks[st.mask].codes {
			at := c*w.K + int(k)
			z += in[k]*(w.folded.values[at].origin-p) + w.v[at]
		}
	default:
		for _, k := range w.masks[st.mask].codes {
			z += in[k] * (st.y[k] - p)
		}
	}
	return z
}

// countUnit counts the unit in the domains that it reaches.
func (w *walk) countUnit() {
	for i, r := range w.reached {
		m := &w.masks[i]
		for _, c := range r.columns {
			m.domains[c].psus++
		}
		w.eachPair(r, func(p int32) { m.overlap[p].psus++ })
	}
}

// countStratum counts the stratum in the domains that it reaches.
func (w *walk) countStratum() {
	lonely := int64(0)
	if w.design.isLonely(int(w.at.stratum)) {
		lonely = 1
	}
	for i, r := range w.entered {
		m := &w.masks[i]
		for _, c := range r.columns {
			m.domains[c].strata++
			m.domains[c].lonely += lonely
		}
		w.eachPair(r, func(p int32) {
			m.overlap[p].strata++
			m.overlap[p].lonely += lonely
		})
		r.clear()
	}
}
