package dta

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// Long strings in the order of cases, in another order, and with a map that is
// wrong; with equal texts shared, with an empty one and a binary one.
func TestLongStrings(t *testing.T) {
	for _, release := range []int{117, 118, 119} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			for _, mixed := range []bool{false, true} {
				c := &craft{release: release, order: order, wrongMap: mixed}
				c.variables = []craftVariable{{name: "a", kind: 'L'}, {name: "n", kind: 'b'}, {name: "c", kind: 'L'}}
				var want [2][]any
				for i := 1; i <= 1000; i++ {
					a, shared := craftRef{1, i}, craftRef{3, max(1, i-i%50)}
					c.rows = append(c.rows, []any{a, 1, shared})
					c.longs = append(c.longs, craftLong{craftRef: a, text: fmt.Sprintf("story %d", i)})
					if i == 1 || i%50 == 0 {
						c.longs = append(c.longs, craftLong{craftRef: shared, text: fmt.Sprintf("shared %d", i)})
					}
					want[0] = append(want[0], fmt.Sprintf("story %d", i))
					want[1] = append(want[1], fmt.Sprintf("shared %d", shared.o))
				}
				c.rows[10][0], want[0][10] = craftRef{}, nil
				c.longs[0].binary, want[0][0] = true, nil
				if mixed {
					for i, j := 0, len(c.longs)-1; i < j; i, j = i+1, j-1 {
						c.longs[i], c.longs[j] = c.longs[j], c.longs[i]
					}
				}
				s, got := read(t, c.bytes())
				if diff := cmp.Diff(want[:], [][]any{got[0], got[2]}); diff != "" {
					t.Errorf("%d %v mixed=%v: %.500s", release, order, mixed, diff)
				}
				if diff := cmp.Diff([]string{"crafted.dta: the file holds 1 long string of bytes that are no text (pictures, documents); they are read as empty."}, s.Codebook.Notes); diff != "" {
					t.Error(diff)
				}
			}
		}
	}
}

// The current language is read and named, the survey settings too.
func TestCharacteristics(t *testing.T) {
	c := small(118, binary.LittleEndian)
	c.chars = []craftChar{
		{"_dta", "_lang_list", "en de fr"}, {"_dta", "_lang_c", "de"}, {"tiny", "_lang_v_en", "How much?"},
		{"_dta", "_svy_wvar", "word"}, {"_dta", "_svy_strata1", "short"}, {"_dta", "_svy_su1", "long"}, {"_dta", "_svy_su2", "gone"},
	}
	s, _ := read(t, c.bytes())
	want := []string{
		"crafted.dta: its survey settings name the weight word, which is not a number in the file; they are ignored.",
		"crafted.dta: its survey settings name short as the variable of the strata; say so in the study file, they are not taken over.",
		"crafted.dta: its survey settings name long as the variable of the sampling units; say so in the study file, they are not taken over.",
		`crafted.dta: labels are in the language "de", the file's current one; those in en, fr are not read (in Stata, label language changes the current one).`,
	}
	if diff := cmp.Diff(want, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
	if s.Codebook.Weight != "" {
		t.Errorf("the weight is %q", s.Codebook.Weight)
	}
}

// Alias variables have no values here and are left out by name; a file of
// nothing else is refused.
func TestAlias(t *testing.T) {
	c := small(120, binary.BigEndian)
	c.variables = append([]craftVariable{{name: "income", kind: 'a', format: "%9.0g"}}, c.variables...)
	for i := range c.rows {
		c.rows[i] = append([]any{nil}, c.rows[i]...)
	}
	s, got := read(t, c.bytes())
	if names := s.Codebook.Names(); names[0] != "tiny" || len(names) != 7 || got[0][0] != 1.0 || got[6][0] != "a long story" {
		t.Errorf("%q %v", names, got)
	}
	if !strings.Contains(strings.Join(s.Codebook.Notes, "\n"), "alias variables have their values in another file and are left out: income (") {
		t.Errorf("the notes are %q", s.Codebook.Notes)
	}
	c = &craft{release: 121, order: binary.LittleEndian, variables: []craftVariable{{name: "income", kind: 'a'}}}
	if got := refusal(c.bytes()); !strings.Contains(got, "the file has only alias variables") {
		t.Errorf("%q", got)
	}
}

// The encoding: UTF-8 where the release says so and all is well; otherwise what
// the bytes look like, with a note. The bytes of each word are those of the
// charset's table.
func TestEncodings(t *testing.T) {
	for name, c := range map[string]struct {
		release     int
		bytes, want string
		note        string
	}{
		"ASCII":             {115, "Zurich", "Zurich", ""},
		"UTF-8":             {118, "Zürich", "Zürich", ""},
		"windows-1252":      {115, "Z\xfcrich", "Zürich", "they were read as windows-1252"},
		"Mac Roman":         {115, "Z\x9frich", "Zürich", "they were read as Mac Roman"},
		"Mac Roman, 0x8f":   {117, "tr\x8fs", "très", "they were read as Mac Roman"},
		"quotes":            {115, "\x93Caf\xe9\x94", "“Café”", "they were read as windows-1252"},
		"UTF-8 before":      {117, "Zürich", "Zürich", "they were read as UTF-8, which all of them are"},
		"single byte after": {118, "Z\xfcrich", "Zürich", "should be UTF-8, but none is; they were read as windows-1252"},
	} {
		f := &craft{release: c.release, order: binary.LittleEndian, variables: []craftVariable{{name: "city", kind: 's', width: 20, label: c.bytes}, {name: "n", kind: 'b', table: "t"}}}
		f.rows = [][]any{{c.bytes, 1}}
		f.tables = []craftTable{{name: "t", codes: []int{1}, labels: []string{c.bytes}}}
		s, got := read(t, f.bytes())
		v := s.Codebook.Variables
		if got[0][0] != c.want || v[0].Label != c.want || v[1].Labels[0].Label != c.want {
			t.Errorf("%s: %q %q %q, want %q", name, got[0][0], v[0].Label, v[1].Labels[0].Label, c.want)
		}
		notes := strings.Join(s.Codebook.Notes, "\n")
		if c.note == "" && notes != "" || !strings.Contains(notes, c.note) {
			t.Errorf("%s: the notes are %q", name, notes)
		}
	}
	f := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "city", kind: 's', width: 20}}, rows: [][]any{{"Zürich"}, {"Gen\xe8ve"}}}
	s, got := read(t, f.bytes())
	if got[0][0] != "Zürich" || got[0][1] != "Gen\uFFFDve" || !strings.Contains(s.Codebook.Notes[0], "but 1 of the 2 with letters beyond ASCII are not") {
		t.Errorf("%q, %q", got[0], s.Codebook.Notes)
	}
}

// Rows that nobody needs are stepped over, in stretches of 65536; what comes is
// where it says.
func TestSkip(t *testing.T) {
	c := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "n", kind: 'l'}}}
	const rows = 3*stretchCases + 10
	for i := range rows {
		c.rows = append(c.rows, []any{i + 1})
	}
	s, err := Open(data.FromBytes("skip.dta", c.bytes()))
	if err != nil {
		t.Fatal(err)
	}
	next := int64(0)
	for b, err := range s.BatchesBut([]string{"n"}, func(before, n int64) bool { return before == stretchCases || before == 3*stretchCases }) {
		if err != nil {
			t.Fatal(err)
		}
		if next == stretchCases {
			next *= 2
		}
		if b.Before != next || b.First != next+1 || readertest.Column(b, 0)[0] != float64(next+1) {
			t.Fatalf("a batch is behind %d, begins at %d with %v; want behind %d", b.Before, b.First, readertest.Column(b, 0)[0], next)
		}
		next += b.Record.NumRows()
	}
	if next != 3*stretchCases {
		t.Errorf("the last batch ends at %d", next)
	}
}
