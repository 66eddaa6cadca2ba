// Package dta reads Stata data sets (.dta).
//
// In: the bytes of a data set of release 104, 105, 108, 110, 111, 113 to 115
// (in either byte order) or 117 to 121 (the format with tags, in either byte
// order). Open does five things:
//
//  1. reads the header, the descriptors of the variables and the
//     characteristics as bytes, checking every length and every count against
//     what is left of the file;
//  2. finds the data, the long strings and the value labels, and makes sure
//     that all the promised cases are there;
//  3. looks once through the data: which variables hold which extended missing
//     values (.a to .z), and which bytes beyond ASCII the strings hold;
//  4. decides the encoding: UTF-8 from release 118 on; older files do not say,
//     so it is guessed from the bytes and said in a note;
//  5. joins the pieces to the codebook: names, labels, value labels, missing
//     values, and the languages and survey settings that characteristics name.
//
// Out: a data.Survey whose scans read only what the variables asked for take,
// in batches of up to 16384 cases. Numbers and short strings with few different
// values are coded columns (data.Coded).
//
// System missing (.) and blank strings are null. An extended missing value is
// a number of its own (data.Extended), whose code is its name in Stata: ".a" to
// ".z". Those that a variable holds or labels are declared in Variable.Missing,
// so that they are no answer although the person was asked, and Stata's labels
// for them are value labels like any other.
//
// Dates (%td), dates with a time (%tc, and %tC without its leap seconds), and
// weeks, months, quarters and half-years (%tw, %tm, %tq, %th: their first day)
// become data.Time; years (%ty) and business dates (%tb) stay numbers. An
// extended missing date is null, with a note.
//
// Damage is a *data.Fault. What could be read in only one sensible way is read,
// and said in Codebook.Notes.
//
// The package does not read the frame sets of Stata 18 (.dtas), notes,
// characteristics other than those above, binary long strings, or the values of
// alias variables, which are in another file. It does not write.
package dta

import (
	"fmt"

	"tradeoff/data"
)

// opening begins the files of release 117 and later.
const opening = "<stata_dta>"

// Sniff reports whether the first bytes of a file are those of a data set.
func Sniff(head []byte) bool {
	if len(head) >= len(opening) && string(head[:len(opening)]) == opening {
		return true
	}
	return len(head) > 4 && head[0] >= 102 && head[0] <= 116 && (head[1] == bigEndian || head[1] == littleEndian) && head[2] == 1
}

// Open reads all of a data set but its cases, and returns it as a survey. The
// input stays in use until the last scan has ended; closing it is up to the
// caller.
func Open(in *data.Input) (*data.Survey, error) {
	d := &dictionary{in: in, chars: map[string][]byte{}, labels: map[string]*labelSet{}}
	c := newCursor(in)
	d.read(c)
	if c.fault != nil {
		return nil, c.fault
	}
	if err := d.lookThrough(); err != nil {
		return nil, err
	}
	d.chooseEncoding()
	book, err := d.resolve()
	if err != nil {
		return nil, err
	}
	s := &scanner{dict: d, places: make(map[string]*variable, len(d.variables))}
	for _, v := range d.variables {
		s.places[v.name] = v
	}
	files := []data.File{{Path: in.Path, Format: "Stata", Rows: d.cases, Unit: "case"}}
	return data.New(book, files, s.scan), nil
}

// fault is damage that is not in one case: column may be "".
func fault(in *data.Input, column, format string, args ...any) *data.Fault {
	return &data.Fault{File: in.Name(), Unit: "case", Column: column, Found: fmt.Sprintf(format, args...)}
}

// again is what to do about a damaged file.
const again = "the file is damaged; export it again or copy it anew"
