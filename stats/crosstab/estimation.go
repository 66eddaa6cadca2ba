package crosstab

import (
	"math"
	"slices"
)

// An estimation is one request in the making. Arrays by column and statistic
// are flat: column*S + statistic.
type estimation struct {
	req    Request
	design *Design
	C, S   int // columns, statistics
	K      int // answers that occur

	bins   []bin
	cells  []cellPlace // by index of cell
	folded []totals    // of the whole column: c*K + code
	loop   *loopEstimation
	stats  []stat
	masks  []mask
	pairs  []pair  // the first C are a column with itself
	pairOf []int32 // c*C+d: index into pairs, or none

	p     []float64 // estimate
	num   []float64 // weighted count of a proportion
	count []int64   // unweighted count of a proportion
	s2    []float64 // weighted variance of the answers in the column, divisor sum w

	v              [4][]float64 // by pair*S + statistic; see products
	scratch        [3][]float64 // by statistic, for addTotals
	noiseZ, noiseB []float64    // the variances of z and b below which there is only rounding error

	valued bool        // some answers have values
	reps   *replicated // nil = variances are linearised
}

// A bin is one key of the accumulator, in order.
type bin struct {
	key  key
	cell int32 // index of cell
	code int32 // index of code; everybody in a bin of a Calibration

	calibration int32 // calibration cell
	totals
	reps []float64 // of the accumulator
}

// cellPlace says where a cell counts.
type cellPlace struct {
	columns []int32 // in order
	pairs   []int32 // wanted pairs of these columns
}

// codeKey is an answer; a value splits it in two because only rows that have
// one are in a mean of values.
type codeKey struct {
	code   int16
	valued bool
}

// number is a different number for every answer.
func (k codeKey) number() int {
	n := 2 * int(k.code)
	if k.valued {
		n++
	}
	return n
}

// numbering numbers whole numbers from 0 in the order in which they come.
type numbering struct {
	small []int32 // by number below manySmall: its own + 1
	large map[int]int32
	n     int32
}

const manySmall = 1 << 16

// of returns the number that i has, or gets as a new one.
func (x *numbering) of(i int) (number int32, known bool) {
	if i >= manySmall {
		if number, known = x.large[i]; !known {
			if x.large == nil {
				x.large = map[int]int32{}
			}
			number = x.n
			x.large[i] = number
			x.n++
		}
		return number, known
	}
	if i >= len(x.small) {
		x.small = append(x.small, make([]int32, i+1-len(x.small))...)
	}
	if at := x.small[i]; at > 0 {
		return at - 1, true
	}
	x.n++
	x.small[i] = x.n
	return x.n - 1, false
}

// stat is a StatSpec by index of code.
type stat struct {
	StatSpec
	mask int // index of the mask of the answers that are in it
	in   []bool
	y    []float64 // score of the code; unused for values
}

// share reports whether the statistic is the share of some answers.
func (s *stat) share() bool { return s.Kind == Proportion || s.Kind == NetRow }

// of returns what totals of a code mean to the statistic: y is the score, or
// the origin of the values, and m their moments around it, zero for scores.
func (s *stat) of(code int32, t *totals) (y float64, m moments) {
	if s.Value {
		return t.origin, t.moments
	}
	return s.y[code], moments{}
}

// A mask is a set of answers that one or several statistics are about; with a
// column it makes a domain. The first is the base of the question.
type mask struct {
	in      []bool
	domains []domain  // by column
	overlap []overlap // by pair
}

// domain counts what lies in a column.
type domain struct {
	rows, people int64
	only         int64 // people whose rows in the Total all lie in the column
	w, w2        float64
	psus, strata int64
	lonely       int64 // strata with a single PSU in the sample
}

// df is the degrees of freedom of a domain that reaches so many PSUs and strata.
func (e *estimation) df(psus, strata int64) float64 {
	if e.reps != nil {
		return e.design.reps.DF
	}
	return float64(psus - strata)
}

// averaged is the factor of stats.LonelyAverage for a domain that reaches so many
// strata, of which so many are lonely. Every row is in the variance of calibrated
// weights, so all strata count there.
func (e *estimation) averaged(strata, lonely int64) float64 {
	if e.req.Calibration != nil {
		return e.design.averaged(e.design.Strata(), len(e.design.LonelyStrata()))
	}
	return e.design.averaged(int(strata), int(lonely))
}

// overlap counts what two columns share.
type overlap struct{ rows, psus, strata, lonely int64 }

// A pair of columns whose covariance is wanted, c <= d.
type pair struct {
	c, d int32
	rest bool // wanted for a comparison with the rest
}

func newEstimation(a *Accumulator, req Request) *estimation {
	e := &estimation{req: req, design: a.design, C: len(req.Columns), S: len(req.Stats), valued: a.values != nil}
	e.wantPairs()
	a = a.counted()
	codes := e.sortBins(a)
	if a.looped != nil {
		e.loop = newLoopEstimation(e, a.looped)
	}
	e.K = len(codes)
	e.maskStats(codes)
	e.fold()
	return e
}

// wantPairs lists the covariances that variances and comparisons need.
func (e *estimation) wantPairs() {
	e.pairOf = make([]int32, e.C*e.C)
	for i := range e.pairOf {
		e.pairOf[i] = none
	}
	want := func(c, d int, rest bool) {
		if c > d {
			c, d = d, c
		}
		i := e.pairOf[c*e.C+d]
		if i == none {
			i = int32(len(e.pairs))
			e.pairOf[c*e.C+d], e.pairOf[d*e.C+c] = i, i
			e.pairs = append(e.pairs, pair{c: int32(c), d: int32(d)})
		}
		e.pairs[i].rest = e.pairs[i].rest || rest
	}
	for c := range e.C {
		want(c, c, false)
	}
	for _, g := range e.req.Groups {
		for i, c := range g {
			for _, d := range g[:i] {
				want(c, d, false)
			}
		}
	}
	for c, col := range e.req.Columns {
		if col.Rest && c > 0 {
			want(0, 0, true)
			want(c, c, true)
			want(0, c, true)
		}
	}
}

// sortBins puts the totals in order and finds out where each cell counts. It
// returns the answers that occur.
func (e *estimation) sortBins(a *Accumulator) []codeKey {
	e.bins = make([]bin, 0, a.most())
	var cells, codes numbering
	var seen []codeKey
	a.each(func(k *key, t *totals, reps []float64) {
		cell, known := cells.of(int(k.cell))
		if !known {
			e.cells = append(e.cells, e.place(k.cell))
		}
		ck := codeKey{k.code, k.valued}
		code, known := codes.of(ck.number())
		if !known {
			seen = append(seen, ck)
		}
		if len(e.cells[cell].columns) > 0 {
			b := bin{key: *k, cell: cell, code: code, totals: *t, reps: reps}
			if e.req.Calibration != nil {
				b.calibration = e.req.CalibrationCell(k.cell)
			}
			e.bins = append(e.bins, b)
		}
	})
	return seen
}

// place finds the columns that hold a cell.
func (e *estimation) place(cell int32) cellPlace {
	var p cellPlace
	for c, col := range e.req.Columns {
		if col.In == nil || col.In(cell) {
			p.columns = append(p.columns, int32(c))
		}
	}
	for i, c := range p.columns {
		for _, d := range p.columns[i:] {
			if pi := e.pairOf[int(c)*e.C+int(d)]; pi != none {
				p.pairs = append(p.pairs, pi)
			}
		}
	}
	return p
}

// fold adds the bins up to columns and answers.
func (e *estimation) fold() {
	e.folded = make([]totals, e.C*e.K)
	for i := range e.bins {
		b := &e.bins[i]
		for _, c := range e.cells[b.cell].columns {
			e.add(&e.folded[int(c)*e.K+int(b.code)], &b.totals)
		}
	}
}

// add adds totals to others; most questions have no values.
func (e *estimation) add(to, from *totals) {
	if e.valued {
		to.add(from)
	} else {
		to.sums.add(from.sums)
	}
}

// maskStats works out which answers are in each statistic and what they score.
func (e *estimation) maskStats(codes []codeKey) {
	base := make([]bool, len(codes))
	for i := range base {
		base[i] = true
	}
	e.masks = []mask{{in: base}}
	for _, spec := range e.req.Stats {
		s := stat{StatSpec: spec, in: make([]bool, len(codes)), y: make([]float64, len(codes))}
		for i, k := range codes {
			switch {
			case s.share():
				s.in[i] = true
				if slices.Contains(s.Codes, k.code) {
					s.y[i] = 1
				}
			case s.Value:
				s.in[i] = k.valued
			case int(k.code) < len(s.Scores) && !math.IsNaN(s.Scores[k.code]):
				s.in[i] = true
				s.y[i] = s.Scores[k.code]
			}
		}
		s.mask = slices.IndexFunc(e.masks, func(m mask) bool { return slices.Equal(m.in, s.in) })
		if s.mask < 0 {
			s.mask = len(e.masks)
			e.masks = append(e.masks, mask{in: s.in})
		}
		e.stats = append(e.stats, s)
	}
}

// countDomains counts rows, people, weights, PSUs and strata of every domain,
// and what pairs of columns share.
func (e *estimation) countDomains() {
	for i := range e.masks {
		m := &e.masks[i]
		m.domains = make([]domain, e.C)
		m.overlap = make([]overlap, len(e.pairs))
		e.countRows(m)
		e.countUnits(m)
		if e.loop != nil {
			e.loop.countPeople(m, e.design.Clustered())
		}
	}
}

// countRows counts what adds up: rows and weights.
func (e *estimation) countRows(m *mask) {
	for c := range m.domains {
		d := &m.domains[c]
		for k, t := range e.folded[c*e.K:][:e.K] {
			if m.in[k] {
				d.rows += t.n
				d.w += t.w
				d.w2 += t.w2
			}
		}
	}
	for i := range e.bins {
		b := &e.bins[i]
		if m.in[b.code] {
			for _, p := range e.cells[b.cell].pairs {
				m.overlap[p].rows += b.n
			}
		}
	}
}

// countUnits counts what does not add up over cells, because a person, a PSU
// or a stratum can lie in several: each is counted where it ends.
func (e *estimation) countUnits(m *mask) {
	people, psus, strata := newTouched(e.C), newTouched(e.C), newTouched(e.C)
	for i := range e.bins {
		b := &e.bins[i]
		if m.in[b.code] {
			columns := e.cells[b.cell].columns
			strata.add(columns)
			psus.add(columns)
			people.add(columns)
			if b.key.person == none && e.loop == nil {
				for _, c := range columns {
					m.domains[c].people += b.n
					m.domains[c].only += b.n
				}
			}
			if b.key.psu == none && b.key.person == none && e.loop == nil {
				for _, c := range columns {
					m.domains[c].psus += b.n
				}
				for _, p := range e.cells[b.cell].pairs {
					m.overlap[p].psus += b.n
				}
			}
		}
		unit, person, stratum := e.ends(i)
		if person {
			if b.key.person != none {
				for _, c := range people.columns {
					m.domains[c].people++
					if people.times[c] == people.times[0] {
						m.domains[c].only++
					}
				}
			}
			people.clear()
		}
		if unit {
			if b.key.psu != none || b.key.person != none {
				for _, c := range psus.columns {
					m.domains[c].psus++
				}
				e.eachPair(psus.columns, func(p int32) { m.overlap[p].psus++ })
			}
			psus.clear()
		}
		if stratum {
			lonely := int64(0)
			if e.design.isLonely(int(b.key.stratum)) {
				lonely = 1
			}
			for _, c := range strata.columns {
				m.domains[c].strata++
				m.domains[c].lonely += lonely
			}
			e.eachPair(strata.columns, func(p int32) {
				m.overlap[p].strata++
				m.overlap[p].lonely += lonely
			})
			strata.clear()
		}
	}
}

// ends reports whether bin i is the last of its sampling unit, person, stratum.
func (e *estimation) ends(i int) (unit, person, stratum bool) {
	if i+1 == len(e.bins) {
		return true, true, true
	}
	a, b := e.bins[i].key, e.bins[i+1].key
	stratum = a.stratum != b.stratum
	person = stratum || a.psu != b.psu || a.person != b.person
	unit = stratum || a.psu != b.psu || a.psu == none && a.person != b.person
	return unit, person, stratum
}

// eachPair calls f for the wanted pairs of some columns.
func (e *estimation) eachPair(columns []int32, f func(pair int32)) {
	for i, c := range columns {
		row := e.pairOf[int(c)*e.C : int(c+1)*e.C]
		for _, d := range columns[i:] {
			if p := row[d]; p != none {
				f(p)
			}
		}
	}
}

// touched is a set of columns that is filled and emptied often.
type touched struct {
	columns []int32
	times   []int32 // how often each was added
}

func newTouched(n int) *touched { return &touched{times: make([]int32, n)} }

func (t *touched) add(columns []int32) {
	for _, c := range columns {
		if t.times[c]++; t.times[c] == 1 {
			t.columns = append(t.columns, c)
		}
	}
}

func (t *touched) clear() {
	for _, c := range t.columns {
		t.times[c] = 0
	}
	t.columns = t.columns[:0]
}

// estimate computes the Hájek estimates
//
//	p = sum w y / sum w
//
// over the domain, and the variance of the answers in it.
func (e *estimation) estimate() {
	n := e.C * e.S
	e.p, e.num, e.s2, e.count = make([]float64, n), make([]float64, n), make([]float64, n), make([]int64, n)
	for c := range e.C {
		for s := range e.stats {
			if d := e.domain(c, s); d.rows == 0 {
				continue
			} else if e.stats[s].share() {
				e.estimateShare(c, s, d)
			} else {
				e.estimateMean(c, s, d)
			}
		}
	}
}

// domain of a column for a statistic.
func (e *estimation) domain(c, s int) *domain {
	return &e.masks[e.stats[s].mask].domains[c]
}

// estimateShare counts rows to tell 0 and 1, which sums of weights could miss
// in the last bit.
func (e *estimation) estimateShare(c, s int, d *domain) {
	i, st := c*e.S+s, &e.stats[s]
	for k, t := range e.folded[c*e.K:][:e.K] {
		if st.y[k] == 1 {
			e.num[i] += t.w
			e.count[i] += t.n
		}
	}
	e.p[i] = e.num[i] / d.w
	switch e.count[i] {
	case 0:
		e.p[i] = 0
	case d.rows:
		e.p[i], e.num[i] = 1, d.w
	}
	e.s2[i] = e.p[i] * (1 - e.p[i])
}

// estimateMean works the mean out twice, the second time around the first
// result, so that large values lose no digits.
func (e *estimation) estimateMean(c, s int, d *domain) {
	i, st := c*e.S+s, &e.stats[s]
	folded := e.folded[c*e.K:][:e.K]
	for range 2 {
		sum := 0.0
		for k := range folded {
			if st.in[k] {
				y, m := st.of(int32(k), &folded[k])
				sum += folded[k].w*(y-e.p[i]) + m.we
			}
		}
		e.p[i] += sum / d.w
	}
	for k := range folded {
		if st.in[k] {
			y, m := st.of(int32(k), &folded[k])
			y -= e.p[i]
			e.s2[i] += (folded[k].w*y*y + 2*y*m.we + m.wee) / d.w
		}
	}
	e.s2[i] = math.Max(0, e.s2[i])
}
