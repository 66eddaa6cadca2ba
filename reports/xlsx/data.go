package xlsx

import (
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// data lays out every number once more, one to a row, for those who pivot.
// It holds what the tables show and no more; results.csv has the rest. It is
// for the screen: printed with the book it would be longer than the tables.
func data(r *reports.Report) *sheet {
	s := &sheet{name: dataSheet, widths: []float64{8, 20, 34, 30, 12, 18, 28, 10, 12, 10, 8, 12}, heading: r.Meta.Title, simulated: r.Meta.Simulated, screenOnly: true}
	var head []cell
	for _, h := range []string{"table", "id", "title", "row", "statistic", "banner", "segment", "base", "value", "letters", "vs rest", "status"} {
		head = append(head, cell{h, look{bold: true, fill: headFill, under: true}})
	}
	s.add(0, head...)
	for _, t := range r.Tables {
		segments, groups := segments(t)
		for i, row := range t.Rows {
			for j := range t.Columns {
				s.rows = append(s.rows, dataRow(t, i, j, row, groups[j], segments[j]))
			}
		}
	}
	s.freezeRows, s.repeatFrom = 1, 1
	s.filter = at(1, 1) + ":" + at(max(2, len(s.rows)), len(head))
	return s
}

func segments(t *crosstab.Table) (segments, groups []string) {
	groups = groupLabels(t)
	for _, c := range t.Columns {
		segments = append(segments, c.Segment())
	}
	return segments, groups
}

func dataRow(t *crosstab.Table, i, j int, r crosstab.Row, group, segment string) row {
	c, status := &t.Cells[i][j], reports.Shown(t, i, j)
	cells := make([]cell, 0, 12)
	cells = append(cells, cell{value: t.Number}, cell{value: t.ID}, cell{value: t.Title}, cell{value: r.Label}, cell{value: string(r.Kind)},
		cell{value: group}, cell{value: segment}, cell{}, cell{}, cell{}, cell{}, cell{value: string(status)})
	if t.Columns[j].Status != crosstab.Suppressed {
		cells[7].value = t.Columns[j].Base.Unweighted
	}
	if reports.HasNumber(status) {
		cells[8].value = reports.Stored(r.Kind, c.Estimate)
		cells[9].value, cells[10].value = orNil(c.Letters), orNil(reports.Arrow(c.VsRest))
	}
	return row{cells: cells}
}
