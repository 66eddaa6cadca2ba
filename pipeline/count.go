package pipeline

import (
	"context"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/stats/crosstab"
)

// Counting is the second pass: every answer becomes a byte in a block of
// respondents, and each full block is added to the accumulators. Blocks hold a
// fixed number of respondents, whatever the size of the batches; questions are
// coded, and places counted, each by one goroutine at a time, so that the sums
// are the same to the bit on any number of threads.

// A counter holds one question's accumulators and what it left out.
type counter struct {
	q    *question
	p    *plan
	f    *frame
	s    *data.Survey
	sums []*crosstab.Accumulator // one per item; a multi has two more: how many were ticked, and any

	sources [][]*source // by item and loop item
	base    []*matcher
	where   []int // by condition of the base: column of the batch
	first   int   // its first codes in a block
	ticks   map[string]*ticks

	tallies []tally // by item, of the people in Total; a multi has one
	given   given   // of a multi in several columns
	some    bool    // whether anybody answered, in Total or outside
	most    int     // rows by one person at most
	tick    bool    // multi: whether anybody ticked anything
	faults  data.Faults
	scratch scratch
}

// A tally counts who was asked.
type tally struct {
	answered int
	refused  int // asked, but no answer: don't know, refused
}

func (t tally) asked() int { return t.answered + t.refused }

// all adds the tallies of all items.
func (c *counter) all() tally {
	var sum tally
	for _, t := range c.tallies {
		sum.answered += t.answered
		sum.refused += t.refused
	}
	return sum
}

// scratch is reused from batch to batch.
type scratch struct {
	in      []bool
	rated   []uint8
	numbers []float64 // of each row, NaN for none
	state   []uint8
	counted []uint8 // 1: answered, in Total
	number  []int16
	wide    [][]int16
	cell    []int32
	value   []float64
	rows    crosstab.Rows
}

// rows are some rows of a batch on their way into a block.
type rows struct {
	b    data.Batch
	cols []column
	n    int
	in   []bool  // inside of the filter; nil: all are
	here []bool  // in Total; nil: all are
	wave []int16 // as it is numbered while reading; nil without waves
	loc  *locator
}

// A counting is the second pass under way.
type counting struct {
	p        *plan
	f        *frame
	threads  int
	counters []*counter
	cross    *cross
	total    []bool // by combination: whether it is in Total; nil: all are
	here     []bool
	tally    *crosstab.Tally
	block    *crosstab.Block // codes of questions outside of loops
	loops    []*loopCounting
	held     *held // nil: no question measures anything
	all      int   // of raked weights: the question that everybody answers
	fill     int   // respondents in the block
}

// A loopCounting counts the questions of one loop.
type loopCounting struct {
	loop  *loop
	tally *crosstab.LoopTally
	block *crosstab.Block
}

// A counted is what the second pass made: the counters in the study's order, the
// cross of the contradiction where the study has both its sides, and respondents
// for models where it measures anything; else nil.
type counted struct {
	counters []*counter
	cross    *cross
	held     *held
}

// count makes the second pass.
func count(ctx context.Context, p *plan, f *frame, s *data.Survey, threads int, progress func(int64)) (*counted, error) {
	k := &counting{p: p, f: f, threads: or(threads, runtime.GOMAXPROCS(0))}
	columns := k.prepare(s)
	var skip data.Skip
	if len(p.filter) > 0 && k.held == nil { // models count those outside of the filter in the design
		skip = f.skip
	}
	inside, end := 0, int64(0)
	for b, err := range ahead(s.BatchesBut(columns, skip)) {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		progress(b.Before + b.Record.NumRows() - end)
		end = b.Before + b.Record.NumRows()
		inside += k.add(b)
	}
	k.flush()
	if inside != f.inside || f.lost || skip == nil && end != int64(f.respondents) {
		return nil, fmt.Errorf("%s changed while it was read; run again when the export is finished", list(fileNames(s), 3))
	}
	var faults data.Faults
	for _, c := range k.counters {
		faults = append(faults, c.faults...)
	}
	k.finish()
	return &counted{k.counters, k.cross, k.held}, faults.Err()
}

// prepare makes the counters and gives each its place in the blocks. It returns
// the columns to read.
func (k *counting) prepare(s *data.Survey) []string {
	var columns []string
	index := map[string]int{}
	want := func(name string) int {
		i, ok := index[name]
		if !ok {
			i = len(columns)
			index[name] = i
			columns = append(columns, name)
		}
		return i
	}
	k.f.columns(want)
	if latest(k.p) {
		k.total = inTotal(k.p, k.f)
	}
	var answers []int
	loops := map[*loop][]*counter{}
	for _, q := range k.p.asked {
		c := newCounter(k.p, k.f, s, q, want)
		k.counters = append(k.counters, c)
		switch {
		case c.byKey():
		case q.loop != nil:
			loops[q.loop] = append(loops[q.loop], c)
		default:
			c.first = len(answers)
			answers = append(answers, c.answers()...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.p.loops)) {
		if l := k.p.loops[name]; loops[l] != nil {
			k.loops = append(k.loops, k.newLoop(l, loops[l]))
		}
	}
	if k.held = newHeld(k.f, k.counters); k.held != nil && k.f.panel > 0 {
		k.f.index[k.p.study.Respondent] = want(k.p.study.Respondent)
	}
	if k.cross = newCross(k.counters); k.cross != nil {
		k.cross.first = len(answers)
		answers = append(answers, len(quadrants))
	}
	if k.f.raking != nil {
		k.all = len(answers)
		answers = append(answers, 1) // its codes stay 0
	}
	k.tally = crosstab.NewTally(k.f.design, k.f.layout, answers)
	loopCodes := 0
	for _, l := range k.loops {
		loopCodes += len(l.block.Codes)
	}
	n := min(k.tally.BlockRows(loopCodes), max(1, k.f.respondents))
	k.block = &crosstab.Block{Place: make([]int32, n), Weight: make([]float64, n), Codes: codeRows(len(answers), n),
		Replicates: make([]float64, n*len(k.p.study.Design.Replicates.Columns))}
	for _, l := range k.loops {
		l.block.Place, l.block.Weight, l.block.Codes, l.block.Replicates = k.block.Place, k.block.Weight, codeRows(len(l.block.Codes), n), k.block.Replicates
	}
	return columns
}

// newLoop gives the questions of a loop their place in its blocks: item by item,
// a column of codes for each turn.
func (k *counting) newLoop(l *loop, counters []*counter) *loopCounting {
	turns := len(l.items)
	var answers []int
	var scored [][]bool
	for _, c := range counters {
		c.first = len(answers) * turns
		answers = append(answers, c.answers()...)
		for range c.answers() {
			scored = append(scored, c.scored())
		}
	}
	return &loopCounting{l, crosstab.NewLoopTally(k.f.design, k.f.layout, turns, answers, scored),
		&crosstab.Block{Codes: make([][]uint8, len(answers)*turns)}}
}

// codeRows is a block's codes: rows for each of some questions.
func codeRows(questions, rows int) [][]uint8 {
	all := make([]uint8, questions*rows)
	out := make([][]uint8, questions)
	for i := range out {
		out[i] = all[i*rows:][:rows:rows]
	}
	return out
}

// add codes the rows of a batch, and counts every block that it fills. It
// returns how many are inside of the filter.
func (k *counting) add(b data.Batch) (inside int) {
	for from := int64(0); from < b.Record.NumRows(); {
		n := min(b.Record.NumRows()-from, int64(len(k.block.Place)-k.fill))
		inside += k.code(slice(b, from, n))
		from += n
		if k.fill == len(k.block.Place) {
			k.flush()
		}
	}
	return inside
}

// slice is n rows of a batch.
func slice(b data.Batch, from, n int64) data.Batch {
	if from == 0 && n == b.Record.NumRows() {
		return b
	}
	b.Record = b.Record.NewSlice(from, from+n)
	b.First, b.Before = b.First+from, b.Before+from
	if b.Rows != nil {
		b.Rows = b.Rows[from:][:n]
	}
	return b
}

// code codes rows behind those that are in the block.
func (k *counting) code(b data.Batch) (inside int) {
	x := &rows{b: b, cols: columnsOf(b), n: int(b.Record.NumRows()), loc: k.f.locator}
	k.f.locate(b, x.cols, x.n)
	x.in, x.wave = k.f.in, k.f.locator.waves()
	for _, p := range k.f.place {
		if p >= 0 {
			inside++
		}
	}
	if k.total != nil {
		k.here = resize(k.here, x.n)
		for i, c := range k.f.combo {
			k.here[i] = int(c) < len(k.total) && k.total[c]
		}
		x.here = k.here
	}
	copy(k.block.Place[k.fill:], k.f.place)
	copy(k.block.Weight[k.fill:], k.f.weight)
	copy(k.block.Replicates[k.fill*len(k.p.study.Design.Replicates.Columns):], k.f.reps)
	var g errgroup.Group
	g.SetLimit(k.threads)
	for _, c := range k.counters {
		g.Go(func() error {
			c.add(x, k.codes(c))
			return nil
		})
	}
	_ = g.Wait() // coding has no errors but faults
	if k.held != nil {
		k.held.take(k, x)
	}
	k.fill += x.n
	return inside
}

// codes are the rest of the block of a counter's loop, or of the questions
// outside of loops.
func (k *counting) codes(c *counter) [][]uint8 {
	if c.byKey() {
		return nil
	}
	block := k.blockOf(c)
	out := make([][]uint8, len(c.sums)*c.loopCount())
	for i := range out {
		out[i] = block.Codes[c.first+i][k.fill:]
	}
	return out
}

// blockOf is the block with a counter's codes.
func (k *counting) blockOf(c *counter) *crosstab.Block {
	for _, l := range k.loops {
		if l.loop == c.q.loop {
			return l.block
		}
	}
	return k.block
}

// flush counts the block.
func (k *counting) flush() {
	if k.fill == 0 {
		return
	}
	if k.cross != nil {
		k.cross.add(k, k.fill)
	}
	reps := len(k.p.study.Design.Replicates.Columns)
	k.tally.Add(cutBlock(k.block, k.fill, reps), k.threads)
	for _, l := range k.loops {
		l.tally.Add(cutBlock(l.block, k.fill, reps), k.threads)
	}
	k.fill = 0
}

// cutBlock is the first n respondents of a block with so many replicate weights.
func cutBlock(b *crosstab.Block, n, reps int) *crosstab.Block {
	out := &crosstab.Block{Place: b.Place[:n], Weight: b.Weight[:n], Codes: make([][]uint8, len(b.Codes)), Replicates: b.Replicates[:n*reps]}
	for i, c := range b.Codes {
		out.Codes[i] = c[:n]
	}
	return out
}

// finish hands every counter its accumulators.
func (k *counting) finish() {
	sums := k.tally.Accumulators()
	for _, c := range k.counters {
		if !c.byKey() && c.q.loop == nil {
			copy(c.sums, sums[c.first:])
		}
	}
	if k.cross != nil {
		k.cross.sum = sums[k.cross.first]
	}
	if x := k.f.raking; x != nil {
		x.calibration = crosstab.NewCalibration(x.cells, sums[k.all], func(c int32) int32 { return x.of[c] })
	}
	for _, l := range k.loops {
		sums := l.tally.Accumulators()
		for _, c := range k.counters {
			if !c.byKey() && c.q.loop == l.loop {
				copy(c.sums, sums[c.first/len(l.loop.items):])
			}
		}
	}
}

func newCounter(p *plan, f *frame, s *data.Survey, q *question, want func(string) int) *counter {
	c := &counter{q: q, p: p, f: f, s: s, tallies: make([]tally, len(q.items)), ticks: map[string]*ticks{}}
	for i := range q.items {
		var of []*source
		for _, name := range q.items[i].columns {
			v := p.book.Variable(name)
			s := &source{name: name, at: want(name), declared: v.Missing, coder: newCoder(q.answers, q.spec.Missing, v)}
			if q.spec.Other != "" {
				s.coder.rest = s.coder.texts[q.spec.Other]
			}
			if q.spec.Separator != "" {
				s.several = data.NewSeveral(q.spec.Separator, slices.Collect(maps.Keys(s.coder.texts)))
			}
			of = append(of, s)
		}
		c.sources = append(c.sources, of)
	}
	for _, w := range q.base {
		c.where = append(c.where, want(w.column))
		c.base = append(c.base, w.matcher())
	}
	n := len(q.items)
	if q.spec.Separator != "" {
		n = len(q.answers)
	}
	if q.spec.Type == study.Multi {
		n += 2
	}
	c.sums = make([]*crosstab.Accumulator, n)
	if c.byKey() {
		for i := range c.sums {
			c.sums[i] = crosstab.NewAccumulator(f.design)
		}
	}
	return c
}

// byKey reports whether the answers are no codes in blocks: numbers, and what is
// too long.
func (c *counter) byKey() bool { return c.q.spec.Type == study.Number || c.wide() }

// wide reports whether there are more answers than a byte tells apart, or more
// turns than a set of them holds.
func (c *counter) wide() bool { return c.q.wide() }

func (q *question) wide() bool {
	sets := len(q.items)
	if q.spec.Type == study.Multi {
		sets += 2 // how many were ticked, and any
	}
	return max(len(q.answers), sets-1) >= crosstab.NoCode || q.turns() > crosstab.MaxTurns
}

// answers is the number of codes of each accumulator.
func (c *counter) answers() []int {
	out := make([]int, len(c.sums))
	for i := range out {
		out[i] = max(1, len(c.q.answers))
		if c.q.spec.Type == study.Multi {
			out[i] = 2
		}
	}
	if c.q.spec.Type == study.Multi {
		out[len(out)-2] = len(out) - 1 // none to all were ticked
	}
	return out
}

// scored tells which answers have a score; nil: all of them, or it is not asked
// for.
func (c *counter) scored() []bool {
	if c.q.spec.Type == study.Multi || !c.q.spec.Ordered && len(c.q.spec.Scores) == 0 {
		return nil
	}
	out := make([]bool, max(1, len(c.q.answers)))
	for i := range out {
		out[i] = i < len(c.q.scores) && !math.IsNaN(c.q.scores[i])
	}
	return out
}

// loopCount is how many times a respondent meets the question.
func (c *counter) loopCount() int { return c.q.turns() }

// turns is how often a question is asked: once, or for every item of its loop.
func (q *question) turns() int {
	if q.loop == nil {
		return 1
	}
	return len(q.loop.items)
}

// undeclared tells of an answer that nobody listed.
func (c *counter) undeclared(b data.Batch, i int, column, code string) {
	if len(c.faults) >= maxFaults {
		return
	}
	codes := make([]string, len(c.q.answers))
	for k, a := range c.q.answers {
		codes[k] = a.code
	}
	c.fault(b, i, column, "the answer %q is not one of %s; add it to the answers of questions.%s, or list it there as missing", brief(code), list(codes, 12), c.q.spec.Name)
}

// fault tells what is wrong in a cell, unless enough was told already.
func (c *counter) fault(b data.Batch, i int, column, format string, args ...any) {
	if len(c.faults) < maxFaults {
		c.faults = append(c.faults, cellFault(c.s, b, i, column, format, args...))
	}
}
