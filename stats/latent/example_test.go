package latent_test

import (
	"fmt"

	"tradeoff/stats"
	"tradeoff/stats/latent"
)

// answers are 400 people's answers to four yes-no questions: how many gave each of
// the sixteen patterns, no-no-no-no first, and who of them is under 40.
func answers() (d *stats.Design, items []latent.Item, age latent.Item, err error) {
	counts := []int{99, 22, 25, 8, 23, 5, 11, 12, 30, 10, 7, 18, 12, 20, 24, 74}
	items = make([]latent.Item, 4)
	for j, name := range []string{"trust shops", "trust banks", "trust apps", "trust state"} {
		items[j] = latent.Item{Name: name, Labels: []string{"no", "yes"}}
	}
	age = latent.Item{Name: "age", Labels: []string{"under 40", "40 and over"}}
	for pattern, n := range counts {
		for i := range n {
			for j := range items {
				items[j].Codes = append(items[j].Codes, pattern>>(3-j)&1)
			}
			young := i*16 < n*(4+pattern%8)
			age.Codes = append(age.Codes, map[bool]int{true: 0, false: 1}[young])
		}
	}
	d, err = stats.NewDesign(stats.Sampling{Rows: len(age.Codes)})
	return d, items, age, err
}

// Two kinds of people, how many there are, and how they answer.
func ExampleFit() {
	d, items, _, err := answers()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := latent.Fit(d, items, 2, latent.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := d.Estimate(s)
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range s.Sizes {
		k := s.Size(c)
		fmt.Printf("%s: %.0f%% (SE %.0f)\n", e.Names[k], 100*e.Value[k], 100*e.SE(k))
		for j := range items {
			k := s.Probability(j, c, 1)
			fmt.Printf("  %s %.2f (SE %.2f)\n", items[j].Name, e.Value[k], e.SE(k))
		}
	}
	fmt.Printf("entropy R2 %.2f; %d of %d starts agree\n", s.EntropyR2, s.Agree, s.Starts)
	// Output:
	// class 1: 58% (SE 3)
	//   trust shops 0.21 (SE 0.03)
	//   trust banks 0.18 (SE 0.03)
	//   trust apps 0.19 (SE 0.03)
	//   trust state 0.17 (SE 0.03)
	// class 2: 42% (SE 3)
	//   trust shops 0.87 (SE 0.04)
	//   trust banks 0.83 (SE 0.04)
	//   trust apps 0.80 (SE 0.04)
	//   trust state 0.77 (SE 0.04)
	// entropy R2 0.74; 20 of 20 starts agree
}

// One class, two or three? The least BIC.
func ExampleChoose() {
	d, items, _, err := answers()
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := latent.Choose(d, items, 3, latent.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range found {
		fmt.Printf("%d: %d parameters, log-likelihood %.1f, AIC %.1f, BIC %.1f\n", len(s.Sizes), s.Parameters, s.LogLik, s.AIC, s.BIC)
	}
	// Output:
	// 1: 4 parameters, log-likelihood -1100.1, AIC 2208.1, BIC 2224.1
	// 2: 9 parameters, log-likelihood -966.8, AIC 1951.5, BIC 1987.5
	// 3: 14 parameters, log-likelihood -965.3, AIC 1958.6, BIC 2014.5
}

// Classes by age, corrected for those who were put in the wrong class.
func ExampleSolution_Shares() {
	d, items, age, err := answers()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := latent.Fit(d, items, 2, latent.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	shares := s.Shares(age, latent.ThreeStep{})
	e, err := d.Estimate(shares)
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range e.Names {
		fmt.Printf("%s: %.0f%% (SE %.0f)\n", name, 100*e.Value[k], 100*e.SE(k))
	}
	difference := shares.Differences(e, 0, 1)
	_, p := difference.Test(0, 0)
	fmt.Printf("%s: %.0f points (SE %.0f), p %.3f\n", difference.Names[0], 100*difference.Value[0], 100*difference.SE(0), p)
	// Output:
	// under 40, class 1: 41% (SE 5)
	// under 40, class 2: 59% (SE 5)
	// 40 and over, class 1: 73% (SE 4)
	// 40 and over, class 2: 27% (SE 4)
	// under 40 less 40 and over, class 1: -33 points (SE 6), p 0.000
}

// What the classes spend.
func ExampleSolution_Means() {
	d, items, age, err := answers()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := latent.Fit(d, items, 2, latent.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	spending := make([]float64, d.Rows())
	for i := range spending {
		spending[i] = float64(20 + 10*age.Codes[i] + i%3)
	}
	e, err := d.Estimate(s.Means(latent.ThreeStep{}, []string{"spending"}, spending))
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range e.Names {
		fmt.Printf("%s: %.1f (SE %.1f)\n", name, e.Value[k], e.SE(k))
	}
	// Output:
	// spending, class 1: 27.8 (SE 0.4)
	// spending, class 2: 24.4 (SE 0.4)
}

// Somebody new, who skipped the last question.
func ExampleModel_Posterior() {
	m := &latent.Model{
		Sizes: []float64{0.6, 0.4},
		Probabilities: [][][]float64{ // by question, class, and answer: no, yes
			{{0.8, 0.2}, {0.3, 0.7}},
			{{0.9, 0.1}, {0.2, 0.8}},
		},
	}
	fmt.Printf("%.2f\n", m.Posterior([]int{1, -1})) // 0.6*0.2 against 0.4*0.7
	// Output: [0.30 0.70]
}

// The effective number of parameters under the design.
func ExampleSolution_DesignAIC() {
	d, items, _, err := answers()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := latent.Fit(d, items, 2, latent.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	daic, effective, err := s.DesignAIC(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("AIC %.1f with %d parameters, dAIC %.1f with %.1f\n", s.AIC, s.Parameters, daic, effective)
	// Output:
	// AIC 1951.5 with 9 parameters, dAIC 1951.6 with 9.0
}
