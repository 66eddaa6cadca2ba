package replicate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"tradeoff/stats"
)

// JackknifeOptions say how PSUs are left out.
type JackknifeOptions struct {
	MSE    bool   // centre at the estimate instead of the mean of the replicates
	Groups int    // leave out random groups of PSUs, so many replicates; 0 = one PSU at a time
	Seed   uint64 // of the groups
}

// Jackknife makes jackknife replicates. Replicate hj estimates anew without PSU j
// of stratum h, whose weight the other PSUs of the stratum take over:
//
//	multiplier  0 for PSU hj, n_h/(n_h-1) for others of stratum h, 1 elsewhere
//	V = sum_h (1-f_h) (n_h-1)/n_h sum_j (theta_hj - c)^2
//
// There is one replicate for each PSU, by stratum and then in order of
// appearance; strata that do not vary have none. With a single stratum
// (1-f)(n-1)/n is the Scale (JK1), else it is the RScales (JKn). The variance of
// a total is that of linearisation to rounding. Quantiles are not smooth enough
// for it: use Balanced or Bootstrap.
//
// A lonely PSU under stats.LonelyAdjust has two replicates, with multipliers
// 1 -+ sqrt(1-f) and an RScales of 1/2 each, which gives a total the variance
// that linearisation gives it. (R leaves the PSU out and moves other strata,
// which does not.) Under stats.LonelyAverage the Scale is multiplied by strata
// over strata that vary (R: by PSUs over replicates).
//
// With Groups, PSUs in random order are dealt to groups, stratum after stratum,
// and replicate r leaves group r out (Kott 2001): for samples of many PSUs, such
// as persons. With n_hr PSUs of stratum h in group r, k groups, and
// Z^2 = k / ((k-1) n_h (n_h-1)),
//
//	n_h >= k   0 in the group, n_h/(n_h-n_hr) outside of it
//	n_h <  k   1 - (n_h-1) Z in the group, 1 + Z outside, 1 if n_hr is 0
//	fpc        1 + sqrt(1-f_h) (multiplier - 1)
//	V = (k-1)/k sum_r (theta_r - c)^2
//
// For a total this is the variance of linearisation, exactly for strata with
// n_h < k, on average over random groups where k divides n_h, and nearly so
// elsewhere. A lonely PSU to be adjusted has 1 + sqrt(k/(k-1)) in its group.
//
// df: the rank of the replicates less one; PSUs less strata, for the whole
// sample. Errors: a design that is calibrated or does not vary, fewer than two
// groups or more groups than PSUs. Wolter (2007), chapter 4; Rust and Rao (1996).
// R: as.svrepdesign(type = "JK1" and "JKn"). TestOracle: 11_replicates;
// TestJackknifeTotal, TestGroups.
func Jackknife(d *stats.Design, o JackknifeOptions) (*stats.Design, error) {
	p, err := planOf(d)
	if err != nil {
		return nil, err
	}
	if o.Groups != 0 {
		return p.groups(o)
	}
	reps := stats.Replicates{Scale: p.average, MSE: o.MSE, Kind: "JKn"}
	type drop struct {
		s   *stratum
		out int32   // PSU left out
		to  float64 // multiplier of it
	}
	var drops []drop
	for h := range p.strata {
		s := &p.strata[h]
		if s.lonely() {
			dev := math.Sqrt(s.left)
			drops = append(drops, drop{s, s.psus[0], 1 - dev}, drop{s, s.psus[0], 1 + dev})
			reps.RScales = append(reps.RScales, .5, .5)
			continue
		}
		n := float64(len(s.psus))
		for _, u := range s.psus {
			drops = append(drops, drop{s, u, 0})
			reps.RScales = append(reps.RScales, s.left*(n-1)/n)
		}
	}
	if len(p.strata) == 1 && d.Strata() == 1 {
		reps.Kind, reps.Scale, reps.RScales = "JK1", reps.RScales[0], nil
	}
	reps.Weights = p.weights(len(drops), func(r int, m []float64) {
		s := drops[r].s
		for _, u := range s.psus {
			m[u] = float64(len(s.psus)) / float64(len(s.psus)-1)
		}
		m[drops[r].out] = drops[r].to
	})
	return d.WithReplicates(reps), nil
}

// groups is the delete-a-group jackknife.
func (p *plan) groups(o JackknifeOptions) (*stats.Design, error) {
	k, psus := o.Groups, 0
	for h := range p.strata {
		psus += len(p.strata[h].psus)
	}
	if k < 2 {
		return nil, few(k, 2, "groups are needed")
	}
	if k > psus {
		return nil, fmt.Errorf("replicate: %d groups of %d PSUs; leave out one PSU at a time instead", k, psus)
	}
	of := make([]int, p.d.PSUs())      // group of each PSU
	in := make([][]int, len(p.strata)) // PSUs of a stratum in each group
	random := rand.New(rand.NewPCG(o.Seed, 0))
	dealt := 0
	for h := range p.strata {
		s := &p.strata[h]
		in[h] = make([]int, k)
		for _, j := range random.Perm(len(s.psus)) {
			of[s.psus[j]] = dealt % k
			in[h][dealt%k]++
			dealt++
		}
	}
	weights := p.weights(k, func(r int, m []float64) {
		for h := range p.strata {
			s := &p.strata[h]
			inside, outside := deleted(len(s.psus), in[h][r], k)
			for _, u := range s.psus {
				to := outside
				if of[u] == r {
					to = inside
				}
				m[u] = 1 + math.Sqrt(s.left)*(to-1)
			}
		}
	})
	return p.d.WithReplicates(stats.Replicates{
		Weights: weights,
		Scale:   p.average * float64(k-1) / float64(k),
		MSE:     o.MSE,
		Kind:    fmt.Sprintf("JK1, %d groups", k),
	}), nil
}

// deleted are the multipliers of the PSUs of a stratum, inside and outside of
// the group that is left out, of k groups.
func deleted(n, in, k int) (inside, outside float64) {
	switch {
	case in == 0:
		return 1, 1
	case n == 1: // lonely: the squared deviation, times (k-1)/k, is 1
		return 1 + math.Sqrt(float64(k)/float64(k-1)), 1
	case n >= k:
		return 0, float64(n) / float64(n-in)
	}
	z := math.Sqrt(float64(k) / (float64(k-1) * float64(n) * float64(n-1)))
	return 1 - float64(n-1)*z, 1 + z
}
