package weight_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/weight"
)

// Eight people were asked about trust in their bank (0 to 10); the young and the
// French are too many.
var (
	age     = weight.Margin{Name: "age", Labels: []string{"18-44", "45+"}, Of: []int{0, 0, 0, 0, 0, 1, 1, 1}, Targets: []float64{0.45, 0.55}}
	country = weight.Margin{Name: "country", Labels: []string{"France", "Japan"}, Of: []int{0, 0, 0, 1, 0, 0, 1, 0}, Targets: []float64{0.5, 0.5}}
	trust   = []float64{6, 7, 5, 8, 6, 3, 5, 2}
	// Each has been to a branch so often in a year, and uses the app or not.
	visits = []float64{2, 0, 1, 4, 2, 12, 9, 6}
	app    = weight.Margin{Name: "app", Labels: []string{"no", "yes"}, Of: []int{1, 1, 1, 0, 1, 0, 0, 1}}
)

func sample() *stats.Design {
	d, err := stats.NewDesign(stats.Sampling{Rows: 8})
	if err != nil {
		panic(err)
	}
	return d
}

func show(name string, d *stats.Design) {
	e, err := d.Estimate(stats.Mean([]string{"trust"}, trust))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: trust %.2f, SE %.2f\n", name, e.Value[0], e.SE(0))
}

func ExampleRake() {
	d, report, err := weight.Rake(sample(), []weight.Margin{age, country}, weight.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range report.Margins {
		for _, c := range m.Categories {
			fmt.Printf("%s %s: %.0f%% before, %.0f%% after\n", m.Name, c.Label, 100*c.Before, 100*c.After)
		}
	}
	fmt.Printf("deff of the weights %.2f, effective base %.1f of %d\n", report.After.Deff, report.After.EffectiveBase, report.After.Base)
	show("before", sample())
	show("after", d)
	// Output:
	// age 18-44: 62% before, 45% after
	// age 45+: 38% before, 55% after
	// country France: 75% before, 50% after
	// country Japan: 25% before, 50% after
	// deff of the weights 1.43, effective base 5.6 of 8
	// before: trust 5.25, SE 0.70
	// after: trust 5.23, SE 0.15
}

// Weights are to be at most 2.2 times their mean, beside the targets.
func ExampleRake_trimmed() {
	_, report, err := weight.Rake(sample(), []weight.Margin{age, country}, weight.Options{
		Trim: weight.Trimming{Upper: 2.2, Of: weight.OfMean},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("largest weight %.2f, %d at the bound, targets met: %v\n", report.After.Max, report.Trimmed, report.Met)
	// Output:
	// largest weight 2.20, 1 at the bound, targets met: true
}

func ExampleCheck() {
	wrong := age
	wrong.Labels = []string{"18-44", "45-64", "65+"}
	wrong.Targets = []float64{0.45, 0.35, 0.20}
	for _, p := range weight.Check(sample(), []weight.Margin{wrong, country}, weight.Options{}) {
		if p.Fault {
			fmt.Println(p)
		}
	}
	// Output:
	// age, 65+: the target is 20%, but nobody is in it; merge it with a neighbour, in the data and in the targets
}

func ExampleProblems() {
	half := country
	half.Targets = []float64{0.5, 0.4}
	_, _, err := weight.Rake(sample(), []weight.Margin{half}, weight.Options{})
	fmt.Println(err)
	// Output:
	// country: the targets add up to 0.9; shares add up to 1: correct them, or set Total to have them scaled
}

// The population has 450 people of 18 to 44 and 550 who are older.
func ExamplePostStratify() {
	counts := age
	counts.Targets = []float64{450, 550}
	d, report, err := weight.PostStratify(sample(), counts, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("weights add up to %.0f, from %.0f to %.1f\n", report.After.Sum, report.After.Min, report.After.Max)
	show("after", d)
	// Output:
	// weights add up to 1000, from 90 to 183.3
	// after: trust 4.71, SE 0.48
}

// Age targets in each country; countries keep the share that they have.
func ExampleWithin() {
	m, err := weight.Within(sample(), weight.Margin{Name: "country", Labels: country.Labels, Of: country.Of}, age, [][]float64{
		{0.6, 0.4}, // France
		{0.5, 0.5}, // Japan
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for c, l := range m.Labels {
		fmt.Printf("%s: %.3f\n", l, m.Targets[c])
	}
	// Output:
	// France × 18-44: 0.450
	// France × 45+: 0.300
	// Japan × 18-44: 0.125
	// Japan × 45+: 0.125
}

func ExampleInteraction() {
	m := weight.Interaction(country, age, [][]float64{{0.3, 0.2}, {0.2, 0.3}})
	fmt.Println(m.Name, m.Labels[3], m.Targets[3])
	// Output:
	// country × age Japan × 45+ 0.3
}

// The answers of a column as they stand in the data; nobody has said what to do
// with "other".
func ExampleLabelled() {
	gender := weight.Labelled("gender", []string{"f", "m", "f", "f", "m", "other", "f", "m"}, []string{"f", "m"}, []float64{0.51, 0.49})
	_, _, err := weight.PostStratify(sample(), gender, false)
	fmt.Println(err)
	// Output:
	// gender, other: 1 respondent is in it, but the target is zero; give it a target, NaN to keep its share, merge it with another, or set these weights to zero
}

// Branches know that there were 4,800 visits by 1,000 customers, of whom 450 are
// under 45.
func ExampleCalibrate() {
	terms, err := weight.Terms(sample(), 1000, age)
	if err != nil {
		fmt.Println(err)
		return
	}
	terms = append(terms, weight.Term{Name: "visits", Values: visits, Total: 4800})
	d, report, err := weight.Calibrate(sample(), terms, weight.Calibration{Distance: weight.Exponential})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("met after %d steps: %v, no weight below zero: %v\n", report.Rounds, report.Met, report.Negative == 0)
	e, err := d.Estimate(stats.Total([]string{"visits"}, visits))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("visits %.0f, SE %.0f\n", e.Value[0], e.SE(0))
	// Output:
	// met after 9 steps: true, no weight below zero: true
	// visits 4800, SE 0
}

func ExampleTerms() {
	terms, err := weight.Terms(sample(), 1000, age, country)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range terms {
		fmt.Println(t.Name, t.Total)
	}
	// Output:
	// age, 18-44 450
	// age, 45+ 550
	// country, France 500
	// country, Japan 500
}

// Weights may cost a design effect of 1.5 at most.
func ExampleTrim() {
	d, err := stats.NewDesign(stats.Sampling{Rows: 5, Weights: []float64{1, 1, 2, 2, 14}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("deff %.2f\n", weight.Describe(d).Deff)
	d, report, err := weight.Trim(d, weight.Trimming{Deff: 1.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("deff %.2f, weights %.2f, %.0f%% of the weight moved\n", report.After.Deff, d.Weights(), 100*report.Moved)
	// Output:
	// deff 2.58
	// deff 1.50, weights [2.10 2.10 3.10 3.10 9.59], 22% of the weight moved
}

func ExampleDescribe() {
	d, err := stats.NewDesign(stats.Sampling{Rows: 4, Weights: []float64{1, 2, 3, 4}})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := weight.Describe(d)
	fmt.Printf("base %d, effective base %.2f, deff %.2f, largest %.0f times the smallest\n", s.Base, s.EffectiveBase, s.Deff, s.RatioMaxMin)
	// Output:
	// base 4, effective base 3.33, deff 1.20, largest 4 times the smallest
}

// What weighting by age and country does to the use of the app.
func ExampleCompare() {
	before := sample()
	after, _, err := weight.Rake(before, []weight.Margin{age, country}, weight.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range weight.Compare(before, after, age, app) {
		was, is := b.Imbalance()
		fmt.Printf("%s: from %.3f to %.3f\n", b.Name, was, is)
		for _, c := range b.Categories {
			fmt.Printf("  %s %.3f %.3f\n", c.Label, c.Before, c.After)
		}
	}
	// Output:
	// age: from 0.175 to 0.000
	//   18-44 0.625 0.450
	//   45+ 0.375 0.550
	// app: from 0.000 to 0.241
	//   no 0.375 0.616
	//   yes 0.625 0.384
}

// Three of five of the young have answered, and all others.
func ExampleNonresponse() {
	answered := []bool{true, true, false, true, false, true, true, true}
	d, report, err := weight.Nonresponse(sample(), answered, age, weight.Cells{MinBase: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range report.Response {
		fmt.Printf("%s: %d of %d answered, times %.2f\n", c.Label, c.Responded, c.Sampled, c.Factor)
	}
	fmt.Printf("%.2f\n", d.Weights())
	// Output:
	// 18-44: 3 of 5 answered, times 1.67
	// 45+: 3 of 3 answered, times 1.00
	// [1.67 1.67 0.00 1.67 0.00 1.00 1.00 1.00]
}

// Those who come to a branch more often answer more readily.
func ExamplePropensity() {
	answered := []bool{true, false, true, true, false, true, true, false}
	d, report, err := weight.Propensity(sample(), answered, [][]float64{visits}, weight.Response{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: weights add up to %.2f for %d people\n", report.Method, report.After.Sum, report.Before.Base)
	fmt.Printf("%.2f\n", d.Weights())
	// Output:
	// response propensity: weights add up to 8.01 for 8 people
	// [1.95 0.00 2.20 1.59 0.00 1.09 1.18 0.00]
}

// A file comes with weights that its producer has raked to age and country.
func ExamplePrecalibrated() {
	d, err := stats.NewDesign(stats.Sampling{Rows: 8, Weights: []float64{.5, .5, .5, 1.6, .5, .5, 2.4, .5}})
	if err != nil {
		fmt.Println(err)
		return
	}
	show("as they are", d)
	d, err = weight.Precalibrated(d, append(stats.Indicators(age.Of, 2), stats.Indicators(country.Of, 2)...)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	show("as calibrated", d)
	// Output:
	// as they are: trust 5.61, SE 0.72
	// as calibrated: trust 5.61, SE 0.13
}

// The age of the population comes from a larger survey, with a standard error of
// 60 people in 1,000.
func ExampleTargetVariance() {
	counts := age
	counts.Targets = []float64{450, 550}
	d, _, err := weight.PostStratify(sample(), counts, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	show("age is known", d)
	e, err := weight.TargetVariance(d, mat.NewSymDense(2, []float64{3600, -3600, -3600, 3600}), stats.Mean(nil, trust))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("age is an estimate: SE %.2f\n", e.SE(0))
	// Output:
	// age is known: trust 4.71, SE 0.48
	// age is an estimate: SE 0.51
}
