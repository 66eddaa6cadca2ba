package pipeline

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tradeoff/data/sample/model"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// filesIn reads a folder, links followed: name with slashes to content.
func filesIn(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	err = filepath.WalkDir(real, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(real, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// unzipped are the parts of a workbook.
func unzipped(t testing.TB, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return parts
}

// The columns of the results are a contract with scripts.
const resultsHeader = "chapter,table,question,item,category,statistic,wave,banner,segment,base_unweighted,base_weighted,base_effective," +
	"count_unweighted,count_weighted,estimate,se,ci_low,ci_high,df,deff,letters,status,note"

// sampleRun is one run of the sample, which takes long under the race detector,
// for all tests that only look at what it published.
var sampleRun struct {
	once sync.Once
	outcome
}

func sampled(t testing.TB) outcome {
	t.Helper()
	sampleRun.once.Do(func() { sampleRun.outcome = outcomeOf(t, Sample()) })
	if sampleRun.err != nil || sampleRun.files == nil {
		t.Fatalf("the sample makes no report: %v", sampleRun.err)
	}
	return sampleRun.outcome
}

func TestSampleFiles(t *testing.T) {
	files, sum := sampled(t).files, sampled(t).sum
	if len(sum.Headlines) != 9 {
		t.Errorf("%d headlines, expected one of each chapter but the method", len(sum.Headlines))
	}
	for _, n := range []string{"report.html", "tables.xlsx", "results.csv", "results.parquet", "tests.csv", "run.json"} {
		if len(files[n]) == 0 {
			t.Errorf("%s is not there", n)
		}
	}
	svg := 0
	for n := range files {
		if name, ok := strings.CutSuffix(n, ".svg"); ok {
			svg++
			if !bytes.HasPrefix(files[name+".png"], []byte("\x89PNG\r\n")) {
				t.Errorf("%s has no picture", n)
			}
		}
	}
	if svg < 5 {
		t.Errorf("%d figures, expected one for each of five chapters at least", svg)
	}
	for _, h := range sum.Headlines {
		if !bytes.Contains(files["report.html"], []byte(strings.SplitN(h, "“", 2)[0])) {
			t.Errorf("the page does not say %q", h)
		}
	}
	var record reports.Run
	if err := json.Unmarshal(files["run.json"], &record); err != nil {
		t.Fatal(err)
	}
	for _, f := range record.Files {
		sum := sha256.Sum256(files[f.Name])
		if f.Bytes != len(files[f.Name]) || f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("run.json is wrong about %s", f.Name)
		}
	}
	if len(record.Files) != len(files)-1 {
		t.Errorf("run.json lists %d files, %d are published beside it", len(record.Files), len(files)-1)
	}
}

func TestSampleResultsAreTidy(t *testing.T) {
	b := sampled(t).files["results.csv"]
	head, err := csv.NewReader(bytes.NewReader(b)).Read()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(head, ","); got != resultsHeader {
		t.Errorf("columns are %s", got)
	}
	statuses, kinds := map[string]int{}, map[string]int{}
	for _, r := range tidyRows(t, b) {
		statuses[r["status"]]++
		kinds[r["statistic"]]++
		switch r["status"] {
		case "suppressed":
			for _, c := range []string{"count_unweighted", "count_weighted", "estimate", "se", "ci_low", "ci_high", "df", "deff", "letters"} {
				if r[c] != "" {
					t.Fatalf("%s, %s, %s is suppressed, and its %s is %s", r["table"], r["category"], r["segment"], c, r[c])
				}
			}
		case "ok", "low_base":
			v := r.number(t, "estimate")
			if math.IsNaN(v) {
				t.Fatalf("%s, %s, %s is %s and has no estimate", r["table"], r["category"], r["segment"], r["status"])
			}
			if s := r["statistic"]; (s == "proportion" || s == "net") && (v < 0 || v > 1) {
				t.Errorf("a share is %v", v)
			}
			split := strings.HasSuffix(r["table"], ".effect") || strings.HasSuffix(r["table"], ".with") || strings.HasSuffix(r["table"], ".willing") || r["table"] == "skipped.consent" // the smaller of two groups counts
			base := r.number(t, "base_unweighted")
			if effective := r.number(t, "base_effective"); effective > 0 { // a text has words, and no weights
				base = min(base, effective)
			}
			if !(split && base >= lowBase) && (r["status"] == "low_base") != (base < lowBase) && r["table"] != "expects" && r["table"] != "trust" && r["table"] != "share" {
				t.Errorf("%s, %s has a base of %v and is %s", r["table"], r["segment"], base, r["status"])
			}
		}
		if r["wave"] != "2025" && r["banner"] != "wave" {
			t.Errorf("%s, %s is of wave %q; the tables are of 2025", r["table"], r["segment"], r["wave"])
		}
	}
	for s := range statuses {
		if !slices.Contains([]string{"ok", "low_base", "suppressed", "not_asked", "not_applicable"}, s) {
			t.Errorf("status %q is not one of the contract", s)
		}
	}
	for k := range kinds {
		if !slices.Contains([]string{"proportion", "net", "mean", "sd", "median", "probability", "p_value", "importance", "difference", "average_effect", "odds_ratio", "ratio", "index", "coefficient", "rank"}, k) {
			t.Errorf("statistic %q is not one of the contract", k)
		}
	}
	t.Log(statuses, kinds)
}

// reportOf runs a study as far as its chapters, where the findings still know
// the cells that they stand on.
func reportOf(t testing.TB, s Source) *reports.Report {
	t.Helper()
	r := newRun(s, Options{})
	t.Cleanup(r.close)
	err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count},
		{"estimating", r.estimate}, {"protecting", r.protect}, {"drawing", r.chapters}})
	if err != nil {
		t.Fatal(err)
	}
	return r.report
}

var (
	interval = regexp.MustCompile(`\((-?[\d.]+)–(-?[\d.]+)%?(?:; [^()]*)?\)`)
	fromTo   = regexp.MustCompile(`\(((?:less than 1|−?[\d.]+) to −?[\d.]+)(?:; [^()]*)?\)`)
	sides    = regexp.MustCompile(`\(from (less than 1|[\d.]+)(?: [a-z]+)? to (less than 1|[\d.]+)(?: [a-z]+)?(?:; [^()]*)?\)`)
	counts   = regexp.MustCompile(`\d[\d,]*`)
	quoted   = regexp.MustCompile(`“[^”]*”`)
	share    = regexp.MustCompile(`(\d+(?:\.\d)?)%`)
	atMost   = regexp.MustCompile(`hardly matter.* no more than (\d) points?, up or down`)
)

// whole is a share as whole percent, half up.
func whole(v float64) string { return fmt.Sprint(int(math.Floor(100*v + 0.5))) }

// checkAsked finds the numbers of people under a sentence among the bases of its tables.
func checkAsked(t *testing.T, r *reports.Report, f reports.Finding) {
	t.Helper()
	_, answered, _ := strings.Cut(f.Asked, "Answered: ")
	answered, _, _ = strings.Cut(answered, " (base: ")
	answered, _, _ = strings.Cut(answered, " In other ways: ")
	answered, _, _ = strings.Cut(answered, inFigures)
	_, ways, _ := strings.Cut(f.Asked, "In other ways: ")
	for _, m := range share.FindAllStringSubmatch(quoted.ReplaceAllString(ways, ""), -1) {
		of := slices.IndexFunc(r.Tables, func(x *crosstab.Table) bool { return x.ID == f.Refs[0].Table })
		if !slices.ContainsFunc(r.Tables[of].Cells, func(row []crosstab.Cell) bool { return whole(row[0].Estimate) == m[1] }) {
			t.Errorf("%s%% is in no cell of %s: %s", m[1], f.Refs[0].Table, f.Asked)
		}
	}
	bases := map[string]bool{}
	for _, x := range r.Tables {
		if slices.ContainsFunc(f.Refs, func(ref reports.Ref) bool {
			return ref.Table == x.ID || x.Measures != "" && strings.HasPrefix(x.ID, questionOf(r, ref.Table))
		}) {
			for i := range x.Rows {
				b := x.BaseOf(i, 0)
				bases[thousands(b.Unweighted)], bases[thousands(b.People)] = true, true
			}
		}
		// of changes, how many answered in a wave: the base of a question that has changes
		if changes := x.Question + ".trend"; !x.Model && slices.ContainsFunc(f.Refs, func(ref reports.Ref) bool { return strings.HasSuffix(ref.Table, ".trend") }) && questionOf(r, changes) != changes {
			for _, c := range x.Columns {
				if c.Group == "wave" {
					bases[thousands(c.Base.Unweighted)], bases[thousands(c.Base.People)] = true, true
					answered = strings.ReplaceAll(answered, " in "+c.Label, "")
				}
			}
		}
	}
	for _, n := range counts.FindAllString(answered, -1) {
		if !bases[n] {
			t.Errorf("no table that it stands on has a base of %s: %s %s", n, f.Text, f.Asked)
		}
	}
}

// questionOf is the question of a table.
func questionOf(r *reports.Report, id string) string {
	for _, x := range r.Tables {
		if x.ID == id {
			return x.Question
		}
	}
	return id
}

// checkFinding follows a finding to its cells: all are printed, and every
// percentage in the sentence is one of theirs.
func checkFinding(t *testing.T, r *reports.Report, f reports.Finding) {
	t.Helper()
	if len(f.Refs) == 0 {
		t.Errorf("stands on no cell: %s", f.Text)
	}
	checkAsked(t, r, f)
	shares, lows, highs, between := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	_, under, _ := strings.Cut(" "+f.Asked, inFigures)
	text := quoted.ReplaceAllString(f.Text+" "+under, "“”")
	weight := math.Inf(1)
	for _, ref := range f.Refs {
		i := slices.IndexFunc(r.Tables, func(x *crosstab.Table) bool { return x.ID == ref.Table })
		if i < 0 {
			t.Errorf("no table %s: %s", ref.Table, f.Text)
			continue
		}
		table := r.Tables[i]
		s := reports.Shown(table, ref.Row, ref.Column)
		said := s == crosstab.LowBase && strings.Contains(text, thousands(table.BaseOf(ref.Row, ref.Column).People)+" people")
		if s != crosstab.OK && !said {
			t.Errorf("stands on a cell that is %s: %s", s, f.Text)
		}
		c := table.Cell(ref.Row, ref.Column)
		switch table.Rows[ref.Row].Kind {
		case crosstab.PValue: // said in words
			if strings.Contains(text, "hard to put down to chance") != (c.Estimate < strictChance) && !strings.Contains(text, "they differ by") {
				t.Errorf("says otherwise than the chance of %g: %s", c.Estimate, f.Text)
			}
			continue
		case crosstab.OddsRatio: // said as a direction
			if way := map[bool]string{true: "with more", false: "with fewer"}[c.Estimate > 1]; !strings.Contains(text, way) && !crosses(c, 1) {
				t.Errorf("does not say the way of %g: %s", c.Estimate, f.Text)
			}
			continue
		case crosstab.Importance:
			if ref.Row != rowOf(table, "all") { // said as an order
				if c.Estimate > weight {
					t.Errorf("what tells more stands second: %s", f.Text)
				}
				weight = c.Estimate
				continue
			}
		}
		if k := table.Rows[ref.Row].Kind; k == crosstab.Mean || k == crosstab.Median {
			form := "%.1f"
			if k == crosstab.Median && table.Unit == "points of 100" {
				form = "%.0f"
			}
			if !strings.Contains(text, fmt.Sprintf(form, c.Estimate)) {
				t.Errorf("does not say "+form+": %s", c.Estimate, f.Text)
			}
			lows[fmt.Sprintf(form, c.Low)], highs[fmt.Sprintf(form, c.High)] = true, true
			continue
		}
		if table.Rows[ref.Row].Kind == crosstab.Coefficient && table.Unit == "points" { // on a scale from 0 to 100, without its sign, which a word says
			x, low, high := c.Estimate, c.Low, c.High
			if x < 0 {
				x, low, high = -x, -high, -low
			}
			if !strings.Contains(text, fmt.Sprintf("%.1f", x)) {
				t.Errorf("does not say %.1f of %s: %s", x, table.ID, f.Text)
			}
			between[fmt.Sprintf("%.1f to %.1f", low, high)] = true
			between[fmt.Sprintf("from %.1f to %.1f", math.Abs(low), math.Abs(high))] = true
			continue
		}
		if table.Rows[ref.Row].Kind == crosstab.Coefficient && table.Unit == "points of 100" { // of medians, in whole points
			if !strings.Contains(text, fmt.Sprintf("%.0f points", c.Estimate)) {
				t.Errorf("does not say %.0f points of %s: %s", c.Estimate, table.ID, f.Text)
			}
			between[fmt.Sprintf("%.0f to %.0f", c.Low, c.High)] = true
			continue
		}
		if k := table.Rows[ref.Row].Kind; k == crosstab.Coefficient || k == crosstab.Ratio {
			x, low, high := c.Estimate, c.Low, c.High
			if x < 0 && strings.Contains(text, reports.Print(k, -x)+" fewer") {
				x, low, high = -x, -high, -low
			}
			if !strings.Contains(text, reports.Print(k, x)) {
				t.Errorf("does not say %s of %s: %s", reports.Print(k, x), table.ID, f.Text)
			}
			between[reports.Print(k, low)+" to "+reports.Print(k, high)] = true
			continue
		}
		if k := table.Rows[ref.Row].Kind; reports.IsPoints(k) {
			x, low, high := c.Estimate, c.Low, c.High
			if x < 0 {
				x, low, high = -x, -high, -low
			}
			if m := atMost.FindStringSubmatch(text); m != nil { // the largest that it may be, and under it what each is
				if fmt.Sprint(wholePoints(100*max(-c.Low, c.High))) > m[1] || !strings.Contains(f.Asked, pointsOf(int(math.Round(100*x)))) {
					t.Errorf("%g to %g is more than it says, or not under it: %s %s", c.Low, c.High, f.Text, f.Asked)
				}
				continue
			}
			if way := map[bool]string{true: ", the more ", false: ", the (fewer|less) "}[c.Estimate > 0]; k == crosstab.Effect && !crosses(c, 0) && !strings.Contains(text, pointsOf(int(math.Round(100*x)))) && (regexp.MustCompile(way).MatchString(text) || strings.Contains(text, "goes the same way")) {
				continue // said as a direction
			}
			tiny := beyond(c) && strings.Contains(text, "less than 1 point")
			none := math.Round(100*x) == 0 && (tiny || strings.Contains(text, "half a point") || strings.Contains(text, "level within chance") || strings.Contains(text, "neither more nor less often"))
			if !none && !strings.Contains(text, pointsOf(int(math.Round(100*x)))) && !strings.Contains(text, fmt.Sprintf("%.1f points", 100*x)) {
				t.Errorf("does not say %.0f points of %s: %s", 100*x, table.ID, f.Text)
			}
			end := func(x float64) string {
				if said := reports.Plain(k, x); said != "0" || x == 0 {
					return said
				}
				return "less than 1"
			}
			between[end(low)+" to "+end(high)] = true
			between["from "+end(math.Abs(low))+" to "+end(math.Abs(high))] = true
			continue
		}
		tenths := fmt.Sprintf("%.1f", 100*c.Estimate)
		shares[whole(c.Estimate)], shares[tenths], lows[whole(c.Low)], highs[whole(c.High)] = true, true, true, true
		if !strings.Contains(text, whole(c.Estimate)+"%") && !strings.Contains(text, tenths+"%") {
			t.Errorf("does not say %s%% of %s: %s", whole(c.Estimate), table.ID, f.Text)
		}
	}
	for _, m := range interval.FindAllStringSubmatch(text, -1) {
		if !lows[m[1]] || !highs[m[2]] {
			t.Errorf("interval %s to %s is of none of its cells: %s", m[1], m[2], f.Text)
		}
	}
	for _, m := range fromTo.FindAllStringSubmatch(text, -1) {
		if !between[m[1]] {
			t.Errorf("interval %s is of none of its cells: %s", m[1], f.Text)
		}
	}
	for _, m := range sides.FindAllStringSubmatch(text, -1) {
		if key := "from " + m[1] + " to " + m[2]; !between[key] && !between["from "+m[2]+" to "+m[1]] {
			t.Errorf("interval %s is of none of its cells: %s", key, f.Text)
		}
	}
	for _, m := range share.FindAllStringSubmatch(fromTo.ReplaceAllString(interval.ReplaceAllString(text, ""), ""), -1) {
		if !shares[m[1]] {
			t.Errorf("%s%% is in none of its cells: %s", m[1], f.Text)
		}
	}
}

func TestSampleFindingsSayWhatTheTablesSay(t *testing.T) {
	if testing.Short() {
		t.Skip("another run of the sample")
	}
	checkFindings(t, reportOf(t, Sample()))
}

// checkFindings follows every finding of a report to its cells.
func checkFindings(t *testing.T, r *reports.Report) {
	t.Helper()
	n := 0
	for _, f := range r.Headline {
		checkFinding(t, r, f)
		n++
	}
	for _, c := range r.Chapters {
		if len(c.Findings) == 0 && c.Missing == "" {
			t.Errorf("chapter %s says nothing, and not why", c.Title)
		}
		for _, f := range c.Findings {
			checkFinding(t, r, f)
			n++
		}
		for _, id := range c.Tables {
			if !slices.ContainsFunc(r.Tables, func(t *crosstab.Table) bool { return t.ID == id }) {
				t.Errorf("chapter %s has no table %s", c.Title, id)
			}
		}
	}
	t.Logf("%d findings", n)
}

// TestSampleIsTheSameEveryTime: the same bytes twice, and on any number of
// threads; only the run record holds the clock.
func TestSampleIsTheSameEveryTime(t *testing.T) {
	if testing.Short() {
		t.Skip("four whole runs")
	}
	out := t.TempDir()
	var first map[string][]byte
	for i, threads := range []int{1, 1, 2, 7} {
		folder, _ := runInto(t, Sample(), Options{Out: filepath.Join(out, fmt.Sprint(i)), Threads: threads})
		files := filesIn(t, folder)
		delete(files, "run.json")
		if first == nil {
			first = files
			continue
		}
		if len(files) != len(first) {
			t.Errorf("%d files, %d the first time", len(files), len(first))
		}
		for n, b := range files {
			if !bytes.Equal(b, first[n]) {
				t.Errorf("%s differs, on %d threads, from the first run on 1", n, threads)
			}
		}
	}
}

// TestSampleShowsItsTargets reads the findings that the sample was chosen for
// out of results.csv, and compares them with the same figures counted from the
// simulated people themselves, without files, pipeline or estimator.
func TestSampleShowsItsTargets(t *testing.T) {
	f := figuresOf(t, sampled(t).files["results.csv"])
	top := map[string]string{"expects": "Top 2 (mostly, definitely)", "service.time": "Top 2 (agree, strongly agree)", "service.known": "Top 2 (agree, strongly agree)",
		"service.quick": "Top 2 (agree, strongly agree)", "tracked": "Feel tracked", "trust": "Top 2 (much, completely)", "willing": "Top 2 (willing, very willing)"}
	get := func(table, banner, segment string) float64 {
		t.Helper()
		for at, r := range f {
			if at.table == table && at.banner == banner && at.segment == segment && r["statistic"] == "net" && at.category == top[table] {
				return r.number(t, "estimate")
			}
		}
		t.Fatalf("results.csv has no net of %s for %s", table, segment)
		return 0
	}
	expects := func(industry string) float64 { return get("expects", "industry", industry) }
	trust := func(industry string) float64 { return get("trust", "industry", industry) }
	year := func(table, y string) float64 { return get(table, "wave", y) }
	ours := map[string]float64{
		"more than half: They value my time":                            get("service.time", "total", "Total"),
		"more than half: They know me whichever channel I use":          get("service.known", "total", "Total"),
		"more than half: They give quick and easy answers":              get("service.quick", "total", "Total"),
		"almost three quarters expect personalized service of telecoms": expects("Telecoms"),
		"almost three quarters expect it of hardware":                   expects("Hardware"),
		"almost three quarters expect it of media":                      expects("Media"),
		"telecoms are ahead of hardware":                                expects("Telecoms") - expects("Hardware"),
		"telecoms are ahead of media":                                   expects("Telecoms") - expects("Media"),
		"fewer expect it of banking":                                    expects("Banking"),
		"fewer expect it of retail":                                     expects("Retail"),
		"fewer expect it of health":                                     expects("Health"),
		"fewer expect it of travel":                                     expects("Travel"),
		"fewer expect it of government":                                 expects("Government"),
		"Brazil expects more than Germany":                              get("expects", "country", "Brazil") - get("expects", "country", "Germany"),
		"North Americans who feel tracked":                              get("tracked", "continent", "North America"),
		"banking is trusted more than hardware":                         trust("Banking") - trust("Hardware"),
		"banking and health tie in trust":                               trust("Banking") - trust("Health"),
		"media are trusted less than travel":                            trust("Media") - trust("Travel"),
		"the same in the latest wave":                                   get("willing", "told", "Told") - get("willing", "told", "Not told"),
	}
	for i, y := range []string{"2024", "2025"} {
		before := []string{"2023", "2024"}[i]
		if i == 0 {
			ours["more are willing in 2024 than a year before"] = year("willing", y) - year("willing", before)
			ours["more expect personalized service in 2024"] = year("expects", y) - year("expects", before)
			ours["concern in 2024 is stable or slightly up"] = year("tracked", y) - year("tracked", before)
			continue
		}
		ours["more are willing in 2025 than a year before"] = year("willing", y) - year("willing", before)
		ours["more expect personalized service in 2025"] = year("expects", y) - year("expects", before)
		ours["concern in 2025 is stable or slightly up"] = year("tracked", y) - year("tracked", before)
	}
	targets := model.Targets()
	counted := model.Measure(targets, func(c ...model.Count) []float64 {
		return model.Estimates(model.People(model.Seed, model.PerCountry), c...)
	})
	seen := 0
	for i, target := range targets {
		got, ok := ours[target.Says]
		if !ok {
			continue // a figure of people across questions, which no table of the report is about
		}
		seen++
		if math.Abs(got-counted[i]) > 1e-12 {
			t.Errorf("%s: %.15g in results.csv, %.15g among the people", target.Says, got, counted[i])
		}
		if got < target.Low || got > target.High {
			t.Errorf("%s: %.4f is outside %v to %v", target.Says, got, target.Low, target.High)
		}
	}
	if seen != len(ours) {
		t.Errorf("%d of %d figures are targets", seen, len(ours))
	}
	if got := whole(ours["North Americans who feel tracked"]); got != "60" {
		t.Errorf("%s %% of North Americans feel tracked, expected 60", got)
	}
	t.Logf("%d of %d targets stand in results.csv", seen, len(targets))
}

// TestSampleSaysThatItIsSimulated: nobody who is sent one file of it can take
// it for a finding.
func TestSampleSaysThatItIsSimulated(t *testing.T) {
	o := sampled(t)
	if !o.sum.Simulated {
		t.Error("the summary does not say it")
	}
	var record reports.Run
	if err := json.Unmarshal(o.files["run.json"], &record); err != nil || !record.Simulated {
		t.Errorf("run.json does not say it (%v)", err)
	}
	says := func(name string, b []byte) {
		t.Helper()
		if !bytes.Contains(bytes.ToLower(b), []byte("simulated")) {
			t.Errorf("%s does not say that the data are simulated", name)
		}
	}
	for name, b := range o.files {
		switch filepath.Ext(name) {
		case ".html", ".svg":
			says(name, b)
		case ".xlsx":
			sheets := 0
			for part, b := range unzipped(t, b) {
				if strings.HasPrefix(part, "xl/worksheets/sheet") {
					sheets++
					says(name+" "+part, b)
				}
			}
			if sheets < 20 {
				t.Errorf("the workbook has %d sheets", sheets)
			}
		}
	}
}
