package crosstab

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
)

// A plain implementation, row by row, of everything that Estimate does by
// totals: linearised values of every row, summed by PSU, variance by stratum.

// refRow is one row of a sample.
type refRow struct {
	stratum, psu, person int32
	w                    float64
	cell                 int32
	code                 int16
	value                float64
}

// refSample is a sample with its design.
type refSample struct {
	opt    DesignOptions
	kind   unitKind
	valued bool
	rows   []refRow
}

func (s *refSample) unit(i int) int32 {
	switch s.kind {
	case psuUnits:
		return s.rows[i].psu
	case personUnits:
		return s.rows[i].person
	}
	return int32(i)
}

// rows a..b as the package takes them.
func (s *refSample) chunk(a, b int) (r Rows, cell []int32, code []int16, value []float64) {
	for _, row := range s.rows[a:b] {
		r.Stratum = append(r.Stratum, row.stratum)
		r.Weight = append(r.Weight, row.w)
		if s.kind == psuUnits {
			r.PSU = append(r.PSU, row.psu)
		}
		if s.kind != rowUnits {
			r.Person = append(r.Person, row.person)
		}
		cell = append(cell, row.cell)
		code = append(code, row.code)
		if s.valued {
			value = append(value, row.value)
		}
	}
	return r, cell, code, value
}

// accumulate runs the package over the sample, cut at the given places.
func (s *refSample) accumulate(cuts ...int) (*Design, []*Accumulator, error) {
	census := &Census{}
	cuts = append(append([]int{0}, cuts...), len(s.rows))
	for i := range cuts[1:] {
		part := &Census{}
		r, _, _, _ := s.chunk(cuts[i], cuts[i+1])
		part.Add(r)
		census.Merge(part)
	}
	d, err := census.Design(s.opt)
	if err != nil {
		return nil, nil, err
	}
	var parts []*Accumulator
	for i := range cuts[1:] {
		a := NewAccumulator(d)
		a.Add(s.chunk(cuts[i], cuts[i+1]))
		parts = append(parts, a)
	}
	return d, parts, nil
}

// merge folds accumulators into the first.
func merge(parts []*Accumulator) *Accumulator {
	for _, p := range parts[1:] {
		parts[0].Merge(p)
	}
	return parts[0]
}

// refEstimate is an estimate over the rows where in holds.
type refEstimate struct {
	in     []bool
	n      int
	people int
	w, w2  float64
	p      float64
	count  int
	num    float64
	z      []float64
	s2     float64
}

// answer is the score of a row for a statistic; ok is false outside of it.
func (s *refSample) answer(i int, st StatSpec) (y float64, ok bool) {
	r := s.rows[i]
	if r.cell < 0 || r.code < 0 || r.w == 0 {
		return 0, false
	}
	switch {
	case st.Kind == Proportion || st.Kind == NetRow:
		if slices.Contains(st.Codes, r.code) {
			return 1, true
		}
		return 0, true
	case st.Value:
		return r.value, s.valued && !math.IsNaN(r.value)
	}
	if int(r.code) >= len(st.Scores) {
		return 0, false
	}
	return st.Scores[r.code], !math.IsNaN(st.Scores[r.code])
}

func (s *refSample) estimate(st StatSpec, in func(cell int32) bool) *refEstimate {
	e := &refEstimate{in: make([]bool, len(s.rows)), z: make([]float64, len(s.rows))}
	persons := map[int32]bool{}
	for i, r := range s.rows {
		y, ok := s.answer(i, st)
		if !ok || !in(r.cell) {
			continue
		}
		e.in[i] = true
		e.n++
		persons[r.person] = true
		e.w += r.w
		e.w2 += r.w * r.w
		e.num += r.w * y
		if y == 1 {
			e.count++
		}
	}
	e.people = len(persons)
	e.p = e.num / e.w
	for i, r := range s.rows {
		if e.in[i] {
			y, _ := s.answer(i, st)
			e.z[i] = r.w * (y - e.p) / e.w
			e.s2 += r.w * (y - e.p) * (y - e.p) / e.w
		}
	}
	return e
}

// variance of a total of z, a value per row; member marks the domain, which
// only stats.LonelyAverage needs.
func (s *refSample) variance(z []float64, member []bool) float64 {
	v, strata, lonelyStrata := 0.0, 0, 0
	for h := range int32(max(1, s.opt.Strata)) {
		totals, reached := map[int32]float64{}, false
		for i, r := range s.rows {
			if r.stratum == h {
				totals[s.unit(i)] += z[i]
				reached = reached || member[i]
			}
		}
		n := float64(len(totals))
		if n == 0 {
			continue
		}
		f := 0.0
		if s.opt.FPC != nil {
			f = n / s.opt.FPC[h]
		}
		lonely := n == 1 && f < 1
		if reached {
			strata++
			if lonely {
				lonelyStrata++
			}
		}
		mean, ss := 0.0, 0.0
		for _, t := range totals {
			mean += t / n
		}
		switch {
		case n == 1 && s.opt.Lonely == stats.LonelyAdjust:
			v += (1 - f) * mean * mean
		case n > 1:
			for _, t := range totals {
				ss += (t - mean) * (t - mean)
			}
			v += (1 - f) * n / (n - 1) * ss
		}
	}
	if s.opt.Lonely == stats.LonelyAverage && strata > lonelyStrata {
		v *= float64(strata) / float64(strata-lonelyStrata)
	}
	return v
}

// df counts PSUs minus strata among marked rows.
func (s *refSample) df(member []bool) float64 {
	units, strata := map[int32]bool{}, map[int32]bool{}
	for i, r := range s.rows {
		if member[i] {
			units[s.unit(i)] = true
			strata[r.stratum] = true
		}
	}
	return float64(len(units) - len(strata))
}

func either(a, b []bool) []bool {
	c := slices.Clone(a)
	for i := range b {
		c[i] = c[i] || b[i]
	}
	return c
}

func minus(a, b []float64) []float64 {
	c := slices.Clone(a)
	for i := range b {
		c[i] -= b[i]
	}
	return c
}

func squares(z []float64) (ss float64) {
	for _, v := range z {
		ss += v * v
	}
	return ss
}

// near fails unless two numbers agree to tol, relative to the larger of them
// and of scale.
func near(t interface{ Fatalf(string, ...any) }, what string, got, want, tol, scale float64) {
	if math.IsNaN(got) || math.Abs(got-want) > tol*math.Max(math.Abs(want), scale) {
		t.Fatalf("%s: got %.17g, want %.17g", what, got, want)
	}
}

// check compares a whole Result with the plain implementation.
func (s *refSample) check(t interface{ Fatalf(string, ...any) }, req Request, r *Result) {
	const tol = 1e-9
	inAll := func(c int) func(int32) bool {
		if req.Columns[c].In == nil {
			return func(int32) bool { return true }
		}
		return req.Columns[c].In
	}
	base := StatSpec{Kind: Proportion}
	for c := range req.Columns {
		b := s.estimate(base, inAll(c))
		got := r.Bases[c]
		if got.Unweighted != b.n || got.People != b.people {
			t.Fatalf("base of column %d: got %+v, want %d rows, %d people", c, got, b.n, b.people)
		}
		near(t, "weighted base", got.Weighted, b.w, tol, 0)
		if b.n > 0 {
			near(t, "effective base", got.Effective, b.w*b.w/b.w2, tol, 0)
		}
	}
	next := 0
	for si, st := range req.Stats {
		var es []*refEstimate
		for c := range req.Columns {
			e := s.estimate(st, inAll(c))
			es = append(es, e)
			what := fmt.Sprintf("statistic %d (%s), column %d", si, st.Kind, c)
			s.checkCell(t, what, st, e, r.Bases[c].Unweighted, &r.Cells[si][c])
		}
		if st.Kind == SD {
			continue
		}
		test := func(a, b *refEstimate, ai, bi int, contained bool) {
			what := fmt.Sprintf("statistic %d (%s), columns %d and %d", si, st.Kind, ai, bi)
			zd := minus(a.z, b.z)
			member := either(a.in, b.in)
			v, df := s.variance(zd, member), s.df(member)
			scale := squares(a.z) + squares(b.z)
			tested := !contained && min(a.people, b.people) >= req.MinBase && v > 1e-12*scale+1e-20 && df >= 1
			made := next < len(r.Comparisons) && r.Comparisons[next].Row == si && r.Comparisons[next].A == ai && r.Comparisons[next].B == bi
			if tested != made {
				t.Fatalf("%s: tested %v, want %v (variance %g, df %g, bases %d and %d)", what, made, tested, v, df, a.n, b.n)
			}
			if !made {
				return
			}
			c := r.Comparisons[next]
			next++
			near(t, what+": difference", c.Difference, a.p-b.p, tol, math.Sqrt(v))
			near(t, what+": SE", c.SE, math.Sqrt(v), 1e-7, math.Sqrt(scale))
			near(t, what+": df", c.DF, df, 0, 0)
			if !r.Cells[si][ai].Tested || bi >= 0 && !r.Cells[si][bi].Tested {
				t.Fatalf("%s: tested, but not marked so", what)
			}
		}
		for _, g := range req.Groups {
			for j, b := range g {
				for _, a := range g[:j] {
					test(es[a], es[b], a, b, contained(es[a].in, es[b].in) || contained(es[b].in, es[a].in))
				}
			}
		}
		for c, col := range req.Columns {
			if col.Rest && c > 0 {
				total, own := inAll(0), inAll(c)
				rest := s.estimate(st, func(cell int32) bool { return total(cell) && !own(cell) })
				test(es[c], rest, c, -1, rest.n == 0 || es[c].n == 0)
			}
		}
	}
	if next != len(r.Comparisons) {
		t.Fatalf("%d comparisons, want %d", len(r.Comparisons), next)
	}
}

// contained reports whether all of a is in b.
func contained(a, b []bool) bool {
	for i := range a {
		if a[i] && !b[i] {
			return false
		}
	}
	return true
}

func (s *refSample) checkCell(t interface{ Fatalf(string, ...any) }, what string, st StatSpec, e *refEstimate, base int, c *Cell) {
	const tol = 1e-9
	if e.n == 0 || st.Kind == SD && e.n == 1 {
		if want := map[bool]Status{true: NotAsked, false: NotApplicable}[base == 0]; c.Status != want {
			t.Fatalf("%s: status %q, want %q", what, c.Status, want)
		}
		return
	}
	n := float64(e.n)
	if st.Kind == SD {
		near(t, what, c.Estimate, math.Sqrt(e.s2*n/(n-1)), tol, 1e-4) // 0 in theory is rounding noise here
		return
	}
	v := s.variance(e.z, e.in)
	near(t, what, c.Estimate, e.p, tol, 1e-6)
	// A variance that is zero in theory is rounding noise in the plain implementation.
	near(t, what+": SE", c.SE, math.Sqrt(v), tol, 1+10*math.Sqrt(e.s2))
	near(t, what+": df", c.DF, s.df(e.in), 0, 0)
	if st.Kind != Mean {
		if c.Count != e.count {
			t.Fatalf("%s: count %d, want %d", what, c.Count, e.count)
		}
		near(t, what+": weighted count", c.WeightedCount, e.num, tol, 0)
		if (c.Estimate == 0) != (e.count == 0) || (c.Estimate == 1) != (e.count == e.n) {
			t.Fatalf("%s: %g with %d of %d", what, c.Estimate, e.count, e.n)
		}
		if c.Low < 0 || c.High > 1 || c.Low > c.Estimate || c.High < c.Estimate {
			t.Fatalf("%s: interval %g to %g", what, c.Low, c.High)
		}
	} else if c.Count != e.n {
		t.Fatalf("%s: count %d, want %d", what, c.Count, e.n)
	}
	if n > 1 && e.s2 > 1e-9 && c.SE > 0 {
		near(t, what+": deff", c.Deff, v/(e.s2/(n-1)), 1e-7, 1e-6)
	}
	if c.HasCI != (c.SE > 0 && c.DF >= 1) {
		t.Fatalf("%s: interval %v with SE %g, df %g", what, c.HasCI, c.SE, c.DF)
	}
}

// drawSample makes up a small sample of any design.
func drawSample(t *rapid.T) *refSample {
	s := &refSample{
		kind:   rapid.SampledFrom([]unitKind{rowUnits, personUnits, psuUnits}).Draw(t, "units"),
		valued: rapid.Bool().Draw(t, "valued"),
	}
	s.opt.Strata = rapid.IntRange(1, 4).Draw(t, "strata")
	s.opt.Lonely = rapid.SampledFrom([]stats.Lonely{stats.LonelyRemove, stats.LonelyCertainty, stats.LonelyAdjust, stats.LonelyAverage}).Draw(t, "lonely")
	weight := rapid.SampledFrom([]float64{0, 0.5, 1, 1, 1.25, 3, 7.7})
	psu, person := int32(0), int32(0)
	units := make([]int, s.opt.Strata)
	for h := range int32(s.opt.Strata) {
		for range rapid.IntRange(1, 4).Draw(t, "psus") {
			for range rapid.IntRange(1, 4).Draw(t, "persons") {
				ratings := 1
				if s.kind != rowUnits {
					ratings = rapid.IntRange(1, 3).Draw(t, "ratings")
				}
				w := weight.Draw(t, "w")
				for range ratings {
					v := float64(rapid.IntRange(-30, 30).Draw(t, "value")) / 10
					if v < -2.5 {
						v = math.NaN()
					}
					s.rows = append(s.rows, refRow{h, psu, person, w,
						int32(rapid.IntRange(-1, 3).Draw(t, "cell")), int16(rapid.IntRange(-1, 2).Draw(t, "code")), v})
				}
				person++
				if s.kind != psuUnits {
					units[h]++
				}
			}
			psu++
			if s.kind == psuUnits {
				units[h]++
			}
		}
	}
	s.rows[0].w = 1 // somebody has weight
	if rapid.Bool().Draw(t, "fpc") {
		for h := range s.opt.Strata {
			s.opt.FPC = append(s.opt.FPC, float64(units[h]+rapid.IntRange(0, 5).Draw(t, "fpc")))
		}
	}
	return s
}

// drawRequest makes up columns that overlap, contain each other or are empty.
func drawRequest(t *rapid.T) Request {
	req := Request{Columns: []ColumnSpec{{}}, MinBase: rapid.IntRange(1, 3).Draw(t, "min base")}
	var group []int
	for c := range rapid.IntRange(1, 5).Draw(t, "columns") {
		cells := rapid.SliceOfN(rapid.Int32Range(0, 3), 0, 3).Draw(t, "cells")
		req.Columns = append(req.Columns, ColumnSpec{
			In:   func(cell int32) bool { return slices.Contains(cells, cell) },
			Rest: rapid.Bool().Draw(t, "rest"),
		})
		group = append(group, c+1)
	}
	cut := rapid.IntRange(0, len(group)).Draw(t, "groups")
	req.Groups = [][]int{group[:cut], group[cut:]}
	nan := math.NaN()
	req.Stats = []StatSpec{
		{Kind: Proportion, Codes: []int16{0}},
		{Kind: Mean, Scores: []float64{1, 2.5, nan, -4}},
		{Kind: NetRow, Codes: []int16{1, 2}},
		{Kind: SD, Scores: []float64{1, 2.5, nan, -4}},
		{Kind: Mean, Scores: []float64{5, nan, 4}},
		{Kind: Mean, Value: true},
		{Kind: SD, Value: true},
	}
	return req
}

// TestEqualsRowByRow: totals by stratum, cell and answer give what rows give.
func TestEqualsRowByRow(t *testing.T) {
	for range 20 { // some faults need more than the usual hundred samples to show
		rapid.Check(t, equalsRowByRow)
	}
}

func equalsRowByRow(t *rapid.T) {
	s := drawSample(t)
	cut := rapid.IntRange(0, len(s.rows)).Draw(t, "cut")
	d, parts, err := s.accumulate(cut)
	if err != nil {
		t.Fatalf("design: %v", err)
	}
	weighted := make([]bool, len(s.rows))
	for i, r := range s.rows {
		weighted[i] = r.w > 0
	}
	near(t, "df of the design", float64(d.DF()), s.df(weighted), 0, 0)
	req := drawRequest(t)
	r, err := merge(parts).Estimate(req)
	if err != nil {
		t.Fatalf("%v", err)
	}
	s.check(t, req, r)
}
