package triples

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"tradeoff/data"
	"tradeoff/data/beside"
	"tradeoff/data/columns"
)

// maxLine is the longest line, and the longest record of CSV, that is read.
const maxLine = 1 << 20

// A lines reader splits the data file into lines.
type lines struct {
	r        io.Reader
	end      byte
	buf      []byte
	pos, top int
	eof      bool
	number   int64 // of the line returned last, from 1
	ended    int   // bytes of its end
}

// lines reads the data from the place of a line, the first of which has the
// number after before.
func (f *dataFile) lines(at, before int64) *lines {
	var r io.Reader = io.NewSectionReader(f.data, f.from+at, max(0, f.data.Size-f.from-at))
	if f.order != nil {
		r = unicode.UTF16(*f.order, unicode.IgnoreBOM).NewDecoder().Reader(r)
	}
	return &lines{r: r, end: f.end, buf: make([]byte, 1<<18), number: before}
}

// next is the next line without its end, valid until the one after; io.EOF
// behind the last, io.ErrShortBuffer for one that is too long.
func (l *lines) next() ([]byte, error) {
	for from := l.pos; ; {
		if i := bytes.IndexByte(l.buf[from:l.top], l.end); i >= 0 {
			line := l.buf[l.pos : from+i]
			l.pos = from + i + 1
			l.number++
			l.ended = 1
			if n := len(line); l.end == '\n' && n > 0 && line[n-1] == '\r' {
				line, l.ended = line[:n-1], 2
			}
			return line, tooLong(line)
		}
		if l.eof {
			line := l.buf[l.pos:l.top]
			l.pos, l.ended = l.top, 0
			if len(line) == 0 {
				return nil, io.EOF
			}
			l.number++
			return line, tooLong(line)
		}
		if l.top-l.pos > maxLine {
			l.number++
			return nil, io.ErrShortBuffer
		}
		from = l.top - l.pos
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

func tooLong(line []byte) error {
	if len(line) > maxLine {
		return io.ErrShortBuffer
	}
	return nil
}

// fill reads on, and moves or grows the buffer for that; pos is 0 afterwards.
func (l *lines) fill() error {
	l.top = copy(l.buf, l.buf[l.pos:l.top])
	l.pos = 0
	if l.top == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	n, err := io.ReadFull(l.r, l.buf[l.top:])
	l.top += n
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		l.eof = true
		return nil
	}
	return err
}

// lineFault is the fault of an error of lines.
func (f *dataFile) lineFault(l *lines, err error) error {
	if err == io.ErrShortBuffer {
		return f.rowFault(l.number, "", "the line is longer than "+mega+" characters; "+f.data.Name()+" is not the data of this definition, or quotation marks in it do not close")
	}
	return &data.Fault{File: f.data.Name(), Found: "the file cannot be read; check the disk or copy it again"}
}

const mega = "a million"

// A tape measures the lines of a data file.
type tape struct {
	lines, empty   int64 // behind those skipped; empty ones at the end
	bytes, runes   int   // of the first line
	uneven, ragged bool  // lines differ in bytes, in characters
	ended          int   // bytes of the first line's end
	mixed          bool  // line ends differ
	marked         bool  // letters beyond ASCII
	broken         bool  // not UTF-8
}

// measure finds out the encoding, what positions count, and, in data of fixed
// width, how many respondents there are.
func (f *dataFile) measure() error {
	if f.data.Size == 0 {
		return f.fault("", "its data file %s is empty; ask for a new export", f.data.Name())
	}
	head, err := f.data.Head(1 << 16)
	if err != nil {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		f.from = 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		f.from, f.order = 2, beside.ByteOrder(head)
	}
	if f.order == nil && !bytes.Contains(head, []byte{'\n'}) && bytes.Contains(head, []byte{'\r'}) {
		f.end = '\r'
	}
	t, err := f.unroll()
	if err != nil {
		return err
	}
	if err := f.settleCharset(t); err != nil {
		return err
	}
	if f.isCSV() {
		f.rows = -1 // known when all records were read
		f.findComma()
		return nil
	}
	f.runes = t.marked && f.charset == nil && !(t.ragged && !t.uneven)
	f.rows = t.lines - t.empty
	if !t.uneven && !t.mixed && t.empty == 0 && f.order == nil {
		f.length = int64(t.bytes + t.ended)
	}
	if f.rows == 1 && t.bytes >= 2*f.width && f.width > 1 {
		return f.rowFault(int64(f.skip)+1, "", "the line is as long as those of several respondents: "+f.data.Name()+" has no line ends; export it again with one respondent a line")
	}
	return nil
}

// unroll reads all lines.
func (f *dataFile) unroll() (tape, error) {
	var t tape
	l := f.lines(0, 0)
	for {
		line, err := l.next()
		switch {
		case err == io.EOF:
			return t, nil
		case err != nil:
			return t, f.lineFault(l, err)
		case bytes.IndexByte(line, 0) >= 0:
			return t, f.rowFault(l.number, "", f.data.Name()+" holds a byte that no text has; it is damaged or not the data of this definition")
		case l.number <= int64(f.skip):
			f.head += int64(len(line) + l.ended)
			continue
		}
		t.add(line, l)
	}
}

func (t *tape) add(line []byte, l *lines) {
	t.lines++
	if blank(line) {
		t.empty++
	} else {
		t.empty = 0
	}
	runes := len(line)
	if !columns.IsASCII(line) {
		t.marked = true
		t.broken = t.broken || !utf8.Valid(line)
		runes = utf8.RuneCount(line)
	}
	if t.lines == 1 {
		t.bytes, t.runes, t.ended = len(line), runes, l.ended
	}
	t.uneven = t.uneven || len(line) != t.bytes
	t.ragged = t.ragged || runes != t.runes
	t.mixed = t.mixed || l.ended != t.ended && l.ended > 0 // the last line may have none
}

// blank reports whether a line holds no respondent: nothing, or the end-of-file
// mark of old systems.
func blank(line []byte) bool { return len(line) == 0 || len(line) == 1 && line[0] == 0x1a }

// settleCharset decides the encoding of the data: by their mark, else what the
// definition says of itself, if the bytes do not speak against it.
func (f *dataFile) settleCharset(t tape) error {
	if f.order != nil || f.from > 0 || !t.marked {
		if t.broken {
			return f.fault("", "its data file %s begins with the mark of UTF-8 or UTF-16 and is neither; save it in one encoding", f.data.Name())
		}
		return nil
	}
	declared, ok := beside.Charset(f.definition.charset)
	switch {
	case !t.broken && declared != nil:
		f.note("%s: the definition is in %s, and %s was read as UTF-8, which it is.", f.in.Name(), beside.Short(f.definition.charset), f.data.Name())
	case !t.broken:
	case ok && declared != nil:
		f.charset = declared
	default:
		f.charset = charmap.Windows1252
		f.note("%s: %s is not UTF-8; it was read as Windows-1252. Check the accented letters.", f.in.Name(), f.data.Name())
	}
	return nil
}
