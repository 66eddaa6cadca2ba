package crosstab

import (
	"fmt"
	"slices"

	"tradeoff/stats"
)

// This file holds what a calibration of the weights takes out of variances. With
// z = w u the linearised value of a row and q the calibration cell of the row,
// the combination of everything that the weights were calibrated on,
//
//	z = w (u - f_q)
//
// where f is the regression of u on the calibration variables (see
// stats.Adjustment). f depends on the sums of w u by calibration cell, and these
// on totals by cell and answer. Every row has a residual, also those outside of a
// column and those that were not asked: theirs come from the totals of everybody.

// A Calibration is what the variance has to know of calibrated weights.
type Calibration struct {
	cells     *stats.Design
	everybody []calibratedTotals // in order of stratum and PSU
	w         []float64          // of everybody, by calibration cell
}

// calibratedTotals are the totals of everybody in a calibration cell of a PSU, or of
// a stratum if there are none.
type calibratedTotals struct {
	unit
	cell  int32
	w, w2 float64
}

// NewCalibration takes what weights were calibrated on and the totals of
// everybody: of a question that all respondents answer, those outside of all
// columns too.
//
// cells is a design with a row for each calibration cell, calibrated by package
// weight (PostStratify, Rake, Calibrate, Precalibrated, or several of them). Its
// weights are those of the respondents of the cell together; the factor that the
// calibration gives the row is that of all of them. So bounds of weights are only
// known to the variance where the weights before are equal inside a cell. of is
// the calibration cell of a cell of everybody.
//
// The weights of everybody, and of all questions, are those after calibration.
// TestCalibrationIsStats.
func NewCalibration(cells *stats.Design, all *Accumulator, of func(cell int32) int32) *Calibration {
	c := &Calibration{cells: cells, w: make([]float64, cells.Rows())}
	at := map[int32]int{}
	for _, i := range all.order() {
		k, s := all.keys[i], all.sums[i]
		u := unit{k.stratum, k.psu, none}
		if n := len(c.everybody); n == 0 || c.everybody[n-1].unit != u {
			clear(at)
		}
		q := of(k.cell)
		if q < 0 || int(q) >= len(c.w) {
			panic(fmt.Sprintf("crosstab: calibration cell %d of %d", q, len(c.w)))
		}
		b, ok := at[q]
		if !ok {
			b = len(c.everybody)
			at[q] = b
			c.everybody = append(c.everybody, calibratedTotals{unit: u, cell: q})
		}
		c.everybody[b].w += s.w
		c.everybody[b].w2 += s.w2
		c.w[q] += s.w
	}
	return c
}

// calibrated is the calibration of an estimation. Slices by calibration cell are
// of slices by column*S + statistic; those of b are nil if there is no comparison
// with the rest.
type calibrated struct {
	*estimation
	all    []int32            // all columns
	left   []calibratedTotals // of everybody that the walk has not met yet
	fz, fb [][]float64        // f of z/w and b/w
	uz, ub [][]float64        // of rows that are sampling units: sum w^2 u, times the scale of the stratum
	w2     []float64          // of everybody: sum w^2, times the scale
}

// newCalibrated works out the regressions.
func newCalibrated(e *estimation, inverse []float64) *calibrated {
	Q, n := len(e.req.Calibration.w), e.C*e.S
	table := func() [][]float64 {
		t := make([][]float64, Q)
		for q := range t {
			t[q] = make([]float64, n)
		}
		return t
	}
	c := &calibrated{estimation: e, fz: table(), uz: table(), w2: make([]float64, Q), left: e.req.Calibration.everybody}
	if e.rest {
		c.fb, c.ub = table(), table()
	}
	for k := range e.C {
		c.all = append(c.all, int32(k))
	}
	c.each(&e.inCell, func(at int, q int32, t *totals, y float64, m moments) {
		c.fz[q][at] += (t.w*(y-e.p[at]) + m.we) * inverse[at]
		if c.fb != nil {
			c.fb[q][at] += t.w * inverse[at%e.S]
		}
	})
	if !e.design.Clustered() {
		c.each(&e.squares, func(at int, q int32, t *totals, y float64, m moments) {
			c.uz[q][at] += (t.w2*(y-e.p[at]) + m.w2e) * inverse[at]
			if c.ub != nil {
				c.ub[q][at] += t.w2 * inverse[at%e.S]
			}
		})
	}
	z := make([]float64, Q)
	for _, f := range [][][]float64{c.fz, c.fb} {
		for at := range n {
			if f != nil {
				c.regress(f, at, z)
			}
		}
	}
	return c
}

// each calls do for every cell and answer of a grid, by the columns and statistics
// that it is in.
func (c *calibrated) each(g *grid, do func(at int, q int32, t *totals, y float64, m moments)) {
	for i := range c.cells {
		cell := &c.cells[i]
		for k := range c.K {
			t := g.at(i*c.K + k)
			if t.n == 0 {
				continue
			}
			for s := range c.stats {
				if st := &c.stats[s]; st.in[k] {
					y, m := st.of(int32(k), &t)
					for _, column := range cell.columns {
						do(int(column)*c.S+s, cell.calibration, &t, y, m)
					}
				}
			}
		}
	}
}

// regress turns sums of w u by calibration cell into f.
func (c *calibrated) regress(f [][]float64, at int, z []float64) {
	cal := c.req.Calibration
	for q := range z {
		z[q] = f[q][at]
	}
	for _, a := range slices.Backward(cal.cells.Adjustments()) {
		a.Residuals(z)
	}
	for q := range z {
		f[q][at] -= z[q] // w f of the cell
		if cal.w[q] != 0 {
			f[q][at] /= cal.w[q]
		}
	}
}

// next returns the next totals of everybody up to a PSU.
func (c *calibrated) next(to unit) *calibratedTotals {
	if len(c.left) == 0 || compareUnits(c.left[0].unit, to) > 0 {
		return nil
	}
	b := &c.left[0]
	c.left = c.left[1:]
	return b
}

// everybody takes w f of all respondents from the totals of their PSU, and
// remembers the squares of what it took; where rows or persons are the PSUs, it
// takes it from the stratum, and finish deals with the squares.
func (c *calibrated) everybody(b *calibratedTotals, unit, stratum *vectors, scale float64) {
	stratum.add(c.all)
	to := unit
	if b.psu == none {
		to = stratum
		c.w2[b.cell] += scale * b.w2
		scale = 0
	} else {
		unit.add(c.all)
	}
	for i, f := range c.fz[b.cell] {
		to.z[i] -= b.w * f
		c.noiseZ[i] += scale * b.w * b.w * f * f
	}
	if c.fb == nil {
		return
	}
	for i, f := range c.fb[b.cell] {
		to.b[i] -= b.w * f
		c.noiseB[i] += scale * b.w * b.w * f * f
	}
}

// finish adds what the regressions do to the squares of rows, or persons,
//
//	sum w^2 (u_c - f_c)(u_d - f_d) = sum w^2 u_c u_d - f_c sum w^2 u_d - f_d sum w^2 u_c + f_c f_d sum w^2
//
// the last sum over everybody, by calibration cell.
func (c *calibrated) finish() {
	for p := range c.pairs {
		pr := &c.pairs[p]
		i, j := int(pr.c)*c.S, int(pr.d)*c.S
		add := func(v []float64, fc, uc, fd, ud [][]float64) {
			v = v[p*c.S:][:c.S]
			for q, w2 := range c.w2 {
				fc, uc, fd, ud := fc[q][i:][:c.S], uc[q][i:][:c.S], fd[q][j:][:c.S], ud[q][j:][:c.S]
				for s := range v {
					v[s] += fc[s]*fd[s]*w2 - fc[s]*ud[s] - fd[s]*uc[s]
				}
			}
		}
		add(c.v[zz], c.fz, c.uz, c.fz, c.uz)
		if pr.rest {
			add(c.v[zb], c.fz, c.uz, c.fb, c.ub)
			add(c.v[bz], c.fb, c.ub, c.fz, c.uz)
			add(c.v[bb], c.fb, c.ub, c.fb, c.ub)
		}
	}
	for q, w2 := range c.w2 {
		for i, f := range c.fz[q] {
			c.noiseZ[i] += f * f * w2
		}
		if c.fb == nil {
			continue
		}
		for i, f := range c.fb[q] {
			c.noiseB[i] += f * f * w2
		}
	}
}
