package pipeline

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tradeoff/data"
	"tradeoff/data/columnar"
	"tradeoff/data/sample/model"
	"tradeoff/internal/sharedtest"
	"tradeoff/stats/crosstab"
)

// published is everything that a run puts before anybody: its files, with the
// parts of the workbook and the texts of the Parquet, its messages and its log.
func published(t *testing.T, s Source) map[string][]byte {
	t.Helper()
	o := outcomeOf(t, s)
	if o.err != nil {
		return map[string][]byte{"error": []byte(o.err.Error()), "log": o.log}
	}
	all := o.everything(t)
	checked, err := Check(context.Background(), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	all["check"] = fmt.Append(nil, *checked)
	return all
}

// An outcome is a run with everything on: its files in memory, or its error.
type outcome struct {
	files map[string][]byte
	sum   *Summary
	log   []byte
	err   error
}

func outcomeOf(t testing.TB, s Source) outcome {
	t.Helper()
	var log bytes.Buffer
	o := Options{Out: t.TempDir(), Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Progress: func(p Progress) { fmt.Fprintln(&log, p) }}
	sum, err := Run(context.Background(), s, o)
	if err != nil {
		return outcome{log: log.Bytes(), err: err}
	}
	return outcome{files: filesIn(t, sum.Folder), sum: sum, log: log.Bytes()}
}

// everything are the files and what is packed in them, summary and log.
func (o outcome) everything(t *testing.T) map[string][]byte {
	t.Helper()
	all := maps.Clone(o.files)
	for name, b := range o.files {
		switch filepath.Ext(name) {
		case ".xlsx":
			for part, b := range unzipped(t, b) {
				all[name+"/"+part] = b
			}
		case ".parquet":
			all[name+"/texts"] = parquetTexts(t, b)
		}
	}
	all["log"] = o.log
	all["summary"] = fmt.Append(nil, *o.sum)
	return all
}

// parquetTexts decodes the text columns of a Parquet file.
func parquetTexts(t *testing.T, b []byte) []byte {
	t.Helper()
	s, err := columnar.OpenParquet(data.FromBytes("results.parquet", b))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for b, err := range s.Batches(s.Codebook.Names()) {
		if err != nil {
			t.Fatal(err)
		}
		for j := range int(b.Record.NumCols()) {
			c := columnOf(b.Record.Column(j))
			for i := range int(b.Record.NumRows()) {
				if !c.null(i) {
					fmt.Fprintln(&out, c.code(i))
				}
			}
		}
	}
	if out.Len() == 0 {
		t.Fatal("results.parquet holds nothing")
	}
	return out.Bytes()
}

// A watchlist finds any of many values in texts, as whole words or, for long
// ones, by their first characters wherever they stand.
type watchlist struct {
	words map[string]bool
	long  map[string]string // first bytes: the value
	first [256]bool         // bytes that a long value begins with
}

const longFrom = 20

func watch(values []string) *watchlist {
	w := &watchlist{words: map[string]bool{}, long: map[string]string{}}
	for _, v := range values {
		switch {
		case len(v) >= longFrom:
			w.long[v[:longFrom]], w.first[v[0]] = v, true
		case v != "":
			w.words[v] = true
		}
	}
	return w
}

// between tells what stands between words.
func between(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_.+@-", r))
}

// find names what it finds; a digit or letter beside a word is no end of it.
func (w *watchlist) find(b []byte) string {
	for m := range bytes.FieldsFuncSeq(b, between) {
		if w.words[string(m)] || w.words[strings.Trim(string(m), ".-+@")] {
			return string(m)
		}
	}
	for i := 0; i+longFrom <= len(b); i++ {
		if !w.first[b[i]] {
			continue
		}
		if v, ok := w.long[string(b[i:i+longFrom])]; ok {
			return v
		}
	}
	return ""
}

func TestWatchlistFinds(t *testing.T) {
	w := watch([]string{"ann@example.org", "23000001", "They know too much already, but I want to know why."})
	for _, s := range []string{`<p>ann@example.org</p>`, `"23000001",`, `x They know too much already, but`, "id=23000001."} {
		if w.find([]byte(s)) == "" {
			t.Errorf("nothing found in %q", s)
		}
	}
	for _, s := range []string{"123000001", "joann@example.org", "They know"} {
		if got := w.find([]byte(s)); got != "" {
			t.Errorf("%q found in %q", got, s)
		}
	}
}

func TestSamplePublishesNoIdentifier(t *testing.T) {
	var values []string
	for _, wave := range model.Waves() {
		for _, p := range model.Draw(model.Seed, model.PerCountry, wave) {
			values = append(values, p.Email, p.Phone, p.Comment, strconv.Itoa(p.ID))
		}
	}
	w := watch(values)
	if len(w.words)+len(w.long) < 9000 {
		t.Fatalf("only %d values to look for", len(w.words)+len(w.long))
	}
	all := sampled(t).everything(t)
	if !testing.Short() {
		checked, err := Check(context.Background(), Sample(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		all["check"] = fmt.Append(nil, *checked)
	}
	for name, b := range all {
		if v := w.find(b); v != "" {
			t.Errorf("%s holds %q", name, v)
		}
	}
}

// TestBadInputsPublishNoIdentifier runs the control of ../shared/badinputs, and
// every damaged CSV beside it: no address, answer or id in files or messages.
func TestBadInputsPublishNoIdentifier(t *testing.T) {
	folder := sharedtest.Path(t, "badinputs")
	secrets := strings.Fields(strings.ReplaceAll(string(fileOf(t, filepath.Join(folder, "secrets.txt"))), "\n", " "))
	var ids []string
	for i := range 200 {
		ids = append(ids, fmt.Sprintf("S%04d", i))
	}
	w, id := watch(secrets), watch(ids)
	if n := len(w.words) + len(w.long); n != 180 {
		t.Fatalf("%d secrets, expected three of 60 people", n)
	}
	study := string(fileOf(t, filepath.Join(folder, "study.yaml")))
	exports, err := filepath.Glob(filepath.Join(folder, "c*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for i, export := range exports {
		if testing.Short() && i%4 != 0 && filepath.Base(export) != "control.csv" {
			continue
		}
		path, err := filepath.Abs(export)
		if err != nil {
			t.Fatal(err)
		}
		files := published(t, studyIn(t, t.TempDir(), strings.ReplaceAll(study, "SOURCES", strconv.Quote(path))))
		for name, b := range files {
			if v := w.find(b); v != "" {
				t.Errorf("%s of %s holds %q", name, filepath.Base(export), v)
			}
			if v := id.find(b); v != "" && name != "error" && name != "log" && name != "summary" && name != "check" {
				t.Errorf("%s of %s holds the respondent %q", name, filepath.Base(export), v)
			}
		}
		if files["report.html"] != nil {
			made++
		}
		if filepath.Base(export) == "control.csv" && files["report.html"] == nil {
			t.Errorf("the control makes no report: %s", files["error"])
		}
	}
	if made == 0 || len(exports) < 15 {
		t.Errorf("%d exports, %d reports", len(exports), made)
	}
}

// The attack on a small survey: 300 people, six ages in four countries of
// very different size, unweighted, so that every share times its base is a
// count. An attacker takes results.csv and tests.csv and every sum that holds
// within a table: answers to their base, parts to their net, groups to the
// total, nested groups to the groups around them, scores to the mean. What the
// system of all these determines is known to her.

// attacked is the study; its export is written by crowd.
const attacked = `
study: A small survey
sources: crowd.csv
segments:
  age: {from: age, codes: [a, b, c, d, e, f]}
  country: {from: country, codes: [K, L, M, N]}
  age_by_country: {nest: country*age}
questions:
  single: {column: single, answers: [p, q, r, s, t], nets: {pq: [p, q], rst: [r, s, t]}}
  scale: {column: scale, scale: {1: one, 2: two, 3: three, 4: four, 5: five}, top: 2, bottom: 2}
  ticks: {columns: "tick_{item}", type: multi, items: {1: u, 2: v, 3: w, 4: x}, yes: [1]}
`

// picker draws a letter of a word, the first with the first chance and so on, the last
// with what is left.
func picker(rng *rand.Rand) func(words string, chances ...float64) string {
	return func(words string, chances ...float64) string {
		x := rng.Float64()
		for i, c := range chances {
			if x -= c; x < 0 {
				return words[i : i+1]
			}
		}
		return words[len(words)-1:]
	}
}

// crowd invents the people.
func crowd(t *testing.T, folder string, seed uint64) Source {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	pick := picker(rng)
	lines := [][]string{{"age", "country", "single", "scale", "tick_1", "tick_2", "tick_3", "tick_4"}}
	for range 300 {
		lines = append(lines, []string{pick("abcdef", .1, .2, .25, .2, .17), pick("KLMN", .5, .3, .15), pick("pqrst", .5, .3, .12, .06),
			pick("12345", .03, .12, .3, .4), pick("10", .6), pick("10", .25), pick("10", .04), pick("10", .97)})
	}
	return crowded(t, folder, lines, attacked)
}

// crowded is a study of some lines in crowd.csv.
func crowded(t testing.TB, folder string, lines [][]string, spec string) Source {
	t.Helper()
	f, err := os.Create(filepath.Join(folder, "crowd.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := csv.NewWriter(f).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return studyIn(t, folder, spec)
}

// An attack knows some counts of a table and solves for the others. A count is
// named by its row and column; the row "" is the base.
type attack struct {
	known   map[[2]string]float64
	unknown map[[2]string]int
	system  [][]float64 // coefficients of the unknowns, and the right side last
	rows    []row
}

type part struct {
	at   [2]string
	sign float64
}

// sum notes that signed counts add to a number.
func (a *attack) sum(to float64, parts ...part) {
	var equation []float64
	for _, p := range parts {
		if v, ok := a.known[p.at]; ok {
			to -= p.sign * v
			continue
		}
		k, ok := a.unknown[p.at]
		if !ok {
			k = len(a.unknown)
			a.unknown[p.at] = k
		}
		for len(equation) <= k {
			equation = append(equation, 0)
		}
		equation[k] += p.sign
	}
	a.system = append(a.system, append(equation, to))
}

// solve returns the unknowns that the system determines.
func (a *attack) solve() map[[2]string]float64 {
	n := len(a.unknown)
	m := make([][]float64, len(a.system))
	for i, e := range a.system {
		m[i] = make([]float64, n+1)
		copy(m[i], e[:len(e)-1])
		m[i][n] = e[len(e)-1]
	}
	at := 0
	pivots := map[int]int{}
	for k := 0; k < n && at < len(m); k++ {
		best := at
		for i := at; i < len(m); i++ {
			if math.Abs(m[i][k]) > math.Abs(m[best][k]) {
				best = i
			}
		}
		if math.Abs(m[best][k]) < 1e-9 {
			continue
		}
		m[at], m[best] = m[best], m[at]
		for i := range m {
			if f := m[i][k] / m[at][k]; i != at && f != 0 {
				for c := k; c <= n; c++ {
					m[i][c] -= f * m[at][c]
				}
			}
		}
		pivots[k] = at
		at++
	}
	out := map[[2]string]float64{}
	for name, k := range a.unknown {
		i, ok := pivots[k]
		if !ok {
			continue
		}
		alone := true
		for c := range n {
			alone = alone && (c == k || math.Abs(m[i][c]) < 1e-7)
		}
		if alone {
			out[name] = m[i][n] / m[i][k]
		}
	}
	return out
}

// attackTable reads all that is printed of a table and adds every sum that
// holds in it.
func attackTable(t *testing.T, table string, results, tests []row, columns map[string][]string) *attack {
	t.Helper()
	a := &attack{known: map[[2]string]float64{}, unknown: map[[2]string]int{}}
	segments := map[string]bool{}
	var answers, counted []string
	mean := map[string]float64{}
	for _, r := range results {
		if r["table"] != table {
			continue
		}
		a.rows = append(a.rows, r)
		s := r["banner"] + "/" + r["segment"]
		segments[s] = true
		if r["base_unweighted"] != "" {
			a.known[[2]string{"", s}] = r.number(t, "base_unweighted")
		}
		k := r["statistic"]
		if k == "mean" && r["estimate"] != "" {
			mean[s] = r.number(t, "estimate") * r.number(t, "base_unweighted")
		}
		if k != "proportion" && k != "net" {
			continue
		}
		if !slices.Contains(counted, r["category"]) {
			counted = append(counted, r["category"])
			if k == "proportion" {
				answers = append(answers, r["category"])
			}
		}
		if r["count_unweighted"] != "" {
			a.known[[2]string{r["category"], s}] = r.number(t, "count_unweighted")
		}
	}
	// Tests print estimates too: those of a group, and of the rest of the total.
	for _, r := range tests {
		if r["table"] != table || r["statistic"] != "proportion" && r["statistic"] != "net" {
			continue
		}
		sa, sb := r["banner"]+"/"+r["segment_a"], r["banner"]+"/"+r["segment_b"]
		if r["estimate_a"] != "" {
			if base, ok := a.known[[2]string{"", sa}]; ok {
				a.known[[2]string{r["category"], sa}] = r.number(t, "estimate_a") * base
			}
		}
		if r["estimate_b"] == "" {
			continue
		}
		if base, ok := a.known[[2]string{"", sb}]; ok {
			a.known[[2]string{r["category"], sb}] = r.number(t, "estimate_b") * base
		}
		if r["segment_b"] == "rest of total" {
			all, one := a.known[[2]string{"", "total/Total"}], a.known[[2]string{"", sa}]
			if all > 0 && one > 0 {
				a.sum(r.number(t, "estimate_b")*(all-one), part{[2]string{r["category"], "total/Total"}, 1}, part{[2]string{r["category"], sa}, -1})
			}
		}
	}
	all := append([]string{""}, counted...)
	for _, row := range all { // the groups of a segment add to the total
		for total, groups := range columns {
			parts := []part{{[2]string{row, total}, -1}}
			for _, g := range groups {
				if segments[g] {
					parts = append(parts, part{[2]string{row, g}, 1})
				}
			}
			a.sum(0, parts...)
		}
	}
	nets := map[string][]string{"pq": {"p", "q"}, "rst": {"r", "s", "t"}, "Top 2 (four, five)": {"four", "five"}, "Bottom 2 (one, two)": {"one", "two"}}
	scores := map[string]float64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
	if table == "ticks" {
		return a
	}
	for s := range segments {
		base := []part{{[2]string{"", s}, -1}}
		var weighed []part
		for _, c := range answers {
			base = append(base, part{[2]string{c, s}, 1})
			weighed = append(weighed, part{[2]string{c, s}, scores[c]})
		}
		a.sum(0, base...)
		for net, parts := range nets {
			if !slices.Contains(counted, net) {
				continue
			}
			equation := []part{{[2]string{net, s}, -1}}
			for _, c := range parts {
				equation = append(equation, part{[2]string{c, s}, 1})
			}
			a.sum(0, equation...)
		}
		if v, ok := mean[s]; ok {
			a.sum(v, weighed...)
		}
	}
	// The means of some groups and of the total give the sum of the others'.
	if len(mean) > 0 && table == "scale" {
		for total, groups := range columns {
			of := func(s string, sign float64, to *float64, parts *[]part) {
				if v, ok := mean[s]; ok {
					*to -= sign * v
					return
				}
				for _, c := range answers {
					*parts = append(*parts, part{[2]string{c, s}, sign * scores[c]})
				}
			}
			var to float64
			var parts []part
			of(total, -1, &to, &parts)
			for _, g := range groups {
				if segments[g] {
					of(g, 1, &to, &parts)
				}
			}
			a.sum(to, parts...)
		}
	}
	return a
}

// small reports whether a number must not be known: a base under 10, an answer
// of under 5 people; nobody at all is not somebody.
func small(name [2]string, v float64) bool {
	limit := float64(answerShown)
	if name[0] == "" {
		limit = groupShown
	}
	return v > 0.5 && v < limit-0.5
}

func TestAttack(t *testing.T) {
	columns := map[string][]string{} // a total and the groups that add to it
	add := func(total, group string) { columns[total] = append(columns[total], group) }
	var nestedByAge = map[string][]string{}
	ages, countries := strings.Split("abcdef", ""), strings.Split("KLMN", "")
	for _, g := range ages {
		add("total/Total", "age/"+g)
		for _, c := range countries {
			add("country/"+c, "age_by_country/"+c+" × "+g)
			nestedByAge["age/"+g] = append(nestedByAge["age/"+g], "age_by_country/"+c+" × "+g)
		}
	}
	var byCountry []string
	for _, c := range countries {
		byCountry = append(byCountry, "country/"+c)
	}
	hidden, shown := 0, 0
	for seed := range uint64(12) {
		source := crowd(t, t.TempDir(), seed)
		folder, _ := runInto(t, source, Options{Formats: []string{"results"}})
		results, tests := tidyRows(t, fileOf(t, filepath.Join(folder, "results.csv"))), tidyRows(t, fileOf(t, filepath.Join(folder, "tests.csv")))
		truth := beforeProtection(t, source)
		for _, table := range []string{"single", "scale", "ticks"} {
			a := attackTable(t, table, results, tests, columns)
			// The total is the sum of countries as well as of ages, and an age
			// that of its countries.
			for _, row := range append([]string{""}, rowsOf(a)...) {
				for total, groups := range nestedByAge {
					a.sum(0, sumOf(row, total, groups)...)
				}
				a.sum(0, sumOf(row, "total/Total", byCountry)...)
			}
			solved := a.solve()
			for name, v := range a.known {
				shown++
				if small(name, v) {
					t.Errorf("crowd %d, %s: %v is printed: %v", seed, table, name, v)
				}
			}
			hidden += len(a.unknown)
			for name, v := range solved {
				banner, segment, _ := strings.Cut(name[1], "/")
				want := truth.count(t, table, name[0], banner, segment)
				if math.Abs(v-want) > 1e-3 {
					t.Fatalf("crowd %d, %s: the attack finds %v for %v, which is %v: it is wrong itself", seed, table, v, name, want)
				}
				if small(name, v) {
					t.Errorf("crowd %d, %s: %v can be worked out: %.0f", seed, table, name, v)
				}
			}
			a.complements(t, seed, table, solved)
			a.silent(t, tests)
		}
		if seed < 3 {
			arrows(t, source)
		}
	}
	t.Logf("%d numbers printed, %d hidden", shown, hidden)
	if hidden < 2000 || shown < 2000 {
		t.Errorf("%d numbers printed, %d hidden: the crowd is no test", shown, hidden)
	}
}

// arrows checks that a mark above or below the rest stands only where the
// comparison that it sums up is printed.
func arrows(t *testing.T, source Source) {
	t.Helper()
	for _, table := range reportOf(t, source).Tables {
		for i, cells := range table.Cells {
			for j, c := range cells {
				if c.VsRest != 0 && !slices.ContainsFunc(table.Comparisons, func(x crosstab.Comparison) bool {
					return x.Row == i && x.A == j && x.B < 0 && x.Status == crosstab.OK
				}) {
					t.Errorf("%s, %s, %s: an arrow without its test", table.ID, table.Rows[i].Label, table.Columns[j].Segment())
				}
			}
		}
	}
}

func rowsOf(a *attack) []string {
	var out []string
	for _, r := range a.rows {
		if s := r["statistic"]; (s == "proportion" || s == "net") && !slices.Contains(out, r["category"]) {
			out = append(out, r["category"])
		}
	}
	return out
}

func sumOf(row, total string, groups []string) []part {
	parts := []part{{[2]string{row, total}, -1}}
	for _, g := range groups {
		parts = append(parts, part{[2]string{row, g}, 1})
	}
	return parts
}

// count is the true count of a row, or the base for "".
func (f figures) count(t *testing.T, table, category, banner, segment string) float64 {
	t.Helper()
	for at, r := range f {
		if at.table == table && at.banner == banner && at.segment == segment && (category == "" || at.category == category) {
			if category == "" {
				return r.number(t, "base_unweighted")
			}
			return r.number(t, "count_unweighted")
		}
	}
	t.Fatalf("no %s of %s in %s", category, table, segment)
	return 0
}

// complements checks who is left: with the base known, those who did not tick,
// and those outside a net, are known too.
func (a *attack) complements(t *testing.T, seed uint64, table string, solved map[[2]string]float64) {
	t.Helper()
	maps.Copy(solved, a.known)
	for name, v := range solved {
		base, ok := solved[[2]string{"", name[1]}]
		net := table == "ticks" || len(name[0]) > 2 && strings.Contains(name[0], "2 (") || name[0] == "pq" || name[0] == "rst"
		if ok && name[0] != "" && net && small(name, base-v) {
			t.Errorf("crowd %d, %s: %v leaves %.0f of %.0f", seed, table, name, base-v, base)
		}
	}
}

// silent checks that what is hidden in results.csv has no number in tests.csv.
func (a *attack) silent(t *testing.T, tests []row) {
	t.Helper()
	gone := map[[3]string]bool{}
	for _, r := range a.rows {
		if r["status"] == "suppressed" {
			gone[[3]string{r["category"], r["banner"], r["segment"]}] = true
		}
	}
	for _, r := range tests {
		if r["table"] != a.rows[0]["table"] {
			continue
		}
		if gone[[3]string{r["category"], r["banner"], r["segment_a"]}] || gone[[3]string{r["category"], r["banner"], r["segment_b"]}] {
			for _, c := range []string{"estimate_a", "estimate_b", "difference", "se", "df", "t", "p", "level"} {
				if r[c] != "" {
					t.Errorf("%s, %s: a part of the comparison of %s and %s is hidden, and its %s is printed", r["table"], r["category"], r["segment_a"], r["segment_b"], c)
				}
			}
		}
	}
}

// TestRecordTellsNoSmallCount: run.json, warnings and the method page count
// people too; none of them fewer than a group that is shown.
func TestRecordTellsNoSmallCount(t *testing.T) {
	folder := t.TempDir()
	text := "age,q\n"
	for i := range 60 {
		text += fmt.Sprintf("%d,%d\n", 20+i%40, i%2)
	}
	text += ",1\n99,0\n40,9\n" // one without an age, one outside the bands, one refusal
	if err := os.WriteFile(filepath.Join(folder, "few.csv"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	source := studyIn(t, folder, `
study: Few
sources: few.csv
segments:
  age: {from: age, bands: [18-39, 40-69]}
questions:
  q: {column: q, answers: {1: "Yes", 0: "No"}, missing: [9]}
`)
	for name, b := range published(t, source) {
		for _, count := range []string{"1 respondent ", "2 respondents ", "1 respondent,", "1 answer "} {
			if bytes.Contains(b, []byte(count)) && !bytes.Contains(b, []byte("1 "+count)) {
				t.Errorf("%s says %q", name, count)
			}
		}
		if name == "run.json" {
			var record struct {
				Exclusions []struct{ Label, Value string }
			}
			if err := json.Unmarshal(b, &record); err != nil {
				t.Fatal(err)
			}
			if len(record.Exclusions) == 0 {
				t.Error("run.json names no exclusions")
			}
			for _, e := range record.Exclusions {
				if !strings.HasPrefix(e.Value, "fewer than 10 ") {
					t.Errorf("run.json counts: %s: %s", e.Label, e.Value)
				}
			}
		}
	}
}
