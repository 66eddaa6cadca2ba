package latent

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Newton's method on logits, within each class and item relative to the most
// frequent category, and among classes relative to the largest. Probabilities at
// zero are left out. With S_c the score of the complete data if the class were c,
// s = sum_c P(c|y) S_c the score of the row, the observed information is
//
//	I = sum w [ sum_c P(c|y) D_c - sum_c P(c|y) S_c S_c' + s s' ]
//
// with D_c the information of the complete data (Louis 1982, JRSS B 44).

// free numbers the logits: first those of the sizes, then class by class.
type free struct {
	n     int
	size  []int // of class; -1 = none
	rho   []int // of cell and class; -1 = none
	first []int // first logit of each class; one more for the end
}

func (s *sample) free(p params) *free {
	C := len(p.size)
	f := &free{size: make([]int, C), rho: make([]int, len(p.rho))}
	for k := range f.rho {
		f.rho[k] = -1
	}
	f.number(f.size, p.size, 0, C, 1)
	for c := range C {
		f.first = append(f.first, f.n)
		for j := range s.items {
			if p.size[c] > 0 && s.asked[j] > 0 {
				f.number(f.rho, p.rho, s.offset[j]*C+c, s.offset[j+1]*C, C)
			}
		}
	}
	f.first = append(f.first, f.n)
	return f
}

// number gives a logit to all positive probabilities but the largest.
func (f *free) number(index []int, p []float64, from, to, step int) {
	largest := from
	for k := from; k < to; k += step {
		if p[k] > p[largest] {
			largest = k
		}
	}
	for k := from; k < to; k += step {
		index[k] = -1
		if k != largest && p[k] > 0 {
			index[k] = f.n
			f.n++
		}
	}
}

// complete writes the score of the complete data of a pattern in class c, times
// a factor, into the sizes and the class's part of x.
func (s *sample) complete(x []float64, f *free, p params, pattern, c int, factor float64) {
	C := len(p.size)
	for b, k := range f.size {
		if k >= 0 {
			x[k] += factor * (indicator(b == c) - p.size[b])
		}
	}
	for j, cell := range s.of(pattern) {
		if cell < 0 {
			continue
		}
		for b := s.offset[j]; b < s.offset[j+1]; b++ {
			if k := f.rho[b*C+c]; k >= 0 {
				x[k] += factor * (indicator(b == int(cell)) - p.rho[b*C+c])
			}
		}
	}
}

func indicator(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// score writes the score of a pattern to x.
func (s *sample) score(x []float64, f *free, p params, pattern int, post []float64) {
	clear(x)
	for c, q := range post {
		if q > 0 {
			s.complete(x, f, p, pattern, c, q)
		}
	}
}

// information is the gradient of the likelihood and its observed information,
// row by row, upper triangle.
func (s *sample) information(p params, f *free) (gradient, info []float64) {
	n, C := f.n, len(p.size)
	gradient, info = make([]float64, n), make([]float64, n*n)
	answered := make([]float64, len(s.items)*C) // sum w P(c|y) by item and class
	sizes := f.first[0]
	x, one := make([]float64, n), make([]float64, n)
	score := s.scorer(p)
	for _, q := range s.used {
		w := s.weight[q]
		post := score.classes(q)
		s.score(x, f, p, q, post)
		floats.AddScaled(gradient, w, x)
		outer(info, n, x, w, 0, n)
		for c, t := range post {
			if t == 0 {
				continue
			}
			lo, hi := f.first[c], f.first[c+1]
			clear(one[:sizes])
			clear(one[lo:hi])
			s.complete(one, f, p, q, c, 1)
			for a := range sizes {
				floats.AddScaled(info[a*n+a:a*n+sizes], -w*t*one[a], one[a:sizes])
				floats.AddScaled(info[a*n+lo:a*n+hi], -w*t*one[a], one[lo:hi])
			}
			outer(info, n, one, -w*t, lo, hi)
			for j, cell := range s.of(q) {
				if cell >= 0 {
					answered[j*C+c] += w * t
				}
			}
		}
	}
	multinomial(info, n, f.size, p.size, float64(s.rows), 0, C, 1)
	for j := range s.items {
		for c := range C {
			multinomial(info, n, f.rho, p.rho, answered[j*C+c], s.offset[j]*C+c, s.offset[j+1]*C, C)
		}
	}
	return gradient, info
}

// outer adds f x x' to the rows and columns from lo to hi.
func outer(info []float64, n int, x []float64, f float64, lo, hi int) {
	for a := lo; a < hi; a++ {
		if x[a] != 0 {
			floats.AddScaled(info[a*n+a:a*n+hi], f*x[a], x[a:hi])
		}
	}
}

// multinomial adds N (diag p - p p').
func multinomial(info []float64, n int, index []int, p []float64, N float64, from, to, step int) {
	for k := from; k < to; k += step {
		a := index[k]
		if a < 0 {
			continue
		}
		info[a*n+a] += N * p[k]
		for l := k; l < to; l += step {
			if b := index[l]; b >= 0 {
				info[a*n+b] -= N * p[k] * p[l]
			}
		}
	}
}

// factorise is the Cholesky factor of an information matrix; false where it is
// not positive definite, or so nearly that digits are gone.
func factorise(info []float64, n int) (*mat.Cholesky, bool) {
	var chol mat.Cholesky
	if n == 0 || !chol.Factorize(mat.NewSymDense(n, info)) {
		return nil, n == 0
	}
	return &chol, chol.Cond() < 1e12
}

// move adds a step to the logits of p.
func (s *sample) move(p params, f *free, step []float64, factor float64) params {
	q := p.clone()
	C := len(p.size)
	shift(q.size, f.size, step, factor, 0, C, 1)
	for j := range s.items {
		for c := range C {
			shift(q.rho, f.rho, step, factor, s.offset[j]*C+c, s.offset[j+1]*C, C)
		}
	}
	return q
}

func shift(p []float64, index []int, step []float64, factor float64, from, to, stride int) {
	for k := from; k < to; k += stride {
		if a := index[k]; a >= 0 {
			p[k] *= math.Exp(factor * step[a])
		}
	}
	rescale(p, from, to, stride)
}

const (
	nothing = 1e-7   // probability that EM still lowers, and that is then set to zero
	gone    = 1e-100 // probability that is zero but for time; smaller ones would stop at what a float64 can hold
	small   = 1e-8   // change of a probability in a step of Newton after which the next would be rounding
	reborn  = 1e-3   // probability of a zero that turns out to be wrong
)

// finish maximises the likelihood from p by Newton's method, with probabilities
// that go to zero set to zero. It fails where the likelihood is not concave on
// the way, or flat.
func (s *sample) finish(p params) (params, bool) {
	p = p.clone()
	for range 5 {
		ok := false
		if p, ok = s.newton(p); !ok {
			return p, false
		}
		if !s.revive(p) {
			return p, true
		}
	}
	return p, false
}

func (s *sample) newton(p params) (params, bool) {
	next, score := p.clone(), s.scorer(p)
	for range 60 {
		s.em(p, next, score)
		s.drop(p, next)
		f := s.free(p)
		gradient, info := s.information(p, f)
		chol, ok := factorise(info, f.n)
		if !ok {
			return p, false
		}
		if f.n == 0 {
			return p, true
		}
		step := mat.NewVecDense(f.n, nil)
		if chol.SolveVecTo(step, mat.NewVecDense(f.n, gradient)) != nil {
			return p, false
		}
		q, ok := s.uphill(p, f, step.RawVector().Data)
		if !ok {
			return p, false
		}
		if change := p.change(q); change < small {
			return q, true
		}
		p = q
	}
	return p, false
}

// uphill goes along a step, at most 3 logits and halved until the likelihood
// does not fall.
func (s *sample) uphill(p params, f *free, step []float64) (params, bool) {
	ll := s.logLik(p)
	factor := 1 / max(1, floats.Norm(step, math.Inf(1))/3)
	for range 12 {
		q := s.move(p, f, step, factor)
		if s.logLik(q) >= ll-1e-13*math.Abs(ll) {
			return q, true
		}
		factor /= 2
	}
	return p, false
}

// drop sets what is nearly zero, and falling, to zero; what rises again from there
// is helped up.
func (s *sample) drop(p, next params) {
	C := len(p.size)
	drop(p.size, next.size)
	drop(p.rho, next.rho)
	rescale(p.size, 0, C, 1)
	s.rescaleItems(p)
}

func drop(p, next []float64) {
	for k, v := range p {
		switch {
		case v == 0 || v >= nothing:
		case next[k] < v || v < gone:
			p[k] = 0
		default:
			p[k] = reborn
		}
	}
}

func (s *sample) rescaleItems(p params) {
	C := len(p.size)
	for j := range s.items {
		for c := range C {
			rescale(p.rho, s.offset[j]*C+c, s.offset[j+1]*C, C)
		}
	}
}

// rescale makes probabilities add up to 1, unless all are zero, and returns what
// they added up to.
func rescale(p []float64, from, to, step int) (sum float64) {
	for k := from; k < to; k += step {
		sum += p[k]
	}
	for k := from; k < to && sum > 0; k += step {
		p[k] /= sum
	}
	return sum
}

// revive gives a small probability to categories at zero with which the
// likelihood would rise: those where EM, from next to nothing, would raise it
//
//	sum over y_j = k of w P(c | y without j) / ... > sum over y_j of w P(c|y)
//
// and reports whether there were any.
func (s *sample) revive(p params) bool {
	C := len(p.size)
	rise := make([]float64, len(p.rho))
	answered := make([]float64, len(s.items)*C)
	score := s.scorer(p)
	for _, q := range s.used {
		post, l := score.posterior(q)
		for j, cell := range s.of(q) {
			if cell < 0 {
				continue
			}
			for c, t := range post {
				answered[j*C+c] += s.weight[q] * t
				if k := int(cell)*C + c; p.rho[k] == 0 && p.size[c] > 0 {
					rise[k] += s.weight[q] * math.Exp(score.without(q, j, c)-l)
				}
			}
		}
	}
	found := false
	for j := range s.items {
		for k := s.offset[j] * C; k < s.offset[j+1]*C; k++ {
			if p.rho[k] == 0 && rise[k] > answered[j*C+k%C]*(1+1e-6) {
				p.rho[k] = reborn
				found = true
			}
		}
	}
	if found {
		s.rescaleItems(p)
	}
	return found
}

// without is the logarithm of pi_c prod rho over all items of a pattern but one.
func (s *scorer) without(pattern, item, class int) float64 {
	l := s.logSize[class]
	for j, cell := range s.of(pattern) {
		if cell >= 0 && j != item {
			l += s.logRho[int(cell)*len(s.post)+class]
		}
	}
	return l
}
