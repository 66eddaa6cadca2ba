package pipeline

import (
	"fmt"
	"math"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/replicate"
)

// Replicate weights of a producer: read beside the weight in both passes, checked
// in the first.

// replicateKinds are the methods of the study file.
var replicateKinds = map[string]replicate.Kind{
	"jk1": replicate.JK1, "jk2": replicate.JK2, "jkn": replicate.JKn, "brr": replicate.BRR, "fay": replicate.Fay,
	"bootstrap": replicate.Bootstraps, "sdr": replicate.Differences, "other": replicate.Other,
}

// replicateOptions are how the spread of replicates becomes a variance.
func replicateOptions(st *study.Study) (*crosstab.Replicates, error) {
	r := st.Design.Replicates
	if len(r.Columns) == 0 {
		return nil, nil
	}
	supply := replicate.Supply{Kind: replicateKinds[r.Method], Rho: r.Rho, Scale: r.Scale, RScales: r.RScales, MSE: r.MSE}
	scale, err := supply.Factor(len(r.Columns))
	if err != nil {
		return nil, data.Faults{st.Fault("design.replicates", "%s", strings.TrimPrefix(err.Error(), "replicate: "))}
	}
	return &crosstab.Replicates{N: len(r.Columns), Scale: scale, RScales: r.RScales, MSE: r.MSE, DF: float64(r.DF)}, nil
}

// replicate reads the replicate weights of a batch, those of a respondent
// together.
func (l *locator) replicate(b data.Batch, cols []column, n int) {
	p := l.p.study.Design.Replicates
	R := len(p.Columns)
	l.reps = resize(l.reps, n*R)
	for k, name := range p.Columns {
		c := cols[l.index[name]]
		for i := range n {
			w, ok := 0.0, false
			if !c.null(i) {
				w, ok = c.number(i)
			}
			switch {
			case c.null(i):
				l.fault(b, i, name, "the replicate weight is empty; rows that a replicate leaves out weigh 0 in it")
			case !ok:
				l.fault(b, i, name, "the replicate weight is %s; it must be a number of 0 or more", slip(c.code(i)))
			case w < 0:
				l.fault(b, i, name, "the replicate weight is %s; it must be 0 or more", c.code(i))
				w = 0
			}
			if p.Multipliers {
				w *= l.weight[i]
			}
			l.reps[i*R+k] = w
		}
	}
}

// replicatesOf are the replicate weights of row i of the batch.
func (l *locator) replicatesOf(i int) []float64 {
	R := len(l.p.study.Design.Replicates.Columns)
	return l.reps[i*R:][:R]
}

// A replicateCheck adds up what tells whether replicate weights are what the
// study says.
type replicateCheck struct {
	rows       int // with a weight
	weight     float64
	sum, plain float64 // of all replicates: weights, and values as they stand
	zero       int
	same       []bool // by replicate: it is the weight itself so far
	multiplied bool
}

func (k *replicateCheck) add(l *locator, n int) {
	p := l.p.study.Design.Replicates
	if k.same == nil {
		k.same, k.multiplied = make([]bool, len(p.Columns)), p.Multipliers
		for r := range k.same {
			k.same[r] = true
		}
	}
	for i, w := range l.weight[:n] {
		if w == 0 {
			continue
		}
		k.rows++
		k.weight += w
		for r, x := range l.replicatesOf(i) {
			k.sum += x
			if k.multiplied {
				k.plain += x / w
			} else {
				k.plain += x
			}
			if x == 0 {
				k.zero++
			}
			k.same[r] = k.same[r] && math.Abs(x-w) <= 1e-9*w
		}
	}
}

// doubts are what looks wrong about the replicate weights, in words.
func (k *replicateCheck) doubts(st *study.Study) (doubts []string) {
	p := st.Design.Replicates
	say := func(format string, args ...any) {
		doubts = append(doubts, "replicate weights: "+fmt.Sprintf(format, args...))
	}
	R := float64(len(p.Columns))
	sum, plain, zero := k.sum/R/k.weight, k.plain/R/float64(k.rows), float64(k.zero)/R/float64(k.rows)
	near := func(x float64) bool { return x > 0.9 && x < 1.1 }
	switch {
	case near(sum):
	case !p.Multipliers && near(plain):
		say("they are 1 on average, but add up to %.3g of the weight: they look like factors of it; set multipliers: true", sum)
	case p.Multipliers && near(plain*float64(k.rows)/k.weight):
		say("times the weight they add up to %.3g of it, by themselves to about as much: they look like weights; leave multipliers out", sum)
	default:
		say("they add up to %.3g of the weight on average; check that the weight is the one that belongs to them", sum)
	}
	var same []string
	for r, yes := range k.same {
		if yes {
			same = append(same, p.Columns[r])
		}
	}
	if len(same) > 0 {
		say("%s equals the weight in every row; leave it out, unless its stratum was sampled in full", list(same, 5))
	}
	switch {
	case p.Method == "brr" && zero < .05:
		say("half-samples have weights of zero for about half of the rows, these for %.0f%%: they look like Fay's method; set method: fay and its rho, or variances are too small", 100*zero)
	case p.Method == "fay" && p.Rho > 0 && zero > .25:
		say("Fay's method leaves every row some weight, but %.0f%% of the weights are zero: they look like brr", 100*zero)
	case (p.Method == "jk1" || p.Method == "jkn") && zero > .25 && R > 4:
		say("a jackknife leaves out one sampling unit or group, but %.0f%% of the weights are zero: they look like half-samples or a bootstrap", 100*zero)
	}
	return doubts
}

// replicateNames are the methods in words.
var replicateNames = map[string]string{
	"jk1": "jackknife (JK1)", "jk2": "jackknife of pairs (JK2)", "jkn": "stratified jackknife (JKn)", "brr": "balanced repeated replication",
	"fay": "Fay's balanced repeated replication", "bootstrap": "bootstrap", "sdr": "successive differences", "other": "as documented",
}

// replicateFacts say how variances come from replicate weights.
func replicateFacts(st *study.Study, f *frame) []reports.Fact {
	r := st.Design.Replicates
	name := replicateNames[r.Method]
	if r.Rho > 0 {
		name += fmt.Sprintf(", rho %v", r.Rho)
	}
	about := "the mean of the replicates"
	if r.MSE {
		about = "the estimate"
	}
	df := "the rank of the replicate weights less 1"
	if r.DF > 0 {
		df = "as documented"
	}
	return []reports.Fact{
		{Label: "Replicate weights", Value: fmt.Sprintf("%s (%s to %s): %s", thousands(len(r.Columns)), r.Columns[0], r.Columns[len(r.Columns)-1], name)},
		{Label: "Degrees of freedom", Value: fmt.Sprintf("%s, %s; for every column", thousands(f.design.DF()), df)},
		{Label: "Variance", Value: "the spread of the estimates with each set of replicate weights, about " + about},
	}
}
