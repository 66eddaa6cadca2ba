package sav

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// What another program found in files, see testdata/haven.R and testdata/pspp.py.
type findings struct {
	Files []foundFile
	Sets  []foundSet
}

type foundFile struct {
	File      string
	Rows      int64
	Weight    string
	Variables []foundVariable
	Sets      []data.Set
}

type foundVariable struct {
	Name, Type, Label, Format, Level string
	N                                int64
	MD5                              string
	Set                              *int
}

type foundSet struct {
	Codes, Labels, Missing, Range []string
}

// A described variable has a text for every field that its reader knows of: haven
// does not say levels, PSPP sorts value labels by code. The field "values" holds
// how many there are, and a digest of all of them in their order.
type described map[string]string

// A choice says whom of haven and PSPP we follow where they do not agree, and why.
type choice struct {
	file     string // in the shared folder
	variable string // as we call it; "" for all of the file
	fields   []string
	follow   string // "haven" or "PSPP"
	because  string
}

// choices are all disagreements between haven 2.5.1 and PSPP 1.6.2 on the shared
// files, one a case. They are also in docs/readers.md.
func choices() []choice {
	const conformance = "surveys/sav-conformance/"
	const capitals = "no long names are recorded (7/13), and the names of variables stand in capitals; PSPP makes them small"
	const cut = "PSPP expects the length before each missing value of a long string (7/22); SPSS writes it once a variable, and PSPP loses the values"
	const period = "weeks, months and quarters are stored as seconds like all dates; haven leaves the seconds since 1582 as a number"
	timed := []string{"type", "values"}
	return []choice{
		{"badinputs/s12_cases_unknown.sav", "", []string{"values"}, "PSPP", "the header says that the number of cases is unknown, which is legal; haven reads none"},
		{conformance + "SpssLib/BigEndian.sav", "", []string{"name"}, "haven", capitals},
		{conformance + "SpssLib/Learning.sav", "started", []string{"missing values"}, "haven", cut},
		{conformance + "SpssLib/Learning.sav", "finished", []string{"missing values"}, "haven", cut},
		{conformance + "SpssLib/Longstring.sav", "a🤓🤓", []string{"missing values"}, "haven", cut},
		{conformance + "foreign/electric.sav", "", []string{"name"}, "haven", capitals},
		{conformance + "foreign/pbcold.sav", "", []string{"name"}, "haven", capitals},
		{conformance + "foreign/sample100.sav", "", []string{"name"}, "haven", capitals},
		{conformance + "pyreadstat/hebrews.sav", "ותק_ב", []string{"name"}, "haven", "the name is in Hebrew letters, which SPSS allows; PSPP calls the variable VAR001"},
		{conformance + "pyreadstat/simple_alltypes.sav", "quarter", timed, "PSPP", period},
		{conformance + "savReaderWriter/Employee data.sav", "", []string{"name"}, "haven", capitals},
		{conformance + "savReaderWriter/test_dates.sav", "var_wkyr", timed, "PSPP", period},
		{conformance + "savReaderWriter/test_dates.sav", "var_qyr", timed, "PSPP", period},
		{conformance + "savReaderWriter/test_dates.sav", "var_moyr", timed, "PSPP", period},
	}
}

// TestHavenAndPSPP compares every readable file with what R's haven 2.5.1 and
// GNU PSPP 1.6.2 find in it, value for value: names, labels, formats, types, the
// values of all cases in their order (an MD5 over them, as texts that no two
// values share), value labels and declared missing values; from PSPP also levels of
// measurement, weight and multiple-response sets. Where the two do not agree, we do
// as the choices say, and every choice is needed.
func TestHavenAndPSPP(t *testing.T) {
	var haven, pspp findings
	readertest.JSON(t, "testdata/haven.json", &haven)
	readertest.JSON(t, "testdata/pspp.json", &pspp)
	if len(haven.Files) != len(pspp.Files) {
		t.Fatalf("haven has %d files, PSPP %d", len(haven.Files), len(pspp.Files))
	}
	used := map[int]bool{}
	for i, h := range haven.Files {
		p := pspp.Files[i]
		if h.File != p.File {
			t.Fatalf("file %d is %s for haven, %s for PSPP", i+1, h.File, p.File)
		}
		t.Run(h.File, func(t *testing.T) {
			if len(h.Variables) != len(p.Variables) {
				t.Fatalf("%d variables for haven, %d for PSPP", len(h.Variables), len(p.Variables))
			}
			s := open(t, sharedtest.Path(t, h.File))
			columns, err := readertest.Values(s, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(columns) != len(h.Variables) {
				t.Fatalf("%d variables, haven has %d", len(columns), len(h.Variables))
			}
			for k, column := range columns {
				v := &s.Codebook.Variables[k]
				byHaven, byPSPP := h.Variables[k].describe(t, haven.Sets), p.Variables[k].describe(t, pspp.Sets)
				compare(t, used, h.File, v.Name, describe(v, column), byHaven, byPSPP)
			}
			if s.Codebook.Weight != p.Weight {
				t.Errorf("the weight is %q, PSPP has %q", s.Codebook.Weight, p.Weight)
			}
			if diff := cmp.Diff(p.Sets, s.Codebook.Sets, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("sets (-PSPP +ours): %s", diff)
			}
			if rows := s.Files[0].Rows; rows != -1 && rows != p.Rows {
				t.Errorf("%d rows, PSPP has %d", rows, p.Rows)
			}
		})
	}
	for i, c := range choices() {
		if !used[i] && !t.Failed() {
			t.Errorf("haven and PSPP agree on %s of %s %s", c.fields, c.file, c.variable)
		}
	}
}

// compare holds what we read of a variable against what the two others read, and
// notes which choices were needed.
func compare(t *testing.T, used map[int]bool, file, variable string, ours, haven, pspp described) {
	t.Helper()
	for field, our := range ours {
		h, inHaven := haven[field]
		p, inPSPP := pspp[field]
		want := h
		switch {
		case !inHaven:
			want = p
		case inPSPP && h != p:
			i := slices.IndexFunc(choices(), func(c choice) bool {
				return c.file == file && (c.variable == "" || c.variable == variable) && slices.Contains(c.fields, field)
			})
			if i < 0 {
				t.Errorf("%s: %s: haven has %s, PSPP %s, and nothing says whom we follow", variable, field, h, p)
				continue
			}
			used[i] = true
			if choices()[i].follow == "PSPP" {
				want = p
			}
		}
		if our != want {
			t.Errorf("%s: %s: %s, want %s", variable, field, our, want)
		}
	}
}

// describe brings what a program found to canonical form.
func (v foundVariable) describe(t *testing.T, sets []foundSet) described {
	d := described{"name": v.Name, "type": v.Type, "label": v.Label, "format": v.Format, "values": fmt.Sprint(v.N, " ", v.MD5)}
	if v.Type == "" {
		d["type"] = "number"
	}
	code := func(code string) string {
		if v.Type == "text" {
			return code
		}
		return data.Code(readertest.Number(t, code))
	}
	var labelled []data.ValueLabel
	var m data.Missing
	if v.Set != nil {
		set := sets[*v.Set]
		for i, c := range set.Codes {
			labelled = append(labelled, data.ValueLabel{Code: code(c), Label: set.Labels[i]})
		}
		for _, c := range set.Missing {
			m.Codes = append(m.Codes, code(c))
		}
		if len(set.Range) == 2 {
			m.HasRange, m.Low, m.High = true, readertest.Number(t, set.Range[0]), readertest.Number(t, set.Range[1])
		}
	}
	d.coded(labelled, m)
	if v.Level != "" { // PSPP
		d["level"] = v.Level
		delete(d, "order of value labels")
	}
	return d
}

// coded adds value labels and missing values.
func (d described) coded(labelled []data.ValueLabel, m data.Missing) {
	d["order of value labels"] = fmt.Sprintf("%q", labelled)
	labelled = slices.Clone(labelled)
	slices.SortFunc(labelled, func(a, b data.ValueLabel) int { return strings.Compare(a.Code, b.Code) })
	d["value labels"] = fmt.Sprintf("%q", labelled)
	d["missing values"] = fmt.Sprintf("%q", slices.Sorted(slices.Values(m.Codes)))
	if m.HasRange {
		d["missing values"] += fmt.Sprintf(" %v to %v", m.Low, m.High)
	}
}

// describe is what we say of a variable with these values.
func describe(v *data.Variable, column []any) described {
	n, md5 := readertest.Digest(column)
	d := described{"name": v.Name, "type": v.Type.String(), "label": readertest.Start(v.Label), "format": v.Format, "values": fmt.Sprint(n, " ", md5)}
	if v.Level != data.LevelUnknown { // PSPP guesses levels that a file does not state
		d["level"] = [...]string{data.Nominal: "nominal", data.Ordinal: "ordinal", data.Scale: "scale"}[v.Level]
	}
	d.coded(v.Labels, v.Missing)
	return d
}

// Every SPSS file of the shared surveys is in the oracle, and no other.
func TestOracleIsComplete(t *testing.T) {
	var haven findings
	readertest.JSON(t, "testdata/haven.json", &haven)
	var got []string
	for _, f := range haven.Files {
		if strings.HasPrefix(f.File, "surveys/") {
			got = append(got, strings.TrimPrefix(f.File, "surveys/"))
		}
	}
	sharedtest.Path(t, "surveys")
	if diff := cmp.Diff(sharedtest.Files(t, "surveys", ".sav", ".zsav"), got); diff != "" {
		t.Errorf("(-shared +oracle): %s", diff)
	}
}

// docs/readers.md has a row for every choice.
func TestChoicesAreDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(sharedtest.Root(t), "docs", "readers.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, c := range choices() {
		row := c.row()
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/readers.md has no row\n%s", row)
		}
		rows++
	}
	if got := strings.Count(string(page), ".sav` |"); got != rows {
		t.Errorf("docs/readers.md has %d rows of SPSS files, want %d", got, rows)
	}
}

// row is a choice as a row of the table.
func (c choice) row() string {
	_, file, _ := strings.Cut(c.file, "/")
	variable := "all"
	if c.variable != "" {
		variable = strconv.Quote(c.variable)
		variable = "`" + variable[1:len(variable)-1] + "`"
	}
	return fmt.Sprintf("| `%s` | %s | %s | %s | %s |", file, variable, strings.Join(c.fields, ", "), c.follow, c.because)
}
