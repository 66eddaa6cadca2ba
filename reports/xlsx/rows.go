package xlsx

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rows are the rows of a sheet as the file holds them. They are written here
// and not by the library: a large book is some million cells, and each would be
// a dozen small allocations.
type rows struct {
	xml []byte
	n   int // rows so far
}

// open begins the next row; height is in points, 0 for the usual.
func (r *rows) open(height float64) {
	r.n++
	r.xml = append(r.xml, `<row r="`...)
	r.xml = strconv.AppendInt(r.xml, int64(r.n), 10)
	if height > 0 {
		r.xml = append(r.xml, `" ht="`...)
		r.xml = strconv.AppendFloat(r.xml, height, 'f', -1, 64)
		r.xml = append(r.xml, `" customHeight="1`...)
	}
	r.xml = append(r.xml, `">`...)
}

func (r *rows) close() { r.xml = append(r.xml, `</row>`...) }

// cell begins a cell of the open row; columns are counted from 1.
func (r *rows) cell(col, style int) {
	r.xml = append(r.xml, `<c r="`...)
	r.xml = appendAt(r.xml, r.n, col)
	if style != 0 {
		r.xml = append(r.xml, `" s="`...)
		r.xml = strconv.AppendInt(r.xml, int64(style), 10)
	}
}

func (r *rows) empty(col, style int) {
	r.cell(col, style)
	r.xml = append(r.xml, `"></c>`...)
}

func (r *rows) integer(col, style, x int) {
	r.cell(col, style)
	r.xml = append(r.xml, `"><v>`...)
	r.xml = strconv.AppendInt(r.xml, int64(x), 10)
	r.xml = append(r.xml, `</v></c>`...)
}

// number writes a number; what is none, and would not open in Excel, is written
// as a text.
func (r *rows) number(col, style int, x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		r.cell(col, style)
		r.xml = fmt.Appendf(r.xml, `" t="str"><v>%v</v></c>`, x)
		return
	}
	r.cell(col, style)
	r.xml = append(r.xml, `"><v>`...)
	r.xml = strconv.AppendFloat(r.xml, x, 'f', -1, 64)
	r.xml = append(r.xml, `</v></c>`...)
}

// text writes a text by its number.
func (r *rows) text(col, style, n int) {
	r.cell(col, style)
	r.xml = append(r.xml, `" t="s"><v>`...)
	r.xml = strconv.AppendInt(r.xml, int64(n), 10)
	r.xml = append(r.xml, `</v></c>`...)
}

// words are a text ready to stand in a cell.
type words struct {
	xml    string
	spaced bool // begins or ends with space that is to stay
}

var escapes = strings.NewReplacer(`&`, "&amp;", `<`, "&lt;", `>`, "&gt;", `"`, "&#34;", `'`, "&#39;", "\t", "&#x9;")

func inXML(s string) words {
	if isPlain(s) {
		return words{xml: s}
	}
	s = text(s)
	spaced := s != "" && (isSpace(s[0]) || isSpace(s[len(s)-1]))
	return words{escapes.Replace(s), spaced}
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' }

// isPlain tells texts that stand in a cell as they are, most of them, without
// work. It may say no to one that would.
func isPlain(s string) bool {
	if len(s) == 0 || len(s) > cellLimit || s[0] == ' ' || s[len(s)-1] == ' ' {
		return len(s) == 0
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == 0x7F, c == '"', c == '&', c == '\'', c == '<', c == '>', c == '_':
			return false
		case c == 0xC2, c == 0xEF: // first bytes of control characters and of U+FFFE
			return false
		}
	}
	return utf8.ValidString(s)
}

// at is the name of a cell, both counted from 1.
func at(row, col int) string { return string(appendAt(nil, row, col)) }

func appendAt(b []byte, row, col int) []byte {
	return strconv.AppendInt(appendLetters(b, col), int64(row), 10)
}

// letters is the name of a column, counted from 1.
func letters(col int) string { return string(appendLetters(nil, col)) }

func appendLetters(b []byte, col int) []byte {
	if col > 26 {
		b = appendLetters(b, (col-1)/26)
	}
	return append(b, byte('A'+(col-1)%26))
}
