package columns

import (
	"strings"
	"testing"
)

// UTF-8 is told by the texts that are; one that was cut inside a letter by the
// width of its field does not count against it, nor for it.
func TestLetters(t *testing.T) {
	for _, c := range []struct {
		texts      []string
		text, want string
		note       string
	}{
		{[]string{"Bonn", "x\x1a"}, "Bonn", "Bonn", ""},
		{[]string{"Köln", "Bonn"}, "Köln", "Köln", "which all text in the file is"},
		{[]string{"K\xf6ln"}, "K\xf6ln \x80", "Köln €", "as windows-1252"},
		{[]string{"Köln", "Größ\xc3"}, "Größ\xc3", "Größ\uFFFD", "1 texts are none"},
		{[]string{"Köln", "日本\xe8\xaa"}, "日本\xe8\xaa", "日本\uFFFD", "1 texts are none"},
		{[]string{"Caf\xe9"}, "Caf\xe9", "Café", "as windows-1252"}, // could be a UTF-8 letter cut in two
		{[]string{"Köln", "Größe", "K\xf6ln"}, "K\xf6ln", "K\uFFFDln", "1 texts are none"},
		{[]string{"Köln", "K\xf6ln"}, "K\xf6ln", "Köln", "as windows-1252"},
	} {
		var l Letters
		for _, b := range c.texts {
			l.See([]byte(b))
		}
		if got := l.Text([]byte(c.text)); got != c.want {
			t.Errorf("%q: %q is %q, want %q", c.texts, c.text, got, c.want)
		}
		if got := l.Note("files"); (c.note == "") != (got == "") || !strings.Contains(got, c.note) {
			t.Errorf("%q: the note is %q, want one with %q", c.texts, got, c.note)
		}
	}
}
