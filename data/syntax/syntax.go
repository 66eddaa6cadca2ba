// Package syntax reads surveys that come as bare data with a program beside them that
// reads these and labels them: SPSS syntax (.sps), as LimeSurvey, ICPSR, REDCap and
// others write it, and the R syntax of LimeSurvey.
//
// In: the syntax. OpenSPSS and OpenR do three things:
//
//  1. read what the commands say of the data file and its columns (commands.go, spss.go,
//     data.go; r.go). Nothing is run: a command that would change the data, or that is
//     not known, is refused with its line, and those that describe nothing are said;
//  2. open the data file in the same folder (find.go): the one that the syntax names,
//     whatever folder it names with it, else the one file that is called like the syntax;
//  3. have package described read the data as what the syntax says they are.
//
// Out: a data.Survey. Of SPSS are read FILE HANDLE, GET DATA /TYPE=TXT, DATA LIST (one
// line a respondent), VARIABLE LABELS, [ADD] VALUE LABELS, MISSING VALUES, VARIABLE
// LEVEL, [PRINT] FORMATS, RENAME VARIABLES, WEIGHT BY, MRSETS and SET DECIMAL. A syntax
// without GET DATA and DATA LIST labels a file that has a line of names. Numbers of fixed
// width without a point have the decimals of their format, as in SPSS.
//
// Of R are read the assignments that LimeSurvey writes: the columns of read.csv by
// number, as.numeric and as.character, factor with levels and labels, variable.labels and
// names.
package syntax

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"tradeoff/data"
	"tradeoff/data/beside"
	"tradeoff/data/described"
)

// Limits of a syntax. Real ones stay far below.
const (
	maxSize      = 64 << 20
	maxVariables = 1 << 16
	maxPosition  = 1 << 20
	maxSpent     = 1 << 22 // names and labels of all commands
)

// SniffSPSS reports whether a text begins like SPSS syntax that reads data: with one of
// the commands that do, at the start of a line.
func SniffSPSS(head []byte) bool {
	for line := range bytes.Lines(bytes.ToUpper(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))) {
		words := bytes.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch string(words[0]) + " " + string(words[1]) {
		case "GET DATA", "DATA LIST", "FILE HANDLE":
			return true
		}
	}
	return false
}

// SniffR reports whether a text begins like the R syntax of LimeSurvey.
func SniffR(head []byte) bool {
	return bytes.Contains(head, []byte("read.csv(")) && bytes.Contains(head, []byte("attributes(data)$variable.labels["))
}

// newCodebook is the codebook that a syntax fills in.
func newCodebook(in *data.Input) *described.Codebook {
	return &described.Codebook{In: in, What: "syntax", Kind: "its format there"}
}

// read is the text of the syntax, in UTF-8.
func read(c *described.Codebook) (string, error) {
	if c.In.Size > maxSize {
		return "", c.Fault("", "the syntax is %d bytes long, and no more than %d are read; it is something else", c.In.Size, maxSize)
	}
	b, err := c.In.Head(c.In.Size)
	if err != nil {
		return "", err
	}
	if beside.ByteOrder(b) != nil {
		if b, err = unicode.UTF16(*beside.ByteOrder(b), unicode.UseBOM).NewDecoder().Bytes(b); err != nil {
			return "", c.Fault("", "the syntax is no text; save it as UTF-8")
		}
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(b) {
		c.Note("it is not UTF-8 and was read as Windows-1252; check the accented letters in labels.")
		if b, err = charmap.Windows1252.NewDecoder().Bytes(b); err != nil {
			return "", c.Fault("", "the syntax is no text; save it as UTF-8")
		}
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return "", c.Fault("", "the syntax is no text; save it as UTF-8")
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(b)), nil
}

// A place makes faults of a line of the syntax.
type place struct{ c *described.Codebook }

func (p place) fault(line int, format string, args ...any) *data.Fault {
	return &data.Fault{File: p.c.In.Name(), Row: int64(line), Unit: "line", Found: fmt.Sprintf(format, args...)}
}
