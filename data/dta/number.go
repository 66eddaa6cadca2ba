package dta

import (
	"math"

	"tradeoff/data"
)

// A state tells what a stored number is.
type state uint8

const (
	present  state = iota
	missing        // system missing, "."
	extended       // .a to .z
)

// The greatest numbers of each type; what is above is missing. Where there are
// extended missing values, "." comes first and .a to .z follow, in steps.
const (
	maxInt8, maxInt16, maxInt32          = 100, 32740, 2147483620
	oldMaxInt8, oldMaxInt16, oldMaxInt32 = 126, 32766, 2147483646

	maxFloat  = 0x7effffff // as bits
	maxDouble = 0x7fdfffffffffffff

	floatStep  = 0x800
	doubleStep = 1 << 40
)

// decodeNumber is the number that stands in the file as raw, its bytes read in
// the file's order and filled up with zeros.
func (d *dictionary) decodeNumber(s storage, raw uint64) (float64, state) {
	switch s {
	case int8s:
		return d.integer(int64(int8(raw)), maxInt8, oldMaxInt8)
	case int16s:
		return d.integer(int64(int16(raw)), maxInt16, oldMaxInt16)
	case int32s:
		return d.integer(int64(int32(raw)), maxInt32, oldMaxInt32)
	case floats:
		if bits := int64(int32(raw)); bits > maxFloat {
			return d.above(bits-maxFloat-1, floatStep)
		}
		return finite(float64(math.Float32frombits(uint32(raw))))
	}
	if bits := int64(raw); bits > maxDouble {
		return d.above(bits-maxDouble-1, doubleStep)
	}
	return finite(math.Float64frombits(raw))
}

func (d *dictionary) integer(v, highest, oldHighest int64) (float64, state) {
	if d.layout.extended && v > highest {
		return d.above(v-highest-1, 1)
	}
	if v > oldHighest {
		return 0, missing
	}
	return float64(v), present
}

// above is a number so far above ".": a step for .a, two for .b, up to .z. What
// lies between or beyond (infinity, NaN) is missing too.
func (d *dictionary) above(distance, step int64) (float64, state) {
	letter := distance/step - 1
	if !d.layout.extended || distance%step != 0 || letter < 0 || letter > 'z'-'a' {
		return 0, missing
	}
	return data.Extended('a' + byte(letter)), extended
}

// finite sorts out what has the sign of a negative number and is none: NaN, and
// minus infinity, which Stata does not have.
func finite(v float64) (float64, state) {
	if math.IsNaN(v) || math.IsInf(v, -1) {
		return 0, missing
	}
	return v, present
}

// minusInfinity reports whether a stored number is minus infinity.
func minusInfinity(s storage, raw uint64) bool {
	return s == floats && raw == 0xff800000 || s == doubles && raw == 0xfff0000000000000
}
