package ddi

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// files are what lies beside a codebook.
type files map[string]string

// input is a codebook with files beside it.
func input(codebook string, beside files) *data.Input {
	in := data.FromBytes("folder", nil).Inside("a.xml", strings.NewReader(codebook), int64(len(codebook)), func(name string) (*data.Input, error) {
		content, ok := beside[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return data.FromBytes(name, []byte(content)), nil
	})
	in.Path = "a.xml"
	return in
}

func survey(t testing.TB, codebook string, beside files) *data.Survey {
	t.Helper()
	s, err := Open(input(codebook, beside))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// cells are the values of all variables, as codes, "" for a null.
func cells(t testing.TB, s *data.Survey) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range s.Codebook.Variables {
			a := data.Plain(b.Record.Column(i))
			for k := range a.Len() {
				text := ""
				switch a := a.(type) {
				case *array.Float64:
					text = data.Code(a.Value(k))
				case *array.String:
					text = a.Value(k)
				case *array.Timestamp:
					text = fmt.Sprint(int64(a.Value(k)))
				}
				if a.IsNull(k) {
					text = ""
				}
				out[v.Name] = append(out[v.Name], text)
			}
		}
	}
	return out
}

// book is a codebook of version 2.5 around some variables.
func book(inside string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><codeBook xmlns="ddi:codebook:2_5" version="2.5" xml:lang="en">` +
		`<stdyDscr><citation><titlStmt><titl>A study</titl></titlStmt></citation></stdyDscr>` + inside + `</codeBook>`
}

// Every element that is read, by what the field level documentation of
// DDI-Codebook 2.5 says that it means.
func TestElements(t *testing.T) {
	const codebook = `
<fileDscr ID="F1"><fileTxt><fileName>answers.csv</fileName><dimensns><caseQnty>3</caseQnty></dimensns></fileTxt></fileDscr>
<dataDscr>
<varGrp ID="G1" type="multipleResp" name="seen" var="V4 V5"><labl>What have you seen?</labl></varGrp>
<varGrp ID="G2" type="section" name="part" var="V1"/>
<varGrp ID="G3" type="multipleResp" name="cats" var="V1 V3"><labl>Cats</labl><notes type="counted">2</notes></varGrp>
<var ID="V1" name="trust" nature="ordinal" files="F1" wgt-var="V2">
 <labl xml:lang="de">Vertrauen</labl><labl xml:lang="en">Trust</labl>
 <qstn><preQTxt>Now think.</preQTxt><qstnLit xml:lang="en">How far do you
   <emph>trust</emph> us?</qstnLit></qstn>
 <invalrng><item UNITS="INT" VALUE="98"/><range UNITS="INT" min="900"/></invalrng>
 <sumStat type="mean">2.5</sumStat>
 <catgry><catValu>1</catValu><labl>Not at all</labl><catStat type="freq">7</catStat></catgry>
 <catgry><catValu>2</catValu><labl xml:lang="de">Sehr</labl><labl xml:lang="en">Fully</labl></catgry>
 <catgry missing="Y"><catValu>98</catValu><labl>Don't know</labl></catgry>
 <catgry missing="Y"><catValu>.a</catValu><labl>Refused</labl></catgry>
 <catgry missing="Y"><catValu>Sysmiss</catValu></catgry>
 <varFormat type="numeric" schema="SPSS" formatname="F2.0"/></var>
<var ID="V2" name="w" wgt="wgt" intrvl="contin"><labl>Weight</labl><varFormat type="numeric"/></var>
<var ID="V3" name="zip"><labl>Post code</labl><catgry><catValu>01</catValu><labl>East</labl></catgry><varFormat type="character"/></var>
<var ID="V4" name="seen_1"><labl>Film</labl><catgry><catValu>0</catValu><labl>No</labl></catgry><catgry><catValu>1</catValu><labl>Yes</labl></catgry><varFormat type="numeric"/></var>
<var ID="V5" name="seen_2"><labl xml:space="preserve"> Two  blanks </labl><catgry><catValu>1</catValu><labl>Yes</labl></catgry><varFormat type="numeric"/></var>
<var ID="V6" name="day"><varFormat type="character" category="date"/></var>
<var ID="V7" name="free"><qstn>Why?</qstn></var>
</dataDscr>`
	s := survey(t, book(codebook), files{"answers.csv": "trust,w,zip,seen_1,seen_2,day,free,more\n1,0.50,01,1,0,2026-03-01,5,x\n.a,2,1,,1,2026-03-01 14:30:00,6,y\n999,1e0,NA,0,,,,\n"})
	want := data.Codebook{
		Variables: []data.Variable{
			{Name: "trust", Label: "How far do you trust us?", Level: data.Ordinal, Format: "F2.0",
				Labels:  []data.ValueLabel{{Code: "1", Label: "Not at all"}, {Code: "2", Label: "Fully"}, {Code: "98", Label: "Don't know"}, {Code: ".a", Label: "Refused"}},
				Missing: data.Missing{Codes: []string{"98", ".a"}, HasRange: true, Low: 900, High: math.Inf(1)}},
			{Name: "w", Label: "Weight", Level: data.Scale},
			{Name: "zip", Label: "Post code", Type: data.Text, Labels: []data.ValueLabel{{Code: "01", Label: "East"}}},
			{Name: "seen_1", Label: "Film", Labels: []data.ValueLabel{{Code: "0", Label: "No"}, {Code: "1", Label: "Yes"}}},
			{Name: "seen_2", Label: " Two  blanks ", Labels: []data.ValueLabel{{Code: "1", Label: "Yes"}}},
			{Name: "day", Type: data.Time},
			{Name: "free", Label: "Why?"},
			{Name: "more", Type: data.Text},
		},
		Sets:   []data.Set{{Name: "seen", Label: "What have you seen?", Counted: "1", Variables: []string{"seen_1", "seen_2"}}, {Name: "cats", Label: "Cats", Counted: "2", Variables: []string{"trust", "zip"}}},
		Weight: "w",
		Notes: []string{
			"a.xml: texts are read in en; those in de are not.",
			"a.xml: columns of answers.csv that the codebook does not describe are read as they look: more.",
		},
	}
	if diff := cmp.Diff(want, s.Codebook); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]data.File{{Path: "a.xml", Format: "DDI codebook", Rows: 3, Unit: "data line"}}, s.Files); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string][]string{"trust": {"1", ".a", "999"}, "w": {"0.5", "2", "1"}, "zip": {"01", "1", ""}, "seen_1": {"1", "", "0"}, "seen_2": {"0", "1", ""},
		"day": {"1772323200", "1772375400", ""}, "free": {"5", "6", ""}, "more": {"x", "y", ""}}, cells(t, s)); diff != "" {
		t.Error(diff)
	}
}

// Version 1.2.2 names its document type and no namespace. Data of fixed width, with
// decimals that have no point, are as IPUMS writes them; the data are packed.
func TestFixedWidth(t *testing.T) {
	const codebook = `<?xml version="1.0"?><!DOCTYPE codeBook SYSTEM "http://www.icpsr.umich.edu/DDI/Version1-2-2.dtd"><codeBook>
<fileDscr ID="F1"><fileTxt><fileName ID="F1N">a.dat</fileName><fileStrc type="rectangular"/></fileTxt></fileDscr>
<dataDscr>
<var ID="SEX" name="SEX" files="F1" dcml="0" intrvl="discrete"><location StartPos="1" EndPos="1" width="1"/><labl>Sex</labl>
<catgry><catValu>1</catValu><labl>Male</labl></catgry><catgry><catValu>2</catValu><labl>Female</labl></catgry><varFormat type="numeric" schema="other"/></var>
<var ID="PERWT" name="PERWT" files="F1" wgt="wgt" dcml="2" intrvl="contin"><location StartPos="2" EndPos="5" width="4"/><labl>Weight</labl><varFormat type="numeric"/></var>
<var ID="TOWN" name="TOWN"><location StartPos="6" width="4"/><varFormat type="character"/></var>
<var ID="INC" name="INC" dcml="1"><location StartPos="10" width="4"/><varFormat type="numeric"/></var>
</dataDscr></codeBook>`
	packed := readertest.Gzip([]byte("10125Bonn12.5\r\n20250NA   7.0\r\n 9999K\xf6ln    \r\n"))
	want := map[string][]string{"SEX": {"1", "2", ""}, "PERWT": {"1.25", "2.5", "99.99"}, "TOWN": {"Bonn", "NA", "Köln"}, "INC": {"12.5", "7", ""}}
	for name, content := range map[string]string{
		"a.dat.gz": string(packed),
		"a.dat":    "10125Bonn12.5\n20250NA   7.0\n 9999Köln    \n",
		"a.ASC":    "10125Bonn12.5\n20250NA   7.0\n 9999K\xf6ln    \n\n",
	} {
		s := survey(t, codebook, files{name: content})
		if diff := cmp.Diff(want, cells(t, s)); diff != "" {
			t.Error(name, diff)
		}
		if s.Codebook.Weight != "PERWT" || !slices.Contains(s.Codebook.Notes, "a.xml: variables that have decimals without a point (dcml), so that their last digits are read as such: PERWT.") {
			t.Errorf("%s: weight %s, notes %q", name, s.Codebook.Weight, s.Codebook.Notes)
		}
	}
}

// The data file is found by the name in the codebook, whatever its ending, else by
// the codebook's, and no path is followed.
func TestFind(t *testing.T) {
	const variable = `<dataDscr><var name="q"><varFormat type="numeric"/></var></dataDscr>`
	for name, want := range map[string]string{"b.csv": "2", "b.NSDstat": "2", "": "1", "../b.csv": "1", "/b.csv": "1", "gone.csv": "1", "a.xml": "1"} {
		s := survey(t, book(`<fileDscr><fileTxt><fileName>`+name+`</fileName></fileTxt></fileDscr>`+variable), files{"a.csv": "q\n1\n", "b.csv": "q\n2\n", "../b.csv": "q\n3\n"})
		if got := cells(t, s)["q"][0]; got != want {
			t.Errorf("%q: read %s, want %s", name, got, want)
		}
	}
	s := survey(t, book(`<fileDscr URI="b.csv"/>`+variable), files{"b.csv": "q\n2\n"})
	if got := cells(t, s)["q"][0]; got != "2" {
		t.Error(got)
	}
	several := `<fileDscr ID="F1"><fileTxt><fileName>house.csv</fileName></fileTxt></fileDscr><fileDscr ID="F2"><fileTxt><fileName>person.csv</fileName></fileTxt></fileDscr>` +
		`<dataDscr><var name="rooms" files="F1"/><var name="age" files="F2"/></dataDscr>`
	s = survey(t, book(several), files{"person.csv": "age\n30\n"})
	if diff := cmp.Diff(map[string][]string{"age": {"30"}}, cells(t, s)); diff != "" {
		t.Error(diff)
	}
	// Without a line of names the columns are in the order of the codebook.
	s = survey(t, book(`<dataDscr><var name="q"/><var name="r"><varFormat type="character"/></var></dataDscr>`), files{"a.csv": "1,2\n3,04\n"})
	if diff := cmp.Diff(map[string][]string{"q": {"1", "3"}, "r": {"2", "04"}}, cells(t, s)); diff != "" {
		t.Error(diff)
	}
}

// What is wrong is said with the file, the place and what to do.
func TestFaults(t *testing.T) {
	one := func(inside string) string { return book(`<dataDscr><var name="q">` + inside + `</var></dataDscr>`) }
	const numeric = `<varFormat type="numeric"/>`
	fixed := func(location string) string {
		return one(`<location ` + location + `/>` + numeric)
	}
	for _, c := range []struct {
		what, codebook string
		beside         files
		want           string
	}{
		{"another XML", `<html/>`, nil, `a.xml: the XML is no DDI codebook: it begins with "html"; name the definition (.xml)`},
		{"entity", book(`<dataDscr><var name="q"><labl>&x;</labl></var></dataDscr>`), nil, "a.xml:1: it refers to an entity that XML does not have"},
		{"document type", `<!DOCTYPE codeBook [<!ENTITY x SYSTEM "/etc/passwd">]><codeBook/>`, nil, "a.xml:1: it declares a document type of its own"},
		{"cut", book("")[:60], nil, "a.xml:1: the XML ends here"},
		{"no variable", book(""), files{"a.csv": "q\n1\n"}, "a.xml: the codebook describes no variable"},
		{"no data", one(numeric), nil, "a.xml: its data file is not there: looked in the folder of the definition for a.csv, a.tsv, a.tab, a.dat, a.asc, a.txt"},
		{"empty data", one(numeric), files{"a.csv": ""}, "a.xml: its data file a.csv is empty"},
		{"labelled data", book(`<fileDscr><fileTxt><fileName>b.sav</fileName></fileTxt></fileDscr>`), files{"b.sav": "x"}, "a.xml: it describes b.sav, which lies beside it and has labels of its own"},
		{"two files", book(`<fileDscr URI="b.csv"/><fileDscr URI="c.csv"/>`), files{"b.csv": "q\n1\n", "c.csv": "q\n1\n"}, "a.xml: it describes 2 data files, of which 2 lie beside it: b.csv, c.csv"},
		{"two names", book(`<dataDscr><var name="q"/><var name="q"/></dataDscr>`), files{"a.csv": "q\n1\n"}, "a.xml: column q: two variables have this name"},
		{"no name", book(`<dataDscr><var/></dataDscr>`), files{"a.csv": "q\n1\n"}, "a.xml: variable 1 has neither name nor ID"},
		{"type", one(`<varFormat type="words"/>`), files{"a.csv": "q\n1\n"}, `a.xml: column q: its type is "words"`},
		{"no column", one(numeric), files{"a.csv": "x,y\n1,2\n"}, "a.xml: column q: the codebook describes it and a.csv has no such column"},
		{"word", one(numeric), files{"a.csv": "q\n1\nx\n"}, "a.csv:3: column q: the value is no number, as the codebook says of this variable"},
		{"words", one(numeric), files{"a.csv": "q\n1\nx\n2\ny\n0x1\n"}, "(also line 5, 6)"},
		{"date", one(`<varFormat type="character" category="date"/>`), files{"a.csv": "q\n2026-02-30\n"}, "a.csv:2: column q: the value is no date"},
		{"two labels", one(`<catgry><catValu>1</catValu><labl>A</labl></catgry><catgry><catValu>01</catValu><labl>B</labl></catgry>` + numeric), files{"a.csv": "q\n1\n"}, `a.xml: column q: the code "1" has two labels`},
		{"range", one(`<invalrng><range min="x"/></invalrng>`), nil, `a.xml: column q: its range of missing values says min="x"`},
		{"ragged", one(numeric), files{"a.csv": "q,r\n1\n2,3\n"}, "a.csv:2: this line has 1 field and the header 2"},
		{"position", fixed(`StartPos="0" width="1"`), files{"a.dat": "1\n"}, `a.xml: column q: location says StartPos="0"`},
		{"no width", fixed(`StartPos="1"`), files{"a.dat": "1\n"}, "a.xml: column q: the codebook says where it starts and not how wide it is"},
		{"two widths", fixed(`StartPos="1" EndPos="3" width="2"`), files{"a.dat": "1\n"}, "a.xml: column q: it goes from position 1 to 3, and its width is 2"},
		{"second line", fixed(`StartPos="1" width="1" RecSegNo="2"`), files{"a.dat": "1\n"}, "a.xml: column q: it stands on line 2 of each respondent"},
		{"short line", fixed(`StartPos="2" width="2"`), files{"a.dat": " 12\n 1\n"}, "a.dat:2: the line has 2 positions, and the codebook describes 3"},
		{"torn letter", fixed(`StartPos="1" width="1"`), files{"a.dat": "é\n1 \n12345\n"}, "a.dat:1: column q: the value begins or ends in the middle of a letter"},
		{"long line", fixed(`StartPos="1" width="1"`), files{"a.dat": strings.Repeat("1", 1<<20+1<<19)}, "a.dat:1: the line is longer than a million characters"},
		{"no number in fixed", fixed(`StartPos="2" width="2"`), files{"a.dat": " 12\n 1x\n"}, "a.dat:2: column q: the value is no number"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := Open(input(c.codebook, c.beside))
			if err == nil || !data.IsData(err) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
}

// What had to be assumed is said.
func TestNotes(t *testing.T) {
	s := survey(t, book(`<fileDscr URI="x/a.csv"><fileTxt><dimensns><caseQnty>5</caseQnty></dimensns></fileTxt></fileDscr><dataDscr>`+
		`<varGrp ID="G" type="multipleResp" var="A B"/>`+
		`<var ID="A" name="q" wgt="wgt"><invalrng><range min="1" maxExclusive="3"/><range min="90" max="95"/></invalrng><catgry><catValu>91</catValu></catgry><catgry><catValu>low</catValu></catgry><varFormat type="numeric"/></var>`+
		`<var ID="C" name="w" wgt="wgt"/></dataDscr>`), files{"a.csv": "q,w\n1,1\n.b,2\n"})
	want := []string{
		"a.xml: it names a data file in another place, which is not followed; the one beside the codebook is read.",
		"a.xml: it says that there are 5 cases, and a.csv has 2; check that the file is whole.",
		"a.xml: variables that have categories whose codes are no numbers, which are left out: q.",
		"a.xml: variables that have more than one range of missing values; of the others only the categories count: q.",
		"a.xml: several variables are marked as weight; q, the first, is named as the file's, and not w.",
		"a.xml: the multiple-response group G names variables that are not in the codebook, or twice; they are left out.",
	}
	if diff := cmp.Diff(want, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(data.Missing{Codes: []string{"91", ".b"}, HasRange: true, Low: 1, High: math.Nextafter(3, 0)}, s.Codebook.Variables[0].Missing); diff != "" {
		t.Error(diff)
	}
}

// Rows are the same coded or not, kept from opening or read again, in stretches and
// from fixed width as from CSV: against the values that were written.
func TestRows(t *testing.T) {
	codebook := book(`<dataDscr><var name="q"><location StartPos="1" width="6"/><varFormat type="numeric"/></var>` +
		`<var name="s"><location StartPos="7" width="4"/><varFormat type="character"/></var>` +
		`<var name="zip"><location StartPos="11" width="5"/><varFormat type="character"/></var>` +
		`<var name="day"><location StartPos="16" width="19"/><varFormat type="character" category="time"/></var>` +
		`<var name="w" dcml="2"><location StartPos="35" width="5"/><varFormat type="numeric"/></var></dataDscr>`)
	rapid.Check(t, func(r *rapid.T) {
		rows, different := rapid.SampledFrom([]int{1, 7, 8193, 9000}).Draw(r, "rows"), rapid.SampledFrom([]int{2, 250, 300, 9000}).Draw(r, "different")
		room := rapid.SampledFrom([]int64{0, 600_000, 1 << 30}).Draw(r, "room")
		var csv, fixed strings.Builder
		csv.WriteString("q,s,zip,day,w\n")
		want := map[string][]string{}
		var hundredths []string
		for i := range rows {
			n := i * 7919 % different
			q, s, zip, w := fmt.Sprint(n), fmt.Sprintf("t%d", n%5), fmt.Sprintf("%05d", n), fmt.Sprint(n)
			day := time.Unix(int64(n)*1000, 0).UTC()
			if n%11 == 3 {
				q = ""
			}
			if n%13 == 2 {
				w = ".b"
			}
			fmt.Fprintf(&csv, "%s,%s,%s,%s,%s\n", q, s, zip, day.Format(time.DateTime), w)
			fmt.Fprintf(&fixed, "%6s%-4s%s%s%5s\n", q, s, zip, day.Format(time.DateTime), w)
			for name, code := range map[string]string{"q": q, "s": s, "zip": zip, "day": fmt.Sprint(day.Unix()), "w": w} {
				want[name] = append(want[name], code)
			}
			if w != ".b" {
				w = data.Code(float64(n) / 100)
			}
			hundredths = append(hundredths, w)
		}
		for _, name := range []string{"a.csv", "a.dat"} {
			content := csv.String()
			if name == "a.dat" { // decimals without a point are those of fixed width
				content, want["w"] = fixed.String(), hundredths
			}
			in := input(codebook, files{name: content})
			in.Room = room
			s, err := Open(in)
			if err != nil {
				r.Fatal(err)
			}
			if kept := s.Kept(); kept > room || kept == 0 && room == 1<<30 {
				r.Fatalf("%s: %d bytes are kept where there is room for %d", name, kept, room)
			}
			s.Forget([]string{"s"}) // as variables that identify people are
			delete(want, "s")
			names := []string{"w", "day", "q", "zip"}
			got := map[string][]string{}
			for b, err := range s.Batches(names) {
				if err != nil {
					r.Fatal(err)
				}
				for i, name := range names {
					got[name] = append(got[name], readertest.ColumnCells(b, i)...)
				}
			}
			for column := range want {
				if !slices.Equal(want[column], got[column]) {
					r.Fatal(name, cmp.Diff(want[column], got[column]))
				}
			}
			for b, err := range s.BatchesBut([]string{"q"}, func(before, n int64) bool { return before == 8192 }) {
				if err != nil {
					r.Fatal(err)
				}
				a := data.Plain(b.Record.Column(0)).(*array.Float64)
				for i := range a.Len() {
					w := want["q"][int(b.Before)+i]
					if a.IsNull(i) != (w == "") || a.IsValid(i) && data.Code(a.Value(i)) != w {
						r.Fatalf("%s: row %d of the batch behind %d", name, i, b.Before)
					}
				}
			}
		}
	})
}

// Years of more than four digits, as SPSS writes them: the seconds are those that R
// 4.2.2 shows as these dates.
func TestLongYears(t *testing.T) {
	const variable = `<dataDscr><var name="q"><varFormat type="character" category="time"/></var></dataDscr>`
	s := survey(t, book(variable), files{"a.csv": "q\n201416-09-22 00:00:00\n10000-01-01\n2014-09-22\n1600-02-29\n"})
	if diff := cmp.Diff([]string{"6293930688000", "253402300800", "1411344000", "-11670998400"}, cells(t, s)["q"]); diff != "" {
		t.Error(diff)
	}
	for _, cell := range []string{"201417-02-29", "-0000-01-01", "-044-03-15", "--0044-03-15", "02014-09-22", "914-09-22", "1234567890-01-01", "2014"} {
		if _, err := Open(input(book(variable), files{"a.csv": "q\n" + cell + "\n"})); err == nil || !strings.Contains(err.Error(), "the value is no date") {
			t.Errorf("%s: %v", cell, err)
		}
	}
}

// Years before 0000, with the sign of ISO 8601: the seconds are those of numpy 2
// (datetime64).
func TestYearsBeforeOurs(t *testing.T) {
	s := survey(t, book(`<dataDscr><var name="q"><varFormat type="character" category="time"/></var></dataDscr>`),
		files{"a.csv": "q\n-0044-03-15\n-0001-12-31 23:59:59\n0000-02-29\n-4713-11-24\n-12345-01-01\n"})
	if diff := cmp.Diff([]string{"-63549360000", "-62167219201", "-62162121600", "-210866803200", "-451737734400"}, cells(t, s)["q"]); diff != "" {
		t.Error(diff)
	}
}

// A category without words has a label without words, and one in the range of
// missing values is no missing value of its own.
func TestCategories(t *testing.T) {
	s := survey(t, book(`<dataDscr><var name="q"><invalrng><range min="90" max="99"/></invalrng><catgry><catValu>1</catValu><labl/></catgry>`+
		`<catgry><catValu>2</catValu></catgry><catgry missing="Y"><catValu>98</catValu><labl>No</labl></catgry><varFormat type="numeric"/></var></dataDscr>`), files{"a.csv": "q\n1\n"})
	want := data.Variable{Name: "q", Labels: []data.ValueLabel{{Code: "1"}, {Code: "98", Label: "No"}}, Missing: data.Missing{HasRange: true, Low: 90, High: 99}}
	if diff := cmp.Diff(want, s.Codebook.Variables[0]); diff != "" {
		t.Error(diff)
	}
}

// A value of the wrong kind is a fault in every row, also far down and where the
// same was met before; a line of too many cells is one fault.
func TestWrongValues(t *testing.T) {
	lines := make([]string, 400)
	for i := range lines {
		lines[i] = fmt.Sprintf("%d,1", i)
	}
	lines[3], lines[5], lines[399] = "x,1", "x,1", "y,1"
	_, err := Open(input(book(`<dataDscr><var name="q"><varFormat type="numeric"/></var><var name="r"><varFormat type="numeric"/></var></dataDscr>`),
		files{"a.csv": "q,r\n" + strings.Join(lines, "\n") + "\n1,z,z\n"}))
	var faults data.Faults
	if !errors.As(err, &faults) {
		t.Fatal(err)
	}
	var rows []int64
	for _, f := range faults {
		rows = append(rows, f.Row)
	}
	if diff := cmp.Diff([]int64{5, 7, 401, 402}, rows); diff != "" {
		t.Error(diff, err)
	}
}

// Every byte of a codebook and its data changed, every length cut: a survey or a
// fault.
func TestDamage(t *testing.T) {
	codebook := book(`<dataDscr><var ID="V1" name="q"><location StartPos="1" width="2"/><labl xml:lang="en">Q</labl><invalrng><range min="9"/></invalrng><catgry missing="Y"><catValu>1</catValu><labl>A</labl></catgry><varFormat type="numeric"/></var></dataDscr>`)
	const lines = "01\n2 \n 3\n"
	check := func(codebook, lines string) {
		for _, name := range []string{"a.dat", "a.csv"} {
			s, err := Open(input(codebook, files{name: lines}))
			if err != nil {
				if !data.IsData(err) {
					t.Fatalf("%v is no fault, for %q and %q", err, codebook, lines)
				}
				continue
			}
			for _, err := range s.Batches(nil) {
				if err != nil {
					t.Fatalf("%v after opening, for %q and %q", err, codebook, lines)
				}
			}
		}
	}
	for i := range codebook {
		check(codebook[:i], lines)
		for _, c := range []byte{' ', '<', 0xff, codebook[i] ^ 1} {
			check(codebook[:i]+string([]byte{c})+codebook[i+1:], lines)
		}
	}
	for i := range lines {
		check(codebook, lines[:i])
		for c := range 256 {
			check(codebook, lines[:i]+string([]byte{byte(c)})+lines[i+1:])
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(book(`<dataDscr><var name="q"><catgry><catValu>1</catValu></catgry><varFormat type="numeric"/></var></dataDscr>`), "q\n1\n")
	f.Add(`<codeBook><fileDscr URI="a.dat"/><dataDscr><var name="q" dcml="1"><location StartPos="1" width="2"/></var></dataDscr></codeBook>`, "12\n34\n")
	f.Fuzz(func(t *testing.T, codebook, lines string) {
		for _, name := range []string{"a.dat", "a.csv"} {
			s, err := Open(input(codebook, files{name: lines}))
			if err != nil {
				if !data.IsData(err) {
					t.Fatalf("%v is no fault", err)
				}
				continue
			}
			for _, err := range s.Batches(nil) {
				if err != nil && !data.IsData(err) {
					t.Fatalf("%v is no fault", err)
				}
			}
		}
	})
}

// benchmark opens and reads all rows; as report run does, with room to keep them.
func benchmark(b *testing.B, name, line string) {
	codebook := strings.Builder{}
	for i := range 40 {
		fmt.Fprintf(&codebook, `<var name="q%d"><location StartPos="%d" width="2"/><varFormat type="numeric"/></var>`, i, 2*i+1)
	}
	lines := strings.Repeat(line+"\n", 100_000)
	if name == "a.csv" {
		names := "q0"
		for i := range 39 {
			names += fmt.Sprintf(",q%d", i+1)
		}
		lines = names + "\n" + lines
	}
	in := input(book("<dataDscr>"+codebook.String()+"</dataDscr>"), files{name: lines})
	for room, what := range map[int64]string{0: "again", 80 << 20: "kept"} {
		b.Run(what, func(b *testing.B) {
			in.Room = room
			readertest.Benchmark(b, int64(len(lines)), 100_000, func() (int64, error) {
				s, err := Open(in)
				if err != nil {
					return 0, err
				}
				return readertest.Count(s, nil)
			})
		})
	}
}

func BenchmarkCSV(b *testing.B) {
	benchmark(b, "a.csv", strings.TrimSuffix(strings.Repeat("1,12,", 20), ","))
}

func BenchmarkFixed(b *testing.B) { benchmark(b, "a.dat", strings.Repeat(" 112", 20)) }
