package sav

import (
	"bytes"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// FuzzOpen reads anything. It ends, does not panic, fails with faults alone,
// and what it reads is sound: names are unique, texts are UTF-8, every column
// is as long as its batch. What could be read can be written, or the writer
// says why not, and the written file holds as many cases.
func FuzzOpen(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Open(data.FromBytes("fuzz.sav", b))
		rows, ok := readertest.Sound(t, s, err)
		if !ok {
			return
		}
		var out bytes.Buffer
		if err := Write(&out, &s.Codebook, s.Batches(nil), WriteOptions{Name: "out.sav"}); err != nil {
			if !data.IsData(err) {
				t.Fatalf("Write: %v is not a fault", err)
			}
			return
		}
		again, err := Open(data.FromBytes("out.sav", out.Bytes()))
		if err != nil {
			t.Fatalf("what we wrote cannot be opened: %v", err)
		}
		if again.Files[0].Rows != rows || len(again.Codebook.Variables) != len(s.Codebook.Variables) {
			t.Fatalf("wrote %d cases of %d variables, read %d of %d", rows, len(s.Codebook.Variables), again.Files[0].Rows, len(again.Codebook.Variables))
		}
	})
}

// seed adds a file with every feature in each way of storing, and the small
// shared ones.
func seed(f *testing.F) {
	book, columns := everything()
	var b bytes.Buffer
	s := survey(book, columns, 2)
	if err := Write(&b, &s.Codebook, s.Batches(nil), WriteOptions{}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	c := newCraft(2, 1).variable("A", 0, numeric).variable("S", 20, 0).charCode(codeUTF8)
	c.info(extLongNames, "A=apples\tS=shop").info(extSets, "$d=D1 1 0  a\n$c=C 1 x a\n").info(extMoreSets, "$e=E 11 1 1 0  a\n")
	c.end().float(1)
	c.text(fixed("x", 24))
	c.float(2)
	c.text(fixed("y", 24))
	f.Add(c.b)
	for _, b := range readertest.Seeds(f, ".sav", ".zsav") {
		f.Add(b)
	}
}
