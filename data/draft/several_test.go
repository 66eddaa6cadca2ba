package draft

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/internal/sharedtest"
)

// ticked is a column of cells that hold the answers ticked; person i ticks
// answer k where that bit of i is set.
func ticked(answers []string, join string, people int) []data.Count {
	n := map[string]int64{}
	for i := 1; i <= people; i++ {
		var cell []string
		for k, a := range answers {
			if i>>k&1 == 1 {
				cell = append(cell, a)
			}
		}
		if cell != nil {
			n[strings.Join(cell, join)]++
		}
	}
	var out []data.Count
	for cell, k := range n {
		out = append(out, data.Count{Code: cell, N: k})
	}
	return out
}

// TestCells: answers that hold what separates them are found whole. Each case
// is joined from answers that are known, so they are what has to come back.
func TestCells(t *testing.T) {
	for _, tt := range []struct {
		name, join string
		answers    []string
	}{
		{"Google Forms", ", ", []string{"At home", "At work (office, shop)", "Slip, trip or fall", "Nowhere"}},
		{"Qualtrics", ",", []string{"At home", "Physical, e.g., heavy objects", "Social, e.g., no team", "$25,000 or more"}},
		{"three parts", ", ", []string{"Hispanic, Latino, or Spanish origin", "White", "Asian"}},
		{"Stack Overflow", ";", []string{"C++", "C#", "R", "Go, Rust"}},
		{"a bracket that is never closed", ", ", []string{"Fine :(", "Well", "Bad"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &book{}
			b.add(data.Variable{Name: "x", Type: data.Text}, 0, ticked(tt.answers, tt.join, 255)...)
			s, text := b.draft(t)
			got := q(s, "x")
			if got.Type != study.Multi || got.Separator != strings.TrimSpace(tt.join) || got.Other != "" || len(got.Codes) != len(tt.answers) {
				t.Fatalf("%+v\n%s", got, text)
			}
			for _, a := range tt.answers {
				if !strings.Contains("|"+codes(got.Codes)+"|", "|"+a+"|") {
					t.Errorf("%q is not among %s", a, codes(got.Codes))
				}
			}
		})
	}
}

// TestOneAnswerWithCommas: answers that hold commas are no lists.
func TestOneAnswerWithCommas(t *testing.T) {
	b := &book{}
	b.add(data.Variable{Name: "place", Type: data.Text}, 0, data.Count{Code: "Urban, mid-size city", N: 120}, data.Count{Code: "Urban, large-size city", N: 60},
		data.Count{Code: "Suburban", N: 100}, data.Count{Code: "Rural", N: 50})
	s, text := b.draft(t)
	if seg(s, "place").Codes == nil && q(s, "place").Separator != "" || strings.Contains(text, "separator") {
		t.Errorf("a list was found\n%s", text)
	}
}

// TestWritten: what few people wrote beside a list stays out of the draft, and
// counts as the answer that the list has for it, or as a new one.
func TestWritten(t *testing.T) {
	for other, want := range map[string]string{"Other (please specify)": "Other (please specify)", "Blue": "Other answers", "Sonstiges": "Sonstiges"} {
		for _, several := range []bool{false, true} {
			values := []data.Count{{Code: "Red", N: 200}, {Code: other, N: 100}}
			if several {
				values = append(values, data.Count{Code: "Red;" + other, N: 90}, data.Count{Code: other + ";Red", N: 10})
			}
			for i := range 20 {
				values = append(values, data.Count{Code: fmt.Sprintf("secret %d", i), N: 1})
			}
			b := &book{}
			b.add(data.Variable{Name: "x", Type: data.Text}, 0, values...)
			s, text := b.draft(t)
			if got := q(s, "x"); got.Other != want || strings.Contains(text, "secret") || (got.Separator == ";") != several {
				t.Errorf("%+v\n%s", got, text)
			}
		}
	}
}

// TestRealCells: the tick-all questions of real exports, with the answers that
// their questionnaires list.
func TestRealCells(t *testing.T) {
	for _, tt := range []struct{ file, question, answers string }{
		{"worker-robotics-privacy/WorkerSurveyDataRelease.csv", "what_has_been_the_nature_of_your", "Musculoskeletal injury (lower back, knee)|Slip, trip, or falls"},
		{"digital-experiments-us/digex-survey-responses-processed.csv", "aware_sm_interact", "Creating fake accounts (\"bots\")|Publicly posting on users' profiles"},
		{"contact-tracing-ch/data.csv", "know_symptoms", "1|2|3|10"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			sharedtest.Path(t, "surveys")
			got := q(read(t, "surveys/"+tt.file), tt.question)
			for _, a := range strings.Split(tt.answers, "|") {
				if got.Separator == "" || !strings.Contains("|"+codes(got.Codes)+"|", "|"+a+"|") {
					t.Errorf("%q is not among %q", a, codes(got.Codes))
				}
			}
		})
	}
}
