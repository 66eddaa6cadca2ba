// Package sav reads and writes SPSS system files (.sav and .zsav).
//
// In: the bytes of a system file, in either byte order, plain, byte-compressed
// or in zlib blocks. Open does four things:
//
//  1. reads the header and the records of the dictionary as bytes, checking
//     every length and every count against what is left of the file;
//  2. decides the encoding, and only then turns names, labels and codes into
//     words;
//  3. joins the pieces: long names, strings stored in segments, labels,
//     missing values, multiple-response sets, the weight;
//  4. counts the whole cases and compares them with what the header promises.
//
// Out: a data.Survey whose scans decode only the variables asked for, in
// batches of up to 16384 cases. Numbers and short strings with few different
// values are coded columns (data.Coded). Dates and dates with a time become data.Time;
// durations stay numbers of seconds. The codes of a Time variable (value
// labels, declared missing values) are seconds since 1970, as in its batches.
// The system-missing value and blank strings are null; values that the file
// declares missing stay as they are and are declared in Variable.Missing.
//
// Damage is a *data.Fault. What could be read in only one sensible way is
// read, and said in Codebook.Notes.
//
// Write goes the other way: a codebook and batches to a byte-compressed file, in
// zlib blocks or not.
//
// The package does not read portable files (data/por), encrypted files, documents,
// variable sets or custom attributes, and it does not weight anything: the
// file's weight variable is only named.
package sav

import (
	"bytes"
	"fmt"

	"tradeoff/data"
)

// Sniff reports whether the first bytes of a file are those of a system file.
func Sniff(head []byte) bool {
	return bytes.HasPrefix(head, []byte("$FL2")) || bytes.HasPrefix(head, []byte("$FL3"))
}

// Open reads the dictionary of a system file and returns it as a survey. The
// input stays in use until the last scan has ended; closing it is up to the
// caller.
//
// Files[0].Rows is the counted number of cases. For zlib-compressed files,
// which would have to be inflated to count them, it is the header's promise,
// checked when a scan reaches the end, or -1 where the header makes none.
func Open(in *data.Input) (*data.Survey, error) {
	d, err := readDictionary(in)
	if err != nil {
		return nil, err
	}
	book, columns, err := d.resolve()
	if err != nil {
		return nil, err
	}
	note, err := d.countCases()
	if err != nil {
		return nil, err
	}
	if note != "" {
		book.Notes = append(book.Notes, note)
	}
	s := &scanner{dict: d, book: &book, columns: columns}
	files := []data.File{{Path: in.Path, Format: "SPSS", Rows: d.cases, Unit: "case"}}
	return data.New(book, files, s.scan), nil
}

// fault is damage that is not in one case: column may be "".
func fault(in *data.Input, column, format string, args ...any) *data.Fault {
	return &data.Fault{File: in.Name(), Unit: "case", Column: column, Found: fmt.Sprintf(format, args...)}
}

// again is what to do about a damaged file.
const again = "the file is damaged; export it again or copy it anew"
