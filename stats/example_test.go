package stats_test

import (
	"fmt"

	"gonum.org/v1/gonum/num/dual"

	"tradeoff/stats"
)

// trackers is a small survey: eight people in two countries, two towns in each,
// with weights, whether they worry about being tracked, and the minutes a day
// that they are online.
func trackers() (d *stats.Design, country []int, worried, minutes []float64) {
	country = []int{0, 0, 0, 0, 1, 1, 1, 1}
	town := []int{1, 1, 2, 2, 1, 1, 2, 2} // numbered from 1 in each country
	weights := []float64{10, 10, 12, 12, 30, 30, 25, 25}
	worried = []float64{1, 0, 1, 1, 0, 1, 0, 0}
	minutes = []float64{60, 200, 90, 150, 240, 120, 180, 300}
	d, err := stats.NewDesign(stats.Sampling{
		Rows:    8,
		Weights: weights,
		Stages:  []stats.Stage{{Strata: country, Units: town}},
	})
	if err != nil {
		panic(err)
	}
	return d, country, worried, minutes
}

func ExampleNewDesign() {
	d, _, _, _ := trackers()
	fmt.Println(d.Strata(), "strata,", d.PSUs(), "PSUs,", d.DF(), "degrees of freedom")
	_, err := stats.NewDesign(stats.Sampling{Rows: 2, Stages: []stats.Stage{{Strata: []int{1, 2}}}})
	fmt.Println(err)
	// Output:
	// 2 strata, 4 PSUs, 2 degrees of freedom
	// stratum 1 has a single PSU, which leaves no variance to estimate; join it to a similar stratum, or say how it counts (lonely: adjust, average, remove or certainty)
	// stratum 2 has a single PSU, which leaves no variance to estimate; join it to a similar stratum, or say how it counts (lonely: adjust, average, remove or certainty)
}

func ExampleMean() {
	d, _, worried, _ := trackers()
	e, err := d.Estimate(stats.Mean([]string{"worried"}, worried))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: %.1f %% (%.1f points)\n", e.Names[0], 100*e.Value[0], 100*e.SE(0))
	// Output: worried: 41.6 % (18.6 points)
}

func ExampleDesign_Estimate() {
	d, _, worried, minutes := trackers()
	e, err := d.Estimate(stats.Mean([]string{"worried", "minutes"}, worried, minutes))
	if err != nil {
		panic(err)
	}
	for k, name := range e.Names {
		low, high := e.Interval(k, 0.95)
		fmt.Printf("%s %.3f (%.3f), %.2f to %.2f\n", name, e.Value[k], e.SE(k), low, high)
	}
	// Output:
	// worried 0.416 (0.186), -0.38 to 1.22
	// minutes 183.636 (19.936), 97.86 to 269.42
}

func ExampleDesign_Domain() {
	d, country, worried, _ := trackers()
	second := make([]bool, len(country))
	for i, c := range country {
		second[i] = c == 1
	}
	e, err := d.Domain(second).Estimate(stats.Mean(nil, worried))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f (%.3f), df %g\n", e.Value[0], e.SE(0), e.DF)
	// Output: 0.273 (0.248), df 1
}

func ExampleDesign_EffectiveBase() {
	d, _, _, _ := trackers()
	fmt.Printf("%d people, worth %.1f\n", d.Base(), d.EffectiveBase())
	// Output: 8 people, worth 6.7
}

func ExampleTotal() {
	d, _, worried, _ := trackers()
	e, err := d.Estimate(stats.Total([]string{"worried people"}, worried))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: %.0f (%.1f)\n", e.Names[0], e.Value[0], e.SE(0))
	// Output: worried people: 64 (33.1)
}

func ExampleRatio() {
	d, _, worried, minutes := trackers()
	online := make([]float64, len(worried)) // minutes of the worried
	for i := range online {
		online[i] = worried[i] * minutes[i]
	}
	e, err := d.Estimate(stats.Ratio([]string{"share of time"}, [][]float64{online}, [][]float64{minutes}))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f (%.3f)\n", e.Value[0], e.SE(0))
	// Output: 0.250 (0.159)
}

// Two countries share no PSU here; in a design where groups do, the covariance
// is taken into account by itself.
func ExampleBy() {
	d, country, worried, _ := trackers()
	e, err := d.Estimate(stats.By(country, 2, stats.Mean([]string{"worried"}, worried))...)
	if err != nil {
		panic(err)
	}
	diff := e.Contrast([]string{"first less second"}, []float64{1, -1})
	t, p := diff.Test(0, 0)
	fmt.Printf("%.3f and %.3f: %.3f (%.3f), t = %.2f, p = %.2f\n", e.Value[0], e.Value[1], diff.Value[0], diff.SE(0), t, p)
	// Output: 0.773 and 0.273: 0.500 (0.351), t = 1.43, p = 0.29
}

// A domain against everybody: the two are not independent, and need not be.
func ExampleIn() {
	d, country, _, minutes := trackers()
	first := make([]bool, len(country))
	for i, c := range country {
		first[i] = c == 0
	}
	m := stats.Mean([]string{"minutes"}, minutes)
	e, err := d.Estimate(stats.In(first, m), m)
	if err != nil {
		panic(err)
	}
	diff := e.Contrast(nil, []float64{1, -1})
	fmt.Printf("%.1f (%.1f)\n", diff.Value[0], diff.SE(0))
	// Output: -59.1 (19.8)
}

func ExampleCross() {
	country, age := []int{0, 0, 1, 1, -1}, []int{0, 2, 1, 2, 0}
	cell, n := stats.Cross([]int{2, 3}, country, age)
	fmt.Println(cell, n)
	// Output: [0 2 4 5 -1] 6
}

func ExampleIndicators() {
	answers := []int{0, 2, -1} // the third did not answer
	fmt.Println(stats.Indicators(answers, 3))
	// Output: [[1 0 NaN] [0 0 NaN] [0 1 NaN]]
}

// Odds ratio of two shares by the delta method.
func ExampleEstimates_Smooth() {
	d, country, worried, _ := trackers()
	e, err := d.Estimate(stats.By(country, 2, stats.Mean(nil, worried))...)
	if err != nil {
		panic(err)
	}
	odds := func(p dual.Number) dual.Number {
		return dual.Mul(p, dual.Inv(dual.Sub(dual.Number{Real: 1}, p)))
	}
	log := e.Smooth("log odds ratio", func(p []dual.Number) dual.Number {
		return dual.Log(dual.Mul(odds(p[0]), dual.Inv(odds(p[1]))))
	})
	fmt.Printf("%.3f (%.3f)\n", log.Value[0], log.SE(0))
	// Output: 2.205 (1.886)
}

func ExampleEstimates_Contrast() {
	d, country, worried, _ := trackers()
	e, err := d.Estimate(stats.By(country, 2, stats.Mean(nil, worried))...)
	if err != nil {
		panic(err)
	}
	average := e.Contrast([]string{"countries, equal shares"}, []float64{0.5, 0.5})
	fmt.Printf("%.3f (%.3f)\n", average.Value[0], average.SE(0))
	// Output: 0.523 (0.175)
}

func ExampleEstimates_Deff() {
	d, _, worried, _ := trackers()
	e, err := d.Estimate(stats.Mean(nil, worried))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f\n", e.Deff(0, true))
	// Output: 0.997
}

func ExampleEstimates_Interval() {
	d, _, _, minutes := trackers()
	e, err := d.Estimate(stats.Mean(nil, minutes))
	if err != nil {
		panic(err)
	}
	low, high := e.Interval(0, 0.9)
	fmt.Printf("%.0f to %.0f minutes\n", low, high)
	// Output: 125 to 242 minutes
}

func ExampleEstimates_Test() {
	d, _, _, minutes := trackers()
	e, err := d.Estimate(stats.Mean(nil, minutes))
	if err != nil {
		panic(err)
	}
	t, p := e.Test(0, 120)
	fmt.Printf("t = %.2f, p = %.3f\n", t, p)
	// Output: t = 3.19, p = 0.086
}

// A weighted median's influence has no place here, so its standard error comes
// from replicates: two half-samples of towns, say.
func ExampleDesign_WithReplicates() {
	d, _, worried, _ := trackers()
	w := d.Weights()
	half := func(keep ...int) []float64 {
		r := make([]float64, len(w))
		for i := range w {
			r[i] = 2 * w[i] * float64(keep[i/2])
		}
		return r
	}
	r := d.WithReplicates(stats.Replicates{
		Weights: [][]float64{half(1, 0, 1, 0), half(0, 1, 1, 0), half(1, 0, 0, 1), half(0, 1, 0, 1)},
		Scale:   0.25, // one over the number of half-samples
		MSE:     true,
	})
	e, err := r.Estimate(stats.Mean(nil, worried))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f (%.3f), df %g\n", e.Value[0], e.SE(0), e.DF)
	// Output: 0.416 (0.188), df 2
}
