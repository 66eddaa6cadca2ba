package triples

import (
	"bytes"

	"tradeoff/data"
)

// read tells which values of a multiple answer are ticked: on is 1 for those,
// and 0 for the others. A value that the definition does not list goes to
// strange, unless that is nil. Nothing but blanks is empty; zeros are not: the
// question was put, and nothing was ticked.
func (v *variable) read(b *block, row int, on []uint8, strange func(code string, place int)) outcome {
	clear(on)
	switch {
	case !v.spread:
		return v.readBits(b.cell(row, v), on, strange)
	case v.parts > 0:
		is := empty
		for i := range v.parts {
			is = is.and(v.readCode(b.between(row, v.start+i, v.start+i), on, strange))
		}
		return is
	case b.csv:
		return v.readJoined(b.cell(row, v), on, strange)
	}
	is := empty
	for i := range v.subfields {
		at := v.start + i*v.width
		is = is.and(v.readCode(b.between(row, at, at+v.width-1), on, strange))
	}
	return is
}

// and is what a whole is whose parts are these: wrong if one is, empty if all
// are.
func (a outcome) and(b outcome) outcome {
	switch {
	case a == wrong || b == wrong:
		return wrong
	case a == given || b == given:
		return given
	}
	return empty
}

// readBits reads a 1 or 0 at the place of each code.
func (v *variable) readBits(cell []byte, on []uint8, strange func(string, int)) outcome {
	if len(cell) == 0 || cell[0] == ' ' && len(trim(cell)) == 0 {
		return empty
	}
	ticks := 0
	for k := range v.ticked {
		if p := v.ticked[k].place; p < len(cell) && cell[p] == '1' {
			on[k] = 1
			ticks++
		}
	}
	if ticks == bytes.Count(cell, []byte{'1'}) && onlyBits(cell) {
		return given
	}
	if !onlyBits(cell) {
		return wrong
	}
	for p, c := range cell {
		if code := data.Code(float64(p + 1)); c == '1' {
			if _, ok := v.tickAt[code]; !ok {
				strange(code, p)
			}
		}
	}
	return given
}

// onlyBits reports whether a cell holds nothing but 0, 1 and blanks.
func onlyBits(cell []byte) bool {
	for _, c := range cell {
		if c != '0' && c != '1' && c != ' ' {
			return false
		}
	}
	return true
}

// readCode reads a subfield: one code, or a blank or zeros for none.
func (v *variable) readCode(cell []byte, on []uint8, strange func(string, int)) outcome {
	cell = trim(cell)
	if len(cell) == 0 {
		return empty
	}
	if k, ok := v.tickAt[string(cell)]; ok {
		mark(on, k)
		return given
	}
	code := string(cell)
	n, is := number(cell)
	switch {
	case is == given && n == 0:
		return given
	case is == given:
		code = data.Code(n)
	case v.format != "literal":
		return wrong
	}
	if k, ok := v.tickAt[code]; ok {
		mark(on, k)
	} else if strange != nil {
		strange(code, -1)
	}
	return given
}

// mark notes the value at a place. A code that stands twice in an answer, and that
// strange has added to the values at the first, has no place in on yet.
func mark(on []uint8, k int) {
	if k < len(on) {
		on[k] = 1
	}
}

// readJoined reads the codes in one field of CSV: with separators between them,
// or each as wide as the definition says.
func (v *variable) readJoined(cell []byte, on []uint8, strange func(string, int)) outcome {
	if cell = trim(cell); len(cell) == 0 {
		return empty
	}
	is := empty
	if i := bytes.IndexAny(cell, ",;| "); i >= 0 {
		for part := range bytes.SplitSeq(cell, cell[i:i+1]) {
			is = is.and(v.readCode(part, on, strange))
		}
		return is
	}
	if lone := len(cell) % v.width; lone > 0 { // zeros before the first code were cut off
		is = v.readCode(cell[:lone], on, strange)
		cell = cell[lone:]
	}
	for len(cell) > 0 {
		is = is.and(v.readCode(cell[:v.width], on, strange))
		cell = cell[v.width:]
	}
	return is
}
