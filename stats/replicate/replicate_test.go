package replicate_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

// sample is a small sample with values to add up.
type sample struct {
	stats.Sampling
	y []float64
}

func (s sample) design(t testing.TB) *stats.Design {
	t.Helper()
	d, err := stats.NewDesign(s.Sampling)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// draw makes a sample of PSUs in strata, with sampled shares, one stratum of a
// single PSU and one sampled in full now and then. least and most are the PSUs
// of other strata.
func draw(t *rapid.T, least, most int) sample {
	lonely := rapid.SampledFrom([]stats.Lonely{stats.LonelyRemove, stats.LonelyCertainty, stats.LonelyAdjust, stats.LonelyAverage}).Draw(t, "lonely")
	s := sample{Sampling: stats.Sampling{Lonely: lonely}}
	st := stats.Stage{}
	strata := rapid.IntRange(1, 5).Draw(t, "strata")
	for h := range strata + 2 {
		n, share := rapid.IntRange(least, most).Draw(t, "PSUs"), rapid.SampledFrom([]float64{1e-12, .1, .5}).Draw(t, "share")
		switch {
		case h >= strata && rapid.Bool().Draw(t, "without"):
			continue
		case h == strata:
			n = 1
		case h > strata:
			share = 1
		}
		for u := range n {
			for range rapid.IntRange(1, 3).Draw(t, "rows") {
				st.Strata, st.Units, st.FPC = append(st.Strata, h), append(st.Units, u), append(st.FPC, share)
				s.Weights = append(s.Weights, rapid.Float64Range(1, 9).Draw(t, "w"))
				s.y = append(s.y, rapid.Float64Range(-5, 20).Draw(t, "y"))
			}
		}
	}
	s.Rows, s.Stages = len(s.y), []stats.Stage{st}
	return s
}

// variance is that of the total of y.
func variance(t testing.TB, d *stats.Design, y []float64) float64 {
	t.Helper()
	e, err := d.Estimate(stats.Total(nil, y))
	if err != nil {
		t.Fatal(err)
	}
	return e.Var(0)
}

func near(t testing.TB, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(math.Abs(want), 1e-9)) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

// must is the design, or the end of the test.
func must(t testing.TB) func(*stats.Design, error) *stats.Design {
	return func(d *stats.Design, err error) *stats.Design {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
}

// totalIsLinear checks that replicates give a total the variance of
// linearisation, which needs no replicates.
func totalIsLinear(t *testing.T, least, most int, make func(d *stats.Design, mse bool) (*stats.Design, error)) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t, least, most)
		d, err := stats.NewDesign(s.Sampling)
		if err != nil {
			t.Fatal(err)
		}
		linear, err := d.Estimate(stats.Total(nil, s.y))
		if err != nil {
			t.Fatal(err)
		}
		r, err := make(d, rapid.Bool().Draw(t, "mse"))
		if err != nil {
			t.Fatal(err)
		}
		e, err := r.Estimate(stats.Total(nil, s.y))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(e.Var(0)-linear.Var(0)) > 1e-9*(linear.Var(0)+1e-3) {
			t.Errorf("%s: variance %.12g, linearised %.12g", r.Replicates().Kind, e.Var(0), linear.Var(0))
		}
	})
}

func TestJackknifeTotal(t *testing.T) {
	totalIsLinear(t, 2, 5, func(d *stats.Design, mse bool) (*stats.Design, error) {
		return replicate.Jackknife(d, replicate.JackknifeOptions{MSE: mse})
	})
}

// In strata of two, half-samples give the variance of linearisation too, and in
// larger ones generalised replication.
func TestBalancedTotal(t *testing.T) {
	t.Run("pairs", func(t *testing.T) {
		totalIsLinear(t, 2, 2, func(d *stats.Design, mse bool) (*stats.Design, error) {
			return replicate.Balanced(d, replicate.BalancedOptions{MSE: mse})
		})
	})
	t.Run("larger strata, Fay", func(t *testing.T) {
		totalIsLinear(t, 2, 5, func(d *stats.Design, mse bool) (*stats.Design, error) {
			return replicate.Balanced(d, replicate.BalancedOptions{MSE: mse, Rho: .6})
		})
	})
}

// The textbook: the jackknife of the mean of a simple random sample is s^2/n,
// here of 2, 4, 6, 12: s^2 = 56/3.
func TestJackknifeMeanByHand(t *testing.T) {
	d := must(t)(stats.NewDesign(stats.Sampling{Rows: 4}))
	j := must(t)(replicate.Jackknife(d, replicate.JackknifeOptions{}))
	e, err := j.Estimate(stats.Mean(nil, []float64{2, 4, 6, 12}))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "variance", e.Var(0), 56./12, 1e-14)
	near(t, "df", e.DF, 3, 0)
	if r := j.Replicates(); r.Kind != "JK1" || r.Scale != .75 {
		t.Errorf("%s with the scale %g, want JK1 with 3/4", r.Kind, r.Scale)
	}
}

// scd is the data of R's survey on cardiac arrests in three emergency service
// areas of two ambulances each (Levy and Lemeshow, Sampling of Populations).
func scd(t testing.TB) (d *stats.Design, ratio stats.Statistic) {
	d = must(t)(stats.NewDesign(stats.Sampling{Rows: 6, Stages: []stats.Stage{{Strata: []int{1, 1, 2, 2, 3, 3}}}}))
	arrests := []float64{120, 78, 185, 228, 670, 530}
	alive := []float64{25, 24, 30, 49, 80, 70}
	return d, stats.Ratio([]string{"alive by arrests"}, [][]float64{alive}, [][]float64{arrests})
}

// TestArrests compares a ratio with R: svrepdesign with the four half-samples of
// its help page, which are those of Hadamard's matrix of order 4, and
// as.svrepdesign(type = "JKn"); survey 4.1-1.
func TestArrests(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(d *stats.Design) (*stats.Design, error)
		se   float64
		df   float64
	}{
		{"BRR", func(d *stats.Design) (*stats.Design, error) {
			return replicate.Balanced(d, replicate.BalancedOptions{})
		}, 0.00941840066991849, 3},
		{"BRR, MSE", func(d *stats.Design) (*stats.Design, error) {
			return replicate.Balanced(d, replicate.BalancedOptions{MSE: true})
		}, 0.00942663573267296, 3},
		{"Fay", func(d *stats.Design) (*stats.Design, error) {
			return replicate.Balanced(d, replicate.BalancedOptions{Rho: .3})
		}, 0.00952518747770522, 3},
		{"Fay, MSE", func(d *stats.Design) (*stats.Design, error) {
			return replicate.Balanced(d, replicate.BalancedOptions{Rho: .3, MSE: true})
		}, 0.00952918914289169, 3},
		{"JKn", func(d *stats.Design) (*stats.Design, error) {
			return replicate.Jackknife(d, replicate.JackknifeOptions{})
		}, 0.00984645720399716, 3},
		{"JKn, MSE", func(d *stats.Design) (*stats.Design, error) {
			return replicate.Jackknife(d, replicate.JackknifeOptions{MSE: true})
		}, 0.0098491731306354, 3},
	} {
		d, ratio := scd(t)
		e, err := must(t)(c.make(d)).Estimate(ratio)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name+": ratio", e.Value[0], 0.15350635008282718, 1e-14)
		near(t, c.name+": SE", e.SE(0), c.se, 1e-12)
		near(t, c.name+": df", e.DF, c.df, 0)
	}
}

// Half-samples: each PSU weighs twice as much in half of the replicates and
// nothing in the others.
func TestBalancedIsHalfSamples(t *testing.T) {
	d, _ := scd(t)
	b := must(t)(replicate.Balanced(d, replicate.BalancedOptions{})).Replicates()
	if len(b.Weights) != 4 || b.Kind != "BRR" || b.Scale != .25 {
		t.Fatalf("%d replicates %s, scale %g", len(b.Weights), b.Kind, b.Scale)
	}
	for r, w := range b.Weights {
		for h := 0; h < 6; h += 2 {
			if !(w[h] == 2 && w[h+1] == 0 || w[h] == 0 && w[h+1] == 2) {
				t.Errorf("replicate %d: weights %g and %g in a stratum", r+1, w[h], w[h+1])
			}
		}
	}
}

// With fewer replicates than strata, the variance is right on average: over 60
// values drawn from normal distributions it is between 0.5 and 1.5 times that of
// linearisation, and not always the same.
func TestPartiallyBalanced(t *testing.T) {
	s := pairs(60)
	d := s.design(t)
	b := must(t)(replicate.Balanced(d, replicate.BalancedOptions{Replicates: 20}))
	if n := len(b.Replicates().Weights); n != 20 {
		t.Fatalf("%d replicates", n)
	}
	if q := variance(t, b, s.y) / variance(t, d, s.y); q < .5 || q > 1.5 || math.Abs(q-1) < 1e-9 {
		t.Errorf("%g of the variance of linearisation", q)
	}
	near(t, "df", b.DF(), 19, 0)
	full := must(t)(replicate.Balanced(d, replicate.BalancedOptions{}))
	near(t, "full balance", variance(t, full, s.y), variance(t, d, s.y), 1e-12)
	near(t, "df with full balance", full.DF(), 60, 0)
}

// pairs is a sample of strata of two, with values that look random.
func pairs(strata int) sample {
	s := sample{Sampling: stats.Sampling{Rows: 2 * strata}}
	st := stats.Stage{}
	for i := range 2 * strata {
		st.Strata = append(st.Strata, i/2)
		s.y = append(s.y, 10+math.Sin(float64(i*i)))
	}
	s.Stages = []stats.Stage{st}
	return s
}

// Random groups: exactly linearisation where every stratum has fewer PSUs than
// there are groups.
func TestGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t, 2, 5)
		s.Lonely = stats.LonelyRemove
		d, err := stats.NewDesign(s.Sampling)
		if err != nil {
			t.Fatal(err)
		}
		least := 6
		if d.PSUs() < 15 {
			t.Skip("few PSUs")
		}
		o := replicate.JackknifeOptions{Groups: rapid.IntRange(least, 8).Draw(t, "groups"), MSE: true, Seed: rapid.Uint64().Draw(t, "seed")}
		j, err := replicate.Jackknife(d, o)
		if err != nil {
			t.Skip(err) // strata that vary have too few
		}
		for _, h := range []int{0, 1, 2, 3, 4} { // one stratum at a time: groups are shared
			y := slices.Clone(s.y)
			for i := range y {
				if s.Stages[0].Strata[i] != h {
					y[i] = 0
				}
			}
			e, err := j.Estimate(stats.Total(nil, y))
			if err != nil {
				t.Fatal(err)
			}
			linear, err := d.Estimate(stats.Total(nil, y))
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(e.Var(0)-linear.Var(0)) > 1e-9*(linear.Var(0)+1e-3) {
				t.Errorf("stratum %d: variance %.12g, linearised %.12g", h, e.Var(0), linear.Var(0))
			}
		}
	})
}

// Random groups in strata larger than their number are right on average: over
// 400 seeds within 5%.
func TestGroupsOnAverage(t *testing.T) {
	s := sample{Sampling: stats.Sampling{Rows: 24}}
	for i := range 24 {
		s.y = append(s.y, 10+math.Sin(float64(i*i)))
	}
	d := s.design(t)
	sum := 0.0
	for seed := range uint64(400) {
		j := must(t)(replicate.Jackknife(d, replicate.JackknifeOptions{Groups: 6, Seed: seed}))
		if n := len(j.Replicates().Weights); n != 6 {
			t.Fatalf("%d replicates", n)
		}
		sum += variance(t, j, s.y) / 400
	}
	near(t, "mean of variances", sum, variance(t, d, s.y), .05)
}

// A lonely PSU that is measured from the mean of the sample counts with groups
// as it does in linearisation, under MSE.
func TestGroupsLonely(t *testing.T) {
	s := sample{Sampling: stats.Sampling{Rows: 7, Lonely: stats.LonelyAdjust, Stages: []stats.Stage{{Strata: []int{1, 1, 1, 1, 1, 1, 2}}}}, y: []float64{0, 0, 0, 0, 0, 0, 3}}
	j := must(t)(replicate.Jackknife(s.design(t), replicate.JackknifeOptions{Groups: 4, MSE: true}))
	near(t, "variance", variance(t, j, s.y), 9, 1e-12)
}

// TestSuccessive works the sum of squared differences out directly.
func TestSuccessive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t, 2, 6)
		d, err := stats.NewDesign(s.Sampling)
		if err != nil {
			t.Fatal(err)
		}
		want := differences(s, d)
		r, err := replicate.Successive(d, replicate.SuccessiveOptions{MSE: rapid.Bool().Draw(t, "mse")})
		if err != nil {
			t.Fatal(err)
		}
		e, err := r.Estimate(stats.Total(nil, s.y))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(e.Var(0)-want) > 1e-9*(want+1e-3) {
			t.Errorf("variance %.12g, want %.12g", e.Var(0), want)
		}
	})
}

// differences is (1-f)/2 sum of squared differences around the circle.
func differences(s sample, d *stats.Design) float64 {
	z := make([]float64, d.PSUs())
	unit, of := d.PSU()
	for i, u := range unit {
		z[u] += s.Weights[i] * s.y[i]
	}
	v, strata, lonely := 0.0, 0., 0.
	for h, left := range d.Unsampled() {
		var zs []float64
		for u := range z {
			if int(of[u]) == h {
				zs = append(zs, z[u])
			}
		}
		strata++
		switch {
		case len(zs) == 1 && left > 0:
			lonely++
			if s.Lonely == stats.LonelyAdjust {
				v += left * zs[0] * zs[0]
			}
			continue
		}
		for j := range zs {
			e := zs[j] - zs[(j+1)%len(zs)]
			v += left / 2 * e * e
		}
	}
	if s.Lonely == stats.LonelyAverage {
		v *= strata / (strata - lonely)
	}
	return v
}

// With fewer replicates than PSUs, rows are used in turn. Over 40 lists of
// slowly changing values the variance is on average that of differences, far
// below that of linearisation; multipliers are those of the census bureau.
func TestSuccessiveInTurn(t *testing.T) {
	const n, lists = 400, 40
	s := sample{Sampling: stats.Sampling{Rows: n, Weights: slices.Repeat([]float64{1}, n)}, y: make([]float64, n)}
	d := s.design(t)
	r := must(t)(replicate.Successive(d, replicate.SuccessiveOptions{Replicates: 80}))
	if n := len(r.Replicates().Weights); n != 80 || r.Replicates().Scale != 4./80 {
		t.Fatalf("%d replicates, scale %g", n, r.Replicates().Scale)
	}
	got, want, linear := 0.0, 0.0, 0.0
	for k := range lists {
		for i := range s.y {
			x := float64(k*n + i)
			s.y[i] = math.Sin(x/10) + .5*math.Sin(x*x)
		}
		got += variance(t, r, s.y) / lists
		want += differences(s, d) / lists
		linear += variance(t, d, s.y) / lists
	}
	near(t, "mean of variances", got, want, .08)
	if linear < 1.5*want {
		t.Errorf("the lists are not ordered: linearised %g, by differences %g", linear, want)
	}
	for _, w := range r.Replicates().Weights {
		for _, m := range w {
			if math.Abs(m-1) > 1e-12 && math.Abs(math.Abs(m-1)-math.Sqrt(.5)) > 1e-12 {
				t.Fatalf("a multiplier of %g", m)
			}
		}
	}
}

// TestBootstrap compares long bootstraps with linearisation; with 4,000
// replicates V has a relative standard error of about 2.2%.
func TestBootstrap(t *testing.T) {
	R := 4000
	strata := []int{1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 5, 5}
	share := func(small float64) []float64 {
		f := slices.Repeat([]float64{small}, 15)
		return append(f, small, 1, 1)
	}
	for _, c := range []struct {
		name   string
		method replicate.Method
		fpc    []float64
		lonely stats.Lonely
	}{
		{"Rao-Wu", "", nil, stats.LonelyAdjust},
		{"Rao-Wu, fpc", replicate.RaoWu, share(.4), stats.LonelyAdjust},
		{"Rao-Wu, average", replicate.RaoWu, share(.4), stats.LonelyAverage},
		{"Canty", replicate.Canty, nil, stats.LonelyAdjust},
		{"Canty, fpc", replicate.Canty, share(.05), stats.LonelyAdjust},
		{"Preston", replicate.Preston, nil, stats.LonelyAdjust},
		{"Preston, fpc", replicate.Preston, share(.4), stats.LonelyAdjust},
		{"Preston, remove", replicate.Preston, share(.4), stats.LonelyRemove},
	} {
		for _, mse := range []bool{false, true} {
			st := stats.Stage{Strata: strata, FPC: c.fpc}
			rows := len(strata)
			if c.name == "Canty" || c.name == "Canty, fpc" || c.fpc == nil {
				rows-- // its scale is made for strata of one size
				rows--
				st.Strata = strata[:rows]
				if c.fpc != nil {
					st.FPC = c.fpc[:rows]
				}
			}
			s := sample{Sampling: stats.Sampling{Rows: rows, Lonely: c.lonely, Stages: []stats.Stage{st}}}
			for i := range rows {
				s.Weights = append(s.Weights, float64(2+i%3))
				s.y = append(s.y, 2+math.Sin(float64(i*i)))
			}
			d := s.design(t)
			b := must(t)(replicate.Bootstrap(d, replicate.BootstrapOptions{Method: c.method, Replicates: R, Seed: 7, MSE: mse}))
			want := variance(t, d, s.y)
			if c.name == "Canty, fpc" { // N-1 in place of N
				want *= 100. / 99
			}
			near(t, fmt.Sprintf("%s, MSE %t", c.name, mse), variance(t, b, s.y), want, .08)
			for r, w := range b.Replicates().Weights[:20] {
				for h := range 3 {
					sum := 0.0
					for i := 5 * h; i < 5*h+5; i++ {
						sum += w[i] / s.Weights[i]
					}
					near(t, fmt.Sprintf("%s: multipliers of replicate %d in stratum %d", c.name, r, h), sum, 5, 1e-12)
				}
			}
		}
	}
}

// TestPrestonStages compares with linearisation over three stages with fpc.
func TestPrestonStages(t *testing.T) {
	var f1, f2, f3 []float64
	s := sample{}
	st := make([]stats.Stage, 3)
	for h := range 2 {
		for d := range 4 {
			for school := range 3 {
				for pupil := range 4 {
					f1, f2, f3 = append(f1, .5), append(f2, .3), append(f3, .2)
					st[0].Strata = append(st[0].Strata, h)
					st[0].Units = append(st[0].Units, d)
					st[1].Units = append(st[1].Units, school)
					st[2].Units = append(st[2].Units, pupil)
					i := float64(len(s.y))
					s.y = append(s.y, 5+math.Sin(i*i)+2*math.Sin(float64(d*d+3*school)))
				}
			}
		}
	}
	st[0].FPC, st[1].FPC, st[2].FPC = f1, f2, f3
	s.Rows, s.Stages, s.Weights = len(s.y), st, slices.Repeat([]float64{33.}, len(s.y))
	d := s.design(t)
	first := s.Sampling
	first.FirstStageOnly = true
	want, alone := variance(t, d, s.y), variance(t, must(t)(stats.NewDesign(first)), s.y)
	if want < 1.2*alone {
		t.Fatalf("later stages hardly matter: %g, %g", want, alone)
	}
	preston := must(t)(replicate.Bootstrap(d, replicate.BootstrapOptions{Method: replicate.Preston, Replicates: 6000, Seed: 1}))
	near(t, "variance", variance(t, preston, s.y), want, .06)
	b := must(t)(replicate.Bootstrap(d, replicate.BootstrapOptions{Replicates: 6000, Seed: 1}))
	near(t, "Rao and Wu: the first stage", variance(t, b, s.y), alone, .06)
	pupils := make([]float64, len(s.y)) // alike in every school: only the last stage varies
	for i := range pupils {
		pupils[i] = float64(i % 4)
	}
	near(t, "last stage", variance(t, preston, pupils), variance(t, d, pupils), .06)
}

// A lonely unit of a second stage: with adjust it adds what linearisation adds;
// average cannot be done.
func TestPrestonLonelyUnit(t *testing.T) {
	s := sample{Sampling: stats.Sampling{Rows: 7, Lonely: stats.LonelyAdjust,
		Weights: slices.Repeat([]float64{4}, 7),
		Stages: []stats.Stage{
			{Units: []int{1, 1, 2, 2, 3, 3, 4}, FPC: slices.Repeat([]float64{.5}, 7)},
			{Units: []int{1, 2, 1, 2, 1, 2, 1}, FPC: slices.Repeat([]float64{.5}, 7)},
		}}, y: []float64{3, 5, 4, 4, 6, 1, 7}}
	o := replicate.BootstrapOptions{Method: replicate.Preston, Replicates: 6000, Seed: 1}
	d := s.design(t)
	near(t, "variance", variance(t, must(t)(replicate.Bootstrap(d, o)), s.y), variance(t, d, s.y), .06)
	s.Lonely = stats.LonelyAverage
	lonely := s // a single PSU in a stratum, of two people
	lonely.Stages = []stats.Stage{{Strata: []int{1, 1, 1, 1, 1, 1, 2, 2}}, {Units: []int{1, 2, 1, 2, 1, 2, 1, 2}}}
	lonely.Stages[0].Units = []int{1, 1, 2, 2, 3, 3, 1, 1}
	lonely.Rows, lonely.y, lonely.Weights = 8, append(s.y, 1), append(s.Weights, 4)
	for k := range lonely.Stages {
		lonely.Stages[k].FPC = slices.Repeat([]float64{.5}, 8)
	}
	d = lonely.design(t)
	near(t, "average", variance(t, must(t)(replicate.Bootstrap(d, o)), lonely.y), variance(t, d, lonely.y), .06)
	if _, err := replicate.Bootstrap(s.design(t), o); err == nil || !strings.Contains(err.Error(), "later stage") {
		t.Errorf("average: %v", err)
	}
}

// The seed decides, and nothing else; more replicates leave the first alone.
func TestSeeds(t *testing.T) {
	s := pairs(10)
	d := s.design(t)
	for _, m := range []replicate.Method{replicate.RaoWu, replicate.Canty, replicate.Preston} {
		of := func(seed uint64, n int) [][]float64 {
			return must(t)(replicate.Bootstrap(d, replicate.BootstrapOptions{Method: m, Seed: seed, Replicates: n})).Replicates().Weights
		}
		a, b, c := of(1, 30), of(1, 50), of(2, 30)
		if !slices.EqualFunc(a, b[:30], slices.Equal) {
			t.Errorf("%s: replicates depend on how many there are", m)
		}
		if slices.EqualFunc(a, c, slices.Equal) {
			t.Errorf("%s: the seed has no effect", m)
		}
	}
	g := func(seed uint64) [][]float64 {
		return must(t)(replicate.Jackknife(d, replicate.JackknifeOptions{Groups: 5, Seed: seed})).Replicates().Weights
	}
	if slices.EqualFunc(g(1), g(2), slices.Equal) || !slices.EqualFunc(g(1), g(1), slices.Equal) {
		t.Error("groups: the seed must decide")
	}
	if n := len(must(t)(replicate.Bootstrap(d, replicate.BootstrapOptions{})).Replicates().Weights); n != 200 {
		t.Errorf("%d replicates by default", n)
	}
}

// MSE centres at the estimate: for a ratio the variance is larger by the squared
// distance of the mean of the replicates, times their scales.
func TestMSE(t *testing.T) {
	d, ratio := scd(t)
	for name, make := range map[string]func(mse bool) (*stats.Design, error){
		"jackknife": func(mse bool) (*stats.Design, error) {
			return replicate.Jackknife(d, replicate.JackknifeOptions{MSE: mse})
		},
		"groups": func(mse bool) (*stats.Design, error) {
			return replicate.Jackknife(d, replicate.JackknifeOptions{MSE: mse, Groups: 3})
		},
		"balanced": func(mse bool) (*stats.Design, error) {
			return replicate.Balanced(d, replicate.BalancedOptions{MSE: mse})
		},
		"successive": func(mse bool) (*stats.Design, error) {
			return replicate.Successive(d, replicate.SuccessiveOptions{MSE: mse})
		},
	} {
		centred, err := must(t)(make(false)).Estimate(ratio)
		if err != nil {
			t.Fatal(err)
		}
		r := must(t)(make(true))
		e, err := r.Estimate(ratio)
		if err != nil {
			t.Fatal(err)
		}
		mean, scales := 0.0, 0.0
		for k, theta := range e.Replicates {
			mean += theta[0] / float64(len(e.Replicates))
			scales += r.Replicates().Scale * r.Replicates().RScales[k]
		}
		off := mean - e.Value[0]
		near(t, name, e.Var(0)-centred.Var(0), scales*off*off, 1e-6)
	}
}

// A domain of a replicate design is the replicate design of the domain, and its
// weights are zero outside.
func TestDomains(t *testing.T) {
	s := pairs(6)
	d := s.design(t)
	in := make([]bool, s.Rows)
	for i := range in {
		in[i] = i%3 != 0
	}
	mean := stats.Mean(nil, s.y)
	for name, make := range map[string]func(d *stats.Design) (*stats.Design, error){
		"jackknife": func(d *stats.Design) (*stats.Design, error) {
			return replicate.Jackknife(d, replicate.JackknifeOptions{})
		},
		"balanced": func(d *stats.Design) (*stats.Design, error) {
			return replicate.Balanced(d, replicate.BalancedOptions{})
		},
		"bootstrap": func(d *stats.Design) (*stats.Design, error) {
			return replicate.Bootstrap(d, replicate.BootstrapOptions{})
		},
		"successive": func(d *stats.Design) (*stats.Design, error) {
			return replicate.Successive(d, replicate.SuccessiveOptions{})
		},
	} {
		a, err := must(t)(make(d)).Domain(in).Estimate(mean)
		if err != nil {
			t.Fatal(err)
		}
		b, err := must(t)(make(d.Domain(in))).Estimate(mean)
		if err != nil {
			t.Fatal(err)
		}
		near(t, name, b.SE(0), a.SE(0), 1e-14)
		near(t, name+": df", b.DF, a.DF, 0)
	}
}

func TestRefusals(t *testing.T) {
	d := pairs(3).design(t)
	three := sample{Sampling: stats.Sampling{Rows: 3}}.design(t)
	census := sample{Sampling: stats.Sampling{Rows: 2, Stages: []stats.Stage{{FPC: []float64{2, 2}}}}}.design(t)
	single := sample{Sampling: stats.Sampling{Rows: 1, Lonely: stats.LonelyAverage}}.design(t)
	jackknifed := must(t)(replicate.Jackknife(d, replicate.JackknifeOptions{}))
	calibrated := d.WithWeights(d.Weights(), nothing{})
	many := pairs(4096).design(t)
	for name, c := range map[string]struct {
		make func() (*stats.Design, error)
		want string
	}{
		"replicates":  {func() (*stats.Design, error) { return replicate.Jackknife(jackknifed, replicate.JackknifeOptions{}) }, "has replicate weights already"},
		"calibrated":  {func() (*stats.Design, error) { return replicate.Bootstrap(calibrated, replicate.BootstrapOptions{}) }, "before calibration"},
		"census":      {func() (*stats.Design, error) { return replicate.Balanced(census, replicate.BalancedOptions{}) }, "no stratum varies"},
		"lonely":      {func() (*stats.Design, error) { return replicate.Successive(single, replicate.SuccessiveOptions{}) }, "no stratum varies"},
		"one group":   {func() (*stats.Design, error) { return replicate.Jackknife(d, replicate.JackknifeOptions{Groups: 1}) }, "at least 2 groups"},
		"many groups": {func() (*stats.Design, error) { return replicate.Jackknife(d, replicate.JackknifeOptions{Groups: 7}) }, "7 groups of 6 PSUs"},
		"rho":         {func() (*stats.Design, error) { return replicate.Balanced(d, replicate.BalancedOptions{Rho: 1}) }, "below 1"},
		"triple":      {func() (*stats.Design, error) { return replicate.Balanced(three, replicate.BalancedOptions{}) }, "set Rho to 0.268 or more"},
		"partial": {func() (*stats.Design, error) {
			return replicate.Balanced(three, replicate.BalancedOptions{Rho: .5, Replicates: 2})
		}, "at least 3 are needed"},
		"many strata": {func() (*stats.Design, error) { return replicate.Balanced(many, replicate.BalancedOptions{}) }, "set Replicates to fewer"},
		"one": {func() (*stats.Design, error) {
			return replicate.Bootstrap(d, replicate.BootstrapOptions{Replicates: 1})
		}, "at least 2 are needed"},
		"differences": {func() (*stats.Design, error) {
			return replicate.Successive(d, replicate.SuccessiveOptions{Replicates: 3})
		}, "at least 4 are needed"},
		"long list": {func() (*stats.Design, error) { return replicate.Successive(many, replicate.SuccessiveOptions{}) }, "80 or 160 are usual"},
	} {
		if _, err := c.make(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.want)
		}
	}
	if _, err := replicate.Balanced(three, replicate.BalancedOptions{Rho: .268}); err != nil {
		t.Errorf("the rho that the error names: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown bootstrap must panic")
		}
	}()
	_, _ = replicate.Bootstrap(d, replicate.BootstrapOptions{Method: "Efron"})
}

type nothing struct{}

func (nothing) Residuals([]float64) {}

// TestPairs: strata of 2, 5 and 4, three with a single PSU, one of three that
// was sampled in full.
func TestPairs(t *testing.T) {
	var st stats.Stage
	for h, n := range []int{2, 5, 1, 4, 1, 3, 1} {
		for u := range n {
			share := .1
			if h == 5 {
				share = 1
			}
			st.Strata, st.Units, st.FPC = append(st.Strata, h), append(st.Units, u), append(st.FPC, share)
		}
	}
	s := stats.Sampling{Rows: len(st.Units), Stages: []stats.Stage{st}, Lonely: stats.LonelyRemove}
	strata, units := replicate.Pairs(must(t)(stats.NewDesign(s)))
	//                2    5              1  4           1  3        1
	want := []int{0, 0, 1, 1, 2, 2, 2, 6, 3, 3, 4, 4, 6, 5, 5, 5, 6}
	if !slices.Equal(strata, want) {
		t.Errorf("strata %v, want %v", strata, want)
	}
	s.Lonely = stats.LonelyFail
	s.Stages[0].Strata, s.Stages[0].Units = strata, units
	d := must(t)(stats.NewDesign(s))
	if d.PSUs() != 17 || d.Strata() != 7 {
		t.Errorf("%d PSUs in %d strata", d.PSUs(), d.Strata())
	}
	if _, err := replicate.Balanced(d, replicate.BalancedOptions{Rho: .3}); err != nil {
		t.Error(err)
	}
	one := sample{Sampling: stats.Sampling{Rows: 1, Lonely: stats.LonelyRemove}}.design(t)
	if strata, _ := replicate.Pairs(one); !slices.Equal(strata, []int{0}) {
		t.Errorf("a single PSU: %v", strata)
	}
}

// failing has no estimate in a replicate in which some row has no weight.
type failing struct{}

func (failing) At(w []float64) ([]float64, error) {
	if slices.Contains(w, 0) {
		return nil, errors.New("a row without weight")
	}
	return []float64{1}, nil
}
func (failing) Linearize([]float64) ([]float64, [][]float64, error) {
	return nil, nil, stats.ErrNotLinear
}

// A statistic that fails in replicates fails with the first of them, however
// many run at once.
func TestErrorOfReplicate(t *testing.T) {
	d := must(t)(replicate.Jackknife(pairs(20).design(t), replicate.JackknifeOptions{}))
	for range 20 {
		if _, err := d.Estimate(failing{}); err == nil || err.Error() != "replicate 1: a row without weight" {
			t.Fatal(err)
		}
	}
}
