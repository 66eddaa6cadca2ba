package sav

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// A craft is a small plain system file put together record by record, so that
// a test can say one thing that no ordinary program writes.
type craft struct {
	recordWriter
	elements int
}

// newCraft begins a file with the number of cases as promised.
func newCraft(cases, weight int) *craft {
	c := &craft{}
	c.text("$FL2" + fixed("@(#) SPSS DATA FILE crafted", 60))
	c.int32(2, -1, plain, weight, cases)
	c.float(100)
	c.text("01 Jan 7000:00:00" + fixed("", 64) + "\x00\x00\x00")
	return c
}

// variable adds a number (width 0) or a string with its continuations.
func (c *craft) variable(name string, width int, format int) *craft {
	c.int32(recVariable, width, 0, 0, format, format)
	c.text(fixed(name, 8))
	c.elements++
	for range elementsOf(width) - 1 {
		c.int32(recVariable, continuation, 0, 0, 0, 0)
		c.text(fixed("", 8))
		c.elements++
	}
	return c
}

func (c *craft) info(subtype int, body string) *craft {
	c.extension(subtype, 1, []byte(body))
	return c
}

// charCode adds record 7/3.
func (c *craft) charCode(code int) *craft {
	var r recordWriter
	r.int32(1, 0, 0, -1, floatIEEE, 1, 2, code)
	c.extension(extInteger, 4, r.b)
	return c
}

func (c *craft) end() *craft {
	c.int32(recDictionary, 0)
	return c
}

func (c *craft) open(t *testing.T) *data.Survey {
	t.Helper()
	return reopen(t, c.b)
}

// fails opens the file or reads its cases, one of which must end in a fault
// that says all the words.
func (c *craft) fails(t *testing.T, words ...string) {
	t.Helper()
	_, _, err := readAll(data.FromBytes("crafted.sav", c.b))
	if !data.IsData(err) {
		t.Fatalf("got %v, expected a fault with %q", err, words)
	}
	for _, w := range append(words, "crafted.sav") {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v\ndoes not say %q", err, w)
		}
	}
}

const numeric = formatF<<16 | 8<<8

// TestEncodings: the name in record 7/20 comes first, then the character code
// of 7/3, then windows-1252 with a note. The bytes of each word are those of
// its encoding as Python's codecs give them.
func TestEncodings(t *testing.T) {
	for _, c := range []struct {
		name  string
		code  int
		bytes string
		want  string
		note  string
	}{
		{"UTF-8", 1252, "\xc3\xa4", "ä", ""},
		{"windows-1252", 2, "\xe4\x80", "ä€", ""},
		{"ISO_8859-1:1987", 28591, "\xe4", "ä", ""},
		{"CP1252", 0, "\xe4", "ä", ""},
		{"cp932", 0, "\x93\xfa\x96\x7b", "日本", ""},
		{"windows-1251", 0, "\xe4\xe0", "да", ""},
		{"GBK", 0, "\xc4\xe3", "你", ""},
		{"", 65001, "\xc3\xa4", "ä", ""},
		{"", 1250, "\xe8", "č", ""},
		{"", 949, "\xc7\xd1", "한", ""},
		{"", 28595, "\xd4", "д", ""},
		{"", 2, "\xe4", "ä", "does not say in which encoding"},
		{"", 3, "\xe4", "ä", "does not say in which encoding"},
		{"klingon", 1251, "\xe4", "ä", "names the encoding klingon"},
		{"UTF-16", 0, "\xe4", "ä", "names the encoding UTF-16"},
		{"UTF-8", 0, "a\xe4b", "a\uFFFDb", ""},
	} {
		f := newCraft(1, 0).variable("V1", 8, 0).charCode(c.code)
		if c.name != "" {
			f.info(extEncoding, c.name)
		}
		f.end().text(fixed(c.bytes, 8)[:8])
		s := f.open(t)
		got, err := readertest.Values(s, nil)
		if err != nil || got[0][0] != c.want {
			t.Errorf("%q/%d: %v, %v, expected %q", c.name, c.code, got, err, c.want)
		}
		if notes := strings.Join(s.Codebook.Notes, "\n"); (c.note == "") != (notes == "") || !strings.Contains(notes, c.note) {
			t.Errorf("%q/%d: notes %q, expected %q", c.name, c.code, notes, c.note)
		}
	}
}

// TestNoEncodingNoText: where a guess cannot matter it is not mentioned.
func TestNoEncodingNoText(t *testing.T) {
	if notes := newCraft(0, 0).variable("V1", 0, numeric).charCode(2).end().open(t).Codebook.Notes; notes != nil {
		t.Errorf("unexpected notes %q", notes)
	}
}

// TestCraftedSets: all forms of the sets, from the description of records 7/7
// and 7/19 in the PSPP developer's manual.
func TestCraftedSets(t *testing.T) {
	f := newCraft(0, 0).variable("A", 0, numeric).variable("B", 0, numeric).variable("S", 4, 0).charCode(codeUTF8)
	f.info(extLongNames, "A=apples\tB=Bananas\tS=shop")
	f.info(extSets, "$c=C 6 Fr\xc3\xbci\xc3 a b\n$d=D2 55 0  b a\n")
	f.info(extMoreSets, "$d=D2 66 0  b a\n$e=E 1 3 Yes 5 label s\n$x=E 11 2 01 0  a b\n$gone=C 0  zz\n$part=C 1 P a zz\n")
	s := f.end().open(t)
	want := []data.Set{
		{Name: "$c", Label: "Früi\uFFFD", Variables: []string{"apples", "Bananas"}},
		{Name: "$d", Counted: "55", Variables: []string{"Bananas", "apples"}},
		{Name: "$e", Counted: "Yes", Label: "label", Variables: []string{"shop"}},
		{Name: "$x", Counted: "1", Variables: []string{"apples", "Bananas"}},
		{Name: "$part", Label: "P", Variables: []string{"apples"}},
	}
	if diff := cmp.Diff(want, s.Codebook.Sets); diff != "" {
		t.Errorf("sets (-want +got):\n%s", diff)
	}
	notes := strings.Join(s.Codebook.Notes, "\n")
	for _, w := range []string{"set $gone has no variable", "set $part names variable zz"} {
		if !strings.Contains(notes, w) {
			t.Errorf("the notes do not say %q: %s", w, notes)
		}
	}
	for _, broken := range []string{"$a=D2", "$a=Q 0  a", "a b c", "$a=C 99 x a", "$a=D999999999999999999999 1 0  a", "$a=C -5 x a", "$a=E 1 1"} {
		s := newCraft(0, 0).variable("A", 0, numeric).info(extSets, broken).end().open(t)
		if len(s.Codebook.Sets) != 0 || !strings.Contains(strings.Join(s.Codebook.Notes, "\n"), "set cannot be read") {
			t.Errorf("%q: sets %v, notes %q", broken, s.Codebook.Sets, s.Codebook.Notes)
		}
	}
}

// TestUnknownRecords: an extension record that nobody knows, and documents,
// are passed over.
func TestUnknownRecords(t *testing.T) {
	f := newCraft(1, 0).variable("V1", 0, numeric)
	f.info(9999, strings.Repeat("x", 1<<20))
	f.int32(recDocuments, 2)
	f.text(fixed("a document", 160))
	f.end().float(7)
	got, err := readertest.Values(f.open(t), nil)
	if err != nil || got[0][0] != 7.0 {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestNumbers: what a number may be, and what it may not.
func TestNumbers(t *testing.T) {
	date := int(20<<16 | 11<<8)
	f := newCraft(5, 0).variable("X", 0, numeric).variable("D", 0, date).end()
	f.float(-math.MaxFloat64, -math.MaxFloat64) // system-missing
	f.float(math.NaN(), math.NaN())             // some writers' missing
	f.float(math.Copysign(0, -1), epoch)        // 1 January 1970
	f.float(1e300, epoch+86400.9)               // fractions of a second are cut
	f.float(-1.5, 0)                            // 14 October 1582
	want := [][]any{{nil, nil, math.Copysign(0, -1), 1e300, -1.5}, {nil, nil, int64(0), int64(86400), int64(-epoch)}}
	got, err := readertest.Values(f.open(t), nil)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, expected %v", got, err, want)
	}
	for _, bad := range []float64{math.Inf(1), math.Inf(-1)} {
		f := newCraft(2, 0).variable("X", 0, numeric).end()
		f.float(1, bad)
		f.fails(t, "case 2", "column X", "infinite")
	}
	f = newCraft(1, 0).variable("D", 0, date).end()
	f.float(1e20)
	f.fails(t, "case 1", "column D", "no date")
}

// TestSystemMissing: record 7/4 may name another system-missing value.
func TestSystemMissing(t *testing.T) {
	f := newCraft(2, 0).variable("X", 0, numeric)
	var r recordWriter
	r.float(-999, math.MaxFloat64, lowest)
	f.extension(extFloat, 8, r.b)
	f.end().float(-999, 5)
	got, err := readertest.Values(f.open(t), nil)
	if err != nil || !reflect.DeepEqual(got, [][]any{{nil, 5.0}}) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestCaseCounts: promises that the data do not keep.
func TestCaseCounts(t *testing.T) {
	three := func(promise int) *craft {
		f := newCraft(promise, 0).variable("X", 0, numeric).end()
		f.float(1, 2, 3)
		return f
	}
	three(4).fails(t, "promises 4 cases", "3 whole")
	three(2).fails(t, "promises 2 cases", "3 whole")
	three(-2).fails(t, "-2 cases")
	if got, err := readertest.Values(three(-1).open(t), nil); err != nil || len(got[0]) != 3 {
		t.Errorf("unknown number of cases: %v, %v", got, err)
	}
	f := three(-1)
	f.text("tail")
	f.fails(t, "case 4", "3 are whole")
	f = three(3)
	f.text("tail")
	s := f.open(t)
	if got, err := readertest.Values(s, nil); err != nil || len(got[0]) != 3 || !strings.Contains(strings.Join(s.Codebook.Notes, ""), "less than a case") {
		t.Errorf("bytes behind the last case: %v, %v, %q", got, err, s.Codebook.Notes)
	}
	// A header of -1 with the count in record 7/16.
	f = newCraft(-1, 0).variable("X", 0, numeric)
	var r recordWriter
	r.int64(1, 4)
	f.extension(extCases, 8, r.b)
	f.end().float(1, 2, 3)
	f.fails(t, "promises 4 cases", "3 whole")
}

// TestDictionaryDamage: each kind of damage names the place.
func TestDictionaryDamage(t *testing.T) {
	newCraft(0, 0).end().fails(t, "no variables")
	newCraft(0, 0).variable("", 0, numeric).end().fails(t, "variable 1 has no name")
	newCraft(0, 0).variable("X", 0, numeric).fails(t, "a record of the dictionary", "0 are left")

	f := newCraft(0, 0)
	f.int32(recVariable, continuation, 0, 0, 0, 0)
	f.text(fixed("", 8))
	f.fails(t, "continues a string")

	f = newCraft(0, 0)
	f.int32(recVariable, 20, 0, 0, 0, 0)
	f.text(fixed("S", 8))
	f.variable("X", 0, numeric).end().fails(t, "column X", "where the string variable S should go on")

	f = newCraft(0, 0)
	f.int32(recVariable, 20, 0, 0, 0, 0)
	f.text(fixed("S", 8))
	f.end().fails(t, "column S", "ends inside")

	f = newCraft(0, 0)
	f.int32(recVariable, 0, 0, 7, 0, 0)
	f.text(fixed("X", 8))
	f.end().fails(t, "column X", "7 missing values")

	f = newCraft(0, 0)
	f.int32(recVariable, 0, 0, -2, 0, 0)
	f.text(fixed("X", 8))
	f.float(9, 1)
	f.end().fails(t, "column X", "from 9 to 1")

	f = newCraft(0, 0).variable("X", 0, numeric)
	f.int32(recLabelled, 1, 1)
	f.fails(t, "no labels come before")

	f = newCraft(0, 0).variable("X", 0, numeric)
	f.int32(recLabels, 1)
	f.float(1)
	f.text("\x03yes    ")
	f.int32(recLabelled, 1, 2)
	f.fails(t, "to variable 2", "from 1 to 1")

	f = newCraft(0, 0).variable("X", 0, numeric)
	f.int32(recLabels, 1)
	f.float(1)
	f.text("\x03yes    ")
	f.end().fails(t, "type 999, expected 4")

	f = newCraft(0, 0).variable("X", 0, numeric)
	f.int32(recExtension, 13, -1, -1)
	f.fails(t, "7/13", "claims 4294967295 items")

	f = newCraft(0, 0).variable("X", 0, numeric)
	f.int32(55)
	f.fails(t, "type 55")

	newCraft(0, 0).variable("S", 255, 0).info(extVeryLong, "S=01000\x00\t").end().fails(t, "column S", "1000 bytes wide in 4 segments")
	newCraft(0, 0).variable("S", 255, 0).variable("X", 0, numeric).info(extVeryLong, "S=00300\x00\t").end().fails(t, "column S", "variable X among them is a number")

	f = newCraft(0, 0).variable("X", 0, numeric)
	var r recordWriter
	r.int32(1, 0, 0, -1, 2, 1, 2, 2)
	f.extension(extInteger, 4, r.b)
	f.end().fails(t, "floating-point format 2")

	for at, words := range map[int]string{64: "layout code", 72: "compression 77"} {
		f := newCraft(0, 0).variable("X", 0, numeric).end()
		f.b[at] = 77
		f.fails(t, words)
	}
}

// TestSharedLabels: labels of one record belong to several variables, the
// first label of a code counts, and a label for system-missing has no code.
func TestSharedLabels(t *testing.T) {
	f := newCraft(0, 0).variable("A", 0, numeric).variable("S", 2, 0).variable("B", 0, numeric)
	f.int32(recLabels, 3)
	f.float(1)
	f.text("\x03yes    ")
	f.float(1)
	f.text("\x02no     ")
	f.float(-math.MaxFloat64)
	f.text("\x04none   ")
	f.int32(recLabelled, 2, 1, 3)
	s := f.end().open(t)
	want := []data.ValueLabel{{Code: "1", Label: "yes"}}
	for _, name := range []string{"A", "B"} {
		if diff := cmp.Diff(want, s.Codebook.Variable(name).Labels); diff != "" {
			t.Errorf("labels of %s (-want +got):\n%s", name, diff)
		}
	}
	if s.Codebook.Variable("S").Labels != nil {
		t.Error("the string got labels")
	}
}

// TestLongMissing: the length of values stands once (SPSS) or before each
// value (PSPP up to 1.6).
func TestLongMissing(t *testing.T) {
	once, each := recordWriter{}, recordWriter{}
	for _, r := range []*recordWriter{&once, &each} {
		r.lengthed("S")
		r.text("\x02")
		r.int32(8)
		r.text(fixed("refused", 8))
		if r == &each {
			r.int32(8)
		}
		r.text(fixed("dk", 8))
	}
	for _, r := range []recordWriter{once, each} {
		s := newCraft(0, 0).variable("S", 20, 0).charCode(codeUTF8).info(extLongMissing, string(r.b)).end().open(t)
		if diff := cmp.Diff([]string{"refused", "dk"}, s.Codebook.Variables[0].Missing.Codes); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for _, broken := range []string{once.textUpTo(9), once.textUpTo(20), "\xff\xff\xff\xffS"} {
		s := newCraft(0, 0).variable("S", 20, 0).charCode(codeUTF8).info(extLongMissing, broken).info(extLongLabels, broken).end().open(t)
		if notes := strings.Join(s.Codebook.Notes, "\n"); !strings.Contains(notes, "missing values for long strings is damaged") || !strings.Contains(notes, "labels for long strings is damaged") {
			t.Errorf("%q: the notes are %q", broken, notes)
		}
	}
}

func (r *recordWriter) textUpTo(n int) string { return string(r.b[:n]) }

// zlibbedFrom turns a byte-compressed file that we wrote into one with zlib
// blocks of the given size, after the layout in the PSPP developer's manual.
func zlibbedFrom(t rapid.TB, b []byte, size int) []byte {
	t.Helper()
	d, err := readDictionary(data.FromBytes("made", b))
	if err != nil {
		t.Fatal(err)
	}
	out := append([]byte("$FL3"), b[4:d.start]...)
	binary.LittleEndian.PutUint32(out[72:], zlibbed)
	rest := b[d.start:]
	var blocks, body recordWriter
	count := 0
	for at := 0; at < len(rest); at += size {
		part := rest[at:min(at+size, len(rest))]
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		w.Write(part)
		w.Close()
		blocks.int64(d.start+int64(at), d.start+zHeaderSize+int64(len(body.b)))
		blocks.int32(len(part), z.Len())
		body.b = append(body.b, z.Bytes()...)
		count++
	}
	r := recordWriter{b: out}
	r.int64(d.start, d.start+zHeaderSize+int64(len(body.b)), int64(zTrailerSize+len(blocks.b)))
	r.b = append(r.b, body.b...)
	r.int64(-100, 0)
	r.int32(size, count)
	r.b = append(r.b, blocks.b...)
	return r.b
}

// TestZlibBlocks: blocks end anywhere, also inside an instruction block or a
// literal.
func TestZlibBlocks(t *testing.T) {
	book, columns := everything()
	b := write(t, survey(book, columns, 2), WriteOptions{})
	for _, size := range []int{1, 7, 100, 1 << 20} {
		z := zlibbedFrom(t, b, size)
		got, s, err := readAll(data.FromBytes("made.zsav", z))
		if err != nil {
			t.Fatalf("blocks of %d: %v", size, err)
		}
		if diff := cmp.Diff(columns, got); diff != "" {
			t.Errorf("blocks of %d (-want +got):\n%s", size, diff)
		}
		if s.Files[0].Rows != 5 {
			t.Errorf("Rows = %d", s.Files[0].Rows)
		}
	}
}

// TestZlibDamage: a damaged block, a block of another length, and counts of
// cases that the blocks do not keep.
func TestZlibDamage(t *testing.T) {
	book, columns := everything()
	good := zlibbedFrom(t, write(t, survey(book, columns, 2), WriteOptions{}), 400)
	d, err := readDictionary(data.FromBytes("made", good))
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, change func(b []byte), words ...string) {
		t.Helper()
		b := append([]byte(nil), good...)
		change(b)
		_, _, err := readAll(data.FromBytes("made.zsav", b))
		if !data.IsData(err) {
			t.Errorf("%s: got %v, expected a fault", name, err)
			return
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v does not say %q", name, err, w)
			}
		}
	}
	at := int(d.start)
	put := func(at int, v uint32) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint32(b[at:], v) }
	}
	trailer := int(binary.LittleEndian.Uint64(good[at+8:]))
	check("inside a block", func(b []byte) { b[at+zHeaderSize+30] ^= 0xff }, "case ", "cannot be inflated")
	check("start", put(at, 1), "begin at byte 1")
	check("trailer", put(at+8, 1<<30), "list of compressed blocks")
	check("number of blocks", put(trailer+20, 1<<30), "1073741824 blocks")
	check("offset of a block", put(trailer+zTrailerSize+8, 3), "block 1", "outside")
	check("inflated length", put(trailer+zTrailerSize+16, 1<<30), "zlib cannot do")
	check("length too short", put(trailer+zTrailerSize+16, 8), "longer than the list")
	check("length too long", put(trailer+zTrailerSize+16, 1000), "shorter than the list")
	check("more cases promised", put(80, 6), "promises 6 cases")
	check("fewer cases promised", put(80, 3), "promises 3 cases")
	check("far more cases promised", put(80, 1<<30), "room for")
}

// TestZlibCutShort: the blocks of a file that does not say how many cases there
// are end inside a case, be it its first literal.
func TestZlibCutShort(t *testing.T) {
	for _, rest := range []string{"\xfd\xfd\x00\x00\x00\x00\x00\x0012345678", "\xfd\x00\x00\x00\x00\x00\x00\x00123", "\x65\x00\x00\x00\x00\x00\x00\x00"} {
		f := newCraft(-1, 0).variable("X", 0, numeric).variable("Y", 0, numeric).end()
		f.text("\x65\x66\x67\x68\x00\x00\x00\x00" + rest)
		f.b = zlibbedFrom(t, f.b, 5)
		f.fails(t, "case 3", "2 are whole")
	}
}
