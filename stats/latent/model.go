package latent

import (
	"fmt"
	"math"
)

// A Model is the sizes of classes and the probabilities of their answers.
type Model struct {
	Sizes         []float64     // of the classes; they add up to 1
	Probabilities [][][]float64 // by item, class, category; over the categories they add up to 1
}

// Posterior is the probability of each class for a person with these answers, a
// code for each item (-1 = no answer),
//
//	P(c | y) = pi_c prod_j rho_jc,y_j / L(y)
//
// for people old and new: with no answer at all it is the class sizes, and NaN
// where no class gives such answers. It panics where there is not a code for
// every item, or a category does not exist. Goodman (1974).
// TestPosterior checks it against Bayes' theorem by hand, TestOracle (18_lca)
// against R.
func (m *Model) Posterior(codes []int) []float64 {
	if len(codes) != len(m.Probabilities) {
		panic(fmt.Sprintf("latent: %d codes for %d items", len(codes), len(m.Probabilities)))
	}
	post := make([]float64, len(m.Sizes))
	for c, size := range m.Sizes {
		post[c] = math.Log(size)
		for j, code := range codes {
			if code >= 0 && size > 0 {
				post[c] += math.Log(m.Probabilities[j][c][code])
			}
		}
	}
	normalise(post)
	return post
}

// normalise turns logarithms into shares, and returns the logarithm of what they
// summed to. Shares of nothing are NaN.
func normalise(log []float64) float64 {
	high := math.Inf(-1)
	for _, v := range log {
		high = max(high, v)
	}
	sum := 0.0
	for c, v := range log {
		log[c] = math.Exp(v - high)
		sum += log[c]
	}
	for c := range log {
		log[c] /= sum
	}
	return high + math.Log(sum)
}

// params are a model as EM wants it: rho holds the classes of a cell together.
type params struct {
	size []float64 // by class
	rho  []float64 // by cell, then class
}

func newParams(classes, cells int) params {
	return params{make([]float64, classes), make([]float64, cells*classes)}
}

func (p params) copyTo(q params) {
	copy(q.size, p.size)
	copy(q.rho, p.rho)
}

func (p params) clone() params {
	q := newParams(len(p.size), len(p.rho)/len(p.size))
	p.copyTo(q)
	return q
}

// change is the largest difference of a probability.
func (p params) change(q params) float64 {
	d := 0.0
	for c := range p.size {
		d = max(d, math.Abs(p.size[c]-q.size[c]))
	}
	for k := range p.rho {
		d = max(d, math.Abs(p.rho[k]-q.rho[k]))
	}
	return d
}

// paramsOf are those of a model for the items.
func (a *answers) paramsOf(m *Model) params {
	C := len(m.Sizes)
	if len(m.Probabilities) != len(a.items) {
		panic(fmt.Sprintf("latent: a start with %d items for %d", len(m.Probabilities), len(a.items)))
	}
	p := newParams(C, a.cells())
	for c, v := range m.Sizes {
		if !(v >= 0 && v <= 1) {
			panic(fmt.Sprintf("latent: a start with a class of size %g", v))
		}
		p.size[c] = v
	}
	for j, byClass := range m.Probabilities {
		for c, byCategory := range byClass {
			if len(byClass) != C || len(byCategory) != len(a.items[j].Labels) {
				panic(fmt.Sprintf("latent: a start with the wrong number of classes or categories of %q", a.items[j].Name))
			}
			for k, v := range byCategory {
				if !(v >= 0 && v <= 1) {
					panic(fmt.Sprintf("latent: a start with a probability of %g", v))
				}
				p.rho[(a.offset[j]+k)*C+c] = v
			}
		}
	}
	return p
}

// model is the reverse of paramsOf.
func (a *answers) model(p params) Model {
	C := len(p.size)
	m := Model{Sizes: p.size, Probabilities: make([][][]float64, len(a.items))}
	for j := range a.items {
		m.Probabilities[j] = make([][]float64, C)
		for c := range C {
			for cell := a.offset[j]; cell < a.offset[j+1]; cell++ {
				v := p.rho[cell*C+c]
				if p.size[c] == 0 {
					v = math.NaN()
				}
				m.Probabilities[j][c] = append(m.Probabilities[j][c], v)
			}
		}
	}
	return m
}

// A scorer finds posteriors with params and their logarithms at hand.
type scorer struct {
	*answers
	params
	logSize, logRho []float64
	post            []float64
}

func (a *answers) scorer(p params) *scorer {
	s := &scorer{answers: a, post: make([]float64, len(p.size))}
	s.set(p)
	return s
}

func (s *scorer) set(p params) {
	s.params = p
	s.logSize, s.logRho = logs(s.logSize, p.size), logs(s.logRho, p.rho)
}

func logs(to, x []float64) []float64 {
	to = to[:0]
	for _, v := range x {
		to = append(to, math.Log(v))
	}
	return to
}

// tiny is the likelihood of a pattern below which products of probabilities may have
// lost digits, or be zero.
const tiny = 1e-250

// posterior is that of a pattern, valid until the next call, and log L.
func (s *scorer) posterior(pattern int) ([]float64, float64) {
	l := s.joint(pattern)
	if !(l > tiny) {
		return s.byLogs(pattern)
	}
	return s.shares(l), math.Log(l)
}

// classes is posterior without log L.
func (s *scorer) classes(pattern int) []float64 {
	l := s.joint(pattern)
	if !(l > tiny) {
		post, _ := s.byLogs(pattern)
		return post
	}
	return s.shares(l)
}

// joint is L of a pattern; post are its parts by class.
func (s *scorer) joint(pattern int) (sum float64) {
	post := s.post
	copy(post, s.size)
	for _, cell := range s.of(pattern) {
		if cell >= 0 {
			rho := s.rho[int(cell)*len(post):][:len(post)]
			for c, p := range rho {
				post[c] *= p
			}
		}
	}
	for _, v := range post {
		sum += v
	}
	return sum
}

// shares are the parts of l.
func (s *scorer) shares(l float64) []float64 {
	for c := range s.post {
		s.post[c] /= l
	}
	return s.post
}

// byLogs is posterior for patterns of many items, or of next to no probability.
func (s *scorer) byLogs(pattern int) ([]float64, float64) {
	C := len(s.post)
	copy(s.post, s.logSize)
	for _, cell := range s.of(pattern) {
		if cell >= 0 {
			for c, l := range s.logRho[int(cell)*C:][:C] {
				s.post[c] += l
			}
		}
	}
	l := normalise(s.post)
	return s.post, l
}

// logLik is sum w log L, with weights that add up to the rows.
func (s *sample) logLik(p params) float64 {
	score := s.scorer(p)
	ll := 0.0
	for _, q := range s.used {
		_, l := score.posterior(q)
		ll += s.weight[q] * l
	}
	return ll
}
