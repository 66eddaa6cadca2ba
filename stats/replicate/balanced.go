package replicate

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// BalancedOptions say how half-samples are weighted.
type BalancedOptions struct {
	MSE        bool    // centre at the estimate instead of the mean of the replicates
	Rho        float64 // Fay's coefficient: what the PSU left out keeps, from 0 (half-samples) to below 1; 0.3 to 0.5 where domains are small
	Replicates int     // at most about so many replicates, partially balanced; 0 = as many as full balance needs
}

// Balanced makes balanced repeated replication. In strata of two PSUs a replicate
// takes one PSU of each stratum, by the signs e_hr of a column of a Hadamard
// matrix that is the stratum's own:
//
//	multiplier  1 + (1-rho) e_hr for the first PSU, 1 - (1-rho) e_hr for the second
//	V = 1/(R (1-rho)^2) sum_r (theta_r - c)^2
//
// which is half-samples of double weight for rho = 0, and Fay's method for
// others, where no PSU is without weight and small domains keep their
// estimates. For a total, V is the variance of linearisation. R is the smallest
// order of Hadamard above the number of strata.
//
// What R's brrweights does not do:
//
//   - An fpc counts: the sign is multiplied by sqrt(1-f_h). (R drops it.)
//   - A stratum of n > 2 PSUs has n-1 columns, each with a contrast c_k of its
//     PSUs, and multipliers 1 + (1-rho) sum_k e_kr c_kj (Fay 1989, generalised
//     replication), so that no PSUs need to be merged. It needs a rho that keeps
//     multipliers from being negative, 0.27 for 3 PSUs and 0.38 for 4; the
//     error names it. Pairs is the other way.
//   - A lonely PSU under stats.LonelyAdjust has a column: 1 -+ (1-rho) sqrt(1-f).
//     Under stats.LonelyAverage the Scale is multiplied by strata over strata
//     that vary.
//
// With Replicates, columns are used by several strata in turn (partial balance):
// V is the same on average, over fewer replicates (Wolter 2007, chapter 3).
//
// df: the rank of the replicates less one; the number of strata where each has
// two PSUs and balance is full. Errors: a design that is calibrated or does not
// vary, rho outside of 0 to 1, more columns than 4095, too few replicates for a
// stratum. McCarthy (1966); Judkins (1990); Wolter (2007), chapter 3; R:
// as.svrepdesign(type = "BRR" and "Fay"). TestBalancedTotal;
// TestOracle: 11_replicates.
func Balanced(d *stats.Design, o BalancedOptions) (*stats.Design, error) {
	p, err := planOf(d)
	if err != nil {
		return nil, err
	}
	if !(o.Rho >= 0 && o.Rho < 1) {
		return nil, fmt.Errorf("replicate: a Rho of %g; it is 0 or more and below 1", o.Rho)
	}
	columns, most := 0, 0
	for h := range p.strata {
		columns += p.strata[h].columns()
		most = max(most, p.strata[h].columns())
	}
	order := columns + 1
	if o.Replicates > 0 {
		order = min(order, o.Replicates)
	}
	switch {
	case order > maxOrder:
		return nil, fmt.Errorf("replicate: full balance of these strata needs %d replicates; set Replicates to fewer", order)
	case o.Replicates < 0 || order < most+1:
		return nil, few(o.Replicates, most+1, "are needed, one more than PSUs less one of the largest stratum")
	}
	signs := Hadamard(order)
	b := balance{p, signs, 1 - o.Rho, make([][][]float64, len(p.strata))}
	for h := range p.strata {
		b.contrasts[h] = contrasts(len(p.strata[h].psus))
	}
	if err := b.check(o.Rho); err != nil {
		return nil, err
	}
	R := len(signs)
	kind := "BRR"
	if o.Rho > 0 {
		kind = fmt.Sprintf("Fay, rho %g", o.Rho)
	}
	return d.WithReplicates(stats.Replicates{
		Weights: p.weights(R, func(r int, m []float64) {
			b.each(r, func(_ int, psu int32, deviation float64) { m[psu] += b.keep * deviation })
		}),
		Scale: p.average / (float64(R) * b.keep * b.keep),
		MSE:   o.MSE,
		Kind:  kind,
	}), nil
}

// balance gives columns of signs to the contrasts of strata.
type balance struct {
	*plan
	signs     [][]int8
	keep      float64       // 1 - rho
	contrasts [][][]float64 // of each stratum
}

// each calls do with what every PSU deviates by in replicate r, before 1 - rho.
func (b *balance) each(r int, do func(stratum int, psu int32, deviation float64)) {
	next := 0 // column, after the first, which is constant
	for h := range b.strata {
		s := &b.strata[h]
		f := math.Sqrt(s.left)
		for j, psu := range s.psus {
			deviation := 0.0
			for k, c := range b.contrasts[h] {
				e := b.signs[r][1+(next+k)%(len(b.signs)-1)]
				deviation += float64(e) * c[j]
			}
			do(h, psu, f*deviation)
		}
		next += len(b.contrasts[h])
	}
}

// check refuses negative weights, naming the rho that avoids them.
func (b *balance) check(rho float64) error {
	least, at := 0.0, 0
	for r := range b.signs {
		b.each(r, func(h int, _ int32, deviation float64) {
			if deviation < least {
				least, at = deviation, h
			}
		})
	}
	if 1+b.keep*least >= -1e-12 {
		return nil
	}
	need := math.Ceil((1+1/least)*1000) / 1000
	return fmt.Errorf("replicate: the stratum that is number %d in order of rows has %d PSUs, and a rho of %g gives some of them negative weights; set Rho to %.3f or more, or use Pairs or Jackknife", b.strata[at].name+1, len(b.strata[at].psus), rho, need)
}
