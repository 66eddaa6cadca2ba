package pipeline

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
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

// A frame holds what every question needs of every respondent: 20 bytes each.
type frame struct {
	weight  []float64
	stratum []int32
	psu     []int32 // nil: every respondent is a PSU
	combo   []int32
	layout  *crosstab.Layout // places of stratum and combo; nil where respondents lie in PSUs
	place   []int32          // of each respondent in it
	combos  [][]int16        // by combination: the value in each of places, -1 for none
	places  []*segment
	design  *crosstab.Design
	strata  []string
	outside map[string]int // segment name: respondents in none of its groups
	zero    int            // respondents with weight 0
	panel   int            // respondents who were in a wave before
	rows    []int64        // respondents by file
}

// maxFaults is how many faults are kept before reading stops.
const maxFaults = 1000

type reader struct {
	p      *plan
	s      *data.Survey
	f      *frame
	faults data.Faults
	warn   func(string)
	index  map[string]int // column of the batch

	ids     []uint64 // of every respondent, a hash
	seed    maphash.Seed
	strata  map[string]int32
	psu     map[string]int32
	fpc     []float64
	combo   map[string]int32
	coders  []*coder
	open    map[string]*openList
	formula map[string]string // column: first place of a value that looks like a formula
}

// readFrame makes the first pass.
func readFrame(ctx context.Context, p *plan, s *data.Survey, warn func(string), progress func(int64)) (*frame, error) {
	r := &reader{p: p, s: s, warn: warn, f: &frame{outside: map[string]int{}, rows: make([]int64, len(s.Files))},
		seed: maphash.MakeSeed(), strata: map[string]int32{}, psu: map[string]int32{}, combo: map[string]int32{},
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
	if len(r.faults) == 0 && len(r.f.weight) == 0 {
		r.faults = append(r.faults, &data.Fault{File: s.Files[0].Name(), Found: "the export holds no respondents; export it again with the answers"})
	}
	if err := r.twice(ctx); err != nil {
		return nil, err
	}
	r.close()
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	if small := or(p.study.Protect.Group, groupShown); len(r.f.weight) < small {
		return nil, &Gate{fmt.Sprintf("the data hold %s, and groups of fewer than %d are not shown: nothing can be published", plural(len(r.f.weight), "respondent"), small)}
	}
	return r.f, r.census()
}

// columns lists what the first pass reads, and prepares the coders.
func (r *reader) columns() []string {
	r.index = map[string]int{}
	var columns []string
	want := func(name string) {
		if _, ok := r.index[name]; name != "" && !ok {
			r.index[name] = len(columns)
			columns = append(columns, name)
		}
	}
	d := r.p.study.Design
	for _, n := range []string{r.p.study.Respondent, d.Weight, d.Strata, d.Cluster, d.FPC} {
		want(n)
	}
	if r.p.waves != nil {
		r.f.places = append(r.f.places, r.p.waves)
	}
	for _, s := range r.p.segments {
		if s.column != "" {
			r.f.places = append(r.f.places, s)
		}
	}
	for i, s := range r.f.places {
		want(s.column)
		v := r.p.book.Variable(s.column)
		r.coders = append(r.coders, newCoder(s.values, nil, v))
		if s.open {
			r.open[s.column+"/segment/"+s.name] = &openList{path: "segments." + s.name, column: s.column, categories: &r.f.places[i].values}
		}
	}
	for _, q := range r.p.asked {
		if q.open {
			for _, it := range q.items {
				for _, c := range it.columns {
					want(c)
					r.open[c+"/question/"+q.spec.Name] = &openList{path: "questions." + q.spec.Name, column: c, missing: q.missing, separator: q.spec.Separator, categories: &q.answers}
				}
			}
		}
		for i := range q.items {
			if q.items[i].only {
				for _, c := range q.items[i].columns {
					want(c)
					r.open[c+"/ticks/"+q.spec.Name] = &openList{path: "questions." + q.spec.Name, column: c, missing: q.missing}
				}
			}
		}
		for _, c := range q.base {
			want(c.column)
		}
	}
	if len(columns) == 0 {
		for _, q := range r.p.asked {
			want(q.items[0].columns[0])
			break
		}
	}
	for _, o := range r.open {
		o.found, o.index = map[string]int{}, map[string]int16{}
		if o.categories != nil {
			o.labelled = len(*o.categories)
			for i, c := range *o.categories {
				o.index[c.code] = int16(i)
			}
		}
	}
	return columns
}

func (r *reader) fault(b data.Batch, i int, column, format string, args ...any) {
	f := r.s.Files[b.File]
	r.faults = append(r.faults, &data.Fault{File: f.Name(), Row: b.Row(i), Unit: f.Unit, Column: column, Found: fmt.Sprintf(format, args...)})
}

func (r *reader) batch(b data.Batch) {
	n := int(b.Record.NumRows())
	cols := make([]column, b.Record.NumCols())
	for i := range cols {
		cols[i] = columnOf(b.Record.Column(i))
	}
	first := len(r.f.weight)
	r.f.rows[b.File] += int64(n)
	r.weights(b, cols, n)
	r.places(b, cols, n)
	r.identity(b, cols, n)
	r.strataAndClusters(b, cols, n, first)
	r.openLists(b, cols, n)
}

func (r *reader) weights(b data.Batch, cols []column, n int) {
	name := r.p.study.Design.Weight
	if name == "" {
		for range n {
			r.f.weight = append(r.f.weight, 1)
		}
		return
	}
	c := cols[r.index[name]]
	for i := range n {
		w, ok := 0.0, false
		switch {
		case c.null(i):
			r.fault(b, i, name, "the weight is empty; every respondent needs one: fill it in, or leave the row out of the export")
		default:
			w, ok = c.number(i)
			if !ok {
				r.fault(b, i, name, "the weight is %s; it must be a number of 0 or more", slip(c.code(i)))
			} else if w < 0 {
				r.fault(b, i, name, "the weight is %s; it must be 0 or more", c.code(i))
			}
		}
		if ok && w == 0 {
			r.f.zero++
		}
		r.f.weight = append(r.f.weight, w)
	}
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

func (r *reader) places(b data.Batch, cols []column, n int) {
	key := make([]byte, 2*len(r.f.places))
	values := make([]int16, len(r.f.places))
	for i := range n {
		for k, s := range r.f.places {
			values[k] = r.place(b, cols[r.index[s.column]], i, k, s)
			binary.LittleEndian.PutUint16(key[2*k:], uint16(values[k]))
		}
		id, ok := r.combo[string(key)]
		if !ok {
			id = int32(len(r.f.combos))
			r.combo[string(key)] = id
			r.f.combos = append(r.f.combos, slices.Clone(values))
		}
		r.f.combo = append(r.f.combo, id)
	}
}

// Values of people who are in none of the groups of a segment.
const (
	unstated int16 = -1 // nothing is recorded
	leftOut  int16 = -2 // something is, and the study lists no group for it
)

// place is the value of row i in a segment.
func (r *reader) place(b data.Batch, c column, i, k int, s *segment) int16 {
	p := r.valueOf(b, c, i, k, s)
	if p < 0 {
		r.f.outside[s.name]++
	}
	return p
}

func (r *reader) valueOf(b data.Batch, c column, i, k int, s *segment) int16 {
	v := r.p.book.Variable(s.column)
	wave := s == r.p.waves
	if c.null(i) {
		if wave {
			r.fault(b, i, s.column, "the wave is empty; every respondent belongs to one: fill it in, or leave the row out of the export")
		}
		return unstated
	}
	if len(s.bands) > 0 {
		x, ok := c.number(i)
		if !ok || v.Missing.Declares(c.code(i)) {
			return unstated
		}
		return bandOf(s.bands, x)
	}
	p := r.coders[k].place(c, i, v.Missing)
	switch {
	case p >= 0:
		return p
	case p != undeclared:
		return unstated
	}
	code := c.code(i)
	r.formulas(b, i, s.column, code)
	if s.open {
		id := r.group(b, i, s, code)
		if id >= 0 && c.numbers != nil {
			r.coders[k].learn(c.numbers[c.at(i)], id)
		}
		return id
	}
	if wave {
		r.fault(b, i, s.column, "%q is not one of the waves that the study lists; add it to wave: labels", brief(code))
	}
	return leftOut // the study lists the groups that it wants
}

// group is the value of a code in a segment whose groups are found.
func (r *reader) group(b data.Batch, i int, s *segment, code string) int16 {
	o := r.open[s.column+"/segment/"+s.name]
	id, ok := o.index[code]
	if ok {
		return id
	}
	id = int16(len(o.index))
	if id >= maxFound {
		if !o.limit {
			r.fault(b, i, s.column, "more than %d different values; a segment needs groups: use bands for a number, or list codes in the study", maxFound)
			o.limit = true
		}
		return leftOut
	}
	o.index[code] = id
	*o.categories = append(*o.categories, category{code: code, label: code})
	return id
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

// formulas notes values that a spreadsheet or a file system could take for an
// instruction; they are only ever printed as text.
func (r *reader) formulas(b data.Batch, i int, column, value string) {
	if r.formula[column] == "" && (strings.ContainsAny(value[:min(1, len(value))], "=+@-\t") && !isNumber(value) || strings.Contains(value, "../")) {
		r.formula[column] = r.s.Place(b, i)
	}
}

func isNumber(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }

func (r *reader) strataAndClusters(b data.Batch, cols []column, n, first int) {
	d := r.p.study.Design
	wave := func(i int) string { // strata and clusters of different waves are different samples
		if r.p.waves == nil {
			return ""
		}
		return strconv.Itoa(int(r.f.combos[r.f.combo[first+i]][0])) + "\x00"
	}
	for i := range n {
		h := int32(0)
		if d.Strata != "" || r.p.waves != nil {
			key := wave(i)
			if d.Strata != "" {
				c := cols[r.index[d.Strata]]
				if c.null(i) {
					r.fault(b, i, d.Strata, "the stratum is empty; every respondent belongs to one")
				} else {
					key += c.code(i)
				}
			}
			id, ok := r.strata[key]
			if !ok {
				id = int32(len(r.strata))
				r.strata[key] = id
				r.f.strata = append(r.f.strata, strings.TrimPrefix(key, wave(i)))
				r.fpc = append(r.fpc, 0)
			}
			h = id
		}
		r.f.stratum = append(r.f.stratum, h)
		if d.FPC != "" {
			r.population(b, cols[r.index[d.FPC]], i, h)
		}
		if d.Cluster != "" {
			c := cols[r.index[d.Cluster]]
			if c.null(i) {
				r.fault(b, i, d.Cluster, "the cluster is empty; every respondent belongs to one")
			}
			// Cluster numbers often start again in each stratum.
			key := strconv.Itoa(int(h)) + "\x00" + c.code(i)
			id, ok := r.psu[key]
			if !ok {
				id = int32(len(r.psu))
				r.psu[key] = id
			}
			r.f.psu = append(r.f.psu, id)
		}
	}
}

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

// census counts strata and PSUs over all respondents.
func (r *reader) census() error {
	f := r.f
	o := crosstab.DesignOptions{Strata: max(1, len(f.strata)), StratumNames: f.strata, Lonely: stats.Lonely(r.p.study.Design.Lonely)}
	if r.p.study.Design.FPC != "" {
		o.FPC = r.fpc
	}
	var c crosstab.Census
	c.Add(crosstab.Rows{Stratum: f.stratum, PSU: f.psu, Weight: f.weight})
	d, err := c.Design(o)
	if err != nil {
		return r.design(err)
	}
	f.design = d
	if f.psu == nil {
		f.layout, f.place = crosstab.NewLayout(f.stratum, f.combo)
	}
	return nil
}

// design words what is wrong with the design, a fault for each problem.
func (r *reader) design(err error) error {
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
