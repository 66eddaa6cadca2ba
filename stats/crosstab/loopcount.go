package crosstab

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
)

// visitRows is how many respondents are put in order at a time: enough that many
// of them share a cell, few enough that the order is small.
const visitRows = 1 << 18

// seats tell where the respondents of a place are counted.
type seats struct {
	places []place   // as the layout numbers them
	cell   []int32   // by place: index of the cell
	scale  []float64 // by place: what squares in the stratum count for; nil if PSUs are the units, or replicates make variances
	cells  []int32   // cells in order
}

func newSeats(d *Design, l *Layout) *seats {
	s := &seats{places: l.places, cell: make([]int32, l.Len())}
	for _, p := range l.places {
		if (p.psu != none) != d.Clustered() {
			panic("crosstab: places have a PSU if and only if the design has PSUs")
		}
		s.cells = append(s.cells, p.cell)
		if !d.Clustered() && d.reps == nil {
			s.scale = append(s.scale, d.share(p.stratum).scale)
		}
	}
	slices.Sort(s.cells)
	s.cells = slices.Compact(s.cells)
	for i, p := range l.places {
		at, _ := slices.BinarySearch(s.cells, p.cell)
		s.cell[i] = int32(at)
	}
	return s
}

// visits are the respondents of a stretch of a block who are counted at all, by
// cell and in each cell in their order: what is counted for a cell is in the
// cache when the next one comes.
type visits struct {
	at     []int32 // by row of the stretch: its visit, none if it is not counted
	place  []int32 // by visit
	weight []float64
	starts []int32 // by index of cell: its next visit
}

// order puts respondents in order of their cells.
func (v *visits) order(s *seats, place []int32, weight []float64) {
	v.starts = append(v.starts[:0], make([]int32, len(s.cells))...)
	for i, p := range place {
		if p >= 0 && weight[i] != 0 {
			v.starts[s.cell[p]]++
		}
	}
	n := int32(0)
	for c, count := range v.starts {
		v.starts[c] = n
		n += count
	}
	v.at = slices.Grow(v.at[:0], len(place))[:len(place)]
	v.place = slices.Grow(v.place[:0], int(n))[:n]
	v.weight = slices.Grow(v.weight[:0], int(n))[:n]
	for i, p := range place {
		v.at[i] = none
		if p >= 0 && weight[i] != 0 {
			next := &v.starts[s.cell[p]]
			v.at[i], v.place[*next], v.weight[*next] = *next, p, weight[i]
			*next++
		}
	}
}

// perWord is how many codes a word holds, one a turn.
const perWord = 8

// transpose turns codes by turn, of rows that begin at first, into words by
// visit. The lowest byte of a word is its first turn.
func (v *visits) transpose(words []uint64, codes [][]uint8, first int) []uint64 {
	wide := (len(codes) + perWord - 1) / perWord
	words = slices.Grow(words[:0], len(v.place)*wide)[:len(v.place)*wide]
	for k := range wide {
		turns := codes[k*perWord : min(len(codes), (k+1)*perWord)]
		i := 0
		for ; i+8 <= len(v.at); i += 8 {
			var x [8]uint64
			for t := range x {
				x[t] = ^uint64(0)
				if t < len(turns) {
					x[t] = binary.LittleEndian.Uint64(turns[t][first+i:])
				}
			}
			transpose8(&x)
			for r, at := range v.at[i : i+8] {
				if at >= 0 {
					words[int(at)*wide+k] = x[r]
				}
			}
		}
		for ; i < len(v.at); i++ {
			w := ^uint64(0)
			for t, c := range turns {
				w ^= uint64(^c[first+i]) << (8 * t)
			}
			if at := v.at[i]; at >= 0 {
				words[int(at)*wide+k] = w
			}
		}
	}
	return words
}

// transpose8 transposes eight words of eight bytes (Warren, Hacker's Delight,
// section 7-3).
func transpose8(x *[8]uint64) {
	for k := range 4 {
		t := (x[k]>>32 ^ x[k+4]) & 0x00000000ffffffff
		x[k] ^= t << 32
		x[k+4] ^= t
	}
	for _, k := range [4]int{0, 1, 4, 5} {
		t := (x[k]>>16 ^ x[k+2]) & 0x0000ffff0000ffff
		x[k] ^= t << 16
		x[k+2] ^= t
	}
	for k := 0; k < 8; k += 2 {
		t := (x[k]>>8 ^ x[k+1]) & 0x00ff00ff00ff00ff
		x[k] ^= t << 8
		x[k+1] ^= t
	}
}

// coded marks, by the highest bit of each byte, the codes of a word that are not
// NoCode.
func coded(word uint64) uint64 {
	const high = 0x8080808080808080
	x := ^word
	return ((x &^ high) + ^uint64(high) | x) & high
}

// A loopTable is what a tally counts of one item.
type loopTable struct {
	*looped
	seats *seats
	sums  []sums      // by place, turn and answer
	pairs [][]float64 // by cell: pairSums of ratings a < b at b(b-1)/2 + a; nil if nobody needs them
	known turnSets
	sets  []setSums // by cell

	reps  *replicateTally // nil = no replicate weights
	first int             // of the item's questions in reps
}

func newLoopTable(s *seats, x *looped) *loopTable {
	n := x.turns * x.answers
	t := &loopTable{looped: x, seats: s, sums: make([]sums, len(s.places)*n), sets: make([]setSums, len(s.cells))}
	if s.scale != nil {
		size := n * (n - 1) / 2
		all := make([]float64, len(s.cells)*size)
		for c := range s.cells {
			t.pairs = append(t.pairs, all[c*size:][:size])
		}
	}
	return t
}

// add counts the visits; words are those of transpose.
func (t *loopTable) add(v *visits, words []uint64) {
	n, wide := t.turns*t.answers, (t.turns+perWord-1)/perWord
	var ratings [MaxTurns]int
	for i, at := range v.place {
		at, w := int(at), v.weight[i]
		w2 := w * w
		own := t.sums[at*n:][:n]
		r := 0
		var answered, scored uint64
		for k, word := range words[i*wide:][:wide] {
			for m := coded(word); m != 0; m &= m - 1 {
				end := bits.TrailingZeros64(m)
				code, turn := int(word>>(end-7)&0xff), k*perWord+end/8
				if code >= t.answers {
					panic(fmt.Sprintf("crosstab: answer %d of %d", code, t.answers))
				}
				answered |= 1 << turn
				if t.scored == nil || t.scored[code] {
					scored |= 1 << turn
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
		t.sets[c].count(t.known.number(answered, scored))
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
}

// turnSets numbers sets of turns that were answered, and answered with a score.
type turnSets struct {
	sets  [][2]uint64
	slots []uint32 // hash table of numbers + 1; 0 = free
}

// number returns the number of two sets; new ones get the next.
func (k *turnSets) number(answered, scored uint64) uint32 {
	if 2*len(k.sets) >= len(k.slots) {
		k.slots = make([]uint32, max(64, 2*len(k.slots)))
		for i, s := range k.sets {
			*k.slot(s[0], s[1]) = uint32(i + 1)
		}
	}
	at := k.slot(answered, scored)
	if *at == 0 {
		k.sets = append(k.sets, [2]uint64{answered, scored})
		*at = uint32(len(k.sets))
	}
	return *at - 1
}

// slot returns where sets are, or where they would be. Half of the table is
// free, so the search ends.
func (k *turnSets) slot(answered, scored uint64) *uint32 {
	mask := len(k.slots) - 1
	h := (answered ^ bits.RotateLeft64(scored, 31)) * 0x9e3779b97f4a7c15
	for at := int(h>>40) & mask; ; at = (at + 1) & mask {
		n := k.slots[at]
		if n == 0 || k.sets[n-1] == [2]uint64{answered, scored} {
			return &k.slots[at]
		}
	}
}

// setSums counts persons by the number of their sets, in a hash table.
type setSums struct {
	slots []setSum
	used  int
}

// setSum counts the persons with some sets; 0 = free.
type setSum struct{ set, n uint32 }

// count counts one person.
func (s *setSums) count(set uint32) {
	if 4*s.used >= 3*len(s.slots) {
		old := s.slots
		s.slots = make([]setSum, max(8, 2*len(old)))
		for _, x := range old {
			if x.n > 0 {
				*s.slot(x.set) = x
			}
		}
	}
	at := s.slot(set)
	if at.n == 0 {
		at.set = set
		s.used++
	}
	if at.n++; at.n == 0 {
		panic("crosstab: too many persons in one cell of a loop")
	}
}

// slot returns where a set is, or where it would be. Some slot is free, so the
// search ends.
func (s *setSums) slot(set uint32) *setSum {
	mask := len(s.slots) - 1
	for at := int(set*0x9e3779b1>>16) & mask; ; at = (at + 1) & mask {
		if x := &s.slots[at]; x.n == 0 || x.set == set {
			return x
		}
	}
}

// totals returns what was counted by keys, sets and pairs, all in order. The
// table stays as it is; the accumulator has no index.
func (t *loopTable) totals(d *Design) *Accumulator {
	out := &Accumulator{design: d, looped: &looped{turns: t.turns, answers: t.answers, scored: t.scored}}
	n := t.turns * t.answers
	order := make([]int32, len(t.seats.places))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return comparePlaces(t.seats.places[a], t.seats.places[b]) })
	for _, at := range order {
		p := t.seats.places[at]
		for j, s := range t.sums[int(at)*n:][:n] {
			if s.n > 0 {
				turn, code := j/t.answers, j%t.answers
				out.keys = append(out.keys, key{p.stratum, p.psu, none, p.cell*int32(t.turns) + int32(turn), int16(code), false})
				out.sums = append(out.sums, s)
				if t.reps != nil {
					out.reps = append(out.reps, t.reps.of(t.first+turn, int(at), code))
				}
			}
		}
	}
	for c, cell := range t.seats.cells {
		first := len(out.looped.people)
		for _, s := range t.sets[c].slots {
			if s.n > 0 {
				turns := t.known.sets[s.set]
				out.looped.people = append(out.looped.people, setCount{cell, turns[0], turns[1], int64(s.n)})
			}
		}
		slices.SortFunc(out.looped.people[first:], func(a, b setCount) int { return compareSets(&a, &b) })
		if t.pairs == nil {
			continue
		}
		for b := range n {
			for a, sum := range t.pairs[c][b*(b-1)/2:][:b] {
				if sum != 0 {
					out.looped.pairs = append(out.looped.pairs, pairSum{cell, uint16(a), uint16(b), sum})
				}
			}
		}
	}
	return out
}
