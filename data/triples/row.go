package triples

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"strings"

	"tradeoff/data/columns"
)

// A block is some rows at once: answers are taken out of it variable by
// variable, so that what a variable needs stays in the nearest cache.
type block struct {
	text   []byte // of the rows
	rows   []row
	places []place // fields of CSV, and characters of rows whose positions are no bytes
	csv    bool
	err    error // a fault behind the rows
}

// A row is what is recorded of one respondent.
type row struct {
	number   int64 // of the line
	from, to int   // in text
	first    int   // of its places, -1 where positions count bytes
	width    int   // how many positions or fields it has
}

// A place is where something stands in the text of a block.
type place struct{ from, to int32 }

// Limits of a block.
const (
	blockRows  = 1024
	blockBytes = 1 << 20
)

// cell is the answer to a variable as it stands in the file.
func (b *block) cell(i int, v *variable) []byte { return b.between(i, v.start, v.finish) }

// between are the characters of a row from one position to another; in CSV the
// field at the first.
func (b *block) between(i, start, finish int) []byte {
	p := b.place(i, start, finish)
	return b.text[p.from:p.to]
}

func (b *block) place(i, start, finish int) place {
	r := &b.rows[i]
	switch {
	case b.csv:
		return b.places[r.first+start-1]
	case r.first >= 0:
		return place{b.places[r.first+start-1].from, b.places[r.first+finish-1].to}
	}
	return place{int32(r.from + start - 1), int32(r.from + finish)}
}

// plain reports whether all positions count bytes.
func (b *block) plain() bool { return !b.csv && len(b.places) == 0 }

// A rower reads rows.
type rower struct {
	*dataFile
	lines *lines
	made  int64
}

// rower reads the rows behind the first before; in CSV before is 0.
func (f *dataFile) rower(before int64) *rower {
	if before > 0 && f.length > 0 {
		return &rower{dataFile: f, lines: f.lines(f.head+before*f.length, int64(f.skip)+before), made: before}
	}
	return &rower{dataFile: f, lines: f.lines(0, 0)}
}

// fill reads rows into the block, no more than limit; none at the end.
func (r *rower) fill(b *block, limit int) {
	b.text, b.rows, b.places, b.csv, b.err = b.text[:0], b.rows[:0], b.places[:0], r.isCSV(), nil
	for len(b.rows) < min(limit, blockRows) && len(b.text) < blockBytes && b.err == nil {
		b.err = r.next(b)
	}
	if b.err == io.EOF {
		b.err = nil
	}
}

// next adds the next row to the block; io.EOF behind the last. Other errors are
// faults.
func (r *rower) next(b *block) error {
	for r.lines.number < int64(r.skip) {
		if _, err := r.lines.next(); err != nil {
			return r.failed(err)
		}
	}
	if r.isCSV() {
		return r.nextRecord(b)
	}
	if r.made == r.rows {
		return io.EOF
	}
	line, err := r.lines.next()
	if err != nil {
		return r.failed(err)
	}
	r.made++
	to := row{number: r.lines.number, from: len(b.text), first: -1, width: len(line)}
	b.text = append(b.text, line...)
	to.to = len(b.text)
	if r.runes && !columns.IsASCII(line) {
		b.letters(&to)
	}
	if to.width < r.width {
		return r.rowFault(to.number, "", fmt.Sprintf("%s is %d wide on this line, and the definition describes %d positions; export it again, with the blanks at line ends", r.data.Name(), to.width, r.width))
	}
	b.rows = append(b.rows, to)
	return nil
}

// letters finds the places of the characters of a row.
func (b *block) letters(r *row) {
	r.first = len(b.places)
	for i := range string(b.text[r.from:r.to]) {
		if len(b.places) > r.first {
			b.places[len(b.places)-1].to = int32(r.from + i)
		}
		b.places = append(b.places, place{int32(r.from + i), int32(r.to)})
	}
	r.width = len(b.places) - r.first
}

func (r *rower) failed(err error) error {
	if err == io.EOF {
		return err
	}
	return r.lineFault(r.lines, err)
}

// nextRecord reads a record of CSV. Line feeds inside quotation marks belong to
// it.
func (r *rower) nextRecord(b *block) error {
	line, err := r.lines.next()
	for err == nil && blank(line) { // as after the last record
		line, err = r.lines.next()
	}
	if err != nil {
		return r.failed(err)
	}
	to := row{number: r.lines.number, from: len(b.text), first: len(b.places)}
	b.text = append(b.text, line...)
	quotes := bytes.Count(line, []byte{'"'})
	if quotes%2 == 1 {
		if err := r.join(b, to); err != nil {
			return err
		}
	}
	to.to = len(b.text)
	if quotes == 0 {
		b.split(to, r.comma)
	} else if !b.splitQuoted(to, r.comma) {
		return r.rowFault(to.number, "", "quotation marks in "+r.data.Name()+" do not close on this line; export it again")
	}
	r.made++
	if to.width = len(b.places) - to.first; to.width < r.width {
		return r.rowFault(to.number, "", fmt.Sprintf("%s has %d fields on this line, and the definition describes %d; export it again", r.data.Name(), to.width, r.width))
	}
	b.rows = append(b.rows, to)
	return nil
}

// join adds the lines up to the one that closes the quotation marks.
func (r *rower) join(b *block, to row) error {
	for {
		line, err := r.lines.next()
		switch {
		case err == io.EOF || err == nil && len(b.text)-to.from+len(line) > maxLine:
			return r.rowFault(to.number, "", "a quotation mark in "+r.data.Name()+" opens on this line and does not close; export it again")
		case err != nil:
			return r.failed(err)
		}
		b.text = append(append(b.text, '\n'), line...)
		if bytes.Count(line, []byte{'"'})%2 == 1 {
			return nil
		}
	}
}

// split cuts a record without quotation marks into fields: eight bytes at once.
func (b *block) split(r row, comma byte) {
	const low = 0x7f7f7f7f7f7f7f7f
	text, places, wanted := b.text[:r.to], b.places, 0x0101010101010101*uint64(comma)
	from, i := r.from, r.from
	for ; i+8 <= len(text); i += 8 {
		x := binary.LittleEndian.Uint64(text[i:]) ^ wanted
		for x = ^((x&low + low) | x | low); x != 0; x &= x - 1 { // the highest bit of each comma
			to := i + bits.TrailingZeros64(x)/8
			places = append(places, place{int32(from), int32(to)})
			from = to + 1
		}
	}
	for ; i < len(text); i++ {
		if text[i] == comma {
			places = append(places, place{int32(from), int32(i)})
			from = i + 1
		}
	}
	b.places = append(places, place{int32(from), int32(r.to)})
}

// splitQuoted cuts a record into fields, and reports whether its quotation marks
// are in order. Quotation marks inside a field without them are ordinary.
func (b *block) splitQuoted(r row, comma byte) bool {
	for from := r.from; ; {
		to, next := from, from
		if from < r.to && b.text[from] == '"' {
			if from, to, next = b.unquote(from+1, r.to); next < 0 || next < r.to && b.text[next] != comma {
				return false
			}
		} else {
			for to < r.to && b.text[to] != comma {
				to++
			}
			next = to
		}
		b.places = append(b.places, place{int32(from), int32(to)})
		if next == r.to {
			return true
		}
		from = next + 1
	}
}

// unquote reads from a place up to the quotation mark that closes, and makes one
// of two. next is behind it, -1 if there is none.
func (b *block) unquote(from, end int) (start, to, next int) {
	to = from
	for i := from; i < end; i++ {
		if b.text[i] == '"' {
			if i++; i == end || b.text[i] != '"' {
				return from, to, i
			}
		}
		b.text[to] = b.text[i]
		to++
	}
	return from, to, -1
}

// findComma takes what splits the first record into as many fields as the
// definition describes, and steps over a line of names.
func (f *dataFile) findComma() {
	for _, comma := range []byte{',', ';', '\t', '|'} {
		probe := *f
		probe.comma = comma
		first := block{csv: true}
		if probe.rower(0).next(&first) != nil {
			continue
		}
		f.comma = comma
		if comma != ',' {
			f.note("%s: fields in %s are separated by %q.", f.in.Name(), f.data.Name(), comma)
		}
		if names := f.namesIn(&first); f.skip == 0 && 2*names > len(f.variables) {
			f.skip = int(first.rows[0].number)
			f.note("%s: the first line of %s holds names and was stepped over.", f.in.Name(), f.data.Name())
		}
		return
	}
}

// namesIn counts the fields of the first row that are the names of their
// variables.
func (f *dataFile) namesIn(b *block) int {
	n := 0
	for _, v := range f.variables {
		if strings.EqualFold(string(trim(b.cell(0, v))), v.name) {
			n++
		}
	}
	return n
}
