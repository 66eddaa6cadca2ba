package pipeline

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// A yearly publishes editions of one study into one folder, a day after each other.
type yearly struct {
	folder, out string
	runs        int
	version     string
}

func newYearly(t *testing.T) *yearly {
	return &yearly{folder: t.TempDir(), out: t.TempDir(), version: "1"}
}

const yearlyStudy = "study: Y\nsources: [export.csv]\nrespondent: id\nquestions:\n  worry: {column: worry, measures: concern, scale: [1, 2, 3, 4, 5], top: 2}\n  likes: {column: likes, answers: {1: yes, 2: no}}\n"

// edition publishes an edition in which so many of 500 worry; each calls f with what
// was published.
func (y *yearly) edition(t *testing.T, study string, worried int) (files map[string][]byte, sum *Summary) {
	t.Helper()
	text := "id,worry,likes\n"
	for i := range 500 {
		w := 1 + i%3
		if i < worried {
			w = 4 + i%2
		}
		text += fmt.Sprintf("p%d,%d,%d\n", i, w, 1+i%2)
	}
	write(t, filepath.Join(y.folder, "export.csv"), text)
	path := filepath.Join(y.folder, "y.yaml")
	write(t, path, study)
	y.runs++
	day := y.runs
	folder, sum := runInto(t, FromPath(path), Options{Out: y.out, Version: y.version, Now: func() time.Time { return time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC) }})
	return filesIn(t, folder), sum
}

// since are the headlines on earlier editions.
func sinceOf(sum *Summary) string {
	var out []string
	for _, h := range sum.Headlines {
		if strings.Contains(h, "edition of") {
			out = append(out, h)
		}
	}
	return strings.Join(out, "\n")
}

// equalBut compares files, run.json left out.
func equalBut(t *testing.T, what string, a, b map[string][]byte) {
	t.Helper()
	for _, n := range slices.Sorted(maps.Keys(a)) {
		if n != "run.json" && string(a[n]) != string(b[n]) {
			t.Errorf("%s: %s is not the same", what, n)
		}
	}
	if len(a) != len(b) {
		t.Errorf("%s: %d and %d files", what, len(a), len(b))
	}
}

// An edition is compared with the last one by other data, however often it is
// published again; what only the study file or the program changed is told apart.
func TestEditionsAreComparedWithTheLastByOtherData(t *testing.T) {
	y := newYearly(t)
	a, sum := y.edition(t, yearlyStudy, 200)
	if s := sinceOf(sum); s != "" || strings.Contains(string(a["results.csv"]), "editions") {
		t.Fatalf("the first edition says %q", s)
	}
	again, _ := y.edition(t, yearlyStudy, 200)
	equalBut(t, "the first again", a, again)

	b, sum := y.edition(t, yearlyStudy, 300)
	said := sinceOf(sum)
	// sqrt(.4 .6 / 499 + .6 .4 / 499), times the quantile of t with 499 df, 1.9647: 6.1 points
	for _, want := range []string{"Since the edition of 1 March 2026, of 2 figures", "one rose and none fell by more than chance.", "from 40% to 60%, by 20 points (14 to 26)", "“Worry” (“4” or “5”)", "Both stand on 500 respondents."} {
		if !strings.Contains(said, want) {
			t.Errorf("with other data it says %q, not %q", said, want)
		}
	}
	if strings.Contains(said, "Besides") || !strings.Contains(string(b["report.html"]), "Since the edition of 1 March 2026") {
		t.Errorf("with other data alone it says %s", said)
	}
	for range 2 {
		again, _ := y.edition(t, yearlyStudy, 300)
		equalBut(t, "the second again", b, again)
	}

	other := strings.Replace(yearlyStudy, "top: 2", "top: 1", 1) + "  more: {column: likes, answers: {1: yes, 2: no}}\n"
	c, sum := y.edition(t, other, 300)
	said = sinceOf(sum)
	for _, want := range []string{"Since the edition of 1 March 2026", "Besides the data, the study file changed", "New: “More”."} {
		if !strings.Contains(said, want) {
			t.Errorf("with another study file it says %q, not %q", said, want)
		}
	}
	again, _ = y.edition(t, other, 300)
	equalBut(t, "the third again", c, again)

	y.version = "2"
	_, sum = y.edition(t, yearlyStudy, 100)
	if said = sinceOf(sum); !strings.Contains(said, "of 6 March 2026") || !strings.Contains(said, "the study file and the program (version “1” then, “2” now)") || !strings.Contains(said, "No longer there: “More”.") {
		t.Errorf("with all of it changed it says %s", said)
	}
}

// What the same data gave otherwise is put down to the study file.
func TestTheSameDataOtherwise(t *testing.T) {
	y := newYearly(t)
	weighted := strings.Replace(yearlyStudy, "respondent: id", "respondent: id\nfilter: {text: who likes it, where: {likes: [1]}}", 1)
	y.edition(t, yearlyStudy, 201)
	_, sum := y.edition(t, weighted, 201)
	if said := sinceOf(sum); !strings.Contains(said, "The edition of 1 March 2026 was made of the same data, and has") || !strings.Contains(said, "because the study file changed since") {
		t.Errorf("says %q", said)
	}
}

// A run.json that is damaged, or older than editions, is a word and no crash, and
// the word stays until there is an edition to compare with.
func TestADamagedRecordIsAWord(t *testing.T) {
	for name, text := range map[string]string{
		"damaged": "{\"program\": \"tradeoff\", \"editions\": [{\"fig",
		"not one": "[1, 2]",
		"foreign": "{\"program\": \"other\"}",
		"older":   "{\"program\": \"tradeoff\", \"version\": \"0\"}",
		"wild":    "{\"program\": \"tradeoff\", \"editions\": [{\"data_sha256\": \"x\", \"figures\": [{\"table\": \"worry\", \"statistic\": \"net\", \"category\": \"Top 2\", \"estimate\": 0.4, \"se\": -1, \"df\": 3}]}]}",
	} {
		t.Run(name, func(t *testing.T) {
			y := newYearly(t)
			y.edition(t, yearlyStudy, 200)
			record, err := filepath.EvalSymlinks(filepath.Join(y.out, "y", "run.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(record, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			files, _ := y.edition(t, yearlyStudy, 200)
			page := string(files["report.html"])
			if !strings.Contains(page, "is not compared with this one") && !strings.Contains(page, "the two are not compared") {
				t.Error("the page says nothing of it")
			}
			again, _ := y.edition(t, yearlyStudy, 200)
			equalBut(t, "again", files, again)
			if _, sum := y.edition(t, yearlyStudy, 300); !strings.Contains(sinceOf(sum), "one rose") {
				t.Errorf("the next edition says %q", sinceOf(sum))
			}
		})
	}
}

// A figure that is hidden now is not published once more from an earlier edition.
func TestEditionsDropWhatIsHidden(t *testing.T) {
	shown := reports.KeyFigure{Table: "worry", Kind: crosstab.NetRow, Label: "Top 2", Estimate: 0.4, SE: 0.02, DF: 99}
	hidden := reports.KeyFigure{Table: "likes", Kind: crosstab.Proportion, Label: "yes", Estimate: 0.5, SE: 0.02, DF: 99}
	now := reports.Edition{Data: "b", Figures: []reports.KeyFigure{shown}}
	got := lineage(now, []reports.Edition{{Data: "a", Figures: []reports.KeyFigure{hidden, shown}}})
	if len(got) != 2 || !slices.Equal(got[1].Figures, []reports.KeyFigure{shown}) {
		t.Errorf("keeps %+v", got)
	}
}

// At most three editions are kept: this one, the last by the same data, the last by
// other data; and whoever publishes the same again keeps the same.
func TestLineageIsShortAndStable(t *testing.T) {
	of := func(data, study string) reports.Edition { return reports.Edition{Data: data, Study: study} }
	var kept []reports.Edition
	for i, x := range []struct {
		data, study, want string
	}{{"1", "s", "1s"}, {"1", "s", "1s"}, {"2", "s", "2s 1s"}, {"2", "s", "2s 1s"}, {"2", "t", "2t 2s 1s"}, {"2", "t", "2t 2s 1s"}, {"2", "u", "2u 2t 1s"}, {"2", "t", "2t 2u 1s"}, {"3", "t", "3t 2t"}, {"2", "t", "2t 3t"}} {
		now := of(x.data, x.study)
		now.Published = time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
		kept = lineage(now, kept)
		var got []string
		for _, e := range kept {
			got = append(got, e.Data+e.Study)
		}
		if s := strings.Join(got, " "); s != x.want {
			t.Errorf("after %s%s: %s, want %s", x.data, x.study, s, x.want)
		}
	}
}

// The change of two independent estimates is R's
// 0.6 - 0.4 + c(-1, 1) * qt(0.975, 80) * sqrt(0.03^2 + 0.04^2).
func TestChangeBetweenEditions(t *testing.T) {
	m := move{now: keyFigure{figure: reports.KeyFigure{Estimate: 0.6, SE: 0.03, DF: 120}}, before: reports.KeyFigure{Estimate: 0.4, SE: 0.04, DF: 80}}
	c := m.difference()
	if math.Abs(c.Low-0.1004968) > 1e-6 || math.Abs(c.High-0.2995032) > 1e-6 || !c.HasCI {
		t.Errorf("0.2, %v to %v", c.Low, c.High)
	}
	m.before.DF = 0
	if c := m.difference(); c.HasCI {
		t.Errorf("without degrees of freedom %+v", c)
	}
}

// The sentence follows its cells.
func TestSinceSaysWhatItsCellsSay(t *testing.T) {
	y := newYearly(t)
	for _, x := range []struct {
		worried int
		says    string
	}{{200, ""}, {100, "Down: “"}, {101, "The first of them: “"}, {300, "Up: “"}} {
		files, sum := y.edition(t, yearlyStudy, x.worried)
		if said := sinceOf(sum); !strings.Contains(said, x.says) {
			t.Errorf("%d: says %q, not %q", x.worried, said, x.says)
		}
		var record reports.Run
		if err := json.Unmarshal(files["run.json"], &record); err != nil {
			t.Fatal(err)
		}
		if f := record.Editions[0].Figures; len(f) != 2 || math.Abs(f[0].Estimate-float64(x.worried)/500) > 1e-12 {
			t.Errorf("run.json keeps %+v", f)
		}
	}
}
