package data

import (
	"math"
	"testing"
)

// The bits of .a and .z are those of Stata's documentation of its doubles:
// 0x1.001p+1023 and 0x1.01ap+1023. Codes go there and back, and the numbers
// beside and between are numbers like any other.
func TestExtended(t *testing.T) {
	for letter, want := range map[byte]float64{'a': 0x1.001p+1023, 'b': 0x1.002p+1023, 'z': 0x1.01ap+1023, '_': 0x1.01bp+1023} {
		if got := Extended(letter); got != want {
			t.Errorf("Extended(%c) = %x, want %x", letter, got, want)
		}
	}
	for _, letter := range []byte("abcdefghijklmnopqrstuvwxyz_") {
		v := Extended(letter)
		code := "." + string(rune(letter))
		if got := Code(v); got != code {
			t.Errorf("Code of .%c is %q", letter, got)
		}
		if back, ok := ParseCode(code); !ok || back != v {
			t.Errorf("ParseCode(%q) = %g, %v", code, back, ok)
		}
		for _, beside := range []float64{math.Nextafter(v, 0), math.Nextafter(v, math.Inf(1)), -v} {
			if l, ok := ExtendedLetter(beside); ok {
				t.Errorf("%x is taken for .%c", beside, l)
			}
		}
	}
	for _, v := range []float64{0, 1, -1, 0x1p+1023, 0x1.01cp+1023, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		if l, ok := ExtendedLetter(v); ok {
			t.Errorf("%x is taken for .%c", v, l)
		}
	}
	for _, code := range []string{"", ".", ".A", ".`", ".{", ".aa", "a", "don't know"} {
		if v, ok := ParseCode(code); ok {
			t.Errorf("%q is read as %g", code, v)
		}
	}
	if v, ok := ParseCode("-1.5"); !ok || v != -1.5 {
		t.Errorf("-1.5 is read as %g, %v", v, ok)
	}
}
