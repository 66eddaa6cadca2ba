package exports

import (
	"hash/maphash"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
)

// codedColumn draws a coded column of numbers, or of texts.
func codedColumn(t *rapid.T, text bool) arrow.Array {
	numbers := array.NewFloat64Builder(memory.DefaultAllocator)
	texts := array.NewStringBuilder(memory.DefaultAllocator)
	numbers.AppendValues([]float64{1, 2, 3, 4, -7.5, 1e20, 98}, nil)
	texts.AppendValues([]string{"yes", "a, b", "me@example.org", "07700 900123", "1", "2", "12:30", "AB12CD34EF", "10.0.0.1"}, nil)
	var values arrow.Array = numbers.NewArray()
	if text {
		values = texts.NewArray()
	}
	codes := rapid.SliceOfN(rapid.Uint8Range(0, uint8(values.Len()-1)), 1, 40).Draw(t, "codes")
	nulls := 0
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 0: // numbers in steps
		for i := range codes {
			codes[i] = uint8(i % 4)
		}
	case 1:
		for i := range codes {
			if i%3 == 1 {
				codes[i] = data.NoCode
				nulls++
			}
		}
	}
	return data.Coded(codes, nulls, values)
}

// TestCodedColumns looks at coded columns, and counts them, code by code and
// row by row.
func TestCodedColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := looker{seed: maphash.MakeSeed()}
		newLook := func() *look {
			return &look{seen: map[uint64]struct{}{}, pieces: map[uint64]struct{}{}, inSteps: true}
		}
		v := &data.Variable{Missing: data.Missing{Codes: []string{"98", "yes"}, HasRange: true, Low: 3, High: 4}}
		coded, plain := newLook(), newLook()
		codedTally, plainTally := newTally(v), newTally(v)
		text := rapid.Bool().Draw(t, "texts")
		for range 2 {
			c := codedColumn(t, text)
			l.add(coded, c)
			l.add(plain, data.Plain(c))
			codedTally.add(c)
			plainTally.add(data.Plain(c))
		}
		if d := cmp.Diff(plain, coded, cmp.AllowUnexported(look{})); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(plainTally.profile(), codedTally.profile()); d != "" {
			t.Fatal(d)
		}
	})
}
