package multivariate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
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
// coefficients of about 20, and linearises with replicate weights, too. TestOracle:
// 15_misc; TestLoglinear.
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
func (m Loglinear) matrix(size int, columns []column) *mat.Dense {
	x := mat.NewDense(size, len(columns), nil)
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

// Fit fits the model with weights. The error is for a model without terms or
// coefficients (categories of one level have none), and for a table of no cells or
// more than 100,000. TestLoglinear, TestLoglinearCorners.
func (m Loglinear) Fit(w []float64) (*LoglinearFit, error) {
	if len(m.Terms) == 0 {
		return nil, fmt.Errorf("the loglinear model has no terms; give it one for each category")
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
	columns := m.columns()
	if len(columns) == 0 {
		return nil, fmt.Errorf("the loglinear model has no coefficients; give it a term with a category of two levels or more")
	}
	f.x = m.matrix(size, columns)
	f.maximise(len(columns))
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
