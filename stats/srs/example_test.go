package srs_test

import (
	"fmt"

	"tradeoff/stats/srs"
)

// Trust in banks and in social networks, 1 to 10, of two groups of people.
var (
	banks  = []float64{7, 5, 8, 6, 9, 7, 4, 8}
	social = []float64{3, 5, 2, 6, 4, 3, 5}
)

func ExampleWelch() {
	r := srs.Welch(banks, social, srs.Options{})
	fmt.Printf("trust differs by %.2f (%.2f to %.2f), t(%.1f) = %.2f, p = %.4f\n", r.Estimate, r.Low, r.High, r.DF, r.Statistic, r.P)
	// Output: trust differs by 2.75 (1.03 to 4.47), t(13.0) = 3.45, p = 0.0043
}

func ExamplePooled() {
	r := srs.Pooled(banks, social, srs.Options{})
	fmt.Printf("t(%.0f) = %.2f, p = %.4f\n", r.DF, r.Statistic, r.P)
	// Output: t(13) = 3.41, p = 0.0046
}

// Is average worry above the middle of a scale from 1 to 5?
func ExampleOneSample() {
	worry := []float64{4, 3, 5, 2, 4, 4, 5, 3}
	r := srs.OneSample(worry, 3, srs.Options{Alternative: srs.Greater})
	fmt.Printf("mean %.2f, p = %.4f\n", r.Estimate, r.P)
	// Output: mean 3.75, p = 0.0398
}

func ExampleVarianceRatio() {
	r := srs.VarianceRatio(banks, social, srs.Options{})
	fmt.Printf("ratio %.2f (%.2f to %.2f), p = %.2f\n", r.Estimate, r.Low, r.High, r.P)
	// Output: ratio 1.39 (0.24 to 7.13), p = 0.70
}

// Trust in three countries.
func ExampleOneWay() {
	trust := []float64{7, 6, 8, 5, 4, 6, 3, 4, 2, 5}
	country := []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 2}
	a, w, k := srs.OneWay(trust, country), srs.WelchOneWay(trust, country), srs.KruskalWallis(trust, country)
	fmt.Printf("analysis of variance F(%.0f, %.0f) = %.2f, p = %.4f\n", a.DF, a.DF2, a.Statistic, a.P)
	fmt.Printf("Welch                F(%.0f, %.2f) = %.2f, p = %.4f\n", w.DF, w.DF2, w.Statistic, w.P)
	fmt.Printf("Kruskal-Wallis       H(%.0f) = %.2f, p = %.4f\n", k.DF, k.Statistic, k.P)
	// Output:
	// analysis of variance F(2, 7) = 8.17, p = 0.0148
	// Welch                F(2, 4.57) = 7.29, p = 0.0378
	// Kruskal-Wallis       H(2) = 6.48, p = 0.0391
}

func ExampleRankSum() {
	r := srs.RankSum(banks, social, srs.Options{Exact: true})
	fmt.Printf("banks are trusted more with probability %.2f, W = %g, p = %.4f\n", r.Estimate, r.Statistic, r.P)
	// Output: banks are trusted more with probability 0.89, W = 50, p = 0.0099
}

// The same people before and after reading a privacy notice.
func ExampleSignedRank() {
	before, after := []float64{5, 4, 6, 7, 3, 5}, []float64{4, 4, 3, 5, 2, 3}
	r := srs.SignedRank(before, after, srs.Options{Exact: true})
	fmt.Printf("%d changed, V = %g, p = %.4f\n", r.N, r.Statistic, r.P)
	// Output: 5 changed, V = 15, p = 0.0625
}

// Six people rate their willingness to share three kinds of data.
func ExampleFriedman() {
	r := srs.Friedman([][]float64{{5, 3, 1}, {4, 4, 2}, {5, 2, 1}, {3, 4, 2}, {5, 3, 2}, {4, 2, 1}})
	fmt.Printf("Q(%.0f) = %.2f, p = %.4f, concordance %.2f\n", r.DF, r.Statistic, r.P, r.Estimate)
	// Output: Q(2) = 10.17, p = 0.0062, concordance 0.85
}

// Willingness to share by age: two bands, two answers.
func ExampleChiSquared() {
	r := srs.ChiSquared([][]float64{{43, 61}, {57, 39}}, srs.Options{})
	fmt.Printf("X2(%.0f) = %.2f, p = %.4f, V = %.2f, residual %.2f\n", r.DF, r.Statistic, r.P, r.Estimate, r.Residuals[0][0])
	// Output: X2(1) = 5.79, p = 0.0161, V = 0.18, residual -2.55
}

func ExampleFisher() {
	r, err := srs.Fisher([][]int{{8, 1}, {2, 5}}, srs.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("odds ratio %.2f (%.2f to %.0f), p = %.4f\n", r.Estimate, r.Low, r.High, r.P)
	// Output: odds ratio 15.47 (1.01 to 1060), p = 0.0350
}

// Who would share before and after an explanation: 150 stopped, 86 began.
func ExampleMcNemar() {
	r := srs.McNemar([][]int{{794, 150}, {86, 570}}, srs.Options{})
	fmt.Printf("X2 = %.2f, p = %.1e\n", r.Statistic, r.P)
	// Output: X2 = 16.82, p = 4.1e-05
}

// 7 of 25 trust brokers. Fewer than half?
func ExampleBinomialTest() {
	r := srs.BinomialTest(7, 25, 0.5, srs.Options{})
	fmt.Printf("share %.2f (%.2f to %.2f), p = %.4f\n", r.Estimate, r.Low, r.High, r.P)
	// Output: share 0.28 (0.12 to 0.49), p = 0.0433
}

func ExampleBinomialInterval() {
	low, high := srs.BinomialInterval(srs.Wilson, 0, 20, 0.95)
	fmt.Printf("nobody of 20: %.1f%% to %.1f%%\n", 100*low, 100*high)
	// Output: nobody of 20: 0.0% to 16.1%
}

func ExampleProportions() {
	r := srs.Proportions([]float64{15, 25}, []float64{50, 60}, srs.Options{})
	fmt.Printf("difference %.3f (%.3f to %.3f), p = %.3f\n", r.Estimate, r.Low, r.High, r.P)
	// Output: difference -0.117 (-0.313 to 0.080), p = 0.286
}

// Trust and worry of eight people.
func ExamplePearson() {
	trust, worry := []float64{2, 4, 1, 8, 5, 6, 3, 7}, []float64{8, 6, 7, 1, 2, 5, 4, 3}
	for _, test := range []func(x, y []float64, o srs.Options) srs.Test{srs.Pearson, srs.Spearman, srs.Kendall} {
		r := test(trust, worry, srs.Options{Exact: true})
		fmt.Printf("%.3f, p = %.4f\n", r.Estimate, r.P)
	}
	// Output:
	// -0.810, p = 0.0149
	// -0.810, p = 0.0218
	// -0.643, p = 0.0312
}

func ExampleCorrelations() {
	trust, worry := []float64{2, 4, 1, 8, 5}, []float64{8, 6, 7, 1, 2}
	r, n := srs.Correlations(srs.KendallTau, false, trust, worry)
	fmt.Printf("%.2f of %d\n", r.At(0, 1), n[0][1])
	// Output: -0.80 of 5
}

func ExampleWeightedPearson() {
	trust, worry, weight := []float64{2, 4, 1, 8}, []float64{8, 6, 7, 1}, []float64{1.5, 0.5, 1, 1}
	fmt.Printf("%.3f, of ranks %.3f\n", srs.WeightedPearson(weight, trust, worry).At(0, 1), srs.WeightedSpearman(weight, trust, worry).At(0, 1))
	// Output: -0.956, of ranks -0.615
}

// Worry and willingness in five steps each are attitudes cut into answers.
func ExamplePolychoric() {
	r := srs.Polychoric([][]float64{{10, 20, 30}, {20, 15, 12}, {30, 9, 8}})
	fmt.Printf("rho = %.3f, SE %.3f\n", r.Rho, r.SE)
	// Output: rho = -0.497, SE 0.080
}

// Minutes spent on privacy settings: median and quartiles, as R has them.
func ExampleQuantile() {
	minutes := []float64{2, 5, 1, 12, 7, 3}
	fmt.Printf("%v %.2f %.2f\n", srs.Quantile(7, minutes, 0.25, 0.5, 0.75), srs.ECDF(minutes, 5)[0], srs.MAD(minutes))
	// Output: [2.25 4 6.5] 0.67 3.71
}

func ExampleECDF() {
	trust := []float64{7, 5, 8, 6, 9, 7, 4, 8}
	fmt.Println(srs.ECDF(trust, 3, 6, 9))
	// Output: [0 0.375 1]
}

func ExampleMidRanks() {
	fmt.Println(srs.MidRanks([]float64{5, 2, 5}, []float64{1, 2, 0.5}))
	// Output: [2.75 1 2.75]
}
