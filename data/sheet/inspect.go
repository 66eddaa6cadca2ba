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
}

// A table is an inspected grid.
type table struct {
	grid    *Grid
	book    data.Codebook
	columns []column
	width   int   // cells in every row of a grid that is no workbook
	last    int64 // number of the last header row
}

// inspector gathers the evidence of the first pass.
type inspector struct {
	grid     *Grid
	names    []string
	width    int
	evidence []evidence
	rows     int64
	blanks   int64
	blank    int64 // number of the first blank row
	faults   data.Faults
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
		in = &inspector{grid: g, names: h.names, width: len(h.names), evidence: make([]evidence, len(h.names))}
		for _, r := range ahead[h.skipped+1 : h.skipped+h.depth] {
			in.checkWidth(r)
		}
		for _, r := range ahead[h.skipped+h.depth:] {
			in.add(r)
		}
		return nil
	}
	for row, err := range g.Rows() {
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
	n := len(r.Cells)
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

// add counts one row below the header.
func (in *inspector) add(r *Row) {
	if !in.checkWidth(r) {
		return
	}
	if r.blank() {
		if in.blanks == 0 {
			in.blank = r.Number
		}
		in.blanks++
		return
	}
	in.rows++
	for len(in.evidence) < len(r.Cells) {
		in.evidence = append(in.evidence, evidence{})
		in.names = append(in.names, "")
	}
	for i, c := range r.Cells {
		if c.End == c.Start && c.Kind != Uncalculated {
			continue
		}
		if c.Kind == Uncalculated {
			in.faults = append(in.faults, in.grid.fault(r.Number, in.nameOf(i),
				"cell %s%d is a formula that was never calculated; open the workbook, let it calculate, and save it with its values", Letters(i), r.Number))
			continue
		}
		in.evidence[i].add(classify(r.Text(i), c.Kind), r.Number)
	}
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
	t := &table{grid: g, width: in.width, last: last}
	commas := slices.ContainsFunc(in.evidence, func(e evidence) bool { return e.decimalComma() })
	var notes remarks
	for i := range in.evidence {
		e := &in.evidence[i]
		if in.names[i] == "" {
			if g.Workbook && e.values() == 0 {
				continue
			}
			notes.add("Columns without a name got one", names[i], "column "+g.position(i))
		}
		c := column{index: i, name: names[i], point: '.'}
		if what, where := e.settle(&c, commas, g.Workbook); what != "" {
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
		t.columns = append(t.columns, c)
		t.book.Variables = append(t.book.Variables, v)
	}
	g.Notes = append(g.Notes, notes.sentences()...)
	g.File.Rows = in.rows
	t.book.Notes = g.Notes
	return t, nil
}
