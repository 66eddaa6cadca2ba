package triples

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// An outcome is what a cell turned out to be.
type outcome uint8

const (
	given outcome = iota // a value
	empty                // nothing was recorded
	wrong                // no value of this kind
)

// A convert reads a cell without blanks around it.
type convert func(cell []byte) (v float64, is outcome)

// trim cuts the blanks around a cell.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// powers of ten that a float64 holds exactly.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// number reads a decimal number with a point, leading zeros and a sign. Up to 15
// digits make a whole number and a power of ten that float64 both holds exactly,
// so that dividing them rounds once, as strconv does.
func number(b []byte) (v float64, is outcome) {
	if len(b) == 0 {
		return 0, empty
	}
	digits := b
	negative := b[0] == '-'
	if negative || b[0] == '+' {
		digits = b[1:]
	}
	if len(digits) > 16 {
		return slowNumber(b)
	}
	whole, point, count := uint64(0), -1, 0
	for i, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			whole = whole*10 + uint64(c-'0')
			count++
		case c == '.' && point < 0:
			point = i
		default:
			return slowNumber(b)
		}
	}
	if count == 0 || count > 15 {
		return slowNumber(b)
	}
	v = float64(whole)
	if point >= 0 {
		v /= powers[len(digits)-point-1]
	}
	if negative {
		v = -v
	}
	return v, given
}

// slowNumber reads long numbers and those with an exponent. Words that strconv
// takes for numbers (hexadecimal, inf) are none here; blanks may follow a sign.
func slowNumber(b []byte) (v float64, is outcome) {
	if len(b) > 1 && (b[0] == '-' || b[0] == '+') && b[1] == ' ' {
		b = append([]byte{b[0]}, trim(b[1:])...)
	}
	for _, c := range b {
		if (c < '0' || c > '9') && !bytes.ContainsRune([]byte("+-.eE"), rune(c)) {
			return 0, wrong
		}
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, wrong
	}
	return v, given
}

// figures are the digits of a date or time, with or without these signs between
// them; ok is false for anything else.
func figures(b []byte, signs string) (out [8]byte, n int, ok bool) {
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			if n == len(out) {
				return out, n, false
			}
			out[n] = c - '0'
			n++
		case bytes.IndexByte([]byte(signs), c) < 0:
			return out, n, false
		}
	}
	return out, n, true
}

// date reads YYYYMMDD as seconds since 1970; zeros stand for no date.
func date(b []byte) (v float64, is outcome) {
	if len(b) == 0 {
		return 0, empty
	}
	f, n, ok := figures(b, "-/.")
	if !ok || n != 8 || len(b) > 10 {
		return 0, wrong
	}
	if f == [8]byte{} {
		return 0, empty
	}
	two := func(i int) int { return 10*int(f[i]) + int(f[i+1]) }
	year, month, day := 100*two(0)+two(2), two(4), two(6)
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || int(t.Month()) != month || t.Day() != day {
		return 0, wrong
	}
	return float64(t.Unix()), given
}

// clock reads HHMMSS or HHMM as seconds since midnight.
func clock(b []byte) (v float64, is outcome) {
	if len(b) == 0 {
		return 0, empty
	}
	f, n, ok := figures(b, ":")
	if !ok || n != 4 && n != 6 || len(b) > 8 {
		return 0, wrong
	}
	two := func(i int) int { return 10*int(f[i]) + int(f[i+1]) }
	h, m, s := two(0), two(2), two(4)
	if h > 24 || m > 59 || s > 59 || h == 24 && m+s > 0 {
		return 0, wrong
	}
	return float64(3600*h + 60*m + s), given
}
