package crosstab

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
)

// makeUp is a simulated sample for tests and benchmarks: persons in strata and
// PSUs, ratings of them, 360 cells of five answers.
func makeUp(kind unitKind, strata, persons, ratings int) *refSample {
	r := rand.New(rand.NewPCG(1, 2))
	s := &refSample{kind: kind, valued: true, opt: DesignOptions{Strata: strata}}
	for p := range int32(persons) {
		h := p * int32(strata) / int32(persons)
		w := math.Round(1000*math.Exp(r.NormFloat64()/2)) / 1000
		cell := int32(r.IntN(36) * 10)
		for _, item := range r.Perm(8)[:ratings] {
			s.rows = append(s.rows, refRow{h, h*1000 + p/10, p, w, cell + int32(item), int16(r.IntN(5)), math.Round(100 * r.NormFloat64())})
		}
	}
	return s
}

// banner is a Total, six ages, six countries, eight items and all ages by
// country: 57 columns in nine groups.
func banner() (cs []ColumnSpec, groups [][]int) {
	cs = []ColumnSpec{{}}
	add := func(n int32, in func(cell, k int32) bool) {
		var g []int
		for k := range n {
			g = append(g, len(cs))
			cs = append(cs, ColumnSpec{In: func(cell int32) bool { return in(cell, k) }, Rest: true})
		}
		groups = append(groups, g)
	}
	add(6, func(cell, k int32) bool { return cell/60 == k })
	add(6, func(cell, k int32) bool { return cell/10%6 == k })
	add(8, func(cell, k int32) bool { return cell%10 == k })
	for country := range int32(6) {
		add(6, func(cell, k int32) bool { return cell/10%6 == country && cell/60 == k })
	}
	return cs, groups
}

// request asks for ten statistics in the banner.
func request() Request {
	cs, groups := banner()
	req := Request{Columns: cs, Groups: groups}
	for k := range int16(5) {
		req.Stats = append(req.Stats, StatSpec{Kind: Proportion, Codes: []int16{k}})
	}
	scores := []float64{1, 2, 3, 4, 5}
	req.Stats = append(req.Stats,
		StatSpec{Kind: NetRow, Codes: []int16{3, 4}}, StatSpec{Kind: NetRow, Codes: []int16{0, 1}},
		StatSpec{Kind: Mean, Scores: scores}, StatSpec{Kind: SD, Scores: scores}, StatSpec{Kind: Mean, Value: true})
	return req
}

func mustEstimate(t interface{ Fatal(...any) }, a *Accumulator, req Request) *Result {
	r, err := a.Estimate(req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustAccumulate(t testing.TB, s *refSample, cuts ...int) *Accumulator {
	_, parts, err := s.accumulate(cuts...)
	if err != nil {
		t.Fatal(err)
	}
	return merge(parts)
}

var kinds = map[string]unitKind{"rows": rowUnits, "persons": personUnits, "PSUs": psuUnits}

// TestThreads: chunks counted by 1, 2 or 7 threads and merged in their order
// give the same bits.
func TestThreads(t *testing.T) {
	for name, kind := range kinds {
		s := makeUp(kind, 4, 900, 3)
		_, parts, err := s.accumulate(500, 700, 701, 1300, 2200, 2600)
		if err != nil {
			t.Fatal(err)
		}
		want := mustEstimate(t, merge(parts), request())
		for _, threads := range []int{1, 2, 7} {
			d, _, err := s.accumulate()
			if err != nil {
				t.Fatal(err)
			}
			cuts := []int{0, 500, 700, 701, 1300, 2200, 2600, len(s.rows)}
			parts := make([]*Accumulator, len(cuts)-1)
			var wg sync.WaitGroup
			for thread := range threads {
				wg.Go(func() {
					for i := thread; i < len(parts); i += threads {
						parts[i] = NewAccumulator(d)
						parts[i].Add(s.chunk(cuts[i], cuts[i+1]))
					}
				})
			}
			wg.Wait()
			if got := mustEstimate(t, merge(parts), request()); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %d threads give other bits", name, threads)
			}
		}
	}
}

// alike fails unless two results agree but for rounding; scale is what the
// second sample's weights were multiplied by.
func alike(t *testing.T, what string, got, want *Result, scale float64) {
	const tol = 1e-10
	for c := range want.Bases {
		g, w := got.Bases[c], want.Bases[c]
		if g.Unweighted != w.Unweighted || g.People != w.People {
			t.Fatalf("%s: base %+v, want %+v", what, g, w)
		}
		near(t, what, g.Weighted, w.Weighted*scale, tol, 0)
		near(t, what, g.Effective, w.Effective, tol, 0)
	}
	for s := range want.Cells {
		for c, w := range want.Cells[s] {
			g := got.Cells[s][c]
			near(t, what, g.Estimate, w.Estimate, tol, w.SE)
			near(t, what, g.SE, w.SE, tol, 0)
			near(t, what, g.Low, w.Low, tol, w.SE)
			near(t, what, g.High, w.High, tol, w.SE)
			near(t, what, g.Deff, w.Deff, tol, 0)
			near(t, what, g.WeightedCount, w.WeightedCount*scale, tol, 0)
			if g.DF != w.DF || g.Count != w.Count || g.Letters != w.Letters || g.VsRest != w.VsRest || g.Status != w.Status || g.Tested != w.Tested {
				t.Fatalf("%s: cell %+v, want %+v", what, g, w)
			}
		}
	}
	if len(got.Comparisons) != len(want.Comparisons) {
		t.Fatalf("%s: %d comparisons, want %d", what, len(got.Comparisons), len(want.Comparisons))
	}
	for i, w := range want.Comparisons {
		g := got.Comparisons[i]
		near(t, what, g.Difference, w.Difference, tol, w.SE)
		near(t, what, g.SE, w.SE, tol, 0)
		near(t, what, g.P, w.P, 1e-9, 1e-9)
	}
}

// TestWeightsTimesThousand: a scale of the weights changes weighted counts and
// nothing else.
func TestWeightsTimesThousand(t *testing.T) {
	for name, kind := range kinds {
		s := makeUp(kind, 4, 900, 3)
		want := mustEstimate(t, mustAccumulate(t, s), request())
		for i := range s.rows {
			s.rows[i].w *= 1000
		}
		alike(t, name, mustEstimate(t, mustAccumulate(t, s), request()), want, 1000)
	}
}

// TestShuffledRows: the order of rows changes nothing.
func TestShuffledRows(t *testing.T) {
	for name, kind := range kinds {
		s := makeUp(kind, 4, 900, 3)
		want := mustEstimate(t, mustAccumulate(t, s), request())
		rand.New(rand.NewPCG(3, 4)).Shuffle(len(s.rows), func(i, j int) { s.rows[i], s.rows[j] = s.rows[j], s.rows[i] })
		alike(t, name, mustEstimate(t, mustAccumulate(t, s, 100, 1000), request()), want, 1)
	}
}

// TestPersonsArePSUs: persons as PSUs, named as persons or as PSUs, are the
// same design.
func TestPersonsArePSUs(t *testing.T) {
	s := makeUp(personUnits, 4, 900, 3)
	want := mustEstimate(t, mustAccumulate(t, s), request())
	s.kind = psuUnits
	for i := range s.rows {
		s.rows[i].psu = s.rows[i].person
	}
	alike(t, "persons", mustEstimate(t, mustAccumulate(t, s), request()), want, 1)
}

// TestTextbook: one stratum and equal weights is simple random sampling. The
// standard error of a proportion is sqrt(p(1-p)/(n-1)) and that of a mean
// s/sqrt(n) (Cochran 1977, equations 3.8 and 2.20, no fpc), and Deff is 1 but
// for n/(n-1).
func TestTextbook(t *testing.T) {
	s := &refSample{valued: true, kind: rowUnits}
	for i, v := range []float64{2, 4, 4, 5, 7, 8, 9, 9, 10, 12} {
		s.rows = append(s.rows, refRow{0, 0, int32(i), 1, 0, int16(i % 5 / 2), v})
	}
	r := mustEstimate(t, mustAccumulate(t, s), Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{
		{Kind: Proportion, Codes: []int16{0}}, {Kind: Mean, Value: true}, {Kind: SD, Value: true}, {Kind: Proportion, Codes: []int16{9}}}})
	p := r.Cells[0][0] // codes 0 0 1 1 2 0 0 1 1 2: 4 of 10
	near(t, "p", p.Estimate, 0.4, 1e-15, 0)
	near(t, "SE of p", p.SE, math.Sqrt(0.4*0.6/9), 1e-14, 0)
	near(t, "deff", p.Deff, 10.0/9*0.9, 1e-14, 0)
	m := r.Cells[1][0] // sum 70, sum of squares 580: s^2 = (580 - 490)/9 = 10
	near(t, "mean", m.Estimate, 7, 1e-15, 0)
	near(t, "SE of the mean", m.SE, 1, 1e-14, 0)
	near(t, "SD", r.Cells[2][0].Estimate, math.Sqrt(10), 1e-14, 0)
	near(t, "high", m.High, 7+2.262157162798205, 1e-12, 0) // qt(0.975, 9) in R
	none := r.Cells[3][0]
	if none.Estimate != 0 || none.SE != 0 || none.HasCI || none.Low != 0 || none.High != 0 || none.Count != 0 {
		t.Errorf("an answer that nobody gave: %+v", none)
	}
}

// TestLargeValues: values far from zero keep their digits, and values that are
// all equal have no variance at all.
func TestLargeValues(t *testing.T) {
	s := makeUp(rowUnits, 4, 900, 1)
	want := mustEstimate(t, mustAccumulate(t, s), request())
	for i := range s.rows {
		s.rows[i].value += 1e9
	}
	got := mustEstimate(t, mustAccumulate(t, s, 450), request())
	for c := range got.Bases {
		near(t, "SE", got.Cells[9][c].SE, want.Cells[9][c].SE, 1e-9, 0)
	}
	for i := range s.rows {
		s.rows[i].value = 0.1 + 1e6
	}
	got = mustEstimate(t, mustAccumulate(t, s, 450), request())
	for _, c := range got.Cells[9] {
		if c.SE != 0 || c.HasCI || c.Tested {
			t.Fatalf("equal values: %+v", c)
		}
	}
}

// TestValuesOutside: an answer without a value, or with an infinite one, is in
// the base but outside the mean.
func TestValuesOutside(t *testing.T) {
	s := &refSample{valued: true, kind: rowUnits}
	for i, v := range []float64{1, 2, 3, math.NaN(), math.Inf(1), math.Inf(-1)} {
		s.rows = append(s.rows, refRow{0, 0, int32(i), 1, 0, 0, v})
	}
	r := mustEstimate(t, mustAccumulate(t, s), Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: Mean, Value: true}}})
	if c := r.Cells[0][0]; c.Estimate != 2 || c.Count != 3 || c.DF != 2 || r.Bases[0].Unweighted != 6 {
		t.Errorf("%+v of %+v", c, r.Bases[0])
	}
}

// TestStratumShare: the share of a stratum in a stratified sample is fixed by
// the design; it has no error and is not tested.
func TestStratumShare(t *testing.T) {
	s := makeUp(rowUnits, 3, 999, 1)
	for i := range s.rows {
		s.rows[i].w = 1.1 + float64(s.rows[i].stratum)/7
		s.rows[i].code = int16(s.rows[i].stratum)
	}
	r := mustEstimate(t, mustAccumulate(t, s), Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: Proportion, Codes: []int16{1}}}})
	if c := r.Cells[0][0]; c.SE != 0 || c.HasCI || c.Deff != 0 {
		t.Errorf("share of a stratum: %+v", c)
	}
}

// TestEncoding: an accumulator survives its encoding to the bit, the same
// totals encode alike, and what is not an encoding is refused.
func TestEncoding(t *testing.T) {
	for name, kind := range kinds {
		s := makeUp(kind, 4, 300, 2)
		a := mustAccumulate(t, s, 200)
		b, err := a.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back := NewAccumulator(a.design)
		if err := back.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(mustEstimate(t, a, request()), mustEstimate(t, back, request())) {
			t.Errorf("%s: other bits after decoding", name)
		}
		again, err := back.MarshalBinary()
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s: encoded again, other bytes (%v)", name, err)
		}
		for what, bad := range map[string][]byte{"empty": nil, "cut": b[:len(b)-1], "other version": append(append([]byte("toac"), 9), b[5:]...), "no magic": b[1:]} {
			if back.UnmarshalBinary(bad) == nil {
				t.Errorf("%s: decoded %s bytes", name, what)
			}
		}
		other := mustAccumulate(t, makeUp(kind, 5, 300, 2))
		if err := other.UnmarshalBinary(b); err == nil || !strings.Contains(err.Error(), "4 strata") {
			t.Errorf("%s: decoded in another design: %v", name, err)
		}
	}
}

func TestLetter(t *testing.T) {
	// As spreadsheets name their columns.
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := Letter(i); got != want {
			t.Errorf("Letter(%d) = %s, want %s", i, got, want)
		}
	}
}

// split is a sample of two columns with a and b ticks among n people each.
func split(n, a, b int) *refSample {
	s := &refSample{kind: rowUnits}
	for i := range 2 * n {
		ticked := i < a || i >= n && i < n+b
		code := int16(0)
		if ticked {
			code = 1
		}
		s.rows = append(s.rows, refRow{0, 0, int32(i), 1, int32(i / n), code, 0})
	}
	return s
}

// TestMarks: who gets which letter. The pooled sizes make z the textbook's
// (p1-p2)/sqrt(p1 q1/n + p2 q2/n) but for a factor near 1, so p is known well
// enough to say which level it meets.
func TestMarks(t *testing.T) {
	column := func(k int32) ColumnSpec {
		return ColumnSpec{In: func(c int32) bool { return c == k }, Rest: true}
	}
	for _, tt := range []struct {
		name    string
		n, a, b int
		req     Request
		letters [2]string
		rest    [2]int8
		tested  bool
		status  Status
	}{
		{name: "p below 0.0001", n: 200, a: 120, b: 80, letters: [2]string{"B", ""}, rest: [2]int8{2, -2}, tested: true, status: OK},
		{name: "the other way", n: 200, a: 80, b: 120, letters: [2]string{"", "A"}, rest: [2]int8{-2, 2}, tested: true, status: OK},
		{name: "z 1.81, p 0.07", n: 200, a: 109, b: 91, letters: [2]string{"b", ""}, rest: [2]int8{1, -1}, tested: true, status: OK},
		{name: "z 1.81 at other levels", n: 200, a: 109, b: 91, req: Request{Strict: 0.08, Loose: 0.2}, letters: [2]string{"B", ""}, rest: [2]int8{2, -2}, tested: true, status: OK},
		{name: "z 1.81 at a low level", n: 200, a: 109, b: 91, req: Request{Strict: 0.01, Loose: 0.05}, tested: true, status: OK},
		{name: "equal", n: 200, a: 100, b: 100, tested: true, status: OK},
		{name: "0 and 100 percent", n: 200, a: 0, b: 200, status: OK},
		{name: "0 percent both", n: 200, a: 0, b: 0, status: OK},
		{name: "below the tested base", n: 29, a: 29, b: 1, status: LowBase},
		{name: "a smaller base allowed", n: 29, a: 28, b: 1, req: Request{MinBase: 29}, letters: [2]string{"B", ""}, rest: [2]int8{2, -2}, tested: true, status: LowBase},
		{name: "low base, tested", n: 99, a: 80, b: 10, letters: [2]string{"B", ""}, rest: [2]int8{2, -2}, tested: true, status: LowBase},
		{name: "no low base", n: 99, a: 80, b: 10, req: Request{LowBase: 99}, letters: [2]string{"B", ""}, rest: [2]int8{2, -2}, tested: true, status: OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := tt.req
			req.Columns = []ColumnSpec{{}, column(0), column(1), column(7)}
			req.Groups = [][]int{{1, 2, 3}}
			req.Stats = []StatSpec{{Kind: Proportion, Codes: []int16{1}}}
			r := mustEstimate(t, mustAccumulate(t, split(tt.n, tt.a, tt.b)), req)
			cells := r.Cells[0]
			for k := range 2 {
				c := cells[k+1]
				if c.Letters != tt.letters[k] || c.VsRest != tt.rest[k] || c.Tested != tt.tested || c.Status != tt.status {
					t.Errorf("column %d: letters %q, rest %+d, tested %v, %s; want %q, %+d, %v, %s",
						k, c.Letters, c.VsRest, c.Tested, c.Status, tt.letters[k], tt.rest[k], tt.tested, tt.status)
				}
			}
			if cells[0].Tested {
				t.Error("the Total is in no test")
			}
			if cells[3].Status != NotAsked || cells[3].Tested {
				t.Errorf("a column without people: %+v", cells[3])
			}
		})
	}
}

// TestContained: a column is not tested against one that holds all of it.
func TestContained(t *testing.T) {
	s := split(200, 150, 50)
	r := mustEstimate(t, mustAccumulate(t, s), Request{
		Columns: []ColumnSpec{{}, {In: func(c int32) bool { return c == 0 }}, {In: func(c int32) bool { return c <= 1 }, Rest: true}},
		Groups:  [][]int{{1, 2}},
		Stats:   []StatSpec{{Kind: Proportion, Codes: []int16{1}}},
	})
	if len(r.Comparisons) != 0 {
		t.Errorf("tested: %+v", r.Comparisons)
	}
}

// TestLevel: a higher level widens the interval.
func TestLevel(t *testing.T) {
	a := mustAccumulate(t, split(200, 150, 50))
	width := func(level float64) float64 {
		c := mustEstimate(t, a, Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: Proportion, Codes: []int16{1}}}, Level: level}).Cells[0][0]
		return c.High - c.Low
	}
	if !(width(0.8) < width(0.95) && width(0.95) < width(0.99) && width(0) == width(0.95)) {
		t.Errorf("widths %g, %g, %g, default %g", width(0.8), width(0.95), width(0.99), width(0))
	}
	for _, req := range []Request{{Level: 1.5}, {Strict: 0.2, Loose: 0.1}, {Level: math.NaN()}} {
		req.Columns = []ColumnSpec{{}}
		if _, err := a.Estimate(req); err == nil {
			t.Errorf("no error for %+v", req)
		}
	}
}

// TestDesignErrors: every fault of a design is named, with all others.
func TestDesignErrors(t *testing.T) {
	nan := math.NaN()
	two := DesignOptions{Strata: 2, StratumNames: []string{"north", "south"}}
	with := func(o DesignOptions, f func(*DesignOptions)) DesignOptions { f(&o); return o }
	for _, tt := range []struct {
		name string
		opt  DesignOptions
		rows Rows
		want []string // "" for no error
	}{
		{"good", two, Rows{Stratum: []int32{0, 0, 1, 1}}, nil},
		{"lonely", two, Rows{Stratum: []int32{0, 0, 1}}, []string{"stratum south has a single PSU"}},
		{"lonely PSU of several rows", two, Rows{Stratum: []int32{0, 0, 1, 1}, PSU: []int32{0, 1, 2, 2}}, []string{"stratum south has a single PSU"}},
		{"lonely person of several ratings", two, Rows{Stratum: []int32{0, 0, 1, 1}, Person: []int32{0, 1, 2, 2}}, []string{"stratum south has a single PSU"}},
		{"lonely, allowed", with(two, func(o *DesignOptions) { o.Lonely = stats.LonelyAdjust }), Rows{Stratum: []int32{0, 0, 1}}, nil},
		{"lonely, sampled in full", with(two, func(o *DesignOptions) { o.FPC = []float64{10, 1} }), Rows{Stratum: []int32{0, 0, 1}}, nil},
		{"fpc", with(two, func(o *DesignOptions) { o.FPC = []float64{1, nan} }), Rows{Stratum: []int32{0, 0, 1, 1}},
			[]string{"stratum north has 2 PSUs in the sample but an fpc of 1", "stratum south has 2 PSUs in the sample but an fpc of NaN"}},
		{"two strata", two, Rows{Stratum: []int32{0, 0, 1, 1}, PSU: []int32{0, 1, 0, 2}}, []string{"1 PSU lies in more than one stratum", "stratum south has a single PSU"}},
		{"weights", two, Rows{Stratum: []int32{0, 0, 1, 1}, Weight: []float64{-1, nan, math.Inf(1), -2}}, []string{"2 weights are negative", "2 weights are missing or infinite"}},
		{"no weight", two, Rows{Stratum: []int32{0, 0, 1, 1}, Weight: make([]float64, 4)}, []string{"all weights are zero"}},
		{"no rows", two, Rows{}, []string{"no rows"}},
		{"an empty stratum", two, Rows{Stratum: []int32{0, 0}}, nil},
		{"nothing but a number of rows", DesignOptions{}, Rows{N: 2}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Census{}
			c.Add(tt.rows)
			whole := &Census{}
			whole.Merge(c)
			d, err := whole.Design(tt.opt)
			if tt.want == nil {
				if err != nil || d == nil {
					t.Fatalf("error: %v", err)
				}
				return
			}
			var de *stats.DesignError
			if !errors.As(err, &de) || len(de.Problems) != len(tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			for i, w := range tt.want {
				if !strings.Contains(de.Problems[i], w) {
					t.Errorf("got %q, want %q", de.Problems[i], w)
				}
			}
		})
	}
}

// TestDesignCounts: strata, PSUs, df and lonely strata of a design, counted by
// hand; a stratum without weight counts as sampled but has no df.
func TestDesignCounts(t *testing.T) {
	c := &Census{}
	c.Add(Rows{
		Stratum: []int32{0, 0, 0, 0, 1, 2, 2, 4, 4},
		PSU:     []int32{0, 0, 1, 2, 3, 4, 5, 6, 7},
		Weight:  []float64{1, 1, 1, 0, 1, 1, 1, 0, 0},
	})
	d, err := c.Design(DesignOptions{Strata: 5, Lonely: stats.LonelyRemove})
	if err != nil {
		t.Fatal(err)
	}
	// Weighted PSUs: 2 in stratum 0, 1 in 1, 2 in 2; strata with weight: 3.
	if d.Strata() != 4 || d.PSUs() != 8 || d.DF() != 5-3 || !d.Clustered() || !reflect.DeepEqual(d.LonelyStrata(), []int{1}) {
		t.Errorf("%d strata, %d PSUs, df %d, lonely %v", d.Strata(), d.PSUs(), d.DF(), d.LonelyStrata())
	}
}

// TestLonelyChoices: every choice changes the standard error of a design with
// a lonely stratum as it says (certainty and remove give the same number).
func TestLonelyChoices(t *testing.T) {
	se := func(l stats.Lonely) float64 {
		s := makeUp(rowUnits, 3, 60, 1)
		s.opt.Lonely = l
		s.rows = s.rows[:41] // one row of the third stratum is left
		return mustEstimate(t, mustAccumulate(t, s), Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: Mean, Value: true}}}).Cells[0][0].SE
	}
	remove := se(stats.LonelyRemove)
	near(t, "certainty", se(stats.LonelyCertainty), remove, 0, 0)
	near(t, "average", se(stats.LonelyAverage), remove*math.Sqrt(1.5), 1e-14, 0) // three strata over two
	if !(se(stats.LonelyAdjust) > remove) {
		t.Errorf("adjust %g, remove %g", se(stats.LonelyAdjust), remove)
	}
}

// FuzzUnmarshal: no bytes break the decoder.
func FuzzUnmarshal(f *testing.F) {
	a := mustAccumulate(f, makeUp(psuUnits, 2, 60, 1))
	b, err := a.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	loop := rating{1, 8, 3, 0}.persons(f, 2000)
	tally := NewLoopTally(loop.design, loop.layout, 8, []int{5}, [][]bool{{true, true, true, true, false}})
	tally.Add(&Block{Place: loop.block.Place[:3], Weight: loop.block.Weight[:3], Codes: loop.part(0, 3).Codes[:8]}, 1)
	f.Add(encode(f, tally.Accumulators()[0]))
	f.Add([]byte("toac"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, d := range []*Design{a.design, loop.design} {
			back := NewAccumulator(d)
			if back.UnmarshalBinary(b) == nil {
				again, err := back.MarshalBinary()
				if err != nil || len(again) != len(b) {
					t.Errorf("decoded %d bytes, encoded %d (%v)", len(b), len(again), err)
				}
			}
		}
	})
}

// TestMergeIsAdd: cutting the rows anywhere changes nothing but rounding.
func TestMergeIsAdd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSample(rt)
		req := drawRequest(rt)
		_, whole, err := s.accumulate()
		if err != nil {
			rt.Fatalf("%v", err)
		}
		a := rapid.IntRange(0, len(s.rows)).Draw(rt, "first cut")
		b := rapid.IntRange(a, len(s.rows)).Draw(rt, "second cut")
		_, parts, err := s.accumulate(a, b)
		if err != nil {
			rt.Fatalf("%v", err)
		}
		x, y := mustEstimate(t, merge(whole), req), mustEstimate(t, merge(parts), req)
		for st := range x.Cells {
			for c := range x.Cells[st] {
				near(rt, "estimate", y.Cells[st][c].Estimate, x.Cells[st][c].Estimate, 1e-12, 1e-3)
				near(rt, "SE", y.Cells[st][c].SE, x.Cells[st][c].SE, 1e-9, 1e-3)
			}
		}
	})
}

func benchmarkAdd(b *testing.B, kind unitKind) {
	s := makeUp(kind, 12, 9000, 1)
	d, _, err := s.accumulate()
	if err != nil {
		b.Fatal(err)
	}
	r, cells, codes, _ := s.chunk(0, len(s.rows))
	if kind == rowUnits {
		r.Person = nil
	}
	b.ReportAllocs()
	for b.Loop() {
		a := NewAccumulator(d)
		a.Add(r, cells, codes, nil)
	}
	b.ReportMetric(float64(len(s.rows))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkAddElements(b *testing.B) { benchmarkAdd(b, rowUnits) }
func BenchmarkAddPersons(b *testing.B)  { benchmarkAdd(b, personUnits) }
func BenchmarkAddPSUs(b *testing.B)     { benchmarkAdd(b, psuUnits) }

func benchmarkEstimate(b *testing.B, kind unitKind, persons, ratings int) {
	a := mustAccumulate(b, makeUp(kind, 12, persons, ratings))
	req := request()
	b.ReportAllocs()
	for b.Loop() {
		mustEstimate(b, a, req)
	}
	b.ReportMetric(float64(len(req.Columns)*len(req.Stats))*float64(b.N)/b.Elapsed().Seconds(), "cells/s")
}

// 9,000 rows, 57 columns, 10 statistics, all letters and rests.
func BenchmarkEstimateElements(b *testing.B) { benchmarkEstimate(b, rowUnits, 9000, 1) }
func BenchmarkEstimateLoop(b *testing.B)     { benchmarkEstimate(b, personUnits, 3000, 3) }
func BenchmarkEstimatePSUs(b *testing.B)     { benchmarkEstimate(b, psuUnits, 9000, 1) }
func BenchmarkEstimatePSULoop(b *testing.B)  { benchmarkEstimate(b, psuUnits, 3000, 3) }

// The effective base of weights 1 and 3, as many of each, is (4n)^2 / (2 x 10n) = 0.8 x 2n
// (Kish): 120 people count as 96. Equal weights leave everybody.
func TestLowBases(t *testing.T) {
	of := func(n int, weights ...float64) Base {
		b := Base{Unweighted: n, People: n}
		squares := 0.0
		for i := range n {
			w := weights[i%len(weights)]
			b.Weighted += w
			squares += w * w
		}
		b.Effective = b.Weighted * b.Weighted / squares
		return b
	}
	for _, c := range []struct {
		b     Base
		limit int
		low   bool
	}{
		{of(120, 1, 3), 100, true}, {of(120, 1, 3), 96, false}, {of(120, 1, 3), 97, true}, {of(126, 1, 3), 100, false},
		{of(100, 0.7435), 100, false}, {of(99, 0.7435), 100, true}, {of(2, 1, 3), 1, false},
		{Base{Unweighted: 300, People: 99, Weighted: 300, Effective: 300}, 100, true}, // of ratings
	} {
		if got := c.b.Low(c.limit); got != c.low {
			t.Errorf("%+v below %d: %v", c.b, c.limit, got)
		}
	}
}
