package model_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/model"
)

// TestDataNeverPanics: whatever the data (few rows, missing values, weights of
// zero or below, empty levels, outcomes at the edge), there is a fit or an
// error; a fit has finite coefficients, and no negative variance unless weights
// are negative.
func TestDataNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(t, "rows")
		column := func(name string, values ...float64) []float64 {
			return rapid.SliceOfN(rapid.SampledFrom(values), n, n).Draw(t, name)
		}
		nan := math.NaN()
		w := column("weights", 0, 1, 1, 2.5, 1e-3, 1e4)
		w[rapid.IntRange(0, n-1).Draw(t, "positive")] = 1
		psu := rapid.SliceOfN(rapid.IntRange(0, 5), n, n).Draw(t, "psu")
		d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: w, Stages: []stats.Stage{{Units: psu}}, Lonely: stats.LonelyAdjust})
		if err != nil {
			t.Fatal(err)
		}
		negative := rapid.Bool().Draw(t, "negative")
		if negative {
			w = append([]float64(nil), w...)
			w[0] = -w[0] / 2
			d = d.WithWeights(w, nil)
		}
		if rapid.Bool().Draw(t, "replicates") {
			r := stats.Replicates{Scale: 0.5}
			for u := range 3 {
				v := append([]float64(nil), w...)
				for i := range v {
					if psu[i] == u {
						v[i] = 0
					}
				}
				r.Weights = append(r.Weights, v)
			}
			d = d.WithReplicates(r)
		}
		if rapid.Bool().Draw(t, "domain") {
			in := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "in")
			d = d.Domain(in)
		}
		data := model.Data{
			"x": model.Numeric(column("x", nan, 0, 1, 2, 1e9, -3)),
			"a": model.Factor(rapid.SliceOfN(rapid.IntRange(-1, 2), n, n).Draw(t, "a"), ages),
		}
		terms := rapid.SampledFrom([][]model.Term{nil, {{"x"}}, {{"a"}}, {{"x"}, {"a"}}, {{"x"}, {"a"}, {"x", "a"}}}).Draw(t, "terms")
		spec := model.Spec{Data: data, Terms: terms}
		spec.Family = rapid.SampledFrom([]model.Family{model.Gaussian, model.Binomial, model.Poisson, model.Gamma}).Draw(t, "family")
		spec.Observed = rapid.Bool().Draw(t, "observed")
		switch spec.Family {
		case model.Binomial:
			spec.Link = rapid.SampledFrom([]model.Link{"", model.Probit, model.Cloglog, model.Loglog, model.Log, model.Identity}).Draw(t, "link")
			spec.Outcome = column("y", nan, 0, 1, 0.5)
		case model.Poisson:
			spec.Link = rapid.SampledFrom([]model.Link{"", model.Sqrt, model.Identity}).Draw(t, "link")
			spec.Outcome = column("y", nan, 0, 1, 7, 1e6)
		default:
			spec.Link = rapid.SampledFrom([]model.Link{"", model.Log}).Draw(t, "link")
			spec.Outcome = column("y", nan, 1, 2, 1e-3, 1e6)
		}
		if f, err := tryFit(d, spec); err == nil {
			for k, v := range f.Value {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("coefficient %v", f.Value)
				}
				if f.Var(k) < 0 {
					t.Fatalf("variance %g", f.Var(k))
				}
			}
			everything(f, terms)
		}
		o, err := model.NewOrdinal(model.OrdinalSpec{
			Outcome: rapid.SliceOfN(rapid.IntRange(-1, 2), n, n).Draw(t, "worry"), Levels: ages,
			Data: data, Terms: terms, Link: rapid.SampledFrom([]model.Link{"", model.Probit, model.Cloglog, model.Loglog}).Draw(t, "ordinal link"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if f, err := o.Fit(d); err == nil {
			for _, v := range f.Value {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("coefficient %v", f.Value)
				}
			}
			f.Predict(nil, data)
			f.Margins("a")
			f.Parallel()
			if terms != nil {
				f.Wald(terms[0])
			}
		}
	})
}

// everything asks a fit for all it has.
func everything(f *model.Fit, terms []model.Term) {
	f.PseudoR2()
	f.AIC()
	f.BIC(terms...)
	f.Fitted()
	model.Exponentiate(f.Estimates, 0, 0.95)
	for _, term := range terms {
		f.Wald(term)
		ww := f.WorkingWald(term)
		ww.P()
		if lr, err := f.LikelihoodRatio(term); err == nil {
			lr.P()
			lr.Saddlepoint()
			lr.Satterthwaite()
		}
	}
	for _, v := range []string{"x", "a"} {
		f.Margins(v)
		f.Effects(v)
	}
	p, err := f.Predict(nil, model.Data{"x": model.Numeric([]float64{1, math.NaN()}), "a": model.Factor([]int{2, 0}, ages)})
	if err == nil {
		p.Interval(0, 0.95)
	}
}
