package dta

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/bits"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// chunkBytes is about how much of the cases is taken apart at once: little
// enough to stay in the processor's cache, so that columns can be filled one
// after the other.
const chunkBytes = 1 << 17

// A chunk is a run of cases as they stand in the file.
type chunk struct {
	n     int    // cases
	first int64  // number of the first, from 0
	width int    // bytes of a case
	b     []byte // their bytes
}

// A caseReader reads chunks.
type caseReader struct {
	dict *dictionary
	buf  []byte
}

func (d *dictionary) newCaseReader() *caseReader {
	n := min(d.cases, max(1, chunkBytes/d.width))
	return &caseReader{dict: d, buf: make([]byte, n*d.width)}
}

// read reads up to limit cases from the one numbered first, from 0.
func (r *caseReader) read(first, limit int64) (chunk, error) {
	d := r.dict
	n := min(limit, d.cases-first, int64(len(r.buf))/d.width)
	b := r.buf[:n*d.width]
	if m, err := d.in.ReadAt(b, d.start+first*d.width); m < len(b) {
		if err == io.EOF {
			return chunk{}, fault(d.in, "", "the file ends among its cases: %s", again)
		}
		return chunk{}, fault(d.in, "", "the cases behind the first %d could not be read: %v", first, err)
	}
	return chunk{n: int(n), first: first, width: int(d.width), b: b}, nil
}

// lookThrough reads all cases once, before anything is known of them: which
// extended missing values each number holds, and what the bytes beyond ASCII in
// strings look like. Names and labels are looked at too.
func (d *dictionary) lookThrough() error {
	for _, v := range d.variables {
		d.letters.see(v.rawName)
		d.letters.see(v.rawLabel)
	}
	for _, set := range d.labels {
		for _, text := range set.texts {
			d.letters.see(text)
		}
	}
	if err := d.lookAtLongStrings(); err != nil {
		return err
	}
	r := d.newCaseReader()
	for first := int64(0); first < d.cases; {
		c, err := r.read(first, d.cases)
		if err != nil {
			return err
		}
		for _, v := range d.variables {
			switch {
			case v.storage == str:
				d.lookAtTexts(v, &c)
			case v.storage == floats || v.storage == doubles || v.storage != strL && d.layout.extended:
				d.lookAtNumbers(v, &c)
			}
		}
		first += int64(c.n)
	}
	return nil
}

// lookAtTexts looks at a string in each case of a chunk.
func (d *dictionary) lookAtTexts(v *variable, c *chunk) {
	for at := int(v.offset); at < len(c.b); at += c.width {
		if b := c.b[at : at+int(v.width)]; !plain(b) {
			d.letters.see(terminated(b))
		}
	}
}

// plain reports whether no byte is beyond ASCII, eight at a time.
func plain(b []byte) bool {
	const high = 0x8080808080808080
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&high != 0 {
			return false
		}
	}
	return columns.IsASCII(b)
}

// lookAtNumbers looks at a number in each case of a chunk. The first byte in
// order of significance tells of most that they are neither missing nor minus
// infinity.
func (d *dictionary) lookAtNumbers(v *variable, c *chunk) {
	top := int(v.offset)
	if !d.isBig() {
		top += int(v.width) - 1
	}
	from := byte(0x7f)
	if v.storage == int8s {
		from = maxInt8 + 1
	}
	for at := top; at < len(c.b); at += c.width {
		if b := c.b[at]; (b < from || b > 0x7f) && b != 0xff {
			continue
		}
		begin := at - top + int(v.offset)
		raw := whole(d.order, c.b[begin:begin+int(v.width)])
		if x, s := d.decodeNumber(v.storage, raw); s == extended {
			letter, _ := data.ExtendedLetter(x)
			v.held |= 1 << (letter - 'a')
		} else if minusInfinity(v.storage, raw) {
			v.infinite++
		}
	}
}

// eachHeld calls f with every extended missing value that the variable holds.
func (v *variable) eachHeld(f func(letter byte)) {
	for held := v.held; held != 0; held &= held - 1 {
		f('a' + byte(bits.TrailingZeros32(held)))
	}
}

// lookAtLongStrings looks at the beginnings of the long strings.
func (d *dictionary) lookAtLongStrings() error {
	if !d.hasStrL {
		return nil
	}
	begin := make([]byte, 256)
	return d.strls.each(func(g longString) error {
		b := begin[:min(int64(len(begin)), g.size)]
		if g.binary {
			d.binaries++
		}
		if g.binary || len(b) == 0 {
			return nil
		}
		if _, err := d.in.ReadAt(b, g.at); err != nil && err != io.EOF {
			return fault(d.in, "", "the long string at byte %d could not be read: %v", g.at, err)
		}
		b = terminated(b)
		if len(b) == len(begin) { // it goes on: do not cut a letter in two
			b = b[:1+bytes.LastIndexByte(b, ' ')]
		}
		d.letters.see(b)
		return nil
	})
}
