package ddi

import (
	"encoding/xml"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
	"tradeoff/data/described"
)

// Limits of a codebook. Real ones stay far below.
const (
	maxVariables  = 1 << 16
	maxCategories = 1 << 20 // of all variables
	maxPosition   = 1 << 20
	maxDecimals   = 15
)

// errMany is the fault of a codebook beyond its limits.
var errMany = errors.New("it has more variables or categories than a codebook can hold")

// A codebook is what the XML says.
type codebook struct {
	*described.Codebook
	language  string // of the texts that are read, "" while none has been
	others    []string
	files     []dataFile
	variables []*variable
	items     int // categories and missing values so far
}

// A dataFile is one that the codebook describes.
type dataFile struct {
	id, name string
	cases    int64 // 0 where it does not say
}

// A variable is one element var. What is a number there is one here, and none of
// it is checked before check.
type variable struct {
	described.Variable
	files           string
	label, question string
	kind, category  string // of varFormat
	nature          string
	continuous      bool
	width           int
	record          int // of several lines
}

// A parser walks through the XML.
type parser struct {
	*codebook
	*beside.XML
}

// parse reads the codebook.
func parse(in *data.Input) (*codebook, error) {
	c := &codebook{Codebook: &described.Codebook{In: in, What: "codebook", Kind: "varFormat"}}
	err := beside.Read(in, beside.Kind{Element: "codeBook", What: "DDI codebook", Ending: ".xml"}, func(x *beside.XML, root xml.StartElement) error {
		p := &parser{c, x}
		c.language = beside.Attribute(root, "lang")
		return p.root()
	})
	if err != nil {
		return nil, err
	}
	if others := slices.DeleteFunc(c.others, func(l string) bool { return l == c.language }); len(others) > 0 {
		read := c.language
		if read == "" {
			read = "the language of the texts that name none"
		}
		c.Note("texts are read in %s; those in %s are not.", read, beside.List(others))
	}
	return c, nil
}

func (p *parser) root() error {
	return p.Elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "fileDscr":
			return p.file(e)
		case "dataDscr":
			return p.Elements(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "var":
					return p.variable(e)
				case "varGrp":
					return p.group(e)
				}
				return p.Skip()
			})
		}
		return p.Skip()
	})
}

// file reads the description of a data file.
func (p *parser) file(e xml.StartElement) error {
	if len(p.files) == maxVariables {
		return errMany
	}
	f := dataFile{id: beside.Attribute(e, "ID"), name: beside.Attribute(e, "URI")}
	named := false
	var inside func(e xml.StartElement) error
	inside = func(e xml.StartElement) error {
		switch e.Name.Local {
		case "fileTxt", "dimensns":
			return p.Elements(inside)
		case "fileName":
			s, err := p.Prose(nil)
			if s != "" && !named {
				f.name, named = s, true
			}
			return err
		case "caseQnty":
			s, err := p.Prose(nil)
			if n, bad := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64); bad == nil && n > 0 {
				f.cases = n
			}
			return err
		}
		return p.Skip()
	}
	err := p.Elements(inside)
	p.files = append(p.files, f)
	return err
}

func (p *parser) variable(e xml.StartElement) error {
	if len(p.variables) == maxVariables {
		return errMany
	}
	v := &variable{files: beside.Attribute(e, "files"), nature: strings.ToLower(beside.Attribute(e, "nature")), continuous: strings.EqualFold(beside.Attribute(e, "intrvl"), "contin")}
	v.ID, v.Name = beside.Attribute(e, "ID"), beside.Attribute(e, "name")
	v.Weight, v.WeightedBy = strings.EqualFold(beside.Attribute(e, "wgt"), "wgt"), beside.Attribute(e, "wgt-var")
	if v.Name == "" {
		v.Name = v.ID
	}
	if n, err := strconv.Atoi(beside.Attribute(e, "dcml")); err == nil && n > 0 && n <= maxDecimals {
		v.Decimals = n
	}
	p.variables = append(p.variables, v)
	label, question := wording{c: p.codebook}, wording{c: p.codebook}
	err := p.Elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "labl":
			return p.text(e, &label)
		case "qstn":
			return p.question(e, &question)
		case "varFormat":
			v.kind, v.category, v.Format = strings.ToLower(beside.Attribute(e, "type")), strings.ToLower(beside.Attribute(e, "category")), beside.Attribute(e, "formatname")
			if v.kind == "" {
				v.kind = "numeric" // what the document type says
			}
		case "location":
			return p.location(v, e)
		case "catgry":
			return p.category(v, e)
		case "invalrng":
			return p.invalid(v)
		}
		return p.Skip()
	})
	v.label, v.question = label.text, question.text
	return err
}

// question reads the text of a question, in qstnLit or right in qstn.
func (p *parser) question(e xml.StartElement, q *wording) error {
	own := wording{c: p.codebook}
	plain, err := p.Prose(func(e xml.StartElement) (bool, error) {
		if e.Name.Local == "qstnLit" {
			return true, p.text(e, q)
		}
		return true, p.Skip()
	})
	if q.text == "" && q.rank == 0 {
		own.take(beside.Attribute(e, "lang"), plain)
		*q = own
	}
	return err
}

// location reads where the values stand in a line of fixed width.
func (p *parser) location(v *variable, e xml.StartElement) error {
	for _, a := range []struct {
		name string
		to   *int
	}{{"StartPos", &v.Start}, {"EndPos", &v.End}, {"width", &v.width}, {"RecSegNo", &v.record}} {
		s := beside.Attribute(e, a.name)
		if s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxPosition {
			return p.Fault(v.Name, "location says %s=%s, expected a whole number from 1 to %d; correct the codebook", a.name, strconv.Quote(beside.Short(s)), maxPosition)
		}
		*a.to = n
	}
	return p.Skip()
}

func (p *parser) category(v *variable, e xml.StartElement) error {
	if p.items++; p.items > maxCategories {
		return errMany
	}
	k := described.Category{Missing: strings.EqualFold(beside.Attribute(e, "missing"), "Y")}
	label, code := wording{c: p.codebook}, wording{c: p.codebook}
	err := p.Elements(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "catValu":
			return p.text(e, &code)
		case "labl":
			k.Labelled = true
			return p.text(e, &label)
		}
		return p.Skip()
	})
	k.Code, k.Label = code.text, label.text
	if k.Code != "" { // a category of nothing says how often there was none
		v.Categories = append(v.Categories, k)
	}
	return err
}

// invalid reads the values that stand for no answer.
func (p *parser) invalid(v *variable) error {
	return p.Elements(func(e xml.StartElement) error {
		if p.items++; p.items > maxCategories {
			return errMany
		}
		switch e.Name.Local {
		case "item":
			if s := beside.Attribute(e, "VALUE"); s != "" {
				v.NoAnswer = append(v.NoAnswer, s)
			}
		case "range":
			b, f := p.bounds(v, e)
			if f != nil {
				return f
			}
			v.Ranges = append(v.Ranges, b)
		}
		return p.Skip()
	})
}

// bounds reads a range; an end that is not said is infinite.
func (p *parser) bounds(v *variable, e xml.StartElement) (described.Bounds, *data.Fault) {
	b := described.Bounds{Low: math.Inf(-1), High: math.Inf(1)}
	for _, a := range []struct {
		name   string
		to     *float64
		beyond float64 // of an exclusive end: where to the next number lies
	}{{"min", &b.Low, 0}, {"minExclusive", &b.Low, math.Inf(1)}, {"max", &b.High, 0}, {"maxExclusive", &b.High, math.Inf(-1)}} {
		s := beside.Attribute(e, a.name)
		if s == "" {
			continue
		}
		n, ok := data.ParseCode(s)
		if !ok || math.IsNaN(n) {
			return b, p.Fault(v.Name, "its range of missing values says %s=%s, which is no number; correct the codebook", a.name, strconv.Quote(beside.Short(s)))
		}
		if a.beyond != 0 {
			n = math.Nextafter(n, a.beyond)
		}
		*a.to = n
	}
	return b, nil
}

// group reads a group of variables; only multiple-response sets are kept.
func (p *parser) group(e xml.StartElement) error {
	if len(p.Groups) == maxVariables {
		return errMany
	}
	g := described.Group{Name: beside.Attribute(e, "name"), Variables: strings.Fields(beside.Attribute(e, "var"))}
	if g.Name == "" {
		g.Name = beside.Attribute(e, "ID")
	}
	label := wording{c: p.codebook}
	err := p.Elements(func(x xml.StartElement) (err error) {
		switch {
		case x.Name.Local == "labl":
			return p.text(x, &label)
		case x.Name.Local == "notes" && beside.Attribute(x, "type") == "counted":
			counted := wording{c: p.codebook}
			err = p.text(x, &counted)
			g.Counted = counted.text
			return err
		}
		return p.Skip()
	})
	g.Label = label.text
	if strings.EqualFold(beside.Attribute(e, "type"), "multipleResp") {
		p.Groups = append(p.Groups, g)
	}
	return err
}

// A wording is the best text of an element so far.
type wording struct {
	c    *codebook
	text string
	rank int // 3: in the language that is read, 2: in none, 1: in another, 0: none yet
}

// text reads a text.
func (p *parser) text(e xml.StartElement, w *wording) error {
	read := p.Prose
	if beside.Attribute(e, "space") == "preserve" {
		read = p.Verbatim
	}
	s, err := read(nil)
	w.take(beside.Attribute(e, "lang"), s)
	return err
}

// take takes a text in a language, "" for none, if it is better than those before.
func (w *wording) take(language, s string) {
	c := w.c
	if language != "" && c.language == "" {
		c.language = language
	}
	rank := 1
	switch {
	case s == "":
		return
	case language == "":
		rank = 2
	case strings.EqualFold(language, c.language):
		rank = 3
	case !slices.Contains(c.others, language) && len(c.others) < 1000:
		c.others = append(c.others, language)
	}
	if rank > w.rank {
		w.text, w.rank = s, rank
	}
}
