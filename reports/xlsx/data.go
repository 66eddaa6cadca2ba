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
	for _, h := range dataHead {
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

var dataHead = [...]string{"table", "id", "title", "row", "statistic", "banner", "segment", "base", "value", "letters", "vs rest", "status"}

// dataTexts makes the texts of a table's rows known, since rows are written on
// several threads.
func dataTexts(texts *texts, t *crosstab.Table) {
	texts.of(t.ID)
	texts.of(t.Title)
	for j, label := range groupLabels(t) {
		texts.of(label)
		texts.of(t.Columns[j].Segment())
	}
	for i, row := range t.Rows {
		texts.of(row.Label)
		texts.of(string(row.Kind))
		for j := range t.Columns {
			status := reports.Shown(t, i, j)
			texts.of(string(status))
			if reports.HasNumber(status) { // others have letters that nobody may see
				texts.of(t.Cells[i][j].Letters)
				texts.of(reports.Arrow(t.Cells[i][j].VsRest))
			}
		}
	}
}

// dataRows writes the rows of a table, whose texts are known.
func dataRows(r *rows, style int, texts *texts, t *crosstab.Table) {
	id, title := texts.of(t.ID), texts.of(t.Title)
	groups, segments := make([]int, len(t.Columns)), make([]int, len(t.Columns))
	for j, label := range groupLabels(t) {
		groups[j], segments[j] = texts.of(label), texts.of(t.Columns[j].Segment())
	}
	for i, row := range t.Rows {
		label, kind := texts.of(row.Label), texts.of(string(row.Kind))
		for j := range t.Columns {
			r.open(0)
			r.integer(1, style, t.Number)
			for k, n := range [...]int{id, title, label, kind, groups[j], segments[j]} {
				r.text(2+k, style, n)
			}
			dataValues(r, style, texts, t, i, j)
			r.close()
		}
	}
}

// dataValues writes the columns from base to status.
func dataValues(r *rows, style int, texts *texts, t *crosstab.Table, i, j int) {
	c, status := &t.Cells[i][j], reports.Shown(t, i, j)
	if t.Columns[j].Status != crosstab.Suppressed {
		r.integer(8, style, t.BaseOf(i, j).Unweighted)
	}
	if reports.HasNumber(status) {
		r.number(9, style, reports.Stored(t.Rows[i].Kind, c.Estimate))
		if c.Letters != "" {
			r.text(10, style, texts.of(c.Letters))
		}
		if arrow := reports.Arrow(c.VsRest); arrow != "" {
			r.text(11, style, texts.of(arrow))
		}
	}
	r.text(12, style, texts.of(string(status)))
}
