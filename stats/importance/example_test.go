package importance_test

import (
	"fmt"

	"tradeoff/stats"
	"tradeoff/stats/importance"
)

// Twelve people rate trust, control over their data, and worry, 1 to 5; some have
// been told of a leak.
var (
	trust   = []float64{5, 4, 4, 3, 2, 1, 2, 5, 3, 2, 4, 1}
	control = []float64{5, 5, 4, 2, 2, 1, 3, 4, 3, 1, 3, 2}
	worry   = []float64{1, 2, 1, 3, 4, 5, 5, 2, 2, 4, 2, 4}
	leak    = []float64{0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1}
	weights = []float64{1, 2, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1}
)

func drivers() []importance.Predictor {
	return []importance.Predictor{
		{Name: "control", Columns: [][]float64{control}},
		{Name: "worry", Columns: [][]float64{worry}},
		{Name: "leak", Columns: [][]float64{leak}},
	}
}

func simple() *stats.Design {
	d, err := stats.NewDesign(stats.Sampling{Rows: len(trust), Weights: weights})
	if err != nil {
		panic(err)
	}
	return d
}

func ExampleAnalyze() {
	r, err := importance.Analyze(simple(), importance.LMG, trust, drivers()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("R2 %.2f, %d people\n", r.R2, r.Rows)
	for _, d := range r.Drivers {
		fmt.Printf("%-8s %+d %3.0f%%, SE %.0f\n", d.Name, d.Sign, 100*d.Share, 100*d.ShareSE)
	}
	// Output:
	// R2 0.87, 12 people
	// control  +1  40%, SE 5
	// worry    -1  47%, SE 7
	// leak     -1  13%, SE 9
}

// Does control count for more than worry?
func ExampleLMG() {
	e, err := simple().Estimate(importance.LMG(trust, drivers()...))
	if err != nil {
		fmt.Println(err)
		return
	}
	// R2, three parts, three shares.
	difference := e.Contrast([]string{"control - worry"}, []float64{0, 0, 0, 0, 1, -1, 0})
	low, high := difference.Interval(0, 0.95)
	fmt.Printf("%s: %.2f (%.2f to %.2f)\n", difference.Names[0], difference.Value[0], low, high)
	// Output:
	// control - worry: -0.06 (-0.26 to 0.13)
}

func ExampleJohnson() {
	e, err := simple().Estimate(importance.Johnson(trust, drivers()...))
	if err != nil {
		fmt.Println(err)
		return
	}
	for k := range 4 {
		fmt.Printf("%-8s %.3f, SE %.3f\n", e.Names[k], e.Value[k], e.SE(k))
	}
	// Output:
	// R2       0.869, SE 0.058
	// control  0.354, SE 0.046
	// worry    0.396, SE 0.072
	// leak     0.118, SE 0.081
}

// Who would share location data (0 or 1)? The relative weights of a logistic
// model.
func ExampleLogistic() {
	share := []float64{1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1}
	s := importance.Logistic(share, drivers()[:2]...)
	parts, err := s.At(weights)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("R2 %.3f = control %.3f + worry %.3f\n", parts[0], parts[1], parts[2])
	// Output:
	// R2 0.166 = control 0.118 + worry 0.048
}

// What each of three channels adds to the people reached.
func ExampleShapley() {
	reached := [][]bool{ // by channel, then person
		{true, true, true, false, false},
		{true, true, false, true, false},
		{false, false, false, true, false},
	}
	adds, err := importance.Shapley(3, func(in []bool) (float64, error) {
		n := 0.0
		for person := range 5 {
			for channel, has := range reached {
				if in[channel] && has[person] {
					n++
					break
				}
			}
		}
		return n, nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f\n", adds)
	// Output:
	// [2.0 1.5 0.5]
}
