package xpt

import (
	"strings"

	"tradeoff/data"
)

// resolve makes the codebook.
func (d *dataset) resolve() (data.Codebook, error) {
	var faults data.Faults
	book := data.Codebook{Variables: make([]data.Variable, len(d.variables))}
	seen := map[string]int{}
	for i, v := range d.variables {
		name := d.decode(v.name)
		key := strings.ToUpper(name)
		if first, twice := seen[key]; twice {
			faults = append(faults, d.fault(name, "variables %d and %d both have this name; rename one of them and export again", first+1, i+1))
		}
		seen[key] = i
		book.Variables[i] = data.Variable{Name: name, Label: d.decode(v.label), Type: v.kind(), Format: v.formatWords(), Missing: d.missing(v, name)}
	}
	if said := d.letters.Note("transport files"); said != "" {
		d.note("%s", said)
	}
	book.Notes = d.notes
	return book, faults.Err()
}

// missing declares the special missing values that a number holds.
func (d *dataset) missing(v *variable, name string) (m data.Missing) {
	if v.held == 0 {
		return m
	}
	if v.kind() == data.Time {
		d.note("variable %s: special missing values of dates (.A to .Z, ._) are read as not recorded.", name)
		return m
	}
	for _, letter := range []byte("abcdefghijklmnopqrstuvwxyz_") {
		if x := data.Extended(letter); v.held&heldBit(x) != 0 {
			m.Codes = append(m.Codes, data.Code(x))
		}
	}
	return m
}
