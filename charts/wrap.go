package charts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-text/typesetting/segmenter"
)

// maxRunes is how much of a text is looked at; more would not fit anyway.
const maxRunes = 600

// clean makes one line of a label: no control characters, no marks that turn
// the direction of what follows, single spaces.
func clean(s string) string {
	var b strings.Builder
	space, n := false, 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = b.Len() > 0
			continue
		case r >= 0x200e && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			continue
		case r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef:
			r = utf8.RuneError // no character, and not allowed in XML
		}
		if n++; n > maxRunes {
			return b.String() + "…"
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// A paragraph is a label broken into lines.
type paragraph struct {
	lines []string
	rtl   bool
}

const softHyphen = "\u00ad"

// wrap breaks a text into at most that many lines no wider than the width, at
// the places that Unicode annex 14 allows. A word that is too long for a line
// is divided between letters; what does not fit ends in an ellipsis.
func (t *typesetter) wrap(s string, st style, width float64, most int) paragraph {
	s = clean(s)
	p := paragraph{rtl: rightToLeft(s)}
	rest := s
	for len(p.lines) < most-1 && rest != "" && t.width(visible(rest), st) > width {
		var line string
		line, rest = t.firstLine(rest, st, width)
		p.lines = append(p.lines, line)
	}
	if rest != "" {
		p.lines = append(p.lines, t.shorten(rest, st, width))
	}
	return p
}

// wrapWhole wraps a text and tells whether all of it fits without a cut inside
// a word.
func (t *typesetter) wrapWhole(s string, st style, width float64, most int) (p paragraph, whole bool) {
	p = t.wrap(s, st, width, most)
	bare := func(s string) string { return strings.ReplaceAll(visible(s), " ", "") }
	return p, bare(strings.Join(p.lines, "")) == bare(clean(s))
}

// visible drops hyphens that would only be seen at the end of a line.
func visible(s string) string { return strings.ReplaceAll(s, softHyphen, "") }

// ended is a line as it is shown when the text goes on after it.
func ended(s string) string {
	s = strings.TrimRight(s, " ")
	if strings.HasSuffix(s, softHyphen) {
		return visible(s) + "-"
	}
	return visible(s)
}

// firstLine takes as many words from the text as fit the width.
func (t *typesetter) firstLine(s string, st style, width float64) (line, rest string) {
	cut := 0
	var seg segmenter.Segmenter
	seg.Init([]rune(s))
	for it := seg.LineIterator(); it.Next(); {
		l := it.Line()
		end := l.OffsetInBytes + l.LengthInBytes
		if t.width(ended(s[:end]), st) > width {
			break
		}
		cut = end
	}
	if cut == 0 {
		return t.divide(s, st, width)
	}
	return ended(s[:cut]), strings.TrimLeft(s[cut:], " ")
}

// divide cuts a word that is too long for a line, with a hyphen between letters.
func (t *typesetter) divide(s string, st style, width float64) (line, rest string) {
	cuts := graphemes(s)
	fits := func(i int) bool { return t.width(hyphened(s, cuts[i]), st) <= width }
	i := len(cuts) - 1
	for i > 1 && !fits(i) {
		i--
	}
	if i < 1 {
		return visible(s), ""
	}
	for j := i; j > max(i-6, 1); j-- {
		if syllable(s[:cuts[j]], s[cuts[j]:]) {
			i = j
			break
		}
	}
	return hyphened(s, cuts[i]), s[cuts[i]:]
}

// hyphened is the text up to a cut, with a hyphen if the cut divides a word.
func hyphened(s string, cut int) string {
	head := visible(s[:cut])
	before, _ := utf8.DecodeLastRuneInString(head)
	after, _ := utf8.DecodeRuneInString(s[cut:])
	if unicode.IsLetter(before) && unicode.IsLetter(after) {
		head += "-"
	}
	return head
}

// syllable tells whether a new syllable seems to start at a cut: one consonant
// and a vowel follow. No dictionary, but German, Dutch and English mostly agree.
func syllable(head, tail string) bool {
	before, _ := utf8.DecodeLastRuneInString(head)
	first, n := utf8.DecodeRuneInString(tail)
	second, _ := utf8.DecodeRuneInString(tail[n:])
	digraph := first == 'h' && strings.ContainsRune("cspt", before) || first == 'k' && before == 'c'
	return unicode.IsLetter(before) && unicode.IsLetter(first) && !vowel(first) && vowel(second) && !digraph
}

func vowel(r rune) bool {
	return strings.ContainsRune("aeiouyäöüáàâãåæéèêëíìîïóòôõøœúùûаеёиоуыэюя", unicode.ToLower(r))
}

// shorten makes a text fit on one line, ending in an ellipsis if it does not,
// after a whole word if that costs little.
func (t *typesetter) shorten(s string, st style, width float64) string {
	if full := visible(s); t.width(full, st) <= width {
		return full
	}
	cuts := graphemes(s)
	for i := len(cuts) - 1; i > 0; i-- {
		head := visible(s[:cuts[i]])
		if t.width(head+"…", st) > width {
			continue
		}
		if space := strings.LastIndexByte(head, ' '); s[cuts[i]] != ' ' && 2*space > len(head) {
			head = head[:space]
		}
		return strings.TrimRight(head, " ,;:–-") + "…"
	}
	return "…"
}

// graphemes returns the places, in bytes, where a text may be cut without
// taking a letter from its accents; the first is 0.
func graphemes(s string) []int {
	var seg segmenter.Segmenter
	seg.Init([]rune(s))
	var cuts []int
	for it := seg.GraphemeIterator(); it.Next(); {
		cuts = append(cuts, it.Grapheme().OffsetInBytes)
	}
	return cuts
}
