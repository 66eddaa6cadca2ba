package por

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// wantValues are the cases of everything, by hand: F is 15/30 behind a point, 3
// is 3/30, 3000 is 3·30³, 3+2 is 3·30². 13,000,000,000 seconds after 1582 are
// 780,620,800 after 1970.
var wantValues = [][]any{
	{1.0, nil, 8.0},
	{-1.0, nil, 0.1},
	{"Berlin", nil, "dk"},
	{int64(780_620_800), nil, int64(780_620_800)},
	{0.5, 1.5, 0.0},
	{59.0, 81000.0, 2700.0},
}

func wantBook() data.Codebook {
	labels := []data.ValueLabel{{Code: "1", Label: "a little"}, {Code: "2", Label: "a lot"}}
	return data.Codebook{
		Variables: []data.Variable{
			{Name: "Q1", Label: "How much?", Labels: labels, Format: "F8.0", Missing: data.Missing{Codes: []string{"8", "10"}, HasRange: true, Low: 87, High: 89}},
			{Name: "Q2", Labels: labels, Format: "F8.0", Missing: data.Missing{HasRange: true, Low: math.Inf(-1), High: 3}},
			{Name: "S", Label: "Town", Type: data.Text, Format: "A12", Labels: []data.ValueLabel{{Code: "dk", Label: "does not know"}}, Missing: data.Missing{Codes: []string{"dk"}}},
			{Name: "D", Type: data.Time, Format: "DATETIME8"},
			{Name: "W", Format: "F8.0"},
			{Name: "Q3", Format: "F8.0", Missing: data.Missing{HasRange: true, Low: 90, High: math.Inf(1)}},
		},
		Weight: "W",
	}
}

// Every feature is read the same however lines end: LF, CR LF, CR, not at all,
// without the blanks at their ends, without a last line end, and in EBCDIC.
func TestLineEndsAndCharacterSets(t *testing.T) {
	lines := everything().lines("\n")
	var stripped []byte
	for line := range bytes.Lines(lines) {
		stripped = append(append(stripped, bytes.TrimRight(line, " \n")...), '\n')
	}
	ebcdic, err := charmap.CodePage037.NewEncoder().Bytes(everything().lines(""))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"LF": lines, "CR LF": everything().lines("\r\n"), "CR": everything().lines("\r"), "none": everything().lines(""),
		"stripped": stripped, "no last end": bytes.TrimRight(lines, "\n"), "EBCDIC": ebcdic,
		"filled": append(everything().lines("\r\n"), make([]byte, 4000)...),
	} {
		t.Run(name, func(t *testing.T) {
			if !Sniff(b[:min(len(b), 4096)]) {
				t.Error("not recognised")
			}
			s := openBytes(t, b)
			if diff := cmp.Diff(wantBook(), s.Codebook); diff != "" {
				t.Error(diff)
			}
			if got := s.Rows(); got != 3 {
				t.Errorf("%d cases, want 3", got)
			}
			got, err := readertest.Values(s, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wantValues, got); diff != "" {
				t.Error(diff)
			}
			some, err := readertest.Values(s, []string{"Q3", "S"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([][]any{wantValues[5], wantValues[2]}, some); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Letters beyond ASCII are UTF-8 if most such texts are, else windows-1252; a note says
// which. In EBCDIC the table of the file explains a sterling sign.
func TestEncoding(t *testing.T) {
	file := func(label, text string) []byte {
		return newCraft().variable("S", 9, 1).put("C").text(label).put("F").text(text).lines("\n")
	}
	pound := file("ok", "5 #")
	ebcdic, err := charmap.CodePage037.NewEncoder().Bytes(pound)
	if err != nil {
		t.Fatal(err)
	}
	ebcdic = bytes.ReplaceAll(ebcdic, []byte{0x7b}, []byte{0xb1}) // # becomes the sterling sign of code page 37
	at := vanitySize + firstPortable + slices.Index(portable, '£')
	flat := bytes.ReplaceAll(ebcdic, []byte{0x25}, nil)
	flat[at] = 0xb1
	for _, c := range []struct {
		b                 []byte
		label, text, note string
	}{
		{file("Größe", "Köln"), "Größe", "Köln", "as UTF-8"},
		{file("Gr\xf6\xdfe", "K\xf6ln"), "Größe", "Köln", "as windows-1252"},
		{file("Größe", "K\xf6ln"), "GrÃ¶ÃŸe", "Köln", "as windows-1252"},
		{file("plain", "Bonn"), "plain", "Bonn", ""},
		{flat, "ok", "5 £", "not in ASCII"},
	} {
		s := openBytes(t, c.b)
		got, err := readertest.Values(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s.Codebook.Variables[0].Label != c.label || got[0][0] != c.text {
			t.Errorf("got %q and %q, want %q and %q", s.Codebook.Variables[0].Label, got[0][0], c.label, c.text)
		}
		if notes := strings.Join(s.Codebook.Notes, " "); (c.note == "") != (notes == "") || !strings.Contains(notes, c.note) {
			t.Errorf("notes are %q, want one with %q", notes, c.note)
		}
	}
}

// Numbers are the float64 nearest to their digits: as math/big works them out,
// on random digits with points and exponents.
func TestNumberIsNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 30_000 {
		whole, decimals, e := r.IntN(20), r.IntN(22), r.IntN(60)-30
		if whole+decimals == 0 {
			continue
		}
		digits := make([]byte, whole+decimals)
		for i := range digits {
			digits[i] = base30(int64(r.IntN(30)))[0]
		}
		token := string(digits[:whole])
		if decimals > 0 {
			token += "." + string(digits[whole:])
		}
		switch {
		case e < 0:
			token += "-" + base30(int64(-e))
		case e > 0:
			token += "+" + base30(int64(e))
		}
		m, _ := new(big.Int).SetString(strings.ToLower(string(digits)), 30)
		p := new(big.Int).Exp(big.NewInt(30), big.NewInt(int64(max(e-decimals, decimals-e))), nil)
		want := new(big.Rat).SetInt(m)
		if e < decimals {
			want.Quo(want, new(big.Rat).SetInt(p))
		} else {
			want.Mul(want, new(big.Rat).SetInt(p))
		}
		nearest, _ := want.Float64()
		got, missing, n, wrong := number([]byte(token + "/"))
		if got != nearest || missing || n != len(token)+1 || wrong != "" {
			t.Fatalf("%s is %v, want %v (missing %v, %d characters, wrong %q)", token, got, nearest, missing, n, wrong)
		}
	}
}

// Hard numbers, and what is none.
func TestNumber(t *testing.T) {
	for token, want := range map[string]float64{
		"0/": 0, "-0/": 0, "00/": 0, ".F/": 0.5, "1./": 1, ".0000000000000000000F/": 0.5 / math.Pow(30, 19), "10+1/": 900, "-1-1/": -1.0 / 30,
		"1+6S/":        1.7426933810146143e307, // 30^208
		"1-TTTTTTTTT/": 0, "-1+TTT/": math.Inf(-1), "A9E17IR6IG+6J/": math.Inf(1),
		"9/extra": 9,
	} {
		got, missing, n, wrong := number([]byte(token))
		if wrong != "" || missing || n != strings.IndexByte(token, '/')+1 {
			t.Errorf("%s: %q, missing %v, %d characters", token, wrong, missing, n)
		}
		if got != want && math.Abs(got-want) > 1e-9*math.Abs(want) || math.IsInf(got, 0) != math.IsInf(want, 0) || math.Signbit(got) && got == 0 {
			t.Errorf("%s is %v, want %v", token, got, want)
		}
	}
	for _, token := range []string{"", "/", ".", "./", "-/", "-", "+1/", "1", "1.2.3/", "1+/", "1-/", "1 /", "U/", "*", "*/", "a/", "T" + strings.Repeat("0", maxToken) + "/"} {
		if v, _, _, wrong := number([]byte(token)); wrong == "" {
			t.Errorf("%q is read as %v", token, v)
		}
	}
}

// Damage is a fault that says where it is and what to do.
func TestDamage(t *testing.T) {
	whole := everything().lines("\n")
	// one is a file of one number and one string whose cases are as given.
	one := func(cases string) []byte {
		return newCraft().variable("Q1", 0, 5).variable("S", 3, 1).put("F").put(cases).lines("\n")
	}
	dict := func(records string) []byte { return newCraft().put(records).lines("\n") }
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty":            {nil, "empty"},
		"no header":        {bytes.Repeat([]byte("x"), 3000), "no SPSS portable file"},
		"short header":     {whole[:300], "no SPSS portable file"},
		"cut dictionary":   {whole[:560], "the file ends inside"},
		"cut case":         {bytes.TrimRight(one("1/3/abc2/3/a"), "Z\n"), "case 2: column S: the file ends inside this case"},
		"cut number":       {bytes.TrimRight(one("1/3/abc1"), "Z\n"), "case 2: column Q1: the file ends inside this case"},
		"no end":           {bytes.TrimRight(one("1/3/abc"), "Z\n"), "without the letter Z"},
		"more behind Z":    {one("1/3/abcZ2/3/abc"), "something follows"},
		"endless filling":  {append(one("1/3/abc"), bytes.Repeat([]byte("\n"), 1<<20)...), "something follows"},
		"bad number":       {one("1/3/abcx/3/abc"), "case 2: column Q1: found no number"},
		"wide text":        {one("1/4/abcd"), "case 1: column S: found a text of 4 characters in a variable of 3"},
		"endless text":     {one("1/TTTTTT/abc"), "a text of"},
		"negative text":    {one("1/-1/abc"), "a text of -1"},
		"blanks":           {one(strings.Repeat(" ", maxBlanks+10) + "1/3/abc"), "nothing but blanks"},
		"infinite":         {one("1+7T/3/abc"), "too large"},
		"no variables":     {dict("F"), "no variables"},
		"unknown record":   {dict("G"), `begins with "G"`},
		"promise":          {newCraft().put("4").whole(2).variable("A", 0, 5).put("F").lines("\n"), "2 variables are promised, but 1"},
		"twice":            {newCraft().variable("A", 0, 5).variable("a", 0, 5).put("F").lines("\n"), "column a: two variables"},
		"label first":      {dict("C1/x"), "before the first variable"},
		"labels of nobody": {newCraft().variable("A", 0, 5).put("D1/").text("B").put("0/F").lines("\n"), `"B", which is no variable`},
		"labels of none":   {newCraft().variable("A", 0, 5).put("D0/0/F").lines("\n"), "given to no variable"},
		"mixed labels":     {newCraft().variable("A", 0, 5).variable("B", 2, 1).put("D2/").text("A").text("B").put("0/F").lines("\n"), "one is a number and one a string"},
		"range of string":  {newCraft().variable("A", 4, 1).put("93/F").lines("\n"), "which strings cannot have"},
		"range backwards":  {newCraft().variable("A", 0, 5).put("B3/2/F").lines("\n"), "from 3 to 2"},
		"four missing":     {newCraft().variable("A", 0, 5).put("81/82/83/84/F").lines("\n"), "more than three"},
		"no date":          {newCraft().variable("A", 0, 22).put("F1+10/").lines("\n"), "no date"},
		"version":          {bytes.Replace(dict("F"), []byte("SPSSPORTA"), []byte("SPSSPORTB"), 1), `is "B", expected A`},
		"name missing":     {newCraft().variable("", 0, 5).put("F").lines("\n"), "variable 1 has no name"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(data.FromBytes("test.por", c.b))
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
	whole := everything().lines("\r\n")
	changes := func(i int) []byte { return []byte{0, ' ', '\n', '/', '0', 'T', 'Z', 0xff, whole[i] ^ 1} }
	readertest.Damage(t, whole, changes, 1<<20, func(b []byte) { check(t, b) })
}

// The second and later stretches are stepped over to and fro, and what is read
// is the same as without.
func TestSkip(t *testing.T) {
	const n = 2*stretchCases + 1000
	for _, end := range []string{"\n", ""} {
		c := newCraft().variable("N", 0, 5).variable("S", 8, 1).put("F")
		for i := range n {
			c.whole(i).text(fmt.Sprint(i % 7))
		}
		s := openBytes(t, c.lines(end))
		if s.Rows() != n {
			t.Fatalf("%d cases, want %d", s.Rows(), n)
		}
		for wanted := range int64(3) {
			at := wanted * stretchCases
			rows := int64(0)
			for b, err := range s.BatchesBut(nil, func(before, n int64) bool { return before/stretchCases != wanted }) {
				if err != nil {
					t.Fatal(err)
				}
				if b.Before != at+rows || b.First != b.Before+1 {
					t.Fatalf("a batch stands behind %d cases, want %d", b.Before, at+rows)
				}
				for k, v := range readertest.Column(b, 0) {
					if v != float64(b.Before+int64(k)) {
						t.Fatalf("case %d is %v", b.Row(k), v)
					}
				}
				rows += b.Record.NumRows()
			}
			if rows != min(stretchCases, n-at) {
				t.Errorf("stretch %d has %d cases", wanted, rows)
			}
		}
	}
}
