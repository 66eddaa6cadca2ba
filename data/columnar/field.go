package columnar

import (
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
)

// A field is one Arrow column and what it becomes.
type field struct {
	name     string
	index    int
	kind     data.Type
	level    data.Level
	labels   []data.ValueLabel
	put      func(b *builder, a arrow.Array, i int) error
	look     func(a arrow.Array) // nil where the type needs no look at the values
	value    *field              // of a column of categories or lists: what each of them becomes
	multiple *lists              // of a column of lists
	item     int                 // of a variable that is made of one: which of its answers
	refused  string
	note     string
}

func (f field) uncertain() bool { return f.look != nil }

// fieldOf reads a column's description.
func fieldOf(a arrow.Field, index int) *field {
	f := &field{name: a.Name, index: index}
	f.typed(a.Type)
	return f
}

// typed chooses how values of an Arrow type are taken over.
func (f *field) typed(t arrow.DataType) {
	switch t := t.(type) {
	case *arrow.BooleanType:
		f.level = data.Nominal
		f.labels = []data.ValueLabel{{Code: "0", Label: "false"}, {Code: "1", Label: "true"}}
		f.put = func(b *builder, a arrow.Array, i int) error {
			if a.(*array.Boolean).Value(i) {
				return b.number(1)
			}
			return b.number(0)
		}
	case *arrow.NullType:
		f.put = func(b *builder, _ arrow.Array, _ int) error { b.null(); return nil }
	case *arrow.StringType, *arrow.LargeStringType, *arrow.StringViewType:
		f.kind = data.Text
		f.put = func(b *builder, a arrow.Array, i int) error { return b.string([]byte(a.(array.StringLike).Value(i))) }
	case *arrow.DictionaryType:
		f.categories(t)
	case arrow.DecimalType:
		f.decimals(t)
	case arrow.ExtensionType:
		f.refused = "holds values of a private type"
	default:
		f.numeric(t)
	}
}

// categories reads a column of categories as their values.
func (f *field) categories(t *arrow.DictionaryType) {
	value := &field{}
	value.typed(t.ValueType)
	if value.refused != "" || value.uncertain() {
		f.refused = "holds categories that are neither texts nor short numbers"
		return
	}
	f.kind, f.labels, f.note = value.kind, value.labels, value.note
	f.level = data.Nominal
	if t.Ordered {
		f.level = data.Ordinal
	}
	f.value = value
	f.put = func(b *builder, a arrow.Array, i int) error {
		d := a.(*array.Dictionary)
		at := d.GetValueIndex(i)
		if d.Dictionary().IsNull(at) {
			b.null()
			return nil
		}
		return value.put(b, d.Dictionary(), at)
	}
}

// decimals reads decimals as numbers, but long whole ones as text.
func (f *field) decimals(t arrow.DecimalType) {
	scale := int(t.GetScale())
	if scale < 0 || scale > 80 {
		f.refused = "has decimals of an impossible scale"
		return
	}
	text := scale == 0 && t.GetPrecision() > 15
	if text {
		f.kind = data.Text
	}
	f.put = func(b *builder, a arrow.Array, i int) error {
		var digits string
		switch a := a.(type) {
		case *array.Decimal128:
			digits = a.Value(i).BigInt().String()
		case *array.Decimal256:
			digits = a.Value(i).BigInt().String()
		}
		if text {
			return b.string([]byte(digits))
		}
		return b.number(scaled(digits, scale))
	}
}

// numeric reads numbers, dates and times.
func (f *field) numeric(t arrow.DataType) {
	switch t := t.(type) {
	case *arrow.Int8Type:
		f.put = number[int8, *array.Int8]
	case *arrow.Int16Type:
		f.put = number[int16, *array.Int16]
	case *arrow.Int32Type:
		f.put = number[int32, *array.Int32]
	case *arrow.Uint8Type:
		f.put = number[uint8, *array.Uint8]
	case *arrow.Uint16Type:
		f.put = number[uint16, *array.Uint16]
	case *arrow.Uint32Type:
		f.put = number[uint32, *array.Uint32]
	case *arrow.Float32Type:
		f.put = number[float32, *array.Float32]
	case *arrow.Float64Type:
		f.put = number[float64, *array.Float64]
	case *arrow.Float16Type:
		f.put = func(b *builder, a arrow.Array, i int) error {
			return b.number(float64(a.(*array.Float16).Value(i).Float32()))
		}
	case *arrow.Int64Type, *arrow.Uint64Type:
		f.look, f.put = f.lookLong, f.putLong
	case *arrow.Date32Type:
		f.kind = data.Time
		f.put = func(b *builder, a arrow.Array, i int) error {
			return b.time(int64(a.(*array.Date32).Value(i)) * 86400)
		}
	case *arrow.Date64Type:
		f.kind = data.Time
		f.put = func(b *builder, a arrow.Array, i int) error {
			return b.time(floorDiv(int64(a.(*array.Date64).Value(i)), 1000))
		}
	case *arrow.TimestampType:
		f.kind = data.Time
		per := perUnit(t.Unit)
		f.put = func(b *builder, a arrow.Array, i int) error {
			return b.time(floorDiv(int64(a.(*array.Timestamp).Value(i)), per))
		}
	default:
		f.spans(t)
	}
}

// spans reads times of day and durations as seconds.
func (f *field) spans(t arrow.DataType) {
	switch t := t.(type) {
	case *arrow.Time32Type:
		per := float64(perUnit(t.Unit))
		f.note = "is a time of day; it is read as seconds since midnight"
		f.put = func(b *builder, a arrow.Array, i int) error {
			return b.number(float64(a.(*array.Time32).Value(i)) / per)
		}
	case *arrow.Time64Type:
		per := float64(perUnit(t.Unit))
		f.note = "is a time of day; it is read as seconds since midnight"
		f.put = func(b *builder, a arrow.Array, i int) error {
			return b.number(float64(a.(*array.Time64).Value(i)) / per)
		}
	case *arrow.DurationType:
		per := float64(perUnit(t.Unit))
		f.note = "is a duration; it is read as seconds"
		f.put = func(b *builder, a arrow.Array, i int) error {
			return b.number(float64(a.(*array.Duration).Value(i)) / per)
		}
	case *arrow.BinaryType, *arrow.LargeBinaryType, *arrow.BinaryViewType, *arrow.FixedSizeBinaryType:
		f.refused = "holds bytes"
	case arrow.ListLikeType:
		f.list(t)
	case *arrow.StructType:
		f.refused = "holds several columns in one; export them side by side"
	default:
		f.refused = "holds values of the type " + t.Name() + ", which is not read"
	}
}

// number takes over a number of any narrow type.
func number[T int8 | int16 | int32 | uint8 | uint16 | uint32 | float32 | float64, A interface {
	arrow.Array
	Value(int) T
}](b *builder, a arrow.Array, i int) error {
	return b.number(float64(a.(A).Value(i)))
}

// lookLong sees whether a float64 holds all whole numbers of a column.
func (f *field) lookLong(a arrow.Array) {
	beyond := false
	switch a := a.(type) {
	case *array.Int64:
		for i, v := range a.Int64Values() {
			beyond = beyond || (v > exact || v < -exact) && a.IsValid(i)
		}
	case *array.Uint64:
		for i, v := range a.Uint64Values() {
			beyond = beyond || v > exact && a.IsValid(i)
		}
	}
	if beyond {
		f.kind = data.Text // whole numbers beyond float64 stay apart as text
	}
}

// putLong takes over a long whole number.
func (f *field) putLong(b *builder, a arrow.Array, i int) error {
	var digits []byte
	var v float64
	switch a := a.(type) {
	case *array.Int64:
		digits, v = strconv.AppendInt(nil, a.Value(i), 10), float64(a.Value(i))
	case *array.Uint64:
		digits, v = strconv.AppendUint(nil, a.Value(i), 10), float64(a.Value(i))
	}
	if b.kind == data.Text {
		return b.string(digits)
	}
	return b.number(v)
}

// perUnit is how many units make a second.
func perUnit(u arrow.TimeUnit) int64 {
	switch u {
	case arrow.Second:
		return 1
	case arrow.Millisecond:
		return 1e3
	case arrow.Microsecond:
		return 1e6
	}
	return 1e9
}
