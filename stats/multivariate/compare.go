package multivariate

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/dist"
)

// A LoglinearTest compares two nested loglinear models.
type LoglinearTest struct {
	Deviance TableTest // twice the logarithm of the likelihood ratio
	Pearson  TableTest // n sum (p1 - p0)^2 / p0, R's score

	DF int // coefficients that the larger model has in addition

	// Delta is Rao and Scott's matrix of design effects of those coefficients, and
	// Eigenvalues its eigenvalues, largest first: all 1 in a simple random sample.
	Delta       *mat.Dense
	Eigenvalues []float64
}

// A TableTest is a chi-squared statistic with its tail probability under the
// sum of eigenvalue times chi-squared(1) that the design makes it follow.
type TableTest struct {
	X2           float64
	F            float64 // X2 / sum of eigenvalues
	NumDF, DenDF float64 // of F
	P            float64 // second-order correction: F on NumDF, DenDF
	PFirst       float64 // first-order correction: X2 over the mean eigenvalue, chi-squared
	PExact       float64 // the sum itself, eigenvalues taken for known
	PSaddle      float64 // the same by the saddlepoint
}

// CompareLoglinear tests whether a table needs the interactions that the larger
// model has in addition to the smaller: with q the weighted shares, p0 and p1
// those of the models and n rows,
//
//	X2    = 2 n sum_c q_c log(p1_c / p0_c)      or    n sum_c (p1_c - p0_c)^2 / p0_c
//	Delta = (Z' Q Z)^-1 n Z' V Z                Q = diag(q) - q q'
//	F     = X2 / tr Delta       on d and d DF of the design,    d = tr(Delta)^2 / tr(Delta^2)
//
// where V is the design's covariance matrix of q, and Z the additional columns of X
// with their regression on the smaller model's columns, in the metric of p1,
// taken out. Both have the same categories; to test a model against the table
// itself let the larger have one term of all categories.
//
// All numbers are NaN where one of the models has no maximum, or the observed
// shares leave Z'QZ singular; all but X2 where the design has no variance. DenDF is 0
// without degrees of freedom, and P is NaN. The error is for models that are not nested, or equal, and that of Fit.
//
// Rao and Scott (1984); Thomas and Rao (1987) for F. R:
// anova.svyloglin has the same statistics; its F takes tr(Delta^2) for the sum of
// squared elements and its listed eigenvalues take Delta for symmetric, both
// right only with one additional coefficient or where Delta happens to be
// symmetric. R counts rows with missing answers in n. TestOracle: 15_misc
// compares with both; TestLoglinearTest.
func CompareLoglinear(d *stats.Design, smaller, larger Loglinear) (*LoglinearTest, error) {
	added, err := smaller.added(larger)
	if err != nil {
		return nil, err
	}
	f0, err := smaller.Fit(d.Weights())
	if err != nil {
		return nil, err
	}
	f1, err := larger.Fit(d.Weights())
	if err != nil {
		return nil, err
	}
	t := &LoglinearTest{DF: len(added), Eigenvalues: make([]float64, len(added))}
	if !t.effects(d, f0, f1, added) {
		t.Delta = nil
		for j := range t.Eigenvalues {
			t.Eigenvalues[j] = math.NaN()
		}
	}
	deviance, pearson := 0.0, 0.0
	for c, q := range f1.Observed {
		p0, p1 := f0.Fitted[c], f1.Fitted[c]
		if q != 0 {
			deviance += 2 * q * math.Log(p1/p0)
		}
		pearson += (p1 - p0) * (p1 - p0) / p0
	}
	n := float64(f1.Rows)
	t.Deviance, t.Pearson = t.test(n*deviance, d.DF()), t.test(n*pearson, d.DF())
	return t, nil
}

// added are the columns of the larger model that the smaller does not have.
func (m Loglinear) added(larger Loglinear) ([]int, error) {
	if !slices.EqualFunc(m.Categories, larger.Categories, func(a, b Category) bool {
		return a.Name == b.Name && a.Levels == b.Levels && slices.Equal(a.Codes, b.Codes)
	}) {
		return nil, fmt.Errorf("the models have different categories; fit both to the same table")
	}
	var added []int
	has := m.columns()
	for j, col := range larger.columns() {
		at := slices.IndexFunc(has, func(c column) bool { return slices.Equal(c, col) })
		if at < 0 {
			added = append(added, j)
		} else {
			has = slices.Delete(has, at, at+1)
		}
	}
	switch {
	case len(has) > 0:
		return nil, fmt.Errorf("the larger model lacks %s of the smaller; models that are compared are nested", plural(len(has), "coefficient", "coefficients"))
	case len(added) == 0:
		return nil, fmt.Errorf("the two models are the same")
	}
	return added, nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// effects computes Delta and its eigenvalues, unless a matrix is singular.
func (t *LoglinearTest) effects(d *stats.Design, f0, f1 *LoglinearFit, added []int) bool {
	if f0.info == nil || f1.info == nil {
		return false
	}
	z := f1.residual(f0.x, added)
	inner := within(z, f1.Observed)
	// Z'VZ is the covariance of the means of the rows' values of Z.
	columns := make([][]float64, len(added))
	for j := range columns {
		columns[j] = make([]float64, len(f1.cell))
		for i, c := range f1.cell {
			columns[j][i] = math.NaN()
			if c >= 0 {
				columns[j][i] = z.At(c, j)
			}
		}
	}
	e, err := d.Estimate(stats.Mean(nil, columns...))
	if err != nil {
		return false
	}
	outer := mat.NewSymDense(len(added), nil)
	outer.ScaleSym(float64(f1.Rows), e.Cov)
	var chol mat.Cholesky
	if !chol.Factorize(inner) || chol.Cond() > 1e14 {
		return false
	}
	t.Delta = new(mat.Dense)
	if chol.SolveTo(t.Delta, outer) != nil {
		return false
	}
	// The eigenvalues are those of the symmetric L^-1 outer L'^-1.
	var l mat.TriDense
	chol.LTo(&l)
	var half, whole mat.Dense
	if half.Solve(&l, outer) != nil || whole.Solve(&l, half.T()) != nil {
		return false
	}
	s := mat.NewSymDense(len(added), nil)
	for i := range added {
		for j := i; j < len(added); j++ {
			s.SetSym(i, j, (whole.At(i, j)+whole.At(j, i))/2)
		}
	}
	t.Eigenvalues, _, err = eigen(s)
	return err == nil
}

// residual is the added columns, less their regression on x0. Constants in it do
// not matter: they have no variance.
func (f *LoglinearFit) residual(x0 *mat.Dense, added []int) *mat.Dense {
	size, k0 := x0.Dims()
	all := mat.NewDense(size, k0+len(added), nil)
	all.Slice(0, size, 0, k0).(*mat.Dense).Copy(x0)
	for j, from := range added {
		for c := range size {
			all.Set(c, k0+j, f.x.At(c, from))
		}
	}
	inner := mat.DenseCopyOf(within(all, f.Fitted))
	var b mat.Dense
	if b.Solve(inner.Slice(0, k0, 0, k0), inner.Slice(0, k0, k0, k0+len(added))) != nil {
		return mat.NewDense(size, len(added), nil) // singular: no test
	}
	var z mat.Dense
	z.Mul(x0, &b)
	z.Sub(all.Slice(0, size, k0, k0+len(added)), &z)
	return &z
}

// noEffect is the sum of design effects at which the variance is rounding noise.
const noEffect = 1e-16

func (t *LoglinearTest) test(x2, df float64) TableTest {
	trace, squares := 0.0, 0.0
	for _, v := range t.Eigenvalues {
		trace += v
		squares += v * v
	}
	k := float64(t.DF)
	d := trace * trace / squares
	out := TableTest{X2: x2, F: x2 / trace, NumDF: d, DenDF: d * df}
	if !(trace > noEffect) || math.IsNaN(x2) {
		nan := math.NaN()
		return TableTest{x2, nan, nan, nan, nan, nan, nan, nan}
	}
	out.P = math.NaN()
	if df > 0 {
		out.P = dist.FTail(out.F, out.NumDF, out.DenDF)
	}
	out.PFirst = dist.ChiSquaredTail(x2*k/trace, k)
	out.PExact = dist.ChiSquaredSumTail(x2, t.Eigenvalues, nil)
	out.PSaddle = dist.ChiSquaredSumSaddlepoint(x2, t.Eigenvalues, nil)
	return out
}
