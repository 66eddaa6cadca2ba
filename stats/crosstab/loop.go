package crosstab

import (
	"cmp"
	"fmt"
	"slices"
)

// This file and the others of its name count ratings in a loop: a person rates
// several things, an industry at every turn. Two ratings by one person are not
// independent, since the person, or her PSU, was sampled. What is estimated is a
// sum of products over persons,
//
//	sum_i (sum_t w_i u_it) (sum_t' w_i u'_it')
//
// and u depends on cell, turn and answer only. So no person need be kept: beside
// the ordinary totals it takes sum w^2 by the answers given at two turns, and the
// number of persons by the set of turns that they answered.

// MaxTurns is how many turns a loop has at most: a set of them is one word.
const MaxTurns = 64

// A LoopTally counts all questions asked in one loop, block by block, as Tally
// does for questions asked once. The cell of turn k of a person in cell c is
// c*turns+k. Its memory depends on places, turns and answers; where persons and
// their ratings take less, it keeps those.
type LoopTally struct {
	design *Design
	turns  int
	seats  *seats
	items  []*looped
	tables []*loopTable // by item; nil where rows are kept
	rows   *loopRows
	reps   *replicateTally // nil = no replicate weights; a question for every turn of an item

	answers []int   // by column of codes
	columns []joint // each by itself, so that a record holds its digit
	records records
}

// NewLoopTally begins a tally; item i has codes 0 to answers[i]-1, at most 254 of
// them, at each of at most 64 turns. scored tells, by item and answer, which
// answers have a score: a mean of other ones is refused by a panic. nil, for all
// items or for one, stands for all answers. The layout has all of its places:
// none may be added afterwards.
func NewLoopTally(d *Design, l *Layout, turns int, answers []int, scored [][]bool) *LoopTally {
	t := newLoopTally(d, l, turns, answers, scored)
	if d.replicates() > 0 || t.tableBytes() <= t.rowBytes() {
		t.keepTables()
	} else {
		t.keepRows()
	}
	return t
}

func newLoopTally(d *Design, l *Layout, turns int, answers []int, scored [][]bool) *LoopTally {
	if turns < 1 || turns > MaxTurns {
		panic(fmt.Sprintf("crosstab: a loop of %d turns", turns))
	}
	if scored != nil && len(scored) != len(answers) {
		panic(fmt.Sprintf("crosstab: scored answers of %d items, not %d", len(scored), len(answers)))
	}
	t := &LoopTally{design: d, turns: turns, seats: newSeats(d, l)}
	for i, n := range answers {
		if n < 0 || n >= NoCode {
			panic(fmt.Sprintf("crosstab: item %d has %d answers", i, n))
		}
		x := &looped{turns: turns, answers: n}
		if scored != nil && scored[i] != nil {
			if len(scored[i]) != n {
				panic(fmt.Sprintf("crosstab: item %d has %d answers, scored are told of %d", i, n, len(scored[i])))
			}
			if slices.Contains(scored[i], false) {
				x.scored = slices.Clone(scored[i])
			}
		}
		t.items = append(t.items, x)
		for range turns {
			t.columns = append(t.columns, joint{questions: []int{len(t.answers)}, levels: []int{n + 1}, cells: n + 1})
			t.answers = append(t.answers, n)
		}
	}
	t.records = records{order: t.seats.number, width: 1 + (len(t.columns)+7)/8}
	return t
}

// tableBytes is what the tables of all items would take.
func (t *LoopTally) tableBytes() float64 {
	b := 0.0
	for _, x := range t.items {
		n := float64(x.turns * x.answers)
		b += 24 * n * float64(len(t.seats.places))
		if !t.design.Clustered() {
			b += 8 * n * (n - 1) / 2 * float64(len(t.seats.cells))
		}
	}
	return b
}

// rowBytes is what all persons of the design would take, if they answered half of
// the turns.
func (t *LoopTally) rowBytes() float64 {
	return float64(t.design.rows) * (recordHead + float64(t.turns)/2*float64(1+len(t.items)))
}

func (t *LoopTally) keepTables() {
	for i, x := range t.items {
		table := newLoopTable(t.seats, x, newFields(i, t.turns), min(t.design.rows, recordBytes/8/t.records.width))
		x.counts = table
		t.tables = append(t.tables, table)
	}
	if R := t.design.replicates(); R > 0 {
		var rated []int
		for i, x := range t.items {
			t.tables[i].first = i * t.turns
			rated = append(rated, slices.Repeat([]int{x.answers}, t.turns)...)
		}
		t.reps = newReplicateTally(R, len(t.seats.places), rated)
		for _, x := range t.tables {
			x.reps = t.reps
		}
	}
}

func (t *LoopTally) keepRows() {
	t.rows = newLoopRows(t.seats, t.turns, len(t.items))
	for i, x := range t.items {
		x.counts = &rowsOf{x, t.rows, i}
	}
}

// Add counts the respondents of a block; Codes[i*turns+k] are the answers to
// item i at turn k. Respondents of weight zero are counted nowhere. Items, or
// cells and PSUs, not respondents, are shared out over the threads, so that the
// sums of the same blocks are the same bits on any number of them. A code that is
// neither below the answers of its item nor NoCode panics. Add keeps nothing of
// the block.
func (t *LoopTally) Add(b *Block, threads int) {
	b.check(len(t.columns))
	threads = max(1, threads)
	parts := len(b.Place)/max(1, recordBytes/8/t.records.width) + 1
	for i := range parts {
		t.addPart(b.stretch(len(b.Place)*i/parts, len(b.Place)*(i+1)/parts), threads)
	}
	if t.reps != nil {
		t.reps.add(b, threads)
	}
}

// recordBytes is what the records of the respondents take who are sorted at a time:
// enough that many of them share a cell.
const recordBytes = 48 << 20

// stretch is a part of a block, without replicate weights.
func (b *Block) stretch(first, last int) *Block {
	out := &Block{Place: b.Place[first:last], Weight: b.Weight[first:last], Codes: make([][]uint8, len(b.Codes))}
	for i, c := range b.Codes {
		out.Codes[i] = c[first:last]
	}
	return out
}

// addPart sorts respondents by seat and counts them.
func (t *LoopTally) addPart(b *Block, threads int) {
	if !t.records.sort(b, t.columns, max(1, min(threads, len(b.Place)/tile))) {
		b.checkCodes(t.answers)
	}
	if t.rows != nil {
		parallel(threads, func(thread int) {
			first, last := t.records.stretch(thread, threads)
			t.rows.add(&t.records, t.seats.wholeGroup(first), t.seats.wholeGroup(last))
		})
		return
	}
	if threads = min(threads, len(t.tables)); threads == 0 {
		return
	}
	parallel(threads, func(thread int) {
		first, last := len(t.tables)*thread/threads, len(t.tables)*(thread+1)/threads
		countGroups(t.tables[first:last], &t.records)
	})
}

// Accumulators returns the totals by item. Nothing is added afterwards.
func (t *LoopTally) Accumulators() []*Accumulator {
	var out []*Accumulator
	for _, x := range t.items {
		out = append(out, &Accumulator{design: t.design, looped: x})
	}
	return out
}

// looped is what the accumulator of a loop has beside totals by key.
type looped struct {
	turns, answers int
	scored         []bool     // by answer; nil = all
	people         []setCount // in order
	pairs          []pairSum  // in order; none if PSUs are the units
	counts         loopCounts // what a tally counted; nil once it is settled
}

// loopCounts are what a tally counted of an item. totals returns it by keys, sets
// and pairs, without an index of the keys, and leaves it as it is.
type loopCounts interface{ totals(d *Design) *Accumulator }

// newLooped begins the totals of an item.
func newLooped(d *Design, x *looped) *Accumulator {
	return &Accumulator{design: d, looped: &looped{turns: x.turns, answers: x.answers, scored: x.scored}}
}

// rating is the key of a rating, turn*answers + answer, by persons of a place.
func (p place) rating(j int, x *looped) key {
	turn, code := j/x.answers, j%x.answers
	return key{p.stratum, p.psu, none, p.cell*int32(x.turns) + int32(turn), int16(code), false}
}

// A setCount counts the persons in a cell by the turns that they answered, and
// answered with a score.
type setCount struct {
	cell             int32
	answered, scored uint64
	n                int64
}

func compareSets(a, b *setCount) int {
	return cmp.Or(cmp.Compare(a.cell, b.cell), cmp.Compare(a.answered, b.answered), cmp.Compare(a.scored, b.scored))
}

// A pairSum is what the persons in a cell with two ratings, each turn*answers +
// answer, add to a sum of squares: the sum of w^2 times the scale of the stratum.
// The second rating is of a later turn.
type pairSum struct {
	cell int32
	a, b uint16
	sum  float64
}

func comparePairs(a, b *pairSum) int {
	return cmp.Or(cmp.Compare(a.cell, b.cell), cmp.Compare(a.b, b.b), cmp.Compare(a.a, b.a))
}

// settleLoop turns what a tally counted into totals by key, which can be merged
// and encoded.
func (a *Accumulator) settleLoop() {
	if a.looped == nil || a.looped.counts == nil {
		return
	}
	*a = *a.looped.counts.totals(a.design)
	for i := range a.keys {
		a.index.put(&a.keys[i], int32(i))
	}
}

// mergeLoop adds the sets and pairs of the ratings that follow.
func (a *Accumulator) mergeLoop(o *Accumulator) {
	if a.looped == nil && o.looped == nil {
		return
	}
	x, y := a.looped, o.looped
	if x == nil || y == nil || x.turns != y.turns || x.answers != y.answers || !slices.Equal(x.scored, y.scored) {
		panic("crosstab: accumulators of two loops")
	}
	x.people = union(x.people, y.people, compareSets, func(s *setCount, o *setCount) { s.n += o.n })
	x.pairs = union(x.pairs, y.pairs, comparePairs, func(s *pairSum, o *pairSum) { s.sum += o.sum })
}

// union merges two ordered lists, adding up what is in both.
func union[T any](a, b []T, compare func(a, b *T) int, add func(to, from *T)) []T {
	out := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := compare(&a[0], &b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a = append(out, a[0]), a[1:]
			add(&out[len(out)-1], &b[0])
			b = b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// counted returns the accumulator with totals by key. What a tally of a loop
// counted stays as compact as it is.
func (a *Accumulator) counted() *Accumulator {
	if a.looped != nil && a.looped.counts != nil {
		return a.looped.counts.totals(a.design)
	}
	return a
}
