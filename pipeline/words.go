package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// words turns a machine name into words: "age_by_country" -> "Age by country".
func words(name string) string {
	s := strings.TrimSpace(strings.NewReplacer("_", " ", ".", " ").Replace(name))
	if s == "" {
		return name
	}
	return upper(s)
}

// longestKey is how many letters words may have to be the key of an item.
const longestKey = 40

// itemKey is the key of the item in a column, which ends the name of its table: the
// column's own name; where that is a whole question, its first words and a hash, which
// stay the same whatever other columns and labels there are.
func itemKey(column string) string {
	if utf8.RuneCountInString(column) <= longestKey || !strings.Contains(column, " ") {
		return column
	}
	key := ""
	for _, w := range strings.FieldsFunc(strings.ToLower(column), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if utf8.RuneCountInString(key+w) > longestKey-16 {
			break
		}
		key += w + "_"
	}
	sum := sha256.Sum256([]byte(column))
	return key + hex.EncodeToString(sum[:4])
}

// list joins the first n names with commas and counts the rest.
func list(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:n], ", "), len(names)-n)
}

// and joins words as in a sentence.
func and(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// either joins words of which none, or any one, is meant.
func either(words []string) string {
	n := len(words)
	if n < 2 {
		return and(words)
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// stem is what all labels begin with, up to the end of a word or a colon; ""
// if that is short or leaves nothing of a label.
func stem(labels []string) string {
	if len(labels) < 2 {
		return ""
	}
	s := labels[0]
	for _, l := range labels[1:] {
		i := 0
		for i < len(s) && i < len(l) && s[i] == l[i] {
			i++
		}
		s = s[:i]
	}
	if cut := strings.LastIndexAny(s, ":-–—?. "); cut > 0 {
		s = s[:cut]
	} else {
		return ""
	}
	s = strings.TrimRight(s, " :-–—")
	if utf8.RuneCountInString(s) < 8 || !utf8.ValidString(s) {
		return ""
	}
	return s
}

// percent prints a share of 0 to 1 as whole percent, rounded half away from
// zero once.
func percent(p float64) string {
	v := math.Floor(p*100 + 0.5)
	return fmt.Sprintf("%.0f%%", v)
}

// upper begins a sentence with words.
func upper(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// thousands prints a count with thin grouping: 12,461.
func thousands[N int | int64](n N) string {
	s := fmt.Sprint(n)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// lower makes the first letter small where the word is not an abbreviation or
// a name in capitals.
func lower(s string) string {
	r := []rune(s)
	if len(r) > 1 && unicode.IsUpper(r[0]) && !unicode.IsUpper(r[1]) {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}
