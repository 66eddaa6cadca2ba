package xpt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A variable is one column, its words still as bytes.
type variable struct {
	name, label []byte
	text        bool
	width       int
	offset      int // in a case
	format      []byte
	formatWidth int
	decimals    int
	points      point
	held        uint32 // special missing values that it holds: bit 0 is ._, bit 1 .A
}

// Limits of a width in bytes.
const (
	minNumber, maxNumber = 2, 8
	maxText              = 1<<15 - 1
)

// readVariables reads the descriptions of the variables, each of size bytes, and
// what fills their last record.
func (r *reader) readVariables(count, size int64) {
	from := r.pos
	end := 0
	for i := range count {
		b := r.bytes(size, "the description of a variable")
		if b == nil {
			return
		}
		v := &variable{
			name: columns.Trim(b[8:16]), label: columns.Trim(b[16:56]), text: be16(b) == 2, width: be16(b[4:]),
			format: columns.Trim(b[56:64]), formatWidth: be16(b[64:]), decimals: be16(b[66:]),
		}
		offset := int64(int32(binary.BigEndian.Uint32(b[84:])))
		if r.long && size >= describedSize {
			if name := columns.Trim(b[88:120]); len(name) > 0 {
				v.name = name
			}
		}
		name := columns.Visible(v.name)
		switch kind := be16(b); {
		case kind != 1 && kind != 2:
			r.fail(name, "variable %d has type %d, expected 1 for a number or 2 for text: %s", i+1, kind, again)
		case len(v.name) == 0:
			r.fail("", "variable %d has no name: %s", i+1, again)
		case !v.text && (v.width < minNumber || v.width > maxNumber):
			r.fail(name, "the number is said to take %d bytes, expected 2 to 8: %s", v.width, again)
		case v.text && (v.width < 1 || v.width > maxText):
			r.fail(name, "the text is said to take %d bytes: %s", v.width, again)
		case offset != int64(end):
			r.fail(name, "the values are said to begin at byte %d of a case, expected %d, behind the variable before: %s", offset, end, again)
		}
		if r.err != nil {
			return
		}
		v.offset = end
		end += v.width
		v.points = pointOf(string(v.format), v.text)
		r.variables = append(r.variables, v)
	}
	r.pad(from)
	r.width = int64(end)
}

// readLabels reads the record of labels, names and formats that are too long for
// the descriptions, if there is one.
func (r *reader) readLabels() {
	if r.err != nil || !r.long {
		return
	}
	b := make([]byte, recordSize)
	if n, _ := r.in.ReadAt(b, r.pos); n < recordSize {
		return // the next header will say that the file ends
	}
	kind := kindOf(b)
	if kind != "LABELV8" && kind != "LABELV9" {
		return
	}
	r.pos += recordSize
	count, ok := field(string(b[numbersAt:]), 0)
	if !ok || count < 0 || count > int64(len(r.variables)) {
		r.fail("", "the header before byte %d promises %q long labels, expected up to %d: %s", r.pos, bytes.TrimSpace(b[numbersAt:]), len(r.variables), again)
		return
	}
	from := r.pos
	for range count {
		r.readLabel(kind == "LABELV9")
	}
	r.pad(from)
}

// readLabel reads the long name and label of a variable, and if formats is set
// the names of its formats.
func (r *reader) readLabel(formats bool) {
	n := int64(6)
	if formats {
		n = 10
	}
	at := r.pos
	sizes := r.bytes(n, "the lengths of a long label")
	if sizes == nil {
		return
	}
	place := be16(sizes)
	if place < 1 || place > len(r.variables) {
		r.fail("", "the long label at byte %d belongs to variable %d, expected 1 to %d: %s", at, place, len(r.variables), again)
		return
	}
	v := r.variables[place-1]
	if name := columns.Trim(r.bytes(int64(be16(sizes[2:])), "a long name")); len(name) > 0 {
		v.name = name
	}
	if label := columns.Trim(r.bytes(int64(be16(sizes[4:])), "a long label")); len(label) > 0 {
		v.label = label
	}
	if !formats {
		return
	}
	// Names of formats come with width and decimals: "LONGFORMAT12.2".
	if format := columns.Trim(r.bytes(int64(be16(sizes[6:])), "a long format")); len(format) > 0 {
		v.format, v.formatWidth, v.decimals = splitFormat(format)
		v.points = pointOf(string(v.format), v.text)
	}
	r.bytes(int64(be16(sizes[8:])), "a long informat")
}

// splitFormat takes a format apart: its name, width and decimals.
func splitFormat(b []byte) (name []byte, width, decimals int) {
	whole, rest, _ := bytes.Cut(b, []byte("."))
	name = bytes.TrimRight(whole, "0123456789")
	number := func(b []byte) (n int) {
		for _, c := range b[:min(len(b), 4)] {
			if c < '0' || c > '9' {
				return 0
			}
			n = 10*n + int(c-'0')
		}
		return n
	}
	return name, number(whole[len(name):]), number(rest)
}

// formatWords are the words for a variable's format: "DATE9.", "F8.2", "$20.".
func (v *variable) formatWords() string {
	s := columns.Visible(v.format)
	if s == "" && v.formatWidth == 0 {
		return ""
	}
	if v.formatWidth > 0 {
		s += fmt.Sprint(v.formatWidth)
	}
	s += "."
	if v.decimals > 0 {
		s += fmt.Sprint(v.decimals)
	}
	return s
}

// A point tells what a number is a point in time of.
type point uint8

const (
	noPoint point = iota
	days          // since 1960
	seconds       // since 1960
)

// kind is how the values of a variable are stored in a batch.
func (v *variable) kind() data.Type {
	switch {
	case v.text:
		return data.Text
	case v.points != noPoint:
		return data.Time
	}
	return data.Number
}

// Formats of SAS that show dates and dates with a time, without what may follow
// in the name of a separator: B blank, C colon, D dash, N nothing, P point, S
// slash.
var (
	dayFormats = words("DATE DAY DDMMYY MMDDYY YYMMDD YYMM MMYY MONYY MONNAME MONTH QTR QTRR YEAR YYMON YYQ YYQR YYWEEKU YYWEEKV YYWEEKW " +
		"JULIAN JULDAY NENGO MINGUO DOWNAME WEEKDATE WEEKDATX WEEKDAY WEEKU WEEKV WEEKW WORDDATE WORDDATX PDJULG PDJULI " +
		"E8601DA B8601DA IS8601DA EURDFDD EURDFDE EURDFDN EURDFDWN EURDFMN EURDFMY EURDFWDX EURDFWKX")
	secondFormats = words("DATETIME DATEAMPM DTDATE DTMONYY DTWKDATX DTYEAR DTYYQC MDYAMPM " +
		"E8601DT B8601DT IS8601DT E8601DZ B8601DZ IS8601DZ E8601DN B8601DN IS8601DN E8601DX B8601DX E8601LX B8601LX EURDFDT")
	separated = words("DDMMYY MMDDYY YYMMDD YYMM MMYY YYQ YYQR")
)

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// pointOf tells by a format what a number is. TIME, HHMM and their like are
// durations.
func pointOf(format string, text bool) point {
	format = strings.ToUpper(format)
	if n := len(format) - 1; n > 0 && strings.IndexByte("BCDNPS", format[n]) >= 0 && separated[format[:n]] {
		format = format[:n]
	}
	switch {
	case text:
		return noPoint
	case dayFormats[format], strings.HasPrefix(format, "NLDATE"): // in the words of a country
		return days
	case secondFormats[format], strings.HasPrefix(format, "NLDATM"):
		return seconds
	}
	return noPoint
}
