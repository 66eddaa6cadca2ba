package csv

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
)

// Write writes rows, which must hold the variables in their order, as CSV in
// UTF-8: comma, one row of names, lines that end in a line feed, decimal points,
// times as 2026-03-01 14:30:00 (-0044-03-15 before our time). Texts always stand in quotation marks, so that NA
// is a word and 007 no number; extended missing values are .a to .z, without. A
// null is an empty cell; a respondent who has no value at all has NA in the first,
// since a blank line is no respondent. name is the file's, for messages.
//
// CSV holds no labels: see data/ddi for the codebook beside it.
func Write(w io.Writer, name string, variables []data.Variable, batches iter.Seq2[data.Batch, error]) error {
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for i, v := range variables {
		line = appendText(separate(line, i), v.Name)
	}
	if _, err := out.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for b, err := range data.PlainBatches(batches) {
		if err != nil {
			return err
		}
		for row := range int(b.Record.NumRows()) {
			line = appendRow(line[:0], b.Record, row)
			if _, err := out.Write(line); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func separate(line []byte, column int) []byte {
	if column > 0 {
		line = append(line, ',')
	}
	return line
}

func appendRow(line []byte, rec arrow.Record, row int) []byte {
	columns := rec.Columns()
	for i, c := range columns {
		line = separate(line, i)
		if c.IsValid(row) {
			line = appendValue(line, c, row)
		}
	}
	if len(line) == len(columns)-1 {
		line = append([]byte("NA"), line...)
	}
	return append(line, '\n')
}

func appendValue(line []byte, column arrow.Array, row int) []byte {
	switch c := column.(type) {
	case *array.Float64:
		return append(line, data.Code(c.Value(row))...)
	case *array.Timestamp:
		return time.Unix(int64(c.Value(row)), 0).UTC().AppendFormat(line, "2006-01-02 15:04:05")
	case *array.String:
		return appendText(line, c.Value(row))
	}
	panic("csv: a column of " + column.DataType().String())
}

func appendText(line []byte, s string) []byte {
	line = append(line, '"')
	for {
		before, after, more := strings.Cut(s, `"`)
		if line = append(line, before...); !more {
			return append(line, '"')
		}
		line, s = append(line, `""`...), after
	}
}
