package model

import (
	"encoding/csv"
	"io"
)

// WriteCSV writes people as an export of codes: a header row of column names,
// a line each, no labels, blanks for what was not asked.
func WriteCSV(w io.Writer, people []*Person) error {
	out := csv.NewWriter(w)
	columns := Columns()
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.Variable.Name
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for _, p := range people {
		for i, c := range columns {
			row[i] = c.Cell(p)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
