package described

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tradeoff/data"
	"tradeoff/data/columns"
	"tradeoff/data/sheet"
)

// A fixed file holds lines in which each variable has its positions.
type fixed struct {
	*Codebook
	data  *data.Input
	from  int64 // bytes of a byte-order mark
	width int   // the last position described
	cells []sheet.Place
	latin bool // Windows-1252, else UTF-8
	runes bool // positions count characters and not bytes
}

// maxLine is the longest line that is read.
const maxLine = 1 << 20

// fixedWidth reads a file of fixed width as a grid of cells.
func (c *Codebook) fixedWidth(in *data.Input, names []string) (*data.Survey, error) {
	f := &fixed{Codebook: c, data: in}
	for _, v := range c.Variables {
		f.width = max(f.width, v.End)
		f.cells = append(f.cells, sheet.Place{Start: int32(v.Start - 1), End: int32(v.End), Cut: v.Typed && v.Type != data.Text})
	}
	if err := f.measure(); err != nil {
		return nil, err
	}
	top := &sheet.Row{}
	for _, name := range names {
		start := int32(len(top.Bytes))
		top.Bytes = append(top.Bytes, name...)
		top.Cells = append(top.Cells, sheet.Cell{Start: start, End: int32(len(top.Bytes)), Kind: sheet.Quoted})
	}
	g := sheet.Grid{File: data.File{Path: in.Path, Format: "fixed width", Unit: "line"}, Room: in.Room, Delimiter: ' ', Described: c.described(),
		Rows: func(from sheet.Start) iter.Seq2[*sheet.Row, error] { return f.rows(top, from) }}
	if f.latin {
		g.Notes = append(g.Notes, in.Name()+" is not UTF-8; it was read as Windows-1252. Check the accented letters.")
	}
	return sheet.Survey(g)
}

// A liner reads lines.
type liner struct {
	r      *bufio.Reader
	number int64
	offset int64 // of the next line
	line   []byte
}

func (f *fixed) liner(from sheet.Start) *liner {
	at := f.from
	l := &liner{offset: 0}
	if from.Offset > 0 {
		l.offset, l.number = from.Offset-1, from.Number-1
		at += l.offset
	}
	l.r = bufio.NewReaderSize(io.NewSectionReader(f.data, at, f.data.Size-at), 1<<16)
	return l
}

// next is the next line without its end, valid until the one after; io.EOF behind
// the last.
func (l *liner) next() ([]byte, error) {
	l.line = l.line[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		l.offset += int64(len(part))
		if err == nil && len(l.line) == 0 {
			l.number++
			return trimEnd(part), nil
		}
		l.line = append(l.line, part...)
		switch {
		case err == nil, err == io.EOF && len(l.line) > 0:
			l.number++
			return trimEnd(l.line), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(l.line) > maxLine:
			l.number++
			return nil, errLong
		}
	}
}

var errLong = errors.New("the line is longer than a million characters; it is not the data that are described")

// trimEnd cuts the line end.
func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// measure finds out the encoding, and what positions count: characters where lines
// in UTF-8 have equally many characters and not equally many bytes, as in data that
// a program of today wrote; else bytes.
func (f *fixed) measure() error {
	if head, err := f.data.Head(3); err == nil && string(head) == "\xef\xbb\xbf" {
		f.from = 3
	}
	l := f.liner(sheet.Start{})
	bytes, runes := -1, -1
	uneven, ragged, marked := false, false, false
	for {
		line, err := l.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return f.lineFault(l, err)
		}
		if len(line) == 0 || len(line) == 1 && line[0] == 0x1a {
			continue
		}
		n := len(line)
		if !columns.IsASCII(line) {
			marked = true
			f.latin = f.latin || !utf8.Valid(line)
			n = utf8.RuneCount(line)
		}
		uneven = uneven || bytes >= 0 && len(line) != bytes
		ragged = ragged || runes >= 0 && n != runes
		bytes, runes = len(line), n
	}
	f.runes = marked && !f.latin && uneven && !ragged
	return nil
}

// lineFault is the fault of an error of liner.
func (f *fixed) lineFault(l *liner, err error) error {
	if err == errLong {
		return &data.Fault{File: f.data.Name(), Row: l.number, Found: err.Error()}
	}
	return fmt.Errorf("%s: %w", f.data.Name(), err)
}

// rows streams the lines, behind one with the names.
func (f *fixed) rows(top *sheet.Row, from sheet.Start) iter.Seq2[*sheet.Row, error] {
	return func(yield func(*sheet.Row, error) bool) {
		if from.Offset == 0 && !yield(top, nil) {
			return
		}
		l := f.liner(from)
		row := &sheet.Row{}
		for {
			start := sheet.Start{Number: l.number + 1, Offset: l.offset + 1} // 0 is the top
			line, err := l.next()
			switch {
			case err == io.EOF:
				return
			case err != nil:
				err = f.lineFault(l, err)
			default:
				row.Start = start
				err = f.split(row, line)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// split finds the cells of a line.
func (f *fixed) split(row *sheet.Row, line []byte) error {
	row.Cells, row.Places, row.Bytes = row.Cells[:0], nil, line
	if len(line) == 0 || len(line) == 1 && line[0] == 0x1a { // no respondent
		row.Bytes = nil
		for range f.Variables {
			row.Cells = append(row.Cells, sheet.Cell{})
		}
		return nil
	}
	places, width := []int32(nil), len(line) // byte of each position, nil where they are the same
	ascii := columns.IsASCII(line)
	switch {
	case ascii:
	case f.latin:
		row.Bytes, places = decoded(line)
	case f.runes:
		places = starts(line)
	}
	if places != nil {
		width = len(places) - 1
	}
	if width < f.width {
		return &data.Fault{File: f.data.Name(), Row: row.Number, Found: fmt.Sprintf("the line has %d positions, and the %s describes %d; the file is cut short, or not the data of this %s", width, f.What, f.width, f.What)}
	}
	if ascii {
		row.Places = f.cells
		return nil
	}
	text, torn := row.Bytes, places == nil
	for i, c := range f.cells {
		from, to := c.Start, c.End
		if places != nil {
			from, to = places[from], places[to]
		}
		from, to = c.Value(text, from, to)
		if torn && !utf8.Valid(text[from:to]) {
			return &data.Fault{File: f.data.Name(), Row: row.Number, Column: f.Variables[i].Name, Found: "the value begins or ends in the middle of a letter; save the file in an encoding of one byte a letter, or export as CSV"}
		}
		row.Cells = append(row.Cells, sheet.Cell{Start: from, End: to, Kind: sheet.Quoted})
	}
	return nil
}

// decoded is a line of Windows-1252 in UTF-8, and where each letter starts.
func decoded(line []byte) (text []byte, places []int32) {
	for _, c := range line {
		places = append(places, int32(len(text)))
		text = utf8.AppendRune(text, charmap.Windows1252.DecodeByte(c))
	}
	return text, append(places, int32(len(text)))
}

// starts is where each letter of a line starts.
func starts(line []byte) (places []int32) {
	for i := range string(line) {
		places = append(places, int32(i))
	}
	return append(places, int32(len(line)))
}
