package csv

import (
	"bytes"
	"io"

	"tradeoff/data"
)

// A dialect is how a file separates its fields and records.
type dialect struct {
	delimiter byte
	quote     byte // around texts
	bare      bool // records end with a lone CR, as on old Macs
	padded    bool // a blank follows every delimiter
	declared  int  // length of a first line that names the delimiter, as Excel writes it: sep=;
}

// delimiters are tried in this order; the first of equally good ones wins.
var delimiters = []byte{',', ';', '\t', '|'}

// findDialect tells the dialect from the head of the file; whole says that
// the head is all of it, and what a layout says is not looked for.
func findDialect(head []byte, whole bool, said Layout) dialect {
	d := dialect{quote: '"'}
	if said.Quote != 0 {
		d.quote = said.Quote
	}
	d.bare = bareReturns(head, d.quote)
	if said.Delimiter != 0 {
		d.delimiter = said.Delimiter
	} else if declared, length := declaration(head); length > 0 {
		d.delimiter, d.declared = declared, length
	} else {
		d.delimiter = findDelimiter(head, whole, d)
	}
	d.padded = padded(head, whole, d)
	return d
}

// declaration reads a first line such as "sep=;".
func declaration(head []byte) (delimiter byte, length int) {
	line, _, found := bytes.Cut(head, []byte{'\n'})
	trimmed := bytes.TrimSuffix(line, []byte{'\r'})
	if !found || len(trimmed) != 5 || !bytes.EqualFold(trimmed[:4], []byte("sep=")) {
		return 0, 0
	}
	return trimmed[4], len(line) + 1
}

// bareReturns reports whether the first line end outside quotation marks is a
// CR without LF.
func bareReturns(head []byte, quote byte) bool {
	quoted := false
	for i, c := range head {
		switch {
		case c == quote:
			quoted = !quoted
		case quoted:
		case c == '\n':
			return false
		case c == '\r':
			return i+1 < len(head) && head[i+1] != '\n'
		}
	}
	return false
}

// sampleRecords is how many records vote on the delimiter.
const sampleRecords = 200

// findDelimiter tries each delimiter on the head. The best splits the header
// into several fields and the most records into as many; among equals the one
// with more fields. A file of one column has none, and a comma does no harm.
func findDelimiter(head []byte, whole bool, d dialect) byte {
	best, bestShare, bestFields := delimiters[0], -1.0, 1
	for _, c := range delimiters {
		d.delimiter = c
		widths := sample(head, whole, d)
		if len(widths) == 0 || widths[0] < 2 {
			continue
		}
		agree := 0
		for _, w := range widths {
			if w == widths[0] {
				agree++
			}
		}
		share := float64(agree) / float64(len(widths))
		if share > bestShare || share == bestShare && widths[0] > bestFields {
			best, bestShare, bestFields = c, share, widths[0]
		}
	}
	return best
}

// sample counts the fields of the first records. Unless the head is the whole
// file its last record is cut and does not count.
func sample(head []byte, whole bool, d dialect) []int {
	s := newScanner(data.FromBytes("", head), bytes.NewReader(head), d)
	var widths []int
	for len(widths) < sampleRecords {
		if s.next() != nil {
			break
		}
		widths = append(widths, len(s.row.Cells))
	}
	if !whole && len(widths) > 1 && len(widths) < sampleRecords {
		widths = widths[:len(widths)-1]
	}
	return widths
}

// padded reports whether every field of the header but the first starts with
// a blank: then the blank belongs to the delimiter.
func padded(head []byte, whole bool, d dialect) bool {
	s := newScanner(data.FromBytes("", head), bytes.NewReader(head), d)
	if err := s.next(); err != nil && err != io.EOF {
		return false
	}
	if len(s.row.Cells) < 2 {
		return false
	}
	for i := range s.row.Cells[1:] {
		if text := s.row.Text(i + 1); len(text) < 2 || text[0] != ' ' {
			return false
		}
	}
	return true
}
