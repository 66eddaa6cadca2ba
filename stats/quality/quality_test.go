package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
)

var nan = math.NaN()

// same compares measures, missing ones being equal.
func same(t *testing.T, f *Flag, measure []float64, set []bool) {
	t.Helper()
	for i, m := range measure {
		if !(math.Abs(f.Measure[i]-m) < 1e-12 || math.IsNaN(m) && math.IsNaN(f.Measure[i])) {
			t.Errorf("%s: respondent %d measures %v, not %v", f.Name, i, f.Measure[i], m)
		}
	}
	if !slices.Equal(f.Set, set) {
		t.Errorf("%s: flags %v, not %v", f.Name, f.Set, set)
	}
}

// The median of 100, 200, 300, 400 and 1000 is 300; 0.4 of it is 120.
func TestSpeeding(t *testing.T) {
	f := Speeding([]float64{100, 200, 300, 400, 1000, nan, 0, -5, math.Inf(1)}, 0)
	same(t, f, []float64{1. / 3, 2. / 3, 1, 4. / 3, 10. / 3, nan, nan, nan, nan}, []bool{true, false, false, false, false, false, false, false, false})
	if f.Count() != 1 || f.Checked() != 5 {
		t.Errorf("%d of %d", f.Count(), f.Checked())
	}
	if f := Speeding([]float64{100, 200, 300}, 0.75); f.Count() != 1 || !f.Set[0] {
		t.Errorf("with a limit of 0.75 (150 s) the first is fast: %v", f.Set)
	}
	if f := Speeding([]float64{nan, nan}, 0); f.Count() != 0 || f.Checked() != 0 {
		t.Errorf("nobody has a duration, but %d are flagged", f.Count())
	}
}

// Medians of the pages are 10 and 20. The first respondent's index is
// (min(3, 10/2) + 20/20)/2 = 2, the third's 10/12.
func TestPageSpeeding(t *testing.T) {
	f := PageSpeeding([][]float64{{2, 10, 12, nan}, {20, 20, nan, nan}}, 0)
	same(t, f, []float64{2, 1, 10. / 12, nan}, []bool{true, false, false, false})
	if f := PageSpeeding(nil, 0); len(f.Set) != 0 {
		t.Error("no page, nobody")
	}
}

func TestStraightLining(t *testing.T) {
	items := [][]float64{
		{3, 1, 3, 5},
		{3, 2, 3, nan},
		{3, 3, nan, nan},
		{3, 4, 3, 5},
	}
	// 1, 2, 3, 4 have a variance of 1.25.
	same(t, StraightLining(items, 0), []float64{0, math.Sqrt(1.25), nan, nan}, []bool{true, false, false, false})
	same(t, StraightLining(items, 3), []float64{0, math.Sqrt(1.25), 0, nan}, []bool{true, false, true, false})
}

func TestLongString(t *testing.T) {
	items := [][]float64{
		{1, 1, 2, nan},
		{1, 2, nan, nan},
		{2, 1, 2, nan},
		{2, 2, 2, nan},
		{2, 1, 1, nan},
		{2, 2, 1, nan},
	}
	same(t, LongString(items, 0), []float64{4, 1, 3, nan}, []bool{true, false, false, false})
	same(t, LongString(items, 2), []float64{4, 1, 3, nan}, []bool{true, false, true, false})
}

func TestInconsistent(t *testing.T) {
	pairs := []Pair{
		{A: []float64{1, 5, nan, 3}, B: []float64{1, 1, 2, 5}, Most: 1},
		{A: []float64{5, 5, nan, nan}, B: []float64{1, 5, nan, 4}, Reversed: true, Low: 1, High: 5, Most: 1},
	}
	same(t, Inconsistent(pairs, 0), []float64{0, 2, nan, 1}, []bool{false, true, false, true})
	same(t, Inconsistent(pairs, 2), []float64{0, 2, nan, 1}, []bool{false, true, false, false})
	same(t, Impossible("under 18 and drives", []bool{true, false}), []float64{1, 0}, []bool{true, false})
}

func TestNonResponse(t *testing.T) {
	asked := [][]bool{{true, true, false}, {true, true, false}, {true, false, false}}
	answered := [][]bool{{true, false, false}, {false, false, false}, {false, false, false}}
	same(t, NonResponse(asked, answered, 0), []float64{2. / 3, 1, nan}, []bool{true, true, false})
	same(t, NonResponse(asked, answered, 0.7), []float64{2. / 3, 1, nan}, []bool{false, true, false})
	if r := ItemNonResponse(asked, answered); !slices.Equal(r, []float64{0.5, 1, 1}) {
		t.Errorf("by item: %v", r)
	}
	if r := ItemNonResponse([][]bool{{false}}, [][]bool{{false}}); !math.IsNaN(r[0]) {
		t.Errorf("nobody was asked: %v", r)
	}
}

// What lies at a limit: as fast as half of the median is not faster, a difference
// of 1 is not above 1, a half is not more than a half, and 0 is the same as -0.
func TestLimits(t *testing.T) {
	same(t, Speeding([]float64{100, 200, 300}, 0.5), []float64{0.5, 1, 1.5}, []bool{false, false, false})
	same(t, Inconsistent([]Pair{{A: []float64{1, 1}, B: []float64{2, 3}, Most: 1}}, 0), []float64{0, 1}, []bool{false, true})
	asked := [][]bool{{true}, {true}}
	same(t, NonResponse(asked, [][]bool{{true}, {false}}, 0), []float64{0.5}, []bool{false})
	same(t, Duplicates(columns([]float64{0, 1}, []float64{math.Copysign(0, -1), 1}), 2), []float64{0, 0}, []bool{false, true})
}

// columns makes a battery of records.
func columns(records ...[]float64) [][]float64 {
	items := make([][]float64, len(records[0]))
	for _, r := range records {
		for k, x := range r {
			items[k] = append(items[k], x)
		}
	}
	return items
}

func TestDuplicates(t *testing.T) {
	items := columns(
		[]float64{1, 2, 3},
		[]float64{1, 2, nan},
		[]float64{1, 2, 3},
		[]float64{1, nan, nan},
		[]float64{1, nan, nan},
		[]float64{1, 2, nan},
	)
	same(t, Duplicates(items, 2), []float64{0, 1, 0, nan, nan, 1}, []bool{false, false, true, false, false, true})
	if f := Duplicates(items, 0); f.Checked() != 0 {
		t.Error("three answers are too few to compare")
	}
}

// The search by blocks finds what comparing all pairs finds.
func TestNearDuplicates(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for trial := range 30 {
		n, p := 60, 10+r.IntN(25)
		share := []float64{0.6, 0.8, 0.85, 0.95, 0}[trial%5]
		records := make([][]float64, n)
		for i := range records {
			records[i] = make([]float64, p)
			from := -1
			if i > 0 && r.IntN(2) == 0 {
				from = r.IntN(i)
			}
			for k := range p {
				switch {
				case from >= 0 && r.IntN(6) > 0:
					records[i][k] = records[from][k]
				case r.IntN(5) == 0:
					records[i][k] = nan
				default:
					records[i][k] = float64(1 + r.IntN(5))
				}
			}
		}
		items := columns(records...)
		f := NearDuplicates(items, share)
		limit := share
		if limit == 0 {
			limit = 0.85
		}
		for i := range n {
			want := naiveNearest(records, i, limit)
			if !(want == f.Measure[i] || math.IsNaN(want) && math.IsNaN(f.Measure[i])) || f.Set[i] != (want > limit) {
				t.Fatalf("trial %d, respondent %d: %v, flagged %v; all pairs say %v", trial, i, f.Measure[i], f.Set[i], want)
			}
		}
	}
}

// naiveNearest is the largest agreement above the limit of a record with any
// other.
func naiveNearest(records [][]float64, i int, limit float64) float64 {
	given := func(r []float64) (n int) {
		for _, x := range r {
			if !math.IsNaN(x) {
				n++
			}
		}
		return n
	}
	if given(records[i]) < 10 {
		return nan
	}
	best := 0.0
	for j, other := range records {
		if j == i || given(other) < 10 {
			continue
		}
		same, either := 0, 0
		for k, x := range records[i] {
			switch y := other[k]; {
			case math.IsNaN(x) && math.IsNaN(y):
				continue
			case x == y:
				same++
			}
			either++
		}
		if a := float64(same) / float64(either); a > limit {
			best = math.Max(best, a)
		}
	}
	return best
}

func flag(name string, set ...bool) *Flag { return &Flag{Name: name, Set: set} }

// Of five respondents the first has all flags, the second only the first flag,
// the third the second and third, the others none.
func TestExclude(t *testing.T) {
	a := flag("a", true, true, false, false, false)
	b := flag("b", true, false, true, false, false)
	c := flag("c", true, false, true, false, false)
	x := Exclude(1, a, b, c)
	want := []Step{{"a", 2, 1, 2}, {"b", 2, 0, 1}, {"c", 2, 0, 0}}
	if x.Out != 3 || !slices.Equal(x.By, want) || !slices.Equal(x.Keep, []bool{false, false, false, true, true}) {
		t.Errorf("%+v", x)
	}
	x = Exclude(2, a, b, c)
	want = []Step{{"a", 2, 0, 1}, {"b", 2, 0, 1}, {"c", 2, 0, 0}}
	if x.Out != 2 || !slices.Equal(x.By, want) {
		t.Errorf("%+v", x)
	}
	if x := Exclude(1); x.Out != 0 || x.Keep != nil {
		t.Errorf("no flag, nobody leaves: %+v", x)
	}
}

// Columns of different length are a mistake, whichever is the longer.
func TestLengths(t *testing.T) {
	for what, misuse := range map[string]func(items [][]float64){
		"pages":           func(items [][]float64) { PageSpeeding(items, 0) },
		"straight-lining": func(items [][]float64) { StraightLining(items, 1) },
		"long string":     func(items [][]float64) { LongString(items, 0) },
		"duplicates":      func(items [][]float64) { Duplicates(items, 1) },
		"near-duplicates": func(items [][]float64) { NearDuplicates(items, 0) },
		"pairs":           func(items [][]float64) { Inconsistent([]Pair{{A: items[0], B: items[1]}}, 0) },
	} {
		for _, items := range [][][]float64{{{1, 2}, {1}}, {{1}, {1, 2}}} {
			func() {
				defer func() {
					if p := recover(); p == nil || !strings.HasPrefix(fmt.Sprint(p), "quality: ") {
						t.Errorf("%s: panic %v", what, p)
					}
				}()
				misuse(items)
			}()
		}
	}
}

// The mean of those kept less the mean of all is (share out) x (mean kept - mean
// out); its standard error must be that of the same function of totals.
func TestEffect(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	n := 400
	y, one, w, out := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	keep, psu := make([]bool, n), make([]int, n)
	yk, ok := make([]float64, n), make([]float64, n)
	for i := range n {
		keep[i] = r.IntN(8) > 0
		y[i], one[i], w[i], psu[i] = r.NormFloat64()+float64(i%3), 1, 1+r.Float64(), i/10
		if keep[i] {
			yk[i], ok[i] = y[i], 1
		} else {
			out[i] = 1
			y[i] += 2
		}
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: w, Stages: []stats.Stage{{Units: psu}}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := Effect(d, keep, stats.Mean([]string{"worry"}, y))
	if err != nil {
		t.Fatal(err)
	}
	ratios, err := d.Estimate(stats.Ratio(nil, [][]float64{y, yk}, [][]float64{one, ok}))
	if err != nil {
		t.Fatal(err)
	}
	diff := ratios.Contrast(nil, []float64{-1, 1})
	if math.Abs(e.Value[2]-diff.Value[0]) > 1e-12 || math.Abs(e.SE(2)/diff.SE(0)-1) > 1e-10 {
		t.Errorf("difference %v (%v), of ratios %v (%v)", e.Value[2], e.SE(2), diff.Value[0], diff.SE(0))
	}
	if e.Names[0] != "worry, all" || e.Names[2] != "worry, difference" {
		t.Errorf("names %v", e.Names)
	}
	// Nobody leaves: the difference is zero without error.
	for i := range keep {
		keep[i] = true
	}
	if e, err = Effect(d, keep, stats.Mean(nil, y)); err != nil || e.Value[2] != 0 || e.SE(2) > 1e-15 {
		t.Errorf("%v, %v, %v", err, e.Value[2], e.SE(2))
	}
}

func BenchmarkNearDuplicates(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	items := make([][]float64, 40)
	for k := range items {
		for range 10_000 {
			items[k] = append(items[k], float64(1+r.IntN(5)))
		}
	}
	for b.Loop() {
		NearDuplicates(items, 0)
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "respondents/s")
}
