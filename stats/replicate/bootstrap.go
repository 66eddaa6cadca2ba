package replicate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"tradeoff/stats"
)

// Method is a kind of bootstrap.
type Method string

// The bootstraps.
const (
	RaoWu   Method = "Rao-Wu"        // n-1 of n PSUs, rescaled; the default
	Canty   Method = "Canty-Davison" // n of n PSUs from a population made of copies of them
	Preston Method = "Preston"       // half of the units at every stage, without replacement, rescaled
)

// BootstrapOptions say how PSUs are resampled.
type BootstrapOptions struct {
	MSE        bool   // centre at the estimate instead of the mean of the replicates
	Method     Method // "" = RaoWu
	Replicates int    // 0 = 200
	Seed       uint64
}

// Bootstrap makes bootstrap replicates: samples of PSUs from those of each
// stratum, t_j the times that PSU j of n was drawn. Multipliers are
//
//	RaoWu    n-1 draws with replacement; 1 + sqrt(1-f) (t_j n/(n-1) - 1)
//	Canty    n draws; t_j. With replacement without an fpc; with one, without
//	         replacement from N = n/f PSUs, copies of those of the sample as
//	         equal in number as they can be
//	Preston  m = n/2 (rounded down) draws without replacement;
//	         1 + l (t_j n/m - 1), l^2 = (1-f) m/(n-m), and for a unit k of n_j
//	         in PSU j, of which m_j are drawn, there is added
//	         sqrt(n/m) t_j l_j (t_jk n_j/m_j - 1), l_j^2 = f (1-f_j) m_j/(n_j-m_j),
//	         and so on, stage by stage
//
// and V = Scale sum_r (theta_r - c)^2 with Scale 1/(R-1), or 1/R under MSE. For a
// total, V is on average that of linearisation: of the first stage with RaoWu,
// of all stages with Preston. Canty needs the Scale times n'/(n'-1), with n' the
// harmonic mean of the PSUs of strata, and is biased where strata differ much in
// PSUs: prefer RaoWu.
//
// A lonely PSU under stats.LonelyAdjust deviates by sqrt(1-f), up or down at
// random, as does a lonely unit of a later stage with Preston. Under
// stats.LonelyAverage the Scale is multiplied by strata over strata that vary,
// with Preston (1-f) is, at the first stage; Preston then refuses lonely units
// at later stages.
//
// V varies by about sqrt(2/R) of itself from seed to seed: 10% for 200
// replicates, and SEs by half of that. df: the rank of the replicates less one,
// which is PSUs less strata when there are replicates enough. Errors: a design
// that is calibrated or does not vary, fewer than two replicates.
//
// Rao and Wu (1988); Rao, Wu and Yue (1992); Canty and Davison (1999); Preston
// (2009). R: as.svrepdesign, type = "subbootstrap" for RaoWu (it drops the fpc),
// "bootstrap" for Canty (the population of copies is the same in all replicates)
// and "mrbbootstrap" for Preston (units below a lonely unit lose their
// variance); the random numbers are not R's, and R keeps R-1 under MSE.
// TestBootstrap, TestPrestonStages.
func Bootstrap(d *stats.Design, o BootstrapOptions) (*stats.Design, error) {
	p, err := anyPlan(d)
	if err != nil {
		return nil, err
	}
	if len(p.strata) == 0 && (o.Method != Preston || !variesLater(d)) {
		return nil, errConstant
	}
	R := o.Replicates
	if R == 0 {
		R = 200
	}
	if R < 2 {
		return nil, few(R, 2, "are needed, and 200 are usual")
	}
	reps := stats.Replicates{Scale: p.average / float64(R-1), MSE: o.MSE, Kind: "bootstrap, " + string(o.Method)}
	if o.MSE {
		reps.Scale = p.average / float64(R)
	}
	random := generators(o.Seed, R)
	switch o.Method {
	case "", RaoWu:
		reps.Kind = "bootstrap, " + string(RaoWu)
		reps.Weights = p.weights(R, func(r int, m []float64) { p.raoWu(random[r], m) })
	case Canty:
		n := p.harmonic()
		reps.Scale *= n / (n - 1)
		reps.Weights = p.weights(R, func(r int, m []float64) { p.canty(random[r], m, math.Sqrt((n-1)/n)) })
	case Preston:
		if d.Lonely() == stats.LonelyAverage && lonelyLater(d) {
			return nil, fmt.Errorf("replicate: a later stage has strata of a single unit, which lonely %q cannot mend here; choose adjust, remove or certainty", stats.LonelyAverage)
		}
		reps.Scale /= p.average // which is of the first stage
		reps.Weights = p.preston(random)
	default:
		panic(fmt.Sprintf("replicate: no bootstrap is called %q", o.Method))
	}
	return d.WithReplicates(reps), nil
}

// generators are a source of random numbers for each replicate.
func generators(seed uint64, n int) []*rand.Rand {
	seeds := rand.NewPCG(seed, 0)
	random := make([]*rand.Rand, n)
	for r := range random {
		random[r] = rand.New(rand.NewPCG(seeds.Uint64(), seeds.Uint64()))
	}
	return random
}

func (p *plan) raoWu(random *rand.Rand, m []float64) {
	for h := range p.strata {
		s := &p.strata[h]
		f := math.Sqrt(s.left)
		if s.lonely() {
			m[s.psus[0]] += f * coin(random)
			continue
		}
		n := len(s.psus)
		for _, u := range s.psus {
			m[u] = 1 - f
		}
		for range n - 1 {
			m[s.psus[random.IntN(n)]] += f * float64(n) / float64(n-1)
		}
	}
}

// coin is 1 or -1.
func coin(random *rand.Rand) float64 { return float64(2*random.IntN(2) - 1) }

// harmonic is the harmonic mean of the PSUs of strata, without lonely ones.
func (p *plan) harmonic() float64 {
	sum, n := 0.0, 0
	for h := range p.strata {
		if s := &p.strata[h]; !s.lonely() {
			sum += 1 / float64(len(s.psus))
			n++
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return float64(n) / sum
}

// canty draws from copies of the PSUs. lonely is what a lonely PSU deviates by.
func (p *plan) canty(random *rand.Rand, m []float64, lonely float64) {
	for h := range p.strata {
		s := &p.strata[h]
		n := len(s.psus)
		if s.lonely() {
			m[s.psus[0]] += lonely * math.Sqrt(s.left) * coin(random)
			continue
		}
		for _, u := range s.psus {
			m[u] = 0
		}
		if s.left == 1 {
			for range n {
				m[s.psus[random.IntN(n)]]++
			}
			continue
		}
		// Copies are numbered so that copy i is of the unit order[i mod n]:
		// chance decides of which units there is one more.
		order := random.Perm(n)
		copies := max(n, int(math.Round(float64(n)/(1-s.left))))
		for _, i := range distinct(random, n, copies) {
			m[s.psus[order[i%n]]]++
		}
	}
}

// distinct draws n of the numbers below limit without replacement: the first
// steps of a shuffle, keeping only the places that changed.
func distinct(random *rand.Rand, n, limit int) []int {
	moved := make(map[int]int, n)
	at := func(i int) int {
		if v, ok := moved[i]; ok {
			return v
		}
		return i
	}
	out := make([]int, n)
	for i := range out {
		j := i + random.IntN(limit-i)
		out[i] = at(j)
		moved[j] = at(i)
	}
	return out
}

// variesLater reports whether there is a stage after the first with units that
// were not sampled. (What no stage above lets vary is not among the stages.)
func variesLater(d *stats.Design) bool {
	for _, st := range d.Stages()[1:] {
		for h, units := range unitsOf(st) {
			if st.Unsampled[h] > full && (len(units) > 1 || d.Lonely() == stats.LonelyAdjust) {
				return true
			}
		}
	}
	return false
}

// lonelyLater reports whether a later stage has lonely units.
func lonelyLater(d *stats.Design) bool {
	for _, st := range d.Stages()[1:] {
		for h, units := range unitsOf(st) {
			if len(units) == 1 && st.Unsampled[h] > full {
				return true
			}
		}
	}
	return false
}

func unitsOf(st stats.Drawn) [][]int32 {
	units := make([][]int32, len(st.Parent))
	for u, h := range st.Stratum {
		units[h] = append(units[h], int32(u))
	}
	return units
}

// preston makes the weights of Preston's bootstrap. Over the units of a stage
// run the multiplier so far, and the product of sqrt(n/m) t of the units above,
// by which deviations at the next stage are multiplied.
func (p *plan) preston(random []*rand.Rand) [][]float64 {
	d, stages := p.d, p.d.Stages()
	units := make([][][]int32, len(stages))
	for k, st := range stages {
		units[k] = unitsOf(st)
	}
	factor := sampledAbove(stages)
	for h := range factor[0] {
		factor[0][h] = p.average
	}
	weights := make([][]float64, len(random))
	for r := range weights {
		multiplier, carry := []float64{1}, []float64{1}
		for k, st := range stages {
			m, c := make([]float64, len(st.Stratum)), make([]float64, len(st.Stratum))
			for h, us := range units[k] {
				up := st.Parent[h]
				for _, u := range us {
					m[u], c[u] = multiplier[up], carry[up]
				}
				if st.Unsampled[h] > full {
					half(random[r], us, math.Sqrt(factor[k][h]*st.Unsampled[h]), m, c, d.Lonely())
				}
			}
			multiplier, carry = m, c
		}
		weights[r] = make([]float64, d.Rows())
		last := stages[len(stages)-1].Unit
		for i, w := range d.Weights() {
			if w != 0 {
				weights[r][i] = w * multiplier[last[i]]
			}
		}
	}
	return weights
}

// half draws half of the units of a stratum. f is the root of the share that was
// not sampled, times the sampled shares of the stages above.
func half(random *rand.Rand, units []int32, f float64, m, c []float64, lonely stats.Lonely) {
	n := len(units)
	if n == 1 {
		if lonely == stats.LonelyAdjust {
			m[units[0]] += c[units[0]] * f * coin(random)
		}
		return
	}
	drawn := n / 2
	in := make([]bool, n)
	for _, j := range random.Perm(n)[:drawn] {
		in[j] = true
	}
	lambda := f * math.Sqrt(float64(drawn)/float64(n-drawn))
	for j, u := range units {
		if in[j] {
			m[u] += c[u] * lambda * (float64(n)/float64(drawn) - 1)
			c[u] *= math.Sqrt(float64(n) / float64(drawn))
		} else {
			m[u] -= c[u] * lambda
			c[u] = 0
		}
	}
}

// sampledAbove is, by stage and stratum, the product of the sampled shares of
// the stages above.
func sampledAbove(stages []stats.Drawn) [][]float64 {
	share := []float64{1} // of units of the stage before
	factor := make([][]float64, len(stages))
	for k, st := range stages {
		factor[k] = make([]float64, len(st.Parent))
		for h, up := range st.Parent {
			factor[k][h] = share[up]
		}
		next := make([]float64, len(st.Stratum))
		for u, h := range st.Stratum {
			next[u] = factor[k][h] * (1 - st.Unsampled[h])
		}
		share = next
	}
	return factor
}
