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
		if !slices.Contains(f.plan.used, v) {
			return fmt.Errorf("the model has no variable %q", v)
		}
		if err := f.plan.sameLevels(v, c); err != nil {
			return err
		}
		if c.missing(0) {
			return fmt.Errorf("variable %s: a situation needs a value", v)
		}
	}
	if len(f.basis.lost) == 0 {
		return nil
	}
	data, known := f.in(situation)
	x := f.model.plan.matrix(data, known)
	columns := len(f.model.plan.columns)
	for i, w := range f.design.Weights() {
		if j, ok := f.basis.estimable(x[i*columns : (i+1)*columns]); w != 0 && known[i] && !ok {
			return fmt.Errorf("%s has no coefficient, as no row tells it from the columns before; the data say nothing about this situation", f.model.plan.names[j])
		}
	}
	return nil
}

// in is the data in a situation, and the rows in which all variables are then
// known.
func (f *Fit) in(situation Data) (Data, []bool) {
	n := len(f.model.y)
	data := maps.Clone(f.model.data)
	for v, c := range situation {
		data[v] = c.repeat(n)
	}
	return data, f.plan.complete(data, n)
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
	means := make([]float64, len(m.situations))
	for k := range m.situations {
		means[k], _ = m.average(w, b, k, nil)
	}
	return means, nil
}

// average is the mean prediction in situation k. If rows is not nil, it gets
// the linearised values of the average with b as it is, and gradient is the
// derivative by b.
func (m margins) average(w, b []float64, k int, rows []float64) (mean float64, gradient []float64) {
	data, known := m.fit.in(m.situations[k])
	return m.fit.average(w, b, known, m.fit.plan.matrix(data, known), nil, rows)
}

// average is the weighted mean over complete rows of m(x b), or, with the slopes
// dx of x by a variable, of m'(x b) dx b.
func (f *Fit) average(w, b []float64, known []bool, x, dx, rows []float64) (mean float64, gradient []float64) {
	P := len(b)
	if math.IsNaN(b[0]) {
		return math.NaN(), nil
	}
	values := make([]float64, len(w))
	gradient = make([]float64, P)
	W, sum := 0.0, 0.0
	for i, v := range w {
		if v == 0 || !known[i] || math.IsNaN(f.model.offsetOf(i)) {
			continue
		}
		row := x[i*P : (i+1)*P]
		p := f.model.link.at(floats.Dot(row, b) + f.model.offsetOf(i))
		if dx == nil {
			values[i] = p.mean
			floats.AddScaled(gradient, v*p.slope, row)
		} else {
			change := dx[i*P : (i+1)*P]
			d := floats.Dot(change, b)
			values[i] = p.slope * d
			floats.AddScaled(gradient, v*p.curve*d, row)
			floats.AddScaled(gradient, v*p.slope, change)
		}
		W += v
		sum += v * values[i]
	}
	if W == 0 {
		return math.NaN(), nil
	}
	mean = sum / W
	floats.Scale(1/W, gradient)
	for i := range rows {
		if w[i] != 0 && known[i] && !math.IsNaN(f.model.offsetOf(i)) {
			rows[i] = (values[i] - mean) / W
		}
	}
	return mean, gradient
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
	means, u := make([]float64, len(m.situations)), make([][]float64, len(m.situations))
	for k := range m.situations {
		u[k] = make([]float64, len(w))
		var gradient []float64
		means[k], gradient = m.average(w, b, k, u[k])
		if m.part != nil && *m.part == ofCoefficients {
			clear(u[k])
		}
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
	f := e.fit
	of := func(data Data, known []bool, dx []float64) (float64, []float64) {
		var rows []float64
		if ub != nil {
			rows = make([]float64, len(w))
		}
		mean, gradient := f.average(w, b, known, f.plan.matrix(data, known), dx, rows)
		if rows != nil {
			for j, g := range gradient {
				floats.AddScaled(rows, g, ub[j])
			}
		}
		return mean, rows
	}
	for _, v := range e.of {
		if v.levels == nil {
			known := f.plan.complete(f.model.data, len(w))
			mean, rows := of(f.model.data, known, f.plan.slopes(f.model.data, known, v.variable))
			values, u = append(values, mean), append(u, rows)
			continue
		}
		data, known := f.in(v.levels[0])
		first, firstRows := of(data, known, nil)
		for _, at := range v.levels[1:] {
			data, known := f.in(at)
			mean, rows := of(data, known, nil)
			if rows != nil {
				floats.Sub(rows, firstRows)
			}
			values, u = append(values, mean-first), append(u, rows)
		}
	}
	return values, u
}
