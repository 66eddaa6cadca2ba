package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// The frame is the first pass over the rows: who the respondents are. It
// checks identity, weight and design, places everybody in the segments, and
// finds the answers of questions whose answers nobody listed.

// A frame is what the first pass found. It holds nothing of single respondents.
type frame struct {
	*locator
	respondents int
	inside      int       // respondents that the study's filter lets in
	stretches   []bool    // by stretch of rows: whether it has somebody inside
	combos      [][]int16 // by combination: the value in each of places, -1 for none
	people      []int     // by combination: how many of those inside
	places      []*segment
	design      *crosstab.Design
	zero        int     // respondents inside with weight 0
	panel       int     // respondents in more than one wave
	rows        []int64 // respondents by file
	weights     weights
	raking      *raking   // nil: weights are as they came
	fpc         []float64 // by stratum: units in the population; nil = not given
}

// byWave counts the people inside by wave, where the tables are of the last one.
func (f *frame) byWave() []int {
	var out []int
	for c, n := range f.people {
		if wave := int(f.combos[c][0]); wave >= 0 {
			out = longer(out, wave)
			out[wave] += n
		}
	}
	return out
}

// weights is what can be said of the weights of some respondents.
type weights struct {
	rows, n                 int // n: those that are not zero
	sum, squares, low, high float64
}

func (x *weights) add(w float64) {
	if x.rows == 0 {
		x.low = w
	}
	x.rows++
	if w != 0 {
		x.n++
	}
	x.sum += w
	x.squares += w * w
	x.low, x.high = min(x.low, w), max(x.high, w)
}

// times is the weights times a factor.
func (x weights) times(f float64) weights {
	return weights{x.rows, x.n, f * x.sum, f * f * x.squares, f * x.low, f * x.high}
}

// join is the weights of two groups.
func (x weights) join(o weights) weights {
	if x.rows == 0 || o.rows == 0 {
		return weights{max(x.rows, o.rows), max(x.n, o.n), x.sum + o.sum, x.squares + o.squares, x.low + o.low, x.high + o.high}
	}
	return weights{x.rows + o.rows, x.n + o.n, x.sum + o.sum, x.squares + o.squares, min(x.low, o.low), max(x.high, o.high)}
}

// stretch is how many rows are kept or stepped over together.
const stretch = 1 << 13

// maxFaults is how many faults are kept before reading stops.
const maxFaults = 1000

// A reader makes the first pass.
type reader struct {
	*locator
	f        *frame
	warn     func(string)
	census   crosstab.Census
	fpc      []float64 // by stratum
	reps     replicateCheck
	heaviest string    // place of the respondent with the largest weight
	byCombo  []weights // by combination: the weights of those inside; nil: nothing is raked

	ids     []uint64 // of every respondent, a hash
	rising  bool     // ids are numbers, each above the one before
	last    float64
	few     bool // people of several waves are counted by their ids
	open    map[string]*openList
	ticked  []*tickColumn
	formula map[string]string // column: first place of a value that looks like a formula
}

// readFrame makes the first pass.
func readFrame(ctx context.Context, p *plan, s *data.Survey, warn func(string), progress func(int64)) (*frame, error) {
	l := newLocator(p, s)
	r := &reader{locator: l, warn: warn, f: &frame{locator: l, rows: make([]int64, len(s.Files))},
		open: map[string]*openList{}, formula: map[string]string{}}
	columns := r.columns()
	for b, err := range ahead(s.Batches(columns)) {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.batch(b)
		progress(b.Record.NumRows())
		if len(r.faults) >= maxFaults {
			break
		}
	}
	if len(r.faults) == 0 && r.f.respondents == 0 {
		r.faults = append(r.faults, &data.Fault{File: s.Files[0].Name(), Found: "the export holds no respondents; export it again with the answers"})
	}
	r.closed = true
	if err := r.twice(ctx); err != nil {
		return nil, err
	}
	r.close()
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	if small := or(p.study.Protect.Group, groupShown); r.f.inside < small {
		remedy := "ask more people"
		if len(p.filter) > 0 {
			remedy = "let more people in, or " + remedy
		}
		if r.f.inside >= 3 { // the least that a study file may set
			remedy += ", or set protect: group lower (3 at least)"
		}
		return nil, &Gate{fmt.Sprintf("the data hold %s%s, and groups of fewer than %d are not shown: nothing can be published; %s", plural(r.f.inside, "respondent"), filtered(p), small, remedy)}
	}
	if doubt := r.f.weights.doubt(r.heaviest); doubt != "" {
		r.warn(doubt)
	}
	return r.f, r.makeDesign()
}

// leastEfficiency is the weighting efficiency below which a run warns.
const leastEfficiency = 0.1

// doubt says that weights are so unequal that hardly anything is left of the sample,
// "" where they are not. The heaviest stands at a place.
//
// The efficiency is (sum w)^2 / (n sum w^2), n the respondents with a weight.
func (x weights) doubt(place string) string {
	if x.n == 0 || x.sum*x.sum >= leastEfficiency*float64(x.n)*x.squares {
		return ""
	}
	return fmt.Sprintf("the weights have an efficiency of %.1f %%: %d respondents count as much as %d with equal weights; one carries %.3g %% of all weight (%s); correct the weights, or trim them",
		100*x.sum*x.sum/(float64(x.n)*x.squares), x.n, max(1, int(math.Round(x.sum*x.sum/x.squares))), 100*x.high/x.sum, place)
}

// filtered says that counts are of those whom the filter lets in.
func filtered(p *plan) string {
	if len(p.filter) == 0 {
		return ""
	}
	return " inside of the filter"
}

// columns lists what the first pass reads, and prepares the open lists.
func (r *reader) columns() []string {
	var columns []string
	at := map[string]int{}
	want := func(name string) int {
		if _, ok := at[name]; !ok {
			at[name] = len(columns)
			columns = append(columns, name)
		}
		return at[name]
	}
	r.locator.columns(want)
	for _, x := range r.segments {
		r.f.places = append(r.f.places, x.segment)
		if x.open != nil {
			r.open[x.column+"/segment/"+x.name] = x.open
		}
	}
	for _, n := range []string{r.p.study.Respondent, r.p.study.Design.FPC} {
		if n != "" {
			r.index[n] = want(n)
		}
	}
	for _, q := range r.p.asked {
		if q.open {
			for _, it := range q.items {
				for _, c := range it.columns {
					r.index[c] = want(c)
					r.open[c+"/question/"+q.spec.Name] = &openList{path: "questions." + q.spec.Name, column: c, missing: q.missing, separator: q.spec.Separator, categories: &q.answers}
				}
			}
		}
	}
	r.lookAtTicks(want)
	if len(columns) == 0 && len(r.p.asked) > 0 {
		want(r.p.asked[0].items[0].columns[0])
	}
	for _, o := range r.open {
		o.found, o.formula = map[string]int{}, r.formula
	}
	return columns
}

func (r *reader) batch(b data.Batch) {
	n := int(b.Record.NumRows())
	cols := columnsOf(b)
	r.locate(b, cols, n)
	f := r.f
	f.respondents += n
	f.rows[b.File] += int64(n)
	r.census.Add(crosstab.Rows{Stratum: r.stratum, PSU: r.psu, Weight: r.weight, N: n, Replicates: r.locator.reps})
	if len(r.p.study.Design.Replicates.Columns) > 0 {
		r.reps.add(r.locator, n)
	}
	for i, w := range r.weight {
		if r.place[i] < 0 {
			continue
		}
		if w > f.weights.high {
			r.heaviest = fmt.Sprintf("%s:%d", r.s.Files[b.File].Name(), b.Row(i))
		}
		f.weights.add(w)
		if w == 0 {
			f.zero++
		}
		f.inside++
		if r.p.study.Weighting.Rake != nil {
			r.byCombo = longer(r.byCombo, int(r.combo[i]))
			r.byCombo[r.combo[i]].add(w)
		}
		f.people = longer(f.people, int(r.combo[i]))
		f.people[r.combo[i]]++
		in := int(b.Before+int64(i)) / stretch
		f.stretches = longer(f.stretches, in)
		f.stretches[in] = true
	}
	r.identity(b, cols, n)
	if d := r.p.study.Design; d.FPC != "" {
		for i := range n {
			r.population(b, cols[r.index[d.FPC]], i, r.stratum[i])
		}
	}
	r.openLists(b, cols, n)
	r.meetTicks(b, cols, n)
}

// longer makes a slice long enough to hold an index.
func longer[T any](s []T, i int) []T {
	if i < len(s) {
		return s
	}
	return append(s, make([]T, i+1-len(s))...)
}

// skip reports whether none of n rows is inside.
func (f *frame) skip(before, n int64) bool {
	for k := before / stretch; k <= (before+n-1)/stretch && k < int64(len(f.stretches)); k++ {
		if f.stretches[k] {
			return false
		}
	}
	return true
}

// slip is a value that should be a number, for a message: a short one is
// quoted, since it tells what to mend ("n/a"); a longer one may be what a
// person wrote, or an address, and messages end up in logs.
func slip(s string) string {
	if len(s) > 12 || strings.Contains(s, "@") {
		return "a text"
	}
	return strconv.Quote(s)
}

// brief shortens a value for a message.
func brief(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// bandOf is the band that holds a number. Where all bands end at whole numbers
// they are of whole years, and 18-24 holds somebody of 24.5.
func bandOf(bands []study.Band, x float64) int16 {
	whole := true
	for _, b := range bands {
		whole = whole && (math.IsInf(b.Low, 0) || b.Low == math.Floor(b.Low)) && (math.IsInf(b.High, 0) || b.High == math.Floor(b.High))
	}
	if whole {
		x = math.Floor(x)
	}
	for j, b := range bands {
		if b.Low <= x && x <= b.High {
			return int16(j)
		}
	}
	return leftOut
}

func isNumber(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }

func (r *reader) population(b data.Batch, c column, i int, h int32) {
	name := r.p.study.Design.FPC
	for int(h) >= len(r.fpc) {
		r.fpc = append(r.fpc, 0)
	}
	v, ok := 0.0, false
	if !c.null(i) {
		v, ok = c.number(i)
	}
	switch {
	case !ok || v <= 0:
		r.fault(b, i, name, "the number of units in the population must be a number above 0")
	case r.fpc[h] == 0:
		r.fpc[h] = v
	case r.fpc[h] != v:
		r.fault(b, i, name, "the population of a stratum is %v here and %v before; it is one number per stratum", v, r.fpc[h])
	}
}

// makeDesign makes the design of all respondents.
func (r *reader) makeDesign() error {
	o := crosstab.DesignOptions{StratumNames: r.strataNames(), Lonely: stats.Lonely(r.p.study.Design.Lonely)}
	if r.p.study.Design.FPC != "" {
		o.FPC, r.f.fpc = r.fpc, r.fpc
	}
	var err error
	if o.Replicates, err = replicateOptions(r.p.study); err != nil {
		return err
	}
	d, err := r.census.Design(o)
	if err != nil {
		return r.worded(err)
	}
	r.f.design = d
	if o.Replicates != nil {
		for _, doubt := range r.reps.doubts(r.p.study) {
			r.warn(doubt)
		}
	}
	return r.rake()
}

// worded says what is wrong with the design, a fault for each problem.
func (r *reader) worded(err error) error {
	var wrong *stats.DesignError
	if !errors.As(err, &wrong) {
		return err
	}
	var faults data.Faults
	for _, p := range wrong.Problems {
		faults = append(faults, &data.Fault{File: list(fileNames(r.s), 3), Found: p})
	}
	return faults
}

func fileNames(s *data.Survey) []string {
	names := make([]string, len(s.Files))
	for i, f := range s.Files {
		names[i] = f.Name()
	}
	return names
}
