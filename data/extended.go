package data

import (
	"math"
	"strconv"
)

// Extended is the number that stands in a batch for one of Stata's extended
// missing values, given by its letter 'a' to 'z', or for one of SAS's special
// ones, which are the same and '_'. It is the number by which
// Stata itself stores it as a double, above all numbers that it takes for
// values ('_' follows 'z'): finite, so that nothing that asks for NaN mistakes it for a null, and
// far from any answer. Its code is ".a" to ".z" or "._"; a variable that holds it
// declares that code in Missing, like any other value that is no answer.
//
// Alternatives turned down: NaN with a payload, which readers of batches take
// for "nothing recorded" and which no map finds again; a small number per
// variable, which may be an answer in the next wave.
func Extended(letter byte) float64 {
	if letter == '_' {
		letter = underscore
	}
	if letter < 'a' || letter > underscore {
		panic("data: extended missing values have letters a to z, or _")
	}
	return math.Float64frombits(extendedBase + uint64(letter-'a'+1)<<extendedShift)
}

// The bits of Stata's system-missing value, and the place of the letter above
// it.
const (
	extendedBase  = 0x7fe0000000000000
	extendedShift = 40
	underscore    = 'z' + 1 // the letter that '_' counts as
)

// ExtendedLetter is the letter of an extended missing value; ok is false for
// other numbers.
func ExtendedLetter(v float64) (letter byte, ok bool) {
	b := math.Float64bits(v)
	n := (b - extendedBase) >> extendedShift
	if b <= extendedBase || n < 1 || n > underscore-'a'+1 || b != extendedBase+n<<extendedShift {
		return 0, false
	}
	if letter = 'a' + byte(n-1); letter == underscore {
		letter = '_'
	}
	return letter, true
}

// ParseCode is the number that a code stands for, the inverse of Code; ok is false
// for a text that is no number.
func ParseCode(code string) (v float64, ok bool) {
	if len(code) == 2 && code[0] == '.' && (code[1] >= 'a' && code[1] <= 'z' || code[1] == '_') {
		return Extended(code[1]), true
	}
	v, err := strconv.ParseFloat(code, 64)
	return v, err == nil
}
