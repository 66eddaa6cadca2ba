package latent

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"tradeoff/stats"
)

// byAge draws ages for known classes: P(young | class) of 0.6, 0.3 and 0.2, which
// with the sizes of the classes makes their shares among the young and the old.
func byAge(p people) (age Item, truth [][]float64) {
	young := []float64{0.6, 0.3, 0.2}
	age = Item{Name: "age", Labels: []string{"young", "old"}}
	for _, c := range p.class {
		age.Codes = append(age.Codes, int(indicator(p.rand.Float64() > young[c])))
	}
	truth = [][]float64{make([]float64, 3), make([]float64, 3)}
	for c, y := range young {
		truth[0][c], truth[1][c] = sizes[c]*y, sizes[c]*(1-y)
	}
	rescale(truth[0], 0, 3, 1)
	rescale(truth[1], 0, 3, 1)
	return age, truth
}

// TestThreeStep: shares by age are within four standard errors of the truth with
// every correction, those of modal classes are not; linearised values are the
// derivatives, and standard errors those of a jackknife of all three steps.
func TestThreeStep(t *testing.T) {
	p := survey(t, 21, 4000, 3, 0.05)
	age, truth := byAge(p)
	s := fitted(t, p.Design, p.items, 3, Options{Starts: 4})
	worst := func(e *stats.Estimates) (z float64) {
		for g := range truth {
			for c, v := range truth[g] {
				k := g*3 + c
				z = max(z, math.Abs(e.Value[k]-v)/e.SE(k))
			}
		}
		return z
	}
	for _, o := range []ThreeStep{{}, {Proportional: true}, {ML: true}, {ML: true, Proportional: true}} {
		e := estimated(t, p.Design, s.Shares(age, o))
		if z := worst(e); z > 4 {
			t.Errorf("%+v: shares are %.1f standard errors off: %v, in truth %v", o, z, e.Value, truth)
		}
	}
	modal := estimated(t, p.Design, stats.By(age.Codes, 2, stats.Mean(nil, stats.Indicators(s.Modal(), 3)...))...)
	if z := worst(modal); z < 4 {
		t.Errorf("shares of modal classes are %.1f standard errors off, which leaves nothing to correct", z)
	}
	small := survey(t, 22, 800, 4, 0.05)
	age, _ = byAge(small)
	s = fitted(t, small.Design, small.items, 3, Options{Starts: 4})
	for _, o := range []ThreeStep{{}, {Proportional: true}, {ML: true}} {
		checkLinear(t, small.Design, s.Shares(age, o), 0.15)
	}
}

// TestThreeStepBoundary: BCH makes the share of a class in a group of nobody else
// negative, ML zero; the linearised values of both are derivatives.
func TestThreeStepBoundary(t *testing.T) {
	p := survey(t, 23, 800, 4, 0)
	first := Item{Name: "who", Labels: []string{"some", "others", "nobody"}, Codes: slices.Clone(p.class)}
	for i, c := range first.Codes { // no class 2 or 3 among some; every tenth is in no group
		first.Codes[i] = min(1, c)
		if i%10 == 0 {
			first.Codes[i] = -1
		}
	}
	s := fitted(t, p.Design, p.items, 3, Options{Starts: 4})
	for _, proportional := range []bool{false, true} {
		bch, ml := s.Shares(first, ThreeStep{Proportional: proportional}), s.Shares(first, ThreeStep{Proportional: proportional, ML: true})
		a, b := estimated(t, p.Design, bch), estimated(t, p.Design, ml)
		if slices.Min(a.Value[:6]) >= 0 || slices.Min(b.Value[:6]) < 0 {
			t.Errorf("BCH %v, ML %v: want something below zero with BCH only", a.Value, b.Value)
		}
		for k, v := range b.Value[:6] {
			if (v == 0 || v == 1) != (b.SE(k) == 0) {
				t.Errorf("%s: share %g with standard error %g", b.Names[k], v, b.SE(k))
			}
		}
		for g := range 2 {
			for _, e := range []*stats.Estimates{a, b} {
				if sum := e.Value[3*g] + e.Value[3*g+1] + e.Value[3*g+2]; math.Abs(sum-1) > 1e-10 {
					t.Errorf("shares of group %d add up to %g", g, sum)
				}
			}
		}
		if !math.IsNaN(a.Value[7]) || !math.IsNaN(a.SE(7)) || !math.IsNaN(b.Value[7]) {
			t.Errorf("a group of nobody has a share of %g, %g", a.Value[7], b.Value[7])
		}
		first2 := Item{Name: "who", Labels: first.Labels[:2], Codes: first.Codes}
		checkLinear(t, p.Design, s.Shares(first2, ThreeStep{Proportional: proportional}), 0)
		checkLinear(t, p.Design, s.Shares(first2, ThreeStep{Proportional: proportional, ML: true}), 0)
	}
}

// TestCertain: where answers give the class away, shares and means by class are
// those of domains, with their standard errors.
func TestCertain(t *testing.T) {
	p := survey(t, 24, 500, 3, 0)
	age, _ := byAge(p)
	for j := range p.items {
		p.items[j].Codes = p.class
	}
	s := fitted(t, p.Design, p.items, 3, Options{Starts: 10})
	if s.EntropyR2 < 1-1e-12 {
		t.Fatalf("entropy R2 %g", s.EntropyR2)
	}
	y := make([]float64, 500)
	for i := range y {
		y[i] = 1e6 + float64(p.class[i]) + p.rand.NormFloat64()
		if i%7 == 0 {
			y[i] = math.NaN()
		}
	}
	modal := s.Modal()
	for _, c := range []struct {
		got, want []stats.Statistic
	}{
		{[]stats.Statistic{s.Shares(age, ThreeStep{})}, stats.By(age.Codes, 2, stats.Mean(nil, stats.Indicators(modal, 3)...))},
		{[]stats.Statistic{s.Shares(age, ThreeStep{ML: true, Proportional: true})}, stats.By(age.Codes, 2, stats.Mean(nil, stats.Indicators(modal, 3)...))},
		{[]stats.Statistic{s.Means(ThreeStep{}, nil, y)}, stats.By(modal, 3, stats.Mean(nil, y))},
		{[]stats.Statistic{s.Means(ThreeStep{Proportional: true}, nil, y)}, stats.By(modal, 3, stats.Mean(nil, y))},
	} {
		got, want := estimated(t, p.Design, c.got...), estimated(t, p.Design, c.want...)
		if d := cmp.Diff(got.Value, want.Value, cmpopts.EquateApprox(1e-12, 0)); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(got.SEs(), want.SEs(), cmpopts.EquateApprox(1e-8, 0)); d != "" {
			t.Error(d)
		}
	}
}

// TestMeans: means by class are within four standard errors of the truth, and
// linearised values are derivatives.
func TestMeans(t *testing.T) {
	p := survey(t, 25, 3000, 4, 0.05)
	y, equal := make([]float64, 3000), make([]float64, 3000)
	for i, c := range p.class {
		y[i], equal[i] = 100+10*float64(c)+5*p.rand.NormFloat64(), 7
		if p.rand.IntN(10) == 0 {
			y[i] = math.NaN()
		}
	}
	s := fitted(t, p.Design, p.items, 3, Options{Starts: 4})
	for _, o := range []ThreeStep{{}, {Proportional: true}} {
		e := estimated(t, p.Design, s.Means(o, []string{"spending", "seven"}, y, equal))
		for c := range 3 {
			if z := (e.Value[c] - 100 - 10*float64(c)) / e.SE(c); math.Abs(z) > 4 {
				t.Errorf("%s: %g (SE %g)", e.Names[c], e.Value[c], e.SE(c))
			}
			if math.Abs(e.Value[3+c]-7) > 1e-12 || e.SE(3+c) > 1e-12 {
				t.Errorf("%s: %g (SE %g), want 7 (0)", e.Names[3+c], e.Value[3+c], e.SE(3+c))
			}
		}
	}
	small := survey(t, 26, 600, 4, 0.05)
	y = y[:600]
	for i, c := range small.class {
		y[i] += 10 * float64(c)
	}
	s = fitted(t, small.Design, small.items, 3, Options{Starts: 4})
	for _, o := range []ThreeStep{{}, {Proportional: true}} {
		checkLinear(t, small.Design, s.Means(o, []string{"spending"}, y), 0.15)
	}
}

// TestNobodyAssigned: without a row that is assigned to a class there is no
// correction.
func TestNobodyAssigned(t *testing.T) {
	p := survey(t, 27, 300, 3, 0)
	age, _ := byAge(p)
	// A class of 10% that the answers hardly tell from the other is nobody's modal class.
	m := Model{Sizes: []float64{0.9, 0.1}}
	for range p.items {
		m.Probabilities = append(m.Probabilities, [][]float64{{0.4, 0.3, 0.3}, {0.3, 0.4, 0.3}})
	}
	s := fitted(t, p.Design, p.items, 2, Options{Start: &m, Steps: 1})
	if slices.Contains(s.Modal(), 1) {
		t.Fatal("somebody is assigned to the second class")
	}
	e := estimated(t, p.Design, s.Shares(age, ThreeStep{}), s.Means(ThreeStep{}, nil, make([]float64, 300)))
	for k := range e.Value {
		if !math.IsNaN(e.Value[k]) || !math.IsNaN(e.SE(k)) {
			t.Errorf("%s: %g (%g)", e.Names[k], e.Value[k], e.SE(k))
		}
	}
}

// TestLikeliest: no shares have a larger likelihood than those of ML, which are BCH's
// where these are shares.
func TestLikeliest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		C := rapid.IntRange(2, 5).Draw(r, "classes")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0))
		D, p := mat.NewDense(C, C, nil), shares(random, C)
		for c := range C {
			row := shares(random, C)
			for s := range row {
				row[s] *= 0.4
			}
			row[c] += 0.6
			D.SetRow(c, row)
		}
		var M mat.Dense
		if err := M.Inverse(D.T()); err != nil {
			r.Fatal(err)
		}
		bch := mat.Col(nil, 0, product(&M, p))
		ml := likeliest(slices.Clone(bch), p, D)
		likelihood := func(pi []float64) (l float64) {
			for s, m := range product(D.T(), pi).RawVector().Data {
				l += p[s] * math.Log(m)
			}
			return l
		}
		sum := 0.0
		for _, v := range ml {
			sum += v
		}
		if slices.Min(ml) < 0 || math.Abs(sum-1) > 1e-10 {
			r.Fatalf("no shares: %v", ml)
		}
		if slices.Min(bch) >= 0 && !slices.Equal(bch, ml) {
			r.Fatalf("BCH %v, ML %v", bch, ml)
		}
		best := likelihood(ml)
		for range 200 {
			other := shares(random, C)
			f := math.Pow(random.Float64(), 4)
			for c := range other {
				other[c] = f*other[c] + (1-f)*ml[c]
			}
			if l := likelihood(other); l > best+1e-12 {
				r.Fatalf("%v has %.15g, %v %.15g", ml, best, other, l)
			}
		}
	})
}

// shares are drawn from Dirichlet(1).
func shares(r *rand.Rand, n int) []float64 {
	p := make([]float64, n)
	for k := range p {
		p[k] = r.ExpFloat64()
	}
	rescale(p, 0, n, 1)
	return p
}
