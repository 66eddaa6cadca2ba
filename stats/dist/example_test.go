package dist_test

import (
	"fmt"

	"tradeoff/stats/dist"
)

// A difference in trust of 2.1 standard errors, on the 78 degrees of freedom of
// 90 regions in 12 strata.
func ExampleTTwoSided() {
	fmt.Printf("p = %.4f\n", dist.TTwoSided(2.1, 78))
	// Output: p = 0.0390
}

// The factor of a 95% interval on 78 degrees of freedom.
func ExampleTQuantile() {
	fmt.Printf("%.4f\n", dist.TQuantile(0.05, 78))
	// Output: 1.9908
}

// The share of people more worried than someone one and a half standard
// deviations above the mean, if worry were normal.
func ExampleNormalTail() {
	fmt.Printf("%.4f\n", dist.NormalTail(1.5))
	// Output: 0.0668
}

// The z of a one-sided test at 5%.
func ExampleNormalQuantile() {
	fmt.Printf("%.4f\n", dist.NormalQuantile(0.95))
	// Output: 1.6449
}

// Does willingness to share differ between age bands? Six bands by two answers.
func ExampleChiSquaredTail() {
	fmt.Printf("p = %.4f\n", dist.ChiSquaredTail(12.4, 5))
	// Output: p = 0.0297
}

// What the statistic must exceed at 5%.
func ExampleChiSquaredQuantile() {
	fmt.Printf("%.2f\n", dist.ChiSquaredQuantile(0.05, 5))
	// Output: 11.07
}

// A Rao-Scott statistic has fractions of degrees of freedom.
func ExampleFTail() {
	fmt.Printf("p = %.4f\n", dist.FTail(2.31, 4.92, 383.8))
	// Output: p = 0.0446
}

// The same at 5%.
func ExampleFQuantile() {
	fmt.Printf("%.3f\n", dist.FQuantile(0.05, 4.92, 383.8))
	// Output: 2.248
}

// Nobody of 20 would sell location data: how many could there be? The upper end
// of an exact interval (Clopper and Pearson).
func ExampleBetaQuantile() {
	fmt.Printf("up to %.1f%%\n", 100*dist.BetaQuantile(0.975, 1, 20))
	// Output: up to 16.8%
}

// Is trust related to age in a cluster sample? Pearson's statistic is a sum of
// chi-squareds with the generalised design effects, on 31.5 degrees of freedom.
func ExampleFSumTail() {
	effects := []float64{2.1, 1.3, 0.9, 0.2}
	fmt.Printf("exact         %.5f\n", dist.FSumTail(12, effects, nil, 31.5))
	fmt.Printf("saddlepoint   %.5f\n", dist.FSumSaddlepoint(12, effects, nil, 31.5))
	fmt.Printf("Satterthwaite %.5f\n", dist.FSumSatterthwaite(12, effects, nil, 31.5))
	fmt.Printf("no design     %.5f\n", dist.ChiSquaredTail(12, 4))
	// Output:
	// exact         0.06465
	// saddlepoint   0.06268
	// Satterthwaite 0.06616
	// no design     0.01735
}

// A one-sided test: is trust higher than last year?
func ExampleTTail() {
	fmt.Printf("p = %.4f\n", dist.TTail(2.1, 78))
	// Output: p = 0.0195
}

// How likely are at least 15 of 20 who would sell their data, and how likely at
// most 4, if half of all people would? Sums of binomial probabilities.
func ExampleBetaCDF() {
	fmt.Printf("%.4f, %.4f\n", dist.BetaCDF(0.5, 15, 6), dist.BetaTail(0.5, 5, 16))
	// Output: 0.0207, 0.0059
}

// The exact p of a likelihood ratio whose terms count 2.1, 1.3 and 0.9 times.
func ExampleChiSquaredSumTail() {
	fmt.Printf("p = %.4f\n", dist.ChiSquaredSumTail(12.4, []float64{2.1, 1.3, 0.9}, nil))
	// Output: p = 0.0399
}

// Is agreement between waves too good to be true? The lower tail.
func ExampleChiSquaredCDF() {
	fmt.Printf("%.4f\n", dist.ChiSquaredCDF(0.2, 4))
	// Output: 0.0047
}

// Three eigenvalues of a Rao-Scott test at a statistic of 9: exact, and the two
// approximations.
func ExampleChiSquaredSumSaddlepoint() {
	deltas := []float64{2, 1.2, 0.7}
	fmt.Printf("exact         %.4f\n", dist.ChiSquaredSumTail(9, deltas, nil))
	fmt.Printf("saddlepoint   %.4f\n", dist.ChiSquaredSumSaddlepoint(9, deltas, nil))
	fmt.Printf("Satterthwaite %.4f\n", dist.ChiSquaredSumSatterthwaite(9, deltas, nil))
	// Output:
	// exact         0.0815
	// saddlepoint   0.0795
	// Satterthwaite 0.0845
}
