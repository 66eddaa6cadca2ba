package sheet

import (
	"math"

	"tradeoff/data"
)

// A Described column is one of which a definition beside the file says what it
// holds.
type Described struct {
	Type data.Type
	// Read is the number that a cell of a Number column stands for, and the seconds
	// of a Time column; NaN for none, false for a cell that is of another kind. Blanks
	// at its ends are cut, and it is not empty. nil for Text.
	Read func(cell []byte) (v float64, ok bool)
	// Wrong is what is said of a cell of another kind, with its row.
	Wrong string
}

// numeric reports whether cells of the column are read as numbers; a column that
// nothing describes has none.
func (d *Described) numeric() bool { return d != nil && d.Read != nil }

// number is the number of a cell, NaN for an empty one.
func (d *Described) number(b []byte, k Kind) (v float64, ok bool) {
	b = trim(b)
	if len(b) == 0 || k == Plain && string(b) == "NA" {
		return math.NaN(), true
	}
	v, ok = d.Read(b)
	return v + 0, ok // zero has no sign
}

// read looks at a cell that is read as a definition says, and returns its code.
func (in *inspector) read(column int, b []byte, k Kind, row int64) uint8 {
	e := in.columns[column]
	if !e.full {
		if len(b) == 0 {
			return data.NoCode
		}
		if code := e.texts.find(b, k); code != unknown {
			return code
		}
	}
	v, ok := e.as.number(b, k)
	switch {
	case !ok:
		in.faults = append(in.faults, in.grid.fault(row, in.names[column], "%s", e.as.Wrong))
		return data.NoCode
	case !e.full && e.texts.add(b, k):
		code := uint8(len(e.texts.texts) - 1)
		in.shorts[column].learn(b, k, code)
		return code
	case !e.full:
		e.full = true
		in.fill(column)
	}
	in.page.numbers[column][len(in.page.rows)] = v
	return data.NoCode
}

// Decimal is the value of a number with a decimal point, as files most often write
// one: without a plus sign and separators. Blanks at its ends do not count.
func Decimal(b []byte) (v float64, ok bool) { return parse(b, '.') }
