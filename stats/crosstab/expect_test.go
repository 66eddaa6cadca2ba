package crosstab

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"tradeoff/stats/dist"
	"tradeoff/stats/internal/oracle"
)

// expected are R's answers about testdata/ratings.csv, made by
// testdata/expect.R.
type expected struct {
	Cells []struct {
		Design, Y, By                               string
		K, Rows, People                             int
		Est, SE, DF, Low, High, Deff, SD, Effective float64
	}
	Pairs []struct {
		Design, Y, By   string
		A, B            int
		Diff, SE, DF, P float64
	}
	Tails     []struct{ T, DF, P float64 }
	Quantiles []struct{ Alpha, DF, T float64 }
}

func readExpected(t *testing.T) (e expected) {
	b, err := os.ReadFile("testdata/expect.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// ratings counts testdata/ratings.csv: cells are age and item together, codes
// the scores. fpc are those of expect.R.
func ratings(t *testing.T, design string) *Accumulator {
	f, err := oracle.ReadFrame("testdata/ratings.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	var r Rows
	var cells []int32
	var codes []int16
	for i := range f.N {
		r.Stratum = append(r.Stratum, int32(f.Floats("stratum")[i])-1)
		if design == "psu" {
			r.PSU = append(r.PSU, int32(f.Floats("psu")[i]))
		}
		r.Person = append(r.Person, int32(f.Floats("person")[i]))
		r.Weight = append(r.Weight, f.Floats("w")[i])
		cells = append(cells, int32(f.Floats("age")[i]*10+f.Floats("item")[i]))
		code := int16(-1)
		if s := f.Floats("score")[i]; !math.IsNaN(s) {
			code = int16(s)
		}
		codes = append(codes, code)
	}
	fpc := map[string][]float64{"psu": {9, 5, 40}, "person": {240, 180, 240}}[design]
	c := &Census{}
	c.Add(r)
	d, err := c.Design(DesignOptions{Strata: 3, FPC: fpc})
	if err != nil {
		t.Fatal(err)
	}
	a := NewAccumulator(d)
	a.Add(r, cells, codes, nil)
	return a
}

// TestExpected: a loop with the respondents in PSUs, and with the respondents
// as PSUs, columns that share respondents and columns that don't.
func TestExpected(t *testing.T) {
	const tol = 1e-9
	want := readExpected(t)
	column := map[string]int{"item": 1, "age": 4}
	statistic := map[string]int{"score": 0, "high": 1}
	made := 0
	for _, design := range []string{"psu", "person"} {
		req := Request{Columns: []ColumnSpec{{}}, Groups: [][]int{{1, 2, 3}, {4, 5, 6}}, MinBase: 1, LowBase: 1,
			Stats: []StatSpec{
				{Kind: Mean, Scores: []float64{0, 1, 2, 3, 4, 5}},
				{Kind: NetRow, Codes: []int16{4, 5}},
				{Kind: SD, Scores: []float64{0, 1, 2, 3, 4, 5}},
				{Kind: SD, Scores: []float64{0, 0, 0, 0, 1, 1}},
			}}
		for k := range int32(3) {
			req.Columns = append(req.Columns, ColumnSpec{In: func(c int32) bool { return c%10 == k+1 }, Rest: true})
		}
		for k := range int32(3) {
			req.Columns = append(req.Columns, ColumnSpec{In: func(c int32) bool { return c/10 == k+1 }, Rest: true})
		}
		r, err := ratings(t, design).Estimate(req)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want.Cells {
			if w.Design != design {
				continue
			}
			name := fmt.Sprint(design, " ", w.Y, " by ", w.By, " ", w.K)
			s, c := statistic[w.Y], column[w.By]+w.K-1
			got, base := r.Cells[s][c], r.Bases[c]
			near(t, name, got.Estimate, w.Est, tol, 0)
			near(t, name+" SE", got.SE, w.SE, tol, 0)
			near(t, name+" df", got.DF, w.DF, 0, 0)
			near(t, name+" low", got.Low, w.Low, tol, 0)
			near(t, name+" high", got.High, w.High, tol, 0)
			near(t, name+" deff", got.Deff, w.Deff, tol, 0)
			near(t, name+" SD", r.Cells[s+2][c].Estimate, w.SD, tol, 0)
			near(t, name+" rows", float64(base.Unweighted), float64(w.Rows), 0, 0)
			near(t, name+" people", float64(base.People), float64(w.People), 0, 0)
			near(t, name+" effective base", base.Effective, w.Effective, tol, 0)
			made++
		}
		for _, w := range want.Pairs {
			if w.Design != design {
				continue
			}
			name := fmt.Sprint(design, " ", w.Y, " by ", w.By, " ", w.A, " and ", w.B)
			a, b := column[w.By]+w.A-1, column[w.By]+w.B-1
			if w.B == 0 {
				b = -1
			}
			found := false
			for _, got := range r.Comparisons {
				if got.Row == statistic[w.Y] && got.A == a && got.B == b {
					found = true
					near(t, name, got.Difference, w.Diff, tol, w.SE)
					near(t, name+" SE", got.SE, w.SE, tol, 0)
					near(t, name+" df", got.DF, w.DF, 0, 0)
					near(t, name+" p", got.P, w.P, 1e-8, 0)
				}
			}
			if !found {
				t.Errorf("%s: not tested", name)
			}
			made++
		}
	}
	if made != len(want.Cells)+len(want.Pairs) || made == 0 {
		t.Errorf("compared %d of %d", made, len(want.Cells)+len(want.Pairs))
	}
}

func TestTails(t *testing.T) {
	for _, w := range readExpected(t).Tails {
		near(t, fmt.Sprintf("P(|T| > %g), df %g", w.T, w.DF), dist.TTwoSided(w.T, w.DF), w.P, 1e-9, 0)
		near(t, "the same for -t", dist.TTwoSided(-w.T, w.DF), dist.TTwoSided(w.T, w.DF), 0, 0)
	}
	near(t, "normal", dist.TTwoSided(1.959963984540054, math.Inf(1)), 0.05, 1e-14, 0) // the usual 1.96
	near(t, "infinite t", dist.TTwoSided(math.Inf(1), 5), 0, 0, 0)
}

func TestQuantiles(t *testing.T) {
	for _, w := range readExpected(t).Quantiles {
		near(t, fmt.Sprintf("t quantile %g, df %g", w.Alpha, w.DF), dist.TQuantile(w.Alpha, w.DF), w.T, 1e-9, 0)
	}
	near(t, "normal", dist.TQuantile(0.05, math.Inf(1)), 1.959963984540054, 1e-14, 0)
	q := &quantiles{0.05, map[float64]float64{}}
	near(t, "remembered", q.at(7), q.at(7), 0, 0)
}
