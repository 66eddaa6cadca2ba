package data

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSeveral takes apart cells as survey tools write them.
func TestSeveral(t *testing.T) {
	answers := []string{"Phone", "Mail", "Injury (back, knee)", "Yes, and more", "A", "A, B", "B, C"}
	for _, tt := range []struct {
		separator, cell string
		want            []string
		unclear         bool
	}{
		{";", "Phone;Mail", []string{"Phone", "Mail"}, false},
		{";", "1;2;5;", []string{"1", "2", "5"}, false},
		{";", " Phone ; ; Mail", []string{"Phone", "Mail"}, false},
		{",", "Phone, Injury (back, knee), Mail", []string{"Phone", "Injury (back, knee)", "Mail"}, false},
		{",", "Yes, and more", []string{"Yes, and more"}, false},
		{",", "Phone, and more, Mail", []string{"Phone", "and more", "Mail"}, false}, // written in
		{",", "Yes, and more, my own, words", []string{"Yes, and more", "my own", "words"}, false},
		{",", "A, B, C", []string{"A", "B, C"}, false}, // A, B leaves a C that is no answer
		{"; ", "Phone; Mail", []string{"Phone", "Mail"}, false},
		{",", "['Phone', \"Injury (back, knee)\", 'it\\'s']", []string{"Phone", "Injury (back, knee)", "it's"}, false},
		{",", "[]", []string{}, false},
		{",", "[Phone, Mail]", []string{"[Phone", "Mail]"}, false}, // no list of texts
		{",", "['Phone' 'Mail']", []string{"['Phone' 'Mail']"}, false},
		{",", "", nil, false},
	} {
		got, clear := NewSeveral(tt.separator, answers).Split(tt.cell)
		if !slices.Equal(got, tt.want) || clear == tt.unclear {
			t.Errorf("%q: %q %v, want %q", tt.cell, got, clear, tt.want)
		}
	}
	if _, clear := NewSeveral(",", []string{"A", "B", "A, B"}).Split("A, B"); clear {
		t.Error("A, B is one answer or two, and nobody is told")
	}
}

// TestSeveralJoined: answers that were joined come back, whatever they hold, or
// the cell is said to be unclear.
func TestSeveralJoined(t *testing.T) {
	word := rapid.StringMatching(`[ab](, ?[ab]){0,2}`)
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfNDistinct(word, 1, 5, rapid.ID[string]).Draw(t, "answers")
		ticked := rapid.SliceOfN(rapid.SampledFrom(answers), 0, 4).Draw(t, "ticked")
		got, clear := NewSeveral(",", answers).Split(strings.Join(ticked, ","))
		if clear && !slices.Equal(got, ticked) && len(ticked) > 0 {
			t.Fatalf("%q are read as %q", ticked, got)
		}
	})
}

// FuzzSeveral: no cell makes it fail, and no answer has blanks at its ends.
func FuzzSeveral(f *testing.F) {
	f.Add("a, b;c", ",", "a, b")
	f.Add("['a', \"b\"]", ";", "")
	f.Fuzz(func(t *testing.T, cell, separator, answer string) {
		if separator == "" {
			return
		}
		got, _ := NewSeveral(separator, []string{answer}).Split(cell)
		for _, a := range got {
			if a != strings.TrimSpace(a) {
				t.Errorf("%q in %q", a, cell)
			}
		}
	})
}
