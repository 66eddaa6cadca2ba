package crosstab

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// Rows is a chunk of rows (respondents or ratings) with their place in the
// design. Slices that are not nil have the same length. The package keeps none
// of them.
type Rows struct {
	Stratum []int32   // index from 0; nil = one stratum
	PSU     []int32   // index from 0, unique over the whole design (not per stratum); nil = every row, or every person, is its own PSU
	Person  []int32   // index of the respondent from 0, for loops where rows are ratings; nil = every row is a person
	Weight  []float64 // zero or more; nil = 1. A row of weight zero stays in the design but is in no base
	N       int       // number of rows, needed only where all slices are nil

	Replicates []float64 // replicate weights, those of a row together; nil = none
}

// Len is the number of rows.
func (r Rows) Len() int {
	n := r.N
	for _, l := range [...]int{len(r.Stratum), len(r.PSU), len(r.Person), len(r.Weight)} {
		if l == 0 {
			continue
		}
		if n != 0 && n != l {
			panic(fmt.Sprintf("crosstab: rows of %d and %d", n, l))
		}
		n = l
	}
	if n > 0 && len(r.Replicates)%n != 0 {
		panic(fmt.Sprintf("crosstab: %d replicate weights of %d rows", len(r.Replicates), n))
	}
	return n
}

// replicates are the replicate weights of row i of n.
func (r Rows) replicates(i, n int) []float64 {
	R := len(r.Replicates) / n
	return r.Replicates[i*R:][:R]
}

func (r Rows) stratum(i int) int32 { return at(r.Stratum, i, 0) }
func (r Rows) psu(i int) int32     { return at(r.PSU, i, none) }
func (r Rows) person(i int) int32  { return at(r.Person, i, none) }

func (r Rows) weight(i int) float64 {
	if r.Weight == nil {
		return 1
	}
	return r.Weight[i]
}

// none stands for the PSU or person of a row that has none of its own.
const none = -1

func at(s []int32, i int, absent int32) int32 {
	if s == nil {
		return absent
	}
	return s[i]
}

// DesignOptions describes what the rows do not tell of a design.
type DesignOptions struct {
	Strata       int          // number of strata where there are more than rows name; 0 = those of the rows
	FPC          []float64    // PSUs in the population, by stratum; nil = sampled with replacement
	Lonely       stats.Lonely // "" = fail
	StratumNames []string     // for messages; nil = numbered from 1

	Replicates *Replicates // where variances come from replicate weights; strata, PSUs and fpc then say nothing
}

// A Census reads all rows of a sample, in any number of chunks, and makes the
// Design of it. The zero value has read none.
type Census struct {
	kind    unitKind
	strata  []stratumCount
	units   []unitSeen // by index of PSU or person
	twice   []int32    // units that were seen in two strata
	rows    int        // all of them
	bad     [2]int     // weights: negative, not a finite number
	anybody bool       // some weight is positive
	reps    replicateCensus
}

// unitKind tells what the PSUs of a design are.
type unitKind uint8

const (
	unknownUnits unitKind = iota
	rowUnits              // every row is a PSU
	personUnits           // every person is a PSU
	psuUnits              // rows name their PSU
)

func (r Rows) kind() unitKind {
	switch {
	case r.PSU != nil:
		return psuUnits
	case r.Person != nil:
		return personUnits
	}
	return rowUnits
}

// stratumCount counts the PSUs of a stratum, and those with weight.
type stratumCount struct{ all, weighted int }

// unitSeen is where a PSU was seen.
type unitSeen struct {
	stratum  int32 // 0 for not seen, else the stratum + 1
	weighted bool
}

// Add counts a chunk of rows. Chunks either all name PSUs or none does.
func (c *Census) Add(r Rows) {
	n := r.Len()
	if n == 0 {
		return
	}
	c.sameKind(r.kind())
	c.reps.read(r, n)
	c.rows += n
	for i := range n {
		w := r.weight(i)
		switch {
		case math.IsNaN(w) || math.IsInf(w, 0):
			c.bad[1]++
		case w < 0:
			c.bad[0]++
		}
		h := r.stratum(i)
		c.stratum(h)
		c.anybody = c.anybody || w > 0
		switch c.kind {
		case psuUnits:
			c.see(r.PSU[i], h+1, w > 0)
		case personUnits:
			c.see(r.Person[i], h+1, w > 0)
		default:
			c.strata[h].all++
			if w > 0 {
				c.strata[h].weighted++
			}
		}
	}
}

func (c *Census) sameKind(k unitKind) {
	if c.kind != unknownUnits && c.kind != k {
		panic("crosstab: some rows of a design name their PSU or person, others don't")
	}
	c.kind = k
}

// stratum makes room for a stratum.
func (c *Census) stratum(h int32) {
	if h < 0 {
		panic(fmt.Sprintf("crosstab: stratum %d", h))
	}
	for int(h) >= len(c.strata) {
		c.strata = append(c.strata, stratumCount{})
	}
}

// see notes that a unit was seen in a stratum, numbered from 1.
func (c *Census) see(unit, stratum int32, weighted bool) {
	if unit < 0 {
		panic(fmt.Sprintf("crosstab: PSU %d", unit))
	}
	for int(unit) >= len(c.units) {
		c.units = append(c.units, unitSeen{})
	}
	u := &c.units[unit]
	if u.stratum == 0 {
		u.stratum = stratum
		c.strata[stratum-1].all++
	} else if u.stratum != stratum {
		c.twice = append(c.twice, unit)
		return
	}
	if weighted && !u.weighted {
		u.weighted = true
		c.strata[stratum-1].weighted++
	}
}

// Merge adds the census of other rows of the same sample.
func (c *Census) Merge(o *Census) {
	if o.kind == unknownUnits {
		return
	}
	c.sameKind(o.kind)
	c.rows += o.rows
	c.bad[0] += o.bad[0]
	c.bad[1] += o.bad[1]
	c.anybody = c.anybody || o.anybody
	c.reps.merge(&o.reps)
	c.twice = append(c.twice, o.twice...)
	if n := len(o.strata); n > 0 {
		c.stratum(int32(n - 1))
	}
	if c.kind == rowUnits {
		for h, s := range o.strata {
			c.strata[h].all += s.all
			c.strata[h].weighted += s.weighted
		}
		return
	}
	for i, u := range o.units {
		if u.stratum != 0 {
			c.see(int32(i), u.stratum, u.weighted)
		}
	}
}

// Design checks the design and returns it, or a *stats.DesignError with all that is
// wrong: weights that are negative or no numbers, no weight at all, a PSU in
// two strata, an fpc smaller than the sample, a lonely stratum under
// LonelyFail. An unknown word for lonely strata, and an fpc of other strata,
// panic.
func (c *Census) Design(o DesignOptions) (*Design, error) {
	switch o.Lonely {
	case "":
		o.Lonely = stats.LonelyFail
	case stats.LonelyFail, stats.LonelyRemove, stats.LonelyCertainty, stats.LonelyAdjust, stats.LonelyAverage:
	default:
		panic(fmt.Sprintf("crosstab: no treatment of lonely PSUs is called %q", o.Lonely))
	}
	strata := append([]stratumCount(nil), c.strata...)
	for len(strata) < max(1, o.Strata) {
		strata = append(strata, stratumCount{})
	}
	if o.FPC != nil && len(o.FPC) != len(strata) {
		panic(fmt.Sprintf("crosstab: %d fpc for %d strata", len(o.FPC), len(strata)))
	}
	if o.Replicates != nil {
		o.Lonely = stats.LonelyRemove // strata have no variance of their own
	}
	d := &Design{
		kind:   c.kind,
		lonely: o.Lonely,
		strata: strata,
		rows:   c.rows,
		fpc:    append([]float64(nil), o.FPC...),
		names:  append([]string(nil), o.StratumNames...),
	}
	var p []string
	say := func(format string, args ...any) { p = append(p, fmt.Sprintf(format, args...)) }
	if c.bad[0] > 0 {
		say("%s negative; a sampling weight is zero or more", plural(c.bad[0], "weight is", "weights are"))
	}
	if c.bad[1] > 0 {
		say("%s missing or infinite; give every row a weight, zero to leave it out", plural(c.bad[1], "weight is", "weights are"))
	}
	switch {
	case c.kind == unknownUnits:
		say("the sample has no rows")
	case !c.anybody && c.bad == [2]int{}:
		say("all weights are zero; check which column holds the weight")
	}
	if n := distinct(c.twice); n > 0 {
		say("%s in more than one stratum; number PSUs so that they are unique in the whole sample", plural(n, "PSU lies", "PSUs lie"))
	}
	for h, s := range d.strata {
		if s.all == 0 {
			continue
		}
		if d.fpc != nil && !(d.fpc[h] >= float64(s.all)) {
			say("%s has %s in the sample but an fpc of %g; the fpc is the number of PSUs in the population",
				d.StratumName(h), plural(s.all, "PSU", "PSUs"), d.fpc[h])
		} else if d.lonely == stats.LonelyFail && d.isLonely(h) {
			say("%s has a single PSU, which leaves no variance to estimate; join it to a similar stratum, or say how it counts (lonely: adjust, average, remove or certainty)", d.StratumName(h))
		}
	}
	if o.Replicates != nil {
		d.reps = c.reps.design(*o.Replicates, say)
	}
	if p != nil {
		return nil, &stats.DesignError{Problems: p}
	}
	return d, nil
}

func distinct(s []int32) int {
	seen := map[int32]bool{}
	for _, v := range s {
		seen[v] = true
	}
	return len(seen)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// A Design is how the sample was drawn: strata, the PSUs in each, sampling
// fractions. It is made from all rows by a Census, never filtered, and safe
// for concurrent use.
type Design struct {
	kind   unitKind
	lonely stats.Lonely
	strata []stratumCount
	rows   int // respondents
	fpc    []float64
	names  []string
	reps   *Replicates // nil = variances are linearised
}

// Strata is the number of strata with at least one row.
func (d *Design) Strata() int {
	n := 0
	for _, s := range d.strata {
		if s.all > 0 {
			n++
		}
	}
	return n
}

// PSUs is the number of primary sampling units in the sample.
func (d *Design) PSUs() int {
	n := 0
	for _, s := range d.strata {
		n += s.all
	}
	return n
}

// DF is the degrees of freedom of the design: PSUs minus strata, counting
// those that hold a row with weight, as R's degf does. A domain has its own,
// counted in the same way inside it. With replicate weights it is the rank of
// their matrix less one, or what Replicates states, and so for every domain.
func (d *Design) DF() int {
	if d.reps != nil {
		return int(d.reps.DF)
	}
	df := 0
	for _, s := range d.strata {
		if s.weighted > 0 {
			df += s.weighted - 1
		}
	}
	return df
}

// Clustered reports whether totals are made by PSU: rows name theirs, and variances
// do not come from replicate weights, for which strata and PSUs say nothing.
func (d *Design) Clustered() bool { return d.kind == psuUnits && d.reps == nil }

// unit is the stratum and PSU whose total a row adds to.
func (d *Design) unit(r Rows, i int) (stratum, psu int32) {
	if d.reps != nil {
		return 0, none
	}
	return r.stratum(i), r.psu(i)
}

// StratumName is the stratum's name for messages.
func (d *Design) StratumName(h int) string {
	if h < len(d.names) {
		return "stratum " + d.names[h]
	}
	return fmt.Sprintf("stratum %d", h+1)
}

// LonelyStrata lists the strata with a single PSU that was not drawn with
// certainty, in order; results that depend on one deserve a warning.
func (d *Design) LonelyStrata() []int {
	var hs []int
	for h := range d.strata {
		if d.isLonely(h) {
			hs = append(hs, h)
		}
	}
	return hs
}

func (d *Design) isLonely(h int) bool {
	return d.strata[h].all == 1 && d.unsampled(h) > full
}

// full is the share of a stratum left unsampled below which it counts as
// sampled in full, as in R.
const full = 1e-7

// unsampled is 1 - f_h, the share of the stratum's PSUs that were not sampled.
func (d *Design) unsampled(h int) float64 {
	if d.fpc == nil || math.IsInf(d.fpc[h], 1) {
		return 1
	}
	return (d.fpc[h] - float64(d.strata[h].all)) / d.fpc[h]
}

// A share of a stratum in the variance of a total:
// scale * (sum z z' - centre * Z Z'), z the totals of its PSUs and Z their sum.
type share struct{ scale, centre float64 }

// share is how stratum h counts:
//
//	(1-f_h) n_h/(n_h-1) (sum z z' - Z Z'/n_h)   several PSUs
//	(1-f_h) z z'                                one PSU, adjust
//	0                                           one PSU, otherwise; or sampled in full
func (d *Design) share(h int32) share {
	n := float64(d.strata[h].all)
	left := d.unsampled(int(h))
	switch {
	case left <= full:
		return share{}
	case n > 1:
		return share{left * n / (n - 1), 1 / n}
	case d.lonely == stats.LonelyAdjust:
		return share{left, 0}
	}
	return share{}
}

// averaged is the factor by which stats.LonelyAverage blows the variance up: strata
// of the domain over strata of the domain that have a variance.
func (d *Design) averaged(strata, lonely int) float64 {
	if d.lonely != stats.LonelyAverage || lonely == 0 {
		return 1
	}
	if lonely == strata {
		return math.NaN()
	}
	return float64(strata) / float64(strata-lonely)
}
