package crosstab

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"tradeoff/internal/sharedtest"
	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
)

// TestOracle runs the cases of the shared oracle that a table can express: shares
// and means of a first-stage design, in columns, with their differences. Package
// stats runs them all.
func TestOracle(t *testing.T) {
	book, err := oracle.Open(sharedtest.Path(t, "oracle"))
	if err != nil {
		t.Fatal(err)
	}
	covered, numbers, worst, at := 0, 0, 0.0, ""
	for _, c := range book.Cases {
		if answers[c.Params.Get("stat").Text()] == nil {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			if why := answer(t, c); why != "" {
				t.Skip("a table does not express it: " + why)
			}
		})
		n, d, where := c.Compared()
		if n > 0 {
			covered++
			numbers += n
		}
		if d > worst {
			worst, at = d, c.ID+": "+where
		}
	}
	t.Logf("%d cases, %d numbers, largest relative difference %.1e (%s)", covered, numbers, worst, at)
	if covered < 230 {
		t.Errorf("%d cases covered; there were 236", covered)
	}
}

var answers = map[string]func(t *testing.T, s *sample) string{
	"mean": runMean, "by_mean": runBy, "by_var": runBy, "contrast": runBy, "ciprop": runProportion,
	"var": runVar, "table": runTable, "ttest": runDifferences, "pairwise": runDifferences,
}

// answer compares one case, and says why not.
func answer(t *testing.T, c *oracle.Case) (why string) {
	d, o := c.Design, c.Design.Get("options")
	for _, s := range d.Get("steps").List() {
		if op := s.Get("op").Text(); op != "subset" {
			return "design step " + op
		}
	}
	if len(d.Get("ids").List()) > 1 && len(d.Get("fpc").List()) > 1 && !o.Get("ultimate_cluster").Bool() {
		return "variance of later stages"
	}
	domains := d.Has("steps") || c.Params.Has("by") || c.Params.Has("group")
	if o.Get("adjust_domain_lonely").Bool() && domains && o.Get("lonely_psu").Text() != "fail" {
		return "lonely PSUs of domains"
	}
	s, err := sampleOf(c)
	if want := c.Expect.Get("error").Text(); want != "" {
		if !strings.Contains(want, "only one PSU") {
			return "R stops: " + want
		}
		c.Check(t, "the design must be refused: "+want, err != nil)
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return answers[c.Params.Get("stat").Text()](t, s)
}

// sample is a case's data in its design.
type sample struct {
	*oracle.Case
	f      *oracle.Frame
	rows   Rows
	design *Design
	keep   []bool
}

// sampleOf reads the data and takes the census.
func sampleOf(c *oracle.Case) (*sample, error) {
	d := c.Design
	data := d.Get("data").Text()
	s := &sample{Case: c, f: c.Frame(data), keep: make([]bool, c.Frame(data).N)}
	f := s.f
	strata, psus := map[string]int32{}, map[string]int32{}
	opt := DesignOptions{Lonely: stats.Lonely(d.Get("options").Get("lonely_psu").Text())}
	ids, fpc := d.Get("ids").Texts(), d.Get("fpc").Texts()
	s.rows.N = f.N
	for i := range f.N {
		stratum := ""
		if by := d.Get("strata").Texts(); len(by) > 0 {
			stratum = f.Texts(by[0])[i]
		}
		h, ok := strata[stratum]
		if !ok {
			h = int32(len(strata))
			strata[stratum] = h
			if len(fpc) > 0 {
				opt.FPC = append(opt.FPC, f.Floats(fpc[0])[i])
			}
		}
		s.rows.Stratum = append(s.rows.Stratum, h)
		if len(ids) > 0 {
			label := f.Texts(ids[0])[i]
			if d.Get("nest").Bool() {
				label = stratum + "/" + label
			}
			p, ok := psus[label]
			if !ok {
				p = int32(len(psus))
				psus[label] = p
			}
			s.rows.PSU = append(s.rows.PSU, p)
		}
	}
	if w := d.Get("weights").Text(); w != "" {
		s.rows.Weight = f.Floats(w)
	}
	for i := range s.keep {
		s.keep[i] = true
	}
	for _, step := range d.Get("steps").List() {
		for i, in := range f.Where(step.Get("where").List()) {
			s.keep[i] = s.keep[i] && in
		}
	}
	if data == "loop_long" && s.rows.PSU != nil { // else R took ratings for independent
		for _, id := range f.Floats("resp_id") {
			s.rows.Person = append(s.rows.Person, int32(id))
		}
	}
	opt.Strata = len(strata)
	census := &Census{}
	census.Add(s.rows)
	var err error
	s.design, err = census.Design(opt)
	return s, err
}

// domain makes cells of columns: the combinations of the by variables, numbered
// in the order of labels, -1 outside of the subset or of all labels.
func (s *sample) domain(by []string, labels [][]string) []int32 {
	cells := make([]int32, s.f.N)
	for i := range cells {
		cells[i] = -1
		if s.keep[i] && by == nil {
			cells[i] = 0
		}
	}
	for k, l := range labels {
		in := make([]bool, s.f.N)
		copy(in, s.keep)
		for j, v := range by {
			for i, x := range s.f.Texts(v) {
				in[i] = in[i] && x == l[j]
			}
		}
		for i := range in {
			if in[i] {
				cells[i] = int32(k)
			}
		}
	}
	return cells
}

// complete marks the rows without a missing value in any of the variables.
func (s *sample) complete(vars []string) []bool {
	ok := make([]bool, s.f.N)
	for i := range ok {
		ok[i] = true
	}
	for _, v := range vars {
		for i, x := range s.f.Texts(v) {
			ok[i] = ok[i] && x != ""
		}
	}
	return ok
}

// count accumulates a variable: factors by level, numbers as values. Rows that
// are not in base are not asked. It returns the statistics to ask for: a share
// for every level, or the mean.
func (s *sample) count(variable string, cells []int32, base []bool) (*Accumulator, []StatSpec) {
	codes := make([]int16, s.f.N)
	levels := s.f.Levels(variable)
	for i, x := range s.f.Texts(variable) {
		if !base[i] || x == "" {
			codes[i] = -1
		} else if levels != nil {
			codes[i] = int16(slices.Index(levels, x))
		}
	}
	var specs []StatSpec
	for l := range levels {
		specs = append(specs, StatSpec{Kind: Proportion, Codes: []int16{int16(l)}})
	}
	var values []float64
	if levels == nil {
		values = s.f.Floats(variable)
		specs = []StatSpec{{Kind: Mean, Value: true}}
	}
	a := NewAccumulator(s.design)
	a.Add(s.rows, cells, codes, values)
	return a, specs
}

// columns are Total and one column for every cell.
func columns(n int) (cs []ColumnSpec, group []int) {
	cs = []ColumnSpec{{}}
	for k := range int32(n) {
		cs = append(cs, ColumnSpec{In: func(cell int32) bool { return cell == k }, Rest: true})
		group = append(group, int(k)+1)
	}
	return cs, group
}

func estimate(t *testing.T, a *Accumulator, req Request) *Result {
	req.MinBase, req.LowBase = 1, 1
	r, err := a.Estimate(req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func runMean(t *testing.T, s *sample) string {
	vars, want := s.Params.Get("vars").Texts(), s.Expect
	base := s.complete(nil)
	if s.Params.Get("na_rm").Bool() {
		base = s.complete(vars)
	}
	cells := s.domain(nil, nil)
	est, se := want.Get("est").Floats(), want.Get("se").Floats()
	k := -1
	for _, v := range vars {
		a, specs := s.count(v, cells, base)
		r := estimate(t, a, Request{Columns: []ColumnSpec{{}}, Stats: specs, Level: s.Params.Get("level").Float()})
		for j := range specs {
			k++
			got := r.Cells[j][0]
			if math.IsNaN(est[k]) || math.IsInf(se[k], 1) {
				continue // R's answer where values are missing
			}
			name := want.Get("names").Texts()[k]
			s.Near(t, name, got.Estimate, est[k], se[k])
			s.SE(t, name+" SE", got.SE, se[k], got.Estimate)
			// R counts rows with a missing answer in df and in svyvar's n.
			if r.Bases[0].Unweighted != want.Get("n_nonzero").Int() {
				continue
			}
			s.Near(t, name+" df", got.DF, want.Get("df").Float(), 0)
			s.Near(t, name+" sum of weights", r.Bases[0].Weighted, want.Get("sum_weights").Float(), 0)
			if ci := want.Get("ci_t").Matrix(); got.HasCI && s.f.Levels(v) == nil && ci != nil {
				s.Near(t, name+" low", got.Low, ci[k][0], got.SE)
				s.Near(t, name+" high", got.High, ci[k][1], got.SE)
			}
			if deff := want.Get("deff_replace").Floats(); deff != nil && got.SE > 1e-9*math.Abs(got.Estimate) {
				s.Near(t, name+" deff", got.Deff, deff[k], 0)
			}
		}
	}
	return ""
}

// runBy answers statistics by columns, and the differences of columns.
func runBy(t *testing.T, s *sample) string {
	p, want := s.Params, s.Expect
	stat, by := p.Get("stat").Text(), p.Get("by").Texts()
	est, se, vcov := want.Get("est").Floats(), want.Get("se").Floats(), want.Get("vcov").Matrix()
	var labels [][]string
	for _, cell := range want.Get("cells").List() {
		var l []string
		for _, v := range by {
			l = append(l, cell.Get(v).Text())
		}
		labels = append(labels, l)
	}
	if stat == "contrast" {
		if p.Get("of").Text() != "mean" || by == nil {
			return "contrast of statistics, not of columns"
		}
		est, vcov = want.Get("base_est").Floats(), want.Get("base_vcov").Matrix()
		for _, l := range s.f.Levels(by[0]) {
			labels = append(labels, []string{l})
		}
		for i := range vcov {
			se = append(se, math.Sqrt(vcov[i][i]))
		}
	}
	cells, base := s.domain(by, labels), s.complete(nil)
	if p.Get("na_rm").Bool() {
		base = s.complete(p.Get("vars").Texts())
	}
	K, first := len(labels), 0
	for _, v := range p.Get("vars").Texts() {
		a, specs := s.count(v, cells, base)
		if stat == "by_var" {
			specs[0].Kind = SD
		}
		cols, group := columns(K)
		r := estimate(t, a, Request{Columns: cols, Groups: [][]int{group}, Stats: specs})
		for j := range specs {
			for k := range labels {
				i := first + j*K + k
				got, name := r.Cells[j][k+1], fmt.Sprint(v, j, labels[k])
				rows := s.inCell(cells, int32(k))
				switch {
				case stat == "by_var":
					s.Near(t, name, got.Estimate*got.Estimate, est[i], 0)
					continue
				case !p.Get("na_rm").Bool() && r.Bases[k+1].Unweighted != rows:
					continue // R gives NA, we leave the missing out
				case r.Bases[k+1].Unweighted == 0:
					s.Check(t, name+": nobody answered", math.IsNaN(est[i]))
					continue
				}
				s.Near(t, name, got.Estimate, est[i], se[i])
				s.SE(t, name+" SE", got.SE, se[i], got.Estimate)
				if stat == "by_mean" && r.Bases[k+1].Unweighted == rows {
					s.Near(t, name+" df", got.DF, want.Get("cells").List()[k].Get("df").Float(), 0)
				}
			}
			if vcov != nil && s.Design.Get("options").Get("lonely_psu").Text() != "average" {
				s.differences(t, r, j, func(a, b int) (diff, se float64) {
					x, y := first+j*K+a, first+j*K+b
					return est[x] - est[y], math.Sqrt(vcov[x][x] + vcov[y][y] - vcov[x][y] - vcov[y][x])
				})
			}
		}
		first += K * len(specs)
	}
	return ""
}

// inCell counts the rows with weight of a cell.
func (s *sample) inCell(cells []int32, k int32) int {
	n := 0
	for i, c := range cells {
		if c == k && s.rows.weight(i) != 0 {
			n++
		}
	}
	return n
}

// differences compares the tests of pairs of columns; want tells the
// difference of two cells and its SE.
func (s *sample) differences(t *testing.T, r *Result, stat int, want func(a, b int) (diff, se float64)) {
	for _, x := range r.Comparisons {
		if x.Row != stat || x.B < 0 {
			continue
		}
		diff, se := want(x.A-1, x.B-1)
		if se < 1e-9*math.Abs(x.EstimateA) || math.IsNaN(diff) {
			continue
		}
		name := fmt.Sprintf("columns %d and %d", x.A, x.B)
		// The difference and the SE of two estimates lose the digits that they share.
		scale := math.Max(math.Abs(x.EstimateA), math.Abs(x.EstimateB))
		s.Near(t, name+" difference", x.Difference, diff, math.Max(scale, se))
		s.Near(t, name+" SE", x.SE, se, 0)
	}
}

func runProportion(t *testing.T, s *sample) string {
	p, want := s.Params, s.Expect
	if m := p.Get("method").Text(); m != "logit" {
		return "interval " + m
	}
	if p.Get("df").Text() != "degf" {
		return "df given by the caller"
	}
	codes := make([]int16, s.f.N)
	for i, x := range s.f.Texts(p.Get("var").Text()) {
		switch x {
		case "":
			codes[i] = -1
		case p.Get("value").Text():
			codes[i] = 1
		}
	}
	a := NewAccumulator(s.design)
	a.Add(s.rows, s.domain(nil, nil), codes, nil)
	r := estimate(t, a, Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: Proportion, Codes: []int16{1}}}, Level: p.Get("level").Float()})
	got := r.Cells[0][0]
	s.Near(t, "share", got.Estimate, want.Get("est").Float(), 0)
	s.SE(t, "SE", got.SE, want.Get("se").Float(), got.Estimate)
	if ci := want.Get("ci").Floats(); ci != nil && got.DF == want.Get("df").Float() {
		s.Near(t, "low", got.Low, ci[0], 0)
		s.Near(t, "high", got.High, ci[1], 0)
	}
	return ""
}

func runVar(t *testing.T, s *sample) string {
	vars := s.Params.Get("vars").Texts()
	base := s.complete(vars)
	if slices.Contains(base, false) {
		return "svyvar's n counts rows with a missing answer"
	}
	for k, v := range vars {
		a, _ := s.count(v, s.domain(nil, nil), base)
		r := estimate(t, a, Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: SD, Value: true}}})
		sd := r.Cells[0][0].Estimate
		s.Near(t, v+" SD", sd*sd, s.Expect.Get("matrix").Matrix()[k][k], 0)
	}
	return ""
}

func runTable(t *testing.T, s *sample) string {
	vars := s.Params.Get("vars").Texts()
	var labels [][]string
	var freq []float64
	for _, cell := range s.Expect.Get("cells").List() {
		var l []string
		for _, v := range vars {
			l = append(l, cell.Get(v).Text())
		}
		labels, freq = append(labels, l), append(freq, cell.Get("Freq").Float())
	}
	a := NewAccumulator(s.design)
	a.Add(s.rows, s.domain(vars, labels), make([]int16, s.f.N), nil)
	cols, _ := columns(len(labels))
	r := estimate(t, a, Request{Columns: cols})
	for k := range labels {
		s.Near(t, fmt.Sprint(labels[k]), r.Bases[k+1].Weighted, freq[k], 0)
	}
	s.Near(t, "sum of weights", r.Bases[0].Weighted, s.Expect.Get("sum_weights").Float(), 0)
	s.Same(t, "n", r.Bases[0].Unweighted, s.Expect.Get("n").Int())
	return ""
}

// runDifferences compares differences and their SE. R's svyttest uses one df
// less than the design, and its pairwise cases the df of the whole design
// where a table uses that of the two columns: p is compared where they agree.
func runDifferences(t *testing.T, s *sample) string {
	p, want := s.Params, s.Expect
	by := p.Get("group").Text()
	if by == "" || !s.f.Has(by) {
		return "one sample"
	}
	groups := want.Get("groups").Texts()
	if groups == nil {
		groups = s.f.Values(by)
	}
	var labels [][]string
	for _, g := range groups {
		labels = append(labels, []string{g})
	}
	y := p.Get("y").Text()
	a, specs := s.count(y, s.domain([]string{by}, labels), s.complete([]string{y}))
	cols, group := columns(len(groups))
	r := estimate(t, a, Request{Columns: cols, Groups: [][]int{group}, Stats: specs})
	if p.Get("stat").Text() == "ttest" {
		// Two groups: the pair, and each against the rest, are the same test.
		for _, x := range r.Comparisons {
			sign := -1.0
			if x.A == 2 {
				sign = 1
			}
			name := fmt.Sprintf("columns %d and %d", x.A, x.B)
			s.Near(t, name, sign*x.Difference, want.Get("estimate").Float(), x.SE)
			s.Near(t, name+" SE", x.SE, want.Get("se").Float(), 0)
		}
		return ""
	}
	for k := range groups {
		s.Near(t, groups[k], r.Cells[0][k+1].Estimate, want.Get("means").Floats()[k], 0)
	}
	for _, pair := range want.Get("pairs").List() {
		a, b := slices.Index(groups, pair.Get("a").Text())+1, slices.Index(groups, pair.Get("b").Text())+1
		x := r.Comparisons[slices.IndexFunc(r.Comparisons, func(x Comparison) bool { return x.A == a && x.B == b })]
		name := groups[a-1] + " and " + groups[b-1]
		se := pair.Get("se").Float()
		s.Near(t, name, -x.Difference, pair.Get("diff_b_minus_a").Float(), math.Max(se, math.Abs(x.EstimateA)))
		s.Near(t, name+" SE", x.SE, se, 0)
		if x.DF == want.Get("df").Float() && math.Abs(x.T) > 0.01 {
			s.Near(t, name+" p", x.P, pair.Get("p").Float(), 0)
		}
	}
	return ""
}
