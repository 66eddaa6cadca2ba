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
func (p *placed) each(f func(k *key, t *totals, reps []float64)) {
	var t totals
	for i, at := range p.places {
		k := at.key()
		for code, s := range p.at(i) {
			if s.n == 0 {
				continue
			}
			var reps []float64
			if p.reps != nil {
				reps = p.reps(i, code)
			}
			k.code, t.sums = int16(code), s
			f(&k, &t, reps)
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

// key is where the answers in a place are counted, the first of them.
func (p place) key() key { return key{p.stratum, p.psu, none, p.cell, 0, false} }
