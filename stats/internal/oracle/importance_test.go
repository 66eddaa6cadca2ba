package oracle_test

import (
	"fmt"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/importance"
	"tradeoff/stats/internal/oracle"
)

func init() { register("relative_importance", relativeImportance) }

func relativeImportance(t *testing.T, c *oracle.Case) {
	p, want := c.Params, c.Expect
	f := c.Frame(p.Get("data").Text())
	var w []float64
	if p.Has("weights") {
		w = f.Floats(p.Get("weights").Text())
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: f.N, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	var x []importance.Predictor
	for _, name := range p.Get("x").Texts() {
		x = append(x, importance.Predictor{Name: name, Columns: [][]float64{f.Floats(name)}})
	}
	y := f.Floats(p.Get("y").Text())
	for k, method := range []importance.Method{importance.LMG, importance.Johnson} {
		name := []string{"shapley", "johnson"}[k]
		r, err := importance.Analyze(d, method, y, x...)
		if err != nil {
			t.Fatal(err)
		}
		c.Same(t, "rows", r.Rows, want.Get("n").Int())
		c.Near(t, name+" R2", r.R2, want.Get("r2").Float(), 0)
		for k, driver := range r.Drivers {
			at := func(key string) float64 { return want.Get(key).Floats()[k] }
			c.Same(t, "name", driver.Name, want.Get("names").Texts()[k])
			c.Near(t, name+" of "+driver.Name, driver.Part, at(name), 0)
			c.Near(t, name+" share of "+driver.Name, driver.Share, at(name+"_share"), 0)
			c.Near(t, "beta of "+driver.Name, driver.Beta, at("standardized_beta"), 1e-3)
			c.Near(t, "squared beta of "+driver.Name, driver.Beta*driver.Beta, at("squared_beta"), 1e-3)
			c.Near(t, "correlation of "+driver.Name, driver.Correlation, at("correlation_xy"), 1e-3)
			c.Check(t, "sign of "+driver.Name, (driver.Sign > 0) == (at("standardized_beta") > 0))
		}
	}
	// The correlations of the predictors are those with one of them for outcome.
	d = d.Domain(complete(y))
	for j, row := range want.Get("correlation_x").Matrix() {
		r, err := importance.Analyze(d, importance.Johnson, x[j].Columns[0], x...)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range row {
			c.Near(t, fmt.Sprintf("correlation[%d,%d]", j, k), r.Drivers[k].Correlation, v, 1e-3)
		}
	}
}
