package triples

import (
	"encoding/xml"
	"errors"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
)

// Limits of a definition. Real ones stay far below.
const (
	maxVariables = 1 << 16 // columns, too
	maxValues    = 1 << 20 // of all variables
	maxSkip      = 1 << 16
)

// A definition is what the XML says.
type definition struct {
	in        *data.Input
	version   string
	charset   string // as declared, "" for none
	languages []string
	records   int
	levels    []string // of a hierarchy: the definitions named
	layout    string   // format of the record, "" or "fixed" or "csv"
	href      string
	skip      int
	variables []*variable
	values    int // of all variables so far
	scores    bool
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
func Sniff(head []byte) bool { return beside.Sniff(head, "sss") }

// A parser walks through the XML.
type parser struct {
	*definition
	*beside.XML
}

// errMany is the fault of a definition beyond its limits.
var errMany = errors.New("it has more variables or values than a definition can hold")

// parse reads the definition.
func parse(in *data.Input) (*definition, error) {
	d := &definition{in: in}
	err := beside.Read(in, beside.Kind{Element: "sss", What: "Triple-S definition", Ending: ".sss"}, func(x *beside.XML, root xml.StartElement) error {
		p := &parser{d, x}
		d.version = beside.Attribute(root, "version")
		d.languages = strings.Fields(beside.Attribute(root, "languages"))
		if err := p.root(); err != nil {
			return err
		}
		d.charset = x.Charset
		p.tell()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (p *parser) root() error {
	return p.Elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "survey":
			return p.survey()
		case "hierarchy":
			return p.hierarchy()
		case "date", "time", "origin", "user":
			return p.Skip()
		}
		return p.Strange(e)
	})
}

func (p *parser) survey() error {
	return p.Elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "record":
			return p.record(e)
		case "name", "version", "title":
			return p.Skip()
		}
		return p.Strange(e)
	})
}

// hierarchy collects the definitions of the levels, wherever they are named.
func (p *parser) hierarchy() error {
	var walk func(e xml.StartElement) error
	walk = func(e xml.StartElement) error {
		if href := beside.Attribute(e, "href"); href != "" && len(p.levels) < maxVariables {
			p.levels = append(p.levels, href)
		} else if e.Name.Local == "level" && len(p.levels) < maxVariables {
			p.levels = append(p.levels, "")
		}
		return p.Elements(walk)
	}
	if err := p.Elements(walk); err != nil {
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
	p.layout, p.href = strings.ToLower(beside.Attribute(e, "format")), beside.Attribute(e, "href")
	if s := beside.Attribute(e, "skip"); s != "" {
		if p.skip, err = strconv.Atoi(s); err != nil || p.skip < 0 || p.skip > maxSkip {
			return p.fault("", "the record says skip=%s, expected how many lines come before the data; correct it", strconv.Quote(beside.Short(s)))
		}
	}
	return p.Elements(func(e xml.StartElement) error {
		if e.Name.Local != "variable" {
			return p.Strange(e)
		}
		if len(p.variables) == maxVariables {
			return errMany
		}
		return p.variable(e)
	})
}

func (p *parser) variable(e xml.StartElement) error {
	v := &variable{ident: beside.Attribute(e, "ident"), kind: strings.ToLower(beside.Attribute(e, "type")), format: strings.ToLower(beside.Attribute(e, "format")),
		use: strings.ToLower(beside.Attribute(e, "use")), filter: beside.Attribute(e, "filter")}
	p.variables = append(p.variables, v)
	return p.Elements(func(e xml.StartElement) (err error) {
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
				err = p.Skip()
			}
		case "spread":
			v.spread = true
			if v.subfields, err = p.integer(v, e, "subfields"); err == nil {
				v.width, err = p.integer(v, e, "width")
			}
			if err == nil {
				err = p.Skip()
			}
		case "values", "missing":
			err = p.listed(v, e)
		case "range", "value":
			err = p.item(v, e, false)
		case "size", "quota", "axis":
			err = p.Skip()
		default:
			err = p.Strange(e)
		}
		return err
	})
}

// integer is an attribute that is a whole number from 1, 0 if it is not there.
func (p *parser) integer(v *variable, e xml.StartElement, name string) (int, error) {
	s := beside.Attribute(e, name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxLine {
		return 0, p.fault(v.called(), "%s says %s=%s, expected a whole number from 1 to %d; correct the definition", e.Name.Local, name, strconv.Quote(beside.Short(s)), maxLine)
	}
	return n, nil
}

// listed reads the values of a variable; those of a list of missing values are
// marked as such.
func (p *parser) listed(v *variable, list xml.StartElement) error {
	missing := list.Name.Local == "missing"
	if missing && beside.Attribute(list, "code") != "" { // a single one
		return p.item(v, list, true)
	}
	return p.Elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "value", "range":
			return p.item(v, e, missing)
		case "missing":
			return p.listed(v, e)
		}
		return p.Strange(e)
	})
}

// item reads a value or a range.
func (p *parser) item(v *variable, e xml.StartElement, missing bool) error {
	if p.values++; p.values > maxValues {
		return errMany
	}
	if e.Name.Local == "range" {
		v.ranges = append(v.ranges, span{beside.Attribute(e, "from"), beside.Attribute(e, "to")})
		return p.Skip()
	}
	x := value{code: beside.Attribute(e, "code"), missing: missing || yes(beside.Attribute(e, "missing"))}
	p.scores = p.scores || beside.Attribute(e, "score") != ""
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
