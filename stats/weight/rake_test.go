package weight

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

// Raking keeps the odds ratio of a 2 x 2 table: with cells 10, 20, 30, 40 and
// margins 50, 50 and 40, 60 the first cell x solves
// x (10 + x) / ((50 - x)(40 - x)) = 10*40/(20*30), which is x^2 + 210 x = 4000.
func TestRake2x2(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 4, Weights: []float64{10, 20, 30, 40}})
	if err != nil {
		t.Fatal(err)
	}
	rows := Margin{Name: "rows", Of: []int{0, 0, 1, 1}, Targets: []float64{50, 50}}
	columns := Margin{Name: "columns", Of: []int{0, 1, 0, 1}, Targets: []float64{40, 60}}
	out, r, err := Rake(d, []Margin{rows, columns}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := -105 + math.Sqrt(105*105+4000)
	nearAll(t, "weight", out.Weights(), []float64{x, 50 - x, 40 - x, 10 + x}, 1e-11)
	if !r.Met || r.Rounds < 2 || r.Gap > 1e-11 {
		t.Errorf("met %v after %d rounds with a gap of %g", r.Met, r.Rounds, r.Gap)
	}
}

// Rake meets every target, as Calibrate does with the raking distance on the
// categories; weights and standard errors are the same. Order of margins, shares
// or counts, and another category named first make no difference.
func TestRake(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newSample(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(60, 200).Draw(rt, "rows"))
		d := s.design(t, s.d)
		ms := s.margins()
		if Check(d, ms, Options{}).faults() != nil {
			return // a category without respondents
		}
		out, r, err := Rake(d, ms, Options{Total: 5000})
		if err != nil {
			rt.Skip(err) // few combinations
		}
		for _, b := range r.Margins {
			for _, c := range b.Categories {
				near(t, b.Name+" "+c.Label, c.After, c.Target, 1e-10)
			}
			if _, after := b.Imbalance(); after > 1e-10 {
				t.Errorf("%s: imbalance %g", b.Name, after)
			}
		}
		near(t, "sum", r.After.Sum, 5000, 1e-11)
		terms, err := Terms(d, 5000, ms...)
		if err != nil {
			t.Fatal(err)
		}
		same, _, err := Calibrate(d, terms, Calibration{Distance: Exponential})
		if err != nil {
			rt.Fatal(err)
		}
		nearAll(t, "weights of Calibrate", same.Weights(), out.Weights(), 1e-8)
		mean := stats.Mean([]string{"trust"}, s.trust)
		near(t, "SE", estimate(t, same, mean).SE(0), estimate(t, out, mean).SE(0), 1e-8)
		reversed, _, err := Rake(d, []Margin{ms[2], ms[1], ms[0]}, Options{Total: 5000})
		if err != nil {
			rt.Fatal(err)
		}
		nearAll(t, "weights in another order", reversed.Weights(), out.Weights(), 1e-8)
		age := estimate(t, out, stats.Mean(nil, stats.Indicators(s.age, 3)...))
		for k := range age.Value {
			if age.SE(k) > 1e-9 {
				t.Errorf("a target has a standard error of %g", age.SE(k))
			}
		}
	})
}

// One margin is post-stratification.
func TestRakeOneMargin(t *testing.T) {
	s := newSample(3, 80)
	d := s.design(t, s.d)
	age := s.margins()[0]
	a, _, err := Rake(d, []Margin{age}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := PostStratify(d, age, false)
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "weights", a.Weights(), b.Weights(), 1e-12)
	mean := stats.Mean(nil, s.trust)
	near(t, "SE", estimate(t, a, mean).SE(0), estimate(t, b, mean).SE(0), 1e-12)
}

// Rows outside of a domain stay out, and those inside are weighted as if they
// were all.
func TestRakeDomain(t *testing.T) {
	s := newSample(5, 120)
	in := make([]bool, 120)
	var few sample
	for i := range in {
		in[i] = i >= 40
		if in[i] {
			few.psu, few.d = append(few.psu, s.psu[i]), append(few.d, s.d[i])
			few.age, few.country, few.gender = append(few.age, s.age[i]), append(few.country, s.country[i]), append(few.gender, s.gender[i])
		} else {
			s.age[i] = -1 // not asked
		}
	}
	a, _, err := Rake(s.design(t, s.d).Domain(in), s.margins(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := Rake(few.design(t, few.d), few.margins(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "inside", a.Weights()[40:], b.Weights(), 1e-12)
	nearAll(t, "outside", a.Weights()[:40], make([]float64, 40), 0)
}

// Trimming beside raking leaves both in force.
func TestRakeAndTrim(t *testing.T) {
	s := newSample(8, 300)
	d := s.design(t, s.d)
	free, before, err := Rake(d, s.margins(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, trim := range map[string]Trimming{
		"mean":   {Upper: 2, Lower: 0.3, Of: OfMean},
		"median": {Upper: 2.2, Of: OfMedian},
		"weight": {Upper: 6},
		"deff":   {Deff: 1.3},
	} {
		out, r, err := Rake(d, s.margins(), Options{Trim: trim})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, b := range r.Margins {
			for _, c := range b.Categories {
				near(t, name+" "+c.Label, c.After, c.Target, 1e-10)
			}
		}
		unit := map[Reference]float64{OfWeight: 1, OfMean: before.After.Mean, OfMedian: before.After.Median}[trim.Of]
		if trim.Upper > 0 && r.After.Max > trim.Upper*unit*(1+2e-6) {
			t.Errorf("%s: a weight of %g is above %g", name, r.After.Max, trim.Upper*unit)
		}
		if trim.Lower > 0 && r.After.Min < trim.Lower*unit*(1-2e-6) {
			t.Errorf("%s: a weight of %g is below %g", name, r.After.Min, trim.Lower*unit)
		}
		if trim.Deff > 0 && r.After.Deff > trim.Deff*(1+1e-5) {
			t.Errorf("%s: deff %g", name, r.After.Deff)
		}
		if r.Trimmed == 0 || r.Moved <= 0 || r.TrimmedShare() >= 1 || !(r.After.Deff < before.After.Deff) {
			t.Errorf("%s: %d trimmed, %g moved, deff %g after %g", name, r.Trimmed, r.Moved, r.After.Deff, before.After.Deff)
		}
		if len(out.Adjustments()) != 1 || len(free.Adjustments()) != 1 {
			t.Errorf("%s: %d adjustments", name, len(out.Adjustments()))
		}
	}
	// The targets of the countries alone make a deff of 1.2 in a sample that has
	// as many of each.
	for _, trim := range []Trimming{{Upper: 1.02, Of: OfMean}, {Deff: 1.1}} {
		_, _, err = Rake(d, s.margins(), Options{Trim: trim})
		if kindOf(t, err) != BadBounds {
			t.Errorf("%+v: %v", trim, err)
		}
	}
}

// Every set of replicate weights meets the targets by itself, and one that lacks
// a category meets those that are left.
func TestRakeReplicates(t *testing.T) {
	s := newSample(9, 120)
	for i := range s.gender {
		s.gender[i] = 0
		if i/4 == 2 {
			s.gender[i] = 1 // only in the third PSU
		}
	}
	d, err := replicate.Jackknife(s.design(t, s.d), replicate.JackknifeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	margins := s.margins()
	margins[2].Targets = []float64{.97, .03}
	out, r, err := Rake(d, margins, Options{Trim: Trimming{Upper: 4, Of: OfMean}})
	if err != nil {
		t.Fatal(err)
	}
	for k, w := range out.Replicates().Weights {
		for _, m := range margins {
			if k == 2 && m.Name == "gender" {
				continue
			}
			nearAll(t, "shares of a replicate", sharesOf(&m, w), m.Targets, 1e-9)
		}
	}
	found := false
	for _, n := range r.Notes {
		found = found || n.Kind == NoRespondents && strings.HasPrefix(n.Text, "1 replicate is of 30")
	}
	if !found {
		t.Errorf("nothing is said of the replicate without a category: %v", r.Notes)
	}
}

// A replicate whose weights are those of the sample ends at the weights of the
// sample, trimmed as they are.
func TestRakeReplicateOfAll(t *testing.T) {
	s := newSample(8, 300)
	d := s.design(t, s.d).WithReplicates(stats.Replicates{Weights: [][]float64{s.d}, Scale: 1})
	for _, o := range []Options{{}, {Trim: Trimming{Upper: 2, Lower: 0.3, Of: OfMean}}, {Trim: Trimming{Deff: 1.3}}} {
		out, _, err := Rake(d, s.margins(), o)
		if err != nil {
			t.Fatal(err)
		}
		nearAll(t, "weights of the replicate", out.Replicates().Weights[0], out.Weights(), 1e-10)
	}
}

// Combinations without respondents can leave targets that no positive weights
// meet: here all of category 0 of a are of category 0 of b, which is to be
// smaller.
func TestRakeUnmet(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 3})
	if err != nil {
		t.Fatal(err)
	}
	a := Margin{Name: "a", Of: []int{0, 1, 1}, Targets: []float64{.6, .4}}
	b := Margin{Name: "b", Of: []int{0, 0, 1}, Targets: []float64{.5, .5}}
	_, _, err = Rake(d, []Margin{a, b}, Options{})
	if kindOf(t, err) != Unmet {
		t.Errorf("got %v", err)
	}
	out, r, err := Rake(d, []Margin{a, b}, Options{Rounds: 50, Unfinished: true})
	if err != nil || r.Met || r.Rounds != 50 || !(r.Gap > .01) || out == nil {
		t.Errorf("unfinished: %+v, %v", r, err)
	}
}

func BenchmarkRake(b *testing.B) {
	s := newSample(1, 100_000)
	d := s.design(b, s.d)
	for b.Loop() {
		if _, _, err := Rake(d, s.margins(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRakeAndTrim(b *testing.B) {
	s := newSample(1, 20_000)
	d := s.design(b, s.d)
	for b.Loop() {
		if _, _, err := Rake(d, s.margins(), Options{Trim: Trimming{Deff: 1.4}}); err != nil {
			b.Fatal(err)
		}
	}
}
