package importance_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/importance"
	"tradeoff/stats/internal/derivative"
)

func near(t interface {
	Helper()
	Errorf(string, ...any)
}, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: got %.15g, expected %.15g", what, got, want)
	}
}

func design(t testing.TB, w []float64) *stats.Design {
	t.Helper()
	strata, units := make([]int, len(w)), make([]int, len(w))
	for i := range w {
		strata[i], units[i] = i%3, i/3%9
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w, Stages: []stats.Stage{{Strata: strata, Units: units}}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func single(names []string, columns ...[]float64) (x []importance.Predictor) {
	for k, c := range columns {
		name := ""
		if k < len(names) {
			name = names[k]
		}
		x = append(x, importance.Predictor{Name: name, Columns: [][]float64{c}})
	}
	return x
}

// survey is an outcome, predictors that are correlated with it and each other, and
// a factor of three levels, with weights, zeros among them, and missing values.
func survey(seed uint64, rows, columns int) (w, y []float64, x [][]float64, factor []int) {
	r := rand.New(rand.NewPCG(seed, 2))
	w, y, x = make([]float64, rows), make([]float64, rows), make([][]float64, columns)
	for j := range x {
		x[j] = make([]float64, rows)
	}
	for i := range rows {
		w[i] = 0.5 + r.Float64()
		common := r.NormFloat64()
		y[i] = r.NormFloat64()
		for j := range x {
			x[j][i] = common + float64(1+j%3)*r.NormFloat64()
			y[i] += x[j][i] * float64(j%4-1) / 2
		}
		factor = append(factor, r.IntN(3))
		y[i] += float64(factor[i])
		if i%17 == 3 {
			x[i%columns][i] = math.NaN()
		}
		if i%13 == 5 {
			w[i] = 0
		}
	}
	return w, y, x, factor
}

// Grömping (2006, Journal of Statistical Software 17), the swiss data: lmg by R's
// relaimpo.
func TestPublished(t *testing.T) {
	y := []float64{80.2, 83.1, 92.5, 85.8, 76.9, 76.1, 83.8, 92.4, 82.4, 82.9, 87.1, 64.1, 66.9, 68.9, 61.7, 68.3, 71.7, 55.7, 54.3, 65.1, 65.5, 65, 56.6, 57.4, 72.5, 74.2, 72, 60.5, 58.3, 65.4, 75.5, 69.3, 77.3, 70.5, 79.4, 65, 92.2, 79.3, 70.4, 65.7, 72.7, 64.4, 77.6, 67.6, 35, 44.7, 42.8}
	x := single(nil,
		[]float64{17, 45.1, 39.7, 36.5, 43.5, 35.3, 70.2, 67.8, 53.3, 45.2, 64.5, 62, 67.5, 60.7, 69.3, 72.6, 34, 19.4, 15.2, 73, 59.8, 55.1, 50.9, 54.1, 71.2, 58.1, 63.5, 60.8, 26.8, 49.5, 85.9, 84.9, 89.7, 78.2, 64.9, 75.9, 84.6, 63.1, 38.4, 7.7, 16.7, 17.6, 37.6, 18.7, 1.2, 46.6, 27.7},
		[]float64{15, 6, 5, 12, 17, 9, 16, 14, 12, 16, 14, 21, 14, 19, 22, 18, 17, 26, 31, 19, 22, 14, 22, 20, 12, 14, 6, 16, 25, 15, 3, 7, 5, 12, 7, 9, 3, 13, 26, 29, 22, 35, 15, 25, 37, 16, 22},
		[]float64{12, 9, 5, 7, 15, 7, 7, 8, 7, 13, 6, 12, 7, 12, 5, 2, 8, 28, 20, 9, 10, 3, 12, 6, 1, 8, 3, 10, 19, 8, 2, 6, 2, 6, 3, 9, 3, 13, 12, 11, 13, 32, 7, 7, 53, 29, 29},
		[]float64{9.96, 84.84, 93.4, 33.77, 5.16, 90.57, 92.85, 97.16, 97.67, 91.38, 98.61, 8.52, 2.27, 4.43, 2.82, 24.2, 3.3, 12.11, 2.15, 2.84, 5.23, 4.52, 15.14, 4.2, 2.4, 5.23, 2.56, 7.72, 18.46, 6.1, 99.71, 99.68, 100, 98.96, 98.22, 99.06, 99.46, 96.83, 5.62, 13.79, 11.22, 16.92, 4.97, 8.65, 42.34, 50.43, 58.33},
		[]float64{22.2, 22.2, 20.2, 20.3, 20.6, 26.6, 23.6, 24.9, 21, 24.4, 24.5, 16.5, 19.1, 22.7, 18.7, 21.2, 20, 20.2, 10.8, 20, 18, 22.4, 16.7, 15.3, 21, 23.8, 18, 16.3, 20.9, 22.5, 15.1, 19.8, 18.3, 19.4, 20.2, 17.8, 16.3, 18.1, 20.3, 20.5, 18.9, 23, 20, 19.5, 18, 18.2, 19.3})
	one := make([]float64, len(y))
	for i := range one {
		one[i] = 1
	}
	got, err := importance.LMG(y, x...).At(one)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0.706735, 0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592} {
		near(t, "lmg", got[k], want, 5e-9)
	}
}

// The parts are averages over all orders, and Shapley of R^2 by any other route.
func TestShapley(t *testing.T) {
	// Player 0 has a left glove, 1 and 2 a right one each: a pair is worth 1.
	got, err := importance.Shapley(3, func(in []bool) (float64, error) {
		if in[0] && (in[1] || in[2]) {
			return 1, nil
		}
		return 0, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{2. / 3, 1. / 6, 1. / 6} {
		near(t, "gloves", got[k], want, 1e-15)
	}
	broken := errors.New("no fit")
	if _, err := importance.Shapley(2, func([]bool) (float64, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	var many *importance.TooManyError
	if _, err := importance.Shapley(21, nil); !errors.As(err, &many) || many.Predictors != 21 {
		t.Errorf("got %v", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(1, 5).Draw(t, "predictors")
		w, y, columns, _ := survey(rapid.Uint64().Draw(t, "seed"), 60, m)
		x := single(nil, columns...)
		parts, err := importance.LMG(y, x...).At(w)
		if err != nil {
			t.Fatal(err)
		}
		// Rows with a missing value in any predictor are in no subset's fit.
		in := slices.Clone(w)
		for i := range in {
			for _, c := range columns {
				if math.IsNaN(c[i]) {
					in[i] = 0
				}
			}
		}
		want, err := importance.Shapley(m, func(member []bool) (float64, error) {
			var some []importance.Predictor
			for k, p := range x {
				if member[k] {
					some = append(some, p)
				}
			}
			r2, err := importance.Johnson(y, some...).At(in)
			return r2[0], err
		})
		if err != nil {
			t.Fatal(err)
		}
		for k := range want {
			near(t, "LMG as Shapley of R^2", parts[1+k], want[k], 1e-12)
		}
	})
}

// Predictors without correlation have their squared correlation with y; units and
// the sum of weights do not matter.
func TestUncorrelated(t *testing.T) {
	a, b := []float64{1, 1, -1, -1, 1, 1, -1, -1}, []float64{1, -1, 1, -1, 1, -1, 1, -1}
	y := []float64{5, 4, 1, 2, 4, 4, 2, 0}
	my, sy := 2.75, 0.0
	ca, cb := 0.0, 0.0
	for i, v := range y {
		sy += (v - my) * (v - my) / 8
		ca += a[i] * v / 8
		cb += b[i] * v / 8
	}
	w := []float64{3, 3, 3, 3, 3, 3, 3, 3}
	for i := range a {
		a[i] = 100*a[i] + 7
	}
	for _, method := range []importance.Method{importance.LMG, importance.Johnson} {
		r, err := importance.Analyze(design(t, w), method, y, single([]string{"a", "b"}, a, b)...)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "part of a", r.Drivers[0].Part, ca*ca/sy, 1e-14)
		near(t, "part of b", r.Drivers[1].Part, cb*cb/sy, 1e-14)
		near(t, "R2", r.R2, (ca*ca+cb*cb)/sy, 1e-14)
		near(t, "shares", r.Drivers[0].Share+r.Drivers[1].Share, 1, 1e-14)
		near(t, "beta of a", r.Drivers[0].Beta, ca/math.Sqrt(sy), 1e-14)
		if r.Drivers[0].Sign != 1 || r.Rows != 8 {
			t.Errorf("sign %d, %d rows", r.Drivers[0].Sign, r.Rows)
		}
	}
}

// indicators of a factor of three levels, without the first so many.
func indicators(factor []int, without int) importance.Predictor {
	return importance.Predictor{Name: "factor", Columns: stats.Indicators(factor, 3)[without:]}
}

func TestLinearized(t *testing.T) {
	w, y, x, factor := survey(3, 80, 4)
	w[1] = -0.2 // as a calibration can leave it
	sum, flat := make([]float64, len(y)), make([]float64, len(y))
	for i := range sum {
		sum[i], flat[i] = x[0][i]+2*x[1][i], 4
	}
	for name, p := range map[string][]importance.Predictor{
		"plain":                  single(nil, x...),
		"factor":                 append(single(nil, x[:2]...), indicators(factor, 1)),
		"factor, all levels":     append(single(nil, x[:2]...), indicators(factor, 0)),
		"sum of others":          single(nil, x[0], x[1], x[2], sum),
		"column without spread":  single(nil, x[0], flat, x[1]),
		"one predictor":          single(nil, x[3]),
		"predictor of no column": append(single(nil, x[0]), importance.Predictor{}),
	} {
		t.Run(name, func(t *testing.T) {
			derivative.Check(t, importance.LMG(y, p...), w, 1e-4, 1e-6, 1)
			derivative.Check(t, importance.Johnson(y, p...), w, 1e-4, 1e-6, 1)
		})
	}
}

// Which indicator of a factor is left out does not matter for LMG, and with all of
// them R^2 is the same by both methods.
func TestFactor(t *testing.T) {
	w, y, x, factor := survey(4, 120, 2)
	want, err := importance.LMG(y, append(single(nil, x...), indicators(factor, 1))...).At(w)
	if err != nil {
		t.Fatal(err)
	}
	all := stats.Indicators(factor, 3)
	other := importance.Predictor{Columns: [][]float64{all[0], all[2]}}
	for _, p := range []importance.Predictor{other, indicators(factor, 0)} {
		got, err := importance.LMG(y, append(single(nil, x...), p)...).At(w)
		if err != nil {
			t.Fatal(err)
		}
		for k := range want {
			near(t, "LMG", got[k], want[k], 1e-12)
		}
	}
	got, err := importance.Johnson(y, append(single(nil, x...), indicators(factor, 0))...).At(w)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2", got[0], want[0], 1e-12)
	r, err := importance.Analyze(design(t, w), importance.LMG, y, append(single(nil, x...), indicators(factor, 1))...)
	if err != nil {
		t.Fatal(err)
	}
	if d := r.Drivers[2]; d.Sign != 0 || !math.IsNaN(d.Beta) || !math.IsNaN(d.Correlation) || !(d.PartSE > 0) {
		t.Errorf("the factor has %+v", d)
	}
}

// A column that is the sum of others up to rounding adds nothing beside them, in
// whatever order they come.
func TestSumOfOthers(t *testing.T) {
	w, y, x, _ := survey(6, 90, 3)
	sum := make([]float64, len(y))
	for i := range sum {
		sum[i] = 0.1*x[0][i] + 0.7*x[1][i] - x[2][i]/3
	}
	for _, columns := range [][][]float64{{x[0], x[1], x[2], sum}, {sum, x[2], x[1], x[0]}, {x[1], sum, x[0], x[2]}} {
		for name, method := range map[string]importance.Method{"LMG": importance.LMG, "Johnson": importance.Johnson} {
			all, err := method(y, single(nil, columns...)...).At(w)
			if err != nil {
				t.Fatal(err)
			}
			without, err := method(y, single(nil, x...)...).At(w)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "R2 by "+name, all[0], without[0], 1e-9)
		}
	}
}

func TestCorners(t *testing.T) {
	_, y, x, _ := survey(5, 40, 3)
	one, flat := make([]float64, 40), make([]float64, 40)
	for i := range one {
		one[i] = 1
		x[0][i], x[1][i] = float64(i%5), float64(i%7)
	}
	p := single(nil, x[:2]...)
	for _, method := range []importance.Method{importance.LMG, importance.Johnson, importance.Logistic} {
		for name, tt := range map[string]struct{ w, y []float64 }{
			"no rows":          {flat, one},
			"y does not vary":  {one, one},
			"nothing is known": {one, slices.Repeat([]float64{math.NaN()}, 40)},
		} {
			got, err := method(tt.y, p...).At(tt.w)
			if err != nil || len(got) != 5 || slices.ContainsFunc(got, func(v float64) bool { return !math.IsNaN(v) }) {
				t.Errorf("%s: got %v, %v, expected NaN", name, got, err)
			}
		}
		// Nothing varies, nothing is explained, and there is nothing to share.
		binary := make([]float64, 40)
		for i := range binary {
			binary[i] = float64(i % 2)
		}
		got, err := method(binary, single(nil, flat)...).At(one)
		if err != nil || got[0] != 0 || got[1] != 0 || !math.IsNaN(got[2]) {
			t.Errorf("a flat predictor: got %v, %v", got, err)
		}
		got, err = method(binary).At(one)
		if err != nil || len(got) != 1 || got[0] != 0 {
			t.Errorf("no predictor: got %v, %v", got, err)
		}
	}
	var many *importance.TooManyError
	if _, err := importance.LMG(y, make([]importance.Predictor, 21)...).At(one); !errors.As(err, &many) {
		t.Errorf("got %v", err)
	}
	if _, err := importance.Johnson(y, single(nil, slices.Repeat(x, 30)...)...).At(one); err != nil {
		t.Errorf("90 predictors: %v", err)
	}
}

// binary is a small survey: y, three predictors and weights. The expected numbers
// are of R's glm on the Z of Tonidandel and LeBreton (2010), with their formulas.
var binary = struct {
	y, w []float64
	x    [][]float64
}{
	[]float64{0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0},
	[]float64{3, 1, 4, 4, 3, 1, 3, 3, 4, 2, 3, 4, 1, 3, 2, 1, 4, 4, 2, 4, 3, 2, 4, 2, 4, 4, 1, 2, 1, 2, 2, 3, 1, 2, 2, 2},
	[][]float64{
		{3, 3, 3, 4, 3, 5, 2, 3, 2, 1, 4, 3, 3, 3, 5, 5, 5, 2, 4, 5, 5, 5, 1, 3, 5, 4, 1, 4, 3, 5, 4, 4, 4, 5, 5, 5},
		{1, 2, 2, 5, 2, 4, 1, 3, 2, 1, 3, 5, 1, 4, 4, 5, 5, 1, 5, 5, 5, 4, 1, 1, 5, 2, 2, 5, 4, 5, 5, 3, 5, 5, 5, 4},
		{1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1},
	},
}

func TestLogistic(t *testing.T) {
	x := single([]string{"x1", "x2", "x3"}, binary.x...)
	one := make([]float64, len(binary.y))
	for i := range one {
		one[i] = 1
	}
	for _, tt := range []struct{ w, want, beta []float64 }{
		{one, []float64{0.4871087762552073, 0.1431609140985828, 0.2414136059295595, 0.1025342562270648}, []float64{0.4714370898142251, 1.5769133958352142, -0.9582076316042447}},
		{binary.w, []float64{0.5045835320730727, 0.17541782438713283, 0.24362999782959177, 0.08553570985634745}, []float64{0.6935352795825633, 1.4038965197313664, -0.7757743589618291}},
	} {
		d := design(t, tt.w)
		if _, err := importance.Analyze(d, importance.Logistic, binary.y, x...); !errors.Is(err, stats.ErrNotLinear) {
			t.Errorf("got %v without replicates", err)
		}
		// Delete-one-PSU replicates.
		unit, stratum := d.PSU()
		reps := stats.Replicates{Scale: 1 - 1/float64(d.PSUs())}
		for u := range stratum {
			w := slices.Clone(tt.w)
			for i := range w {
				if int(unit[i]) == u {
					w[i] = 0
				}
			}
			reps.Weights = append(reps.Weights, w)
		}
		r, err := importance.Analyze(d.WithReplicates(reps), importance.Logistic, binary.y, x...)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "R2", r.R2, tt.want[0], 1e-10)
		for k, driver := range r.Drivers {
			near(t, driver.Name, driver.Part, tt.want[1+k], 1e-10)
			near(t, "beta of "+driver.Name, driver.Beta, tt.beta[k], 1e-10)
			if driver.Sign != []int{1, 1, -1}[k] || !(driver.PartSE > 0) || !(driver.ShareSE > 0) {
				t.Errorf("%s: %+v", driver.Name, driver)
			}
		}
	}
	for name, columns := range map[string][][]float64{"separated": {binary.y}, "separated in part": {binary.x[0], binary.y}} {
		got, err := importance.Logistic(binary.y, single(nil, columns...)...).At(one)
		if err != nil || !math.IsNaN(got[0]) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
		d := design(t, one).WithReplicates(stats.Replicates{Scale: 1, Weights: [][]float64{one, binary.w}})
		r, err := importance.Analyze(d, importance.Logistic, binary.y, single(nil, columns...)...)
		if err != nil {
			t.Fatal(err)
		}
		for _, driver := range r.Drivers {
			if !math.IsNaN(driver.Beta) || driver.Sign != 0 || !math.IsNaN(driver.PartSE) || math.IsNaN(driver.Correlation) {
				t.Errorf("%s: %+v", name, driver)
			}
		}
	}
	if _, err := importance.Logistic(binary.x[0], x...).At(one); !errors.Is(err, importance.ErrNotBinary) {
		t.Errorf("got %v", err)
	}
	// With the sum of two predictors beside them the fit is the same.
	sum := make([]float64, len(one))
	for i := range sum {
		sum[i] = binary.x[0][i] - binary.x[1][i]
	}
	got, err := importance.Logistic(binary.y, append(x, single(nil, sum)...)...).At(one)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "R2 with a sum", got[0], 0.4871087762552073, 1e-10)
}

func BenchmarkLMG(b *testing.B) {
	for _, m := range []int{10, 15, 20} {
		w, y, x, _ := survey(1, 10000, m)
		s := importance.LMG(y, single(nil, x...)...)
		b.Run(map[int]string{10: "10", 15: "15", 20: "20"}[m], func(b *testing.B) {
			for b.Loop() {
				if _, err := s.At(w); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(map[int]string{10: "10/linearized", 15: "15/linearized", 20: "20/linearized"}[m], func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Linearize(w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLogistic(b *testing.B) {
	w, _, x, _ := survey(1, 10000, 10)
	y := make([]float64, len(w))
	for i := range y {
		if x[1][i]+x[2][i] > 0 != (i%4 == 0) {
			y[i] = 1
		}
	}
	s := importance.Logistic(y, single(nil, x...)...)
	for b.Loop() {
		if _, err := s.At(w); err != nil {
			b.Fatal(err)
		}
	}
}
