package data

import "strings"

// Several takes apart cells that hold several answers, "phone;mail".
type Several struct {
	separator string
	answers   map[string]bool
	most      int // the most pieces that one answer has between separators
}

// NewSeveral is for cells with this separator. The answers are those that are
// known; one that contains the separator itself ("lower back, knee") is only
// recognised if it is among them.
func NewSeveral(separator string, answers []string) *Several {
	s := &Several{separator: separator, answers: make(map[string]bool, len(answers)), most: 1}
	for _, a := range answers {
		s.answers[a] = true
		s.most = max(s.most, strings.Count(a, separator)+1)
	}
	return s
}

// Split returns the answers of a cell in its order, without blanks at their
// ends. A cell that is a list as Python prints one, ['phone', "mail"], holds
// the texts of the list. Any other is cut at separators so that the pieces are
// answers that are known; where that is not possible, the longest that are
// known are taken from the left, and every piece between them is an answer
// that is not. clear is false for a cell that is known answers in two ways.
func (s *Several) Split(cell string) (answers []string, clear bool) {
	if list, ok := ListLiteral(cell); ok {
		return list, true
	}
	var starts, ends []int // of the pieces
	for at := 0; at <= len(cell); {
		end := len(cell)
		if i := strings.Index(cell[at:], s.separator); i >= 0 {
			end = at + i
		}
		starts, ends = append(starts, at), append(ends, end)
		at = end + len(s.separator)
	}
	n := len(starts)
	piece := func(i, k int) string { return strings.TrimSpace(cell[starts[i]:ends[i+k-1]]) }
	known := func(i, k int) bool { return s.answers[piece(i, k)] || k == 1 && piece(i, 1) == "" }
	// ways[i] is in how many ways, two at most, the pieces from i are known.
	var ways []int
	if s.most > 1 {
		ways = make([]int, n+1)
		ways[n] = 1
		for i := n - 1; i >= 0; i-- {
			for k := 1; k <= min(s.most, n-i); k++ {
				if ways[i+k] > 0 && known(i, k) {
					ways[i] = min(2, ways[i]+ways[i+k])
				}
			}
		}
	}
	for i := 0; i < n; {
		k := 1
		for j := min(s.most, n-i); j > 1; j-- {
			if known(i, j) && (ways[0] == 0 || ways[i+j] > 0) {
				k = j
				break
			}
		}
		if a := piece(i, k); a != "" {
			answers = append(answers, a)
		}
		i += k
	}
	return answers, ways == nil || ways[0] < 2
}

// ListLiteral returns the texts of a list as Python prints it.
func ListLiteral(cell string) (texts []string, ok bool) {
	rest, begins := strings.CutPrefix(strings.TrimSpace(cell), "[")
	rest, ends := strings.CutSuffix(rest, "]")
	if !begins || !ends {
		return nil, false
	}
	texts = []string{}
	for rest = strings.TrimSpace(rest); rest != ""; {
		text, after, closed := quotedText(rest)
		if !closed {
			return nil, false
		}
		texts = append(texts, strings.TrimSpace(text))
		rest = strings.TrimSpace(after)
		if rest == "" {
			break
		}
		next, more := strings.CutPrefix(rest, ",")
		if rest = strings.TrimSpace(next); !more || rest == "" {
			return nil, false
		}
	}
	return texts, true
}

// quotedText reads a text in quotation marks of either kind, in which a
// backslash takes the next letter as it is.
func quotedText(s string) (text, after string, ok bool) {
	if s[0] != '\'' && s[0] != '"' {
		return "", "", false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			if s[i] == 'n' || s[i] == 't' {
				b.WriteByte(' ')
				continue
			}
			b.WriteByte(s[i])
		case s[i] == s[0]:
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}
