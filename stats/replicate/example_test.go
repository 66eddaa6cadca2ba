package replicate_test

import (
	"fmt"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

// Six regions were drawn, two from each of three countries; two people in each
// said how much they trust their bank with their data, from 1 to 5.
var trust = []float64{4, 3, 5, 4, 2, 3, 3, 2, 4, 5, 3, 4}

func regions() *stats.Design {
	d, err := stats.NewDesign(stats.Sampling{
		Rows:    12,
		Weights: []float64{90, 110, 100, 100, 80, 120, 95, 105, 100, 90, 110, 100},
		Stages: []stats.Stage{{
			Strata: []int{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3},
			Units:  []int{1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2},
		}},
	})
	if err != nil {
		panic(err)
	}
	return d
}

// show prints a mean and its standard error.
func show(d *stats.Design, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := d.Estimate(stats.Mean([]string{"trust"}, trust))
	if err != nil {
		fmt.Println(err)
		return
	}
	r := d.Replicates()
	fmt.Printf("%s, %d replicates: %.3f (SE %.3f, df %g)\n", r.Kind, len(r.Weights), e.Value[0], e.SE(0), e.DF)
}

// Mean trust, leaving out one region at a time; R says the same.
func ExampleJackknife() {
	show(replicate.Jackknife(regions(), replicate.JackknifeOptions{}))
	// Output: JKn, 6 replicates: 3.487 (SE 0.237, df 3)
}

// The same in random groups of regions, for samples of very many.
func ExampleJackknife_groups() {
	show(replicate.Jackknife(regions(), replicate.JackknifeOptions{Groups: 3, Seed: 1}))
	// Output: JK1, 3 groups, 3 replicates: 3.487 (SE 0.146, df 2)
}

// Half-samples of regions, and Fay's method, which keeps some weight on all.
func ExampleBalanced() {
	show(replicate.Balanced(regions(), replicate.BalancedOptions{}))
	show(replicate.Balanced(regions(), replicate.BalancedOptions{Rho: 0.3}))
	// Output:
	// BRR, 4 replicates: 3.487 (SE 0.236, df 3)
	// Fay, rho 0.3, 4 replicates: 3.487 (SE 0.236, df 3)
}

// Resampled regions; the seed makes the run repeatable.
func ExampleBootstrap() {
	show(replicate.Bootstrap(regions(), replicate.BootstrapOptions{Replicates: 500, Seed: 2024}))
	// Output: bootstrap, Rao-Wu, 500 replicates: 3.487 (SE 0.229, df 3)
}

// Regions that were drawn systematically from a list, in its order.
func ExampleSuccessive() {
	show(replicate.Successive(regions(), replicate.SuccessiveOptions{}))
	// Output: successive differences, 8 replicates: 3.487 (SE 0.238, df 3)
}

// Replicate weights of a producer, one column of the file for each. Here the
// columns are factors of the weight, which nobody said.
func ExampleSupplied() {
	half := [][]float64{
		{2, 2, 0, 0, 2, 2, 0, 0, 2, 2, 0, 0},
		{2, 2, 0, 0, 0, 0, 2, 2, 0, 0, 2, 2},
		{0, 0, 2, 2, 2, 2, 0, 0, 0, 0, 2, 2},
		{0, 0, 2, 2, 0, 0, 2, 2, 2, 2, 0, 0},
	}
	_, doubts, _ := replicate.Supplied(regions(), replicate.Supply{Weights: half, Kind: replicate.BRR})
	fmt.Println(doubts[0])
	d, doubts, err := replicate.Supplied(regions(), replicate.Supply{Weights: half, Multipliers: true, Kind: replicate.BRR, MSE: true})
	fmt.Println(len(doubts), "doubts")
	show(d, err)
	// Output:
	// the replicate weights are 1 on average, but add up to 0.01 of the main weight: they look like multipliers of it; set Multipliers
	// 0 doubts
	// BRR, 4 replicates: 3.487 (SE 0.236, df 3)
}

// A systematic sample of seven regions from one list becomes strata of two and
// three neighbours.
func ExamplePairs() {
	d, _ := stats.NewDesign(stats.Sampling{Rows: 7})
	strata, units := replicate.Pairs(d)
	fmt.Println(strata)
	d, _ = stats.NewDesign(stats.Sampling{Rows: 7, Stages: []stats.Stage{{Strata: strata, Units: units}}})
	d, err := replicate.Balanced(d, replicate.BalancedOptions{Rho: 0.3})
	fmt.Println(len(d.Replicates().Weights), "replicates,", d.DF(), "df,", err)
	// Output:
	// [0 0 1 1 2 2 2]
	// 8 replicates, 4 df, <nil>
}

func ExampleHadamard() {
	for _, row := range replicate.Hadamard(3) {
		fmt.Printf("%2d\n", row)
	}
	// Output:
	// [ 1  1  1  1]
	// [ 1 -1  1 -1]
	// [ 1 -1 -1  1]
	// [ 1  1 -1 -1]
}
