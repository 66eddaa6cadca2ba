package sheet

import (
	"bytes"
	"iter"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// A filler collects the values of one column of a batch.
type filler struct {
	*column
	values []float64 // numbers, one for each row of the batch, NaN for none
	texts  *array.StringBuilder
	times  *array.TimestampBuilder
}

// moment is the Arrow type of data.Time.
var moment = &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}

func newFiller(c *column, rows int) *filler {
	f := &filler{column: c}
	mem := memory.NewGoAllocator()
	switch c.kind {
	case data.Number:
		f.values = make([]float64, rows)
	case data.Text:
		f.texts = array.NewStringBuilder(mem)
	case data.Time:
		f.times = array.NewTimestampBuilder(mem, moment)
	}
	return f
}

// add puts a cell into row n. It is false for a cell that the first pass has not
// seen there.
func (f *filler) add(b []byte, k Kind, n int) bool {
	switch f.kind {
	case data.Number:
		return f.addNumber(b, k, n)
	case data.Time:
		return f.addTime(b, k)
	}
	f.addText(b, k)
	return true
}

func (f *filler) addNumber(b []byte, k Kind, n int) bool {
	v, ok := f.number(b, k)
	f.values[n] = v
	return ok
}

// number is the number of a cell, NaN for a missing one; false if it is neither.
func (c *column) number(b []byte, k Kind) (float64, bool) {
	if c.as.numeric() {
		return c.as.number(b, k)
	}
	if v, ok := parse(b, c.point); ok {
		return v, true
	}
	return math.NaN(), classify(b, k) == missing
}

func (f *filler) addTime(b []byte, k Kind) bool {
	if f.as.numeric() {
		v, ok := f.as.number(b, k)
		f.appendTime(v)
		return ok
	}
	if k != Date && classify(b, k) == missing {
		f.times.AppendNull()
		return true
	}
	t, ok := parseDate(b)
	f.times.Append(arrow.Timestamp(t.Unix()))
	return ok
}

// appendTime appends seconds, NaN for none.
func (f *filler) appendTime(seconds float64) {
	if seconds != seconds {
		f.times.AppendNull()
	} else {
		f.times.Append(arrow.Timestamp(seconds))
	}
}

func (f *filler) addText(b []byte, k Kind) {
	if b, ok := f.textOf(b, k); ok {
		f.texts.BinaryBuilder.Append(b)
	} else {
		f.texts.AppendNull()
	}
}

// textOf is the text that a cell of the column stands for; false for none.
func (c *column) textOf(b []byte, k Kind) ([]byte, bool) {
	if k == Number {
		// A workbook writes 5 as 5, 5.0 or 5E0.
		if v, ok := parse(b, '.'); ok {
			b = []byte(data.Code(v))
		}
	}
	b = text(b)
	return b, !c.isMissing(b, k)
}

// isMissing reports whether a text stands for no value.
func (c *column) isMissing(b []byte, k Kind) bool {
	if len(b) == 0 {
		return true
	}
	if k != Plain || len(b) > 16 {
		return false
	}
	s := classify(b, k)
	return s == missing || s == notAsked && c.notAsked
}

// numbers is an array of numbers, which it keeps; NaN is none.
func numbers(values []float64) arrow.Array {
	nulls := 0
	valid := bytes.Repeat([]byte{0xff}, (len(values)+7)/8)
	for i, v := range values {
		if v != v {
			valid[i/8] &^= 1 << (i % 8)
			nulls++
		}
	}
	d := array.NewData(arrow.PrimitiveTypes.Float64, len(values), []*memory.Buffer{
		memory.NewBufferBytes(valid),
		memory.NewBufferBytes(arrow.Float64Traits.CastToBytes(values)),
	}, nil, nulls, 0)
	defer d.Release()
	return array.NewFloat64Data(d)
}

// array is the column.
func (f *filler) array() arrow.Array {
	switch f.kind {
	case data.Text:
		return f.texts.NewArray()
	case data.Time:
		return f.times.NewArray()
	}
	return numbers(f.values)
}

// array is a column of a page; changed is the first row that the first pass has
// not seen so, -1 if there is none.
func (c *column) array(p *page) (a arrow.Array, changed int) {
	codes := p.column(c.index)
	if i := bytes.IndexByte(codes, unknown); i >= 0 {
		return nil, i
	}
	switch {
	case p.numbers[c.index] != nil && c.kind == data.Time:
		f := newFiller(c, len(p.rows))
		for _, v := range p.numbers[c.index][:len(p.rows)] {
			f.appendTime(v)
		}
		return f.array(), -1
	case p.numbers[c.index] != nil:
		return numbers(p.numbers[c.index][:len(p.rows)]), -1
	case p.texts[c.index] == nil && c.coding != nil:
		return c.coding.array(codes), -1
	}
	f := newFiller(c, len(p.rows))
	for i := range p.rows {
		if b, k := p.cell(c.index, i, c.texts); !f.add(b, k, i) {
			return nil, i
		}
	}
	return f.array(), -1
}

// A batcher makes one batch after the other.
type batcher struct {
	*table
	asked  []*column // in the order in which they are asked for
	shorts []shorts  // by cell of the row, as far as cells are asked for
	needs  []*column // the same; nil for a cell that nobody asks for
	page   *page
	left   int64 // rows that are not in a page yet
	before int64 // rows before the page
}

// scan is the second pass. What is kept of the first is not read again.
func (t *table) scan(variables []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		b := t.newBatcher(variables)
		for _, p := range t.kept {
			n := int64(len(p.rows))
			if !skip.Rows(b.before, n) && !b.hand(p, yield) {
				return
			}
			b.before += n
		}
		for from, rows := range t.needed(b.before, skip) {
			if !b.read(from, rows, yield) {
				return
			}
		}
	}
}

// needed are the stretches of rows from a page on that are read: the first row,
// counted from 0, and how many. Stretches start with a page.
func (t *table) needed(from int64, skip data.Skip) iter.Seq2[int64, int64] {
	return func(yield func(from, rows int64) bool) {
		at, total, step := from, t.grid.File.Rows, int64(t.limit)
		for ; at < total && t.starts != nil; at += step {
			if !skip.Rows(at, min(step, total-at)) {
				continue
			}
			if from < at && !yield(from, at-from) {
				return
			}
			from = at + step
		}
		if from < total {
			yield(from, total-from)
		}
	}
}

// start is where reading starts for a row that starts a page, and the number of
// the last row that is passed over from there.
func (t *table) start(row int64) (Start, int64) {
	page := row / int64(t.limit)
	switch {
	case row > 0 && t.starts != nil:
		return t.starts[page], t.last
	case row > 0: // all pages before are kept
		return Start{}, t.kept[page-1].rows[t.limit-1]
	}
	return Start{}, t.last
}

// read reads a stretch of rows; false if that is the end, by yield or a fault.
func (b *batcher) read(from, rows int64, yield func(data.Batch, error) bool) bool {
	start, passed := b.start(from)
	b.before, b.left = from, rows
	last := from+rows == b.grid.File.Rows
	for row, err := range b.grid.Rows(start) {
		if err == nil && (row.Number <= passed || row.blank()) {
			continue
		}
		if err == nil {
			err = b.add(row)
		}
		if err != nil {
			yield(data.Batch{}, err)
			return false
		}
		if (b.left == 0 || len(b.page.rows) == b.page.limit || b.page.size >= pageText) && !b.flush(yield) {
			return false
		}
		if b.left == 0 && !last {
			return true
		}
	}
	if b.page != nil && !b.flush(yield) {
		return false
	}
	if b.left > 0 {
		yield(data.Batch{}, b.changed(0, ""))
		return false
	}
	return true
}

// newBatcher prepares the columns asked for.
func (t *table) newBatcher(variables []string) *batcher {
	b := &batcher{table: t}
	named := make(map[string]*column, len(t.columns))
	for i := range t.columns {
		named[t.columns[i].name] = &t.columns[i]
	}
	for _, n := range variables {
		c := named[n]
		for len(b.needs) <= c.index {
			b.needs = append(b.needs, nil)
			b.shorts = append(b.shorts, newShorts(0))
		}
		b.needs[c.index], b.shorts[c.index] = c, t.shorts[c.index]
		b.asked = append(b.asked, c)
	}
	return b
}

// newPage makes a page for the columns asked for. The others share a place that
// nobody looks at.
func (b *batcher) newPage() *page {
	p := newPage(int(min(b.left, int64(b.limit))))
	p.addColumn()
	for _, c := range b.needs {
		if c == nil {
			p.base = append(p.base, 0)
			p.texts, p.numbers = append(p.texts, nil), append(p.numbers, nil)
			continue
		}
		p.addColumn()
		switch last := len(p.texts) - 1; {
		case c.full && (c.kind == data.Number || c.as.numeric()):
			p.numbers[last] = make([]float64, p.limit)
		case c.full:
			p.texts[last] = newTexts(0, p.limit)
		}
	}
	p.base, p.texts, p.numbers = p.base[1:], p.texts[1:], p.numbers[1:]
	return p
}

// add puts one row into the page.
func (b *batcher) add(row *Row) error {
	f := b.grid.misshapen(row, b.width)
	switch {
	case f != nil && b.page != nil:
		if _, err := b.record(b.page); err != nil {
			return err
		}
		return f
	case f != nil:
		return f
	case b.left == 0:
		return b.changed(row.Number, "")
	case b.page == nil:
		b.page = b.newPage()
	}
	switch {
	case row.Delimiter != 0:
		b.page.readLine(row.Bytes, row.Delimiter, b.shorts, b.find)
	case row.Places != nil:
		b.page.readPlaces(row.Bytes, row.Places, b.shorts, b.find)
	default:
		b.addCells(row)
	}
	b.page.rows = append(b.page.rows, row.Number)
	b.left--
	return nil
}

// addCells puts the cells of a row into the page.
func (b *batcher) addCells(row *Row) {
	for i, c := range b.needs {
		if c == nil {
			continue
		}
		cell, k := row.cell(i)
		code := uint8(unknown)
		if len(cell) > 0 {
			code = b.shorts[i].code(cell, k)
		}
		if code == unknown {
			code = b.find(i, cell, k)
		}
		b.page.codes[b.page.base[i]+len(b.page.rows)] = code
	}
}

// find is the code of a cell, unknown for one that the first pass has not seen.
// Where its column has no codes, it puts the cell itself into the page.
func (b *batcher) find(column int, cell []byte, k Kind) uint8 {
	c := b.needs[column]
	switch {
	case c == nil:
	case b.page.numbers[column] != nil:
		v, ok := c.number(cell, k)
		if !ok {
			return unknown
		}
		b.page.numbers[column][len(b.page.rows)] = v
	case c.full:
		b.page.put(column, cell, k)
	case len(cell) > 0:
		return c.texts.find(cell, k)
	}
	return data.NoCode
}

// changed is the fault of a file that is not what the first pass saw.
func (b *batcher) changed(row int64, column string) error {
	return b.grid.fault(row, column, "this is not what stood here a moment ago; the file changed while it was read, run again when it is complete")
}

// flush hands the page over, and takes memory of its own for the next, so that
// a consumer who retains a batch is not surprised.
func (b *batcher) flush(yield func(data.Batch, error) bool) bool {
	p := b.page
	b.page = nil
	if !b.hand(p, yield) {
		return false
	}
	b.before += int64(len(p.rows))
	return true
}

// hand hands a page over as a batch; false if that is the end.
func (b *batcher) hand(p *page, yield func(data.Batch, error) bool) bool {
	record, err := b.record(p)
	if err != nil {
		yield(data.Batch{}, err)
		return false
	}
	defer record.Release()
	return yield(data.Batch{Record: record, First: p.rows[0], Rows: p.rows, Before: b.before}, nil)
}

// record is the columns asked for of a page.
func (b *batcher) record(p *page) (arrow.Record, error) {
	arrays, fields := make([]arrow.Array, len(b.asked)), make([]arrow.Field, len(b.asked))
	for i, c := range b.asked {
		a, changed := c.array(p)
		if changed >= 0 {
			return nil, b.changed(p.rows[changed], c.name)
		}
		defer a.Release()
		arrays[i], fields[i] = a, arrow.Field{Name: c.name, Type: a.DataType(), Nullable: true}
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(len(p.rows))), nil
}
