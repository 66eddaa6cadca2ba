package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"tradeoff/stats"
)

// Of 400 samples the intervals at 0.95 hold the true value in 380, give or take
// three standard errors of 4.4 and what 20 PSUs cost; the symmetric interval of a
// small share in a cluster sample holds it less often. The variance of the
// distance of two quartiles, which rests on their covariance, is as near to what
// it should be as that of the median, which rests on Woodruff alone.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("400 samples")
	}
	const samples, psus, perPSU = 400, 20, 8
	unit := make([]int, psus*perPSU)
	for i := range unit {
		unit[i] = i / perPSU
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(unit), Stages: []stats.Stage{{Units: unit}}})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 11))
	// Trust is normal with half of its variance between PSUs: its median is 0,
	// 6 % of people lie below -1.5548, and its correlation with worry is -0.6.
	const limit, share, rho = -1.554773594596853, 0.06, -0.6
	held := map[string]int{}
	count := func(what string, low, high, truth float64) {
		if low <= truth && truth <= high {
			held[what]++
		}
	}
	y, below, worry := make([]float64, len(unit)), make([]float64, len(unit)), make([]float64, len(unit))
	corr := stats.Correlation(nil, y, worry)
	var distance, median moments
	for range samples {
		for i := range y {
			if i%perPSU == 0 {
				y[i], worry[i] = pair(r, rho)
			} else {
				y[i], worry[i] = y[i-1], worry[i-1]
			}
		}
		for i := range y {
			a, b := pair(r, rho)
			y[i], worry[i] = (y[i]+a)/math.Sqrt2, (worry[i]+b)/math.Sqrt2
			below[i] = 0
			if y[i] < limit {
				below[i] = 1
			}
		}
		for _, m := range proportionMethods {
			v := proportion(t, d, below, stats.ProportionOptions{Method: m})
			count(string(m), v.Low, v.High, share)
		}
		for _, m := range []stats.IntervalMethod{stats.IntervalMean, stats.IntervalLogit} {
			q, err := stats.Quantiles(d, []float64{0.25, 0.5, 0.75}, stats.QuantileOptions{Method: m}, nil, y)
			if err != nil {
				t.Fatal(err)
			}
			count("median, "+string(m), q.Each[1].Low, q.Each[1].High, 0)
			if m == stats.IntervalMean {
				e := q.Joint.Contrast(nil, []float64{-1, 0, 1})
				distance.add(e.Value[0], e.Var(0))
				median.add(q.Joint.Value[1], q.Joint.Var(1))
			}
		}
		low, high := estimated(t, d, corr).CorrelationInterval(corr.Pair(0, 1), 0.95)
		count("correlation", low, high, rho)
	}
	for what, n := range held {
		if what != "mean" && (n < 362 || n > 394) {
			t.Errorf("%s: %d of %d intervals hold the true value", what, n, samples)
		}
	}
	if len(held) != len(proportionMethods)+3 || held["mean"] >= held["logit"] {
		t.Errorf("mean holds %d, logit %d", held["mean"], held["logit"])
	}
	for what, ratio := range map[string]float64{"the distance of quartiles": distance.ratio(), "the median": median.ratio()} {
		if ratio < 0.85 || ratio > 1.3 {
			t.Errorf("estimated variance of %s: %.3f of what it is", what, ratio)
		}
	}
}

// moments are of estimates and of their estimated variances.
type moments struct{ n, sum, squares, variances float64 }

func (m *moments) add(x, variance float64) {
	m.n++
	m.sum += x
	m.squares += x * x
	m.variances += variance
}

// ratio is the mean of the estimated variances over the variance of the estimates.
func (m *moments) ratio() float64 {
	return m.variances / m.n / (m.squares/m.n - m.sum/m.n*m.sum/m.n)
}

// pair is two normal deviates with a correlation.
func pair(r *rand.Rand, rho float64) (a, b float64) {
	a = r.NormFloat64()
	return a, rho*a + math.Sqrt(1-rho*rho)*r.NormFloat64()
}
