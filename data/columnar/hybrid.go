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

// ones is fill for n numbers of one bit: it sets the bits of to, which must be
// clear and seven bytes longer than n bits take, and counts those set.
func (h *hybrid) ones(to []byte, n int) (set int, err error) {
	for at := 0; at < n; {
		m, err := h.some(n - at)
		if err != nil {
			return 0, err
		}
		if h.run && h.value == 0 {
			at += m
			continue
		}
		for m > 0 {
			k := min(m, 56) // so many fit into a word at any bit of its first byte
			word := uint64(1)<<k - 1
			if !h.run {
				word = bits(h.bits, h.at, k)
				h.at += k
			}
			set += mathbits.OnesCount64(word)
			b := to[at>>3 : at>>3+8]
			binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)|word<<(at&7))
			at, m = at+k, m-k
		}
	}
	return set, nil
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
