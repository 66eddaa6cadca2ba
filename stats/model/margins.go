package model

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// Margins are average predictions. Values vary because the coefficients do, and
// because the people averaged over are a sample; Cov holds both and what they
// have in common. The parts by themselves are FromCoefficients and
// FromCovariates (nil with replicate weights): R reports their sum.
type Margins struct {
	*stats.Estimates
	FromCoefficients, FromCovariates *mat.SymDense
}

// Margins estimates, for each level of a factor, the mean of the outcome if
// everyone had that level and were else as they are,
//
//	M = sum w m(x_level b) / sum w
//
// over the rows of the domain in which the other variables are known, whatever
// is missing of the outcome or of the factor itself (Graubard and Korn 1999;
// Korn and Graubard 1999, section 3.7). It answers what differences between
// countries are left when all have the same ages. Differences are contrasts of
// it, of any two levels. In the unit of the outcome; df of the design. Errors:
// the model has no such factor; no row of the domain has one of the levels, so
// that nothing can be said.
//
// R's svypredmeans adds the two parts of the variance as if independent. They
// are drawn from the same people: Cov has their covariance as well, as
// replicate weights do. R: svypredmeans. TestOracle: 14;
// TestMarginsReplicates.
func (f *Fit) Margins(factor string) (*Margins, error) {
	levels, at, err := f.levels(factor)
	if err != nil {
		return nil, err
	}
	return f.MarginsAt(levels, at...)
}

// Averages are the average predictions of Margins as a Statistic, to estimate
// together with others, or in a design whose rows are not those of the model. With
// each set of weights the model is fitted anew; it is NaN where that fails.
// Errors as in Margins. TestAverages.
func (f *Fit) Averages(factor string) (stats.Statistic, error) {
	levels, at, err := f.levels(factor)
	if err != nil {
		return nil, err
	}
	for _, s := range at {
		if err := f.reaches(s); err != nil {
			return nil, err
		}
	}
	return margins{f, levels, at, nil}, nil
}

// levels are situations in which everyone has a level of a factor.
func (f *Fit) levels(factor string) (names []string, at []Data, err error) {
	names, ok := f.plan.levels[factor]
	if !ok {
		return nil, nil, fmt.Errorf("the model has no factor %q", factor)
	}
	for l := range names {
		at = append(at, Data{factor: Factor([]int{l}, names)})
	}
	return names, at, nil
}

// MarginsAt is Margins in situations that change any variables: each is data of
// one row, which everyone is given. Continuous variables are set to a number,
// say trust to 2 and to 8. TestMargins.
func (f *Fit) MarginsAt(names []string, situations ...Data) (*Margins, error) {
	for _, s := range situations {
		if err := f.reaches(s); err != nil {
			return nil, err
		}
	}
	e, err := f.design.Estimate(margins{f, names, situations, nil})
	if err != nil {
		return nil, err
	}
	m := &Margins{Estimates: e}
	if f.design.Replicates() != nil {
		return m, nil
	}
	for _, which := range []struct {
		part **mat.SymDense
		of   source
	}{{&m.FromCoefficients, ofCoefficients}, {&m.FromCovariates, ofCovariates}} {
		e, err := f.design.Estimate(margins{f, names, situations, &which.of})
		if err != nil {
			return nil, err
		}
		*which.part = e.Cov
	}
	return m, nil
}

// reaches finds fault with a situation.
func (f *Fit) reaches(situation Data) error {
	for v, c := range situation {
		if c.rows() != 1 {
			panic(fmt.Sprintf("model: a situation has one row, %s has %d", v, c.rows()))
		}
	}
	if err := f.takes(situation); err != nil {
		return err
	}
	for v, c := range situation {
		if c.missing(0) {
			return fmt.Errorf("variable %s: a situation needs a value", v)
		}
	}
	c := f.among(f.design.Weights())
	data := c.in(situation)
	return f.says(data, f.plan.complete(data, len(c.rows)))
}

// A crowd is the rows with weight of a fit, over which it averages.
type crowd struct {
	fit    *Fit
	rows   []int32
	w      []float64
	offset []float64 // nil = none
	data   Data      // of the variables of the fit
}

// among are the rows with weight.
func (f *Fit) among(w []float64) crowd {
	rows, data := weighted(w), Data{}
	for _, v := range f.plan.used {
		data[v] = f.model.data[v]
	}
	return crowd{f, rows, at(w, rows), at(f.model.offset, rows), data.at(rows)}
}

// in is the data in a situation.
func (c crowd) in(situation Data) Data {
	data := maps.Clone(c.data)
	for v, x := range situation {
		data[v] = x.repeat(len(c.rows))
	}
	return data
}

// source is a part of the variance of margins.
type source int

const (
	ofCoefficients source = iota
	ofCovariates
)

// margins is the Statistic of Margins; part nil means all of the variance.
type margins struct {
	fit        *Fit
	names      []string
	situations []Data
	part       *source
}

func (m margins) Names() []string { return m.names }

// At averages with weights w.
func (m margins) At(w []float64) ([]float64, error) {
	b, _ := coefficients{m.fit}.At(w)
	means, c := make([]float64, len(m.situations)), m.fit.among(w)
	for k, s := range m.situations {
		means[k], _, _ = c.average(b, c.in(s), "")
	}
	return means, nil
}

// average is the weighted mean of m(x b) over the rows in which all of the data is
// known, or, with a variable, of the slopes m'(x b) dx b by it. gradient is its
// derivative by b, and u its linearised values with b as it is, of the rows of the
// crowd.
func (c crowd) average(b []float64, data Data, variable string) (mean float64, gradient, u []float64) {
	P, f := len(b), c.fit
	gradient, u = make([]float64, P), make([]float64, len(c.rows))
	if math.IsNaN(b[0]) {
		return math.NaN(), gradient, u
	}
	known := f.plan.complete(data, len(c.rows))
	for i, o := range c.offset {
		known[i] = known[i] && !math.IsNaN(o)
	}
	x, dx := f.plan.matrix(data, known), []float64(nil)
	if variable != "" {
		dx = f.plan.slopes(data, known, variable)
	}
	W, sum := 0.0, 0.0
	for i, v := range c.w {
		if !known[i] {
			continue
		}
		row := x[i*P : (i+1)*P]
		eta := floats.Dot(row, b)
		if c.offset != nil {
			eta += c.offset[i]
		}
		p := f.model.link.at(eta)
		if dx == nil {
			u[i] = p.mean
			floats.AddScaled(gradient, v*p.slope, row)
		} else {
			change := dx[i*P : (i+1)*P]
			d := floats.Dot(change, b)
			u[i] = p.slope * d
			floats.AddScaled(gradient, v*p.curve*d, row)
			floats.AddScaled(gradient, v*p.slope, change)
		}
		W += v
		sum += v * u[i]
	}
	if W == 0 {
		clear(gradient)
		clear(u)
		return math.NaN(), gradient, u
	}
	mean = sum / W
	floats.Scale(1/W, gradient)
	for i := range u {
		if known[i] {
			u[i] = (u[i] - mean) / W
		}
	}
	return mean, gradient, u
}

// repeat is a column of n rows like the first.
func (c Column) repeat(n int) Column {
	if c.isFactor() {
		return Column{codes: slices.Repeat(c.codes[:1], n), levels: c.levels}
	}
	return Column{values: slices.Repeat(c.values[:1], n)}
}

// Linearize adds what the coefficients and the covariates contribute.
func (m margins) Linearize(w []float64) ([]float64, [][]float64, error) {
	b, ub, err := coefficients{m.fit}.Linearize(w)
	if err != nil {
		return nil, nil, err
	}
	means, u, c := make([]float64, len(m.situations)), make([][]float64, len(m.situations)), m.fit.among(w)
	for k, s := range m.situations {
		var gradient, own []float64
		means[k], gradient, own = c.average(b, c.in(s), "")
		if m.part != nil && *m.part == ofCoefficients {
			clear(own)
		}
		u[k] = spread(own, c.rows, len(w))
		if m.part == nil || *m.part == ofCoefficients {
			for j, g := range gradient {
				floats.AddScaled(u[k], g, ub[j])
			}
		}
	}
	return means, u, nil
}

// Effects estimates average marginal effects of variables on the mean of the
// outcome: of a number, the average slope
//
//	sum w m'(x b) (dx/dv) b / sum w
//
// per unit of the variable; of a factor, how much each level but the first
// raises the average prediction above the first, contrasts of Margins. Terms in
// which the number is a factor of a product count; columns that were made of
// it beforehand (its square) do not. Averages as in Margins, df of the design.
// In units of the outcome, for yes and no differences of shares. Effects of several
// variables come together, in order, those of a factor named "age=35-54"; with
// replicate weights the model is fitted once to each. Errors as in Margins. Bartus
// (2005), Stata Journal 5; Stata: margins, dydx, vce(unconditional). TestEffects,
// TestEffectsTogether.
func (f *Fit) Effects(variables ...string) (*stats.Estimates, error) {
	var all effects
	all.fit = f
	for _, v := range variables {
		levels, ok := f.plan.levels[v]
		if !ok {
			if !slices.Contains(f.plan.used, v) {
				return nil, fmt.Errorf("the model has no variable %q", v)
			}
			all.of, all.names = append(all.of, effect{variable: v}), append(all.names, v)
			continue
		}
		e := effect{variable: v}
		for l, name := range levels {
			at := Data{v: Factor([]int{l}, levels)}
			if err := f.reaches(at); err != nil {
				return nil, err
			}
			e.levels = append(e.levels, at)
			if len(variables) > 1 {
				name = v + "=" + name
			}
			if l > 0 {
				all.names = append(all.names, name)
			}
		}
		all.of = append(all.of, e)
	}
	return f.design.Estimate(all)
}

// effects is the Statistic of Effects.
type effects struct {
	fit   *Fit
	of    []effect
	names []string
}

// An effect is a variable; a factor has the situations in which everyone has one
// of its levels.
type effect struct {
	variable string
	levels   []Data
}

func (e effects) Names() []string { return e.names }

func (e effects) At(w []float64) ([]float64, error) {
	b, _ := coefficients{e.fit}.At(w)
	values, _ := e.average(w, b, nil)
	return values, nil
}

func (e effects) Linearize(w []float64) ([]float64, [][]float64, error) {
	b, ub, err := coefficients{e.fit}.Linearize(w)
	if err != nil {
		return nil, nil, err
	}
	values, u := e.average(w, b, ub)
	return values, u, nil
}

// average is the effects with coefficients b, and, if those have linearised values,
// the effects' own.
func (e effects) average(w, b []float64, ub [][]float64) (values []float64, u [][]float64) {
	c := e.fit.among(w)
	of := func(data Data, variable string) (float64, []float64) {
		mean, gradient, own := c.average(b, data, variable)
		if ub == nil {
			return mean, nil
		}
		rows := spread(own, c.rows, len(w))
		for j, g := range gradient {
			floats.AddScaled(rows, g, ub[j])
		}
		return mean, rows
	}
	for _, v := range e.of {
		if v.levels == nil {
			mean, rows := of(c.data, v.variable)
			values, u = append(values, mean), append(u, rows)
			continue
		}
		first, firstRows := of(c.in(v.levels[0]), "")
		for _, at := range v.levels[1:] {
			mean, rows := of(c.in(at), "")
			if rows != nil {
				floats.Sub(rows, firstRows)
			}
			values, u = append(values, mean-first), append(u, rows)
		}
	}
	return values, u
}
