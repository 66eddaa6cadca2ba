package columns

import (
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
)

// Limits of a batch: cases, and bytes of the columns asked for, so that a batch of
// thousands of wide columns stays small too.
const (
	MaxCases = 1 << 14
	maxBytes = 64 << 20
)

// Cases is how many cases go into a batch of columns that take so many bytes a case.
func Cases(bytes int64) int64 {
	return max(1, min(MaxCases, maxBytes/max(1, bytes)))
}

// Seconds is how values of type data.Time are stored.
var Seconds = arrow.FixedWidthTypes.Timestamp_s.(*arrow.TimestampType)

// ArrowType is how values of a type are stored in a batch, unless they are coded.
func ArrowType(t data.Type) arrow.DataType {
	switch t {
	case data.Text:
		return arrow.BinaryTypes.String
	case data.Time:
		return Seconds
	}
	return arrow.PrimitiveTypes.Float64
}

// An Arrayer gives its values as an array, once.
type Arrayer interface{ Array() arrow.Array }

// Send yields the n cases behind the first before, and releases them. It says
// whether more are wanted.
func Send[C Arrayer](yield func(data.Batch, error) bool, names []string, columns []C, n, before int64) bool {
	batch := Batch(names, columns, n, before)
	defer batch.Record.Release()
	return yield(batch, nil)
}

// Batch makes a batch of the columns, each of n rows, that stand behind the
// first before rows of the survey; the columns are empty afterwards. The caller
// releases its Record.
func Batch[C Arrayer](names []string, columns []C, n, before int64) data.Batch {
	arrays := make([]arrow.Array, len(columns))
	for i, c := range columns {
		arrays[i] = c.Array()
	}
	return data.Batch{Record: Record(names, arrays, n), First: before + 1, Before: before}
}

// Record makes a record of n rows of the arrays, which it releases.
func Record(names []string, arrays []arrow.Array, n int64) arrow.Record {
	fields := make([]arrow.Field, len(arrays))
	for i, a := range arrays {
		fields[i] = arrow.Field{Name: names[i], Type: a.DataType(), Nullable: true}
	}
	record := array.NewRecord(arrow.NewSchema(fields, nil), arrays, n)
	for _, a := range arrays {
		a.Release()
	}
	return record
}

// Trim cuts the blanks off the end of a field of fixed width. Some writers fill it
// with NUL bytes.
func Trim(b []byte) []byte {
	n := len(b)
	for n > 0 && (b[n-1] == ' ' || b[n-1] == 0) {
		n--
	}
	return b[:n]
}

// Visible makes the bytes of a name fit for a message.
func Visible(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(string(b), string(utf8.RuneError)))
}
