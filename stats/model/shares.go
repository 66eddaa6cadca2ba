package model

import (
	"fmt"
	"maps"
	"math"

	"gonum.org/v1/gonum/floats"

	"tradeoff/stats"
)

// Predict estimates the share of each category among people with the variables
// of data,
//
//	P_k = F(t_k - x b) - F(t_k-1 - x b)
//
// by the delta method: for each row of data the K shares in order, with the
// covariance of all. Shares of a row add up to 1. NaN for rows with a missing
// variable, and for those that the model says nothing about because columns
// were dropped. df as in the fit. names are those of the rows, nil for none, and
// stand before the category, "old: much". Errors as in Fit.Predict. R: predict of
// MASS's polr, which has no standard errors. TestOrdinalPredict.
func (f *OrdinalFit) Predict(names []string, data Data) (*stats.Estimates, error) {
	if err := f.plan.checkNew(data); err != nil {
		return nil, err
	}
	n := f.plan.rows(data, -1)
	if n < 0 {
		n = 1
	}
	known := f.plan.complete(data, n)
	x := f.plan.matrix(data, known)
	all := f.model.plan.matrix(data, known)
	P, columns := f.basis.p, len(f.model.plan.columns)
	if names != nil && len(names) != n {
		panic(fmt.Sprintf("model: %d names for %d rows", len(names), n))
	}
	var labels []string
	var gradients [][]float64
	for i := range n {
		row := x[i*P+1 : (i+1)*P]
		if _, ok := f.basis.estimable(all[i*columns : (i+1)*columns]); !ok || !known[i] {
			row = nans(P - 1)
		}
		for k := range f.model.levels {
			label := f.model.levels[k]
			if names != nil {
				label = names[i] + ": " + label
			}
			labels = append(labels, label)
			gradient := make([]float64, f.Len())
			f.share(row, f.Value, k, gradient, 1)
			gradients = append(gradients, gradient)
		}
	}
	e := f.Contrast(labels, gradients...)
	K := len(f.model.levels)
	for i := range n {
		for k := range K {
			at := i*K + k
			row := x[i*P+1 : (i+1)*P]
			if math.IsNaN(e.Value[at]) {
				continue
			}
			e.Value[at] = f.share(row, f.Value, k, nil, 0)
			for r := range e.Replicates {
				e.Replicates[r][at] = f.share(row, f.Estimates.Replicates[r], k, nil, 0)
			}
		}
	}
	return e, nil
}

// share is the probability of category k, and adds factor times its gradient by b and
// t to gradient, unless that is nil.
func (f *OrdinalFit) share(x, theta []float64, k int, gradient []float64, factor float64) float64 {
	it := ordinalIteration{p: f.Slopes, q: len(f.model.levels) - 1}
	b, a := it.ends(theta, k, floats.Dot(x, theta[:f.Slopes]))
	s := f.model.link.between(b, a)
	if gradient == nil {
		return s.p
	}
	factor *= s.p
	floats.AddScaled(gradient[:it.p], -factor*(s.da+s.db), x)
	if k < it.q {
		gradient[it.p+k] += factor * s.da
	}
	if k > 0 {
		gradient[it.p+k-1] += factor * s.db
	}
	return s.p
}

// Margins estimates, for each level of a factor, the share of each category if
// everyone had that level and were else as they are,
//
//	M_k = sum w P_k(x_level) / sum w
//
// over the rows of the domain in which the other variables are known, as
// Fit.Margins does: for each level the K shares in order, with the covariance of
// all, the sampling of the people averaged over included. df of the design.
// Errors: the model has no such factor; no row of the domain has one of the
// levels. TestOrdinalMargins.
func (f *OrdinalFit) Margins(factor string) (*stats.Estimates, error) {
	levels, ok := f.plan.levels[factor]
	if !ok {
		return nil, fmt.Errorf("the model has no factor %q", factor)
	}
	s := ordinalMargins{OrdinalFit: f, factor: factor, levels: levels}
	for l := range levels {
		x, known := s.matrix(f.model.plan, l)
		columns := len(f.model.plan.columns)
		for i, w := range f.design.Weights() {
			if j, ok := f.basis.estimable(x[i*columns : (i+1)*columns]); w != 0 && known[i] && !ok {
				return nil, fmt.Errorf("%s has no coefficient, as no row tells it from the columns before; the data say nothing about %s", f.model.plan.names[j], levels[l])
			}
		}
	}
	return f.design.Estimate(s)
}

// ordinalMargins is the Statistic of OrdinalFit.Margins.
type ordinalMargins struct {
	*OrdinalFit
	factor string
	levels []string
}

// Names are those of level and category, "old: much".
func (s ordinalMargins) Names() (names []string) {
	for _, l := range s.levels {
		for _, k := range s.model.levels {
			names = append(names, l+": "+k)
		}
	}
	return names
}

// matrix is the design matrix with everyone at a level.
func (s ordinalMargins) matrix(p *plan, level int) ([]float64, []bool) {
	n := len(s.model.y)
	data := maps.Clone(s.model.data)
	data[s.factor] = Factor([]int{level}, s.levels).repeat(n)
	known := p.complete(data, n)
	return p.matrix(data, known), known
}

// At averages with weights w.
func (s ordinalMargins) At(w []float64) ([]float64, error) {
	theta, _ := ordinalCoefficients{s.OrdinalFit}.At(w)
	means, _ := s.average(w, theta, nil)
	return means, nil
}

// average are the mean shares with slopes and thresholds theta and their
// gradients. Rows, if not nil, get the linearised values of the averages with
// theta as it is.
func (s ordinalMargins) average(w, theta []float64, rows [][]float64) (means []float64, gradients [][]float64) {
	K, P := len(s.model.levels), s.basis.p
	if math.IsNaN(theta[0]) {
		return nans(K * len(s.levels)), nil
	}
	for l := range s.levels {
		x, known := s.matrix(s.plan, l)
		for k := range K {
			values, gradient := make([]float64, len(w)), make([]float64, len(theta))
			W, sum := 0.0, 0.0
			for i, v := range w {
				if v == 0 || !known[i] {
					continue
				}
				values[i] = s.share(x[i*P+1:(i+1)*P], theta, k, gradient, v)
				W += v
				sum += v * values[i]
			}
			if W == 0 {
				return nans(K * len(s.levels)), nil
			}
			floats.Scale(1/W, gradient)
			means, gradients = append(means, sum/W), append(gradients, gradient)
			for i := range w {
				if rows != nil && w[i] != 0 && known[i] {
					rows[l*K+k][i] = (values[i] - sum/W) / W
				}
			}
		}
	}
	return means, gradients
}

// Linearize adds what the coefficients and the covariates contribute.
func (s ordinalMargins) Linearize(w []float64) ([]float64, [][]float64, error) {
	theta, ut, err := ordinalCoefficients{s.OrdinalFit}.Linearize(w)
	if err != nil {
		return nil, nil, err
	}
	u := make([][]float64, len(s.levels)*len(s.model.levels))
	for k := range u {
		u[k] = make([]float64, len(w))
	}
	means, gradients := s.average(w, theta, u)
	for k, gradient := range gradients {
		for j, g := range gradient {
			floats.AddScaled(u[k], g, ut[j])
		}
	}
	return means, u, nil
}
