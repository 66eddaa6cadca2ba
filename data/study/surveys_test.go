package study

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tradeoff/internal/sharedtest"
)

// table is a CSV export as its columns.
func table(t *testing.T, path string) map[string][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for i, name := range rows[0] {
		for _, row := range rows[1:] {
			columns[name] = append(columns[name], row[i])
		}
	}
	return columns
}

// inPattern are the columns that a question stands in.
func inPattern(s *Study, q Question) []string {
	if q.Columns != nil {
		return q.Columns
	}
	out := []string{q.Column}
	fill := func(name string, with []Code) {
		var filled []string
		for _, c := range out {
			for _, w := range with {
				filled = append(filled, strings.ReplaceAll(c, "{"+name+"}", w.Code))
			}
		}
		out = filled
	}
	if placeholder(q.Column, "item") {
		fill("item", q.Items)
	}
	for _, seg := range s.Segments {
		if q.Loop != "" && seg.Loop == q.Loop {
			fill(q.Loop, seg.Items)
		}
	}
	return out
}

// quoted finds the texts in a list as Python prints one.
var quoted = regexp.MustCompile(`'[^']*'|"[^"]*"`)

// TestSurveys reads the study files of real surveys next to their exports:
// every column that they name is there, and every code that they declare was
// given as an answer.
func TestSurveys(t *testing.T) {
	// Answers that were offered and that nobody chose.
	nobody := map[string]bool{"experience=5": true}
	files, err := filepath.Glob(filepath.Join("testdata", "surveys", "*.yaml"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d study files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Parse(path, b)
			if err != nil {
				t.Fatal(err)
			}
			source := filepath.Join(filepath.Dir(path), s.Sources[0].File)
			if filepath.Ext(source) != ".csv" {
				t.Skip("the columns of a .sav are looked for by the pipeline")
			}
			sharedtest.Path(t, "surveys")
			columns := table(t, source)
			// answered counts how often each code stands in a column.
			answered := func(where, column, separator string) map[string]int {
				if columns[column] == nil {
					t.Errorf("%s: no column %q", where, column)
				}
				n := map[string]int{}
				for _, v := range columns[column] {
					parts := []string{v}
					if separator != "" && strings.HasPrefix(v, "[") {
						parts = quoted.FindAllString(v, -1)
						for i, p := range parts {
							parts[i] = p[1 : len(p)-1]
						}
					} else if separator != "" {
						parts = strings.Split(v, separator)
					}
					for _, p := range parts {
						n[canonical(p, false)]++
					}
				}
				return n
			}
			for _, column := range []string{s.Respondent, s.Wave.Column, s.Design.Weight, s.Design.Strata, s.Design.Cluster} {
				if column != "" {
					answered("roles", column, "")
				}
			}
			for _, seg := range s.Segments {
				if seg.Column == "" {
					continue
				}
				n := answered("segments."+seg.Name, seg.Column, "")
				for _, c := range seg.Codes {
					if n[c.Code] == 0 {
						t.Errorf("segments.%s: nobody has %q", seg.Name, c.Code)
					}
				}
			}
			for _, q := range s.Questions {
				total := map[string]int{}
				for _, column := range inPattern(s, q) {
					for code, n := range answered("questions."+q.Name, column, q.Separator) {
						total[code] += n
					}
				}
				for _, c := range append(append(codesOf(q.Codes), codesOf(q.DontKnow)...), q.Yes...) {
					if total[c] == 0 && !nobody[q.Name+"="+c] {
						t.Errorf("questions.%s: nobody answered %q", q.Name, c)
					}
				}
			}
		})
	}
}
