package crosstab

import "fmt"

// NewLayout numbers the places of rows of a sample of persons, and returns the
// place of each row; -1 for a cell of -1. The slices have a length of rows.
func NewLayout(stratum, cell []int32) (l *Layout, place []int32) {
	if len(stratum) != len(cell) {
		panic(fmt.Sprintf("crosstab: %d strata and %d cells", len(stratum), len(cell)))
	}
	l, place = &Layout{}, make([]int32, len(cell))
	for i, c := range cell {
		place[i] = l.Number(stratum[i], none, c)
	}
	return l, place
}

// placed are totals by place and answer.
type placed struct {
	layout *Layout // of AddPlaces
	places []place
	codes  int
	sums   []sums

	reps func(place, code int) []float64 // totals of replicates; nil = there are none
}

// at returns the totals of a place by answer.
func (p *placed) at(place int) []sums { return p.sums[place*p.codes:][:p.codes] }

// AddPlaces is Add for respondents whose places are numbered. Answers are below
// codes, the same number at every call; -1 = not in the base of the question.
// All rows of an accumulator are added by one of the two.
func (a *Accumulator) AddPlaces(l *Layout, place []int32, weight []float64, code []int16, codes int) {
	if len(weight) != len(place) || len(code) != len(place) {
		panic(fmt.Sprintf("crosstab: %d places, %d weights, %d codes", len(place), len(weight), len(code)))
	}
	if a.design.Clustered() || len(a.keys) > 0 || a.design.reps != nil {
		panic("crosstab: places are for samples of persons without replicate weights that nothing else is added to")
	}
	if a.placed == nil {
		a.placed = &placed{layout: l, places: l.places, codes: codes, sums: make([]sums, len(l.places)*codes)}
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
	a.settleLoop()
	p := a.placed
	if p == nil {
		return
	}
	a.placed = nil
	for i, s := range p.sums {
		if s.n > 0 {
			at, code := p.places[i/p.codes], i%p.codes
			k := key{at.stratum, at.psu, none, at.cell, int16(code), false}
			to := a.slot(k)
			a.sums[to] = s
			if p.reps != nil {
				a.reps[to] = p.reps(i/p.codes, code)
			}
		}
	}
}
