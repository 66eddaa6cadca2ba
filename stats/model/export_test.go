package model

import "tradeoff/stats"

// MatrixAt is a number of the design matrix.
func MatrixAt(m *Model, i, j int) float64 { return m.x[i*len(m.plan.columns)+j] }

// MarginsStatistic and SlopeStatistic are what Margins and Effects estimate.
func MarginsStatistic(f *Fit, factor string) stats.Statistic {
	levels := f.plan.levels[factor]
	var at []Data
	for l := range levels {
		at = append(at, Data{factor: Factor([]int{l}, levels)})
	}
	return margins{f, levels, at, nil}
}

func SlopeStatistic(f *Fit, variable string) stats.Statistic {
	return effects{f, []effect{{variable: variable}}, []string{variable}}
}

// OrdinalMarginsStatistic is what OrdinalFit.Margins estimates.
func OrdinalMarginsStatistic(f *OrdinalFit, factor string) stats.Statistic {
	return ordinalMargins{f, factor, f.plan.levels[factor]}
}

// ChangesStatistic is what Changes estimates.
func ChangesStatistic(f *Fit, groups [][]bool, moves []Move) stats.Statistic {
	c, err := f.changes(groups, moves)
	if err != nil {
		panic(err)
	}
	return c.along(moves...)
}
