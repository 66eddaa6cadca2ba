package sheet

import (
	"bytes"
	"iter"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// batchRows is how many rows a batch has at most, and batchText how many bytes
// of text after which it is handed over with fewer.
const (
	batchRows = 8192
	batchText = 16 << 20
)

// A filler collects the values of one column of a batch.
type filler struct {
	column
	one    [256]uint8 // coded columns: the codes of texts of one byte, else unknown
	codes  []uint8    // coded columns, one for each row of the batch
	values []float64  // other numbers, one for each row of the batch
	valid  []byte     // numbers: a bit for each row, cleared for a null
	nulls  int
	texts  *array.StringBuilder
	times  *array.TimestampBuilder
}

// moment is the Arrow type of data.Time.
var moment = &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}

func newFiller(c column) *filler {
	f := &filler{column: c}
	for i := range f.one {
		f.one[i] = unknown
	}
	mem := memory.NewGoAllocator()
	switch {
	case c.coding != nil:
		f.one = c.coding.one
	case c.kind == data.Text:
		f.texts = array.NewStringBuilder(mem)
	case c.kind == data.Time:
		f.times = array.NewTimestampBuilder(mem, moment)
	}
	return f
}

// add puts a cell into row n, and returns how many bytes of text it added. It
// is false for a cell that the first pass has not seen there.
func (f *filler) add(b []byte, k Kind, n int) (int, bool) {
	switch {
	case f.coding != nil:
		code := f.coding.code(b, k)
		f.codes[n] = code
		return 0, code != unknown
	case f.kind == data.Number:
		return 0, f.addNumber(b, k, n)
	case f.kind == data.Time:
		return 0, f.addTime(b, k)
	}
	return f.addText(b, k)
}

func (f *filler) addNumber(b []byte, k Kind, n int) bool {
	v, ok := parse(b, f.point)
	if ok {
		f.values[n] = v
		return true
	}
	f.valid[n/8] &^= 1 << (n % 8)
	f.nulls++
	return classify(b, k) == missing
}

func (f *filler) addTime(b []byte, k Kind) bool {
	if k != Date && classify(b, k) == missing {
		f.times.AppendNull()
		return true
	}
	t, ok := parseDate(b)
	f.times.Append(arrow.Timestamp(t.Unix()))
	return ok
}

func (f *filler) addText(b []byte, k Kind) (int, bool) {
	b, ok := f.textOf(b, k)
	if !ok {
		f.texts.AppendNull()
		return 0, true
	}
	f.texts.BinaryBuilder.Append(b)
	return len(b), true
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

// take hands over the column with its n rows.
func (f *filler) take(n int) arrow.Array {
	switch {
	case f.coding != nil:
		return f.coding.array(f.codes[:n])
	case f.kind == data.Text:
		return f.texts.NewArray()
	case f.kind == data.Time:
		return f.times.NewArray()
	}
	d := array.NewData(arrow.PrimitiveTypes.Float64, n, []*memory.Buffer{
		memory.NewBufferBytes(f.valid),
		memory.NewBufferBytes(arrow.Float64Traits.CastToBytes(f.values)),
	}, nil, f.nulls, 0)
	defer d.Release()
	return array.NewFloat64Data(d)
}

// A batcher fills one batch after the other.
type batcher struct {
	*table
	fillers []*filler // one for each column, in the file's order
	asked   []int     // the filler of each variable asked for
	names   []string
	left    int64   // rows that are not in a batch yet
	before  int64   // rows that were handed over
	rows    []int64 // number of each row of the batch
	text    int     // bytes of text in the batch
}

// scan is the second pass.
func (t *table) scan(variables []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		b := t.newBatcher(variables)
		for from, rows := range t.needed(skip) {
			if !b.read(from, rows, yield) {
				return
			}
		}
	}
}

// needed are the stretches of rows that are read: the first row, counted from
// 0, and how many. Stretches start with a batch.
func (t *table) needed(skip data.Skip) iter.Seq2[int64, int64] {
	return func(yield func(from, rows int64) bool) {
		from, at, total := int64(0), int64(0), t.grid.File.Rows
		for ; at < total && t.starts != nil; at += batchRows {
			if !skip.Rows(at, min(batchRows, total-at)) {
				continue
			}
			if from < at && !yield(from, at-from) {
				return
			}
			from = at + batchRows
		}
		if from < total {
			yield(from, total-from)
		}
	}
}

// read reads a stretch of rows; false if that is the end, by yield or a fault.
func (b *batcher) read(from, rows int64, yield func(data.Batch, error) bool) bool {
	var start Start
	if from > 0 {
		start = b.starts[from/batchRows]
	}
	b.before, b.left = from, rows
	last := from+rows == b.grid.File.Rows
	for row, err := range b.grid.Rows(start) {
		if err == nil && (row.Number <= b.last || row.blank()) {
			continue
		}
		if err == nil {
			err = b.add(row)
		}
		if err != nil {
			yield(data.Batch{}, err)
			return false
		}
		if (len(b.rows) == cap(b.rows) || b.text >= batchText) && !b.flush(yield) {
			return false
		}
		if b.left == 0 && !last {
			return true
		}
	}
	if len(b.rows) > 0 && !b.flush(yield) {
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
	b := &batcher{table: t, names: variables, asked: make([]int, len(variables))}
	place := make(map[string]int, len(variables))
	for _, n := range variables {
		place[n] = -1
	}
	for _, c := range t.columns {
		if _, ok := place[c.name]; ok {
			place[c.name] = len(b.fillers)
			b.fillers = append(b.fillers, newFiller(c))
		}
	}
	for i, n := range variables {
		b.asked[i] = place[n]
	}
	return b
}

// add puts one row into the batch.
func (b *batcher) add(row *Row) error {
	if f := b.grid.misshapen(row, b.width); f != nil {
		return f
	}
	if len(b.rows) == 0 {
		if b.left == 0 {
			return b.changed(row.Number, "")
		}
		n := int(min(b.left, batchRows))
		b.rows, b.text = make([]int64, 0, n), 0
		b.makeRoom(n)
	}
	if row.Delimiter != 0 {
		return b.addLine(row)
	}
	return b.addCells(row)
}

// apart is how many bytes lie between the columns of a batch, at least. Columns
// that lay whole pages apart would compete for the same lines of the cache.
const apart = 64

// makeRoom makes room for a batch. Each batch has its own memory, so that a
// consumer who retains one is not surprised by the next.
func (b *batcher) makeRoom(rows int) {
	coded, numbers := 0, 0
	for _, f := range b.fillers {
		switch {
		case f.coding != nil:
			coded++
		case f.kind == data.Number:
			numbers++
		}
	}
	codes := make([]uint8, coded*(rows+apart))
	values := make([]float64, numbers*(rows+apart/8))
	for _, f := range b.fillers {
		switch {
		case f.coding != nil:
			f.codes, codes = codes[:rows:rows], codes[rows+apart:]
		case f.kind == data.Number:
			f.values, values = values[:rows:rows], values[rows+apart/8:]
			f.nulls, f.valid = 0, bytes.Repeat([]byte{0xff}, (rows+7)/8)
		}
	}
}

// addCells puts the cells of a row into the batch.
func (b *batcher) addCells(row *Row) error {
	n := len(b.rows)
	b.rows = append(b.rows, row.Number)
	for _, f := range b.fillers {
		cell, k := row.cell(f.index)
		size, ok := f.add(cell, k, n)
		if !ok {
			return b.changed(row.Number, f.name)
		}
		b.text += size
	}
	return nil
}

// addLine is addCells for a row whose cells have not been looked for.
func (b *batcher) addLine(row *Row) error {
	n := len(b.rows)
	b.rows = append(b.rows, row.Number)
	line, delimiter, i, column := row.Bytes, row.Delimiter, 0, 0
	for _, f := range b.fillers {
		for ; column < f.index; column++ {
			i = cellEnd(line, i, delimiter) + 1
		}
		column++
		// Most cells have one byte, and the next most frequent ones none.
		if i+1 < len(line) && line[i+1] == delimiter {
			if code := f.one[line[i]]; code != unknown {
				f.codes[n] = code
				i += 2
				continue
			}
		}
		if f.coding != nil && line[i] == delimiter {
			f.codes[n] = data.NoCode
			i++
			continue
		}
		end := cellEnd(line, i, delimiter)
		size, ok := f.add(line[i:end], Plain, n)
		if !ok {
			return b.changed(row.Number, f.name)
		}
		b.text += size
		i = end + 1
	}
	return nil
}

// changed is the fault of a file that is not what the first pass saw.
func (b *batcher) changed(row int64, column string) error {
	return b.grid.fault(row, column, "this is not what stood here a moment ago; the file changed while it was read, run again when it is complete")
}

// flush hands the batch over.
func (b *batcher) flush(yield func(data.Batch, error) bool) bool {
	n := len(b.rows)
	columns := make([]arrow.Array, len(b.fillers))
	for i, f := range b.fillers {
		columns[i] = f.take(n)
	}
	arrays, fields := make([]arrow.Array, len(b.asked)), make([]arrow.Field, len(b.asked))
	for i, k := range b.asked {
		arrays[i] = columns[k]
		fields[i] = arrow.Field{Name: b.names[i], Type: columns[k].DataType(), Nullable: true}
	}
	record := array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(n))
	defer record.Release()
	for _, a := range columns {
		a.Release()
	}
	batch := data.Batch{Record: record, First: b.rows[0], Rows: b.rows, Before: b.before}
	b.rows, b.left, b.before = nil, b.left-int64(n), b.before+int64(n)
	return yield(batch, nil)
}
