package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tradeoff/data"
)

// A token is a word, a number, a text in quotation marks, or a sign.
type token struct {
	kind kind
	text string // of a text, what it says
	line int
}

type kind uint8

const (
	word kind = iota
	number
	quoted
	sign
)

// A source hands out the commands of SPSS syntax, one after the other.
type source struct {
	place
	lines []string
	at    int // the next line
}

// next is the next command; nil behind the last. Comments are passed over.
func (s *source) next() ([]token, error) {
	for s.at < len(s.lines) {
		line := strings.TrimSpace(s.lines[s.at])
		switch {
		case line == "" || line == ".":
			s.at++
		case isComment(line):
			s.comment()
		default:
			if tokens, err := s.command(); tokens != nil || err != nil {
				return tokens, err
			}
		}
	}
	return nil, nil
}

// isComment reports whether a command that begins so is one.
func isComment(line string) bool {
	first, _, _ := strings.Cut(line, " ")
	return strings.HasPrefix(line, "*") || strings.EqualFold(first, "COMMENT")
}

// comment passes over a comment: it ends with a point at the end of a line, or before
// an empty line.
func (s *source) comment() {
	for s.at < len(s.lines) {
		line := strings.TrimSpace(s.lines[s.at])
		if line == "" {
			return
		}
		s.at++
		if strings.HasSuffix(line, ".") {
			return
		}
	}
}

// program passes over lines until one that ends a program in another language.
func (s *source) program() {
	for s.at < len(s.lines) {
		line := strings.ToUpper(strings.Join(strings.Fields(s.lines[s.at]), " "))
		s.at++
		if strings.HasPrefix(line, "END PROGRAM") {
			return
		}
	}
}

// command reads a command: it ends with a point at the end of a line, or before an
// empty line.
func (s *source) command() ([]token, error) {
	var tokens []token
	for s.at < len(s.lines) {
		text := strings.TrimSpace(s.lines[s.at])
		if text == "" {
			break
		}
		s.at++
		more, ended, err := s.tokens(text, s.at)
		if err != nil {
			return nil, err
		}
		if tokens = append(tokens, more...); ended {
			break
		}
	}
	return joined(tokens), nil
}

// tokens reads a line, whose number is given; ended says that a point ends it.
func (s *source) tokens(text string, line int) (tokens []token, ended bool, err error) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeft(text, " \t\u00a0\f\v") {
		c, size := utf8.DecodeRuneInString(text)
		switch {
		case text == ".":
			return tokens, true, nil
		case strings.HasPrefix(text, "/*"):
			_, after, closed := strings.Cut(text[2:], "*/")
			if !closed {
				return tokens, strings.HasSuffix(text, "."), nil
			}
			text = after
		case c == '\'' || c == '"':
			said, after, closed := unquoted(text[1:], text[:1])
			if !closed {
				return nil, false, s.fault(line, "a text that begins here has no quotation mark at its end; correct the syntax")
			}
			tokens, text = append(tokens, token{quoted, said, line}), after
		case c >= '0' && c <= '9' || c == '.':
			n := digits(text)
			tokens, text = append(tokens, token{number, text[:n], line}), text[n:]
		case isLetter(c):
			n := 0
			for n < len(text) {
				c, size := utf8.DecodeRuneInString(text[n:])
				if !isLetter(c) && !(c >= '0' && c <= '9') && c != '.' {
					break
				}
				n += size
			}
			if n == len(text) {
				n = len(strings.TrimSuffix(text, ".")) // it ends the command
			}
			tokens, text = append(tokens, token{word, text[:n], line}), text[n:]
		default:
			tokens, text = append(tokens, token{sign, text[:size], line}), text[size:]
		}
	}
	return tokens, false, nil
}

// unquoted is a text up to its closing quotation mark, doubled ones as one.
func unquoted(s, mark string) (said, after string, closed bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, mark)
		b.WriteString(before)
		switch {
		case !found:
			return "", "", false
		case !strings.HasPrefix(rest, mark):
			return b.String(), rest, true
		}
		b.WriteString(mark)
		s = rest[1:]
	}
}

// digits is how long the number is with which a text begins; a point at the end of the
// line ends the command.
func digits(text string) int {
	n := 0
	for n < len(text) && (text[n] >= '0' && text[n] <= '9' || text[n] == '.' && n+1 < len(text)) {
		n++
	}
	if n+1 < len(text) && (text[n] == 'e' || text[n] == 'E') {
		k := n + 1
		if text[k] == '+' || text[k] == '-' {
			k++
		}
		if k < len(text) && text[k] >= '0' && text[k] <= '9' {
			for n = k; n < len(text) && text[n] >= '0' && text[n] <= '9'; n++ {
			}
		}
	}
	return max(n, 1)
}

// isLetter reports whether a name may hold a character beside digits and points.
func isLetter(c rune) bool {
	return c == '_' || c == '@' || c == '#' || c == '$' || unicode.IsLetter(c) || unicode.IsMark(c) || c > unicode.MaxASCII && unicode.IsDigit(c)
}

// joined makes one text of those that are added to each other.
func joined(tokens []token) []token {
	out := tokens[:0]
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if n := len(out); n > 0 && out[n-1].kind == quoted && t.kind == sign && t.text == "+" && i+1 < len(tokens) && tokens[i+1].kind == quoted {
			i++
			out[n-1].text += tokens[i].text
			continue
		}
		out = append(out, t)
	}
	return out
}

// A list is the rest of a command.
type list struct {
	place
	tokens []token
	line   int // of the last one taken
}

func (l *list) done() bool { return len(l.tokens) == 0 }

// peek is the next token, one of no kind behind the last.
func (l *list) peek() token {
	if l.done() {
		return token{kind: sign, line: l.line}
	}
	return l.tokens[0]
}

func (l *list) take() token {
	t := l.peek()
	if l.line = t.line; !l.done() {
		l.tokens = l.tokens[1:]
	}
	return t
}

// sign takes a sign if it is the next token.
func (l *list) sign(s string) bool {
	t := l.peek()
	if t.kind != sign || t.text != s || l.done() {
		return false
	}
	l.take()
	return true
}

// keyword takes a word if it is the next token.
func (l *list) keyword(s string) bool {
	t := l.peek()
	if t.kind != word || !strings.EqualFold(t.text, s) {
		return false
	}
	l.take()
	return true
}

// strange is the fault of a token that nobody expects.
func (l *list) strange(expected string) *data.Fault {
	if l.done() {
		return l.fault(l.line, "the command ends where %s was expected; correct the syntax", expected)
	}
	return l.fault(l.peek().line, "%q stands where %s was expected; correct the syntax", short(l.peek().text), expected)
}
