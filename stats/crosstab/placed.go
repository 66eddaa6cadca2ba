package crosstab

// placed are the totals of one question by place and answer.
type placed struct {
	places  []place // in order
	answers int
	sums    []sums // place * answers + answer

	reps func(place, code int) []float64 // totals of replicates; nil = there are none
}

// at returns the totals of a place by answer.
func (p *placed) at(place int) []sums { return p.sums[place*p.answers:][:p.answers] }

// each calls f for all totals, in order.
func (p *placed) each(f func(k key, s sums, reps []float64)) {
	for i, at := range p.places {
		for code, s := range p.at(i) {
			if s.n == 0 {
				continue
			}
			var reps []float64
			if p.reps != nil {
				reps = p.reps(i, code)
			}
			f(at.key(code), s, reps)
		}
	}
}

func (p *placed) most() int {
	n := 0
	for i := range p.sums {
		if p.sums[i].n > 0 {
			n++
		}
	}
	return n
}

// key is where an answer in a place is counted.
func (p place) key(code int) key {
	return key{p.stratum, p.psu, none, p.cell, int16(code), false}
}
