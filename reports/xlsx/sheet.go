package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"tradeoff/reports"
)

// A sheet is laid out before it is written, since the library wants everything
// in one order and drops silently what comes too late.
type sheet struct {
	name       string
	widths     []float64 // of the columns from the first
	rows       []row
	merges     [][2]string
	links      []link
	freezeRows int
	freezeCols int
	repeatFrom int // first of the rows that are printed on every page, 0 for none
	filter     string
	scale      int   // percent; 0 fits the width of the sheet to the page
	breaks     []int // columns that begin a new printed page
	portrait   bool
	screenOnly bool   // too long for paper: of the rows only the repeated ones are printed
	heading    string // printed at the top of each page
	simulated  bool
}

type row struct {
	height float64 // points, 0 for the usual
	cells  []cell
}

// A cell holds a number, a text or nothing.
type cell struct {
	value any
	look  look
}

type link struct{ from, sheet string }

// add appends a row and returns its number.
func (s *sheet) add(height float64, cells ...cell) int {
	s.rows = append(s.rows, row{height, cells})
	return len(s.rows)
}

// link makes the cell a link to the top of another sheet.
func (s *sheet) link(row, col int, target string) {
	s.links = append(s.links, link{at(row, col), target})
}

// merge joins cells of one row; a single cell is left alone.
func (s *sheet) merge(row, from, to int) {
	if to > from {
		s.merges = append(s.merges, [2]string{at(row, from), at(row, to)})
	}
}

// at is the name of a cell, both counted from 1.
func at(row, col int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		panic(err) // a position of our own making
	}
	return name
}

// A writer puts sheets into a workbook.
type writer struct {
	file   *excelize.File
	styles map[look]int
}

func (w *writer) all(r *reports.Report, sheets []*sheet) error {
	f := w.file
	if err := f.SetDefaultFont(fontName); err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", sheets[0].name); err != nil {
		return err
	}
	for _, s := range sheets[1:] {
		if _, err := f.NewSheet(s.name); err != nil {
			return err
		}
	}
	for _, s := range sheets {
		if err := w.put(s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	// The first sheet is the active one already. SetActiveSheet would read every
	// streamed sheet back in and write it anew, at four times the cost.
	return f.SetDocProps(properties(r))
}

// put writes a sheet. The order is the library's: a filter wipes the sheet's
// properties, the properties are written when the stream begins, panes and
// widths before the first row, and what comes after Flush is lost.
func (w *writer) put(s *sheet) error {
	if err := w.prepare(s); err != nil {
		return err
	}
	stream, err := w.file.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	if s.freezeRows > 0 {
		if err := stream.SetPanes(s.panes()); err != nil {
			return err
		}
	}
	for i := len(s.widths); i > 0; i-- { // from the last: the library puts each before the others
		if err := stream.SetColWidth(i, i, s.widths[i-1]); err != nil {
			return err
		}
	}
	var values []any
	for i, r := range s.rows {
		values = values[:0]
		for _, c := range r.cells {
			v, err := w.value(c)
			if err != nil {
				return err
			}
			values = append(values, v)
		}
		if err := stream.SetRow(at(i+1, 1), values, excelize.RowOpts{Height: r.height}); err != nil {
			return err
		}
	}
	for _, m := range s.merges {
		if err := stream.MergeCell(m[0], m[1]); err != nil {
			return err
		}
	}
	for _, col := range s.breaks {
		if err := stream.InsertPageBreak(at(1, col)); err != nil {
			return err
		}
	}
	return stream.Flush()
}

// screenNote is printed at the top of a sheet that is too long for paper.
const screenNote = "The rows of this sheet are not printed. Clear its print area to print them."

// prepare sets what must stand before the stream begins, and what has no place
// in the stream.
func (w *writer) prepare(s *sheet) error {
	f, yes, no, zero, one, a4 := w.file, true, false, 0, 1, 9
	if s.filter != "" {
		if err := f.AutoFilter(s.name, s.filter, nil); err != nil {
			return err
		}
	}
	fit := s.scale == 0
	if err := f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := f.SetSheetView(s.name, -1, &excelize.ViewOptions{ShowGridLines: &no}); err != nil {
		return err
	}
	orientation := "landscape"
	if s.portrait {
		orientation = "portrait"
	}
	layout := &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation}
	if fit {
		layout.FitToWidth, layout.FitToHeight = &one, &zero
	} else {
		scale := uint(s.scale)
		layout.AdjustTo = &scale
	}
	if err := f.SetPageLayout(s.name, layout); err != nil {
		return err
	}
	side, end, edge := 0.4, 0.7, 0.3
	if err := f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &end, Bottom: &end, Header: &edge, Footer: &edge}); err != nil {
		return err
	}
	// A space ends the code of the size: without it, a title that begins with
	// a digit would be read as one.
	left, middle := "&L&8 "+pageText(s.name), ""
	if s.simulated {
		middle = "&C&8 Simulated data"
	}
	header := "&L&8 " + pageText(s.heading)
	if s.screenOnly {
		header += "&R&8 " + screenNote
	}
	if err := f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{AlignWithMargins: &yes,
		OddHeader: header, OddFooter: left + middle + "&R&8 Page &P of &N"}); err != nil {
		return err
	}
	for _, l := range s.links {
		if err := f.SetCellHyperLink(s.name, l.from, "'"+l.sheet+"'!A1", "Location"); err != nil {
			return err
		}
	}
	if s.repeatFrom == 0 {
		return nil
	}
	if s.screenOnly {
		area := fmt.Sprintf("'%s'!$A$%d:$%s$%d", s.name, s.repeatFrom, letters(len(s.widths)), s.freezeRows)
		if err := f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: s.name, RefersTo: area}); err != nil {
			return err
		}
	}
	return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.name, RefersTo: s.printTitles()})
}

func (s *sheet) panes() *excelize.Panes {
	pane := "bottomRight"
	if s.freezeCols == 0 {
		pane = "bottomLeft"
	}
	corner := at(s.freezeRows+1, s.freezeCols+1)
	return &excelize.Panes{Freeze: true, XSplit: s.freezeCols, YSplit: s.freezeRows, TopLeftCell: corner, ActivePane: pane,
		Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: pane}}}
}

func (s *sheet) printTitles() string {
	rows := fmt.Sprintf("'%s'!$%d:$%d", s.name, s.repeatFrom, s.freezeRows)
	if s.freezeCols == 0 {
		return rows
	}
	return fmt.Sprintf("'%s'!$A:$%s,%s", s.name, letters(s.freezeCols), rows)
}

// letters is the name of a column, counted from 1.
func letters(col int) string {
	name, err := excelize.ColumnNumberToName(col)
	if err != nil {
		panic(err) // a number of our own making
	}
	return name
}

func (w *writer) value(c cell) (any, error) {
	if c.value == nil && c.look == (look{}) {
		return nil, nil
	}
	style, ok := w.styles[c.look]
	if !ok {
		var err error
		if style, err = w.file.NewStyle(c.look.style()); err != nil {
			return nil, err
		}
		w.styles[c.look] = style
	}
	if s, ok := c.value.(string); ok {
		c.value = text(s)
	}
	return excelize.Cell{StyleID: style, Value: c.value}, nil
}
