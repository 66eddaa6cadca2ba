package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"iter"
	"strconv"
	"unicode/utf8"

	"tradeoff/data"
	"tradeoff/data/archive"
	"tradeoff/data/sheet"
)

// What a sheet can hold, and the longest text of a cell (32,767 characters)
// in the largest number of bytes that they can take.
const (
	maxColumns = 16384
	maxRows    = 1048576
	maxCell    = 32767 * 4
	maxRow     = 32 << 20 // bytes of text in one row
)

// A rowReader scans the XML of one sheet.
type rowReader struct {
	*workbook
	file *zip.File
	x    *tokenizer
	row  sheet.Row

	inData  bool
	number  int64  // of the last row
	digits  []byte // of that number
	column  int    // of the last cell, -1 before the first
	value   []byte
	hasText bool // the cell has a value element
	formula bool
}

// rows streams the rows of a sheet that hold a cell.
func (b *workbook) rows(s sheetRef) iter.Seq2[*sheet.Row, error] {
	return func(yield func(*sheet.Row, error) bool) {
		f := b.part(s.part)
		part, err := b.open(f, maxSheet)
		if err != nil {
			yield(nil, err)
			return
		}
		r := archive.Ahead(part)
		defer r.Close()
		s := &rowReader{workbook: b, file: f, x: newTokenizer(r)}
		for {
			err := s.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(nil, b.malformed(f, err))
				return
			}
			if len(s.row.Cells) > 0 && !yield(&s.row, nil) {
				return
			}
		}
	}
}

// next reads the next row; io.EOF behind the last, without a look at what
// follows the rows.
func (s *rowReader) next() error {
	for {
		t, err := s.x.next()
		switch {
		case err == io.EOF:
			return errShort // the rows of a whole sheet end before the part does
		case err != nil:
			return err
		case t.kind == textRun:
		case string(t.name) == "sheetData":
			if s.inData = t.kind == startTag && !t.closed; !s.inData {
				return s.drain()
			}
		case string(t.name) == "row" && t.kind == startTag && s.inData:
			if err := s.startRow(&t); err != nil || t.closed {
				return err
			}
			return s.cells()
		case string(t.name) == "worksheet" && t.kind == endTag:
			return io.EOF
		}
	}
}

// drain reads the rest of the part, so that its checksum is checked.
func (s *rowReader) drain() error {
	if _, err := io.Copy(io.Discard, s.x.r); err != nil {
		return err
	}
	return io.EOF
}

// startRow notes the number of a row; rows without one follow the last.
func (s *rowReader) startRow(t *token) error {
	s.row = sheet.Row{Bytes: s.row.Bytes[:0], Cells: s.row.Cells[:0]}
	s.column = -1
	number := s.number + 1
	if r := t.attr("r"); r != nil {
		n, err := strconv.ParseInt(string(r), 10, 64)
		if err != nil || n < 1 || n > maxRows {
			return s.fault("row %s lies outside of a sheet, which has %d rows; ask for a new export", clip(r), maxRows)
		}
		if n < number {
			return s.fault("row %d stands behind row %d; open the workbook and save it again", n, s.number)
		}
		number = n
	}
	if number > maxRows {
		return s.fault("there are more than %d rows; ask for a new export", maxRows)
	}
	s.number, s.row.Number = number, number
	s.digits = strconv.AppendInt(s.digits[:0], number, 10)
	return nil
}

// fault is a fault in the present row.
func (s *rowReader) fault(format string, args ...any) error {
	return &data.Fault{File: s.in.Name(), Row: s.number, Unit: "row", Found: fmt.Sprintf(format, args...)}
}

// clip shortens what a file says where a number should be.
func clip(b []byte) string {
	if len(b) > 24 {
		b = b[:24]
	}
	return fmt.Sprintf("%q", b)
}

// cells reads the cells up to the end of the row.
func (s *rowReader) cells() error {
	for {
		quick, err := s.quick()
		if !quick {
			var last bool
			if last, err = s.other(); last {
				return err
			}
		}
		if err != nil {
			return err
		}
		if len(s.row.Bytes) > maxRow {
			return s.fault("the row holds more than %d MB of text; ask for a new export", maxRow>>20)
		}
	}
}

// other reads a cell tag by tag, or what else there is in a row; last is its end.
func (s *rowReader) other() (last bool, err error) {
	t, err := s.x.next()
	switch {
	case err == io.EOF:
		return true, errShort
	case err != nil:
		return true, err
	case t.kind == textRun:
	case t.kind == endTag && string(t.name) == "row":
		return true, nil
	case t.kind == startTag && string(t.name) == "c":
		return false, s.cell(&t)
	}
	return false, nil
}

// cellType is what the attribute t of a cell says.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeInline
	typeFormula // the text that a formula gave
	typeBool
	typeError
	typeISO // a date as text, ISO 8601
)

// cellTypeOf is the type that the attribute names; false if there is none like that.
func cellTypeOf(name []byte) (cellType, bool) {
	switch string(name) {
	case "", "n":
		return typeNumber, true
	case "s":
		return typeShared, true
	case "inlineStr":
		return typeInline, true
	case "str":
		return typeFormula, true
	case "b":
		return typeBool, true
	case "e":
		return typeError, true
	case "d":
		return typeISO, true
	}
	return typeNumber, false
}

// cell reads one cell and puts it into the row.
func (s *rowReader) cell(t *token) error {
	var ref, style, kind []byte
	for n, v, rest, ok := nextAttr(t.attrs); ok; n, v, rest, ok = nextAttr(rest) {
		switch string(n) {
		case "r":
			ref = v
		case "s":
			style = v
		case "t":
			kind = v
		}
	}
	if err := s.place(ref); err != nil {
		return err
	}
	ct, known := cellTypeOf(kind)
	if !known {
		return s.fault("cell %s is of the unknown type %s; open the workbook and save it again", s.name(), clip(kind))
	}
	dated := ct == typeNumber && s.showsDate(style)
	s.value, s.hasText, s.formula = s.value[:0], false, false
	if !t.closed {
		if err := s.content(); err != nil {
			return err
		}
	}
	return s.put(ct, dated)
}

// showsDate reports whether the style of a number shows it as a date.
func (s *rowReader) showsDate(style []byte) bool {
	if len(style) == 0 || len(style) > 5 {
		return false
	}
	n, err := strconv.Atoi(string(style))
	return err == nil && n >= 0 && n < len(s.dates) && s.dates[n]
}

// place finds the column of a cell from its reference; cells without one
// follow the last.
func (s *rowReader) place(ref []byte) error {
	column := s.column + 1
	if len(ref) > 0 {
		letters, n := 0, 0
		for letters < len(ref) && letters < 4 && ref[letters] >= 'A' && ref[letters] <= 'Z' {
			n = n*26 + int(ref[letters]-'A') + 1
			letters++
		}
		row, err := strconv.ParseInt(string(ref[letters:]), 10, 64)
		switch {
		case err != nil || letters == 0 || n > maxColumns || row < 1 || row > maxRows:
			return s.fault("the cell reference %s lies outside of a sheet, which ends at XFD%d; ask for a new export", clip(ref), maxRows)
		case row != s.number:
			return s.fault("cell %s stands in row %d; open the workbook and save it again", clip(ref), s.number)
		case n-1 < column:
			return s.fault("cell %s stands behind cell %s; open the workbook and save it again", clip(ref), s.name())
		}
		column = n - 1
	}
	if column >= maxColumns {
		return s.fault("the row has more than %d cells; ask for a new export", maxColumns)
	}
	s.column = column
	return nil
}

// name is the reference of the present cell.
func (s *rowReader) name() string { return sheet.Letters(s.column) + strconv.FormatInt(s.number, 10) }

// content reads the value of a cell up to its end. Inside an inline text the
// pieces of the text are joined.
func (s *rowReader) content() error {
	inValue, inPhonetic := false, false
	for {
		t, err := s.x.next()
		switch {
		case err == io.EOF:
			return errShort
		case err != nil:
			return err
		case t.kind == textRun:
			if !inValue || inPhonetic {
				continue
			}
			if s.value, err = appendText(s.value, t.text, t.raw); err != nil {
				return err
			}
			if len(s.value) > maxCell {
				return s.fault("cell %s holds more than 32,767 characters, the most that a cell can; ask for a new export", s.name())
			}
			continue
		}
		open := t.kind == startTag && !t.closed
		switch string(t.name) {
		case "v", "t":
			inValue = open
			s.hasText = true
		case "rPh":
			inPhonetic = open
		case "f":
			s.formula = true
			inValue = false
		case "c":
			if t.kind == endTag {
				return nil
			}
			return errTag
		case "row", "sheetData":
			return errTag
		}
	}
}

// put appends the cell to the row.
func (s *rowReader) put(ct cellType, dated bool) error {
	if s.formula && !s.hasText {
		s.add(nil, sheet.Uncalculated)
		return nil
	}
	if !s.hasText || len(s.value) == 0 {
		return nil
	}
	if !utf8.Valid(s.value) {
		return errText
	}
	switch ct {
	case typeShared:
		text, ok := s.texts.at(s.value)
		if !ok {
			return s.fault("cell %s refers to shared text %s, the workbook has %d; open the workbook and save it again", s.name(), clip(s.value), len(s.texts.ends))
		}
		s.add(text, sheet.Plain)
	case typeInline, typeFormula:
		s.add(unescape(s.value), sheet.Plain)
	case typeBool:
		s.add([]byte(boolean(s.value)), sheet.Plain)
	case typeError:
		s.add(s.value, sheet.Failed)
	case typeISO:
		s.addISO()
	default:
		s.addNumber(dated)
	}
	return nil
}

// boolean is a truth value as R and Excel write it.
func boolean(b []byte) string {
	if v := string(bytes.TrimSpace(b)); v == "1" || v == "true" {
		return "TRUE"
	}
	return "FALSE"
}

// add puts a cell at the present column, with empty cells in the gap before.
func (s *rowReader) add(text []byte, kind sheet.Kind) {
	for len(s.row.Cells) < s.column {
		s.row.Cells = append(s.row.Cells, sheet.Cell{})
	}
	start := len(s.row.Bytes)
	s.row.Bytes = append(s.row.Bytes, text...)
	s.row.Cells = append(s.row.Cells, sheet.Cell{Start: int32(start), End: int32(len(s.row.Bytes)), Kind: kind})
}

// addNumber puts a number, or a date if its style shows one.
func (s *rowReader) addNumber(dated bool) {
	if dated {
		if serial, err := strconv.ParseFloat(string(s.value), 64); err == nil {
			if t, ok := s.moment(serial); ok {
				s.value = sheet.AppendDate(s.value[:0], t)
				s.add(s.value, sheet.Date)
				return
			}
		}
	}
	s.add(s.value, sheet.Number)
}

// addISO puts a date that the file writes as text.
func (s *rowReader) addISO() {
	t, ok := parseISO(string(s.value))
	if !ok {
		s.add(s.value, sheet.Plain)
		return
	}
	s.value = sheet.AppendDate(s.value[:0], t)
	s.add(s.value, sheet.Date)
}
