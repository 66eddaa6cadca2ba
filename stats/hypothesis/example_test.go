package hypothesis_test

import (
	"fmt"

	"tradeoff/stats"
	"tradeoff/stats/hypothesis"
)

// A survey of 24 people in two strata of three PSUs.
var (
	weight  = []float64{1, 2, 1.5, 1, 2, 1, 1, 3, 1, 1, 2, 1.5, 2, 2, 1, 1, 1.5, 1, 3, 1, 2, 1, 1, 2.5}
	trust   = []float64{1, 2, 2, 4, 3, 3, 5, 4, 2, 1, 3, 2, 5, 4, 4, 3, 5, 5, 3, 4, 2, 4, 5, 3} // 1 to 5
	worried = []int{1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1}
	age     = []int{0, 0, 1, 2, 0, 1, 2, 2, 0, 0, 1, 1, 1, 2, 2, 0, 2, 2, 1, 1, 0, 1, 2, 0} // three bands
)

func survey() *stats.Design {
	var stratum, psu []int
	for i := range weight {
		stratum, psu = append(stratum, i/12), append(psu, i/4)
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(weight), Weights: weight, Stages: []stats.Stage{{Strata: stratum, Units: psu}}})
	if err != nil {
		panic(err)
	}
	return d
}

func floats(codes []int) []float64 {
	y := make([]float64, len(codes))
	for i, c := range codes {
		y[i] = float64(c)
	}
	return y
}

// Is worry about privacy the same in all age bands?
func ExampleIndependence() {
	a, err := hypothesis.Independence(survey(), age, worried)
	if err != nil {
		panic(err)
	}
	f := a.F()
	fmt.Printf("%s: F = %.2f on %.2f and %.2f df, p = %.4f\n", f.Method, f.Statistic, f.NumDF, f.DenDF, f.P)
	fmt.Printf("exact p = %.4f\n", a.Exact().P)
	// Output:
	// Rao-Scott second-order F: F = 3.39 on 1.71 and 6.84 df, p = 0.0989
	// exact p = 0.0967
}

// Are the age bands of the sample those of the census?
func ExampleGoodnessOfFit() {
	fit, err := hypothesis.GoodnessOfFit(survey(), age, []float64{0.4, 0.3, 0.3})
	if err != nil {
		panic(err)
	}
	f := fit.F()
	fmt.Printf("F = %.3f on %.2f and %.2f df, p = %.2f\n", f.Statistic, f.NumDF, f.DenDF, f.P)
	// Output: F = 0.188 on 1.98 and 7.92 df, p = 0.83
}

// Do the worried trust less?
func ExampleTwoSample() {
	t, err := hypothesis.TwoSample(survey(), trust, worried)
	if err != nil {
		panic(err)
	}
	low, high := t.Interval(0.95)
	fmt.Printf("%.2f points (%.2f to %.2f), t = %.2f on %g df, p = %.4f\n", t.Estimate, low, high, t.T, t.DF, t.P)
	// Output: -1.73 points (-2.50 to -0.96), t = -7.11 on 3 df, p = 0.0057
}

// Is trust above the middle of the scale?
func ExampleOneSample() {
	t, err := hypothesis.OneSample(survey(), trust, 3)
	if err != nil {
		panic(err)
	}
	fmt.Printf("mean %.2f, t = %.2f, p = %.2f\n", t.Estimate, t.T, t.P)
	// Output: mean 3.27, t = 0.93, p = 0.42
}

// Trust as an order of answers instead of points.
func ExampleRankTest() {
	t, err := hypothesis.RankTest(survey(), trust, worried, hypothesis.RankOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("mean rank %.2f lower, p = %.4f\n", -t.Estimate, t.P)
	// Output: mean rank 0.44 lower, p = 0.0050
}

// Is trust the same, as an order of answers, in all age bands?
func ExampleKSampleRankTest() {
	t, err := hypothesis.KSampleRankTest(survey(), trust, age, hypothesis.RankOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("F = %.2f on %g and %g df, p = %.3f\n", t.Statistic, t.NumDF, t.DenDF, t.P)
	// Output: F = 41.11 on 2 and 2 df, p = 0.024
}

// Every age band against every other, and what is left when three tests count.
func ExamplePairs() {
	d := survey()
	e, err := d.Estimate(stats.By(age, 3, stats.Mean(nil, trust))...)
	if err != nil {
		panic(err)
	}
	e.Names = []string{"18-24", "25-34", "35+"}
	pairs := hypothesis.Pairs(e)
	family := hypothesis.PairFamily("trust by age", hypothesis.Holm, pairs)
	for k, p := range pairs {
		fmt.Printf("%s: %+.2f, p %.4f, adjusted %.4f\n", p.Name, p.Estimate, p.P, family.Adjusted[k])
	}
	fmt.Println(family.Footnote())
	// Output:
	// 25-34 - 18-24: +0.95, p 0.0227, adjusted 0.0454
	// 35+ - 18-24: +2.11, p 0.0052, adjusted 0.0156
	// 35+ - 25-34: +1.16, p 0.0752, adjusted 0.0752
	// p values are adjusted by the method of Holm over 3 tests (trust by age).
}

// Columns of a banner may share people: some of the worried are 25 or older.
func ExampleColumns() {
	worry, older := make([]bool, len(trust)), make([]bool, len(trust))
	for i := range trust {
		worry[i], older[i] = worried[i] == 1, age[i] >= 1
	}
	e, err := hypothesis.Columns(survey(), []string{"worried", "25+"}, trust, worry, older)
	if err != nil {
		panic(err)
	}
	t := hypothesis.Compare(e, 0, 1)
	fmt.Printf("%s: %.2f (SE %.2f)\n", t.Name, t.Estimate, t.SE)
	// Output: 25+ - worried: 1.37 (SE 0.11)
}

// Do people of 35 and older trust more than everybody else?
func ExampleAgainstRest() {
	older := make([]bool, len(age))
	for i, a := range age {
		older[i] = a == 2
	}
	t, err := hypothesis.AgainstRest(survey(), trust, older)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: %+.2f, p = %.3f\n", t.Name, t.Estimate, t.P)
	// Output: part - rest: +1.63, p = 0.015
}

// Is mean trust the same in all age bands?
func ExampleAllEqual() {
	d := survey()
	e, err := d.Estimate(stats.By(age, 3, stats.Mean(nil, trust))...)
	if err != nil {
		panic(err)
	}
	t := hypothesis.AllEqual(e)
	fmt.Printf("F = %.1f on %g and %g df, p = %.3f\n", t.Statistic, t.NumDF, t.DenDF, t.P)
	// Output: F = 24.1 on 2 and 2 df, p = 0.040
}

// Does worry fall with age? Every band counts the same.
func ExampleTrend() {
	d := survey()
	e, err := d.Estimate(stats.By(age, 3, stats.Mean(nil, floats(worried)))...)
	if err != nil {
		panic(err)
	}
	t := hypothesis.Trend(e, []float64{21, 30, 50}) // middles of the bands
	fmt.Printf("%.1f percentage points per ten years, p = %.3f\n", 1000*t.Estimate, t.P)
	// Output: -25.4 percentage points per ten years, p = 0.011
}

// The same, with every person counting the same.
func ExampleLinearTrend() {
	var years []float64
	for _, a := range age {
		years = append(years, []float64{21, 30, 50}[a])
	}
	t, err := hypothesis.LinearTrend(survey(), floats(worried), years)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.1f percentage points per ten years, p = %.3f\n", 1000*t.Estimate, t.P)
	// Output: -25.4 percentage points per ten years, p = 0.023
}

// Four of eight people answer again, and five are new.
func ExampleStack() {
	waves, err := hypothesis.Stack(stats.LonelyFail,
		hypothesis.Wave{Name: "spring", IDs: []int{1, 2, 3, 4, 5, 6, 7, 8}, Weights: []float64{1, 2, 1, 1.5, 1, 2, 1, 1}},
		hypothesis.Wave{Name: "autumn", IDs: []int{5, 6, 7, 8, 11, 12, 13, 14, 15}, Weights: []float64{1.2, 2, 1, 1, 1, 3, 1, 1, 2}},
	)
	if err != nil {
		panic(err)
	}
	t, err := waves.Change(0, 1, []float64{3, 4, 2, 5, 1, 4, 3, 2}, []float64{2, 5, 3, 3, 4, 4, 1, 5, 3})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d people in both; %s: %+.2f (SE %.2f), p = %.2f on %g df\n", waves.Shared(0, 1), t.Name, t.Estimate, t.SE, t.P, t.DF)
	// Output: 4 people in both; autumn - spring: +0.23 (SE 0.47), p = 0.63 on 11 df
}

// p values of many tests, by the share of false findings that may be among them.
func ExampleAdjust() {
	fmt.Printf("%.3f\n", hypothesis.Adjust([]float64{0.01, 0.02, 0.03, 0.2}, hypothesis.BenjaminiHochberg))
	// Output: [0.040 0.040 0.040 0.200]
}

// A test of an old table: 30% of 100 against 41% of 110, without a design.
func ExampleClassicProportions() {
	column := func(yes, n int) hypothesis.Column {
		y := make([]float64, n)
		for i := range yes {
			y[i] = 1
		}
		return hypothesis.ColumnOf(y, nil, nil)
	}
	t := hypothesis.ClassicProportions(column(30, 100), column(45, 110), hypothesis.ClassicOptions{Normal: true})
	fmt.Printf("z = %.3f, p = %.3f\n", t.T, t.P)
	// Output: z = 1.648, p = 0.099
}

// The test of means of an old table: eight ratings in one column, six in another.
func ExampleClassicMeans() {
	a := hypothesis.ColumnOf([]float64{3, 4, 2, 5, 1, 4, 3, 2}, nil, nil)
	b := hypothesis.ColumnOf([]float64{2, 5, 3, 5, 2, 5}, nil, nil)
	t := hypothesis.ClassicMeans(a, b, hypothesis.ClassicOptions{})
	fmt.Printf("t = %.3f on %g df, p = %.3f\n", t.T, t.DF, t.P)
	// Output: t = 0.885 on 12 df, p = 0.393
}

// Do people trust banks more than shops?
func ExampleCompare() {
	banks := []float64{2, 2, 3, 4, 3, 2, 5, 5, 2, 2, 4, 2, 4, 4, 5, 3, 5, 4, 3, 4, 3, 4, 5, 4}
	e, err := survey().Estimate(stats.Mean([]string{"shops", "banks"}, trust, banks))
	if err != nil {
		panic(err)
	}
	t := hypothesis.Compare(e, 0, 1) // the same people rate both
	fmt.Printf("%s: %+.2f (SE %.3f), p = %.3f\n", t.Name, t.Estimate, t.SE, t.P)
	// Output: banks - shops: +0.27 (SE 0.151), p = 0.147
}

// What is printed under a table of letters.
func ExampleFamily() {
	family := hypothesis.NewFamily("trust by country", hypothesis.BenjaminiHochberg,
		[]string{"France - Germany", "Japan - Germany", "Japan - France"}, []float64{0.01, 0.002, 0.4})
	for _, k := range family.Found(0.05) {
		fmt.Printf("%s: p = %.3f\n", family.Tests[k], family.Adjusted[k])
	}
	fmt.Println(family.Footnote())
	// Output:
	// France - Germany: p = 0.015
	// Japan - Germany: p = 0.006
	// p values are adjusted by the method of Benjamini-Hochberg over 3 tests (trust by country).
}

// What a classic test knows of a column.
func ExampleColumnOf() {
	worried, weights := []float64{1, 0, 1, 1}, []float64{1, 1, 2, 2}
	c := hypothesis.ColumnOf(worried, weights, nil)
	fmt.Printf("%.3f of %d, effective base %.1f\n", c.Mean, c.Base, c.EffectiveBase())
	// Output: 0.833 of 4, effective base 3.6
}

// Two questions asked of the same data, a test each; together a family.
func ExampleFamilyOf() {
	d := survey()
	old := make([]int, len(age))
	for i, a := range age {
		if a == 2 {
			old[i] = 1
		}
	}
	byAge, err := hypothesis.TwoSample(d, trust, old)
	if err != nil {
		panic(err)
	}
	byWorry, err := hypothesis.TwoSample(d, trust, worried)
	if err != nil {
		panic(err)
	}
	f := hypothesis.FamilyOf("drivers of trust", hypothesis.BenjaminiHochberg, byAge, byWorry)
	for k := range f.Tests {
		fmt.Printf("p %.4f, adjusted %.4f\n", f.P[k], f.Adjusted[k])
	}
	// Output:
	// p 0.0261, adjusted 0.0261
	// p 0.0057, adjusted 0.0115
}
