package hypothesis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/dist"
)

// A Fit is how well the shares of a question agree with given ones. See RaoScott
// for the tests; F is the default.
type Fit struct {
	RaoScott
	Shares []float64 // estimated, by code
	Given  []float64 // by code, adding up to 1
	Base   int       // rows with weight and an answer

	totals TotalsFit
}

// GoodnessOfFit tests that the shares p of the answers to a question are given
// ones, p0 (a census, the last wave, equal parts):
//
//	X2     = N sum (p - p0)^2 / p0
//	deltas = N times the eigenvalues of D0^-1/2 V D0^-1/2, less the one that is zero
//
// with D0 the diagonal of p0 and V the covariance of p on the design (Rao and
// Scott 1981, section 2). codes are from 0, below the number of given shares, a
// length of rows; a negative code is missing and leaves the test. given are
// proportions or counts in any unit; they are divided by their sum.
//
// A category that nobody chose has a share of 0 and counts. Without a single answer
// there is no test. df: see the tests; one given share leaves none.
//
// An error says that a given share is not positive, or that the design has no
// estimate. R's svygofchisq works on totals instead, see Fit.Totals; F and X2 here
// do not depend on the unit of the weights. TestFit, TestFitTwoShares,
// TestFitCorners.
func GoodnessOfFit(d *stats.Design, codes []int, given []float64) (*Fit, error) {
	mustLen("codes", len(codes), d.Rows())
	f := &Fit{RaoScott: newRaoScott(d)}
	sum := 0.0
	for k, g := range given {
		if !(g > 0) || math.IsInf(g, 1) {
			return nil, fmt.Errorf("given share %d is %g; every category needs a share above 0 (leave the category out, or join it to another)", k+1, g)
		}
		sum += g
	}
	for _, g := range given {
		f.Given = append(f.Given, g/sum)
	}
	for i, w := range d.Weights() {
		if codes[i] >= len(given) {
			panic(fmt.Sprintf("hypothesis: code %d, but %d given shares", codes[i], len(given)))
		}
		if w != 0 && codes[i] >= 0 {
			f.Base++
		}
	}
	y := stats.Indicators(codes, len(given))
	shares, err := d.Estimate(stats.Mean(nil, y...))
	if err != nil {
		return nil, err
	}
	totals, err := d.Estimate(stats.Total(nil, y...))
	if err != nil {
		return nil, err
	}
	f.Shares = shares.Value
	f.pearson(shares.Cov)
	f.totals = totalsFit(totals, f.Given)
	return f, nil
}

// pearson sets X2 and the deltas.
func (f *Fit) pearson(v *mat.SymDense) {
	k := len(f.Given)
	if f.Base == 0 || k < 2 {
		f.X2 = math.NaN()
		return
	}
	m := mat.NewSymDense(k, nil)
	for i, p0 := range f.Given {
		e := f.Shares[i] - p0
		f.X2 += f.N * e * e / p0
		for j := i; j < k; j++ {
			m.SetSym(i, j, f.N*v.At(i, j)/math.Sqrt(p0*f.Given[j]))
		}
	}
	f.Deltas = eigenvalues(m)
	f.Deltas = f.Deltas[:min(k-1, len(f.Deltas))] // shares add up to 1: the last is zero
}

// TotalsFit is the test of R's svygofchisq, on weighted counts.
type TotalsFit struct {
	X2     float64   // Pearson's statistic of the weighted counts: in units of the weights
	Lambda []float64 // eigenvalues, largest first
	Scale  float64   // mean square of the eigenvalues over their mean
	DF     float64   // Satterthwaite's
	P      float64   // of X2/Scale on DF; NaN where the counts have no variance
}

// Totals is the test that R's svygofchisq makes: with O the weighted counts and
// E = p0 sum O,
//
//	X2 = sum (O-E)^2/E,  lambda = eigenvalues of the covariance of (O-E)/sqrt(E)
//
// by the delta method at O, and Satterthwaite's chi-squared. The statistic is not
// of the size of a chi-squared but of the weights, there is no allowance for few
// PSUs, and the derivatives are taken at the sample, not at the hypothesis: it is
// here to agree with R, which sorts the given shares by the names of the categories
// and so has the wrong lambda and p, with the right X2, unless the categories are in
// the order of their names. Use F. TestOracle: 07_chisq.
func (f *Fit) Totals() TotalsFit { return f.totals }

func totalsFit(e *stats.Estimates, given []float64) TotalsFit {
	k, N := len(given), 0.0
	for _, o := range e.Value {
		N += o
	}
	t := TotalsFit{Scale: math.NaN(), DF: math.NaN(), P: math.NaN()}
	gradients := make([][]float64, k)
	for i, p := range given {
		E := p * N
		miss := e.Value[i] - E
		t.X2 += miss * miss / E
		gradients[i] = make([]float64, k)
		for j := range k {
			gradients[i][j] = -p * (1/math.Sqrt(E) + miss/(2*E*math.Sqrt(E)))
		}
		gradients[i][i] += 1 / math.Sqrt(E)
	}
	if k == 0 || !(N > 0) {
		t.X2 = math.NaN()
		return t
	}
	t.Lambda = eigenvalues(e.Contrast(nil, gradients...).Cov)
	tr, tr2 := 0.0, 0.0
	for _, l := range t.Lambda {
		tr += l
		tr2 += l * l
	}
	if tr > noDelta*N {
		t.Scale, t.DF = tr2/tr, tr*tr/tr2
		t.P = dist.ChiSquaredTail(t.X2/t.Scale, t.DF)
	}
	return t
}
