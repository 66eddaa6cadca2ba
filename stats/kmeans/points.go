package kmeans

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// points are rows with their columns side by side, less the weighted means so that
// large values lose no digits.
type points struct {
	w      []float64 // zero where a value is missing
	x      []float64
	ok     []bool    // no value is missing
	mean   []float64 // taken off
	origin []float64 // the weighted mean after that: zero but for rounding
}

func newPoints(w []float64, columns [][]float64) (*points, error) {
	if len(columns) == 0 {
		panic("kmeans: no columns")
	}
	V := len(columns)
	p := &points{x: make([]float64, len(w)*V), ok: make([]bool, len(w)), mean: make([]float64, V)}
	for v, column := range columns {
		if len(column) != len(w) {
			panic(fmt.Sprintf("kmeans: %d values for %d rows", len(column), len(w)))
		}
		for i, x := range column {
			if math.IsInf(x, 0) {
				if w[i] != 0 {
					return nil, fmt.Errorf("k-means: row %d is %g in column %d; NaN where a value is missing", i+1, x, v+1)
				}
				x = math.NaN()
			}
			p.x[i*V+v] = x
		}
	}
	for i := range p.ok {
		p.ok[i] = !slices.ContainsFunc(p.row(i), math.IsNaN)
	}
	q, err := p.reweighed(w)
	if err != nil {
		return nil, err
	}
	for i := range q.x {
		q.x[i] -= q.origin[i%V]
	}
	q.mean = q.origin
	q.origin = make([]float64, V)
	return q, nil
}

// reweighed are the points with other weights.
func (p *points) reweighed(w []float64) (*points, error) {
	q := *p
	q.w = make([]float64, len(w))
	q.origin = make([]float64, len(p.mean))
	total := 0.0
	for i, x := range w {
		if !q.ok[i] {
			continue
		}
		if x < 0 {
			return nil, errNegative
		}
		q.w[i] = x
		total += x
	}
	for i, x := range q.w {
		if x > 0 {
			for v, y := range q.row(i) {
				q.origin[v] += x * y / total
			}
		}
	}
	return &q, nil
}

func (p *points) row(i int) []float64 { return p.x[i*len(p.mean):][:len(p.mean)] }

// outside are centres in the units that came in.
func (p *points) outside(centre [][]float64) [][]float64 {
	out := make([][]float64, len(centre))
	for k, m := range centre {
		for v, x := range m {
			out[k] = append(out[k], x+p.mean[v])
		}
	}
	return out
}

// distinct counts distinct rows with a weight, as far as k.
func (p *points) distinct(k int) int {
	var seen [][]float64
	for i, w := range p.w {
		if w > 0 && len(seen) < k && !slices.ContainsFunc(seen, func(r []float64) bool { return slices.Equal(r, p.row(i)) }) {
			seen = append(seen, p.row(i))
		}
	}
	return len(seen)
}

// distance is squared.
func distance(a, b []float64) float64 {
	s := 0.0
	for v, x := range a {
		s += (x - b[v]) * (x - b[v])
	}
	return s
}

// clusters are a state of the search.
type clusters struct {
	centre [][]float64
	of     []int
	weight []float64
}

// given starts from centres in the units that came in.
func (p *points) given(centres [][]float64) *clusters {
	c := &clusters{}
	for _, m := range centres {
		if len(m) != len(p.mean) {
			panic(fmt.Sprintf("kmeans: a centre of %d values for %d columns", len(m), len(p.mean)))
		}
		own := slices.Clone(m)
		for v := range own {
			own[v] -= p.mean[v]
		}
		c.centre = append(c.centre, own)
	}
	return c
}

// plusPlus starts from rows: the first in proportion to its weight, others in
// proportion to weight times squared distance to the nearest so far.
func (p *points) plusPlus(k int, seed, stream uint64) *clusters {
	r := rand.New(rand.NewPCG(seed, stream))
	c := &clusters{}
	chance := slices.Clone(p.w)
	nearest := slices.Repeat([]float64{math.Inf(1)}, len(p.w))
	for range k {
		m := slices.Clone(p.row(draw(r, chance)))
		c.centre = append(c.centre, m)
		for i, w := range p.w {
			if w > 0 {
				nearest[i] = min(nearest[i], distance(p.row(i), m))
				chance[i] = w * nearest[i]
			}
		}
	}
	return c
}

// draw is a place in proportion to chance.
func draw(r *rand.Rand, chance []float64) int {
	total := 0.0
	for _, x := range chance {
		total += x
	}
	at, last := r.Float64()*total, 0
	for i, x := range chance {
		if x > 0 {
			if last = i; at < x {
				return i
			}
			at -= x
		}
	}
	return last
}

// most is a bound on steps against rounding that goes in circles; it takes dozens.
const most = 10000

// improve runs an algorithm to its end.
func (p *points) improve(c *clusters, lloyd bool) *clusters {
	c.of = make([]int, len(p.w))
	if lloyd {
		for range most {
			if !p.step(c) {
				break
			}
		}
		return c
	}
	p.hartiganWong(c)
	return c
}

// step assigns rows and takes means, and reports whether any centre has changed.
func (p *points) step(c *clusters) bool {
	p.assign(c)
	old := c.centre
	p.settle(c)
	return !slices.EqualFunc(old, c.centre, slices.Equal)
}

func (p *points) assign(c *clusters) {
	for i := range c.of {
		c.of[i] = -1
		if p.ok[i] {
			c.of[i] = c.nearest(p.row(i), -1)
		}
	}
}

// nearest is the cluster of the nearest centre but one.
func (c *clusters) nearest(x []float64, but int) int {
	best, least := 0, math.Inf(1)
	for k, m := range c.centre {
		if k == but {
			continue
		}
		if d := distance(x, m); d < least {
			best, least = k, d
		}
	}
	return best
}

// settle takes means, and fills clusters that are empty.
func (p *points) settle(c *clusters) {
	p.means(c)
	for p.refill(c) {
		p.means(c)
	}
}

// means sets centres and weights; a cluster without weight keeps its centre.
func (p *points) means(c *clusters) {
	old := c.centre
	c.centre, c.weight = make([][]float64, len(old)), make([]float64, len(old))
	for k := range old {
		c.centre[k] = make([]float64, len(p.mean))
	}
	for i, k := range c.of {
		if w := p.w[i]; w > 0 {
			c.weight[k] += w
			for v, x := range p.row(i) {
				c.centre[k][v] += w * x
			}
		}
	}
	for k, W := range c.weight {
		for v := range c.centre[k] {
			c.centre[k][v] /= W
		}
		if W == 0 {
			c.centre[k] = old[k]
		}
	}
}

// refill gives the first empty cluster the row that adds most to the sum of
// squares, and reports whether there was one.
func (p *points) refill(c *clusters) bool {
	empty := slices.Index(c.weight, 0)
	if empty < 0 {
		return false
	}
	row, worst := -1, 0.0
	for i, w := range p.w {
		if w > 0 {
			if s := w * distance(p.row(i), c.centre[c.of[i]]); s > worst {
				row, worst = i, s
			}
		}
	}
	c.of[row] = empty
	return true
}

// shift adds a row of weight w to a cluster.
func (c *clusters) shift(k int, x []float64, w float64) {
	c.weight[k] += w
	for v := range x {
		c.centre[k][v] += (x[v] - c.centre[k][v]) * w / c.weight[k]
	}
}

// within is the sum of squares of each cluster.
func (p *points) within(c *clusters) []float64 {
	s := make([]float64, len(c.centre))
	for i, k := range c.of {
		if p.w[i] > 0 {
			s[k] += p.w[i] * distance(p.row(i), c.centre[k])
		}
	}
	return s
}

// order puts the heaviest cluster first.
func (c *clusters) order() {
	at := make([]int, len(c.centre))
	for k := range at {
		at[k] = k
	}
	slices.SortStableFunc(at, func(a, b int) int {
		switch {
		case c.weight[a] > c.weight[b]*(1+1e-12):
			return -1
		case c.weight[b] > c.weight[a]*(1+1e-12):
			return 1
		}
		return slices.Compare(c.centre[a], c.centre[b])
	})
	old, place := *c, make([]int, len(at))
	c.centre, c.weight = make([][]float64, len(at)), make([]float64, len(at))
	for to, from := range at {
		c.centre[to], c.weight[to], place[from] = old.centre[from], old.weight[from], to
	}
	for i, k := range c.of {
		if k >= 0 {
			c.of[i] = place[k]
		}
	}
}
