package stats_test

import (
	"fmt"

	"tradeoff/stats"
)

// Trust falls with age, and country 1 is older: is it less trusting, or merely
// older?
func ExampleStandardized() {
	country := []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}
	age := []int{0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1}
	trust := []float64{5, 4, 5, 4, 2, 3, 5, 4, 2, 3, 3, 2}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(trust)})
	if err != nil {
		fmt.Println(err)
		return
	}
	half := []float64{50, 50} // the standard: as many of either age
	as := func(s stats.Statistic) *stats.Estimates {
		e, err := d.Estimate(stats.By(country, 2, s)...)
		if err != nil {
			fmt.Println(err)
		}
		return e.Contrast([]string{"difference"}, []float64{-1, 1})
	}
	fmt.Printf("as they are: %.2f\n", as(stats.Mean(nil, trust)).Value[0])
	same := as(stats.Standardized(nil, age, half, trust))
	fmt.Printf("equally old: %.2f, SE %.2f\n", same.Value[0], same.SE(0))
	// Output:
	// as they are: -0.67
	// equally old: 0.00, SE 0.32
}

// A design of standardised weights serves any statistic.
func ExampleDesign_Standardize() {
	age := []int{0, 0, 0, 0, 1, 1}
	shares := []float64{0, 0, 1, 0, 1, 1} // shares location data
	d, err := stats.NewDesign(stats.Sampling{Rows: len(age)})
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err = d.Standardize(age, []float64{0.5, 0.5}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := d.Estimate(stats.Mean([]string{"shares location"}, shares))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s %.3f\n", e.Names[0], e.Value[0])
	// Output:
	// shares location 0.625
}

// Nobody over 65 answered in country 1.
func ExampleEmptyCells() {
	country, age := []int{0, 0, 1, 1}, []int{0, 1, 0, 0}
	w := []float64{1, 1, 1, 1}
	for _, c := range stats.EmptyCells(w, age, []float64{0.8, 0.2}, country) {
		fmt.Printf("country %d: nobody of age band %d\n", c.Group, c.Cell)
	}
	// Output:
	// country 1: nobody of age band 1
}
