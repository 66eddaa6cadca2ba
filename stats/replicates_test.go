package stats

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/num/dual"
)

// threeReplicates are of four rows: a domain without weight in the third.
func threeReplicates() Replicates {
	return Replicates{Weights: [][]float64{{2, 0, 1, 1}, {1, 2, 1, 0}, {2, 2, 0, 0}}, Scale: .5}
}

// A replicate in which a domain has no rows is left out of the variance of that
// domain, and of its covariances only. By hand: means 1 (2, 4 around 3; 10/3;
// 3) of rows 1 and 2, and 6.5 (6.5; 6) of rows 3 and 4.
func TestReplicateWithoutAnEstimate(t *testing.T) {
	d, err := NewDesign(Sampling{Rows: 4})
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{2, 4, 6, 7}
	for _, mse := range []bool{false, true} {
		r := threeReplicates()
		r.MSE = mse
		e, err := d.WithReplicates(r).Estimate(By([]int{0, 0, 1, 1}, 3, Mean(nil, y))...)
		if err != nil {
			t.Fatal(err)
		}
		first, second := []float64{2, 10. / 3, 3}, []float64{6.5, 6}
		c1, c2 := (first[0]+first[1]+first[2])/3, 6.25
		if mse {
			c1, c2 = 3, 6.5
		}
		v1, v2, cov := 0.0, 0.0, 0.0
		for k, x := range first {
			v1 += .5 * (x - c1) * (x - c1)
			if k < 2 {
				v2 += .5 * (second[k] - c2) * (second[k] - c2)
				cov += .5 * (x - c1) * (second[k] - c2)
			}
		}
		for _, c := range []struct {
			i, j int
			want float64
		}{{0, 0, v1}, {1, 1, v2}, {0, 1, cov}, {2, 2, math.NaN()}, {0, 2, math.NaN()}} {
			got := e.Cov.At(c.i, c.j)
			if !(math.Abs(got-c.want) < 1e-14) && !(math.IsNaN(got) && math.IsNaN(c.want)) {
				t.Errorf("MSE %t: cov[%d,%d] is %g, want %g", mse, c.i, c.j, got, c.want)
			}
		}
		if e.Lost != 3 {
			t.Errorf("%d replicates with a number missing, want 3: the third group has no rows", e.Lost)
		}
	}
}

// The difference of two domains of which one has no rows in the third replicate:
// by hand -4.5 and -8/3 in the others, around -3.5 or their mean. From V, of which
// one variance has three replicates, it would be another number, or negative.
func TestContrastOfLostReplicates(t *testing.T) {
	d, err := NewDesign(Sampling{Rows: 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, mse := range []bool{false, true} {
		r := threeReplicates()
		r.MSE = mse
		e, err := d.WithReplicates(r).Estimate(By([]int{0, 0, 1, 1}, 3, Mean(nil, []float64{2, 4, 6, 7}))...)
		if err != nil {
			t.Fatal(err)
		}
		want := .5 * 2 * (11. / 12) * (11. / 12)
		if mse {
			want = .5 * (1 + 25./36)
		}
		c := e.Contrast(nil, []float64{1, -1, 0})
		if got := c.Var(0); !(math.Abs(got-want) < 1e-14) || c.Lost != 1 {
			t.Errorf("MSE %t: variance %g without %d replicates, want %g without 1", mse, got, c.Lost, want)
		}
		f := e.Smooth("difference", func(x []dual.Number) dual.Number { return dual.Sub(x[0], x[1]) })
		if got := f.Var(0); !(math.Abs(got-want) < 1e-14) || f.Lost != 1 {
			t.Errorf("MSE %t: smooth variance %g without %d replicates, want %g without 1", mse, got, f.Lost, want)
		}
	}
}

// A number that no replicate has is without variance, though the sample has it.
func TestNoReplicateHasIt(t *testing.T) {
	d, err := NewDesign(Sampling{Rows: 2})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.WithReplicates(Replicates{Weights: [][]float64{{2, 0}, {1, 0}}, Scale: 1}).Estimate(In([]bool{false, true}, Mean(nil, []float64{1, 2})))
	if err != nil {
		t.Fatal(err)
	}
	if e.Value[0] != 2 || !math.IsNaN(e.SE(0)) {
		t.Errorf("%g, SE %g", e.Value[0], e.SE(0))
	}
}

// The centre is the mean of replicates whose scale is not zero.
func TestCentreOfScaledReplicates(t *testing.T) {
	d, err := NewDesign(Sampling{Rows: 1, Lonely: LonelyRemove})
	if err != nil {
		t.Fatal(err)
	}
	r := Replicates{Weights: [][]float64{{1}, {3}, {50}}, Scale: 1, RScales: []float64{1, 2, 0}}
	e, err := d.WithReplicates(r).Estimate(Total(nil, []float64{1}))
	if err != nil {
		t.Fatal(err)
	}
	if e.Var(0) != 3 { // 1 (1-2)^2 + 2 (3-2)^2
		t.Errorf("variance %g, want 3", e.Var(0))
	}
}

// The numbers do not depend on how many processors work on them.
func TestReplicatesInParallel(t *testing.T) {
	d, y := manyReplicates(500, 30)
	var first *Estimates
	for _, n := range []int{1, 2, 7} {
		old := runtime.GOMAXPROCS(n)
		e, err := d.Estimate(Mean(nil, y), Total(nil, y))
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = e
		}
		if e.SE(0) != first.SE(0) || e.SE(1) != first.SE(1) || e.Cov.At(0, 1) != first.Cov.At(0, 1) {
			t.Errorf("%d processors: other bits", n)
		}
	}
}

// manyReplicates is a design of n rows in 200 PSUs with R bootstrap replicates.
func manyReplicates(n, R int) (*Design, []float64) {
	random := rand.New(rand.NewPCG(1, 1))
	y, w, psu := make([]float64, n), make([]float64, n), make([]int, n)
	for i := range y {
		y[i], w[i], psu[i] = float64(random.IntN(5)+1), 1+random.Float64(), i%200
	}
	d, err := NewDesign(Sampling{Rows: n, Weights: w, Stages: []Stage{{Units: psu}}})
	if err != nil {
		panic(err)
	}
	weights := make([][]float64, R)
	for r := range weights {
		times := make([]float64, 200)
		for range times {
			times[random.IntN(200)]++
		}
		weights[r] = make([]float64, n)
		for i := range w {
			weights[r][i] = w[i] * times[psu[i]]
		}
	}
	return d.WithReplicates(Replicates{Weights: weights, Scale: 1 / float64(R)}), y
}

// BenchmarkReplicates estimates a mean, and means by 30 groups, of 100,000
// respondents with 80 replicates.
func BenchmarkReplicates(b *testing.B) {
	d, y := manyReplicates(100_000, 80)
	d.DF()
	group := make([]int, len(y))
	for i := range group {
		group[i] = i % 30
	}
	for _, s := range []struct {
		name string
		of   []Statistic
	}{{"mean", []Statistic{Mean(nil, y)}}, {"mean by 30", By(group, 30, Mean(nil, y))}} {
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := d.Estimate(s.of...); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*len(y))/b.Elapsed().Seconds(), "respondents/s")
		})
	}
}
