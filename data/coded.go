package data

import (
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// NoCode is the code of a null in a coded array.
const NoCode = 255

// MaxCodes is how many different values a coded array can have.
const MaxCodes = 255

var (
	codedNumbers = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.PrimitiveTypes.Float64}
	codedTexts   = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}
)

// Coded makes a coded array of one byte a row: the place of the row's value in
// values (a Float64 or a String array of at most MaxCodes different values, none
// of them null), NoCode for a null. nulls is how many there are. The array
// keeps codes and values. Codes beyond values panic when the array is read.
func Coded(codes []uint8, nulls int, values arrow.Array) arrow.Array {
	t := codedNumbers
	switch values.(type) {
	case *array.Float64:
	case *array.String:
		t = codedTexts
	default:
		panic("data: coded values of type " + values.DataType().String())
	}
	if values.Len() > MaxCodes {
		panic(fmt.Sprintf("data: %d coded values", values.Len()))
	}
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(codes)}
	if nulls > 0 {
		buffers[0] = memory.NewBufferBytes(present(codes))
	}
	d := array.NewDataWithDictionary(t, len(codes), buffers, nulls, 0, values.Data().(*array.Data))
	defer d.Release()
	return array.NewDictionaryData(d)
}

// present is the bitmap of the codes that are not NoCode.
func present(codes []uint8) []byte {
	bits := make([]byte, (len(codes)+7)/8)
	const ones, low = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	i := 0
	for ; i+8 <= len(codes); i += 8 {
		x := ^binary.LittleEndian.Uint64(codes[i:])    // a null is now a zero byte
		x = ((x & low) + low | x) >> 7 & ones          // 1 for every byte that is not zero
		bits[i/8] = byte(x * 0x0102040810204080 >> 56) // gathered, the first byte lowest
	}
	for ; i < len(codes); i++ {
		if codes[i] != NoCode {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	return bits
}

// Codes returns the codes of a coded array, NoCode for a null, and the values
// that they stand for. Arrays of the same values.Data() have the same values, so
// that what was found out about them need not be found out again. ok is false for
// an array of another kind.
func Codes(a arrow.Array) (codes []uint8, values arrow.Array, ok bool) {
	d, ok := a.(*array.Dictionary)
	if !ok {
		return nil, nil, false
	}
	return d.Indices().(*array.Uint8).Uint8Values(), d.Dictionary(), true
}

// Plain returns a coded array as the Float64 or String array that it stands
// for, and any other array as it is.
func Plain(a arrow.Array) arrow.Array {
	codes, values, ok := Codes(a)
	if !ok {
		return a
	}
	switch v := values.(type) {
	case *array.Float64:
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		b.Reserve(len(codes))
		for _, c := range codes {
			if c == NoCode {
				b.AppendNull()
			} else {
				b.UnsafeAppend(v.Value(int(c)))
			}
		}
		return b.NewArray()
	case *array.String:
		b := array.NewStringBuilder(memory.DefaultAllocator)
		for _, c := range codes {
			if c == NoCode {
				b.AppendNull()
			} else {
				b.Append(v.Value(int(c)))
			}
		}
		return b.NewArray()
	}
	panic("data: coded values of type " + values.DataType().String())
}

// PlainBatches are the same batches without coded columns.
func PlainBatches(batches iter.Seq2[Batch, error]) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		for b, err := range batches {
			if b.Record != nil {
				columns := make([]arrow.Array, b.Record.NumCols())
				fields := make([]arrow.Field, len(columns))
				for i := range columns {
					columns[i] = Plain(b.Record.Column(i))
					fields[i] = b.Record.Schema().Field(i)
					fields[i].Type = columns[i].DataType()
				}
				b.Record = array.NewRecord(arrow.NewSchema(fields, nil), columns, b.Record.NumRows())
			}
			if !yield(b, err) {
				return
			}
		}
	}
}
