package kmeans

import (
	"math"
	"math/rand/v2"
)

// Silhouettes says for every row how much better it lies in its cluster than in
// the next one, -1 to 1,
//
//	s = (b - a) / max(a, b)
//
// with a the mean distance (not squared) to the other rows of its cluster, b the
// least mean distance to the rows of another cluster, all weighted. 0 for a row
// that is alone in its cluster or whose distances are all zero; NaN for rows in no
// cluster, and for k = 1. Time grows with the square of rows: see Silhouette.
// Rousseeuw (1987), Journal of Computational and Applied Mathematics 20; R's
// cluster::silhouette has no weights. TestSilhouettes.
func (s *Solution) Silhouettes() []float64 {
	out := make([]float64, len(s.Cluster))
	sums := make([]float64, len(s.Centres))
	for i := range out {
		out[i] = s.silhouette(i, sums)
	}
	return out
}

func (s *Solution) silhouette(i int, sums []float64) float64 {
	own := s.Cluster[i]
	if own < 0 || len(sums) < 2 {
		return math.NaN()
	}
	clear(sums)
	x := s.x.row(i)
	for j, w := range s.x.w {
		if w > 0 {
			sums[s.Cluster[j]] += w * math.Sqrt(distance(x, s.x.row(j)))
		}
	}
	others := s.Weight[own] - s.x.w[i]
	if others <= 1e-12*s.Weight[own] {
		return 0
	}
	a, b := sums[own]/others, math.Inf(1)
	for k, v := range sums {
		if k != own {
			b = min(b, v/s.Weight[k])
		}
	}
	if a == b {
		return 0
	}
	return (b - a) / max(a, b)
}

// Silhouette is the weighted mean of Silhouettes; over so many rows drawn at random
// by a seed, each compared with all rows, where there are more (0 = all). Above
// 0.5 clusters stand apart; below 0.25 there is hardly a structure (Kaufman and
// Rousseeuw 1990, chapter 2). TestSilhouettes.
func (s *Solution) Silhouette(rows int, seed uint64) float64 {
	var in []int
	for i, w := range s.x.w {
		if w > 0 {
			in = append(in, i)
		}
	}
	if rows > 0 && rows < len(in) {
		r := rand.New(rand.NewPCG(seed, 0))
		for k := range rows { // the first rows of a shuffle
			j := k + r.IntN(len(in)-k)
			in[k], in[j] = in[j], in[k]
		}
		in = in[:rows]
	}
	sums := make([]float64, len(s.Centres))
	total, W := 0.0, 0.0
	for _, i := range in {
		total += s.x.w[i] * s.silhouette(i, sums)
		W += s.x.w[i]
	}
	return total / W
}
