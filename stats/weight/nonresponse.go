package weight

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
	"tradeoff/stats/internal/logit"
)

// A ResponseCell is a cell of Nonresponse, or several that were merged.
type ResponseCell struct {
	Label     string
	Sampled   int     // rows with a weight before
	Responded int     // of them
	Rate      float64 // weighted share that responded
	Factor    float64 // 1/Rate, of the weights
}

// Cells says how Nonresponse forms cells.
type Cells struct {
	MinBase   int     // respondents that a cell needs; 0 = 30
	MaxFactor float64 // largest factor of a cell; 0 = none
}

// Nonresponse lets the respondents of a cell stand for all of it:
//
//	w_i = d_i sum_c d / sum_c r d     for respondents (r = 1), else 0
//
// with d the weights of all who were asked, respondents or not. cells is a
// margin; targets that it may have are not used. It takes for granted that answering has nothing to do
// with the answers inside a cell (Oh and Scheuren 1983; Särndal, Swensson and
// Wretman 1992, section 15.6).
//
// A cell with too few respondents, or too large a factor, is merged with the one
// whose response rate is nearest, the smallest first, until none is left; cells
// of like rates are what the adjustment needs (Little 1986). Notes say which.
//
// Variance: the size of the cells is an estimate of the whole sample,
//
//	z_i becomes z_i - w_i m_c + d_i m_c
//
// with m_c the mean of u in the cell, for respondents and the others, who have
// z = 0. df count PSUs with respondents. Replicate weights are adjusted anew, in
// the same cells; a replicate without a respondent in a cell leaves it out.
//
// Errors, as Problems: nobody has responded, rows without a cell, negative
// weights, a MaxFactor below 1, which no cell can have. responded and the margin
// have a length of rows; it panics if not, and on a MinBase below zero.
// TestNonresponse.
func Nonresponse(d *stats.Design, responded []bool, cells Margin, o Cells) (*stats.Design, *Report, error) {
	w := d.Weights()
	if len(responded) != len(w) {
		panic("weight: responded is not as long as the design")
	}
	if o.MinBase < 0 {
		panic(fmt.Sprintf("weight: cells of at least %d respondents", o.MinBase))
	}
	cells.Targets = nil
	cells.must(len(w))
	var p Problems
	if o.MaxFactor != 0 && !(o.MaxFactor >= 1) {
		p.fault(BadBounds, cells.Name, "", "a largest factor of %g cannot be: 1 is that of a cell in which everybody has responded", o.MaxFactor)
	}
	p.checkWeights(w)
	none, some := 0, false
	for i, x := range w {
		if x != 0 {
			some = some || responded[i]
			if cells.Of[i] < 0 {
				none++
			}
		}
	}
	if none > 0 {
		p.fault(NoCategory, cells.Name, "", "%s no cell; give those who are missing one of their own", number(none, "row has", "rows have"))
	}
	if !some {
		p.fault(NoRespondents, "", "", "nobody with a weight has responded")
	}
	if p != nil {
		return nil, nil, p
	}
	group, merged := mergeCells(&cells, responded, w, o, &p)
	respondents := func(d []float64) []float64 {
		r := make([]float64, len(d))
		for i, x := range d {
			if responded[i] {
				r[i] = x
			}
		}
		return r
	}
	fit := func(d []float64) []float64 {
		w := respondents(d)
		all, r := sumBy(group, len(merged), d), sumBy(group, len(merged), w)
		for i, x := range w {
			if x != 0 {
				w[i] = x * (all[group[i]] / r[group[i]])
			}
		}
		return w
	}
	after := fit(w)
	out := d.WithWeights(after, &responseCells{group, len(merged), w, after})
	out = eachReplicate(d, out, fit)
	rep := newReport("non-response cells", d, out)
	rep.Response, rep.Notes = merged, p
	return out, rep, nil
}

// mergeCells puts small cells together: the group of each row, and the groups in
// order of their first cell.
func mergeCells(cells *Margin, responded []bool, w []float64, o Cells, p *Problems) ([]int, []ResponseCell) {
	least := o.MinBase
	if least == 0 {
		least = smallBase
	}
	type cell struct {
		of                []int // categories
		sampled, answered int
		all, r            float64
	}
	cs := make([]*cell, cells.categories())
	for c := range cs {
		cs[c] = &cell{of: []int{c}}
	}
	for i, x := range w {
		if x == 0 {
			continue
		}
		c := cs[cells.Of[i]]
		c.sampled++
		c.all += x
		if responded[i] {
			c.answered++
			c.r += x
		}
	}
	cs = slices.DeleteFunc(cs, func(c *cell) bool { return c.sampled == 0 })
	name := func(c *cell) string {
		var s []string
		for _, k := range c.of {
			s = append(s, cells.label(k))
		}
		return strings.Join(s, " + ")
	}
	for len(cs) > 1 {
		worst := -1
		for k, c := range cs {
			bad := c.answered < least || o.MaxFactor > 0 && c.all > o.MaxFactor*c.r
			if bad && (worst < 0 || c.answered < cs[worst].answered) {
				worst = k
			}
		}
		if worst < 0 {
			break
		}
		a := cs[worst]
		nearest, distance := -1, math.Inf(1)
		for k, c := range cs {
			if gap := math.Abs(c.r/c.all - a.r/a.all); k != worst && gap < distance {
				nearest, distance = k, gap
			}
		}
		b := cs[nearest]
		p.note(Merged, cells.Name, name(a), "merged with %s, which has the nearest response rate: it has %s of %d", name(b), people(a.answered), a.sampled)
		b.of = append(b.of, a.of...)
		slices.Sort(b.of)
		b.sampled += a.sampled
		b.answered += a.answered
		b.all += a.all
		b.r += a.r
		cs = slices.Delete(cs, worst, worst+1)
	}
	slices.SortFunc(cs, func(a, b *cell) int { return a.of[0] - b.of[0] })
	place := make([]int, cells.categories())
	var out []ResponseCell
	for g, c := range cs {
		for _, k := range c.of {
			place[k] = g
		}
		out = append(out, ResponseCell{name(c), c.sampled, c.answered, c.r / c.all, c.all / c.r})
	}
	group := make([]int, len(w))
	for i, c := range cells.Of {
		if c >= 0 {
			group[i] = place[c]
		}
	}
	return group, out
}

// responseCells is the Adjustment of Nonresponse.
type responseCells struct {
	group []int
	n     int
	d, w  []float64
}

// Residuals makes weighted linearised values those of all who were asked.
func (a *responseCells) Residuals(z []float64) {
	mean, r := sumBy(a.group, a.n, z), sumBy(a.group, a.n, a.w)
	for g := range mean {
		mean[g] /= r[g]
	}
	for i, d := range a.d {
		if d != 0 {
			z[i] += (d - a.w[i]) * mean[a.group[i]]
		}
	}
}

// Response says how Propensity uses the response model.
type Response struct {
	// Classes is the number of classes of equal size, by the estimated
	// propensity, that are used as the cells of Nonresponse, which relies less on
	// the model. 0 = the inverse of the propensity itself.
	Classes int
	Cells   Cells // how classes are merged; only with Classes
}

// Propensity lets respondents stand for others who are as likely to respond,
// by a logistic model of columns x that are known of all who were asked:
//
//	w_i = d_i / pi_i    for respondents, else 0
//	logit pi = b0 + x b,   sum d (r - pi)(1, x) = 0
//
// or in classes of pi (Rosenbaum and Rubin 1984; Little 1986). The intercept is
// added; columns that follow from others are no harm.
//
// Variance: with pi estimated,
//
//	z_i becomes z_i + d_i (r_i - pi_i) x_i c
//	c = -(sum d pi (1 - pi) x x')^-1 sum z (1 - pi) x
//
// (Kim and Kim 2007), which is often smaller than with pi known. With
// classes it is that of Nonresponse, taking the classes as given. Replicate
// weights have the model fitted anew.
//
// Errors, as Problems: values that are missing, nobody has responded, a model
// that tells respondents from the others without fail (kind Separated; with
// everybody responding weights stay as they are). responded and the columns have
// a length of rows; it panics if not, on a number of Classes below zero, and on
// Cells without Classes. Weights of one who responds with a propensity near zero
// are large; see the Report, and Trim. TestPropensity.
func Propensity(d *stats.Design, responded []bool, x [][]float64, o Response) (*stats.Design, *Report, error) {
	w := d.Weights()
	if len(responded) != len(w) {
		panic("weight: responded is not as long as the design")
	}
	if o.Classes < 0 || o.Classes == 0 && o.Cells != (Cells{}) {
		panic(fmt.Sprintf("weight: %d classes of propensity with %+v", o.Classes, o.Cells))
	}
	ones := slices.Repeat([]float64{1}, len(w))
	terms := []Term{{Name: "intercept", Values: ones}}
	for j, column := range x {
		terms = append(terms, Term{Name: "column " + itoa(j+1), Values: column})
	}
	var p Problems
	p.checkWeights(w)
	if len(x) > 0 {
		p.checkTerms(terms[1:], w)
	}
	some, all := false, true
	for i, v := range w {
		if v != 0 {
			some, all = some || responded[i], all && responded[i]
		}
	}
	if !some {
		p.fault(NoRespondents, "", "", "nobody with a weight has responded")
	}
	if p != nil {
		return nil, nil, p
	}
	m := newResponseModel(terms, responded, w)
	pi, ok := m.fit(w)
	if all {
		pi, ok = ones, true
	}
	if !ok {
		p.fault(Separated, "", "", "the variables tell respondents from the others without fail, so there is nobody who could stand for some of them; leave a variable out, or merge its categories")
		return nil, nil, p
	}
	if o.Classes > 0 {
		out, rep, err := Nonresponse(d, responded, classes(pi, w, o.Classes), o.Cells)
		if err == nil {
			rep.Method = "response propensity, in classes"
		}
		return out, rep, err
	}
	after := m.weights(w, pi)
	out := d.WithWeights(after, &propensity{m, w, pi})
	lost := 0
	out = eachReplicate(d, out, func(r []float64) []float64 {
		again, ok := m.fit(r)
		if !ok {
			lost++
			again = pi
		}
		return m.weights(r, again)
	})
	if lost > 0 {
		p.note(Separated, "", "", "%s without a fit of their own; they use that of all", number(lost, "replicate is", "replicates are"))
	}
	rep := newReport("response propensity", d, out)
	rep.Notes = p
	return out, rep, nil
}

// classes are categories of rows by equal numbers of them, in order of the
// propensity; rows with the same propensity stay together.
func classes(pi, w []float64, n int) Margin {
	m := Margin{Name: "propensity", Of: make([]int, len(pi))}
	var order []int
	for i := range pi {
		m.Of[i] = -1
		if w[i] != 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(pi[a], pi[b]) })
	class := 0
	for k, i := range order {
		if k > 0 && pi[i] > pi[order[k-1]] {
			class = k * n / len(order)
		}
		m.Of[i] = class
	}
	for k := range n {
		m.Labels = append(m.Labels, "class "+itoa(k+1))
	}
	return m
}

// responseModel is the logistic model of responding.
type responseModel struct {
	responded []bool
	cells     *cells
	basis     *basis // of the columns with the main weights
}

func newResponseModel(terms []Term, responded []bool, w []float64) *responseModel {
	c, x := design(terms, w)
	return &responseModel{responded, c, newBasis(x, c.sum)}
}

// fit is the propensities by Newton's method on the logarithm of the likelihood,
// which is concave; steps are halved until it rises. Without a finite maximum ok
// is false.
func (m *responseModel) fit(d []float64) (pi []float64, ok bool) {
	all := m.cells.sums(d)
	r := make([]float64, len(all))
	for i, p := range m.cells.of {
		if p >= 0 && m.responded[i] {
			r[p] += d[i]
		}
	}
	n := m.basis.rank
	b := make([]float64, n)
	loglik := func(b []float64) float64 {
		s := 0.0
		for p := range all {
			v := floats.Dot(m.basis.b.RawRowView(p)[:n], b)
			s += r[p]*v - all[p]*logit.Softplus(v)
		}
		return s
	}
	now := loglik(b)
	for range 100 {
		h, score := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
		for p := range all {
			row := m.basis.b.RawRowView(p)[:n]
			pi := logit.Expit(floats.Dot(row, b))
			x := mat.NewVecDense(n, row)
			h.SymRankOne(h, all[p]*pi*(1-pi), x)
			score.AddScaledVec(score, r[p]-all[p]*pi, x)
		}
		var c mat.Cholesky
		if !c.Factorize(h) {
			return nil, false
		}
		step := mat.NewVecDense(n, nil)
		if err := c.SolveVecTo(step, score); err != nil {
			return nil, false
		}
		decrement := mat.Dot(step, score)
		next := make([]float64, n)
		for size := 1.0; size > 1e-9; size /= 2 {
			for l := range next {
				next[l] = b[l] + size*step.AtVec(l)
			}
			if value := loglik(next); value >= now || decrement < 1e-12*math.Abs(now) {
				now = value
				break
			}
		}
		b = next
		if decrement <= 1e-20*math.Abs(now) {
			break
		}
	}
	pi = make([]float64, len(d))
	for i, p := range m.cells.of {
		if p >= 0 {
			v := floats.Dot(m.basis.b.RawRowView(int(p))[:n], b)
			if math.Abs(v) > 20 { // on its way to infinity
				return nil, false
			}
			pi[i] = logit.Expit(v)
		}
	}
	return pi, true
}

// weights are d/pi of the respondents.
func (m *responseModel) weights(d, pi []float64) []float64 {
	w := make([]float64, len(d))
	for i, x := range d {
		if x != 0 && m.responded[i] {
			w[i] = x / pi[i]
		}
	}
	return w
}

// propensity is the Adjustment of Propensity.
type propensity struct {
	m     *responseModel
	d, pi []float64
}

// Residuals makes weighted linearised values those of all who were asked.
func (a *propensity) Residuals(z []float64) {
	n := a.m.basis.rank
	h, s := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	info, sum := make([]float64, len(a.m.cells.first)), make([]float64, len(a.m.cells.first))
	for i, p := range a.m.cells.of {
		if p >= 0 {
			info[p] += a.d[i] * a.pi[i] * (1 - a.pi[i])
			sum[p] += z[i] * (1 - a.pi[i])
		}
	}
	for p := range info {
		x := mat.NewVecDense(n, a.m.basis.b.RawRowView(p)[:n])
		h.SymRankOne(h, info[p], x)
		s.AddScaledVec(s, -sum[p], x)
	}
	var chol mat.Cholesky
	c := mat.NewVecDense(n, nil)
	if !chol.Factorize(h) || chol.SolveVecTo(c, s) != nil {
		return // everybody has responded: nothing was estimated
	}
	for i, p := range a.m.cells.of {
		if p >= 0 {
			r := 0.0
			if a.m.responded[i] {
				r = 1
			}
			z[i] += a.d[i] * (r - a.pi[i]) * floats.Dot(a.m.basis.b.RawRowView(int(p))[:n], c.RawVector().Data)
		}
	}
}
