package multivariate_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/internal/derivative"
	"tradeoff/stats/multivariate"
	"tradeoff/stats/weight"
)

func near(t testing.TB, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: got %.15g, expected %.15g", what, got, want)
	}
}

// design of rows in strata and PSUs.
func design(t testing.TB, w []float64) *stats.Design {
	t.Helper()
	strata, units := make([]int, len(w)), make([]int, len(w))
	for i := range w {
		strata[i], units[i] = i%3, i/3%7
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w, Stages: []stats.Stage{{Strata: strata, Units: units}}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func estimate(t testing.TB, d *stats.Design, s ...stats.Statistic) *stats.Estimates {
	t.Helper()
	e, err := d.Estimate(s...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// ratings are correlated columns of answers, some of them missing, and weights,
// some of them zero.
func ratings(seed uint64, rows, columns int) (w []float64, x [][]float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	w, x = make([]float64, rows), make([][]float64, columns)
	for j := range x {
		x[j] = make([]float64, rows)
	}
	for i := range rows {
		w[i] = 0.5 + r.Float64()
		common := r.NormFloat64()
		for j := range x {
			x[j][i] = 10 + common*float64(j+1) + 2*r.NormFloat64()
		}
		if i%11 == 5 {
			x[i%columns][i] = math.NaN()
		}
		if i%13 == 7 {
			w[i] = 0
		}
	}
	return w, x
}

func TestAlpha(t *testing.T) {
	// Variances 1.25 and 1.25, covariance 0.75, variance of the sum 4:
	// 2 (1 - 2.5/4).
	x, y := []float64{1, 2, 3, 4, math.NaN()}, []float64{2, 1, 4, 3, 9}
	one := []float64{1, 1, 1, 1, 1}
	e := estimate(t, design(t, slices.Repeat(one, 10)), multivariate.Alpha(slices.Repeat(x, 10), slices.Repeat(y, 10)))
	near(t, "alpha by hand", e.Value[0], 0.75, 1e-15)
	e = estimate(t, design(t, slices.Repeat(one, 10)), multivariate.Alpha(slices.Repeat(x, 10), slices.Repeat(x, 10)))
	near(t, "alpha of copies", e.Value[0], 1, 1e-15)
	near(t, "SE of copies", e.SE(0), 0, 1e-15)
	w, items := ratings(1, 60, 4)
	w[1] = -0.2 // as a calibration can leave it
	derivative.Check(t, multivariate.Alpha(items...), w, 1e-4, 1e-6, 1)
	opposite := make([]float64, 5)
	for i, v := range x {
		opposite[i] = 5 - v
	}
	equal := []float64{3, 3, 3, 3, 3}
	for name, s := range map[string]stats.Statistic{
		"one item": multivariate.Alpha(x), "no item": multivariate.Alpha(), "all equal": multivariate.Alpha(equal, equal), "a sum that does not vary": multivariate.Alpha(x, opposite),
	} {
		a, u, err := s.Linearize(one)
		if err != nil || !math.IsNaN(a[0]) || len(u) != 1 || len(u[0]) != 5 {
			t.Errorf("%s: got %v, %v, %v, expected NaN", name, a, u, err)
		}
	}
	if a, _ := multivariate.Alpha(x, y).At(make([]float64, 5)); !math.IsNaN(a[0]) {
		t.Errorf("no rows: got %v", a)
	}
}

// Two judges agree on 0.70, chance gives 0.41. The standard error of a simple random
// sample is that of Fleiss, Cohen and Everitt (1969), but for n/(n-1).
func TestKappa(t *testing.T) {
	table := [3][3]float64{{44, 5, 1}, {7, 20, 3}, {9, 5, 6}}
	var a, b []int
	var w []float64
	for i, row := range table {
		for j, n := range row {
			for range int(n) {
				a, b, w = append(a, i), append(b, j), append(w, 2)
			}
		}
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(a), Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	e := estimate(t, d, multivariate.Kappa(a, b, 4))
	k := 0.29 / 0.59
	near(t, "kappa", e.Value[0], k, 1e-14)
	row, column := [3]float64{0.5, 0.3, 0.2}, [3]float64{0.6, 0.3, 0.1}
	v := -math.Pow(k-0.41*(1-k), 2)
	for i := range 3 {
		for j := range 3 {
			if p := table[i][j] / 100; i == j {
				v += p * math.Pow(1-(row[i]+column[i])*(1-k), 2)
			} else {
				v += (1 - k) * (1 - k) * p * math.Pow(row[j]+column[i], 2)
			}
		}
	}
	v /= 100 * 0.59 * 0.59
	near(t, "SE", e.SE(0), math.Sqrt(v*100/99), 1e-13)

	w[2], w[3], a[5], b[8] = -0.5, 0, -1, -1
	derivative.Check(t, multivariate.Kappa(a, b, 3), w, 1e-4, 1e-6, 1)
	same := make([]int, len(w))
	for _, tt := range []struct {
		name      string
		a, b      []int
		value, se float64
	}{
		{"full agreement", b, b, 1, 0},
		{"one category", same, same, math.NaN(), math.NaN()},
	} {
		e := estimate(t, d, multivariate.Kappa(tt.a, tt.b, 3))
		if math.IsNaN(tt.value) {
			if !math.IsNaN(e.Value[0]) || !math.IsNaN(e.SE(0)) {
				t.Errorf("%s: got %v", tt.name, e.Value)
			}
			continue
		}
		near(t, tt.name, e.Value[0], tt.value, 1e-15)
		near(t, tt.name+" SE", e.SE(0), tt.se, 1e-15)
	}
	if v, _ := multivariate.Kappa(a, b, 3).At(make([]float64, len(a))); !math.IsNaN(v[0]) {
		t.Errorf("no rows: got %v", v)
	}
}

// What a programmer gets wrong panics.
func TestMisuse(t *testing.T) {
	c := []multivariate.Category{{"a", []int{0, 2}, 2}}
	two := []float64{1, 2}
	for name, do := range map[string]func(){
		"codes of other rows":     func() { multivariate.Kappa([]int{0}, []int{0, 1}, 2) },
		"a code above categories": func() { multivariate.Kappa([]int{0, 1}, []int{0, 2}, 2) },
		"an unknown rotation":     func() { multivariate.FactorCorrelation(mat.NewSymDense(3, nil), 1, "promax") },
		"a code above its levels": func() { multivariate.Loglinear{c, [][]int{{0}}}.Fit(two) },
		"a term of nothing":       func() { multivariate.Loglinear{c, [][]int{{1}}}.Fit(two) },
		"weights of other rows":   func() { multivariate.Loglinear{c, [][]int{{0}}}.Fit(two[:1]) },
		"scores of other columns": func() { (&multivariate.PCA{Mean: two}).Scores(two) },
		"items of other rows":     func() { multivariate.Alpha(two, two[:1]).At(two) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
}

func TestComponents(t *testing.T) {
	// Variances 5/3 (divisor n-1) and covariance 1: the axes are the diagonals.
	one := []float64{1, 1, 1, 1}
	p, err := multivariate.Components(one, false, []float64{1, 2, 3, 4}, []float64{2, 1, 4, 3})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "first", p.Variances[0], 8.0/3, 1e-14)
	near(t, "second", p.Variances[1], 2.0/3, 1e-14)
	for i, want := range []float64{math.Sqrt(0.5), math.Sqrt(0.5), math.Sqrt(0.5), -math.Sqrt(0.5)} {
		near(t, "rotation", p.Rotation.At(i%2, i/2), want, 1e-14)
	}
	w, x := ratings(2, 200, 4)
	for _, scale := range []bool{false, true} {
		p, err := multivariate.Components(w, scale, x...)
		if err != nil {
			t.Fatal(err)
		}
		scores := p.Scores(x...)
		again, err := multivariate.Components(w, false, scores...)
		if err != nil {
			t.Fatal(err)
		}
		for k := range x {
			near(t, "variance of the scores", again.Variances[k], p.Variances[k], 1e-12)
			near(t, "mean of the scores", again.Mean[k], 0, 1e-12)
			for j := range x { // the scores are their own components
				near(t, "rotation of the scores", again.Rotation.At(j, k), map[bool]float64{true: 1}[j == k], 1e-10)
			}
		}
	}
	for name, columns := range map[string][][]float64{
		"does not vary": {{3, 3, 3, 3}, {1, 2, 3, 4}},
		"needs two":     {{3, math.NaN(), math.NaN(), math.NaN()}, {1, 2, 3, 4}},
		"no variance":   {{3, 2, 1, math.Inf(1)}, {1, 2, 3, 4}},
	} {
		if _, err := multivariate.Components(one, true, columns...); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, expected an error that says %q", err, name)
		}
		v, err := multivariate.ComponentVariances(true, columns...).At(one)
		if err != nil || !math.IsNaN(v[0]) || !math.IsNaN(v[1]) {
			t.Errorf("%s: got %v, %v, expected NaN", name, v, err)
		}
	}
}

func TestComponentVariances(t *testing.T) {
	w, x := ratings(3, 80, 4)
	w[1] = -0.2
	for _, scale := range []bool{false, true} {
		derivative.Check(t, multivariate.ComponentVariances(scale, x...), w, 1e-4, 1e-6, 1)
	}
	w[1] = 1
	// With scale the variances add up to the number of columns; a column that is
	// the sum of others adds a component of 0, without error.
	sum := make([]float64, len(w))
	for i := range sum {
		sum[i] = x[0][i] + x[1][i]
	}
	e := estimate(t, design(t, w), multivariate.ComponentVariances(true, x[0], x[1], sum))
	near(t, "last", e.Value[2], 0, 1e-14)
	near(t, "last SE", e.SE(2), 0, 1e-12)
	total := e.Contrast(nil, []float64{1, 1, 1})
	near(t, "sum", total.Value[0], 3, 1e-14)
	near(t, "sum variance", total.Var(0), 0, 1e-14)
}

// ability is a correlation matrix of six tests (Smith and Stanley 1983, in R as
// ability.cov), from covariances.
func ability() *mat.SymDense {
	cov := mat.NewSymDense(6, []float64{
		24.641, 5.991, 33.520, 6.023, 20.755, 29.701,
		5.991, 6.700, 18.137, 1.782, 4.936, 7.204,
		33.520, 18.137, 149.831, 19.424, 31.430, 50.753,
		6.023, 1.782, 19.424, 12.711, 4.757, 9.075,
		20.755, 4.936, 31.430, 4.757, 52.604, 66.762,
		29.701, 7.204, 50.753, 9.075, 66.762, 135.292,
	})
	r := mat.NewSymDense(6, nil)
	for i := range 6 {
		for j := i; j < 6; j++ {
			r.SetSym(i, j, cov.At(i, j)/math.Sqrt(cov.At(i, i)*cov.At(j, j)))
		}
	}
	return r
}

// R's factanal(covmat = ability.cov, factors = 2), optimised as far as it goes,
// and varimax(eps = 1e-15). R's manual has the test, 6.11 on 4 df, p = 0.191.
func TestFactorTest(t *testing.T) {
	none, err := multivariate.FactorCorrelation(ability(), 2, multivariate.Unrotated)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range []float64{0.455224171918050, 0.589332165841213, 0.218179561143294, 0.769421447318846, 0.052451757674765, 0.333588333069773} {
		near(t, "uniqueness", none.Uniqueness[j], want, 1e-6)
	}
	near(t, "criterion", none.Criterion, 0.0571602168369756, 1e-12)
	x2, p := none.Test(112)
	near(t, "X2", x2, 6.10661649875023, 1e-9)
	near(t, "p", p, 0.191326315609802, 1e-9)
	if none.DF != 4 || none.Heywood != nil {
		t.Errorf("got %d df and Heywood cases %v", none.DF, none.Heywood)
	}
	turned, err := multivariate.FactorCorrelation(ability(), 2, multivariate.Varimax)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{
		0.501137653705393, 0.541882718227939, 0.158013773659515, 0.621047084130851, 0.208476412067630, 0.859277617866087,
		0.109994964493588, 0.467418078880993, 0.956801759551047, 0.179105095506353, 0.785471820302788, 0.222363859304103,
	} {
		near(t, "varimax", turned.Loadings.At(i/2, i%2), want, 1e-6)
	}
	var again mat.Dense
	again.Mul(none.Loadings, turned.Turn)
	if !mat.EqualApprox(&again, turned.Loadings, 1e-12) {
		t.Error("unrotated loadings times Turn are not the loadings")
	}
}

// A correlation matrix made of loadings has a perfect fit, and for one factor
// gives them back.
func TestFactorExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 2).Draw(t, "factors")
		p := 3*k + rapid.IntRange(1, 3).Draw(t, "columns")
		l := rapid.SliceOfN(rapid.Float64Range(0.5, 0.8), p*k, p*k).Draw(t, "loadings")
		for i := range l {
			if i/k%k != i%k { // each column has one factor of its own
				l[i] = (l[i] - 0.5) / 2
			}
		}
		r := mat.NewSymDense(p, nil)
		own := make([]float64, p)
		for a := range p {
			own[a] = 1
			for b := a; b < p; b++ {
				v := 0.0
				for j := range k {
					v += l[a*k+j] * l[b*k+j]
				}
				if a == b {
					own[a] = 1 - v
					v = 1
				}
				r.SetSym(a, b, v)
			}
		}
		f, err := multivariate.FactorCorrelation(r, k, "")
		if err != nil {
			t.Fatal(err)
		}
		if !(f.Criterion < 1e-12) {
			t.Errorf("a criterion of %g", f.Criterion)
		}
		var back mat.Dense
		back.Mul(f.Loadings, f.Loadings.T())
		for a := range p {
			for b := range p {
				want, got := r.At(a, b), back.At(a, b)
				if a == b {
					got += f.Uniqueness[a]
				}
				if !(math.Abs(got-want) < 1e-6) {
					t.Errorf("correlation %d, %d: got %g, expected %g", a, b, got, want)
				}
			}
			if k == 1 && !(math.Abs(f.Loadings.At(a, 0)-l[a]) < 1e-6) {
				t.Errorf("loading %d: got %g, expected %g", a, f.Loadings.At(a, 0), l[a])
			}
		}
	})
}

func TestFactorCorners(t *testing.T) {
	// r12 r13 / r23 = 1.6 is no square of a correlation; R has 0.005 as well.
	f, err := multivariate.FactorCorrelation(mat.NewSymDense(3, []float64{1, 0.8, 0.8, 0.8, 1, 0.4, 0.8, 0.4, 1}), 1, "")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.Heywood, []int{0}) {
		t.Errorf("Heywood cases %v, expected column 0", f.Heywood)
	}
	near(t, "bounded uniqueness", f.Uniqueness[0], 0.005, 1e-7)
	near(t, "uniqueness", f.Uniqueness[1], 0.36107770573135, 1e-6)
	near(t, "criterion", f.Criterion, 0.599596223875066, 1e-9)
	if _, p := f.Test(100); !math.IsNaN(p) {
		t.Errorf("p = %g without degrees of freedom", p)
	}
	one := make([]float64, 40)
	for i := range one {
		one[i] = 1
	}
	_, x := ratings(4, 40, 4)
	sum, flat := make([]float64, 40), make([]float64, 40)
	for i := range sum {
		sum[i] = x[0][i] + x[1][i]
	}
	for _, tt := range []struct {
		want string
		k    int
		x    [][]float64
	}{
		{"singular", 1, [][]float64{x[0], x[1], x[2], sum}},
		{"does not vary", 1, [][]float64{x[0], x[1], x[2], flat}},
		{"need three", 1, x[:2]},
		{"too many", 2, x},
		{"one or more", 0, x},
	} {
		if _, err := multivariate.Factor(one, tt.k, "", tt.x...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, expected an error that says %q", err, tt.want)
		}
	}
	// Columns without any correlation fit, whatever the factor.
	identity := mat.NewSymDense(4, nil)
	for j := range 4 {
		identity.SetSym(j, j, 1)
	}
	f, err = multivariate.FactorCorrelation(identity, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	near(t, "criterion of nothing", f.Criterion, 0, 1e-9)
}

// Under independence the fitted shares are products of the margins and theta the
// logarithms of the margins less their mean; with the interaction of a 2 x 2 table
// it is a quarter of the logarithm of the odds ratio.
func TestLoglinear(t *testing.T) {
	shares := [2][3]float64{{6, 2, 4}, {3, 8, 1}} // rows by cell, each of weight 1 or 3
	var a, b []int
	var w []float64
	for i, row := range shares {
		for j, n := range row {
			for range int(n) {
				a, b, w = append(a, i), append(b, j), append(w, float64(1+2*j))
			}
		}
	}
	m := multivariate.Loglinear{Categories: []multivariate.Category{{"age", a, 2}, {"trust", b, 3}}, Terms: [][]int{{0}, {1}}}
	f, err := m.Fit(w)
	if err != nil {
		t.Fatal(err)
	}
	total, rows, columns := 0.0, [2]float64{}, [3]float64{}
	for i := range shares {
		for j, n := range shares[i] {
			v := n * float64(1+2*j)
			total += v
			rows[i] += v
			columns[j] += v
		}
	}
	for c, got := range f.Fitted {
		near(t, "fitted", got, rows[c/3]/total*columns[c%3]/total, 1e-14)
	}
	near(t, "age1", f.Coef[0], math.Log(rows[0]/rows[1])/2, 1e-13)
	mean := (math.Log(columns[0]) + math.Log(columns[1]) + math.Log(columns[2])) / 3
	near(t, "trust1", f.Coef[1], math.Log(columns[0])-mean, 1e-13)
	near(t, "trust2", f.Coef[2], math.Log(columns[1])-mean, 1e-13)
	near(t, "constant", math.Exp(f.Constant+f.Coef[0]+f.Coef[1]), f.Fitted[0], 1e-14)
	if got := strings.Join(m.Names(), " "); got != "age1 trust1 trust2" {
		t.Errorf("names %q", got)
	}

	two := make([]int, len(b)) // trust 1, 2 or 3
	for i, v := range b {
		two[i] = min(v, 1)
	}
	full := multivariate.Loglinear{Categories: []multivariate.Category{{"a", a, 2}, {"b", two, 2}}, Terms: [][]int{{0, 1}}}
	f, err = full.Fit(w)
	if err != nil {
		t.Fatal(err)
	}
	q := f.Observed
	near(t, "a1:b1", f.Coef[2], math.Log(q[0]*q[3]/(q[1]*q[2]))/4, 1e-13)
	for c := range q {
		near(t, "saturated", f.Fitted[c], q[c], 1e-14)
	}
	b[0], a[3], w[7], w[8] = -1, -1, 0, -0.5
	derivative.Check(t, m, w, 1e-4, 1e-6, 1)
	derivative.Check(t, full, w, 1e-4, 1e-6, 1)
}

func TestLoglinearCorners(t *testing.T) {
	a, b := []int{0, 0, 1, 1, 0, 1}, []int{0, 1, 0, 1, 0, 0}
	one := []float64{1, 1, 1, 1, 1, 1}
	d := design(t, slices.Repeat(one, 7))
	model := func(a, b []int, levels int, terms ...[]int) multivariate.Loglinear {
		return multivariate.Loglinear{[]multivariate.Category{{"a", slices.Repeat(a, 7), 2}, {"b", slices.Repeat(b, 7), levels}}, terms}
	}
	none := func(name string, m multivariate.Loglinear, w []float64) {
		t.Helper()
		theta, u, err := m.Linearize(w)
		if err != nil {
			t.Fatal(err)
		}
		for j, v := range theta {
			if !math.IsNaN(v) || len(u[j]) != len(w) {
				t.Errorf("%s: got %v, expected NaN", name, theta)
			}
		}
	}
	w := d.Weights()
	none("a level without rows", model(a, b, 3, []int{0}, []int{1}), w)
	none("no rows", model(a, b, 2, []int{0}, []int{1}), make([]float64, len(w)))
	none("an empty cell of the saturated model", model(a, a, 2, []int{0, 1}), w)
	// The same empty cells do no harm to the model of independence.
	theta, err := model(a, a, 2, []int{0}, []int{1}).At(w)
	if err != nil || math.IsNaN(theta[0]) {
		t.Errorf("got %v, %v", theta, err)
	}
	test, err := multivariate.CompareLoglinear(d, model(a, a, 2, []int{0}, []int{1}), model(a, a, 2, []int{0, 1}))
	if err != nil || !math.IsNaN(test.Deviance.P) || !math.IsNaN(test.Eigenvalues[0]) {
		t.Errorf("got %v, %v, expected NaN", test, err)
	}
	free := model(a, b, 2, []int{0}, []int{1})
	// One PSU: no variance, no degrees of freedom, no p.
	lone, err := stats.NewDesign(stats.Sampling{Rows: len(w), Stages: []stats.Stage{{Units: make([]int, len(w))}}, Lonely: stats.LonelyRemove})
	if err != nil {
		t.Fatal(err)
	}
	related := []int{0, 1, 1, 1, 0, 0}
	test, err = multivariate.CompareLoglinear(lone, model(a, related, 2, []int{0}, []int{1}), model(a, related, 2, []int{0, 1}))
	if err != nil || !(test.Pearson.X2 > 0) || !math.IsNaN(test.Pearson.P) || !math.IsNaN(test.Pearson.PFirst) || !math.IsNaN(test.Pearson.PExact) {
		t.Errorf("one PSU: got %+v, %v", test, err)
	}
	for _, tt := range []struct {
		want   string
		larger multivariate.Loglinear
	}{
		{"the same", free},
		{"nested", model(a, b, 2, []int{0})},
		{"different categories", model(a, a, 2, []int{0, 1})},
		{"no terms", multivariate.Loglinear{Categories: free.Categories}},
		{"no coefficients", model(a, make([]int, len(b)), 1, []int{1})},
	} {
		_, err := multivariate.CompareLoglinear(d, free, tt.larger)
		if tt.want == "no terms" || tt.want == "no coefficients" {
			_, err = tt.larger.Fit(w)
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, expected an error that says %q", err, tt.want)
		}
	}
	big := multivariate.Loglinear{Terms: [][]int{{0}}}
	for range 20 {
		big.Categories = append(big.Categories, multivariate.Category{"c", nil, 10})
	}
	if _, err := big.Fit(nil); err == nil {
		t.Error("a table of 10^20 cells must be refused")
	}
}

// In a simple random sample with equal weights, Pearson's statistic is that of the
// table, n times the covariance matrix is n/(n-1) times the multinomial's, and
// weights do not change with their unit.
func TestLoglinearTest(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	const n = 150
	a, b, w := make([]int, n), make([]int, n), make([]float64, n)
	var table [3][2]float64
	for i := range n {
		a[i], b[i], w[i] = r.IntN(3), r.IntN(2), 40
		if a[i] == 2 && r.IntN(2) == 0 {
			b[i] = 0
		}
		table[a[i]][b[i]]++
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: n, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	c := []multivariate.Category{{"a", a, 3}, {"b", b, 2}}
	test, err := multivariate.CompareLoglinear(d, multivariate.Loglinear{c, [][]int{{0}, {1}}}, multivariate.Loglinear{c, [][]int{{0, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	pearson, deviance := 0.0, 0.0
	for _, row := range table {
		for j, o := range row {
			expected := (row[0] + row[1]) * (table[0][j] + table[1][j] + table[2][j]) / n
			pearson += (o - expected) * (o - expected) / expected
			deviance += 2 * o * math.Log(o/expected)
		}
	}
	// Rows with a missing answer do not count, whatever their weight.
	more := []multivariate.Category{{"a", append(slices.Clone(a), 1, -1), 3}, {"b", append(slices.Clone(b), -1, 0), 2}}
	wide, err := stats.NewDesign(stats.Sampling{Rows: n + 2, Weights: append(slices.Clone(w), 40, 40)})
	if err != nil {
		t.Fatal(err)
	}
	missing, err := multivariate.CompareLoglinear(wide, multivariate.Loglinear{more, [][]int{{0}, {1}}}, multivariate.Loglinear{more, [][]int{{0, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Pearson with missing rows", missing.Pearson.X2, pearson, 1e-12)
	near(t, "Pearson", test.Pearson.X2, pearson, 1e-12)
	near(t, "deviance", test.Deviance.X2, deviance, 1e-12)
	for _, v := range test.Eigenvalues {
		near(t, "eigenvalue", v, n/(n-1.0), 1e-12)
	}
	// Shares that calibration has fixed have no variance, and there is no test.
	cell := make([]int, n)
	for i := range cell {
		cell[i] = 2*a[i] + b[i]
	}
	fixed, _, err := weight.PostStratify(d, weight.Margin{Name: "a × b", Of: cell, Targets: []float64{700, 500, 300, 1100, 1300, 900}}, false)
	if err != nil {
		t.Fatal(err)
	}
	certain, err := multivariate.CompareLoglinear(fixed, multivariate.Loglinear{c, [][]int{{0}, {1}}}, multivariate.Loglinear{c, [][]int{{0, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []float64{certain.Pearson.P, certain.Pearson.PFirst, certain.Pearson.PExact, certain.Deviance.PSaddle} {
		if !math.IsNaN(p) || !(certain.Pearson.X2 > 0) {
			t.Errorf("fixed shares: %+v", certain.Pearson)
		}
	}
	// Two equal eigenvalues: all corrections are the same, exp(-x/2) for 2 df.
	want := math.Exp(-pearson / 2 * (n - 1) / n)
	near(t, "first order", test.Pearson.PFirst, want, 1e-12)
	near(t, "exact", test.Pearson.PExact, want, 1e-9)
	near(t, "NumDF", test.Pearson.NumDF, 2, 1e-12)
	near(t, "DenDF", test.Pearson.DenDF, 2*(n-1), 1e-12)
}

func BenchmarkFactor(b *testing.B) {
	w, x := ratings(5, 2000, 12)
	for b.Loop() {
		if _, err := multivariate.Factor(w, 2, "", x...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkComponentVariances(b *testing.B) {
	w, x := ratings(5, 10000, 10)
	for b.Loop() {
		if _, _, err := multivariate.ComponentVariances(true, x...).Linearize(w); err != nil {
			b.Fatal(err)
		}
	}
}
