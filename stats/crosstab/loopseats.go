package crosstab

import (
	"cmp"
	"slices"
)

// seats tell where the respondents of a place are counted. They are in order
// of groups: a cell, or a PSU where PSUs are the units.
type seats struct {
	number []int32   // by index in places: number of the layout
	places []place   // in order of group, stratum, PSU and cell
	group  []int32   // by index in places
	groups []int32   // by group: where its places end
	cell   []int32   // by index in places: index of the cell
	scale  []float64 // by index in places: what squares in the stratum count for; nil if PSUs are the units, or replicates make variances
	cells  []int32   // cells in order
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
	s := &seats{number: order}
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
		s.places, s.group, s.cell = append(s.places, p), append(s.group, int32(len(s.groups))), append(s.cell, int32(cell))
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

// wholeGroup returns the first seat from one on at which a group begins.
func (s *seats) wholeGroup(seat int) int {
	for seat > 0 && seat < len(s.group) && s.group[seat] == s.group[seat-1] {
		seat++
	}
	return seat
}
