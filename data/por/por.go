// Package por reads SPSS portable files (.por).
//
// In: the bytes of a portable file, in any character set that its own table
// explains, with lines of 80 characters that end in LF, CR LF or CR, or are not
// ended at all, with or without the blanks at their ends. Open does four
// things:
//
//  1. reads the header and its table, and from there on sees one line of ASCII
//     characters without ends (charset.go, lines.go);
//  2. reads the records of the dictionary (dictionary.go);
//  3. walks once through the cases: counts them, notes where stretches of them
//     begin, and finds out whether text is UTF-8 (cases.go);
//  4. turns names, labels and codes into the codebook (resolve.go).
//
// Numbers are digits of base 30; each becomes the float64 nearest to them
// (number.go).
//
// Out: a data.Survey whose scans decode only the variables asked for, in batches
// of up to 16384 cases. Dates and dates with a time become data.Time; durations
// stay numbers of seconds. The codes of a Time variable are seconds since 1970,
// as in its batches. The system-missing value and blank strings are null; values
// that the file declares missing stay as they are and are declared in
// Variable.Missing.
//
// Damage is a *data.Fault: a file must end in the letter Z where a case would
// begin, and with nothing else behind it.
//
// The package does not write, and it does not read documents, whose lines it
// steps over. The format knows no levels of measurement, no multiple-response
// sets and no encoding of letters beyond its table: in files in ASCII these are
// UTF-8 if most texts with such letters are, else windows-1252, and a note says
// which.
package por

import (
	"bytes"
	"fmt"

	"tradeoff/data"
)

// Sniff reports whether the first bytes of a file are those of a portable file,
// in any character set, or say in ASCII that they are.
func Sniff(head []byte) bool {
	if bytes.Contains(head[:min(len(head), vanitySize)], []byte("ASCII SPSS PORT FILE")) {
		return true
	}
	_, ok := readHeader(flatten(head, headerSize))
	return ok
}

// Open reads the dictionary of a portable file, counts its cases, and returns
// it as a survey. The input stays in use until the last scan has ended; closing
// it is up to the caller.
func Open(in *data.Input) (*data.Survey, error) {
	d, err := readDictionary(in)
	if err != nil {
		return nil, err
	}
	if err := d.countCases(); err != nil {
		return nil, err
	}
	book, err := d.resolve()
	if err != nil {
		return nil, err
	}
	files := []data.File{{Path: in.Path, Format: "SPSS portable", Rows: d.cases, Unit: "case"}}
	return data.New(book, files, d.scan), nil
}

// fault is damage that is not in one case: column may be "".
func fault(in *data.Input, column, format string, args ...any) *data.Fault {
	return &data.Fault{File: in.Name(), Unit: "case", Column: column, Found: fmt.Sprintf(format, args...)}
}

// again is what to do about a damaged file.
const again = "the file is damaged; export it again or copy it anew (as binary, if by FTP)"
