package model_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"tradeoff/stats"
	"tradeoff/stats/model"
)

// respondents simulates 600 people in 30 regions: their weights, age band, trust
// in a bank from 0 to 10, whether they would share their purchases, and how much
// they worry.
func respondents() (d *stats.Design, age []int, trust, share []float64, worry []int) {
	r := rand.New(rand.NewPCG(2024, 1))
	n := 600
	region, weights := make([]int, n), make([]float64, n)
	for i := range n {
		region[i], weights[i] = i%30, 0.5+r.Float64()
		age = append(age, r.IntN(3))
		trust = append(trust, float64(r.IntN(11)))
		yes := 0.0
		if 0.3*trust[i]-0.5*float64(age[i])+r.NormFloat64() > 1 {
			yes = 1
		}
		share = append(share, yes)
		worry = append(worry, max(0, min(2, int(2.5-0.2*trust[i]+r.NormFloat64()))))
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: weights, Stages: []stats.Stage{{Units: region}}})
	if err != nil {
		panic(err)
	}
	return d, age, trust, share, worry
}

var bands = []string{"18-34", "35-54", "55+"}

// sharing is a logistic model of sharing by age and trust.
func sharing() *model.Fit {
	d, age, trust, share, _ := respondents()
	m, err := model.New(model.Spec{
		Outcome: share,
		Data:    model.Data{"age": model.Factor(age, bands), "trust": model.Numeric(trust)},
		Terms:   []model.Term{{"age"}, {"trust"}},
		Family:  model.Binomial,
	})
	if err != nil {
		panic(err)
	}
	fit, err := m.Fit(d)
	if err != nil {
		panic(err)
	}
	return fit
}

// worrying is an ordinal model of worry by age and trust.
func worrying() *model.OrdinalFit {
	d, age, trust, _, worry := respondents()
	m, err := model.NewOrdinal(model.OrdinalSpec{
		Outcome: worry, Levels: []string{"little", "some", "much"},
		Data:  model.Data{"age": model.Factor(age, bands), "trust": model.Numeric(trust)},
		Terms: []model.Term{{"age"}, {"trust"}},
	})
	if err != nil {
		panic(err)
	}
	fit, err := m.Fit(d)
	if err != nil {
		panic(err)
	}
	return fit
}

// Who would share purchases with the bank? A logistic regression on age and
// trust.
func Example() {
	d, age, trust, share, _ := respondents()
	m, err := model.New(model.Spec{
		Outcome: share,
		Data:    model.Data{"age": model.Factor(age, bands), "trust": model.Numeric(trust)},
		Terms:   []model.Term{{"age"}, {"trust"}},
		Family:  model.Binomial,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := m.Fit(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range fit.Names {
		_, p := fit.Test(k, 0)
		fmt.Printf("%-12s %6.3f  SE %.3f  p %.4f\n", name, fit.Value[k], fit.SE(k), p)
	}
	fmt.Println(fit.DF, "degrees of freedom")
	// Output:
	// (Intercept)  -1.577  SE 0.275  p 0.0000
	// age=35-54    -1.102  SE 0.229  p 0.0001
	// age=55+      -1.609  SE 0.272  p 0.0000
	// trust         0.495  SE 0.045  p 0.0000
	// 26 degrees of freedom
}

// An interaction lets the slope of trust differ by age.
func ExampleNew() {
	_, age, trust, share, _ := respondents()
	m, err := model.New(model.Spec{
		Outcome: share,
		Data:    model.Data{"age": model.Factor(age, bands), "trust": model.Numeric(trust)},
		Terms:   []model.Term{{"age"}, {"trust"}, {"age", "trust"}},
		Family:  model.Binomial,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range m.Columns() {
		fmt.Println(c)
	}
	// Output:
	// (Intercept)
	// age=35-54
	// age=55+
	// trust
	// age=35-54:trust
	// age=55+:trust
}

func ExampleNumeric() {
	income := []float64{24, math.NaN(), 60} // thousands; the second did not say
	d := model.Data{"income": model.Numeric(income)}
	m, err := model.New(model.Spec{Outcome: []float64{2, 5, 7}, Data: d, Terms: []model.Term{{"income"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Columns())
	// Output:
	// [(Intercept) income]
}

func ExampleFactor() {
	device := []int{0, 2, 1, -1} // the last did not say
	d := model.Data{"device": model.Factor(device, []string{"laptop", "phone", "tablet"})}
	m, err := model.New(model.Spec{Outcome: []float64{3, 8, 6, 5}, Data: d, Terms: []model.Term{{"device"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Columns())
	// Output:
	// [(Intercept) device=phone device=tablet]
}

// Categories of worry in order; thresholds take the place of the intercept.
func ExampleNewOrdinal() {
	d, _, _, _, worry := respondents()
	m, err := model.NewOrdinal(model.OrdinalSpec{Outcome: worry, Levels: []string{"little", "some", "much"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := m.Fit(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fit.Names)
	// Output:
	// [little|some some|much]
}

// If everybody with trust above 5 shares and nobody else, no coefficient of trust
// is large enough.
func ExampleSeparatedError() {
	d, _, trust, _, _ := respondents()
	share := make([]float64, len(trust))
	for i, t := range trust {
		if t > 5 {
			share[i] = 1
		}
	}
	m, err := model.New(model.Spec{
		Outcome: share,
		Data:    model.Data{"trust": model.Numeric(trust)},
		Terms:   []model.Term{{"trust"}},
		Family:  model.Binomial,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = m.Fit(d)
	var separated *model.SeparatedError
	fmt.Println(errors.As(err, &separated))
	fmt.Println(err)
	// Output:
	// true
	// (Intercept), trust separate the outcomes without exception, so the coefficients are infinite; join levels, or leave the variable out
}

// Does age matter for sharing beside trust?
func ExampleFit_Wald() {
	t := sharing().Wald(model.Term{"age"})
	fmt.Printf("F(%g, %g) = %.1f, p = %.2g\n", t.NumDF, t.DenDF, t.F, t.P)
	// Output:
	// F(2, 26) = 20.8, p = 4.1e-06
}

// The same question to the working likelihood, which is steadier where regions
// are few.
func ExampleFit_LikelihoodRatio() {
	t, err := sharing().LikelihoodRatio(model.Term{"age"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("X2 = %.1f, design effects %.2f, p = %.2g\n", t.ChiSquared, t.Lambda, t.P())
	// Output:
	// X2 = 44.0, design effects [1.21 0.80], p = 4.1e-06
}

func ExampleFit_WorkingWald() {
	t := sharing().WorkingWald(model.Term{"age"})
	fmt.Printf("X2 = %.1f, p = %.2g\n", t.ChiSquared, t.P())
	// Output:
	// X2 = 39.2, p = 1e-05
}

// How likely do people of 40 share whose trust is 2, or 8?
func ExampleFit_Predict() {
	fit := sharing()
	p, err := fit.Predict([]string{"trust 2", "trust 8"}, model.Data{
		"age":   model.Factor([]int{1, 1}, bands),
		"trust": model.Numeric([]float64{2, 8}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range p.Response.Names {
		low, high := p.Interval(k, 0.95)
		fmt.Printf("%s: %.2f, %.2f to %.2f\n", name, p.Response.Value[k], low, high)
	}
	// Output:
	// trust 2: 0.16, 0.10 to 0.24
	// trust 8: 0.78, 0.71 to 0.84
}

// What share would share their purchases if everybody were of an age, with their
// trust as it is?
func ExampleFit_Margins() {
	m, err := sharing().Margins("age")
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range m.Names {
		fmt.Printf("%-5s %.3f  SE %.3f\n", name, m.Value[k], m.SE(k))
	}
	d := m.Contrast([]string{"oldest less youngest"}, []float64{-1, 0, 1})
	fmt.Printf("%s: %.3f  SE %.3f\n", d.Names[0], d.Value[0], d.SE(0))
	// Output:
	// 18-34 0.649  SE 0.027
	// 35-54 0.469  SE 0.033
	// 55+   0.387  SE 0.029
	// oldest less youngest: -0.262  SE 0.041
}

// What if everybody's trust were 2, or 8?
func ExampleFit_MarginsAt() {
	m, err := sharing().MarginsAt([]string{"low trust", "high trust"},
		model.Data{"trust": model.Numeric([]float64{2})},
		model.Data{"trust": model.Numeric([]float64{8})})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range m.Names {
		fmt.Printf("%s %.3f  SE %.3f\n", name, m.Value[k], m.SE(k))
	}
	// Output:
	// low trust 0.207  SE 0.028
	// high trust 0.794  SE 0.018
}

// A point of trust more raises the share by so much, on average.
func ExampleFit_Effects() {
	e, err := sharing().Effects("trust")
	if err != nil {
		fmt.Println(err)
		return
	}
	low, high := e.Interval(0, 0.95)
	fmt.Printf("%.1f points, %.1f to %.1f\n", 100*e.Value[0], 100*low, 100*high)
	// Output:
	// 8.2 points, 7.5 to 8.9
}

func ExampleExponentiate() {
	fit := sharing()
	ratio, low, high := model.Exponentiate(fit.Estimates, 3, 0.95)
	fmt.Printf("odds ratio of a point of trust: %.2f, %.2f to %.2f\n", ratio, low, high)
	// Output:
	// odds ratio of a point of trust: 1.64, 1.49 to 1.80
}

func ExampleFit_PseudoR2() {
	coxSnell, nagelkerke := sharing().PseudoR2()
	fmt.Printf("Cox-Snell %.2f, Nagelkerke %.2f\n", coxSnell, nagelkerke)
	// Output:
	// Cox-Snell 0.32, Nagelkerke 0.42
}

func ExampleFit_AIC() {
	a := sharing().AIC()
	fmt.Printf("AIC %.1f with %.2f effective parameters\n", a.Value, a.Parameters)
	// Output:
	// AIC 608.2 with 3.28 effective parameters
}

// Is age worth its coefficients?
func ExampleFit_BIC() {
	fit := sharing()
	with, _ := fit.BIC()
	without, rows := fit.BIC(model.Term{"age"})
	fmt.Printf("with age %.1f, without %.1f, as good as %.0f people drawn at random\n", with, without, rows)
	// Output:
	// with age 627.3, without 656.0, as good as 613 people drawn at random
}

func ExampleFit_Fitted() {
	fmt.Printf("%.2f\n", sharing().Fitted()[:4])
	// Output:
	// [0.78 0.68 0.33 0.60]
}

// Coefficients are a Statistic: here with the share itself, so that the
// covariance of both is known.
func ExampleFit_Coefficients() {
	d, _, _, share, _ := respondents()
	e, err := d.Estimate(sharing().Coefficients(), stats.Mean([]string{"share"}, share))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Names)
	// Output:
	// [(Intercept) age=35-54 age=55+ trust share]
}

// How much people worry, in three ordered categories.
func ExampleOrdinal_Fit() {
	d, age, trust, _, worry := respondents()
	m, err := model.NewOrdinal(model.OrdinalSpec{
		Outcome: worry, Levels: []string{"little", "some", "much"},
		Data:  model.Data{"age": model.Factor(age, bands), "trust": model.Numeric(trust)},
		Terms: []model.Term{{"age"}, {"trust"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := m.Fit(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range fit.Names {
		fmt.Printf("%-12s %6.3f  SE %.3f\n", name, fit.Value[k], fit.SE(k))
	}
	w := fit.Wald(model.Term{"age"})
	fmt.Printf("age: F(%g, %g) = %.2f, p = %.2f\n", w.NumDF, w.DenDF, w.F, w.P)
	// Output:
	// age=35-54     0.157  SE 0.213
	// age=55+      -0.073  SE 0.181
	// trust        -0.269  SE 0.029
	// little|some  -2.086  SE 0.248
	// some|much    -0.450  SE 0.193
	// age: F(2, 26) = 0.50, p = 0.61
}

// Does trust matter for worry? The answer of the working likelihood.
func ExampleOrdinalFit_LikelihoodRatio() {
	t, err := worrying().LikelihoodRatio(model.Term{"trust"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("X2 = %.1f, design effect %.2f, p = %.2g\n", t.ChiSquared, t.Lambda[0], t.P())
	// Output:
	// X2 = 104.7, design effect 1.11, p = 4e-10
}

func ExampleOrdinalFit_WorkingWald() {
	t := worrying().WorkingWald(model.Term{"age"})
	fmt.Printf("X2 = %.2f, p = %.2f\n", t.ChiSquared, t.P())
	// Output:
	// X2 = 1.46, p = 0.54
}

// Shares of each category of worry among people over 55 whose trust is 9.
func ExampleOrdinalFit_Predict() {
	e, err := worrying().Predict(nil, model.Data{"age": model.Factor([]int{2}, bands), "trust": model.Numeric([]float64{9})})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range e.Names {
		fmt.Printf("%-6s %.3f  SE %.3f\n", name, e.Value[k], e.SE(k))
	}
	// Output:
	// little 0.600  SE 0.036
	// some   0.285  SE 0.026
	// much   0.115  SE 0.019
}

// Does one slope do for every threshold of worry?
func ExampleOrdinalFit_Parallel() {
	fit := worrying()
	t, slopes, err := fit.Parallel()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("F(%g, %g) = %.2f, p = %.3f\n", t.NumDF, t.DenDF, t.F, t.P)
	fmt.Printf("trust: %.2f above little, %.2f above some\n", slopes.Value[3], slopes.Value[7])
	// Output:
	// F(3, 26) = 5.72, p = 0.004
	// trust: -0.26 above little, -0.29 above some
}

// Shares of each category of worry if everybody were of an age, with their trust
// as it is.
func ExampleOrdinalFit_Margins() {
	e, err := worrying().Margins("age")
	if err != nil {
		fmt.Println(err)
		return
	}
	for k := 2; k < e.Len(); k += 3 {
		fmt.Printf("%-11s %.3f  SE %.3f\n", e.Names[k], e.Value[k], e.SE(k))
	}
	// Output:
	// 18-34: much 0.313  SE 0.023
	// 35-54: much 0.344  SE 0.041
	// 55+: much   0.300  SE 0.023
}
