package pipeline

import (
	"math"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/stats/crosstab"
)

// Coding turns what stands in the columns of a batch into the codes that are
// counted. Where a column is coded already, each of its values is looked at once
// a batch, and a row costs a table lookup.

// A source is one column of a question: of one item, in one turn of its loop.
type source struct {
	name     string
	at       int // column of the batch
	declared data.Missing
	coder    *coder
	several  *data.Several // of a delimited question
	places   [256]int16    // of a coded column: the place of each of its values
	of       dictionary
}

// table is the place of every value of a coded column.
func (s *source) table(c column) *[256]int16 {
	if s.of == c.dictionary {
		return &s.places
	}
	s.of = c.dictionary
	for i := range s.places {
		s.places[i] = notAsked
		if i < c.dictionary.Len() {
			s.places[i] = s.coder.place(column{numbers: c.numbers, texts: c.texts}, i, s.declared)
		}
	}
	return &s.places
}

// place is the place of row i.
func (s *source) place(c column, i int) int16 {
	switch {
	case c.null(i):
		return notAsked
	case c.codes != nil:
		return s.table(c)[c.codes[i]]
	}
	return s.coder.place(c, i, s.declared)
}

// A code is an answer as it is counted: a byte, or two where there are more
// answers than a byte tells apart. The last byte, or -1, is nobody in the base.
type code interface{ uint8 | int16 }

// noCode is the code of nobody in the base.
func noCode[T code]() T { var zero T; return ^zero }

// add codes rows, and counts those of questions that are counted by key.
func (c *counter) add(x *rows, codes [][]uint8) {
	in := c.eligible(x)
	c.scratch.rated = resize(c.scratch.rated, x.n)
	clear(c.scratch.rated)
	switch {
	case c.q.spec.Type == study.Number:
		for l := range c.loopCount() {
			c.number(x, in, l)
		}
	case c.byKey():
		c.addByKey(x, in)
	default:
		codeAll(c, x, in, codes)
	}
	for _, n := range c.scratch.rated {
		c.most = max(c.most, int(n))
	}
}

// eligible tells which rows are inside of the filter and in the question's base;
// nil: all are.
func (c *counter) eligible(x *rows) []bool {
	if len(c.base) == 0 {
		return x.in
	}
	in := resize(c.scratch.in, x.n)
	c.scratch.in = in
	for i := range in {
		in[i] = x.in == nil || x.in[i]
	}
	for k, m := range c.base {
		m.narrow(x.cols[c.where[k]], in)
	}
	return in
}

// codeAll codes all items in all turns: codes are by item and turn.
func codeAll[T code](c *counter, x *rows, in []bool, codes [][]T) {
	turns := c.loopCount()
	for l := range turns {
		turn := make([][]T, len(c.sums))
		for k := range turn {
			turn[k] = codes[k*turns+l][:x.n]
		}
		codeTurn(c, x, in, l, turn)
		if turns == 1 {
			continue
		}
		for i := range x.n {
			if slices.ContainsFunc(turn, func(t []T) bool { return t[i] != noCode[T]() }) {
				c.scratch.rated[i]++
			}
		}
	}
	if turns == 1 && c.some {
		c.most = 1
	}
}

// codeTurn codes one turn, a slice of codes for each accumulator.
func codeTurn[T code](c *counter, x *rows, in []bool, l int, codes [][]T) {
	switch {
	case c.q.spec.Separator != "":
		codeDelimited(c, x, in, l, codes)
	case c.q.spec.Type == study.Multi:
		codeMulti(c, x, in, l, codes)
	default:
		for k := range c.q.items {
			codeSingle(c, x, in, c.sources[k][l], k, codes[k])
		}
	}
}

// note tallies so many answers to item k by people in Total, or that they gave
// none.
func (t *tally) note(answered bool, n int) {
	if answered {
		t.answered += n
	} else {
		t.refused += n
	}
}

// codeSingle codes a column with one answer in a cell.
func codeSingle[T code](c *counter, x *rows, in []bool, s *source, k int, codes []T) {
	col := x.cols[s.at]
	if col.codes == nil || in != nil || x.here != nil {
		for i := range codes {
			codes[i] = noCode[T]()
			if in == nil || in[i] {
				codes[i] = one[T](c, x, s, k, i, col)
			}
		}
		return
	}
	places := s.table(col)
	var table [256]T
	for v, p := range places {
		table[v] = noCode[T]()
		if p >= 0 {
			table[v] = T(p)
		}
	}
	var times [2][256]int32 // by turns, so that one sum need not wait for another
	at := col.codes
	for i := range codes {
		v := at[i]
		codes[i] = table[v]
		times[i&1][v]++
	}
	for v, p := range places {
		n := int(times[0][v] + times[1][v])
		switch {
		case n == 0 || p == notAsked:
		case p == undeclared:
			for i := range codes {
				if at[i] == uint8(v) {
					c.undeclared(x.b, i, s.name, col.code(i))
				}
			}
		default:
			c.some = c.some || p >= 0
			c.tallies[k].note(p >= 0, n)
		}
	}
}

// one codes one cell.
func one[T code](c *counter, x *rows, s *source, k, i int, col column) T {
	p := s.place(col, i)
	switch {
	case p == undeclared:
		c.undeclared(x.b, i, s.name, col.code(i))
	case p >= 0 || p == noAnswer:
		c.some = c.some || p >= 0
		if x.here == nil || x.here[i] {
			c.tallies[k].note(p >= 0, 1)
		}
	}
	if p >= 0 {
		return T(p)
	}
	return noCode[T]()
}

// What a row of a tick-all question says.
const (
	answered = 1 << iota
	refused
)

// codeMulti codes a tick-all question held in several columns: whoever has an answer in
// any of them is in its base, and in that of the items that have one.
func codeMulti[T code](c *counter, x *rows, in []bool, l int, codes [][]T) {
	state, number := c.beginTicks(x.n)
	partial := make([]bool, len(c.q.items))
	for k := range c.q.items {
		it, s := &c.q.items[k], c.sources[k][l]
		blanks := blankCodes[T](it.ticked[l], x.b.File)
		partial[k] = slices.Contains(blanks, noCode[T]())
		if col := x.cols[s.at]; col.codes != nil {
			partial[k] = codeTicks(it, s, col, x, in, blanks, codes[k], state, number) || partial[k]
		} else {
			partial[k] = true
			codePlainTicks(it, s, col, x, in, blanks, codes[k], state, number)
		}
	}
	tallyGiven(c, x, l, codes, state, partial)
	endTicks(c, x, codes, state, number)
}

// codeTicks codes a coded column, and reports whether one of its values is no answer.
func codeTicks[T code](it *item, s *source, col column, x *rows, in []bool, blanks, out []T, state []uint8, number []int16) (partial bool) {
	var is [256]uint8
	var ticks [256]T
	var adds [256]int16
	values := column{numbers: col.numbers, texts: col.texts}
	for v, p := range s.table(col)[:col.dictionary.Len()] {
		is[v], ticks[v] = tickOf[T](it, p, values, v)
		partial = partial || is[v]&answered == 0
		if ticks[v] == 1 && !it.none {
			adds[v] = 1
		}
	}
	ticks[data.NoCode] = blanks[0]
	alike := !slices.ContainsFunc(blanks, func(b T) bool { return b != blanks[0] })
	at := col.codes[:x.n]
	out, state, number = out[:x.n], state[:x.n], number[:x.n]
	for i, v := range at {
		if in != nil && !in[i] {
			out[i] = noCode[T]()
			continue
		}
		out[i] = ticks[v]
		state[i] |= is[v]
		number[i] += adds[v]
	}
	for i := 0; !alike && i < x.n; i++ {
		if at[i] == data.NoCode && (in == nil || in[i]) {
			out[i] = blanks[partOf(x.wave, i)]
		}
	}
	return partial
}

// codePlainTicks codes any other column.
func codePlainTicks[T code](it *item, s *source, col column, x *rows, in []bool, blanks, out []T, state []uint8, number []int16) {
	for i := range x.n {
		out[i] = noCode[T]()
		switch {
		case in != nil && !in[i]:
		case col.null(i):
			out[i] = blanks[partOf(x.wave, i)]
		default:
			var said uint8
			said, out[i] = tickOf[T](it, s.place(col, i), col, i)
			state[i] |= said
			if out[i] == 1 && !it.none {
				number[i]++
			}
		}
	}
}

// tickOf is what a value with its place says about an item, and its code: 1 for
// a tick.
func tickOf[T code](it *item, place int16, values column, i int) (is uint8, tick T) {
	switch {
	case place == notAsked:
		return 0, noCode[T]()
	case place == noAnswer:
		return refused, noCode[T]()
	case it.yes[values.code(i)]:
		return answered, 1
	}
	return answered, 0
}

// ticks is what one cell of a delimited question says.
type ticks struct {
	state   uint8
	number  int16
	places  []int16
	unknown []string
	unclear bool // the cell can be read in two ways
}

// codeDelimited codes a tick-all question held in one column: "1;2;5;".
func codeDelimited[T code](c *counter, x *rows, in []bool, l int, codes [][]T) {
	state, number := c.beginTicks(x.n)
	s := c.sources[0][l]
	col := x.cols[s.at]
	for k := range codes {
		clear(codes[k])
	}
	for i := range x.n {
		if col.null(i) || in != nil && !in[i] {
			continue
		}
		t := c.cell(s, col.code(i))
		for _, u := range t.unknown {
			c.undeclared(x.b, i, s.name, u)
		}
		if t.unclear {
			c.fault(x.b, i, s.name, "the cell can be read in two ways, because answers of questions.%s with %q in them are made of other answers; take out one of these, or export with another separator", c.q.spec.Name, c.q.spec.Separator)
		}
		state[i], number[i] = t.state, t.number
		for _, p := range t.places {
			codes[p][i] = 1
		}
	}
	endTicks(c, x, codes, state, number)
}

// cell takes a cell of a delimited question apart; most cells come again.
func (c *counter) cell(s *source, text string) *ticks {
	if t, known := c.ticks[text]; known {
		return t
	}
	t := &ticks{}
	seen := map[int16]bool{}
	parts, clear := s.several.Split(text)
	if !clear {
		t.unclear = true
	}
	for _, part := range parts {
		p, ok := s.coder.texts[part]
		if !ok {
			p = s.coder.rest
		}
		switch {
		case p == undeclared:
			t.unknown = append(t.unknown, part)
		case p == noAnswer:
			t.state |= refused
		case p >= 0:
			t.state |= answered
			if !seen[p] {
				seen[p] = true
				t.places = append(t.places, p)
				if !noneOfThese.MatchString(c.q.answers[p].label) {
					t.number++
				}
			}
		}
	}
	if len(c.ticks) < maxCells {
		c.ticks[strings.Clone(text)] = t
	}
	return t
}

// maxCells is how many different cells of a delimited question are remembered.
const maxCells = 1 << 12

func (c *counter) beginTicks(n int) (state []uint8, number []int16) {
	c.scratch.state, c.scratch.number = resize(c.scratch.state, n), resize(c.scratch.number, n)
	clear(c.scratch.state)
	clear(c.scratch.number)
	return c.scratch.state, c.scratch.number
}

// endTicks closes the rows of a tick-all question with its two sums, how many
// and any, and takes back the codes of people who did not answer.
func endTicks[T code](c *counter, x *rows, codes [][]T, state []uint8, number []int16) {
	n := len(codes)
	many, some := codes[n-2], codes[n-1]
	for i, is := range state {
		many[i], some[i] = T(number[i]), T(min(number[i], 1))
		c.tick = c.tick || number[i] > 0
		if is&answered != 0 {
			c.some = true
		}
		if is != 0 && (x.here == nil || x.here[i]) {
			c.tallies[0].note(is&answered != 0, 1)
		}
	}
	for k := range codes {
		for i, is := range state {
			if is&answered == 0 {
				codes[k][i] = noCode[T]()
			}
		}
	}
}

// addByKey counts a question whose answers do not fit into a byte.
func (c *counter) addByKey(x *rows, in []bool) {
	turns := c.loopCount()
	for len(c.scratch.wide) < len(c.sums)*turns {
		c.scratch.wide = append(c.scratch.wide, nil)
	}
	for i := range c.scratch.wide {
		c.scratch.wide[i] = resize(c.scratch.wide[i], x.n)
	}
	codeAll(c, x, in, c.scratch.wide)
	for l := range turns {
		c.scratch.begin()
		for i := range x.n {
			c.scratch.take(c, x, i, l)
		}
		for k, a := range c.sums {
			a.Add(c.scratch.rows, c.scratch.cell, c.scratch.wide[k*turns+l], nil)
		}
	}
}

// number codes and counts a number.
func (c *counter) number(x *rows, in []bool, l int) {
	s, src := &c.scratch, c.sources[0][l] // a number has one item
	s.numbers = resize(s.numbers, x.n)
	for i := range s.numbers {
		s.numbers[i] = math.NaN()
	}
	col := x.cols[src.at]
	s.begin()
	for i := range x.n {
		if in != nil && !in[i] {
			continue
		}
		p := src.place(col, i)
		here := x.here == nil || x.here[i]
		switch p {
		case noAnswer:
			if here {
				c.tallies[0].refused++
			}
			continue
		case notAsked:
			continue
		}
		v, ok := col.number(i)
		if !ok {
			c.fault(x.b, i, src.name, "%s is not a number, and questions.%s is of type number; correct it, or list it there as missing", slip(col.code(i)), c.q.spec.Name)
			continue
		}
		c.some = true
		if here {
			c.tallies[0].answered++
		}
		s.take(c, x, i, l)
		s.value = append(s.value, v)
		s.numbers[i] = v
		s.rated[i]++
	}
	if len(s.wide) == 0 {
		s.wide = make([][]int16, 1)
	}
	s.wide[0] = resize(s.wide[0], len(s.value))
	clear(s.wide[0])
	c.sums[0].Add(s.rows, s.cell, s.wide[0], s.value)
}

// begin begins rows that are counted by key.
func (s *scratch) begin() {
	s.cell, s.value = s.cell[:0], s.value[:0]
	s.rows = crosstab.Rows{Stratum: s.rows.Stratum[:0], Weight: s.rows.Weight[:0], PSU: s.rows.PSU[:0], Person: s.rows.Person[:0], Replicates: s.rows.Replicates[:0]}
}

// take takes row i in turn l among the rows that are counted by key; those of a
// loop name their person.
func (s *scratch) take(c *counter, x *rows, i, l int) {
	cell := x.loc.combo[i]*int32(c.loopCount()) + int32(l)
	if x.loc.place[i] < 0 {
		cell = -1
	}
	s.cell = append(s.cell, cell)
	s.rows.Stratum = append(s.rows.Stratum, x.loc.stratum[i])
	s.rows.Weight = append(s.rows.Weight, x.loc.weight[i])
	if x.loc.psu != nil {
		s.rows.PSU = append(s.rows.PSU, x.loc.psu[i])
	}
	s.rows.Replicates = append(s.rows.Replicates, x.loc.replicatesOf(i)...)
	if c.q.loop != nil {
		s.rows.Person = append(s.rows.Person, int32(x.b.Before)+int32(i))
	}
}
