package por

import (
	"math"
	"math/big"
	"math/bits"
)

// cut is what is wrong with a value that the file ends in.
const cut = "the end of the file"

// maxToken is how many characters a number has at most; 30 digits say all
// that a float64 can hold, and the smallest one takes 300 without an exponent.
const maxToken = 512

// digit is the value of each character as a digit of base 30, 0xff for others.
var digit = func() (d [256]uint8) {
	for i := range d {
		d[i] = 0xff
	}
	for i := range 30 {
		d["0123456789ABCDEFGHIJKLMNOPQRST"[i]] = uint8(i)
	}
	return d
}()

// exactDigits is how many digits of base 30 a uint64 always holds.
const exactDigits = 13

// number reads a number at the beginning of b: digits of base 30 with a point
// and an exponent (a power of 30, itself in base 30), up to a stroke; or *. for
// the system-missing value. It returns how many bytes it took, and the float64
// that is nearest to what the digits say, infinite where that is beyond all of
// them. wrong says why it is no number.
//
// b holds maxToken bytes behind the blanks, or all that is left of the file.
func number(b []byte) (v float64, missing bool, n int, wrong string) {
	if len(b) > 0 && b[0] == '*' {
		if len(b) == 1 {
			return 0, false, 0, cut
		}
		if b[1] != '.' {
			return 0, false, 0, "a star without a full stop behind it"
		}
		return 0, true, 2, ""
	}
	i, negative := 0, false
	if len(b) > 0 && b[0] == '-' {
		i, negative = 1, true
	}
	var mantissa uint64
	digits, dropped, scale, point := 0, 0, 0, -1
	start := i
	for ; i < len(b) && i < maxToken; i++ {
		d := digit[b[i]]
		if d == 0xff {
			if b[i] != '.' || point >= 0 {
				break
			}
			point = i
			continue
		}
		switch {
		case digits < exactDigits:
			mantissa = mantissa*30 + uint64(d)
			if mantissa > 0 {
				digits++
			}
			if point >= 0 {
				scale--
			}
		default:
			dropped++
			if point < 0 {
				scale++
			}
		}
	}
	end := i
	if i == len(b) && i < maxToken {
		return 0, false, 0, cut
	}
	if end-start == 0 || end-start == 1 && point >= 0 {
		return 0, false, 0, "no number"
	}
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		e, k := exponent(b[i:])
		if k == 0 {
			return 0, false, 0, "an exponent without digits"
		}
		scale += e
		i += k
	}
	if i == len(b) && i < maxToken {
		return 0, false, 0, cut
	}
	if i == len(b) || b[i] != '/' {
		return 0, false, 0, "a number without a stroke behind it"
	}
	v = scaled(mantissa, scale)
	if dropped > 0 && scaled(mantissa+1, scale) != v {
		v = exact(b[start:end], scale-dropped)
	}
	if negative && v != 0 {
		v = -v
	}
	return v, false, i + 1, ""
}

// farExponent bounds exponents, so that sums of them do not overflow; values
// with a larger one are 0 or infinite in any case.
const farExponent = 1 << 20

// exponent reads a sign and digits; n is how many bytes they are, 0 if there
// are no digits.
func exponent(b []byte) (e, n int) {
	n = 1
	for ; n < len(b) && n < maxToken && digit[b[n]] != 0xff; n++ {
		e = min(e*30+int(digit[b[n]]), farExponent)
	}
	if n == 1 {
		return 0, 0
	}
	if b[0] == '-' {
		e = -e
	}
	return e, n
}

// Powers that are exact: 30^n below 2^53 as float64, 15^n below 2^64.
var (
	floats30 = func() (p [11]float64) {
		p[0] = 1
		for i := 1; i < len(p); i++ {
			p[i] = 30 * p[i-1]
		}
		return p
	}()
	wholes15 = func() (p [17]uint64) {
		p[0] = 1
		for i := 1; i < len(p); i++ {
			p[i] = 15 * p[i-1]
		}
		return p
	}()
)

// scaled is the float64 nearest to m·30^scale, +Inf if there is none.
func scaled(m uint64, scale int) float64 {
	switch {
	case m == 0:
		return 0
	case scale == 0:
		return float64(m)
	case m <= 1<<53 && 0 < scale && scale < len(floats30):
		return float64(m) * floats30[scale] // both exact: rounded once
	case m <= 1<<53 && 0 < -scale && -scale < len(floats30):
		return float64(m) / floats30[-scale]
	case scale < 0 && -scale < len(wholes15):
		return quotient(m, wholes15[-scale], scale)
	}
	return bigScaled(new(big.Int).SetUint64(m), scale)
}

// quotient is the float64 nearest to m/d·2^shift: 30^n is 15^n·2^n, so a
// division of 128 bits by 64 does for all numbers of up to 16 decimals. The
// quotient has 63 bits or more; its last one also says whether something is
// left, and so the conversion rounds as if it saw all bits.
func quotient(m, d uint64, shift int) float64 {
	up, down := bits.LeadingZeros64(m), bits.LeadingZeros64(d)
	m, d = m<<up, d<<down
	q, rest := bits.Div64(m>>1, m<<63, d)
	if rest > 0 {
		q |= 1
	}
	return math.Ldexp(float64(q), down-up-63+shift)
}

// Powers of 30 beyond which a float64 is infinite or 0.
const (
	largest  = 210
	smallest = -225
)

// bigScaled is scaled for any size.
func bigScaled(m *big.Int, scale int) float64 {
	if m.Sign() == 0 {
		return 0
	}
	digits := m.BitLen() / 5 // at least as many as base 32 has, less one
	switch {
	case digits+scale > largest+1:
		return math.Inf(1)
	case m.BitLen()/4+2+scale < smallest:
		return 0
	}
	p := new(big.Int).Exp(big.NewInt(30), big.NewInt(int64(max(scale, -scale))), nil)
	r := new(big.Rat)
	if scale < 0 {
		r.SetFrac(m, p)
	} else {
		r.SetInt(m.Mul(m, p))
	}
	v, _ := r.Float64()
	return v
}

// exact is the float64 nearest to digits that are more than a uint64 holds.
func exact(b []byte, scale int) float64 {
	m, thirty, d := new(big.Int), big.NewInt(30), new(big.Int)
	for _, x := range b {
		if digit[x] != 0xff {
			m.Add(m.Mul(m, thirty), d.SetUint64(uint64(digit[x])))
		}
	}
	return bigScaled(m, scale)
}
