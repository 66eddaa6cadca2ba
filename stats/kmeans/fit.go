package kmeans

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"

	"tradeoff/stats"
)

// Options of Fit.
type Options struct {
	Starts  int         // random starts; 0 = 20
	Seed    uint64      // of the random starts: the same seed gives the same bits
	Centres [][]float64 // start from these, by cluster, and nowhere else; clusters keep their order
	Lloyd   bool        // Lloyd's algorithm; else Hartigan and Wong's, which finds smaller sums
}

// A Solution is the best clusters of all starts. It is a stats.Statistic for
// designs with replicate weights: see At.
type Solution struct {
	Centres  [][]float64 // by cluster, then column
	Cluster  []int       // of each row from 0; -1 where a value is missing
	Rows     []int       // of each cluster, with a weight
	Weight   []float64   // of each cluster
	WithinSS []float64   // of each cluster: weighted squares around its centre
	TotalSS  float64     // weighted squares around the mean of all
	Starts   int         // how many
	Agree    int         // starts that found this sum of squares; if few, try more

	x *points
}

// BetweenSS is TotalSS less WithinSS: what the clusters explain.
func (s *Solution) BetweenSS() float64 {
	b := s.TotalSS
	for _, v := range s.WithinSS {
		b -= v
	}
	return b
}

// Fit puts the rows of a design into k clusters, by
//
//	min sum w |x - m|^2
//
// over columns x of a length of rows. Lloyd's algorithm assigns all rows to the
// nearest centre, the first of equals, and takes weighted means, until nothing
// changes. Hartigan and Wong's (1979, Applied Statistics 28) moves rows one by one
// from a to b, centres following at once, until there is none with
//
//	W_a/(W_a - w) |x - m_a|^2 > W_b/(W_b + w) |x - m_b|^2
//
// by which the sum falls, also where m_a is the nearest centre. A cluster that runs
// empty starts again from the row that adds most to the sum. Starts are k-means++
// (Arthur and Vassilvitskii 2007) and run side by side; the result does not depend
// on how many do. Clusters are in order of weight, the heaviest first, unless
// Centres are given.
//
// Corners: rows with a missing value (NaN) are in no cluster; rows of weight zero
// are in the nearest one, and change nothing; k = 1 gives the weighted means.
// Fit fails for negative weights, for values that are infinite, and where fewer
// than k distinct rows have a weight. It panics for k below 1 and slices of different length. Units: of x.
//
// R: kmeans, which has no weights, tries one start unless told otherwise, and fails
// on an empty cluster. TestOracle (17_kmeans) checks both algorithms, and Lloyd's
// with weights.
func Fit(d *stats.Design, x [][]float64, k int, o Options) (*Solution, error) {
	if o.Starts < 0 {
		panic(fmt.Sprintf("kmeans: %d starts", o.Starts))
	}
	if k < 1 || o.Centres != nil && len(o.Centres) != k {
		panic(fmt.Sprintf("kmeans: %d clusters", k))
	}
	p, err := newPoints(d.Weights(), x)
	if err != nil {
		return nil, err
	}
	if p.distinct(k) < k {
		return nil, fmt.Errorf("k-means: fewer than %d distinct rows have a weight; ask for fewer clusters", k)
	}
	s := &Solution{Starts: 1, Agree: 1, x: p}
	var best *clusters
	if o.Centres != nil {
		best = p.improve(p.given(o.Centres), o.Lloyd)
	} else {
		if o.Starts == 0 {
			o.Starts = 20
		}
		s.Starts = o.Starts
		best, s.Agree = p.best(k, o)
		best.order()
	}
	s.take(best)
	return s, nil
}

// best runs the starts and returns the best end, and how many starts met there.
func (p *points) best(k int, o Options) (*clusters, int) {
	ends, sums := make([]*clusters, o.Starts), make([]float64, o.Starts)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(o.Starts, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for r := range next {
				ends[r] = p.improve(p.plusPlus(k, o.Seed, uint64(r)), o.Lloyd)
				sums[r] = floats.Sum(p.within(ends[r]))
			}
		})
	}
	for r := range ends {
		next <- r
	}
	close(next)
	workers.Wait()
	least, agree := 0, 0
	for r := range sums {
		if sums[r] < sums[least] {
			least = r
		}
	}
	for r := range sums {
		if sums[r] <= sums[least]*(1+1e-9) {
			agree++
		}
	}
	return ends[least], agree
}

func (s *Solution) take(c *clusters) {
	p := s.x
	s.Cluster, s.Weight, s.WithinSS = c.of, c.weight, p.within(c)
	s.Rows = make([]int, len(c.weight))
	for i, k := range c.of {
		if k >= 0 {
			if p.w[i] != 0 {
				s.Rows[k]++
			}
			s.TotalSS += p.w[i] * distance(p.row(i), p.origin)
		}
	}
	s.Centres = p.outside(c.centre)
}

// Names of the numbers of a Solution as a statistic: shares of clusters, then
// centres, cluster by cluster.
func (s *Solution) Names() []string {
	var names []string
	for k := range s.Centres {
		names = append(names, fmt.Sprintf("cluster %d", k+1))
	}
	for k, m := range s.Centres {
		for v := range m {
			names = append(names, fmt.Sprintf("cluster %d, column %d", k+1, v+1))
		}
	}
	return names
}

// At finds shares and centres again with other weights, by Lloyd's algorithm from
// the solution, so that clusters keep their order: standard errors from replicate
// weights count in that clusters were found in the sample. NaN where Fit would
// fail. TestReplicates.
func (s *Solution) At(w []float64) ([]float64, error) {
	k := len(s.Centres)
	p, err := s.x.reweighed(w)
	if err != nil || p.distinct(k) < k {
		return slices.Repeat([]float64{math.NaN()}, k+k*len(s.x.mean)), nil
	}
	c := p.improve(p.given(s.Centres), true)
	total := floats.Sum(c.weight)
	var theta []float64
	for _, w := range c.weight {
		theta = append(theta, w/total)
	}
	return append(theta, slices.Concat(p.outside(c.centre)...)...), nil
}

// Linearize returns stats.ErrNotLinear. Where clusters may be taken as known,
// shares and means of domains by Cluster have linearised standard errors.
func (s *Solution) Linearize([]float64) ([]float64, [][]float64, error) {
	return nil, nil, stats.ErrNotLinear
}

// Standardize gives columns a weighted mean of 0 and variance of 1,
//
//	(x - m)/s,    m = sum w x / sum w,    s^2 = sum w (x - m)^2 / sum w
//
// each over its rows with a weight and a value; others keep their place in the
// same units, and NaN. A column whose values are all equal becomes 0, one without
// values NaN. R's scale() has no weights and divides by n - 1. TestStandardize.
func Standardize(d *stats.Design, x ...[]float64) [][]float64 {
	z := make([][]float64, len(x))
	for v, column := range x {
		m, s, W := 0.0, 0.0, 0.0
		each := func(f func(w, x float64)) {
			for i, w := range d.Weights() {
				if w != 0 && !math.IsNaN(column[i]) {
					f(w, column[i])
				}
			}
		}
		each(func(w, _ float64) { W += w })
		each(func(w, x float64) { m += w * x / W })
		each(func(w, x float64) { s += w * (x - m) * (x - m) / W })
		z[v] = make([]float64, len(column))
		for i, x := range column {
			switch {
			case W == 0:
				z[v][i] = math.NaN()
			case s <= 1e-28*m*m:
				z[v][i] = x - x // NaN stays NaN
			default:
				z[v][i] = (x - m) / math.Sqrt(s)
			}
		}
	}
	return z
}

var errNegative = errors.New("k-means: weights below zero; clusters need weights of zero or more, which a calibration with bounds gives")
