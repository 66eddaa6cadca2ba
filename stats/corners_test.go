package stats_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
)

// What has no textbook answer has a defined one: it is written in the comments,
// and held here.

func design(t *testing.T, s stats.Sampling) *stats.Design {
	t.Helper()
	d, err := stats.NewDesign(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func estimate(t *testing.T, d *stats.Design, s ...stats.Statistic) *stats.Estimates {
	t.Helper()
	e, err := d.Estimate(s...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// is compares exactly; NaN is NaN.
func is(t *testing.T, what string, got, want float64) {
	t.Helper()
	if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}

func about(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-12*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}

var nan = math.NaN()

func TestOnePSU(t *testing.T) {
	s := stats.Sampling{Rows: 3, Stages: []stats.Stage{{Units: []int{7, 7, 7}}}}
	if _, err := stats.NewDesign(s); err == nil {
		t.Error("a single PSU leaves no variance")
	}
	y := []float64{1, 2, 6}
	s.Lonely = stats.LonelyRemove
	e := estimate(t, design(t, s), stats.Mean(nil, y))
	is(t, "mean", e.Value[0], 3)
	is(t, "SE, removed", e.SE(0), 0)
	is(t, "df", e.DF, 0)
	low, high := e.Interval(0, 0.95)
	is(t, "no df, no interval", low, nan)
	is(t, "no df, no interval", high, nan)
	_, p := e.Test(0, 0)
	is(t, "no df, no test", p, nan)
	s.Lonely = stats.LonelyAverage
	is(t, "nothing to average", estimate(t, design(t, s), stats.Mean(nil, y)).SE(0), nan)
	// Everybody was asked: no sampling error, and nothing lonely.
	s.Lonely, s.Stages[0].FPC = stats.LonelyFail, []float64{1, 1, 1}
	is(t, "a census", estimate(t, design(t, s), stats.Mean(nil, y)).SE(0), 0)
	some := design(t, stats.Sampling{Rows: 4, Lonely: stats.LonelyAdjust, Stages: []stats.Stage{{Strata: []int{9, 5, 3, 3}, FPC: []float64{2, 1, 4, 4}}}})
	if h := some.LonelyStrata(); !slices.Equal(h, []int{9}) {
		t.Errorf("lonely strata %v", h)
	}
}

func TestEmptyDomain(t *testing.T) {
	d := design(t, stats.Sampling{Rows: 4}).Domain(make([]bool, 4))
	y, x := []float64{1, 2, 3, 4}, []float64{1, 1, 1, 1}
	e := estimate(t, d, stats.Mean(nil, y), stats.Total(nil, y), stats.Ratio(nil, [][]float64{y}, [][]float64{x}))
	for k, want := range []float64{nan, 0, nan} {
		is(t, "value", e.Value[k], want)
		is(t, "SE", e.SE(k), want)
	}
	is(t, "df", e.DF, 0)
	is(t, "base", float64(d.Base()), 0)
	is(t, "effective base", d.EffectiveBase(), 0)
	// One that does not exist takes nothing from those that do.
	all := design(t, stats.Sampling{Rows: 4})
	e = estimate(t, all, stats.In(make([]bool, 4), stats.Mean(nil, y)), stats.Mean(nil, y))
	is(t, "nobody", e.Value[0], nan)
	is(t, "covariance with nobody", e.Cov.At(0, 1), nan)
	about(t, "everybody", e.SE(1), math.Sqrt(5./3/4))
	about(t, "a contrast without nobody", e.Contrast(nil, []float64{0, 2}).SE(0), 2*math.Sqrt(5./3/4))
	is(t, "a contrast with nobody", e.Contrast(nil, []float64{1, -1}).Value[0], nan)
}

func TestAllEqual(t *testing.T) {
	d := design(t, stats.Sampling{Rows: 5, Weights: []float64{1, 2, 3, 4, 5.5}})
	y := slices.Repeat([]float64{0.1}, 5)
	e := estimate(t, d, stats.Mean(nil, y))
	is(t, "mean", e.Value[0], 0.1)
	is(t, "SE", e.SE(0), 0)
	is(t, "deff of nothing over nothing", e.Deff(0, true), nan)
}

// Rows of weight zero change nothing but the number of PSUs of their stratum, and
// rows with a missing answer are like them.
func TestZeroWeights(t *testing.T) {
	y := []float64{3, 1, 4, nan, 5}
	w := []float64{1, 2, 0, 3, 2}
	d := design(t, stats.Sampling{Rows: 5, Weights: w})
	e := estimate(t, d, stats.Mean(nil, y))
	about(t, "mean", e.Value[0], (3+2+10)/5.)
	// (n/(n-1)) sum (w (y-m)/W)^2 over five PSUs, m = 3, W = 5
	about(t, "SE", e.SE(0), math.Sqrt(5./4*(16+16)/25))
	is(t, "base", float64(d.Base()), 4)
	is(t, "df", d.DF(), 3)
	if _, err := stats.NewDesign(stats.Sampling{Rows: 2, Weights: []float64{0, 0}}); err == nil || !strings.Contains(err.Error(), "all weights are zero") {
		t.Errorf("all weights zero: %v", err)
	}
}

// A stratum in which nobody answered still adds PSUs with a total of zero: none
// to the variance, none to the df of the domain.
func TestStratumWithoutAnswers(t *testing.T) {
	s := stats.Sampling{Rows: 7, Stages: []stats.Stage{{Strata: []int{1, 1, 1, 2, 2, 3, 3}}}}
	y := []float64{1, 2, 6, nan, nan, 2, 4}
	d := design(t, s)
	e := estimate(t, d, stats.Mean(nil, y))
	about(t, "mean", e.Value[0], 3)
	// strata 1 and 3: 3/2 (sum of squares around their mean) and 2/1
	about(t, "SE", e.SE(0), math.Sqrt((1.5*14+2*2)/25))
	answered := make([]bool, 7)
	for i := range y {
		answered[i] = !math.IsNaN(y[i])
	}
	is(t, "df of those who answered", d.Domain(answered).DF(), 5-2)
}

// Calibration can make weights negative; sums go on, and a base of zero weight
// has no mean.
func TestNegativeWeights(t *testing.T) {
	d := design(t, stats.Sampling{Rows: 4}).WithWeights([]float64{2, 1.5, 1, -0.5}, nil)
	y := []float64{1, 2, 3, 4}
	e := estimate(t, d, stats.Mean(nil, y))
	about(t, "mean", e.Value[0], (2+3+3-2)/4.)
	if !(e.SE(0) > 0) {
		t.Errorf("SE %v", e.SE(0))
	}
	zero := design(t, stats.Sampling{Rows: 4}).WithWeights([]float64{2, -2, 1, -1}, nil)
	e = estimate(t, zero, stats.Mean(nil, y))
	is(t, "weights add up to zero", e.Value[0], nan)
	is(t, "weights add up to zero", e.SE(0), nan)
}

// Large values with a small spread keep their digits.
func TestLargeValues(t *testing.T) {
	y := []float64{1e9 + 1, 1e9 + 2, 1e9 + 6}
	e := estimate(t, design(t, stats.Sampling{Rows: 3}), stats.Mean(nil, y))
	is(t, "mean", e.Value[0], 1e9+3)
	about(t, "SE", e.SE(0), math.Sqrt(7./3))
}

// Every fault of a design is named, with all others.
func TestDesignErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		s    stats.Sampling
		want []string
	}{
		{"nothing", stats.Sampling{}, []string{"no rows"}},
		{"weights", stats.Sampling{Rows: 4, Weights: []float64{-1, nan, math.Inf(1), 1}}, []string{"1 weight is negative", "2 weights are missing or infinite"}},
		{"two strata", stats.Sampling{Rows: 4, Unique: true, Stages: []stats.Stage{{Strata: []int{1, 1, 2, 2}, Units: []int{1, 2, 2, 3}}}}, []string{"1 PSU lies in more than one stratum"}},
		{"fpc varies", stats.Sampling{Rows: 3, Stages: []stats.Stage{{FPC: []float64{10, 10, 20}}}}, []string{"the fpc is 10 and 20"}},
		{"fpc too small", stats.Sampling{Rows: 3, Stages: []stats.Stage{{FPC: []float64{2, 2, 2}}}}, []string{"3 units in the sample but an fpc of 2"}},
		{"fpc missing", stats.Sampling{Rows: 4, Stages: []stats.Stage{{Strata: []int{1, 1, 2, 2}, FPC: []float64{10, 10, nan, nan}}}}, []string{"stratum 2: row 3 has no fpc"}},
		{"fpc missing once", stats.Sampling{Rows: 2, Stages: []stats.Stage{{FPC: []float64{0.5, nan}}}}, []string{"stratum 0: row 2 has no fpc"}},
		{"share of nothing", stats.Sampling{Rows: 4, Stages: []stats.Stage{{Strata: []int{1, 1, 2, 2}, FPC: []float64{0.5, 0.5, 0, 0}}}}, []string{"stratum 2: a sampling fraction lies above 0"}},
		{"second stage", stats.Sampling{Rows: 3, Stages: []stats.Stage{
			{Units: []int{1, 1, 2}, FPC: []float64{9, 9, 9}},
			{Units: []int{1, 2, 3}, FPC: []float64{5, 5, 5}},
		}}, []string{"of stage 2 has a single unit"}},
		{"two faults", stats.Sampling{Rows: 3, Weights: []float64{-1, 1, 1}, Stages: []stats.Stage{{Strata: []int{1, 2, 2}}}}, []string{"negative", "stratum 1 has a single PSU"}},
	} {
		_, err := stats.NewDesign(c.s)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not say %q", c.name, err, w)
			}
		}
	}
}

// Misuse stops at once, and says what is wrong.
func TestMisuse(t *testing.T) {
	d, y := design(t, stats.Sampling{Rows: 4}), []float64{1, 2, 3, 4}
	e := estimate(t, d, stats.Mean(nil, y), stats.Correlation(nil, y, y))
	share := []float64{1, 1, 1, 1} // without variance, where no method is needed
	for what, misuse := range map[string]func(){
		"group of more":     func() { stats.By([]int{0, 1, 2, -1}, 2, stats.Mean(nil, y)) },
		"code of more":      func() { stats.Indicators([]int{0, 1, 2, -1}, 2) },
		"cell of more":      func() { stats.Cross([]int{2}, []int{2}) },
		"percent":           func() { e.Interval(0, 95) },
		"no level":          func() { e.Interval(0, 0) },
		"level of r":        func() { e.CorrelationInterval(1, 95) },
		"method of a share": func() { _, _ = stats.Proportion(d, share, stats.ProportionOptions{Method: "?"}) },
		"method of a quantile": func() {
			_, _ = stats.Quantiles(d, []float64{.5}, stats.QuantileOptions{Method: "?"}, nil, share)
		},
		"empty strata": func() { _, _ = stats.NewDesign(stats.Sampling{Rows: 2, Stages: []stats.Stage{{Strata: []int{}}}}) },
		"empty fpc":    func() { _, _ = stats.NewDesign(stats.Sampling{Rows: 2, Stages: []stats.Stage{{FPC: []float64{}}}}) },
		"lonely":       func() { _, _ = stats.NewDesign(stats.Sampling{Rows: 2, Lonely: "?"}) },
		"df":           func() { d.WithReplicates(stats.Replicates{Weights: [][]float64{y}, DF: -1}) },
	} {
		mustPanic(t, what, misuse)
	}
}

// Numbers without a name have their place for one.
func TestNames(t *testing.T) {
	d, y := design(t, stats.Sampling{Rows: 4}), []float64{1, 2, 3, 5}
	e := estimate(t, d, stats.Mean([]string{"trust"}, y, y), stats.Covariance([]string{"trust"}, y, y), stats.Variance(nil, y))
	if want := []string{"trust", "#2", "trust ~ trust", "#4", "#5", "#6"}; !slices.Equal(e.Names, want) {
		t.Errorf("%q", e.Names)
	}
}

// New weights of a domain are those of its rows.
func TestWeightsOfDomain(t *testing.T) {
	d := design(t, stats.Sampling{Rows: 4}).Domain([]bool{true, true, false, true}).WithWeights([]float64{1, 2, 3, 4}, nil)
	if w := d.Weights(); !slices.Equal(w, []float64{1, 2, 0, 4}) {
		t.Errorf("weights %v", w)
	}
}

// An fpc in shares is the same as one in units.
func TestSamplingFractions(t *testing.T) {
	y := []float64{1, 2, 6, 8}
	strata := []int{1, 1, 2, 2}
	counts := design(t, stats.Sampling{Rows: 4, Stages: []stats.Stage{{Strata: strata, FPC: []float64{10, 10, 4, 4}}}})
	shares := design(t, stats.Sampling{Rows: 4, Stages: []stats.Stage{{Strata: strata, FPC: []float64{0.2, 0.2, 0.5, 0.5}}}})
	a, b := estimate(t, counts, stats.Mean(nil, y)), estimate(t, shares, stats.Mean(nil, y))
	about(t, "mean", a.Value[0], b.Value[0])
	about(t, "SE", a.SE(0), b.SE(0))
	// weights 5 and 2: W = 14, m = (15+28)/14
	about(t, "mean by hand", a.Value[0], 43./14)
	about(t, "SE by hand", a.SE(0), math.Sqrt(0.8*2*25*0.5+0.5*2*4*2)/14)
}

func TestCross(t *testing.T) {
	cell, n := stats.Cross([]int{2, 3, 1}, []int{0, 1, 1, -1}, []int{2, 0, -1, 1}, []int{0, 0, 0, 0})
	if n != 6 || !slices.Equal(cell, []int{2, 3, -1, -1}) {
		t.Errorf("%d cells, %v", n, cell)
	}
}

// nothingCertain is a calibration that takes nothing out.
type nothingCertain struct{}

func (nothingCertain) Residuals([]float64) {}

// Rows that a domain left out before a calibration do not count in it; those that
// a domain of the calibrated design leaves out do (R's subset drops rows, but
// those of calibrated designs stay with a weight of zero).
func TestDomainRows(t *testing.T) {
	d := design(t, stats.Sampling{Rows: 6, Stages: []stats.Stage{{Units: []int{0, 0, 1, 1, 2, 3}}}})
	first, second := []bool{true, true, true, true, true, false}, []bool{true, false, true, true, false, true}
	calibrated := func(d *stats.Design) *stats.Design { return d.WithWeights(d.Weights(), nothingCertain{}) }
	for _, c := range []struct {
		name       string
		d          *stats.Design
		rows, less float64
	}{
		{"domain", d.Domain(first), 5, 2},
		{"domain of the domain", d.Domain(first).Domain(second), 3, 1},
		{"calibrated, domain", calibrated(d).Domain(second), 6, 3},
		{"domain, calibrated, domain", calibrated(d.Domain(first)).Domain(second), 5, 2},
		{"calibrated replicates, domain", calibrated(d.WithReplicates(stats.Replicates{Weights: [][]float64{d.Weights()}, Scale: 1})).Domain(second), 4, 2},
		{"domain, calibrated twice, domain", calibrated(calibrated(d.Domain(first)).Domain(second)), 5, 2},
	} {
		is(t, c.name+": rows", float64(c.d.DomainRows()), c.rows)
		is(t, c.name+": PSUs less strata", c.d.UnitsLessStrata(), c.less)
	}
}

// The effective base of weights 1, 2 and 3 is 36/14 in whatever unit they are.
func TestEffectiveBaseScale(t *testing.T) {
	for _, unit := range []float64{1, 1e-300, 1e200} {
		d := design(t, stats.Sampling{Rows: 3, Weights: []float64{unit, 2 * unit, 3 * unit}})
		about(t, "effective base", d.EffectiveBase(), 36./14)
	}
	d := design(t, stats.Sampling{Rows: 2})
	is(t, "effective base of weights that add up to zero", d.WithWeights([]float64{1, -1}, nil).EffectiveBase(), 0)
}
