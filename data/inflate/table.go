package inflate

import (
	"encoding/binary"
	"math/bits"
)

const (
	rootBits  = 11 // of a code that the table of literals and lengths is asked for at once
	farBits   = 8  // the same for distances
	orderBits = 7  // the longest code of a length of a code
	widest    = 15 // bits of the longest code

	symbols = 288 // literals, the end, lengths and two that are none
	spread  = 32  // distances, and two that are none
	ending  = 256 // the symbol behind the last of a block
)

// A kind is what a code stands for.
type kind uint8

const (
	literals kind = iota // bytes, up to three
	value                // the length or distance of a match
	below                // longer codes
	special              // the end of the block, or nothing: damage
)

// An entry of a table is what some bits stand for. Its lowest 4 bits are how many
// bits the code has, 6 and 7 the kind. Literals have their number in 4 and 5, and
// themselves from 8 on. A value has from 8 on how many bits it takes with those
// behind its code, and from 16 on what these are added to. Longer codes have lowest
// how many bits more tell them apart, and from 16 on where their entries begin.
type entry uint32

const endMark entry = 1 << 4 // of a special entry

func (e entry) kind() kind  { return kind(e >> 6 & 3) }
func (e entry) bits() uint  { return uint(e & 15) }
func (e entry) all() uint   { return uint(e >> 8 & 31) }
func (e entry) isEnd() bool { return e&endMark != 0 }

// write writes the literals, and says how many.
func (e entry) write(out []byte) int {
	binary.LittleEndian.PutUint32(out, uint32(e>>8))
	return int(e >> 4 & 3)
}

// value is the length or distance at the front of a word.
func (e entry) value(word uint64) int {
	return int(e>>16) + int(word&(1<<e.all()-1)>>e.bits())
}

// place is where the entry of a longer code stands, the word being behind the bits
// that were looked at.
func (e entry) place(word uint64) uint64 {
	return (uint64(e>>16) + word&(1<<e.bits()-1)) % uint64(len(table{}))
}

func of(k kind) entry { return entry(k) << 6 }

// A table is entries by the next bits of the stream, and behind them those of longer
// codes. It holds more than all complete codes need.
type table [1 << 13]entry

// meanings are the entries of literals and lengths, but for the bits of their codes.
var meanings = func() (all [symbols]entry) {
	for s := range all {
		switch {
		case s < ending:
			all[s] = of(literals) | 1<<4 | entry(s)<<8
		case s == ending:
			all[s] = of(special) | endMark
		case s < 265:
			all[s] = of(value) | entry(s-254)<<16
		case s < 285:
			more := entry(s-261) / 4
			all[s] = of(value) | more<<8 | (3+(4+entry(s-265)%4)<<more)<<16
		case s == 285:
			all[s] = of(value) | longest<<16
		default:
			all[s] = of(special)
		}
	}
	return all
}()

// distances are those of distances.
var distances = func() (all [spread]entry) {
	for s := range all {
		switch {
		case s < 4:
			all[s] = of(value) | entry(s+1)<<16
		case s < 30:
			more := entry(s-2) / 2
			all[s] = of(value) | more<<8 | (1+(2+entry(s)%2)<<more)<<16
		default:
			all[s] = of(special)
		}
	}
	return all
}()

// orders are the entries of lengths of codes: the length stands for itself.
var orders = func() (all [19]entry) {
	for s := range all {
		all[s] = of(literals) | entry(s)<<8
	}
	return all
}()

// withBits is the entry of a meaning whose code has so many bits.
func (e entry) withBits(n int) entry {
	if e.kind() == value {
		e += entry(n) << 8
	}
	return e | entry(n)
}

// build makes the table of a code, given how many bits each of its symbols has. It is
// false for a code that leaves bits without meaning, or gives some two; a single code
// of one bit may.
func (t *table) build(lengths []uint8, meanings []entry, root int) bool {
	var count, next [widest + 2]int
	for _, n := range lengths {
		count[n]++
	}
	used := len(lengths) - count[0]
	left := 1
	for n := 1; n <= widest; n++ {
		if left = 2*left - count[n]; left < 0 {
			return false
		}
		next[n+1] = next[n] + count[n]
	}
	if left > 0 && used > 0 && (used > 1 || count[1] == 0) {
		return false
	}
	var sorted [symbols]uint16
	for s, n := range lengths {
		if n > 0 {
			sorted[next[n]] = uint16(s)
			next[n]++
		}
	}
	most := widest
	for most > 0 && count[most] == 0 {
		most--
	}
	t[0] = of(special)
	code, at := 0, 0 // code has its first bit lowest
	for n := 1; n <= root; n++ {
		half := 1 << (n - 1)
		copy(t[half:2*half], t[:half])
		for range count[n] {
			t[code] = meanings[sorted[at]].withBits(n)
			code, at = after(code, n), at+1
		}
	}
	free, started, width := 1<<root, -1, most-root
	for n := root + 1; n <= most; n++ {
		for range count[n] {
			if first := code & (1<<root - 1); first != started {
				t[first] = of(below) | entry(width) | entry(free)<<16
				started, free = first, free+1<<width
			}
			e := meanings[sorted[at]].withBits(n - root)
			for k := code >> root; k < 1<<width; k += 1 << (n - root) {
				t[free-1<<width+k] = e
			}
			code, at = after(code, n), at+1
		}
	}
	return true
}

// after is the code of n bits behind another.
func after(code, n int) int {
	high := 1 << bits.Len(uint(code^(1<<n-1))) >> 1 // the highest bit that is 0
	return code&(high-1) | high
}

// join makes entries of up to three literals of those that fit into the bits that are
// looked at, from the last on, so that those it needs are still of one.
func (t *table) join() {
	for k := 1<<rootBits - 1; k >= 0; k-- {
		e := t[k]
		for n := 1; n < 3 && e.kind() == literals; n++ {
			another := t[k>>e.bits()]
			if another.kind() != literals || e.bits()+another.bits() > rootBits {
				break
			}
			e = (e + another&15 + 1<<4) | another>>8&0xff<<(8+8*n)
		}
		t[k] = e
	}
}

// fixedCodes begins a block whose codes everybody knows.
func (z *Reader) fixedCodes() error {
	z.stage = coded
	if z.fixed {
		return nil
	}
	var lengths [symbols]uint8
	for s := range lengths {
		switch {
		case s < 144:
			lengths[s] = 8
		case s < 256:
			lengths[s] = 9
		case s < 280:
			lengths[s] = 7
		default:
			lengths[s] = 8
		}
	}
	z.codes.build(lengths[:], meanings[:], rootBits)
	for s := range spread {
		lengths[s] = 5
	}
	z.far.build(lengths[:spread], distances[:], farBits)
	z.fixed = true
	return nil
}

// ownCodes begins a block that says its codes.
func (z *Reader) ownCodes() error {
	z.fixed = false
	v, err := z.take(14)
	if err != nil {
		return err
	}
	codes, far, short := int(v&31)+257, int(v>>5&31)+1, int(v>>10)+4
	if codes > 286 || far > 30 {
		return z.corrupt()
	}
	var of [len(orders)]uint8
	turns := [len(of)]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	for _, s := range turns[:short] {
		n, err := z.take(3)
		if err != nil {
			return err
		}
		of[s] = uint8(n)
	}
	if !z.far.build(of[:], orders[:], orderBits) {
		return z.corrupt()
	}
	var lengths [symbols + spread]uint8
	if err := z.lengths(lengths[:codes+far]); err != nil {
		return err
	}
	if !z.codes.build(lengths[:codes], meanings[:], rootBits) || !z.far.build(lengths[codes:codes+far], distances[:], farBits) {
		return z.corrupt()
	}
	if mostLiterals(lengths[:ending]) {
		z.codes.join()
	}
	z.stage = coded
	return nil
}

// mostLiterals reports whether literals have at least half of what codes there are.
func mostLiterals(lengths []uint8) bool {
	share := 0
	for _, n := range lengths {
		if n > 0 {
			share += 1 << (widest - n)
		}
	}
	return share >= 1<<(widest-1)
}

// lengths reads how many bits codes have, by the code that z.far holds.
func (z *Reader) lengths(to []uint8) error {
	for k := 0; k < len(to); {
		s, err := z.order()
		if err != nil {
			return err
		}
		if s < 16 {
			to[k] = uint8(s)
			k++
			continue
		}
		again, more, n := uint8(0), uint(7), 11
		switch s {
		case 16:
			if k == 0 {
				return z.corrupt()
			}
			again, more, n = to[k-1], 2, 3
		case 17:
			more, n = 3, 3
		}
		v, err := z.take(more)
		if err != nil {
			return err
		}
		if n += int(v); n > len(to)-k {
			return z.corrupt()
		}
		for range n {
			to[k] = again
			k++
		}
	}
	return nil
}

// order is the next length of a code.
func (z *Reader) order() (int, error) {
	for {
		e := z.far[z.bits&(1<<orderBits-1)]
		switch {
		case e.kind() == literals && e.bits() <= z.nbits:
			z.bits >>= e.bits()
			z.nbits -= e.bits()
			return int(e >> 8), nil
		case z.nbits >= orderBits:
			return 0, z.corrupt()
		}
		if err := z.another(); err != nil {
			return 0, err
		}
	}
}
