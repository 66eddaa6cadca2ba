package xpt

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// recordSize is the length of all records.
const recordSize = 80

// A header is a record that says what follows: "HEADER RECORD*******", eight
// letters for its kind, "HEADER RECORD!!!!!!!", and 30 digits or blanks, which
// hold up to six numbers of five digits, or one.
const (
	headerStart  = "HEADER RECORD*******"
	headerMiddle = "HEADER RECORD!!!!!!!"
	kindAt       = len(headerStart)
	middleAt     = kindAt + 8
	numbersAt    = middleAt + len(headerMiddle)
	numbersSize  = 30
)

// kindOf is the kind of a header, "" for a record that is none.
func kindOf(b []byte) string {
	if len(b) < numbersAt || string(b[:kindAt]) != headerStart || string(b[middleAt:numbersAt]) != headerMiddle {
		return ""
	}
	return strings.TrimRight(string(b[kindAt:middleAt]), " ")
}

// A reader walks through the headers. The first error sticks: reads after it
// return nothing.
type reader struct {
	*dataset
	pos int64
	err error
}

// fail notes the first error.
func (r *reader) fail(column, format string, args ...any) {
	if r.err == nil {
		r.err = r.fault(column, format, args...)
	}
}

// bytes reads n bytes; what names them.
func (r *reader) bytes(n int64, what string) []byte {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > r.in.Size-r.pos {
		r.fail("", "%s at byte %d takes %d bytes, but only %d are left in the file: %s", what, r.pos, n, r.in.Size-r.pos, cutShort)
		return nil
	}
	b := make([]byte, n)
	if k, err := r.in.ReadAt(b, r.pos); int64(k) < n {
		r.fail("", "%s at byte %d could not be read: %v", what, r.pos, err)
		return nil
	}
	r.pos += n
	return b
}

// header reads a header of one of two kinds, of version 5 and 8, and returns its
// numbers.
func (r *reader) header(kind, longKind string) (numbers string) {
	at := r.pos
	b := r.bytes(recordSize, "the "+kind+" header")
	if b == nil {
		return ""
	}
	if got := kindOf(b); got != kind && got != longKind {
		r.fail("", "the record at byte %d is not the %s header that must stand there: %s", at, kind, again)
		return ""
	}
	return string(b[numbersAt:recordSize])
}

// pad steps over the blanks that fill a record.
func (r *reader) pad(from int64) {
	r.bytes((recordSize-(r.pos-from)%recordSize)%recordSize, "the filling of a record")
}

// field is the number in place i of a header with six numbers of five digits;
// some writers put one number there and blanks behind it.
func field(numbers string, i int) (int64, bool) {
	s := numbers[:numbersSize]
	if trimmed := strings.Trim(s, " "); len(trimmed) < numbersSize {
		n, err := strconv.ParseInt(trimmed, 10, 64)
		return n, err == nil
	}
	n, err := strconv.ParseInt(s[5*i:5*i+5], 10, 64)
	return n, err == nil && n >= 0
}

// Lengths of a variable's description.
const (
	describedSize = 140
	vaxSize       = 136 // as VAX/VMS wrote it
)

// readHeaders reads everything before the first case.
func (d *dataset) readHeaders() error {
	if d.in.Size == 0 {
		return d.fault("", "the file is empty; export it again")
	}
	r := &reader{dataset: d}
	r.header("LIBRARY", "LIBV8")
	d.long = d.isLong()
	r.bytes(2*recordSize, "the description of the library")
	if r.err == nil && r.pos == d.in.Size {
		return d.fault("", "there is no data set in this file; export it again")
	}
	member := r.header("MEMBER", "MEMBV8")
	r.header("DSCRPTR", "DSCPTV8")
	r.bytes(2*recordSize, "the description of the data set")
	names := r.header("NAMESTR", "NAMSTV8")
	if r.err != nil {
		return r.err
	}
	size := int64(describedSize)
	if n, ok := field(member, 5); ok && n == vaxSize {
		size = vaxSize
	}
	count, ok := field(names, 1)
	if !ok || count < 1 || count > (d.in.Size-r.pos)/size {
		return d.fault("", "the header before byte %d promises %q variables, expected 1 to %d: %s", r.pos, strings.TrimSpace(names), (d.in.Size-r.pos)/size, again)
	}
	r.readVariables(count, size)
	r.readLabels()
	d.readCount(r.header("OBS", "OBSV8"))
	d.start = r.pos
	return r.err
}

// isLong reports whether the first header is one of version 8.
func (d *dataset) isLong() bool {
	b := make([]byte, recordSize)
	n, _ := d.in.ReadAt(b, 0)
	return n == recordSize && kindOf(b) == "LIBV8"
}

// readCount takes the number of cases from the last header, where it stands in
// 15 places in version 8; writers that do not know it leave zeros.
func (d *dataset) readCount(numbers string) {
	d.promised = -1
	if !d.long || len(numbers) < 15 || numbers[:15] == strings.Repeat("0", 15) {
		return
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(numbers[:15]), 10, 64); err == nil && n >= 0 {
		d.promised = n
	}
}

// be16 is a whole number of two bytes, the most significant first.
func be16(b []byte) int { return int(binary.BigEndian.Uint16(b)) }
