package por

import (
	"strings"
	"unicode/utf8"

	"tradeoff/data/columns"
)

// The header of a portable file: five lines of 40 characters that name
// character sets for people, a table of 256 characters that tells how this file
// writes each character of the portable set, and a word.
const (
	vanitySize = 200
	tableSize  = 256
	magic      = "SPSSPORT"
	headerSize = vanitySize + tableSize + len(magic)
)

// firstPortable is the first character of the portable set that has a meaning
// here; those before are control characters.
const firstPortable = 64

// portable is the portable set from firstPortable on, as its documentation
// lists it. Blanks behind the letters stand for signs that Unicode lacks, and
// for what is reserved.
var portable = []rune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz " +
	".<(+|&[]!$*);^-/¦,%_>?`:£@'=\"≤□±■°†~–└┌≥⁰¹²³⁴⁵⁶⁷⁸⁹┘┐≠—⁽⁾ {}\\¢·")

// A charset says what the bytes of a file mean. The file is turned into ASCII
// byte by byte, so that everything behind knows digits, strokes and blanks.
type charset struct {
	toASCII [256]byte
	ascii   bool // the file is in ASCII, and bytes beyond are of an encoding to be found out
	letters columns.Letters
}

// Bytes that stand for signs of the portable set that ASCII lacks, in files that
// are not in ASCII themselves: sign 0x80+i is place i of the portable set.
const (
	foreign = 0x80
	noSign  = 0x1a // no sign of the portable set
)

// newCharset reads the table of the header.
func newCharset(table []byte) *charset {
	c := &charset{}
	for i := range c.toASCII {
		c.toASCII[i] = noSign
	}
	seen := [256]bool{}
	for i, r := range portable {
		b := table[firstPortable+i]
		if seen[b] || r == ' ' && i > 62 { // signs that the file lacks repeat another
			continue
		}
		seen[b] = true
		c.toASCII[b] = byte(foreign + i)
		if r < utf8.RuneSelf {
			c.toASCII[b] = byte(r)
		}
	}
	c.ascii = c.isASCII()
	if c.ascii {
		for i := range c.toASCII {
			c.toASCII[i] = byte(i)
		}
	}
	return c
}

// isASCII reports whether letters, digits and what numbers are written with
// stand for themselves.
func (c *charset) isASCII() bool {
	for _, r := range portable[:63] {
		if c.toASCII[r] != byte(r) {
			return false
		}
	}
	return c.toASCII['.'] == '.' && c.toASCII['/'] == '/' && c.toASCII['*'] == '*' && c.toASCII['-'] == '-' && c.toASCII['+'] == '+'
}

// text is a field as text, without the blanks at its end. A sign that the table of
// the file does not explain becomes U+FFFD, the visible replacement.
func (c *charset) text(b []byte) string {
	b = columns.Trim(b)
	if isASCII(b) {
		return string(b)
	}
	if !c.ascii {
		var s strings.Builder
		for _, x := range b {
			s.WriteRune(c.rune(x))
		}
		return s.String()
	}
	return c.letters.Text(b)
}

// rune is the sign that a byte stands for in a file that was not in ASCII.
func (c *charset) rune(x byte) rune {
	switch {
	case x >= foreign:
		return portable[x-foreign]
	case x == noSign:
		return utf8.RuneError
	}
	return rune(x)
}

// isASCII reports whether all bytes are letters of ASCII, as they are nearly always.
func isASCII(b []byte) bool {
	for _, x := range b {
		if x >= utf8.RuneSelf || x == noSign {
			return false
		}
	}
	return true
}
