package dta

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"tradeoff/data/columns"
)

// A charset is the encoding of a file's texts.
type charset struct {
	name    string
	charmap encoding.Encoding // nil: UTF-8
}

// A decoder turns the bytes of a file into text. It is not for use by two
// goroutines at once; every scan makes its own.
type decoder struct {
	dec *encoding.Decoder // nil: UTF-8
}

func newDecoder(c charset) *decoder {
	if c.charmap == nil {
		return &decoder{}
	}
	return &decoder{dec: c.charmap.NewDecoder()}
}

// text decodes a text: trailing blanks are cut off, and what is no letter in
// the encoding becomes U+FFFD, the visible replacement.
func (d *decoder) text(b []byte) string {
	b = bytes.TrimRight(b, " ")
	if columns.IsASCII(b) {
		return string(b)
	}
	if d.dec != nil {
		if u, err := d.dec.Bytes(b); err == nil {
			return string(u)
		}
	}
	return strings.ToValidUTF8(string(b), string(utf8.RuneError))
}

// visible is a name that is not decoded yet, for a message.
func visible(b []byte) string { return strings.ToValidUTF8(string(b), string(utf8.RuneError)) }

// letters counts what the bytes beyond ASCII in a file look like.
type letters struct {
	texts     int64 // with such bytes
	utf8      int64 // of them, those that are UTF-8
	mac       int64 // bytes that are letters in Mac Roman and marks in windows-1252
	windows   int64 // bytes that are letters in windows-1252 and mostly marks in Mac Roman
	undefined int64 // bytes that windows-1252 does not have
}

// see counts a text.
func (l *letters) see(b []byte) {
	if columns.IsASCII(b) {
		return
	}
	l.texts++
	if utf8.Valid(b) {
		l.utf8++
		return
	}
	for _, c := range b {
		switch {
		case c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d:
			l.undefined++
			l.mac++
		case c >= 0x83 && c <= 0x9f && c != 0x84 && c != 0x85 && (c < 0x91 || c > 0x97):
			l.mac++
		case c >= 0xc0:
			l.windows++
		}
	}
}

// The encodings that are guessed.
var (
	asUTF8    = charset{name: "UTF-8"}
	asWindows = charset{name: "windows-1252", charmap: charmap.Windows1252}
	asMac     = charset{name: "Mac Roman", charmap: charmap.Macintosh}
)

// chooseEncoding settles the decoder, and says what was assumed where the
// release does not make it certain.
func (d *dictionary) chooseEncoding() {
	l := &d.letters
	d.charset = asUTF8
	switch broken := l.texts - l.utf8; {
	case l.texts == 0:
	case d.layout.utf8 && broken == 0:
	case d.layout.utf8 && l.utf8 > 0:
		d.note("texts of this release are UTF-8, but %d of the %d with letters beyond ASCII are not; what is no letter is shown as \uFFFD.", broken, l.texts)
	case broken == 0:
		d.note("releases before 118 do not say in which encoding their texts are; they were read as UTF-8, which all of them are.")
	default:
		d.charset = asWindows
		if l.mac > l.windows || l.undefined > 0 && l.mac == l.windows {
			d.charset = asMac
		}
		why := "releases before 118 do not say in which encoding their texts are; they were"
		if d.layout.utf8 {
			why = "texts of this release should be UTF-8, but none is; they were"
		}
		d.note("%s read as %s. Check letters with accents.", why, d.charset.name)
	}
	d.text = newDecoder(d.charset)
}
