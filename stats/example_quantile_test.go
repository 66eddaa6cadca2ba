package stats_test

import (
	"fmt"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

// panel is a survey of twenty people, ten in each of two countries: the euros a
// month that they would take for their location, trust and worry from 1 to 5,
// whether they share their location, and weights.
func panel() (d *stats.Design, country []int, euros, trust, worry, shares []float64) {
	country = []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	euros = []float64{0, 2, 5, 5, 8, 10, 10, 15, 20, 50, 5, 8, 10, 12, 15, 20, 25, 30, 40, 100}
	trust = []float64{5, 4, 5, 4, 3, 4, 2, 3, 2, 1, 4, 5, 3, 3, 4, 2, 2, 1, 2, 1}
	worry = []float64{1, 2, 1, 3, 3, 2, 4, 2, 4, 5, 2, 1, 3, 4, 2, 4, 3, 5, 5, 4}
	shares = []float64{1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0}
	weights := []float64{3, 2, 2, 1, 1, 2, 1, 1, 2, 1, 4, 3, 3, 2, 2, 3, 2, 1, 1, 2}
	d, err := stats.NewDesign(stats.Sampling{Rows: 20, Weights: weights, Stages: []stats.Stage{{Strata: country}}})
	if err != nil {
		panic(err)
	}
	return d, country, euros, trust, worry, shares
}

// How much would people take? Prices are skewed: the quartiles tell more than
// the mean.
func ExampleQuantiles() {
	d, _, euros, _, _, _ := panel()
	q, err := stats.Quantiles(d, []float64{0.25, 0.5, 0.75}, stats.QuantileOptions{}, []string{"euros"}, euros)
	if err != nil {
		panic(err)
	}
	for k, v := range q.Each {
		fmt.Printf("%s: %g, %g to %g\n", q.Joint.Names[k], v.Value, v.Low, v.High)
	}
	spread := q.Joint.Contrast([]string{"interquartile range"}, []float64{-1, 0, 1})
	fmt.Printf("%s: %g (%.2f)\n", spread.Names[0], spread.Value[0], spread.SE(0))
	// Output:
	// euros 0.25: 5, 0 to 10
	// euros 0.5: 10, 8 to 20
	// euros 0.75: 20, 15 to 100
	// interquartile range: 15 (19.78)
}

// The medians of two countries, and whether they differ.
func ExampleQuantilesBy() {
	d, country, euros, _, _, _ := panel()
	q, err := stats.QuantilesBy(d, country, 2, []float64{0.5}, stats.QuantileOptions{Method: stats.IntervalLogit}, []string{"A", "B"}, euros)
	if err != nil {
		panic(err)
	}
	for k, v := range q.Each {
		fmt.Printf("%s: %g, %g to %g\n", q.Joint.Names[k], v.Value, v.Low, v.High)
	}
	t, p := q.Joint.Contrast(nil, []float64{-1, 1}).Test(0, 0)
	fmt.Printf("t %.2f, p %.2f\n", t, p)
	// Output:
	// A 0.5: 5, 0 to 20
	// B 0.5: 12, 8 to 30
	// t 1.07, p 0.30
}

// With replicate weights, here of the bootstrap, a quantile is a statistic like
// any other.
func ExampleQuantile() {
	d, _, euros, _, _, _ := panel()
	d, err := replicate.Bootstrap(d, replicate.BootstrapOptions{Replicates: 200, Seed: 1})
	if err != nil {
		panic(err)
	}
	e, err := d.Estimate(stats.Quantile([]string{"euros"}, stats.HF7, []float64{0.5}, euros))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: %.1f (%.1f)\n", e.Names[0], e.Value[0], e.SE(0))
	// Output:
	// euros 0.5: 10.0 (2.6)
}

// Rules work on any weighted values, in ascending order.
func ExampleQuantileRule() {
	trust := []float64{1, 2, 3, 4}
	weights := []float64{1, 1, 1, 1}
	fmt.Println(stats.Inverse(trust, weights)(0.5), stats.Averaged(trust, weights)(0.5), stats.HF7(trust, weights)(0.25))
	// Output:
	// 2 2.5 1.75
}

// Half of the people share their location. Of those in the second country who
// trust little nobody does: there is an upper bound only.
func ExampleProportion() {
	d, country, _, trust, _, shares := panel()
	v, err := stats.Proportion(d, shares, stats.ProportionOptions{Method: stats.IntervalBeta})
	if err != nil {
		panic(err)
	}
	fmt.Printf("all: %.2f, %.2f to %.2f\n", v.Value, v.Low, v.High)
	wary := make([]bool, len(trust))
	for i := range wary {
		wary[i] = country[i] == 1 && trust[i] <= 2
	}
	if v, err = stats.Proportion(d.Domain(wary), shares, stats.ProportionOptions{}); err != nil {
		panic(err)
	}
	fmt.Printf("wary: %.0f, at most %.2f, degenerate: %t\n", v.Value, v.High, v.Degenerate)
	// Output:
	// all: 0.51, 0.26 to 0.76
	// wary: 0, at most 0.50, degenerate: true
}

// The size of the simple random sample that would be as precise.
func ExampleEstimates_EffectiveN() {
	d, _, _, _, _, shares := panel()
	e, err := d.Estimate(stats.Mean([]string{"shares"}, shares))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d people, as good as %.1f\n", d.Base(), e.EffectiveN(0))
	// Output:
	// 20 people, as good as 17.1
}

func ExampleVariance() {
	d, _, _, trust, _, _ := panel()
	e, err := d.Estimate(stats.Variance([]string{"trust"}, trust), stats.StandardDeviation([]string{"trust"}, trust))
	if err != nil {
		panic(err)
	}
	fmt.Printf("variance %.2f (%.2f), deviation %.2f (%.2f)\n", e.Value[0], e.SE(0), e.Value[1], e.SE(1))
	// Output:
	// variance 1.77 (0.39), deviation 1.33 (0.15)
}

func ExampleStandardDeviation() {
	d, country, _, trust, _, _ := panel()
	e, err := d.Estimate(stats.By(country, 2, stats.StandardDeviation([]string{"trust"}, trust))...)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.2f (%.2f) and %.2f (%.2f)\n", e.Value[0], e.SE(0), e.Value[1], e.SE(1))
	// Output:
	// 1.34 (0.21) and 1.32 (0.22)
}

func ExampleCovariance() {
	d, _, _, trust, worry, _ := panel()
	s := stats.Covariance([]string{"trust", "worry"}, trust, worry)
	e, err := d.Estimate(s)
	if err != nil {
		panic(err)
	}
	k := s.Pair(0, 1)
	fmt.Printf("%s %.2f (%.2f)\n", e.Names[k], e.Value[k], e.SE(k))
	// Output:
	// trust ~ worry -1.60 (0.35)
}

// Those who trust do not worry.
func ExampleCorrelation() {
	d, _, _, trust, worry, shares := panel()
	s := stats.Correlation([]string{"trust", "worry", "shares"}, trust, worry, shares)
	e, err := d.Estimate(s)
	if err != nil {
		panic(err)
	}
	for _, k := range []int{s.Pair(0, 1), s.Pair(0, 2), s.Pair(1, 2)} {
		fmt.Printf("%s %.2f (%.2f)\n", e.Names[k], e.Value[k], e.SE(k))
	}
	// Output:
	// trust ~ worry -0.93 (0.03)
	// trust ~ shares 0.79 (0.08)
	// worry ~ shares -0.71 (0.12)
}

// The interval of a correlation is not symmetric, and stays inside -1 to 1.
func ExampleEstimates_CorrelationInterval() {
	d, _, _, trust, worry, _ := panel()
	s := stats.Correlation(nil, trust, worry)
	e, err := d.Estimate(s)
	if err != nil {
		panic(err)
	}
	k := s.Pair(0, 1)
	low, high := e.CorrelationInterval(k, 0.95)
	fmt.Printf("%.2f, %.2f to %.2f\n", e.Value[k], low, high)
	// Output:
	// -0.93, -0.97 to -0.82
}

// trusted are the trust of five people, from 1 to 7, in ascending order, with
// weights: F is 0.2, 0.4, 0.5, 0.8 and 1.
func trusted() (x, w []float64) { return []float64{2, 3, 5, 6, 7}, []float64{2, 2, 1, 3, 2} }

// 0.4 and 0.5 are steps: their values.
func ExampleInverse() {
	of := stats.Inverse(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.5))
	// Output: 3.000 5.000
}

// On a step the mean of its value and the next.
func ExampleAveraged() {
	of := stats.Averaged(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.5))
	// Output: 4.000 5.500
}

// On the steps 0.2 and 0.4 the second value, which is the even one.
func ExampleEvenStep() {
	of := stats.EvenStep(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.2), of(0.4))
	// Output: 3.000 3.000
}

func ExampleHF4() {
	of := stats.HF4(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.45))
	// Output: 3.000 4.000
}

func ExampleHF5() {
	of := stats.HF5(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.5))
	// Output: 4.333 5.250
}

// The rule of SPSS.
func ExampleHF6() {
	of := stats.HF6(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.5))
	// Output: 4.600 5.333
}

// The rule of spreadsheets.
func ExampleHF7() {
	of := stats.HF7(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.5))
	// Output: 4.200 5.000
}

func ExampleHF8() {
	of := stats.HF8(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.5))
	// Output: 4.400 5.286
}

func ExampleHF9() {
	of := stats.HF9(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.5))
	// Output: 4.382 5.278
}

func ExampleShahVaish() {
	of := stats.ShahVaish(trusted())
	fmt.Printf("%.3f %.3f\n", of(0.4), of(0.5))
	// Output: 3.000 5.000
}
