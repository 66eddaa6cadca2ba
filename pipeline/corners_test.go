package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/study"
)

// runText writes an export of n rows and a study file over it, and runs it.
func runText(t *testing.T, header string, n int, row func(int) string, text string) (figures, *Summary, error) {
	t.Helper()
	folder := t.TempDir()
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		b.WriteString(row(i) + "\n")
	}
	write(t, filepath.Join(folder, "export.csv"), b.String())
	path := filepath.Join(folder, "s.yaml")
	write(t, path, "study: S\nsources: [export.csv]\n"+text)
	out := filepath.Join(folder, "out")
	sum, err := Run(context.Background(), FromPath(path), Options{Out: out})
	if err != nil {
		return nil, nil, err
	}
	return figuresOf(t, fileOf(t, filepath.Join(out, "s", "results.csv"))), sum, nil
}

func write(t rapid.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBandOf(t *testing.T) {
	years := []study.Band{{Label: "18-24", Low: 18, High: 24}, {Label: "25+", Low: 25, High: math.Inf(1)}}
	shares := []study.Band{{Low: 0, High: 0.5}, {Low: 0.6, High: 1}}
	mixed := []study.Band{{Low: 0, High: 9.5}, {Low: 9.6, High: 20}, {Low: 20.5, High: math.Inf(1)}}
	for _, tt := range []struct {
		bands []study.Band
		x     float64
		want  int16
	}{
		{years, 24, 0}, {years, 24.5, 0}, {years, 25, 1}, {years, 17.9, leftOut}, {years, 99, 1},
		{shares, 0.5, 0}, {shares, 0.9, 1}, {shares, 0.55, leftOut},
		{mixed, 9.5, 0}, {mixed, 9.6, 1}, {mixed, 20, 1}, {mixed, 20.3, leftOut}, {mixed, 20.5, 2},
	} {
		if got := bandOf(tt.bands, tt.x); got != tt.want {
			t.Errorf("%v is in band %d, want %d", tt.x, got, tt.want)
		}
	}
}

func TestCodesAreSortedAsPeopleRead(t *testing.T) {
	codes := []string{"Wave 10", "b", "Wave 9", "10", "9", "a", "W2 2024", "W10 2023"}
	sortCodes(codes)
	if got, want := strings.Join(codes, ","), "9,10,W2 2024,W10 2023,Wave 9,Wave 10,a,b"; got != want {
		t.Errorf("sorted as %s, want %s", got, want)
	}
}

// Codes as the General Social Survey labels them.
func TestNotAskedIsNoRefusal(t *testing.T) {
	v := &data.Variable{Labels: []data.ValueLabel{{Code: "0", Label: "IAP"}, {Code: "8", Label: "DK"}, {Code: "9", Label: "NA"}}, Missing: data.Missing{Codes: []string{"0", "8", "9"}}}
	for code, want := range map[string]int16{"0": notAsked, "8": noAnswer, "9": noAnswer} {
		if got := missingPlaces(nil, v)[code]; got != want {
			t.Errorf("code %s is %d, want %d", code, got, want)
		}
	}
}

// Stata's extended missing values are no answers and no numbers, whatever they
// are asked for; the words of their labels tell who was not asked.
func TestExtendedMissingIsNoAnswer(t *testing.T) {
	v := &data.Variable{Labels: []data.ValueLabel{{Code: "1", Label: "yes"}, {Code: ".a", Label: "don't know"}, {Code: ".i", Label: "Not applicable"}}, Missing: data.Missing{Codes: []string{".a", ".i"}}}
	c := newCoder([]category{{code: "1"}}, nil, v)
	col := column{numbers: []float64{1, data.Extended('a'), data.Extended('i'), data.Extended('b')}}
	for i, want := range []int16{0, noAnswer, notAsked, undeclared} {
		if got := c.place(col, i, v.Missing); got != want {
			t.Errorf("%s is at %d, want %d", col.code(i), got, want)
		}
		if w, ok := col.number(i); ok != (i == 0) {
			t.Errorf("%s is the number %g", col.code(i), w)
		}
		if col.null(i) {
			t.Errorf("%s is taken for not recorded", col.code(i))
		}
	}
}

// An export often labels only the ends of a scale.
func TestAScaleThatNobodyListsIsInTheOrderOfItsCodes(t *testing.T) {
	q := &question{spec: study.Question{Name: "q", Ordered: true, Top: 2, Bottom: 2, DontKnow: []study.Code{{Code: "9"}}},
		answers: []category{{code: "1", label: "very bad"}, {code: "5", label: "very good"}, {code: "9", label: "don't know"}, {code: "2", label: "2"}, {code: "3", label: "3"}, {code: "4", label: "4"}}}
	r := &reader{locator: &locator{p: &plan{study: &study.Study{}}}}
	r.order(q)
	var order []string
	for _, a := range q.answers {
		order = append(order, a.code)
	}
	if got := strings.Join(order, ""); got != "123459" {
		t.Errorf("answers stand as %s", got)
	}
	if got := fmt.Sprint(q.box(2), q.box(-2)); got != "[3 4] [0 1]" {
		t.Errorf("top and bottom box are at %s", got)
	}
	c := &counter{q: q}
	if top := c.q.top(); len(top) != 2 || !top[3] || !top[4] {
		t.Errorf("the contradiction takes %v for the top box", top)
	}
}

func TestAMultiWithACodeThatMeansNeitherIsRefused(t *testing.T) {
	_, _, err := runText(t, "a,b", 60, func(i int) string { return fmt.Sprintf("%d,%d", []int{0, 1, 9}[i%3], i%2) },
		"questions:\n  m: {columns: [a, b], type: multi}\n")
	if !data.IsStudy(err) || !strings.Contains(err.Error(), "column a holds 9") {
		t.Errorf("the run ends with %v", err)
	}
}

func TestACrossingMayStandBeforeItsParts(t *testing.T) {
	f, _, err := runText(t, "q,sex,age", 200, func(i int) string { return fmt.Sprintf("%d,%d,%d", i%2, 1+i/100, 1+i/50%2) },
		"segments:\n  both: sex*age\n  sex: sex\n  age: age\nquestions:\n  q: {column: q, answers: {0: No, 1: Yes}}\n")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range f {
		found = found || r["banner"] == "both" && r["segment"] == "1 × 2" && r["base_unweighted"] == "50"
	}
	if !found {
		t.Error("the crossing is not in the results")
	}
}

func TestAnEmptyLastWaveIsNotPublished(t *testing.T) {
	_, _, err := runText(t, "q,w", 100, func(i int) string { return fmt.Sprintf("%d,%d", i%2, 1+i%2) },
		"wave: {column: w, report: latest, labels: {1: One, 2: Two, 3: Three}}\nquestions:\n  q: {column: q, answers: {0: No, 1: Yes}}\n")
	var gate *Gate
	if !errors.As(err, &gate) || !strings.Contains(err.Error(), "Three") {
		t.Errorf("the run ends with %v", err)
	}
}

// Whoever answered in three waves is one respondent of those in several.
func TestPeopleOfSeveralWavesAreCountedOnce(t *testing.T) {
	_, sum, err := runText(t, "id,w,q", 300, func(i int) string { return fmt.Sprintf("%d,%d,%d", i%100, 1+i/100, i%100/50) },
		"respondent: id\nwave: {column: w, report: latest}\nquestions:\n  q: {column: q, answers: {0: No, 1: Yes}}\n")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(sum.Warnings, "\n"), "100 respondents answered in more than one wave") {
		t.Errorf("warnings are %q", sum.Warnings)
	}
}

// R's survey gives a paired difference a small standard error; to test it as if
// the waves were different people would be wrong, so it is not tested.
func TestWavesOfTheSamePeopleAreNotTested(t *testing.T) {
	f, sum, err := runText(t, "id,w,q", 200, func(i int) string { return fmt.Sprintf("%d,%d,%d", i%100, 1+i/100, i%100/50) },
		"respondent: id\nwave: {column: w, report: latest}\nquestions:\n  q: {column: q, answers: {0: No, 1: Yes}}\n")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(sum.Warnings, "\n"), "answered in more than one wave") {
		t.Errorf("warnings are %q", sum.Warnings)
	}
	for _, r := range f {
		if r["banner"] == "wave" && r["letters"] != "" {
			t.Errorf("wave %s has the letters %s", r["segment"], r["letters"])
		}
	}
}

// Of 100 people 97 are in the two groups that the study lists. What the other
// three said must not be the difference.
func TestWhoIsInNoGroupIsNotGivenAway(t *testing.T) {
	counts := func(sum int) string {
		f, _, err := runText(t, "q,g", 100, func(i int) string {
			g := 1 + i%2
			if i < sum {
				g = 3
			}
			return fmt.Sprintf("%d,%d", i%3, g)
		}, "segments:\n  g: {from: g, codes: {1: One, 2: Two}}\nquestions:\n  q: {column: q, answers: {0: A, 1: B, 2: C}}\n")
		if err != nil {
			t.Fatal(err)
		}
		shown := 0
		for _, r := range f {
			if r["banner"] == "g" && r["status"] != "suppressed" {
				shown++
			}
		}
		return fmt.Sprint(shown)
	}
	if got := counts(0); got != "6" {
		t.Errorf("with everybody in a group %s of 6 cells are shown", got)
	}
	if got := counts(3); got != "3" {
		t.Errorf("with three left out %s of 6 cells are shown, want those of one group", got)
	}
}

func TestWhatWasNotTestedIsNotSaid(t *testing.T) {
	_, sum, err := runText(t, "q,sex", 400, func(i int) string { return fmt.Sprintf("%d,%d", i%4/3, 1+i%2) },
		"tests: {base: 5000}\nsegments: {sex: sex}\nquestions:\n  q: {column: q, answers: {0: No, 1: Yes}, measures: concern}\n")
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(sum.Headlines, "\n"); strings.Contains(text, "By sex") {
		t.Errorf("nothing was tested, and it says %s", text)
	}
}

func TestRefusalsAreCountedForTheTable(t *testing.T) {
	folder := t.TempDir()
	var b strings.Builder
	b.WriteString("w,a,b\n")
	for i := range 300 {
		// 20 of the last wave refuse a, 30 refuse b; 50 of the first refuse both
		fmt.Fprintf(&b, "%d,%s,%s\n", 1+i/150, refuses(i < 50 || i >= 280), refuses(i < 50 || i >= 270))
	}
	write(t, filepath.Join(folder, "export.csv"), b.String())
	write(t, filepath.Join(folder, "s.yaml"), "study: S\nsources: [export.csv]\nwave: {column: w, report: latest}\nquestions:\n  g: {columns: [a, b], type: grid, answers: {1: Yes, 2: No}, missing: [99]}\n")
	r := reportOf(t, FromPath(filepath.Join(folder, "s.yaml")))
	for i, want := range []string{"20 respondents", "30 respondents"} {
		if got := strings.Join(r.Tables[i].Notes, " "); !strings.Contains(got, want) {
			t.Errorf("%s notes %q, want %s", r.Tables[i].ID, got, want)
		}
	}
}

func refuses(yes bool) string {
	if yes {
		return "99"
	}
	return "1"
}

func TestAMultiThatNobodyTickedIsDoubted(t *testing.T) {
	_, sum, err := runText(t, "a,b", 60, func(i int) string { return fmt.Sprintf("%d,%d", i%2, i%3/2) },
		"questions:\n  m: {columns: [a, b], type: multi, yes: [7]}\n")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(sum.Warnings, "\n"), "nobody ticked anything in question m") {
		t.Errorf("warnings are %q", sum.Warnings)
	}
}

// Who is outside of the filter is in no figure, but stays in the design: shares,
// bases and standard errors are those of a domain, p(1-p)/n times n/(n-1) for a
// simple random sample of all rows. Answers that nobody inside gave are no fault
// and no group.
func TestFilter(t *testing.T) {
	const n = 60_000 // several stretches, the last of which are outside
	line := func(i int) string {
		switch {
		case i >= 20_000:
			return fmt.Sprintf("%d,0,9,North", i)
		case i%4 == 0:
			return fmt.Sprintf("%d,0,%d,West", i, 1+i%2)
		}
		return fmt.Sprintf("%d,1,%d,%s", i, 1+min(1, i%3), []string{"East", "South"}[i%2])
	}
	study := "respondent: id\nsegments: {region: region}\nquestions: {q: {column: q, answers: {1: yes, 2: no}}}\n"
	got, sum, err := runText(t, "id,done,q,region", n, line, "filter: {text: Completed interviews, where: {done: 1}}\n"+study)
	if err != nil {
		t.Fatal(err)
	}
	inside, yes := 0, 0
	for i := range 20_000 {
		if i%4 != 0 {
			inside++
			if i%3 == 0 {
				yes++
			}
		}
	}
	if sum.Respondents != inside {
		t.Errorf("%d respondents, not %d", sum.Respondents, inside)
	}
	total, regions := 0, map[string]bool{}
	for k, f := range got {
		if k.segment != "Total" {
			regions[k.segment] = true
		}
		if k.category != "yes" || k.segment != "Total" {
			continue
		}
		total++
		p := float64(yes) / float64(inside)
		se := math.Sqrt(p * (1 - p) / float64(inside) * n / (n - 1))
		if f.number(t, "base_unweighted") != float64(inside) || math.Abs(f.number(t, "estimate")-p) > 1e-12 || math.Abs(f.number(t, "se")-se) > 1e-12 {
			t.Errorf("share %v of %v with se %v, not %v of %d with %v", f["estimate"], f["base_unweighted"], f["se"], p, inside, se)
		}
	}
	if total != 1 || len(regions) != 2 || !regions["East"] || !regions["South"] {
		t.Errorf("%d totals, regions %v", total, regions)
	}
	if _, _, err := runText(t, "id,done,q,region", n, line, study); err == nil || !strings.Contains(err.Error(), `the answer "9"`) {
		t.Errorf("without the filter the run ends with %v", err)
	}
	if _, _, err := runText(t, "id,done,q,region", n, line, "filter: {where: {don: 1}}\n"+study); !data.IsStudy(err) || !strings.Contains(err.Error(), "don") {
		t.Errorf("a filter on a column that is not there ends with %v", err)
	}
	_, sum, err = runText(t, "id,done,q,region", n, line, "filter: {where: {done: [1, 7]}}\n"+study)
	if err != nil || !slices.Contains(sum.Warnings, "filter.where.done names 7, which was not met in the data; check how the export writes it") {
		t.Errorf("a code of the filter that nobody has: %v, %+v", err, sum)
	}
	if _, _, err := runText(t, "id,done,q,region", n, line, "filter: {where: {done: 7}}\n"+study); err == nil || !strings.Contains(err.Error(), "inside of the filter") {
		t.Errorf("a filter that lets nobody in ends with %v", err)
	}
}

// An item that a file lacks is a gap there, and never a zero: its share is of the
// respondents of the other files, in the tables and in what models make of them.
func TestItemOfOneFile(t *testing.T) {
	const n = 300 // of either file
	folder := t.TempDir()
	file := func(name, header string, row func(i int) string) {
		text := header + "\n"
		for i := range n {
			text += row(i) + "\n"
		}
		write(t, filepath.Join(folder, name), text)
	}
	// Half of the first file tick a, and all b who do not; a third of the second tick c.
	file("w1.csv", "wave,sex,a,b,share", func(i int) string { return fmt.Sprintf("1,%d,%d,%d,%d", 1+i/2%2, i%2, 1-i%2, 1+i%3) })
	file("w2.csv", "wave,sex,a,b,c,share", func(i int) string {
		return fmt.Sprintf("2,%d,%d,%d,%d,%d", 1+i/2%2, i%2, 1-i%2, (i+1)%3/2, 1+i%3)
	})
	write(t, filepath.Join(folder, "s.yaml"), `
study: S
sources: [w1.csv, w2.csv]
wave: {column: wave, report: all}
segments: {sex: sex}
questions:
  m: {columns: [a, b, c], type: multi, measures: benefit, items: {a: Savings, b: Speed, c: Advice}, yes: 1}
  s: {column: share, measures: sharing, scale: [1, 2, 3], top: 1}
`)
	for _, wave := range []string{"all", "latest"} {
		text := string(fileOf(t, filepath.Join(folder, "s.yaml")))
		write(t, filepath.Join(folder, "s.yaml"), strings.Replace(text, "report: all", "report: "+wave, 1))
		out := filepath.Join(folder, wave)
		if _, err := Run(context.Background(), FromPath(filepath.Join(folder, "s.yaml")), Options{Out: out}); err != nil {
			t.Fatal(err)
		}
		checked := 0
		for k, f := range figuresOf(t, fileOf(t, filepath.Join(out, "s", "results.csv"))) {
			if k.table != "m" || f["statistic"] != "proportion" {
				continue
			}
			base, share, status := 0.0, 0.5, "ok"
			switch {
			case k.segment == "1" && k.banner == "wave" && k.category == "Advice":
				status = "not_asked"
			case k.segment == "1" && k.banner == "wave", k.segment == "2" && k.banner == "wave":
				base = n
			case wave == "latest" || k.category == "Advice":
				base = n
			default:
				base = 2 * n
			}
			if k.category == "Advice" {
				share = 1.0 / 3
			}
			if k.segment != "Total" && k.banner != "wave" {
				base /= 2
			}
			checked++
			if f["status"] != status || f.number(t, "base_unweighted") != base || status == "ok" && math.Abs(f.number(t, "estimate")-share) > 1e-12 {
				t.Errorf("report: %s, %v: %s of %s, %s; not %v of %v, %s", wave, k, f["estimate"], f["base_unweighted"], f["status"], share, base, status)
			}
		}
		if checked < 9 {
			t.Errorf("report: %s: %d figures were compared", wave, checked)
		}
	}
}

// How many were ticked is a mean over those who answered.
func TestMeanNumberChosen(t *testing.T) {
	got, _, err := runText(t, "a,b,c", 600, func(i int) string { return []string{"1,1,0", "1,0,0", "0,0,0"}[i%3] },
		"questions: {m: {columns: [a, b, c], type: multi}}\n")
	if err != nil {
		t.Fatal(err)
	}
	means := 0
	for k, f := range got {
		if strings.Contains(k.category, "Mean number") {
			means++
		}
		if strings.Contains(k.category, "Mean number") && (f.number(t, "estimate") != 1 || f.number(t, "base_unweighted") != 600) {
			t.Errorf("%s: %v of %v", k.category, f["estimate"], f["base_unweighted"])
		}
	}
	if means != 1 {
		t.Errorf("%d means", means)
	}
}

// A wave that is missing is told once, also where ids that come again are looked
// at a second time.
func TestAnEmptyWaveIsToldOnce(t *testing.T) {
	_, _, err := runText(t, "id,wave,q", 60, func(i int) string { return fmt.Sprintf("%d,%s,%d", i%50, []string{"a", "b", ""}[min(2, i/29)], 1+i%2) },
		"respondent: id\nwave: wave\nquestions: {q: {column: q, answers: {1: yes, 2: no}}}\n")
	if err == nil || strings.Count(err.Error(), "(also line 61)") != 1 || strings.Contains(err.Error(), "also lines") {
		t.Errorf("the run ends with %v", err)
	}
}

// People who answer in several waves are counted, whether they are few, and
// looked up by their ids, or many, and counted by hashes; with others between
// them, and with repetitions inside a wave, which are faults.
func TestPanelIsCounted(t *testing.T) {
	for _, panel := range []int{0, 1, 700, 1000, 1001, 2500} {
		line := func(i int) string { // 3,000 people of wave 1, not in order of their ids, then 3,000 of wave 2
			id := i % 3000 * 7 % 3000
			if i >= 3000 && id >= panel {
				id += 10_000
			}
			return fmt.Sprintf("p%d,%d,%d", id, 1+i/3000, 1+i%2)
		}
		study := "respondent: id\nwave: {column: wave, report: latest}\nquestions: {q: {column: q, answers: {1: yes, 2: no}}}\n"
		_, sum, err := runText(t, "id,wave,q", 6000, line, study)
		if err != nil {
			t.Fatal(err)
		}
		who := plural(panel, "respondent")
		if panel < 10 { // as few as are not said of any group
			who = "fewer than 10 respondents"
		}
		said := slices.ContainsFunc(sum.Warnings, func(w string) bool {
			return strings.Contains(w, who+" answered in more than one wave")
		})
		if said != (panel > 0) {
			t.Errorf("%d people of both waves: %q", panel, sum.Warnings)
		}
		_, _, err = runText(t, "id,wave,q", 6001, func(i int) string { return line(min(i, 5999)) }, study)
		if err == nil || !strings.Contains(err.Error(), "export.csv:6002: column id: this respondent id stands in line 6001") {
			t.Errorf("%d people of both waves, and a row that is there twice: %v", panel, err)
		}
	}
}

// A net of a segment holds the codes that it lists however few people have each, and
// however many other codes there are.
func TestNetsOfRareCodes(t *testing.T) {
	const n = 600
	got, _, err := runText(t, "country,q", n, func(i int) string {
		country := []string{"USA", "usa", "U.S."}[min(2, i%100)] // 6 each of the first two, in 600
		if i%2 == 1 && i%100 > 1 {
			country = fmt.Sprintf("Place %d", i)
		}
		return fmt.Sprintf("%s,%d", country, 1+i%2)
	}, "segments: {country: {from: country, nets: {United States: [USA, usa, U.S.]}}}\nquestions: {q: {column: q, answers: [1, 2]}}\n")
	if err != nil {
		t.Fatal(err)
	}
	// Even rows, and the six that are 1 in a hundred.
	f := got[address{"q", "1", "country", "United States"}]
	if f == nil || f.number(t, "base_unweighted") != n/2+6 {
		t.Errorf("the base of the net is %v, not %d", f, n/2+6)
	}
}
