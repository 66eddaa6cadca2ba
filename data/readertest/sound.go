package readertest

import (
	"testing"
	"unicode/utf8"

	"tradeoff/data"
)

// Sound reads what was opened from any bytes, and checks what comes out: faults
// alone; names that are unique; texts that are UTF-8; as many rows as announced, in
// batches that follow each other. ok says that all of it could be read.
func Sound(t testing.TB, s *data.Survey, err error) (rows int64, ok bool) {
	t.Helper()
	if err != nil {
		faultAlone(t, err)
		return 0, false
	}
	soundBook(t, &s.Codebook)
	for b, err := range s.Batches(nil) {
		if err != nil {
			faultAlone(t, err)
			return rows, false
		}
		n := b.Record.NumRows()
		if n == 0 || b.Before != rows || s.Files[0].Unit == "case" && b.First != rows+1 {
			t.Fatalf("a batch of %d rows, behind %d, begins at %d after %d", n, b.Before, b.First, rows)
		}
		rows += n
		for i := range s.Codebook.Variables {
			soundColumn(t, s, b, i)
		}
	}
	// SPSS alone may say that it does not know.
	if f := s.Files[0]; f.Rows != rows && (f.Rows != -1 || f.Format != "SPSS") {
		t.Fatalf("%d rows were announced, %d came", f.Rows, rows)
	}
	return rows, true
}

func faultAlone(t testing.TB, err error) {
	t.Helper()
	if !data.IsData(err) {
		t.Fatalf("%v is not a fault", err)
	}
}

func soundBook(t testing.TB, book *data.Codebook) {
	t.Helper()
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
		for _, text := range texts {
			if !utf8.ValidString(text) {
				t.Fatalf("%s: %q is not UTF-8", v.Name, text)
			}
		}
	}
	for _, set := range book.Sets {
		for _, name := range set.Variables {
			if !seen[name] {
				t.Fatalf("set %s names %q, which is not a variable", set.Name, name)
			}
		}
	}
	if w := book.Weight; w != "" && !seen[w] {
		t.Fatalf("the weight %q is not a variable", w)
	}
}

// soundColumn checks the values of variable i: no text is blank, and the extended
// missing values of Stata and SAS are declared.
func soundColumn(t testing.TB, s *data.Survey, b data.Batch, i int) {
	t.Helper()
	v := &s.Codebook.Variables[i]
	values := Column(b, i)
	if int64(len(values)) != b.Record.NumRows() {
		t.Fatalf("%s: a column of %d in a batch of %d", v.Name, len(values), b.Record.NumRows())
	}
	extends := s.Files[0].Format == "Stata" || s.Files[0].Format == "SAS transport"
	for _, x := range values {
		switch x := x.(type) {
		case string:
			if x == "" || !utf8.ValidString(x) {
				t.Fatalf("%s: %q is blank or not UTF-8", v.Name, x)
			}
		case float64:
			if letter, ok := data.ExtendedLetter(x); ok && extends && !v.Missing.Declares(data.Code(x)) {
				t.Fatalf("%s holds .%c and does not declare it", v.Name, letter)
			}
		}
	}
}
