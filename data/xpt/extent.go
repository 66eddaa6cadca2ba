package xpt

import (
	"bytes"
	"strings"

	"tradeoff/data/columns"
)

// maxNamed is how many further data sets are named.
const maxNamed = 10

// findEnd finds where the records of the cases end, names further data sets,
// and counts the cases.
func (d *dataset) findEnd() error {
	d.end = d.in.Size
	var others []string
	count := 0
	err := d.records(d.start, func(at int64, b []byte) {
		if kind := kindOf(b); kind != "MEMBER" && kind != "MEMBV8" {
			return
		}
		if count == 0 {
			d.end = at
		}
		if count++; len(others) < maxNamed {
			others = append(others, d.nameAt(at))
		}
	})
	if err != nil {
		return err
	}
	if count > len(others) {
		others = append(others, "and more")
	}
	if count > 0 {
		d.note("it holds %d data sets, of which the first was read; the others are %s. To read one of them, export it to a file of its own.", count+1, strings.Join(others, ", "))
	}
	return d.countCases()
}

// records calls f with every record that begins a header, from a place on.
func (d *dataset) records(from int64, f func(at int64, b []byte)) error {
	buf := make([]byte, recordSize*(1<<12))
	for at := from; at < d.in.Size; at += int64(len(buf)) {
		b := buf[:min(int64(len(buf)), d.in.Size-at)]
		if n, err := d.in.ReadAt(b, at); n < len(b) {
			return d.fault("", "the file could not be read at byte %d: %v", at, err)
		}
		for i := 0; i+recordSize <= len(b); i += recordSize {
			if b[i] == headerStart[0] && kindOf(b[i:i+recordSize]) != "" {
				f(at+int64(i), b[i:i+recordSize])
			}
		}
	}
	return nil
}

// nameAt is the name of the data set whose first header stands at a place.
func (d *dataset) nameAt(at int64) string {
	b := make([]byte, recordSize)
	if n, _ := d.in.ReadAt(b, at+2*recordSize); n < recordSize {
		return "one without a name"
	}
	name := columns.Trim(b[8:16])
	if d.long {
		name = columns.Trim(b[8:40])
	}
	if len(name) == 0 {
		return "one without a name"
	}
	return columns.Visible(name)
}

// countCases finds out how many cases there are. Blanks fill the last record;
// whether a blank case that fits into it is filling is not said by the format.
func (d *dataset) countCases() error {
	size := d.end - d.start
	whole, rest := size/d.width, size%d.width
	tail := make([]byte, min(size, recordSize-1))
	if n, err := d.in.ReadAt(tail, d.end-int64(len(tail))); n < len(tail) {
		return d.fault("", "the end of the cases could not be read: %v", err)
	}
	blanks := int64(len(tail) - len(bytes.TrimRight(tail, " ")))
	switch {
	case d.promised >= 0 && d.promised*d.width > size:
		return d.fault("", "the header promises %d cases, but the file has room for %d: %s", d.promised, whole, cutShort)
	case d.promised >= 0:
		d.cases = d.promised
		if filled := size - d.promised*d.width; filled > blanks {
			return d.fault("", "the header promises %d cases, but %d bytes follow them: %s", d.promised, filled, again)
		}
		return nil
	case blanks < rest:
		return d.caseFault(whole+1, "", "the file ends inside this case: %s", cutShort)
	}
	d.cases = whole
	fits := blanks - rest // blanks that may be filling, beside those that must be
	if d.end%recordSize != 0 {
		fits = 0 // the last record was not filled
		d.note("the last record has %d bytes and not %d; the file may have been cut short, but its %d cases are whole.", d.end%recordSize, recordSize, whole)
	}
	if n := fits / d.width; n > 0 && size > 0 {
		d.cases -= n
		if !d.hasNumber() {
			d.note("%d blank cases at the end may be filling of the last record, and were left out; the format does not tell.", n)
		}
	}
	return nil
}

// hasNumber reports whether a case holds a number, whose bytes are never all
// blank.
func (d *dataset) hasNumber() bool {
	for _, v := range d.variables {
		if !v.text {
			return true
		}
	}
	return false
}
