package replicate

import (
	"errors"
	"fmt"
	"math"

	"tradeoff/stats"
)

// full is the share left unsampled below which a stratum counts as sampled in
// full, as in package stats.
const full = 1e-7

// plan is a design as the methods see it: PSUs in strata, and which of them vary.
type plan struct {
	d       *stats.Design
	unit    []int32 // PSU of each row
	strata  []stratum
	average float64 // factor of variances for what lonely strata lack, under stats.LonelyAverage; else 1
}

// stratum is a first-stage stratum that varies: with two PSUs or more, or with
// one that is measured from the mean of the sample.
type stratum struct {
	name int
	psus []int32 // in order of appearance
	left float64 // 1 - f
}

// planOf reads a design of which a first-stage stratum varies. The error says why
// it cannot have replicates made.
func planOf(d *stats.Design) (*plan, error) {
	p, err := anyPlan(d)
	if err == nil && len(p.strata) == 0 {
		return nil, errConstant
	}
	return p, err
}

var errConstant = errors.New("replicate: no stratum varies, each was sampled in full or has a single PSU; use the design without replicates")

// anyPlan reads a design, whether its first stage varies or not.
func anyPlan(d *stats.Design) (*plan, error) {
	if d.Replicates() != nil {
		return nil, errors.New("replicate: the design has replicate weights already; start from the design without them")
	}
	if len(d.Adjustments()) > 0 {
		return nil, errors.New("replicate: the weights of the design are calibrated; make replicates of the design before calibration, then calibrate each of them with the main weight")
	}
	unit, of := d.PSU()
	p := &plan{d: d, unit: unit, average: 1}
	left := d.Unsampled()
	psus := make([][]int32, d.Strata())
	for u, h := range of {
		psus[h] = append(psus[h], int32(u))
	}
	known, lonely := 0, 0 // strata whose variance is known, 0 where sampled in full, and those of one PSU
	for h, us := range psus {
		switch {
		case left[h] <= full:
			known++
			continue
		case len(us) == 1:
			lonely++
			if d.Lonely() != stats.LonelyAdjust {
				continue
			}
		default:
			known++
		}
		p.strata = append(p.strata, stratum{h, us, left[h]})
	}
	if d.Lonely() == stats.LonelyAverage && lonely > 0 {
		if known == 0 {
			return nil, errConstant
		}
		p.average = float64(known+lonely) / float64(known)
	}
	return p, nil
}

// lonely reports whether a stratum is a single PSU, to be measured from the mean
// of the sample.
func (s *stratum) lonely() bool { return len(s.psus) == 1 }

// columns is how many independent contrasts a stratum has.
func (s *stratum) columns() int { return max(1, len(s.psus)-1) }

// weights makes the weights of n replicates. fill sets the multiplier of every
// PSU in replicate r; they are 1 when it is called.
func (p *plan) weights(n int, fill func(r int, m []float64)) [][]float64 {
	main := p.d.Weights()
	m := make([]float64, p.d.PSUs())
	weights := make([][]float64, n)
	for r := range weights {
		for u := range m {
			m[u] = 1
		}
		fill(r, m)
		weights[r] = make([]float64, len(main))
		for i, w := range main {
			if w != 0 {
				weights[r][i] = w * m[p.unit[i]]
			}
		}
	}
	return weights
}

// contrasts are an orthonormal basis of what differs between n PSUs, times
// sqrt(n/(n-1)), so that the sum of squares of contrasts of z is n/(n-1) sum
// (z_j - z)^2. A single PSU has one, the PSU itself. For two it is (1, -1).
func contrasts(n int) [][]float64 {
	if n == 1 {
		return [][]float64{{1}}
	}
	c := make([][]float64, n-1)
	for k := range c {
		c[k] = make([]float64, n)
		length := math.Sqrt(float64((k+1)*(k+2)) * float64(n-1) / float64(n))
		for j := range k + 1 {
			c[k][j] = 1 / length
		}
		c[k][k+1] = -float64(k+1) / length
	}
	return c
}

// few says that there are too few replicates.
func few(n, least int, why string) error {
	return fmt.Errorf("replicate: %d replicates are too few, at least %d %s", n, least, why)
}
