package oracle_test

import (
	"math"
	"path/filepath"
	"testing"

	"tradeoff/internal/sharedtest"
	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/internal/oracle"
)

// TestCrosstabOracle answers the means and shares of designs with replicate
// weights, and of calibrated ones, by streamed totals.
func TestCrosstabOracle(t *testing.T) {
	book, err := oracle.Open(sharedtest.Path(t, "oracle"))
	if err != nil {
		t.Fatal(err)
	}
	replicated, calibrated := 0, 0
	for _, c := range book.Cases {
		if c.Params.Get("stat").Text() != "mean" || !c.Design.Has("steps") || c.Expect.Has("error") {
			continue
		}
		t.Run(filepath.Join(c.File, c.ID), func(t *testing.T) {
			d, f := designOf(t, c)
			switch {
			case d.Replicates() != nil:
				replicated++
			case len(d.Adjustments()) > 0 && d.In() == nil && len(d.Stages()) == 1:
				calibrated++
			default:
				t.Skip("neither replicate weights nor a calibration of the whole sample, of one stage")
			}
			streamed(t, c, d, f)
		})
	}
	t.Logf("%d cases of replicate weights, %d of calibrations", replicated, calibrated)
	if replicated < 60 || calibrated < 8 {
		t.Errorf("%d cases of replicate weights and %d of calibrations; there were more", replicated, calibrated)
	}
}

// streamed answers the means of a case, each variable by itself. Every row is a
// calibration cell of its own.
func streamed(t *testing.T, c *oracle.Case, d *stats.Design, f *oracle.Frame) {
	_, y := variables(f, c.Params.Get("vars").Texts())
	rows, options := rowsOf(d)
	var census crosstab.Census
	census.Add(rows)
	design, err := census.Design(options)
	if err != nil {
		t.Fatal(err)
	}
	n := d.Rows()
	cells, asked := make([]int32, n), make([]int16, n)
	for i := range cells {
		cells[i] = int32(i)
		if in := d.In(); in != nil && !in[i] {
			cells[i] = -1
		}
	}
	request := crosstab.Request{Columns: []crosstab.ColumnSpec{{}}, Stats: []crosstab.StatSpec{{Kind: crosstab.Mean, Value: true}}, MinBase: 1, LowBase: 1}
	if d.Replicates() == nil {
		all := crosstab.NewAccumulator(design)
		all.Add(rows, cells, asked, nil)
		own := func(cell int32) int32 { return cell }
		request.Calibration, request.CalibrationCell = crosstab.NewCalibration(d, all, own), own
	}
	complete := make([]bool, n)
	for i := range complete {
		complete[i] = true
		for k := range y {
			complete[i] = complete[i] && (!c.Params.Get("na_rm").Bool() || !math.IsNaN(y[k][i]))
		}
	}
	est, se := c.Expect.Get("est").Floats(), c.Expect.Get("se").Floats()
	for k := range y {
		if math.IsNaN(est[k]) {
			continue // R's answer where values are missing
		}
		codes := make([]int16, n)
		for i := range codes {
			if !complete[i] || math.IsNaN(y[k][i]) {
				codes[i] = -1
			}
		}
		a := crosstab.NewAccumulator(design)
		a.Add(rows, cells, codes, y[k])
		r, err := a.Estimate(request)
		if err != nil {
			t.Fatal(err)
		}
		c.Near(t, "mean", r.Cells[0][0].Estimate, est[k], se[k])
		c.SE(t, "SE", r.Cells[0][0].SE, se[k], est[k])
		c.Near(t, "df", r.Cells[0][0].DF, c.Expect.Get("df").Float(), 0)
	}
}

// rowsOf are the rows of a design as they are streamed.
func rowsOf(d *stats.Design) (crosstab.Rows, crosstab.DesignOptions) {
	rows := crosstab.Rows{Weight: d.Weights()}
	o := crosstab.DesignOptions{Lonely: d.Lonely()}
	if reps := d.Replicates(); reps != nil {
		o.Replicates = &crosstab.Replicates{N: len(reps.Weights), Scale: reps.Scale, RScales: reps.RScales, MSE: reps.MSE, DF: reps.DF}
		for i := range d.Rows() {
			for _, w := range reps.Weights {
				rows.Replicates = append(rows.Replicates, w[i])
			}
		}
		return rows, o
	}
	psu, stratumOf := d.PSU()
	sampled := make([]float64, d.Strata())
	for _, h := range stratumOf {
		sampled[h]++
	}
	for h, left := range d.Unsampled() {
		o.FPC = append(o.FPC, math.Inf(1))
		if left < 1 {
			o.FPC[h] = sampled[h] / (1 - left)
		}
	}
	for _, u := range psu {
		rows.PSU = append(rows.PSU, u)
		rows.Stratum = append(rows.Stratum, stratumOf[u])
	}
	return rows, o
}
