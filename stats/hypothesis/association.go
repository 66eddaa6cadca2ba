package hypothesis

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// An Association is a two-way table on a survey design, and the tests that its
// two questions are independent. See RaoScott for the tests by Pearson's
// statistic; F is the default.
type Association struct {
	RaoScott
	Rows, Cols []int       // codes of the rows and columns of the table, in order
	Shares     [][]float64 // of the whole table, by row, then column
	Base       int         // rows with weight and both answers

	wald float64 // of the differences of counts from independence
}

// Independence estimates the table of two questions, for the tests that they are
// independent: with p the shares of cells, p_i. and p_.j their margins, that
// p_ij = p_i. p_.j.
//
//	X2     = N sum (p_ij - p_i. p_.j)^2 / (p_i. p_.j)
//	deltas = eigenvalues of (C'D^-1 C / N)^-1 (C'D^-1 V D^-1 C)
//
// with D the diagonal of p (1/0 = 0), V their covariance on the design and C a
// basis of the interaction contrasts.
//
// row and col are codes from 0, a length of rows each; a negative code is
// missing, and a row with either missing is not in the table. A code without
// weight makes no row or column of the table. With fewer than two rows or columns
// that are left there is nothing to test: no deltas, and a P of NaN. A cell
// without answers is fine; where whole contrasts are empty, their deltas are left
// out, where R stops. A cell with a negative share, from negative calibrated
// weights, leaves no test but Wald's.
//
// df: see the tests. Nu is PSUs less strata of the domain (in R of the rows kept,
// those of weight zero included), or with replicate weights Design.DF.
//
// Errors are those of the design's estimates. Rao and Scott (1981, 1984); R:
// svychisq. TestOracle: 06_lonely_psu, 07_chisq, 10_calibration, 11_replicates;
// TestIndependenceCorners.
func Independence(d *stats.Design, row, col []int) (*Association, error) {
	mustLen("row codes", len(row), d.Rows())
	mustLen("column codes", len(col), d.Rows())
	both := make([]bool, d.Rows())
	a := &Association{RaoScott: newRaoScott(d)}
	for i, w := range d.Weights() {
		both[i] = w != 0 && row[i] >= 0 && col[i] >= 0
		if both[i] {
			a.Base++
		}
	}
	var r, c []int
	a.Rows, r = dense(row, both)
	a.Cols, c = dense(col, both)
	a.X2, a.wald = math.NaN(), math.NaN()
	if a.Base == 0 {
		return a, nil
	}
	cell := make([]int, d.Rows())
	for i := range cell {
		cell[i] = -1
		if both[i] {
			cell[i] = r[i]*len(a.Cols) + c[i]
		}
	}
	y := stats.Indicators(cell, len(a.Rows)*len(a.Cols))
	shares, err := d.Estimate(stats.Mean(nil, y...))
	if err != nil {
		return nil, err
	}
	a.pearson(shares)
	if len(a.Rows) < 2 || len(a.Cols) < 2 {
		return a, nil
	}
	totals, err := d.Estimate(stats.Total(nil, y...))
	if err != nil {
		return nil, err
	}
	a.wald = a.distance(totals)
	return a, nil
}

// dense numbers the codes that occur where in is true, in order of the codes;
// others become -1.
func dense(codes []int, in []bool) (levels, number []int) {
	at := map[int]int{}
	for i, c := range codes {
		if in[i] {
			at[c] = 0
		}
	}
	levels = slices.Sorted(maps.Keys(at))
	for k, c := range levels {
		at[c] = k
	}
	number = make([]int, len(codes))
	for i, c := range codes {
		number[i] = -1
		if in[i] {
			number[i] = at[c]
		}
	}
	return levels, number
}

// pearson sets the shares, X2 and the deltas.
func (a *Association) pearson(e *stats.Estimates) {
	R, C := len(a.Rows), len(a.Cols)
	rows, cols := make([]float64, R), make([]float64, C)
	for i := range R {
		a.Shares = append(a.Shares, e.Value[i*C:][:C])
		for j, p := range a.Shares[i] {
			rows[i] += p
			cols[j] += p
		}
	}
	if slices.ContainsFunc(e.Value, func(p float64) bool { return !(p >= 0) }) {
		return // X2 stays NaN
	}
	a.X2 = 0
	for i := range R {
		for j, p := range a.Shares[i] {
			if expected := rows[i] * cols[j]; expected != 0 {
				a.X2 += (p - expected) * (p - expected) / expected
			}
		}
	}
	a.X2 *= a.N
	if R < 2 || C < 2 {
		return
	}
	// Both forms in the weighted contrasts D^-1 C.
	c := interactions(R, C)
	k := (R - 1) * (C - 1)
	weighted := mat.DenseCopyOf(c)
	for i, p := range e.Value {
		for j := range k {
			if p == 0 {
				weighted.Set(i, j, 0)
			} else {
				weighted.Set(i, j, c.At(i, j)/p)
			}
		}
	}
	var vc, top, bottom mat.Dense
	vc.Mul(e.Cov, weighted)
	top.Mul(weighted.T(), &vc)
	bottom.Mul(c.T(), weighted)
	bottom.Scale(1/a.N, &bottom)
	a.Deltas = deltas(symmetric(&top), symmetric(&bottom))
}

// symmetric is a square matrix made symmetric.
func symmetric(m *mat.Dense) *mat.SymDense {
	n, _ := m.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, (m.At(i, j)+m.At(j, i))/2)
		}
	}
	return s
}

// interactions is an orthogonal basis of the tables with margins of zero: products
// of Helmert contrasts.
func interactions(R, C int) *mat.Dense {
	var m mat.Dense
	m.Kronecker(helmert(R), helmert(C))
	return &m
}

// helmert are n-1 columns, each comparing a level with the ones before.
func helmert(n int) *mat.Dense {
	h := mat.NewDense(n, n-1, nil)
	for j := range n - 1 {
		size := math.Sqrt(float64((j + 1) * (j + 2)))
		for i := range j + 1 {
			h.Set(i, j, -1/size)
		}
		h.Set(j+1, j, float64(j+1)/size)
	}
	return h
}

// distance is the Wald statistic of Y_ij = N_ij - N_i. N_.j / N, of all but the
// first row and column, by the delta method.
func (a *Association) distance(e *stats.Estimates) float64 {
	R, C := len(a.Rows), len(a.Cols)
	rows, cols, all := make([]float64, R), make([]float64, C), 0.0
	for k, n := range e.Value {
		rows[k/C] += n
		cols[k%C] += n
		all += n
	}
	var y []float64
	var gradients [][]float64
	for i := 1; i < R; i++ {
		for j := 1; j < C; j++ {
			y = append(y, e.Value[i*C+j]-rows[i]*cols[j]/all)
			g := make([]float64, R*C)
			for k := range g {
				g[k] = rows[i] * cols[j] / (all * all)
				if k/C == i {
					g[k] -= cols[j] / all
				}
				if k%C == j {
					g[k] -= rows[i] / all
				}
			}
			g[i*C+j]++
			gradients = append(gradients, g)
		}
	}
	c := e.Contrast(nil, gradients...)
	for k := range y {
		if !(c.SE(k) > rounding*math.Abs(all)) {
			return math.NaN()
		}
	}
	return wald(y, c.Cov)
}

// df is the degrees of freedom of the table.
func (a *Association) df() float64 {
	return float64(max(0, len(a.Rows)-1) * max(0, len(a.Cols)-1))
}

// Wald is the Wald test of independence on the differences of the weighted counts
// from what independence makes of the margins,
//
//	F = Y' V_Y^-1 Y / k,  df k = (R-1)(C-1) and nu
//
// (Koch, Freeman and Freeman 1975). It is too bold where k is not small beside
// nu, so use F. NaN where V_Y is singular: a cell that always has the same count
// (up to rounding, where calibration has fixed it), or k above nu. R: svychisq(statistic = "Wald"). TestOracle: 06, 07, 10, 11.
func (a *Association) Wald() Test {
	k := a.df()
	return newTest("Wald F", a.wald/k, k, a.Nu)
}

// AdjustedWald is Wald with the correction for few PSUs,
//
//	F = Y' V_Y^-1 Y (nu-k+1) / (k nu),  df k and nu-k+1
//
// (Fellegi 1980; Thomas and Rao 1987). NaN where nu-k+1 is not positive. R:
// svychisq(statistic = "adjWald"). TestOracle: 06, 07, 10, 11.
func (a *Association) AdjustedWald() Test {
	k := a.df()
	den := a.Nu - k + 1
	return newTest("adjusted Wald F", a.wald*den/(k*a.Nu), k, den)
}
