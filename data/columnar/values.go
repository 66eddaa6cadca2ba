package columnar

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v17/parquet"

	"tradeoff/data"
)

// This file steps through the values of a Parquet page. A value is handed
// over as its bytes; leaf.put says what they mean.

// source makes the function that returns the next value of a page, of which
// there are at most so many.
func (l leaf) source(encoding parquet.Encoding, b []byte, most int) (func() ([]byte, error), error) {
	switch encoding {
	case parquet.Encodings.RLE:
		if l.physical != parquet.Types.Boolean {
			return nil, breaks("a column that holds no truth values has an encoding for them")
		}
		runs, _, err := prefixed(b)
		return truths(&hybrid{b: runs, width: 1}), err
	case parquet.Encodings.Plain:
	default:
		var err error
		if b, err = plain(l, encoding, b, most); err != nil {
			return nil, err
		}
	}
	switch l.physical {
	case parquet.Types.Boolean:
		return plainTruths(b), nil
	case parquet.Types.ByteArray:
		return plainTexts(b), nil
	}
	return plainFixed(b, l.width()), nil
}

var errFewValues = breaks("a page holds fewer values than it promises")

func plainFixed(b []byte, width int) func() ([]byte, error) {
	return func() ([]byte, error) {
		if len(b) < width {
			return nil, errFewValues
		}
		v := b[:width]
		b = b[width:]
		return v, nil
	}
}

func plainTexts(b []byte) func() ([]byte, error) {
	return func() (v []byte, err error) {
		v, b, err = prefixed(b)
		return v, err
	}
}

func plainTruths(b []byte) func() ([]byte, error) {
	at := 0
	return func() ([]byte, error) {
		if at>>3 >= len(b) {
			return nil, errFewValues
		}
		v := truth(int(b[at>>3]>>(at&7)) & 1)
		at++
		return v, nil
	}
}

func truths(h *hybrid) func() ([]byte, error) {
	return func() ([]byte, error) {
		n, err := h.next()
		return truth(n), err
	}
}

// truth is a truth value as bytes.
func truth(n int) []byte {
	if n != 0 {
		return []byte{1}
	}
	return []byte{0}
}

// prefixed splits off a piece that begins with its own length.
func prefixed(b []byte) (piece, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, errFewValues
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, breaks("a value ends after its page")
	}
	return b[4 : 4+n], b[4+n:], nil
}

// A dictionary is the distinct values of a chunk.
type dictionary struct {
	values  [][]byte
	numbers []float64 // what they mean in a column of numbers, NaN for a null; nil where that is refused for one of them
}

func newDictionary(l leaf, b []byte, n int) (*dictionary, error) {
	if width := l.width(); width == 0 || n > len(b)/width {
		return nil, breaks("a dictionary of %d values is promised in %d bytes", n, len(b))
	}
	next := plainFixed(b, l.width())
	if l.physical == parquet.Types.ByteArray {
		next = plainTexts(b)
	}
	d := &dictionary{values: make([][]byte, n)}
	for i := range d.values {
		var err error
		if d.values[i], err = next(); err != nil {
			return nil, err
		}
	}
	if l.kind == data.Number {
		b := newBuilder(data.Number, n)
		for _, v := range d.values {
			if l.put(b, v) != nil {
				return d, nil
			}
		}
		d.numbers = b.numbers
		for i := range d.numbers {
			if b.valid[i>>3]>>(i&7)&1 == 0 {
				d.numbers[i] = math.NaN()
			}
		}
	}
	return d, nil
}

// source steps through a page of places in the dictionary.
func (d *dictionary) source(h *hybrid) func() ([]byte, error) {
	return func() ([]byte, error) {
		i, err := h.next()
		if err != nil {
			return nil, err
		}
		if i >= len(d.values) {
			return nil, d.beyond(i)
		}
		return d.values[i], nil
	}
}

func (d *dictionary) beyond(i int) error {
	return breaks("a page refers to value %d of a dictionary of %d", i, len(d.values))
}

// places are the places in the dictionary that a page holds.
func (d *dictionary) places(b []byte) (*hybrid, error) {
	if d == nil {
		return nil, breaks("a page refers to a dictionary that is not there")
	}
	h := &hybrid{}
	if len(b) > 0 {
		h.b, h.width = b[1:], int(b[0])
	}
	if h.width > 32 {
		return nil, breaks("a page refers to its dictionary with %d bits", h.width)
	}
	return h, nil
}

// hybrid steps through small numbers stored partly as runs, partly as bits.
type hybrid struct {
	b     []byte
	width int
	left  int    // numbers left in the run or the bits
	run   bool   // the numbers are all value
	value int    // of the run
	bits  []byte // of the numbers that are no run
	at    int    // bit to read next
}

func (h *hybrid) next() (int, error) {
	for h.left == 0 {
		if err := h.begin(); err != nil {
			return 0, err
		}
	}
	h.left--
	if h.run {
		return h.value, nil
	}
	v := int(bits(h.bits, h.at, h.width))
	h.at += h.width
	return v, nil
}

// fill is next for many numbers at once.
func (h *hybrid) fill(to []int32) error {
	for len(to) > 0 {
		for h.left == 0 {
			if err := h.begin(); err != nil {
				return err
			}
		}
		n := min(h.left, len(to))
		if h.run {
			for i := range to[:n] {
				to[i] = int32(h.value)
			}
		} else {
			for i := range to[:n] {
				to[i] = int32(bits(h.bits, h.at, h.width))
				h.at += h.width
			}
		}
		h.left -= n
		to = to[n:]
	}
	return nil
}

// begin starts the next run, or group of eight numbers times so many.
func (h *hybrid) begin() error {
	w := walker{b: h.b}
	head, err := w.varint()
	if err != nil || head > 1<<32 {
		return errFewValues
	}
	h.run = head&1 == 0
	size := uint64(h.width+7) / 8
	h.left = int(head >> 1)
	if !h.run {
		size = head >> 1 * uint64(h.width)
		// Writers may cut the last group short.
		if left := uint64(len(h.b) - w.at); size > left && size-left < uint64(h.width) {
			size = left
		}
		h.left *= 8
		if h.width > 0 {
			h.left = min(h.left, int(size)*8/h.width)
		}
	}
	start := w.at
	if w.skip(size) != nil {
		return errFewValues
	}
	h.bits, h.at, h.b = h.b[start:w.at], 0, h.b[w.at:]
	if h.run {
		h.value = int(bits(h.bits, 0, h.width))
	}
	return nil
}
