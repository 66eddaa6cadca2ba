package crosstab

import (
	"fmt"
	"sync"
)

// A Tally counts all questions of a sample at once, block by block; a run over
// millions spends its time here.
//
//  1. The respondents of a block are sorted by place, as records of a weight
//     and a few bytes of joint codes (see joint).
//  2. Place by place, each joint code is counted in a table small enough for
//     the nearest cache, and folded into the totals of place and answer.
//
// Loops, where a respondent has several rows, are a LoopTally's; values are an
// Accumulator's.
type Tally struct {
	design  *Design
	answers []int
	places  []place // in order
	joints  []joint
	few     int // respondents of a place in a block who are counted one by one
	rows    int // of a block
	records records
	totals  []placed        // by question
	reps    *replicateTally // nil = no replicate weights
}

// blockBytes is how many codes a block holds.
const blockBytes = 40 << 20

// NewTally begins a tally of questions; question i has codes 0 to answers[i]-1,
// at most 254 of them. The layout has all of its places: none may be added
// afterwards.
func NewTally(d *Design, l *Layout, answers []int) *Tally {
	t := &Tally{design: d, answers: answers}
	t.places, t.records.order = l.sorted()
	for _, p := range t.places {
		if (p.psu != none) != d.Clustered() {
			panic("crosstab: places have a PSU if and only if the design has PSUs")
		}
	}
	for q, n := range answers {
		if n < 0 || n >= NoCode {
			panic(fmt.Sprintf("crosstab: question %d has %d answers", q, n))
		}
		t.totals = append(t.totals, placed{places: t.places, codes: n, sums: make([]sums, len(t.places)*n)})
	}
	t.rows = max(tile, min(1<<20, blockBytes/max(1, len(answers)))&^(tile-1))
	if n := d.replicates(); n > 0 {
		t.reps = newReplicateTally(n, l.Len(), answers)
		t.rows = max(tile, min(t.rows, t.reps.rows()&^(tile-1)))
	}
	t.joints = joints(answers, float64(t.rows)/float64(max(1, len(t.places))))
	t.records.width = 1 + (len(t.joints)+7)/8
	cells := 0
	for _, j := range t.joints {
		cells += j.cells
	}
	t.few = cells / max(1, 2*len(answers)-len(t.joints))
	return t
}

// BlockRows is how many respondents every block holds but the last. It depends
// on design, layout and questions only.
func (t *Tally) BlockRows() int { return t.rows }

// Add counts the respondents of a block. Respondents of weight zero are counted
// nowhere. Places are shared out over the threads, so that the sums are the same
// bits on any number of them. A code that is neither below the answers of its
// question nor NoCode panics. Add keeps nothing of the block.
func (t *Tally) Add(b *Block, threads int) {
	b.check(len(t.answers))
	threads = max(1, min(threads, len(b.Place)/tile))
	if !t.records.sort(b, t.joints, threads) {
		b.beyond(t.answers)
	}
	parallel(threads, func(i int) {
		var tables [4]table
		first, last := t.records.stretch(i, threads)
		for p := first; p < last; p++ {
			if r := t.records.of(p); len(r) > 0 {
				t.count(p, r, &tables)
			}
		}
	})
	if t.reps != nil {
		t.reps.add(b.Place, b.Codes, b.Replicates, threads)
	}
}

// parallel does the work of each thread.
func parallel(threads int, work func(thread int)) {
	var wg sync.WaitGroup
	for i := 1; i < threads; i++ {
		wg.Go(func() { work(i) })
	}
	work(0)
	wg.Wait()
}

// count counts the records of a place.
func (t *Tally) count(place int, records []uint64, tables *[4]table) {
	width := t.records.width
	if len(records)/width <= t.few {
		for g := range t.joints {
			t.joints[g].countEach(t.totals, place, records, width, 1+g/8, g%8)
		}
		return
	}
	g := 0
	for ; g+4 <= len(t.joints); g += 4 {
		countFour(tables, records, width, 1+g/8, g%8)
		for k := range tables {
			t.joints[g+k].fold(&tables[k], t.totals, place)
		}
	}
	for ; g < len(t.joints); g++ {
		countJoint(&tables[0], records, width, 1+g/8, g%8)
		t.joints[g].fold(&tables[0], t.totals, place)
	}
}

// Accumulators returns the totals by question. Nothing is added afterwards.
func (t *Tally) Accumulators() []*Accumulator {
	as := make([]*Accumulator, len(t.totals))
	for q := range as {
		if t.reps != nil {
			t.totals[q].reps = func(place, code int) []float64 { return t.reps.of(q, int(t.records.order[place]), code) }
		}
		as[q] = &Accumulator{design: t.design, placed: &t.totals[q]}
	}
	return as
}
