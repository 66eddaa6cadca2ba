package weight

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// Options of Rake. The zero value is a raking to the end, without trimming.
type Options struct {
	// Total is what the weights add up to, and every margin is scaled to. 0: the
	// total of targets that are counts, or, where all are shares, what the weights
	// add up to already.
	Total float64

	Rounds    int     // at most; 0 = 1000
	Tolerance float64 // largest relative gap |reached/target - 1| to stop at; 0 = 1e-12

	// Unfinished returns the weights of the last round also where targets were
	// not reached, or cannot be since their totals disagree. The Report says so;
	// without it, that is an error.
	Unfinished bool

	// Trim bounds the weights: raking and trimming alternate until targets and
	// bounds hold together, the bounds to a millionth. Strict is always on.
	Trim Trimming
}

const (
	defaultRounds    = 1000
	defaultTolerance = 1e-12
)

// Rake gives weights that meet the targets of several margins:
//
//	w_i = d_i prod_k f_k(c_ik)
//
// with a factor for each category c_ik that row i has of margin k. Of all
// weights that meet the targets these are nearest to d, by sum w log(w/d) - w + d
// (Deming and Stephan 1940; Ireland and Kullback 1968). A round sets every margin
// right, one after the other; rounds go on until each margin is right on its
// turn. Rows count by combination of categories, so a round costs the number of
// combinations, not of rows. Margins have a length of the rows of the design,
// and are checked first; see Check.
//
// Variance: residuals of the linearised values from their regression on all
// categories with weights d, times w (Deville, Särndal and Sautory 1993). The total of a
// category has none. df are as in PostStratify. R's rake takes out means of the margins ten times, without weights,
// which is not the same thing unless the weights before are equal; R's
// calibrate(calfun = "raking") gives the same weights and this variance.
//
// Faults of Check are the error, as Problems; so is a target that was not
// reached (kind Unmet), mostly for empty combinations: targets that only weights
// of zero could meet. Bounds that no weights hold beside the targets are of kind
// BadBounds. A set of replicate weights is raked anew, after
// being multiplied by what trimming did to the row; a category without
// respondents in a replicate is left out, the others are scaled up, and a note
// says in how many. It panics on Rounds or a Tolerance below zero.
//
// TestOracle: 10 (rake/, after/rake), 11 (repcal/, rake); TestRake.
func Rake(d *stats.Design, margins []Margin, o Options) (*stats.Design, *Report, error) {
	if o.Rounds < 0 || !(o.Tolerance >= 0) {
		panic(fmt.Sprintf("weight: %d rounds and a tolerance of %g; both are above 0, or 0 for the default", o.Rounds, o.Tolerance))
	}
	p, targets := check(d, margins, o)
	if err := p.faults(); err != nil {
		return nil, nil, err
	}
	w := d.Weights()
	k := newRaker(margins, targets, w, o)
	b := newBasis(k.indicators(), k.cells.sum)
	if !o.Unfinished {
		if k.contradicts(b, &p); p.faults() != nil {
			return nil, nil, p.faults()
		}
	}
	raked, done := k.rake(w)
	after := raked
	lower, upper := math.Inf(-1), math.Inf(1)
	var cut []float64 // what trimming did to each row
	if o.Trim.bounds() && (done.met || o.Unfinished) {
		after, cut, done, lower, upper = k.rakeAndTrim(raked, done, o, &p)
		if err := p.faults(); err != nil {
			return nil, nil, err
		}
	}
	if !done.met {
		k.unmet(after, done, &p, !o.Unfinished)
		if err := p.faults(); err != nil {
			return nil, nil, err
		}
	}
	variance := newResiduals(k.cells, w, after, nil)
	variance.basis = b // no weight has become zero
	out := d.WithWeights(after, variance)
	out = k.replicates(d, out, cut, &p)
	r := newReport("raking", d, out)
	r.Rounds, r.Met, r.Gap = done.rounds, done.met, done.gap
	r.Trimmed, r.Moved = atBounds(w, after, lower, upper), moved(raked, after)
	r.Margins, r.Notes = Compare(d, out, margins...), p
	return out, r, nil
}

// raker rakes sets of weights of the same rows.
type raker struct {
	margins   []Margin
	targets   [][]float64
	cells     *cells
	codes     [][]int // by margin, then cell
	rounds    int
	tolerance float64
}

// done is how a raking ended.
type done struct {
	rounds int
	gap    float64
	met    bool
	absent bool // a category has no weight

	at      int // the term with the largest gap, and its total; of Calibrate
	reached float64
}

func newRaker(margins []Margin, targets [][]float64, w []float64, o Options) *raker {
	var columns [][]int
	for k := range margins {
		columns = append(columns, margins[k].Of)
	}
	r := &raker{margins: margins, targets: targets, cells: newCells(w, columns...), rounds: o.Rounds, tolerance: o.Tolerance}
	if r.rounds == 0 {
		r.rounds = defaultRounds
	}
	if r.tolerance == 0 {
		r.tolerance = defaultTolerance
	}
	for k := range margins {
		codes := make([]int, len(r.cells.first))
		for p, row := range r.cells.first {
			codes[p] = margins[k].Of[row]
		}
		r.codes = append(r.codes, codes)
	}
	return r
}

// replicates rakes every set of replicate weights of d, times cut, for out.
func (r *raker) replicates(d, out *stats.Design, cut []float64, p *Problems) *stats.Design {
	lost, missed := 0, 0
	out = eachReplicate(d, out, func(w []float64) []float64 {
		if cut != nil {
			w = products(w, cut)
		}
		after, done := r.rake(w)
		if done.absent {
			lost++
		}
		if !done.met {
			missed++
		}
		return after
	})
	if lost > 0 {
		p.note(NoRespondents, "", "", "%s of %d without respondents in a category, which is left out there", number(lost, "replicate is", "replicates are"), len(d.Replicates().Weights))
	}
	if missed > 0 {
		p.note(Unmet, "", "", "%s of %d did not reach the targets", number(missed, "replicate", "replicates"), len(d.Replicates().Weights))
	}
	return out
}

// indicators are the categories of all margins, by cell.
func (r *raker) indicators() *mat.Dense {
	K := 0
	for _, t := range r.targets {
		K += len(t)
	}
	x := mat.NewDense(len(r.cells.first), K, nil)
	at := 0
	for k, t := range r.targets {
		for p, c := range r.codes[k] {
			x.Set(p, at+c, 1)
		}
		at += len(t)
	}
	return x
}

// contradicts complains of targets that no weights, not even negative ones, can
// meet together.
func (r *raker) contradicts(b *basis, p *Problems) {
	var all []float64
	for _, t := range r.targets {
		all = append(all, t...)
	}
	at := b.contradiction(all)
	if at < 0 {
		return
	}
	for k, t := range r.targets {
		if at < len(t) {
			p.fault(Contradiction, r.margins[k].Name, r.margins[k].label(at), "no weights meet its target and those of the other margins together, since few combinations of them have respondents; merge categories, or leave a margin out")
			return
		}
		at -= len(t)
	}
}

// rake rakes one set of weights.
func (r *raker) rake(d []float64) ([]float64, done) {
	base := r.cells.sums(d)
	w := append([]float64(nil), base...)
	targets, absent := r.reachable(base)
	out := done{absent: absent}
	for !out.met && out.rounds < r.rounds {
		out.rounds++
		out.met = true
		for k, t := range targets {
			f := r.reached(k, w)
			for c, sum := range f {
				f[c] = 0
				if sum > 0 {
					f[c] = t[c] / sum
				}
				if sum > 0 && t[c] > 0 && math.Abs(f[c]-1) > r.tolerance {
					out.met = false
				}
			}
			for p, c := range r.codes[k] {
				w[p] *= f[c]
			}
		}
	}
	out.gap = r.gap(w, targets)
	after := make([]float64, len(d))
	for i, p := range r.cells.of {
		if p >= 0 && d[i] != 0 {
			after[i] = d[i] * (w[p] / base[p])
		}
	}
	return after, out
}

// reachable are the targets with categories that have no weight left out.
func (r *raker) reachable(base []float64) (targets [][]float64, absent bool) {
	targets = make([][]float64, len(r.targets))
	for k, t := range r.targets {
		has := make([]bool, len(t))
		for p, c := range r.codes[k] {
			has[c] = has[c] || base[p] != 0
		}
		all, left := 0.0, 0.0
		for c, v := range t {
			all += v
			if has[c] {
				left += v
			}
		}
		targets[k] = t
		if left == all || left == 0 {
			continue
		}
		absent = true
		targets[k] = make([]float64, len(t))
		for c, v := range t {
			if has[c] {
				targets[k][c] = v * (all / left)
			}
		}
	}
	return targets, absent
}

// mostCycles is how often raking and trimming take turns.
const mostCycles = 200

// withinBounds is how far out of bounds a weight may stay, as a share, where
// raking and trimming take turns.
const withinBounds = 1e-6

// rakeAndTrim takes turns until weights are within bounds after a raking. cut is
// what all trimming together did to each row: the weights are those of a raking
// of w times cut. A faster way is Calibrate with bounds on the weights, which
// makes them meet both as nearly as can be, but knows no deff.
func (r *raker) rakeAndTrim(raked []float64, first done, o Options, p *Problems) (w, cut []float64, d done, lower, upper float64) {
	w, d = raked, first
	t := o.Trim
	cut = make([]float64, len(w))
	for i, x := range w {
		if x != 0 {
			cut[i] = 1
		}
	}
	lower, upper, *p = t.limits(raked, true, *p)
	if p.faults() != nil {
		return w, cut, d, lower, upper
	}
	for range mostCycles {
		cap := upper
		if t.Deff != 0 {
			cap = min(upper, capFor(w, t.Deff))
		}
		if out := outside(w, lower, cap); out == 0 {
			return w, cut, d, lower, cap
		}
		next := trim(w, lower, cap, true)
		for i, x := range w {
			if x != 0 {
				cut[i] *= next[i] / x
			}
		}
		rounds := d.rounds
		w, d = r.rake(next)
		d.rounds += rounds
		if !d.met {
			break
		}
	}
	before := spread(nonzero(raked))
	text := fmt.Sprintf("no weights were found that meet the targets and stay within the bounds; widen them, or merge categories: before trimming the weights go from %.6g to %.6g, with a deff of %.4g", before.Min, before.Max, before.Deff)
	*p = append(*p, Problem{Kind: BadBounds, Fault: !o.Unfinished, Text: text})
	return w, cut, d, lower, upper
}

// gap is the largest |reached/target - 1|.
func (r *raker) gap(w []float64, targets [][]float64) float64 {
	worst := 0.0
	for k, t := range targets {
		for c, s := range r.reached(k, w) {
			if t[c] > 0 {
				worst = math.Max(worst, math.Abs(s/t[c]-1))
			}
		}
	}
	return worst
}

// reached are the sums of the weights of cells by category of a margin.
func (r *raker) reached(k int, w []float64) []float64 {
	s := make([]float64, len(r.targets[k]))
	for p, c := range r.codes[k] {
		s[c] += w[p]
	}
	return s
}

// unmet says which target is furthest off.
func (r *raker) unmet(after []float64, d done, p *Problems, fault bool) {
	w := r.cells.sums(after)
	worst, at, where := 0.0, 0, 0
	reached := 0.0
	for k, t := range r.targets {
		for c, s := range r.reached(k, w) {
			if gap := math.Abs(s/t[c] - 1); t[c] > 0 && gap >= worst {
				worst, at, where, reached = gap, k, c, s
			}
		}
	}
	m := &r.margins[at]
	text := fmt.Sprintf("after %s the weights reach %.10g of %.10g; merge categories of which few combinations have respondents, or leave a margin out", number(d.rounds, "round", "rounds"), reached, r.targets[at][where])
	*p = append(*p, Problem{Unmet, fault, m.Name, m.label(where), text})
}
