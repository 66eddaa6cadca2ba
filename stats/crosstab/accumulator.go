package crosstab

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// An Accumulator holds what one question needs for every estimate: totals by
// stratum (or PSU, or person in a loop), cell and answer. Its size depends on
// strata, cells and answers, and on PSUs in a cluster sample; where that would be
// more than the rows are, a Tally keeps the rows for it. Two ratings by one person are not
// independent: those that a LoopTally counts bring sums over pairs of ratings,
// and those that Add counts are kept by person.
type Accumulator struct {
	design  *Design
	index   index
	keys    []key
	sums    []sums
	values  []moments   // by index of keys; nil as long as no value was added
	reps    [][]float64 // by index of keys: sum w_r of every replicate, then sum w_r e where there are values; nil without replicates
	tallied contents    // what a Tally counted; nil once it is settled
	looped  *looped     // of ratings in a loop counted by a LoopTally
}

// key is where a row is counted.
type key struct {
	stratum int32
	psu     int32 // none if rows or persons are the PSUs
	person  int32 // none if rows are persons
	cell    int32
	code    int16
	valued  bool // the row has a value
}

func compareKeys(a, b *key) int {
	switch {
	case a.stratum != b.stratum:
		return cmp.Compare(a.stratum, b.stratum)
	case a.psu != b.psu:
		return cmp.Compare(a.psu, b.psu)
	case a.person != b.person:
		return cmp.Compare(a.person, b.person)
	case a.cell != b.cell:
		return cmp.Compare(a.cell, b.cell)
	case a.code != b.code:
		return cmp.Compare(a.code, b.code)
	case a.valued == b.valued:
		return 0
	case b.valued:
		return -1
	}
	return 1
}

// sums are what every key counts.
type sums struct {
	n  int64   // rows with weight
	w  float64 // sum w
	w2 float64 // sum w^2
}

func (s *sums) add(o sums) {
	s.n += o.n
	s.w += o.w
	s.w2 += o.w2
}

// moments are sums of values around an origin among them, so that large
// values with a small spread lose no digits; e = value - origin.
type moments struct {
	origin float64
	we     float64 // sum w e
	wee    float64 // sum w e^2
	w2e    float64 // sum w^2 e
	w2ee   float64 // sum w^2 e^2
}

// around returns the moments about another origin, given the sums of the key.
func (m moments) around(origin float64, s sums) moments {
	d := m.origin - origin
	if d == 0 {
		return m
	}
	return moments{
		origin: origin,
		we:     m.we + d*s.w,
		wee:    m.wee + 2*d*m.we + d*d*s.w,
		w2e:    m.w2e + d*s.w2,
		w2ee:   m.w2ee + 2*d*m.w2e + d*d*s.w2,
	}
}

// totals are sums, and moments where there are values.
type totals struct {
	sums
	moments
}

// add adds other totals; the first to be added gives the origin.
func (t *totals) add(o *totals) {
	if t.n == 0 {
		t.origin = o.origin
	}
	m := o.around(t.origin, o.sums)
	t.we += m.we
	t.wee += m.wee
	t.w2e += m.w2e
	t.w2ee += m.w2ee
	t.sums.add(o.sums)
}

// scaled are totals with all weights' terms times f, as add takes them.
func (t totals) scaled(f float64) totals {
	t.w *= f
	t.w2 *= f
	t.we *= f
	t.wee *= f
	t.w2e *= f
	t.w2ee *= f
	return t
}

// NewAccumulator begins the accumulator of one question in a design.
func NewAccumulator(d *Design) *Accumulator {
	return &Accumulator{design: d}
}

// Add counts a chunk of rows.
//
// cell is the joint segment combination of the row; -1 = outside of all
// columns, Total included. code is the answer, 0 or more; -1 = not in the base
// of the question. value is the number answered to a numeric question, NaN (or
// infinite) for an answer without one (don't know); nil for other questions. Rows outside
// leave no trace here: the Design already knows them.
//
// In a design with PSUs the rows name theirs. Where persons are the PSUs a
// loop gives Person, and other questions need not.
func (a *Accumulator) Add(rows Rows, cell []int32, code []int16, value []float64) {
	n := len(cell)
	if len(code) != n || value != nil && len(value) != n || rows.Len() != n && rows.Len() != 0 {
		panic(fmt.Sprintf("crosstab: %d cells, %d codes, %d values, %d rows", n, len(code), len(value), rows.Len()))
	}
	if n > 0 && (rows.PSU != nil) != (a.design.kind == psuUnits) {
		panic("crosstab: rows name a PSU if and only if the design has PSUs")
	}
	if a.looped != nil || a.tallied != nil {
		panic("crosstab: a tally counts the rows of its accumulators")
	}
	if len(rows.Replicates) != n*a.design.replicates() {
		panic(fmt.Sprintf("crosstab: %d replicate weights of %d rows, not %d of each", len(rows.Replicates), n, a.design.replicates()))
	}
	for i, c := range cell {
		w := rows.weight(i)
		if c < 0 || code[i] < 0 || w == 0 {
			continue
		}
		stratum, psu := a.design.unit(rows, i)
		k := key{stratum, psu, rows.person(i), c, code[i], false}
		s := sums{1, w, w * w}
		if value == nil || math.IsNaN(value[i]) || math.IsInf(value[i], 0) {
			at := a.slot(k)
			a.sums[at].add(s)
			if a.reps != nil {
				addTo(a.reps[at], rows.replicates(i, n), 1)
			}
			continue
		}
		k.valued = true
		at := a.addValued(k, totals{s, moments{origin: value[i]}})
		if a.reps != nil {
			a.addReplicates(at, rows.replicates(i, n), value[i])
		}
	}
}

// slot returns the index of a key, making room for a new one.
func (a *Accumulator) slot(k key) int32 {
	i := a.index.find(&k, a.keys)
	if i < 0 {
		i = int32(len(a.keys))
		a.index.put(&k, i)
		a.keys = append(a.keys, k)
		a.sums = append(a.sums, sums{})
		if a.values != nil {
			a.values = append(a.values, moments{})
		}
		if R := a.design.replicates(); R > 0 {
			if k.valued {
				R *= 2
			}
			a.reps = append(a.reps, make([]float64, R))
		}
	}
	return i
}

// addValued adds totals with values, and returns the index of the key.
func (a *Accumulator) addValued(k key, o totals) int32 {
	i := a.slot(k)
	if a.values == nil {
		a.values = make([]moments, len(a.keys), cap(a.keys))
	}
	t := totals{a.sums[i], a.values[i]}
	t.add(&o)
	a.sums[i], a.values[i] = t.sums, t.moments
	return i
}

// Merge adds the accumulator of the chunk of rows that follows. Sums are
// rounded in the order of merging: merge the same chunks in the same order and
// the estimates are the same to the bit, whoever counted the chunks.
func (a *Accumulator) Merge(o *Accumulator) {
	if a.design != o.design {
		panic("crosstab: accumulators of two designs")
	}
	a.settle()
	o.settle()
	for i, k := range o.keys {
		var at int32
		if k.valued {
			at = a.addValued(k, totals{o.sums[i], o.values[i]})
		} else {
			at = a.slot(k)
			a.sums[at].add(o.sums[i])
		}
		if a.reps != nil {
			a.addReplicates(at, o.reps[i], o.origin(int32(i)))
		}
	}
	a.mergeLoop(o)
}

// settle turns what a tally counted into totals by key, which can be added to.
func (a *Accumulator) settle() {
	a.settleLoop()
	t := a.tallied
	if t == nil {
		return
	}
	a.tallied = nil
	answers := t.answers()
	t.each(func(in *content) {
		for j, s := range in.sums {
			if s.n == 0 {
				continue
			}
			x := answers[in.codes[j]]
			at := a.slot(key{in.stratum, in.psu, in.person, in.cell, x.code, x.valued})
			a.sums[at].add(s)
			if in.reps != nil {
				a.reps[at] = in.reps[j]
			}
		}
	})
}

// order lists the indices of the keys by stratum, PSU, person, cell and code.
func (a *Accumulator) order() []int32 {
	a.settle()
	o := make([]int32, len(a.keys))
	for i := range o {
		o[i] = int32(i)
	}
	slices.SortFunc(o, func(x, y int32) int { return compareKeys(&a.keys[x], &a.keys[y]) })
	return o
}

// totals returns the totals of a key.
func (a *Accumulator) totals(i int32) totals {
	if a.values == nil {
		return totals{a.sums[i], moments{}}
	}
	return totals{a.sums[i], a.values[i]}
}

// origin is what the values of a key are measured from.
func (a *Accumulator) origin(i int32) float64 {
	if a.values == nil {
		return 0
	}
	return a.values[i].origin
}
