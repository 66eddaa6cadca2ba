package data

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"pgregory.net/rapid"
)

func numbers(v ...float64) *array.Float64 {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.AppendValues(v, nil)
	return b.NewFloat64Array()
}

// A coded array is, value for value and null for null, what it was made of:
// through the codes, through Arrow's own methods, and plain.
func TestCoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		n, k := rapid.IntRange(0, 100).Draw(t, "rows"), rapid.IntRange(1, MaxCodes).Draw(t, "values")
		values := make([]float64, k)
		texts := array.NewStringBuilder(memory.DefaultAllocator)
		for i := range values {
			values[i] = float64(i) - 7.5
			texts.Append(fmt.Sprint("answer ", i))
		}
		codes, nulls := make([]uint8, n), 0
		for i := range codes {
			codes[i] = uint8(r.IntN(k))
			if r.IntN(4) == 0 {
				codes[i] = NoCode
				nulls++
			}
		}
		a, b := Coded(codes, nulls, numbers(values...)), Coded(codes, nulls, texts.NewArray())
		if a.Len() != n || a.NullN() != nulls {
			t.Fatalf("%d rows, %d nulls, not %d and %d", a.Len(), a.NullN(), n, nulls)
		}
		plainA, plainB := Plain(a).(*array.Float64), Plain(b).(*array.String)
		got, _, ok := Codes(a)
		if !ok || len(got) != n {
			t.Fatalf("%d codes of %d", len(got), n)
		}
		for i, c := range codes {
			null := c == NoCode
			if got[i] != c || a.IsNull(i) != null || plainA.IsNull(i) != null || plainB.IsNull(i) != null {
				t.Fatalf("row %d: code %d, null %v %v %v", i, got[i], a.IsNull(i), plainA.IsNull(i), plainB.IsNull(i))
			}
			if !null && (plainA.Value(i) != values[c] || plainB.Value(i) != fmt.Sprint("answer ", c)) {
				t.Fatalf("row %d: %v and %q for code %d", i, plainA.Value(i), plainB.Value(i), c)
			}
		}
		if n > 3 {
			cut := array.NewSlice(a, 1, int64(n-1))
			if got, _, _ := Codes(cut); len(got) != n-2 || got[0] != codes[1] {
				t.Fatalf("a slice has codes %v of %v", got, codes)
			}
		}
	})
}

func TestPlainOfPlain(t *testing.T) {
	a := numbers(1, 2)
	if Plain(a) != a {
		t.Error("an array that is not coded was made anew")
	}
	if _, _, ok := Codes(a); ok {
		t.Error("an array that is not coded has codes")
	}
}

func ExampleCoded() {
	worried := array.NewStringBuilder(memory.DefaultAllocator)
	worried.AppendValues([]string{"yes", "no"}, nil)
	a := Coded([]uint8{1, 0, NoCode}, 1, worried.NewArray())
	fmt.Println(a.NullN(), Plain(a))
	// Output: 1 ["no" "yes" (null)]
}
