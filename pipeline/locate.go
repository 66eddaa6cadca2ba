package pipeline

import (
	"fmt"
	"slices"

	"tradeoff/data"
	"tradeoff/stats/crosstab"
)

// A locator finds where each respondent of a batch stands: the weight, the
// stratum, the PSU, the combination of the segments' values, and from these the
// place. In the first pass it numbers what it meets for the first time; in the
// second it meets nothing new, or the exports changed. So nothing has to be kept
// of a respondent between the passes.
type locator struct {
	p      *plan
	s      *data.Survey
	index  map[string]int // column of the batch
	faults data.Faults
	closed bool // nothing new is numbered any more
	lost   bool // something new came all the same

	segments []*placed
	combos   trie
	strata   interner
	clusters interner
	strataOf numbering  // waves and strata
	psus     numbering  // strata and clusters
	filter   []*matcher // conditions on everybody in the report
	filterAt []int      // by condition: column of the batch
	layout   *crosstab.Layout

	factor []float64 // by combination: what raking multiplies weights by; nil: there is none

	weight  []float64 // of the batch
	reps    []float64 // replicate weights, those of a respondent together
	stratum []int32
	psu     []int32 // nil: every respondent is a PSU
	combo   []int32
	place   []int32 // -1: outside of the study's filter
	in      []bool  // inside of the filter; nil: there is none
	values  [][]int16
}

// placed is a segment, or the waves, and how its values are told.
type placed struct {
	*segment
	coder    *coder
	variable *data.Variable
	open     *openList // groups are found; nil: they are listed
	wave     bool
	outside  int // respondents in none of its groups
	table    [256]int16
	of       dictionary // the dictionary that the table is about
}

// unset is an entry of a table that was not looked up yet.
const unset int16 = -100

func newLocator(p *plan, s *data.Survey) *locator {
	l := &locator{p: p, s: s, layout: &crosstab.Layout{}}
	add := func(g *segment) {
		v := p.book.Variable(g.column)
		x := &placed{segment: g, coder: newCoder(g.values, nil, v), variable: v, wave: g == p.waves}
		if g.open {
			x.open = &openList{path: "segments." + g.name, column: g.column, categories: &g.values, labelled: len(g.values), index: map[string]int16{}}
			for i, c := range g.values {
				x.open.index[c.code] = int16(i)
			}
		}
		l.segments = append(l.segments, x)
		l.combos.level(max(len(g.values), len(g.bands), maxFound) + 3)
	}
	if p.waves != nil {
		add(p.waves)
	}
	for _, g := range p.segments {
		if g.column != "" {
			add(g)
		}
	}
	l.values = make([][]int16, len(l.segments))
	for _, w := range p.filter {
		l.filter = append(l.filter, w.matcher())
	}
	return l
}

// columns asks for the columns that it reads.
func (l *locator) columns(want func(string) int) {
	l.index = map[string]int{}
	d := l.p.study.Design
	names := append([]string{d.Weight, d.Strata, d.Cluster}, d.Replicates.Columns...)
	for _, x := range l.segments {
		names = append(names, x.column)
	}
	for _, n := range names {
		if n != "" {
			l.index[n] = want(n)
		}
	}
	l.filterAt = nil
	for _, w := range l.p.filter {
		l.filterAt = append(l.filterAt, want(w.column))
	}
}

func (l *locator) fault(b data.Batch, i int, column, format string, args ...any) {
	l.faults = append(l.faults, cellFault(l.s, b, i, column, format, args...))
}

// cellFault tells what is wrong in row i of a batch.
func cellFault(s *data.Survey, b data.Batch, i int, column, format string, args ...any) *data.Fault {
	f := s.Files[b.File]
	return &data.Fault{File: f.Name(), Row: b.Row(i), Unit: f.Unit, Column: column, Found: fmt.Sprintf(format, args...)}
}

// locate finds out about the rows of a batch.
func (l *locator) locate(b data.Batch, cols []column, n int) {
	l.weigh(b, cols, n)
	l.replicate(b, cols, n)
	l.filtered(cols, n)
	l.combine(b, cols, n)
	l.sample(b, cols, n)
	l.place = resize(l.place, n)
	if l.factor != nil && !l.lost {
		for i, c := range l.combo {
			l.weight[i] *= l.factor[c]
		}
	}
	for i := range n {
		if l.in != nil && !l.in[i] {
			l.place[i] = -1
			continue
		}
		stratum, psu := l.unit(i)
		if l.closed {
			l.place[i] = l.layout.Find(stratum, psu, l.combo[i])
			l.lost = l.lost || l.place[i] < 0
		} else {
			l.place[i] = l.layout.Number(stratum, psu, l.combo[i])
		}
	}
}

// unit is the stratum and PSU of the place of row i. Replicate weights need
// neither, and totals of them are large.
func (l *locator) unit(i int) (stratum, psu int32) {
	switch {
	case len(l.p.study.Design.Replicates.Columns) > 0:
		return 0, -1
	case l.psu == nil:
		return l.stratum[i], -1
	}
	return l.stratum[i], l.psu[i]
}

// resize returns a slice of n values, in the memory of s where it fits.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// filtered finds who is inside of the filter.
func (l *locator) filtered(cols []column, n int) {
	if len(l.filter) == 0 {
		return
	}
	l.in = resize(l.in, n)
	for i := range l.in {
		l.in[i] = true
	}
	for k, m := range l.filter {
		m.narrow(cols[l.filterAt[k]], l.in)
	}
}

// mostWeight is the largest weight that is believed: more people than there are, with
// room for the squares of the sums.
const mostWeight = 1e12

func (l *locator) weigh(b data.Batch, cols []column, n int) {
	l.weight = resize(l.weight, n)
	name := l.p.study.Design.Weight
	if name == "" {
		for i := range n {
			l.weight[i] = 1
		}
		return
	}
	c := cols[l.index[name]]
	for i := range n {
		w, ok := 0.0, false
		switch {
		case c.null(i):
			l.fault(b, i, name, "the weight is empty; every respondent needs one: fill it in, or leave the row out of the export")
		default:
			w, ok = c.number(i)
			if !ok {
				l.fault(b, i, name, "the weight is %s; it must be a number of 0 or more", slip(c.code(i)))
			} else if w < 0 {
				l.fault(b, i, name, "the weight is %s; it must be 0 or more", c.code(i))
			} else if !(w <= mostWeight) { // NaN neither
				l.fault(b, i, name, "the weight is %s; it must be a number up to %g: correct it", slip(c.code(i)), float64(mostWeight))
			}
		}
		l.weight[i] = w
	}
}

// combine finds the values of all segments, and numbers their combinations.
func (l *locator) combine(b data.Batch, cols []column, n int) {
	l.combo = resize(l.combo, n)
	clear(l.combo)
	for k, x := range l.segments {
		l.values[k] = resize(l.values[k], n)
		v := l.values[k]
		l.value(b, cols[l.index[x.column]], x, v)
		l.lost = l.combos.step(k, l.combo, v, l.closed) || l.lost
	}
}

// value finds the value of every row in a segment.
func (l *locator) value(b data.Batch, c column, x *placed, out []int16) {
	outside := 0
	switch {
	case c.codes != nil:
		if x.of != c.dictionary {
			x.of = c.dictionary
			for i := range x.table {
				x.table[i] = unset
			}
		}
		for i, code := range c.codes {
			v := x.table[code]
			if v == unset {
				faults := len(l.faults)
				v = l.valueOf(b, c, i, x)
				if faults == len(l.faults) { // a fault is told for every row
					x.table[code] = v
				}
			}
			out[i] = v
			if v < 0 && l.inside(i) {
				outside++
			}
		}
	default:
		for i := range out {
			out[i] = l.valueOf(b, c, i, x)
			if out[i] < 0 && l.inside(i) {
				outside++
			}
		}
	}
	if !l.closed {
		x.outside += outside
	}
}

func (l *locator) inside(i int) bool { return l.in == nil || l.in[i] }

// Values of people who are in none of the groups of a segment.
const (
	unstated int16 = -1 // nothing is recorded
	leftOut  int16 = -2 // something is, and the study lists no group for it
)

func (l *locator) valueOf(b data.Batch, c column, i int, x *placed) int16 {
	if c.null(i) {
		if x.wave {
			l.fault(b, i, x.column, "the wave is empty; every respondent belongs to one: fill it in, or leave the row out of the export")
		}
		return unstated
	}
	if len(x.bands) > 0 {
		v, ok := c.number(i)
		if !ok || x.variable.Missing.Declares(c.code(i)) {
			return unstated
		}
		return bandOf(x.bands, v)
	}
	p := x.coder.place(c, i, x.variable.Missing)
	switch {
	case p >= 0:
		return p
	case p != undeclared:
		return unstated
	}
	code := c.code(i)
	if x.open != nil {
		x.open.formulas(l.s, b, i, code)
		id := l.group(b, i, x, code)
		if id >= 0 && c.numbers != nil {
			x.coder.learn(c.numbers[c.at(i)], id)
		}
		return id
	}
	if x.wave {
		l.fault(b, i, x.column, "%q is not one of the waves that the study lists; add it to wave: labels", brief(code))
	}
	return leftOut // the study lists the groups that it wants
}

// group is the value of a code in a segment whose groups are found.
func (l *locator) group(b data.Batch, i int, x *placed, code string) int16 {
	o := x.open
	id, ok := o.index[code]
	if ok {
		return id
	}
	if l.closed {
		l.lost = true
		return leftOut
	}
	id = int16(len(o.index))
	if id >= maxFound {
		if !o.limit {
			l.fault(b, i, x.column, "more than %d different values; a segment needs groups: use bands for a number, or list codes in the study", maxFound)
			o.limit = true
		}
		return leftOut
	}
	o.index[code] = id
	*o.categories = append(*o.categories, category{code: code, label: code})
	return id
}

// sample numbers strata and PSUs. Strata of different waves are different
// samples, and cluster numbers often start again in each stratum.
func (l *locator) sample(b data.Batch, cols []column, n int) {
	d := l.p.study.Design
	l.stratum = resize(l.stratum, n)
	clear(l.stratum)
	if d.Strata != "" || l.p.waves != nil {
		var c column
		if d.Strata != "" {
			c = cols[l.index[d.Strata]]
		}
		for i := range n {
			wave, id := int32(0), int32(0)
			if l.p.waves != nil {
				wave = int32(l.values[0][i]) + 1
			}
			if d.Strata != "" {
				if c.null(i) {
					l.fault(b, i, d.Strata, "the stratum is empty; every respondent belongs to one")
				} else {
					id = l.strata.number(c, i)
				}
			}
			l.stratum[i] = l.strataOf.number(wave, id)
		}
	}
	if d.Cluster == "" {
		return
	}
	l.psu = resize(l.psu, n)
	c := cols[l.index[d.Cluster]]
	for i := range n {
		if c.null(i) {
			l.fault(b, i, d.Cluster, "the cluster is empty; every respondent belongs to one")
			l.psu[i] = 0
			continue
		}
		l.psu[i] = l.psus.number(l.stratum[i], l.clusters.number(c, i))
	}
}

// waveName is the word for a part of a file by its wave.
func (l *locator) waveName(part int) string {
	values, x := l.p.waves.values, l.segments[0]
	at := int16(part) + leftOut
	if x.open == nil {
		return values[at].label
	}
	for code, k := range x.open.index {
		if i := slices.IndexFunc(values, func(c category) bool { return c.code == code }); k == at && i >= 0 {
			return values[i].label
		}
	}
	return ""
}

// strataNames are the names of the strata, as the export writes them.
func (l *locator) strataNames() []string {
	names := make([]string, len(l.strataOf.keys))
	for h, k := range l.strataOf.keys {
		if id := uint32(k); int(id) < len(l.strata.names) {
			names[h] = l.strata.names[id]
		}
	}
	return names
}

// An interner numbers the values of a column from 0, as they appear.
type interner struct {
	numbers map[float64]int32
	texts   map[string]int32
	names   []string
	table   [256]int32 // of a coded column: the number + 1; 0 = not looked up yet
	of      dictionary
}

// number is the number of the value in row i, which is not null.
func (x *interner) number(c column, i int) int32 {
	if c.codes == nil {
		return x.find(c, i)
	}
	if x.of != c.dictionary {
		x.of = c.dictionary
		clear(x.table[:])
	}
	e := &x.table[c.codes[i]]
	if *e == 0 {
		*e = x.find(c, i) + 1
	}
	return *e - 1
}

func (x *interner) find(c column, i int) int32 {
	if c.numbers != nil {
		v := c.numbers[c.at(i)]
		id, ok := x.numbers[v]
		if !ok {
			if x.numbers == nil {
				x.numbers = map[float64]int32{}
			}
			id = x.add(c.code(i))
			x.numbers[v] = id
		}
		return id
	}
	code := c.code(i)
	id, ok := x.texts[code]
	if !ok {
		if x.texts == nil {
			x.texts = map[string]int32{}
		}
		id = x.add(code)
		x.texts[x.names[id]] = id
	}
	return id
}

func (x *interner) add(code string) int32 {
	x.names = append(x.names, string([]byte(code))) // not the batch's memory
	return int32(len(x.names) - 1)
}

// A numbering numbers pairs from 0, as they appear.
type numbering struct {
	ids  map[uint64]int32
	keys []uint64
	last uint64 // the pair asked for last, + 1: neighbours are often alike
	id   int32
	few  []int32 // of pairs of small numbers: the number + 1, 0 for none yet
}

// Pairs below these are found without a map.
const (
	fewFirst  = 1 << 5
	fewSecond = 1 << 10
)

func (x *numbering) number(a, b int32) int32 {
	if uint32(a) >= fewFirst || uint32(b) >= fewSecond { // below 0: none
		return x.find(a, b)
	}
	if x.few == nil {
		x.few = make([]int32, fewFirst*fewSecond)
	}
	e := &x.few[a*fewSecond+b]
	if *e == 0 {
		*e = x.find(a, b) + 1
	}
	return *e - 1
}

func (x *numbering) find(a, b int32) int32 {
	k := uint64(uint32(a))<<32 | uint64(uint32(b))
	if k+1 == x.last {
		return x.id
	}
	id, ok := x.ids[k]
	if !ok {
		if x.ids == nil {
			x.ids = map[uint64]int32{}
		}
		id = int32(len(x.keys))
		x.ids[k] = id
		x.keys = append(x.keys, k)
	}
	x.last, x.id = k+1, id
	return id
}

// A trie numbers combinations of values, one level for each segment: the number
// of the first k values and the next value give the number of the first k+1.
type trie struct {
	levels []trieLevel
}

type trieLevel struct {
	width int32    // values, and those below 0
	next  []int32  // by number and value: the next number + 1, 0 for none yet
	made  []uint64 // by next number: number<<32 | value
}

func (t *trie) level(width int) {
	t.levels = append(t.levels, trieLevel{width: int32(width)})
}

// step takes the numbers of all rows one level on; lost reports that a
// combination is new although no more are numbered.
func (t *trie) step(k int, number []int32, values []int16, closed bool) (lost bool) {
	l := &t.levels[k]
	for i, v := range values {
		at := number[i]*l.width + int32(v) + 2
		for int(at) >= len(l.next) {
			if closed {
				return true
			}
			l.next = append(l.next, make([]int32, l.width)...)
		}
		id := l.next[at]
		if id == 0 {
			if closed {
				return true
			}
			l.made = append(l.made, uint64(number[i])<<32|uint64(uint16(v)))
			id = int32(len(l.made))
			l.next[at] = id
		}
		number[i] = id - 1
	}
	return false
}

// all lists the values of every combination, by its number.
func (t *trie) all() [][]int16 {
	combos := [][]int16{nil}
	for _, l := range t.levels {
		next := make([][]int16, len(l.made))
		for id, m := range l.made {
			before := combos[m>>32]
			next[id] = append(before[:len(before):len(before)], int16(uint16(m)))
		}
		combos = next
	}
	return combos
}
