package latent

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"tradeoff/stats"
)

// Means estimates means of variables in each class (spending of the trusting),
// corrected for errors of assignment by BCH: with M and W as in Shares,
//
//	mean_c = sum w b_c y / sum w b_c,    b_c = sum_s M_cs W_s
//
// variable by variable, and class by class within them. y is columns of a length
// of rows; rows where it is missing (NaN) are left out of that variable, and find
// classes all the same. With y of 0 and 1 it is shares, which may lie outside of 0
// to 1. NaN for classes of no weight, and as in Shares; where all y are equal, so
// are the means, with no variance. In units of y. df: of the design. It panics for
// o.ML, which would need a distribution of y, and for columns of other lengths.
//
// Bakk and Vermunt (2016), Structural Equation Modeling 23. TestMeans checks it
// against known classes and a jackknife that finds them anew.
func (s *Solution) Means(o ThreeStep, names []string, y ...[]float64) stats.Statistic {
	if o.ML {
		panic("latent: means of classes are corrected by BCH only")
	}
	for _, column := range y {
		if len(column) != len(s.sample.pattern) {
			panic(fmt.Sprintf("latent: %d values for %d rows", len(column), len(s.sample.pattern)))
		}
	}
	return &means{s, o, names, y}
}

type means struct {
	solution *Solution
	step     ThreeStep
	names    []string
	y        [][]float64
}

func (s *means) Names() []string {
	var names []string
	for k := range s.y {
		name := fmt.Sprintf("#%d", k+1)
		if k < len(s.names) {
			name = s.names[k]
		}
		for c := range s.solution.Sizes {
			names = append(names, fmt.Sprintf("%s, class %d", name, c+1))
		}
	}
	return names
}

func (s *means) At(w []float64) ([]float64, error) {
	t := s.solution.third(w, s.step)
	if t == nil {
		return nowhere(len(s.y) * len(s.solution.Sizes)), nil
	}
	var theta []float64
	for _, y := range s.y {
		m, _ := t.means(w, y)
		theta = append(theta, m...)
	}
	return theta, nil
}

// means are those of the classes, and the weights of these, sum w b.
func (t *third) means(w, y []float64) (mean, weight []float64) {
	there, value := make([]float64, len(y)), make([]float64, len(y))
	middle, sum := 0.0, 0.0 // so that large values lose no digits
	for i, v := range y {
		if !math.IsNaN(v) && t.pattern[i] >= 0 {
			there[i] = 1
			middle += w[i] * v
			sum += w[i]
		}
	}
	middle /= sum
	for i, v := range y {
		if there[i] == 1 {
			value[i] = v - middle
		}
	}
	count, _ := t.assigned(w, there)
	total, _ := t.assigned(w, value)
	weight = mat.Col(nil, 0, product(t.M, count))
	mean = mat.Col(nil, 0, product(t.M, total))
	for c := range mean {
		if weight[c] > 0 {
			mean[c] = middle + mean[c]/weight[c]
		} else {
			mean[c] = math.NaN()
		}
	}
	return mean, weight
}

func (s *means) Linearize(w []float64) ([]float64, [][]float64, error) {
	C := len(s.solution.Sizes)
	t, theta, u, err := s.solution.thirdLinear(w, s.step, len(s.y)*C)
	if t == nil {
		return theta, u, err
	}
	for k, y := range s.y {
		mean, weight := t.means(w, y)
		copy(theta[k*C:], mean)
		for c := range mean {
			if !math.IsNaN(mean[c]) {
				u[k*C+c] = t.linearizeMean(w, y, c, mean[c], weight[c])
			}
		}
	}
	return theta, u, nil
}

// linearizeMean takes a mean as the root of M_c T(y - mean) = 0.
func (t *third) linearizeMean(w, y []float64, c int, mean, weight float64) []float64 {
	C := len(t.B)
	v := make([]float64, len(y))
	for i := range v {
		if !math.IsNaN(y[i]) {
			v[i] = y[i] - mean
		}
	}
	T, _ := t.assigned(w, v)
	Y := product(t.M, T)
	alpha, beta := mat.Row(nil, c, t.M), mat.NewDense(C, C, nil)
	for m := range alpha {
		alpha[m] /= weight
	}
	beta.Apply(func(a, m int, _ float64) float64 { return -Y.AtVec(a) * alpha[m] }, beta)
	return t.linearize(w, v, alpha, beta)
}
