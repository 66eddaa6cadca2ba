package latent

// EM (Dempster, Laird and Rubin 1977; Goodman 1974): with P(c|y) the posterior of
// class c at the present parameters,
//
//	pi_c   = sum w P(c|y) / sum w
//	rho_jck = sum over y_j = k of w P(c|y) / sum over y_j answered of w P(c|y)
//
// raises the likelihood with every step, but creeps at the end. finish takes
// over then.

// em writes the parameters after p to next.
func (s *sample) em(p, next params, score *scorer) {
	C := len(p.size)
	score.set(p)
	clear(next.size)
	clear(next.rho)
	for _, q := range s.used {
		w := s.weight[q]
		post := score.classes(q)
		for c := range post {
			post[c] *= w
			next.size[c] += post[c]
		}
		for _, cell := range s.of(q) {
			if cell >= 0 {
				sum := next.rho[int(cell)*C:][:C]
				for c, x := range post {
					sum[c] += x
				}
			}
		}
	}
	for c := range next.size {
		next.size[c] /= float64(s.rows)
	}
	s.normaliseItems(p, next)
}

// normaliseItems makes the categories of an item add up to 1 within each class. A
// class where nobody answered an item keeps what it had.
func (s *sample) normaliseItems(p, next params) {
	C := len(p.size)
	for j := range s.items {
		for c := range C {
			from, to := s.offset[j]*C+c, s.offset[j+1]*C
			if rescale(next.rho, from, to, C) == 0 {
				for k := from; k < to; k += C {
					next.rho[k] = p.rho[k]
				}
			}
		}
	}
}

const (
	settled = 1e-12 // change of a probability in a step below which EM has converged
	warmUp  = 100   // steps of EM before Newton's method is first tried on a start
	nearby  = 5     // the same where the solution is near
)

// A run is where a start has led.
type run struct {
	params
	ll         float64
	steps      int
	converged  bool
	identified bool // a strict maximum
}

// climb runs EM from p for at most so many steps. After try steps, and then twice
// as many, and so on, it tries to finish.
func (s *sample) climb(p params, steps, try int) run {
	r := run{params: p.clone()}
	next, score := p.clone(), s.scorer(p)
	for r.steps < steps && !r.converged {
		s.em(r.params, next, score)
		change := r.params.change(next)
		r.params, next = next, r.params
		r.steps++
		r.converged = change < settled
		if r.steps == try || r.converged {
			try *= 2
			if end, ok := s.finish(r.params); ok {
				r.params, r.converged, r.identified = end, true, true
			} else if r.converged && s.revive(r.params) {
				r.converged = false // of zeros that EM cannot leave by itself
			}
		}
	}
	r.ll = s.logLik(r.params)
	return r
}
