package crosstab

import (
	"cmp"
	"math/bits"
)

// A Layout numbers the places in which respondents lie, a stratum, a PSU and a
// cell each, once for all questions. The first pass over the rows numbers them,
// the second finds them again. The zero value is a layout without places.
type Layout struct {
	places []place
	slots  []int32 // hash table of indices of places + 1; 0 = free
}

// place is where respondents lie.
type place struct{ stratum, psu, cell int32 }

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.psu, b.psu), cmp.Compare(a.cell, b.cell))
}

// Len is the number of places.
func (l *Layout) Len() int { return len(l.places) }

// Number returns the number of a place; a new one gets the next. psu is -1
// where rows or persons are the PSUs. With replicate weights strata and PSUs say
// nothing, and places in stratum 0 and PSU -1 are enough. A cell of -1 is outside of all columns and
// has no place: -1.
func (l *Layout) Number(stratum, psu, cell int32) int32 {
	if cell < 0 {
		return none
	}
	if 2*len(l.places) >= len(l.slots) {
		l.grow()
	}
	p := place{stratum, psu, cell}
	at := l.slot(p)
	if l.slots[at] == 0 {
		l.places = append(l.places, p)
		l.slots[at] = int32(len(l.places))
	}
	return l.slots[at] - 1
}

// grow doubles the table.
func (l *Layout) grow() {
	l.slots = make([]int32, max(64, 2*len(l.slots)))
	for i, p := range l.places {
		l.slots[l.slot(p)] = int32(i + 1)
	}
}

// Find returns the number of a place, -1 if it has none. It changes nothing and
// is safe for concurrent use, but not beside Number.
func (l *Layout) Find(stratum, psu, cell int32) int32 {
	if cell < 0 || len(l.places) == 0 {
		return none
	}
	return l.slots[l.slot(place{stratum, psu, cell})] - 1
}

// slot returns where a place is in the table, or where it would be. Half of
// the table is free, so the search ends.
func (l *Layout) slot(p place) int {
	mask := len(l.slots) - 1
	h := (uint64(uint32(p.stratum))<<32 | uint64(uint32(p.cell))) * 0x9e3779b97f4a7c15
	h = (h ^ uint64(uint32(p.psu))) * 0xd6e8feb86659fd93
	for at := int(bits.ReverseBytes64(h)) & mask; ; at = (at + 1) & mask {
		if n := l.slots[at]; n == 0 || l.places[n-1] == p {
			return at
		}
	}
}

// sorted returns the places in order of stratum, PSU and cell, and their numbers.
// They are sorted by digits, the last of the cell first: a layout may have a place
// for nearly every respondent.
func (l *Layout) sorted() (places []place, order []int32) {
	order = make([]int32, len(l.places))
	for i := range order {
		order[i] = int32(i)
	}
	for _, by := range []func(p *place) uint32{
		func(p *place) uint32 { return uint32(p.cell) },
		func(p *place) uint32 { return uint32(p.psu + 1) },
		func(p *place) uint32 { return uint32(p.stratum) },
	} {
		l.sortBy(order, by)
	}
	places = make([]place, len(order))
	for i, n := range order {
		places[i] = l.places[n]
	}
	return places, order
}

// sortBy sorts numbers of places by a part of the place, and leaves those in order
// that have the same.
func (l *Layout) sortBy(order []int32, part func(p *place) uint32) {
	const digit = 11
	type entry struct {
		part   uint32
		number int32
	}
	from, to, all := make([]entry, len(order)), make([]entry, len(order)), uint32(0)
	for i, n := range order {
		from[i] = entry{part(&l.places[n]), n}
		all |= from[i].part
	}
	for shift := 0; all>>shift > 0; shift += digit {
		var next [1 << digit]int32
		for _, e := range from {
			next[e.part>>shift%(1<<digit)]++
		}
		at := int32(0)
		for d, n := range next {
			next[d], at = at, at+n
		}
		for _, e := range from {
			n := &next[e.part>>shift%(1<<digit)]
			to[*n] = e
			*n++
		}
		from, to = to, from
	}
	for i, e := range from {
		order[i] = e.number
	}
}
