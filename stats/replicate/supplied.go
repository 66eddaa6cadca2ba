package replicate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"tradeoff/stats"
)

// Kind says how a producer made replicate weights, which decides what the spread
// of the replicates is multiplied by.
type Kind string

// The kinds, and the factors of squared deviations for R replicates.
const (
	Other       Kind = ""                      // as Supply.Scale and RScales say
	JK1         Kind = "JK1"                   // (R-1)/R
	JK2         Kind = "JK2"                   // 1: one PSU of each pair left out, the other doubled
	JKn         Kind = "JKn"                   // 1, and RScales must be given: (n-1)/n of each replicate's stratum, times 1-f
	BRR         Kind = "BRR"                   // 1/R
	Fay         Kind = "Fay"                   // 1/(R (1-Rho)^2)
	Bootstraps  Kind = "bootstrap"             // 1/(R-1), or 1/R under MSE
	Differences Kind = "successive-difference" // 4/R: the American Community Survey
)

// Supply is replicate weights from a file, and what its documentation says about
// them.
type Supply struct {
	Weights     [][]float64 // by replicate, then row of the design
	Multipliers bool        // Weights are factors of the main weight, not weights
	Kind        Kind
	Rho         float64   // of Fay
	Scale       float64   // 0 = by Kind; else it is used
	RScales     []float64 // by replicate; nil = 1
	MSE         bool      // centre at the estimate, as most producers say
	DF          float64   // as the documentation states them; 0 = rank of the weights less 1
}

// Supplied gives a design the replicate weights of a producer's file,
//
//	V = Scale sum_r RScales_r (theta_r - c)^2
//
// and says in words what about them looks wrong; who shows estimates should show
// that too. The design needs the main weight; its strata and PSUs, which such
// files often lack, do not matter, nor do adjustments of its weights: replicates
// of a producer carry the calibration. Replicate weights outside of the domain
// become zero.
//
// Doubts, each with a remedy: weights that look like multipliers or the other
// way around; replicates that add up to much more or less than the main weight;
// a replicate that is the main weight; a replicate given twice; half-samples of
// a BRR that is a Fay's, and the reverse; a jackknife that leaves out too much;
// weights where the main weight is zero; negative weights.
//
// Errors: no replicates, another number of rows or of RScales, values that are
// missing or infinite, a replicate without weights, RScales that are missing for
// JKn or negative, a Scale that is negative or missing for Other, a Rho outside
// of 0 to 1 or of another Kind than Fay, a DF below zero. R: svrepdesign (which has 1/(R-1) for bootstraps with mse = TRUE
// too, and centres at the mean of the replicates for successive differences
// unless told). TestSupplied; TestOracle: 11_replicates.
func Supplied(d *stats.Design, s Supply) (_ *stats.Design, doubts []string, err error) {
	if err := s.check(d.Rows()); err != nil {
		return nil, nil, err
	}
	scale, err := s.Factor(len(s.Weights))
	if err != nil {
		return nil, nil, err
	}
	main := d.Weights()
	ratios := ratiosOf(main, s)
	weights := s.Weights
	if s.Multipliers {
		weights = make([][]float64, len(s.Weights))
		for r, m := range s.Weights {
			weights[r] = make([]float64, len(main))
			for i, w := range main {
				weights[r][i] = w * m[i]
			}
		}
	}
	kind := string(s.Kind)
	if s.Kind == Fay {
		kind = fmt.Sprintf("Fay, rho %g", s.Rho)
	}
	d = d.WithReplicates(stats.Replicates{
		Weights: weights, Scale: scale, RScales: slices.Clone(s.RScales),
		MSE: s.MSE, DF: s.DF, Kind: kind,
	})
	return d, s.doubts(ratios, main), nil
}

// check looks for what cannot be used.
func (s *Supply) check(rows int) error {
	if len(s.Weights) == 0 {
		return errors.New("replicate: no replicate weights are given")
	}
	for r, w := range s.Weights {
		if len(w) != rows {
			return fmt.Errorf("replicate: replicate %d has %d weights for %d rows", r+1, len(w), rows)
		}
		some := false
		for i, x := range w {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("replicate: replicate %d has no weight in row %d; rows that are left out weigh zero", r+1, i+1)
			}
			some = some || x != 0
		}
		if !some {
			return fmt.Errorf("replicate: all weights of replicate %d are zero", r+1)
		}
	}
	if s.RScales != nil && len(s.RScales) != len(s.Weights) {
		return fmt.Errorf("replicate: %d RScales for %d replicates", len(s.RScales), len(s.Weights))
	}
	for r, f := range s.RScales {
		if !(f >= 0) || math.IsInf(f, 0) {
			return fmt.Errorf("replicate: the RScales of replicate %d is %g; it is zero or more", r+1, f)
		}
	}
	return nil
}

// Factor is the factor of squared deviations of so many replicates: Scale, or
// that of the Kind. The errors are those of Supplied.
func (s *Supply) Factor(replicates int) (float64, error) {
	switch s.Kind {
	case Other, JK1, JK2, JKn, BRR, Fay, Bootstraps, Differences:
	default:
		panic(fmt.Sprintf("replicate: no kind of replicates is called %q", s.Kind))
	}
	if s.Rho != 0 && s.Kind != Fay {
		return 0, fmt.Errorf("replicate: a Rho of %g is for the Kind %q, not %q", s.Rho, Fay, s.Kind)
	}
	if !(s.DF >= 0) {
		return 0, fmt.Errorf("replicate: %g degrees of freedom; 0 where the documentation does not state them", s.DF)
	}
	if s.Scale < 0 || math.IsNaN(s.Scale) || math.IsInf(s.Scale, 0) {
		return 0, fmt.Errorf("replicate: a Scale of %g; it is more than zero", s.Scale)
	}
	if !(s.Rho >= 0 && s.Rho < 1) {
		return 0, fmt.Errorf("replicate: a Rho of %g; it is 0 or more and below 1", s.Rho)
	}
	if s.Scale > 0 {
		return s.Scale, nil
	}
	R := float64(replicates)
	switch s.Kind {
	case Other:
		return 0, errors.New("replicate: give the Scale that the documentation of the file has, or the Kind of replicates")
	case JK1:
		return (R - 1) / R, nil
	case JK2:
		return 1, nil
	case JKn:
		if s.RScales == nil {
			return 0, errors.New("replicate: JKn needs RScales, (n-1)/n of the stratum that each replicate belongs to; for pairs of PSUs the Kind is JK2")
		}
		return 1, nil
	case BRR:
		return 1 / R, nil
	case Fay:
		return 1 / (R * (1 - s.Rho) * (1 - s.Rho)), nil
	case Bootstraps:
		if s.MSE {
			return 1 / R, nil
		}
		if R < 2 {
			return 0, few(1, 2, "are needed")
		}
		return 1 / (R - 1), nil
	default: // Differences
		return 4 / R, nil
	}
}

// spread is what a replicate is beside the main weight.
type spread struct {
	values float64 // sum of the values as given, over rows with a main weight
	sum    float64 // sum of the replicate's weights over that of the main weight
	zero   float64 // share of rows that weigh nothing
	equal  bool    // all are the main weight
}

func ratiosOf(main []float64, s Supply) []spread {
	of := make([]spread, len(s.Weights))
	W, n := floats.Sum(main), float64(rowsOf(main))
	for r, v := range s.Weights {
		x := spread{equal: true}
		for i, w := range main {
			if w == 0 {
				continue
			}
			weight := v[i]
			if s.Multipliers {
				weight *= w
			}
			x.values += v[i]
			x.sum += weight
			if weight == 0 {
				x.zero++
			}
			x.equal = x.equal && math.Abs(weight-w) <= 1e-9*math.Abs(w)
		}
		x.values, x.sum, x.zero = x.values/n, x.sum/W, x.zero/n
		of[r] = x
	}
	return of
}

// doubts are what looks wrong, in words.
func (s *Supply) doubts(of []spread, main []float64) (doubts []string) {
	say := func(format string, args ...any) { doubts = append(doubts, fmt.Sprintf(format, args...)) }
	R := float64(len(of))
	values, sum, zero := 0.0, 0.0, 0.0
	for _, x := range of {
		values, sum, zero = values+x.values/R, sum+x.sum/R, zero+x.zero/R
	}
	near := func(x float64) bool { return x > 0.9 && x < 1.1 }
	switch {
	case near(sum):
	case !s.Multipliers && near(values):
		say("the replicate weights are 1 on average, but add up to %.3g of the main weight: they look like multipliers of it; set Multipliers", sum)
	case s.Multipliers && near(values*float64(rowsOf(main))/floats.Sum(main)):
		say("the replicate weights times the main weight add up to %.3g of the main weight, but by themselves to about as much as it does: they look like weights; leave Multipliers out", sum)
	default:
		say("the replicate weights add up to %.3g of the main weight on average; check that the main weight is the one that belongs to them", sum)
	}
	if near(sum) {
		var odd []int
		for r, x := range of {
			if x.sum < .2 || x.sum > 5 {
				odd = append(odd, r+1)
			}
		}
		if len(odd) > 0 {
			say("%s less than a fifth or more than five times the main weight; check %s", add(len(odd)), list("replicate", odd))
		}
	}
	var same []int
	for r, x := range of {
		if x.equal {
			same = append(same, r+1)
		}
	}
	if len(same) > 0 {
		say("%s the main weight itself; leave it out of the replicates", list("replicate", same)+is(len(same)))
	}
	if twins := s.twins(); len(twins) > 0 {
		say("%s the same as an earlier one; check the columns", list("replicate", twins)+is(len(twins)))
	}
	switch {
	case s.Kind == BRR && zero < .05:
		say("half-samples have weights of zero for about half of the rows, these for %.0f%%: they look like Fay's method; set the Kind Fay and its Rho, or variances are too small", 100*zero)
	case s.Kind == Fay && s.Rho > 0 && zero > .25:
		say("Fay's method leaves every row some weight, but %.0f%% of the weights are zero: they look like BRR, whose Rho is 0", 100*zero)
	case (s.Kind == JK1 || s.Kind == JKn) && zero > .25 && R > 4:
		say("a jackknife leaves out one PSU or group, but %.0f%% of the weights are zero: they look like half-samples or a bootstrap", 100*zero)
	}
	stray, negative := 0, 0
	for _, v := range s.Weights {
		for i, x := range v {
			if x < 0 {
				negative++
			}
			if x != 0 && main[i] == 0 && !s.Multipliers {
				stray++
			}
		}
	}
	if stray > 0 {
		say("%d replicate weights are not zero where the main weight is; give such rows a main weight, or make a domain without them", stray)
	}
	if negative > 0 {
		say("%d replicate weights are negative; calibration without bounds can make such weights, a missing code in the file too", negative)
	}
	return doubts
}

// twins are replicates that are the same as an earlier one.
func (s *Supply) twins() (twins []int) {
	first := map[float64][]int{} // by a sum that depends on the order
	for r, v := range s.Weights {
		key := 0.0
		for i, x := range v {
			key += x * float64(i%97+1)
		}
		if slices.ContainsFunc(first[key], func(q int) bool { return slices.Equal(v, s.Weights[q]) }) {
			twins = append(twins, r+1)
			continue
		}
		first[key] = append(first[key], r)
	}
	return twins
}

func rowsOf(w []float64) (n int) {
	for _, x := range w {
		if x != 0 {
			n++
		}
	}
	return n
}

// list names the first of some numbers.
func list(what string, numbers []int) string {
	text := what
	if len(numbers) > 1 {
		text += "s"
	}
	for i, n := range numbers {
		switch {
		case i == 5:
			return fmt.Sprintf("%s and %d more", text, len(numbers)-5)
		case i > 0:
			text += ","
		}
		text += fmt.Sprintf(" %d", n)
	}
	return text
}

func is(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

func add(n int) string {
	if n == 1 {
		return "1 replicate adds up to"
	}
	return fmt.Sprintf("%d replicates add up to", n)
}
