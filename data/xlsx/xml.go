package xlsx

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// tokenKind is what a token of XML is.
type tokenKind uint8

const (
	startTag tokenKind = iota
	endTag
	textRun
)

// A token is valid until the next one is read.
type token struct {
	kind   tokenKind
	name   []byte // of a tag, without its prefix
	attrs  []byte // of a start tag, as they stand in the file
	closed bool   // a start tag that is its own end: <v/>
	text   []byte // of a text run, as it stands in the file
	raw    bool   // a text run without entities (CDATA)
}

// maxTag bounds one tag with its attributes, and window is what is read at a
// time; text of any length comes in runs.
const (
	window = 1 << 16
	maxTag = 1 << 20
)

// Faults of XML, worded for the part that they are found in.
var (
	errDoctype = errors.New("it declares a document type")
	errTag     = errors.New("a tag is not closed or is too long")
	errEntity  = errors.New("it refers to a character that does not exist")
	errShort   = errors.New("it ends too early")
)

// A tokenizer splits XML into tags and text. It checks no nesting: the readers
// of the parts know what they are in.
type tokenizer struct {
	r        io.Reader
	buf      []byte
	pos, end int
	eof      bool
}

func newTokenizer(r io.Reader) *tokenizer {
	return &tokenizer{r: r, buf: make([]byte, window)}
}

// fill reads on, and moves or grows the buffer for that.
func (t *tokenizer) fill() error {
	if t.pos > 0 {
		t.end = copy(t.buf, t.buf[t.pos:t.end])
		t.pos = 0
	}
	if t.end == len(t.buf) {
		if len(t.buf) >= maxTag {
			return errTag
		}
		t.buf = append(t.buf, make([]byte, len(t.buf))...)
	}
	for !t.eof {
		n, err := t.r.Read(t.buf[t.end:])
		t.end += n
		if err == io.EOF {
			t.eof = true
		} else if err != nil {
			return err
		}
		if n > 0 {
			return nil
		}
	}
	return nil
}

// more makes at least n bytes available, or fewer at the end.
func (t *tokenizer) more(n int) error {
	for t.end-t.pos < n && !t.eof {
		if err := t.fill(); err != nil {
			return err
		}
	}
	return nil
}

// until finds the first occurrence of what at or behind offset from pos, and
// returns the offset behind it.
func (t *tokenizer) until(what string, from int) (int, error) {
	for {
		b := t.buf[t.pos:t.end]
		if from < len(b) {
			if i := bytes.Index(b[from:], []byte(what)); i >= 0 {
				return from + i + len(what), nil
			}
			from = max(from, len(b)-len(what)+1)
		}
		if t.eof {
			return 0, errShort
		}
		if err := t.fill(); err != nil {
			return 0, err
		}
	}
}

// next reads the next token; io.EOF after the last.
func (t *tokenizer) next() (token, error) {
	for {
		if err := t.more(1); err != nil {
			return token{}, err
		}
		if t.pos == t.end {
			return token{}, io.EOF
		}
		if t.buf[t.pos] != '<' {
			return t.textRun()
		}
		if err := t.more(9); err != nil {
			return token{}, err
		}
		b := t.buf[t.pos:t.end]
		switch {
		case len(b) < 2:
			return token{}, errShort
		case b[1] == '?':
			n, err := t.until("?>", 2)
			if err != nil {
				return token{}, err
			}
			t.pos += n
		case b[1] == '!' && bytes.HasPrefix(b, []byte("<!--")):
			if err := t.skipComment(); err != nil {
				return token{}, err
			}
		case b[1] == '!' && bytes.HasPrefix(b, []byte("<![CDATA[")):
			n, err := t.until("]]>", 9)
			if err != nil {
				return token{}, err
			}
			text := t.buf[t.pos+9 : t.pos+n-3]
			t.pos += n
			return token{kind: textRun, text: text, raw: true}, nil
		case b[1] == '!':
			return token{}, errDoctype
		default:
			return t.tag()
		}
	}
}

// skipComment steps over a comment of any length.
func (t *tokenizer) skipComment() error {
	t.pos += len("<!--")
	for {
		if i := bytes.Index(t.buf[t.pos:t.end], []byte("-->")); i >= 0 {
			t.pos += i + len("-->")
			return nil
		}
		t.pos = max(t.pos, t.end-2)
		if t.eof {
			return errShort
		}
		if err := t.fill(); err != nil {
			return err
		}
	}
}

// textRun returns what is there of the text at pos. An entity is never cut in
// two.
func (t *tokenizer) textRun() (token, error) {
	for {
		b := t.buf[t.pos:t.end]
		n := bytes.IndexByte(b, '<')
		if n < 0 {
			n = len(b)
			if i := bytes.LastIndexByte(b, '&'); i >= 0 && !t.eof && n-i < 16 {
				n = i
			}
		}
		if n == 0 && !t.eof {
			if err := t.fill(); err != nil {
				return token{}, err
			}
			continue
		}
		text := b[:n]
		t.pos += n
		return token{kind: textRun, text: text}, nil
	}
}

// tag reads the tag at pos.
func (t *tokenizer) tag() (token, error) {
	n, err := t.tagEnd()
	if err != nil {
		return token{}, err
	}
	b := t.buf[t.pos+1 : t.pos+n-1]
	t.pos += n
	tok := token{kind: startTag}
	if len(b) > 0 && b[0] == '/' {
		tok.kind, b = endTag, b[1:]
	} else if len(b) > 0 && b[len(b)-1] == '/' {
		tok.closed, b = true, b[:len(b)-1]
	}
	i := 0
	for i < len(b) && !space(b[i]) {
		i++
	}
	tok.name, tok.attrs = local(b[:i]), b[i:]
	if len(tok.name) == 0 {
		return token{}, errTag
	}
	return tok, nil
}

// tagEnd finds the offset behind the tag at pos. A > inside quotation marks
// does not end it.
func (t *tokenizer) tagEnd() (int, error) {
	i, quote := 1, byte(0)
	for {
		b := t.buf[t.pos:t.end]
		for ; i < len(b); i++ {
			c := b[i]
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				return i + 1, nil
			case c == '<':
				return 0, errTag
			}
		}
		if t.eof {
			return 0, errShort
		}
		if err := t.fill(); err != nil {
			return 0, err
		}
	}
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// local is a name without its prefix.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// nextAttr splits the first attribute off; ok is false when there is none.
func nextAttr(attrs []byte) (name, value, rest []byte, ok bool) {
	i := 0
	for i < len(attrs) && space(attrs[i]) {
		i++
	}
	start := i
	for i < len(attrs) && attrs[i] != '=' && !space(attrs[i]) {
		i++
	}
	name = attrs[start:i]
	for i < len(attrs) && (attrs[i] == '=' || space(attrs[i])) {
		i++
	}
	if len(name) == 0 || i >= len(attrs) || attrs[i] != '"' && attrs[i] != '\'' {
		return nil, nil, nil, false
	}
	quote := attrs[i]
	i++
	end := bytes.IndexByte(attrs[i:], quote)
	if end < 0 {
		return nil, nil, nil, false
	}
	return name, attrs[i : i+end], attrs[i+end+1:], true
}

// attr is the value of an attribute, by its name without prefix, or nil.
func (t *token) attr(name string) []byte {
	for n, v, rest, ok := nextAttr(t.attrs); ok; n, v, rest, ok = nextAttr(rest) {
		if string(local(n)) == name {
			return v
		}
	}
	return nil
}

// attrText is the value of an attribute with its entities resolved.
func (t *token) attrText(name string) (string, error) {
	b, err := appendText(nil, t.attr(name), false)
	return string(b), err
}

// entities are the five that XML knows without a document type.
var entities = []struct {
	name string
	char byte
}{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}

// appendText appends text as it stands in the file with its entities
// resolved and its line ends made line feeds.
func appendText(dst, b []byte, raw bool) ([]byte, error) {
	for len(b) > 0 {
		i := bytes.IndexAny(b, "&\r")
		if i < 0 {
			return append(dst, b...), nil
		}
		dst = append(dst, b[:i]...)
		b = b[i:]
		if b[0] == '\r' {
			if b = b[1:]; len(b) == 0 || b[0] != '\n' {
				dst = append(dst, '\n')
			}
			continue
		}
		if raw {
			dst, b = append(dst, '&'), b[1:]
			continue
		}
		end := bytes.IndexByte(b[:min(len(b), 12)], ';')
		if end < 0 {
			return dst, errEntity
		}
		var err error
		if dst, err = appendEntity(dst, string(b[1:end])); err != nil {
			return dst, err
		}
		b = b[end+1:]
	}
	return dst, nil
}

// appendEntity appends the character that an entity names.
func appendEntity(dst []byte, name string) ([]byte, error) {
	if len(name) > 1 && name[0] == '#' {
		number, base := name[1:], 10
		if number[0] == 'x' || number[0] == 'X' {
			number, base = number[1:], 16
		}
		n, err := strconv.ParseUint(number, base, 32)
		if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
			return dst, errEntity
		}
		return utf8.AppendRune(dst, rune(n)), nil
	}
	for _, e := range entities {
		if e.name == name {
			return append(dst, e.char), nil
		}
	}
	return dst, errEntity
}

// unescape resolves _x000D_ and the like, by which workbooks write characters
// that XML cannot hold, in place. Control characters other than tabs and line
// feeds become blanks.
func unescape(b []byte) []byte {
	if !bytes.Contains(b, []byte("_x")) {
		return b
	}
	out := b[:0]
	for i := 0; i < len(b); i++ {
		if c, ok := escaped(b[i:]); ok {
			out = utf8.AppendRune(out, c)
			i += len("_x000D_") - 1
			continue
		}
		out = append(out, b[i])
	}
	return out
}

// escaped reads an escape at the start of b.
func escaped(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	switch c := rune(n); {
	case err != nil, !utf8.ValidRune(c):
		return 0, false
	case c == '\r':
		return '\n', true
	case c < ' ' && c != '\n' && c != '\t':
		return ' ', true
	default:
		return c, true
	}
}
