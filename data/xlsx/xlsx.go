// Package xlsx reads Excel workbooks (.xlsx, .xlsm).
//
// In: an Input. Steps:
//  1. the zip archive is opened and the small parts are read: the list of
//     sheets, which number formats are dates, the shared texts;
//  2. the sheet with the data is chosen: the first visible one that holds a
//     table;
//  3. package sheet makes its first pass over the rows: header, types, number
//     of respondents.
//
// Out: a data.Survey whose rows are inflated and scanned again for every Scan.
// Rows are named by their number in the sheet. Memory grows with the shared
// texts and the longest row, not with the sheet.
//
// A workbook is hostile until shown otherwise: sizes are counted while
// inflating and never believed, references are checked against what a sheet
// can hold, merged ranges and dimensions are ignored, and a document type
// (from which entities come) is refused.
//
// The package does not calculate formulas, does not read .xls, .xlsb or
// workbooks with a password, and gives no meaning to colours, filters or
// hidden rows: all rows count.
package xlsx

import (
	"bytes"
	"fmt"
	"iter"
	"strings"

	"tradeoff/data"
	"tradeoff/data/sheet"
)

// magic starts every zip archive that holds a file.
var magic = []byte("PK\x03\x04")

// Sniff reports whether the head of a file is that of a zip archive, which
// every workbook is. IsWorkbook tells whether it is one.
func Sniff(head []byte) bool { return bytes.HasPrefix(head, magic) }

// IsWorkbook reports whether the zip archive is a workbook. An archive too
// damaged to be listed counts as one if its first part is a workbook's, so
// that Open can say what is wrong.
func IsWorkbook(in *data.Input) bool {
	p, err := openPackage(in)
	if err != nil {
		head, err := in.Head(1 << 12)
		return err == nil && Sniff(head) && looksLikeWorkbook(head)
	}
	return p.part(workbookPart) != nil
}

// looksLikeWorkbook searches the start of an archive for the names of a
// workbook's parts.
func looksLikeWorkbook(head []byte) bool {
	for _, name := range []string{"[Content_Types].xml", "xl/", "_rels/.rels", "docProps/"} {
		if bytes.Contains(head, []byte(name)) {
			return true
		}
	}
	return false
}

// Open reads the codebook of a workbook and returns the survey. Faults of the
// file are *data.Fault or data.Faults.
func Open(in *data.Input) (*data.Survey, error) {
	if err := refuse(in); err != nil {
		return nil, err
	}
	p, err := openPackage(in)
	if err != nil {
		return nil, err
	}
	b, err := p.readWorkbook()
	if err != nil {
		return nil, err
	}
	chosen, notes, err := b.choose()
	if err != nil {
		return nil, err
	}
	return sheet.Survey(sheet.Grid{
		File:     data.File{Path: in.Path, Format: "Excel workbook", Unit: "row"},
		Notes:    notes,
		Workbook: true,
		Room:     in.Room,
		Rows:     func(sheet.Start) iter.Seq2[*sheet.Row, error] { return b.rows(chosen) },
	})
}

// fault is a fault of the file in no row.
func fault(in *data.Input, format string, args ...any) *data.Fault {
	return &data.Fault{File: in.Name(), Unit: "row", Found: fmt.Sprintf(format, args...)}
}

// refuse says what a file is that is no zip archive.
func refuse(in *data.Input) error {
	head, err := in.Head(512)
	switch {
	case err != nil:
		return err
	case len(head) == 0:
		return fault(in, "the file is empty; ask for a new export")
	case Sniff(head):
		return nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return fault(in, "this is an old .xls workbook or one with a password; save it as .xlsx without a password")
	case bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(head)), []byte("<!doctype")), bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(head)), []byte("<html")):
		return fault(in, "this is a web page and not a workbook, often the page that asks to sign in; sign in and export again")
	case bytes.IndexByte(head, 0) < 0:
		return fault(in, "this is not a workbook but looks like text; if it is CSV, give it the ending .csv, otherwise export it again")
	}
	return fault(in, "this is not an Excel workbook; save it as .xlsx and try again")
}

// choose picks the sheet that holds the data and says which one it is.
func (b *workbook) choose() (s sheetRef, notes []string, err error) {
	var visible, hidden []string
	for _, s := range b.sheets {
		if s.hidden {
			hidden = append(hidden, s.name)
		} else {
			visible = append(visible, s.name)
		}
	}
	found := false
	for _, candidate := range b.sheets {
		if candidate.hidden {
			continue
		}
		table, err := b.holdsTable(candidate)
		if err != nil {
			return s, nil, err
		}
		if table {
			s, found = candidate, true
			break
		}
	}
	if !found {
		if len(visible) == 0 {
			return s, nil, fault(b.in, "no sheet of the workbook can be read (hidden: %s); show the sheet with the answers and save again", quoted(hidden))
		}
		return s, nil, fault(b.in, "no visible sheet (%s) holds a header with respondents below it; ask for an export with the answers", quoted(visible))
	}
	if len(visible)+len(hidden) > 1 {
		notes = append(notes, fmt.Sprintf("The data are read from sheet %q; other sheets are not read: %s.", s.name, others(b.sheets, s)))
	}
	return s, notes, nil
}

// holdsTable reports whether a sheet has two rows with more than one value,
// which a page of notes rarely has.
func (b *workbook) holdsTable(s sheetRef) (bool, error) {
	full := 0
	for row, err := range b.rows(s) {
		if err != nil {
			return false, err
		}
		values := 0
		for _, c := range row.Cells {
			if c.End > c.Start || c.Kind == sheet.Uncalculated {
				values++
			}
		}
		if values > 1 {
			full++
		}
		if full == 2 {
			return true, nil
		}
	}
	return false, nil
}

// others lists the sheets that are not read.
func others(sheets []sheetRef, chosen sheetRef) string {
	var names []string
	for _, s := range sheets {
		switch {
		case s == chosen:
		case s.hidden:
			names = append(names, fmt.Sprintf("%q (hidden)", s.name))
		default:
			names = append(names, fmt.Sprintf("%q", s.name))
		}
	}
	return strings.Join(names, ", ")
}

// quoted lists names in quotation marks.
func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(q, ", ")
}
