package stats_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/internal/derivative"
)

// ageSample is a sample of two countries and three ages, all of them present in
// both, in strata with several PSUs.
type ageSample struct {
	country, age, stratum, psu []int
	weight, trust              []float64
}

func drawAges(r *rand.Rand, n int) ageSample {
	var s ageSample
	for i := range n {
		c, a := i%2, i/2%3
		if i >= 6 {
			c, a = r.IntN(2), r.IntN(3)
		}
		s.country, s.age = append(s.country, c), append(s.age, a)
		s.stratum, s.psu = append(s.stratum, i%4), append(s.psu, i/4%3)
		s.weight = append(s.weight, 0.5+r.Float64())
		s.trust = append(s.trust, float64(a)+r.NormFloat64())
	}
	return s
}

func (s ageSample) design(t interface{ Fatal(...any) }) *stats.Design {
	d, err := stats.NewDesign(stats.Sampling{Rows: len(s.age), Weights: s.weight, Stages: []stats.Stage{{Strata: s.stratum, Units: s.psu}}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func near(t interface{ Errorf(string, ...any) }, what string, got, want, tol float64) {
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: got %.15g, expected %.15g", what, got, want)
	}
}

// Standardising by linearised values and by post-stratified weights are the same
// estimate with the same covariance.
func TestStandardizedIsPostStratified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAges(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), rapid.IntRange(40, 120).Draw(t, "rows"))
		shares := rapid.SliceOfN(rapid.Float64Range(0.1, 5), 3, 3).Draw(t, "shares")
		d := s.design(t)
		a, err := d.Estimate(stats.By(s.country, 2, stats.Standardized(nil, s.age, shares, s.trust))...)
		if err != nil {
			t.Fatal(err)
		}
		post, err := d.Standardize(s.age, shares, s.country)
		if err != nil {
			t.Fatal(err)
		}
		b, err := post.Estimate(stats.By(s.country, 2, stats.Mean(nil, s.trust))...)
		if err != nil {
			t.Fatal(err)
		}
		for k := range 2 {
			near(t, "mean", a.Value[k], b.Value[k], 1e-12)
			for j := range 2 {
				near(t, "covariance", a.Cov.At(k, j), b.Cov.At(k, j), 1e-12)
			}
		}
	})
}

// With the shares that the weights have, the standardised mean is the mean; with
// one cell, its standard error is that of the mean too.
func TestStandardizedMean(t *testing.T) {
	s := drawAges(rand.New(rand.NewPCG(1, 2)), 200)
	d := s.design(t)
	own := make([]float64, 3)
	for i, a := range s.age {
		own[a] += s.weight[i]
	}
	e, err := d.Estimate(
		stats.Mean(nil, s.trust),
		stats.Standardized(nil, s.age, own, s.trust),
		stats.Standardized(nil, make([]int, 200), []float64{7}, s.trust))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "own shares", e.Value[1], e.Value[0], 1e-13)
	near(t, "one cell", e.Value[2], e.Value[0], 1e-13)
	near(t, "one cell, SE", e.SE(2), e.SE(0), 1e-13)
	derivative.Check(t, stats.Standardized(nil, s.age, []float64{1, 2, 3}, s.trust), s.weight, 1e-4, 1e-6, 1)
}

// Three people aged 0, 1, 1 in equal parts of the standard: (1 + (2+4)/2)/2.
func TestStandardizedByHand(t *testing.T) {
	age, y := []int{0, 1, 1, -1, 0}, []float64{1, 2, 4, 100, math.NaN()}
	w := []float64{3, 1, 1, 5, 5}
	for _, tt := range []struct {
		shares []float64
		want   float64
	}{
		{[]float64{1, 1}, 2},
		{[]float64{0.25, 0.75}, 2.5},
		{[]float64{30, 10}, 1.5},
		{[]float64{0, 2}, 3},
		{[]float64{0, 2, 0}, 3},
		{[]float64{1, 1, 1}, math.NaN()}, // nobody in the last cell
	} {
		m, err := stats.Standardized(nil, age, tt.shares, y).At(w)
		if err != nil {
			t.Fatal(err)
		}
		if !(m[0] == tt.want || math.IsNaN(m[0]) && math.IsNaN(tt.want)) {
			t.Errorf("shares %v: got %v, expected %v", tt.shares, m[0], tt.want)
		}
	}
	for _, shares := range [][]float64{{0, 0}, {-1, 2}, {math.NaN(), 1}, {math.Inf(1), 1}} {
		if _, err := stats.Standardized(nil, age, shares, y).At(w); err == nil {
			t.Errorf("shares %v must be refused", shares)
		}
	}
}

// Cells where all say the same have no variance, and the shares have none.
func TestStandardizedAllEqual(t *testing.T) {
	s := drawAges(rand.New(rand.NewPCG(3, 4)), 60)
	for i, a := range s.age {
		s.trust[i] = float64(a)
	}
	e, err := s.design(t).Estimate(stats.Standardized(nil, s.age, []float64{1, 1, 2}, s.trust))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", e.Value[0], 1.25, 1e-15)
	near(t, "SE", e.SE(0), 0, 1e-15)
}

func TestEmptyCells(t *testing.T) {
	cells, groups := []int{0, 1, 0, 0, 1}, []int{0, 0, 2, 3, 3}
	w := []float64{1, 1, 1, 1, 0}
	want := []stats.EmptyCell{{Group: 2, Cell: 1}, {Group: 3, Cell: 1}}
	if got := stats.EmptyCells(w, cells, []float64{1, 1, 0}, groups); !slices.Equal(got, want) {
		t.Errorf("got %v, expected %v", got, want)
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: 5, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Standardize(cells, []float64{1, 1, 0}, groups)
	var empty *stats.EmptyCellsError
	if !errors.As(err, &empty) || !slices.Equal(empty.Cells, want) {
		t.Fatalf("got %v, expected the empty cells", err)
	}
	if !strings.Contains(err.Error(), "2 cells") || !strings.Contains(err.Error(), "cell 1 of group 3") {
		t.Errorf("the message does not name the cells: %v", err)
	}
	if _, err := d.Standardize(cells, []float64{0, 0, 0}, nil); err == nil {
		t.Error("shares that add up to zero must be refused")
	}
}

// A cell that has no share is a programmer's mistake; it must not count as a cell
// of the next group.
func TestStandardizeMisuse(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 3})
	if err != nil {
		t.Fatal(err)
	}
	y, two := []float64{1, 2, 3}, []float64{1, 1}
	for name, do := range map[string]func(){
		"a cell without a share":            func() { d.Standardize([]int{0, 1, 2}, two, []int{0, 0, 1}) },
		"a cell without a share, empty":     func() { stats.EmptyCells(y, []int{0, 1, 2}, two, nil) },
		"a cell without a share, statistic": func() { stats.Standardized(nil, []int{0, 1, 2}, two, y).At(y) },
		"cells of other rows":               func() { d.Standardize([]int{0, 1}, two, nil) },
		"groups of other rows":              func() { d.Standardize([]int{0, 1, 1}, two, []int{0}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
}

// Groups keep their sums of weights and get the standard's shares, in the main
// weights and in every replicate; rows in no cell are left out.
func TestStandardizeWeights(t *testing.T) {
	s := drawAges(rand.New(rand.NewPCG(5, 6)), 90)
	s.age[7], s.country[8] = -1, -1
	half := slices.Clone(s.weight)
	for i := range half {
		half[i] *= float64(1+i%5) / 2
	}
	d := s.design(t).WithReplicates(stats.Replicates{Weights: [][]float64{half, s.weight}, Scale: 1})
	post, err := d.Standardize(s.age, []float64{1, 2, 5}, s.country)
	if err != nil {
		t.Fatal(err)
	}
	var before, after [2]float64
	for _, w := range append(post.Replicates().Weights, post.Weights()) {
		var cell [2][3]float64
		before, after = [2]float64{}, [2]float64{}
		for i := range s.age {
			if c, a := s.country[i], s.age[i]; c >= 0 && a >= 0 {
				before[c] += s.weight[i]
				after[c] += w[i]
				cell[c][a] += w[i]
			} else if w[i] != 0 {
				t.Errorf("row %d has no cell but weight %g", i, w[i])
			}
		}
		for c := range 2 {
			near(t, "sum of the group", after[c], before[c], 1e-12)
			near(t, "share of the last cell", cell[c][2]/after[c], 5.0/8, 1e-12)
		}
	}
}

// The df of standardised replicates are their own rank less 1, not that of the
// replicates before: four rows in two cells of two, whose sums are fixed, and one
// replicate for each row have a rank of 3.
func TestStandardizedRank(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 4})
	if err != nil {
		t.Fatal(err)
	}
	d = d.WithReplicates(stats.Replicates{Weights: [][]float64{{2, 1, 1, 1}, {1, 2, 1, 1}, {1, 1, 2, 1}, {1, 1, 1, 2}}, Scale: 1})
	if got := d.DF(); got != 3 {
		t.Errorf("df before: %g, want 3", got)
	}
	s, err := d.Standardize([]int{0, 0, 1, 1}, []float64{1, 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.DF(); got != 2 {
		t.Errorf("df after: %g, want 2", got)
	}
}
