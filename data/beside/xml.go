package beside

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
	maxToken      = 1 << 20 // bytes of a tag or a text
)

// Sniff reports whether a file begins like XML with an element of that name, given
// in small letters.
func Sniff(head []byte, element string) bool {
	text := head
	if mark := ByteOrder(head); mark != nil {
		text, _ = unicode.UTF16(*mark, unicode.UseBOM).NewDecoder().Bytes(head[:len(head)&^1])
	}
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	return bytes.HasPrefix(text, []byte("<")) && bytes.Contains(bytes.ToLower(text), []byte("<"+element))
}

// ByteOrder is the byte order of UTF-16, told by its mark or by the first bracket;
// nil for other encodings.
func ByteOrder(head []byte) *unicode.Endianness {
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

// An XML walks through a definition.
type XML struct {
	Charset string   // as declared, "" for none
	Wide    bool     // UTF-16
	Unknown []string // names of elements that Strange skipped

	in     *data.Input
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
)

// A Kind is a kind of definition: its element, what such a file is, and how it
// ends.
type Kind struct{ Element, What, Ending string }

// Read hands the definition to do, which reads its element with what the element
// holds. Errors of do that are no *data.Fault are said with the line.
func Read(in *data.Input, k Kind, do func(x *XML, root xml.StartElement) error) error {
	if in.Size > maxDefinition {
		return &data.Fault{File: in.Name(), Found: "the definition is " + strconv.FormatInt(in.Size, 10) + " bytes long, and no more than " + strconv.Itoa(maxDefinition) + " are read; it is damaged or something else"}
	}
	head, err := in.Head(4)
	if err != nil {
		return err
	}
	x := &XML{in: in, ration: &ration{r: io.NewSectionReader(in, 0, in.Size)}}
	var text io.Reader = x.ration
	if mark := ByteOrder(head); mark != nil {
		x.Wide = true
		text = unicode.UTF16(*mark, unicode.UseBOM).NewDecoder().Reader(text)
	} else if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		x.ration.r = io.NewSectionReader(in, 3, in.Size-3)
	}
	x.xml = xml.NewDecoder(text)
	x.xml.CharsetReader = x.charsetReader
	if err := x.document(k, do); err != nil {
		return x.located(err)
	}
	return nil
}

// document reads the file.
func (x *XML) document(k Kind, do func(x *XML, root xml.StartElement) error) error {
	for {
		t, err := x.token()
		if err != nil {
			return err
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if e.Name.Local != k.Element {
			return &data.Fault{File: x.in.Name(), Found: "the XML is no " + k.What + ": it begins with " + strconv.Quote(e.Name.Local) + "; name the definition (" + k.Ending + ")"}
		}
		if err := do(x, e); err != nil {
			return err
		}
		break
	}
	for { // nothing but comments may follow
		if _, err := x.token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// charsetReader decodes what the declaration says, unless the bytes have told
// the encoding already.
func (x *XML) charsetReader(label string, r io.Reader) (io.Reader, error) {
	x.Charset = label
	if x.Wide {
		return r, nil
	}
	e, ok := Charset(label)
	switch {
	case !ok:
		return nil, errCharset
	case e == nil:
		return r, nil
	}
	return e.NewDecoder().Reader(r), nil
}

// located says where the XML is wrong, and what to do.
func (x *XML) located(err error) error {
	line, _ := x.xml.InputPos()
	f := &data.Fault{File: x.in.Name(), Row: int64(line), Unit: "line"}
	var syntax *xml.SyntaxError
	var own *data.Fault
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		f.Found = "the XML ends here, in the middle of the definition; the file is cut short, export it again or copy it anew"
	case errors.As(err, &syntax) && strings.Contains(syntax.Msg, "invalid UTF-8"):
		f.Found = "the file is not in the encoding that it names (" + x.encodingName() + "); save it in that encoding, or correct the first line"
	case syntax != nil && strings.Contains(syntax.Msg, "entity"):
		f.Found = "it refers to an entity that XML does not have; only &amp; &lt; &gt; &quot; &apos; and numbers are read; export it again"
	case syntax != nil:
		f.Found = "this is no well-formed XML (" + syntax.Msg + "); export it again"
	default:
		cause := err
		for _, known := range []error{errDeep, errDoctype, errCharset, errToken} {
			if errors.Is(err, known) || strings.Contains(err.Error(), known.Error()) {
				cause = known
			}
		}
		f.Found = cause.Error()
	}
	return f
}

// encodingName is the encoding that the file claims.
func (x *XML) encodingName() string {
	switch {
	case x.Charset != "":
		return x.Charset
	case x.Wide:
		return "UTF-16"
	}
	return "UTF-8"
}

// token is the next token; the depth is counted, and a document type is refused
// if it holds declarations.
func (x *XML) token() (xml.Token, error) {
	x.ration.used = 0
	t, err := x.xml.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxDepth {
			return nil, errDeep
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		if bytes.ContainsAny(t, "[<") || !bytes.HasPrefix(bytes.ToUpper(bytes.TrimSpace(t)), []byte("DOCTYPE")) {
			return nil, errDoctype
		}
	}
	return t, nil
}

// Elements hands each element inside the one that was opened last to do, which
// reads it to its end.
func (x *XML) Elements(do func(e xml.StartElement) error) error {
	for {
		t, err := x.token()
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

// Skip reads an element to its end.
func (x *XML) Skip() error {
	return x.Elements(func(xml.StartElement) error { return x.Skip() })
}

// Strange skips an element that is not known, and remembers its name.
func (x *XML) Strange(e xml.StartElement) error {
	if name := e.Name.Local; len(x.Unknown) <= listed && len(name) < 40 && !slices.Contains(x.Unknown, name) {
		x.Unknown = append(x.Unknown, name)
	}
	return x.Skip()
}

// Attribute is an attribute of an element without the blanks around it, "" if
// it has none of that name.
func Attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Prose reads an element to its end and returns the text in it, white space as
// single blanks; inner may take elements out.
func (x *XML) Prose(inner func(e xml.StartElement) (taken bool, err error)) (string, error) {
	s, err := x.Verbatim(inner)
	return strings.Join(strings.Fields(s), " "), err
}

// Verbatim is Prose with white space as it stands.
func (x *XML) Verbatim(inner func(e xml.StartElement) (taken bool, err error)) (string, error) {
	var b strings.Builder
	for open := 1; open > 0; {
		t, err := x.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.EndElement:
			open--
		case xml.StartElement:
			if inner != nil {
				taken, err := inner(t)
				if err != nil {
					return "", err
				}
				if taken {
					continue
				}
			}
			open++
			b.WriteByte(' ')
		}
	}
	return b.String(), nil
}
