package multivariate_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/multivariate"
)

// Eight people rated how much they worry about tracking, leaks and resale, 1 to 5.
var (
	tracking = []float64{5, 4, 4, 2, 1, 2, 5, 3}
	leaks    = []float64{5, 5, 3, 2, 2, 1, 4, 3}
	resale   = []float64{4, 5, 4, 1, 2, 2, 5, 2}
	fun      = []float64{1, 2, 2, 4, 5, 3, 2, 3}
	weights  = []float64{1, 2, 1, 1, 2, 1, 1, 1}
)

func simple(rows int, w []float64) *stats.Design {
	d, err := stats.NewDesign(stats.Sampling{Rows: rows, Weights: w})
	if err != nil {
		panic(err)
	}
	return d
}

func ExampleAlpha() {
	e, err := simple(8, weights).Estimate(multivariate.Alpha(tracking, leaks, resale))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("alpha %.2f, SE %.2f\n", e.Value[0], e.SE(0))
	// Output:
	// alpha 0.94, SE 0.01
}

// Do people worry as much in the second wave?
func ExampleKappa() {
	spring := []int{0, 0, 1, 1, 2, 2, 2, 0, -1, 1}
	autumn := []int{0, 0, 1, 2, 2, 2, 2, 1, 0, 1}
	e, err := simple(10, nil).Estimate(multivariate.Kappa(spring, autumn, 3))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("kappa %.2f, SE %.2f\n", e.Value[0], e.SE(0))
	// Output:
	// kappa 0.67, SE 0.21
}

// Do those who want service worry more than others do?
func ExampleOverlap() {
	want := []float64{1, 1, 1, 1, 1, 0, 0, 0, 0, 0}
	worry := []float64{1, 1, 1, 1, 0, 1, 1, 0, 0, 0}
	e, err := simple(10, nil).Estimate(multivariate.Overlap(want, worry))
	if err != nil {
		fmt.Println(err)
		return
	}
	k := multivariate.OverlapExcess
	fmt.Printf("%.2f more than chance, SE %.2f\n", e.Value[k], e.SE(k))
	// Output:
	// 0.10 more than chance, SE 0.07
}

// Do the types of a rule and the classes found in the answers sort people alike?
func ExampleAdjustedRand() {
	types := []int{0, 0, 0, 1, 1, 1, 2, 2, -1, 2}
	classes := []int{1, 1, 1, 0, 0, 1, 0, 0, 0, 1}
	e, err := simple(10, nil).Estimate(multivariate.AdjustedRand(types, classes))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("adjusted Rand index %.2f, SE %.2f\n", e.Value[0], e.SE(0))
	// Output:
	// adjusted Rand index 0.26, SE 0.23
}

func ExampleComponents() {
	p, err := multivariate.Components(weights, true, tracking, leaks, resale, fun)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("the first component takes %.0f%% of the variance\n", 100*p.Variances[0]/4)
	for j, name := range []string{"tracking", "leaks", "resale", "fun"} {
		fmt.Printf("%-9s%5.2f\n", name, p.Rotation.At(j, 0))
	}
	fmt.Printf("the first person's score: %.2f\n", p.Scores(tracking, leaks, resale, fun)[0][0])
	// Output:
	// the first component takes 88% of the variance
	// tracking  0.52
	// leaks     0.49
	// resale    0.49
	// fun      -0.50
	// the first person's score: 2.16
}

func ExampleComponentVariances() {
	e, err := simple(8, weights).Estimate(multivariate.ComponentVariances(true, tracking, leaks, resale, fun))
	if err != nil {
		fmt.Println(err)
		return
	}
	first := e.Contrast([]string{"share of the first"}, []float64{0.25, 0, 0, 0})
	fmt.Printf("%s: %.2f, SE %.2f\n", first.Names[0], first.Value[0], first.SE(0))
	// Output:
	// share of the first: 0.88, SE 0.03
}

func ExampleFactor() {
	f, err := multivariate.Factor(weights, 1, multivariate.Varimax, tracking, leaks, resale, fun)
	if err != nil {
		fmt.Println(err)
		return
	}
	for j, name := range []string{"tracking", "leaks", "resale", "fun"} {
		fmt.Printf("%-9s%5.2f, own variance %.2f\n", name, f.Loadings.At(j, 0), f.Uniqueness[j])
	}
	// Output:
	// tracking  1.00, own variance 0.01
	// leaks     0.83, own variance 0.31
	// resale    0.84, own variance 0.29
	// fun      -0.95, own variance 0.09
}

// Correlations of four short scales, from a source that published no more.
func ExampleFactorCorrelation() {
	r := mat.NewSymDense(4, []float64{
		1, 0.56, 0.48, 0.40,
		0.56, 1, 0.42, 0.35,
		0.48, 0.42, 1, 0.30,
		0.40, 0.35, 0.30, 1,
	})
	f, err := multivariate.FactorCorrelation(r, 1, multivariate.Unrotated)
	if err != nil {
		fmt.Println(err)
		return
	}
	for j := range 4 {
		fmt.Printf("%.2f ", f.Loadings.At(j, 0))
	}
	fmt.Printf("discrepancy %.4f on %d df\n", f.Criterion, f.DF)
	// Output:
	// 0.80 0.70 0.60 0.50 discrepancy 0.0000 on 2 df
}

// Does willingness to share depend on age? Twelve people of two ages.
func ExampleCompareLoglinear() {
	table := []multivariate.Category{
		{Name: "age", Codes: []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}, Levels: 2},
		{Name: "shares", Codes: []int{1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1}, Levels: 2},
	}
	independent := multivariate.Loglinear{Categories: table, Terms: [][]int{{0}, {1}}}
	related := multivariate.Loglinear{Categories: table, Terms: [][]int{{0, 1}}}
	d := simple(12, nil)
	e, err := d.Estimate(related)
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range e.Names {
		fmt.Printf("%-12s %5.2f, SE %.2f\n", name, e.Value[k], e.SE(k))
	}
	test, err := multivariate.CompareLoglinear(d, independent, related)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("F = %.2f on %.0f and %.0f df, p = %.3f\n", test.Deviance.F, test.Deviance.NumDF, test.Deviance.DenDF, test.Deviance.P)
	// Output:
	// age1         -0.12, SE 0.36
	// shares1      -0.23, SE 0.36
	// age1:shares1 -0.58, SE 0.36
	// F = 2.98 on 1 and 11 df, p = 0.112
}
