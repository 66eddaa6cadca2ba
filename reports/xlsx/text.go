package xlsx

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
)

// cellLimit is the longest text that a cell holds, in UTF-16 units.
const cellLimit = 32767

const cutWord = " [cut: too long for a cell]"

// escaped is how the file format writes a character by its number; a label
// that happens to look so must not be read as one.
var escaped = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// text makes a survey's text fit to stand in a cell: valid, without control
// characters, and cut with a word where the format's limit would cut it
// silently. Texts like "=1+1" need nothing: they are written as texts.
func text(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF) {
			return ' '
		}
		return r
	}, s)
	return cut(escaped.ReplaceAllString(s, "_x005F_$1"))
}

func cut(s string) string {
	if len(s) <= cellLimit {
		return s // no text has more UTF-16 units than bytes
	}
	units, keep := 0, 0
	for i, r := range s {
		units += utf16.RuneLen(r)
		if units <= cellLimit-len(cutWord) {
			keep = i + len(string(r))
		}
	}
	if units <= cellLimit {
		return s
	}
	return s[:keep] + cutWord
}

// pageText is a text for the printed header or footer: its own codes begin
// with &, and 255 characters are the limit of the whole line.
func pageText(s string) string {
	s = strings.Join(strings.Fields(text(s)), " ")
	if r := []rune(s); len(r) > 90 {
		s = string(r[:89]) + "…"
	}
	return strings.ReplaceAll(s, "&", "&&")
}
