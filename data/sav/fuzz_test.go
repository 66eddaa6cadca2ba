package sav

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"tradeoff/data"
	"tradeoff/internal/sharedtest"
)

// FuzzOpen reads anything. It ends, does not panic, fails with faults alone,
// and what it reads is sound: names are unique, texts are UTF-8, every column
// is as long as its batch. What could be read can be written, or the writer
// says why not, and the written file holds as many cases.
func FuzzOpen(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Open(data.FromBytes("fuzz.sav", b))
		if err != nil {
			if !data.IsData(err) {
				t.Fatalf("%v is not a fault", err)
			}
			return
		}
		checkBook(t, &s.Codebook)
		rows, err := checkBatches(t, s)
		if err != nil {
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

func checkBook(t *testing.T, book *data.Codebook) {
	seen := map[string]bool{}
	for _, v := range book.Variables {
		if v.Name == "" || seen[v.Name] {
			t.Fatalf("name %q is empty or stands twice", v.Name)
		}
		seen[v.Name] = true
		texts := append([]string{v.Name, v.Label, v.Format}, v.Missing.Codes...)
		for _, l := range v.Labels {
			texts = append(texts, l.Code, l.Label)
		}
		for _, s := range texts {
			if !utf8.ValidString(s) {
				t.Fatalf("%s: %q is not UTF-8", v.Name, s)
			}
		}
	}
	for _, s := range book.Sets {
		for _, name := range s.Variables {
			if !seen[name] {
				t.Fatalf("set %s names %q, which is not a variable", s.Name, name)
			}
		}
	}
	if book.Weight != "" && !seen[book.Weight] {
		t.Fatalf("the weight %q is not a variable", book.Weight)
	}
}

func checkBatches(t *testing.T, s *data.Survey) (rows int64, err error) {
	for b, err := range s.Batches(nil) {
		if err != nil {
			if !data.IsData(err) {
				t.Fatalf("%v is not a fault", err)
			}
			return rows, err
		}
		if b.First != rows+1 || b.Record.NumRows() == 0 {
			t.Fatalf("a batch of %d cases begins at %d after %d", b.Record.NumRows(), b.First, rows)
		}
		rows += b.Record.NumRows()
		for i, v := range s.Codebook.Variables {
			for _, x := range columnValues(b, i) {
				if text, ok := x.(string); ok && (text == "" || !utf8.ValidString(text)) {
					t.Fatalf("%s: %q is blank or not UTF-8", v.Name, text)
				}
			}
		}
	}
	if n := s.Files[0].Rows; n >= 0 && n != rows {
		t.Fatalf("%d cases were announced, %d came", n, rows)
	}
	return rows, nil
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
	small, err := filepath.Glob(filepath.Join(sharedtest.Root(f), "..", "shared", "surveys", "sav-conformance", "*", "*.*sav"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range small {
		if b, err := os.ReadFile(path); err == nil && len(b) < 3000 {
			f.Add(b)
		}
	}
}
