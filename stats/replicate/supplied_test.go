package replicate_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

// file is a design of 40 rows and weights of a producer: a jackknife of ten
// groups.
func file(t testing.TB) (*stats.Design, [][]float64) {
	w := make([]float64, 40)
	for i := range w {
		w[i] = 100 + float64(i)
	}
	d := must(t)(stats.NewDesign(stats.Sampling{Rows: 40, Weights: w}))
	reps := make([][]float64, 10)
	for r := range reps {
		reps[r] = make([]float64, 40)
		for i := range w {
			if i%10 != r {
				reps[r][i] = w[i] * 10 / 9
			}
		}
	}
	return d, reps
}

// multipliers are weights over main weights.
func multipliers(d *stats.Design, weights [][]float64) [][]float64 {
	m := make([][]float64, len(weights))
	for r, w := range weights {
		m[r] = make([]float64, len(w))
		for i := range w {
			m[r][i] = w[i] / d.Weights()[i]
		}
	}
	return m
}

// TestSuppliedDoubts has files that do not fit, each with the words for it.
func TestSuppliedDoubts(t *testing.T) {
	d, jk := file(t)
	constant := func(x float64) []float64 { return slices.Repeat([]float64{x}, 40) }
	scaled := func(f float64) [][]float64 {
		out := make([][]float64, len(jk))
		for r := range jk {
			for _, w := range jk[r] {
				out[r] = append(out[r], f*w)
			}
		}
		return out
	}
	halves := make([][]float64, 8)
	fay := make([][]float64, 8)
	for r := range halves {
		for i, w := range d.Weights() {
			sign := 1.
			if (i>>(r%4)+r/4)%2 == 0 {
				sign = -1
			}
			halves[r] = append(halves[r], w*(1+sign))
			fay[r] = append(fay[r], w*(1+.5*sign))
		}
	}
	stray := slices.Clone(d.Weights())
	stray[0] = 0
	domain := must(t)(stats.NewDesign(stats.Sampling{Rows: 40, Weights: stray}))
	negative := [][]float64{slices.Clone(jk[0]), jk[1]}
	negative[0][5] = -8
	far := slices.Clone(jk)
	far[3] = scaled(.1)[3]
	for name, c := range map[string]struct {
		d    *stats.Design
		s    replicate.Supply
		want string
	}{
		"fits":                     {d, replicate.Supply{Weights: jk, Kind: replicate.JK1}, ""},
		"multipliers fit":          {d, replicate.Supply{Weights: multipliers(d, jk), Multipliers: true, Kind: replicate.JK1}, ""},
		"half-samples fit":         {d, replicate.Supply{Weights: halves, Kind: replicate.BRR}, ""},
		"Fay fits":                 {d, replicate.Supply{Weights: fay, Kind: replicate.Fay, Rho: .5}, ""},
		"multipliers as weights":   {d, replicate.Supply{Weights: multipliers(d, jk), Kind: replicate.JK1}, "set Multipliers"},
		"weights as multipliers":   {d, replicate.Supply{Weights: jk, Multipliers: true, Kind: replicate.JK1}, "leave Multipliers out"},
		"another main weight":      {d, replicate.Supply{Weights: scaled(3), Kind: replicate.JK1}, "add up to 3 of the main weight on average; check that the main weight"},
		"one far off":              {d, replicate.Supply{Weights: far, Kind: replicate.JK1}, "1 replicate adds up to less than a fifth or more than five times the main weight; check replicate 4"},
		"main weight among them":   {d, replicate.Supply{Weights: append([][]float64{d.Weights()}, jk...), Kind: replicate.JK1}, "replicate 1 is the main weight itself"},
		"ones among multipliers":   {d, replicate.Supply{Weights: append(multipliers(d, jk), constant(1)), Multipliers: true, Kind: replicate.JK1}, "replicate 11 is the main weight itself"},
		"a column twice":           {d, replicate.Supply{Weights: append(slices.Clone(jk), jk[2], jk[4]), Kind: replicate.JK1}, "replicates 11, 12 are the same as an earlier one"},
		"Fay as BRR":               {d, replicate.Supply{Weights: fay, Kind: replicate.BRR}, "look like Fay's method"},
		"BRR as Fay":               {d, replicate.Supply{Weights: halves, Kind: replicate.Fay, Rho: .3}, "look like BRR"},
		"half-samples as JK1":      {d, replicate.Supply{Weights: halves, Kind: replicate.JK1}, "look like half-samples or a bootstrap"},
		"weights without a main":   {domain, replicate.Supply{Weights: jk, Kind: replicate.JK1}, "9 replicate weights are not zero where the main weight is"},
		"negative":                 {d, replicate.Supply{Weights: negative, Kind: replicate.JK1}, "1 replicate weights are negative"},
		"many twins are shortened": {d, replicate.Supply{Weights: append(slices.Clone(jk), jk...), Kind: replicate.JK1}, "replicates 11, 12, 13, 14, 15 and 5 more are the same"},
	} {
		_, doubts, err := replicate.Supplied(c.d, c.s)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		said := strings.Join(doubts, "\n")
		if c.want == "" && said != "" || !strings.Contains(said, c.want) || c.want != "" && len(doubts) != 1 {
			t.Errorf("%s: doubts %q, want one that says %q", name, doubts, c.want)
		}
	}
}

// TestSuppliedScale has the factor of every kind, from the help page of R's
// svrepdesign.
func TestSuppliedScale(t *testing.T) {
	d, jk := file(t)
	ones := slices.Repeat([]float64{1}, 10)
	for name, c := range map[string]struct {
		s    replicate.Supply
		want float64
		kind string
	}{
		"JK1":                 {replicate.Supply{Kind: replicate.JK1}, .9, "JK1"},
		"JK2":                 {replicate.Supply{Kind: replicate.JK2}, 1, "JK2"},
		"JKn":                 {replicate.Supply{Kind: replicate.JKn, RScales: ones}, 1, "JKn"},
		"BRR":                 {replicate.Supply{Kind: replicate.BRR}, .1, "BRR"},
		"Fay":                 {replicate.Supply{Kind: replicate.Fay, Rho: .5}, .4, "Fay, rho 0.5"},
		"bootstrap":           {replicate.Supply{Kind: replicate.Bootstraps}, 1. / 9, "bootstrap"},
		"bootstrap, MSE":      {replicate.Supply{Kind: replicate.Bootstraps, MSE: true}, .1, "bootstrap"},
		"differences":         {replicate.Supply{Kind: replicate.Differences}, .4, "successive-difference"},
		"other":               {replicate.Supply{Scale: .3}, .3, ""},
		"stated against kind": {replicate.Supply{Kind: replicate.JK1, Scale: .95}, .95, "JK1"},
	} {
		c.s.Weights = jk
		r, _, err := replicate.Supplied(d, c.s)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := r.Replicates(); math.Abs(got.Scale-c.want) > 1e-15 || got.Kind != c.kind {
			t.Errorf("%s: scale %g, kind %q", name, got.Scale, got.Kind)
		}
	}
}

// Weights and multipliers are the same; stated df and scales are used.
func TestSupplied(t *testing.T) {
	d, jk := file(t)
	y := make([]float64, 40)
	for i := range y {
		y[i] = math.Sin(float64(i * i))
	}
	of := func(s replicate.Supply) *stats.Estimates {
		r, _, err := replicate.Supplied(d, s)
		if err != nil {
			t.Fatal(err)
		}
		e, err := r.Estimate(stats.Mean(nil, y))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	a := of(replicate.Supply{Weights: jk, Kind: replicate.JK1})
	b := of(replicate.Supply{Weights: multipliers(d, jk), Multipliers: true, Kind: replicate.JK1})
	near(t, "multipliers", b.SE(0), a.SE(0), 1e-12)
	near(t, "df", a.DF, 9, 0)
	c := of(replicate.Supply{Weights: jk, Kind: replicate.JK1, DF: 7, RScales: slices.Repeat([]float64{4}, 10)})
	near(t, "RScales", c.SE(0), 2*a.SE(0), 1e-12)
	near(t, "stated df", c.DF, 7, 0)
}

func TestSuppliedErrors(t *testing.T) {
	d, jk := file(t)
	with := func(x float64) [][]float64 {
		reps := slices.Clone(jk)
		reps[1] = slices.Clone(jk[1])
		reps[1][4] = x
		return reps
	}
	for name, c := range map[string]struct {
		s    replicate.Supply
		want string
	}{
		"none":          {replicate.Supply{Kind: replicate.JK1}, "no replicate weights are given"},
		"short":         {replicate.Supply{Kind: replicate.JK1, Weights: [][]float64{jk[0], {1, 2}}}, "replicate 2 has 2 weights for 40 rows"},
		"missing":       {replicate.Supply{Kind: replicate.JK1, Weights: with(math.NaN())}, "replicate 2 has no weight in row 5"},
		"infinite":      {replicate.Supply{Kind: replicate.JK1, Weights: with(math.Inf(1))}, "replicate 2 has no weight in row 5"},
		"all zero":      {replicate.Supply{Kind: replicate.JK1, Weights: [][]float64{jk[0], make([]float64, 40)}}, "all weights of replicate 2 are zero"},
		"RScales":       {replicate.Supply{Kind: replicate.JK1, Weights: jk, RScales: []float64{1}}, "1 RScales for 10 replicates"},
		"bad RScales":   {replicate.Supply{Kind: replicate.JK1, Weights: jk[:2], RScales: []float64{1, -1}}, "RScales of replicate 2 is -1"},
		"JKn":           {replicate.Supply{Kind: replicate.JKn, Weights: jk}, "JKn needs RScales"},
		"no kind":       {replicate.Supply{Weights: jk}, "give the Scale"},
		"scale":         {replicate.Supply{Weights: jk, Scale: -1}, "a Scale of -1"},
		"rho":           {replicate.Supply{Weights: jk, Kind: replicate.Fay, Rho: 1}, "a Rho of 1"},
		"rho of JK1":    {replicate.Supply{Weights: jk, Kind: replicate.JK1, Rho: .5}, "a Rho of 0.5 is for the Kind"},
		"df":            {replicate.Supply{Weights: jk, Kind: replicate.JK1, DF: -2}, "-2 degrees of freedom"},
		"one bootstrap": {replicate.Supply{Weights: jk[:1], Kind: replicate.Bootstraps}, "at least 2 are needed"},
	} {
		if _, _, err := replicate.Supplied(d, c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown kind must panic")
		}
	}()
	_, _, _ = replicate.Supplied(d, replicate.Supply{Weights: jk, Kind: "jk1", Scale: 1})
}
