package oracle_test

import (
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
)

func init() {
	registerStep("svystandardize", func(t *testing.T, _ *oracle.Case, step oracle.Value, d *stats.Design, f *oracle.Frame) *stats.Design {
		t.Helper()
		by, over := step.Get("by").Texts(), step.Get("over").Texts()
		if without := step.Get("excluding_missing").Texts(); without != nil {
			_, y := variables(f, without)
			d = d.Domain(complete(y...))
		}
		// R's population has the first variable changing fastest.
		cells, values := f.Cells(reversed(by)...)
		shares := step.Get("population").Floats()
		if len(shares) != len(values) {
			t.Fatalf("%d shares for %d cells", len(shares), len(values))
		}
		groups, _ := f.Cells(over...)
		out, err := d.Standardize(cells, shares, groups)
		if err != nil {
			t.Fatal(err)
		}
		return out
	})
}

func reversed(s []string) (r []string) {
	for i := range s {
		r = append(r, s[len(s)-1-i])
	}
	return r
}
