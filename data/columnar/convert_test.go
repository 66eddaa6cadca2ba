package columnar

import (
	"bytes"
	"math"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
)

// drawArray makes an array of n values, some of them null.
func drawArray(t *rapid.T, n int) arrow.Array {
	types := []arrow.DataType{
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Boolean, arrow.BinaryTypes.String,
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String},
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint32, ValueType: arrow.PrimitiveTypes.Float64},
	}
	b := array.NewBuilder(memory.DefaultAllocator, rapid.SampledFrom(types).Draw(t, "type"))
	nulls := rapid.SampledFrom([]int{0, 1, 10}).Draw(t, "nulls")
	distinct := rapid.SampledFrom([]int{2, 100, 256, 300}).Draw(t, "distinct")
	odd := rapid.SampledFrom([]float64{0, 0, math.NaN(), math.Inf(1), math.Copysign(0, -1)}).Draw(t, "odd")
	for i, v := range rapid.SliceOfN(rapid.IntRange(0, distinct-1), n, n).Draw(t, "values") {
		number := float64(v)
		if v == 1 && odd != 0 || v == 1 && math.Signbit(odd) {
			number = odd
		}
		switch b := b.(type) {
		case *array.Float32Builder:
			b.Append(float32(number))
		case *array.Float64Builder:
			b.Append(number)
		case *array.Float64DictionaryBuilder:
			if err := b.Append(number); err != nil {
				t.Fatal(err)
			}
		case *array.BooleanBuilder:
			b.Append(v%2 == 1)
		default: // whole numbers and texts; spaces behind a text do not count
			text := data.Code(float64(v % 100))
			if _, ok := b.(*array.StringBuilder); ok || b.Type().ID() == arrow.DICTIONARY {
				text = data.Code(float64(v/2)) + "  "[:v%2]
			}
			if err := b.AppendValueFromString(text); err != nil {
				t.Fatal(err)
			}
		}
		if v < nulls && i%3 == 0 {
			b.AppendNull()
		}
	}
	return array.NewSlice(b.NewArray(), 0, int64(n))
}

// Converting a column at once says what field.put says value by value, faults
// with their rows included.
func TestConvertAgainstOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawArray(t, rapid.IntRange(1, 700).Draw(t, "n"))
		d := fieldOf(arrow.Field{Name: "x", Type: a.DataType()}, 0)
		c := converter{
			file:    &ipcFile{fields: map[string]*field{"x": d}, wholes: newWholes()},
			vars:    []data.Variable{{Name: "x", Type: d.kind}},
			codings: make([]recordCoding, 1),
		}
		from := rapid.IntRange(0, a.Len()-1).Draw(t, "from")
		part := array.NewSlice(a, int64(from), int64(a.Len()))
		got, bad, err := c.column(0, part)
		b := newBuilder(d.kind, part.Len())
		wantBad, wantErr := d.oneByOne(b, part)
		if err != wantErr || bad != wantBad {
			t.Fatalf("row %d: %v, one by one row %d: %v", bad, err, wantBad, wantErr)
		}
		if err != nil {
			return
		}
		if want := b.array(); !array.Equal(data.Plain(got), want) || !sameBits(data.Plain(got), want) {
			t.Fatalf("read %v, one by one %v", got, want)
		}
	})
}

// Few categories and small whole numbers come as codes, and the categories of
// all batches are the same array.
func TestArrowCodes(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "band", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
		{Name: "q1", Type: arrow.PrimitiveTypes.Int8},
		{Name: "w", Type: arrow.PrimitiveTypes.Float64},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range 20000 {
		if err := b.Field(0).AppendValueFromString([]string{"18-34", "35-54", "55+"}[i%3]); err != nil {
			t.Fatal(err)
		}
		b.Field(1).(*array.Int8Builder).Append(int8(i % 5))
		b.Field(2).(*array.Float64Builder).Append(float64(i) / 7)
	}
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(schema))
	if err := w.Write(b.NewRecord()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := OpenIPC(data.FromBytes("x.arrows", out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var bands []arrow.ArrayData
	for batch, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		_, band, ok := data.Codes(batch.Record.Column(0))
		if !ok {
			t.Fatal("categories came without codes")
		}
		if _, _, ok := data.Codes(batch.Record.Column(1)); !ok {
			t.Error("small whole numbers came without codes")
		}
		if _, _, ok := data.Codes(batch.Record.Column(2)); ok {
			t.Error("weights came as codes")
		}
		bands = append(bands, band.Data())
	}
	for _, band := range bands {
		if band != bands[0] {
			t.Error("the categories are not the same in all batches")
		}
	}
	for _, err := range s.BatchesBut(nil, func(before, n int64) bool { return true }) {
		t.Errorf("a batch (%v) comes though nobody needs one", err)
	}
	got := cells(t, s)
	if diff := cmp.Diff([]string{"18-34", "4", data.Code(19999. / 7)}, []string{got["band"][19998], got["q1"][19999], got["w"][19999]}); diff != "" {
		t.Error(diff)
	}
}
