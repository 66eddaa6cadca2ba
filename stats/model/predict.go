package model

import (
	"gonum.org/v1/gonum/floats"

	"tradeoff/stats"
)

// A Prediction is what a model says of rows that need not be in the data.
type Prediction struct {
	Link     *stats.Estimates // x b
	Response *stats.Estimates // the mean
	inverse  func(float64) float64
}

// Interval is the confidence interval of the mean of row k: the ends of that on
// the scale of the link, turned back, so that it keeps to the range of the mean. NaN as Link's. TestPrediction.
func (p *Prediction) Interval(k int, level float64) (low, high float64) {
	low, high = p.Link.Interval(k, level)
	low, high = p.inverse(low), p.inverse(high)
	return min(low, high), max(low, high)
}

// Predict estimates the linear predictor and the mean of rows with the variables
// of data, and no offset,
//
//	e = x b, var x V x'       m = g^-1(e), var m'(e)^2 var e
//
// with the covariance of all rows, so ask for a handful of profiles. It says
// where the mean of such people lies, not where one of them does. df as in the
// fit. NaN for a row with a missing variable, and for one that the model says
// nothing about because columns were dropped: a level that had no row. names
// may be nil. Errors: a variable is not there or has other levels. R:
// predict.svyglm, which takes dropped columns for zero. TestOracle: 12;
// TestEmptyLevel.
func (f *Fit) Predict(names []string, data Data) (*Prediction, error) {
	if err := f.plan.checkNew(data); err != nil {
		return nil, err
	}
	n := f.plan.rows(data, -1)
	if n < 0 {
		n = 1 // a constant
	}
	known := f.plan.complete(data, n)
	x := f.plan.matrix(data, known)
	all := f.model.plan.matrix(data, known)
	columns := len(f.model.plan.columns)
	P := f.basis.p
	rows, slopes := make([][]float64, n), make([][]float64, n)
	for i := range rows {
		rows[i] = x[i*P : (i+1)*P]
		if _, ok := f.basis.estimable(all[i*columns : (i+1)*columns]); !ok || !known[i] {
			rows[i] = nans(P)
		}
		slopes[i] = make([]float64, P)
		floats.AddScaled(slopes[i], f.model.link.at(floats.Dot(rows[i], f.Value)).slope, rows[i])
	}
	inverse := func(e float64) float64 { return f.model.link.at(e).mean }
	p := &Prediction{Link: f.Contrast(names, rows...), Response: f.Contrast(names, slopes...), inverse: inverse}
	// The contrast has the covariance; put the means in place of their tangent.
	for i, e := range p.Link.Value {
		p.Response.Value[i] = inverse(e)
		for r := range p.Link.Replicates {
			p.Response.Replicates[r][i] = inverse(p.Link.Replicates[r][i])
		}
	}
	return p, nil
}
