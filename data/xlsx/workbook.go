package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A sheetRef is a worksheet as the workbook lists it.
type sheetRef struct {
	name   string
	id     string // of the relationship that leads to its part
	hidden bool
	part   string
}

// A workbook is what the small parts say.
type workbook struct {
	*pack
	sheets    []sheetRef // worksheets only, in order
	epoch1904 bool
	dates     []bool // by style: the number is a date
	texts     texts
}

// readWorkbook reads all parts but the sheets.
func (p *pack) readWorkbook() (*workbook, error) {
	b := &workbook{pack: p}
	f := p.part(workbookPart)
	if f == nil {
		return nil, p.notWorkbook()
	}
	if err := p.tokens(f, maxSmall, b.addSheet()); err != nil {
		return nil, err
	}
	targets := map[string]string{}
	var styles, texts string
	if f := p.part("xl/_rels/workbook.xml.rels"); f != nil {
		err := p.tokens(f, maxSmall, func(t *token) error {
			if t.kind != startTag || string(t.name) != "Relationship" {
				return nil
			}
			target, err := t.attrText("Target")
			if err != nil {
				return err
			}
			kind := string(t.attr("Type"))
			switch kind[strings.LastIndexByte(kind, '/')+1:] {
			case "worksheet":
				targets[string(t.attr("Id"))] = related(target)
			case "styles":
				styles = related(target)
			case "sharedStrings":
				texts = related(target)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var sheets []sheetRef
	for _, s := range b.sheets {
		if s.part = targets[s.id]; s.part != "" && p.part(s.part) != nil {
			sheets = append(sheets, s)
		}
	}
	if b.sheets = sheets; len(sheets) == 0 {
		return nil, fault(p.in, "the workbook is damaged: it lists no worksheet that is in it; ask for a new export")
	}
	if f := p.part(styles); f != nil {
		if err := b.readStyles(f); err != nil {
			return nil, err
		}
	}
	if f := p.part(texts); f != nil {
		if err := b.readTexts(f); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// addSheet reads xl/workbook.xml token by token.
func (b *workbook) addSheet() func(*token) error {
	return func(t *token) error {
		if t.kind != startTag {
			return nil
		}
		switch string(t.name) {
		case "workbookPr":
			v := string(t.attr("date1904"))
			b.epoch1904 = v == "1" || v == "true"
		case "sheet":
			name, err := t.attrText("name")
			if err != nil {
				return err
			}
			if !utf8.ValidString(name) {
				name = strings.ToValidUTF8(name, "\ufffd")
			}
			state := string(t.attr("state"))
			b.sheets = append(b.sheets, sheetRef{
				name:   name,
				id:     string(t.attr("id")),
				hidden: state == "hidden" || state == "veryHidden",
			})
		}
		return nil
	}
}

// notWorkbook says what an archive holds instead of a workbook.
func (p *pack) notWorkbook() error {
	if p.part("xl/workbook.bin") != nil {
		return fault(p.in, "this is a binary workbook (.xlsb); save it as .xlsx")
	}
	if p.part("content.xml") != nil && p.part("mimetype") != nil {
		return fault(p.in, "this is an OpenDocument file; save it as .xlsx")
	}
	return fault(p.in, "this is a zip archive and no workbook; unzip it first and name the file in it")
}

// tokens reads a whole part and hands its tokens to add.
func (p *pack) tokens(f *zip.File, limit uint64, add func(*token) error) error {
	r, err := p.open(f, limit)
	if err != nil {
		return err
	}
	defer r.Close()
	x := newTokenizer(r)
	for {
		t, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = add(&t)
		}
		if err != nil {
			return p.malformed(f, err)
		}
	}
}

// malformed words an error in a part. What already names the file passes.
func (p *pack) malformed(f *zip.File, err error) error {
	for _, own := range []error{errDoctype, errTag, errEntity, errShort, errText} {
		if errors.Is(err, own) {
			return fault(p.in, "the part %s of the workbook is malformed: %v; open the workbook, save it again, or ask for a new export", f.Name, own)
		}
	}
	return err
}

// maxFormats bounds how many styles are remembered; Excel has no more.
const maxFormats = 65536

// readStyles finds the styles whose numbers are dates.
func (b *workbook) readStyles(f *zip.File) error {
	custom := map[int]bool{}
	inCells := false
	return b.tokens(f, maxSmall, func(t *token) error {
		switch {
		case string(t.name) == "cellXfs":
			inCells = t.kind == startTag && !t.closed
		case t.kind != startTag:
		case string(t.name) == "numFmt":
			code, err := t.attrText("formatCode")
			if err != nil {
				return err
			}
			if id, err := strconv.Atoi(string(t.attr("numFmtId"))); err == nil && len(custom) < maxFormats {
				custom[id] = isDateFormat(code)
			}
		case string(t.name) == "xf" && inCells && len(b.dates) < maxFormats:
			id, _ := strconv.Atoi(string(t.attr("numFmtId")))
			is, own := custom[id]
			b.dates = append(b.dates, is || !own && builtinDate(id))
		}
		return nil
	})
}

// texts are the shared texts, in one stretch of bytes.
type texts struct {
	bytes []byte
	ends  []uint32
}

// errText is a shared text that is not UTF-8.
var errText = errors.New("it holds bytes that are no UTF-8")

// readTexts reads the shared texts. Of a text in several formats the pieces
// are joined; what tells the pronunciation is left out.
func (b *workbook) readTexts(f *zip.File) error {
	start := 0
	inText, inPhonetic := false, false
	return b.tokens(f, maxTexts, func(t *token) error {
		if t.kind == textRun {
			if !inText || inPhonetic {
				return nil
			}
			var err error
			b.texts.bytes, err = appendText(b.texts.bytes, t.text, t.raw)
			return err
		}
		open := t.kind == startTag && !t.closed
		switch string(t.name) {
		case "t":
			inText = open
		case "rPh":
			inPhonetic = open
		case "si":
			if open {
				start = len(b.texts.bytes)
				return nil
			}
			own := b.texts.bytes[start:]
			if t.closed {
				own = nil
			}
			if !utf8.Valid(own) {
				return errText
			}
			b.texts.bytes = b.texts.bytes[:len(b.texts.bytes)-len(own)+len(unescape(own))]
			b.texts.ends = append(b.texts.ends, uint32(len(b.texts.bytes)))
			start = len(b.texts.bytes)
		}
		return nil
	})
}

// at returns shared text i; ok is false for an index that is not there.
func (t *texts) at(index []byte) (text []byte, ok bool) {
	i, err := strconv.ParseUint(string(bytes.TrimSpace(index)), 10, 32)
	if err != nil || i >= uint64(len(t.ends)) {
		return nil, false
	}
	start := uint32(0)
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.bytes[start:t.ends[i]], true
}
