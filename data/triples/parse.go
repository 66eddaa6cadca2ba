package triples

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"tradeoff/data"
)

// Limits of a definition. Real ones stay far below: a thousand variables make
// one of about a megabyte.
const (
	maxDefinition = 64 << 20
	maxDepth      = 32
	maxVariables  = 1 << 16 // columns, too
	maxValues     = 1 << 20 // of all variables
	maxSkip       = 1 << 16
	maxToken      = 1 << 20 // bytes of a tag or a text
)

// A definition is what the XML says.
type definition struct {
	in        *data.Input
	version   string
	charset   string // as declared, "" for none
	wide      bool   // UTF-16
	languages []string
	records   int
	levels    []string // of a hierarchy: the definitions named
	layout    string   // format of the record, "" or "fixed" or "csv"
	href      string
	skip      int
	variables []*variable
	values    int // of all variables so far
	scores    bool
	unknown   []string // elements that are not read
	used      tongue   // language and mode of the texts that are read
	others    []string // languages that are not
	notes     []string
}

// A variable is one element of that name; what is a number there is one here,
// and none of it is checked before check.
type variable struct {
	ident, kind, format, use, filter string
	name, label                      string
	start, finish                    int // from 1; finish 0 if not said
	positioned                       bool
	spread                           bool
	subfields, width                 int
	values                           []value
	ranges                           []span

	shape // see check
}

// A value is a code with its label.
type value struct {
	code, label string
	missing     bool
}

// A span is a range of values, as declared.
type span struct{ from, to string }

// Sniff reports whether a file begins like a definition.
func Sniff(head []byte) bool {
	text := head
	if mark := unicodeMark(head); mark != nil {
		text, _ = unicode.UTF16(*mark, unicode.UseBOM).NewDecoder().Bytes(head[:len(head)&^1])
	}
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	return bytes.HasPrefix(text, []byte("<")) && bytes.Contains(bytes.ToLower(text), []byte("<sss"))
}

// unicodeMark is the byte order of UTF-16, told by its mark or by the first
// bracket; nil for other encodings.
func unicodeMark(head []byte) *unicode.Endianness {
	order := unicode.LittleEndian
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00")):
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<")):
		order = unicode.BigEndian
	default:
		return nil
	}
	return &order
}

// A parser walks through the XML.
type parser struct {
	*definition
	xml    *xml.Decoder
	ration *ration
	depth  int
}

// A ration bounds what is read for one token: encoding/xml keeps all of a tag
// with its attributes, of a text and of a comment.
type ration struct {
	r    io.Reader
	used int
}

func (r *ration) Read(b []byte) (int, error) {
	if r.used > maxToken {
		return 0, errToken
	}
	n, err := r.r.Read(b)
	r.used += n
	return n, err
}

// Faults of the XML that encoding/xml does not tell itself.
var (
	errDeep    = errors.New("elements lie more than " + strconv.Itoa(maxDepth) + " deep in each other, which no definition needs; export it again")
	errDoctype = errors.New("it declares a document type of its own, which could draw in other files and is not read; export it again without one")
	errCharset = errors.New("its XML declaration names an encoding that is not known; save it as UTF-8")
	errToken   = errors.New("a tag, a text or a comment is longer than any definition needs; the file is damaged, export it again")
	errMany    = errors.New("it has more variables or values than a definition can hold")
)

// parse reads the definition.
func parse(in *data.Input) (*definition, error) {
	d := &definition{in: in}
	if in.Size > maxDefinition {
		return nil, d.fault("", "the definition is %d bytes long, and no more than %d are read; it is damaged or something else", in.Size, maxDefinition)
	}
	head, err := in.Head(4)
	if err != nil {
		return nil, err
	}
	ration := &ration{r: io.NewSectionReader(in, 0, in.Size)}
	var text io.Reader = ration
	if mark := unicodeMark(head); mark != nil {
		d.wide = true
		text = unicode.UTF16(*mark, unicode.UseBOM).NewDecoder().Reader(text)
	} else if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		ration.r = io.NewSectionReader(in, 3, in.Size-3)
	}
	p := &parser{definition: d, xml: xml.NewDecoder(text), ration: ration}
	p.xml.CharsetReader = p.charsetReader
	if err := p.document(); err != nil {
		return nil, p.located(err)
	}
	p.tell()
	return d, nil
}

// charsetReader decodes what the declaration says, unless the bytes have told
// the encoding already.
func (p *parser) charsetReader(label string, r io.Reader) (io.Reader, error) {
	p.charset = label
	if p.wide {
		return r, nil
	}
	e, ok := charsetByName(label)
	switch {
	case !ok:
		return nil, errCharset
	case e == nil:
		return r, nil
	}
	return e.NewDecoder().Reader(r), nil
}

// located says where the XML is wrong, and what to do.
func (p *parser) located(err error) error {
	line, _ := p.xml.InputPos()
	f := &data.Fault{File: p.in.Name(), Row: int64(line), Unit: "line"}
	var syntax *xml.SyntaxError
	var own *data.Fault
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		f.Found = "the XML ends here, in the middle of the definition; the file is cut short, export it again or copy it anew"
	case errors.As(err, &syntax) && strings.Contains(syntax.Msg, "invalid UTF-8"):
		f.Found = "the file is not in the encoding that it names (" + p.encodingName() + "); save it in that encoding, or correct the first line"
	case syntax != nil && strings.Contains(syntax.Msg, "entity"):
		f.Found = "it refers to an entity that XML does not have; only &amp; &lt; &gt; &quot; &apos; and numbers are read; export it again"
	case syntax != nil:
		f.Found = "this is no well-formed XML (" + syntax.Msg + "); export it again"
	default:
		cause := err
		for _, known := range []error{errDeep, errDoctype, errCharset, errToken, errMany} {
			if errors.Is(err, known) || strings.Contains(err.Error(), known.Error()) {
				cause = known
			}
		}
		f.Found = cause.Error()
	}
	return f
}

// encodingName is the encoding that the file claims.
func (p *parser) encodingName() string {
	switch {
	case p.charset != "":
		return p.charset
	case p.wide:
		return "UTF-16"
	}
	return "UTF-8"
}

// token is the next token; the depth is counted, and a document type is refused
// if it holds declarations.
func (p *parser) token() (xml.Token, error) {
	p.ration.used = 0
	t, err := p.xml.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case xml.StartElement:
		if p.depth++; p.depth > maxDepth {
			return nil, errDeep
		}
	case xml.EndElement:
		p.depth--
	case xml.Directive:
		if bytes.ContainsAny(t, "[<") || !bytes.HasPrefix(bytes.ToUpper(bytes.TrimSpace(t)), []byte("DOCTYPE")) {
			return nil, errDoctype
		}
	}
	return t, nil
}

// elements hands each element inside the one that was opened last to do, which
// reads it to its end.
func (p *parser) elements(do func(e xml.StartElement) error) error {
	for {
		t, err := p.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := do(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// skipped reads an element to its end.
func (p *parser) skipped() error {
	return p.elements(func(xml.StartElement) error { return p.skipped() })
}

// strange skips an element that is not known, and remembers its name.
func (p *parser) strange(e xml.StartElement) error {
	if name := e.Name.Local; len(p.unknown) <= named && len(name) < 40 && !slices.Contains(p.unknown, name) {
		p.unknown = append(p.unknown, name)
	}
	return p.skipped()
}

// attribute is an attribute of an element without the blanks around it, "" if
// it has none of that name.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// document reads the file.
func (p *parser) document() error {
	for {
		t, err := p.token()
		if err != nil {
			return err
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if e.Name.Local != "sss" {
			return p.fault("", "the XML is no Triple-S definition: it begins with %s; name the definition (.sss)", strconv.Quote(e.Name.Local))
		}
		p.version = attribute(e, "version")
		p.languages = strings.Fields(attribute(e, "languages"))
		if err := p.root(); err != nil {
			return err
		}
		break
	}
	for { // nothing but comments may follow
		if _, err := p.token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (p *parser) root() error {
	return p.elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "survey":
			return p.survey()
		case "hierarchy":
			return p.hierarchy()
		case "date", "time", "origin", "user":
			return p.skipped()
		}
		return p.strange(e)
	})
}

func (p *parser) survey() error {
	return p.elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "record":
			return p.record(e)
		case "name", "version", "title":
			return p.skipped()
		}
		return p.strange(e)
	})
}

// hierarchy collects the definitions of the levels, wherever they are named.
func (p *parser) hierarchy() error {
	var walk func(e xml.StartElement) error
	walk = func(e xml.StartElement) error {
		if href := attribute(e, "href"); href != "" && len(p.levels) < maxVariables {
			p.levels = append(p.levels, href)
		} else if e.Name.Local == "level" && len(p.levels) < maxVariables {
			p.levels = append(p.levels, "")
		}
		return p.elements(walk)
	}
	if err := p.elements(walk); err != nil {
		return err
	}
	if p.levels == nil {
		p.levels = []string{""}
	}
	return nil
}

func (p *parser) record(e xml.StartElement) (err error) {
	if p.records++; p.records > 1 {
		return p.fault("", "the definition has more than one record; a survey of several levels has a definition for each, export them apart")
	}
	p.layout, p.href = strings.ToLower(attribute(e, "format")), attribute(e, "href")
	if s := attribute(e, "skip"); s != "" {
		if p.skip, err = strconv.Atoi(s); err != nil || p.skip < 0 || p.skip > maxSkip {
			return p.fault("", "the record says skip=%s, expected how many lines come before the data; correct it", strconv.Quote(short(s)))
		}
	}
	return p.elements(func(e xml.StartElement) error {
		if e.Name.Local != "variable" {
			return p.strange(e)
		}
		if len(p.variables) == maxVariables {
			return errMany
		}
		return p.variable(e)
	})
}

func (p *parser) variable(e xml.StartElement) error {
	v := &variable{ident: attribute(e, "ident"), kind: strings.ToLower(attribute(e, "type")), format: strings.ToLower(attribute(e, "format")),
		use: strings.ToLower(attribute(e, "use")), filter: attribute(e, "filter")}
	p.variables = append(p.variables, v)
	return p.elements(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "name":
			v.name, err = p.text()
		case "label":
			v.label, err = p.text()
		case "filter":
			v.filter, err = p.text()
		case "position":
			v.positioned = true
			if v.start, err = p.integer(v, e, "start"); err == nil {
				v.finish, err = p.integer(v, e, "finish")
			}
			if err == nil {
				err = p.skipped()
			}
		case "spread":
			v.spread = true
			if v.subfields, err = p.integer(v, e, "subfields"); err == nil {
				v.width, err = p.integer(v, e, "width")
			}
			if err == nil {
				err = p.skipped()
			}
		case "values", "missing":
			err = p.listed(v, e)
		case "range", "value":
			err = p.item(v, e, false)
		case "size", "quota", "axis":
			err = p.skipped()
		default:
			err = p.strange(e)
		}
		return err
	})
}

// integer is an attribute that is a whole number from 1, 0 if it is not there.
func (p *parser) integer(v *variable, e xml.StartElement, name string) (int, error) {
	s := attribute(e, name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxLine {
		return 0, p.fault(v.called(), "%s says %s=%s, expected a whole number from 1 to %d; correct the definition", e.Name.Local, name, strconv.Quote(short(s)), maxLine)
	}
	return n, nil
}

// listed reads the values of a variable; those of a list of missing values are
// marked as such.
func (p *parser) listed(v *variable, list xml.StartElement) error {
	missing := list.Name.Local == "missing"
	if missing && attribute(list, "code") != "" { // a single one
		return p.item(v, list, true)
	}
	return p.elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "value", "range":
			return p.item(v, e, missing)
		case "missing":
			return p.listed(v, e)
		}
		return p.strange(e)
	})
}

// item reads a value or a range.
func (p *parser) item(v *variable, e xml.StartElement, missing bool) error {
	if p.values++; p.values > maxValues {
		return errMany
	}
	if e.Name.Local == "range" {
		v.ranges = append(v.ranges, span{attribute(e, "from"), attribute(e, "to")})
		return p.skipped()
	}
	x := value{code: attribute(e, "code"), missing: missing || yes(attribute(e, "missing"))}
	p.scores = p.scores || attribute(e, "score") != ""
	var err error
	if x.label, err = p.text(); err != nil {
		return err
	}
	if x.code == "" {
		return p.fault(v.called(), "a value has no code; correct the definition")
	}
	v.values = append(v.values, x)
	return nil
}

// yes reports whether an attribute says yes.
func yes(s string) bool {
	return slices.Contains([]string{"yes", "true", "1", "missing"}, strings.ToLower(s))
}

// called is a name for messages before names are checked.
func (v *variable) called() string {
	if v.name != "" {
		return v.name
	}
	return v.ident
}

// short cuts what comes from a file for a message.
func short(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}
