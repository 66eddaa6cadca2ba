package replicate

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// SuccessiveOptions say how many replicates there are.
type SuccessiveOptions struct {
	MSE        bool // centre at the estimate instead of the mean of the replicates
	Replicates int  // about so many, the next order of Hadamard; 0 = more than PSUs, for exact differences
}

// Successive makes successive difference replicates, for samples that were drawn
// systematically from an ordered list: neighbours in the list are alike, and
// what differs between them is the error. PSUs stand in the order of the list,
// that of their first rows. With a_i the rows of a Hadamard matrix and PSU n+1 of
// a stratum being PSU 1 again,
//
//	multiplier  1 + sqrt(1-f_h) 2^(-3/2) (a_ir - a_(i+1)r)
//	V = 4/R sum_r (theta_r - c)^2
//
// which for a total is half the sum of squared differences between neighbours,
// the last and the first among them:
//
//	V = sum_h (1-f_h)/2 ((z_1-z_2)^2 + (z_2-z_3)^2 + ... + (z_n-z_1)^2)
//
// Multipliers are 1, 1.71 and 0.29 without an fpc, so that no domain loses its
// rows. The formula is exact with more replicates than PSUs. With fewer, PSUs
// take rows of the matrix in turn, in another order each time, and V is the same
// but for terms that vary around zero; the American Community Survey takes 80.
//
// A lonely PSU under stats.LonelyAdjust deviates by sqrt(1-f) a_ir / 2; under
// stats.LonelyAverage the Scale is multiplied by strata over strata that vary.
// df: the rank of the replicates less one. Errors: a design that is calibrated
// or does not vary, fewer than 4 replicates, more than 4096. Fay and Train
// (1995); Ash (2014), v_SD2; Wolter (2007), chapter 8. R's survey reads such
// weights (type = "successive-difference") and makes none. TestSuccessive.
func Successive(d *stats.Design, o SuccessiveOptions) (*stats.Design, error) {
	p, err := planOf(d)
	if err != nil {
		return nil, err
	}
	order := o.Replicates
	if order == 0 {
		order = 1
		for h := range p.strata {
			order += len(p.strata[h].psus)
		}
		order = max(order, 4)
	}
	if order < 4 {
		return nil, few(order, 4, "are needed")
	}
	if order > maxOrder {
		return nil, fmt.Errorf("replicate: %d replicates; set Replicates to %d or fewer, 80 or 160 are usual", order, maxOrder)
	}
	signs := Hadamard(order)
	R := len(signs)
	row := rowsInTurn(R)
	weights := p.weights(R, func(r int, m []float64) {
		next := 0
		for h := range p.strata {
			s := &p.strata[h]
			n := len(s.psus)
			f := math.Sqrt(s.left)
			if s.lonely() {
				m[s.psus[0]] += f / 2 * float64(signs[r][row(next)])
			} else {
				for j, u := range s.psus {
					a, b := signs[r][row(next+j)], signs[r][row(next+(j+1)%n)]
					m[u] += f * math.Sqrt(1./8) * float64(a-b)
				}
			}
			next += n
		}
	})
	return d.WithReplicates(stats.Replicates{
		Weights: weights,
		Scale:   p.average * 4 / float64(R),
		MSE:     o.MSE,
		Kind:    "successive differences",
	}), nil
}

// rowsInTurn says which row of a matrix of an order is that of the i-th PSU.
// Row 0 is constant and left out. Each time through, the step is another that
// meets every row, so that neighbours seldom have the same two rows again.
func rowsInTurn(order int) func(i int) int {
	n := order - 1
	var steps []int
	for step := 1; step < n; step++ {
		if gcd(step, n) == 1 {
			steps = append(steps, step)
		}
	}
	return func(i int) int {
		step := steps[i/n%len(steps)]
		return 1 + (i%n*step)%n
	}
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
