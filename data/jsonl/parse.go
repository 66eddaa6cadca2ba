package jsonl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"tradeoff/data"
)

// Limits of an object.
const (
	maxObject  = 16 << 20 // bytes
	maxDepth   = 32
	maxColumns = 1 << 16
	chunk      = 1 << 18
)

// A kind is what a value is.
type kind uint8

const (
	number kind = iota
	text
	truth   // true or false
	list    // of the values that follow it
	unknown // an object in a list, or a list in one
)

// A value is one of an object, or one of a list in it.
type value struct {
	node       *node
	kind       kind
	escaped    bool  // a text with a backslash in it
	null       bool  // one in a list
	short      bool  // a number without an exponent, of few digits
	start, end int32 // in its object
	items      int32 // of a list
}

// A parser takes objects out of a file, one after the other. It starts an object
// anew when the bytes in its buffer end before the object does.
type parser struct {
	*table
	array  bool
	counts bool // the objects are counted: the first pass
	known  bool // keys that the tree lacks are faults: the file has changed
	r      io.Reader
	buf    []byte
	pos    int // of the object
	end    int
	eof    bool
	at     int // while an object is parsed
	offset int64
	line   int64 // of pos
	row    int64 // objects before this one
	turn   int64
	root   *node
	nodes  int

	values  []value // of the objects of a block
	first   int     // of those of the object
	base    int     // where the object that was parsed last starts in buf
	started int64   // its number, or the line on which it starts
}

// errMore says that the object goes on behind what is read.
var errMore = errors.New("more")

// parser makes a parser that starts at a place, the zero start for the top.
func (t *table) parser(from start) (*parser, error) {
	p := &parser{table: t, array: t.array, root: t.tree, buf: make([]byte, chunk), line: 1}
	if from != (start{}) {
		p.offset, p.line, p.row = from.offset, from.line, from.row
		p.r = io.NewSectionReader(t.in, from.offset, t.in.Size-from.offset)
		return p, nil
	}
	p.r = io.NewSectionReader(t.in, 0, t.in.Size)
	if err := p.fill(); err != nil {
		return nil, err
	}
	switch head := p.buf[:p.end]; {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, p.fault("the file is in UTF-16, and JSON is in UTF-8; save it as UTF-8")
	case bytes.HasPrefix(head, []byte(mark)):
		p.pos = len(mark)
	}
	if err := p.blanks(); err != nil {
		return nil, err
	}
	if p.pos < p.end && p.buf[p.pos] == '[' {
		p.array = true
		p.pos++
	}
	return p, nil
}

// here is the place of the next object, or of the blanks before it.
func (p *parser) here() start { return start{p.offset + int64(p.pos), p.line, p.row} }

// fault is something wrong at the place that is being parsed.
func (p *parser) fault(format string, args ...any) *data.Fault {
	line := p.line + int64(bytes.Count(p.buf[p.pos:max(p.pos, min(p.at, p.end))], []byte{'\n'}))
	if p.array {
		return &data.Fault{File: p.in.Name(), Row: p.row + 1, Unit: "object", Found: fmt.Sprintf(format, args...) + " (line " + strconv.FormatInt(line, 10) + ")"}
	}
	return &data.Fault{File: p.in.Name(), Row: line, Unit: "line", Found: fmt.Sprintf(format, args...)}
}

// column is a fault of a column.
func (p *parser) column(n *node, format string, args ...any) *data.Fault {
	f := p.fault(format, args...)
	f.Column = short(n.name)
	return f
}

// fill reads on behind what is read.
func (p *parser) fill() error {
	p.end = copy(p.buf, p.buf[p.pos:p.end])
	p.offset += int64(p.pos)
	p.pos, p.at = 0, 0
	if p.end == len(p.buf) {
		if len(p.buf) >= maxObject {
			return p.fault("the object that starts here is longer than %d MB; look for a quotation mark or a bracket that does not close", maxObject>>20)
		}
		p.buf = append(p.buf, make([]byte, len(p.buf))...)
	}
	n, err := io.ReadFull(p.r, p.buf[p.end:])
	p.end += n
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		p.eof = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.in.Name(), err)
	}
	return nil
}

// blanks steps over white space between objects.
func (p *parser) blanks() error {
	for {
		for ; p.pos < p.end; p.pos++ {
			switch p.buf[p.pos] {
			case '\n':
				p.line++
			case ' ', '\t', '\r':
			default:
				return nil
			}
		}
		if p.eof {
			return nil
		}
		if err := p.fill(); err != nil {
			return err
		}
	}
}

// next adds the values of the next object; false at the end.
func (p *parser) next() (bool, error) {
	if err := p.blanks(); err != nil {
		return false, err
	}
	if p.array {
		if more, err := p.between(); !more || err != nil {
			return false, err
		}
	}
	if p.at = p.pos; p.pos == p.end {
		return false, nil
	}
	for {
		p.at, p.values = p.pos, p.values[:p.first]
		p.turn++
		var err error
		if p.buf[p.at] != '{' {
			err = p.fault("expected an object, {...}, for each respondent, found %s; export JSON Lines or an array of objects", p.found())
		} else {
			p.at++
			err = p.object(p.root, 1)
		}
		if err != errMore {
			if err != nil {
				return false, err
			}
			p.finish()
			return true, nil
		}
		if p.eof {
			p.at = p.end
			return false, p.fault("the file ends in the middle of this object; it was cut off, ask for a new export")
		}
		if err := p.fill(); err != nil {
			return false, err
		}
	}
}

// finish steps behind the object, whose bytes stay until the next one is asked for.
func (p *parser) finish() {
	p.started = p.line
	if p.array {
		p.started = p.row + 1
	}
	p.line += int64(bytes.Count(p.buf[p.pos:p.at], []byte{'\n'}))
	p.base, p.pos = p.pos, p.at
	p.row++
}

// between steps over what stands between two objects of an array; false behind the
// last.
func (p *parser) between() (more bool, err error) {
	p.at = p.pos
	if p.pos == p.end {
		return false, p.fault("the array is not closed; the file was cut off, ask for a new export")
	}
	if p.buf[p.pos] == ']' {
		p.pos++
		if err := p.blanks(); err != nil {
			return false, err
		}
		if p.at = p.pos; p.pos < p.end {
			return false, p.fault("the array is closed, and %s follows; the file is damaged, export it again", p.found())
		}
		return false, nil
	}
	if p.row > 0 {
		if p.buf[p.pos] != ',' {
			return false, p.fault("expected a comma between two objects, found %s; the file is damaged, export it again", p.found())
		}
		p.pos++
		if err := p.blanks(); err != nil {
			return false, err
		}
		if p.at = p.pos; p.pos == p.end {
			return false, p.fault("the array is not closed; the file was cut off, ask for a new export")
		}
	}
	return true, nil
}

// found names the byte at hand for a message.
func (p *parser) found() string {
	if p.at >= p.end {
		return "the end of the file"
	}
	r, _ := utf8.DecodeRune(p.buf[p.at:p.end])
	return strconv.QuoteRune(r)
}

// peek steps over white space and returns the byte there.
func (p *parser) peek() (byte, error) {
	for ; p.at < p.end; p.at++ {
		if c := p.buf[p.at]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c, nil
		}
	}
	return 0, errMore
}

// object parses the keys and values of an object behind its bracket.
func (p *parser) object(n *node, depth int) error {
	if depth > maxDepth {
		return p.fault("objects lie more than %d deep in each other, which no answers do; export flat objects", maxDepth)
	}
	for guess, first := 0, true; ; first = false {
		c, err := p.peek()
		if err != nil {
			return err
		}
		if c == '}' && first {
			p.at++
			return nil
		}
		if met, ended := p.usual(n, guess); ended {
			return nil
		} else if met > 0 {
			guess += met
			continue
		}
		if c != '"' {
			return p.fault("expected a key in quotation marks, found %s; the file is damaged, export it again", p.found())
		}
		k, err := p.key(n)
		if err != nil {
			return err
		}
		guess = k.place + 1
		if c, err = p.peek(); err != nil {
			return err
		}
		if c != ':' {
			return p.fault("expected a colon behind the key, found %s; the file is damaged, export it again", p.found())
		}
		p.at++
		if err := p.value(k, depth); err != nil {
			return err
		}
		if c, err = p.peek(); err != nil {
			return err
		}
		p.at++
		switch c {
		case ',':
		case '}':
			return nil
		default:
			p.at--
			return p.fault("expected a comma or a bracket behind the value, found %s; the file is damaged, export it again", p.found())
		}
	}
}

// key is the node of the key at hand.
func (p *parser) key(n *node) (*node, error) {
	start, end, escaped, err := p.quoted()
	if err != nil {
		return nil, err
	}
	raw := p.buf[start:end]
	k := n.kid(raw, escaped)
	if k == nil {
		name := raw
		if escaped {
			name = unescape(nil, raw)
		}
		if k = n.kids[string(name)]; k == nil {
			switch {
			case p.known:
				return nil, p.changed()
			case len(name) == 0:
				return nil, p.fault("a key is empty, so the column has no name; name it and export again")
			case p.nodes == maxColumns:
				return nil, p.fault("there are more than %d different keys; the objects are no answers to a survey", maxColumns)
			}
			p.nodes++
			k = n.add(raw, string(name))
		}
		if escaped && len(n.spelt) < maxColumns {
			n.spelt[string(raw)] = k
		}
	}
	if k.turn == p.turn {
		return nil, p.column(k, "the key stands twice in one object; keep one of them")
	}
	k.turn = p.turn
	return k, nil
}

// otherwise is what is wrong with a file that is not what it was when it was opened.
const otherwise = "this is not what stood here a moment ago; the file changed while it was read, run again when it is complete"

func (p *parser) changed() *data.Fault { return p.fault(otherwise) }

// value parses the value of a key.
func (p *parser) value(n *node, depth int) error {
	c, err := p.peek()
	if err != nil {
		return err
	}
	switch c {
	case '{':
		p.at++
		return p.object(n, depth+1)
	case '[':
		if err := p.own(n); err != nil {
			return err
		}
		p.at++
		return p.list(n)
	}
	v, err := p.scalar(n, c)
	if err != nil || v.null {
		return err
	}
	if err := p.own(n); err != nil {
		return err
	}
	p.values = append(p.values, v)
	return nil
}

// own makes sure that a node has a column.
func (p *parser) own(n *node) error {
	if n.column != nil {
		return nil
	}
	if p.known {
		return p.changed()
	}
	n.column = &column{name: n.name}
	return nil
}

// list parses the values of a list behind its bracket.
func (p *parser) list(n *node) error {
	at := len(p.values)
	p.values = append(p.values, value{node: n, kind: list})
	for first := true; ; first = false {
		c, err := p.peek()
		if err != nil {
			return err
		}
		if c == ']' && first {
			p.at++
			return nil
		}
		v := value{node: n, kind: unknown}
		if c == '{' || c == '[' {
			err = p.skip()
		} else {
			v, err = p.scalar(n, c)
		}
		if err != nil {
			return err
		}
		p.values = append(p.values, v)
		p.values[at].items++
		if c, err = p.peek(); err != nil {
			return err
		}
		p.at++
		switch c {
		case ',':
		case ']':
			return nil
		default:
			p.at--
			return p.fault("expected a comma or a bracket in the list, found %s; the file is damaged, export it again", p.found())
		}
	}
}

// skip steps over an object or a list that is left out: its brackets have to match,
// and its texts to end.
func (p *parser) skip() error {
	var open [maxDepth]byte
	for depth := 0; ; {
		c, err := p.peek()
		if err != nil {
			return err
		}
		switch c {
		case '{', '[':
			if depth == maxDepth {
				return p.fault("lists and objects lie more than %d deep in each other, which no answers do; export flat objects", maxDepth)
			}
			open[depth] = c + 2 // the bracket that closes it
			depth++
			p.at++
		case '}', ']':
			if open[depth-1] != c {
				return p.fault("the bracket %s closes nothing; the file is damaged, export it again", p.found())
			}
			p.at++
			if depth--; depth == 0 {
				return nil
			}
		case ',', ':':
			p.at++
		default:
			if _, err := p.scalar(nil, c); err != nil {
				return err
			}
		}
	}
}

// scalar parses a text, a number, true, false or null.
func (p *parser) scalar(n *node, c byte) (value, error) {
	v := value{node: n, kind: number}
	var err error
	var start, end int
	switch {
	case c == '"':
		v.kind = text
		start, end, v.escaped, err = p.quoted()
		v.null = start == end
	case c == '-' || c >= '0' && c <= '9':
		start, end, err = p.digits()
	case c == 't':
		v.kind = truth
		start, end, err = p.word("true")
	case c == 'f':
		v.kind = truth
		start, end, err = p.word("false")
	case c == 'n':
		v.null = true
		start, end, err = p.word("null")
	default:
		err = p.fault("expected a value, found %s; only texts in quotation marks, numbers, true, false, null, lists and objects are JSON", p.found())
	}
	v.start, v.end = int32(start-p.pos), int32(end-p.pos)
	return v, err
}

// word steps over a word.
func (p *parser) word(w string) (start, end int, err error) {
	b := p.buf[p.at:min(p.end, p.at+len(w))]
	switch {
	case string(b) == w:
		start, p.at = p.at, p.at+len(w)
		return start, p.at, nil
	case len(b) < len(w) && string(b) == w[:len(b)] && !p.eof:
		return 0, 0, errMore
	}
	return 0, 0, p.fault("expected %s, found something else; the file is damaged, export it again", w)
}

// digits steps over a number, which has the form that JSON allows.
func (p *parser) digits() (start, end int, err error) {
	start = p.at
	i := start
	if p.buf[i] == '-' {
		i++
	}
	run := func() bool {
		from := i
		for i < p.end && p.buf[i] >= '0' && p.buf[i] <= '9' {
			i++
		}
		return i > from
	}
	zero := i < p.end && p.buf[i] == '0'
	first := i
	ok := run() && !(zero && i > first+1)
	if ok && i < p.end && p.buf[i] == '.' {
		i++
		ok = run()
	}
	if ok && i < p.end && (p.buf[i] == 'e' || p.buf[i] == 'E') {
		i++
		if i < p.end && (p.buf[i] == '+' || p.buf[i] == '-') {
			i++
		}
		ok = run()
	}
	if i == p.end && !p.eof {
		return 0, 0, errMore
	}
	if !ok {
		return 0, 0, p.fault("a number is not written as JSON writes it; the file is damaged, export it again")
	}
	p.at = i
	return start, i, nil
}

// plain are the bytes that a text holds without further ado.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// quoted steps over a text in quotation marks, and returns what stands between them.
func (p *parser) quoted() (start, end int, escaped bool, err error) {
	i := p.at + 1
	start = i
	letters := false
	for {
		for i < p.end && plain[p.buf[i]] {
			i++
		}
		if i == p.end {
			return 0, 0, false, errMore
		}
		switch c := p.buf[i]; {
		case c == '"':
			if letters && !utf8.Valid(p.buf[start:i]) {
				return 0, 0, false, p.fault("a text is not UTF-8, which JSON is; export it again as UTF-8")
			}
			p.at = i + 1
			return start, i, escaped, nil
		case c == '\\':
			escaped = true
			n, err := p.escape(i)
			if err != nil {
				return 0, 0, false, err
			}
			i += n
		case c < ' ':
			p.at = i
			return 0, 0, false, p.fault("a text holds a control character or does not end on its line; the quotation mark that closes it may be missing")
		default:
			letters = true
			i++
		}
	}
}

// escape is how many bytes an escape takes.
func (p *parser) escape(i int) (int, error) {
	if i+1 >= p.end {
		return 0, errMore
	}
	if bytes.IndexByte([]byte(`"\/bfnrt`), p.buf[i+1]) >= 0 {
		return 2, nil
	}
	if p.buf[i+1] == 'u' {
		if i+6 > p.end {
			return 0, errMore
		}
		if _, err := strconv.ParseUint(string(p.buf[i+2:i+6]), 16, 16); err == nil {
			return 6, nil
		}
	}
	return 0, p.fault("a text holds a backslash that JSON does not know; the file is damaged, export it again")
}

// unescape appends a text that was checked, with its escapes resolved. Halves of
// letters become U+FFFD.
func unescape(to, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 {
			return append(to, b...)
		}
		to = append(to, b[:i]...)
		c := b[i+1]
		if b = b[i+2:]; c != 'u' {
			if k := bytes.IndexByte([]byte("bfnrt"), c); k >= 0 {
				c = "\b\f\n\r\t"[k]
			}
			to = append(to, c)
			continue
		}
		r := hex(b)
		b = b[4:]
		if utf16.IsSurrogate(r) {
			second := rune(-1)
			if len(b) >= 6 && b[0] == '\\' && b[1] == 'u' {
				second = hex(b[2:])
			}
			if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
				b = b[6:]
			}
		}
		to = utf8.AppendRune(to, r)
	}
}

// hex is four digits as a number.
func hex(b []byte) rune {
	n, _ := strconv.ParseUint(string(b[:4]), 16, 16) // checked by escape
	return rune(n)
}

// short cuts a name for a message.
func short(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}
