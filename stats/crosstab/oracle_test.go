package crosstab

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"tradeoff/internal/sharedtest"
	"tradeoff/stats"
)

// TestOracle runs every case of the shared oracle (data with the answers of
// R's survey 4.1-1) that this package expresses. The oracle's README says how
// cases are written and which conventions of R differ from others.
func TestOracle(t *testing.T) {
	dir := sharedtest.Path(t, "oracle")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in the oracle: %v", err)
	}
	o := &oracle{dir: dir, frames: map[string]*frame{}}
	o.readCodebook(t)
	for _, file := range files {
		o.runFile(t, file)
	}
}

// number is a JSON number, null for NaN.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if s == "null" {
		*n = number(math.NaN())
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	*n = number(v)
	return err
}

type oracleCase struct {
	ID     string
	Design *oracleDesign
	Params struct {
		Stat, Of, Y, Group, Var, Method string
		Vars, By                        []string
		Value                           any
		DF                              any
		Level                           float64
		NaRm                            bool `json:"na_rm"`
		NaRmAll                         bool `json:"na_rm_all"`
		NaRmBy                          bool `json:"na_rm_by"`
		Covmat                          bool
		Deff                            bool
	}
	Tol    float64
	Expect struct {
		Error       string
		Names       []string
		Est, SE     oneOrMore
		DF          number
		Vcov        [][]number
		CI          json.RawMessage
		CIT         [][]number `json:"ci_t"`
		DeffReplace []number   `json:"deff_replace"`
		Deff        []number
		Cells       []map[string]any
		Means       []number
		Groups      []string
		Estimate    number
		Matrix      [][]number
		BaseEst     []number   `json:"base_est"`
		BaseVcov    [][]number `json:"base_vcov"`
		SumWeights  number     `json:"sum_weights"`
		N           int
		NNonzero    int `json:"n_nonzero"`
		Pairs       []struct {
			A, B string
			Diff number `json:"diff_b_minus_a"`
			SE   number
			T, P number
		}
	}
}

// oneOrMore is a number, a list, or a matrix by rows.
type oneOrMore []number

func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one number
	if b[0] != '[' {
		err := one.UnmarshalJSON(b)
		*o = oneOrMore{one}
		return err
	}
	var many []json.RawMessage
	if err := json.Unmarshal(b, &many); err != nil {
		return err
	}
	for _, m := range many {
		var more oneOrMore
		if err := more.UnmarshalJSON(m); err != nil {
			return err
		}
		*o = append(*o, more...)
	}
	return nil
}

type oracleDesign struct {
	Data             string
	IDs, Strata, FPC []string
	Weights          string
	Nest             bool
	PPS              any
	Options          struct {
		Lonely   string `json:"lonely_psu"`
		Domain   bool   `json:"adjust_domain_lonely"`
		Ultimate bool   `json:"ultimate_cluster"`
	}
	Steps []struct {
		Op    string
		Where []struct {
			Var, Op string
			Value   any
		}
	}
}

type oracle struct {
	dir    string
	levels map[string]map[string][]string // factors: data, column, levels
	frames map[string]*frame
}

// frame is a CSV file.
type frame struct {
	columns map[string][]string
	levels  map[string][]string
	n       int
}

func (o *oracle) readCodebook(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(o.dir, "data", "codebook.json"))
	if err != nil {
		t.Fatal(err)
	}
	var book map[string][]struct {
		Name, Type string
		Levels     []string
	}
	if err := json.Unmarshal(b, &book); err != nil {
		t.Fatal(err)
	}
	o.levels = map[string]map[string][]string{}
	for data, vars := range book {
		o.levels[data] = map[string][]string{}
		for _, v := range vars {
			if v.Levels != nil {
				o.levels[data][v.Name] = v.Levels
			}
		}
	}
}

func (o *oracle) frame(t *testing.T, data string) *frame {
	if f := o.frames[data]; f != nil {
		return f
	}
	file, err := os.Open(filepath.Join(o.dir, "data", data+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	f, err := readFrame(csv.NewReader(file), o.levels[data])
	if err != nil {
		t.Fatal(err)
	}
	o.frames[data] = f
	return f
}

func readFrame(r *csv.Reader, levels map[string][]string) (*frame, error) {
	records, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	f := &frame{columns: map[string][]string{}, levels: levels, n: len(records) - 1}
	for j, name := range records[0] {
		for _, rec := range records[1:] {
			f.columns[name] = append(f.columns[name], rec[j])
		}
	}
	return f, nil
}

func (f *frame) number(name string, i int) float64 {
	s := f.columns[name][i]
	if s == "" {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return v
}

// tally counts what a file of the oracle has been compared on.
type tally struct {
	cases, covered, numbers int
	worst                   float64
	worstAt                 string
	skipped                 map[string]int
}

func (o *oracle) runFile(t *testing.T, file string) {
	name := filepath.Base(file)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var head struct {
		Cases []struct {
			ID     string
			Params struct{ Stat string }
		}
	}
	var raw struct{ Cases []json.RawMessage }
	if err := json.Unmarshal(b, &head); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	tl := &tally{skipped: map[string]int{}}
	for i, h := range head.Cases {
		tl.cases++
		if !expressible[h.Params.Stat] {
			tl.skipped["statistic "+h.Params.Stat]++
			continue
		}
		var c oracleCase
		if err := json.Unmarshal(raw.Cases[i], &c); err != nil {
			t.Fatalf("%s: %v", h.ID, err)
		}
		before := tl.numbers
		if why := o.run(t, &c, tl); why != "" {
			tl.skipped[why]++
			continue
		}
		if tl.numbers > before {
			tl.covered++
		} else {
			tl.skipped["no number to compare"]++
		}
	}
	t.Logf("%s: %d of %d cases, %d numbers, largest relative difference %.1e (%s)", name, tl.covered, tl.cases, tl.numbers, tl.worst, tl.worstAt)
	for _, why := range sortedKeys(tl.skipped) {
		t.Logf("    not covered here: %3d x %s", tl.skipped[why], why)
	}
}

func sortedKeys(m map[string]int) []string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

var expressible = map[string]bool{"mean": true, "by_mean": true, "ciprop": true, "var": true, "by_var": true, "table": true,
	"ttest": true, "pairwise": true, "contrast": true}

// compare fails if two numbers differ by more than tol, relative to the larger
// of the expected one and scale; NaN expects nothing.
func (tl *tally) compare(t *testing.T, c *oracleCase, what string, got float64, want number, scale float64) {
	w := float64(want)
	if math.IsNaN(w) {
		return
	}
	tl.numbers++
	d := math.Abs(got - w)
	if d == 0 {
		return
	}
	d /= math.Max(math.Abs(w), scale)
	if !(d <= c.Tol) {
		t.Errorf("%s: %s: got %.15g, R has %.15g (relative difference %.1e)", c.ID, what, got, w, d)
	}
	if d > tl.worst {
		tl.worst, tl.worstAt = d, c.ID+" "+what
	}
}

// se compares standard errors. One that is zero in theory is rounding noise in
// R: it counts as equal when both are nothing beside the estimate.
func (tl *tally) se(t *testing.T, c *oracleCase, what string, got float64, want number, est float64) {
	if float64(want) < 1e-11*math.Abs(est) && got < 1e-11*math.Abs(est) {
		tl.numbers++
		return
	}
	tl.compare(t, c, what, got, want, 0)
}

// sample is a case's data in its design.
type sample struct {
	*frame
	rows   Rows
	design *Design
	keep   []bool
}

// run compares one case; it returns why not, if not.
func (o *oracle) run(t *testing.T, c *oracleCase, tl *tally) (why string) {
	d := c.Design
	if d == nil {
		return "no design"
	}
	for _, s := range d.Steps {
		if s.Op != "subset" {
			return "design step " + s.Op
		}
	}
	if d.PPS != nil || len(d.IDs) > 1 && len(d.FPC) > 1 && !d.Options.Ultimate {
		return "variance of later stages"
	}
	byDomain := len(d.Steps) > 0 || c.Params.By != nil || c.Params.Group != ""
	if d.Options.Domain && byDomain && d.Options.Lonely != "fail" {
		return "survey.adjust.domain.lonely = TRUE in a domain"
	}
	s, err := o.sample(t, d)
	if c.Expect.Error != "" {
		if !strings.Contains(c.Expect.Error, "only one PSU") {
			return "R error: " + c.Expect.Error
		}
		tl.numbers++
		if err == nil {
			t.Errorf("%s: no error, R says %s", c.ID, c.Expect.Error)
		}
		return ""
	}
	if err != nil {
		t.Errorf("%s: %v", c.ID, err)
		return ""
	}
	switch c.Params.Stat {
	case "mean":
		return s.runMean(t, c, tl)
	case "by_mean", "by_var":
		return s.runBy(t, c, tl)
	case "contrast":
		if c.Params.Of != "mean" || c.Params.By == nil {
			return "contrast of statistics, not of columns"
		}
		return s.runBy(t, c, tl)
	case "ciprop":
		return s.runProportion(t, c, tl)
	case "var":
		return s.runVar(t, c, tl)
	case "table":
		return s.runTable(t, c, tl)
	case "ttest", "pairwise":
		return s.runDifferences(t, c, tl)
	}
	panic(c.Params.Stat)
}

// sample reads the data and takes the census.
func (o *oracle) sample(t *testing.T, d *oracleDesign) (*sample, error) {
	f := o.frame(t, d.Data)
	s := &sample{frame: f, keep: make([]bool, f.n)}
	strata, psus := map[string]int32{}, map[string]int32{}
	opt := DesignOptions{Lonely: stats.Lonely(d.Options.Lonely)}
	s.rows.N = f.n
	for i := range f.n {
		stratum := ""
		if len(d.Strata) > 0 {
			stratum = f.columns[d.Strata[0]][i]
		}
		h, ok := strata[stratum]
		if !ok {
			h = int32(len(strata))
			strata[stratum] = h
			if len(d.FPC) > 0 {
				opt.FPC = append(opt.FPC, f.number(d.FPC[0], i))
			}
		}
		s.rows.Stratum = append(s.rows.Stratum, h)
		if len(d.IDs) > 0 {
			label := f.columns[d.IDs[0]][i]
			if d.Nest {
				label = stratum + "/" + label
			}
			p, ok := psus[label]
			if !ok {
				p = int32(len(psus))
				psus[label] = p
			}
			s.rows.PSU = append(s.rows.PSU, p)
		}
		if d.Weights != "" {
			s.rows.Weight = append(s.rows.Weight, f.number(d.Weights, i))
		}
		s.keep[i] = o.keeps(f, d, i)
	}
	if ids := f.columns["resp_id"]; ids != nil && d.Data == "loop_long" {
		for _, id := range ids {
			n, _ := strconv.Atoi(id)
			s.rows.Person = append(s.rows.Person, int32(n))
		}
		if s.rows.PSU == nil {
			s.rows.Person = nil // R took ratings for independent
		}
	}
	opt.Strata = len(strata)
	census := NewCensus(opt)
	census.Add(s.rows)
	var err error
	s.design, err = census.Design()
	return s, err
}

// keeps reports whether a row meets the conditions of subset().
func (o *oracle) keeps(f *frame, d *oracleDesign, i int) bool {
	for _, step := range d.Steps {
		for _, w := range step.Where {
			x := f.columns[w.Var][i]
			if x == "" {
				return false
			}
			ok := false
			switch w.Op {
			case "notna":
				ok = true
			case "in":
				for _, v := range w.Value.([]any) {
					ok = ok || v == x
				}
			case "==", "!=":
				same := fmt.Sprint(w.Value) == x
				ok = same == (w.Op == "==")
			default:
				a, b := f.number(w.Var, i), w.Value.(float64)
				ok = w.Op == "<" && a < b || w.Op == "<=" && a <= b || w.Op == ">" && a > b || w.Op == ">=" && a >= b
			}
			if !ok {
				return false
			}
		}
	}
	return true
}

// domain makes cells of columns: by's combinations of values, numbered in the
// order of labels, -1 outside of the subset or of all labels.
func (s *sample) domain(by []string, labels [][]string) []int32 {
	cells := make([]int32, s.n)
	for i := range cells {
		cells[i] = -1
		if !s.keep[i] {
			continue
		}
		if by == nil {
			cells[i] = 0
		}
		for k, l := range labels {
			same := true
			for j, v := range by {
				same = same && s.columns[v][i] == l[j]
			}
			if same {
				cells[i] = int32(k)
			}
		}
	}
	return cells
}

// complete marks the rows without a missing value in any of the variables.
func (s *sample) complete(vars []string) []bool {
	ok := make([]bool, s.n)
	for i := range ok {
		ok[i] = true
		for _, v := range vars {
			ok[i] = ok[i] && s.columns[v][i] != ""
		}
	}
	return ok
}

// count accumulates a variable: factors by level, numbers as values. Rows that
// are not in base are not asked. It returns the statistics to ask for: a share
// for every level, or the mean.
func (s *sample) count(variable string, cells []int32, base []bool) (*Accumulator, []StatSpec) {
	codes := make([]int16, s.n)
	var values []float64
	levels := s.levels[variable]
	for i := range codes {
		if !base[i] || s.columns[variable][i] == "" {
			codes[i] = -1
		} else if levels != nil {
			codes[i] = int16(slices.Index(levels, s.columns[variable][i]))
		}
	}
	var stats []StatSpec
	for l := range levels {
		stats = append(stats, StatSpec{Kind: Proportion, Codes: []int16{int16(l)}})
	}
	if levels == nil {
		for i := range codes {
			values = append(values, s.number(variable, i))
		}
		stats = []StatSpec{{Kind: Mean, Value: true}}
	}
	a := NewAccumulator(s.design)
	a.Add(s.rows, cells, codes, values)
	return a, stats
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

func (s *sample) runMean(t *testing.T, c *oracleCase, tl *tally) string {
	base := s.complete(nil)
	if c.Params.NaRm {
		base = s.complete(c.Params.Vars)
	}
	cells := s.domain(nil, nil)
	k := 0
	for _, v := range c.Params.Vars {
		a, stats := s.count(v, cells, base)
		r := estimate(t, a, Request{Columns: []ColumnSpec{{}}, Stats: stats, Level: c.Params.Level})
		for j := range stats {
			got, want := r.Cells[j][0], c.Expect.SE[k]
			if math.IsNaN(float64(c.Expect.Est[k])) {
				k++
				continue
			}
			name := c.Expect.Names[k]
			tl.compare(t, c, name, got.Estimate, c.Expect.Est[k], float64(want))
			tl.se(t, c, name+" SE", got.SE, want, got.Estimate)
			// R counts the df of rows with a missing answer too, see the README.
			if r.Bases[0].Unweighted == c.Expect.NNonzero {
				tl.compare(t, c, name+" df", got.DF, c.Expect.DF, 0)
				tl.compare(t, c, name+" sum of weights", r.Bases[0].Weighted, c.Expect.SumWeights, 0)
				if got.HasCI && s.levels[v] == nil && c.Expect.CIT != nil {
					tl.compare(t, c, name+" low", got.Low, c.Expect.CIT[k][0], got.SE)
					tl.compare(t, c, name+" high", got.High, c.Expect.CIT[k][1], got.SE)
				}
			}
			// In the oracle's svyvar n counts rows with a missing answer.
			if c.Expect.DeffReplace != nil && got.SE > 1e-9*math.Abs(got.Estimate) && r.Bases[0].Unweighted == c.Expect.NNonzero {
				tl.compare(t, c, name+" deff", got.Deff, c.Expect.DeffReplace[k], 0)
			}
			k++
		}
	}
	return ""
}

// labelsOf turns the cells of an expectation into the values of the by
// variables.
func labelsOf(c *oracleCase, by []string) (labels [][]string) {
	for _, cell := range c.Expect.Cells {
		var l []string
		for _, v := range by {
			l = append(l, fmt.Sprint(cell[v]))
		}
		labels = append(labels, l)
	}
	return labels
}

func (s *sample) runBy(t *testing.T, c *oracleCase, tl *tally) string {
	p := &c.Params
	est, se, vcov := c.Expect.Est, c.Expect.SE, c.Expect.Vcov
	labels := labelsOf(c, p.By)
	if p.Stat == "contrast" {
		est, vcov = c.Expect.BaseEst, c.Expect.BaseVcov
		for _, l := range s.levels[p.By[0]] {
			labels = append(labels, []string{l})
		}
		for i := range vcov {
			se = append(se, number(math.Sqrt(float64(vcov[i][i]))))
		}
	}
	cells := s.domain(p.By, labels)
	base := s.complete(nil)
	if p.NaRm {
		base = s.complete(p.Vars)
	}
	K := len(labels)
	first := 0
	for _, v := range p.Vars {
		a, stats := s.count(v, cells, base)
		if p.Stat == "by_var" {
			stats[0].Kind = SD
		}
		cols, group := columns(K)
		r := estimate(t, a, Request{Columns: cols, Groups: [][]int{group}, Stats: stats})
		for j := range stats {
			for k := range labels {
				i := first + j*K + k
				got := r.Cells[j][k+1]
				name := fmt.Sprint(v, j, labels[k])
				if p.Stat == "by_var" {
					tl.compare(t, c, name, got.Estimate*got.Estimate, est[i], 0)
					continue
				}
				if !p.NaRm && r.Bases[k+1].Unweighted != s.inCell(cells, int32(k)) {
					continue // R gives NA, we leave the missing out
				}
				tl.compare(t, c, name, got.Estimate, est[i], float64(se[i]))
				tl.se(t, c, name+" SE", got.SE, se[i], got.Estimate)
				if p.Stat == "by_mean" && r.Bases[k+1].Unweighted == int(c.Expect.Cells[k]["n"].(float64)) {
					df := number(c.Expect.Cells[k]["df"].(float64))
					tl.compare(t, c, name+" df", got.DF, df, 0)
				}
			}
			if vcov != nil && c.Design.Options.Lonely != "average" {
				s.differences(t, c, tl, r, j, func(a, b int) (diff, se number) {
					x, y := first+j*K+a, first+j*K+b
					v := vcov[x][x] + vcov[y][y] - vcov[x][y] - vcov[y][x]
					return est[x] - est[y], number(math.Sqrt(float64(v)))
				})
			}
		}
		first += K * len(stats)
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
func (s *sample) differences(t *testing.T, c *oracleCase, tl *tally, r *Result, stat int, want func(a, b int) (diff, se number)) {
	for _, x := range r.Comparisons {
		if x.Row != stat || x.B < 0 {
			continue
		}
		diff, se := want(x.A-1, x.B-1)
		if float64(se) < 1e-9*math.Abs(x.EstimateA) || math.IsNaN(float64(diff)) {
			continue
		}
		name := fmt.Sprintf("columns %d and %d", x.A, x.B)
		// The difference and the SE of two estimates lose the digits that they share.
		scale := math.Max(math.Abs(x.EstimateA), math.Abs(x.EstimateB))
		tl.compare(t, c, name+" difference", x.Difference, diff, math.Max(scale, float64(se)))
		tl.compare(t, c, name+" SE", x.SE, se, 0)
	}
}

func (s *sample) runProportion(t *testing.T, c *oracleCase, tl *tally) string {
	p := &c.Params
	if p.Method != "logit" {
		return "interval " + p.Method
	}
	if p.DF != "degf" {
		return "df given by the caller"
	}
	value := fmt.Sprint(p.Value)
	codes := make([]int16, s.n)
	for i, x := range s.columns[p.Var] {
		switch x {
		case "":
			codes[i] = -1
		case value:
			codes[i] = 1
		}
	}
	a := NewAccumulator(s.design)
	a.Add(s.rows, s.domain(nil, nil), codes, nil)
	r := estimate(t, a, Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: Proportion, Codes: []int16{1}}}, Level: p.Level})
	got := r.Cells[0][0]
	tl.compare(t, c, "share", got.Estimate, c.Expect.Est[0], 0)
	tl.se(t, c, "SE", got.SE, c.Expect.SE[0], got.Estimate)
	var ci []number
	if c.Expect.CI != nil {
		if err := json.Unmarshal(c.Expect.CI, &ci); err != nil {
			t.Fatal(err)
		}
		if got.DF != float64(c.Expect.DF) {
			return "df of rows with a missing answer"
		}
		tl.compare(t, c, "low", got.Low, ci[0], 0)
		tl.compare(t, c, "high", got.High, ci[1], 0)
	}
	return ""
}

func (s *sample) runVar(t *testing.T, c *oracleCase, tl *tally) string {
	p := &c.Params
	base := s.complete(p.Vars)
	if slices.Contains(base, false) {
		return "svyvar's n counts rows with a missing answer"
	}
	for k, v := range p.Vars {
		a, _ := s.count(v, s.domain(nil, nil), base)
		r := estimate(t, a, Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: SD, Value: true}}})
		sd := r.Cells[0][0].Estimate
		tl.compare(t, c, v+" SD", sd*sd, c.Expect.Matrix[k][k], 0)
	}
	return ""
}

func (s *sample) runTable(t *testing.T, c *oracleCase, tl *tally) string {
	labels := labelsOf(c, c.Params.Vars)
	cells := s.domain(c.Params.Vars, labels)
	a := NewAccumulator(s.design)
	a.Add(s.rows, cells, make([]int16, s.n), nil)
	cols, _ := columns(len(labels))
	r := estimate(t, a, Request{Columns: cols})
	for k := range labels {
		tl.compare(t, c, fmt.Sprint(labels[k]), r.Bases[k+1].Weighted, number(c.Expect.Cells[k]["Freq"].(float64)), 0)
	}
	tl.compare(t, c, "sum of weights", r.Bases[0].Weighted, c.Expect.SumWeights, 0)
	tl.compare(t, c, "n", float64(r.Bases[0].Unweighted), number(c.Expect.N), 0)
	return ""
}

// runDifferences compares differences and their SE. R's svyttest uses one df
// less than the design, and its pairwise cases the df of the whole design
// where this package uses that of the two columns: p is compared where they
// agree.
func (s *sample) runDifferences(t *testing.T, c *oracleCase, tl *tally) string {
	p := &c.Params
	if p.Group == "" || s.columns[p.Group] == nil {
		return "one sample"
	}
	groups := c.Expect.Groups
	if groups == nil {
		groups = s.levels[p.Group]
		if groups == nil { // numbers: R's group 0 is the first
			groups = slices.Compact(slices.Sorted(slices.Values(s.columns[p.Group])))
		}
	}
	var labels [][]string
	for _, g := range groups {
		labels = append(labels, []string{g})
	}
	a, stats := s.count(p.Y, s.domain([]string{p.Group}, labels), s.complete([]string{p.Y}))
	cols, group := columns(len(groups))
	r := estimate(t, a, Request{Columns: cols, Groups: [][]int{group}, Stats: stats})
	if p.Stat == "pairwise" {
		for k := range groups {
			tl.compare(t, c, groups[k], r.Cells[0][k+1].Estimate, c.Expect.Means[k], 0)
		}
		for _, want := range c.Expect.Pairs {
			a, b := slices.Index(groups, want.A)+1, slices.Index(groups, want.B)+1
			i := slices.IndexFunc(r.Comparisons, func(x Comparison) bool { return x.A == a && x.B == b })
			x := r.Comparisons[i]
			name := want.A + " and " + want.B
			tl.compare(t, c, name, -x.Difference, want.Diff, math.Max(float64(want.SE), math.Abs(x.EstimateA)))
			tl.compare(t, c, name+" SE", x.SE, want.SE, 0)
			if x.DF == float64(c.Expect.DF) && math.Abs(x.T) > 0.01 {
				tl.compare(t, c, name+" p", x.P, want.P, 0)
			}
		}
		return ""
	}
	// Two groups: the pair, and each against the rest, are the same test.
	for _, x := range r.Comparisons {
		sign := -1.0
		if x.A == 2 {
			sign = 1
		}
		name := fmt.Sprintf("columns %d and %d", x.A, x.B)
		tl.compare(t, c, name, sign*x.Difference, c.Expect.Estimate, x.SE)
		tl.compare(t, c, name+" SE", x.SE, c.Expect.SE[0], 0)
	}
	return ""
}
