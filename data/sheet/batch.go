package sheet

import (
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
	values []float64 // numbers, one for each row of the batch
	valid  []byte    // numbers: a bit for each row, cleared for a null
	nulls  int
	texts  *array.StringBuilder
	times  *array.TimestampBuilder
}

// moment is the Arrow type of data.Time.
var moment = &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}

func newFiller(c column) *filler {
	f := &filler{column: c}
	mem := memory.NewGoAllocator()
	switch c.kind {
	case data.Text:
		f.texts = array.NewStringBuilder(mem)
	case data.Time:
		f.times = array.NewTimestampBuilder(mem, moment)
	}
	return f
}

// begin makes room for a batch. Each batch has its own memory, so that a
// consumer who retains one is not surprised by the next.
func (f *filler) begin(rows int) {
	if f.kind != data.Number {
		return
	}
	f.nulls = 0
	f.values = make([]float64, rows)
	f.valid = make([]byte, (rows+7)/8)
	for i := range f.valid {
		f.valid[i] = 0xff
	}
}

// field is the Arrow field of the column.
func (f *filler) field() arrow.Field {
	t := arrow.DataType(arrow.PrimitiveTypes.Float64)
	switch f.kind {
	case data.Text:
		t = arrow.BinaryTypes.String
	case data.Time:
		t = moment
	}
	return arrow.Field{Name: f.name, Type: t, Nullable: true}
}

// addNumbers puts the row's cells into row n of the columns of numbers. It
// returns the column whose cell the first pass has not seen there, or nil.
func addNumbers(fillers []*filler, r *Row, n int) *filler {
	bytes, cells := r.Bytes, r.Cells
	for _, f := range fillers {
		if f.index < len(cells) {
			// The most frequent cells of a survey are codes of one digit or two.
			switch c := cells[f.index]; c.End - c.Start {
			case 1:
				if d := bytes[c.Start] - '0'; d <= 9 {
					f.values[n] = float64(d)
					continue
				}
			case 2:
				if d, e := bytes[c.Start]-'0', bytes[c.Start+1]-'0'; d <= 9 && e <= 9 {
					f.values[n] = float64(10*d + e)
					continue
				}
			}
		}
		if !f.addNumber(r, n) {
			return f
		}
	}
	return nil
}

// addNumber is addNumbers for one cell of any form.
func (f *filler) addNumber(r *Row, n int) bool {
	b, k := r.cell(f.index)
	v, ok := parse(b, f.point)
	if ok {
		f.values[n] = v
		return true
	}
	f.valid[n/8] &^= 1 << (n % 8)
	f.nulls++
	return classify(b, k) == missing
}

// addOther appends the row's cell to a column of texts or times, and returns
// how many bytes of text it added. It is false for a cell that the first pass
// has not seen there.
func (f *filler) addOther(r *Row) (int, bool) {
	b, k := r.cell(f.index)
	if f.kind == data.Time {
		return 0, f.addTime(b, k)
	}
	return f.addText(b, k)
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
	if k == Number {
		// A workbook writes 5 as 5, 5.0 or 5E0.
		if v, ok := parse(b, '.'); ok {
			b = []byte(data.Code(v))
		}
	}
	b = text(b)
	if f.isMissing(b, k) {
		f.texts.AppendNull()
		return 0, true
	}
	f.texts.BinaryBuilder.Append(b)
	return len(b), true
}

// isMissing reports whether a text stands for no value.
func (f *filler) isMissing(b []byte, k Kind) bool {
	if len(b) == 0 {
		return true
	}
	if k != Plain || len(b) > 16 {
		return false
	}
	c := classify(b, k)
	return c == missing || c == notAsked && f.notAsked
}

// take hands over the column with its n rows.
func (f *filler) take(n int) arrow.Array {
	switch f.kind {
	case data.Text:
		return f.texts.NewArray()
	case data.Time:
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
	fillers []*filler // in the order asked for
	numbers []*filler // those of them that are numbers
	others  []*filler // and those that are not
	schema  *arrow.Schema
	left    int64   // rows that are not in a batch yet
	before  int64   // rows that were handed over
	rows    []int64 // number of each row of the batch
	text    int     // bytes of text in the batch
}

// scan is the second pass.
func (t *table) scan(variables []string, _ data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		b := t.newBatcher(variables)
		for row, err := range t.grid.Rows() {
			if err == nil && (row.Number <= t.last || row.blank()) {
				continue
			}
			if err == nil {
				err = b.add(row)
			}
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			if (len(b.rows) == cap(b.rows) || b.text >= batchText) && !b.flush(yield) {
				return
			}
		}
		if len(b.rows) > 0 {
			b.flush(yield)
		}
	}
}

// newBatcher prepares the columns asked for.
func (t *table) newBatcher(variables []string) *batcher {
	byName := make(map[string]column, len(t.columns))
	for _, c := range t.columns {
		byName[c.name] = c
	}
	b := &batcher{table: t, left: t.grid.File.Rows}
	var fields []arrow.Field
	for _, n := range variables {
		f := newFiller(byName[n])
		fields = append(fields, f.field())
		b.fillers = append(b.fillers, f)
		if f.kind == data.Number {
			b.numbers = append(b.numbers, f)
		} else {
			b.others = append(b.others, f)
		}
	}
	b.schema = arrow.NewSchema(fields, nil)
	return b
}

// add puts one row into the batch.
func (b *batcher) add(row *Row) error {
	if f := b.grid.misshapen(row, b.width); f != nil {
		return f
	}
	if len(b.rows) == 0 {
		if b.left == 0 {
			return b.changed(row, "")
		}
		n := int(min(b.left, batchRows))
		b.rows, b.text = make([]int64, 0, n), 0
		for _, f := range b.fillers {
			f.begin(n)
		}
	}
	if f := addNumbers(b.numbers, row, len(b.rows)); f != nil {
		return b.changed(row, f.name)
	}
	for _, f := range b.others {
		n, ok := f.addOther(row)
		if !ok {
			return b.changed(row, f.name)
		}
		b.text += n
	}
	b.rows = append(b.rows, row.Number)
	return nil
}

// changed is the fault of a file that is not what the first pass saw.
func (b *batcher) changed(row *Row, column string) error {
	return b.grid.fault(row.Number, column, "this is not what stood here a moment ago; the file changed while it was read, run again when it is complete")
}

// flush hands the batch over.
func (b *batcher) flush(yield func(data.Batch, error) bool) bool {
	n := len(b.rows)
	arrays := make([]arrow.Array, len(b.fillers))
	for i, f := range b.fillers {
		arrays[i] = f.take(n)
	}
	record := array.NewRecord(b.schema, arrays, int64(n))
	defer record.Release()
	for _, a := range arrays {
		a.Release()
	}
	batch := data.Batch{Record: record, First: b.rows[0], Rows: b.rows, Before: b.before}
	b.rows, b.left, b.before = nil, b.left-int64(n), b.before+int64(n)
	return yield(batch, nil)
}
