package csv

import (
	"bytes"
	stdcsv "encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/data/sheet"
	"tradeoff/data/sheet/sheettest"
)

// read opens text and returns its columns by name, and the line of each row.
func read(t testing.TB, text string) (map[string][]string, []int64, *data.Survey) {
	t.Helper()
	s, err := Open(data.FromBytes("export.csv", []byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	values, rows := sheettest.Values(t, s, nil)
	columns := map[string][]string{}
	for i, n := range s.Codebook.Names() {
		columns[n] = values[i]
	}
	return columns, rows, s
}

const null = sheettest.Null

// TestReads reads one small text for each way to write a CSV file.
func TestReads(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       map[string][]string
		lines      []int64
	}{
		{"plain", "a,b\n1,x\n2,y\n", map[string][]string{"a": {"1", "2"}, "b": {"x", "y"}}, []int64{2, 3}},
		{"no line end at the end", "a,b\n1,x", map[string][]string{"a": {"1"}, "b": {"x"}}, []int64{2}},
		{"CR LF", "a,b\r\n1,x\r\n2,y\r\n", map[string][]string{"a": {"1", "2"}, "b": {"x", "y"}}, []int64{2, 3}},
		{"CR LF without the last LF", "a,b\r\n1,x\r", map[string][]string{"a": {"1"}, "b": {"x"}}, []int64{2}},
		{"lone CR", "a,b\r1,x\r2,\"y\"\r", map[string][]string{"a": {"1", "2"}, "b": {"x", "y"}}, []int64{2, 3}},
		{"lone CR with a line feed in a cell", "a,b\r1,\"x\ny\"\r2,z", map[string][]string{"a": {"1", "2"}, "b": {"x\ny", "z"}}, []int64{2, 4}},
		{"byte-order mark before a quotation mark", "\ufeff\"a\",b\n1,x\n", map[string][]string{"a": {"1"}, "b": {"x"}}, []int64{2}},
		{"semicolon", "a;b\n1;x,y\n2;z\n", map[string][]string{"a": {"1", "2"}, "b": {"x,y", "z"}}, []int64{2, 3}},
		{"semicolon, decimal comma", "a;b\n1,5;2\n2,25;3\n", map[string][]string{"a": {"1.5", "2.25"}, "b": {"2", "3"}}, []int64{2, 3}},
		{"tab", "a\tb\n1\tx, y\n", map[string][]string{"a": {"1"}, "b": {"x, y"}}, []int64{2}},
		{"bar", "a|b\n1|x\n", map[string][]string{"a": {"1"}, "b": {"x"}}, []int64{2}},
		{"declared", "sep=;\r\na;b\r\n1;x\r\n", map[string][]string{"a": {"1"}, "b": {"x"}}, []int64{3}},
		{"blank after the delimiter", "a; b\n1; \"x; y\"\n", map[string][]string{"a": {"1"}, "b": {"x; y"}}, []int64{2}},
		{"doubled quotation marks", "a,b\n1,\"say \"\"no\"\"\"\n2,\"\"\"\"\n", map[string][]string{"a": {"1", "2"}, "b": {`say "no"`, `"`}}, []int64{2, 3}},
		{"quotation mark inside", "a,b\n1,5' 4\"\n", map[string][]string{"a": {"1"}, "b": {`5' 4"`}}, []int64{2}},
		{"line breaks", "a,b\n1,\"x\r\ny\n\nz\"\n2,w\n", map[string][]string{"a": {"1", "2"}, "b": {"x\ny\n\nz", "w"}}, []int64{2, 6}},
		{"a delimiter for an answer", "a,b,c\n\",\",x,1\n,,2\n\",\",y,3\n", map[string][]string{"a": {",", null, ","}, "b": {"x", null, "y"}, "c": {"1", "2", "3"}}, []int64{2, 3, 4}},
		{"blank lines", "\n\na,b\n\n1,x\n\n", map[string][]string{"a": {"1"}, "b": {"x"}}, []int64{5}},
		{"rows without a value", "a,b\n1,x\n,\n\"\",  \n2,y\n", map[string][]string{"a": {"1", "2"}, "b": {"x", "y"}}, []int64{2, 5}},
		{"one column", "a\n1\n2\n", map[string][]string{"a": {"1", "2"}}, []int64{2, 3}},
		{"missing", "a,b,c,d\n1,NA,N/A,\"NA\"\nNA,x,y,z\n,,,\n3,\" \",w,v\n",
			map[string][]string{"a": {"1", null, "3"}, "b": {null, "x", null}, "c": {null, "y", "w"}, "d": {"NA", "z", "v"}}, []int64{2, 3, 5}},
		{"words among numbers are never missing", "a,b,c\n1,1,1\nN/A,NaN,#N/A\n2,Inf,0x10\n",
			map[string][]string{"a": {"1", "N/A", "2"}, "b": {"1", "NaN", "Inf"}, "c": {"1", "#N/A", "0x10"}}, []int64{2, 3, 4}},
		{"truth values stay words", "a,b\nTRUE,1\nFALSE,0\n", map[string][]string{"a": {"TRUE", "FALSE"}, "b": {"1", "0"}}, []int64{2, 3}},
		{"blanks", "a ,b\n 1 ,x  \n 2, y\t\n", map[string][]string{"a": {"1", "2"}, "b": {"x", " y"}}, []int64{2, 3}},
		{"byte-order mark in a cell", "a,b\n1,\ufeffx\n2,y\n", map[string][]string{"a": {"1", "2"}, "b": {"x", "y"}}, []int64{2, 3}},
		{"numbers", "a,b\n-1.50,1e3\n.5,2E-2\n0.870820415374871,123456789012345678\n",
			map[string][]string{"a": {"-1.5", "0.5", "0.870820415374871"}, "b": {"1e3", "2E-2", "123456789012345678"}}, []int64{2, 3, 4}},
		{"leading zeros", "a,b\n01,0\n10,0.5\n", map[string][]string{"a": {"01", "10"}, "b": {"0", "0.5"}}, []int64{2, 3}},
		{"1,234 alone is not decided", "a;b\n1,234;x\n2;y\n", map[string][]string{"a": {"1,234", "2"}, "b": {"x", "y"}}, []int64{2, 3}},
		{"1,234 beside 1,2345 is a decimal comma", "a;b\n1,234;x\n1,2345;y\n", map[string][]string{"a": {"1.234", "1.2345"}, "b": {"x", "y"}}, []int64{2, 3}},
		{"1,234 beside a column of decimal commas", "a;b\n1,234;0,5\n2;1,5\n", map[string][]string{"a": {"1.234", "2"}, "b": {"0.5", "1.5"}}, []int64{2, 3}},
		{"point and comma", "a;b\n1,25;x\n1.5;y\n", map[string][]string{"a": {"1,25", "1.5"}, "b": {"x", "y"}}, []int64{2, 3}},
		{"thousands", "a;b\n1,234,567;x\n1,234.5;y\n", map[string][]string{"a": {"1,234,567", "1,234.5"}, "b": {"x", "y"}}, []int64{2, 3}},
		{"unnamed columns", ",b,\n1,x,2\n", map[string][]string{"column_1": {"1"}, "b": {"x"}, "column_3": {"2"}}, []int64{2}},
		{"an unnamed column beside its name", ",column_1\n1,x\n", map[string][]string{"column_1_": {"1"}, "column_1": {"x"}}, []int64{2}},
		{"a question text twice", "Would you feel at ease,Would you feel at ease\n1,x\n",
			map[string][]string{"Would you feel at ease (1)": {"1"}, "Would you feel at ease (2)": {"x"}}, []int64{2}},
		{"line breaks in a name", "\"a\nb\",c\n1,x\n", map[string][]string{"a b": {"1"}, "c": {"x"}}, []int64{3}},
		{"Windows-1252", "a,b\n1,caf\xe9 \x80\n", map[string][]string{"a": {"1"}, "b": {"café €"}}, []int64{2}},
		{"UTF-8", "ä,b\n1,✓\n", map[string][]string{"ä": {"1"}, "b": {"✓"}}, []int64{2}},
		{"SurveyMonkey", "ID,Which?,,Age\n,Red,Blue,Response\n7,Red,,30\n8,,Blue,40\n",
			map[string][]string{"ID": {"7", "8"}, "Which? - Red": {"Red", null}, "Which? - Blue": {null, "Blue"}, "Age": {"30", "40"}}, []int64{3, 4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			columns, lines, _ := read(t, tt.text)
			if d := cmp.Diff(tt.want, columns); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.lines, lines); d != "" {
				t.Error("lines", d)
			}
		})
	}
}

// TestRefuses checks that a fault names its place and says what was found.
func TestRefuses(t *testing.T) {
	long := "a,b\n1,\"" + strings.Repeat("x", maxRecord) + "\"\n"
	for _, tt := range []struct{ name, text, want string }{
		{"no bytes", "", "export.csv: the file is empty"},
		{"no text", "\n \n\n", "export.csv: the file holds no text"},
		{"mark only", "\ufeff", "export.csv: the file holds no text"},
		{"header only", "a,b\n", "export.csv: there is a header but there are no respondents"},
		{"header and blanks", "a,b\n,\n\n", "export.csv: there is a header but there are no respondents"},
		{"web page", "\n <HTML><body>Sign in</body>", "export.csv: this is a web page"},
		{"XML", "\ufeff<?xml version=\"1.0\"?>\n<sss/>\n", "export.csv: this is XML and not CSV"},
		{"short row", "a,b\n1,2\n3\n4,5\n", "export.csv:3: this line has 1 field and the header 2"},
		{"long row", "a,b\n1,2\n\"x\ny\",3,4\n", "export.csv:3: this line has 3 fields and the header 2"},
		{"all faults together", "a,b\n1\n2\n3,4,5\n", "export.csv:2: this line has 1 field and the header 2; look for a line break outside quotation marks, or export again (also line 3)\nexport.csv:4: this line has 3 fields"},
		{"cut in the last row", "a,b,c\n1,2,3\n4,5", "export.csv:3: the last line is incomplete: it has 2 fields and the header 3"},
		{"cut in quotation marks", "a,b\n1,2\n3,\"half an ans", "export.csv:3: the last line is incomplete: the file ends inside the quotation marks of field 2"},
		{"cut in a character", "a,b\n1,ä\n2,\xc3", "export.csv:3: the last line is incomplete: the file ends in the middle of a character"},
		{"unclosed to the end", "a,b\n1,\"x\n2,y\n3,z\n", "export.csv:2: the quotation mark that opens field 2 is never closed"},
		{"unclosed to the next", "a,b\n1,\"x\n2,\"y\"\n", "export.csv:2: the quotation mark that opens field 2 is never closed (the next one, on line 3,"},
		{"text behind a quotation mark", "a,b\n1,\"x\" y\n", "export.csv:2: field 2 has text behind its closing quotation mark"},
		{"unclosed for too long", long[:len(long)-2], "export.csv:2: the record that starts here is longer than 16 MB"},
		{"name twice", "a,b,a,a\n1,2,3,4\n", "export.csv:1: column a: columns 1, 3 and 4 have the same name"},
		{"zero byte", "a,b\n1,x\x00y\n", "export.csv:2: the line holds a zero byte"},
		{"UTF-16 without a mark", "a\x00,\x00b\x00\n\x00", "zero byte"},
		{"UTF-16 cut", "\xff\xfea\x00,", "starts as UTF-16"},
		{"UTF-8 with one bad byte", "a,b\nä,ö\nü,\xe9x\n", "export.csv:3: column b: byte 0xE9 is no UTF-8"},
		{"neither", "a,b\n1,\x81\n", "export.csv:2: column b: byte 0x81"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(data.FromBytes("dir/export.csv", []byte(tt.text)))
			if !data.IsData(err) {
				t.Fatalf("error %v, want a fault of the data", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
		})
	}
}

// TestUTF16 reads the same text in both orders of bytes.
func TestUTF16(t *testing.T) {
	text := "name,x\n𝄞 clef,1\nö,2\n"
	want, _, _ := read(t, text)
	for _, order := range []string{"\xff\xfe", "\xfe\xff"} {
		b := []byte(order)
		for _, u := range utf16.Encode([]rune(text)) {
			if order == "\xff\xfe" {
				b = append(b, byte(u), byte(u>>8))
			} else {
				b = append(b, byte(u>>8), byte(u))
			}
		}
		got, _, _ := read(t, string(b))
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
}

// TestSubset asks for some columns, in another order, twice.
func TestSubset(t *testing.T) {
	_, _, s := read(t, "a,b,c\n1,x,2\n3,y,4\n")
	for range 2 {
		values, _ := sheettest.Values(t, s, []string{"c", "a"})
		if d := cmp.Diff([][]string{{"2", "4"}, {"1", "3"}}, values); d != "" {
			t.Error(d)
		}
	}
	n := int64(0)
	for b, err := range s.Batches([]string{}) {
		if err != nil {
			t.Fatal(err)
		}
		n += b.Record.NumRows()
	}
	if n != 2 {
		t.Errorf("%d rows without columns, want 2", n)
	}
}

// TestBatches checks that rows come in order over several batches, and that a
// reader may stop early.
func TestBatches(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,text\n")
	const rows = 20000
	for i := range rows {
		fmt.Fprintf(&b, "%d,t%d\n", i, i)
	}
	_, lines, s := read(t, b.String())
	if len(lines) != rows || lines[0] != 2 || lines[rows-1] != rows+1 {
		t.Fatalf("%d rows, from line %d to %d", len(lines), lines[0], lines[len(lines)-1])
	}
	var sizes []int64
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, b.Record.NumRows())
	}
	if d := cmp.Diff([]int64{8192, 8192, rows - 2*8192}, sizes); d != "" {
		t.Error(d)
	}
	for range s.Batches(nil) {
		break
	}
}

// TestSkips leaves out stretches of rows: what is read is what a reading of all
// rows gives there, in every encoding, with records of several lines.
func TestSkips(t *testing.T) {
	var b strings.Builder
	b.WriteString("sep=,\nid,text,q\n")
	const total = 40000
	for i := range total {
		switch i % 7 {
		case 3:
			fmt.Fprintf(&b, "%d,\"line\r\n\"\"%d\"\"\",%d\r\n\n", i, i, i%5)
		case 5:
			fmt.Fprintf(&b, ",,\n%d,é,%d\n", i, i%5)
		default:
			fmt.Fprintf(&b, "%d,t%d,\n", i, i%3)
		}
	}
	mark, units := "\xff\xfe", []byte{}
	for _, u := range utf16.Encode([]rune(b.String())) {
		units = append(units, byte(u), byte(u>>8))
	}
	for name, text := range map[string]string{
		"UTF-8": b.String(), "UTF-8 with a mark": "\ufeff" + b.String(), "UTF-16": mark + string(units),
		"Windows-1252": strings.ReplaceAll(b.String(), "é", "\xe9"),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(data.FromBytes("export.csv", []byte(text)))
			if err != nil {
				t.Fatal(err)
			}
			values, lines := sheettest.Values(t, s, nil)
			rapid.Check(t, func(t *rapid.T) {
				left := rapid.SliceOfN(rapid.Bool(), total/8192+1, total/8192+1).Draw(t, "left out")
				left = append(left, false) // keeps the slice long enough for any row
				asked := func(before, n int64) bool { return left[before/8192] }
				seen := map[int64]bool{}
				for b, err := range s.BatchesBut(nil, asked) {
					if err != nil {
						t.Fatal(err)
					}
					for i := range int(b.Record.NumRows()) {
						at := b.Before + int64(i)
						seen[at] = true
						if b.Row(i) != lines[at] {
							t.Fatalf("row %d is on line %d, want %d", at, b.Row(i), lines[at])
						}
					}
					for k, c := range b.Record.Columns() {
						c = data.Plain(c)
						for i := 0; i < c.Len(); i += 97 {
							want := values[k][b.Before+int64(i)]
							if got := c.ValueStr(i); c.IsValid(i) && got != want || c.IsNull(i) != (want == null) {
								t.Fatalf("row %d, column %d: %s, want %s", b.Before+int64(i), k, got, want)
							}
						}
					}
				}
				for at := range int64(total) {
					if seen[at] == left[at/8192] {
						t.Fatalf("row %d: read %v, left out %v", at, seen[at], left[at/8192])
					}
				}
			})
		})
	}
}

// TestFileChanges rewrites the file between the passes.
func TestFileChanges(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"a,b\n1,x\nz,y\n", "export.csv:3: column a: this is not what stood here"},
		{"a,b\n1,x\n2,z\n", "export.csv:3: column b: this is not what stood here"},
		{"a,b\n1,x\n1\n2\n", "export.csv:3: this line has 1 field"},
		{"a,b\n1,x\n , \n", "export.csv: this is not what stood here"},
		{"a,b\n1,\n2,\n,y", "export.csv:4: this is not what stood here"},
	} {
		b := []byte("a,b\n1,x\n2,y\n")
		s, err := Open(data.FromBytes("export.csv", b))
		if err != nil {
			t.Fatal(err)
		}
		copy(b, tt.text)
		for _, err = range s.Batches(nil) {
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %s", tt.text, err, tt.want)
		}
	}
}

// TestLongRecords puts record and field ends on every position around the
// edges of what is read at a time.
func TestLongRecords(t *testing.T) {
	for shift := range 40 {
		var b strings.Builder
		b.WriteString("a,b\r\n")
		b.WriteString(strings.Repeat("x", 2*chunk-30+shift) + ",\"q\"\"\"\r\n")
		b.WriteString("\"y\r\nz\",\"\"\"\"\r\n")
		_, lines, s := read(t, b.String())
		values, _ := sheettest.Values(t, s, []string{"b"})
		if d := cmp.Diff([][]string{{`q"`, `"`}}, values); d != "" {
			t.Fatalf("shift %d: %s", shift, d)
		}
		if d := cmp.Diff([]int64{2, 3}, lines); d != "" {
			t.Fatalf("shift %d: %s", shift, d)
		}
	}
}

// records splits text with our scanner.
func records(text string, delimiter byte) ([][]string, error) {
	s := newScanner(data.FromBytes("x.csv", nil), strings.NewReader(text), dialect{delimiter: delimiter, quote: '"'})
	var out [][]string
	for {
		err := s.next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		var fields []string
		for i := range s.row.Cells {
			fields = append(fields, string(s.row.Text(i)))
		}
		out = append(out, fields)
	}
}

// oracle splits text with encoding/csv.
func oracle(text string, delimiter byte) ([][]string, error) {
	r := stdcsv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = rune(delimiter), -1
	return r.ReadAll()
}

// TestAgainstEncodingCSV writes any cells, with quotation marks where needed
// or by chance, and reads them back with both.
func TestAgainstEncodingCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		delimiter := rapid.SampledFrom([]byte{',', ';', '\t', '|'}).Draw(t, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
		cell := rapid.OneOf(
			rapid.StringOfN(rapid.SampledFrom([]rune(`ab 1",;	|é`+"\n")), 0, 8, -1),
			rapid.String().Filter(func(s string) bool { return !strings.ContainsAny(s, "\r\x00") }),
		)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 6), 1, 20).Draw(t, "rows")
		var b strings.Builder
		for _, row := range rows {
			for i, c := range row {
				if i > 0 {
					b.WriteByte(delimiter)
				}
				if strings.ContainsAny(c, "\"\n"+string(delimiter)) || rapid.Bool().Draw(t, "quoted") {
					b.WriteString(`"` + strings.ReplaceAll(strings.ReplaceAll(c, `"`, `""`), "\n", end) + `"`)
				} else {
					b.WriteString(c)
				}
			}
			b.WriteString(end)
		}
		want, err := oracle(b.String(), delimiter)
		if err != nil {
			t.Fatal(err)
		}
		got, err := records(b.String(), delimiter)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

// FuzzScanner compares with encoding/csv on any text: what encoding/csv reads
// we read alike. It is stricter in one way only: a blank behind a closing
// quotation mark is text to it.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\"\"b\",\"c\nd\"\r\n", "a\r\n\r\nb", "\"", "a,\"b\n", "\r", "a\rb,c\r\r\n", "\"a\" ,b"} {
		f.Add(seed)
	}
	for _, b := range readertest.Seeds(f, ".csv") {
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := records(text, ',')
		want, oracleErr := oracle(text, ',')
		if oracleErr != nil {
			return
		}
		if err != nil {
			t.Fatalf("%v, encoding/csv reads %q", err, want)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%q: %s", text, d)
		}
	})
}

// FuzzOpen reads any bytes: no panic, no endless loop, and a survey keeps
// what it promises.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,x\n", "\ufeffa;b\r\n1,5;x\r\n", "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00", "a\tb\r1\t\"x\"\r",
		"sep=;\na;b\n1;2\n", "ID,Which?,,Age\n,Red,Blue,Response\n7,Red,,30\n", "V1,V2\nResponseID,x\n1,2\n",
		"q,r\nText?,More?\n\"{\"\"ImportId\"\":1}\",\"{\"\"ImportId\"\":2}\"\n1,2\n", "a,b\n1,caf\xe9\n", "a, b\n1, NA\n",
	} {
		f.Add([]byte(seed))
	}
	for _, b := range readertest.Seeds(f, ".csv") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Open(data.FromBytes("export.csv", b))
		if err != nil {
			if !data.IsData(err) {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		rows := int64(0)
		line := int64(0)
		for batch, err := range s.Batches(nil) {
			if err != nil {
				t.Fatal(err)
			}
			rows += batch.Record.NumRows()
			for i := range int(batch.Record.NumRows()) {
				if batch.Row(i) <= line {
					t.Fatalf("line %d after line %d", batch.Row(i), line)
				}
				line = batch.Row(i)
			}
		}
		if rows == 0 || rows != s.Files[0].Rows {
			t.Fatalf("%d rows, the survey says %d", rows, s.Files[0].Rows)
		}
	})
}

// export makes a survey of 60 questions, a weight, a date and an answer in
// words, as DEPENDENCIES describes it.
func export(rows int, answers bool) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString("id,weight")
	for q := range 60 {
		fmt.Fprintf(&b, ",q%d", q)
	}
	if answers {
		b.WriteString(",when,why")
	}
	b.WriteByte('\n')
	for i := range rows {
		fmt.Fprintf(&b, "%d,%.4f", i, 0.5+r.Float64())
		for range 60 {
			fmt.Fprintf(&b, ",%d", r.IntN(12))
		}
		if answers {
			fmt.Fprintf(&b, ",2026-03-%02d,\"they said \"\"no\"\",\nand so did I, %d times\"", 1+r.IntN(28), i)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// benchRows is how many rows the benchmarks read.
const benchRows = 20000

// The benchmarks give MB/s of file and rows/s; run them with -cpu 1.
func benchmark(b *testing.B, text []byte, run func()) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		run()
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func survey(b *testing.B, text []byte) *data.Survey {
	s, err := Open(data.FromBytes("export.csv", text))
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func consume(b *testing.B, s *data.Survey, names []string) {
	for _, err := range s.Batches(names) {
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenNumbers(b *testing.B) {
	text := export(benchRows, false)
	benchmark(b, text, func() { survey(b, text) })
}

func BenchmarkOpenAll(b *testing.B) {
	text := export(benchRows, true)
	benchmark(b, text, func() { survey(b, text) })
}

func BenchmarkScanNumbers(b *testing.B) {
	text := export(benchRows, false)
	s := survey(b, text)
	benchmark(b, text, func() { consume(b, s, nil) })
}

func BenchmarkScanAll(b *testing.B) {
	text := export(benchRows, true)
	s := survey(b, text)
	benchmark(b, text, func() { consume(b, s, nil) })
}

func BenchmarkScanFive(b *testing.B) {
	text := export(benchRows, true)
	s := survey(b, text)
	benchmark(b, text, func() { consume(b, s, []string{"weight", "q1", "q2", "q3", "q4"}) })
}

func BenchmarkSplit(b *testing.B) {
	text := export(benchRows, false)
	benchmark(b, text, func() {
		for range rows(data.FromBytes("export.csv", text), bytes.NewReader(text), dialect{delimiter: ',', quote: '"'}, sheet.Start{}) {
		}
	})
}

func BenchmarkEncodingCSVNumbers(b *testing.B) {
	text := export(benchRows, false)
	benchmark(b, text, func() { consumeStd(b, text, true) })
}

func BenchmarkEncodingCSVSplit(b *testing.B) {
	text := export(benchRows, false)
	benchmark(b, text, func() { consumeStd(b, text, false) })
}

func BenchmarkEncodingCSVAll(b *testing.B) {
	text := export(benchRows, true)
	benchmark(b, text, func() { consumeStd(b, text, false) })
}

// consumeStd splits with encoding/csv and, for convert, makes numbers of the
// fields as the scan of numbers does.
func consumeStd(b *testing.B, text []byte, convert bool) {
	r := stdcsv.NewReader(bytes.NewReader(text))
	r.ReuseRecord = true
	var columns [62][]float64
	for first := true; ; first = false {
		record, err := r.Read()
		if err == io.EOF {
			return
		} else if err != nil {
			b.Fatal(err)
		}
		if !convert || first {
			continue
		}
		for i, f := range record {
			v, err := strconv.ParseFloat(f, 64)
			if err != nil {
				b.Fatal(err)
			}
			columns[i] = append(columns[i], v)
		}
	}
}
