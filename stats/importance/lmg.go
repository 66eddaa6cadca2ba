package importance

import (
	"fmt"
	"math/bits"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// most is the largest number of predictors whose subsets are gone through.
const most = 20

// LMG estimates how much each of m predictors adds to R^2 of the linear model of y,
// averaged over all orders in which they can enter: the measure of Lindeman,
// Merenda and Gold, the Shapley value, general dominance,
//
//	LMG_k = sum_{A without k} |A|! (m-1-|A|)!/m! (R^2(A+k) - R^2(A))
//	R^2(A) = 1 - c'Rc    c = 1 for y, minus the standardised coefficients for A
//	u      = that sum of -(c'z)^2 + (1 - R^2(A)) z_y^2, over sum w
//
// with R the weighted correlations and z the standardised values; R^2 does not move
// with the coefficients to first order. y and the columns of x have a length of rows;
// rows where any is missing (NaN) are left out. The numbers are R^2, the m parts,
// which add up to it, and the m shares of R^2, all 0 to 1. A predictor of several
// columns enters with all of them; which indicator of a factor is left out does not
// matter. Degrees of freedom: the design's.
//
// A column that does not vary, or is the sum of others already in, adds nothing.
// All numbers are NaN without rows and where y does not vary; shares are NaN where
// R^2 is 0. Without predictors there is R^2 = 0 alone. R^2 is not adjusted for the
// number of predictors: with few rows it is too large. Where a predictor adds
// nothing in the population its estimate is above 0, and standard errors near 0
// mean little.
//
// The time is that of 2^m regressions on correlations: nothing for 10 predictors,
// a third of a second for 20, the most, and some seconds for their linearised
// values. The error is a *TooManyError.
//
// Lindeman, Merenda and Gold (1980, p. 119); Budescu (1993); Grömping (2007). R:
// relaimpo::calc.relimp(type = "lmg"), whose design-based intervals are by bootstrap.
// TestOracle: 19_relimp; TestLinearized has the derivative by every weight.
func LMG(y []float64, x ...Predictor) stats.Statistic {
	return linear{newModel(y, x), divideLMG, most}
}

func divideLMG(r *mat.SymDense, group []int, predictors int, gradients bool) ([]float64, []*mat.SymDense) {
	parts := shapley(predictors, subsets(r, group, predictors))
	if !gradients {
		return parts, nil
	}
	return parts, lmgGradients(r, group, predictors)
}

// subsets are R^2 of the regression on every subset of predictors, by its bits. It
// decides about one predictor after the other and keeps what the predictors in
// leave of those still open, so that 2^m subsets take little more than 2^m steps.
func subsets(r *mat.SymDense, group []int, predictors int) []float64 {
	t := &tree{r2: make([]float64, 1<<predictors), columns: make([]int, predictors)}
	for _, g := range group {
		t.columns[g]++
	}
	// Columns in order of predictors, y last.
	K := len(group) + 1
	a := make([]float64, K*K)
	at := func(i int) int { return (i + 1) % K }
	for i := range K {
		for j := range K {
			a[i*K+j] = r.At(at(i), at(j))
		}
	}
	open := K
	for g := range predictors {
		t.room = append(t.room, make([]float64, open*open))
		open -= t.columns[g]
	}
	t.walk(0, 0, 0, a, K)
	return t.r2
}

type tree struct {
	r2      []float64
	columns []int       // of each predictor
	room    [][]float64 // for the matrices of each depth
}

// walk decides about predictor g. a are the K x K cross-products of the columns of
// the predictors from g on and y, less their regression on the predictors of the
// set, whose R^2 is given.
func (t *tree) walk(g int, set int, r2 float64, a []float64, K int) {
	if g == len(t.columns) {
		t.r2[set] = r2
		return
	}
	c := t.columns[g]
	rest := K - c
	room := t.room[g]
	t.walk(g+1, set, r2, corner(room, a, K, rest), rest)

	b := room[:K*K]
	copy(b, a[:K*K])
	for p := range c {
		pivot := b[p*K+p]
		if pivot <= tolerance {
			continue
		}
		row := b[p*K : (p+1)*K]
		r2 += row[K-1] * row[K-1] / pivot
		for i := p + 1; i < K; i++ {
			f := row[i] / pivot
			other := b[i*K : (i+1)*K]
			for j := i; j < K; j++ {
				other[j] -= f * row[j]
				b[j*K+i] = other[j]
			}
		}
	}
	t.walk(g+1, set|1<<g, r2, corner(b, b, K, rest), rest)
}

// corner copies the last rows and columns of a to the start of to.
func corner(to, a []float64, K, rest int) []float64 {
	for i := range rest {
		copy(to[i*rest:(i+1)*rest], a[(K-rest+i)*K+K-rest:(K-rest+i+1)*K])
	}
	return to[:rest*rest]
}

// shapley divides value(all) - value(none) among m players. Each subset counts with
// |A|! (m-1-|A|)!/m! for those that could join it.
func shapley(m int, value []float64) []float64 {
	weight := weights(m)
	parts := make([]float64, m)
	for set, v := range value {
		size := bits.OnesCount(uint(set))
		for k := range parts {
			if set>>k&1 == 1 {
				parts[k] += weight[size-1] * (v - value[set&^(1<<k)])
			}
		}
	}
	return parts
}

// weights are size! (m-1-size)!/m! by size.
func weights(m int) []float64 {
	w := make([]float64, m)
	for size := range w {
		w[size] = 1 / float64(m)
		for i := 1; i <= size; i++ { // 1 / (m binomial(m-1, size))
			w[size] *= float64(i) / float64(m-i)
		}
	}
	return w
}

// lmgGradients are the gradients of the parts by the correlations. The gradient of
// R^2(A) is -cc'. It counts against all predictors with the weight of |A|, as if they
// were to join A, and for its members with that and the weight of |A|-1.
func lmgGradients(r *mat.SymDense, group []int, predictors int) []*mat.SymDense {
	K := r.SymmetricDim()
	l := &leaves{
		weight: append(weights(predictors), 0), group: group, predictors: predictors,
		all: make([]float64, K*K), c: make([]float64, K), swept: make([]bool, K),
	}
	for range predictors {
		l.members = append(l.members, make([]float64, K*K))
		l.room = append(l.room, mat.NewDense(K, K, nil))
		l.with = append(l.with, make([]float64, K*K))
	}
	l.walk(0, 0, mat.DenseCopyOf(r), make([]float64, K*K))
	g := make([]*mat.SymDense, predictors)
	for k := range g {
		g[k] = mat.NewSymDense(K, nil)
		for i := range K {
			for j := i; j < K; j++ {
				g[k].SetSym(i, j, l.all[i*K+j]-l.members[k][i*K+j])
			}
		}
	}
	return g
}

// leaves goes through all subsets and adds up cc', upper triangles.
type leaves struct {
	weight     []float64 // by size of the subset
	group      []int
	predictors int
	all        []float64    // over all subsets
	members    [][]float64  // over the subsets with a predictor
	with       [][]float64  // by depth: over those of the present branch
	room       []*mat.Dense // by depth
	swept      []bool
	c          []float64
}

// walk decides about predictor g and adds the subsets that follow to sum. a is
// swept on the columns of the size predictors chosen so far.
func (l *leaves) walk(g, size int, a *mat.Dense, sum []float64) {
	if g == l.predictors {
		l.add(size, a, sum)
		return
	}
	l.walk(g+1, size, a, sum)
	b := l.room[g]
	b.Copy(a)
	for j, of := range l.group {
		if of == g && b.At(j+1, j+1) > tolerance {
			sweep(b, j+1)
			l.swept[j+1] = true
		}
	}
	with := l.with[g]
	clear(with)
	l.walk(g+1, size+1, b, with)
	for j, of := range l.group {
		if of == g {
			l.swept[j+1] = false
		}
	}
	members := l.members[g]
	for i, v := range with {
		sum[i] += v
		members[i] += v
	}
}

// add adds the subset that a is swept on.
func (l *leaves) add(size int, a *mat.Dense, sum []float64) {
	l.c[0] = 1
	for j := 1; j < len(l.c); j++ {
		l.c[j] = 0
		if l.swept[j] {
			l.c[j] = -a.At(j, 0)
		}
	}
	addOuter(l.all, l.weight[size], l.c)
	if size > 0 {
		addOuter(sum, l.weight[size]+l.weight[size-1], l.c)
	}
}

// addOuter adds f cc' to the upper triangle of m.
func addOuter(m []float64, f float64, c []float64) {
	K := len(c)
	for i, x := range c {
		if x == 0 {
			continue
		}
		row := m[i*K : (i+1)*K]
		for j := i; j < K; j++ {
			row[j] += f * x * c[j]
		}
	}
}

// Shapley divides any measure of fit among m players: value says what a subset of
// them reaches, in[k] marking the members, and each player gets what it adds,
// averaged over all orders,
//
//	phi_k = sum_{A without k} |A|! (m-1-|A|)!/m! (value(A+k) - value(A))
//
// With value a pseudo R^2 of refitted models it is general dominance for any
// model; the parts add up to value(all) - value(none). value is called once for each of
// the 2^m subsets, none first; in must not be kept. m is 20 at most: otherwise the
// error is a *TooManyError. An error of value ends it.
//
// Shapley (1953); Azen and Traxel (2009) for logistic models. TestShapley has the
// glove game, and LMG by regression.
func Shapley(m int, value func(in []bool) (float64, error)) ([]float64, error) {
	if m > most {
		return nil, &TooManyError{m, most}
	}
	values := make([]float64, 1<<m)
	in := make([]bool, m)
	for set := range values {
		for k := range in {
			in[k] = set>>k&1 == 1
		}
		v, err := value(in)
		if err != nil {
			return nil, fmt.Errorf("the value of %v: %w", in, err)
		}
		values[set] = v
	}
	return shapley(m, values), nil
}
