package xpt

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/columns"
	"tradeoff/data/readertest"
)

// Each feature of both versions is read as it was crafted. 1 day and 1 second
// after 1960 are 315,532,800 and 315,619,199 seconds before 1970; c1 18 is
// −(1/16 + 8/256)·16.
func TestEverything(t *testing.T) {
	want := [][]any{
		{1.0, data.Extended('a'), 0.1, data.Extended('_')},
		{"Berlin", nil, "a b", "x"},
		{int64(-315_532_800), nil, int64(-315_619_200), int64(-306_979_200)},
		{int64(-315_619_199), nil, nil, int64(-315_619_100)},
		{100.0, nil, 0.0, 1.0},
		{1.0, data.Extended('a'), -1.5, nil},
		{100.0, nil, 0.0, data.Extended('z')},
	}
	book := data.Codebook{
		Variables: []data.Variable{
			{Name: "Q1", Label: "How much?", Missing: data.Missing{Codes: []string{".a", "._"}}},
			{Name: "TOWN", Label: "Town", Type: data.Text, Format: "$6."},
			{Name: "DAY", Type: data.Time, Format: "DATE9."},
			{Name: "MOMENT", Type: data.Time, Format: "DATETIME20."},
			{Name: "HOUR", Format: "TIME8."},
			{Name: "SMALL", Format: "F4.1", Missing: data.Missing{Codes: []string{".a"}}},
			{Name: "THREE", Missing: data.Missing{Codes: []string{".z"}}},
		},
		Notes: []string{"test.xpt: variable MOMENT: special missing values of dates (.A to .Z, ._) are read as not recorded."},
	}
	for _, long := range []bool{false, true} {
		if long {
			book.Variables[0].Name = "how_much_do_you_like_it_overall"
			book.Variables[1].Label = strings.Repeat("a very long label ", 10) + "ends"
			book.Variables[1].Format = "$CHAR."
		}
		b := everything(long).String()
		if !Sniff([]byte(b)) {
			t.Error("not recognised")
		}
		s := openBytes(t, b)
		if diff := cmp.Diff(book, s.Codebook); diff != "" {
			t.Error(diff)
		}
		got, err := readertest.Values(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		some, err := readertest.Values(s, []string{"THREE", "TOWN"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]any{want[6], want[1]}, some); diff != "" {
			t.Error(diff)
		}
		if s.Rows() != 4 {
			t.Errorf("%d cases, want 4", s.Rows())
		}
	}
}

// Numbers are the float64 nearest to sign·fraction·16^(exponent − 64), of any
// length, as math/big works them out.
func TestNumberIsNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		var full [8]byte
		binary.BigEndian.PutUint64(full[:], r.Uint64())
		b := full[:2+r.IntN(7)]
		if r.IntN(4) == 0 {
			full[1] = 0 // not normalised
		}
		var cut [8]byte
		copy(cut[:], b)
		bits := binary.BigEndian.Uint64(cut[:])
		if bits&fractionMask == 0 {
			continue
		}
		want := new(big.Float).SetMantExp(new(big.Float).SetUint64(bits&fractionMask), 4*(int(cut[0]&0x7f)-64)-56)
		if bits>>63 != 0 {
			want.Neg(want)
		}
		nearest, _ := want.Float64()
		if got, what := number(b); got != nearest || what != present {
			t.Fatalf("%x is %v (%d), want %v", b, got, what, nearest)
		}
	}
	for b, want := range map[string]float64{
		"\x40\x80\x00\x00\x00\x00\x00\x00": 0.5,
		"\x7f\xff\xff\xff\xff\xff\xff\xff": 0x1p252,       // 16^63 less what 53 bits cannot say
		"\x00\x00\x00\x00\x00\x00\x00\x01": 0x1p-312,      // the smallest
		"\x41\x10\x00\x00\x00\x00\x00\x01": 1 + 0x1p-52,   // the last bit of 1 is the last of a float64
		"\x41\x80\x00\x00\x00\x00\x00\x04": 8,             // half of the last bit: to even
		"\x41\x80\x00\x00\x00\x00\x00\x0c": 8 + 2*0x1p-49, // the same, up
		"\x41\x80\x00\x00\x00\x00\x00\x05": 8 + 0x1p-49,   // more than half
	} {
		if got, _ := number([]byte(b)); got != want {
			t.Errorf("%x is %x, want %x", b, got, want)
		}
	}
	for _, b := range []string{"a\x00", "0\x00\x00\x00", "\x7f\x00\x00", "@\x00", " \x00"} {
		if got, what := number([]byte(b)); what != damaged {
			t.Errorf("%x is %v", b, got)
		}
	}
}

// The end of the cases: what fills the last record is no case, and what may be
// one is said.
func TestEnd(t *testing.T) {
	text := func(n int) []column { return []column{{name: "S", width: n}} }
	number := []column{{name: "N"}, {name: "S", width: 2}}
	wide := []column{{name: "S", width: 100}}
	blank := strings.Repeat(" ", 100)
	v5, v8 := false, true
	for name, c := range map[string]struct {
		file *craft
		rows int64
		note string
	}{
		"full record":           {newCraft(v5, text(80)...).cases(zeros, fmt.Sprintf("%-80s", "x")), 1, ""},
		"numbers":               {newCraft(v5, number...).cases(zeros, one+"ab", one+"  "), 2, ""},
		"texts, filled":         {newCraft(v5, text(20)...).cases(zeros, fmt.Sprintf("%-20s", "x")), 1, "3 blank cases at the end may be filling"},
		"wide text":             {newCraft(v5, wide...).cases(zeros, fmt.Sprintf("%-100s", "x"), fmt.Sprintf("%-100s", "y")), 2, ""},
		"blank before the last": {newCraft(v5, wide...).cases(zeros, blank, "y"+blank[1:]), 2, ""},
		"blank at the end":      {newCraft(v5, wide...).cases(zeros, "y"+blank[1:], blank), 2, ""}, // too long for filling
		"no cases":              {newCraft(v5, number...).cases(zeros), 0, ""},
		"counted":               {newCraft(v8, text(20)...).cases("              3", fmt.Sprintf("%-20s", "x"), blank[:40]), 3, ""},
		"counted, none":         {newCraft(v8, text(20)...).cases("              0"), 0, ""},
		"not counted":           {newCraft(v8, text(20)...).cases(zeros, "x"+blank[1:20]), 1, "may be filling"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openBytes(t, c.file.String())
			got, err := readertest.Values(s, nil)
			if err != nil {
				t.Fatal(err)
			}
			if s.Rows() != c.rows || len(got) > 0 && int64(len(got[0])) != c.rows {
				t.Errorf("%d cases, want %d: %v", s.Rows(), c.rows, got)
			}
			if notes := strings.Join(s.Codebook.Notes, " "); (c.note == "") != (notes == "") || !strings.Contains(notes, c.note) {
				t.Errorf("notes are %q, want one with %q", notes, c.note)
			}
		})
	}
	unfilled := strings.TrimRight(newCraft(v5, number...).cases(zeros, one+"ab").String(), " ")
	if s := openBytes(t, unfilled); s.Rows() != 1 || !strings.Contains(strings.Join(s.Codebook.Notes, " "), "10 bytes and not 80") {
		t.Errorf("a file without filling: %d cases, %q", s.Rows(), s.Codebook.Notes)
	}
}

// The first of several data sets is read, and the others are named.
func TestSeveralDataSets(t *testing.T) {
	for _, long := range []bool{false, true} {
		c := newCraft(long, column{name: "N"}).cases(zeros, one, hundred)
		c.member("SECOND", column{name: "M"})
		c.cases(zeros, one)
		c.member("THIRD", column{name: "M"})
		c.cases(zeros)
		s := openBytes(t, c.String())
		got, err := readertest.Values(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]any{{1.0, 100.0}}, got); diff != "" {
			t.Error(diff)
		}
		if notes := strings.Join(s.Codebook.Notes, " "); !strings.Contains(notes, "3 data sets, of which the first was read; the others are SECOND, THIRD") {
			t.Errorf("notes are %q", notes)
		}
	}
}

// Letters beyond ASCII are UTF-8 if most such texts are, else windows-1252; a note says
// which.
func TestEncoding(t *testing.T) {
	for _, c := range []struct{ label, text, wantLabel, want, note string }{
		{"Größe", "Köln", "Größe", "Köln", "as UTF-8"},
		{"Gr\xf6\xdfe", "K\xf6ln", "Größe", "Köln", "as windows-1252"},
		{"Größe", "K\xf6ln", "GrÃ¶ÃŸe", "Köln", "as windows-1252"},
	} {
		s := openBytes(t, newCraft(false, column{name: "S", label: c.label, width: 80}).cases(zeros, fmt.Sprintf("%-*s", 80-len(c.text)+len([]rune(c.text)), c.text)).String())
		got, err := readertest.Values(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s.Codebook.Variables[0].Label != c.wantLabel || got[0][0] != c.want || !strings.Contains(strings.Join(s.Codebook.Notes, " "), c.note) {
			t.Errorf("%q, %v, %q", s.Codebook.Variables[0].Label, got, s.Codebook.Notes)
		}
	}
}

// Formats of dates, of moments, and of neither.
func TestPointOf(t *testing.T) {
	for format, want := range map[string]point{
		"DATE": days, "date": days, "MMDDYY": days, "MMDDYYS": days, "DDMMYYB": days, "YYMMDDN": days, "YYQ": days, "MONYY": days, "E8601DA": days, "NLDATEL": days, "WORDDATX": days,
		"DATETIME": seconds, "E8601DT": seconds, "NLDATM": seconds, "NLDATMAP": seconds, "DTDATE": seconds,
		"TIME": noPoint, "HHMM": noPoint, "F": noPoint, "": noPoint, "BEST": noPoint, "DATEFMT": noPoint, "MMDDYYX": noPoint, "S": noPoint,
	} {
		if got := pointOf(format, false); got != want {
			t.Errorf("%s is %d, want %d", format, got, want)
		}
		if pointOf(format, true) != noPoint {
			t.Errorf("a text of format %s is a point in time", format)
		}
	}
}

// Damage is a fault that says where it is and what to do.
func TestDamage(t *testing.T) {
	whole := everything(false).String()
	long := everything(true).String()
	start := strings.Index(whole, headerStart+"OBS") + recordSize
	change := func(s string, at int, with string) string { return s[:at] + with + s[at+len(with):] }
	described := strings.Index(whole, headerStart+"NAMESTR") + recordSize
	labels := strings.Index(long, headerStart+"LABELV9")
	for name, c := range map[string]struct{ b, want string }{
		"empty":         {"", "empty"},
		"no data set":   {whole[:3*recordSize], "no data set"},
		"cut header":    {whole[:400], "it was cut short"},
		"cut names":     {whole[:described+200], "expected 1 to 1"},
		"cut case":      {whole[:len(whole)-recordSize], "case 4: the file ends inside this case"},
		"wrong header":  {change(whole, 240, "GARBAGE"), "the record at byte 240 is not the MEMBER header"},
		"no count":      {change(whole, described-32, "          x"), "variables, expected 1 to"},
		"type":          {change(whole, described+1, "\x07"), "variable 1 has type 7"},
		"width":         {change(whole, described+5, "\x09"), "column Q1: the number is said to take 9 bytes"},
		"text width":    {change(whole, described+140+4, "\xff\xff"), "column TOWN: the text is said to take 65535 bytes"},
		"offset":        {change(whole, described+140+87, "\x09"), "column TOWN: the values are said to begin at byte 9"},
		"no name":       {change(whole, described+8, "        "), "variable 1 has no name"},
		"twice":         {change(whole, described+140+8, "q1  "), "column q1: variables 1 and 2 both have this name"},
		"no number":     {change(whole, start, "\x7f\x00"), "case 1: column Q1: the bytes 7f00000000000000 are no number"},
		"no date":       {change(whole, start+14, "\x7f\xff"), "case 1: column DAY: the value is no number, or a date"},
		"label of whom": {change(long, labels+recordSize, "\x00\x09"), "belongs to variable 9"},
		"long label":    {change(long, labels+recordSize+4, "\xff\xff"), "a long label"},
		"labels":        {change(long, labels+numbersAt, "99"), `promises "99" long labels`},
		"too many":      {newCraft(true, column{name: "N"}).cases("             99", one).String(), "promises 99 cases, but the file has room for 10"},
		"too few":       {newCraft(true, column{name: "N"}).cases("              1", one, one).String(), "promises 1 cases, but 72 bytes follow"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(data.FromBytes("test.xpt", []byte(c.b)))
			if err == nil {
				_, err = readertest.Values(s, nil)
			}
			if err == nil || !data.IsData(err) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want a fault with %q", err, c.want)
			}
		})
	}
}

// A byte changed anywhere in a file neither panics nor hangs nor grows, and
// what can still be read is sound.
func TestEveryByteChanged(t *testing.T) {
	for _, long := range []bool{false, true} {
		whole := []byte(everything(long).String())
		changes := func(i int) []byte { return []byte{0, ' ', '9', 0x7f, 0xff, whole[i] ^ 1} }
		readertest.Damage(t, whole, changes, 2<<20, func(b []byte) { check(t, b) })
	}
}

// Batches that nobody needs are stepped over.
func TestSkip(t *testing.T) {
	const n = 3*columns.MaxCases + 5
	rows := make([]string, n)
	for i := range rows {
		var b [8]byte
		if i > 0 {
			binary.BigEndian.PutUint64(b[:], 0x46<<56|uint64(i)<<32)
		}
		rows[i] = string(b[:])
	}
	s := openBytes(t, newCraft(false, column{name: "N"}).cases(zeros, rows...).String())
	seen := 0
	for b, err := range s.BatchesBut(nil, func(before, n int64) bool { return before == columns.MaxCases }) {
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range readertest.Column(b, 0) {
			if v != float64(b.Before+int64(k)) {
				t.Fatalf("case %d is %v", b.Row(k), v)
			}
			seen++
		}
	}
	if seen != n-columns.MaxCases {
		t.Errorf("%d cases, want %d", seen, n-columns.MaxCases)
	}
}
