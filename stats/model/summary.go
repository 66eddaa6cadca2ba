package model

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"tradeoff/stats"
)

// PseudoR2 is how far the model's working likelihood goes from that of a
// constant towards that of a perfect fit, 0 to 1: Cox and Snell's and
// Nagelkerke's,
//
//	R2 = 1 - exp((D - D0)/n)       R2 / (1 - exp(-D0/n))
//
// with D and D0 Deviance and NullDeviance, n the sum of their weights (Lumley
// 2017). NaN for families other than Binomial and Poisson, and for Nagelkerke's
// where all outcomes are equal. For outcomes that are counts, D0 is not that of
// the likelihood of the counts; so does R. R: psrsq. TestOracle: 10, 12.
func (f *Fit) PseudoR2() (coxSnell, nagelkerke float64) {
	if f.model.family != Binomial && f.model.family != Poisson {
		return math.NaN(), math.NaN()
	}
	n := f.likelihood
	coxSnell = -math.Expm1((f.Deviance - f.NullDeviance) / n)
	if f.NullDeviance < 1e-12*n { // nothing to explain
		return coxSnell, math.NaN()
	}
	return coxSnell, coxSnell / -math.Expm1(-f.NullDeviance/n)
}

// An AIC is Akaike's criterion for survey data: a smaller Value is a better
// guess at how the model would fit other samples of the population.
type AIC struct {
	Value      float64
	Parameters float64 // effective number of them, beside the intercept
	DesignEff  float64 // mean design effect of the coefficients beside the intercept
}

// AIC is the design-based Akaike criterion of Lumley and Scott (2015), Journal
// of Survey Statistics and Methodology 3,
//
//	AIC = -2 l + 2 sum lambda
//
// where lambda are the eigenvalues of Naive^-1 Cov without the intercept, which
// are all 1 where the model holds in a simple random sample. -2 l is Deviance in
// a Binomial or Poisson model. In a Gaussian one it is n log(2 pi s^2) + n with
// s^2 the Deviance over n, the sum of its weights; lambda is over s^2, and
// s^2 itself counts as a parameter, (sum w r^4 / (n s^4) - 1)/2 of one. It
// compares models of the same rows, family and link. NaN for Gamma, and where
// all residuals are zero; Parameters and DesignEff are NaN without anything to
// count beside the intercept. R: AIC, which for a Gaussian model divides by s^2
// once more at the end. TestOracle: 10, 12; TestCriteria.
func (f *Fit) AIC() AIC {
	a := AIC{Value: math.NaN(), Parameters: math.NaN(), DesignEff: math.NaN()}
	if f.model.family == Gamma {
		return a
	}
	likelihood, unit, spread := f.Deviance, 1.0, 0.0
	if f.model.family == Gaussian {
		unit = f.Deviance / f.likelihood
		if !(unit > 0) {
			return a
		}
		likelihood = f.likelihood * (math.Log(2*math.Pi*unit) + 1)
		spread = f.spread(unit)
	}
	index := f.effects()
	if len(index) == 0 {
		a.Value = likelihood + 2*spread
		if f.model.family == Gaussian {
			a.Parameters = spread
		}
		return a
	}
	lambda := ratios(part(f.Naive, index), part(f.Cov, index))
	if lambda == nil {
		return a
	}
	sum := floats.Sum(lambda) / unit
	a.Parameters = sum + spread
	a.DesignEff = sum / float64(len(lambda))
	a.Value = likelihood + 2*a.Parameters
	return a
}

// effects are the columns beside the intercept.
func (f *Fit) effects() (index []int) {
	for j, k := range f.plan.assign {
		if k >= 0 {
			index = append(index, j)
		}
	}
	return index
}

// spread is what a variance counts for as a parameter, 1 if residuals are normal.
func (f *Fit) spread(variance float64) float64 {
	W, sum := 0.0, 0.0
	for i, v := range f.weights {
		if v != 0 {
			r := f.model.y[i] - f.model.link.at(f.at.eta[i]).mean
			W += v
			sum += v * (r*r/variance - 1) * (r*r/variance - 1)
		}
	}
	return sum / W / 2
}

// BIC is the design-based Bayesian criterion of Lumley and Scott (2015) of the
// model without some of its terms, this model being the largest that is
// considered:
//
//	BIC = D + F + p log n + sum log lambda
//
// D is the Deviance of this model, F the Wald chi-squared of the terms left out
// and lambda their design effects, p the number of coefficients left, n the
// rows used. A smaller one is better; without terms it is that of this model.
// effectiveRows is n over the geometric mean of lambda, NaN where nothing is left
// out. NaN for families other than Binomial and Poisson, and where the
// covariance has no inverse. It panics if the model has no such term. R: BIC(...,
// maximal). TestCriteria.
func (f *Fit) BIC(without ...Term) (bic, effectiveRows float64) {
	index := f.plan.index(without)
	n := float64(f.Base)
	if f.model.family != Binomial && f.model.family != Poisson {
		return math.NaN(), math.NaN()
	}
	bic = f.Deviance + float64(f.basis.p-len(index))*math.Log(n)
	if len(index) == 0 {
		return bic, math.NaN()
	}
	lambda, w := ratios(part(f.Naive, index), part(f.Cov, index)), f.Wald(without...)
	if lambda == nil || math.IsNaN(w.F) {
		return math.NaN(), math.NaN()
	}
	logs := 0.0
	for _, l := range lambda {
		logs += math.Log(l)
	}
	return bic + w.F*w.NumDF + logs, n / math.Exp(logs/w.NumDF)
}

// Exponentiate is e to the power of coefficient k with its interval,
//
//	exp(b), exp(b -+ t(df) SE)
//
// odds ratios after a logit link, also of an ordinal model, and ratios of means
// after a log link. The interval is not symmetric. Interval says where it does
// not exist. TestOddsRatio.
func Exponentiate(e *stats.Estimates, k int, level float64) (ratio, low, high float64) {
	low, high = e.Interval(k, level)
	return math.Exp(e.Value[k]), math.Exp(low), math.Exp(high)
}

// Fitted is the mean that the model gives each row; NaN where a variable or the
// offset is missing. Rows outside of the domain have one too. In the unit of the
// outcome. TestScore.
func (f *Fit) Fitted() []float64 {
	m := f.model
	known := f.plan.complete(m.data, len(m.y))
	var rows []int32
	for i, ok := range known {
		if ok {
			rows = append(rows, int32(i))
		}
	}
	mean := nans(len(m.y))
	b := f.basis.at(rows)
	for j, i := range rows {
		eta := floats.Dot(b.row(j), f.at.g) + m.offsetOf(int(i))
		mean[i] = m.link.at(eta).mean
	}
	return mean
}
