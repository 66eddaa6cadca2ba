package sav

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tradeoff/data/columns"
)

// names hands out variable names, each once, however it is written.
type names struct {
	taken   map[string]bool // upper case
	tried   map[string]int  // last number put behind a name, by upper case
	counter int
}

func newNames() *names { return &names{taken: map[string]bool{}, tried: map[string]int{}} }

// reserved words cannot be variable names in SPSS.
var reserved = []string{"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}

// long makes a name that SPSS allows: up to 64 bytes, letters, digits,
// . _ $ # @ and signs beyond ASCII, beginning with a letter, not ending with a full stop.
func (n *names) long(name string) string {
	s := strings.Map(func(r rune) rune {
		ascii := r < unicode.MaxASCII
		switch {
		case ascii && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._$#@", r)):
			return r
		case !ascii && unicode.IsGraphic(r) && !unicode.IsSpace(r): // SPSS writes even emoji
			return r
		}
		return '_'
	}, strings.ToValidUTF8(name, "_"))
	if first := []rune(s + "_")[0]; first < unicode.MaxASCII && !unicode.IsLetter(first) && first != '@' {
		s = "V" + s
	}
	if len(s) > maxName {
		s = strings.TrimRight(cut(s, maxName), " ")
	}
	if strings.HasSuffix(s, ".") {
		s = s[:len(s)-1] + "_"
	}
	if slices.Contains(reserved, upper(s)) {
		s += "_"
	}
	return n.unique(s)
}

// unique counts up a name that is taken.
func (n *names) unique(s string) string {
	candidate, key := s, upper(s)
	for n.taken[upper(candidate)] {
		n.tried[key] = max(n.tried[key], 1) + 1
		tail := fmt.Sprintf("_%d", n.tried[key])
		candidate = s
		if len(s)+len(tail) > maxName {
			candidate = strings.TrimRight(cut(s, maxName-len(tail)), " ")
		}
		candidate += tail
	}
	n.taken[upper(candidate)] = true
	return candidate
}

// claim is a name's own short form, if it fits and is not taken, else "".
func (n *names) claim(name string) string {
	s := upper(name)
	if len(s) > maxShort || !columns.IsASCII([]byte(s)) || n.taken[s] {
		return ""
	}
	n.taken[s] = true
	return s
}

// invent makes a short name.
func (n *names) invent() string {
	for {
		n.counter++
		if s := fmt.Sprintf("V%d_", n.counter); !n.taken[s] {
			n.taken[s] = true
			return s
		}
	}
}
