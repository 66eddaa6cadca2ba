package crosstab

import (
	"fmt"
	"slices"
)

// A Layout numbers the places in which respondents lie, a stratum and a cell
// each, once for all questions. Samples of persons only: a PSU is no place.
type Layout struct{ stratum, cell []int32 }

// NewLayout numbers the places of rows from 0 in order of stratum and cell, and
// returns the place of each row; -1 for a cell of -1. The slices have a length
// of rows.
func NewLayout(stratum, cell []int32) (l *Layout, place []int32) {
	if len(stratum) != len(cell) {
		panic(fmt.Sprintf("crosstab: %d strata and %d cells", len(stratum), len(cell)))
	}
	at := map[uint64]int32{}
	var keys []uint64
	for i, c := range cell {
		k := uint64(uint32(stratum[i]))<<32 | uint64(uint32(c))
		if _, known := at[k]; c >= 0 && !known {
			at[k] = 0
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	l = &Layout{make([]int32, len(keys)), make([]int32, len(keys))}
	for p, k := range keys {
		at[k] = int32(p)
		l.stratum[p], l.cell[p] = int32(k>>32), int32(uint32(k))
	}
	place = make([]int32, len(cell))
	for i, c := range cell {
		place[i] = none
		if c >= 0 {
			place[i] = at[uint64(uint32(stratum[i]))<<32|uint64(uint32(c))]
		}
	}
	return l, place
}

// placed are totals by place and answer.
type placed struct {
	layout *Layout
	codes  int
	sums   []sums
}

// AddPlaces is Add for respondents whose places are numbered: the loop in which
// a run over millions spends its time. Answers are below codes, the same number
// at every call; -1 = not in the base of the question. All rows of an
// accumulator are added by one of the two.
func (a *Accumulator) AddPlaces(l *Layout, place []int32, weight []float64, code []int16, codes int) {
	if len(weight) != len(place) || len(code) != len(place) {
		panic(fmt.Sprintf("crosstab: %d places, %d weights, %d codes", len(place), len(weight), len(code)))
	}
	if a.design.Clustered() || len(a.keys) > 0 {
		panic("crosstab: places are for samples of persons that nothing else is added to")
	}
	if a.placed == nil {
		a.placed = &placed{l, codes, make([]sums, len(l.cell)*codes)}
	}
	if a.placed.layout != l || a.placed.codes != codes {
		panic("crosstab: places of two layouts")
	}
	total := a.placed.sums
	for i, p := range place {
		k, w := code[i], weight[i]
		if p < 0 || k < 0 || w == 0 {
			continue
		}
		if int(k) >= codes {
			panic(fmt.Sprintf("crosstab: answer %d of %d", k, codes))
		}
		s := &total[int(p)*codes+int(k)]
		s.n++
		s.w += w
		s.w2 += w * w
	}
}

// settle turns totals by place into totals by key.
func (a *Accumulator) settle() {
	p := a.placed
	if p == nil {
		return
	}
	a.placed = nil
	for i, s := range p.sums {
		if s.n > 0 {
			at, code := i/p.codes, i%p.codes
			k := key{p.layout.stratum[at], none, none, p.layout.cell[at], int16(code), false}
			a.sums[a.slot(k)] = s
		}
	}
}
