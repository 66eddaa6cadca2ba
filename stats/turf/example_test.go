package turf_test

import (
	"fmt"

	"tradeoff/stats"
	"tradeoff/stats/turf"
)

// For which two benefits would most people share their data?
func ExampleBest() {
	names := []string{"discounts", "speed", "fraud alerts", "advice"}
	items := [][]float64{
		{1, 1, 1, 1, 0, 0, 0, 0},
		{1, 1, 1, 0, 0, 0, 0, 0},
		{0, 0, 0, 0, 1, 1, 0, 0},
		{0, 0, 0, 1, 1, 0, 1, 0},
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	best, err := turf.Best(d, items, 2, turf.Options{Keep: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, set := range best.Sets {
		for n, j := range set.Items {
			fmt.Printf("%s +%.1f%%  ", names[j], 100*set.Added[n])
		}
		fmt.Printf("reach %.1f%%, frequency %.2f\n", 100*set.Reach, set.Frequency)
	}
	// Output:
	// discounts +50.0%  advice +25.0%  reach 75.0%, frequency 0.88
	// discounts +50.0%  fraud alerts +25.0%  reach 75.0%, frequency 0.75
}

// Is the best set better than the next?
func ExampleReach() {
	names := []string{"discounts", "speed", "advice"}
	items := [][]float64{
		{1, 1, 1, 1, 0, 0, 0, 0},
		{1, 1, 1, 0, 0, 0, 0, 0},
		{0, 0, 0, 1, 1, 0, 1, 0},
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := d.Estimate(turf.Reach(1, names, items, []int{0, 2}, []int{0, 1}))
	if err != nil {
		fmt.Println(err)
		return
	}
	difference := e.Contrast([]string{"difference"}, []float64{1, -1})
	fmt.Printf("%s %.2f, %s %.2f\n", e.Names[0], e.Value[0], e.Names[1], e.Value[1])
	fmt.Printf("difference %.2f (SE %.2f)\n", difference.Value[0], difference.SE(0))
	// Output:
	// discounts + advice 0.75, discounts + speed 0.50
	// difference 0.25 (SE 0.16)
}

// How many people does the best set reach in the population?
func ExampleReached() {
	items := [][]float64{
		{1, 1, 1, 1, 0, 0, 0, 0},
		{0, 0, 0, 1, 1, 0, 1, 1},
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	reach, err := stats.Proportion(d, turf.Reached(1, items, []int{0, 1}), stats.ProportionOptions{Method: stats.IntervalWilson})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f%%, %.0f to %.0f\n", 100*reach.Value, 100*reach.Low, 100*reach.High)
	// Output: 88%, 43 to 98
}
