package crosstab

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// loopRows are the ratings themselves, one byte each, where they take less room
// than totals would: few persons, or many turns, answers, cells or PSUs. They
// become the same totals but for rounding.
type loopRows struct {
	seats  *seats
	items  []fields
	groups [][]byte // by group, a record for each person in it
}

// A record is the weight and the seat of a person, and what she rated: the turn,
// and the digit of every item at that turn (0 = none). The last turn is marked.
const (
	recordHead = 8 + 4
	lastTurn   = 0x80
)

func newLoopRows(s *seats, turns, items int) *loopRows {
	r := &loopRows{seats: s, groups: make([][]byte, len(s.groups))}
	for i := range items {
		r.items = append(r.items, newFields(i, turns))
	}
	return r
}

// add keeps the persons of some seats, of whole groups.
func (r *loopRows) add(from *records, first, last int) {
	for seat := first; seat < last; seat++ {
		to := &r.groups[r.seats.group[seat]]
		for records := from.of(seat); len(records) > 0; records = records[from.width:] {
			*to = r.append(*to, seat, records[:from.width])
		}
	}
}

// append appends a person, unless she rated nothing.
func (r *loopRows) append(out []byte, seat int, record []uint64) []byte {
	var rated uint64
	for i := range r.items {
		for k := range r.items[i] {
			rated |= turnsOf(given(r.items[i][k].of(record))) << (k * perWord)
		}
	}
	if rated == 0 {
		return out
	}
	out = binary.LittleEndian.AppendUint64(out, record[0])
	out = binary.LittleEndian.AppendUint32(out, uint32(seat))
	for ; rated != 0; rated &= rated - 1 {
		turn := bits.TrailingZeros64(rated)
		mark := uint8(turn)
		if rated&(rated-1) == 0 {
			mark |= lastTurn
		}
		out = append(out, mark)
		for i := range r.items {
			out = append(out, uint8(r.items[i][turn/perWord].of(record)>>(turn%perWord*8)))
		}
	}
	return out
}

// rowsOf are the ratings of one item.
type rowsOf struct {
	*looped
	rows *loopRows
	item int
}

// An event is a weight, or its square, to be added at some index.
type event struct {
	at uint64
	w  float64
}

// totals implements loopCounts. Weights are put in order of what they are added
// to and then added up, group by group.
func (x *rowsOf) totals(d *Design) *Accumulator {
	out := newLooped(d, x.looped)
	s := x.rows.seats
	sets := newSetTally(len(s.cells), x.turns)
	var singles, pairs, spare []event
	n, first := x.turns*x.answers, int32(0)
	for g, records := range x.rows.groups {
		singles, pairs = x.events(records, first, sets, singles[:0], pairs[:0])
		singles, spare = sortEvents(singles, spare)
		for i := range singles {
			e := &singles[i]
			if i == 0 || e.at != singles[i-1].at {
				p := s.places[first+int32(e.at/uint64(n))]
				out.keys = append(out.keys, p.rating(int(e.at%uint64(n)), x.looped))
				out.sums = append(out.sums, sums{})
			}
			out.sums[len(out.sums)-1].add(sums{1, e.w, e.w * e.w})
		}
		pairs, spare = sortEvents(pairs, spare)
		for i := range pairs {
			e := &pairs[i]
			if i == 0 || e.at != pairs[i-1].at {
				b := uint64(n)
				out.looped.pairs = append(out.looped.pairs, pairSum{s.places[first].cell, uint16(e.at % b), uint16(e.at / b), 0})
			}
			out.looped.pairs[len(out.looped.pairs)-1].sum += e.w
		}
		first = s.groups[g]
	}
	out.looped.people = sets.list(s.cells)
	return out
}

// events reads the records of a group and counts its persons. Singles are
// weights by place, from the first of the group, and rating; pairs are squares by
// the later and the earlier rating, none if PSUs are the units.
func (x *rowsOf) events(records []byte, first int32, sets *setTally, singles, pairs []event) (_, _ []event) {
	s, n := x.rows.seats, x.turns*x.answers
	items := len(x.rows.items)
	var ratings [MaxTurns]int
	for len(records) > 0 {
		w := math.Float64frombits(binary.LittleEndian.Uint64(records))
		seat := int32(binary.LittleEndian.Uint32(records[8:]))
		records = records[recordHead:]
		r := 0
		var answered, scored uint64
		for last := false; !last; records = records[1+items:] {
			turn, code := int(records[0]&^lastTurn), int(records[1+x.item])-1
			last = records[0]&lastTurn != 0
			if code < 0 {
				continue
			}
			answered |= 1 << turn
			if x.scored == nil || x.scored[code] {
				scored |= 1 << turn
			}
			ratings[r] = turn*x.answers + code
			singles = append(singles, event{uint64(seat-first)*uint64(n) + uint64(ratings[r]), w})
			r++
		}
		if r == 0 {
			continue
		}
		sets.count(s.cell[seat], answered, scored)
		if s.scale == nil || w*w*s.scale[seat] == 0 {
			continue
		}
		for k := 1; k < r; k++ {
			for _, a := range ratings[:k] {
				pairs = append(pairs, event{uint64(ratings[k]*n + a), w * w * s.scale[seat]})
			}
		}
	}
	return singles, pairs
}

// sortEvents sorts by index, and keeps the order of events of one index: a radix
// sort by bytes. It returns the sorted events and the room that it did not use.
func sortEvents(events, spare []event) (sorted, room []event) {
	var most uint64
	for _, e := range events {
		most = max(most, e.at)
	}
	for shift := 0; most>>shift > 0; shift += 8 {
		var next [256]int
		for _, e := range events {
			next[uint8(e.at>>shift)]++
		}
		n := 0
		for k, count := range next {
			next[k] = n
			n += count
		}
		spare = slices.Grow(spare[:0], len(events))[:len(events)]
		for _, e := range events {
			to := &next[uint8(e.at>>shift)]
			spare[*to] = e
			*to++
		}
		events, spare = spare, events
	}
	return events, spare
}
