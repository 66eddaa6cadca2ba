// Package xlsx writes the crosstab book that market researchers know: a front
// sheet, a linked contents sheet, one sheet for every table and all numbers
// once more in a long sheet to pivot.
//
// In: a reports.Report, already protected. Steps: 1. every sheet is laid out as
// rows of cells with a look each, and its rows are written and compressed as they
// come, on several threads; 2. the library is told of all else about a sheet, in
// the one order that loses nothing; 3. its parts, with the rows put in, are
// zipped in a fixed order. Out: the bytes of tables.xlsx, the same bytes for the
// same report.
//
// Percentages are numbers with a cell format, rounded to four places, so that
// they can be charted and do not give counts away. Letters stand in a row of
// their own. The package draws no charts and decides nothing that is hidden.
package xlsx

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Names of the sheets that are not tables.
const (
	frontSheet    = "Front"
	contentsSheet = "Contents"
	dataName      = "Data"
)

// Write makes the workbook of a report on so many threads, 0 for one per
// processor. The bytes are the same on any number.
func Write(r *reports.Report, threads int) (reports.File, error) {
	b, err := write(r, threads, sheetRows)
	if err != nil {
		return nil, fmt.Errorf("tables.xlsx: %w", err)
	}
	return b, nil
}

func write(r *reports.Report, threads, sheetRows int) (reports.File, error) {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetDefaultFont(fontName); err != nil {
		return nil, err
	}
	// Given any text, the library lists the part that holds them; the rows of
	// the sheet are ours and take its place.
	if err := f.SetCellStr("Sheet1", "A1", ""); err != nil {
		return nil, err
	}
	b := &book{styles: &styles{file: f, numbers: map[look]int{}}, texts: newTexts(), names: new(definedNames), packer: newPacker(threads), bodies: map[string][]*piece{}, spare: make(chan []byte, threads+1)}
	err := b.all(r, sheetRows)
	if err == nil {
		err = f.SetDocProps(properties(r))
	}
	var parts []part
	if err == nil {
		parts, err = b.parts()
	}
	b.close() // the pieces are there now
	if err != nil {
		return nil, err
	}
	return archive(parts)
}

// A book is a workbook in the making: the library has the sheets without their
// rows, the packer compresses those.
type book struct {
	*packer
	styles *styles
	texts  *texts
	names  *definedNames
	sheets int
	bodies map[string][]*piece // by the part that is a sheet
	spare  chan []byte         // memory of sheets that are packed
}

// all lays out one sheet after the other.
func (b *book) all(r *reports.Report, sheetRows int) error {
	names := sheetNames(r)
	if err := b.add(front(b.blank(), r, names)); err != nil {
		return err
	}
	if err := b.add(contents(b.blank(), r, names)); err != nil {
		return err
	}
	weighted := reports.IsWeighted(r.Tables)
	for i, t := range r.Tables {
		if err := b.add(tableSheet(b.blank(), r, t, names[i], weighted)); err != nil {
			return err
		}
	}
	for _, t := range r.Tables {
		dataTexts(b.texts, t)
	}
	for i, tables := range dataSheets(r.Tables, sheetRows) {
		if err := b.addData(i, r, tables); err != nil {
			return err
		}
	}
	return b.styles.err
}

// blank is a sheet in the memory of one that is packed already.
func (b *book) blank() *sheet {
	s := &sheet{styles: b.styles, texts: b.texts, names: b.names, index: b.sheets}
	select {
	case s.xml = <-b.spare:
	default:
		s.xml = make([]byte, 0, 1<<18)
	}
	return s
}

// add takes a sheet that is laid out, and packs its rows.
func (b *book) add(s *sheet) error {
	var err error
	if b.sheets++; b.sheets == 1 {
		err = b.styles.file.SetSheetName("Sheet1", s.name)
	} else {
		_, err = b.styles.file.NewSheet(s.name)
	}
	if err == nil {
		err = s.put(b.styles.file)
	}
	if err != nil {
		return fmt.Errorf("sheet %s: %w", s.name, err)
	}
	s.define()
	b.rows(func(raw []byte) []byte {
		raw = append(raw, s.xml...)
		select {
		case b.spare <- s.xml[:0]:
		default:
		}
		return raw
	})
	return nil
}

// rows packs rows of the sheet that was added last.
func (b *book) rows(write func([]byte) []byte) {
	name := fmt.Sprintf("xl/worksheets/sheet%d.xml", b.sheets)
	b.bodies[name] = append(b.bodies[name], b.pack(false, write))
}

// addData adds a sheet of the long list; the rows of each table are a piece.
func (b *book) addData(i int, r *reports.Report, tables []*crosstab.Table) error {
	s := data(b.blank(), i, r, tables)
	n := s.n
	if err := b.add(s); err != nil {
		return err
	}
	for _, t := range tables {
		if numbers(t) == 0 {
			continue
		}
		before, style := n, b.styles.of(look{})
		b.rows(func(raw []byte) []byte {
			r := rows{raw, before}
			dataRows(&r, style, b.texts, t)
			return r.xml
		})
		n += numbers(t)
	}
	return nil
}

// parts takes what the library has and puts in what we wrote: the rows of each
// sheet, the defined names and the texts.
func (b *book) parts() ([]part, error) {
	shell, err := openShell(b.styles.file)
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, name := range shell.names() {
		p, text := part{name: name}, shell[name].Bytes()
		switch body, isSheet := b.bodies[name]; {
		case isSheet:
			head, tail, ok := bytes.Cut(text, []byte("</sheetData>"))
			if !ok || !bytes.HasSuffix(head, []byte("<sheetData>")) {
				return nil, fmt.Errorf("%s has no place for its rows", name)
			}
			p.pieces = append([]*piece{b.packBytes(false, head)}, body...)
			p.pieces = append(p.pieces, b.packBytes(true, append([]byte("</sheetData>"), tail...)))
		case name == "xl/workbook.xml":
			head, tail, ok := bytes.Cut(text, []byte("</definedNames>"))
			if !ok {
				return nil, fmt.Errorf("%s has no place for names", name)
			}
			p.pieces = []*piece{b.packBytes(true, slices.Concat(head, b.names.xml, []byte("</definedNames>"), tail))}
		case name == textsPart:
			p.pieces = []*piece{b.pack(true, b.texts.part)}
		default:
			p.pieces = []*piece{b.packBytes(true, text)}
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// sheetNames names the sheet of each table "Table 12" by its printed number.
// Two tables with one number, which Excel would refuse, are told apart.
func sheetNames(r *reports.Report) []string {
	names := make([]string, len(r.Tables))
	taken := map[string]bool{}
	for i, t := range r.Tables {
		name := fmt.Sprintf("Table %d", t.Number)
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("Table %d (%d)", t.Number, n)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}

// properties are what the file's own information pane shows.
func properties(r *reports.Report) *excelize.DocProperties {
	m := r.Meta
	about := []string{fmt.Sprintf("Written by tradeoff %s.", m.Version)}
	if m.Simulated {
		about = append(about, reports.SimulatedNote)
	}
	for _, s := range m.Sources {
		about = append(about, fmt.Sprintf("Source %s, SHA-256 %s.", s.Name, s.SHA256))
	}
	creator := m.Client
	if creator == "" {
		creator = "tradeoff"
	}
	return &excelize.DocProperties{
		Title:          text(m.Title),
		Subject:        text(m.Population),
		Creator:        text(creator),
		LastModifiedBy: "tradeoff",
		Description:    text(strings.Join(about, " ")),
		Keywords:       "survey, crosstabs, personalization, privacy",
	}
}
