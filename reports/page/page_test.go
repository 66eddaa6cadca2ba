package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/reports"
	"tradeoff/reports/internal/reporttest"
	"tradeoff/stats/crosstab"
)

func write(t testing.TB, r *reports.Report) string {
	t.Helper()
	b, err := Write(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// small is a report short enough to read as a golden file.
func small() *reports.Report {
	r := reporttest.Report()
	for _, t := range r.Tables {
		t.Columns, t.Groups = t.Columns[:6], t.Groups[:1]
		for i := range t.Cells {
			t.Cells[i] = t.Cells[i][:6]
		}
	}
	r.Tables = r.Tables[1:4]
	return r
}

func TestGolden(t *testing.T) {
	s := write(t, small())
	s = strings.Replace(s, styles, "\n/* page.css */\n", 1)
	s = strings.Replace(s, script, "\n/* page.js */\n", 1)
	s = regexp.MustCompile(`sha256-.*?&#39;`).ReplaceAllString(s, "sha256-of-page.js&#39;") // changes with the script
	reporttest.Golden(t, "report.html", []byte(s))
}

func TestSameBytesEveryTime(t *testing.T) {
	first := write(t, reporttest.Report())
	for range 5 {
		if write(t, reporttest.Report()) != first {
			t.Fatal("two writes differ")
		}
	}
}

// elements reads the page as XML would, which a careful page nearly is, and
// hands every element and its attributes to f.
func elements(t testing.TB, page string, f func(name string, attr map[string]string)) {
	t.Helper()
	// What a browser does not read as markup is taken out first.
	page = strings.Replace(page, styles, "", 1)
	page = strings.Replace(page, script, "", 1)
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			attr := map[string]string{}
			for _, a := range e.Attr {
				attr[a.Name.Local] = a.Value
			}
			f(e.Name.Local, attr)
		}
	}
}

// No label becomes an element, a handler or a link, and nothing is fetched.
func TestHostileLabels(t *testing.T) {
	page := write(t, reporttest.Hostile())
	known := map[string]bool{}
	elements(t, write(t, reporttest.Report()), func(name string, _ map[string]string) { known[name] = true })
	scripts := 0
	elements(t, page, func(name string, attr map[string]string) {
		if !known[name] {
			t.Errorf("a label made the element %s", name)
		}
		if name == "script" {
			scripts++
		}
		for key, value := range attr {
			if strings.HasPrefix(key, "on") || key == "src" || key == "srcdoc" {
				t.Errorf("<%s %s=%q>", name, key, value)
			}
			if key == "href" && !strings.HasPrefix(value, "#") && !regexp.MustCompile(`^(charts/|tables\.xlsx$|results\.(csv|parquet)$|tests\.csv$)`).MatchString(value) {
				t.Errorf("<%s> links to %q", name, value)
			}
		}
	})
	if scripts != 1 {
		t.Errorf("%d scripts, want the page's own", scripts)
	}
	if !strings.Contains(page, html.EscapeString(`<script>alert(1)</script>`)) {
		t.Error("a label is not shown as it was")
	}
}

// The policy allows the script that is in the page, and no other.
func TestPolicyMatchesTheScript(t *testing.T) {
	page := write(t, reporttest.Report())
	_, rest, _ := strings.Cut(page, "<script>")
	body, _, _ := strings.Cut(rest, "</script>")
	sum := sha256.Sum256([]byte(body))
	want := "script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	policies := 0
	elements(t, page, func(name string, attr map[string]string) {
		if name == "meta" && attr["http-equiv"] == "Content-Security-Policy" {
			policies++
			if !strings.Contains(attr["content"], want) || !strings.HasPrefix(attr["content"], "default-src 'none'") {
				t.Errorf("policy %q, want %q in it", attr["content"], want)
			}
		}
	})
	if policies != 1 {
		t.Errorf("%d policies", policies)
	}
}

// Names are unique, every link within the page has its target, headings do not
// skip a level, and what is drawn has words.
func TestStructure(t *testing.T) {
	page := write(t, reporttest.Report())
	ids, targets := map[string]int{}, []string{}
	level, titles, drawings, tables, captions := 0, 0, 0, 0, 0
	elements(t, page, func(name string, attr map[string]string) {
		if id := attr["id"]; id != "" {
			ids[id]++
		}
		if strings.HasPrefix(attr["href"], "#") {
			targets = append(targets, attr["href"][1:])
		}
		if l := slices.Index([]string{"h1", "h2", "h3", "h4"}, name) + 1; l > 0 {
			if l > level+1 {
				t.Errorf("a heading of level %d follows level %d", l, level)
			}
			level = l
			if l == 1 {
				titles++
			}
		}
		switch {
		case attr["role"] == "img":
			drawings++
			if attr["aria-label"] == "" {
				t.Error("a figure without words")
			}
		case name == "table":
			tables++
		case name == "caption":
			captions++
		case name == "th" && attr["scope"] == "":
			t.Error("a header cell without scope")
		}
	})
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%d elements are named %s", n, id)
		}
	}
	for _, target := range targets {
		if ids[target] == 0 {
			t.Errorf("a link goes to #%s, which is not there", target)
		}
	}
	if titles != 1 || drawings != 3 || tables != 7 || captions != 7 { // that of what-if beside the report's six
		t.Errorf("%d titles, %d figures, %d tables, %d captions; want 1, 3, 7, 7", titles, drawings, tables, captions)
	}
}

// Every cell says what package reports says, in the table's order.
func TestEveryCell(t *testing.T) {
	r := reporttest.Report()
	r.Chapters = nil // the tables then stand in their own order
	page := write(t, r)
	bodies := regexp.MustCompile(`(?s)<tbody>(.*?)</tbody>`).FindAllStringSubmatch(page, -1)
	if len(bodies) != len(r.Tables) {
		t.Fatalf("%d table bodies, want %d", len(bodies), len(r.Tables))
	}
	meanBase := regexp.MustCompile(`<tr class="b">.*</tr>`)
	cell := regexp.MustCompile(`<td[^>]*>([^<]*)(?:<small[^>]*>([^<]*)</small>)?</td>`)
	for n, tab := range r.Tables {
		cells := cell.FindAllStringSubmatch(meanBase.ReplaceAllString(bodies[n][1], ""), -1)
		if len(cells) != len(tab.Rows)*len(tab.Columns) {
			t.Fatalf("table %d has %d cells, want %d", n+1, len(cells), len(tab.Rows)*len(tab.Columns))
		}
		for k, c := range cells {
			i, j := k/len(tab.Columns), k%len(tab.Columns)
			if got := html.UnescapeString(c[1]); got != reports.Text(tab, i, j) {
				t.Errorf("table %d, row %d, column %d: %q, want %q", n+1, i, j, got, reports.Text(tab, i, j))
			}
			if got := html.UnescapeString(c[2]); got != reports.Significance(tab, i, j) {
				t.Errorf("table %d, row %d, column %d: mark %q, want %q", n+1, i, j, got, reports.Significance(tab, i, j))
			}
		}
	}
}

// Under a mean stand the people in it, where they differ from the base.
func TestBaseOfTheMean(t *testing.T) {
	r := small()
	tab := r.Tables[0]
	i := tab.RowOf(crosstab.Mean, "")
	want := `<tr class="b"><th scope="row">Base of the mean</th><td>1,529</td><td class="d h">[c]</td><td>751</td>` // 1609 - 80, 790 - 39
	tab.Cells[i][1].Status = crosstab.Suppressed
	if page := write(t, r); !strings.Contains(page, want) || strings.Contains(page, ">772<") {
		t.Errorf("the page does not hold %s, or holds the hidden 772", want)
	}
	for j, c := range tab.Columns {
		tab.Cells[i][j].Count = c.Base.Unweighted
	}
	r.Tables = r.Tables[:1]
	if strings.Contains(write(t, r), "Base of the mean") {
		t.Error("the base of the mean is said although it is the base of the column")
	}
}

// A title that is the question's wording is not followed by the wording.
func TestTitleIsNotSaidTwice(t *testing.T) {
	r := small()
	r.Tables, r.Chapters, r.Headline = r.Tables[:1], nil, nil
	tab := r.Tables[0]
	tab.Title = tab.Text
	page := write(t, r)
	_, table, _ := strings.Cut(page, "<details")
	_, table, _ = strings.Cut(table, "<caption>")
	if caption, _, _ := strings.Cut(table, "</caption>"); strings.Contains(caption, tab.Text) {
		t.Errorf("the caption repeats the title: %s", caption)
	}
}

// The notes of a study stand under its facts.
func TestStudyNotes(t *testing.T) {
	r := reporttest.Report()
	r.Meta.Notes = []string{"Germany < 16 was left out."}
	if !strings.Contains(write(t, r), "<li>Germany &lt; 16 was left out.</li>") {
		t.Error("the note is not on the page")
	}
	r.Meta.Notes = nil
	if strings.Contains(write(t, r), `class="remarks"`) {
		t.Error("an empty list of notes is on the page")
	}
}

func TestHiddenNumbersAreNowhere(t *testing.T) {
	const canary = 7712
	rapid.Check(t, func(rt *rapid.T) {
		r := small()
		tab := r.Tables[0]
		col := rapid.IntRange(0, len(tab.Columns)-1).Draw(rt, "column")
		whole := rapid.Bool().Draw(rt, "whole column")
		for i := range tab.Rows {
			tab.Cells[i][col] = crosstab.Cell{Status: crosstab.OK, Estimate: canary, SE: canary, Low: canary, High: canary, HasCI: true,
				Count: canary, WeightedCount: canary, Letters: "QQQ", VsRest: 2, Tested: true, Note: "7712"}
			if !whole {
				tab.Cells[i][col].Status = crosstab.Suppressed
			}
		}
		if whole {
			tab.Columns[col].Status = crosstab.Suppressed
			tab.Columns[col].Base = crosstab.Base{Unweighted: canary, People: canary, Weighted: canary, Effective: canary}
		}
		_, body, _ := strings.Cut(write(t, r), "<body>")
		for _, s := range []string{"7712", "7,712", "771200", "QQQ"} {
			if strings.Contains(body, s) {
				rt.Fatalf("the page holds %s", s)
			}
		}
	})
}

// What is not published is not linked, and what is missing is said.
func TestLinksFollowWhatIsPublished(t *testing.T) {
	r := reporttest.Report()
	r.Formats = []string{"html"}
	page := write(t, r)
	for _, s := range []string{"tables.xlsx", "results.csv", "tests.csv", "charts/"} {
		if strings.Contains(page, `href="`+s) {
			t.Errorf("the page links to %s, which is not published", s)
		}
	}
	if all := write(t, reporttest.Report()); !strings.Contains(all, `href="tables.xlsx"`) || !strings.Contains(all, `href="charts/concern.svg"`) {
		t.Error("a full report does not link its files")
	}
	if !strings.Contains(page, r.Chapters[2].Missing) {
		t.Error("what is missing is not said")
	}
}

func TestSimulatedIsSaid(t *testing.T) {
	r := reporttest.Report()
	if !strings.Contains(write(t, r), reports.SimulatedNote) {
		t.Error("simulated data are not said to be")
	}
	r.Meta.Simulated = false
	if strings.Contains(write(t, r), reports.SimulatedNote) {
		t.Error("real data are said to be simulated")
	}
}

func TestEmptyReport(t *testing.T) {
	if page := write(t, &reports.Report{}); !strings.Contains(page, "</html>") {
		t.Error("the page is not whole")
	}
}

func TestDrawingHasNoDeclarations(t *testing.T) {
	got := drawing([]byte("<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\">\n<svg></svg>"))
	if got != "<svg></svg>" {
		t.Errorf("got %q", got)
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	r := reporttest.Big(60)
	var size int
	for b.Loop() {
		size = len(write(b, r))
	}
	b.ReportMetric(float64(size)/1e6, "MB")
}

// Everything that can be asked is in the page, and what one move changes can be read
// without a script: every single move of Total, and no other.
func TestWhatIf(t *testing.T) {
	r := reporttest.Report()
	w := r.Chapters[4].WhatIf
	page := write(t, r)
	var data struct {
		Now    string
		Groups []struct {
			Label   string
			Now     [4]any
			Answers map[string][4]any
		}
	}
	inputs := 0
	elements(t, page, func(name string, attr map[string]string) {
		if text := attr["data-answers"]; text != "" {
			if err := json.Unmarshal([]byte(text), &data); err != nil {
				t.Error(err)
			}
		}
		if attr["type"] == "radio" {
			inputs++
		}
	})
	if data.Now != "10" || len(data.Groups) != len(w.Groups) || inputs != 5 {
		t.Fatalf("nothing moved is %q, %d groups, %d settings", data.Now, len(data.Groups), inputs)
	}
	for i, g := range w.Groups {
		if got := data.Groups[i]; got.Label != g.Label || got.Now[0] != g.Now.Said || len(got.Answers) != len(g.Answers) {
			t.Errorf("%s: %+v", g.Label, got)
		}
		for key, want := range g.Answers {
			if got := data.Groups[i].Answers[key]; got != [4]any{want.Said, float64(want.Share), float64(want.Low), float64(want.High)} {
				t.Errorf("%s %s: %v, want %+v", g.Label, key, got, want)
			}
		}
	}
	_, table, _ := strings.Cut(page, `class="scroll moves"`)
	table, _, _ = strings.Cut(table, "</table>")
	for _, key := range []string{"00", "20", "11"} {
		if !strings.Contains(table, w.Groups[0].Answers[key].Said) {
			t.Errorf("without a script %s is not there", key)
		}
	}
	if n := strings.Count(table, "<td>"); n != 3 {
		t.Errorf("%d moves are listed, not 3", n)
	}
	if before, after := strings.Index(page, w.Caveat[0]), strings.Index(page, w.Notes[0]); !(0 < before && before < strings.Index(page, "data-answers") && strings.Index(page, `class="scroll moves"`) < after) {
		t.Error("what to know before asking does not stand before the controls, or the small print not after them")
	}
	r.Chapters[4].WhatIf = &reports.WhatIf{Missing: "There is no lever."}
	if page := write(t, r); !strings.Contains(page, "There is no lever.") || strings.Contains(page, "data-answers") {
		t.Error("a what-if without levers does not say why")
	}
}
