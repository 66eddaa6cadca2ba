package model_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/model"
)

// survey is the data of testdata/families.R.
type survey struct {
	design  *stats.Design
	columns map[string][]float64
	age     []int
}

// trustAge is the terms of testdata/families.R, in its order.
var trustAge = []model.Term{{"trust"}, {"age"}}

var ages = []string{"young", "middle", "old"}

func readSurvey(t tb) survey {
	t.Helper()
	file, err := os.Open("testdata/families.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := survey{columns: map[string][]float64{}}
	for j, name := range rows[0] {
		for _, r := range rows[1:] {
			if name == "age" {
				for k, a := range ages {
					if r[j] == a {
						s.age = append(s.age, k)
					}
				}
				continue
			}
			v, err := strconv.ParseFloat(r[j], 64)
			if err != nil {
				t.Fatal(err)
			}
			s.columns[name] = append(s.columns[name], v)
		}
	}
	s.design = s.designOf(t, stats.LonelyFail)
	return s
}

func (s survey) designOf(t tb, lonely stats.Lonely) *stats.Design {
	t.Helper()
	d, err := stats.NewDesign(stats.Sampling{
		Rows: len(s.age), Weights: s.columns["w"], Lonely: lonely,
		Stages: []stats.Stage{{Strata: ints(s.columns["stratum"]), Units: ints(s.columns["psu"])}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ints(x []float64) []int {
	n := make([]int, len(x))
	for i, v := range x {
		n[i] = int(v)
	}
	return n
}

// data are the covariates.
func (s survey) data() model.Data {
	return model.Data{"trust": model.Numeric(s.columns["trust"]), "age": model.Factor(s.age, ages)}
}

type reference struct {
	GLM []struct {
		Name         string
		Coef, SE     []float64
		Deviance     float64
		NullDeviance float64 `json:"null_deviance"`
		DF           float64
	}
	Criteria struct {
		BIC             [][]any // p, BIC, effective rows
		AIC, Parameters float64
	}
	Ordinal []struct {
		Name     string
		Coef     []float64
		Deviance float64
		NaiveSE  []float64 `json:"naive_se"`
	}
	ProbitSE  []float64 `json:"svyolr_probit_se"`
	CloglogSE []float64 `json:"svyolr_cloglog_se"`
	Matrices  []struct {
		Formula   string
		Terms     any
		Intercept int
		Names     any
		Rows      any
	}
}

func readReference(t *testing.T) reference {
	t.Helper()
	text, err := os.ReadFile("testdata/families.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// tb is what tests and properties have in common.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// near fails unless a number is that expected, relative to the larger of it and
// scale.
func near(t tb, what string, got, want, scale, tol float64) {
	t.Helper()
	if got != want && !(math.Abs(got-want) <= tol*math.Max(math.Abs(want), scale)) {
		t.Errorf("%s: got %.12g, expected %.12g", what, got, want)
	}
}

func must[V any](t tb) func(v V, err error) V {
	return func(v V, err error) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func fit(t tb, d *stats.Design, s model.Spec) *model.Fit {
	t.Helper()
	return must[*model.Fit](t)(must[*model.Model](t)(model.New(s)).Fit(d))
}

// TestFamilies compares families and links that the shared oracle has no case
// of with svyglm. R's iteration ends on the deviance, so that slow cases are
// good to 1e-8.
func TestFamilies(t *testing.T) {
	s := readSurvey(t)
	logHours := make([]float64, len(s.age))
	no := make([]float64, len(s.age))
	for i := range logHours {
		logHours[i] = math.Log(s.columns["hours"][i])
		no[i] = 1 - s.columns["yes"][i]
	}
	age := []model.Term{{"age"}}
	c := s.columns
	specs := map[string]model.Spec{
		"gamma/inverse":      {Outcome: c["amount"], Terms: trustAge, Family: model.Gamma},
		"gamma/log":          {Outcome: c["amount"], Terms: trustAge, Family: model.Gamma, Link: model.Log},
		"gamma/identity":     {Outcome: c["amount"], Terms: trustAge, Family: model.Gamma, Link: model.Identity},
		"gaussian/log":       {Outcome: c["amount"], Terms: trustAge, Link: model.Log},
		"poisson/identity":   {Outcome: c["count"], Terms: age, Family: model.Poisson, Link: model.Identity},
		"poisson/log/offset": {Outcome: c["count"], Terms: trustAge, Family: model.Poisson, Offset: logHours},
		"binomial/log":       {Outcome: c["yes"], Terms: age, Family: model.Binomial, Link: model.Log},
		"binomial/identity":  {Outcome: c["yes"], Terms: age, Family: model.Binomial, Link: model.Identity},
		"binomial/loglog":    {Outcome: c["yes"], Terms: trustAge, Family: model.Binomial, Link: model.Loglog},
	}
	for _, want := range readReference(t).GLM {
		t.Run(want.Name, func(t *testing.T) {
			spec, ok := specs[want.Name]
			if !ok {
				t.Fatal("no such model")
			}
			spec.Data = s.data()
			f := fit(t, s.design, spec)
			for k, v := range want.Coef {
				if want.Name == "binomial/loglog" { // R has that of the opposite
					v = -v
				}
				near(t, f.Names[k], f.Value[k], v, want.SE[k], 1e-7)
				near(t, f.Names[k]+" SE", f.SE(k), want.SE[k], 0, 1e-7)
			}
			near(t, "deviance", f.Deviance, want.Deviance, 0, 1e-10)
			near(t, "null deviance", f.NullDeviance, want.NullDeviance, 0, 1e-10)
			near(t, "df", f.DF, want.DF, 0, 0)
		})
	}
}

// TestCriteria compares BIC with R's, and the AIC of a linear model with its
// formula worked out in R.
func TestCriteria(t *testing.T) {
	s := readSurvey(t)
	want := readReference(t).Criteria
	f := fit(t, s.design, model.Spec{Outcome: s.columns["yes"], Data: s.data(), Terms: trustAge, Family: model.Binomial})
	for k, without := range [][]model.Term{nil, {{"age"}}, trustAge} {
		bic, rows := f.BIC(without...)
		near(t, "BIC", bic, want.BIC[k][1].(float64), 0, 1e-9)
		if k == 0 {
			if !math.IsNaN(rows) {
				t.Errorf("%g effective rows of nothing", rows)
			}
			continue
		}
		near(t, "effective rows", rows, want.BIC[k][2].(float64), 0, 1e-7)
	}
	linear := fit(t, s.design, model.Spec{Outcome: s.columns["amount"], Data: s.data(), Terms: both})
	near(t, "AIC", linear.AIC().Value, want.AIC, 0, 1e-10)
	near(t, "parameters", linear.AIC().Parameters, want.Parameters, 0, 1e-9)
}

// TestOrdinalLinks compares links with polr, whose BFGS is good to 1e-5, and
// standard errors with polr and svyolr, good to 1e-3.
func TestOrdinalLinks(t *testing.T) {
	s := readSurvey(t)
	ref := readReference(t)
	W := 0.0
	for _, w := range s.columns["w"] {
		W += w
	}
	for _, want := range ref.Ordinal {
		f := s.ordinal(t, model.Link(want.Name))
		for k, v := range want.Coef {
			near(t, want.Name+" "+f.Names[k], f.Value[k], v, f.SE(k), 1e-4)
		}
		near(t, want.Name+" deviance", f.Deviance*W/float64(len(s.age)), want.Deviance, 0, 1e-8)
		if f.Deviance*W/float64(len(s.age)) > want.Deviance*(1+1e-12) {
			t.Errorf("%s: polr has a higher likelihood", want.Name)
		}
		for k, v := range want.NaiveSE { // of weights as they are
			near(t, want.Name+" naive SE", math.Sqrt(f.Naive.At(k, k)*float64(len(s.age))/W), v, 0, 2e-3)
		}
		se := map[string][]float64{"probit": ref.ProbitSE, "loglog": ref.CloglogSE}[want.Name] // svyolr's cloglog is loglog
		for k, v := range se {
			near(t, want.Name+" SE", f.SE(k), v, 0, 2e-3)
		}
	}
}

func (s survey) ordinal(t tb, l model.Link) *model.OrdinalFit {
	t.Helper()
	m := must[*model.Ordinal](t)(model.NewOrdinal(model.OrdinalSpec{
		Outcome: ints(s.columns["worry"]), Levels: []string{"none", "a little", "some", "much"},
		Data: s.data(), Terms: []model.Term{{"trust"}, {"age"}}, Link: l,
	}))
	return must[*model.OrdinalFit](t)(m.Fit(s.design))
}

// TestDesignMatrix compares columns with those of R's model.matrix. R's name of
// a level has no "=", and R puts the variables of an interaction in the order of
// the main effects.
func TestDesignMatrix(t *testing.T) {
	data := model.Data{
		"a": model.Factor([]int{0, 1, 2, 0, 1, 2}, []string{"1", "2", "3"}),
		"b": model.Factor([]int{0, 0, 0, 1, 1, 1}, []string{"u", "v"}),
		"x": model.Numeric([]float64{0.5, 1, 1.5, 2, 2.5, 3}),
		"z": model.Numeric([]float64{3, 1, 4, 1, 5, 9}),
	}
	for _, want := range readReference(t).Matrices {
		var terms []model.Term
		for _, term := range list(want.Terms) {
			terms = append(terms, strings.Split(term.(string), ":"))
		}
		m := must[*model.Model](t)(model.New(model.Spec{
			Outcome: make([]float64, 6), Data: data, Terms: terms, NoIntercept: want.Intercept == 0,
		}))
		var names []string
		for _, n := range list(want.Names) {
			names = append(names, n.(string))
		}
		if got := strings.ReplaceAll(strings.Join(m.Columns(), " "), "=", ""); got != strings.Join(names, " ") {
			t.Errorf("%s: got %s, expected %s", want.Formula, got, strings.Join(names, " "))
		}
		for i, row := range list(want.Rows) {
			for j, v := range list(row) {
				if got := model.MatrixAt(m, i, j); got != v.(float64) {
					t.Errorf("%s: row %d, column %s: got %g, expected %g", want.Formula, i, names[j], got, v)
				}
			}
		}
	}
}

// list is a list, or one element that the JSON has without brackets.
func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// TestLongley fits Longley's data, whose columns nearly determine each other,
// against the certified values of NIST (StRD, linear regression).
func TestLongley(t *testing.T) {
	y := []float64{60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169, 66513, 68655, 69564, 69331, 70551}
	columns := map[string][]float64{
		"deflator":   {83.0, 88.5, 88.2, 89.5, 96.2, 98.1, 99.0, 100.0, 101.2, 104.6, 108.4, 110.8, 112.6, 114.2, 115.7, 116.9},
		"product":    {234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180, 442769, 444546, 482704, 502601, 518173, 554894},
		"unemployed": {2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578, 2904, 2822, 2936, 4681, 3813, 3931, 4806, 4007},
		"forces":     {1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350, 3048, 2857, 2798, 2637, 2552, 2514, 2572, 2827},
		"population": {107608, 108632, 109773, 110929, 112075, 113270, 115094, 116219, 117388, 118734, 120445, 121950, 123366, 125368, 127852, 130081},
		"year":       {1947, 1948, 1949, 1950, 1951, 1952, 1953, 1954, 1955, 1956, 1957, 1958, 1959, 1960, 1961, 1962},
	}
	data := model.Data{}
	var terms []model.Term
	for _, v := range []string{"deflator", "product", "unemployed", "forces", "population", "year"} {
		data[v] = model.Numeric(columns[v])
		terms = append(terms, model.Term{v})
	}
	d := must[*stats.Design](t)(stats.NewDesign(stats.Sampling{Rows: len(y)}))
	f := fit(t, d, model.Spec{Outcome: y, Data: data, Terms: terms})
	value := []float64{-3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683, -1.03322686717359, -0.0511041056535807, 1829.15146461355}
	se := []float64{890420.383607373, 84.9149257747669, 0.334910077722432e-01, 0.488399681651699, 0.214274163161675, 0.226073200069370, 455.478499142212}
	for k := range value {
		near(t, f.Names[k], f.Value[k], value[k], 0, 1e-8)
		near(t, f.Names[k]+" textbook SE", math.Sqrt(f.Naive.At(k, k)*f.Deviance/(16-7)), se[k], 0, 1e-8)
	}
	near(t, "residual sum of squares", f.Deviance, 836424.055505915, 0, 1e-9)
}
