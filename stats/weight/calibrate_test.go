package weight

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"tradeoff/stats"
)

// One number, with a variance in proportion to it, is the ratio estimator: every
// weight is multiplied by T / sum d x, and the standard error of a total is T
// times that of the ratio (Särndal, Swensson and Wretman 1992, section 7.3).
func TestCalibrateRatio(t *testing.T) {
	s := newSample(2, 60)
	d := s.design(t, s.d)
	T := 1.3 * dot(s.d, s.spend)
	out, _, err := Calibrate(d, []Term{{"spend", s.spend, T}}, Calibration{Variance: s.spend})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range out.Weights() {
		near(t, "weight", w, 1.3*s.d[i], 1e-12)
	}
	ratio := estimate(t, d, stats.Ratio(nil, [][]float64{s.trust}, [][]float64{s.spend}))
	near(t, "SE", estimate(t, out, stats.Total(nil, s.trust)).SE(0), T*ratio.SE(0), 1e-10)
}

// Totals are met by every distance, bounds hold, and among weights that meet the
// totals the linear ones have the least sum of squares of g - 1.
func TestCalibrate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newSample(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(80, 200).Draw(rt, "rows"))
		d := s.design(t, s.d)
		terms := s.terms()
		least := math.Inf(1)
		for _, o := range []Calibration{
			{},
			{Distance: Exponential},
			{Distance: Logit, Bounds: &Bounds{Lower: 0.3, Upper: 3}},
			{Bounds: &Bounds{Lower: 0.8, Upper: 1.6}},
			{Distance: Exponential, Bounds: &Bounds{Lower: 0.8, Upper: 1.6}},
			{Bounds: &Bounds{Lower: 0.5, Upper: 6.5, OfWeight: true}},
		} {
			out, r, err := Calibrate(d, terms, o)
			if err != nil {
				rt.Fatalf("%+v: %v", o, err)
			}
			w := out.Weights()
			for _, term := range terms {
				near(t, term.Name, dot(w, term.Values), term.Total, 1e-9)
			}
			squares := 0.0
			for i := range w {
				squares += s.d[i] * (w[i]/s.d[i] - 1) * (w[i]/s.d[i] - 1)
			}
			if squares < least*(1-1e-9) && !math.IsInf(least, 1) {
				t.Errorf("%+v is nearer than linear", o)
			}
			least = math.Min(least, squares)
			if o.Bounds != nil && !o.Bounds.OfWeight && (r.Factor.Min < o.Bounds.Lower*(1-1e-12) || r.Factor.Max > o.Bounds.Upper*(1+1e-12)) {
				t.Errorf("%+v: g from %g to %g", o, r.Factor.Min, r.Factor.Max)
			}
			if o.Bounds != nil && o.Bounds.OfWeight && (r.After.Min < 0.5*(1-1e-12) || r.After.Max > 6.5*(1+1e-12)) {
				t.Errorf("weights from %g to %g", r.After.Min, r.After.Max)
			}
			e := estimate(t, out, stats.Total(nil, s.spend))
			if e.SE(0) > 1e-8*e.Value[0] {
				t.Errorf("%+v: a calibrated total has a standard error of %g", o, e.SE(0))
			}
		}
	})
}

// The residuals are the derivative by the weights before, with a variance term
// as well.
func TestLinearInfluence(t *testing.T) {
	s := newSample(4, 60)
	terms := s.terms()
	for _, o := range []Calibration{{}, {Variance: s.spend}} {
		influence(t, s.d, s.trust, func(w []float64) (*stats.Design, error) {
			d, _, err := Calibrate(s.design(t, w), terms, o)
			return d, err
		})
	}
}

// Weights are equal in a PSU where they were before, and meet the totals where
// they were not.
func TestCalibrateByPSU(t *testing.T) {
	s := newSample(6, 200)
	d := s.design(t, s.d)
	out, _, err := Calibrate(d, s.terms(), Calibration{ByPSU: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range out.Weights() {
		first := i / 4 * 4
		near(t, "g of a PSU", w/s.d[i], out.Weights()[first]/s.d[first], 1e-12)
	}
	for _, term := range s.terms() {
		near(t, term.Name, dot(out.Weights(), term.Values), term.Total, 1e-10)
	}
}

// With a variance term that varies in PSUs, and bounds of the weights, a PSU still
// has one g: the calibration is that of a file of PSUs, each with the sum of its
// weights and the weighted means of its rows.
func TestCalibrateByPSUOptions(t *testing.T) {
	s := newSample(6, 200)
	d := s.design(t, s.d)
	sums, terms := make([]float64, 50), s.terms()
	for i, w := range s.d {
		sums[s.psu[i]] += w
	}
	mean := func(x []float64) []float64 {
		m := make([]float64, 50)
		for i, w := range s.d {
			m[s.psu[i]] += w * x[i] / sums[s.psu[i]]
		}
		return m
	}
	units, err := stats.NewDesign(stats.Sampling{Rows: 50, Weights: sums})
	if err != nil {
		t.Fatal(err)
	}
	ofUnits := s.terms()
	for j := range ofUnits {
		ofUnits[j].Values = mean(terms[j].Values)
	}
	out, _, err := Calibrate(d, terms, Calibration{ByPSU: true, Variance: s.spend})
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := Calibrate(units, ofUnits, Calibration{Variance: mean(s.spend)})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range out.Weights() {
		near(t, "g with a variance term", w/s.d[i], want.Weights()[s.psu[i]]/sums[s.psu[i]], 1e-11)
	}
	near(t, "SE of a calibrated total", estimate(t, out, stats.Total(nil, s.spend)).SE(0), 0, 1e-8)

	free, r, err := Calibrate(d, terms, Calibration{ByPSU: true})
	if err != nil {
		t.Fatal(err)
	}
	upper := 0.98 * r.After.Max
	bounds := Calibration{ByPSU: true, Bounds: &Bounds{Lower: 0.8, Upper: upper, OfWeight: true}}
	if out, r, err = Calibrate(d, terms, bounds); err != nil {
		t.Fatal(err)
	}
	for i, w := range out.Weights() {
		near(t, "g within bounds", w/s.d[i], out.Weights()[i/4*4]/s.d[i/4*4], 1e-12)
	}
	near(t, "largest weight", r.After.Max, upper, 1e-12)
	if r.Trimmed == 0 || slices.Equal(out.Weights(), free.Weights()) {
		t.Error("the bounds hold nothing")
	}
	bounds.Bounds = &Bounds{Lower: 3, Upper: 4, OfWeight: true} // weights of 1 and 5 are in one PSU
	if _, _, err = Calibrate(d, terms, bounds); kindOf(t, err) != BadBounds {
		t.Errorf("bounds without a common g: %v", err)
	}
}

// A column that follows from others changes nothing where its total agrees, and
// is refused where it does not.
func TestCalibrateCollinear(t *testing.T) {
	s := newSample(7, 60)
	d := s.design(t, s.d)
	terms := s.terms()
	double := Term{"double", make([]float64, 60), 2 * terms[1].Total}
	for i, x := range s.spend {
		double.Values[i] = 2 * x
	}
	a, _, err := Calibrate(d, terms, Calibration{})
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := Calibrate(d, append(terms, double), Calibration{})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights", b.Weights(), a.Weights(), 1e-11)
	mean := stats.Mean(nil, s.trust)
	near(t, "SE", estimate(t, b, mean).SE(0), estimate(t, a, mean).SE(0), 1e-11)
	double.Total *= 1.1
	_, _, err = Calibrate(d, append(terms, double), Calibration{})
	if kindOf(t, err) != Contradiction {
		t.Errorf("got %v", err)
	}
}

// TestCalibrateEmptyColumn: a column of zeros with a total of zero, a level that
// nobody has, leaves the weights as they are without it. (The weights are those of
// R's calibrate.)
func TestCalibrateEmptyColumn(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 6})
	if err != nil {
		t.Fatal(err)
	}
	terms := []Term{
		{"all", ones(6), 5.650954106217251},
		{"b", make([]float64, 6), 0},
		{"c", []float64{0, 0, 1, 0, 0, 0}, 0.9195342834340409},
		{"d", []float64{0, 0, 0, 1, 1, 0}, 1.821101899794303},
		{"x", []float64{1.1878776204557344, 0.4084516483617706, -0.3543886623335552, -1.7968965106280295, -0.7705603910526982, -1.196932040993187}, -2.613686969732795},
	}
	o := Calibration{Distance: Logit, Bounds: &Bounds{Lower: 0.3, Upper: 3}}
	with, _, err := Calibrate(d, terms, o)
	if err != nil {
		t.Fatal(err)
	}
	without, _, err := Calibrate(d, append(terms[:1:1], terms[2:]...), o)
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights", with.Weights(), without.Weights(), 1e-12)
	nearAll(t, "weights by R", with.Weights(), []float64{0.86927283490554885, 0.93939240516157663, 0.91953428343404076, 0.95702388626531987, 0.86407801352898295, 1.1016526829217812}, 1e-9)
}

func TestCalibrateCorners(t *testing.T) {
	s := newSample(10, 60)
	d := s.design(t, s.d)
	terms := s.terms()
	far := append([]Term(nil), terms...)
	far[1].Total *= 1.35
	out, r, err := Calibrate(d, far, Calibration{})
	if err != nil || r.Negative == 0 || !(r.After.Min < 0) {
		t.Fatalf("totals far off: %+v, %v", r, err)
	}
	below := 0
	for _, w := range out.Weights() {
		if w < 0 {
			below++
		}
	}
	if r.Negative != below {
		t.Errorf("%d weights below zero, not %d", below, r.Negative)
	}
	near(t, "spend with negative weights", dot(out.Weights(), s.spend), far[1].Total, 1e-11)
	_, _, err = Rake(out, s.margins(), Options{})
	if kindOf(t, err) != NegativeWeight {
		t.Errorf("raking of negative weights: %v", err)
	}
	narrow := Calibration{Bounds: &Bounds{Lower: .9, Upper: 1.1}}
	_, _, err = Calibrate(d, far, narrow)
	if kindOf(t, err) != Unmet {
		t.Errorf("narrow bounds: %v", err)
	}
	narrow.Unfinished = true
	_, r, err = Calibrate(d, far, narrow)
	if err != nil || r.Met || r.Gap < .01 || r.Factor.Max > 1.1 || len(r.Notes) != 1 {
		t.Errorf("unfinished: %+v, %v", r, err)
	}
	nobody := Term{"nobody", make([]float64, 60), 5}
	missing := Term{"income", append([]float64{math.NaN()}, s.spend[1:]...), 100}
	infinite := Term{"spend", s.spend, math.Inf(1)}
	for _, c := range []struct {
		terms []Term
		o     Calibration
		kind  Kind
	}{
		{nil, Calibration{}, NoTarget},
		{[]Term{nobody}, Calibration{}, NoRespondents},
		{[]Term{missing}, Calibration{}, MissingValue},
		{[]Term{infinite}, Calibration{}, BadTarget},
		{terms, Calibration{Variance: make([]float64, 60)}, MissingValue},
		{terms, Calibration{Distance: Logit}, BadBounds},
		{terms, Calibration{Distance: Logit, Bounds: &Bounds{Lower: 1.1, Upper: 3}}, BadBounds},
		{terms, Calibration{Bounds: &Bounds{Lower: 2, Upper: 1}}, BadBounds},
	} {
		if _, _, err := Calibrate(d, c.terms, c.o); err == nil || kindOf(t, err) != c.kind {
			t.Errorf("%s: got %v", c.kind, err)
		}
	}
	nobody.Total = 0 // a column of zeros whose total is zero is met
	if _, _, err := Calibrate(d, append(terms, nobody), Calibration{}); err != nil {
		t.Error(err)
	}
	// Weights that a bound sets to zero tell nothing of the answers.
	zero, r, err := Calibrate(d, far, Calibration{Bounds: &Bounds{Lower: 0, Upper: 8}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Trimmed == 0 || r.Negative > 0 {
		t.Errorf("bound at zero: %d at it, %d below", r.Trimmed, r.Negative)
	}
	if se := estimate(t, zero, stats.Total(nil, s.spend)).SE(0); !(se < 1e-8*far[1].Total) {
		t.Errorf("SE of a calibrated total: %g", se)
	}
}

// twelve is the sample of which R has computed what follows.
var twelve = struct {
	psu, age, gender []int
	d, y             []float64
}{
	[]int{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6},
	[]int{0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0},
	[]int{0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1},
	[]float64{2, 3, 2.5, 4, 1.5, 3, 2, 2, 3.5, 1, 2, 3},
	[]float64{5, 7, 6, 3, 8, 9, 4, 7, 5, 8, 6, 5},
}

// R 4.2.2, survey 4.1-1: calibrate(b, ~age+g, c(100, 45, 55), calfun = "raking"),
// then the SE of svytotal of the residuals of lm(u ~ age + g, weights = w) in a
// design with the calibrated weights, u = (y - mean)/100.
func TestPrecalibrated(t *testing.T) {
	w := []float64{5.807009160974817, 10.246138167289146, 8.484940175504182, 13.575904280806691,
		5.123069083644573, 11.976956394510568, 6.787952140403346, 6.830758778192765,
		10.162266031705931, 3.992318798170189, 6.830758778192765, 10.181928210605021}
	s := &sample{psu: twelve.psu}
	age := Margin{Name: "age", Of: twelve.age, Targets: []float64{55, 45}}
	gender := Margin{Name: "gender", Of: twelve.gender, Targets: []float64{45, 55}}
	out, _, err := Rake(s.design(t, twelve.d), []Margin{age, gender}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights", out.Weights(), w, 1e-12)
	mean := stats.Mean(nil, twelve.y)
	e := estimate(t, out, mean)
	near(t, "mean", e.Value[0], 5.907837213661305, 1e-12)
	near(t, "SE", e.SE(0), 0.269895787959904, 1e-11)
	pre, err := Precalibrated(s.design(t, w), append(stats.Indicators(twelve.age, 2), stats.Indicators(twelve.gender, 2)...)...)
	if err != nil {
		t.Fatal(err)
	}
	e = estimate(t, pre, mean, stats.Total(nil, twelve.y))
	near(t, "SE, precalibrated", e.SE(0), 0.2613000140203643, 1e-11)
	near(t, "SE of the total", e.SE(1), 26.13000140203643, 1e-11)
	plain := estimate(t, s.design(t, w), mean)
	if !(plain.SE(0) > e.SE(0)) {
		t.Errorf("without telling the variance: %g", plain.SE(0))
	}
	if _, err = Precalibrated(s.design(t, w).Domain(make([]bool, 12)), twelve.y); kindOf(t, err) != ZeroWeights {
		t.Errorf("an empty domain: %v", err)
	}
	negative := append([]float64{-1}, w[1:]...)
	if _, err = Precalibrated(s.design(t, w).WithWeights(negative, nil), twelve.y); kindOf(t, err) != NegativeWeight {
		t.Errorf("a negative weight: %v", err)
	}
	if _, err = Precalibrated(s.design(t, w)); kindOf(t, err) != NoTarget {
		t.Errorf("no column: %v", err)
	}
	_, err = Precalibrated(s.design(t, w), []float64{math.NaN(), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1})
	if kindOf(t, err) != MissingValue {
		t.Errorf("a missing value: %v", err)
	}
}

// With post-strata of estimated sizes the variance of a total has sum m_c^2 V_c
// more, with m_c the means of the post-strata weighted by d.
func TestTargetVariance(t *testing.T) {
	s := &sample{psu: twelve.psu}
	d := s.design(t, twelve.d)
	age := Margin{Name: "age", Of: twelve.age, Targets: []float64{55, 45}}
	out, _, err := PostStratify(d, age, false)
	if err != nil {
		t.Fatal(err)
	}
	m := estimate(t, d, stats.By(twelve.age, 2, stats.Mean(nil, twelve.y))...).Value
	v := mat.NewSymDense(2, []float64{9, -3, -3, 4})
	total := stats.Total(nil, twelve.y)
	want := estimate(t, out, total).Var(0) + 9*m[0]*m[0] - 6*m[0]*m[1] + 4*m[1]*m[1]
	e, err := TargetVariance(out, v, total)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "variance", e.Var(0), want, 1e-12)
	// Categories count by their numbers, whichever is in the first row, and a
	// category that is left out has no part.
	turned := Margin{Name: "age", Targets: []float64{45, 55, 7}}
	for _, c := range twelve.age {
		turned.Of = append(turned.Of, 1-c)
	}
	other, _, err := PostStratify(d, turned, true)
	if err != nil {
		t.Fatal(err)
	}
	if e, err = TargetVariance(other, mat.NewSymDense(3, []float64{4, -3, 1, -3, 9, 1, 1, 1, 8}), total); err != nil {
		t.Fatal(err)
	}
	near(t, "variance with categories turned", e.Var(0), want, 1e-12)
	// The same through the categories of a regression.
	terms, err := Terms(d, 0, age)
	if err != nil {
		t.Fatal(err)
	}
	cal, _, err := Calibrate(d, terms, Calibration{})
	if err != nil {
		t.Fatal(err)
	}
	if e, err = TargetVariance(cal, v, total); err != nil {
		t.Fatal(err)
	}
	near(t, "variance by regression", e.Var(0), want, 1e-11)
	if _, err = TargetVariance(d, v, total); err == nil {
		t.Error("a design that is not calibrated has no targets")
	}
	if _, err = TargetVariance(out, mat.NewSymDense(3, nil), total); err == nil {
		t.Error("a covariance of another size must be refused")
	}
}

func BenchmarkCalibrate(b *testing.B) {
	s := newSample(1, 20_000)
	d := s.design(b, s.d)
	for b.Loop() {
		if _, _, err := Calibrate(d, s.terms(), Calibration{Distance: Logit, Bounds: &Bounds{Lower: .3, Upper: 3}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResiduals(b *testing.B) {
	s := newSample(1, 20_000)
	d, _, err := Calibrate(s.design(b, s.d), s.terms(), Calibration{})
	if err != nil {
		b.Fatal(err)
	}
	z := make([]float64, len(s.trust))
	for b.Loop() {
		copy(z, s.trust)
		d.Adjustments()[0].Residuals(z)
	}
}
