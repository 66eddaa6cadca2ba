package crosstab

// A grid is totals by line and answer, those of a line together: line*K + index
// of the answer.
type grid struct {
	K      int
	sums   []sums
	values []moments // nil = no answer has a value
}

func newGrid(lines, K int, valued bool) grid {
	g := grid{K: K}
	if valued {
		g.values = []moments{}
	}
	g.grow(lines)
	return g
}

// grow adds lines.
func (g *grid) grow(lines int) {
	n := lines * g.K
	g.sums = append(g.sums, make([]sums, n)...)
	if g.values != nil {
		g.values = append(g.values, make([]moments, n)...)
	}
}

// at are the totals with an index.
func (g *grid) at(i int) totals {
	if g.values == nil {
		return totals{g.sums[i], moments{}}
	}
	return totals{g.sums[i], g.values[i]}
}

// add adds to the totals with an index.
func (g *grid) add(i int, t *totals) {
	if g.values == nil {
		g.sums[i].add(t.sums)
		return
	}
	to := g.at(i)
	to.add(t)
	g.sums[i], g.values[i] = to.sums, to.moments
}

// addContent adds what a place holds to a line.
func (g *grid) addContent(line int32, from *content) {
	first := int(line) * g.K
	if g.values == nil {
		to := g.sums[first:][:g.K]
		for j, k := range from.codes {
			to[k].add(from.sums[j])
		}
		return
	}
	for j, k := range from.codes {
		g.add(first+int(k), &totals{from.sums[j], from.values[j]})
	}
}

// addScaled adds what a place holds to a line, times f.
func (g *grid) addScaled(line int32, from *content, f float64) {
	first := int(line) * g.K
	if g.values == nil {
		to := g.sums[first:][:g.K]
		for j, k := range from.codes {
			s := &from.sums[j]
			to[k].add(sums{s.n, f * s.w, f * s.w2})
		}
		return
	}
	for j, k := range from.codes {
		t := totals{from.sums[j], from.values[j]}.scaled(f)
		g.add(first+int(k), &t)
	}
}

// addLine adds a line of another grid to a line.
func (g *grid) addLine(to, from int32, of *grid) {
	first := int(from) * g.K
	for k := range g.K {
		if t := of.at(first + k); t.n > 0 {
			g.add(int(to)*g.K+k, &t)
		}
	}
}
