package model

import (
	"iter"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"tradeoff/data"
)

// over gives Estimates over some people, as Measure wants it.
func over(people iter.Seq[*Person]) func(...Count) []float64 {
	return func(counts ...Count) []float64 { return Estimates(people, counts...) }
}

// misses are the targets that a sample does not show.
func misses(people iter.Seq[*Person]) (says []string, values []float64) {
	targets := Targets()
	for i, v := range Measure(targets, over(people)) {
		if v < targets[i].Low || v > targets[i].High {
			says, values = append(says, targets[i].Says), append(values, v)
		}
	}
	return says, values
}

// The shipped sample shows every finding that the study is meant to show. When
// parameters change, the message names the seed to write into Seed.
func TestSampleShowsTheTargets(t *testing.T) {
	says, values := misses(People(Seed, PerCountry))
	if len(says) == 0 {
		return
	}
	for i := range says {
		t.Errorf("%s: %.4f is out of bounds", says[i], values[i])
	}
	for seed := uint64(1); seed < 5000; seed++ {
		if says, _ := misses(People(seed, PerCountry)); len(says) == 0 {
			t.Fatalf("the first seed that shows them all is %d", seed)
		}
	}
}

// What the sample shows is no accident of its seed: the population shows it.
func TestPopulationShowsTheTargets(t *testing.T) {
	says, values := misses(People(truthSeed, 10_000))
	for i := range says {
		t.Errorf("%s: %.4f is out of bounds", says[i], values[i])
	}
}

// The weighted population has the make-up of the tables in params.go, although
// the old and the young take part less often and small strata are oversampled.
func TestWeightsUndoTheDesign(t *testing.T) {
	share := func(domain, yes func(*Person) bool) Count {
		return Within(domain, func(p *Person) (float64, float64) {
			if yes(p) {
				return 1, 1
			}
			return 0, 1
		})
	}
	var counts []Count
	var want []float64
	for c, of := range countries {
		for b, s := range of.ages {
			counts = append(counts, share(lives(c+1), func(p *Person) bool { return ageBands[b][0] <= p.Age && p.Age <= ageBands[b][1] }))
			want = append(want, s)
		}
		for r, region := range of.regions {
			counts = append(counts, share(lives(c+1), func(p *Person) bool { return p.Region == (c+1)*10+r+1 }))
			want = append(want, region.share)
		}
		counts = append(counts, share(lives(c+1), func(p *Person) bool { return p.Area == 1 }))
		want = append(want, of.urban)
	}
	// 30,000 people a country: four standard errors of a share of 0.2 are
	// about 0.01.
	for i, got := range Estimates(People(1, 10_000), counts...) {
		if math.Abs(got-want[i]) > 0.01 {
			t.Errorf("count %d: weighted share %.4f, the table says %.4f", i, got, want[i])
		}
	}
}

func TestDesign(t *testing.T) {
	type cell struct{ wave, country int }
	n, sum := map[cell]int{}, map[cell]float64{}
	ids := map[int]bool{}
	where := map[int][4]int{} // what each stratum's number stands for
	size := map[int]int{}
	var w1, w2 float64
	for p := range People(Seed, PerCountry) {
		c := cell{p.Wave, p.Country}
		n[c]++
		sum[c] += p.Weight
		w1, w2 = w1+p.Weight, w2+p.Weight*p.Weight
		if ids[p.ID] {
			t.Fatalf("respondent %d is there twice", p.ID)
		}
		ids[p.ID] = true
		size[p.Stratum]++
		place := [4]int{p.Wave, p.Country, p.Region, p.Area}
		if old, ok := where[p.Stratum]; ok && old != place {
			t.Fatalf("stratum %d is both %v and %v", p.Stratum, old, place)
		}
		where[p.Stratum] = place
	}
	if len(n) != 18 || len(size) != 3*6*8 {
		t.Errorf("%d countries by waves and %d strata, want 18 and 144", len(n), len(size))
	}
	for c, k := range n {
		if k != PerCountry {
			t.Errorf("%v: %d respondents, want %d", c, k, PerCountry)
		}
		if math.Abs(sum[c]/PerCountry-1) > 0.08 {
			t.Errorf("%v: mean weight %.3f, want about 1", c, sum[c]/PerCountry)
		}
	}
	for s, k := range size {
		if k < 5 {
			t.Errorf("stratum %d has %d respondents: too few for a variance", s, k)
		}
	}
	total := float64(len(ids))
	if cv := math.Sqrt(w2/total/(w1/total*w1/total) - 1); cv < 0.35 || cv > 0.50 {
		t.Errorf("coefficient of variation of the weights is %.3f, want about 0.4", cv)
	}
}

func TestAnswersHangTogether(t *testing.T) {
	for p := range People(Seed, PerCountry) {
		rated := 0
		for j := range industries {
			asked := p.Rated[j]
			if asked {
				rated++
			}
			if (p.Expect[j] != NotAsked) != asked || (p.Custody[j] != NotAsked) != asked || (p.Share[j][0] != NotAsked) != asked {
				t.Fatalf("respondent %d: industry %d is asked in part", p.ID, j)
			}
		}
		if rated != ratedEach {
			t.Fatalf("respondent %d rated %d industries", p.ID, rated)
		}
		if some := slices.Contains(p.Benefit[:benefits-1], 1); some == (p.Benefit[benefits-1] == 1) {
			t.Fatalf("respondent %d: nothing would, and yet something would: %v", p.ID, p.Benefit)
		}
		if p.Age < 18 || p.Age > 85 {
			t.Fatalf("respondent %d is %d years old", p.ID, p.Age)
		}
	}
}

// What the questionnaire asked later: control in all waves but one, sums that somebody
// may name, and interviews of which a few are rushed, most of all by those who give one
// answer to a whole battery.
func TestLaterQuestions(t *testing.T) {
	var took []float64
	rushed, all := map[bool]float64{}, map[bool]float64{}
	for p := range People(Seed, 2_000) {
		if asked := p.Control != NotAsked; asked == (p.Wave == 2024) {
			t.Fatalf("respondent %d of %d was asked about control: %v", p.ID, p.Wave, asked)
		}
		if sum := p.Price != NoPrice && p.Price != NotForSale; sum && (p.Price < 0 || p.Price > priceMost) {
			t.Fatalf("respondent %d wants %d euros", p.ID, p.Price)
		}
		took = append(took, p.Minutes)
		same := alike(p.Service[:]) || alike(p.Concern[:])
		all[same]++
		if p.Minutes <= rushTo {
			rushed[same]++
		}
	}
	slices.Sort(took)
	if middle := took[len(took)/2]; rushTo >= 0.4*middle {
		t.Errorf("those who rush take up to %v minutes, no less than two fifths of the usual %v", rushTo, middle)
	}
	// 36,000 people, of whom a sixth answer alike: four standard errors are 0.02 and 0.004.
	if a, b := rushed[true]/all[true], rushed[false]/all[false]; math.Abs(a-rushAlike) > 0.02 || math.Abs(b-rushShare) > 0.004 {
		t.Errorf("%.3f of those who answer alike rush, and %.3f of the others", a, b)
	}
}

// Every code that is answered is in the codebook, and every code that stands
// for no answer is both declared and used: a report has something to show. A number has
// words for no answer only.
func TestCodesAreInTheCodebook(t *testing.T) {
	seen := map[string]map[string]bool{}
	people := slices.Concat(Draw(Seed, PerCountry, 2023), Draw(Seed, PerCountry, 2024), Draw(Seed, PerCountry, 2025))
	for _, c := range Columns() {
		v := c.Variable
		if c.Text != nil || len(v.Labels) == 0 {
			continue
		}
		seen[v.Name] = map[string]bool{}
		for _, p := range people {
			code := c.Cell(p)
			if code != "" && v.Level != data.Scale && v.LabelOf(code) == "" {
				t.Fatalf("%s: code %s has no label", v.Name, code)
			}
			seen[v.Name][code] = true
		}
		for _, l := range v.Labels {
			if !seen[v.Name][l.Code] {
				t.Errorf("%s: nobody has code %s, %s", v.Name, l.Code, l.Label)
			}
		}
	}
}

func TestInventedNamesReachNobody(t *testing.T) {
	email := regexp.MustCompile(`^[a-z.0-9]+@example\.org$`)
	phone := regexp.MustCompile(`^\+1-\d{3}-555-01\d\d$`)
	comments := 0
	for _, p := range Draw(Seed, PerCountry, Latest) {
		if !email.MatchString(p.Email) || !phone.MatchString(p.Phone) {
			t.Fatalf("respondent %d: %q, %q", p.ID, p.Email, p.Phone)
		}
		if p.Comment != "" {
			comments++
		}
	}
	if comments < 400 || comments > 900 {
		t.Errorf("%d comments, want about 660", comments)
	}
}

func TestDrawIsRepeatable(t *testing.T) {
	a, b := Draw(7, 50, 2024), Draw(7, 50, 2024)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed drew two samples")
	}
	if reflect.DeepEqual(a[0], Draw(8, 50, 2024)[0]) {
		t.Error("another seed drew the same person")
	}
	// A wave does not depend on the others, nor on the order of finishing.
	inOrder := map[float64]int{}
	for p := range People(7, 50) {
		if p.Wave == 2024 {
			inOrder[p.Want] = p.Willing
		}
	}
	for _, p := range a {
		if got, ok := inOrder[p.Want]; !ok || got != p.Willing {
			t.Fatal("Draw and People disagree")
		}
	}
}

// Two people by hand: (2*1 + 1*2) / (2*1 + 1*3) = 0.8, and 0 for nobody.
func TestEstimatesByHand(t *testing.T) {
	people := slices.Values([]*Person{{Weight: 2, Age: 1}, {Weight: 1, Age: 2}})
	got := Estimates(people,
		func(p *Person) (float64, float64) { return float64(p.Age), float64(2*p.Age - 1) },
		func(*Person) (float64, float64) { return 0, 0 })
	if got[0] != 0.8 || got[1] != 0 {
		t.Errorf("got %v, want [0.8 0]", got)
	}
}

// Quantiles of the normal distribution as printed in any table.
func TestLevel(t *testing.T) {
	for percent, want := range map[float64]float64{50: 0, 97.5: 1.959963985, 2.5: -1.959963985, 84.1344746: 1} {
		if got := level(percent); math.Abs(got-want) > 1e-8 {
			t.Errorf("level(%v) = %.10f, want %v", percent, got, want)
		}
	}
}

// The scores have the correlations of the table, and an answer to a standard
// normal score lies above 0 as often as its percentage says.
func TestScores(t *testing.T) {
	const n = 200_000
	rng := rand.New(rand.NewPCG(1, 2))
	var cross [scores][scores]float64
	above := 0
	for range n {
		x := correlated(rng)
		for i := range x {
			for j := range x {
				cross[i][j] += x[i] * x[j] / n
			}
		}
		if respond(rng, 30, term{0.6, x[want]}, term{0.3, rng.NormFloat64()}) > 0 {
			above++
		}
	}
	for i := range cross {
		for j := range cross[i] {
			if math.Abs(cross[i][j]-correlation[i][j]) > 0.012 { // four standard errors
				t.Errorf("scores %d and %d: %.4f, the table says %.2f", i, j, cross[i][j], correlation[i][j])
			}
		}
	}
	if got := float64(above) / n; math.Abs(got-0.30) > 0.005 {
		t.Errorf("%.4f lie above 0, want 0.30", got)
	}
}

// The promise of the package comment: an interval from the textbook variance
// of a stratified sample covers the truth as often as it says. Variance is
// that of a weighted ratio R = sum(w y)/sum(w x), linearized (Cochran, 1977,
// ch. 6): z = w (y - R x) / sum(w x), V = sum_h n_h/(n_h-1) sum (z - mean_h)^2.
func TestTextbookIntervalsCoverTheTruth(t *testing.T) {
	counts := []Count{
		Within(northAmerica, tracked),
		expects(telecom),
		Within(both(in(Latest), young), willingly),
		expects(allIndustries()...),
	}
	truth := Estimates(People(truthSeed, 8_000), counts...)
	covered := make([]int, len(counts))
	const samples, perCountry = 200, 80
	for seed := uint64(1); seed <= samples; seed++ {
		var people []*Person
		for p := range People(seed, perCountry) {
			people = append(people, p)
		}
		for i, count := range counts {
			r := Estimates(slices.Values(people), count)[0]
			if math.Abs(r-truth[i]) <= 1.96*stratifiedSE(people, count, r) {
				covered[i]++
			}
		}
	}
	// 0.95 of 200 is 190; the binomial deviation is 3.1, and the bounds are
	// three of them away.
	for i, k := range covered {
		if k < 181 || k > 199 {
			t.Errorf("count %d: %d of %d intervals cover the truth", i, k, samples)
		}
	}
}

func stratifiedSE(people []*Person, count Count, r float64) float64 {
	var below float64
	for _, p := range people {
		_, x := count(p)
		below += p.Weight * x
	}
	n, sum, square := map[int]float64{}, map[int]float64{}, map[int]float64{}
	for _, p := range people {
		y, x := count(p)
		z := p.Weight * (y - r*x) / below
		n[p.Stratum]++
		sum[p.Stratum] += z
		square[p.Stratum] += z * z
	}
	var v float64
	for h, k := range n {
		if k > 1 {
			v += k / (k - 1) * (square[h] - sum[h]*sum[h]/k)
		}
	}
	return math.Sqrt(v)
}

// Interviews are shared out without remainder, and 40 reach every stratum, as
// People promises.
func TestStrataShareOutTheInterviews(t *testing.T) {
	for c := range countries {
		for _, n := range []int{40, 41, 500, 99_999} {
			sum, people := 0, 0.0
			for _, s := range strata(c, n) {
				if s.interviews == 0 {
					t.Errorf("%s: a stratum has none of %d interviews", countries[c].name, n)
				}
				sum += s.interviews
				people += float64(s.interviews) * s.factor
			}
			if sum != n || math.Abs(people/float64(n)-1) > 1e-9 {
				t.Errorf("%s: %d of %d interviews, weighted %.6f", countries[c].name, sum, n, people)
			}
		}
	}
}
