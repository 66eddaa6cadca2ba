package multivariate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/dist"
)

// A Category is a categorical variable of a table of counts.
type Category struct {
	Name   string
	Codes  []int // of each row, from 0 below Levels; -1 is missing
	Levels int
}

// A Loglinear is a hierarchical loglinear model of the shares p of the cells of
// a table,
//
//	log p_c = constant + x_c' theta
//
// as a stats.Statistic: its numbers are theta, without the constant. Terms are
// the interactions of the model, each the indices of its categories; every
// interaction and main effect inside a term is in the model as well, so {{0, 1},
// {2}} is R's ~ a*b + c. The columns of x are sum contrasts: category a has
// coefficients a1, a2, ... for its levels but the last, the deviations of the
// logarithm from its mean over the levels; the last level has minus their sum.
// Interactions are products of those, named a1:b1. Terms of one category come
// before those of two, each in order of the categories.
//
// theta maximises the likelihood sum_c q_c log p_c of the weighted shares q, and
//
//	u = (X' P X)^-1 X' (d_c - q) / sum w      P = diag(p) - p p'
//
// for a row in cell c. Rows where a category is missing are left out. Logarithms of
// odds are the unit. Degrees of freedom: the design's.
//
// Where the likelihood has no finite maximum (no rows at all, a level without rows, or
// empty cells in a pattern that sends coefficients to infinity) all coefficients
// are NaN. A cell may be empty as long as the margins of the terms are not.
//
// Rao and Scott (1984); Binder (1983) for the covariance; Agresti (2013, chapter 9).
// R: svyloglin agrees to the 1e-8 of glm; it warns where there is no maximum and gives
// coefficients of about 20. TestOracle: 15_misc; TestLoglinear.
type Loglinear struct {
	Categories []Category
	Terms      [][]int
}

// most is the largest number of cells of a table.
const most = 100_000

// cells numbers the cell of each row, the last category changing fastest; -1 is
// missing. size is the number of cells.
func (m Loglinear) cells(rows int) (cell []int, size int) {
	cell, size = make([]int, rows), 1
	for _, c := range m.Categories {
		if len(c.Codes) != rows {
			panic(fmt.Sprintf("multivariate: %d codes of %s for %d weights", len(c.Codes), c.Name, rows))
		}
		size *= c.Levels
		for i, code := range c.Codes {
			switch {
			case code >= c.Levels:
				panic(fmt.Sprintf("multivariate: code %d of %s, which has %d levels", code, c.Name, c.Levels))
			case code < 0 || cell[i] < 0:
				cell[i] = -1
			default:
				cell[i] = cell[i]*c.Levels + code
			}
		}
	}
	return cell, size
}

// effects are all interactions that the model has, in the order of its
// coefficients: sets of categories, as bits.
func (m Loglinear) effects() []uint64 {
	var all []uint64
	for _, term := range m.Terms {
		set := uint64(0)
		for _, c := range term {
			if c < 0 || c >= len(m.Categories) {
				panic(fmt.Sprintf("multivariate: a term of category %d of %d", c, len(m.Categories)))
			}
			set |= 1 << c
		}
		for sub := set; sub > 0; sub = (sub - 1) & set {
			all = append(all, sub)
		}
	}
	members := func(set uint64) (cs []int) {
		for c := range m.Categories {
			if set>>c&1 == 1 {
				cs = append(cs, c)
			}
		}
		return cs
	}
	slices.SortFunc(all, func(a, b uint64) int {
		x, y := members(a), members(b)
		return cmp.Or(cmp.Compare(len(x), len(y)), slices.Compare(x, y))
	})
	return slices.Compact(all)
}

// column is a column of X: the level of each of its categories that has 1; those
// not in the column are -1.
type column []int

func (m Loglinear) columns() []column {
	var all []column
	for _, set := range m.effects() {
		none := make(column, len(m.Categories))
		for c := range none {
			none[c] = -1
		}
		of := []column{none}
		for c, category := range m.Categories {
			if set>>c&1 == 0 {
				continue
			}
			var next []column
			for level := range category.Levels - 1 { // the first category changes fastest
				for _, old := range of {
					one := slices.Clone(old)
					one[c] = level
					next = append(next, one)
				}
			}
			of = next
		}
		all = append(all, of...)
	}
	return all
}

// Names are the names of the coefficients, as R's.
func (m Loglinear) Names() []string {
	var names []string
	for _, col := range m.columns() {
		var parts []string
		for c, level := range col {
			if level >= 0 {
				parts = append(parts, fmt.Sprintf("%s%d", m.Categories[c].Name, level+1))
			}
		}
		names = append(names, strings.Join(parts, ":"))
	}
	return names
}

// matrix is X, a row per cell.
func (m Loglinear) matrix(size int) *mat.Dense {
	columns := m.columns()
	x := mat.NewDense(size, max(1, len(columns)), nil)
	levels := make([]int, len(m.Categories))
	for cell := range size {
		rest := cell
		for c := len(levels) - 1; c >= 0; c-- {
			levels[c] = rest % m.Categories[c].Levels
			rest /= m.Categories[c].Levels
		}
		for j, col := range columns {
			v := 1.0
			for c, level := range col {
				switch {
				case level < 0:
				case levels[c] == m.Categories[c].Levels-1:
					v = -v
				case levels[c] != level:
					v = 0
				}
			}
			x.Set(cell, j, v)
		}
	}
	return x
}

// A LoglinearFit is a fitted model. Cells are in order of the categories, the
// last changing fastest.
type LoglinearFit struct {
	Rows     int       // rows with weight and no missing category
	Observed []float64 // weighted shares of the cells
	Fitted   []float64 // shares of the model; NaN without a maximum
	Coef     []float64 // theta; NaN without a maximum
	Constant float64   // of log p

	cell []int
	sum  float64
	x    *mat.Dense
	info *mat.Cholesky // of X'PX
}

// Fit fits the model with weights. The error is for a model without terms and a
// table of more than 100,000 cells. TestLoglinear.
func (m Loglinear) Fit(w []float64) (*LoglinearFit, error) {
	if len(m.Terms) == 0 {
		return nil, fmt.Errorf("the loglinear model has no terms")
	}
	f := &LoglinearFit{}
	size := 1
	for _, c := range m.Categories {
		if size *= c.Levels; size > most || size < 1 {
			return nil, fmt.Errorf("the table has no cells, or more than %d; take fewer categories", most)
		}
	}
	f.cell, size = m.cells(len(w))
	f.Observed = make([]float64, size)
	for i, c := range f.cell {
		if w[i] != 0 && c >= 0 {
			f.Rows++
			f.sum += w[i]
			f.Observed[c] += w[i]
		}
	}
	for c := range f.Observed {
		f.Observed[c] /= f.sum
	}
	f.x = m.matrix(size)
	f.maximise(len(m.columns()))
	return f, nil
}

// maximise climbs by Newton's method, each step halved until the likelihood
// grows.
func (f *LoglinearFit) maximise(k int) {
	size := len(f.Observed)
	theta := mat.NewVecDense(k, nil)
	f.Fitted, f.Coef = make([]float64, size), make([]float64, k)
	f.Constant = f.shares(theta)
	level := f.likelihood()
	ok := false
	for range 100 {
		f.info = f.information()
		score, step := mat.NewVecDense(k, nil), mat.NewVecDense(k, nil)
		gap := mat.NewVecDense(size, nil)
		for c, q := range f.Observed {
			gap.SetVec(c, q-f.Fitted[c])
		}
		score.MulVec(f.x.T(), gap)
		if f.info == nil || f.info.SolveVecTo(step, score) != nil {
			break
		}
		// The next step is about the square of this one; where the likelihood
		// grows for ever steps stay about 1.
		if ok = mat.Norm(step, math.Inf(1)) < 1e-8; ok {
			theta.AddVec(theta, step)
			f.Constant = f.shares(theta)
			break
		}
		old := mat.VecDenseCopyOf(theta)
		for range 40 {
			theta.AddVec(old, step)
			f.Constant = f.shares(theta)
			if next := f.likelihood(); next >= level-1e-13*math.Abs(level) {
				level = next
				break
			}
			step.ScaleVec(0.5, step)
		}
	}
	for j := range f.Coef {
		f.Coef[j] = theta.AtVec(j)
	}
	if !ok {
		f.info = nil
		f.Constant = math.NaN()
		for _, s := range [][]float64{f.Fitted, f.Coef} {
			for i := range s {
				s[i] = math.NaN()
			}
		}
	}
}

// shares sets the fitted shares and returns the constant.
func (f *LoglinearFit) shares(theta *mat.VecDense) float64 {
	eta := mat.NewVecDense(len(f.Fitted), nil)
	eta.MulVec(f.x, theta)
	top := mat.Max(eta)
	sum := 0.0
	for c := range f.Fitted {
		f.Fitted[c] = math.Exp(eta.AtVec(c) - top)
		sum += f.Fitted[c]
	}
	for c := range f.Fitted {
		f.Fitted[c] /= sum
	}
	return -top - math.Log(sum)
}

func (f *LoglinearFit) likelihood() float64 {
	s := 0.0
	for c, q := range f.Observed {
		if q != 0 {
			s += q * math.Log(f.Fitted[c])
		}
	}
	return s
}

// information is X' (diag(p) - p p') X, nil where it is singular.
func (f *LoglinearFit) information() *mat.Cholesky {
	var c mat.Cholesky
	if !c.Factorize(within(f.x, f.Fitted)) || c.Cond() > 1e14 {
		return nil
	}
	return &c
}

// within is X' (diag(p) - p p') X, with p that add up to 1.
func within(x *mat.Dense, p []float64) *mat.SymDense {
	size, k := x.Dims()
	s := mat.NewSymDense(k, nil)
	mean, row := centre(x, p), mat.NewVecDense(k, nil)
	for c := range size {
		row.SubVec(x.RowView(c), mean)
		s.SymRankOne(s, p[c], row)
	}
	return s
}

// centre is the mean of the rows of x, p their shares.
func centre(x *mat.Dense, p []float64) *mat.VecDense {
	_, k := x.Dims()
	mean := mat.NewVecDense(k, nil)
	mean.MulVec(x.T(), mat.NewVecDense(len(p), p))
	return mean
}

// At computes the coefficients with weights.
func (m Loglinear) At(w []float64) ([]float64, error) {
	f, err := m.Fit(w)
	if err != nil {
		return nil, err
	}
	return f.Coef, nil
}

// Linearize computes the coefficients and their linearised values.
func (m Loglinear) Linearize(w []float64) ([]float64, [][]float64, error) {
	f, err := m.Fit(w)
	if err != nil {
		return nil, nil, err
	}
	u := make([][]float64, len(f.Coef))
	for j := range u {
		u[j] = make([]float64, len(w))
	}
	if f.info == nil {
		return f.Coef, u, nil
	}
	// The values of a cell are those of all its rows.
	size, k := f.x.Dims()
	mean := centre(f.x, f.Observed)
	row, value := mat.NewVecDense(k, nil), mat.NewVecDense(k, nil)
	cells := make([][]float64, size)
	for c := range cells {
		row.SubVec(f.x.RowView(c), mean)
		if err := f.info.SolveVecTo(value, row); err != nil {
			return nil, nil, fmt.Errorf("the loglinear model cannot be inverted: %w", err)
		}
		cells[c] = make([]float64, k)
		for j := range k {
			cells[c][j] = value.AtVec(j) / f.sum
		}
	}
	for i, c := range f.cell {
		if w[i] == 0 || c < 0 {
			continue
		}
		for j := range u {
			u[j][i] = cells[c][j]
		}
	}
	return f.Coef, u, nil
}

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
	X2       float64
	F        float64 // X2 / sum of eigenvalues
	DF1, DF2 float64 // of F
	P        float64 // second-order correction: F on DF1, DF2
	PFirst   float64 // first-order correction: X2 over the mean eigenvalue, chi-squared
	PExact   float64 // the sum itself, eigenvalues taken for known
	PSaddle  float64 // the same by the saddlepoint
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
// shares leave Z'QZ singular; all but X2 where the design has no variance. DF2 is 0
// without degrees of freedom, and P is NaN. The error is for models that are not nested, or equal, and that of Fit.
//
// Rao and Scott (1984), section 3 and 4; Thomas and Rao (1987) for F. R:
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

func (t *LoglinearTest) test(x2, df float64) TableTest {
	trace, squares := 0.0, 0.0
	for _, v := range t.Eigenvalues {
		trace += v
		squares += v * v
	}
	k := float64(t.DF)
	d := trace * trace / squares
	out := TableTest{X2: x2, F: x2 / trace, DF1: d, DF2: d * df}
	if !(trace > 0) || math.IsNaN(x2) {
		nan := math.NaN()
		return TableTest{x2, nan, nan, nan, nan, nan, nan, nan}
	}
	one := make([]float64, t.DF)
	for j := range one {
		one[j] = 1
	}
	out.P = math.NaN()
	if df > 0 {
		out.P = dist.FTail(out.F, out.DF1, out.DF2)
	}
	out.PFirst = dist.ChiSquaredTail(x2*k/trace, k)
	out.PExact = dist.ChiSquaredSumTail(x2, t.Eigenvalues, one)
	out.PSaddle = dist.ChiSquaredSumSaddlepoint(x2, t.Eigenvalues, one)
	return out
}
