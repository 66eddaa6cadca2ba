package crosstab

import (
	"fmt"
	"math"
	"slices"

	"tradeoff/stats"
)

// Replicates say how the spread of estimates with replicate weights becomes a
// variance,
//
//	V = Scale sum_r RScales_r (theta_r - c)^2
//
// with c the mean of theta_r over replicates with a positive RScales, or the
// estimate itself under MSE. A replicate in which an estimate does not exist is
// left out of its variance. It is stats.Replicates without the weights, which
// the rows bring. TestReplicatesAreStats, TestReplicateOracle.
type Replicates struct {
	N       int // number of replicates
	Scale   float64
	RScales []float64 // by replicate; nil = 1
	MSE     bool      // centre at the estimate, not at the mean of the replicates
	DF      float64   // degrees of freedom; 0 = rank of the replicate weights less 1
}

// replicateCensus reads replicate weights, for what is wrong with them and for
// their rank. Random mixtures of rows have the rank of the rows, so rows are added
// up into sums, twice as many as there are replicates and some (stats takes the
// same way). Every row goes into several, so that a few rows that matter among
// many alike do not meet in one.
type replicateCensus struct {
	n      int       // replicates; 0 as long as none were read
	rows   int       // with a weight in some replicate
	mixed  []float64 // sums by n replicates
	sum    []float64 // by replicate
	bad    int       // weights that are no finite number
	beside int       // rows without a weight that replicates give one
}

// mixtures is how many sums there are.
func (c *replicateCensus) mixtures() int { return 2*c.n + 32 }

// read reads n rows.
func (c *replicateCensus) read(r Rows, n int) {
	R := len(r.Replicates) / n
	if R == 0 && c.n == 0 {
		return
	}
	if c.n == 0 {
		c.n = R
		c.mixed, c.sum = make([]float64, c.mixtures()*R), make([]float64, R)
	}
	if R != c.n {
		panic(fmt.Sprintf("crosstab: %d replicate weights, then %d", c.n, R))
	}
	for i := range n {
		w := r.replicates(i, n)
		some := false
		for k, x := range w {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				c.bad++
			}
			some = some || x != 0
			c.sum[k] += x
		}
		if !some {
			continue
		}
		if r.weight(i) == 0 {
			c.beside++
		}
		c.mix(w)
	}
}

// mix adds a row to the sums, the first rows to one of their own each.
func (c *replicateCensus) mix(w []float64) {
	row, m := c.rows, c.mixtures()
	c.rows++
	if row < m {
		addTo(c.mixed[row*c.n:][:c.n], w, 1)
		return
	}
	for k := range uint64(4) {
		h := (4*uint64(row) + k) * 0x9e3779b97f4a7c15
		h = (h ^ h>>32) * 0xd6e8feb86659fd93
		h ^= h >> 32
		f := 0.5 + float64(h>>12)/(1<<53) // from 1/2 to 1
		if h&1 == 1 {
			f = -f
		}
		addTo(c.mixed[int(h>>1%uint64(m))*c.n:][:c.n], w, f)
	}
}

// merge adds the census of other rows.
func (c *replicateCensus) merge(o *replicateCensus) {
	if o.n == 0 {
		return
	}
	if c.n == 0 {
		*c = *o
		c.mixed, c.sum = slices.Clone(o.mixed), slices.Clone(o.sum)
		return
	}
	if c.n != o.n {
		panic(fmt.Sprintf("crosstab: %d replicate weights, then %d", c.n, o.n))
	}
	c.bad += o.bad
	c.beside += o.beside
	addTo(c.sum, o.sum, 1)
	for i := range min(o.rows, o.mixtures()) {
		c.mix(o.mixed[i*o.n:][:o.n])
	}
}

// design completes what is said about the replicates, and says what is wrong
// with their weights.
func (c *replicateCensus) design(r Replicates, say func(format string, args ...any)) *Replicates {
	if r.N <= 0 || c.n != 0 && c.n != r.N || r.RScales != nil && len(r.RScales) != r.N {
		panic(fmt.Sprintf("crosstab: %d replicates, of which rows have %d, and %d RScales", r.N, c.n, len(r.RScales)))
	}
	if !(r.Scale > 0) || !(r.DF >= 0) {
		panic(fmt.Sprintf("crosstab: replicates of scale %g with %g degrees of freedom", r.Scale, r.DF))
	}
	if r.RScales == nil {
		r.RScales = make([]float64, r.N)
		for i := range r.RScales {
			r.RScales[i] = 1
		}
	}
	if c.bad > 0 {
		say("%s missing or infinite; rows that a replicate leaves out weigh zero in it", plural(c.bad, "replicate weight is", "replicate weights are"))
	}
	if c.beside > 0 {
		say("%s a weight of zero, but replicate weights that are not; give them a weight, or zero in all replicates", plural(c.beside, "row has", "rows have"))
	}
	for k, s := range c.sum {
		if s == 0 && c.bad == 0 {
			say("the weights of replicate %d add up to zero; check its column", k+1)
		}
	}
	if r.DF == 0 && c.rows > 0 && c.bad == 0 {
		r.DF = c.rank() - 1
	}
	return &r
}

// rank is the rank of the replicate weights.
func (c *replicateCensus) rank() float64 {
	rows := min(c.rows, c.mixtures())
	columns := make([][]float64, c.n)
	for k := range columns {
		columns[k] = make([]float64, rows)
		for i := range columns[k] {
			columns[k][i] = c.mixed[i*c.n+k]
		}
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: rows, Lonely: stats.LonelyRemove})
	if err != nil {
		panic(err) // rows without weights and strata have no faults
	}
	return d.WithReplicates(stats.Replicates{Weights: columns}).DF() + 1
}

// variance is the variance of an estimate, given by how far the estimate of
// every replicate is from it; NaN = it does not exist in the replicate. It is 0
// where it exists in none.
func (r *Replicates) variance(x []float64) float64 {
	centre := 0.0
	if !r.MSE {
		n := 0.0
		for k, v := range x {
			if r.RScales[k] > 0 && !math.IsNaN(v) {
				centre += v
				n++
			}
		}
		centre /= max(n, 1)
	}
	s := 0.0
	for k, v := range x {
		if !math.IsNaN(v) {
			s += r.RScales[k] * (v - centre) * (v - centre)
		}
	}
	return r.Scale * s
}

// noise is a variance below which the spread of replicate estimates of a size
// is rounding error.
func (r *Replicates) noise(size float64) float64 {
	s := 0.0
	for _, f := range r.RScales {
		s += f
	}
	return tiny * r.Scale * s * size
}

// replicated are the sums of an estimation with every set of replicate weights.
// Vectors have a length of replicates.
type replicated struct {
	*estimation
	above []float64 // sum w_r (y - p), by column*S + statistic; p the estimate of the column
	below []float64 // sum w_r, the same
	x     []float64 // scratch
}

// newReplicated folds the replicate weights of the bins to columns and answers,
// and these to statistics.
func newReplicated(e *estimation) *replicated {
	R := e.design.reps.N
	r := &replicated{e, make([]float64, e.C*e.S*R), make([]float64, e.C*e.S*R), make([]float64, R)}
	w, we := make([]float64, e.C*e.K*R), make([]float64, 0)
	if e.folded.values != nil {
		we = make([]float64, e.C*e.K*R)
	}
	e.from.each(func(at *content) {
		for j, reps := range at.reps {
			if reps == nil {
				continue
			}
			for _, c := range e.cells[e.cellOf(at)].columns {
				to := int(c)*e.K + int(at.codes[j])
				addTo(w[to*R:][:R], reps[:R], 1)
				if len(reps) > R { // around the origin of the column
					addTo(we[to*R:][:R], reps[R:], 1)
					addTo(we[to*R:][:R], reps[:R], at.values[j].origin-e.folded.values[to].origin)
				}
			}
		}
	})
	for i := range e.p {
		c, st := i/e.S, &e.stats[i%e.S]
		above, below := r.above[i*R:][:R], r.below[i*R:][:R]
		for k := range e.K {
			if at := c*e.K + k; st.in[k] {
				t := e.folded.at(at)
				y, _ := st.of(int32(k), &t)
				addTo(above, w[at*R:][:R], y-e.p[i])
				addTo(below, w[at*R:][:R], 1)
				if st.Value {
					addTo(above, we[at*R:][:R], 1)
				}
			}
		}
	}
	return r
}

// addTo adds f x.
func addTo(to, x []float64, f float64) {
	for k, v := range x {
		to[k] += f * v
	}
}

// deviation adds f (theta_r - p) of a statistic in a column to x.
func (r *replicated) deviation(x []float64, i int, f float64) {
	R := len(x)
	above, below := r.above[i*R:][:R], r.below[i*R:][:R]
	for k := range x {
		if below[k] == 0 {
			x[k] = math.NaN()
		} else {
			x[k] += f * (above[k] / below[k])
		}
	}
}

// restDeviation takes theta_r - p of the rest of the Total from x; i is the
// column, and p the estimate of the rest.
func (r *replicated) restDeviation(x []float64, i int, p float64) {
	R, s := len(x), i%r.S
	ac, bc, at, bt := r.above[i*R:][:R], r.below[i*R:][:R], r.above[s*R:][:R], r.below[s*R:][:R]
	for k := range x {
		below := bt[k] - bc[k]
		if math.Abs(below) <= noise*(math.Abs(bt[k])+math.Abs(bc[k])) {
			x[k] = math.NaN()
			continue
		}
		x[k] -= (at[k] + (r.p[s]-p)*bt[k] - ac[k] - (r.p[i]-p)*bc[k]) / below
	}
}

// size is the scale of a statistic in a column, squared.
func (r *replicated) size(i int) float64 { return r.s2[i] + r.p[i]*r.p[i] }

// variance of a statistic in a column.
func (r *replicated) variance(i int) float64 {
	clear(r.x)
	r.deviation(r.x, i, 1)
	v, d := r.design.reps.variance(r.x), r.design.reps
	if v <= d.noise(r.size(i)) {
		return 0
	}
	return v
}

// difference is the variance of the difference of two columns, and what of it
// may be rounding error.
func (r *replicated) difference(i, j int) (v, noise float64) {
	clear(r.x)
	r.deviation(r.x, i, 1)
	r.deviation(r.x, j, -1)
	d := r.design.reps
	return d.variance(r.x), d.noise(r.size(i) + r.size(j))
}

// rest is the variance of the difference of a column and the rest of the Total,
// whose estimate is p.
func (r *replicated) rest(i int, p float64) (v, noise float64) {
	clear(r.x)
	r.deviation(r.x, i, 1)
	r.restDeviation(r.x, i, p)
	d := r.design.reps
	return d.variance(r.x), d.noise(r.size(i) + p*p)
}

// replicates is the number of replicates of the design, 0 for none.
func (d *Design) replicates() int {
	if d.reps == nil {
		return 0
	}
	return d.reps.N
}

// addReplicates adds the sums w_r of totals, and w_r e where there are any, whose
// values are measured from an origin.
func (a *Accumulator) addReplicates(at int32, reps []float64, origin float64) {
	to, R := a.reps[at], a.design.replicates()
	addTo(to, reps, 1)
	if len(to) > R {
		addTo(to[R:], reps[:R], origin-a.values[at].origin)
	}
}
