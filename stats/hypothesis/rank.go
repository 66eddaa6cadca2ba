package hypothesis

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"tradeoff/stats"
	"tradeoff/stats/dist"
)

// Scores says what a rank test makes of the ranks of the answers, each an
// estimated share r of the population that answers lower.
type Scores string

// Scores of ranks.
const (
	Wilcoxon       Scores = "wilcoxon"        // r itself: Wilcoxon for two groups, Kruskal-Wallis for more (default)
	VanDerWaerden  Scores = "van der Waerden" // the normal quantile of r
	MedianOfGroups Scores = "median"          // 1 above one half: the median test
)

// RankOptions are the choices of a rank test.
type RankOptions struct {
	Scores Scores // "" = Wilcoxon

	// MidRanks gives rows with the same answer the share below plus half of their
	// own, whatever their order. The default is R's: the mean over those rows,
	// without weights, of the weight up to the middle of each, which depends a
	// little on the order of the file where weights differ. (R counts rows of
	// weight zero in that mean, those outside of a domain of a calibrated design
	// too.)
	MidRanks bool
}

// RankTest tests that an ordinal or skewed answer has the same distribution in
// two groups. With r the estimated rank of a row among all rows of the test,
//
//	r = (weight of the rows below + half of its own) / sum w
//
// s the scores of the ranks and m their means in a group, it is the t test of
// m_1 - m_0 (see TwoSample) with the linearised values of means of fixed scores,
// w (s - m) / sum w, on Design.DF - 1 degrees of freedom.
//
// y has a length of rows and any unit, only its order counts; NaN is missing.
// group is 0 or 1, -1 for neither. Estimate is in units of the scores: with
// Wilcoxon the difference of mean ranks, 0 to 1.
//
// With an empty group, where all answers are equal, or without degrees of freedom
// P is NaN; also where negative calibrated weights carry a rank out of 0 to 1 under
// VanDerWaerden. With replicate weights the scores are those of the whole sample,
// as in R. It panics on a code of group or scores that does not exist. Errors are
// those of the design's estimate.
//
// Lumley and Scott (2013); R: svyranktest. TestOracle: 08_tests, 10_calibration;
// TestRanks, TestRankProperties, TestRankSimpleSample, TestRankCorners.
func RankTest(d *stats.Design, y []float64, group []int, o RankOptions) (TTest, error) {
	mustBeTwo(group)
	e, err := meanScores(d, y, group, 2, o)
	if err != nil {
		return TTest{}, err
	}
	e.DF--
	t := Compare(e, 0, 1)
	t.Name = "difference of mean rank scores"
	return t, nil
}

// KSampleRankTest is RankTest for any number of groups: the test that the mean
// scores of groups are all equal,
//
//	F = d' V^-1 d / (k-1),  df k-1 and Design.DF - (k-1)
//
// with d the differences from the first group. group is a code from 0, negative for
// none; groups without a row do not count. With two groups F is the square of the
// t of RankTest. P is NaN where that of RankTest or AllEqual is.
//
// Lumley and Scott (2013); R: svyranktest with more than two groups, which prints
// F (k-1), and stops for replicate weights. TestOracle: 08_tests; TestRankCorners.
func KSampleRankTest(d *stats.Design, y []float64, group []int, o RankOptions) (Test, error) {
	mustLen("values", len(y), d.Rows())
	mustLen("groups", len(group), d.Rows())
	in := present(y)
	for i, w := range d.Weights() {
		in[i] = in[i] && w != 0 && group[i] >= 0
	}
	groups, number := dense(group, in)
	e, err := meanScores(d, y, number, len(groups), o)
	if err != nil {
		return Test{}, err
	}
	t := AllEqual(e)
	t.Method = "rank test of equal groups"
	return t, nil
}

// meanScores are the mean scores of n groups, with the covariance for fixed scores.
func meanScores(d *stats.Design, y []float64, group []int, n int, o RankOptions) (*stats.Estimates, error) {
	mustLen("values", len(y), d.Rows())
	mustLen("groups", len(group), d.Rows())
	in := present(y)
	for i, g := range group {
		in[i] = in[i] && g >= 0
	}
	d = d.Domain(in)
	w := d.Weights()
	s := scores(y, w, o)
	mean, sum := make([]float64, n), make([]float64, n)
	for i, x := range w {
		if x != 0 {
			sum[group[i]] += x
			mean[group[i]] += x * s[i]
		}
	}
	influence := make([][]float64, n)
	for g := range n {
		mean[g] /= sum[g] // NaN for an empty group
		influence[g] = make([]float64, len(w))
	}
	for i, x := range w {
		if x != 0 {
			g := group[i]
			influence[g][i] = (s[i] - mean[g]) / sum[g]
			if math.IsNaN(influence[g][i]) {
				influence[g][i] = 0 // the mean is NaN, and says so
			}
		}
	}
	e, err := d.Estimate(stats.Total(nil, influence...))
	if err != nil {
		return nil, err
	}
	e.Value = mean
	return e, nil
}

// scores are the scores of the rows with weight.
func scores(y, w []float64, o RankOptions) []float64 {
	var order []int
	all := 0.0
	for i, x := range w {
		if x != 0 {
			order = append(order, i)
			all += x
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(y[a], y[b]) })
	of := scoreOf(o.Scores)
	s := make([]float64, len(y))
	below := 0.0
	for first := 0; first < len(order); {
		last := first
		for last < len(order) && y[order[last]] == y[order[first]] {
			last++
		}
		tied := order[first:last]
		rank, up := 0.0, below
		for _, i := range tied {
			rank += up + w[i]/2
			up += w[i]
		}
		rank /= float64(len(tied))
		if o.MidRanks {
			rank = (below + up) / 2
		}
		score := of(rank / all)
		for _, i := range tied {
			s[i] = score
		}
		first, below = last, up
	}
	return s
}

func scoreOf(s Scores) func(r float64) float64 {
	switch s {
	case "", Wilcoxon:
		return func(r float64) float64 { return r }
	case VanDerWaerden:
		return dist.NormalQuantile
	case MedianOfGroups:
		return func(r float64) float64 {
			if r > 0.5 {
				return 1
			}
			return 0
		}
	}
	panic(fmt.Sprintf("hypothesis: no scores are called %q", s))
}
