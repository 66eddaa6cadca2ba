package sheet

import (
	"bytes"
	"math"
	"strconv"
)

// class is what a cell looks like.
type class uint8

const (
	missing  class = iota // empty, or NA
	integer               // 12
	decimal               // 1.5, 2e-3
	rounded               // 1.23458E+15: what a spreadsheet leaves of a long number
	comma                 // 1,5: a decimal comma, it can be nothing else
	either                // 1,234: a decimal comma or a thousands separator
	zeroed                // 007
	huge                  // a whole number that a float64 cannot hold exactly
	notAsked              // N/A
	date                  // a date, said so by the format
	failed                // an error value
	word                  // anything else
	classes
)

// exact is the largest whole number up to which a float64 holds every one.
const exact = 1 << 53

// roundedFrom is the power of ten from which a spreadsheet shows a whole
// number with an exponent and fewer digits than it had.
const roundedFrom = 11

// blankByte reports whether a byte is white space within or between lines.
func blankByte(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// trim removes white space at both ends.
func trim(b []byte) []byte {
	for len(b) > 0 && blankByte(b[0]) {
		b = b[1:]
	}
	return trimEnd(b)
}

// trimEnd removes white space at the end.
func trimEnd(b []byte) []byte {
	for len(b) > 0 && blankByte(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// classify tells what a cell looks like.
func classify(b []byte, k Kind) class {
	switch k {
	case Date:
		return date
	case Failed:
		return failed
	}
	b = trim(b)
	if len(b) == 0 {
		return missing
	}
	if b[0] == 'N' && k == Plain {
		switch string(b) {
		case "NA":
			return missing
		case "N/A":
			return notAsked
		}
	}
	return shape(b)
}

// digits counts the digits that b starts with.
func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n]-'0' <= 9 {
		n++
	}
	return n
}

// shape tells how the number b is written, or that it is none. It is strict:
// no plus sign, no separators, no NaN or Inf, no hexadecimal.
func shape(b []byte) class {
	if b[0] == '-' {
		b = b[1:]
	}
	whole := digits(b)
	if whole == len(b) {
		return shapeInteger(b)
	}
	lead := b
	b = b[whole:]
	if b[0] == ',' {
		return shapeComma(lead[:whole], b[1:])
	}
	after := 0
	if b[0] == '.' {
		after = digits(b[1:])
		b = b[1+after:]
	}
	if whole+after == 0 {
		return word
	}
	if whole > 1 && lead[0] == '0' {
		return zeroed
	}
	if len(b) == 0 {
		return decimal
	}
	return shapeExponent(b)
}

func shapeInteger(b []byte) class {
	switch {
	case len(b) == 0:
		return word
	case len(b) > 1 && b[0] == '0':
		return zeroed
	case len(b) < 16:
		return integer
	case len(b) == 16:
		if n, err := strconv.ParseUint(string(b), 10, 64); err == nil && n <= exact {
			return integer
		}
	}
	return huge
}

// shapeComma looks at what stands on both sides of a first comma.
func shapeComma(whole, fraction []byte) class {
	switch {
	case len(whole) == 0 || len(fraction) == 0 || digits(fraction) != len(fraction):
		return word
	case len(whole) > 1 && whole[0] == '0':
		return word
	case len(fraction) == 3 && len(whole) <= 3 && whole[0] != '0':
		return either
	}
	return comma
}

// shapeExponent looks at the part of a number from its e or E on.
func shapeExponent(b []byte) class {
	if b[0] != 'e' && b[0] != 'E' {
		return word
	}
	upper, b := b[0] == 'E', b[1:]
	plus := len(b) > 0 && b[0] == '+'
	if plus || len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 3 || digits(b) != len(b) {
		return word
	}
	n, _ := strconv.Atoi(string(b))
	switch {
	case n > 300:
		return word // near the end of what a number can hold: no answer of a survey
	case upper && plus && n >= roundedFrom:
		return rounded
	}
	return decimal
}

// pow10 holds the powers of ten that a float64 holds exactly.
var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// parse is the value of a number that shape has accepted; point is the
// decimal point or comma of the column. ok is false for anything else.
//
// A number of few digits is exact as a whole number divided by an exact power
// of ten, so one rounding gives the nearest float64 (Clinger 1990); the rest
// goes to strconv.
func parse(b []byte, point byte) (v float64, ok bool) {
	b = trim(b)
	i, negative := 0, false
	if len(b) > 0 && b[0] == '-' {
		i, negative = 1, true
	}
	var m uint64
	first := i
	for ; i < len(b); i++ {
		d := b[i] - '0'
		if d > 9 {
			break
		}
		m = m*10 + uint64(d)
	}
	seen, places := i-first, 0
	if i < len(b) && b[i] == point {
		i++
		start := i
		for ; i < len(b); i++ {
			d := b[i] - '0'
			if d > 9 {
				break
			}
			m = m*10 + uint64(d)
		}
		places = i - start
		seen += places
	}
	if i < len(b) || seen == 0 || seen > 18 || m > exact {
		return parseSlow(b, point)
	}
	v = float64(m)
	if places > 0 {
		v /= pow10[places]
	}
	if negative {
		v = -v
	}
	return v, true
}

// number is the value of a cell with a decimal point, and what the cell looks
// like; ok is false and the value NaN where that is no number. It is classify and
// parse in one for most numbers, which have few digits and nothing else.
func number(b []byte, k Kind) (v float64, c class, ok bool) {
	const most = 15 // digits that a float64 holds exactly
	var m uint64
	i, whole := 0, len(b)
	for ; i < len(b) && i <= most; i++ {
		d := b[i] - '0'
		if d > 9 {
			if b[i] != '.' || whole < len(b) {
				break
			}
			whole = i
			continue
		}
		m = m*10 + uint64(d)
	}
	switch {
	case i < len(b) || i > most || whole == 0 || whole > 1 && b[0] == '0' || k > Number:
	case whole == len(b):
		return float64(m), integer, true
	default:
		return float64(m) / pow10[len(b)-whole-1], decimal, true
	}
	switch c = classify(b, k); c {
	case integer, decimal, rounded:
		if v, ok = parse(b, '.'); ok {
			return v, c, true
		}
	}
	return math.NaN(), c, false
}

// parseSlow is parse for long numbers, exponents, and what is no number.
func parseSlow(b []byte, point byte) (float64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	if point != '.' {
		b = bytes.Replace(b, []byte{point}, []byte{'.'}, 1)
	}
	switch shape(b) {
	case integer, decimal, rounded, zeroed, huge:
	default:
		return 0, false
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return v, err == nil && !math.IsInf(v, 0)
}
