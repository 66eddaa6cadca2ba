package draft

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/data"
	"tradeoff/data/study"
)

// These tests draft what the exports of survey platforms hold: the headers are
// theirs, as their documentation and real files show them.

// words are the items of a question.
func itemWordsOf(q study.Question) string {
	var out []string
	for _, it := range q.Items {
		out = append(out, it.Label)
	}
	return strings.Join(out, "|")
}

// add01 adds ticks.
func (b *book) add01(v data.Variable) {
	b.add(v, 0, data.Count{Code: "0", N: 60}, data.Count{Code: "1", N: 40})
}

// TestItems: what platforms put around the items of a question goes, and the
// question keeps its text.
func TestItems(t *testing.T) {
	for _, tt := range []struct {
		name, form  string // with the item in it
		label       bool   // the form is a label, and not the name of the column
		text, items string
	}{
		{"Qualtrics", "Which do you own? - %s", true, "Which do you own?", "A car|A bike: two wheels"},
		{"Qualtrics with a text field", "Which do you own? - Selected Choice - %s", true, "Which do you own?", "A car|A bike: two wheels"},
		{"Qualtrics of old", "Which do you own, of all the things one ca...-%s", true, "Which do you own, of all the things one ca...", "A car|A bike: two wheels"},
		{"SurveyMonkey", "Which do you own? Select all. - %s", false, "Which do you own? Select all.", "A car|A bike: two wheels"},
		{"LimeSurvey", "Which do you own? [%s]", false, "Which do you own?", "A car|A bike: two wheels"},
		{"LimeSurvey with codes", "Which do you own (or rent)? [%s]", true, "Which do you own (or rent)?", "A car|A bike: two wheels"},
		{"items of a heading", "Own: %s", true, "Own", "A car|A bike: two wheels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &book{}
			for i, item := range []string{"A car", "A bike: two wheels"} {
				v := data.Variable{Name: fmt.Sprintf(tt.form, item)}
				if tt.label {
					v = data.Variable{Name: fmt.Sprintf("own_%d", i+1), Label: v.Name}
				}
				b.add01(v)
			}
			s, text := b.draft(t)
			if len(s.Questions) != 1 {
				t.Fatalf("%d questions\n%s", len(s.Questions), text)
			}
			if got := s.Questions[0]; got.Text != tt.text || itemWordsOf(got) != tt.items {
				t.Errorf("%q, %q; want %q, %q", got.Text, itemWordsOf(got), tt.text, tt.items)
			}
		})
	}
}

// TestOptionTicks: a column of ticked answers that nobody chose stays with its
// neighbours, and an option that says prefer not is an answer like the others.
func TestOptionTicks(t *testing.T) {
	b := &book{}
	for i, word := range []string{"Woman", "Man", "Prefer not to answer", ""} {
		values := []data.Count{{Code: "0", N: 50}, {Code: "-99", N: 5}}
		kind := data.Number
		if word != "" {
			values, kind = append(values, data.Count{Code: word, N: 45}), data.Text
		}
		b.add(data.Variable{Name: fmt.Sprintf("gender_identity_%d", i+1), Type: kind}, 0, values...)
	}
	s, text := b.draft(t)
	got := q(s, "gender_identity")
	if len(s.Questions) != 1 || itemWordsOf(got) != "Woman|Man|Prefer not to answer|gender_identity_4" || strings.Join(got.Yes, "|") != "Woman|Man|Prefer not to answer" || codes(got.Missing) != "-99" {
		t.Errorf("%+v\n%s", got, text)
	}
}

// TestAside: what platforms write of the interview is no question, and what
// only sounds like it is one.
func TestAside(t *testing.T) {
	for name, aside := range map[string]bool{
		"Group time: countryGroup": true, "Question time: age": true, "Total time": true, "Last page": true, "submitdate": true, // LimeSurvey
		"{if(age.NAOK > 1, 's', 'm')}": true, "{AttSeq.gseq}": true,
		"Q7_First Click": true, "Q7_Page Submit": true, "Q7_Click Count": true, "Q1_Browser": true, "Q9_DO": true, "Q_RecaptchaScore": true, // Qualtrics
		"Collector ID": true, "CollectorID": true, "Date Created": true, // SurveyMonkey
		"Horodateur": true, "Carimbo de data/hora": true, // Google Forms
		"Please show that you are not a robot": true,
		"Which browser do you use?":            false, "uses_browser": false, "what_i_do": false, "q_income": false, "group_times": false, "Last pages read": false,
	} {
		b := &book{}
		b.add(data.Variable{Name: name, Type: data.Text}, 0, data.Count{Code: "red", N: 50}, data.Count{Code: "blue", N: 50})
		if s, text := b.draft(t); (len(s.Questions) == 0) != aside {
			t.Errorf("%s: %d questions\n%s", name, len(s.Questions), text)
		}
	}
}

// TestDemographics: the questions that platforms' templates ask, in several
// languages; a tick in a list that speaks of an industry is no segment.
func TestDemographics(t *testing.T) {
	for label, want := range map[string]string{
		"What is your age (# years)?": "age", "Quanti anni ha?": "age", "Quantos anos tem?": "age", "Hoe oud bent u?": "age",
		"In which country do you currently reside?": "country", "In quale paese vive?": "country", "Em que país mora?": "country", "In welk land woont u?": "country",
		"What gender do you identify with?": "gender", "Wat is uw geslacht?": "gender", "Qual è il suo sesso?": "gender",
		"What is the highest level of formal education that you have attained?": "education", "Qual è il suo titolo di studio?": "education",
		"Which pay for your work? [Industry]": "",
	} {
		answers := []string{"Left", "Right", "Middle"}
		switch {
		case want == "age":
			answers = []string{"18-29", "30-49", "50+"}
		case want == "":
			answers = []string{"Yes", "No"}
		}
		b, values := &book{}, []data.Count{}
		for _, a := range answers {
			values = append(values, data.Count{Code: a, N: 30})
		}
		b.add(data.Variable{Name: "x", Label: label, Type: data.Text}, 0, values...)
		s, text := b.draft(t)
		if want == "" && len(s.Segments) != 0 || want != "" && seg(s, want).Name != want {
			t.Errorf("%s: want segment %q\n%s", label, want, text)
		}
	}
}

// TestNoAnswers: refusals and don't know in seven languages.
func TestNoAnswers(t *testing.T) {
	for word, dontKnow := range map[string]bool{
		"I prefer not to answer": false, "I do not wish to disclose my location": false, "nan": false, "Preferisco non rispondere": false, "Prefiro não responder": false,
		"Wil ik niet zeggen": false, "Geen antwoord": false, "Nessuna risposta": false,
		"Non so": true, "Não sei": true, "Weet ik niet": true, "Weet het niet": true, "Geen mening": true,
	} {
		b := &book{}
		b.add(data.Variable{Name: "x", Type: data.Text}, 0, data.Count{Code: "red", N: 50}, data.Count{Code: "blue", N: 50}, data.Count{Code: word, N: 20})
		s, _ := b.draft(t)
		got := q(s, "x")
		apart := got.Missing
		if dontKnow {
			apart = got.DontKnow
		}
		if codes(apart) != word || len(got.Codes) != 2 {
			t.Errorf("%s: %+v", word, got)
		}
	}
}
