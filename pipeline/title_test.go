package pipeline

import (
	"testing"

	"tradeoff/data/study"
	"tradeoff/stats/crosstab"
)

// TestTitle: a title is the wording, and a name only where it says more than
// the beginning of a long wording.
func TestTitle(t *testing.T) {
	const long = "On which platforms have you begun or completed data science courses? (Select all that apply)"
	const cut = "On which platforms have you begun or completed data science courses? (Select…"
	for _, tt := range []struct{ name, text, want string }{
		{"Q6", "How old are you?", "How old are you?"},
		{"Q6", long, cut}, {"V12_a", long, cut}, {"q0007_1", long, cut},
		{"on_which_platforms_have_you", long, cut},
		{"platforms", long, "Platforms"}, {"q9_browser_use", long, "Q9 browser use"},
	} {
		if got := title(&question{text: tt.text, spec: study.Question{Name: tt.name}}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A question is called by its label, else by its wording in quotes, cut where that is
// long; a wording with a colon would be taken apart by the labels of models.
func TestShortName(t *testing.T) {
	for _, tt := range []struct{ label, text, want string }{
		{"Worry", "Do you worry?", "Worry"},
		{"", "Do you worry?", "“Do you worry?”"},
		{"", "I worry about  my data.", "“I worry about my data”"},
		{"", "Is it acceptable to ...", "“Is it acceptable to ...”"},
		{"", "Do you worry about what companies that you have never heard of know about you and your family?", "“Do you worry about what companies that you have never heard of know about you…”"},
		{"", "Think of one: do you worry?", "Worry now"},
		{"", "Worry", "Worry now"},
	} {
		if got := shortName(&question{text: tt.text, spec: study.Question{Name: "worry_now", Label: tt.label}}); got != tt.want {
			t.Errorf("%q, %q: %q, want %q", tt.label, tt.text, got, tt.want)
		}
	}
}

// The key of an item is the name of its column; of a whole question its first words and
// the first bytes of its SHA-256, by sha256sum.
func TestItemKey(t *testing.T) {
	for column, want := range map[string]string{
		"question.Personalised_Entertainment_Recommendations": "question.Personalised_Entertainment_Recommendations",
		"q4_1":          "q4_1",
		"Trust [SQ001]": "Trust [SQ001]",
		"How many years of professional work experience do you have overall?": "how_many_years_of_edd06662",
		"¿Cuántos años de experiencia laboral profesional tiene en su campo?": "cuántos_años_de_25dfab9f",
	} {
		if got := itemKey(column); got != want {
			t.Errorf("%q: %q, want %q", column, got, want)
		}
	}
}

// An item that ends the sentence of its question stands behind it.
func TestQuestionWithItem(t *testing.T) {
	for text, want := range map[string]string{
		"When I use the app, ...": "When I use the app: data are stored",
		"How worried are you …":   "How worried are you: data are stored",
		"Do you agree?":           "Do you agree? (data are stored)",
	} {
		if got := (indicator{t: &crosstab.Table{Text: text, Item: "data are stored"}}).question(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
