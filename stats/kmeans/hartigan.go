package kmeans

// Hartigan and Wong's algorithm with weights: from the assignment to the nearest
// centres, turns of optimal transfers (each row to the best of all clusters) and
// quick transfers (each row to the cluster that was its second best) until a turn
// of the first kind moves nothing. The sets of live clusters of the paper, which
// spare comparisons that cannot matter, are left out.

// margin is the share by which a sum of squares must fall, so that rounding moves
// no row to and fro.
const margin = 1e-12

func (p *points) hartiganWong(c *clusters) {
	p.assign(c)
	start := *c
	p.settle(c)
	second := make([]int, len(p.w)) // by the centres at the start, as first
	for i := range second {
		second[i] = start.nearest(p.row(i), c.of[i])
	}
	if len(c.centre) > 1 {
		for p.optimal(c, second) {
			p.quick(c, second)
			p.means(c) // without the rounding of many moves
		}
	}
	for i, w := range p.w {
		if p.ok[i] && w == 0 {
			c.of[i] = c.nearest(p.row(i), -1)
		}
	}
}

// gain is how much the squares of its cluster fall without a row, loss how much
// those of another rise with it, both per unit of weight.
func (p *points) gain(c *clusters, i int) float64 {
	W := c.weight[c.of[i]]
	return W / (W - p.w[i]) * distance(p.row(i), c.centre[c.of[i]])
}

func (p *points) loss(c *clusters, i, k int) float64 {
	return c.weight[k] / (c.weight[k] + p.w[i]) * distance(p.row(i), c.centre[k])
}

// fixed reports whether a row cannot move: without weight, or all its cluster has.
func (p *points) fixed(c *clusters, i int) bool {
	return p.w[i] == 0 || c.weight[c.of[i]] <= p.w[i]*(1+margin)
}

// optimal moves every row to the best cluster, and reports whether any moved.
func (p *points) optimal(c *clusters, second []int) (moved bool) {
	for i := range p.w {
		if p.fixed(c, i) {
			continue
		}
		best, least := second[i], p.loss(c, i, second[i])
		for k := range c.centre {
			if k != c.of[i] && k != best {
				if loss := p.loss(c, i, k); loss < least {
					best, least = k, loss
				}
			}
		}
		second[i] = best
		if least < p.gain(c, i)*(1-margin) {
			p.swap(c, i, second)
			moved = true
		}
	}
	return moved
}

// quick moves rows to their second best cluster until all have stayed in turn.
func (p *points) quick(c *clusters, second []int) {
	for stayed, i := 0, 0; stayed < len(p.w); i = (i + 1) % len(p.w) {
		stayed++
		if !p.fixed(c, i) && p.loss(c, i, second[i]) < p.gain(c, i)*(1-margin) {
			p.swap(c, i, second)
			stayed = 0
		}
	}
}

func (p *points) swap(c *clusters, i int, second []int) {
	c.shift(c.of[i], p.row(i), -p.w[i])
	c.shift(second[i], p.row(i), p.w[i])
	c.of[i], second[i] = second[i], c.of[i]
}
