package crosstab

// A LoopTally counts the questions of a loop, in which each person rates several
// things, block by block. Ratings are kept by person.
type LoopTally struct {
	d     *Design
	l     *Layout
	turns int
	n     int32
	sums  []*Accumulator
}

// NewLoopTally begins a tally. The rating in turn k of a person in cell c lies in
// cell c*turns+k. Item i has codes 0 to answers[i]-1; scored tells which of them
// have a score, nil = all.
func NewLoopTally(d *Design, l *Layout, turns int, answers []int, _ [][]bool) *LoopTally {
	t := &LoopTally{d: d, l: l, turns: turns}
	for range answers {
		t.sums = append(t.sums, NewAccumulator(d))
	}
	return t
}

// Add counts the respondents of a block, whose codes are by item and turn.
func (t *LoopTally) Add(b *Block, _ int) {
	for i, p := range b.Place {
		if p >= 0 {
			pl := t.l.places[p]
			for q, a := range t.sums {
				for k := range t.turns {
					if c := b.Codes[q*t.turns+k][i]; c != NoCode {
						r := Rows{Stratum: []int32{pl.stratum}, Weight: b.Weight[i : i+1], Person: []int32{t.n}}
						if pl.psu >= 0 {
							r.PSU = []int32{pl.psu}
						}
						a.Add(r, []int32{pl.cell*int32(t.turns) + int32(k)}, []int16{int16(c)}, nil)
					}
				}
			}
		}
		t.n++
	}
}

// Accumulators returns the totals by item. Nothing is added afterwards.
func (t *LoopTally) Accumulators() []*Accumulator { return t.sums }
