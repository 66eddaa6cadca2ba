package crosstab

import (
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
)

// Ratings with replicate weights are what package stats makes of the persons'
// totals.
func TestLoopReplicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawLooping(t)
		sample := s.sample()
		reps, weights := sample.drawReplicates(t)
		var rows Rows
		var w []float64
		for i, p := range s.persons {
			w = append(w, p.w)
			if s.psu {
				rows.PSU = append(rows.PSU, p.psu)
			}
			rows.Stratum, rows.Weight = append(rows.Stratum, p.stratum), append(rows.Weight, p.w)
			for _, r := range weights {
				rows.Replicates = append(rows.Replicates, r[i])
			}
		}
		var c Census
		c.Add(rows)
		d, err := c.Design(DesignOptions{Replicates: &reps})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w, Lonely: stats.LonelyRemove})
		if err != nil {
			t.Fatal(err)
		}
		lib := library{sample, plain.WithReplicates(stats.Replicates{Weights: weights, Scale: reps.Scale, RScales: reps.RScales, MSE: reps.MSE, DF: reps.DF}), s.persons}
		l := &Layout{}
		for i, p := range s.persons {
			s.block.Place[i] = l.Number(0, none, p.cell)
		}
		tally := NewLoopTally(d, l, s.turns, []int{s.answers}, [][]bool{s.scored})
		cut := rapid.IntRange(0, len(w)).Draw(t, "cut")
		for _, p := range [][2]int{{0, cut}, {cut, len(w)}} {
			b := s.part(p[0], p[1])
			b.Codes = b.Codes[:s.turns]
			b.Replicates = rows.Replicates[p[0]*reps.N : p[1]*reps.N]
			tally.Add(b, 2)
		}
		req := s.request(t)
		lib.check(t, req, mustEstimate(t, tally.Accumulators()[0], req))
	})
}

// Ratings by persons whose weights are calibrated.
func TestLoopCalibration(t *testing.T) {
	const Q = 6
	rapid.Check(t, func(t *rapid.T) {
		s := drawLooping(t)
		sample := s.sample()
		design := sample.ofPeople(t, s.persons)
		of := rapid.SliceOfN(rapid.IntRange(0, Q-1), len(s.persons), len(s.persons)).Draw(t, "calibration cells")
		design, cells := calibrate(t, design, of)
		req := s.request(t)
		within := req
		within.Columns = nil
		turns := int32(s.turns)
		for _, c := range req.Columns {
			in := c.In
			if in != nil {
				c.In = func(cell int32) bool { return in(cell/turns/Q*turns + cell%turns) }
			}
			within.Columns = append(within.Columns, c)
		}
		people := &refSample{kind: rowUnits}
		if s.psu {
			people.kind = psuUnits
		}
		for i := range s.persons {
			p := &s.persons[i]
			p.w = design.Weights()[i]
			q := int32(of[i])
			people.rows = append(people.rows, refRow{p.stratum, p.psu, p.person, p.w, q, 0, 0})
			if p.cell >= 0 {
				p.cell = p.cell*Q + q
			}
		}
		for i := range sample.rows {
			sample.rows[i].w = s.persons[sample.rows[i].person].w
		}
		s.block.Place = nil
		s.layOut(t)
		all := NewAccumulator(s.design)
		rows, cell, code, _ := people.chunk(0, len(people.rows))
		rows.Person = nil
		all.Add(rows, cell, code, nil)
		within.Calibration = NewCalibration(cells, all, func(cell int32) int32 { return cell })
		within.CalibrationCell = func(cell int32) int32 { return cell / turns % Q }
		r := mustEstimate(t, s.tally((*LoopTally).keepTables, 0, len(s.persons), len(s.persons), 1)[0], within)
		library{sample, design, s.persons}.check(t, req, r)
	})
}
