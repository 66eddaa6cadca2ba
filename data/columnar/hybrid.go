package columnar

import (
	"encoding/binary"
	mathbits "math/bits"
)

// This file reads the numbers that Parquet stores partly as runs, partly as
// bits: levels, truth values, and places in a dictionary. They are read many at
// a time: eight numbers of up to eight bits are spread over the bytes of one
// word by three masks and shifts.

// hybrid steps through small numbers stored partly as runs, partly as bits.
type hybrid struct {
	b     []byte
	width int
	left  int    // numbers left in the run or the bits
	run   bool   // the numbers are all value
	value int    // of the run
	bits  []byte // begins with the numbers that are no run
	at    int    // bit to read next
}

// begin starts the next run, or group of eight numbers times so many.
func (h *hybrid) begin() error {
	var head uint64
	used := 1
	if len(h.b) > 0 && h.b[0] < 0x80 {
		head = uint64(h.b[0])
	} else {
		w := walker{b: h.b}
		var err error
		if head, err = w.varint(); err != nil || head > 1<<32 {
			return errFewValues
		}
		used = w.at
	}
	h.run = head&1 == 0
	size := uint64(h.width+7) / 8
	h.left = int(head >> 1)
	if !h.run {
		size = head >> 1 * uint64(h.width)
		// Writers may cut the last group short.
		if left := uint64(len(h.b) - used); size > left && size-left < uint64(h.width) {
			size = left
		}
		h.left *= 8
		if h.width > 0 {
			h.left = min(h.left, int(size)*8/h.width)
		}
	}
	if size > uint64(len(h.b)-used) {
		return errFewValues
	}
	h.bits, h.at, h.b = h.b[used:], 0, h.b[used+int(size):]
	if h.run {
		h.value = int(bits(h.bits, 0, h.width))
	}
	return nil
}

// some is how many of n numbers come next from one run or one stretch of bits.
func (h *hybrid) some(n int) (int, error) {
	for h.left == 0 {
		if err := h.begin(); err != nil {
			return 0, err
		}
	}
	n = min(n, h.left)
	h.left -= n
	return n, nil
}

func (h *hybrid) next() (int, error) {
	if _, err := h.some(1); err != nil || h.run {
		return h.value, err
	}
	v := int(bits(h.bits, h.at, h.width))
	h.at += h.width
	return v, nil
}

// fill is next for many numbers at once.
func (h *hybrid) fill(to []int32) error {
	for len(to) > 0 {
		n, err := h.some(len(to))
		if err != nil {
			return err
		}
		if h.run {
			for i := range to[:n] {
				to[i] = int32(h.value)
			}
		} else {
			h.at = unpackWide(to[:n], h.bits, h.at, h.width)
		}
		to = to[n:]
	}
	return nil
}

// fillBytes is fill for numbers of at most eight bits.
func (h *hybrid) fillBytes(to []byte) error {
	for len(to) > 0 {
		n, err := h.some(len(to))
		if err != nil {
			return err
		}
		if h.run {
			repeat(to[:n], byte(h.value))
		} else {
			h.at = unpackBytes(to[:n], h.bits, h.at, h.width)
		}
		to = to[n:]
	}
	return nil
}

// ones is fill for n numbers of one bit: it writes them as a bitmap, for which
// to has 16 bytes more than n bits take, and counts those set.
func (h *hybrid) ones(to []byte, n int) (set int, err error) {
	w := bitWriter{to: to}
	for n > 0 {
		// Where some answers are missing, runs and groups are short: those that
		// fit into a word are taken at once.
		if b := h.b; h.left == 0 && len(b) >= 9 && b[0] < 0x80 {
			k, size, word := int(b[0]>>1), 1, -uint64(b[1]&1)
			if b[0]&1 != 0 {
				k, size, word = 8*k, k, binary.LittleEndian.Uint64(b[1:])
			}
			if k < 64 && k <= n {
				w.put(word, k)
				h.b = b[1+size:]
				n -= k
				continue
			}
		}
		m, err := h.some(n)
		if err != nil {
			return 0, err
		}
		n -= m
		for m > 0 {
			k, word := min(m, 56), -uint64(h.value)
			if !h.run {
				word = bits(h.bits, h.at, k)
				h.at += k
			}
			w.put(word, k)
			m -= k
		}
	}
	return w.finish(), nil
}

// A bitWriter collects bits into words; to has room for a word more.
type bitWriter struct {
	to   []byte
	word uint64 // bits not yet written
	n    int    // of them
	set  int    // bits of one in the words written
}

// put adds the lowest k bits of a word, at most 63.
func (w *bitWriter) put(word uint64, k int) {
	word &= 1<<(k&63) - 1
	w.word |= word << (w.n & 63)
	if w.n += k; w.n >= 64 {
		w.flush()
		w.n -= 64
		w.word = word >> ((k - w.n) & 63)
	}
}

// flush writes a whole word.
func (w *bitWriter) flush() {
	binary.LittleEndian.PutUint64(w.to, w.word)
	w.to = w.to[8:]
	w.set += mathbits.OnesCount64(w.word)
}

// finish writes the last bits and returns how many of all are set.
func (w *bitWriter) finish() (set int) {
	w.flush()
	return w.set
}

// repeat fills bytes with one value.
func repeat(to []byte, v byte) {
	first := to[:min(len(to), 16)]
	for i := range first {
		first[i] = v
	}
	for n := len(first); n < len(to); n *= 2 {
		copy(to[n:], to[:n])
	}
}

// unpackBytes reads numbers of at most eight bits from bit at and returns the
// bit behind them.
func unpackBytes(to, b []byte, at, width int) int {
	w := uint(width) & 15
	four := uint64(1)<<(4*w) - 1
	two := (uint64(1)<<(2*w) - 1) * 0x0000_0001_0000_0001
	one := (uint64(1)<<w - 1) * 0x0001_0001_0001_0001
	for len(to) >= 8 && at>>3+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[at>>3:]) >> (at & 7)
		x = x&four | x>>(4*w&63)&four<<32
		x = x&two | x>>(2*w&63)&two<<16
		x = x&one | x>>(w&63)&one<<8
		binary.LittleEndian.PutUint64(to, x)
		to, at = to[8:], at+8*width
	}
	for i := range to {
		to[i] = byte(bits(b, at, width))
		at += width
	}
	return at
}

// unpackWide is unpackBytes for numbers of at most 32 bits.
func unpackWide(to []int32, b []byte, at, width int) int {
	mask := uint64(1)<<(width&63) - 1
	for len(to) > 0 && at>>3+8 <= len(b) {
		to[0] = int32(binary.LittleEndian.Uint64(b[at>>3:]) >> (at & 7) & mask)
		to, at = to[1:], at+width
	}
	for i := range to {
		to[i] = int32(bits(b, at, width))
		at += width
	}
	return at
}

// bits reads a number of so many bits, lowest first.
func bits(b []byte, at, width int) uint64 {
	if from := at / 8; width <= 56 && from+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[from:]) >> (at % 8) & (1<<width - 1)
	}
	var v uint64
	for got := 0; got < width; {
		take := min(8-(at+got)%8, width-got)
		part := b[(at+got)/8] >> ((at + got) % 8) & (1<<take - 1)
		v |= uint64(part) << got
		got += take
	}
	return v
}
