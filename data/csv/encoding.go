package csv

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tradeoff/data"
)

// charset is a way to write characters as bytes.
type charset uint8

const (
	isUTF8 charset = iota
	isUTF16LE
	isUTF16BE
	isWindows1252
)

// An encoding is the charset of a file and the length of its byte-order mark.
type encoding struct {
	charset charset
	mark    int64
	odd     bool // the file holds bytes that are no UTF-8
}

// marks are the byte-order marks that tell an encoding.
var marks = []struct {
	bytes   string
	charset charset
}{
	{"\xef\xbb\xbf", isUTF8},
	{"\xff\xfe", isUTF16LE},
	{"\xfe\xff", isUTF16BE},
}

// chunk is how many bytes are read at a time.
const chunk = 1 << 16

// reader reads the text of the file as UTF-8, without its mark.
func (e encoding) reader(in *data.Input) io.Reader {
	r := io.NewSectionReader(in, e.mark, in.Size-e.mark)
	switch e.charset {
	case isUTF16LE:
		return bufio.NewReaderSize(&utf16Reader{r: r, order: binary.LittleEndian}, chunk)
	case isUTF16BE:
		return bufio.NewReaderSize(&utf16Reader{r: r, order: binary.BigEndian}, chunk)
	case isWindows1252:
		return bufio.NewReaderSize(&windowsReader{r: r}, chunk)
	}
	return r
}

// readerAt reads the text from a byte of it on. Where the bytes of the file are
// others, those before are converted for nothing.
func (e encoding) readerAt(in *data.Input, offset int64) io.Reader {
	if e.charset == isUTF8 {
		e.mark += offset
		return e.reader(in)
	}
	r := e.reader(in)
	io.CopyN(io.Discard, r, offset) // what ends this early ends the reading, too
	return r
}

// byMark is the encoding that the byte-order mark tells, UTF-8 without one.
func byMark(in *data.Input) (encoding, error) {
	if in.Size == 0 {
		return encoding{}, fault(in, 0, "the file is empty; ask for a new export")
	}
	head, err := in.Head(4)
	if err != nil {
		return encoding{}, err
	}
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.bytes)) {
			return encoding{charset: m.charset, mark: int64(len(m.bytes))}, nil
		}
	}
	return encoding{}, nil
}

// settle is the encoding that the bytes of the file have. It refuses files
// without text: zero bytes, bytes in no encoding known here.
func (e encoding) settle(in *data.Input, t *tally) (encoding, error) {
	switch {
	case errors.Is(t.err, errUTF16):
		return e, fault(in, 0, "the file starts as UTF-16 but does not go on so, or is cut off; export it as UTF-8")
	case t.err != nil:
		return e, fmt.Errorf("%s: %w", in.Name(), t.err)
	case t.zero > 0:
		return e, fault(in, t.zero, "the line holds a zero byte, which no text does; the file is damaged, or it is no CSV: export it again as CSV in UTF-8")
	case t.invalid == 0 && t.cut:
		return e, fault(in, t.lines+1, "the last line is incomplete: the file ends in the middle of a character; ask for a new export")
	case t.invalid == 0:
		return e, nil
	case e.mark > 0 || t.multibyte*10 > t.invalid || t.undefined > 0:
		e.odd = true // mixed or unknown: note says where
		return e, nil
	}
	return encoding{charset: isWindows1252, odd: true}, nil
}

// A tally of a file's bytes.
type tally struct {
	zero      int64 // line of the first zero byte, 0 for none
	lines     int64 // line feeds
	multibyte int64 // characters beyond ASCII in UTF-8
	invalid   int64 // bytes that are no UTF-8
	undefined int64 // those of them that Windows-1252 does not have either
	cut       bool  // the file ends inside a character
	err       error // what ended the reading before the end of the file
}

// A watcher tallies the bytes that are read through it.
type watcher struct {
	r       io.Reader
	tally   *tally
	carried []byte // the start of a character that goes on in the next bytes
}

// watch returns a reader that tallies what is read through it.
func (t *tally) watch(r io.Reader) io.Reader { return &watcher{r: r, tally: t} }

func (w *watcher) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	b := p[:n]
	if len(w.carried) > 0 {
		k := min(n, utf8.UTFMax)
		rest := w.tally.add(append(w.carried, b[:k]...), false)
		w.carried = nil
		if k < n {
			b = b[k-len(rest):]
		} else {
			b = rest
		}
	}
	if rest := w.tally.add(b, err == io.EOF); len(rest) > 0 {
		w.carried = bytes.Clone(rest)
	}
	if err != nil && err != io.EOF {
		w.tally.err = err
	}
	return n, err
}

// add tallies a stretch of bytes, and returns the start of a character that
// goes on after it.
func (t *tally) add(b []byte, last bool) (rest []byte) {
	if i := bytes.IndexByte(b, 0); i >= 0 && t.zero == 0 {
		t.zero = t.lines + 1 + int64(bytes.Count(b[:i], []byte{'\n'}))
	}
	t.lines += int64(bytes.Count(b, []byte{'\n'}))
	for {
		b = b[ascii(b):]
		if len(b) == 0 {
			return nil
		}
		if !utf8.FullRune(b) {
			if !last {
				return b
			}
			t.cut = true
			return nil
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			t.invalid++
			if undefined1252(b[0]) {
				t.undefined++
			}
		} else {
			t.multibyte++
		}
		b = b[size:]
	}
}

// ascii is how many bytes of ASCII b starts with.
func ascii(b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if binary.NativeEndian.Uint64(b[i:])&0x8080808080808080 != 0 {
			break
		}
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// undefined1252 reports whether Windows-1252 has no character for the byte.
func undefined1252(b byte) bool {
	switch b {
	case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
		return true
	}
	return false
}

// note says what was assumed about the encoding, with the first place where
// it shows, or refuses bytes that are in no one encoding.
func (e encoding) note(in *data.Input, d dialect) (string, error) {
	if e.charset == isUTF16LE || e.charset == isUTF16BE {
		return "The file is in UTF-16 and was converted.", nil
	}
	if !e.odd {
		return "", nil
	}
	line, column, b := firstInvalid(in, e, d)
	if line == 0 {
		return "", nil // a fault further up, which the pass over the records says
	}
	if e.charset == isWindows1252 {
		return fmt.Sprintf("The file is not in UTF-8 (line %d, column %s: byte 0x%02X) and was read as Windows-1252; look at a label with an accent to see whether that is right.", line, column, b), nil
	}
	f := fault(in, line, "byte 0x%02X is no UTF-8, and the rest of the file is not Windows-1252 either; export the file again as UTF-8", b)
	f.Column = column
	return "", f
}

// firstInvalid finds the first cell that is no UTF-8: its line, the name of
// its column, and the byte. Scanning does not depend on bytes beyond ASCII,
// so it works on a file of any such encoding.
func firstInvalid(in *data.Input, e encoding, d dialect) (line int64, column string, b byte) {
	raw := encoding{mark: e.mark}
	var names []string
	s := newScanner(in, raw.reader(in), d)
	for row := &s.row; ; {
		if s.next() != nil {
			return 0, "", 0
		}
		for i := range row.Cells {
			text := row.Text(i)
			if utf8.Valid(text) {
				continue
			}
			for len(text) > 0 {
				r, size := utf8.DecodeRune(text)
				if r == utf8.RuneError && size == 1 {
					break
				}
				text = text[size:]
			}
			column = fmt.Sprint(i + 1)
			if i < len(names) && names[i] != "" {
				column = names[i]
			}
			return row.Number, column, text[0]
		}
		if names == nil {
			for i := range row.Cells {
				names = append(names, string(row.Text(i)))
			}
		}
	}
}

// windowsReader turns Windows-1252 into UTF-8.
type windowsReader struct {
	r   io.Reader
	raw [chunk]byte
	in  []byte // of raw, not yet converted
}

func (w *windowsReader) Read(p []byte) (int, error) {
	n := 0
	for n+utf8.UTFMax <= len(p) {
		if len(w.in) == 0 {
			if n > 0 {
				return n, nil
			}
			m, err := w.r.Read(w.raw[:])
			if m == 0 {
				return 0, err
			}
			w.in = w.raw[:m]
		}
		c := w.in[0]
		w.in = w.in[1:]
		if c < utf8.RuneSelf {
			p[n] = c
			n++
			continue
		}
		n += utf8.EncodeRune(p[n:], charmap.Windows1252.DecodeByte(c))
	}
	return n, nil
}

// errUTF16 is a broken pair of surrogates, or half a character at the end.
var errUTF16 = errors.New("not UTF-16")

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	raw   [chunk]byte
	from  int
	to    int
	eof   bool
}

// unit returns the 16 bits at offset i of what is not yet converted.
func (u *utf16Reader) unit(i int) rune { return rune(u.order.Uint16(u.raw[u.from+i:])) }

// fill makes at least n bytes available, fewer at the end.
func (u *utf16Reader) fill(n int) error {
	for u.to-u.from < n && !u.eof {
		copy(u.raw[:], u.raw[u.from:u.to])
		u.to -= u.from
		u.from = 0
		m, err := u.r.Read(u.raw[u.to:])
		u.to += m
		if err == io.EOF {
			u.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	n := 0
	for n+utf8.UTFMax <= len(p) {
		if err := u.fill(4); err != nil {
			return n, err
		}
		left := u.to - u.from
		switch {
		case left == 0 && n == 0:
			return 0, io.EOF
		case left == 0:
			return n, nil
		case left == 1:
			return n, errUTF16
		}
		r, size := u.unit(0), 2
		if utf16.IsSurrogate(r) {
			if left < 4 {
				return n, errUTF16
			}
			if r, size = utf16.DecodeRune(r, u.unit(2)), 4; r == utf8.RuneError {
				return n, errUTF16
			}
		}
		u.from += size
		n += utf8.EncodeRune(p[n:], r)
	}
	return n, nil
}
