package syntax

import (
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/described"
)

// An rsyntax is the R syntax of LimeSurvey as far as it has been read: columns by number.
type rsyntax struct {
	place
	c       *described.Codebook
	file    string
	columns map[int]*described.Variable
	last    int    // the highest column
	field   string // what the comment before a column says of its type
}

// OpenR reads the R syntax that LimeSurvey writes, finds its data file, and returns the
// survey. Faults are *data.Fault or data.Faults. The data file is closed with the input.
func OpenR(in *data.Input) (*data.Survey, error) {
	c := newCodebook(in)
	text, err := read(c)
	if err != nil {
		return nil, err
	}
	r := &rsyntax{place: place{c}, c: c, columns: map[int]*described.Variable{}}
	if err := r.statements(text); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	file, err := find(c, r.file)
	if err != nil {
		return nil, err
	}
	// The line of names holds texts of questions, which may come twice: columns go by number.
	c.Layout.Positions, c.Layout.Skip, c.Layout.Delimiter = true, 1, ','
	return c.Open(file, "R syntax")
}

// statements reads the text; what LimeSurvey does not write is refused, since it could
// change the data.
func (r *rsyntax) statements(text string) error {
	var some []token
	for _, t := range tokensOfR(text) {
		if t.kind != sign || t.text != "\n" {
			some = append(some, t)
			continue
		}
		if len(some) > 0 {
			if err := r.statement(&list{place: r.place, tokens: some, line: some[0].line}); err != nil {
				return err
			}
		}
		some = nil
	}
	return nil
}

// statement reads one.
func (r *rsyntax) statement(l *list) error {
	line := l.line
	if field, ok := strings.CutPrefix(l.peek().text, "# LimeSurvey Field type:"); ok {
		r.field = strings.TrimSpace(field)
		return nil
	}
	if strings.HasPrefix(l.peek().text, "#") {
		return nil
	}
	var n int
	var label string
	all := l.tokens
	try := func(do func() bool) bool {
		l.tokens = all
		return do()
	}
	switch {
	case try(func() bool { return l.signs("data <- read.csv (") && l.text(&r.file) }):
		return r.options(l)
	case try(func() bool { return l.column(&n) && l.signs("<- as.numeric (") && l.same(n) && l.signs(")") }):
		return r.typed(l, n, data.Number)
	case try(func() bool { return l.column(&n) && l.signs("<- as.character (") && l.same(n) && l.signs(")") }):
		return r.typed(l, n, data.Text)
	case try(func() bool { return l.column(&n) && l.signs("<- factor (") && l.same(n) && l.signs(", levels = c (") }):
		return r.factor(l, n)
	case try(func() bool {
		return l.signs("attributes ( data ) $ variable.labels [") && l.count(&n) && l.signs("] <-") && l.text(&label)
	}):
		return r.named(l, n, func(v *described.Variable) { v.Label = clean(label) })
	case try(func() bool {
		return l.signs("names ( data ) [") && l.count(&n) && l.signs("] <-") && l.text(&label)
	}):
		return r.named(l, n, func(v *described.Variable) { v.Name = label })
	}
	return r.fault(line, "this is nothing that LimeSurvey writes, and could change the data; nothing is run: take it out, or write the data frame as Parquet or CSV")
}

// signs takes words and signs, if the next ones are these.
func (l *list) signs(these string) bool {
	for t := range strings.FieldsSeq(these) {
		if l.done() || l.peek().kind == quoted || l.peek().text != t {
			return false
		}
		l.take()
	}
	return true
}

// text takes a text in quotation marks.
func (l *list) text(to *string) bool {
	t := l.peek()
	if t.kind != quoted {
		return false
	}
	*to = l.take().text
	return true
}

// count takes the number of a column.
func (l *list) count(to *int) bool {
	t := l.peek()
	n, err := strconv.Atoi(t.text)
	if t.kind != number || err != nil || n < 1 || n > maxVariables {
		return false
	}
	*to = n
	l.take()
	return true
}

// column takes data[, 7].
func (l *list) column(to *int) bool {
	return l.signs("data [ ,") && l.count(to) && l.signs("]")
}

// same takes data[, n].
func (l *list) same(n int) bool {
	m := 0
	return l.column(&m) && m == n
}

// options reads what follows the name of the file in read.csv.
func (r *rsyntax) options(l *list) error {
	for depth := 1; depth > 0; {
		if l.done() {
			return l.strange("a closing bracket")
		}
		t := l.take()
		switch {
		case t.kind == sign && t.text == "(":
			depth++
		case t.kind == sign && t.text == ")":
			depth--
		case t.kind == word && depth == 1 && l.peek().text == "=" && !slices.Contains([]string{"quote", "na.strings", "stringsAsFactors", "fileEncoding", "encoding"}, t.text):
			return r.fault(t.line, "the option %q of read.csv is not one that LimeSurvey writes; write the data frame as Parquet or CSV", short(t.text))
		}
	}
	return r.end(l)
}

// end checks that nothing follows.
func (r *rsyntax) end(l *list) error {
	if !l.done() {
		return l.strange("the end of the line")
	}
	return nil
}

// variable is the one of a column.
func (r *rsyntax) variable(n int) *described.Variable {
	if r.columns[n] == nil {
		r.columns[n] = &described.Variable{ID: "#" + strconv.Itoa(n)}
		r.last = max(r.last, n)
	}
	return r.columns[n]
}

// typed says what a column holds.
func (r *rsyntax) typed(l *list, n int, how data.Type) error {
	v := r.variable(n)
	v.Typed, v.Type, v.Format = true, how, r.field
	if strings.HasPrefix(r.field, "DATE") {
		v.Type, v.Read, v.Noun = data.Time, moments("dmy"), "date"
	}
	r.field = ""
	return r.end(l)
}

// named does what a statement says of a column.
func (r *rsyntax) named(l *list, n int, do func(v *described.Variable)) error {
	do(r.variable(n))
	return r.end(l)
}

// factor reads levels and labels, behind "levels=c(".
func (r *rsyntax) factor(l *list, n int) error {
	codes, err := l.values()
	if err != nil {
		return err
	}
	if !l.signs(", labels = c (") {
		return l.strange("labels")
	}
	labels, err := l.values()
	if err != nil {
		return err
	}
	if !l.signs(")") {
		return l.strange("a closing bracket")
	}
	if len(codes) != len(labels) {
		return r.fault(l.line, "there are %d levels and %d labels; correct the syntax", len(codes), len(labels))
	}
	v := r.variable(n)
	v.Categories = nil
	for i, code := range codes {
		label := clean(labels[i])
		v.Categories = append(v.Categories, described.Category{Code: code, Label: label, Labelled: label != ""})
	}
	return r.end(l)
}

// values reads codes or texts up to a closing bracket.
func (l *list) values() (some []string, err error) {
	for !l.sign(")") {
		v, err := l.code()
		if err != nil {
			return nil, err
		}
		if some = append(some, v); !l.sign(",") && l.peek().text != ")" {
			return nil, l.strange("a comma")
		}
	}
	return some, nil
}

// check makes the variables of the columns, of which none may be missing.
func (r *rsyntax) check() error {
	if r.last == 0 {
		return r.c.Fault("", "the syntax describes no column; name the data file in its place")
	}
	seen := map[string]bool{}
	for n := 1; n <= r.last; n++ {
		v := r.columns[n]
		switch {
		case v == nil || v.Name == "":
			return r.c.Fault("", "the syntax gives no name to column %d of %d; export it again", n, r.last)
		case seen[v.Name]:
			return r.c.Fault(v.Name, "two columns have this name; rename one of them")
		}
		seen[v.Name] = true
		r.c.Variables = append(r.c.Variables, v)
	}
	return nil
}

// tokensOfR splits R into words, numbers, texts and signs; "\n" ends a statement, and a
// comment is a word that begins with "#".
func tokensOfR(text string) (out []token) {
	line, depth := 1, 0
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n':
			if depth <= 0 {
				out = append(out, token{sign, "\n", line})
			}
			line++
			i++
		case c == ' ' || c == '\t':
			i++
		case c == '#':
			end := i + strings.IndexByte(text[i:]+"\n", '\n')
			out = append(out, token{word, text[i:end], line})
			i = end
		case c == '"' || c == '\'':
			said, n := unescaped(text[i:])
			if n == 0 { // never closed: a sign that is expected nowhere
				return append(out, token{sign, text[i : i+1], line}, token{sign, "\n", line})
			}
			out = append(out, token{quoted, said, line})
			line += strings.Count(text[i:i+n], "\n")
			i += n
		case c >= '0' && c <= '9':
			n := i
			for n < len(text) && (text[n] >= '0' && text[n] <= '9' || text[n] == '.') {
				n++
			}
			out = append(out, token{number, text[i:n], line})
			i = n
		case isNameOfR(c):
			n := i
			for n < len(text) && (isNameOfR(text[n]) || text[n] >= '0' && text[n] <= '9') {
				n++
			}
			out = append(out, token{word, text[i:n], line})
			i = n
		case strings.HasPrefix(text[i:], "<-"):
			out = append(out, token{sign, "<-", line})
			i += 2
		default:
			switch c {
			case '(', '[', '{':
				depth++
			case ')', ']', '}':
				depth--
			}
			out = append(out, token{sign, text[i : i+1], line})
			i++
		}
	}
	return append(out, token{sign, "\n", line})
}

func isNameOfR(c byte) bool {
	return c == '.' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// unescaped is a text in quotation marks, and how long it is there; 0 for one that never
// ends, or has a sign behind "\\" that LimeSurvey does not write.
func unescaped(text string) (said string, length int) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == text[0]:
			return b.String(), i + 1
		case text[i] != '\\':
			b.WriteByte(text[i])
		case i+1 < len(text) && strings.IndexByte(`\'"`, text[i+1]) >= 0:
			i++
			b.WriteByte(text[i])
		default:
			return "", 0
		}
	}
	return "", 0
}
