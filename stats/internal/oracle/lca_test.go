package oracle_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/internal/oracle"
	"tradeoff/stats/latent"
)

func init() { register("lca", lca) }

// lca fits classes from the start that R had.
func lca(t *testing.T, c *oracle.Case) {
	f := c.Frame(c.Params.Get("data").Text())
	items, in := lcaItems(c, f)
	w := make([]float64, f.N)
	for i := range w {
		w[i] = 1
	}
	if c.Params.Has("weights") {
		w = f.Floats(c.Params.Get("weights").Text())
	}
	d := lcaDesign(t, c, f, w)
	start := lcaModel(c.Expect.Get("start").Get("class"), c.Expect.Get("start").Get("items"), items)
	fit := func(steps int) *latent.Solution {
		s, err := latent.Fit(d.Domain(in), items, len(start.Sizes), latent.Options{Start: &start, Steps: steps})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	trace := c.Expect.Get("loglik_at_iteration")
	values := trace.Get("loglik").Floats()
	for k, it := range trace.Get("iteration").Floats() {
		if it > 1 { // R's first is of the start itself
			near(t, c, fmt.Sprintf("loglik at %g", it), fit(int(it)-1).LogLik, values[k], 0)
		}
	}
	s := fit(0)
	c.Check(t, "converged", s.Converged && s.Identified)
	e := c.Expect
	c.Same(t, "n", s.Rows, e.Get("n").Int())
	c.Same(t, "parameters", s.Parameters, e.Get("parameters").Int())
	near(t, c, "loglik", s.LogLik, e.Get("loglik").Float(), 0)
	near(t, c, "aic", s.AIC, e.Get("aic").Float(), 0)
	near(t, c, "bic", s.BIC, e.Get("bic").Float(), 0)
	near(t, c, "abic", s.ABIC, e.Get("abic").Float(), 0)
	near(t, c, "entropy", s.EntropyR2, e.Get("entropy_r2").Float(), 0)
	if e.Has("g2") {
		near(t, c, "g2", s.G2, e.Get("g2").Float(), 0)
		near(t, c, "x2", s.X2, e.Get("x2").Float(), 0)
		c.Same(t, "df", s.DF, e.Get("df").Int())
	}
	want := lcaModel(e.Get("class_sizes"), e.Get("item_probs"), items)
	lcaCompare(t, c, s, want)
	lcaModal(t, c, s, in)
	if e.Has("patterns") {
		lcaPatterns(t, c, s, items, d.Domain(in).Weights())
	}
	if e.Has("jackknife_design") {
		lcaJackknife(t, c, s, d)
	}
}

// near is for numbers that an iteration in R has stopped 1e-12 before the end of.
func near(t *testing.T, c *oracle.Case, what string, got, want, scale float64) {
	t.Helper()
	c.NearTol(t, what, got, want, scale, 1e-9)
}

// lcaItems are the items, and the rows that count.
func lcaItems(c *oracle.Case, f *oracle.Frame) (items []latent.Item, in []bool) {
	in = make([]bool, f.N)
	for i := range in {
		in[i] = true
	}
	for _, name := range c.Params.Get("items").Texts() {
		codes, labels := f.Codes(name)
		items = append(items, latent.Item{Name: name, Labels: labels, Codes: codes})
		for i, code := range codes {
			if code < 0 && c.Params.Get("missing").Text() == "drop" {
				in[i] = false
			}
		}
	}
	return items, in
}

func lcaModel(sizes, probabilities oracle.Value, items []latent.Item) latent.Model {
	m := latent.Model{Sizes: sizes.Floats()}
	for _, it := range items {
		m.Probabilities = append(m.Probabilities, probabilities.Get(it.Name).Matrix())
	}
	return m
}

func lcaCompare(t *testing.T, c *oracle.Case, s *latent.Solution, want latent.Model) {
	for k, v := range want.Sizes {
		near(t, c, fmt.Sprintf("size %d", k), s.Sizes[k], v, 0.01)
	}
	for j := range want.Probabilities {
		for k, byCategory := range want.Probabilities[j] {
			for l, v := range byCategory {
				near(t, c, fmt.Sprintf("probability %d %d %d", j, k, l), s.Probabilities[j][k][l], v, 0.01)
			}
		}
	}
}

func lcaModal(t *testing.T, c *oracle.Case, s *latent.Solution, in []bool) {
	counts, n := make([]float64, len(s.Sizes)), 0.0
	for i, m := range s.Modal() {
		if in[i] && m >= 0 {
			counts[m]++
			n++
		}
	}
	for k, v := range c.Expect.Get("modal_sizes").Floats() {
		near(t, c, fmt.Sprintf("modal size %d", k), counts[k]/n, v, 0)
	}
}

func lcaPatterns(t *testing.T, c *oracle.Case, s *latent.Solution, items []latent.Item, w []float64) {
	p := c.Expect.Get("patterns")
	patterns, weights, posteriors := p.Get("pattern").Matrix(), p.Get("weight").Floats(), p.Get("posterior").Matrix()
	total := 0.0
	for _, x := range w {
		total += x
	}
	columns := s.Posteriors()
	for k, pattern := range patterns {
		codes := make([]int, len(pattern))
		for j, v := range pattern {
			codes[j] = int(v) - 1
		}
		sum, row := 0.0, -1
		for i := range w {
			same := true
			for j := range items {
				same = same && items[j].Codes[i] == codes[j]
			}
			if same {
				sum += w[i]
				row = i
			}
		}
		near(t, c, fmt.Sprintf("weight of %v", codes), sum*float64(s.Rows)/total, weights[k], 0)
		post := s.Posterior(codes)
		for class, v := range posteriors[k] {
			near(t, c, fmt.Sprintf("posterior of %v", codes), post[class], v, 0.01)
			near(t, c, fmt.Sprintf("posterior of row %d", row), columns[class][row], v, 0.01)
		}
	}
}

// lcaDesign is the design of the jackknife, or else of independent rows.
func lcaDesign(t *testing.T, c *oracle.Case, f *oracle.Frame, w []float64) *stats.Design {
	if c.Expect.Has("jackknife_design") {
		jackknife := *c
		jackknife.Design = c.Expect.Get("jackknife_design")
		d, _ := designOf(t, &jackknife)
		return d
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: f.N, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// lcaJackknife refits the classes without each PSU in turn, and compares the
// linearised standard errors, which have the same limit.
func lcaJackknife(t *testing.T, c *oracle.Case, s *latent.Solution, d *stats.Design) {
	names := c.Params.Get("items").Texts()
	want := lcaModel(c.Expect.Get("class_sizes_se_jkn"), c.Expect.Get("item_probs_se_jkn"), itemsNamed(names))
	estimate := func(d *stats.Design) *stats.Estimates {
		e, err := d.Estimate(s)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	jackknife, linear := estimate(d.WithReplicates(jkn(d))), estimate(d)
	compare := func(k int, se float64) {
		near(t, c, "jackknife SE "+linear.Names[k], jackknife.SE(k), se, 0)
		if r := linear.SE(k) / se; math.Abs(r-1) > 0.1 {
			t.Errorf("%s: linearised SE is %.3f of the jackknife's", linear.Names[k], r)
		}
	}
	for k, se := range want.Sizes {
		compare(s.Size(k), se)
	}
	for j := range want.Probabilities {
		for k, byCategory := range want.Probabilities[j] {
			for l, se := range byCategory {
				compare(s.Probability(j, k, l), se)
			}
		}
	}
}

func itemsNamed(names []string) (items []latent.Item) {
	for _, name := range names {
		items = append(items, latent.Item{Name: name})
	}
	return items
}

// jkn are the replicates that leave out a PSU each.
func jkn(d *stats.Design) stats.Replicates {
	r := stats.Replicates{Scale: 1}
	psu, stratum := d.PSU()
	size := make([]float64, d.Strata())
	for _, h := range stratum {
		size[h]++
	}
	for out, h := range stratum {
		w := slices.Clone(d.Weights())
		for i, u := range psu {
			switch {
			case int(u) == out:
				w[i] = 0
			case stratum[u] == h:
				w[i] *= size[h] / (size[h] - 1)
			}
		}
		r.Weights = append(r.Weights, w)
		r.RScales = append(r.RScales, (size[h]-1)/size[h])
	}
	return r
}
