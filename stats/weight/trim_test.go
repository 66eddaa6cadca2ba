package weight

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

func trimmed(t *testing.T, w []float64, o Trimming) ([]float64, *Report) {
	t.Helper()
	d, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	out, r, err := Trim(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return out.Weights(), r
}

// By hand: 8 loses 3, which three others share; the one of 4.5 is then out of
// bounds again, and strict takes its 0.5, of which the others get 1/3 each:
// the one that was cut first goes to 5 1/6, and so on, in a geometric series.
func TestTrim(t *testing.T) {
	w := []float64{1, 2, 4.5, 8, 0}
	got, r := trimmed(t, w, Trimming{Upper: 5})
	nearAll(t, "once", got, []float64{2, 3, 5.5, 5, 0}, 1e-15)
	if len(r.Notes) != 1 || r.Notes[0].Kind != BadBounds || r.Trimmed != 1 {
		t.Errorf("once: %+v", r)
	}
	near(t, "moved", r.Moved, 3/15.5, 1e-15)
	// In the limit the two largest are at the bound, and the two smallest have
	// taken the same: 2 + x and 3 + x with 2(5) + 5 + 2x = 15.5.
	got, r = trimmed(t, w, Trimming{Upper: 5, Strict: true})
	nearAll(t, "strict", got, []float64{2.25, 3.25, 5, 5, 0}, 1e-14)
	if r.Notes != nil || r.Trimmed != 2 {
		t.Errorf("strict: %+v", r)
	}
	got, _ = trimmed(t, w, Trimming{Upper: 5 / 3.875, Of: OfMean})
	nearAll(t, "of the mean", got, []float64{2, 3, 5.5, 5, 0}, 1e-14)
	got, _ = trimmed(t, w, Trimming{Upper: 2.5, Of: OfMedian})
	nearAll(t, "of the median", got, []float64{2, 3, 5.5, 5, 0}, 1e-14)
	got, r = trimmed(t, w, Trimming{})
	nearAll(t, "no bounds", got, w, 0)
	if r.Trimmed != 0 || r.Moved != 0 {
		t.Errorf("no bounds: %+v", r)
	}
	got, _ = trimmed(t, []float64{3, 3, 3}, Trimming{Upper: 4, Deff: 1})
	nearAll(t, "all equal", got, []float64{3, 3, 3}, 0)
}

func TestTrimErrors(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 3, Weights: []float64{1, 2, 6}})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Trimming{
		{Lower: 4, Upper: 3},
		{Upper: 2.5, Strict: true},
		{Upper: .5},
		{Lower: 7},
		{Deff: 0.9},
		{Deff: math.NaN()},
		{Upper: math.NaN()},
		{Lower: math.NaN(), Upper: 5},
	} {
		if _, _, err := Trim(d, o); kindOf(t, err) != BadBounds {
			t.Errorf("%+v: got %v", o, err)
		}
	}
	if _, _, err := Trim(d.Domain(make([]bool, 3)), Trimming{Upper: 3}); kindOf(t, err) != ZeroWeights {
		t.Errorf("no weights: %v", err)
	}
}

// Trimming keeps the sum; strict keeps to the bounds; Deff ends at that figure.
func TestTrimProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newSample(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(20, 200).Draw(rt, "rows"))
		d := s.design(t, s.d)
		before := Describe(d)
		o := Trimming{
			Lower:  rapid.Float64Range(.1, .9).Draw(rt, "lower"),
			Upper:  rapid.Float64Range(1.1, 2).Draw(rt, "upper"),
			Of:     OfMean,
			Strict: rapid.Bool().Draw(rt, "strict"),
		}
		_, r, err := Trim(d, o)
		if err != nil {
			rt.Fatal(err)
		}
		near(t, "sum", r.After.Sum, before.Sum, 1e-12)
		if o.Strict && (r.After.Max > o.Upper*before.Mean*(1+1e-12) || r.After.Min < o.Lower*before.Mean*(1-1e-12)) {
			rt.Errorf("%+v: weights from %g to %g around %g", o, r.After.Min, r.After.Max, before.Mean)
		}
		deff := 1 + (before.Deff-1)*rapid.Float64Range(.1, .9).Draw(rt, "deff")
		_, r, err = Trim(d, Trimming{Deff: deff})
		if err != nil {
			rt.Fatal(err)
		}
		near(t, "deff", r.After.Deff, deff, 1e-9)
	})
}

// Replicate weights take the factor of the main weight.
func TestTrimReplicates(t *testing.T) {
	s := newSample(1, 40)
	d, err := replicate.Jackknife(s.design(t, s.d), replicate.JackknifeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := Trim(d, Trimming{Upper: 3.5})
	if err != nil {
		t.Fatal(err)
	}
	for k, w := range out.Replicates().Weights {
		for i := range w {
			near(t, "replicate", w[i], d.Replicates().Weights[k][i]*out.Weights()[i]/s.d[i], 1e-13)
		}
	}
}
