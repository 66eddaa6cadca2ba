package dta

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// refusal is the fault with which bytes are refused, by Open or by a scan.
func refusal(b []byte) string {
	s, err := Open(data.FromBytes("bad.dta", b))
	if err == nil {
		_, err = readertest.Values(s, nil)
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

// Damage is told with what was found. Each file is a whole one with one thing
// changed.
func TestDamage(t *testing.T) {
	whole := func(release int) []byte { return small(release, binary.LittleEndian).bytes() }
	replace := func(b []byte, old, now string) []byte { return bytes.Replace(b, []byte(old), []byte(now), 1) }
	at := func(b []byte, tag string) int { return bytes.Index(b, []byte(tag)) + len(tag) }
	set := func(b []byte, place int, now ...byte) []byte { copy(b[place:], now); return b }
	ff := []byte{0xff, 0xff, 0xff, 0x7f}
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty":               {nil, "the file is empty"},
		"something else":      {[]byte("id,answer\n1,2\n"), "does not begin like a Stata data set"},
		"one byte":            {[]byte{115}, "the header at byte 0: 4 times 1 bytes are claimed, but only 1 are left"},
		"release 116":         {set(whole(115), 0, 116), "release 116, which is not read"},
		"release 122":         {replace(whole(118), "118", "122"), "release 122, which is not read"},
		"release 115 in tags": {replace(whole(118), "118", "115"), "release 115, which has no tags"},
		"byte order":          {replace(whole(118), "LSF", "XSF"), `the byte order "XSF"`},
		"no variables":        {set(whole(115), 4, 0, 0), "the file has no variables"},
		"variables too many":  {set(whole(115), 4, 0xff, 0xff), "are claimed, but only"},
		"cases two billion":   {set(whole(115), 6, ff...), "the file ends inside this case: the header promises 2147483647 cases of 26 bytes"},
		"cases 2^60":          {set(whole(118), at(whole(118), "<N>")+7, 0x10), "more than a file can hold"},
		"a case too many":     {set(whole(118), at(whole(118), "<N>"), 4), "do not end behind the 4"},
		"a case too few":      {set(whole(118), at(whole(118), "<N>"), 2), "do not end behind the 2"},
		"type":                {set(whole(118), at(whole(118), "<variable_types>"), 0xff, 0xff), "variable 1 has type 65535"},
		"alias before 120":    {set(whole(118), at(whole(118), "<variable_types>"), 0xf5, 0xff), "variable 1 has type 65525"},
		"no tag":              {replace(whole(118), "<formats>", "<farmats>"), "there is no <formats>"},
		"characteristic":      {set(whole(118), at(whole(118), "<ch>"), ff...), "a characteristic at byte"},
		"label table":         {set(whole(118), at(whole(118), "<lbl>"), ff...), "a table of value labels at byte"},
		"labels two billion":  {set(whole(118), at(whole(118), "<lbl>")+4+129+3, ff...), "claims 2147483647 labels"},
		"label outside":       {set(whole(118), at(whole(118), "<lbl>")+4+129+3+8, ff...), "label 1 begins at byte 2147483647"},
		"long string":         {set(whole(118), at(whole(118), "GSO")+4+8+1, ff...), "a long string at byte"},
		"no long string":      {set(whole(118), at(whole(118), "GSO"), 6), "case 1: column story: the value refers to the long string of variable 7 in case 1, which is not in the file"},
		"kind of long string": {set(whole(118), at(whole(118), "GSO")+4+8, 1), "there is no long string where the format has one"},
		"cut in the data":     {whole(115)[:len(whole(115))-150], "the file ends inside this case"},
		"cut in the end":      {whole(118)[:len(whole(118))-5], "there is no </stata_dta>"},
		"same name":           {replace(whole(118), "short\x00", "tiny\x00\x00"), "column tiny: variables 1 and 2 both have this name"},
		"no name":             {replace(whole(118), "short\x00", "\x00\x00\x00\x00\x00\x00"), "variable 2 has no name"},
	} {
		if got := refusal(c.b); !strings.Contains(got, c.want) || !strings.HasPrefix(got, "bad.dta: ") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A file that is cut anywhere is refused, but for releases without tags that
// end between two tables of value labels, or in less than the beginning of one.
func TestCut(t *testing.T) {
	for _, release := range []int{104, 105, 108, 113, 115, 117, 118, 119, 121} {
		b := small(release, binary.LittleEndian).bytes()
		for n := range b {
			s, err := Open(data.FromBytes("cut.dta", b[:n]))
			if err != nil {
				if !data.IsData(err) {
					t.Fatalf("%d cut at %d: %v is not a fault", release, n, err)
				}
				continue
			}
			if release >= tagged {
				t.Fatalf("%d cut at %d is not refused", release, n)
			}
			if got, err := readertest.Values(s, nil); err != nil || len(got[0]) != 3 {
				t.Fatalf("%d cut at %d: %v", release, n, err)
			}
		}
	}
}

// Every byte of small files is changed in eight ways (padding in one), and each file
// is cut there: no panic, no hang, no memory beyond what small files need, and
// only faults.
func TestEveryByte(t *testing.T) {
	for _, release := range []int{104, 108, 113, 117, 118, 121} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			b := small(release, order).bytes()
			changes := func(i int) []byte {
				if i > 8 && bytes.Count(b[i-8:i+1], []byte{0}) == 9 { // padding
					return []byte{0xff}
				}
				return []byte{0, 1, 0x7f, 0x80, 0xff, b[i] + 1, b[i] - 1, b[i] ^ 0x20}
			}
			readertest.Damage(t, b, changes, 1<<20, func(b []byte) { sound(t, b) })
		}
	}
}

// sound reads bytes, which need not be a file.
func sound(t *testing.T, b []byte) {
	t.Helper()
	s, err := Open(data.FromBytes("fuzz.dta", b))
	readertest.Sound(t, s, err)
}

// Labels that share one text do not grow: a table of 60,000 labels that all
// begin at the same long text is refused.
func TestOverlappingLabels(t *testing.T) {
	c := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "x", kind: 'b', table: "t"}}, rows: [][]any{{1}}}
	table := craftTable{name: "t", codes: make([]int, 60000), labels: make([]string, 60000)}
	for i := range table.codes {
		table.codes[i] = i
	}
	table.labels[0] = strings.Repeat("long", 5000)
	c.tables = []craftTable{table}
	b := c.bytes()
	offsets := bytes.Index(b, []byte("<lbl>")) + 5 + 4 + 129 + 3 + 8
	clear(b[offsets : offsets+4*60000])
	if got := refusal(b); !strings.Contains(got, "the texts of the labels overlap") {
		t.Errorf("%q", got)
	}
}

// A long string that all cases share ends batches early.
func TestSharedLongString(t *testing.T) {
	c := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "x", kind: 'L'}}}
	c.longs = []craftLong{{craftRef: craftRef{1, 1}, text: strings.Repeat("x", 1<<20-1)}}
	for range 100 {
		c.rows = append(c.rows, []any{craftRef{1, 1}})
	}
	s, err := Open(data.FromBytes("shared.dta", c.bytes()))
	if err != nil {
		t.Fatal(err)
	}
	rows := int64(0)
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n := b.Record.NumRows(); n > 34 || b.First != rows+1 {
			t.Errorf("a batch of %d cases begins at %d behind %d", n, b.First, rows)
		}
		rows += b.Record.NumRows()
	}
	if rows != 100 {
		t.Errorf("%d cases", rows)
	}
	many := &craft{release: 118, order: binary.LittleEndian, rows: [][]any{nil}, longs: c.longs}
	for i := range 40 {
		many.variables = append(many.variables, craftVariable{name: fmt.Sprint("x", i), kind: 'L'})
		many.rows[0] = append(many.rows[0], craftRef{1, 1})
	}
	if got := refusal(many.bytes()); !strings.Contains(got, "case 1: column x32: the long strings of this case take more than 33554432 bytes") {
		t.Errorf("%q", got)
	}
	c.longs[0].text = strings.Repeat("x", 1<<20+1)
	if got := refusal(c.bytes()); !strings.Contains(got, "case 1: column x: the text is 1048577 bytes long") {
		t.Errorf("%q", got)
	}
}

// FuzzOpen reads anything, see sound.
func FuzzOpen(f *testing.F) {
	releases(func(release int, order binary.ByteOrder) { f.Add(small(release, order).bytes()) })
	for _, b := range readertest.Seeds(f, ".dta") {
		f.Add(b)
	}
	f.Fuzz(sound)
}

// A reader that meets an error of the disk says so.
func TestUnreadable(t *testing.T) {
	b := small(118, binary.LittleEndian).bytes()
	in := data.FromBytes("gone.dta", b)
	s, err := Open(in)
	if err != nil {
		t.Fatal(err)
	}
	in.ReaderAt = gone{}
	_, err = readertest.Values(s, []string{"tiny"})
	if err == nil || !data.IsData(err) || !strings.Contains(err.Error(), "could not be read: no disk") {
		t.Errorf("%v", err)
	}
}

type gone struct{}

func (gone) ReadAt([]byte, int64) (int, error) { return 0, fmt.Errorf("no disk") }
