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

// shown is how many faults a message lists before it only counts.
const shown = 20

// Error lists the first twenty faults, a line each, and counts the rest.
func (f Faults) Error() string {
	var b strings.Builder
	for i, fault := range f {
		if i == shown {
			fmt.Fprintf(&b, "\n... and %d more", len(f)-shown)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(fault.Error())
	}
	return b.String()
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
