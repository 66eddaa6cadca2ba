package xpt

import (
	"encoding/binary"
	"math"

	"tradeoff/data"
)

// A state tells what a stored number is.
type state uint8

const (
	present state = iota
	missing       // ".", nothing recorded
	special       // .A to .Z or ._
	damaged       // bytes that SAS does not write
)

// An IBM double is a sign, an exponent of 16 in excess of 64 (seven bits), and a
// fraction of 56 bits below one. A number of fewer bytes has lost the last ones.
const (
	fractionBits = 56
	fractionMask = 1<<fractionBits - 1
	excess       = 64
)

// number is a stored number: the float64 nearest to sign·fraction·16^(exponent −
// 64). A fraction has up to 56 bits, which are rounded once, to 53; float64 then
// has room for all exponents. A special missing value has no fraction, and its
// letter in the first byte.
func number(b []byte) (float64, state) {
	var bits uint64
	if len(b) == 8 {
		bits = binary.BigEndian.Uint64(b)
	} else {
		for i, x := range b {
			bits |= uint64(x) << (56 - 8*i)
		}
	}
	fraction := bits & fractionMask
	if fraction == 0 {
		return withoutFraction(byte(bits >> fractionBits))
	}
	v := float64(fraction) * powers[bits>>fractionBits&0x7f]
	if bits>>63 != 0 {
		v = -v
	}
	return v, present
}

// powers are 16^(exponent − 64) less the places of the fraction, by exponent.
var powers = func() (p [128]float64) {
	for e := range p {
		p[e] = math.Ldexp(1, 4*(e-excess)-fractionBits)
	}
	return p
}()

// withoutFraction is a number of no fraction, by its first byte.
func withoutFraction(first byte) (float64, state) {
	switch {
	case first == 0 || first == 0x80:
		return 0, present
	case first == '.':
		return 0, missing
	case first == '_':
		return data.Extended('_'), special
	case first >= 'A' && first <= 'Z':
		return data.Extended(first - 'A' + 'a'), special
	}
	return 0, damaged
}

// heldBit is the bit of a special missing value in variable.held.
func heldBit(v float64) uint32 {
	letter, _ := data.ExtendedLetter(v)
	if letter == '_' {
		return 1
	}
	return 2 << (letter - 'a')
}

// epoch is 1 January 1960, where SAS begins to count, in seconds before 1970.
const epoch = 315619200

// unix turns a point in time into seconds since 1970; false for one that no
// calendar reaches.
func (p point) unix(v float64) (int64, bool) {
	if p == days {
		v = math.Floor(v) * 86400
	}
	if math.Abs(v) > 1<<50 {
		return 0, false
	}
	return int64(math.Floor(v)) - epoch, true
}
