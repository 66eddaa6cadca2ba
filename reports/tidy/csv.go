package tidy

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"unicode/utf8"

	"tradeoff/reports"
)

// Results writes results.csv: a header, then one row for every cell of every
// table, UTF-8 without a byte order mark, lines ended by LF.
//
// Numbers are the shortest text that reads back as the same number. A text that
// a spreadsheet would run as a formula gets an apostrophe in front; see Inert.
func Results(r *reports.Report) ([]byte, error) {
	return write(resultColumns(r.Meta), cells(r))
}

// Tests writes tests.csv: one row for every comparison made, in the form of
// Results. The numbers of a comparison with a hidden part are empty.
func Tests(r *reports.Report) ([]byte, error) {
	return write(testColumns(r.Meta, r.Tests.WithDefaults()), comparisons(r))
}

func write[R any](columns []column[R], rows []R) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	fields := make([]string, len(columns))
	for i, c := range columns {
		fields[i] = c.name
	}
	if err := w.Write(fields); err != nil {
		return nil, err
	}
	for _, r := range rows {
		for i, c := range columns {
			fields[i] = c.field(r)
		}
		if err := w.Write(fields); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (c column[R]) field(r R) string {
	switch {
	case c.text != nil:
		return Inert(c.valid(r))
	case c.whole != nil:
		if n, ok := c.whole(r); ok {
			return strconv.FormatInt(n, 10)
		}
	default:
		if x, ok := c.real(r); ok {
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
	}
	return ""
}

// valid is the text of a row with what is not UTF-8 replaced: neither file may
// hold it.
func (c column[R]) valid(r R) string { return strings.ToValidUTF8(c.text(r), "\uFFFD") }

// Inert is a text that no spreadsheet runs as a formula when it opens the CSV
// (CWE-1236): one that begins with = + - @, their full-width forms, a tab or a
// line break gets an apostrophe in front, which spreadsheets read as "this is
// text". A text that is a number, such as "-1", stays as it is. Labels in
// results.parquet and the workbook have types and are never changed.
func Inert(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) || s == "" {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}
