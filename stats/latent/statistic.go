package latent

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Names of the numbers of a Solution as a statistic: sizes of classes, then, item
// by item and class by class, probabilities of the categories.
func (s *Solution) Names() []string {
	var names []string
	for c := range s.Sizes {
		names = append(names, fmt.Sprintf("class %d", c+1))
	}
	for j := range s.Items {
		for c := range s.Sizes {
			for _, label := range s.Items[j].Labels {
				names = append(names, fmt.Sprintf("class %d, %s: %s", c+1, s.Items[j].Name, label))
			}
		}
	}
	return names
}

// Size and Probability are the places of numbers in Names.
func (s *Solution) Size(class int) int { return class }

// Probability is the place of a category of an item in a class.
func (s *Solution) Probability(item, class, category int) int {
	C := len(s.Sizes)
	return C + C*s.sample.offset[item] + class*len(s.Items[item].Labels) + category
}

// numbers are the sizes and probabilities in the order of Names.
func (s *Solution) numbers(m Model) []float64 {
	x := append([]float64(nil), m.Sizes...)
	for _, byClass := range m.Probabilities {
		for _, byCategory := range byClass {
			x = append(x, byCategory...)
		}
	}
	return x
}

// refit maximises the likelihood with weights w, from the solution. With the weights
// that it was found with it is the solution itself.
func (s *Solution) refit(w []float64) (*sample, run, bool) {
	if s.Converged && slices.Equal(w, s.sample.given) {
		return s.sample, run{params: s.params, ll: s.LogLik, converged: true}, true
	}
	sample, err := s.sample.weigh(w)
	if err != nil {
		return nil, run{}, false
	}
	p := s.params.clone()
	for _, x := range [][]float64{p.size, p.rho} {
		for k := range x {
			if x[k] == 0 {
				x[k] = reborn
			}
		}
	}
	rescale(p.size, 0, len(p.size), 1)
	sample.rescaleItems(p)
	r := sample.climb(p, 20000, nearby)
	return sample, r, r.converged
}

// At finds the classes again with other weights (of replicates, say), from the
// solution, so that classes keep their order. NaN where there is no likelihood:
// no row with a weight and an answer, negative weights of a pattern; and where
// nothing converges.
func (s *Solution) At(w []float64) ([]float64, error) {
	sample, r, ok := s.refit(w)
	if !ok {
		return nowhere(len(s.numbers(s.Model))), nil
	}
	return s.answered(sample, r), nil
}

// answered are the numbers of a refit, NaN for items that nobody answered.
func (s *Solution) answered(sample *sample, r run) []float64 {
	for j, asked := range sample.asked {
		for k := s.sample.offset[j] * len(r.size); asked == 0 && k < s.sample.offset[j+1]*len(r.size); k++ {
			r.rho[k] = math.NaN()
		}
	}
	return s.numbers(sample.model(r.params))
}

func nowhere(n int) []float64 {
	return slices.Repeat([]float64{math.NaN()}, n)
}

// Linearize gives sizes and probabilities with their derivatives by the weights,
// the sandwich of linearisation: with phi the logits of the free probabilities,
// I their observed information and s_i the score of a row,
//
//	u_i = (d theta / d phi) I^-1 s_i
//
// so that sum w_i u_i is zero. It uses the likelihood itself, not its
// expectation. Probabilities at the boundary (exactly 0 or 1) are taken as known:
// their u, and so their standard errors, are zero. Intervals of probabilities are
// better on the logit scale. df: of the design, whose PSUs should be many more
// than the parameters.
//
// ErrNotIdentified where the information is singular. NaN as in At. Binder (1983,
// International Statistical Review 51); Patterson, Dayton and Graubard (2002).
// TestOracle (18_lca) checks it against a jackknife of EM in R, TestLinearize
// against numerical derivatives, TestOneClass against stats.Mean.
func (s *Solution) Linearize(w []float64) ([]float64, [][]float64, error) {
	u := make([][]float64, len(s.numbers(s.Model)))
	for k := range u {
		u[k] = make([]float64, len(w))
	}
	sample, r, ok := s.refit(w)
	if !ok {
		return nowhere(len(u)), u, nil
	}
	t, err := s.influence(sample, r)
	if err != nil {
		return nil, nil, err
	}
	theta := s.answered(sample, r)
	m := t.probabilities()
	for i, q := range s.sample.pattern {
		if q >= 0 && w[i] != 0 {
			for k := range u {
				u[k][i] = m[k][q]
			}
		}
	}
	return theta, u, nil
}

// An influence is what a unit of weight of each pattern does to the logits.
type influence struct {
	*sample
	*free
	params params
	phi    *mat.Dense // logits x patterns
}

// influence is that of a sample, worked out once for that of the solution.
func (s *Solution) influence(of *sample, r run) (*influence, error) {
	if of == s.sample {
		return s.own()
	}
	return of.influence(r)
}

func (s *sample) influence(r run) (*influence, error) {
	f := s.free(r.params)
	t := &influence{s, f, r.params, nil}
	_, info := s.information(r.params, f)
	chol, ok := factorise(info, f.n)
	if !ok {
		return nil, ErrNotIdentified
	}
	if f.n == 0 {
		return t, nil
	}
	scores := mat.NewDense(f.n, s.patterns(), nil)
	x := make([]float64, f.n)
	score := s.scorer(r.params)
	for _, q := range s.used {
		post := score.classes(q)
		s.score(x, f, r.params, q, post)
		for a, v := range x {
			scores.Set(a, q, v*s.scale)
		}
	}
	t.phi = mat.NewDense(f.n, s.patterns(), nil)
	if err := chol.SolveTo(t.phi, scores); err != nil {
		return nil, ErrNotIdentified
	}
	return t, nil
}

// probabilities are the influences on the numbers of Names, each over patterns:
// d p_k = p_k (d phi_k - sum_l p_l d phi_l).
func (t *influence) probabilities() [][]float64 {
	C := len(t.params.size)
	m := t.softmax(t.size, t.params.size, 0, C, 1)
	for j := range t.items {
		for c := range C {
			m = append(m, t.softmax(t.rho, t.params.rho, t.offset[j]*C+c, t.offset[j+1]*C, C)...)
		}
	}
	return m
}

func (t *influence) softmax(index []int, p []float64, from, to, step int) [][]float64 {
	mean := make([]float64, t.patterns())
	for k := from; k < to; k += step {
		if a := index[k]; a >= 0 {
			for q, v := range t.phi.RawRowView(a) {
				mean[q] += p[k] * v
			}
		}
	}
	var m [][]float64
	for k := from; k < to; k += step {
		row := make([]float64, t.patterns())
		for q := range row {
			row[q] = -p[k] * mean[q]
		}
		if a := index[k]; a >= 0 {
			for q, v := range t.phi.RawRowView(a) {
				row[q] += p[k] * v
			}
		}
		m = append(m, row)
	}
	return m
}

// logits are the free parameters of a solution.
type logits struct{ *Solution }

func (s logits) At([]float64) ([]float64, error) {
	return nil, errors.New("dAIC needs a design without replicate weights; take the one with strata and PSUs")
}

func (s logits) Names() []string { return nil }

func (s logits) Linearize(w []float64) ([]float64, [][]float64, error) {
	sample, err := s.sample.weigh(w)
	if err != nil {
		return nil, nil, fmt.Errorf("latent classes: %w", err)
	}
	t, err := sample.influence(run{params: s.params})
	if err != nil {
		return nil, nil, err
	}
	u := make([][]float64, t.n)
	for a := range u {
		u[a] = make([]float64, len(w))
		row := t.phi.RawRowView(a)
		for i, q := range sample.pattern {
			if q >= 0 {
				u[a][i] = row[q]
			}
		}
	}
	return make([]float64, t.n), u, nil
}
