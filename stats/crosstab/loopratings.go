package crosstab

import "math/bits"

// perWord is how many ratings a word holds, a byte each.
const perWord = 8

// fields tell where the ratings of an item are in a record: digits, 0 = none and
// 1 = the first answer, in words of 8 turns, the first turn lowest.
type fields []field

// A field is up to 8 bytes of a record.
type field struct {
	word  int
	shift uint
	over  bool // into the next word
	mask  uint64
}

func newFields(item, turns int) fields {
	var out fields
	for turn := 0; turn < turns; turn += perWord {
		first, n := item*turns+turn, min(perWord, turns-turn)
		f := field{word: 1 + first/perWord, shift: uint(first % perWord * 8), over: first%perWord+n > perWord, mask: 1<<(8*n) - 1}
		if n == perWord {
			f.mask = 1<<64 - 1
		}
		out = append(out, f)
	}
	return out
}

// of returns the digits of a record.
func (f *field) of(record []uint64) uint64 { return f.at(record, f.word) }

// at returns the digits of the record whose word is word i of some records.
func (f *field) at(records []uint64, i int) uint64 {
	x := records[i] >> (f.shift & 63)
	if f.over {
		x |= records[i+1] << ((64 - f.shift) & 63)
	}
	return x & f.mask
}

// given marks, by the highest bit of each byte, the digits that are not 0.
func given(digits uint64) uint64 { return (digits&low7 + low7 | digits) &^ low7 }

// turnsOf returns the set of turns that given marks.
func turnsOf(given uint64) uint64 { return given >> 7 * 0x0102040810204080 >> 56 }

// turnAt is the turn, and how far its digit is shifted, of the lowest mark.
func turnAt(given uint64) (turn int, shift uint) {
	at := bits.TrailingZeros64(given)
	return at / 8, uint(at &^ 7)
}
