package stats

import (
	"fmt"
	"math"
)

// Total estimates the total of y over the population,
//
//	T = sum w y        u = y
//
// Rows where y is missing (NaN) are left out, which is rarely what a total
// should do: think of a Mean. T is 0 without a row. In the unit of y. R:
// svytotal, which leaves strata that were sampled in full out of the replicates of
// a total, though not out of the total. TestOracle: 01_means, 04_domains,
// 06_lonely, 10, 11.
func Total(names []string, y ...[]float64) Statistic { return total{names, y} }

type total struct {
	names []string
	y     [][]float64
}

func (s total) Names() []string { return s.names }

func (s total) at(rows []int32, n int) Statistic { return total{s.names, columnsAt(s.y, rows, n)} }

func (s total) At(w []float64) ([]float64, error) {
	w = used(w, s.y...)
	t := make([]float64, len(s.y))
	for k, y := range s.y {
		t[k] = sum(w, y)
	}
	return t, nil
}

func (s total) Linearize(w []float64) ([]float64, [][]float64, error) {
	t, _ := s.At(w)
	m := used(w, s.y...)
	u := make([][]float64, len(s.y))
	for k, y := range s.y {
		u[k] = make([]float64, len(w))
		for i := range y {
			if m[i] != 0 {
				u[k][i] = y[i]
			}
		}
	}
	return t, u, nil
}

func (s total) simple(w []float64) []srs {
	v := simpleMeans(w, s.y)
	for k := range v {
		v[k].v *= v[k].N * v[k].N
	}
	return v
}

// Mean estimates means over the population (Hájek),
//
//	m = sum w y / sum w        u = (y - m) / sum w
//
// of several variables together; y of 0 and 1 gives proportions. Rows where any
// of them is missing (NaN) are left out of all. NaN without a row, or where the
// weights add up to zero; the variance is zero where all y are equal. In the
// unit of y. Cochran (1977), section 6.11; R: svymean(na.rm = TRUE). TestOracle:
// 01_means, 04_domains, 06_lonely, 10, 11.
func Mean(names []string, y ...[]float64) Statistic { return mean{names, y} }

type mean struct {
	names []string
	y     [][]float64
}

func (s mean) Names() []string { return s.names }

func (s mean) at(rows []int32, n int) Statistic { return mean{s.names, columnsAt(s.y, rows, n)} }

func (s mean) At(w []float64) ([]float64, error) {
	w = used(w, s.y...)
	W := 0.0
	for _, x := range w {
		W += x
	}
	m := make([]float64, len(s.y))
	for k, y := range s.y {
		m[k] = meanOf(w, y, W)
	}
	return m, nil
}

// meanOf works the mean out twice, the second time around the first result, so
// that large values lose no digits.
func meanOf(w, y []float64, W float64) float64 {
	if W == 0 {
		return math.NaN()
	}
	m := 0.0
	for range 2 {
		s := 0.0
		for i, x := range w {
			if x != 0 {
				s += x * (y[i] - m)
			}
		}
		m += s / W
	}
	return m
}

func (s mean) Linearize(w []float64) ([]float64, [][]float64, error) {
	m, _ := s.At(w)
	in := used(w, s.y...)
	W := 0.0
	for _, x := range in {
		W += x
	}
	u := make([][]float64, len(s.y))
	for k, y := range s.y {
		u[k] = make([]float64, len(w))
		if W == 0 {
			continue
		}
		for i := range y {
			if in[i] != 0 {
				u[k][i] = (y[i] - m[k]) / W
			}
		}
	}
	return m, u, nil
}

func (s mean) simple(w []float64) []srs { return simpleMeans(w, s.y) }

// simpleMeans are s^2/n of several variables, s^2 = sum w (y-m)^2 / sum w n/(n-1)
// over the n rows without a missing value.
func simpleMeans(w []float64, ys [][]float64) []srs {
	in := used(w, ys...)
	n, W := 0.0, 0.0
	for _, x := range in {
		W += x
		if x != 0 {
			n++
		}
	}
	v := make([]srs, len(ys))
	for k, y := range ys {
		m, s := meanOf(in, y, W), 0.0
		for i, x := range in {
			if x != 0 {
				s += x * (y[i] - m) * (y[i] - m)
			}
		}
		v[k] = srs{s / W / (n - 1), n, W}
	}
	return v
}

// sum is sum w y over rows with weight.
func sum(w, y []float64) float64 {
	s := 0.0
	for i, x := range w {
		if x != 0 {
			s += x * y[i]
		}
	}
	return s
}

// Ratio estimates ratios of totals,
//
//	R = sum w y / sum w x        u = (y - R x) / sum w x
//
// of a numerator and a denominator each: numerators and denominators have the
// same length. Rows where any of them is missing are left out of all. NaN where
// the denominator is zero. In units of y per x. Cochran (1977), section 6.3; R:
// svyratio. TestOracle: 01_means, 04_domains, 06_lonely, 10, 11.
func Ratio(names []string, y, x [][]float64) Statistic {
	if len(y) != len(x) {
		panic("stats: a ratio needs a denominator for every numerator")
	}
	return ratio{names, y, x}
}

type ratio struct {
	names []string
	y, x  [][]float64
}

func (s ratio) Names() []string { return s.names }

func (s ratio) at(rows []int32, n int) Statistic {
	return ratio{s.names, columnsAt(s.y, rows, n), columnsAt(s.x, rows, n)}
}

func (s ratio) used(w []float64) []float64 { return used(used(w, s.y...), s.x...) }

func (s ratio) At(w []float64) ([]float64, error) {
	w = s.used(w)
	r := make([]float64, len(s.y))
	for k := range r {
		r[k] = math.NaN()
		if x := sum(w, s.x[k]); x != 0 {
			r[k] = sum(w, s.y[k]) / x
		}
	}
	return r, nil
}

func (s ratio) Linearize(w []float64) ([]float64, [][]float64, error) {
	r, _ := s.At(w)
	in := s.used(w)
	u := make([][]float64, len(s.y))
	for k := range u {
		u[k] = make([]float64, len(w))
		if math.IsNaN(r[k]) {
			continue
		}
		x := sum(in, s.x[k])
		for i := range w {
			if in[i] != 0 {
				u[k][i] = (s.y[k][i] - r[k]*s.x[k][i]) / x
			}
		}
	}
	return r, u, nil
}

// Indicators are 0/1 columns of a categorical variable, one for each of n codes
// from 0; a code of -1 is missing, NaN in every column. Their Mean is the shares
// of the answers, R's svymean of a factor. It panics for a code of n or more.
// TestOracle: 01_means.
func Indicators(codes []int, n int) [][]float64 {
	y := make([][]float64, n)
	for k := range y {
		y[k] = make([]float64, len(codes))
		for i, c := range codes {
			switch {
			case c >= n:
				panic(fmt.Sprintf("stats: code %d of %d", c, n))
			case c == k:
				y[k][i] = 1
			case c < 0:
				y[k][i] = math.NaN()
			}
		}
	}
	return y
}
