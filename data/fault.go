package data

import (
	"errors"
	"fmt"
	"strings"
)

// A Fault is something wrong with an export or a study file, said so that the
// analyst can mend it: where it is, what was found, and what to do.
type Fault struct {
	File   string // base name of the file
	Row    int64  // row in the file's unit, 0 if the fault is not in a row
	Unit   string // "line", "row", "case", "cell"; "" means line
	Column string // variable or column, "" if none; for a study file the number of the column
	Found  string // what was found, what was expected, and what to do: a sentence without a full stop
	Study  bool   // the study file is wrong, not the data: exit code 2 instead of 3
}

// Error is the fault on one line: file:line: column NAME: what.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	switch {
	case f.Row > 0 && (f.Unit == "" || f.Unit == "line"):
		fmt.Fprintf(&b, ":%d", f.Row)
		if f.Study && f.Column != "" {
			fmt.Fprintf(&b, ":%s", f.Column)
		}
	case f.Row > 0:
		fmt.Fprintf(&b, ": %s %d", f.Unit, f.Row)
	}
	if f.Column != "" && !f.Study {
		fmt.Fprintf(&b, ": column %s", f.Column)
	}
	b.WriteString(": ")
	b.WriteString(f.Found)
	return b.String()
}

// Faults are all that was found wrong in one stage, in the order found.
type Faults []*Fault

// Limits of a message.
const (
	shown     = 20 // faults listed before the rest is only counted
	shownRows = 8  // further rows named of one fault
)

// Error lists the first twenty faults, a line each, and counts the rest. What
// is wrong in the same way in many rows of a column is told once, with the
// rows: a code that the study forgot must not hide the other faults.
func (f Faults) Error() string {
	var b strings.Builder
	groups := f.alike()
	for i, g := range groups {
		if i == shown {
			rest := 0
			for _, g := range groups[i:] {
				rest += len(g)
			}
			fmt.Fprintf(&b, "\n... and %d more", rest)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(g[0].Error())
		g[1:].also(&b)
	}
	return b.String()
}

// alike groups the faults that say the same of several rows, in the order in
// which the first of each was found.
func (f Faults) alike() []Faults {
	var groups []Faults
	place := map[Fault]int{}
	for _, fault := range f {
		key := *fault
		if !fault.Study {
			key.Row = 0
		}
		i, ok := place[key]
		if !ok {
			i = len(groups)
			place[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], fault)
	}
	return groups
}

// also names the further rows of a fault.
func (f Faults) also(b *strings.Builder) {
	if len(f) == 0 || f[0].Row == 0 {
		return
	}
	unit := f[0].Unit
	if unit == "" {
		unit = "line"
	}
	fmt.Fprintf(b, " (also %s", unit)
	for i, fault := range f {
		if i == shownRows {
			fmt.Fprintf(b, " and %d more", len(f)-i)
			break
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, " %d", fault.Row)
	}
	b.WriteByte(')')
}

// Err is nil for no faults, and the faults otherwise.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// IsStudy reports whether an error is the study file's fault rather than the
// data's. Where both are at fault the study's come first: they are the
// analyst's to mend.
func IsStudy(err error) bool {
	var fs Faults
	if errors.As(err, &fs) {
		for _, f := range fs {
			if f.Study {
				return true
			}
		}
		return false
	}
	var f *Fault
	return errors.As(err, &f) && f.Study
}

// IsData reports whether an error is a fault of the input data.
func IsData(err error) bool {
	var fs Faults
	var f *Fault
	return (errors.As(err, &fs) || errors.As(err, &f)) && !IsStudy(err)
}
