package multivariate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"tradeoff/stats/dist"
	"tradeoff/stats/internal/logit"
	"tradeoff/stats/internal/moment"
)

// A Rotation turns the axes of factors, which the data leave free.
type Rotation string

// Rotations.
const (
	Varimax   Rotation = "varimax" // few large loadings on each factor (default)
	Unrotated Rotation = "none"    // factors in order of what they explain
)

// Factors are a few unobserved dimensions that make columns correlate.
type Factors struct {
	Correlation *mat.SymDense
	Loadings    *mat.Dense // columns by factors: their correlation with the factor
	Uniqueness  []float64  // share of the variance of each column that is its own, 0.005 to 1
	Turn        *mat.Dense // unrotated loadings times Turn are Loadings; nil if a factor has no loadings
	Criterion   float64    // discrepancy F at the maximum, 0 for a perfect fit
	DF          int        // correlations that remain to be explained
	Heywood     []int      // columns with a uniqueness at its lower bound
}

// lowest is the lower bound of a uniqueness, that of R's factanal.
const lowest = 0.005

// Factor estimates a model of k common factors by maximum likelihood from the
// weighted correlation matrix R of columns,
//
//	R = L L' + Psi    F = log|L L' + Psi| + tr R (L L' + Psi)^-1 - log|R| - p
//
// minimising F over loadings L (p columns by k factors) and uniquenesses, the
// diagonal of Psi. w are weights, x columns of their length; rows where any value
// is missing (NaN) are left out. FactorCorrelation is the same for a correlation
// matrix of another kind, such as polychoric ones of short scales.
//
// Factors come in order of the sum of their squared loadings, largest first, and
// each has a positive sum of loadings. rotation is "" for Varimax, with Kaiser's
// normalisation, run until the axes rest.
//
// A uniqueness that would fall to 0 (a Heywood case: more factors than the data
// hold, or a column that is the sum of others) stops at 0.005 and is listed. The
// error is for fewer than three columns, more factors than p columns can tell
// ((p-k)^2 < p+k), a column that does not vary, and a correlation matrix that is
// singular or not positive definite.
//
// F can have several minima where factors are hard to tell apart. The lowest from
// three starts is taken; R's default is one of them.
//
// Jöreskog (1967); Lawley and Maxwell (1971, chapter 4); Kaiser (1958). R:
// svyfactanal, whose optimiser stops at about 1e-5 and whose varimax at 1e-5.
// TestOracle: 15_misc; TestFactorExact recovers loadings known in advance.
func Factor(w []float64, k int, rotation Rotation, x ...[]float64) (*Factors, error) {
	r, err := spread(moment.Of(w, x), true)
	if err != nil {
		return nil, err
	}
	return FactorCorrelation(r, k, rotation)
}

// FactorCorrelation is Factor for a given correlation matrix. TestFactorExact.
func FactorCorrelation(r mat.Symmetric, k int, rotation Rotation) (*Factors, error) {
	p := r.SymmetricDim()
	df := ((p-k)*(p-k) - p - k) / 2
	switch {
	case rotation != "" && rotation != Varimax && rotation != Unrotated:
		panic(fmt.Sprintf("multivariate: no rotation is called %q", rotation))
	case p < 3:
		return nil, fmt.Errorf("%s; factors need three", plural(p, "column", "columns"))
	case k < 1:
		return nil, fmt.Errorf("%d factors; ask for one or more", k)
	case k >= p || df < 0:
		return nil, fmt.Errorf("%s too many for %d columns; ask for fewer", plural(k, "factor is", "factors are"), p)
	}
	s := mat.NewSymDense(p, nil)
	s.CopySym(r)
	f := &factoring{s: s, k: k}
	psi, err := f.minimise()
	if err != nil {
		return nil, err
	}
	out := &Factors{Correlation: s, Uniqueness: psi, Criterion: max(0, f.at(psi)), DF: df}
	for j, v := range psi {
		if v < lowest*(1+1e-6) {
			out.Heywood = append(out.Heywood, j)
		}
	}
	unrotated := ordered(f.loadings(psi))
	out.Loadings = unrotated
	if rotation != Unrotated && k > 1 {
		out.Loadings = ordered(varimax(unrotated))
	}
	var qr mat.QR
	qr.Factorize(unrotated)
	out.Turn = new(mat.Dense)
	if qr.SolveTo(out.Turn, false, out.Loadings) != nil {
		out.Turn = nil // a factor without loadings has no direction
	}
	return out, nil
}

// factoring minimises the discrepancy over uniquenesses. With e_j and o_j the
// eigenvalues, largest first, and eigenvectors of Psi^-1/2 R Psi^-1/2, the best
// loadings for given Psi leave
//
//	F = sum_{j>k} (e_j - log e_j - 1)
//	dF / d log psi_a = sum_{j>k} (1 - e_j) o_aj^2
//
// (Jöreskog 1967). The second derivatives are those of
// Clarke (1970).
type factoring struct {
	s *mat.SymDense
	k int
}

// spectrum is the eigenvalues, largest first, and vectors for given Psi.
func (f *factoring) spectrum(psi []float64) ([]float64, *mat.Dense) {
	p := len(psi)
	m := mat.NewSymDense(p, nil)
	for a := range p {
		for b := a; b < p; b++ {
			m.SetSym(a, b, f.s.At(a, b)/math.Sqrt(psi[a]*psi[b]))
		}
	}
	e, o, err := eigen(m)
	if err != nil {
		e, o = make([]float64, p), mat.NewDense(p, p, nil)
		for j := range e {
			e[j] = math.NaN()
		}
	}
	return e, o
}

func (f *factoring) at(psi []float64) float64 {
	e, _ := f.spectrum(psi)
	s := 0.0
	for _, v := range e[f.k:] {
		s += (v - 1) - math.Log1p(v-1)
	}
	return s
}

func (f *factoring) gradient(psi []float64) []float64 {
	e, o := f.spectrum(psi)
	g := make([]float64, len(psi))
	for a := range g {
		for j := f.k; j < len(e); j++ {
			g[a] += (1 - e[j]) * o.At(a, j) * o.At(a, j)
		}
	}
	return g
}

func (f *factoring) hessian(psi []float64) *mat.SymDense {
	e, o := f.spectrum(psi)
	p := len(psi)
	h := mat.NewSymDense(p, nil)
	for a := range p {
		for b := a; b < p; b++ {
			s := 0.0
			for j := f.k; j < p; j++ {
				t := 0.0
				for l := range p {
					ol := o.At(a, l) * o.At(b, l)
					if l < f.k {
						t += (1 - e[j]) * (e[j] + e[l]) / (e[l] - e[j]) * ol
					} else {
						t += (e[j] + e[l]) / 2 * ol
					}
				}
				s += t * o.At(a, j) * o.At(b, j)
			}
			h.SetSym(a, b, s)
		}
	}
	return h
}

// minimise finds uniquenesses between lowest and 1, as
//
//	psi = lowest + (1 - lowest) / (1 + exp(-t))
//
// From each of three starts by BFGS, which finds its way where the second
// derivatives are of mixed sign, and then by Newton's method to the last digits;
// the lowest minimum counts.
func (f *factoring) minimise() ([]float64, error) {
	var c mat.Cholesky
	if !c.Factorize(f.s) || c.Cond() > 1e12 {
		return nil, errors.New("the correlation matrix is singular or not positive definite; leave out columns that are sums of others")
	}
	var inverse mat.SymDense
	if err := c.InverseTo(&inverse); err != nil {
		return nil, fmt.Errorf("the correlation matrix cannot be inverted: %w", err)
	}
	p := f.s.SymmetricDim()
	var best []float64
	for k := range 3 {
		t := make([]float64, p)
		for a := range t {
			// Jöreskog's start; then others, uneven so that columns that are alike
			// do not hold each other on a saddle.
			psi := (1 - 0.5*float64(f.k)/float64(p)) / inverse.At(a, a)
			if k > 0 {
				psi = 0.6/float64(k) + 0.05*math.Sin(float64(a+1))
			}
			psi = min(max(psi, 2*lowest), 0.99)
			t[a] = math.Log((psi - lowest) / (1 - psi))
		}
		psi := f.descend(t)
		if psi != nil && (best == nil || f.at(psi) < f.at(best)-1e-12) {
			best = psi
		}
	}
	if best == nil {
		return nil, errors.New("factors were not found; ask for fewer, or leave out columns that are nearly sums of others")
	}
	return best, nil
}

// descend goes down to a minimum, nil if it does not arrive. At the limit of
// rounding gonum's line searches give up, so the gradient decides.
func (f *factoring) descend(t []float64) []float64 {
	for _, method := range []optimize.Method{&optimize.BFGS{}, &optimize.Newton{}} {
		settings := &optimize.Settings{GradientThreshold: 1e-11, MajorIterations: 300, Converger: optimize.NeverTerminate{}}
		result, _ := optimize.Minimize(f.problem(), t, settings, method)
		if result != nil && result.F <= f.at(bounded(t)) {
			t = result.X
		}
	}
	psi := bounded(t)
	for a, g := range f.gradient(psi) {
		if first, _ := slopes(psi[a]); !(math.Abs(g*first) < 1e-7) {
			return nil
		}
	}
	return psi
}

// problem is the discrepancy as a function of t.
func (f *factoring) problem() optimize.Problem {
	return optimize.Problem{
		Func: func(t []float64) float64 { return f.at(bounded(t)) },
		Grad: func(grad, t []float64) {
			psi := bounded(t)
			g := f.gradient(psi)
			for a := range grad {
				first, _ := slopes(psi[a])
				grad[a] = g[a] * first
			}
		},
		Hess: func(hess *mat.SymDense, t []float64) {
			psi := bounded(t)
			g, h := f.gradient(psi), f.hessian(psi)
			for a := range psi {
				fa, second := slopes(psi[a])
				for b := a; b < len(psi); b++ {
					fb, _ := slopes(psi[b])
					v := h.At(a, b) * fa * fb
					if a == b {
						v += g[a] * second
					}
					hess.SetSym(a, b, v)
				}
			}
		},
	}
}

func bounded(t []float64) []float64 {
	psi := make([]float64, len(t))
	for a, v := range t {
		psi[a] = lowest + (1-lowest)*logit.Expit(v)
	}
	return psi
}

// slopes are the first and second derivatives of log psi by t.
func slopes(psi float64) (first, second float64) {
	d := (psi - lowest) * (1 - psi) / (1 - lowest) // d psi / dt
	first = d / psi
	// d/dt (psi - lowest)(1 - psi)/psi = d (lowest/psi^2 - 1)
	return first, d * (lowest/(psi*psi) - 1) / (1 - lowest)
}

// loadings are Psi^1/2 o_j sqrt(e_j - 1) for the k largest.
func (f *factoring) loadings(psi []float64) *mat.Dense {
	e, o := f.spectrum(psi)
	l := mat.NewDense(len(psi), f.k, nil)
	for j := range f.k {
		for a := range psi {
			l.Set(a, j, math.Sqrt(psi[a])*o.At(a, j)*math.Sqrt(max(e[j]-1, 0)))
		}
	}
	return l
}

// ordered sorts factors by their sum of squares, largest first, and turns those
// with a negative sum of loadings around.
func ordered(l *mat.Dense) *mat.Dense {
	p, k := l.Dims()
	order := make([]int, k)
	squares, sums := make([]float64, k), make([]float64, k)
	for j := range k {
		order[j] = j
		for a := range p {
			squares[j] += l.At(a, j) * l.At(a, j)
			sums[j] += l.At(a, j)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case squares[i] > squares[j]:
			return -1
		case squares[i] < squares[j]:
			return 1
		}
		return 0
	})
	out := mat.NewDense(p, k, nil)
	for to, from := range order {
		sign := 1.0
		if sums[from] < 0 {
			sign = -1
		}
		for a := range p {
			out.Set(a, to, sign*l.At(a, from))
		}
	}
	return out
}

// varimax turns loadings so that the variance of their squares within factors is
// largest, each column of the data scaled to a communality of 1 first (Kaiser
// 1958). Each step turns to the orthogonal matrix that is nearest to
// L'(Z^3 - Z diag(Z'Z)/p).
func varimax(l *mat.Dense) *mat.Dense {
	p, k := l.Dims()
	x, length := mat.NewDense(p, k, nil), make([]float64, p)
	for a := range p {
		for j := range k {
			length[a] += l.At(a, j) * l.At(a, j)
		}
		length[a] = math.Sqrt(length[a])
		for j := range k {
			if length[a] > 0 {
				x.Set(a, j, l.At(a, j)/length[a])
			}
		}
	}
	turn := mat.NewDense(k, k, nil)
	for j := range k {
		turn.Set(j, j, 1)
	}
	var z, b mat.Dense
	for range 5000 {
		z.Mul(x, turn)
		cube := mat.NewDense(p, k, nil)
		for j := range k {
			square := 0.0
			for a := range p {
				square += z.At(a, j) * z.At(a, j)
			}
			for a := range p {
				v := z.At(a, j)
				cube.Set(a, j, v*v*v-v*square/float64(p))
			}
		}
		b.Mul(x.T(), cube)
		var svd mat.SVD
		if !svd.Factorize(&b, mat.SVDFull) {
			break
		}
		var u, v, next mat.Dense
		svd.UTo(&u)
		svd.VTo(&v)
		next.Mul(&u, v.T())
		moved := 0.0
		for i := range k {
			for j := range k {
				moved = max(moved, math.Abs(next.At(i, j)-turn.At(i, j)))
			}
		}
		turn = &next
		if moved < 1e-14 {
			break
		}
	}
	z.Mul(x, turn)
	for a := range p {
		for j := range k {
			z.Set(a, j, z.At(a, j)*length[a])
		}
	}
	return &z
}

// Test tests that the factors explain the correlations, by Bartlett's corrected
// likelihood ratio,
//
//	X2 = (n - 1 - (2p + 5)/6 - 2k/3) F    chi-squared with DF degrees of freedom
//
// n is the number of independent people that the sample is worth: the design's
// DF()+1 or its EffectiveBase(), say. With the number of rows it ignores weights and
// clusters and rejects too often. The test takes answers for normal and is rough for
// short scales. p is NaN with no degrees of freedom; a negative X2 from a small n
// counts as 0.
//
// Bartlett (1951); Lawley and Maxwell (1971, chapter 4). R: svyfactanal with n =
// "degf" or another. TestFactorTest.
func (f *Factors) Test(n float64) (x2, p float64) {
	rows, k := f.Loadings.Dims()
	x2 = max(0, (n-1-(2*float64(rows)+5)/6-2*float64(k)/3)*f.Criterion)
	if f.DF == 0 {
		return x2, math.NaN()
	}
	return x2, dist.ChiSquaredTail(x2, float64(f.DF))
}
