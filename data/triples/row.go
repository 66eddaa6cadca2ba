package triples

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"tradeoff/data/columns"
)

// A row is what is recorded of one respondent.
type row struct {
	line   []byte   // a copy
	starts []int    // where its characters start, and its end; nil where positions count bytes
	marks  []int    // room for starts
	fields [][]byte // of a record of CSV, parts of line
	number int64    // of the line
}

// A rower reads rows.
type rower struct {
	*dataFile
	lines *lines
	made  int64
}

// A block is some rows at once: answers are taken out of it variable by
// variable, so that what a variable needs stays in the nearest cache.
type block struct {
	rows []row
	kept [blockRows]row
}

// Limits of a block.
const (
	blockRows  = 256 // enough to be worth a thread
	recordRows = 64  // of CSV, whose fields take more room
	blockBytes = 1 << 20
)

// next reads rows into the block, no more than limit; none at the end. A fault
// comes with the rows before it.
func (b *block) next(r *rower, limit int64) (bytes int, err error) {
	n, most := 0, blockRows
	if r.isCSV() {
		most = recordRows
	}
	for n < most && int64(n) < limit && bytes < blockBytes {
		if err = r.next(&b.kept[n]); err != nil {
			break
		}
		bytes += len(b.kept[n].line)
		n++
	}
	b.rows = b.kept[:n]
	if err == io.EOF {
		err = nil
	}
	return bytes, err
}

// rower reads the rows behind the first before; in CSV before is 0.
func (f *dataFile) rower(before int64) *rower {
	if before > 0 && f.length > 0 {
		return &rower{dataFile: f, lines: f.lines(f.head+before*f.length, int64(f.skip)+before), made: before}
	}
	return &rower{dataFile: f, lines: f.lines(0, 0)}
}

// next reads the next row; io.EOF behind the last. Other errors are faults.
func (r *rower) next(to *row) error {
	for r.lines.number < int64(r.skip) {
		if _, err := r.lines.next(); err != nil {
			return r.failed(err)
		}
	}
	if r.isCSV() {
		return r.nextRecord(to)
	}
	if r.made == r.rows {
		return io.EOF
	}
	line, err := r.lines.next()
	if err != nil {
		return r.failed(err)
	}
	r.made++
	to.line, to.number, to.starts = append(to.line[:0], line...), r.lines.number, nil
	width := len(line)
	if r.runes && !columns.IsASCII(line) {
		to.marks = to.marks[:0]
		for i := range string(line) {
			to.marks = append(to.marks, i)
		}
		width = len(to.marks)
		to.marks = append(to.marks, len(line))
		to.starts = to.marks
	}
	if width < r.width {
		return r.rowFault(to.number, "", fmt.Sprintf("%s is %d wide on this line, and the definition describes %d positions; export it again, with the blanks at line ends", r.data.Name(), width, r.width))
	}
	return nil
}

func (r *rower) failed(err error) error {
	if err == io.EOF {
		return err
	}
	return r.lineFault(r.lines, err)
}

// cell is the answer to a variable as it stands in the file.
func (r *row) cell(v *variable) []byte { return r.from(v.start, v.finish) }

// from are the characters from one position to another; in CSV the field at the
// first.
func (r *row) from(start, finish int) []byte {
	switch {
	case r.fields != nil:
		return r.fields[start-1]
	case r.starts != nil:
		return r.line[r.starts[start-1]:r.starts[finish]]
	}
	return r.line[start-1 : finish]
}

// nextRecord reads a record of CSV. Line feeds inside quotation marks belong to
// it.
func (r *rower) nextRecord(to *row) error {
	line, err := r.lines.next()
	for err == nil && blank(line) { // as after the last record
		line, err = r.lines.next()
	}
	if err != nil {
		return r.failed(err)
	}
	to.number, to.line = r.lines.number, append(to.line[:0], line...)
	if bytes.Count(line, []byte{'"'})%2 == 1 {
		if err := r.join(to); err != nil {
			return err
		}
	}
	if !to.split(r.comma) {
		return r.rowFault(to.number, "", "quotation marks in "+r.data.Name()+" do not close on this line; export it again")
	}
	r.made++
	if len(to.fields) < r.width {
		return r.rowFault(to.number, "", fmt.Sprintf("%s has %d fields on this line, and the definition describes %d; export it again", r.data.Name(), len(to.fields), r.width))
	}
	return nil
}

// join adds the lines up to the one that closes the quotation marks.
func (r *rower) join(to *row) error {
	for {
		line, err := r.lines.next()
		switch {
		case err == io.EOF || err == nil && len(to.line)+len(line) > maxLine:
			return r.rowFault(to.number, "", "a quotation mark in "+r.data.Name()+" opens on this line and does not close; export it again")
		case err != nil:
			return r.failed(err)
		}
		to.line = append(append(to.line, '\n'), line...)
		if bytes.Count(line, []byte{'"'})%2 == 1 {
			return nil
		}
	}
}

// split cuts a record into fields, and reports whether its quotation marks are
// in order. Quotation marks inside a field without them are ordinary.
func (r *row) split(comma byte) bool {
	line := r.line
	r.fields = r.fields[:0]
	for {
		if len(line) > 0 && line[0] == '"' {
			field, rest, ok := unquote(line[1:])
			if !ok || len(rest) > 0 && rest[0] != comma {
				return false
			}
			r.fields = append(r.fields, field)
			if len(rest) == 0 {
				return true
			}
			line = rest[1:]
			continue
		}
		i := 0
		for i < len(line) && line[i] != comma { // fields are short, and a call for each takes longer
			i++
		}
		r.fields = append(r.fields, line[:i])
		if i == len(line) {
			return true
		}
		line = line[i+1:]
	}
}

// unquote reads up to the quotation mark that closes, and makes one of two.
func unquote(b []byte) (field, rest []byte, ok bool) {
	doubled := false
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		field = b[:i]
		if doubled {
			field = bytes.ReplaceAll(field, []byte(`""`), []byte(`"`))
		}
		return field, b[i+1:], true
	}
	return nil, nil, false
}

// findComma takes what splits the first record into as many fields as the
// definition describes, and steps over a line of names.
func (f *dataFile) findComma() {
	for _, comma := range []byte{',', ';', '\t', '|'} {
		probe := *f
		probe.comma, probe.width = comma, 0
		var first row
		if probe.rower(0).next(&first) != nil || len(first.fields) < f.width {
			continue
		}
		f.comma = comma
		if comma != ',' {
			f.note("%s: fields in %s are separated by %q.", f.in.Name(), f.data.Name(), comma)
		}
		if names := f.namesIn(&first); f.skip == 0 && 2*names > len(f.variables) {
			f.skip = int(first.number)
			f.note("%s: the first line of %s holds names and was stepped over.", f.in.Name(), f.data.Name())
		}
		return
	}
}

// namesIn counts the fields that are the names of their variables.
func (f *dataFile) namesIn(r *row) int {
	n := 0
	for _, v := range f.variables {
		if strings.EqualFold(string(trim(r.cell(v))), v.name) {
			n++
		}
	}
	return n
}
