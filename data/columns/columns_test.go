package columns

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
)

// valuesOf are the values of an array, nil for a null.
func valuesOf(c interface{ Array() arrow.Array }) (out []any, coded bool) {
	a := c.Array()
	_, _, coded = data.Codes(a)
	a = data.Plain(a)
	for k := range a.Len() {
		switch a := a.(type) {
		case *array.Float64:
			out = append(out, a.Value(k))
		case *array.String:
			out = append(out, a.Value(k))
		case *array.Timestamp:
			out = append(out, int64(a.Value(k)))
		}
		if a.IsNull(k) {
			out[k] = nil
		}
	}
	return out, coded
}

// What goes in comes out, batch after batch, coded up to data.MaxCodes different
// values and plain from there on, also where the last one comes amid a batch.
func TestColumns(t *testing.T) {
	for name, c := range map[string]struct {
		column Column
		add    func(c Column, i int) any
	}{
		"numbers": {NewNumbers(), func(c Column, i int) any { c.(*Numbers).Add(float64(i) - 20.5); return float64(i) - 20.5 }},
		"small":   {NewNumbers(), func(c Column, i int) any { c.(*Numbers).Add(float64(i)); return float64(i) }},
		"texts":   {NewTexts(nil), func(c Column, i int) any { c.(*Texts).Add([]byte(fmt.Sprint(i))); return fmt.Sprint(i) }},
	} {
		for batch, different := range []int{3, 100, data.MaxCodes, data.MaxCodes, data.MaxCodes + 1, 5} {
			var want []any
			for i := range 1000 {
				if i%11 == 0 {
					c.column.Null()
					want = append(want, nil)
					continue
				}
				want = append(want, c.add(c.column, i%different))
			}
			got, coded := valuesOf(c.column)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, batch %d: %s", name, batch, diff)
			}
			if coded != (batch < 4) {
				t.Errorf("%s, batch %d of %d different values: coded is %v", name, batch, different, coded)
			}
		}
	}
}

// Texts in a file's own encoding are decoded; bytes that look the same once they
// are share a code; text that is ASCII is not asked about.
func TestDecodedTexts(t *testing.T) {
	c := NewTexts(func(b []byte) string {
		if IsASCII(b) {
			t.Errorf("%q was decoded", b)
		}
		return strings.ToUpper(string(b[:len(b)-1])) // "a\x80" is A, as ASCII may be
	})
	add := func() {
		for _, b := range []string{"A", "a\x80", "a\x81", "b\x80", "", "B"} {
			c.Add([]byte(b))
		}
	}
	want := []any{"A", "A", "A", "B", nil, "B"}
	add()
	a := c.Array()
	if _, values, ok := data.Codes(a); !ok || values.Len() != 2 {
		t.Errorf("%v, of two different texts", a)
	}
	add()
	if got, coded := valuesOf(c); !coded || cmp.Diff(want, got) != "" {
		t.Errorf("%q, coded is %v", got, coded)
	}
	add()
	c.Add(bytes.Repeat([]byte("x"), maxCodedText+1))
	add()
	if got, coded := valuesOf(c); coded || cmp.Diff(want, got[:6]) != "" || cmp.Diff(want, got[7:]) != "" {
		t.Errorf("%q, coded is %v", got, coded)
	}
}

// The dictionary is the same array as long as no value joins it, so that what was
// found out about it need not be found out again.
func TestSameDictionary(t *testing.T) {
	c := NewNumbers()
	dictionary := func(v ...float64) *array.Float64 {
		for _, x := range v {
			c.Add(x)
		}
		_, values, ok := data.Codes(c.Array())
		if !ok {
			t.Fatal("not coded")
		}
		return values.(*array.Float64)
	}
	first, second, third := dictionary(1, 2), dictionary(2, 1), dictionary(7)
	if first.Data() != second.Data() || first.Data() == third.Data() {
		t.Error("the dictionary changed, or it did not when it had to")
	}
}

// Zero has no sign, special missing values are values like others, a long text is
// not coded, an empty one is a null, times are times.
func TestValues(t *testing.T) {
	n := New(data.Number).(*Numbers)
	n.Add(math.Copysign(0, -1))
	n.Add(0)
	n.Add(data.Extended('a'))
	got, _ := valuesOf(n)
	if diff := cmp.Diff([]any{0.0, 0.0, data.Extended('a')}, got); diff != "" || math.Signbit(got[0].(float64)) {
		t.Error(diff, got)
	}
	s := New(data.Text).(*Texts)
	s.Add([]byte("x"))
	s.Add(nil)
	s.Add(make([]byte, maxCodedText+1))
	got, coded := valuesOf(s)
	if coded || got[0] != "x" || got[1] != nil || len(got[2].(string)) != maxCodedText+1 {
		t.Errorf("coded is %v, %v", coded, got[:2])
	}
	m := New(data.Time).(*Times)
	m.Add(-5)
	m.Null()
	got, _ = valuesOf(m)
	if diff := cmp.Diff([]any{int64(-5), nil}, got); diff != "" {
		t.Error(diff)
	}
	b := Batch([]string{"n"}, []Column{n}, 0, 7)
	defer b.Record.Release()
	if b.First != 8 || b.Before != 7 || b.Record.ColumnName(0) != "n" {
		t.Errorf("%+v", b)
	}
}
