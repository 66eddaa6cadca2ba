package stats_test

import (
	"math"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

// intervals are all kinds of intervals that the package and its neighbours make.
func intervals(p *population) []intervalMethod {
	mean := func(f func(*person) float64) func(s sample) (*stats.Estimates, error) {
		return func(s sample) (*stats.Estimates, error) { return s.d.Estimate(stats.Mean(nil, s.column(f))) }
	}
	meanMinutes := p.estimated("mean", mean(minutes))
	total := p.estimated("total", func(s sample) (*stats.Estimates, error) {
		return s.d.Estimate(stats.Total(nil, s.column(worried)))
	})
	ratio := p.estimated("ratio", func(s sample) (*stats.Estimates, error) {
		return s.d.Estimate(stats.Ratio(nil, [][]float64{s.column(minutes)}, [][]float64{s.column(trust)}))
	})
	difference := p.estimated("difference of domains", func(s sample) (*stats.Estimates, error) {
		e, err := s.d.Estimate(stats.By(ageOf(s.people), 5, stats.Mean(nil, s.column(score)))...)
		if err != nil {
			return nil, err
		}
		return e.Contrast(nil, []float64{-1, 0, 0, 0, 1}), nil
	})
	all := []intervalMethod{meanMinutes, total, ratio, difference}
	all = append(all, spreads(p)...)
	all = append(all, shares(p)...)
	all = append(all, medians(p)...)
	all = append(all, replicates(meanMinutes, ratio)...)
	return all
}

// spreads are intervals of variances, deviations and correlations.
func spreads(p *population) []intervalMethod {
	correlation := func(s sample) *stats.Estimates {
		e, err := s.d.Estimate(stats.Correlation(nil, s.column(trust), s.column(score)))
		if err != nil {
			panic(err)
		}
		return e
	}
	pair := stats.Correlation(nil, nil, nil).Pair(0, 1)
	return []intervalMethod{
		p.estimated("standard deviation", func(s sample) (*stats.Estimates, error) {
			return s.d.Estimate(stats.StandardDeviation(nil, s.column(score)))
		}),
		{"correlation", correlation(p.census()).Value[pair], func(s sample) (float64, float64) {
			return correlation(s).CorrelationInterval(pair, 0.95)
		}},
	}
}

// shares are all intervals of a common and a rare answer.
func shares(p *population) []intervalMethod {
	var all []intervalMethod
	for _, answer := range []struct {
		name string
		f    func(*person) float64
	}{{"worried", worried}, {"cynic", cynic}} {
		name, f := answer.name, answer.f
		y := column(p.people, f)
		truth := 0.0
		for _, v := range y {
			truth += v / float64(len(y))
		}
		for _, method := range []stats.IntervalMethod{stats.IntervalMean, stats.IntervalLogit, stats.IntervalXLogit, stats.IntervalArcsine, stats.IntervalBeta, stats.IntervalWilson, stats.IntervalLikelihood} {
			if name == "cynic" && method == stats.IntervalMean {
				continue // known to be bad for a rare answer, and said so in its comment
			}
			all = append(all, intervalMethod{"share/" + name + "/" + string(method), truth, func(s sample) (float64, float64) {
				x, err := stats.Proportion(s.d, s.column(f), stats.ProportionOptions{Method: method})
				if err != nil {
					panic(err)
				}
				return x.Low, x.High
			}})
		}
	}
	return all
}

// medians are all intervals of a quantile.
func medians(p *population) []intervalMethod {
	var all []intervalMethod
	quantile := func(s sample, q float64, m stats.IntervalMethod) stats.Interval {
		e, err := stats.Quantiles(s.d, []float64{q}, stats.QuantileOptions{Method: m}, nil, s.column(minutes))
		if err != nil {
			panic(err)
		}
		return e.Each[0]
	}
	for _, at := range []struct {
		name string
		q    float64
	}{{"median", 0.5}, {"90th percentile", 0.9}} {
		name, q := at.name, at.q
		truth := quantile(p.census(), q, stats.IntervalMean).Value
		for _, m := range []stats.IntervalMethod{stats.IntervalMean, stats.IntervalXLogit, stats.IntervalBeta, stats.IntervalArcsine, stats.IntervalScore} {
			all = append(all, intervalMethod{name + "/" + string(m), truth, func(s sample) (float64, float64) {
				x := quantile(s, q, m)
				return x.Low, x.High
			}})
		}
	}
	boot := intervalMethod{"median/" + string(stats.IntervalReplicates), quantile(p.census(), 0.5, stats.IntervalMean).Value, func(s sample) (float64, float64) {
		x := quantile(s, 0.5, stats.IntervalReplicates)
		return x.Low, x.High
	}}
	return append(all, on(boot, "bootstrap", bootstrap))
}

func bootstrap(s sample) (*stats.Design, error) {
	return replicate.Bootstrap(s.d, replicate.BootstrapOptions{Replicates: 100, Seed: math.Float64bits(s.people[0].score)})
}

// replicates are the same intervals by every kind of replicate weights.
func replicates(methods ...intervalMethod) []intervalMethod {
	var all []intervalMethod
	paired := func(s sample) *stats.Design {
		strata, units := replicate.Pairs(s.d)
		d, err := stats.NewDesign(stats.Sampling{Rows: s.d.Rows(), Weights: s.d.Weights(), Stages: []stats.Stage{{Strata: strata, Units: units}}})
		if err != nil {
			panic(err)
		}
		return d
	}
	for _, m := range methods {
		all = append(all,
			on(m, "jackknife", func(s sample) (*stats.Design, error) {
				return replicate.Jackknife(s.d, replicate.JackknifeOptions{})
			}),
			on(m, "balanced", func(s sample) (*stats.Design, error) {
				return replicate.Balanced(paired(s), replicate.BalancedOptions{})
			}),
			on(m, "Fay", func(s sample) (*stats.Design, error) {
				return replicate.Balanced(paired(s), replicate.BalancedOptions{Rho: 0.4, MSE: true})
			}),
			on(m, "bootstrap", bootstrap),
			on(m, "successive", func(s sample) (*stats.Design, error) {
				return replicate.Successive(s.d, replicate.SuccessiveOptions{})
			}),
		)
	}
	return all
}
