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
	values []float64
	valid  []bool
	texts  *array.StringBuilder
	times  *array.TimestampBuilder
}

// moment is the Arrow type of data.Time.
var moment = &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}

func newFiller(c column) *filler {
	f := &filler{column: c}
	mem := memory.NewGoAllocator()
	switch c.kind {
	case data.Number:
		f.values, f.valid = make([]float64, 0, batchRows), make([]bool, 0, batchRows)
	case data.Text:
		f.texts = array.NewStringBuilder(mem)
	case data.Time:
		f.times = array.NewTimestampBuilder(mem, moment)
	}
	return f
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

// add appends the row's cell, and returns how many bytes of text it added. It
// is false for a cell that the first pass has not seen there.
func (f *filler) add(r *Row) (int, bool) {
	var b []byte
	k := Plain
	if f.index < len(r.Cells) {
		b, k = r.Text(f.index), r.Cells[f.index].Kind
	}
	switch f.kind {
	case data.Number:
		return 0, f.addNumber(b, k)
	case data.Time:
		if len(b) == 0 || k != Date && classify(b, k) == missing {
			f.times.AppendNull()
			return 0, true
		}
		t, ok := parseDate(b)
		f.times.Append(arrow.Timestamp(t.Unix()))
		return 0, ok
	}
	return f.addText(b, k)
}

func (f *filler) addNumber(b []byte, k Kind) bool {
	if len(b) > 0 {
		if v, ok := parse(b, f.point); ok {
			f.values, f.valid = append(f.values, v), append(f.valid, true)
			return true
		}
		if classify(b, k) != missing {
			return false
		}
	}
	f.values, f.valid = append(f.values, 0), append(f.valid, false)
	return true
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

// take hands the column over and starts anew.
func (f *filler) take() arrow.Array {
	switch f.kind {
	case data.Text:
		return f.texts.NewArray()
	case data.Time:
		return f.times.NewArray()
	}
	b := array.NewFloat64Builder(memory.NewGoAllocator())
	defer b.Release()
	b.AppendValues(f.values, f.valid)
	f.values, f.valid = f.values[:0], f.valid[:0]
	return b.NewArray()
}

// scan is the second pass.
func (t *table) scan(variables []string) iter.Seq2[data.Batch, error] {
	byName := make(map[string]column, len(t.columns))
	for _, c := range t.columns {
		byName[c.name] = c
	}
	return func(yield func(data.Batch, error) bool) {
		fillers := make([]*filler, len(variables))
		fields := make([]arrow.Field, len(variables))
		for i, n := range variables {
			fillers[i] = newFiller(byName[n])
			fields[i] = fillers[i].field()
		}
		schema := arrow.NewSchema(fields, nil)
		var numbers []int64
		size := 0
		flush := func() bool {
			arrays := make([]arrow.Array, len(fillers))
			for i, f := range fillers {
				arrays[i] = f.take()
			}
			record := array.NewRecord(schema, arrays, int64(len(numbers)))
			for _, a := range arrays {
				a.Release()
			}
			more := yield(data.Batch{Record: record, First: numbers[0], Rows: numbers}, nil)
			record.Release()
			numbers, size = nil, 0
			return more
		}
		for row, err := range t.grid.Rows() {
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			if row.Number <= t.last || row.blank() {
				continue
			}
			if f := t.grid.misshapen(row, t.width); f != nil {
				yield(data.Batch{}, f)
				return
			}
			for _, f := range fillers {
				n, ok := f.add(row)
				if !ok {
					yield(data.Batch{}, t.grid.fault(row.Number, f.name, "the cell is not what it was a moment ago; the file changed while it was read, run again when it is complete"))
					return
				}
				size += n
			}
			if numbers == nil {
				numbers = make([]int64, 0, batchRows)
			}
			numbers = append(numbers, row.Number)
			if (len(numbers) == batchRows || size >= batchText) && !flush() {
				return
			}
		}
		if len(numbers) > 0 {
			flush()
		}
	}
}
