package sav

import (
	"fmt"
	"io"
	"iter"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

// Limits of a batch: cases, and bytes of the columns asked for, so that a
// batch of thousands of wide columns stays small too.
const (
	maxCases = 8192
	maxBytes = 64 << 20
)

// A scanner streams the cases of a file. It holds nothing that a scan changes,
// so several scans may run at once.
type scanner struct {
	dict    *dictionary
	book    *data.Codebook
	columns []*field // in the codebook's order
}

// scan streams the named variables.
func (s *scanner) scan(variables []string, _ data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		cases, err := s.dict.newCaseReader()
		if err != nil {
			yield(data.Batch{}, err)
			return
		}
		columns := s.newColumns(variables)
		schema := schemaOf(columns)
		chunk := newChunk(s.dict.caseSize())
		limit := batchLimit(columns)
		for first := int64(1); ; {
			n, done, err := s.fill(columns, cases, chunk, first, limit)
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			if n > 0 && !yieldBatch(yield, schema, columns, n, first) {
				return
			}
			if done {
				return
			}
			first += n
		}
	}
}

// A chunk holds the bytes of a run of cases that fits into the processor's
// cache, so that columns can be filled one after the other.
type chunk struct {
	b    []byte
	size int // bytes of a case
	n    int // cases in b
}

// chunkBytes is about how large a chunk is.
const chunkBytes = 1 << 17

func newChunk(size int) *chunk {
	return &chunk{b: make([]byte, size*max(1, chunkBytes/size)), size: size}
}

// fill reads up to limit cases into the columns. first is the number of the
// first of them. done says that the last case has been read.
func (s *scanner) fill(columns []*column, cases caseReader, c *chunk, first, limit int64) (n int64, done bool, err error) {
	if s.dict.cases >= 0 && s.dict.compression != zlibbed { // counted, not promised
		for _, col := range columns {
			col.builder.Reserve(int(min(limit, s.dict.cases-first+1)))
		}
	}
	for n < limit && !done {
		done, err = s.fillChunk(cases, c, first+n, limit-n)
		if err != nil {
			return n, true, err
		}
		for _, col := range columns {
			if k, wrong := col.append(c); wrong != "" {
				return n, true, s.caseFault(first+n+int64(k), col.field.name, wrong)
			}
		}
		n += int64(c.n)
	}
	return n, done, nil
}

// fillChunk reads up to limit cases. first is the number of the first of them.
func (s *scanner) fillChunk(cases caseReader, c *chunk, first, limit int64) (done bool, err error) {
	c.n = 0
	for row := c.b; len(row) > 0 && int64(c.n) < limit; row = row[c.size:] {
		number := first + int64(c.n)
		if s.dict.cases >= 0 && number > s.dict.cases {
			return true, s.atEnd(cases, row[:c.size])
		}
		switch err := cases.next(row[:c.size]); err {
		case nil:
			c.n++
		case io.EOF:
			if s.dict.cases < 0 {
				return true, nil
			}
			return true, fault(s.dict.in, "", "the header promises %d cases, but %d whole cases are in the file; export it again or copy it anew", s.dict.cases, number-1)
		case io.ErrUnexpectedEOF:
			return true, s.dict.cutShort(number - 1)
		default:
			return true, s.caseFault(number, "", err.Error())
		}
	}
	return false, nil
}

// atEnd makes sure that no case follows those promised. Only zlib-compressed
// files were not counted when they were opened.
func (s *scanner) atEnd(cases caseReader, row []byte) error {
	if s.dict.compression != zlibbed {
		return nil
	}
	switch err := cases.next(row); err {
	case io.EOF, io.ErrUnexpectedEOF:
		return nil
	case nil:
		return fault(s.dict.in, "", "the header promises %d cases, but more are in the file; export it again or copy it anew", s.dict.cases)
	default:
		return fault(s.dict.in, "", "behind the last case: %v", err)
	}
}

func (s *scanner) caseFault(number int64, column, found string) *data.Fault {
	return &data.Fault{File: s.dict.in.Name(), Row: number, Unit: "case", Column: column, Found: found}
}

// batchLimit is how many cases of these columns go into a batch.
func batchLimit(columns []*column) int64 {
	bytes := 0
	for _, c := range columns {
		bytes += 8 * elementsOf(c.field.width)
	}
	return int64(max(1, min(maxCases, maxBytes/max(1, bytes))))
}

// yieldBatch hands the cases in the columns on and releases them afterwards.
func yieldBatch(yield func(data.Batch, error) bool, schema *arrow.Schema, columns []*column, n, first int64) bool {
	arrays := make([]arrow.Array, len(columns))
	for i, c := range columns {
		arrays[i] = c.builder.NewArray()
	}
	record := array.NewRecord(schema, arrays, n)
	for _, a := range arrays {
		a.Release()
	}
	defer record.Release()
	return yield(data.Batch{Record: record, First: first, Before: first - 1}, nil)
}

// A column collects the values of one variable.
type column struct {
	field   *field
	dict    *dictionary
	text    *decoder
	builder array.Builder
	scratch []byte // a very long string put together
}

// newColumns makes a column for each variable; a scan never shares them.
func (s *scanner) newColumns(variables []string) []*column {
	at := make(map[string]int, len(s.book.Variables))
	for i := range s.book.Variables {
		at[s.book.Variables[i].Name] = i
	}
	text := s.dict.text.clone()
	columns := make([]*column, len(variables))
	for i, name := range variables {
		k, ok := at[name]
		if !ok {
			panic(fmt.Sprintf("sav: variable %q is not in the codebook", name))
		}
		f := s.columns[k]
		columns[i] = &column{field: f, dict: s.dict, text: text, builder: array.NewBuilder(memory.DefaultAllocator, arrowType(f.kind))}
	}
	return columns
}

// arrowType is how values of a type are stored in a batch.
func arrowType(t data.Type) arrow.DataType {
	switch t {
	case data.Text:
		return arrow.BinaryTypes.String
	case data.Time:
		return arrow.FixedWidthTypes.Timestamp_s
	}
	return arrow.PrimitiveTypes.Float64
}

func schemaOf(columns []*column) *arrow.Schema {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.field.name, Type: arrowType(c.field.kind), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// maxTime is the farthest point in time that is taken for one, in seconds:
// 30 million years. Beyond it seconds are no longer exact.
const maxTime = 1 << 50

// append adds the values of a chunk, or says what is wrong with the value in
// its case k.
func (c *column) append(rows *chunk) (k int, wrong string) {
	switch b := c.builder.(type) {
	case *array.Float64Builder:
		return c.appendNumbers(b, rows)
	case *array.TimestampBuilder:
		return c.appendTimes(b, rows)
	case *array.StringBuilder:
		c.appendTexts(b, rows)
	}
	return 0, ""
}

func (c *column) appendNumbers(b *array.Float64Builder, rows *chunk) (k int, wrong string) {
	b.Reserve(rows.n)
	at := 8 * c.field.records[0].element
	for k := range rows.n {
		v, ok := c.dict.number(c.dict.order.Uint64(rows.b[at:]))
		switch {
		case !ok:
			b.UnsafeAppendBoolToBitmap(false)
		case math.IsInf(v, 0):
			return k, "the value is infinite, expected a number or system-missing; set it to missing and export again"
		default:
			b.UnsafeAppend(v)
		}
		at += rows.size
	}
	return 0, ""
}

func (c *column) appendTimes(b *array.TimestampBuilder, rows *chunk) (k int, wrong string) {
	b.Reserve(rows.n)
	at := 8 * c.field.records[0].element
	for k := range rows.n {
		v, ok := c.dict.number(c.dict.order.Uint64(rows.b[at:]))
		switch {
		case !ok:
			b.UnsafeAppendBoolToBitmap(false)
		case math.Abs(v) > maxTime:
			return k, fmt.Sprintf("the value is %g seconds after 1582, which is no date; mend it or set it to missing and export again", v)
		default:
			b.UnsafeAppend(arrow.Timestamp(c.field.value(v)))
		}
		at += rows.size
	}
	return 0, ""
}

func (c *column) appendTexts(b *array.StringBuilder, rows *chunk) {
	for k := range rows.n {
		switch t := trimPadding(c.bytes(rows.b[k*rows.size:])); {
		case len(t) == 0:
			b.AppendNull()
		case isASCII(t):
			b.BinaryBuilder.Append(t)
		default:
			b.Append(c.text.text(t))
		}
	}
}

// bytes are the bytes of a string in the case that row begins with.
func (c *column) bytes(row []byte) []byte {
	if len(c.field.records) == 1 {
		r := c.field.records[0]
		return row[8*r.element : 8*r.element+r.width]
	}
	c.scratch = slices.Grow(c.scratch[:0], c.field.width)
	for _, r := range c.field.records {
		c.scratch = append(c.scratch, row[8*r.element:8*r.element+min(r.width, segmentBytes)]...)
	}
	return c.scratch[:min(len(c.scratch), c.field.width)]
}
