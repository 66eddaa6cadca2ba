package srs

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"

	"tradeoff/stats/dist"
)

// A Latent correlation is the outcome of Polychoric.
type Latent struct {
	Rho           float64   // -1 to 1
	SE            float64   // of Rho, thresholds taken as known
	Rows, Columns []float64 // thresholds between answers, in standard deviations
}

// Polychoric estimates the correlation of two normal attitudes of which a table
// of counts knows ordered answers only (tetrachoric for 2 by 2). Thresholds come
// from the margins, a_i = quantile of the cumulative share, then rho is the one
// of maximum likelihood,
//
//	sum n_ij log P_ij(rho),   P_ij = the bivariate normal probability between thresholds
//
// by its score, to rounding. SE is 1/sqrt(sum n (dP/drho)^2/P), a little too
// small as thresholds count as known. Counts may be weighted; Rho is then that
// of the weighted table and SE means nothing. Rows and columns without anyone do
// not count, but have a threshold like their neighbour's. NaN with fewer than
// two rows or columns. Where the likelihood still rises at |rho| = 0.9999, Rho
// is 1 or -1 (a diagonal table) and SE NaN. Olsson 1979, Psychometrika 44
// (two-step). R: polycor::polychor, to about 4 digits. TestOracle: polychoric;
// TestPolychoric.
func Polychoric(table [][]float64) Latent {
	row, column, n := margins(table)
	nan := math.NaN()
	l := Latent{Rho: nan, SE: nan, Rows: thresholds(row, n), Columns: thresholds(column, n)}
	if filled(row) < 2 || filled(column) < 2 {
		return l
	}
	a, b := bounded(l.Rows), bounded(l.Columns)
	score := func(rho float64) (s, information float64) {
		p, d := make([][]float64, len(a)), make([][]float64, len(a))
		for i := range a {
			for j := range b {
				p[i] = append(p[i], bivariateNormal(a[i], b[j], rho))
				d[i] = append(d[i], bivariateDensity(a[i], b[j], rho))
			}
		}
		cell := func(m [][]float64, i, j int) float64 { return m[i+1][j+1] - m[i][j+1] - m[i+1][j] + m[i][j] }
		for i, counts := range table {
			for j, count := range counts {
				q, slope := cell(p, i, j), cell(d, i, j)
				switch {
				case q > 1e-13:
					s += count * slope / q
					information += n * slope * slope / q
				case count > 0: // rounding is left: a rho too near 1 or -1
					s = math.Inf(-1) * rho
				}
			}
		}
		return s, information
	}
	const end = 0.9999
	low, high := -end, end
	if s, _ := score(low); s <= 0 {
		l.Rho = -1
		return l
	}
	if s, _ := score(high); s >= 0 {
		l.Rho = 1
		return l
	}
	rho := 0.0
	for range 100 { // Fisher scoring inside a bracket
		s, information := score(rho)
		if s > 0 {
			low = rho
		} else {
			high = rho
		}
		l.Rho, l.SE = rho, 1/math.Sqrt(information)
		next := rho + s/information
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-rho) <= 1e-14 || next == low || next == high {
			return l
		}
		rho = next
	}
	return l
}

// thresholds are the normal quantiles of cumulative shares.
func thresholds(sums []float64, n float64) []float64 {
	var t []float64
	below := 0.0
	for _, s := range sums[:max(0, len(sums)-1)] {
		below += s
		t = append(t, dist.NormalQuantile(math.Min(1, below/n)))
	}
	return t
}

// bounded adds the ends.
func bounded(thresholds []float64) []float64 {
	return append(append([]float64{math.Inf(-1)}, thresholds...), math.Inf(1))
}

// bivariateNormal is P(X <= h, Y <= k) at correlation rho,
//
//	Phi(h) Phi(k) + 1/(2 pi) integral from 0 to arcsin rho of exp(-(h^2 - 2 h k sin t + k^2)/(2 cos^2 t))
//
// (Plackett 1954; Drezner and Wesolowsky 1990), by Gauss and Legendre in panels
// that get shorter to the end, where the integrand is steep for |rho| near 1.
func bivariateNormal(h, k, rho float64) float64 {
	switch {
	case math.IsInf(h, -1) || math.IsInf(k, -1):
		return 0
	case math.IsInf(h, 1):
		return dist.NormalTail(-k)
	case math.IsInf(k, 1):
		return dist.NormalTail(-h)
	}
	f := func(t float64) float64 {
		sin, cos := math.Sincos(t)
		return math.Exp(-(h*h - 2*h*k*sin + k*k) / (2 * cos * cos))
	}
	s, from, end := 0.0, 0.0, math.Asin(rho)
	toEdge := math.Pi/2 - math.Abs(end)
	for left := math.Abs(end); left > 0; {
		step := left
		if left > toEdge {
			step = left / 2
		}
		to := from + math.Copysign(step, end)
		s += quad.Fixed(f, math.Min(from, to), math.Max(from, to), 24, nil, 0)
		from, left = to, left-step
	}
	return dist.NormalTail(-h)*dist.NormalTail(-k) + math.Copysign(s, rho)/(2*math.Pi)
}

// bivariateDensity is the density, the derivative of bivariateNormal by rho.
func bivariateDensity(h, k, rho float64) float64 {
	if math.IsInf(h, 0) || math.IsInf(k, 0) {
		return 0
	}
	v := 1 - rho*rho
	return math.Exp(-(h*h-2*h*k*rho+k*k)/(2*v)) / (2 * math.Pi * math.Sqrt(v))
}
