package model_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/model"
)

// large is n rows in 500 PSUs with 20 columns: a constant, 9 numbers and a
// factor of 11 levels.
func large(n int) (*stats.Design, model.Spec) {
	r := rand.New(rand.NewPCG(1, 2))
	data := model.Data{}
	var terms []model.Term
	y, psu, w, codes := make([]float64, n), make([]int, n), make([]float64, n), make([]int, n)
	e := make([]float64, n)
	for k := range 9 {
		x := make([]float64, n)
		for i := range x {
			x[i] = r.NormFloat64()
			e[i] += 0.1 * x[i]
		}
		name := fmt.Sprintf("x%d", k)
		data[name] = model.Numeric(x)
		terms = append(terms, model.Term{name})
	}
	levels := make([]string, 11)
	for l := range levels {
		levels[l] = fmt.Sprint(l)
	}
	for i := range n {
		psu[i], codes[i], w[i] = i%500, r.IntN(11), 0.5+r.Float64()
		if r.Float64() < 1/(1+math.Exp(-e[i])) {
			y[i] = 1
		}
	}
	data["region"] = model.Factor(codes, levels)
	terms = append(terms, model.Term{"region"})
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: w, Stages: []stats.Stage{{Units: psu}}})
	if err != nil {
		panic(err)
	}
	return d, model.Spec{Outcome: y, Data: data, Terms: terms, Family: model.Binomial}
}

// BenchmarkLogit fits 100,000 rows by 20 columns, design matrix and covariance
// included.
func BenchmarkLogit(b *testing.B) {
	d, spec := large(100_000)
	for b.Loop() {
		if _, err := tryFit(d, spec); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "respondents/s")
}

func BenchmarkOrdinal(b *testing.B) {
	d, spec := large(100_000)
	y := make([]int, len(spec.Outcome))
	for i, v := range spec.Outcome {
		y[i] = int(v) + 2*(i%2)
	}
	for b.Loop() {
		m, err := model.NewOrdinal(model.OrdinalSpec{Outcome: y, Levels: []string{"1", "2", "3", "4"}, Data: spec.Data, Terms: spec.Terms})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.Fit(d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "respondents/s")
}
