package kmeans_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/kmeans"
)

func design(t testing.TB, w []float64, n int) *stats.Design {
	t.Helper()
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func fit(t testing.TB, w []float64, x [][]float64, k int, o kmeans.Options) *kmeans.Solution {
	t.Helper()
	s, err := kmeans.Fit(design(t, w, len(x[0])), x, k, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// people stand around some places.
func people(seed uint64, n int, places ...[]float64) (w []float64, x [][]float64, at []int) {
	r := rand.New(rand.NewPCG(seed, 0))
	x = make([][]float64, len(places[0]))
	for i := range n {
		k := i % len(places)
		w, at = append(w, 0.5+r.Float64()), append(at, k)
		for v := range x {
			x[v] = append(x[v], places[k][v]+r.NormFloat64())
		}
	}
	return w, x, at
}

// TestTruth finds groups that stand far apart.
func TestTruth(t *testing.T) {
	w, x, at := people(1, 300, []float64{0, 0}, []float64{20, 0}, []float64{0, 20}, []float64{20, 20})
	for _, lloyd := range []bool{false, true} {
		s := fit(t, w, x, 4, kmeans.Options{Seed: 1, Lloyd: lloyd})
		for i := range at {
			for j := range i {
				if (at[i] == at[j]) != (s.Cluster[i] == s.Cluster[j]) {
					t.Fatalf("rows %d and %d are of groups %d and %d, but in clusters %d and %d", i, j, at[i], at[j], s.Cluster[i], s.Cluster[j])
				}
			}
		}
		if !slices.IsSortedFunc(s.Weight, func(a, b float64) int { return int(b - a) }) {
			t.Errorf("weights %v: the heaviest cluster comes first", s.Weight)
		}
		if s.Silhouette(0, 0) < 0.8 || s.Agree < 10 {
			t.Errorf("silhouette %g, %d of %d starts agree", s.Silhouette(0, 0), s.Agree, s.Starts)
		}
	}
}

// TestOptimal holds a solution against its definition: centres are weighted means,
// no row can lower the sum of squares by moving, and sums are those of the rows.
func TestOptimal(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n, k := rapid.IntRange(6, 40).Draw(r, "rows"), rapid.IntRange(1, 4).Draw(r, "k")
		w, x := make([]float64, n), [][]float64{make([]float64, n), make([]float64, n)}
		for i := range n {
			w[i] = float64(rapid.IntRange(0, 3).Draw(r, "w"))
			x[0][i] = float64(rapid.IntRange(-20, 20).Draw(r, "x"))
			x[1][i] = 1e6 + float64(rapid.IntRange(-20, 20).Draw(r, "y"))
		}
		for i := range 4 { // enough that differ
			w[i], x[0][i] = 1, float64(30+i)
		}
		lloyd := rapid.Bool().Draw(r, "lloyd")
		s, err := kmeans.Fit(design(t, w, n), x, k, kmeans.Options{Starts: 3, Lloyd: lloyd})
		if err != nil {
			r.Fatal(err)
		}
		sum := func(of []int) (total float64) {
			for c := range k {
				W, m := 0.0, [2]float64{}
				for pass := range 2 {
					for i := range n {
						if of[i] == c && pass == 0 {
							W += w[i]
						} else if of[i] == c && W > 0 {
							m[0] += w[i] * x[0][i] / W
							m[1] += w[i] * x[1][i] / W
						}
					}
				}
				if slices.Equal(of, s.Cluster) && (math.Abs(m[0]-s.Centres[c][0]) > 1e-8 || math.Abs(m[1]-s.Centres[c][1]) > 1e-8) {
					r.Fatalf("cluster %d: centre %v, mean %v", c, s.Centres[c], m)
				}
				for i := range n {
					if of[i] == c {
						total += w[i] * ((x[0][i]-m[0])*(x[0][i]-m[0]) + (x[1][i]-m[1])*(x[1][i]-m[1]))
					}
				}
			}
			return total
		}
		within := 0.0
		for _, v := range s.WithinSS {
			within += v
		}
		if best := sum(s.Cluster); math.Abs(best-within) > 1e-6 {
			r.Fatalf("sum of squares %g, from the rows %g", within, best)
		}
		for i := range n {
			for c := range k {
				moved := slices.Clone(s.Cluster)
				moved[i] = c
				if v := sum(moved); !lloyd && v < within-1e-6 {
					r.Fatalf("row %d is better in cluster %d: %g instead of %g", i, c, v, within)
				}
			}
		}
	})
}

// TestOptions: from one start each, Hartigan and Wong's algorithm ends at smaller
// sums than Lloyd's here and there and at larger ones seldom; more starts end at
// smaller sums.
func TestOptions(t *testing.T) {
	_, x, _ := people(2, 200, []float64{0, 0}, []float64{2, 0}, []float64{0, 2})
	within := func(o kmeans.Options) float64 {
		s := fit(t, nil, x, 5, o)
		if s.Starts != o.Starts || s.Agree < 1 || s.Agree > o.Starts {
			t.Errorf("%d of %d starts, of %d", s.Agree, s.Starts, o.Starts)
		}
		return floats.Sum(s.WithinSS)
	}
	smaller, larger := 0, 0
	for seed := range uint64(30) {
		a, b := within(kmeans.Options{Starts: 1, Seed: seed}), within(kmeans.Options{Starts: 1, Seed: seed, Lloyd: true})
		switch {
		case a < b*(1-1e-9):
			smaller++
		case a > b*(1+1e-9):
			larger++
		}
		for _, lloyd := range []bool{false, true} {
			o := kmeans.Options{Seed: seed, Lloyd: lloyd, Starts: 1}
			one := within(o)
			if o.Starts = 4; within(o) > one {
				t.Errorf("seed %d: four starts are worse than the first of them", seed)
			}
		}
	}
	if smaller < 5 || larger > smaller/2 {
		t.Errorf("smaller sums for %d of 30 seeds, larger ones for %d", smaller, larger)
	}
	one, many := within(kmeans.Options{Starts: 1, Seed: 3}), math.Inf(1)
	for seed := uint64(4); one-many < 1e-6*one && seed < 30; seed++ {
		one, many = within(kmeans.Options{Starts: 1, Seed: seed}), within(kmeans.Options{Starts: 20, Seed: seed})
	}
	if many >= one {
		t.Error("one start is as good as twenty, whatever the seed")
	}
}

// TestRepeat: the same seed gives the same bits on one thread and on several;
// another seed other starts; a row of weight 2 counts as two rows.
func TestRepeat(t *testing.T) {
	_, x, _ := people(2, 200, []float64{0, 0}, []float64{2, 0}, []float64{0, 2})
	ignore := cmpopts.IgnoreUnexported(kmeans.Solution{})
	many := fit(t, nil, x, 5, kmeans.Options{Seed: 3})
	old := runtime.GOMAXPROCS(1)
	one := fit(t, nil, x, 5, kmeans.Options{Seed: 3})
	runtime.GOMAXPROCS(old)
	if d := cmp.Diff(one, many, ignore); d != "" {
		t.Error(d)
	}
	if a, b := fit(t, nil, x, 5, kmeans.Options{Starts: 1, Seed: 3}), fit(t, nil, x, 5, kmeans.Options{Starts: 1, Seed: 4}); cmp.Equal(a, b, ignore) {
		t.Error("seeds 3 and 4 give the same clusters")
	}
	w, twice := make([]float64, 200), [][]float64{nil, nil}
	for i := range w {
		w[i] = 1 + float64(i%2)
		for v := range x {
			twice[v] = append(twice[v], slices.Repeat([]float64{x[v][i]}, 1+i%2)...)
		}
	}
	a, b := fit(t, w, x, 3, kmeans.Options{Starts: 50}), fit(t, nil, twice, 3, kmeans.Options{Starts: 50})
	if d := cmp.Diff(a.Centres, b.Centres, cmpopts.EquateApprox(0, 1e-9)); d != "" {
		t.Error("weights of 2 and rows twice: ", d)
	}
}

func TestCorners(t *testing.T) {
	nan := math.NaN()
	// k = 1 gives the weighted mean, 2.5; the row without a value is in no cluster,
	// that without weight counts for nothing.
	s := fit(t, []float64{1, 3, 0, 5}, [][]float64{{1, 3, 99, nan}}, 1, kmeans.Options{})
	if want := []int{0, 0, 0, -1}; s.Centres[0][0] != 2.5 || !slices.Equal(s.Cluster, want) || s.Rows[0] != 2 || s.TotalSS != 3 || math.Abs(s.BetweenSS()) > 1e-12 {
		t.Errorf("one cluster: %+v", s)
	}
	// As many clusters as distinct rows: nothing is left within.
	s = fit(t, nil, [][]float64{{1, 1, 5, 9}}, 3, kmeans.Options{})
	if slices.Max(s.WithinSS) != 0 {
		t.Errorf("as many clusters as rows: %v", s.WithinSS)
	}
	// Both centres start left of all rows, so that the second is empty.
	for _, lloyd := range []bool{false, true} {
		s = fit(t, nil, [][]float64{{1, 2, 20, 21}}, 2, kmeans.Options{Lloyd: lloyd, Centres: [][]float64{{0}, {-5}}})
		if !slices.Equal(s.Cluster, []int{1, 1, 0, 0}) && !slices.Equal(s.Cluster, []int{0, 0, 1, 1}) {
			t.Errorf("empty cluster: %v", s.Cluster)
		}
	}
	// The empty cluster starts again from 100, which adds most to the sum, and so
	// ends there; from 1 or 12 Lloyd's algorithm would end elsewhere.
	s = fit(t, nil, [][]float64{{1, 2, 12, 13, 100}}, 2, kmeans.Options{Lloyd: true, Centres: [][]float64{{13}, {-500}}})
	if !slices.Equal(s.Cluster, []int{0, 0, 0, 0, 1}) {
		t.Errorf("refilled: %v", s.Cluster)
	}
	fails := func(what string, d *stats.Design, k int) {
		if _, err := kmeans.Fit(d, [][]float64{{1, 1, 2, 2}}, k, kmeans.Options{}); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("got %v, want %s", err, what)
		}
	}
	fails("fewer than 3 distinct rows", design(t, nil, 4), 3)
	if _, err := kmeans.Fit(design(t, nil, 3), [][]float64{{1, math.Inf(-1), 3}}, 1, kmeans.Options{}); err == nil || !strings.Contains(err.Error(), "row 2 is -Inf in column 1") {
		t.Errorf("an infinite value: %v", err)
	}
	s = fit(t, []float64{1, 0, 1}, [][]float64{{1, math.Inf(1), 3}}, 1, kmeans.Options{})
	if s.Centres[0][0] != 2 || s.Cluster[1] != -1 {
		t.Errorf("an infinite value without weight: %+v", s)
	}
	fails("below zero", design(t, nil, 4).WithWeights([]float64{1, 1, 1, -1}, nil), 2)
	for what, misuse := range map[string]func(){
		"columns of different length": func() { _, _ = kmeans.Fit(design(t, nil, 3), [][]float64{{1, 2}}, 1, kmeans.Options{}) },
		"starts below zero":           func() { _, _ = kmeans.Fit(design(t, nil, 2), [][]float64{{1, 2}}, 1, kmeans.Options{Starts: -1}) },
	} {
		func() {
			defer func() {
				if p := recover(); p == nil || !strings.HasPrefix(fmt.Sprint(p), "kmeans: ") {
					t.Errorf("%s: panic %v", what, p)
				}
			}()
			misuse()
		}()
	}
}

// TestSilhouettes works four rows out by hand: of the row at 0, a = 1 and
// b = (10 + 11)/2; with weight 3 on the row at 11, b = (10 + 3*11)/4.
func TestSilhouettes(t *testing.T) {
	x := [][]float64{{0, 1, 10, 11}}
	centres := kmeans.Options{Centres: [][]float64{{0}, {10}}}
	for _, c := range []struct{ w, want []float64 }{
		{nil, []float64{9.5 / 10.5, 8.5 / 9.5, 8.5 / 9.5, 9.5 / 10.5}},
		{[]float64{1, 1, 1, 3}, []float64{9.75 / 10.75, 8.75 / 9.75, 8.5 / 9.5, 9.5 / 10.5}},
	} {
		s := fit(t, c.w, x, 2, centres)
		if d := cmp.Diff(s.Silhouettes(), c.want, cmpopts.EquateApprox(0, 1e-14)); d != "" {
			t.Errorf("weights %v: %s", c.w, d)
		}
		mean, W := 0.0, 0.0
		for i, v := range c.want {
			w := 1.0
			if c.w != nil {
				w = c.w[i]
			}
			mean, W = mean+w*v, W+w
		}
		if got := s.Silhouette(0, 0); math.Abs(got-mean/W) > 1e-14 {
			t.Errorf("weights %v: mean %g, want %g", c.w, got, mean/W)
		}
	}
	s := fit(t, nil, [][]float64{{0, 10, 11}}, 2, centres)
	if v := s.Silhouettes(); v[0] != 0 {
		t.Errorf("a row alone in its cluster has %g, want 0", v[0])
	}
	if v := fit(t, nil, x, 1, kmeans.Options{}).Silhouette(0, 0); !math.IsNaN(v) {
		t.Errorf("one cluster: %g", v)
	}
	w, many, _ := people(5, 2000, []float64{0, 0}, []float64{3, 0})
	s = fit(t, w, many, 2, kmeans.Options{Starts: 2})
	all, some := s.Silhouette(0, 0), s.Silhouette(300, 1)
	if math.Abs(all-some) > 0.05 || some != s.Silhouette(300, 1) || some == s.Silhouette(300, 2) {
		t.Errorf("silhouette of all %g, of a sample %g", all, some)
	}
}

// TestReplicates: with weights that a jackknife makes, the share and centres of
// groups far apart have the standard errors of stats.Mean, as no row changes its
// cluster.
func TestReplicates(t *testing.T) {
	w, x, _ := people(7, 60, []float64{0}, []float64{50})
	d := design(t, w, 60)
	reps := stats.Replicates{Scale: 59. / 60}
	for out := range w {
		r := slices.Clone(w)
		r[out] = 0
		reps.Weights = append(reps.Weights, r)
	}
	d = d.WithReplicates(reps)
	s := fit(t, w, x, 2, kmeans.Options{})
	e, err := d.Estimate(s)
	if err != nil {
		t.Fatal(err)
	}
	in := stats.Indicators(s.Cluster, 2)
	mean := []stats.Statistic{stats.Mean(nil, in...)}
	mean = append(mean, stats.By(s.Cluster, 2, stats.Mean(nil, x[0]))...)
	want, err := d.Estimate(mean...)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(e.Value, want.Value, cmpopts.EquateApprox(0, 1e-12)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(e.SEs(), want.SEs(), cmpopts.EquateApprox(1e-9, 0)); d != "" {
		t.Error(d)
	}
	if _, err := design(t, w, 60).Estimate(s); !errors.Is(err, stats.ErrNotLinear) {
		t.Errorf("without replicates: %v", err)
	}
	if v, err := s.At(make([]float64, 60)); err != nil || !math.IsNaN(v[0]) {
		t.Errorf("without weights: %v, %v", v, err)
	}
}

func TestStandardize(t *testing.T) {
	d := design(t, []float64{1, 1, 2, 0, 1}, 5)
	got := kmeans.Standardize(d, []float64{0, 0, 2, 9, math.NaN()}, []float64{7, 7, 7, 7, 7})
	want := [][]float64{{-1, -1, 1, 8, math.NaN()}, {0, 0, 0, 0, 0}} // mean 1, variance 1
	if d := cmp.Diff(got, want, cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
	// A mean of ten times 0.1 is 0.1 but for rounding.
	tenths := slices.Repeat([]float64{0.1}, 10)
	if z := kmeans.Standardize(design(t, nil, 10), tenths)[0]; slices.Max(z) != 0 || slices.Min(z) != 0 {
		t.Errorf("all equal: %v", z)
	}
}

func BenchmarkFit(b *testing.B) {
	w, x, _ := people(1, 3000, []float64{0, 0, 0, 0}, []float64{2, 0, 1, 0}, []float64{0, 2, 0, 1})
	d := design(b, w, 3000)
	for b.Loop() {
		if _, err := kmeans.Fit(d, x, 5, kmeans.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSilhouettes(b *testing.B) {
	w, x, _ := people(1, 3000, []float64{0, 0, 0, 0}, []float64{2, 0, 1, 0}, []float64{0, 2, 0, 1})
	s := fit(b, w, x, 3, kmeans.Options{Starts: 1})
	for b.Loop() {
		s.Silhouettes()
	}
}
