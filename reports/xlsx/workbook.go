// Package xlsx writes the crosstab book that market researchers know: a front
// sheet, a linked contents sheet, one sheet for every table and all numbers
// once more in a long sheet to pivot.
//
// In: a reports.Report, already protected. Steps: 1. every sheet is laid out as
// rows of cells with a look each; 2. the sheets are streamed into a workbook in
// the one order that loses nothing; 3. the parts are zipped in a fixed order.
// Out: the bytes of tables.xlsx, the same bytes for the same report.
//
// Percentages are numbers with a cell format, rounded to four places, so that
// they can be charted and do not give counts away. Letters stand in a row of
// their own. The package draws no charts and decides nothing that is hidden.
package xlsx

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"tradeoff/reports"
)

// Names of the sheets that are not tables.
const (
	frontSheet    = "Front"
	contentsSheet = "Contents"
	dataSheet     = "Data"
)

// Write makes the workbook of a report.
func Write(r *reports.Report) ([]byte, error) {
	names := sheetNames(r)
	sheets := []*sheet{front(r, names), contents(r, names)}
	weighted := reports.IsWeighted(r.Tables)
	for i, t := range r.Tables {
		sheets = append(sheets, tableSheet(r, t, names[i], weighted))
	}
	sheets = append(sheets, data(r))

	f := excelize.NewFile()
	defer f.Close()
	f.SetZipWriter(newZip)
	w := &writer{file: f, styles: map[look]int{}}
	if err := w.all(r, sheets); err != nil {
		return nil, fmt.Errorf("tables.xlsx: %w", err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("tables.xlsx: %w", err)
	}
	return b.Bytes(), nil
}

// sheetNames names the sheet of each table "Table 12" by its printed number.
// Two tables with one number, which Excel would refuse, are told apart.
func sheetNames(r *reports.Report) []string {
	names := make([]string, len(r.Tables))
	taken := map[string]bool{}
	for i, t := range r.Tables {
		name := fmt.Sprintf("Table %d", t.Number)
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("Table %d (%d)", t.Number, n)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}

// properties are what the file's own information pane shows.
func properties(r *reports.Report) *excelize.DocProperties {
	m := r.Meta
	about := []string{fmt.Sprintf("Written by tradeoff %s.", m.Version)}
	if m.Simulated {
		about = append(about, reports.SimulatedNote)
	}
	for _, s := range m.Sources {
		about = append(about, fmt.Sprintf("Source %s, SHA-256 %s.", s.Name, s.SHA256))
	}
	creator := m.Client
	if creator == "" {
		creator = "tradeoff"
	}
	return &excelize.DocProperties{
		Title:          text(m.Title),
		Subject:        text(m.Population),
		Creator:        text(creator),
		LastModifiedBy: "tradeoff",
		Description:    text(strings.Join(about, " ")),
		Keywords:       "survey, crosstabs, personalization, privacy",
	}
}
