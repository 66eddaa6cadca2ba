// Package columnar reads and writes the two columnar formats: Parquet, and
// Arrow IPC in its file form (also called Feather) and its stream form.
//
// In: a data.Input. The steps:
//
//  1. Check what the file promises against what it holds: the length of the
//     footer, the counts and sizes in it, the size of every page or message.
//     Only then does the Arrow library see the bytes: the footer of a Parquet
//     file, whose pages are decoded here, and the messages of an IPC file.
//     Where the library panics, that is caught and becomes a data.Fault.
//  2. Say what each column is: whole and decimal numbers, truth values and
//     times of day are Numbers, texts and categories are Text, dates and
//     timestamps are Time. Columns with whole numbers of more than 15
//     digits, as in long identifiers, are Text, so that no two become one.
//     Lists of texts or numbers are multiple answers, as in data/jsonl: a variable
//     of 1 and 0 for each value, null where there is no list. Columns that hold
//     other lists or bytes are left out with a note.
//  3. Stream the rows, a few thousand at a time, the columns of a Parquet file
//     on several threads. Values behind a small dictionary, and whole numbers
//     from 0 to 254, come as codes of one byte (data.Coded) straight from the
//     pages. Row groups that nobody needs, and columns that nobody asks for,
//     are not read.
//
// Out: a data.Survey. An empty text and a NaN are nulls.
//
// Files written here carry the codebook as JSON under the metadata key
// CodebookKey, so that labels, declared missing values, levels, sets and the
// weight survive. Labels that other programs hide in metadata of their own
// are not read.
//
// The package does not decide which columns identify people; see
// data/exports.
package columnar

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"tradeoff/data"
)

// rowsFor is how many rows a batch holds when so many columns are read: 8192,
// fewer for very wide files, so that a batch stays below some 32 MB.
func rowsFor(columns int) int {
	return min(8192, max(256, 1<<22/max(columns, 1)))
}

// fault says what is wrong with a file as a whole.
func fault(in *data.Input, format string, args ...any) *data.Fault {
	return &data.Fault{File: in.Name(), Found: fmt.Sprintf(format, args...)}
}

// caught turns what went wrong in the library, a panic included, into a
// fault. Faults pass as they are.
func caught(in *data.Input, format string, wrong any) error {
	if err, ok := wrong.(error); ok && data.IsData(err) {
		return err
	}
	return fault(in, "the %s file is damaged (%s); export it again", format, oneLine(wrong))
}

// oneLine is the library's word on a panic, short and without what it may
// quote from the file.
func oneLine(wrong any) string {
	var b broken
	if err, ok := wrong.(error); ok && errors.As(err, &b) {
		return string(b)
	}
	return "its parts contradict each other"
}

// broken is a contradiction that our own checks found.
type broken string

func (b broken) Error() string { return string(b) }

// breaks makes a broken error.
func breaks(format string, args ...any) error { return broken(fmt.Sprintf(format, args...)) }

// isName reports whether a column can be called so.
func isName(name string) bool { return name != "" && utf8.ValidString(name) }

// nameless is the fault of a column that has no name, counted from 0.
func nameless(in *data.Input, column int) error {
	return fault(in, "column %d has no name, or one that is no text; name it and export again", column+1)
}

// noColumns is the fault of a file of which nothing can be used.
func noColumns(in *data.Input, notes []string) error {
	if len(notes) == 0 {
		return fault(in, "the file has no columns; export it again")
	}
	return fault(in, "no column can be used; the first of %d: %s", len(notes), strings.TrimSuffix(strings.TrimPrefix(notes[0], in.Name()+": "), "."))
}
