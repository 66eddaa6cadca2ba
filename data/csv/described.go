package csv

import (
	"bytes"
	"iter"
	"slices"

	"tradeoff/data"
	"tradeoff/data/sheet"
)

// A Layout is how a definition beside the file says that the text is written. What it
// does not say is found out.
type Layout struct {
	Delimiter byte // 0: not said
	Quote     byte // the mark around texts, 0 for "
	// Positions says that the columns are those of the definition by their order, and
	// that the first Skip records hold no respondents, whatever they hold.
	Positions bool
	Skip      int
}

// A description is what a definition beside the file says of its columns.
type description struct {
	names []string
	as    map[string]*sheet.Described
	Layout
}

// describe tells a grid of its columns, and puts their names above a file whose
// first record holds none.
func (as *description) describe(g *sheet.Grid, first []string) {
	g.Described = as.as
	if !as.Positions && as.named(first) {
		return
	}
	top := &sheet.Row{}
	for _, n := range as.names {
		start := int32(len(top.Bytes))
		top.Bytes = append(top.Bytes, n...)
		top.Cells = append(top.Cells, sheet.Cell{Start: start, End: int32(len(top.Bytes)), Kind: sheet.Quoted})
	}
	rows := g.Rows
	if !as.Positions {
		g.Notes = append(g.Notes, "The file has no line of names; its columns are those of the definition, in order.")
	}
	g.Rows = func(from sheet.Start) iter.Seq2[*sheet.Row, error] {
		return func(yield func(*sheet.Row, error) bool) {
			if !yield(top, nil) {
				return
			}
			skip := as.Skip
			for row, err := range rows(from) {
				if skip > 0 && err == nil {
					skip--
					continue
				}
				if row != nil {
					row.Offset = 0 // always from the top: the first row starts at byte 0
				}
				if !yield(row, err) {
					return
				}
			}
		}
	}
}

// named reports whether a record holds names of columns.
func (as *description) named(record []string) bool {
	known := 0
	for _, s := range record {
		if slices.Contains(as.names, s) {
			known++
		}
	}
	return known > len(record)/4 || len(record) != len(as.names)
}

// firstRecord is the first record of a file, nil if it cannot be read.
func firstRecord(head []byte, d dialect) []string {
	s := newScanner(data.FromBytes("", head), bytes.NewReader(head), d)
	if s.next() != nil {
		return nil
	}
	record := make([]string, len(s.row.Cells))
	for i := range record {
		record[i] = string(bytes.TrimSpace(s.row.Text(i)))
	}
	return record
}
