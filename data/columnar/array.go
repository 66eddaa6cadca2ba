package columnar

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A builder collects the values of one variable for one batch.
type builder struct {
	kind  data.Type
	valid []byte
	nulls int
	n     int

	numbers []float64
	times   []arrow.Timestamp
	ends    []int32
	text    []byte
}

// newBuilder makes room for n values.
func newBuilder(kind data.Type, n int) *builder {
	b := &builder{kind: kind, valid: make([]byte, (n+7)/8)}
	switch kind {
	case data.Text:
		b.ends = append(make([]int32, 0, n+1), 0)
	case data.Time:
		b.times = make([]arrow.Timestamp, 0, n)
	default:
		b.numbers = make([]float64, 0, n)
	}
	return b
}

// set marks the next value as present.
func (b *builder) set() {
	b.valid[b.n>>3] |= 1 << (b.n & 7)
	b.n++
}

// null adds a value that was not recorded.
func (b *builder) null() {
	b.nulls++
	b.n++
	switch b.kind {
	case data.Text:
		b.ends = append(b.ends, int32(len(b.text)))
	case data.Time:
		b.times = append(b.times, 0)
	default:
		b.numbers = append(b.numbers, 0)
	}
}

// number adds a number; NaN is a null.
func (b *builder) number(v float64) error {
	if v != v {
		b.null()
		return nil
	}
	if math.IsInf(v, 0) {
		return errInfinite
	}
	b.numbers = append(b.numbers, v)
	b.set()
	return nil
}

// time adds a moment in seconds since 1970, UTC.
func (b *builder) time(v int64) error {
	b.times = append(b.times, arrow.Timestamp(v))
	b.set()
	return nil
}

// string adds a text without its trailing blanks; an empty one is a null.
func (b *builder) string(s []byte) error {
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	if len(s) == 0 {
		b.null()
		return nil
	}
	if !utf8.Valid(s) {
		return errNotText
	}
	if len(b.text)+len(s) > math.MaxInt32 {
		return errTooLong
	}
	b.text = append(b.text, s...)
	b.ends = append(b.ends, int32(len(b.text)))
	b.set()
	return nil
}

// What a value can have against it. The row and the column are added where
// they are known; the value itself is never told, it may be personal.
var (
	errInfinite = breaks("the number is infinite; leave it empty or correct it in the export")
	errNotText  = breaks("the text is not UTF-8; export the file again as UTF-8")
	errTooLong  = breaks("the texts of one batch exceed 2 GB; leave the column out of the export")
	errTooBig   = breaks("the whole number has more digits than its column's statistics promise; export the file again")
)

// isNull reports whether value i was not recorded.
func (b *builder) isNull(i int) bool { return b.valid[i>>3]>>(i&7)&1 == 0 }

// addNumbers takes over numbers that stand behind the others already, one for
// each bit that is set in present (nil: for each of n): they move to the places
// of their bits. NaN is a null; none is infinite.
func (b *builder) addNumbers(present []byte, n int) {
	first := b.n
	b.numbers = b.numbers[:first+n]
	to := b.numbers[first:]
	if present != nil {
		from := bitutil.CountSetBits(present, 0, n)
		for i := n - 1; i >= 0; i-- {
			if present[i>>3]>>(i&7)&1 == 0 {
				to[i] = math.NaN()
			} else if from--; from != i {
				to[i] = to[from]
			}
		}
	}
	bitutil.SetBitsTo(b.valid, int64(first), int64(n), true)
	b.n += n
	for i, v := range to {
		if v != v {
			to[i] = 0
			b.nulls++
			b.valid[(first+i)>>3] &^= 1 << ((first + i) & 7)
		}
	}
}

// copy adds value i of another builder of the kind.
func (b *builder) copy(from *builder, i int) {
	switch {
	case from.isNull(i):
		b.null()
	case b.kind == data.Text:
		b.text = append(b.text, from.text[from.ends[i]:from.ends[i+1]]...)
		b.ends = append(b.ends, int32(len(b.text)))
		b.set()
	default:
		b.numbers = append(b.numbers, from.numbers[i])
		b.set()
	}
}

// coded is the finished column, as codes if it holds nothing but nulls and the
// whole numbers from 0 to 254, whose coding is wholes.
func (b *builder) coded(wholes *coding) arrow.Array {
	if b.kind != data.Number || !areWhole(b.numbers[:min(b.n, 64)]) || !areWhole(b.numbers) {
		return b.array()
	}
	codes := make([]uint8, b.n)
	for i, v := range b.numbers {
		codes[i] = uint8(int32(v))
	}
	if b.nulls > 0 {
		for i := range codes {
			if b.isNull(i) {
				codes[i] = data.NoCode
			}
		}
	}
	return data.Coded(codes, b.nulls, wholes.values)
}

// areWhole reports whether all numbers are whole and from 0 to 254; -0 is none
// of these.
func areWhole(numbers []float64) bool {
	for _, v := range numbers {
		n := int32(v)
		if uint32(n) >= data.MaxCodes || math.Float64bits(float64(n)) != math.Float64bits(v) {
			return false
		}
	}
	return true
}

// array is the finished column.
func (b *builder) array() arrow.Array {
	valid := memory.NewBufferBytes(b.valid)
	if b.nulls == 0 {
		valid = nil
	}
	buffers := []*memory.Buffer{valid}
	switch b.kind {
	case data.Text:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(b.ends)), memory.NewBufferBytes(b.text))
	case data.Time:
		buffers = append(buffers, memory.NewBufferBytes(arrow.TimestampTraits.CastToBytes(b.times)))
	default:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Float64Traits.CastToBytes(b.numbers)))
	}
	return array.MakeFromData(array.NewData(columns.ArrowType(b.kind), b.n, buffers, nil, b.nulls, 0))
}

// record puts finished columns under the names of their variables.
func record(vars []data.Variable, columns []arrow.Array, rows int) arrow.Record {
	fields := make([]arrow.Field, len(vars))
	for i, v := range vars {
		fields[i] = arrow.Field{Name: v.Name, Type: columns[i].DataType(), Nullable: true}
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, int64(rows))
}

// exact is the largest whole number kept as a Number: one more digit and
// data.Code writes it with an exponent, a little more and a float64 no longer
// tells every two apart.
const exact = 1e15 - 1

// floorDiv is a/b rounded down, so that times before 1970 keep their second.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// looksLikeText reports whether bytes of unknown meaning can be shown: valid
// UTF-8 without control characters but tabs and line ends.
func looksLikeText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, c := range b {
		if c < ' ' && !strings.ContainsRune("\t\n\r", rune(c)) || c == 0x7f {
			return false
		}
	}
	return true
}
