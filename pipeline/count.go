package pipeline

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/stats/crosstab"
)

// Counting is the second pass: every question's answers are coded batch by
// batch and added to its accumulators. Each question belongs to one goroutine
// per batch and takes the batches in order, so that the sums are the same to
// the bit on any number of threads.

// A counter holds one question's accumulators and what it left out.
type counter struct {
	q    *question
	p    *plan
	f    *frame
	s    *data.Survey
	sums []*crosstab.Accumulator // one per item; a multi has two more: how many were ticked, and any

	coders   [][]*coder // by item and loop item (multi in several columns: codes of no answer only)
	declared [][]data.Missing
	columns  [][]int // by item and loop item: column of the batch
	where    []int   // by condition of the base: column of the batch

	tallies []tally // by item, of the people in Total; a multi has one
	some    bool    // whether anybody answered, in Total or outside
	here    bool    // whether the row at hand is in Total
	total   []bool  // by combination: whether it is in Total
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

// note tallies an answer to item k, or that there was none.
func (c *counter) note(k int, answered bool) {
	c.some = c.some || answered
	switch {
	case !c.here:
	case answered:
		c.tallies[k].answered++
	default:
		c.tallies[k].refused++
	}
}

// scratch is reused from batch to batch.
type scratch struct {
	cell    []int32
	stratum []int32
	psu     []int32
	person  []int32
	place   []int32
	weight  []float64
	code    [][]int16
	value   []float64
}

// count makes the second pass and returns the counters in the study's order,
// and the cross of the contradiction where the study has both its sides.
func count(ctx context.Context, p *plan, f *frame, s *data.Survey, threads int, progress func(int64)) ([]*counter, *cross, error) {
	index := map[string]int{}
	var columns []string
	want := func(name string) int {
		i, ok := index[name]
		if !ok {
			i = len(columns)
			index[name] = i
			columns = append(columns, name)
		}
		return i
	}
	counters := make([]*counter, len(p.asked))
	for i, q := range p.asked {
		counters[i] = newCounter(p, f, s, q, want)
	}
	x := newCross(f, counters)
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	first := 0
	for b, err := range ahead(s.Batches(columns)) {
		if err != nil {
			return nil, nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		cols := make([]column, b.Record.NumCols())
		for i := range cols {
			cols[i] = columnOf(b.Record.Column(i))
		}
		n := int(b.Record.NumRows())
		var g errgroup.Group
		g.SetLimit(threads)
		for _, c := range counters {
			g.Go(func() error {
				c.add(b, cols, first, n)
				return nil
			})
		}
		if x != nil {
			g.Go(func() error {
				x.add(f, cols, first, n)
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return nil, nil, err
		}
		first += n
		progress(int64(n))
	}
	if first != len(f.weight) {
		return nil, nil, fmt.Errorf("%s changed while it was read; run again when the export is finished", list(fileNames(s), 3))
	}
	var faults data.Faults
	for _, c := range counters {
		faults = append(faults, c.faults...)
	}
	return counters, x, faults.Err()
}

func newCounter(p *plan, f *frame, s *data.Survey, q *question, want func(string) int) *counter {
	c := &counter{q: q, p: p, f: f, s: s, total: inTotal(p, f), tallies: make([]tally, len(q.items))}
	for _, it := range q.items {
		var cols []int
		var declared []data.Missing
		var coders []*coder
		for _, name := range it.columns {
			v := p.book.Variable(name)
			cols = append(cols, want(name))
			declared = append(declared, v.Missing)
			coders = append(coders, newCoder(q.answers, q.spec.Missing, v))
		}
		c.columns = append(c.columns, cols)
		c.declared = append(c.declared, declared)
		c.coders = append(c.coders, coders)
	}
	for _, w := range q.base {
		c.where = append(c.where, want(w.column))
	}
	n := len(q.items)
	if q.spec.Separator != "" {
		n = len(q.answers)
	}
	if q.spec.Type == study.Multi {
		n += 2
	}
	for range n {
		c.sums = append(c.sums, crosstab.NewAccumulator(f.design))
	}
	c.scratch.code = make([][]int16, n)
	return c
}

// loops is how many times a respondent meets the question.
func (c *counter) loops() int {
	if c.q.loop == nil {
		return 1
	}
	return len(c.q.loop.items)
}

// add codes the rows of a batch; first is the place of its first respondent in
// the frame.
func (c *counter) add(b data.Batch, cols []column, first, n int) {
	if c.simple() {
		for k := range c.q.items {
			c.addItem(b, cols, first, n, k)
		}
		return
	}
	L := c.loops()
	s := &c.scratch
	s.reset(n * L)
	f := c.f
	for i := range n {
		if !c.eligible(cols, i) {
			continue
		}
		at := first + i
		c.here = c.total[f.combo[at]]
		before := len(s.cell)
		for l := range L {
			if !c.code(b, cols, i, l) {
				continue
			}
			s.take(f, at, f.combo[at]*int32(L)+int32(l))
		}
		c.most = max(c.most, len(s.cell)-before)
	}
	for k, a := range c.sums {
		// A number, and how many were ticked, are values.
		valued := c.q.spec.Type == study.Number || c.q.spec.Type == study.Multi && k == len(c.sums)-2
		switch {
		case f.layout != nil && c.q.loop == nil && !valued: // ticked or not
			a.AddPlaces(f.layout, s.place, s.weight, s.code[k], 2)
		case valued:
			a.Add(s.rows(f, c.q.loop != nil), s.cell, s.code[k], s.value)
		default:
			a.Add(s.rows(f, c.q.loop != nil), s.cell, s.code[k], nil)
		}
	}
}

// take notes that a respondent has a row in a cell.
func (s *scratch) take(f *frame, at int, cell int32) {
	s.cell = append(s.cell, cell)
	s.stratum = append(s.stratum, f.stratum[at])
	s.weight = append(s.weight, f.weight[at])
	s.person = append(s.person, int32(at))
	if f.psu != nil {
		s.psu = append(s.psu, f.psu[at])
	}
	if f.place != nil {
		s.place = append(s.place, f.place[at])
	}
}

// rows are the rows taken; of a loop they name their person.
func (s *scratch) rows(f *frame, loop bool) crosstab.Rows {
	r := crosstab.Rows{Stratum: s.stratum, Weight: s.weight}
	if f.psu != nil {
		r.PSU = s.psu
	}
	if loop {
		r.Person = s.person
	}
	return r
}

// simple reports whether every row is one respondent with one answer to each
// item: no loop, no number, nothing to tick.
func (c *counter) simple() bool {
	return c.q.loop == nil && c.q.spec.Type != study.Number && c.q.spec.Type != study.Multi && c.q.spec.Separator == ""
}

// addItem codes one item of a simple question and adds it, as the rows stand in
// the frame.
func (c *counter) addItem(b data.Batch, cols []column, first, n, k int) {
	f, col, coder, declared := c.f, cols[c.columns[k][0]], c.coders[k][0], c.declared[k][0]
	combo := f.combo[first:][:n]
	codes := c.scratch.code[k][:0]
	for i := range n {
		place := notAsked
		if !col.null(i) && (len(c.q.base) == 0 || c.eligible(cols, i)) {
			place = coder.place(col, i, declared)
		}
		switch {
		case place >= 0 || place == noAnswer:
			c.here = c.total[combo[i]]
			c.note(k, place >= 0)
			if place >= 0 {
				c.most = 1
			}
		case place == undeclared:
			c.undeclared(b, i, c.q.items[k].columns[0], col.code(i))
		}
		codes = append(codes, max(place, -1))
	}
	c.scratch.code[k] = codes
	if f.layout != nil {
		c.sums[k].AddPlaces(f.layout, f.place[first:][:n], f.weight[first:][:n], codes, len(c.q.answers))
		return
	}
	rows := crosstab.Rows{Stratum: f.stratum[first:][:n], Weight: f.weight[first:][:n]}
	if f.psu != nil {
		rows.PSU = f.psu[first:][:n]
	}
	c.sums[k].Add(rows, combo, codes, nil)
}

func (s *scratch) reset(n int) {
	s.cell, s.stratum, s.psu, s.person, s.place = s.cell[:0], s.stratum[:0], s.psu[:0], s.person[:0], s.place[:0]
	s.weight, s.value = s.weight[:0], s.value[:0]
	for k := range s.code {
		s.code[k] = s.code[k][:0]
	}
}

// eligible reports whether the respondent belongs to the question's base.
func (c *counter) eligible(cols []column, i int) bool {
	for k, w := range c.q.base {
		col := cols[c.where[k]]
		if col.null(i) || !w.codes[col.code(i)] {
			return false
		}
	}
	return true
}

// code appends the codes of one row; false if the respondent was not asked, so
// that the row is none.
func (c *counter) code(b data.Batch, cols []column, i, l int) bool {
	switch {
	case c.q.spec.Type == study.Number:
		return c.number(b, cols, i, l)
	case c.q.spec.Separator != "":
		return c.delimited(b, cols, i, l)
	case c.q.spec.Type == study.Multi:
		return c.multi(cols, i, l)
	}
	any := false
	for k := range c.q.items {
		place := int16(-1)
		if col := cols[c.columns[k][l]]; !col.null(i) {
			place = c.coders[k][l].place(col, i, c.declared[k][l])
			switch place {
			case notAsked:
			case undeclared:
				c.undeclared(b, i, c.q.items[k].columns[l], col.code(i))
			default:
				c.note(k, place >= 0)
			}
		}
		any = any || place >= 0
		c.scratch.code[k] = append(c.scratch.code[k], max(place, -1))
	}
	if !any {
		c.unappend()
	}
	return any
}

// unappend takes back the codes of a row that has none.
func (c *counter) unappend() {
	for k := range c.scratch.code {
		if n := len(c.scratch.code[k]); n > len(c.scratch.cell) {
			c.scratch.code[k] = c.scratch.code[k][:n-1]
		}
	}
}

func (c *counter) undeclared(b data.Batch, i int, column, code string) {
	if len(c.faults) >= maxFaults {
		return
	}
	codes := make([]string, len(c.q.answers))
	for k, a := range c.q.answers {
		codes[k] = a.code
	}
	f := c.s.Files[b.File]
	c.faults = append(c.faults, &data.Fault{File: f.Name(), Row: b.Row(i), Unit: f.Unit, Column: column,
		Found: fmt.Sprintf("the answer %q is not one of %s; add it to the answers of questions.%s, or list it there as missing", brief(code), list(codes, 12), c.q.spec.Name)})
}

// without is the kind of missing that a cell holds, or undeclared for a value.
func (c *counter) without(col column, i, k, l int) int16 {
	if p := c.coders[k][l].place(col, i, c.declared[k][l]); p == noAnswer || p == notAsked {
		return p
	}
	return undeclared
}

func (c *counter) number(b data.Batch, cols []column, i, l int) bool {
	any := false
	s := &c.scratch
	var value float64
	for k := range c.q.items { // a number has one item
		col := cols[c.columns[k][l]]
		if col.null(i) {
			continue
		}
		if m := c.without(col, i, k, l); m != undeclared {
			if m == noAnswer {
				c.note(k, false)
			}
			continue
		}
		v, ok := col.number(i)
		if !ok {
			if len(c.faults) >= maxFaults {
				return false
			}
			code := col.code(i)
			f := c.s.Files[b.File]
			c.faults = append(c.faults, &data.Fault{File: f.Name(), Row: b.Row(i), Unit: f.Unit, Column: c.q.items[k].columns[l],
				Found: fmt.Sprintf("%s is not a number, and questions.%s is of type number; correct it, or list it there as missing", slip(code), c.q.spec.Name)})
			continue
		}
		c.note(k, true)
		value, any = v, true
	}
	if any {
		s.code[0] = append(s.code[0], 0)
		s.value = append(s.value, value)
	}
	return any
}

// multi codes a tick-all question held in several columns: whoever has any of
// the columns was asked.
func (c *counter) multi(cols []column, i, l int) bool {
	s := &c.scratch
	answered, refused, ticked := false, false, 0
	for k := range c.q.items {
		it := &c.q.items[k]
		place := int16(0)
		if col := cols[c.columns[k][l]]; !col.null(i) {
			m := c.without(col, i, k, l)
			refused = refused || m == noAnswer
			if m == undeclared {
				answered = true
				if it.yes[col.code(i)] {
					place = 1
					if !it.none {
						ticked++
					}
				}
			}
		}
		s.code[k] = append(s.code[k], place)
	}
	return c.ticked(answered, refused, ticked)
}

// delimited codes a tick-all question held in one column: "1;2;5;".
func (c *counter) delimited(b data.Batch, cols []column, i, l int) bool {
	s := &c.scratch
	col := cols[c.columns[0][l]]
	if col.null(i) {
		return false
	}
	for k := range c.q.answers {
		s.code[k] = append(s.code[k], 0)
	}
	answered, refused, ticked := false, false, 0
	for part := range strings.SplitSeq(col.code(i), c.q.spec.Separator) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		p, ok := c.coders[0][l].texts[part]
		if !ok {
			c.undeclared(b, i, c.q.items[0].columns[l], part)
			continue
		}
		if p < 0 {
			refused = refused || p == noAnswer
			continue
		}
		answered = true
		if row := s.code[p]; row[len(row)-1] == 0 {
			row[len(row)-1] = 1
			if !noneOfThese.MatchString(c.q.answers[p].label) {
				ticked++
			}
		}
	}
	return c.ticked(answered, refused, ticked)
}

// ticked closes a row of a multi with its two sums: how many, and any.
func (c *counter) ticked(answered, refused bool, ticked int) bool {
	if answered || refused {
		c.note(0, answered)
	}
	if !answered {
		c.unappend()
		return false
	}
	c.tick = c.tick || ticked > 0
	s := &c.scratch
	n := len(c.sums)
	s.code[n-2] = append(s.code[n-2], 0)
	s.value = append(s.value, float64(ticked))
	s.code[n-1] = append(s.code[n-1], int16(min(ticked, 1)))
	return true
}
