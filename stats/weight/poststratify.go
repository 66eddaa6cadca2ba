package weight

import "tradeoff/stats"

// PostStratify gives every category of a margin the weight of its target:
//
//	w_i = d_i T_c / sum_c d      i in category c
//
// Crossed variables are one margin (Interaction). Targets are counts, or shares
// of the sum of weights. The margin has a length of the rows of the design.
//
// Variance: z_i becomes z_i - w_i m_c with m_c the mean of u in the category
// weighted by d (Valliant 1993), so a total of the categories has
// none. The df of the design stay; with replicate weights they are the rank of the
// new ones less 1, which can be more or less than before (see Replicates.DF).
//
// With partial, categories without respondents are left out, targets of the
// others stay, and a note says so; otherwise they are a fault. Faults of Check
// are the error, as Problems. A replicate without respondents in a category has
// no weight there.
//
// R: postStratify. Where rows have a weight of zero its variance is wrong: they get
// a residual as if their weight were one. TestOracle: 10 (post/), 11 (repcal/,
// post); TestPostStratifyZeroWeights.
func PostStratify(d *stats.Design, m Margin, partial bool) (*stats.Design, *Report, error) {
	m.must(d.Rows())
	w := d.Weights()
	var p Problems
	p.checkWeights(w)
	if m.Targets == nil {
		p.fault(NoTarget, m.Name, "", "it has no targets")
	}
	if p != nil {
		return nil, nil, p
	}
	targets := resolve([]Margin{m}, w, 0, false, &p)
	if targets == nil {
		return nil, nil, p
	}
	target := targets[0]
	p.checkCategories(d, &m, target, partial)
	if err := p.faults(); err != nil {
		return nil, nil, err
	}
	fit := func(d []float64) []float64 {
		sum := sumBy(m.Of, len(target), d)
		w := make([]float64, len(d))
		for i, x := range d {
			if x != 0 {
				w[i] = x * (target[m.Of[i]] / sum[m.Of[i]])
			}
		}
		return w
	}
	after := fit(w)
	c := newCells(w, m.Of)
	variance := newResiduals(c, w, after, nil)
	variance.categories = len(target)
	for _, row := range c.first {
		variance.category = append(variance.category, m.Of[row])
	}
	out := d.WithWeights(after, variance)
	out = eachReplicate(d, out, fit)
	r := newReport("post-stratification", d, out)
	r.Margins, r.Notes = Compare(d, out, m), p
	return out, r, nil
}

// eachReplicate adjusts every set of replicate weights of a design anew, for the
// design that holds the adjusted main weights.
func eachReplicate(before, after *stats.Design, adjust func(d []float64) []float64) *stats.Design {
	old := before.Replicates()
	if old == nil {
		return after
	}
	reps := *old
	reps.Weights = make([][]float64, len(old.Weights))
	for k, w := range old.Weights {
		reps.Weights[k] = adjust(w)
	}
	return after.WithReplicates(reps)
}
