package srs

import (
	"fmt"
	"math"
	"slices"
)

// Quantile are the quantiles of y at shares p, 0 to 1, by one of the nine types
// of Hyndman and Fan (1996, American Statistician 50). Of the answers in order,
// y_(1) to y_(n), types 1 to 3 take one, or the mean of two on a step,
//
//	1  the smallest y with F(y) >= p    2  the same, mean on a step    3  the nearest, even on a tie
//
// and 4 to 9 interpolate at place n p + m between y_(j) and y_(j+1):
//
//	4  m = 0    5  1/2    6  p    7  1 - p    8  (p+1)/3    9  p/4 + 3/8
//
// 7 is R's default and that of spreadsheets, 6 that of SPSS, 2 that of SAS. Places
// within 4 roundings of a whole number count as whole. NaN without an answer, or
// for a p outside of 0 to 1. R: quantile(type = ). TestOracle: quantile.
func Quantile(kind int, y []float64, p ...float64) []float64 {
	if kind < 1 || kind > 9 {
		panic(fmt.Sprintf("srs: no quantiles of type %d", kind))
	}
	y = known(y)
	slices.Sort(y)
	q := make([]float64, len(p))
	for k, share := range p {
		if q[k] = math.NaN(); len(y) > 0 && share >= 0 && share <= 1 {
			j, g := place(kind, float64(len(y)), share)
			at := func(j int) float64 { return y[min(max(j, 1), len(y))-1] }
			if q[k] = at(j); g > 0 {
				q[k] = (1-g)*at(j) + g*at(j+1)
			}
		}
	}
	return q
}

// place is the whole part of the place of a quantile, and the share of the next
// answer in it.
func place(kind int, n, p float64) (j int, g float64) {
	const fuzz = 4 * 0x1p-52
	m := []float64{0, 0, -0.5, 0, 0.5, p, 1 - p, (p + 1) / 3, p/4 + 3.0/8}[kind-1]
	at := n*p + m
	whole := math.Floor(at + fuzz)
	j, g = int(whole), at-whole
	if math.Abs(g) < fuzz {
		g = 0
	}
	switch {
	case kind == 1 && g > 0, kind == 2 && g > 0:
		g = 1
	case kind == 2:
		g = 0.5
	case kind == 3 && (g > 0 || j%2 != 0):
		g = 1
	}
	return j, g
}

// ECDF are the shares of answers y that are at most x, 0 to 1; NaN without an
// answer. R: ecdf. TestOracle: quantile.
func ECDF(y []float64, x ...float64) []float64 {
	y = known(y)
	slices.Sort(y)
	f := make([]float64, len(x))
	for k, v := range x {
		i, _ := slices.BinarySearchFunc(y, v, func(e, v float64) int {
			if e <= v {
				return -1
			}
			return 1
		})
		f[k] = float64(i) / float64(len(y))
	}
	return f
}

// MAD is the median of |y - median|, times 1.4826 = 1/quantile(3/4) of the
// normal distribution, for which it is then the standard deviation (Hampel
// 1974). NaN without an answer. R: mad. TestOracle: quantile.
func MAD(y []float64) float64 {
	median := Quantile(7, y, 0.5)[0]
	off := make([]float64, len(y))
	for i, v := range y {
		off[i] = math.Abs(v - median)
	}
	return 1.4826 * Quantile(7, off, 0.5)[0]
}
