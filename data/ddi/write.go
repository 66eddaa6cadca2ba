package ddi

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"tradeoff/data"
)

// Write writes the codebook of a delimited file with so many rows, as
// DDI-Codebook 2.5; file is its name, in the same folder. What stands for what is
// said above (package comment). Notes and dropped variables are not written. The
// same codebook gives the same bytes.
func Write(w io.Writer, file string, rows int64, book *data.Codebook) error {
	p := &printer{ids: map[string]string{}}
	p.open("codeBook", "xmlns", "ddi:codebook:2_5", "version", "2.5")
	p.open("stdyDscr")
	p.open("citation")
	p.open("titlStmt")
	p.text("titl", file)
	p.close("titlStmt")
	p.close("citation")
	p.close("stdyDscr")
	p.open("fileDscr", "ID", "F1")
	p.open("fileTxt")
	p.text("fileName", file)
	p.open("dimensns")
	p.text("caseQnty", fmt.Sprint(rows))
	p.text("varQnty", fmt.Sprint(len(book.Variables)))
	p.close("dimensns")
	p.text("fileType", "CSV, UTF-8, names in the first row")
	p.close("fileTxt")
	p.close("fileDscr")
	p.open("dataDscr")
	for i, v := range book.Variables {
		p.ids[v.Name] = fmt.Sprintf("V%d", i+1)
	}
	for i, s := range book.Sets {
		p.set(i, s)
	}
	for i := range book.Variables {
		p.variable(&book.Variables[i], book.Weight)
	}
	p.close("dataDscr")
	p.close("codeBook")
	if _, err := io.Copy(w, &p.b); err != nil {
		return fmt.Errorf("the codebook of %s: %w", file, err)
	}
	return nil
}

// A printer writes elements, indented.
type printer struct {
	b     bytes.Buffer
	depth int
	ids   map[string]string // of variables by name
}

func (p *printer) set(i int, s data.Set) {
	var ids []string
	for _, name := range s.Variables {
		if id := p.ids[name]; id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return
	}
	p.open("varGrp", "ID", fmt.Sprintf("G%d", i+1), "type", "multipleResp", "name", s.Name, "var", strings.Join(ids, " "))
	p.some("labl", s.Label)
	if s.Counted != "" {
		p.text("notes", s.Counted, "type", "counted")
	}
	p.close("varGrp")
}

// natures are the words for levels.
var natures = map[data.Level]string{data.Nominal: "nominal", data.Ordinal: "ordinal", data.Scale: "interval"}

func (p *printer) variable(v *data.Variable, weight string) {
	marked := ""
	if v.Name == weight {
		marked = "wgt"
	}
	p.open("var", "ID", p.ids[v.Name], "name", v.Name, "files", "F1", "nature", natures[v.Level], "wgt", marked)
	if v.Label != "" {
		p.open("qstn")
		p.text("qstnLit", v.Label)
		p.close("qstn")
	}
	p.missing(v.Missing)
	for _, l := range v.Labels {
		missing := ""
		if v.Missing.Declares(l.Code) {
			missing = "Y"
		}
		p.open("catgry", "missing", missing)
		p.text("catValu", l.Code)
		p.text("labl", l.Label)
		p.close("catgry")
	}
	kind, category := "numeric", ""
	switch v.Type {
	case data.Text:
		kind = "character"
	case data.Time:
		kind, category = "character", "time"
	}
	p.empty("varFormat", "type", kind, "category", category, "formatname", v.Format)
	p.close("var")
}

func (p *printer) missing(m data.Missing) {
	if len(m.Codes) == 0 && !m.HasRange {
		return
	}
	p.open("invalrng")
	if m.HasRange {
		p.empty("range", "min", end(m.Low), "max", end(m.High))
	}
	for _, c := range m.Codes {
		p.empty("item", "VALUE", c)
	}
	p.close("invalrng")
}

// end is an end of a range, "" for an infinite one.
func end(v float64) string {
	if math.IsInf(v, 0) {
		return ""
	}
	return data.Code(v)
}

func (p *printer) open(element string, attributes ...string) {
	p.tag(element, attributes, ">\n")
	p.depth++
}

func (p *printer) close(element string) {
	p.depth--
	fmt.Fprintf(&p.b, "%s</%s>\n", strings.Repeat(" ", p.depth), element)
}

func (p *printer) empty(element string, attributes ...string) { p.tag(element, attributes, "/>\n") }

// some writes a text, if there is one.
func (p *printer) some(element, s string) {
	if s != "" {
		p.text(element, s)
	}
}

// text writes a text; its white space is kept where a reader would make it one
// blank.
func (p *printer) text(element, s string, attributes ...string) {
	if s != strings.Join(strings.Fields(s), " ") {
		attributes = append(slices.Clip(attributes), "xml:space", "preserve")
	}
	p.tag(element, attributes, ">")
	escape(&p.b, s)
	fmt.Fprintf(&p.b, "</%s>\n", element)
}

// tag writes a start tag, with those attributes that have a value.
func (p *printer) tag(element string, attributes []string, ends string) {
	if p.b.Len() == 0 {
		p.b.WriteString(xml.Header)
	}
	fmt.Fprintf(&p.b, "%s<%s", strings.Repeat(" ", p.depth), element)
	for i := 0; i < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			fmt.Fprintf(&p.b, " %s=\"", attributes[i])
			escape(&p.b, attributes[i+1])
			p.b.WriteByte('"')
		}
	}
	p.b.WriteString(ends)
}

// escape writes a text; characters that XML does not have become U+FFFD.
func escape(b *bytes.Buffer, s string) {
	_ = xml.EscapeText(b, []byte(s)) // a buffer takes all
}
