package sav

import (
	"bytes"
	"math"
	"strconv"
)

// Subtypes of extension records that are used. All others are skipped.
const (
	extInteger     = 3
	extFloat       = 4
	extSets        = 7
	extDisplay     = 11
	extLongNames   = 13
	extVeryLong    = 14
	extCases       = 16
	extMoreSets    = 19
	extEncoding    = 20
	extLongLabels  = 21
	extLongMissing = 22
)

// defaultSysmis is the system-missing value where no record 7/4 names another.
var defaultSysmis = math.Float64bits(-math.MaxFloat64)

// Floating-point formats in record 7/3.
const (
	floatUnknown = 0
	floatIEEE    = 1
)

// readExtension reads an extension record, keeping the body of those that are
// used. The last of several of one subtype counts.
func (d *dictionary) readExtension(c *cursor) {
	at := c.pos - 4
	subtype := c.int32("an extension record")
	size := int64(uint32(c.int32("an extension record")))
	count := int64(uint32(c.int32("an extension record")))
	if c.fault != nil {
		return
	}
	if size > 0 && count > c.left()/size {
		c.fail("", "the extension record 7/%d at byte %d claims %d items of %d bytes, but only %d bytes are left in the file: %s", subtype, at, count, size, c.left(), again)
		return
	}
	n := size * count
	switch subtype {
	case extInteger, extFloat, extSets, extDisplay, extLongNames, extVeryLong, extCases, extMoreSets, extEncoding, extLongLabels, extLongMissing:
	default:
		c.skip(n, "an extension record")
		return
	}
	body := c.bytes(n, "", "an extension record")
	if c.fault != nil {
		return
	}
	switch {
	case subtype == extInteger && len(body) >= 32:
		d.readInteger(c, body)
	case subtype == extFloat && len(body) >= 8:
		d.sysmis = c.order.Uint64(body)
	case subtype == extCases && len(body) >= 16:
		// The header has 32 bits for the number of cases, this record 64.
		if n := int64(c.order.Uint64(body[8:])); d.cases < 0 && n >= 0 {
			d.cases = n
		}
	case subtype == extDisplay:
		for ; len(body) >= 4; body = body[4:] {
			d.levels = append(d.levels, int32(c.order.Uint32(body)))
		}
	default:
		d.ext[subtype] = body
	}
}

// readInteger takes the floating-point format and the character code from
// record 7/3.
func (d *dictionary) readInteger(c *cursor, body []byte) {
	word := func(i int) int32 { return int32(c.order.Uint32(body[4*i:])) }
	if f := word(4); f != floatIEEE && f != floatUnknown {
		c.fail("", "numbers are stored in floating-point format %d, expected 1 (IEEE 754); save the file anew with a current SPSS or PSPP", f)
	}
	d.charCode = word(7)
}

// A pair is NAME=value in an extension record.
type pair struct{ name, value []byte }

// pairs splits records of the form NAME=value, separated by tabs, and in
// record 7/14 by NUL and tab.
func pairs(body []byte) []pair {
	var ps []pair
	for _, p := range bytes.Split(body, []byte{'\t'}) {
		name, value, ok := bytes.Cut(trimLine(p), []byte{'='})
		if ok {
			ps = append(ps, pair{name, value})
		}
	}
	return ps
}

// applyLongNames gives fields the long names of record 7/13.
func (d *dictionary) applyLongNames(fields []*field) {
	long := map[string][]byte{}
	for _, p := range pairs(d.ext[extLongNames]) {
		long[upper(string(trimPadding(p.name)))] = p.value
	}
	for _, f := range fields {
		if name := long[upper(f.records[0].short)]; len(trimPadding(name)) > 0 {
			f.name = d.decode(name)
		}
	}
}

// veryLong are the widths of record 7/14 by upper-case short name.
func (d *dictionary) veryLong() map[string]int {
	widths := map[string]int{}
	for _, p := range pairs(d.ext[extVeryLong]) {
		w, err := strconv.Atoi(string(bytes.Trim(p.value, " \x00")))
		if err == nil && w > 255 {
			widths[upper(string(trimPadding(p.name)))] = w
		}
	}
	return widths
}

// applyLevels sets the level of measurement from record 7/11, which has two or
// three numbers for each variable record. Some writers count the variables
// and not the records.
func (d *dictionary) applyLevels(fields []*field) {
	places := make([]int, len(fields))
	for i, f := range fields {
		places[i] = f.place
	}
	n := len(d.records)
	if len(d.levels) != 2*n && len(d.levels) != 3*n {
		n = len(fields)
		for i := range places {
			places[i] = i
		}
	}
	if n == 0 || len(d.levels) != 2*n && len(d.levels) != 3*n {
		if len(d.levels) > 0 {
			d.note("%s: the record of measurement levels has %d numbers for %d variables; it is ignored.", d.in.Name(), len(d.levels), len(fields))
		}
		return
	}
	per := len(d.levels) / n
	for i, f := range fields {
		f.level = levelOf(d.levels[places[i]*per])
	}
}

// A lengthed walks through the body of records 7/21 and 7/22, where each text
// follows its length. ok turns false at the first that does not fit.
type lengthed struct {
	d    *dictionary
	rest []byte
	ok   bool
}

func (l *lengthed) int() int {
	b := l.take(4)
	if b == nil {
		return 0
	}
	return int(int32(l.d.order.Uint32(b)))
}

func (l *lengthed) take(n int) []byte {
	if !l.ok || n < 0 || n > len(l.rest) {
		l.ok = false
		return nil
	}
	b := l.rest[:n:n]
	l.rest = l.rest[n:]
	return b
}

func (l *lengthed) text() []byte { return l.take(l.int()) }

// applyLongLabels reads value labels of strings longer than 8 bytes.
func (d *dictionary) applyLongLabels() {
	l := &lengthed{d: d, rest: d.ext[extLongLabels], ok: true}
	for l.ok && len(l.rest) > 0 {
		name := d.decode(l.text())
		l.int() // the width, which the variable record tells as well
		n := l.int()
		if !l.ok || n < 0 || n > len(l.rest)/8 {
			l.ok = false
			break
		}
		f := d.lookup[upper(name)]
		for i := 0; i < n && l.ok; i++ {
			code, label := l.text(), l.text()
			if l.ok && f != nil {
				f.longLabels = append(f.longLabels, longLabel{code, label})
			}
		}
		if l.ok && f == nil {
			d.note("%s: value labels are given for variable %s, which is not in the file; they are ignored.", d.in.Name(), name)
		}
	}
	if !l.ok {
		d.note("%s: the record of value labels for long strings is damaged; labels after the damage are missing.", d.in.Name())
	}
}

// applyLongMissing reads missing values of strings longer than 8 bytes. The
// length of the values stands once for each variable; old PSPP versions
// repeat it before each value.
func (d *dictionary) applyLongMissing() {
	l := &lengthed{d: d, rest: d.ext[extLongMissing], ok: true}
	for l.ok && len(l.rest) > 0 {
		name := d.decode(l.text())
		count := l.take(1)
		size := l.int()
		if !l.ok {
			break
		}
		f := d.lookup[upper(name)]
		for i := range int(count[0]) {
			if i > 0 && len(l.rest) >= 4 && int(d.order.Uint32(l.rest)) == size {
				l.take(4)
			}
			if v := l.take(size); l.ok && f != nil {
				f.longMissing = append(f.longMissing, v)
			}
		}
		if l.ok && f == nil {
			d.note("%s: missing values are declared for variable %s, which is not in the file; they are ignored.", d.in.Name(), name)
		}
	}
	if !l.ok {
		d.note("%s: the record of missing values for long strings is damaged; declarations after the damage are missing, so such codes count as answers.", d.in.Name())
	}
}
