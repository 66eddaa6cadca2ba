package quality

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// A Flag is the outcome of a check, a column for every respondent.
type Flag struct {
	Name    string    // of the check: "speeding"
	Rule    string    // in words, with its limit: "faster than 0.4 of the median duration (420 s)"
	Measure []float64 // what was measured; NaN where the check says nothing about the respondent
	Set     []bool    // whether the respondent is in doubt
}

// Count is how many respondents are in doubt.
func (f *Flag) Count() int {
	n := 0
	for _, set := range f.Set {
		if set {
			n++
		}
	}
	return n
}

// Checked is how many respondents the check says anything about.
func (f *Flag) Checked() int {
	n := 0
	for _, m := range f.Measure {
		if !math.IsNaN(m) {
			n++
		}
	}
	return n
}

// newFlag makes the flag of a measure, set where over reports true.
func newFlag(name, rule string, measure []float64, over func(m float64) bool) *Flag {
	f := &Flag{Name: name, Rule: rule, Measure: measure, Set: make([]bool, len(measure))}
	for i, m := range measure {
		f.Set[i] = !math.IsNaN(m) && over(m)
	}
	return f
}

// An Exclusion is who leaves the sample, and by which flag.
type Exclusion struct {
	Keep []bool // respondents that stay
	Out  int    // how many leave
	By   []Step // in order of the flags
}

// A Step is what one flag does to an exclusion.
type Step struct {
	Name  string
	Set   int // respondents with the flag
	Alone int // of those that leave, the ones with this flag and no other
	Added int // of those that leave, the ones with this flag and none before it
}

// Exclude takes respondents out that have at least so many of the flags: 1 takes
// out everybody in any doubt; 2, the habit of many panels, forgives one. The
// counts say what each flag contributes. It panics if the flags are not of the
// same respondents or atLeast is below 1. TestExclude checks it by hand.
func Exclude(atLeast int, flags ...*Flag) *Exclusion {
	if atLeast < 1 {
		panic("quality: an exclusion by no flag")
	}
	if len(flags) == 0 {
		return &Exclusion{}
	}
	n := len(flags[0].Set)
	x := &Exclusion{Keep: make([]bool, n), By: make([]Step, len(flags))}
	for k, f := range flags {
		mustLen(len(f.Set), n)
		x.By[k] = Step{Name: f.Name, Set: f.Count()}
	}
	for i := range n {
		count, first, last := 0, -1, -1
		for k, f := range flags {
			if f.Set[i] {
				if count == 0 {
					first = k
				}
				count, last = count+1, k
			}
		}
		if x.Keep[i] = count < atLeast; x.Keep[i] {
			continue
		}
		x.Out++
		x.By[first].Added++
		if first == last {
			x.By[first].Alone++
		}
	}
	return x
}

func mustLen(n, want int) {
	if n != want {
		panic(fmt.Sprintf("quality: columns of %d and %d respondents", n, want))
	}
}

// Effect is what an exclusion does to statistics: estimates of all respondents,
// of those that stay, and the differences (stay less all), in three blocks of
// the same order and with their covariance, since those who stay are in both. A
// difference that is small beside its standard error is no reason for either
// choice; a large one is for the reader to know.
//
// The weights are those of the design: after an exclusion they should be made
// anew, which Effect does not do. df: of the design. Errors are those of the
// statistics. TestEffect checks the difference against a regression on the mark.
func Effect(d *stats.Design, keep []bool, s ...stats.Statistic) (*stats.Estimates, error) {
	mustLen(len(keep), d.Rows())
	both := append([]stats.Statistic{}, s...)
	for _, one := range s {
		both = append(both, stats.In(keep, one))
	}
	e, err := d.Estimate(both...)
	if err != nil {
		return nil, err
	}
	K := e.Len() / 2
	rows, names := make([][]float64, 3*K), make([]string, 3*K)
	for k := range K {
		all, stay, diff := make([]float64, 2*K), make([]float64, 2*K), make([]float64, 2*K)
		all[k], stay[K+k], diff[k], diff[K+k] = 1, 1, -1, 1
		rows[k], rows[K+k], rows[2*K+k] = all, stay, diff
		names[k], names[K+k], names[2*K+k] = e.Names[k]+", all", e.Names[k]+", kept", e.Names[k]+", difference"
	}
	return e.Contrast(names, rows...), nil
}
