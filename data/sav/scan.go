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
func (s *scanner) scan(variables []string) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		cases, err := s.dict.newCaseReader()
		if err != nil {
			yield(data.Batch{}, err)
			return
		}
		columns := s.newColumns(variables)
		schema := schemaOf(columns)
		row := make([]byte, s.dict.caseSize())
		limit := batchLimit(columns)
		for first := int64(1); ; {
			n, done, err := s.fill(columns, cases, row, first, limit)
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

// fill reads up to limit cases into the columns. first is the number of the
// first of them. done says that the last case has been read.
func (s *scanner) fill(columns []*column, cases caseReader, row []byte, first int64, limit int64) (n int64, done bool, err error) {
	for n < limit {
		number := first + n
		if s.dict.cases >= 0 && number > s.dict.cases {
			return n, true, s.atEnd(cases, row)
		}
		switch err := cases.next(row); err {
		case nil:
		case io.EOF:
			if s.dict.cases < 0 {
				return n, true, nil
			}
			return n, true, fault(s.dict.in, "", "the header promises %d cases, but %d whole cases are in the file; export it again or copy it anew", s.dict.cases, number-1)
		case io.ErrUnexpectedEOF:
			return n, true, s.dict.cutShort(number - 1)
		default:
			return n, true, s.caseFault(number, "", err.Error())
		}
		for _, c := range columns {
			if err := c.append(row); err != "" {
				return n, true, s.caseFault(number, c.field.name, err)
			}
		}
		n++
	}
	return n, false, nil
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
	return yield(data.Batch{Record: record, First: first}, nil)
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

// append adds the value in a case, or says what is wrong with it.
func (c *column) append(row []byte) (wrong string) {
	at := 8 * c.field.records[0].element
	switch b := c.builder.(type) {
	case *array.Float64Builder:
		v, ok := c.dict.number(c.dict.order.Uint64(row[at:]))
		switch {
		case !ok:
			b.AppendNull()
		case math.IsInf(v, 0):
			return "the value is infinite, expected a number or system-missing; set it to missing and export again"
		default:
			b.Append(v)
		}
	case *array.TimestampBuilder:
		v, ok := c.dict.number(c.dict.order.Uint64(row[at:]))
		switch {
		case !ok:
			b.AppendNull()
		case math.Abs(v) > maxTime:
			return fmt.Sprintf("the value is %g seconds after 1582, which is no date; mend it or set it to missing and export again", v)
		default:
			b.Append(arrow.Timestamp(c.field.value(v)))
		}
	case *array.StringBuilder:
		if t := trimPadding(c.bytes(row)); len(t) == 0 {
			b.AppendNull()
		} else if isASCII(t) {
			b.BinaryBuilder.Append(t)
		} else {
			b.Append(c.text.text(t))
		}
	}
	return ""
}

// bytes are the bytes of a string in a case.
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
