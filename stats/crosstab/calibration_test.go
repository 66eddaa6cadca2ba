package crosstab

import (
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/weight"
)

// A calibrationStep calibrates rows of calibration cells 0 to 5. Targets are what
// weights times the factors of the cells add up to, so they can be met.
type calibrationStep func(t *rapid.T, d *stats.Design, of []int, factor []float64) *stats.Design

// margins of two variables, of 2 and 3 categories, that make the 6 cells.
func margins(d *stats.Design, of []int, factor []float64) (ms []weight.Margin) {
	for k, n := range []int{2, 3} {
		m := weight.Margin{Name: string(rune('a' + k)), Of: make([]int, len(of)), Targets: make([]float64, n)}
		for i, q := range of {
			m.Of[i] = q / 3
			if k == 1 {
				m.Of[i] = q % 3
			}
			m.Targets[m.Of[i]] += d.Weights()[i] * factor[q] * 100 // no shares
		}
		ms = append(ms, m)
	}
	return ms
}

func terms(ms []weight.Margin) (ts []weight.Term) {
	for _, m := range ms {
		for c, x := range stats.Indicators(m.Of, len(m.Targets)) {
			ts = append(ts, weight.Term{Name: m.Name, Values: x, Total: m.Targets[c]})
		}
	}
	return ts
}

// drawCalibration makes up one or several calibrations.
func drawCalibration(t *rapid.T) []calibrationStep {
	must := func(t *rapid.T, d *stats.Design, err error) *stats.Design {
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	post := func(t *rapid.T, d *stats.Design, of []int, f []float64) *stats.Design {
		d, _, err := weight.PostStratify(d, margins(d, of, f)[1], true)
		return must(t, d, err)
	}
	rake := func(t *rapid.T, d *stats.Design, of []int, f []float64) *stats.Design {
		d, _, err := weight.Rake(d, margins(d, of, f), weight.Options{Unfinished: true})
		return must(t, d, err)
	}
	exponential := func(t *rapid.T, d *stats.Design, of []int, f []float64) *stats.Design {
		d, _, err := weight.Calibrate(d, terms(margins(d, of, f)), weight.Calibration{Distance: weight.Exponential, Unfinished: true})
		return must(t, d, err)
	}
	before := func(t *rapid.T, d *stats.Design, of []int, f []float64) *stats.Design {
		var x [][]float64
		for _, term := range terms(margins(d, of, f)) {
			if term.Total > 0 {
				x = append(x, term.Values)
			}
		}
		d, err := weight.Precalibrated(d, x...)
		return must(t, d, err)
	}
	steps := map[string]calibrationStep{"post": post, "rake": rake, "exponential": exponential, "before": before}
	var drawn []calibrationStep
	for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"post", "rake", "exponential", "before"}), 1, 3).Draw(t, "steps") {
		drawn = append(drawn, steps[name])
	}
	return drawn
}

// Totals by calibration cell give the residual variances that package stats gives
// for rows: for samples of persons, of PSUs and in loops, with respondents
// outside of all columns and others who were not asked, after one calibration
// and after several.
func TestCalibrationIsStats(t *testing.T) {
	for range 3 {
		rapid.Check(t, calibrationIsStats)
	}
}

func calibrationIsStats(t *rapid.T) {
	const Q = 6
	s := drawSample(t)
	people := s.people()
	ofPerson := rapid.SliceOfN(rapid.IntRange(0, Q-1), len(people), len(people)).Draw(t, "calibration cells")
	design, cells := calibrate(t, s.ofPeople(t, people), ofPerson)
	for i := range s.rows {
		s.rows[i].w = design.Weights()[s.rows[i].person]
	}

	d, parts, err := s.accumulate() // checks the design
	if err != nil {
		t.Fatal(err)
	}
	a, all := NewAccumulator(d), NewAccumulator(d)
	rows, cell, code, value := s.chunk(0, len(s.rows))
	for i, c := range cell {
		if c >= 0 {
			cell[i] = c*Q + int32(ofPerson[s.rows[i].person])
		}
	}
	a.Add(rows, cell, code, value)
	single := &refSample{kind: s.kind, rows: people}
	for i := range people {
		people[i].w = design.Weights()[i]
		people[i].cell, people[i].code = int32(ofPerson[i]), 0
	}
	all.Add(single.chunk(0, len(people)))
	req := drawRequest(t)
	plain, err := merge(parts).Estimate(req)
	if err != nil {
		t.Fatal(err)
	}
	lib := library{s, design, people}
	calibrated := req
	calibrated.Columns = nil
	for _, c := range req.Columns {
		in := c.In
		if in != nil {
			c.In = func(cell int32) bool { return in(cell / Q) }
		}
		calibrated.Columns = append(calibrated.Columns, c)
	}
	calibrated.Calibration = NewCalibration(cells, all, func(cell int32) int32 { return cell })
	calibrated.CalibrationCell = func(cell int32) int32 { return cell % Q }
	r, err := a.Estimate(calibrated)
	if err != nil {
		t.Fatal(err)
	}
	lib.check(t, req, r)
	for c := range plain.Bases {
		if plain.Bases[c].People != r.Bases[c].People {
			t.Fatalf("column %d: base %+v, expected %+v", c, r.Bases[c], plain.Bases[c])
		}
		for k := range plain.Cells {
			near(t, "df", r.Cells[k][c].DF, plain.Cells[k][c].DF, 0, 0)
		}
	}
}

// calibrate calibrates a design of people in 6 calibration cells, and the cells.
func calibrate(t *rapid.T, people *stats.Design, of []int) (design, cells *stats.Design) {
	before := make([]float64, 6)
	for i, w := range people.Weights() {
		before[of[i]] += w
	}
	cells, err := stats.NewDesign(stats.Sampling{Rows: 6, Weights: before})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range drawCalibration(t) {
		f := rapid.SliceOfN(rapid.Float64Range(0.5, 2), 6, 6).Draw(t, "factors")
		people = step(t, people, of, f)
		cells = step(t, cells, []int{0, 1, 2, 3, 4, 5}, f)
	}
	return people, cells
}

// ofPeople is the design of the people of a sample, a row each.
func (s *refSample) ofPeople(t *rapid.T, people []refRow) *stats.Design {
	var st stats.Stage
	w := make([]float64, len(people))
	for i, r := range people {
		w[i] = r.w
		st.Strata = append(st.Strata, int(r.stratum))
		if s.kind == psuUnits {
			st.Units = append(st.Units, int(r.psu))
		}
		if s.opt.FPC != nil {
			st.FPC = append(st.FPC, s.opt.FPC[r.stratum])
		}
	}
	// An fpc of at most 1 everywhere would be a share.
	d, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w, Stages: []stats.Stage{st}, Lonely: s.opt.Lonely})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
