package readability

import (
	"fmt"
	"math"
	"testing"
)

// Counts by hand, and LIX as python's textstat 0.7 computes it of the same texts.
func TestLIX(t *testing.T) {
	for _, c := range []struct {
		text string
		want Text
		lix  float64
	}{
		{"We collect your name and your address. We use this information to improve our services. Third parties may receive aggregated statistics, and never personal details! Do you want to know more? Write to us.",
			Text{Words: 34, Sentences: 5, Long: 11}, 39.152941176470584},
		{"Wir geben Ihre personenbezogenen Daten nicht weiter. Ausnahmen regelt das Bundesdatenschutzgesetz.",
			Text{Words: 11, Sentences: 2, Long: 3}, 32.77272727272727},
		{"", Text{}, 0},
		{"...", Text{}, 0},
	} {
		got := Of(c.text)
		if got != c.want {
			t.Errorf("%q: %+v, want %+v", c.text, got, c.want)
		}
		if math.Abs(got.LIX()-c.lix) > 1e-9 {
			t.Errorf("%q: LIX %v, want %v", c.text, got.LIX(), c.lix)
		}
	}
}

// Headings and items of lists are sentences; full stops of abbreviations and numbers end
// none.
func TestSentences(t *testing.T) {
	for text, want := range map[string]int{
		"# What we collect\n\nYour name, e.g. from a form.\n- your phone\n- your address": 4,
		"Version 2.1 of 3.5.2026 holds.":            1,
		"“Is it safe?” It is (we think).":           2,
		"We share data with:\nbanks and\ninsurers.": 2,
	} {
		if got := Of(text).Sentences; got != want {
			t.Errorf("%q: %d sentences, want %d", text, got, want)
		}
	}
}

func TestLevel(t *testing.T) {
	for lix, want := range map[int]string{10: "very easy", 35: "easy", 45: "of medium difficulty", 55: "difficult", 70: "very difficult"} {
		if hard, _ := Level(float64(lix)); hard != want {
			t.Errorf("LIX %d is %s, want %s", lix, hard, want)
		}
	}
}

func ExampleOf() {
	t := Of("We collect your personal information. You can object.")
	hard, like := Level(t.LIX())
	fmt.Printf("%d words, LIX %.0f: %s, like %s\n", t.Words, t.LIX(), hard, like)
	// Output: 8 words, LIX 42: of medium difficulty, like newspapers
}
