package crosstab

import (
	"math"
	"math/bits"
)

// turnJoints are the turns of an item in joints of consecutive turns. The codes of
// all joints of a person are the bytes of one product,
//
//	digits * (1 + levels*2^8 + levels^2*2^16)
//
// since byte t of it is the digit of turn t, plus levels times the one before, plus
// levels^2 times the one before that: all are below 256, so that nothing is carried.
type turnJoints struct {
	levels int // digits of a turn
	of     []joint
	shift  []uint // by joint: where its code is in the product
	times  uint64
	few    int // persons of a place who are counted one by one
}

// joinTurns puts so many turns together; the first joint has those left over.
func joinTurns(turns, levels, together int) *turnJoints {
	j := &turnJoints{levels: levels}
	for power, k := uint64(1), 0; k < together; k++ {
		j.times |= power << (8 * k)
		power *= uint64(levels)
	}
	for first, last := 0, (turns-1)%together+1; first < turns; first, last = last, last+together {
		one := joint{cells: 1}
		for turn := first; turn < last; turn++ {
			one.questions, one.levels, one.cells = append(one.questions, turn), append(one.levels, levels), one.cells*levels
		}
		j.of, j.shift = append(j.of, one), append(j.shift, uint(8*(last-1)))
	}
	return j
}

// newTurnJoints joins turns such that counting costs least where a place has so
// many persons; nil where it never does.
func newTurnJoints(turns, answers int, perPlace float64) *turnJoints {
	levels := answers + 1
	var best *turnJoints
	least := math.Inf(1)
	for together, cells := 1, levels; together <= 3 && together <= turns && cells <= 256; together, cells = together+1, cells*levels {
		j := joinTurns(turns, levels, together)
		cost, all := 0.0, 0
		for i := range j.of {
			cost += costRow + costCell*float64(j.of[i].cells)/perPlace
			all += j.of[i].cells
		}
		if cost < least {
			best, least = j, cost
			best.few = all / turns
		}
	}
	return best
}

// count counts joint i of the persons of a place, given where their digits are.
func (j *turnJoints) count(t *table, i int, f field, records []uint64, width int) {
	shift, times := j.shift[i]&63, j.times
	for i := f.word; i < len(records); i += width {
		w := math.Float64frombits(records[i-f.word])
		t[uint8(f.at(records, i)*times>>shift)].add(sums{1, w, w * w})
	}
}

// countTwo counts joints i and i+1: the processor works on both at once.
func (j *turnJoints) countTwo(t *[2]table, i int, f field, records []uint64, width int) {
	one, two, times := j.shift[i]&63, j.shift[i+1]&63, j.times
	for i := f.word; i < len(records); i += width {
		w := math.Float64frombits(records[i-f.word])
		codes, x := f.at(records, i)*times, sums{1, w, w * w}
		t[0][uint8(codes>>one)].add(x)
		t[1][uint8(codes>>two)].add(x)
	}
}

// crossed are sums of squares of the persons of a cell by the codes of two joints,
// for every two joints of an item.
type crossed struct {
	*turnJoints
	answers int
	size    int         // codes of a joint at most
	tables  [][]float64 // by two joints, the later one's number n: n(n-1)/2 + number of the earlier; code*size + code

	byHigh, byLow, low []float64 // see fold
}

// crossCells is how many cells the tables of two joints have at most: they stay in
// the nearest cache.
const crossCells = 2048

// newCrossed makes tables such that adding up costs least where a cell has so many
// persons; nil where there are no pairs, or too many answers.
func newCrossed(turns, answers int, perCell float64) *crossed {
	levels := answers + 1
	var best *turnJoints
	least := math.Inf(1)
	for together, size := 1, levels; together <= 2 && together < turns && size*size <= crossCells; together, size = together+1, size*levels {
		j := joinTurns(turns, levels, together)
		tables := len(j.of) * (len(j.of) - 1) / 2
		if cost := float64(tables) * (1 + foldCell*float64(size*size)/perCell); cost < least {
			best, least = j, cost
		}
	}
	if best == nil {
		return nil
	}
	return cross(best, answers)
}

// cross makes the tables of every two joints.
func cross(j *turnJoints, answers int) *crossed {
	size := j.of[len(j.of)-1].cells
	c := &crossed{turnJoints: j, answers: answers, size: size,
		byHigh: make([]float64, j.levels*size), byLow: make([]float64, j.levels*size), low: make([]float64, j.levels)}
	for range len(j.of) * (len(j.of) - 1) / 2 {
		c.tables = append(c.tables, make([]float64, size*size))
	}
	return c
}

// foldCell is what folding a cell of a table is taken to cost, of what adding a
// square does: a guess, which decides how pairs are counted and no figure.
const foldCell = 3.0

// pays reports whether tables cost less than adding pair by pair for the persons
// who sit from first to last, going by some of them.
func (c *crossed) pays(f field, r *records, first, last int) bool {
	n := int(r.starts[last] - r.starts[first])
	ratings, seen := 0, 0
	for seat := first; seat < last && seen < 64; seat++ {
		for records := r.of(seat); len(records) > 0 && seen < 64; records = records[r.width:] {
			ratings += bits.OnesCount64(given(f.at(records, f.word)))
			seen++
		}
	}
	rated := float64(ratings) / float64(max(1, seen))
	return float64(len(c.tables))*(float64(n)+foldCell*float64(c.size*c.size)) < float64(n)*(rated+pairOf*rated*(rated-1)/2)
}

// pairOf is what adding the square of two ratings is taken to cost, of what adding
// to a table does: a guess like foldCell.
const pairOf = 1.0

// count adds the squares of persons.
func (c *crossed) count(f field, records []uint64, width int, scale float64) {
	times, size := c.times, uint64(c.size)
	n := 0
	for b := range c.of {
		for a := range b {
			from, to, t := c.shift[a]&63, c.shift[b]&63, c.tables[n]
			n++
			for i := f.word; i < len(records); i += width {
				w := math.Float64frombits(records[i-f.word])
				codes := f.at(records, i) * times
				t[codes>>from&0xff*size+codes>>to&0xff] += w * w * scale
			}
		}
	}
}

// fold adds the squares to those of pairs of ratings, and clears the tables.
//
// A code is levels*h + l, digits of the first and the last turn of a joint; h = 0 if
// it has one turn only. The lines of a table, by code of the earlier joint, are added
// up by h and by l, and these by the digits of the later joint.
func (c *crossed) fold(pairs []float64) {
	n := 0
	for b := range c.of {
		for a := range b {
			t := c.tables[n]
			n++
			clear(c.byHigh)
			clear(c.byLow)
			for code := range c.of[a].cells {
				h, l := code/c.levels, code%c.levels
				sum := addLine(c.line(c.byHigh, h), c.line(c.byLow, l), c.line(t, code))
				if b == 1 { // within the first joint
					c.put(pairs, c.first(a), h, c.last(a), l, sum)
				}
			}
			if a == b-1 { // within the others, once
				c.foldWithin(pairs, b)
			}
			c.foldLines(pairs, c.last(a), b, c.byLow)
			if c.first(a) != c.last(a) {
				c.foldLines(pairs, c.first(a), b, c.byHigh)
			}
			clear(t)
		}
	}
}

func (c *crossed) first(joint int) (turn int) { return c.of[joint].questions[0] }
func (c *crossed) last(joint int) (turn int) {
	return c.of[joint].questions[len(c.of[joint].questions)-1]
}

// line is a line of a table.
func (c *crossed) line(t []float64, k int) []float64 { return t[k*c.size:][:c.size] }

// addLine adds a line to two others, and returns its sum.
func addLine(to, too, line []float64) float64 {
	to, too = to[:len(line)], too[:len(line)]
	var even, odd float64 // the processor adds to both at once
	k := 0
	for ; k+2 <= len(line); k += 2 {
		x, y := line[k], line[k+1]
		to[k] += x
		too[k] += x
		to[k+1] += y
		too[k+1] += y
		even += x
		odd += y
	}
	if k < len(line) {
		to[k] += line[k]
		too[k] += line[k]
		even += line[k]
	}
	return even + odd
}

// foldLines folds lines by digit of a turn and code of a later joint.
func (c *crossed) foldLines(pairs []float64, turn, joint int, lines []float64) {
	first, last := c.first(joint), c.last(joint)
	low := c.low
	for d := 1; d < c.levels; d++ {
		line := c.line(lines, d)
		clear(low)
		for h := 0; h*c.levels < len(line); h++ {
			high := 0.0
			for l, x := range line[h*c.levels:][:len(low)] {
				low[l] += x
				high += x
			}
			if first != last {
				c.put(pairs, turn, d, first, h, high)
			}
		}
		for l, sum := range low {
			c.put(pairs, turn, d, last, l, sum)
		}
	}
}

// foldWithin folds the pairs within a joint, from lines by a digit of another one.
func (c *crossed) foldWithin(pairs []float64, joint int) {
	for code := range c.of[joint].cells {
		sum := 0.0
		for d := range c.levels {
			sum += c.byLow[d*c.size+code]
		}
		c.put(pairs, c.first(joint), code/c.levels, c.last(joint), code%c.levels, sum)
	}
}

// put adds what is counted for the digits of two turns, the second later, unless
// they are none.
func (c *crossed) put(pairs []float64, turn, digit, later, other int, sum float64) {
	if digit > 0 && other > 0 && turn < later {
		b := later*c.answers + other - 1
		pairs[b*(b-1)/2+turn*c.answers+digit-1] += sum
	}
}
