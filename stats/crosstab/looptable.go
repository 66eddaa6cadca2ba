package crosstab

import (
	"fmt"
	"math/bits"
)

// A loopTable is what a tally counts of one item.
type loopTable struct {
	*looped
	seats *seats
	sums  []sums      // by place, turn and answer
	pairs [][]float64 // by cell: pairSums of ratings a < b at b(b-1)/2 + a; nil if nobody needs them
	sets  *setTally

	reps  *replicateTally // nil = no replicate weights
	first int             // of the item's questions in reps
}

func newLoopTable(s *seats, x *looped) *loopTable {
	n := x.turns * x.answers
	t := &loopTable{looped: x, seats: s, sums: make([]sums, len(s.places)*n), sets: newSetTally(len(s.cells), x.turns)}
	if s.scale != nil {
		size := n * (n - 1) / 2
		all := make([]float64, len(s.cells)*size)
		for c := range s.cells {
			t.pairs = append(t.pairs, all[c*size:][:size])
		}
	}
	return t
}

// add counts the visits.
func (t *loopTable) add(v *visits, codes gathering) {
	n, wide := t.turns*t.answers, wide(t.turns)
	var ratings [MaxTurns]int
	for i, at := range v.seat {
		w := v.weight[i]
		w2 := w * w
		own := t.sums[int(at)*n:][:n]
		r := 0
		var answered, unscored uint64
		for k := range wide {
			word := codes.word(i, k, wide)
			given := coded(word)
			answered |= turnsOf(given) << (k * perWord)
			for ; given != 0; given &= given - 1 {
				shift := bits.TrailingZeros64(given) &^ 7
				code, turn := int(word>>shift&0xff), k*perWord+shift/8
				if code >= t.answers {
					panic(fmt.Sprintf("crosstab: answer %d of %d", code, t.answers))
				}
				if t.scored != nil && !t.scored[code] {
					unscored |= 1 << turn
				}
				j := turn*t.answers + code
				s := &own[j]
				s.n++
				s.w += w
				s.w2 += w2
				ratings[r%MaxTurns] = j
				r++
			}
		}
		if r == 0 {
			continue
		}
		c := t.seats.cell[at]
		t.sets.count(c, answered, answered&^unscored)
		if t.pairs == nil {
			continue
		}
		pairs, w2 := t.pairs[c], w2*t.seats.scale[at]
		for k, b := range ratings[1:max(1, r)] {
			line := pairs[b*(b-1)/2:][:b]
			for _, a := range ratings[:k+1] {
				line[a] += w2
			}
		}
	}
	t.sets.flush()
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
