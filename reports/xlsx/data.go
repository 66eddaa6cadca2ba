package xlsx

import (
	"strconv"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// sheetRows is the most that a sheet can hold.
const sheetRows = 1 << 20

// dataSheets shares the tables out over sheets of so many rows at most.
func dataSheets(tables []*crosstab.Table, most int) [][]*crosstab.Table {
	sheets := make([][]*crosstab.Table, 1)
	used := 1 // the header
	for _, t := range tables {
		if used += numbers(t); used > most && used > 1+numbers(t) {
			sheets, used = append(sheets, nil), 1+numbers(t)
		}
		last := &sheets[len(sheets)-1]
		*last = append(*last, t)
	}
	return sheets
}

// numbers is how many rows a table takes.
func numbers(t *crosstab.Table) int { return len(t.Rows) * len(t.Columns) }

// data lays out every number once more, one to a row, for those who pivot: on
// one sheet, or on several where one cannot hold them. It holds what the tables
// show and no more; results.csv has the rest. It is for the screen: printed
// with the book it would be longer than the tables. dataRows writes the rows.
func data(s *sheet, i int, r *reports.Report, tables []*crosstab.Table) *sheet {
	s.name = dataName
	if i > 0 {
		s.name += " " + strconv.Itoa(i+1)
	}
	s.widths = []float64{8, 20, 34, 30, 12, 18, 28, 10, 12, 10, 8, 12}
	s.heading, s.simulated, s.screenOnly = r.Meta.Title, r.Meta.Simulated, true
	var head []cell
	for _, h := range []string{"table", "id", "title", "row", "statistic", "banner", "segment", "base", "value", "letters", "vs rest", "status"} {
		head = append(head, cell{h, look{bold: true, fill: headFill, under: true}})
	}
	s.freezeRows = s.add(0, head...)
	s.repeatFrom = s.freezeRows
	last := s.n
	for _, t := range tables {
		last += numbers(t)
	}
	s.filter = at(1, 1) + ":" + at(max(2, last), len(head))
	return s
}

// dataRows writes the rows of a table.
func dataRows(r *rows, style int, t *crosstab.Table) {
	id, title := inXML(t.ID), inXML(t.Title)
	groups, segments := make([]words, len(t.Columns)), make([]words, len(t.Columns))
	for j, label := range groupLabels(t) {
		groups[j], segments[j] = inXML(label), inXML(t.Columns[j].Segment())
	}
	for i, row := range t.Rows {
		label, kind := inXML(row.Label), inXML(string(row.Kind))
		for j := range t.Columns {
			r.open(0)
			r.integer(1, style, t.Number)
			for k, w := range [...]words{id, title, label, kind, groups[j], segments[j]} {
				r.words(2+k, style, w)
			}
			dataValues(r, style, t, i, j)
			r.close()
		}
	}
}

// dataValues writes the columns from base to status.
func dataValues(r *rows, style int, t *crosstab.Table, i, j int) {
	c, status := &t.Cells[i][j], reports.Shown(t, i, j)
	if t.Columns[j].Status != crosstab.Suppressed {
		r.integer(8, style, t.Columns[j].Base.Unweighted)
	}
	if reports.HasNumber(status) {
		r.number(9, style, reports.Stored(t.Rows[i].Kind, c.Estimate))
		if c.Letters != "" {
			r.words(10, style, inXML(c.Letters))
		}
		if arrow := reports.Arrow(c.VsRest); arrow != "" {
			r.words(11, style, inXML(arrow))
		}
	}
	r.words(12, style, inXML(string(status)))
}
