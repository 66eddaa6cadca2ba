package crosstab

import (
	"math"
)

// A loopTable is what a tally counts of one item.
type loopTable struct {
	*looped
	fields
	joints  *turnJoints // nil = too many turns or answers
	crossed *crossed
	byTurn  []placed
	seats   *seats
	sums    []sums      // by place, turn and answer
	pairs   [][]float64 // by cell: pairSums of ratings a < b at b(b-1)/2 + a; nil if nobody needs them
	sets    *setTally

	noScore []uint64 // digits without a score, in every byte

	reps  *replicateTally // nil = no replicate weights
	first int             // of the item's questions in reps
}

func newLoopTable(s *seats, x *looped, at fields, persons int) *loopTable {
	n := x.turns * x.answers
	t := &loopTable{looped: x, fields: at, seats: s, sums: make([]sums, len(s.places)*n), sets: newSetTally(len(s.cells), x.turns)}
	if x.turns <= perWord {
		t.joints = newTurnJoints(x.turns, x.answers, float64(persons)/float64(max(1, len(s.places))))
		t.byTurn = make([]placed, x.turns)
		for k := range t.byTurn {
			t.byTurn[k].codes = x.answers
		}
		if s.scale != nil {
			t.crossed = newCrossed(x.turns, x.answers, float64(persons)/float64(max(1, len(s.cells))))
		}
	}
	for code, scored := range x.scored {
		if !scored {
			t.noScore = append(t.noScore, uint64(code+1)*ones)
		}
	}
	if s.scale != nil {
		size := n * (n - 1) / 2
		all := make([]float64, len(s.cells)*size)
		for c := range s.cells {
			t.pairs = append(t.pairs, all[c*size:][:size])
		}
	}
	return t
}

// countGroups counts the persons of sorted records for some items, group by group:
// their records stay in the cache from item to item.
func countGroups(items []*loopTable, r *records) {
	var tables [2]table
	first := 0
	for _, last := range items[0].seats.groups {
		if r.starts[first] < r.starts[last] {
			for _, t := range items {
				t.add(r, first, int(last), &tables)
			}
		}
		first = int(last)
	}
}

// add counts the persons of a group, who sit from first to last.
func (t *loopTable) add(r *records, first, last int, tables *[2]table) {
	for seat := first; seat < last; seat++ {
		records := r.of(seat)
		t.countSingles(seat, records, r.width, tables)
		t.countSets(t.seats.cell[seat], records, r.width)
	}
	if t.pairs != nil {
		t.countPairs(r, first, last)
	}
}

// countSingles counts the ratings of a seat by turn and answer.
func (t *loopTable) countSingles(seat int, records []uint64, width int, tables *[2]table) {
	n := t.turns * t.answers
	own := t.sums[seat*n:][:n]
	if t.joints == nil || len(records)/width <= t.joints.few {
		t.countEach(own, records, width)
		return
	}
	for k := range t.byTurn {
		t.byTurn[k].sums = own[k*t.answers:][:t.answers]
	}
	of := t.joints.of
	i := 0
	for ; i+2 <= len(of); i += 2 {
		t.joints.countTwo(tables, i, t.fields[0], records, width)
		of[i].fold(&tables[0], t.byTurn, 0)
		of[i+1].fold(&tables[1], t.byTurn, 0)
	}
	if i < len(of) {
		t.joints.count(&tables[0], i, t.fields[0], records, width)
		of[i].fold(&tables[0], t.byTurn, 0)
	}
}

// countEach is countSingles rating by rating, where they are few.
func (t *loopTable) countEach(own []sums, records []uint64, width int) {
	for ; len(records) >= width; records = records[width:] {
		w := math.Float64frombits(records[0])
		for k := range t.fields {
			x := t.fields[k].of(records)
			for marks := given(x); marks != 0; marks &= marks - 1 {
				own[t.rating(k, x, marks)].add(sums{1, w, w * w})
			}
		}
	}
}

// rating is the rating, turn*answers + answer, of the lowest mark in word k.
func (t *loopTable) rating(k int, digits, marks uint64) int {
	turn, shift := turnAt(marks)
	return (k*perWord+turn)*t.answers + int(uint8(digits>>(shift&63))) - 1
}

// countSets counts the persons of a seat by the turns that they answered.
func (t *loopTable) countSets(cell int32, records []uint64, width int) {
	if len(t.fields) == 1 && t.noScore == nil && 8*len(records)/width >= 1<<t.turns {
		var counts [2][256]uint32 // in turns, as the processor waits for what it has just counted
		f := t.fields[0]
		for i := f.word; i < len(records); i += width {
			counts[i&1][uint8(turnsOf(given(f.at(records, i))))]++
		}
		for set := 1; set < 1<<t.turns; set++ {
			if n := counts[0][set] + counts[1][set]; n > 0 {
				t.sets.cells[cell].add(uint32(set), uint64(n))
			}
		}
		return
	}
	for ; len(records) >= width; records = records[width:] {
		var answered, scored uint64
		for k := range t.fields {
			x := t.fields[k].of(records)
			marks := given(x)
			answered |= turnsOf(marks) << (k * perWord)
			scored |= turnsOf(marks&^t.unscored(x)) << (k * perWord)
		}
		if answered != 0 {
			t.sets.count(cell, answered, scored)
		}
	}
}

// unscored marks the digits without a score, as given does.
func (t *loopTable) unscored(digits uint64) (marks uint64) {
	for _, d := range t.noScore {
		marks |= ^given(digits^d) &^ low7
	}
	return marks
}

// countPairs adds the squares of the persons of a cell, who sit from first to last.
func (t *loopTable) countPairs(r *records, first, last int) {
	pairs := t.pairs[t.seats.cell[first]]
	if t.crossed == nil || !t.crossed.pays(t.fields[0], r, first, last) {
		for seat := first; seat < last; seat++ {
			t.pairEach(pairs, r.of(seat), r.width, t.seats.scale[seat])
		}
		return
	}
	for seat := first; seat < last; seat++ {
		t.crossed.count(t.fields[0], r.of(seat), r.width, t.seats.scale[seat])
	}
	t.crossed.fold(pairs)
}

// pairEach adds squares pair by pair, where persons or their ratings are few.
func (t *loopTable) pairEach(pairs []float64, records []uint64, width int, scale float64) {
	var list [MaxTurns]int
	for ; len(records) >= width; records = records[width:] {
		w := math.Float64frombits(records[0])
		square, rated := w*w*scale, 0
		for k := range t.fields {
			x := t.fields[k].of(records)
			for marks := given(x); marks != 0; marks &= marks - 1 {
				b := t.rating(k, x, marks)
				line := b * (b - 1) / 2
				for k := range rated {
					pairs[line+list[k&(MaxTurns-1)]] += square
				}
				list[rated&(MaxTurns-1)] = b
				rated++
			}
		}
	}
}

// totals implements loopCounts.
func (t *loopTable) totals(d *Design) *Accumulator {
	out := newLooped(d, t.looped)
	n := t.turns * t.answers
	keys, pairs := t.size()
	out.keys, out.sums = make([]key, 0, keys), make([]sums, 0, keys)
	out.looped.pairs = make([]pairSum, 0, pairs)
	for _, at := range t.seats.sorted() {
		for j, s := range t.sums[int(at)*n:][:n] {
			if s.n > 0 {
				out.keys = append(out.keys, t.seats.places[at].rating(j, t.looped))
				out.sums = append(out.sums, s)
				if t.reps != nil {
					out.reps = append(out.reps, t.reps.of(t.first+j/t.answers, int(t.seats.number[at]), j%t.answers))
				}
			}
		}
	}
	out.looped.people = t.sets.list(t.seats.cells)
	for c, pairs := range t.pairs {
		i := 0
		for b := range n {
			for a, sum := range pairs[i:][:b] {
				if sum != 0 {
					out.looped.pairs = append(out.looped.pairs, pairSum{t.seats.cells[c], uint16(a), uint16(b), sum})
				}
			}
			i += b
		}
	}
	return out
}

// size counts the keys and pairs that occur.
func (t *loopTable) size() (keys, pairs int) {
	for i := range t.sums {
		if t.sums[i].n > 0 {
			keys++
		}
	}
	for _, p := range t.pairs {
		for _, sum := range p {
			if sum != 0 {
				pairs++
			}
		}
	}
	return keys, pairs
}
