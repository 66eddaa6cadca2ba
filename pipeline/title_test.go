package pipeline

import (
	"testing"

	"tradeoff/data/study"
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
