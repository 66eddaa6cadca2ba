package crosstab

import (
	"math"
	"slices"
)

// An estimation is one request in the making. The totals are gone through twice:
// first they are added up by cell, and cells to columns, for the estimates; then
// unit by unit for the variances (see walk). Arrays by column and statistic are
// flat: column*S + statistic.
type estimation struct {
	req    Request
	design *Design
	C, S   int // columns, statistics
	K      int // answers that occur

	from    contents
	numbers numbering   // of cells
	cells   []cellPlace // by number
	inCell  grid        // by cell
	squares grid        // by cell, where rows or persons are sampling units and there are no replicates: all terms times the scale of their stratum
	folded  grid        // by column
	loop    *loopEstimation
	stats   []stat
	masks   []mask
	pairs   []pair      // the first C are a column with itself
	pairOf  []int32     // c*C+d: index into pairs, or none
	beside  [][]partner // by column c: the pairs of c and d >= c
	rest    bool        // some pair is wanted for a comparison with the rest
	persons bool        // rows are ratings, with their persons

	p     []float64 // estimate
	num   []float64 // weighted count of a proportion
	count []int64   // unweighted count of a proportion
	s2    []float64 // weighted variance of the answers in the column, divisor sum w

	v              [4][]float64 // by pair*S + statistic; see products
	noiseZ, noiseB []float64    // the variances of z and b below which there is only rounding error

	reps *replicated // nil = variances are linearised
}

// cellPlace says where a cell counts. Ratings with a person have cells of their own.
type cellPlace struct {
	cell        int32
	persons     bool
	calibration int32   // calibration cell
	columns     []int32 // in order
	pairs       []int32 // wanted pairs of these columns
}

// A partner is a column in a pair with another.
type partner struct{ column, pair int32 }

// stat is a StatSpec by index of answer.
type stat struct {
	StatSpec
	mask int // index of the mask of the answers that are in it
	in   []bool
	y    []float64 // score of the answer; unused for values
	hits []int32   // share: the answers that count
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
	codes   []int32   // the same, as indices
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
	e := &estimation{req: req, design: a.design, C: len(req.Columns), S: len(req.Stats)}
	e.wantPairs()
	a = a.counted()
	e.from = a.contents()
	answers := e.from.answers()
	e.K = len(answers)
	e.maskStats(answers)
	e.addUp(a.values != nil)
	if a.looped != nil {
		e.loop = newLoopEstimation(e, a.looped)
	}
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
	e.beside = make([][]partner, e.C)
	for i, p := range e.pairs {
		e.beside[p.c] = append(e.beside[p.c], partner{p.d, int32(i)})
		e.rest = e.rest || p.rest
	}
}

// addUp adds the totals up to cells, and these to columns.
func (e *estimation) addUp(valued bool) {
	e.inCell, e.squares = newGrid(0, e.K, valued), newGrid(0, e.K, valued)
	units := !e.design.Clustered() && e.design.reps == nil
	e.from.each(func(at *content) {
		cell := e.cellOf(at)
		e.inCell.addContent(cell, at)
		if units {
			e.squares.addScaled(cell, at, e.design.share(at.stratum).scale)
		}
	})
	e.folded = newGrid(e.C, e.K, valued)
	for i := range e.cells {
		for _, c := range e.cells[i].columns {
			e.folded.addLine(c, int32(i), &e.inCell)
		}
	}
}

// cellOf returns the number of the cell of a place.
func (e *estimation) cellOf(at *content) int32 {
	number, persons := 2*int(at.cell), at.person != none
	if persons {
		number++
	}
	i, known := e.numbers.of(number)
	if !known {
		e.cells = append(e.cells, e.place(at.cell, persons))
		e.inCell.grow(1)
		e.squares.grow(1)
		e.persons = e.persons || persons
	}
	return i
}

// place finds the columns that hold a cell.
func (e *estimation) place(cell int32, persons bool) cellPlace {
	p := cellPlace{cell: cell, persons: persons}
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
	if e.req.Calibration != nil && len(p.columns) > 0 {
		p.calibration = e.req.CalibrationCell(cell)
	}
	return p
}

// maskStats works out which answers are in each statistic and what they score.
func (e *estimation) maskStats(answers []codeKey) {
	base := make([]bool, len(answers))
	for i := range base {
		base[i] = true
	}
	e.masks = []mask{newMask(base)}
	for _, spec := range e.req.Stats {
		s := stat{StatSpec: spec, in: make([]bool, len(answers)), y: make([]float64, len(answers))}
		for i, k := range answers {
			switch {
			case s.share():
				s.in[i] = true
				if slices.Contains(s.Codes, k.code) {
					s.y[i] = 1
					s.hits = append(s.hits, int32(i))
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
			e.masks = append(e.masks, newMask(s.in))
		}
		e.stats = append(e.stats, s)
	}
}

func newMask(in []bool) mask {
	m := mask{in: in}
	for k, in := range in {
		if in {
			m.codes = append(m.codes, int32(k))
		}
	}
	return m
}

// countDomains counts rows, people and weights of every domain, and the rows that
// pairs of columns share. PSUs and strata are counted by the walk over them.
func (e *estimation) countDomains() {
	for i := range e.masks {
		m := &e.masks[i]
		m.domains = make([]domain, e.C)
		m.overlap = make([]overlap, len(e.pairs))
		e.countRows(m)
		if e.loop != nil {
			e.loop.countPeople(m, e.design.Clustered())
		}
	}
	if e.persons {
		e.countPersons()
	}
}

// countRows counts what adds up: rows and weights, and people and PSUs where they
// are rows.
func (e *estimation) countRows(m *mask) {
	for c := range m.domains {
		d := &m.domains[c]
		for _, k := range m.codes {
			t := &e.folded.sums[c*e.K+int(k)]
			d.rows += t.n
			d.w += t.w
			d.w2 += t.w2
		}
	}
	for i := range e.cells {
		cell, n := &e.cells[i], int64(0)
		for _, k := range m.codes {
			n += e.inCell.sums[i*e.K+int(k)].n
		}
		people, psus := n, n
		if cell.persons || e.loop != nil {
			people = 0
		}
		if people == 0 || e.design.Clustered() {
			psus = 0
		}
		for _, c := range cell.columns {
			d := &m.domains[c]
			d.people += people
			d.only += people
			d.psus += psus
		}
		for _, p := range cell.pairs {
			m.overlap[p].rows += n
			m.overlap[p].psus += psus
		}
	}
}

// countPersons counts people with several rows, who can lie in several columns.
func (e *estimation) countPersons() {
	inside := make([]*touched, len(e.masks)) // by the person
	for i := range inside {
		inside[i] = newTouched(e.C)
	}
	var now unit
	end := func() {
		for i, in := range inside {
			for _, c := range in.columns {
				d := &e.masks[i].domains[c]
				d.people++
				if in.times[c] == in.times[0] {
					d.only++
				}
			}
			in.clear()
		}
	}
	e.from.each(func(at *content) {
		if at.unit != now {
			end()
			now = at.unit
		}
		if at.person == none {
			return
		}
		for i := range inside {
			for j, k := range at.codes {
				if at.sums[j].n > 0 && e.masks[i].in[k] {
					inside[i].add(e.cells[e.cellOf(at)].columns)
				}
			}
		}
	})
	end()
}

// eachPair calls f for the wanted pairs of some columns.
func (e *estimation) eachPair(of *touched, f func(pair int32)) {
	for _, c := range of.columns {
		for _, d := range e.beside[c] {
			if of.times[d.column] > 0 {
				f(d.pair)
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
	for _, k := range st.hits {
		t := &e.folded.sums[c*e.K+int(k)]
		e.num[i] += t.w
		e.count[i] += t.n
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
	codes := e.masks[st.mask].codes
	for range 2 {
		sum := 0.0
		for _, k := range codes {
			t := e.folded.at(c*e.K + int(k))
			y, m := st.of(k, &t)
			sum += t.w*(y-e.p[i]) + m.we
		}
		e.p[i] += sum / d.w
	}
	for _, k := range codes {
		t := e.folded.at(c*e.K + int(k))
		y, m := st.of(k, &t)
		y -= e.p[i]
		e.s2[i] += (t.w*y*y + 2*y*m.we + m.wee) / d.w
	}
	e.s2[i] = math.Max(0, e.s2[i])
}
