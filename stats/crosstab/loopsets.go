package crosstab

import (
	"math/bits"
	"slices"
)

// A setTally counts persons by cell and the sets of turns that they answered. The
// counts of the cell at hand are kept by number of the sets until the next cell.
type setTally struct {
	plain uint64 // sets below it that are all scored are their own number
	known turnSets
	cells []setSums // by index of cell
	cell  int32     // at hand, by index
	here  []uint32  // by number of the sets: persons in the cell at hand
	some  []uint32  // sets of those that are not 0
}

func newSetTally(cells, turns int) *setTally {
	t := &setTally{plain: 1 << min(turns, plainTurns), cells: make([]setSums, cells)}
	t.here = make([]uint32, t.plain)
	return t
}

// plainTurns is how many turns a loop has whose sets are not worth a search.
const plainTurns = 10

// count counts a person in a cell, by index.
func (t *setTally) count(cell int32, answered, scored uint64) {
	if cell != t.cell {
		t.flush()
		t.cell = cell
	}
	set := uint32(answered)
	if answered != scored || answered >= t.plain {
		set = uint32(t.plain) + t.known.number(answered, scored)
		if int(set) >= len(t.here) {
			t.here = append(t.here, make([]uint32, int(set)+1)...)
		}
	}
	if t.here[set]++; t.here[set] == 1 {
		t.some = append(t.some, set)
	}
}

// flush adds the counts at hand to those of the cell.
func (t *setTally) flush() {
	for _, set := range t.some {
		t.cells[t.cell].add(set, uint64(t.here[set]))
		t.here[set] = 0
	}
	t.some = t.some[:0]
}

// list returns the counts in order; cells are those of the indices.
func (t *setTally) list(cells []int32) []setCount {
	t.flush()
	var out []setCount
	for c, cell := range cells {
		first := len(out)
		for _, s := range t.cells[c].slots {
			if s.n > 0 {
				turns := [2]uint64{uint64(s.set), uint64(s.set)}
				if uint64(s.set) >= t.plain {
					turns = t.known.sets[uint64(s.set)-t.plain]
				}
				out = append(out, setCount{cell, turns[0], turns[1], int64(s.n)})
			}
		}
		slices.SortFunc(out[first:], func(a, b setCount) int { return compareSets(&a, &b) })
	}
	return out
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
type setSum struct {
	set uint32
	n   uint64
}

// add counts n persons.
func (s *setSums) add(set uint32, n uint64) {
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
	at.n += n
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
