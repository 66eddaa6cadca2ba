package model

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ordinalSolution has slopes in the basis and thresholds beside them.
type ordinalSolution struct {
	g          []float64
	eta        []float64 // Z g of each row, without the constant
	thresholds []float64 // for eta
	inverse    *mat.Dense
	likelihood float64 // with the basis' weights
}

// ordinalIteration is the state of Newton's method. Parameters are slopes in the
// basis without its constant, then thresholds.
type ordinalIteration struct {
	o        *Ordinal
	b        *basis
	w        []float64 // scaled, of the rows with weight alone
	y        []int
	negative bool
	p, q     int // slopes, thresholds
	theta    []float64
	eta      []float64
}

func (o *Ordinal) solve(b *basis, w []float64, start *ordinalSolution) (*ordinalSolution, error) {
	rows := weighted(w)
	it := ordinalIteration{o: o, b: b.at(rows), w: at(w, rows), y: at(o.y, rows), p: b.p - 1, q: len(o.levels) - 1}
	for i, v := range it.w {
		it.w[i] = v * b.scale
		it.negative = it.negative || v < 0
	}
	it.theta, it.eta = make([]float64, it.p+it.q), make([]float64, len(rows))
	if start != nil {
		copy(it.theta, start.g)
		copy(it.theta[it.p:], start.thresholds)
		it.linear(it.theta, it.eta)
	} else if !it.begin() {
		return nil, ErrNotFitted
	}
	s, err := it.run()
	if err != nil {
		return nil, err
	}
	s.eta = spread(s.eta, rows, len(w))
	return s, nil
}

// begin puts thresholds at the shares of the categories.
func (it *ordinalIteration) begin() bool {
	share := make([]float64, it.q+1)
	for i, v := range it.w {
		if v != 0 {
			share[it.y[i]] += v
		}
	}
	W, up := floats.Sum(share), 0.0
	for k := range it.q {
		up += share[k]
		it.theta[it.p+k] = it.o.link.of(up / W)
	}
	return it.ordered(it.theta)
}

func (it *ordinalIteration) ordered(theta []float64) bool {
	for k := it.p; k < len(theta); k++ {
		if math.IsNaN(theta[k]) || math.IsInf(theta[k], 0) || k > it.p && !(theta[k] > theta[k-1]) {
			return false
		}
	}
	return true
}

// linear is Z g without the constant.
func (it *ordinalIteration) linear(theta, eta []float64) {
	it.b.times(append([]float64{0}, theta[:it.p]...), nil, eta)
}

// ends are the thresholds around category y, less the linear predictor.
func (it *ordinalIteration) ends(theta []float64, y int, eta float64) (b, a float64) {
	b, a = math.Inf(-1), math.Inf(1)
	if y > 0 {
		b = theta[it.p+y-1] - eta
	}
	if y < it.q {
		a = theta[it.p+y] - eta
	}
	return b, a
}

func (it *ordinalIteration) likelihood(theta, eta []float64) float64 {
	sum := 0.0
	for i, v := range it.w {
		if v != 0 {
			b, a := it.ends(theta, it.y[i], eta[i])
			sum += v * math.Log(it.o.link.difference(b, a, it.o.link.ends(a), it.o.link.ends(b)))
		}
	}
	return sum
}

// derivatives are the score and the information, minus the second derivatives.
func (it *ordinalIteration) derivatives() (*mat.Dense, []float64) {
	n := len(it.w)
	f, s := make([]float64, n), make([]float64, n)
	// by linear predictor: l_e = -(da + db), l_ee = daa + dbb + 2 dadb
	size := it.p + it.q
	information, score := mat.NewDense(size, size, nil), make([]float64, size)
	cross := mat.NewDense(it.q, it.b.p, nil) // thresholds by columns of the basis
	add := func(k, l int, v float64) {
		information.Set(it.p+k, it.p+l, information.At(it.p+k, it.p+l)-v)
	}
	for i, v := range it.w {
		if v == 0 {
			continue
		}
		y := it.y[i]
		b, a := it.ends(it.theta, y, it.eta[i])
		d := it.o.link.between(b, a)
		s[i], f[i] = -v*(d.da+d.db), -v*(d.daa+d.dbb+2*d.dadb)
		z := it.b.row(i)
		if y < it.q {
			score[it.p+y] += v * d.da
			add(y, y, v*d.daa)
			floats.AddScaled(cross.RawRowView(y), v*(d.daa+d.dadb), z)
		}
		if y > 0 {
			score[it.p+y-1] += v * d.db
			add(y-1, y-1, v*d.dbb)
			floats.AddScaled(cross.RawRowView(y-1), v*(d.dbb+d.dadb), z)
		}
		if y > 0 && y < it.q {
			add(y, y-1, v*d.dadb)
			add(y-1, y, v*d.dadb)
		}
	}
	slopes, sums := it.b.sums(f, s)
	for i := range it.p {
		score[i] = sums[i+1]
		for j := range it.p {
			information.Set(i, j, slopes.At(i+1, j+1))
		}
		for k := range it.q {
			information.Set(i, it.p+k, cross.At(k, i+1))
			information.Set(it.p+k, i, cross.At(k, i+1))
		}
	}
	return information, score
}

func (it *ordinalIteration) run() (*ordinalSolution, error) {
	size := len(it.theta)
	likelihood := it.likelihood(it.theta, it.eta)
	last := math.Inf(1)
	root := math.Sqrt(float64(len(it.w)))
	for k := range maxIterations {
		information, score := it.derivatives()
		inverse := invert(information)
		if inverse == nil {
			return nil, it.why(it.theta)
		}
		var step mat.VecDense
		step.MulVec(inverse, mat.NewVecDense(size, score))
		move := step.RawVector().Data
		length := floats.Norm(move, math.Inf(1))
		if k >= 8 {
			if err := it.separated(move); err != nil {
				return nil, err
			}
		}
		next, ok := it.halve(move, likelihood)
		if !ok {
			if length > 1e-7*root {
				return nil, it.why(move)
			}
			return it.done(likelihood)
		}
		likelihood = next
		reach := root + floats.Norm(it.theta, math.Inf(1))
		if length <= 1e-15*reach || length <= 1e-10*reach && length >= last/2 {
			return it.done(likelihood)
		}
		last = length
	}
	return nil, it.why(it.theta)
}

// halve goes along a step, or half of it and so on, to where the likelihood is
// no smaller and thresholds are in order.
func (it *ordinalIteration) halve(move []float64, likelihood float64) (float64, bool) {
	theta, eta := make([]float64, len(move)), make([]float64, len(it.eta))
	for f := 1.0; f > 1e-10; f /= 2 {
		for j := range theta {
			theta[j] = it.theta[j] + f*move[j]
		}
		if !it.ordered(theta) {
			continue
		}
		it.linear(theta, eta)
		l := it.likelihood(theta, eta)
		if l >= likelihood-1e-11*(math.Abs(likelihood)+1) || it.negative && !math.IsNaN(l) {
			it.theta, it.eta = theta, eta
			return l, true
		}
	}
	return likelihood, false
}

func (it *ordinalIteration) done(likelihood float64) (*ordinalSolution, error) {
	information, _ := it.derivatives()
	s := &ordinalSolution{g: it.theta[:it.p], thresholds: it.theta[it.p:], eta: it.eta, inverse: invert(information), likelihood: likelihood}
	if s.inverse == nil {
		return nil, it.why(it.theta)
	}
	return s, nil
}

func (it *ordinalIteration) why(move []float64) error {
	if err := it.separated(move); err != nil {
		return err
	}
	return ErrNotFitted
}

// separated is that of iteration: the upper threshold of a row moves up from its
// linear predictor or stays, the lower one moves down or stays.
func (it *ordinalIteration) separated(move []float64) error {
	eta := make([]float64, len(it.eta))
	it.linear(move, eta)
	most := floats.Norm(eta, math.Inf(1))
	if most < 1e-3 {
		return nil
	}
	for i, v := range it.w {
		if v == 0 {
			continue
		}
		down, up := it.ends(move, it.y[i], eta[i])
		wrong := up < -1e-6*most || down > 1e-6*most
		if wrong || v < 0 {
			return nil
		}
	}
	b := it.b.coefficients(append([]float64{0}, move[:it.p]...))
	sizes := make([]float64, len(b))
	for j := 1; j < len(b); j++ {
		for i := 1; i <= j; i++ { // without the constant
			sizes[j] = math.Hypot(sizes[j], it.b.r.At(i, j))
		}
		sizes[j] *= math.Abs(b[j])
	}
	e := &SeparatedError{}
	for j := 1; j < len(b); j++ {
		if sizes[j] > 1e-5*floats.Max(sizes) {
			e.Columns = append(e.Columns, it.o.plan.names[it.b.keep[j]])
		}
	}
	return e
}
