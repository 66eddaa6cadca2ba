// Package sheet turns a grid of text cells into a data.Survey: what a CSV file
// and a worksheet have in common.
//
// In: a Grid, which can be streamed from the top as often as needed, row by
// row, and from starts in between if its bytes allow, by the package that knows the bytes (data/csv, data/xlsx).
//
// Steps, in the first pass over the rows, with memory bounded by the number of
// columns:
//  1. find the header: one row, or one of the layouts of survey tools that use
//     two or three, and the title rows that workbooks put above it;
//  2. name the columns and refuse names that occur twice;
//  3. check every row's number of cells, and count for every column what its
//     cells look like, which settles its type. Each different text of a column
//     is looked at once, as long as there are few: they are its dictionary.
//
// The second pass fills batches with the columns that were asked for, those
// with a dictionary as coded arrays. As many rows as there is room for are kept
// from the first pass, in the form in which they were found, and are not read
// again. Of the others, a text that the dictionary lacks is a
// fault: the file has changed.
//
// Out: a data.Survey, and in its notes whatever had to be assumed. A cell's
// text never stands in a fault or a note: it may be an answer that names
// somebody.
//
// What counts as missing: an empty cell; NA as R writes it, unless quoted; and
// N/A where no cell of the column is a number. Any other word among numbers
// makes the column text, so that whoever needs numbers meets the word with its
// row instead of a silent gap.
//
// The package reads no files and knows no file format, and it does not guess
// value labels or which values are missing codes.
package sheet

import (
	"fmt"
	"iter"

	"tradeoff/data"
)

// Kind is what the format itself says of a cell.
type Kind uint8

const (
	// Plain text as typed: it may be a number, or NA for missing.
	Plain Kind = iota
	// Quoted text: a number still counts as a number, but NA is the word NA.
	Quoted
	// Number as a workbook stores it.
	Number
	// Date as text in one of the two forms that AppendDate writes.
	Date
	// Failed formula: the text is the error value, such as #DIV/0!.
	Failed
	// Uncalculated formula: there is no value at all.
	Uncalculated
)

// A Cell is a stretch of its row's bytes. The zero Cell is empty.
type Cell struct {
	Start, End int32
	Kind       Kind
}

// A Start is where a row starts; the zero Start is the top of the grid.
type Start struct {
	Number int64 // as messages name it: the line, the row of the sheet
	Offset int64 // byte of the text, 0 where reading cannot start there
}

// A Row is one row of the grid. It is valid until the next one is asked for.
type Row struct {
	Start
	Bytes []byte // valid UTF-8 wherever a cell lies
	Cells []Cell
	Open  bool // the file ends with this row, without a line end
	// Delimiter is 0, or that of the grid: the row is a line in which every
	// delimiter ends a cell, and one stands behind the last: its cells have not been looked for
	// and are not in Cells.
	Delimiter byte
	// Places is nil, or where each cell stands: the row is a line of fixed width in
	// ASCII, and its cells, which are Quoted, have not been looked for and are not in
	// Cells. The line reaches behind the last place.
	Places []Place
}

// A Place is where a column stands in a line of fixed width: the bytes from Start up to
// End. Blanks behind a value do not count, those before it neither where it is Cut.
type Place struct {
	Start, End int32
	Cut        bool
}

// Value is where the value stands in the bytes from start up to end.
func (p Place) Value(line []byte, start, end int32) (first, last int32) {
	for end > start && line[end-1] == ' ' {
		end--
	}
	for p.Cut && start < end && line[start] == ' ' {
		start++
	}
	return start, end
}

// Text is the text of cell i.
func (r *Row) Text(i int) []byte {
	c := r.Cells[i]
	return r.Bytes[c.Start:c.End]
}

// cell is the text of cell i and its kind; it is empty behind the last.
func (r *Row) cell(i int) ([]byte, Kind) {
	if i >= len(r.Cells) {
		return nil, Plain
	}
	return r.Text(i), r.Cells[i].Kind
}

// blank reports whether no cell of the row holds anything.
func (r *Row) blank() bool {
	if r.Delimiter != 0 {
		for _, c := range r.Bytes {
			if c != r.Delimiter && !blankByte(c) {
				return false
			}
		}
		return true
	}
	for _, p := range r.Places {
		if len(trim(r.Bytes[p.Start:p.End])) > 0 {
			return false
		}
	}
	for i, c := range r.Cells {
		if c.Kind == Uncalculated || c.End > c.Start && len(trim(r.Text(i))) > 0 {
			return false
		}
	}
	return true
}

// clone copies the row out of its reader's buffer, with its cells.
func (r *Row) clone() *Row {
	c := *r
	c.Bytes = append([]byte(nil), r.Bytes...)
	c.Cells = append([]Cell(nil), r.Cells...)
	c.split()
	return &c
}

// A Grid is a file as rows of cells.
type Grid struct {
	File  data.File // path, format and unit; the number of rows is found here
	Notes []string  // what the reader of the format had to assume
	// Workbook grids have no fixed width: rows end at their last value, title
	// rows may stand above the header, columns have letters, and a column
	// with neither name nor value is no column.
	Workbook bool
	// Delimiter is that of rows that are lines; ' ' where they have Places.
	Delimiter byte
	// Room is how many bytes of rows may be kept from the first pass for those
	// that follow.
	Room int64
	// Described are the columns that a definition beside the file describes, by
	// name; the header is then one row of names. nil for a file without a
	// definition.
	Described map[string]*Described
	// Rows streams the rows from the top, or from the row at a Start with an
	// Offset.
	Rows func(from Start) iter.Seq2[*Row, error]
}

// fault is a fault of this file, in a row or in none (0).
func (g *Grid) fault(row int64, column, format string, args ...any) *data.Fault {
	return &data.Fault{File: g.File.Name(), Row: row, Unit: g.File.Unit, Column: column, Found: fmt.Sprintf(format, args...)}
}

// note adds a sentence for the analyst.
func (g *Grid) note(format string, args ...any) {
	g.Notes = append(g.Notes, fmt.Sprintf(format, args...))
}

// place is a row as a note names it: "line 12", "row 12".
func (g *Grid) place(row int64) string { return fmt.Sprintf("%s %d", g.File.Unit, row) }

// position is a column as a person finds it in the file: the letters of a
// sheet, the number of the field otherwise; columns count from 0 here.
func (g *Grid) position(column int) string {
	if g.Workbook {
		return Letters(column)
	}
	return fmt.Sprint(column + 1)
}

// Letters is the name of a sheet's column, counted from 0: A, B, ... Z, AA.
func Letters(column int) string {
	var b [8]byte
	i := len(b)
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		i--
		b[i] = byte('A' + (n-1)%26)
	}
	return string(b[i:])
}

// Survey reads the grid once and returns it as a survey.
func Survey(g Grid) (*data.Survey, error) {
	t, err := inspect(&g)
	if err != nil {
		return nil, err
	}
	s := data.New(t.book, []data.File{g.File}, t.scan)
	s.Keep(t)
	return s, nil
}
