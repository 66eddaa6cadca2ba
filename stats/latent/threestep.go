package latent

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// Three steps relate classes to something else, say age: find the classes; assign
// people to them; count, with a correction for those who were assigned wrongly.
// With W_s = 1 where a row is assigned to s (or P(s|y), in proportion),
//
//	D_ts = sum w P(t|y) W_s / B_t,    B_t = sum w P(t|y)
//
// is the probability of being assigned to s for people of class t. Totals by
// assigned class, T_s = sum w v W_s, are expected to be T = D' Y with Y the totals
// by true class, so that
//
//	Y = M T,    M = D'^-1
//
// (Bolck, Croon and Hagenaars 2004, Political Analysis 12; Vermunt 2010,
// Political Analysis 18).
//
// Linearised values count in that D was estimated, which the usual third step
// leaves out (Bakk, Oberski and Vermunt 2014, Political Analysis 22). Which
// pattern is assigned to which class is kept as the solution had it.

// ThreeStep says how people are assigned and errors corrected.
type ThreeStep struct {
	Proportional bool // assign everyone to every class, in proportion to Posteriors; else to the Modal one
	ML           bool // correct shares by maximum likelihood, not BCH
}

// third is the state of the third step under some weights.
type third struct {
	*sample
	run
	proportional bool
	post, share  []float64  // P(t|y) and W, by pattern, then class
	B            []float64  // in the weights as given
	D, M         *mat.Dense // true by assigned class; assigned by true class is M' D' = 1
	phi          *influence // only for linearised values
}

// third prepares the third step; nil where it does not exist: no likelihood with
// these weights, or nobody is assigned to a class.
func (s *Solution) third(w []float64, o ThreeStep) *third {
	sample, r, ok := s.refit(w)
	if !ok {
		return nil
	}
	C := len(r.size)
	t := &third{sample: sample, run: r, proportional: o.Proportional}
	refitted := Solution{params: r.params, sample: sample}
	t.post = refitted.byPattern()
	t.share = t.post
	if !o.Proportional {
		t.share = s.modalShares(t.post)
	}
	t.B, t.D, t.M = make([]float64, C), mat.NewDense(C, C, nil), &mat.Dense{}
	for _, q := range t.used {
		w := t.weight[q] / t.scale
		for a, x := range t.post[q*C:][:C] {
			t.B[a] += w * x
			for m, y := range t.share[q*C:][:C] {
				t.D.Set(a, m, t.D.At(a, m)+w*x*y)
			}
		}
	}
	t.D.Apply(func(a, _ int, v float64) float64 { return v / t.B[a] }, t.D)
	if cond := mat.Cond(t.D, 1); !(cond < 1e10) || t.M.Inverse(t.D.T()) != nil {
		return nil
	}
	return t
}

// thirdLinear prepares the third step for the linearised values u of n numbers
// theta, NaN and zeros to be filled in; t is nil where there is nothing to fill in.
func (s *Solution) thirdLinear(w []float64, o ThreeStep, n int) (t *third, theta []float64, u [][]float64, err error) {
	theta, u = nowhere(n), make([][]float64, n)
	for k := range u {
		u[k] = make([]float64, len(w))
	}
	if t = s.third(w, o); t == nil {
		return nil, theta, u, nil
	}
	if t.phi, err = s.influence(t.sample, t.run); err != nil {
		return nil, nil, nil, err
	}
	return t, theta, u, nil
}

// modalShares are 1 for the modal class of a pattern in the solution; in the
// posteriors given for patterns that the solution gives no probability.
func (s *Solution) modalShares(post []float64) []float64 {
	C := len(s.Sizes)
	share := make([]float64, len(post))
	own := s.byPattern()
	for q := 0; q < len(post); q += C {
		m := largest(own[q:][:C])
		if m < 0 {
			m = max(0, largest(post[q:][:C]))
		}
		share[q+m] = 1
	}
	return share
}

// assigned are the totals T of v, and sum w v, over rows with an answer.
func (t *third) assigned(w, v []float64) (T []float64, sum float64) {
	C := len(t.B)
	T = make([]float64, C)
	for i, q := range t.pattern {
		if q >= 0 && w[i] != 0 && v[i] != 0 {
			sum += w[i] * v[i]
			for m, x := range t.share[int(q)*C:][:C] {
				T[m] += w[i] * v[i] * x
			}
		}
	}
	return T, sum
}

// linearize is the linearised values of a function of T and D with the
// derivatives alpha by T_s and beta by D_ts,
//
//	u_i = v_i sum_s alpha_s W_s + sum_ts beta_ts P(t|y_i) (W_s - D_ts)/B_t + g I^-1 s_i
//
// where g, the derivative by the parameters of the classes, follows from that of
// the posteriors, P(t|y) (S_t - s).
func (t *third) linearize(w, v, alpha []float64, beta *mat.Dense) []float64 {
	C, P := len(t.B), t.patterns()
	byPattern := make([]float64, P) // what a row does besides its v
	kappa := make([]float64, P*C)   // derivative by P(t|y)
	for _, q := range t.used {
		w := t.weight[q] / t.scale
		post, share := t.post[q*C:][:C], t.share[q*C:][:C]
		for a := range C {
			for m := range C {
				d := beta.At(a, m) * (share[m] - t.D.At(a, m)) / t.B[a]
				byPattern[q] += d * post[a]
				kappa[q*C+a] += w * d
				if t.proportional {
					kappa[q*C+m] += w * beta.At(a, m) * post[a] / t.B[a]
				}
			}
		}
	}
	if t.proportional {
		for i, q := range t.pattern {
			if q >= 0 && w[i] != 0 {
				for m := range C {
					kappa[int(q)*C+m] += w[i] * v[i] * alpha[m]
				}
			}
		}
	}
	t.addPhi(byPattern, kappa)
	u := make([]float64, len(w))
	for i, q := range t.pattern {
		if q < 0 || w[i] == 0 {
			continue
		}
		u[i] = byPattern[q]
		for m, x := range t.share[int(q)*C:][:C] {
			u[i] += v[i] * alpha[m] * x
		}
	}
	return u
}

// addPhi adds the part of the parameters of the classes.
func (t *third) addPhi(byPattern, kappa []float64) {
	f := t.phi
	if f.n == 0 {
		return
	}
	C := len(t.B)
	g := make([]float64, f.n)
	for _, q := range t.used {
		mean := 0.0 // s = sum_t P(t|y) S_t
		for a := range C {
			mean += kappa[q*C+a] * t.post[q*C+a]
		}
		for a := range C {
			if x := t.post[q*C+a]; x > 0 {
				t.complete(g, f.free, t.params, q, a, x*(kappa[q*C+a]-mean))
			}
		}
	}
	var row mat.VecDense
	row.MulVec(f.phi.T(), mat.NewVecDense(f.n, g))
	for q := range byPattern {
		byPattern[q] += row.AtVec(q)
	}
}

// Shares estimates the shares of the classes in groups that were not used to find
// them (ages, countries), corrected for errors of assignment,
//
//	pi_g = M p_g,    p_gs = sum over g of w W_s / sum over g of w      (BCH)
//	pi_g = argmax sum_s p_gs log sum_t pi_gt D_ts                      (ML)
//
// group numbers the group of each row, -1 for none: such rows help to find the
// classes only. The two agree where the shares of BCH lie within 0 to 1, which
// they need not do in small groups; ML then stops at 0, and its standard errors
// of shares of 0 and 1 are zero. The correction takes answers to be independent of the
// group within a class: where they are not, fit the groups apart.
//
// NaN for groups without a row of weight and an answer, and for all where nobody
// is assigned to a class, or the classes have no likelihood (see Solution.At).
// Errors are those of Solution.Linearize. Units: proportions. Differences between
// groups are Shares.Differences. df: of the design.
//
// TestThreeStep checks both against known classes, and their standard errors
// against a jackknife that finds the classes anew.
func (s *Solution) Shares(group Item, o ThreeStep) *Shares {
	if len(group.Codes) != len(s.sample.pattern) {
		panic(fmt.Sprintf("latent: %d codes of %q for %d rows", len(group.Codes), group.Name, len(s.sample.pattern)))
	}
	return &Shares{s, group, o}
}

// Shares of classes in groups: a stats.Statistic, group by group.
type Shares struct {
	solution *Solution
	group    Item
	step     ThreeStep
}

// Names of the numbers: groups, and classes within them.
func (s *Shares) Names() []string {
	var names []string
	for _, g := range s.group.Labels {
		for c := range s.solution.Sizes {
			names = append(names, fmt.Sprintf("%s, class %d", g, c+1))
		}
	}
	return names
}

// Place is the number of the share of a class in a group.
func (s *Shares) Place(group, class int) int { return group*len(s.solution.Sizes) + class }

// Differences are the shares of all classes in group a less those in b, from
// estimates of this statistic alone.
func (s *Shares) Differences(e *stats.Estimates, a, b int) *stats.Estimates {
	var names []string
	var rows [][]float64
	for c := range s.solution.Sizes {
		row := make([]float64, e.Len())
		row[s.Place(a, c)]++
		row[s.Place(b, c)]--
		rows = append(rows, row)
		names = append(names, fmt.Sprintf("%s less %s, class %d", s.group.Labels[a], s.group.Labels[b], c+1))
	}
	return e.Contrast(names, rows...)
}

// At finds classes and shares with other weights.
func (s *Shares) At(w []float64) ([]float64, error) {
	t := s.solution.third(w, s.step)
	theta := nowhere(len(s.group.Labels) * len(s.solution.Sizes))
	for g := range s.group.Labels {
		if t != nil {
			if pi, _, _ := s.in(t, w, g); pi != nil {
				copy(theta[s.Place(g, 0):], pi)
			}
		}
	}
	return theta, nil
}

// in is the shares of a group, the rows in it, p and sum w; nil without a row.
func (s *Shares) in(t *third, w []float64, g int) (pi, v, p []float64) {
	v = make([]float64, len(w))
	for i, code := range s.group.Codes {
		v[i] = indicator(code == g)
	}
	p, sum := t.assigned(w, v)
	if !(sum > 0) {
		return nil, nil, nil
	}
	for m := range p {
		p[m] /= sum
	}
	for i := range v {
		v[i] /= sum
	}
	pi = mat.Col(nil, 0, product(t.M, p))
	if s.step.ML {
		pi = likeliest(pi, p, t.D)
	}
	return pi, v, p
}

func product(m mat.Matrix, x []float64) *mat.VecDense {
	var y mat.VecDense
	y.MulVec(m, mat.NewVecDense(len(x), x))
	return &y
}

// Linearize gives the shares and their derivatives by the weights.
func (s *Shares) Linearize(w []float64) ([]float64, [][]float64, error) {
	t, theta, u, err := s.solution.thirdLinear(w, s.step, len(s.group.Labels)*len(s.solution.Sizes))
	if t == nil {
		return theta, u, err
	}
	for g := range s.group.Labels {
		pi, v, p := s.in(t, w, g)
		if pi == nil {
			continue
		}
		copy(theta[s.Place(g, 0):], pi)
		byP, byD := t.derivatives(pi, p)
		for c := range pi {
			if s.step.ML && (pi[c] == 0 || pi[c] == 1) {
				continue
			}
			alpha, mean := byP[c], 0.0
			for m, x := range alpha {
				mean += x * p[m]
			}
			for m := range alpha {
				alpha[m] -= mean // p is a share of the group
			}
			u[s.Place(g, c)] = t.linearize(w, v, alpha, byD[c])
		}
	}
	return theta, u, nil
}
