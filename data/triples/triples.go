// Package triples reads Triple-S surveys: a definition in XML (.sss), versions
// 1.1 to 3.x, and beside it the data that it describes, of fixed width (.asc) or
// separated by commas (.csv).
//
// In: the definition. Open does five things:
//
//  1. reads the XML (parse.go) token by token: no document type of its own, no
//     entities but those of XML, few levels, bounded counts;
//  2. checks what it says of each variable (variable.go);
//  3. opens the data file in the same folder (beside.go): the one that the
//     definition names if that is a plain file name, else the one that is called
//     like the definition; a path, an address or another folder is never
//     followed;
//  4. measures its lines (measure.go): encoding, whether positions are bytes or
//     characters, number of respondents;
//  5. reads all answers once (audit.go): lines that are too short and values of
//     the wrong kind are faults; codes that the definition does not list and
//     numbers outside its ranges stay as they are, and are said.
//
// Out: a data.Survey whose scans read only the variables asked for, in batches.
// Single answers and quantities are numbers, single answers with literal codes
// are texts unless all these codes are numbers, dates are data.Time, times of
// day are seconds since midnight. Blank is null. Logical variables are 1 (Yes)
// and 0 (No). A multiple answer becomes one variable of 1 and 0 for each of its
// values, and a data.Set: null where nothing at all was recorded. Codes that
// version 3 marks as missing are declared in Variable.Missing. Rows are named by
// the line of the data file.
//
// The package does not put the levels of a hierarchy together (each level has a
// definition and data of its own and is read by itself), nor read the syntax
// before XML, scores of values, the order of answers in a multiple variable, or
// texts in more than one language. A filter is only said: who was not asked has
// blanks in the data.
package triples

import (
	"fmt"

	"tradeoff/data"
)

// unit is what a row is called.
const unit = "data line"

// Open reads the definition, finds its data file, and returns the survey. Faults
// are *data.Fault or data.Faults. The data file is closed with the input.
func Open(in *data.Input) (*data.Survey, error) { return open(in, in.Sibling) }

// open is Open with a way to get at files in the same folder.
func open(in *data.Input, sibling func(name string) (*data.Input, error)) (*data.Survey, error) {
	d, err := parse(in)
	if err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	f, err := d.find(sibling)
	if err != nil {
		return nil, err
	}
	if err := f.measure(); err != nil {
		return nil, err
	}
	if err := f.audit(); err != nil {
		return nil, err
	}
	s := &scanner{file: f}
	book := s.codebook()
	return data.New(book, []data.File{{Path: in.Path, Format: "Triple-S", Rows: f.rows, Unit: unit}}, s.scan), nil
}

// fault is something wrong with the definition: column may be "".
func (d *definition) fault(column, format string, args ...any) *data.Fault {
	return &data.Fault{File: d.in.Name(), Column: column, Found: fmt.Sprintf(format, args...)}
}

func (d *definition) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}
