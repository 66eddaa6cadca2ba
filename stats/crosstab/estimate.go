package crosstab

import (
	"fmt"
	"math"
)

// A ColumnSpec says which cells a column of the banner holds. Columns may
// overlap.
type ColumnSpec struct {
	In   func(cell int32) bool // nil = every cell
	Rest bool                  // compare with the rest of the Total
}

// A StatSpec says what to estimate in every column.
type StatSpec struct {
	Kind   RowKind
	Codes  []int16   // Proportion, NetRow: the answers that count
	Scores []float64 // Mean, SD: score of each code; NaN, and codes beyond the end, are outside the mean
	Value  bool      // Mean, SD: of the value instead of scores; rows without a value are outside
}

// A Request is all that is wanted of a question. Zero values mean the
// defaults, and the defaults are those of the study file.
type Request struct {
	Columns []ColumnSpec // the first is Total and holds all others
	Groups  [][]int      // columns compared with each other, in order of their letters
	Stats   []StatSpec
	Level   float64 // of intervals; default 0.95
	Strict  float64 // p below it: upper-case letter; default 0.05
	Loose   float64 // p below it: lower-case letter; default 0.10
	MinBase int     // people in the smallest base that is tested; default 30, 1 = no limit
	LowBase int     // people, or effective base, below which a cell is marked LowBase; default 100, 1 = never

	Calibration     *Calibration           // nil = weights are not calibrated, or the replicate weights are
	CalibrationCell func(cell int32) int32 // the calibration cell of a cell; needed with a Calibration
}

// A Result is the numbers of a Table.
type Result struct {
	Bases       []Base   // by column
	Cells       [][]Cell // by statistic, then column
	Comparisons []Comparison
}

// Estimate computes every statistic in every column, and all comparisons.
func (a *Accumulator) Estimate(req Request) (*Result, error) {
	req, err := req.withDefaults()
	if err != nil {
		return nil, err
	}
	e := newEstimation(a, req)
	e.countDomains()
	e.estimate()
	if a.design.reps != nil {
		e.reps = newReplicated(e)
	} else {
		e.covariances()
	}
	r := e.result()
	e.compare(r)
	return r, nil
}

// withDefaults fills in the defaults and checks what may come from a study
// file; a request that makes no sense is a programmer's mistake and panics.
func (req Request) withDefaults() (Request, error) {
	fill := func(v *float64, d float64) {
		if *v == 0 {
			*v = d
		}
	}
	fill(&req.Level, 0.95)
	fill(&req.Strict, 0.05)
	fill(&req.Loose, math.Max(0.10, req.Strict))
	if req.MinBase == 0 {
		req.MinBase = 30
	}
	if req.LowBase == 0 {
		req.LowBase = 100
	}
	switch {
	case !(req.Level > 0 && req.Level < 1):
		return req, fmt.Errorf("level of intervals is %g; it lies between 0 and 1, usually 0.95", req.Level)
	case !(req.Strict > 0 && req.Strict <= req.Loose && req.Loose < 1):
		return req, fmt.Errorf("test levels are %g and %g; the strict one lies above 0 and is at most the loose one, which lies below 1", req.Strict, req.Loose)
	}
	if len(req.Columns) == 0 {
		panic("crosstab: a request without columns")
	}
	for _, s := range req.Stats {
		switch s.Kind {
		case Proportion, NetRow:
		case Mean, SD:
			if !s.Value && s.Scores == nil {
				panic("crosstab: a mean of neither scores nor values")
			}
		default:
			panic(fmt.Sprintf("crosstab: no statistic is called %q", s.Kind))
		}
	}
	return req, nil
}
