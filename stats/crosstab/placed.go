package crosstab

// placed are the totals of one question by place and answer.
type placed struct {
	places []place // in order
	codes  int     // answers
	sums   []sums  // place * answers + answer

	reps func(place, code int) []float64 // totals of replicates; nil = there are none
}

// at returns the totals of a place by answer.
func (p *placed) at(place int) []sums { return p.sums[place*p.codes:][:p.codes] }

func (p *placed) answers() []codeKey {
	answers, _ := codesTo(p.codes)
	return answers
}

func (p *placed) each(f func(at *content)) {
	var at content
	_, at.codes = codesTo(p.codes)
	if p.reps != nil {
		at.reps = make([][]float64, p.codes)
	}
	for i, place := range p.places {
		at.unit, at.cell, at.sums = place.unit(), place.cell, p.at(i)
		for k := range at.reps {
			if at.reps[k] = nil; at.sums[k].n > 0 {
				at.reps[k] = p.reps(i, k)
			}
		}
		f(&at)
	}
}

// unit is the stratum and the PSU of the place.
func (p place) unit() unit { return unit{p.stratum, p.psu, none} }
