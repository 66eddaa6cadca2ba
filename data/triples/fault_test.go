package triples

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// What cannot be read is refused with its place and what to do.
func TestFaults(t *testing.T) {
	one := variableOf("q", "single", `start="1"`, twoValues)
	csv := `format="csv"`
	for _, c := range []struct {
		what, definition string
		beside           files
		want             string
	}{
		{"entity", `<!DOCTYPE sss [<!ENTITY e SYSTEM "b.txt">]>` + define("", one), files{"a.asc": "1\n"}, "a.sss:1: it declares a document type of its own"},
		{"entity that XML does not have", define("", strings.Replace(one, "q?", "&nbsp;", 1)), files{"a.asc": "1\n"}, "a.sss:1: it refers to an entity"},
		{"depth", define("", strings.Repeat("<a>", 50)), nil, "a.sss:1: elements lie more than 32 deep"},
		{"attributes", `<sss version="2.0" ` + strings.Repeat(`a="x" `, 1<<18), nil, "a.sss:1: a tag, a text or a comment is longer than any definition needs"},
		{"cut", define("", one)[:150], nil, "a.sss:1: the XML ends here"},
		{"not XML", "<sss <", nil, "a.sss:1: this is no well-formed XML"},
		{"another XML", "<survey/>", nil, `a.sss: the XML is no Triple-S definition: it begins with "survey"`},
		{"encoding", strings.Replace(define("", one), "UTF-8", "klingon", 1), nil, "a.sss:1: its XML declaration names an encoding that is not known"},
		{"not in its encoding", define("", strings.Replace(one, "q?", "\xe9", 1)), nil, "a.sss:1: the file is not in the encoding that it names (UTF-8)"},
		{"version", strings.Replace(define("", one), `version="2.0"`, `version="4.0"`, 1), nil, `a.sss: the definition says version "4.0", and versions 1 to 3 are read`},
		{"hierarchy", `<sss version="2.0"><hierarchy><level ident="H" href="house.sss"/><level ident="P" href="person.sss"><parent level="H"/></level></hierarchy></sss>`, nil, "a.sss: this describes a hierarchy, whose levels have a definition and data of their own (house.sss, person.sss); name the definition of the level to report on"},
		{"no record", `<sss version="2.0"><survey/></sss>`, nil, "a.sss: the definition has no record"},
		{"two records", `<sss version="2.0"><survey><record ident="A">` + one + `</record><record ident="B"/></survey></sss>`, nil, "a.sss: the definition has more than one record"},
		{"no variable", define("", ""), nil, "a.sss: the definition describes no variable"},
		{"layout", define(`format="json"`, one), nil, `a.sss: the data are in the format "json"`},
		{"skip", define(`skip="-1"`, one), nil, `a.sss: the record says skip="-1"`},
		{"no name", define("", `<variable type="single"><position start="1"/></variable>`), nil, "a.sss: variable 1 has neither name nor ident"},
		{"name twice", define("", one+one), nil, "a.sss: column q: two variables have this name"},
		{"type", define("", variableOf("q", "picture", `start="1"`, "")), nil, `a.sss: column q: its type is "picture"`},
		{"no position", define("", `<variable type="single"><name>q</name></variable>`), nil, "a.sss: column q: the definition does not say where the answers stand"},
		{"position", define("", variableOf("q", "single", `start="x"`, "")), nil, `a.sss: column q: position says start="x"`},
		{"far position", define("", variableOf("q", "single", `start="1" finish="99999999999"`, "")), nil, `a.sss: column q: position says finish="99999999999"`},
		{"backward", define("", variableOf("q", "single", `start="9" finish="8"`, "")), nil, "a.sss: column q: it starts at position 9 and finishes at 8"},
		{"room", define("", strings.Repeat(`<variable ident="1" type="character"><position start="1" finish="1000000"/></variable>`, 1)+func() (s string) {
			for i := range 20 {
				s += variableOf(fmt.Sprint("v", i), "character", `start="1" finish="1000000"`, "")
			}
			return s
		}()), nil, "a.sss: the variables take more room than any survey does"},
		{"code twice", define("", variableOf("q", "single", `start="1" finish="2"`, `<values><value code="1">a</value><value code="01">b</value></values>`)), nil, "a.sss: column q: the code 1 stands twice"},
		{"no code", define("", variableOf("q", "single", `start="1"`, `<values><value>a</value></values>`)), nil, "a.sss: column q: a value has no code"},
		{"numeric", define("", strings.Replace(variableOf("q", "single", `start="1"`, `<values><value code="a">a</value></values>`), "type=", `format="numeric" type=`, 1)), nil, `a.sss: column q: the code "a" is no number although the variable is numeric`},
		{"bit outside", define("", variableOf("q", "multiple", `start="1" finish="3"`, fourValues)), nil, "a.sss: column q: its code 4 needs position 4, but it finishes at 3"},
		{"bit of no place", define("", variableOf("q", "multiple", `start="1"`, `<values><value code="0">a</value></values>`)), nil, `a.sss: column q: the code "0" is no position of a bit`},
		{"subfields", define("", variableOf("q", "multiple", `start="1" finish="3"`, `<spread subfields="2" width="2"/>`+fourValues)), nil, "a.sss: column q: its 2 subfields of 2 characters do not fit the 3 positions"},
		{"range", define("", variableOf("q", "quantity", `start="1"`, `<values><range from="a" to="b"/></values>`)), nil, `a.sss: column q: its range goes from "a" to "b"`},
		{"two at once", define("", variableOf("q", "picture", `start="1"`, "")+variableOf("r", "picture", `start="1"`, "")), nil, "a.sss: column r: its type"},

		{"no data", define("", one), nil, "a.sss: its data file is not there: looked in the folder of the definition for a.asc, a.dat, a.txt;"},
		{"csv of another layout", define("", one), files{"a.csv": "1\n"}, "a.sss: its data file is not there"},
		{"itself", define(`href="a.sss"`, one), nil, "a.sss: its data file is not there: looked in the folder of the definition for a.asc, a.dat, a.txt;"},
		{"empty data", define("", one), files{"a.asc": ""}, "a.sss: its data file a.asc is empty"},
		{"short line", define("", variableOf("q", "single", `start="1" finish="2"`, twoValues)), files{"a.asc": " 1\n1\n 2\n"}, "a.sss: data line 2: a.asc is 1 wide on this line, and the definition describes 2 positions"},
		{"empty line", define("", one), files{"a.asc": "1\n\n2\n"}, "a.sss: data line 2: a.asc is 0 wide"},
		{"no line ends", define("", variableOf("q", "single", `start="1" finish="2"`, twoValues)), files{"a.asc": " 1 2 1 2"}, "a.sss: data line 1: the line is as long as those of several respondents"},
		{"binary", define("", one), files{"a.asc": "1\n\x00\n"}, "a.sss: data line 2: a.asc holds a byte that no text has"},
		{"endless line", define("", one), files{"a.asc": strings.Repeat("1", maxLine+2)}, "a.sss: data line 1: the line is longer than a million characters"},
		{"mark of UTF-8", define("", one), files{"a.asc": "\xef\xbb\xbf1\xff\n"}, "a.sss: its data file a.asc begins with the mark of UTF-8"},
		{"letters", define("", one), files{"a.asc": "1\nx\ny\n"}, "a.sss: data line 2: column q: the value is no number, as the definition says of this variable; correct the definition or export again (also data line 3)"},
		{"decimal comma", define("", variableOf("q", "quantity", `start="1" finish="3"`, "")), files{"a.asc": "1,5\n"}, "a.sss: data line 1: column q: the value is no number"},
		{"hexadecimal", define("", variableOf("q", "quantity", `start="1" finish="3"`, "")), files{"a.asc": "0x1\n"}, "a.sss: data line 1: column q: the value is no number"},
		{"date", define("", variableOf("q", "date", `start="1" finish="8"`, "")), files{"a.asc": "20230229\n"}, "a.sss: data line 1: column q: the value is no date (YYYYMMDD)"},
		{"time", define("", variableOf("q", "time", `start="1" finish="6"`, "")), files{"a.asc": "256000\n"}, "a.sss: data line 1: column q: the value is no time of day"},
		{"bits cut off", define(csv, variableOf("q", "multiple", `start="1"`, fourValues)), files{"a.csv": "1011\n011\n"}, "a.sss: data line 2: column q: the answer has 3 digits, and the definition describes 4"},
		{"fields of one line", define(csv, variableOf("q", "single", `start="1"`, twoValues)+variableOf("w", "character", `start="2"`, "<size>9</size>")), files{"a.csv": "1,why\n2,well, so\n"}, "a.sss: data line 2: a.csv has 3 fields on this line, and 2 on its first"},
		{"bits", define("", variableOf("q", "multiple", `start="1" finish="4"`, fourValues)), files{"a.asc": "1002\n"}, "a.sss: data line 1: column q: the answer holds something else than 0, 1 and blanks"},
		{"subfield", define("", variableOf("q", "multiple", `start="1" finish="2"`, `<spread subfields="2"/>`+fourValues)), files{"a.asc": "1x\n"}, "a.sss: data line 1: column q: the answer holds something that is no code"},
		{"short record", define(csv, variableOf("q", "single", `start="3"`, twoValues)), files{"a.csv": "1,1,1\n1,1\n"}, "a.sss: data line 2: a.csv has 2 fields on this line, and the definition describes 3"},
		{"open quotation", define(csv, one), files{"a.csv": "1\n\"2\n1\n"}, "a.sss: data line 2: a quotation mark in a.csv opens on this line and does not close"},
		{"torn quotation", define(csv, one), files{"a.csv": "1\n\"2\"3\n"}, "a.sss: data line 2: quotation marks in a.csv do not close"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := opened(c.definition, c.beside)
			if err == nil || !data.IsData(err) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
}

// More strange codes than a multiple answer can have are another survey's.
func TestTooManyCodes(t *testing.T) {
	var lines strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&lines, "%04d\n", i+1)
	}
	_, err := opened(define("", variableOf("q", "multiple", `start="1" finish="4"`, `<spread subfields="1"/>`+fourValues)), files{"a.asc": lines.String()})
	if err == nil || !strings.Contains(err.Error(), "column q: the answers hold too many codes that the definition does not list") {
		t.Error(err)
	}
}

// Only a file name is followed; a path of any system, an address and a name that
// is none are not, and the data are looked for beside the definition.
func TestHref(t *testing.T) {
	one := variableOf("q", "single", `start="1"`, twoValues)
	for href, want := range map[string]string{
		"": "2", "other.txt": "1", "gone.txt": "2", "A.ASC": "2",
		"/tmp/other.txt": "2", `C:\data\other.txt`: "2", "../other.txt": "2", "..": "2", "x/other.txt": "2", "http://host.example/other.txt": "2", "file:other.txt": "2",
	} {
		s := read(t, define(fmt.Sprintf("href=%q", href), one), files{"a.asc": "2\n", "other.txt": "1\n", "/tmp/other.txt": "1\n", "../other.txt": "1\n"})
		if got := readertest.Cells(t, s)["q"][0]; got != want {
			t.Errorf("%q: read %s, want %s", href, got, want)
		}
		if away := strings.ContainsAny(href, `/\:`) || href == ".."; away != (len(s.Codebook.Notes) > 0) {
			t.Errorf("%q: notes %q", href, s.Codebook.Notes)
		}
	}
}

// Rows that nobody needs are stepped over, behind lines to skip too, and every
// batch knows where it stands.
func TestSkip(t *testing.T) {
	var lines strings.Builder
	lines.WriteString("head\nmore of it\n")
	const rows = 3*maxRows + 5
	for i := range rows {
		fmt.Fprintf(&lines, "%05d\n", i)
	}
	s := read(t, define(`skip="2"`, variableOf("q", "quantity", `start="1" finish="5"`, "")), files{"a.asc": lines.String()})
	var firsts, befores []int64
	var values []string
	for b, err := range s.BatchesBut([]string{"q"}, func(before, n int64) bool { return before == maxRows }) {
		if err != nil {
			t.Fatal(err)
		}
		firsts, befores = append(firsts, b.First), append(befores, b.Before)
		values = append(values, readertest.ColumnCells(b, 0)[0])
		if got := s.Place(b, 1); got != fmt.Sprintf("a.sss: data line %d", b.First+1) {
			t.Error(got)
		}
	}
	same(t, firsts, []int64{3, 2*maxRows + 3, 3*maxRows + 3})
	same(t, befores, []int64{0, 2 * maxRows, 3 * maxRows})
	same(t, values, []string{"0", fmt.Sprint(2 * maxRows), fmt.Sprint(3 * maxRows)})
}

// Some columns in another order, twice: scans are independent.
func TestSomeColumns(t *testing.T) {
	s := read(t, define("", variableOf("a", "single", `start="1"`, twoValues)+variableOf("m", "multiple", `start="2" finish="5"`, fourValues)), files{"a.asc": "11001\n20100\n"})
	for range 2 {
		same(t, readertest.Cells(t, s, "m_4", "a", "m_1"), map[string][]string{"m_4": {"1", "0"}, "a": {"1", "2"}, "m_1": {"1", "0"}})
	}
}

// Faults far behind each other are told together, in the order of their lines, and what
// changes while the file is read has its line, too.
func TestFaultsFarBehind(t *testing.T) {
	definition := define("", variableOf("q", "quantity", `start="1" finish="2"`, "")+variableOf("r", "single", `start="3"`, twoValues))
	lines := func() []string { return strings.Split(strings.Repeat("121\n", 3*blockRows), "\n") }
	bad := lines()
	bad[2*blockRows], bad[blockRows+76], bad[blockRows/2] = "1x1", "12", "12x"
	_, err := pair([]byte(definition), []byte(strings.Join(bad, "\n")))
	want := fmt.Sprintf("a.sss: data line %d: column r: the value is no number", blockRows/2+1)
	second := fmt.Sprintf("\na.sss: data line %d: a.asc is 2 wide on this line, and the definition describes 3 positions", blockRows+77)
	third := fmt.Sprintf("\na.sss: data line %d: column q: the value is no number", 2*blockRows+1)
	if got := fmt.Sprint(err); !strings.HasPrefix(got, want) || !strings.Contains(got, second) || !strings.Contains(got[strings.Index(got, second):], third) {
		t.Errorf("%v", err)
	}
	b := []byte(strings.Join(lines(), "\n"))
	s, err := pair([]byte(definition), b)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[4*2*blockRows:], "xx1")
	_, err = readertest.Values(s, []string{"r", "q"})
	if want := fmt.Sprintf("a.sss: data line %d: column q: the value is no number; the file has changed since it was opened", 2*blockRows+1); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("changed: %v", err)
	}
}
