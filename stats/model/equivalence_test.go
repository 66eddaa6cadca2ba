package model_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/num/dual"
	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/model"
)

// sample is a simulated survey: people in PSUs in strata, three age bands, trust
// from 0 to 10, willingness to share, and a number of accounts.
type sample struct {
	design          *stats.Design
	sampling        stats.Sampling
	age             []int
	trust           []float64
	willing, counts []float64
	worry           []int
}

func draw(seed uint64, n int) sample {
	r := rand.New(rand.NewPCG(seed, 1))
	s := sample{}
	strata, psu, w := make([]int, n), make([]int, n), make([]float64, n)
	effect := make([]float64, 16)
	for i := range effect {
		effect[i] = 0.4 * r.NormFloat64()
	}
	for i := range n {
		psu[i] = i % 16
		strata[i] = psu[i] % 3
		w[i] = 0.5 + 2*r.Float64()
		s.age = append(s.age, r.IntN(3))
		trust := float64(r.IntN(11))
		s.trust = append(s.trust, trust)
		e := -1 + 0.2*trust + 0.3*float64(s.age[i]) + effect[psu[i]]
		yes := 0.0
		if r.Float64() < 1/(1+math.Exp(-e)) {
			yes = 1
		}
		s.willing = append(s.willing, yes)
		s.counts = append(s.counts, math.Floor(math.Exp(e)*2*r.Float64()))
		s.worry = append(s.worry, min(2, max(0, int(2-0.2*trust+r.NormFloat64()))))
	}
	s.sampling = stats.Sampling{Rows: n, Weights: w, Stages: []stats.Stage{{Strata: strata, Units: psu}}}
	s.design, _ = stats.NewDesign(s.sampling)
	return s
}

func (s sample) data() model.Data {
	return model.Data{"age": model.Factor(s.age, ages), "trust": model.Numeric(s.trust)}
}

var both = []model.Term{{"age"}, {"trust"}}

// logit is willing by age and trust.
func (s sample) logit() model.Spec {
	return model.Spec{Outcome: s.willing, Data: s.data(), Terms: both, Family: model.Binomial}
}

// same fails unless two sets of estimates agree, the second in the order given.
func same(t tb, what string, a, b *stats.Estimates, order ...int) {
	t.Helper()
	if order == nil {
		for k := range b.Value {
			order = append(order, k)
		}
	}
	for i, k := range order {
		near(t, what, a.Value[i], b.Value[k], b.SE(k), 1e-9)
		for j, l := range order {
			near(t, what+" covariance", a.Cov.At(i, j), b.Cov.At(k, l), b.SE(k)*b.SE(l), 1e-8)
		}
	}
}

// TestDomainMeans: a linear model of a factor without an intercept is the means
// of its domains, with their covariance, whatever the weights; so is a
// constant.
func TestDomainMeans(t *testing.T) {
	s := draw(1, 400)
	f := fit(t, s.design, model.Spec{Outcome: s.trust, Data: s.data(), Terms: []model.Term{{"age"}}, NoIntercept: true})
	e := must[*stats.Estimates](t)(s.design.Estimate(stats.By(s.age, 3, stats.Mean(nil, s.trust))...))
	same(t, "domain means", f.Estimates, e)
	f = fit(t, s.design, model.Spec{Outcome: s.trust})
	e = must[*stats.Estimates](t)(s.design.Estimate(stats.Mean(nil, s.trust)))
	same(t, "mean", f.Estimates, e)
	near(t, "df of a mean", f.DF, e.DF, 0, 0)
}

// TestLogOdds: the constant of a logistic model is the logit of the share, with
// SE se/(p(1-p)); of a Poisson model with offset log x the logarithm of the
// ratio of totals, with SE se/R.
func TestLogOdds(t *testing.T) {
	s := draw(2, 400)
	f := fit(t, s.design, model.Spec{Outcome: s.willing, Family: model.Binomial})
	e := must[*stats.Estimates](t)(s.design.Estimate(stats.Mean(nil, s.willing)))
	p := e.Value[0]
	near(t, "logit", f.Value[0], math.Log(p/(1-p)), 0, 1e-10)
	near(t, "SE of logit", f.SE(0), e.SE(0)/(p*(1-p)), 0, 1e-10)
	x := make([]float64, len(s.trust))
	offset := make([]float64, len(x))
	for i, v := range s.trust {
		x[i] = v + 1
		offset[i] = math.Log(x[i])
	}
	f = fit(t, s.design, model.Spec{Outcome: s.counts, Family: model.Poisson, Offset: offset})
	e = must[*stats.Estimates](t)(s.design.Estimate(stats.Ratio(nil, [][]float64{s.counts}, [][]float64{x})))
	near(t, "log ratio", f.Value[0], math.Log(e.Value[0]), 0, 1e-10)
	near(t, "SE of log ratio", f.SE(0), e.SE(0)/e.Value[0], 0, 1e-10)
	near(t, "a constant beside an offset is the null model", f.NullDeviance, f.Deviance, 0, 1e-12)
}

// TestInvariance: coefficients and covariance do not change with the scale of
// the weights or the order of the rows, and follow the unit of a variable and
// the order of columns.
func TestInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(rapid.Uint64().Draw(t, "seed"), 150)
		f, err := tryFit(s.design, s.logit())
		skipSeparated(t, err)
		scaled := s.sampling
		scaled.Weights = times(s.sampling.Weights, 1000)
		d, _ := stats.NewDesign(scaled)
		same(t, "weights times 1000", fit(t, d, s.logit()).Estimates, f.Estimates)

		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shuffle"), 2))
		at := r.Perm(len(s.age))
		o := s
		o.age, o.trust, o.willing = pick(s.age, at), pick(s.trust, at), pick(s.willing, at)
		o.sampling.Weights = pick(s.sampling.Weights, at)
		stage := s.sampling.Stages[0]
		o.sampling.Stages = []stats.Stage{{Strata: pick(stage.Strata, at), Units: pick(stage.Units, at)}}
		o.design, _ = stats.NewDesign(o.sampling)
		shuffled := fit(t, o.design, o.logit())
		same(t, "shuffled rows", shuffled.Estimates, f.Estimates)
		near(t, "shuffled deviance", shuffled.Deviance, f.Deviance, 0, 1e-12)

		unit := s.logit()
		unit.Data = model.Data{"age": model.Factor(s.age, ages), "trust": model.Numeric(times(s.trust, 1e6))}
		unit.Terms = []model.Term{{"trust"}, {"age"}}
		g := fit(t, s.design, unit)
		near(t, "slope per unit", g.Value[1]*1e6, f.Value[3], f.SE(3), 1e-9)
		near(t, "its SE", g.SE(1)*1e6, f.SE(3), 0, 1e-9)
		near(t, "age beside it", g.Value[2], f.Value[1], f.SE(1), 1e-9)
	})
}

// skipSeparated passes over a draw whose columns tell the outcome without exception:
// there is no model of it. Any other error fails.
func skipSeparated(t *rapid.T, err error) {
	t.Helper()
	var separated *model.SeparatedError
	if errors.As(err, &separated) {
		t.Skip("the draw tells the outcome without exception: there is no model of it")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func tryFit(d *stats.Design, s model.Spec) (*model.Fit, error) {
	m, err := model.New(s)
	if err != nil {
		return nil, err
	}
	return m.Fit(d)
}

func times(x []float64, f float64) []float64 {
	y := slices.Clone(x)
	for i := range y {
		y[i] *= f
	}
	return y
}

func pick[T any](x []T, at []int) []T {
	y := make([]T, len(at))
	for i, j := range at {
		y[i] = x[j]
	}
	return y
}

// TestDomainIsMissing: a domain, and outcomes that are missing outside of it,
// give the same coefficients, covariance and df; rows of weight zero do too.
func TestDomainIsMissing(t *testing.T) {
	s := draw(3, 300)
	in := make([]bool, len(s.age))
	y := slices.Clone(s.willing)
	w := slices.Clone(s.sampling.Weights)
	for i, a := range s.age {
		if in[i] = a != 1; !in[i] {
			y[i], w[i] = math.NaN(), 0
		}
	}
	spec := s.logit()
	spec.Terms = []model.Term{{"trust"}}
	domain := fit(t, s.design.Domain(in), spec)
	zero := s.sampling
	zero.Weights = w
	d, _ := stats.NewDesign(zero)
	weights := fit(t, d, spec)
	spec.Outcome = y
	missing := fit(t, s.design, spec)
	same(t, "missing outcomes", missing.Estimates, domain.Estimates)
	same(t, "zero weights", weights.Estimates, domain.Estimates)
	near(t, "df", missing.DF, domain.DF, 0, 0)
	near(t, "deviance", weights.Deviance, domain.Deviance, 0, 1e-12)
	if missing.Base != domain.Base || weights.Base != domain.Base {
		t.Errorf("bases %d, %d and %d", missing.Base, weights.Base, domain.Base)
	}
}

// TestMissingPSU: a PSU in which all outcomes are missing does not count for the
// degrees of freedom, as if it were outside of the domain.
func TestMissingPSU(t *testing.T) {
	s := draw(4, 300)
	in := make([]bool, len(s.age))
	worry := slices.Clone(s.worry)
	spec := s.logit()
	spec.Outcome = slices.Clone(s.willing)
	for i := range in {
		if in[i] = i%16 != 5; !in[i] {
			spec.Outcome[i], worry[i] = math.NaN(), -1
		}
	}
	missing, domain := fit(t, s.design, spec), fit(t, s.design.Domain(in), s.logit())
	same(t, "missing", missing.Estimates, domain.Estimates)
	near(t, "df", missing.DF, 15-3+1-4, 0, 0)
	near(t, "df in the domain", domain.DF, missing.DF, 0, 0)
	ordinal := func(worry []int, d *stats.Design) *model.OrdinalFit {
		m := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: worry, Levels: []string{"low", "medium", "high"}, Data: s.data(), Terms: both}))
		return must[*model.OrdinalFit](t)(m.Fit(d))
	}
	near(t, "df of an ordinal model", ordinal(worry, s.design).DF, 15-3-3, 0, 0)
	near(t, "df of an ordinal model in the domain", ordinal(s.worry, s.design.Domain(in)).DF, 15-3-3, 0, 0)
}

// TestReference: another reference level is the same model.
func TestReference(t *testing.T) {
	s := draw(4, 400)
	a := fit(t, s.design, s.logit())
	other := s.logit()
	turned := make([]int, len(s.age))
	for i, c := range s.age {
		turned[i] = 2 - c
	}
	other.Data = model.Data{"age": model.Factor(turned, []string{"old", "middle", "young"}), "trust": model.Numeric(s.trust)}
	b := fit(t, s.design, other)
	near(t, "old against young", b.Value[2], -a.Value[2], a.SE(2), 1e-10)
	near(t, "its SE", b.SE(2), a.SE(2), 0, 1e-10)
	near(t, "deviance", b.Deviance, a.Deviance, 0, 1e-12)
	near(t, "Wald", b.Wald(model.Term{"age"}).F, a.Wald(model.Term{"age"}).F, 0, 1e-9)
	la, lb := must[*model.WorkingTest](t)(a.LikelihoodRatio(model.Term{"age"})), must[*model.WorkingTest](t)(b.LikelihoodRatio(model.Term{"age"}))
	near(t, "likelihood ratio", lb.P(), la.P(), 0, 1e-8)
}

// TestTermTests: F of one coefficient is t^2; the likelihood ratio of a Gaussian
// model is its working Wald test; with one lambda the exact p is that of F.
func TestTermTests(t *testing.T) {
	s := draw(5, 400)
	f := fit(t, s.design, s.logit())
	w := f.Wald(model.Term{"trust"})
	tt, p := f.Test(3, 0)
	near(t, "F", w.F, tt*tt, 0, 1e-12)
	near(t, "p", w.P, p, 0, 1e-10)
	one := f.WorkingWald(model.Term{"trust"})
	near(t, "p of one lambda", one.P(), p, 0, 1e-9)
	near(t, "Satterthwaite of one lambda", one.Satterthwaite(), p, 0, 1e-9)
	spec := s.logit()
	spec.Outcome, spec.Family = s.counts, model.Gaussian
	g := fit(t, s.design, spec)
	lr := must[*model.WorkingTest](t)(g.LikelihoodRatio(model.Term{"age"}))
	near(t, "likelihood ratio", lr.ChiSquared, g.WorkingWald(model.Term{"age"}).ChiSquared, 0, 1e-9)
	all := must[*model.WorkingTest](t)(f.LikelihoodRatio(both...))
	near(t, "all terms", all.ChiSquared, f.NullDeviance-f.Deviance, 0, 1e-10)
}

// TestOddsRatio: exp of a coefficient and of the ends of its interval.
func TestOddsRatio(t *testing.T) {
	s := draw(5, 400)
	f := fit(t, s.design, s.logit())
	ratio, low, high := model.Exponentiate(f.Estimates, 3, 0.95)
	a, b := f.Interval(3, 0.95)
	near(t, "ratio", math.Log(ratio), f.Value[3], 0, 1e-12)
	near(t, "low", math.Log(low), a, 1, 1e-12)
	near(t, "high", math.Log(high), b, 1, 1e-12)
}

// TestOrdinalBinary: with two categories the ordinal model is the binary one;
// the threshold is the constant with the opposite sign.
func TestOrdinalBinary(t *testing.T) {
	s := draw(6, 400)
	for _, l := range []model.Link{model.Logit, model.Probit, model.Cloglog, model.Loglog} {
		spec := s.logit()
		// P(y <= 0) = F(t - xb), so P(y = 1) has the mirrored link.
		spec.Link = map[model.Link]model.Link{model.Cloglog: model.Loglog, model.Loglog: model.Cloglog}[l]
		if spec.Link == "" {
			spec.Link = l
		}
		spec.Observed = true // the ordinal model always has the observed information
		b := fit(t, s.design, spec)
		m := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: ints(s.willing), Levels: []string{"no", "yes"}, Data: s.data(), Terms: both, Link: l}))
		o := must[*model.OrdinalFit](t)(m.Fit(s.design))
		turned := b.Contrast(nil, []float64{0, 1, 0, 0}, []float64{0, 0, 1, 0}, []float64{0, 0, 0, 1}, []float64{-1, 0, 0, 0})
		same(t, string(l), o.Estimates, turned)
		near(t, "deviance", o.Deviance, b.Deviance, 0, 1e-11)
		near(t, "df", o.DF, b.DF, 0, 0)
		near(t, "Wald", o.Wald(model.Term{"age"}).F, b.Wald(model.Term{"age"}).F, 0, 1e-8)
	}
}

// TestOrdinalTermTests: with two categories the working tests are those of the
// binary model; with three, one lambda gives the p of F, and all terms are the test
// against thresholds alone. TestOrdinalLinks has Naive.
func TestOrdinalTermTests(t *testing.T) {
	s := draw(6, 400)
	b := fit(t, s.design, s.logit())
	ordinal := func(y []int, levels ...string) *model.OrdinalFit {
		m := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: y, Levels: levels, Data: s.data(), Terms: both}))
		return must[*model.OrdinalFit](t)(m.Fit(s.design))
	}
	two := ordinal(ints(s.willing), "no", "yes")
	for _, terms := range [][]model.Term{{{"age"}}, {{"trust"}}, both} {
		got, want := must[*model.WorkingTest](t)(two.LikelihoodRatio(terms...)), must[*model.WorkingTest](t)(b.LikelihoodRatio(terms...))
		near(t, "likelihood ratio", got.ChiSquared, want.ChiSquared, 0, 1e-8)
		near(t, "p", got.P(), want.P(), 1e-6, 1e-7)
		near(t, "Satterthwaite", got.Satterthwaite(), want.Satterthwaite(), 1e-6, 1e-7)
		for k, l := range want.Lambda {
			near(t, "lambda", got.Lambda[k], l, 0, 1e-9)
		}
		got, want = two.WorkingWald(terms...), b.WorkingWald(terms...)
		near(t, "Wald", got.ChiSquared, want.ChiSquared, 0, 1e-9)
	}
	three := ordinal(s.worry, "low", "medium", "high")
	one := three.WorkingWald(model.Term{"trust"})
	near(t, "p of one lambda", one.P(), three.Wald(model.Term{"trust"}).P, 1e-6, 1e-9)
	near(t, "lambda of one", one.Lambda[0], three.Var(2)/three.Naive.At(2, 2), 0, 1e-10)
	m := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "medium", "high"}}))
	thresholds := must[*model.OrdinalFit](t)(m.Fit(s.design))
	all := must[*model.WorkingTest](t)(three.LikelihoodRatio(both...))
	near(t, "all terms", all.ChiSquared, thresholds.Deviance-three.Deviance, 0, 1e-9)
	if none, err := thresholds.LikelihoodRatio(); err != nil || !math.IsNaN(none.P()) || none.Lambda != nil {
		t.Errorf("no term: %+v, %v", none, err)
	}
}

// TestOrdinalWald: the test of one slope is its t^2.
func TestOrdinalWald(t *testing.T) {
	f := readSurvey(t).ordinal(t, model.Logit)
	tt, p := f.Test(0, 0)
	w := f.Wald(model.Term{"trust"})
	near(t, "F", w.F, tt*tt, 0, 1e-12)
	near(t, "p", w.P, p, 0, 1e-10)
	if w := f.Wald(model.Term{"age"}); w.NumDF != 2 || w.DenDF != f.DF {
		t.Errorf("df %g and %g", w.NumDF, w.DenDF)
	}
}

// TestOrdinalPredict: shares add up to 1 without variance; without variables
// they are the shares of the categories with their covariance; the share above a
// threshold has log odds xb - t.
func TestOrdinalPredict(t *testing.T) {
	s := readSurvey(t)
	f := s.ordinal(t, model.Logit)
	e := must[*stats.Estimates](t)(f.Predict([]string{"wary", "old"}, model.Data{"trust": model.Numeric([]float64{2, 8}), "age": model.Factor([]int{0, 2}, ages)}))
	ones := e.Contrast(nil, []float64{1, 1, 1, 1, 0, 0, 0, 0}, []float64{0, 0, 0, 0, 1, 1, 1, 1})
	for i := range 2 {
		near(t, "sum", ones.Value[i], 1, 0, 1e-12)
		near(t, "its variance", ones.Var(i), 0, 1, 1e-12)
	}
	if e.Names[0] != "wary: none" || e.Names[7] != "old: much" {
		t.Errorf("names %v", e.Names)
	}
	top := e.Value[7]
	near(t, "log odds of the top", math.Log(top/(1-top)), 8*f.Value[0]+f.Value[2]-f.Value[5], 0, 1e-12)
	m := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: ints(s.columns["worry"]), Levels: []string{"0", "1", "2", "3"}}))
	constant := must[*model.OrdinalFit](t)(m.Fit(s.design))
	shares := must[*stats.Estimates](t)(constant.Predict(nil, nil))
	want := must[*stats.Estimates](t)(s.design.Estimate(stats.Mean(nil, stats.Indicators(ints(s.columns["worry"]), 4)...)))
	same(t, "shares", shares, want)
	if shares.Names[3] != "3" {
		t.Errorf("names %v", shares.Names)
	}
}

// TestMargins: without other variables margins are domain means; in a linear
// model without interactions they differ by the coefficients; at the situation
// that everyone is in they are the mean.
func TestMargins(t *testing.T) {
	s := draw(7, 400)
	spec := s.logit()
	spec.Terms = []model.Term{{"age"}}
	m := must[*model.Margins](t)(fit(t, s.design, spec).Margins("age"))
	e := must[*stats.Estimates](t)(s.design.Estimate(stats.By(s.age, 3, stats.Mean(nil, s.willing))...))
	same(t, "domain means", m.Estimates, e)
	spec = s.logit()
	spec.Family = model.Gaussian
	f := fit(t, s.design, spec)
	m = must[*model.Margins](t)(f.Margins("age"))
	near(t, "difference of margins", m.Value[2]-m.Value[0], f.Value[2], 0, 1e-10)
	effect := must[*stats.Estimates](t)(f.Effects("age"))
	same(t, "effects of a linear model", effect, f.Estimates, 1, 2)
	slope := must[*stats.Estimates](t)(f.Effects("trust"))
	same(t, "slope of a linear model", slope, f.Estimates, 3)
	two := must[*model.Margins](t)(f.MarginsAt([]string{"2", "8"}, model.Data{"trust": model.Numeric([]float64{2})}, model.Data{"trust": model.Numeric([]float64{8})}))
	near(t, "six units of trust", two.Value[1]-two.Value[0], 6*f.Value[3], 0, 1e-10)
	average := must[*model.Margins](t)(f.MarginsAt([]string{"as they are"}, model.Data{}))
	mean := must[*stats.Estimates](t)(s.design.Estimate(stats.Mean(nil, s.willing)))
	same(t, "mean", average.Estimates, mean)
}

// TestAverages: Margins as a Statistic, estimated beside another.
func TestAverages(t *testing.T) {
	s := draw(7, 400)
	f := fit(t, s.design, s.logit())
	m := must[*model.Margins](t)(f.Margins("age"))
	averages := must[stats.Statistic](t)(f.Averages("age"))
	e := must[*stats.Estimates](t)(s.design.Estimate(averages, stats.Mean(nil, s.willing)))
	same(t, "averages", e.Contrast(nil, []float64{1, 0, 0, 0}, []float64{0, 1, 0, 0}, []float64{0, 0, 1, 0}), m.Estimates)
	if _, err := f.Averages("trust"); err == nil {
		t.Error("a number has averages")
	}
}

// TestMoved: the statistic of changes is Changes in one group, move by move.
func TestMoved(t *testing.T) {
	s := draw(7, 400)
	f := fit(t, s.design, s.logit())
	group := make([]bool, 400)
	for i := range group {
		group[i] = i%3 > 0
	}
	higher := make([]float64, 400)
	for i, x := range s.trust {
		higher[i] = x + 1
	}
	moves := []model.Move{{To: model.Data{"trust": model.Numeric(higher)}}, {From: model.Data{"trust": model.Numeric(higher)}}}
	want := must[[][]*stats.Estimates](t)(f.Changes([][]bool{group}, moves))
	e := must[*stats.Estimates](t)(s.design.Estimate(must[stats.Statistic](t)(f.Moved(group, moves)), stats.Mean(nil, s.willing)))
	for k := range moves {
		one := make([]float64, e.Len())
		one[k] = 1
		same(t, "changes", e.Contrast(nil, one), want[0][k])
	}
	if _, err := f.Moved(group, []model.Move{{To: model.Data{"hope": model.Numeric(higher)}}}); err == nil {
		t.Error("what the model does not hold can be moved")
	}
}

// TestMarginsBesideNested: a factor inside another (regions of countries) loses
// columns that the other determines, which does not keep a third one from having
// average predictions: those of the factor inside alone.
func TestMarginsBesideNested(t *testing.T) {
	s := draw(9, 900)
	outer, inner, names := make([]int, 900), make([]int, 900), []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
	for i := range inner {
		inner[i] = (i * 7) % 12
		outer[i] = inner[i] / 3
	}
	spec := s.logit()
	spec.Data = model.Data{"age": spec.Data["age"], "country": model.Factor(outer, names[:4]), "region": model.Factor(inner, names)}
	spec.Terms = []model.Term{{"age"}, {"region"}}
	want := must[*model.Margins](t)(fit(t, s.design, spec).Margins("age"))
	spec.Terms = []model.Term{{"age"}, {"country"}, {"region"}}
	f := fit(t, s.design, spec)
	if len(f.Aliased) != 3 {
		t.Errorf("columns without a coefficient: %q", f.Aliased)
	}
	same(t, "margins", must[*model.Margins](t)(f.Margins("age")).Estimates, want.Estimates)
}

// TestMarginsReplicates: the jackknife, which knows nothing of linearised
// values, agrees with the joint variance, and with R's sum of two parts only
// where they are uncorrelated. The two are equal in large samples; 5 percent
// are left here.
func TestMarginsReplicates(t *testing.T) {
	s := draw(8, 1600)
	spec := s.logit()
	spec.Terms = append(spec.Terms, model.Term{"age", "trust"})
	linear := must[*model.Margins](t)(fit(t, s.design, spec).Margins("age"))
	slope := must[*stats.Estimates](t)(fit(t, s.design, spec).Effects("trust"))
	d := s.design.WithReplicates(jackknife(s.sampling))
	f := fit(t, d, spec)
	again := must[*model.Margins](t)(f.Margins("age"))
	if again.FromCoefficients != nil || again.Lost != 0 {
		t.Error("replicates have no parts, and lose none here")
	}
	for k := range again.Value {
		near(t, "margin", again.Value[k], linear.Value[k], 0, 1e-10)
		near(t, "SE", again.SE(k), linear.SE(k), 0, 0.05)
	}
	near(t, "SE of the slope", must[*stats.Estimates](t)(f.Effects("trust")).SE(0), slope.SE(0), 0, 0.05)
}

// jackknife leaves out one PSU of a stratum at a time.
func jackknife(s stats.Sampling) stats.Replicates {
	units := map[int]map[int]bool{}
	stage := s.Stages[0]
	for i, h := range stage.Strata {
		if units[h] == nil {
			units[h] = map[int]bool{}
		}
		units[h][stage.Units[i]] = true
	}
	r := stats.Replicates{Scale: 1}
	for h := range len(units) {
		n := float64(len(units[h]))
		for u := range 16 {
			if !units[h][u] {
				continue
			}
			w := slices.Clone(s.Weights)
			for i := range w {
				switch {
				case stage.Strata[i] != h:
				case stage.Units[i] == u:
					w[i] = 0
				default:
					w[i] *= n / (n - 1)
				}
			}
			r.Weights = append(r.Weights, w)
			r.RScales = append(r.RScales, (n-1)/n)
		}
	}
	return r
}

// TestDerivatives: linearised values are the derivatives of the estimate by the
// weights of the rows: of coefficients by every family and link with the
// observed information, of margins, effects and ordinal coefficients.
func TestDerivatives(t *testing.T) {
	s := draw(9, 120)
	w := s.sampling.Weights
	positive := make([]float64, len(s.counts))
	for i, c := range s.counts {
		positive[i] = c + 0.5
	}
	check := func(name string, st stats.Statistic) {
		t.Helper()
		theta, u, err := st.Linearize(w)
		if err != nil {
			t.Fatal(err)
		}
		size := make([]float64, len(u))
		for k := range u {
			for _, v := range u[k] {
				size[k] = math.Max(size[k], math.Abs(v))
			}
		}
		for _, i := range []int{0, 7, 63, 119} {
			const h = 1e-4
			more, less := slices.Clone(w), slices.Clone(w)
			more[i] += h
			less[i] -= h
			a, _ := st.At(more)
			b, _ := st.At(less)
			for k := range theta {
				near(t, name, (a[k]-b[k])/(2*h), u[k][i], size[k], 1e-5)
			}
		}
	}
	for _, c := range []struct {
		outcome []float64
		family  model.Family
		links   []model.Link
	}{
		{positive, model.Gaussian, []model.Link{model.Identity, model.Log, model.Sqrt, model.Inverse}},
		{s.willing, model.Binomial, []model.Link{model.Logit, model.Probit, model.Cloglog, model.Loglog, model.Identity}},
		{s.counts, model.Poisson, []model.Link{model.Log, model.Sqrt}},
		{positive, model.Gamma, []model.Link{model.Inverse, model.Log}},
	} {
		for _, l := range c.links {
			spec := model.Spec{Outcome: c.outcome, Data: s.data(), Terms: both, Family: c.family, Link: l, Observed: true}
			if l == model.Identity || l == model.Inverse || l == model.Sqrt {
				spec.Terms = []model.Term{{"age"}}
			}
			f, err := tryFit(s.design, spec)
			if err != nil {
				t.Fatalf("%s %s: %v", c.family, l, err)
			}
			check(string(c.family)+" "+string(l), f.Coefficients())
		}
	}
	spec := s.logit()
	spec.Link, spec.Observed = model.Cloglog, true
	spec.Terms = append(spec.Terms, model.Term{"trust", "age"})
	f := fit(t, s.design, spec)
	check("margins", model.MarginsStatistic(f, "age"))
	check("slope", model.SlopeStatistic(f, "trust"))
	check("changes", model.ChangesStatistic(f, s.groups(), s.moves()))
	for _, l := range []model.Link{model.Logit, model.Probit, model.Cloglog, model.Loglog} {
		o := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "medium", "high"}, Data: s.data(), Terms: both, Link: l}))
		f := must[*model.OrdinalFit](t)(o.Fit(s.design))
		check("ordinal "+string(l), f.Coefficients())
		check("ordinal margins "+string(l), model.OrdinalMarginsStatistic(f, "age"))
	}
}

// TestObserved: the two kinds of information are the same for a canonical link
// and differ for others.
func TestObserved(t *testing.T) {
	s := draw(10, 300)
	spec := s.logit()
	for _, l := range []model.Link{model.Logit, model.Probit} {
		spec.Link, spec.Observed = l, false
		a := fit(t, s.design, spec)
		spec.Observed = true
		b := fit(t, s.design, spec)
		equal := math.Abs(a.SE(3)-b.SE(3)) < 1e-12*a.SE(3)
		if equal != (l == model.Logit) {
			t.Errorf("%s: SE %g expected and %g observed", l, a.SE(3), b.SE(3))
		}
	}
}

// TestEffects: the effect of a number is the derivative of the average
// prediction when everyone moves a little.
func TestEffects(t *testing.T) {
	s := draw(11, 300)
	spec := s.logit()
	spec.Terms = append(spec.Terms, model.Term{"age", "trust"})
	f := fit(t, s.design, spec)
	e := must[*stats.Estimates](t)(f.Effects("trust"))
	const h = 1e-5
	mean := func(d float64) float64 {
		moved := slices.Clone(s.trust)
		for i := range moved {
			moved[i] += d
		}
		p := must[*model.Prediction](t)(f.Predict(nil, model.Data{"age": model.Factor(s.age, ages), "trust": model.Numeric(moved)}))
		sum, W := 0.0, 0.0
		for i, w := range s.sampling.Weights {
			sum += w * p.Response.Value[i]
			W += w
		}
		return sum / W
	}
	near(t, "slope", e.Value[0], (mean(h)-mean(-h))/(2*h), 0, 1e-7)
	m := must[*model.Margins](t)(f.Margins("age"))
	factor := must[*stats.Estimates](t)(f.Effects("age"))
	near(t, "old against young", factor.Value[1], m.Value[2]-m.Value[0], 0, 1e-12)
}

// TestEffectsTogether: effects of several variables are those of each by itself, by
// linearisation and by replicates, with names that tell them apart.
func TestEffectsTogether(t *testing.T) {
	s := draw(11, 300)
	for _, d := range []*stats.Design{s.design, s.design.WithReplicates(jackknife(s.sampling))} {
		f := fit(t, d, s.logit())
		all := must[*stats.Estimates](t)(f.Effects("trust", "age"))
		trust, age := must[*stats.Estimates](t)(f.Effects("trust")), must[*stats.Estimates](t)(f.Effects("age"))
		same(t, "trust", all.Contrast(nil, []float64{1, 0, 0}), trust)
		same(t, "age", all.Contrast(nil, []float64{0, 1, 0}, []float64{0, 0, 1}), age)
		m := must[*model.Margins](t)(f.Margins("age"))
		same(t, "margins", age, m.Contrast(nil, []float64{-1, 1, 0}, []float64{-1, 0, 1}))
		if want := []string{"trust", "age=" + ages[1], "age=" + ages[2]}; !slices.Equal(all.Names, want) {
			t.Errorf("names %v, want %v", all.Names, want)
		}
	}
}

// TestOrdinalMargins: with two categories they are the margins of the binary
// model; shares of a level add up to 1; linearised values are derivatives.
func TestOrdinalMargins(t *testing.T) {
	s := draw(12, 300)
	b := must[*model.Margins](t)(fit(t, s.design, s.logit()).Margins("age"))
	m := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: ints(s.willing), Levels: []string{"no", "yes"}, Data: s.data(), Terms: both}))
	o := must[*stats.Estimates](t)(must[*model.OrdinalFit](t)(m.Fit(s.design)).Margins("age"))
	same(t, "shares of yes", o.Contrast(nil, []float64{0, 1, 0, 0, 0, 0}, []float64{0, 0, 0, 1, 0, 0}, []float64{0, 0, 0, 0, 0, 1}), b.Estimates)
	near(t, "df", o.DF, b.DF, 0, 0)

	m = must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "medium", "high"}, Data: s.data(), Terms: append(both, model.Term{"age", "trust"})}))
	f := must[*model.OrdinalFit](t)(m.Fit(s.design))
	o = must[*stats.Estimates](t)(f.Margins("age"))
	sum := o.Contrast(nil, []float64{1, 1, 1, 0, 0, 0, 0, 0, 0})
	near(t, "sum", sum.Value[0], 1, 0, 1e-12)
	near(t, "its variance", sum.Var(0), 0, 1, 1e-12)
	if o.Names[5] != "middle: high" {
		t.Errorf("name %s", o.Names[5])
	}
	r := must[*stats.Estimates](t)(must[*model.OrdinalFit](t)(m.Fit(s.design.WithReplicates(jackknife(s.sampling)))).Margins("age"))
	for k := range r.Value {
		near(t, "margin", r.Value[k], o.Value[k], 0, 1e-10)
		near(t, "SE by the jackknife", r.SE(k), o.SE(k), 0, 0.3)
	}
	if _, err := f.Margins("trust"); err == nil {
		t.Error("trust is no factor")
	}
	in := make([]bool, 300)
	for i, a := range s.age {
		in[i] = a != 1
	}
	f = must[*model.OrdinalFit](t)(m.Fit(s.design.Domain(in)))
	if _, err := f.Margins("age"); err == nil {
		t.Error("nobody is of middle age")
	}
}

// TestParallel: with one factor of two levels the thresholds' slopes are log
// odds ratios of shares, whose difference the delta method tests on domain
// means.
func TestParallel(t *testing.T) {
	s := draw(13, 600)
	group := make([]int, 600)
	for i, v := range s.trust {
		if v > 5 {
			group[i] = 1
		}
	}
	data := model.Data{"trusting": model.Factor(group, []string{"no", "yes"})}
	m := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "medium", "high"}, Data: data, Terms: []model.Term{{"trusting"}}}))
	f := must[*model.OrdinalFit](t)(m.Fit(s.design))
	w, slopes, err := f.Parallel()
	if err != nil {
		t.Fatal(err)
	}
	// Shares of low and high among those who do not trust, and those who do.
	ends := stats.Indicators(s.worry, 3)
	e := must[*stats.Estimates](t)(s.design.Estimate(stats.By(group, 2, stats.Mean(nil, ends[0], ends[2]))...))
	logit := func(p dual.Number) dual.Number {
		return dual.Sub(dual.Log(p), dual.Log(dual.Sub(dual.Number{Real: 1}, p)))
	}
	d := e.Smooth("", func(p []dual.Number) dual.Number {
		first := dual.Sub(logit(p[0]), logit(p[2])) // above low
		second := dual.Sub(logit(p[3]), logit(p[1]))
		return dual.Sub(second, first)
	})
	near(t, "difference", slopes.Value[3]-slopes.Value[1], d.Value[0], 0, 1e-10)
	near(t, "F", w.F, d.Value[0]*d.Value[0]/d.Var(0), 0, 1e-8)
	if w.NumDF != 1 || w.DenDF != f.DF {
		t.Errorf("df %g and %g", w.NumDF, w.DenDF)
	}
	m = must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: ints(s.willing), Levels: []string{"no", "yes"}, Data: data, Terms: []model.Term{{"trusting"}}}))
	w, _, err = must[*model.OrdinalFit](t)(m.Fit(s.design)).Parallel()
	if err != nil || w.NumDF != 0 || !math.IsNaN(w.P) {
		t.Errorf("two categories: %+v %v", w, err)
	}
	// Nobody who trusts worries much: the upper threshold is separated.
	for i := range s.worry {
		if group[i] == 1 {
			s.worry[i] = min(s.worry[i], 1)
		}
	}
	m = must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{Outcome: s.worry, Levels: []string{"low", "medium", "high"}, Data: data, Terms: []model.Term{{"trusting"}}}))
	_, _, err = must[*model.OrdinalFit](t)(m.Fit(s.design)).Parallel()
	var separated *model.SeparatedError
	if !errors.As(err, &separated) {
		t.Errorf("a separated threshold: %v", err)
	}
}

// TestFitFrom: wherever a fit begins it ends at the same solution: from a model without
// some terms, of other rows, or of another family's coefficients.
func TestFitFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(rapid.Uint64().Draw(t, "seed"), 200)
		spec := s.logit()
		spec.Terms = append(spec.Terms, model.Term{"age", "trust"})
		m := must[*model.Model](t)(model.New(spec))
		want, err := m.Fit(s.design)
		skipSeparated(t, err)
		less, in := s.logit(), make([]bool, len(s.age))
		for i := range in {
			in[i] = i%3 > 0
		}
		line := less
		line.Family = model.Gaussian
		for _, near := range []model.Spec{less, line} {
			for _, d := range []*stats.Design{s.design, s.design.Domain(in)} {
				from, err := tryFit(d, near)
				if err != nil {
					continue
				}
				same(t, "begun nearby", must[*model.Fit](t)(m.FitFrom(s.design, from)).Estimates, want.Estimates)
			}
		}
	})
}

// TestSolutionsAreExact: whatever ends the iteration, its equations hold as far as
// rounding lets them: another step from the solution makes no difference.
func TestSolutionsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(60, 400).Draw(t, "rows"))
		spec := s.logit()
		m := must[*model.Model](t)(model.New(spec))
		f, err := m.Fit(s.design)
		skipSeparated(t, err)
		again := must[*model.Fit](t)(m.FitFrom(s.design, f))
		for k, v := range f.Value {
			near(t, "coefficient", again.Value[k], v, f.SE(k), 1e-12)
		}
	})
}
