package hypothesis_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/hypothesis"
)

// four are four estimates with their covariance, those of testdata/rank_chances.R.
func four(df float64) *stats.Estimates {
	s := []float64{0.02, 0.025, 0.02, 0.03}
	r := [][]float64{{1, .3, .1, 0}, {.3, 1, .2, -.2}, {.1, .2, 1, .1}, {0, -.2, .1, 1}}
	e := &stats.Estimates{Names: []string{"a", "b", "c", "d"}, Value: []float64{0.52, 0.50, 0.35, 0.47}, Cov: mat.NewSymDense(4, nil), DF: df}
	for i := range s {
		for j := i; j < 4; j++ {
			e.Cov.SetSym(i, j, s[i]*s[j]*r[i][j])
		}
	}
	return e
}

// Chances of the first and the last place are those of testdata/rank_chances.R, by
// integration, within four standard errors of 50,000 draws.
func TestRankChances(t *testing.T) {
	for _, c := range []struct {
		df    float64
		place int
		want  []float64
	}{
		{math.Inf(1), 0, []float64{0.712376, 0.216899, 0, 0.0707248}},
		{12, 0, []float64{0.698762, 0.220666, 1.08740e-06, 0.0805703}},
		{math.Inf(1), 3, []float64{1.10167e-10, 8.82679e-08, 0.999761, 2.38514e-04}},
	} {
		o := hypothesis.RankNumbers(four(c.df), 0.95)
		for i, k := range o.Places {
			got, want := o.Chance[i][c.place], c.want[k]
			if within := 4*math.Sqrt(want*(1-want)/50_000) + 1e-4; math.Abs(got-want) > within {
				t.Errorf("df %v: the chance that number %d is in place %d is %v, want %v within %v", c.df, k, c.place+1, got, want, within)
			}
		}
	}
}

// Pairs are adjusted as in testdata/rank_chances.R; only c is told from others, from
// all of them.
func TestRankNumbers(t *testing.T) {
	o := hypothesis.RankNumbers(four(12), 0.95)
	if want := []int{0, 1, 3, 2}; !slices.Equal(o.Places, want) {
		t.Errorf("the order is %v, want %v", o.Places, want)
	}
	want := map[[2]int]float64{{0, 1}: 1, {0, 2}: 2.2464394e-04, {0, 3}: 1, {1, 2}: 0.00128337963, {1, 3}: 1, {3, 2}: 0.0266160198}
	for i, p := range o.Pairs {
		if w, ok := want[[2]int{p.A, p.B}]; !ok || math.Abs(o.Adjusted[i]-w) > 1e-8 {
			t.Errorf("pair %d, %d: adjusted p %v, want %v", p.A, p.B, o.Adjusted[i], w)
		}
		low, high := p.Interval(o.Individual)
		if apart := low > 0 || high < 0; apart != (o.Adjusted[i] < 0.05) {
			t.Errorf("pair %d, %d: the interval %v to %v and p %v do not say the same", p.A, p.B, low, high, o.Adjusted[i])
		}
	}
	if best, worst := []int{1, 1, 1, 4}, []int{3, 3, 3, 4}; !slices.Equal(o.Best, best) || !slices.Equal(o.Worst, worst) {
		t.Errorf("places are %v to %v, want %v to %v", o.Best, o.Worst, best, worst)
	}
}

// Numbers that do not exist have no place; equal certain ones are not told apart;
// nothing and one number are ranked too.
func TestRankNumbersCorners(t *testing.T) {
	e := four(12)
	e.Value[0] = math.NaN()
	if o := hypothesis.RankNumbers(e, 0.95); !slices.Equal(o.Places, []int{1, 3, 2}) || len(o.Pairs) != 3 {
		t.Errorf("order %v, %d pairs", o.Places, len(o.Pairs))
	}
	e = &stats.Estimates{Names: []string{"a", "b"}, Value: []float64{1, 1}, Cov: mat.NewSymDense(2, nil), DF: 5}
	if o := hypothesis.RankNumbers(e, 0.95); o.Best[1] != 1 || o.Worst[0] != 2 {
		t.Errorf("equal numbers have places %v to %v", o.Best, o.Worst)
	}
	e = &stats.Estimates{Names: []string{"a"}, Value: []float64{1}, Cov: mat.NewSymDense(1, nil)}
	if o := hypothesis.RankNumbers(e, 0.95); o.Chance[0][0] != 1 {
		t.Errorf("one number is first with chance %v", o.Chance[0][0])
	}
	e.Value[0] = math.NaN()
	if o := hypothesis.RankNumbers(e, 0.95); len(o.Places) != 0 || len(o.Chance) != 0 {
		t.Errorf("no number has places %v", o.Places)
	}
}

// Chances of a number, and of a place, add up to 1; the place by estimate lies
// between best and worst; the other direction is the mirror image.
func TestRankNumbersAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "numbers")
		e := &stats.Estimates{Names: make([]string, n), Value: make([]float64, n), Cov: mat.NewSymDense(n, nil), DF: rapid.SampledFrom([]float64{1, 9, math.Inf(1)}).Draw(t, "df")}
		for i := range n {
			e.Value[i] = float64(rapid.IntRange(0, 9).Draw(t, "value"))
			e.Cov.SetSym(i, i, float64(rapid.IntRange(0, 3).Draw(t, "variance")))
		}
		o := hypothesis.RankNumbers(e, 0.9)
		for i := range n {
			row, column := 0.0, 0.0
			for j := range n {
				row += o.Chance[i][j]
				column += o.Chance[j][i]
			}
			if math.Abs(row-1) > 1e-9 || math.Abs(column-1) > 1e-9 {
				t.Fatalf("chances of number and place %d add up to %v and %v", i, row, column)
			}
			if o.Best[i] > i+1 || o.Worst[i] < i+1 {
				t.Fatalf("place %d lies outside of %d to %d", i+1, o.Best[i], o.Worst[i])
			}
		}
	})
}

// Which age band worries most, and how sure is it?
func ExampleRankNumbers() {
	e, err := survey().Estimate(stats.By(age, 3, stats.Mean([]string{"worried"}, floats(worried)))...)
	if err != nil {
		panic(err)
	}
	o := hypothesis.RankNumbers(e, 0.95)
	for i, k := range o.Places {
		fmt.Printf("band %d: %.0f%%, in truth in place %d to %d, first with a chance of about %.1f\n", k, 100*e.Value[k], o.Best[i], o.Worst[i], o.Chance[i][0])
	}
	// Output:
	// band 0: 84%, in truth in place 1 to 2, first with a chance of about 0.8
	// band 1: 54%, in truth in place 1 to 3, first with a chance of about 0.2
	// band 2: 9%, in truth in place 2 to 3, first with a chance of about 0.0
}

func BenchmarkRankNumbers(b *testing.B) {
	n := 12
	e := &stats.Estimates{Names: make([]string, n), Value: make([]float64, n), Cov: mat.NewSymDense(n, nil), DF: 400}
	for i := range n {
		e.Value[i] = float64(i) / 30
		e.Cov.SetSym(i, i, 0.001)
	}
	b.ReportAllocs()
	for b.Loop() {
		hypothesis.RankNumbers(e, 0.95)
	}
}
