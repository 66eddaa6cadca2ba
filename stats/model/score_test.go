package model_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/model"
)

// TestScore: wherever a fit ends, sum w (y - m) m'/V x is zero but for rounding,
// also for links that the mean of the model can leave on the way and for
// outcomes at the edge of what a link takes.
func TestScore(t *testing.T) {
	found := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 3))
		n := 60
		x, yes, counts := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			x[i] = 10 * r.Float64()
			if r.Float64() < 0.05+0.09*x[i] {
				yes[i] = 1
			}
			counts[i] = math.Floor((0.2 + 3*x[i]) * 2 * r.Float64() * r.Float64())
		}
		d := must[*stats.Design](t)(stats.NewDesign(stats.Sampling{Rows: n}))
		for _, c := range []struct {
			y      []float64
			family model.Family
			link   model.Link
			score  func(y, m float64) float64 // times m'/V
		}{
			{yes, model.Binomial, model.Identity, func(y, m float64) float64 { return (y - m) / (m * (1 - m)) }},
			{yes, model.Binomial, model.Log, func(y, m float64) float64 { return (y - m) / (1 - m) }},
			{counts, model.Poisson, model.Identity, func(y, m float64) float64 { return (y - m) / m }},
			{counts, model.Gaussian, model.Log, func(y, m float64) float64 { return (y - m) * m }},
			{counts, model.Poisson, model.Log, func(y, m float64) float64 { return y - m }},
			{yes, model.Binomial, model.Probit, func(y, m float64) float64 {
				e := math.Sqrt2 * math.Erfinv(2*m-1)
				return (y - m) / (m * (1 - m)) * math.Exp(-e*e/2)
			}},
		} {
			f, err := tryFit(d, model.Spec{Outcome: c.y, Data: model.Data{"x": model.Numeric(x)}, Terms: []model.Term{{"x"}}, Family: c.family, Link: c.link})
			if err != nil {
				// The maximum lies on the edge, or there is none.
				var s *model.SeparatedError
				if !errors.Is(err, model.ErrNotFitted) && !errors.As(err, &s) {
					t.Fatal(err)
				}
				continue
			}
			found++
			var sum, size [2]float64
			for i, m := range f.Fitted() {
				s := c.score(c.y[i], m)
				for k, v := range []float64{1, x[i]} {
					sum[k] += s * v
					size[k] += math.Abs(s * v)
				}
			}
			for k := range sum {
				if !(math.Abs(sum[k]) <= 1e-8*size[k]) {
					t.Errorf("seed %d, %s %s: score %g of %g", seed, c.family, c.link, sum[k], size[k])
				}
			}
		}
	}
	if found < 200 {
		t.Errorf("only %d models were fitted", found)
	}
}

// TestNotFitted: equations without a solution are an error: shares on the edge
// of an identity link, and weights that cancel.
func TestNotFitted(t *testing.T) {
	s := draw(40, 100)
	y := slices.Clone(s.willing)
	for i, a := range s.age {
		if a == 2 {
			y[i] = 0
		}
	}
	spec := model.Spec{Outcome: y, Data: s.data(), Terms: []model.Term{{"age"}}, Family: model.Binomial, Link: model.Identity}
	if f, err := tryFit(s.design, spec); !errors.Is(err, model.ErrNotFitted) {
		t.Errorf("a share of zero by identity: %v %v", f, err)
	}
	w := make([]float64, 100)
	for i := range w {
		w[i] = float64(1 - 2*(i%2))
	}
	d := s.design.WithWeights(w, nil)
	if _, err := tryFit(d, model.Spec{Outcome: s.trust}); !errors.Is(err, model.ErrNotFitted) {
		t.Errorf("weights that cancel: %v", err)
	}
	o := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "medium", "high"}}))
	if _, err := o.Fit(d); err == nil {
		t.Error("ordinal weights that cancel")
	}
}

// TestSummaries: where a summary does not exist it is NaN.
func TestSummaries(t *testing.T) {
	s := draw(41, 200)
	linear := fit(t, s.design, model.Spec{Outcome: s.trust, Data: s.data(), Terms: []model.Term{{"age"}}})
	a, b := linear.PseudoR2()
	c, d := linear.BIC()
	if !math.IsNaN(a) || !math.IsNaN(b) || !math.IsNaN(c) || !math.IsNaN(d) {
		t.Error("a Gaussian model has no pseudo R2, nor BIC")
	}
	positive := fit(t, s.design, model.Spec{Outcome: s.sampling.Weights, Family: model.Gamma})
	exact := fit(t, s.design, model.Spec{Outcome: make([]float64, 200)})
	if !math.IsNaN(positive.AIC().Value) || !math.IsNaN(exact.AIC().Value) {
		t.Error("neither Gamma nor a variance of zero have an AIC")
	}
	constant := fit(t, s.design, model.Spec{Outcome: s.willing, Family: model.Binomial})
	aic := constant.AIC()
	near(t, "AIC of a constant", aic.Value, constant.Deviance, 0, 0)
	if !math.IsNaN(aic.Parameters) {
		t.Error("a constant has no parameters beside it")
	}
	if a, _ := constant.PseudoR2(); math.Abs(a) > 1e-12 {
		t.Errorf("R2 of a constant is %g", a)
	}
	three := make([]float64, 200)
	for i := range three {
		three[i] = 3
	}
	equal := fit(t, s.design, model.Spec{Outcome: three, Data: s.data(), Terms: both, Family: model.Poisson})
	a, b = equal.PseudoR2()
	if math.Abs(a) > 1e-12 || !math.IsNaN(b) {
		t.Errorf("R2 of nothing is %g and %g", a, b)
	}
	near(t, "constant", equal.Value[0], math.Log(3), 0, 1e-12)
	near(t, "SE", equal.SE(0), 0, 1, 1e-12)
}

// TestDispersion: of a Gaussian constant with equal weights it is the textbook
// variance of the outcome, of a Poisson one that over the mean.
func TestDispersion(t *testing.T) {
	y := []float64{1, 2, 4, 5, 8} // mean 4, sum of squares 9 + 4 + 0 + 1 + 16
	d := must[*stats.Design](t)(stats.NewDesign(stats.Sampling{Rows: 5}))
	near(t, "Gaussian", fit(t, d, model.Spec{Outcome: y}).Dispersion, 30.0/4, 0, 1e-12)
	near(t, "Poisson", fit(t, d, model.Spec{Outcome: y, Family: model.Poisson}).Dispersion, 30.0/4/4, 0, 1e-12)
}

// TestWithoutAll: the test of all terms of a model without an intercept compares
// with the offset alone.
func TestWithoutAll(t *testing.T) {
	s := draw(42, 200)
	spec := model.Spec{Outcome: s.willing, Data: s.data(), Terms: []model.Term{{"age"}}, NoIntercept: true, Family: model.Binomial, Offset: times(s.trust, 0.1)}
	f := fit(t, s.design, spec)
	lr := must[*model.WorkingTest](t)(f.LikelihoodRatio(model.Term{"age"}))
	near(t, "chi-squared", lr.ChiSquared, f.NullDeviance-f.Deviance, 0, 1e-12)
	want := 0.0
	W := 0.0
	for i, w := range s.sampling.Weights {
		W += w
		p := 1 / (1 + math.Exp(-0.1*s.trust[i]))
		want -= 2 * w * math.Log(s.willing[i]*p+(1-s.willing[i])*(1-p))
	}
	near(t, "deviance of the offset", f.NullDeviance, want*200/W, 0, 1e-12)
}

// TestOrdinalCorners: aliased slopes, missing values, replicates and situations
// that the data say nothing about.
func TestOrdinalCorners(t *testing.T) {
	s := draw(43, 400)
	in := make([]bool, 400)
	for i, a := range s.age {
		in[i] = a != 1
	}
	spec := model.OrdinalSpec{Outcome: slices.Clone(s.worry), Levels: []string{"low", "medium", "high"}, Data: s.data(), Terms: both}
	m := must[*model.Ordinal](t)(model.NewOrdinal(spec))
	f := must[*model.OrdinalFit](t)(m.Fit(s.design.Domain(in)))
	if !slices.Equal(f.Aliased, []string{"age=middle"}) || f.Slopes != 2 {
		t.Errorf("aliased %v, %d slopes", f.Aliased, f.Slopes)
	}
	profile := model.Data{"age": model.Factor([]int{0, 1, -1}, ages), "trust": model.Numeric([]float64{5, 5, 5})}
	e := must[*stats.Estimates](t)(f.Predict(nil, profile))
	if math.IsNaN(e.Value[0]) || !math.IsNaN(e.Value[3]) || !math.IsNaN(e.Value[6]) {
		t.Errorf("shares %v", e.Value)
	}
	if _, err := f.Predict(nil, nil); err == nil {
		t.Error("age is needed")
	}
	for i, ok := range in { // outcomes missing outside of the domain
		if !ok {
			spec.Outcome[i] = -1
		}
	}
	m = must[*model.Ordinal](t)(model.NewOrdinal(spec))
	missing := must[*model.OrdinalFit](t)(m.Fit(s.design))
	same(t, "missing outcomes", missing.Estimates, f.Estimates)
	near(t, "df", missing.DF, f.DF, 0, 0)

	d := s.design.WithReplicates(jackknife(s.sampling))
	m = must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: spec.Levels, Data: s.data(), Terms: both}))
	r := must[*model.OrdinalFit](t)(m.Fit(d))
	l := must[*model.OrdinalFit](t)(m.Fit(s.design))
	for k := range r.Value {
		near(t, "estimate", r.Value[k], l.Value[k], l.SE(k), 1e-10)
		near(t, "SE by the jackknife", r.SE(k), l.SE(k), 0, 0.2)
	}
	e = must[*stats.Estimates](t)(r.Predict(nil, model.Data{"age": model.Factor([]int{0}, ages), "trust": model.Numeric([]float64{5})}))
	for i, theta := range e.Replicates {
		near(t, "shares of a replicate", theta[0]+theta[1]+theta[2], 1, 0, 1e-12)
		cut := r.Replicates[i][r.Slopes] - 5*r.Replicates[i][2]
		near(t, "lowest share", theta[0], 1/(1+math.Exp(-cut)), 0, 1e-12)
	}
	if _, err := model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: spec.Levels, Terms: both}); err == nil {
		t.Error("no data")
	}
}

// TestSituations: what a situation can get wrong.
func TestSituations(t *testing.T) {
	s := draw(44, 100)
	f := fit(t, s.design, s.logit())
	turned := slices.Clone(ages)
	slices.Reverse(turned)
	for _, situation := range []model.Data{
		{"sex": model.Numeric([]float64{1})},
		{"trust": model.Numeric([]float64{math.NaN()})},
		{"trust": model.Factor([]int{0}, ages)},
		{"age": model.Factor([]int{-1}, ages)},
		{"age": model.Factor([]int{0}, []string{"young", "old"})},
		{"age": model.Factor([]int{0}, turned)},
	} {
		if _, err := f.MarginsAt(nil, situation); err == nil {
			t.Errorf("%v must be refused", situation)
		}
	}
	if _, err := f.Effects("sex"); err == nil {
		t.Error("there is no such variable")
	}
}
