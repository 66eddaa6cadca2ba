package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// A sheet in the making: its rows, written as they are added, and what the
// library wants to know of it.
type sheet struct {
	rows
	styles     *styles
	texts      *texts
	names      *definedNames
	index      int // of the sheet in the book, counted from 0
	name       string
	widths     []float64 // of the columns from the first
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

// A cell holds a number, a text or nothing.
type cell struct {
	value any
	look  look
}

type link struct{ from, sheet string }

// add appends a row, its height in points, and returns its number.
func (s *sheet) add(height float64, cells ...cell) int {
	s.open(height)
	for i, c := range cells {
		if c.value == nil && c.look == (look{}) {
			continue
		}
		style := s.styles.of(c.look)
		switch v := c.value.(type) {
		case nil:
			s.empty(i+1, style)
		case string:
			s.say(i+1, c.look, v)
		case int:
			s.integer(i+1, style, v)
		case float64:
			s.number(i+1, style, v)
		default:
			panic(fmt.Sprintf("a cell holds a %T", v))
		}
	}
	s.close()
	return s.n
}

// say writes a text into a cell of the open row.
func (s *sheet) say(col int, k look, text string) { s.text(col, s.styles.of(k), s.texts.of(text)) }

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

// put tells the library of a sheet, all but its rows. The order is the
// library's: a filter wipes the sheet's properties, the properties are written
// when the stream begins, panes and widths before the first row, and what comes
// after Flush is lost.
func (s *sheet) put(f *excelize.File) error {
	if err := s.prepare(f); err != nil {
		return err
	}
	stream, err := f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	if s.freezeRows > 0 {
		if err := stream.SetPanes(s.panes()); err != nil {
			return err
		}
	}
	for to := len(s.widths); to > 0; { // from the last: the library puts each before the others
		from := to
		for from > 1 && s.widths[from-2] == s.widths[to-1] {
			from--
		}
		if err := stream.SetColWidth(from, to, s.widths[to-1]); err != nil {
			return err
		}
		to = from - 1
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
func (s *sheet) prepare(f *excelize.File) error {
	yes, no, zero, one, a4 := true, false, 0, 1, 9
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
	return nil
}

// define gives the printed part of a sheet its names.
func (s *sheet) define() {
	if s.repeatFrom == 0 {
		return
	}
	if s.screenOnly {
		s.names.add("_xlnm.Print_Area", s.index, fmt.Sprintf("'%s'!$A$%d:$%s$%d", s.name, s.repeatFrom, letters(len(s.widths)), s.freezeRows))
	}
	s.names.add("_xlnm.Print_Titles", s.index, s.printTitles())
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
