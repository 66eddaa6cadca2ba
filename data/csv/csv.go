// Package csv reads delimited text: CSV as survey tools, spreadsheets and R
// write it.
//
// In: an Input of bytes. Steps:
//  1. the head of the file tells the delimiter and the line ends;
//  2. package sheet makes its first pass over the records: header, widths,
//     types, number of respondents;
//  3. meanwhile all bytes are counted, which tells the encoding (UTF-8, UTF-16
//     with a byte-order mark, Windows-1252) and refuses what is no text.
//
// Out: a data.Survey whose rows are scanned again from the file for every
// Scan. Rows are named by the physical line on which a record starts. Memory
// grows with the longest record, and by a few bytes for each batch of the file:
// the place where it starts, so that stretches of rows can be stepped over.
//
// Lines without quotation marks are handed to package sheet whole: it finds
// their cells while it reads them.
//
// A record is refused, with its line, when its quotation marks do not close.
// Quotation marks inside an unquoted field are ordinary characters.
//
// The package does not take an option for what it finds out itself, and it
// does not mend records: a file that is cut or ragged has to be exported
// again.
package csv

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"

	"tradeoff/data"
	"tradeoff/data/sheet"
)

// headSize is how much of the file decides about delimiter and line ends.
const headSize = 1 << 18

// Open reads the codebook of a CSV file and returns the survey. Faults of the
// file are *data.Fault or data.Faults.
//
// The bytes are counted while the records are read, in the encoding that a
// file of this beginning most often has. Only if the count shows another one
// is the file read again; what it says of the encoding comes before what is
// wrong with the records.
func Open(in *data.Input) (*data.Survey, error) { return openAs(in, nil) }

// OpenDescribed is Open for a file that a definition beside it describes: with
// columns of these names, of some of which it says what they hold. The first record
// holds names, unless it has as many fields as there are names and hardly any is one
// of them; a layout may say otherwise.
func OpenDescribed(in *data.Input, names []string, as map[string]*sheet.Described, l Layout) (*data.Survey, error) {
	return openAs(in, &description{names, as, l})
}

// openAs opens a file; as is nil without a definition.
func openAs(in *data.Input, as *description) (*data.Survey, error) {
	enc, err := byMark(in)
	if err != nil {
		return nil, err
	}
	var t tally
	s, err := inspect(in, enc, &t, as)
	settled, fault := enc.settle(in, &t)
	switch {
	case fault != nil:
		return nil, fault
	case settled != enc:
		return inspect(in, settled, &tally{}, as)
	}
	return s, err
}

// inspect reads the codebook in an encoding, and tallies all bytes of the text.
func inspect(in *data.Input, enc encoding, t *tally, as *description) (*data.Survey, error) {
	first := t.watch(enc.reader(in)) // until the first pass takes it
	defer io.Copy(io.Discard, first)
	head := make([]byte, headSize)
	n, err := io.ReadFull(enc.reader(in), head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("%s: %w", in.Name(), err)
	}
	head = head[:n]
	switch {
	case isMarkup(head, "<!doctype", "<html", "<head", "<body", "<script"):
		return nil, fault(in, 0, "this is a web page and not an export, often the page that asks to sign in; sign in and export again")
	case isMarkup(head, "<?xml"):
		return nil, fault(in, 0, "this is XML and not CSV; export again as CSV")
	}
	var said Layout
	if as != nil {
		said = as.Layout
	}
	d := findDialect(head, err != nil, said)
	g := sheet.Grid{
		File: data.File{Path: in.Path, Format: "CSV", Unit: "line"},
		Room: in.Room, Delimiter: d.delimiter,
		Rows: func(from sheet.Start) iter.Seq2[*sheet.Row, error] {
			r := first
			if r == nil {
				r = enc.readerAt(in, from.Offset)
			} else {
				first = nil
			}
			return rows(in, r, d, from)
		},
	}
	if as != nil {
		as.describe(&g, firstRecord(head, d))
	}
	if note, err := enc.note(in, d); err != nil {
		return nil, err
	} else if note != "" {
		g.Notes = append(g.Notes, note)
	}
	return sheet.Survey(g)
}

// fault is a fault of the file, on a line or on none (0).
func fault(in *data.Input, line int64, format string, args ...any) *data.Fault {
	return &data.Fault{File: in.Name(), Row: line, Unit: "line", Found: fmt.Sprintf(format, args...)}
}

// isMarkup reports whether the file starts with one of these tags.
func isMarkup(head []byte, tags ...string) bool {
	b := bytes.ToLower(bytes.TrimSpace(head[:min(len(head), 1024)]))
	return slices.ContainsFunc(tags, func(tag string) bool { return bytes.HasPrefix(b, []byte(tag)) })
}

// rows streams the records of the text behind a start, lines without quotation
// marks whole where every delimiter and line feed in them is one.
func rows(in *data.Input, r io.Reader, d dialect, from sheet.Start) iter.Seq2[*sheet.Row, error] {
	return func(yield func(*sheet.Row, error) bool) {
		s := newScanner(in, r, d)
		s.whole = !d.bare && !d.padded
		if from.Offset > 0 {
			s.started, s.line, s.offset = true, from.Number, from.Offset
		}
		for {
			err := s.next()
			switch {
			case err == io.EOF:
				return
			case err != nil:
				yield(nil, err)
				return
			}
			if !yield(&s.row, nil) {
				return
			}
		}
	}
}
