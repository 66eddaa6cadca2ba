package quality_test

import (
	"fmt"
	"math"

	"tradeoff/stats"
	"tradeoff/stats/quality"
)

func ExampleSpeeding() {
	f := quality.Speeding([]float64{610, 120, 580, 640, 150}, 0)
	fmt.Println(f.Rule)
	fmt.Println(f.Count(), "of", f.Checked(), f.Set)
	// Output:
	// faster than 0.4 of the median duration of 580
	// 2 of 5 [false true false false true]
}

func ExamplePageSpeeding() {
	worry := []float64{20, 22, 5, 18}
	trust := []float64{40, 38, 15, 45}
	f := quality.PageSpeeding([][]float64{worry, trust}, 0)
	fmt.Printf("%.2f %v\n", f.Measure, f.Set)
	// Output: [0.96 0.94 2.80 0.96] [false false true false]
}

func ExampleStraightLining() {
	trust := [][]float64{{3, 2}, {3, 4}, {3, 1}, {3, 5}} // four industries, two respondents
	fmt.Println(quality.StraightLining(trust, 0).Set)
	// Output: [true false]
}

func ExampleLongString() {
	trust := [][]float64{{3, 2}, {3, 4}, {3, 1}, {2, 5}}
	f := quality.LongString(trust, 2)
	fmt.Println(f.Rule, f.Measure)
	// Output: more than 2 equal answers in a row [3 1]
}

func ExampleInconsistent() {
	worried := []float64{5, 1, 4}
	relaxed := []float64{1, 2, 5} // the same question turned round
	f := quality.Inconsistent([]quality.Pair{{A: worried, B: relaxed, Reversed: true, Low: 1, High: 5, Most: 2}}, 0)
	fmt.Println(f.Set)
	// Output: [false true true]
}

func ExampleImpossible() {
	f := quality.Impossible("never goes online and uses apps every day", []bool{false, true})
	fmt.Println(f.Rule, f.Count())
	// Output: never goes online and uses apps every day 1
}

func ExampleNonResponse() {
	asked := [][]bool{{true, true}, {true, true}, {true, false}}
	answered := [][]bool{{true, false}, {true, true}, {false, false}}
	f := quality.NonResponse(asked, answered, 0.4)
	fmt.Printf("%.2f %v\n", f.Measure, f.Set)
	// Output: [0.33 0.50] [false true]
}

func ExampleItemNonResponse() {
	asked := [][]bool{{true, true, true, true}, {true, true, false, false}}
	answered := [][]bool{{true, true, false, true}, {true, false, false, false}}
	fmt.Println(quality.ItemNonResponse(asked, answered))
	// Output: [0.25 0.5]
}

func ExampleDuplicates() {
	answers := [][]float64{{1, 1, 2}, {5, 5, 4}, {3, 3, 3}} // three items, three respondents
	fmt.Println(quality.Duplicates(answers, 3).Set)
	// Output: [false true false]
}

func ExampleNearDuplicates() {
	items := make([][]float64, 20)
	for k := range items {
		x := float64(k % 5)
		items[k] = []float64{x, x, 4 - x}
	}
	items[0][1] = 3 // one answer of 20 differs
	f := quality.NearDuplicates(items, 0)
	fmt.Println(f.Measure, f.Set)
	// Output: [0.95 0.95 0] [true true false]
}

func ExampleExclude() {
	duration := []float64{610, 120, 580, 640, 150}
	battery := [][]float64{{1, 4, 2, 5, 3}, {2, 4, 2, 4, 3}, {5, 4, 1, 5, 3}, {3, 4, 2, 4, 3}}
	fast, flat := quality.Speeding(duration, 0), quality.StraightLining(battery, 0)
	out := quality.Exclude(2, fast, flat)
	fmt.Println(fast.Rule)
	fmt.Println(out.Out, "excluded:", out.Keep)
	// Output:
	// faster than 0.4 of the median duration of 580
	// 2 excluded: [true false true true false]
}

func ExampleEffect() {
	worried := []float64{1, 1, 0, 1, 0, 1, 0, 0}
	keep := []bool{true, true, true, true, true, true, false, false}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(worried)})
	if err != nil {
		panic(err)
	}
	e, err := quality.Effect(d, keep, stats.Mean([]string{"worried"}, worried))
	if err != nil {
		panic(err)
	}
	for k, name := range e.Names {
		fmt.Printf("%s: %.3f (%.3f)\n", name, e.Value[k], math.Round(1000*e.SE(k))/1000)
	}
	// Output:
	// worried, all: 0.500 (0.189)
	// worried, kept: 0.667 (0.206)
	// worried, difference: 0.167 (0.121)
}
