package crosstab

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// visitRows is how many respondents are put in order at a time: enough that many
// of them share a cell, few enough that the order is small.
const visitRows = 1 << 19

// seats tell where the respondents of a place are counted. They are visited by
// group: a cell, or a PSU where PSUs are the units.
type seats struct {
	rank    []int32   // by number of the layout: index in places
	groupOf []int32   // by number of the layout
	number  []int32   // by index in places: number of the layout
	places  []place   // in order of group, stratum, PSU and cell
	group   []int32   // by index in places
	groups  []int32   // by group: where its places end
	cell    []int32   // by index in places: index of the cell
	scale   []float64 // by index in places: what squares in the stratum count for; nil if PSUs are the units, or replicates make variances
	cells   []int32   // cells in order
}

func newSeats(d *Design, l *Layout) *seats {
	clustered := d.Clustered()
	groupOf := func(p place) [2]int32 {
		if clustered {
			return [2]int32{p.stratum, p.psu}
		}
		return [2]int32{0, p.cell}
	}
	order := make([]int32, l.Len())
	s := &seats{number: order, rank: make([]int32, l.Len()), groupOf: make([]int32, l.Len())}
	for i, p := range l.places {
		if (p.psu != none) != clustered {
			panic("crosstab: places have a PSU if and only if the design has PSUs")
		}
		order[i] = int32(i)
		s.cells = append(s.cells, p.cell)
	}
	slices.SortFunc(order, func(a, b int32) int {
		p, q := l.places[a], l.places[b]
		g, h := groupOf(p), groupOf(q)
		return cmp.Or(slices.Compare(g[:], h[:]), comparePlaces(p, q))
	})
	slices.Sort(s.cells)
	s.cells = slices.Compact(s.cells)
	for rank, i := range order {
		p := l.places[i]
		if rank > 0 && groupOf(p) != groupOf(s.places[rank-1]) {
			s.groups = append(s.groups, int32(rank))
		}
		cell, _ := slices.BinarySearch(s.cells, p.cell)
		s.rank[i], s.groupOf[i] = int32(rank), int32(len(s.groups))
		s.places, s.group, s.cell = append(s.places, p), append(s.group, s.groupOf[i]), append(s.cell, int32(cell))
		if !clustered && d.reps == nil {
			s.scale = append(s.scale, d.share(p.stratum).scale)
		}
	}
	s.groups = append(s.groups, int32(len(order)))
	return s
}

// sorted lists the seats by stratum, PSU and cell.
func (s *seats) sorted() []int32 {
	order := make([]int32, len(s.places))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return comparePlaces(s.places[a], s.places[b]) })
	return order
}

// visits are the respondents of a stretch of a block who are counted at all, by
// group and in each group in their order: what is counted for a group is in the
// cache when the next one comes.
type visits struct {
	at     []int32 // by row of the stretch: its visit; those that are not counted have the last
	seat   []int32 // by visit: index in the places of the seats
	weight []float64
	ends   []int32 // by group: where its visits end
}

// order puts respondents in order of their groups.
func (v *visits) order(s *seats, place []int32, weight []float64) {
	v.ends = append(v.ends[:0], make([]int32, len(s.groups))...)
	for i, p := range place {
		if p >= 0 && weight[i] != 0 {
			v.ends[s.groupOf[p]]++
		}
	}
	n := int32(0)
	for g, count := range v.ends {
		v.ends[g] = n
		n += count
	}
	v.at = slices.Grow(v.at[:0], len(place))[:len(place)]
	v.seat = slices.Grow(v.seat[:0], int(n))[:n]
	v.weight = slices.Grow(v.weight[:0], int(n))[:n]
	for i, p := range place {
		v.at[i] = n
		if p >= 0 && weight[i] != 0 {
			next := &v.ends[s.groupOf[p]]
			v.at[i], v.seat[*next], v.weight[*next] = *next, s.rank[p], weight[i]
			*next++
		}
	}
}

// perWord is how many codes a word holds, one a turn.
const perWord = 8

// wide is how many words hold the codes of some turns.
func wide(turns int) int { return (turns + perWord - 1) / perWord }

// A gathering is the codes of one item by visit: words of 8 turns, as bytes, the
// first turn first.
type gathering []byte

// word returns word k of a visit.
func (g gathering) word(visit, k, wide int) uint64 {
	return binary.LittleEndian.Uint64(g[(visit*wide+k)*perWord:])
}

// gather puts codes by turn, of rows that begin at first, in order of visits. Rows
// that are not counted go to one more visit at the end.
func (v *visits) gather(to gathering, codes [][]uint8, first int) gathering {
	size := wide(len(codes)) * perWord
	for len(to) < (len(v.at)+1)*size {
		to = append(to, NoCode) // as the turns of the last word that do not exist stay
	}
	const rows = 1024 // whose words stay in the cache from turn to turn
	for i := 0; i < len(v.at); i += rows {
		at := v.at[i:min(i+rows, len(v.at))]
		for turn, c := range codes {
			for j, code := range c[first+i:][:len(at)] {
				to[int(at[j])*size+turn] = code
			}
		}
	}
	return to
}

// coded marks, by the highest bit of each byte, the codes of a word that are not
// NoCode.
func coded(word uint64) uint64 {
	const high = 0x8080808080808080
	x := ^word
	return ((x &^ high) + ^uint64(high) | x) & high
}

// turnsOf returns the set of turns that coded marks.
func turnsOf(coded uint64) uint64 { return coded >> 7 * 0x0102040810204080 >> 56 }
