package smallarea

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"tradeoff/stats"
)

// expected are the numbers of testdata/expect.R.
type expected struct {
	FayHerriot struct {
		Y, Psi, X, Beta, SE, Blup []float64
		BlupSE                    []float64 `json:"blup_se"`
		Tau2                      float64
		Y0                        []float64
		Tau20, Beta0              float64
	}
	Multilevel struct {
		Country, Age, Industry []int
		N, Yes, X, Beta, SD, P []float64
		CountryEffects         []float64 `json:"country_effects"`
		AgeEffects             []float64 `json:"age_effects"`
	}
}

func read(t *testing.T) (e expected) {
	b, err := os.ReadFile("testdata/expect.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1e-3, math.Abs(want))) {
		t.Errorf("%s: %.12g, expected %.12g", what, got, want)
	}
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func TestFayHerriot(t *testing.T) {
	e := read(t).FayHerriot
	f, err := FayHerriot(e.Y, e.Psi, [][]float64{ones(len(e.Y)), e.X})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "variance between areas", f.Between, e.Tau2, 1e-8)
	for k := range e.Beta {
		near(t, "beta", f.Beta[k], e.Beta[k], 1e-8)
		near(t, "its standard error", f.BetaSE[k], e.SE[k], 1e-8)
	}
	information := 0.0
	for _, psi := range e.Psi {
		information += math.Pow(f.Between+psi, -2)
	}
	for i, y := range e.Blup {
		near(t, "estimate", f.Value[i], y, 1e-8)
		g3 := math.Pow(e.Psi[i], 2) / math.Pow(f.Between+e.Psi[i], 3) * 2 / information
		near(t, "g1 + g2", f.MSE[i]-2*g3, e.BlupSE[i]*e.BlupSE[i], 1e-7)
	}
	// Areas that differ less than their sampling errors: nobody's own counts.
	f, err = FayHerriot(e.Y0, e.Psi, [][]float64{ones(len(e.Y0))})
	if err != nil {
		t.Fatal(err)
	}
	if f.Between != e.Tau20 || f.Own[0] != 0 {
		t.Errorf("variance %v, own share %v", f.Between, f.Own[0])
	}
	near(t, "common mean", f.Value[5], e.Beta0, 1e-9)
	if !(f.MSE[0] > 0) {
		t.Errorf("mean squared error %v", f.MSE[0])
	}
}

// With equal sampling variances everything has a closed form: sigma^2 is the
// variance of the estimates less psi, gamma = 1 - psi/S^2, g2 = (1-gamma)^2 S^2/m
// and g3 = 2 psi^2/(m S^2).
func TestFayHerriotBalanced(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const m, psi = 15, 0.5
	y := make([]float64, m+1)
	v := make([]float64, m+1)
	mean := 0.0
	for i := range m {
		y[i], v[i] = r.NormFloat64()*2, psi
		mean += y[i] / m
	}
	y[m] = math.NaN() // an area without its own estimate
	s2 := 0.0
	for _, x := range y[:m] {
		s2 += (x - mean) * (x - mean) / (m - 1)
	}
	f, err := FayHerriot(y, v, [][]float64{ones(m + 1)})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sigma^2", f.Between, s2-psi, 1e-10)
	gamma := 1 - psi/s2
	for i, x := range y[:m] {
		near(t, "estimate", f.Value[i], gamma*x+(1-gamma)*mean, 1e-10)
		near(t, "mean squared error", f.MSE[i], gamma*psi+(1-gamma)*(1-gamma)*s2/m+2*2*psi*psi/(m*s2), 1e-10)
	}
	near(t, "estimate without an own", f.Value[m], mean, 1e-10)
	near(t, "its mean squared error", f.MSE[m], s2-psi+s2/m, 1e-10)
}

// Over many samples from the model, the mean squared error is what it says.
func TestFayHerriotMSE(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 7))
	const m = 30
	samples := 800
	if testing.Short() {
		samples = 150
	}
	psi := make([]float64, m)
	for i := range psi {
		psi[i] = 0.3 + 1.4*float64(i%3)/2
	}
	var said, was float64
	for range samples {
		y, theta := make([]float64, m), make([]float64, m)
		for i := range y {
			theta[i] = 3 + r.NormFloat64()
			y[i] = theta[i] + math.Sqrt(psi[i])*r.NormFloat64()
		}
		f, err := FayHerriot(y, psi, [][]float64{ones(m)})
		if err != nil {
			t.Fatal(err)
		}
		for i := range y {
			said += f.MSE[i]
			was += (f.Value[i] - theta[i]) * (f.Value[i] - theta[i])
		}
	}
	if r := said / was; r < 0.94 || r > 1.06 {
		t.Errorf("mean squared error said is %.3f of what it was", r)
	}
}

func TestFayHerriotErrors(t *testing.T) {
	x := [][]float64{ones(3)}
	nan := math.NaN()
	for name, try := range map[string]func() (*FayHerriotFit, error){
		"variance of zero":     func() (*FayHerriotFit, error) { return FayHerriot([]float64{0, 1, 2}, []float64{0, 1, 1}, x) },
		"too few areas":        func() (*FayHerriotFit, error) { return FayHerriot([]float64{0, nan, nan}, []float64{1, 1, 1}, x) },
		"an infinite estimate": func() (*FayHerriotFit, error) { return FayHerriot([]float64{0, math.Inf(1), 2}, ones(3), x) },
		"a missing covariate": func() (*FayHerriotFit, error) {
			return FayHerriot([]float64{0, 1, nan}, ones(3), [][]float64{{1, 1, nan}})
		},
		"the same covariate twice": func() (*FayHerriotFit, error) {
			return FayHerriot([]float64{0, 1, 2}, []float64{1, 1, 1}, [][]float64{ones(3), ones(3)})
		},
	} {
		if f, err := try(); err == nil {
			t.Errorf("%s: %+v, but no error", name, f)
		}
	}
}

func TestSmoothVariance(t *testing.T) {
	v := SmoothVariance(0.2, 1.5, []float64{24, 0})
	near(t, "variance", v[0], 0.01, 1e-12)
	if !math.IsNaN(v[1]) {
		t.Errorf("nobody answered: %v", v[1])
	}
}

// fitExample fits the model of testdata/expect.R.
func fitExample(t *testing.T, e expected) *MultilevelFit {
	m := e.Multilevel
	f, err := Multilevel(m.Yes, m.N, [][]float64{ones(len(m.N)), m.X}, []Group{
		{"country", less1(m.Country)}, {"age", less1(m.Age)}, {"industry", less1(m.Industry)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// lme4 stops its own search at about 1e-7.
func TestMultilevel(t *testing.T) {
	e := read(t)
	m, f := e.Multilevel, fitExample(t, e)
	for k := range m.Beta {
		near(t, "beta", f.Beta[k], m.Beta[k], 1e-6)
	}
	for g := range m.SD {
		if m.SD[g] < 1e-6 {
			near(t, "sd", f.SD[g], 0, 1e-12)
			continue
		}
		near(t, "sd", f.SD[g], m.SD[g], 1e-6)
	}
	for l := range m.CountryEffects {
		near(t, "country effect", f.Effects[0][l], m.CountryEffects[l], 1e-5)
	}
	for l := range m.AgeEffects {
		near(t, "age effect", f.Effects[1][l], m.AgeEffects[l], 1e-5)
	}
	for c := range m.P {
		near(t, "share", f.P[c], m.P[c], 1e-6)
	}
}

func less1(x []int) []int {
	y := make([]int, len(x))
	for i := range x {
		y[i] = x[i] - 1
	}
	return y
}

// A single cell is its own area; the whole is the mean of the cells; nowhere has
// no share.
func TestPoststratify(t *testing.T) {
	m := read(t).Multilevel
	f, err := Multilevel(m.Yes, m.N, [][]float64{ones(len(m.N)), m.X}, []Group{{"country", less1(m.Country)}})
	if err != nil {
		t.Fatal(err)
	}
	pop := make([]float64, len(f.P))
	if p, se := f.Poststratify(pop); !math.IsNaN(p) || !math.IsNaN(se) {
		t.Errorf("nobody lives there: %v, %v", p, se)
	}
	pop[7] = 3
	p, se := f.Poststratify(pop)
	near(t, "one cell", p, f.P[7], 1e-12)
	if !(se > 0) {
		t.Errorf("standard error %v", se)
	}
	mean := 0.0
	for c := range pop {
		pop[c] = float64(1 + c%2)
		mean += pop[c] * f.P[c]
	}
	p, all := f.Poststratify(pop)
	near(t, "all cells", p, mean/float64(len(pop)+len(pop)/2), 1e-12)
	if !(all < se) {
		t.Errorf("the whole has a standard error of %v, a cell %v", all, se)
	}
}

// Without groups it is a logistic regression: with an intercept only, the share
// is that of the sample and its standard error the binomial one.
func TestMultilevelWithoutGroups(t *testing.T) {
	f, err := Multilevel([]float64{3, 5}, []float64{10, 10}, [][]float64{ones(2)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, se := f.Poststratify([]float64{1, 1})
	near(t, "share", p, 0.4, 1e-5)
	near(t, "standard error", se, math.Sqrt(0.4*0.6/20), 1e-5)
}

func TestMultilevelErrors(t *testing.T) {
	x := [][]float64{ones(2)}
	for name, try := range map[string]func() (*MultilevelFit, error){
		"nobody":        func() (*MultilevelFit, error) { return Multilevel([]float64{0, 0}, []float64{5, 5}, x, nil) },
		"more than all": func() (*MultilevelFit, error) { return Multilevel([]float64{6, 0}, []float64{5, 5}, x, nil) },
		"a missing covariate": func() (*MultilevelFit, error) {
			return Multilevel([]float64{2, 1}, []float64{5, 5}, [][]float64{{1, math.NaN()}}, nil)
		},
		"separated": func() (*MultilevelFit, error) { // nobody of the first half, everybody of the second
			return Multilevel([]float64{0, 0, 5, 5}, []float64{5, 5, 5, 5}, [][]float64{ones(4), {0, 0, 1, 1}}, []Group{{"country", []int{0, 1, 2, 3}}})
		},
		"separated on one side": func() (*MultilevelFit, error) {
			return Multilevel([]float64{0, 0, 2, 3}, []float64{5, 5, 5, 5}, [][]float64{ones(4), {1, 1, 0, 0}}, nil)
		},
		"twice the same x": func() (*MultilevelFit, error) {
			return Multilevel([]float64{2, 1}, []float64{5, 5}, append(x, x...), nil)
		},
	} {
		if f, err := try(); err == nil {
			t.Errorf("%s: %+v, but no error", name, f)
		}
	}
}

// Weights 1, 1, 2, 4: (sum)^2 / sum of squares = 64/22, so deff = 22 x 4/64.
func TestEffectiveCells(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 6, Weights: []float64{1, 1, 2, 4, 9, 9}})
	if err != nil {
		t.Fatal(err)
	}
	yes, n := EffectiveCells(d, []float64{1, 0, 1, 0, math.NaN(), 1}, []int{0, 0, 1, 1, 0, -1}, 3)
	deff := 22. * 4 / 64
	near(t, "n of the first cell", n[0], 2/deff, 1e-12)
	near(t, "yes of the first cell", yes[0], 1/deff, 1e-12)
	near(t, "yes of the second cell", yes[1], 2/deff/3, 1e-12)
	if n[2] != 0 || yes[2] != 0 {
		t.Errorf("nobody is in the third cell: %v of %v", yes[2], n[2])
	}
}

// Misuse stops at once.
func TestMisuse(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 2})
	if err != nil {
		t.Fatal(err)
	}
	two := []float64{1, 2}
	for what, misuse := range map[string]func(){
		"no covariate": func() { _, _ = FayHerriot(two, two, nil) },
		"lengths":      func() { _, _ = FayHerriot(two, two[:1], [][]float64{two}) },
		"a level below 0": func() {
			_, _ = Multilevel([]float64{1, 1}, two, [][]float64{ones(2)}, []Group{{"country", []int{0, -1}}})
		},
		"a cell of more": func() { EffectiveCells(d, two, []int{0, 2}, 2) },
	} {
		func() {
			defer func() {
				if p := recover(); p == nil || !strings.HasPrefix(fmt.Sprint(p), "smallarea: ") {
					t.Errorf("%s: panic %v", what, p)
				}
			}()
			misuse()
		}()
	}
}

func BenchmarkMultilevel(b *testing.B) {
	var e expected
	text, err := os.ReadFile("testdata/expect.json")
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(text, &e); err != nil {
		b.Fatal(err)
	}
	m := e.Multilevel
	for b.Loop() {
		if _, err := Multilevel(m.Yes, m.N, [][]float64{ones(len(m.N)), m.X}, []Group{{"country", less1(m.Country)}, {"age", less1(m.Age)}}); err != nil {
			b.Fatal(err)
		}
	}
}
