package turf_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/turf"
)

func design(t testing.TB, w []float64, n int) *stats.Design {
	t.Helper()
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// naive is reach and frequency row by row, from the definition.
func naive(w []float64, items [][]float64, set []int, m int) (reach, frequency float64) {
	total := 0.0
	for i, x := range w {
		held, missing := 0, false
		for j := range items {
			missing = missing || math.IsNaN(items[j][i])
			if slices.Contains(set, j) && items[j][i] > 0 {
				held++
			}
		}
		if missing {
			continue
		}
		total += x
		frequency += x * float64(held)
		if held >= m {
			reach += x
		}
	}
	return reach / total, frequency / total
}

// sets are all sets of k of n, in order.
func sets(n, k int) [][]int {
	if k == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for last := k - 1; last < n; last++ {
		for _, s := range sets(last, k-1) {
			all = append(all, append(slices.Clone(s), last))
		}
	}
	slices.SortFunc(all, slices.Compare)
	return all
}

type answers struct {
	w     []float64
	items [][]float64
}

func drawAnswers(r *rapid.T) answers {
	n, items := rapid.IntRange(3, 40).Draw(r, "rows"), rapid.IntRange(1, 9).Draw(r, "items")
	a := answers{w: make([]float64, n), items: make([][]float64, items)}
	for i := range a.w {
		a.w[i] = float64(rapid.IntRange(0, 3).Draw(r, "w"))
	}
	a.w[0] = 1
	some := rapid.IntRange(1, 3).Draw(r, "some") // of three; many make many equal reaches
	for j := range a.items {
		a.items[j] = make([]float64, n)
		for i := range n {
			a.items[j][i] = float64((rapid.IntRange(0, 2).Draw(r, "held") + some) / 3)
		}
		for i := 1; i < n; i += 7 { // some answers are missing, never all
			if rapid.IntRange(0, 5).Draw(r, "missing") == 0 {
				a.items[j][i] = math.NaN()
			}
		}
	}
	return a
}

// TestBruteForce compares with all sets in order of reach, frequency, and place.
func TestBruteForce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := drawAnswers(r)
		k := rapid.IntRange(1, len(a.items)).Draw(r, "k")
		m := rapid.IntRange(1, 3).Draw(r, "m")
		keep := rapid.IntRange(1, 5).Draw(r, "keep")
		got, err := turf.Best(design(t, a.w, len(a.w)), a.items, k, turf.Options{AtLeast: m, Keep: keep})
		if err != nil {
			r.Fatal(err)
		}
		if !got.Exact {
			r.Fatal("not exact")
		}
		all := sets(len(a.items), k)
		slices.SortStableFunc(all, func(x, y []int) int {
			rx, fx := naive(a.w, a.items, x, m)
			ry, fy := naive(a.w, a.items, y, m)
			for _, d := range []float64{ry - rx, fy - fx} {
				if math.Abs(d) > 1e-12 {
					return int(math.Copysign(1, d))
				}
			}
			return 0
		})
		all = all[:min(keep, len(all))]
		if len(got.Sets) != len(all) {
			r.Fatalf("%d sets, not %d", len(got.Sets), len(all))
		}
		for i, want := range all {
			s := got.Sets[i]
			reach, frequency := naive(a.w, a.items, want, m)
			if !slices.Equal(slices.Sorted(slices.Values(s.Items)), want) || math.Abs(s.Reach-reach) > 1e-12 || math.Abs(s.Frequency-frequency) > 1e-12 {
				r.Fatalf("set %d: got %+v, want %v with %g, %g", i, s, want, reach, frequency)
			}
			sum := 0.0
			for n, x := range s.Added {
				sum += x
				part, _ := naive(a.w, a.items, s.Items[:n+1], m)
				if math.Abs(part-sum) > 1e-12 {
					r.Fatalf("set %d: the first %d items reach %g, not %g", i, n+1, part, sum)
				}
			}
		}
	})
}

// TestTie: the first two items reach all 20 people, and no exchange of one for
// another does; the other two do as well, and more of their items are held.
func TestTie(t *testing.T) {
	items := make([][]float64, 4)
	for j, holds := range []func(i int) bool{
		func(i int) bool { return i < 16 },
		func(i int) bool { return i >= 16 },
		func(i int) bool { return i < 12 || i == 16 || i == 17 },
		func(i int) bool { return i >= 4 && i < 16 || i >= 18 },
	} {
		for i := range 20 {
			held := 0.0
			if holds(i) {
				held = 1
			}
			items[j] = append(items[j], held)
		}
	}
	r, err := turf.Best(design(t, nil, 20), items, 2, turf.Options{Keep: 1})
	if err != nil || !slices.Equal(r.Sets[0].Items, []int{2, 3}) || r.Sets[0].Reach != 1 || math.Abs(r.Sets[0].Frequency-1.4) > 1e-12 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestExchange: without work left the result is that of exchange, and says so; it
// reaches at least 1 - 1/e of the best.
func TestExchange(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := drawAnswers(r)
		k := rapid.IntRange(1, len(a.items)).Draw(r, "k")
		d := design(t, a.w, len(a.w))
		best, err := turf.Best(d, a.items, k, turf.Options{})
		if err != nil {
			r.Fatal(err)
		}
		quick, err := turf.Best(d, a.items, k, turf.Options{Work: 1})
		if err != nil {
			r.Fatal(err)
		}
		if low := (1 - 1/math.E) * best.Sets[0].Reach; quick.Sets[0].Reach < low-1e-12 || quick.Sets[0].Reach > best.Sets[0].Reach+1e-12 {
			r.Fatalf("exchange reaches %g, the best set %g", quick.Sets[0].Reach, best.Sets[0].Reach)
		}
	})
	d, items := benefits(t, 300, 30)
	if r, err := turf.Best(d, items, 5, turf.Options{Work: 1000}); err != nil || r.Exact || len(r.Sets) != 10 {
		t.Errorf("got %+v, %v; want 10 sets, not exact", r, err)
	}
}

// TestReach: the reach of a set is the mean of an indicator, and the difference of
// two sets has the variance of the mean of the difference.
func TestReach(t *testing.T) {
	d, items := benefits(t, 400, 6)
	items[2][7] = math.NaN()
	a, b := []int{0, 3}, []int{0, 4}
	for m := range 3 {
		e, err := d.Estimate(turf.Reach(m, nil, items, a, b))
		if err != nil {
			t.Fatal(err)
		}
		y := make([]float64, d.Rows())
		for i := range y {
			for s, set := range [][]int{a, b} {
				held := 0.0
				for _, j := range set {
					held += items[j][i]
				}
				if held >= float64(max(m, 1)) {
					y[i] += 1 - 2*float64(s)
				}
			}
		}
		y[7] = math.NaN()
		want, err := d.Estimate(stats.Mean(nil, y))
		if err != nil {
			t.Fatal(err)
		}
		got := e.Contrast(nil, []float64{1, -1})
		if math.Abs(got.Value[0]-want.Value[0]) > 1e-14 || math.Abs(got.SE(0)-want.SE(0)) > 1e-14 {
			t.Errorf("m %d: difference %g (%g), want %g (%g)", m, got.Value[0], got.SE(0), want.Value[0], want.SE(0))
		}
		reach, _ := naive(d.Weights(), items, a, max(m, 1))
		if math.Abs(e.Value[0]-reach) > 1e-14 || e.Names[0] != "#1 + #4" {
			t.Errorf("m %d: %s reaches %g, want %g", m, e.Names[0], e.Value[0], reach)
		}
	}
}

func TestCorners(t *testing.T) {
	nan := math.NaN()
	d := design(t, nil, 4)
	none := [][]float64{{0, 0, 0, 0}, {0, 0, 0, 0}}
	r, err := turf.Best(d, none, 1, turf.Options{})
	want := &turf.Result{Exact: true, Rows: 4, Sets: []turf.Set{{Items: []int{0}, Added: []float64{0}}, {Items: []int{1}, Added: []float64{0}}}}
	if err != nil || !cmp.Equal(r, want) {
		t.Errorf("nobody holds anything: %v, %v", cmp.Diff(r, want), err)
	}
	// Two of three people hold one item each, and nobody two of them.
	r, err = turf.Best(d, [][]float64{{1, 0, 0, nan}, {0, 1, 0, 1}}, 2, turf.Options{})
	want = &turf.Result{Exact: true, Rows: 3, Sets: []turf.Set{{Items: []int{0, 1}, Added: []float64{1. / 3, 1. / 3}, Reach: 2. / 3, Frequency: 2. / 3}}}
	if err != nil || !cmp.Equal(r, want) {
		t.Errorf("missing answer: %v, %v", cmp.Diff(r, want), err)
	}
	if r, err = turf.Best(d, [][]float64{{1, 1, 1, 1}}, 1, turf.Options{AtLeast: 2}); err != nil || r.Sets[0].Reach != 0 {
		t.Errorf("more wanted than the set has: %+v, %v", r, err)
	}
	if _, err = turf.Best(d, [][]float64{{nan, nan, nan, nan}}, 1, turf.Options{}); err == nil || !strings.Contains(err.Error(), "no row has both") {
		t.Errorf("no answers: %v", err)
	}
	negative := d.WithWeights([]float64{1, 1, -1, 2}, nil)
	if _, err = turf.Best(negative, [][]float64{{0, 0, 1, 0}}, 1, turf.Options{}); err == nil || !strings.Contains(err.Error(), "less than zero") {
		t.Errorf("negative weights: %v", err)
	}
	// An infinite value is above 0, in Reach as in Best.
	infinite := [][]float64{{1, math.Inf(1), 0, 0}, {0, 0, 0, 0}}
	if e, err := d.Estimate(turf.Reach(1, nil, infinite, []int{0})); err != nil || e.Value[0] != 0.5 {
		t.Errorf("an infinite value: %+v, %v", e, err)
	}
	for what, misuse := range map[string]func(){
		"AtLeast": func() { _, _ = turf.Best(d, none, 1, turf.Options{AtLeast: -1}) },
		"Keep":    func() { _, _ = turf.Best(d, none, 1, turf.Options{Keep: -1}) },
		"Work":    func() { _, _ = turf.Best(d, none, 1, turf.Options{Work: -1}) },
		"m":       func() { turf.Reach(-1, nil, none, []int{0}) },
		"item":    func() { turf.Reach(1, nil, none, []int{2}) },
		"lengths": func() { turf.Reached(1, [][]float64{{1, 0}, {1}}, []int{0}) },
	} {
		func() {
			defer func() {
				if p := recover(); p == nil || !strings.HasPrefix(fmt.Sprint(p), "turf: ") {
					t.Errorf("%s: panic %v", what, p)
				}
			}()
			misuse()
		}()
	}
	for _, k := range []int{0, 3} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("sets of %d of 2 items: no panic", k)
				}
			}()
			_, _ = turf.Best(d, none, k, turf.Options{})
		}()
	}
}

// TestManyItems: more items than fit a machine word.
func TestManyItems(t *testing.T) {
	d, items := benefits(t, 200, 70)
	items[69] = slices.Repeat([]float64{1}, 200) // everybody
	r, err := turf.Best(d, items, 1, turf.Options{Keep: 1})
	if err != nil || r.Sets[0].Items[0] != 69 || math.Abs(r.Sets[0].Reach-1) > 1e-12 {
		t.Errorf("got %+v, %v", r, err)
	}
}

// benefits are items that people hold more or less often.
func benefits(t testing.TB, rows, n int) (*stats.Design, [][]float64) {
	r := rand.New(rand.NewPCG(1, 2))
	w, keen := make([]float64, rows), make([]float64, rows)
	for i := range w {
		w[i], keen[i] = 0.5+r.Float64(), r.Float64()
	}
	items := make([][]float64, n)
	for j := range items {
		items[j] = make([]float64, rows)
		for i := range w {
			if r.Float64() < keen[i]*float64(5+j%7)/24 {
				items[j][i] = 1
			}
		}
	}
	return design(t, w, rows), items
}

func BenchmarkBest(b *testing.B) {
	for _, size := range [][3]int{{3000, 20, 5}, {3000, 40, 4}, {3000, 30, 8}} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			d, items := benefits(b, size[0], size[1])
			for b.Loop() {
				r, err := turf.Best(d, items, size[2], turf.Options{})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(map[bool]float64{true: 1}[r.Exact], "exact")
			}
		})
	}
}
