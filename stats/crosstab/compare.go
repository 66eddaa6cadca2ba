package crosstab

import (
	"math"
	"strings"

	"tradeoff/stats/dist"
)

// Letter is the letter of the column in place i of its group, from 0: A to Z,
// then AA, AB and so on.
func Letter(i int) string {
	if i < 0 {
		panic("crosstab: letter of a negative place")
	}
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// compare tests the columns of every group with each other and columns with
// the rest of the Total, and marks the cells.
//
// The difference of two columns has the variance
//
//	Var(a) + Var(b) - 2 Cov(a,b)
//
// so that columns with PSUs, or people, in common need no special care, and
// t = difference / SE on the df of the two columns together: PSUs minus strata
// that reach either. p is two-sided and unadjusted. Not tested: fewer than
// MinBase people in either, no variance of the difference, no df, one column
// contained in the other, and standard deviations.
func (e *estimation) compare(r *Result) {
	for s := range e.stats {
		if e.stats[s].Kind == SD {
			continue
		}
		for _, g := range e.req.Groups {
			e.compareGroup(r, s, g)
		}
		for c, col := range e.req.Columns {
			if col.Rest && c > 0 {
				e.compareRest(r, s, c)
			}
		}
	}
}

// compareGroup tests all pairs of a group; the letter of the smaller column
// goes on the larger.
func (e *estimation) compareGroup(r *Result, s int, group []int) {
	marks := make([][]string, len(group))
	for j, b := range group {
		for i, a := range group[:j] {
			t, ok := e.pairTest(s, a, b)
			if !ok {
				continue
			}
			r.add(t)
			switch {
			case t.P >= e.req.Loose:
			case t.Difference > 0:
				marks[i] = append(marks[i], e.mark(j, t.P))
			default:
				marks[j] = append(marks[j], e.mark(i, t.P))
			}
		}
	}
	between := ""
	if len(group) > 26 {
		between = " " // AB is one letter here
	}
	for i, c := range group {
		r.Cells[s][c].Letters = strings.Join(marks[i], between)
	}
}

// mark is the letter of a place: upper case below the strict level.
func (e *estimation) mark(place int, p float64) string {
	if p < e.req.Strict {
		return Letter(place)
	}
	return strings.ToLower(Letter(place))
}

// add keeps a test and marks its cells as tested.
func (r *Result) add(t Comparison) {
	r.Comparisons = append(r.Comparisons, t)
	r.Cells[t.Row][t.A].Tested = true
	if t.B >= 0 {
		r.Cells[t.Row][t.B].Tested = true
	}
}

// pairTest compares two columns.
func (e *estimation) pairTest(s, a, b int) (Comparison, bool) {
	da, db := e.domain(a, s), e.domain(b, s)
	p := int(e.pairOf[a*e.C+b])
	both := &e.masks[e.stats[s].mask].overlap[p]
	contained := both.rows == da.rows || both.rows == db.rows
	if contained || min(da.people, db.people) < int64(e.req.MinBase) {
		return Comparison{}, false
	}
	v, noise := e.difference(a*e.S+s, b*e.S+s, p*e.S+s)
	if v <= noise {
		return Comparison{}, false
	}
	strata := da.strata + db.strata - both.strata
	v *= e.averaged(strata, da.lonely+db.lonely-both.lonely)
	t := Comparison{Row: s, A: a, B: b, EstimateA: e.p[a*e.S+s], EstimateB: e.p[b*e.S+s],
		DF: e.df(da.psus+db.psus-both.psus, strata)}
	return t.finish(v)
}

// difference is the variance of the difference of two estimates, whose pair has
// the index p, and what of it may be rounding error.
func (e *estimation) difference(i, j, p int) (v, noise float64) {
	if e.reps != nil {
		return e.reps.difference(i, j)
	}
	return e.v[zz][i] + e.v[zz][j] - 2*e.v[zz][p], e.noiseZ[i] + e.noiseZ[j]
}

// finish works out the test from both estimates, the df and the variance.
func (t Comparison) finish(v float64) (Comparison, bool) {
	if !(v > 0) || t.DF < 1 {
		return Comparison{}, false
	}
	t.Status = OK
	t.Difference = t.EstimateA - t.EstimateB
	t.SE = math.Sqrt(v)
	t.T = t.Difference / t.SE
	t.P = dist.TTwoSided(t.T, t.DF)
	return t, true
}

// compareRest tests a column against everybody else in the Total and marks the
// cell with the direction, 2 below the strict level and 1 below the loose.
func (e *estimation) compareRest(r *Result, s, c int) {
	t, ok := e.restTest(s, c)
	if !ok {
		return
	}
	r.add(t)
	size := int8(0)
	switch {
	case t.P < e.req.Strict:
		size = 2
	case t.P < e.req.Loose:
		size = 1
	}
	if t.Difference < 0 {
		size = -size
	}
	r.Cells[s][c].VsRest = size
}

// restTest compares a column with the rest of the Total. With W the sums of
// weights of the column c, the rest r and the Total T, p the estimates and
// u = b_c - (W_c/W_T) b_T the linearised share of the column in the Total, the
// difference has the linearised value
//
//	z_c - z_r = W_T/W_r (z_c - z_T + (p_c - p_r) u)
//
// so that the rest, which holds nearly everybody, needs no totals of its own.
func (e *estimation) restTest(s, c int) (Comparison, bool) {
	dc, dt := e.domain(c, s), e.domain(0, s)
	p := int(e.pairOf[c]) // of Total and column
	both := &e.masks[e.stats[s].mask].overlap[p]
	contained := both.rows == dc.rows // as it must be
	rest := dt.people - dc.only       // people with a row in the rest
	if dt.rows == dc.rows || !contained || min(dc.people, rest) < int64(e.req.MinBase) {
		return Comparison{}, false
	}
	wr := dt.w - dc.w
	i := c*e.S + s
	pr := (e.p[s]*dt.w - e.p[i]*dc.w) / wr
	if e.stats[s].share() {
		switch n := e.count[s] - e.count[i]; n {
		case 0:
			pr = 0
		case dt.rows - dc.rows:
			pr = 1
		}
	}
	v, ok := e.restVariance(s, c, p, pr)
	if !ok {
		return Comparison{}, false
	}
	v *= e.averaged(dt.strata, dt.lonely)
	t := Comparison{Row: s, A: c, B: none, EstimateA: e.p[i], EstimateB: pr, DF: e.df(dt.psus, dt.strata)}
	return t.finish(v)
}

// restVariance is the variance of the difference of column c and the rest, whose
// estimate is pr; p is the pair of the Total and the column. It is not ok where
// there is only rounding error.
func (e *estimation) restVariance(s, c, p int, pr float64) (v float64, ok bool) {
	i, k := c*e.S+s, p*e.S+s
	if e.reps != nil {
		v, noise := e.reps.rest(i, pr)
		return v, v > noise
	}
	dc, dt := e.domain(c, s), e.domain(0, s)
	diff, q := e.p[i]-pr, dc.w/dt.w
	// Pairs are ordered, so in pair k the Total comes first.
	vd := e.v[zz][i] + e.v[zz][s] - 2*e.v[zz][k]                       // z_c - z_T
	cross := (e.v[zb][i] - q*e.v[bz][k]) - (e.v[zb][k] - q*e.v[zb][s]) // (z_c - z_T) u
	vu := e.v[bb][i] - 2*q*e.v[bb][k] + q*q*e.v[bb][s]                 // u
	v = vd + 2*diff*cross + diff*diff*vu
	wr := dt.w - dc.w
	return v * (dt.w / wr) * (dt.w / wr), v > e.noiseZ[i]+e.noiseZ[s]+diff*diff*(e.noiseB[i]+e.noiseB[s])
}
