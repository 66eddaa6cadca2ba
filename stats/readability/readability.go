// Package readability says how hard a text is to read.
//
// In: plain text in any language that puts spaces between words. Out: counts and the
// readability index LIX (Björnsson 1968), words in a sentence plus the percentage of
// words longer than six letters. It needs neither syllables nor a word list, and so
// compares texts of several languages better than formulas made for one; it knows
// nothing of what a text means.
package readability

import (
	"strings"
	"unicode"
)

// longWord is more letters than a word has that counts as short.
const longWord = 6

// perMinute is how many words adults read silently in a minute (Brysbaert 2019, English
// non-fiction).
const perMinute = 238

// A Text is what was counted in one.
type Text struct {
	Words     int
	Sentences int
	Long      int // words of more than six letters
}

// Of counts words and sentences. A word is a run of letters and digits with at least
// one of them, in which apostrophes and hyphens may stand. A sentence ends at a full
// stop, colon, question or exclamation mark that a blank follows, and where a line is
// empty or begins a list; one without a word does not count. A full stop behind which a
// small letter follows is that of an abbreviation. Held against python's textstat and
// by hand: TestLIX, TestSentences.
func Of(text string) Text {
	var t Text
	for _, block := range blocks(text) {
		open := false
		fields := strings.Fields(block)
		for i, f := range fields {
			word := strings.TrimFunc(f, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
			if word != "" {
				t.Words++
				open = true
				if letters(word) > longWord {
					t.Long++
				}
			}
			next := ""
			if i+1 < len(fields) {
				next = fields[i+1]
			}
			if open && ends(f, next) {
				t.Sentences++
				open = false
			}
		}
		if open {
			t.Sentences++
		}
	}
	return t
}

// blocks are the paragraphs, headings and items of lists of a text.
func blocks(text string) []string {
	var out []string
	var block []string
	done := func() {
		if block != nil {
			out = append(out, strings.Join(block, " "))
		}
		block = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "• ") || strings.HasPrefix(line, "#") {
			done()
		}
		if line != "" {
			block = append(block, line)
		}
	}
	done()
	return out
}

// ends tells whether a sentence ends behind a field of text.
func ends(field, next string) bool {
	field = strings.TrimRight(field, `"'”’»)]`)
	switch {
	case strings.HasSuffix(field, "!"), strings.HasSuffix(field, "?"), strings.HasSuffix(field, ":"), strings.HasSuffix(field, "…"):
		return true
	case !strings.HasSuffix(field, "."):
		return false
	}
	for _, r := range next {
		return !unicode.IsLower(r)
	}
	return true
}

func letters(word string) int {
	n := 0
	for _, r := range word {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// PerSentence is how many words a sentence has on average, 0 for a text without words.
func (t Text) PerSentence() float64 { return ratio(t.Words, t.Sentences) }

// LongShare is the share of words of more than six letters, 0 to 1.
func (t Text) LongShare() float64 { return ratio(t.Long, t.Words) }

// LIX is the readability index: below 30 a children's book, above 60 the language of
// offices.
func (t Text) LIX() float64 { return t.PerSentence() + 100*t.LongShare() }

// Minutes is how long an adult takes to read the text silently.
func (t Text) Minutes() float64 { return float64(t.Words) / perMinute }

// Level is an index in words, and the texts that are as hard. Held against Björnsson's
// levels: TestLevel.
func Level(lix float64) (hard, like string) {
	switch {
	case lix < 30:
		return "very easy", "children's books"
	case lix < 40:
		return "easy", "novels"
	case lix < 50:
		return "of medium difficulty", "newspapers"
	case lix < 60:
		return "difficult", "official texts"
	}
	return "very difficult", "the language of offices and laws"
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
