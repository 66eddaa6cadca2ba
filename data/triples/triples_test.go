package triples

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// A survey of the test: a definition called a.sss and the files beside it.
type files map[string]string

// opened opens a definition as if these files lay beside it.
func opened(definition string, beside files) (*data.Survey, error) {
	return open(data.FromBytes("a.sss", []byte(definition)), func(name string) (*data.Input, error) {
		content, ok := beside[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return data.FromBytes(name, []byte(content)), nil
	})
}

// define makes a definition of variables; record holds attributes of the record.
func define(record, variables string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><sss version="2.0"><survey><record ident="A" ` + record + `>` + variables + `</record></survey></sss>`
}

// variableOf is one variable of a definition.
func variableOf(name, kind, position, rest string) string {
	return fmt.Sprintf(`<variable ident="1" type=%q><name>%s</name><label>%s?</label><position %s/>%s</variable>`, kind, name, name, position, rest)
}

// read opens a survey that must open.
func read(t testing.TB, definition string, beside files) *data.Survey {
	t.Helper()
	s, err := opened(definition, beside)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

const (
	twoValues  = `<values><value code="1">One</value><value code="2">Two</value></values>`
	fourValues = `<values><value code="1">A</value><value code="2">B</value><value code="4">D</value></values>`
)

// Every type of variable, in fixed width. The values follow from the standard's
// section on the data file: codes and quantities right-justified with blanks or
// zeros, bits by position, subfields of the width of a code, YYYYMMDD, HHMMSS.
func TestTypes(t *testing.T) {
	for _, c := range []struct {
		what, variable, lines string
		want                  map[string][]string
	}{
		{"single", variableOf("q", "single", `start="1" finish="2"`, twoValues), " 1\n02\n  \n", map[string][]string{"q": {"1", "2", ""}}},
		{"literal", strings.Replace(variableOf("q", "single", `start="1" finish="2"`, `<values><value code="A1">x</value></values>`), "type=", `format="literal" type=`, 1), "A1\n  \n", map[string][]string{"q": {"A1", ""}}},
		{"literal numbers", strings.Replace(variableOf("q", "single", `start="1"`, twoValues), "type=", `format="literal" type=`, 1), "1\n2\n", map[string][]string{"q": {"1", "2"}}},
		{"quantity", variableOf("q", "quantity", `start="1" finish="6"`, `<values><range from="-9" to="99.99"/></values>`), "007.50\n  -3.5\n      \n    12\n", map[string][]string{"q": {"7.5", "-3.5", "", "12"}}},
		{"character", variableOf("q", "character", `start="1" finish="3"`, `<size>3</size>`), "ab \n   \n c \n", map[string][]string{"q": {"ab", "", " c"}}},
		{"logical", variableOf("q", "logical", `start="1"`, ``), "1\n0\n \n", map[string][]string{"q": {"1", "0", ""}}},
		{"date", variableOf("q", "date", `start="1" finish="8"`, ``), "19700102\n        \n00000000\n20000229\n", map[string][]string{"q": {"86400", "", "", "951782400"}}},
		{"time", variableOf("q", "time", `start="1" finish="6"`, ``), "013002\n      \n1200  \n", map[string][]string{"q": {"5402", "", "43200"}}},
		{"bits", variableOf("q", "multiple", `start="1" finish="4"`, fourValues), "1001\n0000\n    \n01  \n", map[string][]string{"q_1": {"1", "0", "", "0"}, "q_2": {"0", "0", "", "1"}, "q_4": {"1", "0", "", "0"}}},
		{"spread", variableOf("q", "multiple", `start="1" finish="2"`, `<spread subfields="2"/>`+fourValues), "41\n00\n  \n20\n 2\n", map[string][]string{"q_1": {"1", "0", "", "0", "0"}, "q_2": {"0", "0", "", "1", "1"}, "q_4": {"1", "0", "", "0", "0"}}},
		{"wide spread", variableOf("q", "multiple", `start="1" finish="6"`, `<spread subfields="2" width="2"/>`+fourValues), " 104  \n04 0  \n", map[string][]string{"q_1": {"1", "0"}, "q_2": {"0", "0"}, "q_4": {"1", "1"}}},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := read(t, define("", c.variable), files{"a.asc": c.lines})
			same(t, readertest.Cells(t, s), c.want)
			if s.Codebook.Notes != nil {
				t.Errorf("notes %q", s.Codebook.Notes)
			}
			if n := int64(strings.Count(c.lines, "\n")); s.Files[0].Rows != n {
				t.Errorf("%d rows, want %d", s.Files[0].Rows, n)
			}
		})
	}
}

// What a codebook has of a definition.
func TestCodebook(t *testing.T) {
	s := read(t, define("", strings.Join([]string{
		`<variable ident="1" type="quantity" use="serial"><name>id</name><position start="1"/></variable>`,
		`<variable ident="2" type="quantity" use="weight"><name>w</name><label>Weight</label><position start="2"/></variable>`,
		`<variable ident="3" type="single" filter="id"><label>No<br/>name</label><position start="3"/><values><value code="01">One</value><value code="9" missing="yes">Refused</value></values></variable>`,
		`<variable ident="4" type="multiple"><name>m</name><label>Many</label><position start="4" finish="5"/><values><value code="1">Red</value><value code="2">Blue</value></values></variable>`,
		`<variable ident="5" type="logical"><name>m_2</name><label>Taken</label><position start="6"/></variable>`,
		`<variable ident="6" type="character"><name>why</name><label>Why</label><position start="7"/><size>1</size></variable>`,
		`<variable ident="7" type="date"><name>when</name><label>When</label><position start="8" finish="15"/></variable>`,
	}, "")), files{"a.asc": "111101a20200101x\n"})
	yes := []data.ValueLabel{{Code: "0", Label: "No"}, {Code: "1", Label: "Yes"}}
	same(t, s.Codebook, data.Codebook{
		Variables: []data.Variable{
			{Name: "id", Format: "serial"},
			{Name: "w", Label: "Weight", Level: data.Scale, Format: "quantity"},
			{Name: "V3", Label: "No name", Format: "single", Labels: []data.ValueLabel{{Code: "1", Label: "One"}, {Code: "9", Label: "Refused"}}, Missing: data.Missing{Codes: []string{"9"}}},
			{Name: "m_1", Label: "Red", Level: data.Nominal, Format: "multiple", Labels: yes},
			{Name: "m__2", Label: "Blue", Level: data.Nominal, Format: "multiple", Labels: yes},
			{Name: "m_2", Label: "Taken", Level: data.Nominal, Format: "logical", Labels: []data.ValueLabel{{Code: "1", Label: "Yes"}, {Code: "0", Label: "No"}}},
			{Name: "why", Label: "Why", Type: data.Text, Format: "character"},
			{Name: "when", Label: "When", Type: data.Time, Format: "date"},
		},
		Sets:   []data.Set{{Name: "m", Label: "Many", Counted: "1", Variables: []string{"m_1", "m__2"}}},
		Weight: "w",
		Notes: []string{
			"a.sss: lines of a.asc have up to 16 positions, and the definition describes 15; the rest is not read.",
			"a.sss: the definition says that some questions were not put to everybody: V3 where id. Who was not asked has blanks in the data.",
		},
	})
}

// Texts come in languages and modes; one of each is taken, the same throughout.
func TestLanguages(t *testing.T) {
	label := func(s string) string {
		return `<variable ident="1" type="logical"><name>q</name><label>` + s + `</label><position start="1"/></variable>`
	}
	for _, c := range []struct{ languages, label, want, note string }{
		{"", `plain <br/> text`, "plain text", ""},
		{"en", `plain<text xml:lang="en" mode="interview">other</text>`, "plain", ""},
		{"", `<text xml:lang="de">Wie?</text><text xml:lang="en">How?</text>`, "Wie?", "labels are read in de; those in en are not"},
		{"en de", `<text xml:lang="de">Wie?</text><text xml:lang="en">How?</text>`, "How?", "labels are read in en; those in de are not"},
		{"", `<text xml:lang="en" mode="analysis">short</text><text xml:lang="en" mode="interview">long</text>`, "long", ""},
		{"", `<text xml:lang="en" mode="interview"> </text><text xml:lang="en" mode="analysis">short</text>`, "short", ""},
	} {
		d := strings.Replace(define("", label(c.label)), `version="2.0"`, fmt.Sprintf(`version="2.0" languages=%q`, c.languages), 1)
		s := read(t, d, files{"a.asc": "1\n"})
		if got := s.Codebook.Variables[0].Label; got != c.want {
			t.Errorf("%s: label %q, want %q", c.label, got, c.want)
		}
		if notes := strings.Join(s.Codebook.Notes, "\n"); !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
			t.Errorf("%s: notes %q, want %q", c.label, notes, c.note)
		}
	}
}

// utf16LE is text in UTF-16 with its mark.
func utf16LE(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// Letters beyond ASCII, in the definition and in the data. In UTF-8 positions
// count characters, unless every line has the same number of bytes and not of
// characters.
func TestEncodings(t *testing.T) {
	vars := variableOf("q", "character", `start="1" finish="3"`, `<size>3</size>`) + strings.ReplaceAll(variableOf("z", "logical", `start="4"`, ``), `ident="1"`, `ident="2"`)
	latin := strings.Replace(define("", vars), "UTF-8", "ISO-8859-1", 1)
	for _, c := range []struct{ what, definition, lines, want, note string }{
		{"UTF-8, characters", define("", vars), "é  1\nabc0\n", "é abc 1 0", ""},
		{"UTF-8, bytes", define("", vars), "é 1\nabc0\n", "é abc 1 0", ""},
		{"UTF-8 with a mark", define("", vars), "\ufeffé  1\nabc0\n", "é abc 1 0", ""},
		{"Latin-1", latin, "\xe9  1\nabc0\n", "é abc 1 0", ""},
		{"Latin-1 said, UTF-8 found", latin, "é  1\nabc0\n", "é abc 1 0", "was read as UTF-8"},
		{"UTF-8 said, Latin-1 found", define("", vars), "\xe9  1\nabc0\n", "é abc 1 0", "is not UTF-8; it was read as Windows-1252"},
		{"UTF-16", utf16LE(strings.Replace(define("", vars), "UTF-8", "UTF-16", 1)), utf16LE("é  1\r\nabc0\r\n"), "é abc 1 0", ""},
		{"UTF-16 and ASCII", utf16LE(strings.Replace(define("", vars), "UTF-8", "UTF-16", 1)), "abc1\r\nabc0\r\n", "abc abc 1 0", ""},
		{"old Macintosh", define("", vars), "abc1\rabc0\r", "abc abc 1 0", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := read(t, c.definition, files{"a.asc": c.lines})
			got := readertest.Cells(t, s)
			same(t, strings.Join(append(got["q"], got["z"]...), " "), c.want)
			if notes := strings.Join(s.Codebook.Notes, "\n"); !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, c.note)
			}
		})
	}
}

// Data separated by commas: positions count fields.
func TestCSV(t *testing.T) {
	vars := variableOf("id", "quantity", `start="1"`, ``) + variableOf("why", "character", `start="2"`, `<size>9</size>`) +
		variableOf("m", "multiple", `start="3" finish="4"`, `<spread subfields="2" width="1"/>`+fourValues) + variableOf("b", "multiple", `start="5"`, fourValues)
	want := map[string][]string{"id": {"1", "2", "3"}, "why": {`say "no", twice`, "", "two\nlines"},
		"m_1": {"1", "", "0"}, "m_2": {"0", "", "1"}, "m_4": {"1", "", "0"}, "b_1": {"1", "", "0"}, "b_2": {"0", "", "0"}, "b_4": {"1", "", "0"}}
	lines := "1,\"say \"\"no\"\", twice\",1,4,1001\n2,,,,\"\"\n3,\"two\nlines\",2,0,0000\n"
	for _, c := range []struct{ what, record, lines, note string }{
		{"plain", `format="csv"`, lines, ""},
		{"names skipped", `format="csv" skip="1"`, "id,why,m1,m2,b\n" + lines, ""},
		{"names found", `format="csv"`, "id,why,m,m,b\n" + lines, "holds names and was stepped over"},
		{"semicolons", `format="csv"`, strings.NewReplacer(", twice", ", twice", ",", ";").Replace(lines), "are separated by ';'"},
		{"empty lines", `format="csv"`, lines + "\n\n\x1a", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := read(t, define(c.record, vars), files{"a.csv": c.lines})
			same(t, readertest.Cells(t, s), want)
			if s.Files[0].Rows != 3 {
				t.Errorf("%d rows", s.Files[0].Rows)
			}
			if notes := strings.Join(s.Codebook.Notes, "\n"); !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, c.note)
			}
		})
	}
	// Subfields in one field, with separators or by width.
	one := variableOf("m", "multiple", `start="1"`, `<spread subfields="2"/><values><value code="1">A</value><value code="12">B</value></values>`)
	s := read(t, define(`format="csv"`, one), files{"a.csv": "\"1,12\"\n0112\n100\n\n"})
	same(t, readertest.Cells(t, s), map[string][]string{"m_1": {"1", "1", "1"}, "m_12": {"1", "1", "0"}})
}

// What the definition does not list stays, and is said with its place.
func TestUndeclared(t *testing.T) {
	for _, c := range []struct {
		what, variable, lines string
		want                  map[string][]string
		note                  string
	}{
		{"single", variableOf("q", "single", `start="1"`, twoValues), "1\n7\n7\n9\n", map[string][]string{"q": {"1", "7", "7", "9"}}, "a.sss: column q, from data line 2 on: codes that the definition does not list (7, 9); they stay as they are, without a label."},
		{"literal", variableOf("q", "single", `start="1"`, `<values><value code="A">x</value></values>`), "A\nB\n", map[string][]string{"q": {"A", "B"}}, "a.sss: column q, from data line 2 on: answers that are not among the codes of the definition; they stay as they are."},
		{"no numbers", strings.Replace(variableOf("q", "single", `start="1"`, twoValues), "type=", `format="literal" type=`, 1), "1\nX\n", map[string][]string{"q": {"1", "X"}}, "a.sss: column q, from data line 2 on: answers that are not among the codes of the definition; they stay as they are."},
		{"numbers spelled otherwise", strings.Replace(variableOf("q", "single", `start="1" finish="2"`, twoValues), "type=", `format="literal" type=`, 1), "1 \n01\n", map[string][]string{"q": {"1", "01"}}, "a.sss: column q, from data line 2 on: answers that are not among the codes of the definition; they stay as they are."},
		{"bits", variableOf("q", "multiple", `start="1" finish="4"`, fourValues), "1010\n0000\n", map[string][]string{"q_1": {"1", "0"}, "q_2": {"0", "0"}, "q_3": {"1", "0"}, "q_4": {"0", "0"}}, "a.sss: column q, from data line 1 on: codes that the definition does not list (3); they stay as they are, without a label."},
		{"spread", variableOf("q", "multiple", `start="1" finish="2"`, `<spread subfields="2"/>`+fourValues), "10\n98\n", map[string][]string{"q_1": {"1", "0"}, "q_2": {"0", "0"}, "q_4": {"0", "0"}, "q_9": {"0", "1"}, "q_8": {"0", "1"}}, "a.sss: column q, from data line 2 on: codes that the definition does not list (9, 8); they stay as they are, without a label."},
		{"range", variableOf("q", "quantity", `start="1" finish="2"`, `<values><range from="0" to="10"/><value code="99">None</value></values>`), "10\n99\n11\n", map[string][]string{"q": {"10", "99", "11"}}, "a.sss: column q, from data line 3 on: values lie outside the range of the definition; they stay as they are."},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := read(t, define("", c.variable), files{"a.asc": c.lines})
			same(t, readertest.Cells(t, s), c.want)
			same(t, s.Codebook.Notes, []string{c.note})
		})
	}
}

// More different values than there are codes, in and outside of the range.
func TestManyValues(t *testing.T) {
	var lines strings.Builder
	var want []string
	for i := range 40000 {
		fmt.Fprintf(&lines, "%05d\n", i%9000)
		want = append(want, fmt.Sprint(i%9000))
	}
	s := read(t, define("", variableOf("q", "quantity", `start="1" finish="5"`, `<values><range from="0" to="8000"/></values>`)), files{"a.asc": lines.String()})
	same(t, readertest.Cells(t, s)["q"], want)
	same(t, s.Codebook.Notes, []string{"a.sss: column q, from data line 8002 on: values lie outside the range of the definition; they stay as they are."})
	s = read(t, define("", variableOf("q", "character", `start="1" finish="5"`, ``)), files{"a.asc": lines.String()})
	if got := readertest.Cells(t, s)["q"]; len(got) != 40000 || got[0] != "00000" || got[39999] != "03999" {
		t.Errorf("%d texts, the last %q", len(got), got[len(got)-1])
	}
}
