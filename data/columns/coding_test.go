package columns

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
)

// Rows written in chunks are the rows that come out, whether they stay codes,
// become numbers amid a batch, or were numbers from the start.
func TestCoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewCoding()
		if rapid.Bool().Draw(t, "numbers from the start") {
			c = Coding{}
		}
		codes := map[int]uint8{}
		full := rapid.IntRange(0, 40).Draw(t, "values that have codes")
		var want []any
		for range 10 {
			rows := rapid.SliceOf(rapid.IntRange(-1, 50)).Draw(t, "rows")
			c.Reserve(rapid.IntRange(0, 5).Draw(t, "reserved"))
			if c.Coded() && !writeCodes(&c, codes, full, rows) {
				c.Expand(len(rows))
			}
			if !c.Coded() {
				writeNumbers(&c, rows)
			}
			for _, v := range rows {
				if v < 0 {
					want = append(want, nil)
				} else {
					want = append(want, float64(v))
				}
			}
			if rapid.Bool().Draw(t, "the batch ends") {
				if got, _ := valuesOf(&c); !cmp.Equal(want, got) {
					t.Fatal(cmp.Diff(want, got))
				}
				want = nil
			}
		}
	})
}

// writeCodes writes the codes of rows, a null for -1; false if a value can have
// none.
func writeCodes(c *Coding, codes map[int]uint8, full int, rows []int) bool {
	dst := c.Codes(len(rows))
	for k, v := range rows {
		code, met := codes[v]
		switch {
		case v < 0:
			code = data.NoCode
		case !met && len(codes) == full:
			return false
		case !met:
			code, _ = c.Dictionary.Add(float64(v))
			codes[v] = code
		}
		dst[k] = code
	}
	return true
}

func writeNumbers(c *Coding, rows []int) {
	dst := c.Floats(len(rows))
	for k, v := range rows {
		if dst[k] = float64(v); v < 0 {
			c.SetNull(k, len(rows))
		}
	}
}

// A dictionary gives out as many codes as there are.
func TestFullDictionary(t *testing.T) {
	var d Dictionary
	for k := range data.MaxCodes {
		if code, ok := d.Add(float64(k)); !ok || int(code) != k {
			t.Fatalf("value %d has code %d, %v", k, code, ok)
		}
	}
	if _, ok := d.Add(-1); ok || d.Array().Len() != data.MaxCodes {
		t.Errorf("one more was taken, or an array of %d values", d.Array().Len())
	}
}

// Words find what a map finds, until there is no room.
func TestWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w Words
		plain := map[uint64]uint16{}
		small := rapid.Uint64Range(0, 600) // many of them, and those whose places are the same
		for _, word := range rapid.SliceOfN(rapid.OneOf(small, rapid.Uint64(), rapid.Just(uint64(0))), 0, 600).Draw(t, "words") {
			want, met := plain[word]
			if code, ok := w.Find(word); ok != met || code != want {
				t.Fatalf("word %d: %d, %v, want %d, %v", word, code, ok, want, met)
			}
			if code, ok := w.AtHome(word); ok && (!met || code != want) {
				t.Fatalf("word %d at home: %d, want %d, %v", word, code, want, met)
			}
			if met {
				continue
			}
			code := uint16(len(plain) % (data.NoCode + 1))
			if ok := w.Add(word, code); ok != (len(plain) < maxWords) {
				t.Fatalf("word %d was taken: %v", len(plain), ok)
			} else if ok {
				plain[word] = code
			}
		}
	})
}
