package weight

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"

	"tradeoff/stats"
)

// sample is a small survey to weight: rows in PSUs, with unequal weights.
type sample struct {
	psu                  []int
	d                    []float64
	age, country, gender []int
	trust                []float64 // correlated with age
	spend                []float64 // a number that calibration can use
}

func newSample(seed uint64, n int) *sample {
	r := rand.New(rand.NewPCG(seed, 1))
	s := &sample{}
	for i := range n {
		s.psu = append(s.psu, i/4)
		s.d = append(s.d, 1+4*r.Float64())
		s.age = append(s.age, r.IntN(3))
		s.country = append(s.country, r.IntN(4))
		s.gender = append(s.gender, (s.age[i]+r.IntN(3))/2%2)
		s.trust = append(s.trust, 40+5*float64(s.age[i])+6*float64(s.gender[i])+3*r.NormFloat64())
		s.spend = append(s.spend, 10+20*r.Float64())
	}
	return s
}

func (s *sample) design(t testing.TB, w []float64) *stats.Design {
	t.Helper()
	d, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w, Stages: []stats.Stage{{Units: s.psu}}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *sample) margins() []Margin {
	return []Margin{
		{Name: "age", Labels: []string{"18-34", "35-54", "55+"}, Of: s.age, Targets: []float64{.25, .35, .40}},
		{Name: "country", Labels: []string{"Brazil", "France", "Germany", "Japan"}, Of: s.country, Targets: []float64{.4, .3, .2, .1}},
		{Name: "gender", Labels: []string{"female", "male"}, Of: s.gender, Targets: []float64{.52, .48}},
	}
}

// terms are totals that are not far from those of the sample.
func (s *sample) terms() []Term {
	ts := []Term{{Name: "people", Values: ones(len(s.d))}, {Name: "spend", Values: s.spend}}
	for k, y := range stats.Indicators(s.age, 3) {
		ts = append(ts, Term{Name: "age " + itoa(k), Values: y})
	}
	for j := range ts {
		ts[j].Total = dot(s.d, ts[j].Values)
	}
	ts[0].Total *= 1.05
	ts[1].Total *= 1.10
	ts[2].Total *= 1.02
	ts[3].Total *= 1.04
	ts[4].Total = ts[0].Total - ts[2].Total - ts[3].Total
	return ts
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func dot(a, b []float64) float64 { return floats.Dot(a, b) }

func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}

func nearAll(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tolerance*math.Max(1, math.Abs(want[i]))) {
			t.Fatalf("%s, row %d: got %.12g, want %.12g", what, i, got[i], want[i])
		}
	}
}

// kindOf is the kind of the first fault of an error.
func kindOf(t testing.TB, err error) Kind {
	t.Helper()
	var p Problems
	if !errors.As(err, &p) {
		t.Fatalf("no problems but %v", err)
	}
	return p[0].Kind
}

func estimate(t testing.TB, d *stats.Design, s ...stats.Statistic) *stats.Estimates {
	t.Helper()
	e, err := d.Estimate(s...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// influence compares the residuals of a design with d_i times the derivative of
// the total of y by the weight d_i before: the definition of a linearised value.
// The derivative is taken from weights alone. It returns the design and residuals.
func influence(t *testing.T, w, y []float64, adjust func(w []float64) (*stats.Design, error)) (d *stats.Design, z []float64) {
	t.Helper()
	total := func(w []float64) (*stats.Design, float64) {
		d, err := adjust(w)
		if err != nil {
			t.Fatal(err)
		}
		return d, dot(d.Weights(), y)
	}
	d, sum := total(w)
	z = make([]float64, len(w))
	for i, x := range d.Weights() {
		z[i] = x * y[i]
	}
	as := d.Adjustments()
	for k := range as {
		as[len(as)-1-k].Residuals(z)
	}
	scale := math.Abs(sum) / float64(len(w))
	for i := 0; i < len(w); i += 3 {
		h := 1e-5 * w[i]
		up, down := append([]float64(nil), w...), append([]float64(nil), w...)
		up[i] += h
		down[i] -= h
		_, a := total(up)
		_, b := total(down)
		if want := w[i] * (a - b) / (2 * h); math.Abs(z[i]-want) > 1e-5*scale {
			t.Fatalf("row %d: %.10g, by the derivative %.10g", i, z[i], want)
		}
	}
	return d, z
}
