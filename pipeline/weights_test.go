package pipeline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/weight"
)

// A made survey: sex, age, region, a stratum and a cluster, a weight, an answer
// from 1 to 3 (0 = not asked), a number, and ratings of two brands.
type made struct {
	sex, age, wave, stratum, psu, trust []int
	w, spent                            []float64
	rated                               [2][]int
	reps                                [][]float64 // by replicate
}

func makeSurvey(n, replicates int) *made {
	r := rand.New(rand.NewPCG(7, 7))
	m := &made{reps: make([][]float64, replicates)}
	for i := range n {
		m.sex, m.age = append(m.sex, 1+r.IntN(2)), append(m.age, 1+r.IntN(3))
		m.wave = append(m.wave, 1+i*2/n)
		m.stratum, m.psu = append(m.stratum, 1+i*4/n), append(m.psu, 1+i*40/n)
		m.trust = append(m.trust, r.IntN(4))
		if m.sex[i] == 1 && r.IntN(2) == 0 {
			m.trust[i] = 3 // sex and age tell something of the answers
		}
		w := math.Round(100*math.Exp(r.NormFloat64()/3)) / 100
		m.w, m.spent = append(m.w, w), append(m.spent, float64(10*m.age[i]+r.IntN(40)))
		for k := range m.rated {
			m.rated[k] = append(m.rated[k], r.IntN(4)) // 0 = not asked
		}
		for k := range m.reps {
			f := []float64{0.3, 1.7}[(m.psu[i]*(k+3)/2+k)%2]
			m.reps[k] = append(m.reps[k], math.Round(1000*w*f*(0.9+0.2*r.Float64()))/1000)
		}
	}
	return m
}

const madeHeader = "sex,age,wave,h,psu,trust,w,spent,a,b"

func (m *made) row(i int) string {
	blank := func(v int) string {
		if v == 0 {
			return ""
		}
		return strconv.Itoa(v)
	}
	s := fmt.Sprintf("%d,%d,%d,%d,%d,%s,%v,%v,%s,%s", m.sex[i], m.age[i], m.wave[i], m.stratum[i], m.psu[i], blank(m.trust[i]), m.w[i], m.spent[i], blank(m.rated[0][i]), blank(m.rated[1][i]))
	for _, w := range m.reps {
		s += fmt.Sprintf(",%v", w[i])
	}
	return s
}

func (m *made) run(t *testing.T, study string) (figures, error) {
	t.Helper()
	header := madeHeader
	for k := range m.reps {
		header += fmt.Sprintf(",rw_%d", k+1)
	}
	f, _, err := runText(t, header, len(m.sex), m.row, study+madeQuestions)
	return f, err
}

const madeQuestions = `
segments:
  sex: sex
  age: {from: age, codes: {1: Young, 2: Middle, 3: Old}}
  brand: {loop: brand, items: {a: A, b: B}}
questions:
  trust: {column: trust, answers: {1: No, 2: Some, 3: Yes}}
  age_of: {column: age, answers: {1: Young, 2: Middle, 3: Old}}
  spent: {column: spent, type: number}
  rated: {columns: "{brand}", loop: brand, answers: {1: Bad, 2: Fair, 3: Good}}
`

// figure is the estimate and the standard error of an answer in a column.
func (f figures) figure(t *testing.T, question, category, segment string) (estimate, se, df float64) {
	t.Helper()
	for _, r := range f {
		if r["question"] == question && r["banner"] != "wave" && r["segment"] == segment && (r["category"] == category || category == "" && r["statistic"] == "mean") {
			number := func(key string) float64 {
				v, err := strconv.ParseFloat(r[key], 64)
				if err != nil {
					t.Fatalf("%s, %s, %s: %s is %q", question, category, segment, key, r[key])
				}
				return v
			}
			return number("estimate"), number("se"), number("df")
		}
	}
	t.Fatalf("no figure of %s, %s, %s", question, category, segment)
	return 0, 0, 0
}

// domain is what a column holds of an answer: sums by person of the answer, and
// of rows.
func (m *made) domain(in func(i int) bool, answer func(i int) (y, n float64)) stats.Statistic {
	y, n := make([]float64, len(m.sex)), make([]float64, len(m.sex))
	for i := range y {
		if in(i) {
			y[i], n[i] = answer(i)
		}
	}
	return stats.Ratio(nil, [][]float64{y}, [][]float64{n})
}

// agrees compares the figures of a run with package stats over rows.
func (m *made) agrees(t *testing.T, f figures, d *stats.Design) {
	t.Helper()
	everybody := func(int) bool { return true }
	woman := func(i int) bool { return m.sex[i] == 2 }
	is := func(v []int, k int) func(i int) (float64, float64) {
		return func(i int) (y, n float64) {
			if v[i] == k {
				y = 1
			}
			if v[i] > 0 {
				n = 1
			}
			return y, n
		}
	}
	ratings := func(i int) (y, n float64) {
		for k := range m.rated {
			a, b := is(m.rated[k], 3)(i)
			y, n = y+a, n+b
		}
		return y, n
	}
	spent := func(i int) (float64, float64) { return m.spent[i], 1 }
	for _, tt := range []struct {
		question, category, segment string
		of                          stats.Statistic
	}{
		{"trust", "Yes", "Total", m.domain(everybody, is(m.trust, 3))},
		{"trust", "Some", "2", m.domain(woman, is(m.trust, 2))},
		{"age_of", "Old", "2", m.domain(woman, is(m.age, 3))},
		{"spent", "", "Total", m.domain(everybody, spent)},
		{"spent", "", "2", m.domain(woman, spent)},
		{"rated", "Good", "Total", m.domain(everybody, ratings)},
		{"rated", "Good", "2", m.domain(woman, ratings)},
		{"rated", "Good", "A", m.domain(everybody, is(m.rated[0], 3))},
	} {
		e, err := d.Estimate(tt.of)
		if err != nil {
			t.Fatal(err)
		}
		estimate, se, _ := f.figure(t, tt.question, tt.category, tt.segment)
		what := fmt.Sprint(tt.question, ", ", tt.category, ", ", tt.segment)
		if math.Abs(estimate/e.Value[0]-1) > 1e-9 {
			t.Errorf("%s is %.15g, expected %.15g", what, estimate, e.Value[0])
		}
		if math.Abs(se-e.SE(0)) > 1e-8*e.SE(0)+1e-14 { // certain figures: 0, or rounding
			t.Errorf("the SE of %s is %.15g, expected %.15g", what, se, e.SE(0))
		}
	}
}

func plainDesign(t *testing.T, m *made, w []float64, clustered bool) *stats.Design {
	s := stats.Sampling{Rows: len(m.sex), Weights: w, Stages: []stats.Stage{{Strata: m.stratum}}}
	if clustered {
		s.Stages[0].Units = m.psu
	}
	d, err := stats.NewDesign(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A run takes variances from replicate weights as package stats does, and every
// option of them changes the figures.
func TestReplicateWeights(t *testing.T) {
	m := makeSurvey(600, 8)
	d, err := stats.NewDesign(stats.Sampling{Rows: len(m.w), Weights: m.w})
	if err != nil {
		t.Fatal(err)
	}
	factors := make([][]float64, len(m.reps))
	for k, w := range m.reps {
		for i := range w {
			factors[k] = append(factors[k], w[i]*m.w[i])
		}
	}
	for options, reps := range map[string]stats.Replicates{
		"method: brr":                    {Weights: m.reps, Scale: 1. / 8},
		"method: fay, rho: 0.7":          {Weights: m.reps, Scale: 1. / (8 * .3 * .3)},
		"method: brr, mse: true":         {Weights: m.reps, Scale: 1. / 8, MSE: true},
		"method: brr, df: 5":             {Weights: m.reps, Scale: 1. / 8, DF: 5},
		"method: brr, scale: 0.5":        {Weights: m.reps, Scale: 0.5},
		"method: jk1":                    {Weights: m.reps, Scale: 7. / 8},
		"method: jk2":                    {Weights: m.reps, Scale: 1},
		"method: bootstrap":              {Weights: m.reps, Scale: 1. / 7},
		"method: sdr":                    {Weights: m.reps, Scale: 4. / 8},
		"method: other, scale: 0.3":      {Weights: m.reps, Scale: 0.3},
		"method: brr, multipliers: true": {Weights: factors, Scale: 1. / 8},
		"method: jkn, rscales: [0.5, 1, 0.5, 1, 0.5, 1, 0.5, 0.25]": {Weights: m.reps, Scale: 1, RScales: []float64{.5, 1, .5, 1, .5, 1, .5, .25}},
	} {
		t.Run(options, func(t *testing.T) {
			f, err := m.run(t, "design: {weight: w, replicates: {columns: rw_1..rw_8, "+options+"}}")
			if err != nil {
				t.Fatal(err)
			}
			with := d.WithReplicates(reps)
			m.agrees(t, f, with)
			if _, _, df := f.figure(t, "trust", "Yes", "Total"); df != with.DF() {
				t.Errorf("df %v, expected %v", df, with.DF())
			}
		})
	}
}

// What is wrong with replicate weights is told with its place.
func TestReplicateWeightsThatAreNone(t *testing.T) {
	m := makeSurvey(60, 4)
	m.reps[1][7] = -1
	m.w[20] = 0
	design := func(columns string) string {
		return "design: {weight: w, replicates: {columns: " + columns + ", method: brr}}"
	}
	for columns, want := range map[string]string{
		"rw_1..rw_5":   "column rw_5 is not in the data; did you mean rw_1?",
		"[rw_1, rw_2]": "export.csv:9: column rw_2: the replicate weight is -1; it must be 0 or more",
		"[rw_3, rw_4]": "1 row has a weight of zero, but replicate weights that are not",
	} {
		_, err := m.run(t, design(columns))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", columns, err)
		}
	}
}

// raked is what package weight makes of the rows.
func (m *made) raked(t *testing.T, d *stats.Design, trim float64, margins ...weight.Margin) *stats.Design {
	t.Helper()
	var err error
	if trim > 0 {
		terms, terr := weight.Terms(d, 0, margins...)
		if terr != nil {
			t.Fatal(terr)
		}
		d, _, err = weight.Calibrate(d, terms, weight.Calibration{Distance: weight.Exponential, Bounds: &weight.Bounds{Lower: 0, Upper: trim}})
	} else {
		d, _, err = weight.Rake(d, margins, weight.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func from1(codes []int) []int {
	out := make([]int, len(codes))
	for i, c := range codes {
		out[i] = c - 1
	}
	return out
}

func ones(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

// A run rakes as package weight does, row by row, and its variances know of it:
// with and without weights to start from, of persons and of clusters, crossed
// margins, bounds.
func TestRaking(t *testing.T) {
	m := makeSurvey(800, 0)
	sex := weight.Margin{Name: "sex", Of: from1(m.sex), Targets: []float64{.3, .7}}
	age := weight.Margin{Name: "age", Of: from1(m.age), Targets: []float64{.2, .3, .5}}
	both := weight.Interaction(sex, age, [][]float64{{.1, .1, .2}, {.25, .15, .2}})
	for name, tt := range map[string]struct {
		study     string
		w         []float64
		clustered bool
		trim      float64
		margins   []weight.Margin
	}{
		"shares": {"design: {strata: h}\nweighting: {rake: {sex: {1: 0.3, 2: 0.7}, age: {Young: 0.2, Middle: 0.3, Old: 0.5}}}",
			ones(800), false, 0, []weight.Margin{sex, age}},
		"percentages and a weight": {"design: {weight: w, strata: h}\nweighting: {rake: {sex: {1: 30, 2: 70}, age: {Young: 20, Middle: 30, Old: 50}}}",
			m.w, false, 0, []weight.Margin{sex, age}},
		"clusters": {"design: {weight: w, strata: h, cluster: psu}\nweighting: {rake: {sex: {1: 30, 2: 70}, age: {Young: 20, Middle: 30, Old: 50}}}",
			m.w, true, 0, []weight.Margin{sex, age}},
		"crossed": {"design: {weight: w, strata: h, cluster: psu}\nweighting: {rake: {sex*age: {1: {1: 10, 2: 10, 3: 20}, 2: {1: 25, 2: 15, 3: 20}}}}",
			m.w, true, 0, []weight.Margin{both}},
		"bounds": {"design: {strata: h}\nweighting: {rake: {sex: {1: 0.3, 2: 0.7}, age: {Young: 0.2, Middle: 0.3, Old: 0.5}}, trim: 1.9}",
			ones(800), false, 1.9, []weight.Margin{sex, age}},
		"bounds and a weight": {"design: {weight: w, strata: h, cluster: psu}\nweighting: {rake: {sex: {1: 0.3, 2: 0.7}, age: {Young: 0.2, Middle: 0.3, Old: 0.5}}, trim: 1.9}",
			m.w, true, 1.9, []weight.Margin{sex, age}},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := m.run(t, tt.study)
			if err != nil {
				t.Fatal(err)
			}
			d := m.raked(t, plainDesign(t, m, tt.w, tt.clustered), tt.trim, tt.margins...)
			m.agrees(t, f, d)
			// What was raked to has no error.
			estimate, se, _ := f.figure(t, "age_of", "Old", "Total")
			if want := map[bool]float64{true: .4, false: .5}[name == "crossed"]; math.Abs(estimate-want) > 1e-9 || se != 0 {
				t.Errorf("%v with an SE of %v, expected %v and 0", estimate, se, want)
			}
		})
	}
}

// Every wave is raked by itself.
func TestRakingInWaves(t *testing.T) {
	m := makeSurvey(800, 0)
	f, err := m.run(t, "wave: wave\ndesign: {weight: w, strata: h}\nweighting: {rake: {sex: {1: 30, 2: 70}}}")
	if err != nil {
		t.Fatal(err)
	}
	d := plainDesign(t, m, m.w, false)
	within, err := weight.Within(d, weight.Margin{Name: "wave", Of: from1(m.wave), Labels: []string{"1", "2"}},
		weight.Margin{Name: "sex", Of: from1(m.sex), Labels: []string{"1", "2"}}, [][]float64{{.3, .7}, {.3, .7}})
	if err != nil {
		t.Fatal(err)
	}
	m.agrees(t, f, m.raked(t, d, 0, within))
}

// Counts say how large the population is.
func TestRakingToCounts(t *testing.T) {
	m := makeSurvey(400, 0)
	f, err := m.run(t, "weighting: {rake: {sex: {1: 3000, 2: 7000}, age: {1: 20, 2: 30, 3: 50}}}")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range f {
		if r["question"] == "spent" && r["segment"] == "2" && r["statistic"] == "mean" {
			if got, _ := strconv.ParseFloat(r["base_weighted"], 64); math.Abs(got-7000) > 1e-6 {
				t.Errorf("weighted base %v, expected 7000", got)
			}
			return
		}
	}
	t.Error("no base of women")
}

// Counts and percentages are the same targets, with trim too: a mean factor far
// from 1 does not keep the weights from being found.
func TestTrimmedRakingToCounts(t *testing.T) {
	m := makeSurvey(400, 0)
	study := "design: {weight: w, strata: h}\nweighting: {rake: {sex: {1: %v, 2: %v}, age: {1: %v, 2: %v, 3: %v}}, trim: 1.8}"
	percent, err := m.run(t, fmt.Sprintf(study, 30, 70, 20, 30, 50))
	if err != nil {
		t.Fatal(err)
	}
	for _, scale := range []int{1000, 1_000_000} {
		counts, err := m.run(t, fmt.Sprintf(study, 30*scale, 70*scale, 20*scale, 30*scale, 50*scale))
		if err != nil {
			t.Errorf("times %d: %v", scale, err)
			continue
		}
		for _, segment := range []string{"Total", "2", "Old", "A"} {
			question := "trust"
			category := "Yes"
			if segment == "A" {
				question, category = "rated", "Good"
			}
			p, se, _ := percent.figure(t, question, category, segment)
			q, so, _ := counts.figure(t, question, category, segment)
			if math.Abs(p-q) > 1e-9*p || math.Abs(se-so) > 1e-9*se {
				t.Errorf("times %d, %s: %v (%v), expected %v (%v)", scale, segment, q, so, p, se)
			}
		}
	}
}

// A code of a segment comes before the words of another of its groups.
func TestGroupByCodeFirst(t *testing.T) {
	s := &segment{values: []category{{code: "0", label: "1"}, {code: "1", label: "2"}}}
	for name, want := range map[string]int{"0": 0, "1": 1, "2": 1, "3": -1} {
		if got, _ := s.find(name); got != want {
			t.Errorf("%s is group %d, expected %d", name, got, want)
		}
	}
}

// What keeps weights from being made is told at the line of the study that asks
// for it.
func TestRakingThatCannotBe(t *testing.T) {
	m := makeSurvey(400, 0)
	for rake, want := range map[string]string{
		"{sex: {1: 30, 2: 60}}":                                        "s.yaml:3:20: the targets add up to 90; percentages add up to 100",
		"{sex: {1: 0.3, 2: 0.6}}":                                      "s.yaml:3:20: the targets add up to 0.9; shares add up to 1",
		"{sex: {1: 30, 2: 50, 3: 20}}":                                 `s.yaml:3:43: "3" is not a group of sex; it has 1, 2`,
		"{sex: {1: 100}}":                                              "with sex 2, which has no target; give it one",
		"{sex: {1: 0, 2: 100}}":                                        "whose target is 0; give it a target",
		"{age: {1: 20, Young: 30, 2: 20, 3: 30}}":                      "s.yaml:3:40: this is the same group as Young, which has a target already; keep one",
		"{sex: {1: 300, 2: 700}, age: {1: 20000, 2: 20000, 3: 30000}}": "s.yaml:3:43: the targets add up to 70000, those of sex to 1000; they count the same people",
		"{sex*age: {1: {1: 50, 2: 20}, 2: {1: 10, 2: 10, 3: 10}}}":     "with sex 1 × age Old, which has no target",
		"{sex: {1: 1, 2: 99}}, trim: 1.5":                              "s.yaml:3:20: sex, 2: no factors up to trim, 1.5 times the mean factor, meet all targets; raise trim",
		"{sex: {1: 10, 2: 9990}}, trim: 1.5":                           "1.5 times the mean factor",
		"{sex*age: {1: {1: 1, 2: 1, 3: 1}, 2: {1: 1, 2: 1, 3: 95}}, age: {1: 2, 2: 2, 3: 96}}, trim: 1.5": "s.yaml:3:20: sex*age, 2 × Old: no factors",
		"{ages: {0-1: 20, 2-3: 70, 4+: 10}}":                "it has 0-1, 2-3\n",
		"{age: {1: 10, 2: 10, 3: 80}, few: {1: 90, 2: 10}}": "nobody is in 2, whose target is 10",
	} {
		_, _, err := runText(t, madeHeader, 400, m.row, "weighting: {rake: "+rake+"}\n"+strings.Replace(madeQuestions, "  sex: sex\n", "  sex: sex\n  few: {from: wave, codes: [1, 2], banner: false}\n  ages: {from: age, bands: [0-1, 2-3], banner: false}\n", 1))
		if strings.Contains(rake, "few") {
			one := makeSurvey(400, 0)
			for i := range one.wave {
				one.wave[i] = 1
			}
			_, _, err = runText(t, madeHeader, 400, one.row, "weighting: {rake: "+rake+"}\n"+strings.Replace(madeQuestions, "  sex: sex\n", "  sex: sex\n  few: {from: wave, codes: [1, 2], banner: false}\n", 1))
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", rake, err)
		}
	}
}

// The method page says what was done to the weights, and how variances come
// about.
func TestMethodPageOfWeights(t *testing.T) {
	m := makeSurvey(400, 4)
	for study, wants := range map[string][]string{
		"design: {weight: w}\nweighting: {rake: {sex: {1: 30, 2: 70}, age: {Young: 20, Middle: 30, Old: 50}}, trim: 3}": {
			"the weights meet the targets of sex and age; they start from w",
			"raking multiplies no weight by more than 3 times the mean factor",
			"Young 20% (", "Middle 30% (", "Old 50% (", " before)", "a weighting efficiency of", "what raking has made certain is taken out"},
		"design: {weight: w, replicates: {columns: rw_1..rw_4, method: fay, rho: 0.7, df: 3}}": {
			"4 (rw_1 to rw_4): Fay&#39;s balanced repeated replication, rho 0.7", "3, as documented; for every column", "about the mean of the replicates"},
	} {
		folder := t.TempDir()
		var b strings.Builder
		b.WriteString(madeHeader + ",rw_1,rw_2,rw_3,rw_4\n")
		for i := range m.sex {
			b.WriteString(m.row(i) + "\n")
		}
		write(t, filepath.Join(folder, "export.csv"), b.String())
		source := studyIn(t, folder, "study: S\nsources: [export.csv]\n"+study+madeQuestions)
		out, _ := runInto(t, source, Options{Formats: []string{"html"}})
		page := string(fileOf(t, filepath.Join(out, "report.html")))
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("the page of %s does not say %q", study, want)
			}
		}
	}
}
