package multivariate

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// Places of the numbers of Overlap.
const (
	OverlapBoth   = iota // share of those who are both
	OverlapChance        // share there would be if the one had nothing to do with the other
	OverlapExcess        // difference of the two
	OverlapLift          // ratio of the two
)

// Overlap estimates how far being one thing goes with being another, beside what
// chance would give: wanting service and worrying about its data. With shares A and
// B of those who are the one and the other, and C who are both,
//
//	both   = C                    u = (ab - C) / sum w
//	chance = A B                  u = (B (a - A) + A (b - B)) / sum w
//	excess = C - A B              u of both less u of chance
//	lift   = C / (A B)            u = (u_C - lift u_AB) / (A B)
//
// with a and b 1 for those who are, 0 for those who are not, NaN for missing; rows
// where one is missing are left out. A length of rows each. The first three are
// shares, 0 to 1 and -1 to 1; the last is a ratio, 1 = chance, NaN where A or B is 0.
// All are NaN without rows. Degrees of freedom: the design's. Intervals: of chance
// on the scale of logits, of lift on that of logarithms.
//
// R: svycontrast of a svymean of a, b and ab. TestOverlap.
func Overlap(a, b []float64) stats.Statistic {
	if len(a) != len(b) {
		panic(fmt.Sprintf("multivariate: %d and %d values that overlap", len(a), len(b)))
	}
	return overlap{a, b}
}

type overlap struct{ a, b []float64 }

func (overlap) Names() []string { return []string{"both", "chance", "excess", "lift"} }

// means are the shares, and the sum of the weights.
func (s overlap) means(w []float64) (a, b, both, sum float64) {
	for i, x := range s.a {
		if y := s.b[i]; w[i] != 0 && !math.IsNaN(x) && !math.IsNaN(y) {
			sum += w[i]
			a += w[i] * x
			b += w[i] * y
			both += w[i] * x * y
		}
	}
	return a / sum, b / sum, both / sum, sum
}

func (s overlap) At(w []float64) ([]float64, error) {
	a, b, both, _ := s.means(w)
	return []float64{both, a * b, both - a*b, both / (a * b)}, nil
}

func (s overlap) Linearize(w []float64) ([]float64, [][]float64, error) {
	a, b, both, sum := s.means(w)
	theta := []float64{both, a * b, both - a*b, both / (a * b)}
	u := make([][]float64, len(theta))
	for k := range u {
		u[k] = make([]float64, len(w))
	}
	for i, x := range s.a {
		y := s.b[i]
		if w[i] == 0 || math.IsNaN(x) || math.IsNaN(y) {
			continue
		}
		of, chance := (x*y-both)/sum, (b*(x-a)+a*(y-b))/sum
		u[OverlapBoth][i], u[OverlapChance][i], u[OverlapExcess][i] = of, chance, of-chance
		if a*b != 0 {
			u[OverlapLift][i] = (of - theta[OverlapLift]*chance) / (a * b)
		}
	}
	return theta, u, nil
}
