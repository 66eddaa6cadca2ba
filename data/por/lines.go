package por

import (
	"bytes"
	"io"

	"tradeoff/data"
)

// lineSize is how many characters a line holds; shorter ones have lost the
// blanks at their end.
const lineSize = 80

// How lines end, the same throughout a file.
const (
	endless = 0    // they do not
	lf      = '\n' // with CR before it or not
	cr      = '\r'
)

// lineEnd finds out how lines end from the first bytes of a file.
func lineEnd(head []byte) byte {
	for _, end := range []byte{lf, cr} {
		if bytes.IndexByte(head, end) >= 0 {
			return end
		}
	}
	return endless
}

// A flattener takes line ends out of the bytes of a file, puts the blanks back
// that lines have lost, and translates what is left.
type flattener struct {
	end    byte
	column int        // characters of the line so far
	blank  byte       // as it is written in the file
	table  *[256]byte // nil where every byte stays as it is
}

// add appends raw bytes to flat ones.
func (f *flattener) add(flat, raw []byte) []byte {
	start := len(flat)
	for len(raw) > 0 {
		n := len(raw)
		if f.end != endless {
			if i := bytes.IndexByte(raw, f.end); i >= 0 {
				n = i
			}
		}
		line, ended := raw[:n], n < len(raw)
		if ended && f.end == lf && n > 0 && line[n-1] == cr {
			line = line[:n-1]
		}
		before := len(flat)
		flat = append(flat, line...)
		if f.end == lf && bytes.IndexByte(line, cr) >= 0 { // line and end lie in two chunks, or worse
			flat = append(flat[:before], bytes.ReplaceAll(line, []byte{cr}, nil)...)
		}
		f.column += len(flat) - before
		raw = raw[n:]
		if !ended {
			break
		}
		raw = raw[1:]
		for ; f.column < lineSize; f.column++ {
			flat = append(flat, f.blank)
		}
		f.column = 0
	}
	if f.table != nil {
		for i, b := range flat[start:] {
			flat[start+i] = f.table[b]
		}
	}
	return flat
}

// flatten is the first n characters of a file, without translation, or fewer
// if the head ends before.
func flatten(head []byte, n int) []byte {
	f := flattener{end: lineEnd(head), blank: ' '}
	flat := f.add(nil, head[:min(len(head), 4*n)])
	return flat[:min(len(flat), n)]
}

// readHeader reads the header of a file; ok is false if it is none of a portable
// file.
func readHeader(flat []byte) (c *charset, ok bool) {
	if len(flat) < headerSize {
		return nil, false
	}
	c = newCharset(flat[vanitySize : vanitySize+tableSize])
	for i := range len(magic) {
		if c.toASCII[flat[vanitySize+tableSize+i]] != magic[i] {
			return nil, false
		}
	}
	return c, true
}

// rawSize is how many bytes of the file are flattened at once.
const rawSize = 1 << 16

// A mark is a place in the flat characters of a file to which a window can go.
type mark struct {
	raw    int64 // where bytes are read from,
	column int   // at what column of a line,
	skip   int64 // and how many characters lie before the place
}

// A window moves over the flat characters of a file.
type window struct {
	in    *data.Input
	f     flattener
	raw   []byte
	next  int64 // where the next bytes of the file are read
	b     []byte
	at    int     // place in b
	base  int64   // characters of the file before b
	from  []chunk // those that b comes from
	err   error   // reading failed
	ended bool    // b ends with the file
}

// A chunk is a run of raw bytes that were flattened at once.
type chunk struct {
	flat int64 // characters of the file before it
	mark
}

func newWindow(in *data.Input, f flattener) *window {
	return &window{in: in, f: f, raw: make([]byte, min(rawSize, in.Size))}
}

// need makes n characters ready behind the place, fewer if the file has fewer,
// and returns what is ready.
func (w *window) need(n int) []byte {
	for len(w.b)-w.at < n && !w.ended {
		w.fill()
	}
	return w.b[w.at:]
}

// fill flattens the next bytes of the file.
func (w *window) fill() {
	w.base += int64(w.at)
	w.b = w.b[:copy(w.b, w.b[w.at:])]
	w.at = 0
	for len(w.from) > 1 && w.from[1].flat <= w.base {
		w.from = w.from[:copy(w.from, w.from[1:])]
	}
	w.from = append(w.from, chunk{w.base + int64(len(w.b)), mark{raw: w.next, column: w.f.column}})
	n := min(int64(len(w.raw)), w.in.Size-w.next)
	if n > 0 {
		var k int
		k, w.err = w.in.ReadAt(w.raw[:n], w.next)
		if w.err == io.EOF && int64(k) == n {
			w.err = nil
		}
		w.b = w.f.add(w.b, w.raw[:k])
		w.next += int64(k)
	}
	w.ended = w.err != nil || w.next == w.in.Size
}

// place is how many characters of the file lie before the window.
func (w *window) place() int64 { return w.base + int64(w.at) }

// mark is the place of the window, which something has been read from.
func (w *window) mark() mark {
	i := len(w.from) - 1
	for w.from[i].flat > w.place() {
		i--
	}
	m := w.from[i].mark
	m.skip = w.place() - w.from[i].flat
	return m
}

// seek goes to a mark.
func (w *window) seek(m mark) {
	w.next, w.f.column = m.raw, m.column
	w.b, w.at, w.base, w.ended, w.err = w.b[:0], 0, 0, false, nil
	w.from = w.from[:0]
	w.need(int(m.skip))
	w.at = min(int(m.skip), len(w.b))
}
