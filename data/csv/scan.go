package csv

import (
	"bytes"
	"fmt"
	"io"

	"tradeoff/data"
	"tradeoff/data/sheet"
)

// maxRecord is the longest record that is read. A quotation mark that never
// closes swallows the rest of the file: this is where that stops.
const maxRecord = 16 << 20

// A scanner splits text into records. Only the bytes of ASCII mean anything
// to it, so it works on UTF-8 and on any one-byte encoding alike.
type scanner struct {
	in  *data.Input
	r   io.Reader
	d   dialect
	eof bool

	// buf[pos:end] is read and not yet split; buf[end] is a sentinel that
	// stops the search for the end of a field.
	buf      []byte
	pos, end int
	quote    int       // the first quotation mark at or behind pos, end for none; not known if before pos
	stop     [256]bool // bytes that end an unquoted field
	marked   []int32   // cells that need their quotation marks or line ends mended
	line     int64     // physical line of the next record
	offset   int64     // of buf[0] in the text
	started  bool
	whole    bool // lines without quotation marks are handed over whole
	row      sheet.Row
}

func newScanner(in *data.Input, r io.Reader, d dialect) *scanner {
	s := &scanner{in: in, r: r, d: d, buf: make([]byte, 2*chunk), line: 1, quote: -1}
	s.stop[d.delimiter], s.stop['\n'] = true, true
	s.stop['\r'] = d.bare
	s.buf[0] = '\n'
	return s
}

// next reads the next record that is not an empty line into s.row; io.EOF
// after the last.
func (s *scanner) next() error {
	if !s.started {
		s.started = true
		if err := s.skipDeclaration(); err != nil {
			return err
		}
	}
	for {
		if s.whole && s.nextLine() {
			return nil
		}
		length, breaks, more, err := s.split()
		if err != nil {
			return err
		}
		if more {
			if err := s.fill(); err != nil {
				return err
			}
			continue
		}
		if length == 0 {
			return io.EOF
		}
		s.row.Start = s.start()
		s.row.Bytes = s.buf[s.pos : s.pos+length]
		s.pos += length
		s.line += 1 + breaks
		s.mend()
		if c := s.row.Cells; len(c) == 1 && c[0].End == c[0].Start && c[0].Kind == sheet.Plain {
			continue
		}
		return nil
	}
}

// nextLine takes the next line that is not empty into s.row as it stands, if
// all of it is read and it has no quotation mark.
func (s *scanner) nextLine() bool {
	for {
		if s.quote < s.pos {
			s.quote = s.end
			if i := bytes.IndexByte(s.buf[s.pos:s.end], s.d.quote); i >= 0 {
				s.quote = s.pos + i
			}
		}
		length := bytes.IndexByte(s.buf[s.pos:s.quote], '\n')
		if length < 0 {
			return false
		}
		line, start := s.buf[s.pos:s.pos+length+1], s.start()
		if length > 0 && line[length-1] == '\r' {
			line = line[:length]
		}
		s.pos += length + 1
		s.line++
		if len(line) > 1 {
			line[len(line)-1] = s.d.delimiter // the line end will not be asked for again
			s.row = sheet.Row{Start: start, Bytes: line, Cells: s.row.Cells[:0], Delimiter: s.d.delimiter}
			return true
		}
	}
}

// start is where the next record starts.
func (s *scanner) start() sheet.Start {
	return sheet.Start{Number: s.line, Offset: s.offset + int64(s.pos)}
}

// skipDeclaration steps over a first line that names the delimiter.
func (s *scanner) skipDeclaration() error {
	for s.d.declared > s.end && !s.eof {
		if err := s.fill(); err != nil {
			return err
		}
	}
	if s.d.declared > 0 {
		s.pos = min(s.d.declared, s.end)
		s.line++
	}
	return nil
}

// fill reads more bytes behind those that are not yet split.
func (s *scanner) fill() error {
	s.end = copy(s.buf, s.buf[s.pos:s.end])
	s.offset += int64(s.pos)
	s.pos, s.quote = 0, -1
	if s.end+1 >= len(s.buf) {
		if len(s.buf) >= maxRecord {
			return s.tooLong()
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for !s.eof {
		n, err := s.r.Read(s.buf[s.end : len(s.buf)-1])
		s.end += n
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return fmt.Errorf("%s: %w", s.in.Name(), err)
		}
		if n > 0 {
			break
		}
	}
	s.buf[s.end] = '\n'
	return nil
}

// split finds the fields of the record at pos. Cells count from there; length
// covers the record with its line end, breaks are the line ends inside it.
// more says that the record goes on behind what is read.
func (s *scanner) split() (length int, breaks int64, more bool, err error) {
	s.row.Cells, s.row.Open, s.row.Delimiter, s.marked = s.row.Cells[:0], false, 0, s.marked[:0]
	if s.pos == s.end {
		return 0, 0, !s.eof, nil
	}
	// Everything the loop needs is local: it runs once for each field, and
	// most fields have one or two bytes.
	buf, stop, delimiter, quote := s.buf[s.pos:s.end+1], &s.stop, s.d.delimiter, s.d.quote
	end := len(buf) - 1
	cells := s.row.Cells
	i := 0
	for {
		if s.d.padded {
			for i < end && buf[i] == ' ' {
				i++
			}
		}
		start := i
		if buf[i] != quote {
			for i < len(buf) && !stop[buf[i]] {
				i++
			}
			cells = append(cells, sheet.Cell{Start: int32(start), End: int32(i)})
		} else {
			q, more, err := s.quoted(buf, start, len(cells))
			if err != nil || more {
				return 0, 0, more, err
			}
			i = q.next
			breaks += q.breaks
			if q.mend {
				s.marked = append(s.marked, int32(len(cells)))
			}
			cells = append(cells, sheet.Cell{Start: int32(start + 1), End: int32(q.close), Kind: sheet.Quoted})
		}
		if i >= end || buf[i] != delimiter {
			break
		}
		i++
	}
	s.row.Cells = cells
	length, more = s.recordEnd(buf, i)
	if last := &cells[len(cells)-1]; last.Kind == sheet.Plain && last.End > last.Start && buf[last.End-1] == '\r' {
		last.End--
	}
	return length, breaks, more, nil
}

// recordEnd steps over the line end at i, which may be LF, CR LF, a lone CR or
// the end of the file.
func (s *scanner) recordEnd(buf []byte, i int) (length int, more bool) {
	end := len(buf) - 1
	switch {
	case i >= end:
		s.row.Open = true
		return end, !s.eof
	case buf[i] == '\n':
		return i + 1, false
	case i+1 >= end && !s.eof:
		return 0, true
	case i+1 < end && buf[i+1] == '\n':
		return i + 2, false
	}
	return i + 1, false
}

// quotedField is where a quoted field ends.
type quotedField struct {
	close  int // its closing quotation mark
	next   int // the delimiter or line end behind it
	breaks int64
	mend   bool // it holds doubled quotation marks or CR LF
}

// quoted finds the end of the field whose quotation mark opens at start.
func (s *scanner) quoted(buf []byte, start, cell int) (q quotedField, more bool, err error) {
	end := len(buf) - 1
	i := start + 1
	for {
		j := bytes.IndexByte(buf[i:end], s.d.quote)
		if j < 0 {
			if s.eof {
				return q, false, s.unclosed(buf[:end], start, cell)
			}
			return q, true, nil
		}
		i += j + 1
		if i < end && buf[i] == s.d.quote {
			q.mend = true
			i++
			continue
		}
		break
	}
	q.close = i - 1
	for i < end && buf[i] == ' ' {
		i++
	}
	if i+1 >= end && !s.eof {
		return q, true, nil
	}
	q.next = i
	if inside := buf[start:q.close]; bytes.IndexByte(inside, '\n') >= 0 || bytes.IndexByte(inside, '\r') >= 0 {
		q.breaks = s.lineEnds(inside)
		q.mend = true
	}
	switch {
	case i >= end, buf[i] == s.d.delimiter, buf[i] == '\n',
		buf[i] == '\r' && (s.d.bare || i+1 >= end || buf[i+1] == '\n'):
		return q, false, nil
	}
	return q, false, s.misplaced(buf, start, q.close, cell)
}

// lineEnds counts the line ends in b.
func (s *scanner) lineEnds(b []byte) int64 {
	n := bytes.Count(b, []byte{'\n'})
	if s.d.bare {
		n += bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte("\r\n"))
	}
	return int64(n)
}

// mend makes doubled quotation marks single, and line ends inside a field
// line feeds, in place.
func (s *scanner) mend() {
	for _, k := range s.marked {
		c := &s.row.Cells[k]
		b := s.row.Bytes[c.Start:c.End]
		to := 0
		for i := 0; i < len(b); i++ {
			if i+1 < len(b) && (b[i] == s.d.quote && b[i+1] == s.d.quote || b[i] == '\r' && b[i+1] == '\n') {
				i++
			}
			b[to] = b[i]
			to++
		}
		c.End = c.Start + int32(to)
	}
}

// unclosed is the fault of a quotation mark with no other behind it.
func (s *scanner) unclosed(record []byte, start, cell int) error {
	line := s.line + s.lineEnds(record[:start])
	if s.lineEnds(record[start:]) == 0 {
		return fault(s.in, line, "the last line is incomplete: the file ends inside the quotation marks of field %d; the file was cut off, ask for a new export", cell+1)
	}
	return fault(s.in, line, "the quotation mark that opens field %d is never closed; close it, or ask for a new export", cell+1)
}

// misplaced is the fault of a quotation mark that closes in the middle of a
// text, most often because the right one is missing.
func (s *scanner) misplaced(buf []byte, start, at, cell int) error {
	line := s.line + s.lineEnds(buf[:start])
	closes := line + s.lineEnds(buf[start:at])
	if closes > line {
		return fault(s.in, line, "the quotation mark that opens field %d is never closed (the next one, on line %d, stands in the middle of a text); close it, or ask for a new export", cell+1, closes)
	}
	return fault(s.in, line, "field %d has text behind its closing quotation mark; quotation marks inside a quoted answer must be doubled", cell+1)
}

// tooLong is the fault of a record beyond the limit.
func (s *scanner) tooLong() error {
	return fault(s.in, s.line, "the record that starts here is longer than %d MB; look for a quotation mark that is not closed", maxRecord>>20)
}
