package xpt

import (
	"testing"
	"unicode/utf8"

	"tradeoff/data"
)

// FuzzOpen reads anything. It ends, does not panic, fails with faults alone, and
// what it reads is sound.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(everything(false).String()))
	f.Add([]byte(everything(true).String()))
	f.Add([]byte(newCraft(true, column{name: "S", width: 20}).cases("              1", "x                   ").String()))
	f.Fuzz(func(t *testing.T, b []byte) { check(t, b) })
}

// check opens a file and reads it if it can be: names are unique, texts are
// UTF-8, and there are as many cases as were announced.
func check(t *testing.T, b []byte) {
	t.Helper()
	s, err := Open(data.FromBytes("fuzz.xpt", b))
	if err != nil {
		if !data.IsData(err) {
			t.Fatalf("%v is not a fault", err)
		}
		return
	}
	seen := map[string]bool{}
	for _, v := range s.Codebook.Variables {
		if v.Name == "" || seen[v.Name] || !utf8.ValidString(v.Name+v.Label+v.Format) {
			t.Fatalf("variable %+v", v)
		}
		seen[v.Name] = true
	}
	rows := int64(0)
	for b, err := range s.Batches(nil) {
		if err != nil {
			if !data.IsData(err) {
				t.Fatalf("%v is not a fault", err)
			}
			return
		}
		rows += b.Record.NumRows()
		for i := range s.Codebook.Variables {
			for _, x := range columnValues(b, i) {
				if text, ok := x.(string); ok && (text == "" || !utf8.ValidString(text)) {
					t.Fatalf("%q is blank or not UTF-8", text)
				}
			}
		}
	}
	if rows != s.Files[0].Rows {
		t.Fatalf("%d cases were announced, %d came", s.Files[0].Rows, rows)
	}
}
