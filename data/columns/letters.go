package columns

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Letters finds out in which encoding the texts of a file are that does not say
// so: UTF-8 if most texts with letters beyond ASCII are, for hardly a text in
// another encoding is UTF-8 by chance; else windows-1252.
type Letters struct {
	utf8  int64 // texts beyond ASCII that are UTF-8
	cut   int64 // those that would be, had they not been cut inside a letter
	other int64
}

// See looks at a text.
func (l *Letters) See(b []byte) {
	switch {
	case IsASCII(b):
	case utf8.Valid(b):
		l.utf8++
	case utf8.Valid(whole(b)):
		l.cut++
	default:
		l.other++
	}
}

// whole is a text without a last letter that lacks bytes: fields of fixed width
// cut letters in two.
func whole(b []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return b[:len(b)-n]
			}
			break
		}
	}
	return b
}

// isUTF8 decides.
func (l *Letters) isUTF8() bool { return l.utf8 > l.other }

// Text is a text in UTF-8. What is no letter becomes U+FFFD, the visible
// replacement.
func (l *Letters) Text(b []byte) string {
	switch {
	case IsASCII(b):
		return string(b)
	case l.isUTF8():
		return strings.ToValidUTF8(string(b), string(utf8.RuneError))
	}
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(charmap.Windows1252.DecodeByte(c))
	}
	return s.String()
}

// Note says for the codebook what was assumed, "" if nothing had to be. files are
// the files that do not name an encoding: "transport files".
func (l *Letters) Note(files string) string {
	start := files + " do not say in which encoding letters beyond ASCII are; "
	switch {
	case l.utf8+l.cut+l.other == 0:
		return ""
	case !l.isUTF8():
		return start + "they were read as windows-1252. Check letters with accents."
	case l.cut+l.other > 0:
		return start + fmt.Sprintf("they were read as UTF-8. %d texts are none, or are cut inside a letter, and show \uFFFD there.", l.cut+l.other)
	}
	return start + "they were read as UTF-8, which all text in the file is."
}

// IsASCII reports whether all bytes are letters of ASCII, as they are nearly
// always.
func IsASCII(b []byte) bool {
	for len(b) >= 8 {
		if b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7] >= utf8.RuneSelf {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
