package oracle_test

import (
	"fmt"
	"math"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
	"tradeoff/stats/kmeans"
)

func init() { register("kmeans", clusters) }

func clusters(t *testing.T, c *oracle.Case) {
	f := c.Frame(c.Params.Get("data").Text())
	var x [][]float64
	for _, name := range c.Params.Get("vars").Texts() {
		column := f.Floats(name)
		if c.Params.Get("scale").Bool() {
			scale(column)
		}
		x = append(x, column)
	}
	var start [][]float64
	for _, row := range c.Params.Get("start_rows").Floats() {
		var centre []float64
		for _, column := range x {
			centre = append(centre, column[int(row)-1])
		}
		start = append(start, centre)
	}
	for k, want := range c.Expect.Get("start").Matrix() {
		for v := range want {
			c.Near(t, fmt.Sprintf("start %d %d", k, v), start[k][v], want[v], 0)
		}
	}
	fit := func(weights []float64, lloyd bool) *kmeans.Solution {
		d, err := stats.NewDesign(stats.Sampling{Rows: f.N, Weights: weights})
		if err != nil {
			t.Fatal(err)
		}
		s, err := kmeans.Fit(d, x, len(start), kmeans.Options{Centres: start, Lloyd: lloyd})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	clustersEqual(t, c, "lloyd", fit(nil, true))
	clustersEqual(t, c, "hartigan_wong", fit(nil, false))
	if c.Expect.Has("weighted_lloyd") {
		clustersEqual(t, c, "weighted_lloyd", fit(f.Floats(c.Params.Get("weights").Text()), true))
	}
}

func clustersEqual(t *testing.T, c *oracle.Case, what string, s *kmeans.Solution) {
	want := c.Expect.Get(what)
	for k, centre := range want.Get("centers").Matrix() {
		for v := range centre {
			c.Near(t, fmt.Sprintf("%s centre %d %d", what, k, v), s.Centres[k][v], centre[v], 0.01)
		}
	}
	for k, ss := range want.Get("withinss").Floats() {
		c.Near(t, fmt.Sprintf("%s withinss %d", what, k), s.WithinSS[k], ss, 0)
	}
	for k, n := range want.Get("size").Floats() {
		c.Same(t, fmt.Sprintf("%s size %d", what, k), s.Rows[k], int(n))
	}
	for k, w := range want.Get("weight").Floats() {
		c.Near(t, fmt.Sprintf("%s weight %d", what, k), s.Weight[k], w, 0)
	}
	for i, k := range want.Get("cluster").Floats() {
		c.Same(t, fmt.Sprintf("%s cluster of row %d", what, i), s.Cluster[i], int(k)-1)
	}
	if want.Has("totss") {
		c.Near(t, what+" totss", s.TotalSS, want.Get("totss").Float(), 0)
		c.Near(t, what+" betweenss", s.BetweenSS(), want.Get("betweenss").Float(), 0)
	}
}

// scale is R's scale(): unweighted, with n - 1.
func scale(x []float64) {
	m, s := 0.0, 0.0
	for _, v := range x {
		m += v / float64(len(x))
	}
	for _, v := range x {
		s += (v - m) * (v - m) / float64(len(x)-1)
	}
	for i := range x {
		x[i] = (x[i] - m) / math.Sqrt(s)
	}
}
