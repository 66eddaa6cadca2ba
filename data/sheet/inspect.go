package sheet

import (
	"fmt"
	"slices"

	"tradeoff/data"
)

// maxColumns bounds what a hostile header can make us remember.
const maxColumns = 1 << 16

// maxFaults is how many faulty rows are told apart before reading stops.
const maxFaults = 1000

// A column is what the second pass needs to know of one.
type column struct {
	index    int // cell of the row
	name     string
	kind     data.Type
	point    byte // decimal point or comma of a number
	notAsked bool // N/A is missing
	texts    *dictionary
	full     bool       // texts lacks some
	as       *Described // nil for a column that is as it looks
	coding   *coding    // nil for a column that is read plainly
}

// A table is an inspected grid.
type table struct {
	grid    *Grid
	book    data.Codebook
	columns []column
	shorts  []shorts // by cell of the row
	kept    []*page  // the first rows
	limit   int      // rows of a page
	starts  []Start  // of every row that starts a page; none where reading starts at the top only
	width   int      // cells in every row of a grid that is no workbook
	last    int64    // number of the last header row
}

// inspector gathers the evidence of the first pass.
type inspector struct {
	grid    *Grid
	names   []string
	width   int
	columns []*evidence
	shorts  []shorts // of each column
	page    *page    // that is being filled
	kept    []*page  // those before it, as long as there is room
	room    int64    // bytes left for them; negative once a page was not kept
	rows    int64
	starts  []Start // of every row that starts a page
	blanks  int64
	blank   int64 // number of the first blank row
	faults  data.Faults
}

// inspect makes the first pass.
func inspect(g *Grid) (*table, error) {
	var ahead []*Row
	var in *inspector
	var h header
	start := func() error {
		if len(ahead) == 0 {
			return g.fault(0, "", "the file holds no text; ask for a new export")
		}
		h = g.findHeader(ahead)
		if len(h.names) > maxColumns {
			return g.fault(ahead[0].Number, "", "the header has %d columns; more than %d are not read", len(h.names), maxColumns)
		}
		in = &inspector{grid: g, width: len(h.names), room: g.Room, page: newPage(rowsFor(len(h.names)))}
		for _, name := range h.names {
			in.addColumn(name)
		}
		for _, r := range ahead[h.skipped+1 : h.skipped+h.depth] {
			in.checkWidth(r)
		}
		for _, r := range ahead[h.skipped+h.depth:] {
			in.add(r)
		}
		return nil
	}
	for row, err := range g.Rows(Start{}) {
		switch {
		case err != nil && in != nil:
			return nil, in.with(err)
		case err != nil:
			return nil, err
		case in == nil && row.blank():
			continue
		case in == nil:
			ahead = append(ahead, row.clone())
			if len(ahead) == g.lookahead() {
				if err := start(); err != nil {
					return nil, err
				}
			}
		default:
			in.add(row)
		}
		if in != nil && len(in.faults) >= maxFaults {
			break
		}
	}
	if in == nil {
		if err := start(); err != nil {
			return nil, err
		}
	}
	top := ahead[h.skipped]
	last := ahead[h.skipped+h.depth-1].Number
	return in.finish(h, top.Number, last)
}

// with puts the faults found so far before the one that ended the reading.
func (in *inspector) with(err error) error {
	if f, ok := err.(*data.Fault); ok && len(in.faults) > 0 {
		return append(in.faults, f)
	}
	return err
}

// checkWidth reports a row with the wrong number of cells.
func (in *inspector) checkWidth(r *Row) bool {
	f := in.grid.misshapen(r, in.width)
	if f != nil {
		in.faults = append(in.faults, f)
	}
	return f == nil
}

// misshapen is the fault of a row whose number of cells is not the header's.
func (g *Grid) misshapen(r *Row, width int) *data.Fault {
	n := r.width()
	switch {
	case g.Workbook || n == width:
		return nil
	case r.Open && n < width:
		return g.fault(r.Number, "", "the last line is incomplete: it has %s and the header %d; the file was cut off, ask for a new export", fields(n), width)
	case n < width:
		return g.fault(r.Number, "", "this line has %s and the header %d; look for a line break outside quotation marks, or export again", fields(n), width)
	}
	return g.fault(r.Number, "", "this line has %s and the header %d; look for a delimiter outside quotation marks, or export again", fields(n), width)
}

// fields words a number of fields.
func fields(n int) string {
	if n == 1 {
		return "1 field"
	}
	return fmt.Sprintf("%d fields", n)
}

// addColumn makes room for one more column.
func (in *inspector) addColumn(name string) {
	in.names = append(in.names, name)
	in.columns = append(in.columns, &evidence{texts: newDictionary(), as: in.grid.Described[name]})
	in.shorts = append(in.shorts, newShorts(unknown))
	if d := in.grid.Delimiter; d != 0 {
		in.shorts[len(in.shorts)-1].one[d] = data.NoCode
	}
	in.page.addColumn()
}

// add takes in one row below the header.
func (in *inspector) add(r *Row) {
	var there bool
	switch {
	case r.Delimiter != 0:
		there = in.addLine(r)
	case r.Places != nil:
		there = in.addPlaces(r)
	default:
		there = in.addCells(r)
	}
	if !there {
		return
	}
	if in.page.rows = append(in.page.rows, r.Number); len(in.page.rows) == in.page.limit {
		in.turn()
	}
}

// addCells takes in the cells of a row; false if it is not counted.
func (in *inspector) addCells(r *Row) bool {
	if !in.checkWidth(r) || !in.count(r) {
		return false
	}
	for len(in.columns) < len(r.Cells) {
		in.addColumn("")
	}
	for i := range in.columns {
		b, k := r.cell(i)
		code := uint8(unknown)
		switch {
		case k == Uncalculated:
			in.faults = append(in.faults, in.grid.fault(r.Number, in.nameOf(i),
				"cell %s%d is a formula that was never calculated; open the workbook, let it calculate, and save it with its values", Letters(i), r.Number))
			b = nil
		case len(b) > 0:
			code = in.shorts[i].code(b, k)
		}
		if code == unknown {
			code = in.look(i, b, k, r.Number)
		}
		in.page.codes[in.page.base[i]+len(in.page.rows)] = code
	}
	return true
}

// addLine is addCells for a row whose cells have not been looked for. What the
// columns have seen when the row turns out to be misshapen or blank does no
// harm: the one is a fault, and blanks are no values.
func (in *inspector) addLine(r *Row) bool {
	told := len(in.faults)
	end := in.page.readLine(r.Bytes, r.Delimiter, in.shorts, func(column int, cell []byte, k Kind) uint8 {
		return in.look(column, cell, k, r.Number)
	})
	if end != len(r.Bytes) {
		in.faults = in.faults[:told] // of cells that are in other columns
		in.checkWidth(r)
		return false
	}
	return in.count(r)
}

// addPlaces is addCells for a row whose cells stand at places.
func (in *inspector) addPlaces(r *Row) bool {
	if !in.checkWidth(r) || !in.count(r) {
		return false
	}
	in.page.readPlaces(r.Bytes, r.Places, in.shorts, func(column int, cell []byte, k Kind) uint8 {
		return in.look(column, cell, k, r.Number)
	})
	return true
}

// look looks at a cell, and returns its code. Where its column has none, it puts
// the cell itself into the page.
func (in *inspector) look(column int, b []byte, k Kind, row int64) uint8 {
	e := in.columns[column]
	if e.as.numeric() {
		return in.read(column, b, k, row)
	}
	if in.page.numbers[column] != nil {
		in.number(column, b, k, row)
		return data.NoCode
	}
	if len(b) > 0 {
		was := e.full
		if code := e.add(b, k, row); code != unknown {
			in.shorts[column].learn(b, k, code)
			return code
		}
		if !was && in.fill(column) {
			in.page.numbers[column][len(in.page.rows)], _, _ = number(b, k)
			return data.NoCode
		}
	}
	if e.full && in.room >= 0 && in.page.size <= pageText {
		in.page.put(column, b, k)
	}
	return data.NoCode
}

// number looks at a cell of a column that has held nothing but numbers. One
// that holds something else can no longer be kept, nor can the rows before.
func (in *inspector) number(column int, b []byte, k Kind, row int64) {
	v, c, ok := number(b, k)
	if in.page.numbers[column][len(in.page.rows)] = v; len(b) == 0 {
		return
	}
	in.columns[column].note(c, row)
	if !ok && c != missing {
		in.page.numbers[column] = nil
		in.kept, in.room = nil, -1
	}
}

// fill goes over to numbers or texts in a column of too many for a dictionary,
// and reports whether it is to numbers.
func (in *inspector) fill(column int) (numbers bool) {
	e := in.columns[column]
	e.texts.count(in.page.column(column))
	e.tally()
	in.shorts[column] = newShorts(unknown)
	if numbers = e.numeric(); numbers {
		in.page.parse(column, e.number, e.texts)
	} else {
		in.page.spell(column, e.texts)
	}
	return numbers
}

// count counts the row; false if it holds nothing.
func (in *inspector) count(r *Row) bool {
	if !r.blank() {
		if in.rows%int64(in.page.limit) == 0 && r.Offset > 0 {
			in.starts = append(in.starts, r.Start)
		}
		in.rows++
		return true
	}
	if in.blanks == 0 {
		in.blank = r.Number
	}
	in.blanks++
	return false
}

// turn counts what the page holds, keeps it if there is room, and begins the
// next.
func (in *inspector) turn() {
	p := in.page
	for k, e := range in.columns {
		if !e.full {
			e.texts.count(p.column(k))
		}
	}
	if in.room -= p.bytes(); in.room < 0 || p.size > pageText { // none behind it is kept either
		in.room = -1
		p.clear()
		return
	}
	in.kept, in.page = append(in.kept, p), p.next()
}

// nameOf names a column before all are named.
func (in *inspector) nameOf(i int) string {
	if in.names[i] != "" {
		return in.names[i]
	}
	return in.grid.position(i)
}

// finish turns the evidence into a table.
func (in *inspector) finish(h header, top, last int64) (*table, error) {
	g := in.grid
	if len(in.faults) > 0 {
		return nil, in.faults.Err()
	}
	names, err := g.nameColumns(in.names, top)
	if err != nil {
		return nil, err
	}
	if in.rows == 0 {
		return nil, g.fault(0, "", "there is a header but there are no respondents below it; ask for an export with the answers")
	}
	if in.blanks > 0 {
		g.note("Rows without any value are not read: %d of them, the first is %s.", in.blanks, g.place(in.blank))
	}
	in.turn()
	for _, p := range in.kept {
		for len(p.base) < len(in.columns) {
			p.addColumn()
		}
	}
	t := &table{grid: g, shorts: in.shorts, kept: in.kept, limit: in.page.limit, starts: in.starts, width: in.width, last: last}
	for _, e := range in.columns {
		e.tally()
	}
	commas := slices.ContainsFunc(in.columns, (*evidence).decimalComma)
	var notes remarks
	for i, e := range in.columns {
		if in.names[i] == "" {
			if g.Workbook && e.values() == 0 {
				continue
			}
			notes.add("Columns without a name got one", names[i], "column "+g.position(i))
		}
		c := column{index: i, name: names[i], point: '.', texts: e.texts, full: e.full, as: e.as}
		if c.as != nil {
			c.kind = c.as.Type
		} else if what, where := e.settle(&c, commas, g.Workbook); what != "" {
			notes.add(what, c.name, g.place(where))
		}
		v := data.Variable{Name: c.name, Type: c.kind}
		if h.labels != nil && i < len(h.labels) {
			v.Label = h.labels[i]
		} else if names[i] != in.names[i] {
			v.Label = in.names[i]
		}
		if e.n[rounded] > 0 && c.kind == data.Number && !g.Workbook {
			v.Format = Scientific
		}
		if !e.full {
			c.coding = newCoding(&c)
		}
		t.columns = append(t.columns, c)
		t.book.Variables = append(t.book.Variables, v)
	}
	g.Notes = append(g.Notes, notes.sentences()...)
	g.File.Rows = in.rows
	t.book.Notes = g.Notes
	return t, nil
}
