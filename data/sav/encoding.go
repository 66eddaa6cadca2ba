package sav

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"tradeoff/data/columns"
)

// A decoder turns the bytes of a file into text. It is not for use by two
// goroutines at once; every scan makes its own with clone.
type decoder struct {
	charset encoding.Encoding // nil: UTF-8
	dec     *encoding.Decoder
}

func newDecoder(charset encoding.Encoding) *decoder {
	d := &decoder{charset: charset}
	if charset != nil {
		d.dec = charset.NewDecoder()
	}
	return d
}

func (d *decoder) clone() *decoder { return newDecoder(d.charset) }

// text decodes a field: blanks and NUL bytes that pad it are cut off, and what
// is no letter in the encoding becomes U+FFFD, the visible replacement.
func (d *decoder) text(b []byte) string {
	b = trimPadding(b)
	if columns.IsASCII(b) {
		return string(b)
	}
	if d.dec == nil {
		return strings.ToValidUTF8(string(b), string(utf8.RuneError))
	}
	u, err := d.dec.Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), string(utf8.RuneError))
	}
	return string(u)
}

// trimPadding cuts the blanks off the end of a field. Some writers pad with
// NUL bytes.
func trimPadding(b []byte) []byte {
	n := len(b)
	for n > 0 && (b[n-1] == ' ' || b[n-1] == 0) {
		n--
	}
	return b[:n]
}

// Character codes of record 7/3 that say nothing about letters beyond ASCII.
const (
	codeNone  = 0
	codeASCII = 2
	code8Bit  = 3
	codeUTF8  = 65001
)

// chooseCharset decides the encoding from the name in record 7/20, "" if there
// is none, else from the character code in record 7/3. sure is false where the
// file names no encoding that is known here: the caller has to assume one.
func chooseCharset(name string, code int32) (charset encoding.Encoding, sure bool) {
	if name != "" {
		return charsetByName(name)
	}
	return charsetByCode(code)
}

// codePageName is an encoding named by its number: cp1252, windows-936, IBM850.
var codePageName = regexp.MustCompile(`^(?:CP|MS|IBM|WINDOWS)[-_ ]?0*([0-9]+)$`)

func charsetByName(name string) (encoding.Encoding, bool) {
	name = strings.ToUpper(strings.TrimSpace(name))
	if name == "UTF-8" || name == "UTF8" {
		return nil, true
	}
	if m := codePageName.FindStringSubmatch(name); m != nil {
		if n, err := strconv.ParseInt(m[1], 10, 32); err == nil {
			return charsetByCode(int32(n))
		}
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil && isSuperset(e) {
		return e, true
	}
	if e, err := htmlindex.Get(name); err == nil && isSuperset(e) {
		return e, true
	}
	return nil, false
}

// isSuperset reports whether ASCII bytes mean ASCII letters, as they must in a
// system file: its short names and blanks are ASCII.
func isSuperset(e encoding.Encoding) bool {
	const letters = "ABCxyz019 _=\t"
	got, err := e.NewDecoder().String(letters)
	return err == nil && got == letters
}

func charsetByCode(code int32) (encoding.Encoding, bool) {
	switch code {
	case codeUTF8:
		return nil, true
	case 437:
		return charmap.CodePage437, true
	case 850:
		return charmap.CodePage850, true
	case 852:
		return charmap.CodePage852, true
	case 855:
		return charmap.CodePage855, true
	case 858:
		return charmap.CodePage858, true
	case 860:
		return charmap.CodePage860, true
	case 862:
		return charmap.CodePage862, true
	case 863:
		return charmap.CodePage863, true
	case 865:
		return charmap.CodePage865, true
	case 866:
		return charmap.CodePage866, true
	case 874:
		return charmap.Windows874, true
	case 932:
		return japanese.ShiftJIS, true
	case 936:
		return simplifiedchinese.GBK, true
	case 949, 51949:
		return korean.EUCKR, true
	case 950:
		return traditionalchinese.Big5, true
	case 1250:
		return charmap.Windows1250, true
	case 1251:
		return charmap.Windows1251, true
	case 1252, 28591: // Latin-1 has no letters where windows-1252 differs
		return charmap.Windows1252, true
	case 1253:
		return charmap.Windows1253, true
	case 1254, 28599:
		return charmap.Windows1254, true
	case 1255:
		return charmap.Windows1255, true
	case 1256:
		return charmap.Windows1256, true
	case 1257:
		return charmap.Windows1257, true
	case 1258:
		return charmap.Windows1258, true
	case 10000:
		return charmap.Macintosh, true
	case 20866:
		return charmap.KOI8R, true
	case 21866:
		return charmap.KOI8U, true
	case 28592:
		return charmap.ISO8859_2, true
	case 28593:
		return charmap.ISO8859_3, true
	case 28594:
		return charmap.ISO8859_4, true
	case 28595:
		return charmap.ISO8859_5, true
	case 28596:
		return charmap.ISO8859_6, true
	case 28597:
		return charmap.ISO8859_7, true
	case 28598:
		return charmap.ISO8859_8, true
	case 28605:
		return charmap.ISO8859_15, true
	case 20932, 51932:
		return japanese.EUCJP, true
	case 54936:
		return simplifiedchinese.GB18030, true
	}
	return nil, false
}
