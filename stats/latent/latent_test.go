package latent

import (
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tradeoff/stats"
)

// truth is a model of three classes that answers tell apart fairly well.
var (
	sizes = []float64{0.5, 0.3, 0.2}
	sure  = 0.65 // of the answer of the own class; others are drawn evenly from all
)

// people are answers of known classes, in strata and PSUs of ten, with weights.
type people struct {
	*stats.Design
	items []Item
	class []int
	rand  *rand.Rand
}

func survey(t testing.TB, seed uint64, n, items int, missing float64) people {
	p := people{rand: rand.New(rand.NewPCG(seed, 0)), items: make([]Item, items), class: make([]int, n)}
	w, psu, stratum := make([]float64, n), make([]int, n), make([]int, n)
	for j := range p.items {
		p.items[j] = Item{Name: "q" + string(rune('1'+j)), Labels: []string{"no", "maybe", "yes"}}
	}
	for i := range n {
		w[i], psu[i], stratum[i] = 0.5+p.rand.Float64(), i/10, i*4/n
		p.class[i] = pick(p.rand, sizes)
		for j := range p.items {
			code := p.class[i]
			if p.rand.Float64() > sure {
				code = p.rand.IntN(3)
			}
			if p.rand.Float64() < missing {
				code = -1
			}
			p.items[j].Codes = append(p.items[j].Codes, code)
		}
	}
	var err error
	p.Design, err = stats.NewDesign(stats.Sampling{Rows: n, Weights: w, Stages: []stats.Stage{{Strata: stratum, Units: psu}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// pick draws from shares.
func pick(r *rand.Rand, shares []float64) int {
	u := r.Float64()
	for k, s := range shares {
		if u < s {
			return k
		}
		u -= s
	}
	return len(shares) - 1
}

func fitted(t testing.TB, d *stats.Design, items []Item, classes int, o Options) *Solution {
	t.Helper()
	s, err := Fit(d, items, classes, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func estimated(t testing.TB, d *stats.Design, s ...stats.Statistic) *stats.Estimates {
	t.Helper()
	e, err := d.Estimate(s...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// jackknife is the design with replicates that leave out a PSU each.
func jackknife(d *stats.Design) *stats.Design {
	r := stats.Replicates{Scale: 1}
	psu, stratum := d.PSU()
	size := make([]float64, d.Strata())
	for _, h := range stratum {
		size[h]++
	}
	for out, h := range stratum {
		w := slices.Clone(d.Weights())
		for i, u := range psu {
			if int(u) == out {
				w[i] = 0
			} else if stratum[u] == h {
				w[i] *= size[h] / (size[h] - 1)
			}
		}
		r.Weights, r.RScales = append(r.Weights, w), append(r.RScales, (size[h]-1)/size[h])
	}
	return d.WithReplicates(r)
}

// TestTruth: the classes behind the answers come out, within four standard errors,
// from answers of which some are missing.
func TestTruth(t *testing.T) {
	p := survey(t, 1, 4000, 6, 0.1)
	s := fitted(t, p.Design, p.items, 3, Options{Seed: 1})
	if !s.Converged || !s.Identified || s.Agree < 10 || s.Parameters != 2+3*6*2 {
		t.Errorf("%d of %d starts agree, converged %v, identified %v, %d parameters", s.Agree, s.Starts, s.Converged, s.Identified, s.Parameters)
	}
	e := estimated(t, p.Design, s)
	within := func(k int, truth float64) {
		if z := (e.Value[k] - truth) / e.SE(k); !(math.Abs(z) < 4) {
			t.Errorf("%s: %.3f (SE %.3f), in truth %.3f", e.Names[k], e.Value[k], e.SE(k), truth)
		}
	}
	for c := range 3 {
		within(s.Size(c), sizes[c])
		for j := range p.items {
			for k := range 3 {
				within(s.Probability(j, c, k), (1-sure)/3+sure*indicator(c == k))
			}
		}
	}
	right := 0.0
	for i, m := range s.Modal() {
		right += indicator(m == p.class[i]) / 4000
	}
	if right < 0.9 {
		t.Errorf("%.0f%% of people are assigned to their class", 100*right)
	}
}

// checkLinear holds linearised values against differences of At, and standard
// errors against the jackknife.
func checkLinear(t *testing.T, d *stats.Design, s stats.Statistic, ratio float64) {
	t.Helper()
	e := estimated(t, d, s)
	w := slices.Clone(d.Weights())
	_, u, err := s.Linearize(w)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(w); i += len(w)/3 - 1 {
		old := w[i]
		at := func(x float64) []float64 {
			w[i] = x
			theta, err := s.At(w)
			if err != nil {
				t.Fatal(err)
			}
			return theta
		}
		h := 1e-4 * old
		up, down := at(old+h), at(old-h)
		w[i] = old
		for k := range up {
			if numeric := (up[k] - down[k]) / (2 * h); math.Abs(numeric-u[k][i])*old > 1e-5*e.SE(k)+1e-10 {
				t.Errorf("row %d, %s: u %g, numerically %g", i, e.Names[k], u[k][i], numeric)
			}
		}
	}
	if ratio == 0 {
		return
	}
	replicates := estimated(t, jackknife(d), s)
	for k := range e.Value {
		if r := e.SE(k) / replicates.SE(k); !(math.Abs(math.Log(r)) < ratio) && e.SE(k)+replicates.SE(k) > 1e-6 {
			t.Errorf("%s: SE %.5f linearised, %.5f by jackknife", e.Names[k], e.SE(k), replicates.SE(k))
		}
	}
}

func TestLinearize(t *testing.T) {
	p := survey(t, 2, 800, 5, 0.05)
	s := fitted(t, p.Design, p.items, 3, Options{Starts: 4})
	checkLinear(t, p.Design, s, 0.1)
}

// TestBoundary: the last item is asked so that nobody of class 1 says yes. The
// probability is exactly 0, with a standard error of 0, and the likelihood falls
// when it is raised.
func TestBoundary(t *testing.T) {
	p := survey(t, 3, 800, 6, 0)
	for i, c := range p.class {
		p.items[5].Codes[i] = 2 * min(1, c)
	}
	s := fitted(t, p.Design, p.items, 2, Options{Starts: 4})
	if s.Boundary == 0 || !s.Identified {
		t.Fatalf("%d probabilities at the boundary, identified %v: %v", s.Boundary, s.Identified, s.Probabilities[5])
	}
	checkLinear(t, p.Design, s, 0.15)
	e := estimated(t, p.Design, s)
	zeros := 0
	for c := range 2 {
		for k := range 3 {
			v, se := s.Probabilities[5][c][k], e.SE(s.Probability(5, c, k))
			if (v == 0 || v == 1) && se != 0 {
				t.Errorf("probability %g has a standard error of %g", v, se)
			}
			if v != 0 || s.sample.cell[s.sample.offset[5]+k] == 0 {
				continue
			}
			zeros++
			raised := s.params.clone()
			raised.rho[(s.sample.offset[5]+k)*2+c] = 1e-5
			s.sample.rescaleItems(raised)
			if up := s.sample.logLik(raised); up >= s.LogLik {
				t.Errorf("class %d, category %d: likelihood %.9g at 0, %.9g above", c, k, s.LogLik, up)
			}
		}
	}
	if zeros == 0 {
		t.Error("the last item has no zero")
	}
}

// TestRefit: from a solution, At finds what Fit finds from scratch, also where
// zeros must rise again.
func TestRefit(t *testing.T) {
	p := survey(t, 4, 600, 5, 0)
	first := make([]float64, 600)
	for i, w := range p.Weights() { // nobody of class 2 or 3 says yes to the first item
		if p.class[i] == 0 || p.items[0].Codes[i] != 2 {
			first[i] = w
		}
	}
	s := fitted(t, p.WithWeights(first, nil), p.items, 3, Options{Starts: 4})
	if s.Boundary == 0 {
		t.Fatal("no zero to begin with")
	}
	all := fitted(t, p.Design, p.items, 3, Options{Starts: 4})
	got, err := s.At(p.Weights())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got, all.numbers(all.Model), cmpopts.EquateApprox(0, 1e-9)); d != "" {
		t.Error(d)
	}
}

// TestZeroStart: a zero in the start that the answers speak against is not kept,
// though EM alone would keep it for ever.
func TestZeroStart(t *testing.T) {
	p := survey(t, 4, 600, 5, 0)
	best := fitted(t, p.Design, p.items, 2, Options{Starts: 4})
	start := best.sample.model(best.params.clone())
	row := start.Probabilities[0][0]
	least := 0
	for k, v := range row {
		if v < row[least] {
			least = k
		}
	}
	row[(least+1)%3] += row[least]
	row[least] = 0
	s := fitted(t, p.Design, p.items, 2, Options{Start: &start})
	if d := cmp.Diff(s.numbers(s.Model), best.numbers(best.Model), cmpopts.EquateApprox(0, 1e-9)); d != "" || !s.Identified || best.Boundary != 0 {
		t.Errorf("identified %v, %d zeros in the best; %s", s.Identified, best.Boundary, d)
	}
}

// TestOneClass: one class is the shares of the answers to each item, with the
// standard errors of stats.Mean.
func TestOneClass(t *testing.T) {
	p := survey(t, 5, 300, 3, 0.1)
	s := fitted(t, p.Design, p.items, 1, Options{})
	var means []stats.Statistic
	for _, it := range p.items {
		means = append(means, stats.Mean(nil, stats.Indicators(it.Codes, 3)...))
	}
	got, want := estimated(t, p.Design, s), estimated(t, p.Design, means...)
	if d := cmp.Diff(got.Value[1:], want.Value, cmpopts.EquateApprox(0, 1e-12)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(got.SEs()[1:], want.SEs(), cmpopts.EquateApprox(1e-9, 0)); d != "" {
		t.Error(d)
	}
	if got.Value[0] != 1 || got.SE(0) != 0 || !math.IsNaN(s.EntropyR2) || s.ICL != s.BIC {
		t.Errorf("size %g (%g), entropy R2 %g, ICL %g, BIC %g", got.Value[0], got.SE(0), s.EntropyR2, s.ICL, s.BIC)
	}
}

// TestRepeat: the same seed gives the same bits on one thread and on several; the
// weights' scale does not matter, and a row of weight 2 counts as two.
func TestRepeat(t *testing.T) {
	p := survey(t, 6, 400, 4, 0.05)
	numbers := func(d *stats.Design, items []Item, o Options) []float64 {
		s := fitted(t, d, items, 3, o)
		return append(s.numbers(s.Model), s.EntropyR2)
	}
	want := numbers(p.Design, p.items, Options{Seed: 9})
	old := runtime.GOMAXPROCS(1)
	if got := numbers(p.Design, p.items, Options{Seed: 9}); !slices.Equal(got, want) {
		t.Error("one thread gives other bits")
	}
	runtime.GOMAXPROCS(old)
	near := cmpopts.EquateApprox(0, 1e-8)
	if d := cmp.Diff(numbers(p.Design, p.items, Options{Seed: 10}), want, near); d != "" {
		t.Error("another seed: ", d)
	}
	thousand, double := slices.Clone(p.Weights()), make([]float64, 400)
	twice := make([]Item, len(p.items))
	for i := range thousand {
		thousand[i] *= 1000
		double[i] = 1 + float64(i%2)
		for j, it := range p.items {
			twice[j].Name, twice[j].Labels = it.Name, it.Labels
			twice[j].Codes = append(twice[j].Codes, slices.Repeat([]int{it.Codes[i]}, 1+i%2)...)
		}
	}
	if d := cmp.Diff(numbers(p.WithWeights(thousand, nil), p.items, Options{Seed: 9}), want, near); d != "" {
		t.Error("a thousand times the weights: ", d)
	}
	rows, err := stats.NewDesign(stats.Sampling{Rows: 600})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(numbers(p.WithWeights(double, nil), p.items, Options{}), numbers(rows, twice, Options{}), near); d != "" {
		t.Error("weights of 2 and rows twice: ", d)
	}
	if a, b := fitted(t, p.Design, p.items, 3, Options{Starts: 1, Seed: 1, Steps: 2}), fitted(t, p.Design, p.items, 3, Options{Starts: 1, Seed: 2, Steps: 2}); a.LogLik == b.LogLik || a.Converged {
		t.Error("seeds 1 and 2 start from the same place, or two steps are enough")
	}
}

// TestDomain: the classes of a domain are those of its rows alone.
func TestDomain(t *testing.T) {
	p := survey(t, 7, 600, 4, 0.05)
	in, w := make([]bool, 600), []float64{}
	part := make([]Item, 4)
	for i := range in {
		if in[i] = i%3 != 0; in[i] {
			w = append(w, p.Weights()[i])
			for j, it := range p.items {
				part[j].Name, part[j].Labels = it.Name, it.Labels
				part[j].Codes = append(part[j].Codes, it.Codes[i])
			}
		}
	}
	rows, err := stats.NewDesign(stats.Sampling{Rows: len(w), Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	a, b := fitted(t, p.Domain(in), p.items, 3, Options{}), fitted(t, rows, part, 3, Options{})
	if d := cmp.Diff(a.Model, b.Model, cmpopts.EquateApprox(0, 1e-8)); d != "" || a.Rows != b.Rows {
		t.Error(d)
	}
}

// TestPosterior works Bayes' theorem out by hand: 0.4*0.9*0.2 = 0.072 for the first
// class, 0.6*0.3*0.7 = 0.126 for the second.
func TestPosterior(t *testing.T) {
	m := &Model{
		Sizes:         []float64{0.4, 0.6},
		Probabilities: [][][]float64{{{0.1, 0.9}, {0.7, 0.3}}, {{0.2, 0.8}, {0.7, 0.3}}, {{1, 0}, {1, 0}}},
	}
	near := cmpopts.EquateApprox(1e-14, 0)
	if d := cmp.Diff(m.Posterior([]int{1, 0, -1}), []float64{0.072 / 0.198, 0.126 / 0.198}, near); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(m.Posterior([]int{-1, -1, -1}), m.Sizes, near); d != "" {
		t.Error("no answer: ", d)
	}
	if v := m.Posterior([]int{1, 0, 1}); !math.IsNaN(v[0]) || !math.IsNaN(v[1]) {
		t.Errorf("an answer that no class gives: %v", v)
	}
}

// TestClassification: rows add up to the sizes, columns to the shares of modal
// classes.
func TestClassification(t *testing.T) {
	p := survey(t, 8, 500, 4, 0)
	s := fitted(t, p.Design, p.items, 3, Options{Starts: 4})
	modal := estimated(t, p.Design, stats.Mean(nil, stats.Indicators(s.Modal(), 3)...))
	table := s.Classification()
	for c := range 3 {
		row, column := 0.0, 0.0
		for k := range 3 {
			row += table[c][k]
			column += table[k][c]
		}
		if math.Abs(row-s.Sizes[c]) > 1e-10 || math.Abs(column-modal.Value[c]) > 1e-10 {
			t.Errorf("class %d: row %g, size %g; column %g, modal %g", c, row, s.Sizes[c], column, modal.Value[c])
		}
	}
	post := s.Posteriors()
	mean := estimated(t, p.Design, stats.Mean(nil, post...))
	if d := cmp.Diff(mean.Value, s.Sizes, cmpopts.EquateApprox(0, 1e-10)); d != "" {
		t.Error("means of posteriors: ", d)
	}
}

// TestICL: ICL is -2 times the likelihood of answers and classes together, weighted
// with posteriors, plus the penalty of BIC.
func TestICL(t *testing.T) {
	p := survey(t, 9, 300, 4, 0.1)
	s := fitted(t, p.Design, p.items, 2, Options{Starts: 4})
	post := s.Posteriors()
	sum, joint := 0.0, 0.0
	for i, w := range p.Weights() {
		sum += w
		for c := range post {
			l := math.Log(s.Sizes[c])
			for j, it := range p.items {
				if code := it.Codes[i]; code >= 0 {
					l += math.Log(s.Probabilities[j][c][code])
				}
			}
			if post[c][i] > 0 {
				joint += w * post[c][i] * l
			}
		}
	}
	want := -2*joint*300/sum + float64(s.Parameters)*math.Log(300)
	if math.Abs(s.ICL-want) > 1e-9*want {
		t.Errorf("ICL %.10g, want %.10g", s.ICL, want)
	}
}

// TestDesignAIC: in a simple random sample of a true model the effective number of
// parameters is near their number; with every row twice in its PSU it is twice as
// many.
func TestDesignAIC(t *testing.T) {
	p := survey(t, 10, 3000, 5, 0)
	effective := func(rows, twice int) (float64, *Solution) {
		psu, items := make([]int, rows*twice), slices.Clone(p.items)
		for i := range psu {
			psu[i] = i / twice
		}
		for j := range items {
			items[j].Codes = nil
			for i := range psu {
				items[j].Codes = append(items[j].Codes, p.items[j].Codes[i/twice])
			}
		}
		d, err := stats.NewDesign(stats.Sampling{Rows: len(psu), Stages: []stats.Stage{{Units: psu}}})
		if err != nil {
			t.Fatal(err)
		}
		s := fitted(t, d, items, 3, Options{Starts: 4})
		aic, effective, err := s.DesignAIC(d)
		if err != nil || math.Abs(aic-(-2*s.LogLik+2*effective)) > 1e-9 {
			t.Fatalf("dAIC %g, %v", aic, err)
		}
		return effective, s
	}
	once, s := effective(3000, 1)
	if r := once / float64(s.Parameters); math.Abs(r-1) > 0.15 {
		t.Errorf("%g effective parameters of %d", once, s.Parameters)
	}
	if double, _ := effective(3000, 2); math.Abs(double/once-2) > 1e-6 {
		t.Errorf("effective parameters: %g, of rows twice %g", once, double)
	}
}

// TestChoose: three classes are found to be three.
func TestChoose(t *testing.T) {
	p := survey(t, 11, 2000, 5, 0.05)
	most := 4
	if testing.Short() {
		most = 3
	}
	found, err := Choose(p.Design, p.items, most, Options{Starts: 10})
	if err != nil || len(found) < 3 {
		t.Fatalf("%d solutions, %v", len(found), err)
	}
	best := slices.MinFunc(found, func(a, b *Solution) int { return int(math.Copysign(1, a.BIC-b.BIC)) })
	if len(best.Sizes) != 3 {
		t.Errorf("least BIC with %d classes", len(best.Sizes))
	}
	// Two items of two categories have three patterns to spare: two classes are
	// too many.
	two := []Item{{Name: "a", Labels: []string{"no", "yes"}, Codes: make([]int, 2000)}, {Name: "b", Labels: []string{"no", "yes"}, Codes: make([]int, 2000)}}
	for i := range 2000 {
		two[0].Codes[i], two[1].Codes[i] = i%2, i/2%2
	}
	if found, err = Choose(p.Design, two, 3, Options{Starts: 3}); err != nil || len(found) != 1 {
		t.Errorf("%d solutions of two items, %v", len(found), err)
	}
	s := fitted(t, p.Design, two, 2, Options{Starts: 3})
	if s.Identified || s.DF >= 0 {
		t.Errorf("two classes of two items: identified %v, df %d", s.Identified, s.DF)
	}
	if _, err := p.Estimate(s); !errors.Is(err, ErrNotIdentified) {
		t.Errorf("standard errors: %v", err)
	}
}

func TestCorners(t *testing.T) {
	p := survey(t, 12, 300, 4, 0)
	for j := range p.items { // the first two rows answer nothing, and weigh all the same
		p.items[j].Codes[0], p.items[j].Codes[1] = -1, -1
		p.items[j].Labels = append(p.items[j].Labels, "nobody") // a category that nobody chose
	}
	s := fitted(t, p.Design, p.items, 2, Options{Starts: 4})
	if s.Rows != 298 || s.Parameters != 1+2*4*2 || s.Modal()[0] != -1 || !math.IsNaN(s.Posteriors()[0][1]) {
		t.Errorf("%d rows, %d parameters, modal class %d, posterior %g", s.Rows, s.Parameters, s.Modal()[0], s.Posteriors()[0][1])
	}
	e := estimated(t, p.Design, s)
	if k := s.Probability(2, 1, 3); e.Value[k] != 0 || e.SE(k) != 0 || e.Names[k] != "class 2, q3: nobody" {
		t.Errorf("%s: %g (%g)", e.Names[k], e.Value[k], e.SE(k))
	}
	if math.IsNaN(s.G2) || s.DF != 3*3*3*3-1-17 { // rows of no answer are left out, so none is missing
		t.Errorf("G2 %g, df %d", s.G2, s.DF)
	}
	p.items[0].Codes[2] = -1
	if s := fitted(t, p.Design, p.items, 2, Options{Starts: 4}); !math.IsNaN(s.G2) || s.DF != 0 {
		t.Errorf("with an answer missing: G2 %g, df %d", s.G2, s.DF)
	}
	w := slices.Clone(p.Weights())
	w[5] = -100
	nothing := make([]float64, 300)
	for what, weights := range map[string][]float64{"negative": w, "zero": nothing} {
		theta, err := s.At(weights)
		_, u, err2 := s.Linearize(weights)
		if err != nil || err2 != nil || !math.IsNaN(theta[0]) || u[0][5] != 0 {
			t.Errorf("%s weights: %g, %v, %v", what, theta[0], err, err2)
		}
	}
	fails := func(what string, d *stats.Design, items []Item) {
		t.Helper()
		if _, err := Fit(d, items, 2, Options{}); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("got %v, want %s", err, what)
		}
	}
	fails("less than zero", p.WithWeights(w, nil), p.items)
	fails("no row has both", p.WithWeights(nothing, nil), p.items)
	skipped := Item{Name: "worry", Labels: []string{"no", "yes"}, Codes: slices.Repeat([]int{-1}, 300)}
	fails(`no row with a weight answered "worry"`, p.Design, append(slices.Clone(p.items), skipped))
	// An item that nobody answered in a replicate does not exist there.
	for i := range w {
		w[i] = 1
		if i%2 == 0 {
			skipped.Codes[i] = i / 2 % 2
		}
	}
	items := append(slices.Clone(p.items), skipped)
	s = fitted(t, p.WithWeights(w, nil), items, 2, Options{Starts: 4})
	for i := range w {
		w[i] = float64(i % 2)
	}
	theta, err := s.At(w)
	if err != nil || math.IsNaN(theta[0]) || !math.IsNaN(theta[s.Probability(4, 0, 0)]) {
		t.Errorf("an item without answers: %v, %v", theta, err)
	}
	for what, f := range map[string]func(){
		"no classes":     func() { _, _ = Fit(p.Design, p.items, 0, Options{}) },
		"no items":       func() { _, _ = Fit(p.Design, nil, 1, Options{}) },
		"another length": func() { _, _ = Fit(p.Design, []Item{{Labels: []string{"a"}, Codes: []int{0}}}, 1, Options{}) },
		"no such code": func() {
			_, _ = Fit(p.Design, []Item{{Labels: []string{"a"}, Codes: slices.Repeat([]int{1}, 300)}}, 1, Options{})
		},
		"another start": func() { _, _ = Fit(p.Design, p.items, 2, Options{Start: &Model{Sizes: []float64{1}}}) },
		"a start below zero": func() {
			_, _ = Fit(p.Design, p.items[:1], 1, Options{Start: &Model{Sizes: []float64{1}, Probabilities: [][][]float64{{{-1, 1, 0.5, 0.5}}}}})
		},
		"a start of NaN": func() {
			_, _ = Fit(p.Design, p.items[:1], 1, Options{Start: &Model{Sizes: []float64{math.NaN()}, Probabilities: [][][]float64{{{0.5, 0.5, 0, 0}}}}})
		},
		"a start to choose from": func() { _, _ = Choose(p.Design, p.items, 2, Options{Start: &s.Model}) },
		"starts":                 func() { _, _ = Fit(p.Design, p.items, 2, Options{Starts: -1}) },
		"steps":                  func() { _, _ = Fit(p.Design, p.items, 2, Options{Steps: -1}) },
		"too few answers":        func() { s.Posterior([]int{1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			f()
		}()
	}
}

// TestGoodman is the example of Goodman (1974), Stouffer and Toby's role conflicts
// of 216 students: two classes, of which he gives these numbers to three digits.
func TestGoodman(t *testing.T) {
	counts := []int{42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20}
	items := make([]Item, 4)
	for j := range items {
		items[j].Labels = []string{"universalistic", "particularistic"}
		for pattern, n := range counts {
			items[j].Codes = append(items[j].Codes, slices.Repeat([]int{pattern >> (3 - j) & 1}, n)...)
		}
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: 216})
	if err != nil {
		t.Fatal(err)
	}
	s := fitted(t, d, items, 2, Options{})
	got := []float64{s.Sizes[0], s.Sizes[1]}
	for c := range 2 {
		for j := range items {
			got = append(got, s.Probabilities[j][c][0])
		}
	}
	want := []float64{0.721, 0.279, 0.714, 0.330, 0.354, 0.132, 0.993, 0.940, 0.927, 0.769}
	if d := cmp.Diff(got, want, cmpopts.EquateApprox(0, 0.0006)); d != "" {
		t.Error(d)
	}
	if math.Abs(s.G2-2.72) > 0.005 || math.Abs(s.X2-2.72) > 0.005 || s.DF != 6 {
		t.Errorf("G2 %.3f, X2 %.3f, df %d", s.G2, s.X2, s.DF)
	}
}

// TestLikelihood: no parameters near a solution are better, whatever the data.
func TestLikelihood(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(20, 60).Draw(r, "rows")
		items := make([]Item, 3)
		for j := range items {
			items[j] = Item{Labels: []string{"no", "yes"}, Codes: rapid.SliceOfN(rapid.IntRange(0, 1), n, n).Draw(r, "codes")}
		}
		d, err := stats.NewDesign(stats.Sampling{Rows: n})
		if err != nil {
			r.Fatal(err)
		}
		s, err := Fit(d, items, 2, Options{Starts: 3})
		if err != nil {
			r.Fatal(err)
		}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0))
		for range 20 {
			near := s.params.clone()
			for k := range near.rho {
				near.rho[k] += 0.02 * random.Float64()
			}
			for k := range near.size {
				near.size[k] += 0.02 * random.Float64()
			}
			rescale(near.size, 0, 2, 1)
			s.sample.rescaleItems(near)
			if ll := s.sample.logLik(near); s.Converged && ll > s.LogLik+1e-7 {
				r.Fatalf("likelihood %.10g, nearby %.10g", s.LogLik, ll)
			}
		}
	})
}

func BenchmarkFit(b *testing.B) {
	p := survey(b, 1, 3000, 15, 0.05)
	b.ReportAllocs()
	for b.Loop() {
		fitted(b, p.Design, p.items, 4, Options{})
	}
}

func BenchmarkLinearize(b *testing.B) {
	p := survey(b, 1, 3000, 15, 0.05)
	s := fitted(b, p.Design, p.items, 3, Options{Starts: 2})
	for b.Loop() {
		if _, _, err := s.Linearize(p.Weights()); err != nil {
			b.Fatal(err)
		}
	}
}
