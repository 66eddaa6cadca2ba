package model_test

import (
	"fmt"
	"math"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/model"
	"tradeoff/stats/replicate"
)

// rated are the ratings of testdata/within.R: 60 people, four things, of which each
// rates three.
func rated(t testing.TB, cluster int) (d *stats.Design, y, x, z [][]float64) {
	const n = 60
	w, stratum, psu := make([]float64, n), make([]int, n), make([]int, n)
	for i := range n {
		w[i], stratum[i], psu[i] = float64(1+i%3), i/30, i/cluster
	}
	for thing := range 4 {
		var a, b, c []float64
		for i := range n {
			u, v := float64((i*3+thing*thing*5+i*thing)%5), float64((i+thing*3)%7)
			answer := float64((i*11+thing*7+int(u)*3)%10)/2 + u
			if (i*7+thing*5)%4 == 0 {
				answer = math.NaN()
			}
			a, b, c = append(a, answer), append(b, u), append(c, v)
		}
		y, x, z = append(y, a), append(x, b), append(z, c)
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: w, Stages: []stats.Stage{{Strata: stratum, Units: psu}}})
	if err != nil {
		t.Fatal(err)
	}
	return d, y, x, z
}

// Coefficients and their covariance are those of svyglm with a constant for every
// person and thing (testdata/within.R), with persons and with groups of them as PSUs.
func TestWithin(t *testing.T) {
	for _, c := range []struct {
		cluster int
		want    []float64 // b of x and z, their SE, covariance
	}{
		{1, []float64{1.31441994466, 0.0311494523201, 0.0995630143717, 0.0491995958943, -5.33119025209e-05}},
		{5, []float64{1.314419944656555, 0.031149452320071, 0.081370979439872, 0.053256819477882, 0.000548543006621}},
	} {
		d, y, x, z := rated(t, c.cluster)
		e, err := d.Estimate(model.Within([]string{"x", "z"}, y, x, z))
		if err != nil {
			t.Fatal(err)
		}
		got := []float64{e.Value[0], e.Value[1], e.SE(0), e.SE(1), e.Cov.At(0, 1)}
		for k := range got {
			if math.Abs(got[k]-c.want[k]) > 1e-9*math.Max(1, math.Abs(c.want[k])) {
				t.Errorf("%d people a PSU: number %d is %.12g, want %.12g", c.cluster, k, got[k], c.want[k])
			}
		}
		r, err := replicate.Jackknife(d, replicate.JackknifeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := r.Estimate(model.Within([]string{"x", "z"}, y, x, z))
		if err != nil {
			t.Fatal(err)
		}
		if m.Value[0] != e.Value[0] || math.Abs(m.SE(0)/e.SE(0)-1) > 0.15 {
			t.Errorf("%d people a PSU: by the jackknife %v with SE %v, by linearisation %v with SE %v", c.cluster, m.Value[0], m.SE(0), e.Value[0], e.SE(0))
		}
	}
}

// A variable that says the same of all that a person rates has no coefficient, nor
// has one that the things determine; a single rating and an empty domain say nothing.
func TestWithinCorners(t *testing.T) {
	d, y, x, z := rated(t, 1)
	same, thing := make([][]float64, 4), make([][]float64, 4)
	for k := range 4 {
		for i := range 60 {
			same[k], thing[k] = append(same[k], float64(i)), append(thing[k], float64(k*k))
		}
	}
	e, err := d.Estimate(model.Within([]string{"same", "thing", "x", "z"}, y, same, thing, x, z))
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(e.Value[0]) || !math.IsNaN(e.Value[1]) || math.Abs(e.Value[2]-1.31441994466) > 1e-9 || math.Abs(e.SE(2)-0.0995630143717) > 1e-9 {
		t.Errorf("coefficients are %v, that of x with SE %v", e.Value, e.SE(2))
	}
	for name, of := range map[string][][]float64{"one thing": y[:1], "nobody": nil} {
		in := make([]bool, 60)
		domain, xs := d, x[:1]
		if of == nil {
			domain, of, xs = d.Domain(in), y, x
		}
		e, err := domain.Estimate(model.Within([]string{"x"}, of, xs))
		if err != nil || !math.IsNaN(e.Value[0]) {
			t.Errorf("%s: %v, %v", name, e, err)
		}
	}
}

// What is a step of trust worth, between two industries that the same person rates?
func ExampleWithin() {
	shared := [][]float64{{0, 1, 2, 1, 3, 0}, {2, 1, 4, 2, 3, 1}, {1, 2, 5, 1, 4, math.NaN()}} // kinds of data, by industry, then person
	trust := [][]float64{{1, 2, 2, 3, 3, 1}, {3, 2, 4, 3, 2, 2}, {2, 4, 5, 2, 4, math.NaN()}}
	d, err := stats.NewDesign(stats.Sampling{Rows: 6})
	if err != nil {
		panic(err)
	}
	e, err := d.Estimate(model.Within([]string{"trust"}, shared, trust))
	if err != nil {
		panic(err)
	}
	low, high := e.Interval(0, 0.95)
	fmt.Printf("%.2f kinds of data a step (%.2f to %.2f)\n", e.Value[0], low, high)
	// Output: 0.68 kinds of data a step (0.48 to 0.87)
}

func BenchmarkWithin(b *testing.B) {
	const n = 100_000
	d, err := stats.NewDesign(stats.Sampling{Rows: n})
	if err != nil {
		b.Fatal(err)
	}
	y, x := make([][]float64, 8), make([][]float64, 8)
	for t := range 8 {
		y[t], x[t] = make([]float64, n), make([]float64, n)
		for i := range n {
			y[t][i], x[t][i] = float64((i*7+t)%5), float64((i*3+t*t)%5)
			if (i+t)%8 > 2 {
				y[t][i] = math.NaN()
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Estimate(model.Within([]string{"x"}, y, x)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}
