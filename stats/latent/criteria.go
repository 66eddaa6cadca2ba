package latent

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// Criteria compare solutions with different numbers of classes: less is better.
// With l the LogLik, p the Parameters and n the Rows,
//
//	AIC  = -2 l + 2 p
//	BIC  = -2 l + p log n                (Schwarz 1978)
//	ABIC = -2 l + p log((n + 2)/24)      (Sclove 1987)
//	ICL  = BIC + 2 sum w H               (Biernacki, Celeux and Govaert 2000)
//
// where H = -sum_c P(c|y) log P(c|y) is how unsure the class of a row is.
//
//	EntropyR2 = 1 - sum w H / (n log C)
//
// is 1 where all classes are certain and 0 where the answers say nothing; NaN for
// one class. The first four take weights that add up to n for a simple random
// sample; see Solution.DesignAIC. TestOracle: 18_lca, TestICL.
type Criteria struct{ AIC, BIC, ABIC, ICL, EntropyR2 float64 }

func (s *Solution) criteria() {
	n, p := float64(s.Rows), float64(s.Parameters)
	h := 0.0
	score := s.sample.scorer(s.params)
	for _, q := range s.sample.used {
		post := score.classes(q)
		for _, t := range post {
			if t > 0 {
				h -= s.sample.weight[q] * t * math.Log(t)
			}
		}
	}
	s.AIC = -2*s.LogLik + 2*p
	s.BIC = -2*s.LogLik + p*math.Log(n)
	s.ABIC = -2*s.LogLik + p*math.Log((n+2)/24)
	s.ICL = s.BIC + 2*h
	s.EntropyR2 = 1 - h/(n*math.Log(float64(len(s.Sizes))))
	if len(s.Sizes) == 1 {
		s.EntropyR2 = math.NaN()
	}
}

// Fitness compares the answer patterns with what the classes expect. With O the
// weight of a pattern, scaled to Rows, and E = n L,
//
//	G2 = 2 sum O log(O/E)        X2 = sum (O - E)^2 / E
//
// over all patterns there could be, DF of them less one less the Parameters. They
// follow a chi-squared distribution only in simple random samples with a few
// people for every pattern. G2 and X2 are NaN, and DF is 0, where answers are missing.
// DF below zero means more parameters than patterns. Goodman (1974). TestOracle:
// 18_lca.
type Fitness struct {
	G2, X2 float64
	DF     int
}

func (s *Solution) fitness() {
	score := s.sample.scorer(s.params)
	expected, n := 0.0, float64(s.Rows)
	for _, q := range s.sample.used {
		for _, cell := range s.sample.of(q) {
			if cell < 0 {
				s.Fitness = Fitness{math.NaN(), math.NaN(), 0}
				return
			}
		}
		_, l := score.posterior(q)
		o, e := s.sample.weight[q], n*math.Exp(l)
		s.G2 += 2 * o * (math.Log(o) - math.Log(n) - l)
		s.X2 += (o - e) * (o - e) / e
		expected += e
	}
	s.X2 += n - expected // patterns of no row
	cells := 1.0
	for j := range s.Items {
		cells *= float64(s.sample.categories(j))
	}
	s.DF = math.MaxInt
	if df := cells - 1 - float64(s.Parameters); df < math.MaxInt64/2 {
		s.DF = int(df)
	}
}

// Posteriors is the probability of each class for every row, a column for each
// class: for rows with a weight or without. NaN for rows with no answer, and
// where no class gives such answers. See Model.Posterior.
func (s *Solution) Posteriors() [][]float64 {
	post := make([][]float64, len(s.Sizes))
	byPattern := s.byPattern()
	for c := range post {
		post[c] = make([]float64, len(s.sample.pattern))
		for i, q := range s.sample.pattern {
			post[c][i] = math.NaN()
			if q >= 0 {
				post[c][i] = byPattern[int(q)*len(post)+c]
			}
		}
	}
	return post
}

// byPattern is the posterior of every pattern, one after the other.
func (s *Solution) byPattern() []float64 {
	var all []float64
	score := s.sample.scorer(s.params)
	for q := range s.sample.patterns() {
		post := score.classes(q)
		all = append(all, post...)
	}
	return all
}

// Modal is the most probable class of every row, the first of equals; -1 where
// Posteriors has none. Shares and means of modal classes are biased towards each
// other: Shares and Means correct that.
func (s *Solution) Modal() []int {
	C := len(s.Sizes)
	byPattern := s.byPattern()
	modal := make([]int, len(s.sample.pattern))
	for i, q := range s.sample.pattern {
		modal[i] = -1
		if q >= 0 {
			modal[i] = largest(byPattern[int(q)*C:][:C])
		}
	}
	return modal
}

// largest is the place of the largest number, the first of equals; -1 for NaN.
func largest(x []float64) int {
	k := 0
	for c, v := range x {
		if math.IsNaN(v) {
			return -1
		}
		if v > x[k] {
			k = c
		}
	}
	return k
}

// Classification crosses the classes that people are in with those that they are
// assigned to, as shares of all: entry [t][m] is
//
//	sum over rows assigned to m of w P(t | y) / sum w
//
// Rows add up to the class sizes, columns to the shares of the modal classes, and
// one less the diagonal is the share of people put in the wrong class. Vermunt
// (2010). TestClassification checks that.
func (s *Solution) Classification() [][]float64 {
	C := len(s.Sizes)
	t := make([][]float64, C)
	for c := range t {
		t[c] = make([]float64, C)
	}
	score := s.sample.scorer(s.params)
	for _, q := range s.sample.used {
		post := score.classes(q)
		m := largest(post)
		for c, x := range post {
			t[c][m] += s.sample.weight[q] * x / float64(s.Rows)
		}
	}
	return t
}

// DesignAIC is Akaike's criterion for a complex sample,
//
//	dAIC = -2 l + 2 tr(I V)
//
// with I the observed information and V the covariance of the free parameters
// under the design; effective = tr(I V) takes the place of their number, which it
// is in a simple random sample of a true model. d is the design of the fit. NaN
// where the variance does not exist. Probabilities at the boundary are not free.
// Errors are those of Linearize. Lumley and Scott (2015), Journal of Survey
// Statistics and Methodology 3. d must have no replicate weights. TestDesignAIC.
func (s *Solution) DesignAIC(d *stats.Design) (daic, effective float64, err error) {
	f := s.sample.free(s.params)
	e, err := d.Estimate(logits{s})
	if err != nil {
		return 0, 0, err
	}
	_, info := s.sample.information(s.params, f)
	if f.n > 0 {
		I := mat.NewSymDense(f.n, info)
		for a := range f.n {
			for b := range f.n {
				effective += I.At(a, b) * e.Cov.At(a, b)
			}
		}
	}
	return -2*s.LogLik + 2*effective, effective, nil
}
