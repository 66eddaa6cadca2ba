package columnar

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v17/parquet"

	"tradeoff/data"
)

// This file reads plain values of a fixed width as numbers, many at a time.

// A fixed is the values of a page that take so many bytes each.
type fixed struct {
	b     []byte
	width int
}

// next is the next value.
func (f *fixed) next() ([]byte, error) {
	if len(f.b) < f.width {
		return nil, errFewValues
	}
	return f.take(1), nil
}

// take is the next n values, or what is left of them.
func (f *fixed) take(n int) []byte {
	n = min(n*f.width, len(f.b))
	b := f.b[:n]
	f.b = f.b[n:]
	return b
}

// many reports whether leaf.numbers reads the column.
func (l leaf) many() bool {
	if l.kind != data.Number || l.meaning != plainNumber && l.meaning != unsignedNumber {
		return false
	}
	switch l.physical {
	case parquet.Types.Int32, parquet.Types.Int64, parquet.Types.Float, parquet.Types.Double:
		return true
	}
	return false
}

// numbers reads plain values, NaN for a null; it says what leaf.put says value
// by value, and returns the index of a value that was refused.
func (l leaf) numbers(to []float64, b []byte) (bad int, err error) {
	promised := len(to)
	to = to[:min(promised, len(b)/l.width())]
	switch l.physical {
	case parquet.Types.Int32:
		for i := range to {
			to[i] = float64(int32(binary.LittleEndian.Uint32(b[4*i:])))
		}
		if l.meaning == unsignedNumber {
			for i, v := range to {
				if v < 0 {
					to[i] = v + 1<<32
				}
			}
		}
	case parquet.Types.Int64:
		bad, err = l.longs(to, b)
	case parquet.Types.Float:
		for i := range to {
			to[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		}
		bad, err = finite(to)
	default:
		for i := range to {
			to[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
		bad, err = finite(to)
	}
	if err == nil && len(to) < promised {
		return -1, errFewValues
	}
	return bad, err
}

// longs reads whole numbers of 64 bits.
func (l leaf) longs(to []float64, b []byte) (bad int, err error) {
	for i := range to {
		v := int64(binary.LittleEndian.Uint64(b[8*i:]))
		if l.long(v) {
			return i, errTooBig
		}
		to[i] = float64(v)
	}
	return -1, nil
}

// long reports whether a whole number of 64 bits is too long for a Number.
func (l leaf) long(v int64) bool {
	if l.meaning == unsignedNumber {
		return uint64(v) > exact
	}
	return v > exact || v < -exact
}

// anyLong reports whether one of the plain values is too long for a Number.
func (l leaf) anyLong(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if l.long(int64(binary.LittleEndian.Uint64(b))) {
			return true
		}
	}
	return false
}

// finite returns the index of an infinite number.
func finite(numbers []float64) (bad int, err error) {
	for i, v := range numbers {
		if math.Abs(v) > math.MaxFloat64 {
			return i, errInfinite
		}
	}
	return -1, nil
}

// smallWholes reports whether plain values are whole numbers from 0 to 254.
func (l leaf) smallWholes(b []byte) bool {
	switch l.physical {
	case parquet.Types.Int32:
		for ; len(b) >= 4; b = b[4:] {
			if binary.LittleEndian.Uint32(b) >= data.MaxCodes {
				return false
			}
		}
		return true
	case parquet.Types.Int64:
		for ; len(b) >= 8; b = b[8:] {
			if binary.LittleEndian.Uint64(b) >= data.MaxCodes {
				return false
			}
		}
		return true
	}
	return false
}

// lowBytes is the lowest byte of each of the next values.
func (f *fixed) lowBytes(to []byte) error {
	b := f.take(len(to))
	if len(b) < len(to)*f.width {
		return errFewValues
	}
	for i := range to {
		to[i] = b[i*f.width]
	}
	return nil
}
