package draft

import (
	"fmt"
	"regexp"
	"strings"
)

// A namer makes identifiers, each once.
type namer struct{ used map[string]bool }

func newNamer() *namer { return &namer{used: map[string]bool{}} }

// longestName is how long an identifier may get: names of columns that are
// whole questions are cut at a word.
const longestName = 40

// idLike is a name that can stay as it is.
var idLike = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// name makes an identifier of words; prefix is for words that have no letter to
// begin with.
func (n *namer) name(words, prefix string) string {
	id := words
	if !idLike.MatchString(words) || len(words) > longestName {
		id = identifier(words)
	}
	if id == "" || !isLetter(id[0]) || reserved.MatchString(id) {
		id = strings.Trim(prefix+"_"+id, "_")
	}
	free := id
	for i := 2; n.used[free]; i++ {
		free = fmt.Sprintf("%s_%d", id, i)
	}
	n.used[free] = true
	return free
}

// identifier joins the ASCII words of a text with _.
func identifier(text string) string {
	var b strings.Builder
	for _, t := range tokens(strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o").Replace(text)) {
		t = strings.Map(func(r rune) rune {
			if isLetterOrDigit(r) {
				return r
			}
			return -1
		}, t)
		if t == "" {
			continue
		}
		if b.Len()+1+len(t) > longestName {
			if b.Len() == 0 {
				return t[:longestName]
			}
			break
		}
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteString(t)
	}
	return b.String()
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isLetterOrDigit(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }

// stem is what names have in common at their beginning, cut where a word ends:
// after a separator, or before the number that tells them apart.
func stem(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == len(a) || n == len(b) {
		n = min(n, max(0, min(len(a), len(b))-1))
	}
	// Before a number: q5_1 and q5_12 share q5_, age10 and age11 share age.
	m := n
	for m > 0 && isDigit(a[m-1]) {
		m--
	}
	if m > 0 && (m < n || isDigit(a[n]) && isDigit(b[n])) {
		return a[:m]
	}
	// A name such as q9.Ad blockers ends where the text begins; a name that is
	// a text all through ends after a word.
	if space := strings.IndexByte(a[:m], ' '); space >= 0 {
		if mark := strings.LastIndexAny(a[:space], "_.-:/["); mark >= 0 {
			return a[:mark+1]
		}
	}
	for m > 0 && !isSeparator(a[m-1]) {
		m--
	}
	return a[:m]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isSeparator(c byte) bool { return strings.IndexByte("_.-:/ []", c) >= 0 }

// phrase is what texts have in common at their beginning, cut after the mark
// that survey tools put between a question and its items, or else after one
// that ends a question or a heading.
func phrase(texts []string) string {
	common := texts[0]
	for _, t := range texts[1:] {
		for !strings.HasPrefix(t, common) {
			common = common[:len(common)-1]
		}
	}
	cut := 0
	for _, mark := range []string{" - ", "...-", "["} {
		if i := strings.LastIndex(common, mark); i >= 0 {
			cut = max(cut, i+len(mark))
		}
	}
	if cut > 0 {
		return common[:cut]
	}
	for _, mark := range []string{":", "? ", "... ", "… ", ". ", " – ", "| "} {
		if i := strings.LastIndex(common, mark); i >= 0 {
			cut = max(cut, i+len(mark))
		}
	}
	return common[:cut]
}
