package kmeans_test

import (
	"fmt"

	"tradeoff/stats"
	"tradeoff/stats/kmeans"
)

// Groups by trust and worry, and how large they are.
func ExampleFit() {
	trust := []float64{9, 8, 9, 7, 2, 1, 3, 2, 1, 2}
	worry := []float64{2, 1, 3, 2, 8, 9, 9, 7, 8, 9}
	d, err := stats.NewDesign(stats.Sampling{Rows: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := kmeans.Fit(d, [][]float64{trust, worry}, 2, kmeans.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := d.Estimate(stats.Mean(nil, stats.Indicators(s.Cluster, 2)...)) // clusters taken as known
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, centre := range s.Centres {
		fmt.Printf("trust %.1f, worry %.1f: %.0f%% (SE %.0f)\n", centre[0], centre[1], 100*e.Value[k], 100*e.SE(k))
	}
	fmt.Printf("silhouette %.2f\n", s.Silhouette(0, 0)) // the same in R
	// Output:
	// trust 1.8, worry 8.3: 60% (SE 16)
	// trust 8.2, worry 2.0: 40% (SE 16)
	// silhouette 0.82
}

// Columns on one scale, so that each counts the same.
func ExampleStandardize() {
	d, err := stats.NewDesign(stats.Sampling{Rows: 3, Weights: []float64{1, 2, 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	trust, spending := []float64{1, 3, 5}, []float64{100, 200, 300}
	fmt.Printf("%.2f\n", kmeans.Standardize(d, trust, spending))
	// Output: [[-1.41 0.00 1.41] [-1.41 0.00 1.41]]
}
