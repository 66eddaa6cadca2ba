package csv

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestTally counts the bytes of any text in pieces of several sizes, and
// character by character.
func TestTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom([]string{"a,b\n", "ä", "€", "𝄞", "\xff", "\xe9x", "\xf0\x9d", "\x81", "\x00", strings.Repeat("x", 30)}),
			rapid.StringN(0, 5, -1),
		), 0, 30).Draw(t, "text"), "")
		var want tally
		for i, r := range text {
			switch _, size := utf8.DecodeRuneInString(text[i:]); {
			case r == utf8.RuneError && size == 1 && !utf8.FullRuneInString(text[i:]):
				want.cut = true
			case r == utf8.RuneError && size == 1:
				want.invalid++
				if undefined1252(text[i]) {
					want.undefined++
				}
			case size > 1:
				want.multibyte++
			}
			if want.cut {
				break
			}
		}
		want.lines = int64(strings.Count(text, "\n"))
		if before, _, ok := strings.Cut(text, "\x00"); ok {
			want.zero = 1 + int64(strings.Count(before, "\n"))
		}
		for _, r := range []io.Reader{
			strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text)), iotest.HalfReader(strings.NewReader(text)),
			iotest.DataErrReader(strings.NewReader(text)), io.MultiReader(strings.NewReader(text[:len(text)/2]), strings.NewReader(text[len(text)/2:])),
		} {
			var got tally
			read, err := io.ReadAll(got.watch(r))
			if err != nil || !bytes.Equal(read, []byte(text)) {
				t.Fatalf("%q, %v", read, err)
			}
			if got != want {
				t.Fatalf("%T: %+v, want %+v", r, got, want)
			}
		}
	})
}
