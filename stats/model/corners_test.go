package model_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/model"
	"tradeoff/stats/weight"
)

// TestSeparated: outcomes that columns tell apart without exception are an error
// that names the columns, not coefficients around 20.
func TestSeparated(t *testing.T) {
	s := draw(20, 200)
	n := len(s.age)
	trusting, never, all, none := make([]float64, n), slices.Clone(s.willing), make([]float64, n), make([]float64, n)
	noOld := slices.Clone(s.counts)
	mixed := make([]int, n)
	for i, v := range s.trust {
		all[i] = 1
		if v > 4 {
			trusting[i] = 1
		}
		if s.age[i] == 2 { // the old never share, nor have an account
			never[i], noOld[i] = 0, 0
		}
		mixed[i] = s.worry[i]
		if s.age[i] == 2 {
			mixed[i] = 2 // and always worry
		}
	}
	cases := []struct {
		name    string
		outcome []float64
		family  model.Family
		link    model.Link
		columns []string
	}{
		{"complete", trusting, model.Binomial, model.Logit, []string{"(Intercept)", "trust"}},
		{"complete, probit", trusting, model.Binomial, model.Probit, []string{"(Intercept)", "trust"}},
		{"quasi", never, model.Binomial, model.Logit, []string{"age=old"}},
		{"quasi, probit", never, model.Binomial, model.Probit, []string{"age=old"}},
		{"quasi, cloglog", never, model.Binomial, model.Cloglog, []string{"age=old"}},
		{"counts", noOld, model.Poisson, model.Log, []string{"age=old"}},
		{"all yes", all, model.Binomial, model.Logit, []string{"(Intercept)"}},
		{"all no", none, model.Binomial, model.Logit, []string{"(Intercept)"}},
		{"no events", none, model.Poisson, model.Log, []string{"(Intercept)"}},
	}
	for _, c := range cases {
		_, err := tryFit(s.design, model.Spec{Outcome: c.outcome, Data: s.data(), Terms: both, Family: c.family, Link: c.link})
		var e *model.SeparatedError
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		// A complete separation leaves open which other columns help.
		if strings.HasPrefix(c.name, "complete") {
			if !slices.Contains(e.Columns, "trust") {
				t.Errorf("%s: columns %v", c.name, e.Columns)
			}
		} else if !slices.Equal(e.Columns, c.columns) {
			t.Errorf("%s: columns %v, expected %v", c.name, e.Columns, c.columns)
		}
		remedy := "join levels"
		if c.columns[0] == "(Intercept)" && len(c.columns) == 1 {
			remedy = "nothing to explain"
		}
		if !strings.Contains(err.Error(), remedy) {
			t.Errorf("%s: no remedy in %q", c.name, err)
		}
	}
	o := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: mixed, Levels: []string{"low", "medium", "high"}, Data: s.data(), Terms: both}))
	_, err := o.Fit(s.design)
	var e *model.SeparatedError
	if !errors.As(err, &e) || !slices.Equal(e.Columns, []string{"age=old"}) {
		t.Errorf("ordinal: %v", err)
	}
}

// TestNearlySeparated: one exception among many is no separation, however large
// the coefficient: with one column of 0 and 1 it is the log odds ratio.
func TestNearlySeparated(t *testing.T) {
	n := 2000
	x, y := make([]float64, n), make([]float64, n)
	for i := range n {
		x[i] = float64(i % 2)
		if i%2 == 1 {
			y[i] = 1
		}
	}
	y[0], y[1] = 1, 0
	d := must[*stats.Design](t)(stats.NewDesign(stats.Sampling{Rows: n}))
	f := fit(t, d, model.Spec{Outcome: y, Data: model.Data{"x": model.Numeric(x)}, Terms: []model.Term{{"x"}}, Family: model.Binomial})
	near(t, "log odds ratio", f.Value[1], 2*math.Log(999), 0, 1e-10)
}

// TestSeparatedReplicate: a replicate in which outcomes are separated has no
// estimate; it is left out and counted.
func TestSeparatedReplicate(t *testing.T) {
	s := draw(21, 200)
	y := slices.Clone(s.willing)
	for i, u := range s.sampling.Stages[0].Units {
		if s.age[i] == 2 && u != 5 { // only people of PSU 5 make the old share
			y[i] = 0
		}
		if s.age[i] == 2 && u == 5 {
			y[i] = 1
		}
	}
	d := s.design.WithReplicates(jackknife(s.sampling))
	spec := s.logit()
	spec.Outcome = y
	f := fit(t, d, spec)
	if f.Lost != 1 || math.IsNaN(f.SE(2)) {
		t.Errorf("%d replicates lost, SE %g", f.Lost, f.SE(2))
	}
}

// TestEmptyLevel: a level without a row in the domain has no coefficient; the
// others are those of a model without it, and nothing is said of people of that
// level, even if it is the reference.
func TestEmptyLevel(t *testing.T) {
	s := draw(22, 300)
	for empty := range 3 {
		in := make([]bool, len(s.age))
		for i, a := range s.age {
			in[i] = a != empty
		}
		f := fit(t, s.design.Domain(in), s.logit())
		if len(f.Aliased) != 1 || f.Len() != 3 {
			t.Fatalf("aliased %v", f.Aliased)
		}
		p := must[*model.Prediction](t)(f.Predict(nil, model.Data{"age": model.Factor([]int{0, 1, 2}, ages), "trust": model.Numeric([]float64{5, 5, 5})}))
		for k := range 3 {
			if math.IsNaN(p.Response.Value[k]) != (k == empty) {
				t.Errorf("%s is empty, prediction of %s is %g", ages[empty], ages[k], p.Response.Value[k])
			}
		}
		if _, err := f.Margins("age"); err == nil || !strings.Contains(err.Error(), "the data say nothing") {
			t.Errorf("margins of an empty level: %v", err)
		}
		if _, err := f.Margins("trust"); err == nil {
			t.Error("trust is no factor")
		}
		m := must[*model.Margins](t)(f.MarginsAt(nil, model.Data{"trust": model.Numeric([]float64{5})}))
		if !(m.SE(0) > 0) {
			t.Error("situations that leave age alone can be told")
		}
		if w := f.Wald(model.Term{"age"}); w.NumDF != 1 {
			t.Errorf("df %g of a test of two levels", w.NumDF)
		}
	}
}

// TestEmptyReference: without a row of the first level, the last is what the
// others are measured from, here the mean of the middle less that of the old, as domains
// have it.
func TestEmptyReference(t *testing.T) {
	s := draw(22, 300)
	in := make([]bool, len(s.age))
	for i, a := range s.age {
		in[i] = a != 0
	}
	d := s.design.Domain(in)
	f := fit(t, d, model.Spec{Outcome: s.trust, Data: s.data(), Terms: []model.Term{{"age"}}})
	e := must[*stats.Estimates](t)(d.Estimate(stats.By(s.age, 3, stats.Mean(nil, s.trust))...))
	last := "age=" + ages[2]
	if len(f.Aliased) != 1 || f.Aliased[0] != last {
		t.Fatalf("aliased %v, want %s", f.Aliased, last)
	}
	diff := e.Contrast(nil, []float64{0, 1, -1}, []float64{0, 0, 1})
	near(t, "middle less last", f.Value[1], diff.Value[0], 0, 1e-11)
	near(t, "its SE", f.SE(1), diff.SE(0), 0, 1e-11)
	near(t, "intercept", f.Value[0], diff.Value[1], 0, 1e-11)
}

// TestAliased: columns that others determine are named and do not matter; the
// term has no test.
func TestAliased(t *testing.T) {
	s := draw(23, 200)
	data := s.data()
	data["twice"] = model.Numeric(times(s.trust, 2.2))
	data["zero"] = model.Numeric(make([]float64, len(s.trust)))
	spec := s.logit()
	plain := fit(t, s.design, spec)
	spec.Data = data
	spec.Terms = append(slices.Clone(both), model.Term{"twice"}, model.Term{"zero"})
	f := fit(t, s.design, spec)
	if !slices.Equal(f.Aliased, []string{"twice", "zero"}) {
		t.Errorf("aliased %v", f.Aliased)
	}
	same(t, "without", f.Estimates, plain.Estimates)
	if w := f.Wald(model.Term{"twice"}); w.NumDF != 0 || !math.IsNaN(w.F) || !math.IsNaN(w.P) {
		t.Errorf("a test of nothing: %+v", w)
	}
	lr := must[*model.WorkingTest](t)(f.LikelihoodRatio(model.Term{"zero"}))
	if !math.IsNaN(lr.P()) || !math.IsNaN(f.WorkingWald(model.Term{"zero"}).P()) {
		t.Error("a likelihood ratio of nothing")
	}
	// A profile that breaks the rule that twice is 2.2 trust is none of the data's.
	profile := model.Data{"age": model.Factor([]int{0, 0}, ages), "trust": model.Numeric([]float64{5, 5}), "twice": model.Numeric([]float64{11, 12}), "zero": model.Numeric([]float64{0, 0})}
	p := must[*model.Prediction](t)(f.Predict(nil, profile))
	if math.IsNaN(p.Link.Value[0]) || !math.IsNaN(p.Link.Value[1]) {
		t.Errorf("predictions %v", p.Link.Value)
	}
}

// TestConstantOutcome: a Gaussian outcome that is the same for all is fitted
// exactly, with SE 0.
func TestConstantOutcome(t *testing.T) {
	s := draw(24, 100)
	y := make([]float64, 100)
	for i := range y {
		y[i] = 7
	}
	f := fit(t, s.design, model.Spec{Outcome: y, Data: s.data(), Terms: both})
	near(t, "constant", f.Value[0], 7, 0, 1e-13)
	for k := range f.Value {
		near(t, "SE", f.SE(k), 0, 1, 1e-13)
	}
	near(t, "deviance", f.Deviance, 0, 1, 1e-20)
	near(t, "dispersion", f.Dispersion, 0, 1, 1e-20)
}

// TestNegativeWeights: rows that come twice, with weight 1 and -1, cancel in
// every sum, so that coefficients are those without them.
func TestNegativeWeights(t *testing.T) {
	s := draw(25, 200)
	plain := fit(t, s.design, s.logit())
	o := s
	o.age, o.trust, o.willing = append(slices.Clone(s.age), s.age[:10]...), append(slices.Clone(s.trust), s.trust[:10]...), append(slices.Clone(s.willing), s.willing[:10]...)
	o.age, o.trust, o.willing = append(o.age, s.age[:10]...), append(o.trust, s.trust[:10]...), append(o.willing, s.willing[:10]...)
	w := slices.Clone(s.sampling.Weights)
	ones := make([]float64, 220)
	for i := range ones {
		ones[i] = 1
	}
	for _, v := range []float64{0.7, -0.7} {
		for range 10 {
			w = append(w, v)
		}
	}
	d := must[*stats.Design](t)(stats.NewDesign(stats.Sampling{Rows: 220, Weights: ones}))
	f := fit(t, d.WithWeights(w, nil), o.logit())
	for k := range f.Value {
		near(t, f.Names[k], f.Value[k], plain.Value[k], plain.SE(k), 1e-10)
	}
}

// TestNoDF: with two PSUs and three coefficients estimates stand, but intervals
// and tests do not exist.
func TestNoDF(t *testing.T) {
	s := draw(26, 100)
	psu := make([]int, 100)
	for i := range psu {
		psu[i] = i % 2
	}
	d := must[*stats.Design](t)(stats.NewDesign(stats.Sampling{Rows: 100, Stages: []stats.Stage{{Units: psu}}}))
	f := fit(t, d, s.logit())
	if f.DF != -2 {
		t.Errorf("df %g", f.DF)
	}
	low, high := f.Interval(0, 0.95)
	_, p := f.Test(0, 0)
	w := f.Wald(model.Term{"age"})
	lr := must[*model.WorkingTest](t)(f.LikelihoodRatio(model.Term{"age"}))
	bic, rows := f.BIC(model.Term{"age"})
	for _, v := range []float64{bic, rows, low, high, p, w.F, w.P, lr.P(), lr.Satterthwaite(), lr.Saddlepoint()} {
		if !math.IsNaN(v) {
			t.Errorf("got %g, expected nothing", v)
		}
	}
	if math.IsNaN(f.Value[0]) || math.IsNaN(f.SE(0)) || math.IsNaN(lr.ChiSquared) {
		t.Error("estimates stand")
	}
}

// TestNothing: without rows, or without categories, there is no fit.
func TestNothing(t *testing.T) {
	s := draw(27, 50)
	missing := make([]float64, 50)
	for i := range missing {
		missing[i] = math.NaN()
	}
	spec := s.logit()
	spec.Outcome = missing
	if _, err := tryFit(s.design, spec); err == nil {
		t.Error("no outcome")
	}
	spec = model.Spec{Outcome: s.willing, Data: model.Data{"zero": model.Numeric(make([]float64, 50))}, Terms: []model.Term{{"zero"}}, NoIntercept: true}
	if _, err := tryFit(s.design, spec); err == nil {
		t.Error("no column")
	}
	for i := range s.worry {
		s.worry[i] = 2 * (s.worry[i] / 2)
	}
	o := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "medium", "high"}}))
	if _, err := o.Fit(s.design); err == nil || !strings.Contains(err.Error(), `"medium"`) {
		t.Errorf("empty category: %v", err)
	}
	for i := range s.worry {
		s.worry[i] = -1
	}
	o = must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "high"}}))
	if _, err := o.Fit(s.design); err == nil {
		t.Error("no outcome")
	}
}

// TestSpecErrors: what a plan can get wrong is an error that says where.
func TestSpecErrors(t *testing.T) {
	s := draw(28, 50)
	data := s.data()
	data["log"] = model.Numeric(append([]float64{math.Inf(-1)}, s.trust[1:]...))
	for _, c := range []struct {
		spec model.Spec
		want string
	}{
		{model.Spec{Terms: []model.Term{{"sex"}}}, `no variable "sex"`},
		{model.Spec{Terms: []model.Term{{"age", "trust"}, {"trust", "age"}}}, "term trust:age occurs twice"},
		{model.Spec{Terms: []model.Term{{"trust", "trust"}}}, "add the squared column"},
		{model.Spec{Terms: []model.Term{{}}}, "no variable"},
		{model.Spec{NoIntercept: true}, "needs a term"},
		{model.Spec{Terms: []model.Term{{"log"}}}, "variable log: 1 of its values are infinite"},
		{model.Spec{Family: model.Binomial, Outcome: s.trust}, "0 to 1"},
		{model.Spec{Family: model.Gamma, Outcome: s.willing}, "above 0"},
	} {
		c.spec.Data = data
		if c.spec.Outcome == nil {
			c.spec.Outcome = s.willing
		}
		if _, err := model.New(c.spec); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, expected %q", err, c.want)
		}
	}
	f := fit(t, s.design, model.Spec{Outcome: s.trust, Data: s.data(), Terms: []model.Term{{"age"}}})
	if _, err := f.Predict(nil, model.Data{}); err == nil {
		t.Error("age is needed")
	}
	if _, err := f.Predict(nil, model.Data{"age": model.Factor([]int{0}, []string{"a", "b"})}); err == nil {
		t.Error("levels differ")
	}
	if _, err := f.Effects("trust"); err == nil {
		t.Error("trust is not in the model")
	}
	p := must[*model.Prediction](t)(f.Predict(nil, model.Data{"age": model.Factor([]int{-1, 0}, ages)}))
	if !math.IsNaN(p.Link.Value[0]) || math.IsNaN(p.Link.Value[1]) {
		t.Errorf("a missing age has no prediction: %v", p.Link.Value)
	}
}

// TestMisuse: what only a programmer can get wrong panics.
func TestMisuse(t *testing.T) {
	s := draw(29, 50)
	f := fit(t, s.design, s.logit())
	small := draw(29, 49)
	for name, do := range map[string]func(){
		"code without level": func() { model.Factor([]int{3}, ages) },
		"lengths":            func() { model.New(model.Spec{Outcome: s.trust[:9], Data: s.data(), Terms: both}) },
		"offset":             func() { model.New(model.Spec{Outcome: s.trust, Offset: s.trust[:9]}) },
		"family":             func() { model.New(model.Spec{Outcome: s.trust, Family: "normal"}) },
		"link":               func() { model.New(model.Spec{Outcome: s.trust, Link: "logistic"}) },
		"ordinal link":       func() { model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: ages, Link: model.Log}) },
		"one level":          func() { model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: ages[:1]}) },
		"design":             func() { tryFit(small.design, s.logit()) },
		"no such term":       func() { f.Wald(model.Term{"trust", "age"}) },
		"two rows":           func() { f.MarginsAt(nil, model.Data{"trust": model.Numeric([]float64{1, 2})}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
}

// TestPrediction: on the response scale intervals keep to 0 and 1, and the mean
// is the inverse link of the linear predictor.
func TestPrediction(t *testing.T) {
	s := draw(30, 60)
	f := fit(t, s.design, s.logit())
	p := must[*model.Prediction](t)(f.Predict([]string{"high"}, model.Data{"age": model.Factor([]int{2}, ages), "trust": model.Numeric([]float64{30})}))
	low, high := p.Interval(0, 0.99)
	a, b := p.Link.Interval(0, 0.99)
	near(t, "low", low, 1/(1+math.Exp(-a)), 0, 1e-12)
	near(t, "high", high, 1/(1+math.Exp(-b)), 0, 1e-12)
	near(t, "mean", p.Response.Value[0], 1/(1+math.Exp(-p.Link.Value[0])), 0, 1e-12)
	if !(low > 0 && low < p.Response.Value[0] && high < 1) {
		t.Errorf("interval %g to %g", low, high)
	}
	constant := fit(t, s.design, model.Spec{Outcome: s.trust})
	p = must[*model.Prediction](t)(constant.Predict(nil, nil))
	near(t, "constant", p.Response.Value[0], constant.Value[0], 0, 0)
}

// TestPredictionFalling: a link that falls turns the ends of the interval around.
func TestPredictionFalling(t *testing.T) {
	s := draw(32, 60)
	f := fit(t, s.design, model.Spec{Outcome: s.sampling.Weights, Family: model.Gamma, Link: model.Inverse})
	p := must[*model.Prediction](t)(f.Predict(nil, nil))
	low, high := p.Interval(0, 0.9)
	a, b := p.Link.Interval(0, 0.9)
	near(t, "low", low, 1/b, 0, 1e-12)
	near(t, "high", high, 1/a, 0, 1e-12)
	if !(low < p.Response.Value[0] && p.Response.Value[0] < high) {
		t.Errorf("%g is not in %g to %g", p.Response.Value[0], low, high)
	}
}

// TestExactFit: a linear model whose fitted values are zeros, by cancellation, but
// for one row is fitted as any other.
func TestExactFit(t *testing.T) {
	for seed := range uint64(300) {
		s := draw(seed, 16)
		one, y := make([]int, 16), make([]float64, 16)
		for i := range one {
			one[i] = 2 * (i % 2)
		}
		one[3], y[3] = 1, 1
		d := must[*stats.Design](t)(stats.NewDesign(stats.Sampling{Rows: 16, Weights: s.sampling.Weights}))
		data := model.Data{"age": model.Factor(one, ages), "trust": model.Numeric(s.trust)}
		f, err := tryFit(d, model.Spec{Outcome: y, Data: data, Terms: both})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		near(t, "the level of one", f.Value[1], 1, 0, 1e-12)
		near(t, "trust", f.Value[3], 0, 1, 1e-13)
	}
}

// TestNoVariance: outcomes that are all equal or on a line, and shares that
// calibration has fixed, leave nothing to test but rounding noise.
func TestNoVariance(t *testing.T) {
	s := draw(33, 200)
	n := len(s.trust)
	equal, line := make([]float64, n), make([]float64, n)
	cell, targets := make([]int, n), make([]float64, 6)
	for i, v := range s.trust {
		equal[i], line[i] = 3.7, 0.3+1.7*v
		cell[i] = 2*s.age[i] + int(s.willing[i])
	}
	for c := range targets {
		targets[c] = 1000 * math.Sqrt(float64(c+2))
	}
	fixed, _, err := weight.PostStratify(s.design, weight.Margin{Name: "age and willing", Of: cell, Targets: targets}, false)
	if err != nil {
		t.Fatal(err)
	}
	none := func(what string, p float64) {
		if !math.IsNaN(p) {
			t.Errorf("%s: p is %g", what, p)
		}
	}
	tests := func(what string, f *model.Fit, term model.Term) {
		none(what, f.Wald(term).P)
		none(what+", working", f.WorkingWald(term).P())
		none(what+", likelihood", must[*model.WorkingTest](t)(f.LikelihoodRatio(term)).P())
	}
	tests("equal", fit(t, s.design, model.Spec{Outcome: equal, Data: s.data(), Terms: both}), model.Term{"age"})
	tests("line", fit(t, s.design, model.Spec{Outcome: line, Data: s.data(), Terms: both}), model.Term{"trust"})
	tests("equal counts", fit(t, s.design, model.Spec{Outcome: equal, Data: s.data(), Terms: both, Family: model.Poisson}), model.Term{"trust"})
	spec := s.logit()
	spec.Terms = both[:1]
	tests("fixed", fit(t, fixed, spec), model.Term{"age"})
	o := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: ints(s.willing), Levels: []string{"no", "yes"}, Data: s.data(), Terms: both[:1]}))
	f := must[*model.OrdinalFit](t)(o.Fit(fixed))
	none("ordinal", f.Wald(model.Term{"age"}).P)
	none("ordinal, working", f.WorkingWald(model.Term{"age"}).P())

	worries := weight.Margin{Name: "age and worry", Of: make([]int, n)}
	for i, a := range s.age {
		worries.Of[i] = 3*a + s.worry[i]
	}
	for c := range 9 {
		worries.Targets = append(worries.Targets, 500*math.Sqrt(float64(c+3)))
	}
	all, _, err := weight.Rake(s.design, []weight.Margin{worries}, weight.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o = must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "medium", "high"}, Data: s.data(), Terms: both[:1]}))
	parallel, _, err := must[*model.OrdinalFit](t)(o.Fit(all)).Parallel()
	if err != nil {
		t.Fatal(err)
	}
	none("parallel", parallel.P)
}

// TestScale: huge incomes beside 0 and 1, and years far from zero, lose no
// digits: coefficients are those of the variable around its mean.
func TestScale(t *testing.T) {
	s := draw(31, 300)
	year, centred := make([]float64, 300), make([]float64, 300)
	for i, v := range s.trust {
		centred[i] = v - 5
		year[i] = 1e6 + v
	}
	spec := s.logit()
	spec.Data = model.Data{"age": model.Factor(s.age, ages), "trust": model.Numeric(centred)}
	a := fit(t, s.design, spec)
	spec.Data = model.Data{"age": model.Factor(s.age, ages), "trust": model.Numeric(year)}
	b := fit(t, s.design, spec)
	near(t, "slope", b.Value[3], a.Value[3], a.SE(3), 1e-9)
	near(t, "SE", b.SE(3), a.SE(3), 0, 1e-9)
	near(t, "deviance", b.Deviance, a.Deviance, 0, 1e-13)
}
