package smallarea_test

import (
	"fmt"
	"math"

	"tradeoff/stats"
	"tradeoff/stats/smallarea"
)

// Five industries, of which the last was rated by few: its own 0.80 counts for
// little.
func ExampleFayHerriot() {
	trust := []float64{0.42, 0.55, 0.38, 0.61, 0.80}
	variance := []float64{0.0004, 0.0005, 0.0004, 0.0006, 0.0200}
	f, err := smallarea.FayHerriot(trust, variance, [][]float64{{1, 1, 1, 1, 1}})
	if err != nil {
		panic(err)
	}
	for i := range trust {
		fmt.Printf("%.2f -> %.2f (%.3f), own share %.2f\n", trust[i], f.Value[i], math.Sqrt(f.MSE[i]), f.Own[i])
	}
	// Output:
	// 0.42 -> 0.42 (0.020), own share 0.97
	// 0.55 -> 0.55 (0.022), own share 0.97
	// 0.38 -> 0.38 (0.020), own share 0.97
	// 0.61 -> 0.61 (0.025), own share 0.96
	// 0.80 -> 0.64 (0.109), own share 0.43
}

func ExampleSmoothVariance() {
	fmt.Printf("%.4f\n", smallarea.SmoothVariance(0.3, 1.4, []float64{9, 120}))
	// Output: [0.0327 0.0024]
}

// Who is worried, by country and age: two young people in the second country
// tell little by themselves.
func ExampleMultilevel() {
	worried := []float64{30, 45, 0, 52, 12, 20}
	asked := []float64{80, 90, 2, 85, 40, 44}
	country := []int{0, 0, 1, 1, 2, 2}
	age := []int{0, 1, 0, 1, 0, 1}
	f, err := smallarea.Multilevel(worried, asked, [][]float64{{1, 1, 1, 1, 1, 1}},
		[]smallarea.Group{{Name: "country", Level: country}, {Name: "age", Level: age}})
	if err != nil {
		panic(err)
	}
	fmt.Printf("the young of country 2: %.2f\n", f.P[2])
	share, se := f.Poststratify([]float64{0, 0, 300, 700, 0, 0})
	fmt.Printf("country 2: %.2f (%.2f)\n", share, se)
	// Output:
	// the young of country 2: 0.41
	// country 2: 0.51 (0.04)
}

func ExampleMultilevelFit_Poststratify() {
	f, err := smallarea.Multilevel([]float64{3, 5}, []float64{10, 10}, [][]float64{{1, 1}}, nil)
	if err != nil {
		panic(err)
	}
	share, se := f.Poststratify([]float64{2000, 1000})
	fmt.Printf("%.3f (%.3f)\n", share, se)
	// Output: 0.400 (0.110)
}

func ExampleEffectiveCells() {
	d, err := stats.NewDesign(stats.Sampling{Rows: 4, Weights: []float64{1, 1, 3, 3}})
	if err != nil {
		panic(err)
	}
	yes, n := smallarea.EffectiveCells(d, []float64{1, 0, 1, 1}, []int{0, 0, 1, 1}, 2)
	fmt.Printf("%.2f of %.2f\n", yes, n)
	// Output: [0.80 1.60] of [1.60 1.60]
}
