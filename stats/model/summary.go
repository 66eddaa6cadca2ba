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
	DesignEff  float64 // mean design effect of the coefficients
}

// AIC is the design-based Akaike criterion of Lumley and Scott (2015),
//
//	AIC = D + 2 sum lambda
//
// D the Deviance and lambda the eigenvalues of Naive^-1 Cov without the
// intercept, which are all 1 where the model holds in a simple random sample of
// a Binomial or Poisson family. It compares models of the same rows, family and
// link. NaN for other families, for which the dispersion would have to come in
// (R's divides by it twice), and for all but Value, which is D then, in a model
// of a constant. R: AIC. TestOracle: 10, 12.
func (f *Fit) AIC() AIC {
	a := AIC{Value: math.NaN(), Parameters: math.NaN(), DesignEff: math.NaN()}
	if f.model.family != Binomial && f.model.family != Poisson {
		return a
	}
	var index []int
	for j, k := range f.plan.assign {
		if k >= 0 {
			index = append(index, j)
		}
	}
	if len(index) == 0 {
		a.Value = f.Deviance
		return a
	}
	lambda := ratios(part(f.Naive, index), part(f.Cov, index))
	if lambda == nil {
		return a
	}
	a.Parameters = floats.Sum(lambda)
	a.DesignEff = a.Parameters / float64(len(lambda))
	a.Value = f.Deviance + 2*a.Parameters
	return a
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
// offset is missing. Rows outside of the domain have one too.
func (f *Fit) Fitted() []float64 {
	m := f.model
	known := f.plan.complete(m.data, len(m.y))
	mean := make([]float64, len(m.y))
	p := f.basis.p
	for i := range mean {
		mean[i] = math.NaN()
		if known[i] {
			eta := floats.Dot(f.basis.z[i*p:(i+1)*p], f.at.g) + m.offsetOf(i)
			mean[i] = m.link.at(eta).mean
		}
	}
	return mean
}
