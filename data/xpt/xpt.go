// Package xpt reads SAS transport files (.xpt) of versions 5 and 8.
//
// In: the bytes of a transport file: records of 80 bytes, numbers as IBM
// System/360 doubles. Open does four things:
//
//  1. reads the headers and the descriptions of the variables, in version 8 with
//     the records of long names and labels (header.go, variables.go);
//  2. finds where the cases of the first data set end (extent.go);
//  3. looks once through the cases: which special missing values each number
//     holds, and whether text is UTF-8 (look.go);
//  4. makes the codebook (resolve.go).
//
// Out: a data.Survey of the first data set; a note names the others. Scans decode
// only the variables asked for, in batches of up to 16384 cases. Each number
// becomes the float64 nearest to it: 56 bits are rounded to 53 (number.go). Dates
// and dates with a time, told by the variable's format, become data.Time; TIME
// values are durations in SAS and stay numbers of seconds.
//
// The missing value "." and blank strings are null. ".A" to ".Z" and "._" are
// values of their own, declared in Variable.Missing of the variables that hold
// them, with the codes .a to .z and ._ (data.Extended); in a date they are null,
// with a note.
//
// Two things the format does not say. How many cases there are: blanks fill the
// last record, so a case at the end that is all blanks and fits into it may be
// filling, and is left out; where the file has no number, which is never blank in
// every byte, that is said, and where version 8 states a count, the count
// decides. And the encoding: letters beyond ASCII are UTF-8 if most texts with
// such letters are, else windows-1252, and a note says which.
//
// Damage is a *data.Fault. The package does not write, and it does not read
// value labels, which SAS keeps in catalogues outside the file, files of PROC
// CPORT, or .sas7bdat.
package xpt

import (
	"bytes"
	"fmt"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// Sniff reports whether the first bytes of a file are those of a transport file.
func Sniff(head []byte) bool {
	return bytes.HasPrefix(head, []byte(headerStart+"LIBRARY "+headerMiddle)) || bytes.HasPrefix(head, []byte(headerStart+"LIBV8   "+headerMiddle))
}

// Open reads the description of the first data set of a transport file and
// returns it as a survey. The input stays in use until the last scan has ended;
// closing it is up to the caller.
func Open(in *data.Input) (*data.Survey, error) {
	d := &dataset{in: in}
	if err := d.readHeaders(); err != nil {
		return nil, err
	}
	if err := d.findEnd(); err != nil {
		return nil, err
	}
	if err := d.lookThrough(); err != nil {
		return nil, err
	}
	book, err := d.resolve()
	if err != nil {
		return nil, err
	}
	files := []data.File{{Path: in.Path, Format: "SAS transport", Rows: d.cases, Unit: "case"}}
	return data.New(book, files, d.scan), nil
}

// A dataset is a data set of a file, and what was found out about it.
type dataset struct {
	in        *data.Input
	long      bool // version 8
	variables []*variable
	width     int64 // bytes of a case
	start     int64 // where the cases begin
	end       int64 // where their records end
	promised  int64 // cases that version 8 states, -1 for none
	cases     int64
	letters   columns.Letters
	notes     []string
}

// fault is damage that is not in one case: column may be "".
func (d *dataset) fault(column, format string, args ...any) *data.Fault {
	return &data.Fault{File: d.in.Name(), Unit: "case", Column: column, Found: fmt.Sprintf(format, args...)}
}

// caseFault is damage in a case, counted from 1.
func (d *dataset) caseFault(number int64, column, format string, args ...any) *data.Fault {
	return &data.Fault{File: d.in.Name(), Row: number, Unit: "case", Column: column, Found: fmt.Sprintf(format, args...)}
}

// note keeps a sentence for the codebook. A file that gives thousands of
// reasons is described well enough by the first fifty.
func (d *dataset) note(format string, args ...any) {
	if len(d.notes) < 50 {
		d.notes = append(d.notes, d.in.Name()+": "+fmt.Sprintf(format, args...))
	}
}

// What to do about a damaged file.
const (
	again    = "the file is damaged; export it again or copy it anew (as binary, if by FTP)"
	cutShort = "it was cut short; export it again or copy it anew"
)
