package oracle_test

import (
	"fmt"
	"math"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
	"tradeoff/stats/replicate"
)

func init() {
	registerStep("replicates", madeReplicates)
	registerStep("replicates_from_file", replicatesFromFile)
	register("replicate_weights", replicateWeights)
}

// madeReplicates makes the replicates that R makes of the design.
func madeReplicates(t *testing.T, c *oracle.Case, step oracle.Value, d *stats.Design, _ *oracle.Frame) *stats.Design {
	d, err := replicate.Jackknife(d, replicate.JackknifeOptions{MSE: step.Get("mse").Bool()})
	if err != nil {
		t.Fatal(err)
	}
	c.Same(t, "type of replicates", d.Replicates().Kind, step.Get("type").Text())
	return d
}

// replicatesFromFile reads multipliers by key from a file. They are R's, so none
// of them deserves a doubt.
func replicatesFromFile(t *testing.T, c *oracle.Case, step oracle.Value, d *stats.Design, f *oracle.Frame) *stats.Design {
	table := c.Replicates(step.Get("file").Text())
	keys := func(f *oracle.Frame) []string { // of every row
		s := make([]string, f.N)
		for _, k := range step.Get("key").Texts() {
			for i, v := range f.Texts(k) {
				s[i] += v + "\x00"
			}
		}
		return s
	}
	at := map[string]int{}
	for i, k := range keys(table) {
		at[k] = i
	}
	row := make([]int, f.N) // of the table, by row of the data
	for i, k := range keys(f) {
		row[i] = at[k]
	}
	supply := replicate.Supply{
		Multipliers: !step.Get("combined_weights").Bool(),
		Kind: map[string]replicate.Kind{
			"BRR": replicate.BRR, "Fay": replicate.Fay, "bootstrap": replicate.Bootstraps,
			"subbootstrap": replicate.Bootstraps, "mrbbootstrap": replicate.Bootstraps,
		}[step.Get("type").Text()],
		Scale: step.Get("scale").Float(),
		MSE:   step.Get("mse").Bool(),
	}
	if step.Has("fay_rho") {
		supply.Rho = step.Get("fay_rho").Float()
	}
	if rscales := step.Get("rscales"); rscales.IsList() {
		supply.RScales = rscales.Floats()
	}
	for r := 1; table.Has(fmt.Sprint("r", r)); r++ {
		column := table.Floats(fmt.Sprint("r", r))
		m := make([]float64, f.N)
		for i := range m {
			m[i] = column[row[i]]
		}
		supply.Weights = append(supply.Weights, m)
	}
	if method, ok := map[string]replicate.Method{"subbootstrap": replicate.RaoWu, "mrbbootstrap": replicate.Preston}[step.Get("type").Text()]; ok && c.Params.Get("stat").Text() == "total" { // once for every design
		sameMultipliers(t, c, d, method, supply.Weights)
	}
	d, doubts, err := replicate.Supplied(d, supply)
	if err != nil {
		t.Fatal(err)
	}
	if len(doubts) > 0 {
		t.Errorf("doubts about R's replicates: %q", doubts)
	}
	if supply.Kind == replicate.BRR || supply.Kind == replicate.Fay { // R's scale is the kind's
		supply.Scale = 0
		same, _, err := replicate.Supplied(d, supply)
		if err != nil {
			t.Fatal(err)
		}
		c.Near(t, "scale of the kind", same.Replicates().Scale, step.Get("scale").Float(), 0)
	}
	return d
}

// sameMultipliers checks that R's bootstrap gives a row the same multipliers as
// ours, but for rare ones. The random numbers are others.
func sameMultipliers(t *testing.T, c *oracle.Case, d *stats.Design, method replicate.Method, theirs [][]float64) {
	made, err := replicate.Bootstrap(d, replicate.BootstrapOptions{Method: method, Replicates: 500})
	if err != nil {
		t.Fatal(err)
	}
	count := func(weights [][]float64, i int, w float64) map[int]int { // by multiplier, in steps of 1e-9
		times := map[int]int{}
		for _, of := range weights {
			times[int(math.Round(of[i]/w*1e9))]++
		}
		return times
	}
	for i, w := range d.Weights() {
		a, b := count(made.Replicates().Weights, i, w), count(theirs, i, 1)
		for m := range a {
			if a[m] > 50 && b[m] == 0 {
				t.Errorf("row %d: R does not have the multiplier %g", i+1, float64(m)/1e9)
			}
		}
		for m := range b {
			if b[m] > len(theirs)/20 && a[m] == 0 {
				t.Errorf("row %d: only R has the multiplier %g", i+1, float64(m)/1e9)
			}
		}
	}
	c.Check(t, "multipliers as R's", true)
}

// replicateWeights compares replicates themselves.
func replicateWeights(t *testing.T, c *oracle.Case) {
	d, _ := designOf(t, c)
	reps, want := d.Replicates(), c.Expect
	if len(reps.Weights) != want.Get("replicates").Int() {
		t.Fatalf("%d replicates, expected %d", len(reps.Weights), want.Get("replicates").Int())
	}
	c.Near(t, "scale", reps.Scale, want.Get("scale").Float(), 0)
	for r, f := range want.Get("rscales").Floats() {
		c.Near(t, fmt.Sprint("rscales ", r+1), reps.RScales[r], f, 0)
	}
	c.Near(t, "df", d.DF(), want.Get("degf").Float(), 0)
	c.Same(t, "mse", reps.MSE, want.Get("mse").Bool())
	rows := want.Get("row_of_psu").List()
	for k, row := range want.Get("multipliers").Matrix() {
		i := rows[k].Int() - 1
		for r, m := range row {
			c.Near(t, fmt.Sprintf("row %d, replicate %d", i+1, r+1), reps.Weights[r][i]/d.Weights()[i], m, 1)
		}
	}
}
