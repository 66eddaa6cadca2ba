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
// Where there are so many places that their totals need more memory than the
// respondents, those are kept and counted by place when an estimate wants them
// (see kept), or as soon as they are no longer few.
//
// Loops, where a respondent has several rows, are a LoopTally's; values are an
// Accumulator's.
type Tally struct {
	design  *Design
	places  []place // in order
	order   []int32 // their numbers
	answers []int
	rows    int // of a block
	keep    int // respondents that are kept; 0 = none
	kept    *kept
	joints  []joint
	few     int // respondents of a place in a block who are counted one by one
	records records
	totals  []placed        // by question; nil before anything is counted
	reps    *replicateTally // nil = no replicate weights
}

// tallyBytes is how many bytes the codes of a block have, and the totals of
// places at most for which no respondents are kept.
const tallyBytes = 40 << 20

// NewTally begins a tally of questions; question i has codes 0 to answers[i]-1,
// at most 254 of them. The layout has all of its places: none may be added
// afterwards.
func NewTally(d *Design, l *Layout, answers []int) *Tally {
	return newTally(d, l, answers, tallyBytes)
}

func newTally(d *Design, l *Layout, answers []int, bytes int) *Tally {
	t := &Tally{design: d, answers: answers}
	t.places, t.order = l.sorted()
	for _, p := range t.places {
		if (p.psu != none) != d.Clustered() {
			panic("crosstab: places have a PSU if and only if the design has PSUs")
		}
	}
	all := 0
	for q, n := range answers {
		if n < 0 || n >= NoCode {
			panic(fmt.Sprintf("crosstab: question %d has %d answers", q, n))
		}
		all += n
	}
	t.rows = blockRows(bytes, len(t.places), len(answers), d.replicates())
	counted := t.rows
	const sum, row = 24, 12 // bytes of a total, and of a respondent beside the codes
	if n := d.replicates(); n > 0 {
		t.reps = newReplicateTally(n, l.Len(), answers)
	} else if totals := sum * all * len(t.places); totals > bytes {
		t.keep = totals / 2 / (row + len(answers))
		t.kept, counted = newKept(len(answers)), t.keep
	}
	t.joints = joints(answers, float64(counted)/float64(max(1, len(t.places))))
	t.records = records{order: t.order, width: 1 + (len(t.joints)+7)/8}
	t.few = few(t.joints, len(answers))
	return t
}

// few is how many respondents of a place are counted at less cost question by
// question than by joints of so many questions.
func few(js []joint, questions int) int {
	cells := 0
	for _, j := range js {
		cells += j.cells
	}
	return cells / max(1, 2*questions-len(js))
}

// blockRows is how many respondents a block holds: enough for most places to have
// some hundred of them, as far as the memory for codes and replicate weights goes.
func blockRows(bytes, places, questions, replicates int) int {
	rows := min(bytes/max(1, questions), 1<<20, max(1<<16, 512*places))
	if replicates > 0 {
		rows = min(rows, max(1024, replicateBytes/8/replicates))
	}
	return max(tile, rows&^(tile-1))
}

// BlockRows is how many respondents every block holds but the last, where the
// blocks of loops with the same respondents have so many columns of codes more. It
// depends on design, layout and questions only.
func (t *Tally) BlockRows(loops int) int {
	return min(t.rows, blockRows(tallyBytes, len(t.places), len(t.answers)+loops, t.design.replicates()))
}

// Add counts the respondents of a block. Respondents of weight zero are counted
// nowhere. Places are shared out over the threads, so that the sums are the same
// bits on any number of them. A code that is neither below the answers of its
// question nor NoCode panics. Add keeps nothing of the block.
func (t *Tally) Add(b *Block, threads int) {
	b.check(len(t.answers))
	if t.kept == nil {
		t.count(b, threads)
		return
	}
	t.kept.add(b, t.answers, threads)
	if len(t.kept.Place) >= t.keep {
		t.count(&t.kept.Block, threads)
		t.kept = newKept(len(t.answers))
	}
}

// count counts the respondents of a block.
func (t *Tally) count(b *Block, threads int) {
	if t.totals == nil {
		for _, n := range t.answers {
			t.totals = append(t.totals, placed{places: t.places, codes: n, sums: make([]sums, len(t.places)*n)})
		}
	}
	threads = max(1, min(threads, len(b.Place)/tile))
	if !t.records.sort(b, t.joints, threads) {
		b.checkCodes(t.answers)
	}
	parallel(threads, func(i int) {
		var tables [4]table
		first, last := t.records.stretch(i, threads)
		for p := first; p < last; p++ {
			if r := t.records.of(p); len(r) > 0 {
				t.countPlace(p, r, &tables)
			}
		}
	})
	if t.reps != nil {
		t.reps.add(b, threads)
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

// countPlace counts the records of a place.
func (t *Tally) countPlace(place int, records []uint64, tables *[4]table) {
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
	if t.kept != nil && t.totals != nil {
		t.count(&t.kept.Block, 1)
		t.kept = nil
	}
	if t.kept != nil {
		t.kept.sort(t.places, t.order)
	} else if t.totals == nil {
		t.count(&Block{Codes: make([][]uint8, len(t.answers))}, 1)
	}
	as := make([]*Accumulator, len(t.answers))
	for q, n := range t.answers {
		as[q] = &Accumulator{design: t.design}
		if t.kept != nil {
			as[q].tallied = &keptQuestion{t.kept, q, n}
		} else {
			if t.reps != nil {
				t.totals[q].reps = func(place, code int) []float64 { return t.reps.of(q, int(t.order[place]), code) }
			}
			as[q].tallied = &t.totals[q]
		}
	}
	return as
}
