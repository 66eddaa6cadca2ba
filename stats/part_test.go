package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestDomainsByTheirRows holds numbers and covariances that look at the rows of
// domains alone against the formulas on all rows and units.
func TestDomainsByTheirRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, r := randomDesign(t)
		y, x, group := make([]float64, d.n), make([]float64, d.n), make([]int, d.n)
		for i := range y {
			y[i], x[i], group[i] = r.NormFloat64(), 1+r.Float64(), r.IntN(4)-1
			if r.IntN(8) == 0 {
				y[i] = math.NaN()
			}
		}
		some, others := randomRows(r, d.n), randomRows(r, d.n)
		mean := Mean(nil, y, x)
		statistics := append(By(group, 3, mean),
			mean, Total(nil, y), Ratio(nil, [][]float64{y, x}, [][]float64{x, y}),
			In(some, Ratio(nil, [][]float64{y}, [][]float64{x})), In(others, In(some, Total(nil, x, y))), In(some, Variance(nil, x)))
		switch rapid.IntRange(0, 2).Draw(t, "statistics") {
		case 0:
			statistics = statistics[:3] // domains that do not overlap
		case 1:
			statistics = statistics[3:6] // of the same rows
		}
		got, err := d.Estimate(statistics...)
		if err != nil {
			t.Fatal(err)
		}
		want := plainly(d, statistics)
		for k := range want.Value {
			alike(t, "value", got.Value[k], want.Value[k], 1)
			for l := range want.Value {
				alike(t, "covariance", got.Cov.At(k, l), want.Cov.At(k, l), math.Sqrt(want.Var(k)*want.Var(l)))
			}
		}
		alike(t, "df", got.DF, want.DF, 1)
	})
}

func alike(t *rapid.T, what string, got, want, scale float64) {
	t.Helper()
	if math.IsNaN(want) && math.IsNaN(got) {
		return
	}
	if !(math.Abs(got-want) <= 1e-12*(scale+math.Abs(want))) {
		t.Errorf("%s: %v, by the formula %v", what, got, want)
	}
}

// randomDesign is a design of one or two stages, or one with replicate weights,
// calibrated or not, or a domain of one.
func randomDesign(t *rapid.T) (*Design, *rand.Rand) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	rows := rapid.IntRange(5, 60).Draw(t, "rows")
	draw := func(n int) []int {
		out := make([]int, rows)
		for i := range out {
			out[i] = r.IntN(n)
		}
		return out
	}
	s := Sampling{Rows: rows, Weights: make([]float64, rows), LonelyDomains: rapid.Bool().Draw(t, "lonely domains"),
		Lonely: rapid.SampledFrom([]Lonely{LonelyRemove, LonelyAdjust, LonelyAverage}).Draw(t, "lonely")}
	for i := range s.Weights {
		s.Weights[i] = 0.2 + r.Float64()
		if r.IntN(10) == 0 && i > 0 {
			s.Weights[i] = 0
		}
	}
	first := Stage{Strata: draw(3), Units: draw(rapid.IntRange(1, 30).Draw(t, "PSUs"))}
	if rapid.Bool().Draw(t, "rows are PSUs") {
		first.Units = nil
	}
	s.Stages = []Stage{first}
	if first.Units != nil && rapid.Bool().Draw(t, "two stages") {
		s.Stages[0].FPC = slices.Repeat([]float64{rapid.Float64Range(40, 90).Draw(t, "fpc")}, rows)
		s.Stages = append(s.Stages, Stage{})
	}
	d, err := NewDesign(s)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "replicates") {
		reps := Replicates{Scale: 0.3}
		for range 6 {
			w := slices.Clone(s.Weights)
			for i := range w {
				w[i] *= float64(r.IntN(3))
			}
			reps.Weights = append(reps.Weights, w)
		}
		d = d.WithReplicates(reps)
	}
	if rapid.Bool().Draw(t, "calibrated") {
		if c, err := d.Standardize(draw(2), []float64{0.4, 0.6}, nil); err == nil {
			d = c
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "domains") {
		d = d.Domain(randomRows(r, rows))
	}
	return d, r
}

func randomRows(r *rand.Rand, n int) []bool {
	share, in := r.Float64(), make([]bool, n)
	for i := range in {
		in[i] = r.Float64() < share
	}
	return in
}

// onAllRows has no way to be made of some rows.
type onAllRows struct{ Statistic }

// plainly estimates statistics on all rows. Linearised covariances are those of the
// formula above linear, unit by unit.
func plainly(d *Design, statistics []Statistic) *Estimates {
	whole := *d
	whole.rows = nil
	for k, s := range statistics {
		var ins []inside
		for in, ok := s.(inside); ok; in, ok = s.(inside) {
			ins, s = append(ins, in), in.Statistic
		}
		if _, ok := s.(local); ok {
			s = onAllRows{s}
		}
		for j := range ins {
			ins[j].Statistic = s
			s = ins[j]
		}
		statistics[k] = s
	}
	if d.reps != nil {
		e, err := whole.Estimate(statistics...)
		if err != nil {
			panic(err)
		}
		return e
	}
	e := &Estimates{DF: d.DFOf(d.weights)}
	var z [][]float64
	for _, s := range statistics {
		theta, u, err := s.Linearize(d.weights)
		if err != nil {
			panic(err)
		}
		e.Value = append(e.Value, theta...)
		for _, column := range u {
			z = append(z, weighted(column, d.weights))
		}
	}
	for _, a := range slices.Backward(d.adjusted) {
		for _, column := range z {
			a.Residuals(column)
		}
	}
	v := newSymmetric(len(z))
	for k := range d.stages {
		st := &d.stages[k]
		total := func(c int, unit int32) float64 {
			sum := 0.0
			for i, u := range st.unit {
				if u == unit {
					sum += z[c][i]
				}
			}
			return sum
		}
		reaches := make([]int, len(st.strata))
		for u, h := range st.stratum {
			for i := range d.n {
				if st.unit[i] == int32(u) && d.counts(i) {
					reaches[h]++
					break
				}
			}
		}
		scale := d.scales(st, reaches)
		for h := range st.strata {
			units := []int32{}
			for u, of := range st.stratum {
				if of == int32(h) {
					units = append(units, int32(u))
				}
			}
			mean := make([]float64, len(z))
			if !d.uncentred(&st.strata[h], reaches[h]) {
				for c := range z {
					for _, u := range units {
						mean[c] += total(c, u) / float64(len(units))
					}
				}
			}
			for _, u := range units {
				e := make([]float64, len(z))
				for c := range z {
					e[c] = total(c, u) - mean[c]
				}
				v.add(scale[h], e)
			}
		}
	}
	e.Cov = v.SymDense
	for k, x := range e.Value {
		if math.IsNaN(x) {
			for l := range e.Value {
				e.Cov.SetSym(k, l, math.NaN())
			}
		}
	}
	return e
}

// BenchmarkDomains estimates a share in a domain of a tenth of 100,000 rows.
func BenchmarkDomains(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	const n = 100_000
	s := Sampling{Rows: n, Stages: []Stage{{Strata: make([]int, n)}}}
	y, in := make([]float64, n), make([]bool, n)
	for i := range n {
		s.Stages[0].Strata[i], y[i], in[i] = r.IntN(144), float64(r.IntN(2)), r.IntN(10) == 0
	}
	d, err := NewDesign(s)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Proportion(d.Domain(in), y, ProportionOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
}
