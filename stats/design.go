package stats

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Lonely says what to do with a stratum that holds a single PSU, which has no
// variance of its own. A stratum that was sampled in full (fpc equal to its
// PSUs) is never lonely. The words are those of R's survey.lonely.psu.
type Lonely string

// What to do with a lonely PSU.
const (
	LonelyFail      Lonely = "fail"      // refuse the design (default)
	LonelyRemove    Lonely = "remove"    // leave the stratum out of the variance
	LonelyCertainty Lonely = "certainty" // the PSU was drawn with certainty: no variance at this stage; the same number as remove
	LonelyAdjust    Lonely = "adjust"    // measure it from the mean of the sample instead of the mean of its stratum
	LonelyAverage   Lonely = "average"   // give it the average variance of the other strata
)

// A Stage is one step of drawing a sample: units (PSUs at the first stage) drawn
// within strata within the units of the stage before. Slices have a length of
// rows, or are nil. Labels need not be dense; they are compared within their
// stratum within the unit of the stage before, so PSUs that are numbered from 1
// in every stratum are told apart ("nested"). With Unique set in Sampling a
// first-stage label that shows up in two strata is an error instead.
type Stage struct {
	Strata []int     // stratum of each row; nil = one
	Units  []int     // unit of each row; nil = every row is one
	FPC    []float64 // units in the population of the stratum, or, where all are at most 1, the share that was sampled; nil = drawn with replacement
}

// Sampling describes how rows were drawn. Slices have a length of Rows.
type Sampling struct {
	Rows    int       // number of rows
	Weights []float64 // inverse inclusion probability, zero or more; nil = product of fpc/n over stages if there is an fpc, else 1
	Stages  []Stage   // nil = every row is a PSU of one stratum, with replacement

	Lonely         Lonely // strata with a single PSU; "" = LonelyFail
	LonelyDomains  bool   // treat strata in which a domain reaches a single PSU as lonely too, for adjust and average; rows with missing values are in the domain (in R outside)
	FirstStageOnly bool   // leave the variance of later stages out (ultimate cluster)
	Unique         bool   // PSU labels are unique over strata: one in two strata is a mistake

	StratumNames func(stratum int) string // of the first stage, for messages; nil = by number
}

// A DesignError lists what is wrong with a design, a sentence each: what was
// found and what to do.
type DesignError struct{ Problems []string }

// Error joins the problems, a line each.
func (e *DesignError) Error() string { return strings.Join(e.Problems, "\n") }

// A Design is how the rows of a sample were drawn, and the weight of each. It is
// made by NewDesign, never changed, and safe for concurrent use.
type Design struct {
	n        int
	weights  []float64
	in       []bool  // rows of the domain; nil = all
	rows     []int32 // their numbers in order; nil = all
	stages   []stage
	lonely   Lonely
	domains  bool // LonelyDomains
	names    func(int) string
	reps     *Replicates
	rank     func() float64 // of the replicate weights, less 1
	adjusted []Adjustment
	before   []bool // rows of the domain when it was first calibrated; nil = all
}

// stage is a Stage with dense numbers. A stratum lies in one unit of the stage
// before; at the first stage there is one such unit, the whole.
type stage struct {
	unit    []int32 // of each row
	stratum []int32 // of each unit
	strata  []stratum
}

type stratum struct {
	label  int     // as given
	parent int32   // unit of the stage before
	n      int     // units in the sample
	left   float64 // share of units not sampled, 1 - f
	factor float64 // product of the sampled shares of the stages before
}

// full is the share left unsampled below which a stratum counts as sampled in
// full, as in R.
const full = 1e-7

// isLonely reports whether a stratum has no variance of its own.
func (s *stratum) isLonely() bool { return s.n == 1 && s.left > full }

// NewDesign checks how a sample was drawn and makes its Design, or returns a
// *DesignError with all that is wrong: no rows, weights that are negative,
// missing or all zero, an fpc that varies in a stratum, is missing or is smaller
// than the sample, a PSU in two strata under Unique, a lonely PSU at any stage that
// counts under LonelyFail.
//
// R: svydesign(nest = TRUE), or nest = FALSE under Unique. TestDesignErrors,
// TestSamplingFractions; TestOracle builds every design of the oracle.
func NewDesign(s Sampling) (*Design, error) {
	d := &Design{n: s.Rows, lonely: s.Lonely, domains: s.LonelyDomains, names: s.StratumNames}
	switch d.lonely {
	case "":
		d.lonely = LonelyFail
	case LonelyFail, LonelyRemove, LonelyCertainty, LonelyAdjust, LonelyAverage:
	default:
		panic(fmt.Sprintf("stats: no treatment of lonely PSUs is called %q", d.lonely))
	}
	if s.Weights != nil {
		mustLen("weights", len(s.Weights), s.Rows)
	}
	var p problems
	if s.Rows == 0 {
		p.say("the sample has no rows")
		return nil, p.err()
	}
	given := s.Stages
	if given == nil {
		given = []Stage{{}}
	}
	prob := d.addStages(given, s, &p)
	d.weights = slices.Clone(s.Weights)
	if d.weights == nil {
		d.weights = make([]float64, d.n)
		for i := range d.weights {
			d.weights[i] = 1 / prob[i]
		}
	}
	p.checkWeights(d.weights)
	if len(p) > 0 {
		return nil, p.err()
	}
	return d, nil
}

func mustLen(what string, n, rows int) {
	if n != rows {
		panic(fmt.Sprintf("stats: %d %s for %d rows", n, what, rows))
	}
}

// problems are the sentences of a DesignError.
type problems []string

func (p *problems) say(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p problems) err() error { return &DesignError{p} }

func (p *problems) checkWeights(w []float64) {
	negative, missing, positive := 0, 0, 0
	for _, x := range w {
		switch {
		case math.IsNaN(x) || math.IsInf(x, 0):
			missing++
		case x < 0:
			negative++
		case x > 0:
			positive++
		}
	}
	if negative > 0 {
		p.say("%s negative; a sampling weight is zero or more", plural(negative, "weight is", "weights are"))
	}
	if missing > 0 {
		p.say("%s missing or infinite; give every row a weight, zero to leave it out", plural(missing, "weight is", "weights are"))
	}
	if positive+negative+missing == 0 {
		p.say("all weights are zero; check which column holds the weight")
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// addStages numbers units and strata of every stage, and returns the inclusion
// probability that the fpc imply.
func (d *Design) addStages(given []Stage, s Sampling, p *problems) (prob []float64) {
	prob = make([]float64, d.n)
	parent := make([]int32, d.n) // unit of the stage before
	factor := []float64{1}       // of units of the stage before
	for i := range prob {
		prob[i] = 1
	}
	for k, g := range given {
		g.check(d.n)
		st := number(g, parent)
		if k == 0 && s.Unique {
			p.twice(g)
		}
		fraction := g.FPC != nil && !slices.ContainsFunc(g.FPC, func(f float64) bool { return f > 1 })
		next := make([]float64, len(st.stratum))
		seen := make([]float64, len(st.strata)) // fpc of the stratum
		for i, u := range st.unit {
			h := &st.strata[st.stratum[u]]
			if g.FPC == nil {
				h.left = 1
				continue
			}
			f := g.FPC[i]
			if fraction {
				f = float64(h.n) / f
			}
			old, fault := seen[st.stratum[u]], ""
			switch {
			case math.IsNaN(old): // its fault is known
				continue
			case math.IsNaN(f):
				fault = fmt.Sprintf("row %d has no fpc; give every row the number of units in the population of its stratum", i+1)
			case fraction && g.FPC[i] == 0:
				fault = "a sampling fraction lies above 0 and is at most 1"
			case old != 0 && old != f:
				fault = fmt.Sprintf("the fpc is %g and %g; it is the number of units in the population of the stratum", old, f)
			}
			if fault != "" {
				p.say("%s: %s", d.stratumName(k, h), fault)
				seen[st.stratum[u]] = math.NaN()
				continue
			}
			seen[st.stratum[u]] = f
			prob[i] *= float64(h.n) / f
		}
		for j := range st.strata {
			h := &st.strata[j]
			h.factor = factor[h.parent]
			if g.FPC != nil && !math.IsNaN(seen[j]) {
				h.setFPC(seen[j], d.stratumName(k, h), fraction, p)
			}
			counts := h.factor > 0 && (k == 0 || !s.FirstStageOnly)
			if d.lonely == LonelyFail && h.isLonely() && counts {
				p.say("%s has a single %s, which leaves no variance to estimate; join it to a similar stratum, or say how it counts (lonely: adjust, average, remove or certainty)", d.stratumName(k, h), unitName(k))
			}
		}
		for u, j := range st.stratum {
			next[u] = st.strata[j].factor * (1 - st.strata[j].left)
		}
		if k == 0 || !s.FirstStageOnly {
			d.stages = append(d.stages, st)
		}
		parent, factor = st.unit, next
		if slices.Max(next) == 0 && s.Weights != nil {
			break // later stages carry no variance
		}
	}
	return prob
}

// check panics where a slice does not have a length of rows.
func (g Stage) check(rows int) {
	if g.Strata != nil {
		mustLen("strata", len(g.Strata), rows)
	}
	if g.Units != nil {
		mustLen("units", len(g.Units), rows)
	}
	if g.FPC != nil {
		mustLen("fpc", len(g.FPC), rows)
	}
}

// setFPC works out the share of a stratum that was not sampled.
func (h *stratum) setFPC(fpc float64, name string, fraction bool, p *problems) {
	n := float64(h.n)
	switch {
	case math.IsInf(fpc, 1):
		h.left = 1
	case fpc >= n*(1-1e-9):
		h.left = max(0, (fpc-n)/fpc)
	case fraction:
		p.say("%s: a sampling fraction lies above 0 and is at most 1", name)
	default:
		p.say("%s has %s in the sample but an fpc of %g; the fpc is the number of units in the population", name, plural(h.n, "unit", "units"), fpc)
	}
}

// number gives dense numbers to the units and strata of a stage, in order of
// first appearance.
func number(g Stage, parent []int32) stage {
	type stratumKey struct {
		parent int32
		label  int
	}
	type unitKey struct {
		stratum int32
		label   int
	}
	st := stage{unit: make([]int32, len(parent))}
	strata, units := map[stratumKey]int32{}, map[unitKey]int32{}
	for i, up := range parent {
		hk := stratumKey{parent: up}
		if g.Strata != nil {
			hk.label = g.Strata[i]
		}
		h, ok := strata[hk]
		if !ok {
			h = int32(len(st.strata))
			strata[hk] = h
			st.strata = append(st.strata, stratum{label: hk.label, parent: up})
		}
		u := int32(len(st.stratum)) // a new unit
		known := false
		if g.Units != nil {
			uk := unitKey{h, g.Units[i]}
			if old, ok := units[uk]; ok {
				u, known = old, true
			} else {
				units[uk] = u
			}
		}
		if !known {
			st.stratum = append(st.stratum, h)
			st.strata[h].n++
		}
		st.unit[i] = u
	}
	return st
}

// twice complains of PSU labels in more than one stratum.
func (p *problems) twice(g Stage) {
	if g.Units == nil || g.Strata == nil {
		return
	}
	first, bad := map[int]int{}, map[int]bool{}
	for i, u := range g.Units {
		if h, ok := first[u]; ok && h != g.Strata[i] {
			bad[u] = true
		} else if !ok {
			first[u] = g.Strata[i]
		}
	}
	if len(bad) > 0 {
		p.say("%s in more than one stratum; number PSUs so that they are unique in the whole sample, or leave Unique out if they are numbered within strata", plural(len(bad), "PSU lies", "PSUs lie"))
	}
}

func unitName(stage int) string {
	if stage == 0 {
		return "PSU"
	}
	return "unit"
}

func (d *Design) stratumName(stage int, h *stratum) string {
	switch {
	case stage > 0:
		return fmt.Sprintf("stratum %d of stage %d", h.label, stage+1)
	case d.names != nil:
		return "stratum " + d.names(h.label)
	}
	return fmt.Sprintf("stratum %d", h.label)
}

// Rows is the number of rows, those of weight zero included.
func (d *Design) Rows() int { return d.n }

// Weights are the weights of the rows, zero outside of the domain. The slice is
// the design's own: do not change it.
func (d *Design) Weights() []float64 { return d.weights }

// Base is the number of rows with a weight that is not zero.
func (d *Design) Base() int { return count(d.weights) }

// EffectiveBase is (sum w)^2 / sum w^2, the size of the sample with equal
// weights that Kish (1965, section 11.7) holds as precise; 0 without weights and
// where they add up to zero.
func (d *Design) EffectiveBase() float64 { return effectiveBase(d.weights) }

func effectiveBase(w []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, x := range w {
		sum += x
	}
	if sum == 0 {
		return 0
	}
	_, size := math.Frexp(sum)
	unit := math.Ldexp(1, size-1) // squares of tiny or huge weights are 0 or infinite
	for _, x := range w {
		squares += (x / unit) * (x / unit)
	}
	return (sum / unit) * (sum / unit) / squares
}

// Domain is the design of the rows that are in. It has the strata and PSUs of
// the whole, so that variances know of those that the domain does not reach
// (Lumley 2010, chapter 2); rows outside weigh zero. Domains of domains
// intersect. R: subset(). TestDomainMean; TestOracle: 04_domains.
func (d *Design) Domain(in []bool) *Design {
	mustLen("marks of a domain", len(in), d.n)
	c := *d
	if c.rows = common(d.rows, marked(in)); c.rows == nil {
		return &c
	}
	c.weights = make([]float64, d.n)
	c.in = make([]bool, d.n)
	for _, i := range c.rows {
		c.weights[i], c.in[i] = d.weights[i], true
	}
	if d.reps != nil {
		c.setReplicates(d.reps.domain(c.rows))
	}
	return &c
}

// reaches reports whether a row lies in the domain.
func (d *Design) reaches(i int) bool { return d.in == nil || d.in[i] }

// In marks the rows of the domain; nil means all. Do not change it.
func (d *Design) In() []bool { return d.in }

// DF is the degrees of freedom of the design: PSUs minus strata, counting those
// that hold a row with weight, as R's degf does; for a domain those that it
// reaches. With replicate weights it is the rank of their matrix less one, or
// what Replicates.DF states.
func (d *Design) DF() float64 {
	if d.reps != nil {
		return d.rank()
	}
	return d.countUnits(d.rows, func(i int) bool { return d.weights[i] != 0 })
}

// DFOf is DF over the rows with a weight in w. It leaves replicates aside.
func (d *Design) DFOf(w []float64) float64 {
	return d.countUnits(nil, func(i int) bool { return w[i] != 0 })
}

// UnitsLessStrata is the number of PSUs less the number of strata among the rows
// of the domain whatever their weight, the denominator degrees of freedom of
// Rao-Scott tests in R. In a calibrated design the rows of the domain that was
// calibrated count, also for a domain of it.
func (d *Design) UnitsLessStrata() float64 { return d.countUnits(nil, d.counts) }

// DomainRows is the number of rows of the domain whatever their weight; in a
// calibrated design without replicate weights those of the domain that was
// calibrated, as in R.
func (d *Design) DomainRows() int {
	if len(d.adjusted) == 0 && d.rows != nil {
		return len(d.rows)
	}
	n := 0
	for i := range d.n {
		if d.counts(i) {
			n++
		}
	}
	return n
}

// counts reports whether a row counts whatever its weight: R drops the rows
// outside of a domain, but not from a calibrated design that linearises.
func (d *Design) counts(i int) bool {
	if len(d.adjusted) > 0 && d.reps == nil {
		return d.before == nil || d.before[i]
	}
	return d.reaches(i)
}

// countUnits is the number of PSUs less the number of strata among the rows that
// count, of some rows, or of all where rows is nil.
func (d *Design) countUnits(rows []int32, counts func(row int) bool) float64 {
	st := &d.stages[0]
	units, strata := make([]bool, len(st.stratum)), make([]bool, len(st.strata))
	n := 0
	add := func(i int) {
		if u := st.unit[i]; counts(i) && !units[u] {
			units[u] = true
			n++
			if h := st.stratum[u]; !strata[h] {
				strata[h] = true
				n--
			}
		}
	}
	if rows == nil {
		for i := range d.n {
			add(i)
		}
	}
	for _, i := range rows {
		add(int(i))
	}
	return float64(n)
}

// Strata and PSUs of the first stage, over the whole sample.
func (d *Design) Strata() int { return len(d.stages[0].strata) }

// PSUs is the number of primary sampling units in the whole sample.
func (d *Design) PSUs() int { return len(d.stages[0].stratum) }

// PSU and Stratum number the first-stage unit of every row and the stratum of
// every such unit, from 0 in order of appearance. Do not change them.
func (d *Design) PSU() (ofRow []int32, stratumOf []int32) {
	return d.stages[0].unit, d.stages[0].stratum
}

// Lonely is what happens to strata with a single PSU.
func (d *Design) Lonely() Lonely { return d.lonely }

// Drawn is what was drawn at one stage, for those who make replicates of it. Do
// not change the slices.
type Drawn struct {
	Unit      []int32   // unit of each row
	Stratum   []int32   // stratum of each unit
	Parent    []int32   // unit of the stage before that each stratum lies in; 0 at the first
	Unsampled []float64 // share of each stratum that was not sampled, 1 - f
}

// Stages are the stages that count for the variance, the first of PSUs. Units
// and strata are numbered from 0 in order of appearance, over the whole sample.
func (d *Design) Stages() []Drawn {
	stages := make([]Drawn, len(d.stages))
	for k, st := range d.stages {
		stages[k] = Drawn{Unit: st.unit, Stratum: st.stratum}
		for _, h := range st.strata {
			stages[k].Parent = append(stages[k].Parent, h.parent)
			stages[k].Unsampled = append(stages[k].Unsampled, h.left)
		}
	}
	return stages
}

// Unsampled is 1 - f_h, the share of each first-stage stratum that was not
// sampled; 1 without an fpc.
func (d *Design) Unsampled() []float64 {
	left := make([]float64, len(d.stages[0].strata))
	for h := range left {
		left[h] = d.stages[0].strata[h].left
	}
	return left
}

// LonelyStrata lists the first-stage strata with a single PSU that was not drawn
// with certainty, by their labels in order; results that depend on one deserve
// a warning.
func (d *Design) LonelyStrata() []int {
	var hs []int
	for i := range d.stages[0].strata {
		if h := &d.stages[0].strata[i]; h.isLonely() {
			hs = append(hs, h.label)
		}
	}
	slices.Sort(hs)
	return hs
}

// An Adjustment is a calibration of the weights. The variance takes out of
// linearised values what the calibration has made certain.
type Adjustment interface {
	// Residuals replaces weighted linearised values z = w u by their residuals,
	// in place. It is called with a column of a length of rows.
	Residuals(z []float64)
}

// WithWeights is the design with other weights, of the same length: those that a
// calibration has made, which may be negative. a tells the variance what it took
// out, in addition to earlier adjustments; nil, for weights that were merely
// trimmed, tells it nothing. Rows outside of a domain stay at zero. Replicate
// weights are kept as they are; see WithReplicates.
func (d *Design) WithWeights(w []float64, a Adjustment) *Design {
	mustLen("weights", len(w), d.n)
	c := *d
	c.weights = slices.Clone(w)
	for i := range w {
		if !d.reaches(i) {
			c.weights[i] = 0
		}
	}
	if a != nil {
		if len(d.adjusted) == 0 {
			c.before = d.in
		}
		c.adjusted = append(slices.Clone(d.adjusted), a)
	}
	return &c
}

// Adjustments are the calibrations of the weights, in order.
func (d *Design) Adjustments() []Adjustment { return d.adjusted }
